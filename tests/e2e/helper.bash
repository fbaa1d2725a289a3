# shellcheck shell=bash
# For all .bats files: a world for each file, and the logs when a test failed.
. "$BATS_TEST_DIRNAME/../lab/world"

setup_file() {
	world_start
	world_prepare >"$W/prepared"
}

teardown() {
	[ "${BATS_TEST_COMPLETED:-}" ] && return
	for log in "$W"/*.log "$W/border/errors" "$W/pg/log"; do
		[ -s "$log" ] && echo "--- $log" && tail -n 15 "$log"
	done
	return 0
}

teardown_file() {
	world_stop
}

# Mails in the outbox, as "kind audience recipient" lines.
outbox() {
	sql "select kind, audience, recipient from desk.outbox order by 1, 2, 3" -F ' '
}

# field NAME: a header of the first mail listed on standard input
field() { jq -rs ".[0].$1"; }

# The daemon's own memory, in KiB at its highest.
peak_memory() { sed -n 's/^VmHWM:[^0-9]*\([0-9]*\).*/\1/p' "/proc/$(cat "$W/${1:-complaintd}.pid")/status"; }

# none COMMAND...: it must say no; a bare "!" would not fail a test.
none() {
	if "$@"; then
		echo "should not be: $*"
		return 1
	fi
}

alive() { ! process_gone "$(cat "$W/${1:-complaintd}.pid")"; }
