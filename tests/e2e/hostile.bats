#!/usr/bin/env bats
# Bad input ends in a report or in quarantine with its reason, and costs nobody else anything.
load helper

setup_file() {
	world_start
	world_prepare >"$W/prepared"
	"$LAB/hostile.py" "$W/hostile" >"$W/count"
	daemon_start
}

@test "every hostile mail ends in the database and leaves the inbox" {
	fill "$W/hostile"
	WAIT=180 wait_for_row "select count(*) from desk.message" "$(cat "$W/count")"
	WAIT=60 wait_for_mail "$DESK" INBOX 0
	wait_for_row "select count(*) from desk.undecided" 0
	alive
}

@test "the reason of each quarantine is in the database" {
	sql "select kind, disposition, reason, report->'malformed' from desk.message order by 1, 2"
	[ "$(sql "select count(*) from desk.message where disposition = 'quarantine' and reason is null")" = 0 ]
	[ "$(sql "select count(*) from desk.message where disposition = 'quarantine'")" -ge 1 ]
	[ "$(sql "select count(*) from desk.message where disposition = 'quarantine'")" = "$(imap count "$DESK" Quarantine)" ]
}

@test "a report that can be read in spite of all is read" {
	for id in nul-body date-1 ip-1 charset count-2; do
		sql "select kind, disposition from desk.message where report->'mail'->>'message_id' = '$id@mailboxes.test'"
		[ "$(sql "select disposition from desk.message where report->'mail'->>'message_id' = '$id@mailboxes.test'")" = complaint ]
	done
}

@test "mails without any header come in too" {
	before=$(sql "select count(*) from desk.message")
	printf 'no header, no name, only www.amber-1.example' >"$W/bare"
	printf '\n' >"$W/newline"
	imap append "$DESK" INBOX "$W/bare"
	imap append "$DESK" INBOX "$W/newline"
	wait_for_row "select count(*) from desk.message" $((before + 2))
	wait_for_mail "$DESK" INBOX 0
}

@test "the daemon stays small and goes on working" {
	alive
	[ "$(peak_memory)" -lt $((64 * 1024 + 3 * 31 * 1024)) ]
	compose_and_send person cedar-1.example ann@mailboxes.test
	wait_for_mail ann@mailboxes.test INBOX 1
	none grep -iE 'critical|assert' "$W/complaintd.log"
}

@test "none of it was answered to anybody it names" {
	[ "$(sql "select count(*) from desk.outbox where kind = 'acknowledgment' and recipient !~ '^(ann|mallory)@mailboxes.test$'")" = 0 ]
	[ "$(sql "select count(*) from desk.outbox where kind = 'acknowledgment' and recipient = 'mallory@mailboxes.test'")" -le 10 ]
}
