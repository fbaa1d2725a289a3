#include "table.h"

#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

enum { TABLE_GAP = 2, TABLE_LEAST = 8 };

struct Table {
	guint columns;
	char **heads;
	gboolean *right;
	guint *widths;
	GPtrArray *cells; /* char *, row by row */
};

/* Characters that move the cursor, change the terminal or reorder what is read. */
static gboolean table_is_hostile(gunichar c)
{
	return c < 0x20 || (c >= 0x7f && c < 0xa0) || c == 0x61c || (c >= 0x200b && c <= 0x200f) ||
		(c >= 0x2028 && c <= 0x202e) || (c >= 0x2060 && c <= 0x206f) || c == 0xfeff;
}

char *table_escape(const char *text)
{
	g_autofree char *valid = g_utf8_make_valid(text, -1);
	GString *out = g_string_new(NULL);

	for (const char *p = valid; *p; p = g_utf8_next_char(p)) {
		gunichar c = g_utf8_get_char(p);
		if (c == '\n' || c == '\t')
			g_string_append_c(out, ' ');
		else if (!table_is_hostile(c))
			g_string_append_unichar(out, c);
		else if (c < 0x100)
			g_string_append_printf(out, "\\x%02x", c);
		else
			g_string_append_printf(out, "\\u{%x}", c);
	}
	return g_string_free(out, FALSE);
}

char *table_escape_json(const char *json)
{
	g_autofree char *valid = g_utf8_make_valid(json, -1);
	GString *out = g_string_new(NULL);

	for (const char *p = valid; *p; p = g_utf8_next_char(p)) {
		gunichar c = g_utf8_get_char(p);
		if (c == '\n')
			g_string_append_c(out, ' '); /* between values: inside strings JSON has none */
		else if (table_is_hostile(c))
			g_string_append_printf(out, "\\u%04x", c);
		else
			g_string_append_unichar(out, c);
	}
	return g_string_free(out, FALSE);
}

static guint table_char_width(gunichar c)
{
	return g_unichar_iszerowidth(c) ? 0 : g_unichar_iswide(c) ? 2 : 1;
}

guint table_width(const char *text)
{
	guint width = 0;
	for (const char *p = text; *p; p = g_utf8_next_char(p))
		width += table_char_width(g_utf8_get_char(p));
	return width;
}

Table *table_new(const char *const *columns)
{
	Table *table = g_new0(Table, 1);
	table->columns = g_strv_length((char **)columns);
	table->heads = g_new0(char *, table->columns + 1);
	table->right = g_new0(gboolean, table->columns);
	table->widths = g_new0(guint, table->columns);
	table->cells = g_ptr_array_new_with_free_func(g_free);
	for (guint i = 0; i < table->columns; i++) {
		table->right[i] = columns[i][0] == '>';
		table->heads[i] = table_escape(columns[i] + table->right[i]);
		table->widths[i] = table_width(table->heads[i]);
	}
	return table;
}

void table_free(Table *table)
{
	if (!table)
		return;
	g_strfreev(table->heads);
	g_free(table->right);
	g_free(table->widths);
	g_ptr_array_unref(table->cells);
	g_free(table);
}

void table_add(Table *table, const char *const *cells)
{
	for (guint i = 0; i < table->columns; i++) {
		char *cell = table_escape(cells[i] ? cells[i] : "");
		g_ptr_array_add(table->cells, cell);
		table->widths[i] = MAX(table->widths[i], table_width(cell));
	}
}

guint table_rows(const Table *table)
{
	return table->cells->len / table->columns;
}

/* Takes a column's width from the widest one until the line fits. Owned by the caller. */
static guint *table_fit(const Table *table, guint width)
{
	guint *widths = g_memdup2(table->widths, table->columns * sizeof *widths);
	guint total = (table->columns - 1) * TABLE_GAP;

	for (guint i = 0; i < table->columns; i++)
		total += widths[i];
	while (width > 0 && total > width) {
		guint widest = 0;
		for (guint i = 1; i < table->columns; i++)
			if (!table->right[i] && (table->right[widest] || widths[i] > widths[widest]))
				widest = i;
		if (widths[widest] <= TABLE_LEAST)
			break;
		widths[widest]--;
		total--;
	}
	return widths;
}

static void table_print_cell(const char *text, guint width, gboolean right, gboolean last, FILE *out)
{
	guint need = table_width(text), used = 0;
	gboolean cut = need > width;
	guint room = cut ? width - 1 : width;

	if (right && !cut)
		fprintf(out, "%*s", (int)(width - need), "");
	for (const char *p = text; *p; p = g_utf8_next_char(p)) {
		guint step = table_char_width(g_utf8_get_char(p));
		if (used + step > room)
			break;
		used += step;
		fwrite(p, 1, g_utf8_next_char(p) - p, out);
	}
	if (cut) {
		fputs("…", out);
		used++;
	}
	if (!last)
		fprintf(out, "%*s", (int)(right && !cut ? 0 : width - used) + TABLE_GAP, "");
}

static void table_print_line(const Table *table, char *const *cells, const guint *widths, FILE *out)
{
	for (guint i = 0; i < table->columns; i++)
		table_print_cell(cells[i], widths[i], table->right[i], i + 1 == table->columns, out);
	fputc('\n', out);
}

void table_print(const Table *table, guint width, FILE *out)
{
	g_autofree guint *widths = table_fit(table, width);

	table_print_line(table, table->heads, widths, out);
	for (guint i = 0; i < table->cells->len; i += table->columns)
		table_print_line(table, (char *const *)table->cells->pdata + i, widths, out);
}

guint table_terminal_width(FILE *out)
{
	struct winsize size;
	if (!isatty(fileno(out)) || ioctl(fileno(out), TIOCGWINSZ, &size) != 0)
		return 0;
	return size.ws_col;
}
