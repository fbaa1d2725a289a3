/* Which subject, sender or field makes which kind of a mail, one row each; whole mails are in tests/data. */

#include <string.h>

#include "bounce.h"
#include "domain.h"
#include "kinds.h"
#include "wording.h"

static const char border_json[] = "{\"addresses\":[\"abuse@desk.example\"],\"domains\":[\"desk.example\"],"
				  "\"instance\":\"desk-1\",\"token_domain\":\"t.desk.example\"}";

static Report *parse(const char *mail)
{
	g_autoptr(Border) border = border_new_from_json(border_json, strlen(border_json), NULL);
	g_assert_nonnull(border);
	return kinds_parse((const guint8 *)mail, strlen(mail), border);
}

typedef struct {
	const char *head; /* fields beside To and Message-ID */
	const char *text;
	const char *kind;
	const char *reason; /* NULL: a complaint */
} Row;

static const Row rows[] = {
	/* bounces: two signs of three */
	{"From: MAILER-DAEMON@b.example\nSubject: Returned mail: User unknown", "x", "bounce", "bounce"},
	{"From: \"Mail Delivery System\" <x@b.example>\nSubject: Undelivered", "x", "bounce", "bounce"},
	{"From: x@b.example\nSubject: DELIVERY FAILURE: Mailbox full\nReturn-Path: <>",
		"could not be delivered", "bounce", "bounce"},
	{"From: postmaster@b.example\nSubject: Undeliverable: x", "could not be delivered to c@d.example",
		"bounce", "bounce"},
	{"From: postmaster@b.example\nSubject: Undeliverable: x", "xyzzy", "bounce", "perhaps-a-bounce"},
	{"From: x@b.example\nSubject: Hello\nX-Failed-Recipients: c@d.example", "x", "bounce", "bounce"},
	{"From: bob@b.example\nSubject: Undeliverable mail is your customer's trick",
		"http://evil.example/ spams", "human", NULL},
	{"From: bob@b.example\nSubject: Fwd: Undelivered Mail Returned to Sender",
		"why do I get this? http://evil.example/", "human", NULL},
	/* the domain of an address may hold any word */
	{"From: bob@mailer-daemon.example\nSubject: spam", "http://evil.example/ spams", "human", NULL},
	{"From: postmaster@b.example\nSubject: spam from your network", "http://evil.example/ spams", "human",
		NULL},

	/* automatic replies */
	{"From: a@b.example\nSubject: x\nAuto-Submitted: auto-replied", "away", "auto-reply", "auto-reply"},
	{"From: a@b.example\nSubject: x\nAuto-Submitted: Auto-Replied (vacation)", "away", "auto-reply",
		"auto-reply"},
	{"From: a@b.example\nSubject: x\nX-Autoreply: yes", "away", "auto-reply", "auto-reply"},
	{"From: a@b.example\nSubject: x\nX-Autoreply: no", "http://evil.example/ spams", "human", NULL},
	{"From: a@b.example\nSubject: x\nAuto-Submitted: no", "http://evil.example/ spams", "human", NULL},
	{"From: a@b.example\nSubject: Out of Office: x", "away", "auto-reply", "auto-reply"},
	{"From: a@b.example\nSubject: Out of office spam from your customer", "http://evil.example/ spams",
		"human", NULL},
	{"From: a@b.example\nSubject: spam\nX-Auto-Response-Suppress: All", "http://evil.example/ spams",
		"human", NULL},

	{"From: a@b.example\nSubject: Vacation: these rentals are a fraud", "http://evil.example/ cheats",
		"human", NULL},
	{"From: a@b.example\nSubject: Vacation: back on Monday", "See you.", "auto-reply", "auto-reply"},
	{"From: bob@b.example\nReturn-Path: <bob@mailer-daemon.example>\nSubject: Undeliverable fakes",
		"your customer http://evil.example/ spams, mail to him could not be delivered", "human",
		NULL},

	/* receipts */
	{"From: a@b.example\nSubject: Read: x", "Your message was read on Monday", "receipt", "read-receipt"},
	{"From: a@b.example\nSubject: Read: x", "http://evil.example/ spams", "human", NULL},

	/* lists */
	{"From: a@b.example\nSubject: x\nList-Id: <l.b.example>", "hello", "list", "list"},
	{"From: a@b.example\nSubject: x\nList-Id: <abuse.desk.example>", "http://evil.example/ spams",
		"human", NULL}, /* our own group */
	{"From: a@b.example\nSubject: x\nPrecedence: bulk", "http://evil.example/ spams", "human", NULL},
	{"From: a@b.example\nSubject: x\nList-Id: <l.b.example>", "spam from your network", "list",
		"list-with-complaint"},

	/* ours */
	{"From: a@b.example\nSubject: x\nX-Complaintd: desk-1", "x", "own", "own"},
	{"From: a@b.example\nSubject: x\nX-Complaintd: desk-10", "http://evil.example/ spams", "human", NULL},
	{"From: a@b.example\nSubject: x\nIn-Reply-To: <9.abcd@t.desk.example>", "done", "reply", "reply"},
	{"From: a@b.example\nSubject: x\nIn-Reply-To: <9.abcd@t.other.example>", "http://evil.example/ spams",
		"human", NULL},
	{"From: a@b.example\nSubject: Re: [complaint #4711-k7Qm]", "done", "reply", "reply"},
	{"From: a@b.example\nSubject: Re: [ticket #4711-k7Qm]", "http://evil.example/ spams", "human", NULL},

	/* off a list */
	{"From: a@b.example\nSubject: unsubscribe", "", "opt-out", NULL},
	{"From: a@b.example\nSubject: Unsubscribe id=4711", "", "opt-out", NULL},
	{"From: a@b.example\nSubject: unsubscribe spammers", "http://evil.example/ spams", "human", NULL},
	{"From: a@b.example\nSubject: unsubscribe", "their link http://evil.example/u does nothing", "human",
		NULL},
};

static void test_row(gconstpointer data)
{
	const Row *row = data;
	g_autofree char *mail = g_strconcat("To: abuse@desk.example\nMessage-ID: <1@b.example>\n", row->head,
		"\n\n", row->text, "\n", NULL);
	g_autoptr(Report) report = parse(mail);
	g_assert_cmpstr(report_kind_name(report->kind), ==, row->kind);
	g_assert_cmpstr(report->reason, ==, row->reason);
	/* whatever is no complaint has nobody to blame */
	if (row->reason)
		g_assert_cmpuint(report->incidents->len, ==, 0);
}

static void test_status(void)
{
	static const struct {
		const char *text, *status;
	} cases[] = {
		{"550 5.1.1 no such user", "5.1.1"},
		{"(#5.4.4)", "5.4.4"},
		{"4.7.650 too many", "4.7.650"},
		{"host [5.1.1.2] said no", NULL},  /* an address */
		{"192.5.1.1 said no", NULL},       /* and its end */
		{"Exim 4.96", NULL},               /* a version */
		{"Sendmail 8.5.1.1 550 no", NULL}, /* a longer one */
		{"5.1.1. The end", "5.1.1"},       /* a full stop is not a fourth number */
		{"see 3.1.1", NULL},               /* no class 3 */
		{"5.1234.1", NULL},
		{"", NULL},
		{NULL, NULL},
	};
	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *status = bounce_status(cases[i].text);
		g_assert_cmpstr(status, ==, cases[i].status);
	}
}

static void test_reply_code(void)
{
	g_assert_true(bounce_has_reply_code("550 no"));
	g_assert_true(bounce_has_reply_code("said: 421-later"));
	g_assert_true(bounce_has_reply_code("(552 5.2.2 full)"));
	g_assert_false(bounce_has_reply_code("in 550days"));
	g_assert_false(bounce_has_reply_code("port 4500 is shut"));
	g_assert_false(bounce_has_reply_code("192.0.2.55 said"));
	g_assert_false(bounce_has_reply_code("498 is none"));
	g_assert_false(bounce_has_reply_code("550"));
}

static void test_fold(void)
{
	static const struct {
		const char *text, *folded;
	} cases[] = {
		{"  Hello\r\n\tWorld  ", "hello world"}, {"couldn\xe2\x80\x99t", "couldn't"},
		{"\xef\xbb\xbf"
		 "A\xe2\x80\x8b"
		 "b",
			"ab"}, /* byte-order mark, zero-width space */
		{"\xc3\x9c"
		 "BER",
			"\xc3\xbc"
			"ber"},
		{"", ""}, {NULL, ""},
		{"a\xff"
		 "b",
			"a"}, /* ends where it is no UTF-8 any more */
	};
	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *folded = wording_fold(cases[i].text, 100);
		g_assert_cmpstr(folded, ==, cases[i].folded);
	}
	g_autofree char *cut = wording_fold("abcdef", 3);
	g_assert_cmpstr(cut, ==, "abc");
}

static void test_find(void)
{
	static const Wording table[] = {{"out of office", WORDING_START}, {"退信", WORDING_START},
		{"not here", WORDING_ANYWHERE}, {NULL, WORDING_START}};
	g_assert_nonnull(wording_find(table, "out of office"));
	g_assert_nonnull(wording_find(table, "out of office: x"));
	g_assert_nonnull(wording_find(table, "退信通知"));
	g_assert_nonnull(wording_find(table, "he is not here today"));
	g_assert_null(wording_find(table, "out of offices"));
	g_assert_null(wording_find(table, "i am out of office"));
	g_assert_null(wording_find(table, ""));
}

/* Rows must be as wording_fold() makes texts, or they never match. */
static void test_tables(void)
{
	static const Wording *const tables[] = {wording_bounce_subjects, wording_bounce_texts,
		wording_delay_texts, wording_returned, wording_auto_subjects, wording_absence_texts,
		wording_request_texts, wording_receipt_subjects, wording_receipt_texts};
	for (guint t = 0; t < G_N_ELEMENTS(tables); t++) {
		for (const Wording *row = tables[t]; row->text; row++) {
			g_autofree char *folded = wording_fold(row->text, 500);
			g_assert_cmpstr(folded, ==, row->text);
			g_assert_cmpuint(strlen(row->text), >=, 3);
		}
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	message_init();
	domain_init(NULL);
	for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *path = g_strdup_printf("/kinds/row/%02u-%s", i, rows[i].kind);
		g_test_add_data_func(path, &rows[i], test_row);
	}
	g_test_add_func("/kinds/bounce/status", test_status);
	g_test_add_func("/kinds/bounce/reply-code", test_reply_code);
	g_test_add_func("/kinds/wording/fold", test_fold);
	g_test_add_func("/kinds/wording/find", test_find);
	g_test_add_func("/kinds/wording/tables", test_tables);
	return g_test_run();
}
