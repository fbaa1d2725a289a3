/* complaint import: CSV files to desk.import_begin(), COPY, desk.import_finish(). All or nothing. */

#include "command.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "csv.h"
#include "hostname.h"
#include "nearest.h"
#include "table.h"

enum {
	IMPORT_MOST_COLUMNS = 16,
	IMPORT_MOST_TOLD = 100,  /* bad lines told one by one */
	IMPORT_CHUNK = 256 << 10 /* bytes handed to COPY at once */
};

typedef struct {
	const char *kind;
	/* In the order of the stage's columns after "line". */
	const char *columns[IMPORT_MOST_COLUMNS];
	const char *needed[IMPORT_MOST_COLUMNS]; /* must be in the header */
	const char *host;                        /* a column of host names, or NULL */
} ImportKind;

static const ImportKind parties = {
	"parties",
	{"id", "kind", "parent", "name", "username_email", "abuse_email", "signature", "language", "brand",
		"sending", "timezone", NULL},
	{"id", "kind", "name", NULL},
	NULL,
};
static const ImportKind domains = {
	"domains",
	{"name", "customer", "registrar", "status", "registrant_email", "admin_email", "billing_email",
		"tech_email", "services", "created", "expires", "order_ref", "protected", NULL},
	{"name", "customer", NULL},
	"name",
};
static const ImportKind networks = {
	"networks",
	{"network", "party", "services", NULL},
	{"network", "party", NULL},
	NULL,
};

static const ImportKind volumes = {
	"volumes",
	{"customer", "address", "provider", "day", "mails", NULL},
	{"customer", "address", "provider", "day", "mails", NULL},
	NULL,
};
static const ImportKind identifiers = {
	"identifiers",
	{"kind", "name", "customer", NULL},
	{"kind", "name", "customer", NULL},
	NULL,
};
static const ImportKind redirections = {
	"redirections",
	{"domain", "day", "mails", NULL},
	{"domain", "day", "mails", NULL},
	"domain",
};
static const ImportKind hosts = {
	"hosts",
	{"name", "role", "party", NULL},
	{"name", "role", "party", NULL},
	"name",
};
static const ImportKind loops = {
	"loops",
	{"provider", "scope", "sender", "alias", "since", "contact", NULL},
	{"provider", "scope", NULL},
	NULL,
};

static const ImportKind traps = {
	"traps",
	{"address", "operator", "ended", NULL},
	{"address", "operator", NULL},
	NULL,
};

typedef struct {
	const ImportKind *kind;
	const char *path;
	FILE *file;
	Csv *csv;
	int places[IMPORT_MOST_COLUMNS]; /* of each column of the stage in the file, or -1 */
	guint fields;                    /* of the header */
	GString *chunk;
	guint bad;
} Import;

/* What a person looks for in an editor: file, line, column. */
static void import_told(Import *import, guint line, const char *column, const char *problem)
{
	if (import->bad++ >= IMPORT_MOST_TOLD)
		return;
	g_autofree char *safe = table_escape(problem);
	fprintf(stderr, "%s:%u: %s%s%s\n", import->path, line, column ? column : "", column ? ": " : "",
		safe);
}

static gboolean import_unknown_column(const Import *import, const char *name, GError **error)
{
	const char *nearest = nearest_word(name, import->kind->columns);
	g_autofree char *all = g_strjoinv(", ", (char **)import->kind->columns);
	guint line = csv_line(import->csv);

	if (nearest)
		return command_fail(error, EX_DATAERR, "%s:%u: unknown column \"%s\"; did you mean \"%s\"?",
			import->path, line, name, nearest);
	return command_fail(error, EX_DATAERR,
		"%s:%u: unknown column \"%s\": the first line names the columns, of %s, separated by commas",
		import->path, line, name, all);
}

static gboolean import_header(Import *import, GError **error)
{
	const ImportKind *kind = import->kind;

	for (guint i = 0; i < G_N_ELEMENTS(import->places); i++)
		import->places[i] = -1;
	CsvState state = csv_next(import->csv);
	if (state != CSV_RECORD)
		return command_fail(error, EX_DATAERR, "%s: %s", import->path,
			state == CSV_END ? "is empty" : csv_problem(import->csv, NULL));
	import->fields = csv_count(import->csv);
	for (guint i = 0; i < import->fields; i++) {
		const char *name = csv_field(import->csv, i);
		guint column = 0;
		while (kind->columns[column] && strcmp(kind->columns[column], name) != 0)
			column++;
		if (!kind->columns[column])
			return import_unknown_column(import, name, error);
		if (import->places[column] >= 0)
			return command_fail(error, EX_DATAERR, "%s:%u: column \"%s\" stands there twice",
				import->path, csv_line(import->csv), name);
		import->places[column] = (int)i;
	}
	g_autoptr(GPtrArray) missing = g_ptr_array_new();
	for (guint i = 0; kind->needed[i]; i++)
		for (guint column = 0; kind->columns[column]; column++)
			if (strcmp(kind->columns[column], kind->needed[i]) == 0 && import->places[column] < 0)
				g_ptr_array_add(missing, (gpointer)kind->needed[i]);
	if (missing->len > 0) {
		g_ptr_array_add(missing, NULL);
		g_autofree char *names = g_strjoinv(", ", (char **)missing->pdata);
		return command_fail(error, EX_DATAERR, "%s:%u: lacks the column%s %s", import->path,
			csv_line(import->csv), missing->len > 2 ? "s" : "", names);
	}
	return TRUE;
}

/* The escapes of COPY's text form. */
static void chunk_append(GString *chunk, const char *text)
{
	g_string_append_c(chunk, '\t');
	if (!*text) {
		g_string_append(chunk, "\\N");
		return;
	}
	for (const char *p = text; *p; p++)
		switch (*p) {
		case '\\':
			g_string_append(chunk, "\\\\");
			break;
		case '\n':
			g_string_append(chunk, "\\n");
			break;
		case '\r':
			g_string_append(chunk, "\\r");
			break;
		case '\t':
			g_string_append(chunk, "\\t");
			break;
		default:
			g_string_append_c(chunk, *p);
		}
}

static void import_record(Import *import)
{
	const ImportKind *kind = import->kind;
	guint line = csv_line(import->csv);
	gsize before = import->chunk->len;

	if (csv_count(import->csv) != import->fields) {
		g_autofree char *problem = g_strdup_printf(
			"has %u fields, the header %u", csv_count(import->csv), import->fields);
		import_told(import, line, NULL, problem);
		return;
	}
	g_string_append_printf(import->chunk, "%u", line);
	for (guint column = 0; kind->columns[column]; column++) {
		int place = import->places[column];
		const char *text = place < 0 ? "" : csv_field(import->csv, (guint)place);
		g_autofree char *host = NULL;
		if (*text && g_strcmp0(kind->columns[column], kind->host) == 0) {
			host = hostname_normal(text);
			if (!host) {
				g_autofree char *problem = g_strdup_printf("\"%s\" is no domain name", text);
				import_told(import, line, kind->columns[column], problem);
				g_string_truncate(import->chunk, before);
				return;
			}
		}
		chunk_append(import->chunk, host ? host : text);
	}
	g_string_append_c(import->chunk, '\n');
}

static const char *import_column_name(const Import *import, guint field)
{
	for (guint column = 0; field > 0 && import->kind->columns[column]; column++)
		if (import->places[column] == (int)field - 1)
			return import->kind->columns[column];
	return NULL;
}

static gboolean import_records(Import *import, Database *database, GError **error)
{
	CsvState state;

	while ((state = csv_next(import->csv)) != CSV_END) {
		if (state == CSV_BAD) {
			guint field;
			const char *problem = csv_problem(import->csv, &field);
			import_told(
				import, csv_line(import->csv), import_column_name(import, field), problem);
			if (ferror(import->file))
				break;
			continue;
		}
		import_record(import);
		if (import->chunk->len < IMPORT_CHUNK)
			continue;
		if (!database_copy_bytes(database, import->chunk->str, import->chunk->len, error))
			return FALSE;
		g_string_truncate(import->chunk, 0);
	}
	return database_copy_bytes(database, import->chunk->str, import->chunk->len, error);
}

static gboolean import_stage(Import *import, Database *database, GError **error)
{
	const DatabaseValue values[] = {database_text(import->kind->kind)};
	gint64 rows;

	/* A million rows take their time. */
	if (!database_run(database, "set local statement_timeout = 0", error))
		return FALSE;
	g_autoptr(PGresult) result =
		database_call(database, error, "select desk.import_begin($1)", 1, values);
	return result && database_copy_start(database, "copy import_stage from stdin", error) &&
		import_records(import, database, error) && database_copy_end(database, &rows, error);
}

/* Errors to standard error, beside those found while reading; the rest is the answer. */
static void import_print(Import *import, const PGresult *result)
{
	static const char *const heads[] = {"what", ">line", "column", "detail", NULL};
	g_autoptr(Table) table = table_new(heads);

	for (guint row = 0; row < database_rows(result); row++) {
		const char *const cells[] = {database_field(result, row, 0), database_field(result, row, 1),
			database_field(result, row, 2), database_field(result, row, 3)};
		if (g_strcmp0(cells[0], "error") == 0)
			import_told(import, (guint)database_field_number(result, row, 1), cells[2], cells[3]);
		else
			table_add(table, cells);
	}
	if (import->bad > 0)
		return;
	if (options.json)
		command_print_rows(result);
	else
		table_print(table, table_terminal_width(stdout), stdout);
}

static gboolean import_transaction(Import *import, Database *database, GError **error)
{
	static const char finish[] =
		"select what, line, col as column, detail from desk.import_finish($1, $2, $3)";

	if (!import_stage(import, database, error))
		return FALSE;
	const DatabaseValue values[] = {database_text(import->kind->kind), database_flag(options.dry_run),
		database_flag(options.all)};
	g_autoptr(PGresult) result = database_call(database, error, finish, G_N_ELEMENTS(values), values);
	if (!result)
		return FALSE;

	import_print(import, result);
	if (import->bad > IMPORT_MOST_TOLD)
		fprintf(stderr, "... and %u more\n", import->bad - IMPORT_MOST_TOLD);
	if (import->bad > 0)
		return command_fail(error, EX_DATAERR, "%s: %u problem%s, nothing was imported", import->path,
			import->bad, import->bad == 1 ? "" : "s");
	return TRUE;
}

static gboolean import_file(Import *import, GError **error)
{
	if (!import_header(import, error))
		return FALSE;
	Database *database = command_database(error);
	if (!database || !database_begin(database, error))
		return FALSE;
	if (import_transaction(import, database, error)) {
		if (!options.dry_run)
			return database_commit(database, error);
		database_rollback(database);
		command_say("dry run: nothing was changed");
		return TRUE;
	}
	database_rollback(database);
	return FALSE;
}

static gboolean import_run(int count, char **arguments, GError **error)
{
	const char *path = arguments[0];
	gboolean standard = strcmp(path, "-") == 0;
	FILE *file = standard ? stdin : fopen(path, "re");
	if (!file)
		return command_fail(error, EX_NOINPUT, "%s: %s", path, g_strerror(errno));

	g_autoptr(Csv) csv = csv_new(file);
	Import import = {.kind = command_running()->with,
		.path = path,
		.file = file,
		.csv = csv,
		.chunk = g_string_sized_new(IMPORT_CHUNK + 4096)};
	gboolean done = import_file(&import, error);
	g_string_free(import.chunk, TRUE);
	if (!standard)
		fclose(file);
	return done;
}

static const GOptionEntry added_options[] = {OPTION_DRY_RUN, OPTION_JSON, {NULL}};
static const GOptionEntry import_options[] = {OPTION_DRY_RUN, OPTION_JSON,
	{"complete", 0, 0, G_OPTION_ARG_NONE, &options.all,
		"the file is everything there is: what it does not name has left", NULL},
	{NULL}};

const Command import_commands[] = {{"import", "parties", "FILE.csv|-", 1, 1, "resellers and customers",
					   import_run, import_options, &parties},
	{"import", "domains", "FILE.csv|-", 1, 1, "domains and their customers", import_run, import_options,
		&domains},
	{"import", "networks", "FILE.csv|-", 1, 1, "networks and whose they are", import_run, import_options,
		&networks},
	{"import", "volumes", "FILE.csv|-", 1, 1, "mails sent per customer, address, provider and day",
		import_run, added_options, &volumes},
	{"import", "identifiers", "FILE.csv|-", 1, 1, "DKIM domains, List-Ids, Feedback-IDs of customers",
		import_run, import_options, &identifiers},
	{"import", "redirections", "FILE.csv|-", 1, 1,
		"mails that redirections passed on, per domain and day", import_run, added_options,
		&redirections},
	{"import", "hosts", "FILE.csv|-", 1, 1, "our own redirection, web and SMTP servers", import_run,
		import_options, &hosts},
	{"import", "traps", "FILE.csv|-", 1, 1, "spam traps: addresses nobody has signed up with", import_run,
		added_options, &traps},
	{"loop", "import", "FILE.csv|-", 1, 1, "enrolments with feedback loops", import_run, added_options,
		&loops},
	{NULL}};
