#!/usr/bin/env bats
# A reseller's list from end to end: his mail, the summary, the chain, a person's approval, the provisioning
# system, the suspension, and what the complainants hear, in that order. Then the tool's other verbs.
load helper

setup_file() {
	world_with_panel 200 '{"status": "done", "message": "clientHold set"}'
}

suspend_id() { sql "select a.id from desk.action a join desk.resource r on r.id = a.resource where r.name = '$1' and a.kind = 'suspend' order by a.id desc limit 1"; }
status_of() { complaint domain show "$1" --json | jq -r .status; }
case_of() { complaint domain show "$1" --json | jq -r '.cases[0]'; }

@test "a reseller's list comes by mail: summary, and warnings to the whole chain" {
	{
		printf 'From: Abuse Desk <abuse@north.test>\nTo: %s\nSubject: spam list\nMessage-ID: <list-1@north.test>\nDate: Mon, 2 Mar 2026 09:00:00 +0000\n' "$DESK"
		printf 'MIME-Version: 1.0\nContent-Type: text/plain\n\n'
		printf 'amber-1.example,caller%d@mailboxes.test\n' 1 2 3 4 5 6
		printf 'amber-1.example,caller1@mailboxes.test\nember-1.example,caller1@mailboxes.test\nnot-ours.example,caller1@mailboxes.test\n'
	} >"$W/list.eml"
	send abuse@north.test "$DESK" "$W/list.eml"
	wait_for_words abuse@north.test 'caller6[@]mailboxes[.]test'
	summary=$(imap list abuse@north.test | jq -rs 'map(select(.text | contains("caller6"))) | .[0].text | gsub("\\s+"; " ")')
	[[ $summary = *"New: 6 Known: 1 Refused: 2"* ]] || {
		echo "$summary" >&2
		return 1
	}
	[[ $summary = *'not a domain of your customers'*'not a domain of ours'* ]]
	[[ $summary = *'Amber Media'*'Harbour Web'* ]]
	[[ $summary = *'suspension is proposed'*'complaints that count: 6, more than 5'* ]]
	for box in abuse@north.test hello@harbour.test owner@amber.test admin@amber.test tech@amber.test; do
		wait_for_words $box 'amber-1[.]example'
	done
	for n in 1 2 3 4 5 6; do wait_for_mail caller$n@mailboxes.test INBOX 1; done
	wait_for_words staff@registrar.test 'amber-1[.]example'
	[ "$(imap count office@north.test)$(imap count owner@ember.test)$(imap count abuse@south.test)" = 000 ]
	[ "$(wc -l <"$W/panel/calls")" = 0 ]
}

@test "approved: the call, then the suspension mails, then the complainants" {
	complaint action list --json | jq -es 'map(select(.resource == "amber-1.example" and .kind == "suspend")) | length == 1'
	[ "$(sql "select count(*) from desk.outbox where kind in ('suspension', 'outcome')")" = 0 ]
	complaint action approve "$(suspend_id amber-1.example)" --by jo
	wait_for_row "select state from desk.hook" "done"
	[ "$(jq -r .body.data.domain "$W/panel/calls")" = amber-1.example ]
	for box in abuse@north.test hello@harbour.test owner@amber.test admin@amber.test tech@amber.test; do
		wait_until "$box is told of the suspension" sql_is "select count(*) from desk.outbox where kind = 'suspension' and recipient = '$box' and state = 'sent'" 1
	done
	for n in 1 2 3 4 5 6; do wait_for_mail caller$n@mailboxes.test INBOX 2; done
	# summary and warnings < approval < the call's answer <= suspension < outcome
	[ "$(sql "select (select max(owed_at) from desk.outbox where kind in ('summary', 'warning', 'acknowledgment')) < a.decided_at
		and a.decided_at < h.answered_at and h.answered_at <= (select min(owed_at) from desk.outbox where kind = 'suspension')
		and (select max(id) from desk.outbox where kind = 'suspension') < (select min(id) from desk.outbox where kind = 'outcome')
		from desk.action a join desk.hook h on h.action = a.id")" = t ]
	[ "$(status_of amber-1.example)" = suspended ]
	# Neither side hears of the other.
	for box in owner@amber.test hello@harbour.test; do none has $box caller1; done
	none has caller1@mailboxes.test 'Amber Media'
}

@test "a domain that is suspended is not suspended again, and says so" {
	run complaint domain suspend amber-1.example amber-2.example nobody.example --yes --json
	[ "$status" = 65 ]
	jq -es 'map({(.target): (.result + " " + .detail)}) | add
		| .["amber-1.example"] == "refused already suspended" and .["nobody.example"] == "refused not ours"
		and (.["amber-2.example"] | startswith("waiting"))' <<<"$output"
	wait_for_row "select status from desk.resource where name = 'amber-2.example'" suspended
	complaint domain reinstate amber-1.example --reason cleaned --by jo
	wait_for_row "select status from desk.resource where name = 'amber-1.example'" active
	wait_for_words owner@amber.test 'lifted our measure'
	complaint domain show amber-1.example --json | jq -e '.complaints == 6 and .counting == 0 and all(.complainants[]; .why_not == "before-reinstatement")'
}

@test "forty complaints from one freemail user, or from nobody we know, propose nothing, and it is shown why" {
	for n in $(seq 40); do printf 'delta-1.example,j.o.e+%d@gmail.com\n' "$n"; done >"$W/one"
	complaint submit "$W/one" --json >/dev/null
	complaint domain show delta-1.example --json | jq -e '.complaints == 40 and .counting == 1 and .proposed == []
		and (.complainants | map(select(.why_not == "same-person")) | length) >= 19'
	[ "$(sql "select count(*) from dashboard.complaints where resource = 'delta-1.example' and why_not = 'same-person'")" = 39 ]
	mkdir -p "$W/forty"
	for n in $(seq 40); do
		printf 'From: somebody%d@unproven.test\nTo: %s\nSubject: spam\nMessage-ID: <forty-%d@unproven.test>\n\nSpam from https://www.delta-2.example/buy\n' "$n" "$DESK" "$n"  >"$W/forty/$n.eml"
	done
	complaint ingest "$W"/forty/*.eml >/dev/null
	complaint domain show delta-2.example --json | jq -e '.complaints == 40 and .counting == 0 and .proposed == [] and all(.complainants[]; .why_not == "unauthenticated")'
	complaint domain show delta-2.example | grep -q unauthenticated
}

@test "a false report is taken back: figures and proposals with it" {
	printf 'birch-1.example,w%d@mailboxes.test\n' 1 2 3 4 5 6 >"$W/six"
	complaint submit "$W/six" >/dev/null
	complaint domain show birch-1.example --json | jq -e '.proposed == ["suspend"]'
	ids=$(sql "select string_agg(c.id::text, ' ' order by c.id) from desk.complaint c join desk.resource r on r.id = c.resource where r.name = 'birch-1.example'")
	read -r first second rest <<<"$ids"
	complaint complaint withdraw "$first" --reason 'my mistake'
	complaint domain show birch-1.example --json | jq -e '.complaints == 5 and .counting == 5 and .proposed == [] and .customer.complaints == 5'
	complaint complaint reject "$second" --reason forged
	run complaint complaint reject "$second"
	[ "$status" = 65 ]
	[[ $output = *'already rejected'* ]]
	complaint domain show birch-1.example --json | jq -e '.complaints == 4'
	# shellcheck disable=SC2086
	complaint complaint reject $rest --reason forged
	complaint domain show birch-1.example --json | jq -e '.complaints == 0 and .cases == [] and .customer.domains_complained == 0'
	[ "$(sql "select outcome from desk.case c join desk.resource r on r.id = c.resource where r.name = 'birch-1.example'")" = false-report ]
}

@test "cases: assign, note, snooze, reply, merge, ignore, close many, reopen" {
	complaint submit fjord-1.example,c1@mailboxes.test fjord-2.example,c1@mailboxes.test fjord-3.example,c2@mailboxes.test \
		fjord-4.example,c2@mailboxes.test fjord-5.example,c3@mailboxes.test >/dev/null
	one=$(case_of fjord-1.example) two=$(case_of fjord-2.example) three=$(case_of fjord-3.example) four=$(case_of fjord-4.example) five=$(case_of fjord-5.example)
	complaint case assign "$one" --to anna
	complaint case note "$one" 'called the owner'
	complaint case snooze "$one" --until 2030-01-01
	[ "$(complaint case list --json | jq -rs --argjson id "$one" 'map(select(.case == $id)) | length')" = 0 ] || complaint case list --all --json | jq -es --argjson id "$one" 'any(.case == $id)'
	complaint case show "$one" --json | jq -e '.assigned_to == "anna" and (.snoozed_until | startswith("2030-01-01")) and (.notes | any(.text == "called the owner"))'
	complaint case reply "$one" --to complainant 'We are on it.'
	wait_for_words c1@mailboxes.test 'We are on it.'
	complaint case reply "$one" --to customer 'Please call us.'
	wait_for_words owner@fjord.test 'Please call us.'
	complaint case reply "$one" --to reseller 'Your customer does not answer.'
	wait_for_words abuse@south.test 'Your customer does not answer.'
	none has owner@fjord.test 'does not answer'
	complaint case merge "$two" --into "$three"
	complaint case show "$two" --json | jq -e --argjson into "$three" '.state == "closed" and .merged_into == $into'
	complaint case show "$three" --json | jq -e '(.complaint_list | length) == 2'
	complaint case ignore "$four" --reason duplicate
	complaint case show "$four" --json | jq -e '.state == "closed" and .outcome == "no-action"'
	complaint case close "$three" "$five" --outcome resolved --reason cleaned --tell
	wait_for_words c3@mailboxes.test 'fjord-5[.]example'
	complaint case show "$five" --json | jq -e '.outcome == "resolved"'
	complaint case reopen "$five"
	complaint case show "$five" --json | jq -e '.state == "open"'
	[ "$(sql "select count(distinct what) from desk.audit where \"case\" in ($one, $two, $three, $four, $five)
		and what in ('assigned', 'noted', 'snoozed', 'replied', 'merged', 'closed', 'reopened')")" = 7 ]
}

@test "whom we trust: distrusted reporters do not count, trusted ones are believed" {
	complaint reporter distrust liar@mailboxes.test
	printf 'From: liar@mailboxes.test\nTo: %s\nSubject: spam\nMessage-ID: <liar@mailboxes.test>\n\nSpam: https://www.grove-1.example/\n' "$DESK" >"$W/liar.eml"
	send liar@mailboxes.test "$DESK" "$W/liar.eml"
	wait_for_row "select why_not from dashboard.complaints where resource = 'grove-1.example'" untrusted-reporter
	complaint reporter trust friend@mailboxes.test
	sed 's/liar/friend/' "$W/liar.eml" >"$W/friend.eml"
	send friend@mailboxes.test "$DESK" "$W/friend.eml"
	wait_for_row "select count(*) from dashboard.complaints where resource = 'grove-1.example' and counts" 1
	# Only typed, but by a friend: enough to warn.
	wait_for_words owner@grove.test 'grove-1[.]example'
}

@test "without approval within the daily cap, never what is protected" {
	complaint policy set auto_suspend yes --party south
	complaint policy set auto_daily_cap 1
	# Of one mailbox provider all, so a person would decide.
	complaint policy set auto_organisations 1
	complaint domain protect ember-3.example --reason 'a hospital'
	for name in ember-1 ember-2 ember-3; do printf "$name.example,auto%d@mailboxes.test\n" 1 2 3 4 5 6; done >"$W/auto"
	complaint submit "$W/auto" >/dev/null
	wait_for_row "select count(*) from desk.resource where name in ('ember-1.example', 'ember-2.example') and status = 'suspended'" 1
	wait_for_words owner@ember.test 'by automated means'
	[ "$(sql "select a.state, a.automatic from desk.action a join desk.resource r on r.id = a.resource where r.name = 'ember-3.example' and a.kind = 'suspend'" -F ' ')" = 'proposed f' ]
	[ "$(sql "select count(*) from desk.action where automatic")" = 1 ]
	[ "$(status_of ember-3.example)" = active ]
}

@test "shadow mode decides everything, and sends and does nothing" {
	complaint policy set shadow yes
	before=$(sql "select count(*) from desk.outbox where state <> 'shadow'")
	calls=$(wc -l <"$W/panel/calls")
	printf 'cedar-1.example,s%d@mailboxes.test\n' 1 2 3 4 5 6 >"$W/shadow"
	complaint submit "$W/shadow" >/dev/null
	complaint domain show cedar-1.example --json | jq -e '.complaints == 6 and .proposed == ["suspend"]'
	[ "$(sql "select count(*) from desk.outbox where state = 'shadow' and kind = 'warning'")" -ge 2 ]
	[ "$(sql "select count(*) from desk.outbox where state <> 'shadow'")" = "$before" ]
	complaint action approve "$(suspend_id cedar-1.example)"
	[ "$(sql "select count(*) from desk.hook h join desk.action a on a.id = h.action join desk.resource r on r.id = a.resource where r.name = 'cedar-1.example'")" = 0 ]
	[ "$(wc -l <"$W/panel/calls")" = "$calls" ]
	[ "$(imap count s1@mailboxes.test)" = 0 ]
	[ "$(status_of cedar-1.example)" = active ]
}

@test "the daemon had nothing to complain about" {
	daemon_stop
	none grep -iE 'error|critical|assert' "$W/complaintd.log"
}
