#include "border.h"

#include <jansson.h>
#include <string.h>

#define BORDER_ERROR (g_quark_from_static_string("border"))

static const struct {
	const char *key;
	gsize offset;
	gboolean is_list;
} members[] = {
	{"authserv_ids", G_STRUCT_OFFSET(Border, authserv_ids), TRUE},
	{"hosts", G_STRUCT_OFFSET(Border, hosts), TRUE},
	{"addresses", G_STRUCT_OFFSET(Border, addresses), TRUE},
	{"domains", G_STRUCT_OFFSET(Border, domains), TRUE},
	{"instance", G_STRUCT_OFFSET(Border, instance), FALSE},
	{"token_domain", G_STRUCT_OFFSET(Border, token_domain), FALSE},
	{"token_pattern", G_STRUCT_OFFSET(Border, token_pattern), FALSE},
	{"webform_header", G_STRUCT_OFFSET(Border, webform_header), FALSE},
	{"suffix_file", G_STRUCT_OFFSET(Border, suffix_file), FALSE},
};

static char *const no_strings[] = {NULL};

static gboolean fail(GError **error, const char *what, const char *why)
{
	g_set_error(error, BORDER_ERROR, 0, "border: %s %s", what, why);
	return FALSE;
}

/* Names compare in lower case; a pattern, a path and a header keep theirs. */
static gboolean read_list(const char *key, json_t *value, char ***list_out, GError **error)
{
	if (!json_is_array(value))
		return fail(error, key, "is not a list");
	g_autoptr(GPtrArray) list = g_ptr_array_new_with_free_func(g_free);
	size_t i;
	json_t *item;
	json_array_foreach(value, i, item)
	{
		if (!json_is_string(item))
			return fail(error, key, "holds something that is no string");
		g_ptr_array_add(list, g_ascii_strdown(json_string_value(item), -1));
	}
	g_ptr_array_add(list, NULL);
	g_ptr_array_set_free_func(list, NULL);
	g_strfreev(*list_out);
	*list_out = (char **)g_ptr_array_free(g_steal_pointer(&list), FALSE);
	return TRUE;
}

static gboolean read_member(Border *border, const char *key, json_t *value, GError **error)
{
	for (guint i = 0; i < G_N_ELEMENTS(members); i++) {
		if (strcmp(members[i].key, key))
			continue;
		if (members[i].is_list)
			return read_list(key, value, (char ***)((char *)border + members[i].offset), error);
		if (json_is_null(value))
			return TRUE;
		if (!json_is_string(value))
			return fail(error, key, "is not a string");
		char **member = (char **)((char *)border + members[i].offset);
		g_free(*member);
		*member = g_strdup(json_string_value(value));
		return TRUE;
	}
	return fail(error, key, "is no key of it");
}

static gboolean border_finish(Border *border, GError **error)
{
	for (guint i = 0; i < G_N_ELEMENTS(members); i++) {
		char ***list = (char ***)((char *)border + members[i].offset);
		if (members[i].is_list && !*list)
			*list = g_strdupv((char **)no_strings);
	}
	if (!border->token_pattern)
		return TRUE;
	border->token_regex = g_regex_new(border->token_pattern, 0, 0, error);
	if (border->token_regex && g_regex_get_capture_count(border->token_regex) < 1)
		return fail(error, "token_pattern", "has no group");
	return border->token_regex != NULL;
}

Border *border_new_from_json(const char *json, gsize length, GError **error)
{
	g_autoptr(Border) border = g_new0(Border, 1);
	json_error_t where = {0};
	json_t *root =
		json && length ? json_loadb(json, length, JSON_REJECT_DUPLICATES, &where) : json_object();
	if (!json_is_object(root)) {
		json_decref(root);
		fail(error, "is not a JSON object:", where.text);
		return NULL;
	}
	gboolean good = TRUE;
	const char *key;
	json_t *value;
	json_object_foreach(root, key, value) if (good) good = read_member(border, key, value, error);
	json_decref(root);
	if (!good || !border_finish(border, error))
		return NULL;
	return g_steal_pointer(&border);
}

void border_free(Border *border)
{
	if (!border)
		return;
	for (guint i = 0; i < G_N_ELEMENTS(members); i++) {
		gpointer *member = (gpointer *)((char *)border + members[i].offset);
		if (members[i].is_list)
			g_strfreev(*member);
		else
			g_free(*member);
	}
	g_clear_pointer(&border->token_regex, g_regex_unref);
	g_free(border);
}

static gboolean list_has(char *const *list, const char *text)
{
	for (; list && *list; list++)
		if (!g_ascii_strcasecmp(*list, text))
			return TRUE;
	return FALSE;
}

/* "*.prod.outlook.com", "2002:*": hosted mail has a new name for each mail. */
static gboolean list_matches(char *const *list, const char *text)
{
	g_autofree char *lower = g_ascii_strdown(text, -1);
	for (; list && *list; list++)
		if (strchr(*list, '*') && g_pattern_match_simple(*list, lower))
			return TRUE;
	return FALSE;
}

gboolean border_is_our_host(const Border *border, const char *host)
{
	return host && (list_has(border->hosts, host) || list_matches(border->hosts, host));
}

gboolean border_is_our_address(const Border *border, const char *address)
{
	if (!address)
		return FALSE;
	if (list_has(border->addresses, address))
		return TRUE;
	const char *at = strrchr(address, '@');
	return at && list_has(border->addresses, at);
}

gboolean border_is_our_domain(const Border *border, const char *domain)
{
	for (; domain; domain = strchr(domain, '.')) {
		domain += *domain == '.';
		if (list_has(border->domains, domain))
			return TRUE;
	}
	return FALSE;
}
