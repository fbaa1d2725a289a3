#include <string.h>

#include "xarf.h"

typedef struct {
	const char *group, *type;
	Category category;
} Row;

/* abusix/xarf, schemas/3: ReportClass and ReportType. */
static const Row types_3[] = {
	{"Activity", "Spam", CATEGORY_SPAM},
	{"Activity", "DOS", CATEGORY_INTRUSION},
	{"Activity", "DDOS", CATEGORY_INTRUSION},
	{"Activity", "PortScan", CATEGORY_INTRUSION},
	{"Activity", "LoginAttack", CATEGORY_INTRUSION},
	{"Activity", "WebHack", CATEGORY_INTRUSION},
	{"Activity", "WebCrawler", CATEGORY_INTRUSION},
	{"Activity", "Exploit", CATEGORY_INTRUSION},
	{"Activity", "Malware", CATEGORY_BOTNET}, /* the source talks to malware: an infected host */
	{"Activity", "Botnet", CATEGORY_BOTNET},
	{"Activity", "InfectedHost", CATEGORY_BOTNET},
	{"Activity", "Bot", CATEGORY_BOTNET},
	{"Activity", "RpzRewrite", CATEGORY_BOTNET},
	{"Activity", "IdentityTheft", CATEGORY_OTHER},
	{"Activity", "Harassment", CATEGORY_OTHER},
	{"Activity", "PotentiallyCompromisedAccount", CATEGORY_OTHER},
	{"Activity", "CompromisedAccount", CATEGORY_OTHER},
	{"Activity", "Fraud", CATEGORY_FRAUD},
	{"Activity", "Copyright", CATEGORY_COPYRIGHT},
	{"Content", "Phishing", CATEGORY_PHISHING},
	{"Content", "Malware", CATEGORY_MALWARE},
	{"Content", "Botnet", CATEGORY_BOTNET},
	{"Content", "Copyright", CATEGORY_COPYRIGHT},
	{"Content", "Trademark", CATEGORY_TRADEMARK},
	{"Content", "ChildAbuse", CATEGORY_CHILD_SAFETY},
	{"Content", "ChildSexualAbuseMaterial", CATEGORY_CHILD_SAFETY},
	{"Content", "CSAM", CATEGORY_CHILD_SAFETY},
	{"Content", "Fraud", CATEGORY_FRAUD},
	{"Content", "Spamvertised", CATEGORY_SPAM},
	{"Content", "WebHack", CATEGORY_INTRUSION},
	{"Content", "Defacement", CATEGORY_INTRUSION},
	{"Content", "Harassment", CATEGORY_OTHER},
	{"Content", "HateSpeech", CATEGORY_OTHER},
	{"Vulnerability", "OpenService", CATEGORY_VULNERABILITY},
	{"Vulnerability", "Vulnerability", CATEGORY_VULNERABILITY},
	{"Vulnerability", "Vulnerable", CATEGORY_VULNERABILITY},
	{"Vulnerability", "Heartbleed", CATEGORY_VULNERABILITY},
	{"Vulnerability", "OpenResolver", CATEGORY_VULNERABILITY},
	{"Vulnerability", "OpenRelay", CATEGORY_VULNERABILITY},
	{"Vulnerability", "Misconfiguration", CATEGORY_VULNERABILITY},
};

/* xarf/xarf-spec, version 4. */
static const Row types_4[] = {
	{"messaging", "spam", CATEGORY_SPAM},
	{"messaging", "bulk_messaging", CATEGORY_SPAM},
	{"connection", "login_attack", CATEGORY_INTRUSION},
	{"connection", "port_scan", CATEGORY_INTRUSION},
	{"connection", "ddos", CATEGORY_INTRUSION},
	{"connection", "scraping", CATEGORY_INTRUSION},
	{"connection", "sql_injection", CATEGORY_INTRUSION},
	{"connection", "vulnerability_scan", CATEGORY_INTRUSION},
	{"connection", "infected_host", CATEGORY_BOTNET},
	{"connection", "reconnaissance", CATEGORY_INTRUSION},
	{"content", "phishing", CATEGORY_PHISHING},
	{"content", "malware", CATEGORY_MALWARE},
	{"content", "fraud", CATEGORY_FRAUD},
	{"content", "csam", CATEGORY_CHILD_SAFETY},
	{"content", "csem", CATEGORY_CHILD_SAFETY},
	{"content", "exposed_data", CATEGORY_VULNERABILITY},
	{"content", "brand_infringement", CATEGORY_TRADEMARK},
	{"content", "suspicious_registration", CATEGORY_FRAUD},
	{"content", "remote_compromise", CATEGORY_INTRUSION},
	{"copyright", "copyright", CATEGORY_COPYRIGHT},
	{"copyright", "cyberlocker", CATEGORY_COPYRIGHT},
	{"copyright", "link_site", CATEGORY_COPYRIGHT},
	{"copyright", "p2p", CATEGORY_COPYRIGHT},
	{"copyright", "usenet", CATEGORY_COPYRIGHT},
	{"copyright", "ugc_platform", CATEGORY_COPYRIGHT},
	{"vulnerability", "cve", CATEGORY_VULNERABILITY},
	{"vulnerability", "misconfiguration", CATEGORY_VULNERABILITY},
	{"vulnerability", "open_service", CATEGORY_VULNERABILITY},
	{"infrastructure", "botnet", CATEGORY_BOTNET},
	{"infrastructure", "compromised_server", CATEGORY_INTRUSION},
	{"reputation", "blocklist", CATEGORY_OTHER},
	{"reputation", "threat_intelligence", CATEGORY_OTHER},
};

/* What the drafts of version 4 had and its samples still show: no valid pair, but its meaning is known. */
static const Row drafts_4[] = {
	{"messaging", "phishing", CATEGORY_PHISHING},
	{"messaging", "social_engineering", CATEGORY_FRAUD},
	{"messaging", "whatsapp_social_engineering", CATEGORY_FRAUD},
	{"connection", "auth_failure", CATEGORY_INTRUSION},
	{"connection", "brute_force", CATEGORY_INTRUSION},
	{"connection", "ddos_amplification", CATEGORY_INTRUSION},
	{"connection", "ip_spoof", CATEGORY_INTRUSION},
	{"connection", "ip_spoofing", CATEGORY_INTRUSION},
	{"connection", "vuln_scanning", CATEGORY_INTRUSION},
	{"connection", "bot", CATEGORY_BOTNET},
	{"content", "phishing_site", CATEGORY_PHISHING},
	{"content", "malware_distribution", CATEGORY_MALWARE},
	{"content", "defacement", CATEGORY_INTRUSION},
	{"content", "web_hack", CATEGORY_INTRUSION},
	{"content", "spamvertised", CATEGORY_SPAM},
	{"copyright", "dmca", CATEGORY_COPYRIGHT},
	{"copyright", "trademark", CATEGORY_TRADEMARK},
	{"vulnerability", "open", CATEGORY_VULNERABILITY},
	{"vulnerability", "malicious_activity", CATEGORY_INTRUSION},
	{"vulnerability", "outdated_dnssec", CATEGORY_VULNERABILITY},
	{"vulnerability", "ssl_freak", CATEGORY_VULNERABILITY},
	{"vulnerability", "ssl_poodle", CATEGORY_VULNERABILITY},
	{"infrastructure", "bot", CATEGORY_BOTNET},
	{"infrastructure", "compromised_website", CATEGORY_INTRUSION},
	{"infrastructure", "compromised_account", CATEGORY_INTRUSION},
	{"infrastructure", "compromised_microsoft_exchange", CATEGORY_INTRUSION},
	{"infrastructure", "cve", CATEGORY_VULNERABILITY},
	{"reputation", "trap", CATEGORY_SPAM},
};

static gboolean find(
	const Row *rows, guint count, const char *group, const char *type, Category *category_out)
{
	*category_out = CATEGORY_OTHER;
	for (guint i = 0; group && type && i < count; i++)
		if (!g_ascii_strcasecmp(rows[i].group, group) && !g_ascii_strcasecmp(rows[i].type, type)) {
			*category_out = rows[i].category;
			return TRUE;
		}
	return FALSE;
}

gboolean xarf_type_3(const char *report_class, const char *report_type, Category *category_out)
{
	return find(types_3, G_N_ELEMENTS(types_3), report_class, report_type, category_out);
}

gboolean xarf_type_4(const char *category, const char *type, Category *category_out)
{
	if (find(types_4, G_N_ELEMENTS(types_4), category, type, category_out))
		return TRUE;
	find(drafts_4, G_N_ELEMENTS(drafts_4), category, type, category_out);
	return FALSE;
}
