#include "trouble.h"

#include "backoff.h"
#include "log.h"

gint64 trouble_note(Trouble *trouble, const char *what, const GError *error, gint64 first, gint64 longest)
{
	/* The words of one and the same trouble change while it lasts. */
	if (trouble->domain != error->domain || trouble->code != error->code)
		log_warning("%s: %s", what, error->message);
	else
		log_debug("%s: %s", what, error->message);
	trouble->domain = error->domain;
	trouble->code = error->code;
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
	*trouble = (Trouble){0};
}
