/* Address lists, read without recursion: groups nest in GMime's parser until the stack is gone. */

#include <string.h>

#include "domain.h"
#include "message-private.h"

typedef struct {
	GString *phrase, *angle, *comment;
	gboolean has_angle;
	gboolean has_quoted_local; /* "two words"@example.org: "words@example.org" is somebody else */
	GPtrArray *addresses, *names;
} List;

static const char *skip_quoted(const char *at, GString *out)
{
	for (at++; *at && *at != '"'; at++) {
		if (*at == '\\' && at[1])
			at++;
		g_string_append_c(out, *at);
	}
	return *at ? at + 1 : at;
}

static const char *skip_comment(const char *at, GString *out)
{
	guint depth = 1;
	for (at++; *at; at++) {
		if (*at == '\\' && at[1])
			at++;
		else if (*at == '(')
			depth++;
		else if (*at == ')' && !--depth)
			return at + 1;
		g_string_append_c(out, *at);
	}
	return at;
}

/* "<a@b<mailto:a@b>>", "<@relay:a@b>", "<mailto:a@b>". */
static const char *skip_angle(const char *at, GString *out)
{
	for (at++; *at && *at != '>'; at++)
		if (*at == '<') {
			while (*at && *at != '>')
				at++;
			if (!*at)
				return at;
		} else {
			g_string_append_c(out, *at);
		}
	return *at ? at + 1 : at;
}

static char *address_in(const char *text)
{
	while (g_ascii_isspace(*text) || *text == '\'')
		text++;
	if (!g_ascii_strncasecmp(text, "mailto:", 7))
		text += 7;
	const char *route = *text == '@' ? strchr(text, ':') : NULL;
	if (route)
		text = route + 1;
	g_autofree char *own = g_strdup(text);
	gsize length = strlen(own);
	while (length && (g_ascii_isspace(own[length - 1]) || own[length - 1] == '\''))
		own[--length] = 0;
	return strchr(own, '@') ? domain_address(own) : NULL;
}

/* "John john@example.org": no brackets, more than an address. */
static char *address_among(const char *text)
{
	g_auto(GStrv) words = g_strsplit_set(text, " \t[]", 50);
	for (char **word = words; *word; word++) {
		char *address = strchr(*word, '@') ? address_in(*word) : NULL;
		if (address)
			return address;
	}
	return NULL;
}

static void list_end(List *list)
{
	if (list->addresses->len < REPORT_MAX_ADDRESSES && (list->has_angle || list->phrase->len)) {
		const char *name = list->has_angle ? list->phrase->str : list->comment->str;
		char *address = address_in(list->has_angle ? list->angle->str : list->phrase->str);
		g_autofree char *decoded = NULL;
		if (!address && !list->has_angle && strstr(list->phrase->str, "=?")) {
			decoded = message_decode_words(list->phrase->str);
			address = address_among(decoded);
		}
		if (!address && !list->has_quoted_local)
			address = address_among(list->has_angle ? list->angle->str : list->phrase->str);
		if (!address && list->has_angle)
			address = address_among(list->phrase->str);
		if (address) {
			g_autofree char *shown = g_strstrip(message_decode_words(name));
			g_ptr_array_add(list->addresses, address);
			if (list->names)
				g_ptr_array_add(list->names, g_steal_pointer(&shown));
		}
	}
	g_string_truncate(list->phrase, 0);
	g_string_truncate(list->angle, 0);
	g_string_truncate(list->comment, 0);
	list->has_angle = FALSE;
	list->has_quoted_local = FALSE;
}

/* Returns what was not read, for want of room. */
static const char *list_read(List *list, const char *at)
{
	while (*at && list->addresses->len < REPORT_MAX_ADDRESSES) {
		switch (*at) {
		case '"':
			at = skip_quoted(at, list->phrase);
			list->has_quoted_local = list->has_quoted_local || *at == '@';
			break;
		case '(':
			at = skip_comment(at, list->comment);
			break;
		case '<':
			g_string_truncate(list->angle, 0);
			at = skip_angle(at, list->angle);
			list->has_angle = TRUE;
			break;
		case ':':
			/* The name of a group ends; its members follow. */
			if (g_ascii_strcasecmp(list->phrase->str, "mailto"))
				g_string_truncate(list->phrase, 0);
			else
				g_string_append_c(list->phrase, ':');
			at++;
			break;
		case ',':
		case ';':
			list_end(list);
			at++;
			break;
		case ' ':
		case '\t':
			if (list->phrase->len && list->phrase->str[list->phrase->len - 1] != ' ')
				g_string_append_c(list->phrase, ' ');
			at++;
			break;
		default:
			g_string_append_c(list->phrase, *at++);
		}
	}
	list_end(list);
	return at + strspn(at, " \t,;");
}

GPtrArray *message_addresses(Message *message, const char *field, GPtrArray **names_out)
{
	if (!message_header_raw(message, field)) {
		if (names_out)
			*names_out = g_ptr_array_new_with_free_func(g_free);
		return g_ptr_array_new_with_free_func(g_free);
	}
	List list = {g_string_new(NULL), g_string_new(NULL), g_string_new(NULL), FALSE, FALSE,
		g_ptr_array_new_with_free_func(g_free), NULL};
	if (names_out)
		*names_out = list.names = g_ptr_array_new_with_free_func(g_free);
	const char *raw;
	for (guint n = 0; (raw = message_header_nth(message, field, n)); n++) {
		if (report_full(message->report, n, MESSAGE_MAX_REPEATS, "too-many-addresses"))
			break;
		if (*list_read(&list, raw))
			report_malformed(message->report, "too-many-addresses");
	}
	g_string_free(list.phrase, TRUE);
	g_string_free(list.angle, TRUE);
	g_string_free(list.comment, TRUE);
	return list.addresses;
}

const char *message_address(Message *message, const char *field)
{
	if (!message_header_raw(message, field))
		return NULL;
	g_autoptr(GPtrArray) addresses = message_addresses(message, field, NULL);
	return addresses->len ? g_string_chunk_insert(message->strings, addresses->pdata[0]) : NULL;
}
