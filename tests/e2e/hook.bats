#!/usr/bin/env bats
# What was approved is carried out by the provisioning system, and told only after it has happened.
load helper

setup_file() {
	world_with_panel 200
}

# calls FILTER: what the panel was asked
calls() { jq -r "$1" "$W/panel/calls"; }
calls_are() { [ "$(wc -l <"$W/panel/calls")" = "$1" ]; }
suspend() { sql "select result from desk_api.domain_suspend(array['$1'], null, 'a test')"; }
status_of() { sql "select status from desk.resource where name = '$1'"; }
# The daemon waits half a minute before it asks again; the test does not.
ask_again() { sql "update desk.hook set next_attempt_at = now() where state in ('owed', 'accepted'); notify desk_work"; }

@test "a call is signed, and a suspension that is only accepted is told to nobody" {
	panel_answers 202
	[ "$(suspend amber-1.example)" = waiting ]
	wait_for_row "select state from desk.hook" accepted
	[ "$(calls .signed)" = true ]
	[ "$(calls .body.type)" = domain.suspend ]
	[ "$(calls .body.data.domain)" = amber-1.example ]
	[ "$(calls .id)" = "$(sql 'select idempotency_key from desk.hook')" ]
	[ "$(sql 'select state from desk.action')" = executing ]
	[ "$(status_of amber-1.example)" = active ]
	[ "$(sql "select count(*) from desk.outbox where kind = 'suspension'")" = 0 ]
}

@test "the result is fetched with the same id, and then the chain is told" {
	panel_answers '200 {"status": "done", "message": "clientHold set"}'
	ask_again
	wait_for_row "select state from desk.hook" "done"
	[ "$(calls .id | sort -u | wc -l)" = 1 ]
	[ "$(status_of amber-1.example)" = suspended ]
	wait_for_mail owner@amber.test INBOX 1
	[[ $(imap list owner@amber.test | field subject) = *"amber-1[.]example"* ]]
	[[ $(imap raw owner@amber.test INBOX 1) != *clientHold* ]]
	wait_for_row "select count(*) from desk.outbox where kind = 'suspension' and state <> 'sent'" 0
}

@test "a call that fails leaves the domain as it is and tells staff, not the customer" {
	mails=$(imap count owner@amber.test)
	staff=$(imap count staff@registrar.test)
	panel_answers '200 {"status": "failed", "message": "locked by the registry"}'
	suspend amber-2.example
	wait_for_row "select a.state from desk.action a join desk.resource r on r.id = a.resource where name = 'amber-2.example'" failed
	[ "$(status_of amber-2.example)" = active ]
	wait_for_mail staff@registrar.test INBOX $((staff + 1))
	[[ $(imap list staff@registrar.test | field text) = *"locked by the registry"* ]]
	[ "$(imap count owner@amber.test)" = "$mails" ]
}

@test "a panel in trouble is asked again, later" {
	before=$(wc -l <"$W/panel/calls")
	panel_answers 503 try later
	suspend cedar-1.example
	wait_for_row "select state, attempts, status from desk.hook order by id desc limit 1" "owed|1|503"
	[ "$(status_of cedar-1.example)" = active ]
	panel_answers 204
	ask_again
	wait_for_row "select state, attempts from desk.hook order by id desc limit 1" "done|2"
	calls_are $((before + 2))
	[ "$(status_of cedar-1.example)" = suspended ]
}

@test "three domains suspended together: three calls, and one mail for each recipient" {
	panel_answers '200 {"status": "done"}'
	sql "select count(*) from desk_api.domain_suspend(array['ember-1.example', 'ember-2.example', 'ember-3.example'], null, 'a test')"
	wait_for_row "select count(*) from desk.resource where name in ('ember-1.example', 'ember-2.example', 'ember-3.example') and status = 'suspended'" 3
	wait_for_row "select count(*) from desk.outbox where kind = 'suspension' and recipient in ('owner@ember.test', 'abuse@south.test') and state = 'sent'" 2
	wait_for_mail owner@ember.test INBOX 1
	for n in 1 2 3; do [[ $(imap list owner@ember.test | field text) = *"ember-$n[.]example"* ]]; done
}

@test "a panel that is away is waited for" {
	process_end "$W/panel.pid"
	suspend cedar-2.example
	wait_for_row "select state, attempts, status from desk.hook order by id desc limit 1" "owed|1|"
	alive
	[ "$(status_of cedar-2.example)" = active ]
}
