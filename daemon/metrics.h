#pragma once

/* Figures in Prometheus' text format, for the node exporter's textfile collector. */

#include "intake.h"
#include "outbox.h"

/* Writes @path by way of a new file beside it, so that nobody reads half of it. */
gboolean metrics_write(
	const char *path, const IntakeFigures *intake, const OutboxFigures *outbox, GError **error);
/* The text itself. */
char *metrics_text(const IntakeFigures *intake, const OutboxFigures *outbox, gint64 now);
