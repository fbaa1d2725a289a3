/* The report as a value and as JSON: safe to store, bounded, complete. */

#include <jansson.h>
#include <string.h>

#include "domain.h"
#include "report.h"

static void test_text(void)
{
	static const struct {
		const char *text;
		gsize max;
		const char *kept;
	} rows[] = {
		{"  plain  ", 100, "plain"},
		{"tab\tand\nline", 100, "tab\tand\nline"},
		{"a\r\nBcc: x", 100, "a \nBcc: x"},
		{"esc\x1b[2J", 100, "esc [2J"},
		{"\xe2\x80\xae"
		 "evil",
			100, "evil"}, /* turns the reading direction */
		{"\xef\xbb\xbfmark", 100, "mark"},
		{"a\xc2\x85"
		 "b",
			100, "a b"}, /* a C1 control: a line end to some */
		{"caf\xe9", 100, "caf\xef\xbf\xbd"},
		{"éééé", 2, "éé"}, /* characters, not bytes */
		{"abcd", 2, "ab"},
		{"   ", 100, NULL},
		{"", 100, NULL},
		{NULL, 100, NULL},
		{"\tx\t", 100, "x"},
		{"\n x \n", 100, "x"},
		{"\r\f\vx\v\f\r", 100, "x"},
		{"\x01\x01x", 100, "x"},
		{"\xe2\x81\xa6"
		 "evil\xe2\x81\xa9",
			100, "evil"},
		{"éab", 2, "éa"},
		{"\xe2\x80\xae\xe2\x80\xae\xe2\x80\xaeéé", 2, "é"}, /* twelve bytes are looked at */
		{"line\xe2\x80\xa8separator", 100, "line\xe2\x80\xa8separator"},
	};
	g_autoptr(Report) report = report_new();
	for (guint i = 0; i < G_N_ELEMENTS(rows); i++)
		g_assert_cmpstr(report_text(report, rows[i].text, rows[i].max), ==, rows[i].kept);
}

static gboolean is_noted(const Report *report, const char *token);

/* A value that was cut is said to be, an excerpt is not; what is trimmed has not been cut. */
static void test_cut(void)
{
	static const struct {
		const char *text;
		gsize max;
		gboolean noted;
	} rows[] = {
		{"abc", 3, FALSE},
		{"abcd", 3, TRUE},
		{"  abc  ", 3, FALSE},
		{"äöü", 3, FALSE},
		{"äöüß", 3, TRUE},
		{" äöü\n", 3, FALSE},
		{"\xe2\x80\xae\xe2\x80\xae\xe2\x80\xae\xe2\x80\xae"
		 "ab",
			2, TRUE}, /* nothing is left of it */
		{"", 3, FALSE},
		{NULL, 3, FALSE},
	};
	for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(Report) report = report_new();
		g_autoptr(Report) other = report_new();
		const char *value = report_text(report, rows[i].text, rows[i].max);
		const char *excerpt = report_excerpt(other, rows[i].text, rows[i].max);
		g_assert_cmpstr(value, ==, excerpt);
		g_assert_cmpint(is_noted(report, "long-value"), ==, rows[i].noted);
		g_assert_cmpuint(other->malformed->len, ==, 0);
	}
}

static void test_lists(void)
{
	g_autoptr(Report) report = report_new();
	static const char *const values[] = {NULL, "a", "a", " a ", "", " ", "b", NULL};
	for (guint i = 0; i < G_N_ELEMENTS(values); i++)
		report_list_add(report, report->tokens, values[i], 2, "too-many-x");
	g_assert_cmpuint(report->tokens->len, ==, 2);
	g_assert_cmpstr(report->tokens->pdata[1], ==, "b");
	g_assert_cmpuint(report->malformed->len, ==, 0);
	report_list_add(report, report->tokens, "a", 2, "too-many-x"); /* there already */
	g_assert_cmpuint(report->malformed->len, ==, 0);
	report_list_add(report, report->tokens, "c", 2, "too-many-x");
	g_assert_cmpuint(report->tokens->len, ==, 2);
	g_assert_true(is_noted(report, "too-many-x"));
	for (guint i = 0; i < 60; i++)
		report_add_auth(report, "dkim", "pass", "a.example", FALSE);
	g_assert_cmpuint(report->auth->len, ==, 50);
	g_assert_true(is_noted(report, "too-many-auth-results"));
	for (guint i = 0; i < 150; i++)
		report_because(report, "Sentence %u.", i);
	g_assert_cmpuint(report->because->len, ==, 100);
	report_free(NULL);
}

/* One piece of evidence for what is the same in kind, value and provenance. */
static void test_evidence(void)
{
	static const struct {
		EvidenceKind kind;
		Provenance provenance;
		const char *value, *host, *said_host, *domain;
		gboolean is_new;
	} rows[] = {
		{EVIDENCE_URL, PROVENANCE_TYPED, "x", "WWW.evil.example", "www.evil.example", "evil.example",
			TRUE},
		{EVIDENCE_URL, PROVENANCE_TYPED, "x", "other.example", "www.evil.example", "evil.example",
			FALSE},
		{EVIDENCE_URL, PROVENANCE_QUOTED, "x", NULL, NULL, NULL, TRUE},
		{EVIDENCE_FROM, PROVENANCE_TYPED, "x", "203.0.113.7", "203.0.113.7", NULL, TRUE},
		{EVIDENCE_URL, PROVENANCE_TYPED, "y", "localhost", "localhost", NULL, TRUE},
	};
	g_autoptr(Report) report = report_new();
	Incident *incident = report_add_incident(report, CATEGORY_SPAM);
	for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
		guint before = incident->evidence->len;
		const Evidence *item = incident_add_evidence(
			report, incident, rows[i].kind, rows[i].provenance, rows[i].value, rows[i].host);
		g_assert_cmpstr(item->host, ==, rows[i].said_host);
		g_assert_cmpstr(item->domain, ==, rows[i].domain);
		g_assert_cmpuint(incident->evidence->len - before, ==, rows[i].is_new);
	}
	incident_add_url(report, incident, " ");
	incident_add_domain(report, incident, NULL);
	g_assert_cmpuint(incident->urls->len + incident->domains->len, ==, 0);
	incident_set_source(report, incident, "::", 0, PROVENANCE_REPORTED);
	g_assert_null(incident->source_ip);
}

static json_t *written(const Report *report, const char *file)
{
	g_autoptr(GString) out = g_string_new(NULL);
	report_write_json(report, file, out);
	g_assert_null(strpbrk(out->str, "\n\x7f"));
	json_t *json = json_loads(out->str, JSON_REJECT_DUPLICATES, NULL);
	g_assert_nonnull(json);
	return json;
}

static void assert_keys(json_t *object, const char *names)
{
	g_auto(GStrv) keys = g_strsplit(names, " ", 0);
	for (char **key = keys; *key; key++)
		if (!json_object_get(object, *key))
			g_error("no %s", *key);
	g_assert_cmpuint(json_object_size(object), ==, g_strv_length(keys));
}

/* Every key of schema 1 is there, also when nothing is known. */
static void test_keys(void)
{
	g_autoptr(Report) report = report_new();
	Incident *incident = report_add_incident(report, CATEGORY_SPAM);
	incident_original(report, incident);
	incident_add_evidence(
		report, incident, EVIDENCE_FROM, PROVENANCE_ORIGINAL, "a@b.example", "b.example");
	report_add_delivery(report);
	report_add_line(report, 1);
	report_add_auth(report, "dkim", "pass", "b.example", TRUE);
	report_add_attachment(report, "a", "text/plain", (const guint8 *)"abc", 3);
	report->reporter = "a@b.example";
	json_t *json = written(report, "x.eml");
	assert_keys(json,
		"schema file kind disposition reason malformed mail reporter feedback_type incidents "
		"deliveries lines");
	json_t *mail = json_object_get(json, "mail");
	assert_keys(mail,
		"message_id date from to delivered_to subject language return_path auto_submitted automatic "
		"in_reply_to auth tokens text attachments");
	assert_keys(json_array_get(json_object_get(mail, "auth"), 0), "method result domain aligned");
	json_t *attachment = json_array_get(json_object_get(mail, "attachments"), 0);
	assert_keys(attachment, "name type size sha256");
	g_assert_cmpstr(json_string_value(json_object_get(attachment, "sha256")), ==,
		"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
	assert_keys(json_object_get(json, "reporter"), "address name");
	json_t *first = json_array_get(json_object_get(json, "incidents"), 0);
	assert_keys(first,
		"category report_id complainant count date source_ip domains urls ips evidence original "
		"practice claim");
	assert_keys(
		json_array_get(json_object_get(first, "evidence"), 0), "kind value host domain provenance");
	assert_keys(json_object_get(first, "original"),
		"message_id from to subject date return_path list_id feedback_id dkim_domains");
	assert_keys(json_object_get(first, "practice"),
		"list_unsubscribe one_click unsubscribe_link sender_named contact_given "
		"legal_notice dkim_aligned links_aligned");
	assert_keys(json_array_get(json_object_get(json, "deliveries"), 0),
		"recipient original_recipient action status diagnostic reporting_mta our_message_id");
	assert_keys(json_array_get(json_object_get(json, "lines"), 0), "line domain complainant error");
	json_decref(json);
}

static void test_escapes(void)
{
	g_autoptr(Report) report = report_new();
	static const char text[] = "\"quoted\" \\ back\tslash\nline é €";
	report->subject = report_text(report, text, 100);
	json_t *json = written(report, "caf\xe9\x01\x7f\".eml");
	g_assert_cmpstr(
		json_string_value(json_object_get(json_object_get(json, "mail"), "subject")), ==, text);
	json_decref(json);
}

/* Half of a pair is written, too. */
static void test_halves(void)
{
	g_autoptr(Report) report = report_new();
	report->reporter_name = "Jo";
	report_add_incident(report, CATEGORY_WHOIS)->claim_field = "email";
	report_add_incident(report, CATEGORY_WHOIS)->claim_why = "it bounces";
	json_t *json = written(report, NULL);
	json_t *reporter = json_object_get(json, "reporter"), *incidents = json_object_get(json, "incidents");
	g_assert_true(json_is_null(json_object_get(reporter, "address")));
	g_assert_cmpstr(json_string_value(json_object_get(reporter, "name")), ==, "Jo");
	json_t *first = json_object_get(json_array_get(incidents, 0), "claim"),
	       *second = json_object_get(json_array_get(incidents, 1), "claim");
	g_assert_cmpstr(json_string_value(json_object_get(first, "field")), ==, "email");
	g_assert_true(json_is_null(json_object_get(first, "why")));
	g_assert_true(json_is_null(json_object_get(second, "field")));
	g_assert_cmpstr(json_string_value(json_object_get(second, "why")), ==, "it bounces");
	json_decref(json);
}

static void test_dates(void)
{
	static const struct {
		gint64 date;
		const char *text;
	} rows[] = {
		{0, "1970-01-01T00:00:00Z"},
		{951782399, "2000-02-28T23:59:59Z"},
		{951782400, "2000-02-29T00:00:00Z"},
		{1772442000, "2026-03-02T09:00:00Z"},
		{7258118399, "2199-12-31T23:59:59Z"},
		{-1, "1969-12-31T23:59:59Z"},
		{REPORT_NO_DATE, NULL},
	};
	for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(Report) report = report_new();
		report->date = rows[i].date;
		json_t *json = written(report, NULL);
		g_assert_cmpstr(json_string_value(json_object_get(json_object_get(json, "mail"), "date")), ==,
			rows[i].text);
		json_decref(json);
	}
}

static gboolean is_noted(const Report *report, const char *token)
{
	for (guint i = 0; i < report->malformed->len; i++)
		if (!strcmp(report->malformed->pdata[i], token))
			return TRUE;
	return FALSE;
}

static void test_limits(void)
{
	g_autoptr(Report) report = report_new();
	Incident *incident = report_add_incident(report, CATEGORY_SPAM);
	for (guint i = 0; i < 1000; i++) {
		g_autofree char *host = g_strdup_printf("d%u.example", i);
		g_autofree char *url = g_strdup_printf("http://%s/", host);
		g_autofree char *ip = g_strdup_printf("192.0.%u.%u", i / 250, i % 250 + 1);
		incident_add_domain(report, incident, host);
		incident_add_url(report, incident, url);
		incident_add_ip(report, incident, ip);
		incident_add_evidence(report, incident, EVIDENCE_URL, PROVENANCE_TYPED, url, host);
	}
	g_assert_cmpuint(incident->domains->len, ==, REPORT_MAX_DOMAINS);
	g_assert_cmpuint(incident->urls->len, ==, REPORT_MAX_URLS);
	g_assert_cmpuint(incident->ips->len, ==, REPORT_MAX_IPS);
	g_assert_cmpuint(incident->evidence->len, ==, REPORT_MAX_EVIDENCE);
	while (report_add_incident(report, CATEGORY_SPAM))
		;
	while (report_add_delivery(report))
		;
	while (report_add_line(report, 1))
		;
	g_assert_cmpuint(report->incidents->len, ==, REPORT_MAX_INCIDENTS);
	static const char *const tokens[] = {"too-many-domains", "too-many-urls", "too-many-ips",
		"too-much-evidence", "too-many-incidents", "too-many-deliveries", "too-many-lines"};
	for (guint i = 0; i < G_N_ELEMENTS(tokens); i++)
		g_assert_true(is_noted(report, tokens[i]));

	for (guint i = 0; i < 200; i++) {
		g_autofree char *token = g_strdup_printf("fault-%u", i);
		report_malformed(report, token);
	}
	g_assert_true(is_noted(report, "too-many-faults"));
	g_assert_cmpuint(report->malformed->len, ==, 101);
}

static void test_culprits(void)
{
	g_autoptr(Report) report = report_new();
	Incident *incident = report_add_incident(report, CATEGORY_SPAM);
	static const char *const hosts[] = {"WWW.Evil.Example", "evil.example.", "mail.evil.example", "co.uk",
		"192.0.2.1", "nonsense", "", "münchen.example"};
	for (guint i = 0; i < G_N_ELEMENTS(hosts); i++)
		incident_add_domain(report, incident, hosts[i]);
	g_assert_cmpuint(
		incident->domains->len, ==, 2); /* the registrable name, once; no suffix, no address */
	g_assert_cmpstr(incident->domains->pdata[0], ==, "evil.example");
	g_assert_cmpstr(incident->domains->pdata[1], ==, "xn--mnchen-3ya.example");

	incident_set_source(report, incident, "0.0.0.0", 0, PROVENANCE_REPORTED);
	g_assert_null(incident->source_ip);
	incident_set_source(report, incident, "192.0.2.1", 0, PROVENANCE_TYPED);
	incident_set_source(report, incident, "[192.0.2.2]", 70000, PROVENANCE_ORIGINAL); /* better known */
	incident_set_source(report, incident, "192.0.2.3", 1, PROVENANCE_ORIGINAL);
	g_assert_cmpstr(incident->source_ip, ==, "192.0.2.2");
	g_assert_cmpuint(incident->source_port, ==, 0);
}

static void test_copy(void)
{
	g_autoptr(Report) report = report_new();
	Incident *incident = report_add_incident(report, CATEGORY_FRAUD);
	incident_add_domain(report, incident, "evil.example");
	incident_add_url(report, incident, "http://evil.example/");
	incident_add_evidence(
		report, incident, EVIDENCE_FROM, PROVENANCE_ORIGINAL, "a@evil.example", "evil.example");
	report_list_add(report, incident_original(report, incident)->to, "b@isp.example", 10, "x");
	Incident *copy = report_copy_incident(report, incident);
	incident_add_domain(report, copy, "other.example");
	g_assert_cmpuint(incident->domains->len, ==, 1);
	g_assert_cmpuint(copy->domains->len, ==, 2);
	g_assert_cmpint(copy->category, ==, CATEGORY_FRAUD);
	g_assert_true(copy->original != incident->original);
	g_assert_cmpstr(copy->original->to->pdata[0], ==, "b@isp.example");
	g_assert_cmpuint(copy->evidence->len, ==, 1);
	g_assert_cmpuint(copy->urls->len, ==, 1);
}

/* Incidents that say, each by itself, less than they may, and together too much. */
static void test_full(void)
{
	g_autoptr(Report) said = report_new(), named = report_new();
	g_autofree char *path = g_strnfill(900, 'x');
	for (guint n = 0; n < 30; n++) {
		Incident *first = report_add_incident(said, CATEGORY_SPAM);
		Incident *second = report_add_incident(named, CATEGORY_SPAM);
		for (guint i = 0; i < REPORT_MAX_URLS; i++) {
			g_autofree char *url = g_strdup_printf("http://evil.example/%u/%s", i, path);
			incident_add_evidence(said, first, EVIDENCE_URL, PROVENANCE_ORIGINAL, url, NULL);
			incident_add_url(named, second, url);
		}
	}
	const Incident *last_said = said->incidents->pdata[29], *last_named = named->incidents->pdata[29];
	g_assert_cmpuint(last_said->evidence->len, ==, 0);
	g_assert_cmpuint(last_named->urls->len, ==, 0);
	g_assert_cmpuint(said->said, <=, REPORT_MAX_SAID);
	g_assert_cmpuint(named->said, <=, REPORT_MAX_SAID);
	g_assert_true(is_noted(said, "too-much-evidence"));
	g_assert_true(is_noted(named, "too-much-evidence"));
}

/* 200 complainants of one mail that says as much as a mail may. */
static void test_room(void)
{
	g_autoptr(Report) report = report_new();
	Incident *incident = report_add_incident(report, CATEGORY_SPAM);
	g_autofree char *path = g_strnfill(1900, 'x');
	for (guint i = 0; i < REPORT_MAX_URLS; i++) {
		g_autofree char *url = g_strdup_printf("http://evil.example/%u/%s", i, path);
		incident_add_url(report, incident, url);
		incident_add_evidence(
			report, incident, EVIDENCE_URL, PROVENANCE_ORIGINAL, url, "evil.example");
	}
	incident_add_domain(report, incident, "evil.example");
	g_assert_cmpuint(report->malformed->len, ==, 0);
	Incident *copy = NULL;
	for (guint i = 1; i < REPORT_MAX_INCIDENTS; i++)
		copy = report_copy_incident(report, incident);
	g_assert_cmpuint(copy->domains->len, ==, 1);
	g_assert_cmpuint(copy->evidence->len, ==, 0);
	g_assert_cmpstr(report->malformed->pdata[0], ==, "too-much-evidence");
	g_autoptr(GString) json = g_string_new(NULL);
	report_write_json(report, NULL, json);
	g_assert_cmpuint(json->len, <, 2 * REPORT_MAX_SAID);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	domain_init(NULL);
	g_test_add_func("/report/text", test_text);
	g_test_add_func("/report/cut", test_cut);
	g_test_add_func("/report/lists", test_lists);
	g_test_add_func("/report/evidence", test_evidence);
	g_test_add_func("/report/full", test_full);
	g_test_add_func("/report/keys", test_keys);
	g_test_add_func("/report/escapes", test_escapes);
	g_test_add_func("/report/halves", test_halves);
	g_test_add_func("/report/dates", test_dates);
	g_test_add_func("/report/limits", test_limits);
	g_test_add_func("/report/culprits", test_culprits);
	g_test_add_func("/report/copy", test_copy);
	g_test_add_func("/report/room", test_room);
	return g_test_run();
}
