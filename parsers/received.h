#pragma once

/* The way of a reported mail: Received fields in every MTA's spelling. */

#include "border.h"
#include "message.h"

typedef struct {
	char *helo, *rdns, *ip, *by, *with, *recipient; /* each may be NULL; ip canonical */
	gint64 date;
	gboolean authenticated; /* ESMTPA, ESMTPSA, "Authenticated sender" */
	char *auth_user;        /* where the MTA names him */
} Hop;

void received_hop_free(Hop *hop);
/* One field; never NULL. */
Hop *received_parse(const char *raw);
/* All of them top down, at most 40: Hop *. Owned by the caller. */
GPtrArray *received_all(const Message *message);
/* Where the reported mail was handed over: the first hop whose client is public and outside
 * @reporter_domain's and its own administrative domain; fills @incident's source, received, helo
 * and auth-user evidence. */
void received_blame(Message *original, const char *reporter_domain, const Border *border, Report *report,
	Incident *incident, Provenance provenance);
