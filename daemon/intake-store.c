/* The thread that stores and decides. */
#include "intake-private.h"

#include "log.h"

#include <malloc.h>

#define LOOK_SECONDS   15 /* for what is due, and for what others stored */
#define UNDECIDED_MOST 4  /* batches under load; else each is decided at once */
#define GIVE_UP_AFTER  3  /* attempts, when the daemon runs once only */
#define LARGE_BYTES    (4 * 1024 * 1024)

typedef struct {
	Intake *intake;
	Database *database; /* NULL: never connected */
	Store *store;
	Trouble away, failing;
	guint undecided;
} Storer;

static void set_figures(Storer *storer, gboolean away, gboolean undecided)
{
	g_mutex_lock(&storer->intake->lock);
	storer->intake->figures.database_away = away;
	storer->intake->figures.undecided = undecided;
	g_mutex_unlock(&storer->intake->lock);
}

static gboolean connect_once(Storer *storer, GError **error)
{
	if (storer->database)
		return !database_is_lost(storer->database) || database_reconnect(storer->database, error);

	storer->database = database_open(storer->intake->config, error);
	if (storer->database)
		storer->store = store_new(storer->database);
	return storer->database != NULL;
}

/* FALSE when it is time to give up; else the pause is over. */
static gboolean wait_a_while(Storer *storer, const GError *error)
{
	gint64 pause = trouble_note(&storer->away, "storing waits", error, 1, 60);

	set_figures(storer, TRUE, storer->failing.attempts > 0);
	g_atomic_int_set(&storer->intake->storer_beat, intake_now());
	if (intake_is_stopping(storer->intake) ||
		(storer->intake->once && storer->away.attempts >= GIVE_UP_AFTER))
		return FALSE;
	intake_sleep(storer->intake, pause);
	return TRUE;
}

/* The same batch again until it is in: its hashes make that harmless. */
static gboolean store_patiently(Storer *storer, Batch *batch)
{
	for (;;) {
		g_autoptr(GError) error = NULL;

		if (connect_once(storer, &error) &&
			store_ingest(storer->store, batch->desk, reader_account(batch->reader),
				(StoreMail *const *)batch->mails->pdata, batch->mails->len, &error)) {
			trouble_over(&storer->away, "database");
			set_figures(storer, FALSE, storer->failing.attempts > 0);
			return TRUE;
		}
		if (!wait_a_while(storer, error))
			return FALSE;
	}
}

static void count(Intake *intake, const Batch *batch)
{
	g_mutex_lock(&intake->lock);
	intake->figures.batches++;
	intake->figures.mails += batch->mails->len;
	for (guint i = 0; i < batch->mails->len; i++)
		intake->figures.known += !((StoreMail *)batch->mails->pdata[i])->fresh;
	g_mutex_unlock(&intake->lock);
}

/* Only UIDs and folders are needed from here on. */
static void drop_bytes(Batch *batch)
{
	for (guint i = 0; i < batch->mails->len; i++) {
		StoreMail *mail = batch->mails->pdata[i];

		g_clear_pointer(&mail->raw, g_bytes_unref);
		g_clear_pointer(&mail->report, g_free);
	}
}

/* libpq keeps its largest buffer as long as the connection lives. */
static void shrink(Storer *storer)
{
	g_autoptr(GError) error = NULL;

	if (!database_reconnect(storer->database, &error))
		log_debug("%s", error->message); /* the next statement tries again and says so */
	malloc_trim(0);
}

static void take(Storer *storer, Batch *batch)
{
	gboolean was_large = batch->weight > LARGE_BYTES && batch->mails->len == 1;

	batch->stored = store_patiently(storer, batch);
	if (batch->stored)
		count(storer->intake, batch);
	drop_bytes(batch);
	if (was_large && storer->database)
		shrink(storer);
	intake_give_weight(storer->intake, batch);
	storer->undecided++;
	reader_return(batch->reader, batch);
}

/* A connection that died while nobody used it is no trouble yet. */
static gboolean decide_once(Storer *storer, StoreDecided *decided, GError **error)
{
	g_autoptr(GError) cause = NULL;

	if (connect_once(storer, error) && store_decide(storer->store, decided, &cause))
		return TRUE;
	if (!cause)
		return FALSE;
	if (cause->code == DATABASE_ERROR_LOST)
		return connect_once(storer, error) && store_decide(storer->store, decided, error);
	g_propagate_error(error, g_steal_pointer(&cause));
	return FALSE;
}

/* Facts go on being stored while deciding fails; what is undecided stays so until it works. */
static void decide(Storer *storer)
{
	g_autoptr(GError) error = NULL;
	StoreDecided decided = { 0 };

	if (decide_once(storer, &decided, &error)) {
		trouble_over(&storer->away, "database");
		trouble_over(&storer->failing, "deciding");
		set_figures(storer, FALSE, FALSE);
		storer->undecided = 0;
	} else if (error->code == DATABASE_ERROR_LOST) {
		trouble_note(&storer->away, "storing waits", error, 1, 60);
		set_figures(storer, TRUE, storer->failing.attempts > 0);
	} else {
		trouble_note(&storer->failing, "deciding fails, facts go on being stored", error, 1, 60);
		set_figures(storer, FALSE, TRUE);
	}
	if (decided.incidents > 0)
		log_debug("decided %u incidents: %u complaints, %u mails owed", decided.incidents,
			decided.complaints, decided.owed);
	if (decided.owed > 0 && storer->intake->hooks.owed)
		storer->intake->hooks.owed(storer->intake->hooks.data);
}

gpointer intake_store(gpointer data)
{
	Intake *intake = data;
	Storer storer = { .intake = intake };
	Batch *batch;

	do {
		batch = g_async_queue_timeout_pop(intake->to_store, LOOK_SECONDS * G_USEC_PER_SEC);
		g_atomic_int_set(&intake->storer_beat, intake_now());
		if (batch && batch != &intake_end && batch != &intake_tick)
			take(&storer, batch);
		if (g_async_queue_length(intake->to_store) <= 0 || storer.undecided >= UNDECIDED_MOST)
			decide(&storer);
	} while (batch != &intake_end);
	store_free(storer.store);
	database_free(storer.database);
	return NULL;
}
