#define _GNU_SOURCE /* close_range() */

#include "sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <seccomp.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#define SANDBOX_ERROR (g_quark_from_static_string("sandbox"))

/* What reading frames, allocating and computing needs, and nothing else. */
static const int allowed[] = {
	SCMP_SYS(read), SCMP_SYS(write), SCMP_SYS(readv), SCMP_SYS(writev), SCMP_SYS(poll), SCMP_SYS(ppoll),
	SCMP_SYS(brk), SCMP_SYS(munmap), SCMP_SYS(mremap), SCMP_SYS(madvise), SCMP_SYS(futex),
	SCMP_SYS(rt_sigreturn), SCMP_SYS(rt_sigprocmask), SCMP_SYS(restart_syscall), SCMP_SYS(clock_gettime),
	SCMP_SYS(gettimeofday), SCMP_SYS(time), SCMP_SYS(getrandom), SCMP_SYS(getpid), SCMP_SYS(gettid),
	SCMP_SYS(getrusage), SCMP_SYS(close), SCMP_SYS(fstat), SCMP_SYS(newfstatat), SCMP_SYS(lseek),
	SCMP_SYS(exit), SCMP_SYS(exit_group), SCMP_SYS(sched_yield), SCMP_SYS(rseq),
#ifdef __SANITIZE_ADDRESS__
	SCMP_SYS(sigaltstack), /* before each call that does not come back */
#endif
};

static gboolean fail(GError **error, const char *what, int code)
{
	g_set_error(error, SANDBOX_ERROR, 0, "sandbox: %s: %s", what, g_strerror(code));
	return FALSE;
}

static gboolean set_limit(int resource, rlim_t soft, rlim_t hard)
{
	struct rlimit limit = {soft, hard};
	return setrlimit(resource, &limit) == 0;
}

static guint cpu_seconds(void)
{
	struct timespec used;
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
	return used.tv_sec;
}

void sandbox_rearm(guint seconds)
{
	/* Only the soft limit moves: SIGXCPU ends the process at it. */
	set_limit(RLIMIT_CPU, cpu_seconds() + seconds + 1, RLIM_INFINITY);
}

static gboolean set_limits(guint64 memory, guint seconds, GError **error)
{
#ifdef __SANITIZE_ADDRESS__
	memory = 0; /* its shadow alone is terabytes */
#endif
	/* A library's warning into a log that is a file must fail, not end us by RLIMIT_FSIZE. */
	signal(SIGXFSZ, SIG_IGN);
	if (memory && !set_limit(RLIMIT_AS, memory, memory))
		return fail(error, "RLIMIT_AS", errno);
	if (!set_limit(RLIMIT_CORE, 0, 0) || !set_limit(RLIMIT_FSIZE, 0, 0) || !set_limit(RLIMIT_NPROC, 0, 0))
		return fail(error, "limits", errno);
	sandbox_rearm(seconds);
	return TRUE;
}

/* mmap and mprotect without PROT_EXEC: allocation yes, new code no. */
static int allow_memory(scmp_filter_ctx filter)
{
	const int no_exec = 0x4; /* PROT_EXEC */
	int result = seccomp_rule_add(
		filter, SCMP_ACT_ALLOW, SCMP_SYS(mmap), 1, SCMP_A2(SCMP_CMP_MASKED_EQ, no_exec, 0));
	return result ? result
		      : seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mprotect), 1,
				SCMP_A2(SCMP_CMP_MASKED_EQ, no_exec, 0));
}

/* sandbox_rearm() moves its own CPU limit; no other limit, and nobody else's. */
static int allow_rearm(scmp_filter_ctx filter)
{
	return seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(prlimit64), 2, SCMP_A0(SCMP_CMP_EQ, 0),
		SCMP_A1(SCMP_CMP_EQ, RLIMIT_CPU));
}

static gboolean load_filter(GError **error)
{
	/* What is asked for and forbidden fails like a missing system call: libraries that merely look
	 * (a locale, a time zone) go on; what matters would have been opened before. Starting programs
	 * or reaching out kills. */
	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ERRNO(EPERM));
	if (!filter)
		return fail(error, "seccomp", ENOMEM);
	static const int deadly[] = {SCMP_SYS(execve), SCMP_SYS(execveat), SCMP_SYS(fork), SCMP_SYS(vfork),
		SCMP_SYS(clone), SCMP_SYS(clone3), SCMP_SYS(socket), SCMP_SYS(connect), SCMP_SYS(ptrace),
		SCMP_SYS(process_vm_writev), SCMP_SYS(bpf), SCMP_SYS(io_uring_setup)};
	int result = allow_memory(filter);
	if (!result)
		result = allow_rearm(filter);
	for (guint i = 0; !result && i < G_N_ELEMENTS(allowed); i++)
		result = seccomp_rule_add(filter, SCMP_ACT_ALLOW, allowed[i], 0);
	for (guint i = 0; !result && i < G_N_ELEMENTS(deadly); i++)
		result = seccomp_rule_add(filter, SCMP_ACT_KILL_PROCESS, deadly[i], 0);
	if (!result)
		result = seccomp_load(filter);
	seccomp_release(filter);
	return result ? fail(error, "seccomp", -result) : TRUE;
}

gboolean sandbox_enter(guint64 memory, guint seconds, GError **error)
{
	if (close_range(STDERR_FILENO + 1, ~0U, 0) != 0)
		return fail(error, "close_range", errno);
	if (prctl(PR_SET_DUMPABLE, 0) != 0 || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
		return fail(error, "prctl", errno);
	return set_limits(memory, seconds, error) && load_filter(error);
}
