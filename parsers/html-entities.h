#pragma once

/* Character references of HTML; only html.c needs it. */

#include <glib.h>

/* Appends what the reference at @p (an '&') stands for and returns what follows it; an unknown
 * one is taken as it is written. */
const char *html_entity(const char *p, const char *end, GString *out);
/* A whole attribute value, decoded and trimmed. Owned by the caller. */
char *html_attribute_text(const char *value, gsize length);
