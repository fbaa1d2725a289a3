/* JSON of strangers: the first of repeated keys, and what is wrong is said. */

#include "foreign-json.h"

#include <string.h>

static const struct {
	const char *text, *value; /* NULL: cannot be read */
	const char *notes;
} rows[] = {
	{"{\"a\":1}", "{\"a\":1}", ""},
	{"{\"a\":1,\"a\":2}", "{\"a\":1,\"~\":2}", "json-repeated"},
	{"{\"a\":1,\"\\u0061\":2}", "{\"a\":1,\"~~~~~~\":2}", "json-repeated"},
	{"{\"\\u0061\":1,\"a\":2}", "{\"a\":1,\"~\":2}", "json-repeated"},
	{"{\"a\":1,\"a\":2,\"a\":3}", "{\"a\":1,\"~\":3}", "json-repeated"},
	{"{\"a\":{\"b\":1,\"b\":2},\"b\":3}", "{\"a\":{\"b\":1,\"~\":2},\"b\":3}", "json-repeated"},
	{"{\"a\":{\"b\":1},\"b\":3,\"b\":4}", "{\"a\":{\"b\":1},\"b\":3,\"~\":4}", "json-repeated"},
	{"{\"b\":[\"b\",\"b\",{\"b\":1}],\"b\":2}", "{\"b\":[\"b\",\"b\",{\"b\":1}],\"~\":2}",
		"json-repeated"},
	{"[{\"a\":1},{\"a\":1,\"a\":2}]", "[{\"a\":1},{\"a\":1,\"~\":2}]", "json-repeated"},
	{"{\"a\":\"x\",\"a\":\"a\",\"x\":\"a\"}", "{\"a\":\"x\",\"~\":\"a\",\"x\":\"a\"}", "json-repeated"},
	{"{\"a\":\"\\\",\\\"a\\\":1\",\"a\":2}", "{\"a\":\"\\\",\\\"a\\\":1\",\"~\":2}", "json-repeated"},
	{"{\"a\":\"}{\",\"a\":\"][\",\"b\":\"]\"}", "{\"a\":\"}{\",\"~\":\"][\",\"b\":\"]\"}",
		"json-repeated"},
	{"{\"a\":1,\"a\":2,\"b\":99999999999999999999}", "{\"a\":1.0,\"~\":2.0,\"b\":1e20}",
		"json-repeated json-number"},
	{"{\"b\":99999999999999999999,\"a\":1,\"a\":2}", "{\"b\":1e20,\"a\":1.0,\"~\":2.0}",
		"json-number json-repeated"},
	{"{\"a\":1,\"a\":2", NULL, "json-repeated json"},
	{"{\"a\":1,\"a\":2,}", NULL, "json-repeated json"},
	{"]}", NULL, "json"},
	{"", NULL, "json"},
	{"{\"a\":1,\"a", NULL, "json"},
	{"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]",
		"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]", ""},
	{"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]", NULL, "json-too-deep"},
	{"[\"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[\\\"[[[[[[[[[[[[[[[[[[[[[[\"]",
		"[\"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[\\\"[[[[[[[[[[[[[[[[[[[[[[\"]", ""},
	{"[{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{}"
	 ",{}]",
		"[{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{"
		"},{},{},{}]",
		""},
};

static void test_rows(void)
{
	for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(Report) report = report_new();
		g_autofree char *text = g_strdup(rows[i].text);
		json_t *value = foreign_json(text, strlen(text), report);
		char *dumped = value ? json_dumps(value, JSON_COMPACT | JSON_PRESERVE_ORDER) : NULL;
		g_test_message("%s", rows[i].text);
		if (rows[i].value) {
			json_t *wanted = json_loads(rows[i].value, JSON_REJECT_DUPLICATES, NULL);
			g_assert_nonnull(wanted);
			if (!json_equal(wanted, value))
				g_error("%s: %s", rows[i].text, dumped ? dumped : "nothing");
			json_decref(wanted);
		} else {
			g_assert_null(value);
		}
		g_ptr_array_add(report->malformed, NULL);
		g_autofree char *notes = g_strjoinv(" ", (char **)report->malformed->pdata);
		g_assert_cmpstr(notes, ==, rows[i].notes);
		json_decref(value);
		free(dumped);
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/json/rows", test_rows);
	return g_test_run();
}
