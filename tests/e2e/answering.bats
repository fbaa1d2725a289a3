#!/usr/bin/env bats
# Whom we answer, by what his mail says of itself, and robots that would go on for ever.
load helper

setup_file() {
	world_start
	world_prepare >"$W/prepared"
	sql "insert into desk.reporter (address, trust, ack_rule, no_mail_at) values
		('never@reporters.test', 'normal', 'never', null), ('blocked@reporters.test', 'blocked', null, null),
		('annoyed@reporters.test', 'normal', null, now()), ('@confirmed.reporters.test', 'normal', 'always', null)"
	"$LAB/answering.py" "$ROOT/tests/data/answering/mails.tsv" "$W/rows" >/dev/null
	complaint ingest "$W/rows" >"$W/ingested"
	sql "create table expected (sha256 text, row text, want text)"
	sql "\\copy expected from $W/rows/expected.tsv"
}

@test "every mail of the table is answered, or not, for the reason that stands there" {
	[ "$(sql "select count(*) > 190 from expected")" = t ]
	wait_for_row "select count(*) from desk.undecided" 0
	wrong=$(sql "select e.row, 'expected ' || e.want, 'but it is ' || coalesce(g.got, 'not there')
		from expected e left join lateral (
			select case m.ack when 'owed' then coalesce(string_agg(o.kind, ' '), 'owed and nothing there') else m.ack_reason || ' ' || m.kind end as got
			from desk.message m left join desk.outbox o on o.message = m.id and o.audience = 'complainant'
			where encode(m.sha256, 'hex') = e.sha256 group by m.id) g on true
		where g.got is distinct from e.want order by 1" -F ': ')
	[ -z "$wrong" ] || { echo "$wrong" && false; }
}

@test "an answer has the null sender, says what it is, and names nobody" {
	[ "$(sql "select count(*) from desk.outbox where audience = 'complainant' and message is not null
		and (envelope <> '' or auto_submitted <> 'auto-replied' or recipient_name <> '' or context->>'recipient_name' <> '')")" = 0 ]
	[ "$(sql "select count(*) from (select 1 from desk.outbox where audience = 'complainant' group by message, recipient having count(*) > 1) t")" = 0 ]
	[ "$(sql "select count(*) from desk.message where ack_reason is null")" = 0 ]
	# A machine that staff promised a confirmation gets one without content.
	[ "$(sql "select count(*), sum(jsonb_array_length(context->'domains')) from desk.outbox where recipient like '%@confirmed.reporters.test'")" = "2|0" ]
}

@test "every reason for silence can be counted" {
	sql "select reason from dashboard.suppressed_acknowledgments where messages > 0" >"$W/suppressed"
	for reason in automatic precedence list loop null-sender no-return-path machine-address machine-path own-address address \
		unauthenticated feedback-loop spamcop reporter-rule blocked complained-about-us repeat nothing-reported not-a-submitter; do
		grep -qx "$reason" "$W/suppressed"
	done
}

@test "a robot that answers our answer for a thousand rounds gets the one" {
	compose "$W/first" person grove-1.example robot@mailboxes.test attached
	fill "$W/first" robots@registrar.test >/dev/null
	complaint ingest "$W/dv/mail/robots@registrar.test/Maildir" >/dev/null
	[ "$(sql "select count(*) from desk.outbox where recipient = 'robot@mailboxes.test'")" = 1 ]
	complaint outbox show "$(sql "select id from desk.outbox where recipient = 'robot@mailboxes.test'")" >"$W/answer"
	"$LAB/robots.py" "$W/answer" "$W/rounds" 1000
	complaint ingest "$W/rounds/marked" >/dev/null
	[ "$(sql "select count(*) from desk.message where from_address = 'robot@mailboxes.test'")" = 1001 ]
	wait_for_row "select count(*) from desk.undecided" 0
	[ "$(sql "select count(*) from desk.outbox where recipient = 'robot@mailboxes.test'")" = 1 ]
}

@test "a robot without any mark is stopped by the cap of an address, a swarm by those of domain and desk" {
	complaint ingest "$W/rounds/stubborn" >/dev/null
	complaint ingest "$W/rounds/swarm" >/dev/null
	wait_for_row "select count(*) from desk.undecided" 0
	[ "$(sql "select count(*) from desk.outbox where recipient = 'machine@mailboxes.test'")" = 10 ]
	[ "$(sql "select count(*) from desk.message where from_address = 'machine@mailboxes.test' and ack_reason in ('cap-address', 'repeat')")" = 990 ]
	[ "$(sql "select max(n) <= 100 from (select count(*) as n from desk.outbox where audience = 'complainant' group by split_part(recipient, '@', 2)) t")" = t ]
	[ "$(sql "select count(*) from desk.outbox where audience = 'complainant'")" = 500 ]
	[ "$(sql "select count(*) > 0 from desk.message where ack_reason = 'cap-desk'")" = t ]
	# They are stored and counted all the same.
	[ "$(sql "select count(*) from desk.complaint where complainant like 'm%@d%.mailboxes.test'")" = 1000 ]
}
