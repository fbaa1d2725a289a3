#include "category.h"

#include <string.h>

enum {
	TEXT_MAX = 20000, /* bytes looked at */
	KEY = 4,          /* bytes of a phrase that find it */
};

/* Said by people who complain, whatever of. */
#define COMPLAINS ((Category)100)

/* Lower case; each begins a word, '*' lets the word go on; at least four bytes, none of the first a '*'. */
static const struct {
	Category category;
	const char *phrases;
} rows[] = {
	{CATEGORY_CHILD_SAFETY,
		"csam|child sexual abuse|child porn*|child exploitation|child abuse material|"
		"pedophil*|paedophil*|pédopornograph*|pedopornograph*|pornographie infantile|"
		"kinderporno*|kindesmissbrauch*|pornografía infantil|pornografia infantil*|"
		"pedopornografi*|pedofili*|barnporr*|børneporno*|barneporno*|lapsiporno*|"
		"dziecięc* pornograf*|детская порнограф*|детской порнограф*|"
		"sexual abuse of children"},
	{CATEGORY_AUTHORITY,
		"court order*|subpoena*|search warrant|preservation request|preservation order|"
		"production order|law enforcement request|law enforcement agency request|"
		"mutual legal assistance|réquisition judiciaire|commission rogatoire|"
		"décision de justice|ordonnance du tribunal|auskunftsersuchen|"
		"durchsuchungsbeschluss|gerichtsbeschluss|staatsanwaltschaft ermittelt|"
		"orden judicial|mandamiento judicial|ordine del giudice|decreto di acquisizione|"
		"ordem judicial|mandado judicial|gerechtelijk bevel|постановление суда|"
		"запрос следственн*|article 10 of the digital services act|"
		"article 9 of the digital services act|removal order under regulation"},
	{CATEGORY_PHISHING,
		"phish*|hameçonnage|filoutage|suplantación de identidad|suplantacion de identidad|"
		"fake login|fake bank*|credential harvest*|credential theft|steal* credential*|"
		"steals password*|stealing password*|fausse page de connexion|faux site bancaire|"
		"usurpation d'identité|usurpation d’identité|gefälschte bank*|fake-bank*|"
		"fake paypal|nätfiske|nettfiske|tietojenkalaste*|wyłudz*|adathalász*|oltalama|"
		"kimlik avı|фишинг*|фішинг*|rhybolov|フィッシング|钓鱼|釣魚|피싱|التصيد|דיוג|"
		"impersonat* our bank"},
	{CATEGORY_MALWARE,
		"malware|ransomware|trojan*|virus attached|a virus in|contains a virus|"
		"computer virus|spyware|keylogger*|malicious software|malicious file|"
		"malicious attachment|malicious code|malicious payload|drive-by|exploit kit|"
		"logiciel malveillant|logiciels malveillants|cheval de troie|schadsoftware|"
		"schadcode|schadprogramm*|virenmail*|software malicioso|programa malicioso|"
		"virusmail|złośliwe oprogramowanie|вредоносн*|вирус во вложении|悪意のある|マルウェア|恶意软件|"
		"惡意軟體|cryptojack*|webshell*|web shell"},
	{CATEGORY_BOTNET,
		"botnet*|command and control|command-and-control|c2 server*|c&c server*|"
		"zombie computer*|infected host|infected machine*|zombie-rechner|machine zombie|"
		"ботнет*|sinkhole*"},
	{CATEGORY_FRAUD,
		"scam*|fraud*|advance fee|advance-fee|419 mail|nigerian|fake shop|fake webshop|"
		"fake web shop|fake store|fake investment|forged document*|fake document*|"
		"forged passport*|ponzi|money mule|extort*|sextortion|blackmail*|arnaque*|"
		"escroquerie*|escroc*|chantage|betrug*|betrüg*|fakeshop*|erpress*|abzocke|estafa*|"
		"truffa*|frode|golpe*|burla*|oplicht*|bedräger*|bedrager*|svindel*|svindl*|huijau*|"
		"petos*|oszust*|oszukań*|podvod*|csalás*|înșelător*|înșelăci*|мошенн*|шахрай*|"
		"dolandır*|απάτη|詐欺|诈骗|詐騙|사기|احتيال|הונאה|counterfeit goods|counterfeit shop"},
	{CATEGORY_INTRUSION,
		"brute force|brute-force*|bruteforce*|login attempt*|failed login*|"
		"failed password*|port scan*|portscan*|ssh attack*|hack attempt*|hacking|"
		"scanning remote|scanning hosts|netscan*|network scan*|scanning for|attacking our|"
		"attacking my|attack from|attacks from|attacks our|attacks my|attacked our|"
		"attacked my|has attacked|have attacked|attackers used|ddos*|used for an attack|"
		"used in an attack|participated in a*|amplification attack*|reflection attack*|"
		"denial of service|denial-of-service|sql injection|intrusion*|unauthorized access|"
		"unauthorised access|probing our|scanning our|attaque*|tentatives de connexion|"
		"angriff*|einbruchsversuch*|hackerangriff*|ataque*|attacco informatico|attacchi|"
		"aanval*|intrångsförsök|fail2ban|comment spam*|dictionary attack*|взлом*|атака*|"
		"атаки*|vulnerability scan*"},
	{CATEGORY_VULNERABILITY,
		"vulnerab*|open resolver*|open relay*|openresolver*|open dns resolver*|"
		"exposed database|cve-*|misconfigur*|vulnérabilité*|schwachstelle*|"
		"sicherheitslücke*|open ntp|open memcached|outdated version of"},
	{CATEGORY_COPYRIGHT,
		"copyright*|dmca|pirated|piracy|notice of infringement|infringing material|"
		"infringing content|infringing work*|droit d'auteur|droits d'auteur|urheberrecht*|"
		"derechos de autor|diritto d'autore|direitos autorais|auteursrecht*|upphovsrätt*|"
		"ophavsret*|opphavsrett*|tekijänoikeu*|prawa autorskie|praw autorskich|"
		"autorsk* prav*|авторск*|著作権|版权|版權|저작권|torrent|bittorrent|stolen content|"
		"my photos without|my photographs without|my pictures without|use my photo*|"
		"uses my photo*|used my photo*|using my photo*|stole my photo*|copied my photo*|"
		"copies of my photo*"},
	{CATEGORY_TRADEMARK,
		"trademark*|trade mark*|brand infringement|cybersquat*|typosquat*|marque déposée|"
		"contrefaçon*|markenrecht*|markenverletz*|marca registrada|marchio registrato|"
		"merkenrecht|counterfeit*|товарн* знак*|商標|商标|passing off|udrp"},
	{CATEGORY_SPAM,
		"spam*|junk mail*|junk e-mail*|unsolicited*|unwanted mail*|unwanted e*|bulk mail*|"
		"bulk e*|mass mail*|never subscribed|did not subscribe|didn't subscribe|"
		"never signed up|did not sign up|didn't sign up|never opted|not opted in|"
		"did not opt|without my consent|unsubscribe does not|cannot unsubscribe|"
		"can't unsubscribe|pourriel*|non sollicit*|indésirable*|jamais inscrit*|"
		"jamais demandé|jamais donné|sans mon consentement|me désabonner|me désinscrire|"
		"unerwünscht*|unverlangt*|unaufgefordert*|nie angemeldet|nicht angemeldet|"
		"keine einwilligung|ohne einwilligung|ohne meine|werbemail*|werbung erhalten|"
		"correo no deseado|correos no deseados|no solicitad*|nunca me suscrib*|"
		"sin mi consentimiento|non richiest*|non desiderat*|indesiderat*|mai iscritto|"
		"senza il mio consenso|não solicitad*|lixo eletrônico|indesejad*|ongewenst*|"
		"ongevraagd*|nooit aangemeld|skräppost*|oönskad*|søppelpost|uønsket*|uopfordret*|"
		"roskaposti*|ei-toivottu*|niechcian*|niezamówion*|nevyžádan*|nevyžiadan*|kéretlen*|"
		"nesolicitat*|nedorit*|спам*|рассылк*|небажан*|нежелательн*|istenmeyen*|"
		"ανεπιθύμητ*|rämpspost*|neželjen*|neprašyt*|nevēlam*|迷惑メール|垃圾邮件|垃圾郵件|스팸|"
		"رسائل مزعجة|غير مرغوب|ספאם|דואר זבל|steals my time|newsletter that i|harvest*"},
	{CATEGORY_OTHER,
		"illegal content|hate speech|defamat*|libellous|libelous|terroris*|illegal weapon*|"
		"illegal drug*|contenu illicite|contenus illicites|discours de haine|diffamat*|"
		"volksverhetz*|verleumd*|contenido ilegal|difamaci*|calumni*|contenuti illegali|"
		"doxxing|revenge porn*|non-consensual"},
	{COMPLAINS,
		"on your network|from your network|in your network|your ip address|your server at|"
		"abuse report*|report* abuse|abusive*|abuse of|abuse from|complain*|"
		"please investigate|please stop|take action|take appropriate|take* down|takedown|"
		"take-down|please suspend|please remove|please block|please terminate|please shut|"
		"shut down|suspend this|suspend the|terminate the|i am reporting|reporting a|"
		"reporting the|to report|stop sending|stop this|stop them|harass*|malicious*|"
		"illegal*|acceptable use|terms of service|violat*|infring*|suspicious mail*|"
		"suspicious e*|suspicious domain*|suspicious site*|suspicious website*|"
		"suspicious link*|cease and desist|plainte|signaler|je signale|signalement|"
		"veuillez faire|merci de faire|faire cesser|veuillez bloquer|suspendre|harcèlement|"
		"abusif*|beschwer*|missbrauch*|bitte unterbinden|bitte sperren|bitte stoppen|"
		"unterlass*|melden|belästig*|abmahn*|denuncia*|queja*|abuso*|por favor bloque*|"
		"acoso|segnal*|lamentel*|reclam*|denúncia*|klacht*|misbruik*|melding van|klagom*|"
		"missbruk*|anmäl*|klage*|misbrug*|anmeld*|väärinkäyt*|valitus*|nadużyc*|zgłosz*|"
		"skarga|stížnost*|zneužit*|sťažnosť*|visszaél*|panasz*|plângere*|abuzuri|жалоб*|"
		"злоупотреб*|скарг*|зловжив*|şikayet*|kötüye kullanım|καταγγελία|κατάχρηση|"
		"pritužb*|zlouporab*|苦情|通報|投诉|舉報|举报|신고|شكوى|תלונה|remove my data|legal action|"
		"rechtliche schritte"},
};

typedef struct {
	const char *phrase;
	gsize length; /* without the '*' */
	gboolean open;
	Category category;
} Phrase;

static GHashTable *phrases; /* first bytes → GArray of Phrase */

static guint key_of(const char *text)
{
	guint key;
	memcpy(&key, text, KEY);
	return key;
}

/* '*' inside a phrase stands for the rest of a word; such a phrase is found by its start. */
static void load_phrases(void)
{
	phrases = g_hash_table_new(g_direct_hash, g_direct_equal);
	for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
		char **list = g_strsplit(rows[i].phrases, "|", -1);
		for (char **p = list; *p; p++) {
			Phrase phrase = {*p, strlen(*p), FALSE, rows[i].category};
			g_assert(strcspn(*p, "*") >= KEY);
			if ((*p)[phrase.length - 1] == '*') {
				phrase.open = TRUE;
				(*p)[--phrase.length] = '\0';
			}
			gpointer key = GUINT_TO_POINTER(key_of(*p));
			GArray *same = g_hash_table_lookup(phrases, key);
			if (!same)
				g_hash_table_insert(
					phrases, key, same = g_array_new(FALSE, FALSE, sizeof(Phrase)));
			g_array_append_val(same, phrase);
		}
		g_free(list); /* the words stay */
	}
}

static gboolean is_letter(char c)
{
	return g_ascii_isalnum(c) || (guchar)c >= 0x80;
}

static gboolean matches(const char *at, const Phrase *phrase)
{
	const char *p = at, *want = phrase->phrase;
	for (; *want; want++) {
		if (*want == '*') {
			while (is_letter(*p))
				p++;
		} else if (*p++ != *want) {
			return FALSE;
		}
	}
	/* CJK words have no end that could be seen */
	return phrase->open || !is_letter(*p) || (guchar)phrase->phrase[0] >= 0xe0;
}

/* Lower case, line ends as spaces, runs of spaces as one. */
static char *folded_text(const char *text)
{
	gsize length = MIN(strlen(text), TEXT_MAX);
	while (length && ((guchar)text[length] & 0xc0) == 0x80)
		length--;
	g_autofree char *lower = g_utf8_strdown(text, length);
	GString *out = g_string_sized_new(length + KEY);
	for (const char *p = lower; *p; p++) {
		gboolean space = g_ascii_isspace(*p);
		if (!space || (out->len && out->str[out->len - 1] != ' '))
			g_string_append_c(out, space ? ' ' : *p);
	}
	g_string_append(out, "    "); /* so that a key can be read anywhere */
	return g_string_free(out, FALSE);
}

/* The worst category of the text; COMPLAINS when somebody only complains; -1 for nothing. */
static int worst(const char *text, const char **because_out)
{
	*because_out = NULL;
	if (!text || !*text)
		return -1;
	if (!phrases)
		load_phrases();

	g_autofree char *folded = folded_text(text);
	const char *end = folded + strlen(folded) - KEY;
	int found = -1;
	for (const char *p = folded; p < end; p++) {
		gboolean wide = (guchar)*p >= 0xe0;
		if (!is_letter(*p) || (!wide && p > folded && is_letter(p[-1])))
			continue;
		GArray *same = g_hash_table_lookup(phrases, GUINT_TO_POINTER(key_of(p)));
		for (guint i = 0; same && i < same->len; i++) {
			const Phrase *phrase = &g_array_index(same, Phrase, i);
			if ((found < 0 || (int)phrase->category < found) && matches(p, phrase)) {
				found = phrase->category;
				*because_out = phrase->phrase;
			}
		}
	}
	return found;
}

Category category_of_text(const char *text, const char **because_out)
{
	const char *because;
	int found = worst(text, &because);
	g_autofree char *claim = NULL;
	const char *field;

	if (because_out)
		*because_out = found >= 0 && found != COMPLAINS ? because : NULL;
	/* A spammer's false whois data are two complaints; the data are what is asked about. */
	if ((found < 0 || found >= CATEGORY_SPAM) && (claim = category_whois_claim(text, &field))) {
		if (because_out)
			*because_out = "registrant data called wrong";
		return CATEGORY_WHOIS;
	}
	return found < 0 || found == COMPLAINS ? CATEGORY_SPAM : (Category)found;
}

const char *category_complaint_words(const char *text)
{
	const char *because, *field;
	g_autofree char *claim = NULL;
	if (worst(text, &because) >= 0)
		return because;
	claim = text ? category_whois_claim(text, &field) : NULL;
	return claim ? "registrant data called wrong" : NULL;
}
