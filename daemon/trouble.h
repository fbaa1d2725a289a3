#pragma once

/* Something that is away for a while: said once, waited for with growing pauses, said again
 * when it is back. Belongs to one thread. */

#include <glib.h>

typedef struct {
	guint attempts; /* in a row */
	GQuark domain;  /* of the error that was said last */
	int code;
} Trouble;

/* Logs "@what: message" unless an error of this domain and code was the last thing said, and returns the
 * pause in milliseconds (backoff.h; @first and @longest in seconds). */
gint64 trouble_note(Trouble *trouble, const char *what, const GError *error, gint64 first, gint64 longest);
/* "@what is back", if it was away. */
void trouble_over(Trouble *trouble, const char *what);
void trouble_clear(Trouble *trouble);
