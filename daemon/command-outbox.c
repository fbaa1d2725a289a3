/* complaint outbox: the mails owed, sent and not sent. */

#include "command.h"

#include <stdio.h>
#include <string.h>

#include "notice.h"
#include "table.h"

/* Columns of desk_api.outbox_list() that are needed for the subject. */
enum {
	LIST_ID,
	LIST_KIND,
	LIST_AUDIENCE,
	LIST_FROM,
	LIST_TO,
	LIST_LANGUAGE,
	LIST_STATE,
	LIST_REASON,
	LIST_DOMAINS,
	LIST_CASES,
	LIST_PARTY,
	LIST_OWED,
	LIST_SENT,
	LIST_ATTEMPTS,
	LIST_REPLY,
	LIST_CONTEXT
};

/* Loaded once; borrowed. */
static const TemplateSet *outbox_templates(GError **error)
{
	static TemplateSet *templates;

	const Config *config = command_config(error);
	if (config && !templates)
		templates = template_set_load(config_string(config, "mail", "templates"),
			config_string(config, "mail", "language"), error);
	return templates;
}

/* Subject and text as they were or will be sent. @context: JSON. */
static gboolean outbox_render(const TemplateSet *templates, const char *party, const char *language,
	const char *audience, const char *kind, const char *context, char **subject_out, char **body_out,
	GError **error)
{
	g_autoptr(Notice) notice = notice_new();

	g_free(notice->kind);
	notice->kind = g_strdup(kind);
	g_free(notice->audience);
	notice->audience = g_strdup(audience);
	g_free(notice->language);
	notice->language = g_strdup(language);
	g_free(notice->party);
	notice->party = g_strdup(party);
	json_decref(notice->context);
	notice->context = json_loads(context, 0, NULL);
	return notice_render(notice, templates, subject_out, body_out, error);
}

static char *list_subject(const TemplateSet *templates, const PGresult *rows, guint row)
{
	char *subject = NULL;
	g_autofree char *body = NULL;

	/* A mail whose template fails is listed all the same: `outbox show` says what is wrong. */
	outbox_render(templates, database_field(rows, row, LIST_PARTY),
		database_field(rows, row, LIST_LANGUAGE), database_field(rows, row, LIST_AUDIENCE),
		database_field(rows, row, LIST_KIND), database_field(rows, row, LIST_CONTEXT), &subject,
		&body, NULL);
	return subject;
}

static json_t *text_or_null(const char *text)
{
	return text && *text ? json_string(text) : json_null();
}

static void list_print_json(const TemplateSet *templates, const PGresult *rows)
{
	for (guint row = 0; row < database_rows(rows); row++) {
		g_autofree char *subject = list_subject(templates, rows, row);
		json_t *mail = json_object();
		json_object_set_new(mail, "id", json_integer(database_field_number(rows, row, LIST_ID)));
		json_object_set_new(mail, "kind", text_or_null(database_field(rows, row, LIST_KIND)));
		json_object_set_new(mail, "audience", text_or_null(database_field(rows, row, LIST_AUDIENCE)));
		json_object_set_new(mail, "from", text_or_null(database_field(rows, row, LIST_FROM)));
		json_object_set_new(mail, "to", text_or_null(database_field(rows, row, LIST_TO)));
		json_object_set_new(mail, "subject", text_or_null(subject));
		json_object_set_new(mail, "language", text_or_null(database_field(rows, row, LIST_LANGUAGE)));
		json_object_set_new(mail, "state", text_or_null(database_field(rows, row, LIST_STATE)));
		json_object_set_new(mail, "reason", text_or_null(database_field(rows, row, LIST_REASON)));
		json_object_set_new(
			mail, "domains", json_loads(database_field(rows, row, LIST_DOMAINS), 0, NULL));
		json_object_set_new(
			mail, "cases", json_loads(database_field(rows, row, LIST_CASES), 0, NULL));
		json_object_set_new(mail, "sender", text_or_null(database_field(rows, row, LIST_PARTY)));
		json_object_set_new(
			mail, "attempts", json_integer(database_field_number(rows, row, LIST_ATTEMPTS)));
		json_object_set_new(mail, "owed", text_or_null(database_field(rows, row, LIST_OWED)));
		json_object_set_new(mail, "sent", text_or_null(database_field(rows, row, LIST_SENT)));
		json_object_set_new(mail, "reply", text_or_null(database_field(rows, row, LIST_REPLY)));
		command_print_json(mail);
		json_decref(mail);
	}
}

static void list_print(const TemplateSet *templates, const PGresult *rows)
{
	static const char *const heads[] = {
		">id", "kind", "audience", "to", "state", "reason", "subject", NULL};
	g_autoptr(Table) table = table_new(heads);

	for (guint row = 0; row < database_rows(rows); row++) {
		g_autofree char *subject = list_subject(templates, rows, row);
		const char *const cells[] = {database_field(rows, row, LIST_ID),
			database_field(rows, row, LIST_KIND), database_field(rows, row, LIST_AUDIENCE),
			database_field(rows, row, LIST_TO), database_field(rows, row, LIST_STATE),
			database_field(rows, row, LIST_REASON), subject};
		table_add(table, cells);
	}
	if (table_rows(table) > 0)
		table_print(table, table_terminal_width(stdout), stdout);
	else
		command_say("no mails");
}

static gboolean outbox_list(int count, char **arguments, GError **error)
{
	static const char sql[] = "select * from desk_api.outbox_list($1, $2, $3, $4)";
	if (!command_word("--state", options.state, command_outbox_states, error) ||
		!command_word("--kind", options.kind, command_outbox_kinds, error))
		return FALSE;
	const TemplateSet *templates = outbox_templates(error);
	if (!templates)
		return FALSE;
	const DatabaseValue values[] = {database_text(options.state), database_text(options.kind),
		database_text(options.desk),
		options.limit > 0 ? database_number(options.limit) : database_null()};
	g_autoptr(PGresult) rows = command_call(sql, G_N_ELEMENTS(values), values, error);
	if (!rows)
		return FALSE;

	if (options.json)
		list_print_json(templates, rows);
	else
		list_print(templates, rows);
	return TRUE;
}

static const char *member(const json_t *document, const char *key)
{
	const char *text = json_string_value(json_object_get(document, key));
	return text ? text : "";
}

void command_add_text(json_t *mail)
{
	g_autoptr(GError) problem = NULL;
	g_autofree char *subject = NULL, *body = NULL;
	const TemplateSet *templates = outbox_templates(&problem);
	char *context = json_dumps(json_object_get(mail, "context"), 0);

	if (templates &&
		outbox_render(templates, member(mail, "sender"), member(mail, "language"),
			member(mail, "audience"), member(mail, "kind"), context, &subject, &body, &problem)) {
		json_object_set_new(mail, "subject", json_string(subject));
		json_object_set_new(mail, "text", json_string(body));
	} else
		json_object_set_new(mail, "problem", json_string(problem->message));
	free(context);
}

/* A mail's lines are lines, not one cell. */
static void show_print_text(const char *text)
{
	g_auto(GStrv) lines = g_strsplit(text, "\n", -1);

	putchar('\n');
	for (guint i = 0; lines[i]; i++) {
		g_autofree char *safe = table_escape(lines[i]);
		puts(safe);
	}
}

static gboolean outbox_show(int count, char **arguments, GError **error)
{
	static const char sql[] = "select desk_api.outbox_show($1)";
	gint64 id;
	if (!command_id(arguments[0], &id, error))
		return FALSE;
	const DatabaseValue values[] = {database_number(id)};
	g_autoptr(PGresult) rows = command_call(sql, G_N_ELEMENTS(values), values, error);
	if (!rows)
		return FALSE;
	json_t *mail = database_field(rows, 0, 0) ? json_loads(database_field(rows, 0, 0), 0, NULL) : NULL;
	if (!mail)
		return command_fail(error, EX_DATAERR, "\"%s\": no such mail", arguments[0]);

	command_add_text(mail);
	if (options.json)
		command_print_json(mail);
	else {
		g_autofree char *text = g_strdup(member(mail, "text"));
		json_object_del(mail, "text");
		json_object_del(mail, "context");
		command_print_object(mail);
		show_print_text(text);
	}
	json_decref(mail);
	return TRUE;
}

static gboolean outbox_retry(int count, char **arguments, GError **error)
{
	gboolean good;
	const DatabaseValue ids = command_ids(count, arguments, &good, error);
	if (!good || !command_confirm(error, "Send %d mails again? Who has got them gets them twice.", count))
		return FALSE;
	const DatabaseValue values[] = {ids, database_text(command_by())};
	return command_act(
		"select * from desk_api.outbox_retry($1, $2)", G_N_ELEMENTS(values), values, error);
}

static gboolean outbox_hold(int count, char **arguments, GError **error)
{
	const DatabaseValue values[] = {database_text(options.reason), database_text(command_by())};
	return command_act("select * from desk_api.outbox_hold($1, $2)", G_N_ELEMENTS(values), values, error);
}

static gboolean outbox_release(int count, char **arguments, GError **error)
{
	gboolean good;
	const DatabaseValue ids = command_ids(count, arguments, &good, error);
	if (!good || (count == 0 && !command_insist(error, "Release every held mail?")))
		return FALSE;
	const DatabaseValue values[] = {count > 0 ? ids : database_null(), database_text(command_by())};
	return command_act(
		"select * from desk_api.outbox_release($1, $2)", G_N_ELEMENTS(values), values, error);
}

static const GOptionEntry yes_options[] = {OPTION_JSON, OPTION_BY, OPTION_YES, {NULL}};
static const GOptionEntry act_options[] = {OPTION_JSON, OPTION_BY, OPTION_REASON, {NULL}};
static const GOptionEntry list_options[] = {OPTION_JSON, OPTION_DESK, OPTION_LIMIT,
	{"state", 0, 0, G_OPTION_ARG_STRING, &options.state,
		"only those owed, held, sending, sent, deferred, refused, uncertain, ...", "STATE"},
	{"kind", 0, 0, G_OPTION_ARG_STRING, &options.kind, "only acknowledgment, warning, suspension, ...",
		"KIND"},
	{NULL}};
static const GOptionEntry show_options[] = {OPTION_JSON, {NULL}};

const Command outbox_commands[] = {
	{"outbox", "list", "", 0, 0, "mails with their state, oldest first", outbox_list, list_options},
	{"outbox", "show", "ID", 1, 1, "one mail as it is or will be sent", outbox_show, show_options},
	{"outbox", "retry", "ID...", 1, -1, "send again, with the same Message-ID", outbox_retry,
		yes_options},
	{"outbox", "cancel", "ID...", 1, -1, "mails that have not left never will", command_act_ids,
		act_options, "select * from desk_api.outbox_cancel($1, $2, $3)"},
	{"outbox", "hold", "", 0, 0, "hold everything owed", outbox_hold, act_options},
	{"outbox", "release", "[ID...]", 0, -1, "let held mails go: these, or all", outbox_release,
		yes_options},
	{NULL}};
