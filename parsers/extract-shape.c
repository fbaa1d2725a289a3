#define _GNU_SOURCE /* memrchr */
#include "domain.h"
#include "extract-private.h"

#include <string.h>

/* Suffixes that are file names more often than domains when nothing else says "domain". */
static const char *const file_suffixes[] = {
	"zip", "mov", "md", "py", "sh", "ps", "cab", "so", "app", "java", "ini", "bar"};

/* Words of trade and titles that end in a known suffix. */
static const char *const not_hosts[] = {
	"asp.net", "vb.net", "ado.net", "m.sc", "b.sc", "co.ltd", "dr.med", "ph.d"};

gboolean extract_is_among(const char *word, const char *const *list, guint n)
{
	for (guint i = 0; i < n; i++)
		if (g_ascii_strcasecmp(word, list[i]) == 0)
			return TRUE;
	return FALSE;
}

/* Length of a UTF-8 character that cannot be part of a name: quotes, dashes, ideographic marks. */
gsize extract_foreign(const char *p)
{
	/* A continuation byte belongs to the character that was let through before. */
	if (((guchar)*p & 0xc0) != 0xc0)
		return 0;
	gunichar c = g_utf8_get_char_validated(p, -1);
	if (c == (gunichar)-1 || c == (gunichar)-2)
		return 1;
	return g_unichar_isalnum(c) || g_unichar_ismark(c) || g_unichar_type(c) == G_UNICODE_OTHER_SYMBOL
		? 0
		: g_unichar_to_utf8(c, NULL);
}

static gboolean scheme_follows(const char *p)
{
	gsize letters = 0;
	while (letters < 6 && (g_ascii_isalpha(p[letters]) || p[letters] == '*'))
		letters++;
	return letters >= 3 && strncmp(p + letters, "://", 3) == 0;
}

/* Where a URL ends: brackets close it only when they were opened before it. */
gsize extract_url_end(const char *t, gsize from, gsize length)
{
	gsize i = from;
	guint round = 0, square = 0;
	for (; i < length; i++) {
		char c = t[i];
		if ((guchar)c <= ' ' || strchr("<>\"`|{}^", c))
			break;
		if ((c == ',' || c == ';') && scheme_follows(t + i + 1))
			break;
		round += c == '(';
		square += c == '[';
		if ((c == ')' && round-- == 0) || (c == ']' && square-- == 0))
			break;
		if ((guchar)c >= 0x80 && extract_foreign(t + i))
			break;
	}
	while (i > from && strchr(".,;:!?'*", t[i - 1]))
		i--;
	return i;
}

/* What looks like a name by its suffix but is a sentence, a file or a title. */
gboolean extract_is_accident(const char *token, const char *host)
{
	const char *suffix = strrchr(host, '.') + 1;
	const char *written = strrchr(token, '.');
	const char *registrable = domain_registrable(host);
	gboolean two_labels = strchr(host, '.') + 1 == suffix;

	if (g_str_has_prefix(host, "www."))
		return FALSE;
	if (extract_is_among(host, not_hosts, G_N_ELEMENTS(not_hosts)))
		return TRUE;
	if (two_labels && extract_is_among(suffix, file_suffixes, G_N_ELEMENTS(file_suffixes)))
		return TRUE;
	/* "later.It was": a space is missing */
	if (written && strlen(suffix) == 2 && g_ascii_isupper(written[1]) && g_ascii_islower(written[2]))
		return TRUE;
	/* "e.at", "M.Sc" */
	return registrable && registrable[1] == '.' && strlen(suffix) == 2;
}

/* "域名evil.example": no space stands before the name in a language that has none. */
gboolean extract_touches_sentence(const char *name)
{
	switch (g_unichar_get_script(g_utf8_get_char_validated(name, -1))) {
	case G_UNICODE_SCRIPT_HAN:
	case G_UNICODE_SCRIPT_HIRAGANA:
	case G_UNICODE_SCRIPT_KATAKANA:
	case G_UNICODE_SCRIPT_HANGUL:
		break;
	default:
		return FALSE;
	}
	const char *dot = strchr(name, '.'), *p = dot;
	while (p && p > name && (guchar)p[-1] < 0x80)
		p--;
	return p && p < dot;
}

/* "evil.example.They sent": a sentence began without a space. What is left of it, or 0. */
gsize extract_without_sentence(const char *token, gsize length)
{
	/* "Www.Evil.Example": a telephone began the name with a capital, and nobody a sentence. */
	const char *name = g_ascii_strncasecmp(token, "www.", 4) == 0 ? token + 4 : token;
	const char *dot = memrchr(token, '.', length);
	return dot && g_ascii_isupper(dot[1]) && dot > name && g_ascii_islower(dot[-1]) &&
			memchr(name, '.', dot - name)
		? (gsize)(dot - token)
		: 0;
}
