/* Whom an attached original names: a row for each rule of who is accused, and for each of who is not. */

#include <string.h>

#include "domain.h"
#include "kinds.h"
#include "original.h"

#define PAGE "Content-Type: text/html\n\n"

static const struct {
	const char *mail; /* the original; the reporter is ann@isp.example, he writes to desk.example */
	const char *domains, *source; /* separated by blanks; "" is nobody, NULL no address */
} rows[] = {
	/* The envelope, unless the receiver saw it refused. */
	{"Return-Path: <b@evil.example>\nFrom: x@bank.example\n\n", "evil.example", NULL},
	{"Return-Path: <b@evil.example>\nReceived-SPF: fail (x)\nFrom: x@bank.example\n\n", "", NULL},
	{"Return-Path: <b@evil.example>\nReceived-SPF: SoftFail (x)\nFrom: x@bank.example\n\n", "", NULL},
	{"Return-Path: <b@evil.example>\nReceived-SPF: pass (x)\nFrom: x@bank.example\n\n", "evil.example",
		NULL},
	{"Return-Path: <b@isp.example>\nFrom: x@isp.example\n\n", "", NULL}, /* the reporter's own */
	{"Return-Path: <b@desk.example>\nFrom: x@desk.example\n\n", "", NULL},
	{"Return-Path: <b@ours.example>\nFrom: x@ours.example\n\nhttp://www.ours.example/\n", "", NULL},
	{"Return-Path: <b@gmail.com>\nFrom: x@gmail.com\n\n", "", NULL},
	/* From is a claim: it needs something beside it. */
	{"From: x@evil.example\nSubject: y\n\n", "evil.example", NULL},
	{"Return-Path: <b@mail.evil.example>\nFrom: x@evil.example\n\n", "evil.example", NULL},
	{"Return-Path: <b@gmail.com>\nFrom: x@bank.example\n\n", "", NULL},
	{"Return-Path: <b@bank.example>\nReceived-SPF: fail\nFrom: x@bank.example\n\n", "", NULL},
	{"DKIM-Signature: v=1; d=evil.example; s=x\nFrom: x@bank.example\n\n", "evil.example", NULL},
	{"DKIM-Signature: v=1; d=mail.evil.example; s=x\nFrom: x@evil.example\n\n", "evil.example", NULL},
	{"DKIM-Signature: v=1; d=; s=x\nFrom: x@evil.example\n\n", "evil.example", NULL},
	{"Return-Path: <b@gmail.com>\nDKIM-Signature: d=evil.example\nFrom: x@evil.example\n\n",
		"evil.example", NULL},
	{"Return-Path: <b@gmail.com>\nDomainKey-Signature: a=x; d = evil.example\nFrom: x@bank.example\n\n",
		"evil.example", NULL},
	{"DKIM-Signature: dx=other.example; d=evil.example\nFrom: x@bank.example\n\n", "evil.example", NULL},
	/* Where answers and opt-outs go. */
	{"Return-Path: <b@gmail.com>\nFrom: x@bank.example\nReply-To: boss@evil.example\n\n", "evil.example",
		NULL},
	{"Return-Path: <b@gmail.com>\nFrom: x@bank.example\nReply-To: boss@gmail.com\n\n", "", NULL},
	{"Return-Path: <b@gmail.com>\nFrom: x@bank.example\nList-Unsubscribe: "
	 "<mailto:u@evil.example?subject=u>, "
	 "<http://evil2.example/u>, <ftp:>, <http://evil3.example/cut\n\n",
		"evil.example evil2.example", NULL},
	/* What is to be clicked. */
	{"From: x@gmail.com\nSubject: y\n\nhttp://evil.example/ www.evil2.example and evil3.example\n",
		"evil.example evil2.example", NULL},
	{"From: x@gmail.com\nSubject: y\n\nwww.info@evil.example and http://www.evil2.example/\n",
		"evil2.example", NULL},
	{"From: x@gmail.com\nSubject: y\n\nevil3.example only, and a@evil4.example // x\n", "", NULL},
	{"From: x@gmail.com\nSubject: y\n\nhttp://www.isp.example/ http://desk.example/ http://www.w3.org/\n",
		"", NULL},
	{"From: x@gmail.com\nSubject: y\n\nwww.evil.example\nhttp://evil2.example/\nno\nwww.evil3.example\n"
	 "http://evil4.example/\n",
		"evil.example evil2.example evil3.example evil4.example", NULL},
	{"From: x@gmail.com\nSubject: y\n" PAGE "<a href='http://evil.example/'>http://www.bank.example/</a>",
		"evil.example", NULL},
	{"From: x@gmail.com\nSubject: y\n" PAGE "<a href='http://evil.example/'>http://www.BanK.example/</a>",
		"evil.example", NULL},
	{"From: x@gmail.com\nSubject: y\n" PAGE
	 "<a href='http://evil.example/'>http://www.m\303\274nchen.example/</a> http://www.k\303\266ln.example/",
		"evil.example xn--kln-sna.example", NULL},
	{"From: x@gmail.com\nSubject: y\n" PAGE
	 "<a href='ftp://WWW.evil.example/'>http://www.evil.example/</a>",
		"evil.example", NULL},
	{"From: x@gmail.com\nSubject: y\n" PAGE
	 "<a href='http://evil.example/'>www.bank.example</a> http://www.bank.example/login",
		"evil.example", NULL},
	{"From: x@gmail.com\nSubject: y\n" PAGE
	 "<a href='mailto:x@www.evil.example'>http://www.evil.example/</a>",
		"evil.example", NULL},
	{"From: x@gmail.com\nSubject: y\n" PAGE
	 "<form action='http://evil.example/'>http://www.evil2.example/</form><a href='http://evil3.example/'></a>",
		"evil.example evil3.example evil2.example", NULL},
	{"From: x@gmail.com\nSubject: y\n" PAGE
	 "<a href='http://evil.example/'>Click</a> http://evil2.example/",
		"evil.example evil2.example", NULL},
	{"From: x@gmail.com\nSubject: y\n" PAGE
	 "<a href='http://www.evil.example/'>http://www.evil.example/</a> "
	 "<img src='http://pics.example/x.png'> <a href='mailto:a@box.example'>x</a> <a href='tel:1'>y</a>",
		"evil.example", NULL},
	{"From: x@gmail.com\nSubject: y\n\nhttp://203.0.113.7/x http://10.0.0.1/\n", "", NULL},
	/* Where it came from. */
	{"Received: from a.evil.example (a.evil.example [203.0.113.9]) by mx.isp.example\nFrom: "
	 "x@gmail.com\n\n",
		"", "203.0.113.9"},
	{"Received-SPF: pass (isp.example: domain of b@gmail.com designates 203.0.113.9 as permitted "
	 "sender)\n"
	 "From: x@gmail.com\n\n",
		"", "203.0.113.9"},
	{"Received-SPF: none (isp.example: b@gmail.com does not designate 203.0.113.9 as permitted sender)\n"
	 "From: x@gmail.com\n\n",
		"", "203.0.113.9"},
	{"Received-SPF: pass client-ip=203.0.113.9;\nFrom: x@gmail.com\n\n", "", "203.0.113.9"},
	{"Received-SPF: none\nFrom: x@gmail.com\n\n", "", NULL},
	/* A check belongs to the host that got the mail from there; who brings one along names anybody. */
	{"Received: from a.evil.example (a.evil.example [203.0.113.9]) by mx.isp.example\n"
	 "Received-SPF: pass client-ip=203.0.113.9;\nFrom: x@gmail.com\n\n",
		"", "203.0.113.9"},
	{"Received: from a.evil.example (a.evil.example [203.0.113.9]) by mx.isp.example\n"
	 "Received-SPF: pass client-ip=203.0.113.1;\nFrom: x@gmail.com\n\n",
		"", "203.0.113.9"},
	{"Received: from a.evil.example (a.evil.example [203.0.113.9]) by mx.isp.example\n"
	 "Authentication-Results: x; spf=pass (designates 203.0.113.1 as permitted sender)\n"
	 "From: x@gmail.com\n\n",
		"", "203.0.113.9"},
	{"Received: from a.evil.example (a.evil.example [203.0.113.9]) by mx.isp.example\n"
	 "Received-SPF: pass client-ip=203.0.113.1;\n"
	 "Received: from b.evil.example (b.evil.example [203.0.113.2]) by a.evil.example\n"
	 "From: x@gmail.com\n\n",
		"", "203.0.113.9"},
	/* It may stand above the line of the same host, and below one of another host inside. */
	{"Received: from in.other.example (in.third.example [198.51.100.1]) by store.other.example\n"
	 "Received-SPF: pass client-ip=203.0.113.9;\n"
	 "Received: from a.evil.example (a.evil.example [203.0.113.9]) by in.other.example\n"
	 "From: x@gmail.com\n\n",
		"", "203.0.113.9"},
	{"Received: from out.isp.example (out.isp.example [203.0.113.9]) by mx.isp.example\n"
	 "Received-SPF: pass client-ip=203.0.113.9;\nFrom: x@gmail.com\n\n",
		"", "203.0.113.9"}, /* of the receiver's own network, and checked all the same */
	{"Received: from a.evil.example (a.evil.example [203.0.113.9]) by mx.isp.example\n"
	 "Received-SPF: pass client-ip=here;\nFrom: x@gmail.com\n\n",
		"", "203.0.113.9"},
	{"Received: from scan (localhost [127.0.0.1]) by mx.other.example\n"
	 "Received-SPF: pass client-ip=203.0.113.9;\nFrom: x@gmail.com\n\n",
		"", "203.0.113.9"},
	{"X-Originating-IP: [203.0.113.9]\nFrom: x@gmail.com\n\n", "", "203.0.113.9"},
	{"X-Sender-IP: 203.0.113.9\nFrom: x@gmail.com\n\n", "", "203.0.113.9"},
	{"X-Source-IP: 203.0.113.9\nFrom: x@gmail.com\n\n", "", "203.0.113.9"},
	{"X-Source-IP: 10.0.0.9\nFrom: x@gmail.com\n\n", "", NULL},
	{"X-Source-IP: here\nFrom: x@gmail.com\n\n", "", NULL},
	{"X-Other-IP: 203.0.113.9\nFrom: x@gmail.com\n\n", "", NULL},
	/* A note below the first Received is the sender's, that above the receiver's. */
	{"Received: from a.evil.example (a.evil.example [203.0.113.9]) by mx.isp.example\n"
	 "X-Originating-IP: 203.0.113.1\nFrom: x@gmail.com\n\n",
		"", "203.0.113.9"},
	{"X-Originating-IP: 203.0.113.1\n"
	 "Received: from a.evil.example (a.evil.example [203.0.113.9]) by mx.isp.example\nFrom: "
	 "x@gmail.com\n\n",
		"", "203.0.113.1"},
	{"Received: by mx.isp.example\nX-Originating-IP: 203.0.113.9\nFrom: x@gmail.com\n\n", "",
		"203.0.113.9"},
	/* The reporter's own hops are none's. */
	{"Received: from in.isp.example (in.isp.example [198.51.100.1]) by store.isp.example\n"
	 "Received: from a.evil.example (a.evil.example [203.0.113.9]) by in.isp.example\nFrom: "
	 "x@gmail.com\n\n",
		"", "203.0.113.9"},
	{"Received: from localhost (localhost [127.0.0.1]) by mx.isp.example\n"
	 "Received: from a.evil.example (a.evil.example [203.0.113.9]) by mx.isp.example\nFrom: "
	 "x@gmail.com\n\n",
		"", "203.0.113.9"},
	/* Without a name looked up: handed on, if a hop below was received by who calls himself so. */
	{"Received: from in.other.example ([198.51.100.1]) by store.other.example\n"
	 "Received: from a.evil.example (a.evil.example [203.0.113.9]) by in.other.example\nFrom: "
	 "x@gmail.com\n\n",
		"", "203.0.113.9"},
	{"Received: from in.other.example ([198.51.100.1]) by store.other.example\nFrom: x@gmail.com\n\n", "",
		"198.51.100.1"},
	{"Received: from in.third.example ([198.51.100.1]) by store.other.example\n"
	 "Received: from a.evil.example (a.evil.example [203.0.113.9]) by in.third.example\nFrom: "
	 "x@gmail.com\n\n",
		"", "198.51.100.1"},
	/* Nothing public: an address made unrecognisable, with the name of somebody else. */
	{"Received: from a.evil.example (a.evil.example [10.0.0.9]) by mx.other.example\nFrom: "
	 "x@gmail.com\n\n",
		"", "10.0.0.9"},
	{"Received: from a.other.example (a.other.example [10.0.0.9]) by mx.other.example\nFrom: "
	 "x@gmail.com\n\n",
		"", NULL},
	{"Received: from a.isp.example (a.isp.example [10.0.0.9]) by mx.other.example\nFrom: x@gmail.com\n\n",
		"", NULL},
	{"Received: from box ([10.0.0.9]) by mx.other.example\nFrom: x@gmail.com\n\n", "", NULL},
};

static Report *parse(const char *original, const Border *border)
{
	g_autofree char *mail =
		g_strconcat("From: Ann <ann@isp.example>\nTo: abuse@desk.example\nSubject: spam\n"
			    "Content-Type: multipart/mixed; boundary=b\n\n--b\n\nspam\n"
			    "--b\nContent-Type: message/rfc822\n\n",
			original, "\n--b--\n", NULL);
	return kinds_parse((const guint8 *)mail, strlen(mail), border);
}

static void test_rows(void)
{
	static const char json[] =
		"{\"addresses\":[\"abuse@desk.example\"],\"domains\":[\"desk.example\",\"ours.example\"]}";
	g_autoptr(Border) border = border_new_from_json(json, strlen(json), NULL);
	for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(Report) report = parse(rows[i].mail, border);
		g_test_message("%s", rows[i].mail);
		g_assert_cmpuint(report->incidents->len, ==, 1);
		const Incident *incident = report->incidents->pdata[0];
		g_autoptr(GString) domains = g_string_new(NULL);
		for (guint d = 0; d < incident->domains->len; d++)
			g_string_append_printf(
				domains, "%s%s", d ? " " : "", (const char *)incident->domains->pdata[d]);
		g_assert_cmpstr(domains->str, ==, rows[i].domains);
		g_assert_cmpstr(incident->source_ip, ==, rows[i].source);
	}
}

/* The URLs that are named: those of a culprit's name or address. */
static void test_urls(void)
{
	static const char json[] = "{\"addresses\":[\"abuse@desk.example\"],\"domains\":[\"ours.example\"]}";
	static const struct {
		const char *text, *urls;
	} clicked[] = {
		{"http://evil.example/x", "http://evil.example/x"},
		{"http://203.0.113.7/x", "http://203.0.113.7/x"},
		{"www.evil.example", "http://www.evil.example/"},
		{"http://intranet/x", ""},
		{"http://evil..example/x", ""},
		{"http://www.isp.example/x", ""},
		{"http://www.ours.example/x", ""},
		{"http://www.w3.org/x", ""},
	};
	g_autoptr(Border) border = border_new_from_json(json, strlen(json), NULL);
	for (guint i = 0; i < G_N_ELEMENTS(clicked); i++) {
		g_autofree char *original =
			g_strconcat("From: x@gmail.com\nSubject: y\n\n", clicked[i].text, "\n", NULL);
		g_autoptr(Report) report = parse(original, border);
		const Incident *incident = report->incidents->pdata[0];
		g_autoptr(GString) urls = g_string_new(NULL);
		for (guint n = 0; n < incident->urls->len; n++)
			g_string_append(urls, incident->urls->pdata[n]);
		g_test_message("%s", clicked[i].text);
		g_assert_cmpstr(urls->str, ==, clicked[i].urls);
	}
}

/* Of two mails in one report (XARF has a list of samples) the first gives the names, both the recipients. */
static void test_two_mails(void)
{
	static const char first[] =
		"Message-ID: <1@evil.example>\nFrom: one@evil.example\nTo: ann@isp.example\n"
		"Subject: one\nDate: Mon, 2 Mar 2026 09:00:00 +0000\n"
		"Return-Path: <b1@evil.example>\nFeedback-ID: f1\n\nx\n";
	static const char second[] =
		"Message-ID: <2@evil.example>\nFrom: two@evil.example\nTo: bob@isp.example\n"
		"Subject: two\nDate: Tue, 3 Mar 2026 09:00:00 +0000\n"
		"Return-Path: <b2@evil.example>\nFeedback-ID: f2\n\nx\n";
	g_autoptr(Border) border = border_new_from_json(NULL, 0, NULL);
	g_autoptr(Report) report = report_new();
	Incident *incident = report_add_incident(report, CATEGORY_SPAM);
	g_autoptr(Message) one = message_parse((const guint8 *)first, strlen(first), report);
	g_autoptr(Message) two = message_parse((const guint8 *)second, strlen(second), report);
	original_read(one, border, report, incident, PROVENANCE_ORIGINAL, NULL);
	original_read(two, border, report, incident, PROVENANCE_ORIGINAL, NULL);
	const Original *original = incident->original;
	g_assert_cmpstr(original->message_id, ==, "1@evil.example");
	g_assert_cmpstr(original->from, ==, "one@evil.example");
	g_assert_cmpstr(original->subject, ==, "one");
	g_assert_cmpint(original->date, ==, message_date("Mon, 2 Mar 2026 09:00:00 +0000"));
	g_assert_cmpstr(original->return_path, ==, "b1@evil.example");
	g_assert_cmpstr(original->feedback_id, ==, "f1");
	g_assert_cmpuint(original->to->len, ==, 2);
}

/* Headers in which the sending host names the account. */
static void test_accounts(void)
{
	static const struct {
		const char *header, *value, *host; /* value: NULL is none */
	} accounts[] = {
		{"X-Get-Message-Sender-Via: cp1.hoster.example: authenticated_id: web1@hosted.example",
			"X-Get-Message-Sender-Via: cp1.hoster.example: authenticated_id: web1@hosted.example",
			"hosted.example"},
		{"X-Authenticated-Sender: cp1.hoster.example: web1@hosted.example",
			"X-Authenticated-Sender: cp1.hoster.example: web1@hosted.example", "hosted.example"},
		{"X-Authenticated-User: web1", "X-Authenticated-User: web1", NULL},
		{"X-PHP-Originating-Script: 1003:mailer.php", "X-PHP-Originating-Script: 1003:mailer.php",
			NULL},
		{"X-PHP-Script: shop.hosted.example/mail.php for 192.0.2.1",
			"X-PHP-Script: shop.hosted.example/mail.php for 192.0.2.1", NULL},
		{"X-Source-Dir: hosted.example:/public_html", "X-Source-Dir: hosted.example:/public_html",
			NULL},
		{"X-Sender-Id: web1@hosted.example;x", "X-Sender-Id: web1@hosted.example;x",
			"hosted.example"},
		{"X-Auth-ID: <web1@hosted.example>", "X-Auth-ID: <web1@hosted.example>", "hosted.example"},
		{"X-AuthUser: web1@hosted.example", "X-AuthUser: web1@hosted.example", "hosted.example"},
		{"X-Authenticated-Id: web1", "X-Authenticated-Id: web1", NULL},
		{"X-SG-EID: u47", "X-SG-EID: u47", NULL},
		{"X-Mailgun-Sid: s47", "X-Mailgun-Sid: s47", NULL},
		{"X-Sender-Id:", NULL, NULL},
		{"X-Sender: web1@hosted.example", NULL, NULL},
	};
	g_autoptr(Border) border = border_new_from_json(NULL, 0, NULL);
	for (guint i = 0; i < G_N_ELEMENTS(accounts); i++) {
		g_autofree char *original =
			g_strconcat("From: x@evil.example\n", accounts[i].header, "\n\nx\n", NULL);
		g_autoptr(Report) report = parse(original, border);
		const Incident *incident = report->incidents->pdata[0];
		const Evidence *account = NULL;
		for (guint n = 0; n < incident->evidence->len; n++) {
			const Evidence *item = incident->evidence->pdata[n];
			account = item->kind == EVIDENCE_AUTH_USER ? item : account;
		}
		g_test_message("%s", accounts[i].header);
		g_assert_cmpstr(account ? account->value : NULL, ==, accounts[i].value);
		g_assert_cmpstr(account ? account->host : NULL, ==, accounts[i].host);
	}
}

static guint count_of(const Incident *incident, EvidenceKind kind)
{
	guint count = 0;
	for (guint i = 0; i < incident->evidence->len; i++)
		count += ((Evidence *)incident->evidence->pdata[i])->kind == kind;
	return count;
}

/* What is over a limit is left out, and what the report has room for is kept. */
static void test_much(void)
{
	g_autoptr(Border) border = border_new_from_json(NULL, 0, NULL);
	g_autoptr(GString) original = g_string_new(NULL);
	for (guint i = 0; i < 30; i++)
		g_string_append_printf(original, "DKIM-Signature: d=d%u.example; s=x\n", i);
	g_string_append(original, "From: x@gmail.com\nSubject: y\nList-Unsubscribe: ");
	for (guint i = 0; i < 20; i++)
		g_string_append_printf(original, "<http://u%u.example/>,", i);
	g_string_append(original, "\n" PAGE);
	for (guint i = 0; i < 300; i++)
		g_string_append_printf(original, "<a href='http://l%u.example/'>x</a>\n", i);
	for (guint i = 0; i < 600; i++)
		g_string_append_printf(original, "http://t%u.example/%s", i, i % 150 == 149 ? "<br>" : " ");
	g_autoptr(Report) report = parse(original->str, border);
	const Incident *incident = report->incidents->pdata[0];
	g_assert_cmpuint(count_of(incident, EVIDENCE_DKIM), ==, 20);
	g_assert_cmpuint(incident->original->dkim_domains->len, ==, 20);
	g_assert_cmpuint(count_of(incident, EVIDENCE_LIST_UNSUBSCRIBE), ==, 10);
	g_assert_cmpuint(incident->evidence->len, ==, REPORT_MAX_EVIDENCE);
	g_assert_true(report_list_has(report->malformed, "too-many-signatures"));
	g_assert_true(report_list_has(report->malformed, "too-many-urls"));
	g_assert_true(report_list_has(report->malformed, "too-much-evidence"));
}

/* A page with a long table of contents still shows a bank's name for another's link. */
static void test_many_anchors(void)
{
	g_autoptr(Border) border = border_new_from_json(NULL, 0, NULL);
	g_autoptr(GString) page = g_string_new("From: x@gmail.com\nSubject: y\n" PAGE);
	for (guint i = 0; i < 300; i++)
		g_string_append(page, "<a href='#x'>x</a>\n");
	g_string_append(page, "<a href='http://evil.example/'>http://www.bank.example/</a>\n");
	g_autoptr(Report) report = parse(page->str, border);
	const Incident *incident = report->incidents->pdata[0];
	g_assert_cmpuint(incident->domains->len, ==, 1);
	g_assert_cmpstr(incident->domains->pdata[0], ==, "evil.example");
}

static gboolean has_token(const Report *report, const char *token)
{
	const Incident *incident = report->incidents->pdata[0];
	for (guint i = 0; i < incident->evidence->len; i++) {
		const Evidence *item = incident->evidence->pdata[i];
		if (item->kind == EVIDENCE_TOKEN && !strcmp(item->value, token))
			return TRUE;
	}
	return FALSE;
}

/* The fields in which those who send for others put their customers' tokens. */
static void test_token_fields(void)
{
	static const char json[] = "{\"token_pattern\":\"tok-([a-z]*)-\"}";
	static const struct {
		const char *field;
		gboolean found;
	} fields[] = {
		{"Message-ID: <tok-abc-1@m.example>", TRUE},
		{"Return-Path: <tok-abc-1@m.example>", TRUE},
		{"Feedback-ID: tok-abc-1:x", TRUE},
		{"CFBL-Feedback-ID: tok-abc-1", TRUE},
		{"List-Unsubscribe: <http://m.example/tok-abc-1>", TRUE},
		{"X-Complaintd-Token: tok-abc-1", TRUE},
		{"References: <tok-abc-1@m.example>", TRUE},
		{"Subject: tok-abc-1", FALSE},
		{"Message-ID: <tok--1@m.example>", FALSE},
	};
	g_autoptr(Border) border = border_new_from_json(json, strlen(json), NULL);
	for (guint i = 0; i < G_N_ELEMENTS(fields); i++) {
		g_autofree char *original =
			g_strconcat("From: x@gmail.com\n", fields[i].field, "\n\nx\n", NULL);
		g_autoptr(Report) report = parse(original, border);
		g_test_message("%s", fields[i].field);
		g_assert_cmpint(has_token(report, "abc"), ==, fields[i].found);
		g_assert_cmpuint(count_of(report->incidents->pdata[0], EVIDENCE_TOKEN), ==, fields[i].found);
	}
}

/* A token is looked for in the first 4,096 bytes of a field, and a longer field is said to be one. */
static void test_long_field(void)
{
	static const char json[] = "{\"token_pattern\":\"tok-([a-z]+)-\"}";
	g_autoptr(Border) border = border_new_from_json(json, strlen(json), NULL);
	static const struct {
		const char *begin, *end;
		guint length;
		gboolean found, noted;
	} fields[] = {
		{"<tok-abc-1@m.example>", "", 4096, TRUE, FALSE},
		{"<tok-abc-1@m.example>", "", 4097, TRUE, TRUE},
		{"", "<tok-abc-1@m.example>", 4096, TRUE, FALSE},
		{"", "<tok-abc-1@m.example>", 4200, FALSE, TRUE},
	};
	for (guint i = 0; i < G_N_ELEMENTS(fields); i++) {
		gsize given = strlen(fields[i].begin) + strlen(fields[i].end);
		g_autofree char *filling = g_strnfill(fields[i].length - given, '.');
		g_autofree char *original = g_strconcat("From: x@gmail.com\nReferences: ", fields[i].begin,
			filling, fields[i].end, "\n\nx\n", NULL);
		g_autoptr(Report) report = parse(original, border);
		g_assert_cmpint(has_token(report, "abc"), ==, fields[i].found);
		g_assert_cmpint(report_list_has(report->malformed, "long-header"), ==, fields[i].noted);
	}
}

/* Good practice of a mailing of x@shop.example, by what it says. */
typedef struct {
	const char *mail; /* fields, and the text */
	Tri said;
} Practised;

static const Practised ways_out[] = {
	{"\n\nTo unsubscribe, write.", TRI_TRUE},
	{"\n\nNEWS: UNSUBSCRIBE HERE", TRI_TRUE},
	{"\n\nNews\u914d\u4fe1\u505c\u6b62", TRI_TRUE}, /* no space before it */
	{"\n\nWe are unsure.", TRI_FALSE},              /* begins like a phrase */
	{"\n\nThe preunsubscribed.", TRI_FALSE},
	{"Content-Type: text/html\n\n<a href='http://shop.example/unsubscribe?u=1'>Here</a>", TRI_TRUE},
	{"Content-Type: text/html\n\nx<img src='http://shop.example/unsubscribe.png'>", TRI_FALSE},
	{"Content-Type: text/html\n\nCall us: "
	 "<a href='http://shop.example/x'>x</a><a href='http://shop.example/unsubscribe'>x</a>",
		TRI_TRUE}, /* both are looked for */
	{"\n\n \n", TRI_UNKNOWN},
};

static const Practised contacts[] = {
	{"\n\nContact us", TRI_TRUE},
	{"\n\nask info@shop.example", TRI_TRUE},
	{"\n\nseen @shop.example", TRI_FALSE},
	{"\n\n@shop.example", TRI_FALSE},
	{"\n\n7 for 5@ .5", TRI_FALSE},
	{"\n\nroot@host", TRI_FALSE},
	{"\n\nvkontakte", TRI_FALSE},
	{"\n\nTo contest it", TRI_FALSE},
	{"Content-Type: text/html\n\nx<a href='mailto:a'>x</a>", TRI_TRUE},
	{"Content-Type: text/html\n\nx<a href='tel:1'>x</a>", TRI_TRUE},
	{"Content-Type: text/html\n\nx<a href='http://shop.example/'>x</a>", TRI_FALSE},
};

static const Practised legal[] = {
	{"\n\nPrivacy Policy", TRI_TRUE},
	{"\n\nA private policy", TRI_FALSE},
};

static const Practised signatures[] = {
	{"DKIM-Signature: v=1; d=shop.example; s=x\n\nx", TRI_TRUE},
	{"DKIM-Signature: v=1; d=mail.shop.example; s=x\n\nx", TRI_TRUE},
	{"DKIM-Signature: v=1; d=sender.example; s=x\nDKIM-Signature: d=shop.example\n\nx", TRI_TRUE},
	{"DKIM-Signature: v=1; s=x;d= shop.example\n\nx", TRI_TRUE},
	{"DKIM-Signature: v=1; d=sender.example; s=x\n\nx", TRI_FALSE},
	{"DKIM-Signature: v=1; d=sender.example; b=d=shop.example\n\nx", TRI_FALSE},
	{"DKIM-Signature: v=1; d=\n\nx", TRI_FALSE},
	{"\n\nx", TRI_FALSE},
};

static const Practised links[] = {
	{"\n\nhttp://shop.example/ http://www.shop.example/x", TRI_TRUE},
	{"\n\nhttp://shop.example/ http://track.example/x", TRI_FALSE},
	{"\n\nhttp://shop.example/ http://%/x", TRI_TRUE}, /* leads nowhere */
	{"Return-Path: <b@sender.example>\n\nhttp://shop.example/", TRI_TRUE},
	{"\n\nx", TRI_UNKNOWN},
};

static const Practised ways_out_by_field[] = {
	{"List-Unsubscribe: <mailto:u@shop.example>\n\nx", TRI_TRUE},
	{"List-Unsubscribe: no\n\nx", TRI_FALSE},
	{"\n\nx", TRI_FALSE},
};

static const Practised one_clicks[] = {
	{"List-Unsubscribe: <https://shop.example/u>\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\n\nx",
		TRI_TRUE},
	{"List-Unsubscribe: <http://shop.example/u>\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\n\nx",
		TRI_FALSE},
	{"List-Unsubscribe: <https://shop.example/u>\nList-Unsubscribe-Post: yes\n\nx", TRI_FALSE},
	{"List-Unsubscribe: <https://shop.example/u>\n\nx", TRI_FALSE},
	{"List-Unsubscribe-Post: List-Unsubscribe=One-Click\n\nx", TRI_FALSE},
};

static const struct {
	const Practised *rows;
	guint n;
	gsize member; /* of Practice */
} practices[] = {
	{ways_out, G_N_ELEMENTS(ways_out), G_STRUCT_OFFSET(Practice, unsubscribe_link)},
	{contacts, G_N_ELEMENTS(contacts), G_STRUCT_OFFSET(Practice, contact_given)},
	{legal, G_N_ELEMENTS(legal), G_STRUCT_OFFSET(Practice, legal_notice)},
	{signatures, G_N_ELEMENTS(signatures), G_STRUCT_OFFSET(Practice, dkim_aligned)},
	{links, G_N_ELEMENTS(links), G_STRUCT_OFFSET(Practice, links_aligned)},
	{ways_out_by_field, G_N_ELEMENTS(ways_out_by_field), G_STRUCT_OFFSET(Practice, list_unsubscribe)},
	{one_clicks, G_N_ELEMENTS(one_clicks), G_STRUCT_OFFSET(Practice, one_click)},
};

static Tri practice_of(const char *from, const char *reported, gsize member)
{
	g_autoptr(Border) border = border_new_from_json(NULL, 0, NULL);
	g_autofree char *mail =
		g_strconcat("From: Ann <ann@isp.example>\nTo: abuse@desk.example\nSubject: spam\n"
			    "Content-Type: multipart/mixed; boundary=b\n\n--b\n\nspam\n"
			    "--b\nContent-Type: message/rfc822\n\nSubject: y\n",
			from, reported, "\n--b--\n", NULL);
	g_autoptr(Report) report = kinds_parse((const guint8 *)mail, strlen(mail), border);
	g_test_message("%s%s", from, reported);
	g_assert_cmpuint(report->incidents->len, ==, 1);
	const Incident *incident = report->incidents->pdata[0];
	return G_STRUCT_MEMBER(Tri, &incident->practice, member);
}

static void test_practice(void)
{
	for (guint i = 0; i < G_N_ELEMENTS(practices); i++)
		for (guint r = 0; r < practices[i].n; r++)
			g_assert_cmpint(practice_of("From: x@shop.example\n", practices[i].rows[r].mail,
						practices[i].member),
				==, practices[i].rows[r].said);
}

/* Each phrase begins a word of the mailing. */
static const struct {
	gsize member;
	const char *phrases;
} said[] = {
	{G_STRUCT_OFFSET(Practice, unsubscribe_link),
		"unsubscribe|opt-out|opt out|optout|abmelden|abbestellen|austragen|désabonn|"
		"désinscri|desabonn|desinscri|darse de baja|dar de baja|cancelar suscripci|"
		"cancelar a inscri|descadastr|cancella l'iscrizione|disiscri|annulla iscrizione|"
		"uitschrijven|avregistrera|avprenumerera|afmeld|avmeld|wypisz|wypisać|odhlásit|"
		"leiratkoz|dezabon|отписаться|отказаться от|配信停止|退订|退訂|수신거부|manage preferences|"
		"email preferences"},
	{G_STRUCT_OFFSET(Practice, legal_notice),
		"impressum|imprint|mentions légales|legal notice|privacy policy|datenschutz|"
		"politique de confidentialité|handelsregister|amtsgericht|geschäftsführer|ust-id|"
		"ust.-id|vat no|vat reg|vat id|company no|company reg|registered office|"
		"registered in england|siret|siren|rcs |p.iva|p. iva|partita iva|kvk|btw-nummer|"
		"aviso legal|nota legale|all rights reserved"},
	{G_STRUCT_OFFSET(Practice, contact_given),
		"contact us|kontakt|contactez|contacto|contatt|tel:|tel.|phone:|telefon|"
		"téléphone|teléfono|call us|mailto:"},
};

static void test_said(void)
{
	for (guint i = 0; i < G_N_ELEMENTS(said); i++) {
		g_auto(GStrv) list = g_strsplit(said[i].phrases, "|", -1);
		for (char **phrase = list; *phrase; phrase++) {
			g_autofree char *text = g_strconcat("\n\nA ", *phrase, " b", NULL);
			g_autofree char *inside = g_strconcat("\n\nA b", *phrase, " b", NULL);
			g_assert_cmpint(practice_of("", text, said[i].member), ==, TRI_TRUE);
			if (!(**phrase & 0x80)) /* some scripts have no spaces between words */
				g_assert_cmpint(practice_of("", inside, said[i].member), ==, TRI_FALSE);
		}
	}
}

static void test_named_senders(void)
{
	static const struct {
		const char *from;
		Tri named;
	} senders[] = {
		{"From: The Shop <x@shop.example>\n", TRI_TRUE},
		{"From: x@shop.example (The Shop)\n", TRI_TRUE},
		{"From: x@shop.example\n", TRI_FALSE},
		{"From: <x@shop.example>\n", TRI_FALSE},
		{"From: \"\" <x@shop.example>\n", TRI_FALSE},
		{"", TRI_UNKNOWN},
	};
	for (guint i = 0; i < G_N_ELEMENTS(senders); i++)
		g_assert_cmpint(
			practice_of(senders[i].from, "\n\nx", G_STRUCT_OFFSET(Practice, sender_named)), ==,
			senders[i].named);
	g_assert_cmpint(practice_of("", "\n\nx", G_STRUCT_OFFSET(Practice, dkim_aligned)), ==, TRI_UNKNOWN);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_set_nonfatal_assertions();
	message_init();
	domain_init(NULL);
	g_test_add_func("/original/accused", test_rows);
	g_test_add_func("/original/urls", test_urls);
	g_test_add_func("/original/two-mails", test_two_mails);
	g_test_add_func("/original/accounts", test_accounts);
	g_test_add_func("/original/much", test_much);
	g_test_add_func("/original/many-anchors", test_many_anchors);
	g_test_add_func("/original/token-fields", test_token_fields);
	g_test_add_func("/original/long-field", test_long_field);
	g_test_add_func("/original/practice", test_practice);
	g_test_add_func("/original/said", test_said);
	g_test_add_func("/original/named-senders", test_named_senders);
	return g_test_run();
}
