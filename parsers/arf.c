/* Abuse Reporting Format: RFC 5965, 6591, 6692, 6430, 6590, and what is sent under its name. */

#define _GNU_SOURCE /* strcasestr() */

#include "arf.h"

#include <string.h>

#include "domain.h"
#include "extract.h"
#include "kinds.h"
#include "original.h"

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
	if (part_bytes(part, &length), length < 20 || length > ARF_MAX_BYTES)
		return FALSE;
	const char *text = part_text(part);
	return has_field_line(text, "Feedback-Type") && (has_field_line(text, "User-Agent") || has_field_line(text, "Version"));
}

static Part *find_in(Message *message)
{
	GPtrArray *parts = message_parts(message);
	for (guint i = 0; i < parts->len; i++)
		if (is_report_type(parts->pdata[i]))
			return parts->pdata[i];
	/* The first leaf is what people read; a report stands behind it. */
	for (guint i = 2; i < parts->len && i < 20; i++)
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
		message_find_part(message, "message/delivery-status"))
		return part;
	GPtrArray *parts = message_parts(message);
	for (guint i = 0; i < parts->len && i < 20 && !part; i++) {
		Message *attached = part_attached(parts->pdata[i]);
		const char *inner = attached ? message_header_raw(attached, "Content-Type") : NULL;
		if (inner && strcasestr(inner, "report") && (part = message_find_part(attached, "message/feedback-report")))
			return part;
	}
	return NULL;
}

ArfFields *arf_part_fields(Part *part, Report *report)
{
	ArfFields *fields = arf_fields_read(part_text(part));
	if (arf_fields_were_cut(fields))
		report_malformed(report, "too-many-fields");
	return fields;
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
	return length ? g_ascii_strdown(value, MIN(length, 60)) : NULL;
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

/* A machine field's first word without brackets: "<a@b>", "192.0.2.1 (host.example)". */
static char *bare(const char *value)
{
	value += strspn(value, " \t<[\"");
	return g_strndup(value, strcspn(value, " \t>]\"(,;"));
}

static void add_innocent(GPtrArray *innocent, const char *address)
{
	const char *domain = address ? domain_of_address(address) : NULL;
	char *normal = domain ? domain_normal(domain) : NULL;
	if (normal)
		g_ptr_array_add(innocent, normal);
}

/* "hex@provider" is an address like any other; a word alone is only known to its provider. What stands
 * in angle brackets comes before a name: "undisclosed recipient <redacted@example.net>". */
static char *complainant_of(const char *value, const char *provider)
{
	/* "rfc822;user@example.org", as in a delivery report. */
	if (!g_ascii_strncasecmp(value + strspn(value, " "), "rfc822;", 7))
		value = strchr(value, ';') + 1;
	const char *angle = strchr(value, '<');
	g_autofree char *word = bare(angle ? angle : value);
	char *address = strchr(word, '@') ? domain_address(word) : NULL;
	if (address || !*word)
		return address;
	g_strdelimit(word, "@", '\0');
	return g_strdup_printf("redacted:%.64s@%s", *word ? word : "unknown", provider ? provider : "unknown");
}

static gboolean list_has(const GPtrArray *list, const char *text)
{
	for (guint i = 0; i < list->len; i++)
		if (!g_ascii_strcasecmp(list->pdata[i], text))
			return TRUE;
	return FALSE;
}

/* Several forward-paths stand in fields of their own, or in one behind commas. */
static void split_recipients(GPtrArray *complainants, const char *value, const char *provider)
{
	g_auto(GStrv) items = g_strsplit(value, ",", REPORT_MAX_INCIDENTS + 1);
	for (char **item = items; *item && complainants->len <= REPORT_MAX_INCIDENTS; item++) {
		g_autofree char *complainant = complainant_of(*item, provider);
		if (complainant && !list_has(complainants, complainant))
			g_ptr_array_add(complainants, g_steal_pointer(&complainant));
	}
}

static void recover_recipient(GPtrArray *complainants, Message *original, const char *provider)
{
	static const char *const fields[] = {"X-HmXmrOriginalRecipient", "Delivered-To", "X-Original-To", "Envelope-To",
		"X-Apparently-To", "To"};
	for (guint i = 0; i < G_N_ELEMENTS(fields); i++) {
		if (!message_header_raw(original, fields[i]))
			continue;
		const char *address = message_address(original, fields[i]);
		if (address)
			g_ptr_array_add(complainants, g_strdup(address));
		if (address)
			return;
	}
	const char *to = message_header_raw(original, "To");
	if (to && (strstr(to, "redacted") || strstr(to, "REDACTED")))
		g_ptr_array_add(complainants, complainant_of(to, provider));
}

/* Who complained: one or many; never none, or the report would count for nobody. */
static GPtrArray *find_complainants(const ArfFields *fields, Message *original, const char *provider)
{
	GPtrArray *complainants = g_ptr_array_new_with_free_func(g_free);
	const char *value;
	for (guint n = 0; (value = arf_field_nth(fields, "Original-Rcpt-To", n)); n++)
		split_recipients(complainants, value, provider);
	static const char *const others[] = {"Original-Recipient", "Removal-Recipient"};
	for (guint i = 0; i < G_N_ELEMENTS(others) && !complainants->len; i++)
		if ((value = arf_field(fields, others[i])))
			split_recipients(complainants, strchr(value, ';') ? strchr(value, ';') + 1 : value, provider);
	if (!complainants->len && original)
		recover_recipient(complainants, original, provider);
	if (!complainants->len && (value = arf_field(fields, "Redacted-Address")))
		split_recipients(complainants, value, provider);
	if (!complainants->len)
		g_ptr_array_add(complainants, g_strdup_printf("redacted:unknown@%s", provider ? provider : "unknown"));
	return complainants;
}

static void read_source(const ArfFields *fields, Report *report, Incident *incident)
{
	const char *value = arf_field(fields, "Source-IP");
	const char *port = arf_field(fields, "Source-Port");
	if (!value)
		return;
	g_autofree char *address = bare(value);
	incident_set_source(report, incident, address, port ? g_ascii_strtoull(port, NULL, 10) : 0, PROVENANCE_REPORTED);
	if (!incident->source_ip)
		report_malformed(report, "source-ip");
}

/* The last resort, for nothing else contradicts it (RFC 5965 section 2 (g)): "received from IP 192.0.2.1",
 * "Report for IP 192.0.2.1". */
static void read_typed_source(const char *text, Report *report, Incident *incident)
{
	for (const char *at = text; at && !incident->source_ip && (at = strstr(at, "IP ")); at += 3) {
		if (at > text && g_ascii_isalnum(at[-1]))
			continue;
		const char *word = at + 3;
		if (g_str_has_prefix(word, "address "))
			word += 8;
		gsize length = strspn(word, "[]0123456789abcdefABCDEF.:");
		while (length && strchr(".:", word[length - 1]))
			length--;
		g_autofree char *address = g_strndup(word, MIN(length, 60));
		incident_set_source(report, incident, address, 0, PROVENANCE_TYPED);
	}
}

static gboolean is_innocent(const GPtrArray *innocent, const Border *border, const char *host)
{
	for (guint i = 0; i < innocent->len; i++)
		if (domain_aligned(host, innocent->pdata[i]))
			return TRUE;
	return border_is_our_domain(border, host) || domain_is_mailbox_provider(host);
}

static void accuse_host(const Evidence *evidence, const GPtrArray *innocent, const Border *border, Report *report,
	Incident *incident)
{
	if (evidence && evidence->domain && incident->category < CATEGORY_OPT_OUT &&
		!is_innocent(innocent, border, evidence->domain))
		incident_add_domain(report, incident, evidence->host);
}

/* Reported-Domain: the generator decides what it means (RFC 5965 section 3.3), and often it is the
 * recipient's own provider. */
static void read_reported_domains(const ArfFields *fields, const GPtrArray *innocent, const Border *border,
	Report *report, Incident *incident)
{
	const char *value;
	for (guint n = 0; n < 50 && (value = arf_field_nth(fields, "Reported-Domain", n)); n++) {
		g_autofree char *name = bare(value);
		accuse_host(incident_add_evidence(report, incident, EVIDENCE_REPORTED_DOMAIN, PROVENANCE_REPORTED, name,
				    name),
			innocent, border, report, incident);
	}
}

static void read_reported_uris(const ArfFields *fields, const GPtrArray *innocent, const Border *border,
	Report *report, Incident *incident)
{
	const char *value;
	for (guint n = 0; n < REPORT_MAX_URLS && (value = arf_field_nth(fields, "Reported-URI", n)); n++) {
		g_autofree char *uri = bare(value);
		if (!g_ascii_strncasecmp(uri, "mailto:", 7)) {
			uri[7 + strcspn(uri + 7, "?")] = 0;
			accuse_host(incident_add_evidence(report, incident, EVIDENCE_REPORTED_URI, PROVENANCE_REPORTED, uri,
					    domain_of_address(uri)),
				innocent, border, report, incident);
			continue;
		}
		g_autofree char *host = NULL;
		gboolean is_ip = FALSE;
		g_autofree char *url = extract_url(uri, &host, &is_ip);
		Evidence *evidence = incident_add_evidence(report, incident, EVIDENCE_REPORTED_URI, PROVENANCE_REPORTED,
			url ? url : uri, host);
		if (!url)
			continue;
		incident_add_url(report, incident, url);
		if (is_ip)
			incident_add_ip(report, incident, host);
		else
			accuse_host(evidence, innocent, border, report, incident);
	}
}

static void read_sender(const ArfFields *fields, Report *report, Incident *incident)
{
	const char *from = arf_field(fields, "Original-Mail-From");
	g_autofree char *word = from ? bare(from) : NULL;
	g_autofree char *address = word ? domain_address(word) : NULL;
	if (address) {
		incident_add_evidence(report, incident, EVIDENCE_RETURN_PATH, PROVENANCE_REPORTED, address,
			domain_of_address(address));
		incident_original(report, incident)->return_path = report_text(report, address, REPORT_MAX_VALUE);
	}
	const char *dkim;
	for (guint n = 0; n < 10 && (dkim = arf_field_nth(fields, "DKIM-Domain", n)); n++) {
		g_autofree char *domain = bare(dkim);
		incident_add_evidence(report, incident, EVIDENCE_DKIM, PROVENANCE_REPORTED, domain, domain);
	}
}

/* "smtp.auth=user@example.org" in the reporter's own results tells the account (SpamExperts). */
static void read_auth_user(const ArfFields *fields, Report *report, Incident *incident)
{
	const char *value;
	for (guint n = 0; n < 10 && (value = arf_field_nth(fields, "Authentication-Results", n)); n++) {
		const char *auth = strstr(value, "smtp.auth=");
		if (!auth)
			continue;
		g_autofree char *user = bare(auth + strlen("smtp.auth="));
		incident_add_evidence(report, incident, EVIDENCE_AUTH_USER, PROVENANCE_REPORTED, user,
			domain_of_address(user));
	}
}

static gint64 find_date(const ArfFields *fields, Message *original, Report *report)
{
	const char *arrival = arf_field(fields, "Arrival-Date"), *received = arf_field(fields, "Received-Date");
	if (arrival && received)
		report_malformed(report, "two-dates"); /* RFC 5965 section 3.2 */
	gint64 date = message_date(arrival ? arrival : received);
	if ((arrival || received) && date == REPORT_NO_DATE)
		report_malformed(report, "date");
	const char *hop = original ? message_header_raw(original, "Received") : NULL;
	const char *semicolon = hop ? strrchr(hop, ';') : NULL;
	if (date == REPORT_NO_DATE && semicolon)
		date = message_date(semicolon + 1);
	if (date == REPORT_NO_DATE && original)
		date = message_date(message_header_raw(original, "Date"));
	return date == REPORT_NO_DATE ? report->date : date;
}

/* RFC 5965 section 3.1 and 3.2: once only. The first counts. */
static void check_repeats(const ArfFields *fields, Report *report)
{
	static const char *const once[] = {"Feedback-Type", "User-Agent", "Version", "Original-Envelope-Id",
		"Original-Mail-From", "Arrival-Date", "Reporting-MTA", "Source-IP", "Source-Port", "Incidents"};
	for (guint i = 0; i < G_N_ELEMENTS(once); i++)
		if (arf_field_nth(fields, once[i], 1)) {
			report_malformed(report, "repeated-field");
			return;
		}
}

static guint32 incident_count(const ArfFields *fields, Report *report)
{
	const char *value = arf_field(fields, "Incidents");
	if (!value)
		return 1;
	guint64 count = g_ascii_isdigit(*value) ? g_ascii_strtoull(value, NULL, 10) : 0;
	if (!count || count > G_MAXUINT32)
		report_malformed(report, "incidents");
	/* More than a billion is no count; PostgreSQL's integer ends soon after. */
	return CLAMP(count, 1, 1000000000);
}

static void fill_incident(const ArfFields *fields, Message *original, const Border *border, Report *report,
	Incident *incident, GPtrArray *innocent)
{
	read_source(fields, report, incident);
	read_sender(fields, report, incident);
	read_reported_domains(fields, innocent, border, report, incident);
	read_reported_uris(fields, innocent, border, report, incident);
	read_auth_user(fields, report, incident);
	incident->date = find_date(fields, original, report);
	incident->count = incident_count(fields, report);
	if (original) {
		/* What the mail says itself comes before what is said of it (RFC 5965 section 2 (g)). */
		const char *reported = incident->original ? incident->original->return_path : NULL;
		if (reported && message_address(original, "Return-Path"))
			incident->original->return_path = NULL;
		original_read(original, border, report, incident, PROVENANCE_ORIGINAL, innocent);
		incident->report_id = incident->original->message_id;
	}
}

static void explain(const Incident *incident, Report *report, const char *type, gboolean has_original)
{
	report_because(report, "A feedback report (RFC 5965) of type %s, read as %s%s.", type,
		report_category_name(incident->category), has_original ? "" : "; the reported mail is not in it");
	if (incident->source_ip)
		report_because(report, "The mail came from %s, %s.", incident->source_ip,
			incident->source_provenance == PROVENANCE_REPORTED ? "says the report" :
			incident->source_provenance == PROVENANCE_ORIGINAL ? "says the reported mail" :
									    "says the text for people");
}

static gboolean arf_parse(Message *message, const Border *border, Report *report)
{
	Part *part = arf_find_part(message);
	g_autoptr(ArfFields) fields = arf_part_fields(part, report);
	Message *original = arf_find_original(part);
	g_autofree char *type = arf_feedback_type(fields);
	if (!type)
		report_malformed(report, "no-feedback-type");
	check_repeats(fields, report);
	if (part->message != message) {
		/* Forwarded as a file: the report speaks for its own sender. */
		const char *from = message_address(part->message, "From");
		report->reporter = from ? report_text(report, from, REPORT_MAX_VALUE) : report->reporter;
		report->reporter_name = from ? NULL : report->reporter_name;
	}
	report_set(report, KIND_ARF, DISPOSITION_COMPLAINT, NULL);
	report->feedback_type = report_text(report, type ? type : "abuse", 60);
	const char *provider = report->reporter ? domain_of_address(report->reporter) : NULL;
	g_autoptr(GPtrArray) complainants = find_complainants(fields, original, provider);
	g_autoptr(GPtrArray) innocent = g_ptr_array_new_with_free_func(g_free);
	for (guint i = 0; i < complainants->len && i < 20; i++)
		add_innocent(innocent, complainants->pdata[i]);
	add_innocent(innocent, report->reporter);
	Incident *incident = report_add_incident(report, category_of_type(report->feedback_type));
	fill_incident(fields, original, border, report, incident, innocent);
	if (!incident->source_ip) {
		read_typed_source(report->subject, report, incident);
		read_typed_source(report->text, report, incident);
	}
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
	return TRUE;
}

static gboolean arf_recognises(Message *message, const Border *border)
{
	return arf_find_part(message) != NULL;
}

const Kind arf_kind = {"arf", arf_recognises, arf_parse};
