#pragma once

/* Good practice of a reported mailing (RFC 2369, RFC 8058, and what the law asks of senders):
 * fills incident->practice, from @original and the URLs
 * already in incident->evidence. What headers alone cannot say stays unknown. */

#include "message.h"
#include "report.h"

/* @from_domain: of the From of @original, or NULL. */
void practice_read(Message *original, const char *from_domain, Incident *incident);
/* Whether @text, which may be a link's target, offers a way out of the list. */
gboolean practice_offers_out(const char *text);
