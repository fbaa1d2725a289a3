/* complaint parse: mails to reports. Beside the worker the only one that looks into a report. */

#include "command.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "domain.h"
#include "kinds.h"

/* What parsers/message.h takes; one byte more shows that there is more. */
enum { PARSE_MAX_BYTES = MESSAGE_MAX_BYTES + 1 };

/* At most PARSE_MAX_BYTES of @path, or of standard input for "-". */
static GByteArray *parse_read(const char *path, GError **error)
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
		g_byte_array_set_size(bytes, had + MAX(got, 0));
	}
	if (got < 0) {
		command_fail(error, EX_NOINPUT, "%s: %s", path, g_strerror(errno));
		if (fd >= 0)
			close(fd);
		return NULL;
	}
	close(fd);
	return g_steal_pointer(&bytes);
}

static Border *parse_border(GError **error)
{
	if (!options.border)
		return border_new_from_json(NULL, 0, error);

	g_autoptr(GByteArray) json = parse_read(options.border, error);
	if (!json)
		return NULL;
	Border *border = border_new_from_json((const char *)json->data, json->len, error);
	if (!border)
		g_prefix_error(error, "%s: ", options.border);
	return border;
}

static void parse_print(const Report *report, const char *path)
{
	g_autofree char *name = g_utf8_make_valid(path, -1);
	g_autoptr(GString) line = g_string_new(NULL);

	report_write_json(report, name, line);
	g_string_append_c(line, '\n');
	fwrite(line->str, 1, line->len, stdout);
	for (guint i = 0; options.explain && i < report->because->len; i++)
		fprintf(stderr, "%s: %s\n", name, (const char *)report->because->pdata[i]);
}

static gboolean parse_run(int count, char **arguments, GError **error)
{
	g_autoptr(Border) border = parse_border(error);
	if (!border)
		return FALSE;

	domain_init(border->suffix_file);
	message_init();
	gboolean unread = FALSE;
	for (int i = 0; i < count; i++) {
		g_autoptr(GError) problem = NULL;
		g_autoptr(GByteArray) bytes = parse_read(arguments[i], &problem);
		if (!bytes) {
			g_printerr("complaint: %s\n", problem->message);
			unread = TRUE;
			continue;
		}
		g_autoptr(Report) report = kinds_parse(bytes->data, bytes->len, border);
		parse_print(report, arguments[i]);
		fflush(stdout); /* what was read stays read, whatever the next mail does to us */
	}
	return !unread || command_fail(error, EX_NOINPUT, "%s", "");
}

static const GOptionEntry parse_options[] = {
	{ "border", 0, 0, G_OPTION_ARG_FILENAME, &options.border, "what the parsers are told of our site, as JSON", "FILE" },
	{ "explain", 0, 0, G_OPTION_ARG_NONE, &options.explain, "say on standard error what was recognised and why", NULL },
	{ NULL }
};

const Command parse_commands[] = {
	{ "parse", NULL, "FILE...|-", 1, -1, "print the report of each mail", parse_run, parse_options },
	{ NULL }
};
