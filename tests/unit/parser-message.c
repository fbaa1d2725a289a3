/* What hurts GMime 3.2.13, and every limit: fenced, noted, nothing lost without a word. */

#include <string.h>
#include <sys/resource.h>

#include "domain.h"
#include "html.h"
#include "kinds.h"

static gboolean is_noted(const Report *report, const char *token)
{
	for (guint i = 0; i < report->malformed->len; i++)
		if (!strcmp(report->malformed->pdata[i], token))
			return TRUE;
	return FALSE;
}

static Report *parse(const GString *mail)
{
	g_autoptr(Border) border = border_new_from_json(NULL, 0, NULL);
	Report *report = kinds_parse((const guint8 *)mail->str, mail->len, border);
	g_autoptr(GString) json = g_string_new(NULL);
	report_write_json(report, NULL, json);
	g_assert_true(g_utf8_validate(json->str, json->len, NULL));
	return report;
}

static void repeat(GString *out, const char *text, guint times)
{
	while (times--)
		g_string_append(out, text);
}

/* Some 4,000 levels end a stack of 1 MiB, 45,000 one of 8 MiB. */
static void test_nested_groups(void)
{
	g_autoptr(GString) mail = g_string_new("From: a@example.org\nTo: ");
	repeat(mail, "g:", 60000);
	g_string_append(mail,
		"\nContent-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: message/RFC822\n\n cc : ");
	repeat(mail, "g:", 60000);
	g_string_append(mail, "\nReply-To:\n ");
	repeat(mail, "g:", 60000);
	g_string_append(mail, "\n\nx\n--b--\n");
	g_autoptr(Report) report = parse(mail);
	g_assert_true(is_noted(report, "nested-groups"));
	g_assert_cmpstr(report->from, ==, "a@example.org");
}

static void test_groups_in_base64(void)
{
	g_autoptr(GString) inner = g_string_new("From: a@example.org\nTo: ");
	repeat(inner, "g:", 60000);
	g_string_append(inner, "\nSubject: x\n\nhello\n");
	g_autofree char *encoded = g_base64_encode((const guchar *)inner->str, inner->len);
	g_autoptr(GString) mail =
		g_string_new("From: b@example.org\nContent-Type: multipart/mixed; boundary=b\n\n"
			     "--b\n\nspam attached\n--b\nContent-Type: message/rfc822\n"
			     "Content-Transfer-Encoding: base64\n\n");
	g_string_append_printf(mail, "%s\n--b--\n", encoded);
	g_autoptr(Report) report = parse(mail);
	g_assert_true(is_noted(report, "nested-groups"));
}

/* 1.3 KB of memory for each empty part. */
static void test_many_parts(void)
{
	g_autoptr(GString) mail =
		g_string_new("From: a@example.org\nContent-Type: multipart/mixed; boundary=b\n\n");
	repeat(mail, "--b\n\n", 400000);
	struct rusage before, after;
	getrusage(RUSAGE_SELF, &before);
	g_autoptr(Report) report = parse(mail);
	getrusage(RUSAGE_SELF, &after);
	g_assert_true(is_noted(report, "too-many-boundary-lines"));
	g_assert_true(is_noted(report, "too-many-parts"));
#ifndef __SANITIZE_ADDRESS__
	g_assert_cmpint(after.ru_maxrss - before.ru_maxrss, <, 60000);
#endif
}

static void test_nested_multiparts(void)
{
	g_autoptr(GString) mail = g_string_new("From: a@example.org\n");
	for (guint i = 0; i < 2000; i++)
		g_string_append_printf(mail, "Content-Type: multipart/mixed; boundary=b%u\n\n--b%u\n", i, i);
	g_string_append(mail, "Content-Type: text/plain\n\nhttp://evil.example/\n");
	repeat(mail, "--x\n", 200000);
	g_autoptr(Report) report = parse(mail);
	g_assert_true(is_noted(report, "too-deep"));
}

static void test_mails_in_mails(void)
{
	g_autoptr(GString) mail = g_string_new("From: a@example.org\nSubject: spam\n");
	repeat(mail, "Content-Type: message/rfc822\n\nFrom: b@example.org\nSubject: x\n", 200);
	g_string_append(mail, "\nhello\n");
	g_autoptr(Report) report = parse(mail);
	g_assert_nonnull(report);
}

static void test_headers(void)
{
	g_autoptr(GString) mail =
		g_string_new("From: a@example.org\nSubject: first\nSubject: second\nX-Long: ");
	repeat(mail, "x", 100000);
	g_string_append(mail, "\n");
	repeat(mail, "X-Many: 1\n", 3000);
	g_string_append(mail, "\nhttp://evil.example/\n");
	g_autoptr(Report) report = parse(mail);
	g_assert_cmpstr(report->subject, ==, "first"); /* GMime takes the last */
	g_assert_true(is_noted(report, "several-subjects"));
	g_assert_true(is_noted(report, "long-header"));
	g_assert_true(is_noted(report, "too-many-headers"));
}

/* GMime's parameter encoder never ends on a name of 70 to 72 bytes; asking for a boundary calls it. */
static void test_long_parameter(void)
{
	for (guint length = 66; length < 76; length++) {
		g_autoptr(GString) mail =
			g_string_new("From: a@example.org\nContent-Type: multipart/mixed; ");
		repeat(mail, "n", length);
		g_string_append(mail, "=\"\xc3\xa9\"\n\nhttp://evil.example/\n");
		g_autoptr(Report) report = parse(mail);
		g_assert_cmpuint(report->incidents->len, ==, 1);
	}
}

static void test_nul_and_controls(void)
{
	g_autoptr(GString) mail = g_string_new("From: a@example.org\nSubject: a");
	g_string_append_len(mail,
		"\0b\x1b[31m\xe2\x80\xae"
		"c",
		12);
	g_string_append(mail, "\n\nhttp://evil.example/");
	g_string_append_len(mail, "\0\0x\n", 4);
	g_autoptr(Report) report = parse(mail);
	g_assert_cmpstr(report->subject, ==, "a b [31mc");
	g_assert_nonnull(report->text);
}

static void test_large(void)
{
	g_autoptr(GString) mail = g_string_new("From: a@example.org\n\n");
	g_string_set_size(mail, MESSAGE_MAX_BYTES + 1);
	g_autoptr(Report) report = parse(mail);
	g_assert_cmpint(report->disposition, ==, DISPOSITION_QUARANTINE);
	g_assert_cmpstr(report->reason, ==, "too-large");
}

static void test_long_text(void)
{
	g_autoptr(GString) mail = g_string_new("From: a@example.org\n\n");
	repeat(mail, "many words without any sense\n", 60000);
	g_autoptr(Report) report = parse(mail);
	g_assert_true(is_noted(report, "long-text"));
	g_assert_cmpuint(g_utf8_strlen(report->text, -1), <=, REPORT_MAX_TEXT);
}

/* Reading a line with a URL must not look through the rest of the mail each time. */
static void test_many_links(void)
{
	g_autoptr(GString) mail =
		g_string_new("From: a@example.org\nContent-Type: multipart/mixed; boundary=b\n\n"
			     "--b\nContent-Type: message/rfc822\n\nFrom: c@evil.example\nSubject: x\n\n");
	repeat(mail, "http://evil.example/\n", 45000);
	g_string_append(mail, "--b--\n");
	gint64 start = g_get_monotonic_time();
	g_autoptr(Report) report = parse(mail);
	g_assert_cmpint(g_get_monotonic_time() - start, <, 5 * G_USEC_PER_SEC);
	g_assert_cmpuint(report->incidents->len, ==, 1);
}

/* Nothing that GMime opens for itself: digests, odd spellings, mails of no header. */
static void test_attached_spellings(void)
{
	static const char *const parts[] = {
		"Content-Type: message/rfc822\n\n",
		"Content-Type: MESSAGE/RFC822\n\n",
		"Content-Type:\n message/rfc822\n\n",
		"Content-Type: message/global\n\n",
		"X-First: y\nContent-Type:\n\tMessage/News\n\n",
		"Content-Type: message/rfc822; name=\"spam.eml\"\nContent-Disposition: attachment\n\n\n\n",
		"Content-Type: application/octet-stream; name=\"spam.EML\"\n\n",
		"Content-Type: text/plain; name=\"headers.txt\"\n\n",
		"Content-Type: message/rfc822\n\n>From x@example.net Mon Mar  2 09:00:00 2026\n",
	};
	for (guint i = 0; i < G_N_ELEMENTS(parts); i++) {
		g_autoptr(GString) mail =
			g_string_new("From: a@example.org\nContent-Type: multipart/mixed; boundary=b\n\n"
				     "--b\n\nhere\n--b\n");
		g_string_append(mail, parts[i]);
		g_string_append(
			mail, "From: c@evil.example\nTo: d@example.net\nSubject: bait\n\nbody\n--b--\n");
		g_autoptr(Report) report = report_new();
		g_autoptr(Message) message = message_parse((const guint8 *)mail->str, mail->len, report);
		Message *attached = part_attached(message_parts(message)->pdata[2]);
		g_test_message("%s", parts[i]);
		g_assert_nonnull(attached);
		g_assert_cmpstr(message_header(attached, "Subject"), ==, "bait");
		g_assert_cmpstr(message_text(attached), ==, "body");
		g_assert_cmpuint(message_depth(attached), ==, 1);
	}
}

static void test_digest(void)
{
	static const char mail[] =
		"From: a@example.org\nContent-Type: multipart/Digest; boundary=b\n\n"
		"--b\n\nFrom: c@evil.example\nSubject: first\n\nbody\n"
		"--b\nContent-Type: text/plain\n\nFrom: no mail\n"
		"--b\nX-Other: y\n\nFrom: c@evil.example\nSubject: second\n\nbody\n--b--\n";
	g_autoptr(Report) report = report_new();
	g_autoptr(Message) message = message_parse((const guint8 *)mail, strlen(mail), report);
	GPtrArray *parts = message_parts(message);
	g_assert_cmpuint(parts->len, ==, 4);
	g_assert_cmpstr(((Part *)parts->pdata[0])->type, ==, "multipart/digest");
	g_assert_cmpstr(message_header(part_attached(parts->pdata[1]), "Subject"), ==, "first");
	g_assert_null(part_attached(parts->pdata[2]));
	g_assert_cmpstr(message_header(part_attached(parts->pdata[3]), "Subject"), ==, "second");
}

/* Each field of a part would cost GMime several hundred bytes. */
static void test_part_headers(void)
{
	g_autoptr(GString) mail =
		g_string_new("From: a@example.org\nContent-Type: multipart/mixed; boundary=b\n\n--b\n");
	repeat(mail, "X-Y: z\n", 600000);
	g_string_append(mail, "Content-Type: text/plain\n\nhttp://evil.example/\n--b--\n");
	struct rusage before, after;
	getrusage(RUSAGE_SELF, &before);
	g_autoptr(Report) report = parse(mail);
	getrusage(RUSAGE_SELF, &after);
	g_assert_true(is_noted(report, "too-many-headers"));
	g_assert_cmpuint(report->incidents->len, ==, 1);
	g_assert_cmpint(after.ru_maxrss - before.ru_maxrss, <, 100 << 10);
}

static void test_part_long_header(void)
{
	g_autoptr(GString) mail = g_string_new(
		"From: a@example.org\nContent-Type: multipart/mixed; boundary=b\n\n--b\n"
		"Content-Type: text/html; x=\"");
	repeat(mail, "x", 100000);
	g_string_append(mail, "\"\n\n<a href='http://evil.example/'>x</a>\n--b--\n");
	g_autoptr(Report) report = parse(mail);
	g_assert_true(is_noted(report, "long-header"));
	g_assert_cmpuint(report->incidents->len, ==, 1);
}

/* What must not be taken for a mail. */
static void test_attached_others(void)
{
	static const char *const parts[] = {
		"Content-Type: text/plain; name=\"readme.txt\"\n\nNote: this is\nno mail\n",
		"Content-Type: application/octet-stream; name=\"a.bin\"\n\nFrom: x@example.org\nSubject: "
		"y\n\nz\n",
		"Content-Type: message/rfc822\n\nREDACTED\n",
		"Content-Type: text/plain\n\nFrom: x@example.org\nSubject: pasted\n\nz\n",
	};
	for (guint i = 0; i < G_N_ELEMENTS(parts); i++) {
		g_autofree char *mail = g_strconcat(
			"From: a@example.org\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\n"
			"here\n--b\n",
			parts[i], "--b--\n", NULL);
		g_autoptr(Report) report = report_new();
		g_autoptr(Message) message = message_parse((const guint8 *)mail, strlen(mail), report);
		g_test_message("%s", parts[i]);
		g_assert_null(part_attached(message_parts(message)->pdata[2]));
	}
}

static void test_addresses(void)
{
	static const struct {
		const char *field, *addresses, *names;
	} rows[] = {
		{"a@example.org", "a@example.org", ""},
		{"Ann <a@example.org>, b@example.org", "a@example.org b@example.org", "Ann|"},
		{"\"Doe, Jane\" <j@example.org>", "j@example.org", "Doe, Jane"},
		{"j@example.org (Jane)", "j@example.org", "Jane"},
		{"=?utf-8?Q?J=C3=A4n?= <j@example.org>", "j@example.org", "Jän"},
		{"friends: a@example.org, b@example.org;, c@example.org",
			"a@example.org b@example.org c@example.org", "||"},
		{"<a@example.org<mailto:a@example.org>>", "a@example.org", ""},
		{"Name [mailto:a@example.org]", "a@example.org", ""},
		{"<@relay.example:a@example.org>", "a@example.org", ""},
		{"'a@example.org'", "a@example.org", ""},
		{"Undisclosed recipients:;", "", ""},
		{"postmaster", "", ""}, /* no address without a domain */
		{"a@example.org\tb", "a@example.org", ""},
		{"<a b@example.org>", "b@example.org", ""},
	};
	for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *mail = g_strdup_printf("To: %s\n\n", rows[i].field);
		g_autoptr(Report) report = report_new();
		g_autoptr(Message) message = message_parse((const guint8 *)mail, strlen(mail), report);
		g_autoptr(GPtrArray) names = NULL;
		g_autoptr(GPtrArray) addresses = message_addresses(message, "To", &names);
		g_ptr_array_add(addresses, NULL);
		g_ptr_array_add(names, NULL);
		g_autofree char *all = g_strjoinv(" ", (char **)addresses->pdata);
		g_autofree char *shown = g_strjoinv("|", (char **)names->pdata);
		g_test_message("%s", rows[i].field);
		g_assert_cmpstr(all, ==, rows[i].addresses);
		g_assert_cmpstr(shown, ==, rows[i].names);
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	message_init();
	domain_init(NULL);
	g_test_add_func("/message/nested-groups", test_nested_groups);
	g_test_add_func("/message/groups-in-base64", test_groups_in_base64);
	g_test_add_func("/message/many-parts", test_many_parts);
	g_test_add_func("/message/nested-multiparts", test_nested_multiparts);
	g_test_add_func("/message/mails-in-mails", test_mails_in_mails);
	g_test_add_func("/message/headers", test_headers);
	g_test_add_func("/message/long-parameter", test_long_parameter);
	g_test_add_func("/message/nul-and-controls", test_nul_and_controls);
	g_test_add_func("/message/large", test_large);
	g_test_add_func("/message/long-text", test_long_text);
	g_test_add_func("/message/many-links", test_many_links);
	g_test_add_func("/message/attached-spellings", test_attached_spellings);
	g_test_add_func("/message/digest", test_digest);
	g_test_add_func("/message/part-headers", test_part_headers);
	g_test_add_func("/message/part-long-header", test_part_long_header);
	g_test_add_func("/message/attached-others", test_attached_others);
	g_test_add_func("/message/addresses", test_addresses);
	return g_test_run();
}
