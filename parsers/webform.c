#include "kinds.h"

#include <string.h>

#include "category.h"
#include "domain.h"
#include "evidence.h"
#include "extract.h"
#include "notice-private.h"
#include "victim.h"
#include "webform.h"
#include "wording.h"

/* Mails that a web form writes: one labelled line per field. The form's server sends them, so who
 * reports is the typed address, and that address is only a claim. */

enum {
	WEBFORM_MAX_LINES = 3000,
	WEBFORM_MAX_LABEL = 60, /* bytes before the colon */
	WEBFORM_LEAST_LABELS = 3,
	WEBFORM_FIRST = 4, /* a label must stand in one of the first written lines */
	WEBFORM_FOUND = 300,
	WEBFORM_NOTICE_LABELS = 4, /* roles of labels that only reports of machines have together */
};

typedef struct {
	GString *values[FIELD_COUNT];
	guint heads; /* fields that head mails: with two it is a forwarded one */
	guint labels,
		first_line; /* how many different ones; where the first stands, counting written lines */
} Form;

static void form_free(Form *form)
{
	for (guint i = 0; i < FIELD_COUNT; i++)
		g_string_free(form->values[i], TRUE);
	g_free(form);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Form, form_free)

static const char *webform_value(const Form *form, WebformField field)
{
	return form->values[field]->str;
}

/* "* Your e-mail address (required)" to "e-mail address". */
static char *webform_label(const char *line, gsize length)
{
	static const char *const fillers[] = {"your ", "the ", "votre ", "ihre ", "ihr ", "deine ", "su ",
		"tu ", "il tuo ", "la tua ", "seu ", "sua ", "uw ", "je ", "complaint ", NULL};
	g_autofree char *raw = g_strndup(line, length);
	g_autofree char *folded = wording_fold(raw, WEBFORM_MAX_LABEL);
	char *label = folded;

	label[strcspn(label, "([")] = '\0';
	while (*label && strchr("*-_ >#", *label))
		label++;
	for (gsize end = strlen(label); end && strchr("*_ ", label[end - 1]); end--)
		label[end - 1] = '\0';
	for (guint i = 0; fillers[i]; i++)
		if (g_str_has_prefix(label, fillers[i]))
			label += strlen(fillers[i]);
	return g_strdup(label);
}

/* What label begins the line; *value_out what follows its colon. */
static WebformField webform_field(const char *line, const char **value_out)
{
	const char *colon = strchr(line, ':'), *wide = strstr(line, "：");
	if (wide && (!colon || wide < colon))
		colon = wide;
	/* cells of an HTML table */
	const char *tab = strchr(line, '\t');
	if (tab && (!colon || tab < colon))
		colon = tab;
	if (!colon && *line && strlen(line) <= WEBFORM_MAX_LABEL) {
		/* a label with a line for itself, as HTML forms have it */
		g_autofree char *alone = webform_label(line, strlen(line));
		*value_out = "";
		return strchr(alone, ' ') || strlen(alone) > 4 ? webform_field_of(alone) : FIELD_NONE;
	}
	if (!colon || colon == line || colon - line > WEBFORM_MAX_LABEL)
		return FIELD_NONE;
	*value_out = g_str_has_prefix(colon, "：") ? colon + strlen("：") : colon + 1;
	if (g_str_has_prefix(*value_out, "//"))
		return FIELD_NONE;
	while (**value_out && strchr("*_ \t", **value_out))
		(*value_out)++;

	g_autofree char *label = webform_label(line, colon - line);
	return webform_field_of(label);
}

/* A message is free text: lines in it may look like labels, so only a label of another field that
 * is still empty ends it. */
static Form *webform_read(const char *text)
{
	Form *form = g_new0(Form, 1);
	for (guint i = 0; i < FIELD_COUNT; i++)
		form->values[i] = g_string_new(NULL);

	g_auto(GStrv) lines = g_strsplit(text, "\n", WEBFORM_MAX_LINES);
	WebformField current = FIELD_NONE;
	guint written = 0;
	for (guint i = 0; lines[i]; i++) {
		const char *value = lines[i];
		char *line = g_strstrip(lines[i]);
		written += *line != '\0';
		if (strcmp(line, "--") == 0 && current != FIELD_MESSAGE)
			current = FIELD_NONE;
		WebformField field = webform_field(line, &value);
		if (field != FIELD_NONE && (field == FIELD_OTHER || !form->values[field]->len)) {
			current = field;
			form->heads += field == FIELD_TO || field == FIELD_FROM;
			if (!form->labels++)
				form->first_line = written;
		} else {
			value = line;
		}
		GString *into = form->values[current];
		if (!*value && current != FIELD_MESSAGE)
			continue;
		if (into->len)
			g_string_append_c(into, '\n');
		g_string_append(into, value);
	}
	return form;
}

static gboolean webform_has_header(Message *message, const Border *border)
{
	const char *colon = border->webform_header ? strchr(border->webform_header, ':') : NULL;
	if (!colon)
		return FALSE;
	g_autofree char *name = g_strstrip(g_strndup(border->webform_header, colon - border->webform_header));
	g_autofree char *wanted = g_strstrip(g_strdup(colon + 1));
	guint count = message_header_count(message, name);
	for (guint i = 0; i < count; i++)
		if (!*wanted || g_strcmp0(message_header_nth(message, name, i), wanted) == 0)
			return TRUE;
	return FALSE;
}

/* First address of a field: "a@example.org (Name)", "Name <a@example.org>". */
static char *webform_address(const char *value)
{
	g_autoptr(GPtrArray) found = extract_all(value, MIN(strlen(value), 1000), 10);
	for (guint i = 0; i < found->len; i++) {
		const Found *item = found->pdata[i];
		if (item->kind == FOUND_EMAIL)
			return domain_address(item->value);
	}
	return NULL;
}

/* "From:" is the reporter's only where "Message:" follows. */
static const char *webform_reporter(const Form *form)
{
	const char *reporter = webform_value(form, FIELD_REPORTER);
	gboolean is_from = !*reporter && *webform_value(form, FIELD_MESSAGE);
	return is_from ? webform_value(form, FIELD_FROM) : reporter;
}

/* A signature has "E-mail:" too, but below the text and not beside a message and a domain. */
static gboolean webform_is_form(const Form *form)
{
	gboolean has_subject_matter = *webform_value(form, FIELD_MESSAGE) ||
		*webform_value(form, FIELD_DOMAIN) || *webform_value(form, FIELD_URL);
	return form->labels >= WEBFORM_LEAST_LABELS && form->heads < 2 && form->first_line <= WEBFORM_FIRST &&
		has_subject_matter && *webform_reporter(form);
}

/* An abuse team labels its lines, too, but gives times, ports and addresses where a person would tell what
 * happened, and is itself the sender. */
static gboolean webform_is_notice(const Form *form, Message *message, const char *address)
{
	return !*webform_value(form, FIELD_MESSAGE) && !*webform_value(form, FIELD_NAME) &&
		g_strcmp0(message_address(message, "From"), address) == 0 &&
		notice_count_labels(message_text(message)) >= WEBFORM_NOTICE_LABELS;
}

/* Whether one of the first written lines has a label: most mails need no closer look. */
static gboolean webform_opens(const char *text)
{
	guint written = 0;
	for (const char *end; *text && written < WEBFORM_FIRST; text = *end ? end + 1 : end) {
		end = text + strcspn(text, "\n");
		text += strspn(text, " \t\r");
		if (text >= end)
			continue;
		written++;
		g_autofree char *line = g_strndup(text, MIN(end - text, 2 * WEBFORM_MAX_LABEL));
		const char *value;
		if (webform_field(line, &value) != FIELD_NONE)
			return TRUE;
	}
	return FALSE;
}

static gboolean webform_recognises(Message *message, const Border *border)
{
	return webform_has_header(message, border) || webform_opens(message_text(message));
}

static gboolean webform_is_innocent(const Border *border, const char *host, const char *reporter)
{
	const char *own = reporter ? domain_of_address(reporter) : NULL;
	return border_is_our_domain(border, host) || domain_is_plumbing(host) ||
		(own && !domain_is_mailbox_provider(own) && domain_aligned(host, own));
}

/* @is_named: typed into a field that asks for the culprit. */
static void webform_find(
	Report *report, Incident *incident, const Border *border, const char *value, gboolean is_named)
{
	g_autoptr(GPtrArray) found = extract_all(value, strlen(value), WEBFORM_FOUND);
	report_full(report, found->len, WEBFORM_FOUND, "too-many-names");
	for (guint i = 0; i < found->len; i++) {
		const Found *item = found->pdata[i];
		gboolean is_innocent = item->host && !item->host_is_ip &&
			webform_is_innocent(border, item->host, report->reporter);
		/* what is typed as culprit is one, were it the reporter's own; ours never */
		if (is_innocent && (!is_named || border_is_our_domain(border, item->host)))
			continue;
		if (item->kind == FOUND_EMAIL || item->kind == FOUND_NETWORK)
			continue;
		if (!is_named && !item->defanged && victim_is_meant(value, value + item->start))
			continue;
		if (item->kind == FOUND_IP)
			incident_add_ip(report, incident, item->value);
		if (item->kind == FOUND_URL)
			incident_add_url(report, incident, item->value);
		if (item->host && !item->host_is_ip)
			incident_add_domain(report, incident, item->host);
		else if (item->host && item->kind == FOUND_URL)
			incident_add_ip(report, incident, item->host);
		incident_add_evidence(
			report, incident, EVIDENCE_TYPED, PROVENANCE_TYPED, item->value, item->host);
	}
}

/* The field's word; else what the message says. */
static Category webform_category(const Form *form, const char *subject, const char **because_out)
{
	const char *typed = webform_value(form, FIELD_CATEGORY);
	if (*typed) {
		Category category = category_of_text(typed, because_out);
		if (*because_out)
			return category;
	}
	g_autofree char *text = g_strconcat(
		webform_value(form, FIELD_SUBJECT), "\n", webform_value(form, FIELD_MESSAGE), NULL);
	Category category = category_of_text(text, because_out);
	/* The form's own subject may say what it is for. */
	return *because_out || !subject ? category : category_of_text(subject, because_out);
}

static gboolean webform_parse(Message *message, const Border *border, Report *report)
{
	g_autoptr(Form) form = webform_read(message_text(message));
	gboolean is_ours = webform_has_header(message, border);
	if (!is_ours && (!webform_is_form(form) || evidence_has_mail(message, border)))
		return FALSE;

	g_autofree char *address = webform_address(webform_reporter(form));
	if (!is_ours && (!address || webform_is_notice(form, message, address)))
		return FALSE;
	const char *because = NULL;
	Category category = webform_category(form, report->subject, &because);
	Incident *incident = report_add_incident(report, category);
	if (!incident)
		return FALSE;
	report->reporter = report_text(report, address, REPORT_MAX_VALUE);
	report->reporter_name = report_text(report, webform_value(form, FIELD_NAME), REPORT_MAX_VALUE);
	incident->complainant = report->reporter;
	webform_find(report, incident, border, webform_value(form, FIELD_DOMAIN), TRUE);
	webform_find(report, incident, border, webform_value(form, FIELD_URL), TRUE);
	webform_find(report, incident, border, webform_value(form, FIELD_SUBJECT), FALSE);
	webform_find(report, incident, border, webform_value(form, FIELD_MESSAGE), FALSE);
	/* Labels that nobody listed: what they hold is better than nothing. */
	if (!incident->domains->len && !incident->ips->len)
		webform_find(report, incident, border, message_text(message), FALSE);
	report_because(
		report, "A web form, by %s.", is_ours ? "our web server's header" : "its labelled fields");
	if (because)
		report_because(report, "\"%s\" in it makes it %s.", because, report_category_name(category));
	/* Our own form without an address: nobody to answer, but still a complaint. */
	if (!address)
		report_malformed(report, "no-reporter");
	report_set(report, KIND_WEBFORM, DISPOSITION_COMPLAINT, NULL);
	return TRUE;
}

const Kind webform_kind = {webform_recognises, webform_parse};
