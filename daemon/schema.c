#include "schema.h"

#include <gio/gio.h>
#include <stdlib.h>
#include <string.h>

#define SCHEMA_PATH "/complaintd/sql/"

/* "schema" in ASCII; beside it desk.decide() has a lock of its own. */
#define SCHEMA_LOCK "126870790434145"

/* Made by glib-compile-resources; named here so that the linker takes it out of the archive. */
GResource *complaintd_get_resource(void);

GQuark schema_error_quark(void)
{
	return g_quark_from_static_string("schema-error");
}

static void schema_step_free(SchemaStep *step)
{
	g_free(step->name);
	g_free(step->applied_at);
	g_free(step->applied_by);
	g_free(step);
}

static int schema_compare(gconstpointer a, gconstpointer b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Paths below SCHEMA_PATH, sorted. Owned by the caller. */
static char **schema_files(const char *folder)
{
	g_autofree char *path = g_strconcat(SCHEMA_PATH, folder, NULL);
	g_auto(GStrv) names = g_resource_enumerate_children(
		complaintd_get_resource(), path, G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);
	g_autoptr(GPtrArray) files = g_ptr_array_new();

	for (guint i = 0; names && names[i]; i++)
		g_ptr_array_add(files, g_strconcat(folder, names[i], NULL));
	g_ptr_array_sort(files, schema_compare);
	g_ptr_array_add(files, NULL);
	return (char **)g_ptr_array_steal(files, NULL);
}

/* The text of a file below SCHEMA_PATH; NUL-terminated, owned by the caller. */
static char *schema_text(const char *file)
{
	g_autofree char *path = g_strconcat(SCHEMA_PATH, file, NULL);
	g_autoptr(GBytes) bytes =
		g_resource_lookup_data(complaintd_get_resource(), path, G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);
	g_assert(bytes);
	gsize size;
	const char *data = g_bytes_get_data(bytes, &size);
	return g_strndup(data, size);
}

static char *schema_digest(const char *text)
{
	return g_compute_checksum_for_string(G_CHECKSUM_SHA256, text, -1);
}

/* A function whose arguments changed would stay beside its successor, and one that returns something
 * else can't be replaced. So they go first: all of ours but those that a trigger or view hangs on. */
static const char schema_former[] =
	"do $$ declare v_former text; begin"
	" select string_agg(p.oid::regprocedure::text, ', ' order by p.oid) into v_former"
	" from pg_catalog.pg_proc p join pg_catalog.pg_namespace n on n.oid = p.pronamespace"
	" where n.nspname in ('desk', 'desk_api', 'dashboard') and p.proowner = 'complaint_owner'::regrole"
	" and not exists (select from pg_catalog.pg_depend d where d.refclassid = "
	"'pg_catalog.pg_proc'::regclass"
	" and d.refobjid = p.oid and d.classid <> d.refclassid);"
	" if v_former is not null then execute 'drop routine ' || v_former; end if; end $$;\n";

/* Functions, views and roles as one script: they refer to one another, so they come and go together. */
static char *schema_rest(void)
{
	static const char *const folders[] = {"functions/", "views/"};
	GString *script = g_string_new(schema_former);

	for (guint i = 0; i < G_N_ELEMENTS(folders); i++) {
		g_auto(GStrv) files = schema_files(folders[i]);
		for (guint j = 0; files[j]; j++) {
			g_autofree char *text = schema_text(files[j]);
			g_string_append_printf(script, "-- %s\n%s\n", files[j], text);
		}
	}
	g_autofree char *roles = schema_text("roles.sql");
	g_string_append_printf(script, "-- roles.sql\n%s\n", roles);
	return g_string_free(script, FALSE);
}

static SchemaStep *schema_step(GPtrArray *steps, int version)
{
	for (guint i = 0; i < steps->len; i++) {
		SchemaStep *step = steps->pdata[i];
		if (step->version == version)
			return step;
	}
	SchemaStep *step = g_new0(SchemaStep, 1);
	step->version = version;
	g_ptr_array_add(steps, step);
	return step;
}

static int schema_step_compare(gconstpointer a, gconstpointer b)
{
	return (*(SchemaStep *const *)a)->version - (*(SchemaStep *const *)b)->version;
}

/* "migrations/0001_foundation.sql" is version 1, name "0001_foundation". */
static void schema_known_steps(GPtrArray *steps)
{
	g_auto(GStrv) files = schema_files("migrations/");
	for (guint i = 0; files[i]; i++) {
		const char *base = files[i] + strlen("migrations/");
		g_assert(g_ascii_isdigit(base[0]) && g_str_has_suffix(base, ".sql"));
		SchemaStep *step = schema_step(steps, atoi(base));
		g_assert(!step->known);
		step->known = TRUE;
		step->name = g_strndup(base, strlen(base) - strlen(".sql"));
	}
}

static char *schema_step_file(const SchemaStep *step)
{
	return g_strconcat("migrations/", step->name, ".sql", NULL);
}

static gboolean schema_applied_steps(Database *database, GPtrArray *steps, GError **error)
{
	static const char sql[] =
		"select version::text, name, sha256,"
		" to_char(applied_at at time zone 'UTC', 'YYYY-MM-DD HH24:MI \"UTC\"'), applied_by::text"
		" from desk.schema_version order by version";
	g_autoptr(PGresult) result = database_call(database, error, sql, 0, NULL);
	if (!result)
		return FALSE;

	for (int i = 0; i < PQntuples(result); i++) {
		SchemaStep *step = schema_step(steps, atoi(PQgetvalue(result, i, 0)));
		step->applied = TRUE;
		if (step->known) {
			g_autofree char *file = schema_step_file(step);
			g_autofree char *text = schema_text(file);
			g_autofree char *digest = schema_digest(text);
			step->same = strcmp(digest, PQgetvalue(result, i, 2)) == 0;
		} else
			step->name = g_strdup(PQgetvalue(result, i, 1));
		step->applied_at = g_strdup(PQgetvalue(result, i, 3));
		step->applied_by = g_strdup(PQgetvalue(result, i, 4));
	}
	return TRUE;
}

static gboolean schema_functions_fit(Database *database, gboolean *fit_out, GError **error)
{
	static const char sql[] = "select functions_sha256 from desk.schema_state";
	g_autofree char *script = schema_rest();
	g_autofree char *digest = schema_digest(script);
	g_autoptr(PGresult) result = database_call(database, error, sql, 0, NULL);
	if (!result)
		return FALSE;

	*fit_out = PQntuples(result) == 1 && strcmp(PQgetvalue(result, 0, 0), digest) == 0;
	return TRUE;
}

static gboolean schema_exists(Database *database, gboolean *exists_out, GError **error)
{
	/* Not to_regclass(): without USAGE on the schema that would be an error, not an answer. */
	static const char sql[] =
		"select 1 from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace"
		" where n.nspname = 'desk' and c.relname = 'schema_version'";
	g_autoptr(PGresult) result = database_call(database, error, sql, 0, NULL);
	if (!result)
		return FALSE;

	*exists_out = PQntuples(result) == 1;
	return TRUE;
}

GPtrArray *schema_steps(Database *database, gboolean *functions_out, GError **error)
{
	g_autoptr(GPtrArray) steps = g_ptr_array_new_with_free_func((GDestroyNotify)schema_step_free);
	gboolean exists, fit = FALSE;

	schema_known_steps(steps);
	if (!schema_exists(database, &exists, error))
		return NULL;
	if (exists &&
		(!schema_applied_steps(database, steps, error) ||
			!schema_functions_fit(database, &fit, error)))
		return NULL;
	g_ptr_array_sort(steps, schema_step_compare);
	if (functions_out)
		*functions_out = fit;
	return g_steal_pointer(&steps);
}

gboolean schema_fits(Database *database, GError **error)
{
	gboolean functions, any = FALSE;
	g_autoptr(GPtrArray) steps = schema_steps(database, &functions, error);
	if (!steps)
		return FALSE;

	for (guint i = 0; i < steps->len; i++)
		any |= ((SchemaStep *)steps->pdata[i])->applied;
	if (!any) {
		g_set_error(error, SCHEMA_ERROR, SCHEMA_ERROR_MISSING,
			"the database has no complaintd schema: run \"complaint db init\"");
		return FALSE;
	}
	for (guint i = 0; i < steps->len; i++) {
		const SchemaStep *step = steps->pdata[i];
		if (!step->known)
			g_set_error(error, SCHEMA_ERROR, SCHEMA_ERROR_NEW,
				"the database has migration %s, which this program does not know: install "
				"the newer complaintd (\"complaint db status\" compares)",
				step->name);
		else if (!step->applied)
			g_set_error(error, SCHEMA_ERROR, SCHEMA_ERROR_OLD,
				"the database lacks migration %s: run \"complaint db upgrade\"", step->name);
		else if (!step->same)
			g_set_error(error, SCHEMA_ERROR, SCHEMA_ERROR_STRANGE,
				"migration %s was applied in another wording than this program's: see "
				"\"complaint db status\"",
				step->name);
		else
			continue;
		return FALSE;
	}
	if (!functions)
		g_set_error(error, SCHEMA_ERROR, SCHEMA_ERROR_OLD,
			"the database's functions and views are not this program's: run \"complaint db "
			"upgrade\"");
	return functions;
}

gboolean schema_hold(Database *database, GError **error)
{
	g_autoptr(PGresult) result =
		database_call(database, error, "select pg_advisory_lock_shared(" SCHEMA_LOCK ")", 0, NULL);
	return result != NULL;
}

static gboolean schema_lock(Database *database, SchemaTold told, GError **error)
{
	/* A daemon may take minutes to finish its batch, a migration hours. */
	if (!database_run(database, "set lock_timeout = 0; set statement_timeout = 0", error))
		return FALSE;
	g_autoptr(PGresult) tried =
		database_call(database, error, "select pg_try_advisory_lock(" SCHEMA_LOCK ")", 0, NULL);
	if (!tried)
		return FALSE;
	if (PQgetvalue(tried, 0, 0)[0] == 't')
		return TRUE;
	told("waiting for the daemons and commands that work on this database to end");
	g_autoptr(PGresult) waited =
		database_call(database, error, "select pg_advisory_lock(" SCHEMA_LOCK ")", 0, NULL);
	return waited != NULL;
}

static void schema_unlock(Database *database)
{
	g_autoptr(PGresult) result =
		database_call(database, NULL, "select pg_advisory_unlock(" SCHEMA_LOCK ")", 0, NULL);
}

static gboolean schema_apply_step(Database *database, const SchemaStep *step, GError **error)
{
	static const char note[] =
		"insert into desk.schema_version (version, name, sha256, applied_at, applied_by)"
		" values ($1, $2, $3, now(), session_user)";
	g_autofree char *file = schema_step_file(step);
	g_autofree char *text = schema_text(file);
	g_autofree char *digest = schema_digest(text);

	if (!database_run(database, text, error))
		return FALSE;
	const DatabaseValue values[] = {
		database_number(step->version), database_text(step->name), database_text(digest)};
	g_autoptr(PGresult) result = database_call(database, error, note, G_N_ELEMENTS(values), values);
	return result != NULL;
}

static gboolean schema_apply_rest(Database *database, const SchemaStep *step, GError **error)
{
	static const char note[] = "insert into desk.schema_state (functions_sha256) values ($1)"
				   " on conflict (singleton) do update set functions_sha256 = "
				   "excluded.functions_sha256, applied_at = now()";
	g_autofree char *script = schema_rest();
	g_autofree char *digest = schema_digest(script);
	const DatabaseValue values[] = {database_text(digest)};

	/* The files stand in the order of their names, not of who calls whom. */
	if (!database_run(database, "set local check_function_bodies = off", error) ||
		!database_run(database, script, error))
		return FALSE;
	g_autoptr(PGresult) result = database_call(database, error, note, G_N_ELEMENTS(values), values);
	return result != NULL;
}

/* The roles must exist before the first migration, which makes things that belong to them. */
static gboolean schema_apply_roles(Database *database, const SchemaStep *step, GError **error)
{
	g_autofree char *roles = schema_text("roles.sql");
	return database_run(database, roles, error);
}

typedef gboolean (*SchemaPart)(Database *database, const SchemaStep *step, GError **error);

/* @name: what failed, for the error. */
static gboolean schema_transaction(
	Database *database, SchemaPart part, const SchemaStep *step, const char *name, GError **error)
{
	if (!database_begin(database, error))
		return FALSE;
	/* The files change the role they work as; it must not outlive them. */
	if (part(database, step, error) && database_run(database, "reset role", error) &&
		database_commit(database, error))
		return TRUE;
	g_prefix_error(error, "%s: ", name);
	database_rollback(database);
	return FALSE;
}

static gboolean schema_apply(Database *database, SchemaTold told, GError **error)
{
	gboolean functions;
	g_autoptr(GPtrArray) steps = schema_steps(database, &functions, error);
	gboolean changed = FALSE;

	if (!steps || !schema_transaction(database, schema_apply_roles, NULL, "roles.sql", error))
		return FALSE;
	for (guint i = 0; i < steps->len; i++) {
		const SchemaStep *step = steps->pdata[i];
		if (step->applied && step->same)
			continue;
		if (step->applied)
			return schema_fits(database, error);
		if (!schema_transaction(database, schema_apply_step, step, step->name, error))
			return FALSE;
		changed = TRUE;
		g_autofree char *sentence = g_strdup_printf("migration %s applied", step->name);
		told(sentence);
	}
	if (functions && !changed)
		return TRUE;
	if (!schema_transaction(database, schema_apply_rest, NULL, "functions and views", error))
		return FALSE;
	told("functions, views and roles are in place");
	return TRUE;
}

static gboolean schema_locked_apply(Database *database, gboolean fresh, SchemaTold told, GError **error)
{
	gboolean exists;

	if (!schema_lock(database, told, error))
		return FALSE;
	gboolean done = schema_exists(database, &exists, error);
	if (done && fresh && exists) {
		g_set_error(error, SCHEMA_ERROR, SCHEMA_ERROR_EXISTS,
			"the database has a complaintd schema already: \"complaint db upgrade\" brings it up "
			"to date");
		done = FALSE;
	} else if (done && !fresh && !exists) {
		g_set_error(error, SCHEMA_ERROR, SCHEMA_ERROR_MISSING,
			"the database has no complaintd schema: run \"complaint db init\"");
		done = FALSE;
	}
	done = done && schema_apply(database, told, error);
	schema_unlock(database);
	return done;
}

gboolean schema_init(Database *database, SchemaTold told, GError **error)
{
	return schema_locked_apply(database, TRUE, told, error);
}

gboolean schema_upgrade(Database *database, SchemaTold told, GError **error)
{
	return schema_locked_apply(database, FALSE, told, error);
}
