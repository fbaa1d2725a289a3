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
	{"'evil.examplex,a@p.example", NULL, "a@p.example", "no-domain"},
	{"xevil.example>,a@p.example", NULL, "a@p.example", "no-domain"},
	{"<evil.examplex,a@p.example", NULL, "a@p.example", "no-domain"},
	{"<evil.example>,a@p.example", "evil.example", "a@p.example", NULL},
	{"\"evil.example, the shop\";a@p.example", NULL, "a@p.example", "no-domain"}, /* two fields */
	{"\"evil.example\" ; \"a@p.example\"", "evil.example", "a@p.example", NULL},
	{"evil.example;\"a@p.example;b\"", "evil.example", NULL, "no-address"},
	{"evil.example,,a@p.example", "evil.example", NULL, "too-many-fields"},
	{"www.example,a@p.example", "www.example", "a@p.example", NULL},
	{"http://evil.example/a@b,nobody", "evil.example", NULL, "no-address"},
	{"a@p.example,b@p.example", NULL, "b@p.example", "no-domain"},
	{"evil", NULL, NULL, "missing-field"},
	{"domain,email", NULL, NULL, "no-domain"}, /* names of columns stand above the first line */
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

/* How many lines count, and how many of them are bad; 0: no batch. */
static void test_counted(void)
{
#define GOOD(n) "evil" n ".example,a@p.example\n"
#define BAD     "x,y\n"
#define BAD3    BAD BAD BAD
	static const struct {
		const char *text;
		guint lines, bad;
	} texts[] = {
		{"// comment\n" GOOD("1"), 1, 0},
		{"\xEF\xBB\xBF" GOOD("1"), 1, 0},
		{GOOD("1") "\xEF\xBB\xBF" GOOD("2"), 2, 0},
		{",,\n\";\"\n" GOOD("1") ";;\n", 1, 0}, /* a spreadsheet's empty rows */
		{GOOD("1") "--\n" GOOD("2"), 1, 0},
		{GOOD("1") "---\n" GOOD("2"), 2, 0},
		{GOOD("1") BAD, 2, 1},
		{GOOD("1") GOOD("2") BAD, 3, 1},
		{GOOD("1") GOOD("2") BAD BAD, 0, 0}, /* half of them */
		{"domain,email\n" GOOD("1") BAD3, 4, 3},
		{"Domain;E-Mail\nDomain;E-Mail\n" GOOD("1"), 2, 1},
		{BAD "domain,email\n" GOOD("1") GOOD("2") GOOD("3"), 5, 2},
		{"\xEF\xBB\xBF"
		 "domain,email\n" GOOD("1") BAD3,
			4, 3},
		{"evil.example , a@p.example\nworse.example ; a@p.example\n", 2,
			0}, /* no prose of three words */
		{"domain,color\n" GOOD("1") BAD3, 0, 0},
		{"<>;<>\n" GOOD("1") BAD3, 0, 0},
		{"domain,email\n" GOOD("1") BAD3 BAD3 BAD3 BAD GOOD("2"), 12, 10},
		{BAD3 BAD3 BAD BAD GOOD("1") GOOD("2") GOOD("3") GOOD("4") GOOD("5") GOOD("6") GOOD("7")
				GOOD("8") GOOD("9"),
			17, 8},
		/* so many at its beginning that it is a text */
		{BAD3 BAD3 BAD3 GOOD("1") GOOD("2") GOOD("3") GOOD("4") GOOD("5") GOOD("6") GOOD("7")
				GOOD("8") GOOD("9") GOOD("10"),
			0, 0},
	};
	for (guint i = 0; i < G_N_ELEMENTS(texts); i++) {
		g_autoptr(Report) report = parse(texts[i].text);
		guint bad = 0;
		for (guint l = 0; l < report->lines->len; l++)
			bad += ((const BatchLine *)report->lines->pdata[l])->error != NULL;
		g_test_message("%s", texts[i].text);
		g_assert_cmpuint(report->lines->len, ==, texts[i].lines);
		g_assert_cmpuint(bad, ==, texts[i].bad);
	}
}

static void test_names(void)
{
	static const char names[] =
		"domain|domains|domain name|domainname|domain_name|spamming domain|reporter|complainant|"
		"complainant_email|complainant email|email|e-mail|mail|reporter email|reporter_email|domaine|"
		"plaignant|adresse|domäne|beschwerdeführer|melder|dominio|denunciante|DOMAIN|quince";
	g_auto(GStrv) list = g_strsplit(names, "|", -1);
	for (char **name = list; *name; name++)
		for (guint second = 0; second < 2; second++) {
			g_autofree char *text = g_strconcat(second ? "domain," : "", *name,
				second ? "\n" : ",email\n", GOOD("1") BAD3, NULL);
			g_autoptr(Report) report = parse(text);
			g_test_message("%s", text);
			g_assert_cmpuint(report->lines->len, ==, strcmp(*name, "quince") ? 4 : 0);
		}
}

/* Which files are read for one. */
static void test_files(void)
{
	static const struct {
		const char *type;
		gboolean is_batch;
	} files[] = {
		{"text/csv", TRUE},
		{"application/csv", TRUE},
		{"text/plain; name=list.csv", TRUE},
		{"text/plain; name=LIST.TXT", TRUE},
		{"text/plain; name=list.tsv", TRUE},
		{"text/plain; name=list.log", FALSE},
		{"application/octet-stream; name=list.csv", TRUE},
		{"application/vnd.ms-excel; name=list.csv", TRUE},
		{"text/tab-separated-values; name=list.tsv", TRUE},
		{"application/pdf; name=list.csv", FALSE},
		{"application/octet-stream; name=list", FALSE},
	};
	g_autoptr(Border) border = border_new_from_json("{}", 2, NULL);
	for (guint i = 0; i < G_N_ELEMENTS(files); i++) {
		g_autofree char *mail = g_strdup_printf(
			"From: a@b.example\nTo: abuse@desk.example\nSubject: x\nMIME-Version: 1.0\n"
			"Content-Type: multipart/mixed; boundary=b\n\n--b\n\nsee the "
			"list\n--b\nContent-Type: "
			"%s\nContent-Disposition: attachment\n\n" GOOD("1") GOOD("2") "--b--\n",
			files[i].type);
		g_autoptr(Report) report = kinds_parse((const guint8 *)mail, strlen(mail), border);
		g_test_message("%s", files[i].type);
		g_assert_cmpuint(report->lines->len, ==, files[i].is_batch ? 2 : 0);
	}
}

static void test_most_lines(void)
{
	g_autoptr(GString) text = g_string_new(NULL);
	for (guint i = 0; i <= REPORT_MAX_LINES; i++)
		g_string_append_printf(text, "e%u.example,a@p.example\n", i);
	g_autoptr(Report) report = parse(text->str);
	g_assert_cmpuint(report->lines->len, ==, REPORT_MAX_LINES);
	g_assert_true(report_list_has(report->malformed, "too-many-lines"));
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
	g_test_set_nonfatal_assertions();
	message_init();
	domain_init(NULL);
	for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *path = g_strdup_printf("/batch/line/%02u", i);
		g_test_add_data_func(path, GUINT_TO_POINTER(i), test_line);
	}
	g_test_add_func("/batch/skipped", test_skipped);
	g_test_add_func("/batch/many", test_many);
	g_test_add_func("/batch/text-is-none", test_text_is_none);
	g_test_add_func("/batch/counted", test_counted);
	g_test_add_func("/batch/names", test_names);
	g_test_add_func("/batch/files", test_files);
	g_test_add_func("/batch/most-lines", test_most_lines);
	return g_test_run();
}
