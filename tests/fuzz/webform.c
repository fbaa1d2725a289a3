/* The labelled fields of a web form. */

#include "fuzz.h"

static const char before[] = "From: a@isp.example\nTo: abuse@desk.example\nSubject: x\nX-Webform: desk\n\n";
static const char after[] = "\n";

int LLVMFuzzerTestOneInput(const guint8 *bytes, size_t size)
{
	fuzz_wrapped(before, bytes, size, after);
	return 0;
}
