#include "database.h"

#include "log.h"

#include <string.h>

#define MOST_VALUES 16

struct Database {
	PGconn *connection;
	Config *config;
	GHashTable *statements; /* address of the SQL → name */
	gboolean lost;
};

G_DEFINE_QUARK(database - error - quark, database_error)

/* What an error's SQLSTATE means for the caller; longer prefixes first. */
static const struct {
	const char *prefix;
	DatabaseError code;
} states[] = {
	{"40001", DATABASE_ERROR_RETRY},
	{"40P01", DATABASE_ERROR_RETRY},
	{"55P03", DATABASE_ERROR_RETRY}, /* lock_timeout */
	{"08", DATABASE_ERROR_LOST},
	{"57P", DATABASE_ERROR_LOST},   /* shutting down, starting up, terminated */
	{"25006", DATABASE_ERROR_LOST}, /* read only: the primary has become a standby */
	{"53", DATABASE_ERROR_LOST},    /* no space, no memory, too many connections: it may pass */
	{"58", DATABASE_ERROR_LOST},    /* I/O */
	{"21", DATABASE_ERROR_DATA},
	{"22", DATABASE_ERROR_DATA},
	{"23", DATABASE_ERROR_DATA},
	{"54", DATABASE_ERROR_DATA},
};

static DatabaseError state_code(const char *state)
{
	for (guint i = 0; i < G_N_ELEMENTS(states); i++)
		if (g_str_has_prefix(state, states[i].prefix))
			return states[i].code;
	return DATABASE_ERROR_OTHER;
}

/* libpq's words, which go over several lines, in one. */
static void set_lost(Database *database, GError **error)
{
	g_auto(GStrv) lines = g_strsplit_set(PQerrorMessage(database->connection), "\n\t", -1);
	g_autofree char *message = g_strjoinv(" ", lines);

	database->lost = TRUE;
	g_set_error(error, DATABASE_ERROR, DATABASE_ERROR_LOST, "database: %s",
		*g_strchomp(message) ? message : "connection lost");
}

/* FALSE and the error when the server refused; the connection's own death comes without a
 * SQLSTATE. */
static gboolean result_check(Database *database, const PGresult *result, GError **error)
{
	ExecStatusType status = PQresultStatus(result);
	if (status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK || status == PGRES_COPY_IN ||
		status == PGRES_EMPTY_QUERY)
		return TRUE;

	const char *state = result ? PQresultErrorField(result, PG_DIAG_SQLSTATE) : NULL;
	if (!state || PQstatus(database->connection) == CONNECTION_BAD) {
		set_lost(database, error);
		return FALSE;
	}
	const char *message = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
	const char *hint = PQresultErrorField(result, PG_DIAG_MESSAGE_HINT);
	DatabaseError code = state_code(state);
	database->lost |= code == DATABASE_ERROR_LOST;
	g_set_error(error, DATABASE_ERROR, code, "%s%s%s%s", message ? message : state, hint ? " (" : "",
		hint ? hint : "", hint ? ")" : "");
	return FALSE;
}

static void notice(void *data, const char *message)
{
	g_autofree char *line = g_strdup(message);

	log_debug("database: %s", g_strchomp(line));
}

/* Later keywords win over earlier ones, so the conninfo overrules what stands before it. */
static PGconn *connect_now(const Database *database, const char *password)
{
	const char *keywords[] = {"application_name", "client_encoding", "connect_timeout", "keepalives",
		"keepalives_idle", "keepalives_interval", "keepalives_count", "tcp_user_timeout",
		"target_session_attrs", "options", "dbname", password ? "password" : NULL, NULL};
	const char *values[] = {g_get_prgname() ? g_get_prgname() : "complaintd", "UTF8", "10", "1", "30",
		"10", "3", "30000", "read-write",
		"-c timezone=UTC -c datestyle=ISO -c statement_timeout=300s -c lock_timeout=60s "
		/* With enable_seqscan off every plan looks dear enough to be compiled, for a second. */
		"-c idle_in_transaction_session_timeout=300s -c jit=off",
		config_string(database->config, "database", "conninfo"), password, NULL};

	return PQconnectdbParams(keywords, values, 1);
}

/* The password is asked for each time: one that a vault made may be good for minutes only. */
static gboolean connect_with_secret(Database *database, GError **error)
{
	g_autoptr(GError) cause = NULL;
	g_autofree char *password = config_secret(database->config, "database", "password", &cause);

	g_clear_pointer(&database->connection, PQfinish);
	g_hash_table_remove_all(database->statements);
	database->lost = TRUE;
	if (cause) {
		g_propagate_error(error, g_steal_pointer(&cause));
		return FALSE;
	}
	database->connection = connect_now(database, password);
	database->lost = PQstatus(database->connection) != CONNECTION_OK;
	if (database->lost) {
		set_lost(database, error);
		return FALSE;
	}
	PQsetNoticeProcessor(database->connection, notice, NULL);
	return TRUE;
}

Database *database_open(const Config *config, GError **error)
{
	g_autoptr(Database) database = g_new0(Database, 1);

	database->statements = g_hash_table_new_full(NULL, NULL, NULL, g_free);
	database->config = config_ref((Config *)config);
	return connect_with_secret(database, error) ? g_steal_pointer(&database) : NULL;
}

gboolean database_reconnect(Database *database, GError **error)
{
	g_autoptr(GError) cause = NULL;

	if (connect_with_secret(database, &cause))
		return TRUE;
	/* Whoever keeps the secret may be away as well. */
	g_set_error(error, DATABASE_ERROR, DATABASE_ERROR_LOST, "%s", cause->message);
	return FALSE;
}

void database_free(Database *database)
{
	if (!database)
		return;
	g_clear_pointer(&database->connection, PQfinish);
	g_hash_table_unref(database->statements);
	config_unref(database->config);
	g_free(database);
}

gboolean database_is_lost(const Database *database)
{
	return database->lost;
}

static const char *statement(
	Database *database, const char *sql, guint n, const DatabaseValue *values, GError **error)
{
	const char *known = g_hash_table_lookup(database->statements, sql);
	if (known)
		return known;

	g_autofree char *name = g_strdup_printf("s%u", g_hash_table_size(database->statements));
	Oid types[MOST_VALUES];
	for (guint i = 0; i < n; i++)
		types[i] = values[i].type;
	g_autoptr(PGresult) result = PQprepare(database->connection, name, sql, (int)n, types);
	if (!result_check(database, result, error))
		return NULL;
	g_hash_table_insert(database->statements, (gpointer)sql, name);
	return g_steal_pointer(&name);
}

static PGresult *execute(Database *database, const char *name, guint n, const DatabaseValue *values)
{
	const char *data[MOST_VALUES];
	int lengths[MOST_VALUES], formats[MOST_VALUES];

	for (guint i = 0; i < n; i++) {
		data[i] = values[i].data;
		lengths[i] = values[i].length;
		formats[i] = values[i].binary;
	}
	return PQexecPrepared(database->connection, name, (int)n, data, lengths, formats, 0);
}

PGresult *database_call(
	Database *database, GError **error, const char *sql, guint n, const DatabaseValue *values)
{
	g_assert(n <= MOST_VALUES);
	const char *name = statement(database, sql, n, values, error);
	g_autoptr(PGresult) result = name ? execute(database, name, n, values) : NULL;

	for (guint i = 0; i < n; i++)
		g_free(values[i].owned);
	if (!name || !result_check(database, result, error))
		return NULL;
	return g_steal_pointer(&result);
}

gboolean database_run(Database *database, const char *script, GError **error)
{
	g_autoptr(PGresult) result = PQexec(database->connection, script);

	return result_check(database, result, error);
}

gboolean database_begin(Database *database, GError **error)
{
	return database_run(database, "begin", error);
}

gboolean database_commit(Database *database, GError **error)
{
	g_autoptr(GError) cause = NULL;
	g_autoptr(PGresult) result = PQexec(database->connection, "commit");

	/* COMMIT of a failed transaction is answered with ROLLBACK, as a success. */
	if (result_check(database, result, &cause)) {
		if (strcmp(PQcmdStatus(result), "COMMIT") == 0)
			return TRUE;
		g_set_error(error, DATABASE_ERROR, DATABASE_ERROR_OTHER, "the transaction was rolled back");
		return FALSE;
	}
	if (cause->code == DATABASE_ERROR_LOST)
		cause->code = DATABASE_ERROR_UNCERTAIN;
	g_propagate_error(error, g_steal_pointer(&cause));
	return FALSE;
}

void database_rollback(Database *database)
{
	/* Without a connection the server has rolled back already. */
	if (PQtransactionStatus(database->connection) == PQTRANS_IDLE || database->lost)
		return;
	PQclear(PQexec(database->connection, "rollback"));
}

gboolean database_copy_start(Database *database, const char *sql, GError **error)
{
	g_autoptr(PGresult) result = PQexec(database->connection, sql);

	return result_check(database, result, error);
}

gboolean database_copy_bytes(Database *database, const char *bytes, gsize length, GError **error)
{
	while (length > 0) {
		int part = (int)MIN(length, 1 << 20);

		if (PQputCopyData(database->connection, bytes, part) != 1) {
			set_lost(database, error);
			return FALSE;
		}
		bytes += part;
		length -= (gsize)part;
	}
	return TRUE;
}

gboolean database_copy_end(Database *database, gint64 *rows_out, GError **error)
{
	if (PQputCopyEnd(database->connection, NULL) != 1) {
		set_lost(database, error);
		return FALSE;
	}
	g_autoptr(PGresult) result = PQgetResult(database->connection);
	/* The connection can be used again only after the NULL that ends the command. */
	for (PGresult *more; (more = PQgetResult(database->connection));)
		PQclear(more);
	if (!result_check(database, result, error))
		return FALSE;
	*rows_out = g_ascii_strtoll(PQcmdTuples((PGresult *)result), NULL, 10);
	return TRUE;
}

int database_socket(const Database *database)
{
	return PQsocket(database->connection);
}

gboolean database_notified(Database *database, gboolean *notified_out, GError **error)
{
	*notified_out = FALSE;
	if (!PQconsumeInput(database->connection)) {
		set_lost(database, error);
		return FALSE;
	}
	for (PGnotify *n; (n = PQnotifies(database->connection)); PQfreemem(n))
		*notified_out = TRUE;
	return TRUE;
}

guint database_rows(const PGresult *result)
{
	return (guint)PQntuples(result);
}

const char *database_field(const PGresult *result, guint row, guint column)
{
	return PQgetisnull(result, (int)row, (int)column) ? NULL : PQgetvalue(result, (int)row, (int)column);
}

gint64 database_field_number(const PGresult *result, guint row, guint column)
{
	const char *text = database_field(result, row, column);

	return text ? g_ascii_strtoll(text, NULL, 10) : 0;
}

gboolean database_field_true(const PGresult *result, guint row, guint column)
{
	const char *text = database_field(result, row, column);

	return text && *text == 't';
}
