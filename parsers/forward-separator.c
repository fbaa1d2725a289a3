#include "forward-block.h"
#include "forward-clients.h"

#include <string.h>

enum { SEPARATOR_MAX = 200 }; /* bytes of a phrase */

/* Bytes of one dash or other drawing at @p; the wide ones are U+2000 to U+2015 and U+2500 to U+2515. */
static gsize drawing(const char *p, const char *end)
{
	if (p < end && strchr("-_=*~+# \t", *p))
		return 1;
	return end - p >= 3 && (memcmp(p, "\xe2\x80", 2) == 0 || memcmp(p, "\xe2\x94", 2) == 0) &&
			(guchar)p[2] <= 0x95
		? 3
		: 0;
}

/* Bytes of dashes and other drawing at @p. */
gsize forward_rule(const char *p, const char *end)
{
	const char *q = p;
	for (gsize n = 1; n; q += n)
		n = drawing(q, end);
	return q - p;
}

/* Where the phrase ends whose line ends at @stop: before its colon and what is drawn behind it. */
static const char *phrase_end(const char *phrase, const char *stop)
{
	for (const char *q = stop; q > phrase; stop = q) {
		q = g_utf8_prev_char(stop);
		if (!drawing(q, stop) && *q != ':' && !g_str_has_prefix(q, "："))
			break;
	}
	return stop;
}

/* The phrase between the dashes; @rest_out what follows them in the line, or NULL. */
const char *forward_separator(
	const Line *line, gboolean forwarded, const char **rest_out, gboolean *known_out)
{
	const char *end = line->text + line->length;
	const char *phrase = line->text + forward_rule(line->text, end);
	gsize dashes = phrase - line->text;
	*rest_out = NULL;

	/* A phrase ends at dashes again, or with the line and its colon. */
	const char *stop = dashes >= 2 ? g_strstr_len(phrase, end - phrase, "--") : NULL;
	if (stop) {
		const char *after = stop + forward_rule(stop, end);
		/* "--- Preposlaná správa --- Forwarded Message ---": two languages, no labels */
		if (memchr(after, ':', end - after))
			*rest_out = after;
	} else {
		stop = end;
	}
	stop = phrase_end(phrase, stop);
	if (stop - phrase > SEPARATOR_MAX || stop == phrase)
		return NULL;

	const char *languages = forward_phrase(phrase, stop - phrase);
	*known_out = languages != NULL;
	if (languages)
		return languages;
	/* "------- ??? -------" in a language nobody listed: its header lines decide. So they do below a
	 * line with a colon, when the subject says that this is a forward. */
	gboolean ruled = dashes >= 3 && stop != end, colon = end[-1] == ':';
	return (ruled && !*rest_out) || (colon && !dashes && forwarded) ? "separator" : NULL;
}
