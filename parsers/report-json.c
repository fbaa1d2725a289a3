/* The report as one line of JSON. Written by hand because it is written for every mail: building
 * a tree of jansson values first took longer than the rest of the report together. */

#include <string.h>

#include "report.h"

/* g_string_append_len() without its way through two more functions: a report is some 300 pieces. */
static inline void put_n(GString *out, const char *text, gsize length)
{
	if (out->allocated_len - out->len <= length) {
		g_string_append_len(out, text, length);
		return;
	}
	memcpy(out->str + out->len, text, length);
	out->len += length;
	out->str[out->len] = 0;
}

/* Inline, so that the length of a literal is known when it is compiled. */
static inline void put(GString *out, const char *text)
{
	put_n(out, text, strlen(text));
}

/* Strings of a report are valid UTF-8 (report_text()); the path of a file need not be. */
static void put_string(GString *out, const char *text)
{
	static const char hex[] = "0123456789abcdef";
	put_n(out, "\"", 1);
	const char *from = text, *at = text;
	for (; *at; at++) {
		guchar c = *at;
		if (c >= 0x20 && c != '"' && c != '\\' && c != 0x7f)
			continue;
		put_n(out, from, at - from);
		from = at + 1;
		char escaped[7] = {'\\', 'u', '0', '0', hex[c >> 4], hex[c & 15], 0};
		put(out,
			c == '"'            ? "\\\""
				: c == '\\' ? "\\\\"
				: c == '\n' ? "\\n"
				: c == '\t' ? "\\t"
					    : escaped);
	}
	put_n(out, from, at - from);
	put_n(out, "\"", 1);
}

static inline void put_value(GString *out, const char *key, const char *text)
{
	put(out, key);
	if (text)
		put_string(out, text);
	else
		put(out, "null");
}

static void put_list(GString *out, const char *key, const GPtrArray *list)
{
	put(out, key);
	g_string_append_c(out, '[');
	for (guint i = 0; list && i < list->len; i++) {
		if (i)
			g_string_append_c(out, ',');
		put_string(out, list->pdata[i]);
	}
	g_string_append_c(out, ']');
}

static void put_number(GString *out, const char *key, guint64 number)
{
	char digits[24], *at = digits + sizeof digits;
	do
		*--at = '0' + number % 10;
	while (number /= 10);
	put(out, key);
	put_n(out, at, digits + sizeof digits - at);
}

static void put_digits(char *to, guint number, guint count)
{
	while (count--) {
		to[count] = '0' + number % 10;
		number /= 10;
	}
}

/* RFC 3339 in UTC. Days to civil date after Howard Hinnant's algorithm: gmtime_r() takes a lock. */
static void put_date(GString *out, const char *key, gint64 date)
{
	if (date == REPORT_NO_DATE) {
		put_value(out, key, NULL);
		return;
	}
	gint64 days = date / 86400, seconds = date % 86400;
	if (seconds < 0) {
		seconds += 86400;
		days--;
	}
	days += 719468;
	gint64 era = (days >= 0 ? days : days - 146096) / 146097;
	guint doe = days - era * 146097;
	guint yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
	guint doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
	guint mp = (5 * doy + 2) / 153;
	guint month = mp < 10 ? mp + 3 : mp - 9;
	gint64 year = yoe + era * 400 + (month <= 2);
	char text[] = "\"0000-00-00T00:00:00Z\"";
	put_digits(text + 1, year, 4);
	put_digits(text + 6, month, 2);
	put_digits(text + 9, doy - (153 * mp + 2) / 5 + 1, 2);
	put_digits(text + 12, seconds / 3600, 2);
	put_digits(text + 15, seconds / 60 % 60, 2);
	put_digits(text + 18, seconds % 60, 2);
	put(out, key);
	put(out, text);
}

static inline void put_tri(GString *out, const char *key, Tri tri)
{
	put(out, key);
	put(out, tri == TRI_UNKNOWN ? "null" : tri == TRI_TRUE ? "true" : "false");
}

static void put_mail(GString *out, const Report *report)
{
	put_value(out, ",\"mail\":{\"message_id\":", report->message_id);
	put_date(out, ",\"date\":", report->date);
	put_value(out, ",\"from\":", report->from);
	put_list(out, ",\"to\":", report->to);
	put_list(out, ",\"delivered_to\":", report->delivered_to);
	put_value(out, ",\"subject\":", report->subject);
	put_value(out, ",\"language\":", report->language);
	put_value(out, ",\"return_path\":", report->null_sender ? "<>" : report->return_path);
	put_value(out, ",\"auto_submitted\":", report->auto_submitted);
	put_list(out, ",\"automatic\":", report->automatic);
	put_list(out, ",\"in_reply_to\":", report->in_reply_to);
	put(out, ",\"auth\":[");
	for (guint i = 0; i < report->auth->len; i++) {
		const AuthResult *auth = report->auth->pdata[i];
		put_value(out, i ? ",{\"method\":" : "{\"method\":", auth->method);
		put_value(out, ",\"result\":", auth->result);
		put_value(out, ",\"domain\":", auth->domain);
		put(out, auth->aligned ? ",\"aligned\":true}" : ",\"aligned\":false}");
	}
	put_list(out, "],\"tokens\":", report->tokens);
	put_value(out, ",\"text\":", report->text);
	put(out, ",\"attachments\":[");
	for (guint i = 0; i < report->attachments->len; i++) {
		const Attachment *attachment = report->attachments->pdata[i];
		put_value(out, i ? ",{\"name\":" : "{\"name\":", attachment->name);
		put_value(out, ",\"type\":", attachment->type);
		put_number(out, ",\"size\":", attachment->size);
		put_value(out, ",\"sha256\":", attachment->sha256);
		g_string_append_c(out, '}');
	}
	put(out, "]}");
}

static const char *const evidence_names[] = {
	[EVIDENCE_FROM] = "from",
	[EVIDENCE_RETURN_PATH] = "return-path",
	[EVIDENCE_DKIM] = "dkim",
	[EVIDENCE_URL] = "url",
	[EVIDENCE_LIST_UNSUBSCRIBE] = "list-unsubscribe",
	[EVIDENCE_REPLY_TO] = "reply-to",
	[EVIDENCE_MESSAGE_ID] = "message-id",
	[EVIDENCE_REPORTED_DOMAIN] = "reported-domain",
	[EVIDENCE_REPORTED_URI] = "reported-uri",
	[EVIDENCE_FEEDBACK_ID] = "feedback-id",
	[EVIDENCE_LIST_ID] = "list-id",
	[EVIDENCE_RECEIVED] = "received",
	[EVIDENCE_AUTH_USER] = "auth-user",
	[EVIDENCE_TYPED] = "typed",
	[EVIDENCE_HELO] = "helo",
	[EVIDENCE_TOKEN] = "token",
};

static const char *const provenance_names[] = {
	[PROVENANCE_REPORTED] = "reported",
	[PROVENANCE_ORIGINAL] = "original",
	[PROVENANCE_QUOTED] = "quoted",
	[PROVENANCE_TYPED] = "typed",
};

static void put_evidence(GString *out, const GPtrArray *list)
{
	put(out, ",\"evidence\":[");
	for (guint i = 0; i < list->len; i++) {
		const Evidence *evidence = list->pdata[i];
		put(out, i ? ",{\"kind\":\"" : "{\"kind\":\"");
		put(out, evidence_names[evidence->kind]);
		put_value(out, "\",\"value\":", evidence->value);
		put_value(out, ",\"host\":", evidence->host);
		put_value(out, ",\"domain\":", evidence->domain);
		put(out, ",\"provenance\":\"");
		put(out, provenance_names[evidence->provenance]);
		put(out, "\"}");
	}
	g_string_append_c(out, ']');
}

static void put_original(GString *out, const Original *original)
{
	if (!original) {
		put(out, ",\"original\":null");
		return;
	}
	put_value(out, ",\"original\":{\"message_id\":", original->message_id);
	put_value(out, ",\"from\":", original->from);
	put_list(out, ",\"to\":", original->to);
	put_value(out, ",\"subject\":", original->subject);
	put_date(out, ",\"date\":", original->date);
	put_value(out, ",\"return_path\":", original->return_path);
	put_value(out, ",\"list_id\":", original->list_id);
	put_value(out, ",\"feedback_id\":", original->feedback_id);
	put_list(out, ",\"dkim_domains\":", original->dkim_domains);
	g_string_append_c(out, '}');
}

static void put_practice(GString *out, const Practice *practice)
{
	put_tri(out, ",\"practice\":{\"list_unsubscribe\":", practice->list_unsubscribe);
	put_tri(out, ",\"one_click\":", practice->one_click);
	put_tri(out, ",\"unsubscribe_link\":", practice->unsubscribe_link);
	put_tri(out, ",\"sender_named\":", practice->sender_named);
	put_tri(out, ",\"contact_given\":", practice->contact_given);
	put_tri(out, ",\"legal_notice\":", practice->legal_notice);
	put_tri(out, ",\"dkim_aligned\":", practice->dkim_aligned);
	put_tri(out, ",\"links_aligned\":", practice->links_aligned);
	g_string_append_c(out, '}');
}

static void put_source(GString *out, const Incident *incident)
{
	if (!incident->source_ip) {
		put(out, ",\"source_ip\":null");
		return;
	}
	put_value(out, ",\"source_ip\":{\"value\":", incident->source_ip);
	if (incident->source_port)
		put_number(out, ",\"port\":", incident->source_port);
	else
		put(out, ",\"port\":null");
	put(out, ",\"provenance\":\"");
	put(out, provenance_names[incident->source_provenance]);
	put(out, "\"}");
}

static void put_incident(GString *out, const Incident *incident)
{
	put_value(out, "{\"category\":", report_category_name(incident->category));
	put_value(out, ",\"report_id\":", incident->report_id);
	put_value(out, ",\"complainant\":", incident->complainant);
	put_number(out, ",\"count\":", incident->count);
	put_date(out, ",\"date\":", incident->date);
	put_source(out, incident);
	put_list(out, ",\"domains\":", incident->domains);
	put_list(out, ",\"urls\":", incident->urls);
	put_list(out, ",\"ips\":", incident->ips);
	put_evidence(out, incident->evidence);
	put_original(out, incident->original);
	put_practice(out, &incident->practice);
	if (!incident->claim_field && !incident->claim_why) {
		put(out, ",\"claim\":null}");
		return;
	}
	put_value(out, ",\"claim\":{\"field\":", incident->claim_field);
	put_value(out, ",\"why\":", incident->claim_why);
	put(out, "}}");
}

static void put_deliveries(GString *out, const GPtrArray *deliveries)
{
	put(out, "],\"deliveries\":[");
	for (guint i = 0; i < deliveries->len; i++) {
		const Delivery *delivery = deliveries->pdata[i];
		put_value(out, i ? ",{\"recipient\":" : "{\"recipient\":", delivery->recipient);
		put_value(out, ",\"original_recipient\":", delivery->original_recipient);
		put_value(out, ",\"action\":", delivery->action);
		put_value(out, ",\"status\":", delivery->status);
		put_value(out, ",\"diagnostic\":", delivery->diagnostic);
		put_value(out, ",\"reporting_mta\":", delivery->reporting_mta);
		put_value(out, ",\"our_message_id\":", delivery->our_message_id);
		g_string_append_c(out, '}');
	}
}

static void put_lines(GString *out, const GPtrArray *lines)
{
	put(out, "],\"lines\":[");
	for (guint i = 0; i < lines->len; i++) {
		const BatchLine *line = lines->pdata[i];
		put_number(out, i ? ",{\"line\":" : "{\"line\":", line->line);
		put_value(out, ",\"domain\":", line->domain);
		put_value(out, ",\"complainant\":", line->complainant);
		put_value(out, ",\"error\":", line->error);
		g_string_append_c(out, '}');
	}
	put(out, "]}");
}

void report_write_json(const Report *report, const char *file, GString *out)
{
	put(out, "{\"schema\":1");
	if (file) {
		g_autofree char *shown = g_utf8_make_valid(file, -1);
		put_value(out, ",\"file\":", shown);
	}
	put_value(out, ",\"kind\":", report_kind_name(report->kind));
	put_value(out, ",\"disposition\":", report_disposition_name(report->disposition));
	put_value(out, ",\"reason\":", report->reason);
	put_list(out, ",\"malformed\":", report->malformed);
	put_mail(out, report);
	if (report->reporter || report->reporter_name) {
		put_value(out, ",\"reporter\":{\"address\":", report->reporter);
		put_value(out, ",\"name\":", report->reporter_name);
		g_string_append_c(out, '}');
	} else {
		put(out, ",\"reporter\":null");
	}
	put_value(out, ",\"feedback_type\":", report->feedback_type);
	put(out, ",\"incidents\":[");
	for (guint i = 0; i < report->incidents->len; i++) {
		if (i)
			g_string_append_c(out, ',');
		put_incident(out, report->incidents->pdata[i]);
	}
	put_deliveries(out, report->deliveries);
	put_lines(out, report->lines);
}
