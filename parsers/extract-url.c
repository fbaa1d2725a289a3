#include "domain.h"
#include "extract.h"
#include "redirector.h"
#include "refang.h"

#include <string.h>

enum {
	UNWRAP_MAX = 5, /* redirectors in redirectors */
	HOST_TEXT_MAX = 512,
};

/* Host of an authority: without userinfo ("http://paypal.com@evil.example/"), port, escapes. */
static char *host_of_authority(const char *authority, gsize length, gboolean *is_ip_out)
{
	const char *start = authority, *end = authority + length;
	const char *at = g_strrstr_len(authority, length, "@");
	if (at)
		start = at + 1;
	if (end - start > HOST_TEXT_MAX)
		return NULL;

	g_autofree char *text = g_strndup(start, end - start);
	if (text[0] == '[') {
		*is_ip_out = TRUE;
		return domain_ip(text, FALSE);
	}
	text[strcspn(text, ":")] = '\0';
	if (strchr(text, '%')) {
		char *decoded = g_uri_unescape_string(text, NULL);
		if (!decoded)
			return NULL;
		g_free(text);
		text = decoded;
	}
	char *ip = domain_ip(text, TRUE);
	*is_ip_out = ip != NULL;
	return ip ? ip : domain_normal(text);
}

static gboolean scheme_is_valid(const char *scheme, gsize length)
{
	if (length == 0 || length > 12)
		return FALSE;
	for (gsize i = 0; i < length; i++)
		if (!g_ascii_isalnum(scheme[i]) && !strchr("+.-", scheme[i]))
			return FALSE;
	return g_ascii_isalpha(scheme[0]);
}

static gsize authority_length(const char *p)
{
	return strcspn(p, "/?#\\");
}

/* "evil.example/login" without a scheme is one when its host could be. */
static char *without_scheme(const char *text, char **host_out, gboolean *is_ip_out)
{
	gsize length = authority_length(text);
	g_autofree char *host = host_of_authority(text, length, is_ip_out);
	if (!host || memchr(text, '@', length) || (!*is_ip_out && !domain_is_delegated(host)))
		return NULL;
	/* An integer is a host behind "http://" only. */
	if (*is_ip_out && !memchr(text, '.', length) && text[0] != '[')
		return NULL;
	*host_out = g_steal_pointer(&host);
	return g_strconcat("http://", text, NULL);
}

static const char *behind_scheme(const char *text)
{
	gboolean defanged;
	const char *mark = strstr(text, "://");
	return mark && refang_scheme(text, mark - text, &defanged) ? mark + 3 : NULL;
}

/* "http://https://evil.example/": the form's field began with a scheme, and he pasted the whole behind it. */
static const char *last_scheme(const char *text)
{
	const char *behind;
	while ((behind = behind_scheme(text)) && behind_scheme(behind))
		text = behind;
	return text;
}

static char *read_url(const char *text, char **host_out, gboolean *is_ip_out)
{
	gboolean defanged;
	text = last_scheme(text);
	const char *mark = strstr(text, ":/");
	const char *back = strstr(text, ":\\\\");
	if (!mark || (back && back < mark))
		mark = back;
	if (!mark || memchr(text, '/', mark - text) || memchr(text, '?', mark - text))
		return without_scheme(text, host_out, is_ip_out);

	const char *known = refang_scheme(text, mark - text, &defanged);
	if (!known && !scheme_is_valid(text, mark - text))
		return NULL;
	const char *authority = mark + 1;
	while (*authority == '/' || *authority == '\\')
		authority++;
	if (authority - mark < 3 && !known)
		return NULL;

	gsize length = authority_length(authority);
	*host_out = host_of_authority(authority, length, is_ip_out);
	const char *path = authority + length;
	g_autofree char *scheme = known ? g_strdup(known) : g_ascii_strdown(text, mark - text);
	return g_strdup_printf("%s://%.*s%s%s", scheme, (int)length, authority, *path == '\\' ? "/" : "",
		*path == '\\' ? path + 1 : path);
}

char *extract_url(const char *text, char **host_out, gboolean *host_is_ip_out)
{
	g_autofree Chunk *chunk = g_new(Chunk, 1);
	g_autofree char *host = NULL, *url = NULL;
	gboolean is_ip = FALSE;

	*host_out = NULL;
	*host_is_ip_out = FALSE;
	while (text && g_ascii_isspace(*text))
		text++;
	if (!text || !*text)
		return NULL;

	refang_chunk(text, strlen(text), 0, chunk);
	url = read_url(chunk->text, &host, &is_ip);
	for (guint i = 0; i < UNWRAP_MAX && url && host && !is_ip; i++) {
		g_autofree char *inner = redirector_target(url, host);
		g_autofree char *inner_host = NULL;
		gboolean inner_is_ip = FALSE;
		char *next = inner ? read_url(inner, &inner_host, &inner_is_ip) : NULL;
		if (!next)
			break;
		g_free(url);
		g_free(host);
		url = next;
		host = g_steal_pointer(&inner_host);
		is_ip = inner_is_ip; /* only of a target that was taken */
	}
	*host_out = g_steal_pointer(&host);
	*host_is_ip_out = url && *host_out && is_ip;
	/* An escape in a redirector's parameter can stand for anything. */
	if (url && !g_utf8_validate(url, -1, NULL))
		return g_utf8_make_valid(url, -1);
	return g_steal_pointer(&url);
}

char *extract_link(const char *target, char **host_out, gboolean *host_is_ip_out)
{
	const char *colon = strchr(target, ':');
	gboolean defanged;

	*host_out = NULL;
	*host_is_ip_out = FALSE;
	if (g_str_has_prefix(target, "//")) /* "https:" is left out on web pages, and copied so */
		target += 2;
	else if (g_ascii_strncasecmp(target, "www.", 4) != 0 &&
		!(colon && refang_scheme(target, colon - target, &defanged)))
		return NULL;
	return extract_url(target, host_out, host_is_ip_out);
}
