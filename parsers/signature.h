#pragma once

/* What mail programs and lawyers put below a person's words. */

#include <glib.h>

/* Bytes of @text before a signature, a closing formula with a name below it, or a legal footer. */
gsize signature_start(const char *text);
/* Whether the line that begins at @text was added by a mail program: "Sent from my phone". */
gboolean signature_is_program(const char *text);
