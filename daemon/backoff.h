#pragma once

/* How long to wait before trying again. */

#include <glib.h>

/* Longest pause before attempt @n (from 1) in seconds: @first, then twice as much each
 * time, at most @longest. */
gint64 backoff_limit(guint n, gint64 first, gint64 longest);

/* The pause itself, in milliseconds: between half of the limit and the whole of it, so that
 * those who failed together do not come back together. */
gint64 backoff_pause(guint n, gint64 first, gint64 longest);
