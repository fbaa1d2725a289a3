#include "trouble.h"

#include "backoff.h"
#include "log.h"

gint64 trouble_note(Trouble *trouble, const char *what, const GError *error, gint64 first, gint64 longest)
{
	if (g_strcmp0(trouble->said, error->message) != 0) {
		log_warning("%s: %s", what, error->message);
		g_free(trouble->said);
		trouble->said = g_strdup(error->message);
	}
	return backoff_pause(++trouble->attempts, first, longest);
}

void trouble_over(Trouble *trouble, const char *what)
{
	if (trouble->attempts > 0)
		log_info("%s is back after %u attempts", what, trouble->attempts);
	trouble_clear(trouble);
}

void trouble_clear(Trouble *trouble)
{
	trouble->attempts = 0;
	g_clear_pointer(&trouble->said, g_free);
}
