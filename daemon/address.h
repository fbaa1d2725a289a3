#pragma once

#include <glib.h>

/* NULL when @address may stand in an SMTP envelope, else the reason in a few words (static). Stricter than
 * RFC 5321: libcurl passes CR LF straight into RCPT TO, so a space, a control character, a quoted local
 * part, an address literal or anything beyond ASCII is refused; local part at most 64 octets, path at most
 * 256, the domain at least two labels of letters, digits and hyphens (section 4.5.3.1). */
const char *address_refusal(const char *address);

/* TRUE for <left@right> of printable ASCII without spaces or angle brackets, at most 500 octets: what may be
 * echoed in In-Reply-To and References. */
gboolean address_is_message_id(const char *id);
