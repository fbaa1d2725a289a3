#pragma once

/* What a reported mail says of itself: fills original{}, practice{}, evidence[] and the culprit
 * lists of an incident. Shared by every kind that comes with the reported mail. */

#include "border.h"
#include "message.h"
#include "report.h"

/* @innocent: domains that must not become culprits (the reporter's, the recipient's provider), char *,
 * normal form; may be NULL. */
void original_read(Message *original, const Border *border, Report *report, Incident *incident,
	Provenance provenance, GPtrArray *innocent);

/* Evidence of the customer's token that a header field has in it, if it has one. */
void original_add_token(
	const char *field, const Border *border, Report *report, Incident *incident, Provenance provenance);
