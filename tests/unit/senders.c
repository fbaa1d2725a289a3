/* Many mails for one domain, whose server is slow, and how they share the connections with others. */
#include "senders.h"

#include <curl/curl.h>
#include <gio/gio.h>
#include <glib/gstdio.h>
#include <gmime/gmime.h>
#include <string.h>

#define CONNECTIONS 4
#define SHARE       2
#define SLOW_MAILS  6
#define QUICK_MAILS 9
#define PATIENCE    (20 * G_USEC_PER_SEC)
#define SLOW        "slow.example"
#define QUICK       "quick.example"

/* Takes no mail for the slow domain before it has all those for the quick one. */
typedef struct {
	GSocketService *service;
	guint port;
	GMutex lock;
	GCond changed;
	guint slow_now, slow_most, quick;
	gboolean impatient; /* the quick ones did not come */
} Server;

static void take_slow(Server *server)
{
	gint64 end = g_get_monotonic_time() + PATIENCE;

	g_mutex_lock(&server->lock);
	server->slow_now++;
	server->slow_most = MAX(server->slow_most, server->slow_now);
	while (server->quick < QUICK_MAILS && !server->impatient)
		server->impatient = !g_cond_wait_until(&server->changed, &server->lock, end);
	server->slow_now--;
	g_mutex_unlock(&server->lock);
}

static void take_quick(Server *server)
{
	g_mutex_lock(&server->lock);
	server->quick++;
	g_cond_broadcast(&server->changed);
	g_mutex_unlock(&server->lock);
}

static void say(GSocketConnection *connection, const char *line)
{
	g_output_stream_write_all(
		g_io_stream_get_output_stream(G_IO_STREAM(connection)), line, strlen(line), NULL, NULL, NULL);
}

static gboolean serve(
	GThreadedSocketService *service, GSocketConnection *connection, GObject *source, gpointer data)
{
	g_autoptr(GDataInputStream) in =
		g_data_input_stream_new(g_io_stream_get_input_stream(G_IO_STREAM(connection)));
	gboolean slow = FALSE, body = FALSE;
	char *line;

	g_data_input_stream_set_newline_type(in, G_DATA_STREAM_NEWLINE_TYPE_CR_LF);
	say(connection, "220 lab.example ESMTP\r\n");
	for (; (line = g_data_input_stream_read_line(in, NULL, NULL, NULL)); g_free(line)) {
		if (body && !g_str_equal(line, "."))
			continue;
		if (body)
			(slow ? take_slow : take_quick)(data);
		body = g_ascii_strcasecmp(line, "DATA") == 0;
		if (g_str_has_prefix(line, "RCPT"))
			slow = strstr(line, "@" SLOW) != NULL;
		say(connection, body ? "354 go on\r\n" : "250 ok\r\n");
	}
	return TRUE;
}

static void server_start(Server *server)
{
	g_mutex_init(&server->lock);
	g_cond_init(&server->changed);
	server->service = g_threaded_socket_service_new(64);
	server->port = g_socket_listener_add_any_inet_port(G_SOCKET_LISTENER(server->service), NULL, NULL);
	g_signal_connect(server->service, "run", G_CALLBACK(serve), server);
	g_socket_service_start(server->service);
}

static Config *config_for(guint port)
{
	g_autofree char *path = NULL;
	g_autofree char *text = g_strdup_printf("[relay]\nhost = 127.0.0.1\nport = %u\ntls = none\n"
						"connections = %d\ndomain_connections = %d\n",
		port, CONNECTIONS, SHARE);
	g_autoptr(GError) error = NULL;
	int fd = g_file_open_tmp("senders-XXXXXX", &path, &error);

	g_assert_no_error(error);
	g_assert_true(g_file_set_contents(path, text, -1, NULL));
	Config *config = config_load(path, &error);
	g_assert_no_error(error);
	g_unlink(path);
	g_close(fd, NULL);
	return config;
}

static Delivery *delivery_to(TemplateSet *templates, const char *domain, gint64 id)
{
	Delivery *delivery = g_new0(Delivery, 1);
	Notice *notice = notice_new();
	char **const empty[] = {&notice->party, &notice->recipient_name, &notice->reply_to,
		&notice->in_reply_to, &notice->references, &notice->envelope};
	char *context = json_dumps(template_set_sample(templates, "customer-warning"), 0);

	for (guint i = 0; i < G_N_ELEMENTS(empty); i++)
		*empty[i] = g_strdup("");
	notice->id = id;
	notice->message_id = g_strdup_printf("%" G_GINT64_FORMAT "@example.org", id);
	notice->audience = g_strdup("customer");
	notice->kind = g_strdup("warning");
	notice->language = g_strdup("en");
	notice->from_name = g_strdup("Desk");
	notice->from_address = g_strdup("abuse@example.org");
	notice->recipient = g_strdup_printf("a%" G_GINT64_FORMAT "@%s", id, domain);
	notice->auto_submitted = g_strdup("auto-generated");
	notice->owed_at = g_get_real_time() / G_USEC_PER_SEC;
	delivery->notice = notice;
	delivery->context = g_strdup(context);
	delivery->start_before = G_MAXINT64;
	free(context);
	return delivery;
}

static void a_slow_domain_leaves_connections_to_others(void)
{
	Server server = {NULL};
	server_start(&server);
	g_autoptr(GMainContext) context = g_main_context_ref(g_main_context_default());
	g_autoptr(Config) config = config_for(server.port);
	g_autoptr(GError) error = NULL;
	g_autoptr(TemplateSet) templates = template_set_load(NULL, "en", &error);
	g_autoptr(GAsyncQueue) done = g_async_queue_new();
	g_assert_no_error(error);
	Senders *senders = senders_start(config, templates, done, &error);
	g_assert_no_error(error);

	for (guint i = 0; i < SLOW_MAILS + QUICK_MAILS; i++) {
		Delivery *delivery = delivery_to(templates, i < SLOW_MAILS ? SLOW : QUICK, i + 1);
		g_assert_cmpuint(senders_share(senders, delivery), ==, SHARE);
		senders_give(senders, delivery);
	}
	for (guint i = 0; i < SLOW_MAILS + QUICK_MAILS;) {
		Delivery *delivery = g_async_queue_try_pop(done);
		if (!delivery) { /* the server accepts in this thread */
			g_main_context_iteration(context, FALSE);
			g_thread_yield();
			continue;
		}
		g_assert_cmpstr(delivery->outcome, ==, "sent");
		delivery_free(delivery);
		i++;
	}
	senders_stop(senders);
	g_assert_false(server.impatient);
	g_assert_cmpuint(server.slow_most, <=, SHARE);
	g_socket_service_stop(server.service);
	g_socket_listener_close(G_SOCKET_LISTENER(server.service));
	g_object_unref(server.service);
}

/* Who stops begins nothing more, and says so of each. */
static void what_was_not_begun_is_handed_back(void)
{
	g_autoptr(Config) config = config_for(1);
	g_autoptr(GError) error = NULL;
	g_autoptr(TemplateSet) templates = template_set_load(NULL, "en", &error);
	g_autoptr(GAsyncQueue) done = g_async_queue_new();
	Senders *senders = senders_start(config, templates, done, &error);

	for (guint i = 0; i < 50; i++)
		senders_give(senders, delivery_to(templates, SLOW, i + 1));
	senders_stop(senders);
	for (guint i = 0; i < 50; i++) {
		Delivery *delivery = g_async_queue_try_pop(done);
		g_assert_nonnull(delivery);
		g_assert_cmpstr(delivery->outcome, ==, "untried");
		delivery_free(delivery);
	}
	g_assert_null(g_async_queue_try_pop(done));
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_log_set_always_fatal(G_LOG_FATAL_MASK); /* that a relay is away is only a warning */
	g_mime_init();
	curl_global_init(CURL_GLOBAL_DEFAULT);
	g_test_add_func("/senders/share", a_slow_domain_leaves_connections_to_others);
	g_test_add_func("/senders/hand-back", what_was_not_begun_is_handed_back);
	return g_test_run();
}
