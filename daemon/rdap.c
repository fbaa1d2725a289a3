#include "rdap-private.h"

#include "https.h"

#include <string.h>

#define LEASE_SECONDS 120 /* of a question: two documents, and the pauses before them */

static const char here_sql[] = "select desk.rdap_here()";
static const char claim_sql[] = "select object, attempt, wait_ms from desk.rdap_claim($1::interval)";

/* Also says that we are here; the errand's rounds say it often enough. */
static gboolean database_ready(Rdap *rdap, GError **error)
{
	rdap->database = errand_database(rdap->errand, error);
	return rdap->database && rdap_run(rdap, here_sql, 0, NULL, error);
}

/* Looks up until nothing is due; @pause_out: milliseconds until something is. */
static gboolean work(Errand *errand, gpointer data, gint64 *pause_out, GError **error)
{
	Rdap *rdap = data;
	g_autofree char *lease = rdap_interval(LEASE_SECONDS);

	while (!errand_is_stopping(errand)) {
		if (!database_ready(rdap, error))
			return FALSE;
		DatabaseValue values[] = {database_text(lease)};
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

static gboolean check_url(const char *key, const char *url, GError **error)
{
	const char *refusal = https_url_refusal(url);

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
	client->local = https_url_is_local(bootstrap);
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
		client->local = client->local || https_url_is_local(equals + 1);
	}
	client->timeout = config_number(config, "rdap", "timeout");
	client->ca_file = g_strdup(config_string(config, "rdap", "ca_file"));
	return TRUE;
}

gboolean rdap_check(const Config *config, GError **error)
{
	RdapClient client = {.ca_file = NULL};
	gboolean well = !config_switch(config, "rdap", "enabled") || read_settings(config, &client, error);

	g_free(client.ca_file);
	return well;
}

Rdap *rdap_start(Config *config, GError **error)
{
	RdapClient client = {.ca_file = NULL};

	if (!config_switch(config, "rdap", "enabled"))
		return NULL;
	if (!read_settings(config, &client, error))
		return NULL;

	Rdap *rdap = g_new0(Rdap, 1);
	rdap->config = config_ref(config);
	rdap->client = client;
	rdap->errand = errand_new("rdap", config, work, rdap);
	/* Said before the first mail is decided, so that its answer waits; a database that is away is the
	 * thread's to report. */
	database_ready(rdap, NULL);
	errand_start(rdap->errand);
	return rdap;
}

void rdap_wake(Rdap *rdap)
{
	if (rdap)
		errand_wake(rdap->errand);
}

gboolean rdap_drain(Rdap *rdap, GError **error)
{
	return !rdap || errand_drain(rdap->errand, error);
}

void rdap_stop(Rdap *rdap)
{
	if (!rdap)
		return;
	errand_stop(rdap->errand);
	g_free(rdap->client.ca_file);
	config_unref(rdap->config);
	g_free(rdap);
}
