#include "rdap-read.h"

#include "address.h"
#include "https.h"
#include "notice.h"

#include <jansson.h>
#include <string.h>

#define DEEPEST        10
#define MOST_ENTITIES  500
#define MOST_ADDRESSES 10
#define LONGEST_NAME   100
#define LONGEST_URL    500
#define LONGEST_KEPT   (32 * 1024)
#define LONGEST_DOMAIN 253

G_DEFINE_AUTOPTR_CLEANUP_FUNC(json_t, json_decref)
G_DEFINE_QUARK(rdap - read - error - quark, rdap_read_error)

void rdap_answer_free(RdapAnswer *answer)
{
	if (!answer)
		return;
	g_free(answer->registrar);
	g_free(answer->abuse_email);
	g_free(answer->related);
	g_free(answer->document);
	g_free(answer);
}

static gboolean has_role(json_t *entity, const char *role)
{
	size_t i;
	json_t *value;

	json_array_foreach(json_object_get(entity, "roles"), i, value)
	{
		const char *text = json_string_value(value);
		if (text && g_ascii_strcasecmp(text, role) == 0)
			return TRUE;
	}
	return FALSE;
}

/* The value of the n-th property @name of a jCard (RFC 7095): [name, parameters, type, value]. */
static const char *card_value(json_t *entity, const char *name, guint n)
{
	json_t *card = json_array_get(json_object_get(entity, "vcardArray"), 1);
	size_t i;
	json_t *property;

	json_array_foreach(card, i, property)
	{
		const char *key = json_string_value(json_array_get(property, 0));
		const char *value = json_string_value(json_array_get(property, 3));
		if (key && value && *value && g_ascii_strcasecmp(key, name) == 0 && n-- == 0)
			return value;
	}
	return NULL;
}

/* Some write the address as a link. Lower case: the cache compares. */
static char *sane_address(const char *value)
{
	const char *bare = g_ascii_strncasecmp(value, "mailto:", 7) == 0 ? value + 7 : value;
	g_autofree char *trimmed = g_strstrip(g_strdup(bare));

	return address_refusal(trimmed) ? NULL : g_ascii_strdown(trimmed, -1);
}

static char *card_address(json_t *entity)
{
	const char *value;

	for (guint n = 0; n < MOST_ADDRESSES && (value = card_value(entity, "email", n)); n++) {
		char *address = sane_address(value);
		if (address)
			return address;
	}
	return NULL;
}

static char *card_name(json_t *entity)
{
	const char *name = card_value(entity, "fn", 0);

	if (!name)
		name = card_value(entity, "org", 0);
	g_autofree char *clean = notice_clean_line(name ? name : "", LONGEST_NAME);
	return *clean ? g_steal_pointer(&clean) : NULL;
}

typedef struct {
	guint left;
	char *registrar;
	char *registrars_abuse;
	char *anybodys_abuse;
} Walk;

static gboolean is_private(json_t *entity)
{
	return has_role(entity, "registrant") && !has_role(entity, "registrar");
}

/* The abuse contact is usually an entity of the registrar's entity, now and then one beside it. What the
 * registrant has beneath himself is his own word: complaints would go to the culprit. */
static void walk(json_t *entities, guint depth, gboolean within_registrar, Walk *found)
{
	size_t i;
	json_t *entity;

	json_array_foreach(entities, i, entity)
	{
		if (found->left == 0 || is_private(entity))
			continue;
		found->left--;
		gboolean within = within_registrar || has_role(entity, "registrar");
		if (has_role(entity, "registrar") && !found->registrar)
			found->registrar = card_name(entity);
		char **abuse = within ? &found->registrars_abuse : &found->anybodys_abuse;
		if (has_role(entity, "abuse") && !*abuse)
			*abuse = card_address(entity);
		if (depth < DEEPEST)
			walk(json_object_get(entity, "entities"), depth + 1, within, found);
	}
}

/* The registry's document points to the registrar's, which often knows more. */
static char *related_url(json_t *document)
{
	size_t i;
	json_t *link;

	json_array_foreach(json_object_get(document, "links"), i, link)
	{
		const char *rel = json_string_value(json_object_get(link, "rel"));
		const char *type = json_string_value(json_object_get(link, "type"));
		const char *href = json_string_value(json_object_get(link, "href"));
		if (g_strcmp0(rel, "related") == 0 && g_strcmp0(type, "application/rdap+json") == 0 && href &&
			strlen(href) <= LONGEST_URL && !https_url_refusal(href))
			return g_strdup(href);
	}
	return NULL;
}

/* Names, mail and street addresses of people are none of our business. */
static char *keep_document(json_t *document)
{
	static const char *const keys[] = {
		"objectClassName", "handle", "ldhName", "status", "events", "links", "port43", NULL};
	g_autoptr(json_t) kept = json_object();
	json_t *entities = json_array();
	size_t i;
	json_t *entity;

	for (guint k = 0; keys[k]; k++) {
		json_t *value = json_object_get(document, keys[k]);
		if (value)
			json_object_set(kept, keys[k], value);
	}
	json_array_foreach(json_object_get(document, "entities"), i, entity)
	{
		if (!is_private(entity) && (has_role(entity, "registrar") || has_role(entity, "abuse")))
			json_array_append(entities, entity);
	}
	json_object_set_new(kept, "entities", entities);
	char *text = json_dumps(kept, JSON_COMPACT);
	if (text && strlen(text) > LONGEST_KEPT)
		g_clear_pointer(&text, free);
	char *copy = g_strdup(text);
	free(text);
	return copy;
}

static gboolean names_domain(json_t *document, const char *domain)
{
	const char *class = json_string_value(json_object_get(document, "objectClassName"));
	const char *name = json_string_value(json_object_get(document, "ldhName"));
	gsize length = name ? strlen(name) : 0;

	if (g_strcmp0(class, "domain") != 0 || length == 0 || length > LONGEST_DOMAIN + 1)
		return FALSE;
	if (name[length - 1] == '.')
		length--;
	return length == strlen(domain) && g_ascii_strncasecmp(name, domain, length) == 0;
}

RdapAnswer *rdap_read(const char *text, gsize length, const char *domain, GError **error)
{
	json_error_t where;
	g_autoptr(json_t) document = json_loadb(text, length, 0, &where);
	Walk found = {.left = MOST_ENTITIES};

	if (!document) {
		g_set_error(
			error, RDAP_READ_ERROR, RDAP_READ_ERROR_FORM, "line %d: %s", where.line, where.text);
		return NULL;
	}
	if (!names_domain(document, domain)) {
		g_set_error(
			error, RDAP_READ_ERROR, RDAP_READ_ERROR_FORM, "the answer is not about %s", domain);
		return NULL;
	}
	walk(json_object_get(document, "entities"), 0, FALSE, &found);

	RdapAnswer *answer = g_new0(RdapAnswer, 1);
	answer->registrar = found.registrar;
	answer->abuse_email = found.registrars_abuse ? found.registrars_abuse : found.anybodys_abuse;
	if (found.registrars_abuse)
		g_free(found.anybodys_abuse);
	answer->related = related_url(document);
	answer->document = keep_document(document);
	return answer;
}

/* Length of @entry when @domain is it or ends in it at a label, else 0. */
static gsize match(const char *entry, const char *domain)
{
	gsize length = strlen(entry), whole = strlen(domain);

	if (length == 0 || length > whole || g_ascii_strcasecmp(domain + whole - length, entry) != 0)
		return 0;
	return length == whole || domain[whole - length - 1] == '.' ? length : 0;
}

static const char *https_url(json_t *urls)
{
	size_t i;
	json_t *value;

	json_array_foreach(urls, i, value)
	{
		const char *url = json_string_value(value);
		if (url && strlen(url) <= LONGEST_URL && g_str_has_prefix(url, "https://") &&
			!https_url_refusal(url))
			return url;
	}
	return NULL;
}

char *rdap_read_server(const char *text, gsize length, const char *domain, GError **error)
{
	json_error_t where;
	g_autoptr(json_t) document = json_loadb(text, length, 0, &where);
	json_t *services = json_object_get(document, "services");
	const char *url = NULL;
	gsize longest = 0, i, j;
	json_t *service, *entry;

	if (!json_is_array(services)) {
		g_set_error(error, RDAP_READ_ERROR, RDAP_READ_ERROR_FORM, "not a list of servers (RFC 9224)");
		return NULL;
	}
	json_array_foreach(services, i, service)
	{
		json_array_foreach(json_array_get(service, 0), j, entry)
		{
			const char *name = json_string_value(entry);
			gsize n = name ? match(name, domain) : 0;
			if (n > longest) {
				longest = n;
				url = https_url(json_array_get(service, 1));
			}
		}
	}
	if (!url)
		return NULL;
	return g_strconcat(url, g_str_has_suffix(url, "/") ? "" : "/", NULL);
}
