# Fuzzing with libFuzzer, ASan and UBSan; see README.md here.
#   make fuzz [FUZZ_SECONDS=600] [FUZZ_TARGETS="report html"]   each target so long
#   make fuzz-short                                             what was found before, then seconds

FUZZ_CC ?= clang
FUZZ_SECONDS ?= 600
FUZZ_SHORT_SECONDS ?= 3
FUZZ_BUILD = $(BUILD)/fuzz
FUZZ_TARGETS ?= $(patsubst tests/fuzz/%.c,%,$(sort $(wildcard tests/fuzz/*.c)))
FUZZ_PROGRAMS = $(FUZZ_TARGETS:%=$(FUZZ_BUILD)/%)
FUZZ_SANITIZE = -fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer
FUZZ_OBJECTS = $(patsubst %.c,$(FUZZ_BUILD)/%.o,$(PARSER_SOURCES) $(DAEMON_SOURCES))

$(FUZZ_BUILD)/libfuzzed.a: $(FUZZ_OBJECTS) $(BUILD)/resources.o
	@rm -f $@
	$(Q)$(AR) rcs $@ $^

$(FUZZ_BUILD)/tests/fuzz/%.o $(FUZZ_BUILD)/parsers/%.o $(FUZZ_BUILD)/daemon/%.o: FUZZ_FLAGS = \
	-std=gnu11 -O1 -g $(FUZZ_SANITIZE) -fsanitize=fuzzer-no-link -I. -Iparsers -Idaemon -DLIBEXECDIR='"."' \
	-DDATADIR='"."' -DSYSCONFDIR='"."' -DBINDIR='"."' -DVERSION='"0"' -DG_LOG_USE_STRUCTURED $(PKG_CFLAGS) -MMD -MP

$(FUZZ_BUILD)/%.o: %.c
	@mkdir -p $(@D)
	$(Q)$(FUZZ_CC) $(FUZZ_FLAGS) -c -o $@ $<

$(FUZZ_BUILD)/%: $(FUZZ_BUILD)/tests/fuzz/%.o $(FUZZ_BUILD)/libfuzzed.a
	$(Q)$(FUZZ_CC) $(FUZZ_SANITIZE) -fsanitize=fuzzer -o $@ $^ $(PKG_LIBS)

fuzz: $(FUZZ_PROGRAMS)
	@BUILD=$(FUZZ_BUILD) SECONDS_EACH=$(FUZZ_SECONDS) tests/fuzz/run $(FUZZ_TARGETS)

fuzz-short: $(FUZZ_PROGRAMS)
	@BUILD=$(FUZZ_BUILD) SECONDS_EACH=$(FUZZ_SHORT_SECONDS) tests/fuzz/run $(FUZZ_TARGETS)

# `make check` runs each target briefly.
CHECK_NEEDS += $(FUZZ_PROGRAMS)
CHECK_TAP += tests/fuzz/run

-include $(wildcard $(FUZZ_BUILD)/*/*.d $(FUZZ_BUILD)/tests/fuzz/*.d)
.PHONY: fuzz fuzz-short
