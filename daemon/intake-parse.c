/* The thread of the workers. */
#include "intake-private.h"

gboolean intake_parse_mails(Workers *workers, GPtrArray *mails, GError **error)
{
	g_autoptr(GPtrArray) unread = g_ptr_array_new();
	g_autoptr(GPtrArray) raws = g_ptr_array_new();

	for (guint i = 0; i < mails->len; i++) {
		StoreMail *mail = mails->pdata[i];
		if (mail->report) /* one that was too large to be read */
			continue;
		g_ptr_array_add(unread, mail);
		g_ptr_array_add(raws, mail->raw);
	}
	if (raws->len == 0)
		return TRUE;
	g_autoptr(GPtrArray) reports = workers_parse(workers, (GBytes *const *)raws->pdata, raws->len, error);
	if (!reports)
		return FALSE;
	for (guint i = 0; i < unread->len; i++)
		((StoreMail *)unread->pdata[i])->report = g_steal_pointer(&reports->pdata[i]);
	return TRUE;
}

static void count_quarantined(Intake *intake, guint64 n)
{
	g_mutex_lock(&intake->lock);
	intake->figures.quarantined += n;
	g_mutex_unlock(&intake->lock);
}

/* FALSE when it is time to stop and no worker will start. */
static gboolean parse_patiently(Intake *intake, Workers *workers, Batch *batch, Trouble *trouble)
{
	for (;;) {
		g_autoptr(GError) error = NULL;
		guint64 before = workers_quarantined(workers);

		if (intake_parse_mails(workers, batch->mails, &error)) {
			trouble_over(trouble, "parser");
			count_quarantined(intake, workers_quarantined(workers) - before);
			return TRUE;
		}
		gint64 pause = trouble_note(trouble, "parser", error, 1, 300);
		if (intake_is_stopping(intake) || (intake->once && trouble->attempts >= 3))
			return FALSE;
		intake_sleep(intake, pause);
	}
}

gpointer intake_parse(gpointer data)
{
	Intake *intake = data;
	g_autoptr(Workers) workers = workers_start(intake->config);
	Trouble trouble = {0};
	Batch *batch;

	workers_warm(workers);
	while ((batch = g_async_queue_pop(intake->to_parse)) != &intake_end) {
		if (parse_patiently(intake, workers, batch, &trouble)) {
			g_async_queue_push(intake->to_store, batch);
			continue;
		}
		intake_give_weight(intake, batch);
		reader_return(batch->reader, batch);
	}
	return NULL;
}
