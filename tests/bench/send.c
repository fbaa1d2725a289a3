/* send PORT CONNECTIONS MAILS [CA USER PASSWORD]: what bare libcurl easy handles reach, one per thread
 * and connection, each sending the mail of standard input again and again to localhost; with a CA over
 * STARTTLS and after a login. Prints mails per second. */
#include <curl/curl.h>
#include <glib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char mail[65536];
static gsize size;
static char url[64];
static int share;
static char **login; /* CA, user, password; or NULL */

static size_t give(char *buffer, size_t width, size_t n, void *user)
{
	gsize *at = user;
	gsize length = MIN(width * n, size - *at);

	memcpy(buffer, mail + *at, length);
	*at += length;
	return length;
}

static gpointer run(gpointer data)
{
	CURL *curl = curl_easy_init();
	struct curl_slist *recipient = curl_slist_append(NULL, "reader@mailboxes.test");
	gsize at;

	curl_easy_setopt(curl, CURLOPT_URL, url);
	curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(curl, CURLOPT_UPLOAD, 1L);
	curl_easy_setopt(curl, CURLOPT_READFUNCTION, give);
	curl_easy_setopt(curl, CURLOPT_READDATA, &at);
	curl_easy_setopt(curl, CURLOPT_INFILESIZE_LARGE, (curl_off_t)size);
	curl_easy_setopt(curl, CURLOPT_MAIL_FROM, "abuse@registrar.test");
	curl_easy_setopt(curl, CURLOPT_MAIL_RCPT, recipient);
	if (login) {
		curl_easy_setopt(curl, CURLOPT_USE_SSL, (long)CURLUSESSL_ALL);
		curl_easy_setopt(curl, CURLOPT_CAPATH, NULL);
		curl_easy_setopt(curl, CURLOPT_CAINFO, login[0]);
		curl_easy_setopt(curl, CURLOPT_USERNAME, login[1]);
		curl_easy_setopt(curl, CURLOPT_PASSWORD, login[2]);
	}
	for (int i = 0; i < share; i++) {
		at = 0;
		CURLcode code = curl_easy_perform(curl);
		if (code != CURLE_OK)
			g_error("%s", curl_easy_strerror(code));
	}
	curl_easy_cleanup(curl);
	curl_slist_free_all(recipient);
	return NULL;
}

int main(int argc, char **argv)
{
	GThread *threads[64];
	int n = argc == 4 || argc == 7 ? CLAMP(atoi(argv[2]), 1, 64) : 0;

	if (n == 0)
		return fprintf(stderr, "send PORT CONNECTIONS MAILS [CA USER PASSWORD]\n"), 2;
	curl_global_init(CURL_GLOBAL_DEFAULT);
	size = fread(mail, 1, sizeof mail, stdin);
	g_snprintf(url, sizeof url, "smtp://localhost:%s/bench.example.org", argv[1]);
	share = atoi(argv[3]) / n;
	login = argc == 7 ? argv + 4 : NULL;

	gint64 start = g_get_monotonic_time();
	for (int i = 0; i < n; i++)
		threads[i] = g_thread_new("sender", run, NULL);
	for (int i = 0; i < n; i++)
		g_thread_join(threads[i]);
	printf("%.0f\n", n * share * 1e6 / (g_get_monotonic_time() - start));
	return 0;
}
