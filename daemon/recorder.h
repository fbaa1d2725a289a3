#pragma once

#include "config.h"
#include "senders.h"

#include <glib.h>

/* Writes down which attempts begin and what became of them, both in one statement and over a connection of
 * its own: so the next batch is claimed while the last one is recorded. A mail goes to the senders when its
 * attempt is noted, and only as many as they will soon take: what a crash leaves in doubt was tried. */
typedef struct Recorder Recorder;

/* Called by the recorder's thread: @deliveries (Delivery, borrowed; without an outcome: not to be sent any
 * more) are done with, or, with @error, what is in hand waits for the database. */
typedef void (*RecorderNote)(const GPtrArray *deliveries, const GError *error, gpointer user);

/* Takes Deliveries from @queue: claimed ones without an outcome from anybody, finished ones from @senders,
 * which push them there. @senders becomes the recorder's. */
Recorder *recorder_start(
	Config *config, Senders *senders, GAsyncQueue *queue, RecorderNote note, gpointer user);
/* Stops the senders, hands back what is not begun, records what is finished, once more if the last attempt
 * failed, and frees. */
void recorder_stop(Recorder *recorder);
