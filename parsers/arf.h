#pragma once

/* Where a report sits in a mail, for the kinds that travel as ARF. */

#include "arf-fields.h"
#include "border.h"
#include "message.h"

/* The part with the fields of a feedback report: by type, else by what stands in it; also in an
 * attached mail, when a report was forwarded as one. NULL when there is none. */
Part *arf_find_part(Message *message);
/* The fields of that part. Owned by the caller. */
ArfFields *arf_part_fields(Part *part, Report *report);
/* The reported mail that came with it, whole or headers only, or NULL. Borrowed. */
Message *arf_find_original(Part *part);
/* The token of Feedback-Type, lower case, owned by the caller; NULL when there is none. */
char *arf_feedback_type(const ArfFields *fields);
/* A machine field's first word without brackets: "<a@b>", "192.0.2.1 (host.example)". Owned by the caller. */
char *arf_bare(const char *value);
/* Who complained: one or many, each once; never none, or the report would count for nobody. What is
 * redacted becomes "redacted:TOKEN@PROVIDER", the same for the same person (RFC 6590). Owned by the caller.
 */
GPtrArray *arf_complainants(const ArfFields *fields, Message *original, const char *provider);
/* Fills all but the complainant. @original may be NULL; @innocent as in original.h. */
void arf_read_incident(const ArfFields *fields, Message *original, const Border *border, Report *report,
	Incident *incident, GPtrArray *innocent);
