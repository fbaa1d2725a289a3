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
		/* Nothing is cut out of an address, a name or a day. */
		{"case 203.0.113.9", "", "1@isp.example", "", REPORT_NO_DATE},
		{"report 203.0.113.9, case 4711.", "", "4711", "", REPORT_NO_DATE},
		{"report 203.0.113.9 (report 4711)", "", "4711", "", REPORT_NO_DATE},
		{"case 203.0.113.0/24", "", "1@isp.example", "", REPORT_NO_DATE},
		{"case 203[.]0[.]113[.]9", "", "1@isp.example", "", REPORT_NO_DATE},
		{"case 203[dot]0[dot]113[dot]9", "", "1@isp.example", "", REPORT_NO_DATE},
		{"case 203(dot)0(dot)113(dot)9", "", "1@isp.example", "", REPORT_NO_DATE},
		{"case 203{.}0{.}113{.}9", "", "1@isp.example", "", REPORT_NO_DATE},
		{"case 2001:db8::1", "", "1@isp.example", "", REPORT_NO_DATE},
		{"case 2001:db8::1: x", "", "1@isp.example", "", REPORT_NO_DATE},
		{"case 2001:db8::/32", "", "1@isp.example", "", REPORT_NO_DATE},
		{"case 123-evil.example.", "", "1@isp.example", "123-evil.example", REPORT_NO_DATE},
		{"case 4711@isp.example", "", "1@isp.example", "", REPORT_NO_DATE},
		{"report 110.2", "", "1@isp.example", "", REPORT_NO_DATE}, /* a version */
		{"report 2026-03-01", "", "1@isp.example", "", REPORT_NO_DATE},
		{"report 01-Mar-2026", "", "1@isp.example", "", REPORT_NO_DATE},
		{"report 2026-03-01T10:00:00Z", "", "1@isp.example", "", 1772359200},
		{"report 01.03.2026", "", "1@isp.example", "", REPORT_NO_DATE},
		{"report 20260301", "", "1@isp.example", "", REPORT_NO_DATE},
		{"[2026-03-01] report", "", "1@isp.example", "", REPORT_NO_DATE},
		{"[20260301] report", "", "1@isp.example", "", REPORT_NO_DATE},
		{"[2026-03-01] [0123-4567] report", "", "0123-4567", "", REPORT_NO_DATE},
		{"[deface] report", "", "1@isp.example", "", REPORT_NO_DATE}, /* a word, though a-f */
		{"report 2026-03-01-0042", "", "2026-03-01-0042", "", REPORT_NO_DATE},
		{"report 2026-0042", "", "2026-0042", "", REPORT_NO_DATE},
		{"report 20260399", "", "20260399", "", REPORT_NO_DATE}, /* no such day */
		{"report 2026030142", "", "2026030142", "", REPORT_NO_DATE},
		{"TicketID 4711", "", "4711", "", REPORT_NO_DATE},
		{"android 1400", "", "1@isp.example", "", REPORT_NO_DATE},
		{"x", "Case: AB-4711", "AB-4711", "", REPORT_NO_DATE},
		{"x", "Case: 4711@isp.example", "4711@isp.example", "", REPORT_NO_DATE},
		{"x", "Case: phishing", "1@isp.example", "", REPORT_NO_DATE},
		{"x", "Case: 203.0.113.8", "1@isp.example", "", REPORT_NO_DATE},
		{"x", "Case: fd00::1", "1@isp.example", "", REPORT_NO_DATE},
		{"x", "Case: login1 of evil.example", "1@isp.example", "", REPORT_NO_DATE},
		{"x", "Case: 2026-03-01 spam", "1@isp.example", "", REPORT_NO_DATE},
		{"x", "Case: 01/03/2026", "1@isp.example", "", REPORT_NO_DATE},
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
