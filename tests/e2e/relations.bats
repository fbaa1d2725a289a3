#!/usr/bin/env bats
# How we are concerned with what is reported, from the mail that comes in to the sentence that goes out.
load helper

setup_file() {
	world_start
	world_prepare >"$W/prepared"
	cat >"$W/domains.csv" <<-'END'
	name,customer,services
	named.example,grove,registration
	dropbox.example,grove,registration mail-redirection
	linked.example,grove,registration web-redirection
	unset.example,grove,registration web-redirection:unset
	served.example,grove,dns
	hosted.example,grove,registration hosting
	informed.example,ember,registration
	copied.example,grove,registration hosting
	END
	printf 'name,role,party\nmail.registrar.test,mail-redirection,registrar\n' >"$W/hosts.csv"
	complaint import domains "$W/domains.csv"
	complaint import hosts "$W/hosts.csv" --json | jq -es '. == [{what: "added", line: null, column: null, detail: "1"}]'
	daemon_start
}

# report WHO HEADERS [TEXT]: somebody forwards a spam as it came
report() {
	{
		printf 'From: %s@mailboxes.test\nTo: %s\nSubject: spam\nMessage-ID: <%s-report@mailboxes.test>\nMIME-Version: 1.0\n' "$1" "$DESK" "$1"
		printf 'Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/plain\n\nSpam, see the attached mail.\n--b\nContent-Type: message/rfc822\n\n'
		printf '%b\nTo: %s@mailboxes.test\nSubject: win\nMessage-ID: <%s@spammer.test>\n\n%s\n--b--\n' "$2" "$1" "$1" "${3:-You have won. Just answer.}"
	} >"$W/$1.eml"
	send "$1@mailboxes.test" "$DESK" "$W/$1.eml" >/dev/null
}
FOREIGN='Received: from out.spammer.test (out.spammer.test [203.0.113.66]) by mx.mailboxes.test with ESMTP'

@test "our name in a forged From: explained, nobody warned" {
	report forged "$FOREIGN\nFrom: shop@named.example"
	wait_for_words forged@mailboxes.test 'anyone can write anything there'
	complaint domain show named.example --json | jq -e '.complaints == 0 and .cases == []'
}

@test "what our redirection only passed on is explained, and its domain is no culprit" {
	report passed "Received: from mail.registrar.test (mail.registrar.test [203.0.113.9]) by mx.mailboxes.test with ESMTP
Received: from out.spammer.test (out.spammer.test [203.0.113.66]) by mail.registrar.test with ESMTP for <me@dropbox.example>
From: shop@spammer.test"
	wait_for_words passed@mailboxes.test 'redirection only passed it on'
	complaint domain show dropbox.example --json | jq -e '.complaints == 0'
}

@test "a redirected address where answers are wanted: warned" {
	report answers "$FOREIGN\nFrom: shop@spammer.test\nReply-To: prize@dropbox.example"
	wait_for_words owner@grove.test 'dropbox[.]example'
	wait_for_words owner@grove.test 'the mails pass our mail redirection'
	complaint case list --json | jq -es 'any(.resource == "dropbox.example" and .relation == "mail-redirection")'
}

@test "more than 300 mails a day: stopped without a further complaint, other nameservers asked for" {
	printf 'domain,day,mails\ndropbox.example,%s,300\n' "$(date -u +%F)" >"$W/redirections.csv"
	complaint import redirections "$W/redirections.csv"
	[ "$(complaint action list --json | jq -rs 'map(select(.kind == "stop-redirection")) | length')" = 0 ]
	printf 'domain,day,mails\ndropbox.example,%s,x\nnobody.example,%s,1\n' "$(date -u +%F)" "$(date -u +%F)" >"$W/bad.csv"
	run complaint import redirections "$W/bad.csv"
	[ "$status" = 65 ]
	[[ $output = *':2: mails: "x"'*':3: domain: "nobody.example"'* ]]
	sed -i 's/,300$/,301/' "$W/redirections.csv"
	complaint import redirections "$W/redirections.csv" --json | jq -es 'any(.detail == "300 -> 301")'
	id=$(complaint action list --json | jq -rs 'map(select(.kind == "stop-redirection" and .resource == "dropbox.example"))[0].action')
	wait_for_words staff@registrar.test 'mails redirected in a day: 301, more than 300'
	complaint action approve "$id"
	none has owner@grove.test 'have stopped the redirection'
	complaint action confirm "$id" --reason 'by hand'
	wait_for_words owner@grove.test 'have stopped the redirection'
	wait_for_words owner@grove.test 'please provide nameservers of another provider'
	complaint domain show dropbox.example --json | jq -e '.services == ["registration"] and .status == "active"'
}

@test "links to a redirection, with a target and without" {
	report target "$FOREIGN\nFrom: shop@spammer.test" 'See https://www.linked.example/buy'
	wait_for_words owner@grove.test 'the links pass our web redirection'
	report unset "$FOREIGN\nFrom: shop@spammer.test" 'See https://www.unset.example/buy'
	wait_for_words unset@mailboxes.test 'has no target'
	wait_for_words owner@grove.test 'our web redirection, which has no target'
	complaint action list --all --json | jq -es 'map(select(.resource == "unset.example") | .kind) == ["inform"]'
}

@test "nameservers, hosting, and registration about which we only inform" {
	report served "$FOREIGN\nFrom: shop@spammer.test" 'See https://www.served.example/buy'
	wait_for_words owner@grove.test 'our nameservers serve the domain'
	complaint policy set ground 'article 7.2 of our terms' --party registrar
	report hosted "$FOREIGN\nFrom: shop@spammer.test" 'See https://www.hosted.example/buy'
	wait_for_words owner@grove.test 'it is hosted with us'
	wait_for_words owner@grove.test 'article 7.2 of our terms'
	complaint policy set registrar_inform_only yes --party south
	printf 'informed.example,i%d@mailboxes.test\n' 1 2 3 4 5 6 7 8 >"$W/eight"
	complaint submit "$W/eight" >/dev/null
	wait_for_words owner@ember.test 'informed[.]example'
	complaint action list --all --json | jq -es 'map(select(.resource == "informed.example") | .kind) == ["inform"]'
	complaint domain show informed.example --json | jq -e '.complaints == 8 and .proposed == []'
}

@test "a copy for machines that our own parser takes without a word, and nobody who complained" {
	complaint policy set xarf_copy yes --party registrar
	report machine "$FOREIGN\nFrom: shop@spammer.test" 'See https://www.copied.example/login/machine?u=machine@mailboxes.test'
	wait_for_words owner@grove.test 'hxxps://www[.]copied[.]example/login/...'
	n=$(imap list owner@grove.test | jq -s 'map(.text | contains("copied[.]example")) | index(true) + 1')
	imap raw owner@grove.test INBOX "$n" >"$W/copy.eml"
	complaint parse "$W/copy.eml" | jq -e '.kind == "own"' # should it ever come back to us
	echo '{}' >"$W/elsewhere"
	complaint parse --border "$W/elsewhere" "$W/copy.eml" >"$W/copy.json"
	jq -e '.kind == "xarf" and .malformed == [] and .reporter.address == "abuse@registrar.test"
		and any(.incidents[]; .urls == ["https://www.copied.example/login/..."])' "$W/copy.json" || { cat "$W/copy.json" >&2; return 1; }
	[ "$(grep -ci machine@mailboxes "$W/copy.json")" = 0 ]

	# Every category has a type that is valid, for a link and for an address.
	for category in spam phishing malware botnet fraud copyright trademark intrusion vulnerability other; do
		documents=$(sql "begin; update desk.\"case\" set category = '$category' where resource = (select id from desk.resource where name = 'copied.example');
			select desk.case_xarf(c.id, 5) from desk.\"case\" c join desk.resource r on r.id = c.resource where r.name = 'copied.example'; rollback" | grep '^\[')
		jq -e 'length == 2 and all(.[]; .evidence | length == 1)' <<<"$documents"
		[[ $documents != *mailboxes.test* ]]
		printf 'From: abuse@registrar.test\nTo: a@b.test\nSubject: x\nMIME-Version: 1.0\nContent-Type: application/json; name=xarf.json\n\n%s\n' "$documents" >"$W/$category.eml"
		complaint parse "$W/$category.eml" | jq -e '.kind == "xarf" and .malformed == [] and (.incidents | length) == 2'
	done
}

# The examples of the manual, word for word but for the host.
manual() {
	awk -v which="$1" '/^[.]Sh INVENTORY/ { on = 1 } /^[.]Sh POINTS/ { on = 0 } /^[.]Ed/ { p = 0 }
		p; on && /^[.]Bd/ { p = ++n == which }' "$ROOT/daemon/man/complaintd-sql.7" | sed "s|db.example.net|$W/pg|"
}

@test "the inventory may come from the operator's own database, as the manual says" {
	DATABASE=postgres sql 'create database provisioning'
	DATABASE=provisioning sql "create table domains as select 'own-' || n || '.example' as fqdn, 'grove' as account, 'Example Registrar' as registrar, 'active' as state from generate_series(1, 3) n;
		create role abuse login; grant select on domains to abuse"
	sql 'create role jo login; grant complaint_admin to jo'
	manual 1 | psql -Xq -v ON_ERROR_STOP=1 -h "$W/pg" -U lab -d complaintd
	# A complete inventory would take the others away.
	feed() { manual 2 | sed 's/p_complete => true/p_complete => false/' | psql -XqAt -F ' ' -v ON_ERROR_STOP=1 -h "$W/pg" -U jo -d complaintd 2>&1 | grep . | tr -s ' '; }
	[ "$(feed)" = 'added 3' ]
	[ "$(feed)" = 'unchanged 3' ]
	complaint domain show own-2.example --json | jq -e '.customer.id == "grove" and .registrar == "Example Registrar"'
	DATABASE=provisioning sql "update domains set fqdn = 'Own-1.example' where fqdn = 'own-1.example'"
	[[ $(feed) = *error*'name "Own-1.example" is no domain name'* ]]
}

@test "a deadline that passes while the daemon is away is kept, once" {
	case=$(complaint case list --json | jq -rs 'map(select(.resource == "served.example"))[0].case')
	daemon_stop
	sql "update desk.case set due_at = now() - interval '1 hour' where id = $case"
	daemon_start
	wait_for_row "select count(*) > 0 from desk.outbox o join desk.outbox_item i on i.outbox = o.id where i.\"case\" = $case and o.kind = 'reminder'" t
	daemon_stop
	daemon_start
	report restart "$FOREIGN\nFrom: shop@spammer.test" 'See https://www.served.example/buy'
	wait_for_row "select complaints from desk.resource where name = 'served.example'" 2
	[ "$(sql "select count(*), count(distinct o.recipient) from desk.outbox o join desk.outbox_item i on i.outbox = o.id where i.\"case\" = $case and o.kind = 'reminder'" -F ' ')" = '1 1' ]
	[ "$(sql "select step, due_at > now() + interval '2 days' from desk.case where id = $case" -F ' ')" = '2 t' ]
}

@test "wrong registrant data: what is wrong is asked, then the owner; clearly false ends at once" {
	printf 'From: curious@mailboxes.test\nTo: %s\nSubject: whois data of hosted.example are false\nMessage-ID: <whois-1@mailboxes.test>\n\nThe whois data of hosted.example are wrong.\n' "$DESK" >"$W/whois.eml"
	send curious@mailboxes.test "$DESK" "$W/whois.eml" >/dev/null
	wait_for_row "select category from desk.incident i join desk.message m on m.id = i.message where m.message_id = 'whois-1@mailboxes.test'" whois
	wait_for_mail curious@mailboxes.test INBOX 1
	case=$(complaint case list --json | jq -rs 'map(select(.resource == "hosted.example" and .track == "whois"))[0].case')
	complaint case whois-false "$case" --reason 'no such street' --by jo
	id=$(sql "select id from desk.action where \"case\" = $case and kind = 'suspend'")
	complaint action confirm "$id" --reason 'by hand'
	complaint domain show hosted.example --json | jq -e '.status == "suspended"'
	wait_until "the owner is told" sql_is "select count(*) from desk.outbox where kind = 'suspension' and recipient = 'owner@grove.test' and state = 'sent'" 1
}
