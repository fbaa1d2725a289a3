#include "workers.h"

#include <jansson.h>

#define DETAIL_MOST 1000 /* characters, as any value of a report */

static json_t *text_or_null(const char *text)
{
	return text ? json_string(text) : json_null();
}

/* What is known of the mail itself: nothing. Every key is there all the same, so that who
 * reads reports needs no second form. */
static json_t *no_mail(void)
{
	static const char *const values[] = {
		"message_id", "date", "from", "subject", "language", "return_path", "auto_submitted", "text"};
	static const char *const lists[] = {
		"to", "delivered_to", "automatic", "in_reply_to", "auth", "tokens", "attachments"};
	json_t *mail = json_object();

	for (guint i = 0; i < G_N_ELEMENTS(values); i++)
		json_object_set_new(mail, values[i], json_null());
	for (guint i = 0; i < G_N_ELEMENTS(lists); i++)
		json_object_set_new(mail, lists[i], json_array());
	return mail;
}

static char *detail_text(const char *detail)
{
	if (!detail)
		return NULL;

	g_autofree char *valid = g_utf8_make_valid(detail, -1);
	char *text = g_utf8_substring(valid, 0, MIN(g_utf8_strlen(valid, -1), DETAIL_MOST));
	for (char *p = text; *p; p++)
		if (g_ascii_iscntrl(*p))
			*p = ' ';
	return text;
}

char *workers_quarantine(const char *reason, const char *detail)
{
	g_autofree char *words = detail_text(detail);
	json_t *malformed = json_array();
	if (words)
		json_array_append_new(malformed, text_or_null(words));

	json_t *report = json_pack("{s:i,s:s,s:s,s:s,s:o,s:o,s:n,s:n,s:[],s:[],s:[]}", "schema", 1, "kind",
		"unreadable", "disposition", "quarantine", "reason", reason, "malformed", malformed, "mail",
		no_mail(), "reporter", "feedback_type", "incidents", "deliveries", "lines");
	char *line = json_dumps(report, JSON_COMPACT);
	char *copy = g_strdup(line);
	free(line);
	json_decref(report);
	return copy;
}
