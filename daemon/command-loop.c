/* complaint loop: feedback loops of mailbox providers, and what else is arranged with them. */

#include "command.h"

static struct {
	char *sender, *alias, *since, *contact;
} given;

static gboolean loop_add(int count, char **arguments, GError **error)
{
	static const char sql[] = "select * from desk_api.loop_add($1, $2, $3, $4, $5::date, $6, $7)";
	if (!command_time("--since", given.since, error))
		return FALSE;
	const DatabaseValue values[] = {database_text(arguments[0]), database_text(arguments[1]),
		database_text(given.sender), database_text(given.alias), database_text(given.since),
		database_text(given.contact), database_text(command_by())};
	return command_act(sql, G_N_ELEMENTS(values), values, error);
}

static gboolean loop_list(int count, char **arguments, GError **error)
{
	static const char sql[] =
		"select loop, provider, sender, scope, alias, since, state, yesterday, seven_days, "
		"thirty_days, last_report_at::timestamp(0) as last, contact from dashboard.loops"
		" where $1 or state <> 'ended' order by provider, loop";
	const DatabaseValue values[] = {database_flag(options.all)};
	return command_list(sql, G_N_ELEMENTS(values), values, error);
}

/* PROVIDER NETWORK delisting|whitelisting asked|granted|refused */
static gboolean loop_note(int count, char **arguments, GError **error)
{
	static const char sql[] = "select * from desk_api.delisting_note($1, $2, $3, $4, $5, $6)";
	const DatabaseValue values[] = {database_text(arguments[0]), database_text(arguments[1]),
		database_text(arguments[2]), database_text(arguments[3]), database_text(options.reason),
		database_text(command_by())};
	return command_act(sql, G_N_ELEMENTS(values), values, error);
}

static gboolean loop_notes(int count, char **arguments, GError **error)
{
	static const char sql[] = "select at::timestamp(0) as at, provider, network, kind, state, by, note"
				  " from dashboard.delistings where $1::text is null or provider = $1 order "
				  "by id desc limit $2";
	const DatabaseValue values[] = {database_text(count > 0 ? arguments[0] : NULL), command_limit(100)};
	return command_list(sql, G_N_ELEMENTS(values), values, error);
}

static gboolean loop_blocks(int count, char **arguments, GError **error)
{
	static const char sql[] =
		"select blocked_by, provider, address, customer, class, refusals, first_at::timestamp(0) as "
		"since, last_at::timestamp(0) as last, delisting from dashboard.blocks"
		" order by last_at desc, blocked_by limit $1";
	const DatabaseValue values[] = {command_limit(100)};
	return command_list(sql, G_N_ELEMENTS(values), values, error);
}

static const GOptionEntry add_options[] = {OPTION_JSON,
	{"sender", 0, 0, G_OPTION_ARG_STRING, &given.sender,
		"who sends the reports (names below the provider's)", "DOMAIN|ADDRESS"},
	{"alias", 0, 0, G_OPTION_ARG_STRING, &given.alias, "reports are sent to this address", "ADDRESS"},
	{"since", 0, 0, G_OPTION_ARG_STRING, &given.since, "enrolled on this day (today)", "DATE"},
	{"contact", 0, 0, G_OPTION_ARG_STRING, &given.contact, "whom to talk to", "TEXT"}, OPTION_BY, {NULL}};
static const GOptionEntry list_options[] = {
	OPTION_JSON, {"all", 0, 0, G_OPTION_ARG_NONE, &options.all, "ended ones too", NULL}, {NULL}};
static const GOptionEntry act_options[] = {OPTION_JSON, OPTION_REASON, OPTION_BY, {NULL}};
static const GOptionEntry notes_options[] = {OPTION_JSON, OPTION_LIMIT, {NULL}};

const Command loop_commands[] = {
	{"loop", "add", "PROVIDER NETWORK|DOMAIN", 2, 2,
		"enrol a feedback loop: its reports count and suppress", loop_add, add_options},
	{"loop", "list", "", 0, 0, "enrolments, their volume, and who is not enrolled", loop_list,
		list_options},
	{"loop", "end", "NUMBER...", 1, -1, "end enrolments", command_act_ids, act_options,
		"select * from desk_api.loop_end($1, $2, $3)"},
	{"loop", "blocks", "", 0, 0, "who is blocked where, since when", loop_blocks, notes_options},
	{"loop", "note", "PROVIDER NETWORK KIND STATE", 4, 4,
		"log a delisting or whitelisting: asked, granted, refused", loop_note, act_options},
	{"loop", "notes", "[PROVIDER]", 0, 1, "the log of delistings and whitelistings", loop_notes,
		notes_options},
	{NULL}};
