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
	{"Subject: Re: x\nPrecedence: bulk\n", "I am on vacation and get spam of http://evil.example/",
		"human", NULL},
	{"Subject: x\nPrecedence: bulk\n", "I am on vacation and get spam of http://evil.example/", "human",
		NULL},
	{"Subject: Out of office: these rentals\n", "are spam: http://evil.example/", "human", NULL},
	/* without a mark: an absence note that answers and shows nothing */
	{"Subject: Re: x\n" ANSWER, "I am currently out of the office until Monday.", "auto-reply",
		"auto-reply"},
	{"Subject: x\n" ANSWER, "I am currently out of the office until Monday.", "auto-reply", "auto-reply"},
	{"Subject: x\n" THREAD, "I am currently out of the office until Monday.", "auto-reply", "auto-reply"},
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

/* Figures of other people's mail servers, known by the name, type or subject of what is packed; all else is
 * somebody's file. */
static void test_aggregates(void)
{
	static const struct {
		const char *subject, *type, *name, *kind, *reason;
	} files[] = {
		/* RFC 7489 section 7.2.1.1, RFC 8460 section 5.1 */
		{"x", "application/zip", "isp.example!ours.example!1772442000!1772528399.zip",
			"dmarc-aggregate", "dmarc-aggregate"},
		{"x", "application/zip", "isp.example!ours.example!1772442000!1772528399!id47.zip",
			"dmarc-aggregate", "dmarc-aggregate"},
		{"x", "application/gzip", "isp.example!ours.example!1772442000!1772528399.XML.GZ",
			"dmarc-aggregate", "dmarc-aggregate"},
		{"x", "application/gzip", "isp.example!ours.example!1772442000!1772528399.gz",
			"dmarc-aggregate", "dmarc-aggregate"},
		{"x", "text/xml", "isp.example!ours.example!1772442000!1772528399.xml", "dmarc-aggregate",
			"dmarc-aggregate"},
		{"x", "application/json", "isp.example!ours.example!1772442000!1772528399.json", "tls-report",
			"tls-report"},
		{"x", "application/gzip", "isp.example!ours.example!1772442000!1772528399!id47.json.gz",
			"tls-report", "tls-report"},
		{"x", "text/plain", "isp.example!ours.example!1772442000!1772528399.txt", "human", NULL},
		{"x", "text/plain", "isp.example!ours.example!1772442000!1772528399", "human", NULL},
		{"x", "application/zip", "isp!ours.example!1772442000!1772528399.zip", "human", NULL},
		{"x", "application/zip", "isp.example!ours!1772442000!1772528399.zip", "human", NULL},
		{"x", "application/zip", "isp.example!ours.example!1772442000.zip", "human", NULL},
		{"x", "application/zip", "isp.example!ours.example!1772442000!1772528399!id!47.zip", "human",
			NULL},
		{"x", "application/zip", "isp.example!ours.example!1772442!1772528399.zip", "human", NULL},
		{"x", "application/zip", "isp.example!ours.example!1772442000!1772528.zip", "human", NULL},
		{"x", "application/zip", "isp.example!ours.example!177244200000!1772528399.zip", "human",
			NULL},
		{"x", "application/zip", "isp.example!ours.example!1772442000!177252839900.zip", "human",
			NULL},
		{"x", "application/zip", "isp.example!ours.example!1772442000.1!1772528399.zip", "human",
			NULL},
		{"x", "application/zip", "isp.example!ours.example!1772442000!1772528399-1.zip", "human",
			NULL},
		/* the subject, with something packed */
		{"Report Domain: ours.example Submitter: isp.example Report-ID: <47>", "application/zip",
			"x.zip", "dmarc-aggregate", "dmarc-aggregate"},
		{"report domain: ours.example; submitter: isp.example", "application/gzip", "x.gz",
			"dmarc-aggregate", "dmarc-aggregate"},
		{"Report domain: ours.example Submitter: isp.example", "application/x-gzip", "x",
			"dmarc-aggregate", "dmarc-aggregate"},
		{"Report domain: ours.example Submitter: isp.example", "application/x-zip-compressed", "x",
			"dmarc-aggregate", "dmarc-aggregate"},
		{"Report domain: ours.example Submitter: isp.example", "application/x-zip", "x",
			"dmarc-aggregate", "dmarc-aggregate"},
		{"Report domain: ours.example Submitter: isp.example", "text/xml", "x", "dmarc-aggregate",
			"dmarc-aggregate"},
		{"Report domain: ours.example Submitter: isp.example", "application/xml", "x",
			"dmarc-aggregate", "dmarc-aggregate"},
		{"Report domain: ours.example Submitter: isp.example", "application/octet-stream", "x",
			"dmarc-aggregate", "dmarc-aggregate"},
		{"Report domain: ours.example Submitter: isp.example", "image/png", "x.png", "human", NULL},
		{"Report domain: evil.example", "application/zip", "x.zip", "human", NULL},
		{"A report, submitter: me", "application/zip", "x.zip", "human", NULL},
		/* TLS reports say so in three ways */
		{"x", "application/tlsrpt+json", "x.json", "tls-report", "tls-report"},
		{"x", "application/tlsrpt+gzip", "isp.example!ours.example!1772442000!1772528399.gz",
			"tls-report", "tls-report"},
		{"x\nTLS-Report-Domain: ours.example", "application/json", "x.json", "tls-report",
			"tls-report"},
		/* a person sends one on and has something to say */
		{"Fwd: x", "application/zip", "isp.example!ours.example!1772442000!1772528399.zip",
			"dmarc-aggregate", "forwarded-aggregate"},
		{"Fw: x", "application/zip", "isp.example!ours.example!1772442000!1772528399.zip",
			"dmarc-aggregate", "forwarded-aggregate"},
		{"Re: x", "application/zip", "isp.example!ours.example!1772442000!1772528399.zip",
			"dmarc-aggregate", "forwarded-aggregate"},
		{"AW: x", "application/zip", "isp.example!ours.example!1772442000!1772528399.zip",
			"dmarc-aggregate", "forwarded-aggregate"},
		{"WG: x", "application/json", "isp.example!ours.example!1772442000!1772528399.json",
			"tls-report", "forwarded-aggregate"},
		{"TR: x", "application/zip", "isp.example!ours.example!1772442000!1772528399.zip",
			"dmarc-aggregate", "forwarded-aggregate"},
		{"RV: x", "application/zip", "isp.example!ours.example!1772442000!1772528399.zip",
			"dmarc-aggregate", "forwarded-aggregate"},
		{"VS: x", "application/zip", "isp.example!ours.example!1772442000!1772528399.zip",
			"dmarc-aggregate", "forwarded-aggregate"},
		{"SV: x", "application/zip", "isp.example!ours.example!1772442000!1772528399.zip",
			"dmarc-aggregate", "forwarded-aggregate"},
		/* and one who attaches a mail beside it complains of that */
		{"x", "application/zip",
			"isp.example!ours.example!1772442000!1772528399.zip\n\nx\n--b\nContent-Type: "
			"message/rfc822\n\nFrom: x@evil.example\nSubject: y",
			"human", NULL},
	};
	g_autoptr(Border) border = border_new_from_json(NULL, 0, NULL);
	for (guint i = 0; i < G_N_ELEMENTS(files); i++) {
		g_autofree char *mail = g_strconcat(
			"From: Ann <ann@isp.example>\nTo: abuse@desk.example\nSubject: ", files[i].subject,
			"\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\nSpam of evil.example.\n--b\n"
			"Content-Type: ",
			files[i].type, "\nContent-Disposition: attachment; filename=", files[i].name,
			"\n\nx\n--b--\n", NULL);
		g_autoptr(Report) report = kinds_parse((const guint8 *)mail, strlen(mail), border);
		g_test_message("%s, %s, %s", files[i].subject, files[i].type, files[i].name);
		g_assert_cmpstr(report_kind_name(report->kind), ==, files[i].kind);
		g_assert_cmpstr(report->reason, ==, files[i].reason);
	}
	/* without parts, the type of the mail */
	static const char whole[] = "From: tls@isp.example\nSubject: x\nContent-Type: multipart/report; "
				    "report-type=tlsrpt; boundary=b\n\n--b\n\nx\n--b--\n";
	g_autoptr(Report) report = kinds_parse((const guint8 *)whole, strlen(whole), border);
	g_assert_cmpint(report->kind, ==, KIND_TLS_REPORT);
}

/* Fields that nothing but an automatic answer carries; what stands in no table is a person's. */
static void test_marks(void)
{
	static const char *const marks[] = {"Auto-Submitted: auto-replied", "Auto-Submitted: auto-notified",
		"Auto-Submitted: (auto-replied)", "X-Apple-Action: VACATION", "X-Autoreply: yes",
		"X-AutoReply-From: ann@isp.example", "X-Auto-Reply: 1", "X-Autorespond: x",
		"X-Autoresponder: x", "X-Auto-Responder: x", "X-Mail-Autoreply: x", "X-Mail-Autoresponse: x",
		"X-Vacation: x", "X-Autogenerated: Reply", "X-Auto-Reply-Type: x",
		"X-MS-Exchange-Generated-Message-Source: Mailbox Rules Agent",
		"X-POST-MessageClass: 9; Autoresponder", "Precedence: auto_reply", "Precedence: auto-reply",
		"X-Precedence: auto_reply", "Preference: auto_reply", "Delivered-To: Autoresponder",
		"Return-Path: <autoresponder@isp.example>"};
	static const char *const others[] = {"Auto-Submitted: no", "Auto-Submitted: auto-generated",
		"X-Apple-Action: reply", "X-Autoreply: no", "X-Autogenerated: Forward",
		"X-MS-Exchange-Generated-Message-Source: Journal Agent", "X-POST-MessageClass: 1",
		"Precedence: bulk", "X-Precedence: bulk", "Preference: bulk",
		"Delivered-To: abuse@desk.example", "Return-Path: <ann@isp.example>"};
	g_autoptr(Border) border = border_new_from_json(NULL, 0, NULL);
	for (guint i = 0; i < G_N_ELEMENTS(marks) + G_N_ELEMENTS(others); i++) {
		gboolean is_mark = i < G_N_ELEMENTS(marks);
		const char *field = is_mark ? marks[i] : others[i - G_N_ELEMENTS(marks)];
		g_autofree char *mail = g_strconcat("From: Ann <ann@isp.example>\nTo: abuse@desk.example\n"
						    "Subject: x\n",
			field, "\n\nThere is spam of http://evil.example/\n", NULL);
		g_autoptr(Report) report = kinds_parse((const guint8 *)mail, strlen(mail), border);
		g_test_message("%s", field);
		g_assert_cmpstr(report_kind_name(report->kind), ==, is_mark ? "auto-reply" : "human");
	}
}

/* Fields of machines, and what they do beside a subject that people write, too. */
static void test_machines(void)
{
	static const char *const machines[] = {"Auto-Submitted: auto-generated",
		"X-Auto-Response-Suppress: All", "Precedence: bulk", "Precedence: junk", "X-Loop: x",
		"X-FC-MachineGenerated: true", "Return-Path: <>"};
	static const char *const others[] = {"Auto-Submitted: no", "Precedence: list",
		"X-FC-MachineGenerated: false", "Return-Path: <ann@isp.example>"};
	g_autoptr(Border) border = border_new_from_json(NULL, 0, NULL);
	for (guint i = 0; i < G_N_ELEMENTS(machines) + G_N_ELEMENTS(others); i++) {
		gboolean is_machine = i < G_N_ELEMENTS(machines);
		const char *field = is_machine ? machines[i] : others[i - G_N_ELEMENTS(machines)];
		g_autofree char *mail = g_strconcat("From: Ann <ann@isp.example>\nTo: abuse@desk.example\n"
						    "Subject: Out of office until 9 March\n",
			field, "\n\nMy colleague has http://evil.example/\n", NULL);
		g_autoptr(Report) report = kinds_parse((const guint8 *)mail, strlen(mail), border);
		g_test_message("%s", field);
		g_assert_cmpstr(report_kind_name(report->kind), ==, is_machine ? "auto-reply" : "human");
	}
}

/* Challenges come with the subject of an answer only. */
static void test_challenges(void)
{
	static const char *const subjects[] = {"Re: x", "AW: x", "SV: x", "Antw: x", "YNT: x", "Odp: x"};
	static const char *const others[] = {"x", "Fwd: x", "x re: x"};
	g_autoptr(Border) border = border_new_from_json(NULL, 0, NULL);
	for (guint i = 0; i < G_N_ELEMENTS(subjects) + G_N_ELEMENTS(others); i++) {
		gboolean is_answer = i < G_N_ELEMENTS(subjects);
		g_autofree char *mail = g_strconcat("From: Ann <ann@isp.example>\nTo: abuse@desk.example\n"
						    "Subject: ",
			is_answer ? subjects[i] : others[i - G_N_ELEMENTS(subjects)],
			"\n\nPlease confirm that you are human: http://isp.example/c\n", NULL);
		g_autoptr(Report) report = kinds_parse((const guint8 *)mail, strlen(mail), border);
		g_test_message("%s", mail);
		g_assert_cmpstr(report_kind_name(report->kind), ==, is_answer ? "auto-reply" : "human");
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_set_nonfatal_assertions();
	message_init();
	domain_init(NULL);
	g_test_add_func("/automatic/rows", test_rows);
	g_test_add_func("/automatic/aggregates", test_aggregates);
	g_test_add_func("/automatic/marks", test_marks);
	g_test_add_func("/automatic/machines", test_machines);
	g_test_add_func("/automatic/challenges", test_challenges);
	return g_test_run();
}
