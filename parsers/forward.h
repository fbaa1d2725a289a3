#pragma once

/* The reported mail inside a person's text: inline forwards of the common clients in their
 * languages, pasted raw headers, quoted mails. */

#include "message.h"
#include <glib.h>

typedef struct {
	char *from, *from_name, *subject, *reply_to; /* from: a bare address, or NULL */
	GPtrArray *to;                               /* char *: bare addresses */
	gint64 date;
	char *text;         /* the forwarded body, quote marks removed */
	Message *message;   /* when whole headers were pasted: the mail they make; else NULL */
	const char *client; /* the row of the table that matched: for --explain */
	gboolean is_reply;  /* led in by "On …, X wrote:": a quotation, perhaps of a forwarded mail */
	guint depth;        /* quote marks before it */
	gsize start, end;   /* bytes of the text it was found in */
	char *source;       /* the bytes of @message */
} Forward;

void forward_free(Forward *forward);

/* All mails forwarded in @text, outermost first, at most 20: Forward *. *rest_out gets what the person
 * wrote himself (text before, between and below the quotations), owned by the caller. Owned by the
 * caller. */
GPtrArray *forward_find(const char *text, Report *report, char **rest_out);
/* Subject without "Fwd:", "WG:", "TR:" ... ; *was_forward_out whether there was one. Points into @subject. */
const char *forward_strip_subject(const char *subject, gboolean *was_forward_out);
