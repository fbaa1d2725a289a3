#include <glib.h>

gboolean planted_is_report(const char *text, gboolean is_list);
gboolean planted_never_called(const char *text);
