#include "domain.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

enum { ADDRESS_TEXT_MAX = 120 };

static gboolean all_of(const char *text, const char *set)
{
	return *text && strspn(text, set) == strlen(text);
}

/* Cuts what mails put around an address, in place: "[IPv6:2001:db8::1]:25 (host.example)". */
static char *unwrap(char *text)
{
	char *p = g_strstrip(text);
	gboolean bracket = *p == '[';
	if (bracket)
		p++;
	if (g_ascii_strncasecmp(p, "IPv6:", 5) == 0)
		p += 5;

	p[strcspn(p, bracket ? "]" : " \t(,;%/")] = '\0';
	p[strcspn(p, "%")] = '\0'; /* a zone says nothing to anybody else */
	p = g_strstrip(p);

	/* A port after an IPv4 address: one colon only. */
	char *colon = strchr(p, ':');
	if (colon && colon == strrchr(p, ':') && all_of(colon + 1, "0123456789"))
		*colon = '\0';
	return p;
}

static char *canonical_v6(const struct in6_addr *address)
{
	char text[INET6_ADDRSTRLEN];
	if (IN6_IS_ADDR_V4MAPPED(address))
		inet_ntop(AF_INET, address->s6_addr + 12, text, sizeof text);
	else
		inet_ntop(AF_INET6, address, text, sizeof text);
	return g_strdup(text);
}

/* One number of a URL's IPv4 host: decimal, 0x hex or 0 octal. */
static gboolean read_number(const char **p, guint64 *number_out)
{
	if (!g_ascii_isdigit(**p))
		return FALSE;

	char *end;
	*number_out = g_ascii_strtoull(*p, &end, 0);
	if (end - *p > 16)
		return FALSE;
	*p = end;
	return TRUE;
}

/* http://3232235777/, 0x7f.1, 0300.0.2.1: as browsers read them (WHATWG URL, IPv4 parser). */
static char *loose_v4(const char *text)
{
	guint64 part[4];
	guint n = 0;
	for (const char *p = text;; p++) {
		if (n == 4 || !read_number(&p, &part[n++]))
			return NULL;
		if (!*p)
			break;
		if (*p != '.')
			return NULL;
	}

	guint64 value = 0;
	for (guint i = 0; i < n; i++) {
		gboolean last = i == n - 1;
		if (part[i] > (last ? 0xffffffffU >> (8 * i) : 0xffU))
			return NULL;
		value |= last ? part[i] : part[i] << (24 - 8 * i);
	}
	return g_strdup_printf("%u.%u.%u.%u", (guint)(value >> 24) & 255, (guint)(value >> 16) & 255,
		(guint)(value >> 8) & 255, (guint)value & 255);
}

char *domain_ip(const char *text, gboolean loose)
{
	if (!text)
		return NULL;
	while (g_ascii_isspace(*text))
		text++;
	/* Most of what is asked about is a name: a look at the first byte spares the copy. */
	if (!g_ascii_isxdigit(*text) && *text != '[' && *text != ':' && g_ascii_tolower(*text) != 'i')
		return NULL;

	g_autofree char *copy = g_strndup(text, ADDRESS_TEXT_MAX);
	char *p = unwrap(copy);
	struct in_addr v4;
	struct in6_addr v6;
	if (inet_pton(AF_INET, p, &v4) == 1) {
		char canonical[INET_ADDRSTRLEN];
		return g_strdup(inet_ntop(AF_INET, &v4, canonical, sizeof canonical));
	}
	if (inet_pton(AF_INET6, p, &v6) == 1)
		return canonical_v6(&v6);
	return loose && all_of(p, "0123456789abcdefxABCDEFX.") ? loose_v4(p) : NULL;
}

typedef struct {
	guint32 network;
	guint bits;
} Range4;

/* IANA's special-purpose registry, without the documentation ranges. */
static const Range4 special4[] = {
	{0x00000000, 8},  /* this network */
	{0x0a000000, 8},  /* private */
	{0x64400000, 10}, /* shared, behind carriers' NAT */
	{0x7f000000, 8},  /* loopback */
	{0xa9fe0000, 16}, /* link-local */
	{0xac100000, 12}, /* private */
	{0xc0a80000, 16}, /* private */
	{0xc6120000, 15}, /* benchmarks */
	{0xe0000000, 3},  /* multicast, reserved, broadcast */
};

static gboolean v4_is_public(guint32 address)
{
	for (guint i = 0; i < G_N_ELEMENTS(special4); i++)
		if ((address ^ special4[i].network) >> (32 - special4[i].bits) == 0)
			return FALSE;
	return TRUE;
}

gboolean domain_ip_is_public(const char *address)
{
	struct in_addr v4;
	struct in6_addr v6;
	if (!address)
		return FALSE;
	if (inet_pton(AF_INET, address, &v4) == 1)
		return v4_is_public(g_ntohl(v4.s_addr));
	if (inet_pton(AF_INET6, address, &v6) != 1)
		return FALSE;

	/* Only 2000::/3 is handed out; 2002: carries an IPv4 address that decides. */
	const guint8 *b = v6.s6_addr;
	if (b[0] == 0x20 && b[1] == 0x02)
		return v4_is_public((guint32)b[2] << 24 | b[3] << 16 | b[4] << 8 | b[5]);
	return (b[0] & 0xe0) == 0x20;
}
