#pragma once

/* What somebody may have meant by a word nobody knows. */

#include <glib.h>

/* Edits (insertion, deletion, change, swap of neighbours) from @a to @b, without regard to ASCII case. */
guint nearest_distance(const char *a, const char *b);
/* The candidate that is fewest edits away, first of equals, or NULL when none is near enough to be
 * meant. @candidates: NULL-terminated. Borrowed from there. */
const char *nearest_word(const char *word, const char *const *candidates);
