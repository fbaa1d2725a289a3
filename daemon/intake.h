#pragma once

/* From the mailboxes into the database: fetching, parsing, storing and deciding overlap, one
 * thread for each mailbox, one for the workers, one for the database. Mails are filed only
 * after they have been stored, so whatever dies, nothing is lost. */

#include "config.h"
#include "workers.h"

#include <glib.h>

typedef struct Intake Intake;

typedef struct {
	/* Called in any thread. */
	void (*owed)(gpointer data);     /* desk.decide() owes new mails */
	void (*finished)(gpointer data); /* with @once: all mailboxes are done or have failed */
	gpointer data;
} IntakeHooks;

typedef struct {
	guint64 mails;       /* stored, known ones included */
	guint64 known;       /* of these, there already */
	guint64 quarantined; /* by a worker's death or by the database */
	guint64 batches;
	guint in_hand;    /* mails fetched and not yet filed */
	gint64 last_look; /* seconds since 1970: when all mailboxes had last been listed; 0: not yet */
	guint away;       /* mailboxes that cannot be read now */
	guint standby;    /* mailboxes that another daemon reads */
	gboolean database_away;
	gboolean undecided; /* desk.decide() fails */
} IntakeFigures;

/* @once: take what lies there and finish. What is away is waited for. */
Intake *intake_start(Config *config, gboolean once, const IntakeHooks *hooks);
/* Finishes what is in hand (as long as the database is there), ends the threads and frees. */
void intake_stop(Intake *intake);

/* After finished(): NULL, or why a mailbox could not be drained. The caller's. */
char *intake_failure(Intake *intake);
void intake_figures(Intake *intake, IntakeFigures *figures_out);
/* FALSE when a thread has been silent for longer than any of its time limits. */
gboolean intake_is_alive(Intake *intake);
/* Look for what is due, now. */
void intake_wake(Intake *intake);

/* The step that whoever takes in mails from elsewhere shares: gives each of @mails (StoreMail *) without a
 * report the one that the workers make of its bytes. */
gboolean intake_parse_mails(Workers *workers, GPtrArray *mails, GError **error);
