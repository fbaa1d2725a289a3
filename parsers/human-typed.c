#include "domain.h"
#include "extract.h"
#include "html.h"
#include "human.h"
#include "notice-private.h"
#include "signature.h"
#include "victim.h"

#include <string.h>

enum { TYPED_MAX = 300, SHOWN_MAX = 300, LABELLED_LINES_MAX = 12, PROGRAM_LINE_MAX = 200 };

gboolean human_is_innocent(const Human *human, const char *host)
{
	for (guint i = 0; i < human->innocent->len; i++)
		if (domain_aligned(host, human->innocent->pdata[i]))
			return TRUE;
	return border_is_our_domain(human->border, host) || domain_is_plumbing(host);
}

gboolean human_accuse_url(Human *human, Incident *incident, EvidenceKind kind, Provenance provenance,
	const char *url, const char *host, gboolean host_is_ip)
{
	if (!host || (host_is_ip ? !domain_ip_is_public(host) : human_is_innocent(human, host)))
		return FALSE;
	if (!host_is_ip && !domain_registrable(host))
		return FALSE;
	if (domain_is_homograph(host))
		report_because(human->report, "%s is written to look like another name.", host);
	incident_add_evidence(human->report, incident, kind, provenance, url, host);
	incident_add_url(human->report, incident, url);
	if (host_is_ip)
		incident_add_ip(human->report, incident, host);
	else
		incident_add_domain(human->report, incident, host);
	return TRUE;
}

/* Pictures are those of his signature and his mail system, or of whom a page imitates. */
gboolean human_accuse_link(Human *human, Incident *incident, const Link *link)
{
	gboolean is_ip;
	g_autofree char *host = NULL;
	g_autofree char *url = link->kind == LINK_HREF ? extract_link(link->target, &host, &is_ip) : NULL;
	return url && human_accuse_url(human, incident, EVIDENCE_TYPED, PROVENANCE_TYPED, url, host, is_ip);
}

static void shown_free(Shown *shown)
{
	g_free(shown->host);
	g_free(shown);
}

void human_read_shown(Human *human)
{
	human->shown = g_ptr_array_new_with_free_func((GDestroyNotify)shown_free);
	for (guint i = 0; i < human->links->len && human->shown->len < SHOWN_MAX; i++) {
		const Link *link = human->links->pdata[i];
		gboolean is_ip;
		if (!link->text || !strchr(link->text, '.'))
			continue;
		g_autofree char *target = NULL, *url = extract_url(link->target, &target, &is_ip);
		g_autoptr(GPtrArray) found = target ? extract_all(link->text, strlen(link->text), 3) : NULL;
		for (guint f = 0; found && f < found->len; f++) {
			const Found *one = found->pdata[f];
			if (!one->host || g_str_equal(one->host, target))
				continue;
			Shown *shown = g_new0(Shown, 1);
			shown->host = g_strdup(one->host);
			shown->offset = link->offset;
			g_ptr_array_add(human->shown, shown);
		}
	}
}

gboolean human_is_shown(const Human *human, const char *host, gsize from, gsize to)
{
	for (guint i = 0; i < human->shown->len; i++) {
		const Shown *shown = human->shown->pdata[i];
		if (shown->offset >= from && shown->offset < to && g_str_equal(shown->host, host))
			return TRUE;
	}
	return FALSE;
}

static gboolean add_typed(
	Human *human, Incident *incident, const char *value, const char *host, gboolean is_ip)
{
	if (is_ip ? !domain_ip_is_public(host) : human_is_innocent(human, host))
		return FALSE;
	incident_add_evidence(human->report, incident, EVIDENCE_TYPED, PROVENANCE_TYPED, value, host);
	if (is_ip)
		incident_add_ip(human->report, incident, host);
	else
		incident_add_domain(human->report, incident, host);
	return TRUE;
}

static gboolean read_found(Human *human, Incident *incident, const Found *found)
{
	switch (found->kind) {
	case FOUND_URL:
		return human_accuse_url(human, incident, EVIDENCE_TYPED, PROVENANCE_TYPED, found->value,
			found->host, found->host_is_ip);
	case FOUND_HOST:
		return add_typed(human, incident, found->value, found->host, FALSE);
	case FOUND_IP:
	case FOUND_NETWORK:
		return add_typed(human, incident, found->value, found->host, TRUE);
	case FOUND_EMAIL:
		/* Who writes of a mailbox at a provider does not complain of the provider. */
		if (domain_is_mailbox_provider(found->host)) {
			incident_add_evidence(human->report, incident, EVIDENCE_TYPED, PROVENANCE_TYPED,
				found->value, NULL);
			return TRUE;
		}
		return add_typed(human, incident, found->value, found->host, FALSE);
	}
	return FALSE;
}

/* "Copyrighted work: https://…", or below "Original URLs:". */
static gboolean is_labelled_innocent(const char *text, const char *at)
{
	const char *line = at;
	for (guint n = 0; n < LABELLED_LINES_MAX; n++) {
		while (line > text && line[-1] != '\n')
			line--;
		gsize length = strcspn(line, "\n");
		if (strspn(line, " \t\r>") >= length)
			return FALSE;
		const char *value = NULL;
		LabelRole role = notice_label(line, length, &value);
		if (role != LABEL_NONE)
			return role == LABEL_INNOCENT && (n == 0 ? value <= at : value >= line + length);
		if (line == text)
			return FALSE;
		line--;
	}
	return FALSE;
}

/* Hosts that the text calls a victim's in one place are none's culprit in another: "my domain is example.org,
 * somebody sends as example.org". */
static GHashTable *victims_of(const char *text, const GPtrArray *found)
{
	GHashTable *hosts = g_hash_table_new(g_str_hash, g_str_equal);
	for (guint i = 0; i < found->len; i++) {
		const Found *one = found->pdata[i];
		if (one->host && !one->defanged && victim_is_meant(text, text + one->start))
			g_hash_table_add(hosts, one->host);
	}
	return hosts;
}

/* @victims: not to be named; NULL: only where the words before say so. */
static guint read_typed(
	Human *human, Incident *incident, const char *text, const GPtrArray *found, GHashTable *victims)
{
	guint named = 0;
	for (guint i = 0; i < found->len; i++) {
		const Found *one = found->pdata[i];
		if (one->host && human_is_shown(human, one->host, 0, human->html_signature))
			continue;
		const char *at = text + one->start;
		gboolean victim = victims ? (one->host && g_hash_table_contains(victims, one->host)) ||
				is_labelled_innocent(text, at)
					  : victim_is_meant(text, at);
		if ((one->defanged || !victim) && read_found(human, incident, one)) {
			human->defanged |= one->defanged;
			named++;
		}
	}
	return named;
}

guint human_read_typed(Human *human, Incident *incident, const char *text)
{
	g_autoptr(GPtrArray) found = extract_all(text, strlen(text), TYPED_MAX);
	report_full(human->report, found->len, TYPED_MAX, "too-many-names");
	g_autoptr(GHashTable) victims = victims_of(text, found);
	guint named = read_typed(human, incident, text, found, victims);
	/* Who names nothing else means what he labelled so. */
	return named ? named : read_typed(human, incident, text, found, NULL);
}

/* "Sent from X for Android", where the name of the program leads to its maker. */
static gboolean is_programs(const char *text, gsize offset)
{
	gsize line = offset;
	while (line && text[line - 1] != '\n' && offset - line < PROGRAM_LINE_MAX)
		line--;
	return signature_is_program(text + line);
}

guint human_read_own_links(Human *human, Incident *incident)
{
	guint named = 0;
	for (guint i = 0; i < human->links->len; i++) {
		const Link *link = human->links->pdata[i];
		if (link->offset >= human->html_signature)
			continue;
		gboolean quoted = FALSE;
		for (guint f = 0; f < human->html_forwards->len; f++) {
			const Forward *forward = human->html_forwards->pdata[f];
			quoted |= link->offset >= forward->start && link->offset < forward->end;
		}
		if (!quoted && !is_programs(human->html_text, link->offset))
			named += human_accuse_link(human, incident, link);
	}
	return named;
}
