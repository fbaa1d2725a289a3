/* Every mail in every language. */

#include "notice-sample.h"

#include <gmime/gmime.h>

/* Every mail of every language, as a person will read it; $MAILS names a directory to keep them. */
static void check_rendered(const char *language, const char *mail)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *subject = NULL;
	g_autofree char *body = NULL;

	template_set_render(templates, NULL, language, mail, NULL, template_set_sample(templates, mail),
		notice_clean_value, &subject, &body, &error);
	g_assert_no_error(error);
	if (g_getenv("MAILS")) {
		g_autofree char *text = g_strconcat("Subject: ", subject, "\n\n", body, NULL);
		g_autofree char *path = g_strdup_printf("%s/%s-%s.txt", g_getenv("MAILS"), language, mail);
		g_assert_true(g_file_set_contents(path, text, -1, NULL));
	}
	g_test_message("%s/%s", language, mail);
	g_assert_null(strstr(body, "{{"));
	g_assert_null(strstr(body, "\n\n\n"));
	g_assert_null(strstr(body, "example.com"));
	g_assert_nonnull(strstr(subject, g_str_has_prefix(mail, "submitter") ? "1" : "[o4711-"));
	g_auto(GStrv) lines = g_strsplit(body, "\n", -1);
	for (guint i = 0; lines[i]; i++) {
		if (g_utf8_strlen(lines[i], -1) > 100)
			g_error("%s/%s: too long: %s", language, mail, lines[i]);
	}
}

static void each_mail(void (*check)(const char *language, const char *mail))
{
	g_auto(GStrv) languages = template_set_languages(templates);
	g_auto(GStrv) mails = template_set_mails(templates);

	for (guint l = 0; languages[l]; l++) {
		for (guint m = 0; mails[m]; m++)
			check(languages[l], mails[m]);
	}
}

static void test_rendered(void)
{
	each_mail(check_rendered);
}

/* One value of the sample changed: conditions must not leave holes, blank runs or labels without words. */
static void check_shape(const char *language, const char *mail, const char *key, json_t *value)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *subject = NULL;
	g_autofree char *body = NULL;
	g_auto(GStrv) words = g_strsplit(mail, "-", 2);
	g_autoptr(Notice) notice = sample_notice(words[0], words[1]);

	replace(&notice->language, language);
	json_object_set_new(notice->context, key, value);
	notice_render(notice, templates, &subject, &body, &error);
	g_assert_no_error(error);
	if (strstr(body, "\n\n\n") || strstr(body, " \n\n") || !strstr(body, "\n\n-- \n"))
		g_error("%s/%s with another %s:\n%s", language, mail, key, body);
}

static void check_variants(const char *language, const char *mail)
{
	json_t *sample = template_set_sample(templates, mail);
	const char *key;
	json_t *value;

	json_object_foreach(sample, key, value)
	{
		/* Of these exactly one is true; the mail's own sample shows how it looks. */
		if (g_str_has_prefix(key, "category") || g_str_has_prefix(key, "relation"))
			continue;
		if (json_is_boolean(value))
			check_shape(language, mail, key, json_boolean(!json_is_true(value)));
		else if (json_is_array(value))
			check_shape(language, mail, key, json_array());
		else if (json_is_integer(value))
			check_shape(language, mail, key, json_integer(json_integer_value(value) ? 0 : 1));
	}
	check_shape(language, mail, "recipient_name", json_string(""));
}

static void test_variants(void)
{
	each_mail(check_variants);
}

/* Who translates a mail must not leave a fact out. */
static void test_same_variables(void)
{
	g_auto(GStrv) languages = template_set_languages(templates);
	g_auto(GStrv) mails = template_set_mails(templates);

	g_assert_true(g_strv_contains((const char *const *)languages, "fr"));
	for (guint m = 0; mails[m]; m++) {
		g_auto(GStrv) model = template_set_names(templates, "en", mails[m]);
		g_assert_nonnull(model);
		for (guint l = 0; languages[l]; l++) {
			g_auto(GStrv) names = template_set_names(templates, languages[l], mails[m]);
			g_test_message("%s/%s", languages[l], mails[m]);
			g_assert_nonnull(names);
			g_autofree char *expected = g_strjoinv(" ", model);
			g_autofree char *found = g_strjoinv(" ", names);
			g_assert_cmpstr(found, ==, expected);
		}
	}
}

int main(int argc, char **argv)
{
	g_autoptr(GError) error = NULL;

	g_test_init(&argc, &argv, NULL);
	g_mime_init();
	templates = template_set_load(NULL, "en", &error);
	g_assert_no_error(error);
	g_test_add_func("/mails/rendered", test_rendered);
	g_test_add_func("/mails/variants", test_variants);
	g_test_add_func("/mails/same-variables", test_same_variables);
	int status = g_test_run();
	template_set_unref(templates);
	return status;
}
