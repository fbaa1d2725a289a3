#include "mailbox-private.h"

#include <string.h>

/* A listing asks for this many UIDs at a time, and for more where they are sparse: a line of
 * the answer has some hundred bytes. */
#define WINDOW      2000
#define WINDOW_MOST (1u << 26)
#define LINE_BYTES  200

/* libetpan calls the handler for each message only if a progress callback is set too. */
static void progress(size_t done, size_t total, void *context)
{
}

typedef void (*Handler)(struct mailimap_msg_att *att, void *context);

static int fetch_with(Mailbox *mailbox, gboolean by_uid, struct mailimap_set *set,
	struct mailimap_fetch_type *what, Handler handler, void *context)
{
	clist *rest = NULL;

	mailimap_set_progress_callback(mailbox->imap, NULL, progress, NULL);
	mailimap_set_msg_att_handler(mailbox->imap, handler, context);
	int rc = by_uid ? mailimap_uid_fetch(mailbox->imap, set, what, &rest)
			: mailimap_fetch(mailbox->imap, set, what, &rest);
	mailimap_set_msg_att_handler(mailbox->imap, NULL, NULL);
	if (rest)
		mailimap_fetch_list_free(rest);
	mailimap_fetch_type_free(what);
	mailimap_set_free(set);
	return rc;
}

/* The zone is +hhmm as a number. */
static gint64 date_seconds(const struct mailimap_date_time *date)
{
	g_autoptr(GDateTime) time = g_date_time_new_utc(date->dt_year, date->dt_month, date->dt_day,
		date->dt_hour, date->dt_min, MIN(date->dt_sec, 59));
	if (!time)
		return g_get_real_time() / G_USEC_PER_SEC;

	int zone = CLAMP(date->dt_zone, -1500, 1500);
	return g_date_time_to_unix(time) - (zone / 100 * 60 + zone % 100) * 60;
}

static gboolean is_deleted(const struct mailimap_msg_att_dynamic *flags)
{
	for (clistiter *i = flags->att_list ? clist_begin(flags->att_list) : NULL; i; i = clist_next(i)) {
		const struct mailimap_flag_fetch *flag = clist_content(i);
		if (flag->fl_type == MAILIMAP_FLAG_FETCH_OTHER && flag->fl_flag &&
			flag->fl_flag->fl_type == MAILIMAP_FLAG_DELETED)
			return TRUE;
	}
	return FALSE;
}

typedef struct {
	GArray *entries;
	guint32 after;
} Listing;

static void read_static(const struct mailimap_msg_att_static *item, MailboxEntry *entry)
{
	switch (item->att_type) {
	case MAILIMAP_MSG_ATT_UID:
		entry->uid = item->att_data.att_uid;
		return;
	case MAILIMAP_MSG_ATT_RFC822_SIZE:
		entry->size = item->att_data.att_rfc822_size;
		return;
	case MAILIMAP_MSG_ATT_INTERNALDATE:
		/* A file may have the date 0; here that says that nobody asked yet. */
		entry->received = MAX(date_seconds(item->att_data.att_internal_date), 1);
		return;
	}
}

static void took_entry(struct mailimap_msg_att *att, void *context)
{
	Listing *listing = context;
	MailboxEntry entry = {0};
	gboolean deleted = FALSE;

	for (clistiter *i = clist_begin(att->att_list); i; i = clist_next(i)) {
		const struct mailimap_msg_att_item *item = clist_content(i);
		if (item->att_type == MAILIMAP_MSG_ATT_ITEM_STATIC)
			read_static(item->att_data.att_static, &entry);
		else
			deleted |= is_deleted(item->att_data.att_dyn);
	}
	/* "n:*" always includes the last mail, even one below n. */
	if (entry.uid > listing->after && !deleted)
		g_array_append_val(listing->entries, entry);
}

static struct mailimap_fetch_type *entry_items(void)
{
	struct mailimap_fetch_type *what = mailimap_fetch_type_new_fetch_att_list_empty();

	mailimap_fetch_type_new_fetch_att_list_add(what, mailimap_fetch_att_new_uid());
	mailimap_fetch_type_new_fetch_att_list_add(what, mailimap_fetch_att_new_flags());
	mailimap_fetch_type_new_fetch_att_list_add(what, mailimap_fetch_att_new_rfc822_size());
	return what;
}

static gboolean list_window(Mailbox *mailbox, guint32 first, guint32 last, Listing *listing, GError **error)
{
	gsize lines = MIN(last ? last - first + 1 : G_MAXUINT32, (gsize)mailbox_exists(mailbox) + WINDOW);

	mailbox_allow(mailbox, MAILBOX_ANSWER_BYTES + lines * LINE_BYTES);
	int rc = fetch_with(
		mailbox, TRUE, mailimap_set_new_interval(first, last), entry_items(), took_entry, listing);
	return mailbox_check(mailbox, rc, "cannot list the mails", error);
}

/* The UID that the inbox starts with, so that the gap below it is not searched; 0: unknown. */
static gboolean first_uid(Mailbox *mailbox, guint32 *uid_out, GError **error)
{
	g_autoptr(GArray) entries = g_array_new(FALSE, FALSE, sizeof(MailboxEntry));
	Listing listing = {entries, 0};
	g_autoptr(GError) cause = NULL;

	*uid_out = 0;
	mailbox_allow(mailbox, MAILBOX_ANSWER_BYTES);
	int rc = fetch_with(mailbox, FALSE, mailimap_set_new_single(1), entry_items(), took_entry, &listing);
	/* An empty mailbox has no message 1; some servers call that an error. */
	if (!mailbox_check(mailbox, rc, "cannot list the mails", &cause) &&
		cause->code != MAILBOX_ERROR_REFUSED) {
		g_propagate_error(error, g_steal_pointer(&cause));
		return FALSE;
	}
	if (entries->len > 0)
		*uid_out = g_array_index(entries, MailboxEntry, 0).uid;
	return TRUE;
}

static int by_uid(gconstpointer a, gconstpointer b)
{
	const MailboxEntry *x = a, *y = b;

	return x->uid < y->uid ? -1 : x->uid > y->uid;
}

/* What SELECT said; mails that came later are found by the last window, which is open. */
static guint32 uid_next(const Mailbox *mailbox)
{
	const struct mailimap_selection_info *info = mailbox->imap->imap_selection_info;

	return info ? info->sel_uidnext : 0;
}

GArray *mailbox_list(Mailbox *mailbox, guint32 after, GError **error)
{
	g_autoptr(GArray) entries = g_array_new(FALSE, FALSE, sizeof(MailboxEntry));
	Listing listing = {entries, after};
	guint32 first = after + 1, start = 0, window = WINDOW;

	mailbox->listed = mailbox_exists(mailbox);
	if (after == 0 && !first_uid(mailbox, &start, error))
		return NULL;
	first = MAX(first, start);
	for (gboolean open = FALSE; !open && entries->len == 0;) {
		open = first >= G_MAXUINT32 - window || first + window >= uid_next(mailbox);
		if (!list_window(mailbox, first, open ? 0 : first + window - 1, &listing, error))
			return NULL;
		first += window;
		window = MIN(window * 4, WINDOW_MOST);
	}
	g_array_sort(entries, by_uid);
	return g_steal_pointer(&entries);
}

typedef struct {
	MailboxEntry *entries;
	guint n;
	GBytes **bytes; /* NULL: only when they were received */
} Taking;

static void took_mail(struct mailimap_msg_att *att, void *context)
{
	Taking *taking = context;
	MailboxEntry key = {0};
	const struct mailimap_msg_att_body_section *body = NULL;

	for (clistiter *i = clist_begin(att->att_list); i; i = clist_next(i)) {
		const struct mailimap_msg_att_item *item = clist_content(i);
		if (item->att_type != MAILIMAP_MSG_ATT_ITEM_STATIC)
			continue;
		read_static(item->att_data.att_static, &key);
		if (item->att_data.att_static->att_type == MAILIMAP_MSG_ATT_BODY_SECTION)
			body = item->att_data.att_static->att_data.att_body_section;
	}
	MailboxEntry *entry = bsearch(&key, taking->entries, taking->n, sizeof key, by_uid);
	if (entry && key.received != 0)
		entry->received = key.received;
	else if (entry && body && entry->received == 0) /* it may come in an answer of its own */
		entry->received = g_get_real_time() / G_USEC_PER_SEC;
	if (!entry || !body || !taking->bytes || taking->bytes[entry - taking->entries])
		return; /* a change of flags by somebody else, or nothing we asked for */
	taking->bytes[entry - taking->entries] =
		g_bytes_new(body->sec_body_part ? body->sec_body_part : "", body->sec_length);
}

gboolean mailbox_fetch(Mailbox *mailbox, MailboxEntry *entries, guint n, GBytes **bytes_out, GError **error)
{
	struct mailimap_fetch_type *what = mailimap_fetch_type_new_fetch_att_list_empty();
	Taking taking = {entries, n, bytes_out};
	gsize bytes = MAILBOX_ANSWER_BYTES;

	mailimap_fetch_type_new_fetch_att_list_add(what, mailimap_fetch_att_new_uid());
	/* Not when they are listed: a server may have to look at each file for it. */
	mailimap_fetch_type_new_fetch_att_list_add(what, mailimap_fetch_att_new_internaldate());
	if (bytes_out) {
		memset(bytes_out, 0, n * sizeof *bytes_out);
		/* Some servers count line ends differently than they send them. */
		for (guint i = 0; i < n; i++)
			bytes += (gsize)entries[i].size + entries[i].size / 8 + 1024;
		mailimap_fetch_type_new_fetch_att_list_add(
			what, mailimap_fetch_att_new_body_peek_section(mailimap_section_new(NULL)));
	}
	mailbox_allow(mailbox, bytes);
	int rc = fetch_with(mailbox, TRUE, mailimap_set_new_interval(entries[0].uid, entries[n - 1].uid),
		what, took_mail, &taking);
	return mailbox_check(mailbox, rc, "cannot fetch", error);
}
