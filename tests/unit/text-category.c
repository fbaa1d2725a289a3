#include "category.h"

#include <glib.h>
#include <string.h>

static const struct {
	const char *text;
	Category category;
} rows[] = {
	{"This is spam.", CATEGORY_SPAM},
	{"Hello.", CATEGORY_SPAM}, /* what complaints are of when nothing is said */
	{"a phishing page", CATEGORY_PHISHING},
	{"un site de hame\u00e7onnage", CATEGORY_PHISHING},
	{"\u0444\u0438\u0448\u0438\u043d\u0433\u043e\u0432\u044b\u0439 \u0441\u0430\u0439\u0442",
		CATEGORY_PHISHING},
	{"\u9019\u662f\u91e3\u9b5a\u7db2\u7ad9", CATEGORY_PHISHING},
	{"it distributes a Trojan", CATEGORY_MALWARE},
	{"Schadsoftware", CATEGORY_MALWARE},
	{"virus-free mail", CATEGORY_SPAM}, /* what a scanner's footer says */
	{"das ist Betrug", CATEGORY_FRAUD},
	{"une arnaque", CATEGORY_FRAUD},
	{"failed login attempts", CATEGORY_INTRUSION},
	{"infringes our copyright", CATEGORY_COPYRIGHT},
	{"our trademark", CATEGORY_TRADEMARK},
	{"CSAM on that site", CATEGORY_CHILD_SAFETY},
	{"spam with child pornography", CATEGORY_CHILD_SAFETY}, /* the worst wins */
	{"by court order", CATEGORY_AUTHORITY},
	{"I told the police", CATEGORY_SPAM}, /* that makes nobody an authority */
	{"spam and phishing", CATEGORY_PHISHING},
	{"The whois address is false.", CATEGORY_WHOIS},
	{"According to whois you are the registrar. The prices in it are false.", CATEGORY_SPAM},
	{"the cafeteria spamalot", CATEGORY_SPAM},
	{"brute\n   force against our server", CATEGORY_INTRUSION},
	{"the shacking of goats", CATEGORY_SPAM}, /* ends like a word of the table */
	{"A phishing site, and its whois data are false.", CATEGORY_PHISHING},
	{"Whois of the shop is below\n\nThe watches are fake, too", CATEGORY_SPAM}, /* another paragraph */
	{"The whois data\nof this shop\nare false", CATEGORY_WHOIS},
};

static const struct {
	const char *text, *language;
} languages[] = {
	{"Please stop this, I have not asked for the mails.", "en"},
	{"Merci de faire cesser ces courriels, je ne suis pas client.", "fr"},
	{"Bitte stellen Sie das ab, ich habe mich nicht angemeldet.", "de"},
	{"Por favor, no quiero recibir los correos que me env\u00edan.", "es"},
	{"Non sono un vostro cliente, vi prego di non scrivermi.", "it"},
	{"\u041f\u0440\u0435\u043a\u0440\u0430\u0442\u0438\u0442\u0435 \u044d\u0442\u043e", "ru"},
	{"\u041f\u0440\u0438\u043f\u0438\u043d\u0456\u0442\u044c \u0446\u0435", "uk"},
	{"\u3053\u308c\u306f\u8ff7\u60d1\u30e1\u30fc\u30eb\u3067\u3059", "ja"},
	{"\u8fd9\u662f\u5783\u573e\u90ae\u4ef6", "zh"},
	{"\uc2a4\ud338\uc785\ub2c8\ub2e4", "ko"},
	{"Het is niet van mij, en ik heb het niet ontvangen.", "nl"},
	{"Det h\u00e4r \u00e4r skr\u00e4ppost och jag har inte bett om det.", "sv"},
	{"Jeg har modtaget det og vil ikke have det, venligst.", "da"},
	{"Jeg har mottatt det og vil ikke ha det, vennligst stopp dere.", "no"},
	{"T\u00e4m\u00e4 viesti on roskaa, ja olen saanut sen.", "fi"},
	{"To jest spam, prosz\u0119 nie wysy\u0142a\u0107 do mnie.", "pl"},
	{"Tento e-mail jsem dostal a pros\u00edm, \u017ee ho nechci, d\u011bkuji.", "cs"},
	{"Tento e-mail som dostal a pros\u00edm, \u017ee ho nechcem, \u010fakujem.", "sk"},
	{"Ezt a levelet kaptam, \u00e9s nem k\u00e9rem.", "hu"},
	{"Am primit acest mesaj \u0219i nu \u00eel vreau, mul\u021bumesc.", "ro"},
	{"Bu mesaj benim i\u00e7in de\u011fil, l\u00fctfen.", "tr"},
	{"Ovaj mail sam dobio i molim da ga vi\u0161e nije, hvala.", "hr"},
	{"See kiri ei ole mulle, palun, tere, ma.", "et"},
	{"L\u016bdzu, nav man, es ar \u0161o.", "lv"},
	{"Pra\u0161ome, tai ne man, a\u0161 i\u0161 j\u016bs\u0173.", "lt"},
	{"\u0391\u03c5\u03c4\u03cc \u03b5\u03af\u03bd\u03b1\u03b9", "el"},
	{"\u05d6\u05d4 \u05d3\u05d5\u05d0\u05e8 \u05d6\u05d1\u05dc", "he"},
	{"\u0647\u0630\u0627 \u0628\u0631\u064a\u062f", "ar"},
	{"\u0e19\u0e35\u0e48\u0e04\u0e37\u0e2d\u0e2a\u0e41\u0e1b\u0e21", "th"},
	{"Recebi esta mensagem e n\u00e3o sei por qu\u00ea.", "pt"},
	{"xyzzy", NULL},
	{"spam from evil.com, shop.com and mail.com", NULL}, /* "com" is Portuguese for "with" */
	{"http://a.com http://b.com/para http://c.com", NULL},
	{"ele veio com este mail, com o seu nome, com v\u00edrus", "pt"},
	{"", NULL},
	{NULL, NULL},
	{"The shop \u0391\u03b2\u03b3\u03b4\u03b5 has sent it to me, and I am not a customer of it.", "en"},
	{"We are not customers of the shop \u30bd\u30cb\u30a2\u30a4 and have not asked for this.", "en"},
	{"\u0441\u043f\u0430\u043c: 203.0.113.17 203.0.113.18 203.0.113.19", "ru"}, /* digits say nothing */
	{"5 \u03a9", NULL},
	{"\u8ff7\u60d1\u306a\u30e1\u30fc\u30eb\u9001\u4fe1\u5bfe\u7b56\u7a93\u53e3", "ja"}, /* few kana */
	{"Das. Ist. Nicht.", "de"},
	{"the.example and.example you.example", NULL},
};

static const struct {
	const char *text, *claim, *field;
} claims[] = {
	{"Hi. The WHOIS phone number is fake. Bye.", "The WHOIS phone number is fake.", "phone"},
	{"L'adresse du whois n'existe pas.", "L'adresse du whois n'existe pas.", "address"},
	{"The whois data are false. The registrant is fictitious, too.", "The whois data are false.",
		"registrant"},
	{"The whois data are false. The registrant's phone number is not valid.",
		"The registrant's phone number is not valid.", "phone"},
	{"The whois phone number is false. The registrant's e-mail address bounces.",
		"The whois phone number is false.", "phone"},
	{"Registrant data of evil.example are wrong.", "Registrant data of evil.example are wrong.",
		"registrant"},
	{"See whois. The shop is fake.", NULL, NULL},
	{"The address is false.", NULL, NULL},
};

#define COMPLAINS CATEGORY_SPAM /* what is complained of is not said */

/* Each phrase: it begins a word and ends one, or goes on at '*'. */
static const struct {
	Category category;
	const char *phrases;
} phrases[] = {
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
		"orden judicial|mandamiento judicial|ordine del giudice|"
		"decreto di acquisizione|ordem judicial|mandado judicial|gerechtelijk bevel|"
		"постановление суда|запрос следственн*|article 10 of the digital services act|"
		"article 9 of the digital services act|removal order under regulation"},
	{CATEGORY_PHISHING,
		"phish*|hameçonnage|filoutage|suplantación de identidad|"
		"suplantacion de identidad|fake login|fake bank*|credential harvest*|"
		"credential theft|steal* credential*|steals password*|stealing password*|"
		"fausse page de connexion|faux site bancaire|usurpation d'identité|"
		"usurpation d’identité|gefälschte bank*|fake-bank*|fake paypal|nätfiske|"
		"nettfiske|tietojenkalaste*|wyłudz*|adathalász*|oltalama|kimlik avı|фишинг*|"
		"фішинг*|rhybolov|フィッシング|钓鱼|釣魚|피싱|التصيد|דיוג|impersonat* our bank"},
	{CATEGORY_MALWARE,
		"malware|ransomware|trojan*|virus attached|a virus in|contains a virus|"
		"computer virus|spyware|keylogger*|malicious software|malicious file|"
		"malicious attachment|malicious code|malicious payload|drive-by|exploit kit|"
		"logiciel malveillant|logiciels malveillants|cheval de troie|schadsoftware|"
		"schadcode|schadprogramm*|virenmail*|software malicioso|programa malicioso|"
		"virusmail|złośliwe oprogramowanie|вредоносн*|вирус во вложении|悪意のある|マルウェア|"
		"恶意软件|惡意軟體|cryptojack*|webshell*|web shell"},
	{CATEGORY_BOTNET,
		"botnet*|command and control|command-and-control|c2 server*|c&c server*|"
		"zombie computer*|infected host|infected machine*|zombie-rechner|"
		"machine zombie|ботнет*|sinkhole*"},
	{CATEGORY_FRAUD,
		"scam*|fraud*|advance fee|advance-fee|419 mail|nigerian|fake shop|fake webshop|"
		"fake web shop|fake store|fake investment|forged document*|fake document*|"
		"forged passport*|ponzi|money mule|extort*|sextortion|blackmail*|arnaque*|"
		"escroquerie*|escroc*|chantage|betrug*|betrüg*|fakeshop*|erpress*|abzocke|"
		"estafa*|truffa*|frode|golpe*|burla*|oplicht*|bedräger*|bedrager*|svindel*|"
		"svindl*|huijau*|petos*|oszust*|oszukań*|podvod*|csalás*|înșelător*|înșelăci*|"
		"мошенн*|шахрай*|dolandır*|απάτη|詐欺|诈骗|詐騙|사기|احتيال|הונאה|counterfeit goods|"
		"counterfeit shop"},
	{CATEGORY_INTRUSION,
		"brute force|brute-force*|bruteforce*|login attempt*|failed login*|"
		"failed password*|port scan*|portscan*|ssh attack*|hack attempt*|hacking|"
		"scanning remote|scanning hosts|netscan*|network scan*|scanning for|"
		"attacking our|attacking my|attack from|attacks from|attacks our|attacks my|"
		"attacked our|attacked my|has attacked|have attacked|attackers used|ddos*|"
		"used for an attack|used in an attack|participated in a*|amplification attack*|"
		"reflection attack*|denial of service|denial-of-service|sql injection|"
		"intrusion*|unauthorized access|unauthorised access|probing our|scanning our|"
		"attaque*|tentatives de connexion|angriff*|einbruchsversuch*|hackerangriff*|"
		"ataque*|attacco informatico|attacchi|aanval*|intrångsförsök|fail2ban|"
		"comment spam*|dictionary attack*|взлом*|атака*|атаки*|vulnerability scan*"},
	{CATEGORY_VULNERABILITY,
		"vulnerab*|open resolver*|open relay*|openresolver*|open dns resolver*|"
		"exposed database|cve-*|misconfigur*|vulnérabilité*|schwachstelle*|"
		"sicherheitslücke*|open ntp|open memcached|outdated version of"},
	{CATEGORY_COPYRIGHT,
		"copyright*|dmca|pirated|piracy|notice of infringement|infringing material|"
		"infringing content|infringing work*|droit d'auteur|droits d'auteur|"
		"urheberrecht*|derechos de autor|diritto d'autore|direitos autorais|"
		"auteursrecht*|upphovsrätt*|ophavsret*|opphavsrett*|tekijänoikeu*|"
		"prawa autorskie|praw autorskich|autorsk* prav*|авторск*|著作権|版权|版權|저작권|torrent|"
		"bittorrent|stolen content|my photos without|my photographs without|"
		"my pictures without|use my photo*|uses my photo*|used my photo*|"
		"using my photo*|stole my photo*|copied my photo*|copies of my photo*"},
	{CATEGORY_TRADEMARK,
		"trademark*|trade mark*|brand infringement|cybersquat*|typosquat*|"
		"marque déposée|contrefaçon*|markenrecht*|markenverletz*|marca registrada|"
		"marchio registrato|merkenrecht|counterfeit*|товарн* знак*|商標|商标|passing off|"
		"udrp"},
	{CATEGORY_SPAM,
		"spam*|junk mail*|junk e-mail*|unsolicited*|unwanted mail*|unwanted e*|"
		"bulk mail*|bulk e*|mass mail*|never subscribed|did not subscribe|"
		"didn't subscribe|never signed up|did not sign up|didn't sign up|never opted|"
		"not opted in|did not opt|without my consent|unsubscribe does not|"
		"cannot unsubscribe|can't unsubscribe|pourriel*|non sollicit*|indésirable*|"
		"jamais inscrit*|jamais demandé|jamais donné|sans mon consentement|"
		"me désabonner|me désinscrire|unerwünscht*|unverlangt*|unaufgefordert*|"
		"nie angemeldet|nicht angemeldet|keine einwilligung|ohne einwilligung|"
		"ohne meine|werbemail*|werbung erhalten|correo no deseado|correos no deseados|"
		"no solicitad*|nunca me suscrib*|sin mi consentimiento|non richiest*|"
		"non desiderat*|indesiderat*|mai iscritto|senza il mio consenso|não solicitad*|"
		"lixo eletrônico|indesejad*|ongewenst*|ongevraagd*|nooit aangemeld|skräppost*|"
		"oönskad*|søppelpost|uønsket*|uopfordret*|roskaposti*|ei-toivottu*|niechcian*|"
		"niezamówion*|nevyžádan*|nevyžiadan*|kéretlen*|nesolicitat*|nedorit*|спам*|"
		"рассылк*|небажан*|нежелательн*|istenmeyen*|ανεπιθύμητ*|rämpspost*|neželjen*|"
		"neprašyt*|nevēlam*|迷惑メール|垃圾邮件|垃圾郵件|스팸|رسائل مزعجة|غير مرغوب|ספאם|דואר זבל|"
		"steals my time|newsletter that i|harvest*"},
	{CATEGORY_OTHER,
		"illegal content|hate speech|defamat*|libellous|libelous|terroris*|"
		"illegal weapon*|illegal drug*|contenu illicite|contenus illicites|"
		"discours de haine|diffamat*|volksverhetz*|verleumd*|contenido ilegal|"
		"difamaci*|calumni*|contenuti illegali|doxxing|revenge porn*|non-consensual"},
	{COMPLAINS,
		"on your network|from your network|in your network|your ip address|"
		"your server at|abuse report*|report* abuse|abusive*|abuse of|abuse from|"
		"complain*|please investigate|please stop|take action|take appropriate|"
		"take* down|takedown|take-down|please suspend|please remove|please block|"
		"please terminate|please shut|shut down|suspend this|suspend the|terminate the|"
		"i am reporting|reporting a|reporting the|to report|stop sending|stop this|"
		"stop them|harass*|malicious*|illegal*|acceptable use|terms of service|violat*|"
		"infring*|suspicious mail*|suspicious e*|suspicious domain*|suspicious site*|"
		"suspicious website*|suspicious link*|cease and desist|plainte|signaler|"
		"je signale|signalement|veuillez faire|merci de faire|faire cesser|"
		"veuillez bloquer|suspendre|harcèlement|abusif*|beschwer*|missbrauch*|"
		"bitte unterbinden|bitte sperren|bitte stoppen|unterlass*|melden|belästig*|"
		"abmahn*|denuncia*|queja*|abuso*|por favor bloque*|acoso|segnal*|lamentel*|"
		"reclam*|denúncia*|klacht*|misbruik*|melding van|klagom*|missbruk*|anmäl*|"
		"klage*|misbrug*|anmeld*|väärinkäyt*|valitus*|nadużyc*|zgłosz*|skarga|"
		"stížnost*|zneužit*|sťažnosť*|visszaél*|panasz*|plângere*|abuzuri|жалоб*|"
		"злоупотреб*|скарг*|зловжив*|şikayet*|kötüye kullanım|καταγγελία|κατάχρηση|"
		"pritužb*|zlouporab*|苦情|通報|投诉|舉報|举报|신고|شكوى|תלונה|remove my data|legal action|"
		"rechtliche schritte"},
};

/* @phrase with what stands for its stars, between two other words. */
static char *text_of(const char *before, const char *phrase, const char *star, const char *behind)
{
	g_auto(GStrv) pieces = g_strsplit(phrase, "*", -1);
	g_autofree char *joined = g_strjoinv(star, pieces);
	return g_strconcat(before, joined, behind, NULL);
}

static gboolean is_complaint(Category category, const char *text)
{
	if (category == CATEGORY_SPAM)
		return category_complaint_words(text) != NULL;
	return category_of_text(text, NULL) == category;
}

static void test_phrase(Category category, const char *phrase)
{
	g_autofree char *bare = text_of("A ", phrase, "", " thing");
	g_autofree char *longer = text_of("A ", phrase, "ert", " thing");
	g_autofree char *inside = text_of("Ab", phrase, "ert", " thing");
	g_autofree char *cut = text_of("A ", phrase, "", "ert thing");
	gboolean is_wide = (guchar)phrase[0] >= 0xe0; /* no spaces between words */
	g_test_message("%s", longer);
	g_assert_true(is_complaint(category, bare));
	g_assert_true(is_complaint(category, longer));
	if (!is_wide)
		g_assert_false(is_complaint(category, inside));
	if (!is_wide && !g_str_has_suffix(phrase, "*"))
		g_assert_false(is_complaint(category, cut));
}

static void test_phrases(void)
{
	for (gsize i = 0; i < G_N_ELEMENTS(phrases); i++) {
		g_auto(GStrv) list = g_strsplit(phrases[i].phrases, "|", -1);
		for (char **phrase = list; *phrase; phrase++)
			test_phrase(phrases[i].category, *phrase);
	}
	const char *because;
	category_of_text("those scammers", &because);
	g_assert_cmpstr(because, ==, "scam");
	category_of_text("The whois data are false.", &because);
	g_assert_cmpstr(because, ==, "registrant data called wrong");
	category_of_text("please suspend the site", &because);
	g_assert_null(because);
}

static void test_rows(void)
{
	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		const char *because;
		g_test_message("%s", rows[i].text);
		g_assert_cmpstr(report_category_name(category_of_text(rows[i].text, &because)), ==,
			report_category_name(rows[i].category));
	}
}

static void test_complaints(void)
{
	g_assert_nonnull(category_complaint_words("Please investigate."));
	g_assert_nonnull(category_complaint_words("Bitte sperren Sie die Seite."));
	g_assert_null(category_complaint_words("We build web sites for a good price."));
	g_assert_null(category_complaint_words(""));
	g_assert_null(category_complaint_words(NULL));
}

static void test_languages(void)
{
	for (gsize i = 0; i < G_N_ELEMENTS(languages); i++) {
		g_test_message("%s", languages[i].text);
		g_assert_cmpstr(category_language(languages[i].text), ==, languages[i].language);
	}
}

/* "%s": the word, without which nothing is claimed, or not of that field. */
static const struct {
	const char *sentence, *field, *words;
} claim_words[] = {
	{"The %s of it is false.", "registrant",
		"whois|registrant|registration data|registration information|rdap|"
		"titulaire du domaine|domaininhaber|registrierungsdaten|titular del dominio|"
		"domeinhouder|données d'enregistrement|intestatario del dominio|contact data|"
		"domain owner|données du titulaire"},
	{"The whois %s.", "registrant",
		"false|fake|invalid|incorrect|inaccurate|bogus|wrong|fictitious|does not exist|"
		"doesn't exist|do not exist|non-existent|nonexistent|bounces|disconnected|forged|"
		"inaccuracy|not valid|faux|fausse|erroné|n'existe pas|inexistant|bidon|falsch|"
		"gefälscht|ungültig|existiert nicht|falso|falsa|inválid|inexacto|no existe|falsi|"
		"non esiste|errati|inesistent|vals zijn|valse|onjuist|bestaat niet|ложн|"
		"недействительн"},
	{"The whois %s is false.", "email", "e-mail|email|courriel|correo|mailadresse|mail address"},
	{"The whois %s is false.", "phone", "phone|telefon|teléfono|fax"},
	{"The whois %s is false.", "address",
		"address|street|postal|anschrift|straße|dirección|indirizzo|endereço|adres|"
		"zip code"},
	{"The whois %s is false.", "name", "name|nom |nombre|nome|naam|person"},
};

static void test_claim_words(void)
{
	for (gsize i = 0; i < G_N_ELEMENTS(claim_words); i++) {
		g_auto(GStrv) list = g_strsplit(claim_words[i].words, "|", -1);
		const char *gap = strstr(claim_words[i].sentence, "%s");
		for (char **word = list; *word; word++) {
			const char *field = NULL;
			g_autofree char *text =
				g_strdup_printf("%.*s%s%s", (int)(gap - claim_words[i].sentence),
					claim_words[i].sentence, *word, gap + 2);
			g_autofree char *claim = category_whois_claim(text, &field);
			g_test_message("%s", text);
			g_assert_cmpstr(claim, ==, text);
			g_assert_cmpstr(field, ==, claim_words[i].field);
		}
	}
}

static void test_claims(void)
{
	for (gsize i = 0; i < G_N_ELEMENTS(claims); i++) {
		const char *field = NULL;
		g_autofree char *claim = category_whois_claim(claims[i].text, &field);
		g_test_message("%s", claims[i].text);
		g_assert_cmpstr(claim, ==, claims[i].claim);
		g_assert_cmpstr(field, ==, claims[i].field);
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_set_nonfatal_assertions();
	g_test_add_func("/category/rows", test_rows);
	g_test_add_func("/category/phrases", test_phrases);
	g_test_add_func("/category/complaints", test_complaints);
	g_test_add_func("/category/languages", test_languages);
	g_test_add_func("/category/claims", test_claims);
	g_test_add_func("/category/claim-words", test_claim_words);
	return g_test_run();
}
