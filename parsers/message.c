#include "message-private.h"

#include <string.h>

#include "decode.h"
#include "guard.h"
#include "html.h"

void message_init(void)
{
	static gboolean done;
	if (done)
		return;
	done = TRUE;
	g_mime_init();
	charset_init();
}

/* Blank lines, a byte order mark and mbox's "From " line may stand before a mail. */
static gsize skip_leading(const guint8 *bytes, gsize length)
{
	gsize at = 0;
	if (length >= 3 && !memcmp(bytes, "\xef\xbb\xbf", 3))
		at = 3;
	for (;;) {
		while (at < length && (bytes[at] == '\r' || bytes[at] == '\n'))
			at++;
		gsize from = at + (at < length && bytes[at] == '>');
		if (length - from < 5 || from >= length || memcmp(bytes + from, "From ", 5))
			return at;
		const guint8 *end = memchr(bytes + from, '\n', length - from);
		if (!end)
			return at;
		at = end - bytes + 1;
	}
}

Message *message_new(const guint8 *bytes, gsize length, Report *report, Message *outer)
{
	gsize skipped = skip_leading(bytes, length);
	g_autoptr(Message) message = g_new0(Message, 1);
	message->bytes = bytes + skipped;
	message->length = length - skipped;
	message->outer = outer;
	message->depth = outer ? outer->depth + 1 : 0;
	message->report = report;
	message->strings = g_string_chunk_new(4096);
	message->headers = g_array_sized_new(FALSE, FALSE, sizeof(Header), 48);
	message->keys = g_array_sized_new(FALSE, FALSE, sizeof(guint32), 48);
	message->decoded = g_ptr_array_sized_new(48);
	message->attached = g_ptr_array_new_with_free_func((GDestroyNotify)message_free);
	if (!message_read_headers(message))
		return NULL;
	return g_steal_pointer(&message);
}

Message *message_parse(const guint8 *bytes, gsize length, Report *report)
{
	if (skip_leading(bytes, length) == length) {
		report_malformed(report, "empty");
		return NULL;
	}
	if (length > MESSAGE_MAX_BYTES) {
		report_malformed(report, "too-large");
		return NULL;
	}
	g_autofree guint8 *copy = NULL;
	const guint8 *safe = guard_bytes(bytes, length, report, &copy);
	Message *message = message_new(safe, length, report, NULL);
	if (!message) {
		report_malformed(report, "no-header");
		return NULL;
	}
	message->copy = g_steal_pointer(&copy);
	return message;
}

void message_free(Message *message)
{
	if (!message)
		return;
	g_clear_pointer(&message->attached, g_ptr_array_unref);
	g_clear_pointer(&message->parts, g_ptr_array_unref);
	g_clear_pointer(&message->links, g_ptr_array_unref);
	g_ptr_array_unref(message->decoded);
	g_array_unref(message->headers);
	g_array_unref(message->keys);
	g_string_chunk_free(message->strings);
	g_free(message->text);
	g_free(message->copy);
	g_free(message);
}

guint message_depth(const Message *message)
{
	return message->depth;
}

static gboolean is_blank(const char *text)
{
	while (g_ascii_isspace(*text))
		text++;
	return !*text;
}

gboolean part_is_shown(const Part *part)
{
	if (part->is_multipart || (part->disposition && !strcmp(part->disposition, "attachment")))
		return FALSE;
	if (strcmp(part->type, "text/plain") && strcmp(part->type, "text/html") &&
		strcmp(part->type, "text/enriched"))
		return FALSE;
	return !part->name || (part->disposition && !strcmp(part->disposition, "inline"));
}

static PartData *part_parent(const Message *message, const PartData *data)
{
	return data->part.parent < 0 ? NULL : message->parts->pdata[data->part.parent];
}

static void mark_alternatives(Message *message, PartData *data)
{
	for (PartData *up = part_parent(message, data); up; up = part_parent(message, up))
		if (!strcmp(up->part.type, "multipart/alternative"))
			up->holds_plain = TRUE;
}

static gboolean is_said_plainly(Message *message, PartData *data)
{
	for (PartData *up = part_parent(message, data); up; up = part_parent(message, up))
		if (up->holds_plain)
			return TRUE;
	return FALSE;
}

const char *message_text(Message *message)
{
	if (message->text)
		return message->text;
	GPtrArray *parts = message_parts(message);
	GString *all = g_string_new(NULL);
	for (guint i = 0; i < parts->len; i++) {
		PartData *data = parts->pdata[i];
		if (!part_is_shown(&data->part))
			continue;
		if (report_full(message->report, all->len, MESSAGE_MAX_TEXT, "long-text"))
			break;
		gboolean is_html = !strcmp(data->part.type, "text/html");
		if (is_html && is_said_plainly(message, data))
			continue;
		const char *text = is_html ? part_html_text(data) : part_text(&data->part);
		if (is_blank(text))
			continue;
		if (!is_html)
			mark_alternatives(message, data);
		if (all->len && all->str[all->len - 1] != '\n')
			g_string_append_c(all, '\n');
		g_string_append(all, text);
	}
	message->text = g_string_free(all, FALSE);
	return message->text;
}

GPtrArray *message_links(Message *message)
{
	if (!message->has_links) {
		message->has_links = TRUE;
		GPtrArray *parts = message_parts(message);
		for (guint i = 0; i < parts->len; i++) {
			PartData *data = parts->pdata[i];
			if (part_is_shown(&data->part) && !strcmp(data->part.type, "text/html"))
				part_html_text(data);
		}
	}
	if (!message->links)
		message->links = g_ptr_array_new_with_free_func((GDestroyNotify)html_link_free);
	return message->links;
}
