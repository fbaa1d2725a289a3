/* complaint case export: evidence, mails and audit of a case in one archive. */

#include "command.h"

#include <stdio.h>
#include <string.h>

#include "archive.h"
#include "notice.h"

/* The server's text of a byte string: "\x" and two digits for each. Owned by the caller. */
static guint8 *bytes_of_hex(const char *text, gsize *size_out)
{
	const char *digits = text + 2;
	gsize size = strlen(digits) / 2;
	guint8 *bytes = g_malloc(size + 1);

	g_assert(g_str_has_prefix(text, "\\x"));
	for (gsize i = 0; i < size; i++)
		bytes[i] = (guint8)(g_ascii_xdigit_value(digits[2 * i]) << 4 |
			g_ascii_xdigit_value(digits[2 * i + 1]));
	bytes[size] = '\0';
	*size_out = size;
	return bytes;
}

/* A mail as it read, beside its JSON. */
static gboolean add_text(Archive *archive, const char *name, const char *json, GError **error)
{
	json_t *mail = json_loads(json, 0, NULL);
	if (!mail)
		return TRUE;

	command_add_text(mail);
	const char *subject = json_string_value(json_object_get(mail, "subject"));
	const char *text = json_string_value(json_object_get(mail, "text"));
	gboolean added = TRUE;
	if (subject && text) {
		g_autofree char *base = g_strndup(name, strlen(name) - strlen(".json"));
		g_autofree char *file = g_strconcat(base, ".txt", NULL);
		g_autofree char *words = g_strdup_printf("From: %s\nTo: %s\nDate: %s\nSubject: %s\n\n%s",
			json_string_value(json_object_get(mail, "from")),
			json_string_value(json_object_get(mail, "to")),
			json_string_value(json_object_get(mail, "sent")), subject, text);
		added = archive_add(archive, file, words, strlen(words), error);
	}
	json_decref(mail);
	return added;
}

static gboolean add_rows(Archive *archive, const PGresult *rows, GError **error)
{
	for (guint row = 0; row < database_rows(rows); row++) {
		const char *name = database_field(rows, row, 0);
		gsize size;
		g_autofree guint8 *bytes = bytes_of_hex(database_field(rows, row, 1), &size);
		if (!archive_add(archive, name, bytes, size, error))
			return FALSE;
		if (g_str_has_prefix(name, "mails/") && !add_text(archive, name, (const char *)bytes, error))
			return FALSE;
	}
	return TRUE;
}

static gboolean case_export(int count, char **arguments, GError **error)
{
	static const char sql[] = "select name, content from desk_api.case_export($1, $2)";
	gint64 id;
	if (!command_id(arguments[0], &id, error))
		return FALSE;
	const DatabaseValue values[] = {database_number(id), database_text(command_by())};
	g_autoptr(PGresult) rows = command_call(sql, G_N_ELEMENTS(values), values, error);
	if (!rows)
		return FALSE;

	g_autofree char *path =
		count > 1 ? g_strdup(arguments[1]) : g_strdup_printf("C-%" G_GINT64_FORMAT ".tar.gz", id);
	g_autoptr(Archive) archive = archive_new(path, g_get_real_time() / G_USEC_PER_SEC, error);
	if (!archive || !add_rows(archive, rows, error) || !archive_close(archive, error))
		return FALSE;
	puts(path);
	return TRUE;
}

static const GOptionEntry export_options[] = {OPTION_BY, {NULL}};

const Command case_export_commands[] = {
	{"case", "export", "ID [FILE.tar.gz]", 1, 2, "evidence, mails and audit in one archive", case_export,
		export_options},
	{NULL}};
