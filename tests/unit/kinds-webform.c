/* Mails of web forms: each label, and what a form's line says. */

#include "domain.h"
#include "summary.h"

/* By field, what each label makes of the line that it begins. */
static const char reporters[] =
	"email|e-mail|email address|e-mail address|mail address|reporter|reporter email|reporter e-mail|"
	"complainant|complainant email|contact email|sender email|reporter address|reported by|submitted by|"
	"reporter's email|reporter's e-mail|your contact email|courriel|adresse e-mail|adresse email|"
	"adresse mail|adresse de courriel|adresse électronique|plaignant|mail|mél|e-mail-adresse|"
	"emailadresse|mailadresse|melder|absender|correo|correo electrónico|denunciante|indirizzo e-mail|"
	"indirizzo email|endereço de e-mail|e-mailadres";
static const char froms[] = "from|von|de|da|van|från|fra|od|от";
static const char tos[] = "to|an|à|para|a|aan|till|til|do|кому|cc|sent|date|gesendet|datum|envoyé|enviado|"
			  "inviato|verzonden";
static const char names[] = "name|full name|reporter name|contact name|reporter's name|reported by name|nom|"
			    "nom complet|nachname|nombre|nome|naam";
static const char subjects[] = "subject|title|sujet|objet|betreff|asunto|oggetto|assunto|onderwerp";
static const char messages[] =
	"message|message body|your message|description|details|comment|comments|statement|explanation|"
	"complaint|evidence|headers|body|reasons|additional information|details of your complaint|"
	"details of the abuse|description of the abuse|abuse details|complaint details|describe the abuse|"
	"describe the problem|what happened|your report|report|reason for report|problem description|"
	"description du problème|description de l'abus|plainte|commentaire|commentaires|détails|motifs|"
	"nachricht|beschreibung|mitteilung|begründung|mensaje|descripción|messaggio|descrizione|mensagem|"
	"descrição|bericht|omschrijving";
static const char domains[] =
	"domain|domain name|domains|reported domain|abusive domain|website|abusive domain or url|"
	"domain or url|url or domain|website url|website address|reported website|abusive website|"
	"offending domain|offending website|domain in question|site signalé|domaine signalé|"
	"nom de domaine signalé|domaine|nom de domaine|site|site web|domäne|domainname|webseite|dominio|"
	"nombre de dominio|sitio web|sito|sito web|domínio|domeinnaam|domein|domain of the shop|"
	"domains of the shop|domaine du site";
static const char urls[] =
	"url|urls|link|abusive url|reported url|web address|exact url|abuse url|offending url|reported link|"
	"link to the content|location of the content|url signalée|adresse signalée|lien signalé|lien|"
	"adresse web|adresse du site|webadresse|enlace|url of the page|urls of the page|link of the page|"
	"links of the page|lien de la page";
static const char categories[] =
	"category|type|type of abuse|abuse type|reason|complaint type|kind of abuse|nature of abuse|"
	"nature of complaint|report type|subject of complaint|inaccuracy|catégorie|type d'abus|motif|"
	"kategorie|art|art des missbrauchs|grund|categoría|tipo de abuso|motivo|categoria|categorie";
/* These may stand before any of them. */
static const char fillers[] =
	"your|the|votre|ihre|ihr|deine|su|tu|il tuo|la tua|seu|sua|uw|je|complaint|your complaint";
static const char others[] =
	"phone|telephone|company|organisation|organization|ip|ip address|country|address|user agent|"
	"submitted|language|good faith|referrer|first name|last name|surname|forename|"
	"ip address of the attacker|abusive ip|attacker ip|submitted on|submitted from|date of incident|"
	"time of submission|prénom|téléphone|société|adresse ip|pays|telefon|firma|land|vorname|teléfono|"
	"telefono|telefone";

#define HEADERS                                                                                              \
	"From: form@web.example\nTo: abuse@desk.example\nSubject: form\nMessage-ID: <1@web.example>\n"       \
	"Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n"

/* @lines with "%s" where the label stands; @without: what they say below a label that nobody listed. */
static void each(const char *labels, const char *lines, const char *with, const char *without)
{
	g_auto(GStrv) list = g_strsplit(labels, "|", -1);
	g_auto(GStrv) around = g_strsplit(lines, "%s", 2);
	for (char **label = list; *label; label++) {
		g_autofree char *mail = g_strconcat(HEADERS, around[0], *label, around[1], NULL);
		summary_of_mail(mail, with);
	}
	g_autofree char *other = g_strconcat(HEADERS, around[0], "quince", around[1], NULL);
	summary_of_mail(other, without);
}

static void test_labels(void)
{
	each(reporters, "%s: joe@people.example\nDomain: evil.example\nMessage: they steal\n",
		"webform reporter=joe@people.example", "!webform");
	each(froms, "%s: joe@people.example\nDomain: evil.example\nMessage: they steal\n",
		"webform reporter=joe@people.example", "!webform");
	/* a mail that was forwarded, not a form */
	each(tos, "From: joe@people.example\n%s: x\nDomain: evil.example\nMessage: they steal\n", "!webform",
		"webform");
	each(names, "E-mail: joe@people.example\n%s: Joe Doe\nDomain: evil.example\nMessage: they steal\n",
		"webform name=Joe_Doe", "webform !name=Joe_Doe");
	each(subjects, "E-mail: joe@people.example\nDomain: evil.example\n%s: malware\nMessage: look\n",
		"webform malware", "webform !malware");
	/* below a message lines may look like labels of what stands above already */
	each(messages,
		"E-mail: joe@people.example\nDomain: evil.example\nCategory: other\n%s:\n"
		"E-mail: see worse.example now\n",
		"webform domain=worse.example", "webform !domain=worse.example");
	/* what is named in its field is accused, were it the reporter's own */
	each(domains, "E-mail: joe@people.example\nName: Joe\n%s: people.example\nMessage: they steal\n",
		"webform domain=people.example", "webform !domain=people.example");
	each(urls,
		"E-mail: joe@people.example\nName: Joe\n%s: http://people.example/x\nMessage: they steal\n",
		"webform url=http://people.example/x", "webform !url=http://people.example/x");
	each(categories,
		"E-mail: joe@people.example\nDomain: evil.example\n%s: malware\nMessage: this is spam\n",
		"webform malware", "webform spam");
	each(fillers, "%s e-mail: joe@people.example\nDomain: evil.example\nMessage: they steal\n",
		"webform reporter=joe@people.example", "!webform");
	/* whatever it holds is no culprit */
	each(others,
		"E-mail: joe@people.example\nPhone: 1\nDomain: evil.example\nMessage: they steal\n%s: "
		"other.example\n",
		"webform !domain=other.example", "webform domain=other.example");
}

/* How a form writes its lines, and what of them is a form at all. */
static const struct {
	const char *text, *expected;
} rows[] = {
	{"E-mail: joe@people.example\nDomain: evil.example\nMessage: they steal\n",
		"webform reporter=joe@people.example domain=evil.example"},
	{"E-mail：joe@people.example\nDomain：evil.example\nMessage：they steal\n",
		"webform reporter=joe@people.example domain=evil.example"},
	{"E-mail：joe@people.example (work: none)\nURL：http://evil.example/\nMessage：they steal\n",
		"webform reporter=joe@people.example url=http://evil.example/"},
	{"E-mail: joe@people.example （at home：yes）\nDomain: evil.example\nMessage: they steal\n",
		"webform reporter=joe@people.example"},
	{"E-mail\tjoe@people.example\nURL\thttp://evil.example/\nMessage\tthey steal\n",
		"webform reporter=joe@people.example url=http://evil.example/"},
	{"E-mail: joe@people.example\tat home\nDomain: evil.example\nMessage: they steal\n",
		"webform reporter=joe@people.example"},
	{"E-mail\njoe@people.example\nDomain\nevil.example\nMessage\nthey steal\n",
		"webform reporter=joe@people.example domain=evil.example"},
	{"* Your E-mail address (required): joe@people.example\n> Domain_: evil.example\n# Message *: they\n",
		"webform reporter=joe@people.example domain=evil.example"},
	{"E-mail: ** joe@people.example\nDomain: *evil.example\nMessage: they steal\n",
		"webform reporter=joe@people.example domain=evil.example"},
	{"Your the votre ihre email: joe@people.example\nDomain: evil.example\nMessage: they steal\n",
		"webform reporter=joe@people.example"},
	{"Your : x\nE-mail: joe@people.example\nDomain: evil.example\nMessage: they steal\n", "webform"},
	{": x\nE-mail: joe@people.example\nDomain: evil.example\nMessage: they steal\n", "webform"},
	/* too few labels, too late, nothing that is complained of, nobody who complains */
	{"E-mail: joe@people.example\nDomain: evil.example\nthey steal\n", "human"},
	{"Hello,\nplease read\nthis.\nE-mail: joe@people.example\nDomain: evil.example\nMessage: they "
	 "steal\n",
		"webform"},
	{"Hello,\nplease read\n\n\nthis.\nE-mail: joe@people.example\nDomain: evil.example\nMessage: they\n",
		"webform"},
	{"Hello,\nplease read\nall of\nthis.\nE-mail: joe@people.example\nDomain: evil.example\nMessage: "
	 "they\n",
		"human"},
	{"Hello,\nplease read\nmail\nof evil.example\nE-mail: joe@people.example\nDomain: evil.example\n"
	 "Message: they\n",
		"human"}, /* a short word alone is no label */
	{"E-mail: joe@people.example\nName: Joe\nPhone: 4711\nevil.example steals\n", "human"},
	{"E-mail: joe@people.example\nName: Joe\nURL: http://evil.example/\n", "webform domain=evil.example"},
	{"E-mail: joe@people.example\nName: Joe\nMessage: see evil.example\n", "webform domain=evil.example"},
	{"Phone: 4711\nName: Joe\nMessage: see evil.example\n", "human"},
	{"E-mail: none\nName: Joe\nMessage: see evil.example\n", "human"},
	{"From: joe@people.example\nName: Joe\nURL: http://evil.example/\n", "human"}, /* no message */
	{"From: joe@people.example\nName: Joe\nURL: http://evil.example/\nMessage: they steal\n",
		"webform reporter=joe@people.example"},
	{"From: x@other.example\nE-mail: joe@people.example\nMessage: see evil.example\n",
		"webform reporter=joe@people.example"},
	{"From: x@other.example\nTo: abuse@desk.example\nE-mail: joe@people.example\nMessage: see "
	 "evil.example\n",
		"human"}, /* a mail that was forwarded */
	/* a message holds lines that look like labels */
	{"E-mail: joe@people.example\nDomain: evil.example\nMessage: they steal\nDomain: worse.example\n",
		"webform domain=evil.example domain=worse.example reporter=joe@people.example"},
	{"E-mail: joe@people.example\nName: Joe\nMessage: they steal\n\nsee worse.example\n",
		"webform domain=worse.example"},
	{"E-mail: joe@people.example\nDomain: evil.example\nMessage: they steal\n--\nsee worse.example\n",
		"webform domain=worse.example"},
	{"Message: they steal\nE-mail: joe@people.example\nDomain: evil.example\n--\nsent by worse.example\n",
		"webform domain=evil.example !domain=worse.example"},
	{"E-mail: joe@people.example\nPhone: 1\nMessage: they steal\nPhone: 2 worse.example\n",
		"webform !domain=evil.example"},
	{"E-mail: joe@people.example\nName: Joe\nMessage: they copy\n"
	 "link http://evil.example/x\nwhich pretends to be www.bank.example\n",
		"webform domain=evil.example !domain=bank.example"},
	{"E-mail: joe@people.example\nName: Joe\nMessage: they copy http://evil.example/x\n"
	 "link xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\nwhich pretends to be "
	 "www.bank.example\n",
		"webform domain=evil.example !domain=bank.example"}, /* too long for a label */
	{"E-mail: joe@people.example\nName: Joe\nMessage: they copy http://evil.example/x\n"
	 "link xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx: it\nwhich pretends to be "
	 "www.bank.example\n",
		"webform domain=evil.example !domain=bank.example"},
	{"Name: Joe\n\nDoe\nE-mail: joe@people.example\nMessage: see evil.example\n", "webform name=Joe_Doe"},
	{"E-mail: joe@people.example\nName: Joe\nMessage: they pretend to be\n\nevil.example\n",
		"webform domain=evil.example"},
	{"E-mail: joe@people.example\nName: Joe\nMessage: phishing at evil.example\n",
		"webform phishing because=\"phish\"_in_it_makes_it_phishing."},
	/* who is accused */
	{"E-mail: joe@people.example\nDomain: people.example\nMessage: stolen from me\n",
		"webform domain=people.example"},
	{"E-mail: joe@people.example\nDomain: ours.example\nMessage: see evil.example\n",
		"webform domain=evil.example !domain=ours.example"},
	{"E-mail: joe@people.example\nName: Joe\nMessage: see evil.example, not www.people.example\n",
		"webform domain=evil.example !domain=people.example"},
	{"E-mail: joe@yahoo.com\nName: Joe\nMessage: see http://www.yahoo.com/x\n",
		"webform domain=yahoo.com"},
	{"E-mail: joe@people.example\nName: Joe\nMessage: see evil.example at http://spamcop.net/x\n",
		"webform domain=evil.example !domain=spamcop.net"},
	{"Name: Joe\nE-mail: joe@people.example\nDomain: joe@evil.example\nMessage: see 203.0.113.0/24\n",
		"webform !domain=evil.example !typed=joe@evil.example !typed=203.0.113.0/24"},
	{"E-mail: joe@people.example\nName: Joe\nMessage: it pretends to be bank.example, see evil.example\n",
		"webform domain=evil.example !domain=bank.example"},
	{"E-mail: joe@people.example\nName: Joe\nMessage: it pretends to be hxxp://bank.example/x\n",
		"webform domain=bank.example"},
	{"E-mail: joe@people.example\nDomain: pretends to be bank.example\nMessage: look\n",
		"webform domain=bank.example"},
	{"E-mail: joe@people.example\nURL: http://203.0.113.77/x\nMessage: look\n",
		"webform ip=203.0.113.77 url=http://203.0.113.77/x"},
	{"E-mail: joe@people.example\nDomain: 203.0.113.77\nMessage: look\n",
		"webform ip=203.0.113.77 typed=203.0.113.77"},
	{"E-mail: joe@people.example\nName: Joe\nPhone: 1\nMessage: look\nQuince: evil.example\n",
		"webform domain=evil.example"},
	{"E-mail: joe@people.example\nPhone: evil.example\nMessage: look\n", "webform domain=evil.example"},
	{"E-mail: joe@people.example\nPhone: worse.example\nDomain: evil.example\nMessage: look\n",
		"webform domain=evil.example !domain=worse.example"},
	{"E-mail: joe@people.example\nPhone: worse.example\nDomain: 203.0.113.77\nMessage: look\n",
		"webform ip=203.0.113.77 !domain=worse.example"},
	/* an abuse team's lines: it is itself the sender and gives what a person would not */
	{"Reporter: form@web.example\nURL: http://evil.example/\nIP: 203.0.113.77\nDate: 2026-03-01\nPort: "
	 "80\n"
	 "Case: 4711\n",
		"!webform"},
	{"Reporter: form@web.example\nURL: http://evil.example/\nIP: 203.0.113.77\nDate: 2026-03-01\nPort: "
	 "80\n"
	 "Case: 4711\nName: Joe\n",
		"webform"},
	{"Reporter: form@web.example\nURL: http://evil.example/\nIP: 203.0.113.77\nDate: 2026-03-01\nPort: "
	 "80\n"
	 "Case: 4711\nMessage: look\n",
		"webform"},
	{"Reporter: joe@people.example\nURL: http://evil.example/\nIP: 203.0.113.77\nDate: 2026-03-01\n"
	 "Port: 80\nCase: 4711\n",
		"webform"},
	{"E-mail: form@web.example\nURL: http://evil.example/\nIP: 203.0.113.77\nCountry: XX\n", "webform"},
};

static void test_rows(void)
{
	for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *mail = g_strconcat(HEADERS, rows[i].text, NULL);
		summary_of_mail(mail, rows[i].expected);
	}
}

/* Our own form says so in a header, which our border takes from all others. */
static void test_header(void)
{
#define FORM(header)                                                                                         \
	"From: form@web.example\nTo: abuse@desk.example\nSubject: x\n" header "\n\nevil.example\n"
	static const struct {
		const char *mail, *expected;
	} mails[] = {
		{FORM("X-Webform: desk"), "webform domain=evil.example malformed=no-reporter"},
		{FORM("X-Webform: desks"), "human"},
		{FORM("X-Webform: other\nX-Webform: desk"), "webform"},
		{FORM("X-Webforms: desk"), "human"},
	};
	for (guint i = 0; i < G_N_ELEMENTS(mails); i++)
		summary_of_mail(mails[i].mail, mails[i].expected);
	/* without a value any will do; without a colon none */
	static const char any[] = "{\"webform_header\":\"X-Form:\"}",
			  none[] = "{\"webform_header\":\"X-Form\"}";
	summary_with(any, FORM("X-Form: 4711"), "webform");
	summary_with(any, FORM("X-Webform: desk"), "human");
	summary_with(none, FORM("X-Form: 4711"), "human");
}

/* A mail beside the lines is the complaint. */
static void test_attached(void)
{
#define BESIDE(type)                                                                                         \
	"From: form@web.example\nTo: abuse@desk.example\nSubject: x\nMIME-Version: 1.0\n"                    \
	"Content-Type: multipart/mixed; boundary=b\n\n--b\n\nE-mail: joe@people.example\nDomain: "           \
	"evil.example\nMessage: they steal\n--b\nContent-Type: " type "\n\nFrom: x@worse.example\n"          \
	"Subject: y\n\nz\n--b--\n"
	summary_of_mail(BESIDE("message/rfc822"), "human");
	summary_of_mail(BESIDE("text/x-log"), "webform");
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_set_nonfatal_assertions();
	message_init();
	domain_init(NULL);
	g_test_add_func("/webform/labels", test_labels);
	g_test_add_func("/webform/rows", test_rows);
	g_test_add_func("/webform/header", test_header);
	g_test_add_func("/webform/attached", test_attached);
	return g_test_run();
}
