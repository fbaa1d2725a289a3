#pragma once

/* Whether the words before a name say that it is the victim's, not the culprit's: "our server 192.0.2.1",
 * "the genuine site is …", "imitates bank.example", "DST=192.0.2.1". */

#include <glib.h>

/* @at: where the name stands in @text. */
gboolean victim_is_meant(const char *text, const char *at);
/* The same by phrases of several words; victim.c asks it. */
gboolean victim_by_phrase(const char *text, const char *at);
