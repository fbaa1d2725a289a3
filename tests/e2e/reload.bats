#!/usr/bin/env bats
# SIGHUP while mails are on their way: parts stop and start, and every mail is where it should be.
load helper

@test "reloaded at any moment nothing is lost, nothing comes twice" {
	sql "update desk.policy set value = '100000' where name in ('ack_hour', 'ack_domain_hour', 'ack_address_day')"
	/usr/bin/python3 "$LAB/complaints.py" "$W/load" --set load --count 400 >/dev/null
	fill "$W/load" >/dev/null
	daemon_start
	wait_for_log reading
	for n in 1 2 3 4 5 6 7 8 9 10; do
		kill -HUP "$(cat "$W/complaintd.pid")"
		timeout "0.$((RANDOM % 9 + 1))" tail --pid="$(cat "$W/complaintd.pid")" -f /dev/null || true
		alive
	done
	WAIT=180 wait_for_row "select count(*) from desk.message" 400
	wait_for_mail "$DESK" INBOX 0
	wait_for_row "select count(*) from desk.undecided" 0
	WAIT=120 wait_for_row "select count(*) from desk.outbox where state in ('owed', 'deferred')" 0
	daemon_stop
	[ "$(grep -c "reloaded" "$W/complaintd.log")" -ge 2 ]
	[ "$(sql "select count(*) from desk.outbox where state not in ('sent')")" = 0 ]
	sql "select '<' || message_id || '>' from desk.outbox" | sort >"$W/owed"
	find "$W/dv/mail" -path "*/Maildir/*" -type f ! -path "*/$DESK/*" ! -name 'dovecot*' ! -name '*.lock' ! -name maildirfolder \
		-exec sed -n 's/^Message-I[Dd]: *//p; /^\r*$/q' {} \; | tr -d '\r' | sort >"$W/arrived"
	diff "$W/owed" "$W/arrived"
}
