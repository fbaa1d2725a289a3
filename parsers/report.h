#pragma once

/* The report: all that one mail says, as a value. `complaint parse` prints it, a
 * worker hands it to the daemon, desk.ingest() takes it. Schema 1; the man page
 * complaint-report(5) lists every key. */

#include <glib.h>

/* Limits. Reaching one is noted in `malformed`, never silent. */
enum {
	REPORT_MAX_INCIDENTS = 200,  /* complainants × reported mails in one mail */
	REPORT_MAX_URLS = 500,       /* per incident */
	REPORT_MAX_DOMAINS = 200,    /* per incident */
	REPORT_MAX_IPS = 200,        /* per incident */
	REPORT_MAX_EVIDENCE = 600,   /* per incident */
	REPORT_MAX_SAID = 8 << 20,   /* bytes of culprits and evidence, all incidents together */
	REPORT_MAX_LINES = 20000,    /* of a batch */
	REPORT_MAX_DELIVERIES = 500, /* of a bounce */
	REPORT_MAX_ADDRESSES = 100,  /* of one header */
	REPORT_MAX_ATTACHMENTS = 100,
	REPORT_MAX_TOKENS = 50,
	REPORT_MAX_IDS = 20,     /* of one header */
	REPORT_MAX_TEXT = 4000,  /* characters of mail.text, an excerpt by its nature: not noted */
	REPORT_MAX_VALUE = 1000, /* characters of any other value */
	REPORT_MAX_URL = 2000,   /* characters of a URL */
};

typedef enum {
	KIND_UNREADABLE,
	KIND_ARF,
	KIND_XARF,
	KIND_X_ARF,
	KIND_JMRP,
	KIND_SPAMCOP,
	KIND_NOTICE,
	KIND_BATCH,
	KIND_WEBFORM,
	KIND_HUMAN,
	KIND_OPT_OUT,
	KIND_BOUNCE,
	KIND_AUTO_REPLY,
	KIND_RECEIPT,
	KIND_DMARC_AGGREGATE,
	KIND_TLS_REPORT,
	KIND_REPLY,
	KIND_OWN,
	KIND_LIST,
	KIND_EMPTY,
} ReportKind;

typedef enum {
	DISPOSITION_COMPLAINT,
	DISPOSITION_NOT_COMPLAINT,
	DISPOSITION_QUARANTINE,
} Disposition;

/* Ordered by urgency: the lowest wins where one mail speaks of several. */
typedef enum {
	CATEGORY_CHILD_SAFETY,
	CATEGORY_AUTHORITY,
	CATEGORY_PHISHING,
	CATEGORY_MALWARE,
	CATEGORY_BOTNET,
	CATEGORY_FRAUD,
	CATEGORY_INTRUSION,
	CATEGORY_VULNERABILITY,
	CATEGORY_COPYRIGHT,
	CATEGORY_TRADEMARK,
	CATEGORY_WHOIS,
	CATEGORY_SPAM,
	CATEGORY_OTHER,
	CATEGORY_OPT_OUT,
	CATEGORY_AUTH_FAILURE,
	CATEGORY_NOT_SPAM,
} Category;

typedef enum {
	EVIDENCE_FROM,
	EVIDENCE_RETURN_PATH,
	EVIDENCE_DKIM,
	EVIDENCE_URL,
	EVIDENCE_LIST_UNSUBSCRIBE,
	EVIDENCE_REPLY_TO,
	EVIDENCE_MESSAGE_ID,
	EVIDENCE_REPORTED_DOMAIN,
	EVIDENCE_REPORTED_URI,
	EVIDENCE_FEEDBACK_ID,
	EVIDENCE_LIST_ID,
	EVIDENCE_RECEIVED,
	EVIDENCE_AUTH_USER,
	EVIDENCE_TYPED,
	EVIDENCE_HELO,
	EVIDENCE_TOKEN,
} EvidenceKind;

typedef enum {
	PROVENANCE_REPORTED, /* a field of a machine's report */
	PROVENANCE_ORIGINAL, /* the attached original */
	PROVENANCE_QUOTED,   /* an inline forward */
	PROVENANCE_TYPED,    /* free text */
} Provenance;

typedef enum { TRI_UNKNOWN, TRI_FALSE, TRI_TRUE } Tri;

/* Seconds since 1970, UTC; REPORT_NO_DATE when unknown. */
#define REPORT_NO_DATE G_MININT64

typedef struct {
	EvidenceKind kind;
	Provenance provenance;
	const char *value;
	const char *host;   /* lower-case A-labels or an address, or NULL */
	const char *domain; /* ICANN-registrable domain of host, or NULL */
} Evidence;

typedef struct {
	const char *message_id; /* without angle brackets, as everywhere in a report */
	const char *from;       /* addresses are bare: local@domain */
	GPtrArray *to;
	const char *subject;
	gint64 date;
	const char *return_path;
	const char *list_id;
	const char *feedback_id;
	GPtrArray *dkim_domains;
} Original;

/* RFC 2369, 8058; what a good mailing has. */
typedef struct {
	Tri list_unsubscribe, one_click, unsubscribe_link, sender_named;
	Tri contact_given, legal_notice, dkim_aligned, links_aligned;
} Practice;

typedef struct {
	Category category;
	const char *report_id;
	const char *complainant;
	guint32 count; /* at least 1 */
	gint64 date;
	const char *source_ip;
	guint16 source_port; /* 0: not given */
	Provenance source_provenance;
	GPtrArray *domains, *urls, *ips; /* the culprits: const char *, each once */
	GPtrArray *evidence;             /* Evidence * */
	Original *original;              /* or NULL */
	Practice practice;
	const char *claim_field, *claim_why; /* whois complaints, or NULL */
} Incident;

typedef struct {
	const char *method, *result, *domain;
	gboolean aligned; /* with the outer From, by organisational domain */
} AuthResult;

typedef struct {
	const char *name, *type, *sha256;
	gsize size;
} Attachment;

/* RFC 3464. */
typedef struct {
	const char *recipient, *original_recipient, *action, *status;
	const char *diagnostic, *reporting_mta, *our_message_id;
} Delivery;

typedef struct {
	guint line; /* from 1 */
	const char *domain, *complainant, *error;
} BatchLine;

typedef struct Report Report;

/* All strings and parts of a report live and die with it; whatever is stored in
 * one of its fields must come from report_text() or a literal. */
struct Report {
	ReportKind kind;
	Disposition disposition;
	const char *reason;
	GPtrArray *malformed; /* short tokens, each once */

	/* mail */
	const char *message_id, *from, *from_name, *subject, *language, *return_path;
	const char *auto_submitted, *text;
	gint64 date;
	GPtrArray *to, *delivered_to, *automatic, *in_reply_to, *tokens;
	GPtrArray *auth;        /* AuthResult * */
	GPtrArray *attachments; /* Attachment * */
	gboolean null_sender;   /* Return-Path: <> was seen */

	const char *reporter, *reporter_name;
	const char *feedback_type;
	GPtrArray *incidents;  /* Incident * */
	GPtrArray *deliveries; /* Delivery * */
	GPtrArray *lines;      /* BatchLine * */
	GPtrArray *because;    /* for --explain: sentences, what was recognised and why */
	gsize said;            /* toward REPORT_MAX_SAID */

	GStringChunk *strings;
};

Report *report_new(void);
void report_free(Report *report);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Report, report_free)

/* A copy owned by the report: valid UTF-8, no NUL and no control characters but
 * TAB and LF, trimmed, at most @max characters; what is longer is noted as `long-value`.
 * NULL for NULL or nothing left. */
const char *report_text(Report *report, const char *text, gsize max);
const char *report_text_n(Report *report, const char *bytes, gsize length, gsize max);
/* The same of what nobody expects to be whole: nothing is noted. */
const char *report_excerpt(Report *report, const char *text, gsize max);

/* Notes a short token once: what was repaired, which limit was reached. */
void report_malformed(Report *report, const char *token);
/* Whether @used has come to @most, which is noted: @limit says of what, "too-many-…" or "long-…". */
gboolean report_full(Report *report, gsize used, gsize most, const char *limit);
/* Whether @text stands in the list of texts @list. */
gboolean report_list_has(const GPtrArray *list, const char *text);
/* Adds a sentence for a person (`complaint parse --explain`). */
void report_because(Report *report, const char *format, ...) G_GNUC_PRINTF(2, 3);
/* Not a complaint, or quarantined, for @reason (a literal token). */
void report_set(Report *report, ReportKind kind, Disposition disposition, const char *reason);

/* Appends an incident with count 1; NULL and `too-many-incidents` at the limit. */
Incident *report_add_incident(Report *report, Category category);
/* The same once more, for another complainant; NULL at the limit. Where there is no more room for
 * what it says, the copy names domains and addresses only. */
Incident *report_copy_incident(Report *report, const Incident *incident);
Delivery *report_add_delivery(Report *report);
BatchLine *report_add_line(Report *report, guint line);
void report_add_auth(
	Report *report, const char *method, const char *result, const char *domain, gboolean aligned);
void report_add_attachment(
	Report *report, const char *name, const char *type, const guint8 *bytes, gsize size);
Original *incident_original(Report *report, Incident *incident); /* made at first use */

/* Evidence is only said; a culprit also goes to domains[], urls[] or ips[]. Values are
 * copied, hosts normalised (domain.h), repeats dropped, limits noted. */
Evidence *incident_add_evidence(Report *report, Incident *incident, EvidenceKind kind, Provenance provenance,
	const char *value, const char *host);
void incident_add_domain(Report *report, Incident *incident, const char *host);
void incident_add_url(Report *report, Incident *incident, const char *url);
void incident_add_ip(Report *report, Incident *incident, const char *address);
/* Sets it unless a better known one stands there; invalid and unspecified addresses
 * are dropped. @address: any spelling domain_ip() takes. */
void incident_set_source(
	Report *report, Incident *incident, const char *address, guint port, Provenance provenance);
/* Adds @text to a list of @report unless it is there already; @limit is noted when the list holds @most. */
void report_list_add(Report *report, GPtrArray *list, const char *text, guint most, const char *limit);

const char *report_kind_name(ReportKind kind);
const char *report_category_name(Category category);
const char *report_disposition_name(Disposition disposition);

/* One line of JSON without line end. @file: the path to name in it, or NULL. */
void report_write_json(const Report *report, const char *file, GString *out);
