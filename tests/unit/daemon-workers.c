/* The pool against workers that misbehave: this program itself, started as one, does to each
 * mail what the mail says. */
#include "workers.h"

#include <jansson.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static gboolean read_all(void *bytes, size_t length)
{
	return length == 0 || fread(bytes, length, 1, stdin) == 1;
}

static void put_frame(const char *text)
{
	guint32 length = GUINT32_TO_BE((guint32)strlen(text));

	fwrite(&length, 4, 1, stdout);
	fputs(text, stdout);
}

static void write_frame(const char *text)
{
	put_frame(text);
	fflush(stdout);
}

static char *read_frame(void)
{
	guint32 length;

	if (!read_all(&length, 4))
		exit(0);
	length = GUINT32_FROM_BE(length);
	char *frame = g_malloc0(length + 1);
	if (!read_all(frame, length))
		exit(1);
	return frame;
}

static gboolean more_comes(void)
{
	struct pollfd input = {.fd = STDIN_FILENO, .events = POLLIN};

	return poll(&input, 1, 50) > 0;
}

/* A mail is "WORD…": what to do with it. */
static void behave(const char *mail, guint before)
{
	g_autofree char *answer = NULL;

	if (g_str_has_prefix(mail, "crash"))
		raise(SIGSYS);
	if (g_str_has_prefix(mail, "exit"))
		exit(3);
	if (g_str_has_prefix(mail, "cpu"))
		raise(SIGXCPU);
	if (g_str_has_prefix(mail, "hang"))
		pause();
	if (g_str_has_prefix(mail, "together") && before > 0)
		raise(SIGSYS); /* only survives as the first mail of a worker */
	if (g_str_has_prefix(mail, "huge")) {
		guint32 length = 0xffffffff;
		fwrite(&length, 4, 1, stdout);
		fflush(stdout);
		pause();
	}
	if (g_str_has_prefix(mail, "twice"))
		put_frame("{}"); /* both are in the pipe at once */
	answer = g_strdup_printf("{\"length\":%zu,\"before\":%u,\"pid\":%d}", strlen(mail), before, getpid());
	put_frame(answer);
	if (!g_str_has_prefix(mail, "held") || !more_comes())
		fflush(stdout);
}

static int be_a_worker(void)
{
	setvbuf(stdin, NULL, _IONBF, 0); /* so that poll() tells whether more comes */
	g_autofree char *border = read_frame();

	if (strstr(border, "refuse"))
		return 1;
	write_frame("");
	for (guint before = 0;; before++) {
		g_autofree char *mail = read_frame();
		behave(mail, before);
	}
}

static char *self; /* this program */

static Workers *pool(guint count, guint recycle, const char *border)
{
	WorkersSettings settings = {.program = self,
		.border = border,
		.count = count,
		.memory = 1 << 30,
		.seconds = 1,
		.recycle = recycle};

	return workers_new(&settings);
}

static GPtrArray *parse(Workers *workers, const char *const *texts, guint n)
{
	g_autoptr(GPtrArray) mails = g_ptr_array_new_with_free_func((GDestroyNotify)g_bytes_unref);
	g_autoptr(GError) error = NULL;

	for (guint i = 0; i < n; i++)
		g_ptr_array_add(mails, g_bytes_new(texts[i], strlen(texts[i])));
	GPtrArray *reports = workers_parse(workers, (GBytes *const *)mails->pdata, n, &error);
	g_assert_no_error(error);
	g_assert_cmpuint(reports->len, ==, n);
	return reports;
}

static json_t *report_at(const GPtrArray *reports, guint i)
{
	json_t *report = json_loads(reports->pdata[i], 0, NULL);

	g_assert_nonnull(report);
	return report;
}

static json_int_t number_in(const GPtrArray *reports, guint i, const char *name)
{
	json_t *report = report_at(reports, i);
	json_int_t number = json_integer_value(json_object_get(report, name));

	json_decref(report);
	return number;
}

static void assert_length(const GPtrArray *reports, guint i, gsize length)
{
	g_assert_cmpint(number_in(reports, i, "length"), ==, length);
}

static void keeps_order(void)
{
	g_autoptr(Workers) workers = pool(3, 7, NULL); /* many are replaced on the way */
	const char *texts[200];
	g_autofree char *longest = g_strnfill(200, 'x');

	for (guint i = 0; i < 200; i++)
		texts[i] = longest + i;
	g_autoptr(GPtrArray) reports = parse(workers, texts, 200);
	for (guint i = 0; i < 200; i++) {
		assert_length(reports, i, 200 - i);
		g_assert_cmpint(number_in(reports, i, "before"), <, 7);
	}
	g_autoptr(GPtrArray) none = parse(workers, texts, 0);
	g_assert_cmpuint(none->len, ==, 0);
}

static void takes_large_mails(void)
{
	g_autoptr(Workers) workers = pool(2, 100, NULL);
	g_autofree char *large = g_strnfill(30 << 20, 'x');
	const char *texts[] = {"a", large, "bb", large, ""};
	g_autoptr(GPtrArray) reports = parse(workers, texts, 5);

	assert_length(reports, 1, 30 << 20);
	assert_length(reports, 2, 2);
	assert_length(reports, 3, 30 << 20);
	assert_length(reports, 4, 0);
}

static const struct {
	const char *mail;
	const char *reason;
	const char *says; /* in malformed, or NULL */
} bad[] = {
	{"crash", "worker-crashed", "signal 31"}, /* what seccomp does */
	{"exit", "worker-crashed", "status 3"},
	{"cpu", "worker-timeout", "signal 24"}, /* its own limit of processor time */
	{"hang", "worker-timeout", NULL},
	{"huge", "worker-crashed", "signal 9"}, /* a frame of 4 GiB is not waited for */
};

static void quarantines(void)
{
	for (guint i = 0; i < G_N_ELEMENTS(bad); i++) {
		g_autoptr(Workers) workers = pool(2, 100, NULL);
		const char *texts[] = {"a", "bb", "ccc", bad[i].mail, "dddd", "eeeee", "ffffff", "ggggggg"};
		g_autoptr(GPtrArray) reports = parse(workers, texts, 8);
		json_t *report = report_at(reports, 3);

		g_test_message("%s", (char *)reports->pdata[3]);
		g_assert_cmpstr(json_string_value(json_object_get(report, "disposition")), ==, "quarantine");
		g_assert_cmpstr(json_string_value(json_object_get(report, "kind")), ==, "unreadable");
		g_assert_cmpstr(json_string_value(json_object_get(report, "reason")), ==, bad[i].reason);
		if (bad[i].says)
			g_assert_nonnull(strstr(reports->pdata[3], bad[i].says));
		g_assert_cmpuint(workers_quarantined(workers), ==, 1);
		json_decref(report);
		for (guint k = 0; k < 8; k++)
			if (k != 3)
				assert_length(reports, k, strlen(texts[k]));
	}
}

/* What kills only in company gets through alone. */
static void tries_alone(void)
{
	g_autoptr(Workers) workers = pool(1, 100, NULL);
	const char *texts[] = {"a", "bb", "together", "dddd"};
	g_autoptr(GPtrArray) reports = parse(workers, texts, 4);

	assert_length(reports, 2, 8);
	g_assert_cmpuint(workers_quarantined(workers), ==, 0);
}

/* A worker that sends several answers at once dies with them: it takes three to know of which mail. */
static void finds_who_kills_behind(void)
{
	g_autoptr(Workers) workers = pool(1, 100, NULL);
	const char *texts[] = {"held", "held1", "held22", "crash", "held4444", "held55555"};
	g_autoptr(GPtrArray) reports = parse(workers, texts, 6);

	g_assert_cmpuint(workers_quarantined(workers), ==, 1);
	for (guint i = 0; i < 6; i++)
		if (i != 3)
			assert_length(reports, i, strlen(texts[i]));
	/* Those before it came one by one, and had no part in its second death. */
	g_assert_cmpint(number_in(reports, 1, "pid"), ==, number_in(reports, 0, "pid"));
	g_assert_cmpint(number_in(reports, 2, "pid"), ==, number_in(reports, 0, "pid"));
	g_assert_cmpint(number_in(reports, 5, "before"), ==, 1);
}

static void all_bad(void)
{
	g_autoptr(Workers) workers = pool(2, 100, NULL);
	const char *texts[] = {"crash", "crash", "crash", "crash", "crash", "crash"};
	g_autoptr(GPtrArray) reports = parse(workers, texts, 6);

	g_assert_cmpuint(workers_quarantined(workers), ==, 6);
}

static const struct {
	const char *program, *border;
} hopeless[] = {
	{"/nowhere/complaint-parser", NULL},
	{"/bin/false", NULL},
	{NULL, "{\"x\":\"refuse\"}"},
};

static void says_it_cannot_start(void)
{
	for (guint i = 0; i < G_N_ELEMENTS(hopeless); i++) {
		g_autoptr(GBytes) mail = g_bytes_new_static("a", 1);
		g_autoptr(GError) error = NULL;
		WorkersSettings settings = {.program = hopeless[i].program ? hopeless[i].program : self,
			.border = hopeless[i].border,
			.count = 2,
			.memory = 1 << 30,
			.seconds = 1,
			.recycle = 9};
		g_autoptr(Workers) workers = workers_new(&settings);

		g_assert_null(workers_parse(workers, &mail, 1, &error));
		g_assert_error(error, WORKERS_ERROR, WORKERS_ERROR_START);
	}
}

/* An answer too many must not become the next mail's. */
static void refuses_extra_answers(void)
{
	g_autoptr(Workers) workers = pool(1, 100, NULL);
	const char *texts[] = {"twice", "bb"};
	g_autoptr(GPtrArray) reports = parse(workers, texts, 1);
	const char *next[] = {"bb"};
	g_autoptr(GPtrArray) more = parse(workers, next, 1);

	assert_length(more, 0, 2);
}

static void quarantine_is_safe(void)
{
	g_autofree char *report = workers_quarantine("refused", "bad \"\xff\" \n\x01 words");
	json_t *value = json_loads(report, 0, NULL);
	const char *words = json_string_value(json_array_get(json_object_get(value, "malformed"), 0));

	g_assert_cmpstr(words, ==, "bad \"\xef\xbf\xbd\"    words");
	g_assert_true(json_is_array(json_object_get(json_object_get(value, "mail"), "auth")));
	json_decref(value);
}

int main(int argc, char **argv)
{
	if (argc > 1 && strcmp(argv[1], "--memory") == 0)
		return be_a_worker();
	self = g_file_read_link("/proc/self/exe", NULL);
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/workers/keeps-order", keeps_order);
	g_test_add_func("/workers/takes-large-mails", takes_large_mails);
	g_test_add_func("/workers/quarantines", quarantines);
	g_test_add_func("/workers/tries-alone", tries_alone);
	g_test_add_func("/workers/finds-who-kills-behind", finds_who_kills_behind);
	g_test_add_func("/workers/all-bad", all_bad);
	g_test_add_func("/workers/says-it-cannot-start", says_it_cannot_start);
	g_test_add_func("/workers/refuses-extra-answers", refuses_extra_answers);
	g_test_add_func("/workers/quarantine-is-safe", quarantine_is_safe);
	return g_test_run();
}
