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
		{"SGVsbG8", "Hello"}, /* padding forgotten */
		{"SGVs{|}~bG8=", "Hello"},
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
		{"=4G", "=4G"},
		{"=G4", "=G4"},
		{"=", ""}, /* a soft break at the very end */
		{"a==3D", "a=="},
	};
	for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(GByteArray) bytes =
			decode_quoted_printable(rows[i].encoded, strlen(rows[i].encoded));
		g_assert_cmpmem(bytes->data, bytes->len, rows[i].plain, strlen(rows[i].plain));
	}
}

/* Nothing behind the end is looked at. */
static void test_ends(void)
{
	g_autoptr(GByteArray) escape = decode_quoted_printable("=41", 2);
	g_assert_cmpmem(escape->data, escape->len, "=4", 2);
	g_autoptr(GByteArray) first = decode_quoted_printable("=41", 1);
	g_assert_cmpmem(first->data, first->len, "", 0);
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
		{"=?iso-8859-2*pl?Q?=B1?=", "ą"}, {"=?utf-8?Qx?a?=", "=?utf-8?Qx?a?="},
		{"=?utf-8?", "=?utf-8?"}, {"=?utf-8?Q", "=?utf-8?Q"},
		{"=?xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx?Q?a?=",
			"=?xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx?Q?a?="},
		{"=?utf-8?Q?a=G1=1G=4?=", "a=G1=1G=4"}, /* no escapes */
		/* A question mark at the beginning, written as it is; and a word of nothing. */
		{"=?utf-8?Q?\?=41?=", "?A"}, {"=?utf-8?Q?\?=4", "4"}, {"=?utf-8?B?\?=41?=", "41?="},
		{"=?utf-8?Q?\?= x =?utf-8?Q?y?=", " x y"}, {"=??Q?a?=", "=??Q?a?="},
		{"caf\xe9", "café"}, /* 8-bit in a header: no charset, no UTF-8 */
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
		{"cafe", -1, "x-unknown", "cafe", TRUE},
		{"cafe", -1, "utf-16", "cafe", FALSE}, /* wide by its name only */
		{"\x1b(B", -1, "iso-2022-jp", "", FALSE},
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

/* Each name of each charset, with letters that no other table has there. */
static void test_names(void)
{
	static const struct {
		const char *names, *bytes;
		gsize length;
		const char *text;
	} rows[] = {
		{"iso-8859-3 iso8859-3", "\241\277", 2, "Ħż"},
		{"iso-8859-4 iso8859-4", "\242\263", 2, "ĸŗ"},
		{"iso-8859-5 iso8859-5", "\337\340", 2, "пр"},
		{"iso-8859-6 iso8859-6 iso-8859-6-i", "\307\344", 2, "ال"},
		{"iso-8859-7 iso8859-7", "\341\266", 2, "αΆ"},
		{"iso-8859-8 iso8859-8 iso-8859-8-i iso-8859-8-e", "\340\341", 2, "אב"},
		{"iso-8859-9 iso8859-9 latin5 windows-1254 cp1254", "\200\360", 2, "€ğ"},
		{"iso-8859-10 iso8859-10", "\241\242", 2, "ĄĒ"},
		{"iso-8859-13 iso8859-13", "\245\340", 2, "„ą"},
		{"iso-8859-14 iso8859-14", "\241\320", 2, "ḂŴ"},
		{"iso-8859-15 iso8859-15 latin9 latin-9", "\244\246", 2, "€Š"},
		{"iso-8859-16 iso8859-16", "\242\244", 2, "ą€"},
		{"windows-1250 cp1250", "\234\271", 2, "śą"},
		{"windows-1251 cp1251 win-1251", "\357\360", 2, "пр"},
		{"windows-1253 cp1253", "\242\341", 2, "Άα"},
		{"windows-1255 cp1255", "\244\371", 2, "₪ש"},
		{"windows-1256 cp1256", "\201\310", 2, "پب"},
		{"windows-1257 cp1257", "\340\350", 2, "ąč"},
		{"windows-1258 cp1258", "\320\365", 2, "Đơ"},
		{"windows-874 cp874 tis-620 iso-8859-11 iso8859-11", "\241\242", 2, "กข"},
		{"koi8-r koi8", "\320\243", 2, "пё"},
		{"koi8-u koi8-ru", "\244\255", 2, "єґ"},
		{"ibm437 cp437", "\202\236", 2, "é₧"},
		{"ibm850 cp850", "\202\265", 2, "éÁ"},
		{"ibm852 cp852", "\245\237", 2, "ąč"},
		{"ibm866 cp866", "\257\340", 2, "пр"},
		{"macintosh mac x-mac-roman macroman", "\216\240", 2, "é†"},
		{"iso-2022-jp iso-2022-jp-1 iso-2022-jp-2 csiso2022jp iso-2022-jp-ms cp50220 "
		 "cp50221",
			"\033$BF|K\\\033(B", 10, "日本"},
		{"shift_jis shift-jis sjis x-sjis cp932 windows-31j ms932", "\223\372\226{", 4, "日本"},
		{"euc-jp eucjp x-euc-jp", "\306\374\313\334", 4, "日本"},
		{"gb2312 gbk gb_2312-80 x-gbk cp936 hz gb18030 euc-cn", "\304\343\272\303", 4, "你好"},
		{"big5 big5-hkscs cn-big5 cp950 x-x-big5", "\244\244\244\345", 4, "中文"},
		{"euc-kr ks_c_5601-1987 ks_c_5601 cp949 uhc windows-949", "\307\321\201A", 4, "한갂"},
		{"iso-2022-kr", "\033$)C\016GQ\017", 8, "한"},
		{"euc-tw", "\304\343", 2, "中"},
		{"iso-2022-cn", "\033$)A\016VP\017", 8, "中"},
		{"utf-7 unicode-1-1-utf-7", "caf+AOk-", 8, "café"},
		{"utf-16 unicode", "\377\376?\004 \000?\004", 8, "п п"},
		{"utf-16le", "?\004 \000?\004", 6, "п п"},
		{"utf-16be", "\004?\000 \004?", 6, "п п"},
		{"utf-32", "\377\376\000\000?\004\000\000", 8, "п"},
		{"utf-32le", "?\004\000\000", 4, "п"},
		{"utf-32be", "\000\000\004?", 4, "п"},
		{"us-ascii ascii ansi_x3.4-1968 646 iso-8859-1 iso8859-1 iso_8859-1 latin1 "
		 "latin-1 windows-1252 cp1252 x-ansi ansi cp-1252 win-1252",
			"\200\351", 2, "€é"},
		{"iso-8859-2 iso8859-2 latin2", "\261\346", 2, "ąć"},
		{"utf-8 utf8 unicode-1-1-utf-8 utf-8-mac utf8mb4", "\303\251", 2, "é"},
		{"viscii", "\320\251", 2, "Đẹ"},
		{"armscii-8", "\262\263", 2, "Աա"},
	};
	for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_auto(GStrv) names = g_strsplit(rows[i].names, " ", -1);
		for (char **name = names; *name; name++) {
			gboolean repaired = FALSE;
			g_autofree char *text =
				message_to_utf8(rows[i].bytes, rows[i].length, *name, &repaired);
			g_test_message("%s", *name);
			g_assert_cmpstr(text, ==, rows[i].text);
			g_assert_false(repaired);
		}
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
	g_test_add_func("/decode/ends", test_ends);
	g_test_add_func("/decode/words", test_words);
	g_test_add_func("/decode/charsets", test_charsets);
	g_test_add_func("/decode/names", test_names);
	g_test_add_func("/decode/long", test_long);
	g_test_add_func("/decode/table", test_table);
	return g_test_run();
}
