#define _GNU_SOURCE /* strcasestr */
#include "domain.h"
#include "extract.h"
#include "html-entities.h"
#include "notice-private.h"

#include <string.h>

enum { URLS_MAX = 300, VALUE_MAX = 4000 };

/* No XML library: hostile documents, and what is needed are a few texts between tags. */

/* Text of the first element of that name in [@from, @end), or NULL. Owned by the caller. */
static char *element(const char *from, const char *end, const char *name, const char **after_out)
{
	gsize n = strlen(name);
	for (const char *p = from; p < end && (p = memchr(p, '<', end - p)); p++) {
		if (strncmp(p + 1, name, n) != 0 || !strchr("> \t\r\n", p[1 + n]))
			continue;
		const char *open = memchr(p, '>', end - p);
		const char *close = open ? memchr(open, '<', end - open) : NULL;
		if (!close)
			return NULL;
		if (after_out)
			*after_out = close;
		gsize length = MIN(close - open - 1, VALUE_MAX);
		if (length == 0 && g_str_has_prefix(close, "<![CDATA[")) {
			const char *stop = g_strstr_len(close, end - close, "]]>");
			return stop ? g_strstrip(g_strndup(close + 9, MIN(stop - close - 9, VALUE_MAX)))
				    : NULL;
		}
		return html_attribute_text(open + 1, length);
	}
	return NULL;
}

static char *attribute(const char *tag, const char *end, const char *name)
{
	g_autofree char *mark = g_strdup_printf(" %s=", name);
	const char *at = g_strstr_len(tag, end - tag, mark);
	const char *value = at ? at + strlen(mark) : NULL;
	if (!value || (*value != '"' && *value != '\''))
		return NULL;
	const char *close = memchr(value + 1, *value, end - value - 1);
	return close ? html_attribute_text(value + 1, MIN(close - value - 1, VALUE_MAX)) : NULL;
}

static void accuse_url(Notice *notice, const char *text)
{
	gboolean is_ip;
	g_autofree char *host = NULL, *url = text ? extract_url(text, &host, &is_ip) : NULL;
	if (url)
		notice_accuse(notice, url, host, is_ip, TRUE);
}

static void accuse_ip(Notice *notice, const char *text, const char *port)
{
	g_autofree char *ip = text ? domain_ip(text, FALSE) : NULL;
	if (!notice_accuse(notice, ip, ip, TRUE, FALSE))
		return;
	guint64 number = port ? g_ascii_strtoull(port, NULL, 10) : 0;
	incident_set_source(notice->report, notice->incident, ip, number <= G_MAXUINT16 ? number : 0,
		PROVENANCE_REPORTED);
}

/* <notification_message asn=… date=…><list type="phishing"><url_info url=… ip=…/> */
static void read_safe_browsing(Notice *notice, const char *start)
{
	const char *end = start + strlen(start);
	const char *head = memchr(start, '>', end - start);
	g_autofree char *date = head ? attribute(start, head, "date") : NULL;
	if (date)
		notice->incident->date = message_date(date);
	notice->incident->category =
		strcasestr(start, "type=\"malware") || strcasestr(start, "type=\"unwanted")
		? CATEGORY_MALWARE
		: CATEGORY_PHISHING;
	guint n = 0;
	for (const char *tag = strstr(start, "<url_info");
		tag && !report_full(notice->report, n, URLS_MAX, "too-many-urls");
		tag = strstr(tag + 1, "<url_info"), n++) {
		const char *close = memchr(tag, '>', end - tag);
		if (!close)
			break;
		g_autofree char *url = attribute(tag, close, "url"), *ip = attribute(tag, close, "ip");
		accuse_url(notice, url);
		accuse_ip(notice, ip, NULL);
	}
}

static void read_acns_reporter(Notice *notice, const char *start, const char *end)
{
	const char *complainant = g_strstr_len(start, end - start, "<Complainant");
	const char *stop = complainant ? g_strstr_len(complainant, end - complainant, "</Complainant") : NULL;
	if (!stop)
		return;
	g_autofree char *email = element(complainant, stop, "Email", NULL);
	g_autofree char *entity = element(complainant, stop, "Entity", NULL);
	g_autofree char *address = email ? domain_address(email) : NULL;
	if (!address)
		return;
	notice->report->reporter = report_text(notice->report, address, REPORT_MAX_VALUE);
	notice->report->reporter_name = report_text(notice->report, entity, 200);
	notice->incident->complainant = notice->report->reporter;
	g_ptr_array_add(notice->innocent, g_strdup(domain_of_address(address)));
}

/* Automated Copyright Notice System: Case, Complainant, Source, Content. */
static void read_acns(Notice *notice, const char *start)
{
	const char *stop = strstr(start, "</Infringement");
	const char *end = stop ? stop : start + strlen(start);
	const char *source = g_strstr_len(start, end - start, "<Source");
	const char *content = g_strstr_len(start, end - start, "<Content");

	notice->incident->category = CATEGORY_COPYRIGHT;
	read_acns_reporter(notice, start, end);
	g_autofree char *id = element(start, source ? source : end, "ID", NULL);
	if (id)
		notice->incident->report_id = report_text(notice->report, id, 100);
	if (source) {
		const char *close = content && content > source ? content : end;
		g_autofree char *ip = element(source, close, "IP_Address", NULL);
		g_autofree char *port = element(source, close, "Port", NULL);
		g_autofree char *time = element(source, close, "TimeStamp", NULL);
		g_autofree char *name = element(source, close, "DNS_Name", NULL);
		g_autofree char *base = element(source, close, "URL_Base", NULL);
		accuse_ip(notice, ip, port);
		accuse_url(notice, base);
		if (name) {
			g_autofree char *host = domain_normal(name);
			notice_accuse(notice, name, host, FALSE, FALSE);
		}
		notice->incident->date = message_date(time);
	}
	guint n = 0;
	for (const char *p = content; p && !report_full(notice->report, n, URLS_MAX, "too-many-urls"); n++) {
		const char *after = NULL;
		g_autofree char *url = element(p, end, "URL", &after);
		accuse_url(notice, url);
		p = url ? after : NULL;
	}
}

gboolean notice_has_xml(const char *text)
{
	return strstr(text, "<notification_message") ||
		(strstr(text, "<Infringement") && strstr(text, "<Complainant"));
}

void notice_read_xml(Notice *notice, const char *text)
{
	const char *start = strstr(text, "<notification_message");
	notice->exact = TRUE;
	if (start)
		read_safe_browsing(notice, start);
	else if ((start = strstr(text, "<Infringement")))
		read_acns(notice, start);
}
