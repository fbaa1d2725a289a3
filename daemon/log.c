#include "log.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const struct {
	const char *name;
	GLogLevelFlags shown;
} levels[] = {
	{"error", G_LOG_LEVEL_ERROR | G_LOG_LEVEL_CRITICAL},
	{"warning", G_LOG_LEVEL_ERROR | G_LOG_LEVEL_CRITICAL | G_LOG_LEVEL_WARNING},
	{"info", G_LOG_LEVEL_MASK & ~G_LOG_LEVEL_DEBUG},
	{"debug", G_LOG_LEVEL_MASK},
};

static int shown = G_LOG_LEVEL_MASK & ~G_LOG_LEVEL_DEBUG;

char *log_escape(const char *text)
{
	GString *out = g_string_new(NULL);

	while (*text) {
		gunichar c = g_utf8_get_char_validated(text, -1);

		if (c == (gunichar)-1 || c == (gunichar)-2) {
			g_string_append_printf(out, "\\x%02x", (guchar)*text++);
			continue;
		}
		if (g_unichar_iscntrl(c))
			g_string_append_printf(out, "\\x%02x", c);
		else
			g_string_append_unichar(out, c);
		text = g_utf8_next_char(text);
	}
	return g_string_free(out, FALSE);
}

static const char *field(const GLogField *fields, gsize n, const char *key)
{
	for (gsize i = 0; i < n; i++)
		if (strcmp(fields[i].key, key) == 0)
			return fields[i].value;
	return "";
}

/* Also what GLib and other libraries say comes through here. */
static GLogWriterOutput writer(GLogLevelFlags level, const GLogField *fields, gsize n, gpointer data)
{
	if (!(level & (GLogLevelFlags)g_atomic_int_get(&shown)))
		return G_LOG_WRITER_HANDLED;
	if (g_log_writer_is_journald(STDERR_FILENO))
		return g_log_writer_journald(level, fields, n, data);

	const char *prefix = level & (G_LOG_LEVEL_ERROR | G_LOG_LEVEL_CRITICAL) ? "error: "
		: level & G_LOG_LEVEL_WARNING                                   ? "warning: "
										: "";
	g_autoptr(GDateTime) now = g_date_time_new_now_utc();
	g_autofree char *time = g_date_time_format(now, "%H:%M:%S");
	g_autofree char *message = log_escape(field(fields, n, "MESSAGE"));
	fprintf(stderr, "%s %s: %s%s\n", time, g_get_prgname() ? g_get_prgname() : "complaintd", prefix,
		message);
	return G_LOG_WRITER_HANDLED;
}

void log_start(const char *level)
{
	static gsize once;

	for (guint i = 0; i < G_N_ELEMENTS(levels); i++)
		if (strcmp(levels[i].name, level) == 0)
			g_atomic_int_set(&shown, levels[i].shown);
	if (!g_once_init_enter(&once))
		return;
	g_log_set_writer_func(writer, NULL, NULL);
	g_once_init_leave(&once, 1);
}

/* g_log_structured() takes a format for MESSAGE only, and the compiler does not see when
 * another field gets one: so it is called in this one place. */
static void say(GLogLevelFlags level, const char *format, va_list arguments)
{
	g_autofree char *raw = g_strdup_vprintf(format, arguments);
	g_autofree char *message = log_escape(raw);

	g_log_structured("complaintd", level, "MESSAGE", "%s", message);
}

#define LOG_FUNCTION(name, level)                                                                            \
	void name(const char *format, ...)                                                                   \
	{                                                                                                    \
		va_list arguments;                                                                           \
		va_start(arguments, format);                                                                 \
		say(level, format, arguments);                                                               \
		va_end(arguments);                                                                           \
	}

LOG_FUNCTION(log_error, G_LOG_LEVEL_CRITICAL)
LOG_FUNCTION(log_warning, G_LOG_LEVEL_WARNING)
LOG_FUNCTION(log_info, G_LOG_LEVEL_INFO)
LOG_FUNCTION(log_debug, G_LOG_LEVEL_DEBUG)
