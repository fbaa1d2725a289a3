#include "kinds.h"

#include <string.h>

#include "domain.h"
#include "evidence.h"
#include "wording.h"

/* Mail of mailing lists and newsletters that somebody subscribed abuse@ to. Our own abuse@ may itself be a
 * list (Google Groups, Mailman): then List-Id is ours and says nothing. What shows evidence is a complaint
 * all the same, what only sounds like one is put before a person. */

enum { LIST_TEXT = 6000 }; /* bytes of the text that are searched */

/* Nobody advertises with these. */
static const Wording list_complaints[] = {
	{"abuse report", WORDING_ANYWHERE},
	{"report of abuse", WORDING_ANYWHERE},
	{"abuse complaint", WORDING_ANYWHERE},
	{"spam complaint", WORDING_ANYWHERE},
	{"report spam", WORDING_ANYWHERE},
	{"reporting spam", WORDING_ANYWHERE},
	{"spam from your", WORDING_ANYWHERE},
	{"sending spam", WORDING_ANYWHERE},
	{"unsolicited", WORDING_ANYWHERE},
	{"phishing site", WORDING_ANYWHERE},
	{"phishing page", WORDING_ANYWHERE},
	{"phishing url", WORDING_ANYWHERE},
	{"phishing mail", WORDING_ANYWHERE},
	{"infringing", WORDING_ANYWHERE},
	{"copyright infringement", WORDING_ANYWHERE},
	{"take down", WORDING_ANYWHERE},
	{"takedown", WORDING_ANYWHERE},
	{"please suspend", WORDING_ANYWHERE},
	{"on your network", WORDING_ANYWHERE},
	{"from your network", WORDING_ANYWHERE},
	{"your customer", WORDING_ANYWHERE},
	{"compromised host", WORDING_ANYWHERE},
	{"brute force", WORDING_ANYWHERE},
	{"missbrauch", WORDING_ANYWHERE},
	{"spam-beschwerde", WORDING_ANYWHERE},
	{"ihres kunden", WORDING_ANYWHERE},
	{"votre client", WORDING_ANYWHERE},
	{"hameçonnage", WORDING_ANYWHERE},
	{"plainte", WORDING_ANYWHERE},
	{"denuncia", WORDING_ANYWHERE},
	{"segnalazione di abuso", WORDING_ANYWHERE},
	{NULL, WORDING_START},
};

/* "Our abuse desk <abuse.lists.example.org>" (RFC 2919), "<mailto:abuse@example.org>" (RFC 2369). */
static gboolean list_is_ours(Message *message, const Border *border)
{
	static const char *const fields[] = {"List-Id", "List-Post", NULL};
	for (guint i = 0; fields[i]; i++) {
		const char *value = message_header_raw(message, fields[i]);
		const char *open = value ? strrchr(value, '<') : NULL;
		g_autofree char *inner = g_strdup(open ? open + 1 : value ? value : "");
		inner[strcspn(inner, "> ,?")] = '\0';
		const char *address = g_ascii_strncasecmp(inner, "mailto:", 7) == 0 ? inner + 7 : inner;
		const char *domain = strchr(address, '@') ? domain_of_address(address) : address;
		if (border_is_our_address(border, address) || border_is_our_domain(border, domain))
			return TRUE;
	}
	return FALSE;
}

static gboolean list_has_precedence(Message *message)
{
	const char *value = message_header_raw(message, "Precedence");
	return value &&
		(g_ascii_strcasecmp(value, "list") == 0 || g_ascii_strcasecmp(value, "bulk") == 0 ||
			g_ascii_strcasecmp(value, "junk") == 0);
}

static const char *list_refusal(Message *message)
{
	g_autofree char *subject = wording_fold(message_header(message, "Subject"), 500);
	g_autofree char *text = wording_fold(message_text(message), LIST_TEXT);
	const char *phrase = wording_find(wording_list_refusals, subject);
	return phrase ? phrase : wording_find(wording_list_refusals, text);
}

/* "announce-owner@", "announce-bounces@": nobody but list programs send so, and what they refuse they quote.
 */
static gboolean list_refuses(Message *message)
{
	static const char *const boxes[] = {"-owner", "-bounce", "-request", "-admin", "-confirm", "owner-",
		"mailman", "listserv", "majordomo", "sympa", "listmaster", "ezmlm"};
	const char *from = message_address(message, "From");
	g_autofree char *local = from ? g_ascii_strdown(from, strcspn(from, "@")) : NULL;
	for (guint i = 0; local && i < G_N_ELEMENTS(boxes); i++)
		if (strstr(local, boxes[i]))
			return list_refusal(message) != NULL;
	return FALSE;
}

/* Precedence alone is what complaining machines set, too. */
static gboolean list_recognises(Message *message, const Border *border)
{
	gboolean is_list = message_header_count(message, "List-Id") ||
		message_header_count(message, "List-Post") || message_header_count(message, "Mailing-List") ||
		message_header_count(message, "X-Mailing-List") ||
		message_header_count(message, "X-MLServer") || message_header_count(message, "X-ML-Name");
	gboolean is_news = message_header_count(message, "List-Unsubscribe") &&
		(list_has_precedence(message) || message_header_count(message, "Feedback-ID") ||
			message_header_count(message, "List-Unsubscribe-Post") ||
			message_header_count(message, "X-CSA-Complaints") ||
			message_header_count(message, "X-Mailer"));
	return ((is_list || is_news) && !list_is_ours(message, border)) || list_refuses(message);
}

static gboolean list_parse(Message *message, const Border *border, Report *report)
{
	if (list_refuses(message)) {
		report_because(report, "A mailing list refuses a mail: \"%s\".", list_refusal(message));
		report_set(report, KIND_LIST, DISPOSITION_NOT_COMPLAINT, "list-refusal");
		return TRUE;
	}
	if (evidence_has_mail(message, border) || evidence_is_defanged(message))
		return FALSE;

	g_autofree char *subject = wording_fold(message_header(message, "Subject"), 500);
	g_autofree char *text = wording_fold(message_text(message), LIST_TEXT);
	const char *complaint = wording_find(list_complaints, subject);
	if (!complaint)
		complaint = wording_find(list_complaints, text);
	if (complaint) {
		report_because(report, "List mail, but it sounds like a complaint: \"%s\".", complaint);
		report_set(report, KIND_LIST, DISPOSITION_QUARANTINE, "list-with-complaint");
	} else {
		report_because(report, "List mail that shows no evidence.");
		report_set(report, KIND_LIST, DISPOSITION_NOT_COMPLAINT, "list");
	}
	return TRUE;
}

const Kind list_kind = {list_recognises, list_parse};
