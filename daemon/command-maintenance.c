/* complaint maintenance, check: what timers and monitoring call. */

#include "command.h"

#include <stdio.h>

/* One line and figures, as monitoring plugins speak: 0 good, 1 warning, 2 critical, 3 unknown. */
enum { CHECK_GOOD, CHECK_WARNING, CHECK_CRITICAL, CHECK_UNKNOWN };

static const struct {
	const char *name; /* column of desk_api.health() and of the performance data */
	const char *words;
	gint64 warning, critical;
	const char *unit;
} checks[] = {
	{"outbox_oldest", "oldest mail owed", 1800, 7200, "s"},
	{"outbox_uncertain", "mails in doubt today", 1, 50, ""},
	{"outbox_refused", "mails refused today", 1, 50, ""},
	{"undecided_oldest", "oldest message undecided", 600, 3600, "s"},
	{"quarantine_today", "mails quarantined today", 10, 100, ""},
	{"actions_oldest", "oldest action that waits for approval", 86400, 3 * 86400, "s"},
	{"deadlines_overdue", "deadlines overdue", 1, 100, ""},
	{"hooks_failed", "calls failed today", 1, 10, ""},
};

static int check_rows(const PGresult *rows, GString *trouble, GString *figures)
{
	int worst = CHECK_GOOD;

	for (guint i = 0; i < G_N_ELEMENTS(checks); i++) {
		gint64 value = database_field_number(rows, 0, (guint)PQfnumber(rows, checks[i].name));
		int grade = value >= checks[i].critical ? CHECK_CRITICAL
			: value >= checks[i].warning    ? CHECK_WARNING
							: CHECK_GOOD;
		if (grade != CHECK_GOOD)
			g_string_append_printf(trouble, "%s%s: %" G_GINT64_FORMAT "%s",
				trouble->len ? ", " : "", checks[i].words, value, checks[i].unit);
		g_string_append_printf(figures,
			" %s=%" G_GINT64_FORMAT "%s;%" G_GINT64_FORMAT ";%" G_GINT64_FORMAT, checks[i].name,
			value, checks[i].unit, checks[i].warning, checks[i].critical);
		worst = MAX(worst, grade);
	}
	return worst;
}

static gboolean check_run(int count, char **arguments, GError **error)
{
	static const char *const words[] = {"OK", "WARNING", "CRITICAL", "UNKNOWN"};
	g_autoptr(GError) problem = NULL;
	g_autoptr(PGresult) rows = command_call("select * from desk_api.health()", 0, NULL, &problem);
	if (!rows) {
		int grade = problem->domain == DATABASE_ERROR && problem->code == DATABASE_ERROR_LOST
			? CHECK_CRITICAL
			: CHECK_UNKNOWN;
		printf("COMPLAINTD %s - %s\n", words[grade], problem->message);
		return command_fail(error, grade, "%s", "");
	}

	g_autoptr(GString) trouble = g_string_new(NULL), figures = g_string_new(NULL);
	int grade = check_rows(rows, trouble, figures);
	printf("COMPLAINTD %s - %s |%s\n", words[grade], trouble->len ? trouble->str : "everything is moving",
		figures->str);
	return grade == CHECK_GOOD || command_fail(error, grade, "%s", "");
}

static gboolean maintenance_run(int count, char **arguments, GError **error)
{
	return command_list("select * from desk.maintenance()", 0, NULL, error);
}

static const GOptionEntry maintenance_options[] = {OPTION_JSON, {NULL}};

const Command maintenance_commands[] = {
	{"maintenance", NULL, "", 0, 0, "delete what retention says, make partitions: from a daily timer",
		maintenance_run, maintenance_options},
	{"check", NULL, "", 0, 0, "one line for monitoring; exit status 0, 1, 2 or 3", check_run, NULL},
	{NULL}};
