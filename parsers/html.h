#pragma once

/* HTML as mails have it, to the text a person would read and the links he could follow.
 * No library in Debian does this without a DOM of the hostile input; one pass, no recursion,
 * bounded. */

#include <glib.h>

enum {
	HTML_MAX_TEXT = 1 << 20, /* bytes of text made of one part */
	HTML_MAX_LINKS = 2000,   /* in the list they are added to */
};

typedef enum {
	LINK_HREF,  /* a, area, form action */
	LINK_SRC,   /* img, iframe, script, background */
	LINK_OTHER, /* link, namespaces, meta refresh */
} LinkKind;

typedef struct {
	LinkKind kind;
	char *target;  /* entities decoded, spaces trimmed; any scheme */
	char *text;    /* what stood between <a> and </a>, some 200 bytes of it, or NULL */
	gboolean tiny; /* an image of at most 3 × 3: a tracking pixel */
	gsize offset;  /* bytes of the text before its own, or before it when it has none */
} Link;

void html_link_free(Link *link);
/* The text, UTF-8. Block elements end lines, blockquotes are prefixed "> ", scripts, styles, comments
 * and hidden elements are left out. Links are appended to @links (with html_link_free). More than HTML_MAX_…
 * is cut: a result that reaches it was. */
char *html_to_text(const char *html, gsize length, GPtrArray *links);
