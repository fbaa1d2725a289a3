#include "config-private.h"

#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

typedef struct {
	char *directory, *path;
} Place;

static void place_make(Place *place, gconstpointer data)
{
	place->directory = g_dir_make_tmp("config-XXXXXX", NULL);
	place->path = g_build_filename(place->directory, "c.conf", NULL);
}

static void place_clear(Place *place, gconstpointer data)
{
	g_unlink(place->path);
	g_rmdir(place->directory);
	g_free(place->path);
	g_free(place->directory);
}

static Config *load(Place *place, const char *text, GError **error)
{
	g_assert_true(
		g_file_set_contents_full(place->path, text, -1, G_FILE_SET_CONTENTS_CONSISTENT, 0600, NULL));
	g_chmod(place->path, 0600);
	return config_load(place->path, error);
}

#define MAILBOX "[mailbox a]\nhost = h\nuser = u\npassword = p\n"

static const struct {
	const char *text;
	int code;
	const char *named; /* what the message must say */
} wrong[] = {
	{"[mailbx a]\n", CONFIG_ERROR_KEY, "[mailbx a]; did you mean [mailbox a]?"},
	{"[mailbox]\n", CONFIG_ERROR_KEY, "[mailbox NAME]"},
	{"[database x]\n", CONFIG_ERROR_KEY, "[database]"},
	{"[database]\nconinfo = x\n", CONFIG_ERROR_KEY,
		"[database] has no key \"coninfo\"; did you mean \"conninfo\"?"},
	{MAILBOX "polll = 60\n", CONFIG_ERROR_KEY,
		"[mailbox a] has no key \"polll\"; did you mean \"poll\"?"},
	{MAILBOX "user_file = /x\n", CONFIG_ERROR_KEY, "user_file"}, /* only secrets have a file */
	{MAILBOX "port = imaps\n", CONFIG_ERROR_VALUE, "[mailbox a] port: \"imaps\" is not a whole number"},
	{MAILBOX "port = 70000\n", CONFIG_ERROR_VALUE, "not between 1 and 65535"},
	{MAILBOX "tls = none\n", CONFIG_ERROR_VALUE, "one of implicit, starttls"},
	{MAILBOX "poll = 5 parsecs\n", CONFIG_ERROR_VALUE, "duration"},
	{MAILBOX "poll = 99999999999999999999s\n", CONFIG_ERROR_VALUE, "duration"},
	{MAILBOX "keep_filed = 9223372036854775807w\n", CONFIG_ERROR_VALUE, "duration"}, /* overflow */
	{MAILBOX "idle = maybe\n", CONFIG_ERROR_VALUE, "yes or no"},
	{MAILBOX "idle = yes ; really\n", CONFIG_ERROR_VALUE, "yes or no"}, /* no comments behind values */
	{MAILBOX "ca_file = /nowhere/ca.pem\n", CONFIG_ERROR_VALUE, "/nowhere/ca.pem"},
	{"[mailbox a]\nuser = u\npassword = p\n", CONFIG_ERROR_VALUE, "[mailbox a] needs \"host\""},
	{"[mailbox a]\nhost = h\nuser = u\n", CONFIG_ERROR_SECRET, "[mailbox a] needs \"password\""},
	{"[mailbox a]\nhost = h\nuser = u\npassword_file = /nowhere/p\n", CONFIG_ERROR_SECRET, "/nowhere/p"},
	{"[mailbox a]\nhost = h\nuser = u\nauth = xoauth2\n", CONFIG_ERROR_SECRET, "token_command"},
	{"[relay]\nhost = h\nuser = u\n", CONFIG_ERROR_SECRET, "[relay] needs \"password\""},
	{"[parser]\nmemory = 1K\n", CONFIG_ERROR_VALUE, "[parser] memory"},
	{"[border]\ntoken_pattern = (\n", CONFIG_ERROR_VALUE, "token_pattern"},
	{"[border]\ntoken_pattern = abc\n", CONFIG_ERROR_VALUE, "group"},
	{"no section\n", CONFIG_ERROR_FILE, "c.conf"},
};

static void refuses(Place *place, gconstpointer data)
{
	for (guint i = 0; i < G_N_ELEMENTS(wrong); i++) {
		g_autoptr(GError) error = NULL;
		g_autoptr(Config) config = load(place, wrong[i].text, &error);

		g_test_message("%s", error ? error->message : wrong[i].text);
		g_assert_null(config);
		g_assert_error(error, CONFIG_ERROR, wrong[i].code);
		g_assert_nonnull(strstr(error->message, wrong[i].named));
		g_assert_nonnull(strstr(error->message, place->path));
	}
}

static void reads(Place *place, gconstpointer data)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(Config) config = load(place,
		MAILBOX "poll = 5m\nidle = off\n[border]\nhosts = a.example, b.example ,\n"
			"[parser]\nmemory = 1GiB\n[relay]\nhost = r\n[relay R1]\nhost = s\n",
		&error);

	g_assert_no_error(error);
	g_assert_cmpint(config_number(config, "mailbox a", "poll"), ==, 300);
	g_assert_cmpint(config_number(config, "mailbox a", "keep_filed"), ==, 90 * 86400);
	g_assert_false(config_switch(config, "mailbox a", "idle"));
	g_assert_cmpint(config_number(config, "parser", "memory"), ==, 1 << 30);
	g_assert_cmpstr(config_string(config, "database", "conninfo"), ==, "dbname=complaintd");
	g_assert_null(config_string(config, "desk", "party"));
	g_assert_cmpstr(config_list(config, "border", "hosts")[1], ==, "b.example");
	g_assert_null(config_list(config, "border", "hosts")[2]);
	g_assert_null(config_list(config, "border", "domains")[0]);
	g_assert_cmpuint(g_strv_length((char **)config_sections(config, "relay")), ==, 2);
	g_assert_cmpstr(config_string(config, "relay R1", "host"), ==, "s");
	g_assert_cmpstr(config_string(config, "relay R2", "host"), ==, "r"); /* has none of its own */
	g_assert_true(config_has_section(config, "mailbox a"));
	g_assert_false(config_has_section(config, "mailbox b"));
}

static void hides_secrets(Place *place, gconstpointer data)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(Config) config =
		load(place, "[mailbox a]\nhost = h\nuser = u\npassword = back\\dslash\n", &error);
	g_assert_no_error(error);
	g_autofree char *shown = config_show(config);
	g_autofree char *secret = config_secret(config, "mailbox a", "password", &error);

	g_assert_nonnull(strstr(shown, "password = ********"));
	g_assert_null(strstr(shown, "dslash"));
	g_assert_cmpstr(secret, ==, "back\\dslash"); /* GKeyFile would choke on \d */
}

/* libpq takes passwords in both forms of a conninfo. */
static void hides_passwords_of_conninfo(Place *place, gconstpointer data)
{
	static const struct {
		const char *given, *shown;
	} rows[] = {
		{"host=h user=u", "host=h user=u"},
		{"host=h password=s3cret user=u", "host=h password=******** user=u"},
		{"password = 's3c\\' ret' host=h", "password = ******** host=h"},
		{"password=s3\\ cret sslpassword=s3cret", "password=******** sslpassword=********"},
		{"postgresql://u:s3cret@h/d", "postgresql://u:********@h/d"},
		{"postgres://u@h/d?password=s3cret&sslmode=require",
			"postgres://u@h/d?password=********&sslmode=require"},
		{"postgresql://u@h/d?passfile=/x", "postgresql://u@h/d?passfile=/x"},
	};

	for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(GError) error = NULL;
		g_autofree char *text = g_strdup_printf("[database]\nconninfo = %s\n", rows[i].given);
		g_autofree char *line = g_strdup_printf("conninfo = %s\n", rows[i].shown);
		g_autoptr(Config) config = load(place, text, &error);
		g_assert_no_error(error);
		g_autofree char *shown = config_show(config);

		g_test_message("%s", shown);
		g_assert_nonnull(strstr(shown, line));
		g_assert_cmpstr(config_string(config, "database", "conninfo"), ==, rows[i].given);

		/* As with any secret, others must not be able to read it. */
		g_chmod(place->path, 0644);
		g_autoptr(Config) open = config_load(place->path, &error);
		g_assert_true((open == NULL) == !g_str_equal(rows[i].given, rows[i].shown));
	}
}

/* Who leaves something behind that holds the pipe open would hold us up for ever. */
static void commands_end(Place *place, gconstpointer data)
{
	g_autofree char *leaves =
		g_strdup_printf("sh -c 'tail --pid=%d -f /dev/null & echo word'", (int)getpid());
	g_autofree char *stays = g_strdup_printf("tail --pid=%d -f /dev/null", (int)getpid());
	const char *const commands[] = {leaves, stays};

	for (guint i = 0; i < G_N_ELEMENTS(commands); i++) {
		g_autoptr(GError) error = NULL;
		gint64 start = g_get_monotonic_time();

		g_assert_null(config_command_line_within(commands[i], 1, &error));
		g_assert_error(error, CONFIG_ERROR, CONFIG_ERROR_SECRET);
		g_assert_nonnull(strstr(error->message, "took longer than 1 s"));
		g_assert_cmpint(g_get_monotonic_time() - start, <, 10 * G_USEC_PER_SEC);
	}
}

static void refuses_open_file(Place *place, gconstpointer data)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(Config) first = load(place, MAILBOX, &error);
	g_assert_no_error(error);
	g_chmod(place->path, 0644);
	g_autoptr(Config) second = config_load(place->path, &error);
	g_assert_null(second);
	g_assert_error(error, CONFIG_ERROR, CONFIG_ERROR_SECRET);
}

static const struct {
	const char *source;
	const char *secret; /* NULL: an error */
} commands[] = {
	{"password_command = printf 'tok en'", "tok en"},
	{"password_command = echo $HOME", "$HOME"},  /* no shell */
	{"password_command = printf 'a\\nb'", NULL}, /* two lines */
	{"password_command = true", NULL},
	{"password_command = false", NULL},
	{"password_command = /nowhere/vault", NULL},
};

static void asks_commands(Place *place, gconstpointer data)
{
	for (guint i = 0; i < G_N_ELEMENTS(commands); i++) {
		g_autoptr(GError) error = NULL;
		g_autofree char *text =
			g_strconcat("[mailbox a]\nhost = h\nuser = u\n", commands[i].source, "\n", NULL);
		g_autoptr(Config) config = load(place, text, &error);
		g_assert_no_error(error);
		g_autofree char *secret = config_secret(config, "mailbox a", "password", &error);
		g_assert_cmpstr(secret, ==, commands[i].secret);
		g_assert_true(secret ? !error : error != NULL);
	}
}

static void asks_systemd(Place *place, gconstpointer data)
{
	g_autofree char *path = g_build_filename(place->directory, "mailbox-a.password", NULL);
	g_autoptr(GError) error = NULL;
	g_assert_true(g_file_set_contents(path, "s3cret\n", -1, NULL));
	g_setenv("CREDENTIALS_DIRECTORY", place->directory, TRUE);
	g_autoptr(Config) config = load(place, "[mailbox a]\nhost = h\nuser = u\n", &error);
	g_assert_no_error(error);
	g_autofree char *secret = config_secret(config, "mailbox a", "password", &error);
	g_assert_cmpstr(secret, ==, "s3cret");
	g_unsetenv("CREDENTIALS_DIRECTORY");
	g_unlink(path);
}

static void writes_border(Place *place, gconstpointer data)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(Config) config =
		load(place, "[border]\nauthserv_id = mx.example.org\ninstance = i\n", &error);
	g_autofree char *border = config_border(config);
	g_assert_cmpstr(border, ==, "{\"authserv_ids\":[\"mx.example.org\"],\"instance\":\"i\"}");
}

/* The example must be a configuration, and so must what it shows when nothing is set. */
static void example_loads(Place *place, gconstpointer data)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *example = config_example();
	g_autoptr(Config) config = load(place, example, &error);
	g_assert_no_error(error);
	g_autofree char *shown = config_show(config);
	g_autoptr(Config) again = load(place, shown, &error);
	g_assert_no_error(error);
	g_assert_cmpstr(config_string(again, "database", "conninfo"), ==, "dbname=complaintd");
}

int main(int argc, char **argv)
{
	static const struct {
		const char *name;
		void (*run)(Place *, gconstpointer);
	} tests[] = {
		{"/config/refuses", refuses},
		{"/config/reads", reads},
		{"/config/hides-secrets", hides_secrets},
		{"/config/hides-passwords-of-conninfo", hides_passwords_of_conninfo},
		{"/config/commands-end", commands_end},
		{"/config/refuses-open-file", refuses_open_file},
		{"/config/asks-commands", asks_commands},
		{"/config/asks-systemd", asks_systemd},
		{"/config/writes-border", writes_border},
		{"/config/example-loads", example_loads},
	};

	g_test_init(&argc, &argv, NULL);
	for (guint i = 0; i < G_N_ELEMENTS(tests); i++)
		g_test_add(tests[i].name, Place, NULL, place_make, tests[i].run, place_clear);
	return g_test_run();
}
