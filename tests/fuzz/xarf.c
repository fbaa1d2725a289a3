/* The JSON document of XARF, versions 3 and 4. */

#include "fuzz.h"

static const char before[] =
	"From: a@isp.example\nTo: abuse@desk.example\nSubject: x\nMIME-Version: 1.0\n"
	"Content-Type: multipart/report; report-type=feedback-report; boundary=b\n\n"
	"--b\nContent-Type: text/plain\n\nReport.\n--b\nContent-Type: message/feedback-report\n\n"
	"Feedback-Type: xarf\nUser-Agent: x/1\nVersion: 1\n--b\n"
	"Content-Type: application/json; name=xarf.json\n\n";
static const char after[] = "\n--b--\n";

int LLVMFuzzerTestOneInput(const guint8 *bytes, size_t size)
{
	fuzz_wrapped(before, bytes, size, after);
	return 0;
}
