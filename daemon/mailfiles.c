#include "mailfiles.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { MAILFILES_DEPTH = 20 }; /* of folders; a loop of links ends there */

typedef struct {
	MailfilesFound found;
	gpointer data;
	const char *path; /* of the file in hand */
	gint64 received;
	guint number; /* of the mail in an mbox, from 1; 0: the file is the mail */
	GByteArray *mail;
	gboolean too_large;
} Walk;

static gboolean walk_fail(GError **error, const char *path)
{
	int code = errno;
	g_set_error(error, G_FILE_ERROR, g_file_error_from_errno(code), "%s: %s", path, g_strerror(code));
	return FALSE;
}

static void mail_begin(Walk *walk)
{
	g_byte_array_set_size(walk->mail, 0);
	walk->too_large = FALSE;
}

static void mail_add(Walk *walk, const char *bytes, gsize length)
{
	if (walk->mail->len + length > MAILFILES_MAX_BYTES)
		walk->too_large = TRUE;
	else
		g_byte_array_append(walk->mail, (const guint8 *)bytes, (guint)length);
}

static gboolean mail_end(Walk *walk, GError **error)
{
	g_autofree char *name =
		walk->number > 0 ? g_strdup_printf("%s#%u", walk->path, walk->number) : g_strdup(walk->path);
	g_autoptr(GBytes) bytes = walk->too_large ? NULL : g_bytes_new(walk->mail->data, walk->mail->len);
	return walk->found(bytes, name, walk->received, walk->data, error);
}

/* mboxrd: every "From " at the start of a line has got one ">" more. */
static gboolean is_quoted_from(const char *line, gsize length)
{
	gsize quotes = strspn(line, ">");
	return quotes > 0 && length > quotes + 5 && strncmp(line + quotes, "From ", 5) == 0;
}

static gboolean walk_mbox(Walk *walk, FILE *file, char **line, size_t *room, GError **error)
{
	const char *blank =
		NULL; /* the empty line before: held back, since it belongs to the separator if one follows */
	ssize_t length;

	walk->number = 1;
	mail_begin(walk);
	while ((length = getline(line, room, file)) >= 0) {
		if (blank && g_str_has_prefix(*line, "From ")) {
			if (!mail_end(walk, error))
				return FALSE;
			walk->number++;
			blank = NULL;
			mail_begin(walk);
			continue;
		}
		if (blank)
			mail_add(walk, blank, strlen(blank));
		blank = strcmp(*line, "\n") == 0 ? "\n" : strcmp(*line, "\r\n") == 0 ? "\r\n" : NULL;
		if (blank)
			continue;
		gsize skip = is_quoted_from(*line, (gsize)length) ? 1 : 0;
		mail_add(walk, *line + skip, (gsize)length - skip);
	}
	return mail_end(walk, error);
}

static gboolean walk_single(Walk *walk, FILE *file, GError **error)
{
	char buffer[64 << 10];
	size_t got;

	while (!walk->too_large && (got = fread(buffer, 1, sizeof buffer, file)) > 0)
		mail_add(walk, buffer, got);
	return mail_end(walk, error);
}

/* The first line tells an mbox from a mail. */
static gboolean walk_stream(Walk *walk, FILE *file, GError **error)
{
	char *line = NULL;
	size_t room = 0;
	gboolean done;

	walk->number = 0;
	mail_begin(walk);
	ssize_t length = getline(&line, &room, file);
	if (length > 5 && strncmp(line, "From ", 5) == 0)
		done = walk_mbox(walk, file, &line, &room, error);
	else {
		if (length > 0)
			mail_add(walk, line, (gsize)length);
		done = walk_single(walk, file, error);
	}
	free(line);
	if (done && ferror(file))
		return walk_fail(error, walk->path);
	return done;
}

static gboolean walk_file(Walk *walk, const char *path, gint64 received, GError **error)
{
	FILE *file = fopen(path, "re");
	if (!file)
		return walk_fail(error, path);
	walk->path = path;
	walk->received = received;
	gboolean done = walk_stream(walk, file, error);
	fclose(file);
	return done;
}

static gint compare_names(gconstpointer a, gconstpointer b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static gboolean walk_path(Walk *walk, const char *path, guint depth, GError **error);

/* In a Maildir every file is a mail; elsewhere notes and results lie beside the mails. */
static gboolean is_mail_name(const char *folder, const char *name)
{
	const char *extension = strrchr(name, '.');

	return g_str_has_suffix(folder, "/cur") || g_str_has_suffix(folder, "/new") || !extension ||
		g_ascii_strcasecmp(extension, ".eml") == 0 || g_ascii_strcasecmp(extension, ".mbox") == 0;
}

static gboolean walk_folder(Walk *walk, const char *path, guint depth, GError **error)
{
	g_autoptr(GDir) folder = g_dir_open(path, 0, error);
	if (!folder)
		return FALSE;
	g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
	const char *name;
	/* A Maildir's tmp holds mails that are still being written. */
	g_autofree char *new = g_build_filename(path, "new", NULL);
	gboolean maildir = g_file_test(new, G_FILE_TEST_IS_DIR);
	while ((name = g_dir_read_name(folder)))
		if (name[0] != '.' && !(maildir && strcmp(name, "tmp") == 0))
			g_ptr_array_add(names, g_build_filename(path, name, NULL));
	g_ptr_array_sort(names, compare_names);
	for (guint i = 0; i < names->len; i++)
		if (!walk_path(walk, names->pdata[i], depth + 1, error))
			return FALSE;
	return TRUE;
}

static gboolean walk_path(Walk *walk, const char *path, guint depth, GError **error)
{
	struct stat about;
	if (stat(path, &about) != 0)
		return depth > 0 && errno == ENOENT
			? TRUE
			: walk_fail(error, path); /* a reader has filed it meanwhile */
	if (S_ISDIR(about.st_mode))
		return depth > MAILFILES_DEPTH || walk_folder(walk, path, depth, error);
	g_autofree char *folder = g_path_get_dirname(path), *name = g_path_get_basename(path);
	if (depth == 0 || (S_ISREG(about.st_mode) && is_mail_name(folder, name)))
		return walk_file(walk, path, about.st_mtime, error);
	return TRUE;
}

gboolean mailfiles_each(const char *path, MailfilesFound found, gpointer data, GError **error)
{
	Walk walk = {.found = found, .data = data, .mail = g_byte_array_new()};
	gboolean done;

	if (strcmp(path, "-") == 0) {
		walk.path = path;
		walk.received = g_get_real_time() / G_USEC_PER_SEC;
		done = walk_stream(&walk, stdin, error);
	} else
		done = walk_path(&walk, path, 0, error);
	g_byte_array_unref(walk.mail);
	return done;
}
