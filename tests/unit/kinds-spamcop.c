/* SpamCop's reports: by what they are known, whom they name. */

#include "domain.h"
#include "summary.h"

#define HEADERS(subject) "From: 4711@reports.spamcop.net\nTo: abuse@desk.example\nSubject: " subject "\n"
#define V5               "- SpamCop V5.2 -\n"
#define LINK             "https://www.spamcop.net/w3m?i=z6712345678z0a1b2c3dz\n"
#define SUBJECT          "[SpamCop (203.0.113.9) id:6712345678]Best offers"
#define OFFENDING                                                                                            \
	"\n[ Offending message ]\nReceived: from out.bulk.example (out.bulk.example [203.0.113.9])\n\tby "   \
	"mx.reporter.example; Sun, 1 Mar 2026 08:00:00 +0000\nFrom: Best Offers <news@bulk.example>\nTo: "   \
	"x\nSubject: Best offers\nDate: Sun, 1 Mar 2026 07:59:00 +0000\nMessage-ID: <s.1@bulk.example>\n\n"  \
	"Buy at http://shop.example/offer today.\n"

static const struct {
	const char *mail, *expected;
} rows[] = {
	/* known by the subject, or by the program's line and what stands below it */
	{HEADERS(SUBJECT) "\nHello\n", "spamcop id=6712345678 source=203.0.113.9 ip=203.0.113.9"},
	{HEADERS("  " SUBJECT) "\nHello\n", "spamcop id=6712345678"},
	{HEADERS("Re: " SUBJECT) "\nHello\n", "!spamcop"},
	{HEADERS("x") "\n" V5 LINK, "spamcop id=6712345678"},
	{HEADERS("x") "\n" V5 OFFENDING, "spamcop original-from=news@bulk.example"},
	{HEADERS("x") "\n" V5 "Hello\n", "!spamcop"},
	{HEADERS("x") "\n" LINK, "!spamcop"},
	{HEADERS("x") "\nHello\n" OFFENDING, "!spamcop"},
	{"From: 4711@reports.spamcop.net\nTo: abuse@desk.example\n\n" V5 LINK, "spamcop id=6712345678"},
	/* its number: of the subject, the link, the Message-ID */
	{HEADERS("[SpamCop (203.0.113.9) id:47]x") "\n" V5 LINK, "spamcop id=47"},
	{HEADERS("[SpamCop (203.0.113.9)]x") "\n" V5 LINK, "spamcop id=6712345678"},
	{"Message-ID: <6712.0@spamcop.net>\n" HEADERS("[SpamCop (203.0.113.9)]x") "\n" V5, "spamcop id=6712"},
	{"Message-ID: <671.0@spamcop.net>\n" HEADERS("[SpamCop (203.0.113.9)]x") "\n" V5,
		"spamcop !id=671 because=SpamCop_report_without_a_number_about_the_sender_of_a_mail."},
	{"Message-ID: <x6712@spamcop.net>\n" HEADERS("[SpamCop (203.0.113.9)]x") "\n" V5, "spamcop !id=6712"},
	{"Message-ID: <6712.0@spamcop.net>\n" HEADERS(SUBJECT) "\n" V5, "spamcop id=6712345678"},
	{"From: x@spamcop.net\nTo: abuse@desk.example\nSubject: [SpamCop (203.0.113.9)]\n\nHello\n",
		"spamcop ip=203.0.113.9"}, /* it has none at all */
	/* the source and when */
	{HEADERS("x") "\n" V5 "Email from 203.0.113.31 / Sun, 1 Mar 2026 10:00:00 +0000\n" LINK,
		"spamcop source=203.0.113.31 ip=203.0.113.31 date=1772359200"},
	{HEADERS("x") "\n" V5 "An email from 203.0.113.31\n" LINK,
		"spamcop source=203.0.113.31 ip=203.0.113.31"},
	{HEADERS(SUBJECT) "\n" V5 "Email from 203.0.113.31 / Sun, 1 Mar 2026 10:00:00 +0000\n",
		"spamcop source=203.0.113.9 !ip=203.0.113.31 date=1772359200"},
	{HEADERS("[SpamCop (nowhere) id:47]x") "\n" V5 "Email from 203.0.113.31 / soon\n",
		"spamcop source=203.0.113.31 id=47"},
	{HEADERS("[SpamCop (nowhere) id:47]x") "\n" V5, "spamcop id=47 !ip=nowhere"},
	/* a site that is advertised: its name, not the address that sent the mail */
	{HEADERS(SUBJECT) "\n" V5 "Spamvertised web site: http://shop.example/offer\n" LINK OFFENDING,
		"spamcop domain=shop.example url=http://shop.example/offer !ip=203.0.113.9 "
		"source=203.0.113.9 "
		"!domain=bulk.example !domain=spamcop.net"},
	{HEADERS(SUBJECT) "\n" V5 "Spamvertised web site: http://203.0.113.80/offer\n" LINK,
		"spamcop ip=203.0.113.80 url=http://203.0.113.80/offer !ip=203.0.113.9"},
	{HEADERS(SUBJECT) "\n" V5 "Spamvertised web site: http://-/offer\n" LINK,
		"spamcop ip=203.0.113.9 !url=http://-/offer"},
	{HEADERS(SUBJECT) "\n" V5 LINK "See http://report.reporter.example/w3m?i=z4711z for more\n",
		"spamcop ip=203.0.113.9 !domain=reporter.example"},
	{HEADERS(SUBJECT) "\n" V5 LINK "See https://www.spamcop.net/fom-serve/cache/95.html\n",
		"spamcop ip=203.0.113.9 !domain=spamcop.net"},
	{HEADERS(SUBJECT) "\n" V5 LINK "Send to abuse@shop.example or look at shop.example\n",
		"spamcop ip=203.0.113.9 !domain=shop.example"}, /* only what is written as a link */
	/* the mail */
	{HEADERS(SUBJECT) "\n" V5 LINK OFFENDING,
		"spamcop spam original-from=news@bulk.example original-id=s.1@bulk.example ip=203.0.113.9 "
		"domain=bulk.example"},
	{HEADERS(SUBJECT) "\n" V5 LINK "\n[ Offending message ]\n(not shown)\n",
		"spamcop ip=203.0.113.9 !original-from=news@bulk.example"},
	{HEADERS(SUBJECT) "\n" V5 LINK "\n[ Offending message ]\n", "spamcop ip=203.0.113.9"},
	{HEADERS(SUBJECT) "\n" V5 LINK "\n[ Offending message ]\n-----Original Message-----\nFrom: Ann "
			  "<ann@bulk.example>\nSent: "
			  "Sunday, March 1, 2026 8:00 AM\nTo: x\nSubject: Best offers\n\nBuy now.\n",
		"spamcop ip=203.0.113.9 !domain=bulk.example"}, /* no headers of the mail itself */
	/* summaries */
	{HEADERS("[SpamCop] summary report") "\nFor 203.0.113.0/24\n203.0.113.31 : Mar 2 2026 08h: 12 "
					     "reports\n",
		"spamcop ip=203.0.113.31 source=203.0.113.31 count=12"},
	{HEADERS("[SpamCop] summary report") "\n* 203.0.113.31 : 12 reports\n\n\t203.0.113.44, 3 trap hits, "
					     "2 reports\n",
		"spamcop ip=203.0.113.31 ip=203.0.113.44 count=14 !source=203.0.113.31"},
	{HEADERS("[spamcop] Alert") "\nDate: Mon, 2 Mar 2026 09:00:00 +0000\n203.0.113.31 reports\nno "
				    "reports\n",
		"spamcop ip=203.0.113.31 count=1"},
	{HEADERS("[SpamCop] Alert") "\nSee 203.0.113.31 : 12 reports\n", "spamcop !ip=203.0.113.31 count=1"},
	{HEADERS("[SpamCop]: Alert") "\n203.0.113.31 : 12 reports\n", "!spamcop"},
	{HEADERS("The [SpamCop] Alert") "\n203.0.113.31 : 12 reports\n", "!spamcop"},
};

static void test_rows(void)
{
	for (guint i = 0; i < G_N_ELEMENTS(rows); i++)
		summary_of_mail(rows[i].mail, rows[i].expected);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_set_nonfatal_assertions();
	message_init();
	domain_init(NULL);
	g_test_add_func("/spamcop/rows", test_rows);
	return g_test_run();
}
