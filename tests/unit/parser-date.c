/* Dates in every spelling that mails have. */

#include "message.h"

static void test_dates(void)
{
	static const struct {
		const char *text;
		gint64 seconds;
	} rows[] = {
		{"Mon, 2 Mar 2026 09:00:00 +0000", 1772442000},
		{"2 Mar 2026 09:00 +0000", 1772442000},
		{"Mon, 02 Mar 2026 10:00:00 +0100", 1772442000},
		{"Mon, 2 Mar 2026 04:00:00 EST", 1772442000},
		{"Mon, 2 Mar 2026 04:00:00 -0500 (GMT-5)", 1772442000}, /* comments do not count */
		{"Mon, 2 Mar 2026 09:00:00 -0000 (EST)", 1772442000},
		{"Mon, 2 Mar 2026 09:00:00 UT", 1772442000},
		{"Mon, 2 Mar 2026 09:00:00 Z", 1772442000},
		{"Mon, 2 Mar 2026 10:00:00 CET", 1772442000},
		{"Mon, 2 Mar 2026 10:00:00 GMT+0100", 1772442000},
		{"Mon, 2 Mar 26 09:00:00 +0000", 1772442000}, /* RFC 5322 section 4.3 */
		{"Mon, 2 Mar 126 09:00:00 +0000", 1772442000},
		{"Mon Mar  2 09:00:00 2026", 1772442000}, /* asctime */
		{"Mon Mar  2 10:00:00 CET 2026", 1772442000},
		{"March 2, 2026 9:00:00 AM", 1772442000},
		{"2 Mar 2026 09:00:00 PM", 1772485200},
		{"2026-03-02T09:00:00Z", 1772442000},
		{"2026-03-02T10:00:00+01:00", 1772442000},
		{"2026-03-02 09:00:00.123 +0000", 1772442000},
		{"2026-03-02", 1772409600},
		{"2026/03/02 09:00:00", 1772442000},
		{"Thu, 29 Feb 2024 23:59:60 +0000", 1709251200}, /* a leap second */
		{"Thu, 1 Jan 1970 00:00:00 +0000", 0},
		{"This is not a date", REPORT_NO_DATE},
		{"", REPORT_NO_DATE},
		{"32 Mar 2026 09:00:00 +0000", REPORT_NO_DATE},
		{"Mon, 2 Mar 2026 25:00:00 +0000", REPORT_NO_DATE},
		{"Mon, 2 Mar 9999 09:00:00 +0000", REPORT_NO_DATE}, /* no mail is from then */
		{"Mon, 2 Mar 1492 09:00:00 +0000", REPORT_NO_DATE},
		{"2026-13-02T09:00:00Z", REPORT_NO_DATE},
		{"((((((", REPORT_NO_DATE},
		{NULL, REPORT_NO_DATE},
	};
	for (guint i = 0; i < G_N_ELEMENTS(rows); i++)
		if (message_date(rows[i].text) != rows[i].seconds)
			g_error("\"%s\" is %" G_GINT64_FORMAT ", not %" G_GINT64_FORMAT, rows[i].text,
				message_date(rows[i].text), rows[i].seconds);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/date/spellings", test_dates);
	return g_test_run();
}
