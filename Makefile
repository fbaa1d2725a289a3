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
# V=1 shows the commands.
Q := $(if $(V),,@)
say = $(if $(V),,@echo '  $1')

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
# These begin with `deps` and go on in a make of their own, or compile nothing.
LIGHT := clean deps help format check demo lab bench bench-desk lint mutants
ifneq ($(filter-out $(LIGHT),$(or $(MAKECMDGOALS),all)),)
ifneq ($(shell $(PKG_CONFIG) --exists $(PACKAGES) 2>/dev/null && echo yes),yes)
$(error Libraries are missing: run `make deps`, or see tests/lab/packages.build)
endif
PKG_CFLAGS := $(shell $(PKG_CONFIG) --cflags $(PACKAGES))
PKG_LIBS := $(shell $(PKG_CONFIG) --libs $(PACKAGES)) -letpan -lm -pthread
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
	$(call say,AR   $@)
	$(Q)$(AR) rcs $@ $^

$(BUILD)/libdaemon.a: $(DAEMON_OBJECTS)
	@rm -f $@
	$(call say,AR   $@)
	$(Q)$(AR) rcs $@ $^

$(BUILD)/complaintd: $(BUILD)/daemon/complaintd.o $(BUILD)/libdaemon.a
	$(call say,LINK $@)
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $^ $(PKG_LIBS)

$(BUILD)/complaint: $(BUILD)/daemon/complaint.o $(COMMAND_OBJECTS) $(BUILD)/libdaemon.a $(BUILD)/libparsers.a
	$(call say,LINK $@)
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $^ $(PKG_LIBS)

$(BUILD)/complaint-parser: $(BUILD)/parsers/parser-worker.o $(BUILD)/libparsers.a
	$(call say,LINK $@)
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $^ $(PKG_LIBS)

$(BUILD)/tests/unit/%: $(BUILD)/tests/unit/%.o $(BUILD)/libdaemon.a $(BUILD)/libparsers.a
	$(call say,LINK $@)
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $^ $(PKG_LIBS)

$(BUILD)/%.o: %.c $(BUILD)/flags
	@mkdir -p $(@D)
	$(call say,CC   $<)
	$(Q)$(CC) $(ALL_CFLAGS) -c -o $@ $<

# Changes when the flags do, and paths are among them: `make install PREFIX=/usr` must not install
# programs that look into /usr/local.
$(BUILD)/flags: always
	@mkdir -p $(@D)
	@echo '$(subst ','\'',$(CC) $(ALL_CFLAGS))' | cmp -s - $@ || echo '$(subst ','\'',$(CC) $(ALL_CFLAGS))' >$@

# SQL and texts travel inside the programs, so a binary and its schema cannot disagree.
$(BUILD)/resources.xml: $(RESOURCES) Makefile
	@mkdir -p $(@D)
	$(Q){ echo '<gresources><gresource prefix="/complaintd">'; \
	  for f in $(RESOURCES); do echo "<file>$$f</file>"; done; \
	  echo '</gresource></gresources>'; } >$@
$(BUILD)/resources.c: $(BUILD)/resources.xml
	$(call say,RES  $@)
	$(Q)glib-compile-resources --generate-source --sourcedir=. --target=$@ --c-name complaintd $<
$(BUILD)/resources.o: $(BUILD)/resources.c
	$(Q)$(CC) -std=gnu11 $(CFLAGS) $(HARDEN) $(PKG_CFLAGS) -c -o $@ $<

unit: $(UNIT_TESTS)

$(BUILD)/tests/bench/%: $(BUILD)/tests/bench/%.o $(BUILD)/libdaemon.a $(BUILD)/libparsers.a
	$(call say,LINK $@)
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $^ $(PKG_LIBS)

# --- with real servers: everything below installs what it needs first ---

# Every login shell has a MAIL of its own: only one given to make counts.
ifneq ($(origin MAIL),command line)
MAIL :=
endif
JOBS ?= $(shell nproc)
PARALLEL = --no-print-directory $(if $(findstring j,$(firstword -$(MAKEFLAGS))),,-j$(JOBS))
LIB := tests/lab

deps:
	@$(LIB)/deps build check

check: deps
	@$(MAKE) $(PARALLEL) check-run
demo: deps
	@$(MAKE) $(PARALLEL) -s all && BUILD=$(BUILD) $(LIB)/demo $(if $(MAIL),'$(MAIL)')
lab: deps
	@$(MAKE) $(PARALLEL) -s all && BUILD=$(BUILD) $(LIB)/lab
bench: deps
	@$(MAKE) $(PARALLEL) bench-run

# These may add programs that print TAP, and what has to be built for them.
CHECK_TAP = $(UNIT_TESTS) $(sort $(wildcard tests/sql/*.sql)) $(sort $(wildcard tests/e2e/*.bats))
CHECK_NEEDS = $(PROGRAMS) $(UNIT_TESTS)
-include tests/fuzz/fuzz.mk tests/bench/desk.mk tests/mutants/mutants.mk

check-run: $(CHECK_NEEDS)
	@BUILD=$(BUILD) $(LIB)/check $(CHECK_TAP)
bench-run: $(PROGRAMS) $(patsubst %.c,$(BUILD)/%,$(wildcard tests/bench/*.c))
	@good=yes; for part in run send; do BUILD=$(BUILD) tests/bench/$$part || good=; done; [ "$$good" ]

# Every mail in every language, filled with its sample, to be read as a person would.
mails: $(BUILD)/tests/unit/mails
	@mkdir -p $(BUILD)/mails
	@MAILS=$(BUILD)/mails $< -p /mails/rendered >/dev/null
	@echo "$$(ls $(BUILD)/mails | wc -l) mails in $(BUILD)/mails"

install: all
	install -d $(addprefix $(DESTDIR),$(BINDIR) $(SBINDIR) $(LIBEXECDIR) $(UNITDIR) $(DATADIR)/dashboards)
	install -m 755 $(BUILD)/complaintd $(DESTDIR)$(SBINDIR)
	install -m 755 $(BUILD)/complaint $(DESTDIR)$(BINDIR)
	install -m 755 $(BUILD)/complaint-parser $(DESTDIR)$(LIBEXECDIR)
	$(foreach n,1 5 7 8,$(foreach page,$(wildcard daemon/man/*.$n),install -D -m 644 -t $(DESTDIR)$(MANDIR)/man$n $(page);))
	$(foreach unit,$(wildcard systemd/*.service systemd/*.timer systemd/*.target),sed 's|@SBINDIR@|$(SBINDIR)|g; s|@BINDIR@|$(BINDIR)|g' $(unit) >$(DESTDIR)$(UNITDIR)/$(notdir $(unit));)
	$(foreach kind,sysusers tmpfiles,$(if $(wildcard systemd/complaintd.$(kind)),install -D -m 644 systemd/complaintd.$(kind) $(DESTDIR)$(PREFIX)/lib/$(kind).d/complaintd.conf;))
	$(foreach file,$(wildcard sql/dashboards/*.psql),install -m 644 $(file) $(DESTDIR)$(DATADIR)/dashboards;)
	$(foreach file,$(wildcard sql/dashboards/grafana/*/*.json sql/dashboards/grafana/*/*/*.yaml),install -D -m 644 $(file) $(DESTDIR)$(DATADIR)/$(file:sql/%=%);)
	sed -i 's|@DATADIR@|$(DATADIR)|' $(DESTDIR)$(DATADIR)/dashboards/grafana/provisioning/dashboards/complaintd.yaml
	$(foreach file,$(filter templates/%.txt,$(RESOURCES)),install -D -m 644 $(file) $(DESTDIR)$(DATADIR)/$(file);)

SCRIPTS = $(LIB)/world $(LIB)/desk $(foreach file,$(wildcard $(LIB)/* tests/bench/* tests/fuzz/* .ci/*),$(if $(shell head -c 40 $(file) | grep -E '^.!/bin/(ba)?sh'),$(file)))
C_FILES = $(wildcard parsers/*.[ch] daemon/*.[ch] tests/*/*.[ch])

format:
	@$(LIB)/deps lint
	clang-format -i $(C_FILES)

lint: deps
	@$(LIB)/deps lint
	@$(MAKE) --no-print-directory lint-run
# Not those that GLib's autoptr and GError confuse.
TIDY := -*,bugprone-*,clang-analyzer-deadcode*,-bugprone-easily-swappable-parameters,-bugprone-reserved-identifier,-bugprone-branch-clone,$\
	-bugprone-narrowing-conversions,-bugprone-implicit-widening-of-multiplication-result,-bugprone-assignment-in-if-condition,$\
	-bugprone-sizeof-expression,-bugprone-suspicious-missing-comma,-bugprone-macro-parentheses
lint-run:
	shellcheck -S warning -x -P tests/lab $(SCRIPTS) $(wildcard tests/e2e/*.bats tests/e2e/*.bash tests/mutants/*.bats)
	@printf '%s\n' $(filter parsers/%.c daemon/%.c,$(C_FILES)) | xargs -P 2 -n 4 sh -c 'clang-tidy --quiet \
		--warnings-as-errors="*" --checks="$(TIDY)" "$$@" -- $(subst ','\'',$(filter-out -M% -W%,$(ALL_CFLAGS)))' tidy 2>/dev/null

clean:
	rm -rf $(BUILD)

help:
	@echo 'make            build the three programs into $(BUILD)/'
	@echo 'make demo       a hundred complaints through real, private servers; MAIL=PATH takes your own'
	@echo 'make check      build and run every test'
	@echo 'make lab        the servers of the demo, kept running until Ctrl-C'
	@echo 'make bench      speed beside a bare pipeline'
	@echo 'make bench-desk submitting and looking, a million domains and five million complaints stored'
	@echo 'make mutants    which rules of the parsers no test would miss; MUTANTS="arf.c" names sources'
	@echo 'make mails      every mail in every language, as files to read'
	@echo 'make deps       install what all these need (apt; they do it themselves)'
	@echo 'make install    DESTDIR, PREFIX'
	@echo 'make format lint clean'
	@echo 'SAN=1 builds with the address and undefined-behaviour sanitizers'

-include $(wildcard $(BUILD)/*/*.d $(BUILD)/tests/*/*.d)
.PHONY: all unit deps check check-run demo lab bench bench-run mails install format lint lint-run clean help always
.SECONDARY:
