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
	g_autoptr(GString) mail =
		g_string_new("From: a@example.org\nContent-Type: multipart/mixed; boundary=b\n\n--b\n"
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

/* Whether a part holds a mail, by its type, its name and what stands in it. */
static void test_attached_rules(void)
{
#define BAIT "From: c@evil.example\nSubject: bait\n\nbody\n"
	static const struct {
		const char *part;
		gboolean is_mail;
	} rows[] = {
		{"Content-Type: application/octet-stream; name=a.txt\n\n" BAIT, TRUE},
		{"Content-Type: application/octet-stream; name=a.mht\n\n" BAIT, TRUE},
		{"Content-Type: application/octet-stream; name=a.mime\n\n" BAIT, TRUE},
		{"Content-Type: application/octet-stream; name=a.msg\n\n" BAIT, TRUE},
		{"Content-Type: application/octet-stream; name=a.mbox\n\n" BAIT, TRUE},
		{"Content-Type: application/octet-stream; name=a.email\n\n" BAIT, TRUE},
		{"Content-Type: application/octet-stream; name=a.headers\n\n" BAIT, TRUE},
		{"Content-Type: application/octet-stream; name=a.html\n\n" BAIT, FALSE},
		{"Content-Type: application/octet-stream\n\n" BAIT, TRUE},
		{"Content-Type: text/plain\nContent-Disposition: attachment\n\n" BAIT, TRUE},
		{"Content-Type: text/plain\nContent-Disposition: inline\n\n" BAIT, FALSE},
		{"Content-Type: text/html; name=a.eml\n\n" BAIT, FALSE},
		{"Content-Type: application/pdf; name=a.eml\n\n" BAIT, FALSE},
		{"Content-Type: text/rfc822-headers\n\n" BAIT, TRUE},
		{"Content-Type: message/rfc822-headers\n\n" BAIT, TRUE},
		{"Content-Type: message/global-headers\n\n" BAIT, TRUE},
		{"Content-Type: message/global-delivery-status\n\n" BAIT, FALSE},
		{"Content-Type: message/global-disposition-notification\n\n" BAIT, FALSE},
		{"Content-Type: message/delivery-status\n\n" BAIT, FALSE},
		/* two fields of a mail, one of which no other text begins with */
		{"Content-Type: application/octet-stream\n\nReceived: x\nFrom: x\n\ny\n", TRUE},
		{"Content-Type: application/octet-stream\n\nReturn-Path: x\nFrom: x\n\ny\n", TRUE},
		{"Content-Type: application/octet-stream\n\nDelivered-To: x\nFrom: x\n\ny\n", TRUE},
		{"Content-Type: application/octet-stream\n\nMessage-ID: x\nFrom: x\n\ny\n", TRUE},
		{"Content-Type: application/octet-stream\n\nSubject: x\nFrom: x\n\ny\n", TRUE},
		{"Content-Type: application/octet-stream\n\nDate: x\nFrom: x\n\ny\n", TRUE},
		{"Content-Type: application/octet-stream\n\nTo: x\nFrom: x\n\ny\n", TRUE},
		{"Content-Type: application/octet-stream\n\nDKIM-Signature: x\nFrom: x\n\ny\n", TRUE},
		{"Content-Type: application/octet-stream\n\nMIME-Version: x\nFrom: x\n\ny\n", TRUE},
		{"Content-Type: application/octet-stream\n\nX-Mailer: x\nFrom: x\n\ny\n", FALSE},
		{"Content-Type: application/octet-stream\n\nReceived: x\nTo: x\n\ny\n", TRUE},
		{"Content-Type: application/octet-stream\n\nMessage-ID: x\nTo: x\n\ny\n", TRUE},
		{"Content-Type: application/octet-stream\n\nSubject: x\nTo: x\n\ny\n", FALSE},
	};
	for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *mail = g_strconcat("From: a@example.org\nContent-Type: multipart/mixed; "
						    "boundary=b\n\n--b\n\nhere\n--b\n",
			rows[i].part, "--b--\n", NULL);
		g_autoptr(Report) report = report_new();
		g_autoptr(Message) message = message_parse((const guint8 *)mail, strlen(mail), report);
		g_test_message("%s", rows[i].part);
		g_assert_cmpint(part_attached(message_parts(message)->pdata[2]) != NULL, ==, rows[i].is_mail);
	}
}

/* Behind the words of a report any text may be the returned mail; the words and other mails' texts are not.
 */
static void test_attached_in_report(void)
{
	static const struct {
		const char *type;
		gboolean first, second;
	} rows[] = {
		{"report; report-type=delivery-status", FALSE, TRUE},
		{"mixed", FALSE, FALSE},
	};
	for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *mail = g_strconcat("From: a@example.org\nContent-Type: multipart/",
			rows[i].type, "; boundary=b\n\n--b\n\n" BAIT "--b\n\n" BAIT "--b--\n", NULL);
		g_autoptr(Report) report = report_new();
		g_autoptr(Message) message = message_parse((const guint8 *)mail, strlen(mail), report);
		GPtrArray *parts = message_parts(message);
		g_assert_cmpint(part_attached(parts->pdata[1]) != NULL, ==, rows[i].first);
		g_assert_cmpint(part_attached(parts->pdata[2]) != NULL, ==, rows[i].second);
	}
}

/* Mails in mails, three deep; a fourth is noted, and a text in the third is no mail at all. */
static void test_attached_depth(void)
{
	for (guint levels = 2; levels < 6; levels++) {
		g_autoptr(GString) mail = g_string_new(NULL);
		for (guint i = 0; i < levels; i++)
			g_string_append(
				mail, "From: b@example.org\nSubject: x\nContent-Type: message/rfc822\n\n");
		g_string_append(mail, "From: c@example.org\nSubject: y\n\nspam\n");
		g_autoptr(Report) report = report_new();
		g_autoptr(Message) message = message_parse((const guint8 *)mail->str, mail->len, report);
		Message *inner = message;
		for (Message *next = message; next; next = part_attached(message_parts(next)->pdata[0]))
			inner = next;
		g_assert_cmpuint(message_depth(inner), ==, MIN(levels, MESSAGE_MAX_ATTACHED_DEPTH));
		g_assert_cmpint(is_noted(report, "mails-too-deep"), ==, levels > MESSAGE_MAX_ATTACHED_DEPTH);
	}
}

/* The boundary that the header does not name, and lines that are none. */
static void test_boundaries(void)
{
#define LONG "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
	static const struct {
		const char *body;
		guint parts;
		gboolean guessed;
	} rows[] = {
		{"--x\nContent-Type: text/plain\n\nhi\n--x\n\nyou\n--x--\n", 3, TRUE},
		{"--x  \r\ncontent-type: text/plain\r\n\r\nhi\r\n--x--\r\n", 2, TRUE},
		{"Hello,\n\n--x\nContent-Type: text/plain\n\nhi\n--x--\n", 2, TRUE},
		{"--" LONG LONG LONG "\nContent-Type: text/plain\n\nhi\n", 2, TRUE},
		{"--" LONG LONG LONG LONG "\nContent-Type: text/plain\n\nhi\n", 1, FALSE},
		{"--\nContent-Type: text/plain\n\nhi\n", 1, FALSE},
		{"-- x\nContent-Type: text/plain\n\nhi\n", 1, FALSE},
		{"x-x\nContent-Type: text/plain\n\nhi\n", 1, FALSE},
		{"-xx\nContent-Type: text/plain\n\nhi\n", 1, FALSE},
		{"--\"x\"\nContent-Type: text/plain\n\nhi\n", 1, FALSE},
		{"--x\nSubject: y\n\nhi\n", 1, FALSE},
		{"--x\nContent", 1, FALSE},
		{"hi\n--x", 1, FALSE},
	};
	for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *mail = g_strconcat(
			"From: a@example.org\nContent-Type: multipart/mixed\n\n", rows[i].body, NULL);
		g_autoptr(Report) report = report_new();
		g_autoptr(Message) message = message_parse((const guint8 *)mail, strlen(mail), report);
		g_test_message("%s", rows[i].body);
		g_assert_cmpuint(message_parts(message)->len, ==, rows[i].parts);
		g_assert_cmpint(is_noted(report, "wrong-boundary"), ==, rows[i].guessed);
	}
}

/* Types and texts of the parts of a mail: "type=text" of each, those of multiparts without. */
static void test_parts(void)
{
	static const struct {
		const char *mail, *parts;
	} rows[] = {
		{"From: a@example.org\n", ""},
		{"From: a@example.org\n\n", ""},
		{"From: a@example.org\n\nhi", "text/plain=hi"},
		{"Content-Type: html\n\nhi", "text/plain=hi"}, /* half a type is none */
		{"Content-Type: Text/HTML\n\nhi", "text/html=hi"},
		{"Content-Type: multipart/mixed; boundary=b\n\n--b\n\nx\n--b--",
			"multipart/mixed text/plain=x"},
		{"Content-Type: multipart/mixed; boundary=b\n\n--b\n\nx\n--b--\nno part\n--b\n\ny\n",
			"multipart/mixed text/plain=x"},
		{"Content-Type: multipart/mixed; boundary=b\n\n--b\n\nx\n--bc\n--b \t\r\n\ny\n",
			"multipart/mixed text/plain=x\n--bc text/plain=y\n"},
		{"Content-Type: multipart/mixed; boundary=b\n\nxxb\nno part\n--b\n\nx\n--b--\n",
			"multipart/mixed text/plain=x"},
		{"Content-Type: multipart/mixed; boundary=b\n\n--b\n--b\n\nx\n--b--\n",
			"multipart/mixed text/plain= text/plain=x"},
		{"Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: multipart/mixed; "
		 "boundary=c\n\n--c\n\nx\n--b\n\ny\n--b--\n",
			"multipart/mixed multipart/mixed text/plain=x text/plain=y"},
	};
	for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(Report) report = report_new();
		g_autoptr(Message) message =
			message_parse((const guint8 *)rows[i].mail, strlen(rows[i].mail), report);
		GPtrArray *parts = message_parts(message);
		g_autoptr(GString) all = g_string_new(NULL);
		for (guint n = 0; n < parts->len; n++) {
			Part *part = parts->pdata[n];
			g_string_append_printf(all, "%s%s%s%s", n ? " " : "", part->type,
				part->is_multipart ? "" : "=", part->is_multipart ? "" : part_text(part));
		}
		g_test_message("%s", rows[i].mail);
		g_assert_cmpstr(all->str, ==, rows[i].parts);
	}
}

/* What a person reads first, and the links he can follow. */
static void test_shown(void)
{
	static const struct {
		const char *parts, *text;
		guint links;
	} rows[] = {
		{"--b\n\none\n--b\n\ntwo\n", "one\ntwo\n", 0},
		{"--b\n\none\n\n--b\n\ntwo\n", "one\ntwo\n", 0}, /* a line end is not doubled */
		{"--b\nContent-Type: multipart/alternative; boundary=c\n\n--c\n\none\n--c\nContent-Type: "
		 "text/html\n\ntwo\n--c--\n",
			"one", 0},
		{"--b\nContent-Type: multipart/alternative; boundary=c\n\n--c\n\none\n--c\n\ntwo\n--c--\n",
			"one\ntwo", 0}, /* only HTML says the same once more */
		{"--b\n\n \n--b\n\ntwo\n", "two\n", 0},
		{"--b\n\none\n--b\nContent-Disposition: attachment\n\ntwo\n", "one", 0},
		{"--b\n\none\n--b\nContent-Disposition: inline\n\ntwo\n", "one\ntwo\n", 0},
		{"--b\n\none\n--b\nContent-Type: text/plain; name=x\n\ntwo\n", "one", 0},
		{"--b\n\none\n--b\nContent-Type: text/plain; name=x\nContent-Disposition: inline\n\ntwo\n",
			"one\ntwo\n", 0},
		{"--b\n\none\n--b\nContent-Type: text/plain; name=x\nContent-Disposition: form-data\n\ntwo\n",
			"one", 0},
		{"--b\n\none\n--b\nContent-Type: text/enriched\n\ntwo\n", "one\ntwo\n", 0},
		{"--b\n\none\n--b\nContent-Type: text/csv\n\ntwo\n", "one", 0},
		{"--b\n\n<a href='http://x.example/'>one</a>\n", "<a href='http://x.example/'>one</a>\n", 0},
		{"--b\nContent-Type: text/html\n\n<a href='http://x.example/'>one</a>\n", "one\n", 1},
		{"--b\n\none\n--b\nContent-Type: text/html; name=x.html\nContent-Disposition: attachment\n\n"
		 "<a href='http://x.example/'>two</a>\n",
			"one", 0},
	};
	for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *mail =
			g_strconcat("From: a@example.org\nContent-Type: multipart/mixed; boundary=b\n\n",
				rows[i].parts, NULL);
		g_autoptr(Report) report = report_new();
		g_autoptr(Message) message = message_parse((const guint8 *)mail, strlen(mail), report);
		g_test_message("%s", rows[i].parts);
		g_assert_cmpstr(message_text(message), ==, rows[i].text);
		g_assert_cmpuint(message_links(message)->len, ==, rows[i].links);
	}
}

/* Where the header begins and ends. */
static void test_header_block(void)
{
#define WRAPPED "aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeeeffffffffff" /* 60 letters */
	static const struct {
		const char *mail, *subject, *text;
		gboolean litter;
	} rows[] = {
		{"Subject: x\n\nbody", "x", "body", FALSE},
		{"\r\n\r\nSubject: x\r\n\r\nbody", "x", "body", FALSE},
		{"\xef\xbb\xbfSubject: x\n\nbody", "x", "body", FALSE},
		{"From x@example.org Mon Mar  2 09:00:00 2026\nSubject: x\n\nbody", "x", "body", FALSE},
		{">From x@example.org Mon Mar  2 09:00:00 2026\n\nSubject: x\n\nbody", "x", "body", FALSE},
		{"Subject : x\n\nbody", "x", "body", FALSE},
		{"Sibject: y\nSubject: x\n\nbody", "x", "body", FALSE},
		{"Subject: a\r\n b\r\n\r\nbody", "a b", "body", FALSE},
		{"To: a\nHello you\nand you\n", NULL, "Hello you\nand you\n", FALSE},
		{"To: a\nHello you\n\nand you\n", NULL, "Hello you\n\nand you\n", FALSE},
		{"To: a\nthe rest of it\nSubject: x\n\nbody", "x", "body", TRUE},
		{"To: a\n" WRAPPED "\nSubject: x\n\nbody", "x", "body", TRUE},
		{"To: a\n" WRAPPED "\n\nbody", NULL, "body", TRUE},
		{"To: a\r\n" WRAPPED "\r\n\r\nbody", NULL, "body", TRUE},
		{"To: a\n" WRAPPED "\nbody", NULL, WRAPPED "\nbody", FALSE},
		{"To: a\n" WRAPPED, NULL, WRAPPED, FALSE},
		{"To: a\n" WRAPPED " x\n\nbody", NULL, WRAPPED " x\n\nbody", FALSE},
		{"To: a\n\302\273http://evil.example/" WRAPPED "\n\nbody", NULL,
			"\302\273http://evil.example/" WRAPPED "\n\nbody", FALSE},
		{"To: a\naaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeeefffffffff\n\nbody", NULL,
			"aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeeefffffffff\n\nbody", FALSE},
		{"To: a\n" LONG LONG LONG LONG ": y\nSubject: x\n\nbody", "x", "body", FALSE},
		{"To: a\nx" LONG LONG LONG LONG ": y\nSubject: x\n\nbody", "x", "body", TRUE},
		{"To: a\n: y\nSubject: x\n\nbody", "x", "body", TRUE},
	};
	for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(Report) report = report_new();
		g_autoptr(Message) message =
			message_parse((const guint8 *)rows[i].mail, strlen(rows[i].mail), report);
		g_test_message("%s", rows[i].mail);
		g_assert_nonnull(message);
		g_assert_cmpstr(message_header(message, "Subject"), ==, rows[i].subject);
		g_assert_cmpstr(message_text(message), ==, rows[i].text);
		g_assert_cmpint(is_noted(report, "header-litter"), ==, rows[i].litter);
	}
	static const char *const none[] = {"From nowhere", "From ", "hello", ": x\n"};
	for (guint i = 0; i < G_N_ELEMENTS(none); i++) {
		g_autoptr(Report) report = report_new();
		g_assert_null(message_parse((const guint8 *)none[i], strlen(none[i]), report));
		g_assert_true(is_noted(report, "no-header"));
	}
}

/* Ids as others may quote them back. */
static void test_ids(void)
{
	static const struct {
		const char *field, *ids;
	} rows[] = {
		{"<a@example.org>", "a@example.org"},
		{"<a@example.org> x <b@example.org>,<c@example.org>",
			"a@example.org b@example.org c@example.org"},
		{"a@example.org", "a@example.org"}, /* brackets forgotten */
		{"a@example.org b@example.org", ""},
		{"a@example.org,b@example.org", ""},
		{"a-example.org", ""},
		{"a>b@example.org", ""},
		{"<abc>", "abc"},
		{"<ab>", ""},
		{"<>", ""},
		{"<a b@example.org>", ""},
		{"<a\x01@example.org>", ""},
		{"<a\x7f@example.org>", ""},
		{"<caf\303\251@example.org>", ""},
		{"<a<b@example.org>", ""},
		{"<a@example.org> <b@example.org", "a@example.org"},
		{"<" LONG LONG LONG LONG LONG LONG LONG LONG LONG LONG ">",
			LONG LONG LONG LONG LONG LONG LONG LONG LONG LONG},
		{"<x" LONG LONG LONG LONG LONG LONG LONG LONG LONG LONG ">", ""},
	};
	for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *mail = g_strdup_printf("References: %s\n\n", rows[i].field);
		g_autoptr(Report) report = report_new();
		g_autoptr(Message) message = message_parse((const guint8 *)mail, strlen(mail), report);
		g_autoptr(GPtrArray) ids = message_ids(message, "References");
		g_ptr_array_add(ids, NULL);
		g_autofree char *all = g_strjoinv(" ", (char **)ids->pdata);
		g_test_message("%s", rows[i].field);
		g_assert_cmpstr(all, ==, rows[i].ids);
	}
	g_autoptr(GString) mail = g_string_new("References:");
	for (guint i = 0; i < REPORT_MAX_IDS + 5; i++)
		g_string_append_printf(mail, " <%u@example.org>", i);
	g_string_append(mail, "\n\n");
	g_autoptr(Report) report = report_new();
	g_autoptr(Message) message = message_parse((const guint8 *)mail->str, mail->len, report);
	g_autoptr(GPtrArray) ids = message_ids(message, "References");
	g_assert_cmpuint(ids->len, ==, REPORT_MAX_IDS);
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
		{"\"Doe \\\"JJ\\\" Jane\" <j@example.org>", "j@example.org", "Doe \"JJ\" Jane"},
		{"j@example.org (Jane \\) D)", "j@example.org", "Jane ) D"},
		{"j@example.org (Jane (Janie) Doe)", "j@example.org", "Jane (Janie) Doe"},
		{"Ann   Doe <a@example.org>", "a@example.org", "Ann Doe"},
		{"mailto:a@example.org", "a@example.org", ""},
		{"<mailto:a@example.org>", "a@example.org", ""},
		{"friends:a@example.org;", "a@example.org", ""},
		/* Two words in quotes are a local part that we do not take, and no part of them is. */
		{"\"two words\"@example.org", "", ""},
		{"\"two words\"@example.org \"x y\"", "", ""},
		{"\"two words\"@example.org, a@example.org", "a@example.org", ""},
		/* The brackets come before the name, and the name before nothing. */
		{"b@evil.example <a@example.org>", "a@example.org", "b@evil.example"},
		{"a@example.org <broken>", "a@example.org", "a@example.org"},
		{"=?utf-8?Q?Ann_a=40example.org?=", "a@example.org", ""},
		{"=?utf-8?Q?Ann_a=40example.org?= <>", "", ""},
		{"=?utf-8?Q?b=40evil.example_?=@example.org", "=?utf-8?Q?b=40evil.example_?=@example.org",
			""},
		/* What is not closed ends with the field: the next is none of it. */
		{"\"x\\\n\";b@evil.example: y", "", ""},
		{"a@example.org (x\\\n);b@evil.example: y", "a@example.org", "x\\"},
		{"<a@example.org<mailto:x\n>;b@evil.example: y", "a@example.org", ""},
		{"<a@example.org\n>;b@evil.example: y", "a@example.org", ""},
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
		g_autoptr(GPtrArray) no_names = NULL;
		g_autoptr(GPtrArray) none = message_addresses(message, "Cc", &no_names);
		g_assert_cmpuint(none->len, ==, 0);
		g_assert_cmpuint(no_names->len, ==, 0);
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
	g_test_add_func("/message/attached-rules", test_attached_rules);
	g_test_add_func("/message/attached-in-report", test_attached_in_report);
	g_test_add_func("/message/attached-depth", test_attached_depth);
	g_test_add_func("/message/boundaries", test_boundaries);
	g_test_add_func("/message/parts", test_parts);
	g_test_add_func("/message/shown", test_shown);
	g_test_add_func("/message/header-block", test_header_block);
	g_test_add_func("/message/ids", test_ids);
	g_test_add_func("/message/addresses", test_addresses);
	return g_test_run();
}
