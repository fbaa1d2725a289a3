/* Each word that labels a line of a notice: what it does, which it would not do without its label. */

#include <string.h>

#include "domain.h"
#include "kinds.h"
#include "notice-private.h"

static const char culprits[] =
	"url|urls|uri|uris|link|links|ip|ips|ip address|ip addresses|ip-address|ipv4|ipv6|source|"
	"source ip|source address|source-ip|src|src ip|src_ip|source url|source host|attacker|"
	"attacker ip|attacking ip|offending ip|offender|offending|abuser|abusive ip|abusive|abuse ip|"
	"malicious|malware|phishing|spamvertised|spamvertized|fraudulent|infringing|infringement|"
	"infringer|infringers|infringing url|reported|reported url|reported ip|reported domain|domain|"
	"domains|domain name|domain names|hostname|host|host name|hosts|website|web site|site|sites|page|"
	"address|location|affected|affected url|affected ip|affected host|affected domain|compromised|"
	"infected|infected ip|c2|c&c|botnet|dns name|fqdn|server|server ip|remote ip|remote host|"
	"remote connection|client ip|peer|resource|resources|indicator|download|payload|sample|"
	"content url|violating|suspicious|bad|adresse ip|adresses ip|adresse|domaine|nom de domaine|lien|"
	"site web|ip-adresse|domäne|angreifer|quelle|betroffene|dirección ip|dominio|sitio|enlace|"
	"indirizzo ip|sito|collegamento|domínio|endereço ip|endereço|ip-adres|domein|adres ip|domena|"
	"ip-adress|domän|vulnerable|open|exposed|fake|scam|fraud|spam|relay|sending ip|smtp|"
	"connecting ip|ip of|url of";
static const char innocents[] =
	"destination|target|victim|dest|dst|our ip|our server|our host|attacked|honeypot|reporting ip|"
	"tracker|file name|filename|original|original work|original works|copyrighted work|"
	"copyrighted works|infringed work|protected work|legitimate|official|genuine|authentic|"
	"rights holder|rightsholder|copyright owner|copyright holder|trademark|brand|client|"
	"customer name|company|organisation|organization|on behalf|example of|location of original|"
	"screenshot|evidence|proof|more information|more info|further information|details at|report page|"
	"report link|ticket url|case url|view|reply|contact|phone|tel|fax|address of|website of|homepage|"
	"web site of|submitted|nameserver|name server|registrar|whois|abuse contact|asn|as name|isp|"
	"netname|provider|user-agent|user agent|referer|referrer|unsubscribe|sensor|reporter ip|"
	"mail server|detected by|signature";
static const char references[] =
	"case id|case number|case no|case ref|case #|case|ticket id|ticket number|ticket no|ticket|"
	"reference|reference number|ref|ref id|report id|report-id|incident id|incident number|incident|"
	"notice id|notice number|notice|issue|issue number|complaint id|tracking id|tracking number|"
	"event id|alert id|aktenzeichen|vorgangsnummer|référence|numéro de dossier|dossier|referencia";
static const char dates[] =
	"date|time|timestamp|time stamp|date/time|datetime|date and time|first seen|last seen|detected|"
	"detection time|detection date|observed|event date|event time|attack time|infringement date|"
	"infringement timestamp|datum|zeitpunkt|zeit|uhrzeit|heure|fecha|hora|data|data e ora|seen|"
	"started|recent infringement timestamp|first detected|discovered|reported at|date of attack";
static const char reporters[] =
	"reporter|reported by|reporter email|reported-from|complainant|complainant email|reporter e-mail|"
	"complainant e-mail|sender of report|melder|plaignant";
static const char ports[] = "port|source port|src port|infringement port|infringers port|infringer port";

static Report *parse(const char *word, const char *after)
{
	g_autoptr(Border) border = border_new_from_json(NULL, 0, NULL);
	g_autofree char *mail =
		g_strdup_printf("From: no-reply@isp.example\nTo: abuse@desk.example\nSubject: "
				"abuse\nMessage-ID: <1@isp.example>\n"
				"Content-Type: text/plain; charset=utf-8\nAuto-Submitted: auto-generated\n\n"
				"This is an automated report. We have detected abuse.\n\nIP: "
				"203.0.113.9\n%s:%s\n\nThank you.\n",
			word, after);

	g_test_message("%s:%s", word, after);
	Report *report = kinds_parse((const guint8 *)mail, strlen(mail), border);
	g_assert_cmpstr(report_kind_name(report->kind), ==, "notice");
	return report;
}

static gboolean names(const GPtrArray *list, const char *text)
{
	return g_ptr_array_find_with_equal_func((GPtrArray *)list, text, g_str_equal, NULL);
}

static void each(const char *words, const char *after, void (*check)(const Report *, const Incident *))
{
	g_auto(GStrv) list = g_strsplit(words, "|", -1);
	for (char **word = list; *word; word++) {
		g_autoptr(Report) report = parse(*word, after);
		check(report, report->incidents->pdata[0]);
	}
	g_autoptr(Report) none = parse("Quince", after);
	const Incident *incident = none->incidents->pdata[0];
	g_assert_false(names(incident->ips, "203.0.113.77"));
	g_assert_cmpstr(incident->report_id, ==, "1@isp.example");
	g_assert_cmpint(incident->date, ==, REPORT_NO_DATE);
	g_assert_cmpstr(none->reporter, ==, "no-reply@isp.example");
	g_assert_cmpint(incident->source_port, ==, 0);
	/* A link on a line of its own is meant, where nothing above it says whose it is. */
	g_assert_true(!strstr(after, "links.example") || names(incident->domains, "links.example"));
}

static void is_culprit(const Report *report, const Incident *incident)
{
	g_assert_true(names(incident->ips, "203.0.113.77"));
}

static void is_innocent(const Report *report, const Incident *incident)
{
	g_assert_false(names(incident->domains, "links.example"));
}

static void is_reference(const Report *report, const Incident *incident)
{
	g_assert_cmpstr(incident->report_id, ==, "AB-4711");
}

static void is_date(const Report *report, const Incident *incident)
{
	g_assert_cmpint(incident->date, ==, 1772323200);
}

static void is_reporter(const Report *report, const Incident *incident)
{
	g_assert_cmpstr(report->reporter, ==, "joe@reporter.example");
}

static void is_port(const Report *report, const Incident *incident)
{
	g_assert_cmpint(incident->source_port, ==, 4711);
}

/* "Destination URL: …": whose it is stands first. */
static void each_beside(const char *words, void (*check)(const Report *, const Incident *))
{
	g_auto(GStrv) list = g_strsplit(words, "|", -1);
	for (char **word = list; *word; word++) {
		if (strstr(*word, "site of") || strstr(*word, "of original"))
			continue; /* "of" is followed by a name, not by "URL" */
		g_autofree char *label = g_strconcat(*word, " URL", NULL);
		g_autoptr(Report) report = parse(label, " http://links.example/x");
		check(report, report->incidents->pdata[0]);
	}
	g_autoptr(Report) none = parse("Quince URL", " http://links.example/x");
	const Incident *incident = none->incidents->pdata[0];
	g_assert_true(names(incident->domains, "links.example"));
}

/* What kind of harm it is says nothing by itself, but such a line is one of a notice. */
static void test_categories(void)
{
	static const char categories[] = "category|type|abuse type|report type|report-type|attack "
					 "type|threat|threat type|incident type|"
					 "classification|kategorie|art|type "
					 "d'abus|catégorie|tipo|categoría|categoria|abuse category|reason";
	g_auto(GStrv) list = g_strsplit(categories, "|", -1);
	for (char **word = list; *word; word++) {
		g_test_message("%s", *word);
		g_assert_cmpint(notice_role(*word), ==, LABEL_CATEGORY);
	}
}

/* Of three words the last one says what it is, unless the first two do or it is the victim's anyway. */
static void test_longer_labels(void)
{
	static const struct {
		const char *label;
		LabelRole role;
	} cases[] = {
		{"original", LABEL_INNOCENT},
		{"legitimate", LABEL_INNOCENT},
		{"genuine", LABEL_INNOCENT},
		{"authentic", LABEL_INNOCENT},
		{"domain name registrar", LABEL_INNOCENT},
		{"reported url screenshot", LABEL_INNOCENT},
		{"location of original url", LABEL_INNOCENT},
		{"urls of originals shown", LABEL_INNOCENT},
		{"page of legitimate shop", LABEL_INNOCENT},
		{"link to genuine page", LABEL_INNOCENT},
		{"url of authentic site", LABEL_INNOCENT},
		{"destination server address", LABEL_INNOCENT},
		{"client ip address", LABEL_CULPRIT},
		{"ip address port", LABEL_PORT},
		{"reported url category", LABEL_CATEGORY},
		{"reported domain name", LABEL_CULPRIT},
		{"colour of quinces", LABEL_NONE},
		{"ip of incident", LABEL_CULPRIT},
		{"url of case", LABEL_CULPRIT},
		{"case id link", LABEL_REFERENCE},
		{"case number link", LABEL_REFERENCE},
		{"case no link", LABEL_REFERENCE},
		{"case ref link", LABEL_REFERENCE},
		{"case # link", LABEL_REFERENCE},
		{"ticket id link", LABEL_REFERENCE},
		{"ticket number link", LABEL_REFERENCE},
		{"ticket no link", LABEL_REFERENCE},
		{"reference number link", LABEL_REFERENCE},
		{"ref id link", LABEL_REFERENCE},
		{"incident id link", LABEL_REFERENCE},
		{"incident number link", LABEL_REFERENCE},
		{"notice id link", LABEL_REFERENCE},
		{"notice number link", LABEL_REFERENCE},
		{"issue number link", LABEL_REFERENCE},
		{"time stamp source", LABEL_DATE},
		{"first seen url", LABEL_DATE},
		{"last seen url", LABEL_DATE},
		{"detection time source", LABEL_DATE},
		{"detection date source", LABEL_DATE},
		{"event date source", LABEL_DATE},
		{"event time source", LABEL_DATE},
		{"attack time source", LABEL_DATE},
		{"infringement date source", LABEL_DATE},
		{"infringement timestamp source", LABEL_DATE},
		{"first detected url", LABEL_DATE},
		{"abuse type source", LABEL_CATEGORY},
		{"report type link", LABEL_CATEGORY},
		{"attack type source", LABEL_CATEGORY},
		{"threat type source", LABEL_CATEGORY},
		{"incident type source", LABEL_CATEGORY},
		{"type d'abus source", LABEL_CATEGORY},
		{"abuse category source", LABEL_CATEGORY},
		{"source port address", LABEL_PORT},
		{"src port address", LABEL_PORT},
		{"infringement port address", LABEL_PORT},
		{"infringers port address", LABEL_PORT},
		{"infringer port address", LABEL_PORT},
		{"attacking ip range", LABEL_CULPRIT},
		{"abuse ip range", LABEL_CULPRIT},
		{"web site name", LABEL_CULPRIT},
		{"remote ip range", LABEL_CULPRIT},
		{"remote host name", LABEL_CULPRIT},
		{"content url path", LABEL_CULPRIT},
		{"adresses ip concernées", LABEL_CULPRIT},
		{"dirección ip implicada", LABEL_CULPRIT},
		{"indirizzo ip coinvolto", LABEL_CULPRIT},
		{"adres ip sprawcy", LABEL_CULPRIT},
		{"sending ip range", LABEL_CULPRIT},
		{"connecting ip range", LABEL_CULPRIT},
	};

	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_test_message("%s", cases[i].label);
		g_assert_cmpint(notice_role(cases[i].label), ==, cases[i].role);
	}
}

static void test_words(void)
{
	each(culprits, " 203.0.113.77", is_culprit);
	each(innocents, "\nhttp://links.example/x", is_innocent);
	each_beside(innocents, is_innocent);
	each(references, " AB-4711", is_reference);
	each(dates, " 2026-03-01", is_date);
	each(reporters, " joe@reporter.example", is_reporter);
	each(ports, " 4711", is_port);
}

/* Who writes it, and in which words: each tips the scale of a mail with a number and two labelled lines. */
static const char boxes[] =
	"abuse|abuse-report|abusereport|alert|alerts|anti-piracy|antiphishing|antipiracy|"
	"auto-report|automated|autoreport|autoreports|bot|cert|compliance|copyright|csirt|"
	"daemon|dmca|do-not-reply|donotreply|fail2ban|infringements|mailer|no-reply|no_reply|"
	"noc|noreply|notice|notices|notification|notifications|phishing-report|report|"
	"reporter|reports|robot|root|soc|system|takedown|takedown-response|takedowns";
static const char automatic[] =
	"automatically generated|automated message|automated report|automated email|"
	"automated e-mail|automatic message|generated automatically|this is an automatic|"
	"this is an automated|do not reply to this|please do not reply|automatisch generiert|"
	"automatisch erstellt|automatisch erzeugt|généré automatiquement|"
	"générée automatiquement|message automatique|generado automáticamente|"
	"mensaje automático|generato automaticamente|messaggio automatico|"
	"gerada automaticamente|automatisch gegenereerd|wygenerowan|автоматически";
static const char habits[] =
	"on your network|from your network|in your network|your infrastructure|hosted by you|"
	"hosted on your|hosted at your|under your control|under your responsibility|"
	"your ip address|ip address under|we have detected|we detected|we have identified|"
	"we identified|has been detected|was detected|have been observed|has been observed|"
	"on behalf of|good faith belief|good-faith belief|penalty of perjury|"
	"authorized to act|authorised to act|notice of claimed infringement|"
	"copyright infringement notice|takedown notice|take-down notice|notice and takedown|"
	"phishing attack|fraudulent website|malicious activity|abuse team|abuse department|"
	"incident response|computer emergency|security team|brand protection|"
	"intellectual property|is listed on our|blocked by our|has been blacklisted|log lines|"
	"logfile|timezone is|times are in|all times|has attacked|have attacked|attackers used|"
	"server/customer|your customer with the ip|abuse report about|report we received|"
	"received a phishing report|received an abuse report|received a report|"
	"received a malware report|abuse report information|has been implicated|in ihrem netz|"
	"aus ihrem netz|ihr netzwerk|im auftrag|sur votre réseau|depuis votre réseau|"
	"pour le compte de|en su red|desde su red|nella vostra rete|na sua rede";

static void tips(const char *from, const char *line, const char *kind)
{
	g_autoptr(Border) border = border_new_from_json(NULL, 0, NULL);
	g_autofree char *mail = g_strdup_printf(
		"From: %s@isp.example\nTo: abuse@desk.example\nSubject: case 4711\n"
		"Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n%s\n"
		"IP: 203.0.113.77\nDate: 2026-03-01\n",
		from, line);
	g_autoptr(Report) report = kinds_parse((const guint8 *)mail, strlen(mail), border);
	g_test_message("%s: %s", from, line);
	g_assert_cmpstr(report_kind_name(report->kind), ==, kind);
}

static void test_habits(void)
{
	g_auto(GStrv) box = g_strsplit(boxes, "|", -1), program = g_strsplit(automatic, "|", -1),
		      habit = g_strsplit(habits, "|", -1);
	for (char **word = box; *word; word++)
		tips(*word, "Hello,", "notice");
	for (char **word = program; *word; word++)
		tips("joe", *word, "notice");
	for (char **word = habit; *word; word++)
		tips("joe", *word, "notice");
	tips("joe", "Hello,", "human");
	tips("reporting", "Hello,", "human");
	tips("robotics", "Hello,", "human");
	tips("x-noreply", "Hello,", "notice"); /* each word of the name */
	tips("x.donotreply", "Hello,", "notice");
	tips("joe", "This machine is automated.", "human");
	tips("joe", "This is a notice of my infrastructure.", "human");
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_set_nonfatal_assertions();
	message_init();
	domain_init(NULL);
	g_test_add_func("/notice/words", test_words);
	g_test_add_func("/notice/categories", test_categories);
	g_test_add_func("/notice/longer-labels", test_longer_labels);
	g_test_add_func("/notice/habits", test_habits);
	return g_test_run();
}
