#!/usr/bin/env bats
# Eight people submit overlapping complaints about the same domains at once, while the daemon reads mails about
# them: every figure exact, one action and one mail for each thing.
load helper

DOMAINS="amber-1 amber-2 birch-1 cedar-1"

setup_file() {
	world_start
	world_prepare >"$W/prepared"
	answer_without_end
	# By mail: four people about each, three of whom are also submitted.
	for name in $DOMAINS; do
		for n in 8 9 10 11; do compose "$W/mails-$name-$n" arf "$name.example" "caller$n@mailboxes.test"; done
	done
	# Session s has callers s to s+3 for every domain, in an order of its own, twice.
	for s in 1 2 3 4 5 6 7 8; do
		for n in 0 1 2 3 0 1 2 3; do
			for name in $DOMAINS; do echo "$name.example,caller$((s + n))@mailboxes.test"; done
		done | sort -R --random-source=<(yes "$s") >"$W/session$s"
	done
	daemon_start
}

@test "eight sessions at once, beside a running daemon" {
	for s in 1 2 3 4 5 6 7 8; do
		complaint submit "$W/session$s" --by "person$s" --json >"$W/said$s" 3>&- &
		echo $! >>"$W/sessions"
	done
	for name in $DOMAINS; do
		for n in 8 9 10 11; do fill "$W/mails-$name-$n" >/dev/null; done
	done
	while read -r pid; do wait "$pid"; done <"$W/sessions"
	wait_for_row "select count(*) from desk.message where kind = 'arf'" 16
	wait_for_row "select count(*) from desk.undecided" 0
	# 8 sessions of 32 lines; a pair is new once: to a session or to the daemon.
	[ "$(cat "$W"/said* | wc -l)" = 256 ]
	[ "$(cat "$W"/said* | jq -r .result | sort -u | tr '\n' ' ')" = 'new repeat ' ]
	[ "$(cat "$W"/said* | jq -rs 'map(select(.result == "new") | .domain + "," + .complainant) | length == (unique | length)')" = true ]
}

@test "the counts are exact, everywhere" {
	[ "$(sql "select count(*), sum(counting), min(complaints), max(complaints), sum(reports) from desk.resource where complaints > 0")" = "4|44|11|11|272" ]
	[ "$(sql "select count(*), count(distinct (resource, complainant_key)), count(*) filter (where counts), sum(reports) from desk.complaint")" = "44|44|44|272" ]
	[ "$(sql "select p.ref, f.complaints, f.complained, f.counting, f.spamming from desk.party_figure f join desk.party p on p.id = f.party where f.complaints > 0 order by 1" -F ' ')" = \
"amber 22 2 22 2
birch 11 1 11 1
cedar 11 1 11 1
harbour 33 3 33 3
north 44 4 44 4
registrar 44 4 44 4" ]
}

@test "one case, one warning, one proposal for each domain; one escalation mail names it" {
	[ "$(sql "select count(*), count(distinct resource), count(*) filter (where state <> 'closed') from desk.case")" = "4|4|4" ]
	[ "$(sql "select kind, state, count(*), count(distinct resource) from desk.action where kind in ('warn', 'suspend') group by 1, 2 order by 1")" = \
"suspend|proposed|4|4
warn|done|4|4" ]
	[ "$(sql "select count(*), count(distinct (i.resource, o.sender, o.recipient)) from desk.outbox o join desk.outbox_item i on i.outbox = o.id where o.kind = 'warning'")" = \
		"$(sql "select count(distinct (i.resource, o.sender, o.recipient)) n, count(distinct (i.resource, o.sender, o.recipient)) m from desk.outbox o join desk.outbox_item i on i.outbox = o.id where o.kind = 'warning'")" ]
	[ "$(sql "select max(n) from (select count(*) as n from desk.outbox o join desk.outbox_item i on i.outbox = o.id where o.kind = 'escalation' group by i.resource) x")" = 1 ]
}

@test "every complainant is answered once for each domain, and every mail arrives once" {
	[ "$(sql "select count(*), count(distinct (o.recipient, i.resource)) from desk.outbox o join desk.outbox_item i on i.outbox = o.id
		where o.audience = 'complainant' group by o.audience having count(*) <> count(distinct (o.recipient, i.resource))")" = '' ]
	wait_for_row "select count(*) from desk.outbox where state <> 'sent'" 0
	for box in caller1@mailboxes.test caller5@mailboxes.test owner@amber.test abuse@north.test; do
		[ "$(imap count $box)" = "$(sql "select count(*) from desk.outbox where recipient = '$box'")" ]
	done
	[ "$(imap count caller11@mailboxes.test)" -le 4 ]
	daemon_stop
	none grep -iE 'error|deadlock|critical' "$W/complaintd.log"
}
