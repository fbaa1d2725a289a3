#include "outbox.h"

#include "backoff.h"
#include "database.h"
#include "log.h"
#include "relay.h"
#include "senders.h"

#include <string.h>

#define POLL_SECONDS    30   /* notifications get lost, deferred mails fall due */
#define MOST_CLAIMED    400  /* in one batch: what a crash can leave in doubt */
#define QUICK_MS        250  /* a batch that is gone sooner may be twice as large */
#define SLOW_MS         1000 /* one that takes longer had better be half as large */
#define GATHER_MS       20   /* how long results may wait for company */
#define MOST_GATHERED   200
#define LONGEST_ABSENCE 60 /* seconds between attempts to reach the database */

static const char claim_sql[] =
	"select id, message_id, kind, audience, language, party, from_name, from_address, envelope, recipient,"
	" recipient_name, reply_to, in_reply_to, refs, auto_submitted, context, attempt,"
	" extract(epoch from owed_at)::bigint from desk.outbox_claim($1, $2::interval)";
static const char base_sql[] = "select desk.context_base()";
static const char record_sql[] = "select desk.outbox_record($1, $2, $3, $4)";

/* What other threads want. */
typedef struct {
	gboolean stopping;
	gboolean knocked; /* something may be owed */
	guint wanted;     /* drains asked for */
	guint drained;    /* drains served */
} Wishes;

struct Outbox {
	Config *config;
	Senders *senders;
	GAsyncQueue *done; /* Delivery, and the address of the outbox itself as a knock */
	GThread *thread;

	/* the thread's own */
	Database *database;
	json_t *base; /* of every context */
	GPtrArray *results; /* done, not yet recorded */
	gint64 gathered_at; /* when the first of them came; this and what follows is monotonic */
	guint on_the_way;
	guint limit;
	gint64 look_at;
	gint64 claimed_at;
	gboolean claimed_full; /* there may be more */
	guint failures;
	gint64 retry_at; /* the database is away until then */

	GMutex lock;
	GCond changed;
	Wishes wishes;
	char *trouble; /* why the database does not answer */
	OutboxFigures figures;
};

static char *field(const PGresult *rows, guint row, guint column)
{
	const char *text = database_field(rows, row, column);

	return g_strdup(text ? text : "");
}

static Notice *read_notice(const PGresult *rows, guint row)
{
	Notice *notice = notice_new();
	char **const texts[] = { &notice->message_id, &notice->kind, &notice->audience, &notice->language,
		&notice->party, &notice->from_name, &notice->from_address, &notice->envelope, &notice->recipient,
		&notice->recipient_name, &notice->reply_to, &notice->in_reply_to, &notice->references,
		&notice->auto_submitted };

	notice->id = database_field_number(rows, row, 0);
	for (guint i = 0; i < G_N_ELEMENTS(texts); i++)
		*texts[i] = field(rows, row, i + 1);
	notice->attempt = database_field_number(rows, row, 16);
	notice->owed_at = database_field_number(rows, row, 17);
	return notice;
}

/* The database is away: says so once, looks again later. */
static void database_failed(Outbox *outbox, GError *error)
{
	g_mutex_lock(&outbox->lock);
	gboolean first = outbox->trouble == NULL;
	g_free(outbox->trouble);
	outbox->trouble = g_strdup(error->message);
	g_cond_broadcast(&outbox->changed);
	g_mutex_unlock(&outbox->lock);

	if (first)
		log_warning("outbox: %s", error->message);
	outbox->retry_at = g_get_monotonic_time() + 1000 * backoff_pause(++outbox->failures, 1, LONGEST_ABSENCE);
	g_error_free(error);
}

static void database_answers(Outbox *outbox)
{
	outbox->failures = 0;
	g_mutex_lock(&outbox->lock);
	g_autofree char *trouble = g_steal_pointer(&outbox->trouble);
	g_mutex_unlock(&outbox->lock);
	if (trouble)
		log_info("outbox: the database answers again");
}

static gboolean database_ready(Outbox *outbox)
{
	GError *error = NULL;

	if (g_get_monotonic_time() < outbox->retry_at)
		return FALSE;
	if (!outbox->database)
		outbox->database = database_open(outbox->config, &error);
	else if (database_is_lost(outbox->database))
		database_reconnect(outbox->database, &error);
	if (error)
		database_failed(outbox, error);
	return error == NULL;
}

static void count(OutboxFigures *figures, const char *outcome)
{
	const struct {
		const char *outcome;
		guint64 *figure;
	} table[] = {
		{ "sent", &figures->sent },
		{ "deferred", &figures->deferred },
		{ "refused", &figures->refused },
		{ "uncertain", &figures->uncertain },
		{ "expired", &figures->expired },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(table); i++)
		*table[i].figure += g_str_equal(outcome, table[i].outcome);
}

static void forget_results(Outbox *outbox)
{
	g_mutex_lock(&outbox->lock);
	for (guint i = 0; i < outbox->results->len; i++)
		count(&outbox->figures, ((Delivery *)outbox->results->pdata[i])->outcome);
	g_mutex_unlock(&outbox->lock);
	g_ptr_array_set_size(outbox->results, 0);
}

/* Says twice what was said already if the answer is lost: rows that are no longer `sending` ignore it. */
static void record(Outbox *outbox)
{
	guint n = outbox->results->len;
	g_autofree gint64 *ids = g_new(gint64, n);
	g_autofree const char **outcomes = g_new(const char *, n);
	g_autofree const char **replies = g_new(const char *, n);
	g_autofree gint64 *next = g_new(gint64, n);
	GError *error = NULL;

	if (n == 0 || !database_ready(outbox))
		return;
	for (guint i = 0; i < n; i++) {
		const Delivery *delivery = outbox->results->pdata[i];
		ids[i] = delivery->notice->id;
		outcomes[i] = delivery->outcome;
		replies[i] = delivery->reply;
		next[i] = delivery->next ? delivery->next : G_MININT64;
	}

	DatabaseValue values[] = { database_numbers(ids, n), database_texts(outcomes, n), database_texts(replies, n),
		database_times(next, n) };
	g_autoptr(PGresult) result = database_call(outbox->database, &error, record_sql, 4, values);
	if (!result) {
		database_failed(outbox, error);
		return;
	}
	database_answers(outbox);
	forget_results(outbox);
}

static guint lease_seconds(const Outbox *outbox)
{
	return 2 * senders_timeout(outbox->senders) + 10;
}

static void give(Outbox *outbox, const PGresult *rows)
{
	/* So that the slowest mail ends before the lease does; else another daemon would take it for lost. */
	gint64 grace = lease_seconds(outbox) - senders_timeout(outbox->senders) - 5;

	for (guint i = 0; i < database_rows(rows); i++) {
		Delivery *delivery = g_new0(Delivery, 1);
		delivery->notice = read_notice(rows, i);
		delivery->context = field(rows, i, 15);
		delivery->notice->base = json_incref(outbox->base);
		delivery->start_before = outbox->claimed_at + grace * G_USEC_PER_SEC;
		outbox->on_the_way++;
		senders_give(outbox->senders, delivery);
	}
}

/* Few at a time when the relay is slow, so that a crash leaves few mails in doubt. */
static void adapt_limit(Outbox *outbox, gint64 now)
{
	gint64 passed = (now - outbox->claimed_at) / 1000;
	guint least = senders_connections(outbox->senders);

	if (outbox->claimed_full && passed < QUICK_MS)
		outbox->limit *= 2;
	else if (passed > SLOW_MS)
		outbox->limit /= 2;
	outbox->limit = CLAMP(outbox->limit, least, MAX(least, MOST_CLAIMED));
}

/* Sixty values that most mails leave at "" or 0: fetched once, and not with each mail. */
static gboolean fetch_base(Outbox *outbox, GError **error)
{
	if (outbox->base)
		return TRUE;
	g_autoptr(PGresult) rows = database_call(outbox->database, error, base_sql, 0, NULL);
	if (!rows)
		return FALSE;
	g_autofree char *text = field(rows, 0, 0);
	outbox->base = json_loads(text, 0, NULL);
	return TRUE;
}

/* TRUE when nothing was due. */
static gboolean claim(Outbox *outbox)
{
	gint64 now = g_get_monotonic_time();
	g_autofree char *lease = g_strdup_printf("%u seconds", lease_seconds(outbox));
	GError *error = NULL;

	if (!database_ready(outbox))
		return FALSE;
	adapt_limit(outbox, now);

	DatabaseValue values[] = { database_number(outbox->limit), database_text(lease) };
	g_autoptr(PGresult) rows =
		fetch_base(outbox, &error) ? database_call(outbox->database, &error, claim_sql, 2, values) : NULL;
	if (!rows) {
		database_failed(outbox, error);
		return FALSE;
	}
	database_answers(outbox);
	outbox->claimed_at = now;
	outbox->claimed_full = database_rows(rows) >= outbox->limit;
	outbox->look_at = now + POLL_SECONDS * G_USEC_PER_SEC;
	give(outbox, rows);
	return database_rows(rows) == 0;
}

/* Takes what is finished; waits at most @pause milliseconds for the first. */
static void gather(Outbox *outbox, gint64 pause)
{
	gpointer item = g_async_queue_timeout_pop(outbox->done, MAX(pause, 1) * 1000);

	for (; item; item = g_async_queue_try_pop(outbox->done)) {
		if (item == outbox)
			continue; /* a knock: the loop looks at the wishes */
		if (outbox->results->len == 0)
			outbox->gathered_at = g_get_monotonic_time();
		outbox->on_the_way--;
		g_ptr_array_add(outbox->results, item);
	}
}

static gboolean is_idle(const Outbox *outbox)
{
	return outbox->on_the_way == 0 && outbox->results->len == 0;
}

/* Results wait a moment for company: a commit for each mail would halve the rate. */
static gboolean should_record(const Outbox *outbox)
{
	gint64 waited = (g_get_monotonic_time() - outbox->gathered_at) / 1000;

	return outbox->on_the_way == 0 || outbox->results->len >= MOST_GATHERED || waited >= GATHER_MS;
}

static gboolean should_claim(const Outbox *outbox, const Wishes *wishes)
{
	if (outbox->on_the_way > outbox->limit)
		return FALSE;
	if (outbox->claimed_full || g_get_monotonic_time() >= outbox->look_at)
		return TRUE;
	return wishes->wanted != wishes->drained && is_idle(outbox);
}

static Wishes read_wishes(Outbox *outbox)
{
	g_mutex_lock(&outbox->lock);
	Wishes wishes = outbox->wishes;
	outbox->wishes.knocked = FALSE;
	g_mutex_unlock(&outbox->lock);
	return wishes;
}

/* All that was due when drain @wanted was asked for is recorded, or waits for a relay. */
static void serve_drains(Outbox *outbox, guint wanted)
{
	g_mutex_lock(&outbox->lock);
	outbox->wishes.drained = wanted;
	g_cond_broadcast(&outbox->changed);
	g_mutex_unlock(&outbox->lock);
}

/* Milliseconds that the loop may sleep unless a result or a knock comes. */
static gint64 pause_of(const Outbox *outbox, gint64 absence)
{
	gint64 now = g_get_monotonic_time();
	gint64 pause = POLL_SECONDS * 1000;

	if (outbox->retry_at > now)
		return MIN(pause, (outbox->retry_at - now) / 1000);
	if (outbox->results->len > 0)
		return GATHER_MS;
	if (outbox->on_the_way > 0)
		return pause;
	return MIN(pause, absence > 0 ? absence : (outbox->look_at - now) / 1000);
}

/* One round: claim, wait for results, record them. */
static void turn(Outbox *outbox, const Wishes *wishes)
{
	gint64 absence = 0;

	if (wishes->knocked)
		outbox->look_at = 0;
	if (senders_all_away(outbox->senders, &absence)) {
		/* A few mails will try the relay, and nothing is claimed before. */
		outbox->limit = senders_connections(outbox->senders);
		outbox->claimed_full = TRUE;
		if (is_idle(outbox))
			serve_drains(outbox, wishes->wanted);
	} else if (should_claim(outbox, wishes) && claim(outbox) && is_idle(outbox)) {
		serve_drains(outbox, wishes->wanted);
	}

	gather(outbox, pause_of(outbox, absence));
	if (should_record(outbox))
		record(outbox);
}

static gpointer run(gpointer data)
{
	Outbox *outbox = data;
	Wishes wishes = read_wishes(outbox);

	while (!wishes.stopping) {
		turn(outbox, &wishes);
		wishes = read_wishes(outbox);
	}
	return NULL;
}

static gboolean check_sections(Config *config, GError **error)
{
	if (config_has_section(config, "relay") || !*config_sections(config, "relay"))
		return TRUE;
	g_set_error(error, CONFIG_ERROR, CONFIG_ERROR_VALUE,
		"[relay] is missing: where mail leaves for parties without a relay of their own");
	return FALSE;
}

static void outbox_free(Outbox *outbox)
{
	database_free(outbox->database);
	json_decref(outbox->base);
	g_ptr_array_unref(outbox->results);
	g_async_queue_unref(outbox->done);
	config_unref(outbox->config);
	g_cond_clear(&outbox->changed);
	g_mutex_clear(&outbox->lock);
	g_free(outbox->trouble);
	g_free(outbox);
}

Outbox *outbox_start(Config *config, TemplateSet *templates, GError **error)
{
	if (!check_sections(config, error))
		return NULL;

	Outbox *outbox = g_new0(Outbox, 1);
	g_mutex_init(&outbox->lock);
	g_cond_init(&outbox->changed);
	outbox->config = config_ref(config);
	outbox->results = g_ptr_array_new_with_free_func(delivery_free);
	outbox->done = g_async_queue_new();
	if (!config_has_section(config, "relay") || config_switch(config, "mail", "hold"))
		return outbox; /* mails stay owed */

	outbox->senders = senders_start(config, templates, outbox->done, error);
	if (!outbox->senders) {
		outbox_free(outbox);
		return NULL;
	}
	outbox->limit = senders_connections(outbox->senders);
	outbox->thread = g_thread_new("outbox", run, outbox);
	return outbox;
}

void outbox_wake(Outbox *outbox)
{
	g_mutex_lock(&outbox->lock);
	gboolean asleep = !outbox->wishes.knocked;
	outbox->wishes.knocked = TRUE;
	g_mutex_unlock(&outbox->lock);
	if (asleep)
		g_async_queue_push(outbox->done, outbox);
}

gboolean outbox_drain(Outbox *outbox, GError **error)
{
	if (!outbox->thread)
		return TRUE;

	g_mutex_lock(&outbox->lock);
	guint ticket = ++outbox->wishes.wanted;
	g_async_queue_push(outbox->done, outbox);
	while ((gint)(outbox->wishes.drained - ticket) < 0 && !outbox->trouble)
		g_cond_wait(&outbox->changed, &outbox->lock);
	g_autofree char *trouble = g_strdup(outbox->trouble);
	g_mutex_unlock(&outbox->lock);

	if (!trouble)
		trouble = senders_trouble(outbox->senders);
	if (!trouble)
		return TRUE;
	g_set_error(error, RELAY_ERROR, RELAY_ERROR_AWAY, "outbox: %s", trouble);
	return FALSE;
}

void outbox_figures(Outbox *outbox, OutboxFigures *figures_out)
{
	g_autofree char *trouble = outbox->senders ? senders_trouble(outbox->senders) : NULL;

	g_mutex_lock(&outbox->lock);
	*figures_out = outbox->figures;
	figures_out->away = outbox->trouble || trouble;
	g_mutex_unlock(&outbox->lock);
}

void outbox_stop(Outbox *outbox)
{
	if (!outbox)
		return;
	if (outbox->thread) {
		g_mutex_lock(&outbox->lock);
		outbox->wishes.stopping = TRUE;
		g_mutex_unlock(&outbox->lock);
		g_async_queue_push(outbox->done, outbox);
		g_thread_join(outbox->thread);
		senders_stop(outbox->senders);

		gather(outbox, 1);
		outbox->retry_at = 0;
		record(outbox);
	}
	outbox_free(outbox);
}
