#include "tls.h"

#include <errno.h>
#include <fcntl.h>
#include <gnutls/gnutls.h>
#include <gnutls/x509.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define PRIORITY    "NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2"
#define BUFFER_SIZE (64 * 1024)

struct Tls {
	int fd;
	char *host;
	char *ca_file;
	gnutls_certificate_credentials_t credentials;
	gnutls_session_t session; /* NULL: in the clear */
	gint64 deadline;          /* monotonic microseconds */
	gsize budget;
	const char *why;
};

G_DEFINE_QUARK(tls - error - quark, tls_error)

static int wait_for(Tls *tls, short events)
{
	for (;;) {
		gint64 left = tls->deadline - g_get_monotonic_time();
		struct pollfd p = {.fd = tls->fd, .events = events};
		int n = left > 0 ? poll(&p, 1, (int)(left / 1000) + 1) : 0;

		if (n > 0)
			return 0;
		if (n < 0 && errno == EINTR)
			continue;
		tls->why = "no answer in time";
		return -1;
	}
}

void tls_allow(Tls *tls, guint seconds, gsize bytes)
{
	tls->deadline = g_get_monotonic_time() + (gint64)seconds * G_USEC_PER_SEC;
	tls->budget = bytes;
	tls->why = NULL;
}

const char *tls_why(const Tls *tls)
{
	return tls->why;
}

int tls_socket(const Tls *tls)
{
	return tls->fd;
}

gboolean tls_has_pending(const Tls *tls)
{
	return tls->session && gnutls_record_check_pending(tls->session) > 0;
}

/* A peer that vanished shall not keep us waiting for ever. */
static void keep_alive(int fd)
{
	static const struct {
		int level, option, value;
	} options[] = {
		{SOL_SOCKET, SO_KEEPALIVE, 1},
		{IPPROTO_TCP, TCP_KEEPIDLE, 60},
		{IPPROTO_TCP, TCP_KEEPINTVL, 20},
		{IPPROTO_TCP, TCP_KEEPCNT, 3},
		{IPPROTO_TCP, TCP_NODELAY, 1},
	};

	for (guint i = 0; i < G_N_ELEMENTS(options); i++)
		setsockopt(
			fd, options[i].level, options[i].option, &options[i].value, sizeof options[i].value);
}

/* 0, or the errno of the attempt. */
static int try_address(Tls *tls, const struct addrinfo *address)
{
	int problem = 0;
	socklen_t length = sizeof problem;

	tls->fd = socket(address->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (tls->fd < 0)
		return errno;
	keep_alive(tls->fd);
	if (connect(tls->fd, address->ai_addr, address->ai_addrlen) == 0)
		return 0;
	if (errno != EINPROGRESS)
		problem = errno;
	else if (wait_for(tls, POLLOUT) < 0)
		problem = ETIMEDOUT;
	else if (getsockopt(tls->fd, SOL_SOCKET, SO_ERROR, &problem, &length) < 0)
		problem = errno;
	if (problem) {
		close(tls->fd);
		tls->fd = -1;
	}
	return problem;
}

Tls *tls_connect(const char *host, guint port, const char *ca_file, guint seconds, GError **error)
{
	g_autoptr(Tls) tls = g_new0(Tls, 1);
	struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_ADDRCONFIG}, *list = NULL;
	g_autofree char *service = g_strdup_printf("%u", port);
	int problem = 0;

	tls->fd = -1;
	tls->host = g_strdup(host);
	tls->ca_file = g_strdup(ca_file);
	int rc = getaddrinfo(host, service, &hints, &list);
	if (rc != 0) {
		g_set_error(error, TLS_ERROR, TLS_ERROR_AWAY, "%s: %s", host, gai_strerror(rc));
		return NULL;
	}
	tls_allow(tls, seconds, G_MAXSIZE);
	for (const struct addrinfo *a = list; a && tls->fd < 0; a = a->ai_next)
		problem = try_address(tls, a);
	freeaddrinfo(list);
	if (tls->fd < 0) {
		g_set_error(
			error, TLS_ERROR, TLS_ERROR_AWAY, "%s port %u: %s", host, port, g_strerror(problem));
		return NULL;
	}
	return g_steal_pointer(&tls);
}

void tls_free(Tls *tls)
{
	if (!tls)
		return;
	if (tls->session)
		gnutls_deinit(tls->session);
	if (tls->credentials)
		gnutls_certificate_free_credentials(tls->credentials);
	if (tls->fd >= 0)
		close(tls->fd);
	g_free(tls->host);
	g_free(tls->ca_file);
	g_free(tls);
}

static gboolean trust(Tls *tls, GError **error)
{
	if (gnutls_certificate_allocate_credentials(&tls->credentials) < 0)
		g_error("out of memory");
	int n = tls->ca_file
		? gnutls_certificate_set_x509_trust_file(tls->credentials, tls->ca_file, GNUTLS_X509_FMT_PEM)
		: gnutls_certificate_set_x509_system_trust(tls->credentials);
	if (n > 0)
		return TRUE;
	g_set_error(error, TLS_ERROR, TLS_ERROR_SETTINGS, "%s holds no certificate of a CA%s%s",
		tls->ca_file ? tls->ca_file : "the system", n < 0 ? ": " : "",
		n < 0 ? gnutls_strerror(n) : "");
	return FALSE;
}

static void set_handshake_error(Tls *tls, int rc, GError **error)
{
	if (rc == GNUTLS_E_CERTIFICATE_VERIFICATION_ERROR) {
		gnutls_datum_t words = {0};
		unsigned status = gnutls_session_get_verify_cert_status(tls->session);

		gnutls_certificate_verification_status_print(status, GNUTLS_CRT_X509, &words, 0);
		g_set_error(error, TLS_ERROR, TLS_ERROR_UNTRUSTED, "%s: the certificate is refused: %s",
			tls->host, words.data ? g_strchomp((char *)words.data) : "not trusted");
		gnutls_free(words.data);
		return;
	}
	gboolean away = tls->why || rc == GNUTLS_E_PREMATURE_TERMINATION || rc == GNUTLS_E_PULL_ERROR ||
		rc == GNUTLS_E_PUSH_ERROR;
	g_set_error(error, TLS_ERROR, away ? TLS_ERROR_AWAY : TLS_ERROR_PROTOCOL, "%s: TLS handshake: %s",
		tls->host, tls->why ? tls->why : gnutls_strerror(rc));
}

gboolean tls_handshake(Tls *tls, guint seconds, GError **error)
{
	if (!trust(tls, error))
		return FALSE;
	if (gnutls_init(&tls->session, GNUTLS_CLIENT | GNUTLS_NONBLOCK | GNUTLS_NO_SIGNAL) < 0)
		g_error("out of memory");
	gnutls_priority_set_direct(tls->session, PRIORITY, NULL);
	gnutls_credentials_set(tls->session, GNUTLS_CRD_CERTIFICATE, tls->credentials);
	if (!g_hostname_is_ip_address(tls->host)) /* RFC 6066 section 3: no addresses in SNI */
		gnutls_server_name_set(tls->session, GNUTLS_NAME_DNS, tls->host, strlen(tls->host));
	/* The name of the configuration, never one that DNS led to. */
	gnutls_session_set_verify_cert(tls->session, tls->host, 0);
	gnutls_transport_set_int(tls->session, tls->fd);

	tls_allow(tls, seconds, G_MAXSIZE);
	int rc;
	while ((rc = gnutls_handshake(tls->session)) < 0 && !gnutls_error_is_fatal(rc)) {
		short events = gnutls_record_get_direction(tls->session) ? POLLOUT : POLLIN;
		if ((rc == GNUTLS_E_AGAIN || rc == GNUTLS_E_INTERRUPTED) && wait_for(tls, events) < 0)
			break;
	}
	if (rc == 0)
		return TRUE;
	set_handshake_error(tls, rc, error);
	return FALSE;
}

/* One try: bytes, or a GnuTLS error. In the clear only greeting and STARTTLS are read. */
static ssize_t receive(Tls *tls, void *bytes, size_t size)
{
	if (tls->session)
		return gnutls_record_recv(tls->session, bytes, size);

	ssize_t n = recv(tls->fd, bytes, size, 0);
	if (n >= 0)
		return n;
	return errno == EAGAIN || errno == EINTR ? GNUTLS_E_AGAIN : GNUTLS_E_PULL_ERROR;
}

/* Never 0: libetpan's parser of literals would ask again for ever. */
static ssize_t stream_read(mailstream_low *low, void *bytes, size_t size)
{
	Tls *tls = low->data;

	if (tls->why) /* libetpan may ask again; the first reason is the true one */
		return -1;
	if (tls->budget == 0) {
		tls->why = "too many bytes in one answer";
		return -1;
	}
	for (;;) {
		ssize_t n = receive(tls, bytes, size);
		if (n > 0) {
			tls->budget -= MIN((gsize)n, tls->budget);
			return n;
		}
		if (n != GNUTLS_E_AGAIN && n != GNUTLS_E_INTERRUPTED) {
			/* Many close without TLS's goodbye. */
			gboolean closed = n == 0 || n == GNUTLS_E_PREMATURE_TERMINATION;
			tls->why = closed ? "closed by the server" : gnutls_strerror((int)n);
			return -1;
		}
		if (wait_for(tls, POLLIN) < 0)
			return -1;
	}
}

static ssize_t transmit(Tls *tls, const void *bytes, size_t size)
{
	if (tls->session)
		return gnutls_record_send(tls->session, bytes, size);

	ssize_t n = send(tls->fd, bytes, size, MSG_NOSIGNAL);
	if (n >= 0)
		return n;
	return errno == EAGAIN || errno == EINTR ? GNUTLS_E_AGAIN : GNUTLS_E_PUSH_ERROR;
}

static ssize_t stream_write(mailstream_low *low, const void *bytes, size_t size)
{
	Tls *tls = low->data;

	if (size == 0 || tls->why)
		return size == 0 ? 0 : -1;
	for (;;) {
		ssize_t n = transmit(tls, bytes, size);
		if (n > 0)
			return n;
		if (n != GNUTLS_E_AGAIN && n != GNUTLS_E_INTERRUPTED) {
			tls->why = n ? gnutls_strerror((int)n) : "closed by the server";
			return -1;
		}
		if (wait_for(tls, POLLOUT) < 0)
			return -1;
	}
}

static int stream_close(mailstream_low *low)
{
	Tls *tls = low->data;

	if (tls->session)
		gnutls_bye(tls->session, GNUTLS_SHUT_WR);
	return 0;
}

static int stream_fd(mailstream_low *low)
{
	return ((Tls *)low->data)->fd;
}

static void stream_free(mailstream_low *low)
{
	tls_free(low->data);
	free(low);
}

static void stream_cancel(mailstream_low *low)
{
}

static struct mailstream_cancel *stream_get_cancel(mailstream_low *low)
{
	return NULL;
}

static carray *stream_chain(mailstream_low *low)
{
	return NULL;
}

static int stream_idle(mailstream_low *low)
{
	return -1; /* who idles polls tls_socket() himself */
}

mailstream *tls_stream(Tls *tls)
{
	static mailstream_low_driver driver = {
		.mailstream_read = stream_read,
		.mailstream_write = stream_write,
		.mailstream_close = stream_close,
		.mailstream_get_fd = stream_fd,
		.mailstream_free = stream_free,
		.mailstream_cancel = stream_cancel,
		.mailstream_get_cancel = stream_get_cancel,
		.mailstream_get_certificate_chain = stream_chain,
		.mailstream_setup_idle = stream_idle,
		.mailstream_unsetup_idle = stream_idle,
		.mailstream_interrupt_idle = stream_idle,
	};
	mailstream_low *low = mailstream_low_new(tls, &driver);
	mailstream *stream = low ? mailstream_new(low, BUFFER_SIZE) : NULL;

	if (!stream)
		g_error("out of memory");
	return stream;
}
