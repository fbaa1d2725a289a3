#include "bounce.h"

#include <string.h>

#include "domain.h"
#include "wording.h"

enum {
	BOUNCE_TEXT_BYTES = 32 << 10, /* of the text that are searched; diagnostics stand at its top */
	BOUNCE_TEXT_LINES = 400,
	BOUNCE_TEXT_RECIPIENTS = 100, /* taken; each is looked up in the lines near it */
	BOUNCE_NEAR_LINES = 10,       /* a diagnostic stands this near below its recipient */
};

char *bounce_status(const char *text)
{
	for (const char *p = text; p && *p; p++) {
		if (!strchr("245", *p) || p[1] != '.' ||
			(p > text && (g_ascii_isalnum(p[-1]) || p[-1] == '.')))
			continue;
		const char *end = p + 2;
		guint subject = 0, detail = 0;
		while (g_ascii_isdigit(*end) && subject < 4)
			subject++, end++;
		if (!subject || subject > 3 || *end != '.')
			continue;
		end++;
		while (g_ascii_isdigit(*end) && detail < 4)
			detail++, end++;
		/* "5.1.1.2" is an address or a version */
		if (!detail || detail > 3 || (*end == '.' && g_ascii_isdigit(end[1])))
			continue;
		return g_strndup(p, end - p);
	}
	return NULL;
}

gboolean bounce_has_reply_code(const char *line)
{
	for (const char *p = line; *p; p++) {
		if ((*p != '4' && *p != '5') ||
			(p > line && (g_ascii_isalnum(p[-1]) || strchr(".-_/@", p[-1]))))
			continue;
		if (p[1] >= '0' && p[1] <= '7' && g_ascii_isdigit(p[2]) && strchr(" -:#,", p[3]) && p[3])
			return TRUE;
	}
	return FALSE;
}

/* A line after which, or with which, the returned mail begins. */
static gboolean bounce_is_returned_line(const char *line)
{
	static const char *const fields[] = {
		"Received: ", "Return-Path: ", "Return-path: ", "DKIM-Signature: ", NULL};

	for (guint i = 0; fields[i]; i++)
		if (g_str_has_prefix(line, fields[i]))
			return TRUE;
	g_autofree char *folded = wording_fold(line, 300);
	return wording_find(wording_returned, folded) != NULL;
}

static char **bounce_lines(Message *message)
{
	g_autofree char *text = g_strndup(message_text(message), BOUNCE_TEXT_BYTES);
	return g_strsplit(text, "\n", BOUNCE_TEXT_LINES);
}

gboolean bounce_has_returned(Message *message)
{
	GPtrArray *parts = message_parts(message);
	for (guint i = 0; i < parts->len; i++) {
		Part *part = parts->pdata[i];
		if (g_str_has_prefix(part->type, "text/rfc822-headers") ||
			g_str_has_prefix(part->type, "message/rfc822"))
			return TRUE;
	}
	g_auto(GStrv) lines = bounce_lines(message);
	for (guint i = 0; lines[i]; i++)
		if (bounce_is_returned_line(lines[i]))
			return TRUE;
	return FALSE;
}

static char *bounce_id_of_line(const char *line)
{
	if (g_ascii_strncasecmp(line, "Message-ID:", 11) != 0)
		return NULL;
	const char *open = strchr(line, '<'), *close = open ? strchr(open, '>') : NULL;
	gboolean is_id = close && close - open > 2 && close - open < 500 && memchr(open, '@', close - open);
	return is_id ? g_strndup(open + 1, close - open - 1) : NULL;
}

char *bounce_returned_id(Message *message)
{
	GPtrArray *parts = message_parts(message);
	for (guint i = 0; i < parts->len; i++) {
		Message *returned = part_attached(parts->pdata[i]);
		if (!returned)
			continue;
		g_autoptr(GPtrArray) ids = message_ids(returned, "Message-ID");
		if (ids->len)
			return g_strdup(ids->pdata[0]);
	}

	g_auto(GStrv) lines = bounce_lines(message);
	gboolean is_returned = FALSE;
	for (guint i = 0; lines[i]; i++) {
		is_returned = is_returned || bounce_is_returned_line(lines[i]);
		char *id = is_returned ? bounce_id_of_line(g_strchug(lines[i])) : NULL;
		if (id)
			return id;
	}
	/* Gmail and Exchange put it here, and sometimes nowhere else. */
	g_autoptr(GPtrArray) ids = message_ids(message, "In-Reply-To");
	return ids->len ? g_strdup(ids->pdata[0]) : NULL;
}

static gboolean bounce_address_char(char c)
{
	return g_ascii_isalnum(c) || strchr("!#$%&'*+/=?^_{|}~.-", c);
}

/* The addresses of a line, valid ones. */
static void bounce_addresses(const char *line, GPtrArray *addresses)
{
	for (const char *at = strchr(line, '@'); at; at = strchr(at + 1, '@')) {
		const char *start = at, *end = at + 1;
		while (start > line && bounce_address_char(start[-1]) && at - start < 64)
			start--;
		while (g_ascii_isalnum(*end) || *end == '.' || *end == '-')
			end++;
		while (end > at && end[-1] == '.')
			end--;
		g_autofree char *text = g_strndup(start, end - start);
		char *address = domain_address(text);
		if (address)
			g_ptr_array_add(addresses, address);
	}
}

static gboolean bounce_holds(GPtrArray *addresses, const char *address)
{
	for (guint i = 0; i < addresses->len; i++)
		if (g_ascii_strcasecmp(addresses->pdata[i], address) == 0)
			return TRUE;
	return FALSE;
}

/* Lines whose addresses are not recipients. */
static gboolean bounce_is_other_line(const char *line)
{
	static const char *const fields[] = {"from:", "sender:", "message-id:", "reply-to:", "return-path:",
		"references:", "in-reply-to:", "cc:", "x-", "original-", "envelope", "mail from",
		">>> mail from", "contact ", NULL};

	while (*line == ' ' || *line == '\t' || *line == '-' || *line == '*')
		line++;
	for (guint i = 0; fields[i]; i++)
		if (g_ascii_strncasecmp(line, fields[i], strlen(fields[i])) == 0)
			return TRUE;
	return FALSE;
}

static gboolean bounce_names_another(const char *line, const char *recipient)
{
	g_autoptr(GPtrArray) addresses = g_ptr_array_new_with_free_func(g_free);
	bounce_addresses(line, addresses);
	for (guint i = 0; i < addresses->len; i++)
		if (g_ascii_strcasecmp(addresses->pdata[i], recipient) != 0)
			return TRUE;
	return FALSE;
}

/* Adds the rest of a line: what follows "<recipient>:" in its first one. Lines of dashes say nothing. */
static void bounce_add_words(GString *words, const char *line, const char *recipient)
{
	const char *at = words->len ? NULL : strstr(line, recipient);
	if (at)
		line = at + strlen(recipient);
	while (*line && strchr(" \t>:;,.)*\"'", *line))
		line++;
	if (strspn(line, "-=*_~ ]") == strlen(line))
		return;
	if (words->len)
		g_string_append_c(words, ' ');
	g_string_append(words, line);
	g_strchomp(words->str);
	words->len = strlen(words->str);
}

static gboolean bounce_is_coded(const char *text)
{
	g_autofree char *status = bounce_status(text);
	return status || bounce_has_reply_code(text);
}

/* The first line with a code, or NULL: for a recipient it is only named in a field, @at is 0. */
static char *bounce_code_line(char **lines, guint at, guint end)
{
	for (guint i = at; i < end; i++)
		if (bounce_is_coded(lines[i]))
			return g_strstrip(g_strdup(lines[i]));
	return NULL;
}

/* What stands beside and below a recipient: up to a blank line, another recipient, or the end. A
 * recipient alone, or words that only lead on ("because:"), take the next paragraph. */
static char *bounce_paragraph(char **lines, guint at, guint end, const char *recipient)
{
	GString *words = g_string_new(NULL);
	for (guint i = at; i < end && words->len < REPORT_MAX_VALUE; i++) {
		if (i > at && !bounce_has_reply_code(lines[i]) && bounce_names_another(lines[i], recipient))
			break;
		gboolean is_blank = strspn(lines[i], " \t") == strlen(lines[i]);
		gboolean leads_on = words->len < 3 || words->str[words->len - 1] == ':';
		if (is_blank && !leads_on)
			break;
		bounce_add_words(words, lines[i], recipient);
	}
	return g_string_free(words, FALSE);
}

/* Why @recipient was not reached: his paragraph when a code stands in it, else the nearest code. */
static char *bounce_diagnostic(char **lines, guint at, guint end, const char *recipient)
{
	guint last = MIN(end, at + BOUNCE_NEAR_LINES);
	g_autofree char *paragraph = bounce_paragraph(lines, at, last, recipient);
	char *line = bounce_is_coded(paragraph) ? NULL : bounce_code_line(lines, at, last);
	return line ? line : g_steal_pointer(&paragraph);
}

static void bounce_add(Report *report, const char *recipient, const char *diagnostic, gboolean is_delay)
{
	Delivery *delivery = report_add_delivery(report);
	if (!delivery)
		return;
	g_autofree char *status = bounce_status(diagnostic);
	delivery->recipient = report_text(report, recipient, REPORT_MAX_VALUE);
	delivery->diagnostic = report_text(report, diagnostic, REPORT_MAX_VALUE);
	delivery->status = report_text(report, status, REPORT_MAX_VALUE);
	delivery->action = is_delay ? "delayed" : "failed";
}

/* How many lines there are before the returned mail. */
static guint bounce_own_lines(char **lines)
{
	guint end = 0;
	while (lines[end] && !bounce_is_returned_line(lines[end]))
		end++;
	return end;
}

static gboolean bounce_is_machine(const char *address)
{
	return g_ascii_strncasecmp(address, "mailer-daemon@", 14) == 0 ||
		g_ascii_strncasecmp(address, "postmaster@", 11) == 0;
}

/* "550 other@example.org: no such user" explains the recipient before it. */
static gboolean bounce_code_leads(const char *line, const char *address)
{
	g_autofree char *local = g_strndup(address, strcspn(address, "@") + 1);
	const char *at = strstr(line, local);
	g_autofree char *before = g_strndup(line, at ? at - line : 0);
	return bounce_is_coded(before);
}

/* What the MTA wrote itself, and who is in it. */
typedef struct {
	char **lines;
	guint end;
	GPtrArray *seen; /* addresses that are no recipients, or taken already */
	Report *report;
	gboolean is_delay;
} BounceText;

static void bounce_take(BounceText *text, guint at, const char *address)
{
	Report *report = text->report;
	if (bounce_is_machine(address) || bounce_holds(text->seen, address))
		return;
	if (report->deliveries->len && bounce_code_leads(text->lines[at], address))
		return;
	if (report->deliveries->len >= BOUNCE_TEXT_RECIPIENTS) {
		report_malformed(report, "too-many-deliveries");
		return;
	}
	g_autofree char *diagnostic = bounce_diagnostic(text->lines, at, text->end, address);
	bounce_add(report, address, diagnostic, text->is_delay);
	g_ptr_array_add(text->seen, g_strdup(address));
}

/* "To:" of the mail that is quoted counts only where nothing better is said. */
static void bounce_find(BounceText *text, gboolean take_to)
{
	for (guint i = 0; i < text->end; i++) {
		const char *line = text->lines[i] + strspn(text->lines[i], " \t>");
		gboolean is_to = g_ascii_strncasecmp(line, "To:", 3) == 0;
		if (bounce_is_other_line(text->lines[i]) || is_to != take_to)
			continue;
		g_autoptr(GPtrArray) addresses = g_ptr_array_new_with_free_func(g_free);
		bounce_addresses(text->lines[i], addresses);
		for (guint n = 0; n < addresses->len; n++)
			bounce_take(text, i, addresses->pdata[n]);
	}
}

/* The recipients an MTA names in a field; the diagnostic is looked up in the text. */
static gboolean bounce_named(BounceText *text, Message *message, const char *field)
{
	g_autoptr(GPtrArray) named = message_addresses(message, field, NULL);
	for (guint i = 0; i < named->len; i++) {
		g_autofree char *diagnostic = NULL;
		for (guint n = 0; n < text->end && !diagnostic; n++)
			if (strstr(text->lines[n], named->pdata[i]))
				diagnostic = bounce_diagnostic(text->lines, n, text->end, named->pdata[i]);
		if (!diagnostic)
			diagnostic = bounce_code_line(text->lines, 0, text->end);
		bounce_add(text->report, named->pdata[i], diagnostic, text->is_delay);
	}
	return named->len > 0;
}

void bounce_text_deliveries(Message *message, Report *report, gboolean is_delay)
{
	static const char *const fields[] = {
		"X-Failed-Recipients", "X-Mailer-Daemon-Recipients", "X-Bounced-Address", NULL};
	g_auto(GStrv) lines = bounce_lines(message);
	BounceText text = {
		.lines = lines, .end = bounce_own_lines(lines), .report = report, .is_delay = is_delay};
	for (guint i = 0; fields[i]; i++)
		if (bounce_named(&text, message, fields[i]))
			return;

	/* The one it is returned to, and the one returning it, are not those it did not reach. */
	g_autoptr(GPtrArray) seen = g_ptr_array_new_with_free_func(g_free);
	static const char *const ends[] = {"From", "To", NULL};
	for (guint i = 0; ends[i]; i++) {
		g_autoptr(GPtrArray) addresses = message_addresses(message, ends[i], NULL);
		for (guint n = 0; n < addresses->len; n++)
			g_ptr_array_add(seen, g_strdup(addresses->pdata[n]));
	}
	text.seen = seen;
	bounce_find(&text, FALSE);
	if (!report->deliveries->len)
		bounce_find(&text, TRUE);
}

gboolean bounce_has_code(Message *message)
{
	g_auto(GStrv) lines = bounce_lines(message);
	g_autofree char *line = bounce_code_line(lines, 0, bounce_own_lines(lines));
	return line != NULL;
}
