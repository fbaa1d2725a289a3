/* XARF 4 (xarf.org, 2026). */

#include <string.h>

#include "domain.h"
#include "xarf.h"

/* reporter{} and sender{}: closed objects of three strings. */
static char *read_contact(Xarf *xarf, json_t *root, const char *key, const char **org_out)
{
	json_t *contact = xarf_object(xarf, root, key, TRUE);
	if (!contact)
		return NULL;
	*org_out = xarf_string(xarf, contact, "org", TRUE);
	const char *name = xarf_string(xarf, contact, "domain", TRUE);
	g_autofree char *domain = name ? domain_normal(name) : NULL;
	if (name && !domain)
		report_malformed(xarf->report, "xarf-domain");
	return xarf_email(xarf, contact, "contact", TRUE);
}

static gboolean is_uuid(const char *text)
{
	return text && g_uuid_string_is_valid(text);
}

static gboolean is_version(const char *text)
{
	if (!text || !g_str_has_prefix(text, "4."))
		return FALSE;
	gsize minor = strspn(text + 2, "0123456789");
	return minor && text[2 + minor] == '.' && g_ascii_isdigit(text[3 + minor]) &&
		!text[3 + minor + strspn(text + 3 + minor, "0123456789")];
}

/* What a type needs beyond the common fields. */
static void check_needs(Xarf *xarf, json_t *root, const char *category, const char *type)
{
	if (!category || !type)
		return;
	if (!strcmp(category, "content"))
		xarf_string(xarf, root, "url", TRUE);
	if (!strcmp(category, "connection"))
		xarf_string(xarf, root, "protocol", TRUE);
	if (!strcmp(category, "messaging")) {
		const char *protocol = xarf_string(xarf, root, "protocol", TRUE);
		if (protocol && !strcmp(protocol, "smtp")) {
			xarf_string(xarf, root, "smtp_from", TRUE);
			if (!strcmp(type, "spam") && !json_object_get(root, "source_port"))
				report_malformed(xarf->report, "xarf-source_port");
		}
	}
	if (!strcmp(type, "copyright"))
		xarf_string(xarf, root, "infringing_url", TRUE);
}

static void check_optional(Xarf *xarf, json_t *root)
{
	json_t *confidence = json_object_get(root, "confidence");
	if (confidence &&
		(!json_is_number(confidence) || json_number_value(confidence) < 0 ||
			json_number_value(confidence) > 1))
		report_malformed(xarf->report, "xarf-confidence");
	json_t *tags = json_object_get(root, "tags"), *tag;
	if (tags && (!json_is_array(tags) || json_array_size(tags) > 20))
		report_malformed(xarf->report, "xarf-tags");
	size_t i;
	json_array_foreach(tags, i, tag) if (!json_is_string(tag) || !strchr(json_string_value(tag), ':'))
		report_malformed(xarf->report, "xarf-tags");
	const char *description = xarf_string(xarf, root, "description", FALSE);
	if (description && g_utf8_strlen(description, -1) > 1000)
		report_malformed(xarf->report, "xarf-description");
	if (json_object_get(root, "_internal"))
		report_malformed(xarf->report, "xarf-_internal"); /* must never be transmitted */
	xarf_check_ip(xarf, root, "destination_ip");
	xarf_port(xarf, root, "destination_port");
	xarf_date(xarf, root, "first_seen", FALSE);
	xarf_date(xarf, root, "last_seen", FALSE);
}

static void read_mail(Xarf *xarf, json_t *root)
{
	const char *subject = xarf_string(xarf, root, "subject", FALSE);
	const char *id = xarf_string(xarf, root, "message_id", FALSE);
	g_autofree char *from = xarf_email(xarf, root, "smtp_from", FALSE);
	g_autofree char *to = xarf_email(xarf, root, "smtp_to", FALSE);
	if (!subject && !id && !from && !to)
		return;
	Original *original = incident_original(xarf->report, xarf->incident);
	original->subject = report_text(xarf->report, subject, REPORT_MAX_VALUE);
	g_autofree char *bare = id ? g_strdup(id + (*id == '<')) : NULL;
	if (bare && *bare && bare[strlen(bare) - 1] == '>')
		bare[strlen(bare) - 1] = 0;
	original->message_id = report_text(xarf->report, bare, REPORT_MAX_VALUE);
	original->return_path = report_text(xarf->report, from, REPORT_MAX_VALUE);
	if (to)
		report_list_add(xarf->report, original->to, to, REPORT_MAX_ADDRESSES, "too-many-addresses");
	if (from)
		incident_add_evidence(xarf->report, xarf->incident, EVIDENCE_RETURN_PATH, PROVENANCE_REPORTED,
			from, domain_of_address(from));
}

static void accuse_list(Xarf *xarf, json_t *list)
{
	size_t i;
	json_t *item;
	json_array_foreach(list, i, item)
	{
		if (report_full(xarf->report, i, REPORT_MAX_URLS, "too-many-urls"))
			return;
		xarf_accuse_url(xarf, json_string_value(item));
	}
}

static void mention_list(Xarf *xarf, json_t *list)
{
	size_t i;
	json_t *item;
	json_array_foreach(list, i, item)
	{
		if (report_full(xarf->report, i, REPORT_MAX_URLS, "too-many-urls"))
			return;
		xarf_mention(xarf, json_string_value(item));
	}
}

/* The source and what it serves are culprits; what it attacked, imitates or talks to is not. */
static void read_culprits(Xarf *xarf, json_t *root)
{
	guint port = xarf_port(xarf, root, "source_port");
	xarf_accuse_source(xarf, xarf_string(xarf, root, "source_identifier", TRUE), port);
	static const char *const urls[] = {"url", "infringing_url"};
	for (guint i = 0; i < G_N_ELEMENTS(urls); i++)
		xarf_accuse_url(xarf, xarf_string(xarf, root, urls[i], FALSE));
	xarf_accuse_host(xarf, xarf_string(xarf, root, "domain", FALSE));
	json_t *indicators = json_object_get(root, "spam_indicators");
	accuse_list(xarf, json_object_get(indicators, "suspicious_links"));
	xarf_mention(xarf, json_string_value(json_object_get(root, "c2_server")));
	mention_list(xarf, json_object_get(root, "c2_communications"));
	mention_list(xarf, json_object_get(root, "downstream_links"));
}

static void read_evidence(Xarf *xarf, json_t *root)
{
	json_t *list = json_object_get(root, "evidence"), *item;
	if (list && !json_is_array(list))
		report_malformed(xarf->report, "xarf-evidence");
	size_t i;
	json_array_foreach(list, i, item)
	{
		const char *type = json_string_value(json_object_get(item, "content_type"));
		const char *payload = json_string_value(json_object_get(item, "payload"));
		if (!type || !payload) {
			report_malformed(xarf->report, "xarf-evidence");
			continue;
		}
		gboolean is_mail = xarf->incident->category == CATEGORY_SPAM ||
			xarf->incident->category == CATEGORY_PHISHING;
		if (report_full(xarf->report, i, XARF_MAX_SAMPLES, "too-many-samples"))
			return;
		if (is_mail)
			xarf_sample(xarf, type, payload, TRUE);
	}
}

void xarf_read_4(Xarf *xarf, json_t *root)
{
	if (!is_version(xarf_string(xarf, root, "xarf_version", TRUE)))
		report_malformed(xarf->report, "xarf-version");
	const char *id = xarf_string(xarf, root, "report_id", TRUE);
	if (!is_uuid(id))
		report_malformed(xarf->report, "xarf-report_id");
	xarf->incident->report_id = report_text(xarf->report, id, REPORT_MAX_VALUE);
	xarf->incident->date = xarf_date(xarf, root, "timestamp", TRUE);
	const char *org = NULL, *sender_org = NULL;
	g_autofree char *contact = read_contact(xarf, root, "reporter", &org);
	g_autofree char *sender = read_contact(xarf, root, "sender", &sender_org);
	if (contact) {
		xarf->report->reporter = report_text(xarf->report, contact, REPORT_MAX_VALUE);
		xarf->report->reporter_name = report_text(xarf->report, org, 200);
	}
	xarf->incident->complainant = xarf->report->reporter;
	/* The drafts of version 4 called it "class". */
	gboolean draft = !json_object_get(root, "category") && json_object_get(root, "class");
	const char *category = xarf_string(xarf, root, draft ? "class" : "category", TRUE);
	const char *type = xarf_string(xarf, root, "type", TRUE);
	if (!xarf_type_4(category, type, &xarf->incident->category))
		report_malformed(xarf->report, "xarf-type");
	check_needs(xarf, root, category, type);
	check_optional(xarf, root);
	read_culprits(xarf, root);
	read_mail(xarf, root);
	read_evidence(xarf, root);
	report_because(xarf->report, "XARF 4, %s/%s.", category ? category : "?", type ? type : "?");
}
