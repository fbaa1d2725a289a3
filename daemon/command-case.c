/* complaint case and action: what a desk works on. */

#include "command.h"

static gboolean case_list(int count, char **arguments, GError **error)
{
	static const char open[] =
		"select \"case\", to_char(age, 'DD\"d\" HH24:MI') as age, track, category, relation, "
		"resource, customer, state, complaints,"
		" counting, wanted, due_at::timestamp(0) as due, assigned_to, note from dashboard.queue"
		" where $1::text is null or state = $1 limit $2";
	static const char all[] = "select \"case\", opened_at::timestamp(0) as opened, track, category, "
				  "relation, resource, customer, state, outcome,"
				  " complaints, counting, closed_at::timestamp(0) as closed, assigned_to, "
				  "note from dashboard.cases"
				  " where $1::text is null or state = $1 order by \"case\" desc limit $2";
	if (!command_word("--state", options.state, command_case_states, error))
		return FALSE;
	const DatabaseValue values[] = {database_text(options.state), command_limit(100)};
	return command_list(options.all || options.state ? all : open, G_N_ELEMENTS(values), values, error);
}

static gboolean show_by_id(int count, char **arguments, GError **error)
{
	gint64 id;
	if (!command_id(arguments[0], &id, error))
		return FALSE;
	const DatabaseValue values[] = {database_number(id)};
	const Command *row = command_running();
	return command_show(row->with, row->noun, arguments[0], G_N_ELEMENTS(values), values, error);
}

static gboolean action_list(int count, char **arguments, GError **error)
{
	static const char wanted[] = "select action, kind, resource, customer, reseller, \"case\", "
				     "to_char(age, 'DD\"d\" HH24:MI') as age, complaints, reason"
				     " from dashboard.actions_wanted where $1::text is null limit $2";
	static const char all[] =
		"select action, kind, state, resource, customer, \"case\", created_at::timestamp(0) as "
		"created, coalesce(decided_by, proposed_by) as by,"
		" reason, result from dashboard.actions where $1::text is null or state = $1 order by action "
		"desc limit $2";
	if (!command_word("--state", options.state, command_action_states, error))
		return FALSE;
	const DatabaseValue values[] = {database_text(options.state), command_limit(100)};
	return command_list(options.all || options.state ? all : wanted, G_N_ELEMENTS(values), values, error);
}

static const GOptionEntry show_options[] = {OPTION_JSON, {NULL}};
static const GOptionEntry case_list_options[] = {OPTION_JSON, OPTION_LIMIT,
	{"all", 0, 0, G_OPTION_ARG_NONE, &options.all, "closed ones too, newest first", NULL},
	{"state", 0, 0, G_OPTION_ARG_STRING, &options.state, "only open, waiting, answered or closed",
		"STATE"},
	{NULL}};
static const GOptionEntry action_list_options[] = {OPTION_JSON, OPTION_LIMIT,
	{"all", 0, 0, G_OPTION_ARG_NONE, &options.all, "all of them, newest first", NULL},
	{"state", 0, 0, G_OPTION_ARG_STRING, &options.state,
		"only proposed, approved, executing, done, failed, ...", "STATE"},
	{NULL}};

const Command case_commands[] = {
	{"case", "list", "", 0, 0, "open cases by age (100)", case_list, case_list_options},
	{"case", "show", "ID", 1, 1, "complaints, actions, mails, notes, history", show_by_id, show_options,
		"select desk_api.case_show($1)"},
	{"action", "list", "", 0, 0, "what waits for a person's word (100)", action_list,
		action_list_options},
	{"action", "show", "ID", 1, 1, "one action with its figures, calls and mails", show_by_id,
		show_options, "select desk_api.action_show($1)"},
	{NULL}};
