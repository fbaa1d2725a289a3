#include "forward-block.h"

#include <string.h>

enum {
	NAME_MAX_LENGTH = 60,
	LINES_MAX = 2000, /* of one header block */
};

/* Fields that only machines write, and those that may stand between them. */
static const char *const machine_fields[] = {"received", "return-path", "message-id", "delivered-to",
	"dkim-signature", "authentication-results", "x-received", "arc-seal", "arc-message-signature",
	"x-original-to", "received-spf", "x-originating-ip"};
static const char *const usual_fields[] = {"from", "to", "cc", "subject", "date", "reply-to", "sender",
	"mime-version", "content-type", "content-transfer-encoding", "list-unsubscribe", "list-id",
	"precedence", "user-agent", "feedback-id", "in-reply-to", "references", "envelope-to",
	"arc-authentication-results"};

static gboolean name_among(const char *name, gsize length, const char *const *list, guint n)
{
	for (guint i = 0; i < n; i++)
		if (strlen(list[i]) == length && g_ascii_strncasecmp(list[i], name, length) == 0)
			return TRUE;
	return FALSE;
}

/* Length of the field name at the start of a line (RFC 5322 section 2.2), 0 for none. */
static gsize field_name(const Line *line)
{
	gsize n = 0;
	while (n < line->length && n < NAME_MAX_LENGTH &&
		(g_ascii_isalnum(line->text[n]) || line->text[n] == '-' || line->text[n] == '_'))
		n++;
	return n > 1 && n < line->length && line->text[n] == ':' && g_ascii_isalpha(line->text[0]) &&
			!(n + 2 < line->length && line->text[n + 1] == '/' && line->text[n + 2] == '/')
		? n
		: 0;
}

static gboolean is_machine(const Line *line)
{
	return name_among(line->text, field_name(line), machine_fields, G_N_ELEMENTS(machine_fields));
}

static gboolean is_usual(const Line *line)
{
	gsize n = field_name(line);
	return is_machine(line) || (n > 2 && g_ascii_strncasecmp(line->text, "x-", 2) == 0) ||
		name_among(line->text, n, usual_fields, G_N_ELEMENTS(usual_fields));
}

/* Whether a field of @line's name stands in @source. */
static gboolean has_field(const GString *source, const Line *line)
{
	gsize n = field_name(line) + 1; /* with its colon */
	for (const char *p = source->str; p; p = strchr(p, '\n')) {
		p += *p == '\n';
		if (g_ascii_strncasecmp(p, line->text, n) == 0)
			return TRUE;
	}
	return FALSE;
}

/* An empty line ends the headers, unless a web page put one after each of them. */
static gboolean goes_on(const Lines *lines, guint i, const GString *source)
{
	const Line *line = i + 1 < lines->n ? &lines->line[i + 1] : NULL;
	if (!line || !is_usual(line) || line->depth != lines->line[i].depth)
		return FALSE;
	return is_machine(line) || !has_field(source, line);
}

guint forward_read_raw(const Lines *lines, guint i, GString *source, guint *tried_out)
{
	guint fields = 0, machine = 0, j = i, end = MIN(lines->n, i + LINES_MAX);
	gsize before = source->len;

	if (!is_usual(&lines->line[i]))
		return i;
	for (; j < end && lines->line[j].depth == lines->line[i].depth; j++) {
		const Line *line = &lines->line[j];
		if (line_is_blank(line)) {
			if (!goes_on(lines, j, source))
				break;
			continue;
		}
		gboolean folded = g_ascii_isspace(line->text[0]);
		gsize name = folded ? 0 : field_name(line);
		if (name) {
			fields++;
			machine += is_machine(line);
		} else if (!folded) {
			g_string_append_c(source, ' '); /* a hard wrap lost the fold */
		}
		g_string_append_len(source, line->text, line->length);
		g_string_append_c(source, '\n');
	}
	if (fields >= 3 && machine)
		return j;
	g_string_truncate(source, before);
	if (tried_out)
		*tried_out = j;
	return i;
}
