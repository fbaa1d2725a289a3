/* Authentication-Results (RFC 8601) of our border. */

#include "fuzz.h"

static const char before[] = "Received: from a by mx.desk.example with ESMTP; Mon, 2 Mar 2026 10:00:00 "
			     "+0000\nAuthentication-Results: ";
static const char after[] =
	"\nFrom: a@isp.example\nTo: abuse@desk.example\nSubject: x\n\nhttp://evil.example/\n";

int LLVMFuzzerTestOneInput(const guint8 *bytes, size_t size)
{
	fuzz_wrapped(before, bytes, size, after);
	return 0;
}
