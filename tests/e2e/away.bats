#!/usr/bin/env bats
# A server goes away: the daemon waits, says so once, and goes on where it was.
load helper

setup_file() {
	world_start
	world_prepare >"$W/prepared"
	# Short pauses of the relay's queue, so that the test need not wait for minutes.
	sed -i '/^\[relay\]/a retry_first = 1s\nretry_longest = 2s' "$W/complaintd.conf"
	daemon_start
	compose_and_send arf amber-1.example reader0@mailboxes.test
	wait_for_row "select count(*) from desk.message" 1
	wait_for_mail owner@amber.test INBOX 1
}

# said WORDS N: how often the log says it, at most
said() {
	local n
	n=$(grep -ciE -e "$1" "$W/complaintd.log")
	echo "the log says '$1' $n times"
	[ "$n" -ge 1 ] && [ "$n" -le "$2" ]
}

@test "the database goes away and comes back" {
	database_stop
	compose_and_send arf amber-2.example reader1@mailboxes.test
	compose_and_send person cedar-2.example ann@mailboxes.test
	wait_until "the log names the database" grep -qiE 'database|postgres|server closed|connection' "$W/complaintd.log"
	alive
	database_start
	wait_for_row "select count(*) from desk.message" 3
	wait_for_mail "$DESK" INBOX 0
	wait_for_mail ann@mailboxes.test INBOX 1
	[ "$(sql "select count(*) from desk.complaint")" = 3 ]
}

@test "the password is asked for again, it may have changed" {
	daemon_stop
	printf '#!/bin/sh\necho asked >>%s/asked\necho word\n' "$W" >"$W/vault"
	chmod 755 "$W/vault"
	cp "$W/complaintd.conf" "$W/kept.conf"
	sed -i "/^conninfo/a password_command = $W/vault" "$W/complaintd.conf"
	daemon_start
	compose_and_send person grove-2.example bob@mailboxes.test
	wait_for_mail bob@mailboxes.test INBOX 1
	wait_for_mail "$DESK" INBOX 0
	before=$(wc -l <"$W/asked")
	LAB_STOP=immediate database_stop
	database_start
	compose_and_send person grove-3.example eve@mailboxes.test
	wait_for_mail eve@mailboxes.test INBOX 1
	[ "$(wc -l <"$W/asked")" -gt "$before" ]
	daemon_stop
	cp "$W/kept.conf" "$W/complaintd.conf"
	daemon_start
	wait_for_log reading
}

@test "the database goes away in mid-work" {
	before=$(sql "select count(*) from desk.message")
	/usr/bin/python3 "$LAB/complaints.py" "$W/load" --set load --count 300
	fill "$W/load"
	wait_until "some are stored" sql_is "select count(*) > $before from desk.message" t
	LAB_STOP=immediate database_stop
	database_start
	wait_for_row "select count(*) from desk.message" $((before + 300))
	wait_for_mail "$DESK" INBOX 0
	alive
}

@test "the relay goes away and comes back" {
	wait_for_row "select count(*) from desk.outbox where state in ('owed', 'deferred')" 0
	border_stop
	compose "$W/late" person grove-1.example late@mailboxes.test
	fill "$W/late"
	wait_until "the log names the relay" grep -qiE 'relay|smtp' "$W/complaintd.log"
	wait_for_row "select count(*) from desk.outbox where recipient = 'late@mailboxes.test' and state in ('owed', 'deferred')" 1
	said 'relay.*(connect|refused|away)' 3
	border_start
	wait_for_mail late@mailboxes.test INBOX 1
	[ "$(sql "select count(*) from desk.outbox where recipient = 'late@mailboxes.test' and state = 'sent'")" = 1 ]
	alive
}

@test "a mail that is refused is refused once, one that is put off is sent later" {
	printf 'gone@mailboxes.test 550\nlater@mailboxes.test 451\n' >"$W/border/faults"
	compose_and_send person grove-2.example gone@mailboxes.test
	compose_and_send person grove-2.example later@mailboxes.test
	wait_for_row "select state from desk.outbox where recipient = 'gone@mailboxes.test'" refused
	wait_for_row "select state from desk.outbox where recipient = 'later@mailboxes.test'" deferred
	[[ $(sql "select reply from desk.outbox where recipient = 'gone@mailboxes.test'") = 550* ]]
	: >"$W/border/faults"
	sql "update desk.outbox set next_attempt_at = now() where state = 'deferred'; notify desk_work"
	wait_for_mail later@mailboxes.test INBOX 1
	[ "$(imap count gone@mailboxes.test)" = 0 ]
}

@test "the connection is lost after the final dot" {
	printf 'dot@mailboxes.test cut\n' >"$W/border/faults"
	compose_and_send person grove-3.example dot@mailboxes.test
	# An acknowledgment in doubt is not sent again.
	wait_for_row "select state from desk.outbox where recipient = 'dot@mailboxes.test'" uncertain
	: >"$W/border/faults"
	complaint outbox list --json | jq -es 'map(select(.to == "dot@mailboxes.test"))[0].state == "uncertain"'
	[ "$(imap count dot@mailboxes.test)" = 1 ]
}

@test "the mailbox goes away and comes back" {
	imap_stop
	wait_until "the log names the mailbox" grep -qiE 'mailbox|imap' "$W/complaintd.log"
	alive
	imap_start
	before=$(sql "select count(*) from desk.message")
	compose_and_send arf fjord-1.example reader9@mailboxes.test
	wait_for_row "select count(*) from desk.message" $((before + 1))
	wait_for_mail "$DESK" INBOX 0
}

@test "it stops at once when asked while a server is away" {
	imap_stop
	daemon_stop
	imap_start
}
