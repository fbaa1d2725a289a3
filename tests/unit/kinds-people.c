/* What a person complains of, and what only writes to the desk: each word that tells them apart. */

#include <string.h>

#include "domain.h"
#include "kinds.h"

#define MINUTES "These are the minutes that you have asked for: http://minutes.example/"

static Report *parse(const char *mail)
{
	static const char json[] = "{\"addresses\":[\"abuse@desk.example\"],\"domains\":[\"desk.example\"]}";
	g_autoptr(Border) border = border_new_from_json(json, strlen(json), NULL);
	g_test_message("%s", mail);
	return kinds_parse((const guint8 *)mail, strlen(mail), border);
}

/* @format with each of @words. */
static void check_words(const char *format, const char *words, const char *kind, const char *reason)
{
	const char *gap = strstr(format, "%s");
	g_auto(GStrv) list = g_strsplit(words, "|", -1);
	for (char **word = list; *word; word++) {
		g_autofree char *mail =
			g_strdup_printf("%.*s%s%s", (int)(gap - format), format, *word, gap + 2);
		g_autoptr(Report) report = parse(mail);
		g_assert_cmpstr(report_kind_name(report->kind), ==, kind);
		g_assert_cmpstr(report->reason, ==, reason);
	}
}

/* What sells, where nothing complains. */
static void test_selling(void)
{
	static const char format[] =
		"From: Ann <ann@isp.example>\nSubject: x\n\n" MINUTES " and %s for all of you.\n";
	check_words(format,
		"unsubscribe|désabonner|désinscri|abmelden|cancelar suscripción|we offer|"
		"we are a leading|our services|our customers|our clients|special offer|"
		"best price|price list|free trial|free quote|buy now|order now|limited time|"
		"discount|search engine|guest post|backlink|grow your|boost your|increase your|"
		"nous vous proposons|nos services|nos clients|offre spéciale|meilleur prix|"
		"wir bieten|unsere kunden|unsere leistungen|unser angebot|rabatt|ofrecemos|"
		"nuestros clientes|nuestros servicios|oferta especial|descuento",
		"human", "nothing-reported");
	check_words(format, "the offer|a count|engines|customers|our office", "human", NULL);
}

/* The same in what stands below his words. */
static void test_footers(void)
{
	static const char format[] = "From: Ann <ann@isp.example>\nSubject: x\n\n" MINUTES
				     " for all of you.\n\n-- \nThe Club\n%s\n";
	check_words(format,
		"unsubscribe|To unsubscribe: write|se d\u00e9sabonner|se d\u00e9sinscrire|abmelden", "human",
		"nothing-reported");
	check_words(format, "subscribe|12 Main Street", "human", NULL);
}

/* List mail that sounds like a complaint is put before a person. */
static void test_list_complaints(void)
{
	static const char format[] = "From: a@lists.example\nSubject: x\nList-Id: <l.lists.example>\n\n"
				     "Dear all, %s as it was said.\n";
	check_words(format,
		"abuse report|report of abuse|abuse complaint|spam complaint|report spam|"
		"reporting spam|spam from your|sending spam|unsolicited|phishing site|"
		"phishing page|phishing url|phishing mail|infringing|copyright infringement|"
		"take down|takedown|please suspend|on your network|from your network|"
		"your customer|compromised host|brute force|missbrauch|spam-beschwerde|"
		"ihres kunden|votre client|hameçonnage|plainte|denuncia|segnalazione di abuso",
		"list", "list-with-complaint");
	check_words(format, "a report|customers|your network|the page|spam", "list", "list");
}

/* Nobody but list programs send from these, and refuse with these. */
static void test_list_refusals(void)
{
	check_words("From: %s@lists.example\nSubject: Your message awaits moderator approval\n\nx\n",
		"l-owner|l-bounces|l-bounce|l-request|l-admin|l-confirm|owner-l|mailman|listserv|majordomo|"
		"sympa|listmaster|ezmlm-7|L-Owner",
		"list", "list-refusal");
	check_words("From: %s@lists.example\nSubject: Your message awaits moderator approval\n\nx\n",
		"ann|owner|admin|requests", "human", "nothing-reported");
	static const char format[] = "From: l-owner@lists.example\nSubject: x\n\nYour mail: %s.\n";
	check_words(format,
		"loop alert|duplicated message-id|awaits moderator approval|"
		"is being held until the list moderator|has been rejected by the list moderator|"
		"post by non-member to a members-only list|non-members are not allowed to post|"
		"nonmembers are not allowed to post|"
		"you are not allowed to post to this mailing list|"
		"are not allowed to post messages to this list|"
		"your message was rejected by the list|"
		"your message to the mailing list was rejected|"
		"only subscribers are allowed to post|only members may post|"
		"you are not subscribed to the list|is not a member of this mailing list|"
		"is not subscribed to the list|is restricted to list members|"
		"your message is waiting for moderation|message awaiting moderation|"
		"pending moderator approval|ihre nachricht wartet auf die genehmigung|"
		"wartet auf die zustimmung des moderators|"
		"en attente de l'approbation du modérateur|en attente de modération|"
		"espera la aprobación del moderador",
		"list", "list-refusal");
	check_words(format, "the minutes|a moderator|members only", "human", "nothing-reported");
	check_words(
		"From: l-owner@lists.example\nSubject: x\n\nMy spam of %s\n", "evil.example", "human", NULL);
}

/* A program's note may be longer than a person's, and have a link. */
static void test_opt_out_programs(void)
{
	static const char format[] = "From: ann@isp.example\nSubject: remove\n\n"
				     "This mail %s, see http://isp.example/ for more.\n";
	check_words(format,
		"apple mail sent this|was automatically generated by gmail|"
		"sent by outlook to unsubscribe|unsubscribe request sent by",
		"opt-out", NULL);
	check_words(format, "was written by me", "human", "nothing-reported");
}

/* Who hands on what he was told is no spammer. */
static void test_hands_on(void)
{
	static const char forward[] =
		"---------- Forwarded message ---------\nFrom: Bob <bob@other.example>\n"
		"Date: Mon, 2 Mar 2026 09:00:00 +0000\nSubject: y\nTo: <ann@isp.example>\n\n"
		"http://evil.example/\n";
	static const char phrases[] =
		"original report|original complaint|report follows|complaint follows|"
		"report we received|complaint we received|received the following complaint|"
		"received the following report|received a complaint|received a report|"
		"received this complaint|ursprüngliche meldung|ursprüngliche beschwerde|"
		"folgende beschwerde|plainte reçue|la plainte suivante|siguiente denuncia|";
	g_auto(GStrv) list = g_strsplit(phrases, "|", -1);
	for (char **phrase = list; *phrase; phrase++) {
		g_autofree char *mail = g_strdup_printf("From: Ann <ann@isp.example>\nSubject: Fwd: y\n\n"
							"It is the %s, below.\n\n%s",
			*phrase, forward);
		g_autoptr(Report) report = parse(mail);
		g_assert_cmpuint(report->incidents->len, ==, 1);
		const Incident *incident = report->incidents->pdata[0];
		gboolean is_teller = **phrase != '\0'; /* the last is empty: then Bob spams */
		g_assert_cmpuint(incident->domains->len, ==, is_teller ? 1 : 2);
		g_assert_cmpstr(incident->domains->pdata[incident->domains->len - 1], ==, "evil.example");
	}
}

/* What an administrator is told by --explain. */
static void test_because(void)
{
	static const struct {
		const char *mail, *because;
	} rows[] = {
		{"Subject: x\n\nIt is a phishing page: http://evil.example/\n",
			"\"phish\" in the text makes it phishing."},
		{"Subject: x\n\nspam from http://www.xn--pypal-4ve.example/x\n",
			"www.xn--pypal-4ve.example is written to look like another name."},
#define FILE_ROW(type, bytes, advice)                                                                          \
	{"Subject: x\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\ncomplaint\n--b\nContent-Type: " type \
	 "\nContent-Transfer-Encoding: base64\n\n" bytes "\n--b--\n",                                          \
		advice}
		FILE_ROW("application/vnd.ms-outlook", "0M8R4KGxGuE=", "Ask for it as .eml: in Outlook,"),
		FILE_ROW("application/ms-tnef", "eJ8+Ig==", "packed into winmail.dat, which only Outlook"),
		FILE_ROW("application/zip", "UEsDBA==", "packed into a .zip, which is never unpacked"),
		FILE_ROW("application/gzip", "H4s=", "packed into a .gz, which is never unpacked"),
		FILE_ROW("application/vnd.rar", "UmFyIQ==", "packed into a .rar, which is never unpacked"),
		FILE_ROW("application/x-7z-compressed",
			"N3q8rw==", "packed into a .7z, which is never unpacked"),
	};
	for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *mail = g_strconcat("From: ann@isp.example\n", rows[i].mail, NULL);
		g_autoptr(Report) report = parse(mail);
		g_autoptr(GString) all = g_string_new(NULL);
		for (guint n = 0; n < report->because->len; n++)
			g_string_append(all, report->because->pdata[n]);
		g_assert_nonnull(strstr(all->str, rows[i].because));
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_set_nonfatal_assertions();
	message_init();
	domain_init(NULL);
	g_test_add_func("/people/selling", test_selling);
	g_test_add_func("/people/footers", test_footers);
	g_test_add_func("/people/list-complaints", test_list_complaints);
	g_test_add_func("/people/list-refusals", test_list_refusals);
	g_test_add_func("/people/opt-out-programs", test_opt_out_programs);
	g_test_add_func("/people/hands-on", test_hands_on);
	g_test_add_func("/people/because", test_because);
	return g_test_run();
}
