/* SpamCop's reports: https://www.spamcop.net, "[SpamCop (192.0.2.1) id:1234]subject". */

#include "category.h"
#include "domain.h"
#include "extract.h"
#include "forward.h"
#include "kinds.h"
#include "original.h"

#include <string.h>

enum { NAMES_MAX = 100, HEAD_MAX = 4000 };

/* "[SpamCop] summary report", "[SpamCop] Alert": addresses, each in a line of its own. */
static gboolean is_summary(Message *message)
{
	const char *subject = message_header(message, "Subject");
	return subject && g_ascii_strncasecmp(subject + strspn(subject, " "), "[SpamCop] ", 10) == 0;
}

/* "203.0.113.31 : Mar 2 2026 08h: 12 reports, 3 trap hits" */
static void read_summary(Report *report, Incident *incident, const char *text)
{
	guint64 reports = 0;
	for (const char *line = text; *line; line += strcspn(line, "\n"), line += *line == '\n') {
		line += strspn(line, " \t*-");
		g_autofree char *word = g_strndup(line, strcspn(line, " \t\r\n,;("));
		g_autofree char *ip = *word ? domain_ip(word, FALSE) : NULL;
		if (!ip)
			continue;
		incident_add_ip(report, incident, ip);
		g_autofree char *rest = g_strndup(line, strcspn(line, "\n"));
		const char *after = rest + strlen(word), *mark = strstr(after, " report");
		while (mark && mark > after && g_ascii_isdigit(mark[-1]))
			mark--;
		reports += mark ? g_ascii_strtoull(mark, NULL, 10) : 0;
	}
	incident->count = CLAMP(reports, 1, 1000000);
	if (incident->ips->len == 1)
		incident_set_source(report, incident, incident->ips->pdata[0], 0, PROVENANCE_REPORTED);
}

/* "[SpamCop (…) id:…]", or the program's own line with the words it always has. */
static gboolean spamcop_recognises(Message *message, const Border *border)
{
	const char *subject = message_header(message, "Subject");
	if (subject && g_str_has_prefix(subject + strspn(subject, " "), "[SpamCop ("))
		return TRUE;
	if (is_summary(message))
		return TRUE;
	const char *text = message_text(message);
	g_autofree char *head = g_strndup(text, MIN(strlen(text), HEAD_MAX));
	return strstr(head, "- SpamCop V") &&
		(strstr(head, "spamcop.net/w3m?i=z") || strstr(head, "Offending message"));
}

static char *number_after(const char *text, const char *mark)
{
	const char *at = text ? strstr(text, mark) : NULL;
	gsize length = at ? strspn(at + strlen(mark), "0123456789") : 0;
	return length ? g_strndup(at + strlen(mark), length) : NULL;
}

/* The id is in the subject; else in the link "i=z1234z…", else before the Message-ID's dot. */
static char *report_id(Message *message, const Report *report, const char *text)
{
	char *id = number_after(message_header(message, "Subject"), "id:");
	if (!id)
		id = number_after(text, "spamcop.net/w3m?i=z");
	if (!id && report->message_id) {
		gsize length = strspn(report->message_id, "0123456789");
		id = length > 3 ? g_strndup(report->message_id, length) : NULL;
	}
	return id;
}

static void read_source(Report *report, Incident *incident, Message *message, const char *head)
{
	const char *subject = message_header(message, "Subject");
	const char *open = subject ? strstr(subject, "[SpamCop (") : NULL;
	if (open) {
		g_autofree char *inside = g_strndup(open + 10, strcspn(open + 10, ")"));
		g_autofree char *ip = domain_ip(inside, FALSE);
		incident_set_source(report, incident, ip, 0, PROVENANCE_REPORTED);
	}
	/* "Email from 192.0.2.31 / Sun, 11 Aug 2024 00:11:15 -0700" */
	const char *from = strstr(head, "Email from ");
	if (!from)
		from = strstr(head, "email from ");
	if (!from)
		return;
	from += strlen("Email from ");
	g_autofree char *line = g_strndup(from, strcspn(from, "\n"));
	g_autofree char *word = g_strndup(line, strcspn(line, " /"));
	g_autofree char *ip = domain_ip(word, FALSE);
	incident_set_source(report, incident, ip, 0, PROVENANCE_REPORTED);
	const char *slash = strstr(line, " / ");
	if (slash)
		incident->date = message_date(slash + 3);
}

/* "Spamvertised web site: http://…": what is named above the offending message. */
static guint read_names(Report *report, Incident *incident, const char *head)
{
	g_autoptr(GPtrArray) found = extract_all(head, strlen(head), NAMES_MAX);
	report_full(report, found->len, NAMES_MAX, "too-many-names");
	guint named = 0;
	for (guint i = 0; i < found->len; i++) {
		const Found *one = found->pdata[i];
		/* ".../w3m?i=z…" is the report itself */
		if (one->kind != FOUND_URL || !one->host || strstr(one->value, "/w3m?i=z") ||
			(!one->host_is_ip && domain_is_plumbing(one->host)))
			continue;
		incident_add_evidence(
			report, incident, EVIDENCE_REPORTED_URI, PROVENANCE_REPORTED, one->value, one->host);
		incident_add_url(report, incident, one->value);
		if (one->host_is_ip)
			incident_add_ip(report, incident, one->host);
		else
			incident_add_domain(report, incident, one->host);
		named++;
	}
	return named;
}

/* Below "Offending message:" come its headers and body as text, recipients made unreadable. */
static void read_offending(Report *report, Incident *incident, const Border *border, const char *offending,
	GPtrArray *innocent, gboolean about_site)
{
	g_autofree char *rest = NULL;
	g_autoptr(GPtrArray) forwards = forward_find(offending, report, &rest);
	const Forward *forward = forwards->len ? forwards->pdata[0] : NULL;
	if (!forward || !forward->message)
		return;
	/* A report about a web site is not about who sent the mail that advertised it. */
	Category category = incident->category;
	if (about_site)
		incident->category = CATEGORY_NOT_SPAM;
	original_read(forward->message, border, report, incident, PROVENANCE_ORIGINAL, innocent);
	incident->category = category;
}

static gboolean spamcop_parse(Message *message, const Border *border, Report *report)
{
	const char *text = message_text(message);
	const char *offending = strstr(text, "Offending message");
	g_autofree char *head =
		g_strndup(text, offending ? (gsize)(offending - text) : MIN(strlen(text), HEAD_MAX));
	const char *because = NULL;

	report_set(report, KIND_SPAMCOP, DISPOSITION_COMPLAINT, NULL);
	Incident *incident = report_add_incident(report, category_of_text(head, &because));
	incident->complainant = report->reporter;
	if (is_summary(message)) {
		incident->date = report->date;
		read_summary(report, incident, text);
		report_because(report, "SpamCop names %u addresses.", incident->ips->len);
		return TRUE;
	}
	g_autofree char *id = report_id(message, report, head);
	incident->report_id = report_text(report, id, 100);
	read_source(report, incident, message, head);

	g_autoptr(GPtrArray) innocent = g_ptr_array_new();
	g_ptr_array_add(innocent, (gpointer) "spamcop.net");
	guint named = read_names(report, incident, head);
	if (offending)
		read_offending(
			report, incident, border, offending + strcspn(offending, "\n"), innocent, named > 0);
	/* The address is accused unless the report is about a site that the mail links to. */
	if (named == 0 && incident->source_ip)
		incident_add_ip(report, incident, incident->source_ip);
	report_because(report, "SpamCop report %s about %s.", id ? id : "without a number",
		named ? "a web site" : "the sender of a mail");
	return TRUE;
}

const Kind spamcop_kind = {spamcop_recognises, spamcop_parse};
