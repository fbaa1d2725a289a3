/* Each type of an XARF report and the category it becomes. */

#include "xarf.h"

static const struct {
	gboolean (*type)(const char *group, const char *type, Category *category_out);
	gboolean is_valid;
	const char *group, *types; /* types between blanks */
	Category category;
} rows[] = {
	/* version 3: class and type */
	{xarf_type_3, TRUE, "Activity", "Spam", CATEGORY_SPAM},
	{xarf_type_3, TRUE, "Activity", "DOS DDOS PortScan LoginAttack WebHack WebCrawler Exploit",
		CATEGORY_INTRUSION},
	{xarf_type_3, TRUE, "Activity", "Malware Botnet InfectedHost Bot RpzRewrite", CATEGORY_BOTNET},
	{xarf_type_3, TRUE, "Activity",
		"IdentityTheft Harassment PotentiallyCompromisedAccount CompromisedAccount", CATEGORY_OTHER},
	{xarf_type_3, TRUE, "Activity", "Fraud", CATEGORY_FRAUD},
	{xarf_type_3, TRUE, "Activity", "Copyright", CATEGORY_COPYRIGHT},
	{xarf_type_3, TRUE, "Content", "Phishing", CATEGORY_PHISHING},
	{xarf_type_3, TRUE, "Content", "Malware", CATEGORY_MALWARE},
	{xarf_type_3, TRUE, "Content", "Botnet", CATEGORY_BOTNET},
	{xarf_type_3, TRUE, "Content", "Copyright", CATEGORY_COPYRIGHT},
	{xarf_type_3, TRUE, "Content", "Trademark", CATEGORY_TRADEMARK},
	{xarf_type_3, TRUE, "Content", "ChildAbuse ChildSexualAbuseMaterial CSAM", CATEGORY_CHILD_SAFETY},
	{xarf_type_3, TRUE, "Content", "Fraud", CATEGORY_FRAUD},
	{xarf_type_3, TRUE, "Content", "Spamvertised", CATEGORY_SPAM},
	{xarf_type_3, TRUE, "Content", "WebHack Defacement", CATEGORY_INTRUSION},
	{xarf_type_3, TRUE, "Content", "Harassment HateSpeech", CATEGORY_OTHER},
	{xarf_type_3, TRUE, "Vulnerability",
		"OpenService Vulnerability Vulnerable Heartbleed OpenResolver OpenRelay Misconfiguration",
		CATEGORY_VULNERABILITY},
	/* version 4: category and type */
	{xarf_type_4, TRUE, "messaging", "spam bulk_messaging", CATEGORY_SPAM},
	{xarf_type_4, TRUE, "connection",
		"login_attack port_scan ddos scraping sql_injection vulnerability_scan reconnaissance",
		CATEGORY_INTRUSION},
	{xarf_type_4, TRUE, "connection", "infected_host", CATEGORY_BOTNET},
	{xarf_type_4, TRUE, "content", "phishing", CATEGORY_PHISHING},
	{xarf_type_4, TRUE, "content", "malware", CATEGORY_MALWARE},
	{xarf_type_4, TRUE, "content", "fraud suspicious_registration", CATEGORY_FRAUD},
	{xarf_type_4, TRUE, "content", "csam csem", CATEGORY_CHILD_SAFETY},
	{xarf_type_4, TRUE, "content", "exposed_data", CATEGORY_VULNERABILITY},
	{xarf_type_4, TRUE, "content", "brand_infringement", CATEGORY_TRADEMARK},
	{xarf_type_4, TRUE, "content", "remote_compromise", CATEGORY_INTRUSION},
	{xarf_type_4, TRUE, "copyright", "copyright cyberlocker link_site p2p usenet ugc_platform",
		CATEGORY_COPYRIGHT},
	{xarf_type_4, TRUE, "vulnerability", "cve misconfiguration open_service", CATEGORY_VULNERABILITY},
	{xarf_type_4, TRUE, "infrastructure", "botnet", CATEGORY_BOTNET},
	{xarf_type_4, TRUE, "infrastructure", "compromised_server", CATEGORY_INTRUSION},
	{xarf_type_4, TRUE, "reputation", "blocklist threat_intelligence", CATEGORY_OTHER},
	/* its drafts: known, but not valid */
	{xarf_type_4, FALSE, "messaging", "phishing", CATEGORY_PHISHING},
	{xarf_type_4, FALSE, "messaging", "social_engineering whatsapp_social_engineering", CATEGORY_FRAUD},
	{xarf_type_4, FALSE, "connection",
		"auth_failure brute_force ddos_amplification ip_spoof ip_spoofing vuln_scanning",
		CATEGORY_INTRUSION},
	{xarf_type_4, FALSE, "connection", "bot", CATEGORY_BOTNET},
	{xarf_type_4, FALSE, "content", "phishing_site", CATEGORY_PHISHING},
	{xarf_type_4, FALSE, "content", "malware_distribution", CATEGORY_MALWARE},
	{xarf_type_4, FALSE, "content", "defacement web_hack", CATEGORY_INTRUSION},
	{xarf_type_4, FALSE, "content", "spamvertised", CATEGORY_SPAM},
	{xarf_type_4, FALSE, "copyright", "dmca", CATEGORY_COPYRIGHT},
	{xarf_type_4, FALSE, "copyright", "trademark", CATEGORY_TRADEMARK},
	{xarf_type_4, FALSE, "vulnerability", "open outdated_dnssec ssl_freak ssl_poodle",
		CATEGORY_VULNERABILITY},
	{xarf_type_4, FALSE, "vulnerability", "malicious_activity", CATEGORY_INTRUSION},
	{xarf_type_4, FALSE, "infrastructure", "bot", CATEGORY_BOTNET},
	{xarf_type_4, FALSE, "infrastructure",
		"compromised_website compromised_account compromised_microsoft_exchange", CATEGORY_INTRUSION},
	{xarf_type_4, FALSE, "infrastructure", "cve", CATEGORY_VULNERABILITY},
	{xarf_type_4, FALSE, "reputation", "trap", CATEGORY_SPAM},
	/* no pair of the schemas */
	{xarf_type_3, FALSE, "Activity", "Phishing spam_", CATEGORY_OTHER},
	{xarf_type_3, FALSE, "messaging", "spam", CATEGORY_OTHER}, /* version 4's */
	{xarf_type_4, FALSE, "Activity", "Spam", CATEGORY_OTHER},  /* version 3's */
	{xarf_type_4, FALSE, "content", "spam", CATEGORY_OTHER},
	/* any case */
	{xarf_type_3, TRUE, "ACTIVITY", "spam SPAM", CATEGORY_SPAM},
	{xarf_type_4, TRUE, "Messaging", "Spam", CATEGORY_SPAM},
};

static void test_types(void)
{
	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_auto(GStrv) types = g_strsplit(rows[i].types, " ", -1);
		for (char **type = types; *type; type++) {
			Category category = CATEGORY_NOT_SPAM;
			g_test_message("%s %s", rows[i].group, *type);
			g_assert_true(rows[i].type(rows[i].group, *type, &category) == rows[i].is_valid);
			g_assert_cmpint(category, ==, rows[i].category);
		}
	}
}

static void test_missing(void)
{
	Category category = CATEGORY_SPAM;
	g_assert_false(xarf_type_3(NULL, "Spam", &category));
	g_assert_cmpint(category, ==, CATEGORY_OTHER);
	g_assert_false(xarf_type_4("messaging", NULL, &category));
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/xarf/types", test_types);
	g_test_add_func("/xarf/missing", test_missing);
	return g_test_run();
}
