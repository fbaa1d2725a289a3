#include "metrics.h"

#include <errno.h>
#include <glib/gstdio.h>

typedef struct {
	const char *name, *type, *help;
	gint64 value;
} Metric;

static void add(GString *out, const Metric *metrics, guint n)
{
	for (guint i = 0; i < n; i++)
		g_string_append_printf(out,
			"# HELP complaintd_%s %s\n# TYPE complaintd_%s %s\ncomplaintd_%s %" G_GINT64_FORMAT
			"\n",
			metrics[i].name, metrics[i].help, metrics[i].name, metrics[i].type, metrics[i].name,
			metrics[i].value);
}

char *metrics_text(const IntakeFigures *intake, const OutboxFigures *outbox, gint64 now)
{
	const Metric metrics[] = {
		{"mails_total", "counter", "Mails stored since the start, known ones included.",
			(gint64)intake->mails},
		{"mails_known_total", "counter", "Of these, mails that had been stored before.",
			(gint64)intake->known},
		{"mails_unparsed_total", "counter", "Mails that killed or stalled a parser twice.",
			(gint64)intake->quarantined},
		{"batches_total", "counter", "Batches stored.", (gint64)intake->batches},
		{"mails_in_hand", "gauge", "Mails fetched and not yet filed.", intake->in_hand},
		{"mailboxes_away", "gauge", "Mailboxes that cannot be read.", intake->away},
		{"mailboxes_standby", "gauge", "Mailboxes that another daemon reads.", intake->standby},
		{"mailbox_last_look_timestamp_seconds", "gauge",
			"When the mailbox that waits longest was last listed; 0: not yet.",
			intake->last_look},
		{"database_away", "gauge", "1 while the database cannot be reached.", intake->database_away},
		{"deciding_fails", "gauge", "1 while facts are stored and nothing is decided.",
			intake->undecided},
		{"outbox_sent_total", "counter", "Mails that a relay took.", (gint64)outbox->sent},
		{"outbox_deferred_total", "counter", "Attempts that a relay put off.",
			(gint64)outbox->deferred},
		{"outbox_refused_total", "counter", "Mails that a relay refused.", (gint64)outbox->refused},
		{"outbox_uncertain_total", "counter", "Mails whose relay vanished after the final dot.",
			(gint64)outbox->uncertain},
		{"outbox_expired_total", "counter", "Mails given up.", (gint64)outbox->expired},
		{"outbox_away", "gauge", "1 while a relay or the database does not answer.", outbox->away},
		{"written_timestamp_seconds", "gauge", "When this was written.", now},
	};
	GString *out = g_string_new(NULL);

	add(out, metrics, G_N_ELEMENTS(metrics));
	return g_string_free(out, FALSE);
}

gboolean metrics_write(
	const char *path, const IntakeFigures *intake, const OutboxFigures *outbox, GError **error)
{
	g_autofree char *text = metrics_text(intake, outbox, g_get_real_time() / G_USEC_PER_SEC);
	g_autofree char *fresh = g_strconcat(path, ".new", NULL);

	if (!g_file_set_contents_full(fresh, text, -1, G_FILE_SET_CONTENTS_CONSISTENT, 0644, error))
		return FALSE;
	/* For other users' eyes whatever our umask is, and never half of it. */
	if (g_chmod(fresh, 0644) == 0 && g_rename(fresh, path) == 0)
		return TRUE;
	g_set_error(error, G_FILE_ERROR, g_file_error_from_errno(errno), "%s: %s", path, g_strerror(errno));
	return FALSE;
}
