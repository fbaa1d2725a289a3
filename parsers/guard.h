#pragma once

/* Looks at the bytes before GMime does, and makes harmless what would hurt it. */

#include "report.h"

/* The bytes to parse: @bytes themselves (*copy_out NULL), or a repaired copy of the same length in
 * *copy_out, owned by the caller. What was done is noted in @report. */
const guint8 *guard_bytes(const guint8 *bytes, gsize length, Report *report, guint8 **copy_out);
