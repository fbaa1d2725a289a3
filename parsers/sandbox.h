#pragma once

/* Where a worker goes before it reads the first outside byte: no descriptor but its pipes, no new
 * file, process, socket or privilege; memory and time limited. */

#include <glib.h>

/* @memory: bytes of address space (RLIMIT_AS; none under the address sanitizer); @seconds of CPU for one
 * mail, see sandbox_rearm(). Everything that has to be opened must be open. FALSE with a reason. */
gboolean sandbox_enter(guint64 memory, guint seconds, GError **error);
/* A new mail: its CPU time counts from now. RLIMIT_CPU is for the process, so the soft limit is moved. */
void sandbox_rearm(guint seconds);
