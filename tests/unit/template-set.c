#include "daemon/template-set.h"

#include <glib/gstdio.h>
#include <string.h>

typedef struct {
	char *directory;
	GPtrArray *files;
} Overrides;

static void overrides_begin(Overrides *overrides)
{
	overrides->directory = g_dir_make_tmp("template-set-XXXXXX", NULL);
	overrides->files = g_ptr_array_new_with_free_func(g_free);
	g_assert_nonnull(overrides->directory);
}

static void put(Overrides *overrides, const char *path, const char *text)
{
	char *file = g_build_filename(overrides->directory, path, NULL);
	g_autofree char *parent = g_path_get_dirname(file);

	g_assert_cmpint(g_mkdir_with_parents(parent, 0700), ==, 0);
	g_assert_true(g_file_set_contents(file, text, -1, NULL));
	g_ptr_array_add(overrides->files, file);
}

/* Removes files and the directories above them. */
static void overrides_end(Overrides *overrides)
{
	for (guint i = 0; i < overrides->files->len; i++) {
		g_autofree char *path = g_strdup(overrides->files->pdata[i]);
		g_unlink(path);
		while (!g_str_equal(path, overrides->directory)) {
			*strrchr(path, '/') = '\0';
			g_rmdir(path);
		}
	}
	g_rmdir(overrides->directory);
	g_ptr_array_unref(overrides->files);
	g_free(overrides->directory);
}

#define MAIL "complainant-acknowledgment"

static char *subject_for(const TemplateSet *set, const char *party, const char *language)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *body = NULL;
	char *subject = NULL;

	template_set_render(set, party, language, MAIL, NULL, template_set_sample(set, MAIL), NULL, &subject,
		&body, &error);
	g_assert_no_error(error);
	return subject;
}

static void test_choice(void)
{
	static const struct {
		const char *party;
		const char *language;
		const char *subject;
	} rows[] = {
		{NULL, "en", "desk en M-17"},
		{"north", "en", "north en M-17"},
		{"other", "en", "desk en M-17"},
		{"north", "de", "north de M-17"},
		{"north", "de-AT", "north de-AT M-17"},
		{"north", "de-CH", "north de M-17"},
		{"north", "pt", "north en M-17"}, /* the default language, still in its own words */
		{NULL, "", "desk en M-17"},
		{NULL, "../en", "desk en M-17"},
		{"../north", "en", "desk en M-17"},
	};
	Overrides overrides;
	g_autoptr(GError) error = NULL;

	overrides_begin(&overrides);
	put(&overrides, "en/" MAIL ".txt", "Subject: desk en {{reference}}\n\nx\n");
	put(&overrides, "north/en/" MAIL ".txt", "Subject: north en {{reference}}\n\nx\n");
	put(&overrides, "north/de/" MAIL ".txt", "Subject: north de {{reference}}\n\nx\n");
	put(&overrides, "north/de-AT/" MAIL ".txt", "Subject: north de-AT {{reference}}\n\nx\n");
	put(&overrides, "en/" MAIL ".txt~", "an editor's backup is no template");
	put(&overrides, "README", "nor is a note");
	g_autoptr(TemplateSet) set = template_set_load(overrides.directory, "en", &error);
	g_assert_no_error(error);
	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *subject = subject_for(set, rows[i].party, rows[i].language);
		g_assert_cmpstr(subject, ==, rows[i].subject);
	}
	overrides_end(&overrides);
}

static void test_faults(void)
{
	static const struct {
		const char *path;
		const char *text;
		const char *complaint; /* behind the directory's name */
	} rows[] = {
		{"en/" MAIL ".txt", "Subject: x\n\nDear {{nmae}}\n",
			"en/" MAIL ".txt:3: unknown variable \"nmae\""},
		{"en/" MAIL ".txt", "Subject: {{nmae}}\n\nx\n",
			"en/" MAIL ".txt:1: unknown variable \"nmae\""},
		{"en/" MAIL ".txt", "Subject: x\n\na\n\n{{#domains}}\nb\n",
			"en/" MAIL ".txt:5: section is never closed: \"domains\""},
		{"en/" MAIL ".txt", "Subject: x\n\n{{#domains}}{{/domain}}\n",
			"en/" MAIL ".txt:3: section \"domains\" of line 3 is still open, not \"domain\""},
		{"en/" MAIL ".txt", "Dear reader\n", "en/" MAIL ".txt:1: does not begin with \"Subject:\""},
		{"en/" MAIL ".txt", "Subject:\n\nx\n", "en/" MAIL ".txt:1: the subject is empty"},
		{"en/" MAIL ".txt", "Subject: x\nBcc: y@example.org\n\nx\n",
			"en/" MAIL ".txt:2: no empty line below the subject"},
		{"en/complainant-acknowledgement.txt", "Subject: x\n\nx\n",
			"en/complainant-acknowledgement.txt:1: there is no mail called "
			"\"complainant-acknowledgement\""},
		{"north/deutsch/" MAIL ".txt", "Subject: x\n\nx\n",
			"north/deutsch: is not called like a language"},
		{"en/" MAIL ".txt", "Subject: x\n\ncaf\xe9\n", "en/" MAIL ".txt:3: is not UTF-8"},
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		Overrides overrides;
		g_autoptr(GError) error = NULL;
		overrides_begin(&overrides);
		put(&overrides, rows[i].path, rows[i].text);
		g_autoptr(TemplateSet) set = template_set_load(overrides.directory, "en", &error);
		g_assert_null(set);
		g_assert_nonnull(error);
		g_assert_true(g_str_has_prefix(error->message, overrides.directory));
		g_assert_cmpstr(error->message + strlen(overrides.directory) + 1, ==, rows[i].complaint);
		overrides_end(&overrides);
	}
}

/* All of them, not only the first. */
static void test_check(void)
{
	Overrides overrides;

	overrides_begin(&overrides);
	put(&overrides, "en/" MAIL ".txt", "Subject: x\n\n{{a}}\n");
	put(&overrides, "en/customer-warning.txt", "Subject: x\n\n{{b}}\n");
	g_autoptr(GPtrArray) complaints = template_set_check(overrides.directory, "en");
	g_assert_cmpuint(complaints->len, ==, 2);
	overrides_end(&overrides);

	g_autoptr(GPtrArray) none = template_set_check(NULL, "fr");
	g_assert_cmpuint(none->len, ==, 0);
	g_autoptr(GPtrArray) nowhere = template_set_check("/nonexistent/templates", "en");
	g_assert_cmpuint(nowhere->len, ==, 1);
}

static void test_missing_language(void)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(TemplateSet) set = template_set_load(NULL, "tlh", &error);

	g_assert_null(set);
	g_assert_error(error, TEMPLATE_ERROR, TEMPLATE_ERROR_MISSING);
	g_assert_nonnull(strstr(error->message, "\"tlh\""));
}

static void test_unknown_mail(void)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(TemplateSet) set = template_set_load(NULL, "en", NULL);
	char *subject = NULL;
	char *body = NULL;

	g_assert_null(template_set_sample(set, "nobody-nothing"));
	g_assert_false(template_set_render(set, NULL, "en", "nobody-nothing", NULL,
		template_set_sample(set, MAIL), NULL, &subject, &body, &error));
	g_assert_error(error, TEMPLATE_ERROR, TEMPLATE_ERROR_MISSING);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/template-set/choice", test_choice);
	g_test_add_func("/template-set/faults", test_faults);
	g_test_add_func("/template-set/check", test_check);
	g_test_add_func("/template-set/missing-language", test_missing_language);
	g_test_add_func("/template-set/unknown-mail", test_unknown_mail);
	return g_test_run();
}
