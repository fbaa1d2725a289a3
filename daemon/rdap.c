#include "rdap-private.h"

#include "rdap-read.h"

#include <string.h>

#define POLL_SECONDS    30  /* also how often we say that we are here */
#define LEASE_SECONDS   120 /* of a question: two documents, and the pauses before them */
#define LONGEST_ABSENCE 60

static const char here_sql[] = "select desk.rdap_here()";
static const char claim_sql[] = "select object, attempt, wait_ms from desk.rdap_claim($1::interval)";

static gboolean is_stopping(Rdap *rdap)
{
	g_mutex_lock(&rdap->lock);
	gboolean stopping = rdap->stopping;
	g_mutex_unlock(&rdap->lock);
	return stopping;
}

void rdap_pause(Rdap *rdap, gint64 milliseconds, gboolean light)
{
	gint64 until = g_get_monotonic_time() + milliseconds * 1000;

	g_mutex_lock(&rdap->lock);
	while (!rdap->stopping && !(light && rdap->knocked) &&
		g_cond_wait_until(&rdap->changed, &rdap->lock, until))
		continue;
	rdap->knocked = rdap->knocked && !light;
	g_mutex_unlock(&rdap->lock);
}

static gboolean database_ready(Rdap *rdap, GError **error)
{
	if (!rdap->database)
		rdap->database = database_open(rdap->config, error);
	else if (database_is_lost(rdap->database) && !database_reconnect(rdap->database, error))
		return FALSE;
	return rdap->database && rdap_run(rdap, here_sql, 0, NULL, error);
}

/* Looks up until nothing is due; @pause_out: milliseconds until something is. */
static gboolean work(Rdap *rdap, gint64 *pause_out, GError **error)
{
	g_autofree char *lease = rdap_interval(LEASE_SECONDS);

	while (!is_stopping(rdap)) {
		if (!database_ready(rdap, error))
			return FALSE;
		DatabaseValue values[] = { database_text(lease) };
		g_autoptr(PGresult) rows = database_call(rdap->database, error, claim_sql, 1, values);
		if (!rows)
			return FALSE;
		if (!database_field(rows, 0, 0)) {
			if (database_field(rows, 0, 2))
				*pause_out = CLAMP(database_field_number(rows, 0, 2), 1, *pause_out);
			break;
		}
		if (!rdap_look_up(rdap, database_field(rows, 0, 0), database_field_number(rows, 0, 1), error))
			return FALSE;
	}
	return TRUE;
}

static void set_away(Rdap *rdap, const GError *error, guint drained)
{
	g_mutex_lock(&rdap->lock);
	g_free(rdap->away);
	rdap->away = error ? g_strdup(error->message) : NULL;
	if (!error)
		rdap->drained = drained;
	g_cond_broadcast(&rdap->changed);
	g_mutex_unlock(&rdap->lock);
}

static gpointer run(gpointer data)
{
	Rdap *rdap = data;

	while (!is_stopping(rdap)) {
		g_autoptr(GError) error = NULL;
		gint64 pause = POLL_SECONDS * 1000;
		g_mutex_lock(&rdap->lock);
		guint wanted = rdap->wanted;
		g_mutex_unlock(&rdap->lock);

		if (work(rdap, &pause, &error))
			trouble_over(&rdap->trouble, "rdap");
		else
			pause = trouble_note(&rdap->trouble, "rdap", error, 1, LONGEST_ABSENCE);
		set_away(rdap, error, wanted);
		rdap_pause(rdap, pause, TRUE);
	}
	return NULL;
}

static gboolean check_url(const char *key, const char *url, GError **error)
{
	const char *refusal = rdap_url_refusal(url);

	if (!refusal)
		return TRUE;
	g_set_error(error, CONFIG_ERROR, CONFIG_ERROR_VALUE, "[rdap] %s: \"%s\" %s", key, url, refusal);
	return FALSE;
}

static gboolean read_settings(const Config *config, RdapClient *client, GError **error)
{
	const char *bootstrap = config_string(config, "rdap", "bootstrap");
	const char *const *servers = config_list(config, "rdap", "servers");

	if (!check_url("bootstrap", bootstrap, error))
		return FALSE;
	client->local = rdap_url_is_local(bootstrap);
	for (guint i = 0; servers[i]; i++) {
		const char *equals = strchr(servers[i], '=');
		if (!equals || equals == servers[i]) {
			g_set_error(error, CONFIG_ERROR, CONFIG_ERROR_VALUE,
				"[rdap] servers: \"%s\" is not of the form \"example=https://host/\"",
				servers[i]);
			return FALSE;
		}
		if (!check_url("servers", equals + 1, error))
			return FALSE;
		client->local = client->local || rdap_url_is_local(equals + 1);
	}
	client->timeout = config_number(config, "rdap", "timeout");
	client->ca_file = g_strdup(config_string(config, "rdap", "ca_file"));
	return TRUE;
}

static void rdap_free(Rdap *rdap)
{
	database_free(rdap->database);
	trouble_clear(&rdap->trouble);
	g_free(rdap->client.ca_file);
	config_unref(rdap->config);
	g_cond_clear(&rdap->changed);
	g_mutex_clear(&rdap->lock);
	g_free(rdap->away);
	g_free(rdap);
}

Rdap *rdap_start(Config *config, GError **error)
{
	RdapClient client = { .ca_file = NULL };

	if (!config_switch(config, "rdap", "enabled"))
		return NULL;
	if (!read_settings(config, &client, error))
		return NULL;

	Rdap *rdap = g_new0(Rdap, 1);
	g_mutex_init(&rdap->lock);
	g_cond_init(&rdap->changed);
	rdap->config = config_ref(config);
	rdap->client = client;
	/* Said before the first mail is decided, so that its answer waits; a database that is away is the
	 * thread's to report. */
	database_ready(rdap, NULL);
	rdap->thread = g_thread_new("rdap", run, rdap);
	return rdap;
}

static void knock(Rdap *rdap)
{
	rdap->knocked = TRUE;
	g_cond_broadcast(&rdap->changed);
}

void rdap_wake(Rdap *rdap)
{
	if (!rdap)
		return;
	g_mutex_lock(&rdap->lock);
	knock(rdap);
	g_mutex_unlock(&rdap->lock);
}

gboolean rdap_drain(Rdap *rdap, GError **error)
{
	if (!rdap)
		return TRUE;

	g_mutex_lock(&rdap->lock);
	guint ticket = ++rdap->wanted;
	knock(rdap);
	while ((gint)(rdap->drained - ticket) < 0 && !rdap->away)
		g_cond_wait(&rdap->changed, &rdap->lock);
	g_autofree char *away = g_strdup(rdap->away);
	g_mutex_unlock(&rdap->lock);

	if (!away)
		return TRUE;
	g_set_error(error, DATABASE_ERROR, DATABASE_ERROR_LOST, "rdap: %s", away);
	return FALSE;
}

void rdap_stop(Rdap *rdap)
{
	if (!rdap)
		return;
	g_mutex_lock(&rdap->lock);
	rdap->stopping = TRUE;
	knock(rdap);
	g_mutex_unlock(&rdap->lock);
	g_thread_join(rdap->thread);
	rdap_free(rdap);
}
