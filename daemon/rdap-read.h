#pragma once

#include <glib.h>

/* RDAP documents (RFC 9083) and the list of servers (RFC 9224). Both come from strangers. */

typedef struct {
	char *registrar;   /* its name, or NULL */
	char *abuse_email; /* an address that may stand in an envelope, or NULL */
	char *related;     /* https address of the registrar's own document, or NULL */
	char *document;    /* JSON without entities of people, or NULL when that is too long */
} RdapAnswer;

void rdap_answer_free(RdapAnswer *answer);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RdapAnswer, rdap_answer_free)

#define RDAP_READ_ERROR (rdap_read_error_quark())
GQuark rdap_read_error_quark(void);
typedef enum {
	RDAP_READ_ERROR_FORM, /* not what the RFC describes, or about another domain */
} RdapReadError;

/* The answer about @domain. The abuse address is that of an entity with the role "abuse", wherever it is
 * nested: the registrar's if there is one, never one that belongs to the registrant. */
RdapAnswer *rdap_read(const char *text, gsize length, const char *domain, GError **error);

/* Base address, with its final slash, of the server for @domain by the list @text: the longest match, https
 * only. NULL without an error when the list names none. */
char *rdap_read_server(const char *text, gsize length, const char *domain, GError **error);
