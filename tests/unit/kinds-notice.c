/* Notices of machines: what is read of them beside their labelled lines. */

#include <string.h>

#include "domain.h"
#include "kinds.h"

/* What a notice gives no label for: its number, from the subject, and its time, from anywhere. */
static void test_notices(void)
{
	static const struct {
		const char *subject, *line, *id, *domains;
		gint64 date;
	} rows[] = {
		{"[0123456789ab] report", "", "0123456789ab", "", REPORT_NO_DATE},
		{"[0123-4567] report", "", "0123-4567", "", REPORT_NO_DATE},
		{"[12345] report", "", "1@isp.example", "",
			REPORT_NO_DATE}, /* too short for a number of its own */
		{"[123456 report", "", "1@isp.example", "", REPORT_NO_DATE},
		{"issue 1234567: x", "", "1234567", "", REPORT_NO_DATE},
		{"x (ID: AB12-34)", "", "AB12-34", "", REPORT_NO_DATE},
		{"x #4711, y", "", "4711", "", REPORT_NO_DATE},
		{"case closed", "", "1@isp.example", "", REPORT_NO_DATE},
		{"case 47", "", "1@isp.example", "", REPORT_NO_DATE},
		{"case a/4711", "", "1@isp.example", "", REPORT_NO_DATE},
		{"[takedown.example] of http://evil.example/", "", "1@isp.example", "evil.example",
			REPORT_NO_DATE},
		{"[x y.example] of http://evil.example/", "", "1@isp.example", "y.example evil.example",
			REPORT_NO_DATE},
		{"x", "seen Sun, 01 Mar 2026 10:00:00 +0100 there", "1@isp.example", "", 1772355600},
		{"x", "seen (2026-03-01T10:00:00Z) there", "1@isp.example", "", 1772359200},
		{"x", "seen Sun Mar  1 10:00:00 2026", "1@isp.example", "", 1772359200},
		{"x", "seen 2026-03-01 there", "1@isp.example", "", REPORT_NO_DATE}, /* no time of day */
		{"x", "id 12026-03-01T10:00:00Z", "1@isp.example", "", REPORT_NO_DATE},
	};
	g_autoptr(Border) border = border_new_from_json(NULL, 0, NULL);
	for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *mail =
			g_strdup_printf("From: no-reply@isp.example\nTo: abuse@desk.example\nSubject: "
					"%s\nMessage-ID: <1@isp.example>\n"
					"Auto-Submitted: auto-generated\n\nThis is an automated report. We "
					"have detected abuse.\n\n"
					"IP: 203.0.113.9\n\n%s\n",
				rows[i].subject, rows[i].line);
		g_autoptr(Report) report = kinds_parse((const guint8 *)mail, strlen(mail), border);
		g_test_message("%s: %s", rows[i].subject, rows[i].line);
		g_assert_cmpstr(report_kind_name(report->kind), ==, "notice");
		const Incident *incident = report->incidents->pdata[0];
		g_autoptr(GString) domains = g_string_new(NULL);
		for (guint n = 0; n < incident->domains->len; n++)
			g_string_append_printf(
				domains, "%s%s", n ? " " : "", (const char *)incident->domains->pdata[n]);
		g_assert_cmpstr(incident->report_id, ==, rows[i].id);
		g_assert_cmpstr(domains->str, ==, rows[i].domains);
		g_assert_cmpint(incident->date, ==, rows[i].date);
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_set_nonfatal_assertions();
	message_init();
	domain_init(NULL);
	g_test_add_func("/notice/unlabelled", test_notices);
	return g_test_run();
}
