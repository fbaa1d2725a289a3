#pragma once

#include "config.h"

#include <glib.h>

/* Asks RDAP servers (RFC 9082, 9083) for the registrar of domains that are not ours, and its abuse contact
 * (desk.rdap_queue, desk.rdap_cache), so that acknowledgments can say where to go. Off unless [rdap] enabled.
 * Own thread, own connection; https only; one question at a time. Needs curl_global_init(). */
typedef struct Rdap Rdap;

/* FALSE when the settings cannot work; says the same as rdap_start(). */
gboolean rdap_check(const Config *config, GError **error);

/* NULL without an error when look-ups are off. */
Rdap *rdap_start(Config *config, GError **error);
/* Something was queued: look at once. NULL is fine, as below. */
void rdap_wake(Rdap *rdap);
/* Returns when no question is due; what a server put off is left for later. */
gboolean rdap_drain(Rdap *rdap, GError **error);
void rdap_stop(Rdap *rdap);
