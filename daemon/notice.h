#pragma once

#include "template-set.h"

/* One owed mail: a row of desk.outbox_claim(), every string owned and never NULL ("" where SQL has null). */
typedef struct {
	gint64 id;
	char *message_id; /* with or without < >; fixed when the mail was owed */
	char *kind;
	char *audience;
	char *language;
	char *party; /* ref of the sending party: chooses overrides and relay */
	char *from_name;
	char *from_address;
	char *envelope; /* "" is the null sender */
	char *recipient;
	char *recipient_name;
	char *reply_to;
	char *in_reply_to;
	char *references; /* ids, separated by spaces */
	char *auto_submitted;
	char *instance; /* for X-Complaintd: what comes back with it is ours */
	json_t *context;
	json_t *base; /* what every context has and this one may leave out, or NULL */
	int attempt;
	gint64 owed_at; /* seconds since 1970 */
} Notice;

Notice *notice_new(void);
void notice_free(Notice *notice);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Notice, notice_free)

#define NOTICE_ERROR (notice_error_quark())
GQuark notice_error_quark(void);
typedef enum {
	NOTICE_ERROR_ADDRESS, /* an address that must not come near an SMTP server */
	NOTICE_ERROR_ROW,     /* the row lacks something a mail needs */
} NoticeError;

/* Subject and body as they will be sent, every value through notice_clean_value(). For previews too. */
gboolean notice_render(const Notice *notice, const TemplateSet *templates, char **subject_out,
	char **body_out, GError **error);

/* The whole mail with CRLF line ends. Errors of NOTICE_ERROR and TEMPLATE_ERROR: this row can never be
 * sent as it is. Needs g_mime_init(); any thread. */
GBytes *notice_compose(const Notice *notice, const TemplateSet *templates, GError **error);

/* A value of a context made harmless: control characters, line and paragraph separators and bidi controls
 * become spaces, links and addresses are defanged (hxxp://, [.], [@]), the length is capped. Only what the
 * desk itself set (signature, brand, its address ...) keeps its lines and dots. A TemplateFilter. */
char *notice_clean_value(const char *name, const char *text);

/* One line, cleaned, at most @longest characters; for header values. */
char *notice_clean_line(const char *text, gsize longest);

/* hxxps://www[.]example[.]com, user[@]example[.]org; text without links is copied. Idempotent. */
char *notice_defang(const char *text);
