#pragma once

/* Shared by the files of the configuration only. */

#include "config-table.h"
#include "config.h"

typedef struct {
	char *text; /* or NULL */
	gint64 number;
	char **list;
	gboolean given; /* stands in the file */
} ConfigValue;

struct Config {
	int references;
	char *path;
	gboolean open;        /* the file can be read by others */
	GHashTable *sections; /* full name → (key → ConfigValue) */
	GPtrArray *order;     /* full names as config_show() prints them */
	GHashTable *by_kind;  /* kind → char ** of the file's sections */
};

/* @text NULL: no value. */
gboolean config_value_parse(const ConfigKey *key, const char *text, ConfigValue *value, GError **error);
/* Adds <key>_file and <key>_command to @values. */
void config_secret_sources(GHashTable *values, const ConfigKey *key, GKeyFile *file, const char *section);
/* @text as it may be shown; owned by the caller. */
char *config_conninfo_masked(const char *text);
/* config_command_line() with another limit. */
char *config_command_line_within(const char *command, guint seconds, GError **error);
gboolean config_secrets_check(const Config *config, GError **error);
