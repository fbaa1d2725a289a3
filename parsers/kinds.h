#pragma once

/* The table of kinds: who reads what. Ordered; the first kind whose parse says yes has it. */

#include "border.h"
#include "message.h"
#include "report.h"

typedef struct {
	/* Cheap test by content, never by a list of senders. */
	gboolean (*recognises)(Message *message, const Border *border);
	/* Fills the report; FALSE when a closer look says it is not of this kind (the report
	 * is then as it was). */
	gboolean (*parse)(Message *message, const Border *border, Report *report);
} Kind;

extern const Kind arf_kind, xarf_kind, x_arf_kind, jmrp_kind; /* arf.c xarf.c x-arf.c jmrp.c */
extern const Kind spamcop_kind, notice_kind;                  /* spamcop.c notice.c */
extern const Kind bounce_kind, receipt_kind, auto_reply_kind; /* bounce.c automatic.c */
extern const Kind dmarc_aggregate_kind, tls_report_kind;      /* aggregate.c */
extern const Kind own_kind, reply_kind, list_kind;            /* own.c list.c */
extern const Kind opt_out_kind, batch_kind, webform_kind,
	human_kind; /* opt-out.c batch.c webform.c human.c */

/* The whole way: limits, MIME, the mail's own facts (kinds-independent), the kind. Never NULL. */
Report *kinds_parse(const guint8 *bytes, gsize length, const Border *border);
