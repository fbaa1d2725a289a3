#include "hook-call.h"

#include "https.h"
#include "notice.h"

#include <jansson.h>
#include <string.h>

#define LARGEST_ANSWER  (64 * 1024)
#define LONGEST_WORDS   300
#define CONNECT_SECONDS 10
#define SECRET_PREFIX   "whsec_"
#define LEAST_KEY       16 /* bytes */

GBytes *hook_key(const char *secret)
{
	gsize length = 0;

	if (!g_str_has_prefix(secret, SECRET_PREFIX))
		return g_bytes_new(secret, strlen(secret));
	/* GLib skips what is not base64, and what is left may be a key that anybody can guess. */
	const char *text = secret + strlen(SECRET_PREFIX);
	g_autofree guchar *key = g_base64_decode(text, &length);
	g_autofree char *again = g_base64_encode(key, length);
	if (length < LEAST_KEY || !g_str_equal(again, text))
		return NULL;
	return g_bytes_new_take(g_steal_pointer(&key), length);
}

char *hook_signature(GBytes *key, const char *id, gint64 timestamp, const char *body)
{
	gsize length;
	const guchar *bytes = g_bytes_get_data(key, &length);
	g_autofree char *content = g_strdup_printf("%s.%" G_GINT64_FORMAT ".%s", id, timestamp, body);
	g_autoptr(GHmac) hmac = g_hmac_new(G_CHECKSUM_SHA256, bytes, length);
	guint8 digest[32];
	gsize size = sizeof digest;

	g_hmac_update(hmac, (const guchar *)content, strlen(content));
	g_hmac_get_digest(hmac, digest, &size);
	g_autofree char *base64 = g_base64_encode(digest, size);
	return g_strconcat("v1,", base64, NULL);
}

/* Statuses that say "come again": too early, busy, somebody else is at it, or the server's own trouble. */
static gboolean comes_again(guint status)
{
	return status == 0 || status == 408 || status == 409 || status == 425 || status == 429 ||
		status >= 500;
}

/* A panel that answers 200 to everything and says "error" within: any other word is a failure, or customers
 * would be told of what has not happened. */
static HookOutcome grade_success(guint status, const char *said)
{
	static const struct {
		const char *said;
		HookOutcome outcome;
	} words[] = {
		{"done", HOOK_DONE},
		{"ok", HOOK_DONE},
		{"success", HOOK_DONE},
		{"accepted", HOOK_ACCEPTED},
	};

	if (!said)
		return status == 202 ? HOOK_ACCEPTED : HOOK_DONE;
	for (gsize i = 0; i < G_N_ELEMENTS(words); i++)
		if (g_str_equal(said, words[i].said))
			return words[i].outcome;
	return HOOK_FAILED;
}

HookOutcome hook_grade(guint status, const char *answer, char **words_out)
{
	json_t *document = json_loads(answer, 0, NULL);
	const char *said = json_string_value(json_object_get(document, "status"));
	const char *message = json_string_value(json_object_get(document, "message"));
	HookOutcome outcome = HOOK_FAILED;

	if (status >= 200 && status < 300)
		outcome = grade_success(status, said);
	else if (comes_again(status))
		outcome = HOOK_DEFERRED;

	g_autofree char *line = g_strndup(answer, strcspn(answer, "\r\n"));
	*words_out = notice_clean_line(message ? message : line, LONGEST_WORDS);
	if (!**words_out)
		g_clear_pointer(words_out, g_free);
	json_decref(document);
	return outcome;
}

static CurlList *headers_for(const HookTarget *target, const char *id, const char *body)
{
	gint64 now = g_get_real_time() / G_USEC_PER_SEC;
	g_autofree char *id_line = g_strdup_printf("webhook-id: %s", id);
	g_autofree char *time_line = g_strdup_printf("webhook-timestamp: %" G_GINT64_FORMAT, now);
	CurlList *headers = curl_slist_append(NULL, "Content-Type: application/json");

	headers = curl_slist_append(headers, "Accept: application/json");
	headers = curl_slist_append(headers, "Expect:");
	headers = curl_slist_append(headers, id_line);
	headers = curl_slist_append(headers, time_line);
	if (target->key) {
		g_autofree char *signature = hook_signature(target->key, id, now, body);
		g_autofree char *line = g_strdup_printf("webhook-signature: %s", signature);
		headers = curl_slist_append(headers, line);
	}
	return headers;
}

HookOutcome hook_call(
	const HookTarget *target, const char *id, const char *body, guint *status_out, char **words_out)
{
	g_autoptr(GString) text = g_string_new(NULL);
	HttpsAnswer answer = {text, LARGEST_ANSWER};
	g_autoptr(CURL) curl = https_new(target->url, target->ca_file, target->timeout, &answer);
	g_autoptr(CurlList) headers = headers_for(target, id, body);
	long status = 0;

	curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, (long)MIN(target->timeout, CONNECT_SECONDS));
	curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
	curl_easy_setopt(curl, CURLOPT_POSTFIELDS, body);

	CURLcode code = curl_easy_perform(curl);
	curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
	if (code != CURLE_OK) {
		/* Without the whole answer nobody knows; the same id makes asking again safe. */
		*status_out = 0;
		*words_out = g_strdup(curl_easy_strerror(code));
		return HOOK_DEFERRED;
	}
	*status_out = status;
	return hook_grade(status, text->str, words_out);
}
