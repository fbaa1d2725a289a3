#pragma once

/* Undoes what people do to addresses so that nobody clicks on them: evil[.]example, evil (dot) example,
 * hxxp[:]//. Only extract*.c needs it. */

#include <glib.h>

enum { REFANG_MAX = 8192 }; /* bytes of one chunk; a longer one goes on in the next */

/* A run of text without spaces, as it was meant, with the way back. */
typedef struct {
	char text[REFANG_MAX + 8];      /* NUL-terminated */
	guint32 source[REFANG_MAX + 8]; /* where each byte stood; one more for the end */
	guint length;
	gboolean defanged;
} Chunk;

/* Reads the chunk at @pos of @text and returns where the next one may begin. Spaces around a
 * defanged dot belong to the chunk. */
gsize refang_chunk(const char *text, gsize length, gsize pos, Chunk *chunk);
/* The scheme meant by @scheme ("hxxps": "https"), or NULL when it is none. */
const char *refang_scheme(const char *scheme, gsize length, gboolean *defanged_out);
