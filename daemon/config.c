#include "config.h"

#include "config-private.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

G_DEFINE_QUARK(config - error - quark, config_error)

const char *config_path(const char *given)
{
	const char *environment = g_getenv("COMPLAINTD_CONFIG");

	if (given)
		return given;
	return environment && *environment ? environment : SYSCONFDIR "/complaintd/complaintd.conf";
}

static void value_free(gpointer data)
{
	ConfigValue *value = data;

	g_free(value->text);
	g_strfreev(value->list);
	g_free(value);
}

Config *config_ref(Config *config)
{
	g_atomic_int_inc(&config->references);
	return config;
}

void config_unref(Config *config)
{
	if (!config || !g_atomic_int_dec_and_test(&config->references))
		return;
	g_hash_table_unref(config->sections);
	g_ptr_array_unref(config->order);
	g_hash_table_unref(config->by_kind);
	g_free(config->path);
	g_free(config);
}

static Config *config_new(const char *path)
{
	Config *config = g_new0(Config, 1);

	config->references = 1;
	config->path = g_strdup(path);
	config->order = g_ptr_array_new_with_free_func(g_free);
	config->sections =
		g_hash_table_new_full(g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_hash_table_unref);
	config->by_kind = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_strfreev);
	return config;
}

/* A value of the section, or its default from the table. */
static const ConfigValue *config_value(const Config *config, const char *section, const char *key)
{
	GHashTable *values = g_hash_table_lookup(config->sections, section);

	if (!values) /* a section that the file does not have: the defaults of its kind */
		values = g_hash_table_lookup(config->sections, config_table_section(section)->name);
	const ConfigValue *value = values ? g_hash_table_lookup(values, key) : NULL;
	if (!value)
		g_error("the table of the configuration has no [%s] %s", section, key);
	return value;
}

const char *config_string(const Config *config, const char *section, const char *key)
{
	return config_value(config, section, key)->text;
}

gint64 config_number(const Config *config, const char *section, const char *key)
{
	return config_value(config, section, key)->number;
}

gboolean config_switch(const Config *config, const char *section, const char *key)
{
	return config_value(config, section, key)->number != 0;
}

const char *const *config_list(const Config *config, const char *section, const char *key)
{
	static const char *const none[] = {NULL};
	const ConfigValue *value = config_value(config, section, key);

	return value->list ? (const char *const *)value->list : none;
}

gboolean config_has_section(const Config *config, const char *section)
{
	const char *const *names = config_sections(config, config_table_section(section)->name);

	return g_strv_contains(names, section);
}

const char *const *config_sections(const Config *config, const char *kind)
{
	static const char *const none[] = {NULL};
	char **names = g_hash_table_lookup(config->by_kind, kind);

	return names ? (const char *const *)names : none;
}

/* The values of one section: the file's where it has them, else the defaults. */
static gboolean section_read(
	Config *config, GKeyFile *file, const char *full, const ConfigSection *section, GError **error)
{
	g_autoptr(GHashTable) values = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, value_free);
	gboolean present = g_key_file_has_group(file, full);

	for (const ConfigKey *key = section->keys; key->key; key++) {
		g_autofree char *text = present ? g_key_file_get_value(file, full, key->key, NULL) : NULL;
		ConfigValue *value = g_new0(ConfigValue, 1);

		g_hash_table_insert(values, (char *)key->key, value);
		value->given = text != NULL;
		if (!config_value_parse(key, text ? text : key->fallback, value, error)) {
			g_prefix_error(error, "%s: [%s] %s: ", config->path, full, key->key);
			return FALSE;
		}
		if (present && key->needed && !value->text) {
			g_set_error(error, CONFIG_ERROR, CONFIG_ERROR_VALUE, "%s: [%s] needs \"%s\" (%s)",
				config->path, full, key->key, key->help);
			return FALSE;
		}
		if (key->type == CONFIG_SECRET)
			config_secret_sources(values, key, present ? file : NULL, full);
	}
	g_hash_table_insert(config->sections, g_strdup(full), g_steal_pointer(&values));
	return TRUE;
}

static gboolean is_secret_source(const ConfigSection *section, const char *name)
{
	static const char *const endings[] = {"_file", "_command"};

	for (guint i = 0; i < G_N_ELEMENTS(endings); i++) {
		if (!g_str_has_suffix(name, endings[i]))
			continue;
		g_autofree char *base = g_strndup(name, strlen(name) - strlen(endings[i]));
		const ConfigKey *key = config_table_key(section, base);
		if (key && key->type == CONFIG_SECRET)
			return TRUE;
	}
	return FALSE;
}

/* What the table does not know is a typo, and a typo that passes is a default in force that
 * nobody chose. */
static gboolean keys_known(
	const char *path, GKeyFile *file, const char *full, const ConfigSection *section, GError **error)
{
	g_auto(GStrv) keys = g_key_file_get_keys(file, full, NULL, error);

	for (char **k = keys; k && *k; k++) {
		if (config_table_key(section, *k) || is_secret_source(section, *k))
			continue;
		g_autofree char *near = config_table_near_key(section, *k);
		g_set_error(error, CONFIG_ERROR, CONFIG_ERROR_KEY, "%s: [%s] has no key \"%s\"%s%s%s", path,
			full, *k, near ? "; did you mean \"" : "", near ? near : "", near ? "\"?" : "");
		return FALSE;
	}
	return keys != NULL;
}

static gboolean sections_known(const char *path, GKeyFile *file, GError **error)
{
	g_auto(GStrv) groups = g_key_file_get_groups(file, NULL);

	for (char **g = groups; *g; g++) {
		const ConfigSection *section = config_table_section(*g);
		if (section) {
			if (!keys_known(path, file, *g, section, error))
				return FALSE;
			continue;
		}
		g_autofree char *near = config_table_near_section(*g);
		g_set_error(error, CONFIG_ERROR, CONFIG_ERROR_KEY, "%s: there is no section [%s]%s%s%s", path,
			*g, near ? "; did you mean [" : "", near ? near : "", near ? "]?" : "");
		return FALSE;
	}
	return TRUE;
}

static gboolean sections_read(Config *config, GKeyFile *file, GError **error)
{
	g_auto(GStrv) groups = g_key_file_get_groups(file, NULL);

	for (const ConfigSection *s = config_table; s->name; s++) {
		g_autoptr(GStrvBuilder) names = g_strv_builder_new();

		/* The defaults stand under the bare name, whether or not the file has it. */
		if (!section_read(config, file, s->name, s, error))
			return FALSE;
		if (s->single && (g_key_file_has_group(file, s->name) || !s->keys[0].needed))
			g_ptr_array_add(config->order, g_strdup(s->name));
		for (char **g = groups; *g; g++) {
			if (config_table_section(*g) != s)
				continue;
			g_strv_builder_add(names, *g);
			if (strcmp(*g, s->name) == 0)
				continue;
			if (!section_read(config, file, *g, s, error))
				return FALSE;
			g_ptr_array_add(config->order, g_strdup(*g));
		}
		g_hash_table_insert(config->by_kind, g_strdup(s->name), g_strv_builder_end(names));
	}
	return TRUE;
}

static gboolean readable_by_others(const char *path)
{
	struct stat status;

	return stat(path, &status) == 0 && (status.st_mode & S_IROTH);
}

Config *config_load(const char *path, GError **error)
{
	g_autoptr(GKeyFile) file = g_key_file_new();
	g_autoptr(GError) cause = NULL;

	if (!g_key_file_load_from_file(file, path, G_KEY_FILE_NONE, &cause)) {
		g_set_error(error, CONFIG_ERROR, CONFIG_ERROR_FILE, "%s: %s", path, cause->message);
		return NULL;
	}
	if (!sections_known(path, file, error))
		return NULL;

	g_autoptr(Config) config = config_new(path);
	config->open = readable_by_others(path);
	if (!sections_read(config, file, error) || !config_secrets_check(config, error))
		return NULL;
	return g_steal_pointer(&config);
}
