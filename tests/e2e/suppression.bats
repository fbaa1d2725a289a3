#!/usr/bin/env bats
# Whom a customer must not write to any more is told to his sending system: signed, repeated until it
# is taken, once. And what a bulk-mail customer's list looks like.
load helper

SECRET=whsec_bGFiIGtleSBvZiB0aGUgcGFuZWwsIDMyIGJ5dGVz

setup_file() {
	world_start
	mkdir "$W/panel"
	read -r PANEL <<<"$("$LAB/ports" 1)"
	(umask 077 && echo "$SECRET" >"$W/hook-secret")
	world_config <<-CONF
	[hook]
	url = http://127.0.0.1:$PANEL/abuse
	secret_file = $W/hook-secret
	timeout = 5s
	CONF
	world_prepare >"$W/prepared"
	complaint policy set suppression_hook yes --party cedar >/dev/null
	panel_answers 503 not now
	/usr/bin/python3 "$LAB/panel.py" "$W/panel" "$PANEL" "$SECRET" 3>&- &
	echo $! >"$W/panel.pid"
	wait_until "the panel is ready" test -e "$W/panel/ready"
	daemon_start
}

panel_answers() { echo "$*" >"$W/panel/answer"; }
calls() { jq -r "$1" "$W/panel/calls"; }
ask_again() { sql "update desk.hook set next_attempt_at = now() where state in ('owed', 'accepted'); notify desk_work"; }

@test "a suppression is told to the customer's system, again with the same id until it is taken" {
	complaint suppression add --customer cedar one@people.example
	wait_for_row "select state, attempts, status from desk.hook" "owed|1|503"
	panel_answers 200
	ask_again
	wait_for_row "select state, attempts from dashboard.suppression_calls" "done|2"
	[ "$(calls .signed | sort -u)" = true ]
	[ "$(calls .id | sort -u | wc -l)" = 1 ]
	[ "$(calls '.body | tojson' | sort -u | wc -l)" = 1 ]
	[ "$(calls '.body.type + " " + .body.data.customer + " " + (.body.data.suppressions | map(.address + " " + .reason) | join(" "))' | tail -n 1)" = "suppression.add cedar one@people.example by-hand" ]
}

@test "what comes while a call is under way is one batch" {
	panel_answers 202
	complaint suppression add --customer cedar two@people.example
	wait_for_row "select state from desk.hook order by id desc limit 1" accepted
	complaint suppression add --customer cedar three@people.example four@people.example
	complaint suppression add --customer cedar five@people.example two@people.example
	panel_answers 200
	ask_again
	wait_for_row "select count(*) from desk.hook where state = 'done'" 3
	[ "$(calls '.body.data.suppressions | map(.address) | sort | join(" ")' | tail -n 1)" = "five@people.example four@people.example three@people.example" ]
	[ "$(sql "select count(*) from desk.suppression where hook is null")" = 0 ]
	[ "$(complaint suppression calls --json | jq -s 'map(.suppressions) | add')" = 5 ]
}

@test "other customers' systems are called when the policy says so" {
	complaint suppression add --customer delta one@people.example
	run complaint suppression send
	[[ $output = *"policy suppression_hook is off"* ]]
	complaint policy set suppression_hook yes --party delta >/dev/null
	[[ $(complaint suppression send --customer delta) = *"1 to be told"* ]]
	wait_for_row "select count(*) from desk.hook where state = 'done'" 4
	[ "$(calls .body.data.customer | tail -n 1)" = delta ]
}

@test "traps and signs of a bought list" {
	printf 'address,operator,ended\ntrap@pit.example,us,\n@holes.example,us,\n' >"$W/traps.csv"
	complaint import traps "$W/traps.csv"
	complaint import traps "$W/traps.csv" | grep -q unchanged
	printf 'address,operator\nnobody,us\n' >"$W/bad.csv"
	run complaint import traps "$W/bad.csv"
	[ "$status" = 65 ]
	[[ $output = *'bad.csv:2: address: "nobody" is neither an address nor @domain'* ]]
	[ -z "$(complaint party signs --json)" ]
	complaint token make --customer cedar --campaign spring --sent r1 r2 >/dev/null
	complaint token make --customer cedar --campaign spring r1 r2 >/dev/null
	[ "$(complaint party pressure cedar --json | jq -r '"\(.recipients) \(.mails) \(.most)"')" = "2 2 1" ]
}
