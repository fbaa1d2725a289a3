/* Transfer encodings, charsets and encoded words: nothing is lost silently. */

#include <string.h>

#include "decode.h"
#include "message.h"

static void test_base64(void)
{
	static const struct {
		const char *encoded, *plain;
	} rows[] = {
		{"SGVsbG8=", "Hello"},
		{"SGVsbG8=\nIHdvcmxk", "Hello world"}, /* GMime 3.2.13 stops at '=' */
		{"SGVs\r\n bG8=", "Hello"},
		{"SGVsbG8", "Hello"},      /* padding forgotten */
		{"S!G*V-s_bG8=", "Hello"}, /* what is not in the alphabet is skipped */
		{"====", ""},
		{"", ""},
		{"S", ""},
	};
	for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(GByteArray) bytes = decode_base64(rows[i].encoded, strlen(rows[i].encoded));
		g_assert_cmpmem(bytes->data, bytes->len, rows[i].plain, strlen(rows[i].plain));
	}
}

static void test_quoted_printable(void)
{
	static const struct {
		const char *encoded, *plain;
	} rows[] = {
		{"caf=E9", "caf\xe9"},
		{"caf=e9", "caf\xe9"},
		{"one=\ntwo", "onetwo"},
		{"one= \r\ntwo", "onetwo"},
		{"100 = 100", "100 = 100"}, /* no escape: stays */
		{"=4", "=4"},
		{"=", ""}, /* a soft break at the very end */
		{"a==3D", "a=="},
	};
	for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(GByteArray) bytes =
			decode_quoted_printable(rows[i].encoded, strlen(rows[i].encoded));
		g_assert_cmpmem(bytes->data, bytes->len, rows[i].plain, strlen(rows[i].plain));
	}
}

static void test_words(void)
{
	static const struct {
		const char *raw, *text;
	} rows[] = {
		{"plain", "plain"},
		{"=?utf-8?B?SGVsbG8=?= =?utf-8?B?IHdvcmxk?=",
			"Hello world"}, /* GMime 3.2.13 loses the second */
		{"=?utf-8?Q?caf=C3=A9_au_lait?=", "café au lait"},
		{"=?utf-8?Q?caf=C3?=\t=?utf-8?Q?=A9?=", "café"}, /* a letter cut in two */
		{"=?iso-8859-1?q?caf=E9?= and more", "café and more"}, {"=?utf-8*en?Q?x?=", "x"},
		{"a =?utf-8?Q?b?= c", "a b c"}, {"=?utf-8?Q?a?= =?iso-8859-1?Q?=E9?=", "aé"},
		{"=?utf-8?Q?=41=42?=", "AB"},
		{"=?utf-8?Q?a b?=", "a b"}, /* blanks are forbidden in it, and sent */
		{"=?nonsense", "=?nonsense"}, {"=?utf-8?X?a?=", "=?utf-8?X?a?="},
		{"=?utf-8?Q?open", "=?utf-8?Q?open"}, {"=?unknown-1?Q?caf=C3=A9?=", "café"},
		{"=??Q?a?=", "=??Q?a?="}, {"caf\xe9", "café"}, /* 8-bit in a header: no charset, no UTF-8 */
	};
	for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *text = message_decode_words(rows[i].raw);
		g_assert_cmpstr(text, ==, rows[i].text);
	}
}

static void test_charsets(void)
{
	static const struct {
		const char *bytes;
		int length;
		const char *charset, *text;
		gboolean repaired;
	} rows[] = {
		{"caf\xc3\xa9", -1, "utf-8", "café", FALSE},
		{"caf\xc3\xa9", -1, NULL, "café", FALSE},
		{"caf\xe9", -1, "utf-8", "café", TRUE}, /* GMime drops the byte */
		{"caf\xe9", -1, NULL, "café", TRUE},
		{"caf\xe9", -1, "x-unknown", "café", TRUE},
		{"caf\xe9", -1, "iso-8859-1", "café", FALSE},
		{"caf\xc3\xa9", -1, "iso-8859-1", "café", FALSE}, /* says Latin-1, sends UTF-8 */
		{"\x93so\x94", -1, "iso-8859-1", "\u201cso\u201d",
			FALSE}, /* says Latin-1, means Windows-1252 */
		{"\x80", -1, "\"Windows-1252\";", "€", FALSE},
		{"a\0b", 3, "utf-8", "ab", FALSE}, /* NUL: neither C nor PostgreSQL takes it */
		{"\xd0\xd2\xc9", -1, "koi8-r", "при", FALSE},
		{"\x1b$BF|K\\\x1b(B", -1, "iso-2022-jp", "日本", FALSE},
		{"\x93\xfa\x96{", -1, "shift_jis", "日本", FALSE},
		{"\xc4\xe3", -1, "gb2312", "你", FALSE},
		{"h\0i\0", 4, "utf-16le", "hi", FALSE},
		{"\xff\xff", -1, "gb2312", "\xef\xbf\xbd\xef\xbf\xbd", TRUE},
		{"a\x81\x30\x81", -1, "gb18030", "a\xef\xbf\xbd", TRUE}, /* cut in the middle of a letter */
		{"a\xffz", -1, "gb18030", "a\xef\xbf\xbdz", TRUE},
		{"\xb1", -1, " ISO-8859-2 ", "ą", FALSE},
	};
	for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
		gboolean repaired = FALSE;
		gsize length = rows[i].length < 0 ? strlen(rows[i].bytes) : (gsize)rows[i].length;
		g_autofree char *text = message_to_utf8(rows[i].bytes, length, rows[i].charset, &repaired);
		g_assert_cmpstr(text, ==, rows[i].text);
		g_assert_cmpint(repaired, ==, rows[i].repaired);
	}
}

/* More than what is converted in one go, and nothing lost between two of them. */
static void test_long(void)
{
	g_autoptr(GString) bytes = g_string_new(NULL), expected = g_string_new(NULL);
	for (guint i = 0; i < 10000; i++) {
		g_string_append_c(bytes, '\xd0');
		g_string_append(expected, "п");
	}
	gboolean repaired = FALSE;
	g_autofree char *text = message_to_utf8(bytes->str, bytes->len, "koi8-r", &repaired);
	g_assert_cmpstr(text, ==, expected->str);
	g_assert_false(repaired);
}

/* Every row of the table opens: a name that iconv does not know would only show in mails. */
static void test_table(void)
{
	guint rows = 0;
	for (; charset_name(rows); rows++)
		if (!charset_is_open(rows))
			g_error("iconv does not know %s", charset_name(rows));
	g_assert_cmpuint(rows, >, 40);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	message_init();
	g_test_add_func("/decode/base64", test_base64);
	g_test_add_func("/decode/quoted-printable", test_quoted_printable);
	g_test_add_func("/decode/words", test_words);
	g_test_add_func("/decode/charsets", test_charsets);
	g_test_add_func("/decode/long", test_long);
	g_test_add_func("/decode/table", test_table);
	return g_test_run();
}
