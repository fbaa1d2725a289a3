#pragma once

/* Stock phrases of mail programs, in the languages they ship in: the subjects and sentences by
 * which a bounce, an absence note or a receipt says what it is. */

#include <glib.h>

typedef enum {
	WORDING_START,    /* the text begins with it, followed by no letter */
	WORDING_ANYWHERE, /* it stands somewhere in the text */
} WordingPlace;

typedef struct {
	const char *text; /* folded as wording_fold() does, at least three bytes; NULL ends a table */
	WordingPlace place;
} Wording;

/* At most the first @most bytes of @text in lower case, white space runs and line ends as one
 * space, typographic apostrophes as "'", without marks of direction. Never NULL; owned by the caller. */
char *wording_fold(const char *text, gsize most);
/* The row's text that matches @folded, or NULL. */
const char *wording_find(const Wording *table, const char *folded);

/* Which three bytes in a row a text has, hashed: most phrases of a long table are ruled out by one look. */
typedef struct {
	guint64 bits[64];
} Triples;

void triples_fill(Triples *triples, const char *text);
/* FALSE: @phrase, of three bytes at least, stands nowhere in the text. */
gboolean triples_have(const Triples *triples, const char *phrase);

/* Subjects and sentences of bounces and delays. */
extern const Wording wording_bounce_subjects[], wording_bounce_texts[];
/* Sentences saying that delivery goes on being tried. */
extern const Wording wording_delay_texts[];
/* Lines after which the returned mail follows. */
extern const Wording wording_returned[];
/* Subjects of automatic answers, sentences of absence notes, subjects of read receipts. */
extern const Wording wording_auto_subjects[], wording_absence_texts[], wording_request_texts[];
/* Sentences of challenges to the sender, and of lists that refuse or hold a mail. */
extern const Wording wording_challenge_texts[], wording_list_refusals[];
extern const Wording wording_receipt_subjects[], wording_receipt_texts[];
