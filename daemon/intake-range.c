/* What a reader lists and fetches. */
#include "intake-reader.h"

#include "workers.h"

#define RANGE_BYTES (3 * 1024 * 1024)
#define LARGE_BYTES (1024 * 1024)       /* larger ones go one at a time */
#define FETCH_MOST  (64u * 1024 * 1024) /* and these not at all: no parser would take them */

gboolean reader_is_careful(const Reader *reader)
{
	return reader->at < reader->entries->len &&
		g_array_index(reader->entries, MailboxEntry, reader->at).uid <= reader->careful;
}

/* How many of the listed mails make the next range. */
static guint range_length(const Reader *reader, gsize *weight_out)
{
	guint most = (guint)config_number(reader->intake->config, reader->section, "batch");
	guint n = 0;

	for (*weight_out = 0; reader->at + n < reader->entries->len && n < most; n++) {
		const MailboxEntry *entry = &g_array_index(reader->entries, MailboxEntry, reader->at + n);
		gboolean alone = entry->size > LARGE_BYTES || entry->uid <= reader->careful;

		if (n > 0 && (alone || *weight_out + entry->size > RANGE_BYTES))
			break;
		*weight_out += entry->size;
		if (alone)
			return 1;
	}
	return n;
}

static StoreMail *too_large(const Reader *reader, const MailboxEntry *entry)
{
	g_autofree char *identity = g_strdup_printf("%s %u %u %u", reader->account,
		mailbox_uidvalidity(reader->mailbox), entry->uid, entry->size);
	g_autofree char *detail = g_strdup_printf("%u bytes, not fetched", entry->size);
	StoreMail *mail = store_mail_new(NULL, identity, entry->received);

	mail->uid = entry->uid;
	mail->report = workers_quarantine("too-large", detail);
	return mail;
}

static gboolean fetch_range(Reader *reader, MailboxEntry *entries, guint n, GPtrArray *mails, GError **error)
{
	g_autofree GBytes **bytes = g_new0(GBytes *, n);

	if (entries->size > FETCH_MOST) {
		if (!mailbox_fetch(reader->mailbox, entries, 1, NULL, error))
			return FALSE;
		if (entries->received != 0) /* else somebody else took it away */
			g_ptr_array_add(mails, too_large(reader, entries));
		return TRUE;
	}
	gboolean well = mailbox_fetch(reader->mailbox, entries, n, bytes, error);
	for (guint i = 0; i < n; i++) {
		if (!bytes[i])
			continue; /* somebody else took it away */
		StoreMail *mail = store_mail_new(bytes[i], NULL, entries[i].received);
		mail->uid = entries[i].uid;
		g_ptr_array_add(mails, mail);
		g_bytes_unref(bytes[i]);
	}
	return well;
}

gboolean reader_take_range(Reader *reader, GError **error)
{
	gsize weight;
	guint n = range_length(reader, &weight);
	MailboxEntry *entries = &g_array_index(reader->entries, MailboxEntry, reader->at);
	Batch *batch = g_new0(Batch, 1);

	batch->reader = reader;
	batch->desk = reader->desk;
	batch->mails = g_ptr_array_new_with_free_func((GDestroyNotify)store_mail_free);
	batch->weight = entries->size > FETCH_MOST ? 0 : weight;
	/* A note that is found at start is one that we died over. */
	gboolean well = entries->uid <= reader->careful ||
		store_range_note(reader->store, reader->account, mailbox_uidvalidity(reader->mailbox),
			entries->uid, entries[n - 1].uid, error);
	if (!well) {
		batch_free(batch);
		return FALSE;
	}
	reader->noted++;
	intake_take_weight(reader->intake, batch->weight, &reader->beat);
	well = fetch_range(reader, entries, n, batch->mails, error);
	reader->at += n;
	if (!well || batch->mails->len == 0) {
		intake_give_weight(reader->intake, batch);
		batch_free(batch);
		return well;
	}
	reader->in_hand++;
	reader_count_in_hand(reader, (int)batch->mails->len);
	g_async_queue_push(reader->intake->to_parse, batch);
	return TRUE;
}

static void note_look(Reader *reader)
{
	g_mutex_lock(&reader->intake->lock);
	reader->last_look = g_get_real_time() / G_USEC_PER_SEC;
	g_mutex_unlock(&reader->intake->lock);
}

gboolean reader_list(Reader *reader, GError **error)
{
	if (reader->at < reader->entries->len || reader->exhausted)
		return TRUE;

	GArray *entries = mailbox_list(reader->mailbox, reader->after, error);
	if (!entries)
		return FALSE;
	g_array_unref(reader->entries);
	reader->entries = entries;
	reader->at = 0;
	reader->exhausted = entries->len == 0;
	if (entries->len > 0)
		reader->after = g_array_index(entries, MailboxEntry, entries->len - 1).uid;
	trouble_over(&reader->imap, reader->section);
	note_look(reader);
	return TRUE;
}
