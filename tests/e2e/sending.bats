#!/usr/bin/env bats
# The bulk-mail provider's desk from the outside: enrol, make tokens, take reports in, export, warn.
load helper

setup_file() {
	world_start
	world_config <<-'CONF'

	[border]
	token_pattern = \b(ct-[0-9]+-[a-z0-9_]+-[a-z0-9_]+-[0-9a-f]{16})\b
	CONF
	world_prepare >"$W/prepared"
}

# report NUMBER TOKEN [AUTH [TYPE]]: a feedback report as a provider sends it, recipient and address cut out
report() {
	cat <<-MAIL
	Return-Path: <fbl@fbl.inbox.example>
	Authentication-Results: mx.registrar.test; dmarc=${3:-pass} header.from=fbl.inbox.example
	Received: from fbl.inbox.example (fbl.inbox.example [203.0.113.9]) by mx.registrar.test with ESMTPS; $(date -Ru)
	From: Complaints <fbl@fbl.inbox.example>
	To: abuse@registrar.test
	Subject: FW: Spring sale
	Message-ID: <report-$1-$RANDOM@fbl.inbox.example>
	Date: $(date -Ru)
	MIME-Version: 1.0
	Content-Type: multipart/report; report-type=feedback-report; boundary=b

	--b
	Content-Type: text/plain

	This is a feedback report.
	--b
	Content-Type: message/feedback-report

	Feedback-Type: ${4:-abuse}
	User-Agent: Inbox/1.0
	Version: 1

	--b
	Content-Type: message/rfc822

	Return-Path: <redacted>
	From: Shop <news@shop.example>
	To: redacted
	Subject: Spring sale
	Message-ID: <$2@esp.example>
	Date: Sun, 01 Mar 2026 09:00:00 +0000

	Spring sale.
	--b--
	MAIL
}

@test "identifiers, loops and volumes come from files" {
	printf 'kind,name,customer\ndkim,letters.cedar.example,cedar\nfeedback-id,snd-cedar,cedar\n' >"$W/identifiers.csv"
	complaint import identifiers "$W/identifiers.csv"
	printf 'provider,sender,scope,alias,since,contact\ninbox.example,fbl.inbox.example,192.0.2.128/25,abuse@registrar.test,2026-01-01,postmaster\n' >"$W/loops.csv"
	complaint loop import "$W/loops.csv"
	complaint loop import "$W/loops.csv"
	[ "$(complaint loop list --json | jq -r '.provider + " " + .scope + " " + .state')" = "inbox.example 192.0.2.128/25 never-heard" ]
	printf 'customer,address,provider,day,mails\ncedar,192.0.2.130,inbox.example,%s,10000\n' "$(date -u +%F)" >"$W/volumes.csv"
	complaint import volumes "$W/volumes.csv"
	complaint import volumes "$W/volumes.csv" | grep -q unchanged
	printf 'customer,address,provider,day,mails\ncedar,here,inbox.example,2026-03-01,10\n' >"$W/bad.csv"
	run complaint import volumes "$W/bad.csv"
	[ "$status" = 65 ]
	[[ $output = *'bad.csv:2: address: "here" is no address'* ]]
}

@test "tokens are made for a mailing and verified" {
	seq -f 'r%g' 1 40 | complaint token make --customer cedar --campaign spring - >"$W/tokens"
	[ "$(wc -l <"$W/tokens")" = 40 ]
	token=$(awk '$1 == "r7" { print $2 }' "$W/tokens")
	[ "$(complaint token verify --json "$token" | jq -r '.result + " " + .customer + " " + .campaign + " " + .recipient')" = "valid cedar spring r7" ]
	run complaint token verify "${token%?}x"
	[ "$status" = 65 ]
	[[ $output = *not-ours* ]]
	run complaint token make
	[ "$status" = 64 ]
}

@test "redacted reports find customer, campaign and recipient; copies and forgeries count nothing" {
	mkdir "$W/reports"
	while read -r recipient token; do
		case $recipient in
		r1 | r2) report "$recipient" "$token" >"$W/reports/$recipient.eml"; report "$recipient" "$token" >"$W/reports/$recipient-again.eml" ;;
		r3) report "$recipient" "$token" pass not-spam >"$W/reports/$recipient.eml" ;;
		r4) report "$recipient" "$token" pass opt-out >"$W/reports/$recipient.eml" ;;
		r5) report "$recipient" "${token%????}0000" fail >"$W/reports/$recipient.eml" ;;
		r[6-9]) report "$recipient" "$token" >"$W/reports/$recipient.eml" ;;
		esac
	done <"$W/tokens"
	complaint ingest "$W/reports"
	wait_for_row "select count(*) from desk.undecided" 0
	[ "$(sql "select sum(reports), sum(copies), sum(not_spam), sum(opt_outs) from dashboard.complaint_rates")" = "6|2|1|1" ]
	[ "$(sql "select customer, campaign, provider, reports from dashboard.campaigns" )" = "cedar|spring|inbox.example|6" ]
	[ "$(sql "select count(*) from desk.outbox")" = 0 ]
}

@test "the suppression list is exported, as CSV and as JSON" {
	complaint suppression export --customer cedar >"$W/list.csv"
	[ "$(head -n 1 "$W/list.csv" | tr -d '\r')" = customer,address,recipient,reason,since,provider,campaign ]
	[ "$(tail -n +2 "$W/list.csv" | cut -d, -f3,4 | sort | tr '\n' ' ')" = "r1,complaint r2,complaint r4,opt-out r6,complaint r7,complaint r8,complaint r9,complaint " ]
	[ "$(complaint suppression export --customer cedar --format json --since "$(date -u -d '-1 hour' +%FT%TZ)" | jq -r .recipient | sort | tr '\n' ' ')" = "r1 r2 r4 r6 r7 r8 r9 " ]
	[ "$(complaint suppression export --customer cedar --since 2099-01-01 | wc -l)" = 1 ]
	run complaint suppression export --customer nobody
	[ "$status" != 0 ]
}

@test "a rate that passes the threshold is one mail to the customer, in figures" {
	while read -r recipient token; do
		case $recipient in r1? | r2?) report "$recipient" "$token" >"$W/$recipient.eml" && complaint ingest "$W/$recipient.eml" ;; esac
	done <"$W/tokens"
	wait_for_row "select count(*) from desk.undecided" 0
	[ "$(sql "select count(*) from desk.outbox where audience = 'customer' and kind = 'warning'")" = 1 ]
	daemon_once
	wait_for_mail owner@cedar.test INBOX 1
	text=$(imap raw owner@cedar.test INBOX 1)
	[[ $text = *"complaints about 10000 mails to inbox[.]example"* ]]
	[[ $text = *"- a List-Unsubscribe header"* ]]
	[[ $text = *"proof of"* ]]
	[ "$(complaint party rates cedar --json | jq -s '[.[] | select(.mails == 10000)] | length')" = 1 ]
}

@test "blocks and delistings are written down" {
	complaint loop note 'Spamhaus ZEN' 192.0.2.130/32 delisting asked --reason 'ticket 4711'
	[ "$(complaint loop notes --json | jq -r '.state + " " + .note')" = "asked ticket 4711" ]
	complaint loop blocks
	complaint party declare cedar 'CNIL 1234567'
	complaint case proof "$(sql "select id from desk.case")" r11 2025-05-01T12:00Z 'https://shop.example/join' --from 198.51.100.7
	[ "$(sql "select count(*) from desk.opt_in_proof")" = 1 ]
}
