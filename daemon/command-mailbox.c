/* complaint mailbox: what lies on the IMAP servers. */

#include "command.h"

#include <stdio.h>
#include <string.h>

#include "intake.h"
#include "mailbox.h"
#include "mailfiles.h"
#include "store.h"
#include "table.h"

/* Keys of [mailbox] that name the folders of ours. */
static const char *const folder_keys[] = {"processed", "other", "quarantine", "restricted"};

enum { FOLDERS = G_N_ELEMENTS(folder_keys), BATCH_BYTES = 16 << 20 };

static gboolean mailbox_counts(
	const Config *config, const char *section, guint *inbox_out, guint *counts_out, GError **error)
{
	g_autoptr(Mailbox) mailbox = mailbox_open(config, section, error);
	if (!mailbox || !mailbox_visit(mailbox, config_string(config, section, "folder"), inbox_out, error))
		return FALSE;
	for (guint i = 0; i < FOLDERS; i++)
		if (!mailbox_visit(
			    mailbox, config_string(config, section, folder_keys[i]), &counts_out[i], error))
			return FALSE;
	return TRUE;
}

static void status_add(
	Table *table, const char *name, guint inbox, const guint *counts, const GError *problem)
{
	char *cells[FOLDERS + 3] = {g_strdup(name), problem ? g_strdup("") : g_strdup_printf("%u", inbox)};

	for (guint i = 0; i < FOLDERS; i++)
		cells[2 + i] = problem ? g_strdup("") : g_strdup_printf("%u", counts[i]);
	cells[FOLDERS + 2] = g_strdup(problem ? problem->message : "reachable");
	table_add(table, (const char *const *)cells);
	for (guint i = 0; i < G_N_ELEMENTS(cells); i++)
		g_free(cells[i]);
}

static void status_print_json(const char *name, guint inbox, const guint *counts, const GError *problem)
{
	json_t *line = json_pack("{s:s, s:b}", "mailbox", name, "reachable", problem == NULL);

	if (problem)
		json_object_set_new(line, "problem", json_string(problem->message));
	else {
		json_object_set_new(line, "waiting", json_integer(inbox));
		for (guint i = 0; i < FOLDERS; i++)
			json_object_set_new(line, folder_keys[i], json_integer(counts[i]));
	}
	command_print_json(line);
	json_decref(line);
}

static gboolean mailbox_status(int count, char **arguments, GError **error)
{
	static const char *const heads[] = {
		"mailbox", ">waiting", ">processed", ">other", ">quarantine", ">restricted", "state", NULL};
	const Config *config = command_config(error);
	if (!config)
		return FALSE;
	const char *const *sections = config_sections(config, "mailbox");
	g_autoptr(Table) table = table_new(heads);
	guint away = 0;

	for (guint i = 0; sections[i]; i++) {
		g_autoptr(GError) problem = NULL;
		guint inbox = 0, counts[FOLDERS] = {0};
		const char *name = sections[i] + strlen("mailbox ");
		away += mailbox_counts(config, sections[i], &inbox, counts, &problem) ? 0 : 1;
		if (options.json)
			status_print_json(name, inbox, counts, problem);
		else
			status_add(table, name, inbox, counts, problem);
	}
	if (!options.json)
		table_print(table, 0, stdout);
	return away == 0 || command_fail(error, EX_UNAVAILABLE, "%s", "");
}

typedef struct {
	const Config *config;
	const char *section;
	Mailbox *mailbox;
	Workers *workers;
	Store *store;
	gint64 desk;
	guint looked, fresh, too_large;
	StoreDecided decided;
} Rescan;

/* Parses and stores mails whose bytes are here. */
static gboolean rescan_store(Rescan *rescan, GPtrArray *mails, GError **error)
{
	if (mails->len == 0)
		return TRUE;
	if (!intake_parse_mails(rescan->workers, mails, error) ||
		!store_ingest(rescan->store, rescan->desk, rescan->section + strlen("mailbox "),
			(StoreMail *const *)mails->pdata, mails->len, error))
		return FALSE;
	for (guint i = 0; i < mails->len; i++)
		rescan->fresh += ((StoreMail *)mails->pdata[i])->fresh ? 1 : 0;
	rescan->looked += mails->len;
	return store_decide(rescan->store, &rescan->decided, error);
}

static gboolean rescan_take(Rescan *rescan, MailboxEntry *entries, guint n, GError **error)
{
	g_autofree GBytes **bytes = g_new0(GBytes *, n);
	g_autoptr(GPtrArray) mails = g_ptr_array_new_with_free_func((GDestroyNotify)store_mail_free);
	gboolean fetched = mailbox_fetch(rescan->mailbox, entries, n, bytes, error);

	for (guint i = 0; i < n; i++) {
		if (!bytes[i])
			continue;
		g_ptr_array_add(mails, store_mail_new(bytes[i], NULL, entries[i].received));
		g_bytes_unref(bytes[i]);
	}
	return fetched && rescan_store(rescan, mails, error);
}

/* How many entries from @first on make one range: mails that are fetched in one round trip. */
static guint rescan_range(const Rescan *rescan, const GArray *entries, guint first)
{
	guint most = (guint)config_number(rescan->config, rescan->section, "batch"), n = 0;
	gsize bytes = 0;

	while (first + n < entries->len && n < most) {
		const MailboxEntry *entry = &g_array_index(entries, MailboxEntry, first + n);
		if (entry->size > MAILFILES_MAX_BYTES || (n > 0 && bytes + entry->size > BATCH_BYTES))
			break;
		bytes += entry->size;
		n++;
	}
	return n;
}

static gboolean rescan_folder(Rescan *rescan, const char *folder, GError **error)
{
	guint mails, last = 0;
	if (!mailbox_visit(rescan->mailbox, folder, &mails, error))
		return FALSE;

	for (;;) {
		g_autoptr(GArray) entries = mailbox_list(rescan->mailbox, last, error);
		if (!entries)
			return FALSE;
		if (entries->len == 0)
			return TRUE;
		for (guint i = 0, n; i < entries->len; i += n) {
			n = rescan_range(rescan, entries, i);
			if (n > 0 && !rescan_take(rescan, &g_array_index(entries, MailboxEntry, i), n, error))
				return FALSE;
			rescan->too_large += n == 0 ? 1 : 0;
			n = MAX(n, 1);
		}
		last = g_array_index(entries, MailboxEntry, entries->len - 1).uid;
	}
}

static gboolean rescan_section(Rescan *rescan, GError **error)
{
	const char *party = config_string(rescan->config, rescan->section, "desk");
	g_autoptr(Mailbox) mailbox = mailbox_open(rescan->config, rescan->section, error);
	if (!mailbox)
		return FALSE;

	rescan->mailbox = mailbox;
	rescan->desk = store_desk(rescan->store, party ? party : command_desk(), error);
	if (rescan->desk == 0)
		return FALSE;
	for (guint i = 0; i < FOLDERS; i++)
		if (!rescan_folder(
			    rescan, config_string(rescan->config, rescan->section, folder_keys[i]), error))
			return FALSE;
	return TRUE;
}

static gboolean mailbox_rescan(int count, char **arguments, GError **error)
{
	const Config *config = command_config(error);
	Database *database = config ? command_database(error) : NULL;
	if (!database)
		return FALSE;
	g_autoptr(Store) store = store_new(database);
	g_autoptr(Workers) workers = workers_start(config);
	const char *const *sections = config_sections(config, "mailbox");
	guint done = 0;

	for (guint i = 0; sections[i]; i++) {
		const char *name = sections[i] + strlen("mailbox ");
		if (count > 0 && strcmp(arguments[0], name) != 0)
			continue;
		Rescan rescan = {
			.config = config, .section = sections[i], .workers = workers, .store = store};
		if (!rescan_section(&rescan, error))
			return FALSE;
		printf("%s: %u filed mails, %u of them were not known; %u new complaints, %u mails owed\n",
			name, rescan.looked, rescan.fresh, rescan.decided.complaints, rescan.decided.owed);
		if (rescan.too_large > 0)
			printf("%s: %u mails are too large to be read\n", name, rescan.too_large);
		done++;
	}
	return done > 0 ||
		command_fail(error, EX_DATAERR, "no mailbox \"%s\" in the configuration",
			count > 0 ? arguments[0] : "");
}

static const GOptionEntry status_options[] = {OPTION_JSON, {NULL}};

const Command mailbox_commands[] = {
	{"mailbox", "status", "", 0, 0, "mails in the folders of each mailbox, or why it can't be read",
		mailbox_status, status_options},
	{"mailbox", "rescan", "[NAME]", 0, 1, "ingest what lies filed in our folders and is not known",
		mailbox_rescan, NULL},
	{NULL}};
