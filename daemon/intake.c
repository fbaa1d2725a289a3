#include "intake-private.h"

#include "log.h"

/* Bytes of mails in hand of all mailboxes together: with their reports and the buffers of
 * libetpan and libpq this stays well below the daemon's 64 MiB. */
#define WEIGHT_MOST  (10 * 1024 * 1024)
#define SILENCE_MOST 900 /* seconds; longer than any statement or answer may take */

Batch intake_end;

void batch_free(Batch *batch)
{
	if (!batch || batch == &intake_end)
		return;
	g_clear_pointer(&batch->mails, g_ptr_array_unref);
	g_free(batch);
}

int intake_now(void)
{
	return (int)(g_get_monotonic_time() / G_USEC_PER_SEC);
}

gboolean intake_is_stopping(Intake *intake)
{
	return g_atomic_int_get(&intake->stopping);
}

void intake_sleep(Intake *intake, gint64 milliseconds)
{
	gint64 end = g_get_monotonic_time() + milliseconds * 1000;

	g_mutex_lock(&intake->lock);
	while (!intake_is_stopping(intake) && g_cond_wait_until(&intake->changed, &intake->lock, end))
		;
	g_mutex_unlock(&intake->lock);
}

void intake_take_weight(Intake *intake, gsize weight, int *beat)
{
	g_mutex_lock(&intake->lock);
	/* What is in hand comes back without the reader's help, so this ends. */
	while (intake->weight > 0 && intake->weight + weight > WEIGHT_MOST) {
		g_cond_wait_until(&intake->changed, &intake->lock,
			g_get_monotonic_time() + INTAKE_BEAT_SECONDS * G_USEC_PER_SEC);
		g_atomic_int_set(beat, intake_now());
	}
	intake->weight += weight;
	g_mutex_unlock(&intake->lock);
}

void intake_give_weight(Intake *intake, Batch *batch)
{
	g_mutex_lock(&intake->lock);
	intake->weight -= batch->weight;
	batch->weight = 0;
	g_cond_broadcast(&intake->changed);
	g_mutex_unlock(&intake->lock);
}

Intake *intake_start(Config *config, gboolean once, const IntakeHooks *hooks)
{
	const char *const *sections = config_sections(config, "mailbox");

	Intake *intake = g_new0(Intake, 1);
	intake->config = config_ref(config);
	intake->once = once;
	intake->hooks = *hooks;
	g_mutex_init(&intake->lock);
	g_cond_init(&intake->changed);
	intake->to_parse = g_async_queue_new_full((GDestroyNotify)batch_free);
	intake->to_store = g_async_queue_new_full((GDestroyNotify)batch_free);
	intake->readers = g_ptr_array_new_with_free_func((GDestroyNotify)reader_free);
	intake->reading = g_strv_length((char **)sections);
	intake->storer_beat = intake->decider_beat = intake_now();
	intake->decider = g_thread_new("decide", intake_decide, intake);
	intake->storer = g_thread_new("store", intake_store, intake);
	intake->parser = g_thread_new("parse", intake_parse, intake);
	for (; *sections; sections++)
		g_ptr_array_add(intake->readers, reader_start(intake, *sections));
	if (intake->readers->len == 0 && once && hooks->finished)
		hooks->finished(hooks->data);
	return intake;
}

void intake_stop(Intake *intake)
{
	if (!intake)
		return;
	g_mutex_lock(&intake->lock);
	g_atomic_int_set(&intake->stopping, 1);
	g_cond_broadcast(&intake->changed);
	g_mutex_unlock(&intake->lock);

	/* In the order of the mails: who is in front first. */
	for (guint i = 0; i < intake->readers->len; i++)
		reader_wake(intake->readers->pdata[i]);
	for (guint i = 0; i < intake->readers->len; i++)
		reader_join(intake->readers->pdata[i]);
	g_async_queue_push(intake->to_parse, &intake_end);
	g_thread_join(intake->parser);
	g_async_queue_push(intake->to_store, &intake_end);
	g_thread_join(intake->storer);
	intake_want_decision(intake, TRUE);
	g_thread_join(intake->decider);

	g_ptr_array_unref(intake->readers);
	g_async_queue_unref(intake->to_parse);
	g_async_queue_unref(intake->to_store);
	g_mutex_clear(&intake->lock);
	g_cond_clear(&intake->changed);
	config_unref(intake->config);
	g_free(intake);
}

char *intake_failure(Intake *intake)
{
	for (guint i = 0; i < intake->readers->len; i++)
		if (reader_failure(intake->readers->pdata[i]))
			return g_strdup(reader_failure(intake->readers->pdata[i]));
	return NULL;
}

void intake_figures(Intake *intake, IntakeFigures *figures_out)
{
	g_mutex_lock(&intake->lock);
	*figures_out = intake->figures;
	g_mutex_unlock(&intake->lock);
	for (guint i = 0; i < intake->readers->len; i++) {
		const Reader *reader = intake->readers->pdata[i];
		gint64 look = reader_last_look(reader);

		figures_out->away += reader_state(reader) == READER_AWAY;
		figures_out->standby += reader_state(reader) == READER_STANDBY;
		figures_out->last_look = i == 0 ? look : MIN(figures_out->last_look, look);
	}
}

gboolean intake_is_alive(Intake *intake)
{
	if (intake_now() - g_atomic_int_get(&intake->storer_beat) > SILENCE_MOST ||
		intake_now() - g_atomic_int_get(&intake->decider_beat) > SILENCE_MOST)
		return FALSE;
	for (guint i = 0; i < intake->readers->len; i++)
		if (!reader_is_alive(intake->readers->pdata[i]))
			return FALSE;
	return TRUE;
}

void intake_wake(Intake *intake)
{
	intake_want_decision(intake, FALSE);
}
