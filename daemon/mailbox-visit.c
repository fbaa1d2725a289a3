#include "mailbox-private.h"

gboolean mailbox_visit(Mailbox *mailbox, const char *folder, guint *mails_out, GError **error)
{
	if (!mailbox_select(mailbox, folder, &mailbox->uidvalidity, error))
		return FALSE;
	*mails_out = mailbox_exists(mailbox);
	return TRUE;
}
