/* Whatever is cut is said in `malformed`: one more than fits notes it, what just fits does not. */

#include <string.h>

#include "domain.h"
#include "kinds.h"

#define MIXED    "From: a@isp.example\nTo: abuse@desk.example\nContent-Type: multipart/mixed; boundary=b\n\n"
#define ATTACHED MIXED "--b\nContent-Type: message/rfc822\n\n"
#define PLAIN    "From: a@isp.example\nTo: abuse@desk.example\nSubject: spam\n"
#define ARF                                                                                                  \
	"From: f@fbl.example\nTo: abuse@desk.example\nContent-Type: multipart/report; "                      \
	"boundary=b\n\n--b\n\nx\n"                                                                           \
	"--b\nContent-Type: message/feedback-report\n\nFeedback-Type: abuse\nVersion: 1\nUser-Agent: y\n"
#define XARF      PLAIN "Content-Type: application/json\n\n"
#define XARF_SPAM XARF "{\"xarf_version\":\"4.2.0\",\"category\":\"messaging\",\"type\":\"spam\","

typedef struct {
	const char *what, *head, *piece; /* "%u" in the piece: its number */
	guint most;
	const char *tail, *token;
} Limit;

static const Limit rows[] = {
	{"addresses of a field", "From: a@isp.example\nTo: x@isp.example", ", t%u@isp.example", 99,
		"\n\nspam\n", "too-many-addresses"},
	{"fields of addresses", "From: a@isp.example\n", "Cc: t%u@isp.example\n", 20, "\nspam\n",
		"too-many-addresses"},
	{"addresses of several fields", "From: a@isp.example\nCc: x@isp.example\nTo: x@isp.example",
		", t%u@isp.example", 99, "\nDelivered-To: y@isp.example\n\nspam\n", "too-many-addresses"},
	{"recipients of the reported mail", ATTACHED "From: c@evil.example\nTo: x@isp.example",
		", t%u@isp.example", 99, "\nSubject: x\n\nx\n--b--\n", "too-many-addresses"},
	{"ids of a field", PLAIN "References:", " <i%u@isp.example>", 20, "\n\nspam\n", "too-many-ids"},
	{"fields of ids", PLAIN, "References: <i%u@isp.example>\n", 20, "\nspam\n", "too-many-ids"},
	{"fields without ids", PLAIN, "References: n%u\n", 20, "\nspam\n", "too-many-ids"},
	{"ids of several fields", PLAIN "In-Reply-To: <i@isp.example>\nReferences: <i@isp.example>",
		" <i%u@isp.example>", 19, "\n\nspam\n", "too-many-ids"},
	{"hops", ATTACHED "From: c@evil.example\nSubject: x\n",
		"Received: from h%u.isp.example (h.isp.example [192.0.2.1]) by mx.isp.example; Mon, 2 Mar "
		"2026 "
		"09:00:00 +0000\n",
		40, "\nx\n--b--\n", "too-many-hops"},
	{"signatures", ATTACHED "From: c@evil.example\nSubject: x\n", "DKIM-Signature: d=d%u.example; s=x\n",
		20, "\nx\n--b--\n", "too-many-signatures"},
	{"ways to unsubscribe", ATTACHED "From: c@evil.example\nSubject: x\nList-Unsubscribe: ",
		"<http://evil.example/%u>,", 10, "\n\nx\n--b--\n", "too-many-urls"},
	{"links of a page", PLAIN "Content-Type: text/html\n\n", "<a href='#%u'>x</a>", 1998,
		"<a href='http://evil.example/'>x</a>\n", "too-many-links"},
	{"links of the reported mail",
		ATTACHED "From: c@evil.example\nSubject: x\nContent-Type: text/html\n\n",
		"<a href='http://evil.example/%u'>x</a>\n", 200, "--b--\n", "too-many-urls"},
	{"URLs in a line of the reported mail", ATTACHED "From: c@evil.example\nSubject: x\n\n",
		"http://evil.example/%u ", 199, "\n--b--\n", "too-many-urls"},
	{"lines with URLs in the reported mail", ATTACHED "From: c@evil.example\nSubject: x\n\n",
		"http://evil.example/ %u\n", 500, "--b--\n", "too-many-urls"},
	{"lines with names in the reported mail", ATTACHED "From: c@evil.example\nSubject: x\n\n",
		"www.evil.example %u\n", 500, "--b--\n", "too-many-urls"},
	{"URLs of a forwarded mail",
		PLAIN
		"\n---------- Forwarded message ---------\nFrom: C <c@evil.example>\nDate: Mon, 2 Mar 2026 "
		"at 09:00\nSubject: x\nTo: <a@isp.example>\n\n",
		"http://evil.example/%u\n", 299, "\n", "too-many-urls"},
	{"recipients of a forwarded mail",
		PLAIN
		"\n---------- Forwarded message ---------\nFrom: C <c@evil.example>\nDate: Mon, 2 Mar 2026 "
		"at 09:00\nSubject: x\nTo: ",
		"t%u@isp.example, ", 99, "\n\nhttp://evil.example/\n", "too-many-addresses"},
	{"typed names", PLAIN "\nspam from\n", "http://evil.example/%u\n", 299, "\n", "too-many-names"},
	{"attachments", MIXED "--b\n\nspam\n", "--b\nContent-Type: image/png\n\nx%u\n", 100, "--b--\n",
		"too-many-attachments"},
	{"attached mails", MIXED "--b\n\nspam\n",
		"--b\nContent-Type: message/rfc822\n\nFrom: c%u@evil.example\nSubject: x\n\nx\n", 50,
		"--b--\n", "too-many-attached"},
	{"text of a part", PLAIN "\n", "many words, all without sense: %08u.....\n", 23000, "\n",
		"long-text"},
	{"text of many parts", MIXED, "--b\n\n" /* and 300 kB, see fill() */, 4, "--b--\n", "long-text"},
	{"text of a page",
		PLAIN "Content-Type: text/html\n\n"
		      "<blockquote><blockquote><blockquote><blockquote><blockquote><blockquote>",
		"many words%u<br>\n", 30000, "\n", "long-text"},
	{"attached log",
		MIXED "--b\n\nspam\n--b\nContent-Type: text/plain\nContent-Disposition: attachment\n\n",
		"many words, all without sense: %08u.....\n", 2900, "--b--\n", "long-text"},
	{"fields of a feedback report", ARF, "X-Field%u: x\n", 497, "--b--\n", "too-many-fields"},
	{"fields of a feedback report as text",
		PLAIN "\nFeedback-Type: abuse\nVersion: 1\nUser-Agent: y\nSource-IP: 192.0.2.1\n",
		"X-Field%u: x\n", 496, "\nspam\n", "too-many-fields"},
	{"length of a feedback report's field", ARF "X-Field:", "%08u", 1024, "\n--b--\n", "too-many-fields"},
	{"complainants of a feedback report", ARF, "Original-Rcpt-To: t%u@isp.example\n", 200, "--b--\n",
		"too-many-incidents"},
	{"complainants in one field", ARF "Original-Rcpt-To: x@isp.example", ",t%u@isp.example", 199,
		"\n--b--\n", "too-many-incidents"},
	{"domains of a feedback report", ARF, "Reported-Domain: d%u.example\n", 200, "--b--\n",
		"too-many-domains"},
	{"letters of a feedback type",
		"From: f@fbl.example\nContent-Type: message/feedback-report\n\nVersion: 1\nUser-Agent: y\n"
		"Feedback-Type: abus",
		"%08u", 7, "\n", "long-value"},
	{"letters of a value", "From: a@isp.example\nSubject: ", "%08u", 125, "\n\nspam\n", "long-value"},
	{"letters of a value that are not ASCII", "From: a@isp.example\nSubject: \303\274......", "%08u", 124,
		"\n\nspam\n", "long-value"},
	{"reports in one list", XARF "[{\"xarf_version\":\"4.2.0\"}",
		",{\"xarf_version\":\"4.2.0\",\"n\":%u}", 49, "]\n", "too-many-reports"},
	{"files of reports", MIXED,
		"--b\nContent-Type: application/json\n\n{\"xarf_version\":\"4.2.0\",\"n\":%u}\n", 50,
		"--b--\n", "too-many-reports"},
	{"samples", XARF_SPAM "\"evidence\":[{\"content_type\":\"text/plain\",\"payload\":\"\"}",
		",{\"content_type\":\"text/plain\",\"payload\":\"%u\"}", 19, "]}\n", "too-many-samples"},
	{"samples of version 3",
		XARF "{\"Version\":\"3\",\"ReporterInfo\":{},\"Report\":{\"ReportClass\":\"Activity\","
		     "\"ReportType\":\"Spam\",\"Samples\":[{}",
		",{\"ContentType\":\"text/plain\",\"Payload\":\"%u\"}", 19, "]}}\n", "too-many-samples"},
	{"links of a XARF", XARF_SPAM "\"spam_indicators\":{\"suspicious_links\":[\"http://evil.example/\"",
		",\"http://evil.example/%u\"", 499, "]}}\n", "too-many-urls"},
	{"mentioned by a XARF", XARF_SPAM "\"downstream_links\":[\"http://evil.example/\"",
		",\"http://evil.example/%u\"", 499, "]}\n", "too-many-urls"},
	{"URLs of Safe Browsing",
		PLAIN "\n<notification_message asn=\"64496\" date=\"2026-03-02\"><list type=\"phishing\">\n",
		"<url_info url=\"http://evil.example/%u\"/>\n", 300, "</list></notification_message>\n",
		"too-many-urls"},
	{"URLs of an ACNS", PLAIN "\n<Infringement><Complainant></Complainant><Content>\n",
		"<URL>http://evil.example/%u</URL>\n", 299, "</Content></Infringement>\n", "too-many-urls"},
	{"names in a line of a notice",
		PLAIN
		"Auto-Submitted: auto-generated\n\nThis is an automated abuse report.\nIP: 192.0.2.1\nDate: "
		"2026-03-02\nURLs:",
		" http://evil.example/%u", 49, "\n", "too-many-names"},
	{"names in a field of a form",
		PLAIN "\nName: Ann\nE-Mail: ann@isp.example\nDomain: evil.example\nMessage: spam\n",
		"http://evil.example/%u\n", 299, "\n", "too-many-names"},
};

static void fill(const Limit *row, guint times, GString *mail)
{
	g_string_assign(mail, row->head);
	for (guint i = 0; i < times; i++) {
		const char *number = strstr(row->piece, "%u");
		const char *wide = strstr(row->piece, "%08u");
		if (number)
			g_string_append_printf(
				mail, "%.*s%u%s", (int)(number - row->piece), row->piece, i, number + 2);
		else if (wide)
			g_string_append_printf(
				mail, "%.*s%08u%s", (int)(wide - row->piece), row->piece, i, wide + 4);
		else
			for (g_string_append(mail, row->piece); mail->len < (i + 1) * 300000;)
				g_string_append(mail, "many words without any sense\n");
	}
	g_string_append(mail, row->tail);
}

static gboolean is_noted(const GString *mail, const char *token)
{
	g_autoptr(Border) border = border_new_from_json(NULL, 0, NULL);
	g_autoptr(Report) report = kinds_parse((const guint8 *)mail->str, mail->len, border);
	for (guint i = 0; i < report->malformed->len; i++)
		if (!strcmp(report->malformed->pdata[i], token))
			return TRUE;
	return FALSE;
}

static void test_limit(gconstpointer data)
{
	const Limit *row = data;
	g_autoptr(GString) mail = g_string_new(NULL);
	fill(row, row->most, mail);
	g_assert_false(is_noted(mail, row->token));
	/* Lengths are in bytes: some lines more. */
	fill(row, row->most + (row->most > 2000 ? row->most : 1), mail);
	g_assert_true(is_noted(mail, row->token));
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_set_nonfatal_assertions();
	message_init();
	domain_init(NULL);
	for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *path = g_strconcat("/limits/", rows[i].what, NULL);
		g_test_add_data_func(path, &rows[i], test_limit);
	}
	return g_test_run();
}
