/* What complaint(1) puts on a terminal, and what it guesses from a mistyped word. */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "nearest.h"
#include "table.h"

static void test_escape(void)
{
	static const struct {
		const char *text, *expected;
	} rows[] = {
		{"plain", "plain"},
		{"a\nb\tc", "a b c"},
		{"\033[2Jgone", "\\x1b[2Jgone"},                     /* clears the screen */
		{"moc.elpmaxe\xE2\x80\xAE", "moc.elpmaxe\\u{202e}"}, /* turns the direction */
		{"\xC2\x9B"
		 "1m",
			"\\x9b1m"}, /* CSI in one character */
		{"gr\xC3\xBC\xC3\x9F", "gr\xC3\xBC\xC3\x9F"},
		{"\xFF", "\xEF\xBF\xBD"},
	};
	for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *got = table_escape(rows[i].text);
		g_assert_cmpstr(got, ==, rows[i].expected);
	}
}

static void test_escape_json(void)
{
	g_autofree char *got =
		table_escape_json("{\"a\": \"x\xC2\x9By\xE2\x80\xAEz\",\n \"b\": \"\\u001b\"}");
	g_assert_cmpstr(got, ==, "{\"a\": \"x\\u009by\\u202ez\",  \"b\": \"\\u001b\"}");
}

static char *print(guint width)
{
	static const char *const heads[] = {"name", ">count", "text", NULL};
	static const char *const first[] = {"example.org", "7", "a long story about many things"};
	static const char *const second[] = {"b\xC3\xBC"
					     "cher.example",
		"4711", NULL};
	g_autoptr(Table) table = table_new(heads);
	char *text = NULL;
	size_t length = 0;
	FILE *out = open_memstream(&text, &length);

	g_assert_nonnull(out);
	table_add(table, first);
	table_add(table, second);
	table_print(table, width, out);
	fclose(out);
	g_assert_cmpuint(table_rows(table), ==, 2);
	return text;
}

static void test_print(void)
{
	char *wide = print(0);
	g_assert_cmpstr(wide, ==,
		"name            count  text\n"
		"example.org         7  a long story about many things\n"
		"b\xC3\xBC"
		"cher.example   4711  \n");
	free(wide);

	char *narrow = print(40);
	g_auto(GStrv) lines = g_strsplit(narrow, "\n", -1);
	g_assert_cmpstr(lines[1], ==, "example.org         7  a long story abo…");
	g_assert_cmpuint(table_width(lines[1]), ==, 40);
	free(narrow);
}

static void test_nearest(void)
{
	static const char *const words[] = {"domain", "outbox", "message", "case", "db", NULL};
	static const struct {
		const char *word, *expected;
	} rows[] = {
		{"domian", "domain"}, {"Outbx", "outbox"}, {"messages", "message"}, {"cases", "case"},
		{"xyzzy", NULL}, {"q", NULL}, /* near to "db" by length only */
	};
	for (guint i = 0; i < G_N_ELEMENTS(rows); i++)
		g_assert_cmpstr(nearest_word(rows[i].word, words), ==, rows[i].expected);
	g_assert_cmpuint(nearest_distance("abcd", "abdc"), ==, 1);
	g_assert_cmpuint(nearest_distance("", "abc"), ==, 3);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/table/escape", test_escape);
	g_test_add_func("/table/escape-json", test_escape_json);
	g_test_add_func("/table/print", test_print);
	g_test_add_func("/nearest", test_nearest);
	return g_test_run();
}
