#include "redirector.h"

#include <string.h>

enum { TARGET_MAX = 4096 };

typedef struct {
	const char *host; /* itself or below; a trailing "." stands for any suffix */
	const char *path; /* how the path begins */
	const char *parameter;
	char *(*decode)(const char *rest); /* of what follows the path, when there is no parameter */
} Redirector;

static char *percent_decoded(const char *text, gsize length)
{
	GString *out = g_string_sized_new(length);
	for (gsize i = 0; i < length; i++) {
		int high = i + 2 < length && text[i] == '%' ? g_ascii_xdigit_value(text[i + 1]) : -1;
		int low = high >= 0 ? g_ascii_xdigit_value(text[i + 2]) : -1;
		if (low >= 0 && (high || low)) {
			g_string_append_c(out, high << 4 | low);
			i += 2;
		} else {
			g_string_append_c(out, text[i]);
		}
	}
	g_autofree char *bytes = g_string_free(out, FALSE);
	return g_utf8_make_valid(bytes, -1);
}

static char *parameter_of(const char *url, const char *name)
{
	const char *query = strchr(url, '?');
	gsize length = strlen(name);
	for (const char *p = query; p; p = strpbrk(p, "&;")) {
		p++;
		if (g_str_has_prefix(p, "amp;"))
			p += 4;
		if (g_ascii_strncasecmp(p, name, length) == 0 && p[length] == '=')
			return percent_decoded(p + length + 1, MIN(strcspn(p + length + 1, "&"), TARGET_MAX));
	}
	return NULL;
}

/* urldefense v2: '-' for '%', '_' for '/'. */
static char *proofpoint_v2(const char *rest)
{
	g_autofree char *coded = parameter_of(rest, "u");
	if (!coded)
		return NULL;
	for (char *p = coded; *p; p++)
		*p = *p == '-' ? '%' : *p == '_' ? '/' : *p;
	return percent_decoded(coded, strlen(coded));
}

/* urldefense v3: __URL__; with '*' for each character that stands, in base64, behind the ';'.
 * Those are never part of the host's letters, so they are shown as they are. */
static char *proofpoint_v3(const char *rest)
{
	const char *end = g_str_has_prefix(rest, "__") ? strstr(rest + 2, "__;") : NULL;
	if (!end)
		end = g_str_has_prefix(rest, "__") ? g_strrstr(rest + 2, "__") : NULL;
	if (!end)
		return NULL;

	/* Gateways of the second row fold "//" of what they wrap: a URL is read so, too. */
	return g_strndup(rest + 2, MIN(end - rest - 2, TARGET_MAX));
}

/* The last part of the path is the URL, escaped. */
static char *last_segment(const char *rest)
{
	const char *http = strstr(rest, "/http");
	return http ? percent_decoded(http + 1, MIN(strlen(http + 1), TARGET_MAX)) : NULL;
}

/* /track/click/30000000/evil.example?p=… */
static char *mandrill(const char *rest)
{
	const char *host = strchr(rest, '/');
	return host ? g_strdup_printf("http://%.*s/", (int)strcspn(host + 1, "/?#"), host + 1) : NULL;
}

/* /amp/s/evil.example/path: the "s" says https. */
static char *amp(const char *rest)
{
	gboolean tls = g_str_has_prefix(rest, "s/");
	return strchr(rest, '.') ? g_strconcat(tls ? "https://" : "http://", rest + (tls ? 2 : 0), NULL)
				 : NULL;
}

/* Bing: u=a1 and base64url. */
static char *bing(const char *rest)
{
	g_autofree char *coded = parameter_of(rest, "u");
	if (!coded || !g_str_has_prefix(coded, "a1"))
		return NULL;
	g_autoptr(GString) padded = g_string_new(coded + 2);
	for (gsize i = 0; i < padded->len; i++)
		padded->str[i] = padded->str[i] == '-' ? '+' : padded->str[i] == '_' ? '/' : padded->str[i];
	while (padded->len % 4)
		g_string_append_c(padded, '=');
	gsize length;
	g_autofree guchar *bytes = g_base64_decode(padded->str, &length);
	return length && g_utf8_validate((char *)bytes, length, NULL) ? g_strndup((char *)bytes, length)
								      : NULL;
}

static const Redirector redirectors[] = {
	{"safelinks.protection.outlook.com", "/", "url"},
	{"statics.teams.cdn.office.net", "/evergreen-assets/safelinks", "url"},
	{"urldefense.com", "/v3/", NULL, proofpoint_v3},
	{"urldefense.us", "/v3/", NULL, proofpoint_v3},
	{"urldefense.com", "/v2/url", NULL, proofpoint_v2},
	{"urldefense.proofpoint.com", "/v2/url", NULL, proofpoint_v2},
	{"urldefense.proofpoint.com", "/v1/url", "u"},
	{"google.", "/url", "q"},
	{"google.", "/url", "url"},
	{"google.", "/pagead/aclk", "adurl"},
	{"google.", "/translate", "u"},
	{"google.", "/amp/", NULL, amp},
	{"googleadservices.com", "/pagead/aclk", "adurl"},
	{"doubleclick.net", "/", "adurl"},
	{"cdn.ampproject.org", "/c/", NULL, amp},
	{"bing.com", "/ck/a", NULL, bing},
	{"duckduckgo.com", "/l/", "uddg"},
	{"l.facebook.com", "/l.php", "u"},
	{"lm.facebook.com", "/l.php", "u"},
	{"l.messenger.com", "/l.php", "u"},
	{"l.instagram.com", "/", "u"},
	{"linkedin.com", "/redir/", "url"},
	{"linkedin.com", "/safety/go", "url"},
	{"youtube.com", "/redirect", "q"},
	{"vk.com", "/away.php", "to"},
	{"t.umblr.com", "/redirect", "z"},
	{"slack-redir.net", "/link", "url"},
	{"out.reddit.com", "/", "url"},
	{"steamcommunity.com", "/linkfilter", "url"},
	{"linkprotect.cudasvc.com", "/url", "a"},
	{"secure-web.cisco.com", "/", NULL, last_segment},
	{"mimecast.com", "/s/", "domain"},
	{"mimecastprotect.com", "/s/", "domain"},
	{"clicktime.symantec.com", "/", "u"},
	{"clicktime.trendmicro.com", "/", "url"},
	{"trendmicro.com", "/wis/clicktime", "url"},
	{"trendmicro.com", "/", "url"},
	{"link.edgepilot.com", "/s/", "u"},
	{"linkprotect.ironport.com", "/", "u"},
	{"mandrillapp.com", "/track/click/", NULL, mandrill},
};

static gboolean host_matches(const char *host, const char *wanted)
{
	gsize length = strlen(wanted), host_length = strlen(host);
	if (wanted[length - 1] == '.') {
		const char *found = strstr(host, wanted);
		return found && (found == host || found[-1] == '.') && strlen(found + length) <= 6;
	}
	return g_str_has_suffix(host, wanted) &&
		(host_length == length || host[host_length - length - 1] == '.');
}

/* "evil-example--site-com.translate.goog": '.' is '-', '-' is '--'. */
static char *translated_host(const char *host)
{
	static const char suffix[] = ".translate.goog";
	if (!g_str_has_suffix(host, suffix))
		return NULL;
	GString *out = g_string_new("https://");
	for (const char *p = host; p < host + strlen(host) - strlen(suffix); p++) {
		gboolean twice = p[0] == '-' && p[1] == '-';
		g_string_append_c(out, *p != '-' || twice ? *p : '.');
		p += twice;
	}
	g_string_append_c(out, '/');
	return g_string_free(out, FALSE);
}

static char *target_of(const Redirector *redirector, const char *url, const char *path)
{
	if (!g_str_has_prefix(path, redirector->path))
		return NULL;

	g_autofree char *target = redirector->parameter ? parameter_of(url, redirector->parameter)
							: redirector->decode(path + strlen(redirector->path));
	if (!target || !*target)
		return NULL;
	if (redirector->parameter && g_str_equal(redirector->parameter, "domain"))
		return g_strconcat("http://", target, "/", NULL);
	/* A search for "q=words" leads nowhere. */
	return strchr(target, '.') && !strchr(target, ' ') ? g_steal_pointer(&target) : NULL;
}

char *redirector_target(const char *url, const char *host)
{
	const char *authority = strstr(url, "://");
	const char *path = authority ? strpbrk(authority + 3, "/?") : NULL;
	if (!path)
		return translated_host(host);

	for (guint i = 0; i < G_N_ELEMENTS(redirectors); i++)
		if (host_matches(host, redirectors[i].host)) {
			char *target = target_of(&redirectors[i], url, path);
			if (target)
				return target;
		}
	return translated_host(host);
}
