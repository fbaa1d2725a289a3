/* The thread of one mailbox. */
#include "intake-private.h"

#include "log.h"
#include "workers.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#define RANGE_BYTES     (3 * 1024 * 1024)
#define LARGE_BYTES     (1024 * 1024) /* larger ones go one at a time */
#define FETCH_MOST      (64u * 1024 * 1024) /* and these not at all: no parser would take them */
#define IN_HAND_MOST    4  /* batches: one being fetched, parsed, stored, filed */
#define NOTED_MOST      64 /* ranges, until all is filed and the notes are deleted */
#define STANDBY_MS      1000
#define PASS_SECONDS    600 /* look again at what was left lying */
#define EXPIRE_SECONDS  86400
#define IDLE_FAILURES   3
#define GIVE_UP_AFTER   3 /* attempts, when the daemon runs once only */
#define SILENCE_MOST    1800

struct Reader {
	Intake *intake;
	char *section;
	char *account;
	GThread *thread;
	GAsyncQueue *done; /* Batch * */
	int wake;
	int beat, state;   /* atomic */
	gint64 last_look;  /* under the intake's lock */
	char *failure;     /* set before the thread ends */
	gboolean finished;

	Database *database;
	Store *store;
	gboolean locked;
	gint64 desk;
	guint noted;
	guint in_hand;

	Mailbox *mailbox;
	GArray *entries; /* listed, from @at on not yet fetched */
	guint at;
	guint32 after;   /* highest UID that was listed */
	guint32 careful; /* up to this UID one by one */
	gboolean exhausted;
	guint idle_failures;
	int next_pass, next_expiry;
	Trouble imap, away, filing;
};

const char *reader_account(const Reader *reader)
{
	return reader->account;
}

const char *reader_failure(const Reader *reader)
{
	return reader->failure;
}

ReaderState reader_state(const Reader *reader)
{
	return (ReaderState)g_atomic_int_get(&reader->state);
}

gboolean reader_is_alive(const Reader *reader)
{
	return intake_now() - g_atomic_int_get(&reader->beat) <= SILENCE_MOST;
}

gint64 reader_last_look(const Reader *reader)
{
	g_mutex_lock(&reader->intake->lock);
	gint64 look = reader->last_look;
	g_mutex_unlock(&reader->intake->lock);
	return look;
}

void reader_wake(Reader *reader)
{
	guint64 one = 1;
	ssize_t n = write(reader->wake, &one, sizeof one);

	(void)n; /* it can only fail when it is already set */
}

void reader_return(Reader *reader, Batch *batch)
{
	g_async_queue_push(reader->done, batch);
	reader_wake(reader);
}

static void clear_wake(Reader *reader)
{
	guint64 count;
	ssize_t n = read(reader->wake, &count, sizeof count);

	(void)n;
}

/* Sleeps, unless it is time to stop. */
static void nap(Reader *reader, gint64 milliseconds)
{
	struct pollfd p = { reader->wake, POLLIN, 0 };

	g_atomic_int_set(&reader->beat, intake_now());
	if (!intake_is_stopping(reader->intake) && poll(&p, 1, (int)milliseconds) > 0)
		clear_wake(reader);
}

static void count_in_hand(Reader *reader, int change)
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

/* One that comes back while there is no session is not filed: it will be fetched again, known,
 * and filed then. */
static gboolean take_back(Reader *reader, Batch *back, GError **error)
{
	static const char *const keys[] = { "processed", "other", "quarantine", "restricted" };
	g_autoptr(Batch) batch = back;

	reader->in_hand--;
	count_in_hand(reader, -(int)batch->mails->len);
	if (!batch->stored && reader->intake->once && !reader->failure)
		reader->failure = g_strdup_printf("%s: mails could not be stored", reader->section);
	if (!batch->stored || !reader->mailbox)
		return TRUE;
	for (guint i = 0; i < G_N_ELEMENTS(keys); i++)
		if (!file_in(reader, batch, keys[i], error))
			return FALSE;
	return TRUE;
}

static gboolean take_back_all(Reader *reader, gboolean wait, GError **error)
{
	Batch *batch;

	if (wait && reader->in_hand > 0 && !take_back(reader, g_async_queue_pop(reader->done), error))
		return FALSE;
	while ((batch = g_async_queue_try_pop(reader->done)))
		if (!take_back(reader, batch, error))
			return FALSE;
	return TRUE;
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

static gboolean fetch_range(
	Reader *reader, const MailboxEntry *entries, guint n, GPtrArray *mails, GError **error)
{
	g_autofree GBytes **bytes = g_new0(GBytes *, n);

	if (entries->size > FETCH_MOST) {
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

/* Fetches the next range and sends it on its way. */
static gboolean take_range(Reader *reader, GError **error)
{
	gsize weight;
	guint n = range_length(reader, &weight);
	const MailboxEntry *entries = &g_array_index(reader->entries, MailboxEntry, reader->at);
	Batch *batch = g_new0(Batch, 1);

	batch->reader = reader;
	batch->desk = reader->desk;
	batch->mails = g_ptr_array_new_with_free_func((GDestroyNotify)store_mail_free);
	batch->weight = entries->size > FETCH_MOST ? 0 : weight;
	/* A note that is found at start is one that we died over. */
	gboolean well = entries->uid <= reader->careful ||
		store_range_note(reader->store, reader->account, mailbox_uidvalidity(reader->mailbox), entries->uid,
			entries[n - 1].uid, error);
	if (!well) {
		batch_free(batch);
		return FALSE;
	}
	reader->noted++;
	intake_take_weight(reader->intake, batch->weight);
	well = fetch_range(reader, entries, n, batch->mails, error);
	reader->at += n;
	if (!well || batch->mails->len == 0) {
		intake_give_weight(reader->intake, batch);
		batch_free(batch);
		return well;
	}
	reader->in_hand++;
	count_in_hand(reader, (int)batch->mails->len);
	g_async_queue_push(reader->intake->to_parse, batch);
	return TRUE;
}

static void note_look(Reader *reader)
{
	g_mutex_lock(&reader->intake->lock);
	reader->last_look = g_get_real_time() / G_USEC_PER_SEC;
	g_mutex_unlock(&reader->intake->lock);
}

/* More of the listing, where all that was listed has been fetched. */
static gboolean list_more(Reader *reader, GError **error)
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

static gboolean expire(Reader *reader, GError **error)
{
	g_autoptr(GError) cause = NULL;
	guint count = 0;

	if (intake_now() < reader->next_expiry)
		return TRUE;
	reader->next_expiry = intake_now() + EXPIRE_SECONDS;
	if (!mailbox_expire(reader->mailbox, &count, &cause)) {
		if (cause->code != MAILBOX_ERROR_REFUSED) {
			g_propagate_error(error, g_steal_pointer(&cause));
			return FALSE;
		}
		log_warning("%s: %s", reader->section, cause->message);
	}
	if (count > 0)
		log_info("%s: expunged %u filed mails that were kept long enough", reader->section, count);
	return TRUE;
}

/* Nothing there and nothing in hand. */
static gboolean rest(Reader *reader, GError **error)
{
	if (reader->noted > 0 && !store_range_done(reader->store, reader->account, error))
		return FALSE;
	reader->noted = 0;
	reader->careful = 0;
	if (!expire(reader, error))
		return FALSE;
	if (reader->intake->once) {
		reader->finished = TRUE;
		return TRUE;
	}
	if (!mailbox_wait(reader->mailbox, reader->wake, error)) {
		reader->idle_failures += mailbox_failed_in_idle(reader->mailbox);
		return FALSE;
	}
	clear_wake(reader);
	reader->exhausted = FALSE;
	if (intake_now() >= reader->next_pass) {
		reader->next_pass = intake_now() + PASS_SECONDS;
		reader->after = 0;
	}
	return TRUE;
}

/* All notes are of mails that are filed; many of them would make the next start slow. */
static gboolean forget_notes(Reader *reader, GError **error)
{
	if (reader->in_hand > 0)
		return take_back_all(reader, TRUE, error);
	reader->noted = 0;
	reader->careful = 0;
	return store_range_done(reader->store, reader->account, error);
}

static gboolean is_careful(const Reader *reader)
{
	return reader->at < reader->entries->len &&
		g_array_index(reader->entries, MailboxEntry, reader->at).uid <= reader->careful;
}

static gboolean step(Reader *reader, GError **error)
{
	g_atomic_int_set(&reader->beat, intake_now());
	if (!take_back_all(reader, FALSE, error))
		return FALSE;
	if (reader->failure || (intake_is_stopping(reader->intake) && reader->in_hand == 0)) {
		reader->finished = TRUE;
		return TRUE;
	}
	if (intake_is_stopping(reader->intake) || reader->in_hand >= IN_HAND_MOST)
		return take_back_all(reader, TRUE, error);
	if (reader->noted >= NOTED_MOST && !is_careful(reader))
		return forget_notes(reader, error);
	if (!list_more(reader, error))
		return FALSE;
	if (reader->at < reader->entries->len)
		return take_range(reader, error);
	if (reader->in_hand > 0)
		return take_back_all(reader, TRUE, error);
	return rest(reader, error);
}

static gboolean connect_database(Reader *reader, GError **error)
{
	if (!reader->database) {
		reader->database = database_open(reader->intake->config, error);
		if (!reader->database)
			return FALSE;
		reader->store = store_new(reader->database);
	} else if (database_is_lost(reader->database)) {
		reader->locked = FALSE;
		if (!database_reconnect(reader->database, error))
			return FALSE;
	}
	const char *party = config_string(reader->intake->config, reader->section, "desk");
	if (!party)
		party = config_string(reader->intake->config, "desk", "party");
	reader->desk = store_desk(reader->store, party, error);
	return reader->desk != 0 &&
		(reader->locked || store_reader_lock(reader->store, reader->account, &reader->locked, error));
}

/* A new session begins with what lies there; what the last one had in hand comes again. */
static gboolean open_mailbox(Reader *reader, GError **error)
{
	reader->mailbox = mailbox_open(reader->intake->config, reader->section, error);
	if (!reader->mailbox)
		return FALSE;
	if (reader->idle_failures >= IDLE_FAILURES) {
		if (reader->idle_failures == IDLE_FAILURES)
			log_warning("%s: IDLE fails on this server; polling instead", reader->section);
		reader->idle_failures++;
		mailbox_forbid_idle(reader->mailbox);
	}
	reader->after = 0;
	reader->at = 0;
	reader->exhausted = FALSE;
	reader->next_pass = intake_now() + PASS_SECONDS;
	g_array_set_size(reader->entries, 0);
	if (!store_range_found(reader->store, reader->account, mailbox_uidvalidity(reader->mailbox),
		    &reader->careful, error))
		return FALSE;
	reader->noted = 1; /* also notes under an old UIDVALIDITY are to be deleted */
	log_info("reading %s as %s", reader->section, reader->account);
	if (reader->careful > 0)
		log_info("%s: a range was in hand when the last reader ended; taking it mail by mail up to UID %u",
			reader->section, reader->careful);
	return TRUE;
}

static void close_session(Reader *reader)
{
	g_clear_pointer(&reader->mailbox, mailbox_free);
	while (reader->in_hand > 0)
		take_back_all(reader, TRUE, NULL);
}

static void fail(Reader *reader, const GError *error)
{
	if (!reader->failure)
		reader->failure = g_strdup_printf("%s: %s", reader->section, error->message);
	reader->finished = TRUE;
}

/* A refused login is not tried again soon, or the account gets locked. */
static gint64 pause_after(Reader *reader, const GError *error)
{
	static const struct {
		MailboxError code;
		gint64 first, longest;
	} pauses[] = {
		{ MAILBOX_ERROR_AWAY, 1, 300 },
		{ MAILBOX_ERROR_UNTRUSTED, 60, 900 },
		{ MAILBOX_ERROR_LOGIN, 60, 900 },
		{ MAILBOX_ERROR_REFUSED, 5, 300 },
	};

	if (error->domain != MAILBOX_ERROR)
		return trouble_note(&reader->away, reader->section, error, 1, 60);
	for (guint i = 0; i < G_N_ELEMENTS(pauses); i++)
		if ((int)pauses[i].code == error->code)
			return trouble_note(
				&reader->imap, reader->section, error, pauses[i].first, pauses[i].longest);
	g_assert_not_reached();
}

static gboolean is_hopeless(const GError *error)
{
	return g_error_matches(error, MAILBOX_ERROR, MAILBOX_ERROR_LOGIN) ||
		g_error_matches(error, MAILBOX_ERROR, MAILBOX_ERROR_UNTRUSTED);
}

static void recover(Reader *reader, const GError *error)
{
	gint64 pause = pause_after(reader, error);

	g_atomic_int_set(&reader->state, READER_AWAY);
	close_session(reader);
	if (reader->intake->once && (is_hopeless(error) || reader->imap.attempts >= GIVE_UP_AFTER ||
					   reader->away.attempts >= GIVE_UP_AFTER))
		fail(reader, error);
	else
		nap(reader, pause);
}

static void stand_by(Reader *reader)
{
	if (reader_state(reader) != READER_STANDBY)
		log_info("%s: another daemon reads it; standing by", reader->section);
	g_atomic_int_set(&reader->state, READER_STANDBY);
	nap(reader, STANDBY_MS);
}

static gboolean turn(Reader *reader, GError **error)
{
	if (reader->mailbox)
		return step(reader, error);
	if (!connect_database(reader, error))
		return FALSE;
	trouble_over(&reader->away, "database");
	if (!reader->locked) {
		stand_by(reader);
		return TRUE;
	}
	if (!open_mailbox(reader, error))
		return FALSE;
	g_atomic_int_set(&reader->state, READER_READS);
	return TRUE;
}

static void leave(Reader *reader)
{
	Intake *intake = reader->intake;

	close_session(reader);
	g_clear_pointer(&reader->store, store_free);
	g_clear_pointer(&reader->database, database_free);
	g_mutex_lock(&intake->lock);
	gboolean last = --intake->reading == 0;
	g_mutex_unlock(&intake->lock);
	if (last && intake->once && intake->hooks.finished)
		intake->hooks.finished(intake->hooks.data);
}

static gpointer run(gpointer data)
{
	Reader *reader = data;

	while (!reader->finished) {
		g_autoptr(GError) error = NULL;

		if (!reader->mailbox && intake_is_stopping(reader->intake))
			break;
		if (!turn(reader, &error))
			recover(reader, error);
	}
	leave(reader);
	return NULL;
}

Reader *reader_start(Intake *intake, const char *section)
{
	Reader *reader = g_new0(Reader, 1);

	reader->intake = intake;
	reader->section = g_strdup(section);
	reader->account = g_strdup_printf("%s@%s/%s", config_string(intake->config, section, "user"),
		config_string(intake->config, section, "host"), config_string(intake->config, section, "folder"));
	reader->done = g_async_queue_new_full((GDestroyNotify)batch_free);
	reader->entries = g_array_new(FALSE, FALSE, sizeof(MailboxEntry));
	reader->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (reader->wake < 0)
		g_error("eventfd: %s", g_strerror(errno));
	reader->beat = intake_now();
	reader->thread = g_thread_new("mailbox", run, reader);
	return reader;
}

void reader_join(Reader *reader)
{
	g_thread_join(reader->thread);
	reader->thread = NULL;
}

void reader_free(Reader *reader)
{
	g_async_queue_unref(reader->done);
	g_array_unref(reader->entries);
	close(reader->wake);
	trouble_clear(&reader->imap);
	trouble_clear(&reader->away);
	trouble_clear(&reader->filing);
	g_free(reader->failure);
	g_free(reader->account);
	g_free(reader->section);
	g_free(reader);
}
