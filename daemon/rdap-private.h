#pragma once

/* Shared by the files of the look-ups only. */

#include "database.h"
#include "rdap-fetch.h"
#include "rdap.h"
#include "trouble.h"

struct Rdap {
	Config *config;
	RdapClient client;
	GThread *thread;

	/* the thread's own */
	Database *database;
	Trouble trouble;

	GMutex lock;
	GCond changed;
	gboolean stopping;
	gboolean knocked;
	guint wanted;
	guint drained;
	char *away; /* why the database does not answer */
};

/* Ends early when the daemon stops, and, if @light, when somebody knocks. */
void rdap_pause(Rdap *rdap, gint64 milliseconds, gboolean light);
/* Asks for @object (attempt @attempt, from 1) and records what came of it. FALSE: the database failed. */
gboolean rdap_look_up(Rdap *rdap, const char *object, guint attempt, GError **error);
gboolean rdap_run(Rdap *rdap, const char *sql, guint n, const DatabaseValue *values, GError **error);
/* As an interval; owned by the caller. */
char *rdap_interval(gint64 seconds);
