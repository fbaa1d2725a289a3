#pragma once

/* Inside of Message, shared by the message-*.c files only. */

#include "message.h"

typedef struct {
	Part part;         /* first: a Part * of message_parts() is a PartData * */
	int index;         /* in message_parts() */
	const guint8 *raw; /* undecoded, of the bytes of the message */
	gsize raw_length;
	GMimeContentEncoding encoding;
	const char *charset; /* or NULL */
	GByteArray *decoded;
	const guint8 *bytes;
	gsize length;
	gboolean is_decoded, is_searched, holds_plain;
	char *text, *html_text;
	Message *attached;
} PartData;

struct Message {
	const guint8 *bytes; /* of the whole mail, after the guard */
	gsize length, body;
	guint8 *copy; /* made by the guard, or NULL */
	Message *outer;
	guint depth, attached_used; /* attached_used: of the outermost */
	Report *report;

	GStringChunk *strings;
	GArray *headers;    /* Header */
	GArray *keys;       /* guint32 per header: length and first letter of its name */
	GPtrArray *decoded; /* per header: const char *, or NULL until asked for */

	GPtrArray *parts; /* PartData */
	GPtrArray *attached;
	char *text;
	GPtrArray *links;
	gboolean has_links;
};

/* A mail in @bytes, which outlive it; NULL when it has no header field. */
Message *message_new(const guint8 *bytes, gsize length, Report *report, Message *outer);
/* Reads the header block; sets body. FALSE when there is none. */
gboolean message_read_headers(Message *message);
void part_free(gpointer data);
/* HTML of the part as text; links go to message->links. */
const char *part_html_text(PartData *data);
