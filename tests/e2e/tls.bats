#!/usr/bin/env bats
# Nobody but the server that we mean gets a password.
load helper

setup_file() {
	world_start
	world_prepare >"$W/prepared"
	read -r IMPOSTOR <<<"$("$LAB/ports" 1)"
	export IMPOSTOR
}

teardown() {
	process_end "$W/impostor.pid"
	daemon_stop
}

impostor() { # kind certificate mode
	process_end "$W/impostor.pid"
	rm -f "$W/heard" "$W/complaintd.log"
	/usr/bin/python3 "$LAB/impostor.py" "$1" "$IMPOSTOR" "$W/tls/$2" "$3" "$W/heard" 2>"$W/impostor.err" 3>&- &
	echo $! >"$W/impostor.pid"
	wait_until "the impostor listens" grep -q listening "$W/heard"
}

imap_conf() { # tls
	sed "/^\[mailbox/,/^\[relay/ { s/^port = .*/port = $IMPOSTOR/; s/^tls = .*/tls = $1/ }" \
		"$W/complaintd.conf" >"$W/tls.conf"
}

relay_conf() { # tls
	sed "/^\[relay/,\$ { s/^port = .*/port = $IMPOSTOR/; s/^tls = .*/tls = $1/ }" \
		"$W/complaintd.conf" >"$W/tls.conf"
}

# meets LOG-WORDS: the daemon meets the impostor, names the cause, and gives nothing away.
meets() {
	daemon_start complaintd "$W/tls.conf"
	wait_until "the impostor is visited" grep -q connected "$W/heard"
	wait_until "the log to name the cause: $1" grep -qiE -e "$1" "$W/complaintd.log" || {
		cat "$W/complaintd.log" "$W/heard"
		return 1
	}
	daemon_stop
	none grep -iE "login|authenticate|auth plain|$LAB_PASSWORD" "$W/heard"
	none grep -F "$LAB_PASSWORD" "$W/complaintd.log"
}

@test "IMAP: a certificate for another name" {
	impostor imap wrong tls
	imap_conf implicit
	meets 'name|host'
}

@test "IMAP: a certificate of an unknown CA" {
	impostor imap stranger tls
	imap_conf implicit
	meets 'issuer|authority|not trusted|unknown CA'
}

@test "IMAP: a certificate that has run out" {
	impostor imap expired tls
	imap_conf implicit
	meets expired
}

@test "IMAP: STARTTLS stripped on the way" {
	impostor imap server stripped
	imap_conf starttls
	meets STARTTLS
}

@test "IMAP: STARTTLS refused" {
	impostor imap server refused
	imap_conf starttls
	meets STARTTLS
}

@test "IMAP: STARTTLS with a certificate for another name" {
	impostor imap wrong starttls
	imap_conf starttls
	meets 'name|host'
}

@test "IMAP: a PREAUTH greeting where TLS is wanted" {
	impostor imap server preauth
	imap_conf starttls
	meets PREAUTH
}

@test "relay: a wrong name, an unknown CA, STARTTLS stripped" {
	compose_and_send person grove-1.example carl@mailboxes.test
	relay_conf starttls
	impostor smtp wrong starttls
	meets 'name|host '
	impostor smtp stranger starttls
	meets 'issuer|trusted|verification failed.*CAfile'
	impostor smtp server stripped
	meets 'STARTTLS|TLS'
	[ "$(sql "select count(*) from desk.outbox where state = 'sent'")" = 0 ]
	# With the right server the mail that waited leaves.
	process_end "$W/impostor.pid"
	daemon_start
	wait_for_mail carl@mailboxes.test INBOX 1
}

@test "STARTTLS with the right server works, and so does XOAUTH2" {
	token="$("$LAB/token" "$DESK")"
	printf '#!/bin/sh\necho %s\n' "$token" >"$W/token"
	chmod 755 "$W/token"
	sed "/^\[mailbox/,/^\[relay/ { s/^port = .*/port = $LAB_IMAP/; s/^tls = .*/tls = starttls/
		s/^password_file = .*/auth = xoauth2/; s|^user = .*|&\ntoken_command = $W/token| }" \
		"$W/complaintd.conf" >"$W/oauth.conf"
	compose_and_send person grove-2.example dora@mailboxes.test
	daemon_start complaintd "$W/oauth.conf"
	wait_for_mail dora@mailboxes.test INBOX 1
}
