#pragma once

/* Notices that machines and abuse teams send, in steps; only notice*.c needs it. */

#include "border.h"
#include "message.h"
#include "report.h"

typedef struct {
	const Border *border;
	Report *report;
	Incident *incident;
	GPtrArray *innocent; /* char *: the sender's domains and ours */
	guint named;         /* culprits named so far */
	gboolean below; /* the closing formula, and something was named above it: the sender's home page may
			   follow */
	gboolean exact; /* in a field for culprits: a private address is meant as it stands */
} Notice;

enum { NOTICE_COLUMNS_MAX = 64 };

/* What a labelled line is for. */
typedef enum {
	LABEL_NONE,
	LABEL_CULPRIT,
	LABEL_INNOCENT, /* the victim, the rights holder's work, the report's own page */
	LABEL_REFERENCE,
	LABEL_DATE,
	LABEL_REPORTER,
	LABEL_CATEGORY,
	LABEL_PORT,
} LabelRole;

/* Role of a line "Label: value"; *value_out: what stands behind the colon, to the line's end. */
LabelRole notice_label(const char *line, gsize length, const char **value_out);
/* The same of a label alone: lower case, words with blanks between. */
LabelRole notice_role(const char *label);
/* Role of a line that heads a list, though it is too long for a label: "IPs that sent spam:". */
LabelRole notice_heading(const char *line, gsize length);
/* How many different labels that only a report has stand in @text. */
guint notice_count_labels(const char *text);
/* How many lines of @text begin with an address or are a URL. */
guint notice_count_listed(const char *text);
/* The number that stands in a subject: "Issue 1234567:", "[CERT-FR #1234]", "(ID: AB12-34)", or NULL. Owned
 * by the caller. */
char *notice_subject_reference(const char *subject);
/* Whether what stands behind a label for it is a number, not an address, a domain or a day. */
gboolean notice_is_reference(const char *value);
/* Names culprits of labelled lines, of lists and of lines that begin with an address. */
void notice_read_lines(Notice *notice, const char *text);
/* What stands behind a label of this role, or in a column of that name. */
void notice_read_value(Notice *notice, LabelRole role, const char *value, gsize length);

typedef struct {
	char separator;
	guint columns;
	LabelRole roles[NOTICE_COLUMNS_MAX];
} NoticeTable;

/* Whether the line names the columns of a table, some of them for culprits. */
gboolean notice_table_head(const char *line, gsize length, NoticeTable *table);
/* Names the culprits of a line of that table; FALSE when it has not as many columns. */
gboolean notice_table_row(Notice *notice, const NoticeTable *table, const char *line, gsize length);
/* Names everything in @text that could be meant. */
void notice_read_all(Notice *notice, const char *text);
/* One thing found; FALSE when it is innocent. */
gboolean notice_accuse(
	Notice *notice, const char *value, const char *host, gboolean host_is_ip, gboolean is_url);

/* Google Safe Browsing's and ACNS' XML between the words of a mail. */
gboolean notice_has_xml(const char *text);
void notice_read_xml(Notice *notice, const char *text);
