#include "category.h"

#include <glib.h>

static const struct {
	const char *text;
	Category category;
} rows[] = {
	{"This is spam.", CATEGORY_SPAM},
	{"Hello.", CATEGORY_SPAM}, /* what complaints are of when nothing is said */
	{"a phishing page", CATEGORY_PHISHING},
	{"un site de hame\u00e7onnage", CATEGORY_PHISHING},
	{"\u0444\u0438\u0448\u0438\u043d\u0433\u043e\u0432\u044b\u0439 \u0441\u0430\u0439\u0442",
		CATEGORY_PHISHING},
	{"\u9019\u662f\u91e3\u9b5a\u7db2\u7ad9", CATEGORY_PHISHING},
	{"it distributes a Trojan", CATEGORY_MALWARE},
	{"Schadsoftware", CATEGORY_MALWARE},
	{"virus-free mail", CATEGORY_SPAM}, /* what a scanner's footer says */
	{"das ist Betrug", CATEGORY_FRAUD},
	{"une arnaque", CATEGORY_FRAUD},
	{"failed login attempts", CATEGORY_INTRUSION},
	{"infringes our copyright", CATEGORY_COPYRIGHT},
	{"our trademark", CATEGORY_TRADEMARK},
	{"CSAM on that site", CATEGORY_CHILD_SAFETY},
	{"spam with child pornography", CATEGORY_CHILD_SAFETY}, /* the worst wins */
	{"by court order", CATEGORY_AUTHORITY},
	{"I told the police", CATEGORY_SPAM}, /* that makes nobody an authority */
	{"spam and phishing", CATEGORY_PHISHING},
	{"The whois address is false.", CATEGORY_WHOIS},
	{"According to whois you are the registrar. The prices in it are false.", CATEGORY_SPAM},
	{"the cafeteria spamalot", CATEGORY_SPAM},
};

static const struct {
	const char *text, *language;
} languages[] = {
	{"Please stop this, I have not asked for the mails.", "en"},
	{"Merci de faire cesser ces courriels, je ne suis pas client.", "fr"},
	{"Bitte stellen Sie das ab, ich habe mich nicht angemeldet.", "de"},
	{"Por favor, no quiero recibir los correos que me env\u00edan.", "es"},
	{"Non sono un vostro cliente, vi prego di non scrivermi.", "it"},
	{"\u041f\u0440\u0435\u043a\u0440\u0430\u0442\u0438\u0442\u0435 \u044d\u0442\u043e", "ru"},
	{"\u041f\u0440\u0438\u043f\u0438\u043d\u0456\u0442\u044c \u0446\u0435", "uk"},
	{"\u3053\u308c\u306f\u8ff7\u60d1\u30e1\u30fc\u30eb\u3067\u3059", "ja"},
	{"\u8fd9\u662f\u5783\u573e\u90ae\u4ef6", "zh"},
	{"\uc2a4\ud338\uc785\ub2c8\ub2e4", "ko"},
	{"xyzzy", NULL},
	{"spam from evil.com, shop.com and mail.com", NULL}, /* "com" is Portuguese for "with" */
	{"http://a.com http://b.com/para http://c.com", NULL},
	{"ele veio com este mail, com o seu nome, com v\u00edrus", "pt"},
	{"", NULL},
};

static const struct {
	const char *text, *claim, *field;
} claims[] = {
	{"Hi. The WHOIS phone number is fake. Bye.", "The WHOIS phone number is fake.", "phone"},
	{"L'adresse du whois n'existe pas.", "L'adresse du whois n'existe pas.", "address"},
	{"Registrant data of evil.example are wrong.", "Registrant data of evil.example are wrong.",
		"registrant"},
	{"See whois. The shop is fake.", NULL, NULL},
	{"The address is false.", NULL, NULL},
};

static void test_rows(void)
{
	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		const char *because;
		g_test_message("%s", rows[i].text);
		g_assert_cmpstr(report_category_name(category_of_text(rows[i].text, &because)), ==,
			report_category_name(rows[i].category));
	}
}

static void test_complaints(void)
{
	g_assert_nonnull(category_complaint_words("Please investigate."));
	g_assert_nonnull(category_complaint_words("Bitte sperren Sie die Seite."));
	g_assert_null(category_complaint_words("We build web sites for a good price."));
	g_assert_null(category_complaint_words(""));
	g_assert_null(category_complaint_words(NULL));
}

static void test_languages(void)
{
	for (gsize i = 0; i < G_N_ELEMENTS(languages); i++) {
		g_test_message("%s", languages[i].text);
		g_assert_cmpstr(category_language(languages[i].text), ==, languages[i].language);
	}
}

static void test_claims(void)
{
	for (gsize i = 0; i < G_N_ELEMENTS(claims); i++) {
		const char *field = NULL;
		g_autofree char *claim = category_whois_claim(claims[i].text, &field);
		g_test_message("%s", claims[i].text);
		g_assert_cmpstr(claim, ==, claims[i].claim);
		g_assert_cmpstr(field, ==, claims[i].field);
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/category/rows", test_rows);
	g_test_add_func("/category/complaints", test_complaints);
	g_test_add_func("/category/languages", test_languages);
	g_test_add_func("/category/claims", test_claims);
	return g_test_run();
}
