#include "domain.h"
#include "extract.h"
#include "notice-private.h"
#include "victim.h"

#include <string.h>

enum { FOUND_MAX = 500, LINE_FOUND_MAX = 50, REFERENCE_MAX = 100, TABLE_BARS = 3, GAP_MAX = 4 };

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

static gboolean is_address(const Found *found)
{
	return found->kind == FOUND_IP || found->kind == FOUND_NETWORK || found->host_is_ip;
}

static void accuse_found(Notice *notice, const Found *found)
{
	gboolean is_ip = is_address(found);
	if (found->kind == FOUND_EMAIL && domain_is_mailbox_provider(found->host))
		return;
	if (!notice_accuse(notice, found->value, found->host, is_ip, found->kind == FOUND_URL))
		return;
	if (found->kind != FOUND_URL) /* a name is no source, and is not taken for one */
		incident_set_source(notice->report, notice->incident, found->host, 0, PROVENANCE_REPORTED);
}

static void accuse_text(Notice *notice, const char *text, gsize length, guint most)
{
	g_autoptr(GPtrArray) found = extract_all(text, length, most);
	report_full(notice->report, found->len, most, "too-many-names");
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

/* An address alone is one even where running text would not be believed: "fd00::1". */
static void accuse_value(Notice *notice, const char *text, const char *value, gsize length)
{
	gboolean alone = text[strspn(text, "0123456789abcdefABCDEF.:")] == '\0';
	g_autofree char *ip = alone ? domain_ip(text, FALSE) : NULL;
	if (!ip)
		accuse_text(notice, value, length, LINE_FOUND_MAX);
	else if (notice_accuse(notice, ip, ip, TRUE, FALSE))
		incident_set_source(notice->report, notice->incident, ip, 0, PROVENANCE_REPORTED);
}

void notice_read_value(Notice *notice, LabelRole role, const char *value, gsize length)
{
	Incident *incident = notice->incident;
	g_autofree char *text = g_strndup(value, MIN(length, REPORT_MAX_VALUE));

	switch (role) {
	case LABEL_CULPRIT:
		notice->exact = TRUE;
		accuse_value(notice, text, value, length);
		notice->exact = FALSE;
		break;
	case LABEL_REFERENCE:
		if (!incident->report_id && length <= REFERENCE_MAX && notice_is_reference(text))
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
		if (!incident->source_port && incident->source_ip) {
			guint64 port = g_ascii_strtoull(text, NULL, 10);
			incident->source_port = port <= G_MAXUINT16 ? port : 0;
		}
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
	return !found->defanged && !found->host_is_ip &&
		(found->kind == FOUND_URL || found->kind == FOUND_HOST) && (!path || !path[1]);
}

/* "4  ae-4.edge.carrier.example (192.0.2.4)": a hop on the way to the culprit. */
static gboolean is_hop(const char *line, gsize length)
{
	gsize start = strspn(line, " \t"), digits = strspn(line + start, "0123456789");
	const char *name = line + start + digits;
	if (digits > 2 || (*name != ' ' && *name != '\t'))
		return FALSE;
	name += strspn(name, " \t");
	const char *open = memchr(name, '(', line + length - MIN(name, line + length));
	return open && open > name && open[-1] == ' ' && g_ascii_isxdigit(open[1]);
}

/* Between what was accused and the address behind it: no arrow and no word, as "203.0.113.9 -> 192.0.2.1"
 * names the victim. A name's own address also stands behind quotes and signs: "evil.example","192.0.2.1". */
static gboolean is_beside(const char *text, const Found *accused, guint to)
{
	guint from = accused->end;
	if (to < from || to - from > GAP_MAX)
		return FALSE;
	g_autofree char *gap = g_strndup(text + from, to - from);
	const char *signs = is_address(accused) ? " \t,;()[]|<>/-" : " \t,;()[]|<>/-\"'`:=*{}@";
	return strspn(gap, signs) == to - from && !strstr(gap, "->") && !strstr(gap, "=>");
}

static void read_unlabelled(Notice *notice, LabelRole above, const char *line, gsize length)
{
	g_autoptr(GPtrArray) found = extract_all(line, length, LINE_FOUND_MAX);
	report_full(notice->report, found->len, LINE_FOUND_MAX, "too-many-names");
	g_autofree char *copy = g_strndup(line, length);
	const Found *last = NULL; /* of what was accused */
	guint bars = 0;
	for (const char *p = copy; *p; p++)
		bars += *p == '|';
	gboolean table = bars >= TABLE_BARS;
	for (guint i = 0; i < found->len; i++) {
		const Found *one = found->pdata[i];
		gboolean first = (i == 0 || table) && above != LABEL_INNOCENT && one->kind != FOUND_EMAIL &&
			(table || is_listed(copy, length, one));
		/* "http://evil.example/ [192.0.2.1]" */
		gboolean beside = last && one->kind == FOUND_IP && is_beside(copy, last, one->start);
		/* What was made unclickable was meant to be seen. */
		if (!first && !one->defanged && !beside)
			continue;
		if (notice->below && is_home_page(one))
			continue;
		notice->exact = above == LABEL_CULPRIT;
		accuse_found(notice, one);
		notice->exact = FALSE;
		last = one;
	}
}

void notice_read_lines(Notice *notice, const char *text)
{
	LabelRole above = LABEL_NONE;
	gboolean headed = FALSE, traced = strstr(text, "traceroute") || strstr(text, "Traceroute");
	NoticeTable table = {0};
	gboolean logged = strstr(text, "\nRemote connection: [") != NULL;
	for (const char *p = text; *p;) {
		gsize length = strcspn(p, "\n");
		const char *value = p;
		if ((table.columns && notice_table_row(notice, &table, p, length)) ||
			notice_table_head(p, length, &table)) {
			p += length + (p[length] == '\n');
			continue;
		}
		table.columns = 0;
		LabelRole role = notice_label(p, length, &value);
		/* A web server's log of requests in labelled lines (BitNinja): the URL is the server's own.
		 */
		if (logged && g_str_has_prefix(p, "Url: ["))
			role = LABEL_INNOCENT;
		gboolean blank = strspn(p, " \t\r>") >= length;
		if (role != LABEL_NONE) {
			gsize rest = p + length - MIN(value, p + length);
			notice_read_value(notice, role, value, rest);
			above = rest ? LABEL_NONE : role; /* "URLs:" heads a list */
		} else if (traced && is_hop(p, length)) {
			above = LABEL_NONE;
		} else if (!blank) {
			read_unlabelled(notice, above, p, length);
			LabelRole heading = notice_heading(p, length);
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
