/* The daemon: starts and stops the parts, obeys signals, tells systemd. */

#include "advice.h"
#include "config.h"
#include "database.h"
#include "hook.h"
#include "intake.h"
#include "log.h"
#include "metrics.h"
#include "outbox.h"
#include "rdap.h"
#include "schema.h"
#include "template-set.h"
#include "trouble.h"

#include <curl/curl.h>
#include <glib-unix.h>
#include <gmime/gmime.h>
#include <locale.h>
#include <malloc.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>
#include <systemd/sd-daemon.h>

#define TICK_SECONDS       5
#define CONNECT_ATTEMPTS   3 /* with --once */
#define CONNECT_PAUSE_MOST 60

typedef struct {
	const char *path;
	gboolean once;
	GMainLoop *loop;
	gboolean leaving;  /* asked to end */
	gboolean reloaded; /* while it waited to start */
	Config *config;
	TemplateSet *templates;
	Database *database; /* holds the schema's lock, hears NOTIFY */
	guint watch;        /* of its socket */
	Trouble away;
	Outbox *outbox;
	Hooks *hooks; /* NULL: actions are confirmed by hand */
	Rdap *rdap;   /* NULL: nothing is looked up */
	Intake *intake;
	int status; /* to exit with */
} Daemon;

static void daemon_notify(const char *state)
{
	sd_notify(0, state);
}

static void took_work(gpointer data)
{
	Daemon *daemon = data;

	outbox_wake(daemon->outbox);
	hook_wake(daemon->hooks);
	rdap_wake(daemon->rdap);
}

static gboolean quit(gpointer data)
{
	Daemon *daemon = data;

	daemon->leaving = TRUE;
	g_main_loop_quit(daemon->loop);
	return G_SOURCE_REMOVE;
}

static void give_up(Daemon *daemon, const GError *error)
{
	log_error("%s", error->message);
	daemon->status = EX_CONFIG;
	quit(daemon);
}

static void finished(gpointer data)
{
	g_idle_add(quit, data);
}

/* Said once of settings that hold, not at each turn. */
static void advise(const Daemon *daemon)
{
	g_autofree char *forgotten =
		daemon->database ? advice_forgotten(daemon->config, daemon->database) : NULL;

	if (forgotten)
		log_warning("%s", forgotten);
}

static gboolean parts_start(Daemon *daemon, GError **error)
{
	IntakeHooks hooks = {took_work, finished, daemon};
	g_autoptr(GError) cause = NULL;

	daemon->outbox = outbox_start(daemon->config, daemon->templates, error);
	if (!daemon->outbox)
		return FALSE;
	daemon->hooks = hook_start(daemon->config, &cause);
	if (!cause)
		daemon->rdap = rdap_start(daemon->config, &cause);
	if (cause) {
		g_propagate_error(error, g_steal_pointer(&cause));
		return FALSE;
	}
	daemon->intake = intake_start(daemon->config, daemon->once, &hooks);
	return TRUE;
}

/* The intake first: what it has in hand is finished, and may still owe mails. */
static void parts_stop(Daemon *daemon)
{
	intake_stop(g_steal_pointer(&daemon->intake));
	rdap_stop(g_steal_pointer(&daemon->rdap));
	hook_stop(g_steal_pointer(&daemon->hooks));
	outbox_stop(g_steal_pointer(&daemon->outbox));
}

/* Both, or an error. */
static gboolean settings_load(
	const char *path, Config **config_out, TemplateSet **templates_out, GError **error)
{
	g_autoptr(Config) config = config_load(path, error);
	if (!config)
		return FALSE;
	*templates_out = template_set_load(
		config_string(config, "mail", "templates"), config_string(config, "mail", "language"), error);
	if (!*templates_out)
		return FALSE;
	*config_out = g_steal_pointer(&config);
	return TRUE;
}

static void settings_take(Daemon *daemon, Config *config, TemplateSet *templates)
{
	g_clear_pointer(&daemon->config, config_unref);
	g_clear_pointer(&daemon->templates, template_set_unref);
	daemon->config = config;
	daemon->templates = templates;
	log_start(config_string(config, "log", "level"));
}

/* A database that is away is waited for, one with another schema is a wrong setting. */
static gboolean database_suits(const Config *config, GError **error)
{
	g_autoptr(GError) cause = NULL;
	g_autoptr(Database) database = database_open(config, &cause);

	if ((database && schema_fits(database, &cause)) || cause->domain != SCHEMA_ERROR)
		return TRUE;
	g_propagate_error(error, g_steal_pointer(&cause));
	return FALSE;
}

/* The next tick connects again, with the settings of then. */
static void database_leave(Daemon *daemon)
{
	if (daemon->watch)
		g_source_remove(daemon->watch);
	daemon->watch = 0;
	g_clear_pointer(&daemon->database, database_free);
}

/* Of this program's schema, which nobody may upgrade under us. */
static gboolean schema_take(Daemon *daemon, GError **error)
{
	if (!daemon->database)
		daemon->database = database_open(daemon->config, error);
	else if (database_is_lost(daemon->database) && !database_reconnect(daemon->database, error))
		return FALSE;
	if (!daemon->database || !schema_hold(daemon->database, error) ||
		!schema_fits(daemon->database, error))
		return FALSE;
	g_autoptr(PGresult) result = database_call(daemon->database, error, "listen desk_work", 0, NULL);
	return result != NULL;
}

static gboolean heard(int fd, GIOCondition condition, gpointer data)
{
	Daemon *daemon = data;
	g_autoptr(GError) error = NULL;
	gboolean notified;

	if (!database_notified(daemon->database, &notified, &error)) {
		daemon->watch = 0; /* the next tick connects again */
		return G_SOURCE_REMOVE;
	}
	if (notified && daemon->intake) {
		took_work(daemon);
		intake_wake(daemon->intake);
	}
	return G_SOURCE_CONTINUE;
}

/* A database that comes back may have been upgraded meanwhile. */
static void tend_database(Daemon *daemon)
{
	g_autoptr(GError) error = NULL;

	if (daemon->watch)
		return;
	if (schema_take(daemon, &error)) {
		trouble_clear(&daemon->away);
		daemon->watch = g_unix_fd_add(database_socket(daemon->database), G_IO_IN, heard, daemon);
	} else if (error->domain == SCHEMA_ERROR)
		give_up(daemon, error);
	else
		trouble_note(&daemon->away, "waiting", error, 1, 1);
}

/* With @config and @templates; back to the old ones when the parts cannot start with them. */
static void parts_restart(Daemon *daemon, Config *config, TemplateSet *templates)
{
	g_autoptr(Config) old = config_ref(daemon->config);
	g_autoptr(TemplateSet) old_templates = template_set_ref(daemon->templates);
	g_autoptr(GError) error = NULL;
	g_autoptr(GError) worse = NULL;

	parts_stop(daemon);
	database_leave(daemon);
	settings_take(daemon, config, templates);
	tend_database(daemon);
	if (parts_start(daemon, &error)) {
		log_info("reloaded %s", daemon->path);
		advise(daemon);
		return;
	}
	log_error("not reloaded, the old configuration stays: %s", error->message);
	parts_stop(daemon);
	settings_take(daemon, config_ref(old), template_set_ref(old_templates));
	if (!parts_start(daemon, &worse))
		give_up(daemon, worse);
}

/* The new settings or, when anything is wrong with them, the old ones. */
static gboolean reload(gpointer data)
{
	Daemon *daemon = data;
	g_autoptr(GError) error = NULL;
	Config *config = NULL;
	TemplateSet *templates = NULL;

	daemon_notify("RELOADING=1");
	gboolean loaded = settings_load(daemon->path, &config, &templates, &error);
	if (!loaded || !database_suits(config, &error)) {
		log_error("not reloaded, the old configuration stays: %s", error->message);
		g_clear_pointer(&config, config_unref);
		g_clear_pointer(&templates, template_set_unref);
		if (daemon->intake)
			daemon_notify("READY=1");
		return G_SOURCE_CONTINUE;
	}
	if (daemon->intake) {
		parts_restart(daemon, config, templates);
		daemon_notify("READY=1");
		return G_SOURCE_CONTINUE;
	}
	/* It waits for the database, perhaps with settings that cannot work. */
	database_leave(daemon);
	settings_take(daemon, config, templates);
	daemon->reloaded = TRUE;
	log_info("reloaded %s", daemon->path);
	return G_SOURCE_CONTINUE;
}

static void tell(Daemon *daemon, const IntakeFigures *figures)
{
	g_autoptr(GDateTime) look = g_date_time_new_from_unix_utc(figures->last_look);
	g_autofree char *time =
		figures->last_look ? g_date_time_format(look, "%H:%M:%SZ") : g_strdup("never");
	g_autofree char *status =
		g_strdup_printf("STATUS=%" G_GUINT64_FORMAT " mails stored, %u in hand, last look %s%s%s%s",
			figures->mails, figures->in_hand, time, figures->away ? ", a mailbox is away" : "",
			figures->standby ? ", standing by" : "",
			figures->database_away ? ", the database is away" : "");

	daemon_notify(status);
}

static gboolean tick(gpointer data)
{
	Daemon *daemon = data;
	const char *file = config_string(daemon->config, "metrics", "file");
	g_autoptr(GError) error = NULL;
	IntakeFigures figures;
	OutboxFigures sent;

	if (!daemon->intake) /* it could not start anew, and ends */
		return G_SOURCE_REMOVE;
	tend_database(daemon);
	intake_figures(daemon->intake, &figures);
	outbox_figures(daemon->outbox, &sent);
	tell(daemon, &figures);
	if (file && !metrics_write(file, &figures, &sent, &error))
		log_warning("metrics: %s", error->message);
	if (intake_is_alive(daemon->intake))
		daemon_notify("WATCHDOG=1");
	return G_SOURCE_CONTINUE;
}

static gboolean time_is_over(gpointer data)
{
	*(gboolean *)data = TRUE;
	return G_SOURCE_REMOVE;
}

/* Signals are obeyed meanwhile. */
static void wait_for_database(Daemon *daemon, gint64 milliseconds)
{
	gboolean over = FALSE;
	guint timer = g_timeout_add((guint)milliseconds, time_is_over, &over);

	/* It may take longer than the service manager grants a start. */
	daemon_notify("STATUS=waiting for the database\nEXTEND_TIMEOUT_USEC=180000000");
	while (!over && !daemon->leaving && !daemon->reloaded)
		g_main_context_iteration(NULL, TRUE);
	if (!over)
		g_source_remove(timer);
	daemon->reloaded = FALSE;
}

/* Waits for the database, but not for somebody to upgrade it. */
static gboolean first_connection(Daemon *daemon)
{
	for (guint attempt = 1; !daemon->leaving; attempt++) {
		g_autoptr(GError) error = NULL;

		if (schema_take(daemon, &error)) {
			trouble_over(&daemon->away, "database");
			daemon->watch =
				g_unix_fd_add(database_socket(daemon->database), G_IO_IN, heard, daemon);
			return TRUE;
		}
		/* An upgrade in progress is waited for, too. */
		gboolean lost = g_error_matches(error, DATABASE_ERROR, DATABASE_ERROR_LOST) ||
			g_error_matches(error, DATABASE_ERROR, DATABASE_ERROR_RETRY);
		if (!lost || (daemon->once && attempt == CONNECT_ATTEMPTS)) {
			log_error("%s", error->message);
			daemon->status = lost ? EX_UNAVAILABLE : EX_CONFIG;
			return FALSE;
		}
		gint64 pause = trouble_note(&daemon->away, "waiting", error, 1, CONNECT_PAUSE_MOST);
		wait_for_database(daemon, pause);
	}
	return FALSE;
}

/* What lay in the mailboxes is decided; now what is owed leaves. */
static void drain(Daemon *daemon)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *failure = intake_failure(daemon->intake);

	intake_stop(g_steal_pointer(&daemon->intake));
	gboolean sent = hook_drain(daemon->hooks, &error) && rdap_drain(daemon->rdap, &error) &&
		outbox_drain(daemon->outbox, &error);
	if (failure)
		log_error("%s", failure);
	if (!sent)
		log_error("%s", error->message);
	if (failure || !sent)
		daemon->status = EX_TEMPFAIL;
}

/* SIGHUP ends a program that has not said otherwise; one that comes while we read the settings waits. */
static void keep_hangup(int how)
{
	sigset_t hangup;

	sigemptyset(&hangup);
	sigaddset(&hangup, SIGHUP);
	pthread_sigmask(how, &hangup, NULL);
}

static void run(Daemon *daemon)
{
	g_autoptr(GError) error = NULL;

	daemon->loop = g_main_loop_new(NULL, FALSE);
	g_unix_signal_add(SIGTERM, quit, daemon);
	g_unix_signal_add(SIGINT, quit, daemon);
	g_unix_signal_add(SIGHUP, reload, daemon);
	keep_hangup(SIG_UNBLOCK);
	if (!first_connection(daemon))
		return;
	if (!parts_start(daemon, &error)) {
		log_error("%s", error->message);
		daemon->status = EX_CONFIG;
		return;
	}
	advise(daemon);
	g_timeout_add_seconds(TICK_SECONDS, tick, daemon);
	daemon_notify("READY=1");
	/* A signal may have come while the parts were starting. */
	if (!daemon->leaving)
		g_main_loop_run(daemon->loop);
	daemon_notify("STOPPING=1");
}

static int run_with(const char *path, Config *config, TemplateSet *templates, gboolean once)
{
	Daemon daemon = {.path = path, .once = once};

	settings_take(&daemon, config, templates);
	run(&daemon);
	if (once && daemon.status == EX_OK && daemon.intake)
		drain(&daemon);
	parts_stop(&daemon);
	if (daemon.loop)
		g_main_loop_unref(daemon.loop);
	database_free(daemon.database);
	config_unref(daemon.config);
	template_set_unref(daemon.templates);
	return daemon.status;
}

/* Few arenas and a fixed threshold: what a batch took goes back when it is done. */
static void tame_malloc(void)
{
	mallopt(M_ARENA_MAX, 2);
	mallopt(M_MMAP_THRESHOLD, 128 * 1024);
	mallopt(M_TRIM_THRESHOLD, 1024 * 1024);
}

int main(int argc, char **argv)
{
	g_autofree char *given = NULL;
	gboolean once = FALSE, check = FALSE;
	const GOptionEntry entries[] = {
		{"config", 'c', 0, G_OPTION_ARG_FILENAME, &given, "configuration file", "FILE"},
		{"once", 0, 0, G_OPTION_ARG_NONE, &once,
			"take what lies in the mailboxes, send what is owed, end", NULL},
		{"check-config", 0, 0, G_OPTION_ARG_NONE, &check, "only read configuration and templates",
			NULL},
		{NULL},
	};
	g_autoptr(GOptionContext) context = g_option_context_new("- the abuse mailbox's daemon");
	g_autoptr(GError) error = NULL;

	setlocale(LC_CTYPE, "C.UTF-8");
	signal(SIGPIPE, SIG_IGN);
	keep_hangup(SIG_BLOCK);
	tame_malloc();
	/* Neither may be left to the first thread that needs it. */
	g_mime_init();
	curl_global_init(CURL_GLOBAL_DEFAULT);
	log_start("info");
	g_option_context_add_main_entries(context, entries, NULL);
	if (!g_option_context_parse(context, &argc, &argv, &error) || argc > 1) {
		fprintf(stderr, "complaintd: %s\n",
			error ? error->message : "there are no arguments but options");
		return EX_USAGE;
	}
	const char *path = config_path(given);
	Config *config = NULL;
	TemplateSet *templates = NULL;
	if (!settings_load(path, &config, &templates, &error)) {
		fprintf(stderr, "complaintd: %s\n", error->message);
		return EX_CONFIG;
	}
	if (!check)
		return run_with(path, config, templates, once);
	gboolean work = advice_settings_work(config, &error);
	if (!work)
		fprintf(stderr, "complaintd: %s\n", error->message);
	config_unref(config);
	template_set_unref(templates);
	return work ? EX_OK : EX_CONFIG;
}
