/* X-ARF 0.1 and 0.2: flat "Key: value" lines that call themselves YAML. Read line by line: no YAML
 * library should meet hostile YAML. Schema-URL is never fetched. */

#include <string.h>

#include "arf-fields.h"
#include "domain.h"
#include "extract.h"
#include "kinds.h"
#include "original.h"

enum { PARTS_MAX = 50 }; /* of a mail, looked at for reports */

static const char *const marks[] = {"X-ARF", "X-XARF", "X-X-ARF"};

static const char *mark_of(Message *message)
{
	for (guint i = 0; i < G_N_ELEMENTS(marks); i++) {
		const char *value = message_header_raw(message, marks[i]);
		if (value)
			return value;
	}
	return NULL;
}

static gboolean is_report_name(const char *name)
{
	static const char *const names[] = {
		"report.txt", "report.yaml", "report.yml", "xarf.yaml", "x-arf.txt"};
	for (guint i = 0; name && i < G_N_ELEMENTS(names); i++)
		if (!g_ascii_strcasecmp(names[i], name))
			return TRUE;
	return FALSE;
}

static gboolean holds_report(Part *part)
{
	gsize length;
	if (part->is_multipart ||
		(!g_str_has_prefix(part->type, "text/") && strcmp(part->type, "application/octet-stream") &&
			!g_str_has_prefix(part->type, "application/x-yaml") &&
			!g_str_has_prefix(part->type, "application/yaml")))
		return FALSE;
	if (part_bytes(part, &length), !length || length > ARF_MAX_BYTES)
		return FALSE;
	const char *text = part_text(part);
	return strstr(text, "Reported-From:") && strstr(text, "Report-Type:") && strstr(text, "Category:");
}

/* A file of any name that has what nothing else has. */
static gboolean holds_whole_report(Part *part)
{
	return part->name && strstr(part_text(part), "\nSource:") &&
		strstr(part_text(part), "\nSource-Type:") && strstr(part_text(part), "\nReport-ID:");
}

/* By header; without one (a relay dropped it) by the file's name and what it holds. The first at or behind
 * *next. */
static Part *find_report(Message *message, guint *next, Report *report)
{
	GPtrArray *parts = message_parts(message);
	gboolean marked = mark_of(message) != NULL;
	while (*next < parts->len && !report_full(report, *next, PARTS_MAX, "too-many-reports")) {
		Part *part = parts->pdata[(*next)++];
		if (holds_report(part) && (marked || is_report_name(part->name) || holds_whole_report(part)))
			return part;
	}
	return NULL;
}

static gboolean x_arf_recognises(Message *message, const Border *border)
{
	guint next = 0;
	g_autoptr(Report) aside = report_new();
	return find_report(message, &next, aside) != NULL;
}

/* Category and Report-Type are free text in practice; the first row whose word stands in the type. */
static const struct {
	const char *word;
	Category category;
} types[] = {
	{"phish", CATEGORY_PHISHING},
	{"malware", CATEGORY_MALWARE},
	{"virus", CATEGORY_MALWARE},
	{"trojan", CATEGORY_MALWARE},
	{"botnet", CATEGORY_BOTNET},
	{"bot-infection", CATEGORY_BOTNET},
	{"regbot", CATEGORY_INTRUSION},
	{"infect", CATEGORY_BOTNET},
	{"login", CATEGORY_INTRUSION},
	{"attack", CATEGORY_INTRUSION},
	{"scan", CATEGORY_INTRUSION},
	{"brute", CATEGORY_INTRUSION},
	{"harvest", CATEGORY_INTRUSION},
	{"rfi", CATEGORY_INTRUSION},
	{"hack", CATEGORY_INTRUSION},
	{"ddos", CATEGORY_INTRUSION},
	{"vuln", CATEGORY_VULNERABILITY},
	{"open-", CATEGORY_VULNERABILITY},
	{"copyright", CATEGORY_COPYRIGHT},
	{"trademark", CATEGORY_TRADEMARK},
	{"fraud", CATEGORY_FRAUD},
	{"spam", CATEGORY_SPAM},
	{"opt-out", CATEGORY_OPT_OUT},
};

static Category category_of(const ArfFields *fields)
{
	const char *type = arf_field(fields, "Report-Type"), *group = arf_field(fields, "Category");
	g_autofree char *lower = g_ascii_strdown(type ? type : "", -1);
	for (guint i = 0; i < G_N_ELEMENTS(types); i++)
		if (strstr(lower, types[i].word))
			return types[i].category;
	if (group && !g_ascii_strcasecmp(group, "fraud"))
		return CATEGORY_FRAUD;
	return CATEGORY_OTHER;
}

/* "http: //example.org/": relays break long words at the colon. */
static char *mend_url(const char *source)
{
	g_autofree char *own = g_strdup(source);
	char *broken = strstr(own, ": //");
	if (broken)
		memmove(broken + 1, broken + 2, strlen(broken + 2) + 1);
	own[strcspn(own, " \t")] = 0;
	return g_steal_pointer(&own);
}

static void accuse_url(Report *report, Incident *incident, const char *source)
{
	g_autofree char *mended = mend_url(source);
	g_autofree char *host = NULL;
	gboolean is_ip = FALSE;
	g_autofree char *url = extract_url(mended, &host, &is_ip);
	if (!url || !host) {
		report_malformed(report, "x-arf-source");
		return;
	}
	incident_add_evidence(report, incident, EVIDENCE_REPORTED_URI, PROVENANCE_REPORTED, url, host);
	incident_add_url(report, incident, url);
	if (is_ip)
		incident_add_ip(report, incident, host);
	else
		incident_add_domain(report, incident, host);
}

static void read_source(const ArfFields *fields, Report *report, Incident *incident)
{
	const char *source = arf_field(fields, "Source");
	if (!source)
		return;
	source += strspn(source, "'\""); /* as YAML may quote it */
	/* What it is shows in itself; Source-Type is often wrong. */
	g_autofree char *word = g_strndup(source, strcspn(source, " \t,;'\""));
	g_autofree char *ip = domain_ip(word, FALSE);
	g_autofree char *host = ip ? NULL : domain_normal(word);
	if (ip) {
		/* "Port" is mostly that of the service attacked; only Source-Port is the client's. */
		const char *own = arf_field(fields, "Source-Port");
		guint64 port = own ? g_ascii_strtoull(own, NULL, 10) : 0;
		incident_set_source(report, incident, ip, MIN(port, G_MAXUINT), PROVENANCE_REPORTED);
		incident_add_ip(report, incident, ip);
	} else if (strstr(source, "://") || strstr(source, ": //")) {
		accuse_url(report, incident, source);
	} else if (host && domain_registrable(host)) {
		incident_add_evidence(
			report, incident, EVIDENCE_REPORTED_DOMAIN, PROVENANCE_REPORTED, host, host);
		incident_add_domain(report, incident, host);
	} else {
		report_malformed(report, "x-arf-source");
	}
	const char *link = arf_field(fields, "Download-Link");
	if (link && (strstr(link, "://") || strstr(link, ": //")))
		accuse_url(report, incident, link);
}

static void check_required(const ArfFields *fields, Report *report)
{
	static const char *const required[] = {"Reported-From", "Category", "Report-Type", "Report-ID",
		"Date", "Source", "Source-Type", "Attachment", "Schema-URL"};
	for (guint i = 0; i < G_N_ELEMENTS(required); i++) {
		if (arf_field(fields, required[i]))
			continue;
		g_autofree char *lower = g_ascii_strdown(required[i], -1);
		g_autofree char *token = g_strconcat("x-arf-", lower, NULL);
		report_malformed(report, token);
	}
}

/* Who made this report, or who sent the mail; the first of several speaks for all. */
static const char *read_reporter(const ArfFields *fields, Report *report)
{
	const char *value = arf_field(fields, "Reported-From");
	const char *open = value ? strchr(value, '<') : NULL;
	g_autofree char *word =
		value ? g_strndup(open ? open + 1 : value, strcspn(open ? open + 1 : value, "> \t")) : NULL;
	g_autofree char *address = word ? domain_address(word) : NULL;
	if (value && !address)
		report_malformed(report, "x-arf-reported-from");
	if (!address)
		return report->from;
	const char *complainant = report_text(report, address, REPORT_MAX_VALUE);
	if (!report->incidents->len && g_strcmp0(address, report->reporter)) {
		report->reporter = complainant;
		report->reporter_name = NULL;
	}
	return complainant;
}

/* The mail attached to a report: behind it, before the next; of a lone report wherever it stands. */
static Message *find_attached(Message *message, guint from, Report *report)
{
	GPtrArray *parts = message_parts(message);
	const Part *own = parts->pdata[from - 1], *next = find_report(message, &(guint){from}, report);
	gboolean alone = !next && report->incidents->len == 1;
	for (guint i = alone ? 0 : from; i < parts->len && i < PARTS_MAX && parts->pdata[i] != next; i++) {
		Message *attached = parts->pdata[i] == own ? NULL : part_attached(parts->pdata[i]);
		if (attached)
			return attached;
	}
	return NULL;
}

static void read_original(Message *original, const Border *border, Report *report, Incident *incident)
{
	g_autoptr(GPtrArray) innocent = g_ptr_array_new_with_free_func(g_free);
	const char *const addresses[] = {
		incident->complainant, report->from, message_address(original, "Delivered-To")};
	for (guint i = 0; i < G_N_ELEMENTS(addresses); i++) {
		const char *domain = addresses[i] ? domain_of_address(addresses[i]) : NULL;
		char *normal = domain ? domain_normal(domain) : NULL;
		if (normal)
			g_ptr_array_add(innocent, normal);
	}
	original_read(original, border, report, incident, PROVENANCE_ORIGINAL, innocent);
}

static guint32 occurrences(const ArfFields *fields)
{
	const char *value = arf_field(fields, "Occurrences");
	guint64 count = value && g_ascii_isdigit(*value) ? g_ascii_strtoull(value, NULL, 10) : 1;
	return CLAMP(count, 1, 1000000000);
}

/* @behind: index of the part that follows it. */
static void read_report(Message *message, Part *part, guint behind, const Border *border, Report *report)
{
	g_autoptr(ArfFields) fields = arf_fields_read(part_text(part));
	check_required(fields, report);
	const char *complainant = read_reporter(fields, report);
	Incident *incident = report_add_incident(report, category_of(fields));
	if (!incident)
		return;
	const char *id = arf_field(fields, "Report-ID");
	g_autofree char *bare = id ? g_strndup(id + (*id == '<'), strcspn(id + (*id == '<'), ">")) : NULL;
	incident->report_id = report_text(report, bare, REPORT_MAX_VALUE);
	incident->complainant = complainant;
	incident->count = occurrences(fields);
	incident->date = message_date(arf_field(fields, "Date"));
	if (incident->date == REPORT_NO_DATE) {
		report_malformed(report, "x-arf-date");
		incident->date = report->date;
	}
	read_source(fields, report, incident);
	Message *original = find_attached(message, behind, report);
	if (original && (incident->category == CATEGORY_SPAM || incident->category == CATEGORY_PHISHING))
		read_original(original, border, report, incident);
	const char *type = arf_field(fields, "Report-Type");
	report_because(report, "X-ARF (%s), type \"%s\".",
		mark_of(message) ? mark_of(message) : "by what its file holds", type ? type : "?");
}

static gboolean x_arf_parse(Message *message, const Border *border, Report *report)
{
	guint next = 0;
	report_set(report, KIND_X_ARF, DISPOSITION_COMPLAINT, NULL);
	/* A batch has a file for each. */
	for (Part *part; (part = find_report(message, &next, report));)
		read_report(message, part, next, border, report);
	return TRUE;
}

const Kind x_arf_kind = {x_arf_recognises, x_arf_parse};
