/* Whom a feedback report says to have complained, whom it names, and what is one at all. */

#include <string.h>

#include "domain.h"
#include "kinds.h"

#define ORIGINAL "From: x@gmail.com\nSubject: y\n"
#define FIELDS   "Feedback-Type: abuse\nVersion: 1\nUser-Agent: y\nSource-IP: 203.0.113.9\n"

static const struct {
	const char *fields, *original, *complainants, *domains;
} rows[] = {
	/* the complainant */
	{"Original-Rcpt-To: <ann@isp.example>\n", ORIGINAL, "ann@isp.example", ""},
	{"Original-Rcpt-To: rfc822;ann@isp.example\n", ORIGINAL, "ann@isp.example", ""},
	{"Original-Rcpt-To: undisclosed <ann@isp.example>\n", ORIGINAL, "ann@isp.example", ""},
	{"Original-Rcpt-To: ann@isp.example, bob@isp.example\nOriginal-Rcpt-To: ANN@isp.example\n", ORIGINAL,
		"ann@isp.example bob@isp.example", ""},
	{"Original-Rcpt-To: 0123abcd\n", ORIGINAL, "redacted:0123abcd@fbl.example", ""},
	{"Original-Rcpt-To: abcd@\n", ORIGINAL, "redacted:abcd@fbl.example", ""},
	{"Original-Recipient: rfc822; ann@isp.example\n", ORIGINAL, "ann@isp.example", ""},
	{"Original-Recipient: ann@isp.example\n", ORIGINAL, "ann@isp.example", ""},
	{"Removal-Recipient: rfc822; ann@isp.example\n", ORIGINAL, "ann@isp.example", ""},
	{"Original-Recipient: ann@isp.example\nRemoval-Recipient: bob@isp.example\n", ORIGINAL,
		"ann@isp.example", ""},
	{"Original-Rcpt-To: ann@isp.example\nOriginal-Recipient: bob@isp.example\nRedacted-Address: cid\n",
		ORIGINAL "To: dora@isp.example\n", "ann@isp.example", ""},
	{"Redacted-Address: cid47\n", ORIGINAL, "redacted:cid47@fbl.example", ""},
	{"Redacted-Address: cid47\n", ORIGINAL "To: dora@isp.example\n", "dora@isp.example", ""},
	{"", ORIGINAL "To: dora@isp.example\nDelivered-To: ann@isp.example\n", "ann@isp.example", ""},
	{"", ORIGINAL "To: dora@isp.example\nX-HmXmrOriginalRecipient: ann@isp.example\n", "ann@isp.example",
		""},
	{"", ORIGINAL "To: dora@isp.example\nX-Original-To: ann@isp.example\n", "ann@isp.example", ""},
	{"", ORIGINAL "To: dora@isp.example\nEnvelope-To: ann@isp.example\n", "ann@isp.example", ""},
	{"", ORIGINAL "To: dora@isp.example\nX-Apparently-To: ann@isp.example\n", "ann@isp.example", ""},
	{"", ORIGINAL "Delivered-To: nobody\nTo: dora@isp.example\n", "dora@isp.example", ""},
	{"Original-Rcpt-To: <>\n", ORIGINAL "To: dora@isp.example\n", "dora@isp.example", ""},
	{"Original-Rcpt-To: ann@isp.example,,<>\n", ORIGINAL, "ann@isp.example", ""},
	{"", ORIGINAL "To: redacted-47\n", "redacted:redacted-47@fbl.example", ""},
	{"", ORIGINAL "To: <REDACTED>\n", "redacted:REDACTED@fbl.example", ""},
	{"", ORIGINAL "To: undisclosed-recipients:;\n", "redacted:unknown@fbl.example", ""},
	{"", ORIGINAL, "redacted:unknown@fbl.example", ""},
	{"", NULL, "redacted:unknown@fbl.example", ""},
	/* the culprits */
	{"Reported-Domain: evil.example\n", ORIGINAL, "redacted:unknown@fbl.example", "evil.example"},
	{"Reported-Domain: fbl.example\nReported-Domain: ours.example\nReported-Domain: gmail.com\n",
		ORIGINAL, "redacted:unknown@fbl.example", ""},
	{"Original-Rcpt-To: ann@isp.example\nReported-Domain: mail.isp.example\n", ORIGINAL,
		"ann@isp.example", ""}, /* the victim's own provider */
	{"Reported-Domain: <>\nReported-Domain: localhost\nReported-Domain: 203.0.113.7\n", ORIGINAL,
		"redacted:unknown@fbl.example", ""},
	{"Authentication-Results: mx.fbl.example; spf=pass smtp.mailfrom=a@evil.example\n", ORIGINAL,
		"redacted:unknown@fbl.example", ""},
	{"Reported-URI: http://evil.example/x\n", ORIGINAL, "redacted:unknown@fbl.example", "evil.example"},
	{"Reported-URI: <mailto:x@evil.example?subject=y>\n", ORIGINAL, "redacted:unknown@fbl.example",
		"evil.example"},
	{"Reported-URI: mailto:x@gmail.com\n", ORIGINAL, "redacted:unknown@fbl.example", ""},
	{"Reported-URI: http://203.0.113.7/x\nReported-URI: ::\n", ORIGINAL, "redacted:unknown@fbl.example",
		""},
	{"Original-Mail-From: <b@evil.example>\n", ORIGINAL, "redacted:unknown@fbl.example", "evil.example"},
	{"Original-Mail-From: <b@evil.example>\n", ORIGINAL "Return-Path: <c@evil2.example>\n",
		"redacted:unknown@fbl.example", "evil2.example"},
};

static char *joined(const GPtrArray *list)
{
	GString *all = g_string_new(NULL);
	for (guint i = 0; i < list->len; i++)
		g_string_append_printf(all, "%s%s", i ? " " : "", (const char *)list->pdata[i]);
	return g_string_free(all, FALSE);
}

static Report *parse(const char *mail)
{
	static const char json[] = "{\"addresses\":[\"abuse@desk.example\"],\"domains\":[\"ours.example\"]}";
	g_autoptr(Border) border = border_new_from_json(json, strlen(json), NULL);
	return kinds_parse((const guint8 *)mail, strlen(mail), border);
}

static void test_rows(void)
{
	for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *attached = rows[i].original
			? g_strconcat(
				  "--b\nContent-Type: message/rfc822\n\n", rows[i].original, "\nx\n", NULL)
			: g_strdup("");
		g_autofree char *mail =
			g_strconcat("From: fbl@fbl.example\nTo: abuse@desk.example\nSubject: x\n"
				    "Content-Type: multipart/report; boundary=b\n\n--b\n\nx\n"
				    "--b\nContent-Type: message/feedback-report\n\n"
				    "Feedback-Type: abuse\nVersion: 1\nUser-Agent: y\n",
				rows[i].fields, attached, "--b--\n", NULL);
		g_autoptr(Report) report = parse(mail);
		g_autoptr(GPtrArray) list = g_ptr_array_new();
		g_test_message("%s%s", rows[i].fields, rows[i].original ? rows[i].original : "");
		g_assert_cmpint(report->kind, ==, KIND_ARF);
		for (guint n = 0; n < report->incidents->len; n++)
			g_ptr_array_add(
				list, (gpointer)((Incident *)report->incidents->pdata[n])->complainant);
		g_autofree char *complainants = joined(list);
		g_autofree char *domains = joined(((Incident *)report->incidents->pdata[0])->domains);
		g_assert_cmpstr(complainants, ==, rows[i].complainants);
		g_assert_cmpstr(domains, ==, rows[i].domains);
	}
}

/* The address and the time, wherever they are, and how often. */
static void test_facts(void)
{
	static const struct {
		const char *subject, *fields, *original, *source, *date;
		guint port, count;
	} facts[] = {
		{"x", "Source-IP: 203.0.113.9\nSource-Port: 4711\n", ORIGINAL, "203.0.113.9", NULL, 4711, 1},
		{"x", "Source-IP: [203.0.113.9]\nSource-IP: 203.0.113.1\n", ORIGINAL, "203.0.113.9", NULL, 0,
			1},
		{"x", "Source-IP:\nSource-IP: 203.0.113.9\n", ORIGINAL, "203.0.113.9", NULL, 0, 1},
		{"of IP 203.0.113.9.", "", ORIGINAL, "203.0.113.9", NULL, 0, 1},
		{"of IP address 203.0.113.9: x", "", ORIGINAL, "203.0.113.9", NULL, 0, 1},
		{"IP 203.0.113.9", "", ORIGINAL, "203.0.113.9", NULL, 0, 1},
		{"VIP 203.0.113.9", "", ORIGINAL, NULL, NULL, 0, 1},
		{"IP 203.0.113.1", "", ORIGINAL "X-Originating-IP: 203.0.113.9\n", "203.0.113.9", NULL, 0, 1},
		{"x",
			"Arrival-Date: Mon, 2 Mar 2026 08:00:00 +0000\nReceived-Date: Mon, 2 Mar 2026 "
			"07:00:00 +0000\n",
			ORIGINAL, NULL, "Mon, 2 Mar 2026 08:00:00 +0000", 0, 1},
		{"x", "Received-Date: Mon, 2 Mar 2026 07:00:00 +0000\n",
			ORIGINAL "Date: Mon, 2 Mar 2026 06:00:00 +0000\n", NULL,
			"Mon, 2 Mar 2026 07:00:00 +0000", 0, 1},
		{"x", "",
			"Received: from a by b; Mon, 2 Mar 2026 05:00:00 +0000\n" ORIGINAL
			"Date: Mon, 2 Mar 2026 06:00:00 +0000\n",
			NULL, "Mon, 2 Mar 2026 05:00:00 +0000", 0, 1},
		{"x", "Arrival-Date: x\n", ORIGINAL "Date: Mon, 2 Mar 2026 06:00:00 +0000\n", NULL,
			"Mon, 2 Mar 2026 06:00:00 +0000", 0, 1},
		{"x", "", ORIGINAL, NULL, NULL, 0, 1},
		{"x", "Received-Date: x\n", ORIGINAL "Date: Mon, 2 Mar 2026 06:00:00 +0000\n", NULL,
			"Mon, 2 Mar 2026 06:00:00 +0000", 0, 1},
		{"x", "Arrival-Date: Mon, 2 Mar 2026 08:00:00 +0000\n",
			"Received: from a by b; Mon, 2 Mar 2026 05:00:00 +0000\n" ORIGINAL, NULL,
			"Mon, 2 Mar 2026 08:00:00 +0000", 0, 1},
		{"IP 203.0.113.8", "Source-Port: 25\n", ORIGINAL, "203.0.113.8", NULL, 0, 1},
		{"x", "Source-IP: 203.0.113.9\nSource-Port: x\n", ORIGINAL, "203.0.113.9", NULL, 0, 1},
		{"x", "Source-IP: 203.0.113.9\nSource-Port: 65535\n", ORIGINAL, "203.0.113.9", NULL, 65535,
			1},
		{"x", "Source-IP: 203.0.113.9\nSource-Port: 65536\n", ORIGINAL, "203.0.113.9", NULL, 0, 1},
		{"x", "Source-IP: 203.0.113.9\nSource-Port: 4294967321\n", ORIGINAL, "203.0.113.9", NULL, 0,
			1},
		{"x", "Incidents: 47\n", ORIGINAL, NULL, NULL, 0, 47},
		{"x", "Incidents: 1000000000\n", ORIGINAL, NULL, NULL, 0, 1000000000},
		{"x", "Incidents: none\n", ORIGINAL, NULL, NULL, 0, 1},
		{"x", "Incidents: 0\n", ORIGINAL, NULL, NULL, 0, 1},
		{"x", "Incidents: 99999999999\n", ORIGINAL, NULL, NULL, 0, 1000000000},
		{"x", "Incidents: 10\nOriginal-Rcpt-To: a@isp.example, b@isp.example\n", ORIGINAL, NULL, NULL,
			0, 5},
	};
	for (guint i = 0; i < G_N_ELEMENTS(facts); i++) {
		g_autofree char *mail = g_strconcat(
			"From: fbl@fbl.example\nTo: abuse@desk.example\nSubject: ", facts[i].subject,
			"\nDate: Mon, 2 Mar 2026 09:00:00 +0000\n"
			"Content-Type: multipart/report; boundary=b\n\n--b\n\nx\n"
			"--b\nContent-Type: message/feedback-report\n\n"
			"Feedback-Type: abuse\nVersion: 1\nUser-Agent: y\n",
			facts[i].fields, "--b\nContent-Type: message/rfc822\n\n", facts[i].original,
			"\nx\n--b--\n", NULL);
		g_autoptr(Report) report = parse(mail);
		const Incident *incident = report->incidents->pdata[0];
		g_test_message("%s: %s%s", facts[i].subject, facts[i].fields, facts[i].original);
		g_assert_cmpstr(incident->source_ip, ==, facts[i].source);
		g_assert_cmpuint(incident->source_port, ==, facts[i].port);
		g_assert_cmpuint(incident->count, ==, facts[i].count);
		g_assert_cmpint(incident->date, ==,
			message_date(facts[i].date ? facts[i].date : "Mon, 2 Mar 2026 09:00:00 +0000"));
	}
}

/* What each type of feedback complains of. */
static void test_categories(void)
{
	static const struct {
		const char *type, *category, *kept;
	} types[] = {
		{"abuse", "spam", "abuse"},
		{"Abuse (a comment)", "spam", "abuse"},
		{"spam", "spam", "spam"},
		{"complaint", "spam", "complaint"},
		{"fraud", "fraud", "fraud"},
		{"phishing", "phishing", "phishing"},
		{"phish", "phishing", "phish"},
		{"virus; x", "malware", "virus"},
		{"malware", "malware", "malware"},
		{"not-spam", "not-spam", "not-spam"},
		{"notspam", "not-spam", "notspam"},
		{"not_spam", "not-spam", "not_spam"},
		{"auth-failure", "auth-failure", "auth-failure"},
		{"dmarc", "auth-failure", "dmarc"},
		{"dkim", "auth-failure", "dkim"},
		{"opt-out", "opt-out", "opt-out"},
		{"opt-out-list", "opt-out", "opt-out-list"},
		{"unsubscribe", "opt-out", "unsubscribe"},
		{"abuses", "other", "abuses"},
		{"other", "other", "other"},
	};
	for (guint i = 0; i < G_N_ELEMENTS(types); i++) {
		g_autofree char *mail =
			g_strconcat("From: fbl@fbl.example\nTo: abuse@desk.example\nSubject: x\n"
				    "Content-Type: message/feedback-report\n\nFeedback-Type: ",
				types[i].type, "\nVersion: 1\nUser-Agent: y\n", NULL);
		g_autoptr(Report) report = parse(mail);
		const Incident *incident = report->incidents->pdata[0];
		g_test_message("%s", types[i].type);
		g_assert_cmpint(report->kind, ==, KIND_ARF);
		g_assert_cmpstr(report_category_name(incident->category), ==, types[i].category);
		g_assert_cmpstr(report->feedback_type, ==, types[i].kept);
	}
}

/* A report that came as text: three fields besides its type, each of which counts. */
static void test_text_fields(void)
{
	static const char *const fields[] = {"User-Agent: x", "Version: 1", "Source-IP: 203.0.113.9",
		"Original-Mail-From: <b@evil.example>", "Original-Rcpt-To: <ann@isp.example>",
		"Reported-Domain: evil.example", "Arrival-Date: Mon, 2 Mar 2026 08:00:00 +0000",
		"Received-Date: Mon, 2 Mar 2026 08:00:00 +0000"};
	enum { N = G_N_ELEMENTS(fields) };
	for (guint i = 0; i < N; i++) {
		g_autofree char *mail = g_strconcat(
			"From: fbl@fbl.example\nTo: abuse@desk.example\nSubject: x\n\nFeedback-Type: abuse\n",
			fields[i], "\n", fields[(i + 1) % N], "\nColour: red\n", fields[(i + 2) % N], "\n",
			NULL);
		g_autoptr(Report) three = parse(mail);
		g_test_message("%s", mail);
		g_assert_cmpint(three->kind, ==, KIND_ARF);
		*strstr(mail, fields[i]) = '_';
		g_autoptr(Report) two = parse(mail);
		g_assert_cmpint(two->kind, ==, KIND_HUMAN);
	}
}

/* What is said of a report's faults. */
static void test_faults(void)
{
	static const struct {
		const char *fields, *faults;
	} faulty[] = {
		{"", ""},
		{"Arrival-Date: Mon, 2 Mar 2026 08:00:00 +0000\n", ""},
		{"Received-Date: Mon, 2 Mar 2026 08:00:00 +0000\n", ""},
		{"Arrival-Date: x\n", "date"},
		{"Received-Date: x\n", "date"},
		{"Arrival-Date: Mon, 2 Mar 2026 08:00:00 +0000\nReceived-Date: x\n", "two-dates"},
		{"Source-IP: 203.0.113.9\n", ""},
		{"Source-IP: here\n", "source-ip"},
		{"Source-IP: 203.0.113.9\nSource-Port: 65535\n", ""},
		{"Source-IP: 203.0.113.9\nSource-Port: 65536\n", "source-port"},
		{"Source-IP: 203.0.113.9\nSource-Port: none\n", "source-port"},
		{"Source-IP: 203.0.113.9\nSource-Port: 0\n", "source-port"},
		{"Incidents: 1\n", ""},
		{"Incidents: 1000000000\n", ""},
		{"Incidents: 1000000001\n", "incidents"},
		{"Incidents: 0\n", "incidents"},
		{"Incidents: some\n", "incidents"},
		{"Incidents: -1\n", "incidents"},
		{"Feedback-Type: fraud\n", "repeated-field"},
		{"User-Agent: z\n", "repeated-field"},
		{"Version: 1\n", "repeated-field"},
		{"Original-Envelope-Id: x\n", ""},
		{"Original-Envelope-Id: x\nOriginal-Envelope-Id: x\n", "repeated-field"},
		{"Original-Mail-From: <a@b.example>\nOriginal-Mail-From: <a@b.example>\n", "repeated-field"},
		{"Arrival-Date: Mon, 2 Mar 2026 08:00:00 +0000\nArrival-Date: x\n", "repeated-field"},
		{"Reporting-MTA: dns; a.example\nReporting-MTA: dns; b.example\n", "repeated-field"},
		{"Source-IP: 203.0.113.9\nSource-IP: 203.0.113.9\n", "repeated-field"},
		{"Source-IP: 203.0.113.9\nSource-Port: 1\nSource-Port: 2\n", "repeated-field"},
		{"Incidents: 1\nIncidents: 2\n", "repeated-field"},
		{"Original-Rcpt-To: a@isp.example\nOriginal-Rcpt-To: b@isp.example\n", ""},
		{"Reported-Domain: a.example\nReported-Domain: b.example\n", ""},
	};
	for (guint i = 0; i < G_N_ELEMENTS(faulty); i++) {
		g_autofree char *mail =
			g_strconcat("From: fbl@fbl.example\nTo: abuse@desk.example\nSubject: x\n"
				    "Content-Type: message/feedback-report\n\n"
				    "Feedback-Type: abuse\nVersion: 1\nUser-Agent: y\n",
				faulty[i].fields, NULL);
		g_autoptr(Report) report = parse(mail);
		g_autofree char *faults = joined(report->malformed);
		g_test_message("%s", faulty[i].fields);
		g_assert_cmpstr(faults, ==, faulty[i].faults);
	}
}

/* What `complaint parse --explain` tells of it. */
static void test_explained(void)
{
	static const struct {
		const char *fields, *original, *because;
	} told[] = {
		{"Source-IP: 203.0.113.9\n", "--b\nContent-Type: message/rfc822\n\n" ORIGINAL "\nx\n",
			"A feedback report (RFC 5965) of type abuse, read as spam. "
			"The mail came from 203.0.113.9, says the report."},
		{"", "--b\nContent-Type: message/rfc822\n\nX-Originating-IP: 203.0.113.9\n" ORIGINAL "\nx\n",
			"A feedback report (RFC 5965) of type abuse, read as spam. "
			"The mail came from 203.0.113.9, says the reported mail."},
		{"Source-IP: 203.0.113.9\n", "",
			"A feedback report (RFC 5965) of type abuse, read as spam; the reported mail is not in it. "
			"The mail came from 203.0.113.9, says the report."},
		{"", "",
			"A feedback report (RFC 5965) of type abuse, read as spam; the reported mail is not in it."},
	};
	for (guint i = 0; i < G_N_ELEMENTS(told); i++) {
		g_autofree char *mail =
			g_strconcat("From: fbl@fbl.example\nTo: abuse@desk.example\nSubject: x\n"
				    "Content-Type: multipart/report; boundary=b\n\n--b\n\nx\n"
				    "--b\nContent-Type: message/feedback-report\n\n"
				    "Feedback-Type: abuse\nVersion: 1\nUser-Agent: y\n",
				told[i].fields, told[i].original, "--b--\n", NULL);
		g_autoptr(Report) report = parse(mail);
		g_autofree char *because = joined(report->because);
		g_assert_cmpstr(because, ==, told[i].because);
	}
}

/* Each field that may stand there often is read as often as it does. */
static void test_many(void)
{
	enum { MANY = 60 };
	g_autoptr(GString) mail = g_string_new(
		"From: fbl@fbl.example\nTo: abuse@desk.example\nSubject: x\n"
		"Content-Type: multipart/report; boundary=b\n\n--b\n\nx\n"
		"--b\nContent-Type: message/feedback-report\n\nFeedback-Type: abuse\nVersion: 1\n");
	for (guint i = 0; i < MANY; i++)
		g_string_append_printf(mail,
			"Original-Rcpt-To: ann@isp%u.example\nReported-Domain: evil%u.example\n"
			"DKIM-Domain: signer%u.example\nAuthentication-Results: x; "
			"smtp.auth=bob@b%u.example\n",
			i, i, i, i);
	/* The last complainant's provider is as innocent as the first's. */
	g_string_append_printf(mail, "Reported-Domain: isp%u.example\n--b--\n", MANY - 1);
	g_autoptr(Report) report = parse(mail->str);
	guint kinds[EVIDENCE_TOKEN + 1] = {0};
	g_assert_cmpuint(report->incidents->len, ==, MANY);
	const Incident *incident = report->incidents->pdata[MANY - 1];
	for (guint i = 0; i < incident->evidence->len; i++)
		kinds[((Evidence *)incident->evidence->pdata[i])->kind]++;
	g_assert_cmpuint(incident->domains->len, ==, MANY);
	g_assert_cmpuint(kinds[EVIDENCE_REPORTED_DOMAIN], ==, MANY + 1);
	g_assert_cmpuint(kinds[EVIDENCE_DKIM], ==, MANY);
	g_assert_cmpuint(kinds[EVIDENCE_AUTH_USER], ==, MANY);
	g_assert_cmpuint(report->malformed->len, ==, 0);
}

/* A repeated address takes nobody's place. */
static void test_repeated_complainants(void)
{
	g_autoptr(GString) mail = g_string_new(
		"From: fbl@fbl.example\nTo: abuse@desk.example\nSubject: x\n"
		"Content-Type: message/feedback-report\n\nFeedback-Type: abuse\nVersion: 1\nUser-Agent: y\n"
		"Original-Rcpt-To: ann@isp.example");
	for (guint i = 0; i < REPORT_MAX_INCIDENTS; i++)
		g_string_append(mail, ",ann@isp.example");
	g_string_append(mail, ",bob@isp.example,cid@isp.example\n");
	g_autoptr(Report) report = parse(mail->str);
	g_assert_cmpuint(report->incidents->len, ==, 3);
	g_assert_cmpuint(report->malformed->len, ==, 0);
}

/* However many files stand before it. */
static void test_last_part(void)
{
	g_autoptr(GString) mail = g_string_new("From: fbl@fbl.example\nTo: abuse@desk.example\nSubject: x\n"
					       "Content-Type: multipart/mixed; boundary=b\n\n--b\n\nx\n");
	for (guint i = 0; i < 30; i++)
		g_string_append(mail, "--b\nContent-Type: image/png\n\nx\n");
	gsize length = mail->len;
	g_string_append(mail, "--b\nContent-Type: text/plain\n\n" FIELDS "--b--\n");
	g_autoptr(Report) retyped = parse(mail->str);
	g_assert_cmpint(retyped->kind, ==, KIND_ARF);
	g_string_truncate(mail, length);
	g_string_append(mail,
		"--b\nContent-Type: message/rfc822\n\nFrom: fbl@fbl2.example\nSubject: x\n"
		"Content-Type: multipart/report; boundary=c\n\n--c\n\nx\n"
		"--c\nContent-Type: message/feedback-report\n\n" FIELDS "--c--\n--b--\n");
	g_autoptr(Report) attached = parse(mail->str);
	g_assert_cmpint(attached->kind, ==, KIND_ARF);
}

/* A file that is longer than the fields of a report ever are: somebody's collection of them, or a log. */
static void test_long_file(void)
{
	g_autoptr(GString) mail = g_string_new("From: ann@isp.example\nTo: abuse@desk.example\nSubject: x\n"
					       "Content-Type: multipart/mixed; boundary=b\n\n--b\n\nx\n"
					       "--b\nContent-Type: text/plain; name=reports.txt\n\n" FIELDS);
	while (mail->len < 70000)
		g_string_append(mail, "and some other lines of a log\n");
	g_string_append(mail, "--b--\n");
	g_autoptr(Report) report = parse(mail->str);
	g_assert_cmpint(report->kind, ==, KIND_HUMAN);
}

#define BOUNCED(type, status)                                                                                \
	"Content-Type: " type "; boundary=b\n\n--b\n\nUndelivered mail returned to sender\n"                 \
	"--b\nContent-Type: " status "\n\nReporting-MTA: dns; mx.isp.example\n\n"                            \
	"Final-Recipient: rfc822; ann@isp.example\nAction: failed\nStatus: 5.1.1\n\n"                        \
	"--b\nContent-Type: message/rfc822\n\nFrom: fbl@fbl2.example\nSubject: x\n"                          \
	"Content-Type: multipart/report; report-type=feedback-report; boundary=c\n\n--c\n\nx\n"              \
	"--c\nContent-Type: message/feedback-report\n\n" FIELDS "--c--\n--b--\n"

/* Reports whose parts were retyped, forwarded or lost, and what is none. */
static void test_shapes(void)
{
	static const struct {
		const char *mail, *kind;
	} shapes[] = {
		{"Content-Type: multipart/mixed; boundary=b\n\n--b\n\nx\n--b\nContent-Type: "
		 "text/feedback-report\n\n" FIELDS "--b--\n",
			"arf"},
		{"Content-Type: multipart/mixed; boundary=b\n\n--b\n\nx\n--b\nContent-Type: "
		 "text/plain\n\n" FIELDS "--b--\n",
			"arf"},
		{"Content-Type: multipart/mixed; boundary=b\n\n--b\n\nx\n--b\nContent-Type: "
		 "application/octet-stream\n\n" FIELDS "--b--\n",
			"arf"},
		{"Content-Type: multipart/mixed; boundary=b\n\n--b\n\nspam\n--b\nContent-Type: "
		 "text/x-log\n\n" FIELDS "--b--\n",
			"human"},
		{"Content-Type: multipart/mixed; boundary=b\n\n--b\n\nspam\n--b\nContent-Type: "
		 "text/plain\n\nFeedback-Type: abuse\nPriority: 1\nColour: red\n--b--\n",
			"human"},
		{"Content-Type: multipart/mixed; boundary=b\n\n--b\n\nspam\n--b\nContent-Type: "
		 "text/plain\n\nxFeedback-Type: abuse\nVersion: 1\nColour: red\n--b--\n",
			"human"},
		{"Content-Type: multipart/mixed; boundary=b\n\n--b\n\nx\n--b\nContent-Type: text/plain\n\n"
		 "Feedback-Type: abuse\nVersion: 1\n--b--\n",
			"arf"},
		{"Content-Type: multipart/mixed; boundary=b\n\n--b\n\nx\n--b\nContent-Type: text/plain\n\n"
		 "Feedback-Type: abuse\nUser-Agent: x\n--b--\n",
			"arf"},
		{"Content-Type: multipart/mixed; boundary=b\n\n--b\n\nspam\n--b\nContent-Type: text/plain\n\n"
		 "Feedback-Type-Of: abuse\nUser-Agent: x\n--b--\n",
			"human"},
		{"\nHello,\n\n" FIELDS "\nspam\n", "arf"},
		{"Content-Type: text/html\n\nHello,<br><br>Feedback-Type: abuse<br>Version: 1<br>User-Agent: y<br>"
		 "Source-IP: 203.0.113.9<br><br>spam\n",
			"human"},
		{"In-Reply-To: <x@y.example>\n\nHello,\n\n" FIELDS "\nspam\n", "human"},
		{"Content-Type: text/html\n\nHello,\n\n" FIELDS "\nspam\n", "human"},
		{"\nHello,\n\nFeedback-Type: abuse\nVersion: 1\nUser-Agent: x\n\nspam\n",
			"human"}, /* too few */
		{"Content-Type: multipart/mixed; boundary=b\n\n--b\n\nx\n--b\nContent-Type: "
		 "message/rfc822\n\n"
		 "From: fbl@fbl2.example\nSubject: x\nContent-Type: multipart/report; "
		 "boundary=c\n\n--c\n\nx\n"
		 "--c\nContent-Type: message/feedback-report\n\n" FIELDS "--c--\n--b--\n",
			"arf"},
		/* whatever its own parts are wrapped in */
		{"Content-Type: multipart/mixed; boundary=b\n\n--b\n\nx\n--b\nContent-Type: "
		 "message/rfc822\n\n"
		 "From: fbl@fbl2.example\nSubject: x\nContent-Type: multipart/mixed; boundary=c\n\n--c\n\nx\n"
		 "--c\nContent-Type: message/feedback-report\n\n" FIELDS "--c--\n--b--\n",
			"arf"},
		/* one that we sent on, and that came back */
		{BOUNCED("multipart/report; report-type=delivery-status", "text/plain"), "bounce"},
		{BOUNCED("multipart/mixed", "message/delivery-status"), "bounce"},
		{BOUNCED("multipart/mixed", "message/global-delivery-status"), "bounce"},
	};
	for (guint i = 0; i < G_N_ELEMENTS(shapes); i++) {
		g_autofree char *mail = g_strconcat(
			"From: fbl@fbl.example\nTo: abuse@desk.example\nSubject: x\n", shapes[i].mail, NULL);
		g_autoptr(Report) report = parse(mail);
		g_test_message("%s", shapes[i].mail);
		g_assert_cmpstr(report_kind_name(report->kind), ==, shapes[i].kind);
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_set_nonfatal_assertions();
	message_init();
	domain_init(NULL);
	g_test_add_func("/arf/names", test_rows);
	g_test_add_func("/arf/facts", test_facts);
	g_test_add_func("/arf/categories", test_categories);
	g_test_add_func("/arf/text-fields", test_text_fields);
	g_test_add_func("/arf/faults", test_faults);
	g_test_add_func("/arf/explained", test_explained);
	g_test_add_func("/arf/long-file", test_long_file);
	g_test_add_func("/arf/many", test_many);
	g_test_add_func("/arf/repeated-complainants", test_repeated_complainants);
	g_test_add_func("/arf/last-part", test_last_part);
	g_test_add_func("/arf/shapes", test_shapes);
	return g_test_run();
}
