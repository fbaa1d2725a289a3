#include "report.h"

#include <gnutls/crypto.h>
#include <stdarg.h>
#include <string.h>

static const char *const kind_names[] = {
	[KIND_UNREADABLE] = "unreadable",
	[KIND_ARF] = "arf",
	[KIND_XARF] = "xarf",
	[KIND_X_ARF] = "x-arf",
	[KIND_JMRP] = "jmrp",
	[KIND_SPAMCOP] = "spamcop",
	[KIND_NOTICE] = "notice",
	[KIND_BATCH] = "batch",
	[KIND_WEBFORM] = "webform",
	[KIND_HUMAN] = "human",
	[KIND_OPT_OUT] = "opt-out",
	[KIND_BOUNCE] = "bounce",
	[KIND_AUTO_REPLY] = "auto-reply",
	[KIND_RECEIPT] = "receipt",
	[KIND_DMARC_AGGREGATE] = "dmarc-aggregate",
	[KIND_TLS_REPORT] = "tls-report",
	[KIND_REPLY] = "reply",
	[KIND_OWN] = "own",
	[KIND_LIST] = "list",
	[KIND_EMPTY] = "empty",
};

static const char *const category_names[] = {
	[CATEGORY_CHILD_SAFETY] = "child-safety",
	[CATEGORY_AUTHORITY] = "authority",
	[CATEGORY_PHISHING] = "phishing",
	[CATEGORY_MALWARE] = "malware",
	[CATEGORY_BOTNET] = "botnet",
	[CATEGORY_FRAUD] = "fraud",
	[CATEGORY_INTRUSION] = "intrusion",
	[CATEGORY_VULNERABILITY] = "vulnerability",
	[CATEGORY_COPYRIGHT] = "copyright",
	[CATEGORY_TRADEMARK] = "trademark",
	[CATEGORY_WHOIS] = "whois",
	[CATEGORY_SPAM] = "spam",
	[CATEGORY_OTHER] = "other",
	[CATEGORY_OPT_OUT] = "opt-out",
	[CATEGORY_AUTH_FAILURE] = "auth-failure",
	[CATEGORY_NOT_SPAM] = "not-spam",
};

const char *report_kind_name(ReportKind kind)
{
	return kind_names[kind];
}

const char *report_category_name(Category category)
{
	return category_names[category];
}

const char *report_disposition_name(Disposition disposition)
{
	static const char *const names[] = {"complaint", "not-complaint", "quarantine"};
	return names[disposition];
}

static void incident_free(gpointer data)
{
	Incident *incident = data;
	g_ptr_array_unref(incident->domains);
	g_ptr_array_unref(incident->urls);
	g_ptr_array_unref(incident->ips);
	g_ptr_array_unref(incident->evidence);
	if (incident->original) {
		g_ptr_array_unref(incident->original->to);
		g_ptr_array_unref(incident->original->dkim_domains);
		g_free(incident->original);
	}
	g_free(incident);
}

Report *report_new(void)
{
	Report *report = g_new0(Report, 1);
	report->kind = KIND_UNREADABLE;
	report->date = REPORT_NO_DATE;
	report->strings = g_string_chunk_new(8192);
	report->malformed = g_ptr_array_new();
	report->to = g_ptr_array_new();
	report->delivered_to = g_ptr_array_new();
	report->automatic = g_ptr_array_new();
	report->in_reply_to = g_ptr_array_new();
	report->tokens = g_ptr_array_new();
	report->auth = g_ptr_array_new_with_free_func(g_free);
	report->attachments = g_ptr_array_new_with_free_func(g_free);
	report->incidents = g_ptr_array_new_with_free_func(incident_free);
	report->deliveries = g_ptr_array_new_with_free_func(g_free);
	report->lines = g_ptr_array_new_with_free_func(g_free);
	report->because = g_ptr_array_new();
	return report;
}

void report_free(Report *report)
{
	if (!report)
		return;
	GPtrArray *const lists[] = {report->malformed, report->to, report->delivered_to, report->automatic,
		report->in_reply_to, report->tokens, report->auth, report->attachments, report->incidents,
		report->deliveries, report->lines, report->because};
	for (guint i = 0; i < G_N_ELEMENTS(lists); i++)
		g_ptr_array_unref(lists[i]);
	g_string_chunk_free(report->strings);
	g_free(report);
}

/* A character that may be stored and printed: none that ends a line in a header, moves the
 * cursor or turns the reading direction of what stands behind it (U+202A..E, U+2066..9). */
static gunichar printable(gunichar c)
{
	if (c == '\t' || c == '\n')
		return c;
	if (c < 0x20 || (c >= 0x7f && c < 0xa0))
		return c ? ' ' : 0;
	if ((c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069) || c == 0xfeff)
		return 0;
	return c;
}

static gboolean is_plain(const char *bytes, gsize length)
{
	for (gsize i = 0; i < length; i++)
		if ((guchar)bytes[i] >= 0x7f ||
			((guchar)bytes[i] < 0x20 && bytes[i] != '\n' && bytes[i] != '\t'))
			return FALSE;
	return TRUE;
}

static gboolean is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' || c == '\v';
}

/* Cleans character by character; the slow way, for text that is not plain ASCII. */
static const char *clean_text(Report *report, const char *bytes, gsize length, gsize max, gboolean *cut_out)
{
	g_autofree char *valid =
		g_utf8_validate(bytes, length, NULL) ? NULL : g_utf8_make_valid(bytes, length);
	const char *at = valid ? valid : bytes;
	const char *end = at + (valid ? strlen(valid) : length);
	g_autoptr(GString) out = g_string_sized_new(MIN(length, 4 * max) + 1);
	for (gsize n = 0; at < end && n < max;) {
		/* Most of most texts is plain: taken in runs. */
		const char *from = at;
		for (; at < end && n < max && *at >= ' ' && *at < 0x7f && (out->len || *at != ' '); n++)
			at++;
		g_string_append_len(out, from, at - from);
		if (at >= end || n >= max)
			break;
		gunichar c = printable(g_utf8_get_char(at));
		at = g_utf8_next_char(at);
		if (!c || (!out->len && c == ' '))
			continue;
		g_string_append_unichar(out, c);
		n++;
	}
	*cut_out = *cut_out || at < end;
	while (out->len && is_space(out->str[out->len - 1]))
		g_string_truncate(out, out->len - 1);
	return out->len ? g_string_chunk_insert_len(report->strings, out->str, out->len) : NULL;
}

static const char *keep_text(Report *report, const char *bytes, gsize length, gsize max, gboolean *cut_out)
{
	while (length && is_space(*bytes)) {
		bytes++;
		length--;
	}
	while (length && is_space(bytes[length - 1]))
		length--;
	/* Four bytes a character at most: what lies beyond cannot be used. */
	gsize used = MIN(length, 4 * max + 4);
	*cut_out = used < length;
	if (!is_plain(bytes, used)) {
		if (used < length)
			while (used && ((guchar)bytes[used] & 0xc0) == 0x80)
				used--;
		return clean_text(report, bytes, used, max, cut_out);
	}
	*cut_out = length > max;
	used = MIN(used, max);
	while (used && is_space(bytes[used - 1]))
		used--;
	return used ? g_string_chunk_insert_len(report->strings, bytes, used) : NULL;
}

const char *report_text_n(Report *report, const char *bytes, gsize length, gsize max)
{
	gboolean cut = FALSE;
	const char *own = bytes ? keep_text(report, bytes, length, max, &cut) : NULL;
	if (cut)
		report_malformed(report, "long-value");
	return own;
}

const char *report_text(Report *report, const char *text, gsize max)
{
	return text ? report_text_n(report, text, strlen(text), max) : NULL;
}

const char *report_excerpt(Report *report, const char *text, gsize max)
{
	gboolean cut;
	return text ? keep_text(report, text, strlen(text), max, &cut) : NULL;
}

gboolean report_list_has(const GPtrArray *list, const char *text)
{
	for (guint i = 0; i < list->len; i++)
		if (!strcmp(list->pdata[i], text))
			return TRUE;
	return FALSE;
}

void report_list_add(Report *report, GPtrArray *list, const char *text, guint most, const char *limit)
{
	/* A note may come once a line: looked for first, so that a repeat costs no memory. */
	if (!text || report_list_has(list, text) || report_full(report, list->len, most, limit))
		return;
	const char *own = report_text(report, text, REPORT_MAX_VALUE);
	if (own && !report_list_has(list, own))
		g_ptr_array_add(list, (gpointer)own);
}

enum { MALFORMED_MAX = 100 };

void report_malformed(Report *report, const char *token)
{
	if (report_list_has(report->malformed, token) || report->malformed->len > MALFORMED_MAX)
		return;
	/* The last place says that there were more. */
	const char *own = report_excerpt(
		report, report->malformed->len < MALFORMED_MAX ? token : "too-many-faults", REPORT_MAX_VALUE);
	if (own && !report_list_has(report->malformed, own))
		g_ptr_array_add(report->malformed, (gpointer)own);
}

gboolean report_full(Report *report, gsize used, gsize most, const char *limit)
{
	if (used < most)
		return FALSE;
	report_malformed(report, limit);
	return TRUE;
}

void report_because(Report *report, const char *format, ...)
{
	if (report->because->len >= 100)
		return;
	va_list arguments;
	va_start(arguments, format);
	g_autofree char *sentence = g_strdup_vprintf(format, arguments);
	va_end(arguments);
	const char *own = report_excerpt(report, sentence, REPORT_MAX_VALUE);
	if (own)
		g_ptr_array_add(report->because, (gpointer)own);
}

void report_set(Report *report, ReportKind kind, Disposition disposition, const char *reason)
{
	report->kind = kind;
	report->disposition = disposition;
	report->reason = reason;
}

Delivery *report_add_delivery(Report *report)
{
	if (report_full(report, report->deliveries->len, REPORT_MAX_DELIVERIES, "too-many-deliveries"))
		return NULL;
	Delivery *delivery = g_new0(Delivery, 1);
	g_ptr_array_add(report->deliveries, delivery);
	return delivery;
}

BatchLine *report_add_line(Report *report, guint line)
{
	if (report_full(report, report->lines->len, REPORT_MAX_LINES, "too-many-lines"))
		return NULL;
	BatchLine *batch_line = g_new0(BatchLine, 1);
	batch_line->line = line;
	g_ptr_array_add(report->lines, batch_line);
	return batch_line;
}

void report_add_auth(
	Report *report, const char *method, const char *result, const char *domain, gboolean aligned)
{
	if (report_full(report, report->auth->len, 50, "too-many-auth-results"))
		return;
	AuthResult *auth = g_new0(AuthResult, 1);
	auth->method = report_text(report, method, 40);
	auth->result = report_text(report, result, 40);
	auth->domain = report_text(report, domain, 253);
	auth->aligned = aligned;
	g_ptr_array_add(report->auth, auth);
}

void report_add_attachment(
	Report *report, const char *name, const char *type, const guint8 *bytes, gsize size)
{
	if (report_full(report, report->attachments->len, REPORT_MAX_ATTACHMENTS, "too-many-attachments"))
		return;
	Attachment *attachment = g_new0(Attachment, 1);
	attachment->name = report_text(report, name, 255);
	attachment->type = report_text(report, type, 100);
	attachment->size = size;
	/* GnuTLS because GLib's takes as long for a mail as GMime does. */
	guint8 sum[32];
	char hex[65];
	if (gnutls_hash_fast(GNUTLS_DIG_SHA256, bytes, size, sum) == 0) {
		for (guint i = 0; i < sizeof sum; i++) {
			hex[2 * i] = "0123456789abcdef"[sum[i] >> 4];
			hex[2 * i + 1] = "0123456789abcdef"[sum[i] & 15];
		}
		attachment->sha256 = report_text_n(report, hex, 64, 64);
	}
	g_ptr_array_add(report->attachments, attachment);
}
