#include "html.h"
#include "html-elements.h"
#include "html-entities.h"

#include <stdlib.h>
#include <string.h>

enum {
	TARGET_MAX = 8192, /* bytes of one link as written */
	LINK_TEXT_MAX = 200,
	ATTRIBUTES_MAX = 60, /* of one tag */
	QUOTES_MAX = 20,     /* blockquotes in blockquotes */
	TINY = 3,            /* pixels */
	NAME_SIZE = 16,
};

typedef struct {
	GString *out;
	GPtrArray *links;
	guint pending; /* line ends owed before the next character; 2 leave an empty line */
	char space;    /* owed before the next character: a space, a tab between cells, or 0 */
	gboolean line_used;
	guint quotes, pre;
	gboolean no_comment_end; /* looked for once: a million "<!--" would cost a search each */
	char hidden[NAME_SIZE];  /* element that is not shown, until its end */
	guint hidden_depth;
	GString *link_text; /* of the link that is open, or NULL */
	Link *link;         /* belongs to @links */
} Writer;

typedef struct {
	char name[NAME_SIZE];
	gboolean closing, hidden, self_closing;
	const char *target; /* as written */
	gsize target_length;
	int width, height;
	const Element *element; /* or NULL */
} Tag;

void html_link_free(Link *link)
{
	if (!link)
		return;
	g_free(link->target);
	g_free(link->text);
	g_free(link);
}

static void write_begin(Writer *w)
{
	if (w->out->len > 0)
		for (guint i = 0; i < w->pending; i++) {
			g_string_append_c(w->out, '\n');
			if (i + 1 < w->pending)
				for (guint q = 0; q < w->quotes; q++)
					g_string_append_c(w->out, '>');
		}
	if (w->pending || w->out->len == 0) {
		for (guint q = 0; q < w->quotes; q++)
			g_string_append(w->out, "> ");
		w->line_used = FALSE;
	}
	w->pending = 0;
	if (w->space && w->line_used)
		g_string_append_c(w->out, w->space);
	w->space = 0;
	w->line_used = TRUE;
}

static void write_run(Writer *w, const char *run, gsize length)
{
	if (w->hidden_depth || w->out->len > HTML_MAX_TEXT || length == 0)
		return;

	gboolean begins_link = w->link_text && !w->link_text->len;
	if (w->link_text && w->link_text->len < LINK_TEXT_MAX) {
		if (w->space && w->link_text->len)
			g_string_append_c(w->link_text, ' ');
		g_string_append_len(w->link_text, run, MIN(length, LINK_TEXT_MAX));
	}
	write_begin(w);
	/* Behind the line ends that were owed: below them may be a signature. */
	if (begins_link)
		w->link->offset = w->out->len;
	g_string_append_len(w->out, run, length);
}

static void write_space(Writer *w, char c)
{
	if (w->hidden_depth)
		return;
	if (w->pre && c == '\n')
		w->pending = MIN(w->pending + 1, 2);
	else if (w->pre && c != '\r') /* a folded header line begins with one */
		write_run(w, " ", 1);
	else if (!w->space)
		w->space = ' ';
}

static void end_line(Writer *w, guint lines)
{
	if (w->hidden_depth)
		return;
	w->pending = MAX(w->pending, lines);
	w->space = 0;
}

static const char *write_text(Writer *w, const char *p, const char *end)
{
	static const char stops[] = "<& \t\r\n\f";
	const char *run = p;
	while (p < end && !strchr(stops, *p))
		p++;
	write_run(w, run, p - run);
	if (p == end || *p == '<')
		return p;
	if (*p != '&') {
		write_space(w, *p);
		return p + 1;
	}

	GString *decoded = g_string_sized_new(8);
	p = html_entity(p, end, decoded);
	if (decoded->len == 1 && g_ascii_isspace(decoded->str[0]))
		write_space(w, decoded->str[0]);
	else
		write_run(w, decoded->str, decoded->len);
	g_string_free(decoded, TRUE);
	return p;
}

static const char *read_name(const char *p, const char *end, char *name)
{
	gsize n = 0;
	for (; p < end && (g_ascii_isalnum(*p) || *p == '-' || *p == ':' || *p == '_'); p++)
		if (n + 1 < NAME_SIZE)
			name[n++] = g_ascii_tolower(*p);
	name[n] = '\0';
	return p;
}

/* Whether a style hides: compared without spaces and case, so a copy of bounded length. */
static gboolean style_hides(const char *value, gsize length)
{
	static const char *const hiding[] = {"display:none", "visibility:hidden", "mso-hide:all",
		"font-size:0;", "font-size:0px", "max-height:0px;overflow:hidden"};
	char flat[512];
	gsize n = 0;

	for (gsize i = 0; i < length && n + 2 < sizeof flat; i++)
		if (!g_ascii_isspace(value[i]))
			flat[n++] = g_ascii_tolower(value[i]);
	flat[n++] = ';';
	flat[n] = '\0';
	for (guint i = 0; i < G_N_ELEMENTS(hiding); i++)
		if (strstr(flat, hiding[i]))
			return TRUE;
	return FALSE;
}

static void tag_attribute(Tag *tag, const char *name, const char *value, gsize length)
{
	if (tag->element && tag->element->attribute && g_str_equal(name, tag->element->attribute)) {
		tag->target = value;
		tag->target_length = MIN(length, TARGET_MAX);
	} else if (g_str_equal(name, "style")) {
		tag->hidden |= style_hides(value, length);
	} else if (g_str_equal(name, "hidden")) {
		tag->hidden = TRUE;
	} else if (g_str_equal(name, "width")) {
		tag->width = length && g_ascii_isdigit(*value) ? (int)g_ascii_strtoull(value, NULL, 10) : -1;
	} else if (g_str_equal(name, "height")) {
		tag->height = length && g_ascii_isdigit(*value) ? (int)g_ascii_strtoull(value, NULL, 10) : -1;
	}
}

static const char *skip_space(const char *p, const char *end)
{
	while (p < end && g_ascii_isspace(*p))
		p++;
	return p;
}

/* One attribute; @p is at its first character. */
static const char *read_attribute(const char *p, const char *end, Tag *tag, gboolean used)
{
	char name[NAME_SIZE];
	const char *start = p;
	p = read_name(p, end, name);
	if (p == start)
		return p + 1;

	const char *equals = skip_space(p, end);
	if (equals == end || *equals != '=') {
		if (used)
			tag_attribute(tag, name, "", 0);
		return p;
	}
	p = skip_space(equals + 1, end);
	const char *value = p, *stop;
	if (p < end && (*p == '"' || *p == '\'')) {
		value = p + 1;
		stop = memchr(value, *p, end - value);
		/* A quote that never ends would swallow the mail: it ends with the tag. */
		if (!stop)
			stop = memchr(value, '>', end - value);
		if (!stop)
			stop = end;
		p = stop < end && *stop != '>' ? stop + 1 : stop;
	} else {
		while (p < end && !g_ascii_isspace(*p) && *p != '>')
			p++;
		stop = p;
	}
	if (used)
		tag_attribute(tag, name, value, stop - value);
	return p;
}

/* @p stands behind '<' and an optional '/'. */
static const char *read_tag(const char *p, const char *end, Tag *tag)
{
	p = read_name(p, end, tag->name);
	tag->width = tag->height = -1;
	tag->element = html_element(tag->name);
	for (guint n = 0; p < end && *p != '>'; n++) {
		p = skip_space(p, end);
		if (p == end || *p == '>')
			break;
		if (*p == '/') {
			tag->self_closing = TRUE;
			p++;
			continue;
		}
		p = read_attribute(p, end, tag, n < ATTRIBUTES_MAX);
	}
	return p < end ? p + 1 : end;
}

static void close_link(Writer *w)
{
	if (w->link && w->link_text && w->link_text->len) {
		char *text = g_utf8_make_valid(w->link_text->str, w->link_text->len);
		w->link->text = g_strstrip(text);
	}
	w->link = NULL;
	if (w->link_text)
		g_string_free(g_steal_pointer(&w->link_text), TRUE);
}

/* <meta http-equiv=refresh content="0; url=http://…"> */
static char *refresh_target(char *content)
{
	for (char *p = content; *p; p++)
		if (g_ascii_strncasecmp(p, "url=", 4) == 0) {
			char *url = g_strdup(p + 4 + strspn(p + 4, "'\" "));
			url[strcspn(url, "'\"")] = '\0';
			g_free(content);
			return url;
		}
	g_free(content);
	return NULL;
}

static void add_link(Writer *w, const Tag *tag)
{
	if (!tag->target || w->links->len >= HTML_MAX_LINKS)
		return;
	g_autofree char *target = html_attribute_text(tag->target, tag->target_length);
	if (g_str_equal(tag->name, "meta"))
		target = refresh_target(g_steal_pointer(&target));
	if (!target || !*target)
		return;

	Link *link = g_new0(Link, 1);
	link->kind = tag->element->kind;
	link->target = g_utf8_make_valid(target, -1);
	link->offset = w->out->len;
	link->tiny = link->kind == LINK_SRC &&
		(tag->hidden ||
			(tag->width >= 0 && tag->width <= TINY && tag->height <= TINY && tag->height >= 0));
	g_ptr_array_add(w->links, link);
	if (tag->element->flags & ELEMENT_LINK) {
		w->link = link;
		w->link_text = g_string_new(NULL);
	}
}

/* What is hidden stays so until the end of the element that hides it; elements of other names
 * need no matching, so broken nesting costs nothing. */
static void track_hidden(Writer *w, const Tag *tag, guint flags)
{
	if (w->hidden_depth) {
		if (g_str_equal(tag->name, w->hidden) && !tag->self_closing)
			w->hidden_depth += tag->closing ? -1 : 1;
	} else if (!tag->closing && !tag->self_closing && !(flags & ELEMENT_VOID) &&
		(tag->hidden || flags & ELEMENT_SKIP)) {
		g_strlcpy(w->hidden, tag->name, sizeof w->hidden);
		w->hidden_depth = 1;
	}
}

static void apply_tag(Writer *w, const Tag *tag)
{
	guint flags = tag->element ? tag->element->flags : 0;

	if (flags & (ELEMENT_LINE | ELEMENT_BLANK))
		end_line(w, flags & ELEMENT_BLANK ? 2 : 1);
	if (flags & ELEMENT_BREAK && !w->hidden_depth) {
		w->pending = MIN(w->pending + 1, 2);
		w->space = 0;
	}
	if (flags & ELEMENT_CELL)
		w->space = '\t';
	if (flags & ELEMENT_PRE)
		w->pre = !tag->closing;
	if (flags & ELEMENT_QUOTE)
		w->quotes = tag->closing ? w->quotes - (w->quotes > 0) : MIN(w->quotes + 1, QUOTES_MAX);
	if (flags & ELEMENT_LINK)
		close_link(w);
	if (!tag->closing)
		add_link(w, tag);
	track_hidden(w, tag, flags);
	if (flags & ELEMENT_ITEM && !tag->closing)
		write_run(w, "- ", 2);
}

/* Content of script and style is searched for its end only: "<" means nothing there. */
static const char *skip_raw(Writer *w, const char *p, const char *end)
{
	const char *name = w->hidden;
	gsize length = strlen(name);
	for (; p < end && (p = memchr(p, '<', end - p)); p++)
		if (end - p > (gssize)length + 2 && p[1] == '/' &&
			g_ascii_strncasecmp(p + 2, name, length) == 0)
			return p;
	return end;
}

static const char *skip_declaration(Writer *w, const char *p, const char *end)
{
	if (end - p >= 4 && memcmp(p, "<!--", 4) == 0 && !w->no_comment_end) {
		const char *close = g_strstr_len(p + 4, end - p - 4, "-->");
		if (close)
			return close + 3;
		w->no_comment_end = TRUE;
	}
	const char *close = memchr(p, '>', end - p);
	return close ? close + 1 : end;
}

static const char *read_markup(Writer *w, const char *p, const char *end)
{
	Tag tag = {0};
	if (end - p < 2)
		return end;
	if (p[1] == '!' || p[1] == '?')
		return skip_declaration(w, p, end);
	tag.closing = p[1] == '/';
	if (p + 1 + tag.closing >= end || !g_ascii_isalpha(p[1 + tag.closing])) {
		write_run(w, "<", 1);
		return p + 1;
	}

	p = read_tag(p + 1 + tag.closing, end, &tag);
	apply_tag(w, &tag);
	if (w->hidden_depth == 1 && (g_str_equal(w->hidden, "script") || g_str_equal(w->hidden, "style")))
		return skip_raw(w, p, end);
	return p;
}

char *html_to_text(const char *html, gsize length, GPtrArray *links)
{
	const char *end = html + length;
	Writer w = {.out = g_string_sized_new(MIN(length / 2, HTML_MAX_TEXT) + 16), .links = links};

	for (const char *p = html; p < end;)
		p = *p == '<' ? read_markup(&w, p, end) : write_text(&w, p, end);
	close_link(&w);
	if (w.out->len && w.out->str[w.out->len - 1] != '\n')
		g_string_append_c(w.out, '\n');
	return g_string_free(w.out, FALSE);
}
