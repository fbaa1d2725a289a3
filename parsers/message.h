#pragma once

/* Bytes of one mail to headers, parts and decoded text, under limits. Owner of GMime in
 * parsers/: nobody else needs to know its defects (encoded words and base64 cut at '=',
 * group recursion, part explosion, silent charset loss, last Subject wins). A Message may be
 * the outer mail or an attached one; nesting is limited. */

#include "report.h"
#include <gio/gio.h>
#include <gmime/gmime.h>

enum {
	MESSAGE_MAX_BYTES = 64 << 20,
	MESSAGE_MAX_PARTS = 1000,            /* walked; more are noted as too-many-parts */
	MESSAGE_MAX_BOUNDARY_LINES = 10000,  /* lines starting "--" that may be one */
	MESSAGE_MAX_DEPTH = 30,              /* multiparts in multiparts */
	MESSAGE_MAX_ATTACHED = 50,           /* attached mails used */
	MESSAGE_MAX_ATTACHED_DEPTH = 3,      /* mails in mails */
	MESSAGE_MAX_HEADERS = 1000,          /* fields used per header block, a part's too */
	MESSAGE_MAX_HEADER_BYTES = 64 << 10, /* of one field; longer ones are cut */
	MESSAGE_MAX_REPEATS = 20,            /* of a field with addresses or ids */
	MESSAGE_MAX_TEXT = 1 << 20,          /* bytes of one decoded text used */
};

typedef struct Message Message;
typedef struct Part Part;

/* One header field, in the order of the mail. */
typedef struct {
	const char *name; /* as sent */
	const char *raw;  /* unfolded, not decoded, trimmed, valid UTF-8 */
} Header;

struct Part {
	Message *message;        /* that holds it; borrowed */
	const char *type;        /* "text/plain", lower case */
	const char *name;        /* file name, decoded, or NULL */
	const char *disposition; /* lower case, or NULL */
	guint depth;
	int parent; /* index of the multipart in message_parts(), or -1 */
	gboolean is_multipart;
};

/* Once per process. Loads what a sandbox would forbid later: iconv tables, time zones. */
void message_init(void);

/* @bytes stay the caller's and must outlive the message. NULL when nothing can be read
 * (empty, over a limit): the reason is then noted in @report as malformed. */
Message *message_parse(const guint8 *bytes, gsize length, Report *report);
void message_free(Message *message);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Message, message_free)

/* All borrowed from the message. */
const Header *message_headers(const Message *message, guint *count_out);
/* First field of that name, decoded (RFC 2047) to UTF-8, or NULL. Cached. */
const char *message_header(Message *message, const char *name);
const char *message_header_raw(const Message *message, const char *name);
/* How often it stands there. */
guint message_header_count(const Message *message, const char *name);
/* n-th field of that name (from 0), raw, or NULL. */
const char *message_header_nth(const Message *message, const char *name, guint n);
/* Bare addresses of all fields of that name, at most REPORT_MAX_ADDRESSES, valid ones only;
 * names (if not NULL) gets the display names, "" where there is none. Owned by the caller. */
GPtrArray *message_addresses(Message *message, const char *field, GPtrArray **names_out);
/* First address of the field, or NULL; borrowed. */
const char *message_address(Message *message, const char *field);
/* Ids between angle brackets, valid ones only, at most REPORT_MAX_IDS. Owned by the caller. */
GPtrArray *message_ids(Message *message, const char *field);
/* Seconds since 1970 UTC of a date as mails spell it (RFC 5322, obsolete zones, ISO 8601,
 * comments, missing parts), or REPORT_NO_DATE. */
gint64 message_date(const char *text);

/* Every leaf and multipart, in order, without looking into attached mails. Part * */
GPtrArray *message_parts(Message *message);
/* First part whose type starts with @prefix (case-insensitive), or NULL. Looks at any depth. */
Part *message_find_part(Message *message, const char *prefix);

/* Whether a mail program shows it as the mail itself. */
gboolean part_is_shown(const Part *part);
/* Transfer-decoded bytes, own base64 and quoted-printable. Cached; borrowed. */
const guint8 *part_bytes(Part *part, gsize *length_out);
/* Decoded to UTF-8, CRLF as LF, NUL gone, at most MESSAGE_MAX_TEXT; without or with a wrong
 * charset UTF-8 is tried, then windows-1252. Cached; borrowed. Never NULL. */
const char *part_text(Part *part);
/* The mail a part holds: message/rfc822 and /global (also encoded), text/rfc822-headers,
 * .eml as octet-stream or text, an mbox "From " line before it. NULL when it holds none.
 * Owned by the outer message. */
Message *part_attached(Part *part);

/* What a person reads first: text/plain, else HTML as text; all inline text parts together,
 * attachments left out. Borrowed, never NULL. HTML's links: message_links(). */
const char *message_text(Message *message);
/* href and src targets of the HTML parts, decoded, in order: Link *. Borrowed. */
GPtrArray *message_links(Message *message);
/* Whether the mail is an attached one; how deep. */
guint message_depth(const Message *message);

/* RFC 2047 decoding that loses nothing; also for parameters. Owned by the caller. */
char *message_decode_words(const char *raw);
/* Bytes of any charset to UTF-8; @charset may be NULL. *repaired_out: guessed or lossy. */
char *message_to_utf8(const char *bytes, gsize length, const char *charset, gboolean *repaired_out);
