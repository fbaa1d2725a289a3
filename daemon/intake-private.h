#pragma once

/* Shared by the threads of the intake only. */

#include "intake.h"
#include "mailbox.h"
#include "store.h"
#include "trouble.h"

typedef struct Reader Reader;

/* Mails on their way: made by a reader, parsed, stored, back to the reader to be filed. */
typedef struct {
	Reader *reader;
	gint64 desk;
	GPtrArray *mails; /* StoreMail *, ascending UIDs */
	gsize weight;     /* bytes of the common budget; 0 once given back */
	gboolean stored;
} Batch;

struct Intake {
	Config *config;
	gboolean once;
	IntakeHooks hooks;
	GPtrArray *readers;
	GThread *parser, *storer, *decider;
	GAsyncQueue *to_parse, *to_store; /* Batch *, or &intake_end */
	int stopping;
	int storer_beat, decider_beat; /* monotonic seconds */

	GMutex lock; /* what follows */
	GCond changed;
	gsize weight; /* bytes in hand of all readers */
	IntakeFigures figures;
	guint reading; /* readers that are not finished */
	gboolean decision_wanted, decision_last;
};

/* The last entry of a queue. */
extern Batch intake_end;

gpointer intake_parse(gpointer intake);
gpointer intake_store(gpointer intake);
gpointer intake_decide(gpointer intake);

/* A thread's connection to the database. */
typedef struct {
	Database *database; /* NULL: not yet */
	Store *store;
	Trouble away;
} Line;

gboolean intake_connect(Line *line, const Config *config, GError **error);
void intake_disconnect(Line *line);
/* Soon; @last: and then never again. Any thread. */
void intake_want_decision(Intake *intake, gboolean last);

/* Who waits for another thread, which has limits and a beat of its own, is not silent. */
#define INTAKE_BEAT_SECONDS 1

gboolean intake_is_stopping(Intake *intake);
/* Sleeps, unless it is time to stop. */
void intake_sleep(Intake *intake, gint64 milliseconds);
/* One mail of more than a MiB goes alone; else no more is in hand than fits the memory. */
void intake_take_weight(Intake *intake, gsize weight, int *beat);
void intake_give_weight(Intake *intake, Batch *batch);
int intake_now(void); /* monotonic seconds */

Reader *reader_start(Intake *intake, const char *section);
void reader_wake(Reader *reader);
/* The batch comes back, stored or not. Any thread. */
void reader_return(Reader *reader, Batch *batch);
/* After intake_is_stopping(): waits for its end. */
void reader_join(Reader *reader);
void reader_free(Reader *reader);
const char *reader_account(const Reader *reader);
const char *reader_failure(const Reader *reader);
gboolean reader_is_alive(const Reader *reader);
gint64 reader_last_look(const Reader *reader);
typedef enum { READER_READS, READER_AWAY, READER_STANDBY } ReaderState;
ReaderState reader_state(const Reader *reader);

void batch_free(Batch *batch);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Batch, batch_free)
