#pragma once

/* The configuration: one INI file behind one table (config-table.c). What the table does
 * not know is an error when loading, so a value that is read here has been checked. */

#include <glib.h>

#define CONFIG_ERROR (config_error_quark())
GQuark config_error_quark(void);

typedef enum {
	CONFIG_ERROR_FILE,   /* cannot be read */
	CONFIG_ERROR_KEY,    /* unknown section or key */
	CONFIG_ERROR_VALUE,  /* wrong type, out of range, or missing */
	CONFIG_ERROR_SECRET, /* no secret where one is needed, or its source fails */
} ConfigError;

typedef struct Config Config;

/* -c FILE, else $COMPLAINTD_CONFIG, else /etc/complaintd/complaintd.conf. */
const char *config_path(const char *given);

/* NULL with a message that names file, section, key and the nearest valid key. */
Config *config_load(const char *path, GError **error);
Config *config_ref(Config *config);
void config_unref(Config *config);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Config, config_unref)

/* Values are borrowed from the configuration. Asking for a section or key that the table
 * does not have is a bug; a section that the file does not have answers its defaults. */
const char *config_string(const Config *config, const char *section, const char *key); /* or NULL */
gint64 config_number(const Config *config, const char *section, const char *key);      /* seconds, bytes */
gboolean config_switch(const Config *config, const char *section, const char *key);
const char *const *config_list(const Config *config, const char *section, const char *key); /* never NULL */

/* Full names of the file's sections of one kind: "relay", "relay RESELLER" … */
const char *const *config_sections(const Config *config, const char *kind);
gboolean config_has_section(const Config *config, const char *section);

/* The secret @key, in this order: <key>_file, $CREDENTIALS_DIRECTORY/<section>.<key> (spaces
 * of the section as "-"), <key>_command (no shell, 30 seconds, one line), <key> itself.
 * NULL without error when there is none. */
char *config_secret(const Config *config, const char *section, const char *key, GError **error);
/* First line of what the command prints; no shell, 30 seconds. */
char *config_command_line(const char *command, GError **error);

/* The border as the JSON object that a worker takes as its first frame. */
char *config_border(const Config *config);

/* Every value in force, secrets as "********". */
char *config_show(const Config *config);
/* A commented file with every key and its default. */
char *config_example(void);
