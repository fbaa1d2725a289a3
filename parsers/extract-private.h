#pragma once

/* Where names end, and what only looks like one; only extract*.c and victim.c need it. */

#include <glib.h>

/* Length of a UTF-8 character at @p that cannot be part of a name (quotes, dashes, ideographic
 * marks), else 0. */
gsize extract_foreign(const char *p);
/* Where a URL of @t ends whose scheme ends at @from. */
gsize extract_url_end(const char *t, gsize from, gsize length);
/* Whether @host, written as @token, has a known suffix by accident: a sentence, a file, a title. */
gboolean extract_is_accident(const char *token, const char *host);
/* Whether the first label of @name is words of a sentence with a name behind them. */
gboolean extract_touches_sentence(const char *name);
/* Bytes of @token without a sentence that begins behind it ("evil.example.They"), 0 if none does. */
gsize extract_without_sentence(const char *token, gsize length);
/* Whether @word is one of the @n words of @list, in whatever case. */
gboolean extract_is_among(const char *word, const char *const *list, guint n);
