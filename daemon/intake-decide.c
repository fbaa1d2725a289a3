/* The thread that decides, on a connection of its own: while it decides about one set of mails the
 * next ones are stored. */
#include "intake-private.h"

#include "log.h"

#define LOOK_SECONDS 15 /* for what is due, and for what others stored */

typedef struct {
	Intake *intake;
	Line line;
	Trouble failing;
} Decider;

void intake_want_decision(Intake *intake, gboolean last)
{
	g_mutex_lock(&intake->lock);
	intake->decision_wanted = TRUE;
	intake->decision_last |= last;
	g_cond_broadcast(&intake->changed);
	g_mutex_unlock(&intake->lock);
}

/* Until something is stored, or may be due. FALSE: it is the last time. */
static gboolean wait_for_work(Intake *intake)
{
	gint64 end = g_get_monotonic_time() + LOOK_SECONDS * G_USEC_PER_SEC;

	g_mutex_lock(&intake->lock);
	while (!intake->decision_wanted && g_cond_wait_until(&intake->changed, &intake->lock, end))
		;
	intake->decision_wanted = FALSE;
	gboolean last = intake->decision_last;
	g_mutex_unlock(&intake->lock);
	g_atomic_int_set(&intake->decider_beat, intake_now());
	return !last;
}

static void set_failing(Decider *decider, gboolean failing)
{
	g_mutex_lock(&decider->intake->lock);
	decider->intake->figures.undecided = failing;
	g_mutex_unlock(&decider->intake->lock);
}

/* A connection that died while nobody used it is no trouble yet. */
static gboolean decide_once(Decider *decider, StoreDecided *decided, GError **error)
{
	Line *line = &decider->line;
	g_autoptr(GError) cause = NULL;

	if (!intake_connect(line, decider->intake->config, error))
		return FALSE;
	if (store_decide(line->store, decided, &cause))
		return TRUE;
	if (cause->code == DATABASE_ERROR_LOST)
		return intake_connect(line, decider->intake->config, error) &&
			store_decide(line->store, decided, error);
	g_propagate_error(error, g_steal_pointer(&cause));
	return FALSE;
}

/* Facts go on being stored while deciding fails; what is undecided stays so until it works. */
static void decide(Decider *decider)
{
	g_autoptr(GError) error = NULL;
	StoreDecided decided = {0};

	if (decide_once(decider, &decided, &error)) {
		trouble_over(&decider->line.away, "database");
		trouble_over(&decider->failing, "deciding");
		set_failing(decider, FALSE);
	} else if (error->code == DATABASE_ERROR_LOST) {
		trouble_note(&decider->line.away, "deciding waits", error, 1, 60);
	} else {
		trouble_note(&decider->failing, "deciding fails, facts go on being stored", error, 1, 60);
		set_failing(decider, TRUE);
	}
	if (decided.incidents > 0)
		log_debug("decided %u incidents: %u complaints, %u mails owed", decided.incidents,
			decided.complaints, decided.owed);
	if (decided.owed > 0 && decider->intake->hooks.owed)
		decider->intake->hooks.owed(decider->intake->hooks.data);
}

gpointer intake_decide(gpointer data)
{
	Decider decider = {.intake = data};
	gboolean more;

	/* What the last one left; and the plans of a new connection are made while the first mails come in.
	 */
	decide(&decider);
	do {
		more = wait_for_work(decider.intake);
		decide(&decider);
	} while (more);
	intake_disconnect(&decider.line);
	return NULL;
}
