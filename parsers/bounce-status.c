#include <string.h>

#include "bounce.h"

/* The delivery-status part (RFC 3464). */

/* Behind "rfc822;" or another type, which is one word (RFC 3464 section 2.1.2); words of a diagnostic that
 * has no type may have semicolons of their own. */
static const char *bounce_untyped(const char *value)
{
	const char *end = value + strcspn(value, " \t;");
	end += strspn(end, " \t");
	return *end == ';' ? end + 1 : value;
}

/* "rfc822; a@b", with or without brackets (RFC 3464 section 2.3.1). */
static const char *bounce_typed_value(Report *report, const char *value)
{
	g_autofree char *text = g_strdup(bounce_untyped(value));
	g_strstrip(text);
	gsize length = strlen(text);
	if (length > 2 && text[0] == '<' && text[length - 1] == '>')
		return report_text_n(report, text + 1, length - 2, REPORT_MAX_VALUE);
	return report_text(report, text, REPORT_MAX_VALUE);
}

static void bounce_field(Report *report, Delivery *delivery, const char *name, const char *value)
{
	if (g_ascii_strcasecmp(name, "Final-Recipient") == 0)
		delivery->recipient = bounce_typed_value(report, value);
	else if (g_ascii_strcasecmp(name, "Original-Recipient") == 0)
		delivery->original_recipient = bounce_typed_value(report, value);
	else if (g_ascii_strcasecmp(name, "X-Actual-Recipient") == 0 && !delivery->recipient)
		delivery->recipient = bounce_typed_value(report, value);
	else if (g_ascii_strcasecmp(name, "Diagnostic-Code") == 0)
		delivery->diagnostic = bounce_typed_value(report, value);
	else if (g_ascii_strcasecmp(name, "Action") == 0) {
		g_autofree char *action = g_ascii_strdown(value, strcspn(value, " \t;("));
		delivery->action = report_text(report, action, 20);
	} else if (g_ascii_strcasecmp(name, "Status") == 0) {
		g_autofree char *status = bounce_status(value);
		delivery->status = report_text(report, status, 20);
	}
}

typedef struct {
	char *name; /* NULL: a blank line, which ends a group */
	char *value;
} StatusField;

static void status_field_free(gpointer data)
{
	StatusField *field = data;
	g_free(field->name);
	g_free(field->value);
	g_free(field);
}

static void status_field_fold(StatusField *field, const char *more)
{
	if (strlen(field->value) > 4 * REPORT_MAX_VALUE)
		return;
	char *longer = g_strconcat(field->value, " ", more, NULL);
	g_free(field->value);
	field->value = longer;
}

/* Unfolded fields of a delivery-status part. */
static GPtrArray *bounce_status_fields(const char *text)
{
	GPtrArray *fields = g_ptr_array_new_with_free_func(status_field_free);
	g_auto(GStrv) lines = g_strsplit(text, "\n", 20 * REPORT_MAX_DELIVERIES);

	for (guint i = 0; lines[i]; i++) {
		gboolean folds = lines[i][0] == ' ' || lines[i][0] == '\t';
		char *line = g_strstrip(lines[i]), *colon = strchr(line, ':');
		StatusField *before = fields->len ? fields->pdata[fields->len - 1] : NULL;
		if (folds && *line && before && before->name) {
			status_field_fold(before, line);
			continue;
		}
		if (*line && !colon)
			continue;
		StatusField *field = g_new0(StatusField, 1);
		if (*line) {
			field->name = g_strchomp(g_strndup(line, colon - line));
			field->value = g_strdup(g_strchug(colon + 1));
		}
		g_ptr_array_add(fields, field);
	}
	return fields;
}

static gboolean bounce_names_recipient(const StatusField *field)
{
	return g_ascii_strcasecmp(field->name, "Final-Recipient") == 0 ||
		g_ascii_strcasecmp(field->name, "Original-Recipient") == 0 ||
		g_ascii_strcasecmp(field->name, "X-Actual-Recipient") == 0;
}

/* The fields from @start to @end are one group; it is a recipient's when it names one. */
static void bounce_read_group(GPtrArray *fields, guint start, guint end, Report *report, const char *mta)
{
	Delivery *delivery = NULL;
	for (guint i = start; i < end && !delivery; i++)
		if (bounce_names_recipient(fields->pdata[i]) && !(delivery = report_add_delivery(report)))
			return;
	for (guint i = start; i < end && delivery; i++) {
		const StatusField *field = fields->pdata[i];
		bounce_field(report, delivery, field->name, field->value);
	}
	if (delivery)
		delivery->reporting_mta = mta;
}

void bounce_read_status(const char *text, Report *report, char **returned_id_out)
{
	g_autoptr(GPtrArray) fields = bounce_status_fields(text);
	const char *mta = NULL;
	guint start = 0;

	for (guint i = 0; i < fields->len; i++) {
		const StatusField *field = fields->pdata[i];
		if (!field->name) {
			bounce_read_group(fields, start, i, report, mta);
			start = i + 1;
		} else if (g_ascii_strcasecmp(field->name, "Reporting-MTA") == 0) {
			mta = bounce_typed_value(report, field->value);
		} else if (g_ascii_strcasecmp(field->name, "X-Original-Message-ID") == 0 &&
			!*returned_id_out) {
			const char *id = field->value + (*field->value == '<');
			*returned_id_out = g_strndup(id, strcspn(id, "> \t"));
		}
	}
	bounce_read_group(fields, start, fields->len, report, mta);
}
