#pragma once

/* What mail programs and lawyers put below a person's words. */

#include <glib.h>

/* Bytes of @text before a signature, a closing formula with a name below it, or a legal footer. */
gsize signature_start(const char *text);
