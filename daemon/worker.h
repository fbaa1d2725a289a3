#pragma once

/* One complaint-parser process and the frames on their way to and from it. Only for workers.c. */

#include <glib.h>
#include <sys/types.h>

/* What happened to a worker that is no more. */
typedef enum { WORKER_CRASHED, WORKER_TIMEOUT } WorkerEnd;

typedef struct {
	pid_t pid; /* 0: not running */
	int fd;
	gboolean ready;    /* its sandbox is closed */
	gboolean retiring; /* no more input; it ends when the last answer is out */
	guint answered;
	gint64 deadline; /* monotonic microseconds, for what it does now */
	GQueue pending;  /* GUINT_TO_POINTER(mail number), oldest first */
	gsize pending_bytes;
	gboolean alone; /* works on a mail that killed another; gets nothing beside it */
	GQueue output;  /* GBytes *: frames to write */
	gsize written;  /* of the first one, its length included */
	GByteArray *input;
} Worker;

/* Starts the process; non-blocking from here on. */
gboolean worker_spawn(Worker *worker, const char *program, gint64 memory, guint seconds, GError **error);
/* Ends it if need be and forgets what was under way. What it died of is in *@detail_out. */
WorkerEnd worker_end(Worker *worker, char **detail_out);
void worker_send(Worker *worker, GBytes *frame);
/* Write and read what is possible now; FALSE when the worker is gone. */
gboolean worker_write(Worker *worker);
gboolean worker_read(Worker *worker);
/* The next complete frame (NUL-terminated), or NULL; sets *@broken_out at a length nobody sends. */
char *worker_take(Worker *worker, gsize *length_out, gboolean *broken_out);
