#pragma once

/* A thread that asks the database what is due and does it, whenever it is knocked at and every half minute
 * otherwise. Own connection; a database that is away is said once and waited for. */

#include "database.h"

typedef struct Errand Errand;

/* Does all that is due, in the thread. FALSE: the database failed. @pause_out: milliseconds until more may be
 * due, half a minute unless set. */
typedef gboolean (*ErrandWork)(Errand *errand, gpointer data, gint64 *pause_out, GError **error);

/* @name says it in the log. @data is borrowed. Nothing runs before errand_start(). */
Errand *errand_new(const char *name, Config *config, ErrandWork work, gpointer data);
void errand_start(Errand *errand);
/* Ends the thread and frees @errand; what is being done is finished first. */
void errand_stop(Errand *errand);

/* Look at once. */
void errand_wake(Errand *errand);
/* Returns when nothing was due after the call; FALSE when the database does not answer. */
gboolean errand_drain(Errand *errand, GError **error);

/* For the work alone: the connection, opened or opened again, borrowed; NULL: the database is away. */
Database *errand_database(Errand *errand, GError **error);
gboolean errand_is_stopping(Errand *errand);
/* Ends early when the daemon stops. */
void errand_pause(Errand *errand, gint64 milliseconds);
