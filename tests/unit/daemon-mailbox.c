/* The mailbox against IMAP servers that lie, drip, close and shout. Each test starts a server
 * of its own in a thread; its certificates are made here. */
#include "mailbox.h"

#include <arpa/inet.h>
#include <glib/gstdio.h>
#include <gnutls/gnutls.h>
#include <gnutls/x509.h>
#include <signal.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

/* ---- certificates ---- */

typedef struct {
	gnutls_x509_privkey_t key;
	gnutls_x509_crt_t crt;
} Certificate;

static char *directory, *ca_path, *stranger_path;
static Certificate ca, good, wrong;

static Certificate certificate_make(const char *name, const Certificate *issuer)
{
	Certificate c;
	guint8 serial[] = {1, (guint8)g_random_int_range(1, 127), (guint8)name[0]};

	gnutls_x509_privkey_init(&c.key);
	gnutls_x509_privkey_generate(
		c.key, GNUTLS_PK_ECDSA, GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_SECP256R1), 0);
	gnutls_x509_crt_init(&c.crt);
	gnutls_x509_crt_set_version(c.crt, 3);
	gnutls_x509_crt_set_serial(c.crt, serial, sizeof serial);
	gnutls_x509_crt_set_activation_time(c.crt, time(NULL) - 3600);
	gnutls_x509_crt_set_expiration_time(c.crt, time(NULL) + 86400);
	gnutls_x509_crt_set_dn_by_oid(c.crt, GNUTLS_OID_X520_COMMON_NAME, 0, name, strlen(name));
	gnutls_x509_crt_set_key(c.crt, c.key);
	if (issuer)
		gnutls_x509_crt_set_subject_alt_name(
			c.crt, GNUTLS_SAN_DNSNAME, name, strlen(name), GNUTLS_FSAN_SET);
	else
		gnutls_x509_crt_set_basic_constraints(c.crt, 1, -1);
	gnutls_x509_crt_set_key_usage(
		c.crt, issuer ? GNUTLS_KEY_DIGITAL_SIGNATURE : GNUTLS_KEY_KEY_CERT_SIGN);
	g_assert_cmpint(gnutls_x509_crt_sign2(c.crt, issuer ? issuer->crt : c.crt,
				issuer ? issuer->key : c.key, GNUTLS_DIG_SHA256, 0),
		==, 0);
	return c;
}

static void certificate_clear(Certificate *c)
{
	gnutls_x509_crt_deinit(c->crt);
	gnutls_x509_privkey_deinit(c->key);
}

static char *certificate_save(const Certificate *c, const char *name)
{
	char *path = g_build_filename(directory, name, NULL);
	gnutls_datum_t pem;

	gnutls_x509_crt_export2(c->crt, GNUTLS_X509_FMT_PEM, &pem);
	g_assert_true(g_file_set_contents(path, (char *)pem.data, pem.size, NULL));
	gnutls_free(pem.data);
	return path;
}

/* ---- the server ---- */

typedef enum { IMPLICIT, STARTTLS } Mode;

/* What the server does instead of what it should; the answers stand without tag. */
typedef struct {
	const char *name;
	Mode mode;
	gboolean stranger; /* the client trusts another CA */
	gboolean wrong;    /* the certificate is for another host */
	const char *greeting;
	const char *on, *answer; /* at this command, this, and then the connection is closed … */
	gboolean drip;           /* … a byte at a time, slowly */
	gboolean silent;         /* … or nothing any more */
	gboolean shout;          /* … or bytes without end */
	gboolean goes_on;        /* … or it goes on as if nothing had been */
	/* What must come of it: */
	int code; /* of MAILBOX_ERROR, or -1: it opens */
	const char *says;
	gboolean no_login; /* LOGIN must not have been tried */
} Case;

typedef struct {
	const Case *what;
	int listener, fd;
	guint16 port;
	gnutls_session_t session;
	gnutls_certificate_credentials_t credentials;
	gboolean saw_login, saw_name;
	char selected[100]; /* folder */
	guint searches;
	GThread *thread;
} Server;

static gssize server_send(Server *server, const char *bytes, gsize n)
{
	return server->session ? gnutls_record_send(server->session, bytes, n)
			       : send(server->fd, bytes, n, MSG_NOSIGNAL);
}

static gboolean server_line(Server *server, char *line, gsize most)
{
	for (gsize n = 0; n < most - 1; n++) {
		gssize got = server->session ? gnutls_record_recv(server->session, line + n, 1)
					     : recv(server->fd, line + n, 1, 0);
		if (got <= 0)
			return FALSE;
		line[n + 1] = '\0';
		if (line[n] == '\n')
			return TRUE;
	}
	return FALSE;
}

static gboolean server_tls(Server *server)
{
	Certificate *c = server->what->wrong ? &wrong : &good;
	char name[100];
	gsize length = sizeof name;
	unsigned type;
	int rc;

	gnutls_certificate_allocate_credentials(&server->credentials);
	gnutls_certificate_set_x509_key(server->credentials, &c->crt, 1, c->key);
	gnutls_init(&server->session, GNUTLS_SERVER | GNUTLS_NO_SIGNAL);
	gnutls_set_default_priority(server->session);
	gnutls_credentials_set(server->session, GNUTLS_CRD_CERTIFICATE, server->credentials);
	gnutls_transport_set_int(server->session, server->fd);
	do
		rc = gnutls_handshake(server->session);
	while (rc < 0 && !gnutls_error_is_fatal(rc));
	server->saw_name = gnutls_server_name_get(server->session, name, &length, &type, 0) == 0 &&
		strcmp(name, "localhost") == 0;
	return rc == 0;
}

/* Until the client has had enough. */
static void server_misbehave(Server *server)
{
	const Case *what = server->what;
	char shout[4096], line[1000];

	memset(shout, 'x', sizeof shout);
	if (what->drip)
		for (const char *p = what->answer;; p = p[1] ? p + 1 : what->answer) {
			if (server_send(server, p, 1) <= 0)
				return;
			g_usleep(20000);
		}
	if (what->answer)
		server_send(server, what->answer, strlen(what->answer));
	while (what->shout && server_send(server, shout, sizeof shout) > 0)
		;
	while (what->silent && server_line(server, line, sizeof line))
		;
}

static const struct {
	const char *command, *untagged, *tagged;
} dialog[] = {
	{"CAPABILITY", "* CAPABILITY IMAP4rev1 STARTTLS IDLE UIDPLUS MOVE\r\n", "OK done"},
	{"STARTTLS", "", "OK begin"},
	{"LOGIN", "", "OK done"},
	{"LIST", "* LIST () \"/\" Folder\r\n", "OK done"},
	{"SELECT", "* 1 EXISTS\r\n* OK [UIDVALIDITY 7] x\r\n* OK [UIDNEXT 12] x\r\n", "OK [READ-WRITE] done"},
	{"FETCH", "* 1 FETCH (UID 11 FLAGS () RFC822.SIZE 9)\r\n", "OK done"},
	{"UID FETCH 11 (UID INTERNALDATE BODY",
		"* 1 FETCH (UID 11 INTERNALDATE \" 1-Mar-2026 12:00:00 +0100\")\r\n"
		"* 1 FETCH (UID 11 BODY[] {9}\r\nA: b\r\n\r\nc)\r\n",
		"OK done"},
	{"UID FETCH 11 (UID INTERNALDATE)",
		"* 1 FETCH (UID 11 INTERNALDATE \" 1-Jan-1970 00:00:00 +0000\")\r\n", "OK done"},
	{"UID FETCH", "* 1 FETCH (UID 11 FLAGS () RFC822.SIZE 9)\r\n", "OK done"},
	{"UID SEARCH", "", "NO not in this folder"},
	{"NOOP", "", "OK done"},
	{"LOGOUT", "* BYE bye\r\n", "OK done"},
};

/* FALSE ends the connection. */
static gboolean server_answer(Server *server, const char *tag, const char *command)
{
	for (guint i = 0; i < G_N_ELEMENTS(dialog); i++) {
		if (!g_str_has_prefix(command, dialog[i].command))
			continue;
		g_autofree char *answer =
			g_strdup_printf("%s%s %s\r\n", dialog[i].untagged, tag, dialog[i].tagged);
		server_send(server, answer, strlen(answer));
		return strcmp(dialog[i].command, "STARTTLS") != 0 || server_tls(server);
	}
	return FALSE;
}

static void server_talk(Server *server)
{
	const Case *what = server->what;
	const char *greeting = what->greeting ? what->greeting : "* OK ready\r\n";
	char line[1000];

	server_send(server, greeting, strlen(greeting));
	while (server_line(server, line, sizeof line)) {
		char *command = strchr(line, ' ');
		if (!command)
			return;
		*command++ = '\0';
		server->saw_login |=
			g_str_has_prefix(command, "LOGIN") || g_str_has_prefix(command, "AUTHENTICATE");
		if (g_str_has_prefix(command, "SELECT "))
			g_strlcpy(server->selected, g_strchomp(command + strlen("SELECT ")),
				sizeof server->selected);
		server->searches += g_str_has_prefix(command, "UID SEARCH");
		if (what->on && g_str_has_prefix(command, what->on)) {
			server_misbehave(server);
			if (!what->goes_on)
				return;
		}
		if (!server_answer(server, line, command))
			return;
	}
}

static gpointer server_run(gpointer data)
{
	Server *server = data;

	server->fd = accept(server->listener, NULL, NULL);
	if (server->what->mode != IMPLICIT || server_tls(server))
		server_talk(server);
	if (server->session)
		gnutls_deinit(server->session);
	if (server->credentials)
		gnutls_certificate_free_credentials(server->credentials);
	close(server->fd);
	return NULL;
}

static void server_start(Server *server, const Case *what)
{
	struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t length = sizeof address;

	*server = (Server){.what = what, .listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
	g_assert_cmpint(bind(server->listener, (struct sockaddr *)&address, sizeof address), ==, 0);
	g_assert_cmpint(listen(server->listener, 1), ==, 0);
	getsockname(server->listener, (struct sockaddr *)&address, &length);
	server->port = ntohs(address.sin_port);
	server->thread = g_thread_new("server", server_run, server);
}

static void server_stop(Server *server)
{
	shutdown(server->listener, SHUT_RDWR);
	g_thread_join(server->thread);
	close(server->listener);
}

/* ---- the tests ---- */

static Config *config_for(const Server *server)
{
	g_autofree char *path = g_build_filename(directory, "c.conf", NULL);
	g_autofree char *text =
		g_strdup_printf("[mailbox a]\nhost = localhost\nport = %u\ntls = %s\nca_file = %s\n"
				"user = u\npassword = p\ntimeout = 1s\n",
			server->port, server->what->mode == IMPLICIT ? "implicit" : "starttls",
			server->what->stranger ? stranger_path : ca_path);
	g_autoptr(GError) error = NULL;

	g_assert_true(g_file_set_contents_full(path, text, -1, G_FILE_SET_CONTENTS_CONSISTENT, 0600, NULL));
	Config *config = config_load(path, &error);
	g_assert_no_error(error);
	g_unlink(path);
	return config;
}

static const Case cases[] = {
	{"good", IMPLICIT, .code = -1},
	{"good-starttls", STARTTLS, .code = -1},
	{"unknown-ca", IMPLICIT, .stranger = TRUE, .code = MAILBOX_ERROR_UNTRUSTED,
		.says = "issuer is unknown", .no_login = TRUE},
	{"unknown-ca-starttls", STARTTLS, .stranger = TRUE, .code = MAILBOX_ERROR_UNTRUSTED,
		.says = "issuer is unknown", .no_login = TRUE},
	{"wrong-name", IMPLICIT, .wrong = TRUE, .code = MAILBOX_ERROR_UNTRUSTED, .says = "does not match",
		.no_login = TRUE},
	{"wrong-name-starttls", STARTTLS, .wrong = TRUE, .code = MAILBOX_ERROR_UNTRUSTED,
		.says = "does not match", .no_login = TRUE},
	{"starttls-refused", STARTTLS, .on = "STARTTLS", .answer = "2 NO no\r\n",
		.code = MAILBOX_ERROR_UNTRUSTED, .says = "STARTTLS", .no_login = TRUE},
	{"starttls-stripped", STARTTLS, .on = "CAPABILITY",
		.answer = "* CAPABILITY IMAP4rev1\r\n1 OK done\r\n", .code = MAILBOX_ERROR_UNTRUSTED,
		.says = "no STARTTLS", .no_login = TRUE},
	{"starttls-injected", STARTTLS, .on = "STARTTLS",
		.answer = "2 OK begin\r\n* CAPABILITY IMAP4rev1\r\n", .code = MAILBOX_ERROR_UNTRUSTED,
		.says = "behind STARTTLS", .no_login = TRUE},
	{"preauth", STARTTLS, .greeting = "* PREAUTH welcome\r\n", .code = MAILBOX_ERROR_UNTRUSTED,
		.says = "PREAUTH", .no_login = TRUE},
	{"preauth-in-tls", IMPLICIT, .greeting = "* PREAUTH welcome\r\n", .code = MAILBOX_ERROR_UNTRUSTED,
		.says = "PREAUTH", .no_login = TRUE},
	{"bye", IMPLICIT, .greeting = "* BYE busy\r\n", .code = MAILBOX_ERROR_AWAY, .no_login = TRUE},
	{"not-imap", IMPLICIT, .greeting = "220 mx ESMTP\r\n", .code = MAILBOX_ERROR_AWAY, .no_login = TRUE},
	{"login-refused", IMPLICIT, .on = "LOGIN", .answer = "2 NO [AUTHENTICATIONFAILED] no\r\n",
		.goes_on = TRUE, .code = MAILBOX_ERROR_LOGIN, .says = "login"},
	{"closed", IMPLICIT, .on = "SELECT", .code = MAILBOX_ERROR_AWAY, .says = "closed"},
	{"closed-in-literal", IMPLICIT, .on = "LIST", .answer = "* LIST () \"/\" {100}\r\nabc",
		.code = MAILBOX_ERROR_AWAY},
	{"silent", IMPLICIT, .on = "SELECT", .silent = TRUE, .code = MAILBOX_ERROR_AWAY,
		.says = "no answer in time"},
	/* One byte in every 20 ms would never let a timeout per read strike. */
	{"dripping", IMPLICIT, .on = "SELECT", .answer = "* OK still here\r\n", .drip = TRUE,
		.code = MAILBOX_ERROR_AWAY, .says = "no answer in time"},
	{"endless-line", IMPLICIT, .on = "SELECT", .answer = "* OK ", .shout = TRUE,
		.code = MAILBOX_ERROR_AWAY, .says = "too many bytes"},
	{"endless-literal", IMPLICIT, .on = "LIST", .answer = "* LIST () \"/\" {200000000}\r\n",
		.shout = TRUE, .code = MAILBOX_ERROR_AWAY, .says = "too many bytes"},
};

static void opens_or_says_why(gconstpointer data)
{
	const Case *what = data;
	Server server;
	g_autoptr(GError) error = NULL;

	server_start(&server, what);
	g_autoptr(Config) config = config_for(&server);
	gint64 start = g_get_monotonic_time();
	g_autoptr(Mailbox) mailbox = mailbox_open(config, "mailbox a", &error);
	g_test_message("%s", error ? error->message : "it opens");
	g_assert_cmpint(g_get_monotonic_time() - start, <, 8 * G_USEC_PER_SEC);
	if (what->code < 0) {
		g_assert_no_error(error);
		g_assert_cmpuint(mailbox_uidvalidity(mailbox), ==, 7);
	} else {
		g_assert_null(mailbox);
		g_assert_error(error, MAILBOX_ERROR, what->code);
		if (what->says)
			g_assert_nonnull(strstr(error->message, what->says));
	}
	g_clear_pointer(&mailbox, mailbox_free);
	server_stop(&server);
	g_assert_true(!what->no_login || !server.saw_login);
	g_assert_true(!server.credentials || server.saw_name);
}

static void lists(void)
{
	static const Case what = {"lists", IMPLICIT};
	Server server;
	g_autoptr(GError) error = NULL;

	server_start(&server, &what);
	g_autoptr(Config) config = config_for(&server);
	g_autoptr(Mailbox) mailbox = mailbox_open(config, "mailbox a", &error);
	g_assert_no_error(error);
	g_autoptr(GArray) entries = mailbox_list(mailbox, 0, &error);
	g_assert_no_error(error);
	g_assert_cmpuint(entries->len, ==, 1);
	MailboxEntry *entry = &g_array_index(entries, MailboxEntry, 0);
	g_assert_cmpuint(entry->uid, ==, 11);
	g_assert_cmpuint(entry->size, ==, 9);
	g_assert_cmpint(entry->received, ==, 0);
	g_autoptr(GBytes) bytes = NULL;
	g_assert_true(mailbox_fetch(mailbox, entry, 1, &bytes, &error));
	g_assert_no_error(error);
	g_assert_cmpmem(g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes), "A: b\r\n\r\nc", 9);
	g_assert_cmpint(entry->received, ==, 1772362800); /* 2026-03-01 11:00:00 UTC */
	/* Of one too large to be fetched, whose file has no date. */
	entry->received = 0;
	g_assert_true(mailbox_fetch(mailbox, entry, 1, NULL, &error));
	g_assert_cmpint(entry->received, ==, 1);
	/* "12:*" answers with the last mail all the same (RFC 3501 section 6.4.8). */
	g_autoptr(GArray) none = mailbox_list(mailbox, 11, &error);
	g_assert_no_error(error);
	g_assert_cmpuint(none->len, ==, 0);
	g_clear_pointer(&mailbox, mailbox_free);
	server_stop(&server);
}

/* In a folder of filed mails, where they were to be looked at, they would be read as new. */
static void comes_back_from_filed_mails(void)
{
	static const Case what = {"expires", IMPLICIT};
	Server server;
	g_autoptr(GError) error = NULL;
	guint count;

	server_start(&server, &what);
	g_autoptr(Config) config = config_for(&server);
	g_autoptr(Mailbox) mailbox = mailbox_open(config, "mailbox a", &error);
	g_assert_no_error(error);
	g_assert_false(mailbox_expire(mailbox, &count, &error));
	g_assert_error(error, MAILBOX_ERROR, MAILBOX_ERROR_REFUSED);
	g_assert_cmpuint(mailbox_uidvalidity(mailbox), ==, 7);
	g_clear_pointer(&mailbox, mailbox_free);
	server_stop(&server);
	g_assert_cmpuint(server.searches, ==, 4); /* one that cannot be searched says nothing of the others */
	g_assert_cmpstr(server.selected, ==, "INBOX");
}

/* What makes libetpan wait for ever must end, and be known as IDLE's fault. */
static void idle_fails_in_time(void)
{
	static const Case what = {
		"idle", IMPLICIT, .on = "IDLE", .answer = "* 2 EXPUNGE\r\n+ idling\r\n", .silent = TRUE};
	Server server;
	g_autoptr(GError) error = NULL;
	int wake = eventfd(1, EFD_CLOEXEC);

	server_start(&server, &what);
	g_autoptr(Config) config = config_for(&server);
	g_autoptr(Mailbox) mailbox = mailbox_open(config, "mailbox a", &error);
	g_assert_no_error(error);
	g_autoptr(GArray) entries = mailbox_list(mailbox, 0, &error);
	g_assert_no_error(error);
	g_assert_false(mailbox_wait(mailbox, wake, &error));
	g_assert_error(error, MAILBOX_ERROR, MAILBOX_ERROR_AWAY);
	g_assert_true(mailbox_failed_in_idle(mailbox));
	g_clear_pointer(&mailbox, mailbox_free);
	server_stop(&server);
	close(wake);
}

int main(int argc, char **argv)
{
	signal(SIGPIPE, SIG_IGN);
	g_test_init(&argc, &argv, NULL);
	directory = g_dir_make_tmp("mailbox-XXXXXX", NULL);
	ca = certificate_make("complaintd test CA", NULL);
	Certificate stranger = certificate_make("another CA", NULL);
	good = certificate_make("localhost", &ca);
	wrong = certificate_make("mail.example.net", &ca);
	ca_path = certificate_save(&ca, "ca.pem");
	stranger_path = certificate_save(&stranger, "stranger.pem");

	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *path = g_strdup_printf("/mailbox/open/%s", cases[i].name);
		g_test_add_data_func(path, &cases[i], opens_or_says_why);
	}
	g_test_add_func("/mailbox/lists", lists);
	g_test_add_func("/mailbox/comes-back-from-filed-mails", comes_back_from_filed_mails);
	g_test_add_func("/mailbox/idle-fails-in-time", idle_fails_in_time);
	int rc = g_test_run();

	g_unlink(ca_path);
	g_unlink(stranger_path);
	g_rmdir(directory);
	certificate_clear(&ca);
	certificate_clear(&stranger);
	certificate_clear(&good);
	certificate_clear(&wrong);
	g_free(ca_path);
	g_free(stranger_path);
	g_free(directory);
	return rc;
}
