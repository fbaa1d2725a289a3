#include "config-private.h"

#include <gio/gio.h>
#include <string.h>

#define COMMAND_SECONDS 30
#define SECRET_MOST     4096

static void add_source(
	GHashTable *values, GKeyFile *file, const char *section, const char *key, const char *ending)
{
	g_autofree char *name = g_strconcat(key, ending, NULL);
	ConfigValue *value = g_new0(ConfigValue, 1);

	value->text = file ? g_key_file_get_value(file, section, name, NULL) : NULL;
	value->given = value->text != NULL;
	/* The table of a section lives as long as the program and so do its interned names. */
	g_hash_table_insert(values, (char *)g_intern_string(name), value);
}

void config_secret_sources(GHashTable *values, const ConfigKey *key, GKeyFile *file, const char *section)
{
	add_source(values, file, section, key->key, "_file");
	add_source(values, file, section, key->key, "_command");
}

static const char *source(const Config *config, const char *section, const char *key, const char *ending)
{
	g_autofree char *name = g_strconcat(key, ending, NULL);

	return config_string(config, section, name);
}

/* The first line; the rest would be a mistake that nobody sees. */
static char *one_line(char *text, const char *where, GError **error)
{
	g_autofree char *line = text;

	g_strchomp(line);
	if (*line && !strpbrk(line, "\r\n") && strlen(line) <= SECRET_MOST)
		return g_steal_pointer(&line);
	g_set_error(error, CONFIG_ERROR, CONFIG_ERROR_SECRET, "%s does not hold exactly one line", where);
	return NULL;
}

static char *from_file(const char *path, GError **error)
{
	g_autoptr(GError) cause = NULL;
	char *text = NULL;

	if (g_file_get_contents(path, &text, NULL, &cause))
		return one_line(text, path, error);
	g_set_error(error, CONFIG_ERROR, CONFIG_ERROR_SECRET, "%s", cause->message);
	return NULL;
}

typedef struct {
	GSubprocess *process;
	GCancellable *reading;
	GAsyncResult *result;
	gboolean late;
} Command;

/* What the command has started may hold its output open, so killing the command is not enough. */
static gboolean give_up(gpointer data)
{
	Command *command = data;

	command->late = TRUE;
	g_subprocess_force_exit(command->process);
	g_cancellable_cancel(command->reading);
	return G_SOURCE_REMOVE;
}

static void took_output(GObject *object, GAsyncResult *result, gpointer data)
{
	((Command *)data)->result = g_object_ref(result);
}

/* What it prints, or NULL. */
static char *command_output(Command *command, GMainContext *context, guint seconds, GError **error)
{
	g_autoptr(GSource) timer = g_timeout_source_new_seconds(seconds);
	g_autoptr(GCancellable) reading = command->reading = g_cancellable_new();
	char *output = NULL;

	g_source_set_callback(timer, give_up, command, NULL);
	g_source_attach(timer, context);
	g_subprocess_communicate_utf8_async(command->process, NULL, reading, took_output, command);
	while (!command->result)
		g_main_context_iteration(context, TRUE);
	g_source_destroy(timer);
	g_autoptr(GAsyncResult) result = command->result;
	g_subprocess_communicate_utf8_finish(command->process, result, &output, NULL, error);
	return output;
}

char *config_command_line_within(const char *line, guint seconds, GError **error)
{
	g_auto(GStrv) arguments = NULL;
	if (!g_shell_parse_argv(line, NULL, &arguments, error))
		return NULL;

	/* A context of its own: the caller may be any thread. */
	g_autoptr(GMainContext) context = g_main_context_new();
	g_autoptr(GError) cause = NULL;
	g_main_context_push_thread_default(context);
	g_autoptr(GSubprocess) process =
		g_subprocess_newv((const char *const *)arguments, G_SUBPROCESS_FLAGS_STDOUT_PIPE, &cause);
	Command command = {.process = process};
	g_autofree char *output = process ? command_output(&command, context, seconds, &cause) : NULL;
	g_main_context_pop_thread_default(context);

	if (cause && !command.late) {
		g_propagate_error(error, g_steal_pointer(&cause));
		return NULL;
	}
	if (!command.late && g_subprocess_get_successful(process))
		return one_line(g_steal_pointer(&output), arguments[0], error);
	g_autofree char *late = g_strdup_printf("took longer than %u s", seconds);
	g_set_error(error, CONFIG_ERROR, CONFIG_ERROR_SECRET, "%s %s", arguments[0],
		command.late ? late : "failed");
	return NULL;
}

char *config_command_line(const char *command, GError **error)
{
	return config_command_line_within(command, COMMAND_SECONDS, error);
}

/* systemd's LoadCredential=mailbox-abuse.password:… */
static char *credential_path(const char *section, const char *key)
{
	const char *directory = g_getenv("CREDENTIALS_DIRECTORY");
	if (!directory)
		return NULL;

	g_autofree char *name = g_strdup_printf("%s.%s", section, key);
	g_autofree char *path = g_build_filename(directory, g_strdelimit(name, " /", '-'), NULL);
	return g_file_test(path, G_FILE_TEST_EXISTS) ? g_steal_pointer(&path) : NULL;
}

char *config_secret(const Config *config, const char *section, const char *key, GError **error)
{
	const char *file = source(config, section, key, "_file");
	const char *command = source(config, section, key, "_command");
	g_autofree char *credential = credential_path(section, key);
	char *secret;

	if (file)
		secret = from_file(file, error);
	else if (credential)
		secret = from_file(credential, error);
	else if (command)
		secret = config_command_line(command, error);
	else
		return g_strdup(config_string(config, section, key));
	if (!secret)
		g_prefix_error(error, "[%s] %s: ", section, key);
	return secret;
}

/* A command is only run when its secret is needed; a file must be there from the start. */
static gboolean secret_there(
	const Config *config, const char *section, const char *key, gboolean needed, GError **error)
{
	if (source(config, section, key, "_command") && !source(config, section, key, "_file"))
		return TRUE;

	g_autoptr(GError) cause = NULL;
	g_autofree char *secret = config_secret(config, section, key, &cause);
	if (cause) {
		g_set_error(error, CONFIG_ERROR, CONFIG_ERROR_SECRET, "%s: %s", config->path, cause->message);
		return FALSE;
	}
	if (!secret && needed) {
		g_set_error(error, CONFIG_ERROR, CONFIG_ERROR_SECRET,
			"%s: [%s] needs \"%s\", \"%s_file\", \"%s_command\" or a systemd credential",
			config->path, section, key, key, key);
		return FALSE;
	}
	if (config->open && config_string(config, section, key)) {
		g_set_error(error, CONFIG_ERROR, CONFIG_ERROR_SECRET,
			"%s: [%s] %s: others can read this file; chmod o-r it or use \"%s_file\"",
			config->path, section, key, key);
		return FALSE;
	}
	return TRUE;
}

char *config_conninfo_masked(const char *text)
{
	static const char *const patterns[] = {
		"((?:^|\\s)(?:ssl)?password\\s*=\\s*)(?:'(?:[^'\\\\]|\\\\.)*'|(?:[^\\s\\\\]|\\\\.)+)",
		"(^postgres(?:ql)?://[^:/@]*:)[^@]*(?=@)",
		"([?&](?:ssl)?password=)[^&]*",
	};
	char *masked = g_strdup(text);

	for (guint i = 0; i < G_N_ELEMENTS(patterns); i++) {
		g_autoptr(GRegex) regex = g_regex_new(patterns[i], 0, 0, NULL);
		g_autofree char *before = masked;
		masked = g_regex_replace(regex, before, -1, 0, "\\1********", 0, NULL);
	}
	return masked;
}

/* Others could read it, and this program could not know. */
static gboolean conninfo_is_closed(const Config *config, GError **error)
{
	const char *text = config_string(config, "database", "conninfo");
	g_autofree char *masked = config_conninfo_masked(text);

	if (!config->open || g_str_equal(masked, text))
		return TRUE;
	g_set_error(error, CONFIG_ERROR, CONFIG_ERROR_SECRET,
		"%s: [database] conninfo holds a password, and others can read this file; chmod o-r it or "
		"use "
		"\"password_file\"",
		config->path);
	return FALSE;
}

static gboolean is_needed(const Config *config, const char *section, const char *kind)
{
	if (strcmp(kind, "mailbox") == 0)
		return strcmp(config_string(config, section, "auth"), "password") == 0;
	if (strcmp(kind, "relay") == 0)
		return config_string(config, section, "user") != NULL;
	return strcmp(kind, "hook") == 0;
}

static gboolean token_command_there(const Config *config, const char *section, GError **error)
{
	if (strcmp(config_string(config, section, "auth"), "xoauth2") != 0 ||
		config_string(config, section, "token_command"))
		return TRUE;
	g_set_error(error, CONFIG_ERROR, CONFIG_ERROR_SECRET,
		"%s: [%s] needs \"token_command\" with auth = xoauth2", config->path, section);
	return FALSE;
}

gboolean config_secrets_check(const Config *config, GError **error)
{
	if (!conninfo_is_closed(config, error))
		return FALSE;
	for (const ConfigSection *s = config_table; s->name; s++) {
		const char *const *names = config_sections(config, s->name);

		for (; *names; names++) {
			for (const ConfigKey *key = s->keys; key->key; key++)
				if (key->type == CONFIG_SECRET &&
					!secret_there(config, *names, key->key,
						is_needed(config, *names, s->name), error))
					return FALSE;
			if (strcmp(s->name, "mailbox") == 0 && !token_command_there(config, *names, error))
				return FALSE;
		}
	}
	return TRUE;
}
