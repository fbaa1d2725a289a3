/* Rules with and without a test: what the tool must find of them is written in check. */

#include "planted.h"

#include <string.h>

static const char *const planted_words[] = {"abuse", "spam|junk", NULL};

gboolean planted_is_report(const char *text, gboolean is_list)
{
	if (!text)
		return FALSE;
	if (is_list)
		return FALSE;
	for (guint i = 0; planted_words[i]; i++) {
		g_auto(GStrv) words = g_strsplit(planted_words[i], "|", -1);
		for (guint j = 0; words[j]; j++)
			if (strlen(text) >= strlen(words[j]) && strstr(text, words[j]))
				return TRUE;
	}
	return FALSE;
}

gboolean planted_never_called(const char *text)
{
	return !text || !*text;
}
