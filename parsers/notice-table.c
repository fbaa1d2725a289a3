/* Tables whose first line names the columns, as CERTs and clearing houses send them: commas, semicolons,
 * tabs or bars. The column says whose an address is: "src_ip" is accused, "dst_ip" is not. */

#include "domain.h"
#include "notice-private.h"

#include <string.h>

enum { COLUMN_NAME_MAX = 40, COLUMNS_MIN = 3 };

typedef void (*CellFunc)(guint column, const char *cell, gsize length, gpointer data);

/* Calls @each for every cell, without its quotes and blanks; how many there are. */
static guint split(const char *line, gsize length, char separator, CellFunc each, gpointer data)
{
	guint n = 0;
	for (gsize from = 0; from <= length; n++) {
		gboolean quoted = FALSE;
		gsize to = from;
		for (; to < length && (quoted || line[to] != separator); to++)
			quoted ^= line[to] == '"';
		gsize start = from, end = to;
		while (start < end && strchr(" \t\r\"", line[start]))
			start++;
		while (end > start && strchr(" \t\r\"", line[end - 1]))
			end--;
		each(n, line + start, end - start, data);
		from = to + 1;
	}
	return n;
}

typedef struct {
	NoticeTable *table;
	guint culprits, dates;
	gboolean other; /* a cell that is no name */
} Head;

static void read_name(guint column, const char *cell, gsize length, gpointer data)
{
	Head *head = data;
	g_autofree char *name = g_ascii_strdown(cell, length);
	/* "Format: ASN | IP | Timestamp" */
	char *colon = column == 0 ? strchr(name, ':') : NULL;
	char *start = g_strstrip(g_strdelimit(colon ? colon + 1 : name, "_-", ' '));
	if (length > COLUMN_NAME_MAX || !*start || strpbrk(start, ".:/@|,;"))
		head->other = TRUE;
	if (head->other || column >= NOTICE_COLUMNS_MAX)
		return;
	LabelRole role = notice_role(start);
	head->table->roles[column] = role;
	head->culprits += role == LABEL_CULPRIT;
	head->dates += role == LABEL_DATE;
}

gboolean notice_table_head(const char *line, gsize length, NoticeTable *table)
{
	static const char separators[] = ",;\t|";
	for (const char *separator = separators; *separator; separator++) {
		if (!memchr(line, *separator, length))
			continue;
		*table = (NoticeTable){.separator = *separator};
		Head head = {.table = table};
		table->columns = split(line, length, *separator, read_name, &head);
		if (!head.other && head.culprits && table->columns >= COLUMNS_MIN &&
			table->columns <= NOTICE_COLUMNS_MAX && head.culprits < table->columns)
			return TRUE;
	}
	return FALSE;
}

typedef struct {
	const NoticeTable *table;
	Notice *notice;
} Row;

static void count_cell(guint column, const char *cell, gsize length, gpointer data)
{
}

static void read_cell(guint column, const char *cell, gsize length, gpointer data)
{
	Row *row = data;
	LabelRole role = row->table->roles[column];
	if (role == LABEL_CULPRIT || role == LABEL_DATE)
		notice_read_value(row->notice, role, cell, length);
}

gboolean notice_table_row(Notice *notice, const NoticeTable *table, const char *line, gsize length)
{
	if (split(line, length, table->separator, count_cell, NULL) != table->columns)
		return FALSE;
	Row row = {table, notice};
	split(line, length, table->separator, read_cell, &row);
	return TRUE;
}
