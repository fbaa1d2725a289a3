/* What a machine or an abuse team writes: labels, tables, lists, sentences. */

#include "fuzz.h"

static const char before[] = "From: Guard <no-reply@guard.example>\nTo: abuse@desk.example\n"
			     "Subject: Abuse report [GR-1986]\nAuto-Submitted: auto-generated\n\n";
static const char after[] = "";

int LLVMFuzzerTestOneInput(const guint8 *bytes, size_t size)
{
	fuzz_wrapped(before, bytes, size, after);
	return 0;
}
