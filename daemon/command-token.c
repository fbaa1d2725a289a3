/* complaint token: what the mails of bulk-mail customers carry, for the side that sends them; and the tokens
 * of our own mails. */

#include "command.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

enum {
	TOKEN_MOST_LINE = 320, /* an address and room to spare */
	TOKEN_BATCH = 5000,
};

static struct {
	char *customer, *campaign;
	gboolean sent;
} given;

static gboolean token_print(GPtrArray *recipients, GError **error)
{
	static const char sql[] = "select recipient, token from desk_api.token_make($1, $2, $3, $4)";
	const DatabaseValue values[] = {database_text(given.customer), database_text(given.campaign),
		database_texts((const char *const *)recipients->pdata, recipients->len),
		database_flag(given.sent)};
	g_autoptr(PGresult) result = command_call(sql, G_N_ELEMENTS(values), values, error);
	if (!result)
		return FALSE;

	/* Lines for a mailing's merge, not a table: there may be millions. */
	if (options.json)
		command_print_rows(result);
	else
		for (guint row = 0; row < database_rows(result); row++)
			printf("%s%s%s\n", database_field(result, row, 0),
				*database_field(result, row, 0) ? "\t" : "", database_field(result, row, 1));
	return TRUE;
}

static gboolean token_read(FILE *file, GError **error)
{
	g_autoptr(GPtrArray) recipients = g_ptr_array_new_with_free_func(g_free);
	char line[TOKEN_MOST_LINE];
	guint number = 0;

	while (fgets(line, sizeof line, file)) {
		number++;
		if (!strchr(line, '\n') && !feof(file))
			return command_fail(error, EX_DATAERR, "line %u is too long", number);
		g_strstrip(line);
		if (!*line)
			continue;
		if (!g_utf8_validate(line, -1, NULL))
			return command_fail(error, EX_DATAERR, "line %u is not UTF-8", number);
		g_ptr_array_add(recipients, g_strdup(line));
		if (recipients->len < TOKEN_BATCH)
			continue;
		if (!token_print(recipients, error))
			return FALSE;
		g_ptr_array_set_size(recipients, 0);
	}
	if (ferror(file))
		return command_fail(error, EX_NOINPUT, "standard input: %s", g_strerror(errno));
	return recipients->len == 0 || token_print(recipients, error);
}

static gboolean token_make(int count, char **arguments, GError **error)
{
	if (!given.customer)
		return command_fail(error, EX_USAGE, "whose mails? Say --customer=PARTY");
	if (count == 1 && strcmp(arguments[0], "-") == 0)
		return token_read(stdin, error);

	g_autoptr(GPtrArray) recipients = g_ptr_array_new();
	for (int i = 0; i < count; i++)
		g_ptr_array_add(recipients, arguments[i]);
	return token_print(recipients, error);
}

static gboolean token_rotate(int count, char **arguments, GError **error)
{
	g_autoptr(PGresult) rows = command_call("select desk.token_rotate()", 0, NULL, error);
	if (rows)
		puts("a new key signs from now on, the one before stays valid");
	return rows != NULL;
}

static gboolean token_verify(int count, char **arguments, GError **error)
{
	static const char sql[] = "select token, result, customer, campaign, recipient, address, mail"
				  " from desk_api.token_verify($1)";
	const DatabaseValue values[] = {database_texts((const char *const *)arguments, (guint)count)};
	g_autoptr(PGresult) result = command_call(sql, G_N_ELEMENTS(values), values, error);
	if (!result)
		return FALSE;

	command_print_rows(result);
	for (guint row = 0; row < database_rows(result); row++)
		if (strcmp(database_field(result, row, 1), "valid") != 0)
			return command_fail(error, EX_DATAERR, "%s", "");
	return TRUE;
}

static const GOptionEntry make_options[] = {OPTION_JSON,
	{"customer", 0, 0, G_OPTION_ARG_STRING, &given.customer, "whose mails", "PARTY"},
	{"campaign", 0, 0, G_OPTION_ARG_STRING, &given.campaign, "up to 20 of a-z, 0-9 and _", "NAME"},
	{"sent", 0, 0, G_OPTION_ARG_NONE, &given.sent, "they go out now: count the mails of each recipient",
		NULL},
	{NULL}};
static const GOptionEntry verify_options[] = {OPTION_JSON, {NULL}};

const Command token_commands[] = {{"token", "make", "[RECIPIENT...|-]", 0, -1,
					  "tokens for the mails of a customer", token_make, make_options},
	{"token", "verify", "TOKEN...", 1, -1, "what tokens say, if they are ours", token_verify,
		verify_options},
	{"token", "rotate", "", 0, 0, "make a new key for tokens; the one before stays valid", token_rotate,
		NULL},
	{NULL}};
