/* What every command of complaint(1) needs: the configuration, the database, the person, the exit status. */

#include "command.h"

#include <errno.h>
#include <gio/gio.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "mailbox.h"
#include "schema.h"
#include "workers.h"

GQuark command_error_quark(void)
{
	return g_quark_from_static_string("command-error");
}

gboolean command_fail(GError **error, int status, const char *format, ...)
{
	va_list values;
	va_start(values, format);
	g_autofree char *message = g_strdup_vprintf(format, values);
	va_end(values);

	g_set_error_literal(error, COMMAND_ERROR, status, message);
	return FALSE;
}

static int status_of_database(int code)
{
	switch ((DatabaseError)code) {
	case DATABASE_ERROR_LOST:
		return EX_UNAVAILABLE;
	case DATABASE_ERROR_UNCERTAIN:
	case DATABASE_ERROR_RETRY:
		return EX_TEMPFAIL;
	case DATABASE_ERROR_DATA:
	case DATABASE_ERROR_OTHER:
		break;
	}
	return EX_DATAERR;
}

int command_status(const GError *error)
{
	if (error->domain == COMMAND_ERROR)
		return error->code;
	if (error->domain == G_OPTION_ERROR)
		return EX_USAGE;
	if (error->domain == DATABASE_ERROR)
		return status_of_database(error->code);
	if (error->domain == CONFIG_ERROR || error->domain == SCHEMA_ERROR)
		return EX_CONFIG;
	if (error->domain == G_FILE_ERROR)
		return EX_NOINPUT;
	if (error->domain == G_IO_ERROR)
		return EX_CANTCREAT;
	if (error->domain == WORKERS_ERROR || error->domain == MAILBOX_ERROR)
		return EX_UNAVAILABLE;
	return EX_SOFTWARE;
}

void command_say(const char *sentence)
{
	fprintf(stderr, "complaint: %s\n", sentence);
}

const Config *command_config(GError **error)
{
	static Config *config;

	if (!config)
		config = config_load(config_path(options.config_path), error);
	return config;
}

Database *command_connection(GError **error)
{
	static Database *database;

	const Config *config = command_config(error);
	if (config && !database)
		database = database_open(config, error);
	return database;
}

Database *command_database(GError **error)
{
	static gboolean checked;

	Database *database = command_connection(error);
	if (!database || checked)
		return database;
	if (!schema_hold(database, error) || !schema_fits(database, error))
		return NULL;
	checked = TRUE;
	return database;
}

PGresult *command_call(const char *sql, guint n, const DatabaseValue *values, GError **error)
{
	Database *database = command_database(error);
	if (database)
		return database_call(database, error, sql, n, values);
	for (guint i = 0; i < n; i++)
		g_free(values[i].owned);
	return NULL;
}

gboolean command_id(const char *text, gint64 *id_out, GError **error)
{
	const char *digits = text;

	if (g_ascii_isalpha(digits[0]) && digits[1] == '-')
		digits += 2;
	else if (digits[0] == '#')
		digits++;
	if (g_ascii_isdigit(digits[0]) && g_ascii_string_to_signed(digits, 10, 1, G_MAXINT64, id_out, NULL))
		return TRUE;
	return command_fail(error, EX_USAGE, "\"%s\" is no number", text);
}

DatabaseValue command_ids(int count, char **arguments, gboolean *good_out, GError **error)
{
	g_autofree gint64 *ids = g_new(gint64, (gsize)MAX(count, 1));

	*good_out = TRUE;
	for (int i = 0; i < count && *good_out; i++)
		*good_out = command_id(arguments[i], &ids[i], error);
	return *good_out ? database_numbers(ids, (guint)count) : database_null();
}

gboolean command_act(const char *sql, guint n, const DatabaseValue *values, GError **error)
{
	g_autoptr(PGresult) rows = command_call(sql, n, values, error);
	if (!rows)
		return FALSE;

	command_print_rows(rows);
	int result = PQfnumber(rows, "result");
	for (guint row = 0; row < database_rows(rows); row++)
		if (g_strcmp0(database_field(rows, row, (guint)result), "refused") == 0)
			return command_fail(error, EX_DATAERR, "%s", "");
	return TRUE;
}

gboolean command_act_ids(int count, char **arguments, GError **error)
{
	gboolean good;
	const DatabaseValue ids = command_ids(count, arguments, &good, error);
	if (!good)
		return FALSE;
	const DatabaseValue values[] = {ids, database_text(options.reason), database_text(command_by())};
	return command_act(command_running()->with, G_N_ELEMENTS(values), values, error);
}

DatabaseValue command_limit(int usual)
{
	return database_number(options.limit > 0 ? options.limit : usual);
}

const char *command_desk(void)
{
	const Config *config = command_config(NULL);
	return options.desk || !config ? options.desk : config_string(config, "desk", "party");
}

const char *command_by(void)
{
	return options.by ? options.by : g_get_user_name();
}

static gboolean ask(const char *question, GError **error)
{
	char answer[16];

	fprintf(stderr, "%s [y/N] ", question);
	if (fgets(answer, sizeof answer, stdin) && g_ascii_tolower(answer[0]) == 'y')
		return TRUE;
	return command_fail(error, EX_USAGE, "%s", "");
}

gboolean command_confirm(GError **error, const char *format, ...)
{
	if (options.yes || !isatty(STDIN_FILENO))
		return TRUE;

	va_list values;
	va_start(values, format);
	g_autofree char *question = g_strdup_vprintf(format, values);
	va_end(values);
	return ask(question, error);
}

gboolean command_insist(GError **error, const char *format, ...)
{
	if (options.yes)
		return TRUE;

	va_list values;
	va_start(values, format);
	g_autofree char *question = g_strdup_vprintf(format, values);
	va_end(values);
	if (!isatty(STDIN_FILENO))
		return command_fail(error, EX_USAGE, "%s Say --yes.", question);
	return ask(question, error);
}
