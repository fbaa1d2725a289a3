#include "config-private.h"

#include <jansson.h>
#include <string.h>

static void show_secret(const Config *config, const char *section, const char *key, GString *out)
{
	static const char *const endings[] = {"_file", "_command"};

	if (config_string(config, section, key))
		g_string_append_printf(out, "%s = ********\n", key);
	for (guint i = 0; i < G_N_ELEMENTS(endings); i++) {
		g_autofree char *name = g_strconcat(key, endings[i], NULL);
		const char *text = config_string(config, section, name);
		if (text)
			g_string_append_printf(out, "%s = %s\n", name, text);
	}
}

static void show_conninfo(const char *key, const char *text, GString *out)
{
	g_autofree char *masked = text ? config_conninfo_masked(text) : NULL;

	if (masked)
		g_string_append_printf(out, "%s = %s\n", key, masked);
}

char *config_show(const Config *config)
{
	GString *out = g_string_new(NULL);

	for (guint i = 0; i < config->order->len; i++) {
		const char *section = config->order->pdata[i];

		g_string_append_printf(out, "%s[%s]\n", i ? "\n" : "", section);
		for (const ConfigKey *key = config_table_section(section)->keys; key->key; key++) {
			const char *text = config_string(config, section, key->key);

			if (key->type == CONFIG_SECRET)
				show_secret(config, section, key->key, out);
			else if (key->type == CONFIG_CONNINFO)
				show_conninfo(key->key, text, out);
			else if (text)
				g_string_append_printf(out, "%s = %s\n", key->key, text);
		}
	}
	return g_string_free(out, FALSE);
}

static void example_key(const ConfigKey *key, GString *out)
{
	g_string_append_printf(out, "# %s\n", key->help);
	if (key->choices) {
		g_auto(GStrv) words = g_strsplit(key->choices, "|", -1);
		g_autofree char *list = g_strjoinv(", ", words);
		g_string_append_printf(out, "# One of: %s.\n", list);
	}
	if (key->type == CONFIG_SECRET)
		g_string_append_printf(out, "#%s_file = \n#%s_command = \n", key->key, key->key);
	else if (key->needed)
		g_string_append_printf(out, "#%s = (needed)\n", key->key);
	else
		g_string_append_printf(out, "#%s = %s\n", key->key, key->fallback ? key->fallback : "");
}

char *config_example(void)
{
	GString *out = g_string_new("# complaintd.conf. What stands behind # is the default.\n");

	for (const ConfigSection *s = config_table; s->name; s++) {
		/* A mailbox or relay that nobody filled in would be an error. */
		gboolean optional = !s->single || s->keys[0].needed;

		g_string_append_printf(out, "\n# %s\n%s[%s%s]\n", s->help, optional ? "#" : "", s->name,
			s->single ? "" : " NAME");
		for (const ConfigKey *key = s->keys; key->key; key++)
			example_key(key, out);
	}
	return g_string_free(out, FALSE);
}

static void add_list(json_t *border, const Config *config, const char *key, const char *name)
{
	const char *const *items = config_list(config, "border", key);
	if (!*items)
		return;

	json_t *array = json_array();
	for (; *items; items++)
		json_array_append_new(array, json_string(*items));
	json_object_set_new(border, name, array);
}

char *config_border(const Config *config)
{
	static const char *const texts[] = {
		"instance", "token_domain", "token_pattern", "webform_header", "suffix_file"};
	json_t *border = json_object();

	add_list(border, config, "authserv_id", "authserv_ids");
	add_list(border, config, "hosts", "hosts");
	add_list(border, config, "addresses", "addresses");
	add_list(border, config, "domains", "domains");
	for (guint i = 0; i < G_N_ELEMENTS(texts); i++) {
		const char *text = config_string(config, "border", texts[i]);
		if (text)
			json_object_set_new(border, texts[i], json_string(text));
	}

	char *line = json_dumps(border, JSON_COMPACT | JSON_SORT_KEYS);
	char *copy = g_strdup(line);
	free(line);
	json_decref(border);
	return copy;
}
