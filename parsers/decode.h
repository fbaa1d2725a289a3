#pragma once

/* Transfer encodings and charsets, with what real mails do to them. */

#include <glib.h>

/* Base64 that goes on after a '=': concatenated chunks lose nothing (GMime 3.2.13 stops there, so
 * evidence could be hidden behind it). Everything outside the alphabet is skipped. */
GByteArray *decode_base64(const char *text, gsize length);
/* Quoted-printable; broken escapes stay as they are. */
GByteArray *decode_quoted_printable(const char *text, gsize length);

/* Opens every converter of the table: a sandbox cannot open iconv's tables later. */
void charset_init(void);
/* Bytes of @charset (any case, may be NULL) to UTF-8; sets *repaired_out when something was guessed
 * or replaced. */
GString *charset_decode(const char *bytes, gsize length, const char *charset, gboolean *repaired_out);
/* Rows of the table, for tests; NULL behind the last. */
const char *charset_name(guint row);
gboolean charset_is_open(guint row);
