#pragma once

/* The stream under libetpan, whose own TLS verifies nothing. Chain and host name are verified
 * within the handshake, TLS is 1.2 or later, every command has a deadline that a dripping
 * server cannot stretch and a budget of bytes that an endless line cannot exceed. */

#include <glib.h>
#include <libetpan/libetpan.h>

#define TLS_ERROR (tls_error_quark())
GQuark tls_error_quark(void);

typedef enum {
	TLS_ERROR_AWAY,      /* no name, no connection, silence */
	TLS_ERROR_UNTRUSTED, /* the certificate is not by a CA we trust, or not for this host */
	TLS_ERROR_PROTOCOL,  /* no TLS that we speak */
	TLS_ERROR_SETTINGS,  /* ca_file cannot be used */
} TlsError;

typedef struct Tls Tls;

/* Connects in the clear. @ca_file: PEM, or NULL for the system's CAs. */
Tls *tls_connect(const char *host, guint port, const char *ca_file, guint seconds, GError **error);
void tls_free(Tls *tls);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Tls, tls_free)

/* At once (implicit TLS) or after STARTTLS. */
gboolean tls_handshake(Tls *tls, guint seconds, GError **error);

/* A stream for mailimap_connect(), which frees @tls with it. */
mailstream *tls_stream(Tls *tls);

/* What the next command may take: time in all, bytes to be read. */
void tls_allow(Tls *tls, guint seconds, gsize bytes);
/* Why reading or writing failed, or NULL when it did not. */
const char *tls_why(const Tls *tls);

int tls_socket(const Tls *tls);
/* Bytes that have been read from the socket and that poll() knows nothing of. */
gboolean tls_has_pending(const Tls *tls);
