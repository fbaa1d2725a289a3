#pragma once

/* Shared by the files of the look-ups only. */

#include "errand.h"
#include "rdap-fetch.h"
#include "rdap.h"

struct Rdap {
	Config *config;
	RdapClient client;
	Errand *errand;
	Database *database; /* the errand's, for the question in hand */
};

/* Asks for @object (attempt @attempt, from 1) and records what came of it. FALSE: the database failed. */
gboolean rdap_look_up(Rdap *rdap, const char *object, guint attempt, GError **error);
gboolean rdap_run(Rdap *rdap, const char *sql, guint n, const DatabaseValue *values, GError **error);
/* As an interval; owned by the caller. */
char *rdap_interval(gint64 seconds);
