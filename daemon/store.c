#include "store.h"

#include "log.h"
#include "workers.h"

#include <gnutls/crypto.h>
#include <string.h>

#define RETRIES 5 /* deadlocks and lock timeouts in a row */

struct Store {
	Database *database;
};

static GBytes *sha256(gconstpointer bytes, gsize length)
{
	guint8 digest[32];

	if (gnutls_hash_fast(GNUTLS_DIG_SHA256, bytes ? bytes : "", length, digest) < 0)
		g_error("SHA-256 is not to be had");
	return g_bytes_new(digest, sizeof digest);
}

StoreMail *store_mail_new(GBytes *raw, const char *identity, gint64 received)
{
	StoreMail *mail = g_new0(StoreMail, 1);
	gsize length;
	gconstpointer bytes = raw ? g_bytes_get_data(raw, &length) : NULL;

	mail->received = received;
	mail->raw = raw ? g_bytes_ref(raw) : NULL;
	mail->sha256 = raw ? sha256(bytes, length) : sha256(identity, strlen(identity));
	return mail;
}

void store_mail_free(StoreMail *mail)
{
	if (!mail)
		return;
	g_clear_pointer(&mail->raw, g_bytes_unref);
	g_clear_pointer(&mail->sha256, g_bytes_unref);
	g_free(mail->report);
	g_free(mail);
}

Store *store_new(Database *database)
{
	Store *store = g_new0(Store, 1);

	store->database = database;
	return store;
}

void store_free(Store *store)
{
	g_free(store);
}

gint64 store_desk(Store *store, const char *party, GError **error)
{
	g_autoptr(PGresult) result = database_call(store->database, error, "select desk.desk_id($1)", 1,
		(DatabaseValue[]){database_text(party)});
	if (!result)
		return 0;

	gint64 desk = database_field_number(result, 0, 0);
	if (desk == 0)
		g_set_error(error, DATABASE_ERROR, DATABASE_ERROR_OTHER, "there is no desk \"%s\"",
			party ? party : "");
	return desk;
}

static const char *folder_key(const char *folder)
{
	static const char *const keys[] = {"processed", "other", "quarantine", "restricted"};

	for (guint i = 0; folder && i < G_N_ELEMENTS(keys); i++)
		if (g_ascii_strcasecmp(folder, keys[i]) == 0)
			return keys[i];
	return NULL;
}

static gboolean take_answers(const PGresult *result, StoreMail *const *mails, guint n, GError **error)
{
	for (guint row = 0; row < database_rows(result); row++) {
		guint ordinal = (guint)database_field_number(result, row, 0);
		if (ordinal < 1 || ordinal > n)
			continue;
		StoreMail *mail = mails[ordinal - 1];
		mail->message = database_field_number(result, row, 1);
		mail->fresh = database_field_true(result, row, 2);
		mail->folder = folder_key(database_field(result, row, 3));
	}
	for (guint i = 0; i < n; i++) {
		if (mails[i]->folder)
			continue;
		g_set_error(error, DATABASE_ERROR, DATABASE_ERROR_OTHER,
			"desk.ingest() did not answer for every mail");
		return FALSE;
	}
	return TRUE;
}

static gboolean ingest_once(
	Store *store, gint64 desk, const char *account, StoreMail *const *mails, guint n, GError **error)
{
	g_autofree GBytes **hashes = g_new0(GBytes *, n);
	g_autofree GBytes **raws = g_new0(GBytes *, n);
	g_autofree const char **reports = g_new0(const char *, n);
	g_autofree gint64 *times = g_new0(gint64, n);

	for (guint i = 0; i < n; i++) {
		hashes[i] = mails[i]->sha256;
		raws[i] = mails[i]->raw;
		reports[i] = mails[i]->report;
		times[i] = mails[i]->received;
		mails[i]->folder = NULL;
	}
	g_autoptr(PGresult) result = database_call(store->database, error,
		"select ordinal, message, fresh, folder from desk.ingest($1, $2, $3, $4, $5, $6)", 6,
		(DatabaseValue[]){database_number(desk), database_text(account), database_byteas(hashes, n),
			database_byteas(raws, n), database_jsonbs(reports, n), database_times(times, n)});
	return result && take_answers(result, mails, n, error);
}

/* Waits for nothing but the other side of a deadlock. */
static gboolean ingest_retried(
	Store *store, gint64 desk, const char *account, StoreMail *const *mails, guint n, GError **error)
{
	for (guint attempt = 1;; attempt++) {
		g_autoptr(GError) cause = NULL;

		if (ingest_once(store, desk, account, mails, n, &cause))
			return TRUE;
		if (cause->code != DATABASE_ERROR_RETRY || attempt == RETRIES) {
			g_propagate_error(error, g_steal_pointer(&cause));
			return FALSE;
		}
		g_usleep((gulong)g_random_int_range(1000, 50000));
	}
}

/* Its report, or even its bytes, are what no table takes. What is left is the fact. */
static gboolean ingest_guilty(
	Store *store, gint64 desk, const char *account, StoreMail *mail, const char *words, GError **error)
{
	g_autoptr(GError) cause = NULL;

	g_free(mail->report);
	mail->report = workers_quarantine("database-refused", words);
	log_warning("a mail (sha256 begins %02x%02x%02x%02x) is quarantined, the database refuses it: %s",
		((const guint8 *)g_bytes_get_data(mail->sha256, NULL))[0],
		((const guint8 *)g_bytes_get_data(mail->sha256, NULL))[1],
		((const guint8 *)g_bytes_get_data(mail->sha256, NULL))[2],
		((const guint8 *)g_bytes_get_data(mail->sha256, NULL))[3], words);
	if (ingest_retried(store, desk, account, &mail, 1, &cause))
		return TRUE;
	if (cause->code == DATABASE_ERROR_DATA) {
		g_clear_pointer(&mail->raw, g_bytes_unref);
		return ingest_retried(store, desk, account, &mail, 1, error);
	}
	g_propagate_error(error, g_steal_pointer(&cause));
	return FALSE;
}

gboolean store_ingest(
	Store *store, gint64 desk, const char *account, StoreMail *const *mails, guint n, GError **error)
{
	g_autoptr(GError) cause = NULL;

	if (n == 0 || ingest_retried(store, desk, account, mails, n, &cause))
		return TRUE;
	if (cause->code != DATABASE_ERROR_DATA) {
		g_propagate_error(error, g_steal_pointer(&cause));
		return FALSE;
	}
	if (n == 1)
		return ingest_guilty(store, desk, account, mails[0], cause->message, error);
	return store_ingest(store, desk, account, mails, n / 2, error) &&
		store_ingest(store, desk, account, mails + n / 2, n - n / 2, error);
}

gboolean store_decide(Store *store, StoreDecided *decided, GError **error)
{
	guint attempt = 1;

	for (gboolean more = TRUE; more;) {
		g_autoptr(GError) cause = NULL;
		g_autoptr(PGresult) result = database_call(store->database, &cause,
			"select incidents, complaints, owed, more from desk.decide()", 0, NULL);

		if (!result && cause->code == DATABASE_ERROR_RETRY && attempt++ < RETRIES)
			continue;
		if (!result) {
			g_propagate_error(error, g_steal_pointer(&cause));
			return FALSE;
		}
		attempt = 1;
		more = database_field_true(result, 0, 3);
		if (!decided)
			continue;
		decided->incidents += (guint)database_field_number(result, 0, 0);
		decided->complaints += (guint)database_field_number(result, 0, 1);
		decided->owed += (guint)database_field_number(result, 0, 2);
	}
	return TRUE;
}

gboolean store_range_note(
	Store *store, const char *account, guint32 uidvalidity, guint32 first, guint32 last, GError **error)
{
	g_autoptr(PGresult) result =
		database_call(store->database, error, "select desk.range_note($1, $2, $3, $4)", 4,
			(DatabaseValue[]){database_text(account), database_number(uidvalidity),
				database_number(first), database_number(last)});

	return result != NULL;
}

gboolean store_range_done(Store *store, const char *account, GError **error)
{
	g_autoptr(PGresult) result = database_call(store->database, error, "select desk.range_done($1)", 1,
		(DatabaseValue[]){database_text(account)});

	return result != NULL;
}

gboolean store_range_found(
	Store *store, const char *account, guint32 uidvalidity, guint32 *last_out, GError **error)
{
	g_autoptr(PGresult) result = database_call(store->database, error,
		"select coalesce(max(last), 0) from desk.range_found($1) where uidvalidity = $2", 2,
		(DatabaseValue[]){database_text(account), database_number(uidvalidity)});

	*last_out = result ? (guint32)CLAMP(database_field_number(result, 0, 0), 0, G_MAXUINT32) : 0;
	return result != NULL;
}

/* A reader whose machine is gone must not keep the lock for TCP's two hours. */
static gboolean watch_connection(Store *store, GError **error)
{
	g_autoptr(PGresult) result = database_call(store->database, error,
		"select set_config('tcp_keepalives_idle', '3', false), set_config('tcp_keepalives_interval', "
		"'2', false), "
		"set_config('tcp_keepalives_count', '2', false)",
		0, NULL);

	return result != NULL;
}

gboolean store_reader_lock(Store *store, const char *account, gboolean *taken_out, GError **error)
{
	*taken_out = FALSE;
	if (!watch_connection(store, error))
		return FALSE;
	g_autoptr(PGresult) result = database_call(store->database, error,
		"select pg_try_advisory_lock(hashtextextended('complaintd reads ' || $1, 0))", 1,
		(DatabaseValue[]){database_text(account)});
	if (!result)
		return FALSE;
	*taken_out = database_field_true(result, 0, 0);
	return TRUE;
}
