#pragma once

/* Links that only lead on: what mail gateways and search engines wrap around the real one. Only
 * extract*.c needs it. */

#include <glib.h>

/* Target of @url, whose host is @host in normal form; NULL when it does not wrap one. Owned by
 * the caller. */
char *redirector_target(const char *url, const char *host);
