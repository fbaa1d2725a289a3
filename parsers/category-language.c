#include "category.h"

#include <string.h>

enum {
	TEXT_MAX = 1200, /* bytes looked at */
	WORDS_MIN = 3,   /* fewer hits say nothing */
};

/* Words that hardly another language has, or that it has far more often. */
static const struct {
	const char *language, *words;
} tables[] = {
	{"en",
		"the and of you your this from have that was with not are please received for been has will "
		"any our my"},
	{"fr",
		"le les des et vous votre ce cette pour dans est pas une je nous avec sur merci bonjour reçu "
		"aux du mon"},
	{"de",
		"der die das und ich nicht ist ein eine von mit auf für sie bitte wir zu den dem haben wurde "
		"habe ihre sehr"},
	{"es",
		"el los las una que por para con usted este esta gracias hola recibido del su mi correo es y "
		"se como"},
	{"it",
		"il gli che di una per con questo questa sono non della grazie ho ricevuto mi vostro nel "
		"alla è le"},
	{"pt",
		"o os que uma para com não você este esta obrigado recebi por seu do da em meu mensagem olá "
		"ao"},
	{"nl",
		"het een van niet ik dat op met voor zijn deze u aan uw wij graag ontvangen bij naar mijn "
		"hebben"},
	{"sv", "och att det inte som jag är från har ett på för detta mig ni med vi mitt tack av"},
	{"da", "og det ikke som jeg er fra har et på til dette mig med vi af jer venligst modtaget hej"},
	{"no", "og det ikke som jeg er fra har et på til dette meg med vi av dere vennligst mottatt hei"},
	{"fi", "ja on ei että tämä olen minulle hän sen olla mutta viesti joka ovat kiitos tai se saanut"},
	{"pl",
		"nie jest się na do że od proszę otrzymałem to ten jak dzień dobry moim przez dla wiadomość "
		"oraz"},
	{"cs", "je se na že jsem prosím tento od pro není byl jako dobrý den zpráva jsme který jste děkuji"},
	{"sk", "je sa na že som prosím tento od pre nie bol ako dobrý deň správa sme ktorý ste ďakujem"},
	{"hu", "és az egy nem hogy ez van kérem üdvözlettel kaptam önök meg is nekem köszönöm"},
	{"ro", "și nu este pe care am din pentru vă mesaj acest mulțumesc de la un cu bună ziua"},
	{"tr", "ve bir bu için ile değil lütfen benim sizin olarak mesaj teşekkürler merhaba gelen"},
	{"hr", "je se na da nije od molim ovaj sam za što hvala poštovani poruka koji"},
	{"et", "ja on ei see et mina olen tere palun kiri aga kui ma"},
	{"lv", "un ir no ka es nav šo lūdzu ar labdien uz par"},
	{"lt", "ir yra kad iš ne tai aš prašome laba diena su į man"},
};

static const struct {
	GUnicodeScript script;
	const char *language;
} scripts[] = {
	{G_UNICODE_SCRIPT_GREEK, "el"},
	{G_UNICODE_SCRIPT_HEBREW, "he"},
	{G_UNICODE_SCRIPT_ARABIC, "ar"},
	{G_UNICODE_SCRIPT_HIRAGANA, "ja"},
	{G_UNICODE_SCRIPT_KATAKANA, "ja"},
	{G_UNICODE_SCRIPT_HANGUL, "ko"},
	{G_UNICODE_SCRIPT_HAN, "zh"},
	{G_UNICODE_SCRIPT_THAI, "th"},
	{G_UNICODE_SCRIPT_CYRILLIC, "ru"},
};

static GHashTable *words; /* word → bits of tables[] */
static gsize longest;     /* of the words */
static gboolean ends_word[256];

static void load_words(void)
{
	words = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL); /* frees repeats */
	for (guint i = 0; i < G_N_ELEMENTS(tables); i++) {
		char **list = g_strsplit(tables[i].words, " ", -1);
		for (char **word = list; *word; word++) {
			guint bits = GPOINTER_TO_UINT(g_hash_table_lookup(words, *word));
			longest = MAX(longest, strlen(*word));
			g_hash_table_insert(words, *word, GUINT_TO_POINTER(bits | 1U << i));
		}
		g_free(list); /* the words stay */
	}
	for (const char *stop = " \t\n\r.,;:!?()\"<>/-"; *stop; stop++)
		ends_word[(guchar)*stop] = TRUE;
	ends_word[0] = TRUE;
}

/* By the script of its letters: kana make Japanese of Han, і and ї make Ukrainian of Cyrillic. */
static const char *by_script(const char *text, const char *end)
{
	guint count[G_N_ELEMENTS(scripts)] = {0}, letters = 0, ukrainian = 0;
	for (const char *p = text; p < end; p = g_utf8_next_char(p)) {
		if (g_ascii_isalpha(*p)) {
			letters++;
			continue;
		}
		if ((guchar)*p < 0xc3)
			continue;
		gunichar c = g_utf8_get_char(p);
		GUnicodeScript script = g_unichar_get_script(c);
		ukrainian += c == 0x456 || c == 0x457 || c == 0x454;
		letters++;
		for (guint i = 0; i < G_N_ELEMENTS(scripts); i++)
			count[i] += scripts[i].script == script;
	}
	if (count[3] + count[4] > 2 && count[3] + count[4] + count[6] > letters / 4)
		return "ja";
	for (guint i = 0; i < G_N_ELEMENTS(scripts); i++)
		if (count[i] > 3 && count[i] > letters / 4)
			return scripts[i].script == G_UNICODE_SCRIPT_CYRILLIC && ukrainian
				? "uk"
				: scripts[i].language;
	return NULL;
}

static gboolean has_foreign(const char *text, const char *end)
{
	for (; text < end; text++)
		if ((guchar)*text >= 0xcd)
			return TRUE;
	return FALSE;
}

/* A label of a host name or a piece of a URL: "com" is a word of Portuguese, "evil.com" is none. @before and
 * @stop stand around the word, @next behind that. */
static gboolean is_in_name(char before, char stop, char next)
{
	return (before && strchr("./-:", before)) ||
		(stop && strchr("./-:", stop) && !ends_word[(guchar)next]);
}

const char *category_language(const char *text)
{
	if (!text || !*text)
		return NULL;
	if (!words)
		load_words();

	gsize length = MIN(strlen(text), TEXT_MAX);
	while (length && ((guchar)text[length] & 0xc0) == 0x80)
		length--;
	const char *end = text + length;
	const char *language = has_foreign(text, end) ? by_script(text, end) : NULL;
	if (language)
		return language;

	guint hits[G_N_ELEMENTS(tables)] = {0};
	/* Every mail comes through here, so only ASCII is made lower: accented capitals are rare. */
	char lower[TEXT_MAX + 1];
	for (gsize i = 0; i < length; i++)
		lower[i] = g_ascii_tolower(text[i]);
	lower[length] = '\0';
	char before = 0;
	for (char *p = lower; *p;) {
		gsize n = 0;
		while (!ends_word[(guchar)p[n]])
			n++;
		char stop = p[n];
		p[n] = '\0';
		gboolean is_word = n && n <= longest && !is_in_name(before, stop, stop ? p[n + 1] : 0);
		guint bits = is_word ? GPOINTER_TO_UINT(g_hash_table_lookup(words, p)) : 0;
		for (guint i = 0; bits; i++, bits >>= 1)
			hits[i] += bits & 1;
		p += n + (stop != '\0');
		before = stop;
	}
	guint best = 0;
	for (guint i = 1; i < G_N_ELEMENTS(tables); i++)
		if (hits[i] > hits[best])
			best = i;
	return hits[best] >= WORDS_MIN ? tables[best].language : NULL;
}
