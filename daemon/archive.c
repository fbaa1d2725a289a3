#include "archive.h"

#include <string.h>

enum { BLOCK = 512 };

struct Archive {
	GOutputStream *stream;
	gint64 time;
};

/* Octal numbers end with NUL, names need not. */
typedef struct {
	char name[100], mode[8], owner[8], group[8], size[12], time[12], checksum[8], type, link[100];
	char magic[6], version[2], owner_name[32], group_name[32], major[8], minor[8], prefix[155], rest[12];
} Head;
G_STATIC_ASSERT(sizeof(Head) == BLOCK);

Archive *archive_new(const char *path, gint64 time, GError **error)
{
	g_autoptr(GFile) file = g_file_new_for_path(path);
	g_autoptr(GFileOutputStream) raw = g_file_create(file, G_FILE_CREATE_PRIVATE, NULL, error);
	if (!raw)
		return NULL;

	g_autoptr(GZlibCompressor) compressor = g_zlib_compressor_new(G_ZLIB_COMPRESSOR_FORMAT_GZIP, -1);
	Archive *archive = g_new0(Archive, 1);
	archive->stream = g_converter_output_stream_new(G_OUTPUT_STREAM(raw), G_CONVERTER(compressor));
	archive->time = time;
	return archive;
}

void archive_free(Archive *archive)
{
	if (!archive)
		return;
	g_object_unref(archive->stream);
	g_free(archive);
}

static void head_fill(Head *head, const char *name, gsize size, gint64 time)
{
	guint sum = 0;

	memset(head, 0, sizeof *head);
	g_strlcpy(head->name, name, sizeof head->name);
	g_snprintf(head->mode, sizeof head->mode, "%07o", 0600);
	g_snprintf(head->owner, sizeof head->owner, "%07o", 0);
	g_snprintf(head->group, sizeof head->group, "%07o", 0);
	g_snprintf(head->size, sizeof head->size, "%011" G_GINT64_MODIFIER "o", (guint64)size);
	g_snprintf(head->time, sizeof head->time, "%011" G_GINT64_MODIFIER "o", (guint64)time);
	head->type = '0';
	memcpy(head->magic, "ustar", sizeof head->magic);
	memcpy(head->version, "00", sizeof head->version);
	/* The sum is made with spaces where it will stand. */
	memset(head->checksum, ' ', sizeof head->checksum);
	for (gsize i = 0; i < sizeof *head; i++)
		sum += ((const guint8 *)head)[i];
	g_snprintf(head->checksum, sizeof head->checksum, "%06o", sum);
}

static gboolean archive_write(Archive *archive, const void *bytes, gsize size, GError **error)
{
	return g_output_stream_write_all(archive->stream, bytes, size, NULL, NULL, error);
}

gboolean archive_add(Archive *archive, const char *name, const void *bytes, gsize size, GError **error)
{
	static const char zeros[BLOCK];
	Head head;

	g_assert(strlen(name) < sizeof head.name);
	head_fill(&head, name, size, archive->time);
	return archive_write(archive, &head, sizeof head, error) &&
		archive_write(archive, bytes, size, error) &&
		archive_write(archive, zeros, (BLOCK - size % BLOCK) % BLOCK, error);
}

gboolean archive_close(Archive *archive, GError **error)
{
	static const char end[2 * BLOCK];
	return archive_write(archive, end, sizeof end, error) &&
		g_output_stream_close(archive->stream, NULL, error);
}
