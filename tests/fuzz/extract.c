/* URLs, names and addresses in any text, and one URL at a time. */

#include "extract.h"
#include "fuzz.h"

static void check_found(const Found *found, const char *text, gsize length)
{
	g_assert_cmpuint(found->start, <=, found->end);
	g_assert_cmpuint(found->end, <=, length);
	g_assert_nonnull(found->value);
	g_assert_true(g_utf8_validate(found->value, -1, NULL));
	if (!found->host)
		return;
	/* what is called a host is one: in normal form, so that making it normal again changes nothing */
	g_autofree char *ip = domain_ip(found->host, FALSE);
	g_autofree char *normal = ip ? g_strdup(ip) : domain_normal(found->host);
	g_assert_true((ip != NULL) ==
		(found->host_is_ip || found->kind == FOUND_IP || found->kind == FOUND_NETWORK));
	g_assert_cmpstr(normal, ==, found->host);
}

int LLVMFuzzerTestOneInput(const guint8 *bytes, size_t size)
{
	fuzz_start();
	g_autofree char *text = fuzz_text(bytes, size);
	gsize length = strlen(text);
	g_autoptr(GPtrArray) found = extract_all(text, length, 100);
	g_assert_cmpuint(found->len, <=, 100);
	for (guint i = 0; i < found->len; i++)
		check_found(found->pdata[i], text, length);

	gboolean is_ip = FALSE;
	g_autofree char *host = NULL;
	g_autofree char *url = extract_url(text, &host, &is_ip);
	g_assert_true(!url || g_utf8_validate(url, -1, NULL));
	return 0;
}
