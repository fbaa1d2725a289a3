#include "nearest.h"

#include <string.h>

enum { NEAREST_LONGEST = 64 };

static guint least(guint a, guint b, guint c)
{
	return MIN(MIN(a, b), c);
}

guint nearest_distance(const char *a, const char *b)
{
	gsize m = MIN(strlen(a), NEAREST_LONGEST), n = MIN(strlen(b), NEAREST_LONGEST);
	guint rows[NEAREST_LONGEST + 1][NEAREST_LONGEST + 1];

	for (gsize i = 0; i <= m; i++)
		rows[i][0] = i;
	for (gsize j = 0; j <= n; j++)
		rows[0][j] = j;
	for (gsize i = 1; i <= m; i++)
		for (gsize j = 1; j <= n; j++) {
			char x = g_ascii_tolower(a[i - 1]), y = g_ascii_tolower(b[j - 1]);
			rows[i][j] =
				least(rows[i - 1][j] + 1, rows[i][j - 1] + 1, rows[i - 1][j - 1] + (x != y));
			if (i > 1 && j > 1 && x == g_ascii_tolower(b[j - 2]) &&
				y == g_ascii_tolower(a[i - 2]))
				rows[i][j] = MIN(rows[i][j], rows[i - 2][j - 2] + 1);
		}
	return rows[m][n];
}

const char *nearest_word(const char *word, const char *const *candidates)
{
	/* A third of the word may be wrong, else anything short would be near to everything. */
	guint best = MAX(2, strlen(word) / 3) + 1;
	const char *found = NULL;

	for (guint i = 0; candidates[i]; i++) {
		guint distance = nearest_distance(word, candidates[i]);
		if (distance < best && distance < strlen(candidates[i])) {
			best = distance;
			found = candidates[i];
		}
	}
	return found;
}
