#!/usr/bin/env bats
# A configuration with a mistake is refused with words that help; a running daemon keeps the old one.
load helper

# with SED-SCRIPT: a configuration that differs from the good one
with() {
	sed "$1" "$W/complaintd.conf" >"$W/bad.conf"
}
# refused WORDS...: checking it ends with 78 and names all these
refused() {
	local word
	run complaint -c "$W/bad.conf" config check
	echo "$output"
	[ "$status" = 78 ]
	for word in "$@"; do
		[[ $output = *"$word"* ]] || return 1
	done
	run timeout 20 complaintd -c "$W/bad.conf" --once
	[ "$status" = 78 ]
}

@test "the good one is good" {
	complaint -c "$W/complaintd.conf" config check
}

@test "an unknown key, and what may have been meant" {
	with 's/^helo = /hello = /'
	refused bad.conf relay hello helo
}

@test "an unknown section" {
	with 's/^\[parser\]/[parsers]/'
	refused bad.conf parsers parser
}

@test "a value of the wrong type" {
	with 's/^workers = .*/workers = several/'
	refused bad.conf parser workers several
}

@test "a number out of its range" {
	with 's/^port = .*/port = 99999/'
	refused bad.conf port 99999
}

@test "a secret that is not there" {
	with 's|^password_file = .*|password_file = /nonexistent/secret|'
	refused bad.conf password /nonexistent/secret
}

@test "what a part finds wrong only when it starts" {
	with 's/^party = registrar/&\n\n[hook]\nurl = http:\/\/panel.example.org\/\nsecret_command = echo words/'
	refused '[hook] url' 'https://'
	with 's/^party = registrar/&\n\n[hook]\nurl = https:\/\/panel.example.org\/\nsecret_command = echo whsec_short/'
	refused '[hook] secret' base64
	with 's/^party = registrar/&\n\n[rdap]\nenabled = yes\nbootstrap = ftp:\/\/rdap.example.org\//'
	refused '[rdap] bootstrap' 'https://'
	with '/^\[relay\]/,$ { s/^host = .*/host = mail.example.org/; s/^tls = .*/tls = none/; s/^ca_file.*// }'
	refused '[relay] tls' unencrypted
	run complaintd -c "$W/bad.conf" --check-config
	[ "$status" = 78 ]
	[[ $output = *unencrypted* ]]
}

@test "a mailbox without host" {
	with '/^\[mailbox/,/^\[relay/ { /^host = /d }'
	refused 'mailbox abuse' host
}

@test "what is shown hides the secrets and can be read again" {
	with "s|^password_file = .*|password = open-sesame|"
	chmod 600 "$W/bad.conf"
	complaint -c "$W/bad.conf" config show >"$W/shown"
	none grep -q open-sesame "$W/shown"
	grep -q '^\[mailbox abuse\]' "$W/shown"
	complaint config example >"$W/example"
	grep -q '^\[database\]' "$W/example"
}

@test "the daemon refuses a database without the schema and names the command" {
	DATABASE=postgres sql 'create database bare'
	with 's/dbname=complaintd/dbname=bare user=lab/'
	run timeout 20 complaintd -c "$W/bad.conf" --once
	echo "$output"
	[ "$status" != 0 ]
	[[ $output = *"complaint db init"* ]]
}

@test "customers who send, and no pattern to find their tokens by, are remarked on once" {
	[ "$(sql 'select desk.sends()')" = t ]
	run complaint -c "$W/complaintd.conf" config check
	[ "$status" = 0 ]
	[[ $output = *"token_pattern is not set"* ]]
	daemon_once
	[ "$(grep -c 'token_pattern is not set' "$W/complaintd.log")" = 1 ]
	with 's/^\[border\]/&\ntoken_pattern = (ct-[0-9]+)/'
	run complaint -c "$W/bad.conf" config check
	[ "$status" = 0 ]
	none grep -q token_pattern <<<"$output"
	sql "update desk.resource set ended_at = now()"
	run complaint -c "$W/complaintd.conf" config check
	none grep -q token_pattern <<<"$output"
	sql "update desk.resource set ended_at = null"
}

@test "... and not again for settings that are not taken" {
	cp "$W/complaintd.conf" "$W/kept.conf"
	rm -f "$W/complaintd.log"
	daemon_start
	wait_for_log 'token_pattern is not set'
	(umask 077 && echo whsec_short >"$W/short")
	printf '\n[hook]\nurl = http://127.0.0.1:1/\nsecret_file = %s\n' "$W/short" >>"$W/complaintd.conf"
	kill -HUP "$(cat "$W/complaintd.pid")"
	wait_for_log 'not reloaded'
	cp "$W/kept.conf" "$W/complaintd.conf"
	kill -HUP "$(cat "$W/complaintd.pid")"
	wait_for_log ' reloaded /'
	daemon_stop
	[ "$(grep -c 'token_pattern is not set' "$W/complaintd.log")" = 2 ]
}

@test "SIGHUP while it waits for the database takes the settings that lead there" {
	cp "$W/complaintd.conf" "$W/kept.conf"
	sed -i 's/dbname=complaintd/& port=1/' "$W/complaintd.conf"
	daemon_start
	wait_for_log waiting
	cp "$W/kept.conf" "$W/complaintd.conf"
	kill -HUP "$(cat "$W/complaintd.pid")"
	wait_for_log 'reading mailbox abuse'
	alive
	daemon_stop
}

@test "SIGHUP takes a good configuration" {
	daemon_start
	compose_and_send arf amber-1.example reader1@mailboxes.test
	wait_for_row "select count(*) from desk.message" 1
	compose "$W/second" arf amber-2.example reader1@mailboxes.test
	fill "$W/second" second@registrar.test
	cp "$W/complaintd.conf" "$W/kept.conf"
	sed -n "/^\[mailbox abuse\]/,/^\[relay/p" "$W/kept.conf" | sed '$d; s/^\[mailbox abuse\]/[mailbox second]/
		s/^user = .*/user = second@registrar.test/' >>"$W/complaintd.conf"
	kill -HUP "$(cat "$W/complaintd.pid")"
	wait_for_row "select count(*) from desk.message" 2
	wait_for_mail second@registrar.test INBOX 0
}

@test "and keeps the old one when the new one is bad" {
	sed -i 's/^helo = /hello = /' "$W/complaintd.conf"
	kill -HUP "$(cat "$W/complaintd.pid")"
	wait_for_log hello
	alive
	compose_and_send arf amber-3.example reader1@mailboxes.test
	wait_for_row "select count(*) from desk.message" 3
	compose_and_send person amber-3.example ann@mailboxes.test
	wait_for_mail ann@mailboxes.test INBOX 1
	daemon_stop
}
