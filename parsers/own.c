#include "own.h"

#include <string.h>

#include "domain.h"
#include "evidence.h"
#include "extract.h"
#include "kinds.h"
#include "wording.h"

enum {
	OWN_MAX_HOPS = 30, /* Received fields; beyond it goes in circles (RFC 5321 section 6.3 says 100) */
	OWN_MAX_TOKEN = 120,
	OWN_MAX_FOUND = 300, /* things looked at in a mail that seems ours */
};

static gboolean own_at_token_domain(const Border *border, const char *address)
{
	const char *domain = domain_of_address(address);
	return border->token_domain && domain && g_ascii_strcasecmp(domain, border->token_domain) == 0;
}

/* What may stand in a token: nothing that a database or a header would stumble over. */
static gboolean own_is_token(const char *text)
{
	gsize length = strlen(text);
	if (length < 4 || length > OWN_MAX_TOKEN)
		return FALSE;
	for (; *text; text++)
		if (!g_ascii_isalnum(*text) && !strchr("._-=+#", *text))
			return FALSE;
	return TRUE;
}

static gboolean own_add_token(Report *report, const char *token)
{
	if (!own_is_token(token))
		return FALSE;
	report_list_add(report, report->tokens, token, REPORT_MAX_TOKENS, "too-many-tokens");
	return TRUE;
}

/* "abuse+tag@example.org" where abuse@example.org is ours. */
static gboolean own_address_token(Report *report, const Border *border, const char *address)
{
	const char *at = strrchr(address, '@'), *plus = strchr(address, '+');
	if (!at || !plus || plus > at || plus == address)
		return FALSE;
	g_autofree char *bare = g_strdup_printf("%.*s%s", (int)(plus - address), address, at);
	if (!border_is_our_address(border, bare) && !own_at_token_domain(border, address))
		return FALSE;
	g_autofree char *tag = g_strndup(plus + 1, at - plus - 1);
	return own_add_token(report, tag);
}

static gboolean own_address_tokens(Message *message, const Border *border, Report *report)
{
	static const char *const fields[] = {
		"Delivered-To", "X-Original-To", "X-Envelope-To", "Envelope-To", "To", "Cc", NULL};
	gboolean found = FALSE;
	for (guint i = 0; fields[i]; i++) {
		g_autoptr(GPtrArray) addresses = message_addresses(message, fields[i], NULL);
		for (guint n = 0; n < addresses->len; n++)
			found = own_address_token(report, border, addresses->pdata[n]) || found;
	}
	return found;
}

/* "[complaint #4711-k7Qm]", wherever in the subject. */
static gboolean own_subject_tokens(Message *message, Report *report)
{
	const char *subject = message_header(message, "Subject");
	gboolean found = FALSE;
	for (const char *open = subject ? strchr(subject, '[') : NULL; open; open = strchr(open + 1, '[')) {
		const char *close = strchr(open, ']');
		if (!close || g_ascii_strncasecmp(open, "[complaint #", 12) != 0)
			continue;
		g_autofree char *token = g_strndup(open + 12, close - open - 12);
		found = own_add_token(report, token) || found;
	}
	return found;
}

static gboolean own_id_tokens(Message *message, const Border *border, Report *report)
{
	static const char *const fields[] = {"In-Reply-To", "References", NULL};
	gboolean found = FALSE;
	for (guint i = 0; fields[i]; i++) {
		g_autoptr(GPtrArray) ids = message_ids(message, fields[i]);
		for (guint n = 0; n < ids->len; n++) {
			const char *id = ids->pdata[n], *at = strrchr(id, '@');
			if (!at || !own_at_token_domain(border, id))
				continue;
			g_autofree char *left = g_strndup(id, at - id);
			found = own_add_token(report, left) || found;
		}
	}
	return found;
}

gboolean own_tokens(Message *message, const Border *border, Report *report)
{
	gboolean address = own_address_tokens(message, border, report);
	gboolean subject = own_subject_tokens(message, report);
	gboolean id = own_id_tokens(message, border, report);
	return address || subject || id;
}

/* "X-Complaintd: instance; hops=1" */
static gboolean own_has_instance(Message *message, const Border *border)
{
	guint count = border->instance ? message_header_count(message, "X-Complaintd") : 0;
	for (guint i = 0; i < count; i++) {
		g_autofree char *value = g_strdup(message_header_nth(message, "X-Complaintd", i));
		value[strcspn(value, ";")] = '\0';
		if (g_ascii_strcasecmp(g_strstrip(value), border->instance) == 0)
			return TRUE;
	}
	return FALSE;
}

/* "o77-0123456789abcdef@desk.example": the number of an owed mail and its mark. Other mail of our site, such
 * as a web form's, has Message-IDs at the same domain. */
static gboolean own_is_id(const Border *border, const char *id)
{
	gsize number = *id == 'o' ? strspn(id + 1, "0123456789") : 0;
	const char *mark = id + 1 + number;
	gsize hex = number && *mark == '-' ? strspn(mark + 1, "0123456789abcdef") : 0;
	return hex >= 8 && mark[1 + hex] == '@' && own_at_token_domain(border, id);
}

static gboolean own_has_id(Message *message, const Border *border)
{
	g_autoptr(GPtrArray) ids = message_ids(message, "Message-ID");
	for (guint i = 0; i < ids->len; i++)
		if (own_is_id(border, ids->pdata[i]))
			return TRUE;
	return FALSE;
}

static gboolean own_circles(Message *message)
{
	return message_header_count(message, "Received") > OWN_MAX_HOPS;
}

gboolean own_is_ours(Message *message, const Border *border)
{
	return own_has_instance(message, border) || own_has_id(message, border);
}

/* Spam could copy our marks to have the reports about it ignored; but it would have to name somebody who is
 * not us, and our mails never do so where it could be followed. */
static gboolean own_names_others(Message *sent, const Border *border)
{
	const char *reply_to = message_address(sent, "Reply-To");
	const char *reply_domain = reply_to ? domain_of_address(reply_to) : NULL;
	if (reply_domain && !border_is_our_domain(border, reply_domain) &&
		!own_at_token_domain(border, reply_to))
		return TRUE;
	const char *text = message_text(sent);
	gboolean names_others = message_links(sent)->len > 0;
	g_autoptr(GPtrArray) found = extract_all(text, strlen(text), OWN_MAX_FOUND);
	for (guint i = 0; i < found->len && !names_others; i++) {
		const Found *item = found->pdata[i];
		names_others = !item->defanged && !border_is_our_domain(border, item->host);
	}
	return names_others;
}

/* The mail of ours that a feedback report is about, or NULL. */
static Message *own_reported(Message *message, const Border *border)
{
	if (!border->token_domain || !message_find_part(message, "message/feedback-report"))
		return NULL;
	GPtrArray *parts = message_parts(message);
	for (guint i = 0; i < parts->len; i++) {
		Message *sent = part_attached(parts->pdata[i]);
		const char *from = sent ? message_address(sent, "From") : NULL;
		if (border_is_our_address(border, from) && own_has_id(sent, border) &&
			!own_names_others(sent, border))
			return sent;
	}
	return NULL;
}

static void own_message_tokens(Message *sent, const Border *border, Report *report)
{
	g_autoptr(GPtrArray) ids = message_ids(sent, "Message-ID");
	for (guint i = 0; i < ids->len; i++) {
		g_autofree char *left = g_strndup(ids->pdata[i], strcspn(ids->pdata[i], "@"));
		if (own_at_token_domain(border, ids->pdata[i]))
			own_add_token(report, left);
	}
}

static gboolean own_recognises(Message *message, const Border *border)
{
	return own_is_ours(message, border) || own_circles(message) || own_reported(message, border);
}

static gboolean own_parse(Message *message, const Border *border, Report *report)
{
	if (own_is_ours(message, border)) {
		own_tokens(message, border, report);
		report_because(report, "We sent this ourselves: it has our mark or our Message-ID.");
		report_set(report, KIND_OWN, DISPOSITION_NOT_COMPLAINT, "own");
	} else if (own_reported(message, border)) {
		own_message_tokens(own_reported(message, border), border, report);
		report_because(
			report, "A feedback report about a mail of ours: its recipient wants no more.");
		report_set(report, KIND_OWN, DISPOSITION_NOT_COMPLAINT, "complaint-about-us");
	} else {
		report_because(
			report, "It has more than %d Received fields, so it goes in circles.", OWN_MAX_HOPS);
		report_set(report, KIND_OWN, DISPOSITION_QUARANTINE, "mail-loop");
	}
	return TRUE;
}

const Kind own_kind = {own_recognises, own_parse};

static gboolean reply_recognises(Message *message, const Border *border)
{
	g_autoptr(Report) scratch = report_new();
	return own_tokens(message, border, scratch);
}

static gboolean reply_parse(Message *message, const Border *border, Report *report)
{
	gboolean is_addressed = own_address_tokens(message, border, report);
	gboolean is_threaded = own_id_tokens(message, border, report);
	own_subject_tokens(message, report);

	/* A subject is copied easily, also into a new complaint that shows its own mail. */
	if (!is_addressed && !is_threaded && evidence_has_mail(message, border))
		return FALSE;
	const char *sign = is_addressed ? "the address it was sent to"
		: is_threaded           ? "the mail it answers"
					: "its subject";
	report_because(report, "An answer to a mail of ours, by %s.", sign);
	report_set(report, KIND_REPLY, DISPOSITION_NOT_COMPLAINT, "reply");
	return TRUE;
}

const Kind reply_kind = {reply_recognises, reply_parse};
