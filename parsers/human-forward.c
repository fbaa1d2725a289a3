#define _GNU_SOURCE /* strcasestr */
#include "domain.h"
#include "extract.h"
#include "html.h"
#include "human.h"
#include "original.h"

#include <string.h>

enum {
	URLS_MAX = 300,
	SIGNATURE_LINES_MAX = 14,
	NAME_MIN = 3,     /* bytes of a name worth looking for */
	WRAPPED_MIN = 40, /* bytes of a subject that a client may have broken */
};

/* His own letters further up a thread he forwards are no spam, unless nothing else is there: spam
 * likes to come from one's own address. */
static gboolean is_his(const Human *human, const Forward *forward)
{
	const char *domain = domain_of_address(forward->from);
	if (!domain || !human->report->from)
		return FALSE;
	if (g_ascii_strcasecmp(forward->from, human->report->from) == 0)
		return TRUE;
	return !domain_is_mailbox_provider(domain) &&
		domain_aligned(domain, domain_of_address(human->report->from));
}

static gboolean is_ours(const Human *human, const Forward *forward)
{
	return border_is_our_address(human->border, forward->from);
}

/* Whether @inner was inside the mail @outer when that was sent, rather than pasted below it. */
static gboolean is_nested(const Forward *outer, const Forward *inner)
{
	gboolean was_forward;
	if (inner->message)
		return FALSE;
	if (inner->is_reply || inner->depth > outer->depth)
		return TRUE;
	const char *stripped = forward_strip_subject(outer->subject, &was_forward);
	if (stripped != outer->subject)
		return TRUE;
	const char *inner_subject = forward_strip_subject(inner->subject, &was_forward);
	return stripped && inner_subject && g_ascii_strcasecmp(stripped, inner_subject) == 0;
}

/* The recipients of a spam are its victims; one that shares the sender's domain may be the sender. */
static gboolean is_recipient(const Forward *forward, const char *host)
{
	const char *from = domain_of_address(forward->from);
	for (guint i = 0; i < forward->to->len; i++) {
		const char *to = domain_of_address(forward->to->pdata[i]);
		if (domain_aligned(host, to) && !domain_aligned(from, to))
			return TRUE;
	}
	return FALSE;
}

static void accuse_address(
	Human *human, Incident *incident, const Forward *forward, EvidenceKind kind, const char *address)
{
	const char *host = domain_of_address(address);
	if (!host)
		return;
	incident_add_evidence(human->report, incident, kind, PROVENANCE_QUOTED, address, host);
	if (!domain_is_mailbox_provider(host) && !human_is_innocent(human, host) &&
		!is_recipient(forward, host))
		incident_add_domain(human->report, incident, host);
}

/* Whether one of his names stands in @text. */
static gboolean has_his_name(const Human *human, const char *text)
{
	g_autofree char *folded = g_utf8_casefold(text, -1);
	if (human->report->from && strcasestr(text, human->report->from))
		return TRUE;
	g_auto(GStrv) names = g_strsplit(human->report->from_name ? human->report->from_name : "", " ", 6);
	for (char **name = names; *name; name++) {
		g_autofree char *wanted = g_utf8_casefold(*name, -1);
		if (strlen(wanted) >= NAME_MIN && strstr(folded, wanted))
			return TRUE;
	}
	return FALSE;
}

/* Gmail and others put the forwarder's signature below what he forwards. Bytes of @text before it; a
 * signature without his name is the spammer's. */
static gsize before_his_signature(const Human *human, const char *text)
{
	const char *found = NULL;
	for (const char *p = strstr(text, "\n--"); p; p = strstr(p + 1, "\n--"))
		if (p[3 + strspn(p + 3, " \r")] == '\n')
			found = p;
	guint lines = 0;
	for (const char *p = found; p && *p; p++)
		lines += *p == '\n';
	return found && lines <= SIGNATURE_LINES_MAX && has_his_name(human, found) ? (gsize)(found - text)
										   : strlen(text);
}

static void read_url(Human *human, Incident *incident, const Forward *forward, const char *url,
	const char *host, gboolean is_ip)
{
	if (host && (is_ip || !is_recipient(forward, host)))
		human_accuse_url(human, incident, EVIDENCE_URL, PROVENANCE_QUOTED, url, host, is_ip);
}

/* Links by their target: their text is often the victim's name. */
static void read_links(Human *human, Incident *incident, const Forward *forward, const Forward *html)
{
	gsize end = html ? MIN(html->end, before_his_signature(human, human->html_text)) : 0;
	for (guint i = 0; html && i < human->links->len; i++) {
		const Link *link = human->links->pdata[i];
		gboolean is_ip;
		if (link->kind != LINK_HREF || link->offset < html->start || link->offset >= end)
			continue;
		g_autofree char *host = NULL, *url = extract_link(link->target, &host, &is_ip);
		if (url)
			read_url(human, incident, forward, url, host, is_ip);
	}
}

static void read_body(Human *human, Incident *incident, const Forward *forward, const Forward *html)
{
	read_links(human, incident, forward, html);
	g_autoptr(GPtrArray) found =
		extract_all(forward->text, before_his_signature(human, forward->text), URLS_MAX);
	report_full(human->report, found->len, URLS_MAX, "too-many-urls");
	for (guint i = 0; i < found->len; i++) {
		const Found *one = found->pdata[i];
		if (one->kind == FOUND_EMAIL && !domain_is_mailbox_provider(one->host)) {
			g_autofree char *url = g_strconcat("mailto:", one->value, NULL);
			incident_add_evidence(
				human->report, incident, EVIDENCE_URL, PROVENANCE_QUOTED, url, one->host);
		}
		if ((one->kind != FOUND_URL && one->kind != FOUND_HOST) ||
			(html && one->host && human_is_shown(human, one->host, html->start, html->end)))
			continue;
		g_autofree char *url = one->kind == FOUND_URL ? g_strdup(one->value)
							      : g_strconcat("http://", one->value, "/", NULL);
		read_url(human, incident, forward, url, one->host, one->host_is_ip);
	}
}

/* A provider hands on what he was told: then who wrote the inner mail is no spammer. */
static gboolean hands_on_report(const Human *human)
{
	static const char *const phrases[] = {"original report", "original complaint", "report follows",
		"complaint follows", "report we received", "complaint we received",
		"received the following complaint", "received the following report", "received a complaint",
		"received a report", "received this complaint", "ursprüngliche meldung",
		"ursprüngliche beschwerde", "folgende beschwerde", "plainte reçue", "la plainte suivante",
		"siguiente denuncia"};
	g_autofree char *own = g_utf8_strdown(human->own, -1);
	for (guint i = 0; i < G_N_ELEMENTS(phrases); i++)
		if (strstr(own, phrases[i]))
			return TRUE;
	return FALSE;
}

static void read_names(Human *human, Incident *incident, const Forward *forward)
{
	Report *report = human->report;
	Original *original = incident_original(report, incident);
	gboolean was_forward;
	const char *subject = forward->subject;
	const char *outer = forward_strip_subject(report->subject, &was_forward);

	/* Clients that quote without a Subject line have it in the mail's own, and some break a long one. */
	if (!subject ||
		(was_forward && outer && strlen(subject) >= WRAPPED_MIN && g_str_has_prefix(outer, subject)))
		subject = outer;
	original->from = report_text(report, forward->from, REPORT_MAX_VALUE);
	original->subject = report_text(report, subject, REPORT_MAX_VALUE);
	original->date = incident->date = forward->date;
	report_full(report, forward->to->len, REPORT_MAX_ADDRESSES, "too-many-addresses");
	for (guint i = 0; i < forward->to->len; i++)
		report_list_add(report, original->to, forward->to->pdata[i], REPORT_MAX_ADDRESSES,
			"too-many-addresses");
	accuse_address(human, incident, forward, EVIDENCE_FROM, forward->from);
	accuse_address(human, incident, forward, EVIDENCE_REPLY_TO, forward->reply_to);
}

/* The forward of the HTML that is the same mail: same sender and subject, same place among them. */
static const Forward *html_of(const Human *human, const Forward *forward, guint place)
{
	const Forward *same = NULL;
	for (guint i = 0; i < human->html_forwards->len; i++) {
		const Forward *html = human->html_forwards->pdata[i];
		if (g_strcmp0(html->from, forward->from) == 0 &&
			g_strcmp0(html->subject, forward->subject) == 0 && (!same || i == place))
			same = html;
	}
	if (!same && human->html_forwards->len == 1 && human->forwards->len == 1)
		same = human->html_forwards->pdata[0];
	return same;
}

/* He attached the mail and copied its header lines, too. */
static gboolean is_known(const Human *human, const Forward *forward)
{
	for (guint i = 0; i < human->report->incidents->len; i++) {
		const Incident *incident = human->report->incidents->pdata[i];
		const Original *original = incident->original;
		if (original && forward->from && g_strcmp0(original->from, forward->from) == 0 &&
			g_strcmp0(original->subject, forward->subject) == 0)
			return TRUE;
	}
	return FALSE;
}

static void read_group(Human *human, guint first, guint end)
{
	GPtrArray *forwards = human->forwards;
	guint main = first;
	while (main < end && (is_his(human, forwards->pdata[main]) || is_ours(human, forwards->pdata[main])))
		main++;
	if (main == end) {
		main = end - 1;
		if (is_ours(human, forwards->pdata[main]))
			return; /* he quotes what we wrote */
	}

	const Forward *forward = forwards->pdata[main];
	if (is_known(human, forward))
		return;
	Incident *incident = human_incident(human);
	if (!incident)
		return;
	report_because(human->report, "A mail from %s was forwarded in the text (%s).",
		forward->from ? forward->from : "an unnamed sender", forward->client);
	if (forward->message) {
		original_read(forward->message, human->border, human->report, incident, PROVENANCE_QUOTED,
			human->innocent);
		human_finish(incident);
		return;
	}
	const char *teller = domain_of_address(forward->from);
	if (teller && !domain_is_mailbox_provider(teller) && hands_on_report(human))
		g_ptr_array_add(human->innocent, g_strdup(teller));
	read_names(human, incident, forward);
	for (guint i = main; i < end; i++) {
		const Forward *one = forwards->pdata[i];
		if (i == main || (!is_his(human, one) && !is_ours(human, one)))
			read_body(human, incident, one, html_of(human, one, i));
	}
}

guint human_read_forwards(Human *human)
{
	guint before = human->report->incidents->len;
	for (guint first = 0; first < human->forwards->len;) {
		guint end = first + 1;
		while (end < human->forwards->len &&
			is_nested(human->forwards->pdata[end - 1], human->forwards->pdata[end]))
			end++;
		read_group(human, first, end);
		first = end;
	}
	return human->report->incidents->len - before;
}
