#include "address.h"

#include <glib.h>
#include <string.h>

typedef struct {
	const char *address;
	const char *refusal;
} Row;

static const Row rows[] = {
	{"reporter@example.org", NULL},
	{"first.last+tag@mail.example.co.uk", NULL},
	{"x@xn--bcher-kva.example", NULL},
	{"o'brien=a/b@example.org", NULL},
	{"abuse-b+17.4fk2@example.net", NULL},
	{"", "no @"},
	{"postmaster", "no @"},
	{"@example.org", "nothing before the @"},
	{"a@b@example.org", "a character in the domain that is not allowed"},
	{"a@example.org>\r\nRCPT TO:<b@example.org", "a character in the domain that is not allowed"},
	{"a@example.org\r\nRCPT TO:<b@example.org>", "a character in the domain that is not allowed"},
	{"a\r\nDATA\r\n@example.org", "a character before the @ that is not allowed"},
	{"a\n@example.org", "a character before the @ that is not allowed"},
	{"a b@example.org", "a character before the @ that is not allowed"},
	{"a@example.org ", "a character in the domain that is not allowed"},
	{"a@example.org> NOTIFY=NEVER", "a character in the domain that is not allowed"},
	{"<a@example.org>", "a character before the @ that is not allowed"},
	{"\"a b\"@example.org", "a character before the @ that is not allowed"},
	{"a,b@example.org", "a character before the @ that is not allowed"},
	{"a\x7f@example.org", "a character before the @ that is not allowed"},
	{"a\xe2\x80\xa8@example.org", "a character before the @ that is not allowed"}, /* U+2028 */
	{"b\xc3\xbc@example.org", "a character before the @ that is not allowed"},
	{"a@b\xc3\xbc"
	 "cher.example",
		"a character in the domain that is not allowed"},
	{".a@example.org", "a misplaced dot before the @"},
	{"a.@example.org", "a misplaced dot before the @"},
	{"a..b@example.org", "a misplaced dot before the @"},
	{"a@localhost", "a domain without a dot"},
	{"a@.example.org", "an empty label in the domain"},
	{"a@example.org.", "an empty label in the domain"},
	{"a@example..org", "an empty label in the domain"},
	{"a@-example.org", "a misplaced hyphen in the domain"},
	{"a@192.0.2.7", "an IP address instead of a domain"},
	{"a@[192.0.2.7]", "a character in the domain that is not allowed"},
};

static void test_rows(void)
{
	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_test_message("row %zu", i);
		g_assert_cmpstr(address_refusal(rows[i].address), ==, rows[i].refusal);
	}
}

static char *stretched(gsize local, gsize label, gsize labels)
{
	g_autoptr(GString) address = g_string_new(NULL);

	for (gsize i = 0; i < local; i++)
		g_string_append_c(address, 'a');
	g_string_append_c(address, '@');
	for (gsize i = 0; i < labels; i++) {
		for (gsize j = 0; j < label; j++)
			g_string_append_c(address, 'b');
		g_string_append_c(address, '.');
	}
	g_string_append(address, "org");
	return g_strdup(address->str);
}

static void test_lengths(void)
{
	const struct {
		gsize local, label, labels;
		const char *refusal;
	} lengths[] = {
		{64, 63, 1, NULL},
		{65, 63, 1, "more than 64 characters before the @"},
		{1, 64, 1, "a label of more than 63 characters in the domain"},
		{62, 46, 4, NULL}, /* 62 + 1 + 4 * 47 + 3 = 254 */
		{63, 46, 4, "more than 254 characters"},
		{1, 10000, 1, "more than 254 characters"},
	};

	for (gsize i = 0; i < G_N_ELEMENTS(lengths); i++) {
		g_autofree char *address = stretched(lengths[i].local, lengths[i].label, lengths[i].labels);
		g_assert_cmpstr(address_refusal(address), ==, lengths[i].refusal);
	}
}

static void test_message_ids(void)
{
	const struct {
		const char *id;
		gboolean good;
	} ids[] = {
		{"<4711.abc@mail.example.org>", TRUE},
		{"<a@[192.0.2.1]>", TRUE},
		{"4711@example.org", FALSE},
		{"<4711>", FALSE},
		{"<@example.org>", FALSE},
		{"<a@>", FALSE},
		{"<a@b@c>", FALSE},
		{"<a b@example.org>", FALSE},
		{"<a@example.org>\r\nBcc: x@example.org", FALSE},
		{"<a@example.org> <b@example.org>", FALSE},
		{"<a\xe2\x80\xae@example.org>", FALSE}, /* U+202E */
		{"<>", FALSE},
		{"", FALSE},
	};

	for (gsize i = 0; i < G_N_ELEMENTS(ids); i++)
		g_assert_true(address_is_message_id(ids[i].id) == ids[i].good);

	g_autofree char *filling = g_strnfill(10240, 'a');
	g_autofree char *endless = g_strdup_printf("<%s@example.org>", filling);
	g_assert_false(address_is_message_id(endless));
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/address/rows", test_rows);
	g_test_add_func("/address/lengths", test_lengths);
	g_test_add_func("/address/message-ids", test_message_ids);
	return g_test_run();
}
