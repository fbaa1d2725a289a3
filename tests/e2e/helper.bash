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

# has ADDRESS WORDS: one of his mails says so
has() { imap list "$1" | jq -es --arg words "$2" 'any((.text + .subject | gsub("\\s+"; " ")) | contains($words))' >/dev/null; }
wait_for_words() {
	wait_until "$1 to read: $2" has "$@" || {
		imap list "$1" | jq -r .text >&2
		return 1
	}
}

# No cap on acknowledgments: a test asks more than any person may.
answer_without_end() {
	sql "update desk.policy set value = '100000' where name in ('ack_hour', 'ack_domain_hour', 'ack_address_day')"
}

# world_with_panel ANSWER...: a running daemon, and a provisioning system that answers so
world_with_panel() {
	local port secret=whsec_bGFiIGtleSBvZiB0aGUgcGFuZWwsIDMyIGJ5dGVz
	world_start
	mkdir "$W/panel"
	read -r port <<<"$("$LAB/ports" 1)"
	(umask 077 && echo "$secret" >"$W/hook-secret")
	world_config <<-CONF
	[hook]
	url = http://127.0.0.1:$port/abuse
	secret_file = $W/hook-secret
	timeout = 5s
	CONF
	world_prepare >"$W/prepared"
	complaint policy set enforce hook >/dev/null
	panel_answers "$@"
	/usr/bin/python3 "$LAB/panel.py" "$W/panel" "$port" "$secret" 3>&- &
	echo $! >"$W/panel.pid"
	wait_until "the panel is ready" test -e "$W/panel/ready"
	daemon_start
}
panel_answers() { echo "$*" >"$W/panel/answer"; }
