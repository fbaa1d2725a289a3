/* Any bytes as a mail: the whole way. */

#include "fuzz.h"

int LLVMFuzzerTestOneInput(const guint8 *bytes, size_t size)
{
	fuzz_mail(bytes, size);
	return 0;
}
