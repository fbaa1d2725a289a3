#include "kinds.h"

#include <string.h>

#include "bounce.h"
#include "own.h"
#include "wording.h"

/* Mail that came back. Standard bounces (RFC 3464) say so; the others are recognised by two signs out of
 * three: a sender that only mail systems have, stock phrases, and what is returned. */

typedef struct {
	gboolean is_standard; /* report-type, delivery-status part, X-Failed-Recipients ... */
	gboolean is_daemon;   /* nobody but a mail system is called so */
	gboolean is_system;   /* a person may be */
	gboolean is_null;     /* no envelope sender, or the daemon */
	gboolean is_automatic;
	const char *subject, *text; /* phrases that matched, or NULL */
	gboolean has_returned, has_code;
} Signs;

static const Wording bounce_daemons[] = {
	{"mailer-daemon", WORDING_ANYWHERE},
	{"mailer_daemon", WORDING_ANYWHERE},
	{"mailerdaemon", WORDING_ANYWHERE},
	{"mailer daemon", WORDING_ANYWHERE},
	{"mail-daemon", WORDING_ANYWHERE},
	{"maildaemon", WORDING_ANYWHERE},
	{"mdaemon", WORDING_ANYWHERE},
	{"mail delivery subsystem", WORDING_ANYWHERE},
	{"mail delivery system", WORDING_ANYWHERE},
	{"mail deliver system", WORDING_ANYWHERE},
	{"microsoftexchange329e71ec88ae4615bbc36ab6ce41109e", WORDING_ANYWHERE}, /* every Exchange */
	{NULL, WORDING_START},
};

static const Wording bounce_systems[] = {
	{"postmaster", WORDING_ANYWHERE},
	{"poostmaster", WORDING_ANYWHERE},
	{"post_master", WORDING_ANYWHERE},
	{"post-master", WORDING_ANYWHERE},
	{"bounce", WORDING_ANYWHERE},
	{"mail delivery", WORDING_ANYWHERE},
	{"mail system", WORDING_ANYWHERE},
	{"mail server", WORDING_ANYWHERE},
	{"mail administrator", WORDING_ANYWHERE},
	{"mailadmin", WORDING_ANYWHERE},
	{"mail transport", WORDING_ANYWHERE},
	{"mail router", WORDING_ANYWHERE},
	{"mail gateway", WORDING_ANYWHERE},
	{"mailsystem", WORDING_ANYWHERE},
	{"mail-system", WORDING_ANYWHERE},
	{"delivery system", WORDING_ANYWHERE},
	{"delivery subsystem", WORDING_ANYWHERE},
	{"delivery notification", WORDING_ANYWHERE},
	{"content-filter at", WORDING_ANYWHERE},
	{"system administrator", WORDING_ANYWHERE},
	{"systemadministrator", WORDING_ANYWHERE},
	{"system attendant", WORDING_ANYWHERE},
	{"sysadmin", WORDING_ANYWHERE},
	{"administrateur syst", WORDING_ANYWHERE},
	{"administrador del sistema", WORDING_ANYWHERE},
	{"administrador do sistema", WORDING_ANYWHERE},
	{"amministratore di sistema", WORDING_ANYWHERE},
	{"администратор", WORDING_ANYWHERE},
	{"microsoft outlook", WORDING_ANYWHERE},
	{"microsoft exchange", WORDING_ANYWHERE},
	{"interscan", WORDING_ANYWHERE},
	{"-admin@", WORDING_ANYWHERE},
	{"daemon@", WORDING_ANYWHERE},
	{"no-reply@", WORDING_ANYWHERE},
	{"noreply@", WORDING_ANYWHERE},
	{NULL, WORDING_START},
};

/* Fields that only bounces carry. */
static const char *const bounce_fields[] = {"X-Failed-Recipients", /* Exim, Gmail */
	"X-Mailer-Daemon-Recipients",                              /* Mail.ru */
	"X-Bounced-Address",                                       /* indimail */
	NULL};

/* Name and local part of From: its domain may hold any word. */
static char *bounce_sender(Message *message)
{
	const char *from = message_header(message, "From");
	g_autofree char *folded = wording_fold(from, 500);
	char *at = strrchr(folded, '@');
	/* the comment spelling: MAILER-DAEMON@example.org (Mail Delivery System) */
	const char *comment = at ? strchr(at, '(') : NULL;
	if (!at)
		return g_steal_pointer(&folded);
	g_autofree char *head = g_strndup(folded, at + 1 - folded);
	return g_strconcat(head, " ", comment ? comment : "", NULL);
}

static gboolean bounce_is_null(Message *message)
{
	guint count = message_header_count(message, "Return-Path");
	for (guint i = 0; i < count; i++) {
		g_autofree char *path = g_ascii_strdown(message_header_nth(message, "Return-Path", i), -1);
		path[strcspn(path, "@")] = '\0'; /* a domain may hold any word */
		g_strstrip(path);
		if (g_str_has_prefix(path, "<>") || wording_find(bounce_daemons, path))
			return TRUE;
	}
	return FALSE;
}

static gboolean bounce_is_standard(Message *message)
{
	g_autofree char *type = wording_fold(message_header_raw(message, "Content-Type"), 1000);
	if (g_str_has_prefix(type, "multipart/report") && strstr(type, "delivery-status"))
		return TRUE;
	for (guint i = 0; bounce_fields[i]; i++)
		if (message_header_count(message, bounce_fields[i]))
			return TRUE;
	return message_find_part(message, "message/delivery-status") ||
		message_find_part(message, "message/global-delivery-status");
}

/* A feedback report that lost its report: with it, it would be taken for one by now. */
static gboolean bounce_is_arf(Message *message)
{
	g_autofree char *type = wording_fold(message_header_raw(message, "Content-Type"), 1000);
	return strstr(type, "feedback-report") != NULL;
}

static void bounce_signs(Message *message, Signs *signs)
{
	g_autofree char *sender = bounce_sender(message);
	g_autofree char *subject = wording_fold(message_header(message, "Subject"), 500);
	const char *automatic = message_header_raw(message, "Auto-Submitted");

	memset(signs, 0, sizeof *signs);
	signs->is_standard = bounce_is_standard(message);
	signs->is_daemon = wording_find(bounce_daemons, sender) != NULL;
	signs->is_system = wording_find(bounce_systems, sender) != NULL;
	signs->is_null = bounce_is_null(message);
	signs->is_automatic = automatic && g_ascii_strncasecmp(automatic, "no", 2) != 0;
	signs->subject = wording_find(wording_bounce_subjects, subject);
}

static gboolean bounce_recognises(Message *message, const Border *border)
{
	Signs signs;
	bounce_signs(message, &signs);
	/* A system's name alone is no sign: postmasters complain, too. */
	if (!signs.is_standard && !signs.is_daemon && !signs.is_null && !signs.subject)
		return FALSE;
	return !bounce_is_arf(message);
}

/* Whether a mail that came back is attached: then a person shows us what he gets. */
static gboolean bounce_shows_bounce(Message *message)
{
	GPtrArray *parts = message_parts(message);
	for (guint i = 0; i < parts->len; i++) {
		Message *attached = part_attached(parts->pdata[i]);
		if (!attached)
			continue;
		Signs signs;
		bounce_signs(attached, &signs);
		if (signs.is_standard || signs.is_daemon)
			return TRUE;
	}
	return FALSE;
}

typedef enum { BOUNCE_NO, BOUNCE_PERHAPS, BOUNCE_YES } Verdict;

static Verdict bounce_verdict(const Signs *signs)
{
	gboolean is_machine = signs->is_system || signs->is_null;
	guint phrases = (signs->subject != NULL) + (signs->text != NULL);

	if (signs->is_standard)
		return BOUNCE_YES;
	if (signs->is_daemon)
		return phrases || signs->has_returned || signs->is_null ? BOUNCE_YES : BOUNCE_PERHAPS;
	if (signs->is_system && signs->is_null && phrases)
		return BOUNCE_YES;
	if (is_machine && signs->subject)
		return signs->text || signs->has_returned ? BOUNCE_YES : BOUNCE_PERHAPS;
	if (signs->is_null && signs->text && signs->has_returned)
		return BOUNCE_YES;
	if (signs->subject && signs->text && signs->is_automatic)
		return BOUNCE_YES;
	/* Nobody's name on it, but the words and the returned mail: gateways do so, and so might a
	 * person. Staff look at it. */
	if (signs->subject && signs->text && signs->has_returned)
		return BOUNCE_PERHAPS;
	if (signs->is_null && signs->text && signs->has_code)
		return BOUNCE_PERHAPS;
	return BOUNCE_NO;
}

static gboolean bounce_is_delay(Message *message, const Report *report)
{
	gboolean delayed = FALSE, failed = FALSE;
	for (guint i = 0; i < report->deliveries->len; i++) {
		const Delivery *delivery = report->deliveries->pdata[i];
		delayed = delayed || g_strcmp0(delivery->action, "delayed") == 0;
		failed = failed || g_strcmp0(delivery->action, "failed") == 0;
	}
	if (delayed || failed)
		return !failed;
	g_autofree char *subject = wording_fold(message_header(message, "Subject"), 300);
	g_autofree char *text = wording_fold(message_text(message), 4000);
	return wording_find(wording_delay_texts, subject) || wording_find(wording_delay_texts, text);
}

/* Whether everything was delivered: a receipt that someone asked for, not a failure. */
static gboolean bounce_is_success(const Report *report)
{
	for (guint i = 0; i < report->deliveries->len; i++) {
		const Delivery *delivery = report->deliveries->pdata[i];
		if (!delivery->action || !strchr("dre", delivery->action[0]) ||
			strcmp(delivery->action, "delayed") == 0)
			return FALSE;
	}
	return report->deliveries->len > 0;
}

static void bounce_deliveries(Message *message, Report *report)
{
	g_autofree char *returned_id = NULL;
	GPtrArray *parts = message_parts(message);

	for (guint i = 0; i < parts->len; i++) {
		Part *part = parts->pdata[i];
		if (g_str_has_suffix(part->type, "delivery-status") && !part->is_multipart)
			bounce_read_status(part_text(part), report, &returned_id);
	}
	if (!report->deliveries->len)
		bounce_text_deliveries(message, report, bounce_is_delay(message, report));

	g_autofree char *id = bounce_returned_id(message);
	const char *message_id = report_text(report, id ? id : returned_id, REPORT_MAX_VALUE);
	/* Nobody is named, but what came back is: that alone tells whom it did not reach. */
	if (!report->deliveries->len && message_id)
		report_add_delivery(report);
	for (guint i = 0; i < report->deliveries->len; i++)
		((Delivery *)report->deliveries->pdata[i])->our_message_id = message_id;
}

static void bounce_explain(const Signs *signs, Report *report)
{
	if (signs->is_standard)
		report_because(report,
			"It says that it is a bounce, as RFC 3464 or its mail system's own field orders.");
	if (signs->is_daemon)
		report_because(report, "Only mail systems are called like its sender.");
	if (signs->subject)
		report_because(report, "Its subject is a bounce's: \"%s\".", signs->subject);
	if (signs->text)
		report_because(report, "Its text is a bounce's: \"%s\".", signs->text);
	report_because(report, "Recipients that were not reached: %u.", report->deliveries->len);
}

static gboolean bounce_parse(Message *message, const Border *border, Report *report)
{
	Signs signs;
	bounce_signs(message, &signs);
	gboolean is_list = FALSE;
	if (!signs.is_standard) {
		g_autofree char *text = wording_fold(message_text(message), 8000);
		is_list = wording_find(wording_list_refusals, text) != NULL;
		signs.text = wording_find(wording_bounce_texts, text);
		signs.has_returned = bounce_has_returned(message);
		signs.has_code = bounce_has_code(message);
	}

	Verdict verdict = bounce_verdict(&signs);
	gboolean is_machine = signs.is_daemon || signs.is_null || signs.is_automatic;
	if (verdict == BOUNCE_NO || (!is_machine && bounce_shows_bounce(message)))
		return FALSE;
	if (verdict == BOUNCE_PERHAPS && is_list)
		return FALSE; /* nothing came back: a list keeps it for its moderator */

	own_tokens(message, border, report);
	bounce_deliveries(message, report);
	bounce_explain(&signs, report);
	if (verdict == BOUNCE_PERHAPS)
		report_set(report, KIND_BOUNCE, DISPOSITION_QUARANTINE, "perhaps-a-bounce");
	else
		report_set(report, KIND_BOUNCE, DISPOSITION_NOT_COMPLAINT,
			bounce_is_success(report)                  ? "delivered"
				: bounce_is_delay(message, report) ? "delayed"
								   : "bounce");
	return TRUE;
}

const Kind bounce_kind = {bounce_recognises, bounce_parse};
