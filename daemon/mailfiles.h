#pragma once

/* Mails that lie in files: one per file (.eml), an mbox, a Maildir, a folder of any of these, standard input.
 */

#include <glib.h>

enum { MAILFILES_MAX_BYTES = 64 << 20 }; /* of one mail; larger ones are given without bytes */

/* @bytes: NULL for a mail that is too large. @name: its file, for an mbox with "#" and its number from 1;
 * borrowed.
 * @received: seconds since 1970, when the file was written. FALSE with @error ends the walk. */
typedef gboolean (*MailfilesFound)(
	GBytes *bytes, const char *name, gint64 received, gpointer data, GError **error);

/* Walks over @path ("-": standard input), names in their order. Below a folder only regular files count: in a
 * Maildir all of cur and new, elsewhere *.eml, *.mbox and names without a dot in them; what begins with a dot
 * is passed over. G_FILE_ERROR when something can't be read. */
gboolean mailfiles_each(const char *path, MailfilesFound found, gpointer data, GError **error);
