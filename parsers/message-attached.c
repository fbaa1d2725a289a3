/* Mails inside of parts, in every way people and machines pack them. */

#include <string.h>

#include "guard.h"
#include "message-private.h"

/* Types that say so themselves. */
static gboolean is_mail_type(const char *type)
{
	static const char *const prefixes[] = {
		"message/rfc822", "message/global", "text/rfc822", "message/news"};
	for (guint i = 0; i < G_N_ELEMENTS(prefixes); i++)
		if (g_str_has_prefix(type, prefixes[i]))
			return !g_str_has_prefix(
				type, "message/global-d"); /* -delivery-status, -disposition… */
	return FALSE;
}

/* Behind the words for people, every part of a report may be the returned mail, whatever its type. */
static gboolean is_in_report(const Part *part)
{
	GPtrArray *parts = part->message->parts;
	return part->parent >= 0 && parts->pdata[part->parent + 1] != part &&
		!strcmp(((Part *)parts->pdata[part->parent])->type, "multipart/report");
}

/* Files that may hold a mail, if they look like one. */
static gboolean is_mail_file(const Part *part)
{
	static const char *const endings[] = {
		".eml", ".txt", ".mht", ".mime", ".msg", ".mbox", ".email", ".headers"};
	gboolean is_attachment = part->disposition && !strcmp(part->disposition, "attachment");
	if (strcmp(part->type, "application/octet-stream") && !g_str_has_prefix(part->type, "text/plain"))
		return FALSE;
	if (!part->name)
		return is_attachment || *part->type == 'a' || is_in_report(part);
	g_autofree char *lower = g_ascii_strdown(part->name, -1);
	for (guint i = 0; i < G_N_ELEMENTS(endings); i++)
		if (g_str_has_suffix(lower, endings[i]))
			return TRUE;
	return FALSE;
}

/* Of a file, two of these must be there before it is believed to be a mail. */
static gboolean looks_like_mail(const Message *message)
{
	static const char *const names[] = {"Received", "Return-Path", "Delivered-To", "From", "Message-ID",
		"Subject", "Date", "To", "DKIM-Signature", "MIME-Version"};
	guint found = 0;
	for (guint i = 0; i < G_N_ELEMENTS(names); i++)
		found += message_header_raw(message, names[i]) != NULL;
	return found >= 2 &&
		(message_header_raw(message, "Received") || message_header_raw(message, "From") ||
			message_header_raw(message, "Message-ID"));
}

static Message *attached_new(Part *part)
{
	Message *outer = part->message;
	gboolean is_named = is_mail_type(part->type);
	if (!is_named && !is_mail_file(part))
		return NULL;
	gsize length;
	const guint8 *bytes = part_bytes(part, &length);
	g_autofree guint8 *copy = NULL;
	/* What was encoded has not passed the guard yet. */
	if (((PartData *)part)->decoded)
		bytes = guard_bytes(bytes, length, outer->report, &copy);
	g_autoptr(Message) message = message_new(bytes, length, outer->report, outer);
	if (!message || (!is_named && !looks_like_mail(message)))
		return NULL;
	message->copy = g_steal_pointer(&copy);
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
		if (is_mail_type(part->type))
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
