/* A reader that waits for others. */
#include "intake-reader.h"

#define LONG_AGO -1000000

static gpointer waits(gpointer data)
{
	g_assert_true(reader_take_back(data, TRUE, NULL));
	return NULL;
}

static void beats(const int *beat)
{
	while (g_atomic_int_get(beat) == LONG_AGO)
		g_usleep(1000);
}

/* The watchdog would end a daemon whose database is away for half an hour. */
static void waiting_is_not_silence(void)
{
	Intake intake = {.figures.in_hand = 1};
	Reader reader = {.intake = &intake, .in_hand = 1, .beat = LONG_AGO};
	Batch *batch = g_new0(Batch, 1);

	g_mutex_init(&intake.lock);
	reader.done = g_async_queue_new();
	reader.unfiled = g_ptr_array_new();
	batch->mails = g_ptr_array_new();
	g_assert_false(reader_is_alive(&reader));
	GThread *thread = g_thread_new("reader", waits, &reader);
	beats(&reader.beat);
	g_assert_true(reader_is_alive(&reader));
	g_async_queue_push(reader.done, batch);
	g_thread_join(thread);
	g_assert_cmpuint(reader.in_hand, ==, 0);
	g_ptr_array_unref(reader.unfiled);
	g_async_queue_unref(reader.done);
	g_mutex_clear(&intake.lock);
}

typedef struct {
	Intake *intake;
	int beat;
} Taker;

static gpointer takes(gpointer data)
{
	Taker *taker = data;

	intake_take_weight(taker->intake, 1, &taker->beat);
	return NULL;
}

static void waiting_for_memory_is_not_silence(void)
{
	Intake intake = {.weight = G_MAXSIZE / 2};
	Taker taker = {&intake, LONG_AGO};
	Batch batch = {.weight = G_MAXSIZE / 2};

	g_mutex_init(&intake.lock);
	g_cond_init(&intake.changed);
	GThread *thread = g_thread_new("reader", takes, &taker);
	beats(&taker.beat);
	intake_give_weight(&intake, &batch);
	g_thread_join(thread);
	g_assert_cmpuint(intake.weight, ==, 1);
	g_mutex_clear(&intake.lock);
	g_cond_clear(&intake.changed);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/intake/waits", waiting_is_not_silence);
	g_test_add_func("/intake/waits-for-memory", waiting_for_memory_is_not_silence);
	return g_test_run();
}
