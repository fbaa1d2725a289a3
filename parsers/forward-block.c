#include "forward-block.h"
#include "domain.h"
#include "forward-clients.h"

#include <string.h>

enum {
	LABEL_MAX = 70, /* bytes before the colon */
	LINES_MAX = 60, /* of one block */
	VALUE_MAX = 16384,
	GLUED_MAX = 8192,
};

typedef struct {
	GString *value[FIELD_OTHER + 1];
} Block;

static void block_clear(Block *block)
{
	for (guint i = 0; i <= FIELD_OTHER; i++)
		if (block->value[i])
			g_string_free(block->value[i], TRUE);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Block, block_clear)

gboolean line_is_blank(const Line *line)
{
	for (gsize i = 0; i < line->length; i++) {
		if ((guchar)line->text[i] == 0xc2 && i + 1 < line->length &&
			(guchar)line->text[i + 1] == 0xa0)
			i++;
		else if (!g_ascii_isspace(line->text[i]) && line->text[i] != '*')
			return FALSE;
	}
	return TRUE;
}

/* The label of a line, "*From:* " and "宛先：" included; @value_out: what stands behind it. */
static ForwardField label_of(const Line *line, const char **value_out)
{
	const char *end = line->text + MIN(line->length, LABEL_MAX);
	/* Orange has no colon in "Message du 02/03/26 09:00" above "De :". */
	static const char orange[] = "Message du ";
	gsize length = sizeof orange - 1;
	if (line->length > length && g_ascii_isdigit(line->text[length]) &&
		g_ascii_strncasecmp(line->text, orange, length) == 0) {
		*value_out = line->text + length;
		return FIELD_DATE;
	}
	for (const char *p = line->text; p < end; p++) {
		gboolean wide = end - p >= 3 && memcmp(p, "：", 3) == 0;
		if (*p != ':' && !wide)
			continue;
		ForwardField field = forward_label(line->text, p - line->text);
		p += wide ? 3 : 1;
		while (p < line->text + line->length && strchr("* \t_", *p))
			p++;
		*value_out = p;
		return field;
	}
	return FIELD_NONE;
}

static gboolean has(const Block *block, ForwardField field)
{
	return block->value[field] && block->value[field]->len > 0;
}

static void put(Block *block, ForwardField field, const char *value, gsize length)
{
	if (!block->value[field])
		block->value[field] = g_string_new(NULL);
	GString *text = block->value[field];
	if (text->len + length > VALUE_MAX)
		return;
	if (text->len)
		g_string_append_c(text, ' ');
	g_string_append_len(text, value, length);
}

/* Whether a label that was not yet seen comes within a few lines: then what lies between is
 * a wrapped value. A new Outlook's body follows its Subject without an empty line. */
static gboolean label_comes(const Lines *lines, guint i, const Block *block, guint within)
{
	for (guint j = i; j < lines->n && j < i + within; j++) {
		const char *value;
		ForwardField field = label_of(&lines->line[j], &value);
		if (lines->line[j].depth != lines->line[i].depth)
			return FALSE;
		if (field != FIELD_NONE && !block->value[field])
			return TRUE;
	}
	return FALSE;
}

static gboolean is_continuation(const Lines *lines, guint i, const Block *block, ForwardField last)
{
	const GString *value = block->value[last];
	/* "From:" and its value may stand in two lines, when they were cells of a table */
	if (value->len == 0 && last != FIELD_OTHER)
		return TRUE;
	if ((last == FIELD_TO || last == FIELD_CC) && strchr(",;", value->str[value->len - 1]))
		return memchr(lines->line[i].text, '@', lines->line[i].length) != NULL;
	return label_comes(lines, i, block, last == FIELD_TO || last == FIELD_CC ? 12 : 3);
}

static guint read_lines(const Lines *lines, guint i, Block *block)
{
	ForwardField last = FIELD_NONE;
	guint j = i, end = MIN(lines->n, i + LINES_MAX);

	for (; j < end && lines->line[j].depth == lines->line[i].depth; j++) {
		const Line *line = &lines->line[j];
		const char *value = NULL;
		if (line_is_blank(line)) {
			if (!label_comes(lines, j + 1, block, 1))
				break;
			continue;
		}
		ForwardField field = label_of(line, &value);
		if (field != FIELD_OTHER && block->value[field])
			break; /* a second sender begins another mail */
		if (field != FIELD_NONE) {
			put(block, field, value, line->text + line->length - value);
			last = field;
		} else if (last != FIELD_NONE && is_continuation(lines, j, block, last)) {
			put(block, last, line->text, line->length);
		} else {
			break;
		}
	}
	return j;
}

static gboolean block_is_header(const Block *block, gboolean after_separator)
{
	guint n = has(block, FIELD_TO) + has(block, FIELD_DATE) + has(block, FIELD_SUBJECT);
	if (!has(block, FIELD_FROM))
		return after_separator && n >= 2;
	if (after_separator || n >= 2)
		return n >= 1;
	/* "From: x@y" and "Subject: z" is all that many people copy */
	return has(block, FIELD_SUBJECT) && strchr(block->value[FIELD_FROM]->str, '@');
}

static void read_recipients(const char *value, GPtrArray *to)
{
	/* Each recipient by itself, so that the name of one is not taken for the next */
	for (const char *p = value; *p && to->len < REPORT_MAX_ADDRESSES;) {
		gsize length = strcspn(p, ",;");
		g_autofree char *one = g_strndup(p, length);
		g_autofree char *address = forward_mailbox(one, NULL);
		if (address && !g_ptr_array_find_with_equal_func(to, address, g_str_equal, NULL))
			g_ptr_array_add(to, g_steal_pointer(&address));
		p += length + (p[length] != '\0');
	}
}

static void block_to_forward(const Block *block, Forward *forward)
{
	if (has(block, FIELD_FROM))
		forward->from = forward_mailbox(block->value[FIELD_FROM]->str, &forward->from_name);
	if (has(block, FIELD_REPLY_TO))
		forward->reply_to = forward_mailbox(block->value[FIELD_REPLY_TO]->str, NULL);
	if (has(block, FIELD_TO))
		read_recipients(block->value[FIELD_TO]->str, forward->to);
	if (has(block, FIELD_SUBJECT))
		forward->subject = g_strdup(block->value[FIELD_SUBJECT]->str);
	if (has(block, FIELD_DATE))
		forward->date = message_date(block->value[FIELD_DATE]->str);
}

/* "14:25", "klo 14.25.08" */
static gboolean has_clock(const char *value, gsize length)
{
	for (gsize i = 1; i + 2 < length; i++)
		if ((value[i] == ':' || value[i] == '.') && g_ascii_isdigit(value[i - 1]) &&
			g_ascii_isdigit(value[i + 1]) && g_ascii_isdigit(value[i + 2]))
			return TRUE;
	return FALSE;
}

/* Behind a separator, in a language that no table has: the first address is the sender's, the second
 * the recipient's; of the lines without one, that with a time of day is the date. */
static guint guess_block(const Lines *lines, guint i, Block *block)
{
	guint j = i;
	for (; j < lines->n && j < i + 8 && lines->line[j].depth == lines->line[i].depth; j++) {
		const Line *line = &lines->line[j];
		const char *colon = memchr(line->text, ':', MIN(line->length, LABEL_MAX));
		if (!colon || colon == line->text || colon + 1 >= line->text + line->length ||
			colon[1] == '/')
			break;
		const char *value = colon + 1 + strspn(colon + 1, " \t*");
		gsize length = line->text + line->length - MIN(value, line->text + line->length);
		gboolean address = memchr(value, '@', length) != NULL, time = has_clock(value, length);
		ForwardField field = address              ? (has(block, FIELD_FROM) ? FIELD_TO : FIELD_FROM)
			: time && !has(block, FIELD_DATE) ? FIELD_DATE
							  : FIELD_SUBJECT;
		if (!has(block, field))
			put(block, field, value, length);
	}
	return j - i >= 3 && has(block, FIELD_FROM) ? j : i;
}

guint forward_read_block(const Lines *lines, guint i, gboolean after_separator, Forward *forward)
{
	g_auto(Block) block = {{NULL}};
	guint next = read_lines(lines, i, &block);
	if (!block_is_header(&block, after_separator)) {
		if (!after_separator)
			return i;
		block_clear(&block);
		memset(&block, 0, sizeof block);
		next = guess_block(lines, i, &block);
		if (next == i)
			return i;
	}
	block_to_forward(&block, forward);
	return next;
}

/* The longest label that ends before the colon at @colon: "…CETEmne:". */
static ForwardField glued_label(const char *text, const char *colon, const char **start_out)
{
	ForwardField field = FIELD_NONE;
	const char *p = colon;
	while (p > text && colon - p < 40) {
		p = g_utf8_find_prev_char(text, p);
		if (!p)
			break;
		gunichar c = g_utf8_get_char(p);
		/* "De :" and "Envoyé :" have a space of any width before the colon */
		if (g_unichar_islower(c) || g_unichar_isspace(c))
			continue;
		ForwardField one = forward_label(p, colon - p);
		if (one != FIELD_NONE) {
			field = one;
			*start_out = p;
		}
	}
	return field;
}

gboolean forward_read_glued(const char *text, gsize length, Forward *forward)
{
	g_auto(Block) block = {{NULL}};
	g_autofree char *copy = g_strndup(text, MIN(length, GLUED_MAX));
	ForwardField last = FIELD_NONE;
	const char *value = copy;

	for (const char *colon = strchr(copy, ':'); colon; colon = strchr(colon + 1, ':')) {
		const char *start = NULL;
		ForwardField field = glued_label(value, colon, &start);
		if (field == FIELD_NONE || block.value[field] || last == FIELD_SUBJECT)
			continue;
		if (last != FIELD_NONE)
			put(&block, last, value, start - value);
		put(&block, field, "", 0);
		value = colon + 1 + strspn(colon + 1, " ");
		last = field;
	}
	if (last != FIELD_NONE)
		put(&block, last, value, strlen(value));
	if (!block_is_header(&block, TRUE))
		return FALSE;
	block_to_forward(&block, forward);
	return TRUE;
}
