/* complaint message, complaint, loop: what came in and what it says. */

#include "command.h"

static gboolean message_list(int count, char **arguments, GError **error)
{
	static const char sql[] = "select message, received_at::timestamp(0) as received, kind, disposition, "
				  "coalesce(reason, ack_reason) as reason,"
				  " \"from\", subject, folder from dashboard.messages"
				  " where ($1::text is null or disposition = $1) and ($2::text is null or "
				  "kind = $2) order by message desc limit $3";
	if (!command_word("--disposition", options.state, command_dispositions, error) ||
		!command_word("--kind", options.kind, command_message_kinds, error))
		return FALSE;
	const DatabaseValue values[] = {
		database_text(options.state), database_text(options.kind), command_limit(50)};
	return command_list(sql, G_N_ELEMENTS(values), values, error);
}

static gboolean message_show(int count, char **arguments, GError **error)
{
	static const char sql[] = "select desk_api.message_show($1, $2)";
	gint64 id;
	if (!command_id(arguments[0], &id, error))
		return FALSE;
	const DatabaseValue values[] = {database_number(id), database_flag(options.json)};
	return command_show(sql, "message", arguments[0], G_N_ELEMENTS(values), values, error);
}

static gboolean complaint_list(int count, char **arguments, GError **error)
{
	static const char sql[] =
		"select complaint, resource, customer, complainant, category, source, reports, counts, "
		"why_not, state, \"case\","
		" last_at::timestamp(0) as last from dashboard.complaints"
		" where ($1::text is null or resource = $1) order by complaint desc limit $2";
	const DatabaseValue values[] = {database_text(count > 0 ? arguments[0] : NULL), command_limit(50)};
	return command_list(sql, G_N_ELEMENTS(values), values, error);
}

static gboolean loop_volume(int count, char **arguments, GError **error)
{
	static const char sql[] =
		"select provider, kind, sum(mails)::bigint as mails, sum(reports)::bigint as reports, "
		"sum(copies)::bigint as copies,"
		" sum(ours)::bigint as ours, max(last_at)::timestamp(0) as last from dashboard.feedback_loops"
		" group by provider, kind order by reports desc, provider limit $1";
	const DatabaseValue values[] = {command_limit(100)};
	return command_list(sql, G_N_ELEMENTS(values), values, error);
}

static const GOptionEntry list_options[] = {OPTION_JSON, OPTION_LIMIT, {NULL}};
static const GOptionEntry show_options[] = {OPTION_JSON, {NULL}};
static const GOptionEntry message_list_options[] = {OPTION_JSON, OPTION_LIMIT,
	{"disposition", 0, 0, G_OPTION_ARG_STRING, &options.state,
		"only complaint, not-complaint or quarantine", "NAME"},
	{"kind", 0, 0, G_OPTION_ARG_STRING, &options.kind, "only arf, human, bounce, ...", "KIND"}, {NULL}};

const Command message_commands[] = {{"message", "list", "", 0, 0, "mails and submissions, newest first (50)",
					    message_list, message_list_options},
	{"message", "show", "ID", 1, 1, "one of them with what followed; --json has the whole report",
		message_show, show_options},
	{"complaint", "list", "[NAME]", 0, 1, "complaints (about one resource), newest first (50)",
		complaint_list, list_options},
	{"loop", "volume", "", 0, 0, "machine reports per provider and format", loop_volume, list_options},
	{NULL}};
