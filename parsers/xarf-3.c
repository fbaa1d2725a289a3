/* XARF 3 in both shapes that are in circulation: flat (SourceIp) and nested (Source{IP,Port}). */

#include <string.h>

#include "domain.h"
#include "xarf.h"

static gboolean is_person(Xarf *xarf, json_t *info)
{
	const char *type = xarf_string(xarf, info, "ReporterType", FALSE);
	return type && !g_ascii_strcasecmp(type, "Person");
}

/* An organisation gives its name and address; a person is reached by his own, if at all. */
static void read_reporter(Xarf *xarf, json_t *root)
{
	json_t *info = xarf_object(xarf, root, "ReporterInfo", TRUE);
	if (!info)
		return;
	gboolean person = is_person(xarf, info);
	const char *name = xarf_string(xarf, info, "ReporterOrg", !person);
	g_autofree char *org = xarf_email(xarf, info, "ReporterOrgEmail", !person);
	g_autofree char *contact = xarf_email(xarf, info, "ReporterContactEmail", FALSE);
	const char *address = org ? org : contact;
	if (person && !name && !address && !xarf_string(xarf, info, "ReporterContactName", FALSE))
		report_malformed(xarf->report, "xarf-reporter");
	if (!name)
		name = xarf_string(xarf, info, "ReporterContactName", FALSE);
	if (!address)
		return;
	xarf->report->reporter = report_text(xarf->report, address, REPORT_MAX_VALUE);
	xarf->report->reporter_name = report_text(xarf->report, name, 200);
	xarf->contact = xarf->report->reporter;
}

static gboolean is_host(const char *text)
{
	g_autofree char *host = text ? domain_normal(text) : NULL;
	return host && strchr(host, '.');
}

/* Whose rights are hurt: he is the complainant, an agent writes for him. */
static void read_complainant(Xarf *xarf, json_t *root)
{
	json_t *info =
		json_object_get(root, "OnBehalfOf") ? xarf_object(xarf, root, "OnBehalfOf", TRUE) : NULL;
	xarf->incident->complainant = xarf->contact ? xarf->contact : xarf->report->from;
	if (!info)
		return;
	g_autofree char *org = xarf_email(xarf, info, "ComplainantOrgEmail", FALSE);
	g_autofree char *contact = xarf_email(xarf, info, "ComplainantContactEmail", FALSE);
	const char *domain = xarf_string(xarf, info, "ComplainantOrgDomain", FALSE);
	if (domain && !is_host(domain))
		report_malformed(xarf->report, "xarf-ComplainantOrgDomain");
	if (org || contact)
		xarf->incident->complainant =
			report_text(xarf->report, org ? org : contact, REPORT_MAX_VALUE);
}

static void read_source(Xarf *xarf, json_t *report)
{
	guint port = xarf_port(xarf, report, "SourcePort");
	json_t *nested = json_object_get(report, "Source") ? xarf_object(xarf, report, "Source", TRUE) : NULL;
	const char *ip = xarf_string(xarf, report, "SourceIp", FALSE);
	if (nested) {
		ip = ip ? ip : xarf_string(xarf, nested, "IP", FALSE);
		port = port ? port : xarf_port(xarf, nested, "Port");
		xarf_accuse_url(xarf, xarf_string(xarf, nested, "URL", FALSE));
	}
	g_autofree char *address = ip ? domain_ip(ip, FALSE) : NULL;
	if (ip && !address)
		report_malformed(xarf->report, "xarf-SourceIp");
	if (address)
		xarf_accuse_source(xarf, address, port);
	else if ((ip = xarf_string(xarf, report, "AttackerIp", FALSE)))
		xarf_accuse_source(xarf, ip, xarf_port(xarf, report, "AttackerPort"));
	static const char *const urls[] = {"SourceUrl", "Url", "SourceURL", "URL"};
	for (guint i = 0; i < G_N_ELEMENTS(urls); i++)
		xarf_accuse_url(xarf, xarf_string(xarf, report, urls[i], FALSE));
	static const char *const hosts[] = {"RpzDomain", "SourceDomain", "Domain"};
	for (guint i = 0; i < G_N_ELEMENTS(hosts); i++) {
		const char *host = xarf_string(xarf, report, hosts[i], FALSE);
		if (host && !is_host(host))
			report_malformed(xarf->report, "xarf-domain");
		xarf_accuse_host(xarf, host);
	}
}

static void check_rest(Xarf *xarf, json_t *report)
{
	static const char *const strings[] = {"InfringedMaterial", "MaterialType", "FileName", "MalwareName",
		"BotnetName", "ServiceName", "ReportSubType"};
	for (guint i = 0; i < G_N_ELEMENTS(strings); i++)
		xarf_string(xarf, report, strings[i], FALSE);
	const char *order = xarf_string(xarf, report, "CourtOrder", FALSE);
	if (order && !strstr(order, "://"))
		report_malformed(xarf->report, "xarf-CourtOrder");
	xarf_check_ip(xarf, report, "DestinationIp");
	xarf_port(xarf, report, "DestinationPort");
	xarf_date(xarf, report, "FirstSeen", FALSE);
	xarf_date(xarf, report, "LastSeen", FALSE);
	json_t *asn = json_object_get(report, "ASN");
	if (asn &&
		(!json_is_number(asn) || json_number_value(asn) < 0 || json_number_value(asn) > G_MAXUINT32))
		report_malformed(xarf->report, "xarf-ASN");
}

static void read_mail(Xarf *xarf, json_t *report)
{
	g_autofree char *from = xarf_email(xarf, report, "SmtpMailFromAddress", FALSE);
	g_autofree char *to = xarf_email(xarf, report, "SmtpRcptToAddress", FALSE);
	const char *subject = xarf_string(xarf, report, "SmtpMessageSubject", FALSE);
	if (from) {
		incident_add_evidence(xarf->report, xarf->incident, EVIDENCE_RETURN_PATH, PROVENANCE_REPORTED,
			from, domain_of_address(from));
		incident_original(xarf->report, xarf->incident)->return_path =
			report_text(xarf->report, from, REPORT_MAX_VALUE);
	}
	if (to)
		report_list_add(xarf->report, incident_original(xarf->report, xarf->incident)->to, to,
			REPORT_MAX_ADDRESSES, "too-many-addresses");
	if (subject)
		incident_original(xarf->report, xarf->incident)->subject =
			report_text(xarf->report, subject, REPORT_MAX_VALUE);
}

static void read_samples(Xarf *xarf, json_t *report)
{
	static const char *const lists[] = {"Samples", "Attachment"};
	for (guint l = 0; l < G_N_ELEMENTS(lists); l++) {
		json_t *list = json_object_get(report, lists[l]), *sample;
		size_t i;
		json_array_foreach(list, i, sample)
		{
			const char *type = json_string_value(json_object_get(sample, "ContentType"));
			json_t *payload = json_object_get(sample, "Payload");
			if (!payload)
				payload = json_object_get(sample, "Data");
			json_t *encoded = json_object_get(sample, "Base64Encoded");
			if (report_full(xarf->report, i, XARF_MAX_SAMPLES, "too-many-samples"))
				break;
			if (type && json_is_string(payload))
				xarf_sample(xarf, type, json_string_value(payload),
					!encoded || json_is_true(encoded));
		}
	}
}

void xarf_read_3(Xarf *xarf, json_t *root)
{
	read_reporter(xarf, root);
	read_complainant(xarf, root);
	json_t *report = xarf_object(xarf, root, "Report", TRUE);
	if (!report)
		return;
	const char *report_class = xarf_string(xarf, report, "ReportClass", TRUE);
	const char *type = xarf_string(xarf, report, "ReportType", TRUE);
	if (!xarf_type_3(report_class, type, &xarf->incident->category))
		report_malformed(xarf->report, "xarf-type");
	xarf->incident->date = xarf_date(xarf, report, "Date", TRUE);
	const char *id = xarf_string(xarf, report, "ReportID", FALSE);
	if (!id)
		id = xarf_string(xarf, report, "ReporterCaseID", FALSE);
	xarf->incident->report_id = report_text(xarf->report, id, REPORT_MAX_VALUE);
	read_source(xarf, report);
	check_rest(xarf, report);
	read_mail(xarf, report);
	if (xarf->incident->category == CATEGORY_SPAM || xarf->incident->category == CATEGORY_PHISHING)
		read_samples(xarf, report);
	report_because(xarf->report, "XARF 3, %s/%s.", report_class ? report_class : "?", type ? type : "?");
}
