#pragma once

#include <glib.h>

/* One signed POST to the provisioning system. */
typedef struct {
	char *url;
	char *ca_file; /* NULL: the system's certificates */
	GBytes *key;   /* NULL: calls are not signed */
	guint timeout; /* seconds */
} HookTarget;

typedef enum {
	HOOK_DONE,     /* it has happened */
	HOOK_ACCEPTED, /* it will happen: ask again later with the same id */
	HOOK_DEFERRED, /* no answer, or one that says to come again */
	HOOK_FAILED,   /* it will not happen; trying again would change nothing */
} HookOutcome;

/* "whsec_" and base64 of 16 bytes or more (Standard Webhooks; NULL when it is not), or any other words, which
 * are taken as they are. */
GBytes *hook_key(const char *secret);

/* "v1," and the base64 of HMAC-SHA256 over "id.timestamp.body" (Standard Webhooks). */
char *hook_signature(GBytes *key, const char *id, gint64 timestamp, const char *body);

/* What an answer means. @words_out: its message, or the first line of its text; cleaned, may be NULL. */
HookOutcome hook_grade(guint status, const char *answer, char **words_out);

/* Calls. @status_out is 0 when no answer came; then @words_out says why. Follows no redirect, reads at
 * most 64 KiB. Needs curl_global_init(). */
HookOutcome hook_call(
	const HookTarget *target, const char *id, const char *body, guint *status_out, char **words_out);
