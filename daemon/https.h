#pragma once

/* What our calls over HTTPS have in common: where they may go, how they connect, how much they read. */

#include <curl/curl.h>
#include <glib.h>

typedef struct curl_slist CurlList;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CURL, curl_easy_cleanup)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CurlList, curl_slist_free_all)

typedef struct {
	GString *text;
	gsize most; /* a longer answer ends the call with CURLE_WRITE_ERROR */
} HttpsAnswer;

/* https only; plain http is for a host on this machine. NULL when @url is fine, else why not (static). */
const char *https_url_refusal(const char *url);
gboolean https_url_is_local(const char *url);

/* A handle for one call, without proxy or signals. @ca_file: NULL: the system's certificates. @timeout in
 * seconds. @answer is borrowed until the call is over. Needs curl_global_init(). */
CURL *https_new(const char *url, const char *ca_file, guint timeout, HttpsAnswer *answer);
