#pragma once

/* What a report says, in words "key=value" with "_" for each blank, so that a row can name those that matter:
 * "spam ip=203.0.113.77 !domain=links.example". A word with "!" must not be there. */

#include "parsers/kinds.h"

#include <string.h>

static void summary_add(GPtrArray *words, const char *key, const char *value)
{
	if (!value)
		return;
	char *word = g_strconcat(key, *key ? "=" : "", value, NULL);
	g_strdelimit(word, " \n\t", '_');
	g_ptr_array_add(words, word);
}

static void summary_list(GPtrArray *words, const char *key, const GPtrArray *list)
{
	for (guint i = 0; i < list->len; i++)
		summary_add(words, key, list->pdata[i]);
}

static void summary_number(GPtrArray *words, const char *key, gint64 value)
{
	g_autofree char *text = g_strdup_printf("%" G_GINT64_FORMAT, value);
	summary_add(words, key, text);
}

static void summary_original(GPtrArray *words, const Original *original)
{
	summary_add(words, "original-id", original->message_id);
	summary_add(words, "original-from", original->from);
	summary_list(words, "original-to", original->to);
	summary_add(words, "original-subject", original->subject);
	summary_add(words, "original-path", original->return_path);
}

static void summary_incident(GPtrArray *words, const Incident *incident)
{
	static const char *const kinds[] = {"from", "return-path", "dkim", "url", "list-unsubscribe",
		"reply-to", "message-id", "reported-domain", "reported-uri", "feedback-id", "list-id",
		"received", "auth-user", "typed", "helo", "token"};
	summary_add(words, "", report_category_name(incident->category));
	summary_add(words, "id", incident->report_id);
	summary_add(words, "complainant", incident->complainant);
	summary_add(words, "source", incident->source_ip);
	summary_number(words, "port", incident->source_port);
	summary_number(words, "count", incident->count);
	if (incident->date != REPORT_NO_DATE)
		summary_number(words, "date", incident->date);
	summary_list(words, "ip", incident->ips);
	summary_list(words, "domain", incident->domains);
	summary_list(words, "url", incident->urls);
	for (guint i = 0; i < incident->evidence->len; i++) {
		const Evidence *evidence = incident->evidence->pdata[i];
		summary_add(words, kinds[evidence->kind], evidence->value);
	}
	if (incident->original)
		summary_original(words, incident->original);
}

static GPtrArray *summary_words(const Report *report)
{
	GPtrArray *words = g_ptr_array_new_with_free_func(g_free);
	summary_add(words, "", report_kind_name(report->kind));
	summary_add(words, "reporter", report->reporter);
	summary_add(words, "name", report->reporter_name);
	summary_list(words, "malformed", report->malformed);
	summary_add(words, "", report->malformed->len ? NULL : "sound");
	summary_list(words, "because", report->because);
	summary_number(words, "incidents", report->incidents->len);
	for (guint i = 0; i < report->incidents->len; i++)
		summary_incident(words, report->incidents->pdata[i]);
	return words;
}

/* Every word of @expected; all that was said is shown where one fails. */
static void summary_check(const Report *report, const char *row, const char *expected)
{
	g_autoptr(GPtrArray) words = summary_words(report);
	g_auto(GStrv) wanted = g_strsplit(expected, " ", -1);
	for (char **word = wanted; *word; word++) {
		const char *bare = *word + (**word == '!');
		gboolean said = g_ptr_array_find_with_equal_func(words, bare, g_str_equal, NULL);
		if (said == (bare == *word))
			continue;
		g_ptr_array_add(words, NULL);
		g_autofree char *all = g_strjoinv(" ", (char **)words->pdata);
		g_ptr_array_set_size(words, words->len - 1);
		g_test_message("%s\n%s: %s", row, *word, all);
		g_test_fail();
	}
}

/* @mail through all the kinds, with a border of its own. */
static void summary_with(const char *border_text, const char *mail, const char *expected)
{
	g_autoptr(Border) border = border_new_from_json(border_text, strlen(border_text), NULL);
	g_assert_nonnull(border);
	g_autoptr(Report) report = kinds_parse((const guint8 *)mail, strlen(mail), border);
	summary_check(report, mail, expected);
}

static void summary_of_mail(const char *mail, const char *expected)
{
	summary_with(
		"{\"addresses\":[\"abuse@desk.example\"],\"hosts\":[\"mx.desk.example\"],"
		"\"domains\":[\"desk.example\",\"ours.example\"],\"webform_header\":\"X-Webform: desk\"}",
		mail, expected);
}
