/* The MIME tree as GMime found it, its parts decoded by our own hand. */

#define _GNU_SOURCE /* memmem() */

#include <string.h>

#include "decode.h"
#include "guard.h"
#include "html.h"
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

static GMimeMessage *gmime_parse(Message *message, const guint8 *bytes, gsize length)
{
	message->buffer.data = (guint8 *)bytes;
	message->buffer.len = length;
	g_autoptr(GObject) stream = G_OBJECT(g_mime_stream_mem_new_with_byte_array(&message->buffer));
	g_mime_stream_mem_set_owner(GMIME_STREAM_MEM(stream), FALSE);
	g_autoptr(GObject) parser = G_OBJECT(g_mime_parser_new_with_stream(GMIME_STREAM(stream)));
	return g_mime_parser_construct_message(GMIME_PARSER(parser), NULL);
}

/* Only the fields that say how the mail is built: GMime would make objects of all the others, and
 * parse addresses that we read ourselves. A large mail is not copied for it. */
static GMimeMessage *gmime_parse_lean(Message *message)
{
	enum { LEAN_MAX_BYTES = 1 << 20 };
	if (message->length > LEAN_MAX_BYTES)
		return gmime_parse(message, message->bytes, message->length);
	GByteArray *lean = g_byte_array_sized_new(message->length - message->body + 1024);
	for (guint i = 0; i < message->headers->len; i++) {
		const Header *header = &g_array_index(message->headers, Header, i);
		if (g_ascii_strncasecmp(header->name, "Content-", 8) || strlen(header->raw) > 4096)
			continue;
		g_byte_array_append(lean, (const guint8 *)header->name, strlen(header->name));
		g_byte_array_append(lean, (const guint8 *)": ", 2);
		g_byte_array_append(lean, (const guint8 *)header->raw, strlen(header->raw));
		g_byte_array_append(lean, (const guint8 *)"\n", 1);
	}
	/* A mail that says nothing of its build is plain text; GMime wants one field at least. */
	if (!lean->len)
		g_byte_array_append(lean, (const guint8 *)"Content-Type: text/plain\n", 25);
	g_byte_array_append(lean, (const guint8 *)"\n", 1);
	g_byte_array_append(lean, message->bytes + message->body, message->length - message->body);
	message->repaired = lean;
	return gmime_parse(message, lean->data, lean->len);
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
	const guint8 *body = message->bytes + message->body;
	g_autofree char *boundary = guess_boundary(body, message->bytes + message->length);
	if (!boundary)
		return;
	g_autofree char *head = g_strdup_printf("Content-Type: multipart/mixed; boundary=\"%s\"\r\n\r\n", boundary);
	GByteArray *repaired = g_byte_array_sized_new(strlen(head) + message->length - message->body);
	g_byte_array_append(repaired, (const guint8 *)head, strlen(head));
	g_byte_array_append(repaired, body, message->length - message->body);
	g_clear_object(&message->mime);
	g_clear_pointer(&message->repaired, g_byte_array_unref);
	message->repaired = repaired;
	message->mime = gmime_parse(message, repaired->data, repaired->len);
	report_malformed(message->report, "wrong-boundary");
}

static const char *lower_type(Message *message, GMimeObject *object)
{
	GMimeContentType *type = g_mime_object_get_content_type(object);
	const char *major = type ? g_mime_content_type_get_media_type(type) : NULL;
	const char *minor = type ? g_mime_content_type_get_media_subtype(type) : NULL;
	char name[128];
	g_snprintf(name, sizeof name, "%s/%s", major ? major : "text", minor ? minor : "plain");
	for (char *c = name; *c; c++)
		*c = g_ascii_tolower(*c);
	g_autofree char *valid = g_utf8_make_valid(name, -1);
	return g_string_chunk_insert(message->strings, valid);
}

static const char *file_name(Message *message, GMimeObject *object)
{
	const char *name = g_mime_object_get_content_disposition_parameter(object, "filename");
	if (!name || !*name)
		name = g_mime_object_get_content_type_parameter(object, "name");
	if (!name || !*name)
		return NULL;
	g_autofree char *decoded = message_decode_words(name);
	return g_string_chunk_insert(message->strings, decoded);
}

static PartData *part_new(Message *message, GMimeObject *object, guint depth, int parent)
{
	PartData *data = g_new0(PartData, 1);
	data->part.message = message;
	data->part.object = object;
	data->part.type = lower_type(message, object);
	data->part.name = file_name(message, object);
	const char *disposition = g_mime_object_get_disposition(object);
	if (disposition) {
		g_autofree char *lower = g_ascii_strdown(disposition, MIN(strlen(disposition), 100));
		g_autofree char *valid = g_utf8_make_valid(lower, -1);
		data->part.disposition = g_string_chunk_insert(message->strings, valid);
	}
	data->part.depth = depth;
	data->part.parent = parent;
	data->part.is_multipart = GMIME_IS_MULTIPART(object) && !is_childless(object);
	if (GMIME_IS_MULTIPART(object) && !data->part.is_multipart)
		data->part.type = "text/plain"; /* no boundary found in it: what is there is read as text */
	g_ptr_array_add(message->parts, data);
	return data;
}

static void walk(Message *message, GMimeObject *object, guint depth, int parent)
{
	if (message->parts->len >= MESSAGE_MAX_PARTS) {
		report_malformed(message->report, "too-many-parts");
		return;
	}
	int index = message->parts->len;
	if (!part_new(message, object, depth, parent)->part.is_multipart)
		return;
	if (depth >= MESSAGE_MAX_DEPTH) {
		report_malformed(message->report, "too-deep");
		return;
	}
	int count = g_mime_multipart_get_count(GMIME_MULTIPART(object));
	for (int i = 0; i < count && message->parts->len <= MESSAGE_MAX_PARTS; i++)
		walk(message, g_mime_multipart_get_part(GMIME_MULTIPART(object), i), depth + 1, index);
}

void message_make_parts(Message *message)
{
	message->parts = g_ptr_array_new_with_free_func(part_free);
	if (!message->mime) {
		if (message->body >= message->length)
			return; /* headers only: nothing for GMime to find */
		message->mime = gmime_parse_lean(message);
	}
	GMimeObject *top = message->mime ? g_mime_message_get_mime_part(message->mime) : NULL;
	if (top && is_childless(top)) {
		repair_boundary(message);
		top = message->mime ? g_mime_message_get_mime_part(message->mime) : NULL;
	}
	if (top)
		walk(message, top, 0, -1);
}

GPtrArray *message_parts(Message *message)
{
	if (!message->parts)
		message_make_parts(message);
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

/* Where the message of a part stands in the bytes that GMime read. */
static const guint8 *embedded_raw(Part *part, gsize *length_out)
{
	const Message *message = part->message;
	const GByteArray *buffer = &message->buffer;
	GMimeMessage *inner = g_mime_message_part_get_message(GMIME_MESSAGE_PART(part->object));
	*length_out = 0;
	if (!inner)
		return (const guint8 *)"";
	GMimeHeaderList *headers = g_mime_object_get_header_list(GMIME_OBJECT(inner));
	gint64 start = -1;
	if (g_mime_header_list_get_count(headers) > 0) {
		start = g_mime_header_get_offset(g_mime_header_list_get_header_at(headers, 0));
	} else if (GMIME_IS_PART(g_mime_message_get_mime_part(inner))) {
		GMimeDataWrapper *content = g_mime_part_get_content(GMIME_PART(g_mime_message_get_mime_part(inner)));
		if (content)
			start = g_mime_data_wrapper_get_stream(content)->bound_start;
	}
	if (start < 0 || (guint64)start >= buffer->len)
		return (const guint8 *)"";
	const guint8 *from = buffer->data + start, *end = buffer->data + buffer->len;
	const Part *parent = part->parent < 0 ? NULL : message->parts->pdata[part->parent];
	const char *boundary = parent ? g_mime_object_get_content_type_parameter(parent->object, "boundary") : NULL;
	if (boundary) {
		g_autofree char *line = g_strconcat("\n--", boundary, NULL);
		const guint8 *stop = memmem(from, end - from, line, strlen(line));
		if (stop)
			end = stop > from && stop[-1] == '\r' ? stop - 1 : stop;
	}
	*length_out = end - from;
	return from;
}

const guint8 *part_raw(Part *part, gsize *length_out)
{
	*length_out = 0;
	if (GMIME_IS_MESSAGE_PART(part->object))
		return embedded_raw(part, length_out);
	if (GMIME_IS_MULTIPART(part->object)) {
		const char *prologue = g_mime_multipart_get_prologue(GMIME_MULTIPART(part->object));
		*length_out = prologue ? strlen(prologue) : 0;
		return (const guint8 *)(prologue ? prologue : "");
	}
	GMimeDataWrapper *content = GMIME_IS_PART(part->object) ? g_mime_part_get_content(GMIME_PART(part->object)) : NULL;
	GMimeStream *stream = content ? g_mime_data_wrapper_get_stream(content) : NULL;
	if (!stream || !GMIME_IS_STREAM_MEM(stream))
		return (const guint8 *)"";
	const GByteArray *buffer = GMIME_STREAM_MEM(stream)->buffer;
	gint64 start = stream->bound_start, end = stream->bound_end < 0 ? buffer->len : stream->bound_end;
	if (start < 0 || end < start || (guint64)end > buffer->len)
		return (const guint8 *)"";
	*length_out = end - start;
	return buffer->data + start;
}

/* GMime's own step for the one encoding that is too rare to be written twice. */
static GByteArray *decode_uu(const guint8 *bytes, gsize length)
{
	GMimeEncoding state;
	g_mime_encoding_init_decode(&state, GMIME_CONTENT_ENCODING_UUENCODE);
	GByteArray *out = g_byte_array_new();
	g_byte_array_set_size(out, g_mime_encoding_outlen(&state, length));
	gsize n = g_mime_encoding_flush(&state, (const char *)bytes, length, (char *)out->data);
	g_byte_array_set_size(out, n);
	return out;
}

const guint8 *part_bytes(Part *part, gsize *length_out)
{
	PartData *data = (PartData *)part;
	if (!data->is_decoded) {
		data->is_decoded = TRUE;
		data->bytes = part_raw(part, &data->length);
		GMimeContentEncoding encoding =
			GMIME_IS_PART(part->object) ? g_mime_part_get_content_encoding(GMIME_PART(part->object)) :
						      GMIME_CONTENT_ENCODING_DEFAULT;
		if (encoding == GMIME_CONTENT_ENCODING_BASE64)
			data->decoded = decode_base64((const char *)data->bytes, data->length);
		else if (encoding == GMIME_CONTENT_ENCODING_QUOTEDPRINTABLE)
			data->decoded = decode_quoted_printable((const char *)data->bytes, data->length);
		else if (encoding == GMIME_CONTENT_ENCODING_UUENCODE)
			data->decoded = decode_uu(data->bytes, data->length);
		if (data->decoded) {
			data->bytes = data->decoded->data;
			data->length = data->decoded->len;
		}
	}
	*length_out = data->length;
	return data->length ? data->bytes : (const guint8 *)"";
}

/* CRLF and lone CR to LF, in place. */
static void unify_lines(GString *text)
{
	if (!memchr(text->str, '\r', text->len))
		return;
	char *to = text->str;
	const char *at = text->str, *end = text->str + text->len;
	for (const char *cr; (cr = memchr(at, '\r', end - at)); at = cr + 1) {
		memmove(to, at, cr - at);
		to += cr - at;
		if (cr[1] != '\n')
			*to++ = '\n';
	}
	memmove(to, at, end - at);
	to += end - at;
	g_string_truncate(text, to - text->str);
}

const char *part_text(Part *part)
{
	PartData *data = (PartData *)part;
	if (data->text)
		return data->text;
	gsize length;
	const guint8 *bytes = part_bytes(part, &length);
	if (length > MESSAGE_MAX_TEXT) {
		length = MESSAGE_MAX_TEXT;
		report_malformed(part->message->report, "long-text");
	}
	const char *charset = GMIME_IS_PART(part->object) ?
		g_mime_object_get_content_type_parameter(part->object, "charset") : NULL;
	gboolean repaired = FALSE;
	GString *text = charset_decode((const char *)bytes, length, charset, &repaired);
	if (repaired)
		report_malformed(part->message->report, "charset");
	unify_lines(text);
	data->text = g_string_free(text, FALSE);
	return data->text;
}

const char *part_html_text(PartData *data)
{
	if (!data->html_text) {
		Message *message = data->part.message;
		const char *html = part_text(&data->part);
		if (!message->links)
			message->links = g_ptr_array_new_with_free_func((GDestroyNotify)html_link_free);
		data->html_text = html_to_text(html, strlen(html), message->links);
	}
	return data->html_text;
}
