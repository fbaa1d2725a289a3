/* Mails in files: what is one, where one ends, what its bytes are. */

#include <glib/gstdio.h>
#include <stdlib.h>
#include <string.h>

#include "mailfiles.h"

static gboolean note(GBytes *bytes, const char *name, gint64 received, gpointer data, GError **error)
{
	gsize size = 0;
	const char *text = bytes ? g_bytes_get_data(bytes, &size) : "too large";
	if (bytes && size == 0)
		text = "";
	g_autofree char *base = g_path_get_basename(name);
	g_autofree char *copy = g_strndup(text, bytes ? size : strlen(text));

	g_assert_cmpint(received, >, 0);
	g_string_append_printf(data, "[%s]%s", base, copy);
	return TRUE;
}

static char *make_folder(void)
{
	char *folder = g_dir_make_tmp("cli-mailfiles-XXXXXX", NULL);
	g_assert_nonnull(folder);
	return folder;
}

static void put(const char *folder, const char *name, const char *text)
{
	g_autofree char *path = g_build_filename(folder, name, NULL);
	g_autofree char *parent = g_path_get_dirname(path);
	g_assert_cmpint(g_mkdir_with_parents(parent, 0700), ==, 0);
	g_assert_true(g_file_set_contents(path, text, -1, NULL));
}

static char *walk(const char *folder, const char *name)
{
	g_autofree char *path = g_build_filename(folder, name, NULL);
	g_autoptr(GError) error = NULL;
	GString *out = g_string_new(NULL);

	mailfiles_each(path, note, out, &error);
	g_assert_no_error(error);
	return g_string_free(out, FALSE);
}

static void remove_all(char *folder)
{
	g_autofree char *command = g_strdup_printf("rm -r %s", folder);
	g_assert_cmpint(system(command), ==, 0);
	g_free(folder);
}

static void test_mbox(void)
{
	static const struct {
		const char *text, *expected;
	} rows[] = {
		{"A: b\n\ntext\n", "[m]A: b\n\ntext\n"}, {"", "[m]"},
		{"From x\nA: b\n\none\n\nFrom y\nA: c\n\ntwo\n", "[m#1]A: b\n\none\n[m#2]A: c\n\ntwo\n"},
		{"From x\nA: b\n\none\nFrom here on\n",
			"[m#1]A: b\n\none\nFrom here on\n"}, /* no empty line before */
		{"From x\nA: b\n\n>From here\n>>From there\n> From\n",
			"[m#1]A: b\n\nFrom here\n>From there\n> From\n"},
		{"From x\r\nA: b\r\n\r\none\r\n\r\nFrom y\r\nA: c\r\n",
			"[m#1]A: b\r\n\r\none\r\n[m#2]A: c\r\n"},
		{"From x\nA: b\n\n\n\ntext", "[m#1]A: b\n\n\n\ntext"}, /* empty lines inside stay */
	};
	char *folder = make_folder();

	for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
		put(folder, "m", rows[i].text);
		g_autofree char *got = walk(folder, "m");
		g_assert_cmpstr(got, ==, rows[i].expected);
	}
	remove_all(folder);
}

static void test_folders(void)
{
	char *folder = make_folder();

	put(folder, "box/new/2.host", "N");
	put(folder, "box/cur/1.host:2,S", "C");
	put(folder, "box/tmp/3.host", "T"); /* still being written */
	put(folder, "box/dovecot.index", "X");
	put(folder, "plain/b.eml", "B");
	put(folder, "plain/a.EML", "A");
	put(folder, "plain/a.expect.json", "{}");
	put(folder, "plain/.hidden.eml", "H");
	put(folder, "plain/deeper/mail", "D");
	g_autofree char *box = walk(folder, "box");
	g_assert_cmpstr(box, ==, "[1.host:2,S]C[2.host]N");
	g_autofree char *plain = walk(folder, "plain");
	g_assert_cmpstr(plain, ==, "[a.EML]A[b.eml]B[mail]D");
	g_autofree char *named = walk(folder, "plain/a.expect.json");
	g_assert_cmpstr(named, ==, "[a.expect.json]{}"); /* named by a person, it is meant */
	remove_all(folder);
}

static void test_too_large(void)
{
	char *folder = make_folder();
	g_autofree char *text = g_strnfill(MAILFILES_MAX_BYTES + 1, 'x');

	put(folder, "m", text);
	g_autofree char *got = walk(folder, "m");
	g_assert_cmpstr(got, ==, "[m]too large");
	remove_all(folder);
}

static void test_unreadable(void)
{
	g_autoptr(GError) error = NULL;
	g_assert_false(mailfiles_each("/nonexistent/mails", note, NULL, &error));
	g_assert_error(error, G_FILE_ERROR, G_FILE_ERROR_NOENT);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/mailfiles/mbox", test_mbox);
	g_test_add_func("/mailfiles/folders", test_folders);
	g_test_add_func("/mailfiles/too-large", test_too_large);
	g_test_add_func("/mailfiles/unreadable", test_unreadable);
	return g_test_run();
}
