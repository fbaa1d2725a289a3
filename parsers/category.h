#pragma once

/* What a text complains of, by words in the languages that people write. */

#include "report.h"

/* CATEGORY_SPAM when nothing else is said. *because_out: the words that decided, borrowed literal. */
Category category_of_text(const char *text, const char **because_out);
/* Whether somebody complains, asks for help against abuse, or names what he suffered: the words, a
 * borrowed literal, or NULL. */
const char *category_complaint_words(const char *text);
/* Language of a text by its commonest words ("en", "fr", "de", ...), or NULL. */
const char *category_language(const char *text);
/* A sentence that calls registrant data wrong. *field_out: "email", "phone", "address", "name" or
 * "registrant", a literal. Returns the sentence, owned by the caller; NULL when there is none. */
char *category_whois_claim(const char *text, const char **field_out);
