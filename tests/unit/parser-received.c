/* Received fields as the common mail systems write them, and whom they blame. */

#include <string.h>

#include "domain.h"
#include "received.h"

static const struct {
	const char *raw, *helo, *rdns, *ip, *by, *recipient, *auth_user;
	gboolean authenticated;
} rows[] = {
	{"from helo.example (rdns.example [192.0.2.1]) by mx.isp.example (Postfix) with ESMTPS id 1 for "
	 "<a@isp.example>; "
	 "Mon, 2 Mar 2026 09:00:00 +0000",
		"helo.example", "rdns.example", "192.0.2.1", "mx.isp.example", "a@isp.example", NULL, FALSE},
	{"from pc (unknown [192.0.2.1]) (Authenticated sender: web1@hosted.example) by out.isp.example "
	 "(Postfix) with "
	 "ESMTPSA id 1; Mon, 2 Mar 2026 09:00:00 +0000",
		"pc", NULL, "192.0.2.1", "out.isp.example", NULL, "web1@hosted.example", TRUE},
	{"from [192.0.2.1] (helo=me.example) by mx.isp.example with esmtpa (Exim 4.96) (envelope-from "
	 "<a@b.example>) id 1",
		"me.example", NULL, "192.0.2.1", "mx.isp.example", NULL, NULL, TRUE},
	{"from rdns.example ([192.0.2.1] helo=me.example) by mx.isp.example with esmtp (Exim 4.96)",
		"me.example", NULL, "192.0.2.1", "mx.isp.example", NULL, NULL, FALSE},
	{"from helo.example (rdns.example [192.0.2.1] (may be forged)) by mx.isp.example (8.17/8.17) with "
	 "ESMTP id 1",
		"helo.example", NULL, "192.0.2.1", "mx.isp.example", NULL, NULL, FALSE},
	{"from unknown (HELO me.example) (192.0.2.1) by mx.isp.example with SMTP; 2 Mar 2026 09:00:00 -0000",
		"me.example", NULL, "192.0.2.1", "mx.isp.example", NULL, NULL, FALSE},
	{"from 127.0.0.1  (EHLO out.example) (192.0.2.1) by mta.isp.example with SMTPS; Mon, 2 Mar 2026 "
	 "09:00:00 +0000",
		"out.example", NULL, "192.0.2.1", "mta.isp.example", NULL, NULL, FALSE},
	{"from A.prod.example (2001:db8:0:1::7) by B.prod.example (2001:db8::2) with Microsoft SMTP Server "
	 "(version=TLS1_2) id "
	 "15.20; Mon, 2 Mar 2026 09:00:00 +0000",
		"a.prod.example", NULL, "2001:db8:0:1::7", "b.prod.example", NULL, NULL, FALSE},
	{"from out.example ([IPv6:2001:db8::7]) by mx.isp.example with ESMTP", "out.example", NULL,
		"2001:db8::7", "mx.isp.example", NULL, NULL, FALSE},
	{"by 2002:a05:6402:1:b0:4 with SMTP id x; Mon, 2 Mar 2026 09:00:00 +0000", NULL, NULL, NULL,
		"2002:a05:6402:1:b0:4", NULL, NULL, FALSE},
	{"(qmail 1234 invoked by uid 89); 2 Mar 2026 09:00:00 -0000", NULL, NULL, NULL, NULL, NULL, NULL,
		FALSE},
	{"from version 10.2.3.4-rc1 (none) by x", "version", NULL, NULL, "x", NULL, NULL, FALSE},
	{"from helo.example (EHLO me.example) ([192.0.2.1]:5123) by mx.isp.example with SMTP", "me.example",
		"helo.example", "192.0.2.1", "mx.isp.example", NULL, NULL, FALSE},
	{"from helo.example (192.0.2.1) (ehlo=me.example) by mx.isp.example via TCP with LMTPA", "me.example",
		NULL, "192.0.2.1", "mx.isp.example", NULL, NULL, TRUE},
	{"from IPv6:2001:db8::7 (root@rdns.example) by mx.isp.example for \"a@isp.example\"",
		"ipv6:2001:db8::7", "rdns.example", "2001:db8::7", "mx.isp.example", "a@isp.example", NULL,
		FALSE},
	{"from me.example (rdns.example [192.0.2.1]) (rdns2.example [192.0.2.2]) by a.example by b.example",
		"me.example", "rdns.example", "192.0.2.1", "a.example", NULL, NULL, FALSE},
	{"from me.example (abc:de [10.1]) by mx.isp.example for someone", "me.example", NULL, NULL,
		"mx.isp.example", NULL, NULL, FALSE},
	{"from me.example (Authenticated sender: ) by mx.isp.example", "me.example", NULL, NULL,
		"mx.isp.example", NULL, NULL, TRUE},
	/* The first of a kind counts. */
	{"from me.example by mx.isp.example for <a@isp.example> for <b@isp.example>", "me.example", NULL,
		NULL, "mx.isp.example", "a@isp.example", NULL, FALSE},
	{"from me.example you.example by mx.isp.example mx2.isp.example with SMTP ESMTPA", "me.example", NULL,
		NULL, "mx.isp.example", NULL, NULL, FALSE},
	{"from me.example by mx.isp.example with ESMTPAX", "me.example", NULL, NULL, "mx.isp.example", NULL,
		NULL, FALSE},
	/* An address in brackets stands anywhere in its clause, and nowhere else. */
	{"from me.example [192.0.2.1] by mx.isp.example [192.0.2.2] with SMTP", "me.example", NULL,
		"192.0.2.1", "mx.isp.example", NULL, NULL, FALSE},
	{"from me.example by mx.isp.example [192.0.2.2] with SMTP", "me.example", NULL, NULL,
		"mx.isp.example", NULL, NULL, FALSE},
	{"from me.example by mx.isp.example (mx2.isp.example [192.0.2.2]) with SMTP", "me.example", NULL,
		NULL, "mx.isp.example", NULL, NULL, FALSE},
	{"from [192.0.2.1] ([192.0.2.2]) by mx.isp.example", NULL, NULL, "192.0.2.1", "mx.isp.example", NULL,
		NULL, FALSE},
	/* What is no name and no address. */
	{"from me.example (a.b [192.0.2.1]) by mx.isp.example", "me.example", NULL, "192.0.2.1",
		"mx.isp.example", NULL, NULL, FALSE},
	{"from me.example (-rdns.example [192.0.2.1]) by mx.isp.example", "me.example", NULL, "192.0.2.1",
		"mx.isp.example", NULL, NULL, FALSE},
	{"from me.example (a@b@rdns.example [192.0.2.1]) by mx.isp.example", "me.example", NULL, "192.0.2.1",
		"mx.isp.example", NULL, NULL, FALSE},
	{"from me.example (::) by mx.isp.example", "me.example", NULL, NULL, "mx.isp.example", NULL, NULL,
		FALSE},
	{"from me.example (192.0.2.1x) by mx.isp.example", "me.example", "192.0.2.1x", NULL, "mx.isp.example",
		NULL, NULL, FALSE},
	{"from me.example (:: [192.0.2.1]) by mx.isp.example", "me.example", NULL, "192.0.2.1",
		"mx.isp.example", NULL, NULL, FALSE},
	{"from me.example (::ffff:192.0.2.1) by mx.isp.example", "me.example", NULL, "192.0.2.1",
		"mx.isp.example", NULL, NULL, FALSE},
	{"from 192.0.2.1 by mx.isp.example", "192.0.2.1", NULL, "192.0.2.1", "mx.isp.example", NULL, NULL,
		FALSE},
	{"from 192.0.2.1 ([192.0.2.2]) by mx.isp.example", "192.0.2.1", NULL, "192.0.2.2", "mx.isp.example",
		NULL, NULL, FALSE},
	/* What the client says of itself, wherever the host writes it. */
	{"from rdns.example ([192.0.2.1] helo=) by mx.isp.example", NULL, NULL, "192.0.2.1", "mx.isp.example",
		NULL, NULL, FALSE},
	{"from me.example (heloise.example [192.0.2.1]) by mx.isp.example", "me.example", "heloise.example",
		"192.0.2.1", "mx.isp.example", NULL, NULL, FALSE},
	{"from box (HELO me.example) (192.0.2.1) by mx.isp.example", "me.example", NULL, "192.0.2.1",
		"mx.isp.example", NULL, NULL, FALSE},
	{"from me.example (rdns.example [192.0.2.1]) (HELO you.example) by mx.isp.example", "you.example",
		"rdns.example", "192.0.2.1", "mx.isp.example", NULL, NULL, FALSE},
	{"by mx.isp.example (HELO\tme.example)", "me.example", NULL, NULL, "mx.isp.example", NULL, NULL,
		FALSE},
	{"from me.example (x; rdns.example [192.0.2.1]) by mx.isp.example; 2 Mar 2026 09:00:00 "
	 "+0000",
		"me.example", "rdns.example", "192.0.2.1", "mx.isp.example", NULL, NULL, FALSE},
	{"from me.example ([192.0.2.1]) by mx.isp.example for <<\"ann@isp.example\">>", "me.example", NULL,
		"192.0.2.1", "mx.isp.example", "ann@isp.example", NULL, FALSE},
	{"from me.example (rdns.example[192.0.2.1]) by mx.isp.example", "me.example", "rdns.example",
		"192.0.2.1", "mx.isp.example", NULL, NULL, FALSE},
	{"from me.example (a (b) rdns.example [192.0.2.1]) by mx.isp.example", "me.example", "rdns.example",
		"192.0.2.1", "mx.isp.example", NULL, NULL, FALSE},
	{"from me.example (rdns.example [192.0.2.1]) by mx.isp.example (not forged)", "me.example",
		"rdns.example", "192.0.2.1", "mx.isp.example", NULL, NULL, FALSE},
	/* Which words end the clause of the client, and which protocols ask who he is. */
	{"from me.example 192.0.2.1 by mx.isp.example", "me.example", NULL, NULL, "mx.isp.example", NULL,
		NULL, FALSE},
	{"from me.example id [192.0.2.1] by mx.isp.example", "me.example", NULL, NULL, "mx.isp.example", NULL,
		NULL, FALSE},
	{"from me.example via [192.0.2.1] by mx.isp.example", "me.example", NULL, NULL, "mx.isp.example",
		NULL, NULL, FALSE},
	{"from me.example by mx.isp.example with ESMTPS", "me.example", NULL, NULL, "mx.isp.example", NULL,
		NULL, FALSE},
	{"from me.example by mx.isp.example with ESMTPSA", "me.example", NULL, NULL, "mx.isp.example", NULL,
		NULL, TRUE},
	{"from me.example by mx.isp.example with asmtp", "me.example", NULL, NULL, "mx.isp.example", NULL,
		NULL, TRUE},
	{"from me.example by mx.isp.example with LMTPSA", "me.example", NULL, NULL, "mx.isp.example", NULL,
		NULL, TRUE},
	{"from me.example by mx.isp.example with UTF8SMTPA", "me.example", NULL, NULL, "mx.isp.example", NULL,
		NULL, TRUE},
	{"from me.example by mx.isp.example with UTF8SMTPSA", "me.example", NULL, NULL, "mx.isp.example",
		NULL, NULL, TRUE},
	/* Stray signs. */
	{"from me.example) by mx.isp.example", "me.example", NULL, NULL, "mx.isp.example", NULL, NULL, FALSE},
	{"from me.example; by mx.isp.example; Mon, 2 Mar 2026 09:00:00 +0000", "me.example", NULL, NULL,
		"mx.isp.example", NULL, NULL, FALSE},
	{"from me.example ((rdns.example) [192.0.2.1]) by mx.isp.example", "me.example", "rdns.example",
		"192.0.2.1", "mx.isp.example", NULL, NULL, FALSE},
	{"from me.example (Authenticated sender: ", "me.example", NULL, NULL, NULL, NULL, NULL, TRUE},
	{"", NULL, NULL, NULL, NULL, NULL, NULL, FALSE},
	{"from (((((", NULL, NULL, NULL, NULL, NULL, NULL, FALSE},
};

static void test_spellings(void)
{
	for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
		Hop *hop = received_parse(rows[i].raw);
		g_test_message("%s", rows[i].raw);
		g_assert_cmpstr(hop->helo, ==, rows[i].helo);
		g_assert_cmpstr(hop->rdns, ==, rows[i].rdns);
		g_assert_cmpstr(hop->ip, ==, rows[i].ip);
		g_assert_cmpstr(hop->by, ==, rows[i].by);
		g_assert_cmpstr(hop->recipient, ==, rows[i].recipient);
		g_assert_cmpstr(hop->auth_user, ==, rows[i].auth_user);
		g_assert_cmpint(hop->authenticated, ==, rows[i].authenticated);
		received_hop_free(hop);
	}
}

#define HANDED_OVER "Received: from evil.example (evil.example [192.0.2.66]) by mx.isp.example with ESMTP\n"

static const struct {
	const char *headers, *reporter_domain, *source;
} ways[] = {
	{HANDED_OVER, NULL, "192.0.2.66"},
	/* inside of the receiver's own network */
	{"Received: from mx.isp.example (mx.isp.example [198.51.100.1]) by store.isp.example with "
	 "LMTP\n" HANDED_OVER,
		"isp.example", "192.0.2.66"},
	{"Received: from mx (localhost [127.0.0.1]) by mx.isp.example with ESMTP\n" HANDED_OVER, NULL,
		"192.0.2.66"},
	{"Received: from relay (relay.isp.example [198.51.100.9]) by in.other.example with "
	 "ESMTP\n" HANDED_OVER,
		"isp.example", "192.0.2.66"},
	/* what the client says of himself is not believed */
	{"Received: from mx.isp.example (dsl.evil.example [192.0.2.66]) by in.isp.example with ESMTP\n",
		"isp.example", "192.0.2.66"},
	/* nor a name that does not lead back to his address */
	{"Received: from mx.isp.example (mx.isp.example [192.0.2.66] (may be forged)) by in.isp.example "
	 "with "
	 "ESMTP\n",
		"isp.example", "192.0.2.66"},
	/* handed on without a name looked up: the hop below tells, and only if it fits in all */
	{"Received: from in.isp.example ([198.51.100.1]) by store.isp.example\n"
	 "Received: from evil.example (evil.example [192.0.2.66]) by in.isp.example\n",
		NULL, "192.0.2.66"},
	{"Received: from in.isp.example ([198.51.100.1])\n"
	 "Received: from evil.example (evil.example [192.0.2.66]) by in.isp.example\n",
		NULL, "198.51.100.1"},
	{"Received: from [198.51.100.1] by store.isp.example\n"
	 "Received: from evil.example (evil.example [192.0.2.66]) by in.isp.example\n",
		NULL, "198.51.100.1"},
	{"Received: from in.isp.example ([198.51.100.1]) by store.isp.example\n"
	 "Received: from evil.example (evil.example [192.0.2.66])\n",
		NULL, "198.51.100.1"},
	{"Received: from in.isp.example ([198.51.100.1]) by store.isp.example\n"
	 "Received: from box by in.isp.example\n" HANDED_OVER,
		NULL, "198.51.100.1"},
	{"Received: from localhost ([198.51.100.1]) by localhost\n"
	 "Received: from evil.example (evil.example [192.0.2.66]) by localhost\n",
		NULL, "198.51.100.1"},
	{"Received: from in.other.example ([198.51.100.1]) by store.isp.example\n"
	 "Received: from evil.example (evil.example [192.0.2.66]) by in.other.example\n",
		NULL, "198.51.100.1"},
	{"Received: by store.isp.example\n" HANDED_OVER, NULL, "192.0.2.66"},
	{"Received: from in.isp.example (in.isp.example [198.51.100.1]) by store.isp.example\n" HANDED_OVER,
		NULL, "192.0.2.66"},
	{"Reply-To: from x.example (x.example [203.0.113.9]) by y.example\n" HANDED_OVER, NULL, "192.0.2.66"},
	/* below the first foreign host anything may have been written */
	{HANDED_OVER
		"Received: from victim.example (victim.example [203.0.113.9]) by evil.example with ESMTP\n",
		NULL, "192.0.2.66"},
	/* nothing public at all: a foreign name with a private address is better than nothing */
	{"Received: from out.evil.example (out.evil.example [10.1.2.3]) by mx.isp.example with ESMTP\n", NULL,
		"10.1.2.3"},
	{"Received: from localhost (localhost [127.0.0.1]) by mx.isp.example with ESMTP\n", NULL, NULL},
	{"Received: from out.evil.example ([10.1.2.3]) by mx.isp.example\n", NULL, "10.1.2.3"},
	{"Received: from out.evil.example ([10.1.2.3])\n", NULL, NULL},
	{"Received: from [10.1.2.3] by mx.isp.example\n", NULL, NULL},
	{"Received: from out.isp.example ([10.1.2.3]) by mx.isp.example\n", NULL, NULL},
	{"Received: from out.isp.example ([10.1.2.3]) by mx.other.example\n", "isp.example", NULL},
	{"Received: from out.local ([10.1.2.3]) by mx.isp.example\n", NULL, NULL},
	{"Received: from out.evil.example by mx.isp.example\n", NULL, NULL},
	{"Received: from box ([10.1.2.3]) by mx.isp.example\n"
	 "Received: from out.evil.example ([10.1.2.4]) by box.isp.example\n",
		NULL, "10.1.2.4"},
};

static void test_blame(void)
{
	g_autoptr(Border) border = border_new_from_json(NULL, 0, NULL);
	for (guint i = 0; i < G_N_ELEMENTS(ways); i++) {
		g_autoptr(Report) report = report_new();
		Incident *incident = report_add_incident(report, CATEGORY_SPAM);
		g_autoptr(Message) message =
			message_parse((const guint8 *)ways[i].headers, strlen(ways[i].headers), report);
		received_blame(
			message, ways[i].reporter_domain, border, report, incident, PROVENANCE_ORIGINAL);
		g_test_message("%s", ways[i].headers);
		g_assert_cmpstr(incident->source_ip, ==, ways[i].source);
	}
}

/* A redirection of ours handed it over: who gave it to us is named as well, and nobody further down. */
static void test_passed_on(void)
{
	static const char border_json[] = "{\"hosts\": [\"redir1.registrar.example\"]}";
	static const char headers[] =
		"Received: from redir1.registrar.example (redir1.registrar.example [203.0.113.1]) by "
		"mx.isp.example with ESMTP\n"
		"Received: from evil.example (evil.example [192.0.2.66]) by redir1.registrar.example with "
		"ESMTP\n"
		"Received: from victim.example (victim.example [192.0.2.99]) by evil.example with ESMTP\n";
	g_autoptr(Border) border = border_new_from_json(border_json, strlen(border_json), NULL);
	g_autoptr(Report) report = report_new();
	Incident *incident = report_add_incident(report, CATEGORY_SPAM);
	g_autoptr(Message) message = message_parse((const guint8 *)headers, strlen(headers), report);

	received_blame(message, "isp.example", border, report, incident, PROVENANCE_ORIGINAL);
	g_autoptr(GString) json = g_string_new(NULL);
	report_write_json(report, NULL, json);
	g_assert_cmpstr(incident->source_ip, ==, "203.0.113.1");
	g_assert_nonnull(strstr(json->str, "\"192.0.2.66\""));
	g_assert_null(strstr(json->str, "192.0.2.99"));
}

/* With hosts of ours on the way. */
static void test_our_hosts(void)
{
	static const char border_json[] = "{\"hosts\": [\"mx.desk.example\", \"redir1.registrar.example\"]}";
	static const struct {
		const char *headers, *source, *lacks;
	} hosts[] = {
		/* our own hop, by its name in the DNS, or by its greeting where the hop below has it */
		{"Received: from a (redir1.registrar.example [203.0.113.1]) by mx.desk.example\n" HANDED_OVER,
			"192.0.2.66", "203.0.113.1"},
		{"Received: from redir1.registrar.example ([203.0.113.1]) by mx.desk.example\n"
		 "Received: from a (evil.example [192.0.2.66]) by redir1.registrar.example\n",
			"192.0.2.66", "203.0.113.1"},
		/* a spammer who greets us with our name, and what he writes below it */
		{"Received: from mx.desk.example (dsl.evil.example [192.0.2.66]) by mx.desk.example\n"
		 "Received: from victim.example (victim.example [192.0.2.99]) by mx.desk.example\n",
			"192.0.2.66", "192.0.2.99"},
		{"Received: from mx.desk.example ([192.0.2.66]) by mx.desk.example\n"
		 "Received: from victim.example (victim.example [192.0.2.99]) by relay.evil.example\n",
			"192.0.2.66", "192.0.2.99"},
		{"Received: from mx.desk.example ([192.0.2.66]) by mx.desk.example\n"
		 "Received: from victim.example (victim.example [192.0.2.99])\n",
			"192.0.2.66", "192.0.2.99"},
		/* and one who writes a line with his own address below */
		{"Received: from in.isp2.example ([192.0.2.66]) by store.isp2.example\n"
		 "Received: from victim.example (victim.example [192.0.2.66]) by in.isp2.example\n",
			"192.0.2.66", "victim.example"},
		/* from one host of ours to another, and no more: nobody is to blame */
		{"Received: from a (redir1.registrar.example [203.0.113.1]) by mx.desk.example\n", NULL,
			"203.0.113.1"},
		{"Received: from mx.desk.example ([192.0.2.66]) by mx.desk.example\n", "192.0.2.66",
			"192.0.2.99"},
		/* and one who greets others with it */
		{"Received: from redir1.registrar.example (dsl.evil.example [192.0.2.66]) by mx.isp.example\n"
		 "Received: from victim.example (victim.example [192.0.2.99]) by redir1.registrar.example\n",
			"192.0.2.66", "192.0.2.99"},
	};
	g_autoptr(Border) border = border_new_from_json(border_json, strlen(border_json), NULL);
	for (guint i = 0; i < G_N_ELEMENTS(hosts); i++) {
		g_autoptr(Report) report = report_new();
		Incident *incident = report_add_incident(report, CATEGORY_SPAM);
		g_autoptr(Message) message =
			message_parse((const guint8 *)hosts[i].headers, strlen(hosts[i].headers), report);
		received_blame(message, "isp.example", border, report, incident, PROVENANCE_ORIGINAL);
		g_autoptr(GString) json = g_string_new(NULL);
		report_write_json(report, NULL, json);
		g_test_message("%s", hosts[i].headers);
		g_assert_cmpstr(incident->source_ip, ==, hosts[i].source);
		g_assert_null(strstr(json->str, hosts[i].lacks));
	}
}

static const char *const kind_names[EVIDENCE_TOKEN + 1] = {
	[EVIDENCE_RECEIVED] = "received",
	[EVIDENCE_HELO] = "helo",
	[EVIDENCE_AUTH_USER] = "auth-user",
};

/* All that is said of who handed it over, of whom he had it from, and of nobody further down. */
static void test_evidence(void)
{
	static const char border_json[] =
		"{\"hosts\": [\"redir1.registrar.example\", \"redir2.registrar.example\"]}";
#define BY_REDIRECTION "Received: from a (redir1.registrar.example [203.0.113.1]) by mx.isp.example\n"
#define REDIRECTION    "received 203.0.113.1, received redir1.registrar.example, helo a"
	static const struct {
		const char *headers, *evidence;
	} said[] = {
		{HANDED_OVER, "received 192.0.2.66, received evil.example, helo evil.example"},
		{"Received: from me.example ([192.0.2.66]) by mx.isp.example\n",
			"received 192.0.2.66, helo me.example"},
		{"Received: from unknown ([192.0.2.66]) by mx.isp.example\n", "received 192.0.2.66"},
		{"Received: from [192.0.2.66] by mx.isp.example\n", "received 192.0.2.66"},
		/* the account, where the host or the one that gave it to it names it */
		{"Received: from me (evil.example [192.0.2.66]) (Authenticated sender: bob@evil.example) by "
		 "mx.isp.example\n",
			"received 192.0.2.66, received evil.example, helo me, auth-user bob@evil.example"},
		{HANDED_OVER "Received: from pc ([192.0.2.7]) (Authenticated sender: bob@evil.example) by "
			     "evil.example\n",
			"received 192.0.2.66, received evil.example, helo evil.example, auth-user "
			"bob@evil.example"},
		/* nothing public and no address: nobody is named */
		{"Received: from out.evil.example by mx.isp.example\n", ""},
		/* who gave it to our redirection */
		{BY_REDIRECTION "Received: from b (evil.example [192.0.2.66]) by redir1.registrar.example\n",
			REDIRECTION ", received 192.0.2.66, received evil.example"},
		{BY_REDIRECTION "Received: from b ([192.0.2.66]) by redir1.registrar.example\n",
			REDIRECTION ", received 192.0.2.66"},
		{BY_REDIRECTION "Received: from b (evil.example [192.0.2.66]) by other.example\n",
			REDIRECTION},
		{BY_REDIRECTION
			"Received: from b (redir2.registrar.example [203.0.113.2]) by redir1.registrar.example\n"
			"Received: from c (evil.example [192.0.2.66]) by redir2.registrar.example\n",
			REDIRECTION ", received 192.0.2.66, received evil.example"},
		{BY_REDIRECTION
			"Received: from localhost (localhost [127.0.0.1]) by redir1.registrar.example\n"
			"Received: from c (evil.example [192.0.2.66]) by redir1.registrar.example\n",
			REDIRECTION ", received 192.0.2.66, received evil.example"},
		{BY_REDIRECTION
			"Received: from pc (dsl.evil.example [192.0.2.66]) by redir1.registrar.example with ESMTPSA\n",
			REDIRECTION}, /* a customer's own mail: the account is his, the line is not the
					 culprit */
	};
	g_autoptr(Border) border = border_new_from_json(border_json, strlen(border_json), NULL);
	for (guint i = 0; i < G_N_ELEMENTS(said); i++) {
		g_autoptr(Report) report = report_new();
		Incident *incident = report_add_incident(report, CATEGORY_SPAM);
		g_autoptr(Message) message =
			message_parse((const guint8 *)said[i].headers, strlen(said[i].headers), report);
		received_blame(message, NULL, border, report, incident, PROVENANCE_ORIGINAL);
		g_autoptr(GString) evidence = g_string_new(NULL);
		for (guint n = 0; n < incident->evidence->len; n++) {
			const Evidence *item = incident->evidence->pdata[n];
			g_string_append_printf(
				evidence, "%s%s %s", n ? ", " : "", kind_names[item->kind], item->value);
		}
		g_test_message("%s", said[i].headers);
		g_assert_cmpstr(evidence->str, ==, said[i].evidence);
	}
}

/* Names and accounts are taken up to 255 letters; nothing is left of nothing. */
static void test_lengths(void)
{
	for (guint length = 255; length < 257; length++) {
		g_autofree char *name = g_strnfill(length, 'x');
		g_autofree char *raw =
			g_strdup_printf("from %s (Authenticated sender: %s) by a.example", name, name);
		Hop *hop = received_parse(raw);
		g_assert_cmpstr(hop->helo, ==, length < 256 ? name : NULL);
		g_assert_cmpstr(hop->auth_user, ==, length < 256 ? name : NULL);
		received_hop_free(hop);
	}
	received_hop_free(NULL);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	message_init();
	domain_init(NULL);
	g_test_add_func("/received/spellings", test_spellings);
	g_test_add_func("/received/blame", test_blame);
	g_test_add_func("/received/our-hosts", test_our_hosts);
	g_test_add_func("/received/evidence", test_evidence);
	g_test_add_func("/received/lengths", test_lengths);
	g_test_add_func("/received/passed-on", test_passed_on);
	return g_test_run();
}
