#include "practice.h"

#include <string.h>

#include "domain.h"
#include "html.h"

enum { PRACTICE_MAX_TEXT = 64 << 10 };

enum { SAYS_UNSUBSCRIBE = 1, SAYS_LEGAL = 2, SAYS_CONTACT = 4, SAYS_ALL = 7 };

/* In lower case, as they begin words in mailings of the common languages. */
static const struct {
	const char *word;
	guint says;
} phrases[] = {
	{"unsubscribe", SAYS_UNSUBSCRIBE},
	{"opt-out", SAYS_UNSUBSCRIBE},
	{"opt out", SAYS_UNSUBSCRIBE},
	{"optout", SAYS_UNSUBSCRIBE},
	{"abmelden", SAYS_UNSUBSCRIBE},
	{"abbestellen", SAYS_UNSUBSCRIBE},
	{"austragen", SAYS_UNSUBSCRIBE},
	{"désabonn", SAYS_UNSUBSCRIBE},
	{"désinscri", SAYS_UNSUBSCRIBE},
	{"desabonn", SAYS_UNSUBSCRIBE},
	{"desinscri", SAYS_UNSUBSCRIBE},
	{"darse de baja", SAYS_UNSUBSCRIBE},
	{"dar de baja", SAYS_UNSUBSCRIBE},
	{"cancelar suscripci", SAYS_UNSUBSCRIBE},
	{"cancelar a inscri", SAYS_UNSUBSCRIBE},
	{"descadastr", SAYS_UNSUBSCRIBE},
	{"cancella l'iscrizione", SAYS_UNSUBSCRIBE},
	{"disiscri", SAYS_UNSUBSCRIBE},
	{"annulla iscrizione", SAYS_UNSUBSCRIBE},
	{"uitschrijven", SAYS_UNSUBSCRIBE},
	{"avregistrera", SAYS_UNSUBSCRIBE},
	{"avprenumerera", SAYS_UNSUBSCRIBE},
	{"afmeld", SAYS_UNSUBSCRIBE},
	{"avmeld", SAYS_UNSUBSCRIBE},
	{"wypisz", SAYS_UNSUBSCRIBE},
	{"wypisać", SAYS_UNSUBSCRIBE},
	{"odhlásit", SAYS_UNSUBSCRIBE},
	{"leiratkoz", SAYS_UNSUBSCRIBE},
	{"dezabon", SAYS_UNSUBSCRIBE},
	{"отписаться", SAYS_UNSUBSCRIBE},
	{"отказаться от", SAYS_UNSUBSCRIBE},
	{"配信停止", SAYS_UNSUBSCRIBE},
	{"退订", SAYS_UNSUBSCRIBE},
	{"退訂", SAYS_UNSUBSCRIBE},
	{"수신거부", SAYS_UNSUBSCRIBE},
	{"manage preferences", SAYS_UNSUBSCRIBE},
	{"email preferences", SAYS_UNSUBSCRIBE},
	{"impressum", SAYS_LEGAL},
	{"imprint", SAYS_LEGAL},
	{"mentions légales", SAYS_LEGAL},
	{"legal notice", SAYS_LEGAL},
	{"privacy policy", SAYS_LEGAL},
	{"datenschutz", SAYS_LEGAL},
	{"politique de confidentialité", SAYS_LEGAL},
	{"handelsregister", SAYS_LEGAL},
	{"amtsgericht", SAYS_LEGAL},
	{"geschäftsführer", SAYS_LEGAL},
	{"ust-id", SAYS_LEGAL},
	{"ust.-id", SAYS_LEGAL},
	{"vat no", SAYS_LEGAL},
	{"vat reg", SAYS_LEGAL},
	{"vat id", SAYS_LEGAL},
	{"company no", SAYS_LEGAL},
	{"company reg", SAYS_LEGAL},
	{"registered office", SAYS_LEGAL},
	{"registered in england", SAYS_LEGAL},
	{"siret", SAYS_LEGAL},
	{"siren", SAYS_LEGAL},
	{"rcs ", SAYS_LEGAL},
	{"p.iva", SAYS_LEGAL},
	{"p. iva", SAYS_LEGAL},
	{"partita iva", SAYS_LEGAL},
	{"kvk", SAYS_LEGAL},
	{"btw-nummer", SAYS_LEGAL},
	{"aviso legal", SAYS_LEGAL},
	{"nota legale", SAYS_LEGAL},
	{"all rights reserved", SAYS_LEGAL},
	{"contact us", SAYS_CONTACT},
	{"kontakt", SAYS_CONTACT},
	{"contactez", SAYS_CONTACT},
	{"contacto", SAYS_CONTACT},
	{"contatt", SAYS_CONTACT},
	{"tel:", SAYS_CONTACT},
	{"tel.", SAYS_CONTACT},
	{"phone:", SAYS_CONTACT},
	{"telefon", SAYS_CONTACT},
	{"téléphone", SAYS_CONTACT},
	{"teléfono", SAYS_CONTACT},
	{"call us", SAYS_CONTACT},
	{"mailto:", SAYS_CONTACT},
};

static Tri tri(gboolean yes)
{
	return yes ? TRI_TRUE : TRI_FALSE;
}

/* Case does not matter for ASCII; the few other letters above are written small in running text. */
static gboolean begins_with(const char *at, const char *word)
{
	for (; *word; at++, word++)
		if ((*at >= 'A' && *at <= 'Z' ? *at | 0x20 : *at) != *word)
			return FALSE;
	return TRUE;
}

/* The first three bytes, case aside, as a number; no phrase is shorter. */
static guint beginning(const char *at)
{
	return ((at[0] | 0x20) & 31) | ((at[1] | 0x20) & 31) << 5 | ((at[2] | 0x20) & 31) << 10;
}

/* Beginnings of all phrases: most words are told apart by it without a comparison. */
static const guint8 *beginnings(void)
{
	static guint8 known[1 << 15];
	static gsize filled;
	if (g_once_init_enter(&filled)) {
		for (guint i = 0; i < G_N_ELEMENTS(phrases); i++)
			known[beginning(phrases[i].word)] = 1;
		g_once_init_leave(&filled, 1);
	}
	return known;
}

/* What @text says, as a set: one pass, phrases begin where words do. */
static guint says(const char *text, gsize length)
{
	const guint8 *known = beginnings();
	guint said = 0;
	guchar before = ' ';
	for (const char *at = text, *end = text + length; at + 2 < end && said != SAYS_ALL; before = *at++) {
		if ((g_ascii_isalnum(before) && !(*at & 0x80)) || !known[beginning(at)])
			continue;
		for (guint i = 0; i < G_N_ELEMENTS(phrases); i++)
			if (!(said & phrases[i].says) && begins_with(at, phrases[i].word))
				said |= phrases[i].says;
	}
	return said;
}

gboolean practice_offers_out(const char *text)
{
	return says(text, strlen(text)) & SAYS_UNSUBSCRIBE;
}

static gboolean has_address(const char *text, gsize length)
{
	for (const char *at = memchr(text, '@', length); at; at = memchr(at + 1, '@', text + length - at - 1))
		if (at > text && g_ascii_isalnum(at[-1]) && g_ascii_isalnum(at[1]) && strchr(at, '.'))
			return TRUE;
	return FALSE;
}

static gboolean dkim_is_aligned(Message *original, const char *from_domain)
{
	const char *raw;
	for (guint n = 0; from_domain && n < 10 && (raw = message_header_nth(original, "DKIM-Signature", n));
		n++)
		for (const char *tag = strstr(raw, "d="); tag; tag = strstr(tag + 2, "d=")) {
			if (tag > raw && !strchr("; \t", tag[-1]))
				continue;
			const char *value = tag + 2 + strspn(tag + 2, " \t");
			g_autofree char *name = g_strndup(value, strcspn(value, "; \t"));
			g_autofree char *domain = domain_normal(name);
			if (domain_aligned(domain, from_domain))
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
	gsize length = strnlen(text, PRACTICE_MAX_TEXT);
	guint said = says(text, length);
	gboolean contact = (said & SAYS_CONTACT) || has_address(text, length);
	GPtrArray *links = message_links(original);
	for (guint i = 0; i < links->len && i < 200 && !(contact && (said & SAYS_UNSUBSCRIBE)); i++) {
		const Link *link = links->pdata[i];
		if (link->kind == LINK_HREF)
			said |= says(link->target, strlen(link->target));
		contact =
			contact || begins_with(link->target, "mailto:") || begins_with(link->target, "tel:");
	}
	practice->unsubscribe_link = tri(said & SAYS_UNSUBSCRIBE);
	practice->contact_given = tri(contact);
	practice->legal_notice = tri(said & SAYS_LEGAL);
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
	practice->sender_named = from
		? tri((angle && angle > from + strspn(from, " \t\"")) || strchr(from, '('))
		: TRI_UNKNOWN;
	practice->dkim_aligned = from ? tri(dkim_is_aligned(original, from_domain)) : TRI_UNKNOWN;
	read_body(original, from_domain, incident);
}
