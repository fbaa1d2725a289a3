#include "senders.h"

#include "backoff.h"
#include "log.h"
#include "relay.h"

#include <curl/curl.h>
#include <string.h>

#define LONGEST_ABSENCE 60 /* seconds until a relay that is away is tried again */
#define MOST_UNCERTAIN  5  /* attempts of one notice */

/* One relay with its threads; a slow one holds up nobody else's mail. */
typedef struct {
	Senders *senders;
	char *party; /* "" for the default */
	RelaySettings *settings;
	gint64 retry_first;
	gint64 retry_longest;
	gint64 expire;
	guint share; /* of the connections, for one domain */
	GPtrArray *threads;

	/* under the senders' lock */
	GQueue jobs; /* Delivery * */
	GCond changed;
	GHashTable *busy; /* domain → connections at work for it */
	guint failures;
	gint64 away_until; /* monotonic microseconds; 0: it answers */
	char *trouble;
} Route;

struct Senders {
	TemplateSet *templates;
	GAsyncQueue *done;
	GPtrArray *routes;
	char *instance;
	GMutex lock;
	gint stopping; /* written under the lock */
};

void delivery_free(gpointer data)
{
	Delivery *delivery = data;

	if (!delivery)
		return;
	notice_free(delivery->notice);
	g_free(delivery->context);
	g_free(delivery->reply);
	g_free(delivery);
}

const char *delivery_domain(const Delivery *delivery)
{
	const char *at = strrchr(delivery->notice->recipient, '@');

	return at ? at + 1 : "";
}

static void route_free(gpointer data)
{
	Route *route = data;

	g_ptr_array_unref(route->threads);
	g_queue_clear_full(&route->jobs, delivery_free);
	g_hash_table_unref(route->busy);
	g_cond_clear(&route->changed);
	relay_settings_free(route->settings);
	g_free(route->trouble);
	g_free(route->party);
	g_free(route);
}

static gint64 now_seconds(void)
{
	return g_get_real_time() / G_USEC_PER_SEC;
}

static void settle(Delivery *delivery, const char *outcome, const char *reply, gint64 next)
{
	delivery->outcome = outcome;
	g_free(delivery->reply);
	delivery->reply = g_strdup(reply);
	delivery->next = next;
}

/* Not this mail's fault, so it comes again at @next. @outcome: deferred or untried. */
static void postpone(
	const Route *route, Delivery *delivery, const char *outcome, const char *why, gint64 next)
{
	gboolean over = now_seconds() - delivery->notice->owed_at > route->expire;

	settle(delivery, over ? "expired" : outcome, why, next);
}

void delivery_hand_back(Delivery *delivery)
{
	settle(delivery, "untried", "handed back before an attempt", now_seconds());
}

/* Milliseconds until the relay may be tried; 0: now. */
static gint64 route_absence(Route *route)
{
	g_mutex_lock(&route->senders->lock);
	gint64 left = route->away_until - g_get_monotonic_time();
	g_mutex_unlock(&route->senders->lock);
	return left > 0 ? left / 1000 + 1 : 0;
}

static void route_is_away(Route *route, const char *why)
{
	g_mutex_lock(&route->senders->lock);
	gint64 now = g_get_monotonic_time();
	gboolean first = route->trouble == NULL;

	/* Several threads fail together; that is one failure. */
	if (route->away_until <= now)
		route->away_until = now + 1000 * backoff_pause(++route->failures, 1, LONGEST_ABSENCE);
	g_free(route->trouble);
	route->trouble = g_strdup(why);
	g_mutex_unlock(&route->senders->lock);

	if (first)
		log_warning("%s; mails wait for it", why);
}

static void route_answers(Route *route)
{
	g_mutex_lock(&route->senders->lock);
	g_autofree char *trouble = g_steal_pointer(&route->trouble);
	route->failures = 0;
	route->away_until = 0;
	g_mutex_unlock(&route->senders->lock);

	if (trouble)
		log_info("relay %s:%u answers again", route->settings->host, route->settings->port);
}

static gint64 next_attempt(const Route *route, const Delivery *delivery)
{
	guint n = MAX(delivery->notice->attempt, 1);

	return now_seconds() + backoff_pause(n, route->retry_first, route->retry_longest) / 1000;
}

/* A relay that always hangs up after the final dot would make us send a notice again for days. */
static gboolean repeats_enough(const Notice *notice)
{
	return !g_str_equal(notice->auto_submitted, "auto-replied") && notice->attempt >= MOST_UNCERTAIN;
}

/* @reply is what the relay said, if anything. */
static void settle_error(Route *route, Delivery *delivery, const GError *error, const char *reply)
{
	const char *words = reply ? reply : error->message;

	switch ((RelayError)error->code) {
	case RELAY_ERROR_AWAY:
		route_is_away(route, error->message);
		postpone(route, delivery, "untried", error->message,
			now_seconds() + (route_absence(route) + 999) / 1000);
		return;
	case RELAY_ERROR_DEFERRED:
		route_answers(route);
		postpone(route, delivery, "deferred", words, next_attempt(route, delivery));
		return;
	case RELAY_ERROR_REFUSED:
		route_answers(route);
		settle(delivery, "refused", words, 0);
		break;
	case RELAY_ERROR_UNCERTAIN:
		settle(delivery, repeats_enough(delivery->notice) ? "expired" : "uncertain", error->message,
			next_attempt(route, delivery));
		break;
	}
	log_warning("mail %" G_GINT64_FORMAT ": %s", delivery->notice->id, error->message);
}

/* What was claimed is parsed here, by many threads, and not by the one that claims. */
static GBytes *write_mail(Route *route, Delivery *delivery, GError **error)
{
	Notice *notice = delivery->notice;

	notice->instance = g_strdup(route->senders->instance);
	notice->context = json_loads(delivery->context, 0, NULL);
	return notice_compose(notice, route->senders->templates, error);
}

static void deliver(Route *route, Relay *relay, Delivery *delivery)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *reply = NULL;
	const Notice *notice = delivery->notice;

	if (g_atomic_int_get(&route->senders->stopping) || g_get_monotonic_time() > delivery->start_before) {
		delivery_hand_back(delivery);
		return;
	}

	gint64 absence = route_absence(route);
	if (absence > 0) {
		postpone(route, delivery, "untried", "the relay does not answer",
			now_seconds() + (absence + 999) / 1000);
		return;
	}

	g_autoptr(GBytes) mail = write_mail(route, delivery, &error);
	if (!mail) {
		log_error("mail %" G_GINT64_FORMAT " cannot be written: %s", notice->id, error->message);
		settle(delivery, "refused", error->message, 0);
		return;
	}
	if (!relay_send(relay, notice->envelope, notice->recipient, mail, &reply, &error)) {
		settle_error(route, delivery, error, reply);
		return;
	}
	route_answers(route);
	settle(delivery, "sent", reply, 0);
}

static guint busy_for(const Route *route, const char *domain)
{
	return GPOINTER_TO_UINT(g_hash_table_lookup(route->busy, domain));
}

static void set_busy(Route *route, const char *domain, guint connections)
{
	if (connections > 0)
		g_hash_table_insert(route->busy, g_strdup(domain), GUINT_TO_POINTER(connections));
	else
		g_hash_table_remove(route->busy, domain);
}

/* Under the lock: the first mail whose domain has not its share of the connections yet, or NULL. Who
 * stops looks at no share: what is left is only handed back. */
static Delivery *next_job(Route *route)
{
	for (GList *link = route->jobs.head; link; link = link->next) {
		Delivery *delivery = link->data;
		guint busy = busy_for(route, delivery_domain(delivery));

		if (busy >= route->share && !g_atomic_int_get(&route->senders->stopping))
			continue;
		set_busy(route, delivery_domain(delivery), busy + 1);
		g_queue_delete_link(&route->jobs, link);
		return delivery;
	}
	return NULL;
}

/* NULL: no more will come. */
static Delivery *take_job(Route *route)
{
	Delivery *delivery;

	g_mutex_lock(&route->senders->lock);
	while (!(delivery = next_job(route)) && !g_atomic_int_get(&route->senders->stopping))
		g_cond_wait(&route->changed, &route->senders->lock);
	g_mutex_unlock(&route->senders->lock);
	return delivery;
}

static void finish_job(Route *route, Delivery *delivery)
{
	const char *domain = delivery_domain(delivery);

	g_mutex_lock(&route->senders->lock);
	set_busy(route, domain, busy_for(route, domain) - 1);
	if (!g_queue_is_empty(&route->jobs)) /* one may have waited for its share */
		g_cond_signal(&route->changed);
	g_mutex_unlock(&route->senders->lock);
	g_async_queue_push(route->senders->done, delivery);
}

static gpointer run(gpointer data)
{
	Route *route = data;
	g_autoptr(Relay) relay = relay_new(route->settings);
	Delivery *delivery;

	while ((delivery = take_job(route))) {
		deliver(route, relay, delivery);
		finish_job(route, delivery);
	}
	return NULL;
}

static gboolean add_route(Senders *senders, Config *config, const char *section, GError **error)
{
	RelaySettings *settings = relay_settings_read(config, section, error);

	if (!settings)
		return FALSE;

	Route *route = g_new0(Route, 1);
	route->senders = senders;
	route->party = g_strdup(g_str_has_prefix(section, "relay ") ? section + strlen("relay ") : "");
	route->settings = settings;
	route->retry_first = config_number(config, section, "retry_first");
	route->retry_longest = config_number(config, section, "retry_longest");
	route->expire = config_number(config, section, "expire");
	route->share = (guint)config_number(config, section, "domain_connections");
	g_queue_init(&route->jobs);
	g_cond_init(&route->changed);
	route->busy = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	route->threads = g_ptr_array_new();
	g_ptr_array_add(senders->routes, route);
	return TRUE;
}

static void senders_free(Senders *senders)
{
	g_ptr_array_unref(senders->routes);
	g_async_queue_unref(senders->done);
	template_set_unref(senders->templates);
	g_mutex_clear(&senders->lock);
	g_free(senders->instance);
	g_free(senders);
}

Senders *senders_start(Config *config, TemplateSet *templates, GAsyncQueue *done, GError **error)
{
	Senders *senders = g_new0(Senders, 1);
	const char *const *sections = config_sections(config, "relay");

	g_mutex_init(&senders->lock);
	senders->templates = template_set_ref(templates);
	senders->done = g_async_queue_ref(done);
	senders->routes = g_ptr_array_new_with_free_func(route_free);
	senders->instance = g_strdup(config_string(config, "border", "instance"));
	for (guint i = 0; sections[i]; i++) {
		if (!add_route(senders, config, sections[i], error)) {
			senders_free(senders);
			return NULL;
		}
	}

	for (guint i = 0; i < senders->routes->len; i++) {
		Route *route = senders->routes->pdata[i];
		gint64 connections = config_number(config, sections[i], "connections");
		for (gint64 n = 0; n < connections; n++)
			g_ptr_array_add(route->threads, g_thread_new("sender", run, route));
	}
	return senders;
}

void senders_stop(Senders *senders)
{
	if (!senders)
		return;

	g_mutex_lock(&senders->lock);
	g_atomic_int_set(&senders->stopping, 1);
	for (guint i = 0; i < senders->routes->len; i++)
		g_cond_broadcast(&((Route *)senders->routes->pdata[i])->changed);
	g_mutex_unlock(&senders->lock);
	for (guint i = 0; i < senders->routes->len; i++) {
		Route *route = senders->routes->pdata[i];
		for (guint n = 0; n < route->threads->len; n++)
			g_thread_join(route->threads->pdata[n]);
	}
	senders_free(senders);
}

/* The party's own relay, else the default one, which outbox_start() makes sure of. */
static Route *choose_route(const Senders *senders, const char *party)
{
	Route *chosen = senders->routes->pdata[0];

	for (guint i = 0; i < senders->routes->len; i++) {
		Route *route = senders->routes->pdata[i];
		if (*route->party && g_str_equal(route->party, party))
			return route;
		if (!*route->party)
			chosen = route;
	}
	return chosen;
}

void senders_give(Senders *senders, Delivery *delivery)
{
	Route *route = choose_route(senders, delivery->notice->party);

	g_mutex_lock(&senders->lock);
	g_queue_push_tail(&route->jobs, delivery);
	g_cond_signal(&route->changed);
	g_mutex_unlock(&senders->lock);
}

guint senders_share(const Senders *senders, const Delivery *delivery)
{
	return choose_route(senders, delivery->notice->party)->share;
}

guint senders_connections(const Senders *senders)
{
	guint n = 0;

	for (guint i = 0; i < senders->routes->len; i++)
		n += ((Route *)senders->routes->pdata[i])->threads->len;
	return n;
}

guint senders_timeout(const Senders *senders)
{
	guint longest = 0;

	for (guint i = 0; i < senders->routes->len; i++)
		longest = MAX(longest, ((Route *)senders->routes->pdata[i])->settings->timeout);
	return longest;
}

gboolean senders_all_away(Senders *senders, gint64 *pause_out)
{
	gint64 least = G_MAXINT64;

	for (guint i = 0; i < senders->routes->len; i++)
		least = MIN(least, route_absence(senders->routes->pdata[i]));
	*pause_out = least;
	return least > 0;
}

char *senders_trouble(Senders *senders)
{
	char *trouble = NULL;

	g_mutex_lock(&senders->lock);
	for (guint i = 0; i < senders->routes->len && !trouble; i++)
		trouble = g_strdup(((Route *)senders->routes->pdata[i])->trouble);
	g_mutex_unlock(&senders->lock);
	return trouble;
}
