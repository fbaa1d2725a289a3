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

/* FALSE at the end of the input or when it breaks. */
static gboolean read_all(guint8 *bytes, gsize length)
{
	while (length) {
		ssize_t got = read(STDIN_FILENO, bytes, length);
		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return FALSE;
		bytes += got;
		length -= got;
	}
	return TRUE;
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

/* Header and body in one write: half the wakings of the reader. */
static gboolean write_frame(const GString *text)
{
	g_autoptr(GByteArray) frame = g_byte_array_sized_new(text->len + 4);
	guint32 length = GUINT32_TO_BE((guint32)text->len);
	g_byte_array_append(frame, (const guint8 *)&length, 4);
	g_byte_array_append(frame, (const guint8 *)text->str, text->len);
	return write_all(frame->data, frame->len);
}

/* The next frame into @buffer, which grows and is kept; the length, or -1 at the end. */
static gint64 read_frame(GByteArray *buffer, gsize most)
{
	guint32 length;
	if (!read_all((guint8 *)&length, 4))
		return -1;
	length = GUINT32_FROM_BE(length);
	if (length > most)
		return -1;
	/* A large mail's memory goes back at once, or one would make the worker large for good. */
	if (buffer->len > (4 << 20) && length < buffer->len / 4)
		g_free(g_byte_array_steal(buffer, NULL));
	g_byte_array_set_size(buffer, MAX(length, 1));
	return read_all(buffer->data, length) ? (gint64)length : -1;
}

static gboolean answer(const guint8 *bytes, gsize length, const Border *border)
{
	g_autoptr(Report) report = kinds_parse(bytes, length, border);
	g_autoptr(GString) text = g_string_sized_new(8192);
	report_write_json(report, NULL, text);
	if (!write_frame(text))
		return FALSE;
	if (!explain)
		return TRUE;
	g_string_truncate(text, 0);
	for (guint i = 0; i < report->because->len; i++)
		g_string_append_printf(text, "%s\n", (const char *)report->because->pdata[i]);
	return write_frame(text);
}

static Border *read_border(GByteArray *buffer, GError **error)
{
	gint64 length = read_frame(buffer, WORKER_MAX_BORDER);
	if (length < 0) {
		g_set_error(error, G_IO_ERROR, G_IO_ERROR_PARTIAL_INPUT, "no border came");
		return NULL;
	}
	return border_new_from_json((const char *)buffer->data, length, error);
}

static gboolean work(GError **error)
{
	g_autoptr(GByteArray) buffer = g_byte_array_new();
	g_autoptr(Border) border = read_border(buffer, error);
	if (!border)
		return FALSE;
	domain_init(border->suffix_file);
	message_init();
	/* Once, for what libraries open at first use: their tables are needed inside. */
	static const char first[] = "From: a@example.org\n\nhttp://example.org/ b@example.net\n";
	report_free(kinds_parse((const guint8 *)first, strlen(first), border));
	if (!sandbox_enter(memory, seconds, error))
		return FALSE;
	g_autoptr(GString) ready = g_string_new(NULL);
	gboolean good = write_frame(ready);
	gint64 length;
	while (good && (length = read_frame(buffer, MESSAGE_MAX_BYTES + 1)) >= 0) {
		sandbox_rearm(seconds);
		good = answer(buffer->data, length, border);
	}
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
