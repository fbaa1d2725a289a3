#pragma once

/* What a text complains of, by words in the languages that people write. */

#include "report.h"

/* CATEGORY_SPAM when nothing else is said. *because_out: the words that decided, borrowed literal. */
Category category_of_text(const char *text, const char **because_out);
/* Language of a text by its commonest words ("en", "fr", "de", ...), or NULL. */
const char *category_language(const char *text);
