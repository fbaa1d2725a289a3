#include "arf-fields.h"

#include <string.h>

typedef struct {
	char *name, *value;
} Field;

struct ArfFields {
	GArray *fields;
	GStringChunk *strings;
	gboolean cut;
};

/* Length of the name in "Name: value" or "Name : value", else 0. */
static gsize name_length(const char *line)
{
	gsize n = 0;
	while (g_ascii_isalnum(line[n]) || line[n] == '-' || line[n] == '_')
		n++;
	gsize colon = n + strspn(line + n, " \t");
	return n && n < 80 && line[colon] == ':' ? n : 0;
}

static void add_value(ArfFields *fields, GString *value, const char *name, gsize length)
{
	g_strstrip(value->str);
	if (fields->fields->len >= ARF_MAX_FIELDS) {
		fields->cut = TRUE;
		return;
	}
	Field field = {g_string_chunk_insert_len(fields->strings, name, length),
		g_string_chunk_insert(fields->strings, value->str)};
	g_array_append_val(fields->fields, field);
}

ArfFields *arf_fields_read(const char *text)
{
	ArfFields *fields = g_new0(ArfFields, 1);
	fields->fields = g_array_sized_new(FALSE, FALSE, sizeof(Field), 16);
	fields->strings = g_string_chunk_new(2048);
	const char *end = text + strnlen(text, ARF_MAX_BYTES);
	fields->cut = *end != 0;
	g_autoptr(GString) value = g_string_new(NULL);
	for (const char *at = text; at < end;) {
		const char *stop = at + strcspn(at, "\n");
		gsize n = name_length(at);
		const char *name = at;
		at = stop + (*stop == '\n');
		if (!n)
			continue;
		const char *colon = strchr(name + n, ':');
		g_string_truncate(value, 0);
		g_string_append_len(value, colon + 1, stop - colon - 1);
		while (at < end && (*at == ' ' || *at == '\t')) {
			stop = at + strcspn(at, "\n");
			g_string_append_c(value, ' ');
			g_string_append_len(value, at + 1, stop - at - 1);
			at = stop + (*stop == '\n');
		}
		if (value->len > ARF_MAX_FIELD_VALUE) {
			g_string_truncate(value, ARF_MAX_FIELD_VALUE);
			fields->cut = TRUE;
		}
		add_value(fields, value, name, n);
	}
	return fields;
}

void arf_fields_free(ArfFields *fields)
{
	if (!fields)
		return;
	g_array_unref(fields->fields);
	g_string_chunk_free(fields->strings);
	g_free(fields);
}

const char *arf_field_nth(const ArfFields *fields, const char *name, guint n)
{
	for (guint i = 0; i < fields->fields->len; i++) {
		const Field *field = &g_array_index(fields->fields, Field, i);
		if (*field->value && !g_ascii_strcasecmp(field->name, name) && !n--)
			return field->value;
	}
	return NULL;
}

const char *arf_field(const ArfFields *fields, const char *name)
{
	return arf_field_nth(fields, name, 0);
}

gboolean arf_fields_were_cut(const ArfFields *fields)
{
	return fields->cut;
}
