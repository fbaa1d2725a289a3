#include "domain.h"
#include "extract.h"
#include "forward-block.h"

#include <string.h>

/* Quotes and brackets around a name: "'N'" <a@b>. */
static char *clean_name(const char *value, gsize length)
{
	static const char around[] = " \t\"'<([*_:";
	while (length && strchr(around, *value))
		value++, length--;
	while (length && strchr(around, value[length - 1]))
		length--;
	return length ? g_strndup(value, length) : NULL;
}

static gboolean is_local(char c)
{
	return g_ascii_isalnum(c) || (guchar)c >= 0x80 || strchr("!#$%&'*+-/=?^_`{|}~.", c);
}

static gboolean is_host(char c)
{
	return g_ascii_isalnum(c) || (guchar)c >= 0x80 || c == '.' || c == '-';
}

/* The address around the '@' at @at; *start_out: where it begins. */
static char *address_at(const char *value, const char *at, const char **start_out)
{
	const char *start = at, *end = at + 1;
	while (start > value && is_local(start[-1]))
		start--;
	while (start < at && strchr("'*`", *start))
		start++;
	while (is_host(*end))
		end++;
	while (end > at + 1 && strchr(".-", end[-1]))
		end--;
	g_autofree char *text = g_strndup(start, end - start);
	*start_out = start;
	return domain_address(text);
}

/* Where an address begins that may be a link: "<mailto:a@b>". */
static const char *link_start(const char *value, const char *start)
{
	gboolean is_link = start - value >= 7 && g_ascii_strncasecmp(start - 7, "mailto:", 7) == 0;
	return is_link ? start - 7 : start;
}

char *forward_mailbox(const char *value, char **name_out)
{
	g_autofree char *first = NULL;
	const char *name_end = NULL;

	for (const char *at = strchr(value, '@'); at; at = strchr(at + 1, '@')) {
		const char *start;
		g_autofree char *address = address_at(value, at, &start);
		if (!address)
			continue;
		start = link_start(value, start);
		gboolean bracketed = start > value && (start[-1] == '<' || start[-1] == '[');
		if (!first || bracketed) {
			g_free(first);
			first = g_steal_pointer(&address);
			name_end = start;
		}
		if (bracketed)
			break;
	}
	if (!first && strpbrk(value, "[({")) { /* defanged: spam[@]evil[.]example */
		g_autoptr(GPtrArray) found = extract_all(value, strlen(value), 10);
		for (guint i = 0; i < found->len && !first; i++) {
			const Found *one = found->pdata[i];
			if (one->kind == FOUND_EMAIL)
				first = g_strdup(one->value);
		}
	}
	if (name_out) {
		gsize length = name_end ? (gsize)(name_end - value) : strlen(value);
		*name_out = clean_name(value, length);
	}
	return g_steal_pointer(&first);
}
