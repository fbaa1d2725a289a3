/* The reported mail inside a person's text. */

#include "forward.h"
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const guint8 *bytes, size_t size)
{
	fuzz_start();
	g_autofree char *text = fuzz_text(bytes, size);
	g_autofree char *rest = NULL;
	g_autoptr(Report) report = report_new();
	g_autoptr(GPtrArray) forwards = forward_find(text, report, &rest);
	g_assert_cmpuint(forwards->len, <=, 20);
	g_assert_nonnull(rest);
	for (guint i = 0; i < forwards->len; i++) {
		const Forward *forward = forwards->pdata[i];
		g_autofree char *from = forward->from ? domain_address(forward->from) : NULL;
		g_assert_cmpstr(from, ==, forward->from);
	}
	gboolean was_forward = FALSE;
	g_assert_nonnull(forward_strip_subject(text, &was_forward));
	return 0;
}
