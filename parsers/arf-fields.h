#pragma once

/* The fields of a machine-readable report (RFC 5965 section 3.5), as leniently as real ones need:
 * blank lines before, between and after them, any case, any order. */

#include <glib.h>

enum {
	ARF_MAX_BYTES = 64 << 10,
	ARF_MAX_FIELDS = 500,
	ARF_MAX_FIELD_VALUE = 8 << 10,
};

typedef struct ArfFields ArfFields;

/* @text: UTF-8, LF line ends. Never NULL. */
ArfFields *arf_fields_read(const char *text);
void arf_fields_free(ArfFields *fields);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ArfFields, arf_fields_free)

/* First non-empty value of that name, comments left in, or NULL. Borrowed. */
const char *arf_field(const ArfFields *fields, const char *name);
/* n-th (from 0) non-empty value of that name, or NULL. Borrowed. */
const char *arf_field_nth(const ArfFields *fields, const char *name, guint n);
gboolean arf_fields_were_cut(const ArfFields *fields);
