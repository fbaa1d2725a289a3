/* Dates as mails spell them; what is read can be written as RFC 3339. */

#include "fuzz.h"

int LLVMFuzzerTestOneInput(const guint8 *bytes, size_t size)
{
	fuzz_start();
	g_autofree char *text = fuzz_text(bytes, size);
	gint64 date = message_date(text);
	if (date != REPORT_NO_DATE) {
		g_autoptr(GDateTime) time = g_date_time_new_from_unix_utc(date);
		g_assert_nonnull(time);
	}
	return 0;
}
