/* complaint parse: mails to reports, in the same worker processes as the daemon's. */

#include "command.h"

#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "domain.h"
#include "kinds.h"
#include "table.h"
#include "workers.h"

enum {
	PARSE_MAX_BYTES = MESSAGE_MAX_BYTES + 1, /* one byte more than is taken shows that there is more */
	PARSE_BATCH = 64,                        /* files read before they are given to the workers ... */
	PARSE_BATCH_BYTES = 16 << 20,            /* ... unless they are large */
	PARSE_SECONDS = 20,
};

/* What all parsers start with: report-json.c writes this key first. */
static const char report_start[] = "{\"schema\":1,";

/* At most PARSE_MAX_BYTES of @path, or of standard input for "-". */
static GBytes *parse_read(const char *path, GError **error)
{
	int fd = strcmp(path, "-") == 0 ? dup(STDIN_FILENO) : open(path, O_RDONLY | O_CLOEXEC);
	g_autoptr(GByteArray) bytes = g_byte_array_new();
	ssize_t got = fd < 0 ? -1 : 1;

	while (got > 0 && bytes->len < PARSE_MAX_BYTES) {
		guint had = bytes->len;
		g_byte_array_set_size(bytes, had + (64 << 10));
		do
			got = read(fd, bytes->data + had, 64 << 10);
		while (got < 0 && errno == EINTR);
		g_byte_array_set_size(bytes, had + (guint)MAX(got, 0));
	}
	if (got < 0)
		command_fail(error, EX_NOINPUT, "%s: %s", path, g_strerror(errno));
	if (fd >= 0)
		close(fd);
	return got < 0 ? NULL : g_byte_array_free_to_bytes(g_steal_pointer(&bytes));
}

/* The border as JSON: of --border, of the configuration if one was named, or NULL. */
static gboolean parse_border(char **border_out, GError **error)
{
	*border_out = NULL;
	if (options.border) {
		gsize size;
		g_autoptr(GBytes) json = parse_read(options.border, error);
		const char *data = json ? g_bytes_get_data(json, &size) : NULL;
		g_autoptr(Border) border = json ? border_new_from_json(data, size, error) : NULL;
		if (!border)
			return FALSE;
		*border_out = g_strndup(data, size);
	} else if (options.config_path || g_getenv("COMPLAINTD_CONFIG")) {
		const Config *config = command_config(error);
		if (!config)
			return FALSE;
		*border_out = config_border(config);
	}
	return TRUE;
}

static void parse_print(const char *report, const char *path)
{
	g_autofree char *valid = g_utf8_make_valid(path, -1);
	json_t *name = json_string(valid);
	char *file = json_dumps(name, JSON_ENCODE_ANY);
	gboolean known = g_str_has_prefix(report, report_start);

	g_assert(known);
	g_autofree char *line =
		g_strconcat(report_start, "\"file\":", file, ",", report + strlen(report_start), NULL);
	g_autofree char *safe = table_escape_json(g_strchomp(line));
	puts(safe);
	fflush(stdout); /* what was read stays read, whatever comes next */
	free(file);
	json_decref(name);
}

/* The parsers' own words, in a child that may die of the mail as a worker may. */
static void parse_explain(GBytes *mail, const char *border, const char *path)
{
	gsize size;
	const guint8 *bytes = g_bytes_get_data(mail, &size);
	pid_t child = fork();

	if (child == 0) {
		const struct rlimit limit = {PARSE_SECONDS, PARSE_SECONDS};
		setrlimit(RLIMIT_CPU, &limit);
		g_autoptr(Border) site = border_new_from_json(border, border ? strlen(border) : 0, NULL);
		domain_init(site->suffix_file);
		message_init();
		Report *report = kinds_parse(bytes, size, site);
		for (guint i = 0; i < report->because->len; i++) {
			g_autofree char *safe = table_escape(report->because->pdata[i]);
			fprintf(stderr, "%s: %s\n", path, safe);
		}
		_exit(EXIT_SUCCESS);
	}
	int status = 0;
	if (child > 0 && waitpid(child, &status, 0) == child && status != 0)
		fprintf(stderr, "%s: the parser died of it\n", path);
}

typedef struct {
	Workers *workers;
	const char *border;
	GPtrArray *mails; /* GBytes * */
	GPtrArray *paths; /* const char * */
	gsize bytes;
	gboolean unread;
} Parse;

static gboolean parse_flush(Parse *parse, GError **error)
{
	if (parse->mails->len == 0)
		return TRUE;
	g_autoptr(GPtrArray) reports =
		workers_parse(parse->workers, (GBytes *const *)parse->mails->pdata, parse->mails->len, error);
	if (!reports)
		return FALSE;

	for (guint i = 0; i < reports->len; i++) {
		parse_print(reports->pdata[i], parse->paths->pdata[i]);
		if (options.explain)
			parse_explain(parse->mails->pdata[i], parse->border, parse->paths->pdata[i]);
	}
	g_ptr_array_set_size(parse->mails, 0);
	g_ptr_array_set_size(parse->paths, 0);
	parse->bytes = 0;
	return TRUE;
}

static gboolean parse_add(Parse *parse, char *path, GError **error)
{
	g_autoptr(GError) problem = NULL;
	GBytes *mail = parse_read(path, &problem);
	if (!mail) {
		command_say(problem->message);
		parse->unread = TRUE;
		return TRUE;
	}
	g_ptr_array_add(parse->mails, mail);
	g_ptr_array_add(parse->paths, path);
	parse->bytes += g_bytes_get_size(mail);
	if (parse->mails->len < PARSE_BATCH && parse->bytes < PARSE_BATCH_BYTES)
		return TRUE;
	return parse_flush(parse, error);
}

static gboolean parse_run(int count, char **arguments, GError **error)
{
	g_autofree char *border = NULL;
	if (!parse_border(&border, error))
		return FALSE;

	const WorkersSettings settings = {
		.border = border,
		.count = (guint)CLAMP(count, 1, 2),
		.memory = 512 << 20,
		.seconds = PARSE_SECONDS,
		.recycle = 5000,
	};
	g_autoptr(Workers) workers = workers_new(&settings);
	g_autoptr(GPtrArray) mails = g_ptr_array_new_with_free_func((GDestroyNotify)g_bytes_unref);
	g_autoptr(GPtrArray) paths = g_ptr_array_new();
	Parse parse = {.workers = workers, .border = border, .mails = mails, .paths = paths};

	for (int i = 0; i < count; i++)
		if (!parse_add(&parse, arguments[i], error))
			return FALSE;
	if (!parse_flush(&parse, error))
		return FALSE;
	return !parse.unread || command_fail(error, EX_NOINPUT, "%s", "");
}

static const GOptionEntry parse_options[] = {
	{"border", 0, 0, G_OPTION_ARG_FILENAME, &options.border,
		"what the parsers are told of our site, as JSON", "FILE"},
	{"explain", 0, 0, G_OPTION_ARG_NONE, &options.explain,
		"say on standard error what was recognised and why", NULL},
	{NULL}};

const Command parse_commands[] = {
	{"parse", NULL, "FILE...|-", 1, -1, "print the report of each mail", parse_run, parse_options},
	{NULL}};
