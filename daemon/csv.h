#pragma once

/* A reader of comma-separated values (RFC 4180): quoted fields, "" for a quote, line ends LF or CRLF,
 * a UTF-8 byte-order mark before the first field. One record at a time, whatever the file's size. */

#include <glib.h>
#include <stdio.h>

enum {
	CSV_MAX_RECORD = 1 << 20, /* bytes of one record */
	CSV_MAX_FIELDS = 100,
};

typedef enum {
	CSV_RECORD,
	CSV_BAD, /* this record can't be used, csv_problem() says why; the next one may be read */
	CSV_END,
} CsvState;

typedef struct Csv Csv;

/* @file stays the caller's. */
Csv *csv_new(FILE *file);
void csv_free(Csv *csv);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Csv, csv_free)

/* Reads the next record that is not an empty line. */
CsvState csv_next(Csv *csv);
/* Of the record read last. The line (from 1) it begins in; fields are valid UTF-8 without control
 * characters at their ends, trimmed, and borrowed until the next call; "" beyond the last. */
guint csv_line(const Csv *csv);
guint csv_count(const Csv *csv);
const char *csv_field(const Csv *csv, guint n);
/* Why the record is bad, and in which field (from 1; 0: the whole record). */
const char *csv_problem(const Csv *csv, guint *field_out);
