#pragma once

/* Shared by the files of the mailbox only. */

#include "mailbox.h"
#include "tls.h"

#include <libetpan/libetpan.h>

struct Mailbox {
	const Config *config;
	char *section;
	mailimap *imap;
	Tls *tls; /* owned by the stream once there is one */
	guint32 uidvalidity;
	guint seconds; /* longest wait for an answer */
	gboolean has_move, has_uidplus, has_idle;
	gboolean in_idle;
	guint32 listed; /* mails there when the last listing began */
};

G_DEFINE_AUTOPTR_CLEANUP_FUNC(mailimap, mailimap_free)

/* What answers without mails may hold. */
#define MAILBOX_ANSWER_BYTES (1024 * 1024)

/* Before each command: time and bytes for its answer. */
void mailbox_allow(Mailbox *mailbox, gsize bytes);
/* FALSE and an error unless @rc is a success. @what: "cannot …". */
gboolean mailbox_check(Mailbox *mailbox, int rc, const char *what, GError **error);
gboolean mailbox_select(Mailbox *mailbox, const char *folder, guint32 *uidvalidity_out, GError **error);
/* Mails in the selected folder, as far as the server has said. */
guint32 mailbox_exists(const Mailbox *mailbox);
gboolean mailbox_mark_and_expunge(Mailbox *mailbox, struct mailimap_set *set, GError **error);
