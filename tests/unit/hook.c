#include "hook-call.h"
#include "https.h"

#include <string.h>

static void test_signature(void)
{
	/* printf 'hook-81.1772366400.{"type":"domain.suspend"}' | openssl dgst -sha256 -hmac "$KEY" -binary |
	 * base64 */
	g_autoptr(GBytes) key = hook_key("whsec_c2FtcGxlIGtleSBvZiAyNCBieXRlcy4u");
	g_autofree char *signature =
		hook_signature(key, "hook-81", 1772366400, "{\"type\":\"domain.suspend\"}");
	g_autofree char *later = hook_signature(key, "hook-81", 1772366401, "{\"type\":\"domain.suspend\"}");

	g_assert_cmpmem(g_bytes_get_data(key, NULL), g_bytes_get_size(key), "sample key of 24 bytes..", 24);
	g_assert_cmpstr(signature, ==, "v1,NgGBdUyjGuctmTtHvYEZQkLtAefTYTDTtChBCAVdKD8=");
	g_assert_cmpstr(signature, !=, later);
}

/* A key that nobody meant would sign all the same. */
static void test_keys(void)
{
	const struct {
		const char *secret;
		gsize length; /* 0: refused */
	} keys[] = {
		{"whsec_c2FtcGxlIGtleSBvZiAyNCBieXRlcy4u", 24},
		{"any words", 9},
		{"whsec_", 0},
		{"whsec_c2FtcGxl", 0},                        /* six bytes */
		{"whsec_c2FtcGxlIGtleSBvZiAyNCBieXRlcy4", 0}, /* cut short */
		{"whsec_********************************", 0},
	};

	for (gsize i = 0; i < G_N_ELEMENTS(keys); i++) {
		g_autoptr(GBytes) key = hook_key(keys[i].secret);
		g_test_message("%s", keys[i].secret);
		g_assert_cmpuint(key ? g_bytes_get_size(key) : 0, ==, keys[i].length);
	}
}

static void test_urls(void)
{
	const struct {
		const char *url;
		gboolean fine;
	} urls[] = {
		{"https://panel.example.org/abuse", TRUE},
		{"http://127.0.0.1:8080/abuse", TRUE},
		{"http://[::1]:8080/abuse", TRUE},
		{"http://panel.example.org/abuse", FALSE}, /* the order would travel unencrypted */
		{"http://127.0.0.1.example.org/", FALSE},
		{"https://user:secret@panel.example.org/", FALSE},
		{"file:///etc/passwd", FALSE},
		{"panel.example.org", FALSE},
		{"https://", FALSE},
		{"", FALSE},
	};

	for (gsize i = 0; i < G_N_ELEMENTS(urls); i++) {
		g_test_message("%s", urls[i].url);
		g_assert_true((https_url_refusal(urls[i].url) == NULL) == urls[i].fine);
	}
}

typedef struct {
	guint status;
	const char *answer;
	HookOutcome outcome;
	const char *words;
} Row;

static const Row rows[] = {
	{200, "", HOOK_DONE, NULL},
	{204, "", HOOK_DONE, NULL},
	{200, "OK\r\nsecond line", HOOK_DONE, "OK"},
	{202, "", HOOK_ACCEPTED, NULL},
	{200, "{\"status\":\"accepted\"}", HOOK_ACCEPTED, "{\"status\":\"accepted\"}"},
	{202, "{\"status\":\"done\"}", HOOK_DONE, "{\"status\":\"done\"}"},
	/* a panel that answers 200 to everything must not make us write "suspended" */
	{200, "{\"status\":\"failed\",\"message\":\"locked by registry\"}", HOOK_FAILED,
		"locked by registry"},
	{200, "{\"status\":\"failed\",\"message\":\"a\\r\\nBcc: b\"}", HOOK_FAILED, "a Bcc: b"},
	{200, "{\"status\":\"error\",\"message\":\"no such domain\"}", HOOK_FAILED, "no such domain"},
	{200, "{\"status\":\"ok\"}", HOOK_DONE, "{\"status\":\"ok\"}"},
	{301, "", HOOK_FAILED, NULL},
	{400, "{\"message\":\"no such domain\"}", HOOK_FAILED, "no such domain"},
	{401, "", HOOK_FAILED, NULL},
	{404, "", HOOK_FAILED, NULL},
	{410, "", HOOK_FAILED, NULL},
	{408, "", HOOK_DEFERRED, NULL},
	{409, "", HOOK_DEFERRED, NULL}, /* the same id is being worked on */
	{425, "", HOOK_DEFERRED, NULL},
	{429, "slow down", HOOK_DEFERRED, "slow down"},
	{500, "{\"status\":\"done\"}", HOOK_DEFERRED, "{\"status\":\"done\"}"},
	{503, "", HOOK_DEFERRED, NULL},
};

static void test_grades(void)
{
	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *words = NULL;
		g_test_message("%u %s", rows[i].status, rows[i].answer);
		g_assert_cmpint(hook_grade(rows[i].status, rows[i].answer, &words), ==, rows[i].outcome);
		g_assert_cmpstr(words, ==, rows[i].words);
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/hook/signature", test_signature);
	g_test_add_func("/hook/keys", test_keys);
	g_test_add_func("/hook/urls", test_urls);
	g_test_add_func("/hook/grades", test_grades);
	return g_test_run();
}
