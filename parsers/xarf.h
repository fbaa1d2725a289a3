#pragma once

/* What XARF 3 and 4 share: checked access to JSON, and the tables of types. */

#include <jansson.h>

#include "border.h"
#include "message.h"
#include "report.h"

enum {
	XARF_MAX_BYTES = 16 << 20,
	XARF_MAX_REPORTS = 50, /* JSON documents in one mail */
	XARF_MAX_SAMPLES = 20, /* in one of them */
};

typedef struct {
	Report *report;
	Incident *incident;
	const Border *border;
	const char *contact; /* of the reporter, from the JSON, or NULL */
} Xarf;

/* Members by name; a wrong type is noted as malformed and read as absent. */
json_t *xarf_object(Xarf *xarf, json_t *object, const char *key, gboolean required);
const char *xarf_string(Xarf *xarf, json_t *object, const char *key, gboolean required);
/* 0 when absent or no port. */
guint xarf_port(Xarf *xarf, json_t *object, const char *key);
/* Checked; NULL or REPORT_NO_DATE when absent or wrong. The address is the caller's. */
char *xarf_email(Xarf *xarf, json_t *object, const char *key, gboolean required);
gint64 xarf_date(Xarf *xarf, json_t *object, const char *key, gboolean required);
/* Checks only: an address or nothing. */
void xarf_check_ip(Xarf *xarf, json_t *object, const char *key);

/* What the report names: culprits with their evidence. */
void xarf_accuse_url(Xarf *xarf, const char *url);
void xarf_accuse_host(Xarf *xarf, const char *host);
/* An address becomes the source, a URL or name a culprit. */
void xarf_accuse_source(Xarf *xarf, const char *identifier, guint port);
/* Named beside the culprit: evidence, nothing else. */
void xarf_mention(Xarf *xarf, const char *text);
/* A spam mail in base64 or as text: read as the reported mail. */
void xarf_sample(Xarf *xarf, const char *type, const char *payload, gboolean is_base64);

/* FALSE when the pair is in no table; the category is then "other". */
gboolean xarf_type_3(const char *report_class, const char *report_type, Category *category_out);
gboolean xarf_type_4(const char *category, const char *type, Category *category_out);

/* One document each, into xarf->incident. */
void xarf_read_3(Xarf *xarf, json_t *root);
void xarf_read_4(Xarf *xarf, json_t *root);
