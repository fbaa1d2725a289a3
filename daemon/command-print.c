/* Rows and documents of the database for a person or a program. */

#include "command.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "table.h"

/* Of a double, that a number written with two decimals is read as it was written. */
enum { PRINT_DIGITS = 15 };

/* Types by the numbers that PostgreSQL gave them for ever (pg_type.dat). */
enum {
	TYPE_BOOL = 16,
	TYPE_INT8 = 20,
	TYPE_INT2 = 21,
	TYPE_INT4 = 23,
	TYPE_JSON = 114,
	TYPE_FLOAT4 = 700,
	TYPE_FLOAT8 = 701,
	TYPE_NUMERIC = 1700,
	TYPE_JSONB = 3802,
};

static gboolean type_is_number(Oid type)
{
	return type == TYPE_INT2 || type == TYPE_INT4 || type == TYPE_INT8 || type == TYPE_NUMERIC ||
		type == TYPE_FLOAT4 || type == TYPE_FLOAT8;
}

static json_t *field_json(const PGresult *result, int row, int column)
{
	const char *text = PQgetvalue(result, row, column);
	Oid type = PQftype(result, column);

	if (PQgetisnull(result, row, column))
		return json_null();
	if (type == TYPE_BOOL)
		return json_boolean(text[0] == 't');
	json_t *value = NULL;
	if (type_is_number(type) || type == TYPE_JSON || type == TYPE_JSONB)
		value = json_loads(text, JSON_DECODE_ANY, NULL);
	return value ? value : json_string(text);
}

void command_print_json(const json_t *value)
{
	char *text = json_dumps(value, JSON_COMPACT | JSON_ENCODE_ANY | JSON_REAL_PRECISION(15));
	g_autofree char *safe = table_escape_json(text);
	puts(safe);
	free(text);
}

static void print_rows_json(const PGresult *result)
{
	for (int row = 0; row < PQntuples(result); row++) {
		json_t *object = json_object();
		for (int column = 0; column < PQnfields(result); column++)
			json_object_set_new(object, PQfname(result, column), field_json(result, row, column));
		command_print_json(object);
		json_decref(object);
	}
}

/* A value within a line: lists as "a, b", nothing for null. Owned by the caller. */
static char *short_text(const json_t *value)
{
	if (json_is_string(value))
		return g_strdup(json_string_value(value));
	if (json_is_null(value))
		return g_strdup("");
	if (json_is_boolean(value))
		return g_strdup(json_is_true(value) ? "yes" : "no");
	if (!json_is_array(value)) {
		char *text = json_dumps(value, JSON_ENCODE_ANY | JSON_REAL_PRECISION(PRINT_DIGITS));
		char *copy = g_strdup(text);
		free(text);
		return copy;
	}
	g_autoptr(GPtrArray) parts = g_ptr_array_new_with_free_func(g_free);
	for (gsize i = 0; i < json_array_size(value); i++)
		g_ptr_array_add(parts, short_text(json_array_get(value, i)));
	g_ptr_array_add(parts, NULL);
	return g_strjoinv(", ", (char **)parts->pdata);
}

static char *field_text(const PGresult *result, int row, int column)
{
	json_t *value = field_json(result, row, column);
	char *text = json_is_real(value) ? g_strdup(PQgetvalue(result, row, column)) : short_text(value);
	json_decref(value);
	return text;
}

static void print_rows_table(const PGresult *result)
{
	g_autoptr(GPtrArray) heads = g_ptr_array_new_with_free_func(g_free);
	int columns = PQnfields(result);

	for (int column = 0; column < columns; column++) {
		gboolean right = type_is_number(PQftype(result, column));
		g_autofree char *name = g_strdup(PQfname(result, column));
		g_ptr_array_add(heads, g_strconcat(right ? ">" : "", g_strdelimit(name, "_", ' '), NULL));
	}
	g_ptr_array_add(heads, NULL);
	g_autoptr(Table) table = table_new((const char *const *)heads->pdata);
	for (int row = 0; row < PQntuples(result); row++) {
		g_autoptr(GPtrArray) cells = g_ptr_array_new_with_free_func(g_free);
		for (int column = 0; column < columns; column++)
			g_ptr_array_add(cells, field_text(result, row, column));
		table_add(table, (const char *const *)cells->pdata);
	}
	table_print(table, table_terminal_width(stdout), stdout);
}

void command_print_rows(const PGresult *result)
{
	if (options.json)
		print_rows_json(result);
	else if (PQntuples(result) > 0)
		print_rows_table(result);
	else
		command_say("nothing to show");
}

static gboolean is_list_of_objects(const json_t *value)
{
	return json_is_array(value) && json_is_object(json_array_get(value, 0));
}

static void print_objects(const json_t *list)
{
	g_autoptr(GPtrArray) heads = g_ptr_array_new_with_free_func(g_free);
	json_t *first = json_array_get(list, 0);
	const char *key;
	json_t *value;

	json_object_foreach(first, key, value)
	{
		g_autofree char *name = g_strdup(key);
		g_ptr_array_add(heads,
			g_strconcat(json_is_number(value) ? ">" : "", g_strdelimit(name, "_", ' '), NULL));
	}
	g_ptr_array_add(heads, NULL);
	g_autoptr(Table) table = table_new((const char *const *)heads->pdata);
	for (gsize i = 0; i < json_array_size(list); i++) {
		g_autoptr(GPtrArray) cells = g_ptr_array_new_with_free_func(g_free);
		json_object_foreach(first, key, value)
			g_ptr_array_add(cells, short_text(json_object_get(json_array_get(list, i), key)));
		table_add(table, (const char *const *)cells->pdata);
	}
	table_print(table, table_terminal_width(stdout), stdout);
}

static void print_member(const char *key, const json_t *value, int indent)
{
	g_autofree char *name = g_strdup(key);
	g_strdelimit(name, "_", ' ');

	if (is_list_of_objects(value)) {
		printf("\n%s\n", name);
		print_objects(value);
	} else if (json_is_object(value) && json_object_size(value) > 0) {
		const char *inner;
		json_t *member;
		printf("%*s%s\n", indent, "", name);
		json_object_foreach((json_t *)value, inner, member) print_member(inner, member, indent + 2);
	} else {
		g_autofree char *text = short_text(value);
		g_autofree char *safe = table_escape(text);
		printf("%*s%-*s  %s\n", indent, "", MAX(20 - indent, 1), name,
			safe[0] && strcmp(safe, "{}") != 0 ? safe : "-");
	}
}

void command_print_object(json_t *object)
{
	const char *key;
	json_t *value;

	json_object_foreach(object, key, value) print_member(key, value, 0);
}

gboolean command_print_document(const PGresult *result, const char *what, const char *asked, GError **error)
{
	const char *text = database_rows(result) > 0 ? database_field(result, 0, 0) : NULL;
	json_t *document = text ? json_loads(text, JSON_DECODE_ANY, NULL) : NULL;

	if (!document)
		return command_fail(error, EX_DATAERR, "\"%s\": no such %s", asked, what);
	if (options.json)
		command_print_json(document);
	else
		command_print_object(document);
	json_decref(document);
	return TRUE;
}

gboolean command_list(const char *sql, guint n, const DatabaseValue *values, GError **error)
{
	g_autoptr(PGresult) result = command_call(sql, n, values, error);
	if (result)
		command_print_rows(result);
	return result != NULL;
}

gboolean command_show(const char *sql, const char *what, const char *asked, guint n,
	const DatabaseValue *values, GError **error)
{
	g_autoptr(PGresult) result = command_call(sql, n, values, error);
	return result && command_print_document(result, what, asked, error);
}
