#pragma once

#include "config.h"
#include "senders.h"

#include <glib.h>

/* Writes down what became of the mails, over a connection of its own: so the next batch is claimed
 * while the last one is recorded. */
typedef struct Recorder Recorder;

/* Called by the recorder's thread: @deliveries (Delivery, borrowed) are recorded, or, with @error, still
 * wait for the database. */
typedef void (*RecorderNote)(const GPtrArray *deliveries, const GError *error, gpointer user);

/* Takes Deliveries from @done, in batches. */
Recorder *recorder_start(Config *config, GAsyncQueue *done, RecorderNote note, gpointer user);
/* Records what is in the queue, once more if the last attempt failed, and frees. */
void recorder_stop(Recorder *recorder);
