#pragma once

#include "config.h"
#include "database.h"

/* The settings that only a part looks at when it starts: relays, the hook, RDAP. FALSE when one of them could
 * not start with them. Runs the commands that print secrets. */
gboolean advice_settings_work(const Config *config, GError **error);

/* What is probably forgotten, in a sentence, or NULL; free it. A database that cannot tell is no trouble. */
char *advice_forgotten(const Config *config, Database *database);
