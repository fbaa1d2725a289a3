#!/usr/bin/env bats
# Two sessions at the same row: nobody loses what he had to record, nobody deadlocks.
load helper

setup_file() {
	world_start
	world_prepare >"$W/prepared"
	sql "select desk_api.policy_set(null, 'enforce', 'hook'), desk_api.policy_set(null, 'breaker_least', '1')" >/dev/null
}

# A session that holds what it has done until it is told to go on; what it says ends with DONE.
first_does() {
	coproc FIRST { psql -XqAt -v ON_ERROR_STOP=1 -h "$W/pg" -U lab -d complaintd 2>"$W/first" 3>&-; }
	first=$FIRST_PID
	echo "begin; $1; select 'DONE';" >&"${FIRST[1]}"
	while read -r line <&"${FIRST[0]}"; do [ "$line" = DONE ] && break; done
}
first_ends() {
	printf '%s\n' "$1" commit\; '\q' >&"${FIRST[1]}"
	wait "$first"
}
waits_for_lock() { sql_is "select count(*) > 0 from pg_stat_activity where wait_event_type = 'Lock' and query like '%$1%' and pid <> pg_backend_pid()" t; }

@test "a call is claimed while its action is being cancelled" {
	sql "select * from desk_api.domain_suspend(array['amber-1.example'])" >/dev/null
	first_does "select desk.lock_decisions(); update desk.action set state = 'cancelled' where kind = 'suspend'"
	sql "select count(*) from desk.hook_claim(10, '1 minute', now() + interval '1 minute')" >"$W/claimed" 2>"$W/refused" 3>&- &
	second=$!
	wait_until "the claim waits" waits_for_lock hook_claim
	first_ends "update desk.hook set state = 'cancelled';"
	wait "$second" || cat "$W/refused"
	[ "$(cat "$W/claimed")" = 0 ]
	[ "$(sql "select a.state || ' ' || h.state from desk.hook h join desk.action a on a.id = h.action")" = 'cancelled cancelled' ]
}

@test "two sessions open the circuit breaker at once" {
	sql "select desk.submit(desk.desk_id(null), 'anna', '[{\"domain\": \"amber-2.example\", \"complainant\": \"a@mailboxes.test\"}, {\"domain\": \"birch-1.example\", \"complainant\": \"b@mailboxes.test\"}]')" >/dev/null
	sql "select desk.outbox_begin(array_agg(id), array_agg(claim)) from desk.outbox_claim(100)" >/dev/null
	mails=$(sql "select array_agg(id order by id) from desk.outbox where audience = 'complainant' and state = 'owed'")
	refuse() { echo "select desk.outbox_record(array[('$mails'::bigint[])[$1]], array['refused'], array['550 no'], array[null::timestamptz])"; }
	first_does "$(refuse 1)"
	sql "$(refuse 2)" >/dev/null 2>"$W/refused" 3>&- &
	second=$!
	wait_until "the second waits" waits_for_lock outbox_record
	first_ends ""
	wait "$second" || { cat "$W/refused"; false; }
	[ "$(sql "select count(*) from desk.outbox where state = 'refused'")" = 2 ]
	[ "$(sql "select count(*) from desk.breaker")" = 1 ]
}
