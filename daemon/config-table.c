#include "config-table.h"

#include "nearest.h"

#include <string.h>

#define SECONDS_PER_DAY 86400
#define MEBI            (1024 * 1024)

static const ConfigKey desk_keys[] = {
	{"party", CONFIG_TEXT, .help = "id of the desk's party; without it the only root reseller"},
	{NULL},
};

static const ConfigKey database_keys[] = {
	{"conninfo", CONFIG_CONNINFO, "dbname=complaintd", .help = "libpq connection string or URL"},
	{"password", CONFIG_SECRET, .help = "not needed with peer authentication"},
	{NULL},
};

static const ConfigKey border_keys[] = {
	{"authserv_id", CONFIG_LIST,
		.help = "authserv-ids of your own MTAs in Authentication-Results; \"topmost\" takes any"},
	{"hosts", CONFIG_LIST, .help = "your MTAs, as they write themselves in Received"},
	{"addresses", CONFIG_LIST, .help = "your role addresses; @example.org stands for a domain"},
	{"domains", CONFIG_LIST, .help = "domains that are yours and never a culprit"},
	{"instance", CONFIG_TEXT, .help = "value of X-Complaintd in your own mails"},
	{"token_domain", CONFIG_TEXT, .help = "right side of your Message-IDs and VERP addresses"},
	{"token_pattern", CONFIG_PATTERN, .help = "customers' tokens; group 1 is the token"},
	{"webform_header", CONFIG_TEXT, .help = "\"X-Webform: name\", which only your web server can set"},
	{"suffix_file", CONFIG_FILE, .help = "public suffix list; without it libpsl's newest"},
	{NULL},
};

static const ConfigKey parser_keys[] = {
	{"workers", CONFIG_NUMBER, "2", 1, 64, .help = "parser processes"},
	{"memory", CONFIG_SIZE, "512M", 64 * MEBI, 64ll * 1024 * MEBI, .help = "address space of one worker"},
	{"time", CONFIG_DURATION, "20s", 1, 3600, .help = "longest time for one mail"},
	{"recycle", CONFIG_NUMBER, "5000", 1, 1000000000, .help = "mails until a worker is replaced"},
	{NULL},
};

static const ConfigKey mailbox_keys[] = {
	{"desk", CONFIG_TEXT, .help = "id of the party whose desk it is; without it [desk] party"},
	{"host", CONFIG_TEXT, .needed = TRUE, .help = "IMAP server; its certificate must name it"},
	{"port", CONFIG_NUMBER, "993", 1, 65535, .help = "993 for implicit TLS, 143 for STARTTLS"},
	{"tls", CONFIG_CHOICE, "implicit", .choices = "implicit|starttls", .help = "always verified"},
	{"ca_file", CONFIG_FILE, .help = "PEM file of the CAs to trust; without it the system's"},
	{"user", CONFIG_TEXT, .needed = TRUE, .help = "login name"},
	{"password", CONFIG_SECRET, .help = "for auth = password"},
	{"auth", CONFIG_CHOICE, "password", .choices = "password|xoauth2", .help = "how to log in"},
	{"token_command", CONFIG_TEXT, .help = "prints an access token, for auth = xoauth2; no shell"},
	{"folder", CONFIG_TEXT, "INBOX", .help = "where complaints arrive"},
	{"processed", CONFIG_TEXT, "Processed", .help = "folder of complaints that were stored"},
	{"other", CONFIG_TEXT, "Other", .help = "folder of mails that were no complaints"},
	{"quarantine", CONFIG_TEXT, "Quarantine", .help = "folder of mails that could not be read"},
	{"restricted", CONFIG_TEXT, "Restricted", .help = "folder that only named people may open"},
	{"poll", CONFIG_DURATION, "60s", 1, SECONDS_PER_DAY,
		.help = "how often to look when IDLE is not to be had"},
	{"idle", CONFIG_SWITCH, "yes", .help = "let the server say when a mail arrives"},
	{"keep_filed", CONFIG_DURATION, "90d", 0, 3650ll * SECONDS_PER_DAY,
		.help = "filed mails are expunged after this time; 0 keeps them"},
	{"batch", CONFIG_NUMBER, "300", 1, 1000, .help = "most mails in one range"},
	{"timeout", CONFIG_DURATION, "60s", 1, 600, .help = "longest wait for an answer"},
	{NULL},
};

static const ConfigKey relay_keys[] = {
	{"host", CONFIG_TEXT, .needed = TRUE, .help = "SMTP relay; its certificate must name it"},
	{"port", CONFIG_NUMBER, "587", 1, 65535, .help = "587 for STARTTLS, 465 for implicit TLS"},
	{"tls", CONFIG_CHOICE, "starttls", .choices = "starttls|implicit|none",
		.help = "none only for a relay on this machine"},
	{"ca_file", CONFIG_FILE, .help = "PEM file of the CAs to trust; without it the system's"},
	{"user", CONFIG_TEXT, .help = "login name; without it no AUTH"},
	{"password", CONFIG_SECRET, .help = "needed with user"},
	{"helo", CONFIG_TEXT, .help = "name in EHLO; without it this machine's"},
	{"connections", CONFIG_NUMBER, "4", 1, 64, .help = "at the same time"},
	{"domain_connections", CONFIG_NUMBER, "4", 1, 64,
		.help = "of these, at work for one recipient's domain"},
	{"timeout", CONFIG_DURATION, "60s", 1, 600, .help = "longest time for one mail"},
	{"retry_first", CONFIG_DURATION, "5m", 1, SECONDS_PER_DAY, .help = "pause after the first failure"},
	{"retry_longest", CONFIG_DURATION, "4h", 1, 7 * SECONDS_PER_DAY, .help = "longest pause"},
	{"expire", CONFIG_DURATION, "5d", 60, 60 * SECONDS_PER_DAY, .help = "give up after"},
	{NULL},
};

static const ConfigKey mail_keys[] = {
	{"templates", CONFIG_TEXT, .help = "directory whose templates replace those built in"},
	{"language", CONFIG_TEXT, "en", .help = "where the recipient has none, or none that we speak"},
	{"hold", CONFIG_SWITCH, "no", .help = "send nothing; mails stay owed"},
	{NULL},
};

static const ConfigKey hook_keys[] = {
	{"url", CONFIG_TEXT, .needed = TRUE, .help = "https address of the provisioning system"},
	{"secret", CONFIG_SECRET, .help = "signs the calls (Standard Webhooks)"},
	{"ca_file", CONFIG_FILE, .help = "PEM file of the CAs to trust; without it the system's"},
	{"timeout", CONFIG_DURATION, "30s", 1, 600, .help = "longest time for one call"},
	{NULL},
};

static const ConfigKey rdap_keys[] = {
	{"enabled", CONFIG_SWITCH, "no", .help = "look up the registrar of domains that are not yours"},
	{"bootstrap", CONFIG_TEXT, "https://data.iana.org/rdap/dns.json",
		.help = "list of RDAP servers (RFC 9224)"},
	{"servers", CONFIG_LIST, .help = "\"example=https://rdap.example.net/\": asked before the list is"},
	{"ca_file", CONFIG_FILE, .help = "PEM file of the CAs to trust; without it the system's"},
	{"timeout", CONFIG_DURATION, "10s", 1, 60, .help = "longest time for one question"},
	{"pause", CONFIG_DURATION, "1s", 0, 3600, .help = "between two questions to one server"},
	{"daily", CONFIG_NUMBER, "500", 1, 1000000, .help = "most questions to one server in a UTC day"},
	{"keep", CONFIG_DURATION, "3d", 3600, 90 * SECONDS_PER_DAY, .help = "how long answers are good for"},
	{"keep_missing", CONFIG_DURATION, "1d", 60, 90 * SECONDS_PER_DAY,
		.help = "how long \"no such domain\" is good for"},
	{NULL},
};

static const ConfigKey log_keys[] = {
	{"level", CONFIG_CHOICE, "info", .choices = "error|warning|info|debug", .help = "what is logged"},
	{NULL},
};

static const ConfigKey metrics_keys[] = {
	{"file", CONFIG_TEXT, .help = "text file for Prometheus' node exporter"},
	{NULL},
};

const ConfigSection config_table[] = {
	{"desk", TRUE, FALSE, "Who answers.", desk_keys},
	{"database", TRUE, FALSE, "Where everything is remembered.", database_keys},
	{"border", TRUE, FALSE, "What the parsers may believe; see complaintd.conf(5).", border_keys},
	{"parser", TRUE, FALSE, "The processes that read the mails.", parser_keys},
	{"mailbox", FALSE, TRUE, "One section for each mailbox.", mailbox_keys},
	{"relay", TRUE, TRUE, "Where mail leaves; [relay ID] for a party that has its own.", relay_keys},
	{"mail", TRUE, FALSE, "The mails we write.", mail_keys},
	{"hook", TRUE, FALSE, "Who carries out what was approved.", hook_keys},
	{"rdap", TRUE, FALSE, "Whom to name when a complaint is about a domain of others.", rdap_keys},
	{"log", TRUE, FALSE, "What the journal gets.", log_keys},
	{"metrics", TRUE, FALSE, "Figures for monitoring.", metrics_keys},
	{NULL},
};

const ConfigSection *config_table_section(const char *full)
{
	const char *space = strchr(full, ' ');
	gsize length = space ? (gsize)(space - full) : strlen(full);

	for (const ConfigSection *s = config_table; s->name; s++) {
		if (strlen(s->name) != length || strncmp(s->name, full, length) != 0)
			continue;
		return (space ? s->named && space[1] : s->single) ? s : NULL;
	}
	return NULL;
}

const ConfigKey *config_table_key(const ConfigSection *section, const char *key)
{
	for (const ConfigKey *k = section->keys; k->key; k++)
		if (strcmp(k->key, key) == 0)
			return k;
	return NULL;
}

char *config_table_near_section(const char *full)
{
	g_auto(GStrv) words = g_strsplit(full, " ", 2);
	const char *names[G_N_ELEMENTS(config_table)] = {NULL};

	for (guint i = 0; config_table[i].name; i++)
		names[i] = config_table[i].name;
	const char *best = nearest_word(words[0] ? words[0] : "", names);
	if (!best)
		return NULL;
	const ConfigSection *section = config_table_section(best);
	if (section)
		return g_strdup(best);
	return g_strdup_printf("%s %s", best, words[0] && words[1] && *words[1] ? words[1] : "NAME");
}

char *config_table_near_key(const ConfigSection *section, const char *key)
{
	g_autoptr(GPtrArray) names = g_ptr_array_new();

	for (const ConfigKey *k = section->keys; k->key; k++)
		g_ptr_array_add(names, (gpointer)k->key);
	g_ptr_array_add(names, NULL);
	return g_strdup(nearest_word(key, (const char *const *)names->pdata));
}
