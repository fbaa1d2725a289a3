/* Incidents: what is complained of, who is to blame, and what says so. */

#include <string.h>

#include "domain.h"
#include "report.h"

Incident *report_add_incident(Report *report, Category category)
{
	if (report_full(report, report->incidents->len, REPORT_MAX_INCIDENTS, "too-many-incidents"))
		return NULL;
	Incident *incident = g_new0(Incident, 1);
	incident->category = category;
	incident->count = 1;
	incident->date = REPORT_NO_DATE;
	incident->domains = g_ptr_array_new();
	incident->urls = g_ptr_array_new();
	incident->ips = g_ptr_array_new();
	incident->evidence = g_ptr_array_new_with_free_func(g_free);
	g_ptr_array_add(report->incidents, incident);
	return incident;
}

/* FALSE, and noted, when incidents say too much already. One mail of 2 MB with 200 complainants
 * would else become a report of 400. */
static gboolean take_room(Report *report, gsize bytes)
{
	if (report->said + bytes > REPORT_MAX_SAID) {
		report_malformed(report, "too-much-evidence");
		return FALSE;
	}
	report->said += bytes;
	return TRUE;
}

enum { SAID_ONCE = 100 }; /* keys and punctuation around one piece of evidence, about */

static gsize list_size(const GPtrArray *list)
{
	gsize size = 0;
	for (guint i = 0; i < list->len; i++)
		size += strlen(list->pdata[i]);
	return size;
}

static gsize said_by(const Incident *incident)
{
	gsize size = list_size(incident->urls);
	for (guint i = 0; i < incident->evidence->len; i++)
		size += strlen(((Evidence *)incident->evidence->pdata[i])->value) + SAID_ONCE;
	return size + (incident->original ? list_size(incident->original->to) : 0);
}

static void copy_list(GPtrArray *to, GPtrArray *from)
{
	for (guint i = 0; i < from->len; i++)
		g_ptr_array_add(to, from->pdata[i]);
}

Incident *report_copy_incident(Report *report, const Incident *incident)
{
	Incident *copy = report_add_incident(report, incident->category);
	if (!copy)
		return NULL;
	Incident fresh = *copy;
	*copy = *incident;
	copy->domains = fresh.domains;
	copy->urls = fresh.urls;
	copy->ips = fresh.ips;
	copy->evidence = fresh.evidence;
	copy->original = NULL;
	copy_list(copy->domains, incident->domains);
	copy_list(copy->ips, incident->ips);
	gboolean has_room = take_room(report, said_by(incident));
	if (has_room)
		copy_list(copy->urls, incident->urls);
	for (guint i = 0; has_room && i < incident->evidence->len; i++)
		g_ptr_array_add(copy->evidence, g_memdup2(incident->evidence->pdata[i], sizeof(Evidence)));
	if (incident->original) {
		Original own = *incident_original(report, copy);
		*copy->original = *incident->original;
		copy->original->to = own.to;
		copy->original->dkim_domains = own.dkim_domains;
		if (has_room)
			copy_list(copy->original->to, incident->original->to);
		copy_list(copy->original->dkim_domains, incident->original->dkim_domains);
	}
	return copy;
}

Original *incident_original(Report *report, Incident *incident)
{
	if (!incident->original) {
		incident->original = g_new0(Original, 1);
		incident->original->date = REPORT_NO_DATE;
		incident->original->to = g_ptr_array_new();
		incident->original->dkim_domains = g_ptr_array_new();
	}
	return incident->original;
}

/* Lower-case A-labels, or the canonical address in @ip_out; both NULL for nonsense. */
static char *host_normal(const char *host, char **ip_out)
{
	*ip_out = domain_ip(host, FALSE);
	return *ip_out ? NULL : domain_normal(host);
}

Evidence *incident_add_evidence(Report *report, Incident *incident, EvidenceKind kind, Provenance provenance,
	const char *value, const char *host)
{
	const char *own =
		report_text(report, value, kind == EVIDENCE_URL ? REPORT_MAX_URL : REPORT_MAX_VALUE);
	if (!own)
		return NULL;
	for (guint i = 0; i < incident->evidence->len; i++) {
		Evidence *known = incident->evidence->pdata[i];
		if (known->kind == kind && known->provenance == provenance && !strcmp(known->value, own))
			return known;
	}
	if (report_full(report, incident->evidence->len, REPORT_MAX_EVIDENCE, "too-much-evidence"))
		return NULL;
	if (!take_room(report, strlen(own) + SAID_ONCE))
		return NULL;
	Evidence *evidence = g_new0(Evidence, 1);
	evidence->kind = kind;
	evidence->provenance = provenance;
	evidence->value = own;
	g_autofree char *ip = NULL;
	g_autofree char *normal = host ? host_normal(host, &ip) : NULL;
	if (normal) {
		const char *registrable = domain_registrable(normal);
		evidence->host = g_string_chunk_insert_len(report->strings, normal, strlen(normal));
		evidence->domain = registrable ? evidence->host + (registrable - normal) : NULL;
	} else if (ip) {
		evidence->host = g_string_chunk_insert_len(report->strings, ip, strlen(ip));
	}
	g_ptr_array_add(incident->evidence, evidence);
	return evidence;
}

static void culprit_add(
	Report *report, GPtrArray *list, const char *text, gsize max, guint most, const char *token)
{
	if (report_list_has(list, text) || report_full(report, list->len, most, token))
		return;
	const char *own = report_text(report, text, max);
	if (own && take_room(report, strlen(own)))
		g_ptr_array_add(list, (gpointer)own);
}

void incident_add_domain(Report *report, Incident *incident, const char *host)
{
	if (!host)
		return;
	g_autofree char *ip = NULL;
	g_autofree char *normal = host_normal(host, &ip);
	const char *registrable = normal ? domain_registrable(normal) : NULL;
	if (registrable)
		culprit_add(
			report, incident->domains, registrable, 253, REPORT_MAX_DOMAINS, "too-many-domains");
}

void incident_add_url(Report *report, Incident *incident, const char *url)
{
	if (url)
		culprit_add(report, incident->urls, url, REPORT_MAX_URL, REPORT_MAX_URLS, "too-many-urls");
}

void incident_add_ip(Report *report, Incident *incident, const char *address)
{
	g_autofree char *ip = address ? domain_ip(address, FALSE) : NULL;
	if (ip)
		culprit_add(report, incident->ips, ip, 50, REPORT_MAX_IPS, "too-many-ips");
}

void incident_set_source(
	Report *report, Incident *incident, const char *address, guint port, Provenance provenance)
{
	g_autofree char *ip = address ? domain_ip(address, FALSE) : NULL;
	if (!ip || !strcmp(ip, "0.0.0.0") || !strcmp(ip, "::"))
		return;
	if (incident->source_ip && incident->source_provenance <= provenance)
		return;
	incident->source_ip = report_text(report, ip, 50);
	incident->source_port = port <= G_MAXUINT16 ? port : 0;
	incident->source_provenance = provenance;
}
