#include "workers.h"

#include "log.h"
#include "worker.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

/* Mails on their way to one worker: the next ones lie in its socket while it sends what it has done.
 * Large mails wait for their turn here, not in memory of the kernel. */
#define PENDING_MOST       16
#define PENDING_BYTES_MOST (256 * 1024)
#define START_SECONDS      20
#define START_FAILURES     3

struct Workers {
	char *program;
	GBytes *border;
	guint count;
	gint64 memory;
	guint seconds;
	guint recycle;
	guint failures; /* starts in a row that led to nothing */
	guint64 quarantined;
	Worker *all;
};

/* One call of workers_parse(). */
typedef struct {
	Workers *workers;
	GBytes *const *mails;
	guint n;
	guint next;     /* first mail that nobody has had */
	guint left;     /* mails without an answer */
	GQueue again;   /* mails that were behind one that killed its worker: alone, too */
	GQueue suspect; /* mails whose worker died: once more, alone */
	guint8 *deaths;
	GPtrArray *reports;
} Round;

G_DEFINE_QUARK(workers - error - quark, workers_error)

static char *program_find(void)
{
	g_autofree char *self = g_file_read_link("/proc/self/exe", NULL);
	g_autofree char *directory = self ? g_path_get_dirname(self) : NULL;
	g_autofree char *beside = directory ? g_build_filename(directory, "complaint-parser", NULL) : NULL;

	if (beside && access(beside, X_OK) == 0)
		return g_steal_pointer(&beside);
	return g_build_filename(LIBEXECDIR, "complaint-parser", NULL);
}

Workers *workers_new(const WorkersSettings *settings)
{
	const char *border = settings->border ? settings->border : "{}";
	Workers *workers = g_new0(Workers, 1);

	workers->program = settings->program ? g_strdup(settings->program) : program_find();
	workers->border = g_bytes_new(border, strlen(border));
	workers->count = settings->count;
	workers->memory = settings->memory;
	workers->seconds = settings->seconds;
	workers->recycle = settings->recycle;
	workers->all = g_new0(Worker, settings->count);
	return workers;
}

Workers *workers_start(const Config *config)
{
	g_autofree char *border = config_border(config);
	WorkersSettings settings = {
		.border = border,
		.count = (guint)config_number(config, "parser", "workers"),
		.memory = config_number(config, "parser", "memory"),
		.seconds = (guint)config_number(config, "parser", "time"),
		.recycle = (guint)config_number(config, "parser", "recycle"),
	};

	return workers_new(&settings);
}

void workers_free(Workers *workers)
{
	if (!workers)
		return;
	for (guint i = 0; i < workers->count; i++) {
		g_autofree char *detail = NULL;
		if (workers->all[i].pid)
			worker_end(&workers->all[i], &detail);
	}
	g_free(workers->all);
	g_free(workers->program);
	g_bytes_unref(workers->border);
	g_free(workers);
}

guint64 workers_quarantined(const Workers *workers)
{
	return workers->quarantined;
}

static void set_deadline(Worker *worker, guint seconds)
{
	worker->deadline = g_get_monotonic_time() + (gint64)seconds * G_USEC_PER_SEC;
}

static gboolean start(Workers *workers, Worker *worker, GError **error)
{
	g_autoptr(GError) cause = NULL;

	if (!worker_spawn(worker, workers->program, workers->memory, workers->seconds, &cause)) {
		g_set_error(error, WORKERS_ERROR, WORKERS_ERROR_START, "%s", cause->message);
		return FALSE;
	}
	set_deadline(worker, START_SECONDS);
	worker_send(worker, workers->border);
	return TRUE;
}

void workers_warm(Workers *workers)
{
	for (guint i = 0; i < workers->count; i++) {
		Worker *worker = &workers->all[i];
		g_autofree char *detail = NULL;

		if (worker->pid || !start(workers, worker, NULL))
			continue;
		/* A border that its socket does not take at once needs somebody to go on writing. */
		if (!worker_write(worker) || !g_queue_is_empty(&worker->output))
			worker_end(worker, &detail);
	}
}

static void answer(Round *round, guint mail, char *report)
{
	round->reports->pdata[mail] = report;
	round->left--;
}

/* The mail at the head is guilty until it has been tried alone. It may be one behind it, for a
 * worker sends several answers at once: so these come again alone too. */
static void blame(Round *round, Worker *worker)
{
	guint guilty = GPOINTER_TO_UINT(g_queue_pop_head(&worker->pending));
	gpointer behind;

	while ((behind = g_queue_pop_tail(&worker->pending)))
		g_queue_push_head(&round->again, behind);
	round->deaths[guilty]++;
	g_queue_push_tail(&round->suspect, GUINT_TO_POINTER(guilty));
}

/* A worker that ended: by itself, by a signal, by its deadline. FALSE when starting has
 * become pointless. */
static gboolean bury(Round *round, Worker *worker, gboolean stuck, GError **error)
{
	Workers *workers = round->workers;
	gboolean was_ready = worker->ready, was_retiring = worker->retiring;
	guint guilty = G_MAXUINT;
	g_autofree char *detail = NULL;

	if (!g_queue_is_empty(&worker->pending)) {
		guilty = GPOINTER_TO_UINT(g_queue_peek_head(&worker->pending));
		blame(round, worker);
	}
	WorkerEnd end = worker_end(worker, &detail);
	if (was_ready && guilty == G_MAXUINT)
		return TRUE; /* retired, or died with nothing in hand */
	if (!was_ready && !was_retiring && ++workers->failures >= START_FAILURES) {
		g_set_error(error, WORKERS_ERROR, WORKERS_ERROR_START, "%s does not start: %s",
			workers->program, stuck ? "it does not answer" : detail);
		return FALSE;
	}
	if (guilty == G_MAXUINT || round->deaths[guilty] < 2)
		return TRUE;

	gboolean timeout = stuck || end == WORKER_TIMEOUT;
	g_queue_remove(&round->suspect, GUINT_TO_POINTER(guilty));
	workers->quarantined++;
	answer(round, guilty,
		workers_quarantine(timeout ? "worker-timeout" : "worker-crashed", stuck ? NULL : detail));
	return TRUE;
}

static void give(Round *round, Worker *worker, guint mail)
{
	if (g_queue_is_empty(&worker->pending))
		set_deadline(worker, round->workers->seconds);
	g_queue_push_tail(&worker->pending, GUINT_TO_POINTER(mail));
	worker->pending_bytes += g_bytes_get_size(round->mails[mail]);
	worker_send(worker, round->mails[mail]);
}

static gboolean takes_more(const Workers *workers, const Worker *worker)
{
	return worker->ready && !worker->retiring && !worker->alone &&
		worker->answered + worker->pending.length < workers->recycle &&
		worker->pending.length < PENDING_MOST && worker->pending_bytes < PENDING_BYTES_MOST;
}

/* The worker with the least to do, so that the last mails of a batch spread evenly. */
static Worker *idlest(Workers *workers)
{
	Worker *best = NULL;

	for (guint i = 0; i < workers->count; i++) {
		Worker *worker = &workers->all[i];
		if (takes_more(workers, worker) && (!best || worker->pending.length < best->pending.length))
			best = worker;
	}
	return best;
}

static void hand_out(Round *round)
{
	Worker *worker;

	while ((worker = idlest(round->workers))) {
		GQueue *careful = g_queue_is_empty(&round->suspect) ? &round->again : &round->suspect;
		if (!g_queue_is_empty(careful) && g_queue_is_empty(&worker->pending)) {
			give(round, worker, GPOINTER_TO_UINT(g_queue_pop_head(careful)));
			worker->alone = TRUE;
		} else if (round->next < round->n)
			give(round, worker, round->next++);
		else
			return;
	}
}

static void took_answer(Round *round, Worker *worker, char *frame)
{
	guint mail = GPOINTER_TO_UINT(g_queue_pop_head(&worker->pending));

	worker->pending_bytes -= g_bytes_get_size(round->mails[mail]);
	worker->alone = FALSE;
	worker->answered++;
	answer(round, mail, frame);
	set_deadline(worker, round->workers->seconds);
	worker->retiring |= worker->answered >= round->workers->recycle;
}

/* All frames that are there. FALSE when the worker says what no worker says. */
static gboolean take_frames(Round *round, Worker *worker)
{
	gboolean broken = FALSE;
	gsize length;
	char *frame;

	while ((frame = worker_take(worker, &length, &broken))) {
		if (worker->ready && length > 0 && !g_queue_is_empty(&worker->pending)) {
			took_answer(round, worker, frame);
			continue;
		}
		g_free(frame);
		if (worker->ready || length > 0)
			return FALSE;
		worker->ready = TRUE;
		round->workers->failures = 0;
	}
	return !broken;
}

static gboolean retired(const Worker *worker)
{
	return worker->retiring && worker->pending.length == 0;
}

/* One with nothing to do has no deadline. */
static gboolean is_busy(const Worker *worker)
{
	return worker->pid && (!worker->ready || worker->pending.length > 0);
}

static gboolean serve(Round *round, Worker *worker, short events, GError **error)
{
	gboolean alive = TRUE;

	if (events & (POLLIN | POLLHUP | POLLERR)) {
		alive = worker_read(worker);
		alive = take_frames(round, worker) && alive;
	}
	if (alive && (events & POLLOUT))
		alive = worker_write(worker);
	gboolean stuck = alive && is_busy(worker) && g_get_monotonic_time() >= worker->deadline;
	if (alive && !stuck && !retired(worker))
		return TRUE;
	return bury(round, worker, stuck, error);
}

/* Milliseconds until some worker has had its time. */
static int patience(const Workers *workers)
{
	gint64 now = g_get_monotonic_time(), least = G_USEC_PER_SEC;

	for (guint i = 0; i < workers->count; i++)
		if (is_busy(&workers->all[i]))
			least = MIN(least, MAX(workers->all[i].deadline - now, 0));
	return (int)(least / 1000) + 1;
}

static gboolean turn(Round *round, GError **error)
{
	Workers *workers = round->workers;
	g_autofree struct pollfd *polls = g_new0(struct pollfd, workers->count);

	for (guint i = 0; i < workers->count; i++)
		if (!workers->all[i].pid && i < round->left && !start(workers, &workers->all[i], error))
			return FALSE;
	hand_out(round);
	for (guint i = 0; i < workers->count; i++) {
		Worker *worker = &workers->all[i];

		polls[i].fd = worker->pid ? worker->fd : -1;
		polls[i].events = POLLIN | (g_queue_is_empty(&worker->output) ? 0 : POLLOUT);
	}
	if (poll(polls, workers->count, patience(workers)) < 0 && errno != EINTR)
		g_error("poll: %s", g_strerror(errno));
	for (guint i = 0; i < workers->count; i++)
		if (workers->all[i].pid && !serve(round, &workers->all[i], polls[i].revents, error))
			return FALSE;
	return TRUE;
}

/* What was under way when the round failed must not be answered into the next one. */
static void abandon(Workers *workers)
{
	for (guint i = 0; i < workers->count; i++) {
		g_autofree char *detail = NULL;
		if (workers->all[i].pid)
			worker_end(&workers->all[i], &detail);
	}
	workers->failures = 0;
}

GPtrArray *workers_parse(Workers *workers, GBytes *const *mails, guint n, GError **error)
{
	g_autoptr(GPtrArray) reports = g_ptr_array_new_full(n, g_free);
	g_autofree guint8 *deaths = g_malloc0(n + 1);
	Round round = {
		.workers = workers, .mails = mails, .n = n, .left = n, .deaths = deaths, .reports = reports};
	gboolean well = TRUE;

	g_ptr_array_set_size(reports, (int)n);
	while (well && round.left > 0)
		well = turn(&round, error);
	g_queue_clear(&round.again);
	g_queue_clear(&round.suspect);
	if (well)
		return g_steal_pointer(&reports);
	abandon(workers);
	return NULL;
}
