#include "domain.h"

#include <glib.h>
#include <string.h>

typedef struct {
	const char *text, *wanted;
} Row;

static const Row normal_rows[] = {
	{"WWW.Example.ORG", "www.example.org"},
	{"example.org.", "example.org"},
	{"b\u00fccher.example", "xn--bcher-kva.example"},
	{"fa\u00df.example", "xn--fa-hia.example"}, /* non-transitional: not "fass" */
	{"example\u3002org", "example.org"},
	{"_dmarc.example.org", "_dmarc.example.org"},
	{"a..example.org", NULL},
	{".example.org", NULL},
	{"-a.example.org", NULL},
	{"10.2.3", NULL}, /* a version */
	{"192.0.2.1", NULL},
	{"exa mple.org", NULL},
	{"example.org/x", NULL},
	{"", NULL},
	{"abcdefghijabcdefghijabcdefghijabcdefghijabcdefghijabcdefghijabcd.example", NULL}, /* 64 */
	{"\u0646\u0627\u0645\u0647\u200c\u0627\u06cc.example",
		"xn--mgba3gch31f060k.example"},      /* a joiner counts */
	{"\xe2\x9d\xa4.example", "xn--qei.example"}, /* emoji are registered */
	{"b\xfc"
	 "cher.example",
		NULL}, /* no UTF-8 */
	{".", NULL},
	{NULL, NULL},
};

static const Row registrable_rows[] = {
	{"www.example.co.uk", "example.co.uk"},
	{"a.b.example.com", "example.com"},
	{"co.uk", NULL},
	{"com", NULL},
	{"shop.evil.younger-than-the-list", "evil.younger-than-the-list"},
	{"printer.local", NULL},
	{"localhost", NULL},
	{"a.b", NULL}, /* no suffix has one letter */
	{"abcdefghijabcdefghij.abcdefghijabcdefghij.abcdefghijabcdefghij.example",
		"abcdefghijabcdefghij.example"}, /* too long to be remembered */
	{"", NULL},
	{NULL, NULL},
	{"7.2.0.192.in-addr.arpa", NULL}, /* an address; the list has "arpa" and "onion" */
	{"abcdefgh.onion", NULL},
	{"3.14.15", NULL},
	{"evil.github.io", "github.io"},              /* the registered name; private suffixes do not count */
	{"www.city.kawasaki.jp", "city.kawasaki.jp"}, /* an exception of the list */
	{"x.y.example", "y.example"},
	{"xn--80ak6aa92e.com", "xn--80ak6aa92e.com"},
};

static const Row ip_rows[] = {
	{"192.0.2.1", "192.0.2.1"},
	{"[192.0.2.1]", "192.0.2.1"},
	{"192.0.2.1:25", "192.0.2.1"},
	{"192.0.2.1 (host.example)", "192.0.2.1"},
	{"[IPv6:2001:DB8::1]", "2001:db8::1"},
	{"[2001:db8::1]:443", "2001:db8::1"},
	{"2001:db8:0:0:0:0:0:1", "2001:db8::1"},
	{"::ffff:192.0.2.1", "192.0.2.1"},
	{"fe80::1%eth0", "fe80::1"},
	{"192.0.2.256", NULL},
	{"192.0.2", NULL},
	{"192.0.2.1.example.org", NULL},
	{"3221225985", NULL}, /* a number is an address in URLs only */
	{"beef", NULL},
	{"192.0.2.1:", NULL},
	{"192.0.2.1:smtp", NULL}, /* a port is a number */
	{NULL, NULL},
};

static const Row loose_rows[] = {
	{"3221225985", "192.0.2.1"}, {"0xc0000201", "192.0.2.1"}, {"0xc0.0.513", "192.0.2.1"},
	{"0300.0.2.1", "192.0.2.1"}, {"4294967296", NULL}, {"1.2.3.4.5", NULL}, {"0x", NULL},
	{"example", NULL}, {"", NULL}, {"1..2", NULL}, {"1a2", NULL}, /* no hex without its 0x */
	{"256.1", NULL}, {"192.0x1000000", NULL}, {"192.0.0x10000", NULL},
	{"00000000000000300.0.2.1", NULL}, /* longer than anybody writes */
};

static const Row address_rows[] = {
	{"A.b+c@EXAMPLE.org", "A.b+c@example.org"},
	{"a@b\u00fccher.example", "a@xn--bcher-kva.example"},
	{"j\u00fcrgen@example.org", "j\u00fcrgen@example.org"},
	{"postmaster", NULL},
	{"@example.org", NULL},
	{"a b@example.org", NULL},
	{"a\r\nDATA@example.org", NULL},
	{"\"a\"@example.org", NULL},
	{"a@[192.0.2.1]", NULL},
	{"<a@example.org>", NULL},
	{"a@exam ple.org", NULL},
	{".a@example.org", NULL},
	{"a.@example.org", NULL},
	{"a\177b@example.org", NULL},
	{NULL, NULL},
};

static const struct {
	const char *address;
	gboolean is_public;
} public_rows[] = {
	{"192.0.2.1", TRUE}, /* documentation stands for the public */
	{"2001:db8::1", TRUE},
	{"8.8.8.8", TRUE},
	{"10.0.0.1", FALSE},
	{"172.31.0.1", FALSE},
	{"172.32.0.1", TRUE},
	{"192.168.1.1", FALSE},
	{"100.64.0.1", FALSE},
	{"169.254.1.1", FALSE},
	{"127.0.0.1", FALSE},
	{"224.0.0.1", FALSE},
	{"255.255.255.255", FALSE},
	{"0.0.0.0", FALSE},
	{"::1", FALSE},
	{"fe80::1", FALSE},
	{"fc00::1", FALSE},
	{"ff02::1", FALSE},
	{"2002:a00:1::1", FALSE}, /* 10.0.0.1 in 6to4 */
	{"2002:c000:201::1", TRUE},
	{"2001:a00:1::1", TRUE}, /* neighbours of 6to4 */
	{"3002:a00:1::1", TRUE},
	{"nonsense", FALSE},
	{NULL, FALSE},
};

static const struct {
	const char *host;
	gboolean plumbing, provider, homograph;
} name_rows[] = {
	{"www.w3.org", TRUE, FALSE, FALSE},
	{"eur01.safelinks.protection.outlook.com", TRUE, TRUE,
		FALSE}, /* under outlook.com, where people have mailboxes */
	{"notw3.org", FALSE, FALSE, FALSE},
	{"docs.google.com", FALSE, FALSE, FALSE}, /* anybody can put a page there */
	{"gmail.com", FALSE, TRUE, FALSE}, {"yahoo.co.uk", FALSE, TRUE, FALSE},
	{"mx.web.de", FALSE, TRUE, FALSE}, {"gmail.example", FALSE, FALSE, FALSE},
	{"live.example", FALSE, FALSE, FALSE},      /* the brand, but not its suffix */
	{"xn--80ak6aa92e.com", FALSE, FALSE, TRUE}, /* "apple" in Cyrillic */
	{"xn--pypal-4ve.com", FALSE, FALSE, TRUE},  /* a Cyrillic letter among Latin ones */
	{"xn--bcher-kva.example", FALSE, FALSE, FALSE},
	{"xn--e1afmkfd.xn--p1ai", FALSE, FALSE, FALSE},         /* an honest Cyrillic word */
	{"xn--inf-7ge.example", FALSE, FALSE, TRUE},            /* Armenian letters after a Latin one */
	{"xn--range-kkg.example", FALSE, FALSE, TRUE},          /* and before */
	{"xn--5ck2eqb538s34z.example", FALSE, FALSE, FALSE},    /* Japanese is written in three scripts */
	{"xn--bcher24-n2a.example", FALSE, FALSE, FALSE},       /* digits belong to each script */
	{"xn--peh-e-j-keb61al8m.example", FALSE, FALSE, FALSE}, /* so do accents: pe\u030dh-\u014de-j\u012b */
	{"xn--zzzzzzzz99999.example", FALSE, FALSE, FALSE},     /* no Punycode */
};

static void test_normal(void)
{
	for (gsize i = 0; i < G_N_ELEMENTS(normal_rows); i++) {
		g_autofree char *found = domain_normal(normal_rows[i].text);
		g_assert_cmpstr(found, ==, normal_rows[i].wanted);
	}
}

static void test_registrable(void)
{
	for (gsize i = 0; i < G_N_ELEMENTS(registrable_rows); i++)
		g_assert_cmpstr(domain_registrable(registrable_rows[i].text), ==, registrable_rows[i].wanted);
	g_assert_cmpstr(domain_registrable_private("evil.github.io"), ==, "evil.github.io");
	g_assert_true(domain_is_delegated("shop.example.com"));
	g_assert_false(domain_is_delegated("report.txt"));
	g_assert_false(domain_is_delegated("com"));
	g_assert_true(domain_aligned("a.example.org", "b.example.org"));
	g_assert_false(domain_aligned("a.co.uk", "b.co.uk"));
	g_assert_false(domain_aligned("one.github.io", "two.github.io"));
	g_assert_true(domain_aligned("localhost", "localhost"));
	g_assert_false(domain_aligned("localhost", "example.org"));
	g_assert_false(domain_aligned("example.org", "localhost"));
	g_assert_false(domain_aligned(NULL, "example.org"));
	g_assert_false(domain_aligned("example.org", NULL));
	g_assert_true(domain_is_delegated("shop.example"));
	g_assert_true(domain_is_delegated("shop.test"));
	g_assert_false(domain_is_delegated("evil.younger-than-the-list"));
}

/* Answers are remembered where their hash falls: another name there is not taken for it. */
static void test_remembered(void)
{
	for (guint i = 0; i < 4000; i++) {
		g_autofree char *host = g_strdup_printf("%s.n%u.example", i % 3 ? "www" : "a", i / 2);
		g_autofree char *wanted = g_strdup_printf("n%u.example", i / 2);
		g_assert_cmpstr(domain_registrable(host), ==, wanted);
	}
}

static void test_private(void)
{
	static const char *const suffixes[] = {"alt", "arpa", "corp", "domain", "home", "internal",
		"intranet", "invalid", "lan", "local", "localdomain", "localhost", "onion", "private",
		"workgroup"};
	for (gsize i = 0; i < G_N_ELEMENTS(suffixes); i++) {
		g_autofree char *host = g_strconcat("a.b.", suffixes[i], NULL);
		g_assert_cmpstr(domain_registrable(host), ==, NULL);
	}
}

/* RFC 1035, RFC 5321: 253 bytes of a name, 64 of a local part, 254 of an address. */
static void test_lengths(void)
{
	g_autofree char *label = g_strnfill(63, 'a');
	g_autofree char *rest = g_strnfill(53, 'b');
	g_autofree char *host = g_strjoin(".", label, label, label, rest, "example", NULL);
	g_autofree char *normal = domain_normal(host), *none = NULL;
	g_assert_cmpuint(strlen(host), ==, 253);
	g_assert_cmpstr(normal, ==, host);
	g_autofree char *longest = g_strjoin(".", label, label, label, rest, "examples", NULL);
	none = domain_normal(longest);
	g_assert_cmpstr(none, ==, NULL);

	g_autofree char *local = g_strnfill(64, 'x');
	g_autofree char *fits = g_strconcat(local, "@example.org", NULL);
	g_autofree char *exceeds = g_strconcat("x", fits, NULL);
	g_autofree char *fitting = domain_address(fits), *exceeding = domain_address(exceeds);
	g_assert_cmpstr(fitting, ==, fits);
	g_assert_cmpstr(exceeding, ==, NULL);

	g_autofree char *last = g_strnfill(53, 'c');
	g_autofree char *full = g_strdup_printf("%s@%s.%s.%s.example", local, label, label, last);
	g_autofree char *fuller = g_strdup_printf("%s@%s.%s.%s.examples", local, label, label, last);
	g_autofree char *whole = domain_address(full), *too_much = domain_address(fuller);
	g_assert_cmpuint(strlen(full), ==, 254);
	g_assert_cmpstr(whole, ==, full);
	g_assert_cmpstr(too_much, ==, NULL);
}

static void test_addresses(void)
{
	for (gsize i = 0; i < G_N_ELEMENTS(ip_rows); i++) {
		g_autofree char *found = domain_ip(ip_rows[i].text, FALSE);
		g_assert_cmpstr(found, ==, ip_rows[i].wanted);
	}
	for (gsize i = 0; i < G_N_ELEMENTS(loose_rows); i++) {
		g_autofree char *found = domain_ip(loose_rows[i].text, TRUE);
		g_assert_cmpstr(found, ==, loose_rows[i].wanted);
	}
	for (gsize i = 0; i < G_N_ELEMENTS(address_rows); i++) {
		g_autofree char *found = domain_address(address_rows[i].text);
		g_assert_cmpstr(found, ==, address_rows[i].wanted);
	}
	for (gsize i = 0; i < G_N_ELEMENTS(public_rows); i++) {
		g_test_message("%s", public_rows[i].address ? public_rows[i].address : "NULL");
		g_assert_true(domain_ip_is_public(public_rows[i].address) == public_rows[i].is_public);
	}
}

static void test_names(void)
{
	for (gsize i = 0; i < G_N_ELEMENTS(name_rows); i++) {
		g_test_message("%s", name_rows[i].host);
		g_assert_true(domain_is_plumbing(name_rows[i].host) == name_rows[i].plumbing);
		g_assert_true(domain_is_mailbox_provider(name_rows[i].host) == name_rows[i].provider);
		g_assert_true(domain_is_homograph(name_rows[i].host) == name_rows[i].homograph);
	}
	g_assert_false(domain_is_homograph(NULL));
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	domain_init(NULL);
	g_test_add_func("/domain/normal", test_normal);
	g_test_add_func("/domain/registrable", test_registrable);
	g_test_add_func("/domain/remembered", test_remembered);
	g_test_add_func("/domain/private", test_private);
	g_test_add_func("/domain/lengths", test_lengths);
	g_test_add_func("/domain/addresses", test_addresses);
	g_test_add_func("/domain/names", test_names);
	return g_test_run();
}
