/* XARF 3 and 4 and X-ARF: each type, each field, and what is wrong about it. */

#include "domain.h"
#include "foreign-json.h"
#include "summary.h"

#define HEADERS "From: fbl@isp.example\nTo: abuse@desk.example\nSubject: x\nMessage-ID: <1@isp.example>\n"
#define JSON    HEADERS "Content-Type: application/json\n\n"

static const char types_3[] =
	"Activity/Spam=spam Activity/DOS=intrusion Activity/DDOS=intrusion Activity/PortScan=intrusion "
	"Activity/LoginAttack=intrusion Activity/WebHack=intrusion Activity/WebCrawler=intrusion "
	"Activity/Exploit=intrusion Activity/Malware=botnet Activity/Botnet=botnet "
	"Activity/InfectedHost=botnet Activity/Bot=botnet Activity/RpzRewrite=botnet "
	"Activity/IdentityTheft=other Activity/Harassment=other "
	"Activity/PotentiallyCompromisedAccount=other Activity/CompromisedAccount=other "
	"Activity/Fraud=fraud Activity/Copyright=copyright Content/Phishing=phishing "
	"Content/Malware=malware Content/Botnet=botnet Content/Copyright=copyright "
	"Content/Trademark=trademark Content/ChildAbuse=child-safety "
	"Content/ChildSexualAbuseMaterial=child-safety Content/CSAM=child-safety Content/Fraud=fraud "
	"Content/Spamvertised=spam Content/WebHack=intrusion Content/Defacement=intrusion "
	"Content/Harassment=other Content/HateSpeech=other Vulnerability/OpenService=vulnerability "
	"Vulnerability/Vulnerability=vulnerability Vulnerability/Vulnerable=vulnerability "
	"Vulnerability/Heartbleed=vulnerability Vulnerability/OpenResolver=vulnerability "
	"Vulnerability/OpenRelay=vulnerability Vulnerability/Misconfiguration=vulnerability "
	"activity/SPAM=spam";
static const char types_4[] =
	"messaging/spam=spam messaging/bulk_messaging=spam connection/login_attack=intrusion "
	"connection/port_scan=intrusion connection/ddos=intrusion connection/scraping=intrusion "
	"connection/sql_injection=intrusion connection/vulnerability_scan=intrusion "
	"connection/infected_host=botnet connection/reconnaissance=intrusion content/phishing=phishing "
	"content/malware=malware content/fraud=fraud content/csam=child-safety content/csem=child-safety "
	"content/exposed_data=vulnerability content/brand_infringement=trademark "
	"content/suspicious_registration=fraud content/remote_compromise=intrusion "
	"copyright/copyright=copyright copyright/cyberlocker=copyright copyright/link_site=copyright "
	"copyright/p2p=copyright copyright/usenet=copyright copyright/ugc_platform=copyright "
	"vulnerability/cve=vulnerability vulnerability/misconfiguration=vulnerability "
	"vulnerability/open_service=vulnerability infrastructure/botnet=botnet "
	"infrastructure/compromised_server=intrusion reputation/blocklist=other "
	"reputation/threat_intelligence=other Messaging/Spam=spam";
/* no valid pairs, but known */
static const char drafts_4[] =
	"messaging/phishing=phishing messaging/social_engineering=fraud "
	"messaging/whatsapp_social_engineering=fraud connection/auth_failure=intrusion "
	"connection/brute_force=intrusion connection/ddos_amplification=intrusion "
	"connection/ip_spoof=intrusion connection/ip_spoofing=intrusion connection/vuln_scanning=intrusion "
	"connection/bot=botnet content/phishing_site=phishing content/malware_distribution=malware "
	"content/defacement=intrusion content/web_hack=intrusion content/spamvertised=spam "
	"copyright/dmca=copyright copyright/trademark=trademark vulnerability/open=vulnerability "
	"vulnerability/malicious_activity=intrusion vulnerability/outdated_dnssec=vulnerability "
	"vulnerability/ssl_freak=vulnerability vulnerability/ssl_poodle=vulnerability "
	"infrastructure/bot=botnet infrastructure/compromised_website=intrusion "
	"infrastructure/compromised_account=intrusion "
	"infrastructure/compromised_microsoft_exchange=intrusion infrastructure/cve=vulnerability "
	"reputation/trap=spam";

/* "group/type=category" each, put into @format. */
static void each(const char *types, const char *format, const char *more)
{
	g_auto(GStrv) list = g_strsplit(types, " ", -1);
	for (char **type = list; *type; type++) {
		g_auto(GStrv) words = g_strsplit_set(*type, "/=", 3);
		g_auto(GStrv) around = g_strsplit(format, "%s", 3);
		g_autofree char *mail =
			g_strconcat(JSON, around[0], words[0], around[1], words[1], around[2], NULL);
		g_autofree char *expected = g_strconcat("xarf ", words[2], " ", more, NULL);
		summary_of_mail(mail, expected);
	}
}

static void test_types(void)
{
	static const char three[] = "{\"ReporterInfo\":{},\"Version\":\"3\",\"Report\":{"
				    "\"ReportClass\":\"%s\",\"ReportType\":\"%s\"}}";
	static const char four[] = "{\"xarf_version\":\"4.0.0\",\"category\":\"%s\",\"type\":\"%s\"}";
	each(types_3, three, "!malformed=xarf-type");
	each(types_4, four, "!malformed=xarf-type");
	each(drafts_4, four, "malformed=xarf-type");
	static const char *const unknown[] = {
		"Activity/Phishing=other", "Content/Spam=other", "Quince/Spam=other"};
	for (guint i = 0; i < G_N_ELEMENTS(unknown); i++) {
		each(unknown[i], three, "malformed=xarf-type");
		each(unknown[i], four, "malformed=xarf-type");
	}
}

/* A sound report of each version; the rows put something else in the place of a part of it. */
static const char sound_4[] =
	"{\"xarf_version\":\"4.2.0\",\"report_id\":\"5f3c1f0a-7d1e-4b27-9a55-1d2c3b4a5f60\","
	"\"timestamp\":\"2026-03-01T10:00:00Z\","
	"\"reporter\":{\"org\":\"Watch\",\"contact\":\"desk@watch.example\",\"domain\":\"watch.example\"},"
	"\"sender\":{\"org\":\"Send\",\"contact\":\"desk@send.example\",\"domain\":\"send.example\"},"
	"\"source_identifier\":\"203.0.113.50\",\"source_port\":4711,"
	"\"category\":\"messaging\",\"type\":\"spam\",\"protocol\":\"smtp\",\"smtp_from\":\"s@mailer."
	"example\"}";
static const char sound_3[] = "{\"Version\":\"3\",\"ReporterInfo\":{\"ReporterOrg\":\"Watch\","
			      "\"ReporterOrgEmail\":\"desk@watch.example\"},"
			      "\"Report\":{\"ReportClass\":\"Content\",\"ReportType\":\"Phishing\",\"Date\":"
			      "\"2026-03-01T10:00:00Z\","
			      "\"SourceIp\":\"203.0.113.50\",\"SourcePort\":4711}}";

typedef struct {
	const char *part, *instead, *expected;
} Change;

#define CONTACT "\"contact\":\"desk@watch.example\""
#define LAST4   "\"smtp_from\":\"s@mailer.example\""
#define SAMPLE  "RnJvbTogeEBldmlsLmV4YW1wbGUKU3ViamVjdDogeQoKego=" /* From: x@evil.example, Subject: y */

static const Change changes_4[] = {
	{"4.2.0", "4.2.0",
		"sound spam reporter=desk@watch.example name=Watch complainant=desk@watch.example "
		"id=5f3c1f0a-7d1e-4b27-9a55-1d2c3b4a5f60 date=1772359200 source=203.0.113.50 port=4711 "
		"ip=203.0.113.50 return-path=s@mailer.example original-path=s@mailer.example"},
	/* the version is three numbers */
	{"4.2.0", "4.10.11", "sound"},
	{"4.2.0", "4.2", "malformed=xarf-version"},
	{"4.2.0", "4..0", "malformed=xarf-version"},
	{"4.2.0", "4.2.", "malformed=xarf-version"},
	{"4.2.0", "4.2.x", "malformed=xarf-version"},
	{"4.2.0", "4.2.0-draft", "malformed=xarf-version"},
	{"4.2.0", "4.2-0", "malformed=xarf-version"},
	{"4.2.0", "5.2.0", "malformed=xarf-version"},
	{"\"4.2.0\"", "4", "malformed=xarf-version malformed=xarf-xarf_version"},
	{"\"4.2.0\"", "\"\"", "malformed=xarf-version malformed=xarf-xarf_version"},
	{"5f3c1f0a-", "5f3c1f0a", "malformed=xarf-report_id id=5f3c1f0a7d1e-4b27-9a55-1d2c3b4a5f60"},
	{"\"report_id\"", "\"no_id\"", "malformed=xarf-report_id"},
	{"2026-03-01T10:00:00Z", "soon", "malformed=xarf-timestamp"},
	{"\"timestamp\"", "\"no_time\"", "malformed=xarf-timestamp"},
	/* who reports */
	{"\"Watch\"", "\"\"", "malformed=xarf-org"},
	{"\"Watch\"", "7", "malformed=xarf-org"},
	{"\"Watch\"", "null", "malformed=xarf-org"},
	{"\"watch.example\"", "\"*\"", "malformed=xarf-domain"},
	{"\"watch.example\"", "7", "malformed=xarf-domain"},
	{CONTACT, "\"contact\":\"nobody\"", "malformed=xarf-contact reporter=fbl@isp.example"},
	{CONTACT, "\"x\":1", "malformed=xarf-contact reporter=fbl@isp.example"},
	{"\"reporter\":{", "\"reporters\":{", "malformed=xarf-reporter reporter=fbl@isp.example"},
	{"\"sender\":{", "\"senders\":{",
		"malformed=xarf-sender reporter=desk@watch.example !malformed=xarf-org"},
	{"\"sender\":{", "\"sender\":\"x\",\"x\":{", "malformed=xarf-sender"},
	/* ports */
	{"4711", "65535", "sound port=65535"},
	{"4711", "65536", "malformed=xarf-source_port port=0"},
	{"4711", "-1", "malformed=xarf-source_port port=0"},
	{"4711", "22.0", "sound port=22"},
	{"4711", "22.5", "malformed=xarf-source_port port=0"},
	{"4711", "\"22\"", "malformed=xarf-source_port port=0"},
	{"4711", "null", "sound port=0"},
	/* the source */
	{"\"203.0.113.50\"", "\"http://evil.example/x\"",
		"sound domain=evil.example url=http://evil.example/x"},
	{"\"203.0.113.50\"", "\"http://203.0.113.77/x\"", "sound ip=203.0.113.77 url=http://203.0.113.77/x"},
	{"\"203.0.113.50\"", "\"http://*/x\"", "malformed=xarf-url"},
	{"\"203.0.113.50\"", "\"evil.example\"", "sound domain=evil.example reported-domain=evil.example"},
	{"\"203.0.113.50\"", "\"*\"", "malformed=xarf-source_identifier"},
	{"\"source_identifier\"", "\"x\"", "malformed=xarf-source_identifier"},
	/* what the types need */
	{"\"category\":\"messaging\"", "\"category\":\"quince\"", "malformed=xarf-type other"},
	{"\"category\"", "\"class\"", "sound spam"},
	{"\"category\"", "\"x\"", "malformed=xarf-category malformed=xarf-type other"},
	{"\"category\":", "\"class\":\"content\",\"category\":", "sound spam"},
	{"\"type\":\"spam\"", "\"type\":7", "malformed=xarf-type other"},
	{",\"protocol\":\"smtp\"", "", "malformed=xarf-protocol"},
	{LAST4, "\"x\":1", "malformed=xarf-smtp_from"},
	{"\"smtp\"," LAST4, "\"sms\"", "sound"},
	{"\"source_port\":4711", "\"x\":1", "malformed=xarf-source_port"},
	{"\"source_port\":4711,\"category\":\"messaging\",\"type\":\"spam\"",
		"\"category\":\"messaging\",\"type\":\"bulk_messaging\"", "sound"},
	{"\"messaging\",\"type\":\"spam\"", "\"content\",\"type\":\"phishing\"", "malformed=xarf-url"},
	{"\"messaging\",\"type\":\"spam\"",
		"\"content\",\"url\":\"http://evil.example/\",\"type\":\"phishing\"",
		"sound domain=evil.example"},
	{"\"messaging\",\"type\":\"spam\",\"protocol\":\"smtp\"", "\"connection\",\"type\":\"ddos\"",
		"malformed=xarf-protocol"},
	{"\"messaging\",\"type\":\"spam\"", "\"connection\",\"type\":\"ddos\"", "sound"},
	{"\"messaging\",\"type\":\"spam\"", "\"copyright\",\"type\":\"copyright\"",
		"malformed=xarf-infringing_url"},
	{"\"messaging\",\"type\":\"spam\"", "\"copyright\",\"type\":\"usenet\"", "sound"},
	{"\"messaging\",\"type\":\"spam\"",
		"\"copyright\",\"infringing_url\":\"http://evil.example/x\",\"type\":\"copyright\"",
		"sound url=http://evil.example/x"},
	/* what may be there */
	{LAST4, LAST4 ",\"confidence\":0,\"tags\":[\"a:b\"],\"description\":\"x\"", "sound"},
	{LAST4, LAST4 ",\"confidence\":1.0", "sound"},
	{LAST4, LAST4 ",\"confidence\":1.1", "malformed=xarf-confidence"},
	{LAST4, LAST4 ",\"confidence\":-0.1", "malformed=xarf-confidence"},
	{LAST4, LAST4 ",\"confidence\":\"high\"", "malformed=xarf-confidence"},
	{LAST4, LAST4 ",\"tags\":\"a:b\"", "malformed=xarf-tags"},
	{LAST4, LAST4 ",\"tags\":[\"a\"]", "malformed=xarf-tags"},
	{LAST4, LAST4 ",\"tags\":[7]", "malformed=xarf-tags"},
	{LAST4,
		LAST4
		",\"tags\":[\"a:1\",\"a:1\",\"a:1\",\"a:1\",\"a:1\",\"a:1\",\"a:1\",\"a:1\",\"a:1\",\"a:1\","
		"\"a:1\",\"a:1\",\"a:1\",\"a:1\",\"a:1\",\"a:1\",\"a:1\",\"a:1\",\"a:1\",\"a:1\"]",
		"sound"},
	{LAST4,
		LAST4
		",\"tags\":[\"a:1\",\"a:1\",\"a:1\",\"a:1\",\"a:1\",\"a:1\",\"a:1\",\"a:1\",\"a:1\",\"a:1\","
		"\"a:1\",\"a:1\",\"a:1\",\"a:1\",\"a:1\",\"a:1\",\"a:1\",\"a:1\",\"a:1\",\"a:1\",\"a:1\"]",
		"malformed=xarf-tags"},
	{LAST4, LAST4 ",\"_internal\":{}", "malformed=xarf-_internal"},
	{LAST4, LAST4 ",\"destination_ip\":\"192.0.2.7\",\"destination_port\":25", "sound !ip=192.0.2.7"},
	{LAST4, LAST4 ",\"destination_ip\":\"here\"", "malformed=xarf-destination_ip"},
	{LAST4, LAST4 ",\"destination_port\":70000", "malformed=xarf-destination_port"},
	{LAST4, LAST4 ",\"first_seen\":\"2026-02-28T10:00:00Z\"", "sound date=1772359200"},
	{LAST4, LAST4 ",\"first_seen\":\"once\"", "malformed=xarf-first_seen"},
	{LAST4, LAST4 ",\"last_seen\":\"now\"", "malformed=xarf-last_seen"},
	/* the mail */
	{"s@mailer.example", "<>", "sound !return-path=<>"},
	{"s@mailer.example", "nobody", "malformed=xarf-smtp_from"},
	{LAST4,
		LAST4 ",\"subject\":\"Buy "
		      "now\",\"message_id\":\"<1@mailer.example>\",\"smtp_to\":\"v@isp.example\"",
		"sound original-subject=Buy_now original-id=1@mailer.example original-to=v@isp.example"},
	{"\"smtp\"," LAST4, "\"sms\",\"subject\":\"Buy now\"", "sound original-subject=Buy_now"},
	{"\"smtp\"," LAST4, "\"sms\",\"message_id\":\"1@mailer.example\"",
		"sound original-id=1@mailer.example"},
	{"\"smtp\"," LAST4, "\"sms\",\"smtp_to\":\"v@isp.example\"", "sound original-to=v@isp.example"},
	{LAST4, LAST4 ",\"message_id\":\"<\"", "sound !original-id=<"},
	{LAST4, LAST4 ",\"message_id\":\">\"", "sound !original-id=>"},
	/* whom it names, and whom it only mentions */
	{LAST4, LAST4 ",\"domain\":\"evil.example\"", "sound domain=evil.example"},
	{LAST4, LAST4 ",\"domain\":\"\"", "sound"},
	{LAST4, LAST4 ",\"domain\":null", "sound"},
	{LAST4, LAST4 ",\"domain\":7", "malformed=xarf-domain"},
	{LAST4, LAST4 ",\"url\":\"http://evil.example/x\"",
		"sound url=http://evil.example/x domain=evil.example"},
	{LAST4, LAST4 ",\"url\":\"not one\"", "malformed=xarf-url"},
	{LAST4, LAST4 ",\"spam_indicators\":{\"suspicious_links\":[\"http://evil.example/x\"]}",
		"sound url=http://evil.example/x"},
	{LAST4, LAST4 ",\"c2_server\":\"http://c2.example/x\"",
		"sound reported-uri=http://c2.example/x !domain=c2.example"},
	{LAST4, LAST4 ",\"c2_server\":\"c2.example:80\"",
		"sound reported-domain=c2.example:80 !domain=c2.example"},
	{LAST4, LAST4 ",\"c2_communications\":[\"c2.example\"]",
		"sound reported-domain=c2.example !domain=c2.example"},
	{LAST4, LAST4 ",\"downstream_links\":[\"http://c2.example/\"]",
		"sound reported-uri=http://c2.example/ !domain=c2.example"},
	/* evidence */
	{LAST4, LAST4 ",\"evidence\":[{\"content_type\":\"message/rfc822\",\"payload\":\"" SAMPLE "\"}]",
		"sound original-from=x@evil.example"},
	{LAST4, LAST4 ",\"evidence\":[{\"content_type\":\"message/global\",\"payload\":\"" SAMPLE "\"}]",
		"sound original-from=x@evil.example"},
	{LAST4, LAST4 ",\"evidence\":[{\"content_type\":\"TEXT/rfc822-headers\",\"payload\":\"" SAMPLE "\"}]",
		"sound original-from=x@evil.example"},
	{LAST4, LAST4 ",\"evidence\":[{\"content_type\":\"text/plain\",\"payload\":\"" SAMPLE "\"}]",
		"sound !original-from=x@evil.example"},
	{LAST4, LAST4 ",\"evidence\":[{\"content_type\":\"message/rfc822\",\"payload\":\"\"}]",
		"sound !original-from=x@evil.example"},
	{LAST4, LAST4 ",\"evidence\":{}", "malformed=xarf-evidence"},
	{LAST4, LAST4 ",\"evidence\":[{\"payload\":\"" SAMPLE "\"}]", "malformed=xarf-evidence"},
	{LAST4, LAST4 ",\"evidence\":[{\"content_type\":\"message/rfc822\"}]", "malformed=xarf-evidence"},
	{"\"messaging\",\"type\":\"spam\"",
		"\"content\",\"url\":\"http://evil.example/"
		"\",\"type\":\"phishing\",\"evidence\":[{\"content_type\":"
		"\"message/rfc822\",\"payload\":\"" SAMPLE "\"}]",
		"sound original-from=x@evil.example"},
	{"\"messaging\",\"type\":\"spam\"",
		"\"content\",\"url\":\"http://evil.example/"
		"\",\"type\":\"malware\",\"evidence\":[{\"content_type\":"
		"\"message/rfc822\",\"payload\":\"" SAMPLE "\"}]",
		"sound !original-from=x@evil.example"},
	/* the reporter's own name in the sample is no culprit */
	{LAST4,
		LAST4 ",\"evidence\":[{\"content_type\":\"message/rfc822\",\"payload\":"
		      "\"RnJvbTogeEB3YXRjaC5leGFtcGxlClN1YmplY3Q6IHkKCmh0dHA6Ly93YXRjaC5leGFtcGxlL3gK\"}]",
		"sound original-from=x@watch.example !domain=watch.example"},
};

#define INFO3 "\"ReporterOrg\":\"Watch\",\"ReporterOrgEmail\":\"desk@watch.example\""
#define PORT3 "\"SourcePort\":4711"

static const Change changes_3[] = {
	{"3", "3",
		"sound phishing reporter=desk@watch.example name=Watch complainant=desk@watch.example "
		"date=1772359200 source=203.0.113.50 port=4711 ip=203.0.113.50"},
	{"\"Version\"", "\"No\"", "malformed=xarf-version"},
	/* who reports: an organisation with both, or a person with anything */
	{"\"ReporterOrg\":\"Watch\"", "\"ReporterContactName\":\"Joe\"",
		"malformed=xarf-ReporterOrg name=Joe reporter=desk@watch.example"},
	{"\"ReporterOrgEmail\"", "\"ReporterContactEmail\"",
		"malformed=xarf-ReporterOrgEmail reporter=desk@watch.example name=Watch"},
	{"\"ReporterOrgEmail\"", "\"ReporterContactEmail\":\"joe@watch.example\",\"ReporterOrgEmail\"",
		"sound reporter=desk@watch.example"},
	{INFO3, "\"ReporterType\":\"person\",\"ReporterContactEmail\":\"joe@watch.example\"",
		"sound reporter=joe@watch.example"},
	{INFO3, "\"ReporterType\":\"Person\",\"ReporterContactName\":\"Joe\"",
		"sound reporter=fbl@isp.example"},
	{INFO3, "\"ReporterType\":\"Person\",\"ReporterOrg\":\"Watch\"", "sound reporter=fbl@isp.example"},
	{INFO3, "\"ReporterType\":\"Person\"", "malformed=xarf-reporter reporter=fbl@isp.example"},
	{INFO3, "\"x\":1", "malformed=xarf-ReporterOrg !malformed=xarf-reporter"},
	{INFO3, "\"ReporterType\":\"Organization\",\"ReporterContactName\":\"Joe\"",
		"malformed=xarf-ReporterOrg malformed=xarf-ReporterOrgEmail"},
	{"\"ReporterInfo\":{", "\"ReporterInfo\":7,\"x\":{",
		"malformed=xarf-ReporterInfo !malformed=xarf-ReporterOrg"},
	/* for whom */
	{"\"Report\":{", "\"OnBehalfOf\":{\"ComplainantOrgEmail\":\"x@bank.example\"},\"Report\":{",
		"sound complainant=x@bank.example reporter=desk@watch.example"},
	{"\"Report\":{", "\"OnBehalfOf\":{\"ComplainantContactEmail\":\"x@bank.example\"},\"Report\":{",
		"sound complainant=x@bank.example"},
	{"\"Report\":{", "\"OnBehalfOf\":{\"ComplainantOrgDomain\":\"bank.example\"},\"Report\":{",
		"sound complainant=desk@watch.example !domain=bank.example"},
	{"\"Report\":{", "\"OnBehalfOf\":{\"ComplainantOrgDomain\":\"bank\"},\"Report\":{",
		"malformed=xarf-ComplainantOrgDomain"},
	{"\"Report\":{", "\"OnBehalfOf\":{\"ComplainantOrgDomain\":\"*\"},\"Report\":{",
		"malformed=xarf-ComplainantOrgDomain"},
	{"\"Report\":{", "\"OnBehalfOf\":\"x\",\"Report\":{", "malformed=xarf-OnBehalfOf"},
	{"\"Report\":{", "\"Report\":7,\"x\":{", "malformed=xarf-Report other !malformed=xarf-ReportClass"},
	/* what and when */
	{"\"ReportClass\"", "\"x\"", "malformed=xarf-ReportClass malformed=xarf-type other"},
	{"\"ReportType\"", "\"x\"", "malformed=xarf-ReportType malformed=xarf-type other"},
	{"\"Date\"", "\"x\"", "malformed=xarf-Date"},
	{PORT3, PORT3 ",\"ReportID\":\"4711\",\"ReporterCaseID\":\"12\"", "sound id=4711"},
	{PORT3, PORT3 ",\"ReporterCaseID\":\"12\"", "sound id=12"},
	/* the source, flat and nested */
	{"\"SourceIp\":\"203.0.113.50\"," PORT3, "\"Source\":{\"IP\":\"203.0.113.51\",\"Port\":22}",
		"sound source=203.0.113.51 port=22"},
	{PORT3, PORT3 ",\"Source\":{\"IP\":\"203.0.113.51\",\"Port\":22}",
		"sound source=203.0.113.50 port=4711 !ip=203.0.113.51"},
	{PORT3, PORT3 ",\"Source\":{\"URL\":\"http://evil.example/x\"}", "sound url=http://evil.example/x"},
	{PORT3, PORT3 ",\"Source\":7", "malformed=xarf-Source"},
	{"203.0.113.50", "here", "malformed=xarf-SourceIp"},
	{"\"SourceIp\":\"203.0.113.50\"," PORT3, "\"AttackerIp\":\"203.0.113.51\",\"AttackerPort\":22",
		"sound source=203.0.113.51 port=22"},
	{PORT3, PORT3 ",\"AttackerIp\":\"203.0.113.51\"", "sound source=203.0.113.50 !ip=203.0.113.51"},
	{PORT3, PORT3 ",\"SourceUrl\":\"http://evil.example/x\"", "sound url=http://evil.example/x"},
	{PORT3, PORT3 ",\"Url\":\"http://evil.example/x\"", "sound url=http://evil.example/x"},
	{PORT3, PORT3 ",\"SourceURL\":\"http://evil.example/x\"", "sound url=http://evil.example/x"},
	{PORT3, PORT3 ",\"URL\":\"http://evil.example/x\"", "sound url=http://evil.example/x"},
	{PORT3, PORT3 ",\"RpzDomain\":\"evil.example\"", "sound domain=evil.example"},
	{PORT3, PORT3 ",\"SourceDomain\":\"evil.example\"", "sound domain=evil.example"},
	{PORT3, PORT3 ",\"Domain\":\"evil.example\"", "sound domain=evil.example"},
	{PORT3, PORT3 ",\"Domain\":\"evil\"", "malformed=xarf-domain"},
	{PORT3, PORT3 ",\"Domain\":\"*\"", "malformed=xarf-domain"},
	/* the rest is looked at, and names nobody */
	{PORT3,
		PORT3
		",\"InfringedMaterial\":\"http://original.example/"
		"\",\"MaterialType\":\"x\",\"FileName\":\"x\","
		"\"MalwareName\":\"x\",\"BotnetName\":\"x\",\"ServiceName\":\"x\",\"ReportSubType\":\"x\"",
		"sound !domain=original.example"},
	{PORT3, PORT3 ",\"InfringedMaterial\":7", "malformed=xarf-InfringedMaterial"},
	{PORT3, PORT3 ",\"MaterialType\":7", "malformed=xarf-MaterialType"},
	{PORT3, PORT3 ",\"FileName\":7", "malformed=xarf-FileName"},
	{PORT3, PORT3 ",\"MalwareName\":7", "malformed=xarf-MalwareName"},
	{PORT3, PORT3 ",\"BotnetName\":7", "malformed=xarf-BotnetName"},
	{PORT3, PORT3 ",\"ServiceName\":7", "malformed=xarf-ServiceName"},
	{PORT3, PORT3 ",\"ReportSubType\":7", "malformed=xarf-ReportSubType"},
	{PORT3, PORT3 ",\"CourtOrder\":\"http://court.example/1\"", "sound !domain=court.example"},
	{PORT3, PORT3 ",\"CourtOrder\":\"1 BvR 47/11\"", "malformed=xarf-CourtOrder"},
	{PORT3, PORT3 ",\"DestinationIp\":\"192.0.2.7\",\"DestinationPort\":25", "sound !ip=192.0.2.7"},
	{PORT3, PORT3 ",\"DestinationIp\":\"there\"", "malformed=xarf-DestinationIp"},
	{PORT3, PORT3 ",\"DestinationPort\":70000", "malformed=xarf-DestinationPort"},
	{PORT3, PORT3 ",\"FirstSeen\":\"once\"", "malformed=xarf-FirstSeen"},
	{PORT3, PORT3 ",\"LastSeen\":\"now\"", "malformed=xarf-LastSeen"},
	{PORT3, PORT3 ",\"ASN\":64496", "sound"},
	{PORT3, PORT3 ",\"ASN\":-1", "malformed=xarf-ASN"},
	{PORT3, PORT3 ",\"ASN\":4294967296", "malformed=xarf-ASN"},
	{PORT3, PORT3 ",\"ASN\":\"AS64496\"", "malformed=xarf-ASN"},
	/* the mail */
	{PORT3, PORT3 ",\"SmtpMailFromAddress\":\"s@mailer.example\"",
		"sound return-path=s@mailer.example original-path=s@mailer.example"},
	{PORT3, PORT3 ",\"SmtpRcptToAddress\":\"v@isp.example\"", "sound original-to=v@isp.example"},
	{PORT3, PORT3 ",\"SmtpMessageSubject\":\"Buy now\"", "sound original-subject=Buy_now"},
	{PORT3, PORT3 ",\"Samples\":[{\"ContentType\":\"message/rfc822\",\"Payload\":\"" SAMPLE "\"}]",
		"sound original-from=x@evil.example"},
	{PORT3, PORT3 ",\"Attachment\":[{\"ContentType\":\"message/rfc822\",\"Data\":\"" SAMPLE "\"}]",
		"sound original-from=x@evil.example"},
	{PORT3,
		PORT3 ",\"Samples\":[{\"ContentType\":\"message/rfc822\",\"Base64Encoded\":false,\"Payload\":"
		      "\"From: x@evil.example\\nSubject: y\\n\\nz\\n\"}]",
		"sound original-from=x@evil.example"},
	{PORT3,
		PORT3 ",\"Samples\":[{\"ContentType\":\"message/rfc822\",\"Base64Encoded\":true,\"Payload\":"
		      "\"" SAMPLE "\"}]",
		"sound original-from=x@evil.example"},
	{PORT3, PORT3 ",\"Samples\":[{\"Payload\":\"" SAMPLE "\"}]", "sound !original-from=x@evil.example"},
	{PORT3, PORT3 ",\"Samples\":[{\"ContentType\":\"message/rfc822\",\"Payload\":7}]", "sound"},
	{"\"Content\",\"ReportType\":\"Phishing\"",
		"\"Activity\",\"ReportType\":\"Spam\",\"Samples\":[{\"ContentType\":\"message/"
		"rfc822\",\"Payload\":"
		"\"" SAMPLE "\"}]",
		"sound original-from=x@evil.example"},
	{"\"Phishing\"",
		"\"Malware\",\"Samples\":[{\"ContentType\":\"message/rfc822\",\"Payload\":\"" SAMPLE "\"}]",
		"sound !original-from=x@evil.example"},
};

static void check(const char *json, const Change *changes, guint n)
{
	for (guint i = 0; i < n; i++) {
		g_auto(GStrv) around = g_strsplit(json, changes[i].part, 2);
		g_assert_cmpuint(g_strv_length(around), ==, 2);
		g_autofree char *mail = g_strconcat(JSON, around[0], changes[i].instead, around[1], NULL);
		g_autofree char *expected = g_strconcat("xarf ", changes[i].expected, NULL);
		summary_of_mail(mail, expected);
	}
}

static void test_fields(void)
{
	check(sound_4, changes_4, G_N_ELEMENTS(changes_4));
	check(sound_3, changes_3, G_N_ELEMENTS(changes_3));
}

#define HEAD "{\"xarf_version\":\"4.2.0\",\"report_id\":\"47\","

static char *times(guint n, const char *text)
{
	GString *all = g_string_new(NULL);
	while (n--)
		g_string_append(all, text);
	return g_string_free(all, FALSE);
}

static void check_json(const char *json, const char *expected)
{
	g_autofree char *mail = g_strconcat(JSON HEAD, json, NULL),
			*words = g_strconcat("xarf ", expected, NULL);
	summary_of_mail(mail, words);
}

/* @n times opened within the object, and closed again. */
static void check_depth(guint n, const char *open, const char *close, const char *expected)
{
	g_autofree char *opened = times(n, open), *closed = times(n, close);
	g_autofree char *json = g_strconcat("\"a\":", opened, "1", closed, "}", NULL);
	check_json(json, expected);
}

/* JSON that somebody wrote by hand, or to do harm. */
static void test_json(void)
{
	enum { MOST = FOREIGN_JSON_MAX_DEPTH - 1 };
	check_depth(MOST, "[", "]", "!malformed=json-too-deep id=47");
	check_depth(MOST + 1, "[", "]", "malformed=json-too-deep incidents=0");
	check_depth(MOST + 1, "[ ", "]", "malformed=json-too-deep");
	check_depth(MOST + 1, "{\"a\":", "}", "malformed=json-too-deep");
	check_depth(MOST + 1, "[\"]\",", "]", "malformed=json-too-deep"); /* in quotes none is closed */
	g_autofree char *siblings = times(MOST + 1, "[],"), *open = times(MOST + 1, "[");
	g_autofree char *flat = g_strconcat("\"a\":[", siblings, "1]}", NULL);
	g_autofree char *quoted = g_strconcat("\"a\":\"", open, "\"}", NULL);
	g_autofree char *escaped = g_strconcat("\"a\":\"\\\"", open, "\"}", NULL);
	check_json(flat, "!malformed=json-too-deep id=47");
	check_json(quoted, "!malformed=json-too-deep id=47");
	check_json(escaped, "!malformed=json-too-deep id=47");
	check_json("\"a\":1}}", "malformed=json !malformed=json-too-deep incidents=0");
	summary_of_mail(JSON "]" HEAD "\"a\":1}", "xarf malformed=json !malformed=json-too-deep");
	check_json("\"a\":1e999}", "malformed=json malformed=json-number incidents=0");
	check_json("\"a\":99999999999999999999}", "malformed=json-number id=47");
	check_json("\"report_id\":\"48\"}", "malformed=json-repeated id=47");
	check_json("\"report_\\u0069d\":\"48\"}", "malformed=json-repeated id=47");
	/* a word that is a key, too, is none where it is a value */
	check_json("\"a\":1,\"a\":2,\"reporter\":{\"org\":\"org\",\"contact\":\"x@watch.example\"}}",
		"malformed=json-repeated name=org");
	check_json("\"a\":1,\"a\":2,\"b", "malformed=json-repeated malformed=json");
	check_json("\"a\":1,\"a\":2,\"b\":[{\"report_id\":1}],\"report_id\":\"48\"}",
		"malformed=json-repeated id=47");
}

/* Which parts are looked at. */
static void test_parts(void)
{
	static const struct {
		const char *type;
		gboolean is_xarf;
	} types[] = {
		{"application/json", TRUE},
		{"application/xarf", TRUE},
		{"application/xarf+json", TRUE},
		{"text/plain; name=report.json", TRUE},
		{"text/plain; name=REPORT.JSON", TRUE},
		{"text/plain; name=report.txt", FALSE},
		{"text/plain; name=.json", FALSE},
		{"text/plain", FALSE},
	};
	for (guint i = 0; i < G_N_ELEMENTS(types); i++) {
		g_autofree char *mail =
			g_strconcat(HEADERS "Content-Type: ", types[i].type, "\n\n", sound_4, NULL);
		summary_of_mail(mail, types[i].is_xarf ? "xarf sound" : "!xarf");
	}
	/* what says so of itself */
	summary_of_mail(JSON "{\"ReporterInfo\":{},\"Report\":{}}", "xarf");
	summary_of_mail(JSON "{\"ReporterInfo\":{},\"Reports\":{}}", "!xarf");
	summary_of_mail(JSON "{\"Reporter\":{},\"Report\":{}}", "!xarf");
	g_autofree char *two = g_strconcat(JSON "[", sound_4, ",", sound_3, "]", NULL);
	summary_of_mail(two, "xarf sound incidents=2 spam phishing");
	summary_of_mail(JSON "[\"xarf_version\"]", "xarf malformed=json incidents=0");
	summary_of_mail(JSON "\"xarf_version\"", "xarf malformed=json incidents=0");
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_set_nonfatal_assertions();
	message_init();
	domain_init(NULL);
	g_test_add_func("/xarf/types", test_types);
	g_test_add_func("/xarf/fields", test_fields);
	g_test_add_func("/xarf/parts", test_parts);
	g_test_add_func("/xarf/json", test_json);
	return g_test_run();
}
