#pragma once

/* Between bounce.c, which recognises, bounce-status.c, which reads what the standard orders, and
 * bounce-text.c, which reads the rest. */

#include "message.h"
#include "report.h"

/* Deliveries of a delivery-status part's text (RFC 3464). *returned_id_out gets what
 * X-Original-Message-ID says, when nothing stands there yet; owned by the caller. */
void bounce_read_status(const char *text, Report *report, char **returned_id_out);
/* What a bounce says in free text: a delivery per recipient with the diagnostic beside it. Recipients of
 * X-Failed-Recipients come first and make the search in the text needless. */
void bounce_text_deliveries(Message *message, Report *report, gboolean is_delay);
/* Whether the text, or a part, brings back what could not be delivered. */
gboolean bounce_has_returned(Message *message);
/* Message-ID of the returned mail, without brackets, or NULL; owned by the caller. */
char *bounce_returned_id(Message *message);
/* Enhanced status code (RFC 3463) somewhere in @text, or NULL; owned by the caller. */
char *bounce_status(const char *text);
/* Whether the words before the returned mail have a code in them. */
gboolean bounce_has_code(Message *message);
/* Whether the reply code of a mail server stands in @line. */
gboolean bounce_has_reply_code(const char *line);
