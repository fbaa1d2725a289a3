#include "domain.h"
#include "extract.h"
#include "notice-private.h"
#include "victim.h"

#include <string.h>

enum { LABEL_MAX = 50, FOUND_MAX = 500, LINE_FOUND_MAX = 50, REFERENCE_MAX = 100, TABLE_BARS = 3, HEADING_MAX = 120, HEADING_WORDS = 20 };

/* Words of a label, lower case. All words of one entry must be in the label; the first that fits wins, so
 * what belongs to the victim stands above what belongs to the culprit. */
static const struct {
	LabelRole role;
	const char *words; /* alternatives separated by '|', words by ' ' */
} labels[] = {
	{LABEL_INNOCENT,
		"destination|target|victim|dest|dst|our ip|our server|our host|attacked|honeypot|reporting "
		"ip|"
		"tracker|file name|filename|original|original work|original works|copyrighted work|copyrighted works|infringed work|"
		"protected work|legitimate|official|genuine|authentic|"
		"rights holder|rightsholder|copyright owner|copyright holder|trademark|brand|client|customer "
		"name|"
		"company|organisation|organization|on behalf|example of|location of "
		"original|screenshot|evidence|"
		"proof|more information|more info|further information|details at|report page|report "
		"link|ticket url|"
		"case url|view|reply|contact|phone|tel|fax|address of|website of|homepage|web site "
		"of|submitted|"
		"nameserver|name server|registrar|whois|abuse contact|asn|as "
		"name|isp|netname|provider|user-agent|"
		"user agent|referer|referrer|unsubscribe|sensor|reporter ip|mail server|detected "
		"by|signature"},
	{LABEL_REFERENCE,
		"case id|case number|case no|case ref|case #|case|ticket id|ticket number|ticket no|ticket|"
		"reference|reference number|ref|ref id|report id|report-id|incident id|incident "
		"number|incident|"
		"notice id|notice number|notice|issue|issue number|complaint id|tracking id|tracking number|"
		"event id|alert id|aktenzeichen|vorgangsnummer|référence|numéro de "
		"dossier|dossier|referencia"},
	{LABEL_DATE,
		"date|time|timestamp|time stamp|date/time|datetime|date and time|first seen|last "
		"seen|detected|"
		"detection time|detection date|observed|event date|event time|attack time|infringement date|"
		"infringement timestamp|datum|zeitpunkt|zeit|uhrzeit|heure|fecha|hora|data|data e "
		"ora|seen|started|"
		"recent infringement timestamp|first detected|discovered|reported at|date of attack"},
	{LABEL_REPORTER,
		"reporter|reported by|reporter email|reported-from|complainant|complainant email|reporter "
		"e-mail|"
		"complainant e-mail|sender of report|melder|plaignant"},
	{LABEL_CATEGORY,
		"category|type|abuse type|report type|report-type|attack type|threat|threat type|incident "
		"type|"
		"classification|kategorie|art|type d'abus|catégorie|tipo|categoría|categoria|abuse "
		"category|reason"},
	{LABEL_PORT, "port|source port|src port|infringement port|infringers port|infringer port"},
	{LABEL_CULPRIT,
		"url|urls|uri|uris|link|links|ip|ips|ip address|ip "
		"addresses|ip-address|ipv4|ipv6|source|source ip|"
		"source address|source-ip|src|src ip|src_ip|source url|source host|attacker|attacker "
		"ip|attacking ip|"
		"offending ip|offender|offending|abuser|abusive ip|abusive|abuse "
		"ip|malicious|malware|phishing|"
		"spamvertised|spamvertized|fraudulent|infringing|infringement|infringer|infringers|"
		"infringing url|"
		"reported|reported url|reported ip|reported domain|domain|domains|domain name|domain "
		"names|hostname|"
		"host|host name|hosts|website|web site|site|sites|page|address|location|affected|affected "
		"url|"
		"affected ip|affected host|affected domain|compromised|infected|infected ip|c2|c&c|botnet|"
		"dns name|fqdn|server|server ip|remote ip|remote host|client "
		"ip|peer|resource|resources|indicator|"
		"download|payload|sample|content url|violating|suspicious|bad|adresse ip|adresses "
		"ip|adresse|domaine|"
		"nom de domaine|lien|site web|ip-adresse|domäne|angreifer|quelle|betroffene|dirección ip|"
		"dominio|sitio|enlace|indirizzo ip|sito|collegamento|domínio|endereço "
		"ip|endereço|ip-adres|domein|"
		"adres ip|domena|ip-adress|domän|vulnerable|open|exposed|fake|scam|fraud|spam|relay|sending "
		"ip|"
		"smtp|connecting ip|ip of|url of"},
};

static GHashTable *roles; /* label → LabelRole */

static void load_labels(void)
{
	roles = g_hash_table_new(g_str_hash, g_str_equal);
	for (guint i = G_N_ELEMENTS(labels); i-- > 0;) {
		char **list = g_strsplit(labels[i].words, "|", -1);
		for (char **word = list; *word; word++)
			g_hash_table_insert(roles, *word, GINT_TO_POINTER(labels[i].role));
		g_free(list); /* the words stay */
	}
}

/* The whole label, then without what stands in brackets, then its first two words, first and last. */
static LabelRole role_of(char *label)
{
	char *bracket = strpbrk(label, "([");
	if (bracket && bracket > label)
		*bracket = '\0';
	g_strstrip(label);
	guint spaces = 0;
	for (const char *p = label; *p; p++)
		spaces += *p == ' ';
	if (spaces > 4)
		return LABEL_NONE; /* a sentence: "This e-mail is to notify you of:" */
	/* "Reporter's e-mail address" ends like a culprit's */
	gboolean mail = strstr(label, "mail") != NULL;
	if (strstr(label, "reporter") || strstr(label, "complainant") || strstr(label, "submitter"))
		return mail || !strchr(label, ' ') || g_str_has_suffix(label, " by") ? LABEL_REPORTER
										     : LABEL_INNOCENT;
	if (mail)
		return LABEL_INNOCENT;
	gpointer role = g_hash_table_lookup(roles, label);
	if (role || !strchr(label, ' '))
		return GPOINTER_TO_INT(role);

	g_auto(GStrv) words = g_strsplit(label, " ", 8);
	guint n = g_strv_length(words);
	g_autofree char *two = g_strjoin(" ", words[0], words[1], NULL);
	role = g_hash_table_lookup(roles, two);
	/* "Infringing URL", "URL of the phishing page", "Destination IP": the first word decides who,
	 * the last one what. */
	LabelRole first = GPOINTER_TO_INT(g_hash_table_lookup(roles, words[0]));
	LabelRole end = GPOINTER_TO_INT(g_hash_table_lookup(roles, words[n - 1]));
	if (role)
		return GPOINTER_TO_INT(role);
	if (first == LABEL_INNOCENT || end == LABEL_INNOCENT)
		return LABEL_INNOCENT;
	return end ? end : first;
}

LabelRole notice_label(const char *line, gsize length, const char **value_out)
{
	const char *end = line + length, *start = line;
	if (!roles)
		load_labels();
	while (start < end && strchr(" \t*-•>|", *start))
		start++;
	/* "1. URL:", "2) Address:" */
	gsize number = strspn(start, "0123456789");
	if (number && number <= 2 && strchr(".)", start[number]) && start[number + 1] == ' ')
		start += number + 2;

	const char *colon = start;
	while (colon < end && colon - start < LABEL_MAX && !strchr(":=|\t", *colon))
		colon++;
	if (colon == end || colon == start || colon - start >= LABEL_MAX || g_str_has_prefix(colon, "://"))
		return LABEL_NONE;

	const char *stop = colon;
	while (stop > start && strchr(" \t.*_#", stop[-1]))
		stop--;
	g_autofree char *label = g_utf8_strdown(start, stop - start);
	for (char *p = label; *p; p++)
		if (*p == '_' || *p == '\t')
			*p = ' ';
	const char *value = colon + 1;
	while (value < end && strchr(" \t*|", *value))
		value++;
	*value_out = value;
	return role_of(label);
}

guint notice_count_labels(const char *text)
{
	guint roles_seen = 0, culprits = 0, lines = 0;
	for (const char *p = text; *p && lines < 300; lines++) {
		gsize length = strcspn(p, "\n");
		const char *value = NULL;
		LabelRole role = length > 3 ? notice_label(p, length, &value) : LABEL_NONE;
		if (role != LABEL_NONE && role != LABEL_INNOCENT &&
			(value < p + length || role == LABEL_CULPRIT)) {
			roles_seen |= 1U << role;
			culprits += role == LABEL_CULPRIT;
		}
		p += length + (p[length] == '\n');
	}
	guint n = culprits > 1;
	for (; roles_seen; roles_seen >>= 1)
		n += roles_seen & 1;
	return culprits ? n : 0;
}

gboolean notice_accuse(
	Notice *notice, const char *value, const char *host, gboolean host_is_ip, gboolean is_url)
{
	if (!host || (host_is_ip ? !notice->exact && !domain_ip_is_public(host) : !domain_registrable(host)))
		return FALSE;
	if (!host_is_ip) {
		for (guint i = 0; i < notice->innocent->len; i++)
			if (domain_aligned(host, notice->innocent->pdata[i]))
				return FALSE;
		if (border_is_our_domain(notice->border, host) || domain_is_plumbing(host))
			return FALSE;
	}
	EvidenceKind kind = is_url ? EVIDENCE_REPORTED_URI
		: host_is_ip       ? EVIDENCE_TYPED
				   : EVIDENCE_REPORTED_DOMAIN;
	incident_add_evidence(notice->report, notice->incident, kind, PROVENANCE_REPORTED, value, host);
	if (is_url)
		incident_add_url(notice->report, notice->incident, value);
	if (host_is_ip)
		incident_add_ip(notice->report, notice->incident, host);
	else
		incident_add_domain(notice->report, notice->incident, host);
	notice->named++;
	return TRUE;
}

static void accuse_found(Notice *notice, const Found *found)
{
	gboolean is_ip = found->kind == FOUND_IP || found->kind == FOUND_NETWORK || found->host_is_ip;
	if (found->kind == FOUND_EMAIL && domain_is_mailbox_provider(found->host))
		return;
	if (!notice_accuse(notice, found->value, found->host, is_ip, found->kind == FOUND_URL))
		return;
	if (is_ip && found->kind != FOUND_URL)
		incident_set_source(notice->report, notice->incident, found->host, 0, PROVENANCE_REPORTED);
}

static void accuse_text(Notice *notice, const char *text, gsize length, guint most)
{
	g_autoptr(GPtrArray) found = extract_all(text, length, most);
	for (guint i = 0; i < found->len; i++) {
		const Found *one = found->pdata[i];
		if (one->defanged || !victim_is_meant(text, text + one->start))
			accuse_found(notice, one);
	}
}

static void note_reporter(Notice *notice, const char *value, gsize length)
{
	g_autoptr(GPtrArray) found = extract_all(value, length, 5);
	for (guint i = 0; i < found->len; i++) {
		const Found *one = found->pdata[i];
		if (one->kind != FOUND_EMAIL)
			continue;
		notice->report->reporter = report_text(notice->report, one->value, REPORT_MAX_VALUE);
		notice->report->reporter_name = NULL; /* was the sender's */
		notice->incident->complainant = notice->report->reporter;
		g_ptr_array_add(notice->innocent, g_strdup(one->host));
		return;
	}
}

static void read_value(Notice *notice, LabelRole role, const char *value, gsize length)
{
	Incident *incident = notice->incident;
	g_autofree char *text = g_strndup(value, MIN(length, REPORT_MAX_VALUE));

	switch (role) {
	case LABEL_CULPRIT:
		notice->exact = TRUE;
		accuse_text(notice, value, length, LINE_FOUND_MAX);
		notice->exact = FALSE;
		break;
	case LABEL_REFERENCE:
		if (!incident->report_id && length <= REFERENCE_MAX && strpbrk(text, "0123456789") &&
			!strstr(text, "://"))
			incident->report_id = report_text(notice->report, text, REFERENCE_MAX);
		break;
	case LABEL_DATE:
		if (incident->date == REPORT_NO_DATE)
			incident->date = message_date(text);
		break;
	case LABEL_REPORTER:
		note_reporter(notice, value, length);
		break;
	case LABEL_PORT:
		if (!incident->source_port && incident->source_ip && g_ascii_isdigit(*text))
			incident->source_port = MIN(g_ascii_strtoull(text, NULL, 10), G_MAXUINT16);
		break;
	default:
		break;
	}
}

/* A line that holds a name and hardly more, as lists and tables have them. */
static gboolean is_listed(const char *line, gsize length, const Found *first)
{
	gsize before = 0;
	while (before < first->start && strchr(" \t*-•>|\"'(<[0123456789.):;,", line[before]))
		before++;
	return before >= first->start &&
		(first->end - first->start >= length / 3 || strpbrk(line, "|,;\t") != NULL);
}

static gboolean is_home_page(const Found *found)
{
	const char *slashes = strstr(found->value, "//");
	const char *path = strchr(slashes ? slashes + 2 : found->value, '/');
	return !found->defanged && !found->host_is_ip && (found->kind == FOUND_URL || found->kind == FOUND_HOST) &&
		(!path || !path[1]);
}

/* "4  ae-4.edge.carrier.example (192.0.2.4)": a hop on the way to the culprit. */
static gboolean is_hop(const char *line, gsize length)
{
	gsize start = strspn(line, " \t"), digits = strspn(line + start, "0123456789");
	const char *name = line + start + digits;
	if (!digits || digits > 2 || (*name != ' ' && *name != '\t'))
		return FALSE;
	name += strspn(name, " \t");
	const char *open = memchr(name, '(', line + length - MIN(name, line + length));
	return open && open > name && open[-1] == ' ' && g_ascii_isxdigit(open[1]);
}

static void read_unlabelled(Notice *notice, LabelRole above, const char *line, gsize length)
{
	g_autoptr(GPtrArray) found = extract_all(line, length, LINE_FOUND_MAX);
	g_autofree char *copy = g_strndup(line, length);
	guint end = 0; /* of what was accused last */
	guint bars = 0;
	for (const char *p = copy; *p; p++)
		bars += *p == '|';
	gboolean table = bars >= TABLE_BARS;
	for (guint i = 0; i < found->len; i++) {
		const Found *one = found->pdata[i];
		gboolean first = (i == 0 || table) && above != LABEL_INNOCENT && one->kind != FOUND_EMAIL &&
			(table || is_listed(copy, length, one));
		/* "http://evil.example/ [192.0.2.1]" */
		gboolean beside = end && one->kind == FOUND_IP && one->start - end <= 4;
		/* What was made unclickable was meant to be seen. */
		if (!first && !one->defanged && !beside)
			continue;
		if (notice->below && is_home_page(one))
			continue;
		notice->exact = above == LABEL_CULPRIT;
		accuse_found(notice, one);
		notice->exact = FALSE;
		end = one->end;
	}
}

/* "IPs engaged in spamming on your network:" heads a list though it is too long for a label. */
static LabelRole heading_role(const char *line, gsize length)
{
	static const char *const nouns[] = {"ip", "ips", "address", "addresses", "url", "urls", "domain", "domains",
		"host", "hosts", "site", "sites", "page", "pages", "link", "links", NULL};
	static const char *const theirs[] = {
		"original", "originals", "legitimate", "official", "genuine", "authorized", "authorised", NULL};
	while (length && strchr(" \t\r", line[length - 1]))
		length--;
	if (length < 4 || length > HEADING_MAX || line[length - 1] != ':')
		return LABEL_NONE;
	g_autofree char *lower = g_ascii_strdown(line, length - 1);
	g_auto(GStrv) words = g_strsplit_set(lower, " \t,/()*>", HEADING_WORDS);
	LabelRole role = LABEL_NONE;
	for (char **word = words; *word; word++) {
		if (g_strv_contains(theirs, *word))
			return LABEL_INNOCENT;
		if (g_strv_contains(nouns, *word))
			role = LABEL_CULPRIT;
	}
	return role;
}

guint notice_count_listed(const char *text)
{
	guint n = 0, lines = 0;
	for (const char *p = text; *p && lines < 300; lines++) {
		gsize length = strcspn(p, "\n");
		gsize mark = strspn(p, " \t*-");
		g_autofree char *line = g_strndup(p + MIN(mark, length), MIN(length - MIN(mark, length), 60));
		g_strstrip(line);
		gboolean is_url = strstr(line, "//") && !strpbrk(line, " \t") && (*line | 0x20) == 'h';
		line[strcspn(line, " \t")] = '\0';
		g_autofree char *ip = *line ? domain_ip(line, FALSE) : NULL;
		n += is_url || ip;
		p += length + (p[length] == '\n');
	}
	return n;
}

void notice_read_lines(Notice *notice, const char *text)
{
	LabelRole above = LABEL_NONE;
	gboolean headed = FALSE, traced = strstr(text, "traceroute") || strstr(text, "Traceroute");
	for (const char *p = text; *p;) {
		gsize length = strcspn(p, "\n");
		const char *value = p;
		LabelRole role = notice_label(p, length, &value);
		gboolean blank = strspn(p, " \t\r>") >= length;
		if (role != LABEL_NONE) {
			gsize rest = p + length - MIN(value, p + length);
			read_value(notice, role, value, rest);
			above = rest ? LABEL_NONE : role; /* "URLs:" heads a list */
		} else if (traced && is_hop(p, length)) {
			above = LABEL_NONE;
		} else if (!blank) {
			read_unlabelled(notice, above, p, length);
			LabelRole heading = heading_role(p, length);
			above = heading ? heading : above;
			headed = heading != LABEL_NONE;
		} else if (headed) {
			headed = FALSE; /* an empty line below the heading is not the end of its list */
		} else if (above != LABEL_INNOCENT) {
			above = LABEL_NONE;
		}
		p += length + (p[length] == '\n');
	}
}

void notice_read_all(Notice *notice, const char *text)
{
	accuse_text(notice, text, strlen(text), FOUND_MAX);
}
