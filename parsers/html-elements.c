#include "html-elements.h"

#include <stdlib.h>
#include <string.h>

/* In the order of strcmp(). What is missing is inline and harmless. */
static const Element elements[] = {
	{"a", ELEMENT_LINK, "href", LINK_HREF},
	{"address", ELEMENT_LINE},
	{"area", ELEMENT_VOID, "href", LINK_HREF},
	{"article", ELEMENT_LINE},
	{"base", ELEMENT_VOID, "href", LINK_OTHER},
	{"blockquote", ELEMENT_LINE | ELEMENT_QUOTE},
	{"body", ELEMENT_LINE, "background", LINK_SRC},
	{"br", ELEMENT_BREAK | ELEMENT_VOID},
	{"center", ELEMENT_LINE},
	{"dd", ELEMENT_LINE},
	{"div", ELEMENT_LINE},
	{"dl", ELEMENT_LINE},
	{"dt", ELEMENT_LINE},
	{"embed", ELEMENT_VOID, "src", LINK_SRC},
	{"fieldset", ELEMENT_LINE},
	{"footer", ELEMENT_LINE},
	{"form", ELEMENT_LINE, "action", LINK_HREF},
	{"frame", ELEMENT_VOID, "src", LINK_SRC},
	{"h1", ELEMENT_BLANK},
	{"h2", ELEMENT_BLANK},
	{"h3", ELEMENT_BLANK},
	{"h4", ELEMENT_BLANK},
	{"h5", ELEMENT_BLANK},
	{"h6", ELEMENT_BLANK},
	{"header", ELEMENT_LINE},
	{"hr", ELEMENT_LINE | ELEMENT_VOID},
	{"iframe", 0, "src", LINK_SRC},
	{"img", ELEMENT_VOID, "src", LINK_SRC},
	{"input", ELEMENT_VOID, "src", LINK_SRC},
	{"li", ELEMENT_LINE | ELEMENT_ITEM},
	{"link", ELEMENT_VOID, "href", LINK_OTHER},
	{"meta", ELEMENT_VOID, "content", LINK_OTHER},
	{"object", ELEMENT_SKIP, "data", LINK_SRC},
	{"ol", ELEMENT_LINE},
	{"p", ELEMENT_BLANK},
	{"pre", ELEMENT_LINE | ELEMENT_PRE},
	{"script", ELEMENT_SKIP, "src", LINK_SRC},
	{"section", ELEMENT_LINE},
	{"style", ELEMENT_SKIP},
	{"table", ELEMENT_LINE, "background", LINK_SRC},
	{"td", ELEMENT_CELL, "background", LINK_SRC},
	{"template", ELEMENT_SKIP},
	{"th", ELEMENT_CELL},
	{"title", ELEMENT_SKIP},
	{"tr", ELEMENT_LINE},
	{"ul", ELEMENT_LINE},
	{"video", 0, "poster", LINK_SRC},
	{"wbr", ELEMENT_VOID},
};

static int by_name(const void *key, const void *element)
{
	return strcmp(key, ((const Element *)element)->name);
}

const Element *html_element(const char *name)
{
	return bsearch(name, elements, G_N_ELEMENTS(elements), sizeof elements[0], by_name);
}
