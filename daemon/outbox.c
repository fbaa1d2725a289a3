#include "outbox.h"

#include "database.h"
#include "recorder.h"
#include "relay.h"
#include "senders.h"
#include "trouble.h"

#include <string.h>

#define POLL_SECONDS    30  /* notifications get lost, deferred mails fall due */
#define MOST_CLAIMED    400 /* in one batch */
#define QUICK_MS        120 /* a batch that is gone sooner may be twice as large */
#define SLOW_MS         500 /* one that takes longer had better be half as large */
#define LONGEST_ABSENCE 60  /* seconds between attempts to reach the database */

static const char claim_sql[] =
	"select id, message_id, kind, audience, language, party, from_name, from_address, envelope,"
	" recipient, recipient_name, reply_to, in_reply_to, refs, auto_submitted, context, attempt,"
	" extract(epoch from owed_at)::bigint, claim from desk.outbox_claim($1, $2::interval)";
static const char base_sql[] = "select desk.context_base()";

struct Outbox {
	Config *config;
	Senders *senders; /* the recorder's */
	Recorder *recorder;
	GAsyncQueue *queue; /* to the recorder */
	GThread *thread;

	/* the thread's own */
	Database *database;
	json_t *base; /* of every context */
	guint limit;
	gint64 look_at; /* this and what follows is monotonic */
	gint64 claimed_at;
	gint64 retry_at;       /* the database is away until then */
	gboolean claimed_full; /* there may be more */
	Trouble trouble;

	GMutex lock;
	GCond changed;
	gboolean stopping;
	gboolean knocked;  /* something may be owed */
	guint wanted;      /* drains asked for */
	guint drained;     /* drains served */
	guint on_the_way;  /* claimed and not yet recorded */
	char *claim_away;  /* why nothing can be claimed */
	char *record_away; /* why nothing can be recorded */
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
	char **const texts[] = {&notice->message_id, &notice->kind, &notice->audience, &notice->language,
		&notice->party, &notice->from_name, &notice->from_address, &notice->envelope,
		&notice->recipient, &notice->recipient_name, &notice->reply_to, &notice->in_reply_to,
		&notice->references, &notice->auto_submitted};

	notice->id = database_field_number(rows, row, 0);
	for (guint i = 0; i < G_N_ELEMENTS(texts); i++)
		*texts[i] = field(rows, row, i + 1);
	notice->attempt = database_field_number(rows, row, 16);
	notice->owed_at = database_field_number(rows, row, 17);
	return notice;
}

/* Sets why the database does not answer, NULL when it does; drains give up then. */
static void set_away(Outbox *outbox, char **away, const GError *error)
{
	g_mutex_lock(&outbox->lock);
	g_free(*away);
	*away = error ? g_strdup(error->message) : NULL;
	g_cond_broadcast(&outbox->changed);
	g_mutex_unlock(&outbox->lock);
}

static gboolean database_ready(Outbox *outbox, GError **error)
{
	if (!outbox->database)
		outbox->database = database_open(outbox->config, error);
	else if (database_is_lost(outbox->database))
		return database_reconnect(outbox->database, error);
	return outbox->database != NULL;
}

static void count(OutboxFigures *figures, const char *outcome)
{
	const struct {
		const char *outcome;
		guint64 *figure;
	} table[] = {
		{"sent", &figures->sent},
		{"deferred", &figures->deferred},
		{"refused", &figures->refused},
		{"uncertain", &figures->uncertain},
		{"expired", &figures->expired},
	};

	for (gsize i = 0; i < G_N_ELEMENTS(table); i++)
		*table[i].figure += g_strcmp0(outcome, table[i].outcome) == 0;
}

/* A RecorderNote. */
static void recorded(const GPtrArray *deliveries, const GError *error, gpointer user)
{
	Outbox *outbox = user;

	if (!error) {
		g_mutex_lock(&outbox->lock);
		for (guint i = 0; i < deliveries->len; i++)
			count(&outbox->figures, ((Delivery *)deliveries->pdata[i])->outcome);
		outbox->on_the_way -= deliveries->len;
		g_mutex_unlock(&outbox->lock);
	}
	set_away(outbox, &outbox->record_away, error);
}

static guint lease_seconds(const Outbox *outbox)
{
	return 2 * senders_timeout(outbox->senders) + 10;
}

static void give(Outbox *outbox, const PGresult *rows)
{
	/* So that the slowest mail ends before the lease does; else another daemon would take it for lost. */
	gint64 grace = lease_seconds(outbox) - senders_timeout(outbox->senders) - 5;

	g_mutex_lock(&outbox->lock);
	outbox->on_the_way += database_rows(rows);
	g_mutex_unlock(&outbox->lock);
	for (guint i = 0; i < database_rows(rows); i++) {
		Delivery *delivery = g_new0(Delivery, 1);
		delivery->notice = read_notice(rows, i);
		delivery->context = field(rows, i, 15);
		delivery->notice->base = json_incref(outbox->base);
		delivery->start_before = outbox->claimed_at + grace * G_USEC_PER_SEC;
		delivery->claim = database_field_number(rows, i, 18);
		g_async_queue_push(outbox->queue, delivery);
	}
}

/* Few at a time when the relay is slow: another daemon may have a quicker one. */
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

static PGresult *call(Outbox *outbox, GError **error)
{
	g_autofree char *lease = g_strdup_printf("%u seconds", lease_seconds(outbox));

	if (!database_ready(outbox, error) || !fetch_base(outbox, error))
		return NULL;
	DatabaseValue values[] = {database_number(outbox->limit), database_text(lease)};
	return database_call(outbox->database, error, claim_sql, G_N_ELEMENTS(values), values);
}

/* TRUE when nothing was due. */
static gboolean claim(Outbox *outbox)
{
	gint64 now = g_get_monotonic_time();
	g_autoptr(GError) error = NULL;

	adapt_limit(outbox, now);
	g_autoptr(PGresult) rows = call(outbox, &error);
	set_away(outbox, &outbox->claim_away, error);
	if (!rows) {
		outbox->look_at = 0;
		outbox->retry_at =
			now + 1000 * trouble_note(&outbox->trouble, "outbox", error, 1, LONGEST_ABSENCE);
		return FALSE;
	}
	trouble_over(&outbox->trouble, "outbox");
	outbox->claimed_at = now;
	outbox->claimed_full = database_rows(rows) >= outbox->limit;
	outbox->look_at = now + POLL_SECONDS * G_USEC_PER_SEC;
	give(outbox, rows);
	return database_rows(rows) == 0;
}

/* Under the lock. */
static gboolean should_claim(const Outbox *outbox, gint64 now)
{
	if (now < outbox->retry_at || outbox->on_the_way > outbox->limit)
		return FALSE;
	if (outbox->claimed_full || outbox->knocked || now >= outbox->look_at)
		return TRUE;
	return outbox->wanted != outbox->drained && outbox->on_the_way == 0;
}

/* Under the lock: all that was due when drain @wanted was asked for is recorded, or waits for a relay. */
static void serve_drains(Outbox *outbox, guint wanted)
{
	if (outbox->on_the_way > 0)
		return;
	outbox->drained = wanted;
	g_cond_broadcast(&outbox->changed);
}

/* Under the lock, which is given up while the database works. */
static void claim_unlocked(Outbox *outbox)
{
	guint wanted = outbox->wanted;

	outbox->knocked = FALSE;
	g_mutex_unlock(&outbox->lock);
	gboolean nothing = claim(outbox);
	g_mutex_lock(&outbox->lock);
	if (nothing)
		serve_drains(outbox, wanted);
}

/* One round: claim, or sleep until something changes. */
static void turn(Outbox *outbox)
{
	gint64 now = g_get_monotonic_time();
	gint64 until = MAX(outbox->look_at, outbox->retry_at);
	gint64 absence;

	if (senders_all_away(outbox->senders, &absence)) {
		/* A few mails will try the relay, and nothing is claimed before. */
		outbox->limit = senders_connections(outbox->senders);
		outbox->claimed_full = TRUE;
		until = now + absence * 1000;
		serve_drains(outbox, outbox->wanted);
	} else if (should_claim(outbox, now)) {
		claim_unlocked(outbox);
		return;
	}
	if (outbox->retry_at > now)
		until = MIN(until, outbox->retry_at);
	g_cond_wait_until(&outbox->changed, &outbox->lock, MIN(until, now + POLL_SECONDS * G_USEC_PER_SEC));
}

static gpointer run(gpointer data)
{
	Outbox *outbox = data;

	g_mutex_lock(&outbox->lock);
	while (!outbox->stopping)
		turn(outbox);
	g_mutex_unlock(&outbox->lock);
	return NULL;
}

static gboolean check_sections(const Config *config, GError **error)
{
	if (config_has_section(config, "relay") || !*config_sections(config, "relay"))
		return TRUE;
	g_set_error(error, CONFIG_ERROR, CONFIG_ERROR_VALUE,
		"[relay] is missing: where mail leaves for parties without a relay of their own");
	return FALSE;
}

gboolean outbox_check(const Config *config, GError **error)
{
	const char *const *sections = config_sections(config, "relay");

	if (!check_sections(config, error))
		return FALSE;
	for (guint i = 0; sections[i]; i++) {
		g_autoptr(RelaySettings) settings = relay_settings_read(config, sections[i], error);
		if (!settings)
			return FALSE;
	}
	return TRUE;
}

static void outbox_free(Outbox *outbox)
{
	database_free(outbox->database);
	json_decref(outbox->base);
	trouble_clear(&outbox->trouble);
	g_async_queue_unref(outbox->queue);
	config_unref(outbox->config);
	g_cond_clear(&outbox->changed);
	g_mutex_clear(&outbox->lock);
	g_free(outbox->claim_away);
	g_free(outbox->record_away);
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
	outbox->queue = g_async_queue_new_full(delivery_free);
	if (!config_has_section(config, "relay") || config_switch(config, "mail", "hold"))
		return outbox; /* mails stay owed */

	outbox->senders = senders_start(config, templates, outbox->queue, error);
	if (!outbox->senders) {
		outbox_free(outbox);
		return NULL;
	}
	outbox->limit = senders_connections(outbox->senders);
	outbox->recorder = recorder_start(config, outbox->senders, outbox->queue, recorded, outbox);
	outbox->thread = g_thread_new("outbox", run, outbox);
	return outbox;
}

void outbox_wake(Outbox *outbox)
{
	g_mutex_lock(&outbox->lock);
	outbox->knocked = TRUE;
	g_cond_broadcast(&outbox->changed);
	g_mutex_unlock(&outbox->lock);
}

gboolean outbox_drain(Outbox *outbox, GError **error)
{
	if (!outbox->thread)
		return TRUE;

	g_mutex_lock(&outbox->lock);
	guint ticket = ++outbox->wanted;
	g_cond_broadcast(&outbox->changed);
	while ((gint)(outbox->drained - ticket) < 0 && !outbox->claim_away && !outbox->record_away)
		g_cond_wait(&outbox->changed, &outbox->lock);
	g_autofree char *away = g_strdup(outbox->claim_away ? outbox->claim_away : outbox->record_away);
	g_mutex_unlock(&outbox->lock);

	if (!away)
		away = senders_trouble(outbox->senders);
	if (!away)
		return TRUE;
	g_set_error(error, RELAY_ERROR, RELAY_ERROR_AWAY, "outbox: %s", away);
	return FALSE;
}

void outbox_figures(Outbox *outbox, OutboxFigures *figures_out)
{
	g_autofree char *relay = outbox->senders ? senders_trouble(outbox->senders) : NULL;

	g_mutex_lock(&outbox->lock);
	*figures_out = outbox->figures;
	figures_out->away = outbox->claim_away || outbox->record_away || relay;
	g_mutex_unlock(&outbox->lock);
}

void outbox_stop(Outbox *outbox)
{
	if (!outbox)
		return;
	if (outbox->thread) {
		g_mutex_lock(&outbox->lock);
		outbox->stopping = TRUE;
		g_cond_broadcast(&outbox->changed);
		g_mutex_unlock(&outbox->lock);
		g_thread_join(outbox->thread);
		recorder_stop(outbox->recorder);
	}
	outbox_free(outbox);
}
