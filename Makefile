# complaintd. `make help` lists the targets.

PREFIX ?= /usr/local
BINDIR ?= $(PREFIX)/bin
SBINDIR ?= $(PREFIX)/sbin
LIBEXECDIR ?= $(PREFIX)/libexec/complaintd
DATADIR ?= $(PREFIX)/share/complaintd
MANDIR ?= $(PREFIX)/share/man
UNITDIR ?= $(PREFIX)/lib/systemd/system
SYSCONFDIR ?= /etc
BUILD ?= build

CC ?= cc
PKG_CONFIG ?= pkg-config
PACKAGES := glib-2.0 gio-2.0 gio-unix-2.0 gmime-3.0 libpq libcurl gnutls jansson libpsl libidn2 libsystemd libseccomp
CFLAGS ?= -O2 -g
HARDEN := -fstack-protector-strong -D_FORTIFY_SOURCE=2 -fPIE
WARN := -Wall -Wextra -Werror -Wformat=2 -Wformat-security -Wshadow -Wstrict-prototypes -Wmissing-prototypes \
	-Wpointer-arith -Wwrite-strings -Wno-unused-parameter -Wno-missing-field-initializers
ifdef SAN
HARDEN := -fsanitize=address,undefined -fno-omit-frame-pointer -fno-sanitize-recover=undefined -fPIE
SANLINK := -fsanitize=address,undefined
endif
ALL_CFLAGS = -std=gnu11 $(CFLAGS) $(HARDEN) $(WARN) $(CPPFLAGS) -I. -Iparsers -Idaemon -I$(BUILD) \
	-DLIBEXECDIR='"$(LIBEXECDIR)"' -DDATADIR='"$(DATADIR)"' -DSYSCONFDIR='"$(SYSCONFDIR)"' \
	-DG_LOG_USE_STRUCTURED $(PKG_CFLAGS) -MMD -MP
# libetpan's own pkg-config file turns PIE off without a word, so it is named by hand.
ALL_LDFLAGS = -pie -Wl,-z,relro,-z,now -Wl,--as-needed $(SANLINK) $(LDFLAGS)
ifneq ($(filter-out clean distclean deps format help check-deps demo-deps,$(or $(MAKECMDGOALS),all)),)
PKG_CFLAGS := $(shell $(PKG_CONFIG) --cflags $(PACKAGES) 2>/dev/null)
PKG_LIBS := $(shell $(PKG_CONFIG) --libs $(PACKAGES) 2>/dev/null) -letpan -lm -pthread
endif

PARSER_SOURCES := $(filter-out parsers/parser-worker.c,$(wildcard parsers/*.c))
PARSER_OBJECTS := $(PARSER_SOURCES:%.c=$(BUILD)/%.o)
DAEMON_SOURCES := $(filter-out daemon/complaintd.c daemon/complaint.c daemon/command-%.c,$(wildcard daemon/*.c))
DAEMON_OBJECTS := $(DAEMON_SOURCES:%.c=$(BUILD)/%.o) $(BUILD)/resources.o
COMMAND_OBJECTS := $(patsubst %.c,$(BUILD)/%.o,$(wildcard daemon/command-*.c))
UNIT_TESTS := $(patsubst %.c,$(BUILD)/%,$(wildcard tests/unit/*.c))
RESOURCES := $(sort $(wildcard sql/migrations/*.sql sql/functions/*.sql sql/views/*.sql sql/roles.sql templates/*/*.txt templates/samples.json))
PROGRAMS := $(BUILD)/complaintd $(BUILD)/complaint $(BUILD)/complaint-parser

all: $(PROGRAMS)

$(BUILD)/libparsers.a: $(PARSER_OBJECTS)
	@rm -f $@
	$(AR) rcs $@ $^

$(BUILD)/libdaemon.a: $(DAEMON_OBJECTS)
	@rm -f $@
	$(AR) rcs $@ $^

$(BUILD)/complaintd: $(BUILD)/daemon/complaintd.o $(BUILD)/libdaemon.a
	$(CC) $(ALL_LDFLAGS) -o $@ $^ $(PKG_LIBS)

$(BUILD)/complaint: $(BUILD)/daemon/complaint.o $(COMMAND_OBJECTS) $(BUILD)/libdaemon.a $(BUILD)/libparsers.a
	$(CC) $(ALL_LDFLAGS) -o $@ $^ $(PKG_LIBS)

$(BUILD)/complaint-parser: $(BUILD)/parsers/parser-worker.o $(BUILD)/libparsers.a
	$(CC) $(ALL_LDFLAGS) -o $@ $^ $(PKG_LIBS)

$(BUILD)/tests/unit/%: $(BUILD)/tests/unit/%.o $(BUILD)/libdaemon.a $(BUILD)/libparsers.a
	$(CC) $(ALL_LDFLAGS) -o $@ $^ $(PKG_LIBS)

$(BUILD)/%.o: %.c
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) -c -o $@ $<

# SQL and texts travel inside the programs, so a binary and its schema cannot disagree.
$(BUILD)/resources.xml: $(RESOURCES) Makefile
	@mkdir -p $(@D)
	{ echo '<gresources><gresource prefix="/complaintd">'; \
	  for f in $(RESOURCES); do echo "<file>$$f</file>"; done; \
	  echo '</gresource></gresources>'; } >$@
$(BUILD)/resources.c: $(BUILD)/resources.xml
	glib-compile-resources --generate-source --sourcedir=. --target=$@ --c-name complaintd $<
$(BUILD)/resources.o: $(BUILD)/resources.c
	$(CC) -std=gnu11 $(CFLAGS) $(HARDEN) $(PKG_CFLAGS) -c -o $@ $<

unit: $(UNIT_TESTS)

clean:
	rm -rf $(BUILD)

-include $(wildcard $(BUILD)/*/*.d $(BUILD)/tests/*/*.d)
.PHONY: all unit clean
.SECONDARY:
