/* Configuration files: loaded, or refused with a reason. */

#define _GNU_SOURCE
#include <sys/mman.h>
#include <unistd.h>

#include "config.h"
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const guint8 *bytes, size_t size)
{
	/* Loading looks into the sources of secrets: no input may name a command, or a device. */
	if (memmem(bytes, size, "_command", 8) || memmem(bytes, size, "_file", 5))
		return 0;
	int file = memfd_create("config", 0);
	g_assert_cmpint(file, >=, 0);
	g_assert_cmpint(write(file, bytes, size), ==, size);
	g_autofree char *path = g_strdup_printf("/proc/self/fd/%d", file);
	g_autoptr(GError) error = NULL;
	g_autoptr(Config) config = config_load(path, &error);
	g_assert_true((config == NULL) == (error != NULL));
	if (config) {
		g_autofree char *shown = config_show(config);
		g_assert_nonnull(shown);
	}
	close(file);
	return 0;
}
