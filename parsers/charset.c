#include <errno.h>
#include <iconv.h>
#include <string.h>

#include "decode.h"

/* What mails call a charset, and the table of iconv that reads it best: a superset where the
 * small one is what people claim and the big one what they send. NULL: own code below. */
static struct {
	const char *names; /* space-separated, lower case */
	const char *table;
	iconv_t converter;
} charsets[] = {
	{" utf-8 utf8 unicode-1-1-utf-8 utf-8-mac utf8mb4 ", NULL},
	{" us-ascii ascii ansi_x3.4-1968 646 iso-8859-1 iso8859-1 iso_8859-1 latin1 latin-1 windows-1252 "
	 "cp1252"
	 " x-ansi ansi cp-1252 win-1252 x-sjis-1252 ",
		NULL},
	{" iso-8859-2 iso8859-2 latin2 ", "ISO-8859-2"},
	{" iso-8859-3 iso8859-3 ", "ISO-8859-3"},
	{" iso-8859-4 iso8859-4 ", "ISO-8859-4"},
	{" iso-8859-5 iso8859-5 ", "ISO-8859-5"},
	{" iso-8859-6 iso8859-6 iso-8859-6-i ", "ISO-8859-6"},
	{" iso-8859-7 iso8859-7 ", "ISO-8859-7"},
	{" iso-8859-8 iso8859-8 iso-8859-8-i iso-8859-8-e ", "ISO-8859-8"},
	{" iso-8859-9 iso8859-9 latin5 windows-1254 cp1254 ", "WINDOWS-1254"},
	{" iso-8859-10 iso8859-10 ", "ISO-8859-10"},
	{" iso-8859-13 iso8859-13 ", "ISO-8859-13"},
	{" iso-8859-14 iso8859-14 ", "ISO-8859-14"},
	{" iso-8859-15 iso8859-15 latin9 latin-9 ", "ISO-8859-15"},
	{" iso-8859-16 iso8859-16 ", "ISO-8859-16"},
	{" windows-1250 cp1250 ", "WINDOWS-1250"},
	{" windows-1251 cp1251 win-1251 ", "WINDOWS-1251"},
	{" windows-1253 cp1253 ", "WINDOWS-1253"},
	{" windows-1255 cp1255 ", "WINDOWS-1255"},
	{" windows-1256 cp1256 ", "WINDOWS-1256"},
	{" windows-1257 cp1257 ", "WINDOWS-1257"},
	{" windows-1258 cp1258 ", "WINDOWS-1258"},
	{" windows-874 cp874 tis-620 iso-8859-11 iso8859-11 ", "CP874"},
	{" koi8-r koi8 ", "KOI8-R"},
	{" koi8-u koi8-ru ", "KOI8-U"},
	{" ibm437 cp437 ", "CP437"},
	{" ibm850 cp850 ", "CP850"},
	{" ibm852 cp852 ", "CP852"},
	{" ibm866 cp866 ", "CP866"},
	{" macintosh mac x-mac-roman macroman ", "MACINTOSH"},
	{" iso-2022-jp iso-2022-jp-1 iso-2022-jp-2 csiso2022jp iso-2022-jp-ms cp50220 cp50221 ",
		"ISO-2022-JP-2"},
	{" shift_jis shift-jis sjis x-sjis cp932 windows-31j ms932 ", "CP932"},
	{" euc-jp eucjp x-euc-jp ", "EUC-JP-MS"},
	{" gb2312 gbk gb_2312-80 x-gbk cp936 hz gb18030 euc-cn ", "GB18030"},
	{" big5 big5-hkscs cn-big5 cp950 x-x-big5 ", "BIG5-HKSCS"},
	{" euc-tw ", "EUC-TW"},
	{" euc-kr ks_c_5601-1987 ks_c_5601 cp949 uhc windows-949 ", "UHC"},
	{" iso-2022-kr ", "ISO-2022-KR"},
	{" iso-2022-cn ", "ISO-2022-CN"},
	{" utf-7 unicode-1-1-utf-7 ", "UTF-7"},
	{" utf-16 unicode ", "UTF-16"},
	{" utf-16le ", "UTF-16LE"},
	{" utf-16be ", "UTF-16BE"},
	{" utf-32 ", "UTF-32"},
	{" utf-32le ", "UTF-32LE"},
	{" utf-32be ", "UTF-32BE"},
	{" viscii ", "VISCII"},
	{" armscii-8 ", "ARMSCII-8"},
};

enum { ROW_UTF8, ROW_WINDOWS_1252 };

/* Windows-1252 where it differs from Latin-1; its five holes are read as Latin-1 controls. */
static const guint16 windows_1252[32] = {0x20ac, 0x81, 0x201a, 0x192, 0x201e, 0x2026, 0x2020, 0x2021, 0x2c6,
	0x2030, 0x160, 0x2039, 0x152, 0x8d, 0x17d, 0x8f, 0x90, 0x2018, 0x2019, 0x201c, 0x201d, 0x2022, 0x2013,
	0x2014, 0x2dc, 0x2122, 0x161, 0x203a, 0x153, 0x9d, 0x17e, 0x178};

void charset_init(void)
{
	for (guint i = ROW_WINDOWS_1252 + 1; i < G_N_ELEMENTS(charsets); i++)
		if (!charsets[i].converter) {
			iconv_t opened = iconv_open("UTF-8", charsets[i].table);
			charsets[i].converter = opened == (iconv_t)-1 ? NULL : opened;
		}
}

const char *charset_name(guint row)
{
	return row >= G_N_ELEMENTS(charsets) ? NULL
		: row == ROW_UTF8            ? "UTF-8"
		: row == ROW_WINDOWS_1252    ? "WINDOWS-1252"
					     : charsets[row].table;
}

gboolean charset_is_open(guint row)
{
	return row <= ROW_WINDOWS_1252 || charsets[row].converter;
}

/* The row of a charset, or -1. */
static int charset_row(const char *charset)
{
	char name[48] = " ";
	gsize length = 1;
	for (; *charset && length < sizeof name - 2; charset++)
		if (g_ascii_isgraph(*charset) && !strchr("\"';,", *charset))
			name[length++] = g_ascii_tolower(*charset);
	name[length++] = ' ';
	name[length] = 0;
	for (guint i = 0; i < G_N_ELEMENTS(charsets); i++)
		if (strstr(charsets[i].names, name))
			return i;
	return -1;
}

static void append_windows_1252(GString *out, guint8 c)
{
	if (c < 0x80)
		g_string_append_c(out, c);
	else
		g_string_append_unichar(out, c < 0xa0 ? windows_1252[c - 0x80] : c);
}

/* Length of the ASCII without NUL that @bytes begin with. */
static gsize ascii_length(const char *bytes, gsize length)
{
	const guint64 ones = 0x0101010101010101, highs = 0x8080808080808080;
	gsize n = 0;
	for (guint64 eight; n + 8 <= length; n += 8) {
		memcpy(&eight, bytes + n, 8);
		if ((eight | (eight - ones)) & highs)
			break;
	}
	while (n < length && bytes[n] > 0)
		n++;
	return n;
}

/* Valid UTF-8 stays, each byte that is none is read as Windows-1252: mails mix the two. */
static GString *decode_utf8(const char *bytes, gsize length, gboolean *repaired)
{
	GString *out = g_string_sized_new(length + 16);
	const char *end = length ? bytes + length : bytes;
	while (bytes < end) {
		const char *stop = bytes + ascii_length(bytes, end - bytes);
		if (stop < end && *stop)
			g_utf8_validate_len(stop, end - stop, &stop);
		g_string_append_len(out, bytes, stop - bytes);
		bytes = stop;
		if (bytes == end)
			break;
		if (*bytes) {
			append_windows_1252(out, *bytes);
			*repaired = TRUE;
		}
		bytes++; /* NUL is left out: neither a C string nor PostgreSQL takes it */
	}
	return out;
}

static GString *decode_windows_1252(const char *bytes, gsize length)
{
	GString *out = g_string_sized_new(length + length / 4 + 16);
	for (gsize i = 0; i < length; i++)
		if (bytes[i])
			append_windows_1252(out, bytes[i]);
	return out;
}

static void append_without_nul(GString *out, const char *text, gsize length)
{
	for (gsize i = 0; i < length; i++)
		if (text[i])
			g_string_append_c(out, text[i]);
}

static GString *decode_iconv(iconv_t converter, const char *bytes, gsize length, gboolean *repaired)
{
	GString *out = g_string_sized_new(length * 2 + 16);
	char *in = (char *)bytes, buffer[4096];
	gsize left = length;
	iconv(converter, NULL, NULL, NULL, NULL);
	while (left) {
		char *to = buffer;
		gsize room = sizeof buffer;
		gsize result = iconv(converter, &in, &left, &to, &room);
		int why = errno;
		append_without_nul(out, buffer, to - buffer);
		if (result != (gsize)-1 || to > buffer)
			continue;
		/* Nothing is dropped without a sign of it. */
		g_string_append(out, "\xef\xbf\xbd");
		*repaired = TRUE;
		if (why == EINVAL)
			break;
		in++;
		left--;
	}
	/* Hebrew, Vietnamese and Hong Kong's tables hold the last letter back: an accent might follow. */
	char *to = buffer;
	gsize room = sizeof buffer;
	iconv(converter, NULL, NULL, &to, &room);
	append_without_nul(out, buffer, to - buffer);
	return out;
}

GString *charset_decode(const char *bytes, gsize length, const char *charset, gboolean *repaired_out)
{
	int row = charset && *charset ? charset_row(charset) : ROW_UTF8;
	gboolean wide = row >= 0 && charsets[row].table && g_str_has_prefix(charsets[row].table, "UTF-");
	if (row < 0)
		*repaired_out = TRUE;
	if (row > ROW_WINDOWS_1252 && charsets[row].converter &&
		!(wide && g_utf8_validate(bytes, length, NULL) && strcmp(charsets[row].table, "UTF-7")))
		return decode_iconv(charsets[row].converter, bytes, length, repaired_out);
	/* Who claims Latin-1 and sends valid UTF-8 with bytes above 127 means UTF-8. */
	if (row == ROW_WINDOWS_1252 && ascii_length(bytes, length) < length &&
		!g_utf8_validate(bytes, length, NULL))
		return decode_windows_1252(bytes, length);
	return decode_utf8(bytes, length, repaired_out);
}
