# Does a test notice when a rule is gone? See README.md here.
#   make mutants [MUTANTS="arf.c domain.c"]   each condition and word of these sources, or of all

MUTANTS ?=
MUTANT_BUILD = $(BUILD)/mutants
MUTANT_SKIP := $(addprefix parsers/,guard.c sandbox.c date-words.c domain-tables.c html-entities.c)
MUTANT_SOURCES := $(filter-out $(MUTANT_SKIP),$(PARSER_SOURCES))
MUTANT_TESTS := $(filter-out %/parser-sandbox.c,$(wildcard $(addprefix tests/unit/,kinds-*.c notice-words.c parser-*.c reports.c text-*.c)))
MUTANT_PROGRAMS = $(MUTANT_TESTS:tests/unit/%.c=$(MUTANT_BUILD)/tests/%) $(MUTANT_BUILD)/planted/tests/planted
MUTANT_FLAGS = -std=gnu11 -O1 -w -fPIE -I. -Iparsers -Itests/mutants -DG_LOG_USE_STRUCTURED $(PKG_CFLAGS) -MMD -MP

$(MUTANT_BUILD)/parsers/%.c: parsers/%.c tests/mutants/instrument.py
	@mkdir -p $(@D)
	$(Q)tests/mutants/instrument.py $< $@ $(@:.c=.list)
$(MUTANT_BUILD)/planted/parsers/%.c: tests/mutants/%.c tests/mutants/instrument.py
	@mkdir -p $(@D)
	$(Q)tests/mutants/instrument.py $< $@ $(@:.c=.list)

$(MUTANT_BUILD)/%.o: $(MUTANT_BUILD)/%.c
	$(call say,CC   $@)
	$(Q)$(CC) $(MUTANT_FLAGS) -c -o $@ $<

$(MUTANT_BUILD)/libmutants.a: $(MUTANT_SOURCES:%.c=$(MUTANT_BUILD)/%.o) $(MUTANT_SKIP:%.c=$(BUILD)/%.o)
	@rm -f $@
	$(Q)$(AR) rcs $@ $^

$(MUTANT_BUILD)/tests/%: $(BUILD)/tests/unit/%.o $(BUILD)/tests/mutants/mutant.o $(MUTANT_BUILD)/libmutants.a
	@mkdir -p $(@D)
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $^ $(PKG_LIBS)
$(MUTANT_BUILD)/planted/tests/planted: $(BUILD)/tests/mutants/planted-test.o $(BUILD)/tests/mutants/mutant.o $(MUTANT_BUILD)/planted/parsers/planted.o
	@mkdir -p $(@D)
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $^ $(PKG_LIBS)

mutants: deps
	@$(MAKE) $(PARALLEL) mutants-run MUTANTS='$(MUTANTS)'
mutants-run: $(MUTANT_PROGRAMS)
	@BUILD=$(BUILD) nice -n 19 tests/mutants/run $(MUTANTS)

# `make check` has a self-test and a sample.
CHECK_NEEDS += $(MUTANT_PROGRAMS)
CHECK_TAP += tests/mutants/check.bats

-include $(wildcard $(MUTANT_BUILD)/parsers/*.d $(MUTANT_BUILD)/planted/parsers/*.d)
.PHONY: mutants mutants-run
