/* What the label of a line is for, in notices and wherever people order their lines alike. */

#include "domain.h"
#include "notice-private.h"

#include <string.h>

enum { LABEL_MAX = 50, HEADING_MAX = 120, HEADING_WORDS = 20 };

/* Labels and what stands in longer ones, lower case; of the same words the first entry wins. */
static const struct {
	LabelRole role;
	const char *words; /* alternatives separated by '|', words by ' ' */
} labels[] = {
	{LABEL_INNOCENT,
		"destination|target|victim|dest|dst|our ip|our server|our host|attacked|honeypot|"
		"reporting ip|tracker|file name|filename|original|copyrighted work|copyrighted works|"
		"infringed work|protected work|legitimate|official|genuine|authentic|rights holder|"
		"rightsholder|copyright owner|copyright holder|trademark|brand|client|customer name|"
		"company|organisation|organization|on behalf|example of|screenshot|evidence|proof|"
		"more information|more info|further information|details at|report page|report link|"
		"ticket url|case url|view|reply|contact|phone|tel|fax|address of|website of|homepage|"
		"web site of|submitted|nameserver|name server|registrar|whois|abuse contact|asn|as name|"
		"isp|netname|provider|user-agent|user agent|referer|referrer|unsubscribe|sensor|"
		"detected by|signature"},
	{LABEL_REFERENCE,
		"case id|case number|case no|case ref|case #|case|ticket id|ticket number|ticket no|"
		"ticket|reference|reference number|ref|ref id|report id|report-id|incident id|"
		"incident number|incident|notice id|notice number|notice|issue|issue number|complaint id|"
		"tracking id|tracking number|event id|alert id|aktenzeichen|vorgangsnummer|référence|"
		"dossier|referencia"},
	{LABEL_DATE,
		"date|time|timestamp|time stamp|date/time|datetime|first seen|last seen|detected|"
		"detection time|detection date|observed|event date|event time|attack time|"
		"infringement date|infringement timestamp|datum|zeitpunkt|zeit|uhrzeit|heure|fecha|hora|"
		"data|seen|started|first detected|discovered|reported at"},
	{LABEL_REPORTER, "reported by|reported-from|sender of report|melder|plaignant"},
	{LABEL_CATEGORY,
		"category|type|abuse type|report type|report-type|attack type|threat|threat type|"
		"incident type|classification|kategorie|art|type d'abus|catégorie|tipo|categoría|"
		"categoria|abuse category|reason"},
	{LABEL_PORT, "port|source port|src port|infringement port|infringers port|infringer port"},
	{LABEL_CULPRIT,
		"url|urls|uri|uris|link|links|ip|ips|ip-address|ipv4|ipv6|source|source-ip|src|"
		"attacker|attacking ip|offender|offending|abuser|abusive|abuse ip|malicious|malware|"
		"phishing|spamvertised|spamvertized|fraudulent|infringing|infringement|infringer|"
		"infringers|reported|domain|domains|hostname|host|hosts|website|web site|site|sites|page|"
		"address|location|affected|compromised|infected|c2|c&c|botnet|dns name|fqdn|server|"
		"remote ip|remote host|remote connection|client ip|peer|resource|resources|indicator|"
		"download|payload|sample|content url|violating|suspicious|bad|adresses ip|adresse|"
		"domaine|lien|ip-adresse|domäne|angreifer|quelle|betroffene|dirección ip|dominio|sitio|"
		"enlace|indirizzo ip|sito|collegamento|domínio|endereço|ip-adres|domein|adres ip|domena|"
		"ip-adress|domän|vulnerable|open|exposed|fake|scam|fraud|spam|relay|sending ip|smtp|"
		"connecting ip|ip of|url of"},
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

/* "Location of original URL": the work that was copied, wherever the word stands. */
static gboolean speaks_of_an_original(const GStrv words)
{
	static const char *const originals[] = {
		"original", "originals", "legitimate", "genuine", "authentic", NULL};
	for (guint i = 0; words[i]; i++)
		if (g_strv_contains(originals, words[i]))
			return TRUE;
	return FALSE;
}

/* The whole label without what stands in brackets; then an innocent last word, the first two, an innocent
 * first one, the last and the first. */
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
	if (end == LABEL_INNOCENT || speaks_of_an_original(words))
		return LABEL_INNOCENT;
	if (role)
		return GPOINTER_TO_INT(role);
	if (first == LABEL_INNOCENT)
		return LABEL_INNOCENT;
	return end ? end : first;
}

LabelRole notice_role(const char *label)
{
	if (!roles)
		load_labels();
	g_autofree char *own = g_strdup(label);
	return role_of(own);
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
	if (number && number <= 2 && (start[number] == '.' || start[number] == ')') &&
		start[number + 1] == ' ')
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

/* "IPs engaged in spamming on your network:" heads a list though it is too long for a label. */
LabelRole notice_heading(const char *line, gsize length)
{
	static const char *const nouns[] = {"ip", "ips", "address", "addresses", "url", "urls", "domain",
		"domains", "host", "hosts", "site", "sites", "page", "pages", "link", "links", NULL};
	static const char *const theirs[] = {"original", "originals", "legitimate", "official", "genuine",
		"authorized", "authorised", NULL};
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
