/* The delivery-status part of a bounce (RFC 3464). */

#include "fuzz.h"

static const char before[] = "Return-Path: <>\nFrom: MAILER-DAEMON@isp.example\nTo: "
			     "abuse@desk.example\nSubject: x\nMIME-Version: 1.0\n"
			     "Content-Type: multipart/report; report-type=delivery-status; boundary=b\n\n"
			     "--b\nContent-Type: message/delivery-status\n\n";
static const char after[] = "\n--b--\n";

int LLVMFuzzerTestOneInput(const guint8 *bytes, size_t size)
{
	fuzz_wrapped(before, bytes, size, after);
	return 0;
}
