#pragma once

/* The words mail clients put around a forwarded mail, in the languages they ship. Only forward*.c
 * needs it. */

#include <glib.h>

typedef enum {
	FIELD_NONE,
	FIELD_FROM,
	FIELD_TO,
	FIELD_CC,
	FIELD_DATE,
	FIELD_SUBJECT,
	FIELD_REPLY_TO,
	FIELD_OTHER, /* known, says nothing: "Importance:" */
} ForwardField;

/* Lower case, one spelling of accents, spaces single: how the tables are compared. Owned by the caller. */
char *forward_folded(const char *text, gsize length);
/* Field of the label before a colon; FIELD_NONE when it is none. */
ForwardField forward_label(const char *label, gsize length);
/* Languages of a separator's phrase ("Forwarded message"), without its dashes, or NULL. */
const char *forward_phrase(const char *phrase, gsize length);
/* "wrote", "schrieb" …: the line that leads in a quotation. */
gboolean forward_has_wrote(const char *line, gsize length);
/* Length of "Fwd:", "WG :", "[Fwd:" … at the start of a subject with the spaces behind it; 0 for none.
 * *reply_out: it is "Re:" or alike. */
gsize forward_prefix(const char *subject, gboolean *reply_out);
