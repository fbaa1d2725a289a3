#include "mailbox-private.h"

#include "log.h"

#define SECONDS_PER_DAY 86400
#define EXPUNGE_AT_ONCE 500
#define INTERVALS_MOST  350 /* keeps a command below the 8,192 octets of RFC 7162 section 4 */

/* Runs of UIDs become intervals, or the command line would grow with the batch. How many of the UIDs
 * are in the set: as many as one command bears. */
static struct mailimap_set *uid_set(const guint32 *uids, guint n, guint *taken_out)
{
	struct mailimap_set *set = mailimap_set_new_empty();
	guint i = 0;

	for (guint intervals = 0; i < n && intervals < INTERVALS_MOST; intervals++) {
		guint k = i + 1;

		while (k < n && uids[k] == uids[k - 1] + 1)
			k++;
		mailimap_set_add_interval(set, uids[i], uids[k - 1]);
		i = k;
	}
	*taken_out = i;
	return set;
}

gboolean mailbox_mark_and_expunge(Mailbox *mailbox, struct mailimap_set *set, GError **error)
{
	struct mailimap_flag_list *flags = mailimap_flag_list_new_empty();

	mailimap_flag_list_add(flags, mailimap_flag_new_deleted());
	struct mailimap_store_att_flags *store = mailimap_store_att_flags_new_add_flags_silent(flags);
	mailbox_allow(mailbox, MAILBOX_ANSWER_BYTES);
	int rc = mailimap_uid_store(mailbox->imap, set, store);
	mailimap_store_att_flags_free(store);
	if (!mailbox_check(mailbox, rc, "cannot mark filed mails", error))
		return FALSE;
	/* Never a plain EXPUNGE: it would take what others have marked. */
	if (!mailbox->has_uidplus)
		return TRUE;
	mailbox_allow(mailbox, MAILBOX_ANSWER_BYTES);
	rc = mailimap_uid_expunge(mailbox->imap, set);
	return mailbox_check(mailbox, rc, "cannot expunge filed mails", error);
}

static gboolean move_set(Mailbox *mailbox, struct mailimap_set *set, const char *folder, GError **error)
{
	g_autofree char *what = g_strdup_printf("cannot file in \"%s\"", folder);

	mailbox_allow(mailbox, MAILBOX_ANSWER_BYTES);
	if (mailbox->has_move)
		return mailbox_check(mailbox, mailimap_uid_move(mailbox->imap, set, folder), what, error);
	int rc = mailimap_uid_copy(mailbox->imap, set, folder);
	return mailbox_check(mailbox, rc, what, error) && mailbox_mark_and_expunge(mailbox, set, error);
}

static gboolean file_set(Mailbox *mailbox, struct mailimap_set *set, const char *folder, GError **error)
{
	g_autoptr(GError) cause = NULL;
	gboolean well = move_set(mailbox, set, folder, &cause);

	/* Somebody may have removed the folder since we looked. */
	if (!well && cause->code == MAILBOX_ERROR_REFUSED) {
		mailbox_allow(mailbox, MAILBOX_ANSWER_BYTES);
		if (mailimap_create(mailbox->imap, folder) == MAILIMAP_NO_ERROR) {
			log_info("%s: created the folder \"%s\"", mailbox->section, folder);
			g_clear_error(&cause);
			well = move_set(mailbox, set, folder, &cause);
		}
	}
	if (!well)
		g_propagate_error(error, g_steal_pointer(&cause));
	return well;
}

gboolean mailbox_file(Mailbox *mailbox, const guint32 *uids, guint n, const char *folder, GError **error)
{
	gboolean well = TRUE;

	for (guint i = 0, taken; well && i < n; i += taken) {
		struct mailimap_set *set = uid_set(uids + i, n - i, &taken);

		well = file_set(mailbox, set, folder, error);
		mailimap_set_free(set);
	}
	return well;
}

/* The UIDs of mails that arrived before the day that @seconds (since 1970) lies in. */
static gboolean search_before(Mailbox *mailbox, gint64 seconds, GArray *uids, GError **error)
{
	g_autoptr(GDateTime) time = g_date_time_new_from_unix_utc(seconds);
	struct mailimap_search_key *key = mailimap_search_key_new_before(mailimap_date_new(
		g_date_time_get_day_of_month(time), g_date_time_get_month(time), g_date_time_get_year(time)));
	clist *found = NULL;

	mailbox_allow(mailbox, 8 * MAILBOX_ANSWER_BYTES);
	int rc = mailimap_uid_search(mailbox->imap, NULL, key, &found);
	mailimap_search_key_free(key);
	for (clistiter *i = found ? clist_begin(found) : NULL; i; i = clist_next(i))
		g_array_append_val(uids, *(uint32_t *)clist_content(i));
	if (found)
		mailimap_search_result_free(found);
	return mailbox_check(mailbox, rc, "cannot look for old mails", error);
}

static int ascending(gconstpointer a, gconstpointer b)
{
	guint32 x = *(const guint32 *)a, y = *(const guint32 *)b;

	return x < y ? -1 : x > y;
}

static gboolean expire_folder(
	Mailbox *mailbox, const char *folder, gint64 before, guint *count_out, GError **error)
{
	g_autoptr(GArray) uids = g_array_new(FALSE, FALSE, sizeof(guint32));
	guint32 uidvalidity;

	if (!mailbox_select(mailbox, folder, &uidvalidity, error) ||
		!search_before(mailbox, before, uids, error))
		return FALSE;
	g_array_sort(uids, ascending);
	for (guint i = 0, n; i < uids->len; i += n) {
		struct mailimap_set *set =
			uid_set(&g_array_index(uids, guint32, i), MIN(uids->len - i, EXPUNGE_AT_ONCE), &n);
		gboolean well = mailbox_mark_and_expunge(mailbox, set, error);

		mailimap_set_free(set);
		if (!well)
			return FALSE;
		*count_out += n;
	}
	return TRUE;
}

/* Where else we stood, mails would be taken for new ones: so whatever goes wrong ends the session. */
static gboolean back_to_inbox(Mailbox *mailbox, GError **error)
{
	const char *inbox = config_string(mailbox->config, mailbox->section, "folder");
	g_autoptr(GError) cause = NULL;
	guint32 uidvalidity;

	gboolean there = mailbox_select(mailbox, inbox, &uidvalidity, &cause);
	if (there && uidvalidity == mailbox->uidvalidity)
		return TRUE;
	g_set_error(error, MAILBOX_ERROR, MAILBOX_ERROR_AWAY, "%s",
		there ? "the inbox has a new UIDVALIDITY" : cause->message);
	return FALSE;
}

gboolean mailbox_expire(Mailbox *mailbox, guint *count_out, GError **error)
{
	static const char *const keys[] = {"processed", "other", "quarantine", "restricted"};
	gint64 keep = config_number(mailbox->config, mailbox->section, "keep_filed");
	gint64 before = g_get_real_time() / G_USEC_PER_SEC - keep;
	g_autoptr(GError) refusal = NULL;

	*count_out = 0;
	if (keep == 0 || !mailbox->has_uidplus)
		return TRUE;
	for (guint i = 0; i < G_N_ELEMENTS(keys); i++) {
		g_autoptr(GError) cause = NULL;

		if (expire_folder(mailbox, config_string(mailbox->config, mailbox->section, keys[i]), before,
			    count_out, &cause))
			continue;
		if (cause->code != MAILBOX_ERROR_REFUSED) {
			g_propagate_error(error, g_steal_pointer(&cause));
			return FALSE;
		}
		/* One folder that cannot be cleared says nothing of the others. */
		if (!refusal)
			refusal = g_steal_pointer(&cause);
	}
	if (!back_to_inbox(mailbox, error))
		return FALSE;
	if (!refusal)
		return TRUE;
	g_propagate_error(error, g_steal_pointer(&refusal));
	return FALSE;
}
