/* XARF 3 and 4: JSON in a feedback report of type xarf, or as a file of its own. Nothing it
 * points at is ever fetched. */

#define _GNU_SOURCE /* memmem() */

#include "xarf.h"

#include <string.h>

#include "arf.h"
#include "decode.h"
#include "domain.h"
#include "extract.h"
#include "foreign-json.h"
#include "kinds.h"
#include "original.h"

static void wrong(Xarf *xarf, const char *key)
{
	g_autofree char *token = g_strdup_printf("xarf-%s", key);
	report_malformed(xarf->report, token);
}

json_t *xarf_object(Xarf *xarf, json_t *object, const char *key, gboolean required)
{
	json_t *value = json_object_get(object, key);
	if (json_is_object(value))
		return value;
	if (value || required)
		wrong(xarf, key);
	return NULL;
}

const char *xarf_string(Xarf *xarf, json_t *object, const char *key, gboolean required)
{
	json_t *value = json_object_get(object, key);
	const char *text = json_string_value(value);
	if (text && *text)
		return text;
	if (required || (value && !text && !json_is_null(value)))
		wrong(xarf, key);
	return NULL;
}

guint xarf_port(Xarf *xarf, json_t *object, const char *key)
{
	json_t *value = json_object_get(object, key);
	/* Beside a number beyond all bounds integers are read as real ones, too. */
	double port = json_number_value(value);
	if (json_is_number(value) && port >= 0 && port <= G_MAXUINT16 && port == (guint)port)
		return port;
	if (value && !json_is_null(value))
		wrong(xarf, key);
	return 0;
}

char *xarf_email(Xarf *xarf, json_t *object, const char *key, gboolean required)
{
	const char *text = xarf_string(xarf, object, key, required);
	char *address = text ? domain_address(text) : NULL;
	if (text && !address && strcmp(text, "<>"))
		wrong(xarf, key);
	return address;
}

gint64 xarf_date(Xarf *xarf, json_t *object, const char *key, gboolean required)
{
	const char *text = xarf_string(xarf, object, key, required);
	gint64 date = message_date(text);
	if (text && date == REPORT_NO_DATE)
		wrong(xarf, key);
	return date;
}

void xarf_check_ip(Xarf *xarf, json_t *object, const char *key)
{
	const char *text = xarf_string(xarf, object, key, FALSE);
	g_autofree char *ip = text ? domain_ip(text, FALSE) : NULL;
	if (text && !ip)
		wrong(xarf, key);
}

void xarf_accuse_url(Xarf *xarf, const char *text)
{
	if (!text)
		return;
	g_autofree char *host = NULL;
	gboolean is_ip = FALSE;
	g_autofree char *url = extract_url(text, &host, &is_ip);
	if (!url || !host) {
		wrong(xarf, "url");
		return;
	}
	incident_add_evidence(
		xarf->report, xarf->incident, EVIDENCE_REPORTED_URI, PROVENANCE_REPORTED, url, host);
	incident_add_url(xarf->report, xarf->incident, url);
	if (is_ip)
		incident_add_ip(xarf->report, xarf->incident, host);
	else
		incident_add_domain(xarf->report, xarf->incident, host);
}

void xarf_accuse_host(Xarf *xarf, const char *host)
{
	if (!host)
		return;
	incident_add_evidence(
		xarf->report, xarf->incident, EVIDENCE_REPORTED_DOMAIN, PROVENANCE_REPORTED, host, host);
	incident_add_domain(xarf->report, xarf->incident, host);
}

void xarf_accuse_source(Xarf *xarf, const char *identifier, guint port)
{
	if (!identifier)
		return;
	g_autofree char *ip = domain_ip(identifier, FALSE);
	if (ip) {
		incident_set_source(xarf->report, xarf->incident, ip, port, PROVENANCE_REPORTED);
		incident_add_ip(xarf->report, xarf->incident, ip);
	} else if (strstr(identifier, "://")) {
		xarf_accuse_url(xarf, identifier);
	} else {
		g_autofree char *host = domain_normal(identifier);
		if (!host)
			wrong(xarf, "source_identifier");
		xarf_accuse_host(xarf, host);
	}
}

void xarf_mention(Xarf *xarf, const char *text)
{
	if (!text)
		return;
	g_autofree char *host = NULL;
	gboolean is_ip = FALSE;
	g_autofree char *url = strstr(text, "://") ? extract_url(text, &host, &is_ip) : NULL;
	if (!host)
		host = g_strndup(text, strcspn(text, ":/ "));
	incident_add_evidence(xarf->report, xarf->incident,
		url ? EVIDENCE_REPORTED_URI : EVIDENCE_REPORTED_DOMAIN, PROVENANCE_REPORTED, url ? url : text,
		host);
}

static GPtrArray *innocent_of(Xarf *xarf)
{
	GPtrArray *innocent = g_ptr_array_new_with_free_func(g_free);
	const char *const addresses[] = {
		xarf->report->reporter, xarf->report->from, xarf->incident->complainant};
	for (guint i = 0; i < G_N_ELEMENTS(addresses); i++) {
		const char *domain = addresses[i] ? domain_of_address(addresses[i]) : NULL;
		char *normal = domain ? domain_normal(domain) : NULL;
		if (normal)
			g_ptr_array_add(innocent, normal);
	}
	return innocent;
}

void xarf_sample(Xarf *xarf, const char *type, const char *payload, gboolean is_base64)
{
	if (g_ascii_strncasecmp(type, "message/rfc822", 14) &&
		g_ascii_strncasecmp(type, "message/global", 14) &&
		g_ascii_strncasecmp(type, "text/rfc822", 11))
		return;
	g_autoptr(GByteArray) decoded = is_base64 ? decode_base64(payload, strlen(payload)) : NULL;
	const guint8 *bytes = decoded ? decoded->data : (const guint8 *)payload;
	gsize length = decoded ? decoded->len : strlen(payload);
	/* Samples are cut, mangled or plain examples: one that is no mail is no fault of the report. */
	g_autoptr(Report) aside = report_new();
	g_autoptr(Message) message = message_parse(bytes, length, aside);
	if (!message)
		return;
	g_autoptr(GPtrArray) innocent = innocent_of(xarf);
	original_read(message, xarf->border, xarf->report, xarf->incident, PROVENANCE_ORIGINAL, innocent);
}

static json_t *load(Report *report, Part *part)
{
	gsize length;
	const guint8 *bytes = part_bytes(part, &length);
	if (length > XARF_MAX_BYTES) {
		report_malformed(report, "json-too-large");
		return NULL;
	}
	gboolean repaired = FALSE;
	g_autoptr(GString) text = charset_decode((const char *)bytes, length, NULL, &repaired);
	gsize mark = g_str_has_prefix(text->str, "\xef\xbb\xbf") ? 3 : 0;
	return foreign_json(text->str + mark, text->len - mark, report);
}

static gboolean is_json(Part *part)
{
	gsize length = part->name ? strlen(part->name) : 0;
	return g_str_has_prefix(part->type, "application/json") ||
		g_str_has_prefix(part->type, "application/xarf") ||
		(length > 5 && !g_ascii_strcasecmp(part->name + length - 5, ".json"));
}

static gboolean has_word(const guint8 *bytes, gsize length, const char *word)
{
	return memmem(bytes, length, word, strlen(word)) != NULL;
}

static gboolean looks_like_xarf(Part *part)
{
	gsize length;
	const guint8 *bytes = part_bytes(part, &length);
	return has_word(bytes, length, "\"xarf_version\"") ||
		(has_word(bytes, length, "\"ReporterInfo\"") && has_word(bytes, length, "\"Report\""));
}

/* The report part when its type is xarf, or NULL. */
static Part *xarf_part(Message *message)
{
	Part *part = arf_find_part(message);
	if (!part)
		return NULL;
	g_autoptr(ArfFields) fields = arf_fields_read(part_text(part));
	g_autofree char *type = arf_feedback_type(fields);
	return type && !strcmp(type, "xarf") ? part : NULL;
}

static gboolean xarf_recognises(Message *message, const Border *border)
{
	GPtrArray *parts = message_parts(message);
	for (guint i = 0; i < parts->len; i++)
		if (is_json(parts->pdata[i]) && looks_like_xarf(parts->pdata[i]))
			return TRUE;
	return xarf_part(message) != NULL;
}

static void read_document(json_t *root, const Border *border, Report *report)
{
	if (!json_is_object(root)) {
		report_malformed(report, "json");
		return;
	}
	Xarf xarf = {report, report_add_incident(report, CATEGORY_OTHER), border, NULL};
	if (!xarf.incident)
		return;
	if (json_object_get(root, "xarf_version"))
		xarf_read_4(&xarf, root);
	else
		xarf_read_3(&xarf, root);
	if (!json_object_get(root, "xarf_version") && !json_object_get(root, "Version"))
		report_malformed(report, "xarf-version");
	if (xarf.incident->date == REPORT_NO_DATE)
		xarf.incident->date = report->date;
	/* Nothing of what such a report shows is to be kept or shown. */
	if (xarf.incident->category == CATEGORY_CHILD_SAFETY)
		report->text = NULL;
}

static gboolean xarf_parse(Message *message, const Border *border, Report *report)
{
	Part *envelope = xarf_part(message);
	/* A report that was forwarded as a file has its JSON beside it, in there. */
	GPtrArray *parts = message_parts(envelope ? envelope->message : message);
	guint documents = 0;
	report_set(report, KIND_XARF, DISPOSITION_COMPLAINT, NULL);
	report->feedback_type = envelope ? "xarf" : NULL;
	for (guint i = 0; i < parts->len; i++) {
		if (!is_json(parts->pdata[i]))
			continue;
		if (report_full(report, documents, XARF_MAX_REPORTS, "too-many-reports"))
			break;
		json_t *root = load(report, parts->pdata[i]), *item;
		size_t n;
		documents++;
		if (root && !json_is_array(root))
			read_document(root, border, report);
		json_array_foreach(root, n, item)
		{
			if (report_full(report, n, XARF_MAX_REPORTS, "too-many-reports"))
				break;
			read_document(item, border, report);
		}
		json_decref(root);
	}
	if (!documents)
		report_malformed(report, "xarf-json-missing");
	return TRUE;
}

const Kind xarf_kind = {xarf_recognises, xarf_parse};
