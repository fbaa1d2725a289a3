/* X-ARF 0.1 and 0.2: by what a report is known, and what each of its lines says. */

#include "arf-fields.h"
#include "domain.h"
#include "summary.h"

#define TOP                                                                                                  \
	"From: fbl@isp.example\nTo: abuse@desk.example\nSubject: x\nDate: Mon, 2 Mar 2026 09:00:00 +0000\n"
#define PARTS  "MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n"
#define MARKED TOP "X-ARF: PLAIN\n"
#define LEAST  "Reported-From: fbl@isp.example\nReport-Type: login-attack\nCategory: abuse\n"
#define SOUND                                                                                                \
	LEAST "Report-ID: 4711@isp.example\nDate: Sun, 01 Mar 2026 10:00:00 +0000\nSource: 203.0.113.9\n"    \
	      "Source-Type: ip-address\nAttachment: none\nSchema-URL: http://schema.example/1.json\n"
#define SPAM                                                                                                 \
	"--b\nContent-Type: message/rfc822\n\nReceived: from x.evil.example (x.evil.example "                \
	"[203.0.113.50])\n\tby mx.isp.example; Mon, 2 Mar 2026 08:00:00 +0000\nFrom: x@evil.example\n"       \
	"Subject: y\n\nz\n"

static const struct {
	const char *mail, *expected;
} rows[] = {
	{MARKED "\n" SOUND,
		"x-arf sound intrusion reporter=fbl@isp.example id=4711@isp.example date=1772359200 count=1 "
		"source=203.0.113.9 ip=203.0.113.9 port=0 !domain=schema.example"},
	/* known by its header, or by a file that holds one */
	{TOP "X-XARF: PLAIN\n\n" SOUND, "x-arf because=X-ARF_(PLAIN),_type_\"login-attack\"."},
	{TOP "X-X-ARF: PLAIN\n\n" SOUND, "x-arf"},
	{TOP "X-Y-ARF: PLAIN\n\n" SOUND, "!x-arf"},
	{MARKED "\nReported-From: a@isp.example\nReport-Type: spam\n", "!x-arf"},
	{MARKED "\nReported-From: a@isp.example\nCategory: abuse\n", "!x-arf"},
	{MARKED "\nReport-Type: spam\nCategory: abuse\n", "!x-arf"},
	{TOP PARTS "\n--b\n\nsee there\n--b\nContent-Type: text/plain; name=report.txt\n\n" LEAST "--b--\n",
		"x-arf because=X-ARF_(by_what_its_file_holds),_type_\"login-attack\"."},
	{TOP PARTS "\n--b\n\nsee there\n--b\nContent-Type: text/plain; name=Report.YAML\n\n" LEAST "--b--\n",
		"x-arf"},
	{TOP PARTS "\n--b\n\nsee there\n--b\nContent-Type: text/plain; name=report.yml\n\n" LEAST "--b--\n",
		"x-arf"},
	{TOP PARTS "\n--b\n\nsee there\n--b\nContent-Type: text/plain; name=xarf.yaml\n\n" LEAST "--b--\n",
		"x-arf"},
	{TOP PARTS "\n--b\n\nsee there\n--b\nContent-Type: text/plain; name=x-arf.txt\n\n" LEAST "--b--\n",
		"x-arf"},
	{TOP PARTS "\n--b\n\nsee there\n--b\nContent-Type: text/plain; name=other.txt\n\n" LEAST "--b--\n",
		"!x-arf"},
	{TOP PARTS "\n--b\n\nsee there\n--b\nContent-Type: text/plain; name=other.txt\n\n" LEAST
		   "Source: 203.0.113.9\nSource-Type: ip\nReport-ID: 1\n--b--\n",
		"x-arf"},
	{TOP PARTS "\n--b\n\nsee there\n--b\nContent-Type: text/plain; name=other.txt\n\n" LEAST
		   "Source: 203.0.113.9\nSource-Type: ip\n--b--\n",
		"!x-arf"},
	{TOP PARTS "\n--b\n\nsee there\n--b\nContent-Type: text/plain; name=other.txt\n\n" LEAST
		   "Source: 203.0.113.9\nReport-ID: 1\n--b--\n",
		"!x-arf"},
	{TOP PARTS "\n--b\n\nsee there\n--b\nContent-Type: text/plain; name=other.txt\n\n" LEAST
		   "Source-Type: ip\nReport-ID: 1\n--b--\n",
		"!x-arf"},
	{TOP "\n" SOUND, "!x-arf"}, /* a text that quotes one */
	{TOP PARTS "X-ARF: SECURE\n\n--b\n\nsee there\n--b\nContent-Type: application/octet-stream\n\n" LEAST
		   "--b--\n",
		"x-arf"},
	{TOP PARTS "X-ARF: SECURE\n\n--b\n\nsee there\n--b\nContent-Type: application/x-yaml\n\n" LEAST
		   "--b--\n",
		"x-arf"},
	{TOP PARTS "X-ARF: SECURE\n\n--b\n\nsee there\n--b\nContent-Type: application/yaml\n\n" LEAST
		   "--b--\n",
		"x-arf"},
	{TOP PARTS "X-ARF: SECURE\n\n--b\n\nsee there\n--b\nContent-Type: application/pdf\n\n" LEAST
		   "--b--\n",
		"!x-arf"},
	/* who reports */
	{MARKED "\nReported-From: Joe <joe@cert.example>\nReport-Type: spam\nCategory: abuse\n",
		"x-arf reporter=joe@cert.example complainant=joe@cert.example "
		"!malformed=x-arf-reported-from"},
	{MARKED "\nReported-From: joe@cert.example (CERT)\nReport-Type: spam\nCategory: abuse\n",
		"x-arf reporter=joe@cert.example"},
	{MARKED "\nReported-From: nobody\nReport-Type: spam\nCategory: abuse\n",
		"x-arf malformed=x-arf-reported-from reporter=fbl@isp.example complainant=fbl@isp.example"},
	{MARKED "\nReported-From:\nReport-Type: spam\nCategory: abuse\n",
		"x-arf malformed=x-arf-reported-from reporter=fbl@isp.example"},
	{"From: The Desk <fbl@isp.example>\nTo: abuse@desk.example\nX-ARF: PLAIN\n\n" SOUND,
		"x-arf name=The_Desk reporter=fbl@isp.example"},
	{"From: The Desk <fbl@isp.example>\nTo: abuse@desk.example\nX-ARF: "
	 "PLAIN\n\nReported-From: joe@cert.example\nReport-Type: spam\nCategory: abuse\n",
		"x-arf reporter=joe@cert.example !name=The_Desk"},
	/* the kind of harm */
	{MARKED "\nReported-From: a@isp.example\nReport-Type: quince\nCategory: Fraud\n", "x-arf fraud"},
	{MARKED "\nReported-From: a@isp.example\nReport-Type: quince\nCategory: abuse\n", "x-arf other"},
	/* number, count and date */
	{MARKED "\nReported-From: a@isp.example\nReport-Type: quince\nSub-Category: fraud\n",
		"x-arf other malformed=x-arf-category"},
	{MARKED "\n" LEAST "Report-ID: <47@isp.example>\nOccurrences: 12\n",
		"x-arf id=47@isp.example count=12"},
	{MARKED "\n" LEAST "Occurrences: many\n", "x-arf count=1"},
	{MARKED "\n" LEAST "Occurrences: -5\n", "x-arf count=1"},
	{MARKED "\n" LEAST "Occurrences: 0\n", "x-arf count=1"},
	{MARKED "\n" LEAST "Occurrences: 2000000000\n", "x-arf count=1000000000"},
	{MARKED "\n" LEAST "Date: soon\n", "x-arf malformed=x-arf-date date=1772442000"},
	/* whom it names */
	{MARKED "\n" LEAST "Source: '203.0.113.9'\nSource-Port: 22\nPort: 25\n",
		"x-arf source=203.0.113.9 port=22 ip=203.0.113.9"},
	{MARKED "\n" LEAST "Source: 203.0.113.9, on and on\nPort: 25\n", "x-arf source=203.0.113.9 port=0"},
	{MARKED "\n" LEAST "Source: 203.0.113.9\nSource-Port: 70000\n", "x-arf port=0"},
	{MARKED "\n" LEAST "Source: 203.0.113.9\nSource-Port: 4294967318\n", "x-arf port=0"},
	{MARKED "\n" LEAST "Source: www.evil.example\n",
		"x-arf domain=evil.example reported-domain=www.evil.example"},
	{MARKED "\n" LEAST "Source: \"http://evil.example/x\"\nSource-Type: ip-address\n",
		"x-arf domain=evil.example !malformed=x-arf-source"},
	{MARKED "\n" LEAST "Source: http: //evil.example/x y\n", "x-arf url=http://evil.example/x"},
	{MARKED "\n" LEAST "Source: http://203.0.113.9/x\n", "x-arf ip=203.0.113.9 url=http://203.0.113.9/x"},
	{MARKED "\n" LEAST "Source: http://*/x\n", "x-arf malformed=x-arf-source"},
	{MARKED "\n" LEAST "Source: nobody\n", "x-arf malformed=x-arf-source"},
	{MARKED "\n" LEAST "Source: com\n", "x-arf malformed=x-arf-source"},
	{MARKED "\n" LEAST "Source: 203.0.113.9\nDownload-Link: http://evil.example/x.exe\n",
		"x-arf ip=203.0.113.9 url=http://evil.example/x.exe"},
	{MARKED "\n" LEAST "Source: 203.0.113.9\nDownload-Link: http: //evil.example/x.exe\n",
		"x-arf url=http://evil.example/x.exe"},
	{MARKED "\n" LEAST "Source: 203.0.113.9\nDownload-Link: evil.example\n",
		"x-arf ip=203.0.113.9 !domain=evil.example !malformed=x-arf-source"},
	/* the mail: of spam and phishing, and its own report's */
	{MARKED PARTS
		"\n--b\nContent-Type: text/plain; name=report.txt\n\nReported-From: a@isp.example\nCategory: "
		"abuse\nReport-Type: spam\n" SPAM "--b--\n",
		"x-arf spam original-from=x@evil.example"},
	{MARKED PARTS
		"\n--b\nContent-Type: text/plain; name=report.txt\n\nReported-From: a@isp.example\nCategory: "
		"abuse\nReport-Type: phishing\n" SPAM "--b--\n",
		"x-arf phishing original-from=x@evil.example"},
	{MARKED PARTS "\n--b\nContent-Type: text/plain; name=report.txt\n\n" LEAST SPAM "--b--\n",
		"x-arf intrusion !original-from=x@evil.example"},
	{MARKED PARTS "\n" SPAM "--b\nContent-Type: text/plain; name=report.txt\n\nReported-From: "
		      "a@isp.example\nCategory: abuse\nReport-Type: spam\n--b--\n",
		"x-arf spam original-from=x@evil.example"},
	{MARKED PARTS "\n" SPAM "--b\nContent-Type: text/plain\n\nReported-From: a@isp.example\nCategory: "
		      "abuse\nReport-Type: spam\n--b\nContent-Type: text/plain\n\nReported-From: "
		      "a@isp.example\nCategory: abuse\nReport-Type: spam\n--b--\n",
		"x-arf incidents=2 !original-from=x@evil.example"}, /* whose it is cannot be told */
	/* the reporter's and the victim's own names in it are no culprits */
	{MARKED PARTS "\n--b\nContent-Type: text/plain\n\nReported-From: joe@cert.example\nCategory: "
		      "abuse\nReport-Type: spam\n--b\nContent-Type: message/rfc822\n\nDelivered-To: "
		      "v@victim.example\nFrom: x@evil.example\nSubject: y\n\nhttp://www.victim.example/ "
		      "http://www.cert.example/ http://www.isp.example/ http://worse.example/\n--b--\n",
		"x-arf url=http://worse.example/ !domain=victim.example !domain=cert.example "
		"!domain=isp.example"},
};

static void test_rows(void)
{
	for (guint i = 0; i < G_N_ELEMENTS(rows); i++)
		summary_of_mail(rows[i].mail, rows[i].expected);
}

static void test_types(void)
{
	static const char types[] =
		"a-phish=phishing malware-host=malware virus=malware trojan=malware botnet=botnet "
		"bot-infection=botnet regbot=intrusion infected=botnet login=intrusion attack=intrusion "
		"portscan=intrusion brute-force=intrusion harvesting=intrusion rfi=intrusion "
		"hacked=intrusion "
		"ddos=intrusion vulnerable=vulnerability open-resolver=vulnerability copyright=copyright "
		"trademark=trademark fraudulent=fraud SPAM=spam opt-out=opt-out quince=other "
		"malware-attack=malware login-spam=intrusion";
	g_auto(GStrv) list = g_strsplit(types, " ", -1);
	for (char **type = list; *type; type++) {
		g_auto(GStrv) words = g_strsplit(*type, "=", 2);
		g_autofree char *mail = g_strconcat(
			MARKED "\nReported-From: a@isp.example\nCategory: abuse\nReport-Type: ", words[0],
			"\n", NULL);
		g_autofree char *expected = g_strconcat("x-arf ", words[1], NULL);
		summary_of_mail(mail, expected);
	}
}

/* A file of a megabyte that begins like one is a log. */
static void test_size(void)
{
	g_autofree char *fits = g_strnfill(ARF_MAX_BYTES - strlen(LEAST) - 10, 'x'),
			*more = g_strnfill(ARF_MAX_BYTES, 'x');
	g_autofree char *mail = g_strconcat(MARKED "\n" LEAST, fits, "\n", NULL);
	g_autofree char *larger = g_strconcat(MARKED "\n" LEAST, more, "\n", NULL);
	summary_of_mail(mail, "x-arf");
	summary_of_mail(larger, "!x-arf");
}

static void test_required(void)
{
	static const char *const lines[] = {
		"Report-ID", "Date", "Source", "Source-Type", "Attachment", "Schema-URL"};
	for (guint i = 0; i < G_N_ELEMENTS(lines); i++) {
		g_autofree char *mark = g_strconcat("\n", lines[i], ":", NULL);
		g_auto(GStrv) around = g_strsplit(SOUND, mark, 2);
		g_autofree char *mail =
			g_strconcat(MARKED "\n", around[0], "\nX-", lines[i], ":", around[1], NULL);
		g_autofree char *lower = g_ascii_strdown(lines[i], -1);
		g_autofree char *expected = g_strconcat("x-arf !sound malformed=x-arf-", lower, NULL);
		summary_of_mail(mail, expected);
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_set_nonfatal_assertions();
	message_init();
	domain_init(NULL);
	g_test_add_func("/x-arf/rows", test_rows);
	g_test_add_func("/x-arf/types", test_types);
	g_test_add_func("/x-arf/size", test_size);
	g_test_add_func("/x-arf/required", test_required);
	return g_test_run();
}
