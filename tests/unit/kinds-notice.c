/* Notices of machines: what is read of them beside their labelled lines. */

#include <string.h>

#include "domain.h"
#include "kinds.h"
#include "notice-private.h"
#include "summary.h"

/* What a notice gives no label for: its number, from the subject, and its time, from anywhere. */
static void test_notices(void)
{
	static const struct {
		const char *subject, *line, *id, *domains;
		gint64 date;
	} rows[] = {
		{"[0123456789ab] report", "", "0123456789ab", "", REPORT_NO_DATE},
		{"[0123-4567] report", "", "0123-4567", "", REPORT_NO_DATE},
		{"[12345] report", "", "1@isp.example", "",
			REPORT_NO_DATE}, /* too short for a number of its own */
		{"[123456 report", "", "1@isp.example", "", REPORT_NO_DATE},
		{"issue 1234567: x", "", "1234567", "", REPORT_NO_DATE},
		{"x (ID: AB12-34)", "", "AB12-34", "", REPORT_NO_DATE},
		{"x #4711, y", "", "4711", "", REPORT_NO_DATE},
		{"case closed", "", "1@isp.example", "", REPORT_NO_DATE},
		{"case 47", "", "1@isp.example", "", REPORT_NO_DATE},
		{"case a/4711", "", "1@isp.example", "", REPORT_NO_DATE},
		/* Nothing is cut out of an address, a name or a day. */
		{"case 203.0.113.9", "", "1@isp.example", "", REPORT_NO_DATE},
		{"report 203.0.113.9, case 4711.", "", "4711", "", REPORT_NO_DATE},
		{"report 203.0.113.9 (report 4711)", "", "4711", "", REPORT_NO_DATE},
		{"case 203.0.113.0/24", "", "1@isp.example", "", REPORT_NO_DATE},
		{"case 203[.]0[.]113[.]9", "", "1@isp.example", "", REPORT_NO_DATE},
		{"case 203[dot]0[dot]113[dot]9", "", "1@isp.example", "", REPORT_NO_DATE},
		{"case 203(dot)0(dot)113(dot)9", "", "1@isp.example", "", REPORT_NO_DATE},
		{"case 203{.}0{.}113{.}9", "", "1@isp.example", "", REPORT_NO_DATE},
		{"case 2001:db8::1", "", "1@isp.example", "", REPORT_NO_DATE},
		{"case 2001:db8::1: x", "", "1@isp.example", "", REPORT_NO_DATE},
		{"case 2001:db8::/32", "", "1@isp.example", "", REPORT_NO_DATE},
		{"case 123-evil.example.", "", "1@isp.example", "123-evil.example", REPORT_NO_DATE},
		{"case 4711@isp.example", "", "1@isp.example", "", REPORT_NO_DATE},
		{"report 110.2", "", "1@isp.example", "", REPORT_NO_DATE}, /* a version */
		{"report 2026-03-01", "", "1@isp.example", "", REPORT_NO_DATE},
		{"report 01-Mar-2026", "", "1@isp.example", "", REPORT_NO_DATE},
		{"report 2026-03-01T10:00:00Z", "", "1@isp.example", "", 1772359200},
		{"report 01.03.2026", "", "1@isp.example", "", REPORT_NO_DATE},
		{"report 20260301", "", "1@isp.example", "", REPORT_NO_DATE},
		{"[2026-03-01] report", "", "1@isp.example", "", REPORT_NO_DATE},
		{"[20260301] report", "", "1@isp.example", "", REPORT_NO_DATE},
		{"[2026-03-01] [0123-4567] report", "", "0123-4567", "", REPORT_NO_DATE},
		{"[deface] report", "", "1@isp.example", "", REPORT_NO_DATE}, /* a word, though a-f */
		{"report 2026-03-01-0042", "", "2026-03-01-0042", "", REPORT_NO_DATE},
		{"report 2026-0042", "", "2026-0042", "", REPORT_NO_DATE},
		{"report 20260399", "", "20260399", "", REPORT_NO_DATE}, /* no such day */
		{"report 2026030142", "", "2026030142", "", REPORT_NO_DATE},
		{"report 20260301AB", "", "20260301AB", "", REPORT_NO_DATE},
		{"report 202603A1", "", "202603A1", "", REPORT_NO_DATE},
		{"abuseticket 4711", "", "4711", "", REPORT_NO_DATE},
		{"COVID 1900", "", "1@isp.example", "", REPORT_NO_DATE},
		{"x (ID 4711)", "", "4711", "", REPORT_NO_DATE},
		{"Ref:4711", "", "4711", "", REPORT_NO_DATE},
		{"Ref 4711", "", "4711", "", REPORT_NO_DATE},
		{"reference number 47, reference 4711", "", "4711", "", REPORT_NO_DATE},
		{"ticket 4711", "", "4711", "", REPORT_NO_DATE},
		{"incident 4711", "", "4711", "", REPORT_NO_DATE},
		{"AbuseID:4711", "", "4711", "", REPORT_NO_DATE},
		{"notice id 4711", "", "4711", "", REPORT_NO_DATE},
		{"x", "Case: 1:2:3:4:5:6:7:88888", "1:2:3:4:5:6:7:88888", "", REPORT_NO_DATE},
		{"TicketID 4711", "", "4711", "", REPORT_NO_DATE},
		{"android 1400", "", "1@isp.example", "", REPORT_NO_DATE},
		{"x", "Case: AB-4711", "AB-4711", "", REPORT_NO_DATE},
		{"x", "Case: 4711@isp.example", "4711@isp.example", "", REPORT_NO_DATE},
		{"x", "Case: phishing", "1@isp.example", "", REPORT_NO_DATE},
		{"x", "Case: 203.0.113.8", "1@isp.example", "", REPORT_NO_DATE},
		{"x", "Case: fd00::1", "1@isp.example", "", REPORT_NO_DATE},
		{"x", "Case: login1 of evil.example", "1@isp.example", "", REPORT_NO_DATE},
		{"x", "Case: 2026-03-01 spam", "1@isp.example", "", REPORT_NO_DATE},
		{"x", "Case: 01/03/2026", "1@isp.example", "", REPORT_NO_DATE},
		{"[takedown.example] of http://evil.example/", "", "1@isp.example", "evil.example",
			REPORT_NO_DATE},
		{"[x y.example] of http://evil.example/", "", "1@isp.example", "y.example evil.example",
			REPORT_NO_DATE},
		{"x", "seen Sun, 01 Mar 2026 10:00:00 +0100 there", "1@isp.example", "", 1772355600},
		{"x", "seen (2026-03-01T10:00:00Z) there", "1@isp.example", "", 1772359200},
		{"x", "seen Sun Mar  1 10:00:00 2026", "1@isp.example", "", 1772359200},
		{"x", "seen 2026-03-01 there", "1@isp.example", "", REPORT_NO_DATE}, /* no time of day */
		{"x", "id 12026-03-01T10:00:00Z", "1@isp.example", "", REPORT_NO_DATE},
		{"x", "seen 2026/03/01 10:00 there", "1@isp.example", "", 1772359200},
		{"x", "seen 2026-AB-17 of Mar at 10:00", "1@isp.example", "", REPORT_NO_DATE},
		{"x", "AB12-03-01 at 10:00", "1@isp.example", "", REPORT_NO_DATE},
		{"x", "no. 2026-12, seen 5 times at 04:05", "1@isp.example", "", REPORT_NO_DATE},
		{"x", "no. 2026-12/5 at 04:05", "1@isp.example", "", REPORT_NO_DATE},
		{"x", "no. 2026.12-05 at 04:05", "1@isp.example", "", REPORT_NO_DATE},
		{"x", "Tor, 1 Mar 2026 10:00", "1@isp.example", "", REPORT_NO_DATE},
		{"x", "Sun; 1 Mar 2026 10:00", "1@isp.example", "", REPORT_NO_DATE},
		{"x", "Sun,1 Mar 2026 10:00", "1@isp.example", "", 1772359200},
		{"x", "Sun.Mar  1 10:00:00 2026", "1@isp.example", "", REPORT_NO_DATE},
		{"x", "seen 2026.03.01 10:00 there", "1@isp.example", "", 1772359200},
		{"x", "Sun, in Mar 2026, on the 1 10:00", "1@isp.example", "", REPORT_NO_DATE},
		{"x", "Sun xar 1 Mar 10:00:00 2026", "1@isp.example", "", REPORT_NO_DATE},
		{"x", "Sun March 1 10:00:00 2026", "1@isp.example", "", REPORT_NO_DATE},
		{"x", "xSun Mar  1 10:00:00 2026", "1@isp.example", "", REPORT_NO_DATE},
	};
	g_autoptr(Border) border = border_new_from_json(NULL, 0, NULL);
	for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *mail =
			g_strdup_printf("From: no-reply@isp.example\nTo: abuse@desk.example\nSubject: "
					"%s\nMessage-ID: <1@isp.example>\n"
					"Auto-Submitted: auto-generated\n\nThis is an automated report. We "
					"have detected abuse.\n\n"
					"IP: 203.0.113.9\n\n%s\n",
				rows[i].subject, rows[i].line);
		g_autoptr(Report) report = kinds_parse((const guint8 *)mail, strlen(mail), border);
		g_test_message("%s: %s", rows[i].subject, rows[i].line);
		g_assert_cmpstr(report_kind_name(report->kind), ==, "notice");
		const Incident *incident = report->incidents->pdata[0];
		g_autoptr(GString) domains = g_string_new(NULL);
		for (guint n = 0; n < incident->domains->len; n++)
			g_string_append_printf(
				domains, "%s%s", n ? " " : "", (const char *)incident->domains->pdata[n]);
		g_assert_cmpstr(incident->report_id, ==, rows[i].id);
		g_assert_cmpstr(domains->str, ==, rows[i].domains);
		g_assert_cmpint(incident->date, ==, rows[i].date);
	}
}

#define TWO "IP: 203.0.113.77\nDate: 2026-03-01\n"
#define ACNS(source)                                                                                         \
	"<Infringement><Case><ID>77</ID></Case><Complainant><Entity>X</Entity></Complainant><Source>" source \
	"</Source></Infringement>\n"
#define PARTS  "MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n"
#define MARKED "Auto-Submitted: auto-generated\n"

/* What makes a notice of a mail, and whom it names; see summary.h for the words. */
static const struct {
	const char *from, *headers, *body, *expected;
} mails[] = {
	/* a machine, a number and labelled lines */
	{"joe@isp.example", "Subject: case 4711\n", TWO, "human"},
	{"noreply2@isp.example", "Subject: case 4711\n", TWO,
		"notice ip=203.0.113.77 id=4711 date=1772323200"},
	{"noreply@isp.example", "Subject: case 4711\n", "We have detected phishing.\n" TWO,
		"notice phishing because=\"phish\"_in_it_makes_it_phishing."},
	{"no-reply2@isp.example", "Subject: case 4711\n", TWO, "notice"},
	{"donotreply2@isp.example", "Subject: case 4711\n", TWO, "notice"},
	{"auto-report@isp.example", "Subject: case 4711\n", TWO, "notice"},
	{"ec2-abuse@isp.example", "Subject: case 4711\n", TWO, "notice"},
	{"abuse+tag@isp.example", "Subject: case 4711\n", TWO, "notice"},
	{"abused@isp.example", "Subject: case 4711\n", TWO, "human"},
	{"Nobody", "Subject: case 4711\n", TWO, "human"}, /* no address at all */
	{"noreply@isp.example", "Subject: hello\n", TWO, "human"},
	{"noreply@isp.example", "Subject: http://evil.example/\n", TWO, "notice domain=evil.example"},
	{"noreply@isp.example", "Subject: evil.example\n", TWO, "human"},
	{"noreply@isp.example", "Subject: case 4711\n", "Hello,\nplease look at evil.example.\n", "human"},
	/* numbers of any length */
	{"noreply@isp.example",
		"Subject: case 123456789012345678901234567890123456789012345678901234567890\n", TWO,
		"notice id=123456789012345678901234567890123456789012345678901234567890"},
	{"noreply@isp.example",
		"Subject: http://evil.example/ case "
		"1234567890123456789012345678901234567890123456789012345678901\n",
		TWO, "notice id=1@isp.example"},
	{"noreply@isp.example",
		"Subject: http://evil.example/ "
		"[1234567890123456789012345678901234567890123456789012345678901]\n",
		TWO, "notice id=1@isp.example"},
	/* any program's mail lists addresses */
	{"root@isp.example", "Subject: cron\n",
		"This is an automated message.\n\n203.0.113.1\n203.0.113.2\n203.0.113.3\n", "human"},
	{"root@isp.example", "Subject: cron, case 4711\n",
		"This is an automated message.\n\n203.0.113.1\n203.0.113.2\n203.0.113.3\n",
		"notice ip=203.0.113.1 ip=203.0.113.3"},
	/* a mail is attached: from a person it is the complaint, from a machine it belongs to the notice */
	{"abuse@isp.example", "Subject: case 4711 of 203.0.113.77\n" PARTS,
		"--b\n\n" TWO
		"--b\nContent-Type: message/rfc822\n\nFrom: x@evil.example\nSubject: y\n\nz\n--b--\n",
		"human"},
	{"abuse@isp.example", "Subject: case 4711 of 203.0.113.77\n" MARKED PARTS,
		"--b\n\n" TWO
		"--b\nContent-Type: message/rfc822\n\nFrom: x@evil.example\nSubject: y\n\nz\n--b--\n",
		"notice ip=203.0.113.77 !domain=evil.example"},
	{"abuse@isp.example", "Subject: case 4711 of 203.0.113.77\n" PARTS,
		"--b\n\nThis is an automated message.\n" TWO
		"--b\nContent-Type: message/rfc822\n\nFrom: x@evil.example\nSubject: y\n\nz\n--b--\n",
		"notice ip=203.0.113.77"},
	{"abuse@isp.example", "Subject: case 4711\n" MARKED PARTS,
		"--b\n\nWe have detected abuse, see the mail.\n--b\nContent-Type: message/rfc822\n\n"
		"Received: from x.evil.example (x.evil.example [203.0.113.50])\n\tby mx.isp.example; Mon, 2 "
		"Mar "
		"2026 08:00:00 +0000\nFrom: x@evil.example\nSubject: y\n\nz\n--b--\n",
		"notice original-from=x@evil.example domain=evil.example"},
	/* nothing is named in the text: lists in files that are text */
	{"abuse@isp.example", "Subject: case 4711\n" MARKED PARTS,
		"--b\n\nWe have detected abuse, see the list.\n--b\nContent-Type: text/plain; name=list.txt\n"
		"Content-Disposition: attachment; filename=list.txt\n\n203.0.113.51\n--b--\n",
		"notice ip=203.0.113.51"},
	{"abuse@isp.example", "Subject: case 4711\n" MARKED PARTS,
		"--b\n\nWe have detected abuse, see the page.\n--b\nContent-Type: text/html; name=list.html\n"
		"Content-Disposition: attachment; filename=list.html\n\n<p>\n203.0.113.51\n</p>\n--b--\n",
		"human"},
	{"abuse@isp.example", "Subject: case 4711\n" MARKED PARTS,
		"--b\n\nWe have detected abuse, see the file.\n--b\nContent-Type: application/pdf; "
		"name=list.pdf\n"
		"Content-Disposition: attachment; filename=list.pdf\n\n203.0.113.51\n--b--\n",
		"human"},
	{"abuse@isp.example", "Subject: case 4711\n" MARKED, "We have detected abuse.\n", "human"},
	{"abuse@isp.example", "Subject: case 4711\n" MARKED,
		"We have detected abuse. Our users were sent to login.evil.example by you.\n",
		"notice domain=evil.example"}, /* no line of its own: all that is named */
	/* the subject's tags */
	{"abuse@isp.example", "Subject: [203.0.113.52] [takedown.example] case 4711\n" MARKED,
		"We have detected abuse.\n" TWO,
		"notice ip=203.0.113.52 ip=203.0.113.77 !domain=takedown.example"},
	/* the time of what has no label */
	{"abuse@isp.example", "Subject: 2026-03-01T10:00:00Z abuse\n" MARKED,
		"We have detected abuse.\nIP: 203.0.113.77\n", "notice date=1772359200"},
	/* XML: of a type that says so, or of a name */
	{"joe@isp.example", "Subject: x\n" PARTS,
		"--b\n\nsee the file\n--b\nContent-Type: application/xml\n\n" ACNS(
			"<IP_Address>203.0.113.53</IP_Address>") "--b--\n",
		"notice copyright ip=203.0.113.53 id=77"},
	{"joe@isp.example", "Subject: x\n" PARTS,
		"--b\n\nsee the file\n--b\nContent-Type: application/octet-stream; name=notice.xml\n\n" ACNS(
			"<IP_Address>203.0.113.53</IP_Address>") "--b--\n",
		"notice copyright ip=203.0.113.53"},
	{"joe@isp.example", "Subject: x\n" PARTS,
		"--b\n\nsee the file\n--b\nContent-Type: application/octet-stream; name=notice.bin\n\n" ACNS(
			"<IP_Address>203.0.113.53</IP_Address>") "--b--\n",
		"human"},
	{"joe@isp.example", "Subject: x\n" PARTS,
		"--b\n\nsee the file\n--b\nContent-Type: application/xml\n\n<a>203.0.113.53</a>\n--b--\n",
		"human"},
	{"joe@isp.example", "Subject: x\n", ACNS(""), "notice copyright id=77"},
	{"joe@isp.example", "Subject: x\n", ACNS("<IP_Address>here</IP_Address><DNS_Name>*</DNS_Name>"),
		"notice copyright !source=here !ip=here"},
	{"joe@isp.example", "Subject: x\n", ACNS("<DNS_Name></DNS_Name>"), "notice !reported-domain="},
	{"joe@isp.example", "Subject: x\n", ACNS("<DNS_Name>p2p.evil.example</DNS_Name>"),
		"notice domain=evil.example reported-domain=p2p.evil.example"},
	{"joe@isp.example", "Subject: x\n",
		ACNS("<IP_Address_Type>v4</IP_Address_Type>\n<IP_Address>203.0.113.53</IP_Address><Port>22</"
		     "Port>"
		     "<TimeStamp>2026-03-01T10:00:00Z</TimeStamp>"),
		"notice ip=203.0.113.53 source=203.0.113.53 port=22 date=1772359200"},
	{"joe@isp.example", "Subject: x\n", ACNS("<IP_Address>203.0.113.53</IP_Address><Port>70000</Port>"),
		"notice source=203.0.113.53 port=0"},
	{"joe@isp.example", "Subject: x\n", ACNS("<URL_Base><![CDATA[ http://evil.example/a ]]></URL_Base>"),
		"notice url=http://evil.example/a"},
	{"joe@isp.example", "Subject: x\n",
		ACNS("<URL_Base>http://evil.example/a<![CDATA[http://other.example/]]></URL_Base>"),
		"notice url=http://evil.example/a !domain=other.example"},
	{"joe@isp.example", "Subject: x\n",
		"<Infringement><Case><ID>77</ID></Case><Complainant></"
		"Complainant><Source><IP_Address>203.0.113.53",
		"notice id=77 !ip=203.0.113.53"},
	{"joe@isp.example", "Subject: x\n",
		"<Infringement><Complainant></Complainant><Source></Source><Content><Item><URL></URL>   "
		"http://evil.example/ ]]></Item></Content></Infringement>\n",
		"notice !domain=evil.example"},
	{"joe@isp.example", "Subject: x\n",
		"<notification_message asn=\"1\"><list type=\"phishing\"><url_info "
		"url=|http://evil.example/| "
		"ip=\"203.0.113.54\"/></list></notification_message>\n",
		"notice ip=203.0.113.54 !domain=evil.example"},
	{"joe@isp.example", "Subject: x\n", ACNS("<URL_Base><!-- http://evil.example/a ]]></URL_Base>"),
		"notice !domain=evil.example"},
	{"joe@isp.example", "Subject: x\n",
		"Who may write <Infringement> without any <b>complaint</b>? IP: 203.0.113.53\n", "human"},
	{"joe@isp.example", "Subject: x\n", "Look at the <Complainant> of http://evil.example/\n", "human"},
	{"joe@isp.example", "Subject: x\n",
		"<notification_message asn=\"1\" date=\"2026-03-01\"><list type=\"phishing\">\n"
		"<url_info url=http://bare.example/ ip=\"203.0.113.54\"/></list></notification_message>\n",
		"notice phishing date=1772323200 ip=203.0.113.54 !domain=bare.example"},
	{"joe@isp.example", "Subject: x\n",
		"<notification_message asn=\"1\"><list type=\"unwanted_software\">\n"
		"<url_info url=\"http://evil.example/\" ip=\"10.0.0.1\"/></list></notification_message>\n",
		"notice malware domain=evil.example ip=10.0.0.1"},
	{"joe@isp.example", "Subject: x\n",
		"<notification_message asn=\"1\"><list type=\"phishing\"><url_info "
		"url=\"http://evil.example/\"",
		"notice phishing !domain=evil.example"}, /* cut off */
};

static void test_mails(void)
{
	for (guint i = 0; i < G_N_ELEMENTS(mails); i++) {
		g_autofree char *mail = g_strconcat("From: ", mails[i].from,
			"\nTo: abuse@desk.example\nMessage-ID: <1@isp.example>\n", mails[i].headers, "\n",
			mails[i].body, NULL);
		summary_of_mail(mail, mails[i].expected);
	}
}

/* Lines of a notice: who is accused. Each stands below others that make it a notice whatever they say. */
static const struct {
	const char *lines, *expected;
} bodies[] = {
	{"URL: http://shop.ours.example/x", "!domain=ours.example"},
	{"URL: http://shop.evil.example/x", "domain=evil.example"},
	{"URL: https://yahoo.com/x", "domain=yahoo.com"}, /* a mailbox there names nobody, a page does */
	{"Domain: joe@yahoo.com", "!domain=yahoo.com"},
	{"IP: 203.0.113.77\nSource port: 22", "port=22"},
	{"IP: 203.0.113.77\nSource port: 70000", "port=0"},
	{"IP: 203.0.113.77\nSource port: -5", "port=0"},
	{"Source port: 22", "port=0"},
	{"URL: http://-/x\nIP: 203.0.113.77", "ip=203.0.113.77"},
	{"Source port: 22\nIP: 203.0.113.77", "port=0"}, /* nothing says whose */
	{"203.0.113.77, seen a hundred times at our gates in the last three days alone, by all",
		"ip=203.0.113.77"},
	{"203.0.113.77 was seen a hundred times at our gates in the last three days alone, by",
		"ip=203.0.113.77"},
	{"203.0.113.77 was seen a hundred times at our gates in the last three days alone by all",
		"!ip=203.0.113.77"}, /* a sentence */
	{"IP: 203.0.113.70\n\n-- \nhttp://203.0.113.77/", "ip=203.0.113.77"},
	{"IP: 203.0.113.70\n\n-- \nhttp://home.example/", "!domain=home.example"},
	{"IP: 203.0.113.70\n\n-- \nhttp://home.example/x", "domain=home.example"},
	{"IP: 203.0.113.70\n\n-- \nhttp://home[.]example/", "domain=home.example"},
	{"IP: 203.0.113.70\n\n-- \nhome.example", "!domain=home.example"},
	{"IP: 203.0.113.70\n\n-- \n203.0.113.77", "ip=203.0.113.77"},
	/* the way to it, not the culprit */
	{"traceroute\n 4  203.0.113.77 (203.0.113.77)  1 ms", "!ip=203.0.113.77"},
	{"Traceroute\n 4  203.0.113.77 (203.0.113.77)  1 ms", "!ip=203.0.113.77"},
	{"traceroute\n4\t203.0.113.77 (203.0.113.77)  1 ms", "!ip=203.0.113.77"},
	{"the way\n 4  203.0.113.77 (203.0.113.77)  1 ms", "ip=203.0.113.77"},
	{"traceroute\n 203.0.113.77 (203.0.113.77)  1 ms", "ip=203.0.113.77"},
	{"traceroute\n 444  203.0.113.77 (203.0.113.77)", "ip=203.0.113.77"},
	{"traceroute\n4.  203.0.113.77 (203.0.113.77)  1 ms", "ip=203.0.113.77"},
	{"traceroute\n 4  203.0.113.77  1 ms", "ip=203.0.113.77"},
	{"traceroute\n 4  203.0.113.77(203.0.113.77)  1 ms", "ip=203.0.113.77"},
	{"traceroute\n 4  203.0.113.77 (seen)  1 ms", "ip=203.0.113.77"},
	{"traceroute\n 4  (203.0.113.77)  1 ms", "ip=203.0.113.77"},
	/* what stands beside */
	{"http://evil.example/ [203.0.113.77]", "domain=evil.example ip=203.0.113.77"},
	{"http://evil.example/ which is [203.0.113.77]", "domain=evil.example !ip=203.0.113.77"},
	{"203.0.113.77 -> 192.0.2.78", "ip=203.0.113.77 !ip=192.0.2.78"},
	{"203.0.113.77 to 192.0.2.78", "ip=203.0.113.77 !ip=192.0.2.78"},
	{"203.0.113.77 => 192.0.2.78", "ip=203.0.113.77 !ip=192.0.2.78"},
	{"203.0.113.77 ------ 192.0.2.78", "ip=203.0.113.77 !ip=192.0.2.78"},
	{"203.0.113.77, 203.0.113.78, 203.0.113.79", "ip=203.0.113.77 ip=203.0.113.78 ip=203.0.113.79"},
	{"http://evil.example/ other.example", "domain=evil.example !domain=other.example"},
	{"the whole world has seen what [203.0.113.77]", "!ip=203.0.113.77"},
	{"the whole world has seen what hxxp://evil.example/ has", "domain=evil.example"},
	{"the whole world has seen what http://evil.example/ has", "!domain=evil.example"},
	/* a server's log of requests */
	{"Remote connection: [203.0.113.70:4711]\nUrl: [evil.example/x]",
		"ip=203.0.113.70 !domain=evil.example"},
	{"\nRemote connection: [203.0.113.70:4711]\nUrl: [evil.example/x]",
		"ip=203.0.113.70 !domain=evil.example"},
	{"Url: [evil.example/x]", "domain=evil.example"},
	{"\nRemote connection: [203.0.113.70:4711]\nUrl: evil.example/x", "domain=evil.example"},
	/* lists end with an empty line, those of the victims do not */
	{"Original URLs:\n\nhttp://links.example/x", "!domain=links.example"},
	{"The IPs that we saw:\n10.1.2.3", "ip=10.1.2.3"},
	{"The IPs that we saw:\n\n10.1.2.3", "ip=10.1.2.3"},
	{"The IPs that we saw:\n\n\n10.1.2.3", "!ip=10.1.2.3"},
	{"IPs:\n10.1.2.3", "ip=10.1.2.3"},
	{"IPs:\n\n10.1.2.3", "!ip=10.1.2.3"},
};

static void test_bodies(void)
{
	for (guint i = 0; i < G_N_ELEMENTS(bodies); i++) {
		g_autofree char *mail = g_strconcat(
			"From: no-reply@isp.example\nTo: abuse@desk.example\nSubject: abuse\nMessage-ID: "
			"<1@isp.example>\n" MARKED "\nThis is an automated report. We have detected "
			"abuse.\n\nURL: http://first.example/\n",
			bodies[i].lines, "\n", NULL);
		g_autofree char *expected =
			g_strconcat("notice domain=first.example ", bodies[i].expected, NULL);
		summary_of_mail(mail, expected);
	}
}

/* The host where the desk reads its mail is not accused. */
static void test_innocent(void)
{
	static const char mail[] =
		"From: no-reply@isp.example\nTo: %s\nSubject: abuse\n" MARKED
		"\nWe have detected abuse.\nIP: 203.0.113.77\nURL: http://www.evil.example/\n";
	static const struct {
		const char *to, *expected;
	} rows[] = {
		{"abuse@evil.example", "notice ip=203.0.113.77 !domain=evil.example"},
		{"abuse@desk.example, abuse@evil.example", "notice ip=203.0.113.77 domain=evil.example"},
		{"", "notice ip=203.0.113.77 domain=evil.example"},
	};
	for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *text = g_strdup_printf(mail, rows[i].to);
		summary_of_mail(text, rows[i].expected);
	}
}

/* The first line of a table, and how many columns it has. */
static void test_table_heads(void)
{
	g_autofree char *long_name = g_strnfill(41, 'x'), *longest_name = g_strnfill(40, 'x');
	g_autofree char *with_long = g_strconcat("ip,", long_name, ",date", NULL);
	g_autofree char *with_longest = g_strconcat("ip,", longest_name, ",date", NULL);
	g_autoptr(GString) wide = g_string_new("ip");
	for (guint i = 1; i < NOTICE_COLUMNS_MAX; i++)
		g_string_append_printf(wide, ",a%u", i);
	g_autofree char *too_wide = g_strconcat(wide->str, ",x", NULL);
	const struct {
		const char *line;
		guint columns; /* 0: heads no table */
	} rows[] = {
		{"ip,date,port", 3},
		{"IP;Time;Type", 3},
		{"ip\tdate\tx", 3},
		{"ASN | IP | Timestamp", 3},
		{"Format: ASN | IP | Timestamp", 3},
		{"\"src_ip\",\"dst_ip\",\"time\"", 3},
		{"ip date port", 0},
		{"ip,date", 0},
		{"ip,url,domain", 0}, /* they name nothing else: a sentence */
		{"time,asn,country", 0},
		{"ip,,date", 0},
		{"ip,192.0.2.1,date", 0},
		{"ip,a/b,date", 0},
		{"ip,a@b,date", 0},
		{"ip,a:b,date", 0},
		{"a:ip,x,date", 3},
		{"ip,date;time,x", 0},
		{with_longest, 3},
		{with_long, 0},
		{wide->str, NOTICE_COLUMNS_MAX},
		{too_wide, 0},
	};
	for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
		NoticeTable table = {0};
		gboolean is_head = notice_table_head(rows[i].line, strlen(rows[i].line), &table);
		g_test_message("%s", rows[i].line);
		g_assert_cmpuint(is_head ? table.columns : 0, ==, rows[i].columns);
	}
}

static void test_tables(void)
{
	static const struct {
		const char *lines, *expected;
	} rows[] = {
		{"ip,date,type\n203.0.113.77,2026-03-01,x", "ip=203.0.113.77 date=1772323200"},
		{"src_ip,dst_ip,type\n203.0.113.77,192.0.2.78,x", "ip=203.0.113.77 !ip=192.0.2.78"},
		/* of the other columns none is the whole report's */
		{"ip,port,ticket,reporter\n203.0.113.77,22,AB-1,joe@cert.example",
			"ip=203.0.113.77 port=0 id=1@isp.example reporter=no-reply@isp.example"},
		{"ip,date,type\n\"203.0.113.77\", ,x\n203.0.113.78,2026-03-01,x",
			"ip=203.0.113.77 ip=203.0.113.78 date=1772323200"},
		{"dst_ip,ip,type\n192.0.2.78,203.0.113.77\n", "ip=192.0.2.78"}, /* no line of that table */
		{"dst_ip,ip,type\n192.0.2.78,203.0.113.77,\"a,b\"\n", "ip=203.0.113.77 !ip=192.0.2.78"},
		{"dst_ip,ip,type\nx,203.0.113.77,x\n\n192.0.2.78,203.0.113.79,x",
			"ip=203.0.113.77 ip=192.0.2.78"},
	};
	for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *mail = g_strconcat("From: no-reply@isp.example\nTo: abuse@desk.example\n"
						    "Subject: abuse\nMessage-ID: <1@isp.example>\n" MARKED
						    "\nWe have detected abuse.\n\n",
			rows[i].lines, "\n", NULL);
		g_autofree char *expected = g_strconcat("notice ", rows[i].expected, NULL);
		summary_of_mail(mail, expected);
	}
}

static void test_headings(void)
{
	g_autofree char *most = g_strnfill(113, 'x'), *more = g_strnfill(114, 'x');
	g_autofree char *longest = g_strconcat("URLs, ", most, ":", NULL);
	g_autofree char *longer = g_strconcat("URLs, ", more, ":", NULL);
	const struct {
		const char *line;
		LabelRole role;
	} rows[] = {
		{"IPs engaged in spamming on your network:", LABEL_CULPRIT},
		{"IPs engaged in spamming on your network: \t", LABEL_CULPRIT},
		{"IPs engaged in spamming on your network", LABEL_NONE},
		{"The legitimate URLs that were copied:", LABEL_INNOCENT},
		{"Those who were engaged in spamming:", LABEL_NONE},
		{longest, LABEL_CULPRIT},
		{longer, LABEL_NONE},
	};
	for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_test_message("%s", rows[i].line);
		g_assert_cmpint(notice_heading(rows[i].line, strlen(rows[i].line)), ==, rows[i].role);
	}
	g_assert_cmpuint(notice_count_listed("http://evil.example/\n203.0.113.9 x\n* 203.0.113.9"), ==, 3);
	g_assert_cmpuint(
		notice_count_listed("//comment\nftp://evil.example/\nsee http://evil.example/"), ==, 0);
	g_assert_cmpuint(
		notice_count_listed("http://evil.example/ is bad\nhttp://evil.example/\tbad"), ==, 0);
	/* each noun, and each word that makes it the victim's */
	static const char nouns[] =
		"ip|ips|address|addresses|url|urls|domain|domains|host|hosts|site|sites|page|"
		"pages|link|links";
	static const char theirs[] = "original|originals|legitimate|official|genuine|authorized|authorised";
	g_auto(GStrv) noun = g_strsplit(nouns, "|", -1), word = g_strsplit(theirs, "|", -1);
	for (guint i = 0; noun[i]; i++) {
		g_autofree char *line = g_strdup_printf("The %s that attacked us:", noun[i]);
		g_test_message("%s", line);
		g_assert_cmpint(notice_heading(line, strlen(line)), ==, LABEL_CULPRIT);
	}
	for (guint i = 0; word[i]; i++) {
		g_autofree char *line = g_strdup_printf("The pages that are %s:", word[i]);
		g_test_message("%s", line);
		g_assert_cmpint(notice_heading(line, strlen(line)), ==, LABEL_INNOCENT);
	}
}

/* Where a label begins and ends, and how many a text has. */
static void test_labels(void)
{
#define X46 "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
	static const struct {
		const char *line;
		LabelRole role;
	} lines[] = {
		{"Destination IP: x", LABEL_INNOCENT}, {"> * • | Destination_IP** = x", LABEL_INNOCENT},
		{"1. Destination IP: x", LABEL_INNOCENT}, {"12) Destination IP: x", LABEL_INNOCENT},
		/* not counted: what stands first is no victim then, and the last word decides */
		{"123. Destination IP: x", LABEL_CULPRIT}, {". Destination IP: x", LABEL_CULPRIT},
		{"1- Destination IP: x", LABEL_CULPRIT}, {"1.xDestination IP: x", LABEL_CULPRIT},
		{"[1] IP: x", LABEL_CULPRIT}, {"IP (of the victim): x", LABEL_CULPRIT},
		{"URL http://evil.example/", LABEL_NONE}, {": x", LABEL_NONE}, {X46 " ip: x", LABEL_CULPRIT},
		{X46 " ip x: x", LABEL_NONE},                                      /* too long */
		{"a b c d ip: x", LABEL_CULPRIT}, {"a b c d e ip: x", LABEL_NONE}, /* a sentence */
	};
	static const struct {
		const char *text;
		guint count;
	} texts[] = {
		{"ip: 1\n", 1}, {"ip: 1\nurl: 1\n", 2}, {"ip: 1\ndate: 1\n", 2}, {"ip: 1\ndate:\n", 1},
		{"urls:\nhttp://evil.example/\ndate: 1", 2}, /* heads a list */
		{"ip: 1\nvictim: 1\n", 1}, {"ip: 1\nquince: 1\n", 1},
		{"date: 1\ncase: 1\n", 0}, /* nobody is accused */
	};
	for (guint i = 0; i < G_N_ELEMENTS(lines); i++) {
		const char *value;
		g_test_message("%s", lines[i].line);
		g_assert_cmpint(
			notice_label(lines[i].line, strlen(lines[i].line), &value), ==, lines[i].role);
	}
	for (guint i = 0; i < G_N_ELEMENTS(texts); i++) {
		g_test_message("%s", texts[i].text);
		g_assert_cmpuint(notice_count_labels(texts[i].text), ==, texts[i].count);
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_set_nonfatal_assertions();
	message_init();
	domain_init(NULL);
	/* first: it finds the labels not yet loaded */
	g_assert_cmpint(notice_role("ip"), ==, LABEL_CULPRIT);
	g_test_add_func("/notice/innocent", test_innocent);
	g_test_add_func("/notice/table-heads", test_table_heads);
	g_test_add_func("/notice/tables", test_tables);
	g_test_add_func("/notice/headings", test_headings);
	g_test_add_func("/notice/labels", test_labels);
	g_test_add_func("/notice/unlabelled", test_notices);
	g_test_add_func("/notice/mails", test_mails);
	g_test_add_func("/notice/lines", test_bodies);
	return g_test_run();
}
