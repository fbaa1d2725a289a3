#pragma once

/* Looks at the bytes before GMime does, and makes harmless what would hurt it. */

#include "report.h"

/* The bytes to parse: @bytes themselves (*copy_out NULL), or a repaired copy of the same length in
 * *copy_out, owned by the caller. What was done is noted in @report. */
const guint8 *guard_bytes(const guint8 *bytes, gsize length, Report *report, guint8 **copy_out);

/* Changes what GMime is shown of a body, never its length: mails in it stay closed, as GMime would open
 * each at once, parse every address in it (with a recursion that ends the stack) and every part, wanted or
 * not. Fields of parts cost it 30 times their size: of a long one the end becomes blank, and too many end
 * the header. */
void guard_parts(guint8 *bytes, gsize length, Report *report);
/* The true name of a content type that guard_parts() has closed, in place. */
void guard_true_type(char *type);
