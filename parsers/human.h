#pragma once

/* A person's mail, in steps; only human*.c needs it. */

#include "border.h"
#include "forward.h"
#include "html.h"
#include "message.h"
#include "report.h"

typedef struct {
	Message *message;
	const Border *border;
	Report *report;
	GPtrArray *innocent; /* char *: domains of the reporter, the first being his own, and of us */
	Category category;
	const char *complaint;    /* words that complain, or NULL */
	gboolean forwarded;       /* the subject says so */
	gboolean defanged;        /* he made something unclickable: only reporters do */
	char *own;                /* subject and text he wrote himself, without his signature */
	char *below;              /* what was taken for his signature */
	GPtrArray *forwards;      /* Forward * of the text */
	GPtrArray *links;         /* Link * of the HTML */
	GPtrArray *html_forwards; /* Forward * of the HTML, whose offsets fit the links */
	char *html_text;          /* of the HTML */
	GPtrArray *shown;         /* Shown *: hosts that links show while they lead elsewhere */
	gsize html_signature;     /* where his own text ends in the HTML */
} Human;

typedef struct {
	char *host;
	gsize offset; /* in the HTML's text, as a link's */
} Shown;

/* Fills @human->shown from its links. */
void human_read_shown(Human *human);
/* Whether @host can never be named by this reporter. */
gboolean human_is_innocent(const Human *human, const char *host);
/* An incident for each mail forwarded in the text. Returns how many there are. */
guint human_read_forwards(Human *human);
/* What he typed, in @text, into @incident: returns how much was named. */
guint human_read_typed(Human *human, Incident *incident, const char *text);
/* Targets of the links in what he wrote himself. */
guint human_read_own_links(Human *human, Incident *incident);
/* Whether @host is only what a link elsewhere shows: then its target counts. */
gboolean human_is_shown(const Human *human, const char *host, gsize from, gsize to);
/* A URL of evidence, and its host as culprit. FALSE when the host is innocent. */
gboolean human_accuse_url(Human *human, Incident *incident, EvidenceKind kind, Provenance provenance,
	const char *url, const char *host, gboolean host_is_ip);
/* The same of a link, where it leads. */
gboolean human_accuse_link(Human *human, Incident *incident, const Link *link);
/* An incident for each mail attached to @message, which is his or a colleague's. */
void human_read_attached(Human *human, Message *message);
/* What logs, lists and pages name that he attached instead of typing them. */
guint human_read_files(Human *human, Incident *incident);
gboolean human_has_attachment(Human *human);
/* Why an attachment cannot be read, a literal, and how to send it instead; NULL when all can. */
const char *human_unreadable(Human *human, const char **advice_out);
/* The words that sell something in a text that complains of nothing, a literal; or NULL. */
const char *human_sells(const char *text);
/* Whether it is a mailing of pictures and links, without words. */
gboolean human_is_of_pictures(const Human *human);
/* Id and date of an incident are those of the mail it is about. */
void human_finish(Incident *incident);
/* Complainant, category and claim, as every incident of a person's mail has them. */
Incident *human_incident(Human *human);
