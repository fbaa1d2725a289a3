#!/usr/bin/env bats
# Owed mails: what expires, what can never be written, what waits, and through which relay.
load helper

setup_file() {
	world_start
	world_prepare >"$W/prepared"
	sed 's/^party = registrar/&\n\n[mail]\nhold = yes/' "$W/complaintd.conf" >"$W/hold.conf"
	chmod 600 "$W/hold.conf"
}

# owe KIND RECIPIENT [AGE [SENDER]]: a notice to a customer
owe() {
	sql "insert into desk.outbox (occasion, message_id, kind, audience, language, desk, sender, from_name, from_address, envelope,
		recipient, auto_submitted, context, owed_at, next_attempt_at)
	select 'test $2', replace('$2', '@', '.') || '@registrar.test', '$1', 'customer', 'en', d.id, s.id, s.name, 'abuse@registrar.test',
		'abuse+b1@registrar.test', '$2', 'auto-generated', '{\"reference\": \"C-1\"}', now() - interval '${3:-0 days}', now()
	from desk.party d, desk.party s where d.ref = 'registrar' and s.ref = '${4:-registrar}'"
}
state_of() { sql "select state from desk.outbox where recipient = '$1'"; }

@test "hold: nothing leaves and nothing is tried" {
	owe warning held@mailboxes.test
	daemon_once "$W/hold.conf"
	[ "$(sql "select state, attempts from desk.outbox where recipient = 'held@mailboxes.test'")" = "owed|0" ]
	daemon_once
	[ "$(state_of held@mailboxes.test)" = sent ]
	wait_for_mail held@mailboxes.test INBOX 1
}

@test "a mail that cannot be written is refused with the reason, and holds up no other" {
	owe no-such-kind nobody@mailboxes.test
	owe warning somebody@mailboxes.test
	daemon_once
	[ "$(state_of nobody@mailboxes.test)" = refused ]
	[[ $(sql "select reply from desk.outbox where recipient = 'nobody@mailboxes.test'") = *"customer-no-such-kind"* ]]
	[ "$(state_of somebody@mailboxes.test)" = sent ]
	[ "$(imap count nobody@mailboxes.test)" = 0 ]
}

@test "what was put off for too long expires, what is younger comes again" {
	printf 'old@mailboxes.test 451\nyoung@mailboxes.test 451\n' >"$W/border/faults"
	owe warning old@mailboxes.test '6 days'
	owe warning young@mailboxes.test '4 days'
	daemon_once
	: >"$W/border/faults"
	[ "$(state_of old@mailboxes.test)" = expired ]
	[ "$(state_of young@mailboxes.test)" = deferred ]
	sql "update desk.outbox set next_attempt_at = now() where state = 'deferred'"
	daemon_once
	[ "$(state_of young@mailboxes.test)" = sent ]
	[ "$(imap count old@mailboxes.test)" = 0 ]
}

@test "a party's mails leave through its own relay, and only they wait for it" {
	sed 's/^\[relay\]/[relay north]\nhost = localhost\nport = 1\ntls = none\n\n&/' "$W/complaintd.conf" >"$W/two.conf"
	chmod 600 "$W/two.conf"
	sql "update desk.party set sending = 'own' where ref = 'north'"
	owe warning north@mailboxes.test '0 days' north
	owe warning registrar@mailboxes.test
	none daemon_once "$W/two.conf"
	log_has "relay localhost:1"
	[ "$(state_of registrar@mailboxes.test)" = sent ]
	[ "$(state_of north@mailboxes.test)" = deferred ]
	sql "update desk.outbox set next_attempt_at = now() where state = 'deferred'"
	daemon_once
	[ "$(state_of north@mailboxes.test)" = sent ]
}

@test "what cannot be recorded of one mail holds up no other, and is in doubt" {
	sql "create function public.refuse() returns trigger language plpgsql as \$\$ begin raise exception 'not this one'; end \$\$;
		create trigger refuse before update on desk.outbox for each row when (new.state = 'sent' and new.recipient like 'odd@%') execute function public.refuse()"
	for who in odd even other; do owe warning $who@mailboxes.test; done
	daemon_once
	log_has "is sent, which cannot be recorded; it will be in doubt: not this one"
	[ "$(state_of even@mailboxes.test)" = sent ]
	[ "$(state_of other@mailboxes.test)" = sent ]
	[ "$(sql "select state, attempts, (select begun from desk.outbox_queue where outbox = id) from desk.outbox where recipient = 'odd@mailboxes.test'")" = "owed|0|t" ]
	sql "drop function public.refuse cascade; update desk.outbox_queue set lease_until = now()"
	daemon_once
	# A notice goes again, and can be recognised.
	[ "$(state_of odd@mailboxes.test)" = sent ]
	[ "$(imap count odd@mailboxes.test)" = 2 ]
}

@test "a mail that is put off until its relay answers again has used no attempt" {
	sed '/^\[relay\]/,$ s/^port = .*/port = 1/' "$W/complaintd.conf" >"$W/away.conf"
	chmod 600 "$W/away.conf"
	owe warning patient@mailboxes.test
	none daemon_once "$W/away.conf"
	[ "$(sql "select state, attempts from desk.outbox where recipient = 'patient@mailboxes.test'")" = "deferred|0" ]
	sql "update desk.outbox set next_attempt_at = now() where state = 'deferred'"
	daemon_once
	[ "$(sql "select state, attempts from desk.outbox where recipient = 'patient@mailboxes.test'")" = "sent|1" ]
}
