#!/usr/bin/env bats
# Two daemons on one database, three mailboxes (one of them read by both), the same domains in all:
# no deadlock, nothing twice, exact figures.
load helper

another_mailbox() { # name
	sed -n "/^\[mailbox abuse\]/,/^\[relay/p" "$W/complaintd.conf" | sed '$d' |
		sed "s/^\[mailbox abuse\]/[mailbox $1]/; s/^user = .*/user = $1@registrar.test/"
}

setup_file() {
	world_start
	world_prepare >"$W/prepared"
	for name in hosting mail; do
		/usr/bin/python3 "$LAB/complaints.py" "$W/$name" --set load --count 400 --seed $RANDOM >/dev/null
		fill "$W/$name" $name@registrar.test >/dev/null
	done
	/usr/bin/python3 "$LAB/complaints.py" "$W/abuse" --set load --count 400 --seed $RANDOM >/dev/null
	fill "$W/abuse" >/dev/null
	cp "$W/complaintd.conf" "$W/one.conf"
	cp "$W/complaintd.conf" "$W/two.conf"
	another_mailbox hosting >>"$W/one.conf"
	another_mailbox mail >>"$W/two.conf"
	answer_without_end
}

@test "both work on it until every inbox is empty" {
	daemon_start one "$W/one.conf"
	daemon_start two "$W/two.conf"
	WAIT=120 wait_for_row "select count(*) from desk.message" 1200
	for box in "$DESK" hosting@registrar.test mail@registrar.test; do
		wait_for_mail "$box" INBOX 0
	done
	wait_for_row "select count(*) from desk.undecided" 0
	alive one
	alive two
}

@test "the figures are exact" {
	cat "$W"/{abuse,hosting,mail}/manifest | jq -r '.complaints[] | join(" ")' >"$W/said"
	sql "select count(*), sum(reports) from desk.complaint" -F ' '
	[ "$(sql "select count(*) from desk.complaint")" = "$(sort -u "$W/said" | wc -l)" ]
	[ "$(sql "select sum(reports) from desk.complaint")" = "$(wc -l <"$W/said")" ]
	# What is kept for speed is what counting afresh says.
	[ "$(sql "select count(*) from desk.resource r where r.complaints <>
		(select count(*) from desk.complaint c where c.resource = r.id and c.state = 'standing')")" = 0 ]
	[ "$(sql "select complaints from desk.party_figure f join desk.party p on p.id = f.party where ref = 'registrar'")" = \
		"$(sort -u "$W/said" | wc -l)" ]
}

@test "no deadlock, and each mail owed once" {
	none grep -i deadlock "$W/pg/log"
	wait_for_row "select count(*) from desk.outbox where state in ('owed', 'deferred')" 0
	[ "$(sql "select count(*) from desk.outbox where state <> 'sent'")" = 0 ]
	jq -r 'select(.port == "submission") | .message_id' "$W/border/log" | sort >"$W/sent"
	[ "$(wc -l <"$W/sent")" = "$(sql "select count(*) from desk.outbox")" ]
	[ "$(uniq -d "$W/sent" | wc -l)" = 0 ]
}

@test "of two readers of one mailbox the other takes over" {
	daemon_stop one KILL
	compose_and_send arf grove-4.example latecomer@mailboxes.test
	WAIT=20 wait_for_row "select count(*) from desk.message" 1201
	wait_for_mail "$DESK" INBOX 0
}
