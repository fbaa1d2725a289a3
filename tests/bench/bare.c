/* The floor: the same mails fetched by libetpan over TLS, parsed by GMime and inserted by libpq
 * into one table, without any meaning, verification, filing or caution. Fetching, parsing and
 * storing overlap, because a good program's would.
 *
 *   bare PORT USER PASSWORD CONNINFO PARSERS    prints the seconds it took */

#include <glib.h>
#include <gmime/gmime.h>
#include <libetpan/libetpan.h>
#include <libpq-fe.h>
#include <stdio.h>
#include <stdlib.h>

G_DEFINE_AUTOPTR_CLEANUP_FUNC(GMimeMessage, g_object_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GMimeParser, g_object_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GMimeStream, g_object_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PGresult, PQclear)

enum {
	RANGE = 300,  /* mails of one FETCH */
	QUEUE = 1000, /* mails waiting between two steps */
	BATCH = 200,  /* mails of one transaction */
};

typedef struct {
	guint8 *raw;
	gsize size;
	char *from, *subject, *sha256;
	gsize decoded;
} Mail;

/* A bounded queue; a NULL ends it for one taker. */
typedef struct {
	GAsyncQueue *mails;
	GMutex lock;
	GCond room;
} Pipe;

static Pipe fetched, parsed;
static Mail end_mark;

static void pipe_init(Pipe *pipe)
{
	pipe->mails = g_async_queue_new();
	g_mutex_init(&pipe->lock);
	g_cond_init(&pipe->room);
}

static void pipe_put(Pipe *pipe, Mail *mail)
{
	g_mutex_lock(&pipe->lock);
	while (g_async_queue_length(pipe->mails) >= QUEUE)
		g_cond_wait(&pipe->room, &pipe->lock);
	g_async_queue_push(pipe->mails, mail);
	g_mutex_unlock(&pipe->lock);
}

static Mail *pipe_take(Pipe *pipe)
{
	Mail *mail = g_async_queue_pop(pipe->mails);

	g_mutex_lock(&pipe->lock);
	g_cond_signal(&pipe->room);
	g_mutex_unlock(&pipe->lock);
	return mail;
}

static void mail_free(Mail *mail)
{
	g_free(mail->raw);
	g_free(mail->from);
	g_free(mail->subject);
	g_free(mail->sha256);
	g_free(mail);
}

static void took_message(struct mailimap_msg_att *att, void *context)
{
	for (clistiter *i = clist_begin(att->att_list); i; i = clist_next(i)) {
		struct mailimap_msg_att_item *item = clist_content(i);
		if (item->att_type != MAILIMAP_MSG_ATT_ITEM_STATIC ||
			item->att_data.att_static->att_type != MAILIMAP_MSG_ATT_BODY_SECTION)
			continue;
		struct mailimap_msg_att_body_section *body =
			item->att_data.att_static->att_data.att_body_section;
		Mail *mail = g_new0(Mail, 1);
		mail->raw = g_memdup2(body->sec_body_part, body->sec_length);
		mail->size = body->sec_length;
		pipe_put(&fetched, mail);
	}
}

static void ignore_progress(size_t current, size_t maximum, void *context)
{
}

static void imap_check(const char *what, gboolean good)
{
	if (!good) {
		fprintf(stderr, "bare: %s failed\n", what);
		exit(1);
	}
}

static void fetch_range(mailimap *imap, guint32 first)
{
	struct mailimap_fetch_type *type = mailimap_fetch_type_new_fetch_att_list_empty();
	struct mailimap_set *set = mailimap_set_new_interval(first, first + RANGE - 1);
	clist *result = NULL;

	mailimap_fetch_type_new_fetch_att_list_add(type, mailimap_fetch_att_new_uid());
	mailimap_fetch_type_new_fetch_att_list_add(
		type, mailimap_fetch_att_new_body_peek_section(mailimap_section_new(NULL)));
	imap_check("FETCH", mailimap_uid_fetch(imap, set, type, &result) == MAILIMAP_NO_ERROR);
	mailimap_fetch_list_free(result);
	mailimap_fetch_type_free(type);
	mailimap_set_free(set);
}

static gpointer fetch_all(gpointer data)
{
	char **arguments = data;
	mailimap *imap = mailimap_new(0, NULL);

	imap_check("connecting",
		mailimap_ssl_connect(imap, "localhost", (guint16)atoi(arguments[1])) ==
			MAILIMAP_NO_ERROR_NON_AUTHENTICATED);
	imap_check("LOGIN", mailimap_login(imap, arguments[2], arguments[3]) == MAILIMAP_NO_ERROR);
	imap_check("SELECT", mailimap_select(imap, "INBOX") == MAILIMAP_NO_ERROR);
	mailimap_set_progress_callback(imap, ignore_progress, ignore_progress, NULL);
	mailimap_set_msg_att_handler(imap, took_message, NULL);

	guint32 next = imap->imap_selection_info->sel_uidnext;
	for (guint32 first = 1; first < next; first += RANGE)
		fetch_range(imap, first);
	mailimap_logout(imap);
	mailimap_free(imap);
	for (int n = atoi(arguments[5]); n > 0; n--)
		pipe_put(&fetched, &end_mark);
	return NULL;
}

static void decode_part(GMimeObject *parent, GMimeObject *part, gpointer data)
{
	Mail *mail = data;

	if (!GMIME_IS_PART(part))
		return;
	GMimeDataWrapper *content = g_mime_part_get_content(GMIME_PART(part));
	if (!content)
		return;
	g_autoptr(GMimeStream) memory = g_mime_stream_mem_new();
	mail->decoded += (gsize)MAX(0, g_mime_data_wrapper_write_to_stream(content, memory));
}

static void parse_mail(Mail *mail)
{
	g_autoptr(GMimeStream) stream = g_mime_stream_mem_new_with_buffer((char *)mail->raw, mail->size);
	g_autoptr(GMimeParser) parser = g_mime_parser_new_with_stream(stream);
	g_autoptr(GMimeMessage) message = g_mime_parser_construct_message(parser, NULL);

	mail->sha256 = g_compute_checksum_for_data(G_CHECKSUM_SHA256, mail->raw, mail->size);
	if (!message)
		return;
	g_mime_message_foreach(message, decode_part, mail);
	mail->from = g_strdup(g_mime_object_get_header(GMIME_OBJECT(message), "From"));
	mail->subject = g_strdup(g_mime_message_get_subject(message));
}

static gpointer parse_all(gpointer data)
{
	for (Mail *mail = pipe_take(&fetched); mail != &end_mark; mail = pipe_take(&fetched)) {
		parse_mail(mail);
		pipe_put(&parsed, mail);
	}
	pipe_put(&parsed, &end_mark);
	return NULL;
}

static void database_check(PGconn *database, PGresult *result, ExecStatusType expected)
{
	g_autoptr(PGresult) owned = result;

	if (PQresultStatus(owned) != expected) {
		fprintf(stderr, "bare: %s", PQerrorMessage(database));
		exit(1);
	}
}

static void store_mail(PGconn *database, const Mail *mail)
{
	const char *values[] = {mail->sha256, mail->from, mail->subject, (const char *)mail->raw};
	const int lengths[] = {0, 0, 0, (int)mail->size};
	const int formats[] = {0, 0, 0, 1};

	if (!PQsendQueryPrepared(database, "store", 4, values, lengths, formats, 0))
		database_check(database, NULL, PGRES_COMMAND_OK);
}

/* Ends the transaction in hand and reads its answers. */
static void store_sync(PGconn *database, guint n)
{
	PQpipelineSync(database);
	for (; n > 0; n--) {
		database_check(database, PQgetResult(database), PGRES_COMMAND_OK);
		PQclear(PQgetResult(database));
	}
	database_check(database, PQgetResult(database), PGRES_PIPELINE_SYNC);
}

static guint store_all(const char *conninfo, guint parsers)
{
	PGconn *database = PQconnectdb(conninfo);
	guint stored = 0, waiting = 0;

	database_check(database,
		PQexec(database,
			"create table bare (id bigint generated always as identity "
			"primary key, sha256 text unique, sender text, subject text, raw bytea compression lz4)"),
		PGRES_COMMAND_OK);
	database_check(database,
		PQprepare(database, "store",
			"insert into bare (sha256, sender, subject, raw) "
			"values ($1, $2, $3, $4) on conflict do nothing",
			4, NULL),
		PGRES_COMMAND_OK);
	PQenterPipelineMode(database);
	while (parsers > 0) {
		Mail *mail = pipe_take(&parsed);
		if (mail == &end_mark) {
			parsers--;
			continue;
		}
		store_mail(database, mail);
		mail_free(mail);
		stored++;
		if (++waiting < BATCH)
			continue;
		store_sync(database, waiting);
		waiting = 0;
	}
	store_sync(database, waiting);
	PQfinish(database);
	return stored;
}

int main(int argc, char **argv)
{
	if (argc != 6) {
		fputs("usage: bare PORT USER PASSWORD CONNINFO PARSERS\n", stderr);
		return 64;
	}
	gint64 start = g_get_monotonic_time();
	guint parsers = (guint)atoi(argv[5]);

	g_mime_init();
	pipe_init(&fetched);
	pipe_init(&parsed);
	g_thread_unref(g_thread_new("fetch", fetch_all, argv));
	for (guint n = 0; n < parsers; n++)
		g_thread_unref(g_thread_new("parse", parse_all, NULL));
	guint stored = store_all(argv[4], parsers);
	printf("%.3f %u\n", (double)(g_get_monotonic_time() - start) / 1e6, stored);
	return 0;
}
