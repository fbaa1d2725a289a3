/* Mails inside of parts, in every way people and machines pack them. */

#include <string.h>

#include "guard.h"
#include "message-private.h"

/* Types that say so themselves. */
static gboolean is_mail_type(const char *type)
{
	static const char *const prefixes[] = {"message/rfc822", "message/global", "text/rfc822", "message/news"};
	for (guint i = 0; i < G_N_ELEMENTS(prefixes); i++)
		if (g_str_has_prefix(type, prefixes[i]))
			return !g_str_has_prefix(type, "message/global-d"); /* -delivery-status, -disposition… */
	return FALSE;
}

/* Files that may hold a mail, if they look like one. */
static gboolean is_mail_file(const Part *part)
{
	static const char *const endings[] = {".eml", ".txt", ".mht", ".mime", ".msg", ".mbox", ".email", ".headers"};
	gboolean is_attachment = part->disposition && !strcmp(part->disposition, "attachment");
	if (strcmp(part->type, "application/octet-stream") && !g_str_has_prefix(part->type, "text/plain"))
		return FALSE;
	if (!part->name)
		return is_attachment || *part->type == 'a';
	g_autofree char *lower = g_ascii_strdown(part->name, -1);
	for (guint i = 0; i < G_N_ELEMENTS(endings); i++)
		if (g_str_has_suffix(lower, endings[i]))
			return TRUE;
	return FALSE;
}

/* Of a file, two of these must be there before it is believed to be a mail. */
static gboolean looks_like_mail(const Message *message)
{
	static const char *const names[] = {"Received", "Return-Path", "Delivered-To", "From", "Message-ID", "Subject",
		"Date", "To", "DKIM-Signature", "MIME-Version"};
	guint found = 0;
	for (guint i = 0; i < G_N_ELEMENTS(names); i++)
		found += message_header_raw(message, names[i]) != NULL;
	return found >= 2 && (message_header_raw(message, "Received") || message_header_raw(message, "From") ||
				     message_header_raw(message, "Message-ID"));
}

static Message *attached_new(Part *part)
{
	Message *outer = part->message;
	gboolean is_embedded = GMIME_IS_MESSAGE_PART(part->object);
	gboolean is_named = is_embedded || is_mail_type(part->type);
	if (!is_named && !is_mail_file(part))
		return NULL;
	gsize length;
	const guint8 *bytes = part_bytes(part, &length);
	g_autofree guint8 *copy = NULL;
	/* What was encoded has not passed the guard yet. */
	if (!is_embedded && length)
		bytes = guard_bytes(bytes, length, outer->report, &copy);
	g_autoptr(Message) message = message_new(bytes, length, outer->report, outer);
	if (!message || (!is_named && !looks_like_mail(message)))
		return NULL;
	message->copy = g_steal_pointer(&copy);
	if (is_embedded) {
		GMimeMessage *inner = g_mime_message_part_get_message(GMIME_MESSAGE_PART(part->object));
		/* Without headers for GMime it is one that our own reading has repaired: parsed anew. */
		if (g_mime_header_list_get_count(g_mime_object_get_header_list(GMIME_OBJECT(inner))) > 0) {
			message->mime = g_object_ref(inner);
			message->buffer = outer->buffer;
		}
	}
	return g_steal_pointer(&message);
}

Message *part_attached(Part *part)
{
	PartData *data = (PartData *)part;
	if (data->is_searched || part->is_multipart)
		return data->attached;
	data->is_searched = TRUE;
	Message *outer = part->message, *outermost = outer;
	while (outermost->outer)
		outermost = outermost->outer;
	if (outer->depth >= MESSAGE_MAX_ATTACHED_DEPTH) {
		if (GMIME_IS_MESSAGE_PART(part->object))
			report_malformed(outer->report, "mails-too-deep");
		return NULL;
	}
	if (outermost->attached_used >= MESSAGE_MAX_ATTACHED) {
		report_malformed(outer->report, "too-many-attached");
		return NULL;
	}
	data->attached = attached_new(part);
	if (data->attached) {
		outermost->attached_used++;
		g_ptr_array_add(outer->attached, data->attached);
	}
	return data->attached;
}
