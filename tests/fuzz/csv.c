/* CSV files that are imported. */

#include "csv.h"
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const guint8 *bytes, size_t size)
{
	if (!size)
		return 0;
	FILE *file = fmemopen((void *)bytes, size, "r");
	g_autoptr(Csv) csv = csv_new(file);
	for (CsvState state = csv_next(csv); state != CSV_END; state = csv_next(csv)) {
		g_assert_cmpuint(csv_line(csv), >=, 1);
		for (guint i = 0; state == CSV_RECORD && i < csv_count(csv) + 2; i++)
			g_assert_true(g_utf8_validate(csv_field(csv, i), -1, NULL));
		if (state == CSV_BAD)
			g_assert_nonnull(csv_problem(csv, NULL));
	}
	fclose(file);
	return 0;
}
