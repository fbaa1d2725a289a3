#pragma once

/* One IMAP mailbox (libetpan, over tls.h). Belongs to one thread. After MAILBOX_ERROR_AWAY
 * the session is of no more use: free it and open another. */

#include "config.h"

#include <glib.h>

#define MAILBOX_ERROR (mailbox_error_quark())
GQuark mailbox_error_quark(void);

typedef enum {
	MAILBOX_ERROR_AWAY,      /* no connection, silence, nonsense: come back later */
	MAILBOX_ERROR_UNTRUSTED, /* no TLS, or a certificate that is not the server's: no login was tried */
	MAILBOX_ERROR_LOGIN,     /* refused: come back much later, or the account gets locked */
	MAILBOX_ERROR_REFUSED,   /* the server said NO to something else; the session goes on */
} MailboxError;

typedef struct Mailbox Mailbox;

typedef struct {
	guint32 uid;
	guint32 size;    /* bytes, as the server says */
	gint64 received; /* INTERNALDATE, seconds since 1970; 0 until it is fetched */
} MailboxEntry;

/* Connects, verifies, logs in, creates the folders of @section that are missing and selects
 * the inbox. @config must live as long. */
Mailbox *mailbox_open(const Config *config, const char *section, GError **error);
void mailbox_free(Mailbox *mailbox);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Mailbox, mailbox_free)

guint32 mailbox_uidvalidity(const Mailbox *mailbox);

/* Some of the mails above UID @after, ascending; none only when there are none. Mails marked
 * \Deleted are not there any more. */
GArray *mailbox_list(Mailbox *mailbox, guint32 after, GError **error); /* of MailboxEntry */

/* The bytes of @n listed mails that follow each other, and when they were received, in one round trip. A mail
 * that has vanished leaves NULL in @bytes_out; what is not NULL belongs to the caller, also after an error.
 * Without @bytes_out only when they were received. */
gboolean mailbox_fetch(Mailbox *mailbox, MailboxEntry *entries, guint n, GBytes **bytes_out, GError **error);

/* Moves mails (ascending UIDs) out of the inbox; @folder is a name on the server. Without MOVE: COPY,
 * \Deleted and UID EXPUNGE; without UIDPLUS they stay, marked. Redoing it is harmless. */
gboolean mailbox_file(Mailbox *mailbox, const guint32 *uids, guint n, const char *folder, GError **error);

/* Waits until something may have arrived, @wake_fd can be read, or a minute has passed: by IDLE, or
 * by asking every `poll` seconds. */
gboolean mailbox_wait(Mailbox *mailbox, int wake_fd, GError **error);
/* Do not use IDLE on this connection: the server and libetpan do not agree on it. */
void mailbox_forbid_idle(Mailbox *mailbox);
/* The last error happened while IDLE was being entered or left. */
gboolean mailbox_failed_in_idle(const Mailbox *mailbox);

/* Expunges filed mails older than `keep_filed`. @count_out: how many. With MAILBOX_ERROR_REFUSED some folder
 * could not be cleared; the inbox is selected as before. */
gboolean mailbox_expire(Mailbox *mailbox, guint *count_out, GError **error);

/* Selects another folder than the inbox: what is listed and fetched from now on lies there, so this
 * connection must not be used for filing any more. @mails_out: how many there are. */
gboolean mailbox_visit(Mailbox *mailbox, const char *folder, guint *mails_out, GError **error);
