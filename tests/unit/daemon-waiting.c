/* Pauses, what is said while waiting, and what monitoring and the log get to see. */
#include "backoff.h"
#include "log.h"
#include "metrics.h"
#include "trouble.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>

static const struct {
	guint n;
	gint64 first, longest, limit;
} limits[] = {
	{0, 5, 100, 5}, {1, 5, 100, 5}, {2, 5, 100, 10}, {5, 5, 100, 80}, {6, 5, 100, 100},
	{4000000000, 5, 100, 100}, /* a queue that has been away for months */
	{3, 300, 200, 200}, {70, 1, G_MAXINT64 / 4, G_MAXINT64 / 4}, /* doubling stops before it overflows */
};

static void doubles(void)
{
	for (guint i = 0; i < G_N_ELEMENTS(limits); i++)
		g_assert_cmpint(
			backoff_limit(limits[i].n, limits[i].first, limits[i].longest), ==, limits[i].limit);
}

static void jitters(void)
{
	gint64 least = G_MAXINT64, most = 0;

	for (guint i = 0; i < 1000; i++) {
		gint64 pause = backoff_pause(3, 1, 60);
		least = MIN(least, pause);
		most = MAX(most, pause);
	}
	g_assert_cmpint(least, >=, 2000);
	g_assert_cmpint(most, <=, 4000);
	g_assert_cmpint(most - least, >, 1000);
}

static const struct {
	const char *text, *safe;
} texts[] = {
	{"plain \xc3\xa4 text", "plain \xc3\xa4 text"},
	{"two\nlines\t\x1b[31mred", "two\\x0alines\\x09\\x1b[31mred"},
	{"latin \xe4 1", "latin \\xe4 1"},
	{"\xc2\x85", "\\x85"}, /* a C1 control, two bytes in UTF-8 */
	{"", ""},
};

static void escapes(void)
{
	for (guint i = 0; i < G_N_ELEMENTS(texts); i++) {
		g_autofree char *safe = log_escape(texts[i].text);
		g_autofree char *again = log_escape(safe);
		g_assert_cmpstr(safe, ==, texts[i].safe);
		g_assert_cmpstr(again, ==, safe);
	}
}

static GLogWriterOutput count_lines(GLogLevelFlags level, const GLogField *fields, gsize n, gpointer data)
{
	if (level & (G_LOG_LEVEL_WARNING | G_LOG_LEVEL_INFO))
		(*(guint *)data)++;
	return G_LOG_WRITER_HANDLED;
}

static guint lines;

static void says_once(void)
{
	GQuark domain = g_quark_from_static_string("a");
	g_autoptr(GError) first = g_error_new_literal(domain, 1, "no socket");
	g_autoptr(GError) same = g_error_new_literal(domain, 1, "starting up");
	g_autoptr(GError) other = g_error_new_literal(domain, 2, "refused");
	Trouble trouble = {0};

	lines = 0;
	trouble_over(&trouble, "it"); /* it never was away */
	g_assert_cmpuint(lines, ==, 0);
	trouble_note(&trouble, "it", first, 1, 60);
	trouble_note(&trouble, "it", same, 1, 60);
	gint64 pause = trouble_note(&trouble, "it", same, 1, 60);
	g_assert_cmpint(pause, >=, 2000); /* and they grow */
	g_assert_cmpuint(lines, ==, 1);
	trouble_note(&trouble, "it", other, 1, 60);
	g_assert_cmpuint(lines, ==, 2);
	trouble_over(&trouble, "it");
	g_assert_cmpuint(lines, ==, 3);
	trouble_note(&trouble, "it", other, 1, 60);
	g_assert_cmpuint(lines, ==, 4);
}

/* Each figure with HELP and TYPE before it, counters named *_total. */
static void writes_metrics(void)
{
	IntakeFigures intake = {.mails = 4711, .away = 1};
	OutboxFigures outbox = {.uncertain = 2};
	g_autofree char *text = metrics_text(&intake, &outbox, 1700000000);
	g_auto(GStrv) rows = g_strsplit(text, "\n", -1);
	guint n = g_strv_length(rows);

	g_assert_cmpuint(n % 3, ==, 1); /* and the end */
	for (guint i = 0; i + 2 < n; i += 3) {
		g_auto(GStrv) help = g_strsplit(rows[i], " ", 4);
		g_auto(GStrv) type = g_strsplit(rows[i + 1], " ", 4);
		g_auto(GStrv) value = g_strsplit(rows[i + 2], " ", 2);
		g_assert_cmpstr(help[1], ==, "HELP");
		g_assert_cmpstr(type[1], ==, "TYPE");
		g_assert_cmpstr(help[2], ==, value[0]);
		g_assert_cmpstr(type[2], ==, value[0]);
		g_assert_cmpint(strcmp(type[3], "counter") == 0, ==, g_str_has_suffix(value[0], "_total"));
	}
	g_assert_nonnull(strstr(text, "\ncomplaintd_mails_total 4711\n"));
	g_assert_nonnull(strstr(text, "\ncomplaintd_outbox_uncertain_total 2\n"));
	g_assert_nonnull(strstr(text, "\ncomplaintd_written_timestamp_seconds 1700000000\n"));
}

/* The unit has umask 077, and the exporter is another user. */
static void metrics_are_for_others(void)
{
	g_autofree char *directory = g_dir_make_tmp("metrics-XXXXXX", NULL);
	g_autofree char *path = g_build_filename(directory, "c.prom", NULL);
	g_autoptr(GError) error = NULL;
	const IntakeFigures intake = {0};
	const OutboxFigures outbox = {0};
	mode_t before = umask(077);
	GStatBuf status;

	for (guint i = 0; i < 2; i++) {
		g_assert_true(metrics_write(path, &intake, &outbox, &error));
		g_assert_no_error(error);
		g_assert_cmpint(g_stat(path, &status), ==, 0);
		g_assert_cmpint(status.st_mode & 0777, ==, 0644);
	}
	umask(before);
	g_unlink(path);
	g_assert_cmpint(g_rmdir(directory), ==, 0); /* nothing is left beside it */
	g_assert_false(metrics_write(path, &intake, &outbox, &error));
	g_assert_error(error, G_FILE_ERROR, G_FILE_ERROR_NOENT);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_log_set_writer_func(count_lines, &lines, NULL);
	g_test_add_func("/backoff/doubles", doubles);
	g_test_add_func("/backoff/jitters", jitters);
	g_test_add_func("/log/escapes", escapes);
	g_test_add_func("/trouble/says-once", says_once);
	g_test_add_func("/metrics/writes", writes_metrics);
	g_test_add_func("/metrics/are-for-others", metrics_are_for_others);
	return g_test_run();
}
