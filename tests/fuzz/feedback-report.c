/* The fields of an ARF report (RFC 5965). */

#include "fuzz.h"

static const char before[] =
	"From: a@isp.example\nTo: abuse@desk.example\nSubject: x\nMIME-Version: 1.0\n"
	"Content-Type: multipart/report; report-type=feedback-report; boundary=b\n\n"
	"--b\nContent-Type: text/plain\n\nReport.\n--b\nContent-Type: message/feedback-report\n\n";
static const char after[] = "\n--b\nContent-Type: message/rfc822\n\nFrom: x@evil.example\nSubject: "
			    "y\n\nhttp://evil.example/\n--b--\n";

int LLVMFuzzerTestOneInput(const guint8 *bytes, size_t size)
{
	fuzz_wrapped(before, bytes, size, after);
	return 0;
}
