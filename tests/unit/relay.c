#include "relay.h"

#include <curl/curl.h>
#include <gio/gio.h>
#include <string.h>

/* An SMTP server that does one thing wrong. */
typedef struct {
	const char *step;  /* CONNECT EHLO MAIL RCPT DATA BODY DOT or QUIT; NULL: nothing goes wrong */
	const char *reply; /* instead of the right one; NULL: none */
	gboolean cut;      /* closes the connection, after @reply if there is one */
	guint mail;        /* only with this mail of the connection, from 1; 0: with each */
} Fault;

typedef struct {
	Fault fault;
	GSocketListener *listener;
	GThread *thread;
	guint16 port;
	guint connections;
	guint accepted; /* mails whose final dot was read */
	GString *dialogue;
	GString *body;
	GMutex lock;
} Server;

typedef struct {
	Server *server;
	GDataInputStream *in;
	GOutputStream *out;
	guint mail;
	gboolean cut;
} Session;

static gboolean step_is(const Session *session, const char *step)
{
	const Fault *fault = &session->server->fault;

	return fault->step && g_str_equal(fault->step, step) &&
		(!fault->mail || fault->mail == session->mail);
}

/* The right reply or the wrong one. */
static void say(Session *session, const char *step, const char *right)
{
	const Fault *fault = &session->server->fault;
	gboolean wrong = step_is(session, step);
	const char *words = wrong && (fault->reply || fault->cut) ? fault->reply : right;

	if (words) {
		g_autofree char *line = g_strconcat(words, "\r\n", NULL);
		g_output_stream_write_all(session->out, line, strlen(line), NULL, NULL, NULL);
	}
	session->cut = session->cut || (wrong && fault->cut);
}

static void read_body(Session *session)
{
	char *line;

	if (step_is(session, "BODY")) {
		session->cut = TRUE;
		return;
	}
	g_string_truncate(session->server->body, 0);
	while ((line = g_data_input_stream_read_line(session->in, NULL, NULL, NULL))) {
		g_autofree char *text = line;
		if (g_str_equal(g_strchomp(text), ".")) {
			session->server->accepted++;
			say(session, "DOT", "250 2.0.0 queued as 4711");
			return;
		}
		g_string_append_printf(session->server->body, "%s\n", text);
	}
	session->cut = TRUE;
}

static void answer(Session *session, const char *line)
{
	static const struct {
		const char *command;
		const char *reply;
	} replies[] = {
		{"EHLO", "250-fault.example\r\n250 SIZE 10000000"},
		{"MAIL", "250 2.1.0 sender ok"},
		{"RCPT", "250 2.1.5 recipient ok"},
		{"DATA", "354 go on"},
		{"QUIT", "221 bye"},
	};
	g_autofree char *command = g_ascii_strup(line, 4);

	g_string_append_printf(session->server->dialogue, "%s\n", line);
	session->mail += g_str_equal(command, "MAIL");
	for (gsize i = 0; i < G_N_ELEMENTS(replies); i++) {
		if (g_str_equal(command, replies[i].command))
			say(session, command, replies[i].reply);
	}
	if (g_str_equal(command, "DATA") && !session->cut && !step_is(session, "DATA"))
		read_body(session);
}

static void serve(Server *server, GSocketConnection *connection)
{
	Session session = {.server = server};
	char *line;

	session.in = g_data_input_stream_new(g_io_stream_get_input_stream(G_IO_STREAM(connection)));
	session.out = g_io_stream_get_output_stream(G_IO_STREAM(connection));
	g_data_input_stream_set_newline_type(session.in, G_DATA_STREAM_NEWLINE_TYPE_CR_LF);
	say(&session, "CONNECT", "220 fault.example ESMTP");
	while (!session.cut && (line = g_data_input_stream_read_line(session.in, NULL, NULL, NULL))) {
		answer(&session, line);
		g_free(line);
	}
	g_io_stream_close(G_IO_STREAM(connection), NULL, NULL);
	g_object_unref(session.in);
}

static gpointer server_run(gpointer data)
{
	Server *server = data;
	GSocketConnection *connection;

	while ((connection = g_socket_listener_accept(server->listener, NULL, NULL, NULL))) {
		g_mutex_lock(&server->lock);
		gboolean over = server->connections == G_MAXUINT;
		server->connections += !over;
		if (!over)
			serve(server, connection);
		g_mutex_unlock(&server->lock);
		g_object_unref(connection);
		if (over)
			break;
	}
	return NULL;
}

static Server *server_start(Fault fault)
{
	Server *server = g_new0(Server, 1);

	server->fault = fault;
	server->listener = g_socket_listener_new();
	server->port = g_socket_listener_add_any_inet_port(server->listener, NULL, NULL);
	server->dialogue = g_string_new(NULL);
	server->body = g_string_new(NULL);
	g_mutex_init(&server->lock);
	g_assert_cmpuint(server->port, !=, 0);
	server->thread = g_thread_new("server", server_run, server);
	return server;
}

/* Call when the relay is gone, so that no connection is being served. */
static void server_stop(Server *server)
{
	g_mutex_lock(&server->lock);
	server->connections = G_MAXUINT;
	g_mutex_unlock(&server->lock);
	g_autoptr(GSocketClient) client = g_socket_client_new();
	g_autoptr(GSocketConnection) last =
		g_socket_client_connect_to_host(client, "127.0.0.1", server->port, NULL, NULL);
	g_thread_join(server->thread);
	g_object_unref(server->listener);
	g_string_free(server->dialogue, TRUE);
	g_string_free(server->body, TRUE);
	g_mutex_clear(&server->lock);
	g_free(server);
}

static RelaySettings *settings_for(guint port)
{
	RelaySettings *settings = g_new0(RelaySettings, 1);

	settings->host = g_strdup("127.0.0.1");
	settings->port = port;
	settings->tls = RELAY_TLS_NONE;
	settings->helo = g_strdup("client.example.org");
	settings->timeout = 20;
	return settings;
}

#define MAIL "Subject: x\r\n\r\n.a line with a dot\r\nlast line\r\n"
#define SENT -1

typedef struct {
	const char *name;
	Fault fault;
	int outcome; /* SENT or a RelayError */
	guint accepted;
	const char *reply;
} Row;

static const Row rows[] = {
	{"nothing wrong", {NULL}, SENT, 1, "250 2.0.0 queued as 4711"},
	{"cut before the greeting", {"CONNECT", NULL, TRUE}, RELAY_ERROR_AWAY, 0, NULL},
	{"cut after the greeting", {"CONNECT", "220 hello", TRUE}, RELAY_ERROR_AWAY, 0, "220 hello"},
	{"greeting 421", {"CONNECT", "421 too busy", TRUE}, RELAY_ERROR_AWAY, 0, "421 too busy"},
	{"greeting 554", {"CONNECT", "554 not you", TRUE}, RELAY_ERROR_AWAY, 0, "554 not you"},
	{"cut before the answer to EHLO", {"EHLO", NULL, TRUE}, RELAY_ERROR_AWAY, 0,
		"220 fault.example ESMTP"},
	{"cut after EHLO", {"EHLO", "250 fault.example", TRUE}, RELAY_ERROR_DEFERRED, 0, "250 fault.example"},
	{"cut before the answer to MAIL", {"MAIL", NULL, TRUE}, RELAY_ERROR_DEFERRED, 0, "250 SIZE 10000000"},
	{"cut after MAIL", {"MAIL", "250 ok", TRUE}, RELAY_ERROR_DEFERRED, 0, "250 ok"},
	{"MAIL 452", {"MAIL", "452 4.3.1 disk full"}, RELAY_ERROR_DEFERRED, 0, "452 4.3.1 disk full"},
	{"MAIL 552", {"MAIL", "552 too large"}, RELAY_ERROR_REFUSED, 0, "552 too large"},
	/* about our login, not about this mail: a relay whose account is locked must not refuse them all */
	{"MAIL 530", {"MAIL", "530 5.7.0 authentication required"}, RELAY_ERROR_AWAY, 0,
		"530 5.7.0 authentication required"},
	{"RCPT 530", {"RCPT", "530 5.7.1 not you"}, RELAY_ERROR_REFUSED, 0, "530 5.7.1 not you"},
	{"cut before the answer to RCPT", {"RCPT", NULL, TRUE}, RELAY_ERROR_DEFERRED, 0,
		"250 2.1.0 sender ok"},
	{"cut after RCPT", {"RCPT", "250 ok", TRUE}, RELAY_ERROR_DEFERRED, 0, "250 ok"},
	{"RCPT 450", {"RCPT", "450 4.2.1 mailbox busy"}, RELAY_ERROR_DEFERRED, 0, "450 4.2.1 mailbox busy"},
	{"RCPT 550", {"RCPT", "550 5.1.1 no such user"}, RELAY_ERROR_REFUSED, 0, "550 5.1.1 no such user"},
	{"RCPT 421", {"RCPT", "421 4.3.2 going down", TRUE}, RELAY_ERROR_DEFERRED, 0, "421 4.3.2 going down"},
	{"cut before the answer to DATA", {"DATA", NULL, TRUE}, RELAY_ERROR_DEFERRED, 0,
		"250 2.1.5 recipient ok"},
	{"DATA 451", {"DATA", "451 4.3.0 later"}, RELAY_ERROR_DEFERRED, 0, "451 4.3.0 later"},
	{"DATA 554", {"DATA", "554 5.7.1 no"}, RELAY_ERROR_REFUSED, 0, "554 5.7.1 no"},
	/* libcurl has had the whole mail, so nobody but the server knows */
	{"cut after DATA", {"BODY", NULL, TRUE}, RELAY_ERROR_UNCERTAIN, 0, "354 go on"},
	{"cut after the final dot", {"DOT", NULL, TRUE}, RELAY_ERROR_UNCERTAIN, 1, "354 go on"},
	{"dot 451", {"DOT", "451 4.3.0 later"}, RELAY_ERROR_DEFERRED, 1, "451 4.3.0 later"},
	{"dot 554", {"DOT", "554 5.6.0 spam"}, RELAY_ERROR_REFUSED, 1, "554 5.6.0 spam"},
	{"cut after 250", {"DOT", "250 queued", TRUE}, SENT, 1, "250 queued"},
	{"several lines in the reply", {"DOT", "550-5.7.1 first\r\n550 5.7.1 last"}, RELAY_ERROR_REFUSED, 1,
		"550 5.7.1 last"},
	{"controls in the reply", {"DOT", "550 \x1b[2J\xff"}, RELAY_ERROR_REFUSED, 1, "550 ?[2J?"},
};

static int send_one(Relay *relay, char **reply_out)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GBytes) mail = g_bytes_new_static(MAIL, strlen(MAIL));

	if (relay_send(relay, "", "user@example.net", mail, reply_out, &error))
		return SENT;
	g_test_message("%s", error->message);
	g_assert_true(error->domain == RELAY_ERROR);
	return error->code;
}

static void test_faults(void)
{
	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		Server *server = server_start(rows[i].fault);
		g_autoptr(RelaySettings) settings = settings_for(server->port);
		Relay *relay = relay_new(settings);
		g_autofree char *reply = NULL;

		g_test_message("%s", rows[i].name);
		g_assert_cmpint(send_one(relay, &reply), ==, rows[i].outcome);
		g_assert_cmpstr(reply, ==, rows[i].reply);
		relay_free(relay);
		g_mutex_lock(&server->lock);
		g_assert_cmpuint(server->accepted, ==, rows[i].accepted);
		g_mutex_unlock(&server->lock);
		server_stop(server);
	}
}

/* Three mails, one connection; the text arrives as it was given. */
static void test_reuse(void)
{
	Server *server = server_start((Fault){NULL});
	g_autoptr(RelaySettings) settings = settings_for(server->port);
	Relay *relay = relay_new(settings);

	for (guint i = 0; i < 3; i++) {
		g_autofree char *reply = NULL;
		g_assert_cmpint(send_one(relay, &reply), ==, SENT);
	}
	relay_free(relay);
	g_mutex_lock(&server->lock);
	g_assert_cmpuint(server->connections, ==, 1);
	g_assert_cmpuint(server->accepted, ==, 3);
	g_assert_nonnull(strstr(server->dialogue->str, "EHLO client.example.org\n"));
	g_assert_nonnull(strstr(server->dialogue->str, "MAIL FROM:<>"));
	g_assert_nonnull(strstr(server->dialogue->str, "RCPT TO:<user@example.net>\n"));
	g_assert_cmpstr(server->body->str, ==, "Subject: x\n\n..a line with a dot\nlast line\n");
	g_mutex_unlock(&server->lock);
	server_stop(server);
}

/* The server closes a connection that it holds for idle: the next mail goes over a new one, once. */
static void test_stale(void)
{
	const Fault faults[] = {
		{"DOT", "250 queued", TRUE, 1}, /* right after the first mail */
		{"MAIL", NULL, TRUE, 2},        /* when it hears from the second */
		/* the same, and it says why */
		{"DOT", "250 queued\r\n421 4.4.2 idle for too long", TRUE, 1},
		{"MAIL", "421 4.4.2 idle for too long", TRUE, 2},
	};

	for (gsize i = 0; i < G_N_ELEMENTS(faults); i++) {
		Server *server = server_start(faults[i]);
		g_autoptr(RelaySettings) settings = settings_for(server->port);
		Relay *relay = relay_new(settings);
		g_autofree char *first = NULL;
		g_autofree char *second = NULL;

		g_assert_cmpint(send_one(relay, &first), ==, SENT);
		g_assert_cmpint(send_one(relay, &second), ==, SENT);
		relay_free(relay);
		g_mutex_lock(&server->lock);
		g_assert_cmpuint(server->accepted, ==, 2);
		g_assert_cmpuint(server->connections, ==, 2);
		g_mutex_unlock(&server->lock);
		server_stop(server);
	}
}

/* A second mail whose fate is unknown must not be sent again by itself. */
static void test_uncertain_reuse(void)
{
	Server *server = server_start((Fault){"DOT", NULL, TRUE, 2});
	g_autoptr(RelaySettings) settings = settings_for(server->port);
	Relay *relay = relay_new(settings);
	g_autofree char *first = NULL;
	g_autofree char *second = NULL;

	g_assert_cmpint(send_one(relay, &first), ==, SENT);
	g_assert_cmpint(send_one(relay, &second), ==, RELAY_ERROR_UNCERTAIN);
	relay_free(relay);
	g_mutex_lock(&server->lock);
	g_assert_cmpuint(server->accepted, ==, 2);
	g_assert_cmpuint(server->connections, ==, 1);
	g_mutex_unlock(&server->lock);
	server_stop(server);
}

static void test_nobody_there(void)
{
	Server *server = server_start((Fault){NULL});
	g_autoptr(RelaySettings) settings = settings_for(server->port);
	server_stop(server);

	g_autoptr(Relay) relay = relay_new(settings);
	g_autofree char *reply = NULL;
	g_assert_cmpint(send_one(relay, &reply), ==, RELAY_ERROR_AWAY);
	g_assert_null(reply);
}

/* The server offers no STARTTLS: nothing is said to it in the clear, no address and no password. */
static void test_stripped_tls(void)
{
	Server *server = server_start((Fault){NULL});
	g_autoptr(RelaySettings) settings = settings_for(server->port);
	settings->tls = RELAY_TLS_STARTTLS;
	settings->user = g_strdup("desk");
	settings->password = g_strdup("secret");
	Relay *relay = relay_new(settings);
	g_autofree char *reply = NULL;

	g_assert_cmpint(send_one(relay, &reply), ==, RELAY_ERROR_AWAY);
	relay_free(relay);
	g_mutex_lock(&server->lock);
	g_assert_null(strstr(server->dialogue->str, "AUTH"));
	g_assert_null(strstr(server->dialogue->str, "MAIL"));
	g_mutex_unlock(&server->lock);
	server_stop(server);
}

/* What must not come near the server does not even open a connection. */
static void test_refused_here(void)
{
	const struct {
		const char *envelope, *recipient, *mail;
	} bad[] = {
		{"", "user@example.net>\r\nRCPT TO:<other@example.net", MAIL},
		{"a@example.org>\r\nRCPT TO:<other@example.net", "user@example.net", MAIL},
		{"", "user@example.net", "Subject: x\n\nbare\n"},
		{"", "user@example.net", "Subject: x\r\n\r\nsmuggled\n.\r\n"},
	};
	Server *server = server_start((Fault){NULL});
	g_autoptr(RelaySettings) settings = settings_for(server->port);
	Relay *relay = relay_new(settings);

	for (gsize i = 0; i < G_N_ELEMENTS(bad); i++) {
		g_autoptr(GError) error = NULL;
		g_autofree char *reply = NULL;
		g_autoptr(GBytes) mail = g_bytes_new_static(bad[i].mail, strlen(bad[i].mail));
		g_assert_false(relay_send(relay, bad[i].envelope, bad[i].recipient, mail, &reply, &error));
		g_assert_error(error, RELAY_ERROR, RELAY_ERROR_REFUSED);
	}
	relay_free(relay);
	g_mutex_lock(&server->lock);
	g_assert_cmpuint(server->connections, ==, 0);
	g_mutex_unlock(&server->lock);
	server_stop(server);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	curl_global_init(CURL_GLOBAL_DEFAULT);
	g_test_add_func("/relay/faults", test_faults);
	g_test_add_func("/relay/reuse", test_reuse);
	g_test_add_func("/relay/stale", test_stale);
	g_test_add_func("/relay/uncertain-reuse", test_uncertain_reuse);
	g_test_add_func("/relay/nobody-there", test_nobody_there);
	g_test_add_func("/relay/stripped-tls", test_stripped_tls);
	g_test_add_func("/relay/refused-here", test_refused_here);
	return g_test_run();
}
