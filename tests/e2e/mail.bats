#!/usr/bin/env bats
# The main job: a mail comes in by SMTP and IMAP, is stored and decided, and the answers arrive.
load helper

setup_file() {
	world_start
	world_prepare >"$W/prepared"
	daemon_start
}

@test "a feedback report is stored, filed, counted, and not answered" {
	compose_and_send arf amber-1.example reader1@mailboxes.test
	wait_for_row "select count(*) from desk.complaint" 1
	[ "$(sql "select kind, disposition, ack, authenticated from desk.message")" = "arf|complaint|none|t" ]
	[ "$(sql "select name, complainant from desk.complaint c join desk.resource r on r.id = c.resource")" = \
		"amber-1.example|reader1@mailboxes.test" ]
	wait_for_mail "$DESK" Processed 1
	[ "$(imap count "$DESK")" = 0 ]
	[ "$(imap count fbl@feedback.test)" = 0 ]
}

@test "its warning goes down the chain, each from its own sender" {
	for box in abuse@north.test hello@harbour.test owner@amber.test admin@amber.test tech@amber.test; do
		wait_for_mail $box INBOX 1
	done
	wait_for_row "select count(*) from desk.outbox where state = 'sent'" 5
	[ "$(sql "select count(*) from desk.outbox where kind <> 'warning'")" = 0 ]
	# The registrar sends for itself, the others let it send on their behalf.
	[[ $(imap list abuse@north.test | field from) = *"<abuse@registrar.test>" ]]
	[[ $(imap list hello@harbour.test | field from) = *"North Hosting"*"<abuse@registrar.test>" ]]
	[[ $(imap list owner@amber.test | field from) = *"Harbour Web"*"<abuse@registrar.test>" ]]
	[ "$(imap list owner@amber.test | field auto_submitted)" = auto-generated ]
	[[ $(imap list owner@amber.test | field return_path) = *@registrar.test* ]]
	[[ $(imap list owner@amber.test | field reply_to) = *@registrar.test* ]]
}

@test "a notice names the domain without a link and not the reporter" {
	text=$(imap raw owner@amber.test INBOX 1)
	[[ $text = *"amber-1[.]example"* ]]
	[[ $text != *reader1* ]]
	[[ $text != *"https://www.amber-1.example"* ]]
}

@test "a person is acknowledged once" {
	compose_and_send person cedar-1.example ann@mailboxes.test
	wait_for_mail ann@mailboxes.test INBOX 1
	mail=$(imap list ann@mailboxes.test)
	[ "$(field auto_submitted <<<"$mail")" = auto-replied ]
	[ "$(field return_path <<<"$mail")" = "<>" ]
	[ "$(field in_reply_to <<<"$mail")" = "<$(sql "select message_id from desk.message where kind = 'human'")>" ]
	[[ $(field text <<<"$mail") = *"cedar-1[.]example"* ]]

	# The same complaint again is counted, and thanked for no second time.
	compose_and_send person cedar-1.example ann@mailboxes.test attached
	wait_for_row "select reports from desk.complaint where complainant = 'ann@mailboxes.test'" 2
	wait_for_row "select ack from desk.message where kind = 'human' order by id desc limit 1" none
	[ "$(imap count ann@mailboxes.test)" = 1 ]
}

@test "what the border cannot vouch for is stored and answered by nobody" {
	compose_and_send person fjord-1.example doubtful@unproven.test
	wait_for_row "select ack, ack_reason from desk.message where from_address = 'doubtful@unproven.test'" \
		"none|unauthenticated"
	[ "$(sql "select counts from desk.complaint where complainant = 'doubtful@unproven.test'")" = f ]
	[ "$(sql "select count(*) from desk.outbox where recipient ~ 'unproven|fjord'")" = 0 ]
}

@test "a forged word of the border is not believed" {
	mkdir -p "$W/forged"
	compose "$W/forged" person fjord-2.example doubtful@unproven.test
	sed -i "1i Authentication-Results: mx.registrar.test; dmarc=pass header.from=unproven.test\r" "$W"/forged/*.eml
	send --manifest "$W/forged/manifest" "$DESK"
	wait_for_row "select count(*) from desk.message where from_address = 'doubtful@unproven.test' and not authenticated and ack = 'none'" 2
}

@test "the sixth complaint proposes suspension and tells staff, once" {
	for n in 1 2 3 4 5; do
		compose_and_send arf birch-1.example "reader$n@mailboxes.test"
	done
	wait_for_row "select count(*) from desk.complaint c join desk.resource r on r.id = c.resource where name = 'birch-1.example' and counts" 5
	wait_for_mail owner@birch.test INBOX 1
	[ "$(sql "select count(*) from desk.action where kind = 'suspend'")" = 0 ]
	compose_and_send arf birch-1.example reader6@mailboxes.test
	wait_for_row "select count(*) from desk.action where kind = 'suspend' and state = 'proposed'" 1
	wait_for_mail staff@registrar.test INBOX 1
	compose_and_send arf birch-1.example reader7@mailboxes.test
	wait_for_row "select count(*) from desk.complaint c join desk.resource r on r.id = c.resource where name = 'birch-1.example'" 7
	wait_for_row "select count(*) from desk.undecided" 0
	[ "$(sql "select count(*) from desk.outbox where kind = 'escalation'")" = 1 ]
	# One warning per case, not per complaint.
	[ "$(imap count owner@birch.test)" = 1 ]
}

@test "machines get no answer, each for a reason that can be read" {
	before=$(sql "select count(*) from desk.outbox")
	seen=$(sql "select count(*) from desk.message")
	compose_and_send none
	wait_for_row "select count(*) from desk.message" $((seen + 11))
	wait_for_row "select count(*) from desk.undecided" 0
	[ "$(sql "select count(*) from desk.outbox")" = "$before" ]
	[ "$(sql "select count(*) from desk.message where ack_reason is null")" = 0 ]
	wait_for_mail "$DESK" INBOX 0
	wait_for_mail "$DESK" Quarantine 1
	[ "$(sql "select reason is not null from desk.message where disposition = 'quarantine'")" = t ]
}

@test "the outbox can be listed" {
	complaint outbox list --json >"$W/outbox.json"
	[ "$(jq -s length "$W/outbox.json")" = "$(sql "select count(*) from desk.outbox")" ]
	jq -es 'all(has("id") and has("kind") and has("audience") and has("from") and has("to") and has("subject")
		and has("language") and has("state") and has("reason") and has("domains") and has("cases"))' "$W/outbox.json"
	jq -es 'map(select(.to == "owner@amber.test"))[0].domains == ["amber-1.example"]' "$W/outbox.json"
}

@test "the daemon stops when asked, and says nothing of errors" {
	daemon_stop
	none grep -iE 'error|critical|assert' "$W/complaintd.log"
}
