#include "config-private.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

static gboolean refuse(GError **error, const ConfigKey *key, const char *text, const char *wanted)
{
	g_set_error(error, CONFIG_ERROR, CONFIG_ERROR_VALUE, "\"%s\" is not %s",
		key->type == CONFIG_SECRET ? "********" : text, wanted);
	return FALSE;
}

typedef struct {
	const char *name;
	gint64 factor;
} Unit;

static const Unit time_units[] = {
	{"", 1}, {"s", 1}, {"m", 60}, {"min", 60}, {"h", 3600}, {"d", 86400}, {"w", 604800}, {NULL}};
static const Unit size_units[] = {{"", 1}, {"B", 1}, {"K", 1024}, {"KiB", 1024}, {"M", 1048576},
	{"MiB", 1048576}, {"G", 1073741824}, {"GiB", 1073741824}, {NULL}};
static const Unit no_units[] = {{"", 1}, {NULL}};

static gboolean number_parse(const char *text, const Unit *units, gint64 *number)
{
	char *end = NULL;

	errno = 0;
	*number = g_ascii_strtoll(text, &end, 10);
	if (errno || end == text)
		return FALSE;
	while (*end == ' ')
		end++;
	for (; units->name; units++)
		if (strcmp(units->name, end) == 0)
			return !__builtin_mul_overflow(*number, units->factor, number);
	return FALSE;
}

static gboolean number_value(const ConfigKey *key, const char *text, ConfigValue *value, GError **error)
{
	static const struct {
		const Unit *units;
		const char *wanted;
	} rules[] = {
		[CONFIG_NUMBER] = {no_units, "a whole number"},
		[CONFIG_SIZE] = {size_units, "a size such as 512M"},
		[CONFIG_DURATION] = {time_units, "a duration such as 60s, 5m, 4h or 90d"},
	};

	if (!number_parse(text, rules[key->type].units, &value->number))
		return refuse(error, key, text, rules[key->type].wanted);
	if (value->number >= key->least && value->number <= key->most)
		return TRUE;
	g_set_error(error, CONFIG_ERROR, CONFIG_ERROR_VALUE,
		"%s is not between %" G_GINT64_FORMAT " and %" G_GINT64_FORMAT, text, key->least, key->most);
	return FALSE;
}

static gboolean switch_value(const ConfigKey *key, const char *text, ConfigValue *value, GError **error)
{
	static const char *const yes[] = {"yes", "on", "true", "1", NULL};
	static const char *const no[] = {"no", "off", "false", "0", NULL};

	value->number = g_strv_contains(yes, text);
	if (value->number || g_strv_contains(no, text))
		return TRUE;
	return refuse(error, key, text, "yes or no");
}

static gboolean choice_value(const ConfigKey *key, const char *text, GError **error)
{
	g_auto(GStrv) choices = g_strsplit(key->choices, "|", -1);

	if (g_strv_contains((const char *const *)choices, text))
		return TRUE;
	g_autofree char *list = g_strjoinv(", ", choices);
	g_autofree char *wanted = g_strdup_printf("one of %s", list);
	return refuse(error, key, text, wanted);
}

static void list_value(const char *text, ConfigValue *value)
{
	g_autoptr(GStrvBuilder) items = g_strv_builder_new();
	g_auto(GStrv) parts = g_strsplit(text, ",", -1);

	for (char **p = parts; *p; p++)
		if (*g_strstrip(*p))
			g_strv_builder_add(items, *p);
	value->list = g_strv_builder_end(items);
}

static gboolean pattern_value(const char *text, GError **error)
{
	g_autoptr(GError) cause = NULL;
	g_autoptr(GRegex) regex = g_regex_new(text, 0, 0, &cause);

	if (regex && g_regex_get_capture_count(regex) >= 1)
		return TRUE;
	g_set_error(error, CONFIG_ERROR, CONFIG_ERROR_VALUE, "%s",
		cause ? cause->message : "the pattern has no group");
	return FALSE;
}

static gboolean file_value(const char *text, GError **error)
{
	if (g_path_is_absolute(text) && access(text, R_OK) == 0)
		return TRUE;
	g_set_error(error, CONFIG_ERROR, CONFIG_ERROR_VALUE, "cannot read \"%s\": %s", text,
		g_path_is_absolute(text) ? g_strerror(errno) : "not an absolute path");
	return FALSE;
}

gboolean config_value_parse(const ConfigKey *key, const char *text, ConfigValue *value, GError **error)
{
	if (!text || !*text)
		return TRUE;
	if (!g_utf8_validate(text, -1, NULL))
		return refuse(error, key, "…", "valid UTF-8");

	value->text = g_strdup(text);
	switch (key->type) {
	case CONFIG_NUMBER:
	case CONFIG_SIZE:
	case CONFIG_DURATION:
		return number_value(key, text, value, error);
	case CONFIG_SWITCH:
		return switch_value(key, text, value, error);
	case CONFIG_CHOICE:
		return choice_value(key, text, error);
	case CONFIG_PATTERN:
		return pattern_value(text, error);
	case CONFIG_FILE:
		return file_value(text, error);
	case CONFIG_LIST:
		list_value(text, value);
		return TRUE;
	case CONFIG_TEXT:
	case CONFIG_CONNINFO:
	case CONFIG_SECRET:
		return TRUE;
	}
	g_assert_not_reached();
}
