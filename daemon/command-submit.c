/* complaint submit: lines of "domain,reporter" through the same decisions as mails. */

#include "command.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "hostname.h"
#include "table.h"

enum { SUBMIT_MOST_LINES = 20000, SUBMIT_LONGEST_LINE = 1000 };

typedef struct {
	json_t *lines;      /* for desk.submit() */
	GPtrArray *domains; /* char *: distinct names, in their order */
	guint line;
} Submit;

/* What stands between quotes or angle brackets; within @field. */
static char *submit_field(char *field)
{
	field = g_strstrip(field);
	gsize length = strlen(field);
	if (length < 2 ||
		!((*field == '"' && field[length - 1] == '"') || (*field == '<' && field[length - 1] == '>')))
		return field;
	field[length - 1] = '\0';
	return g_strstrip(field + 1);
}

/* "domain,reporter"; what is no such line goes along and is refused by its number, so that nothing
 * disappears. */
static void submit_line(Submit *submit, const char *text)
{
	g_autofree char *valid = g_utf8_make_valid(text, -1);
	char *line = g_strstrip(valid);
	char *separator = strpbrk(line, ",;\t");

	submit->line++;
	if (!*line || *line == '#')
		return;
	if (separator)
		*separator = '\0';
	g_autofree char *typed = g_strndup(submit_field(line), SUBMIT_LONGEST_LINE);
	g_autofree char *host = hostname_normal(typed);
	g_autofree char *complainant =
		separator ? g_strndup(submit_field(separator + 1), SUBMIT_LONGEST_LINE) : NULL;
	json_array_append_new(submit->lines,
		json_pack("{s:i, s:s, s:s?}", "line", (int)submit->line, "domain", host ? host : typed,
			"complainant", complainant && *complainant ? complainant : NULL));
	if (host && !g_ptr_array_find_with_equal_func(submit->domains, host, g_str_equal, NULL))
		g_ptr_array_add(submit->domains, g_steal_pointer(&host));
}

static gboolean submit_file(Submit *submit, const char *path, GError **error)
{
	FILE *file = strcmp(path, "-") == 0 ? stdin : fopen(path, "re");
	char *line = NULL;
	size_t room = 0;

	if (!file)
		return command_fail(error, EX_NOINPUT, "%s: %s (a complaint is written DOMAIN,REPORTER)",
			path, g_strerror(errno));
	while (getline(&line, &room, file) >= 0 && json_array_size(submit->lines) <= SUBMIT_MOST_LINES)
		submit_line(submit, line);
	free(line);
	if (file != stdin)
		fclose(file);
	if (json_array_size(submit->lines) > SUBMIT_MOST_LINES)
		return command_fail(error, EX_DATAERR, "%s: more than %d lines; submit it in parts", path,
			SUBMIT_MOST_LINES);
	return TRUE;
}

/* An argument with a separator is a line, any other a file. */
static gboolean submit_read(Submit *submit, int count, char **arguments, GError **error)
{
	if (count == 0)
		return submit_file(submit, "-", error);
	for (int i = 0; i < count; i++) {
		if (strpbrk(arguments[i], ",;\t") && !g_file_test(arguments[i], G_FILE_TEST_EXISTS))
			submit_line(submit, arguments[i]);
		else if (!submit_file(submit, arguments[i], error))
			return FALSE;
	}
	return TRUE;
}

static gboolean submit_figures(Submit *submit, GError **error)
{
	static const char sql[] = "select * from desk_api.domain_figures($1, $2)";
	const DatabaseValue values[] = {
		database_texts((const char *const *)submit->domains->pdata, submit->domains->len),
		database_text(command_desk())};
	g_autoptr(PGresult) rows = command_call(sql, G_N_ELEMENTS(values), values, error);
	if (!rows)
		return FALSE;
	if (database_rows(rows) > 0) {
		putchar('\n');
		command_print_rows(rows);
	}
	return TRUE;
}

static gboolean submit_send(Submit *submit, GError **error)
{
	static const char sql[] = "select line, domain, complainant, result, reason from desk_api.submit($3, "
				  "$1, $2) order by line";
	char *lines = json_dumps(submit->lines, JSON_COMPACT);
	const DatabaseValue values[] = {
		database_text(command_desk()), database_text(command_by()), database_text(lines)};
	g_autoptr(PGresult) rows = command_call(sql, G_N_ELEMENTS(values), values, error);
	free(lines);
	if (!rows)
		return FALSE;

	command_print_rows(rows);
	return options.json || submit_figures(submit, error);
}

static gboolean submit_run(int count, char **arguments, GError **error)
{
	g_autoptr(GPtrArray) domains = g_ptr_array_new_with_free_func(g_free);
	Submit submit = {.lines = json_array(), .domains = domains};

	gboolean done = submit_read(&submit, count, arguments, error);
	if (done && json_array_size(submit.lines) == 0)
		done = command_fail(error, EX_DATAERR, "nothing to submit");
	done = done && submit_send(&submit, error);
	json_decref(submit.lines);
	return done;
}

static const GOptionEntry submit_options[] = {OPTION_JSON, OPTION_BY, OPTION_DESK, {NULL}};

const Command submit_commands[] = {
	{"submit", NULL, "[FILE|-|DOMAIN,REPORTER]...", 0, -1, "complaints as lines of domain,reporter",
		submit_run, submit_options},
	{NULL}};
