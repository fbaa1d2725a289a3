/* complaint party, reporter, policy: who we serve, who tells us, by which rules. */

#include "command.h"

#include <string.h>

static gboolean party_list(int count, char **arguments, GError **error)
{
	static const char sql[] =
		"select * from ("
		"select reseller as id, 'reseller' as kind, name, parent, complaints, domains_complained, "
		"domains, percent, spamming from dashboard.resellers"
		" union all select customer, 'customer', name, reseller, complaints, domains_complained, "
		"domains,"
		" round(100.0 * domains_complained / nullif(domains, 0), 2), spamming from "
		"dashboard.customers) p"
		" where ($1::text is null or parent = $1) and ($2 or $1 is not null or complaints > 0)"
		" order by kind desc, complaints desc, id limit $3";
	const DatabaseValue values[] = {database_text(count > 0 ? arguments[0] : NULL),
		database_flag(options.all), command_limit(100)};
	return command_list(sql, G_N_ELEMENTS(values), values, error);
}

static gboolean party_show(int count, char **arguments, GError **error)
{
	const DatabaseValue values[] = {database_text(arguments[0])};
	return command_show(
		"select desk_api.party_show($1)", "party", arguments[0], G_N_ELEMENTS(values), values, error);
}

static gboolean reporter_list(int count, char **arguments, GError **error)
{
	static const char sql[] = "select reporter, complaints, counting, reports, undone, trust, "
				  "last_at::timestamp(0) as last from dashboard.reporters"
				  " order by complaints desc, reporter limit $1";
	const DatabaseValue values[] = {command_limit(100)};
	return command_list(sql, G_N_ELEMENTS(values), values, error);
}

static gboolean policy_show(int count, char **arguments, GError **error)
{
	static const char policies[] = "select name, value, \"from\", meaning from desk_api.policy_show($1)";
	static const char ladder[] = "select * from desk_api.ladder_show($1)";
	const char *party = count > 0 ? arguments[0] : NULL;
	const DatabaseValue values[] = {database_text(party)};
	return command_list(options.all ? ladder : policies, G_N_ELEMENTS(values), values, error);
}

static const GOptionEntry list_options[] = {OPTION_JSON, OPTION_LIMIT, {NULL}};
static const GOptionEntry show_options[] = {OPTION_JSON, {NULL}};
static const GOptionEntry party_list_options[] = {OPTION_JSON, OPTION_LIMIT,
	{"all", 0, 0, G_OPTION_ARG_NONE, &options.all, "those without complaints too", NULL}, {NULL}};
static const GOptionEntry policy_show_options[] = {OPTION_JSON,
	{"ladder", 0, 0, G_OPTION_ARG_NONE, &options.all, "the steps instead of the numbers and switches",
		NULL},
	{NULL}};

const Command party_commands[] = {
	{"party", "list", "[PARENT]", 0, 1,
		"resellers and customers complained about, or all below PARENT (100)", party_list,
		party_list_options},
	{"party", "show", "ID", 1, 1, "a party with what it inherits and its figures", party_show,
		show_options},
	{"reporter", "list", "", 0, 0, "who complains most (100)", reporter_list, list_options},
	{"policy", "show", "[PARTY]", 0, 1, "policies that hold for a party, or the defaults", policy_show,
		policy_show_options},
	{NULL}};
