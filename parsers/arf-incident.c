/* The fields of a feedback report and the mail behind them, to one incident. */

#include "arf.h"

#include <string.h>

#include "domain.h"
#include "extract.h"
#include "original.h"

/* More than a billion is no count; PostgreSQL's integer ends soon after. */
enum { INCIDENTS_MAX = 1000000000 };

static void read_source(const ArfFields *fields, Report *report, Incident *incident)
{
	const char *value = arf_field(fields, "Source-IP");
	const char *port = arf_field(fields, "Source-Port");
	if (!value)
		return;
	g_autofree char *address = arf_bare(value);
	guint64 number = port ? g_ascii_strtoull(port, NULL, 10) : 0;
	if (port && (!number || number > G_MAXUINT16))
		report_malformed(report, "source-port");
	incident_set_source(report, incident, address, MIN(number, G_MAXUINT), PROVENANCE_REPORTED);
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

static void accuse_host(const Evidence *evidence, const GPtrArray *innocent, const Border *border,
	Report *report, Incident *incident)
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
	for (guint n = 0; (value = arf_field_nth(fields, "Reported-Domain", n)); n++) {
		g_autofree char *name = arf_bare(value);
		accuse_host(incident_add_evidence(report, incident, EVIDENCE_REPORTED_DOMAIN,
				    PROVENANCE_REPORTED, name, name),
			innocent, border, report, incident);
	}
}

static void read_reported_uris(const ArfFields *fields, const GPtrArray *innocent, const Border *border,
	Report *report, Incident *incident)
{
	const char *value;
	for (guint n = 0; (value = arf_field_nth(fields, "Reported-URI", n)); n++) {
		g_autofree char *uri = arf_bare(value);
		if (!g_ascii_strncasecmp(uri, "mailto:", 7)) {
			uri[7 + strcspn(uri + 7, "?")] = 0;
			accuse_host(incident_add_evidence(report, incident, EVIDENCE_REPORTED_URI,
					    PROVENANCE_REPORTED, uri, domain_of_address(uri)),
				innocent, border, report, incident);
			continue;
		}
		g_autofree char *host = NULL;
		gboolean is_ip = FALSE;
		g_autofree char *url = extract_url(uri, &host, &is_ip);
		Evidence *evidence = incident_add_evidence(
			report, incident, EVIDENCE_REPORTED_URI, PROVENANCE_REPORTED, url ? url : uri, host);
		if (!url)
			continue;
		incident_add_url(report, incident, url);
		if (is_ip)
			incident_add_ip(report, incident, host);
		else
			accuse_host(evidence, innocent, border, report, incident);
	}
}

static void read_sender(const ArfFields *fields, const Border *border, Report *report, Incident *incident)
{
	const char *from = arf_field(fields, "Original-Mail-From");
	g_autofree char *word = from ? arf_bare(from) : NULL;
	g_autofree char *address = word ? domain_address(word) : NULL;
	if (address) {
		incident_add_evidence(report, incident, EVIDENCE_RETURN_PATH, PROVENANCE_REPORTED, address,
			domain_of_address(address));
		incident_original(report, incident)->return_path =
			report_text(report, address, REPORT_MAX_VALUE);
	}
	/* A VERP address outlives providers that cut all headers off. */
	original_add_token(from, border, report, incident, PROVENANCE_REPORTED);
	const char *dkim;
	for (guint n = 0; (dkim = arf_field_nth(fields, "DKIM-Domain", n)); n++) {
		g_autofree char *domain = arf_bare(dkim);
		incident_add_evidence(report, incident, EVIDENCE_DKIM, PROVENANCE_REPORTED, domain, domain);
	}
}

/* "smtp.auth=user@example.org" in the reporter's own results tells the account (SpamExperts). */
static void read_auth_user(const ArfFields *fields, Report *report, Incident *incident)
{
	const char *value;
	for (guint n = 0; (value = arf_field_nth(fields, "Authentication-Results", n)); n++) {
		const char *auth = strstr(value, "smtp.auth=");
		if (!auth)
			continue;
		g_autofree char *user = arf_bare(auth + strlen("smtp.auth="));
		incident_add_evidence(report, incident, EVIDENCE_AUTH_USER, PROVENANCE_REPORTED, user,
			domain_of_address(user));
	}
}

static gint64 find_date(const ArfFields *fields, Message *original, Report *report)
{
	const char *arrival = arf_field(fields, "Arrival-Date"),
		   *received = arf_field(fields, "Received-Date");
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
		"Original-Mail-From", "Arrival-Date", "Reporting-MTA", "Source-IP", "Source-Port",
		"Incidents"};
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
	if (!count || count > INCIDENTS_MAX)
		report_malformed(report, "incidents");
	return CLAMP(count, 1, INCIDENTS_MAX);
}

void arf_read_incident(const ArfFields *fields, Message *original, const Border *border, Report *report,
	Incident *incident, GPtrArray *innocent)
{
	check_repeats(fields, report);
	read_source(fields, report, incident);
	read_sender(fields, border, report, incident);
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
	if (!incident->source_ip) {
		read_typed_source(report->subject, report, incident);
		read_typed_source(report->text, report, incident);
	}
}
