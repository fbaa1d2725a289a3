#include "kinds.h"

#include <string.h>

#include "evidence.h"
#include "wording.h"

/* Figures of other people's mail servers about our domains: DMARC aggregate reports (RFC 7489 section
 * 7.2) and TLS reports (RFC 8460). Known by names, types and subjects; nothing is ever unpacked. */

/* receiver "!" domain "!" begin "!" end [ "!" id ] "." extension (RFC 7489 section 7.2.1.1, RFC 8460
 * section 5.1): the extension, or NULL. */
static const char *aggregate_name(const char *name)
{
	if (!name)
		return NULL;
	g_auto(GStrv) fields = g_strsplit(name, "!", 6);
	guint count = g_strv_length(fields);
	if (count < 4 || count > 5 || !strchr(fields[0], '.') || !strchr(fields[1], '.'))
		return NULL;
	/* begin and end are seconds since 1970 */
	for (guint i = 2; i < 4; i++) {
		gsize digits = strspn(fields[i], "0123456789");
		if (digits < 8 || digits > 11 || (fields[i][digits] && (i == 2 || fields[i][digits] != '.')))
			return NULL;
	}
	const char *last = strrchr(name, '!');
	const char *dot = strchr(last, '.');
	return dot;
}

static gboolean aggregate_extension(const char *extension, const char *const *allowed)
{
	for (; extension && *allowed; allowed++)
		if (g_ascii_strcasecmp(
			    extension + strlen(extension) - MIN(strlen(extension), strlen(*allowed)),
			    *allowed) == 0)
			return TRUE;
	return FALSE;
}

static const char *const dmarc_extensions[] = {".xml", ".xml.gz", ".gz", ".zip", ".xml.zip", NULL};
static const char *const tls_extensions[] = {".json", ".json.gz", NULL};
static const char *const packed_types[] = {"application/gzip", "application/x-gzip", "application/zip",
	"application/x-zip-compressed", "application/x-zip", "text/xml", "application/xml",
	"application/octet-stream", NULL};

static gboolean aggregate_has_named(Message *message, const char *const *extensions)
{
	GPtrArray *parts = message_parts(message);
	for (guint i = 0; i < parts->len; i++) {
		const Part *part = parts->pdata[i];
		if (aggregate_extension(aggregate_name(part->name), extensions))
			return TRUE;
	}
	return FALSE;
}

static gboolean aggregate_has_packed(Message *message)
{
	GPtrArray *parts = message_parts(message);
	for (guint i = 0; i < parts->len; i++) {
		const Part *part = parts->pdata[i];
		if (g_strv_contains(packed_types, part->type))
			return TRUE;
	}
	return FALSE;
}

/* "Report Domain: d Submitter: s Report-ID: <id>"; spelling and order of words vary. */
static gboolean aggregate_subject(Message *message)
{
	g_autofree char *subject = wording_fold(message_header(message, "Subject"), 1000);
	return g_str_has_prefix(subject, "report domain:") && strstr(subject, "submitter:");
}

static gboolean aggregate_is_tls(Message *message)
{
	g_autofree char *type = wording_fold(message_header_raw(message, "Content-Type"), 1000);
	return strstr(type, "tlsrpt") || message_find_part(message, "application/tlsrpt") ||
		message_header_count(message, "TLS-Report-Domain") ||
		aggregate_has_named(message, tls_extensions);
}

/* "Re:" and "Fwd:" in most languages: a person sends it on and has something to say. */
static gboolean aggregate_is_forwarded(Message *message)
{
	static const Wording prefixes[] = {
		{"fwd:", WORDING_START},
		{"fw:", WORDING_START},
		{"re:", WORDING_START},
		{"aw:", WORDING_START},
		{"wg:", WORDING_START},
		{"tr:", WORDING_START},
		{"rv:", WORDING_START},
		{"vs:", WORDING_START},
		{"sv:", WORDING_START},
		{NULL, WORDING_START},
	};
	g_autofree char *subject = wording_fold(message_header(message, "Subject"), 100);
	return wording_find(prefixes, subject) != NULL;
}

static gboolean dmarc_recognises(Message *message, const Border *border)
{
	if (aggregate_is_tls(message))
		return FALSE;
	return aggregate_has_named(message, dmarc_extensions) ||
		(aggregate_subject(message) && aggregate_has_packed(message));
}

static gboolean aggregate_set(
	Message *message, const Border *border, Report *report, ReportKind kind, const char *reason)
{
	if (evidence_has_mail(message, border))
		return FALSE;
	if (aggregate_is_forwarded(message)) {
		report_because(report, "A person sends an aggregate report on.");
		report_set(report, kind, DISPOSITION_QUARANTINE, "forwarded-aggregate");
	} else {
		report_because(report,
			"An aggregate report by its file name, type or subject; nothing of it was unpacked.");
		report_set(report, kind, DISPOSITION_NOT_COMPLAINT, reason);
	}
	return TRUE;
}

static gboolean dmarc_parse(Message *message, const Border *border, Report *report)
{
	return aggregate_set(message, border, report, KIND_DMARC_AGGREGATE, "dmarc-aggregate");
}

static gboolean tls_recognises(Message *message, const Border *border)
{
	return aggregate_is_tls(message);
}

static gboolean tls_parse(Message *message, const Border *border, Report *report)
{
	return aggregate_set(message, border, report, KIND_TLS_REPORT, "tls-report");
}

const Kind dmarc_aggregate_kind = {dmarc_recognises, dmarc_parse};
const Kind tls_report_kind = {tls_recognises, tls_parse};
