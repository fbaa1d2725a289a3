#pragma once

/* Where a report sits in a mail, for the kinds that travel as ARF. */

#include "arf-fields.h"
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
