#include "errand.h"

#include "trouble.h"

#define POLL_SECONDS    30
#define LONGEST_ABSENCE 60

struct Errand {
	const char *name;
	Config *config;
	ErrandWork work;
	gpointer data;
	GThread *thread;

	/* the thread's own */
	Database *database;
	Trouble trouble;

	GMutex lock;
	GCond changed;
	gboolean stopping;
	gboolean knocked;
	guint wanted;
	guint drained;
	char *away; /* why the database does not answer */
};

Errand *errand_new(const char *name, Config *config, ErrandWork work, gpointer data)
{
	Errand *errand = g_new0(Errand, 1);

	g_mutex_init(&errand->lock);
	g_cond_init(&errand->changed);
	errand->name = name;
	errand->config = config_ref(config);
	errand->work = work;
	errand->data = data;
	return errand;
}

static void errand_free(Errand *errand)
{
	database_free(errand->database);
	trouble_clear(&errand->trouble);
	config_unref(errand->config);
	g_cond_clear(&errand->changed);
	g_mutex_clear(&errand->lock);
	g_free(errand->away);
	g_free(errand);
}

Database *errand_database(Errand *errand, GError **error)
{
	if (!errand->database)
		errand->database = database_open(errand->config, error);
	else if (database_is_lost(errand->database) && !database_reconnect(errand->database, error))
		return NULL;
	return errand->database;
}

gboolean errand_is_stopping(Errand *errand)
{
	g_mutex_lock(&errand->lock);
	gboolean stopping = errand->stopping;
	g_mutex_unlock(&errand->lock);
	return stopping;
}

void errand_pause(Errand *errand, gint64 milliseconds)
{
	gint64 until = g_get_monotonic_time() + milliseconds * 1000;

	g_mutex_lock(&errand->lock);
	while (!errand->stopping && g_cond_wait_until(&errand->changed, &errand->lock, until))
		continue;
	g_mutex_unlock(&errand->lock);
}

static void sleep_until_knocked(Errand *errand, gint64 milliseconds)
{
	gint64 until = g_get_monotonic_time() + milliseconds * 1000;

	g_mutex_lock(&errand->lock);
	while (!errand->stopping && !errand->knocked &&
		g_cond_wait_until(&errand->changed, &errand->lock, until))
		continue;
	errand->knocked = FALSE;
	g_mutex_unlock(&errand->lock);
}

/* The round that began when @drained drains were wanted is over, or failed with @error. */
static void tell_waiting(Errand *errand, guint drained, const GError *error)
{
	g_mutex_lock(&errand->lock);
	g_free(errand->away);
	errand->away = error ? g_strdup(error->message) : NULL;
	if (!error)
		errand->drained = drained;
	g_cond_broadcast(&errand->changed);
	g_mutex_unlock(&errand->lock);
}

static gpointer run(gpointer data)
{
	Errand *errand = data;

	while (!errand_is_stopping(errand)) {
		g_autoptr(GError) error = NULL;
		gint64 pause = POLL_SECONDS * 1000;
		g_mutex_lock(&errand->lock);
		guint wanted = errand->wanted;
		g_mutex_unlock(&errand->lock);

		if (errand->work(errand, errand->data, &pause, &error))
			trouble_over(&errand->trouble, errand->name);
		else
			pause = trouble_note(&errand->trouble, errand->name, error, 1, LONGEST_ABSENCE);
		tell_waiting(errand, wanted, error);
		sleep_until_knocked(errand, pause);
	}
	return NULL;
}

void errand_start(Errand *errand)
{
	errand->thread = g_thread_new(errand->name, run, errand);
}

static void knock(Errand *errand)
{
	errand->knocked = TRUE;
	g_cond_broadcast(&errand->changed);
}

void errand_wake(Errand *errand)
{
	g_mutex_lock(&errand->lock);
	knock(errand);
	g_mutex_unlock(&errand->lock);
}

gboolean errand_drain(Errand *errand, GError **error)
{
	g_mutex_lock(&errand->lock);
	guint ticket = ++errand->wanted;
	knock(errand);
	while ((gint)(errand->drained - ticket) < 0 && !errand->away)
		g_cond_wait(&errand->changed, &errand->lock);
	g_autofree char *away = g_strdup(errand->away);
	g_mutex_unlock(&errand->lock);

	if (!away)
		return TRUE;
	g_set_error(error, DATABASE_ERROR, DATABASE_ERROR_LOST, "%s: %s", errand->name, away);
	return FALSE;
}

void errand_stop(Errand *errand)
{
	g_mutex_lock(&errand->lock);
	errand->stopping = TRUE;
	knock(errand);
	g_mutex_unlock(&errand->lock);
	g_thread_join(errand->thread);
	errand_free(errand);
}
