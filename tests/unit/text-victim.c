/* Each word and phrase that makes what follows it the victim, and each that turns the sentence. */

#include "victim.h"

#include <string.h>

/* Phrases, how many words may stand between, and whether only a link is meant. */
static const struct {
	guint gap;
	gboolean is_link;
	const char *phrases;
} phrases[] = {
	{6, FALSE,
		"pretends to be|pretending to be|pretend to be|poses as|posing as|masquerading as|"
		"masquerades as|disguised as|claims to be|claiming to be|claim to be|purports to be|"
		"purporting to be|passes itself off as|passing itself off as|a copy of|a clone of|"
		"cloned from|copied from|copies the site of|lookalike of|look-alike of|"
		"looks exactly like|identical to|typosquat of|variation of"},
	{5, FALSE,
		"gibt sich als|geben sich als|gibt vor|tarnt sich als|ausgegeben als|kopie von|"
		"kopie der seite|se fait passer pour|se font passer pour|se faisant passer pour|"
		"une copie de|copie du site|se hace pasar por|se hacen pasar por|haciéndose pasar por|"
		"una copia de|se faz passar por|se fazem passar por|se fazendo passar por|uma cópia de|"
		"si spaccia per|si spacciano per|spacciandosi per|una copia di|doet zich voor als|"
		"doen zich voor als|een kopie van|podszywa się pod|podszywają się pod|"
		"podszywając się pod|utger sig för att vara|utger sig för|utgir seg for å være|"
		"udgiver sig for at være|vydává se za|vydáva sa za|выдает себя за|"
		"выдаёт себя за|выдающий себя за"},
	{3, FALSE,
		"real site is|real website is|real web site is|real page is|real shop is|real one is|"
		"real domain is|real bank is|actual site is|actual website is|actual domain is|"
		"correct site is|correct website is|correct address is|true site is|instead of|"
		"not to be confused with|legit site is|statt|anstatt|au lieu de|en lugar de|invece di|"
		"in plaats van"},
	{6, FALSE,
		"against customers of|targeting customers of|targets customers of|aimed at customers of|"
		"against clients of|targeting clients of|against users of|targeting users of|"
		"targets users of|targeted at customers of|gegen kunden der|gegen kunden von|"
		"gegen kunden des|visant les clients de|cible les clients de|contra clientes de|"
		"contra los clientes de|contro i clienti di|gericht op klanten van"},
	{2, FALSE,
		"for more information, see|for more information see|for more information visit|"
		"for details see|for details, see|more information at|more details at|"
		"more information on|more information is available at|learn more at|learn more:|"
		"read more at|for advice see|latest version; see|latest version, see|instructions at|"
		"documentation at|weitere informationen unter|mehr informationen unter|"
		"plus d'informations sur|más información en|maggiori informazioni su|"
		"meer informatie op"},
	{6, TRUE,
		"for advice|for guidance|for instructions|for help|how to fix|how to remove|how to close|"
		"how to secure|how to clean|how to protect|how to stop|how to prevent|learn more about|"
		"read more about|find out more|further information|additional information|"
		"removal instructions|to request removal|to be delisted|for delisting|"
		"delisting is possible|look it up|can be looked up|can check it|can verify it|"
		"weitere infos|mehr infos|weitere hinweise|hinweise zur behebung|anleitung zur|"
		"pour en savoir plus|pour plus d'informations|plus d'infos|para más información|"
		"per maggiori informazioni|per ulteriori informazioni|para mais informações|"
		"voor meer informatie"},
	{6, FALSE,
		"we represent|on behalf of|acting for|agents for|agent for|attorneys for|"
		"legal representative of|im auftrag der|im auftrag von|im namen der|im namen von|"
		"pour le compte de|au nom de|en nombre de|per conto di|namens"},
	{2, FALSE,
		"my own site is|my own website is|my own domain is|our own site is|our own domain is|"
		"our website is|our web site is|our site is|our domain is|our domain name is|"
		"our homepage is|our shop is|our addresses at|our users at|our customers at|"
		"our mailboxes at|our accounts at|our company is|our servers at|our server at|"
		"our site at|our website at|our website under|my website is|my site is|my domain is|"
		"my website at|my site at|my address at|unsere website ist|unsere webseite ist|"
		"unsere domain ist|unsere seite ist|meine webseite ist|unsere website lautet|"
		"notre site est|notre site web est|notre domaine est|mon site est|nuestro sitio es|"
		"nuestra web es|nuestro dominio es|mi sitio es|il nostro sito è|il nostro dominio è|"
		"nosso site é|nosso domínio é|onze website is|onze site is"},
};

/* "%s" in a sentence: the word. What stands at '#' is the victim or is not. */
static const struct {
	const char *sentence;
	gboolean is_victim;
	const char *words;
} words[] = {
	{"it hits %s server #", TRUE,
		"my|our|mine|mon|ma|mes|notre|nos|mein|meine|meinem|meinen|meiner|unser|unsere|unserem|"
		"unseren|unserer|mi|mis|nuestro|nuestra|mio|mia|nostro|nostra|meu|minha|nosso|nossa|mijn|"
		"onze|ons|min|mitt|vår|vårt|vores|dst|destination|target|victim|dest"},
	{"the server %s: #", TRUE, "attacked|attacking|scanned|scanning"},
	{"please take %s against #", FALSE,
		"complaint|complain|complaints|complaining|report|reports|action|actions|act|steps|"
		"measures|proceedings|proceed|file|evidence|case|accusation|accusations|objection"},
	{"our mail %s #", FALSE,
		"from|by|via|de|par|von|durch|desde|por|da|van|door|från|fra|is|are|was|sends|sent|your|"
		"customer|about|see"},
	{"the %s site #", TRUE,
		"genuine|legitimate|official|authentic|original|originals|owner|police|légitime|"
		"officiel|officielle|echte|echten|offizielle|legítimo|legítima|oficial|ufficiale|"
		"legittimo|officiële|officiella|oficjalna|официальный"},
	{"a page %s #", TRUE,
		"impersonating|impersonates|imitating|imitates|mimicking|mimics|targeting|targets|posing|"
		"pretending|spoofing|spoofs|copied|usurpe|usurpant|imite|imitiert|nachgeahmt|suplanta|"
		"suplantando|imita"},
	{"a page %s: #", FALSE,
		"impersonating|impersonates|imitating|imitates|mimicking|mimics|targeting|targets|posing|"
		"pretending|spoofing|spoofs|copied|usurpe|usurpant|imite|imitiert|nachgeahmt|suplanta|"
		"suplantando|imita"},
	{"a page targeting Firms %s #", FALSE,
		"hosted|at|on|from|by|using|via|through|with|under|bei|auf|von|unter|mit|sur|par|depuis|"
		"avec|desde|con|bajo|su|da|com|op|door"},
	{"it pretends to be this %s #", FALSE,
		"hosted|at|on|from|by|using|via|through|under|bei|auf|unter|sur|depuis|avec|desde|bajo|"
		"op|we|report|reporting|about|that|is|and|but|und|et"},
};

/* The rest: what stands at '#'. */
static const struct {
	const char *text;
	gboolean is_victim;
} rows[] = {
	{"attacks against #", TRUE}, {"a server. #", FALSE}, {"MY SERVER #", TRUE},
	{"our one, two, three, four #", FALSE}, {"summer #", FALSE}, /* ends like a word of the table */
	{"it poses as bank.example but is #", FALSE},                /* another name stands between */
	{"it poses as a bank. See #", FALSE},                        /* another sentence */
	{"it poses as bank.test, #", FALSE}, {"it poses as (Bank Inc.) #", TRUE}, {"instead of #", TRUE},
	{"instead of#", FALSE},            /* glued to it */
	{"it is a copy offered #", FALSE}, /* begins like a phrase */
	{"it pretends\nto be #", TRUE}, {"it pretends\tto be #", TRUE}, {"it pretends\rto be #", TRUE},
	{"Official: #", TRUE}, {"a host scanning ports #", FALSE}, {"our mail from #", FALSE},
	{"they send \"GET requests\" to #", FALSE}, {"it composes as #", FALSE}, {"our website is\n#", TRUE},
	{"our website is\n\n#", FALSE}, {"203.0.113.9 - - [02/Mar/2026] \"GET / HTTP/1.1\" 404 \"#\"", TRUE},
	{"203.0.113.9 - - [02/Mar/2026] \"POST / HTTP/1.1\" 404 \"#\"", TRUE},
	{"203.0.113.9 - - [02/Mar/2026] \"HEAD / HTTP/1.1\" 404 \"#\"", TRUE},
	{"203.0.113.9 - - [02/Mar/2026] \"DROP / HTTP/1.1\" 404 \"#\"", FALSE},
	{"# - - [02/Mar/2026] \"GET / HTTP/1.1\" 404", FALSE}, /* he did it */
	{"\"GET / HTTP/1.1\" 404\n#", FALSE},                  /* another line */
};

static void check(const char *text, gboolean is_victim)
{
	const char *mark = strchr(text, '#');
	g_autofree char *whole = g_strdup_printf("%.*sbank.example%s", (int)(mark - text), text, mark + 1);
	g_test_message("%s", whole);
	g_assert_cmpint(victim_is_meant(whole, whole + (mark - text)), ==, is_victim);
}

static void test_phrases(void)
{
	for (guint i = 0; i < G_N_ELEMENTS(phrases); i++) {
		g_auto(GStrv) list = g_strsplit(phrases[i].phrases, "|", -1);
		for (char **phrase = list; *phrase; phrase++) {
			g_autoptr(GString) text = g_string_new("x ");
			g_string_append(text, *phrase);
			for (guint n = 0; n < phrases[i].gap; n++)
				g_string_append(text, " blue");
			gsize near = text->len + 1;
			g_string_append(text, phrases[i].is_link ? " http://bank.example/" : " bank.example");
			g_test_message("%s", text->str);
			g_assert_true(victim_by_phrase(text->str, text->str + near));
			if (phrases[i].is_link)
				g_assert_false(
					victim_by_phrase(text->str, text->str + near + strlen("http://")));
			g_string_insert(text, near, "blue ");
			g_assert_false(victim_by_phrase(text->str, text->str + near + strlen("blue ")));
		}
	}
}

static void test_words(void)
{
	for (guint i = 0; i < G_N_ELEMENTS(words); i++) {
		g_auto(GStrv) list = g_strsplit(words[i].words, "|", -1);
		const char *gap = strstr(words[i].sentence, "%s");
		for (char **word = list; *word; word++) {
			g_autofree char *text = g_strdup_printf("%.*s%s%s", (int)(gap - words[i].sentence),
				words[i].sentence, *word, gap + 2);
			check(text, words[i].is_victim);
		}
	}
	for (guint i = 0; i < G_N_ELEMENTS(rows); i++)
		check(rows[i].text, rows[i].is_victim);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_set_nonfatal_assertions();
	g_test_add_func("/victim/phrases", test_phrases);
	g_test_add_func("/victim/words", test_words);
	return g_test_run();
}
