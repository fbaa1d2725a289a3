#pragma once

/* One sentence per event, to the journal when stderr is one, else to stderr. Control
 * characters are escaped: what outsiders wrote may stand in a sentence. */

#include <glib.h>

/* @level: error, warning, info or debug. May be called again after a reload. */
void log_start(const char *level);

void log_error(const char *format, ...) G_GNUC_PRINTF(1, 2);
void log_warning(const char *format, ...) G_GNUC_PRINTF(1, 2);
void log_info(const char *format, ...) G_GNUC_PRINTF(1, 2);
void log_debug(const char *format, ...) G_GNUC_PRINTF(1, 2);

/* @text with every control character and every invalid byte as \xNN. */
char *log_escape(const char *text);
