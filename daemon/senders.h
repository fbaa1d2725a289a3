#pragma once

#include "config.h"
#include "notice.h"
#include "template-set.h"

#include <glib.h>

/* The threads that hand mails to the relays: `connections` for each relay, each with one connection, and
 * at most `domain_connections` of them at work for one recipient's domain. */
typedef struct Senders Senders;

/* One owed mail on its way, and what became of it. */
typedef struct {
	Notice *notice;
	char *context;       /* of the notice, still as text */
	gint64 claim;        /* whose it is */
	gint64 start_before; /* monotonic microseconds: later than this it is handed back untried */

	const char
		*outcome; /* NULL: not begun; sent, deferred, untried, refused, uncertain, expired (static) */
	char *reply;      /* the relay's last line, or why not; may be NULL */
	gint64 next;      /* of deferred, untried and uncertain: seconds since 1970 */
} Delivery;

void delivery_free(gpointer delivery);
/* No attempt was made; it may be claimed again at once. */
void delivery_hand_back(Delivery *delivery);
/* What stands behind the @ of its recipient; borrowed. */
const char *delivery_domain(const Delivery *delivery);

/* Finished deliveries are pushed to @done, in any order. Reads [relay] and every [relay PARTY]. */
Senders *senders_start(Config *config, TemplateSet *templates, GAsyncQueue *done, GError **error);
/* Hands back what was not begun, waits for what was, frees. */
void senders_stop(Senders *senders);

/* Takes @delivery; the sending party chooses the relay. */
void senders_give(Senders *senders, Delivery *delivery);
/* How many of the connections that @delivery may use serve one domain at the same time. */
guint senders_share(const Senders *senders, const Delivery *delivery);

guint senders_connections(const Senders *senders);
/* Longest time one mail may take, in seconds. */
guint senders_timeout(const Senders *senders);
/* TRUE when no relay answers; @pause_out: milliseconds until one is tried again. */
gboolean senders_all_away(Senders *senders, gint64 *pause_out);
/* Why some relay does not answer, or NULL when all do; free it. */
char *senders_trouble(Senders *senders);
