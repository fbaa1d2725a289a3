#pragma once

#include <glib.h>

/* Fetches one JSON document over HTTPS: 10 s or less, 1 MiB, at most three redirects, all to https; never
 * from addresses inside our own network, wherever a redirect or a name may point. */
typedef struct {
	char *ca_file;  /* NULL: the system's certificates */
	guint timeout;  /* seconds */
	gboolean local; /* this machine may be asked: a server on it is configured */
} RdapClient;

typedef struct {
	guint status;
	char *body; /* ends in NUL, which does not count */
	gsize length;
	gint64 retry_after; /* seconds, 0: not said */
	gint64 keep;        /* seconds the answer may be kept, 0: not said */
} RdapReply;

void rdap_reply_clear(RdapReply *reply);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(RdapReply, rdap_reply_clear)

#define RDAP_FETCH_ERROR (rdap_fetch_error_quark())
GQuark rdap_fetch_error_quark(void);
typedef enum {
	RDAP_FETCH_ERROR_AWAY,  /* no connection, no answer in time, an untrusted certificate */
	RDAP_FETCH_ERROR_LARGE, /* more than 1 MiB */
} RdapFetchError;

/* TRUE when an answer came, whatever its status. Needs curl_global_init(). */
gboolean rdap_fetch(const RdapClient *client, const char *url, RdapReply *reply_out, GError **error);

/* May a server at this address be asked: not private, link-local, shared, multicast or (unless @local)
 * loopback. @bytes: 4 or 16. */
gboolean rdap_address_is_fine(const guint8 *bytes, gsize length, gboolean local);
