#include "mailbox-private.h"

#include "log.h"

#include <string.h>

#define BYTES_PER_SECOND (128 * 1024) /* slower than this is as good as dead */

G_DEFINE_QUARK(mailbox - error - quark, mailbox_error)

void mailbox_allow(Mailbox *mailbox, gsize bytes)
{
	gsize mails = bytes - MIN(bytes, MAILBOX_ANSWER_BYTES);

	tls_allow(mailbox->tls, mailbox->seconds + (guint)(mails / BYTES_PER_SECOND), bytes);
}

static gboolean is_success(int rc)
{
	return rc == MAILIMAP_NO_ERROR || rc == MAILIMAP_NO_ERROR_AUTHENTICATED ||
		rc == MAILIMAP_NO_ERROR_NON_AUTHENTICATED;
}

static gboolean is_broken(int rc)
{
	return rc == MAILIMAP_ERROR_STREAM || rc == MAILIMAP_ERROR_PARSE || rc == MAILIMAP_ERROR_BAD_STATE ||
		rc == MAILIMAP_ERROR_CONNECTION_REFUSED || rc == MAILIMAP_ERROR_MEMORY ||
		rc == MAILIMAP_ERROR_FATAL || rc == MAILIMAP_ERROR_DONT_ACCEPT_CONNECTION;
}

gboolean mailbox_check(Mailbox *mailbox, int rc, const char *what, GError **error)
{
	if (is_success(rc))
		return TRUE;

	const char *why = tls_why(mailbox->tls);
	const char *answer = mailbox->imap->imap_response;
	if (is_broken(rc) || why)
		g_set_error(error, MAILBOX_ERROR, MAILBOX_ERROR_AWAY, "%s: %s", what,
			why                                  ? why
				: rc == MAILIMAP_ERROR_PARSE ? "an answer that is not IMAP"
							     : "connection lost");
	else
		g_set_error(error, MAILBOX_ERROR, MAILBOX_ERROR_REFUSED, "%s: the server says: %.300s", what,
			answer && *answer ? answer : "no");
	return FALSE;
}

static const char *setting(const Mailbox *mailbox, const char *key)
{
	return config_string(mailbox->config, mailbox->section, key);
}

static gboolean ask_capabilities(Mailbox *mailbox, GError **error)
{
	struct mailimap_capability_data *list = NULL;

	mailbox_allow(mailbox, MAILBOX_ANSWER_BYTES);
	int rc = mailimap_capability(mailbox->imap, &list);
	if (list)
		mailimap_capability_data_free(list);
	return mailbox_check(mailbox, rc, "cannot ask for capabilities", error);
}

static gboolean untrusted(GError **error, const char *why)
{
	g_set_error(error, MAILBOX_ERROR, MAILBOX_ERROR_UNTRUSTED, "%s; no login was tried", why);
	return FALSE;
}

/* The errors of the TLS layer as ours. */
static gboolean tls_failed(GError *cause, GError **error)
{
	gboolean away = g_error_matches(cause, TLS_ERROR, TLS_ERROR_AWAY);

	g_set_error(error, MAILBOX_ERROR, away ? MAILBOX_ERROR_AWAY : MAILBOX_ERROR_UNTRUSTED, "%s%s",
		cause->message, away ? "" : "; no login was tried");
	g_error_free(cause);
	return FALSE;
}

/* What was said in the clear is worth nothing: whoever sits on the line may have said it, or
 * may have taken STARTTLS out of it. */
static gboolean start_tls(Mailbox *mailbox, GError **error)
{
	GError *cause = NULL;
	g_autoptr(GError) refusal = NULL;

	if (!ask_capabilities(mailbox, error))
		return FALSE;
	if (!mailimap_has_extension(mailbox->imap, "STARTTLS"))
		return untrusted(error, "the server offers no STARTTLS, or somebody on the way took it out");
	mailbox_allow(mailbox, MAILBOX_ANSWER_BYTES);
	int rc = mailimap_starttls(mailbox->imap);
	if (mailbox->imap->imap_stream->read_buffer_len > 0)
		return untrusted(error, "somebody put answers behind STARTTLS");
	if (!mailbox_check(mailbox, rc, "STARTTLS", &refusal)) {
		if (refusal->code == MAILBOX_ERROR_REFUSED)
			return untrusted(error, refusal->message);
		g_propagate_error(error, g_steal_pointer(&refusal));
		return FALSE;
	}
	return tls_handshake(mailbox->tls, mailbox->seconds, &cause) || tls_failed(cause, error);
}

static gboolean connect_now(Mailbox *mailbox, GError **error)
{
	gboolean implicit = strcmp(setting(mailbox, "tls"), "implicit") == 0;
	GError *cause = NULL;
	g_autoptr(Tls) tls = tls_connect(setting(mailbox, "host"),
		(guint)config_number(mailbox->config, mailbox->section, "port"), setting(mailbox, "ca_file"),
		mailbox->seconds, &cause);

	if (!tls || (implicit && !tls_handshake(tls, mailbox->seconds, &cause)))
		return tls_failed(cause, error);
	mailbox->tls = tls;
	mailbox_allow(mailbox, MAILBOX_ANSWER_BYTES);
	int rc = mailimap_connect(mailbox->imap, tls_stream(g_steal_pointer(&tls)));
	if (rc == MAILIMAP_NO_ERROR_AUTHENTICATED)
		return untrusted(error, "the server greets with PREAUTH");
	if (rc != MAILIMAP_NO_ERROR_NON_AUTHENTICATED)
		return mailbox_check(mailbox, rc, "no greeting", error) &&
			untrusted(error, "a strange greeting");
	return implicit || start_tls(mailbox, error);
}

static char *credential(Mailbox *mailbox, GError **error)
{
	GError *cause = NULL;
	gboolean token = strcmp(setting(mailbox, "auth"), "xoauth2") == 0;
	char *text = token ? config_command_line(setting(mailbox, "token_command"), &cause)
			   : config_secret(mailbox->config, mailbox->section, "password", &cause);

	if (text)
		return text;
	g_set_error(error, MAILBOX_ERROR, MAILBOX_ERROR_LOGIN, "no %s: %s", token ? "token" : "password",
		cause ? cause->message : "not configured");
	g_clear_error(&cause);
	return NULL;
}

static int authenticate(Mailbox *mailbox, const char *user, const char *secret)
{
	if (strcmp(setting(mailbox, "auth"), "xoauth2") == 0)
		return mailimap_oauth2_authenticate(mailbox->imap, user, secret);
	if (!mailimap_has_extension(mailbox->imap, "LOGINDISABLED"))
		return mailimap_login(mailbox->imap, user, secret);
	return mailimap_authenticate(
		mailbox->imap, "PLAIN", setting(mailbox, "host"), NULL, NULL, user, user, secret, NULL);
}

static gboolean log_in(Mailbox *mailbox, GError **error)
{
	g_autoptr(GError) cause = NULL;
	g_autofree char *secret = credential(mailbox, error);
	if (!secret || !ask_capabilities(mailbox, error))
		return FALSE;

	mailbox_allow(mailbox, MAILBOX_ANSWER_BYTES);
	int rc = authenticate(mailbox, setting(mailbox, "user"), secret);
	memset(secret, 0, strlen(secret));
	if (mailbox_check(mailbox, rc, "login", &cause))
		return ask_capabilities(mailbox, error);
	g_set_error(error, MAILBOX_ERROR,
		cause->code == MAILBOX_ERROR_AWAY ? MAILBOX_ERROR_AWAY : MAILBOX_ERROR_LOGIN,
		"login as \"%s\": %s", setting(mailbox, "user"), cause->message);
	return FALSE;
}

static gboolean folder_exists(Mailbox *mailbox, const char *folder, gboolean *exists_out, GError **error)
{
	clist *found = NULL;

	mailbox_allow(mailbox, MAILBOX_ANSWER_BYTES);
	int rc = mailimap_list(mailbox->imap, "", folder, &found);
	*exists_out = found && clist_count(found) > 0;
	if (found)
		mailimap_list_result_free(found);
	return mailbox_check(mailbox, rc, "cannot list the folders", error);
}

static gboolean make_folders(Mailbox *mailbox, GError **error)
{
	static const char *const keys[] = {"processed", "other", "quarantine", "restricted"};

	for (guint i = 0; i < G_N_ELEMENTS(keys); i++) {
		const char *folder = setting(mailbox, keys[i]);
		gboolean exists;

		if (!folder_exists(mailbox, folder, &exists, error))
			return FALSE;
		if (exists)
			continue;
		mailbox_allow(mailbox, MAILBOX_ANSWER_BYTES);
		int rc = mailimap_create(mailbox->imap, folder);
		g_autofree char *what = g_strdup_printf("cannot create the folder \"%s\"", folder);
		if (!mailbox_check(mailbox, rc, what, error))
			return FALSE;
		log_info("%s: created the folder \"%s\"", mailbox->section, folder);
	}
	return TRUE;
}

gboolean mailbox_select(Mailbox *mailbox, const char *folder, guint32 *uidvalidity_out, GError **error)
{
	g_autofree char *what = g_strdup_printf("cannot open the folder \"%s\"", folder);

	mailbox_allow(mailbox, MAILBOX_ANSWER_BYTES);
	int rc = mailimap_select(mailbox->imap, folder);
	if (!mailbox_check(mailbox, rc, what, error))
		return FALSE;
	/* The next SELECT replaces it: copied at once. */
	*uidvalidity_out = mailbox->imap->imap_selection_info->sel_uidvalidity;
	return TRUE;
}

static void note_extensions(Mailbox *mailbox)
{
	mailbox->has_move = mailimap_has_extension(mailbox->imap, "MOVE");
	mailbox->has_uidplus = mailimap_has_extension(mailbox->imap, "UIDPLUS");
	mailbox->has_idle = mailimap_has_extension(mailbox->imap, "IDLE") &&
		config_switch(mailbox->config, mailbox->section, "idle");
}

Mailbox *mailbox_open(const Config *config, const char *section, GError **error)
{
	g_autoptr(Mailbox) mailbox = g_new0(Mailbox, 1);

	mailbox->config = config;
	mailbox->section = g_strdup(section);
	mailbox->seconds = (guint)config_number(config, section, "timeout");
	mailbox->imap = mailimap_new(0, NULL);
	if (!mailbox->imap)
		g_error("out of memory");
	if (!connect_now(mailbox, error) || !log_in(mailbox, error) || !make_folders(mailbox, error))
		return NULL;
	note_extensions(mailbox);
	if (!mailbox_select(mailbox, setting(mailbox, "folder"), &mailbox->uidvalidity, error))
		return NULL;
	return g_steal_pointer(&mailbox);
}

void mailbox_free(Mailbox *mailbox)
{
	if (!mailbox)
		return;
	/* It says LOGOUT to whoever still listens. */
	if (mailbox->tls)
		tls_allow(mailbox->tls, tls_why(mailbox->tls) ? 0 : 3, MAILBOX_ANSWER_BYTES);
	mailimap_free(mailbox->imap);
	g_free(mailbox->section);
	g_free(mailbox);
}

guint32 mailbox_exists(const Mailbox *mailbox)
{
	const struct mailimap_selection_info *info = mailbox->imap->imap_selection_info;

	return info ? info->sel_exists : 0;
}

guint32 mailbox_uidvalidity(const Mailbox *mailbox)
{
	return mailbox->uidvalidity;
}
