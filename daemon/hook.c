#include "hook.h"

#include "backoff.h"
#include "errand.h"
#include "hook-call.h"
#include "https.h"
#include "log.h"

#define MOST_CLAIMED  10
#define RETRY_FIRST   30
#define RETRY_LONGEST 3600
#define GIVE_UP       (24 * 3600) /* an action that nobody carries out in a day needs a person */

static const char claim_sql[] =
	"select id, idempotency_key, payload, attempt, extract(epoch from owed_at)::bigint"
	" from desk.hook_claim($1, $2::interval)";
static const char record_sql[] = "select desk.hook_record($1, $2, $3, $4, to_timestamp($5::bigint))";

struct Hooks {
	HookTarget target;
	Errand *errand;
};

static gint64 now_seconds(void)
{
	return g_get_real_time() / G_USEC_PER_SEC;
}

/* A call that has been put off for a day has failed; people decide what then. */
static const char *outcome_name(HookOutcome outcome, gint64 owed_at)
{
	static const char *const names[] = {[HOOK_DONE] = "done",
		[HOOK_ACCEPTED] = "accepted",
		[HOOK_DEFERRED] = "deferred",
		[HOOK_FAILED] = "failed"};
	gboolean open = outcome == HOOK_DEFERRED || outcome == HOOK_ACCEPTED;

	return open && now_seconds() - owed_at > GIVE_UP ? "failed" : names[outcome];
}

static gboolean call_one(Hooks *hooks, Database *database, const PGresult *rows, guint row, GError **error)
{
	gint64 id = database_field_number(rows, row, 0);
	guint attempt = MAX(database_field_number(rows, row, 3), 1);
	g_autofree char *words = NULL;
	guint status;
	HookOutcome outcome = hook_call(
		&hooks->target, database_field(rows, row, 1), database_field(rows, row, 2), &status, &words);
	const char *name = outcome_name(outcome, database_field_number(rows, row, 4));
	gint64 next = now_seconds() + backoff_pause(attempt, RETRY_FIRST, RETRY_LONGEST) / 1000;

	if (outcome != HOOK_DONE && outcome != HOOK_ACCEPTED)
		log_warning("hook %" G_GINT64_FORMAT ": %s: %s", id, name, words ? words : "no words");
	DatabaseValue values[] = {database_number(id), database_text(name),
		status ? database_number(status) : database_null(), database_text(words),
		database_number(next)};
	g_autoptr(PGresult) result = database_call(database, error, record_sql, G_N_ELEMENTS(values), values);
	return result != NULL;
}

/* Claims and calls until nothing is due. What is claimed when the daemon stops comes back with its lease. */
static gboolean work(Errand *errand, gpointer data, gint64 *pause_out, GError **error)
{
	Hooks *hooks = data;
	g_autofree char *lease = g_strdup_printf("%u seconds", MOST_CLAIMED * hooks->target.timeout + 30);
	guint n;

	do {
		Database *database = errand_database(errand, error);
		if (!database)
			return FALSE;
		DatabaseValue values[] = {database_number(MOST_CLAIMED), database_text(lease)};
		g_autoptr(PGresult) rows = database_call(database, error, claim_sql, 2, values);
		if (!rows)
			return FALSE;
		n = database_rows(rows);
		for (guint i = 0; i < n && !errand_is_stopping(errand); i++) {
			if (!call_one(hooks, database, rows, i, error))
				return FALSE;
		}
	} while (n > 0 && !errand_is_stopping(errand));
	return TRUE;
}

static gboolean read_target(const Config *config, HookTarget *target, GError **error)
{
	const char *url = config_string(config, "hook", "url");
	const char *refusal = https_url_refusal(url);
	g_autoptr(GError) problem = NULL;

	if (refusal) {
		g_set_error(error, CONFIG_ERROR, CONFIG_ERROR_VALUE, "[hook] url: %s", refusal);
		return FALSE;
	}
	g_autofree char *secret = config_secret(config, "hook", "secret", &problem);
	if (problem) {
		g_propagate_error(error, g_steal_pointer(&problem));
		return FALSE;
	}
	g_autoptr(GBytes) key = secret ? hook_key(secret) : NULL;
	if (!key) {
		g_set_error(error, CONFIG_ERROR, CONFIG_ERROR_SECRET, "[hook] secret: %s",
			secret ? "is not \"whsec_\" and base64 of 16 bytes or more"
			       : "is needed to sign the calls");
		return FALSE;
	}
	target->url = g_strdup(url);
	target->ca_file = g_strdup(config_string(config, "hook", "ca_file"));
	target->timeout = config_number(config, "hook", "timeout");
	target->key = g_steal_pointer(&key);
	return TRUE;
}

static void clear_target(HookTarget *target)
{
	g_clear_pointer(&target->key, g_bytes_unref);
	g_free(target->url);
	g_free(target->ca_file);
}

static gboolean is_wanted(const Config *config)
{
	return config_has_section(config, "hook") && config_string(config, "hook", "url");
}

gboolean hook_check(const Config *config, GError **error)
{
	HookTarget target = {.url = NULL};
	gboolean well = !is_wanted(config) || read_target(config, &target, error);

	clear_target(&target);
	return well;
}

Hooks *hook_start(Config *config, GError **error)
{
	HookTarget target = {.url = NULL};

	if (!is_wanted(config))
		return NULL;
	if (!read_target(config, &target, error))
		return NULL;

	Hooks *hooks = g_new0(Hooks, 1);
	hooks->target = target;
	hooks->errand = errand_new("hook", config, work, hooks);
	errand_start(hooks->errand);
	return hooks;
}

void hook_wake(Hooks *hooks)
{
	if (hooks)
		errand_wake(hooks->errand);
}

gboolean hook_drain(Hooks *hooks, GError **error)
{
	return !hooks || errand_drain(hooks->errand, error);
}

void hook_stop(Hooks *hooks)
{
	if (!hooks)
		return;
	errand_stop(hooks->errand);
	clear_target(&hooks->target);
	g_free(hooks);
}
