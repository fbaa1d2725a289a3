#include "domain.h"
#include "forward.h"

#include <glib.h>
#include <string.h>
#include <time.h>

#define BODY "\n\nBuy now.\n"

/* One mail in the words of each client. */
static const struct {
	const char *text, *from, *subject, *to, *own;
} rows[] = {
	{"Mine.\n---------- Forwarded message ---------\nVon: A <a@evil.example>\nDate: Mo., 1. Juni "
	 "2026\nSubject: S\nTo: <b@c.example>" BODY,
		"a@evil.example", "S", "b@c.example", "Mine.\n"},
	{"> Begin forwarded message:\n>\n> From: \"A\" <a@evil.example>\n> Subject: S\n> To: 'B, C' "
	 "<b@c.example>\n>\n> Buy\n\nMine.\n",
		"a@evil.example", "S", "b@c.example", "Mine.\n"},
	{"Mine.\n\n________________________________\nFrom: A <a@evil.example>\nSent: Monday\nTo: b@c.example "
	 "<b@c.example>\nSubject: S" BODY,
		"a@evil.example", "S", "b@c.example", NULL},
	{"De : A <a@evil.example>\nEnvoy\u00e9 : lundi\n\u00c0 : b@c.example\nObjet : S" BODY,
		"a@evil.example", "S", "b@c.example", ""},
	{"*Von:* A [mailto:a@evil.example]\n*Gesendet:* Montag\n*An:* b@c.example\n*Betreff:* S" BODY,
		"a@evil.example", "S", "b@c.example", ""},
	{"\u5dee\u51fa\u4eba: A <a@evil.example>\n\u4ef6\u540d: S\n\u5b9b\u5148: b@c.example" BODY,
		"a@evil.example", "S", "b@c.example", ""},
	{"From: A<mailto:a@evil.example> <a@evil.example<mailto:a@evil.example>>\nDate: x\nTo: "
	 "<b@c.example<mailto:b@c.example>>\nSubject: S" BODY,
		"a@evil.example", "S", "b@c.example", ""},
	{" ----- Forwarded Message ----- From: A <a@evil.example>To: \"b@c.example\" <b@c.example>Sent: "
	 "Monday, 09:26:50 AM GMT+1Subject: S\n Buy\n",
		"a@evil.example", "S", "b@c.example", ""},
	{"---- Weitergeleitete Nachricht ----\nVon:\nA <a@evil.example>\nAn:\nb@c.example\nBetreff:\nS" BODY,
		"a@evil.example", "S", "b@c.example", ""},
	{"---- Forwarded message ----\n\nFrom: A <a@evil.example>\n\nTo: b@c.example\n\nSubject: "
	 "S\n\n\nBuy\n",
		"a@evil.example", "S", "b@c.example", ""},
	{"From: a@evil.example\nSubject: S\n\nBuy\n", "a@evil.example", "S", NULL, ""},
	{"From: spam[@]evil[.]example\nDate: x\nSubject: S\n\nBuy\n", "spam@evil.example", "S", NULL, ""},
	{"From: \"pay@bank.example\" <a@evil.example>\nDate: x\nSubject: S\n\nBuy\n", "a@evil.example", "S",
		NULL, ""},
	{"To: b@c.example,\n c <c@c.example>\nFrom: a@evil.example\nSubject: S\n\nBuy\n", "a@evil.example",
		"S", "b@c.example", ""},
	{"On 1 May 2026, A <a@evil.example> wrote:\n> Buy\n\nMine.\n", "a@evil.example", NULL, NULL,
		"Mine.\n"},
	{"Am 1.5.2026 um 12:00 schrieb A\n<a@evil.example>:\n> Kauf\n", "a@evil.example", NULL, NULL, ""},
	{"A <a@evil.example> \u4e8e2026\u5e745\u67081\u65e5\u5199\u9053\uff1a\n> x\n", "a@evil.example", NULL,
		NULL, ""},
	{"-----Original Message-----\nFrom: A\nSent: 1 May\nTo: B\nSubject: S\n\nBuy\n", NULL, "S", NULL, ""},
};

/* Nothing is forwarded here. */
static const char *const none[] = {
	"It came From: somebody on Sunday. Subject: money.\n",
	"De: la\nNote: b\n",
	"To: do\nDate: today\n",
	"Subject: complaint about evil.example\n\nPlease look.\n",
	"He wrote: buy\n",
	"I wrote to a@evil.example and he answered:\nnothing\n",
	"-----\nText\n-----\n",
	"Forwarded message\n",
};

static const struct {
	const char *subject, *rest;
	gboolean forward;
} subjects[] = {
	{"Fwd: S", "S", TRUE},
	{"FW: RE: S", "S", TRUE},
	{"WG : S", "S", TRUE},
	{"TR: S", "S", TRUE},
	{"\u0130LT: S", "S", TRUE},
	{"Fwd(2): S", "S", TRUE},
	{"[Fwd: S]", "S]", TRUE},
	{"\u8f6c\u53d1\uff1aS", "S", TRUE},
	{"Re: S", "S", FALSE},
	{"Spam: S", "Spam: S", FALSE},
	{"Forwarding S", "Forwarding S", FALSE},
	{"Fwd", "Fwd", FALSE},
	{"  Fwd\u00a0: S", "S", TRUE},
};

static void test_rows(void)
{
	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(Report) report = report_new();
		g_autofree char *own = NULL;
		g_autoptr(GPtrArray) forwards = forward_find(rows[i].text, report, &own);
		g_test_message("%s", rows[i].text);
		g_assert_cmpuint(forwards->len, ==, 1);
		const Forward *forward = forwards->pdata[0];
		g_assert_cmpstr(forward->from, ==, rows[i].from);
		g_assert_cmpstr(forward->subject, ==, rows[i].subject);
		g_assert_cmpstr(forward->to->len ? forward->to->pdata[0] : NULL, ==, rows[i].to);
		if (rows[i].own)
			g_assert_cmpstr(own, ==, rows[i].own);
	}
}

static void test_none(void)
{
	for (gsize i = 0; i < G_N_ELEMENTS(none); i++) {
		g_autoptr(Report) report = report_new();
		g_autofree char *own = NULL;
		g_autoptr(GPtrArray) forwards = forward_find(none[i], report, &own);
		g_test_message("%s", none[i]);
		g_assert_cmpuint(forwards->len, ==, 0);
		g_assert_cmpstr(own, ==, none[i]);
	}
}

static void test_subjects(void)
{
	for (gsize i = 0; i < G_N_ELEMENTS(subjects); i++) {
		gboolean forward;
		g_assert_cmpstr(forward_strip_subject(subjects[i].subject, &forward), ==, subjects[i].rest);
		g_assert_true(forward == subjects[i].forward);
	}
}

/* What a hostile text may cost: no more than a harmless one of its length. */
static void test_linear(void)
{
	static const char *const patterns[] = {"From: a\n", "X-A: b\n", "---- Forwarded message ----\n",
		"a:", "> > >\n", "On 1 x@y wrote\n", "To: a@b,\n",
		"----- Forwarded Message ----- From: a To: ", "X:\n\n", "-", "wrote:\n"};
	clock_t start = clock();
	for (gsize i = 0; i < G_N_ELEMENTS(patterns); i++) {
		g_autoptr(Report) report = report_new();
		g_autoptr(GString) text = g_string_new(NULL);
		g_autofree char *own = NULL;
		while (text->len < 1 << 18)
			g_string_append(text, patterns[i]);
		g_autoptr(GPtrArray) forwards = forward_find(text->str, report, &own);
		g_assert_cmpuint(forwards->len, <=, 20);
	}
	g_assert_cmpint(clock() - start, <, 4 * CLOCKS_PER_SEC); /* of which it needs a fiftieth */
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	domain_init(NULL);
	message_init();
	g_test_add_func("/forward/rows", test_rows);
	g_test_add_func("/forward/none", test_none);
	g_test_add_func("/forward/subjects", test_subjects);
	g_test_add_func("/forward/linear", test_linear);
	return g_test_run();
}
