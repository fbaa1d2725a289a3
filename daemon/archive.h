#pragma once

/* Files in one archive: tar (POSIX.1-1988 ustar), compressed with gzip. */

#include <gio/gio.h>

typedef struct Archive Archive;

/* Writes to @path, readable by its owner only; an existing file is an error (G_IO_ERROR_EXISTS). @time:
 * seconds since 1970, of all that is added. */
Archive *archive_new(const char *path, gint64 time, GError **error);
void archive_free(Archive *archive);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Archive, archive_free)

/* @name: at most 99 bytes, relative. */
gboolean archive_add(Archive *archive, const char *name, const void *bytes, gsize size, GError **error);
/* Only after this has returned TRUE is the archive whole. */
gboolean archive_close(Archive *archive, GError **error);
