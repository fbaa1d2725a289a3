/* Microsoft's Junk Mail Reporting Program before it became ARF, and what relays it in the same
 * shape (Amazon SES): a mail that holds nothing but the reported one. */

#include <string.h>

#include "domain.h"
#include "kinds.h"
#include "original.h"

static const char marker[] = "X-HmXmrOriginalRecipient";

static Message *find_reported(Message *message)
{
	GPtrArray *parts = message_parts(message);
	for (guint i = 0; i < parts->len && i < 20; i++) {
		Message *attached = part_attached(parts->pdata[i]);
		if (attached)
			return attached;
	}
	return NULL;
}

/* " complaint about message from 192.0.2.222": where the address stands, or NULL. */
static const char *subject_source(Message *message)
{
	static const char words[] = "complaint about message from ";
	const char *subject = message_header(message, "Subject");
	subject = subject ? subject + strspn(subject, " \t") : "";
	return g_ascii_strncasecmp(subject, words, strlen(words)) ? NULL : subject + strlen(words);
}

static gboolean jmrp_recognises(Message *message, const Border *border)
{
	if (!subject_source(message) && !message_find_part(message, "message/rfc822"))
		return FALSE;
	Message *reported = find_reported(message);
	if (!reported)
		return FALSE;
	return subject_source(message) || message_header_raw(reported, marker);
}

static gboolean jmrp_parse(Message *message, const Border *border, Report *report)
{
	Message *reported = find_reported(message);
	Incident *incident = report_add_incident(report, CATEGORY_SPAM);
	const char *source = subject_source(message);
	if (source) {
		g_autofree char *word = g_strndup(source, strcspn(source, " \t,;"));
		incident_set_source(report, incident, word, 0, PROVENANCE_REPORTED);
	}
	static const char *const recipients[] = {"X-HmXmrOriginalRecipient", "Delivered-To", "To"};
	for (guint i = 0; i < G_N_ELEMENTS(recipients) && !incident->complainant; i++)
		incident->complainant =
			report_text(report, message_address(reported, recipients[i]), REPORT_MAX_VALUE);
	const char *provider = report->from ? domain_of_address(report->from) : NULL;
	g_autoptr(GPtrArray) innocent = g_ptr_array_new_with_free_func(g_free);
	const char *receiver = incident->complainant ? domain_of_address(incident->complainant) : NULL;
	const char *const names[] = {receiver, provider};
	for (guint i = 0; i < G_N_ELEMENTS(names); i++) {
		char *normal = names[i] ? domain_normal(names[i]) : NULL;
		if (normal)
			g_ptr_array_add(innocent, normal);
	}
	if (!incident->complainant) {
		g_autofree char *pseudonym =
			g_strdup_printf("redacted:unknown@%s", provider ? provider : "unknown");
		incident->complainant = report_text(report, pseudonym, REPORT_MAX_VALUE);
	}
	report_set(report, KIND_JMRP, DISPOSITION_COMPLAINT, NULL);
	original_read(reported, border, report, incident, PROVENANCE_ORIGINAL, innocent);
	incident->report_id = incident->original->message_id;
	incident->date = report->date != REPORT_NO_DATE ? report->date : incident->original->date;
	report_because(
		report, "A complaint of Microsoft's feedback loop in its old form: the reported mail alone.");
	return TRUE;
}

const Kind jmrp_kind = {jmrp_recognises, jmrp_parse};
