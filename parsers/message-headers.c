/* The header block, read from the bytes and not from GMime: in order, with repeats, and without
 * GMime's losses (encoded words cut at '=', the last Subject winning). */

#define _GNU_SOURCE /* memmem() */

#include <string.h>

#include "domain.h"
#include "message-private.h"

static guint32 name_key(const char *name, gsize length)
{
	return length << 8 | (guchar)g_ascii_tolower(*name);
}

/* Length of the field name when the line is a field, else 0. */
static gsize field_name(const guint8 *line, gsize length)
{
	gsize n = 0;
	while (n < length && line[n] > ' ' && line[n] < 0x7f && line[n] != ':')
		n++;
	if (n > 200)
		return 0;
	gsize colon = n;
	while (colon < length && (line[colon] == ' ' || line[colon] == '\t'))
		colon++;
	return colon < length && line[colon] == ':' ? n : 0;
}

static gsize line_length(const guint8 *at, gsize left)
{
	const guint8 *end = memchr(at, '\n', left);
	return end ? (gsize)(end - at) + 1 : left;
}

static gboolean is_empty_line(const guint8 *line, gsize length)
{
	while (length && (line[length - 1] == '\n' || line[length - 1] == '\r'))
		length--;
	return !length;
}

/* The rest of a long value without blanks, that a relay has put into a line of its own; no link in a body. */
static gboolean is_wrapped(const guint8 *line, gsize length)
{
	while (length && (line[length - 1] == '\n' || line[length - 1] == '\r'))
		length--;
	return length >= 60 && !memchr(line, ' ', length) && !memmem(line, length, "://", 3);
}

/* Unfolds; what stands there is made valid UTF-8. */
static const char *field_value(Message *message, const guint8 *bytes, gsize length)
{
	if (length > MESSAGE_MAX_HEADER_BYTES) {
		length = MESSAGE_MAX_HEADER_BYTES;
		report_malformed(message->report, "long-header");
	}
	char stack[1024];
	g_autofree char *heap = length < sizeof stack ? NULL : g_malloc(length + 1);
	char *text = heap ? heap : stack, *to = text;
	guint8 all = 0;
	for (gsize i = 0; i < length; i++) {
		guint8 c = bytes[i];
		if (c == '\r' || c == '\n')
			continue;
		all |= c;
		*to++ = c ? c : ' ';
	}
	while (to > text && (to[-1] == ' ' || to[-1] == '\t'))
		to--;
	while (text < to && (*text == ' ' || *text == '\t'))
		text++;
	if (!(all & 0x80))
		return g_string_chunk_insert_len(message->strings, text, to - text);
	g_autofree char *valid = message_to_utf8(text, to - text, NULL, NULL);
	return g_string_chunk_insert(message->strings, valid);
}

static void add_field(Message *message, const guint8 *line, gsize name_length, gsize length)
{
	Header header = {g_string_chunk_insert_len(message->strings, (const char *)line, name_length), NULL};
	const guint8 *colon = memchr(line, ':', length);
	header.raw = field_value(message, colon + 1, length - (colon + 1 - line));
	guint32 key = name_key(header.name, name_length);
	g_array_append_val(message->headers, header);
	g_array_append_val(message->keys, key);
	g_ptr_array_add(message->decoded, NULL);
}

gboolean message_read_headers(Message *message)
{
	const guint8 *bytes = message->bytes;
	gsize at = 0, length = message->length;
	while (at < length) {
		gsize n = line_length(bytes + at, length - at);
		if (is_empty_line(bytes + at, n)) {
			at += n;
			break;
		}
		gsize name = field_name(bytes + at, n);
		gsize end = at + n;
		if (!name) {
			/* A hard wrap or a relay's litter between two fields is skipped; else the body
			 * begins. */
			gsize next = end < length ? line_length(bytes + end, length - end) : 0;
			gboolean goes_on = next &&
				(field_name(bytes + end, next) ||
					(is_empty_line(bytes + end, next) && is_wrapped(bytes + at, n)));
			if (!message->headers->len || !goes_on)
				break;
			report_malformed(message->report, "header-litter");
			at = end;
			continue;
		}
		while (end < length && (bytes[end] == ' ' || bytes[end] == '\t'))
			end += line_length(bytes + end, length - end);
		if (message->headers->len < MESSAGE_MAX_HEADERS)
			add_field(message, bytes + at, name, end - at);
		else
			report_malformed(message->report, "too-many-headers");
		at = end;
	}
	message->body = at;
	return message->headers->len > 0;
}

const Header *message_headers(const Message *message, guint *count_out)
{
	*count_out = message->headers->len;
	return (const Header *)message->headers->data;
}

/* Index of the n-th field of that name, or -1. */
static int find_field(const Message *message, const char *name, guint n)
{
	guint32 key = name_key(name, strlen(name));
	const guint32 *keys = (const guint32 *)message->keys->data;
	for (guint i = 0; i < message->keys->len; i++) {
		if (keys[i] != key)
			continue;
		if (!g_ascii_strcasecmp(g_array_index(message->headers, Header, i).name, name) && !n--)
			return i;
	}
	return -1;
}

const char *message_header_nth(const Message *message, const char *name, guint n)
{
	int i = find_field(message, name, n);
	return i < 0 ? NULL : g_array_index(message->headers, Header, i).raw;
}

const char *message_header_raw(const Message *message, const char *name)
{
	return message_header_nth(message, name, 0);
}

guint message_header_count(const Message *message, const char *name)
{
	guint32 key = name_key(name, strlen(name));
	guint count = 0;
	for (guint i = 0; i < message->keys->len; i++)
		if (g_array_index(message->keys, guint32, i) == key &&
			!g_ascii_strcasecmp(g_array_index(message->headers, Header, i).name, name))
			count++;
	return count;
}

const char *message_header(Message *message, const char *name)
{
	int i = find_field(message, name, 0);
	if (i < 0)
		return NULL;
	if (message->decoded->pdata[i])
		return message->decoded->pdata[i];
	const char *raw = g_array_index(message->headers, Header, i).raw;
	if (strstr(raw, "=?")) {
		g_autofree char *text = message_decode_words(raw);
		raw = g_string_chunk_insert(message->strings, text);
	}
	message->decoded->pdata[i] = (gpointer)raw;
	return raw;
}

/* An id as others may quote it back: printable, no blanks, no brackets. */
static gboolean is_id(const char *id, gsize length)
{
	if (length < 3 || length > 500)
		return FALSE;
	for (gsize i = 0; i < length; i++)
		if (id[i] <= ' ' || id[i] >= 0x7f || id[i] == '<' || id[i] == '>')
			return FALSE;
	return TRUE;
}

static void add_id(Message *message, GPtrArray *ids, const char *id, gsize length)
{
	if (is_id(id, length) && !report_full(message->report, ids->len, REPORT_MAX_IDS, "too-many-ids"))
		g_ptr_array_add(ids, g_strndup(id, length));
}

GPtrArray *message_ids(Message *message, const char *field)
{
	GPtrArray *ids = g_ptr_array_new_with_free_func(g_free);
	const char *raw;
	for (guint n = 0; (raw = message_header_nth(message, field, n)); n++) {
		if (report_full(message->report, n, MESSAGE_MAX_REPEATS, "too-many-ids"))
			break;
		const char *open = strchr(raw, '<');
		if (!open && strchr(raw, '@') && !strpbrk(raw, " \t,"))
			add_id(message, ids, raw, strlen(raw)); /* brackets forgotten */
		while (open) {
			const char *close = strchr(open, '>');
			if (!close)
				break;
			add_id(message, ids, open + 1, close - open - 1);
			open = strchr(close, '<');
		}
	}
	return ids;
}
