/* Mailings to the abuse address itself: what sells, in the words that sell. */
#include "html.h"
#include "human.h"
#include "practice.h"
#include "wording.h"

#include <string.h>

enum {
	ADVERTISING_LOOK = 8000, /* bytes of the text that are searched */
};

/* A person who complains says what somebody did, not what "we" have on offer. Only asked when nothing in
 * the text complains. */
static const Wording selling[] = {
	{"unsubscribe", WORDING_ANYWHERE},
	{"désabonner", WORDING_ANYWHERE},
	{"désinscri", WORDING_ANYWHERE},
	{"abmelden", WORDING_ANYWHERE},
	{"cancelar suscripción", WORDING_ANYWHERE},
	{"we offer", WORDING_ANYWHERE},
	{"we are a leading", WORDING_ANYWHERE},
	{"our services", WORDING_ANYWHERE},
	{"our customers", WORDING_ANYWHERE},
	{"our clients", WORDING_ANYWHERE},
	{"special offer", WORDING_ANYWHERE},
	{"best price", WORDING_ANYWHERE},
	{"price list", WORDING_ANYWHERE},
	{"free trial", WORDING_ANYWHERE},
	{"free quote", WORDING_ANYWHERE},
	{"buy now", WORDING_ANYWHERE},
	{"order now", WORDING_ANYWHERE},
	{"limited time", WORDING_ANYWHERE},
	{"discount", WORDING_ANYWHERE},
	{"search engine", WORDING_ANYWHERE},
	{"guest post", WORDING_ANYWHERE},
	{"backlink", WORDING_ANYWHERE},
	{"grow your", WORDING_ANYWHERE},
	{"boost your", WORDING_ANYWHERE},
	{"increase your", WORDING_ANYWHERE},
	{"nous vous proposons", WORDING_ANYWHERE},
	{"nos services", WORDING_ANYWHERE},
	{"nos clients", WORDING_ANYWHERE},
	{"offre spéciale", WORDING_ANYWHERE},
	{"meilleur prix", WORDING_ANYWHERE},
	{"wir bieten", WORDING_ANYWHERE},
	{"unsere kunden", WORDING_ANYWHERE},
	{"unsere leistungen", WORDING_ANYWHERE},
	{"unser angebot", WORDING_ANYWHERE},
	{"rabatt", WORDING_ANYWHERE},
	{"ofrecemos", WORDING_ANYWHERE},
	{"nuestros clientes", WORDING_ANYWHERE},
	{"nuestros servicios", WORDING_ANYWHERE},
	{"oferta especial", WORDING_ANYWHERE},
	{"descuento", WORDING_ANYWHERE},
	{NULL, WORDING_ANYWHERE},
};

const char *human_sells(const char *text)
{
	g_autofree char *folded = wording_fold(text, ADVERTISING_LOOK);
	return wording_find(selling, folded);
}

static gsize letters(const char *text)
{
	gsize n = 0;
	for (; text && *text; text++)
		n += !g_ascii_isspace(*text);
	return n;
}

gboolean human_is_of_pictures(const Human *human)
{
	gsize linked = 0;
	gboolean is_mailing = FALSE;
	for (guint i = 0; i < human->links->len; i++) {
		const Link *link = human->links->pdata[i];
		/* Who shows where it leads has pasted it: mailings have words or a picture there. */
		if (link->text && !strstr(link->text, "://"))
			linked += letters(link->text);
		/* A picture that counts its readers, or the way out of the list. */
		is_mailing |= link->tiny ||
			(link->kind == LINK_HREF &&
				(practice_offers_out(link->target) ||
					(link->text && practice_offers_out(link->text))));
	}
	return is_mailing && letters(human->html_text) <= linked;
}
