#define _GNU_SOURCE /* posix_spawn_file_actions_addclosefrom_np() */

#include "worker.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#define READ_STEP   (64 * 1024)
#define ANSWER_MOST (64u * 1024 * 1024)

/* The child gets its end of the pair as 0 and 1, our stderr, and nothing else of ours: no
 * descriptor, no environment, no blocked signal, and not our terminal's Ctrl-C. */
static int spawn_with(pid_t *pid, int fd, char *const arguments[])
{
	static char *const environment[] = {(char *)"LANG=C.UTF-8", (char *)"TZ=UTC", NULL};
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attributes;
	sigset_t none, usual;

	sigemptyset(&none);
	sigemptyset(&usual);
	sigaddset(&usual, SIGPIPE);
	sigaddset(&usual, SIGTERM);
	sigaddset(&usual, SIGINT);
	sigaddset(&usual, SIGHUP);
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_adddup2(&actions, fd, STDIN_FILENO);
	posix_spawn_file_actions_adddup2(&actions, fd, STDOUT_FILENO);
	posix_spawn_file_actions_addclosefrom_np(&actions, STDERR_FILENO + 1);
	posix_spawnattr_init(&attributes);
	posix_spawnattr_setflags(
		&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);
	posix_spawnattr_setsigmask(&attributes, &none);
	posix_spawnattr_setsigdefault(&attributes, &usual);
	int rc = posix_spawn(pid, arguments[0], &actions, &attributes, arguments, environment);
	posix_spawnattr_destroy(&attributes);
	posix_spawn_file_actions_destroy(&actions);
	return rc;
}

gboolean worker_spawn(Worker *worker, const char *program, gint64 memory, guint seconds, GError **error)
{
	g_autofree char *bytes = g_strdup_printf("%" G_GINT64_FORMAT, memory);
	g_autofree char *time = g_strdup_printf("%u", seconds);
	char *const arguments[] = {(char *)program, (char *)"--memory", bytes, (char *)"--cpu", time, NULL};
	int pair[2];

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) < 0) {
		g_set_error(error, G_FILE_ERROR, g_file_error_from_errno(errno), "socketpair: %s",
			g_strerror(errno));
		return FALSE;
	}
	int rc = spawn_with(&worker->pid, pair[1], arguments);
	close(pair[1]);
	if (rc != 0) {
		close(pair[0]);
		worker->pid = 0;
		g_set_error(error, G_FILE_ERROR, g_file_error_from_errno(rc), "cannot start %s: %s", program,
			g_strerror(rc));
		return FALSE;
	}
	fcntl(pair[0], F_SETFL, O_NONBLOCK);
	worker->fd = pair[0];
	worker->input = g_byte_array_new();
	return TRUE;
}

static WorkerEnd describe(int status, char **detail_out)
{
	if (WIFSIGNALED(status)) {
		*detail_out = g_strdup_printf("complaint-parser was ended by signal %d (%s)",
			WTERMSIG(status), strsignal(WTERMSIG(status)));
		return WTERMSIG(status) == SIGXCPU ? WORKER_TIMEOUT : WORKER_CRASHED;
	}
	*detail_out = g_strdup_printf("complaint-parser ended with status %d", WEXITSTATUS(status));
	return WORKER_CRASHED;
}

WorkerEnd worker_end(Worker *worker, char **detail_out)
{
	int status = 0;

	close(worker->fd);
	/* One that has died already keeps its own status; one that closed its end or sits in a
	 * loop gets this one. */
	kill(worker->pid, SIGKILL);
	while (waitpid(worker->pid, &status, 0) < 0 && errno == EINTR)
		;
	g_byte_array_unref(worker->input);
	g_queue_clear_full(&worker->output, (GDestroyNotify)g_bytes_unref);
	g_queue_clear(&worker->pending);
	memset(worker, 0, sizeof *worker);
	return describe(status, detail_out);
}

void worker_send(Worker *worker, GBytes *frame)
{
	g_queue_push_tail(&worker->output, g_bytes_ref(frame));
}

gboolean worker_write(Worker *worker)
{
	while (!g_queue_is_empty(&worker->output)) {
		GBytes *frame = g_queue_peek_head(&worker->output);
		gsize length;
		const char *bytes = g_bytes_get_data(frame, &length);
		guint32 header = GUINT32_TO_BE((guint32)length);
		gsize skip = worker->written > 4 ? worker->written - 4 : 0;
		struct iovec parts[2] = {
			{(char *)&header + MIN(worker->written, 4), 4 - MIN(worker->written, 4)},
			{(char *)bytes + skip, length - skip},
		};
		struct msghdr message = {.msg_iov = parts, .msg_iovlen = 2};
		ssize_t n = sendmsg(worker->fd, &message, MSG_NOSIGNAL);

		if (n < 0)
			return errno == EAGAIN || errno == EINTR;
		worker->written += (gsize)n;
		if (worker->written < length + 4)
			continue;
		worker->written = 0;
		g_bytes_unref(g_queue_pop_head(&worker->output));
	}
	return TRUE;
}

gboolean worker_read(Worker *worker)
{
	for (;;) {
		guint had = worker->input->len;

		g_byte_array_set_size(worker->input, had + READ_STEP);
		ssize_t n = recv(worker->fd, worker->input->data + had, READ_STEP, 0);
		g_byte_array_set_size(worker->input, had + (guint)MAX(n, 0));
		if (n < 0)
			return errno == EAGAIN || errno == EINTR;
		if (n == 0)
			return FALSE;
		if (n < READ_STEP || worker->input->len > ANSWER_MOST)
			return TRUE;
	}
}

char *worker_take(Worker *worker, gsize *length_out, gboolean *broken_out)
{
	guint32 length;

	if (worker->input->len < 4)
		return NULL;
	memcpy(&length, worker->input->data, 4);
	length = GUINT32_FROM_BE(length);
	*broken_out = length > ANSWER_MOST;
	if (*broken_out || worker->input->len - 4 < length)
		return NULL;
	char *frame = g_strndup((const char *)worker->input->data + 4, length);
	g_byte_array_remove_range(worker->input, 0, length + 4);
	*length_out = length;
	return frame;
}
