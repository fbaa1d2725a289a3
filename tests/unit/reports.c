/* Every mail under tests/data/<directory>/ against the report beside it; see tests/data/README.md. */

#include <jansson.h>
#include <string.h>

#include "domain.h"
#include "kinds.h"

#define DATA "tests/data"

static Border *border_of(const char *base)
{
	g_autofree char *own = g_strconcat(base, ".border.json", NULL);
	const char *path = g_file_test(own, G_FILE_TEST_EXISTS) ? own : DATA "/border.json";
	g_autofree char *json = NULL;
	gsize length = 0;
	g_autoptr(GError) error = NULL;
	if (!g_file_get_contents(path, &json, &length, &error))
		g_error("%s", error->message);
	Border *border = border_new_from_json(json, length, &error);
	if (!border)
		g_error("%s: %s", path, error->message);
	return border;
}

static json_t *report_of(const char *path, const Border *border)
{
	g_autofree char *bytes = NULL;
	gsize length = 0;
	g_autoptr(GError) error = NULL;
	if (!g_file_get_contents(path, &bytes, &length, &error))
		g_error("%s", error->message);
	g_autoptr(Report) report = kinds_parse((const guint8 *)bytes, length, border);
	g_autoptr(GString) text = g_string_new(NULL);
	report_write_json(report, NULL, text);
	g_assert_true(g_utf8_validate(text->str, text->len, NULL));
	json_error_t where;
	json_t *json = json_loads(text->str, JSON_REJECT_DUPLICATES, &where);
	if (!json)
		g_error("%s: the report is no JSON: %s", path, where.text);
	return json;
}

static char *shown(const json_t *value)
{
	char *text = value ? json_dumps(value, JSON_ENCODE_ANY | JSON_COMPACT | JSON_SORT_KEYS) : NULL;
	char *copy = g_strdup(text ? text : "nothing");
	free(text);
	return copy;
}

static void compare(const char *at, const json_t *wanted, const json_t *found, GString *wrong);

/* Whether an element of @list is as @wanted says; objects are compared by the keys wanted. */
static gboolean list_has(const json_t *list, const json_t *wanted)
{
	size_t i;
	json_t *item;
	json_array_foreach(list, i, item)
	{
		g_autoptr(GString) wrong = g_string_new(NULL);
		compare("", wanted, item, wrong);
		if (!wrong->len)
			return TRUE;
	}
	return FALSE;
}

static void compare_members(
	const char *at, const json_t *wanted, const json_t *found, gboolean should_have, GString *wrong)
{
	size_t i;
	json_t *item;
	json_array_foreach(wanted, i, item)
	{
		if (list_has(found, item) == should_have)
			continue;
		g_autofree char *one = shown(item), *all = shown(found);
		g_string_append_printf(
			wrong, "%s: %s %s, found %s\n", at, should_have ? "no" : "unwanted", one, all);
	}
}

/* {"has": [...]} and {"lacks": [...]} stand for a list. */
static gboolean is_about_list(const json_t *wanted)
{
	return json_is_object(wanted) && (json_object_get(wanted, "has") || json_object_get(wanted, "lacks"));
}

static void compare_object(const char *at, json_t *wanted, const json_t *found, GString *wrong)
{
	const char *key;
	json_t *value;
	json_object_foreach(wanted, key, value)
	{
		g_autofree char *below = g_strconcat(at, ".", key, NULL);
		compare(below, value, json_object_get(found, key), wrong);
	}
}

static void compare_list(const char *at, const json_t *wanted, const json_t *found, GString *wrong)
{
	size_t i;
	json_t *item;
	json_array_foreach(wanted, i, item)
	{
		g_autofree char *below = g_strdup_printf("%s[%zu]", at, i);
		compare(below, item, json_array_get(found, i), wrong);
	}
}

static void compare(const char *at, const json_t *wanted, const json_t *found, GString *wrong)
{
	if (is_about_list(wanted) && json_is_array(found)) {
		compare_members(at, json_object_get(wanted, "has"), found, TRUE, wrong);
		compare_members(at, json_object_get(wanted, "lacks"), found, FALSE, wrong);
	} else if (json_is_object(wanted) && json_is_object(found)) {
		compare_object(at, (json_t *)wanted, found, wrong);
	} else if (json_is_array(wanted) && json_is_array(found) &&
		json_array_size(wanted) == json_array_size(found)) {
		compare_list(at, wanted, found, wrong);
	} else if (!found || !json_equal(wanted, found)) {
		g_autofree char *one = shown(wanted), *other = shown(found);
		g_string_append_printf(wrong, "%s: wanted %s, found %s\n", at, one, other);
	}
}

static void test_mail(gconstpointer data)
{
	const char *base = data;
	g_autofree char *mail = g_strconcat(base, ".eml", NULL), *expected = g_strconcat(base, ".json", NULL);
	json_error_t where;
	json_t *wanted = json_load_file(expected, JSON_REJECT_DUPLICATES, &where);
	if (!json_is_object(wanted) || !json_object_size(wanted))
		g_error("%s: line %d: %s", expected, where.line, wanted ? "nothing is expected" : where.text);

	g_autoptr(Border) border = border_of(base);
	json_t *found = report_of(mail, border);
	g_autoptr(GString) wrong = g_string_new(NULL);
	compare("", wanted, found, wrong);
	json_decref(wanted);
	json_decref(found);
	if (wrong->len) {
		g_test_message("%s", wrong->str);
		g_test_fail();
	}
}

/* The comparison itself: a test that cannot fail is none. */
static void test_comparison(void)
{
	static const struct {
		const char *wanted, *found;
		gboolean is_right;
	} rows[] = {
		{"{\"a\":1}", "{\"a\":1,\"b\":2}", TRUE}, /* only what is written is wanted */
		{"{\"a\":1}", "{\"a\":2}", FALSE},
		{"{\"a\":null}", "{\"a\":null}", TRUE},
		{"{\"a\":null}", "{}", FALSE}, /* a key that is missing is not null */
		{"{\"a\":[1,2]}", "{\"a\":[1,2]}", TRUE},
		{"{\"a\":[1]}", "{\"a\":[1,2]}", FALSE},
		{"{\"a\":[2,1]}", "{\"a\":[1,2]}", FALSE},
		{"{\"a\":[{\"b\":1}]}", "{\"a\":[{\"b\":1,\"c\":2}]}", TRUE},
		{"{\"a\":{\"has\":[2]}}", "{\"a\":[1,2]}", TRUE},
		{"{\"a\":{\"has\":[3]}}", "{\"a\":[1,2]}", FALSE},
		{"{\"a\":{\"lacks\":[3]}}", "{\"a\":[1,2]}", TRUE},
		{"{\"a\":{\"lacks\":[2]}}", "{\"a\":[1,2]}", FALSE},
		{"{\"a\":{\"has\":[1],\"lacks\":[1]}}", "{\"a\":[1]}", FALSE},
		{"{\"a\":{\"has\":[1]}}", "{}", FALSE},
		{"{\"a\":{\"has\":[{\"k\":\"x\"}]}}", "{\"a\":[{\"k\":\"x\",\"v\":1}]}", TRUE},
	};
	for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
		json_t *wanted = json_loads(rows[i].wanted, 0, NULL),
		       *found = json_loads(rows[i].found, 0, NULL);
		g_autoptr(GString) wrong = g_string_new(NULL);
		compare("", wanted, found, wrong);
		if ((wrong->len == 0) != rows[i].is_right)
			g_error("%s against %s: %s", rows[i].wanted, rows[i].found,
				wrong->len ? wrong->str : "right");
		json_decref(wanted);
		json_decref(found);
	}
}

static int by_name(gconstpointer a, gconstpointer b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Names in a directory, sorted; owned by the caller. */
static GPtrArray *names_in(const char *directory)
{
	GPtrArray *names = g_ptr_array_new_with_free_func(g_free);
	g_autoptr(GDir) dir = g_dir_open(directory, 0, NULL);
	for (const char *name = dir ? g_dir_read_name(dir) : NULL; name; name = g_dir_read_name(dir))
		g_ptr_array_add(names, g_strdup(name));
	g_ptr_array_sort(names, by_name);
	return names;
}

/* A mail without its report, or the other way round, is a mistake worth a failing test. */
static void test_pair(gconstpointer data)
{
	g_test_message("%s stands alone", (const char *)data);
	g_test_fail();
}

static gboolean add_file(const char *kind, const char *name)
{
	gboolean is_mail = g_str_has_suffix(name, ".eml");
	if (!is_mail && (!g_str_has_suffix(name, ".json") || g_str_has_suffix(name, ".border.json")))
		return FALSE;
	g_autofree char *stem = g_strndup(name, strrchr(name, '.') - name);
	g_autofree char *other = g_strconcat(DATA "/", kind, "/", stem, is_mail ? ".json" : ".eml", NULL);
	g_autofree char *path = g_strconcat("/reports/", kind, "/", stem, NULL);
	gboolean has_other = g_file_test(other, G_FILE_TEST_EXISTS);
	if (!is_mail && has_other)
		return FALSE; /* its mail is the test */
	char *base = g_strconcat(DATA "/", kind, "/", has_other ? stem : name, NULL);
	g_test_add_data_func_full(path, base, has_other ? test_mail : test_pair, g_free);
	return TRUE;
}

static guint add_kind(const char *kind)
{
	g_autofree char *directory = g_strconcat(DATA "/", kind, NULL);
	g_autoptr(GPtrArray) names = names_in(directory);
	guint count = 0;
	for (guint i = 0; i < names->len; i++)
		count += add_file(kind, names->pdata[i]);
	return count;
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_set_nonfatal_assertions();
	message_init();
	domain_init(NULL);
	g_test_add_func("/reports/comparison", test_comparison);

	g_autoptr(GPtrArray) kinds = names_in(DATA);
	guint count = 0;
	for (guint i = 0; i < kinds->len; i++)
		count += add_kind(kinds->pdata[i]);
	if (!count)
		g_error("no mails under " DATA ": run this from the project's root");
	return g_test_run();
}
