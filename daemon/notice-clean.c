#include "notice.h"

#include <string.h>

#define LONGEST_VALUE 200   /* characters */
#define LONGEST_LINES 10000 /* of what may have several: all that desk_api.case_reply() takes */

typedef enum {
	WORDS_LINES = 1, /* keeps its line breaks */
	WORDS_LIVE = 2,  /* keeps its links: the desk's own words, not an outsider's */
} WordsFlags;

/* What the operator or his staff wrote. Every other key may hold what an outsider chose. */
static const struct {
	const char *key;
	WordsFlags flags;
} own_words[] = {
	{"signature", WORDS_LINES | WORDS_LIVE}, {"brand", WORDS_LIVE}, {"desk_name", WORDS_LIVE},
	{"desk_address", WORDS_LIVE}, {"privacy_url", WORDS_LIVE},
	{"ground", WORDS_LIVE},          /* may name where the terms stand */
	{"registrar_abuse", WORDS_LIVE}, /* an address that passed address.h; it is there to be used */
	{"text", WORDS_LINES},           /* what a member of staff replies; may quote a culprit's link */
};

static WordsFlags words_flags(const char *key)
{
	for (gsize i = 0; key && i < G_N_ELEMENTS(own_words); i++) {
		if (g_str_equal(own_words[i].key, key))
			return own_words[i].flags;
	}
	return 0;
}

/* Invisible: controls, separators that break lines, and format characters (bidi overrides, zero width,
 * tags), save the two joiners that Persian and Indian scripts need. */
static gboolean is_harmful(gunichar c)
{
	switch (g_unichar_type(c)) {
	case G_UNICODE_CONTROL:
	case G_UNICODE_LINE_SEPARATOR:
	case G_UNICODE_PARAGRAPH_SEPARATOR:
	case G_UNICODE_SURROGATE:
	case G_UNICODE_PRIVATE_USE:
		return TRUE;
	case G_UNICODE_FORMAT:
		return c != 0x200c && c != 0x200d;
	default:
		return FALSE;
	}
}

/* ASCII without blanks or anything that could be part of a link: most values. */
static gboolean is_plain(const char *text)
{
	for (; *text; text++) {
		if (!g_ascii_isalnum(*text) && *text != '-')
			return FALSE;
	}
	return TRUE;
}

/* Copies at most @longest characters, runs of blanks as one space; line breaks only if @lines. */
static char *clean(const char *text, gsize longest, gboolean lines)
{
	if (is_plain(text) && strlen(text) <= longest)
		return g_strndup(text, longest);

	g_autofree char *valid = g_utf8_make_valid(text, -1);
	GString *out = g_string_new(NULL);
	gboolean gap = FALSE;
	gsize n = 0;

	for (const char *at = valid; *at; at = g_utf8_next_char(at)) {
		gunichar c = g_utf8_get_char(at);
		if (lines && c == '\n') {
			g_string_append_c(out, '\n');
			gap = FALSE;
			continue;
		}
		if (is_harmful(c) || g_unichar_isspace(c)) {
			gap = TRUE;
			continue;
		}
		if (++n > longest) {
			g_string_append(out, "\xe2\x80\xa6");
			break;
		}
		if (gap && out->len > 0 && out->str[out->len - 1] != '\n')
			g_string_append_c(out, ' ');
		gap = FALSE;
		g_string_append_unichar(out, c);
	}
	return g_strchomp(g_string_free(out, FALSE));
}

char *notice_clean_line(const char *text, gsize longest)
{
	g_autofree char *line = clean(text, longest, FALSE);
	g_auto(GStrv) parts = g_strsplit(line, "=?", -1);

	/* What looks like an encoded-word would be decoded by the reader, controls and all. */
	return g_strjoinv("= ?", parts);
}

/* TRUE when what follows a dot could be a domain's last label: two characters or more, one a letter.
 * "e.g." and "3.5 %" are no names. */
static gboolean label_follows(const char *at)
{
	gboolean letter = FALSE;
	guint n = 0;

	for (; *at; at = g_utf8_next_char(at), n++) {
		gunichar c = g_utf8_get_char(at);
		if (!g_unichar_isalnum(c) && c != '-')
			break;
		letter = letter || g_unichar_isalpha(c);
	}
	return letter && n >= 2;
}

static gboolean is_dot(gunichar c)
{
	return c == '.' || c == 0x3002 || c == 0xff0e || c == 0xff61; /* IDNA takes them all for dots */
}

/* "http" and "https" before a "://" become hxxp and hxxps, any other scheme loses its colon. */
static void defang_scheme(GString *out)
{
	gsize s = out->len > 0 && g_ascii_tolower(out->str[out->len - 1]) == 's';
	char *word = out->len >= 4 + s ? out->str + out->len - 4 - s : NULL;

	if (word && g_ascii_strncasecmp(word, "http", 4) == 0)
		word[1] = word[2] = 'x';
	if (word && g_ascii_strncasecmp(word, "hxxp", 4) == 0)
		g_string_append(out, "://");
	else
		g_string_append(out, "[:]//");
}

char *notice_defang(const char *text)
{
	GString *out = g_string_new(NULL);
	gunichar before = 0;

	for (const char *at = text; *at;) {
		gunichar c = g_utf8_get_char(at);
		const char *next = g_utf8_next_char(at);

		if (g_str_has_prefix(at, "://")) {
			defang_scheme(out);
			next = at + 3;
		} else if (is_dot(c) && g_unichar_isalnum(before) && label_follows(next)) {
			g_string_append(out, "[.]");
		} else if ((c == '@' || c == 0xff20) && before != 0 && before != ' ' && before != '[') {
			g_string_append(out, "[@]");
		} else {
			g_string_append_unichar(out, c);
		}
		before = c;
		at = next;
	}
	return g_string_free(out, FALSE);
}

char *notice_clean_value(const char *name, const char *text)
{
	WordsFlags flags = words_flags(name);
	gboolean lines = flags & WORDS_LINES;
	char *words = clean(text, lines ? LONGEST_LINES : LONGEST_VALUE, lines);

	if ((flags & WORDS_LIVE) || is_plain(words))
		return words;
	g_autofree char *live = words;
	return notice_defang(live);
}
