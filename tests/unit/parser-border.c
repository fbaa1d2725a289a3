/* The border: what the daemon says is taken or refused, never half. */

#include <string.h>

#include "border.h"

static Border *border_of(const char *json, GError **error)
{
	return border_new_from_json(json, json ? strlen(json) : 0, error);
}

static void test_good(void)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(Border) border = border_of(
		"{\"authserv_ids\":[\"MX.Desk.Example\"],\"hosts\":[\"mx.desk.example\",\"*.hosted.example\","
		"\"2002:*\"],"
		"\"addresses\":[\"abuse@desk.example\",\"@role.example\"],\"domains\":[\"desk.example\"],"
		"\"token_pattern\":\"(x[0-9]+)\",\"instance\":null,\"token_domain\":\"t.desk.example\","
		"\"webform_header\":\"X-Form\",\"suffix_file\":\"/x\"}",
		&error);
	g_assert_no_error(error);
	g_assert_cmpstr(border->authserv_ids[0], ==, "mx.desk.example");
	g_assert_nonnull(border->token_regex);
	g_assert_cmpstr(border->token_domain, ==, "t.desk.example");
	g_assert_cmpstr(border->webform_header, ==, "X-Form");
	g_assert_cmpstr(border->suffix_file, ==, "/x");
	g_assert_true(border_is_our_host(border, "MX.desk.example"));
	g_assert_false(border_is_our_host(border, "evil-mx.desk.example"));
	g_assert_true(border_is_our_host(border, "AM0PR01.Hosted.example"));
	g_assert_true(border_is_our_host(border, "2002:a05:6402:1::4"));
	g_assert_false(border_is_our_host(border, "hosted.example.evil.example"));
	g_assert_false(border_is_our_host(border, NULL));
	g_assert_true(border_is_our_address(border, "Abuse@Desk.example"));
	g_assert_true(border_is_our_address(border, "anyone@role.example"));
	g_assert_false(border_is_our_address(border, "bob@desk.example"));
	g_assert_false(border_is_our_address(border, "role.example"));
	g_assert_false(border_is_our_address(border, NULL));
	g_assert_true(border_is_our_domain(border, "www.desk.example"));
	g_assert_false(border_is_our_domain(border, "notdesk.example"));
}

static void test_empty(void)
{
	static const char *const rows[] = {NULL, "", "{}"};
	border_free(NULL);
	for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(GError) error = NULL;
		g_autoptr(Border) border = border_of(rows[i], &error);
		g_assert_no_error(error);
		g_assert_null(border->authserv_ids[0]);
		g_assert_false(border_is_our_domain(border, "example.org"));
	}
}

static void test_wrong(void)
{
	static const struct {
		const char *json, *said;
	} rows[] = {
		{"[", "border: is not a JSON object"},
		{"[]", "border: is not a JSON object"},
		{"{\"hots\":[]}", "border: hots is no key"},
		{"{\"hosts\":\"a\"}", "border: hosts is not a list"},
		{"{\"hosts\":[1]}", "border: hosts holds"},
		{"{\"instance\":1}", "border: instance is not a string"},
		{"{\"token_pattern\":\"x\"}", "border: token_pattern has no group"},
		{"{\"token_pattern\":\"(\"}", "missing"},
		{"{\"hosts\":[],\"hosts\":[]}", "border: is not a JSON object: duplicate"},
	};
	for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(GError) error = NULL;
		g_assert_null(border_of(rows[i].json, &error));
		g_test_message("%s: %s", rows[i].json, error->message);
		g_assert_nonnull(strstr(error->message, rows[i].said));
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/border/good", test_good);
	g_test_add_func("/border/empty", test_empty);
	g_test_add_func("/border/wrong", test_wrong);
	return g_test_run();
}
