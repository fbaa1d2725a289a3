#include "notice.h"

#include "address.h"

#include <gmime/gmime.h>
#include <string.h>

#define LONGEST_SUBJECT    300 /* a value of 200 and the template's own words */
#define LONGEST_NAME       78
#define MOST_REFERENCES    20
#define LONGEST_REFERENCES 2000
#define LONGEST_BODY       (1024 * 1024)

G_DEFINE_AUTOPTR_CLEANUP_FUNC(GMimeMessage, g_object_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GMimePart, g_object_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GMimeObject, g_object_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GMimeStream, g_object_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GMimeDataWrapper, g_object_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GMimeFormatOptions, g_mime_format_options_free)

G_DEFINE_QUARK(notice - error - quark, notice_error)

Notice *notice_new(void)
{
	return g_new0(Notice, 1);
}

void notice_free(Notice *notice)
{
	if (!notice)
		return;
	g_free(notice->message_id);
	g_free(notice->kind);
	g_free(notice->audience);
	g_free(notice->language);
	g_free(notice->party);
	g_free(notice->from_name);
	g_free(notice->from_address);
	g_free(notice->envelope);
	g_free(notice->recipient);
	g_free(notice->recipient_name);
	g_free(notice->reply_to);
	g_free(notice->in_reply_to);
	g_free(notice->references);
	g_free(notice->auto_submitted);
	g_free(notice->instance);
	json_decref(notice->context);
	json_decref(notice->base);
	g_free(notice);
}

/* Sections that had nothing to say leave blank lines behind: of several one stays. */
static char *squeeze(const char *body)
{
	GString *out = g_string_sized_new(strlen(body));

	for (const char *c = body; *c; c++) {
		if (*c != '\n' || out->len < 2 || memcmp(out->str + out->len - 2, "\n\n", 2) != 0)
			g_string_append_c(out, *c);
	}
	return g_string_free(out, FALSE);
}

gboolean notice_render(const Notice *notice, const TemplateSet *templates, char **subject_out,
	char **body_out, GError **error)
{
	g_autofree char *mail = g_strconcat(notice->audience, "-", notice->kind, NULL);
	g_autofree char *subject = NULL;
	g_autofree char *body = NULL;

	if (!template_set_render(templates, notice->party, notice->language, mail, notice->base,
		    notice->context, notice_clean_value, &subject, &body, error))
		return FALSE;
	if (strlen(body) > LONGEST_BODY) {
		g_set_error(error, NOTICE_ERROR, NOTICE_ERROR_ROW, "the text has %zu bytes, more than %d",
			strlen(body), LONGEST_BODY);
		return FALSE;
	}
	*subject_out = notice_clean_line(subject, LONGEST_SUBJECT);
	*body_out = squeeze(body);
	return TRUE;
}

static gboolean check_address(const char *what, const char *address, GError **error)
{
	const char *refusal = address_refusal(address);

	if (!refusal)
		return TRUE;
	g_autofree char *shown = notice_clean_line(address, LONGEST_NAME);
	g_set_error(error, NOTICE_ERROR, NOTICE_ERROR_ADDRESS, "%s \"%s\": %s", what, shown, refusal);
	return FALSE;
}

/* The id with its angle brackets, which rows leave out; NULL when it must not be echoed. */
static char *full_message_id(const char *id)
{
	g_autofree char *full = *id == '<' ? g_strdup(id) : g_strdup_printf("<%s>", id);

	return address_is_message_id(full) ? g_steal_pointer(&full) : NULL;
}

/* "no" is for what a person wrote (a reply by staff); anything else a mail could not say truthfully. */
static gboolean check_row(const Notice *notice, GError **error)
{
	static const char *const allowed[] = {"auto-replied", "auto-generated", "no", NULL};

	if (!check_address("recipient", notice->recipient, error) ||
		!check_address("sender", notice->from_address, error))
		return FALSE;
	if (*notice->envelope && !check_address("envelope sender", notice->envelope, error))
		return FALSE;
	if (*notice->reply_to && !check_address("Reply-To", notice->reply_to, error))
		return FALSE;
	if (!g_strv_contains(allowed, notice->auto_submitted)) {
		g_set_error(error, NOTICE_ERROR, NOTICE_ERROR_ROW, "Auto-Submitted cannot be \"%s\"",
			notice->auto_submitted);
		return FALSE;
	}
	return TRUE;
}

static void set_header(GMimeMessage *message, const char *name, const char *value)
{
	g_mime_object_append_header(GMIME_OBJECT(message), name, value, "utf-8");
}

static void set_mailbox(GMimeMessage *message, GMimeAddressType type, const char *name, const char *address)
{
	g_autofree char *clean = notice_clean_line(name, LONGEST_NAME);

	g_mime_message_add_mailbox(message, type, *clean ? clean : NULL, address);
}

/* The newest valid ids, oldest first: at most 20 and 2 KB. */
static char *valid_references(const char *references)
{
	g_auto(GStrv) ids = g_strsplit_set(references, " \t\r\n", -1);
	GString *kept = g_string_new(NULL);
	guint n = 0;

	for (guint i = g_strv_length(ids); i > 0 && n < MOST_REFERENCES; i--) {
		g_autofree char *id = full_message_id(ids[i - 1]);
		if (!id || kept->len + strlen(id) > LONGEST_REFERENCES)
			continue;
		if (n++ > 0)
			g_string_prepend_c(kept, ' ');
		g_string_prepend(kept, id);
	}
	return g_string_free(kept, FALSE);
}

static void set_thread(GMimeMessage *message, const Notice *notice)
{
	g_autofree char *parent = full_message_id(notice->in_reply_to);
	g_autofree char *references = valid_references(notice->references);

	if (parent)
		set_header(message, "In-Reply-To", parent);
	if (*references)
		set_header(message, "References", references);
}

static void set_automatic(GMimeMessage *message, const Notice *notice)
{
	g_autofree char *instance = notice_clean_line(notice->instance ? notice->instance : "", LONGEST_NAME);

	if (*instance)
		set_header(message, "X-Complaintd", instance);
	if (g_str_equal(notice->auto_submitted, "no"))
		return;
	set_header(message, "Auto-Submitted", notice->auto_submitted);
	set_header(message, "X-Auto-Response-Suppress", "All");
}

/* GMime would pick the smallest charset that fits; ours is always UTF-8. */
static GMimePart *text_part(const char *body)
{
	g_autoptr(GMimePart) part = g_mime_part_new_with_type("text", "plain");
	g_autoptr(GMimeStream) stream = g_mime_stream_mem_new_with_buffer(body, strlen(body));
	g_autoptr(GMimeDataWrapper) content =
		g_mime_data_wrapper_new_with_stream(stream, GMIME_CONTENT_ENCODING_DEFAULT);

	g_mime_object_set_content_type_parameter(GMIME_OBJECT(part), "charset", "utf-8");
	g_mime_part_set_content(part, content);
	g_mime_part_set_content_encoding(part, GMIME_CONTENT_ENCODING_QUOTEDPRINTABLE);
	return g_steal_pointer(&part);
}

/* Copies of the evidence that a machine can read: every document an attachment of its own. */
static GMimePart *copy_part(json_t *document, gsize number)
{
	g_autoptr(GMimePart) part = g_mime_part_new_with_type("application", "json");
	char *text = json_dumps(document, JSON_INDENT(1) | JSON_ENSURE_ASCII | JSON_SORT_KEYS);
	g_autoptr(GMimeStream) stream = g_mime_stream_mem_new_with_buffer(text, strlen(text));
	g_autoptr(GMimeDataWrapper) content =
		g_mime_data_wrapper_new_with_stream(stream, GMIME_CONTENT_ENCODING_DEFAULT);
	g_autofree char *name = g_strdup_printf("xarf-%zu.json", number + 1);

	free(text);
	g_mime_part_set_filename(part, name);
	g_mime_part_set_content(part, content);
	g_mime_part_set_content_encoding(part, GMIME_CONTENT_ENCODING_BASE64);
	return g_steal_pointer(&part);
}

/* The text alone, or with copies behind it. */
static GMimeObject *body_of(const char *body, const json_t *context)
{
	g_autoptr(GMimePart) text = text_part(body);
	json_t *copies = json_object_get(context, "xarf"), *document;
	gsize i;

	if (json_array_size(copies) == 0)
		return GMIME_OBJECT(g_steal_pointer(&text));

	GMimeMultipart *whole = g_mime_multipart_new_with_subtype("mixed");
	g_mime_multipart_add(whole, GMIME_OBJECT(text));
	json_array_foreach(copies, i, document)
	{
		g_autoptr(GMimePart) part = copy_part(document, i);
		g_mime_multipart_add(whole, GMIME_OBJECT(part));
	}
	return GMIME_OBJECT(whole);
}

static GBytes *write_message(GMimeMessage *message)
{
	g_autoptr(GMimeFormatOptions) format = g_mime_format_options_new();
	GByteArray *bytes = g_byte_array_new();
	g_autoptr(GMimeStream) stream = g_mime_stream_mem_new_with_byte_array(bytes);

	/* The bytes go to SMTP as they are: a bare LF would pass through libcurl. */
	g_mime_format_options_set_newline_format(format, GMIME_NEWLINE_FORMAT_DOS);
	g_mime_stream_mem_set_owner(GMIME_STREAM_MEM(stream), FALSE);
	g_mime_object_write_to_stream(GMIME_OBJECT(message), format, stream);
	return g_byte_array_free_to_bytes(bytes);
}

GBytes *notice_compose(const Notice *notice, const TemplateSet *templates, GError **error)
{
	g_autofree char *subject = NULL;
	g_autofree char *body = NULL;
	g_autofree char *full_id = full_message_id(notice->message_id);

	if (!full_id) {
		g_set_error(error, NOTICE_ERROR, NOTICE_ERROR_ROW, "the Message-ID is not valid");
		return NULL;
	}
	if (!check_row(notice, error) || !notice_render(notice, templates, &subject, &body, error))
		return NULL;

	g_autoptr(GMimeMessage) message = g_mime_message_new(TRUE);
	g_autoptr(GDateTime) now = g_date_time_new_now_utc();
	g_autoptr(GMimeObject) whole = body_of(body, notice->context);
	g_autofree char *id = g_strndup(full_id + 1, strlen(full_id) - 2);

	set_mailbox(message, GMIME_ADDRESS_TYPE_FROM, notice->from_name, notice->from_address);
	set_mailbox(message, GMIME_ADDRESS_TYPE_TO, notice->recipient_name, notice->recipient);
	if (*notice->reply_to)
		set_mailbox(message, GMIME_ADDRESS_TYPE_REPLY_TO, "", notice->reply_to);
	g_mime_message_set_subject(message, subject, "utf-8");
	g_mime_message_set_date(message, now);
	g_mime_message_set_message_id(message, id);
	set_thread(message, notice);
	set_automatic(message, notice);
	g_mime_message_set_mime_part(message, whole);
	return write_message(message);
}
