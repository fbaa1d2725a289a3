#include "domain.h"

#include <string.h>

/* Lower-case Cyrillic and Greek letters that a reader takes for ASCII ones. A label of nothing else is a
 * trap; a word of a language nearly always has another letter. */
static const char look_alikes[] = "аеһіјӏорсухѕԁԛԝ"
				  "ανορυϲ";

/* Scripts that are written together (UTS 39, highly restrictive, without Latin). */
static gboolean scripts_go_together(GUnicodeScript a, GUnicodeScript b)
{
	static const GUnicodeScript asian[] = {G_UNICODE_SCRIPT_HAN, G_UNICODE_SCRIPT_HIRAGANA,
		G_UNICODE_SCRIPT_KATAKANA, G_UNICODE_SCRIPT_BOPOMOFO, G_UNICODE_SCRIPT_HANGUL,
		G_UNICODE_SCRIPT_LATIN};
	gboolean has_a = FALSE, has_b = FALSE;

	for (guint i = 0; i < G_N_ELEMENTS(asian); i++) {
		has_a |= asian[i] == a;
		has_b |= asian[i] == b;
	}
	return a == b || (has_a && has_b);
}

static gboolean label_is_homograph(const char *label)
{
	GUnicodeScript script = G_UNICODE_SCRIPT_COMMON;
	gboolean all_alike = TRUE, foreign = FALSE;

	for (const char *p = label; *p; p = g_utf8_next_char(p)) {
		gunichar c = g_utf8_get_char(p);
		GUnicodeScript own = g_unichar_get_script(c);
		if (own == G_UNICODE_SCRIPT_COMMON || own == G_UNICODE_SCRIPT_INHERITED)
			continue;
		if (script != G_UNICODE_SCRIPT_COMMON && !scripts_go_together(script, own))
			return TRUE;
		script = own;
		if (own != G_UNICODE_SCRIPT_LATIN) {
			foreign = TRUE;
			all_alike = all_alike && g_utf8_strchr(look_alikes, -1, c);
		}
	}
	return foreign && all_alike;
}

gboolean domain_is_homograph(const char *host)
{
	if (!host || !strstr(host, "xn--"))
		return FALSE;

	g_autofree char *unicode = g_hostname_to_unicode(host);
	if (!unicode)
		return FALSE;
	g_auto(GStrv) labels = g_strsplit(unicode, ".", -1);
	for (char **label = labels; *label; label++)
		if (label_is_homograph(*label))
			return TRUE;
	return FALSE;
}
