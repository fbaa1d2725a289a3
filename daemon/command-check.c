/* What people type after an option: words of small vocabularies, and times. */

#include "command.h"

#include <stdio.h>

#include "nearest.h"

const char *const command_case_states[] = {"open", "waiting", "answered", "closed", NULL};
const char *const command_action_states[] = {
	"proposed", "approved", "executing", "done", "failed", "rejected", "cancelled", NULL};
const char *const command_outbox_states[] = {"owed", "held", "sending", "sent", "deferred", "refused",
	"uncertain", "cancelled", "expired", "shadow", NULL};
const char *const command_outbox_kinds[] = {"acknowledgment", "answer", "authority", "breaker", "cease",
	"deadline", "deletion", "digest", "escalation", "failure", "inform", "loop", "need-more-information",
	"not-involved", "not-ours", "outcome", "pause", "quarantine", "referral", "reinstatement", "reminder",
	"reply", "restricted", "stop-redirection", "summary", "suspension", "transit-explained",
	"undeliverable", "unset-redirection-explained", "warning", "whois-inquiry", "whois-outcome", NULL};
const char *const command_dispositions[] = {"complaint", "not-complaint", "quarantine", NULL};
const char *const command_message_kinds[] = {"arf", "xarf", "x-arf", "jmrp", "spamcop", "notice", "batch",
	"webform", "human", "opt-out", "bounce", "auto-reply", "receipt", "dmarc-aggregate", "tls-report",
	"reply", "own", "list", "empty", "unreadable", NULL};

gboolean command_word(const char *what, const char *word, const char *const *words, GError **error)
{
	if (!word || g_strv_contains(words, word))
		return TRUE;

	const char *nearest = nearest_word(word, words);
	g_autofree char *all = g_strjoinv(", ", (char **)words);
	return command_fail(error, EX_USAGE, "%s: \"%s\" is none of %s%s%s%s", what, word, all,
		nearest ? "; did you mean \"" : "", nearest ? nearest : "", nearest ? "\"?" : "");
}

gboolean command_time(const char *what, const char *text, GError **error)
{
	static const char shape[] =
		"^[0-9]{4}-[0-9]{2}-[0-9]{2}"
		"([ T][0-9]{2}:[0-9]{2}(:[0-9]{2}([.][0-9]+)?)?( ?(Z|[+-][0-9]{2}(:?[0-9]{2})?))?)?$";
	int year, month, day;

	if (!text)
		return TRUE;
	if (g_regex_match_simple(shape, text, 0, 0) && sscanf(text, "%d-%d-%d", &year, &month, &day) == 3 &&
		g_date_valid_dmy((GDateDay)day, (GDateMonth)month, (GDateYear)year))
		return TRUE;
	return command_fail(error, EX_USAGE,
		"%s: \"%s\" is no time: write 2026-03-01 or 2026-03-01 12:00 (UTC)", what, text);
}
