#pragma once

/* Lines of a text and the blocks of header lines in it. Only forward*.c needs it. */

#include "forward.h"

typedef struct {
	const char *text; /* behind the quote marks */
	gsize length;     /* without spaces at the end */
	guint depth;      /* of quoting */
} Line;

typedef struct {
	Line *line;
	guint n;
} Lines;

gboolean line_is_blank(const Line *line);
/* Reads "From: …" lines at @i into @forward and returns the line after them, or @i when there is no
 * such block. Behind a separator less is asked for, and unknown languages are guessed at. */
guint forward_read_block(const Lines *lines, guint i, gboolean after_separator, Forward *forward);
/* Labels run together in one line, as Yahoo's text has them. */
gboolean forward_read_glued(const char *text, gsize length, Forward *forward);
/* Pasted raw headers at @i: the line after them, or @i. Their text is appended to @source. When there are
 * none, *tried_out (may be NULL) is the line up to which none begin. */
guint forward_read_raw(const Lines *lines, guint i, GString *source, guint *tried_out);
/* First bracketed, else first address of a field as clients write it, or NULL. *name_out (may be NULL):
 * the name before it. Owned by the caller. */
char *forward_mailbox(const char *value, char **name_out);
/* Bytes of dashes and other drawing at @p. */
gsize forward_rule(const char *p, const char *end);
/* Languages of a line like "---- Forwarded message ----", or NULL. @forwarded: the mail's subject says so.
 * *rest_out: labels that follow in the same line, or NULL. *known_out: FALSE when only what follows can say
 * whether it is one. */
const char *forward_separator(
	const Line *line, gboolean forwarded, const char **rest_out, gboolean *known_out);
