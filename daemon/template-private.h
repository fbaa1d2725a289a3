#pragma once

/* Shared by the files of the templates only: what template_compile() makes of a text. */

#include "template.h"

typedef enum {
	NODE_TEXT,
	NODE_VARIABLE,
	NODE_SECTION,
	NODE_INVERTED,
} NodeKind;

typedef struct {
	NodeKind kind;
	guint line;
	char *text;   /* a name, or the words of NODE_TEXT */
	char **parts; /* of a dotted name; empty for "." */
	GPtrArray *children;
} Node;

struct Template {
	char *name;
	Node *root;
};
