/* complaint domain: one domain and what is done about it. */

#include "command.h"

#include "hostname.h"

static gboolean domain_show(int count, char **arguments, GError **error)
{
	static const char sql[] = "select desk_api.domain_show($1, $2)";
	g_autofree char *name = hostname_normal(arguments[0]);
	if (!name)
		return command_fail(error, EX_USAGE, "\"%s\" is no domain name", arguments[0]);

	const DatabaseValue values[] = {database_text(name), database_text(command_desk())};
	return command_show(sql, "domain of ours", arguments[0], G_N_ELEMENTS(values), values, error);
}

static gboolean domain_list(int count, char **arguments, GError **error)
{
	static const char sql[] = "select domain, status, complaints, counting, customer, reseller, "
				  "\"case\", proposed, last_complaint_at::timestamp(0) as last"
				  " from dashboard.domains where $1 or complaints > 0 order by complaints "
				  "desc, domain limit $2";
	const DatabaseValue values[] = {database_flag(options.all), command_limit(100)};
	return command_list(sql, G_N_ELEMENTS(values), values, error);
}

/* With the SQL of a function of (names, desk, reason, by). */
static gboolean domain_act(int count, char **arguments, GError **error)
{
	g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);

	for (int i = 0; i < count; i++) {
		char *name = hostname_normal(arguments[i]);
		if (!name)
			return command_fail(error, EX_USAGE, "\"%s\" is no domain name", arguments[i]);
		g_ptr_array_add(names, name);
	}
	const DatabaseValue values[] = {database_texts((const char *const *)names->pdata, names->len),
		database_text(command_desk()), database_text(options.reason), database_text(command_by())};
	return command_act(command_running()->with, G_N_ELEMENTS(values), values, error);
}

static gboolean domain_suspend(int count, char **arguments, GError **error)
{
	g_autofree char *names = g_strjoinv(" ", arguments);
	return command_confirm(error, "Suspend %s?", names) && domain_act(count, arguments, error);
}

static const GOptionEntry act_options[] = {OPTION_JSON, OPTION_DESK, OPTION_REASON, OPTION_BY, {NULL}};
static const GOptionEntry suspend_options[] = {
	OPTION_JSON, OPTION_DESK, OPTION_REASON, OPTION_BY, OPTION_YES, {NULL}};
static const GOptionEntry show_options[] = {OPTION_JSON, OPTION_DESK, {NULL}};
static const GOptionEntry list_options[] = {OPTION_JSON, OPTION_LIMIT,
	{"all", 0, 0, G_OPTION_ARG_NONE, &options.all, "those without complaints too", NULL}, {NULL}};

const Command domain_commands[] = {
	{"domain", "list", "", 0, 0, "domains by complaints (100)", domain_list, list_options},
	{"domain", "show", "NAME", 1, 1, "figures, customer, resellers, cases, contacts", domain_show,
		show_options},
	{"domain", "suspend", "NAME...", 1, -1, "suspend: by the hook, or by a person who confirms",
		domain_suspend, suspend_options, "select * from desk_api.domain_suspend($1, $2, $3, $4)"},
	{"domain", "warn", "NAME...", 1, -1, "warn the whole chain", domain_act, act_options,
		"select * from desk_api.domain_warn($1, $2, $3, $4)"},
	{"domain", "reinstate", "NAME...", 1, -1, "take suspensions back; counting begins anew", domain_act,
		act_options, "select * from desk_api.domain_reinstate($1, $2, $3, $4)"},
	{"domain", "protect", "NAME...", 1, -1, "nothing is taken from them without a person", domain_act,
		act_options, "select * from desk_api.domain_protect($1, $2, true, $3, $4)"},
	{"domain", "unprotect", "NAME...", 1, -1, "lift the protection", domain_act, act_options,
		"select * from desk_api.domain_protect($1, $2, false, $3, $4)"},
	{NULL}};
