/* complaint-parser: mails in on standard input, reports out on standard output, from inside a
 * sandbox. Frames both ways: u32 big-endian length, then that many bytes. The first one in is the
 * border as JSON; an empty one out says that the sandbox is closed; then one report for each mail. */

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "domain.h"
#include "kinds.h"
#include "sandbox.h"

enum {
	WORKER_MAX_BORDER = 1 << 20,
	WORKER_MEMORY = 512 << 20,
	WORKER_SECONDS = 20,
	INPUT_STEP = 64 << 10,
	OUTPUT_MOST = 32 << 10,
	HOLD_US = 20000,
};

static gint64 memory = WORKER_MEMORY;
static int seconds = WORKER_SECONDS;
static gboolean explain;

static const GOptionEntry entries[] = {
	{"memory", 0, 0, G_OPTION_ARG_INT64, &memory, "address space at most", "BYTES"},
	{"cpu", 0, 0, G_OPTION_ARG_INT, &seconds, "CPU time for one mail at most", "SECONDS"},
	{"explain", 0, 0, G_OPTION_ARG_NONE, &explain, "send what was recognised and why behind each report",
		NULL},
	{NULL},
};

#ifdef __SANITIZE_ADDRESS__
/* The search for leaks at exit wants to trace us, which the sandbox forbids; fuzzing looks for them. */
const char *__asan_default_options(void);
const char *__asan_default_options(void)
{
	return "detect_leaks=0";
}
#endif

/* What has come in and is not used up. One read takes all that lies there: the next mails, mostly. */
typedef struct {
	guint8 *bytes;
	gsize at, end, size;
} Input;

/* Room for @want bytes from @at on. A large mail's memory goes back at once, or one would make the worker
 * large for good. */
static void input_make_room(Input *input, gsize want)
{
	gsize had = input->end - input->at, size = MAX(want, INPUT_STEP);

	if (had)
		memmove(input->bytes, input->bytes + input->at, had);
	input->at = 0;
	input->end = had;
	if (size <= input->size && input->size <= 4 * size)
		return;
	input->size = MAX(size, had);
	input->bytes = g_realloc(input->bytes, input->size);
}

/* FALSE at the end of the input or when it breaks. */
static gboolean input_fill(Input *input, gsize want)
{
	if (input->end - input->at >= want)
		return TRUE;
	input_make_room(input, want);
	while (input->end < want) {
		ssize_t got = read(STDIN_FILENO, input->bytes + input->end, input->size - input->end);
		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return FALSE;
		input->end += got;
	}
	return TRUE;
}

static guint32 input_length(const Input *input)
{
	guint32 length;

	memcpy(&length, input->bytes + input->at, 4);
	return GUINT32_FROM_BE(length);
}

static gboolean input_has_frame(const Input *input)
{
	gsize had = input->end - input->at;

	return had >= 4 && had - 4 >= input_length(input);
}

/* The next frame, valid until the next call; NULL at the end. */
static const guint8 *input_frame(Input *input, gsize most, gsize *length_out)
{
	if (!input_fill(input, 4) || input_length(input) > most)
		return NULL;
	*length_out = input_length(input);
	if (!input_fill(input, 4 + *length_out))
		return NULL;
	const guint8 *frame = input->bytes + input->at + 4;
	input->at += 4 + *length_out;
	return frame;
}

static gboolean write_all(const void *bytes, gsize length)
{
	const guint8 *at = bytes;
	while (length) {
		ssize_t put = write(STDOUT_FILENO, at, length);
		if (put < 0 && errno == EINTR)
			continue;
		if (put <= 0)
			return FALSE;
		at += put;
		length -= put;
	}
	return TRUE;
}

/* Answers are gathered in @output; each begins with its length. */
static gsize begin_frame(GString *output)
{
	gsize begin = output->len;

	g_string_append_len(output, "\0\0\0", 4);
	return begin;
}

static void end_frame(GString *output, gsize begin)
{
	guint32 length = GUINT32_TO_BE((guint32)(output->len - begin - 4));

	memcpy(output->str + begin, &length, 4);
}

static gboolean flush(GString *output)
{
	gboolean good = write_all(output->str, output->len);

	g_string_truncate(output, 0);
	return good;
}

static void answer(const guint8 *bytes, gsize length, const Border *border, GString *output)
{
	g_autoptr(Report) report = kinds_parse(bytes, length, border);
	gsize begin = begin_frame(output);

	report_write_json(report, NULL, output);
	end_frame(output, begin);
	if (!explain)
		return;
	begin = begin_frame(output);
	for (guint i = 0; i < report->because->len; i++)
		g_string_append_printf(output, "%s\n", (const char *)report->because->pdata[i]);
	end_frame(output, begin);
}

static Border *read_border(Input *input, GError **error)
{
	gsize length;
	const guint8 *json = input_frame(input, WORKER_MAX_BORDER, &length);

	if (!json) {
		g_set_error(error, G_IO_ERROR, G_IO_ERROR_PARTIAL_INPUT, "no border came");
		return NULL;
	}
	return border_new_from_json((const char *)json, length, error);
}

/* Answers wait while the next mail lies here already, for a process to be woken costs as much as a
 * small mail does. Who waits for them blames the wrong mail when we die, and tries it again alone. */
static void serve(Input *input, const Border *border)
{
	g_autoptr(GString) output = g_string_sized_new(2 * OUTPUT_MOST);
	const guint8 *mail;
	gsize length;
	gint64 sent = 0;

	end_frame(output, begin_frame(output)); /* the sandbox is closed */
	for (;;) {
		if (output->len >= OUTPUT_MOST || !input_has_frame(input) ||
			g_get_monotonic_time() - sent > HOLD_US) {
			if (!flush(output))
				return;
			sandbox_rearm(seconds);
			sent = g_get_monotonic_time();
		}
		mail = input_frame(input, MESSAGE_MAX_BYTES + 1, &length);
		if (!mail)
			return;
		answer(mail, length, border, output);
	}
}

static gboolean work(GError **error)
{
	Input input = {0};
	g_autoptr(Border) border = read_border(&input, error);
	if (!border)
		return FALSE;
	domain_init(border->suffix_file);
	message_init();
	/* Once, for what libraries open at first use: their tables are needed inside. */
	static const char first[] = "From: a@example.org\n\nhttp://example.org/ b@example.net\n";
	report_free(kinds_parse((const guint8 *)first, strlen(first), border));
	if (!sandbox_enter(memory, seconds, error))
		return FALSE;
	serve(&input, border);
	g_free(input.bytes);
	return TRUE;
}

int main(int argc, char **argv)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GOptionContext) context =
		g_option_context_new("- parse mails in a sandbox; started by complaintd");
	g_option_context_add_main_entries(context, entries, NULL);
	if (!g_option_context_parse(context, &argc, &argv, &error) || !work(&error)) {
		fprintf(stderr, "complaint-parser: %s\n", error->message);
		return 1;
	}
	return 0;
}
