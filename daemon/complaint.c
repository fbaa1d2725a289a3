/* complaint: the tool of staff and administrators. Finds the command in the tables; the rest is in
 * command-*.c. */

#include "command.h"

#include <locale.h>
#include <stdio.h>
#include <string.h>

#include "nearest.h"

static const Command *const tables[] = {
	parse_commands,
	ingest_commands,
	submit_commands,
	import_commands,
	message_commands,
	case_commands,
	case_act_commands,
	case_export_commands,
	domain_commands,
	party_commands,
	party_act_commands,
	loop_commands,
	suppression_commands,
	token_commands,
	outbox_commands,
	mailbox_commands,
	config_commands,
	db_commands,
	maintenance_commands,
};

Options options;
static const Command *running;

const Command *command_running(void)
{
	return running;
}

/* All rows: const Command *. */
static GPtrArray *commands_all(void)
{
	GPtrArray *all = g_ptr_array_new();
	for (guint i = 0; i < G_N_ELEMENTS(tables); i++)
		for (const Command *command = tables[i]; command->noun; command++)
			g_ptr_array_add(all, (gpointer)command);
	return all;
}

static void commands_print(GPtrArray *all, const char *noun, FILE *out)
{
	for (guint i = 0; i < all->len; i++) {
		const Command *command = all->pdata[i];
		if (noun && strcmp(noun, command->noun) != 0)
			continue;
		g_autofree char *name =
			g_strjoin(" ", command->noun, command->verb ? command->verb : command->arguments,
				command->verb ? command->arguments : NULL, NULL);
		fprintf(out, "  %-38s %s\n", name, command->help);
	}
}

/* The row of @noun and @verb; NULL and an error naming the nearest when there is none. */
static const Command *command_find(GPtrArray *all, const char *noun, const char *verb, GError **error)
{
	g_autoptr(GPtrArray) words = g_ptr_array_new();
	gboolean known = FALSE;

	for (guint i = 0; i < all->len; i++) {
		const Command *command = all->pdata[i];
		gboolean same = strcmp(command->noun, noun) == 0;
		if (same && (!command->verb || g_strcmp0(command->verb, verb) == 0))
			return command;
		if (same && !known) {
			known = TRUE;
			g_ptr_array_set_size(words, 0);
		}
		if (same || !known)
			g_ptr_array_add(words, (gpointer)(same ? command->verb : command->noun));
	}
	g_ptr_array_add(words, NULL);
	const char *const *candidates = (const char *const *)words->pdata;
	const char *wrong = known ? verb : noun;
	const char *nearest = wrong ? nearest_word(wrong, candidates) : NULL;
	if (nearest)
		command_fail(error, EX_USAGE, "no command \"%s%s%s\"; did you mean \"%s%s%s\"?", noun,
			known ? " " : "", known ? wrong : "", known ? noun : nearest, known ? " " : "",
			known ? nearest : "");
	else if (known) {
		g_autofree char *verbs = g_strjoinv(", ", (char **)candidates);
		command_fail(error, EX_USAGE, "\"%s\" takes one of: %s", noun, verbs);
	} else
		command_fail(error, EX_USAGE, "no command \"%s\"; see complaint --help", noun);
	return NULL;
}

static const GOptionEntry common_options[] = {
	{"config", 'c', 0, G_OPTION_ARG_FILENAME, &options.config_path, "configuration file", "FILE"},
	{NULL}};

static gboolean command_run(const Command *command, int count, char **arguments, GError **error)
{
	g_autofree char *usage =
		g_strjoin(" ", command->noun, command->verb ? command->verb : command->arguments,
			command->verb ? command->arguments : NULL, NULL);
	g_autoptr(GOptionContext) context = g_option_context_new(usage);
	g_option_context_set_summary(context, command->help);
	g_option_context_add_main_entries(context, common_options, NULL);
	if (command->options)
		g_option_context_add_main_entries(context, command->options, NULL);
	if (!g_option_context_parse(context, &count, &arguments, error))
		return FALSE;

	if (count > 1 && strcmp(arguments[1], "--") == 0) {
		arguments++;
		count--;
	}
	count--;
	if (count < command->least || (command->most >= 0 && count > command->most))
		return command_fail(error, EX_USAGE, "usage: complaint %s", usage);
	running = command;
	return command->run(count, arguments + 1, error);
}

/* Nothing an outsider wrote reaches the terminal as it is, not even within an error. */
static void print_error(const char *message)
{
	g_autofree char *valid = g_utf8_make_valid(message, -1);
	for (char *p = valid; *p; p++)
		if (g_ascii_iscntrl(*p) && *p != '\n')
			*p = '?';
	fprintf(stderr, "complaint: %s\n", valid);
}

static gboolean run(int argc, char **argv, GError **error)
{
	g_autoptr(GOptionContext) context = g_option_context_new("NOUN [VERB] ...");
	g_autoptr(GPtrArray) all = commands_all();

	/* The first word that is no option is the noun; what follows belongs to the command. */
	g_option_context_set_strict_posix(context, TRUE);
	g_option_context_set_help_enabled(context, FALSE);
	gboolean help = FALSE;
	const GOptionEntry own_options[] = {{"help", 'h', 0, G_OPTION_ARG_NONE, &help, NULL, NULL}, {NULL}};
	g_option_context_add_main_entries(context, common_options, NULL);
	g_option_context_add_main_entries(context, own_options, NULL);
	if (!g_option_context_parse(context, &argc, &argv, error))
		return FALSE;

	if (help || argc < 2 || strcmp(argv[1], "help") == 0) {
		FILE *out = help || argc >= 2 ? stdout : stderr;
		fprintf(out, "usage: complaint [-c FILE] NOUN [VERB] [OPTION...] [ARGUMENT...]\n\n");
		commands_print(all, argc > 2 ? argv[2] : NULL, out);
		fprintf(out, "\ncomplaint NOUN VERB --help shows the options of one. See complaint(1).\n");
		return out == stdout || command_fail(error, EX_USAGE, "%s", "");
	}
	const Command *command = command_find(all, argv[1], argc > 2 ? argv[2] : NULL, error);
	int skipped = command && command->verb ? 2 : 1;
	return command && command_run(command, argc - skipped, argv + skipped, error);
}

int main(int argc, char **argv)
{
	/* Everything here is UTF-8, arguments too, and numbers are written as in JSON. */
	setlocale(LC_CTYPE, "C.UTF-8");
	g_set_prgname("complaint");

	g_autoptr(GError) error = NULL;
	if (run(argc, argv, &error))
		return fflush(stdout) == 0 ? EX_OK : EX_IOERR;
	fflush(stdout);
	if (error->message[0])
		print_error(error->message);
	return command_status(error);
}
