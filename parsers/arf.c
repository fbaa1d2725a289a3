/* Abuse Reporting Format: RFC 5965, 6591, 6692, 6430, 6590, and what is sent under its name. */

#include "arf.h"

#include <string.h>

#include "domain.h"
#include "forward.h"
#include "kinds.h"

enum { TEXT_FIELDS_LEAST = 3 }; /* besides Feedback-Type, to call text a report */

static gboolean is_report_type(const Part *part)
{
	return g_str_has_prefix(part->type, "message/feedback-report") ||
		g_str_has_prefix(part->type, "text/feedback-report");
}

static gboolean has_field_line(const char *text, const char *name)
{
	gsize length = strlen(name);
	for (const char *at = text; at; at = strchr(at, '\n')) {
		at += *at == '\n';
		if (!g_ascii_strncasecmp(at, name, length) && at[length] == ':')
			return TRUE;
	}
	return FALSE;
}

/* Gateways retype the part as a file or as text; the fields are still there. */
static gboolean holds_fields(Part *part)
{
	gsize length;
	if (strcmp(part->type, "application/octet-stream") && strcmp(part->type, "text/plain"))
		return FALSE;
	part_bytes(part, &length);
	if (length > ARF_MAX_BYTES)
		return FALSE;
	const char *text = part_text(part);
	return has_field_line(text, "Feedback-Type") &&
		(has_field_line(text, "User-Agent") || has_field_line(text, "Version"));
}

/* The fields of a report that came as plain text, without its parts: lines together, some of which nothing
 * else has. Bytes of them go to @length_out. */
static const char *fields_in_text(const char *text, gsize *length_out)
{
	static const char *const others[] = {"User-Agent", "Version", "Source-IP", "Original-Mail-From",
		"Original-Rcpt-To", "Reported-Domain", "Arrival-Date", "Received-Date"};
	const char *at = g_str_has_prefix(text, "Feedback-Type:") ? text : strstr(text, "\nFeedback-Type:");
	/* A report that came back as text still has its parts' headers. */
	if (!at || strstr(text, "message/feedback-report"))
		return NULL;
	const char *start = at + (*at == '\n'), *blank = strstr(start, "\n\n");
	while (start > text && !(start[-1] == '\n' && (start - 1 == text || start[-2] == '\n')))
		start--;
	*length_out = blank ? (gsize)(blank - start) : strlen(start);
	g_autofree char *block = g_strndup(start, MIN(*length_out, ARF_MAX_BYTES));
	guint n = 0;
	for (guint i = 0; i < G_N_ELEMENTS(others); i++)
		n += has_field_line(block, others[i]);
	return n >= TEXT_FIELDS_LEAST ? start : NULL;
}

static Part *find_in(Message *message)
{
	GPtrArray *parts = message_parts(message);
	for (guint i = 0; i < parts->len; i++)
		if (is_report_type(parts->pdata[i]))
			return parts->pdata[i];
	/* The first leaf is what people read; a report stands behind it. */
	for (guint i = 2; i < parts->len; i++)
		if (holds_fields(parts->pdata[i]))
			return parts->pdata[i];
	return NULL;
}

Part *arf_find_part(Message *message)
{
	Part *part = find_in(message);
	const char *type = message_header_raw(message, "Content-Type");
	/* A report that bounced is a bounce. */
	if (part || (type && !g_ascii_strncasecmp(type, "multipart/report", 16)) ||
		message_find_part(message, "message/delivery-status") ||
		message_find_part(message, "message/global-delivery-status"))
		return part;
	GPtrArray *parts = message_parts(message);
	for (guint i = 0; i < parts->len; i++) {
		Message *attached = part_attached(parts->pdata[i]);
		part = attached ? message_find_part(attached, "message/feedback-report") : NULL;
		if (part)
			return part;
	}
	return NULL;
}

static ArfFields *read_fields(const char *text, Report *report)
{
	ArfFields *fields = arf_fields_read(text);
	if (arf_fields_were_cut(fields))
		report_malformed(report, "too-many-fields");
	return fields;
}

ArfFields *arf_part_fields(Part *part, Report *report)
{
	return read_fields(part_text(part), report);
}

Message *arf_find_original(Part *part)
{
	GPtrArray *parts = message_parts(part->message);
	guint start = 0;
	while (start < parts->len && parts->pdata[start] != part)
		start++;
	/* Behind the fields, where it belongs; else wherever it is. */
	for (guint i = 0; i < parts->len; i++) {
		Part *candidate = parts->pdata[(start + i) % parts->len];
		Message *original = candidate == part ? NULL : part_attached(candidate);
		if (original)
			return original;
	}
	return NULL;
}

char *arf_feedback_type(const ArfFields *fields)
{
	const char *value = arf_field(fields, "Feedback-Type");
	gsize length = value ? strcspn(value, " \t;(,") : 0;
	return length ? g_ascii_strdown(value, length) : NULL;
}

static const struct {
	const char *type;
	Category category;
} categories[] = {
	{"abuse", CATEGORY_SPAM},
	{"spam", CATEGORY_SPAM},
	{"complaint", CATEGORY_SPAM},
	{"fraud", CATEGORY_FRAUD}, /* "some kind of fraud or phishing activity" */
	{"phishing", CATEGORY_PHISHING},
	{"phish", CATEGORY_PHISHING},
	{"virus", CATEGORY_MALWARE},
	{"malware", CATEGORY_MALWARE},
	{"not-spam", CATEGORY_NOT_SPAM},
	{"notspam", CATEGORY_NOT_SPAM},
	{"not_spam", CATEGORY_NOT_SPAM},
	{"auth-failure", CATEGORY_AUTH_FAILURE},
	{"dmarc", CATEGORY_AUTH_FAILURE}, /* an Auth-Failure value in the wrong field */
	{"dkim", CATEGORY_AUTH_FAILURE},  /* of the drafts before RFC 6591 */
	{"opt-out", CATEGORY_OPT_OUT},
	{"opt-out-list", CATEGORY_OPT_OUT},
	{"unsubscribe", CATEGORY_OPT_OUT},
};

static Category category_of_type(const char *type)
{
	for (guint i = 0; i < G_N_ELEMENTS(categories); i++)
		if (!g_strcmp0(categories[i].type, type))
			return categories[i].category;
	return CATEGORY_OTHER;
}

static void add_innocent(GPtrArray *innocent, const char *address)
{
	const char *domain = address ? domain_of_address(address) : NULL;
	char *normal = domain ? domain_normal(domain) : NULL;
	if (normal && !report_list_has(innocent, normal))
		g_ptr_array_add(innocent, normal);
	else
		g_free(normal);
}

static void explain(const Incident *incident, Report *report, const char *type, gboolean has_original)
{
	report_because(report, "A feedback report (RFC 5965) of type %s, read as %s%s.", type,
		report_category_name(incident->category),
		has_original ? "" : "; the reported mail is not in it");
	if (incident->source_ip)
		report_because(report, "The mail came from %s, %s.", incident->source_ip,
			incident->source_provenance == PROVENANCE_REPORTED ? "says the report"
				: incident->source_provenance == PROVENANCE_ORIGINAL
				? "says the reported mail"
				: "says the text for people");
}

static void read_feedback(const ArfFields *fields, Message *original, const Border *border, Report *report)
{
	g_autofree char *type = arf_feedback_type(fields);
	if (!type)
		report_malformed(report, "no-feedback-type");
	report_set(report, KIND_ARF, DISPOSITION_COMPLAINT, NULL);
	report->feedback_type = report_text(report, type ? type : "abuse", 60);
	const char *provider = report->reporter ? domain_of_address(report->reporter) : NULL;
	g_autoptr(GPtrArray) complainants = arf_complainants(fields, original, provider);
	g_autoptr(GPtrArray) innocent = g_ptr_array_new_with_free_func(g_free);
	for (guint i = 0; i < complainants->len; i++)
		add_innocent(innocent, complainants->pdata[i]);
	add_innocent(innocent, report->reporter);
	Incident *incident = report_add_incident(report, category_of_type(report->feedback_type));
	arf_read_incident(fields, original, border, report, incident, innocent);
	explain(incident, report, report->feedback_type, original != NULL);
	incident->complainant = report_text(report, complainants->pdata[0], REPORT_MAX_VALUE);
	guint32 count = incident->count;
	incident->count = MAX(1, count / complainants->len);
	for (guint i = 1; i < complainants->len; i++) {
		Incident *copy = report_copy_incident(report, incident);
		if (!copy)
			break;
		copy->complainant = report_text(report, complainants->pdata[i], REPORT_MAX_VALUE);
	}
}

static gboolean arf_parse_text(Message *message, const Border *border, Report *report)
{
	gsize length = 0;
	const char *block = fields_in_text(message_text(message), &length);
	g_autofree char *own = g_strndup(block, length), *rest = NULL;
	g_autoptr(ArfFields) fields = read_fields(own, report);
	g_autoptr(GPtrArray) forwards = forward_find(block + length, report, &rest);
	const Forward *forward = forwards->len ? forwards->pdata[0] : NULL;
	report_malformed(report, "arf-without-parts");
	read_feedback(fields, forward ? forward->message : NULL, border, report);
	return TRUE;
}

static gboolean arf_parse(Message *message, const Border *border, Report *report)
{
	Part *part = arf_find_part(message);
	if (!part)
		return arf_parse_text(message, border, report);
	g_autoptr(ArfFields) fields = arf_part_fields(part, report);
	if (part->message != message) {
		/* Forwarded as a file: the report speaks for its own sender. */
		const char *from = message_address(part->message, "From");
		report->reporter = from ? report_text(report, from, REPORT_MAX_VALUE) : report->reporter;
		report->reporter_name = from ? NULL : report->reporter_name;
	}
	read_feedback(fields, arf_find_original(part), border, report);
	return TRUE;
}

static gboolean arf_recognises(Message *message, const Border *border)
{
	gsize length;
	if (arf_find_part(message))
		return TRUE;
	const char *type = message_header_raw(message, "Content-Type");
	gboolean plain = !type || !g_ascii_strncasecmp(type, "text/plain", 10);
	return plain && !message_header_raw(message, "In-Reply-To") &&
		fields_in_text(message_text(message), &length);
}

const Kind arf_kind = {arf_recognises, arf_parse};
