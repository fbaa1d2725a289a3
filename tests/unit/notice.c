#include "notice-sample.h"

#include <gmime/gmime.h>
#include <string.h>

G_DEFINE_AUTOPTR_CLEANUP_FUNC(GMimeMessage, g_object_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GMimeParser, g_object_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GMimeStream, g_object_unref)

static char *compose(const Notice *notice)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GBytes) bytes = notice_compose(notice, templates, &error);
	gsize size;

	g_assert_no_error(error);
	const char *mail = g_bytes_get_data(bytes, &size);
	g_assert_null(memchr(mail, '\0', size));
	return g_strndup(mail, size);
}

/* Every line ends with CR LF, no CR or LF stands alone, none is longer than SMTP allows. */
static void check_lines(const char *mail)
{
	gsize start = 0;

	for (gsize i = 0; mail[i]; i++) {
		if (mail[i] == '\r')
			g_assert_cmpint(mail[i + 1], ==, '\n');
		if (mail[i] != '\n')
			continue;
		g_assert_true(i > 0 && mail[i - 1] == '\r');
		g_assert_cmpuint(i - start, <, 998);
		start = i + 1;
	}
	g_assert_true(g_str_has_suffix(mail, "\r\n"));
}

/* Unfolded header lines, in order. */
static char **headers_of(const char *mail)
{
	const char *end = strstr(mail, "\r\n\r\n");
	g_autofree char *block = g_strndup(mail, end - mail);
	g_auto(GStrv) tabs = g_strsplit(block, "\r\n\t", -1);
	g_autofree char *unfolded = g_strjoinv(" ", tabs);
	g_auto(GStrv) blanks = g_strsplit(unfolded, "\r\n ", -1);
	g_autofree char *flat = g_strjoinv(" ", blanks);

	return g_strsplit(flat, "\r\n", -1);
}

static const char *const expected_headers[] = {
	"From: ", "To: ", "Reply-To: ", "Subject: ", "Date: ", "Message-Id: ", "In-Reply-To: ",
	"References: ", "X-Complaintd: ", "Auto-Submitted: ", "X-Auto-Response-Suppress: ", "MIME-Version: ",
	"Content-Type: ", "Content-Transfer-Encoding: ", NULL};

/* No header but those that we write, none of them twice, whatever the values were. */
static void check_headers(char **headers)
{
	guint seen[G_N_ELEMENTS(expected_headers)] = {0};

	for (guint i = 0; headers[i]; i++) {
		guint j = 0;
		while (expected_headers[j] &&
			g_ascii_strncasecmp(headers[i], expected_headers[j], strlen(expected_headers[j])) !=
				0)
			j++;
		if (!expected_headers[j] || seen[j]++ > 0)
			g_error("a header that is not ours: %s", headers[i]);
	}
}

static const char *header(char **headers, const char *name)
{
	for (guint i = 0; headers[i]; i++) {
		if (g_ascii_strncasecmp(headers[i], name, strlen(name)) == 0)
			return headers[i] + strlen(name);
	}
	return NULL;
}

static void test_shape(void)
{
	g_autoptr(Notice) notice = sample_notice("complainant", "acknowledgment");
	g_autofree char *mail = compose(notice);
	g_auto(GStrv) headers = headers_of(mail);

	check_lines(mail);
	check_headers(headers);
	g_assert_cmpstr(header(headers, "From: "), ==, "Example Hosting Abuse Desk <abuse@example.org>");
	g_assert_cmpstr(header(headers, "To: "), ==, "Jo Sample <reporter@example.net>");
	g_assert_cmpstr(header(headers, "Reply-To: "), ==, "abuse+o4711-4f0c@example.org");
	g_assert_cmpstr(header(headers, "Message-Id: "), ==, "<4711.4f0c9d2a@example.org>");
	g_assert_cmpstr(header(headers, "In-Reply-To: "), ==, "<report-1@example.net>");
	g_assert_cmpstr(header(headers, "References: "), ==, "<report-0@example.net> <report-1@example.net>");
	g_assert_cmpstr(header(headers, "Auto-Submitted: "), ==, "auto-replied");
	g_assert_cmpstr(header(headers, "X-Auto-Response-Suppress: "), ==, "All");
	g_assert_cmpstr(header(headers, "X-Complaintd: "), ==, "desk-1");
	g_assert_cmpstr(header(headers, "Content-Type: "), ==, "text/plain; charset=utf-8");
	g_assert_cmpstr(header(headers, "Content-Transfer-Encoding: "), ==, "quoted-printable");
	g_assert_nonnull(strstr(mail, "example[.]com"));
}

static void test_staff_reply(void)
{
	g_autoptr(Notice) notice = sample_notice("complainant", "reply");

	replace(&notice->auto_submitted, "no"); /* a person wrote it */
	replace(&notice->in_reply_to, "");
	replace(&notice->references, "");
	g_autofree char *mail = compose(notice);
	g_auto(GStrv) headers = headers_of(mail);
	g_assert_null(header(headers, "Auto-Submitted: "));
	g_assert_null(header(headers, "X-Auto-Response-Suppress: "));
	g_assert_nonnull(strstr(mail, "Thank you, the page is gone.\r\nWe have closed the case.\r\n"));
}

/* The evidence for machines: attached, and in base64, so that nothing in it is a line of the mail. */
static void test_copies(void)
{
	g_autoptr(Notice) notice = sample_notice("customer", "warning");
	json_t *document = json_pack(
		"{s:s, s:s}", "xarf_version", "4.0.0", "url", "https://www.example.com/x\r\nBcc: y");

	json_object_set_new(notice->context, "xarf", json_pack("[o]", document));
	g_autofree char *mail = compose(notice);
	g_autoptr(GMimeStream) stream = g_mime_stream_mem_new_with_buffer(mail, strlen(mail));
	g_autoptr(GMimeParser) parser = g_mime_parser_new_with_stream(stream);
	g_autoptr(GMimeMessage) message = g_mime_parser_construct_message(parser, NULL);
	GMimeMultipart *whole = GMIME_MULTIPART(g_mime_message_get_mime_part(message));

	check_lines(mail);
	g_assert_cmpint(g_mime_multipart_get_count(whole), ==, 2);
	GMimePart *part = GMIME_PART(g_mime_multipart_get_part(whole, 1));
	g_assert_cmpstr(g_mime_part_get_filename(part), ==, "xarf-1.json");
	g_autoptr(GMimeStream) bytes = g_mime_stream_mem_new();
	g_mime_data_wrapper_write_to_stream(g_mime_part_get_content(part), bytes);
	GByteArray *array = g_mime_stream_mem_get_byte_array(GMIME_STREAM_MEM(bytes));
	json_t *read = json_loadb((const char *)array->data, array->len, 0, NULL);
	g_assert_true(json_equal(read, document));
	json_decref(read);
	g_assert_null(strstr(mail, "Bcc"));
}

static const char *const attacks[] = {
	"x\r\nBcc: evil@example.net",
	"x\nBcc: evil@example.net",
	"x\rBcc: evil@example.net",
	"x\r\n\r\nanother body",
	"x\r\n.\r\nMAIL FROM:<evil@example.net>",
	"x\xe2\x80\xa8"
	"Bcc: evil@example.net", /* U+2028 */
	"x\xe2\x80\xa9"
	"Bcc: evil@example.net", /* U+2029 */
	"x\xc2\x85"
	"Bcc: evil@example.net", /* U+0085, next line */
	"x\x0b\x0c\x1b[2J",
	"\xe2\x80\xaegnp.exe",       /* U+202E turns the reading direction */
	"\xe2\x81\xa6x\xe2\x81\xa9", /* U+2066, U+2069 */
	"=?utf-8?q?x=0D=0ABcc:_evil@example.net?=",
	"\", evil@example.net, \"",
	"evil@example.net>, <other@example.net",
	"http://evil.example/?a=b",
	"HTTPS://user@evil.example:8080/x",
	"www.evil.example",
	"{{token}}{{#domains}}",
	"\xff\xfe broken",
};

/* No live link: what a mail program would make clickable is defanged. */
static void check_harmless(const char *text)
{
	g_autofree char *lower = g_utf8_strdown(text, -1);

	g_assert_null(strstr(lower, "http://"));
	g_assert_null(strstr(lower, "https://user"));
	g_assert_null(strstr(lower, "evil.example"));
	g_assert_null(strstr(lower, "evil@example"));
	g_assert_null(strpbrk(lower, "\r\v\f\x1b"));
	g_assert_null(strstr(lower, "\xe2\x80\xa8"));
	g_assert_null(strstr(lower, "\xe2\x80\xae"));
	g_assert_null(strstr(lower, "\xe2\x81\xa6"));
	g_assert_null(strstr(lower, "\xc2\x85"));
}

static void set_everywhere(json_t *value, const char *text)
{
	const char *name;
	json_t *item;
	size_t i;

	if (json_is_array(value))
		json_array_foreach(value, i, item) set_everywhere(item, text);
	json_object_foreach(value, name, item)
	{
		/* What the operator himself sets is trusted to be his words. */
		static const char *const own[] = {
			"signature", "privacy_url", "brand", "desk_name", "desk_address", "ground", NULL};
		if (json_is_string(item) && !g_strv_contains(own, name))
			json_object_set_new(value, name, json_string_nocheck(text)); /* @item is gone */
		else
			set_everywhere(item, text);
	}
}

static char *body_of(const char *mail)
{
	g_autoptr(GByteArray) bytes = g_byte_array_new();
	g_byte_array_append(bytes, (const guint8 *)mail, strlen(mail));
	GMimeStream *stream = g_mime_stream_mem_new_with_byte_array(g_byte_array_ref(bytes));
	GMimeParser *parser = g_mime_parser_new_with_stream(stream);
	GMimeMessage *message = g_mime_parser_construct_message(parser, NULL);
	GMimeObject *part = g_mime_message_get_mime_part(message);

	g_mime_stream_mem_set_owner(GMIME_STREAM_MEM(stream), FALSE);
	g_assert_true(GMIME_IS_TEXT_PART(part));
	g_autofree char *dos = g_mime_text_part_get_text(GMIME_TEXT_PART(part));
	g_auto(GStrv) lines = g_strsplit(dos, "\r\n", -1);
	char *text = g_strjoinv("\n", lines);
	g_assert_cmpint(internet_address_list_length(g_mime_message_get_to(message)), ==, 1);
	g_assert_cmpint(internet_address_list_length(g_mime_message_get_from(message)), ==, 1);
	g_assert_cmpint(internet_address_list_length(g_mime_message_get_cc(message)), ==, 0);
	g_assert_cmpint(internet_address_list_length(g_mime_message_get_bcc(message)), ==, 0);
	g_object_unref(message);
	g_object_unref(parser);
	g_object_unref(stream);
	return text;
}

static void check_attack(const char *audience, const char *kind, const char *text)
{
	g_autoptr(Notice) notice = sample_notice(audience, kind);
	g_autofree char *valid = g_utf8_make_valid(text, -1);

	replace(&notice->recipient_name, text);
	replace(&notice->from_name, text);
	replace(&notice->in_reply_to, text);
	replace(&notice->references, text);
	set_everywhere(notice->context, valid);

	g_autofree char *mail = compose(notice);
	g_auto(GStrv) headers = headers_of(mail);
	g_autofree char *body = body_of(mail);
	g_autofree char *subject = g_mime_utils_header_decode_text(NULL, header(headers, "Subject: "));

	check_lines(mail);
	check_headers(headers);
	check_harmless(subject);
	g_assert_null(strchr(subject, '\n'));
	check_harmless(body);
}

static void test_injection(void)
{
	for (gsize i = 0; i < G_N_ELEMENTS(attacks); i++) {
		g_test_message("attack %zu", i);
		check_attack("complainant", "acknowledgment", attacks[i]);
		check_attack("customer", "warning", attacks[i]);
		check_attack("staff", "answer", attacks[i]);
		check_attack("submitter", "summary", attacks[i]);
	}
}

static void test_length(void)
{
	g_autofree char *long_word = g_strnfill(10240, 'a');
	g_autofree char *many = g_strnfill(10240, ' ');

	for (gsize i = 0; i < 10240; i += 2)
		memcpy(many + i, "\xc3\xa4", 2);
	check_attack("complainant", "acknowledgment", long_word);
	check_attack("complainant", "acknowledgment", many);

	g_autoptr(Notice) notice = sample_notice("staff", "answer");
	json_object_set_new(notice->context, "subject", json_string(long_word));
	g_autofree char *mail = compose(notice);
	g_assert_cmpuint(strlen(mail), <, 4096);

	/* What a person of ours answers arrives whole. */
	g_autoptr(Notice) reply = sample_notice("customer", "reply");
	g_autofree char *words = g_strnfill(9990, 'w');
	g_autofree char *text = g_strconcat(words, "\nthe end", NULL);
	json_object_set_new(reply->context, "text", json_string(text));
	g_autofree char *whole = compose(reply);
	g_assert_nonnull(strstr(whole, "the end"));
}

typedef struct {
	const char *text;
	const char *expected;
} Row;

static const Row defanged[] = {
	{"example.com", "example[.]com"},
	{"http://www.example.com/a.html?b=c", "hxxp://www[.]example[.]com/a[.]html?b=c"},
	{"HtTpS://example.com", "HxxpS://example[.]com"},
	{"ftp://example.com", "ftp[:]//example[.]com"},
	{"reporter@example.net", "reporter[@]example[.]net"},
	{"example[.]com", "example[.]com"},
	{"hxxps://user[@]example[.]com", "hxxps://user[@]example[.]com"},
	{"http://192.0.2.7/", "hxxp://192.0.2.7/"}, /* no link without its scheme */
	{"b\xc3\xbc"
	 "cher.example",
		"b\xc3\xbc"
		"cher[.]example"},
	{"example\xe3\x80\x82"
	 "com",
		"example[.]com"}, /* U+3002, a dot to IDNA */
	{"2026-03-01 12:00 UTC", "2026-03-01 12:00 UTC"},
	{"12.5", "12.5"},
	{"e.g. J. P. Example Ltd.", "e.g. J. P. Example Ltd."},
	{"", ""},
};

static void test_defang(void)
{
	for (gsize i = 0; i < G_N_ELEMENTS(defanged); i++) {
		g_autofree char *once = notice_defang(defanged[i].text);
		g_autofree char *twice = notice_defang(once);
		g_assert_cmpstr(once, ==, defanged[i].expected);
		g_assert_cmpstr(twice, ==, once);
	}
}

static const struct {
	const char *field; /* of the row */
	const char *value;
	int code;
} refusals[] = {
	{"recipient", "a@example.org\r\nBcc: b@example.org", NOTICE_ERROR_ADDRESS},
	{"recipient", "a@example.org, b@example.org", NOTICE_ERROR_ADDRESS},
	{"recipient", "", NOTICE_ERROR_ADDRESS},
	{"envelope", "a@example.org> SIZE=1", NOTICE_ERROR_ADDRESS},
	{"reply_to", "a@example.org\nX: y", NOTICE_ERROR_ADDRESS},
	{"from_address", "abuse", NOTICE_ERROR_ADDRESS},
	{"message_id", "a b@example.org", NOTICE_ERROR_ROW},
	{"message_id", "", NOTICE_ERROR_ROW},
	{"auto_submitted", "auto-replied\r\nX: y", NOTICE_ERROR_ROW},
	{"auto_submitted", "", NOTICE_ERROR_ROW},
};

static char **row_field(Notice *notice, const char *name)
{
	const struct {
		const char *name;
		char **field;
	} fields[] = {
		{"recipient", &notice->recipient},
		{"envelope", &notice->envelope},
		{"reply_to", &notice->reply_to},
		{"from_address", &notice->from_address},
		{"message_id", &notice->message_id},
		{"auto_submitted", &notice->auto_submitted},
	};

	for (gsize i = 0; i < G_N_ELEMENTS(fields); i++) {
		if (g_str_equal(fields[i].name, name))
			return fields[i].field;
	}
	g_assert_not_reached();
}

static void test_refusals(void)
{
	for (gsize i = 0; i < G_N_ELEMENTS(refusals); i++) {
		g_autoptr(Notice) notice = sample_notice("complainant", "acknowledgment");
		g_autoptr(GError) error = NULL;
		replace(row_field(notice, refusals[i].field), refusals[i].value);
		g_autoptr(GBytes) mail = notice_compose(notice, templates, &error);
		g_assert_null(mail);
		g_assert_error(error, NOTICE_ERROR, refusals[i].code);
	}
}

static void test_missing_value(void)
{
	g_autoptr(Notice) notice = sample_notice("complainant", "acknowledgment");
	g_autoptr(GError) error = NULL;

	json_object_del(notice->context, "received");
	g_autoptr(GBytes) mail = notice_compose(notice, templates, &error);
	g_assert_null(mail);
	g_assert_error(error, TEMPLATE_ERROR, TEMPLATE_ERROR_UNKNOWN);
}

int main(int argc, char **argv)
{
	g_autoptr(GError) error = NULL;

	g_test_init(&argc, &argv, NULL);
	g_mime_init();
	templates = template_set_load(NULL, "en", &error);
	g_assert_no_error(error);
	g_test_add_func("/notice/shape", test_shape);
	g_test_add_func("/notice/staff-reply", test_staff_reply);
	g_test_add_func("/notice/copies", test_copies);
	g_test_add_func("/notice/injection", test_injection);
	g_test_add_func("/notice/length", test_length);
	g_test_add_func("/notice/defang", test_defang);
	g_test_add_func("/notice/refusals", test_refusals);
	g_test_add_func("/notice/missing-value", test_missing_value);
	int status = g_test_run();
	template_set_unref(templates);
	return status;
}
