#include "rdap-fetch.h"

#include "https.h"

#include <gio/gio.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define LARGEST_ANSWER (1024 * 1024)
#define MOST_REDIRECTS 3
#define LONGEST_KEEP   (30 * 86400)
#define LONGEST_PAUSE  86400

G_DEFINE_QUARK(rdap - fetch - error - quark, rdap_fetch_error)

void rdap_reply_clear(RdapReply *reply)
{
	g_clear_pointer(&reply->body, g_free);
}

/* What GInetAddress does not know: 0/8, 100.64/10 (RFC 6598), 192.0.0/24, 240/4; fc00::/7 (RFC 4193), and
 * IPv4 in disguise (mapped, 64:ff9b::/96, 2002::/16), which leads anywhere. */
static gboolean is_special(const guint8 *b, gsize length)
{
	static const guint8 zeros[10];
	static const guint8 nat64[12] = {0, 0x64, 0xff, 0x9b};

	if (length == 4)
		return b[0] == 0 || b[0] >= 240 || (b[0] == 100 && (b[1] & 0xc0) == 64) ||
			(b[0] == 192 && b[1] == 0 && b[2] == 0);
	return (b[0] & 0xfe) == 0xfc || (b[0] == 0x20 && b[1] == 0x02) || memcmp(b, nat64, 12) == 0 ||
		(memcmp(b, zeros, 10) == 0 && b[10] == 0xff && b[11] == 0xff);
}

gboolean rdap_address_is_fine(const guint8 *bytes, gsize length, gboolean local)
{
	g_autoptr(GInetAddress) address = g_inet_address_new_from_bytes(
		bytes, length == 4 ? G_SOCKET_FAMILY_IPV4 : G_SOCKET_FAMILY_IPV6);

	if (g_inet_address_get_is_loopback(address))
		return local;
	return !is_special(bytes, length) && !g_inet_address_get_is_any(address) &&
		!g_inet_address_get_is_link_local(address) && !g_inet_address_get_is_site_local(address) &&
		!g_inet_address_get_is_multicast(address);
}

/* Called after each name is resolved, so that neither a redirect nor a name with a private address makes us
 * knock at a door inside. */
static curl_socket_t open_socket(void *user, curlsocktype purpose, struct curl_sockaddr *to)
{
	const RdapClient *client = user;
	gboolean fine = FALSE;

	if (to->family == AF_INET)
		fine = rdap_address_is_fine(
			(const guint8 *)&((struct sockaddr_in *)&to->addr)->sin_addr, 4, client->local);
	else if (to->family == AF_INET6)
		fine = rdap_address_is_fine(
			(const guint8 *)&((struct sockaddr_in6 *)&to->addr)->sin6_addr, 16, client->local);
	return fine ? socket(to->family, to->socktype | SOCK_CLOEXEC, to->protocol) : CURL_SOCKET_BAD;
}

static void follow_redirects(CURL *curl, const RdapClient *client)
{
	curl_easy_setopt(curl, CURLOPT_REDIR_PROTOCOLS_STR, "https");
	curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 1L);
	curl_easy_setopt(curl, CURLOPT_MAXREDIRS, (long)MOST_REDIRECTS);
	curl_easy_setopt(curl, CURLOPT_OPENSOCKETFUNCTION, open_socket);
	curl_easy_setopt(curl, CURLOPT_OPENSOCKETDATA, client);
}

/* The last answer's header, those of redirects aside; NULL when it has none. */
static const char *header(CURL *curl, const char *name)
{
	struct curl_header *found;

	return curl_easy_header(curl, name, 0, CURLH_HEADER, -1, &found) == CURLHE_OK ? found->value : NULL;
}

static gint64 keep_seconds(CURL *curl)
{
	const char *control = header(curl, "Cache-Control");
	const char *expires = header(curl, "Expires");
	const char *age = control ? strstr(control, "max-age=") : NULL;
	gint64 keep = 0;

	if (age)
		keep = g_ascii_strtoll(age + strlen("max-age="), NULL, 10);
	else if (expires)
		keep = (gint64)curl_getdate(expires, NULL) - g_get_real_time() / G_USEC_PER_SEC;
	return CLAMP(keep, 0, LONGEST_KEEP);
}

gboolean rdap_fetch(const RdapClient *client, const char *url, RdapReply *reply_out, GError **error)
{
	g_autoptr(GString) body = g_string_new(NULL);
	HttpsAnswer answer = {body, LARGEST_ANSWER};
	g_autoptr(CURL) curl = https_new(url, client->ca_file, client->timeout, &answer);
	g_autoptr(CurlList) headers =
		curl_slist_append(NULL, "Accept: application/rdap+json, application/json");
	curl_off_t pause = 0;
	long status = 0;

	follow_redirects(curl, client);
	curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
	CURLcode code = curl_easy_perform(curl);
	if (code == CURLE_WRITE_ERROR) {
		g_set_error(
			error, RDAP_FETCH_ERROR, RDAP_FETCH_ERROR_LARGE, "the answer has more than 1 MiB");
		return FALSE;
	}
	if (code != CURLE_OK) {
		g_set_error(error, RDAP_FETCH_ERROR, RDAP_FETCH_ERROR_AWAY, "%s", curl_easy_strerror(code));
		return FALSE;
	}
	curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
	curl_easy_getinfo(curl, CURLINFO_RETRY_AFTER, &pause);
	reply_out->status = status;
	reply_out->retry_after = CLAMP((gint64)pause, 0, LONGEST_PAUSE);
	reply_out->keep = keep_seconds(curl);
	reply_out->length = body->len;
	reply_out->body = g_string_free(g_steal_pointer(&body), FALSE);
	return TRUE;
}
