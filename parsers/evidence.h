#pragma once

/* Whether a mail that looks like no complaint shows something all the same. */

#include "border.h"
#include "message.h"

/* An attached mail, other than one that we sent: a complaint's evidence. */
gboolean evidence_has_mail(Message *message, const Border *border);
/* Names written to be seen and not followed (hxxp, [.]): nobody but who reports writes so. */
gboolean evidence_is_defanged(Message *message);
