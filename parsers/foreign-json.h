#pragma once

#include <jansson.h>

#include "report.h"

enum { FOREIGN_JSON_MAX_DEPTH = 32 };

/* JSON as strangers write it, or NULL; what was wrong is noted. Of keys that stand twice in one object the
 * first counts: two programs that read one document must not see two. jansson takes the last. @text is
 * changed. The value is the caller's. */
json_t *foreign_json(char *text, gsize length, Report *report);
