/* One row for each mark that decides what kind a mail is, and beside it what must not be taken for one. */

#include <string.h>

#include "domain.h"
#include "kinds.h"

#define NOTICE "Hello,\n\nIP: 203.0.113.9\nDate: 2026-03-02\n\n203.0.113.10\n"
#define PLAIN  "The minutes of the meeting that you have asked for.\n"

#define ATTACHED                                                                                             \
	"Content-Type: multipart/mixed; boundary=b\n",                                                       \
		"--b\n\nspam\n--b\nContent-Type: message/rfc822\n\nFrom: x@evil.example\nSubject: "          \
		"y\n\nz\n--b--\n"
#define SENT                                                                                                 \
	"Content-Type: multipart/mixed; boundary=b\n",                                                       \
		"--b\n\nspam\n--b\nContent-Type: message/rfc822\n\nFrom: abuse@desk.example\nSubject: "      \
		"y\nMessage-ID: <o77-0123456789abcdef@t.desk.example>\n\nz\n--b--\n"
#define FEEDBACK(from, id, more)                                                                             \
	"Subject: x\nContent-Type: multipart/report; report-type=feedback-report; boundary=b\n",             \
		"--b\n\nx\n--b\nContent-Type: message/feedback-report\n\nFeedback-Type: abuse\nVersion: "    \
		"1\nUser-Agent: "                                                                            \
		"x\n\n--b\nContent-Type: message/rfc822\n\nFrom: " from "\nSubject: y\nMessage-ID: <" id     \
		">\n" more "\nz\n--b--\n"

typedef struct {
	const char *headers; /* besides those that are always there */
	const char *body, *kind, *reason;
} Rule;

static const Rule rules[] = {
	/* lists */
	{"Subject: x\nList-Id: <a.lists.example>\n", PLAIN, "list", "list"},
	{"Subject: x\nList-Post: <mailto:a@lists.example>\n", PLAIN, "list", "list"},
	{"Subject: x\nMailing-List: contact a@lists.example\n", PLAIN, "list", "list"},
	{"Subject: x\nX-Mailing-List: a@lists.example\n", PLAIN, "list", "list"},
	{"Subject: x\nX-MLServer: fml\n", PLAIN, "list", "list"},
	{"Subject: x\nX-ML-Name: a\n", PLAIN, "list", "list"},
	{"Subject: x\nList-Unsubscribe: <mailto:u@lists.example>\nPrecedence: bulk\n", PLAIN, "list", "list"},
	{"Subject: x\nList-Unsubscribe: <mailto:u@lists.example>\nPrecedence: List\n", PLAIN, "list", "list"},
	{"Subject: x\nList-Unsubscribe: <mailto:u@lists.example>\nPrecedence: junk\n", PLAIN, "list", "list"},
	{"Subject: x\nList-Unsubscribe: <mailto:u@lists.example>\nFeedback-ID: 1\n", PLAIN, "list", "list"},
	{"Subject: x\nList-Unsubscribe: <mailto:u@lists.example>\nList-Unsubscribe-Post: y\n", PLAIN, "list",
		"list"},
	{"Subject: x\nList-Unsubscribe: <mailto:u@lists.example>\nX-CSA-Complaints: y\n", PLAIN, "list",
		"list"},
	{"Subject: x\nList-Unsubscribe: <mailto:u@lists.example>\nX-Mailer: y\n", PLAIN, "list", "list"},
	{"Subject: x\nList-Unsubscribe: <mailto:u@lists.example>\n", PLAIN, "human", "nothing-reported"},
	{"Subject: x\nList-Unsubscribe: <mailto:u@lists.example>\nPrecedence: first-class\n", PLAIN, "human",
		"nothing-reported"},
	{"Subject: x\nPrecedence: bulk\n", PLAIN, "human",
		"nothing-reported"}, /* complaining machines, too */
	{"Subject: x\nList-Id: Our desk <abuse.desk.example>\n", PLAIN, "human", "nothing-reported"},
	{"Subject: x\nList-Id: x\nList-Post: <mailto:abuse@desk.example>\n", PLAIN, "human",
		"nothing-reported"},
	{"Subject: x\nList-Id: <a.lists.example>\n", "spam of hxxp://evil[.]example/", "human", NULL},
	{"Subject: a takedown\nList-Id: <a.lists.example>\n", PLAIN, "list", "list-with-complaint"},
	/* opt-outs */
	{"Subject: unsubscribe\n", "", "opt-out", NULL},
	{"Subject: Unsubscribe.\n", "", "opt-out", NULL},
	{"Subject: STOP!\n", "", "opt-out", NULL},
	{"Subject: unsubscribe:id=4711\n", "", "opt-out", NULL},
	{"Subject: remove ann@isp.example\n", "", "opt-out", NULL},
	{"Subject: unsubscribe spammers\n", "please, they send it to me", "human", NULL},
	{"Subject: remove 17 bad pages\n", "please, as they are phishing", "human", NULL},
	{"Subject: unsubscriber4711\n", "please, they send phishing", "human", NULL},
	{"Subject: remove\n", "http://evil.example/", "human", NULL},
	{"Subject: remove\n", "this spam", "human", NULL},
	{"Subject: remove\n", "evil[.]example", "human", NULL},
	{"Subject: remove\n",
		"In all the years that I have had this address nobody has ever sent so many letters as this "
		"firm does, and none of my answers was ever read by a person. I have had enough of it; stop "
		"this abuse "
		"at once, all of it.",
		"human", NULL},
	{"Subject: remove\n",
		"Apple Mail sent this email to unsubscribe from the message; it may have some more words "
		"than a person "
		"would type, such as these, and an address to look at: http://apple.example/ and so on, for "
		"some lines "
		"of text.",
		"opt-out", NULL},
	{"Subject: whatever\nX-Apple-Unsubscribe: true\n", "http://apple.example/", "opt-out", NULL},
	{"Subject: unsubscribe\nContent-Type: multipart/mixed; boundary=b\n",
		"--b\n\nplease\n--b\nContent-Type: message/rfc822\n\nFrom: x@evil.example\nSubject: "
		"y\n\nz\n--b--\n",
		"human", NULL},
	/* advertising to the desk, and what only looks so */
	{"Subject: x\nList-Unsubscribe: <mailto:u@lists.example>\n",
		"These are the minutes that you have asked for: http://minutes.example/", "human",
		"nothing-reported"},
	{"Subject: x\n", "These are the minutes that you have asked for: http://minutes.example/", "human",
		NULL},
	{"Subject: x\nList-Unsubscribe: <mailto:u@lists.example>\n",
		"You have received this spam from http://minutes.example/", "human", NULL},
	{"Subject: x\nList-Unsubscribe: <mailto:u@lists.example>\n",
		"This is the letter that I have received: buy now at hxxp://minutes[.]example/", "human",
		NULL},
	/* nothing at all, and what only looks so */
	{"Subject: hello\n", "", "empty", "empty"},
	{"Subject: hello\n", " \n\t\n", "empty", "empty"},
	{"Subject: evil.example\n", "", "human", NULL},
	{"Subject: x@evil\n", "", "human", "nothing-reported"},
	{"Subject: hello\nContent-Type: text/html\n", "<p> </p>", "empty", "empty"},
	{"Subject: hello\nContent-Type: text/html\n", "<p><a href='http://evil.example/'></a></p>", "human",
		NULL},
	{"Subject: hello\nContent-Type: image/png\n", "x", "human", "nothing-reported"},
	{"Subject: hello\nContent-Type: image/png\n", " ", "human", "nothing-reported"},
	{"Subject: hello\nContent-Type: multipart/mixed; boundary=b\n",
		"--b\nContent-Type: image/png\n\n\n--b\n\n\n--b--", "empty", "empty"},
	{"Subject: hello\nContent-Type: multipart/mixed; boundary=b\n",
		"--b\nContent-Type: text/plain; name=x.log\nContent-Disposition: attachment\n\nspam of "
		"evil.example\n--b--",
		"human", NULL},
	/* our own */
	{"Subject: x\nX-Complaintd: desk-1; hops=1\n", PLAIN, "own", "own"},
	{"Subject: x\nX-Complaintd: desk-2; hops=1\nX-Complaintd: DESK-1\n", PLAIN, "own", "own"},
	{"Subject: x\nX-Complaintd: desk-10; hops=1\n", PLAIN, "human", "nothing-reported"},
	{"Subject: x\nMessage-ID: <o77-0123456789abcdef@t.desk.example>\n", PLAIN, "own", "own"},
	{"Subject: x\nMessage-ID: <o77-0123456@t.desk.example>\n", PLAIN, "human", "nothing-reported"},
	{"Subject: x\nMessage-ID: <x77-0123456789abcdef@t.desk.example>\n", PLAIN, "human",
		"nothing-reported"},
	{"Subject: x\nMessage-ID: <o-0123456789abcdef@t.desk.example>\n", PLAIN, "human", "nothing-reported"},
	{"Subject: x\nMessage-ID: <o77-0123456789abcdef.x@t.desk.example>\n", PLAIN, "human",
		"nothing-reported"},
	{"Subject: x\nMessage-ID: <o77-0123456789abcdef@desk.example>\n", PLAIN, "human", "nothing-reported"},
	/* answers */
	{"Subject: x\nTo: abuse+abcd@desk.example\n", PLAIN, "reply", "reply"},
	{"Subject: x\nCc: abuse+abcd@desk.example\n", PLAIN, "reply", "reply"},
	{"Subject: x\nX-Original-To: abuse+abcd@desk.example\n", PLAIN, "reply", "reply"},
	{"Subject: x\nX-Envelope-To: abuse+abcd@desk.example\n", PLAIN, "reply", "reply"},
	{"Subject: x\nEnvelope-To: abuse+abcd@desk.example\n", PLAIN, "reply", "reply"},
	{"Subject: x\nDelivered-To: anything+abcd@t.desk.example\n", PLAIN, "reply", "reply"},
	{"Subject: x\nCc: abuse+abc@desk.example\n", PLAIN, "human", "nothing-reported"}, /* too short */
	{"Subject: x\nCc: abuse+ab!cd@desk.example\n", PLAIN, "human", "nothing-reported"},
	{"Subject: x\nCc: info+abcd@desk.example\n", PLAIN, "human", "nothing-reported"},
	{"Subject: x\nCc: abuse+abcd@isp.example\n", PLAIN, "human", "nothing-reported"},
	{"Subject: x\nCc: abcd@t.desk.example\n", PLAIN, "human", "nothing-reported"},
	{"Subject: x\nCc: +abcd@t.desk.example\n", PLAIN, "human", "nothing-reported"},
	{"Subject: Re: [x] [complaint #4711-k7Qm] y\n", PLAIN, "reply", "reply"},
	{"Subject: Re: [complaint #4711-k7Qm] [complaint #x]\n", PLAIN, "reply", "reply"},
	{"Subject: Re: [complaint #"
	 "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
	 "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx] y\n",
		PLAIN, "human", NULL}, /* too long */
	{"Subject: Re: [complaint #4711-k7Qm\n", PLAIN, "human", NULL},
	{"Subject: Re: [complain #4711-k7Qm]\n", PLAIN, "human", NULL},
	{"Subject: x\nIn-Reply-To: <abcd@t.desk.example>\n", PLAIN, "reply", "reply"},
	{"Subject: x\nReferences: <1@x.example> <abcd@t.desk.example>\n", PLAIN, "reply", "reply"},
	{"Subject: x\nReferences: <abcd@t.desk.example> <x@t.desk.example>\n", PLAIN, "reply", "reply"},
	{"Subject: x\nIn-Reply-To: <abcd@desk.example>\n", PLAIN, "human", "nothing-reported"},
	{"Subject: x\nAuto-Submitted: auto-replied\nCc: abuse+abcd@desk.example\n", "see evil[.]example",
		"auto-reply", "auto-reply"}, /* it quotes us */
	{"Subject: x\nAuto-Submitted: auto-replied\nCc: abuse@desk.example\n", "see evil[.]example",
		"auto-reply", "automatic-with-evidence"},
	{"Subject: x\nAuto-Submitted: auto-replied\n" SENT, "auto-reply", "auto-reply"}, /* it returns ours */
	{"Subject: [complaint #4711-k7Qm]\n" ATTACHED, "human", NULL}, /* copied, and a spam beside it */
	{"Subject: x\nCc: abuse+abcd@desk.example\n" ATTACHED, "reply", "reply"},
	{"Subject: x\nIn-Reply-To: <abcd@t.desk.example>\n" ATTACHED, "reply", "reply"},
	/* reports about a mail of ours, and what only looks like it */
	{FEEDBACK("abuse@desk.example", "o77-0123456789abcdef@t.desk.example", ""), "own",
		"complaint-about-us"},
	{FEEDBACK(
		 "abuse@desk.example", "o77-0123456789abcdef@t.desk.example", "Reply-To: x@t.desk.example\n"),
		"own", "complaint-about-us"},
	{FEEDBACK("abuse@desk.example", "o77-0123456789abcdef@t.desk.example", "Reply-To: x@evil.example\n"),
		"arf", NULL},
	{FEEDBACK("abuse@desk.example", "o77-0123456789abcdef@t.desk.example", "\nhttp://evil.example/\n"),
		"arf", NULL},
	{FEEDBACK("abuse@desk.example", "4711@t.desk.example", ""), "arf", NULL},
	{"Subject: x\n" SENT, "human", NULL}, /* a person shows it */
	{FEEDBACK("x@evil.example", "o77-0123456789abcdef@t.desk.example", ""), "arf", NULL},
	/* machines' notices: three points of these */
	{"Subject: hello\nX-Report-ID: 1\n", NOTICE, "notice", NULL},
	{"Subject: hello\nX-Abuse-Report: 1\n", NOTICE, "notice", NULL},
	{"Subject: hello\nPrecedence: bulk\n", NOTICE, "notice", NULL},
	{"Subject: hello\nAuto-Submitted: auto-generated\n", NOTICE, "notice", NULL},
	{"Subject: hello\nAuto-Submitted: auto-generated\nIn-Reply-To: <x@desk.example>\n", NOTICE, "notice",
		NULL},
	{"Subject: Fwd: hello\nAuto-Submitted: auto-generated\n", NOTICE, "notice", NULL},
	{"Subject: hello\nAuto-Submitted: no\n", NOTICE, "human", NULL},
	{"Subject: hello\nPrecedence: list\n", NOTICE, "human", NULL},
	{"Subject: hello 203.0.113.9\nIn-Reply-To: <x@desk.example>\n", NOTICE "Port: 80\n", "human", NULL},
	{"Subject: Fwd: hello 203.0.113.9\n", NOTICE "Port: 80\n", "human", NULL},
	{"Subject: hello 203.0.113.9\n", NOTICE "Port: 80\n", "notice", NULL}, /* without that a notice */
	{"Subject: case 4711 of 203.0.113.9\n", NOTICE "Port: 80\n", "notice", NULL},
	{"Subject: [0123456789ab] of http://evil.example/\n", NOTICE "Port: 80\n", "notice", NULL},
};

static const Rule senders[] = {
	{"From: noreply47@isp.example\nSubject: hello 203.0.113.9\n", NOTICE "Port: 80\n", "notice", NULL},
	{"From: no-reply47@isp.example\nSubject: hello 203.0.113.9\n", NOTICE "Port: 80\n", "notice", NULL},
	{"From: donotreply47@isp.example\nSubject: hello 203.0.113.9\n", NOTICE "Port: 80\n", "notice", NULL},
	{"From: fail2ban@isp.example\nSubject: hello 203.0.113.9\n", NOTICE "Port: 80\n", "notice", NULL},
	{"From: ec2-abuse@isp.example\nSubject: hello 203.0.113.9\n", NOTICE "Port: 80\n", "notice", NULL},
	{"From: abuse-report@isp.example\nSubject: hello 203.0.113.9\n", NOTICE "Port: 80\n", "notice", NULL},
	{"From: announce-owner@lists.example\nSubject: Your message awaits moderator approval\n", PLAIN,
		"list", "list-refusal"},
	{"From: owner@lists.example\nSubject: Your message awaits moderator approval\n", PLAIN, "human",
		"nothing-reported"},
};

static void check(const Rule *rule, const char *from)
{
	static const char json[] = "{\"addresses\":[\"abuse@desk.example\"],\"domains\":[\"desk.example\"],"
				   "\"instance\":\"desk-1\",\"token_domain\":\"t.desk.example\"}";
	g_autoptr(Border) border = border_new_from_json(json, strlen(json), NULL);
	g_autofree char *mail = g_strconcat(from, rule->headers,
		"To: abuse@desk.example\nDate: Mon, 2 Mar 2026 09:00:00 +0000\nMessage-ID: "
		"<1@isp.example>\n\n",
		rule->body, "\n", NULL);
	g_autoptr(Report) report = kinds_parse((const guint8 *)mail, strlen(mail), border);
	g_test_message("%s", mail);
	g_assert_cmpstr(report_kind_name(report->kind), ==, rule->kind);
	g_assert_cmpstr(report->reason, ==, rule->reason);
}

static void test_rules(void)
{
	for (guint i = 0; i < G_N_ELEMENTS(rules); i++)
		check(&rules[i], "From: Ann <ann@isp.example>\n");
	for (guint i = 0; i < G_N_ELEMENTS(senders); i++)
		check(&senders[i], "");
}

/* Every word that alone in a subject asks to be left alone. */
static void test_opt_outs(void)
{
	static const char words[] =
		"unsubscribe|unsubscribe me|unsubscribe request|list-unsubscribe|list "
		"unsubscribe|remove|remove me|"
		"opt-out|opt "
		"out|optout|signoff|leave|stop|abmelden|abmeldung|abbestellen|austragen|désabonnement|"
		"se désabonner|désinscription|se désinscrire|désinscrire|darse de baja|baja|cancelar "
		"suscripción|"
		"cancelar subscripción|anular suscripción|cancellazione|cancellami|disiscrizione|annulla "
		"iscrizione|"
		"cancelar inscrição|cancelar "
		"subscrição|descadastrar|remover|afmelden|uitschrijven|avregistrera|"
		"avprenumerera|avmelding|afmeld|peruuta "
		"tilaus|wypisz|rezygnacja|odhlásit|odhlásiť|leiratkozás|"
		"dezabonare|отписаться|отписка|відписатися|κατάργηση εγγραφής|abonelikten "
		"çık|配信停止|配信解除|退订|"
		"退訂|수신거부|구독 취소";
	g_auto(GStrv) list = g_strsplit(words, "|", -1);
	for (char **word = list; *word; word++) {
		g_autofree char *headers = g_strdup_printf("Subject: %s\n", *word);
		const Rule rule = {headers, "", "opt-out", NULL};
		check(&rule, "From: Ann <ann@isp.example>\n");
	}
}

/* What says that no person has sent it. */
static void test_marks(void)
{
	static const struct {
		const char *header, *mark;
	} rows[] = {
		{"List-Id: <a.b.example>", "list"}, {"List-Post: <mailto:a@b.example>", "list"},
		{"List-Unsubscribe: <mailto:a@b.example>", "list"},
		{"List-Help: <mailto:a@b.example>", "list"}, {"List-Subscribe: <mailto:a@b.example>", "list"},
		{"List-Owner: <mailto:a@b.example>", "list"}, {"List-Archive: <http://b.example/>", "list"},
		{"Mailing-List: x", "list"}, {"X-Mailing-List: x", "list"},
		{"Precedence: BULK", "precedence"}, {"Precedence: list", "precedence"},
		{"Precedence: junk", "precedence"}, {"Precedence: auto_reply", "precedence"},
		{"Precedence: special-delivery", NULL}, {"X-Auto-Response-Suppress: All", "oof-suppress"},
		{"X-Auto-Response-Suppress: DR, OOF", "oof-suppress"},
		{"X-Auto-Response-Suppress: AutoReply", "oof-suppress"},
		{"X-Auto-Response-Suppress: DR, RN", NULL}, {"X-Loop: x", "loop"},
		{"Feedback-ID: x", "feedback-id"}, {"X-Autoreply: yes", "auto-reply"},
		{"X-Autorespond: x", "auto-reply"}, {"X-Autogenerated: x", "auto-reply"},
		{"X-Auto-Reply-From: x", "auto-reply"}, {"X-Mail-Autoreply: x", "auto-reply"},
		{"X-FC-MachineGenerated: true", "auto-reply"}, {"X-FC-MachineGenerated: false", NULL},
		{"X-Failed-Recipients: a@b.example", "failed-recipients"},
		{"Content-Type: multipart/report; boundary=b", "report"},
		{"Content-Type: multipart/mixed; boundary=b", NULL}, {"Return-Path: <>", "null-sender"},
		{"Return-Path:", "null-sender"}, {"Return-Path: <a@b.example>", NULL},
		{"Auto-Submitted: auto-notified", "auto-submitted"}, {"Auto-Submitted: no", NULL},
		{"Auto-Submitted: (auto-notified) No; x=y", NULL}, {"Auto-Submitted: no vacation", NULL},
		{"Auto-Submitted: (no)", NULL}, {"Auto-Submitted:", NULL},
		{"Auto-Submitted: no\nAuto-Submitted: no", NULL},
		{"Auto-Submitted: no\nAuto-Submitted: auto-replied", "auto-submitted"},
		{"Auto-Submitted: ) no", "auto-submitted"},
		{"X-Complaintd: desk-1; hops=1", NULL}, /* without a border nothing is ours */
	};
	for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *mail = g_strdup_printf("From: a@isp.example\n%s\n\nspam\n", rows[i].header);
		g_autoptr(Border) border = border_new_from_json(NULL, 0, NULL);
		g_autoptr(Report) report = kinds_parse((const guint8 *)mail, strlen(mail), border);
		g_test_message("%s", rows[i].header);
		g_assert_cmpuint(report->automatic->len, ==, rows[i].mark ? 1 : 0);
		if (rows[i].mark)
			g_assert_cmpstr(report->automatic->pdata[0], ==, rows[i].mark);
	}
}

/* What may be a token of ours. */
static void test_tokens(void)
{
	static const char plain[] = "{\"addresses\":[\"abuse@desk.example\"]}";
	static const char full[] =
		"{\"addresses\":[\"abuse@desk.example\"],\"token_domain\":\"t.desk.example\","
		"\"instance\":\"desk-1\"}";
	static const struct {
		const char *header, *border, *tokens;
	} rows[] = {
		{"To: abuse+abcd@desk.example", plain, "abcd"},
		{"Cc: abuse+abcd@desk.example", full, "abcd"},
		{"Delivered-To: abuse+abcd@desk.example", full, "abcd"},
		{"Delivered-To: abuse+abcd@desk.example\nTo: abuse+efgh@desk.example", full, "abcd efgh"},
		{"To: abuse+abcd+efgh@desk.example", full, "abcd+efgh"},
		{"To: info+abcd@desk.example", full, ""},
		{"To: abuse@desk.example", full, ""},
		{"To: abuse+@desk.example", full, ""},
		{"To: info+abcd@T.Desk.example", full, "abcd"},
		{"To: info+abcd@t.desk.example", plain, ""},
		{"To: info+abcd@x.t.desk.example", full, ""},
		{"In-Reply-To: <abcd@t.desk.example>", full, "abcd"},
		{"References: <1@isp.example> <abcd@T.desk.example> <2@t.desk.example>", full, "abcd 2"},
		{"In-Reply-To: <abcd@t.desk.example>", plain, ""},
		{"In-Reply-To: <abcd@desk.example>", full, ""},
		{"In-Reply-To: <abcd.t.desk.example>", full, ""},
	};
	for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *mail = g_strdup_printf("From: a@isp.example\n%s\n\nspam\n", rows[i].header);
		g_autoptr(Border) border = border_new_from_json(rows[i].border, strlen(rows[i].border), NULL);
		g_autoptr(Report) report = kinds_parse((const guint8 *)mail, strlen(mail), border);
		g_autoptr(GString) tokens = g_string_new(NULL);
		for (guint n = 0; n < report->tokens->len; n++)
			g_string_append_printf(
				tokens, "%s%s", n ? " " : "", (const char *)report->tokens->pdata[n]);
		g_test_message("%s", rows[i].header);
		g_assert_cmpstr(tokens->str, ==, rows[i].tokens);
	}
}

/* As many as a report has room for. */
static void test_many_tokens(void)
{
	static const char json[] = "{\"addresses\":[\"abuse@desk.example\"]}";
	g_autoptr(Border) border = border_new_from_json(json, strlen(json), NULL);
	for (guint count = REPORT_MAX_TOKENS; count < REPORT_MAX_TOKENS + 2; count++) {
		g_autoptr(GString) mail = g_string_new("From: a@isp.example\nTo: ");
		for (guint i = 0; i < count; i++)
			g_string_append_printf(mail, "abuse+t%u@desk.example, ", i);
		g_string_append(mail, "\n\nspam\n");
		g_autoptr(Report) report = kinds_parse((const guint8 *)mail->str, mail->len, border);
		g_assert_cmpuint(report->tokens->len, ==, REPORT_MAX_TOKENS);
		g_assert_cmpint(
			report_list_has(report->malformed, "too-many-tokens"), ==, count > REPORT_MAX_TOKENS);
	}
}

/* To whom it was delivered: the fields in which the last host writes that. */
static void test_delivered(void)
{
	static const struct {
		const char *field;
		gboolean to, delivered;
	} rows[] = {
		{"To", TRUE, FALSE},
		{"Cc", TRUE, FALSE},
		{"Delivered-To", FALSE, TRUE},
		{"X-Original-To", FALSE, TRUE},
		{"Envelope-To", FALSE, TRUE},
		{"X-Delivered-To", FALSE, TRUE},
		{"X-Envelope-To", FALSE, TRUE},
		{"X-RCPT-TO", FALSE, TRUE},
		{"Resent-To", FALSE, FALSE},
	};
	g_autoptr(Border) border = border_new_from_json(NULL, 0, NULL);
	for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *mail = g_strdup_printf(
			"From: a@isp.example\n%s: <ann@desk.example>\n\nspam\n", rows[i].field);
		g_autoptr(Report) report = kinds_parse((const guint8 *)mail, strlen(mail), border);
		g_test_message("%s", rows[i].field);
		g_assert_cmpint(report_list_has(report->to, "ann@desk.example"), ==, rows[i].to);
		g_assert_cmpint(
			report_list_has(report->delivered_to, "ann@desk.example"), ==, rows[i].delivered);
	}
}

/* Our own mark is one of a machine, and that of others is none. */
static void test_own_mark(void)
{
	static const char json[] = "{\"instance\":\"desk-1\"}";
	static const struct {
		const char *mark;
		guint found;
	} rows[] = {{"desk-1; hops=1", 1}, {"desk-2; hops=1", 0}, {"x desk-1", 0}};
	g_autoptr(Border) border = border_new_from_json(json, strlen(json), NULL);
	for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *mail =
			g_strdup_printf("From: a@isp.example\nX-Complaintd: %s\n\nspam\n", rows[i].mark);
		g_autoptr(Report) report = kinds_parse((const guint8 *)mail, strlen(mail), border);
		g_assert_cmpuint(report->automatic->len, ==, rows[i].found);
		if (rows[i].found)
			g_assert_cmpstr(report->automatic->pdata[0], ==, "loop");
	}
}

/* What of a mail is an attachment: names, and "-" for one without. */
static void test_attachments(void)
{
	static const struct {
		const char *fields, *names;
	} rows[] = {
		{"Content-Type: text/plain", ""},
		{"Content-Type: text/plain\nContent-Disposition: inline", ""},
		{"Content-Type: text/plain\nContent-Disposition: attachment", "-"},
		{"Content-Type: text/plain; name=a.log", "a.log"},
		{"Content-Type: text/html", ""},
		{"Content-Type: text/plain; name=\"\"", ""},
		{"Content-Type: text/plain; name=a.log\nContent-Disposition: attachment; filename=\"\"",
			"a.log"},
		{"Content-Type: text/plain; name=a.log\nContent-Disposition: attachment; filename=b.log",
			"b.log"},
		{"Content-Type: image/png", "-"},
		{"Content-Type: message/rfc822", "-"},
		{"Content-Type: message/feedback-report", ""},
		{"Content-Type: message/feedback-report; name=x", ""},
		{"Content-Type: message/delivery-status", ""},
		{"Content-Type: message/disposition-notification", ""},
		{"Content-Type: text/rfc822-headers; name=x", ""},
		{"Content-Type: message/rfc822-headers", ""},
		{"Content-Type: multipart/mixed; boundary=c; name=x\n\n--c\n\ny\n--c--", ""},
	};
	g_autoptr(Border) border = border_new_from_json(NULL, 0, NULL);
	for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *mail = g_strdup_printf("From: a@isp.example\nContent-Type: multipart/mixed; "
							"boundary=b\n\n--b\n%s\n\nx\n--b--\n",
			rows[i].fields);
		g_autoptr(Report) report = kinds_parse((const guint8 *)mail, strlen(mail), border);
		g_autoptr(GString) names = g_string_new(NULL);
		for (guint n = 0; n < report->attachments->len; n++) {
			const Attachment *attachment = report->attachments->pdata[n];
			g_string_append(names, attachment->name ? attachment->name : "-");
		}
		g_test_message("%s", rows[i].fields);
		g_assert_cmpstr(names->str, ==, rows[i].names);
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_set_nonfatal_assertions();
	message_init();
	domain_init(NULL);
	g_test_add_func("/rules/kinds", test_rules);
	g_test_add_func("/rules/opt-outs", test_opt_outs);
	g_test_add_func("/rules/marks", test_marks);
	g_test_add_func("/rules/tokens", test_tokens);
	g_test_add_func("/rules/many-tokens", test_many_tokens);
	g_test_add_func("/rules/delivered", test_delivered);
	g_test_add_func("/rules/own-mark", test_own_mark);
	g_test_add_func("/rules/attachments", test_attachments);
	return g_test_run();
}
