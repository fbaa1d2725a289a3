#include "forward.h"
#include "forward-block.h"
#include "forward-clients.h"

#include <string.h>

enum {
	FORWARDS_MAX = 20,
	LINES_MAX = 30000,
	DEPTH_MAX = 50,
	INTRO_MAX = 500, /* bytes of "On …, X wrote:" */
	ARROWS = 3,
};

typedef struct {
	Lines lines;
	GPtrArray *forwards;
	Forward *current;
	GString *text;   /* of the current one */
	GString *source; /* headers pasted raw, of the current one, or NULL */
	GString *rest;
	gboolean forwarded; /* the mail's subject says so */
	gsize here;         /* where the line in hand begins */
	Report *report;
	guint raw_ends; /* a line tried as raw headers up to here was none */
} Finder;

void forward_free(Forward *forward)
{
	if (!forward)
		return;
	g_free(forward->from);
	g_free(forward->from_name);
	g_free(forward->subject);
	g_free(forward->reply_to);
	g_ptr_array_unref(forward->to);
	g_free(forward->text);
	message_free(forward->message);
	g_free(forward->source);
	g_free(forward);
}

static Forward *forward_new(guint depth)
{
	Forward *forward = g_new0(Forward, 1);
	forward->to = g_ptr_array_new_with_free_func(g_free);
	forward->date = REPORT_NO_DATE;
	forward->depth = depth;
	return forward;
}

/* "> > text": marks may touch or not. */
static const char *unquote(const char *p, const char *end, guint *depth_out)
{
	*depth_out = 0;
	for (;;) {
		const char *q = p;
		while (q < end && q - p < 3 && *q == ' ')
			q++;
		if (q == end || *q != '>' || *depth_out == DEPTH_MAX)
			return p;
		(*depth_out)++;
		p = q + 1;
		if (p < end && *p == ' ')
			p++;
	}
}

static void split(const char *text, GArray *lines)
{
	for (const char *p = text; *p && lines->len < LINES_MAX;) {
		const char *end = p + strcspn(p, "\n");
		Line line;
		if (strncmp(p, "\xef\xbb\xbf", 3) == 0)
			p += 3;
		line.text = unquote(p, end, &line.depth);
		const char *stop = end;
		while (stop > line.text && g_ascii_isspace(stop[-1]))
			stop--;
		if (stop - line.text >= 3 && memcmp(line.text, "\xef\xbb\xbf", 3) == 0)
			line.text += 3;
		line.length = stop - line.text;
		g_array_append_val(lines, line);
		p = *end ? end + 1 : end;
	}
}

static void finish(Finder *f)
{
	Forward *forward = g_steal_pointer(&f->current);
	if (!forward)
		return;
	if (f->source) {
		g_string_append_printf(f->source, "\n%s", f->text->str);
		gsize length = f->source->len;
		forward->source = g_string_free(g_steal_pointer(&f->source), FALSE);
		forward->message = message_parse((const guint8 *)forward->source, length, f->report);
	}
	forward->text = g_string_free(f->text, FALSE);
	forward->end = f->here;
	f->text = NULL;
	g_ptr_array_add(f->forwards, forward);
}

static void begin(Finder *f, Forward *forward, const char *client)
{
	finish(f);
	forward->client = client;
	forward->start = f->here;
	f->current = forward;
	f->text = g_string_new(NULL);
}

static guint skip_blank(const Finder *f, guint i, guint most)
{
	for (guint n = 0; i < f->lines.n && n < most && line_is_blank(&f->lines.line[i]); n++)
		i++;
	return i;
}

static gboolean ends_with_colon(const char *text, gsize length)
{
	while (length && (g_ascii_isspace(text[length - 1]) || text[length - 1] == '*'))
		length--;
	return length &&
		(text[length - 1] == ':' || (length >= 3 && memcmp(text + length - 3, "：", 3) == 0));
}

static gboolean has_digit(const char *text)
{
	return text[strcspn(text, "0123456789")] != '\0';
}

/* The date of a quotation's first line, whose name and address have digits, too. */
static gint64 intro_date(char *intro)
{
	for (char *at = strchr(intro, '@'); at; at = strchr(at, '@')) {
		char *start = at, *end = at + 1 + strcspn(at + 1, " >)]\"");
		while (start > intro && !strchr(" <([\"", start[-1]))
			start--;
		memset(start, ' ',
			(gsize)(end - start)); /* with its '@', or we would find it again for ever */
		at = end;
	}
	return message_date(intro);
}

static gboolean is_blank(const char *text)
{
	return !text[strspn(text, " \t\r\n")];
}

/* "02.03.2026, 11:00, "Name" <a@b.example>:" in place of header lines. */
static gboolean read_sender_line(const Line *line, Forward *forward)
{
	if (!ends_with_colon(line->text, line->length) || line->length > INTRO_MAX)
		return FALSE;
	g_autofree char *text = g_strndup(line->text, line->length), *name = NULL;
	forward->from = has_digit(text) ? forward_mailbox(text, &name) : NULL;
	if (forward->from)
		forward->date = intro_date(text);
	return forward->from != NULL;
}

/* "Begin forwarded message:" and what must follow it. Returns the line to go on with, or @i. */
static guint try_separator(Finder *f, guint i)
{
	const char *rest;
	gboolean known = FALSE;
	const char *client = forward_separator(&f->lines.line[i], f->forwarded, &rest, &known);
	if (!client)
		return i;

	Forward *forward = forward_new(f->lines.line[i].depth);
	guint next = skip_blank(f, i + 1, 4), end = i;
	if (rest) {
		if (forward_read_glued(rest, f->lines.line[i].text + f->lines.line[i].length - rest, forward))
			end = i + 1;
	} else if (next < f->lines.n && (known || next > i + 1 || f->lines.line[i].text[0] == '-')) {
		GString *source = g_string_new(NULL);
		end = forward_read_raw(&f->lines, next, source, NULL);
		if (end > next) {
			begin(f, forward, client);
			f->current->depth = f->lines.line[next].depth;
			f->source = source;
			return end;
		}
		g_string_free(source, TRUE);
		end = forward_read_block(&f->lines, next, TRUE, forward);
		if (end > next)
			forward->depth = f->lines.line[next].depth;
		else if (known)
			end = read_sender_line(&f->lines.line[next], forward) ? next + 1 : next;
		else
			end = i;
		/* Some close the header lines with the line that opened them. */
		if (end == next && f->current && is_blank(f->text->str)) {
			forward_free(forward);
			return next;
		}
	}
	if (end <= i) {
		forward_free(forward);
		return i;
	}
	begin(f, forward, client);
	return end;
}

static guint try_raw(Finder *f, guint i)
{
	if (i < f->raw_ends)
		return i;
	GString *source = g_string_new(NULL);
	guint end = forward_read_raw(&f->lines, i, source, &f->raw_ends);
	if (end == i) {
		g_string_free(source, TRUE);
		return i;
	}
	begin(f, forward_new(f->lines.line[i].depth), "raw headers");
	f->source = source;
	return end;
}

static guint try_block(Finder *f, guint i)
{
	Forward *forward = forward_new(f->lines.line[i].depth);
	guint end = forward_read_block(&f->lines, i, FALSE, forward);
	if (end == i)
		forward_free(forward);
	else
		begin(f, forward, "header lines");
	return end;
}

static void add_line(GString *text, const Line *line)
{
	g_string_append_len(text, line->text, line->length);
	g_string_append_c(text, ' ');
}

/* Whether these lines lead in a quotation by themselves: then what stands above them are his own words,
 * and an address in it is not the sender's. */
static gboolean leads_in(const Finder *f, guint i, guint last)
{
	g_autoptr(GString) intro = g_string_new(NULL);
	while (i <= last)
		add_line(intro, &f->lines.line[i++]);
	g_autofree char *address = forward_mailbox(intro->str, NULL);
	return address && forward_has_wrote(intro->str, intro->len) &&
		intro_date(intro->str) != REPORT_NO_DATE;
}

/* "On 1 May 2024, X <x@y> wrote:", in one line or wrapped into up to three. */
static guint try_intro(Finder *f, guint i)
{
	const Line *line = &f->lines.line[i];
	g_autoptr(GString) intro = g_string_new(NULL);
	guint last = i;

	if (line->length < 8 || line->length > INTRO_MAX)
		return i;
	for (; last < f->lines.n && last < i + 3; last++) {
		const Line *one = &f->lines.line[last];
		if (line_is_blank(one) || one->depth != line->depth || intro->len > INTRO_MAX)
			return i;
		add_line(intro, one);
		if (ends_with_colon(one->text, one->length))
			break;
	}
	if (last == f->lines.n || last == i + 3 || !forward_has_wrote(intro->str, intro->len))
		return i;
	if (leads_in(f, i + 1, last))
		return i;

	char *name = NULL, *address = forward_mailbox(intro->str, &name);
	g_free(name);
	guint next = skip_blank(f, last + 1, 3);
	gboolean quoted = next < f->lines.n &&
		(f->lines.line[next].depth > line->depth ||
			g_str_has_prefix(f->lines.line[next].text, "   "));
	/* "I wrote to a@b.example and he answered:" has no date and quotes nothing. */
	if (address ? !quoted && !has_digit(intro->str) : !quoted || !has_digit(intro->str)) {
		g_free(address);
		return i;
	}
	Forward *forward = forward_new(quoted ? f->lines.line[next].depth : line->depth);
	forward->from = address;
	forward->date = intro_date(intro->str);
	forward->is_reply = TRUE;
	begin(f, forward, "quotation");
	return last + 1;
}

/* GroupWise: ">>> Name <a@b.example> 02.03.2026 09:00 >>>", and below it the mail, marked or not. */
static guint try_arrows(Finder *f, guint i)
{
	const Line *line = &f->lines.line[i];
	if (line->depth < ARROWS || line->length > INTRO_MAX || line->length < 8 ||
		memcmp(line->text + line->length - ARROWS, ">>>", ARROWS) != 0)
		return i;
	g_autofree char *intro = g_strndup(line->text, line->length - ARROWS), *name = NULL;
	char *from = forward_mailbox(intro, &name);
	gint64 date = intro_date(intro);
	if (date == REPORT_NO_DATE) { /* prose between arrows */
		g_free(from);
		return i;
	}
	Forward *forward = forward_new(line->depth - ARROWS);
	forward->from = from;
	forward->date = date;
	forward->is_reply = TRUE;
	begin(f, forward, "GroupWise");
	return i + 1;
}

/* Only a line with a colon or dashes can begin anything. */
static guint try_all(Finder *f, guint i)
{
	const Line *line = &f->lines.line[i];
	gboolean colon =
		memchr(line->text, ':', line->length) || g_strstr_len(line->text, line->length, "：");
	guint next = i;

	if (f->forwards->len + 1 >= FORWARDS_MAX) {
		report_malformed(f->report, "too-many-forwards");
		return i;
	}
	if (colon || (line->length > 4 && forward_rule(line->text, line->text + line->length) >= 2))
		next = try_separator(f, i);
	if (next == i && colon)
		next = try_raw(f, i);
	/* Inside a pasted raw mail its own parts and quotations belong to it. */
	if (next == i && colon && !f->source)
		next = try_block(f, i);
	if (next == i && !f->source)
		next = try_arrows(f, i);
	if (next == i && !f->source && (colon || memchr(line->text, '@', line->length)))
		next = try_intro(f, i);
	return next;
}

GPtrArray *forward_find(const char *text, Report *report, char **rest_out)
{
	g_autoptr(GArray) lines = g_array_new(FALSE, FALSE, sizeof(Line));
	Finder f = {.report = report, .rest = g_string_new(NULL)};
	f.forwards = g_ptr_array_new_with_free_func((GDestroyNotify)forward_free);
	forward_strip_subject(report->subject, &f.forwarded);
	split(text, lines);
	if (lines->len == LINES_MAX)
		report_malformed(report, "too-many-lines");
	f.lines = (Lines){(Line *)(gpointer)lines->data, lines->len};

	for (guint i = 0; i < f.lines.n;) {
		const Line *line = &f.lines.line[i];
		gboolean blank = line_is_blank(line);
		f.here = line->text - text;
		guint next = blank ? i : try_all(&f, i);
		if (next > i) {
			i = next;
			continue;
		}
		if (f.current && !blank && line->depth < f.current->depth)
			finish(&f);
		GString *to = f.current ? f.text : f.rest;
		g_string_append_len(to, line->text, line->length);
		g_string_append_c(to, '\n');
		i++;
	}
	f.here = strlen(text);
	finish(&f);
	*rest_out = g_string_free(f.rest, FALSE);
	return f.forwards;
}

const char *forward_strip_subject(const char *subject, gboolean *was_forward_out)
{
	*was_forward_out = FALSE;
	if (!subject)
		return NULL;
	for (guint i = 0; i < 10; i++) {
		gboolean reply;
		gsize length = forward_prefix(subject, &reply);
		if (!length)
			break;
		*was_forward_out |= !reply;
		subject += length;
	}
	return subject;
}
