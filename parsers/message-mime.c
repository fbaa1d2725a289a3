/* The MIME tree, split here: GMime would open attached mails at once, parse every address in them (with a
 * recursion that ends the stack), and make some hundred objects of each part. It reads the types. */

#define _GNU_SOURCE /* memmem() */

#include <string.h>

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
	data->index = message->parts->len;
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

static void split(Message *message, PartData *multipart, const char *boundary);

/* Length of the line at @at when it is "--" and @boundary, blanks behind it allowed, else 0; *last_out: two
 * dashes more (RFC 2046 section 5.1.1). */
static gsize boundary_line(
	const guint8 *at, const guint8 *end, const char *boundary, gsize length, gboolean *last_out)
{
	gsize left = end - at;
	if (left < length + 2 || memcmp(at, "--", 2) || memcmp(at + 2, boundary, length))
		return 0;
	const guint8 *rest = at + 2 + length;
	*last_out = end - rest >= 2 && !memcmp(rest, "--", 2);
	rest += *last_out ? 2 : 0;
	while (rest < end && (*rest == ' ' || *rest == '\t' || *rest == '\r'))
		rest++;
	if (rest < end && *rest != '\n')
		return 0;
	return rest - at + (rest < end);
}

/* The next such line from @at, that begins a line; NULL: there is none. */
static const guint8 *next_boundary(const guint8 *at, const guint8 *end, const char *boundary, gsize length,
	gsize *line_out, gboolean *last_out)
{
	while ((*line_out = boundary_line(at, end, boundary, length, last_out)) == 0) {
		const guint8 *next = memmem(at, end - at, "\n--", 3);
		if (!next)
			return NULL;
		at = next + 1;
	}
	return at;
}

/* Type, name, encoding of a part, and what of it are its fields. */
static PartData *read_part(Message *message, Message *fields, const PartData *above)
{
	const char *raw = message_header_raw(fields, "Content-Type");
	const char *raw_disposition = message_header_raw(fields, "Content-Disposition");
	const char *encoding = message_header_raw(fields, "Content-Transfer-Encoding");
	g_autoptr(GObject) type = raw ? (GObject *)g_mime_content_type_parse(NULL, raw) : NULL;
	g_autoptr(GObject) disposition =
		raw_disposition ? (GObject *)g_mime_content_disposition_parse(NULL, raw_disposition) : NULL;
	PartData *data = part_new(message, (GMimeContentType *)type, (GMimeContentDisposition *)disposition,
		above->part.depth + 1, above->index);
	/* In a digest what says nothing else is a mail (RFC 2046 section 5.1.5). */
	if (!raw && !strcmp(above->part.type, "multipart/digest"))
		data->part.type = "message/rfc822";
	data->raw = fields->bytes + fields->body;
	data->raw_length = fields->length - fields->body;
	data->encoding =
		encoding ? g_mime_content_encoding_from_string(encoding) : GMIME_CONTENT_ENCODING_DEFAULT;
	if (g_str_has_prefix(data->part.type, "multipart/")) {
		const char *boundary =
			g_mime_content_type_get_parameter((GMimeContentType *)type, "boundary");
		split(message, data, boundary);
	}
	return data;
}

/* One part of @above, its fields first. */
static void take_part(Message *message, const PartData *above, const guint8 *bytes, gsize length)
{
	Message fields = {
		.bytes = bytes, .length = length, .report = message->report, .strings = message->strings};
	fields.headers = g_array_sized_new(FALSE, FALSE, sizeof(Header), 8);
	fields.keys = g_array_sized_new(FALSE, FALSE, sizeof(guint32), 8);
	fields.decoded = g_ptr_array_new();
	message_read_headers(&fields);
	read_part(message, &fields, above);
	g_array_unref(fields.headers);
	g_array_unref(fields.keys);
	g_ptr_array_unref(fields.decoded);
}

/* No boundary found in it: what is there is read as text. */
static void make_text(PartData *data)
{
	data->part.type = "text/plain";
	data->encoding = GMIME_CONTENT_ENCODING_DEFAULT;
}

/* The parts of @multipart, whose raw bytes end where an outer one goes on. */
static void split(Message *message, PartData *multipart, const char *boundary)
{
	const guint8 *at = multipart->raw, *end = at + multipart->raw_length;
	gsize line = 0, length = boundary ? strlen(boundary) : 0;
	gboolean last = FALSE;
	const guint8 *mark = length ? next_boundary(at, end, boundary, length, &line, &last) : NULL;
	g_autofree char *guessed = mark ? NULL : guess_boundary(at, end);
	if (guessed) {
		report_malformed(message->report, "wrong-boundary");
		boundary = guessed;
		length = strlen(boundary);
		mark = next_boundary(at, end, boundary, length, &line, &last);
	}
	if (!mark) {
		make_text(multipart);
		return;
	}
	multipart->part.is_multipart = TRUE;
	if (multipart->part.depth >= MESSAGE_MAX_DEPTH) {
		report_malformed(message->report, "too-deep");
		return;
	}
	while (mark && !last) {
		at = mark + line;
		mark = next_boundary(at, end, boundary, length, &line, &last);
		if (message->parts->len >= MESSAGE_MAX_PARTS) {
			report_malformed(message->report, "too-many-parts");
			return;
		}
		/* The line end before a boundary is the boundary's. */
		const guint8 *stop = mark ? mark : end;
		stop -= mark && stop > at ? 1 : 0;
		stop -= mark && stop > at && stop[-1] == '\r' ? 1 : 0;
		if (mark || at < end)
			take_part(message, multipart, at, stop - at);
	}
}

static GMimeContentDisposition *disposition_of(const Message *message)
{
	const char *raw = message_header_raw(message, "Content-Disposition");
	return raw ? g_mime_content_disposition_parse(NULL, raw) : NULL;
}

/* The whole body is the part. */
static PartData *make_single(Message *message, GMimeContentType *type)
{
	g_autoptr(GObject) disposition = (GObject *)disposition_of(message);
	PartData *data = part_new(message, type, (GMimeContentDisposition *)disposition, 0, -1);
	data->raw = message->bytes + message->body;
	data->raw_length = message->length - message->body;
	const char *encoding = message_header_raw(message, "Content-Transfer-Encoding");
	data->encoding =
		encoding ? g_mime_content_encoding_from_string(encoding) : GMIME_CONTENT_ENCODING_DEFAULT;
	return data;
}

static void make_multipart(Message *message, GMimeContentType *type)
{
	split(message, make_single(message, type), g_mime_content_type_get_parameter(type, "boundary"));
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
	g_autoptr(GObject) type = is_type ? (GObject *)g_mime_content_type_parse(NULL, raw) : NULL;
	if (is_type && !g_ascii_strncasecmp(raw, "multipart/", 10))
		make_multipart(message, (GMimeContentType *)type);
	else
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
