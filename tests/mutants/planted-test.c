/* Tests less than planted.c says, for the self-test of the tool. */

#include "planted.h"

static void test_report(void)
{
	g_assert_true(planted_is_report("abuse of a server", FALSE));
	g_assert_true(planted_is_report("this is spam", FALSE));
	g_assert_false(planted_is_report("good morning", FALSE));
	g_assert_false(planted_is_report(NULL, FALSE)); /* a crash without its condition */
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/planted/report", test_report);
	return g_test_run();
}
