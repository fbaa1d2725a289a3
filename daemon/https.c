#include "https.h"

static gboolean is_loopback(const char *host)
{
	return g_str_equal(host, "localhost") || g_str_equal(host, "127.0.0.1") || g_str_equal(host, "::1");
}

gboolean https_url_is_local(const char *url)
{
	g_autoptr(GUri) uri = g_uri_parse(url, G_URI_FLAGS_NONE, NULL);

	return uri && g_uri_get_host(uri) && is_loopback(g_uri_get_host(uri));
}

const char *https_url_refusal(const char *url)
{
	g_autoptr(GUri) uri = g_uri_parse(url, G_URI_FLAGS_NONE, NULL);

	if (!uri || !g_uri_get_host(uri) || !*g_uri_get_host(uri))
		return "is not an address of the form https://host/path";
	if (g_uri_get_userinfo(uri))
		return "must not hold a password";
	if (g_str_equal(g_uri_get_scheme(uri), "https"))
		return NULL;
	if (g_str_equal(g_uri_get_scheme(uri), "http") && is_loopback(g_uri_get_host(uri)))
		return NULL;
	return "must begin with https://, or name this machine";
}

static size_t take_answer(char *data, size_t size, size_t n, void *user)
{
	HttpsAnswer *answer = user;

	if (answer->text->len + size * n > answer->most)
		return 0; /* ends the transfer */
	g_string_append_len(answer->text, data, size * n);
	return size * n;
}

CURL *https_new(const char *url, const char *ca_file, guint timeout, HttpsAnswer *answer)
{
	CURL *curl = curl_easy_init();

	g_assert(curl);
	curl_easy_setopt(curl, CURLOPT_URL, url);
	curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, g_str_has_prefix(url, "https:") ? "https" : "http");
	curl_easy_setopt(curl, CURLOPT_NOPROXY, "*");
	curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(curl, CURLOPT_USERAGENT, "complaintd");
	curl_easy_setopt(curl, CURLOPT_TIMEOUT, (long)timeout);
	curl_easy_setopt(curl, CURLOPT_CAPATH, NULL);
	if (ca_file)
		curl_easy_setopt(curl, CURLOPT_CAINFO, ca_file);
	curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take_answer);
	curl_easy_setopt(curl, CURLOPT_WRITEDATA, answer);
	return curl;
}
