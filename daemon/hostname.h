#pragma once

/* Host names that people type into files and commands. (Those found in mails are read by parsers/domain.h.)
 */

#include <glib.h>

/* Lower-case A-labels without a trailing dot, "[.]" for "." undone; NULL when it is no name of at least two
 * labels (RFC 1123 section 2.1, underscores allowed; RFC 5891). Owned by the caller. */
char *hostname_normal(const char *typed);
