#pragma once

/* What the operator tells the parsers about his own site: the only thing beside the
 * bytes that a report depends on. Immutable once made; a worker gets it as its first
 * frame. */

#include <glib.h>

typedef struct {
	char **authserv_ids; /* RFC 8601 section 2.5; lower case; "topmost" takes any */
	char **hosts;       /* our MTAs, as they write themselves in Received "by"; "*" stands for anything */
	char **addresses;   /* our role addresses, lower case; "@example.org" = the domain */
	char **domains;     /* domains that are ours and never a culprit */
	char *instance;     /* our X-Complaintd value, also in our Message-IDs, or NULL */
	char *token_domain; /* right side of our Message-IDs and VERP addresses, or NULL */
	char *token_pattern;  /* GRegex of customers' tokens, group 1 = the token, or NULL */
	char *webform_header; /* "X-Webform: name": only our web server can set it, or NULL */
	char *suffix_file;    /* public suffix list, or NULL: libpsl's newest */

	GRegex *token_regex; /* compiled token_pattern; not a key */
} Border;

/* From the JSON object the daemon sends: each member of the struct is a key, lists are
 * arrays; unknown keys are an error. NULL or "{}": an empty border. */
Border *border_new_from_json(const char *json, gsize length, GError **error);
void border_free(Border *border);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Border, border_free)

gboolean border_is_our_host(const Border *border, const char *host);
gboolean border_is_our_address(const Border *border, const char *address);
gboolean border_is_our_domain(const Border *border, const char *domain);
