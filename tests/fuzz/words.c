/* Encoded words (RFC 2047), addresses and host names. */

#include "fuzz.h"

int LLVMFuzzerTestOneInput(const guint8 *bytes, size_t size)
{
	fuzz_start();
	g_autofree char *text = fuzz_text(bytes, size);
	g_autofree char *decoded = message_decode_words(text);
	g_assert_true(!decoded || g_utf8_validate(decoded, -1, NULL));

	/* normal is normal: doing it twice changes nothing */
	g_autofree char *host = domain_normal(text);
	g_autofree char *again = host ? domain_normal(host) : NULL;
	g_assert_cmpstr(host, ==, again);
	g_autofree char *address = domain_address(text);
	g_autofree char *same = address ? domain_address(address) : NULL;
	g_assert_cmpstr(address, ==, same);
	g_autofree char *ip = domain_ip(text, TRUE);
	g_autofree char *canonical = ip ? domain_ip(ip, FALSE) : NULL;
	g_assert_cmpstr(ip, ==, canonical);
	return 0;
}
