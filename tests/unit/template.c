#include "template.h"

#include <glib.h>
#include <string.h>

typedef struct {
	const char *name;
	const char *context;
	const char *source;
	const char *expected; /* NULL: refused, a name is missing */
} Row;

static const Row interpolation[] = {
	{"no tag", "{}", "Dear reader", "Dear reader"},
	{"one name", "{\"domain\":\"a\"}", "for {{domain}}.", "for a."},
	{"nothing is escaped", "{\"x\":\"& \\\" < >\"}", "{{x}}", "& \" < >"},
	{"triple and ampersand mean the same", "{\"x\":\"<\"}", "{{{x}}} {{&x}} {{& x }}", "< < <"},
	{"integer", "{\"n\":85}", "{{n}} reports", "85 reports"},
	{"decimal", "{\"n\":1.21}", "{{n}} per cent", "1.21 per cent"},
	{"null is nothing", "{\"n\":null}", "({{n}})", "()"},
	{"a missing name", "{}", "({{n}})", NULL},
	{"dotted", "{\"a\":{\"b\":{\"c\":\"x\"}}}", "{{a.b.c}}", "x"},
	{"a broken chain", "{\"a\":{}}", "({{a.b.c}})", NULL},
	{"a broken chain is not continued outside", "{\"a\":{\"b\":{}},\"c\":{\"name\":\"x\"}}",
		"({{a.b.c.name}})", NULL},
	{"the first part decides", "{\"a\":{\"b\":{}},\"b\":{\"c\":\"wrong\"}}", "{{#a}}({{b.c}}){{/a}}",
		NULL},
	{"blanks around are kept", "{\"x\":\"-\"}", "| {{x}} |", "| - |"},
	{"blanks inside are not", "{\"x\":\"-\"}", "|{{ \t x  }}|", "|-|"},
	{"a variable alone keeps its line", "{\"x\":\"-\"}", "  {{x}}\n", "  -\n"},
	{"implicit iterator", "\"word\"", "a {{.}}", "a word"},
	{"lone braces are text", "{}", "{ } }} {x}", "{ } }} {x}"},
};

static const Row sections[] = {
	{"true", "{\"b\":true}", "\"{{#b}}in{{/b}}\"", "\"in\""},
	{"false", "{\"b\":false}", "\"{{#b}}in{{/b}}\"", "\"\""},
	{"null", "{\"b\":null}", "\"{{#b}}in{{/b}}\"", "\"\""},
	{"missing", "{}", "\"{{#b}}in{{/b}}\"", NULL},
	{"empty text is false", "{\"b\":\"\"}", "\"{{#b}}in{{/b}}\"", "\"\""},
	{"zero is false", "{\"b\":0}", "\"{{#b}}in{{/b}}\"", "\"\""},
	{"object", "{\"c\":{\"name\":\"Joe\"}}", "{{#c}}Hi {{name}}.{{/c}}", "Hi Joe."},
	{"outer names stay visible", "{\"a\":\"x\",\"s\":{\"b\":\"y\"}}", "{{#s}}{{a}}{{b}}{{/s}}", "xy"},
	{"inner names win", "{\"a\":\"x\",\"s\":{\"a\":\"y\"}}", "{{#s}}{{a}}{{/s}}{{a}}", "yx"},
	{"list", "{\"l\":[{\"n\":1},{\"n\":2},{\"n\":3}]}", "{{#l}}{{n}}{{/l}}", "123"},
	{"empty list", "{\"l\":[]}", "({{#l}}x{{/l}})", "()"},
	{"list of words", "{\"l\":[\"a\",\"b\"]}", "{{#l}}({{.}}){{/l}}", "(a)(b)"},
	{"list of numbers", "{\"l\":[1,2.5]}", "{{#l}}({{.}}){{/l}}", "(1)(2.5)"},
	{"list in a list", "{\"l\":[[1,2],[3]]}", "{{#l}}({{#.}}{{.}}{{/.}}){{/l}}", "(12)(3)"},
	{"a text is entered as itself", "{\"x\":\"y\"}", "{{#x}}{{.}} is {{x}}{{/x}}", "y is y"},
	{"same section twice, nested differently", "{\"b\":true,\"d\":\"z\"}",
		"{{#b}}1{{/b}}\n{{d}}\n{{#b}}2{{/b}}", "1\nz\n2"},
	{"nested true", "{\"b\":true}", "A{{#b}}B{{#b}}C{{/b}}D{{/b}}E", "ABCDE"},
	{"nested false", "{\"b\":false}", "A{{#b}}B{{#b}}C{{/b}}D{{/b}}E", "AE"},
	{"dotted true", "{\"a\":{\"b\":true}}", "{{#a.b}}in{{/a.b}}", "in"},
	{"dotted and broken", "{\"a\":{}}", "({{#a.b}}in{{/a.b}})", NULL},
	{"blanks inside the tag", "{\"b\":true}", "|{{# b }}={{/ b }}|", "|=|"},
	{"inline keeps its blanks", "{\"b\":true}", " | {{#b}}\t|\t{{/b}} | \n", " | \t|\t | \n"},
	{"two on one line are not alone", "{\"b\":true}", " {{#b}}YES{{/b}}\n {{#b}}GOOD{{/b}}\n",
		" YES\n GOOD\n"},
	{"alone on a line, no line left", "{\"b\":true}", "| This\n{{#b}}\n| is\n{{/b}}\n| it\n",
		"| This\n| is\n| it\n"},
	{"alone and indented", "{\"b\":true}", "a\n  {{#b}}\t\nb\n {{/b}}\nc", "a\nb\nc"},
	{"alone with CR LF", "{\"b\":true}", "|\r\n{{#b}}\r\n{{/b}}\r\n|", "|\r\n|"},
	{"alone at the start", "{\"b\":true}", "  {{#b}}\n#{{/b}}\n/", "#\n/"},
	{"alone at the end", "{\"b\":true}", "#{{#b}}\n/\n  {{/b}}", "#\n/\n"},
};

static const Row inverted[] = {
	{"false", "{\"b\":false}", "{{^b}}none{{/b}}", "none"},
	{"true", "{\"b\":true}", "({{^b}}none{{/b}})", "()"},
	{"null", "{\"b\":null}", "{{^b}}none{{/b}}", "none"},
	{"missing", "{}", "{{^b}}none{{/b}}", NULL},
	{"object", "{\"c\":{\"n\":1}}", "({{^c}}none{{/c}})", "()"},
	{"list", "{\"l\":[1]}", "({{^l}}none{{/l}})", "()"},
	{"empty list", "{\"l\":[]}", "({{^l}}none{{/l}})", "(none)"},
	{"twice", "{\"b\":false,\"d\":\"z\"}", "{{^b}}1{{/b}}{{d}}{{^b}}2{{/b}}", "1z2"},
	{"dotted and broken", "{\"a\":{}}", "({{^a.b}}none{{/a.b}})", NULL},
	{"alone on a line", "{\"b\":false}", "a\n{{^b}}\nb\n{{/b}}\nc\n", "a\nb\nc\n"},
	{"blanks inside the tag", "{\"b\":false}", "|{{^ b }}={{/ b }}|", "|=|"},
	{"either one", "{\"one\":false}", "{{#one}}domain{{/one}}{{^one}}domains{{/one}}", "domains"},
};

static const Row comments[] = {
	{"inline", "{}", "12{{! what }}34", "1234"},
	{"several lines", "{}", "12{{!\n  what\n  ever\n}}34\n", "1234\n"},
	{"alone on a line", "{}", "Begin.\n{{! a note }}\nEnd.\n", "Begin.\nEnd.\n"},
	{"alone and indented", "{}", "Begin.\n   {{! a note }}\nEnd.\n", "Begin.\nEnd.\n"},
	{"alone with CR LF", "{}", "|\r\n{{! a note }}\r\n|", "|\r\n|"},
	{"alone on several lines", "{}", "Begin.\n{{!\nsome\nthing\n}}\nEnd.\n", "Begin.\nEnd.\n"},
	{"alone at the start and at the end", "{}", "{{! a }}\nx\n{{! b }}", "x\n"},
	{"beside a word", "{}", "12 {{! 34 }}\n", "12 \n"},
	{"blanks around are kept", "{}", "1 {{! x }} 2", "1  2"},
	{"a comment's name is not looked up", "{\"x\":\"wrong\"}", "({{! x }})", "()"},
};

static void check_rows(const Row *rows, gsize n)
{
	for (gsize i = 0; i < n; i++) {
		g_autoptr(GError) error = NULL;
		g_autoptr(Template) template = template_compile(rows[i].source, "row", 1, &error);
		g_assert_no_error(error);

		json_t *context = json_loads(rows[i].context, JSON_DECODE_ANY, NULL);
		g_assert_nonnull(context);
		g_autofree char *text = template_render(template, NULL, context, NULL, &error);
		json_decref(context);
		g_test_message("%s", rows[i].name);
		if (rows[i].expected)
			g_assert_no_error(error);
		else
			g_assert_error(error, TEMPLATE_ERROR, TEMPLATE_ERROR_UNKNOWN);
		g_assert_cmpstr(text, ==, rows[i].expected);
	}
}

static void test_interpolation(void)
{
	check_rows(interpolation, G_N_ELEMENTS(interpolation));
}

static void test_sections(void)
{
	check_rows(sections, G_N_ELEMENTS(sections));
}

static void test_inverted(void)
{
	check_rows(inverted, G_N_ELEMENTS(inverted));
}

static void test_comments(void)
{
	check_rows(comments, G_N_ELEMENTS(comments));
}

typedef struct {
	const char *source;
	const char *message;
} Refusal;

static const Refusal refusals[] = {
	{"a\nb {{name\n", "x.txt:4: a tag is opened and never closed"},
	{"{{{name}}", "x.txt:3: a tag is opened and never closed"},
	{"\n\n{{#a}}\ntext\n", "x.txt:5: section is never closed: \"a\""},
	{"{{/a}}", "x.txt:3: closes a section that is not open: \"a\""},
	{"{{#a}}\n{{#b}}\n{{/a}}\n{{/b}}", "x.txt:5: section \"b\" of line 4 is still open, not \"a\""},
	{"{{}}", "x.txt:3: not a name: \"\""},
	{"{{a b}}", "x.txt:3: not a name: \"a b\""},
	{"{{a..b}}", "x.txt:3: not a name: \"a..b\""},
	{"{{.a}}", "x.txt:3: not a name: \".a\""},
	{"{{a.}}", "x.txt:3: not a name: \"a.\""},
	{"{{> footer}}", "x.txt:3: partials are not supported: \"footer\""},
	{"{{=<% %>=}}", "x.txt:3: delimiters cannot be changed: \"<% %>=\""},
	{"caf\xe9", "x.txt:3: is not UTF-8"},
};

static void test_refusals(void)
{
	for (gsize i = 0; i < G_N_ELEMENTS(refusals); i++) {
		g_autoptr(GError) error = NULL;
		g_autoptr(Template) template = template_compile(refusals[i].source, "x.txt", 3, &error);
		g_assert_null(template);
		g_assert_error(error, TEMPLATE_ERROR, TEMPLATE_ERROR_SYNTAX);
		g_assert_cmpstr(error->message, ==, refusals[i].message);
	}
}

static void test_depth(void)
{
	g_autoptr(GString) source = g_string_new(NULL);
	g_autoptr(GError) error = NULL;

	for (int i = 0; i < 10000; i++)
		g_string_append(source, "{{#a}}");
	g_autoptr(Template) template = template_compile(source->str, "x.txt", 1, &error);
	g_assert_null(template);
	g_assert_error(error, TEMPLATE_ERROR, TEMPLATE_ERROR_SYNTAX);
}

typedef struct {
	const char *source;
	const char *context;
	const char *check;  /* what loading says; NULL: nothing */
	const char *strict; /* what sending says; NULL: nothing */
} Strictness;

static const Strictness strictness[] = {
	{"{{a}}", "{\"a\":\"\"}", NULL, NULL},
	{"\n{{b}}", "{\"a\":\"\"}", "t:2: unknown variable \"b\"", "t:2: unknown variable \"b\""},
	/* a wrong name must not hide behind a condition that the sample does not meet */
	{"{{#a}}{{b}}{{/a}}", "{\"a\":false}", "t:1: unknown variable \"b\"", NULL},
	{"{{^a}}{{b}}{{/a}}", "{\"a\":true}", "t:1: unknown variable \"b\"", NULL},
	{"{{#a}}{{b}}{{/a}}", "{\"a\":\"\"}", "t:1: unknown variable \"b\"", NULL},
	{"{{#a}}{{b}}{{/a}}", "{\"a\":[{\"b\":1},{\"c\":1}]}", "t:1: unknown variable \"b\"",
		"t:1: unknown variable \"b\""},
	{"{{#a}}{{b}}{{/a}}", "{\"a\":[]}", NULL, NULL},
	{"{{#a}}{{b}}{{/a}}", "{\"a\":null}", NULL, NULL},
	{"{{#z}}x{{/z}}", "{}", "t:1: unknown variable \"z\"", "t:1: unknown variable \"z\""},
	{"{{a}}", "{\"a\":[1]}", "t:1: a list or an object cannot be written out: \"a\"",
		"t:1: a list or an object cannot be written out: \"a\""},
};

/* A list in itself in itself: 2^24 lines of two items. */
static void test_bounds(void)
{
	g_autoptr(GString) text = g_string_new(NULL);
	for (guint i = 0; i < 24; i++)
		g_string_append(text, "{{#many}}");
	g_string_append(text, "x");
	for (guint i = 0; i < 24; i++)
		g_string_append(text, "{{/many}}");
	json_t *context = json_pack("{s:[{},{}]}", "many");
	g_autoptr(GError) error = NULL;
	g_autoptr(Template) template = template_compile(text->str, "t", 1, &error);
	g_assert_no_error(error);
	g_assert_null(template_render(template, NULL, context, NULL, &error));
	g_assert_error(error, TEMPLATE_ERROR, TEMPLATE_ERROR_SYNTAX);
	g_clear_error(&error);
	g_assert_false(template_check(template, context, &error));
	g_assert_error(error, TEMPLATE_ERROR, TEMPLATE_ERROR_SYNTAX);
	json_decref(context);

	/* A long list of a domain's lines is a mail all the same. */
	json_t *lines = json_array(), *long_list = json_object();
	for (guint i = 0; i < 20000; i++)
		json_array_append_new(lines, json_pack("{s:s}", "name", "evil.example"));
	json_object_set_new(long_list, "lines", lines);
	g_autoptr(GError) none = NULL;
	g_autoptr(Template) list = template_compile("{{#lines}}{{name}}\n{{/lines}}", "t", 1, &none);
	g_autofree char *out = template_render(list, NULL, long_list, NULL, &none);
	g_assert_no_error(none);
	g_assert_cmpuint(strlen(out), ==, 20000 * strlen("evil.example\n"));
	json_decref(long_list);
}

static void test_strictness(void)
{
	for (gsize i = 0; i < G_N_ELEMENTS(strictness); i++) {
		const Strictness *row = &strictness[i];
		g_autoptr(GError) check = NULL;
		g_autoptr(GError) strict = NULL;
		g_autoptr(Template) template = template_compile(row->source, "t", 1, NULL);
		json_t *context = json_loads(row->context, 0, NULL);

		g_test_message("%s with %s", row->source, row->context);
		g_assert_true(template_check(template, context, &check) == !row->check);
		g_assert_cmpstr(check ? check->message : NULL, ==, row->check);
		g_autofree char *text = template_render(template, NULL, context, NULL, &strict);
		g_assert_true(!text == !!row->strict);
		g_assert_cmpstr(strict ? strict->message : NULL, ==, row->strict);
		json_decref(context);
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/template/interpolation", test_interpolation);
	g_test_add_func("/template/sections", test_sections);
	g_test_add_func("/template/inverted", test_inverted);
	g_test_add_func("/template/comments", test_comments);
	g_test_add_func("/template/refusals", test_refusals);
	g_test_add_func("/template/depth", test_depth);
	g_test_add_func("/template/bounds", test_bounds);
	g_test_add_func("/template/strictness", test_strictness);
	return g_test_run();
}
