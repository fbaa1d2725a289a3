#!/usr/bin/env bats
# What outsiders wrote reaches no header, no recipient and no live link of ours: looked at where it
# arrives, in what a real SMTP server received.
load helper

setup_file() {
	world_start
	world_prepare >"$W/prepared"
	sql "insert into desk.policy (name, value) values ('ack_hour', '5000') on conflict on constraint policy_once do update set value = excluded.value"
	sql "update desk.policy set value = '[\"@d0.mailboxes.test\", \"@d1.mailboxes.test\", \"@d2.mailboxes.test\"]' where name = 'authority_senders'"
	"$LAB/attacks.py" make "$W/attacks"
	complaint ingest "$W/attacks" >"$W/ingested"
	wait_for_row "select count(*) from desk.undecided" 0
	# At noon of the next day staff have their digests.
	sql "select desk.decide(date_trunc('day', now(), 'UTC') + interval '1 day 12 hours')" >"$W/decided"
	sql "update desk.outbox set next_attempt_at = now()"
	daemon_once
}

@test "all that was owed has left, through the relay" {
	[ "$(sql "select count(*) from desk.outbox where state <> 'sent'")" = 0 ]
	for kind in acknowledgment warning authority digest quarantine summary; do
		[ "$(sql "select count(*) > 0 from desk.outbox where kind = '$kind'")" = t ]
	done
	[ "$(sql "select count(*) > 150 from desk.outbox where audience = 'complainant'")" = t ]
}

@test "nobody was written to whom an outsider chose" {
	sql "select distinct recipient from desk.outbox where audience = 'complainant' order by 1" >"$W/written"
	grep -v '^caller[0-9]*@freemail.test$' "$W/written" | none grep -vxFf "$W/attacks/recipients.tsv"
}

@test "no header, recipient, link or control character of an outsider arrived" {
	"$LAB/attacks.py" look "$W/dv/mail" "$W/border/log" >"$W/found"
	[ "$(tail -n 1 "$W/found")" = "$(sql "select count(*) from desk.outbox") mails" ]
	sed '$d' "$W/found" | none grep .
}

@test "who looks would see it" {
	mkdir -p "$W/bad/ann@mailboxes.test/Maildir/new"
	printf 'From: a@registrar.test\r\nTo: ann@mailboxes.test\r\nBcc: x@y.test\r\nSubject: evil\r\n\r\nhttps://evil.test/\r\n' >"$W/bad/ann@mailboxes.test/Maildir/new/1"
	echo '{"to": "evil@evil.test"}' >"$W/bad/log"
	run "$LAB/attacks.py" look "$W/bad" "$W/bad/log"
	for fault in "header bcc" "recipients" "Subject: 'evil'" "link 'https://'" "link 'evil.test'" "sent to evil@evil.test" "1 mails"; do
		[[ $output = *"$fault"* ]]
	done
}
