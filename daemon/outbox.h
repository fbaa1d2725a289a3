#pragma once

#include "config.h"
#include "template-set.h"

#include <glib.h>

/* Sends what desk.outbox holds: claims a batch, notes each attempt, sends over a few connections, records
 * what the relays said. Own threads, own database connections. */
typedef struct Outbox Outbox;

typedef struct {
	guint64 sent;
	guint64 deferred;
	guint64 refused;
	guint64 uncertain;
	guint64 expired;
	gboolean away; /* a relay or the database does not answer */
} OutboxFigures;

/* FALSE when the settings cannot work; says the same as outbox_start(). */
gboolean outbox_check(const Config *config, GError **error);

/* Starts sending. With `[mail] hold = yes`, or without a [relay] section, nothing is claimed. An error means
 * the settings cannot work (a secret that cannot be read); a relay or database that is away is waited for. */
Outbox *outbox_start(Config *config, TemplateSet *templates, GError **error);

/* Something may be owed: look at once. Any thread. Without it the outbox looks every 30 s. */
void outbox_wake(Outbox *outbox);

/* Returns when nothing is due any more: all that was owed is recorded. What the relay deferred is left for
 * later. FALSE when the relay or the database is away, the message names which. Any thread. */
gboolean outbox_drain(Outbox *outbox, GError **error);

void outbox_figures(Outbox *outbox, OutboxFigures *figures_out);

/* Finishes the mails that are on the wire, hands back what was claimed and not tried, ends the threads
 * and frees. NULL is fine. */
void outbox_stop(Outbox *outbox);
