#include "address.h"

#include <string.h>

#define LONGEST_LOCAL  64
#define LONGEST_DOMAIN 253
#define LONGEST_LABEL  63
#define LONGEST_PATH   254 /* 256 with the angle brackets */
#define LONGEST_ID     500

/* RFC 5322 atext: a quoted local part is legal and never seen in an honest abuse report. */
static gboolean is_atext(char c)
{
	return g_ascii_isalnum(c) || (c && strchr("!#$%&'*+-/=?^_`{|}~", c));
}

static const char *local_refusal(const char *local, gsize length)
{
	if (length == 0)
		return "nothing before the @";
	if (length > LONGEST_LOCAL)
		return "more than 64 characters before the @";

	for (gsize i = 0; i < length; i++) {
		gboolean dot = local[i] == '.';
		if (dot && (i == 0 || i == length - 1 || local[i - 1] == '.'))
			return "a misplaced dot before the @";
		if (!dot && !is_atext(local[i]))
			return "a character before the @ that is not allowed";
	}
	return NULL;
}

static const char *label_refusal(const char *label)
{
	gsize length = strlen(label);

	if (length == 0)
		return "an empty label in the domain";
	if (length > LONGEST_LABEL)
		return "a label of more than 63 characters in the domain";
	if (label[0] == '-' || label[length - 1] == '-')
		return "a misplaced hyphen in the domain";
	for (gsize i = 0; i < length; i++) {
		if (!g_ascii_isalnum(label[i]) && label[i] != '-')
			return "a character in the domain that is not allowed";
	}
	return NULL;
}

static const char *domain_refusal(const char *domain)
{
	if (strlen(domain) > LONGEST_DOMAIN)
		return "a domain of more than 253 characters";

	g_auto(GStrv) labels = g_strsplit(domain, ".", -1);
	guint n = g_strv_length(labels);
	for (guint i = 0; i < n; i++) {
		const char *refusal = label_refusal(labels[i]);
		if (refusal)
			return refusal;
	}
	if (n < 2)
		return "a domain without a dot";
	/* No top-level domain begins with a digit: this is an address literal without its brackets. */
	return g_ascii_isdigit(labels[n - 1][0]) ? "an IP address instead of a domain" : NULL;
}

const char *address_refusal(const char *address)
{
	const char *at = strchr(address, '@');

	if (strlen(address) > LONGEST_PATH)
		return "more than 254 characters";
	if (!at)
		return "no @";
	const char *refusal = local_refusal(address, at - address);
	return refusal ? refusal : domain_refusal(at + 1);
}

gboolean address_is_message_id(const char *id)
{
	gsize length = strlen(id);
	guint ats = 0;

	if (length < 5 || length > LONGEST_ID || id[0] != '<' || id[length - 1] != '>')
		return FALSE;
	for (gsize i = 1; i < length - 1; i++) {
		if (id[i] < 0x21 || id[i] > 0x7e || id[i] == '<' || id[i] == '>')
			return FALSE;
		ats += id[i] == '@';
	}
	return ats == 1 && id[1] != '@' && id[length - 2] != '@';
}
