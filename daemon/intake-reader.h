#pragma once

/* One reader, shared by the files of its thread only. */

#include "intake-private.h"

struct Reader {
	Intake *intake;
	char *section;
	char *account;
	GThread *thread;
	GAsyncQueue *done; /* Batch * */
	int wake;
	int beat, state;  /* atomic */
	gint64 last_look; /* under the intake's lock */
	char *failure;    /* set before the thread ends */
	gboolean finished;

	Database *database;
	Store *store;
	gboolean locked;
	gint64 desk;
	guint noted;
	guint in_hand;      /* batches on their way */
	GPtrArray *unfiled; /* StoreMail *, stored */

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

/* Mails fetched and not yet filed, for the figures. */
void reader_count_in_hand(Reader *reader, int change);
/* Takes what has come back stored, with @wait at least one batch if any is in hand, and files it when it
 * is much or nothing else is in hand. One that comes back while there is no session is not filed: it will
 * be fetched again, known, and filed then. */
gboolean reader_take_back(Reader *reader, gboolean wait, GError **error);
/* The session is over: these come again. */
void reader_forget_unfiled(Reader *reader);
/* More of the listing, where all that was listed has been fetched. */
gboolean reader_list(Reader *reader, GError **error);
/* Notes and fetches the next range and sends it on its way. */
gboolean reader_take_range(Reader *reader, GError **error);
/* The next range is one that somebody died over. */
gboolean reader_is_careful(const Reader *reader);
