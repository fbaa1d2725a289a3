#include "domain.h"
#include "html.h"
#include "human.h"
#include "original.h"

#include <string.h>

enum { ATTACHED_LOG_MAX = 128 << 10 }; /* bytes of a text attachment looked through */

/* A mail of his own or a colleague's that was attached because it holds the spam. */
static gboolean is_wrapper(Human *human, Message *attached)
{
	const char *from = domain_of_address(message_address(attached, "From"));
	const char *own = domain_of_address(human->report->from);
	return !domain_is_mailbox_provider(own) && domain_aligned(from, own);
}

void human_read_attached(Human *human, Message *message)
{
	GPtrArray *parts = message_parts(message);
	for (guint i = 0; i < parts->len; i++) {
		Part *part = parts->pdata[i];
		Message *attached = part->is_multipart ? NULL : part_attached(part);
		if (!attached)
			continue;
		guint before = human->report->incidents->len;
		if (is_wrapper(human, attached))
			human_read_attached(human, attached);
		Incident *incident = human->report->incidents->len == before ? human_incident(human) : NULL;
		if (!incident)
			continue;
		original_read(attached, human->border, human->report, incident, PROVENANCE_ORIGINAL,
			human->innocent);
		human_finish(incident);
		report_because(human->report, "A mail is attached (%s).", part->type);
	}
}

/* Attachments that nobody but Outlook can read, and archives. Their readers are an attack surface of their
 * own. */
static const struct {
	const char *type, *suffix, *magic, *reason, *advice;
} unreadable[] = {
	{"application/vnd.ms-outlook", ".msg", "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "outlook-msg",
		"The reported mail is attached in Outlook's own format (.msg), which is not read here. Ask "
		"for it as .eml: in "
		"Outlook, \"Forward as attachment\" to a mailbox outside Exchange, or \"Save as\" from "
		"Outlook on the web; or "
		"paste the message source (File, Properties, Internet headers) and the text."},
	{"application/ms-tnef", "winmail.dat", "\x78\x9f\x3e\x22", "winmail-dat",
		"The reported mail is packed into winmail.dat, which only Outlook reads. Ask for it in plain "
		"text or HTML format "
		"(Outlook: Format Text, HTML), with the mail attached as .eml or its source pasted."},
	{"application/zip", ".zip", "PK\x03\x04", "zip-archive",
		"What is reported is packed into a .zip, which is never unpacked here. Ask for it as text or "
		"as .eml."},
	{"application/gzip", ".gz", "\x1f\x8b", "gzip-archive",
		"What is reported is packed into a .gz, which is never unpacked here. Ask for it as text or "
		"as .eml."},
	{"application/vnd.rar", ".rar", "Rar!", "rar-archive",
		"What is reported is packed into a .rar, which is never unpacked here. Ask for it as text or "
		"as .eml."},
	{"application/x-7z-compressed", ".7z", "7z\xbc\xaf", "7z-archive",
		"What is reported is packed into a .7z, which is never unpacked here. Ask for it as text or "
		"as .eml."},
};

static gboolean part_is(Part *part, guint row)
{
	gsize length;
	if (part->is_multipart)
		return FALSE;
	g_autofree char *name = part->name ? g_ascii_strdown(part->name, -1) : NULL;
	gboolean named = name && g_str_has_suffix(name, unreadable[row].suffix);
	if (!named && !g_str_equal(part->type, unreadable[row].type))
		return FALSE;
	/* Some clients call an .eml ".msg": only what has the other format's mark is unreadable. */
	const guint8 *bytes = part_bytes(part, &length);
	gsize mark = strlen(unreadable[row].magic);
	return length < mark || memcmp(bytes, unreadable[row].magic, mark) == 0;
}

const char *human_unreadable(Human *human, const char **advice_out)
{
	GPtrArray *parts = message_parts(human->message);
	for (guint i = 0; i < parts->len; i++)
		for (guint row = 0; row < G_N_ELEMENTS(unreadable); row++)
			if (part_is(parts->pdata[i], row)) {
				*advice_out = unreadable[row].advice;
				return unreadable[row].reason;
			}
	return NULL;
}

static gboolean is_text_attachment(const Part *part)
{
	return g_str_has_prefix(part->type, "text/") && part->disposition &&
		g_str_equal(part->disposition, "attachment");
}

/* What a page wants clicked or filled in; what it shows is mostly the firm that it imitates. */
static guint read_page(Human *human, Incident *incident, const char *html)
{
	guint named = 0;
	g_autoptr(GPtrArray) links = g_ptr_array_new_with_free_func((GDestroyNotify)html_link_free);
	g_autofree char *text = html_to_text(html, strlen(html), links);
	for (guint i = 0; i < links->len; i++)
		named += human_accuse_link(human, incident, links->pdata[i]);
	return named;
}

/* Logs, lists and pages that he attached instead of typing them. */
guint human_read_files(Human *human, Incident *incident)
{
	guint named = 0;
	GPtrArray *parts = message_parts(human->message);
	for (guint i = 0; i < parts->len; i++) {
		Part *part = parts->pdata[i];
		if (!is_text_attachment(part))
			continue;
		const char *all = part_text(part);
		g_autofree char *text = g_strndup(all, ATTACHED_LOG_MAX);
		report_full(human->report, strlen(all), ATTACHED_LOG_MAX + 1, "long-text");
		named += g_str_equal(part->type, "text/html") ? read_page(human, incident, text)
							      : human_read_typed(human, incident, text);
	}
	return named;
}

gboolean human_has_attachment(Human *human)
{
	GPtrArray *parts = message_parts(human->message);
	for (guint i = 0; i < parts->len; i++) {
		const Part *part = parts->pdata[i];
		if (!part->is_multipart && part->disposition && g_str_equal(part->disposition, "attachment"))
			return TRUE;
	}
	return FALSE;
}
