#include "decode.h"

#include <string.h>

#include "message.h"

/* 0..63, or 64 for what base64 skips. */
static guint8 base64_rank(guchar c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (c >= '0' && c <= '9')
		return c - '0' + 52;
	return c == '+' ? 62 : c == '/' ? 63 : 64;
}

GByteArray *decode_base64(const char *text, gsize length)
{
	GByteArray *out = g_byte_array_sized_new(length / 4 * 3 + 4);
	g_byte_array_set_size(out, length / 4 * 3 + 4);
	guint8 *to = out->data;
	guint32 bits = 0;
	guint count = 0;
	for (gsize i = 0; i < length; i++) {
		guint8 rank = base64_rank(text[i]);
		if (text[i] == '=') {
			/* The end of a chunk: what hangs over is padding; another may follow. */
			bits = 0;
			count = 0;
		}
		if (rank == 64)
			continue;
		bits = bits << 6 | rank;
		count += 6;
		if (count >= 8) {
			count -= 8;
			*to++ = bits >> count;
		}
	}
	g_byte_array_set_size(out, to - out->data);
	return out;
}

GByteArray *decode_quoted_printable(const char *text, gsize length)
{
	GByteArray *out = g_byte_array_sized_new(length + 1);
	g_byte_array_set_size(out, length);
	guint8 *to = out->data;
	for (gsize i = 0; i < length; i++) {
		if (text[i] != '=') {
			*to++ = text[i];
			continue;
		}
		if (i + 2 < length + 0 && g_ascii_isxdigit(text[i + 1]) && g_ascii_isxdigit(text[i + 2])) {
			*to++ = g_ascii_xdigit_value(text[i + 1]) << 4 | g_ascii_xdigit_value(text[i + 2]);
			i += 2;
			continue;
		}
		gsize end = i + 1;
		while (end < length && (text[end] == ' ' || text[end] == '\t' || text[end] == '\r'))
			end++;
		if (end < length && text[end] == '\n')
			i = end; /* soft line break */
		else if (end < length)
			*to++ = '=';
	}
	g_byte_array_set_size(out, to - out->data);
	return out;
}

/* One encoded word: =?charset*language?encoding?text?=. */
typedef struct {
	const char *charset, *text;
	gsize charset_length, text_length;
	char encoding;
	const char *end;
} Word;

static gboolean word_read(const char *at, Word *word)
{
	const char *mark = strchr(at + 2, '?');
	if (!mark || mark == at + 2 || mark - at > 80 || !mark[1] || mark[2] != '?')
		return FALSE;
	word->encoding = g_ascii_toupper(mark[1]);
	if (word->encoding != 'B' && word->encoding != 'Q')
		return FALSE;
	word->charset = at + 2;
	word->charset_length = mark - word->charset;
	const char *language = memchr(word->charset, '*', word->charset_length);
	if (language)
		word->charset_length = language - word->charset;
	word->text = mark + 3;
	/* "?=" also closes when a Q word holds a raw '?'. */
	const char *close = strstr(word->text, "?=");
	/* "=?utf-8?Q?=41?=": the text itself begins with '='. */
	if (close == word->text && word->text[2] && strstr(word->text + 1, "?=") && word->text[-1] == '?' &&
		word->encoding == 'Q' && g_ascii_isxdigit(word->text[2]))
		close = strstr(word->text + 1, "?=");
	if (!close)
		return FALSE;
	word->text_length = close - word->text;
	word->end = close + 2;
	return TRUE;
}

static void word_bytes(const Word *word, GByteArray *out)
{
	if (word->encoding == 'B') {
		g_autoptr(GByteArray) bytes = decode_base64(word->text, word->text_length);
		g_byte_array_append(out, bytes->data, bytes->len);
		return;
	}
	for (gsize i = 0; i < word->text_length; i++) {
		guint8 c = word->text[i];
		if (c == '=' && i + 2 < word->text_length && g_ascii_isxdigit(word->text[i + 1]) &&
			g_ascii_isxdigit(word->text[i + 2])) {
			c = g_ascii_xdigit_value(word->text[i + 1]) << 4 |
				g_ascii_xdigit_value(word->text[i + 2]);
			i += 2;
		} else if (c == '_') {
			c = ' ';
		}
		g_byte_array_append(out, &c, 1);
	}
}

static const char *skip_blanks(const char *at)
{
	while (*at == ' ' || *at == '\t' || *at == '\r' || *at == '\n')
		at++;
	return at;
}

/* Neighbours in one charset are joined before conversion: a character may be cut between them. */
static const char *words_append(const Word *first, GString *out)
{
	g_autoptr(GByteArray) bytes = g_byte_array_new();
	Word word = *first, next = *first;
	word_bytes(&word, bytes);
	const char *behind = skip_blanks(word.end);
	while (behind[0] == '=' && behind[1] == '?' && word_read(behind, &next) &&
		next.charset_length == word.charset_length &&
		!g_ascii_strncasecmp(next.charset, word.charset, word.charset_length)) {
		word_bytes(&next, bytes);
		word = next;
		behind = skip_blanks(word.end);
	}
	g_autofree char *charset = g_strndup(word.charset, word.charset_length);
	gboolean repaired = FALSE;
	g_autoptr(GString) text = charset_decode((const char *)bytes->data, bytes->len, charset, &repaired);
	g_string_append_len(out, text->str, text->len);
	/* Blanks between two encoded words belong to neither (RFC 2047 section 6.2). */
	return behind[0] == '=' && behind[1] == '?' && word_read(behind, &next) ? behind : word.end;
}

char *message_decode_words(const char *raw)
{
	if (!strstr(raw, "=?"))
		return message_to_utf8(raw, strlen(raw), NULL, NULL);
	g_autoptr(GString) out = g_string_new(NULL);
	const char *from = raw, *at = raw;
	Word word;
	while ((at = strstr(at, "=?"))) {
		if (!word_read(at, &word)) {
			at += 2;
			continue;
		}
		g_string_append_len(out, from, at - from);
		from = at = words_append(&word, out);
	}
	g_string_append(out, from);
	return message_to_utf8(out->str, out->len, NULL, NULL);
}

char *message_to_utf8(const char *bytes, gsize length, const char *charset, gboolean *repaired_out)
{
	gboolean repaired = FALSE;
	GString *text = charset_decode(bytes, length, charset, &repaired);
	if (repaired_out)
		*repaired_out = repaired;
	return g_string_free(text, FALSE);
}
