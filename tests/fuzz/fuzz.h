#pragma once

/* What every fuzz target shares: one start, one border, and what must hold for any report. */

#include <jansson.h>
#include <string.h>

#include "domain.h"
#include "kinds.h"

#define FUZZ_BORDER                                                                                          \
	"{\"authserv_ids\":[\"mx.desk.example\",\"topmost\"],\"hosts\":[\"mx.desk.example\"],"               \
	"\"addresses\":[\"abuse@desk.example\"],\"domains\":[\"desk.example\"],\"instance\":\"desk-1\","     \
	"\"token_domain\":\"t.desk.example\",\"webform_header\":\"X-Webform: desk\"}"

int LLVMFuzzerTestOneInput(const guint8 *bytes, size_t size);

/* The libraries' tables are loaded once, as a worker does before its sandbox closes. */
static inline const Border *fuzz_start(void)
{
	static Border *border;
	if (border)
		return border;
	message_init();
	domain_init(NULL);
	border = border_new_from_json(FUZZ_BORDER, strlen(FUZZ_BORDER), NULL);
	g_assert_nonnull(border);
	return border;
}

/* A copy that ends where the data end, so that reading on is found. */
static inline char *fuzz_text(const guint8 *bytes, size_t size)
{
	char *text = g_utf8_make_valid((const char *)bytes, size);
	return text;
}

static inline void fuzz_check_strings(const json_t *value)
{
	const char *key;
	json_t *item;
	size_t i;
	if (json_is_string(value)) {
		g_assert_true(g_utf8_validate(json_string_value(value), json_string_length(value), NULL));
		g_assert_cmpuint(strlen(json_string_value(value)), ==, json_string_length(value));
		g_assert_cmpint(g_utf8_strlen(json_string_value(value), -1), <=, REPORT_MAX_TEXT);
	}
	json_array_foreach(value, i, item) fuzz_check_strings(item);
	json_object_foreach((json_t *)value, key, item) fuzz_check_strings(item);
}

/* Names only, and those that a database and a person may see. */
static inline void fuzz_check_culprits(const json_t *incident)
{
	size_t i;
	json_t *item;
	json_array_foreach(json_object_get(incident, "domains"), i, item)
	{
		const char *domain = json_string_value(item);
		g_assert_nonnull(strchr(domain, '.'));
		g_assert_cmpuint(
			strspn(domain, "abcdefghijklmnopqrstuvwxyz0123456789_.-"), ==, strlen(domain));
		g_assert_cmpuint(strlen(domain), <=, 253);
	}
	json_array_foreach(json_object_get(incident, "ips"), i, item) g_assert_cmpuint(
		strspn(json_string_value(item), "0123456789abcdef:./"), ==, strlen(json_string_value(item)));
	g_assert_cmpint(json_integer_value(json_object_get(incident, "count")), >=, 1);
}

/* The contract of complaint-report(5), as far as it holds for any bytes. */
static inline void fuzz_check_report(const Report *report)
{
	g_autoptr(GString) text = g_string_new(NULL);
	report_write_json(report, NULL, text);
	g_assert_cmpuint(strlen(text->str), ==, text->len);
	g_assert_true(g_utf8_validate(text->str, text->len, NULL));
	g_assert_null(memchr(text->str, '\n', text->len));

	json_error_t where;
	json_t *json = json_loadb(text->str, text->len, JSON_REJECT_DUPLICATES, &where);
	if (!json)
		g_error("the report is no JSON: %s", where.text);
	fuzz_check_strings(json);
	size_t i;
	json_t *incident;
	json_array_foreach(json_object_get(json, "incidents"), i, incident) fuzz_check_culprits(incident);
	const char *disposition = json_string_value(json_object_get(json, "disposition"));
	gboolean needs_reason = strcmp(disposition, "complaint") != 0;
	g_assert_true(!needs_reason || json_is_string(json_object_get(json, "reason")));
	json_decref(json);
}

static inline void fuzz_mail(const guint8 *bytes, size_t size)
{
	const Border *border = fuzz_start();
	g_autoptr(Report) report = kinds_parse(bytes, size, border);
	fuzz_check_report(report);
}

/* The data as a piece of a mail: where a parser has no door of its own. */
static inline void fuzz_wrapped(const char *before, const guint8 *bytes, size_t size, const char *after)
{
	g_autoptr(GString) mail = g_string_new(before);
	g_string_append_len(mail, (const char *)bytes, size);
	g_string_append(mail, after);
	/* an exact copy, as above */
	g_autofree guint8 *exact = g_memdup2(mail->str, mail->len);
	fuzz_mail(exact, mail->len);
}
