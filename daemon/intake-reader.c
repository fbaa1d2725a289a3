/* The thread of one mailbox. */
#include "intake-reader.h"

#include "log.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#define IN_HAND_MOST   6  /* batches: being fetched, parsed, stored, filed */
#define NOTED_MOST     64 /* ranges, until all is filed and the notes are deleted */
#define STANDBY_MS     1000
#define PASS_SECONDS   600 /* look again at what was left lying */
#define EXPIRE_SECONDS 86400
#define IDLE_FAILURES  3
#define GIVE_UP_AFTER  3 /* attempts, when the daemon runs once only */
#define SILENCE_MOST   1800

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
	struct pollfd p = {reader->wake, POLLIN, 0};

	g_atomic_int_set(&reader->beat, intake_now());
	if (!intake_is_stopping(reader->intake) && poll(&p, 1, (int)milliseconds) > 0)
		clear_wake(reader);
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
		return reader_take_back(reader, TRUE, error);
	reader->noted = 0;
	reader->careful = 0;
	return store_range_done(reader->store, reader->account, error);
}

static gboolean step(Reader *reader, GError **error)
{
	g_atomic_int_set(&reader->beat, intake_now());
	if (!reader_take_back(reader, FALSE, error))
		return FALSE;
	if (reader->failure || (intake_is_stopping(reader->intake) && reader->in_hand == 0)) {
		reader->finished = TRUE;
		return TRUE;
	}
	if (intake_is_stopping(reader->intake) || reader->in_hand >= IN_HAND_MOST)
		return reader_take_back(reader, TRUE, error);
	if (reader->noted >= NOTED_MOST && !reader_is_careful(reader))
		return forget_notes(reader, error);
	if (!reader_list(reader, error))
		return FALSE;
	if (reader->at < reader->entries->len)
		return reader_take_range(reader, error);
	if (reader->in_hand > 0)
		return reader_take_back(reader, TRUE, error);
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
		log_info("%s: a range was in hand when the last reader ended; taking it mail by mail up to "
			 "UID %u",
			reader->section, reader->careful);
	return TRUE;
}

static void close_session(Reader *reader)
{
	g_clear_pointer(&reader->mailbox, mailbox_free);
	reader_forget_unfiled(reader);
	while (reader->in_hand > 0)
		reader_take_back(reader, TRUE, NULL);
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
		{MAILBOX_ERROR_AWAY, 1, 300},
		{MAILBOX_ERROR_UNTRUSTED, 60, 900},
		{MAILBOX_ERROR_LOGIN, 60, 900},
		{MAILBOX_ERROR_REFUSED, 5, 300},
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
	if (reader->intake->once &&
		(is_hopeless(error) || reader->imap.attempts >= GIVE_UP_AFTER ||
			reader->away.attempts >= GIVE_UP_AFTER))
		fail(reader, error);
	else
		nap(reader, pause);
}

static void stand_by(Reader *reader)
{
	if (reader->intake->once) {
		reader->failure = g_strdup_printf("%s: another daemon reads it", reader->section);
		reader->finished = TRUE;
		return;
	}
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
		config_string(intake->config, section, "host"),
		config_string(intake->config, section, "folder"));
	reader->done = g_async_queue_new_full((GDestroyNotify)batch_free);
	reader->unfiled = g_ptr_array_new_with_free_func((GDestroyNotify)store_mail_free);
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
	g_ptr_array_unref(reader->unfiled);
	g_array_unref(reader->entries);
	close(reader->wake);
	g_free(reader->failure);
	g_free(reader->account);
	g_free(reader->section);
	g_free(reader);
}
