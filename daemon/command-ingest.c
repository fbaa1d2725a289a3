/* complaint ingest: mails from files through the same door as those of a mailbox. */

#include "command.h"

#include <stdio.h>
#include <string.h>

#include "intake.h"
#include "mailfiles.h"
#include "store.h"

enum { INGEST_BATCH = 300, INGEST_BATCH_BYTES = 16 << 20 };

typedef struct {
	Workers *workers;
	Store *store;
	gint64 desk;
	GPtrArray *mails; /* StoreMail *, still without report but those without bytes */
	GPtrArray *names; /* char * */
	gsize bytes;
	GHashTable *folders; /* name → how many */
	guint total, fresh;
	StoreDecided decided;
} Ingest;

static void ingest_tell(Ingest *ingest, const StoreMail *mail, const char *name)
{
	guint count = GPOINTER_TO_UINT(g_hash_table_lookup(ingest->folders, mail->folder));

	g_hash_table_insert(ingest->folders, (gpointer)mail->folder, GUINT_TO_POINTER(count + 1));
	ingest->total++;
	ingest->fresh += mail->fresh ? 1 : 0;
	if (!options.json)
		return;
	g_autofree char *valid = g_utf8_make_valid(name, -1);
	json_t *line = json_pack("{s:s, s:I, s:b, s:s}", "file", valid, "message", (json_int_t)mail->message,
		"fresh", (int)mail->fresh, "folder", mail->folder);
	command_print_json(line);
	json_decref(line);
}

static gboolean ingest_flush(Ingest *ingest, GError **error)
{
	if (ingest->mails->len == 0)
		return TRUE;
	if (!intake_parse_mails(ingest->workers, ingest->mails, error) ||
		!store_ingest(ingest->store, ingest->desk, "ingest", (StoreMail *const *)ingest->mails->pdata,
			ingest->mails->len, error) ||
		!store_decide(ingest->store, &ingest->decided, error))
		return FALSE;
	for (guint i = 0; i < ingest->mails->len; i++)
		ingest_tell(ingest, ingest->mails->pdata[i], ingest->names->pdata[i]);
	g_ptr_array_set_size(ingest->mails, 0);
	g_ptr_array_set_size(ingest->names, 0);
	ingest->bytes = 0;
	return TRUE;
}

static gboolean ingest_found(GBytes *bytes, const char *name, gint64 received, gpointer data, GError **error)
{
	Ingest *ingest = data;
	StoreMail *mail = store_mail_new(bytes, name, received);

	if (!bytes)
		mail->report = workers_quarantine("too-large", NULL);
	g_ptr_array_add(ingest->mails, mail);
	g_ptr_array_add(ingest->names, g_strdup(name));
	ingest->bytes += bytes ? g_bytes_get_size(bytes) : 0;
	if (ingest->mails->len < INGEST_BATCH && ingest->bytes < INGEST_BATCH_BYTES)
		return TRUE;
	return ingest_flush(ingest, error);
}

static void ingest_summary(const Ingest *ingest)
{
	g_autoptr(GString) folders = g_string_new(NULL);
	GHashTableIter iterator;
	gpointer name, count;

	g_hash_table_iter_init(&iterator, ingest->folders);
	while (g_hash_table_iter_next(&iterator, &name, &count))
		g_string_append_printf(folders, ", %s %u", (const char *)name, GPOINTER_TO_UINT(count));
	fprintf(options.json ? stderr : stdout,
		"%u mails, %u of them new%s; %u incidents, %u new complaints, %u mails owed\n", ingest->total,
		ingest->fresh, folders->str, ingest->decided.incidents, ingest->decided.complaints,
		ingest->decided.owed);
}

static gboolean ingest_paths(Ingest *ingest, int count, char **arguments, GError **error)
{
	/* Flushed per path, so that an unreadable one does not take those before it along. */
	for (int i = 0; i < count; i++)
		if (!mailfiles_each(arguments[i], ingest_found, ingest, error) ||
			!ingest_flush(ingest, error))
			return FALSE;
	return TRUE;
}

static gboolean ingest_run(int count, char **arguments, GError **error)
{
	Database *database = command_database(error);
	if (!database)
		return FALSE;

	g_autoptr(Store) store = store_new(database);
	g_autoptr(Workers) workers = workers_start(command_config(NULL));
	g_autoptr(GPtrArray) mails = g_ptr_array_new_with_free_func((GDestroyNotify)store_mail_free);
	g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
	g_autoptr(GHashTable) folders = g_hash_table_new(g_str_hash, g_str_equal);
	Ingest ingest = {
		.workers = workers, .store = store, .mails = mails, .names = names, .folders = folders};

	ingest.desk = store_desk(store, command_desk(), error);
	if (ingest.desk == 0 || !ingest_paths(&ingest, count, arguments, error))
		return FALSE;
	ingest_summary(&ingest);
	return TRUE;
}

static const GOptionEntry ingest_options[] = {OPTION_JSON, OPTION_DESK, {NULL}};

const Command ingest_commands[] = {{"ingest", NULL, "PATH...|-", 1, -1,
					   "take mails from a Maildir, mbox, file, folder or standard input",
					   ingest_run, ingest_options},
	{NULL}};
