/* HTML of mails to text and links. */

#include "html.h"
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const guint8 *bytes, size_t size)
{
	fuzz_start();
	g_autofree char *html = fuzz_text(bytes, size);
	g_autoptr(GPtrArray) links = g_ptr_array_new_with_free_func((GDestroyNotify)html_link_free);
	g_autofree char *text = html_to_text(html, strlen(html), links);
	g_assert_nonnull(text);
	g_assert_true(g_utf8_validate(text, -1, NULL));
	for (guint i = 0; i < links->len; i++) {
		const Link *link = links->pdata[i];
		g_assert_true(g_utf8_validate(link->target, -1, NULL));
		g_assert_true(!link->text || g_utf8_validate(link->text, -1, NULL));
	}
	return 0;
}
