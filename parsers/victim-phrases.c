/* Phrases that make what follows them the victim: whom a site imitates, what is the reporter's own. */

#include "victim.h"
#include "wording.h"

#include <string.h>

enum { SENTENCE_MAX = 160, GAP_BYTES_MAX = 80 };

/* Lower case, and how many words may stand between the phrase and the name. */
static const struct {
	guint8 gap;
	const char *phrases; /* '|' between them */
	gboolean is_link;    /* only what stands there as a link */
} rows[] = {
	/* imitated */
	{6,
		"pretends to be|pretending to be|pretend to be|poses as|posing as|masquerading "
		"as|masquerades as|"
		"disguised as|claims to be|claiming to be|claim to be|purports to be|purporting to be|passes "
		"itself off as|"
		"passing itself off as|a copy of|a clone of|cloned from|copied from|copies the site "
		"of|lookalike of|"
		"look-alike of|looks exactly like|identical to|typosquat of|variation of"},
	{5,
		"gibt sich als|geben sich als|gibt vor|tarnt sich als|ausgegeben als|kopie von|kopie der "
		"seite|"
		"se fait passer pour|se font passer pour|se faisant passer pour|une copie de|copie du site|"
		"se hace pasar por|se hacen pasar por|haciéndose pasar por|una copia de|se faz passar por|"
		"se fazem passar por|se fazendo passar por|uma cópia de|si spaccia per|si spacciano "
		"per|spacciandosi per|"
		"una copia di|doet zich voor als|doen zich voor als|een kopie van|podszywa się "
		"pod|podszywają się pod|"
		"podszywając się pod|utger sig för att vara|utger sig för|utgir seg for å være|udgiver sig "
		"for at være|"
		"vydává se za|vydáva sa za|выдает себя за|выдаёт себя за|выдающий себя за"},
	{3,
		"real site is|real website is|real web site is|real page is|real shop is|real one is|real "
		"domain is|"
		"real bank is|actual site is|actual website is|actual domain is|correct site is|correct "
		"website is|"
		"correct address is|true site is|instead of|not to be confused with|legit site "
		"is|statt|anstatt|"
		"au lieu de|en lugar de|invece di|in plaats van"},
	{6,
		"against customers of|targeting customers of|targets customers of|aimed at customers of|"
		"against clients of|targeting clients of|against users of|targeting users of|targets users "
		"of|"
		"targeted at customers of|gegen kunden der|gegen kunden von|gegen kunden des|visant les "
		"clients de|"
		"cible les clients de|contra clientes de|contra los clientes de|contro i clienti di|"
		"gericht op klanten van"},
	/* where to read more */
	{2,
		"for more information, see|for more information see|for more information visit|for details "
		"see|"
		"for details, see|more information at|more details at|more information on|more information "
		"is available at|"
		"learn more at|learn more:|read more at|for advice see|latest version; see|latest version, "
		"see|"
		"instructions at|documentation at|weitere informationen unter|mehr informationen unter|"
		"plus d'informations sur|más información en|maggiori informazioni su|meer informatie op"},
	{6,
		"for advice|for guidance|for instructions|for help|how to fix|how to remove|how to close|"
		"how to secure|how to clean|how to protect|how to stop|how to prevent|learn more about|"
		"read more about|find out more|further information|additional information|removal "
		"instructions|"
		"to request removal|to be delisted|for delisting|delisting is possible|look it up|can be "
		"looked up|"
		"can check it|can verify it|weitere infos|mehr infos|weitere hinweise|hinweise zur "
		"behebung|"
		"anleitung zur|pour en savoir plus|pour plus d'informations|plus d'infos|para más "
		"información|"
		"per maggiori informazioni|per ulteriori informazioni|para mais informações|voor meer "
		"informatie",
		TRUE},
	/* for whom he writes */
	{6,
		"we represent|on behalf of|acting for|agents for|agent for|attorneys for|legal "
		"representative of|im auftrag der|"
		"im auftrag von|im namen der|im namen von|pour le compte de|au nom de|en nombre de|per conto "
		"di|namens"},
	/* the reporter's own */
	{2,
		"my own site is|my own website is|my own domain is|our own site is|our own domain is|our "
		"website is|our web site is|our site is|our domain is|our domain name is|our homepage "
		"is|our shop is|"
		"our addresses at|our users at|our customers at|our mailboxes at|our accounts at|our company "
		"is|"
		"our servers at|our server at|our site at|our website at|our website under|my website is|my "
		"site is|"
		"my domain is|my website at|my site at|my address at|unsere website ist|unsere webseite ist|"
		"unsere domain ist|unsere seite ist|meine webseite ist|unsere website lautet|notre site est|"
		"notre site web est|notre domaine est|mon site est|nuestro sitio es|nuestra web es|nuestro "
		"dominio es|"
		"mi sitio es|il nostro sito è|il nostro dominio è|nosso site é|nosso domínio é|onze website "
		"is|"
		"onze site is"},
};

/* "It pretends to be the bank, hosted at evil.example" */
static const char *const placing[] = {"hosted", "at", "on", "from", "by", "using", "via", "through", "under",
	"bei", "auf", "unter", "sur", "depuis", "avec", "desde", "bajo", "op", "we", "report", "reporting",
	"about", "that", "is", "and", "but", "und", "et", NULL};

static gboolean is_near(const char *gap, guint most)
{
	g_auto(GStrv) words = g_strsplit_set(gap, " \t\r\n,:;\"'()[]<>*", GAP_BYTES_MAX);
	guint n = 0;
	for (char **word = words; *word; word++) {
		/* another name stands between */
		const char *dot = strchr(*word, '.');
		if (g_strv_contains(placing, *word) || (dot && dot[1]))
			return FALSE;
		n += **word != '\0';
	}
	return n <= most;
}

static char **phrases[G_N_ELEMENTS(rows)];

static void load_phrases(void)
{
	for (guint i = 0; i < G_N_ELEMENTS(rows); i++)
		phrases[i] = g_strsplit(rows[i].phrases, "|", -1);
}

static gboolean ends_in(const char *sentence, const Triples *triples, char **phrase, guint most)
{
	for (; *phrase; phrase++) {
		const char *at = triples_have(triples, *phrase) ? g_strrstr(sentence, *phrase) : NULL;
		gsize length = at ? strlen(*phrase) : 0;
		gboolean begins = at && (at == sentence || !g_ascii_isalnum(at[-1]));
		if (begins && at[length] && !g_ascii_isalnum(at[length]) && is_near(at + length, most))
			return TRUE;
	}
	return FALSE;
}

gboolean victim_by_phrase(const char *text, const char *at)
{
	const char *start = at;
	while (start > text && at - start < SENTENCE_MAX) {
		gboolean ends = strchr(".!?", start[-1]) && strchr(" \t\r\n", *start);
		gboolean blank = start[-1] == '\n' && *start == '\n';
		if (ends || blank)
			break;
		start--;
	}
	g_autofree char *part = g_utf8_make_valid(start, at - start);
	g_autofree char *sentence = g_utf8_strdown(part, -1);
	for (char *p = sentence; *p; p++)
		if (*p == '\n' || *p == '\r' || *p == '\t')
			*p = ' ';
	if (!phrases[0])
		load_phrases();
	Triples triples;
	triples_fill(&triples, sentence);
	gboolean is_link = g_ascii_strncasecmp(at, "http", 4) == 0;
	for (guint i = 0; i < G_N_ELEMENTS(rows); i++)
		if ((is_link || !rows[i].is_link) && ends_in(sentence, &triples, phrases[i], rows[i].gap))
			return TRUE;
	return FALSE;
}
