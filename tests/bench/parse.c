/* What reading costs beside GMime's bare parse-and-decode of the same mails, in turn in one run.
 *
 *   parse LIMIT FILE...    exit status 1 when the ratio is above LIMIT */

#include <glib.h>
#include <gmime/gmime.h>
#include <stdio.h>
#include <stdlib.h>

#include "domain.h"
#include "kinds.h"

G_DEFINE_AUTOPTR_CLEANUP_FUNC(GMimeMessage, g_object_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GMimeParser, g_object_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GMimeStream, g_object_unref)

enum { ROUNDS = 5 };

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

/* Microseconds for one pass over all mails. */
static gint64 pass(GPtrArray *mails, void (*read)(GBytes *mail))
{
	gint64 start = g_get_monotonic_time();

	for (guint i = 0; i < mails->len; i++)
		read(mails->pdata[i]);
	return g_get_monotonic_time() - start;
}

int main(int argc, char **argv)
{
	g_autoptr(GPtrArray) mails = g_ptr_array_new_with_free_func((GDestroyNotify)g_bytes_unref);
	gint64 bare = G_MAXINT64, whole = G_MAXINT64;

	if (argc < 3) {
		fputs("usage: parse LIMIT FILE...\n", stderr);
		return 64;
	}
	g_mime_init();
	domain_init(NULL);
	border = border_new_from_json("{}", 2, NULL);
	for (int i = 2; i < argc; i++) {
		char *content = NULL;
		gsize size = 0;
		if (g_file_get_contents(argv[i], &content, &size, NULL))
			g_ptr_array_add(mails, g_bytes_new_take(content, size));
	}
	for (int i = 0; i < ROUNDS; i++) {
		bare = MIN(bare, pass(mails, read_bare));
		whole = MIN(whole, pass(mails, read_whole));
	}
	double ratio = (double)whole / (double)bare, limit = g_ascii_strtod(argv[1], NULL);
	printf("reading: %.0f us a mail, GMime alone %.0f us; ratio %.2f, limit %.2f\n", (double)whole / mails->len,
		(double)bare / mails->len, ratio, limit);
	return ratio > limit;
}
