#include "recorder.h"

#include "database.h"
#include "log.h"
#include "trouble.h"

#include <string.h>

#define MOST_GATHERED   300
#define MOST_BEGUN      400 /* and not finished */
#define GATHER_MS       15  /* how long results wait for company: a commit for each would halve the rate */
#define DEADLOCK_MS     50
#define LONGEST_ABSENCE 60 /* seconds between attempts to reach the database */

static const char record_sql[] =
	"select desk.outbox_record($1, $2, $3, $4, now(), $5), desk.outbox_begin($6, $7)";

/* What is with the senders for one domain. */
typedef struct {
	guint begun;
	guint finished; /* since the last statement */
} Share;

struct Recorder {
	Config *config;
	Senders *senders;
	GAsyncQueue *queue;
	RecorderNote note;
	gpointer user;
	GThread *thread;

	Database *database;
	GQueue waiting;       /* claimed, not begun */
	GPtrArray *beginning; /* of these, in the statement in hand; borrowed */
	GPtrArray *results;   /* finished, not yet recorded */
	GHashTable *shares;   /* domain → Share */
	Share all;
	gboolean news;   /* something came since attempts were last begun */
	gint64 retry_at; /* monotonic; the database is away until then */
	Trouble trouble;
	gboolean stopping;
};

static gboolean database_ready(Recorder *recorder, GError **error)
{
	if (!recorder->database)
		recorder->database = database_open(recorder->config, error);
	else if (database_is_lost(recorder->database))
		return database_reconnect(recorder->database, error);
	return recorder->database != NULL;
}

/* --- how many to begin --- */

static Share *share_of(Recorder *recorder, const Delivery *delivery)
{
	const char *domain = delivery_domain(delivery);
	Share *share = g_hash_table_lookup(recorder->shares, domain);

	if (!share) {
		share = g_new0(Share, 1);
		g_hash_table_insert(recorder->shares, g_strdup(domain), share);
	}
	return share;
}

/* What is at work, and twice what was done since the last statement: the next one will take as long. */
static gboolean has_room(const Share *share, guint connections)
{
	return share->begun < MIN(connections + 2 * share->finished, MOST_BEGUN);
}

static void choose(Recorder *recorder)
{
	guint connections = senders_connections(recorder->senders);

	for (GList *link = recorder->waiting.head, *next; link && has_room(&recorder->all, connections);
		link = next) {
		Delivery *delivery = link->data;
		Share *share = share_of(recorder, delivery);

		next = link->next;
		if (!has_room(share, senders_share(recorder->senders, delivery)))
			continue;
		share->begun++;
		recorder->all.begun++;
		g_ptr_array_add(recorder->beginning, delivery);
		g_queue_delete_link(&recorder->waiting, link);
	}
	recorder->news = FALSE;
}

static void leave_share(Recorder *recorder, const Delivery *delivery)
{
	share_of(recorder, delivery)->begun--;
	recorder->all.begun--;
}

/* Before each choice counts anew. */
static gboolean forget_share(gpointer domain, gpointer data, gpointer user)
{
	Share *share = data;

	share->finished = 0;
	return share->begun == 0;
}

/* --- the statement --- */

/* In one transaction. @begun_out: the ids whose attempt may be made, as "{1,2}"; free it. */
static gboolean call(Recorder *recorder, Delivery *const *results, guint n, char **begun_out, GError **error)
{
	const GPtrArray *begin = begun_out ? recorder->beginning : NULL;
	guint m = begin ? begin->len : 0;
	g_autofree gint64 *ids = g_new(gint64, n + 1), *claims = g_new(gint64, n + 1),
			  *next = g_new(gint64, n + 1);
	g_autofree const char **outcomes = g_new(const char *, n + 1), **replies = g_new(const char *, n + 1);
	g_autofree gint64 *begin_ids = g_new(gint64, m + 1), *begin_claims = g_new(gint64, m + 1);

	if (!database_ready(recorder, error))
		return FALSE;
	for (guint i = 0; i < n; i++) {
		ids[i] = results[i]->notice->id;
		outcomes[i] = results[i]->outcome;
		replies[i] = results[i]->reply;
		next[i] = results[i]->next ? results[i]->next : G_MININT64;
		claims[i] = results[i]->claim;
	}
	for (guint i = 0; i < m; i++) {
		begin_ids[i] = ((Delivery *)begin->pdata[i])->notice->id;
		begin_claims[i] = ((Delivery *)begin->pdata[i])->claim;
	}

	DatabaseValue values[] = {database_numbers(ids, n), database_texts(outcomes, n),
		database_texts(replies, n), database_times(next, n), database_numbers(claims, n),
		database_numbers(begin_ids, m), database_numbers(begin_claims, m)};
	g_autoptr(PGresult) result =
		database_call(recorder->database, error, record_sql, G_N_ELEMENTS(values), values);
	if (result && begun_out)
		*begun_out = g_strdup(database_field(result, 0, 1));
	return result != NULL;
}

/* To the senders what is among @ids; the rest was cancelled, held or lost to somebody else. */
static void give(Recorder *recorder, const char *ids)
{
	g_autoptr(GHashTable) begun = g_hash_table_new(g_int64_hash, g_int64_equal);
	g_autoptr(GPtrArray) lost = g_ptr_array_new_with_free_func(delivery_free);
	g_auto(GStrv) words = g_strsplit_set(ids, "{,}", -1);
	g_autofree gint64 *numbers = g_new0(gint64, g_strv_length(words) + 1);

	for (guint i = 0; words[i]; i++) {
		numbers[i] = g_ascii_strtoll(words[i], NULL, 10);
		g_hash_table_add(begun, &numbers[i]);
	}
	for (guint i = 0; i < recorder->beginning->len; i++) {
		Delivery *delivery = recorder->beginning->pdata[i];
		if (g_hash_table_contains(begun, &delivery->notice->id)) {
			senders_give(recorder->senders, delivery);
			continue;
		}
		leave_share(recorder, delivery);
		g_ptr_array_add(lost, delivery);
	}
	g_ptr_array_set_size(recorder->beginning, 0);
	recorder->note(lost, NULL, recorder->user);
}

static void keep_beginning(Recorder *recorder)
{
	for (guint i = recorder->beginning->len; i > 0; i--) {
		leave_share(recorder, recorder->beginning->pdata[i - 1]);
		g_queue_push_head(&recorder->waiting, recorder->beginning->pdata[i - 1]);
	}
	g_ptr_array_set_size(recorder->beginning, 0);
	recorder->news = TRUE;
}

/* The server has heard what was said and will not have it. */
static gboolean is_refusal(const GError *error)
{
	return g_error_matches(error, DATABASE_ERROR, DATABASE_ERROR_OTHER) ||
		g_error_matches(error, DATABASE_ERROR, DATABASE_ERROR_DATA);
}

/* The server refuses what was said about some mail, and no other shall wait for it: each alone. What it
 * refuses then is in doubt when the lease is over. FALSE when the connection is lost. */
static gboolean record_singly(Recorder *recorder, GError **error)
{
	g_autoptr(GPtrArray) done = g_ptr_array_new_with_free_func(delivery_free);
	gboolean well = TRUE;

	while (well && recorder->results->len > 0) {
		Delivery *delivery = recorder->results->pdata[0];
		g_autoptr(GError) cause = NULL;

		if (!call(recorder, &delivery, 1, NULL, &cause)) {
			well = is_refusal(cause);
			if (!well) {
				g_propagate_error(error, g_steal_pointer(&cause));
				break;
			}
			log_error("mail %" G_GINT64_FORMAT
				  " is %s, which cannot be recorded; it will be in doubt: %s",
				delivery->notice->id, delivery->outcome, cause->message);
		}
		g_ptr_array_add(done, g_ptr_array_steal_index(recorder->results, 0));
	}
	recorder->note(done, NULL, recorder->user);
	return well;
}

/* When the answer is lost the same is said again: what is recorded is not recorded twice, and what has begun
 * under its claim may begin. */
static gboolean record_all(Recorder *recorder, char **begun_out, GError **error)
{
	g_autoptr(GError) cause = NULL;

	if (call(recorder, (Delivery *const *)recorder->results->pdata, recorder->results->len, begun_out,
		    &cause)) {
		recorder->note(recorder->results, NULL, recorder->user);
		g_ptr_array_set_size(recorder->results, 0);
		return TRUE;
	}
	if (is_refusal(cause) && recorder->results->len > 0 && !record_singly(recorder, error))
		return FALSE;
	g_propagate_error(error, g_steal_pointer(&cause));
	return FALSE;
}

static void record(Recorder *recorder)
{
	gboolean had_results = recorder->results->len > 0;
	g_autofree char *begun = NULL;
	g_autoptr(GError) error = NULL;

	if (record_all(recorder, &begun, &error)) {
		trouble_over(&recorder->trouble, "outbox");
		give(recorder, begun ? begun : "");
		return;
	}
	keep_beginning(recorder);
	recorder->retry_at = g_get_monotonic_time();
	if (g_error_matches(error, DATABASE_ERROR, DATABASE_ERROR_RETRY)) {
		recorder->retry_at += DEADLOCK_MS * 1000;
		return;
	}
	/* Who refused what had become of some mail is not away. He is asked less often all the same: if he
	 * refuses everything, little shall be sent that he cannot note. */
	if (!had_results || !is_refusal(error))
		recorder->note(recorder->results, error, recorder->user);
	recorder->retry_at += 1000 * trouble_note(&recorder->trouble, "outbox", error, 1, LONGEST_ABSENCE);
}

/* Begins what there is room for, and records what is finished. */
static void go_on(Recorder *recorder)
{
	if (g_get_monotonic_time() < recorder->retry_at)
		return;
	choose(recorder);
	if (recorder->results->len == 0 && recorder->beginning->len == 0)
		return;
	g_hash_table_foreach_remove(recorder->shares, forget_share, NULL);
	recorder->all.finished = 0;
	record(recorder);
}

/* --- what comes in --- */

static void take(Recorder *recorder, gpointer item)
{
	Delivery *delivery = item;

	recorder->news = TRUE;
	if (item == recorder) {
		recorder->stopping = TRUE;
	} else if (delivery->outcome) {
		leave_share(recorder, delivery);
		share_of(recorder, delivery)->finished++;
		recorder->all.finished++;
		g_ptr_array_add(recorder->results, delivery);
	} else {
		g_queue_push_tail(&recorder->waiting, delivery);
	}
}

/* Some connection has, or soon will have, nothing to do. */
static gboolean is_hungry(const Recorder *recorder)
{
	return recorder->news && recorder->waiting.length > 0 &&
		recorder->all.begun < senders_connections(recorder->senders);
}

/* Waits for something to come and then a moment for more; or until the database may be tried again. */
static void gather(Recorder *recorder)
{
	if (!recorder->news && recorder->results->len == 0)
		take(recorder, g_async_queue_pop(recorder->queue));

	gint64 moment = g_get_monotonic_time() + GATHER_MS * 1000;
	while (!recorder->stopping) {
		gint64 now = g_get_monotonic_time();
		gboolean away = now < recorder->retry_at;
		gint64 left = (away ? recorder->retry_at : moment) - now;
		if (!away && (recorder->results->len >= MOST_GATHERED || is_hungry(recorder)))
			left = 0;
		gpointer item = left > 0 ? g_async_queue_timeout_pop(recorder->queue, (guint64)left)
					 : g_async_queue_try_pop(recorder->queue);
		if (!item)
			return;
		take(recorder, item);
	}
}

/* Who is still with the senders is finished or handed back by them, who is not, here. */
static void finish(Recorder *recorder)
{
	Delivery *delivery;

	senders_stop(g_steal_pointer(&recorder->senders));
	while ((delivery = g_async_queue_try_pop(recorder->queue)))
		take(recorder, delivery);
	while ((delivery = g_queue_pop_head(&recorder->waiting))) {
		delivery_hand_back(delivery);
		g_ptr_array_add(recorder->results, delivery);
	}
}

static gpointer run(gpointer data)
{
	Recorder *recorder = data;

	while (!recorder->stopping) {
		gather(recorder);
		if (!recorder->stopping)
			go_on(recorder);
	}
	finish(recorder);
	if (recorder->results->len > 0)
		record(recorder);
	return NULL;
}

Recorder *recorder_start(
	Config *config, Senders *senders, GAsyncQueue *queue, RecorderNote note, gpointer user)
{
	Recorder *recorder = g_new0(Recorder, 1);

	recorder->config = config_ref(config);
	recorder->senders = senders;
	recorder->queue = g_async_queue_ref(queue);
	recorder->note = note;
	recorder->user = user;
	g_queue_init(&recorder->waiting);
	recorder->beginning = g_ptr_array_new();
	recorder->results = g_ptr_array_new_with_free_func(delivery_free);
	recorder->shares = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	recorder->thread = g_thread_new("recorder", run, recorder);
	return recorder;
}

void recorder_stop(Recorder *recorder)
{
	if (!recorder)
		return;
	g_async_queue_push(recorder->queue, recorder);
	g_thread_join(recorder->thread);
	database_free(recorder->database);
	trouble_clear(&recorder->trouble);
	g_ptr_array_unref(recorder->beginning);
	g_ptr_array_unref(recorder->results);
	g_hash_table_unref(recorder->shares);
	g_async_queue_unref(recorder->queue);
	config_unref(recorder->config);
	g_free(recorder);
}
