/* What comes back to a reader stored is filed. */
#include "intake-reader.h"

#include <string.h>

void reader_count_in_hand(Reader *reader, int change)
{
	g_mutex_lock(&reader->intake->lock);
	reader->intake->figures.in_hand = (guint)((int)reader->intake->figures.in_hand + change);
	g_mutex_unlock(&reader->intake->lock);
}

/* Files what of the batch belongs in one folder. What the server refuses to move is left lying,
 * known and harmless, until the next pass. */
static gboolean file_in(Reader *reader, const Batch *batch, const char *key, GError **error)
{
	g_autofree guint32 *uids = g_new(guint32, batch->mails->len + 1);
	g_autoptr(GError) cause = NULL;
	guint n = 0;

	for (guint i = 0; i < batch->mails->len; i++) {
		const StoreMail *mail = batch->mails->pdata[i];
		if (strcmp(mail->folder, key) == 0)
			uids[n++] = mail->uid;
	}
	const char *folder = config_string(reader->intake->config, reader->section, key);
	if (n == 0 || mailbox_file(reader->mailbox, uids, n, folder, &cause)) {
		if (n > 0)
			trouble_over(&reader->filing, "filing");
		return TRUE;
	}
	if (cause->code == MAILBOX_ERROR_REFUSED) {
		trouble_note(&reader->filing, reader->section, cause, 1, 1);
		return TRUE;
	}
	g_propagate_error(error, g_steal_pointer(&cause));
	return FALSE;
}

static gboolean take_back(Reader *reader, Batch *back, GError **error)
{
	static const char *const keys[] = { "processed", "other", "quarantine", "restricted" };
	g_autoptr(Batch) batch = back;

	reader->in_hand--;
	reader_count_in_hand(reader, -(int)batch->mails->len);
	if (!batch->stored && reader->intake->once && !reader->failure)
		reader->failure = g_strdup_printf("%s: mails could not be stored", reader->section);
	if (!batch->stored || !reader->mailbox)
		return TRUE;
	for (guint i = 0; i < G_N_ELEMENTS(keys); i++)
		if (!file_in(reader, batch, keys[i], error))
			return FALSE;
	return TRUE;
}

gboolean reader_take_back(Reader *reader, gboolean wait, GError **error)
{
	Batch *batch;

	if (wait && reader->in_hand > 0 && !take_back(reader, g_async_queue_pop(reader->done), error))
		return FALSE;
	while ((batch = g_async_queue_try_pop(reader->done)))
		if (!take_back(reader, batch, error))
			return FALSE;
	return TRUE;
}
