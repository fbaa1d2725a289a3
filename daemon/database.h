#pragma once

/* PostgreSQL. The one place that talks to libpq; every statement is a literal of the
 * program with parameters, never built from pieces. A Database belongs to one thread. */

#include "config.h"

#include <glib.h>
#include <libpq-fe.h>

#define DATABASE_ERROR (database_error_quark())
GQuark database_error_quark(void);

/* The message is the server's primary message, with its hint in brackets. */
typedef enum {
	DATABASE_ERROR_LOST,      /* no connection: run the whole transaction again */
	DATABASE_ERROR_UNCERTAIN, /* it died under COMMIT: done or not, nobody knows */
	DATABASE_ERROR_RETRY,     /* serialization failure, deadlock: run it again at once */
	DATABASE_ERROR_DATA,      /* SQLSTATE classes 21 22 23 54: some row of the batch is bad */
	DATABASE_ERROR_OTHER,     /* a mistake of ours, or the schema's */
} DatabaseError;

G_DEFINE_AUTOPTR_CLEANUP_FUNC(PGresult, PQclear)

typedef struct Database Database;

/* Connects. The connection is UTF-8, in UTC, to a server that takes writes, with keepalives
 * and time limits on statements; what the conninfo says goes before. */
Database *database_open(const Config *config, GError **error);
void database_free(Database *database);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Database, database_free)

/* After LOST or UNCERTAIN: a new connection with the same settings; a password is read anew. */
gboolean database_reconnect(Database *database, GError **error);
gboolean database_is_lost(const Database *database);

/* A parameter. Texts and byte strings are borrowed until the call returns; arrays are encoded
 * when made and freed by database_call(), so each value is good for one call. */
typedef struct {
	Oid type; /* 0: the server infers it */
	const char *data;
	char *owned;
	int length;
	gboolean binary;
} DatabaseValue;

DatabaseValue database_null(void);
DatabaseValue database_text(const char *text); /* NULL: null; also for dates, intervals, jsonb */
DatabaseValue database_number(gint64 number);
DatabaseValue database_flag(gboolean flag);
/* One-dimensional arrays; NULL elements of the pointer kinds are nulls. */
DatabaseValue database_texts(const char *const *texts, guint n);
DatabaseValue database_numbers(const gint64 *numbers, guint n);
DatabaseValue database_byteas(GBytes *const *bytes, guint n);
DatabaseValue database_jsonbs(const char *const *documents, guint n);
DatabaseValue database_times(const gint64 *seconds, guint n); /* since 1970; G_MININT64: null */

/* Runs one statement, prepared at its first use on this connection; @sql must be a literal,
 * it is known by its address. Consumes @values. Rows come as text. */
PGresult *database_call(
	Database *database, GError **error, const char *sql, guint n, const DatabaseValue *values);
/* A script of several statements without parameters (migrations), in one transaction of
 * its own unless one is open. */
gboolean database_run(Database *database, const char *script, GError **error);

gboolean database_begin(Database *database, GError **error);
/* FALSE with UNCERTAIN when the answer was lost. */
gboolean database_commit(Database *database, GError **error);
void database_rollback(Database *database);

/* COPY … FROM STDIN: @sql starts it; the caller feeds bytes; the end says how many rows. */
gboolean database_copy_start(Database *database, const char *sql, GError **error);
gboolean database_copy_bytes(Database *database, const char *bytes, gsize length, GError **error);
gboolean database_copy_end(Database *database, gint64 *rows_out, GError **error);

/* LISTEN is an ordinary statement. The socket is for poll(); database_notified() reads what
 * has come and says whether a notification was among it. */
int database_socket(const Database *database);
gboolean database_notified(Database *database, gboolean *notified_out, GError **error);

/* Fields of a result, by number; NULL, 0 and FALSE for null. */
guint database_rows(const PGresult *result);
const char *database_field(const PGresult *result, guint row, guint column);
gint64 database_field_number(const PGresult *result, guint row, guint column);
gboolean database_field_true(const PGresult *result, guint row, guint column);
