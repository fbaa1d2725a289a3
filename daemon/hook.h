#pragma once

#include "config.h"

#include <glib.h>

/* Calls the provisioning system for approved actions (desk.hook) over HTTPS, one signed POST each
 * (Standard Webhooks: webhook-id, webhook-timestamp, webhook-signature). Own thread, own connection. */
typedef struct Hooks Hooks;

/* FALSE when the settings cannot work; says the same as hook_start(). */
gboolean hook_check(const Config *config, GError **error);

/* NULL without an error when no [hook] url is set: then people confirm actions by hand. */
Hooks *hook_start(Config *config, GError **error);
/* Something was approved: look at once. NULL is fine, as below. */
void hook_wake(Hooks *hooks);
/* Returns when no call is due; what the other side deferred is left for later. */
gboolean hook_drain(Hooks *hooks, GError **error);
void hook_stop(Hooks *hooks);
