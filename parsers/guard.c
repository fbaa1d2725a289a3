#include "guard.h"

#include <string.h>

#include "message.h"

enum {
	/* Each ':' of an address header may open a group, and each group is a level of recursion in GMime
	 * 3.2.13: some 4,000 overflow a 1 MiB stack. No honest header has a hundred. */
	GUARD_MAX_COLONS = 400,
};

/* Names of the headers that GMime reads as address lists, wherever they stand. */
static const char *const address_headers[] = {"from:", "sender:", "reply-to:", "to:", "cc:", "bcc:"};

typedef struct {
	const guint8 *bytes;
	gsize length;
	guint8 *copy;
	guint boundary_lines;
	Report *report;
} Guard;

static guint8 *guard_copy(Guard *guard)
{
	if (!guard->copy)
		guard->copy = g_memdup2(guard->bytes, guard->length);
	return guard->copy;
}

static gboolean is_address_header(const guint8 *line, gsize left)
{
	/* GMime allows blanks before the colon. */
	char name[16];
	gsize n = 0;
	for (gsize i = 0; i < left && i < 64 && n < sizeof name - 1; i++) {
		if (line[i] == ' ' || line[i] == '\t')
			continue;
		name[n++] = g_ascii_tolower(line[i]);
		if (line[i] == ':')
			break;
	}
	name[n] = 0;
	for (guint i = 0; i < G_N_ELEMENTS(address_headers); i++)
		if (!strcmp(name, address_headers[i]))
			return TRUE;
	return FALSE;
}

/* Breaks the colons behind the last allowed one in the field at @start. */
static void guard_groups(Guard *guard, gsize start)
{
	guint colons = 0;
	for (gsize i = start; i < guard->length; i++) {
		guint8 c = guard->bytes[i];
		if (c == '\n' &&
			(i + 1 >= guard->length ||
				(guard->bytes[i + 1] != ' ' && guard->bytes[i + 1] != '\t')))
			return;
		if (c == ':' && ++colons > GUARD_MAX_COLONS) {
			guard_copy(guard)[i] = ',';
			report_malformed(guard->report, "nested-groups");
		}
	}
}

static void guard_line(Guard *guard, gsize start)
{
	const guint8 *line = guard->bytes + start;
	gsize left = guard->length - start;
	switch (*line) {
	case '-':
		/* Each may begin a part, and is compared with the boundary of every open multipart. */
		if (left > 1 && line[1] == '-' && ++guard->boundary_lines > MESSAGE_MAX_BOUNDARY_LINES) {
			guard_copy(guard)[start + 1] = ' ';
			report_malformed(guard->report, "too-many-boundary-lines");
		}
		break;
	case 'f':
	case 'F':
	case 's':
	case 'S':
	case 'r':
	case 'R':
	case 't':
	case 'T':
	case 'c':
	case 'C':
	case 'b':
	case 'B':
		if (is_address_header(line, left))
			guard_groups(guard, start);
		break;
	}
}

/* Line ends of CR alone (an old Mac's, or a lossy copy) make one giant header of the mail. */
static gboolean has_bare_returns(const guint8 *bytes, gsize length)
{
	const guint8 *cr = memchr(bytes, '\r', length);
	if (!cr)
		return FALSE;
	const guint8 *lf = memchr(bytes, '\n', length);
	if (lf && lf < cr)
		return FALSE;
	gsize after = cr - bytes;
	while (after < length && bytes[after] == '\r')
		after++;
	return after < length && bytes[after] != '\n';
}

static void guard_returns(Guard *guard)
{
	guint8 *copy = guard_copy(guard);
	for (gsize i = 0; i < guard->length; i++)
		if (copy[i] == '\r' && (i + 1 >= guard->length || copy[i + 1] != '\n'))
			copy[i] = '\n';
	guard->bytes = copy;
	report_malformed(guard->report, "bare-cr");
}

const guint8 *guard_bytes(const guint8 *bytes, gsize length, Report *report, guint8 **copy_out)
{
	Guard guard = {bytes, length, NULL, 0, report};
	if (has_bare_returns(bytes, length))
		guard_returns(&guard);
	for (gsize start = 0; start < length;) {
		guard_line(&guard, start);
		const guint8 *end = memchr(guard.bytes + start, '\n', length - start);
		if (!end)
			break;
		start = end - guard.bytes + 1;
	}
	*copy_out = guard.copy;
	return guard.copy ? guard.copy : bytes;
}
