/* What reading costs beside GMime's bare parse-and-decode of the same mails, in turn in one run: processor
 * time, and the best of several rounds of each mail, because machines are shared.
 *
 *   parse NAME LIMIT FILE...    exit status 1 when the ratio is above LIMIT */

#include <glib.h>
#include <gmime/gmime.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "domain.h"
#include "kinds.h"

G_DEFINE_AUTOPTR_CLEANUP_FUNC(GMimeMessage, g_object_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GMimeParser, g_object_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GMimeStream, g_object_unref)

enum { ROUNDS = 9 };

static Border *border; /* of a site that said nothing about itself */

static void decode_part(GMimeObject *parent, GMimeObject *part, gpointer data)
{
	GMimeDataWrapper *content = GMIME_IS_PART(part) ? g_mime_part_get_content(GMIME_PART(part)) : NULL;

	if (!content)
		return;
	g_autoptr(GMimeStream) memory = g_mime_stream_mem_new();
	g_mime_data_wrapper_write_to_stream(content, memory);
}

static void read_bare(GBytes *mail)
{
	gsize size = 0;
	const char *bytes = g_bytes_get_data(mail, &size);
	g_autoptr(GMimeStream) stream = g_mime_stream_mem_new_with_buffer(bytes, size);
	g_autoptr(GMimeParser) parser = g_mime_parser_new_with_stream(stream);
	g_autoptr(GMimeMessage) message = g_mime_parser_construct_message(parser, NULL);

	if (message)
		g_mime_message_foreach(message, decode_part, NULL);
}

static void read_whole(GBytes *mail)
{
	gsize size = 0;
	const guint8 *bytes = g_bytes_get_data(mail, &size);
	g_autoptr(Report) report = kinds_parse(bytes, size, border);
	g_autoptr(GString) json = g_string_new(NULL);

	report_write_json(report, NULL, json);
}

static gint64 now(void)
{
	struct timespec used;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
	return used.tv_sec * G_GINT64_CONSTANT(1000000000) + used.tv_nsec;
}

/* One pass over all mails; @best: nanoseconds of each. */
static void pass(GPtrArray *mails, gint64 *best, void (*read)(GBytes *mail))
{
	for (guint i = 0; i < mails->len; i++) {
		gint64 start = now();
		read(mails->pdata[i]);
		gint64 taken = now() - start;
		best[i] = best[i] ? MIN(best[i], taken) : taken;
	}
}

static double microseconds(const gint64 *best, guint n)
{
	gint64 sum = 0;

	for (guint i = 0; i < n; i++)
		sum += best[i];
	return (double)sum / n / 1000;
}

int main(int argc, char **argv)
{
	g_autoptr(GPtrArray) mails = g_ptr_array_new_with_free_func((GDestroyNotify)g_bytes_unref);

	if (argc < 4) {
		fputs("usage: parse NAME LIMIT FILE...\n", stderr);
		return 64;
	}
	g_mime_init();
	domain_init(NULL);
	border = border_new_from_json("{}", 2, NULL);
	for (int i = 3; i < argc; i++) {
		char *content = NULL;
		gsize size = 0;
		if (g_file_get_contents(argv[i], &content, &size, NULL))
			g_ptr_array_add(mails, g_bytes_new_take(content, size));
	}
	g_autofree gint64 *bare = g_new0(gint64, mails->len + 1), *whole = g_new0(gint64, mails->len + 1);
	for (int i = 0; i < ROUNDS; i++) {
		pass(mails, bare, read_bare);
		pass(mails, whole, read_whole);
	}
	double ours = microseconds(whole, mails->len), theirs = microseconds(bare, mails->len);
	double limit = g_ascii_strtod(argv[2], NULL);
	printf("reading %u %s: %.0f us each, GMime alone %.0f us; ratio %.2f, limit %.2f\n", mails->len,
		argv[1], ours, theirs, ours / theirs, limit);
	return ours / theirs > limit;
}
