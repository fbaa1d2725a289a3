#pragma once

/* How our own mails are known when they, or answers to them, come back. */

#include "border.h"
#include "message.h"
#include "report.h"

/* Adds what may be a token of ours to report->tokens: tags of plus-addresses it was sent to, "[complaint
 * #...]" of the subject, left sides of Message-IDs at our token domain. Only candidates: the
 * database verifies them. TRUE when there is one. */
gboolean own_tokens(Message *message, const Border *border, Report *report);
/* Whether we sent it: our instance in X-Complaintd, or a Message-ID at our token domain. */
gboolean own_is_ours(Message *message, const Border *border);
