/* What answers by itself, and what a person or a complaining program has written all the same. */

#include <string.h>

#include "domain.h"
#include "kinds.h"

#define ANSWER "In-Reply-To: <x@y.example>\n"
#define THREAD "References: <x@y.example>\n"
#define TENTH                                                                                                \
	" The minutes of the meeting were sent to all of you, and nobody has found a mistake in them so far."
#define LONG TENTH TENTH TENTH TENTH TENTH TENTH TENTH TENTH TENTH TENTH /* no absence note is so long */

static const struct {
	const char *headers, *body, *kind, *reason;
} rows[] = {
	/* a mark is enough, a subject alone is not */
	{"Subject: hello\nAuto-Submitted: auto-replied\n", "I am away.", "auto-reply", "auto-reply"},
	{"Subject: hello\nX-Autoreply: yes\n", "I am away.", "auto-reply", "auto-reply"},
	{"Subject: Out of office: x\n" ANSWER, "x", "auto-reply", "auto-reply"},
	{"Subject: Out of office: x\n" THREAD, "x", "auto-reply", "auto-reply"},
	{"Subject: Out of office: x\n", "Back on Monday.", "auto-reply", "auto-reply"},
	{"Subject: Out of office\n", "Back on Monday.", "auto-reply", "auto-reply"},
	{"Subject: Out of office re: x\n", "Back on Monday.", "auto-reply", "auto-reply"},
	{"Subject: \u81ea\u52d5\u8fd4\u4fe1\uff1ax\n", "Back on Monday.", "auto-reply", "auto-reply"},
	{"Subject: R\u00e9ponse automatique : x\n", "A bient\u00f4t.", "auto-reply", "auto-reply"},
	{"Subject: Out of Office AutoReply: x\n", "Back on Monday.", "auto-reply", "auto-reply"},
	{"Subject: Out of office rentals of evil.example\n", "they are a fraud", "human", NULL},
	/* a subject, though it has more to say and a link to show, when a machine sent it or it answers */
	{"Subject: Out of office until 9 March\nPrecedence: bulk\n", "My colleague: http://isp.example/",
		"auto-reply", "auto-reply"},
	{"Subject: Out of office until 9 March\n" ANSWER, "My colleague: http://isp.example/", "auto-reply",
		"auto-reply"},
	{"Subject: Out of office until 9 March\n", "My colleague: http://isp.example/", "human",
		"nothing-reported"},
	{"Subject: Out of office until 9 March\n", "I am on vacation, see http://isp.example/", "auto-reply",
		"auto-reply"},
	/* a machine, when it answers with an absence note */
	{"Subject: x\nPrecedence: bulk\n" ANSWER, "I am on vacation, see http://isp.example/", "auto-reply",
		"auto-reply"},
	{"Subject: x\nPrecedence: bulk\n" ANSWER, "They sent spam: http://evil.example/", "human", NULL},
	{"Subject: x\nPrecedence: bulk\n", "I am on vacation and get spam of http://evil.example/", "human",
		NULL},
	{"Subject: Out of office: these rentals\n", "are spam: http://evil.example/", "human", NULL},
	/* without a mark: an absence note that answers and shows nothing */
	{"Subject: Re: x\n" ANSWER, "I am currently out of the office until Monday.", "auto-reply",
		"auto-reply"},
	{"Subject: x\n" ANSWER, "I am currently out of the office until Monday.", "auto-reply",
		"auto-reply"},
	{"Subject: x\n" THREAD, "I am currently out of the office until Monday.", "auto-reply",
		"auto-reply"},
	{"Subject: Re: x\n", "I am currently out of the office until Monday.", "human", "nothing-reported"},
	{"Subject: Re: x\n" ANSWER, "I am out of the office." LONG, "human", "nothing-reported"},
	{"Subject: Re: x\n" ANSWER, "I am currently out of the office. http://evil.example/", "human", NULL},
	{"Subject: Re: x\n" ANSWER, "I am currently out of the office. This spam of evil.example must stop.",
		"human", NULL},
	{"Subject: Re: x\n" ANSWER,
		"Please look at evil.example.\n\n> I am currently out of the office until Monday.", "human",
		NULL},
	/* evidence is looked at by a person */
	{"Subject: x\nAuto-Submitted: auto-replied\n", "see evil[.]example", "auto-reply",
		"automatic-with-evidence"},
	{"Subject: x\nAuto-Submitted: auto-replied\n" ANSWER, "see evil[.]example", "auto-reply",
		"auto-reply"},
	{"Subject: x\nAuto-Submitted: auto-replied\nContent-Type: multipart/mixed; boundary=b\n",
		"--b\n\nx\n--b\nContent-Type: message/rfc822\n\nFrom: x@evil.example\nSubject: y\n\nz\n--b--",
		"auto-reply", "automatic-with-evidence"},
	/* feedback reports and opt-outs have kinds of their own */
	{"Subject: x\nAuto-Submitted: auto-replied\nX-Apple-Unsubscribe: true\n", "x", "opt-out", NULL},
	/* receipts */
	{"Subject: x\nContent-Type: multipart/report; report-type=disposition-notification; boundary=b\n",
		"--b\n\nx\n--b--", "receipt", "read-receipt"},
	{"Subject: x\nContent-Type: multipart/report; x-report-type=mdn; boundary=b\n", "--b\n\nx\n--b--",
		"receipt", "read-receipt"},
	{"Subject: x\nContent-Type: multipart/mixed; boundary=b\n",
		"--b\n\nx\n--b\nContent-Type: message/disposition-notification\n\nx: y\n--b--", "receipt",
		"read-receipt"},
	{"Subject: x\nContent-Type: multipart/mixed; boundary=b\n",
		"--b\n\nx\n--b\nContent-Type: message/global-disposition-notification\n\nx: y\n--b--",
		"receipt", "read-receipt"},
	{"Subject: Read: x\n" ANSWER, "", "receipt", "read-receipt"},
	{"Subject: Read: x\n", "", "empty", "empty"},
	{"Subject: Read: x\n" ANSWER, "it is spam of evil.example", "human", NULL},
	{"Subject: Read: x\n", "it is spam of evil.example", "human", NULL},
	{"Subject: Read: x\n", "Your message was read on Monday.", "receipt", "read-receipt"},
	{"Subject: Read: x\nContent-Type: multipart/mixed; boundary=b\n",
		"--b\n\nYour message was read on Monday.\n--b\nContent-Type: message/rfc822\n\n"
		"From: x@evil.example\nSubject: y\n\nz\n--b--",
		"human", NULL},
	{"Subject: Read: x\n" ANSWER "Content-Type: multipart/mixed; boundary=b\n",
		"--b\n\nYour message was read on Monday.\n--b\nContent-Type: message/rfc822\n\n"
		"From: abuse@desk.example\nSubject: y\n\nz\n--b--",
		"receipt", "read-receipt"}, /* what was read */
};

static void test_rows(void)
{
	g_autoptr(Border) border = border_new_from_json(NULL, 0, NULL);
	for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *mail = g_strconcat("From: Ann <ann@isp.example>\nTo: abuse@desk.example\n",
			rows[i].headers, "\n", rows[i].body, "\n", NULL);
		g_autoptr(Report) report = kinds_parse((const guint8 *)mail, strlen(mail), border);
		g_test_message("%s", mail);
		g_assert_cmpstr(report_kind_name(report->kind), ==, rows[i].kind);
		g_assert_cmpstr(report->reason, ==, rows[i].reason);
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_set_nonfatal_assertions();
	message_init();
	domain_init(NULL);
	g_test_add_func("/automatic/rows", test_rows);
	return g_test_run();
}
