#pragma once

/* Names and addresses in one spelling: lower-case A-labels, canonical addresses. Public
 * suffix rules: publicsuffix.org; reference for the traps: libpsl takes only lower case,
 * is not aware of addresses, and mixes its ICANN and private sections. */

#include <glib.h>

/* Once per process, before any other call; @suffix_file may be NULL. Loads the list. */
void domain_init(const char *suffix_file);

/* Host in normal form (refanged text is the caller's job): trailing dot and case gone,
 * IDN to A-labels, labels checked (LDH and '_', <= 63, all <= 253). NULL when it is no
 * host name, or an address. Owned by the caller. */
char *domain_normal(const char *host);

/* The name under an ICANN public suffix, of a normal-form @host; NULL for a suffix itself and for
 * names of private networks (".local"). As the list's rules want, what is under a top-level domain
 * that is younger than the list counts too. Points into @host. */
const char *domain_registrable(const char *host);
/* Whether the list knows its top-level domain as well: what a word in running text needs to be
 * taken for a name, because "readme.txt" and "end.Then" have dots too. */
gboolean domain_is_delegated(const char *host);
/* The same with the private section: "evil.github.io" stays whole. */
const char *domain_registrable_private(const char *host);
/* Whether both are under one organisational domain (RFC 7489 section 3.2). */
gboolean domain_aligned(const char *a, const char *b);

/* Canonical text of an address in any spelling seen in mail: brackets, "IPv6:", a trailing
 * comment or port, and with @loose also integer, hex and octal IPv4 hosts of URLs. NULL when
 * it is none. Owned by the caller. */
char *domain_ip(const char *text, gboolean loose);
/* Not private, loopback, link-local, shared, multicast, unspecified or reserved. The
 * documentation ranges count as public. */
gboolean domain_ip_is_public(const char *address);

/* local@domain with the domain in normal form and everything RFC 5321 forbids refused (line
 * ends, spaces, brackets, quotes, > 254 octets); the local part keeps its case. NULL when it
 * is no address. Owned by the caller. */
char *domain_address(const char *text);
/* The domain of an address: after its last '@', or NULL. Points into @address. */
const char *domain_of_address(const char *address);

/* Names that are never a culprit by being mentioned: XML namespaces, mail plumbing, link shims,
 * CDNs of mail clients, law and policy sites. A table with a reason per row. */
gboolean domain_is_plumbing(const char *host);
/* Mailbox providers whose domain stands for the person writing, not for a firm. */
gboolean domain_is_mailbox_provider(const char *domain);
/* Letters of several scripts in one label, or look-alikes of ASCII: a homograph. */
gboolean domain_is_homograph(const char *host);
