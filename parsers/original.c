#define _GNU_SOURCE /* strcasestr() */

#include "original.h"

#include <string.h>

#include "domain.h"
#include "extract.h"
#include "html.h"
#include "practice.h"
#include "received.h"

enum {
	ORIGINAL_MAX_URLS = 200,
	ORIGINAL_MAX_LINES = 500,
	DKIM_MAX = 20,
	UNSUBSCRIBE_MAX = 10,
	TOKEN_MAX_FIELD = 4096, /* bytes of a field that a pattern is tried on */
};

typedef struct {
	Message *message;
	const Border *border;
	Report *report;
	Incident *incident;
	Provenance provenance;
	GPtrArray *innocent;
	gboolean accuses;        /* FALSE: reported as no spam, or for information */
	const char *from_domain; /* NULL or of original->from */
} Reading;

static gboolean is_innocent(const Reading *reading, const char *host)
{
	for (guint i = 0; reading->innocent && i < reading->innocent->len; i++)
		if (domain_aligned(host, reading->innocent->pdata[i]))
			return TRUE;
	return border_is_our_domain(reading->border, host) || domain_is_plumbing(host);
}

/* Makes the host of an evidence a culprit. Nobody's mailbox provider is one for having him as a user. */
static void accuse(const Reading *reading, const Evidence *evidence)
{
	if (!reading->accuses || !evidence || !evidence->domain || is_innocent(reading, evidence->host))
		return;
	if (domain_is_mailbox_provider(evidence->domain))
		return;
	incident_add_domain(reading->report, reading->incident, evidence->host);
}

static Evidence *add(const Reading *reading, EvidenceKind kind, const char *value, const char *host)
{
	return incident_add_evidence(
		reading->report, reading->incident, kind, reading->provenance, value, host);
}

static Evidence *add_address(const Reading *reading, EvidenceKind kind, const char *address)
{
	return address ? add(reading, kind, address, domain_of_address(address)) : NULL;
}

static const char *keep(const Reading *reading, const char *text)
{
	return report_text(reading->report, text, REPORT_MAX_VALUE);
}

static void read_names(Reading *reading)
{
	Message *message = reading->message;
	Original *original = incident_original(reading->report, reading->incident);
	g_autoptr(GPtrArray) ids = message_ids(message, "Message-ID");
	if (!original->message_id && ids->len)
		original->message_id = keep(reading, ids->pdata[0]);
	if (!original->from)
		original->from = keep(reading, message_address(message, "From"));
	reading->from_domain = original->from ? domain_of_address(original->from) : NULL;
	static const char *const recipients[] = {"To", "Cc"};
	for (guint r = 0; r < G_N_ELEMENTS(recipients); r++) {
		if (!message_header_raw(message, recipients[r]))
			continue;
		g_autoptr(GPtrArray) to = message_addresses(message, recipients[r], NULL);
		for (guint i = 0; i < to->len; i++)
			report_list_add(reading->report, original->to, to->pdata[i], REPORT_MAX_ADDRESSES,
				"too-many-addresses");
	}
	if (!original->subject)
		original->subject = keep(reading, message_header(message, "Subject"));
	if (original->date == REPORT_NO_DATE)
		original->date = message_date(message_header_raw(message, "Date"));
	if (!original->return_path)
		original->return_path = keep(reading, message_address(message, "Return-Path"));
	if (!original->feedback_id)
		original->feedback_id = keep(reading, message_header(message, "Feedback-ID"));
}

/* "Name of the list <list.example.org>" (RFC 2919). */
static void read_list_id(const Reading *reading)
{
	const char *raw = message_header(reading->message, "List-Id");
	if (!raw)
		return;
	const char *open = strrchr(raw, '<');
	const char *close = open ? strchr(open, '>') : NULL;
	g_autofree char *id = close ? g_strndup(open + 1, close - open - 1) : g_strdup(raw);
	reading->incident->original->list_id = keep(reading, id);
	add(reading, EVIDENCE_LIST_ID, id, strpbrk(id, " \t") ? NULL : id);
}

/* d= of a signature. */
static void read_signature(const Reading *reading, const char *raw)
{
	for (const char *at = raw; *at;) {
		at += strspn(at, "; \t");
		gsize length = strcspn(at, ";");
		if (at[0] == 'd' && strchr("= \t", at[1])) {
			const char *value = memchr(at, '=', length);
			value = value ? value + 1 + strspn(value + 1, " \t") : "";
			g_autofree char *domain = g_strndup(value, strcspn(value, "; \t"));
			Evidence *evidence = add(reading, EVIDENCE_DKIM, domain, domain);
			if (evidence && evidence->host)
				report_list_add(reading->report, reading->incident->original->dkim_domains,
					evidence->host, DKIM_MAX, "too-many-signatures");
			accuse(reading, evidence);
		}
		at += length;
	}
}

static void read_dkim(const Reading *reading)
{
	static const char *const names[] = {"DKIM-Signature", "DomainKey-Signature"};
	for (guint h = 0; h < G_N_ELEMENTS(names); h++) {
		const char *raw;
		for (guint n = 0; (raw = message_header_nth(reading->message, names[h], n)); n++) {
			if (report_full(reading->report, n, DKIM_MAX, "too-many-signatures"))
				break;
			read_signature(reading, raw);
		}
	}
}

/* The addresses of a sender are claims. The envelope's is accused unless the receiver saw SPF
 * refuse it; From only where nothing better is known, for it is often a victim. */
static void read_sender(const Reading *reading)
{
	Original *original = reading->incident->original;
	const char *spf = message_header_raw(reading->message, "Received-SPF");
	gboolean refused =
		spf && (!g_ascii_strncasecmp(spf, "fail", 4) || !g_ascii_strncasecmp(spf, "softfail", 8));
	Evidence *path = add_address(reading, EVIDENCE_RETURN_PATH, original->return_path);
	if (!refused)
		accuse(reading, path);
	Evidence *from = add_address(reading, EVIDENCE_FROM, original->from);
	if (!path && !original->dkim_domains->len)
		accuse(reading, from);
	accuse(reading,
		add_address(reading, EVIDENCE_REPLY_TO, message_address(reading->message, "Reply-To")));
	if (original->message_id) {
		const char *at = strrchr(original->message_id, '@');
		add(reading, EVIDENCE_MESSAGE_ID, original->message_id, at ? at + 1 : NULL);
	}
	if (original->feedback_id)
		add(reading, EVIDENCE_FEEDBACK_ID, original->feedback_id, NULL);
}

/* URLs between angle brackets (RFC 2369). */
static void read_unsubscribe(const Reading *reading)
{
	const char *raw = message_header_raw(reading->message, "List-Unsubscribe");
	const char *open = raw ? strchr(raw, '<') : NULL;
	for (guint n = 0; open; n++) {
		const char *close = strchr(open, '>');
		if (!close || report_full(reading->report, n, UNSUBSCRIBE_MAX, "too-many-urls"))
			return;
		g_autofree char *target = g_strndup(open + 1, close - open - 1);
		if (!g_ascii_strncasecmp(target, "mailto:", 7)) {
			target[7 + strcspn(target + 7, "?")] = 0;
			accuse(reading, add_address(reading, EVIDENCE_LIST_UNSUBSCRIBE, target + 7));
		} else {
			g_autofree char *host = NULL;
			gboolean is_ip = FALSE;
			g_autofree char *url = extract_url(target, &host, &is_ip);
			if (url)
				accuse(reading, add(reading, EVIDENCE_LIST_UNSUBSCRIBE, url, host));
		}
		open = strchr(close, '<');
	}
}

static void read_url(const Reading *reading, const char *url, const char *host, gboolean is_ip)
{
	Evidence *evidence = add(reading, EVIDENCE_URL, url, host);
	if (!evidence || !reading->accuses || !host)
		return;
	if (is_ip) {
		incident_add_url(reading->report, reading->incident, url);
		incident_add_ip(reading->report, reading->incident, host);
	} else if (evidence->domain && !is_innocent(reading, evidence->host)) {
		incident_add_url(reading->report, reading->incident, url);
		incident_add_domain(reading->report, reading->incident, evidence->host);
	}
}

/* Whether the reader sees @host, or what was written for it, as the text of a link that leads elsewhere:
 * mostly the name of the firm that is imitated. */
static gboolean is_shown_for_another(const GPtrArray *links, const char *host, const char *written)
{
	for (guint i = 0; i < links->len; i++) {
		const Link *link = links->pdata[i];
		if (link->kind == LINK_HREF && link->text &&
			(strcasestr(link->text, host) || strstr(link->text, written)) &&
			!strcasestr(link->target, host))
			return TRUE;
	}
	return FALSE;
}

/* How many things were found in it. */
static guint read_line(const Reading *reading, const char *line, gsize length, const GPtrArray *links)
{
	g_autoptr(GPtrArray) found = extract_all(line, length, ORIGINAL_MAX_URLS);
	report_full(reading->report, found->len, ORIGINAL_MAX_URLS, "too-many-urls");
	for (guint i = 0; i < found->len; i++) {
		const Found *item = found->pdata[i];
		/* Mail programs make a link of "www.evil.example", too. */
		gboolean bare = item->kind == FOUND_HOST && g_ascii_strncasecmp(item->value, "www.", 4) == 0;
		if (item->kind != FOUND_URL && !bare)
			continue;
		g_autofree char *written = g_strndup(line + item->start, item->end - item->start);
		if (item->host && is_shown_for_another(links, item->host, written))
			continue;
		g_autofree char *url = bare ? g_strconcat("http://", item->value, "/", NULL) : NULL;
		read_url(reading, url ? url : item->value, item->host, item->host_is_ip);
	}
	return found->len;
}

/* What the mail wants clicked: links of its HTML by their target, URLs of its text. */
static void read_urls(const Reading *reading)
{
	const char *text = message_text(reading->message);
	GPtrArray *links = message_links(reading->message);
	guint taken = 0;
	for (guint i = 0; i < links->len; i++) {
		const Link *link = links->pdata[i];
		g_autofree char *host = NULL;
		gboolean is_ip = FALSE;
		g_autofree char *url =
			link->kind == LINK_HREF ? extract_link(link->target, &host, &is_ip) : NULL;
		if (!url)
			continue;
		if (report_full(reading->report, taken++, ORIGINAL_MAX_URLS, "too-many-urls"))
			break;
		read_url(reading, url, host, is_ip);
	}
	/* Only lines with a URL in them: a look for bare names at every word costs more than the rest.
	 * Also a defanged one has the slashes ("hxxp[:]//"). Each is searched for once. */
	const char *slashes = strstr(text, "//"), *name = strstr(text, "www.");
	guint lines = 0, urls = 0;
	while ((slashes || name) && lines++ < ORIGINAL_MAX_LINES && urls < REPORT_MAX_URLS) {
		const char *line = !name ? slashes : !slashes ? name : MIN(slashes, name);
		while (line > text && line[-1] != '\n')
			line--;
		const char *end = line + strcspn(line, "\n");
		urls += read_line(reading, line, end - line, links);
		if (slashes && slashes < end)
			slashes = strstr(end, "//");
		if (name && name < end)
			name = strstr(end, "www.");
	}
	if (slashes || name)
		report_malformed(reading->report, "too-many-urls");
}

void original_add_token(
	const char *field, const Border *border, Report *report, Incident *incident, Provenance provenance)
{
	if (!border->token_regex || !field)
		return;
	gsize length = strlen(field);
	if (length > TOKEN_MAX_FIELD)
		report_malformed(report, "long-header");
	g_autofree char *cut = length > TOKEN_MAX_FIELD ? g_utf8_make_valid(field, TOKEN_MAX_FIELD) : NULL;
	g_autoptr(GMatchInfo) match = NULL;
	if (!g_regex_match(border->token_regex, cut ? cut : field, 0, &match))
		return;
	g_autofree char *token = g_match_info_fetch(match, 1);
	if (token && *token)
		incident_add_evidence(report, incident, EVIDENCE_TOKEN, provenance, token, NULL);
}

/* The shape of our customers' tokens, wherever ESPs put theirs. */
static void read_tokens(const Reading *reading)
{
	static const char *const fields[] = {"Message-ID", "Return-Path", "Feedback-ID", "CFBL-Feedback-ID",
		"List-Unsubscribe", "X-Complaintd-Token", "References"};
	for (guint i = 0; i < G_N_ELEMENTS(fields); i++)
		original_add_token(message_header_raw(reading->message, fields[i]), reading->border,
			reading->report, reading->incident, reading->provenance);
}

static char *client_of(const Header *received)
{
	Hop *hop = received_parse(received->raw);
	char *ip = g_steal_pointer(&hop->ip);
	received_hop_free(hop);
	return ip;
}

static gboolean is_received(const Header *header)
{
	return g_ascii_strcasecmp(header->name, "Received") == 0;
}

/* Whether the hosts beside the field at @at got the mail from another public address than @ip. Who checked
 * a sender has just received his mail; a field that the sender brought along could name anybody. */
static gboolean is_contradicted(const Header *headers, guint count, guint at, const char *ip)
{
	guint above = at, below = at + 1;
	while (above > 0 && !is_received(&headers[above - 1]))
		above--;
	while (below < count && !is_received(&headers[below]))
		below++;
	g_autofree char *known = above > 0 ? client_of(&headers[above - 1]) : NULL;
	if (!known || !domain_ip_is_public(known) || !strcmp(known, ip))
		return FALSE;
	g_autofree char *next = below < count ? client_of(&headers[below]) : NULL;
	return g_strcmp0(next, ip) != 0;
}

/* "client-ip=192.0.2.1" or "designates 192.0.2.1 as permitted sender". */
static void source_of_spf(const Reading *reading, const Header *headers, guint count, guint field)
{
	const char *raw = headers[field].raw, *at = strstr(raw, "client-ip=");
	if (at)
		at += strlen("client-ip=");
	else if ((at = strstr(raw, "designates ")) || (at = strstr(raw, "designate ")))
		at = strchr(at, ' ') + 1;
	if (!at)
		return;
	g_autofree char *address = g_strndup(at, strcspn(at, "; \t)"));
	g_autofree char *ip = domain_ip(address, FALSE);
	if (ip && !is_contradicted(headers, count, field, ip))
		incident_set_source(reading->report, reading->incident, ip, 0, reading->provenance);
}

/* The address that a web mail or a receiver noted. Above the first Received the receiver wrote it; below,
 * anybody. */
static void source_of_note(const Reading *reading, gboolean below)
{
	static const char *const noted[] = {"X-Originating-IP", "X-Sender-IP", "X-Source-IP"};
	guint count;
	const Header *headers = message_headers(reading->message, &count);
	for (guint i = 0; i < count; i++) {
		if (!below && is_received(&headers[i]))
			return;
		if ((headers[i].name[0] | 0x20) != 'x')
			continue;
		for (guint n = 0; n < G_N_ELEMENTS(noted); n++) {
			gboolean same = g_ascii_strcasecmp(headers[i].name, noted[n]) == 0;
			g_autofree char *ip = same ? domain_ip(headers[i].raw, FALSE) : NULL;
			if (ip && domain_ip_is_public(ip))
				incident_set_source(
					reading->report, reading->incident, ip, 0, reading->provenance);
		}
	}
}

/* The first field of that name: the last host that checked. */
static void source_of_check(const Reading *reading, const char *name)
{
	guint count;
	const Header *headers = message_headers(reading->message, &count);
	for (guint i = 0; i < count; i++)
		if (!g_ascii_strcasecmp(headers[i].name, name)) {
			source_of_spf(reading, headers, count, i);
			return;
		}
}

/* Where it came from: what the receiver noted and checked, the way it took, what the sender says. */
static void read_source(const Reading *reading)
{
	source_of_note(reading, FALSE);
	source_of_check(reading, "Received-SPF");
	source_of_check(reading, "Authentication-Results");
	const char *receiver =
		reading->innocent && reading->innocent->len ? reading->innocent->pdata[0] : NULL;
	received_blame(reading->message, receiver, reading->border, reading->report, reading->incident,
		reading->provenance);
	source_of_note(reading, TRUE);
}

/* Headers in which the sending host names the account: gold if the host is ours (cPanel, PHP). */
static void read_account(const Reading *reading)
{
	static const char *const fields[] = {"X-Get-Message-Sender-Via", "X-Authenticated-Sender",
		"X-Authenticated-User", "X-PHP-Originating-Script", "X-PHP-Script", "X-Source-Dir",
		"X-Sender-Id", "X-Auth-ID", "X-AuthUser", "X-Authenticated-Id", "X-SG-EID", "X-Mailgun-Sid"};
	for (guint i = 0; i < G_N_ELEMENTS(fields); i++) {
		const char *raw = message_header(reading->message, fields[i]);
		if (!raw || !*raw)
			continue;
		g_autofree char *value = g_strconcat(fields[i], ": ", raw, NULL);
		const char *at = strrchr(raw, '@');
		g_autofree char *host = at ? g_strndup(at + 1, strcspn(at + 1, " \t;>,/")) : NULL;
		add(reading, EVIDENCE_AUTH_USER, value, host);
	}
}

void original_read(Message *original, const Border *border, Report *report, Incident *incident,
	Provenance provenance, GPtrArray *innocent)
{
	Reading reading = {original, border, report, incident, provenance, innocent, TRUE, NULL};
	reading.accuses = incident->category < CATEGORY_OPT_OUT;
	read_names(&reading);
	read_list_id(&reading);
	read_dkim(&reading);
	read_sender(&reading);
	read_unsubscribe(&reading);
	read_source(&reading);
	read_account(&reading);
	read_tokens(&reading);
	read_urls(&reading);
	practice_read(original, reading.from_domain, incident);
}
