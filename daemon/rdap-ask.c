/* Questions to RDAP servers: whose turn it is, which server, what it said. */

#include "rdap-private.h"

#include "backoff.h"
#include "log.h"
#include "rdap-read.h"

#include <string.h>

#define MOST_ATTEMPTS   3
#define RETRY_FIRST     20
#define RETRY_LONGEST   600
#define KEEP_NOBODY     3600 /* "nobody answered" */
#define REST_BUSY       60   /* after "too many requests" without Retry-After */
#define PATIENCE_MS     3000 /* pauses up to this are waited for */
#define LIST_KEEP_LEAST 3600
#define LIST_KEEP_MOST  (7 * 86400)

static const char reserve_sql[] = "select desk.rdap_reserve($1, $2::interval, $3::int)";
static const char release_sql[] = "select desk.rdap_release($1, $2::interval)";
static const char list_sql[] =
	"select doc::text, expires_at > now() from desk.rdap_cache where object = $1 and doc is not null";
static const char store_sql[] =
	"select desk.rdap_store($1, $2, $3::int, null, null, $4::jsonb, $5::interval)";
static const char record_sql[] = "select desk.rdap_record($1, $2, $3::int, $4, $5, $6::jsonb, $7::interval)";
static const char put_off_sql[] = "select desk.rdap_put_off($1, $2::interval, $3, $4)";

/* A question and what became of it. Errors of the database end the round; all else is in here. */
typedef struct {
	const char *object;
	char *server;     /* "rdap.example.net", or "" */
	gint64 later;     /* seconds: put off for so long */
	gboolean refused; /* put off by a server or a limit of ours: no attempt was made */
	char *reason;     /* why there is no answer */
} Question;

static void question_clear(Question *question)
{
	g_free(question->server);
	g_free(question->reason);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Question, question_clear)

static void put_off(Question *question, gint64 later, gboolean refused, const char *reason)
{
	question->later = MAX(later, 1);
	question->refused = refused;
	g_free(question->reason);
	question->reason = g_strdup(reason);
}

char *rdap_interval(gint64 seconds)
{
	return g_strdup_printf("%" G_GINT64_FORMAT " seconds", seconds);
}

gboolean rdap_run(Rdap *rdap, const char *sql, guint n, const DatabaseValue *values, GError **error)
{
	g_autoptr(PGresult) result = database_call(rdap->database, error, sql, n, values);
	return result != NULL;
}

/* The server's turn, or @question is put off. */
static gboolean reserve(Rdap *rdap, Question *question, GError **error)
{
	g_autofree char *lease = rdap_interval(2 * rdap->client.timeout);
	gint64 wait = 0;

	for (guint i = 0; i < 3; i++) {
		DatabaseValue values[] = {database_text(question->server), database_text(lease),
			database_number(config_number(rdap->config, "rdap", "daily"))};
		g_autoptr(PGresult) rows =
			database_call(rdap->database, error, reserve_sql, G_N_ELEMENTS(values), values);
		if (!rows)
			return FALSE;
		wait = database_field_number(rows, 0, 0);
		if (wait == 0)
			return TRUE;
		if (wait > PATIENCE_MS)
			break;
		errand_pause(rdap->errand, wait);
	}
	put_off(question, wait / 1000 + 1, TRUE, "the server has been asked enough for now");
	return TRUE;
}

static gboolean release(Rdap *rdap, const Question *question, gint64 rest, GError **error)
{
	g_autofree char *pause = rdap_interval(MAX(rest, config_number(rdap->config, "rdap", "pause")));
	DatabaseValue values[] = {database_text(question->server), database_text(pause)};

	return rdap_run(rdap, release_sql, G_N_ELEMENTS(values), values, error);
}

static char *server_name(const char *url)
{
	g_autoptr(GUri) uri = g_uri_parse(url, G_URI_FLAGS_NONE, NULL);
	const char *host = uri ? g_uri_get_host(uri) : NULL;

	if (!host)
		return g_strdup("");
	g_autofree char *lower = g_ascii_strdown(host, -1);
	return g_uri_get_port(uri) < 0 ? g_steal_pointer(&lower)
				       : g_strdup_printf("%s:%d", lower, g_uri_get_port(uri));
}

/* One document. After TRUE either @reply holds an answer, or @question is put off. */
static gboolean ask(
	Rdap *rdap, const char *url, guint attempt, Question *question, RdapReply *reply, GError **error)
{
	g_autoptr(GError) cause = NULL;

	g_free(question->server);
	question->server = server_name(url);
	if (!reserve(rdap, question, error))
		return FALSE;
	if (question->later)
		return TRUE;
	gint64 rest = 0;
	if (!rdap_fetch(&rdap->client, url, reply, &cause)) {
		put_off(question, backoff_pause(attempt, RETRY_FIRST, RETRY_LONGEST) / 1000, FALSE,
			cause->message);
	} else if (reply->status == 429 || reply->status == 503) {
		/* RFC 7480 section 5.5 */
		rest = reply->retry_after ? reply->retry_after : REST_BUSY;
		put_off(question, rest, reply->status == 429, "the server is busy");
	} else if (reply->status != 200 && reply->status != 404) {
		g_autofree char *words = g_strdup_printf("the server said %u", reply->status);
		put_off(question, backoff_pause(attempt, RETRY_FIRST, RETRY_LONGEST) / 1000, FALSE, words);
	}
	return release(rdap, question, rest, error);
}

/* A server from the configuration, or NULL: "example=https://rdap.example.net/". */
static char *configured_server(const Config *config, const char *domain)
{
	const char *const *servers = config_list(config, "rdap", "servers");
	char *best = NULL;
	gsize longest = 0;

	for (guint i = 0; servers[i]; i++) {
		const char *equals = strchr(servers[i], '=');
		gsize length = equals - servers[i];
		gsize whole = strlen(domain);
		if (length <= longest || length > whole ||
			g_ascii_strncasecmp(domain + whole - length, servers[i], length) != 0 ||
			(length < whole && domain[whole - length - 1] != '.'))
			continue;
		longest = length;
		g_free(best);
		best = g_strconcat(equals + 1, g_str_has_suffix(servers[i], "/") ? "" : "/", NULL);
	}
	return best;
}

static gboolean keep_list(Rdap *rdap, const char *url, const RdapReply *reply, GError **error)
{
	g_autofree char *server = server_name(url);
	g_autofree char *keep = rdap_interval(CLAMP(reply->keep, LIST_KEEP_LEAST, LIST_KEEP_MOST));
	DatabaseValue values[] = {database_text(url), database_text(server), database_number(reply->status),
		database_text(reply->body), database_text(keep)};

	return rdap_run(rdap, store_sql, G_N_ELEMENTS(values), values, error);
}

/* The list of servers: kept, else fetched; an old one when there is no other. After TRUE, NULL in @list_out
 * means that @question is put off. */
static gboolean list_of_servers(
	Rdap *rdap, guint attempt, Question *question, char **list_out, GError **error)
{
	const char *url = config_string(rdap->config, "rdap", "bootstrap");
	DatabaseValue values[] = {database_text(url)};
	g_auto(RdapReply) reply = {0};
	g_autoptr(GError) wrong = NULL;

	g_autoptr(PGresult) rows = database_call(rdap->database, error, list_sql, 1, values);
	if (!rows)
		return FALSE;
	g_autofree char *kept = database_rows(rows) ? g_strdup(database_field(rows, 0, 0)) : NULL;
	if (kept && database_field_true(rows, 0, 1)) {
		*list_out = g_steal_pointer(&kept);
		return TRUE;
	}
	if (!ask(rdap, url, attempt, question, &reply, error))
		return FALSE;
	if (!question->later) {
		g_autofree char *none = rdap_read_server(reply.body, reply.length, "", &wrong);
		if (!wrong && reply.status == 200) {
			*list_out = g_strndup(reply.body, reply.length);
			return keep_list(rdap, url, &reply, error);
		}
		put_off(question, RETRY_LONGEST, FALSE,
			wrong ? wrong->message : "there is no list of servers");
	}
	if (kept) {
		question->later = 0;
		*list_out = g_steal_pointer(&kept);
	}
	return TRUE;
}

/* After TRUE, NULL in @base_out: put off, or no server answers for such names. */
static gboolean find_server(Rdap *rdap, guint attempt, Question *question, char **base_out, GError **error)
{
	g_autofree char *list = NULL;

	*base_out = configured_server(rdap->config, question->object);
	if (*base_out)
		return TRUE;
	if (!list_of_servers(rdap, attempt, question, &list, error))
		return FALSE;
	if (list)
		*base_out = rdap_read_server(list, strlen(list), question->object, NULL);
	return TRUE;
}

static gboolean record(Rdap *rdap, const Question *question, guint status, const RdapAnswer *answer,
	gint64 keep_seconds, GError **error)
{
	g_autofree char *keep = rdap_interval(keep_seconds);
	DatabaseValue values[] = {database_text(question->object),
		database_text(question->server ? question->server : ""), database_number(status),
		database_text(answer ? answer->registrar : NULL),
		database_text(answer ? answer->abuse_email : NULL),
		database_text(answer ? answer->document : NULL), database_text(keep)};

	log_debug("rdap: %s: %s, %s", question->object,
		answer && answer->registrar ? answer->registrar : "no registrar",
		answer && answer->abuse_email ? answer->abuse_email : "no abuse address");
	return rdap_run(rdap, record_sql, G_N_ELEMENTS(values), values, error);
}

/* Put off, or, after the last attempt, answered without an answer. */
static gboolean record_failure(Rdap *rdap, const Question *question, guint attempt, GError **error)
{
	if (!question->refused && attempt >= MOST_ATTEMPTS) {
		log_info("rdap: %s: given up: %s", question->object, question->reason);
		return record(rdap, question, 0, NULL, KEEP_NOBODY, error);
	}
	g_autofree char *pause = rdap_interval(question->later);
	DatabaseValue values[] = {database_text(question->object), database_text(pause),
		database_text(question->reason), database_flag(!question->refused)};

	log_debug("rdap: %s: later: %s", question->object, question->reason);
	return rdap_run(rdap, put_off_sql, G_N_ELEMENTS(values), values, error);
}

/* What the registry's answer leaves open the registrar's may tell; its failure changes nothing. */
static gboolean ask_registrar(Rdap *rdap, Question *question, RdapAnswer *answer, GError **error)
{
	g_auto(Question) second = {.object = question->object};
	g_auto(RdapReply) reply = {0};

	if (answer->abuse_email || !answer->related)
		return TRUE;
	if (!ask(rdap, answer->related, 1, &second, &reply, error))
		return FALSE;
	if (second.later || reply.status != 200)
		return TRUE;
	g_autoptr(RdapAnswer) more = rdap_read(reply.body, reply.length, question->object, NULL);
	if (!more)
		return TRUE;
	answer->abuse_email = g_steal_pointer(&more->abuse_email);
	if (!answer->registrar)
		answer->registrar = g_steal_pointer(&more->registrar);
	return TRUE;
}

gboolean rdap_look_up(Rdap *rdap, const char *object, guint attempt, GError **error)
{
	gint64 keep_missing = config_number(rdap->config, "rdap", "keep_missing");
	g_auto(Question) question = {.object = object};
	g_auto(RdapReply) reply = {0};
	g_autofree char *base = NULL;
	g_autoptr(GError) wrong = NULL;

	if (!find_server(rdap, attempt, &question, &base, error))
		return FALSE;
	if (!base && !question.later)
		return record(rdap, &question, 404, NULL, keep_missing, error);
	if (base) {
		g_autofree char *url = g_strconcat(base, "domain/", object, NULL);
		if (!ask(rdap, url, attempt, &question, &reply, error))
			return FALSE;
	}
	if (question.later)
		return record_failure(rdap, &question, attempt, error);
	if (reply.status == 404)
		return record(rdap, &question, 404, NULL, keep_missing, error);

	g_autoptr(RdapAnswer) answer = rdap_read(reply.body, reply.length, object, &wrong);
	if (!answer) {
		put_off(&question, RETRY_LONGEST, FALSE, wrong->message);
		return record_failure(rdap, &question, attempt, error);
	}
	if (!ask_registrar(rdap, &question, answer, error))
		return FALSE;
	return record(
		rdap, &question, reply.status, answer, config_number(rdap->config, "rdap", "keep"), error);
}
