/* The thread that stores. */
#include "intake-private.h"

#include "log.h"

#include <malloc.h>

#define GIVE_UP_AFTER 3 /* attempts, when the daemon runs once only */
#define LARGE_BYTES   (4 * 1024 * 1024)

typedef struct {
	Intake *intake;
	Line line;
} Storer;

gboolean intake_connect(Line *line, const Config *config, GError **error)
{
	if (line->database)
		return !database_is_lost(line->database) || database_reconnect(line->database, error);

	line->database = database_open(config, error);
	if (line->database)
		line->store = store_new(line->database);
	return line->database != NULL;
}

void intake_disconnect(Line *line)
{
	g_clear_pointer(&line->store, store_free);
	g_clear_pointer(&line->database, database_free);
}

static void set_away(Storer *storer, gboolean away)
{
	g_mutex_lock(&storer->intake->lock);
	storer->intake->figures.database_away = away;
	g_mutex_unlock(&storer->intake->lock);
}

/* FALSE when it is time to give up; else the pause is over. */
static gboolean wait_a_while(Storer *storer, const GError *error)
{
	gint64 pause = trouble_note(&storer->line.away, "storing waits", error, 1, 60);

	set_away(storer, TRUE);
	g_atomic_int_set(&storer->intake->storer_beat, intake_now());
	if (intake_is_stopping(storer->intake) ||
		(storer->intake->once && storer->line.away.attempts >= GIVE_UP_AFTER))
		return FALSE;
	intake_sleep(storer->intake, pause);
	return TRUE;
}

/* The same batch again until it is in: its hashes make that harmless. */
static gboolean store_patiently(Storer *storer, Batch *batch)
{
	for (;;) {
		g_autoptr(GError) error = NULL;

		if (intake_connect(&storer->line, storer->intake->config, &error) &&
			store_ingest(storer->line.store, batch->desk, reader_account(batch->reader),
				(StoreMail *const *)batch->mails->pdata, batch->mails->len, &error)) {
			trouble_over(&storer->line.away, "database");
			set_away(storer, FALSE);
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

	if (!database_reconnect(storer->line.database, &error))
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
	if (was_large && storer->line.database)
		shrink(storer);
	intake_give_weight(storer->intake, batch);
	intake_want_decision(storer->intake, FALSE);
	reader_return(batch->reader, batch);
}

gpointer intake_store(gpointer data)
{
	Storer storer = {.intake = data};
	Batch *batch;

	intake_connect(
		&storer.line, storer.intake->config, NULL); /* what fails is said with the first batch */
	do {
		batch = g_async_queue_timeout_pop(storer.intake->to_store, 15 * G_USEC_PER_SEC);
		g_atomic_int_set(&storer.intake->storer_beat, intake_now());
		if (batch && batch != &intake_end)
			take(&storer, batch);
	} while (batch != &intake_end);
	intake_disconnect(&storer.line);
	return NULL;
}
