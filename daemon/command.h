#pragma once

/* What the commands of complaint(1) share: the table they stand in, their options, and how they fail. */

#include <glib.h>
#include <sysexits.h>

/* Codes are exit statuses, of sysexits.h where it has one. A message of "" is not printed: the
 * command has already said what is wrong. */
#define COMMAND_ERROR (command_error_quark())
GQuark command_error_quark(void);

/* Whatever options a command may list; one process runs one command. */
typedef struct {
	char *config_path; /* -c; NULL: the default path */
	gboolean json, yes, dry_run, explain, all, undo;
	char *border, *by, *reason, *state, *desk, *to, *format, *until, *since, *outcome;
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
extern const Command parse_commands[];

/* Fails the command with @status. Returns FALSE. */
gboolean command_fail(GError **error, int status, const char *format, ...) G_GNUC_PRINTF(3, 4);
