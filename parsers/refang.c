#include "refang.h"
#include "domain.h"

#include <string.h>

/* What stands in brackets, any bracket, for which sign. */
static const struct {
	const char *word, *sign;
} signs[] = {
	{".", "."},
	{"dot", "."},
	{"d0t", "."},
	{"punkt", "."},
	{"point", "."},
	{"punto", "."},
	{"ponto", "."},
	{":", ":"},
	{"://", "://"},
	{":/", ":/"},
	{"@", "@"},
	{"at", "@"},
	{"/", "/"},
};

/* Without brackets a dot must be a dot: "the dot com era" is none. */
static const char *const not_before_dot[] = {"a", "an", "the", "this", "that", "these", "polka", "every",
	"each", "one", "no", "red", "green", "blue", "black", "first", "last", "single"};

static gboolean is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' || c == '\v';
}

static gboolean is_word(char c)
{
	return g_ascii_isalnum(c) || (guchar)c >= 0x80;
}

/* "[dot]", "( . )": returns its length, 0 when there is none at @p. */
static gsize bracketed(const char *p, const char *end, const char **sign_out)
{
	static const char opening[] = "[({", closing[] = "])}";
	const char *open = p < end && *p ? strchr(opening, *p) : NULL;
	if (!open)
		return 0;

	const char *word = p + 1;
	if (word < end && *word == ' ')
		word++;
	for (guint i = 0; i < G_N_ELEMENTS(signs); i++) {
		gsize length = strlen(signs[i].word);
		if (end - word <= (gssize)length || g_ascii_strncasecmp(word, signs[i].word, length) != 0)
			continue;
		const char *close = word + length;
		if (close + 1 < end && *close == ' ')
			close++;
		if (*close == closing[open - opening]) {
			*sign_out = signs[i].sign;
			return close + 1 - p;
		}
	}
	return 0;
}

/* "evil[.com", "evil.]com", "evil\.com", "evil-dot-com": only between letters. */
static gsize half_dot(const char *text, const char *p, const char *end)
{
	static const char *const halves[] = {"[.", ".]", "\\.", "-dot-", "_dot_"};
	if (p == text || !is_word(p[-1]))
		return 0;
	for (guint i = 0; i < G_N_ELEMENTS(halves); i++) {
		gsize length = strlen(halves[i]);
		if (end - p > (gssize)length && g_ascii_strncasecmp(p, halves[i], length) == 0 &&
			is_word(p[length]))
			return length;
	}
	return 0;
}

/* Ideographic full stops are dots between ASCII only; else they end a sentence (UTS 46). Word processors
 * write a hyphen that does not break: "evil\u2011shop.example" is not "shop.example". */
static char wide_sign(const char *text, const char *p, const char *end)
{
	static const struct {
		const char *character; /* three bytes each */
		char sign;
	} wide[] = {{"\u3002", '.'}, {"\uff0e", '.'}, {"\uff61", '.'}, {"\u2010", '-'}, {"\u2011", '-'},
		{"\uff0d", '-'}};
	if (end - p < 4 || p == text || !g_ascii_isalnum(p[-1]) || !g_ascii_isalnum(p[3]))
		return 0;
	for (guint i = 0; i < G_N_ELEMENTS(wide); i++)
		if (memcmp(p, wide[i].character, 3) == 0)
			return wide[i].sign;
	return 0;
}

/* "http:\/\/evil.example\/x", as programs write it that escape for JavaScript. */
static gboolean escaped_slash(const char *text, const char *p, const char *end)
{
	return end - p > 1 && p[0] == '\\' && p[1] == '/' && p > text && p[-1] != '\\';
}

/* Characters nobody sees, put into names to hide them from programs. */
static gsize invisible(const char *p, const char *end)
{
	guchar a = p[0], b = end - p > 1 ? p[1] : 0, c = end - p > 2 ? p[2] : 0;
	if (a == 0xc2 && b == 0xad)
		return 2;
	if (a == 0xe2 && b == 0x80 && ((c >= 0x8b && c <= 0x8f) || (c >= 0xaa && c <= 0xae)))
		return 3;
	if ((a == 0xe2 && b == 0x81 && ((c >= 0xa0 && c <= 0xa4) || (c >= 0xa6 && c <= 0xa9))) ||
		(a == 0xef && b == 0xbb && c == 0xbf))
		return 3;
	return 0;
}

static gboolean starts_with_suffix(const char *p, const char *end)
{
	char name[70] = "x.";
	gsize n = 2;
	while (p < end && g_ascii_isalnum(*p) && n + 1 < sizeof name)
		name[n++] = g_ascii_tolower(*p++);
	return n > 2 && domain_is_delegated(name);
}

static gboolean word_may_precede_dot(const Chunk *chunk)
{
	const char *word = chunk->text + chunk->length;
	while (word > chunk->text && is_word(word[-1]))
		word--;
	for (guint i = 0; i < G_N_ELEMENTS(not_before_dot); i++)
		if (g_ascii_strcasecmp(word, not_before_dot[i]) == 0)
			return FALSE;
	return *word != '\0';
}

static void put(Chunk *chunk, const char *bytes, gsize n, gsize source)
{
	for (gsize i = 0; i < n; i++) {
		chunk->source[chunk->length] = source;
		chunk->text[chunk->length++] = bytes[i];
	}
}

/* At a space: a dot with spaces around it goes on with the name. Returns the bytes used. */
static gsize spaced_dot(const char *text, const char *p, const char *end, Chunk *chunk)
{
	const char *q = p, *sign = ".";
	while (q < end && (*q == ' ' || *q == '\t') && q - p < 3)
		q++;
	gsize used = bracketed(q, end, &sign);
	gboolean bare = end - q > 4 && g_ascii_strncasecmp(q, "dot ", 4) == 0;
	if ((!used && !bare) || chunk->length == 0 || !is_word(chunk->text[chunk->length - 1]))
		return 0;

	q += used ? used : 3;
	while (q < end && (*q == ' ' || *q == '\t'))
		q++;
	if (q == end || !is_word(*q) ||
		(bare && (!starts_with_suffix(q, end) || !word_may_precede_dot(chunk))))
		return 0;
	put(chunk, sign, strlen(sign), p - text);
	return q - p;
}

/* "http:// evil.example" and "http: //evil.example", as relays and careful people write it. */
static gsize spaced_scheme(const char *p, const char *end, const Chunk *chunk)
{
	gsize n = chunk->length;
	const char *next = p + 1;
	if (n >= 7 && memcmp(chunk->text + n - 3, "://", 3) == 0 && next < end && is_word(*next))
		return 1;
	if (n >= 5 && chunk->text[n - 1] == ':' && end - next > 3 && memcmp(next, "//", 2) == 0 &&
		is_word(next[2]))
		return 1;
	return 0;
}

gsize refang_chunk(const char *text, gsize length, gsize pos, Chunk *chunk)
{
	const char *end = text + length, *p = text + pos, *sign = NULL;
	chunk->length = 0;
	chunk->defanged = FALSE;

	while (p < end && chunk->length < REFANG_MAX) {
		gsize used = 0;
		char wide;
		chunk->text[chunk->length] = '\0';
		if (is_space(*p)) {
			used = spaced_dot(text, p, end, chunk);
			if (!used)
				used = spaced_scheme(p, end, chunk);
			if (!used)
				break;
			chunk->defanged = TRUE;
		} else if (g_ascii_isalnum(*p)) {
			put(chunk, p, used = 1, p - text);
		} else if ((used = invisible(p, end))) {
			; /* gone */
		} else if ((used = bracketed(p, end, &sign))) {
			put(chunk, sign, strlen(sign), p - text);
			chunk->defanged = TRUE;
		} else if ((used = half_dot(text, p, end))) {
			put(chunk, ".", 1, p - text);
			chunk->defanged = TRUE;
		} else if ((wide = wide_sign(text, p, end))) {
			put(chunk, &wide, 1, p - text);
			used = 3;
		} else if (escaped_slash(text, p, end)) {
			put(chunk, "/", 1, p - text);
			used = 2;
		} else {
			put(chunk, p, used = 1, p - text);
		}
		p += used;
	}
	chunk->text[chunk->length] = '\0';
	chunk->source[chunk->length] = p - text;
	return p - text;
}

static const struct {
	const char *word, *meant;
	gboolean defanged;
} schemes[] = {
	{"http", "http", FALSE},
	{"https", "https", FALSE},
	{"ftp", "ftp", FALSE},
	{"fxp", "ftp", TRUE},
	{"meow", "http", TRUE},
	{"ttp", "http", TRUE}, /* the first letter was not copied */
	{"ttps", "https", TRUE},
};

const char *refang_scheme(const char *scheme, gsize length, gboolean *defanged_out)
{
	for (guint i = 0; i < G_N_ELEMENTS(schemes); i++)
		if (length == strlen(schemes[i].word) &&
			g_ascii_strncasecmp(scheme, schemes[i].word, length) == 0) {
			*defanged_out = schemes[i].defanged;
			return schemes[i].meant;
		}
	*defanged_out = TRUE;

	/* h, letters or signs in place of "tt", p, perhaps s */
	gsize i = 1;
	if (length < 3 || g_ascii_tolower(scheme[0]) != 'h')
		return NULL;
	while (i < length && i < 6 && scheme[i] && strchr("tTxX*_-#", scheme[i]))
		i++;
	if (i == 1 || i == length || g_ascii_tolower(scheme[i]) != 'p')
		return NULL;
	if (i + 1 == length)
		return "http";
	return i + 2 == length && strchr("sSxX*", scheme[i + 1]) ? "https" : NULL;
}
