/* complaint party, reporter, policy, privacy: what staff set. */

#include "command.h"

enum { STEP_LONGEST_DELAY = 3650 };

static gboolean party_set(int count, char **arguments, GError **error)
{
	const DatabaseValue values[] = {database_text(arguments[0]), database_text(arguments[1]),
		database_text(count > 2 && *arguments[2] ? arguments[2] : NULL), database_text(command_by())};
	return command_act(
		"select * from desk_api.party_set($1, $2, $3, $4)", G_N_ELEMENTS(values), values, error);
}

static gboolean reporter_set(int count, char **arguments, GError **error)
{
	const DatabaseValue values[] = {database_text(arguments[0]), database_text(command_running()->with),
		database_text(options.reason), database_text(command_by())};
	return command_act(
		"select * from desk_api.reporter_trust($1, $2, $3, $4)", G_N_ELEMENTS(values), values, error);
}

static gboolean reporter_ack(int count, char **arguments, GError **error)
{
	const DatabaseValue values[] = {database_text(arguments[0]),
		database_text(count > 1 ? arguments[1] : NULL), database_text(command_by())};
	return command_act(
		"select * from desk_api.reporter_ack($1, $2, $3)", G_N_ELEMENTS(values), values, error);
}

static gboolean policy_set(int count, char **arguments, GError **error)
{
	const DatabaseValue values[] = {database_text(options.party), database_text(arguments[0]),
		database_text(count > 1 ? arguments[1] : NULL), database_text(command_by())};
	return command_act(
		"select * from desk_api.policy_set($1, $2, $3, $4)", G_N_ELEMENTS(values), values, error);
}

/* RELATION TRACK STEP [ACTION]: without an action the step goes; what is not said stays. */
static gboolean policy_step(int count, char **arguments, GError **error)
{
	gint64 step;
	guint64 delay = 0;
	if (!command_id(arguments[2], &step, error))
		return FALSE;
	if (options.delay &&
		!g_ascii_string_to_unsigned(options.delay, 10, 0, STEP_LONGEST_DELAY, &delay, NULL))
		return command_fail(error, EX_USAGE, "--delay \"%s\": a number of days, 0 to %d",
			options.delay, STEP_LONGEST_DELAY);
	if (options.undo && options.approval)
		return command_fail(error, EX_USAGE, "--automatic or --approval, not both");
	const DatabaseValue values[] = {database_text(options.party), database_text(arguments[0]),
		database_text(arguments[1]), database_number(step),
		database_text(count > 3 ? arguments[3] : NULL),
		options.delay ? database_number((gint64)delay) : database_null(),
		options.undo || options.approval ? database_flag(options.approval) : database_null(),
		database_text(options.ground), database_text(command_by())};
	return command_act("select * from desk_api.ladder_set($1, $2, $3, $4::int, $5, $6::int, $7, $8, $9)",
		G_N_ELEMENTS(values), values, error);
}

static gboolean privacy_export(int count, char **arguments, GError **error)
{
	const DatabaseValue values[] = {database_text(arguments[0])};
	return command_show("select desk_api.privacy_export($1)", "address", arguments[0],
		G_N_ELEMENTS(values), values, error);
}

static gboolean privacy_erase(int count, char **arguments, GError **error)
{
	if (!command_insist(error, "Empty %s everywhere? This can't be undone.", arguments[0]))
		return FALSE;
	const DatabaseValue values[] = {database_text(arguments[0]), database_text(command_by())};
	return command_act(
		"select * from desk_api.privacy_erase($1, $2)", G_N_ELEMENTS(values), values, error);
}

#define OPTION_PARTY                                                                                         \
	{                                                                                                    \
		"party", 0, 0, G_OPTION_ARG_STRING, &options.party,                                          \
			"for this party and all below it; without it for all", "ID"                          \
	}

static const GOptionEntry json_options[] = {OPTION_JSON, {NULL}};
static const GOptionEntry by_options[] = {OPTION_JSON, OPTION_BY, {NULL}};
static const GOptionEntry yes_options[] = {OPTION_JSON, OPTION_BY, OPTION_YES, {NULL}};
static const GOptionEntry reason_options[] = {OPTION_JSON, OPTION_BY, OPTION_REASON, {NULL}};
static const GOptionEntry policy_options[] = {OPTION_JSON, OPTION_BY, OPTION_PARTY, {NULL}};
static const GOptionEntry step_options[] = {OPTION_JSON, OPTION_BY, OPTION_PARTY,
	{"delay", 0, 0, G_OPTION_ARG_STRING, &options.delay, "days after the step before", "DAYS"},
	{"automatic", 0, 0, G_OPTION_ARG_NONE, &options.undo, "without a person's approval", NULL},
	{"approval", 0, 0, G_OPTION_ARG_NONE, &options.approval, "only with a person's approval", NULL},
	{"ground", 0, 0, G_OPTION_ARG_STRING, &options.ground, "the terms it rests on, for the mail", "TEXT"},
	{NULL}};

const Command party_act_commands[] = {
	{"party", "set", "ID FIELD [VALUE]", 2, 3, "change a field; without VALUE back to its default",
		party_set, by_options},
	{"reporter", "trust", "ADDRESS|@DOMAIN", 1, 1, "trust what he says", reporter_set, reason_options,
		"trusted"},
	{"reporter", "distrust", "ADDRESS|@DOMAIN", 1, 1, "show, but don't count", reporter_set,
		reason_options, "distrusted"},
	{"reporter", "block", "ADDRESS|@DOMAIN", 1, 1, "neither count nor answer", reporter_set,
		reason_options, "blocked"},
	{"reporter", "forget", "ADDRESS|@DOMAIN", 1, 1, "treat like anybody again", reporter_set,
		reason_options, "normal"},
	{"reporter", "ack", "ADDRESS|@DOMAIN [RULE]", 1, 2,
		"acknowledge never, first-per-case or always; without RULE as anybody", reporter_ack,
		by_options},
	{"policy", "set", "NAME VALUE", 2, 2, "set a number, switch, text or list", policy_set,
		policy_options},
	{"policy", "unset", "NAME", 1, 1, "inherit again (with --party)", policy_set, policy_options},
	{"policy", "step", "RELATION TRACK STEP [ACTION]", 3, 4,
		"set a step of the ladder; without ACTION remove it", policy_step, step_options},
	{"privacy", "export", "ADDRESS", 1, 1, "everything kept about an address, for its owner",
		privacy_export, json_options},
	{"privacy", "erase", "ADDRESS", 1, 1, "empty an address everywhere", privacy_erase, yes_options},
	{NULL}};
