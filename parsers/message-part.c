/* Parts decoded by our own hand. */

#define _GNU_SOURCE /* memmem() */
#include <string.h>

#include "decode.h"
#include "html.h"
#include "message-private.h"

/* What follows the line "begin 644 name"; all of it when there is none. */
static const char *after_begin(const char *text, gsize length)
{
	const char *end = text + length;
	const char *begin =
		length > 6 && !memcmp(text, "begin ", 6) ? text : memmem(text, length, "\nbegin ", 7);
	const char *stop = begin ? memchr(begin + 1, '\n', end - begin - 1) : NULL;
	return stop ? stop + 1 : text;
}

/* GMime's own step for the one encoding that is too rare to be written twice. It takes data only: a
 * "begin" would be the length of a line, and its end that of the file. */
static GByteArray *decode_uu(const guint8 *bytes, gsize length)
{
	const char *data = after_begin((const char *)bytes, length);
	length -= data - (const char *)bytes;
	GMimeEncoding state;
	g_mime_encoding_init_decode(&state, GMIME_CONTENT_ENCODING_UUENCODE);
	GByteArray *out = g_byte_array_new();
	g_byte_array_set_size(out, g_mime_encoding_outlen(&state, length));
	gsize n = g_mime_encoding_flush(&state, data, length, (char *)out->data);
	g_byte_array_set_size(out, n);
	return out;
}

const guint8 *part_bytes(Part *part, gsize *length_out)
{
	PartData *data = (PartData *)part;
	if (!data->is_decoded) {
		data->is_decoded = TRUE;
		data->bytes = data->raw;
		data->length = data->raw_length;
		GMimeContentEncoding encoding = data->encoding;
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
	gboolean repaired = FALSE;
	GString *text = charset_decode((const char *)bytes, length, data->charset, &repaired);
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
		report_full(message->report, message->links->len, HTML_MAX_LINKS, "too-many-links");
		report_full(message->report, strlen(data->html_text), HTML_MAX_TEXT, "long-text");
	}
	return data->html_text;
}
