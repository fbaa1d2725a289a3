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

/* A line as a person should see it: short, nothing behind it, no hole where a value was empty. */
static const char *line_fault(const char *line)
{
	gsize length = strlen(line);

	if (g_str_equal(line, "-- "))
		return NULL;
	if (length > 0 && g_ascii_isspace(line[length - 1]))
		return "blanks at the end, or a label without words";
	if (g_utf8_strlen(line, -1) > 76)
		return "too long";
	if (strstr(line, " ,") || strstr(line, " .") || strstr(line, "()") || strstr(line, "[]"))
		return "a hole";
	for (const char *at = g_str_has_prefix(line, "  ") ? NULL : strstr(line, "  "); at;
		at = strstr(at + 1, "  ")) {
		if (at > line && g_ascii_isalnum(at[-1]))
			return "a hole";
	}
	return NULL;
}

static void check_lines_of(const char *what, const char *subject, const char *body)
{
	g_auto(GStrv) lines = g_strsplit(body, "\n", -1);

	if (strstr(subject, "  ") || strstr(subject, " :") == subject || g_str_has_suffix(subject, " "))
		g_error("%s: a hole in the subject: %s", what, subject);
	if (strstr(body, "\n\n\n") || body[0] == '\n' || strstr(body, "{{") || !strstr(body, "\n\n-- \n"))
		g_error("%s:\n%s", what, body);
	for (guint i = 0; lines[i]; i++) {
		const char *fault = line_fault(lines[i]);
		if (fault)
			g_error("%s: %s: \"%s\"\n%s", what, fault, lines[i], body);
	}
}

static void check_shape(const char *language, const Notice *notice, const char *what)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *subject = NULL;
	g_autofree char *body = NULL;
	g_autofree char *where =
		g_strdup_printf("%s/%s-%s, %s", language, notice->audience, notice->kind, what);

	notice_render(notice, templates, &subject, &body, &error);
	g_assert_no_error(error);
	check_lines_of(where, subject, body);
}

static Notice *notice_in(const char *language, const char *mail)
{
	g_auto(GStrv) words = g_strsplit(mail, "-", 2);
	Notice *notice = sample_notice(words[0], words[1]);

	replace(&notice->language, language);
	return notice;
}

/* Of these exactly one is true, or they say the same as another. */
static gboolean is_bound(const char *key)
{
	static const char *const groups[] = {"category", "relation", "item_", "by_", "why_", "claim_",
		"outcome_", "proposed_", "one", "many", "count", NULL};

	for (guint i = 0; groups[i]; i++) {
		if (g_str_has_prefix(key, groups[i]))
			return TRUE;
	}
	return FALSE;
}

/* One value of the sample changed: conditions must not leave holes, blank runs or labels without words. */
static void check_variants(const char *language, const char *mail)
{
	json_t *sample = template_set_sample(templates, mail);
	const char *key;
	json_t *value;

	json_object_foreach(sample, key, value)
	{
		g_autoptr(Notice) notice = notice_in(language, mail);
		json_t *other = json_is_boolean(value) ? json_boolean(!json_is_true(value))
			: json_is_integer(value)       ? json_integer(json_integer_value(value) ? 0 : 1)
						       : NULL;
		if (is_bound(key) || !other) {
			json_decref(other);
			continue;
		}
		json_object_set_new(notice->context, key, other);
		check_shape(language, notice, key);
	}
}

/* What a mail may be without. */
static const char *const optional[] = {"recipient_name", "customer_name", "customer_ref", "reseller_name",
	"reseller_ref", "result", "subject", "rate_address", "privacy_url", "ground", "declaration",
	"loop_last", "loop_contact", "relation", "proposed", NULL};

static void switch_all(json_t *context, gboolean on)
{
	const char *key;
	json_t *value;
	void *next;

	json_object_foreach_safe(context, next, key, value)
	{
		if (json_is_boolean(value) && !is_bound(key))
			json_object_set_new(context, key, json_boolean(on));
		else if (!on && json_is_array(value))
			json_object_set_new(context, key, json_array());
		else if (!on && json_is_integer(value))
			json_object_set_new(context, key, json_integer(0));
		else if (!on && (g_strv_contains(optional, key) || g_str_has_prefix(key, "relation_")))
			json_object_set_new(
				context, key, json_is_boolean(value) ? json_false() : json_string(""));
	}
}

/* The first @n of two domains. */
static void set_domains(json_t *context, guint n)
{
	json_t *all = json_deep_copy(
		json_object_get(template_set_sample(templates, "reseller-warning"), "domains"));

	while (json_array_size(all) > n)
		json_array_remove(all, n);
	json_object_set_new(context, "domains", all);
	json_object_set_new(context, "count", json_integer(n));
	json_object_set_new(context, "one", json_boolean(n == 1));
	json_object_set_new(context, "many", json_boolean(n > 1));
}

static void set_relation(json_t *context, const char *relation)
{
	static const char *const names[] = {"registrar", "hosting", "mail_redirection", "web_redirection",
		"web_redirection_unset", "dns", "sending", "whois", "transit", "none", NULL};

	for (guint i = 0; names[i]; i++) {
		g_autofree char *key = g_strconcat("relation_", names[i], NULL);
		json_object_set_new(context, key, json_boolean(g_strcmp0(names[i], relation) == 0));
	}
	json_object_set_new(context, "relation", json_string(relation ? relation : ""));
}

static void check_combinations(const char *language, const char *mail)
{
	static const char *const relations[] = {"registrar", "hosting", "mail_redirection", "web_redirection",
		"web_redirection_unset", "dns", "sending", "whois", "transit", "none", NULL};

	for (guint n = 0; n <= 2; n++) {
		for (guint r = 0; r < G_N_ELEMENTS(relations); r++) {
			/* The switches do not care which relation it is. */
			for (guint s = 0; s < (relations[r] && r > 0 ? 1 : 3); s++) {
				g_autoptr(Notice) notice = notice_in(language, mail);
				g_autofree char *what = g_strdup_printf("%u domains, %s, %s", n,
					relations[r] ? relations[r] : "no relation",
					s == 0           ? "as the sample"
						: s == 1 ? "all on"
							 : "all off");
				if (s > 0)
					switch_all(notice->context, s == 1);
				set_domains(notice->context, n);
				set_relation(notice->context, relations[r]);
				check_shape(language, notice, what);
			}
		}
	}
}

static void test_variants(void)
{
	each_mail(check_variants);
	each_mail(check_combinations);
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
