/* Who complained: as the report says, else as the reported mail does. */

#include "arf.h"

#include <string.h>

#include "domain.h"

char *arf_bare(const char *value)
{
	value += strspn(value, " \t<[\"");
	return g_strndup(value, strcspn(value, " \t>]\"(,;"));
}

/* "hex@provider" is an address like any other; a word alone is only known to its provider. What stands
 * in angle brackets comes before a name: "undisclosed recipient <redacted@example.net>". */
static char *complainant_of(const char *value, const char *provider)
{
	/* "rfc822;user@example.org", as in a delivery report. */
	if (!g_ascii_strncasecmp(value + strspn(value, " "), "rfc822;", 7))
		value = strchr(value, ';') + 1;
	const char *angle = strchr(value, '<');
	g_autofree char *word = arf_bare(angle ? angle : value);
	char *address = strchr(word, '@') ? domain_address(word) : NULL;
	if (address || !*word)
		return address;
	g_strdelimit(word, "@", '\0');
	return g_strdup_printf(
		"redacted:%.64s@%s", *word ? word : "unknown", provider ? provider : "unknown");
}

static gboolean list_has(const GPtrArray *list, const char *text)
{
	for (guint i = 0; i < list->len; i++)
		if (!g_ascii_strcasecmp(list->pdata[i], text))
			return TRUE;
	return FALSE;
}

/* Several forward-paths stand in fields of their own, or in one behind commas. */
static void split_recipients(GPtrArray *complainants, const char *value, const char *provider)
{
	g_auto(GStrv) items = g_strsplit(value, ",", -1);
	/* One more than fits, so that the report says it. */
	for (char **item = items; *item && complainants->len <= REPORT_MAX_INCIDENTS; item++) {
		g_autofree char *complainant = complainant_of(*item, provider);
		if (complainant && !list_has(complainants, complainant))
			g_ptr_array_add(complainants, g_steal_pointer(&complainant));
	}
}

static void recover_recipient(GPtrArray *complainants, Message *original, const char *provider)
{
	static const char *const fields[] = {"X-HmXmrOriginalRecipient", "Delivered-To", "X-Original-To",
		"Envelope-To", "X-Apparently-To", "To"};
	for (guint i = 0; i < G_N_ELEMENTS(fields); i++) {
		if (!message_header_raw(original, fields[i]))
			continue;
		const char *address = message_address(original, fields[i]);
		if (address)
			g_ptr_array_add(complainants, g_strdup(address));
		if (address)
			return;
	}
	const char *to = message_header_raw(original, "To");
	if (to && (strstr(to, "redacted") || strstr(to, "REDACTED")))
		g_ptr_array_add(complainants, complainant_of(to, provider));
}

GPtrArray *arf_complainants(const ArfFields *fields, Message *original, const char *provider)
{
	GPtrArray *complainants = g_ptr_array_new_with_free_func(g_free);
	const char *value;
	for (guint n = 0; (value = arf_field_nth(fields, "Original-Rcpt-To", n)); n++)
		split_recipients(complainants, value, provider);
	static const char *const others[] = {"Original-Recipient", "Removal-Recipient"};
	for (guint i = 0; i < G_N_ELEMENTS(others) && !complainants->len; i++)
		if ((value = arf_field(fields, others[i])))
			split_recipients(
				complainants, strchr(value, ';') ? strchr(value, ';') + 1 : value, provider);
	if (!complainants->len && original)
		recover_recipient(complainants, original, provider);
	if (!complainants->len && (value = arf_field(fields, "Redacted-Address")))
		split_recipients(complainants, value, provider);
	if (!complainants->len)
		g_ptr_array_add(complainants,
			g_strdup_printf("redacted:unknown@%s", provider ? provider : "unknown"));
	return complainants;
}
