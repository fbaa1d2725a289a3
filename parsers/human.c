#include "human.h"
#include "category.h"
#include "domain.h"
#include "extract.h"
#include "html.h"
#include "kinds.h"
#include "signature.h"

#include <string.h>

enum {
	SIGNATURE_LINES_MAX = 14,
};

static gboolean human_recognises(Message *message, const Border *border)
{
	return TRUE;
}

static void add_innocent(Human *human, const char *domain)
{
	g_autofree char *normal = domain ? domain_normal(domain) : NULL;
	if (normal)
		g_ptr_array_add(human->innocent, g_steal_pointer(&normal));
}

static void add_innocents(Human *human, const GPtrArray *addresses)
{
	for (guint i = 0; i < addresses->len; i++)
		add_innocent(human, domain_of_address(addresses->pdata[i]));
}

/* His own, where he wants to be answered, and whom he writes to. */
static void read_innocent(Human *human)
{
	Report *report = human->report;
	add_innocent(human, domain_of_address(report->from));
	add_innocent(human, domain_of_address(report->reporter));
	add_innocent(human, domain_of_address(report->return_path));
	add_innocent(human, domain_of_address(message_address(human->message, "Reply-To")));
	add_innocent(human, domain_of_address(message_address(human->message, "Sender")));
	/* The first is the desk; among the others may be the culprit's own abuse address. */
	if (report->to->len)
		add_innocent(human, domain_of_address(report->to->pdata[0]));
	add_innocents(human, report->delivered_to);
}

static gboolean add_html(Human *human, Part *part, GString *text)
{
	if (!g_str_equal(part->type, "text/html"))
		return FALSE;
	guint first = human->links->len;
	const char *html = part_text(part);
	g_autofree char *more = html_to_text(html, strlen(html), human->links);
	report_full(human->report, human->links->len, HTML_MAX_LINKS, "too-many-links");
	report_full(human->report, strlen(more), HTML_MAX_TEXT, "long-text");
	for (guint i = first; i < human->links->len; i++)
		((Link *)human->links->pdata[i])->offset += text->len;
	g_string_append(text, more);
	return TRUE;
}

static void read_html(Human *human)
{
	g_autoptr(GString) text = g_string_new(NULL);
	g_autofree char *rest = NULL;
	human->links = g_ptr_array_new_with_free_func((GDestroyNotify)html_link_free);
	/* Apple Mail begins a new part behind every picture. */
	GPtrArray *parts = message_parts(human->message);
	gboolean is_shown = FALSE;
	for (guint i = 0; i < parts->len && text->len < HTML_MAX_TEXT; i++)
		if (part_is_shown(parts->pdata[i]))
			is_shown |= add_html(human, parts->pdata[i], text);
	Part *page = message_find_part(human->message, "text/html");
	if (!is_shown && page)
		add_html(human, page, text);
	human->html_forwards = forward_find(text->str, human->report, &rest);
	gsize end = signature_start(text->str);
	/* A link without words stands behind the last one. */
	human->html_signature = end < text->len ? end : G_MAXSIZE;
	human->html_text = g_string_free(g_steal_pointer(&text), FALSE);
}

static void read_text(Human *human)
{
	g_autofree char *rest = NULL;
	const char *subject = human->report->subject;

	human->forwards = forward_find(message_text(human->message), human->report, &rest);
	read_html(human);
	human_read_shown(human);
	/* Some clients keep the forwarded header lines in the HTML only. */
	if (human->forwards->len == 0) {
		g_ptr_array_unref(human->forwards);
		human->forwards = g_ptr_array_ref(human->html_forwards);
	}
	gsize own = signature_start(rest);
	forward_strip_subject(subject, &human->forwarded);
	/* A forwarded subject is the spammer's. */
	gboolean his = subject && !human->forwarded && human->forwards->len == 0;
	human->own = g_strdup_printf("%s\n%.*s", his ? subject : "", (int)own, rest);
	human->below = g_strdup(rest + own);
}

Incident *human_incident(Human *human)
{
	Incident *incident = report_add_incident(human->report, human->category);
	const char *field = NULL;
	if (!incident)
		return NULL;
	incident->complainant = human->report->reporter;
	g_autofree char *claim =
		human->category == CATEGORY_WHOIS ? category_whois_claim(human->own, &field) : NULL;
	if (claim) {
		incident->claim_field = field;
		incident->claim_why = report_text(human->report, claim, REPORT_MAX_VALUE);
	}
	return incident;
}

void human_finish(Incident *incident)
{
	const Original *original = incident->original;
	if (!original)
		return;
	if (!incident->report_id)
		incident->report_id = original->message_id;
	if (incident->date == REPORT_NO_DATE)
		incident->date = original->date;
}

/* Domains of his signature, when it is one and not what he shows below his name. Returns how many. */
static guint learn_signature(Human *human)
{
	guint lines = 0, before = human->innocent->len;
	for (const char *p = human->below; *p; p++)
		lines += *p == '\n';
	if (lines > SIGNATURE_LINES_MAX)
		return 0;
	g_autoptr(GPtrArray) found = extract_all(human->below, strlen(human->below), 10);
	for (guint i = 0; i < found->len; i++) {
		const Found *one = found->pdata[i];
		if (!one->defanged)
			add_innocent(human, one->host);
	}
	return human->innocent->len - before;
}

/* Own words and links, first without what his signature calls his; what stands in the signature only when
 * nothing else was named. */
static guint read_typed(Human *human, Incident *incident)
{
	guint learnt = learn_signature(human);
	guint named = human_read_typed(human, incident, human->own);
	named += human_read_own_links(human, incident);
	g_ptr_array_set_size(human->innocent, human->innocent->len - learnt);
	if (!named && learnt)
		named = human_read_typed(human, incident, human->own);
	return named;
}

static gboolean is_advertising(const Human *human)
{
	for (guint i = 0; i < human->report->automatic->len; i++)
		if (g_str_equal(human->report->automatic->pdata[i], "list"))
			return TRUE;
	g_autofree char *lower = g_utf8_strdown(human->below, -1);
	return strstr(lower, "unsubscribe") || strstr(lower, "désabonner") || strstr(lower, "désinscri") ||
		strstr(lower, "abmelden");
}

/* Spam and advertising to the abuse address. Losing a complaint is worse than keeping an advertisement:
 * what names something and sells nothing is a complaint, whatever its words; if nothing of
 * ours is among what it names, nothing follows. */
static gboolean is_nothing(Human *human, guint named)
{
	const char *because = NULL;
	if (human->forwarded || human->defanged || human_has_attachment(human))
		return FALSE;
	/* A language whose words of complaint nobody has listed. */
	if (named && !human->report->language)
		return !human->complaint && human_is_of_pictures(human);
	if (human->complaint) {
		category_of_text(human->own, &because);
		return !because && is_advertising(human);
	}
	return !named || is_advertising(human) || human_sells(human->own);
}

/* A client whose words nobody listed left no trace of its forward but the subject. */
static void name_subject(Human *human, Incident *incident)
{
	gboolean was_forward;
	const char *subject = forward_strip_subject(human->report->subject, &was_forward);
	incident_original(human->report, incident)->subject =
		report_text(human->report, subject, REPORT_MAX_VALUE);
}

static void read_by_itself(Human *human)
{
	Report *report = human->report;
	Incident *incident = human_incident(human);
	guint named = read_typed(human, incident);
	if (!named)
		named = human_read_files(human, incident);
	const char *advice, *reason = named ? NULL : human_unreadable(human, &advice);
	if (reason) {
		g_ptr_array_set_size(report->incidents, 0);
		report_set(report, KIND_HUMAN, DISPOSITION_QUARANTINE, reason);
		report_because(report, "%s", advice);
		return;
	}
	if (is_nothing(human, named)) {
		g_ptr_array_set_size(report->incidents, 0);
		report_set(report, KIND_HUMAN, DISPOSITION_NOT_COMPLAINT, "nothing-reported");
		report_because(report, "A person wrote, but nothing in it complains of anything.");
		return;
	}
	if (!named && human->complaint)
		named = human_read_typed(human, incident, human->below);
	if (human->forwarded)
		name_subject(human, incident);
	report_because(report,
		named ? "The text names %u things." : "The text complains and names nothing (%u).", named);
}

static void human_clear(Human *human)
{
	g_ptr_array_unref(human->innocent);
	g_ptr_array_unref(human->forwards);
	g_ptr_array_unref(human->html_forwards);
	g_ptr_array_unref(human->links);
	g_ptr_array_unref(human->shown);
	g_free(human->own);
	g_free(human->below);
	g_free(human->html_text);
}

static gboolean human_parse(Message *message, const Border *border, Report *report)
{
	Human human = {.message = message, .border = border, .report = report};
	const char *because = NULL;

	report_set(report, KIND_HUMAN, DISPOSITION_COMPLAINT, NULL);
	human.innocent = g_ptr_array_new_with_free_func(g_free);
	read_innocent(&human);
	read_text(&human);
	human.category = category_of_text(human.own, &because);
	human.complaint = category_complaint_words(human.own);
	if (because)
		report_because(report, "\"%s\" in the text makes it %s.", because,
			report_category_name(human.category));

	human_read_attached(&human, message);
	human_read_forwards(&human);
	if (report->incidents->len == 0)
		read_by_itself(&human);
	else
		read_typed(&human, report->incidents->pdata[0]);
	human_clear(&human);
	return TRUE;
}

const Kind human_kind = {human_recognises, human_parse};
