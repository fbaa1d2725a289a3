#include "hostname.h"

#include <idn2.h>
#include <string.h>

/* In A-labels and lower case, not yet checked. Owned by the caller. */
static char *hostname_ascii(const char *typed)
{
	if (g_str_is_ascii(typed))
		return g_ascii_strdown(typed, -1);

	guint8 *ascii = NULL;
	if (idn2_lookup_u8((const guint8 *)typed, &ascii, IDN2_NFC_INPUT | IDN2_NONTRANSITIONAL) != IDN2_OK)
		return NULL;
	char *host = g_ascii_strdown((const char *)ascii, -1);
	idn2_free(ascii);
	return host;
}

static gboolean hostname_label_is_good(const char *label)
{
	gsize length = strlen(label);

	if (length == 0 || length > 63 || label[0] == '-' || label[length - 1] == '-')
		return FALSE;
	for (gsize i = 0; i < length; i++)
		if (!g_ascii_isalnum(label[i]) && label[i] != '-' && label[i] != '_')
			return FALSE;
	return TRUE;
}

char *hostname_normal(const char *typed)
{
	g_autoptr(GString) plain = g_string_new(typed);
	g_string_replace(plain, "[.]", ".", 0);
	if (plain->len > 1 && plain->str[plain->len - 1] == '.')
		g_string_truncate(plain, plain->len - 1);

	g_autofree char *host = plain->len <= 1000 ? hostname_ascii(plain->str) : NULL;
	if (!host || strlen(host) > 253 || !strchr(host, '.'))
		return NULL;
	g_auto(GStrv) labels = g_strsplit(host, ".", -1);
	for (guint i = 0; labels[i]; i++)
		if (!hostname_label_is_good(labels[i]))
			return NULL;
	return g_steal_pointer(&host);
}
