/* complaint config, template: what an administrator writes, checked before a daemon reads it. */

#include "command.h"

#include <stdio.h>
#include <string.h>

#include "advice.h"
#include "notice.h"
#include "table.h"

static const char *template_directory(const Config *config)
{
	return config_string(config, "mail", "templates");
}

/* Every complaint about the templates on standard error; TRUE when there is none. */
static gboolean templates_are_good(const Config *config)
{
	g_autoptr(GPtrArray) problems =
		template_set_check(template_directory(config), config_string(config, "mail", "language"));

	for (guint i = 0; i < problems->len; i++)
		command_say(problems->pdata[i]);
	return problems->len == 0;
}

/* Secrets come from files and commands that may fail later only: try them now. */
static gboolean secret_is_good(const Config *config, const char *section, GError **error)
{
	g_autoptr(GError) problem = NULL;
	g_autofree char *secret = config_secret(config, section, "password", &problem);
	if (!problem)
		return TRUE;
	g_propagate_error(error, g_steal_pointer(&problem));
	return FALSE;
}

static gboolean secrets_are_good(const Config *config, GError **error)
{
	static const char *const kinds[] = {"database", "mailbox", "relay"};

	for (guint i = 0; i < G_N_ELEMENTS(kinds); i++) {
		const char *const *sections = config_sections(config, kinds[i]);
		for (guint j = 0; sections[j]; j++)
			if (!secret_is_good(config, sections[j], error))
				return FALSE;
	}
	return TRUE;
}

/* Remarks that need the database; without one there are none. */
static void advise(const Config *config)
{
	g_autoptr(Database) database = database_open(config, NULL);
	g_autofree char *forgotten = database ? advice_forgotten(config, database) : NULL;

	if (forgotten)
		command_say(forgotten);
}

static gboolean config_check(int count, char **arguments, GError **error)
{
	const Config *config = command_config(error);
	if (!config || !secrets_are_good(config, error) || !advice_settings_work(config, error))
		return FALSE;
	advise(config);
	if (!templates_are_good(config))
		return command_fail(error, EX_CONFIG, "the templates are not in order");
	printf("%s: in order\n", config_path(options.config_path));
	return TRUE;
}

static gboolean config_show_all(int count, char **arguments, GError **error)
{
	const Config *config = command_config(error);
	if (!config)
		return FALSE;
	g_autofree char *text = config_show(config);
	fputs(text, stdout);
	return TRUE;
}

static gboolean config_print_example(int count, char **arguments, GError **error)
{
	g_autofree char *text = config_example();
	fputs(text, stdout);
	return TRUE;
}

static gboolean template_check_all(int count, char **arguments, GError **error)
{
	const Config *config = command_config(error);
	if (!config)
		return FALSE;
	if (!templates_are_good(config))
		return command_fail(error, EX_CONFIG, "the templates are not in order");
	puts("all templates are in order");
	return TRUE;
}

static TemplateSet *templates_load(GError **error)
{
	const Config *config = command_config(error);
	return config ? template_set_load(
				template_directory(config), config_string(config, "mail", "language"), error)
		      : NULL;
}

static gboolean template_list(int count, char **arguments, GError **error)
{
	g_autoptr(TemplateSet) templates = templates_load(error);
	if (!templates)
		return FALSE;
	g_auto(GStrv) mails = template_set_mails(templates);
	for (guint i = 0; mails[i]; i++)
		puts(mails[i]);
	return TRUE;
}

static gboolean template_preview(int count, char **arguments, GError **error)
{
	g_autoptr(TemplateSet) templates = templates_load(error);
	if (!templates)
		return FALSE;
	const char *mail = arguments[0], *dash = strchr(mail, '-');
	json_t *sample = template_set_sample(templates, mail);
	if (!sample || !dash)
		return command_fail(error, EX_DATAERR, "no mail \"%s\"; see complaint template list", mail);

	g_autoptr(Notice) notice = notice_new();
	g_autofree char *subject = NULL, *body = NULL;
	const char *language =
		count > 1 ? arguments[1] : config_string(command_config(NULL), "mail", "language");
	g_free(notice->audience);
	notice->audience = g_strndup(mail, (gsize)(dash - mail));
	g_free(notice->kind);
	notice->kind = g_strdup(dash + 1);
	g_free(notice->language);
	notice->language = g_strdup(language);
	json_decref(notice->context);
	notice->context = json_incref(sample);
	if (!notice_render(notice, templates, &subject, &body, error))
		return FALSE;
	printf("Subject: %s\n\n%s", subject, body);
	return TRUE;
}

const Command config_commands[] = {
	{"config", "check", "", 0, 0, "read the configuration, its secrets and the templates", config_check,
		NULL},
	{"config", "show", "", 0, 0, "every value in force, secrets masked", config_show_all, NULL},
	{"config", "example", "", 0, 0, "a commented file with every key", config_print_example, NULL},
	{"template", "list", "", 0, 0, "the mails there are, as AUDIENCE-KIND", template_list, NULL},
	{"template", "check", "", 0, 0, "compile every template against its sample", template_check_all,
		NULL},
	{"template", "preview", "AUDIENCE-KIND [LANGUAGE]", 1, 2, "a mail filled with its sample",
		template_preview, NULL},
	{NULL}};
