#include "recorder.h"

#include "database.h"
#include "trouble.h"

#include <string.h>

#define MOST_GATHERED   300
#define GATHER_MS       15 /* how long results wait for company: a commit for each would halve the rate */
#define LONGEST_ABSENCE 60 /* seconds between attempts to reach the database */

static const char record_sql[] = "select desk.outbox_record($1, $2, $3, $4)";

struct Recorder {
	Config *config;
	GAsyncQueue *done;
	RecorderNote note;
	gpointer user;
	GThread *thread;

	Database *database;
	GPtrArray *results; /* not yet recorded */
	gint64 retry_at;    /* monotonic; the database is away until then */
	Trouble trouble;
	gboolean stopping;
};

static gboolean database_ready(Recorder *recorder, GError **error)
{
	if (!recorder->database)
		recorder->database = database_open(recorder->config, error);
	else if (database_is_lost(recorder->database))
		return database_reconnect(recorder->database, error);
	return recorder->database != NULL;
}

static gboolean call(Recorder *recorder, GError **error)
{
	guint n = recorder->results->len;
	g_autofree gint64 *ids = g_new(gint64, n);
	g_autofree const char **outcomes = g_new(const char *, n);
	g_autofree const char **replies = g_new(const char *, n);
	g_autofree gint64 *next = g_new(gint64, n);

	if (!database_ready(recorder, error))
		return FALSE;
	for (guint i = 0; i < n; i++) {
		const Delivery *delivery = recorder->results->pdata[i];
		ids[i] = delivery->notice->id;
		outcomes[i] = delivery->outcome;
		replies[i] = delivery->reply;
		next[i] = delivery->next ? delivery->next : G_MININT64;
	}

	DatabaseValue values[] = { database_numbers(ids, n), database_texts(outcomes, n),
		database_texts(replies, n), database_times(next, n) };
	g_autoptr(PGresult) result =
		database_call(recorder->database, error, record_sql, G_N_ELEMENTS(values), values);
	return result != NULL;
}

/* When the answer is lost the same is said again: rows that are no longer `sending` ignore it. */
static void record(Recorder *recorder)
{
	g_autoptr(GError) error = NULL;

	if (recorder->results->len == 0 || g_get_monotonic_time() < recorder->retry_at)
		return;
	if (call(recorder, &error)) {
		trouble_over(&recorder->trouble, "outbox");
		recorder->note(recorder->results, NULL, recorder->user);
		g_ptr_array_set_size(recorder->results, 0);
		return;
	}
	recorder->note(recorder->results, error, recorder->user);
	recorder->retry_at = g_get_monotonic_time() +
		1000 * trouble_note(&recorder->trouble, "outbox", error, 1, LONGEST_ABSENCE);
}

static void take(Recorder *recorder, gpointer item)
{
	if (item == recorder)
		recorder->stopping = TRUE;
	else
		g_ptr_array_add(recorder->results, item);
}

/* Waits for the first result and then a moment for others; or until the database may be tried again. */
static void gather(Recorder *recorder)
{
	if (recorder->results->len == 0)
		take(recorder, g_async_queue_pop(recorder->done));

	gint64 moment = g_get_monotonic_time() + GATHER_MS * 1000;
	while (!recorder->stopping) {
		gint64 now = g_get_monotonic_time();
		gboolean away = now < recorder->retry_at;
		gint64 left = (away ? recorder->retry_at : moment) - now;
		if (left <= 0 || (!away && recorder->results->len >= MOST_GATHERED))
			return;
		gpointer item = g_async_queue_timeout_pop(recorder->done, left);
		if (item)
			take(recorder, item);
	}
}

static gpointer run(gpointer data)
{
	Recorder *recorder = data;

	while (!recorder->stopping) {
		gather(recorder);
		record(recorder);
	}
	for (gpointer item; (item = g_async_queue_try_pop(recorder->done));)
		take(recorder, item);
	recorder->retry_at = 0;
	record(recorder);
	return NULL;
}

Recorder *recorder_start(Config *config, GAsyncQueue *done, RecorderNote note, gpointer user)
{
	Recorder *recorder = g_new0(Recorder, 1);

	recorder->config = config_ref(config);
	recorder->done = g_async_queue_ref(done);
	recorder->note = note;
	recorder->user = user;
	recorder->results = g_ptr_array_new_with_free_func(delivery_free);
	recorder->thread = g_thread_new("recorder", run, recorder);
	return recorder;
}

void recorder_stop(Recorder *recorder)
{
	if (!recorder)
		return;
	g_async_queue_push(recorder->done, recorder);
	g_thread_join(recorder->thread);
	database_free(recorder->database);
	trouble_clear(&recorder->trouble);
	g_ptr_array_unref(recorder->results);
	g_async_queue_unref(recorder->done);
	config_unref(recorder->config);
	g_free(recorder);
}
