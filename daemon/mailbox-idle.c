#include "mailbox-private.h"

#include <errno.h>
#include <poll.h>

/* RFC 2177 allows 29 minutes, but what sits between drops silent connections earlier, and a
 * wake-up that was read together with "+ idling" is lost: so nothing waits longer than this. */
#define IDLE_SECONDS       60
#define IDLE_START_SECONDS 30

/* TRUE when @fd (or -1) can be read; also ends when @wake_fd can or the time is over. */
static gboolean wait_for(int fd, int wake_fd, guint seconds)
{
	gint64 end = g_get_monotonic_time() + (gint64)seconds * G_USEC_PER_SEC;
	struct pollfd polls[] = {{fd, POLLIN, 0}, {wake_fd, POLLIN, 0}};

	for (;;) {
		gint64 left = end - g_get_monotonic_time();
		if (left <= 0)
			return FALSE;
		int n = poll(polls, 2, (int)(left / 1000) + 1);
		if (n > 0)
			return polls[0].revents != 0;
		if (n < 0 && errno != EINTR)
			return FALSE;
	}
}

static gboolean noop(Mailbox *mailbox, GError **error)
{
	mailbox_allow(mailbox, MAILBOX_ANSWER_BYTES);
	return mailbox_check(mailbox, mailimap_noop(mailbox->imap), "NOOP", error);
}

static gboolean wait_idle(Mailbox *mailbox, int wake_fd, GError **error)
{
	/* libetpan waits for ever when something stands before the "+": have it out first. */
	if (!noop(mailbox, error))
		return FALSE;
	if (mailbox_exists(mailbox) != mailbox->listed)
		return TRUE;

	mailbox->in_idle = TRUE;
	tls_allow(mailbox->tls, MIN(IDLE_START_SECONDS, mailbox->seconds), MAILBOX_ANSWER_BYTES);
	if (!mailbox_check(mailbox, mailimap_idle(mailbox->imap), "IDLE", error))
		return FALSE;
	/* What came with the "+" lies in a buffer, and poll() knows nothing of it. */
	if (mailbox_exists(mailbox) == mailbox->listed && mailbox->imap->imap_stream->read_buffer_len == 0 &&
		!tls_has_pending(mailbox->tls))
		wait_for(tls_socket(mailbox->tls), wake_fd, IDLE_SECONDS);
	mailbox_allow(mailbox, MAILBOX_ANSWER_BYTES);
	if (!mailbox_check(mailbox, mailimap_idle_done(mailbox->imap), "DONE", error))
		return FALSE;
	mailbox->in_idle = FALSE;
	return TRUE;
}

gboolean mailbox_wait(Mailbox *mailbox, int wake_fd, GError **error)
{
	if (mailbox->has_idle)
		return wait_idle(mailbox, wake_fd, error);
	wait_for(-1, wake_fd, (guint)config_number(mailbox->config, mailbox->section, "poll"));
	return noop(mailbox, error);
}

void mailbox_forbid_idle(Mailbox *mailbox)
{
	mailbox->has_idle = FALSE;
}

gboolean mailbox_failed_in_idle(const Mailbox *mailbox)
{
	return mailbox->in_idle;
}
