/* complaint suppression: whom bulk-mail customers must not write to any more; and what else is
 * written down about such customers. */

#include "command.h"

#include <stdio.h>
#include <string.h>

static struct {
	char *customer, *since, *format, *from;
} given;

/* One field as RFC 4180 writes it. */
static void csv_print(const char *field, gboolean first)
{
	if (!first)
		putchar(',');
	if (!field)
		return;
	gboolean plain = !strpbrk(field, "\",\r\n") && !g_ascii_isspace(field[0]);
	if (!plain)
		putchar('"');
	for (const char *p = field; *p; p++) {
		if (*p == '"')
			putchar('"');
		putchar(*p);
	}
	if (!plain)
		putchar('"');
}

static void csv_print_rows(const PGresult *result)
{
	for (int column = 0; column < PQnfields(result); column++)
		csv_print(PQfname(result, column), column == 0);
	fputs("\r\n", stdout);
	for (guint row = 0; row < database_rows(result); row++) {
		for (int column = 0; column < PQnfields(result); column++)
			csv_print(database_field(result, row, (guint)column), column == 0);
		fputs("\r\n", stdout);
	}
}

static gboolean suppression_export(int count, char **arguments, GError **error)
{
	static const char sql[] = "select * from desk_api.suppression_export($1, $2::timestamptz)";
	const char *format = given.format ? given.format : "csv";
	if (strcmp(format, "csv") != 0 && strcmp(format, "json") != 0)
		return command_fail(error, EX_USAGE, "\"%s\" is no format: csv or json", format);

	if (!command_time("--since", given.since, error))
		return FALSE;
	const DatabaseValue values[] = {database_text(given.customer), database_text(given.since)};
	g_autoptr(PGresult) result = command_call(sql, G_N_ELEMENTS(values), values, error);
	if (!result)
		return FALSE;
	options.json = strcmp(format, "json") == 0;
	if (options.json)
		command_print_rows(result);
	else
		csv_print_rows(result);
	return TRUE;
}

static gboolean suppression_add(int count, char **arguments, GError **error)
{
	static const char sql[] = "select * from desk_api.suppression_add($1, $2, $3, $4)";
	if (!given.customer)
		return command_fail(error, EX_USAGE, "whose list? Say --customer=PARTY");

	const DatabaseValue values[] = {database_text(given.customer),
		database_texts((const char *const *)arguments, (guint)count), database_text(options.reason),
		database_text(command_by())};
	return command_act(sql, G_N_ELEMENTS(values), values, error);
}

static gboolean suppression_send(int count, char **arguments, GError **error)
{
	const DatabaseValue values[] = {database_text(given.customer)};
	return command_act(
		"select * from desk_api.suppression_send($1)", G_N_ELEMENTS(values), values, error);
}

static gboolean suppression_calls(int count, char **arguments, GError **error)
{
	static const char sql[] =
		"select call, customer, suppressions, state, attempts, owed_at::timestamp(0) as owed, "
		"answered_at::timestamp(0) as answered, status, answer from dashboard.suppression_calls"
		" where $1::text is null or customer = $1 order by call desc limit $2";
	const DatabaseValue values[] = {database_text(given.customer), command_limit(100)};
	return command_list(sql, G_N_ELEMENTS(values), values, error);
}

static gboolean party_signs(int count, char **arguments, GError **error)
{
	static const char sql[] =
		"select customer, since, mails, traps, hits, invalid, percent, score, "
		"array_to_string(signs, ' ') as signs, level, declaration, proofs from dashboard.list_signs"
		" where $1::text is null or customer = $1"
		" order by level = 'bought' desc, level = 'watch' desc, customer limit $2";
	const DatabaseValue values[] = {database_text(count > 0 ? arguments[0] : NULL), command_limit(100)};
	return command_list(sql, G_N_ELEMENTS(values), values, error);
}

static gboolean party_pressure(int count, char **arguments, GError **error)
{
	static const char sql[] = "select customer, week, recipients, mails, per_recipient, most, too_many"
				  " from dashboard.pressure where $1::text is null or customer = $1"
				  " order by week desc, too_many desc, customer limit $2";
	const DatabaseValue values[] = {database_text(count > 0 ? arguments[0] : NULL), command_limit(100)};
	return command_list(sql, G_N_ELEMENTS(values), values, error);
}

static gboolean party_rates(int count, char **arguments, GError **error)
{
	static const char sql[] =
		"select customer, day, provider, address, mails, reports, permille, level, not_spam, "
		"opt_outs, copies, untrusted from dashboard.complaint_rates"
		" where ($1::text is null or customer = $1) and ($2::date is null or day >= $2::date)"
		" order by day desc, permille desc nulls last, customer, provider, address limit $3";
	if (!command_time("--since", given.since, error))
		return FALSE;
	const DatabaseValue values[] = {database_text(count > 0 ? arguments[0] : NULL),
		database_text(given.since), command_limit(100)};
	return command_list(sql, G_N_ELEMENTS(values), values, error);
}

static gboolean party_declare(int count, char **arguments, GError **error)
{
	const DatabaseValue values[] = {
		database_text(arguments[0]), database_text(arguments[1]), database_text(command_by())};
	return command_act(
		"select * from desk_api.declaration_set($1, $2, $3)", G_N_ELEMENTS(values), values, error);
}

static gboolean party_resume(int count, char **arguments, GError **error)
{
	const DatabaseValue values[] = {
		database_text(arguments[0]), database_text(options.reason), database_text(command_by())};
	return command_act(
		"select * from desk_api.sending_resume($1, $2, $3)", G_N_ELEMENTS(values), values, error);
}

/* CASE RECIPIENT TIME FORM */
static gboolean case_proof(int count, char **arguments, GError **error)
{
	gint64 id;
	if (!command_id(arguments[0], &id, error) || !command_time("TIME", arguments[2], error))
		return FALSE;
	const DatabaseValue values[] = {database_number(id), database_text(arguments[1]),
		database_text(arguments[2]), database_text(arguments[3]), database_text(given.from),
		database_text(command_by())};
	return command_act("select * from desk_api.case_proof($1, $2, $3::timestamptz, $4, $5, $6)",
		G_N_ELEMENTS(values), values, error);
}

static const GOptionEntry export_options[] = {{"customer", 0, 0, G_OPTION_ARG_STRING, &given.customer,
						      "a customer, or all below a reseller", "PARTY"},
	{"since", 0, 0, G_OPTION_ARG_STRING, &given.since, "only what was added from then on", "TIME"},
	{"format", 0, 0, G_OPTION_ARG_STRING, &given.format, "csv (the default) or json", "FORMAT"}, {NULL}};
static const GOptionEntry add_options[] = {OPTION_JSON,
	{"customer", 0, 0, G_OPTION_ARG_STRING, &given.customer, "whose list", "PARTY"}, OPTION_REASON,
	OPTION_BY, {NULL}};
static const GOptionEntry send_options[] = {OPTION_JSON,
	{"customer", 0, 0, G_OPTION_ARG_STRING, &given.customer,
		"only of a customer, or of all below a reseller", "PARTY"},
	{NULL}};
static const GOptionEntry calls_options[] = {OPTION_JSON,
	{"customer", 0, 0, G_OPTION_ARG_STRING, &given.customer, "only of this customer", "PARTY"},
	OPTION_LIMIT, {NULL}};
static const GOptionEntry list_options[] = {OPTION_JSON, OPTION_LIMIT, {NULL}};
static const GOptionEntry rates_options[] = {OPTION_JSON,
	{"since", 0, 0, G_OPTION_ARG_STRING, &given.since, "from this day on", "DATE"}, OPTION_LIMIT, {NULL}};
static const GOptionEntry declare_options[] = {OPTION_JSON, OPTION_BY, {NULL}};
static const GOptionEntry resume_options[] = {OPTION_JSON, OPTION_REASON, OPTION_BY, {NULL}};
static const GOptionEntry proof_options[] = {OPTION_JSON,
	{"from", 0, 0, G_OPTION_ARG_STRING, &given.from, "address the form was filled in from", "ADDRESS"},
	OPTION_BY, {NULL}};

const Command suppression_commands[] = {
	{"suppression", "export", "", 0, 0, "whom customers must not write to any more", suppression_export,
		export_options},
	{"suppression", "add", "ADDRESS...", 1, -1, "suppress addresses by hand", suppression_add,
		add_options},
	{"suppression", "send", "", 0, 0, "call sending systems that have not been told yet",
		suppression_send, send_options},
	{"suppression", "calls", "", 0, 0, "calls to sending systems, the newest first", suppression_calls,
		calls_options},
	{"party", "signs", "[PARTY]", 0, 1, "signs of a bought list, in 30 days", party_signs, list_options},
	{"party", "pressure", "[PARTY]", 0, 1, "mails per recipient and week", party_pressure, list_options},
	{"party", "rates", "[PARTY]", 0, 1, "complaints per thousand mails, day by day", party_rates,
		rates_options},
	{"party", "declare", "PARTY TEXT", 2, 2, "declaration of files, or legal basis, of a sender",
		party_declare, declare_options},
	{"party", "resume", "PARTY", 1, 1, "lift the pause of a sender", party_resume, resume_options},
	{"case", "proof", "CASE RECIPIENT TIME FORM", 4, 4, "note a proof of consent", case_proof,
		proof_options},
	{NULL}};
