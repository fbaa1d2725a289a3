#include "authentication.h"

#include <string.h>

#include "domain.h"
#include "received.h"

static gboolean is_field(const Header *header, const char *name)
{
	return !g_ascii_strcasecmp(header->name, name);
}

/* How many fields from the top were there when our border was done: all above the first Received
 * below the unbroken run of our own hosts' ones. */
static guint border_end(const Header *headers, guint count, const Border *border)
{
	for (guint i = 0; i < count; i++) {
		if (!is_field(&headers[i], "Received"))
			continue;
		Hop *hop = received_parse(headers[i].raw);
		gboolean is_ours = border_is_our_host(border, hop->by);
		received_hop_free(hop);
		if (!is_ours)
			return i;
	}
	return count;
}

/* Leaves out comments and keeps quoted strings' contents: what stands in either decides nothing. */
static char *plain_text(const char *raw)
{
	GString *out = g_string_sized_new(strlen(raw));
	guint depth = 0;
	gboolean quoted = FALSE;
	for (const char *at = raw; *at; at++) {
		if (*at == '\\' && at[1] && (quoted || depth)) {
			at++;
			if (!depth)
				g_string_append_c(out, strchr(" ;=", *at) ? '_' : *at);
		} else if (*at == '"' && !depth) {
			quoted = !quoted;
		} else if (*at == '(' && !quoted) {
			depth++;
		} else if (*at == ')' && depth) {
			depth--;
			g_string_append_c(out, ' ');
		} else if (!depth) {
			g_string_append_c(out, quoted && strchr(" ;=", *at) ? '_' : *at);
		}
	}
	return g_string_free(out, FALSE);
}

static gboolean has_equals(const char *text)
{
	return strchr(text, '=') != NULL;
}

/* Whether the first clause of an A-R is an authserv-id of ours; Microsoft 365 writes none. */
static gboolean is_ours(const char *first, const Border *border)
{
	g_auto(GStrv) words = g_strsplit_set(first, " \t", -1);
	const char *id = NULL, *version = NULL;
	for (char **word = words; *word; word++)
		if (**word && !id)
			id = *word;
		else if (**word && !version)
			version = *word;
	for (char **known = border->authserv_ids; *known; known++) {
		if (!strcmp(*known, "topmost"))
			return TRUE;
		if (id && !has_equals(first) && !g_ascii_strcasecmp(*known, id))
			return !version || !strcmp(version, "1");
	}
	return FALSE;
}

/* The property of a method that names the domain it speaks for. */
static const struct {
	const char *method;
	const char *properties[3];
} methods[] = {
	{"dkim", {"header.d", "header.i"}},
	{"spf", {"smtp.mailfrom", "smtp.mail", "smtp.helo"}},
	{"dmarc", {"header.from"}},
	{"arc", {"header.d"}},
	{"domainkeys", {"header.from", "header.d"}},
	{"iprev", {NULL}},
	{"auth", {"smtp.auth"}},
};

static const char *property(char **words, const char *name)
{
	gsize length = strlen(name);
	for (char **word = words; *word; word++)
		if (!g_ascii_strncasecmp(*word, name, length) && (*word)[length] == '=')
			return *word + length + 1;
	return NULL;
}

static char *property_domain(char **words, const char *method)
{
	for (guint i = 0; i < G_N_ELEMENTS(methods); i++) {
		if (strcmp(methods[i].method, method))
			continue;
		for (guint p = 0; p < 3 && methods[i].properties[p]; p++) {
			const char *value = property(words, methods[i].properties[p]);
			const char *at = value ? strrchr(value, '@') : NULL;
			if (value && *value)
				return domain_normal(at ? at + 1 : value);
		}
	}
	return NULL;
}

/* "dkim=pass reason=x header.d=example.org"; blanks may stand around the '='. */
static void read_result(char *clause, Report *report, const char *from_domain)
{
	g_autoptr(GString) tight = g_string_new(NULL);
	for (const char *at = g_strstrip(clause); *at; at++) {
		if (*at == ' ' || *at == '\t') {
			const char *next = at + strspn(at, " \t");
			if (*next == '=' || (tight->len && tight->str[tight->len - 1] == '='))
				continue;
			if (tight->len && tight->str[tight->len - 1] == ' ')
				continue;
		}
		g_string_append_c(tight, *at == '\t' ? ' ' : *at);
	}
	g_auto(GStrv) words = g_strsplit(tight->str, " ", 60);
	char *equals = words[0] ? strchr(words[0], '=') : NULL;
	if (!equals)
		return;
	*equals = 0;
	char *slash = strchr(words[0], '/');
	if (slash)
		*slash = 0;
	g_autofree char *method = g_ascii_strdown(words[0], -1);
	g_autofree char *result = g_ascii_strdown(equals + 1, -1);
	g_autofree char *domain = property_domain(words, method);
	gboolean aligned = domain && from_domain && domain_aligned(domain, from_domain);
	report_add_auth(report, method, result, domain, aligned);
}

static void read_field(
	const char *raw, const Border *border, Report *report, const char *from_domain, gboolean *found_out)
{
	g_autofree char *plain = plain_text(raw);
	g_auto(GStrv) clauses = g_strsplit(plain, ";", 60);
	if (!clauses[0] || !is_ours(clauses[0], border))
		return;
	*found_out = TRUE;
	for (char **clause = clauses + (has_equals(clauses[0]) ? 0 : 1); *clause; clause++)
		read_result(*clause, report, from_domain);
}

void authentication_read(Message *message, const Border *border, Report *report)
{
	if (!*border->authserv_ids)
		return;
	guint count;
	const Header *headers = message_headers(message, &count);
	guint end = border_end(headers, count, border);
	/* Two From fields: nobody can say which one was checked. */
	const char *from_domain = message_header_count(message, "From") == 1 && report->from
		? domain_of_address(report->from)
		: NULL;
	gboolean found = FALSE;
	for (guint i = 0; i < end && !found; i++)
		if (is_field(&headers[i], "Authentication-Results"))
			read_field(headers[i].raw, border, report, from_domain, &found);
}
