#pragma once

/* How complaint(1) prints: tables for people, one JSON object per line for programs. Mails are hostile:
 * control characters, and those that turn the direction of writing, never reach a terminal as they are. */

#include <glib.h>
#include <stdio.h>

/* @text with every such character written as \xNN or \u{NNNN}, line ends as spaces. Owned by the caller. */
char *table_escape(const char *text);
/* The same for a JSON document: as \uNNNN, which leaves the values what they are. Owned by the caller. */
char *table_escape_json(const char *json);
/* Columns a terminal needs for @text. */
guint table_width(const char *text);

typedef struct Table Table;

/* @columns: NULL-terminated heads; a '>' before one puts its cells to the right. */
Table *table_new(const char *const *columns);
void table_free(Table *table);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Table, table_free)

/* As many cells as there are columns; NULL is an empty one. Copied and escaped. */
void table_add(Table *table, const char *const *cells);
guint table_rows(const Table *table);
/* @width: cut the longest columns until a line fits; 0: as wide as it gets. */
void table_print(const Table *table, guint width, FILE *out);
/* Width of the terminal behind @out, or 0 when it is none. */
guint table_terminal_width(FILE *out);
