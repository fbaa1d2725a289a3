#include "database.h"

#include <string.h>

/* src/include/catalog/pg_type.dat */
enum {
	OID_BYTEA = 17,
	OID_INT8 = 20,
	OID_TEXT = 25,
	OID_TIMESTAMPTZ = 1184,
	OID_JSONB = 3802,
	OID_BYTEA_ARRAY = 1001,
	OID_TEXT_ARRAY = 1009,
	OID_INT8_ARRAY = 1016,
	OID_TIMESTAMPTZ_ARRAY = 1185,
	OID_JSONB_ARRAY = 3807,
};

/* PostgreSQL counts microseconds from 2000-01-01. */
#define SECONDS_1970_TO_2000 G_GINT64_CONSTANT(946684800)

DatabaseValue database_null(void)
{
	return (DatabaseValue){0};
}

DatabaseValue database_text(const char *text)
{
	return (DatabaseValue){.data = text};
}

DatabaseValue database_number(gint64 number)
{
	char *text = g_strdup_printf("%" G_GINT64_FORMAT, number);

	return (DatabaseValue){.data = text, .owned = text};
}

DatabaseValue database_flag(gboolean flag)
{
	return database_text(flag ? "true" : "false");
}

static char *put32(char *at, guint32 number)
{
	guint32 network = GUINT32_TO_BE(number);

	memcpy(at, &network, 4);
	return at + 4;
}

static char *put64(char *at, guint64 number)
{
	guint64 network = GUINT64_TO_BE(number);

	memcpy(at, &network, 8);
	return at + 8;
}

/* One element: where its bytes are, how many, and whether jsonb's version byte goes before. */
typedef struct {
	const void *data; /* NULL: null */
	gsize length;
} Element;

static char *put_element(char *at, const Element *element, gboolean jsonb)
{
	if (!element->data)
		return put32(at, (guint32)-1);
	at = put32(at, (guint32)element->length + (jsonb ? 1 : 0));
	if (jsonb)
		*at++ = 1;
	memcpy(at, element->data, element->length);
	return at + element->length;
}

/* array_recv() in src/backend/utils/adt/arrayfuncs.c reads this. */
static DatabaseValue array_value(Oid array, Oid type, const Element *elements, guint n)
{
	gboolean jsonb = type == OID_JSONB;
	gsize size = n ? 20 : 12;
	guint32 has_null = 0;

	for (guint i = 0; i < n; i++) {
		size += 4 + (elements[i].data ? elements[i].length + (jsonb ? 1 : 0) : 0);
		has_null |= !elements[i].data;
	}
	char *bytes = g_malloc(size);
	char *at = put32(bytes, n ? 1 : 0);
	at = put32(at, has_null);
	at = put32(at, type);
	if (n) {
		at = put32(at, n);
		at = put32(at, 1);
	}
	for (guint i = 0; i < n; i++)
		at = put_element(at, &elements[i], jsonb);
	g_assert(at == bytes + size && size <= G_MAXINT);
	return (DatabaseValue){
		.type = array, .data = bytes, .owned = bytes, .length = (int)size, .binary = TRUE};
}

static DatabaseValue strings_value(Oid array, Oid type, const char *const *texts, guint n)
{
	g_autofree Element *elements = g_new0(Element, n + 1);

	for (guint i = 0; i < n; i++)
		elements[i] = (Element){texts[i], texts[i] ? strlen(texts[i]) : 0};
	return array_value(array, type, elements, n);
}

DatabaseValue database_texts(const char *const *texts, guint n)
{
	return strings_value(OID_TEXT_ARRAY, OID_TEXT, texts, n);
}

DatabaseValue database_jsonbs(const char *const *documents, guint n)
{
	return strings_value(OID_JSONB_ARRAY, OID_JSONB, documents, n);
}

DatabaseValue database_byteas(GBytes *const *bytes, guint n)
{
	g_autofree Element *elements = g_new0(Element, n + 1);

	for (guint i = 0; i < n; i++) {
		if (!bytes[i])
			continue;
		elements[i].data = g_bytes_get_data(bytes[i], &elements[i].length);
		if (!elements[i].data) /* an empty string is not a null */
			elements[i].data = "";
	}
	return array_value(OID_BYTEA_ARRAY, OID_BYTEA, elements, n);
}

static DatabaseValue wide_value(Oid array, Oid type, guint64 *numbers, const gint64 *nulls, guint n)
{
	g_autofree Element *elements = g_new0(Element, n + 1);

	for (guint i = 0; i < n; i++) {
		put64((char *)&numbers[i], numbers[i]);
		if (!nulls || nulls[i] != G_MININT64)
			elements[i] = (Element){&numbers[i], 8};
	}
	return array_value(array, type, elements, n);
}

DatabaseValue database_numbers(const gint64 *numbers, guint n)
{
	g_autofree guint64 *copy = g_new0(guint64, n + 1);

	for (guint i = 0; i < n; i++)
		copy[i] = (guint64)numbers[i];
	return wide_value(OID_INT8_ARRAY, OID_INT8, copy, NULL, n);
}

DatabaseValue database_times(const gint64 *seconds, guint n)
{
	/* Years 1 to 9999, so that the product cannot overflow and PostgreSQL can store it. */
	const gint64 least = G_GINT64_CONSTANT(-62135596800), most = G_GINT64_CONSTANT(253402300799);
	g_autofree guint64 *copy = g_new0(guint64, n + 1);

	for (guint i = 0; i < n; i++)
		if (seconds[i] != G_MININT64)
			copy[i] =
				(guint64)((CLAMP(seconds[i], least, most) - SECONDS_1970_TO_2000) * 1000000);
	return wide_value(OID_TIMESTAMPTZ_ARRAY, OID_TIMESTAMPTZ, copy, seconds, n);
}
