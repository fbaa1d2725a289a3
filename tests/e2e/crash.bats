#!/usr/bin/env bats
# The crash test: 2,000 mails, and the daemon killed at 25 random moments. CRASH_SEED repeats a run.
load helper

MAILS=2000 KILLS=25

setup_file() {
	world_start
	world_prepare >"$W/prepared"
	answer_without_end
	/usr/bin/python3 "$LAB/complaints.py" "$W/load" --set load --count $MAILS >/dev/null
	jq -r '.complaints[] | join(" ")' "$W/load/manifest" >"$W/said"
	# Portions, so that there is work at every moment.
	split -d -n "r/$KILLS" "$W/load/manifest" "$W/portion."
}

@test "killed at $KILLS random moments" {
	RANDOM=${CRASH_SEED:=$RANDOM}
	echo "# CRASH_SEED=$CRASH_SEED" >&3
	kills=0
	for portion in "$W"/portion.*; do
		cp "$portion" "$W/load/manifest"
		fill "$W/load" >/dev/null
		daemon_start
		# The moment: from before it is connected to after it may be done.
		pause=$((RANDOM % 900 + 50))
		timeout "$(printf "%d.%03d" $((pause / 1000)) $((pause % 1000)))" tail --pid="$(cat "$W/complaintd.pid")" -f /dev/null || true
		alive
		daemon_stop complaintd KILL
		kills=$((kills + 1))
		echo "# after $pause ms: $(sql "select (select count(*) from desk.message) || ' stored, ' ||
			(select count(*) from desk.undecided) || ' undecided, ' || (select count(*) from desk.outbox_queue where begun) ||
			' being sent, ' || count(*) filter (where state = 'sent') || ' sent' from desk.outbox")" >&3
	done
	[ $kills = $KILLS ]
}

@test "then it goes on where it was, to the end" {
	# What was being sent when it was killed is in doubt when its lease has run out: let it be now.
	sql "update desk.outbox_queue set lease_until = now() where lease_until is not null"
	daemon_start
	WAIT=180 wait_for_row "select count(*) from desk.message" $MAILS
	wait_for_mail "$DESK" INBOX 0
	wait_for_row "select count(*) from desk.undecided" 0
	WAIT=120 wait_for_row "select count(*) from desk.outbox where state in ('owed', 'deferred')" 0
	daemon_stop
}

@test "exactly the mails, exactly the complaints" {
	[ "$(sql "select count(*) from desk.message")" = $MAILS ]
	[ "$(sql "select count(*) from desk.complaint")" = "$(sort -u "$W/said" | wc -l)" ]
	[ "$(sql "select sum(reports) from desk.complaint")" = "$(wc -l <"$W/said")" ]
	filed=0
	for folder in Processed Other Quarantine; do
		filed=$((filed + $(imap count "$DESK" $folder)))
	done
	[ $filed = $MAILS ]
	[ "$(imap count "$DESK" Quarantine)" = 0 ]
}

@test "no acknowledgment arrived twice, notices twice only under one Message-ID, doubts are listed" {
	sql "select '<' || message_id || '>', auto_submitted, state, kind from desk.outbox" -F ' ' | sort >"$W/owed"
	# What lies in the mailboxes, not what anybody says was sent.
	find "$W/dv/mail" -path "*/Maildir/*" -type f ! -path "*/$DESK/*" ! -name 'dovecot*' ! -name '*.lock' ! -name maildirfolder \
		-exec sed -n 's/^Message-I[Dd]: *//p; /^\r*$/q' {} \; | tr -d '\r' | sort >"$W/arrived"
	uniq "$W/arrived" | join -v 1 - "$W/owed" >"$W/unknown"
	uniq -d "$W/arrived" | join - "$W/owed" >"$W/twice"
	uniq "$W/arrived" | join -v 2 - "$W/owed" >"$W/missing"
	echo "# $(wc -l <"$W/arrived") arrived of $(wc -l <"$W/owed") owed, $(wc -l <"$W/twice") twice," \
		"$(wc -l <"$W/missing") not, $(grep -c ' uncertain ' "$W/owed") uncertain" >&3
	[ "$(wc -l <"$W/owed")" -gt 300 ]
	[ ! -s "$W/unknown" ]
	# Owed once each: the same answer under two Message-IDs would be a second mail as well.
	[ "$(sql "select count(*) from (select 1 from desk.outbox where kind = 'acknowledgment' group by message having count(*) > 1) t")" = 0 ]
	none grep auto-replied "$W/twice"
	# Every notice arrived; an acknowledgment that did not is one in doubt.
	none grep -v ' auto-replied uncertain ' "$W/missing"
	none grep -vE ' (sent|uncertain) ' "$W/owed"
	complaint outbox list --json | jq -r 'select(.state == "uncertain") | .id' | wc -l >"$W/listed"
	[ "$(cat "$W/listed")" = "$(sql "select count(*) from desk.outbox where state = 'uncertain'")" ]
}

@test "once more, and nothing changes" {
	before=$(sql "select md5(string_agg(t::text, ',' order by id)) from desk.message t")
	owed=$(sql "select count(*) from desk.outbox")
	daemon_once
	[ "$(sql "select md5(string_agg(t::text, ',' order by id)) from desk.message t")" = "$before" ]
	[ "$(sql "select count(*) from desk.outbox")" = "$owed" ]
}
