/* What is a mail that came back, and what it says of whom it did not reach. */

#include <string.h>

#include "bounce.h"
#include "domain.h"
#include "kinds.h"

#define OR_DASH(text) ((text) ? (text) : "-")
#define MIXED         "Content-Type: multipart/mixed; boundary=b\n\n--b\n\n"
#define RETURNED      "\n--b\nContent-Type: message/rfc822\n\n"
#define SPAM                                                                                                 \
	RETURNED "From: spam@evil.example\nSubject: Buy\nMessage-ID: <1@evil.example>\n\nBuy now.\n--b--\n"
#define BOUNCED                                                                                              \
	RETURNED "From: MAILER-DAEMON@mx.example\nSubject: Undelivered\nMessage-ID: <1@mx.example>\n\n"      \
		 "It could not be delivered.\n--b--\n"
#define REPORTED                                                                                             \
	"Content-Type: multipart/report; report-type=delivery-status; boundary=b\n\n--b\n\nx\n--b\n"         \
	"Content-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example\n\n"

static Report *parse(const char *mail)
{
	g_autoptr(Border) border = border_new_from_json(NULL, 0, NULL);
	g_autofree char *whole = g_strconcat("To: abuse@desk.example\n", mail, NULL);
	g_test_message("%s", whole);
	return kinds_parse((const guint8 *)whole, strlen(whole), border);
}

/* Headers, text, kind and reason. */
static const struct {
	const char *head, *text, *kind, *reason;
} mails[] = {
	/* it says so itself */
	{"From: a@b.example\nSubject: x\nContent-Type: multipart/report; report-type=delivery-status; "
	 "boundary=b",
		"--b\n\nYour mail came back.\n--b--", "bounce", "bounce"},
	{"From: a@b.example\nSubject: spam\nContent-Type: text/plain; name=delivery-status.txt",
		"http://evil.example/ spams me", "human", NULL},
	{"From: a@b.example\nSubject: x\nContent-Type: multipart/mixed; boundary=b",
		"--b\n\nx\n--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; "
		"mx.example\n--b--",
		"bounce", "bounce"},
	{"From: a@b.example\nSubject: x\nContent-Type: multipart/mixed; boundary=b",
		"--b\n\nx\n--b\nContent-Type: message/global-delivery-status\n\nReporting-MTA: dns; "
		"mx.example\n--b--",
		"bounce", "bounce"},

	/* a sender that only mail systems have: any second sign, else a person looks */
	{"From: MDaemon <a@b.example>\nSubject: hello", "x", "bounce", "perhaps-a-bounce"},
	{"From: MDaemon <a@b.example>\nSubject: hello\nReturn-Path: <>", "x", "bounce", "bounce"},
	{"From: MDaemon <a@b.example>\nSubject: Undelivered", "x", "bounce", "bounce"},
	{"From: MDaemon <a@b.example>\nSubject: hello", "It could not be delivered.", "bounce", "bounce"},
	{"From: MDaemon <a@b.example>\nSubject: hello\nContent-Type: multipart/mixed; boundary=b",
		"--b\n\nx\n--b\nContent-Type: text/rfc822-headers\n\nFrom: y@desk.example\n--b--", "bounce",
		"bounce"},
	{"From: MDaemon <a@b.example>\nSubject: hello\nContent-Type: multipart/mixed; boundary=b",
		"--b\n\nx\n--b\nContent-Type: message/rfc822\n\nFrom: y@desk.example\n\nx\n--b--", "bounce",
		"bounce"},
	{"From: MDaemon <a@b.example>\nSubject: hello", "x\n\nReceived: by y", "bounce", "bounce"},
	{"From: MDaemon <a@b.example>\nSubject: Undelivered",
		"Your mail to the list awaits moderator approval.", "bounce", "bounce"},
	{"From: a@b.example (Mail Delivery Subsystem)\nSubject: hello\nReturn-Path: <>", "x", "bounce",
		"bounce"},
	/* its domain may hold any word, his name not */
	{"From: a@mdaemon.example\nSubject: hello\nReturn-Path: <>", "http://evil.example/ spams me", "human",
		NULL},
	{"From: MDaemon\nSubject: Undelivered", "x", "bounce", "bounce"},

	{"From: MDaemon <a@b.example>\nSubject: hello", "Your mail to the list awaits moderator approval.",
		"human", "nothing-reported"},

	/* a sender that a person may have: two more signs */
	{"From: postmaster@b.example\nSubject: hello\nReturn-Path: <>", "It could not be delivered.",
		"bounce", "bounce"},
	{"From: postmaster@b.example\nSubject: Undelivered\nReturn-Path: <>", "x", "bounce", "bounce"},
	{"From: postmaster@b.example\nSubject: spam\nReturn-Path: <>", "http://evil.example/ spams me",
		"human", NULL},
	{"From: postmaster@b.example\nSubject: spam",
		"My answer to http://evil.example/ could not be delivered.", "human", NULL},
	{"From: postmaster@b.example\nSubject: Undelivered", "x", "bounce", "perhaps-a-bounce"},
	{"From: postmaster@b.example\nSubject: Undelivered\n" MIXED "x" SPAM, NULL, "bounce", "bounce"},

	/* no envelope sender, under a name like any other */
	{"From: a@b.example\nSubject: Undelivered\nReturn-Path: <>", "x", "bounce", "perhaps-a-bounce"},
	{"From: a@b.example\nSubject: Undelivered\nReturn-Path: <MAILER-DAEMON@b.example>", "x", "bounce",
		"perhaps-a-bounce"},
	{"From: a@b.example\nSubject: Undelivered\nReturn-Path: <a@mailer-daemon.example>",
		"http://evil.example/ spams me", "human", NULL},
	{"From: a@b.example\nSubject: hello\nReturn-Path: <>\n" MIXED "It could not be delivered." SPAM, NULL,
		"bounce", "bounce"},
	{"From: a@b.example\nSubject: hello\nReturn-Path: <>\n" MIXED "He spams me." SPAM, NULL, "human",
		NULL},
	{"From: a@b.example\nSubject: hello\nReturn-Path: <>", "It could not be delivered: 550 5.1.1 no.",
		"bounce", "perhaps-a-bounce"},
	{"From: a@b.example\nSubject: hello\nReturn-Path: <>",
		"My answer to http://evil.example/ could not be delivered.", "human", "nothing-reported"},
	{"From: a@b.example\nSubject: hello\nReturn-Path: <>", "http://evil.example/ gives a 550 error.",
		"human", NULL},
	{"From: a@b.example\nSubject: spam",
		"My answer to http://evil.example/ could not be delivered: 550 5.1.1 no.", "human", NULL},

	/* sent by a machine */
	{"From: a@b.example\nSubject: Undelivered\nAuto-Submitted: auto-generated",
		"It could not be delivered.", "bounce", "bounce"},
	{"From: a@b.example\nSubject: Undelivered parcels\nAuto-Submitted: no",
		"http://evil.example/ says that a parcel could not be delivered. It is a fraud.", "human",
		NULL},

	{"From: a@b.example\nSubject: hello\nReturn-Path: <>\nAuto-Submitted: auto-replied",
		"I am away; if your parcel could not be delivered, ask my colleague.", "auto-reply",
		"auto-reply"},
	{"From: a@b.example\nSubject: Undelivered parcels",
		"http://evil.example/ says that it could not be delivered, error 550 5.1.1.", "human", NULL},

	/* a feedback report without its report */
	{"From: postmaster@b.example\nSubject: Undelivered\n"
	 "Content-Type: multipart/report; report-type=feedback-report; boundary=b",
		"--b\n\nIt could not be delivered.\n--b--", "human", "nothing-reported"},

	/* a person: only one of the two, or what he shows came back itself */
	{"From: a@b.example\nSubject: Undelivered\n" MIXED "It could not be delivered." SPAM, NULL, "bounce",
		"perhaps-a-bounce"},
	{"From: a@b.example\nSubject: Undelivered\n" MIXED "He spams me." SPAM, NULL, "human", NULL},
	{"From: a@b.example\nSubject: spam\n" MIXED "My answer could not be delivered." SPAM, NULL, "human",
		NULL},
	{"From: a@b.example\nSubject: Undelivered\n" MIXED "It could not be delivered." BOUNCED, NULL,
		"human", NULL},
	{"From: a@b.example\nSubject: Undelivered\n" MIXED "It could not be delivered." RETURNED
	 "From: postmaster@mx.example\nSubject: Undelivered\n" REPORTED "--b--\n",
		NULL, "human", NULL},
	{"From: MDaemon <a@b.example>\nSubject: Undelivered\n" MIXED "It could not be delivered." BOUNCED,
		NULL, "bounce", "bounce"},
	{"From: a@b.example\nReturn-Path: <>\nSubject: Undelivered\n" MIXED
	 "It could not be delivered." BOUNCED,
		NULL, "bounce", "bounce"},
	{"From: a@b.example\nAuto-Submitted: auto-generated\nSubject: Undelivered\n" MIXED
	 "It could not be delivered." BOUNCED,
		NULL, "bounce", "bounce"},

	/* still tried, arrived, or neither */
	{"From: MDaemon <a@b.example>\nSubject: Delivery delayed", "x", "bounce", "delayed"},
	{"From: a@b.example\nSubject: x\n" REPORTED "Final-Recipient: rfc822; c@shop.example\n"
	 "Action: delayed\n--b--\n",
		NULL, "bounce", "delayed"},
	{"From: a@b.example\nSubject: Delivery delayed\n" REPORTED
	 "Final-Recipient: rfc822; c@shop.example\nAction: failed\n--b--\n",
		NULL, "bounce", "bounce"},
	{"From: a@b.example\nSubject: x\n" REPORTED "Final-Recipient: rfc822; c@shop.example\n"
	 "Action: delayed\n\nFinal-Recipient: rfc822; d@shop.example\nAction: failed\n--b--\n",
		NULL, "bounce", "bounce"},
	{"From: a@b.example\nSubject: x\n" REPORTED "Final-Recipient: rfc822; c@shop.example\n"
	 "Action: failed\n\nFinal-Recipient: rfc822; d@shop.example\nAction: delayed\n--b--\n",
		NULL, "bounce", "bounce"},
	{"From: a@b.example\nSubject: x\n" REPORTED "Final-Recipient: rfc822; c@shop.example\n"
	 "Action: delayed\n\nFinal-Recipient: rfc822; d@shop.example\nAction: relayed\n--b--\n",
		NULL, "bounce", "delayed"},
	{"From: a@b.example\nSubject: x\n" REPORTED "Final-Recipient: rfc822; c@shop.example\n"
	 "Action: relayed\n\nFinal-Recipient: rfc822; d@shop.example\nAction: expanded\n--b--\n",
		NULL, "bounce", "delivered"},
	{"From: a@b.example\nSubject: x\n" REPORTED "Final-Recipient: rfc822; c@shop.example\n"
	 "Action: delivered\n\nFinal-Recipient: rfc822; d@shop.example\n--b--\n",
		NULL, "bounce", "bounce"},
	{"From: a@b.example\nSubject: x\n" REPORTED "Final-Recipient: rfc822; c@shop.example\n"
	 "Action: delivered\n\nFinal-Recipient: rfc822; d@shop.example\nAction: delayed\n--b--\n",
		NULL, "bounce", "delayed"},
};

static void test_mails(void)
{
	for (guint i = 0; i < G_N_ELEMENTS(mails); i++) {
		g_autofree char *mail = mails[i].text
			? g_strconcat(mails[i].head, "\n\n", mails[i].text, "\n", NULL)
			: g_strdup(mails[i].head);
		g_autoptr(Report) report = parse(mail);
		g_assert_cmpstr(report_kind_name(report->kind), ==, mails[i].kind);
		g_assert_cmpstr(report->reason, ==, mails[i].reason);
	}
}

/* A line for each delivery: recipient, original recipient, action, status, system, diagnostic. */
static char *shown(const Report *report)
{
	GString *text = g_string_new(NULL);
	for (guint i = 0; i < report->deliveries->len; i++) {
		const Delivery *d = report->deliveries->pdata[i];
		g_string_append_printf(text, "%s%s %s %s %s %s: %s", i ? "\n" : "", OR_DASH(d->recipient),
			OR_DASH(d->original_recipient), OR_DASH(d->action), OR_DASH(d->status),
			OR_DASH(d->reporting_mta), OR_DASH(d->diagnostic));
	}
	return g_string_free(text, FALSE);
}

/* A delivery-status part, its deliveries and the id of the mail it returns. */
static const struct {
	const char *text, *deliveries, *id;
} statuses[] = {
	{"Reporting-MTA: dns; mx.example\n\nOriginal-Recipient: rfc822; <o@shop.example>\n"
	 "Final-Recipient: rfc822; c@shop.example\nAction: Failed (fatal)\nStatus: 5.1.1 (unknown)\n"
	 "Diagnostic-Code: smtp; 550 no\n",
		"c@shop.example o@shop.example failed 5.1.1 mx.example: 550 no", NULL},
	/* brackets around all of it */
	{"Final-Recipient: rfc822; c@shop.example\nDiagnostic-Code: smtp; 550 no <c@shop.example>\n",
		"c@shop.example - - - -: 550 no <c@shop.example>", NULL},
	{"Final-Recipient: rfc822; c@shop.example\nDiagnostic-Code: smtp; <c@shop.example> unknown\n",
		"c@shop.example - - - -: <c@shop.example> unknown", NULL},
	{"Final-Recipient: rfc822; <>\n", "<> - - - -: -", NULL},
	/* a type before the semicolon */
	{"Final-Recipient: rfc822 ;c@shop.example\nDiagnostic-Code: x-unix;no\n",
		"c@shop.example - - - -: no", NULL},
	{"Final-Recipient: c@shop.example\nDiagnostic-Code: the mailbox is full; try again\n",
		"c@shop.example - - - -: the mailbox is full; try again", NULL},
	/* which address counts */
	{"X-Actual-Recipient: rfc822; x@shop.example\nFinal-Recipient: rfc822; c@shop.example\n",
		"c@shop.example - - - -: -", NULL},
	{"Final-Recipient: rfc822; c@shop.example\nX-Actual-Recipient: rfc822; x@shop.example\n",
		"c@shop.example - - - -: -", NULL},
	{"X-Actual-Recipient: rfc822; x@shop.example\n", "x@shop.example - - - -: -", NULL},
	{"Original-Recipient: rfc822; o@shop.example\nAction: failed\n", "- o@shop.example failed - -: -",
		NULL},
	{"Action: failed\nStatus: 5.0.0\n", "", NULL},
	/* folded, also where there is nothing to fold to */
	{"Final-Recipient: rfc822; c@shop.example\nDiagnostic-Code: smtp; 550\n\tno\n  such: user\n",
		"c@shop.example - - - -: 550 no such: user", NULL},
	{" folded\nFinal-Recipient: rfc822; c@shop.example\n", "c@shop.example - - - -: -", NULL},
	{"Final-Recipient: rfc822; c@shop.example\n\n folded\nFinal-Recipient: rfc822; d@shop.example\n",
		"c@shop.example - - - -: -\nd@shop.example - - - -: -", NULL},
	{"Final-Recipient: rfc822; c@shop.example\n \nFinal-Recipient: rfc822; d@shop.example\n",
		"c@shop.example - - - -: -\nd@shop.example - - - -: -", NULL},
	{"Final-Recipient: rfc822; c@shop.example\nno field\nStatus: 5.1.1\n",
		"c@shop.example - - 5.1.1 -: -", NULL},
	/* the returned mail: the first id */
	{"X-Original-Message-ID: <1@desk.example>\nX-Original-Message-ID: <2@desk.example>\n", "",
		"1@desk.example"},
	{"X-Original-Message-ID: 1@desk.example (x)\n", "", "1@desk.example"},
	{"Message-ID: <1@desk.example>\n", "", NULL},
};

static void test_statuses(void)
{
	for (guint i = 0; i < G_N_ELEMENTS(statuses); i++) {
		g_autoptr(Report) report = report_new();
		g_autofree char *id = NULL;
		g_test_message("%s", statuses[i].text);
		bounce_read_status(statuses[i].text, report, &id);
		g_autofree char *deliveries = shown(report);
		g_assert_cmpstr(deliveries, ==, statuses[i].deliveries);
		g_assert_cmpstr(id, ==, statuses[i].id);
	}
}

/* Free text of a mail system, its deliveries and the id of the mail it returns. */
static const struct {
	const char *text, *deliveries, *id;
} texts[] = {
	{"<no.such+user-1@shop.example>: 550 5.1.1 no\n",
		"no.such+user-1@shop.example - failed 5.1.1 -: 550 5.1.1 no", NULL},
	/* the code beside him, below him, or the nearest below */
	{"550 5.1.1 <c@shop.example>... User unknown\n",
		"c@shop.example - failed 5.1.1 -: 550 5.1.1 <c@shop.example>... User unknown", NULL},
	{"c@shop.example\n550 no\n451 4.2.1 later\n",
		"c@shop.example - failed 4.2.1 -: 550 no 451 4.2.1 later", NULL},
	{"c@shop.example\n550 no\n\n4.2.1 later\n", "c@shop.example - failed - -: 550 no", NULL},
	{"c@shop.example\nnobody here\n\n4.2.1 later\n", "c@shop.example - failed 4.2.1 -: 4.2.1 later",
		NULL},
	{"c@shop.example\nnobody here\n", "c@shop.example - failed - -: nobody here", NULL},
	{"c@shop.example, because:\n\n550 no\n\n551 no\n", "c@shop.example - failed - -: because: 550 no",
		NULL},
	{"c@shop.example\n\n-----\n550 no\n-----\nbye\n", "c@shop.example - failed - -: 550 no bye", NULL},
	{"c@shop.example\nwho\n1\n2\n3\n4\n5\n6\n7\n8\n9\n550 no\n",
		"c@shop.example - failed - -: who 1 2 3 4 5 6 7 8", NULL},
	/* each his own */
	{"c@shop.example nobody here\nd@shop.example: full\n",
		"c@shop.example - failed - -: nobody here\nd@shop.example - failed - -: full", NULL},
	{"c@shop.example\nd@shop.example\n550 no\n",
		"c@shop.example - failed - -: 550 no\nd@shop.example - "
		"failed - -: 550 no",
		NULL},
	{"<c@shop.example>:\n550 d@other.example: no such user\n",
		"c@shop.example - failed - -: 550 d@other.example: no such user", NULL},
	{"c@shop.example\nsaid:\n550 d@other.example unknown\nbye\n",
		"c@shop.example - failed - -: said: 550 d@other.example unknown bye", NULL},
	{"c@shop.example, d@shop.example: full\n",
		"c@shop.example - failed - -: d@shop.example: full\nd@shop.example - failed - -: full", NULL},
	{"c@shop.example: 550 no\nC@SHOP.EXAMPLE: 551 no\n",
		"c@shop.example - failed - -: 550 no C@SHOP.EXAMPLE: 551 no", NULL},
	/* not whom it is returned to, nor the system itself */
	{"abuse@desk.example\nx@mx.example\nMAILER-DAEMON@shop.example\npostmaster@shop.example\n"
	 "c@shop.example 550 no\n",
		"c@shop.example - failed - -: 550 no", NULL},
	/* "To:" only where nothing better is said */
	{"Undelivered.\n> To: c@shop.example\nSubject: x\n", "c@shop.example - failed - -: Subject: x", NULL},
	{"d@shop.example: 550 no\n\nTo: c@shop.example\n", "d@shop.example - failed - -: 550 no", NULL},
	/* below this line is the returned mail */
	{"d@shop.example: 550 no\n\nYour original message\nc@shop.example\n",
		"d@shop.example - failed - -: 550 no", NULL},
	{"x\n\nYour original message\nMessage-ID: <1@desk.example>\nMessage-ID: <2@desk.example>\n",
		"- - - - -: -", "1@desk.example"},
	{"x\n\nYour original message\n  message-id: <1@desk.example>\n", "- - - - -: -", "1@desk.example"},
	{"Message-ID: <1@desk.example>\n", "", NULL},
	{"Your original message\nMessage-ID: <4711>\n", "", NULL},
	{"Your original message\nMessage-ID: <@>\n", "", NULL},
	{"Your original message\nMessage-ID: <1@desk.example\n", "", NULL},
	{"Your original message\nX-Message-ID: <1@desk.example>\n", "", NULL},
	{"", "", NULL},
};

static void check_text(const char *mail, const char *wanted, const char *id)
{
	g_autoptr(Report) report = parse(mail);
	g_autofree char *deliveries = shown(report);
	const Delivery *first = report->deliveries->len ? report->deliveries->pdata[0] : NULL;
	g_assert_cmpint(report->kind, ==, KIND_BOUNCE);
	g_assert_cmpstr(deliveries, ==, wanted);
	g_assert_cmpstr(first ? first->our_message_id : NULL, ==, id);
}

static void test_texts(void)
{
	for (guint i = 0; i < G_N_ELEMENTS(texts); i++) {
		g_autofree char *mail = g_strconcat(
			"From: MAILER-DAEMON <x@mx.example>\nSubject: x\n\n", texts[i].text, NULL);
		check_text(mail, texts[i].deliveries, texts[i].id);
	}
}

/* Recipients that a field names. */
static void test_named(void)
{
	check_text("From: x@mx.example\nSubject: x\nX-Failed-Recipients: c@shop.example, d@shop.example\n\n"
		   "451 later\nd@other.example 550 no\nd@shop.example 551 no\n",
		"c@shop.example - failed - -: 451 later\nd@shop.example - failed - -: 551 no", NULL);
	check_text("From: x@mx.example\nSubject: x\nX-Failed-Recipients: c@shop.example\n\nno\n",
		"c@shop.example - failed - -: -", NULL);
	check_text("From: x@mx.example\nSubject: x\nX-Failed-Recipients: c@shop.example\n"
		   "In-Reply-To: <1@desk.example>\n\nno\n",
		"c@shop.example - failed - -: -", "1@desk.example");
	check_text("From: x@mx.example\nSubject: x\nX-Failed-Recipients: nobody\n\nd@shop.example 551 no\n",
		"d@shop.example - failed - -: 551 no", NULL);
}

/* Of the parts of a report, only that which is one. */
static void test_parts(void)
{
	check_text("From: x@mx.example\nSubject: x\nContent-Type: multipart/report; "
		   "report-type=delivery-status; boundary=b\n\n--b\n\nFinal-Recipient: rfc822; "
		   "d@shop.example\n--b\nContent-Type: message/delivery-status\n\nX-Original-Message-ID: "
		   "<1@desk.example>\n\nFinal-Recipient: rfc822; c@shop.example\n--b--\n",
		"c@shop.example - - - -: -", "1@desk.example");
	check_text("From: x@mx.example\nSubject: x\nX-Failed-Recipients: d@shop.example\nContent-Type: "
		   "multipart/delivery-status; boundary=b\n\n--b\n\nFinal-Recipient: rfc822; "
		   "c@shop.example\n--b--\n",
		"d@shop.example - failed - -: -", NULL);
	/* The first returned mail that has an id. */
	check_text("From: MDaemon <x@mx.example>\nSubject: x\n" MIXED "c@shop.example: 550 no\n" RETURNED
		   "From: y@desk.example\n\nx\n" RETURNED
		   "From: y@desk.example\nMessage-ID: <1@desk.example>\n\nx\n--b--\n",
		"c@shop.example - failed - -: 550 no", "1@desk.example");
}

static void test_codes(void)
{
	static const struct {
		const char *text, *status;
	} cases[] = {
		{"in 451.8 seconds", NULL},
		{"version x5.1.1", NULL},
		{"version 15.1.1", NULL},
		{"5..1", NULL},
		{"4.5 2 of them", NULL},
		{"5.1. Then", NULL},
		{"5.1.1234", NULL},
		{"see 5.1.x, 5.1.2", "5.1.2"},
	};
	static const char *const codes[] = {
		"550 no", "no (451 later)", "550-no", "550:no", "550,no", "550#no"};
	static const char *const none[] = {"250 fine", "mx-550 said", "port/550 is", "to 5-5 on 1 May",
		"after 5.50 seconds", "at 50% of", "in 1550 days", "550"};

	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *status = bounce_status(cases[i].text);
		g_assert_cmpstr(status, ==, cases[i].status);
	}
	for (guint i = 0; i < G_N_ELEMENTS(codes); i++)
		g_assert_true(bounce_has_reply_code(codes[i]));
	for (guint i = 0; i < G_N_ELEMENTS(none); i++)
		g_assert_false(bounce_has_reply_code(none[i]));
	/* Nothing before the text is looked at. */
	g_autofree char *status = bounce_status("x5.1.1" + 1);
	g_assert_cmpstr(status, ==, "5.1.1");
	g_assert_true(bounce_has_reply_code("x550 no" + 1));
}

static void test_limits(void)
{
	g_autofree char *long_id = g_strnfill(500, 'x');
	g_autofree char *returned = g_strconcat("From: MAILER-DAEMON <x@mx.example>\nSubject: x\n\n"
						"Your original message\nMessage-ID: <",
		long_id, "@desk.example>\n", NULL);
	check_text(returned, "", NULL);

	g_autoptr(GString) mail = g_string_new("From: MAILER-DAEMON <x@mx.example>\nSubject: x\n\n");
	for (guint i = 0; i < 100; i++)
		g_string_append_printf(mail, "c%u@shop.example\n", i);
	g_autoptr(Report) all = parse(mail->str);
	g_assert_cmpuint(all->deliveries->len, ==, 100);
	g_assert_cmpuint(all->malformed->len, ==, 0);
	g_string_append(mail, "d@shop.example\n");
	g_autoptr(Report) cut = parse(mail->str);
	g_assert_cmpuint(cut->deliveries->len, ==, 100);
	g_assert_true(
		g_ptr_array_find_with_equal_func(cut->malformed, "too-many-deliveries", g_str_equal, NULL));
}

/* What `complaint parse --explain` says. */
static void test_explained(void)
{
	static const char *const wanted[] = {
		"It says that it is a bounce, as RFC 3464 or its mail system's own field orders.",
		"Only mail systems are called like its sender.",
		"Its subject is a bounce's: \"undelivered\".", "Recipients that were not reached: 1."};
	g_autoptr(Report) standard =
		parse("From: MDaemon <x@mx.example>\nSubject: Undelivered\nX-Failed-Recipients: "
		      "c@shop.example\n\nIt could not be delivered.\n");
	for (guint i = 0; i < G_N_ELEMENTS(wanted); i++)
		g_assert_true(
			g_ptr_array_find_with_equal_func(standard->because, wanted[i], g_str_equal, NULL));
	g_autoptr(Report) other = parse("From: postmaster@mx.example\nSubject: hello\nReturn-Path: <>\n\n"
					"c@shop.example: It could not be delivered.\n");
	g_assert_true(g_ptr_array_find_with_equal_func(
		other->because, "Its text is a bounce's: \"could not be delivered\".", g_str_equal, NULL));
	for (guint i = 0; i + 1 < G_N_ELEMENTS(wanted); i++)
		g_assert_false(
			g_ptr_array_find_with_equal_func(other->because, wanted[i], g_str_equal, NULL));
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_set_nonfatal_assertions();
	message_init();
	domain_init(NULL);
	g_test_add_func("/bounce/mails", test_mails);
	g_test_add_func("/bounce/statuses", test_statuses);
	g_test_add_func("/bounce/texts", test_texts);
	g_test_add_func("/bounce/named", test_named);
	g_test_add_func("/bounce/parts", test_parts);
	g_test_add_func("/bounce/codes", test_codes);
	g_test_add_func("/bounce/limits", test_limits);
	g_test_add_func("/bounce/explained", test_explained);
	return g_test_run();
}
