/* What comes back to a reader stored is filed. */
#include "intake-reader.h"

#include <string.h>

/* Mails of one round of filing: what it costs a server depends on how many lie in the folders
 * more than on how many are moved. */
#define FILED_AT_ONCE 1000

void reader_count_in_hand(Reader *reader, int change)
{
	g_mutex_lock(&reader->intake->lock);
	reader->intake->figures.in_hand = (guint)((int)reader->intake->figures.in_hand + change);
	g_mutex_unlock(&reader->intake->lock);
}

/* Files what belongs in one folder. What the server refuses to move is left lying, known and
 * harmless, until the next pass. */
static gboolean file_in(Reader *reader, const char *key, GError **error)
{
	const GPtrArray *mails = reader->unfiled;
	g_autofree guint32 *uids = g_new(guint32, mails->len + 1);
	g_autoptr(GError) cause = NULL;
	guint n = 0;

	for (guint i = 0; i < mails->len; i++) {
		const StoreMail *mail = mails->pdata[i];
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

static gboolean file_all(Reader *reader, GError **error)
{
	static const char *const keys[] = {"processed", "other", "quarantine", "restricted"};

	for (guint i = 0; i < G_N_ELEMENTS(keys); i++)
		if (!file_in(reader, keys[i], error))
			return FALSE;
	reader_forget_unfiled(reader);
	return TRUE;
}

void reader_forget_unfiled(Reader *reader)
{
	reader_count_in_hand(reader, -(int)reader->unfiled->len);
	g_ptr_array_set_size(reader->unfiled, 0);
}

static void take_back(Reader *reader, Batch *back)
{
	g_autoptr(Batch) batch = back;

	reader->in_hand--;
	if (!batch->stored && reader->intake->once && !reader->failure)
		reader->failure = g_strdup_printf("%s: mails could not be stored", reader->section);
	if (batch->stored && reader->mailbox)
		g_ptr_array_extend_and_steal(reader->unfiled, g_steal_pointer(&batch->mails));
	else
		reader_count_in_hand(reader, -(int)batch->mails->len);
}

/* With nothing in hand there is nothing to wait for; and what somebody died over is not to come again. */
static gboolean is_time_to_file(const Reader *reader)
{
	return reader->unfiled->len > 0 &&
		(reader->in_hand == 0 || reader->unfiled->len >= FILED_AT_ONCE || reader->failure ||
			reader_is_careful(reader));
}

static Batch *next_back(Reader *reader)
{
	Batch *batch;

	while (!(batch = g_async_queue_timeout_pop(reader->done, INTAKE_BEAT_SECONDS * G_USEC_PER_SEC)))
		g_atomic_int_set(&reader->beat, intake_now());
	return batch;
}

gboolean reader_take_back(Reader *reader, gboolean wait, GError **error)
{
	Batch *batch;

	if (wait && reader->in_hand > 0)
		take_back(reader, next_back(reader));
	while ((batch = g_async_queue_try_pop(reader->done)))
		take_back(reader, batch);
	return !is_time_to_file(reader) || file_all(reader, error);
}
