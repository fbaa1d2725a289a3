/* complaint domain: one domain and what is done about it. */

#include "command.h"

#include "hostname.h"

static gboolean domain_show(int count, char **arguments, GError **error)
{
	static const char sql[] = "select desk_api.domain_show($1, $2)";
	g_autofree char *name = hostname_normal(arguments[0]);
	if (!name)
		return command_fail(error, EX_USAGE, "\"%s\" is no domain name", arguments[0]);

	const DatabaseValue values[] = { database_text(name), database_text(command_desk()) };
	return command_show(sql, "domain of ours", G_N_ELEMENTS(values), values, error);
}

static gboolean domain_list(int count, char **arguments, GError **error)
{
	static const char sql[] =
		"select domain, status, complaints, counting, customer, reseller, \"case\", proposed, last_complaint_at::timestamp(0) as last"
		" from dashboard.domains where $1 or complaints > 0 order by complaints desc, domain limit $2";
	const DatabaseValue values[] = { database_flag(options.all), database_number(options.limit) };
	return command_list(sql, G_N_ELEMENTS(values), values, error);
}

static const GOptionEntry show_options[] = { OPTION_JSON, OPTION_DESK, { NULL } };
static const GOptionEntry list_options[] = {
	OPTION_JSON,
	OPTION_LIMIT,
	{ "all", 0, 0, G_OPTION_ARG_NONE, &options.all, "those without complaints too", NULL },
	{ NULL }
};

const Command domain_commands[] = {
	{ "domain", "list", "", 0, 0, "domains by complaints", domain_list, list_options },
	{ "domain", "show", "NAME", 1, 1, "figures, customer, resellers, cases, contacts", domain_show, show_options },
	{ NULL }
};
