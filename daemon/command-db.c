/* complaint db: the schema's life. */

#include "command.h"

#include <stdio.h>

#include "schema.h"
#include "table.h"

static gboolean db_init(int count, char **arguments, GError **error)
{
	Database *database = command_connection(error);
	return database && schema_init(database, command_say, error);
}

static gboolean db_upgrade(int count, char **arguments, GError **error)
{
	Database *database = command_connection(error);
	return database && schema_upgrade(database, command_say, error);
}

static const char *step_state(const SchemaStep *step)
{
	if (!step->applied)
		return "to be applied";
	if (!step->known)
		return "unknown to this program";
	return step->same ? "applied" : "applied, but in another wording";
}

static void print_steps(GPtrArray *steps)
{
	static const char *const heads[] = {"migration", "state", "applied at", "by", NULL};
	g_autoptr(Table) table = table_new(heads);

	for (guint i = 0; i < steps->len; i++) {
		const SchemaStep *step = steps->pdata[i];
		const char *const cells[] = {
			step->name, step_state(step), step->applied_at, step->applied_by};
		table_add(table, cells);
	}
	table_print(table, 0, stdout);
}

static void print_steps_json(GPtrArray *steps, gboolean functions)
{
	for (guint i = 0; i < steps->len; i++) {
		const SchemaStep *step = steps->pdata[i];
		printf("{\"version\":%d,\"name\":\"%s\",\"known\":%s,\"applied\":%s,\"same\":%s}\n",
			step->version, step->name, step->known ? "true" : "false",
			step->applied ? "true" : "false", step->same ? "true" : "false");
	}
	printf("{\"functions\":%s}\n", functions ? "true" : "false");
}

static gboolean db_status(int count, char **arguments, GError **error)
{
	Database *database = command_connection(error);
	gboolean functions = FALSE;
	g_autoptr(GPtrArray) steps = database ? schema_steps(database, &functions, error) : NULL;
	if (!steps)
		return FALSE;

	if (options.json)
		print_steps_json(steps, functions);
	else {
		print_steps(steps);
		printf("functions, views and roles: %s\n",
			functions ? "as in this program" : "not those of this program");
	}
	return schema_fits(database, error);
}

/* A restored database does not know what was sent since its backup. */
static gboolean db_restored(int count, char **arguments, GError **error)
{
	static const char sql[] = "select * from desk_api.outbox_hold('restored', $1)";
	const DatabaseValue values[] = {database_text(command_by())};
	if (!command_act(sql, G_N_ELEMENTS(values), values, error))
		return FALSE;
	command_say("run \"complaint mailbox rescan\", look at \"complaint outbox list --state held\", then "
		    "release or cancel");
	return TRUE;
}

static const GOptionEntry restored_options[] = {OPTION_JSON, OPTION_BY, {NULL}};
static const GOptionEntry status_options[] = {OPTION_JSON, {NULL}};

const Command db_commands[] = {
	{"db", "init", "", 0, 0, "make the schema in an empty database", db_init, NULL},
	{"db", "upgrade", "", 0, 0, "bring the schema to this program's version", db_upgrade, NULL},
	{"db", "status", "", 0, 0, "compare the schema with this program", db_status, status_options},
	{"db", "restored", "", 0, 0, "after a restore: hold the outbox until a person releases it",
		db_restored, restored_options},
	{NULL}};
