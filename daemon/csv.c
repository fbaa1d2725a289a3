#include "csv.h"

#include <string.h>

struct Csv {
	FILE *file;
	GString *bytes; /* the record's fields, each ended by NUL */
	GArray *starts; /* gsize: where each field begins in bytes */
	guint line, next_line;
	int pending[3]; /* bytes read too far, the next one last */
	guint pendings;
	const char *problem;
	guint problem_field;
};

typedef enum {
	IN_START, /* before the first byte of a field */
	IN_PLAIN,
	IN_QUOTED,
	IN_CLOSED, /* after a closing quote */
	IN_END,    /* the record is whole */
} CsvPlace;

Csv *csv_new(FILE *file)
{
	Csv *csv = g_new0(Csv, 1);
	csv->file = file;
	csv->bytes = g_string_new(NULL);
	csv->starts = g_array_new(FALSE, FALSE, sizeof(gsize));
	csv->next_line = 1;
	return csv;
}

void csv_free(Csv *csv)
{
	if (!csv)
		return;
	g_string_free(csv->bytes, TRUE);
	g_array_free(csv->starts, TRUE);
	g_free(csv);
}

/* The first problem of a record is the one to tell; what follows is often its consequence. */
static void csv_note(Csv *csv, const char *problem, guint field)
{
	if (csv->problem)
		return;
	csv->problem = problem;
	csv->problem_field = field;
}

static void csv_begin_field(Csv *csv)
{
	g_array_append_val(csv->starts, csv->bytes->len);
	if (csv->starts->len > CSV_MAX_FIELDS)
		csv_note(csv, "too many fields", 0);
}

static void csv_put(Csv *csv, int c)
{
	if (csv->bytes->len >= CSV_MAX_RECORD)
		csv_note(csv, "longer than a record may be: is a quote not closed?", csv->starts->len);
	else if (c == '\0')
		csv_note(csv, "holds a NUL byte", csv->starts->len);
	else
		g_string_append_c(csv->bytes, c);
}

static int csv_get(Csv *csv)
{
	return csv->pendings > 0 ? csv->pending[--csv->pendings] : getc_unlocked(csv->file);
}

static void csv_unget(Csv *csv, int c)
{
	csv->pending[csv->pendings++] = c;
}

/* CR counts as a line end only before LF. */
static int csv_byte(Csv *csv)
{
	int c = csv_get(csv);
	if (c == '\r') {
		int next = csv_get(csv);
		if (next == '\n')
			c = next;
		else
			csv_unget(csv, next);
	}
	if (c == '\n')
		csv->next_line++;
	return c;
}

static CsvPlace csv_separator(Csv *csv, int c)
{
	g_string_append_c(csv->bytes, '\0');
	if (c != ',')
		return IN_END;
	/* Past the limit fields run into one another: the record is bad and only its end is of interest. */
	if (csv->starts->len <= CSV_MAX_FIELDS)
		csv_begin_field(csv);
	return IN_START;
}

static CsvPlace csv_step(Csv *csv, CsvPlace place, int c)
{
	gboolean separator = c == ',' || c == '\n' || c == EOF;

	switch (place) {
	case IN_START:
		if (c == '"')
			return IN_QUOTED;
		/* fall through */
	case IN_PLAIN:
		if (separator)
			return csv_separator(csv, c);
		if (c == '"')
			csv_note(csv, "has a quote inside; quote the whole field and double the quote",
				csv->starts->len);
		csv_put(csv, c);
		return IN_PLAIN;
	case IN_QUOTED:
		if (c == '"')
			return IN_CLOSED;
		if (c == EOF) {
			csv_note(csv, "opens a quote that is never closed", csv->starts->len);
			return csv_separator(csv, c);
		}
		csv_put(csv, c);
		return IN_QUOTED;
	case IN_CLOSED:
		if (separator)
			return csv_separator(csv, c);
		if (c != '"')
			csv_note(csv, "goes on after its closing quote", csv->starts->len);
		csv_put(csv, c);
		return c == '"' ? IN_QUOTED : IN_PLAIN;
	case IN_END:
		break;
	}
	g_assert_not_reached();
}

static void csv_check_text(Csv *csv)
{
	for (guint i = 0; i < csv->starts->len; i++) {
		char *field = csv->bytes->str + g_array_index(csv->starts, gsize, i);
		g_strstrip(field);
		if (!g_utf8_validate(field, -1, NULL))
			csv_note(csv, "is not UTF-8", i + 1);
	}
}

static void csv_skip_mark(Csv *csv)
{
	int a = csv_get(csv), b = a == 0xEF ? csv_get(csv) : EOF, c = b == 0xBB ? csv_get(csv) : EOF;

	if (c == 0xBF)
		return;
	if (b == 0xBB)
		csv_unget(csv, c);
	if (a == 0xEF)
		csv_unget(csv, b);
	csv_unget(csv, a);
}

static gboolean csv_is_blank(const Csv *csv)
{
	return !csv->problem && csv->starts->len == 1 && csv->bytes->str[0] == '\0';
}

CsvState csv_next(Csv *csv)
{
	int c;

	if (csv->line == 0)
		csv_skip_mark(csv);
	do {
		CsvPlace place = IN_START;
		csv->line = csv->next_line;
		csv->problem = NULL;
		csv->problem_field = 0;
		g_string_truncate(csv->bytes, 0);
		g_array_set_size(csv->starts, 0);
		csv_begin_field(csv);
		do {
			c = csv_byte(csv);
			place = csv_step(csv, place, c);
		} while (place != IN_END);
		csv_check_text(csv);
	} while (csv_is_blank(csv) && c != EOF);

	if (ferror(csv->file)) {
		/* Half a file must not pass for a whole one. */
		csv_note(csv, "can't be read to its end", 0);
		return CSV_BAD;
	}
	if (csv->problem)
		return CSV_BAD;
	return csv_is_blank(csv) ? CSV_END : CSV_RECORD;
}

guint csv_line(const Csv *csv)
{
	return csv->line;
}

guint csv_count(const Csv *csv)
{
	return csv->starts->len;
}

const char *csv_field(const Csv *csv, guint n)
{
	return n < csv->starts->len ? csv->bytes->str + g_array_index(csv->starts, gsize, n) : "";
}

const char *csv_problem(const Csv *csv, guint *field_out)
{
	if (field_out)
		*field_out = csv->problem_field;
	return csv->problem;
}
