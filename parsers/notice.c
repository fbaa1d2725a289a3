/* Notices of machines and abuse teams: take-down services, CERTs, copyright agents, block lists, hosters.
 * Known by how they are written, never by who sends them. */

#include "category.h"
#include "domain.h"
#include "extract.h"
#include "forward.h"
#include "kinds.h"
#include "notice-private.h"
#include "original.h"
#include "signature.h"

#include <string.h>

enum { HEAD_MAX = 8000, XML_MAX = 1 << 20, DATE_MAX = 40 };

/* Local parts that no person writes from. */
static const char *const machine_boxes[] = {"noreply", "no_reply", "donotreply", "do-not-reply", "notices",
	"notice", "notification", "notifications", "takedown", "takedowns", "autoreport", "automated",
	"abusereport", "reports", "report", "reporter", "alerts", "alert", "antiphishing", "antipiracy",
	"anti-piracy", "copyright", "dmca", "infringements", "compliance", "fail2ban", "cert", "csirt", "soc",
	"noc", "robot", "bot", "mailer", "system", "root", "daemon", "autoreports", "abuse"};

/* What programs say of themselves. Lower case. */
static const char *const automatic_words[] = {"automatically generated", "automated message",
	"automated report", "automated email", "automated e-mail", "automatic message",
	"generated automatically", "this is an automatic", "this is an automated", "do not reply to this",
	"please do not reply", "automatisch generiert", "automatisch erstellt", "automatisch erzeugt",
	"généré automatiquement", "générée automatiquement", "message automatique",
	"generado automáticamente", "mensaje automático", "generato automaticamente", "messaggio automatico",
	"gerada automaticamente", "automatisch gegenereerd", "wygenerowan", "автоматически"};

/* What those write who do it every day. Lower case. */
static const char *const notice_words[] = {"on your network", "from your network", "in your network",
	"your infrastructure", "hosted by you", "hosted on your", "hosted at your", "under your control",
	"under your responsibility", "your ip address", "ip address under", "we have detected", "we detected",
	"we have identified", "we identified", "has been detected", "was detected", "have been observed",
	"has been observed", "on behalf of", "good faith belief", "good-faith belief", "penalty of perjury",
	"authorized to act", "authorised to act", "notice of claimed infringement",
	"copyright infringement notice", "takedown notice", "take-down notice", "notice and takedown",
	"phishing attack", "fraudulent website", "malicious activity", "abuse team", "abuse department",
	"incident response", "computer emergency", "security team", "brand protection",
	"intellectual property", "is listed on our", "blocked by our", "has been blacklisted", "log lines",
	"logfile", "timezone is", "times are in", "all times", "has attacked", "have attacked",
	"attackers used", "server/customer", "your customer with the ip", "abuse report about",
	"report we received", "received a phishing report", "received an abuse report", "received a report",
	"received a malware report", "abuse report information", "has been implicated", "in ihrem netz",
	"aus ihrem netz", "ihr netzwerk", "im auftrag", "sur votre réseau", "depuis votre réseau",
	"pour le compte de", "en su red", "desde su red", "nella vostra rete", "na sua rede"};

static gboolean any_word(const char *lower, const char *const *list, guint n)
{
	for (guint i = 0; i < n; i++)
		if (strstr(lower, list[i]))
			return TRUE;
	return FALSE;
}

static gboolean from_machine(Message *message)
{
	const char *address = message_address(message, "From");
	if (!address)
		return FALSE;
	/* The whole, and each word of "ec2-abuse" and "notices.p2p" */
	g_autofree char *local = g_ascii_strdown(address, strcspn(address, "@+"));
	g_auto(GStrv) words = g_strsplit_set(local, "-_.", 8);
	if (g_str_has_prefix(local, "noreply") || g_str_has_prefix(local, "no-reply") ||
		g_str_has_prefix(local, "donotreply"))
		return TRUE;
	for (guint i = 0; i < G_N_ELEMENTS(machine_boxes); i++)
		if (g_str_equal(local, machine_boxes[i]) ||
			g_strv_contains((const char *const *)words, machine_boxes[i]))
			return TRUE;
	return FALSE;
}

static gboolean marked_automatic(Message *message)
{
	const char *submitted = message_header_raw(message, "Auto-Submitted");
	if (submitted && g_ascii_strncasecmp(submitted, "auto-generated", 14) == 0)
		return TRUE;
	const char *precedence = message_header_raw(message, "Precedence");
	return (precedence && g_ascii_strcasecmp(precedence, "bulk") == 0) ||
		message_header_raw(message, "X-Report-ID") || message_header_raw(message, "X-Abuse-Report");
}

static char *head_of(Message *message)
{
	const char *text = message_text(message);
	return g_utf8_strdown(text, MIN(strlen(text), HEAD_MAX));
}

/* "abuse report about 192.0.2.1" */
static gboolean names_address(const char *subject)
{
	g_autoptr(GPtrArray) found = subject ? extract_all(subject, strlen(subject), 5) : NULL;
	for (guint i = 0; found && i < found->len; i++) {
		const Found *one = found->pdata[i];
		if (one->kind == FOUND_IP || one->kind == FOUND_URL)
			return TRUE;
	}
	return FALSE;
}

static gboolean is_xml(const Part *part)
{
	return strstr(part->type, "xml") || (part->name && g_str_has_suffix(part->name, ".xml"));
}

/* XML may be a part of its own, of a type that is not text. */
static char *xml_of(Message *message)
{
	const char *text = message_text(message);
	if (notice_has_xml(text))
		return g_strdup(text);
	GPtrArray *parts = message_parts(message);
	for (guint i = 0; i < parts->len; i++) {
		Part *part = parts->pdata[i];
		if (part->is_multipart || !is_xml(part))
			continue;
		gsize length;
		const guint8 *bytes = part_bytes(part, &length);
		char *xml = g_utf8_make_valid((const char *)bytes, MIN(length, XML_MAX));
		if (notice_has_xml(xml))
			return xml;
		g_free(xml);
	}
	return NULL;
}

static gboolean has_mail(Message *message)
{
	GPtrArray *parts = message_parts(message);
	for (guint i = 0; i < parts->len; i++) {
		Part *part = parts->pdata[i];
		if (part_attached(part))
			return TRUE;
	}
	return FALSE;
}

/* Points: what a program, or a person with a form, leaves behind. A person who forwards or attaches what
 * he got is no notice, however he orders his lines. */
static gboolean notice_recognises(Message *message, const Border *border)
{
	g_autofree char *xml = xml_of(message);
	if (xml)
		return TRUE;
	const char *subject = message_header(message, "Subject");
	gboolean was_forward, marked = marked_automatic(message), machine = from_machine(message);
	forward_strip_subject(subject, &was_forward);
	if ((was_forward || message_header_raw(message, "In-Reply-To")) && !marked)
		return FALSE;

	g_autofree char *head = head_of(message), *reference = notice_subject_reference(subject);
	gboolean says = any_word(head, automatic_words, G_N_ELEMENTS(automatic_words));
	gboolean words = any_word(head, notice_words, G_N_ELEMENTS(notice_words));
	guint labelled = notice_count_labels(message_text(message));
	if (!reference && !words && labelled < 2)
		return FALSE; /* what stays could be any program's mail */
	guint listed = notice_count_listed(message_text(message));
	guint points = marked + machine + says + (reference != NULL) + words + names_address(subject) +
		(listed > 0) + (listed >= 3) + (labelled >= 2) + (machine && labelled == 3) + (labelled >= 4);
	if (points < 3 || (!marked && !says && has_mail(message)))
		return FALSE;
	return (marked || machine || says || labelled >= 3 || (words && (reference || listed)));
}

static void add_innocent(Notice *notice, const char *address)
{
	const char *domain = domain_of_address(address);
	if (domain)
		g_ptr_array_add(notice->innocent, g_strdup(domain));
}

static void read_innocent(Notice *notice, Message *message)
{
	Report *report = notice->report;
	add_innocent(notice, report->from);
	add_innocent(notice, report->return_path);
	add_innocent(notice, message_address(message, "Reply-To"));
	/* The host that made the mail: reports link to their own pages there. */
	add_innocent(notice, report->message_id);
	/* The first is the desk; among the others may be the culprit's own abuse address. */
	if (report->to->len)
		add_innocent(notice, report->to->pdata[0]);
	for (guint i = 0; i < report->delivered_to->len; i++)
		add_innocent(notice, report->delivered_to->pdata[i]);
}

static void read_attached(Notice *notice, Message *message)
{
	GPtrArray *parts = message_parts(message);
	for (guint i = 0; i < parts->len; i++) {
		Part *part = parts->pdata[i];
		Message *attached = part_attached(part);
		if (!attached)
			continue;
		original_read(attached, notice->border, notice->report, notice->incident, PROVENANCE_ORIGINAL,
			notice->innocent);
		notice->named++;
		return;
	}
}

/* Lists and logs in attachments that are text. */
static void read_text_attachments(Notice *notice, Message *message)
{
	GPtrArray *parts = message_parts(message);
	for (guint i = 0; i < parts->len; i++) {
		Part *part = parts->pdata[i];
		if (g_str_has_prefix(part->type, "text/") && !g_str_equal(part->type, "text/html"))
			notice_read_lines(notice, part_text(part));
	}
}

/* "[takedown.example] phishing at …": the desk's own tag. An address in brackets is what it is about. */
static char *without_tags(const char *subject)
{
	char *own = g_strdup(subject);
	for (char *open = strchr(own, '['); open; open = strchr(open + 1, '[')) {
		char *close = strchr(open, ']');
		if (!close)
			break;
		g_autofree char *inside = g_strndup(open + 1, close - open - 1);
		g_autofree char *ip = domain_ip(inside, FALSE);
		if (!ip && !strpbrk(inside, " /@"))
			memset(open, ' ', close - open + 1);
	}
	return own;
}

/* The subject names what the text then speaks of. */
static void read_text(Notice *notice, Message *message, const char *subject)
{
	const char *text = message_text(message);
	gsize own = signature_start(text);
	g_autofree char *body = g_strndup(text, own);
	notice_read_lines(notice, body);
	notice->below = notice->named > 0;
	if (own < strlen(text))
		notice_read_lines(notice, text + own);
	notice->below = FALSE;
	if (subject) {
		g_autofree char *untagged = notice->named ? without_tags(subject) : g_strdup(subject);
		notice_read_all(notice, untagged);
	}
	if (notice->named == 0)
		read_attached(notice, message);
	if (notice->named == 0)
		read_text_attachments(notice, message);
	if (notice->named == 0)
		notice_read_all(notice, body);
}

/* @names: of three letters each. */
static gboolean begins_with_one(const char *p, const char *names)
{
	for (; *names; names += 3)
		if (strncmp(p, names, 3) == 0)
			return TRUE;
	return FALSE;
}

/* "Sun, 01 Mar 2026 …", "Sun Mar  1 …" as asctime() has it */
static gboolean begins_with_weekday(const char *p)
{
	if (!begins_with_one(p, "MonTueWedThuFriSatSun"))
		return FALSE;
	if (p[3] == ',')
		return g_ascii_isdigit(p[4 + strspn(p + 4, " ")]);
	return p[3] == ' ' && begins_with_one(p + 4, "JanFebMarAprMayJunJulAugSepOctNovDec") && p[7] == ' ';
}

/* "2026-03-01T10:00:00Z", "2026/03/01 10:00", "2026.03.01 10:00" */
static gboolean begins_with_iso_day(const char *p)
{
	static const char digits[] = "0123456789";
	return strspn(p, digits) == 4 && (p[4] == '-' || p[4] == '/' || p[4] == '.') &&
		strspn(p + 5, digits) == 2 && p[7] == p[4];
}

/* The first date with a time of day that stands anywhere. */
static gint64 date_in(const char *text)
{
	gint64 found = REPORT_NO_DATE;
	for (const char *p = text; *p && p - text < HEAD_MAX && found == REPORT_NO_DATE; p++) {
		if ((p > text && g_ascii_isalnum(p[-1])) ||
			(!begins_with_iso_day(p) && !begins_with_weekday(p)))
			continue;
		g_autofree char *date = g_strndup(p, strcspn(p, "\n*;()[]|<>"));
		date[MIN(strlen(date), DATE_MAX)] = '\0';
		if (strchr(date, ':'))
			found = message_date(date);
	}
	return found;
}

static gboolean notice_parse(Message *message, const Border *border, Report *report)
{
	Notice notice = {.border = border, .report = report};
	g_autoptr(GPtrArray) innocent = g_ptr_array_new_with_free_func(g_free);
	g_autofree char *xml = xml_of(message), *reference = notice_subject_reference(report->subject);
	g_autofree char *whole =
		g_strconcat(report->subject ? report->subject : "", "\n", message_text(message), NULL);
	const char *because = NULL;

	notice.innocent = innocent;
	notice.incident = report_add_incident(report, category_of_text(whole, &because));
	notice.incident->complainant = report->reporter;
	read_innocent(&notice, message);
	if (xml)
		notice_read_xml(&notice, xml);
	else
		read_text(&notice, message, report->subject);
	if (notice.named == 0 && !xml) {
		/* It only looked like one: nothing is named, so a closer reading decides. */
		g_ptr_array_set_size(report->incidents, 0);
		report->reporter = report->from;
		return FALSE;
	}
	if (notice.incident->date == REPORT_NO_DATE)
		notice.incident->date = date_in(whole);
	if (!notice.incident->report_id)
		notice.incident->report_id =
			report_text(report, reference ? reference : report->message_id, 200);
	report_set(report, KIND_NOTICE, DISPOSITION_COMPLAINT, NULL);
	report_because(report, "A machine's or an abuse team's notice: %s.",
		xml ? "its XML says so" : "by its lines and words");
	if (because)
		report_because(report, "\"%s\" in it makes it %s.", because,
			report_category_name(notice.incident->category));
	return TRUE;
}

const Kind notice_kind = {notice_recognises, notice_parse};
