/* The number that a program gave to its report. Two mails with one number count once, so what many reports
 * have in common must not be taken for it: the address they are about, a domain, a day. */

#include "domain.h"
#include "extract.h"
#include "message.h"
#include "notice-private.h"

#include <string.h>

enum { TAG_MIN = 6, NUMBER_MIN = 3, NUMBER_MAX = 60, DAY_MAX = 15 };

/* "2026-03-01", "2026-03-01T10", "1-Mar-2026", "20260301", with dots or slashes too: two marks; a third one
 * is a number within the day. */
static gboolean is_day(const char *text)
{
	g_autofree char *day = g_strndup(text, MIN(strcspn(text, " ,;:"), DAY_MAX));
	guint marks = 0;
	for (const char *p = day; *p; p++)
		marks += strchr("-./", *p) != NULL;
	if (marks == 0 && strlen(day) == 8 && strspn(day, "0123456789") == 8) {
		g_autofree char *iso = g_strdup_printf("%.4s-%.2s-%.2s", day, day + 4, day + 6);
		return message_date(iso) != REPORT_NO_DATE;
	}
	return marks == 2 && message_date(day) != REPORT_NO_DATE;
}

/* "2001:db8::1", of which "2001" looks like a number */
static gboolean is_address(const char *text)
{
	g_autofree char *whole = g_strndup(text, strspn(text, "0123456789abcdefABCDEF.:"));
	gsize length = strlen(whole);
	g_autofree char *ip = domain_ip(whole, FALSE);
	if (ip || length < 2 || whole[length - 1] != ':')
		return ip != NULL;
	whole[length - 1] = '\0'; /* "2001:db8::1: spam" */
	ip = domain_ip(whole, FALSE);
	return ip != NULL;
}

gboolean notice_is_reference(const char *value)
{
	if (!strpbrk(value, "0123456789") || is_day(value) || is_address(value))
		return FALSE;
	g_autoptr(GPtrArray) found = extract_all(value, strlen(value), 1);
	return found->len == 0 || ((const Found *)found->pdata[0])->kind == FOUND_EMAIL;
}

/* "[1a2b3c4d5e6f7a8b]: …", not "[deface]" */
static char *tagged(const char *subject)
{
	for (const char *open = strchr(subject, '['); open; open = strchr(open + 1, '[')) {
		gsize length = strspn(open + 1, "0123456789abcdefABCDEF-");
		if (length < TAG_MIN || length > NUMBER_MAX || open[1 + length] != ']')
			continue;
		g_autofree char *tag = g_strndup(open + 1, length);
		if (strpbrk(tag, "0123456789") && !is_day(tag))
			return g_steal_pointer(&tag);
	}
	return NULL;
}

/* What begins at @p, or NULL. A word with a dot is a name, an address or a version: no part of it counts. */
static char *number_at(const char *p)
{
	gsize length = strcspn(p, " :,;])");
	while (length && p[length - 1] == '.')
		length--;
	g_autofree char *word = g_strndup(p, length);
	if (length < NUMBER_MIN || length > NUMBER_MAX || !strpbrk(word, "0123456789") ||
		strpbrk(word, "/.@[({") || is_day(word) || is_address(p))
		return NULL;
	return g_steal_pointer(&word);
}

/* "id " ends "TicketID 4711", but not "Android 1400" */
static gboolean is_mark(const char *subject, const char *at, const char *mark)
{
	if (at == subject || !g_ascii_isalpha(at[-1]) || !g_str_equal(mark, "id "))
		return TRUE;
	return g_ascii_islower(at[-1]) && g_ascii_isupper(*at);
}

char *notice_subject_reference(const char *subject)
{
	static const char *const marks[] = {"issue ", "ticket ", "case ", "case id", "ref:", "ref ",
		"reference", "notice id", "abuseid:", "incident ", "id:", "id ", "#", "report "};
	if (!subject)
		return NULL;
	/* As much as the report keeps: a number is looked for behind each "#". */
	g_autofree char *own = g_strndup(subject, REPORT_MAX_VALUE), *lower = g_ascii_strdown(own, -1);
	char *number = tagged(own);
	for (guint i = 0; i < G_N_ELEMENTS(marks) && !number; i++)
		for (const char *at = strstr(lower, marks[i]); at && !number; at = strstr(at + 1, marks[i])) {
			const char *p = own + (at - lower);
			if (!is_mark(own, p, marks[i]))
				continue;
			p += strlen(marks[i]);
			number = number_at(p + strspn(p, " :#[("));
		}
	return number;
}
