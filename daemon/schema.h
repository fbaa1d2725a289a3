#pragma once

/* The database's schema and whether this program fits it. Migrations, functions, views and roles travel
 * inside the program (resources), so "the newest version" is what this program was built with. */

#include "database.h"

#define SCHEMA_ERROR (schema_error_quark())
GQuark schema_error_quark(void);
typedef enum {
	SCHEMA_ERROR_MISSING, /* no schema yet: complaint db init */
	SCHEMA_ERROR_OLD,     /* the database is behind: complaint db upgrade */
	SCHEMA_ERROR_NEW,     /* the program is behind: install the newer one */
	SCHEMA_ERROR_STRANGE, /* an applied migration is not the one this program has */
	SCHEMA_ERROR_EXISTS,  /* init on a database that has one */
} SchemaError;

/* Whether the database has exactly this program's schema; if not, @error names the command to run. */
gboolean schema_fits(Database *database, GError **error);

/* Takes the shared lock on the schema version for as long as the connection lives, so that no upgrade runs
 * under a working daemon. Waits for a running upgrade; call schema_fits() after it. */
gboolean schema_hold(Database *database, GError **error);

/* Told of each thing done, for the person watching. */
typedef void (*SchemaTold)(const char *sentence);

/* A new schema in an empty database, or what is missing in an old one; both wait until no daemon holds
 * the lock. Each migration is a transaction; functions, views and roles are another. What has been done
 * stays done when a later step fails: run the same again. */
gboolean schema_init(Database *database, SchemaTold told, GError **error);
gboolean schema_upgrade(Database *database, SchemaTold told, GError **error);

/* One row of the comparison between program and database. */
typedef struct {
	int version;
	char *name;
	gboolean known; /* to this program */
	gboolean applied;
	gboolean same;                 /* as applied */
	char *applied_at, *applied_by; /* or NULL */
} SchemaStep;

/* All steps of either side in order: SchemaStep *. Owned by the caller. NULL on error; an empty schema is
 * no error. @functions_out: whether functions and views are this program's. */
GPtrArray *schema_steps(Database *database, gboolean *functions_out, GError **error);
