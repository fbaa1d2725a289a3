#include "foreign-json.h"

#include <string.h>

typedef struct {
	GPtrArray *keys; /* per open object or array: GHashTable of keys read, NULL for an array */
	gboolean at_key;
} Walk;

static void keys_free(gpointer keys)
{
	if (keys)
		g_hash_table_unref(keys);
}

/* A person who built it by hand may nest it without end; jansson's own limit is 2048. */
static gboolean is_too_deep(const char *text, gsize length)
{
	guint depth = 0;
	gboolean quoted = FALSE;
	for (gsize i = 0; i < length; i++) {
		if (quoted && text[i] == '\\')
			i++;
		else if (text[i] == '"')
			quoted = !quoted;
		else if (!quoted && (text[i] == '{' || text[i] == '['))
			depth++;
		else if (!quoted && (text[i] == '}' || text[i] == ']') && depth)
			depth--;
		if (depth > FOREIGN_JSON_MAX_DEPTH)
			return TRUE;
	}
	return FALSE;
}

/* Index of the quote that ends the string beginning behind @from, or @length. */
static gsize string_end(const char *text, gsize from, gsize length)
{
	while (from < length && text[from] != '"')
		from += text[from] == '\\' ? 2 : 1;
	return MIN(from, length);
}

/* What the key says, "\u0075rl" as "url"; the quotes belong to it. */
static char *key_said(const char *quoted, gsize length)
{
	json_t *value = json_loadb(quoted, length, JSON_DECODE_ANY, NULL);
	char *key = value ? g_strndup(json_string_value(value), json_string_length(value))
			  : g_strndup(quoted, length);
	json_decref(value);
	return key;
}

/* Renames a key that was there before to one that nobody asks for. */
static void take_key(GHashTable *keys, char *text, gsize quote, gsize end)
{
	char *key = key_said(text + quote, end + 1 - quote);
	if (!g_hash_table_add(keys, key))
		memset(text + quote + 1, '~', end - quote - 1);
}

static void hide_repeated(char *text, gsize length)
{
	Walk walk = {g_ptr_array_new_with_free_func(keys_free), FALSE};
	for (gsize i = 0; i < length; i++) {
		GHashTable *keys = walk.keys->len ? walk.keys->pdata[walk.keys->len - 1] : NULL;
		switch (text[i]) {
		case '"': {
			gsize end = string_end(text, i + 1, length);
			if (keys && walk.at_key && end < length)
				take_key(keys, text, i, end);
			i = end;
			break;
		}
		case '{':
			g_ptr_array_add(
				walk.keys, g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL));
			walk.at_key = TRUE;
			break;
		case '[':
			g_ptr_array_add(walk.keys, NULL);
			break;
		case '}':
		case ']':
			if (walk.keys->len)
				g_ptr_array_set_size(walk.keys, walk.keys->len - 1);
			break;
		case ':':
			walk.at_key = FALSE;
			break;
		case ',':
			walk.at_key = TRUE;
			break;
		}
	}
	g_ptr_array_unref(walk.keys);
}

json_t *foreign_json(char *text, gsize length, Report *report)
{
	if (is_too_deep(text, length)) {
		report_malformed(report, "json-too-deep");
		return NULL;
	}
	gsize flags = JSON_REJECT_DUPLICATES;
	for (;;) {
		json_error_t error;
		json_t *root = json_loadb(text, length, flags, &error);
		if (root)
			return root;
		enum json_error_code code = json_error_code(&error);
		if (code == json_error_duplicate_key) {
			report_malformed(report, "json-repeated");
			hide_repeated(text, length);
			flags &= ~(gsize)JSON_REJECT_DUPLICATES;
		} else if (code == json_error_numeric_overflow && !(flags & JSON_DECODE_INT_AS_REAL)) {
			report_malformed(report, "json-number");
			flags |= JSON_DECODE_INT_AS_REAL;
		} else {
			report_malformed(report, "json");
			return NULL;
		}
	}
}
