/* complaint case, action, complaint: the hands of staff. The rules are desk_api's; it audits every one of
 * these. */

#include "command.h"

#include <stdio.h>
#include <string.h>

/* Of cases, with one text between the numbers and the person. */
static gboolean act_with_text(const char *sql, int count, char **arguments, const char *text, GError **error)
{
	gboolean good;
	const DatabaseValue ids = command_ids(count, arguments, &good, error);
	if (!good)
		return FALSE;
	const DatabaseValue values[] = {ids, database_text(text), database_text(command_by())};
	return command_act(sql, G_N_ELEMENTS(values), values, error);
}

static gboolean case_assign(int count, char **arguments, GError **error)
{
	return act_with_text(
		"select * from desk_api.case_assign($1, $2, $3)", count, arguments, options.to, error);
}

static gboolean case_snooze(int count, char **arguments, GError **error)
{
	return command_time("--until", options.until, error) &&
		act_with_text("select * from desk_api.case_snooze($1, $2::timestamptz, $3)", count, arguments,
			options.until, error);
}

/* All of standard input, for texts that are longer than an argument should be. */
static char *read_text(GError **error)
{
	g_autoptr(GString) text = g_string_new(NULL);
	char buffer[4096];
	size_t got;

	while ((got = fread(buffer, 1, sizeof buffer, stdin)) > 0 && text->len < 100000)
		g_string_append_len(text, buffer, (gssize)got);
	if (text->len == 0 || !g_utf8_validate(text->str, (gssize)text->len, NULL)) {
		command_fail(error, EX_DATAERR, "the text on standard input is %s",
			text->len ? "no UTF-8" : "empty");
		return NULL;
	}
	return g_strdup(text->str);
}

static gboolean case_note(int count, char **arguments, GError **error)
{
	g_autofree char *text = count > 1 ? g_strdup(arguments[1]) : read_text(error);
	return text &&
		act_with_text("select * from desk_api.case_note($1, $2, $3)", 1, arguments, text, error);
}

static gboolean case_close(int count, char **arguments, GError **error)
{
	gboolean good;
	if (!options.outcome)
		return command_fail(error, EX_USAGE,
			"--outcome is missing: resolved, suspended, no-action, not-ours or false-report");
	const DatabaseValue ids = command_ids(count, arguments, &good, error);
	if (!good)
		return FALSE;
	const DatabaseValue values[] = {ids, database_text(options.outcome), database_text(options.reason),
		database_flag(options.tell), database_text(command_by())};
	return command_act(
		"select * from desk_api.case_close($1, $2, $3, $4, $5)", G_N_ELEMENTS(values), values, error);
}

static gboolean case_merge(int count, char **arguments, GError **error)
{
	gboolean good;
	gint64 into;
	if (!options.into)
		return command_fail(error, EX_USAGE, "--into is missing: the case that goes on");
	if (!command_id(options.into, &into, error))
		return FALSE;
	const DatabaseValue ids = command_ids(count, arguments, &good, error);
	if (!good)
		return FALSE;
	const DatabaseValue values[] = {ids, database_number(into), database_text(command_by())};
	return command_act(
		"select * from desk_api.case_merge($1, $2, $3)", G_N_ELEMENTS(values), values, error);
}

static gboolean case_reply(int count, char **arguments, GError **error)
{
	gint64 id;
	if (!command_id(arguments[0], &id, error))
		return FALSE;
	if (!options.to)
		return command_fail(error, EX_USAGE, "--to is missing: complainant, customer or reseller");
	g_autofree char *text = count > 1 ? g_strdup(arguments[1]) : read_text(error);
	if (!text)
		return FALSE;
	const DatabaseValue values[] = {database_number(id), database_text(options.to), database_text(text),
		database_text(command_by())};
	return command_act(
		"select * from desk_api.case_reply($1, $2, $3, $4)", G_N_ELEMENTS(values), values, error);
}

static gboolean case_whois_false(int count, char **arguments, GError **error)
{
	return command_confirm(error,
		       "Confirm that the registrant data are clearly false? The remedy follows at once.") &&
		command_act_ids(count, arguments, error);
}

static gboolean action_approve(int count, char **arguments, GError **error)
{
	return command_confirm(error, "Approve %d actions? They are then carried out.", count) &&
		command_act_ids(count, arguments, error);
}

static gboolean action_confirm(int count, char **arguments, GError **error)
{
	gboolean good;
	const DatabaseValue ids = command_ids(count, arguments, &good, error);
	if (!good)
		return FALSE;
	const DatabaseValue values[] = {ids, database_flag(!options.undo), database_text(options.reason),
		database_text(command_by())};
	return command_act(
		"select * from desk_api.action_confirm($1, $2, $3, $4)", G_N_ELEMENTS(values), values, error);
}

/* The provisioning system's answer to a call that it had only accepted. */
static gboolean action_result(int count, char **arguments, GError **error)
{
	static const char sql[] = "select desk_api.hook_result($1, $2, $3)";
	const DatabaseValue values[] = {
		database_text(arguments[0]), database_flag(!options.undo), database_text(options.reason)};
	g_autoptr(PGresult) rows = command_call(sql, G_N_ELEMENTS(values), values, error);
	return rows != NULL;
}

#define OPTION_TO(help)                                                                                      \
	{                                                                                                    \
		"to", 0, 0, G_OPTION_ARG_STRING, &options.to, help, "WHOM"                                   \
	}

static const GOptionEntry reason_options[] = {OPTION_JSON, OPTION_BY, OPTION_REASON, {NULL}};
static const GOptionEntry yes_options[] = {OPTION_JSON, OPTION_BY, OPTION_REASON, OPTION_YES, {NULL}};
static const GOptionEntry note_options[] = {OPTION_JSON, OPTION_BY, {NULL}};
static const GOptionEntry assign_options[] = {
	OPTION_JSON, OPTION_BY, OPTION_TO("who works on it; without it nobody"), {NULL}};
static const GOptionEntry reply_options[] = {
	OPTION_JSON, OPTION_BY, OPTION_TO("complainant, customer or reseller"), {NULL}};
static const GOptionEntry snooze_options[] = {OPTION_JSON, OPTION_BY,
	{"until", 0, 0, G_OPTION_ARG_STRING, &options.until,
		"no step before this time (UTC); without it: wake", "TIME"},
	{NULL}};
static const GOptionEntry close_options[] = {OPTION_JSON, OPTION_BY, OPTION_REASON,
	{"outcome", 0, 0, G_OPTION_ARG_STRING, &options.outcome,
		"resolved, suspended, no-action, not-ours, false-report", "OUTCOME"},
	{"tell", 0, 0, G_OPTION_ARG_NONE, &options.tell, "tell the complainants", NULL}, {NULL}};
static const GOptionEntry merge_options[] = {OPTION_JSON, OPTION_BY,
	{"into", 0, 0, G_OPTION_ARG_STRING, &options.into, "the case that goes on", "ID"}, {NULL}};
static const GOptionEntry confirm_options[] = {OPTION_JSON, OPTION_BY, OPTION_REASON,
	{"failed", 0, 0, G_OPTION_ARG_NONE, &options.undo, "it could not be done", NULL}, {NULL}};

static gboolean case_refer(int count, char **arguments, GError **error)
{
	gint64 id;
	if (!command_id(arguments[0], &id, error))
		return FALSE;
	const DatabaseValue values[] = {database_number(id), database_text(arguments[1]),
		database_text(options.reason), database_text(command_by())};
	return command_act(
		"select * from desk_api.case_refer($1, $2, $3, $4)", G_N_ELEMENTS(values), values, error);
}

static const GOptionEntry result_options[] = {OPTION_REASON,
	{"failed", 0, 0, G_OPTION_ARG_NONE, &options.undo, "it could not be done", NULL}, {NULL}};

const Command case_act_commands[] = {
	{"case", "assign", "ID...", 1, -1, "give cases to a person", case_assign, assign_options},
	{"case", "snooze", "ID...", 1, -1, "leave cases alone for a time", case_snooze, snooze_options},
	{"case", "note", "ID [TEXT]", 1, 2, "write a note; without TEXT from standard input", case_note,
		note_options},
	{"case", "reply", "ID [TEXT]", 1, 2, "write to one of the sides; without TEXT from standard input",
		case_reply, reply_options},
	{"case", "refer", "ID ADDRESS", 2, 2, "pass the evidence to another registrar or host", case_refer,
		reason_options},
	{"case", "close", "ID...", 1, -1, "close with an outcome", case_close, close_options},
	{"case", "ignore", "ID...", 1, -1, "close, do nothing, tell nobody", command_act_ids, reason_options,
		"select * from desk_api.case_ignore($1, $2, $3)"},
	{"case", "reopen", "ID...", 1, -1, "open closed cases again", command_act_ids, reason_options,
		"select * from desk_api.case_reopen($1, $2, $3)"},
	{"case", "merge", "ID...", 1, -1, "merge cases into one", case_merge, merge_options},
	{"case", "whois-false", "ID...", 1, -1, "the registrant data are clearly false", case_whois_false,
		yes_options, "select * from desk_api.whois_false($1, $2, $3)"},
	{"action", "approve", "ID...", 1, -1, "let proposed actions be carried out", action_approve,
		yes_options, "select * from desk_api.action_approve($1, $2, $3)"},
	{"action", "reject", "ID...", 1, -1, "drop proposed actions", command_act_ids, reason_options,
		"select * from desk_api.action_reject($1, $2, $3)"},
	{"action", "confirm", "ID...", 1, -1, "a person has carried them out", action_confirm,
		confirm_options},
	{"action", "result", "KEY", 1, 1, "the provisioning system's late answer to the call of that key",
		action_result, result_options},
	{"complaint", "withdraw", "ID...", 1, -1, "the complainant takes it back", command_act_ids,
		reason_options, "select * from desk_api.complaint_withdraw($1, $2, $3)"},
	{"complaint", "reject", "ID...", 1, -1, "staff find it false", command_act_ids, reason_options,
		"select * from desk_api.complaint_reject($1, $2, $3)"},
	{NULL}};
