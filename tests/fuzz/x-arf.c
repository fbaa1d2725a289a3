/* The YAML-like part of X-ARF 0.1 and 0.2. */

#include "fuzz.h"

static const char before[] =
	"From: a@isp.example\nTo: abuse@desk.example\nSubject: x\nX-ARF: PLAIN\nMIME-Version: 1.0\n"
	"Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/plain\n\nReport.\n--b\n"
	"Content-Type: text/plain; name=report.txt\n\n";
static const char after[] = "\n--b--\n";

int LLVMFuzzerTestOneInput(const guint8 *bytes, size_t size)
{
	fuzz_wrapped(before, bytes, size, after);
	return 0;
}
