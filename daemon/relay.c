#include "relay.h"

#include "address.h"

#include <curl/curl.h>
#include <string.h>

#define LONGEST_REPLY   500
#define CONNECT_SECONDS 30

/* How far the dialogue about one mail has come. */
typedef enum {
	STAGE_CONNECT, /* greeting, EHLO, STARTTLS, AUTH: nothing about this mail yet */
	STAGE_SENDER,  /* MAIL is said */
	STAGE_RECIPIENT,
	STAGE_DATA,
} Stage;

struct Relay {
	const RelaySettings *settings;
	CURL *curl;
	char *url;

	/* about the mail in hand */
	Stage stage;
	const char *mail;
	gsize left;
	gboolean answered; /* a reply was read */
	gboolean parting;  /* QUIT is said: its 221 is no word about the mail */
	GString *reply;
	char cause[CURL_ERROR_SIZE]; /* curl's own words: which name, which issuer */
};

G_DEFINE_QUARK(relay - error - quark, relay_error)

void relay_settings_free(RelaySettings *settings)
{
	if (!settings)
		return;
	g_free(settings->host);
	g_free(settings->ca_file);
	g_free(settings->user);
	g_free(settings->password);
	g_free(settings->helo);
	g_free(settings);
}

static gboolean is_loopback(const char *host)
{
	return g_str_equal(host, "localhost") || g_str_equal(host, "::1") || g_str_has_prefix(host, "127.");
}

static gboolean settings_fail(GError **error, const char *section, const char *key, const char *what)
{
	g_set_error(error, CONFIG_ERROR, CONFIG_ERROR_VALUE, "[%s] %s: %s", section, key, what);
	return FALSE;
}

static gboolean settings_check(const RelaySettings *settings, const char *section, GError **error)
{
	if (!settings->host || !*settings->host)
		return settings_fail(error, section, "host", "is needed to send mail");
	if (strpbrk(settings->host, " /@\\?#"))
		return settings_fail(error, section, "host", "is not a host name");
	if (settings->helo && strpbrk(settings->helo, " /@\\?#<>"))
		return settings_fail(error, section, "helo", "is not a host name");
	if (settings->user && !settings->password)
		return settings_fail(error, section, "password", "is needed with user");
	if (settings->user && settings->tls == RELAY_TLS_NONE && !is_loopback(settings->host))
		return settings_fail(
			error, section, "tls", "would send the password unencrypted to another machine");
	return TRUE;
}

static char *text_or_null(const char *text)
{
	return text && *text ? g_strdup(text) : NULL;
}

RelaySettings *relay_settings_read(const Config *config, const char *section, GError **error)
{
	g_autoptr(RelaySettings) settings = g_new0(RelaySettings, 1);
	g_autoptr(GError) secret = NULL;
	const char *tls = config_string(config, section, "tls");

	settings->host = text_or_null(config_string(config, section, "host"));
	settings->port = config_number(config, section, "port");
	settings->tls = g_str_equal(tls, "none") ? RELAY_TLS_NONE
		: g_str_equal(tls, "implicit")   ? RELAY_TLS_IMPLICIT
						 : RELAY_TLS_STARTTLS;
	settings->ca_file = text_or_null(config_string(config, section, "ca_file"));
	settings->user = text_or_null(config_string(config, section, "user"));
	settings->helo = text_or_null(config_string(config, section, "helo"));
	settings->timeout = config_number(config, section, "timeout");
	settings->password = config_secret(config, section, "password", &secret);
	if (secret) {
		g_propagate_error(error, g_steal_pointer(&secret));
		return NULL;
	}
	return settings_check(settings, section, error) ? g_steal_pointer(&settings) : NULL;
}

/* libcurl leaves the text of replies and the step of the dialogue to its debug callback alone. */
static int note_dialogue(CURL *curl, curl_infotype type, char *data, size_t size, void *user)
{
	Relay *relay = user;

	if (type == CURLINFO_HEADER_OUT) {
		if (size >= 5 && memcmp(data, "MAIL ", 5) == 0)
			relay->stage = STAGE_SENDER;
		else if (size >= 5 && memcmp(data, "RCPT ", 5) == 0)
			relay->stage = STAGE_RECIPIENT;
		else if (size >= 4 && memcmp(data, "DATA", 4) == 0)
			relay->stage = STAGE_DATA;
		else if (size >= 4 && memcmp(data, "QUIT", 4) == 0)
			relay->parting = TRUE;
	} else if (type == CURLINFO_HEADER_IN && !relay->parting) {
		relay->answered = TRUE;
		g_string_truncate(relay->reply, 0);
		g_string_append_len(relay->reply, data, MIN(size, LONGEST_REPLY));
	}
	return 0;
}

static size_t read_mail(char *buffer, size_t size, size_t n, void *user)
{
	Relay *relay = user;
	gsize length = MIN(size * n, relay->left);

	memcpy(buffer, relay->mail, length);
	relay->mail += length;
	relay->left -= length;
	return length;
}

static char *make_url(const RelaySettings *settings)
{
	gboolean colon = strchr(settings->host, ':') != NULL;

	/* The path is the name in EHLO; without one libcurl takes the machine's. */
	return g_strdup_printf("%s://%s%s%s:%u/%s", settings->tls == RELAY_TLS_IMPLICIT ? "smtps" : "smtp",
		colon ? "[" : "", settings->host, colon ? "]" : "", settings->port,
		settings->helo ? settings->helo : "");
}

static void set_security(CURL *curl, const RelaySettings *settings)
{
	/* CURLUSESSL_TRY would go on in the clear when somebody strips STARTTLS. */
	curl_easy_setopt(curl, CURLOPT_USE_SSL,
		settings->tls == RELAY_TLS_NONE ? (long)CURLUSESSL_NONE : (long)CURLUSESSL_ALL);
	/* Without this the GnuTLS flavour reads all of /etc/ssl/certs at each handshake. */
	curl_easy_setopt(curl, CURLOPT_CAPATH, NULL);
	if (settings->ca_file)
		curl_easy_setopt(curl, CURLOPT_CAINFO, settings->ca_file);
	if (settings->user) {
		curl_easy_setopt(curl, CURLOPT_USERNAME, settings->user);
		curl_easy_setopt(curl, CURLOPT_PASSWORD, settings->password);
		curl_easy_setopt(curl, CURLOPT_SASL_IR, 1L);
	}
}

static void relay_open(Relay *relay)
{
	const RelaySettings *settings = relay->settings;
	CURL *curl = curl_easy_init();

	g_assert(curl);
	relay->curl = curl;
	curl_easy_setopt(curl, CURLOPT_URL, relay->url);
	curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
	curl_easy_setopt(curl, CURLOPT_NOPROXY, "*");
	curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(curl, CURLOPT_TCP_KEEPALIVE, 1L);
	curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, (long)MIN(settings->timeout, CONNECT_SECONDS));
	curl_easy_setopt(curl, CURLOPT_SERVER_RESPONSE_TIMEOUT, (long)settings->timeout);
	curl_easy_setopt(curl, CURLOPT_TIMEOUT, (long)settings->timeout);
	curl_easy_setopt(curl, CURLOPT_UPLOAD, 1L);
	curl_easy_setopt(curl, CURLOPT_READFUNCTION, read_mail);
	curl_easy_setopt(curl, CURLOPT_READDATA, relay);
	curl_easy_setopt(curl, CURLOPT_DEBUGFUNCTION, note_dialogue);
	curl_easy_setopt(curl, CURLOPT_DEBUGDATA, relay);
	curl_easy_setopt(curl, CURLOPT_VERBOSE, 1L);
	curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, relay->cause);
	set_security(curl, settings);
}

Relay *relay_new(const RelaySettings *settings)
{
	Relay *relay = g_new0(Relay, 1);

	relay->settings = settings;
	relay->url = make_url(settings);
	relay->reply = g_string_new(NULL);
	relay_open(relay);
	return relay;
}

void relay_free(Relay *relay)
{
	if (!relay)
		return;
	curl_easy_cleanup(relay->curl);
	g_string_free(relay->reply, TRUE);
	g_free(relay->url);
	g_free(relay);
}

static CURLcode relay_perform(Relay *relay, const char *envelope, const char *recipient, GBytes *mail)
{
	struct curl_slist *recipients = curl_slist_append(NULL, recipient);
	gsize size;

	relay->mail = g_bytes_get_data(mail, &size);
	relay->left = size;
	relay->stage = STAGE_CONNECT;
	relay->answered = FALSE;
	relay->parting = FALSE;
	g_string_truncate(relay->reply, 0);
	relay->cause[0] = '\0';
	curl_easy_setopt(relay->curl, CURLOPT_MAIL_FROM, envelope);
	curl_easy_setopt(relay->curl, CURLOPT_MAIL_RCPT, recipients);
	curl_easy_setopt(relay->curl, CURLOPT_INFILESIZE_LARGE, (curl_off_t)size);

	CURLcode code = curl_easy_perform(relay->curl);
	curl_easy_setopt(relay->curl, CURLOPT_MAIL_RCPT, NULL);
	curl_slist_free_all(recipients);
	return code;
}

/* The relay closed the kept connection while we looked away, perhaps with a word: it has heard MAIL at most.
 */
static gboolean was_stale(Relay *relay, CURLcode code)
{
	long connects = 1, reply = 0;

	if (code == CURLE_OK || relay->stage > STAGE_SENDER)
		return FALSE;
	curl_easy_getinfo(relay->curl, CURLINFO_NUM_CONNECTS, &connects);
	curl_easy_getinfo(relay->curl, CURLINFO_RESPONSE_CODE, &reply);
	return connects == 0 && (!relay->answered || reply == 421);
}

/* In answer to MAIL these are about the login (RFC 4954 section 6): they say nothing about this mail. */
static gboolean is_about_login(long reply)
{
	return reply == 530 || reply == 534 || reply == 535 || reply == 538;
}

/* The last line of the reply, printable; NULL when there was none. */
static char *last_line(const Relay *relay)
{
	g_autofree char *line = g_strchomp(g_strndup(relay->reply->str, relay->reply->len));

	for (char *c = line; *c; c++)
		*c = *c < 0x20 || *c > 0x7e ? '?' : *c;
	return *line ? g_steal_pointer(&line) : NULL;
}

static RelayError grade(const Relay *relay, CURLcode code, long reply)
{
	gboolean refused = code == CURLE_SEND_ERROR || code == CURLE_WEIRD_SERVER_REPLY;

	if (relay->stage == STAGE_CONNECT || (relay->stage == STAGE_SENDER && is_about_login(reply)))
		return RELAY_ERROR_AWAY;
	/* A reply to this mail: the lost connection after the dot still shows the 354 of DATA. */
	if (refused && reply >= 400)
		return reply >= 500 ? RELAY_ERROR_REFUSED : RELAY_ERROR_DEFERRED;
	/* libcurl has had every byte, so the final dot may be out. */
	if (relay->stage == STAGE_DATA && relay->left == 0)
		return RELAY_ERROR_UNCERTAIN;
	return RELAY_ERROR_DEFERRED;
}

static const char *refusal_of(const char *envelope, const char *recipient, GBytes *mail)
{
	gsize size;
	const char *bytes = g_bytes_get_data(mail, &size);
	const char *refusal = *envelope ? address_refusal(envelope) : NULL;

	if (!refusal)
		refusal = address_refusal(recipient);
	if (refusal)
		return refusal;
	/* libcurl sends bytes as they are: a bare LF could end the mail early at some servers. */
	for (const char *lf = size ? memchr(bytes, '\n', size) : NULL; lf;
		lf = memchr(lf + 1, '\n', bytes + size - lf - 1)) {
		if (lf == bytes || lf[-1] != '\r')
			return "the mail has a line without CR LF";
	}
	return NULL;
}

static gboolean relay_fail(Relay *relay, CURLcode code, const char *recipient, GError **error)
{
	g_autofree char *line = last_line(relay);
	long reply = 0;

	curl_easy_getinfo(relay->curl, CURLINFO_RESPONSE_CODE, &reply);
	RelayError kind = grade(relay, code, reply);
	const char *cause = *relay->cause ? relay->cause : curl_easy_strerror(code);
	const char *words = kind == RELAY_ERROR_AWAY || !line || reply < 400 ? cause : line;

	if (kind == RELAY_ERROR_AWAY)
		g_set_error(error, RELAY_ERROR, kind, "relay %s:%u: %s%s%s%s", relay->settings->host,
			relay->settings->port, words, line && reply >= 400 ? " (" : "",
			line && reply >= 400 ? line : "", line && reply >= 400 ? ")" : "");
	else
		g_set_error(error, RELAY_ERROR, kind, "could not send to \"%s\": %s", recipient, words);
	return FALSE;
}

gboolean relay_send(Relay *relay, const char *envelope, const char *recipient, GBytes *mail, char **reply_out,
	GError **error)
{
	const char *refusal = refusal_of(envelope, recipient, mail);

	*reply_out = NULL;
	if (refusal) {
		g_set_error(error, RELAY_ERROR, RELAY_ERROR_REFUSED, "%s", refusal);
		return FALSE;
	}

	CURLcode code = relay_perform(relay, envelope, recipient, mail);
	if (was_stale(relay, code))
		code = relay_perform(relay, envelope, recipient, mail);
	*reply_out = last_line(relay);
	return code == CURLE_OK || relay_fail(relay, code, recipient, error);
}
