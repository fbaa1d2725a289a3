#pragma once

/* What the commands of complaint(1) share: the table they stand in, their options, the database, and how
 * they print and fail. */

#include <glib.h>
#include <jansson.h>
#include <sysexits.h>

#include "database.h"

/* Codes are exit statuses, of sysexits.h where it has one. A message of "" is not printed: the
 * command has already said what is wrong. */
#define COMMAND_ERROR (command_error_quark())
GQuark command_error_quark(void);

/* Whatever options a command may list; one process runs one command. */
typedef struct {
	char *config_path; /* -c; NULL: the default path */
	gboolean json, yes, dry_run, explain, all, undo;
	char *border, *by, *reason, *state, *kind, *desk, *to, *format, *until, *since, *outcome;
	int limit, warning, critical;
} Options;
extern Options options;

#define OPTION_JSON { "json", 0, 0, G_OPTION_ARG_NONE, &options.json, "one JSON object per line", NULL }
#define OPTION_YES { "yes", 0, 0, G_OPTION_ARG_NONE, &options.yes, "do it without asking", NULL }
#define OPTION_DRY_RUN { "dry-run", 0, 0, G_OPTION_ARG_NONE, &options.dry_run, \
	"say what would change, change nothing", NULL }
#define OPTION_BY { "by", 0, 0, G_OPTION_ARG_STRING, &options.by, "who does it", "NAME" }
#define OPTION_REASON { "reason", 0, 0, G_OPTION_ARG_STRING, &options.reason, "why, in words", "TEXT" }
#define OPTION_DESK { "desk", 0, 0, G_OPTION_ARG_STRING, &options.desk, "party id of the desk", "PARTY" }
#define OPTION_LIMIT { "limit", 0, 0, G_OPTION_ARG_INT, &options.limit, "at most so many", "NUMBER" }

typedef struct {
	const char *noun, *verb;  /* verb NULL: the noun alone is the command */
	const char *arguments;    /* as in the usage line */
	int least, most;          /* how many arguments; most -1: any number */
	const char *help;         /* one line */
	gboolean (*run)(int count, char **arguments, GError **error);
	const GOptionEntry *options; /* beside -c; NULL: none */
} Command;

/* One table per noun, ended by a row without noun: command-*.c. */
extern const Command parse_commands[], ingest_commands[], submit_commands[], import_commands[], message_commands[],
	case_commands[], domain_commands[], party_commands[], outbox_commands[], config_commands[], db_commands[],
	maintenance_commands[];

/* Fails the command with @status. Returns FALSE. */
gboolean command_fail(GError **error, int status, const char *format, ...) G_GNUC_PRINTF(3, 4);
/* The exit status that tells of @error. */
int command_status(const GError *error);
/* Progress and remarks for the person at the terminal, on standard error. */
void command_say(const char *sentence);

/* The configuration of -c, and a connection to its database; loaded at first use, borrowed, they live as long
 * as the process. command_database() also holds the schema and checks that this program fits it. */
const Config *command_config(GError **error);
Database *command_connection(GError **error);
Database *command_database(GError **error);

/* One call in a transaction of its own, run again when the server asks for it. */
PGresult *command_call(const char *sql, guint n, const DatabaseValue *values, GError **error);

/* Rows as a table, or with --json as one object per line, keys in the order of the columns. json columns
 * are documents. */
void command_print_rows(const PGresult *result);
/* The json document in the first field: as it is with --json, else laid out for a person. FALSE and
 * EX_DATAERR with "no such @what" when there is none. */
gboolean command_print_document(const PGresult *result, const char *what, GError **error);
/* One line, safe for a terminal. */
void command_print_json(const json_t *value);
/* The members of an object, one per line, lists of objects as tables. */
void command_print_object(json_t *object);
/* Call and print. */
gboolean command_list(const char *sql, guint n, const DatabaseValue *values, GError **error);
gboolean command_show(const char *sql, const char *what, guint n, const DatabaseValue *values, GError **error);

/* "4711", "#4711" or with the letter of its kind, "C-4711". */
gboolean command_id(const char *text, gint64 *id_out, GError **error);
/* The desk to work for: --desk, else the configuration's; NULL: the only one. Borrowed. */
const char *command_desk(void);
/* The person at the keyboard: --by, else the login name. Borrowed. */
const char *command_by(void);
/* Asks on the terminal unless --yes was given; FALSE with EX_USAGE where nobody can be asked, with "" on no. */
gboolean command_confirm(GError **error, const char *format, ...) G_GNUC_PRINTF(2, 3);
