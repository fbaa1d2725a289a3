#include "hook.h"

#include "backoff.h"
#include "database.h"
#include "hook-call.h"
#include "log.h"
#include "trouble.h"

#include <string.h>

#define POLL_SECONDS    30
#define MOST_CLAIMED    10
#define RETRY_FIRST     30
#define RETRY_LONGEST   3600
#define GIVE_UP         (24 * 3600) /* an action that nobody carries out in a day needs a person */
#define LONGEST_ABSENCE 60

static const char claim_sql[] =
	"select id, idempotency_key, payload, attempt, extract(epoch from owed_at)::bigint"
	" from desk.hook_claim($1, $2::interval)";
static const char record_sql[] = "select desk.hook_record($1, $2, $3, $4, to_timestamp($5::bigint))";

struct Hooks {
	Config *config;
	HookTarget target;
	GThread *thread;

	/* the thread's own */
	Database *database;
	Trouble trouble;

	GMutex lock;
	GCond changed;
	gboolean stopping;
	gboolean knocked;
	guint wanted;
	guint drained;
	char *away; /* why the database does not answer */
};

static gint64 now_seconds(void)
{
	return g_get_real_time() / G_USEC_PER_SEC;
}

/* Milliseconds to wait after @error. */
static gint64 database_failed(Hooks *hooks, const GError *error)
{
	g_mutex_lock(&hooks->lock);
	g_free(hooks->away);
	hooks->away = g_strdup(error->message);
	g_cond_broadcast(&hooks->changed);
	g_mutex_unlock(&hooks->lock);
	return trouble_note(&hooks->trouble, "hook", error, 1, LONGEST_ABSENCE);
}

static void database_answers(Hooks *hooks)
{
	trouble_over(&hooks->trouble, "hook");
	g_mutex_lock(&hooks->lock);
	g_clear_pointer(&hooks->away, g_free);
	g_mutex_unlock(&hooks->lock);
}

static gboolean database_ready(Hooks *hooks, GError **error)
{
	if (!hooks->database)
		hooks->database = database_open(hooks->config, error);
	else if (database_is_lost(hooks->database))
		return database_reconnect(hooks->database, error);
	return hooks->database != NULL;
}

/* A call that has been put off for a day has failed; people decide what then. */
static const char *outcome_name(HookOutcome outcome, gint64 owed_at)
{
	static const char *const names[] = { [HOOK_DONE] = "done",
		[HOOK_ACCEPTED] = "accepted",
		[HOOK_DEFERRED] = "deferred",
		[HOOK_FAILED] = "failed" };
	gboolean open = outcome == HOOK_DEFERRED || outcome == HOOK_ACCEPTED;

	return open && now_seconds() - owed_at > GIVE_UP ? "failed" : names[outcome];
}

static gboolean call_one(Hooks *hooks, const PGresult *rows, guint row, GError **error)
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
	DatabaseValue values[] = { database_number(id), database_text(name),
		status ? database_number(status) : database_null(), database_text(words),
		database_number(next) };
	g_autoptr(PGresult) result =
		database_call(hooks->database, error, record_sql, G_N_ELEMENTS(values), values);
	return result != NULL;
}

static gboolean is_stopping(Hooks *hooks)
{
	g_mutex_lock(&hooks->lock);
	gboolean stopping = hooks->stopping;
	g_mutex_unlock(&hooks->lock);
	return stopping;
}

/* Claims and calls until nothing is due. What is claimed when the daemon stops comes back with its lease. */
static gboolean work(Hooks *hooks, GError **error)
{
	g_autofree char *lease = g_strdup_printf("%u seconds", MOST_CLAIMED * hooks->target.timeout + 30);
	guint n;

	do {
		if (!database_ready(hooks, error))
			return FALSE;
		DatabaseValue values[] = { database_number(MOST_CLAIMED), database_text(lease) };
		g_autoptr(PGresult) rows = database_call(hooks->database, error, claim_sql, 2, values);
		if (!rows)
			return FALSE;
		n = database_rows(rows);
		for (guint i = 0; i < n && !is_stopping(hooks); i++) {
			if (!call_one(hooks, rows, i, error))
				return FALSE;
		}
	} while (n > 0 && !is_stopping(hooks));
	return TRUE;
}

static void sleep_until_knocked(Hooks *hooks, gint64 milliseconds)
{
	gint64 until = g_get_monotonic_time() + milliseconds * 1000;

	g_mutex_lock(&hooks->lock);
	while (!hooks->stopping && !hooks->knocked && g_cond_wait_until(&hooks->changed, &hooks->lock, until))
		continue;
	hooks->knocked = FALSE;
	g_mutex_unlock(&hooks->lock);
}

static gpointer run(gpointer data)
{
	Hooks *hooks = data;

	while (!is_stopping(hooks)) {
		g_autoptr(GError) error = NULL;
		gint64 pause = POLL_SECONDS * 1000;
		g_mutex_lock(&hooks->lock);
		guint wanted = hooks->wanted;
		g_mutex_unlock(&hooks->lock);

		if (work(hooks, &error))
			database_answers(hooks);
		else
			pause = database_failed(hooks, error);

		g_mutex_lock(&hooks->lock);
		hooks->drained = error ? hooks->drained : wanted;
		g_cond_broadcast(&hooks->changed);
		g_mutex_unlock(&hooks->lock);
		sleep_until_knocked(hooks, pause);
	}
	return NULL;
}

static void hooks_free(Hooks *hooks)
{
	database_free(hooks->database);
	trouble_clear(&hooks->trouble);
	g_clear_pointer(&hooks->target.key, g_bytes_unref);
	g_free(hooks->target.url);
	g_free(hooks->target.ca_file);
	config_unref(hooks->config);
	g_cond_clear(&hooks->changed);
	g_mutex_clear(&hooks->lock);
	g_free(hooks->away);
	g_free(hooks);
}

static gboolean read_target(Config *config, HookTarget *target, GError **error)
{
	const char *url = config_string(config, "hook", "url");
	const char *refusal = hook_url_refusal(url);
	g_autoptr(GError) problem = NULL;
	g_autofree char *secret = config_secret(config, "hook", "secret", &problem);

	if (refusal)
		g_set_error(&problem, CONFIG_ERROR, CONFIG_ERROR_VALUE, "[hook] url: %s", refusal);
	else if (!problem && !secret)
		g_set_error(&problem, CONFIG_ERROR, CONFIG_ERROR_SECRET,
			"[hook] secret: is needed to sign the calls");
	if (problem) {
		g_propagate_error(error, g_steal_pointer(&problem));
		return FALSE;
	}
	target->url = g_strdup(url);
	target->ca_file = g_strdup(config_string(config, "hook", "ca_file"));
	target->timeout = config_number(config, "hook", "timeout");
	target->key = hook_key(secret);
	return TRUE;
}

Hooks *hook_start(Config *config, GError **error)
{
	HookTarget target = { .url = NULL };

	if (!config_has_section(config, "hook") || !config_string(config, "hook", "url"))
		return NULL;
	if (!read_target(config, &target, error))
		return NULL;

	Hooks *hooks = g_new0(Hooks, 1);
	g_mutex_init(&hooks->lock);
	g_cond_init(&hooks->changed);
	hooks->config = config_ref(config);
	hooks->target = target;
	hooks->thread = g_thread_new("hook", run, hooks);
	return hooks;
}

static void knock(Hooks *hooks)
{
	hooks->knocked = TRUE;
	g_cond_broadcast(&hooks->changed);
}

void hook_wake(Hooks *hooks)
{
	if (!hooks)
		return;
	g_mutex_lock(&hooks->lock);
	knock(hooks);
	g_mutex_unlock(&hooks->lock);
}

gboolean hook_drain(Hooks *hooks, GError **error)
{
	if (!hooks)
		return TRUE;

	g_mutex_lock(&hooks->lock);
	guint ticket = ++hooks->wanted;
	knock(hooks);
	while ((gint)(hooks->drained - ticket) < 0 && !hooks->away)
		g_cond_wait(&hooks->changed, &hooks->lock);
	g_autofree char *away = g_strdup(hooks->away);
	g_mutex_unlock(&hooks->lock);

	if (!away)
		return TRUE;
	g_set_error(error, DATABASE_ERROR, DATABASE_ERROR_LOST, "hook: %s", away);
	return FALSE;
}

void hook_stop(Hooks *hooks)
{
	if (!hooks)
		return;
	g_mutex_lock(&hooks->lock);
	hooks->stopping = TRUE;
	knock(hooks);
	g_mutex_unlock(&hooks->lock);
	g_thread_join(hooks->thread);
	hooks_free(hooks);
}
