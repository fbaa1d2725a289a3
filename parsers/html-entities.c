#include "html-entities.h"

#include <stdlib.h>
#include <string.h>

enum { NAME_MAX_LENGTH = 10 };

typedef struct {
	const char *name;
	gunichar c;
} Entity;

/* Those that mails have; in the order of strcmp(). */
static const Entity entities[] = {
	{"AElig", 0xc6},
	{"Aacute", 0xc1},
	{"Acirc", 0xc2},
	{"Agrave", 0xc0},
	{"Aring", 0xc5},
	{"Atilde", 0xc3},
	{"Auml", 0xc4},
	{"Ccedil", 0xc7},
	{"ETH", 0xd0},
	{"Eacute", 0xc9},
	{"Ecirc", 0xca},
	{"Egrave", 0xc8},
	{"Euml", 0xcb},
	{"Iacute", 0xcd},
	{"Icirc", 0xce},
	{"Igrave", 0xcc},
	{"Iuml", 0xcf},
	{"NewLine", '\n'},
	{"Ntilde", 0xd1},
	{"OElig", 0x152},
	{"Oacute", 0xd3},
	{"Ocirc", 0xd4},
	{"Ograve", 0xd2},
	{"Oslash", 0xd8},
	{"Otilde", 0xd5},
	{"Ouml", 0xd6},
	{"Scaron", 0x160},
	{"THORN", 0xde},
	{"Tab", '\t'},
	{"Uacute", 0xda},
	{"Ucirc", 0xdb},
	{"Ugrave", 0xd9},
	{"Uuml", 0xdc},
	{"Yacute", 0xdd},
	{"aacute", 0xe1},
	{"acirc", 0xe2},
	{"acute", 0xb4},
	{"aelig", 0xe6},
	{"agrave", 0xe0},
	{"amp", '&'},
	{"apos", '\''},
	{"aring", 0xe5},
	{"atilde", 0xe3},
	{"auml", 0xe4},
	{"bdquo", 0x201e},
	{"bull", 0x2022},
	{"ccedil", 0xe7},
	{"cent", 0xa2},
	{"colon", ':'},
	{"commat", '@'},
	{"copy", 0xa9},
	{"deg", 0xb0},
	{"eacute", 0xe9},
	{"ecirc", 0xea},
	{"egrave", 0xe8},
	{"emsp", ' '},
	{"ensp", ' '},
	{"eth", 0xf0},
	{"euml", 0xeb},
	{"euro", 0x20ac},
	{"frasl", 0x2044},
	{"gt", '>'},
	{"hellip", 0x2026},
	{"iacute", 0xed},
	{"icirc", 0xee},
	{"iexcl", 0xa1},
	{"igrave", 0xec},
	{"iquest", 0xbf},
	{"iuml", 0xef},
	{"laquo", 0xab},
	{"larr", 0x2190},
	{"ldquo", 0x201c},
	{"lpar", '('},
	{"lsaquo", 0x2039},
	{"lsquo", 0x2018},
	{"lt", '<'},
	{"mdash", 0x2014},
	{"middot", 0xb7},
	{"nbsp", ' '},
	{"ndash", 0x2013},
	{"ntilde", 0xf1},
	{"num", '#'},
	{"oacute", 0xf3},
	{"ocirc", 0xf4},
	{"oelig", 0x153},
	{"ograve", 0xf2},
	{"oslash", 0xf8},
	{"otilde", 0xf5},
	{"ouml", 0xf6},
	{"para", 0xb6},
	{"percnt", '%'},
	{"period", '.'},
	{"pound", 0xa3},
	{"quest", '?'},
	{"quot", '"'},
	{"raquo", 0xbb},
	{"rarr", 0x2192},
	{"rdquo", 0x201d},
	{"reg", 0xae},
	{"rpar", ')'},
	{"rsaquo", 0x203a},
	{"rsquo", 0x2019},
	{"sbquo", 0x201a},
	{"scaron", 0x161},
	{"sect", 0xa7},
	{"shy", 0xad},
	{"sol", '/'},
	{"szlig", 0xdf},
	{"thinsp", ' '},
	{"thorn", 0xfe},
	{"times", 0xd7},
	{"trade", 0x2122},
	{"uacute", 0xfa},
	{"ucirc", 0xfb},
	{"ugrave", 0xf9},
	{"uml", 0xa8},
	{"uuml", 0xfc},
	{"yacute", 0xfd},
	{"yen", 0xa5},
	{"yuml", 0xff},
	{"zwj", 0x200d},
	{"zwnj", 0x200c},
};

/* Numbers 128-159 mean windows-1252, whatever the charset (HTML standard, section 13.2.5.80). */
static const guint16 windows[] = {
	0x20ac,
	0x81,
	0x201a,
	0x192,
	0x201e,
	0x2026,
	0x2020,
	0x2021,
	0x2c6,
	0x2030,
	0x160,
	0x2039,
	0x152,
	0x8d,
	0x17d,
	0x8f,
	0x90,
	0x2018,
	0x2019,
	0x201c,
	0x201d,
	0x2022,
	0x2013,
	0x2014,
	0x2dc,
	0x2122,
	0x161,
	0x203a,
	0x153,
	0x9d,
	0x17e,
	0x178,
};

static int by_name(const void *key, const void *entity)
{
	return strcmp(key, ((const Entity *)entity)->name);
}

static const char *numeric(const char *p, const char *end, GString *out)
{
	const char *digits = p + 2;
	gboolean hex = digits < end && (*digits == 'x' || *digits == 'X');
	guint32 c = 0;
	const char *q = digits + hex;

	for (; q < end && (hex ? g_ascii_isxdigit(*q) : g_ascii_isdigit(*q)); q++)
		c = MIN(c * (hex ? 16 : 10) + g_ascii_xdigit_value(*q), 0x110000U);
	if (q == digits + hex) {
		g_string_append_c(out, '&');
		return p + 1;
	}

	if (c >= 0x80 && c < 0xa0)
		c = windows[c - 0x80];
	if (c == 0xa0)
		c = ' ';
	if (c && g_unichar_validate(c))
		g_string_append_unichar(out, c);
	return q < end && *q == ';' ? q + 1 : q;
}

const char *html_entity(const char *p, const char *end, GString *out)
{
	if (p + 1 < end && p[1] == '#')
		return numeric(p, end, out);

	char name[NAME_MAX_LENGTH + 1];
	gsize n = 0;
	while (n < NAME_MAX_LENGTH && p + 1 + n < end && g_ascii_isalpha(p[1 + n])) {
		name[n] = p[1 + n];
		n++;
	}
	name[n] = '\0';

	/* Without the ';' it is more likely a parameter of a URL: "?a=1&copy=2". */
	const Entity *found = p + 1 + n < end && p[1 + n] == ';'
		? bsearch(name, entities, G_N_ELEMENTS(entities), sizeof entities[0], by_name)
		: NULL;
	if (!found) {
		g_string_append_c(out, '&');
		return p + 1;
	}
	g_string_append_unichar(out, found->c);
	return p + n + 2;
}

char *html_attribute_text(const char *value, gsize length)
{
	const char *end = value + length;
	if (!memchr(value, '&', length))
		return g_strstrip(g_strndup(value, length));

	GString *out = g_string_sized_new(length);
	for (const char *p = value; p < end;) {
		if (*p == '&')
			p = html_entity(p, end, out);
		else
			g_string_append_c(out, *p++);
	}
	return g_strstrip(g_string_free(out, FALSE));
}
