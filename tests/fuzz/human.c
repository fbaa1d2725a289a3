/* What a person types, pastes and forwards. */

#include "fuzz.h"

static const char before[] = "From: Ann <ann@isp.example>\nTo: abuse@desk.example\nSubject: Fwd: your offer\n"
			     "Authentication-Results: mx.desk.example; dkim=pass header.d=isp.example\n\n";
static const char after[] = "";

int LLVMFuzzerTestOneInput(const guint8 *bytes, size_t size)
{
	fuzz_wrapped(before, bytes, size, after);
	return 0;
}
