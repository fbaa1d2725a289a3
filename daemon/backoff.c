#include "backoff.h"

gint64 backoff_limit(guint n, gint64 first, gint64 longest)
{
	gint64 limit = first;

	while (n > 1 && limit < longest) {
		limit *= 2;
		n--;
	}
	return MIN(limit, longest);
}

gint64 backoff_pause(guint n, gint64 first, gint64 longest)
{
	double most = 1000.0 * backoff_limit(n, first, longest);

	return (gint64)g_random_double_range(most / 2, most + 1);
}
