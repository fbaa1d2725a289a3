/* Lines "domain,complainant", one row each. */

#include <string.h>

#include "domain.h"
#include "kinds.h"

static Report *parse(const char *text)
{
	g_autoptr(Border) border = border_new_from_json("{}", 2, NULL);
	g_autofree char *mail =
		g_strconcat("From: a@b.example\nTo: abuse@desk.example\nSubject: x\n"
			    "Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n",
			text, "\n", NULL);
	return kinds_parse((const guint8 *)mail, strlen(mail), border);
}

/* Each stands behind two good lines, so that the mail is a batch whatever the row says. */
static const struct {
	const char *line, *domain, *complainant, *error;
} rows[] = {
	{"evil.example,a@p.example", "evil.example", "a@p.example", NULL},
	{"  evil.example ,  a@p.example  ", "evil.example", "a@p.example", NULL},
	{"evil.example;a@p.example", "evil.example", "a@p.example", NULL},
	{"evil.example\ta@p.example", "evil.example", "a@p.example", NULL},
	{"evil.example    a@p.example", "evil.example", "a@p.example", NULL},
	{"\"evil.example\",\"a@p.example\"", "evil.example", "a@p.example", NULL},
	{"'evil.example','a@p.example'", "evil.example", "a@p.example", NULL},
	{"evil.example,<a@p.example>", "evil.example", "a@p.example", NULL},
	{"evil.example,a@p.example,,", "evil.example", "a@p.example",
		NULL}, /* a spreadsheet's empty columns */
	{"EVIL.Example.,a@P.example", "evil.example", "a@p.example", NULL},
	{"http://www.evil.example/x?y=1,a@p.example", "evil.example", "a@p.example", NULL},
	{"*.evil.example,a@p.example", "evil.example", "a@p.example", NULL},
	{"hxxp://evil[.]example,a@p.example", "evil.example", "a@p.example", NULL},
	{"a@p.example,evil.example", "evil.example", "a@p.example", NULL},
	{"shop.evil.example,a@p.example", "shop.evil.example", "a@p.example", NULL},
	{"evil.example", "evil.example", NULL, "missing-field"},
	{"evil.example,a@p.example,spam", "evil.example", "a@p.example", "too-many-fields"},
	{"evil,a@p.example", NULL, "a@p.example", "no-domain"},
	{"co.uk,a@p.example", NULL, "a@p.example", "no-domain"}, /* a public suffix is nobody's */
	{"192.0.2.1,a@p.example", NULL, "a@p.example", "no-domain"},
	{"evil.example,a@", "evil.example", NULL, "no-address"},
	{"evil.example,a b@p.example", "evil.example", NULL, "no-address"},
	{"good.example,1@p.example", "good.example", "1@p.example", "repeated"},
	{"good.example,1@P.EXAMPLE", "good.example", "1@p.example", "repeated"},
};

static void test_line(gconstpointer data)
{
	guint i = GPOINTER_TO_UINT(data);
	g_autofree char *text =
		g_strconcat("good.example,1@p.example\ngood.example,2@p.example\n", rows[i].line, NULL);
	g_autoptr(Report) report = parse(text);
	g_assert_cmpstr(report_kind_name(report->kind), ==, "batch");
	g_assert_cmpuint(report->lines->len, ==, 3);
	const BatchLine *line = report->lines->pdata[2];
	g_assert_cmpuint(line->line, ==, 3);
	g_assert_cmpstr(line->domain, ==, rows[i].domain);
	g_assert_cmpstr(line->complainant, ==, rows[i].complainant);
	g_assert_cmpstr(line->error, ==, rows[i].error);
	g_assert_cmpuint(report->incidents->len, ==, rows[i].error ? 2 : 3);
}

static void test_skipped(void)
{
	g_autoptr(Report) report =
		parse("# comment\n\ndomain,reporter\ngood.example,1@p.example\n---\n-- \nx,y");
	g_assert_cmpstr(report_kind_name(report->kind), ==, "batch");
	g_assert_cmpuint(report->lines->len, ==, 1);
	const BatchLine *line = report->lines->pdata[0];
	g_assert_cmpuint(line->line, ==, 4); /* as an editor counts */
}

static void test_many(void)
{
	g_autoptr(GString) text = g_string_new(NULL);
	for (guint i = 0; i < 1000; i++)
		g_string_append_printf(text, "evil%u.example,a%u@p.example\n", i, i);
	g_autoptr(Report) report = parse(text->str);
	g_assert_cmpuint(report->lines->len, ==, 1000);
	g_assert_cmpuint(report->incidents->len, ==, REPORT_MAX_INCIDENTS);
	g_assert_cmpstr(
		report->malformed->pdata[0], ==, "too-many-incidents"); /* said, and lines[] has all */
}

static void test_text_is_none(void)
{
	static const char *const texts[] = {
		"Hello,\nevil.example spams me.\nPlease act.\nBob, bob@p.example\n",
		"evil.example\nbad.example\n",
		"evil.example, sales@evil.example\n",
		"a@p.example\nb@p.example\n",
		"one, two, three\nfour, five@p.example, six\nevil.example, x\n",
	};
	for (guint i = 0; i < G_N_ELEMENTS(texts); i++) {
		g_autoptr(Report) report = parse(texts[i]);
		g_assert_cmpstr(report_kind_name(report->kind), !=, "batch");
		g_assert_cmpuint(report->lines->len, ==, 0);
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	message_init();
	domain_init(NULL);
	for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *path = g_strdup_printf("/batch/line/%02u", i);
		g_test_add_data_func(path, GUINT_TO_POINTER(i), test_line);
	}
	g_test_add_func("/batch/skipped", test_skipped);
	g_test_add_func("/batch/many", test_many);
	g_test_add_func("/batch/text-is-none", test_text_is_none);
	return g_test_run();
}
