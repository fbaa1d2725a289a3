/* The text of a bounce that follows no standard. */

#include "fuzz.h"

static const char before[] = "Return-Path: <>\nFrom: MAILER-DAEMON@isp.example\nTo: abuse@desk.example\n"
			     "Subject: failure notice\n\n";
static const char after[] = "\n";

int LLVMFuzzerTestOneInput(const guint8 *bytes, size_t size)
{
	fuzz_wrapped(before, bytes, size, after);
	return 0;
}
