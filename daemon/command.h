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
	gboolean json, yes, dry_run, explain, all, undo, tell, approval;
	char *border, *by, *reason, *state, *kind, *desk, *to, *into, *until, *outcome, *party, *ground,
		*delay;
	int limit;
} Options;
extern Options options;

#define OPTION_JSON                                                                                          \
	{                                                                                                    \
		"json", 0, 0, G_OPTION_ARG_NONE, &options.json, "one JSON object per line", NULL             \
	}
#define OPTION_YES                                                                                           \
	{                                                                                                    \
		"yes", 0, 0, G_OPTION_ARG_NONE, &options.yes, "do it without asking", NULL                   \
	}
#define OPTION_DRY_RUN                                                                                       \
	{                                                                                                    \
		"dry-run", 0, 0, G_OPTION_ARG_NONE, &options.dry_run,                                        \
			"say what would change, change nothing", NULL                                        \
	}
#define OPTION_BY                                                                                            \
	{                                                                                                    \
		"by", 0, 0, G_OPTION_ARG_STRING, &options.by, "who does it", "NAME"                          \
	}
#define OPTION_REASON                                                                                        \
	{                                                                                                    \
		"reason", 0, 0, G_OPTION_ARG_STRING, &options.reason, "why, in words", "TEXT"                \
	}
#define OPTION_DESK                                                                                          \
	{                                                                                                    \
		"desk", 0, 0, G_OPTION_ARG_STRING, &options.desk, "party id of the desk", "PARTY"            \
	}
#define OPTION_LIMIT                                                                                         \
	{                                                                                                    \
		"limit", 0, 0, G_OPTION_ARG_INT, &options.limit, "at most so many", "NUMBER"                 \
	}

typedef struct {
	const char *noun, *verb; /* verb NULL: the noun alone is the command */
	const char *arguments;   /* as in the usage line */
	int least, most;         /* how many arguments; most -1: any number */
	const char *help;        /* one line */
	gboolean (*run)(int count, char **arguments, GError **error);
	const GOptionEntry *options; /* beside -c; NULL: none */
	const void *with;            /* what run() works with, for one that serves several rows */
} Command;

/* One table per noun, ended by a row without noun: command-*.c. */
extern const Command parse_commands[], ingest_commands[], submit_commands[], import_commands[],
	message_commands[], case_commands[], case_act_commands[], case_export_commands[], domain_commands[],
	party_commands[], party_act_commands[], outbox_commands[], mailbox_commands[], config_commands[],
	db_commands[], maintenance_commands[], loop_commands[], suppression_commands[], token_commands[];

/* The row that is being run. */
const Command *command_running(void);

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
 * EX_DATAERR with "no such @what" when there is none; @asked is what the person typed. */
gboolean command_print_document(const PGresult *result, const char *what, const char *asked, GError **error);
/* One line, safe for a terminal. */
void command_print_json(const json_t *value);
/* The members of an object, one per line, lists of objects as tables. */
void command_print_object(json_t *object);
/* Call and print. */
gboolean command_list(const char *sql, guint n, const DatabaseValue *values, GError **error);
gboolean command_show(const char *sql, const char *what, const char *asked, guint n,
	const DatabaseValue *values, GError **error);

/* Adds subject and text, or the problem, to a document of desk_api.outbox_show(). */
void command_add_text(json_t *mail);

/* "4711", "#4711" or with the letter of its kind, "C-4711". */
gboolean command_id(const char *text, gint64 *id_out, GError **error);
/* EX_USAGE when @word, of option @what, is not of that vocabulary, and the nearest that is; NULL is fine. */
gboolean command_word(const char *what, const char *word, const char *const *words, GError **error);
extern const char *const command_case_states[],
	*const command_action_states[], *const command_outbox_states[],
						*const command_outbox_kinds[],
							*const command_dispositions[],
								*const command_message_kinds[];
/* The same of a time that the database is to read; NULL is fine. */
gboolean command_time(const char *what, const char *text, GError **error);
/* How many rows a list shows: --limit, else @usual. */
DatabaseValue command_limit(int usual);
/* The desk to work for: --desk, else the configuration's; NULL: the only one. Borrowed. */
const char *command_desk(void);
/* The person at the keyboard: --by, else the login name. Borrowed. */
const char *command_by(void);
/* Numbers of things, as command_id() takes them, as an array; @good_out FALSE and an error when one is none.
 */
DatabaseValue command_ids(int count, char **arguments, gboolean *good_out, GError **error);
/* Calls a function of desk_api that does something to things and prints its rows (target, result, detail).
 * EX_DATAERR without words when one of them was refused: the row says why. */
gboolean command_act(const char *sql, guint n, const DatabaseValue *values, GError **error);
/* Runs a row with the SQL of a function of (ids, reason, by). */
gboolean command_act_ids(int count, char **arguments, GError **error);

/* Asks a person at a terminal unless --yes was given; FALSE without words on no. A script is taken to know
 * what it does; */
gboolean command_confirm(GError **error, const char *format, ...) G_GNUC_PRINTF(2, 3);
/* but for what can't be undone it must say --yes. */
gboolean command_insist(GError **error, const char *format, ...) G_GNUC_PRINTF(2, 3);
