/* The MIME tree. A mail of one part is read here; the boundaries of others are found by GMime, which is
 * shown the body and the one field it needs for that, nothing else. */

#include <string.h>

#include "guard.h"
#include "message-private.h"

void part_free(gpointer data)
{
	PartData *part = data;
	if (part->decoded)
		g_byte_array_unref(part->decoded);
	g_free(part->text);
	g_free(part->html_text);
	g_free(part);
}

static GMimeMessage *gmime_parse(Message *message)
{
	g_autoptr(GObject) stream = G_OBJECT(g_mime_stream_mem_new_with_byte_array(message->lean));
	g_mime_stream_mem_set_owner(GMIME_STREAM_MEM(stream), FALSE);
	g_autoptr(GObject) parser = G_OBJECT(g_mime_parser_new_with_stream(GMIME_STREAM(stream)));
	return g_mime_parser_construct_message(GMIME_PARSER(parser), NULL);
}

/* @type: the value of Content-Type, in one line. */
static void parse_as(Message *message, const char *type)
{
	g_clear_object(&message->mime);
	g_clear_pointer(&message->lean, g_byte_array_unref);
	gsize body = message->length - message->body;
	message->lean = g_byte_array_sized_new(strlen(type) + body + 32);
	g_byte_array_append(message->lean, (const guint8 *)"Content-Type: ", 14);
	g_byte_array_append(message->lean, (const guint8 *)type, strlen(type));
	g_byte_array_append(message->lean, (const guint8 *)"\n\n", 2);
	message->lean_head = message->lean->len;
	g_byte_array_append(message->lean, message->bytes + message->body, body);
	guard_parts(message->lean->data, message->lean->len, message->report);
	message->mime = gmime_parse(message);
}

static gboolean is_childless(GMimeObject *object)
{
	return GMIME_IS_MULTIPART(object) && !g_mime_multipart_get_count(GMIME_MULTIPART(object));
}

/* The boundary that stands in the body where the header names none or another. */
static char *guess_boundary(const guint8 *at, const guint8 *end)
{
	while (at < end) {
		const guint8 *stop = memchr(at, '\n', end - at);
		gsize n = (stop ? stop : end) - at;
		while (n && g_ascii_isspace(at[n - 1]))
			n--;
		if (n > 2 && n < 200 && at[0] == '-' && at[1] == '-' && g_ascii_isgraph(at[2]) &&
			!memchr(at, '"', n) && stop && end - stop > 8 &&
			!g_ascii_strncasecmp((const char *)stop + 1, "Content-", 8))
			return g_strndup((const char *)at + 2, n - 2);
		if (!stop)
			return NULL;
		at = stop + 1;
	}
	return NULL;
}

static void repair_boundary(Message *message)
{
	g_autofree char *boundary =
		guess_boundary(message->bytes + message->body, message->bytes + message->length);
	if (!boundary)
		return;
	g_autofree char *type = g_strdup_printf("multipart/mixed; boundary=\"%s\"", boundary);
	parse_as(message, type);
	report_malformed(message->report, "wrong-boundary");
}

static const char *keep(Message *message, const char *text)
{
	return g_string_chunk_insert(message->strings, text);
}

static const char *lower_type(Message *message, GMimeContentType *type)
{
	const char *major = type ? g_mime_content_type_get_media_type(type) : NULL;
	const char *minor = type ? g_mime_content_type_get_media_subtype(type) : NULL;
	char name[128];
	g_snprintf(name, sizeof name, "%s/%s", major ? major : "text", minor ? minor : "plain");
	for (char *c = name; *c; c++)
		*c = *c & 0x80 ? '?' : g_ascii_tolower(*c);
	guard_true_type(name);
	return keep(message, name);
}

static const char *file_name(Message *message, GMimeContentType *type, GMimeContentDisposition *disposition)
{
	const char *name =
		disposition ? g_mime_content_disposition_get_parameter(disposition, "filename") : NULL;
	if ((!name || !*name) && type)
		name = g_mime_content_type_get_parameter(type, "name");
	if (!name || !*name)
		return NULL;
	g_autofree char *decoded = message_decode_words(name);
	return keep(message, decoded);
}

static PartData *part_new(Message *message, GMimeContentType *type, GMimeContentDisposition *disposition,
	guint depth, int parent)
{
	PartData *data = g_new0(PartData, 1);
	data->part.message = message;
	data->part.type = lower_type(message, type);
	data->part.name = file_name(message, type, disposition);
	data->part.depth = depth;
	data->part.parent = parent;
	data->raw = (const guint8 *)"";
	const char *kind = disposition ? g_mime_content_disposition_get_disposition(disposition) : NULL;
	if (kind) {
		g_autofree char *lower = g_ascii_strdown(kind, MIN(strlen(kind), 100));
		g_autofree char *valid = g_utf8_make_valid(lower, -1);
		data->part.disposition = keep(message, valid);
	}
	const char *charset = type ? g_mime_content_type_get_parameter(type, "charset") : NULL;
	data->charset = charset ? keep(message, charset) : NULL;
	g_ptr_array_add(message->parts, data);
	return data;
}

/* From the bytes GMime was given to those of the mail. */
static void set_raw(Message *message, PartData *data, gint64 start, gint64 end)
{
	if (end < 0 || end > (gint64)message->lean->len)
		end = message->lean->len;
	start = MAX(start, (gint64)message->lean_head);
	if (start >= end)
		return;
	data->raw = message->bytes + message->body + (start - message->lean_head);
	data->raw_length = end - start;
}

static void set_content(Message *message, PartData *data, GMimeObject *object)
{
	GMimeDataWrapper *content =
		GMIME_IS_PART(object) ? g_mime_part_get_content(GMIME_PART(object)) : NULL;
	GMimeStream *stream = content ? g_mime_data_wrapper_get_stream(content) : NULL;
	if (!stream)
		return;
	set_raw(message, data, stream->bound_start, stream->bound_end);
	data->encoding = g_mime_part_get_content_encoding(GMIME_PART(object));
}

/* In a digest what says nothing else is a mail (RFC 2046 section 5.1.5). */
static gboolean is_in_digest(const Message *message, GMimeObject *object, int parent)
{
	return parent >= 0 && !strcmp(((Part *)message->parts->pdata[parent])->type, "multipart/digest") &&
		!g_mime_object_get_header(object, "Content-Type");
}

static void walk(Message *message, GMimeObject *object, guint depth, int parent)
{
	if (message->parts->len >= MESSAGE_MAX_PARTS) {
		report_malformed(message->report, "too-many-parts");
		return;
	}
	int index = message->parts->len;
	PartData *data = part_new(message, g_mime_object_get_content_type(object),
		g_mime_object_get_content_disposition(object), depth, parent);
	if (!GMIME_IS_MULTIPART(object)) {
		set_content(message, data, object);
		if (is_in_digest(message, object, parent))
			data->part.type = "message/rfc822";
		return;
	}
	if (is_childless(object)) {
		/* No boundary found in it: what is there is read as text. */
		const char *text = g_mime_multipart_get_prologue(GMIME_MULTIPART(object));
		data->part.type = "text/plain";
		data->raw = (const guint8 *)keep(message, text ? text : "");
		data->raw_length = text ? strlen(text) : 0;
		return;
	}
	data->part.is_multipart = TRUE;
	if (depth >= MESSAGE_MAX_DEPTH) {
		report_malformed(message->report, "too-deep");
		return;
	}
	int count = g_mime_multipart_get_count(GMIME_MULTIPART(object));
	for (int i = 0; i < count && message->parts->len <= MESSAGE_MAX_PARTS; i++)
		walk(message, g_mime_multipart_get_part(GMIME_MULTIPART(object), i), depth + 1, index);
}

static GMimeContentDisposition *disposition_of(const Message *message)
{
	const char *raw = message_header_raw(message, "Content-Disposition");
	return raw ? g_mime_content_disposition_parse(NULL, raw) : NULL;
}

/* The whole body is the part. */
static void make_single(Message *message, GMimeContentType *type)
{
	g_autoptr(GObject) disposition = (GObject *)disposition_of(message);
	PartData *data = part_new(message, type, (GMimeContentDisposition *)disposition, 0, -1);
	data->raw = message->bytes + message->body;
	data->raw_length = message->length - message->body;
	const char *encoding = message_header_raw(message, "Content-Transfer-Encoding");
	data->encoding =
		encoding ? g_mime_content_encoding_from_string(encoding) : GMIME_CONTENT_ENCODING_DEFAULT;
}

static void make_multipart(Message *message, const char *type)
{
	parse_as(message, type);
	GMimeObject *top = message->mime ? g_mime_message_get_mime_part(message->mime) : NULL;
	if (top && is_childless(top)) {
		repair_boundary(message);
		top = message->mime ? g_mime_message_get_mime_part(message->mime) : NULL;
	}
	if (top)
		walk(message, top, 0, -1);
	/* Parts stand in the mail's own bytes; of a large mail no second copy is kept. */
	g_clear_object(&message->mime);
	g_clear_pointer(&message->lean, g_byte_array_unref);
}

GPtrArray *message_parts(Message *message)
{
	if (message->parts)
		return message->parts;
	message->parts = g_ptr_array_new_with_free_func(part_free);
	if (message->body >= message->length)
		return message->parts; /* headers only */
	const char *raw = message_header_raw(message, "Content-Type");
	gboolean is_type = raw && strchr(raw, '/');
	if (is_type && !g_ascii_strncasecmp(raw, "multipart/", 10)) {
		make_multipart(message, raw);
		return message->parts;
	}
	g_autoptr(GObject) type = is_type ? (GObject *)g_mime_content_type_parse(NULL, raw) : NULL;
	make_single(message, (GMimeContentType *)type);
	return message->parts;
}

Part *message_find_part(Message *message, const char *prefix)
{
	GPtrArray *parts = message_parts(message);
	gsize length = strlen(prefix);
	for (guint i = 0; i < parts->len; i++) {
		Part *part = parts->pdata[i];
		if (!g_ascii_strncasecmp(part->type, prefix, length))
			return part;
	}
	return NULL;
}
