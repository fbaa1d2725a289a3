#pragma once

/* The pool of complaint-parser processes: mails in, reports out, nothing in between can hurt
 * us. Protocol, over the worker's descriptors 0 and 1: frames of a 32-bit big-endian length
 * and that many bytes. First the border to the worker, an empty frame back when its sandbox
 * is closed; then for each mail its bytes, and back its report as JSON. */

#include "config.h"

#include <glib.h>

#define WORKERS_ERROR (workers_error_quark())
GQuark workers_error_quark(void);

typedef enum {
	WORKERS_ERROR_START, /* complaint-parser cannot be started, or dies before its first mail */
} WorkersError;

/* A pool belongs to one thread at a time. */
typedef struct Workers Workers;

typedef struct {
	const char *program; /* NULL: complaint-parser beside this program, else in LIBEXECDIR */
	const char *border;  /* JSON; NULL: an empty border */
	guint count;
	gint64 memory; /* bytes of address space, each */
	guint seconds; /* longest time for one mail */
	guint recycle; /* mails until a worker is replaced */
} WorkersSettings;

/* Processes are started when there is work. */
Workers *workers_new(const WorkersSettings *settings);
/* As [parser] and [border] say. */
Workers *workers_start(const Config *config);
/* Starts them before there is work, so that the first mails do not wait; what fails is tried again then. */
void workers_warm(Workers *workers);
void workers_free(Workers *workers);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Workers, workers_free)

/* The reports (char *, JSON) of @n mails, in their order. A mail whose worker dies or takes
 * too long is tried once more alone; then its report is one of workers_quarantine(). NULL only when no
 * worker can be started: that is no mail's fault, so no mail pays for it. */
GPtrArray *workers_parse(Workers *workers, GBytes *const *mails, guint n, GError **error);

/* How many mails killed or stalled a worker twice, since the start. */
guint64 workers_quarantined(const Workers *workers);

/* A report (schema 1) of a mail that nobody could read: kind unreadable, disposition
 * quarantine. @reason: a short token; @detail: words for `malformed`, made valid, or NULL. */
char *workers_quarantine(const char *reason, const char *detail);
