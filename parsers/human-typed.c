#include "domain.h"
#include "extract.h"
#include "html.h"
#include "human.h"

#include <string.h>

enum { TYPED_MAX = 300, SHOWN_MAX = 300, WORD_MAX = 24, WORDS_BEFORE = 3, SENTENCE_WORDS = 7 };

/* "my server 192.0.2.1", "attacks against our site example.net": the victim. */
static const char *const mine[] = { "my", "our", "mine", "mon", "ma", "mes", "notre", "nos", "mein", "meine", "meinem",
	"meinen", "meiner", "unser", "unsere", "unserem", "unseren", "unserer", "mi", "mis", "nuestro", "nuestra", "mio", "mia",
	"nostro", "nostra", "meu", "minha", "nosso", "nossa", "mijn", "onze", "ons", "min", "mitt", "vår", "vårt", "vores",
	"dst", "destination", "target", "victim", "dest", "against" };

/* Between the two it turns the sentence: "our users get spam from evil.example". */
static const char *const turning[] = { "from", "by", "via", "de", "par", "von", "durch", "desde", "por", "da", "van", "door",
	"från", "fra", "is", "are", "was", "sends", "sent", "your", "customer", "about", "see" };

static gboolean among(const char *word, const char *const *list, guint n)
{
	for (guint i = 0; i < n; i++)
		if (g_ascii_strcasecmp(word, list[i]) == 0)
			return TRUE;
	return FALSE;
}

/* "our official site is …": the victim's, some words before. */
static const char *const genuine[] = { "genuine", "legitimate", "official", "authentic", "original", "originals", "owner",
	"légitime", "officiel", "officielle", "echte", "echten", "offizielle", "legítimo", "legítima", "oficial", "ufficiale",
	"legittimo", "officiële", "officiella", "oficjalna", "официальный" };

/* "evil.example imitates bank.example": a colon behind it turns the sentence. */
static const char *const imitating[] = { "impersonating", "impersonates", "imitating", "imitates", "mimicking", "mimics",
	"targeting", "targets", "posing", "pretending", "spoofing", "spoofs", "copied", "usurpe", "usurpant", "imite",
	"imitiert", "nachgeahmt", "suplanta", "suplantando", "imita" };

/* "a page targeting My Bank, hosted at evil.example" */
static const char *const placing[] = { "hosted", "at", "on", "from", "by", "using", "via", "through", "with", "under", "bei",
	"auf", "von", "unter", "mit", "sur", "par", "depuis", "avec", "desde", "con", "bajo", "su", "da", "com", "op", "door" };

static gboolean is_a_victim(const char *text, const char *at)
{
	gboolean colon = FALSE;
	for (guint n = 0; n < SENTENCE_WORDS && at > text; n++) {
		const char *end = at;
		while (end > text && strchr(" \t\"'(<[,", end[-1]))
			end--;
		if (end > text && end[-1] == ':') {
			colon = TRUE;
			end--;
		}
		const char *start = end;
		while (start > text && !strchr(" \t\n.;!?\"'(<[,", start[-1]) && end - start < WORD_MAX)
			start--;
		if (start == end)
			return FALSE;
		g_autofree char *word = g_strndup(start, end - start);
		if (among(word, genuine, G_N_ELEMENTS(genuine)))
			return TRUE;
		if (among(word, imitating, G_N_ELEMENTS(imitating)))
			return !colon;
		if (among(word, placing, G_N_ELEMENTS(placing)))
			return FALSE;
		at = start;
	}
	return FALSE;
}

/* Whether the words before @at call what stands there the reporter's own. */
static gboolean is_his_own(const char *text, const char *at)
{
	for (guint n = 0; n < WORDS_BEFORE && at > text; n++) {
		const char *end = at;
		while (end > text && strchr(" \t\"'(<[:=*,", end[-1]))
			end--;
		const char *start = end;
		while (start > text && !strchr(" \t\n.;!?\"'(<[:=", start[-1]) && end - start < WORD_MAX)
			start--;
		if (start == end)
			return FALSE;
		g_autofree char *word = g_strndup(start, end - start);
		if (among(word, mine, G_N_ELEMENTS(mine)))
			return TRUE;
		if (among(word, turning, G_N_ELEMENTS(turning)))
			return FALSE;
		at = start;
	}
	return FALSE;
}

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
	incident_add_evidence(human->report, incident, kind, provenance, url, host);
	incident_add_url(human->report, incident, url);
	if (host_is_ip)
		incident_add_ip(human->report, incident, host);
	else
		incident_add_domain(human->report, incident, host);
	return TRUE;
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
		if (link->kind != LINK_HREF || !link->text || !strchr(link->text, '.'))
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

static gboolean add_typed(Human *human, Incident *incident, const char *value, const char *host, gboolean is_ip)
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
		return human_accuse_url(human, incident, EVIDENCE_TYPED, PROVENANCE_TYPED, found->value, found->host,
			found->host_is_ip);
	case FOUND_HOST:
		return add_typed(human, incident, found->value, found->host, FALSE);
	case FOUND_IP:
	case FOUND_NETWORK:
		return add_typed(human, incident, found->value, found->host, TRUE);
	case FOUND_EMAIL:
		/* Who writes of a mailbox at a provider does not complain of the provider. */
		if (domain_is_mailbox_provider(found->host)) {
			incident_add_evidence(human->report, incident, EVIDENCE_TYPED, PROVENANCE_TYPED, found->value, NULL);
			return TRUE;
		}
		return add_typed(human, incident, found->value, found->host, FALSE);
	}
	return FALSE;
}

guint human_read_typed(Human *human, Incident *incident, const char *text)
{
	guint named = 0;
	g_autoptr(GPtrArray) found = extract_all(text, strlen(text), TYPED_MAX);
	if (found->len == TYPED_MAX)
		report_malformed(human->report, "too-many-names");
	for (guint i = 0; i < found->len; i++) {
		const Found *one = found->pdata[i];
		if (one->host && human_is_shown(human, one->host, 0, human->html_signature))
			continue;
		gboolean victim = !one->defanged
			&& (is_his_own(text, text + one->start) || is_a_victim(text, text + one->start));
		if (!victim && read_found(human, incident, one)) {
			human->defanged |= one->defanged;
			named++;
		}
	}
	return named;
}

guint human_read_own_links(Human *human, Incident *incident)
{
	guint named = 0;
	for (guint i = 0; human->links && i < human->links->len; i++) {
		const Link *link = human->links->pdata[i];
		/* Pictures in his own text are those of his signature and his mail system. */
		if (link->kind != LINK_HREF || link->offset >= human->html_signature)
			continue;
		gboolean quoted = FALSE, is_ip;
		for (guint f = 0; f < human->html_forwards->len; f++) {
			const Forward *forward = human->html_forwards->pdata[f];
			quoted |= link->offset >= forward->start && link->offset < forward->end;
		}
		if (quoted || g_ascii_strncasecmp(link->target, "http", 4) != 0)
			continue;
		g_autofree char *host = NULL, *url = extract_url(link->target, &host, &is_ip);
		named += url && human_accuse_url(human, incident, EVIDENCE_TYPED, PROVENANCE_TYPED, url, host, is_ip);
	}
	return named;
}
