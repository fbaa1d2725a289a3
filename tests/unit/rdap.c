#include "rdap-fetch.h"
#include "rdap-read.h"

#include <arpa/inet.h>
#include <string.h>

#define CARD(mail)                                                                                           \
	"\"vcardArray\":[\"vcard\",[[\"fn\",{},\"text\",\"Reg Inc.\"],[\"email\",{},\"text\",\"" mail "\"]]" \
	"]"
#define ENTITY(role, mail, more) "{\"roles\":[\"" role "\"]," CARD(mail) more "}"
#define WITHIN(entities)         ",\"entities\":[" entities "]"
#define DOMAIN(entities)                                                                                     \
	"{\"objectClassName\":\"domain\",\"ldhName\":\"spam.example\",\"entities\":[" entities "]}"

static void test_walker(void)
{
	const struct {
		const char *document, *registrar, *abuse;
	} rows[] = {
		{DOMAIN(ENTITY("registrar", "a@b.test", "")), "Reg Inc.",
			NULL}, /* his office is no abuse desk */
		{DOMAIN(ENTITY("registrar", "a@b.test", WITHIN(ENTITY("abuse", "abuse@b.test", "")))),
			"Reg Inc.", "abuse@b.test"},
		{DOMAIN(ENTITY("registrar", "a@b.test",
			 WITHIN(ENTITY("noc", "n@b.test", WITHIN(ENTITY("abuse", "abuse@b.test", "")))))),
			"Reg Inc.", "abuse@b.test"},
		{DOMAIN(ENTITY("abuse", "Abuse@B.test", "")), NULL, "abuse@b.test"},
		/* the registrar's is better than one that merely stands beside it */
		{DOMAIN(ENTITY("abuse", "other@c.test", "") "," ENTITY(
			 "registrar", "a@b.test", WITHIN(ENTITY("abuse", "abuse@b.test", "")))),
			"Reg Inc.", "abuse@b.test"},
		/* complaints would go to the culprit */
		{DOMAIN(ENTITY("registrant", "x@evil.test", WITHIN(ENTITY("abuse", "x@evil.test", "")))),
			NULL, NULL},
		{DOMAIN(ENTITY("abuse", "mailto:abuse@b.test", "")), NULL, "abuse@b.test"},
		{DOMAIN(ENTITY("abuse", "abuse@b.test\\r\\nBcc: x@evil.test", "")), NULL, NULL},
		{DOMAIN(ENTITY("abuse", "abuse@localhost", "")), NULL, NULL},
		{DOMAIN(ENTITY("abuse", "see our web site", "")), NULL, NULL},
		{DOMAIN("{\"roles\":[\"abuse\"],\"vcardArray\":[\"vcard\",[[\"email\",{},\"text\",[\"abuse@"
			"b.test\"]],"
			"[\"email\",{},\"text\",\"second@b.test\"]]]}"),
			NULL, "second@b.test"}, /* a structured value is no address */
		{DOMAIN("{\"roles\":\"abuse\",\"vcardArray\":7}"), NULL, NULL},
		{DOMAIN("null,7,\"abuse\",[]"), NULL, NULL},
		{"{\"objectClassName\":\"domain\",\"ldhName\":\"SPAM.example.\"}", NULL, NULL},
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(GError) error = NULL;
		g_test_message("%s", rows[i].document);
		g_autoptr(RdapAnswer) answer =
			rdap_read(rows[i].document, strlen(rows[i].document), "spam.example", &error);
		g_assert_no_error(error);
		g_assert_cmpstr(answer->registrar, ==, rows[i].registrar);
		g_assert_cmpstr(answer->abuse_email, ==, rows[i].abuse);
		g_assert_null(strstr(answer->document, "registrant"));
	}
}

static void test_refused(void)
{
	const char *const documents[] = {
		"",
		"<html>",
		"[]",
		"{}",
		"{\"objectClassName\":\"domain\"}",
		"{\"objectClassName\":\"domain\",\"ldhName\":\"other.example\"}",
		"{\"objectClassName\":\"domain\",\"ldhName\":\"xspam.example\"}",
		"{\"objectClassName\":\"entity\",\"ldhName\":\"spam.example\"}",
		"{\"objectClassName\":\"domain\",\"ldhName\":\"spam.example\",\"handle\":\"a\\u0000b\"}",
		"{\"objectClassName\":\"domain\",\"ldhName\":\"spam.example\"} and more",
	};

	for (gsize i = 0; i < G_N_ELEMENTS(documents); i++) {
		g_autoptr(GError) error = NULL;
		g_test_message("%s", documents[i]);
		g_assert_null(rdap_read(documents[i], strlen(documents[i]), "spam.example", &error));
		g_assert_error(error, RDAP_READ_ERROR, RDAP_READ_ERROR_FORM);
	}
}

/* Entities within entities, a thousand deep, and an abuse contact at the end. */
static void test_depth(void)
{
	g_autoptr(GString) text =
		g_string_new("{\"objectClassName\":\"domain\",\"ldhName\":\"spam.example\"");

	for (guint i = 0; i < 900; i++)
		g_string_append(text, ",\"entities\":[{\"roles\":[\"noc\"]");
	g_string_append(text, WITHIN(ENTITY("abuse", "abuse@b.test", "")));
	for (guint i = 0; i < 900; i++)
		g_string_append(text, "}]");
	g_string_append_c(text, '}');
	g_autoptr(RdapAnswer) answer = rdap_read(text->str, text->len, "spam.example", NULL);
	g_assert_nonnull(answer);
	g_assert_null(answer->abuse_email);
}

static void test_links(void)
{
	const struct {
		const char *link, *related;
	} rows[] = {
		{"{\"rel\":\"related\",\"type\":\"application/rdap+json\",\"href\":\"https://r.test/domain/"
		 "spam.example\"}",
			"https://r.test/domain/spam.example"},
		{"{\"rel\":\"related\",\"type\":\"text/html\",\"href\":\"https://r.test/\"}", NULL},
		{"{\"rel\":\"self\",\"type\":\"application/rdap+json\",\"href\":\"https://r.test/\"}", NULL},
		{"{\"rel\":\"related\",\"type\":\"application/rdap+json\",\"href\":\"http://r.test/\"}",
			NULL},
		{"{\"rel\":\"related\",\"type\":\"application/rdap+json\",\"href\":\"file:///etc/passwd\"}",
			NULL},
		{"{\"rel\":\"related\",\"type\":\"application/rdap+json\",\"href\":\"https://u:p@r.test/\"}",
			NULL},
		{"{\"rel\":\"related\",\"type\":\"application/rdap+json\"}", NULL},
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *text = g_strdup_printf(
			"{\"objectClassName\":\"domain\",\"ldhName\":\"spam.example\",\"links\":[%s]}",
			rows[i].link);
		g_autoptr(RdapAnswer) answer = rdap_read(text, strlen(text), "spam.example", NULL);
		g_test_message("%s", rows[i].link);
		g_assert_cmpstr(answer->related, ==, rows[i].related);
	}
}

static void test_servers(void)
{
	static const char list[] =
		"{\"version\":\"1.0\",\"unknown\":1,\"services\":[[[\"example\"],[\"https://e.test/rdap\"]],"
		"[[\"co.example\",\"org.example\"],[\"http://c.test/\",\"https://c.test/\"]],"
		"[[\"insecure\"],[\"http://i.test/\"]],[7,8],null]}";
	const struct {
		const char *domain, *server;
	} rows[] = {
		{"spam.example", "https://e.test/rdap/"}, /* with the slash that RFC 9224 asks for */
		{"spam.co.example", "https://c.test/"},   /* the longest match, and https of two */
		{"spam.EXAMPLE", "https://e.test/rdap/"},
		{"spamco.example", "https://e.test/rdap/"},
		{"spam.insecure", NULL},
		{"spam.counterexample", NULL}, /* labels, not letters */
		{"example", "https://e.test/rdap/"},
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(GError) error = NULL;
		g_autofree char *server = rdap_read_server(list, strlen(list), rows[i].domain, &error);
		g_test_message("%s", rows[i].domain);
		g_assert_no_error(error);
		g_assert_cmpstr(server, ==, rows[i].server);
	}
	g_autoptr(GError) error = NULL;
	g_assert_null(rdap_read_server("{}", 2, "spam.example", &error));
	g_assert_error(error, RDAP_READ_ERROR, RDAP_READ_ERROR_FORM);
}

static void test_addresses(void)
{
	const struct {
		const char *address;
		gboolean fine;
	} rows[] = {
		{"198.51.100.7", TRUE},
		{"2001:db8::7", TRUE},
		{"10.0.0.1", FALSE},
		{"172.31.255.255", FALSE},
		{"192.168.1.1", FALSE},
		{"169.254.169.254", FALSE}, /* where clouds keep their keys */
		{"100.64.0.1", FALSE},
		{"0.0.0.0", FALSE},
		{"224.0.0.1", FALSE},
		{"255.255.255.255", FALSE},
		{"::", FALSE},
		{"fe80::1", FALSE},
		{"fd00::1", FALSE},
		{"ff02::1", FALSE},
		{"::ffff:10.0.0.1", FALSE},
		{"64:ff9b::a00:1", FALSE},
		{"2002:a00:1::", FALSE},
	};
	guint8 bytes[16];

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		gboolean is_old = !strchr(rows[i].address, ':');
		g_assert_cmpint(inet_pton(is_old ? AF_INET : AF_INET6, rows[i].address, bytes), ==, 1);
		g_test_message("%s", rows[i].address);
		g_assert_true(rdap_address_is_fine(bytes, is_old ? 4 : 16, TRUE) == rows[i].fine);
	}
	inet_pton(AF_INET, "127.0.0.1", bytes);
	g_assert_true(rdap_address_is_fine(bytes, 4, TRUE));
	g_assert_false(rdap_address_is_fine(bytes, 4, FALSE));
	inet_pton(AF_INET6, "::1", bytes);
	g_assert_false(rdap_address_is_fine(bytes, 16, FALSE));
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/rdap/walker", test_walker);
	g_test_add_func("/rdap/refused", test_refused);
	g_test_add_func("/rdap/depth", test_depth);
	g_test_add_func("/rdap/links", test_links);
	g_test_add_func("/rdap/servers", test_servers);
	g_test_add_func("/rdap/addresses", test_addresses);
	return g_test_run();
}
