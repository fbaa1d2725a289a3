#!/usr/bin/env bats
# Who complains about a domain of others is told its registrar, as far as that can be found out in time.
load helper

setup_file() {
	world_start
	mkdir "$W/rdap"
	read -r RDAP RDAP_PLAIN <<<"$("$LAB/ports" 2)"
	world_config <<-CONF
	[rdap]
	enabled = yes
	bootstrap = https://localhost:$RDAP/dns.json
	ca_file = $W/tls/ca.pem
	timeout = 1s
	pause = 0s
	CONF
	world_prepare >"$W/prepared"
	# One person asks more here than any person may.
	sql "update desk.policy set value = '1000' where name in ('ack_address_day', 'ack_template_day')"
	/usr/bin/python3 "$LAB/rdap.py" "$W/rdap" "$W/tls" "$RDAP" "$RDAP_PLAIN" 2>"$W/rdap.log" 3>&- &
	echo $! >"$W/rdap.pid"
	wait_until "the registry is ready" test -e "$W/rdap/ready"
	daemon_start
	wait_for_row "select count(*) from desk.rdap_asker" 1
}

# complain DOMAIN...: somebody forwards spam for each; nothing of it is ours
complain() {
	local domain files=()
	for domain; do
		compose "$W/$domain" person "$domain" reader@mailboxes.test attached
		files+=("$W/$domain"/*.eml)
	done
	send reader@mailboxes.test "$DESK" "${files[@]}"
}
cache() { sql "select status, registrar, abuse_email from desk.rdap_cache where object = '$1'"; }
asked() { grep -c "$1" "$W/rdap/asked"; }
# The answer about a domain: outbox state, and what it says of the registrar
answer() {
	sql "select o.state, o.context #>> '{registrars,0,registrar_abuse}' from desk.outbox o join desk.message m on m.id = o.message
		where o.audience = 'complainant' and desk.rdap_objects(m.id) = array['$1']"
}
answer_is() { [ "$(answer "$1")" = "$2" ]; }
wait_for_answer() { wait_until "the answer about $1" answer_is "$@" || { answer "$1"; return 1; }; }
# The minute that an answer waits at most; the test does not.
minute_passes() { sql "update desk.outbox set next_attempt_at = now() where state = 'owed'; notify desk_work"; }
ask_again() { sql "update desk.rdap_queue set next_attempt_at = now(); update desk.rdap_server set free_at = now(); notify desk_work"; }

@test "the registrar's abuse contact is found, and told to the complainant" {
	complain nested.example
	wait_for_answer nested.example "sent|abuse@sample-registrar.test"
	wait_for_mail reader@mailboxes.test INBOX 1
	text=$(imap list reader@mailboxes.test | field text)
	[[ $text = *"registrar: Sample Registrar Ltd."* ]]
	[[ $text = *"complaints to: abuse@sample-registrar.test"* ]]
	[[ $text != *vera* ]]
	[ "$(sql "select doc::text ~* 'vera' from desk.rdap_cache where object = 'nested.example'")" = f ]
	grep -q '^https /registry/domain/nested.example application/rdap+json' "$W/rdap/asked"
}

@test "what is known is not asked again, nor is the list of servers" {
	complain nested.example
	wait_for_row "select count(*) from desk.outbox where kind = 'not-ours' and state = 'sent'" 2
	[ "$(asked domain/nested.example)" = 1 ]
	complain thin.example
	wait_for_answer thin.example "sent|abuse@sample-registrar.test"
	[ "$(asked registry/domain/thin.example)" = 1 ]
	[ "$(asked registrar/domain/thin.example)" = 1 ]
	[ "$(asked dns.json)" = 1 ]
}

@test "a domain that does not exist, or that no server is for, is answered without" {
	complain nobody.example nested.test
	wait_for_answer nobody.example "sent|"
	[ "$(cache nobody.example)" = "404||" ]
	wait_for_answer nested.test "sent|"
	[ "$(cache nested.test)" = "404||" ]
}

@test "an abuse contact of the registrant is not told" {
	complain hidden.example
	wait_for_answer hidden.example "sent|"
	[ "$(cache hidden.example)" = "200|Sample Registrar Ltd.|" ]
}

@test "redirects are followed three times, to https, and never inside" {
	complain moved.example
	wait_for_answer moved.example "sent|abuse@sample-registrar.test"
	[ "$(asked /moved.example)" = 4 ]
	complain circle.example inside.example plain.example large.example broken.example other.example
	for name in circle inside plain large broken other; do
		wait_for_row "select attempts, reason is not null from desk.rdap_queue where object = '$name.example'" "1|t"
	done
	[ "$(asked circle.example)" = 4 ]
	none grep -q '^http ' "$W/rdap/asked"
	[ "$(sql "select reason from desk.rdap_queue where object = 'large.example'")" = "the answer has more than 1 MiB" ]
	[ "$(sql "select reason from desk.rdap_queue where object = 'other.example'")" = "the answer is not about other.example" ]
	[ "$(sql "select count(*) from desk.outbox where kind = 'not-ours' and state = 'owed' and next_attempt_at < owed_at + interval '61 seconds'")" = 6 ]
	minute_passes
	wait_for_row "select count(*) from desk.outbox where kind = 'not-ours' and state <> 'sent'" 0
}

@test "after three attempts it is given up, and not asked for an hour" {
	for n in 2 3; do
		ask_again
		wait_for_row "select count(*) from desk.rdap_queue where attempts < $n" 0
	done
	wait_for_row "select count(*) from desk.rdap_queue" 0
	[ "$(cache broken.example)" = "0||" ]
	before=$(asked broken.example)
	complain broken.example
	wait_for_answer_count broken.example 2
	[ "$(asked broken.example)" = "$before" ]
}
wait_for_answer_count() {
	wait_for_row "select count(*) from desk.outbox o where desk.rdap_objects(o.message) = array['$1'] and o.state = 'sent' and o.audience = 'complainant'" "$2"
}

@test "a busy server is left alone for as long as it asks" {
	complain busy.example
	wait_for_row "select attempts, reason from desk.rdap_queue where object = 'busy.example'" "0|the server is busy"
	[ "$(sql "select next_attempt_at > now() + interval '280 seconds' from desk.rdap_queue where object = 'busy.example'")" = t ]
	complain rest.example
	wait_for_row "select attempts, reason from desk.rdap_queue where object = 'rest.example'" "0|the server has been asked enough for now"
	[ "$(asked rest.example)" = 0 ]
	sql "delete from desk.rdap_queue; update desk.rdap_server set free_at = now()"
	minute_passes
}

@test "an old answer stands in when the server is in trouble" {
	complain failing.example
	wait_for_answer failing.example "sent|abuse@sample-registrar.test"
	touch "$W/rdap/failing"
	sql "update desk.rdap_cache set expires_at = now() where object = 'failing.example'"
	complain failing.example
	wait_for_row "select attempts, reason from desk.rdap_queue" "1|the server said 500"
	minute_passes
	wait_for_answer_count failing.example 2
	[ "$(sql "select count(*) from desk.outbox where context #>> '{registrars,0,name}' = 'failing.example'")" = 2 ]
}

@test "a server that says nothing delays nothing but its own answer" {
	sql "delete from desk.rdap_queue"
	complain slow.example
	wait_for_row "select attempts, reason from desk.rdap_queue where object = 'slow.example'" "1|Timeout was reached"
	complain grove-1.example
	wait_for_row "select count(*) from desk.outbox where kind = 'acknowledgment' and state = 'sent'" 1
	[ "$(answer slow.example)" = "owed|" ]
	touch "$W/rdap/awake"
	ask_again
	wait_for_answer slow.example "sent|abuse@sample-registrar.test"
}

@test "wrong settings are refused at the start" {
	for wrong in 'bootstrap = http://rdap.example.net/' 'servers = example' 'servers = example=ftp://localhost/'; do
		sed "s|^bootstrap.*|${wrong//&/\\&}|" "$W/complaintd.conf" >"$W/wrong.conf"
		run complaintd -c "$W/wrong.conf" --once
		[ "$status" = 78 ]
		[[ $output = *"[rdap] ${wrong%% *}"* ]]
	done
}
