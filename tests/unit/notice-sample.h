#pragma once

/* A notice of each kind, from the samples of the templates. */

#include "daemon/notice.h"

#include <string.h>

static TemplateSet *templates; /* set by main() */

static Notice *sample_notice(const char *audience, const char *kind)
{
	g_autofree char *mail = g_strconcat(audience, "-", kind, NULL);
	Notice *notice = notice_new();

	notice->id = 4711;
	notice->message_id = g_strdup("4711.4f0c9d2a@example.org");
	notice->kind = g_strdup(kind);
	notice->audience = g_strdup(audience);
	notice->language = g_strdup("en");
	notice->party = g_strdup("desk");
	notice->from_name = g_strdup("Example Hosting Abuse Desk");
	notice->from_address = g_strdup("abuse@example.org");
	notice->envelope = g_strdup("");
	notice->recipient = g_strdup("reporter@example.net");
	notice->recipient_name = g_strdup("Jo Sample");
	notice->reply_to = g_strdup("abuse+o4711-4f0c@example.org");
	notice->in_reply_to = g_strdup("report-1@example.net");
	notice->references = g_strdup("report-0@example.net report-1@example.net");
	notice->auto_submitted = g_strdup("auto-replied");
	notice->instance = g_strdup("desk-1");
	notice->context = json_deep_copy(template_set_sample(templates, mail));
	g_assert_nonnull(notice->context);
	return notice;
}

static void replace(char **field, const char *text)
{
	g_free(*field);
	*field = g_strdup(text);
}
