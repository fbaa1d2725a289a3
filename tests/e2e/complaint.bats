#!/usr/bin/env bats
# The tool of staff and administrators: what it prints, what it refuses, and with which status.
load helper

@test "an unknown command names the nearest, a wrong call shows the usage" {
	run complaint domian show a.example
	[ "$status" = 64 ]
	[[ $output = *'did you mean "domain"'* ]]
	run complaint domain shw a.example
	[ "$status" = 64 ]
	[[ $output = *'did you mean "domain show"'* ]]
	run complaint domain show
	[ "$status" = 64 ]
	[[ $output = *'usage: complaint domain show NAME'* ]]
	run complaint --help
	[ "$status" = 0 ]
	[[ $output = *'outbox list'* ]]
}

@test "a word, time or thing that does not exist is named, with the nearest that does" {
	says() {
		local words=$1
		shift
		run complaint "$@"
		[ "$status" -ne 0 ]
		[[ $output = *"$words"* ]] || { echo "$*: $output"; return 1; }
	}
	says '--state: "opne" is none of open, waiting, answered, closed; did you mean "open"?' case list --state opne
	says 'did you mean "proposed"?' action list --state propsed
	says 'did you mean "deferred"?' outbox list --state defered
	says 'did you mean "suspension"?' outbox list --kind suspensions
	says 'did you mean "human"?' message list --kind humane
	says 'did you mean "quarantine"?' message list --disposition quarantined
	says '--until: "tomorow" is no time: write 2026-03-01' case snooze 1 --until tomorow
	says '--until: "2026-02-30" is no time' case snooze 1 --until 2026-02-30
	says '"no.such.example": no such domain of ours' domain show no.such.example
	says '"9999": no such case' case show 9999
	says '"9999": no such mail' outbox show 9999
	says 'there is no party "nrth"; did you mean "north"?' party show nrth
	says 'there is no party "nrth"; did you mean "north"?' policy show nrth
	says 'did you mean "hosting"?' policy step hostng abuse 1 warn
	says '--delay "soon": a number of days' policy step hosting abuse 1 warn --delay soon
	says 'DOMAIN,REPORTER' submit amber-1.example
	# What may be asked for is what there is.
	complaint template list | sed 's/^[a-z]*-//' | sort -u >"$W/kinds"
	[ "$(wc -l <"$W/kinds")" -gt 20 ]
	run complaint outbox list --kind x
	[ "$(sed 's/.*none of //' <<<"$output" | sed 's/, /\n/g')" = "$(cat "$W/kinds")" ]
	states() {
		sql "select string_agg(m[1], ', ') from pg_constraint c, regexp_matches(pg_get_constraintdef(c.oid), '''([a-z-]+)''', 'g') m where c.conname = '$1'"
	}
	says "none of $(states case_state_check)" case list --state x
	says "none of $(states action_state_check)" action list --state x
	# What is being sent is owed or deferred in the table, and shown apart.
	says "none of $(states outbox_state_check | sed 's/held,/& sending,/')" outbox list --state x
}

@test "the schema: init once, a changed function is told and mended" {
	run complaint db init
	[ "$status" = 78 ]
	[[ $output = *'complaint db upgrade'* ]]
	complaint db status
	sql "update desk.schema_state set functions_sha256 = 'another'"
	run complaint case list
	[ "$status" = 78 ]
	[[ $output = *'run "complaint db upgrade"'* ]]
	# What has other arguments or another result by now goes, but not what is somebody else's.
	sql "set role complaint_owner; create function desk.deadline(p_days int) returns int language sql return p_days"
	sql "set role complaint_owner; drop function desk.stamp; create function desk.stamp(timestamptz) returns int language sql return 1"
	sql "create function desk.mine() returns int language sql return 1"
	complaint db upgrade
	[ "$(sql "select string_agg(p::text, ' ' order by p::text) from (select oid::regprocedure as p, proname from pg_proc) f where proname in ('deadline', 'mine', 'stamp')")" = \
		'desk.deadline(bigint,integer,timestamp with time zone) desk.mine() desk.stamp(timestamp with time zone)' ]
	[ "$(sql "select desk.stamp('2026-03-01 10:00+00')")" = '2026-03-01 10:00 UTC' ]
	complaint case list
	sql "update desk.schema_version set sha256 = 'another' where version = 1"
	run complaint db upgrade
	[ "$status" = 78 ]
	[[ $output = *'another wording'* ]]
	sql "insert into desk.schema_version (version, name, sha256) values (9999, '9999_future', 'x')"
	run complaint case list
	[ "$status" = 78 ]
	sql "delete from desk.schema_version where version = 9999"
	sql "update desk.schema_version set sha256 = '$(sha256sum <"$ROOT/sql/migrations/0001_foundation.sql" | cut -d' ' -f1)' where version = 1"
	complaint db status
}

@test "an upgrade waits for whoever works on the schema" {
	# The lock of schema_hold(), held until the pipe is closed.
	coproc HOLDER { psql -XqAt -h "$W/pg" -U lab -d complaintd; }
	echo "select 'held', pg_advisory_lock_shared(126870790434145);" >&"${HOLDER[1]}"
	read -r held <&"${HOLDER[0]}"
	[[ $held = held* ]]
	complaint db upgrade 2>"$W/upgrade" 3>&- &
	upgrade=$!
	wait_until "the upgrade says that it waits" grep -q waiting "$W/upgrade"
	kill -0 "$upgrade"
	echo '\q' >&"${HOLDER[1]}"
	wait "$upgrade"
}

@test "import tells every bad line with its column, and keeps nothing" {
	before=$(sql "select count(*), sum(hashtext(r::text)) from desk.resource r")
	cat >"$W/bad.csv" <<-'END'
		name,customer,status,services,created,registrant_email
		-bad.example,amber,active,,,
		a.example,nobody-we-know,active,,,
		a.example,amber,activ,hosting foo,2024-02-31,nobody
		b"b.example,amber,active,,,
		c.example,amber
		good.example,amber,active,,,
	END
	run complaint import domains "$W/bad.csv"
	[ "$status" = 65 ]
	for line in '2: name: ' '3: customer: "nobody-we-know"' '4: name: "a.example" stands in line 3' '4: status: "activ"' \
		'4: services: "foo"' '4: created: "2024-02-31"' '4: registrant_email: "nobody"' '5: name: has a quote' '6: has 2 fields'; do
		[[ $output = *"$W/bad.csv:$line"* ]] || { echo "not told: $line"; return 1; }
	done
	[ "$(sql "select count(*), sum(hashtext(r::text)) from desk.resource r")" = "$before" ]

	printf 'nme,customer\na.example,amber\n' >"$W/header.csv"
	run complaint import domains "$W/header.csv"
	[ "$status" = 65 ]
	[[ $output = *'unknown column "nme"; did you mean "name"?'* ]]
}

@test "a file that is no such file is told by its first line" {
	for header in 'name;customer' 'a.example,amber'; do
		run complaint import domains - <<<"$header"
		[ "$status" = 65 ]
		[[ $output = *':1: unknown column'*'the first line names the columns, of name, customer,'*'separated by commas'* ]]
	done
	run complaint import domains - <<<'name,registrar'
	[[ $output = *'-:1: lacks the column customer'* ]]
	run complaint import hosts - <<<'name'
	[[ $output = *'-:1: lacks the columns role, party'* ]]
	run complaint import domains - < <(printf 'name,customer\n192.0.2.1,amber\n')
	[ "$status" = 65 ]
	[[ $output = *'-:2: name: "192.0.2.1" is an address'*'1 problem, nothing'* ]]
	run complaint import domains - < <(printf 'name,customer,status\nx.example,ambr,actve\n')
	[[ $output = *'-:2: customer: "ambr" is not known'*'did you mean "amber"?'*'did you mean "active"?'* ]]
}

@test "import again says what changed; --dry-run changes nothing; a domain that changes hands is a new one" {
	customers=$(sql "select ref from desk.party where kind = 'customer' order by ref limit 2")
	read -r -d '' one two <<<"$customers" || true
	printf 'customer,name,registrar\n%s,import-1.example,First\n%s,import-2.example.,First\n' "$one" "$one" >"$W/d.csv"
	complaint import domains "$W/d.csv" --json | jq -es 'map(select(.what == "added")) | .[0].detail == "2"'
	complaint import domains "$W/d.csv" --json | jq -es '. == [{what: "unchanged", line: null, column: null, detail: "2"}]'
	printf 'customer,name,registrar\n%s,import-1.example,Second\n%s,import-2.example,First\n' "$one" "$two" >"$W/d.csv"
	complaint import domains "$W/d.csv" --dry-run --json | jq -es 'any(.detail == "import-1.example: First -> Second")'
	[ "$(sql "select registrar from desk.resource where name = 'import-1.example'")" = First ]
	complaint submit import-2.example,ann@mailboxes.test --by test
	complaint import domains "$W/d.csv"
	[ "$(sql "select registrar from desk.resource where name = 'import-1.example'")" = Second ]
	[ "$(sql "select count(*), count(ended_at) from desk.resource where name = 'import-2.example'" -F ' ')" = '2 1' ]
	[ "$(sql "select c.state, c.outcome from desk.case c join desk.resource r on r.id = c.resource where r.name = 'import-2.example'" -F ' ')" = 'closed not-ours' ]
	[ "$(sql "select count(*) from desk.outbox o join desk.outbox_item i on i.outbox = o.id join desk.resource r on r.id = i.resource
		where r.name = 'import-2.example' and o.audience in ('customer', 'reseller', 'contact') and o.state <> 'cancelled'")" = 0 ]
	printf 'customer,name,status\n%s,import-1.example,deleted\n' "$one" >"$W/d.csv"
	complaint import domains "$W/d.csv"
	[ "$(sql "select status, ended_at is not null from desk.resource where name = 'import-1.example'" -F ' ')" = 'deleted t' ]
}

@test "submit by argument, file and standard input; each line has its answer" {
	name=$(sql "select name from desk.resource where kind = 'domain' and ended_at is null and status = 'active' and complaints = 0 order by name limit 1")
	complaint submit "$name,one@mailboxes.test" "$name,one@mailboxes.test" "not-ours.example,one@mailboxes.test" nonsense, --by test --json >"$W/said"
	jq -es 'map(.result) == ["new", "repeat", "refused", "refused"] and map(.line) == [1, 2, 3, 4]' "$W/said"
	printf '# from the telephone\n%s,two@mailboxes.test\n\n%s , three@mailboxes.test\r\n' "$name" "$name" >"$W/lines"
	complaint submit "$W/lines" --json | jq -es 'map(.result) == ["new", "new"] and map(.line) == [2, 4]'
	complaint submit --json <"$W/lines" | jq -es 'map(.result) == ["repeat", "repeat"]'
	printf '"%s","two@mailboxes.test"\n%s;<three@mailboxes.test>\n%s\ttwo@mailboxes.test\n' "$name" "$name" "$name" |
		complaint submit - --json | jq -es 'map(.result) == ["repeat", "repeat", "repeat"]'
	complaint domain show "$name" --json | jq -e '.complaints == 3 and (.cases | length) == 1 and (.resellers | length) >= 1
		and has("status") and has("registrar") and has("proposed") and has("contacts") and has("services") and has("order_ref")
		and (.customer | has("id") and has("name") and has("complaints") and has("domains_complained") and has("domains"))
		and (.resellers[-1] | has("percent"))'
	complaint submit "$name,four@mailboxes.test" "$name,five@mailboxes.test" "$name,six@mailboxes.test" >/dev/null
	complaint domain show "$name" --json | jq -e '.proposed == ["suspend"]'
	complaint action list --json | jq -es --arg name "$name" 'any(.resource == $name and .kind == "suspend")'
}

@test "the outbox list has subject, domains and cases" {
	complaint outbox list --json >"$W/mails"
	jq -es 'length > 0 and all(has("id") and has("kind") and has("audience") and has("from") and has("to") and has("subject") and has("language")
		and has("state") and has("reason") and (.domains | type) == "array" and (.cases | type) == "array") and all(.subject != null)' "$W/mails"
	id=$(jq -rs 'map(select(.state == "owed" or .state == "held"))[0].id' "$W/mails")
	complaint outbox show "$id" | grep -q '^subject '
	complaint outbox cancel "$id" --reason 'a test' | grep -qw 'done'
	run complaint outbox cancel "$id"
	[ "$status" = 65 ]
	[[ $output = *refused* ]]
}

@test "a person approves, confirms, and the same is not done twice" {
	name=$(complaint action list --json | jq -rs 'map(select(.kind == "suspend"))[0].resource')
	id=$(complaint action list --json | jq -rs 'map(select(.kind == "suspend"))[0].action')
	complaint action approve "$id" --by jo
	complaint action confirm "#$id" --reason 'by hand'
	complaint domain show "$name" --json | jq -e '.status == "suspended"'
	run complaint domain suspend "$name"
	[ "$status" = 65 ]
	[[ $output = *'already suspended'* ]]
	[ "$(sql "select count(*) from desk.audit where who like 'jo (%' and action = $id")" -ge 1 ]
	case=$(complaint case list --all --json | jq -rs --arg name "$name" 'map(select(.resource == $name))[0].case')
	complaint case show "C-$case" --json | jq -e '(.complaint_list | length) == 6 and (.actions | length) >= 2 and (.history | length) > 2'
}

@test "a case is exported with its mails, and only once to one file" {
	case=$(complaint case list --all --json | jq -rs 'map(select(.complaints > 0))[0].case')
	complaint case export "$case" "$W/case.tar.gz"
	tar tzf "$W/case.tar.gz" >"$W/names"
	for name in case.json complaints.json audit.json; do grep -qx "$name" "$W/names"; done
	grep -qE '^messages/M-[0-9]+\.json$' "$W/names"
	tar xzOf "$W/case.tar.gz" complaints.json | jq -e 'length > 0'
	tar xzOf "$W/case.tar.gz" "$(grep -m1 '^mails/.*txt' "$W/names")" | grep -q '^Subject: .'
	[ "$(stat -c %a "$W/case.tar.gz")" = 600 ]
	run complaint case export "$case" "$W/case.tar.gz"
	[ "$status" = 73 ]
	[ "$(sql "select count(*) from desk.audit where what = 'case exported'")" = 2 ]
}

@test "nothing a mail says reaches the terminal as it is" {
	printf 'From: eve@mailboxes.test\nTo: %s\nSubject: =?utf-8?q?=1B=5B2Jcleared_=E2=80=AEmoc?=\nMessage-ID: <evil@mailboxes.test>\n\nspam from \033[31mred\n' "$DESK" >"$W/evil.eml"
	complaint ingest "$W/evil.eml"
	for format in '' --json; do
		complaint message list $format >"$W/shown"
		id=$(sql "select id from desk.message where message_id like 'evil@%'")
		complaint message show "$id" $format >>"$W/shown"
		complaint parse "$W/evil.eml" >>"$W/shown"
		if LC_ALL=C grep -q $'[\001-\010\013-\037\177]' "$W/shown"; then return 1; fi
		if grep -q $'\u202e' "$W/shown"; then return 1; fi
	done
}

@test "what lies filed and is not known is ingested again" {
	compose "$W/filed" person delta-3.example ann@mailboxes.test
	fill "$W/filed"
	daemon_once
	count=$(sql "select count(*) from desk.message")
	# The newest by id: the date a server gives to a mail has whole seconds, so others may be later.
	sql "alter table desk.message disable trigger all; delete from desk.message where id = (select max(id) from desk.message)"
	[ "$(sql "select count(*) from desk.message")" -lt "$count" ]
	complaint mailbox rescan
	[ "$(sql "select count(*) from desk.message")" = "$count" ]
	complaint mailbox status --json | jq -es 'all(.reachable) and (map(.processed) | add) >= 1'
}

@test "a monitoring plugin's line and status" {
	run complaint check
	[ "$status" -le 2 ]
	[[ $output = 'COMPLAINTD '*'|'*'outbox_oldest='* ]]
	sql "update desk.outbox set owed_at = now() - interval '1 day', state = 'owed', sent_at = null where id = (select min(id) from desk.outbox)"
	run complaint check
	[ "$status" = 2 ]
}
