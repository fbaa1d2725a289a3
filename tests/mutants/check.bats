#!/usr/bin/env bats
# What `make check` runs of `make mutants`: that it finds what it should, and a sample.

setup() {
	cd "$BATS_TEST_DIRNAME/../.." || return
	BUILD=${BUILD:-build}
}

@test "rules without a test are found, and lines that accept nothing" {
	run tests/mutants/run --in "$BUILD/mutants/planted" --accepted tests/mutants
	[ "$status" = 1 ]
	diff - <(printf '%s\n' "$output") <<-'TAP'
		1..1
		not ok 1 - planted.c: 10 mutants, 5 survive, 4 accepted, not swept
		# survives: planted.c:13 if-never: is_list
		# survives: planted.c:26 false: !text
		# survives: planted.c:26 false: !*text
		# no reason: word: junk
		# accepted, but gone or killed: if-never: !text
		# accepted, but gone or killed: false: is_gone
	TAP
}

@test "of the swept sources, a sample is noticed or accepted" {
	tests/mutants/run --sample 60
}
