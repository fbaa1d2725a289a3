#pragma once

#include "config.h"

#include <glib.h>

#define RELAY_ERROR (relay_error_quark())
GQuark relay_error_quark(void);
typedef enum {
	RELAY_ERROR_AWAY, /* no connection, TLS or login: says nothing about this mail, wait for the relay */
	RELAY_ERROR_DEFERRED,  /* 4xx for this mail: try again later */
	RELAY_ERROR_REFUSED,   /* 5xx: trying again would only annoy */
	RELAY_ERROR_UNCERTAIN, /* reply lost after the final dot: it may have arrived */
} RelayError;

typedef enum { RELAY_TLS_STARTTLS, RELAY_TLS_IMPLICIT, RELAY_TLS_NONE } RelayTls;

/* Where and how to hand mail over; strings owned, NULL or "" where unset. */
typedef struct {
	char *host;
	guint port;
	RelayTls tls;
	char *ca_file; /* NULL: the system's certificates */
	char *user;    /* NULL: no login */
	char *password;
	char *helo;
	guint timeout; /* seconds, for one mail from MAIL to the reply after the final dot */
} RelaySettings;

/* From the section "relay" or "relay PARTYREF". NULL when the password cannot be read or no host is set. */
RelaySettings *relay_settings_read(const Config *config, const char *section, GError **error);
void relay_settings_free(RelaySettings *settings);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RelaySettings, relay_settings_free)

/* One connection to one relay, kept open between mails. Belongs to one thread; needs curl_global_init(). */
typedef struct Relay Relay;
/* @settings is borrowed and must outlive the relay. */
Relay *relay_new(const RelaySettings *settings);
void relay_free(Relay *relay);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Relay, relay_free)

/* Hands over one mail for one recipient. @envelope "" is the null sender. Both addresses are checked again
 * (address.h). @reply_out: the relay's last line, the receipt ("250 2.0.0 Ok: queued as ..."), also set with
 * an error when there was a reply; else NULL. A kept connection that the relay has closed meanwhile is opened
 * anew once, if nothing after MAIL was said on it. */
gboolean relay_send(Relay *relay, const char *envelope, const char *recipient, GBytes *mail, char **reply_out,
	GError **error);
