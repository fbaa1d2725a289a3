#pragma once

/* What the elements of HTML do to the text; only html.c needs it. */

#include "html.h"

typedef enum {
	ELEMENT_LINE = 1,  /* ends the line */
	ELEMENT_BLANK = 2, /* and leaves an empty one */
	ELEMENT_SKIP = 4,  /* its content is no text */
	ELEMENT_CELL = 8,  /* a space between it and the next */
	ELEMENT_BREAK = 16,
	ELEMENT_QUOTE = 32,
	ELEMENT_VOID = 64, /* has no end tag */
	ELEMENT_PRE = 128,
	ELEMENT_LINK = 256,
	ELEMENT_ITEM = 512,
} ElementFlags;

typedef struct {
	const char *name;
	guint flags;
	const char *attribute; /* that holds a link, or NULL */
	LinkKind kind;
} Element;

/* NULL for one that is inline and harmless. @name: lower case. */
const Element *html_element(const char *name);
