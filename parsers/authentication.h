#pragma once

/* What our border found out about the outer mail: Authentication-Results (RFC 8601), by position: only
 * fields above the first Received below our hosts' unbroken run, of them only the topmost with one of our
 * ids. Without a border nothing is authenticated. */

#include "border.h"
#include "message.h"

void authentication_read(Message *message, const Border *border, Report *report);
