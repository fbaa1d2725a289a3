#pragma once

/* Finds URLs, host names and addresses in text as people write it, also defanged, and says
 * where. Knows nothing of who is to blame. */

#include <glib.h>

typedef enum {
	FOUND_URL,     /* value: the refanged URL; host: its host or address */
	FOUND_HOST,    /* value and host: a bare name */
	FOUND_IP,      /* value: canonical */
	FOUND_NETWORK, /* value: address/length */
	FOUND_EMAIL,   /* value: address; host: its domain */
} FoundKind;

typedef struct {
	FoundKind kind;
	char *value;
	char *host; /* normal form or canonical address; NULL where the host is nonsense */
	gboolean host_is_ip;
	gboolean defanged; /* written as hxxp, [.] ...: meant to be seen as evidence */
	guint start, end;  /* bytes of the text it was found in */
} Found;

void extract_found_free(Found *found);

/* Everything in @text, in order; at most @most things. Host names need a known top-level
 * domain, so "report.txt" and "e.g." are none. Owned by the caller. */
GPtrArray *extract_all(const char *text, gsize length, guint most);

/* One URL: refanged, redirectors unwrapped (Safe Links, urldefense, google/url ..., up to 5 deep),
 * userinfo dropped from the host. *host_out: normal form or canonical address, NULL if
 * nonsense. Returns the URL to show, owned by the caller; NULL when it is no URL. */
char *extract_url(const char *text, char **host_out, gboolean *host_is_ip_out);
/* The same of a link's target: NULL for what leads to no site, as mailto:, cid:, an anchor or a path. */
char *extract_link(const char *target, char **host_out, gboolean *host_is_ip_out);
