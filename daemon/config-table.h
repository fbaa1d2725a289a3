#pragma once

/* The one table of everything that can be configured. */

#include <glib.h>

typedef enum {
	CONFIG_TEXT,
	CONFIG_CHOICE, /* one of the words of `choices` */
	CONFIG_NUMBER,
	CONFIG_SIZE,     /* 512M, 16KiB: powers of 1024 */
	CONFIG_DURATION, /* 60s 5m 4h 90d 2w; a bare number is seconds */
	CONFIG_SWITCH,   /* yes no on off true false 1 0 */
	CONFIG_LIST,     /* separated by commas */
	CONFIG_CONNINFO, /* of libpq, which may hold a password */
	CONFIG_SECRET,   /* also <key>_file, <key>_command and a systemd credential */
	CONFIG_PATTERN,  /* a regular expression that compiles */
	CONFIG_FILE,     /* absolute path of a file that can be read */
} ConfigType;

typedef struct {
	const char *key;
	ConfigType type;
	const char *fallback; /* as it would be written, or NULL */
	gint64 least, most;   /* of numbers, sizes and durations */
	const char *help;
	const char *choices; /* "a|b" */
	gboolean needed;
} ConfigKey;

typedef struct {
	const char *name;
	gboolean single; /* [name] */
	gboolean named;  /* [name SOMETHING] */
	const char *help;
	const ConfigKey *keys; /* ends with a NULL key */
} ConfigSection;

extern const ConfigSection config_table[]; /* ends with a NULL name */

/* @full: "mailbox abuse". NULL when there is no such section. */
const ConfigSection *config_table_section(const char *full);
const ConfigKey *config_table_key(const ConfigSection *section, const char *key);
/* The most similar name that would have been right, or NULL when none is near. */
char *config_table_near_section(const char *full);
char *config_table_near_key(const ConfigSection *section, const char *key);
