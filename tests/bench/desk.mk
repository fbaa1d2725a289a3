# A desk after some years: submitting lines and looking at figures with millions of complaints stored.
bench-desk: deps
	@$(MAKE) $(PARALLEL) -s all && BUILD=$(BUILD) tests/bench/desk
.PHONY: bench-desk
