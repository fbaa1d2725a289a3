#include "received.h"

#include <string.h>

#include "domain.h"

enum { RECEIVED_MAX_HOPS = 40 };

void received_hop_free(Hop *hop)
{
	if (!hop)
		return;
	g_free(hop->helo);
	g_free(hop->rdns);
	g_free(hop->ip);
	g_free(hop->by);
	g_free(hop->with);
	g_free(hop->recipient);
	g_free(hop->auth_user);
	g_free(hop);
}

static void take(char **field, const char *text, gsize length)
{
	if (!*field && length && length < 256)
		*field = g_strndup(text, length);
}

/* Names compare in lower case. */
static void take_host(char **field, const char *text, gsize length)
{
	if (!*field && length && length < 256)
		*field = g_ascii_strdown(text, length);
}

/* A word of the field: up to a blank, ';' or a parenthesis. */
static gsize word_length(const char *at)
{
	return strcspn(at, " \t;()");
}

static gboolean looks_like_host(const char *text, gsize length)
{
	return length > 3 && memchr(text, '.', length) && !memchr(text, '@', length) &&
		g_ascii_isalnum(*text);
}

/* The address in a word: "[192.0.2.1]", "192.0.2.1", "[IPv6:2001:db8::1]", "[192.0.2.1]:5123". */
static gboolean take_ip(Hop *hop, const char *word, gsize length)
{
	if (hop->ip || length < 3 || length > 80)
		return FALSE;
	/* Only what begins like an address is worth the attempt: this runs for every word. */
	if (*word != '[' && !g_ascii_isxdigit(*word) && *word != ':' && g_ascii_strncasecmp(word, "ipv6:", 5))
		return FALSE;
	g_autofree char *own = g_strndup(word, length);
	if (!strchr(own, ':') && strspn(own, "[]0123456789.") != length)
		return FALSE;
	hop->ip = domain_ip(own, FALSE);
	return hop->ip != NULL;
}

static gboolean is_word(const char *at, gsize length, const char *word)
{
	return strlen(word) == length && !g_ascii_strncasecmp(at, word, length);
}

/* What MTAs write into the parenthesis behind "from name". */
static void read_comment(Hop *hop, const char *at, gsize length, gboolean in_from)
{
	const char *end = at + length;
	static const char auth[] = "Authenticated sender: ";
	if (!g_ascii_strncasecmp(at, auth, strlen(auth))) {
		hop->authenticated = TRUE;
		take(&hop->auth_user, at + strlen(auth), strcspn(at + strlen(auth), " )\t"));
		return;
	}
	while (at < end) {
		while (at < end && strchr(" \t(),;", *at))
			at++;
		gsize n = MIN(strcspn(at, " \t(),;"), (gsize)(end - at));
		if (!n)
			break;
		if (!g_ascii_strncasecmp(at, "helo=", 5) || !g_ascii_strncasecmp(at, "ehlo=", 5)) {
			g_clear_pointer(&hop->helo, g_free);
			take_host(&hop->helo, at + 5, n - 5);
		} else if ((n == 4 &&
				   (!g_ascii_strncasecmp(at, "HELO", 4) ||
					   !g_ascii_strncasecmp(at, "EHLO", 4)))) {
			/* qmail: "from unknown (HELO name) (192.0.2.1)" */
			at += n;
			while (at < end && (*at == ' ' || *at == '\t'))
				at++;
			n = MIN(strcspn(at, " \t()"), (gsize)(end - at));
			if (!hop->rdns && hop->helo && looks_like_host(hop->helo, strlen(hop->helo)) &&
				!g_hostname_is_ip_address(hop->helo))
				hop->rdns = g_steal_pointer(&hop->helo);
			g_clear_pointer(&hop->helo, g_free);
			take_host(&hop->helo, at, n);
		} else if (in_from && is_word(at, n, "forged")) {
			/* Sendmail's "(may be forged)": the name does not lead back to the address. */
			g_clear_pointer(&hop->rdns, g_free);
		} else if (in_from && !take_ip(hop, at, n)) {
			const char *user = memchr(at, '@', n); /* ident: "user@host" */
			const char *host = user ? user + 1 : at;
			gsize rest = at + n - host;
			const char *bracket = memchr(host, '[', rest);
			if (bracket) {
				take_ip(hop, bracket, rest - (bracket - host));
				rest = bracket - host;
			}
			if (looks_like_host(host, rest))
				take_host(&hop->rdns, host, rest);
		}
		at += n;
	}
}

static gsize comment_length(const char *at)
{
	guint depth = 0;
	gsize n = 0;
	for (; at[n]; n++) {
		if (at[n] == '(')
			depth++;
		else if (at[n] == ')' && !--depth)
			return n + 1;
	}
	return n;
}

static void read_from(Hop *hop, const char *word, gsize n)
{
	/* Exim: "from [192.0.2.1] (helo=x)". Without brackets it is what the client called itself:
	 * Yahoo's "from 127.0.0.1  (EHLO name) (192.0.2.1)". */
	if (*word == '[' && take_ip(hop, word, n))
		return;
	take_host(&hop->helo, word, n);
}

static void read_with(Hop *hop, const char *word, gsize n)
{
	take(&hop->with, word, n);
	/* RFC 3848: the A of ESMTPA, ESMTPSA, LMTPA … */
	static const char *const names[] = {
		"esmtpa", "esmtpsa", "asmtp", "lmtpa", "lmtpsa", "utf8smtpa", "utf8smtpsa"};
	for (guint i = 0; i < G_N_ELEMENTS(names); i++)
		if (is_word(word, n, names[i]))
			hop->authenticated = TRUE;
}

typedef enum { CLAUSE_NONE, CLAUSE_FROM, CLAUSE_BY, CLAUSE_WITH, CLAUSE_FOR, CLAUSE_ID, CLAUSE_VIA } Clause;

static Clause clause_of(const char *at, gsize length)
{
	static const char *const words[] = {"", "from", "by", "with", "for", "id", "via"};
	for (guint i = CLAUSE_FROM; i < G_N_ELEMENTS(words); i++)
		if (is_word(at, length, words[i]))
			return i;
	return CLAUSE_NONE;
}

static void read_recipient(Hop *hop, const char *word, gsize n)
{
	while (n && (*word == '<' || *word == '"')) {
		word++;
		n--;
	}
	while (n && (word[n - 1] == '>' || word[n - 1] == '"'))
		n--;
	if (memchr(word, '@', n))
		take(&hop->recipient, word, n);
}

Hop *received_parse(const char *raw)
{
	Hop *hop = g_new0(Hop, 1);
	const char *semicolon = strrchr(raw, ';');
	hop->date = semicolon ? message_date(semicolon + 1) : REPORT_NO_DATE;
	const char *end = semicolon ? semicolon : raw + strlen(raw), *at = raw;
	Clause clause = CLAUSE_NONE, inside = CLAUSE_NONE;
	while (at < end) {
		if (*at == ' ' || *at == '\t' || *at == ';' || *at == ')') {
			at++;
			continue;
		}
		if (*at == '(') {
			gsize n = comment_length(at);
			read_comment(hop, at + 1, n - 1, inside == CLAUSE_FROM);
			at += n;
			continue;
		}
		gsize n = word_length(at);
		Clause next = clause_of(at, n);
		if (next)
			clause = inside = next;
		else if (clause == CLAUSE_FROM)
			read_from(hop, at, n);
		else if (clause == CLAUSE_BY)
			take_host(&hop->by, at, n);
		else if (clause == CLAUSE_WITH)
			read_with(hop, at, n);
		else if (clause == CLAUSE_FOR)
			read_recipient(hop, at, n);
		else if (inside == CLAUSE_FROM && *at == '[')
			take_ip(hop, at, n); /* IMail, fetchmail: without a parenthesis */
		if (!next)
			clause = CLAUSE_NONE;
		at += n;
	}
	if (hop->helo && !hop->ip)
		take_ip(hop, hop->helo, strlen(hop->helo));
	return hop;
}

GPtrArray *received_all(const Message *message)
{
	GPtrArray *hops = g_ptr_array_new_with_free_func((GDestroyNotify)received_hop_free);
	guint count;
	const Header *headers = message_headers(message, &count);
	for (guint i = 0; i < count && hops->len < RECEIVED_MAX_HOPS; i++)
		if ((headers[i].name[0] | 0x20) == 'r' && !g_ascii_strcasecmp(headers[i].name, "Received"))
			g_ptr_array_add(hops, received_parse(headers[i].raw));
	return hops;
}

/* Inner hops are often without a name looked up: "from mx.isp.example ([192.0.2.5]) by store.isp.example",
 * and below it what mx.isp.example received. A spammer who calls himself like the receiver has no such line.
 */
static gboolean is_handed_on(const Hop *hop, const Hop *below)
{
	return hop->helo && below && below->by && below->ip && strcmp(below->ip, hop->ip) != 0 &&
		g_ascii_strcasecmp(hop->helo, below->by) == 0 && domain_is_delegated(hop->helo) &&
		domain_aligned(hop->helo, hop->by);
}

/* What the client is: the name that the receiving host looked up, or else what he says of himself, which
 * anybody may. */
static gboolean is_from_us(const Hop *hop, const Border *border)
{
	return border_is_our_host(border, hop->rdns ? hop->rdns : hop->helo);
}

/* Whether the client of a hop belongs to those who received the mail. */
static gboolean is_inside(const Hop *hop, const Hop *below, const char *reporter_domain, const Border *border)
{
	if (!domain_ip_is_public(hop->ip))
		return TRUE;
	/* One that greets our host with our name and has no other must have got the mail below. */
	if (is_from_us(hop, border))
		return border_is_our_host(border, hop->by) &&
			(hop->rdns || (below && below->by && !g_ascii_strcasecmp(below->by, hop->helo)));
	/* The name the receiving host looked up counts; what the client says of itself does not. */
	if (!hop->rdns)
		return is_handed_on(hop, below);
	return domain_aligned(hop->rdns, reporter_domain) || domain_aligned(hop->rdns, hop->by);
}

static void blame(Report *report, Incident *incident, const Hop *hop, const Hop *below, Provenance provenance)
{
	incident_set_source(report, incident, hop->ip, 0, provenance);
	incident_add_evidence(report, incident, EVIDENCE_RECEIVED, provenance, hop->ip, hop->ip);
	if (hop->rdns)
		incident_add_evidence(report, incident, EVIDENCE_RECEIVED, provenance, hop->rdns, hop->rdns);
	if (hop->helo && strcmp(hop->helo, "unknown"))
		incident_add_evidence(report, incident, EVIDENCE_HELO, provenance, hop->helo, hop->helo);
	/* The submission to the relay that handed it over names the account, if it was his own host. */
	const char *user = hop->auth_user ? hop->auth_user : below ? below->auth_user : NULL;
	if (user)
		incident_add_evidence(
			report, incident, EVIDENCE_AUTH_USER, provenance, user, domain_of_address(user));
}

/* Our own host may only have passed the mail on, as a redirection does: then whoever gave it to us is named
 * too. */
static void name_giver(Report *report, Incident *incident, GPtrArray *hops, guint at, const Border *border,
	Provenance provenance)
{
	const Hop *ours = hops->pdata[at];
	if (!is_from_us(ours, border))
		return;
	for (guint i = at + 1; i < hops->len; i++) {
		const Hop *hop = hops->pdata[i];
		if (!border_is_our_host(border, hop->by))
			return;
		if (hop->authenticated || !domain_ip_is_public(hop->ip) ||
			border_is_our_host(border, hop->rdns))
			continue;
		incident_add_evidence(report, incident, EVIDENCE_RECEIVED, provenance, hop->ip, hop->ip);
		if (hop->rdns)
			incident_add_evidence(
				report, incident, EVIDENCE_RECEIVED, provenance, hop->rdns, hop->rdns);
		return;
	}
}

void received_blame(Message *original, const char *reporter_domain, const Border *border, Report *report,
	Incident *incident, Provenance provenance)
{
	g_autoptr(GPtrArray) hops = received_all(original);
	report_full(
		report, message_header_count(original, "Received"), RECEIVED_MAX_HOPS + 1, "too-many-hops");
	for (guint i = 0; i < hops->len; i++) {
		const Hop *below = i + 1 < hops->len ? hops->pdata[i + 1] : NULL;
		if (!is_inside(hops->pdata[i], below, reporter_domain, border)) {
			blame(report, incident, hops->pdata[i], below, provenance);
			name_giver(report, incident, hops, i, border, provenance);
			return;
		}
	}
	/* Nothing public: a reporter inside of a private network, or addresses made unrecognisable. */
	for (guint i = 0; i < hops->len; i++) {
		const Hop *hop = hops->pdata[i];
		const char *name = hop->rdns ? hop->rdns : hop->helo;
		if (hop->ip && !domain_ip_is_public(hop->ip) && name && hop->by &&
			!domain_aligned(name, hop->by) && domain_is_delegated(name) &&
			!domain_aligned(name, reporter_domain)) {
			blame(report, incident, hop, NULL, provenance);
			return;
		}
	}
}
