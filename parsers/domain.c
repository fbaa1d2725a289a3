#include "domain.h"
#include "domain-tables.h"

#include <idn2.h>
#include <libpsl.h>
#include <string.h>

enum {
	HOST_MAX = 253,
	LABEL_MAX = 63,
	ADDRESS_MAX = 254,
	LOCAL_MAX = 64,
};

/* Top-level domains that no list has and that documents, tests and training mails are full of
 * (RFC 2606): they are read like any other, so that an example in the manual works. */
static const char *const documentation_suffixes[] = {"example", "test"};

/* Names that stand for no host of the Internet: RFC 6761, 6762, 7686, 8375, 9476, ICANN's "internal",
 * and what machines at home and in offices call themselves. */
static const char *const private_suffixes[] = {"alt", "arpa", "corp", "domain", "home", "internal",
	"intranet", "invalid", "lan", "local", "localdomain", "localhost", "onion", "private", "workgroup"};

static const psl_ctx_t *suffixes;

void domain_init(const char *suffix_file)
{
	if (suffixes)
		return;

	/* File or built-in data, the newer wins: Debian's library is older than its package. */
	suffixes = psl_latest(suffix_file);
	if (!suffixes)
		suffixes = psl_builtin();
	domain_tables_init();
}

static gboolean label_is_valid(const char *label, gsize length)
{
	if (length == 0 || length > LABEL_MAX)
		return FALSE;

	for (gsize i = 0; i < length; i++) {
		char c = label[i];
		if (!g_ascii_isalnum(c) && c != '_' && !(c == '-' && i > 0))
			return FALSE;
	}
	return TRUE;
}

/* LDH and '_', no empty label, and a last label that is not a number: "10.2.3" is a version. */
static gboolean host_is_valid(const char *host, gsize length)
{
	if (length > HOST_MAX)
		return FALSE;

	const char *label = host;
	gboolean letters = FALSE;
	for (const char *p = host;; p++) {
		if (p == host + length || *p == '.') {
			if (!label_is_valid(label, p - label))
				return FALSE;
			if (p == host + length)
				break;
			label = p + 1;
			letters = FALSE;
		} else if (!g_ascii_isdigit(*p)) {
			letters = TRUE;
		}
	}
	return letters;
}

static char *ascii_of(const char *host)
{
	if (strlen(host) > 4 * HOST_MAX || !g_utf8_validate(host, -1, NULL))
		return NULL;

	char *converted = NULL;
	if (idn2_to_ascii_8z(host, &converted, IDN2_NONTRANSITIONAL | IDN2_NFC_INPUT) == IDN2_OK) {
		char *ascii = g_ascii_strdown(converted, -1);
		idn2_free(converted);
		return ascii;
	}
	/* libidn2 refuses emoji, which are registered and reported all the same. */
	return g_hostname_to_ascii(host);
}

static gboolean is_ascii(const char *text)
{
	for (; *text; text++)
		if ((guchar)*text >= 0x80)
			return FALSE;
	return TRUE;
}

char *domain_normal(const char *host)
{
	if (!host)
		return NULL;

	g_autofree char *normal = is_ascii(host) ? g_ascii_strdown(host, -1) : ascii_of(host);
	if (!normal)
		return NULL;

	gsize length = strlen(normal);
	if (length > 1 && normal[length - 1] == '.')
		normal[--length] = '\0';
	return host_is_valid(normal, length) ? g_steal_pointer(&normal) : NULL;
}

static gboolean is_among(const char *suffix, const char *const *list, guint n)
{
	for (guint i = 0; i < n; i++)
		if (g_str_equal(suffix, list[i]))
			return TRUE;
	return FALSE;
}

static gboolean is_suffix(const char *name, int type)
{
	return psl_is_public_suffix2(suffixes, name, type) ||
		is_among(name, documentation_suffixes, G_N_ELEMENTS(documentation_suffixes));
}

/* The label before the longest public suffix, to the end. */
static const char *registrable_search(const char *host, int type)
{
	const char *before = NULL, *top = strrchr(host, '.');
	/* The list has some of them: "7.2.0.192.in-addr.arpa" is an address, not a name under "arpa". */
	if (top && is_among(top + 1, private_suffixes, G_N_ELEMENTS(private_suffixes)))
		return NULL;
	for (const char *p = host;;) {
		if (is_suffix(p, type | PSL_TYPE_NO_STAR_RULE))
			return before;
		const char *dot = strchr(p, '.');
		if (!dot || !dot[1])
			break;
		before = p;
		p = dot + 1;
	}
	/* The list's own last rule: a top-level domain that it does not know is a suffix all the same. */
	if (!top || strlen(top) < 3 || strspn(top + 1, "0123456789") == strlen(top + 1))
		return NULL;
	return before;
}

/* One mail asks for the same few names some thirty times, and each search asks the list once per
 * label: a tenth of a parse. Answers are remembered where their hash falls, the last one wins. */
static const char *registrable(const char *host, int type)
{
	enum { ROWS = 512, NONE = 255 };
	static struct {
		char host[62];
		guint8 type, offset;
	} known[ROWS];

	if (!suffixes)
		domain_init(NULL);
	if (!host || !*host)
		return NULL;
	gsize length = strlen(host);
	if (length >= sizeof known[0].host)
		return registrable_search(host, type);

	guint row = (g_str_hash(host) + type) % ROWS;
	if (known[row].type != type || strcmp(known[row].host, host) != 0) {
		const char *found = registrable_search(host, type);
		memcpy(known[row].host, host, length + 1);
		known[row].type = type;
		known[row].offset = found ? found - host : NONE;
	}
	return known[row].offset == NONE ? NULL : host + known[row].offset;
}

const char *domain_registrable(const char *host)
{
	return registrable(host, PSL_TYPE_ICANN);
}

const char *domain_registrable_private(const char *host)
{
	return registrable(host, PSL_TYPE_ANY);
}

gboolean domain_is_delegated(const char *host)
{
	if (!domain_registrable(host))
		return FALSE;
	const char *top = strrchr(host, '.') + 1;
	return is_suffix(top, PSL_TYPE_ICANN | PSL_TYPE_NO_STAR_RULE);
}

gboolean domain_aligned(const char *a, const char *b)
{
	if (!a || !b)
		return FALSE;
	if (g_str_equal(a, b))
		return TRUE;

	const char *org_a = domain_registrable_private(a);
	const char *org_b = domain_registrable_private(b);
	return org_a && org_b && g_str_equal(org_a, org_b);
}

/* What RFC 5321 allows unquoted, and UTF-8 (RFC 6531). Quoted local parts are refused with
 * everything else that could end a header line or an SMTP command. */
static gboolean local_is_valid(const char *local, gsize length)
{
	if (length == 0 || length > LOCAL_MAX || local[0] == '.' || local[length - 1] == '.')
		return FALSE;

	for (gsize i = 0; i < length; i++) {
		guchar c = local[i];
		if (c <= ' ' || c == 0x7f || strchr("()<>[]:;@\\,\"", c))
			return FALSE;
	}
	return g_utf8_validate(local, length, NULL);
}

char *domain_address(const char *text)
{
	const char *at = text ? strrchr(text, '@') : NULL;
	if (!at || !local_is_valid(text, at - text))
		return NULL;

	g_autofree char *domain = domain_normal(at + 1);
	if (!domain || at - text + 1 + strlen(domain) > ADDRESS_MAX)
		return NULL;
	gsize local = at + 1 - text, length = strlen(domain);
	char *address = g_malloc(local + length + 1);
	memcpy(address, text, local);
	memcpy(address + local, domain, length + 1);
	return address;
}

const char *domain_of_address(const char *address)
{
	const char *at = address ? strrchr(address, '@') : NULL;
	return at && at[1] ? at + 1 : NULL;
}
