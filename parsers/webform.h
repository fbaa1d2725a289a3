#pragma once

/* Between webform.c, which reads a form's mail, and webform-labels.c, which knows its labels. */

#include <glib.h>

typedef enum {
	FIELD_NONE,
	FIELD_REPORTER,
	FIELD_FROM, /* reporter, but of a forwarded mail as well */
	FIELD_TO,   /* no form says that: a forwarded mail */
	FIELD_NAME,
	FIELD_SUBJECT,
	FIELD_MESSAGE,
	FIELD_DOMAIN,
	FIELD_URL,
	FIELD_CATEGORY,
	FIELD_OTHER, /* ends the field before it, says nothing */
	FIELD_COUNT,
} WebformField;

/* @label: folded (wording.h). FIELD_NONE when no form writes it. */
WebformField webform_field_of(const char *label);
