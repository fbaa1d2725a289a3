#include "evidence.h"

#include <string.h>

#include "extract.h"
#include "own.h"

enum { EVIDENCE_TEXT = 6000, EVIDENCE_FOUND = 200 };

gboolean evidence_has_mail(Message *message, const Border *border)
{
	GPtrArray *parts = message_parts(message);
	for (guint i = 0; i < parts->len; i++) {
		Message *attached = part_attached(parts->pdata[i]);
		if (attached && !own_is_ours(attached, border))
			return TRUE;
	}
	return FALSE;
}

gboolean evidence_is_defanged(Message *message)
{
	const char *text = message_text(message);
	gboolean is_defanged = FALSE;
	g_autoptr(GPtrArray) found = extract_all(text, MIN(strlen(text), EVIDENCE_TEXT), EVIDENCE_FOUND);
	for (guint i = 0; i < found->len && !is_defanged; i++)
		is_defanged = ((const Found *)found->pdata[i])->defanged;
	return is_defanged;
}
