#pragma once

/* The calls of desk.ingest(), desk.decide() and desk.range_*(): mails become facts here, whichever
 * door they came through. A Store belongs to one thread. */

#include "database.h"

#include <glib.h>

typedef struct {
	guint32 uid;     /* in its mailbox; 0 elsewhere */
	gint64 received; /* seconds since 1970 */
	GBytes *raw;     /* NULL: the bytes are not kept */
	GBytes *sha256;  /* of the bytes: who the mail is within its desk */
	char *report;    /* JSON */
	/* What desk.ingest() says: */
	gint64 message;
	gboolean fresh;     /* FALSE: it was known */
	const char *folder; /* "processed", "other", "quarantine" or "restricted": key of [mailbox] */
} StoreMail;

/* Takes over nothing; computes the sha256. @raw may be NULL for one that is too large to be
 * fetched, which @identity (a text that no other mail has) then stands for. */
StoreMail *store_mail_new(GBytes *raw, const char *identity, gint64 received);
void store_mail_free(StoreMail *mail);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(StoreMail, store_mail_free)

typedef struct Store Store;

/* Uses @database, which must live longer. */
Store *store_new(Database *database);
void store_free(Store *store);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Store, store_free)

/* The desk's number; @party NULL: the only root reseller. 0 and an error when there is none. */
gint64 store_desk(Store *store, const char *party, GError **error);

/* Stores the mails (StoreMail *, with reports) in one transaction. What the server refuses for its data
 * is halved until the guilty mail is alone and stored as a quarantine report with the server's words.
 * Errors: DATABASE_ERROR_LOST when the server is away (the same batch again later; it is known by its
 * hashes), DATABASE_ERROR_OTHER when the schema does not fit. @account: where they came from. */
gboolean store_ingest(
	Store *store, gint64 desk, const char *account, StoreMail *const *mails, guint n, GError **error);

typedef struct {
	guint incidents, complaints, owed;
} StoreDecided;

/* Decides all that is undecided and due; adds to *@decided, which may be NULL. */
gboolean store_decide(Store *store, StoreDecided *decided, GError **error);

/* The range of UIDs about to be fetched; all that is noted for @account is done; the highest UID that
 * was noted and not done under @uidvalidity (0: none). */
gboolean store_range_note(
	Store *store, const char *account, guint32 uidvalidity, guint32 first, guint32 last, GError **error);
gboolean store_range_done(Store *store, const char *account, GError **error);
gboolean store_range_found(
	Store *store, const char *account, guint32 uidvalidity, guint32 *last_out, GError **error);

/* Of several daemons on one mailbox one reads: FALSE in *@taken_out when another does. Holds until the
 * connection ends. An economy only, nothing rests on it. */
gboolean store_reader_lock(Store *store, const char *account, gboolean *taken_out, GError **error);
