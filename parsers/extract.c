#define _GNU_SOURCE /* memrchr */
#include "extract.h"
#include "domain.h"
#include "extract-private.h"
#include "refang.h"

#include <stdlib.h>
#include <string.h>

enum {
	LABELS_MAX = 3,   /* "a:b:c:evil.example": labels looked behind */
	TOKEN_MAX = 2048, /* bytes of a name or address with what is glued to it */
};

typedef struct {
	const char *text;
	gsize length;
	GPtrArray *found;
	guint most;
	Chunk chunk;
	guint labels;
	gboolean is_full;       /* the last one found no room */
	gboolean after_version; /* the word before was "version" or so */
} Scanner;

static const char *const version_words[] = {
	"version", "versions", "ver", "v", "release", "build", "firmware", "revision", "update"};

void extract_found_free(Found *found)
{
	if (!found)
		return;
	g_free(found->value);
	g_free(found->host);
	g_free(found);
}

/* Takes @value and @host; @from and @to are bytes of the chunk. */
static gboolean add(Scanner *s, FoundKind kind, char *value, char *host, gsize from, gsize to)
{
	s->is_full = s->found->len >= s->most;
	if (s->is_full) {
		g_free(value);
		g_free(host);
		return TRUE;
	}
	Found *found = g_new0(Found, 1);
	found->kind = kind;
	found->value = value;
	found->host = host;
	found->defanged = s->chunk.defanged;
	found->start = s->chunk.source[from];
	found->end = s->chunk.source[to];
	g_ptr_array_add(s->found, found);
	return TRUE;
}

/* What add() made; NULL when the limit was reached and it made nothing. */
static Found *last(Scanner *s)
{
	return s->found->len && !s->is_full ? s->found->pdata[s->found->len - 1] : NULL;
}

static gsize scan_url(Scanner *s, gsize scheme, gsize mark, gsize end)
{
	gsize stop = extract_url_end(s->chunk.text, mark + 3, end);
	g_autofree char *text = g_strndup(s->chunk.text + scheme, stop - scheme);
	gboolean defanged, is_ip;
	char *host = NULL;
	refang_scheme(text, mark - scheme, &defanged);
	char *url = stop > mark + 3 ? extract_url(text, &host, &is_ip) : NULL;
	/* "https://login.evil[.]example" may end at the bracket: what is left of a name is none. */
	if (host && !is_ip && !strchr(text + (mark + 3 - scheme), '/') && !domain_is_delegated(host)) {
		g_free(url);
		g_free(host);
		return stop;
	}
	if (url && add(s, FOUND_URL, url, host, scheme, stop) && last(s)) {
		last(s)->host_is_ip = is_ip;
		last(s)->defanged |= defanged;
	}
	return stop;
}

static gboolean is_token_char(char c)
{
	return g_ascii_isalnum(c) || (guchar)c >= 0x80 || (c && strchr("._%+-@:/\\~&#?=*!$", c));
}

/* An address, perhaps with a port or a length behind it. Only what IANA has handed out counts
 * among IPv6: "a::b" and "12::" stand in programs and tables. */
static gboolean scan_ip(Scanner *s, const char *token, gsize from, gsize to)
{
	gsize digits = strspn(token, "0123456789.");
	gsize length = strlen(token);
	gboolean v4 = digits >= 7 && (digits == length || strchr(":/", token[digits]));
	if (!v4 && (strspn(token, "0123456789abcdefABCDEF:./") != length || !strchr(token, ':')))
		return FALSE;

	const char *slash = strchr(token, '/');
	gsize number = slash ? strspn(slash + 1, "0123456789") : 0;
	g_autofree char *bare = g_strndup(token, slash ? (gsize)(slash - token) : length);
	char *ip = domain_ip(bare, FALSE);
	if (!ip || (!v4 && !domain_ip_is_public(ip)) || (v4 && s->after_version)) {
		g_free(ip);
		return ip != NULL;
	}
	if (number && !slash[1 + number] && atoi(slash + 1) <= (strchr(ip, ':') ? 128 : 32))
		return add(s, FOUND_NETWORK, g_strdup_printf("%s/%d", ip, atoi(slash + 1)), ip, from, to);
	if (slash && slash[1] && !number) {
		char *url = g_strconcat("http://", token, NULL);
		return add(s, FOUND_URL, url, ip, from, to) && last(s) && (last(s)->host_is_ip = TRUE);
	}
	return add(s, FOUND_IP, ip, g_strdup(ip), from, to);
}

static gboolean scan_host(Scanner *s, const char *token, gsize from, gsize to)
{
	gsize length = strcspn(token, ":/?#\\"), cut = extract_without_sentence(token, length);
	if (!memchr(token, '.', length))
		return FALSE;
	if (cut) {
		to -= strlen(token) - cut;
		length = cut;
	}

	g_autofree char *name = g_strndup(token, length);
	g_autofree char *host = extract_touches_sentence(name) ? NULL : domain_normal(name);
	if (!host || !domain_is_delegated(host))
		return FALSE;
	const char *rest = token + length;
	gsize port = *rest == ':' ? 1 + strspn(rest + 1, "0123456789") : 0;
	if (port == 1) { /* "example.com:" or "a.example:b.example" */
		add(s, FOUND_HOST, g_strdup(host), g_strdup(host), from, from + length);
		return FALSE;
	}
	if (rest[port] == '/' && rest[port + 1]) {
		gboolean is_ip;
		char *url_host = NULL, *url = extract_url(token, &url_host, &is_ip);
		if (!url || !add(s, FOUND_URL, url, url_host, from, to))
			return FALSE;
		if (last(s))
			last(s)->host_is_ip = is_ip; /* a redirector's target may be an address */
		return TRUE;
	}
	if (!s->chunk.defanged && extract_is_accident(name, host))
		return TRUE;
	return add(s, FOUND_HOST, g_strdup(host), g_strdup(host), from, to);
}

static gboolean scan_email(Scanner *s, const char *token, gsize from, gsize to)
{
	gboolean is_link = g_ascii_strncasecmp(token, "mailto:", 7) == 0;
	/* The parameters of a link are words for the mail, mostly the address that wants out of a list. */
	const char *at = memrchr(token, '@', is_link ? strcspn(token, "?") : strlen(token));
	if (!at || at == token)
		return FALSE;

	const char *start = is_link ? token + 7 : token;
	gsize length = at + 1 - start + strcspn(at + 1, ":/?#&=\\*!$");
	const char *bad = NULL;
	for (const char *p = start; p < at; p++)
		if (strchr(":/\\?#", *p))
			bad = p;
	if (bad) {
		length -= bad + 1 - start;
		start = bad + 1;
	}
	g_autofree char *text = g_strndup(start, length);
	while (*text && strchr(".-", text[strlen(text) - 1]))
		text[strlen(text) - 1] = '\0';
	char *address = domain_address(text);
	if (!address || !domain_is_delegated(domain_of_address(address))) {
		g_free(address);
		return FALSE;
	}
	return add(s, FOUND_EMAIL, address, g_strdup(domain_of_address(address)), from + (start - token), to);
}

static void scan_token(Scanner *s, gsize from, gsize to);

/* CJK text has no spaces: names in it are the runs of ASCII. */
static gboolean scan_ascii_runs(Scanner *s, gsize from, gsize to)
{
	const char *t = s->chunk.text;
	gboolean mixed = FALSE;
	for (gsize i = from; i < to; i++)
		mixed |= (guchar)t[i] >= 0x80;
	for (gsize i = from; mixed && i < to;) {
		gsize start = i;
		while (i < to && (guchar)t[i] < 0x80)
			i++;
		if (i - start > 3)
			scan_token(s, start, i);
		while (i < to && (guchar)t[i] >= 0x80)
			i++;
	}
	return mixed;
}

/* "domain:evil.example", "host=evil.example": what stands behind the sign. */
static void scan_labelled(Scanner *s, gsize from, gsize to)
{
	const char *t = s->chunk.text;
	if (s->labels++ == LABELS_MAX)
		return;
	for (gsize i = from; i < to; i++)
		if (t[i] == ':' || t[i] == '=') {
			scan_token(s, i + 1, to);
			break;
		}
	s->labels--;
}

static void scan_token(Scanner *s, gsize from, gsize to)
{
	const char *t = s->chunk.text;
	while (from < to && strchr("._+-:=*!~&#?$%@", t[from]))
		from++;
	while (to > from && strchr("._+-:=*!~&#?$%@/\\", t[to - 1]))
		to--;
	/* A path of a server: "/var/www/example.com/x.php", "C:\x.com" */
	if (to - from < 4 || t[from] == '/' || t[from] == '\\' || (t[from + 1] == ':' && t[from + 2] == '\\'))
		return;

	to = MIN(to, from + TOKEN_MAX);
	g_autofree char *token = g_strndup(t + from, to - from);
	if (scan_ip(s, token, from, to) || scan_email(s, token, from, to) || scan_host(s, token, from, to))
		return;
	if (!scan_ascii_runs(s, from, to))
		scan_labelled(s, from, to);
}

/* Start of the scheme whose "://" is at @mark. */
static gsize scheme_start(const char *t, gsize from, gsize mark)
{
	gsize i = mark;
	while (i > from && mark - i < 12 && (g_ascii_isalnum(t[i - 1]) || strchr("*_+-#", t[i - 1])))
		i--;
	while (i < mark && !g_ascii_isalpha(t[i]))
		i++;
	return i;
}

static gboolean is_mark(const char *t, gsize i, gsize end)
{
	return t[i] == ':' && i + 3 < end &&
		((t[i + 1] == '/' && t[i + 2] == '/') || (t[i + 1] == '\\' && t[i + 2] == '\\'));
}

static void scan_chunk(Scanner *s)
{
	const char *t = s->chunk.text;
	gsize end = s->chunk.length;
	for (gsize i = 0; i < end;) {
		gsize skip = is_token_char(t[i]) ? extract_foreign(t + i) : 1;
		if (skip) {
			i += MIN(skip, end - i);
			continue;
		}
		gsize from = i;
		while (i < end && is_token_char(t[i]) && !extract_foreign(t + i) && !is_mark(t, i, end))
			i++;
		if (i < end && is_mark(t, i, end)) {
			gsize scheme = scheme_start(t, from, i);
			if (scheme > from)
				scan_token(s, from, scheme);
			i = scheme < i ? scan_url(s, scheme, i, end) : i + 3;
			i = MAX(i, from + 1);
		} else {
			scan_token(s, from, i);
		}
	}
}

/* Whether a word can hold anything at all; most words cannot. */
static gboolean word_is_interesting(const char *p, const char *end)
{
	for (; p < end; p++)
		switch (*p) {
		case '.':
		case ':':
		case '@':
		case '[':
		case '(':
		case '{':
		case '\xe3':
		case '\xef':
			return TRUE;
		case '_':
		case '-':
			if (end - p > 4 && g_ascii_strncasecmp(p + 1, "dot", 3) == 0)
				return TRUE;
		}
	return FALSE;
}

static gboolean dot_follows(const char *p, const char *end)
{
	while (p < end && (*p == ' ' || *p == '\t'))
		p++;
	return end - p > 3 && (*p == '[' || *p == '(' || *p == '{' || g_ascii_strncasecmp(p, "dot ", 4) == 0);
}

static void note_word(Scanner *s, const char *word, const char *end)
{
	g_autofree char *copy = end - word <= 9 ? g_strndup(word, end - word) : NULL;
	if (copy)
		copy[strcspn(copy, ":.,")] = '\0';
	s->after_version = copy && extract_is_among(copy, version_words, G_N_ELEMENTS(version_words));
}

GPtrArray *extract_all(const char *text, gsize length, guint most)
{
	g_autofree Scanner *s = g_new(Scanner, 1);
	s->text = text;
	s->length = length;
	s->most = most;
	s->labels = 0;
	s->after_version = FALSE;
	s->found = g_ptr_array_new_with_free_func((GDestroyNotify)extract_found_free);

	const char *p = text, *end = text + length;
	while (p < end && s->found->len < most) {
		while (p < end && (guchar)*p <= ' ')
			p++;
		const char *word = p;
		while (p < end && (guchar)*p > ' ')
			p++;
		if (word_is_interesting(word, p) || (p > word && dot_follows(p, end))) {
			p = text + refang_chunk(text, length, word - text, &s->chunk);
			scan_chunk(s);
		}
		note_word(s, word, p);
	}
	return s->found;
}
