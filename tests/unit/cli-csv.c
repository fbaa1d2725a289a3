/* The reader of comma-separated values: what RFC 4180 allows, what people send, what is told of the rest. */

#include <string.h>

#include "csv.h"

/* Records as "a|b|c", one per line; a bad one as "!LINE.FIELD problem". */
static char *read_all(const char *text, gsize length)
{
	FILE *file = fmemopen((void *)text, length, "r");
	g_assert_nonnull(file);
	g_autoptr(Csv) csv = csv_new(file);
	GString *out = g_string_new(NULL);
	CsvState state;

	while ((state = csv_next(csv)) != CSV_END) {
		guint field = 0;
		const char *problem = csv_problem(csv, &field);
		if (state == CSV_BAD) {
			g_string_append_printf(out, "!%u.%u %s\n", csv_line(csv), field, problem);
			continue;
		}
		g_string_append_printf(out, "%u:", csv_line(csv));
		for (guint i = 0; i < csv_count(csv); i++)
			g_string_append_printf(out, "%s%s", i ? "|" : "", csv_field(csv, i));
		g_string_append_c(out, '\n');
	}
	fclose(file);
	return g_string_free(out, FALSE);
}

static const struct {
	const char *text, *expected;
} rows[] = {
	{"a,b\nc,d\n", "1:a|b\n2:c|d\n"},
	{"a,b\r\nc,d\r\n", "1:a|b\n2:c|d\n"},
	{"a,b", "1:a|b\n"},                         /* no line end at the end */
	{"\xEF\xBB\xBF\"a\",b\n", "1:a|b\n"},       /* what Excel writes first */
	{"\xEF\xBF\xBD,b\n", "1:\xEF\xBF\xBD|b\n"}, /* only looks like it */
	{"a,,\n", "1:a||\n"},
	{"\n\na,b\n\n", "3:a|b\n"}, /* empty lines are nothing, but counted */
	{" a , \"b\" c\n", "!1.2 has a quote inside; quote the whole field and double the quote\n"},
	{" a ,\" b \"\n", "1:a|b\n"},
	{"\"a,b\",\"c\"\"d\"\n", "1:a,b|c\"d\n"},
	{"\"a\nb\",c\nd,e\n", "1:a\nb|c\n3:d|e\n"}, /* the line a record begins in */
	{"\"\",x\n", "1:|x\n"},
	{"a\rb,c\n", "1:a\rb|c\n"},
	{"a\"b,c\nd,e\n", "!1.1 has a quote inside; quote the whole field and double the quote\n2:d|e\n"},
	{"\"a\"b,c\nd,e\n", "!1.1 goes on after its closing quote\n2:d|e\n"},
	{"a,\"b\nc,d\n", "!1.2 opens a quote that is never closed\n"},
	{"a,\xFF\nc,d\n", "!1.2 is not UTF-8\n2:c|d\n"},
};

static void test_rows(void)
{
	for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *got = read_all(rows[i].text, strlen(rows[i].text));
		g_assert_cmpstr(got, ==, rows[i].expected);
	}
}

static void test_nul(void)
{
	static const char text[] = "a,b\0c\nd,e\n";
	g_autofree char *got = read_all(text, sizeof text - 1);
	g_assert_cmpstr(got, ==, "!1.2 holds a NUL byte\n2:d|e\n");
}

static void test_limits(void)
{
	g_autofree char *commas = g_strnfill(CSV_MAX_FIELDS + 50, ',');
	g_autofree char *many = g_strconcat(commas, "\na,b\n", NULL);
	g_autofree char *got = read_all(many, strlen(many));
	g_assert_cmpstr(got, ==, "!1.0 too many fields\n2:a|b\n");

	g_autofree char *letters = g_strnfill(CSV_MAX_RECORD + 10, 'x');
	g_autofree char *longest = g_strconcat("a,", letters, "\nc,d\n", NULL);
	g_autofree char *told = read_all(longest, strlen(longest));
	g_assert_cmpstr(told, ==, "!1.2 longer than a record may be: is a quote not closed?\n2:c|d\n");
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/csv/rows", test_rows);
	g_test_add_func("/csv/nul", test_nul);
	g_test_add_func("/csv/limits", test_limits);
	return g_test_run();
}
