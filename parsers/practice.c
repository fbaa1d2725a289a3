#include "practice.h"

#include <string.h>

#include "domain.h"
#include "html.h"

enum { PRACTICE_MAX_TEXT = 64 << 10 };

/* In lower case, as they stand in mailings of the common languages. */
static const char *const unsubscribe_words[] = {"unsubscribe", "opt-out", "opt out", "optout", "abmelden", "abbestellen",
	"austragen", "désabonner", "désinscri", "desabonner", "desinscri", "darse de baja", "dar de baja",
	"cancelar suscripci", "cancelar a inscri", "descadastr", "cancella l'iscrizione", "disiscri", "annulla iscrizione",
	"uitschrijven", "afmelden", "avregistrera", "avprenumerera", "afmeld", "avmeld", "wypisz", "wypisać", "odhlásit",
	"leiratkoz", "dezabon", "отписаться", "отказаться от", "配信停止", "退订", "退訂", "수신거부",
	"manage preferences", "email preferences", NULL};
static const char *const legal_words[] = {"impressum", "imprint", "mentions légales", "legal notice", "privacy policy",
	"datenschutz", "politique de confidentialité", "handelsregister", "amtsgericht", "geschäftsführer", "ust-id",
	"ust.-id", "vat no", "vat reg", "vat id", "company no", "company reg", "registered office", "registered in england",
	"siret", "siren", "rcs ", "p.iva", "p. iva", "partita iva", "kvk", "btw-nummer", "aviso legal", "nota legale",
	"all rights reserved", NULL};
static const char *const contact_words[] = {"contact us", "kontakt", "contactez", "contacto", "contatt", "tel:", "tel.",
	"phone:", "telefon", "téléphone", "teléfono", "call us", "mailto:", NULL};

static Tri tri(gboolean yes)
{
	return yes ? TRI_TRUE : TRI_FALSE;
}

static gboolean has_any(const char *text, const char *const *words)
{
	for (; *words; words++)
		if (strstr(text, *words))
			return TRUE;
	return FALSE;
}

static gboolean has_address(const char *text)
{
	for (const char *at = strchr(text, '@'); at; at = strchr(at + 1, '@'))
		if (at > text && g_ascii_isalnum(at[-1]) && g_ascii_isalnum(at[1]) && strchr(at, '.'))
			return TRUE;
	return FALSE;
}

static gboolean dkim_is_aligned(Message *original, const char *from_domain)
{
	const char *raw;
	for (guint n = 0; from_domain && n < 10 && (raw = message_header_nth(original, "DKIM-Signature", n)); n++)
		for (const char *tag = strstr(raw, "d="); tag; tag = strstr(tag + 2, "d=")) {
			if (tag > raw && !strchr("; \t", tag[-1]))
				continue;
			const char *value = tag + 2 + strspn(tag + 2, " \t");
			g_autofree char *name = g_strndup(value, strcspn(value, "; \t"));
			g_autofree char *domain = domain_normal(name);
			if (domain && domain_aligned(domain, from_domain))
				return TRUE;
		}
	return FALSE;
}

/* All links lead to the sender's own domain; unknown without links. */
static Tri links_are_aligned(const GPtrArray *evidence, const char *from_domain)
{
	Tri aligned = TRI_UNKNOWN;
	for (guint i = 0; from_domain && i < evidence->len; i++) {
		const Evidence *item = evidence->pdata[i];
		if (item->kind != EVIDENCE_URL || !item->host)
			continue;
		if (!domain_aligned(item->host, from_domain))
			return TRI_FALSE;
		aligned = TRI_TRUE;
	}
	return aligned;
}

static void read_body(Message *original, const char *from_domain, Incident *incident)
{
	Practice *practice = &incident->practice;
	const char *text = message_text(original);
	if (!text[strspn(text, " \t\n")])
		return;
	g_autofree char *part = g_utf8_substring(text, 0, MIN(g_utf8_strlen(text, PRACTICE_MAX_TEXT), PRACTICE_MAX_TEXT));
	g_autofree char *lower = g_utf8_strdown(part, -1);
	GPtrArray *links = message_links(original);
	gboolean unsubscribe = has_any(lower, unsubscribe_words);
	gboolean contact = has_address(lower) || has_any(lower, contact_words);
	for (guint i = 0; i < links->len && i < 200 && !(unsubscribe && contact); i++) {
		const Link *link = links->pdata[i];
		g_autofree char *target = g_ascii_strdown(link->target, -1);
		unsubscribe = unsubscribe || (link->kind == LINK_HREF && has_any(target, unsubscribe_words));
		contact = contact || g_str_has_prefix(target, "mailto:") || g_str_has_prefix(target, "tel:");
	}
	practice->unsubscribe_link = tri(unsubscribe);
	practice->contact_given = tri(contact);
	practice->legal_notice = tri(has_any(lower, legal_words));
	practice->links_aligned = links_are_aligned(incident->evidence, from_domain);
}

void practice_read(Message *original, const char *from_domain, Incident *incident)
{
	Practice *practice = &incident->practice;
	const char *unsubscribe = message_header_raw(original, "List-Unsubscribe");
	const char *post = message_header_raw(original, "List-Unsubscribe-Post");
	practice->list_unsubscribe = tri(unsubscribe && strchr(unsubscribe, ':'));
	practice->one_click = tri(post && unsubscribe && strstr(post, "List-Unsubscribe=One-Click") &&
		strstr(unsubscribe, "https:"));
	const char *from = message_header_raw(original, "From");
	const char *angle = from ? strchr(from, '<') : NULL;
	practice->sender_named = from ? tri((angle && angle > from + strspn(from, " \t\"")) || strchr(from, '(')) : TRI_UNKNOWN;
	practice->dkim_aligned = from ? tri(dkim_is_aligned(original, from_domain)) : TRI_UNKNOWN;
	read_body(original, from_domain, incident);
}
