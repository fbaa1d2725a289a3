/* One Received field in any MTA's spelling. */

#include "received.h"
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const guint8 *bytes, size_t size)
{
	fuzz_start();
	g_autofree char *text = fuzz_text(bytes, size);
	Hop *hop = received_parse(text);
	g_assert_nonnull(hop);
	g_autofree char *ip = hop->ip ? domain_ip(hop->ip, FALSE) : NULL;
	g_assert_cmpstr(ip, ==, hop->ip);
	received_hop_free(hop);
	return 0;
}
