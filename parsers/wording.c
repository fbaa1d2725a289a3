#include "wording.h"

#include <string.h>

static gboolean wording_skips(gunichar c)
{
	return c == 0xFEFF || c == 0xAD || (c >= 0x200B && c <= 0x200F) || (c >= 0x202A && c <= 0x202E);
}

static gboolean wording_is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f';
}

char *wording_fold(const char *text, gsize most)
{
	GString *folded = g_string_sized_new((text ? strnlen(text, most) : 0) + 8);
	gboolean space = FALSE;

	for (const char *p = text ? text : ""; *p && (gsize)(p - text) < most; p = g_utf8_next_char(p)) {
		if ((guchar)*p < 0x80) { /* most of most texts; every mail comes through here several times */
			if (wording_is_space(*p)) {
				space = folded->len > 0;
				continue;
			}
			if (space)
				g_string_append_c(folded, ' ');
			space = FALSE;
			g_string_append_c(folded, *p == '`' ? '\'' : g_ascii_tolower(*p));
			continue;
		}
		gunichar c = g_utf8_get_char_validated(p, -1);
		if (c == (gunichar)-1 || c == (gunichar)-2)
			break;
		if (wording_skips(c))
			continue;
		if (g_unichar_isspace(c)) {
			space = folded->len > 0;
			continue;
		}
		if (space)
			g_string_append_c(folded, ' ');
		space = FALSE;
		if (c == 0x2018 || c == 0x2019 || c == 0xB4)
			c = '\'';
		g_string_append_unichar(folded, g_unichar_tolower(c));
	}
	return g_string_free(folded, FALSE);
}

static gboolean wording_starts(const char *folded, const char *text)
{
	gsize length = strlen(text);
	if (strncmp(folded, text, length) != 0)
		return FALSE;
	/* "undeliverable" must not begin "undeliverables of your customer"; scripts without
	 * spaces have no such end. */
	if ((guchar)text[length - 1] >= 0x80 || !g_ascii_isalpha(text[length - 1]))
		return TRUE;
	return !g_unichar_isalpha(g_utf8_get_char(folded + length)) || (guchar)folded[length] >= 0xE0;
}

static guint triple_hash(const char *text)
{
	return ((guchar)text[0] * 7 + (guchar)text[1] * 131 + (guchar)text[2] * 1031) & 4095;
}

void triples_fill(Triples *triples, const char *text)
{
	memset(triples, 0, sizeof *triples);
	for (; text[0] && text[1] && text[2]; text++) {
		guint hash = triple_hash(text);
		triples->bits[hash >> 6] |= G_GUINT64_CONSTANT(1) << (hash & 63);
	}
}

gboolean triples_have(const Triples *triples, const char *phrase)
{
	guint hash = triple_hash(phrase);
	return triples->bits[hash >> 6] >> (hash & 63) & 1;
}

const char *wording_find(const Wording *table, const char *folded)
{
	Triples triples;
	triples_fill(&triples, folded);
	for (; table->text; table++) {
		if (!triples_have(&triples, table->text))
			continue;
		gboolean found = table->place == WORDING_START ? wording_starts(folded, table->text)
							       : strstr(folded, table->text) != NULL;
		if (found)
			return table->text;
	}
	return NULL;
}
