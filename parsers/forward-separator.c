#include "forward-block.h"
#include "forward-clients.h"

#include <string.h>

enum { SEPARATOR_MAX = 200 }; /* bytes of a phrase */

/* Bytes of dashes and other drawing at @p. */
gsize forward_rule(const char *p, const char *end)
{
	const char *q = p;
	for (;;) {
		if (q < end && strchr("-_=*~+# \t", *q))
			q++;
		else if (end - q >= 3 && (guchar)q[0] == 0xe2 &&
			((guchar)q[1] == 0x80 || (guchar)q[1] == 0x94) && (guchar)q[2] >= 0x80 &&
			(guchar)q[2] <= 0x95)
			q += 3;
		else
			return q - p;
	}
}

/* The phrase between the dashes; @rest_out what follows them in the line, or NULL. */
const char *forward_separator(
	const Line *line, gboolean forwarded, const char **rest_out, gboolean *known_out)
{
	const char *end = line->text + line->length;
	const char *phrase = line->text + forward_rule(line->text, end);
	gsize dashes = phrase - line->text;
	*rest_out = NULL;
	if (phrase == end || line->length == 0)
		return NULL;

	/* A phrase ends at dashes again, or with the line and its colon. */
	const char *stop = dashes >= 2 ? g_strstr_len(phrase, end - phrase, "--") : NULL;
	if (stop) {
		const char *after = stop + forward_rule(stop, end);
		/* "--- Preposlaná správa --- Forwarded Message ---": two languages, no labels */
		if (after < end && memchr(after, ':', end - after))
			*rest_out = after;
	} else {
		stop = end;
	}
	while (stop > phrase && strchr(" \t:-=*_~", stop[-1]))
		stop--;
	if (stop - phrase >= 3 && memcmp(stop - 3, "：", 3) == 0)
		stop -= 3;
	if (stop - phrase > SEPARATOR_MAX || stop == phrase)
		return NULL;

	const char *languages = forward_phrase(phrase, stop - phrase);
	*known_out = languages != NULL;
	if (languages)
		return languages;
	/* "------- ??? -------" in a language nobody listed: its header lines decide. So they do below a
	 * line with a colon, when the subject says that this is a forward. */
	gboolean ruled = dashes >= 3 && stop != end,
		 colon = stop != end && strchr(":", line->text[line->length - 1]);
	return (ruled && !*rest_out) || (colon && !dashes && forwarded) ? "separator" : NULL;
}
