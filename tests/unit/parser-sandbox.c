/* Inside of the sandbox: what is forbidden is forbidden, and every charset still opens its mails.
 * Each test runs in a child of its own, that cannot come out again. */

#define _GNU_SOURCE /* prlimit() */

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "decode.h"
#include "domain.h"
#include "kinds.h"
#include "sandbox.h"

enum { MEMORY = 512 << 20 };

static pid_t parent;

/* Status of a child that does @body behind closed doors; 100 when they did not close. */
static int inside(void (*body)(void))
{
	pid_t child = fork();
	g_assert_cmpint(child, >=, 0);
	if (child == 0) {
		g_autoptr(GError) error = NULL;
		if (!sandbox_enter(MEMORY, 2, &error))
			_exit(100);
		body();
		_exit(0);
	}
	int status;
	g_assert_cmpint(waitpid(child, &status, 0), ==, child);
	return status;
}

static void assert_fine(int status)
{
	if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
		return;
	g_error("ended with %s %d", WIFEXITED(status) ? "exit status" : "signal",
		WIFEXITED(status) ? WEXITSTATUS(status) : WTERMSIG(status));
}

static void open_files(void)
{
	if (open("/etc/passwd", O_RDONLY) >= 0)
		_exit(1);
	if (open("/tmp/x", O_RDWR | O_CREAT, 0600) >= 0)
		_exit(2);
	if (fcntl(3, F_GETFD) >= 0)
		_exit(3);
}

static void test_files(void)
{
	int spare = open("/dev/null", O_RDONLY);
	g_assert_cmpint(spare, >=, 3);
	assert_fine(inside(open_files));
	close(spare);
}

static void start_program(void)
{
	execl("/bin/true", "true", (char *)NULL);
}

static void reach_out(void)
{
	if (socket(AF_INET, SOCK_STREAM, 0) >= 0)
		_exit(1);
}

static void fork_off(void)
{
	if (fork() >= 0)
		_exit(1);
}

/* Its own CPU limit moves with each mail; what belongs to others of the same user does not. */
static void change_limits(void)
{
	struct rlimit limit = {5, RLIM_INFINITY};
	if (setrlimit(RLIMIT_CPU, &limit) != 0)
		_exit(1);
	if (prlimit(parent, RLIMIT_CPU, &limit, NULL) == 0)
		_exit(2);
	if (setrlimit(RLIMIT_NOFILE, &limit) == 0)
		_exit(3);
}

static void test_limits(void)
{
	assert_fine(inside(change_limits));
}

/* Where a library warns and standard error is a file. */
static void warn_to_file(void)
{
	if (write(STDERR_FILENO, "x", 1) >= 0)
		_exit(1);
}

static void test_warning(void)
{
	g_autofree char *name = NULL;
	int file = g_file_open_tmp(NULL, &name, NULL), kept = dup(STDERR_FILENO);
	g_assert_cmpint(file, >=, 0);
	dup2(file, STDERR_FILENO);
	int status = inside(warn_to_file);
	dup2(kept, STDERR_FILENO);
	unlink(name);
	close(file);
	close(kept);
	assert_fine(status);
}

static void make_code(void)
{
	if (mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) !=
		MAP_FAILED)
		_exit(1);
}

static void test_deadly(void)
{
	void (*const bodies[])(void) = {start_program, reach_out, fork_off};
	for (guint i = 0; i < G_N_ELEMENTS(bodies); i++) {
		int status = inside(bodies[i]);
		g_assert_true(WIFSIGNALED(status));
		g_assert_cmpint(WTERMSIG(status), ==, SIGSYS);
	}
}

static void test_code(void)
{
	assert_fine(inside(make_code));
}

static void spin(void)
{
	for (volatile guint i = 0;; i++)
		;
}

static void test_time(void)
{
	int status = inside(spin);
	g_assert_true(WIFSIGNALED(status));
	g_assert_cmpint(WTERMSIG(status), ==, SIGXCPU);
}

static void take_memory(void)
{
	void *block = malloc((gsize)1 << 30);
	if (block)
		_exit(1);
}

static void test_memory(void)
{
#ifdef __SANITIZE_ADDRESS__
	g_test_skip("the sanitizer needs the address space");
	return;
#endif
	assert_fine(inside(take_memory));
}

/* iconv loads its tables when a charset is opened: too late in here, had message_init() not. */
static void decode_all(void)
{
	static const struct {
		const char *charset, *bytes, *text;
	} rows[] = {
		{"iso-8859-2", "\xbf\xf3\xb3w", "żółw"},
		{"iso-8859-5", "\xdf\xe0\xd8", "при"},
		{"iso-8859-7", "\xe1", "α"},
		{"iso-8859-15", "\xa4", "€"},
		{"windows-1250", "\xbf", "ż"},
		{"windows-1251", "\xef\xf0\xe8", "при"},
		{"windows-1253", "\xe1", "α"},
		{"windows-1254", "\xfd", "ı"},
		{"windows-1255", "\xe0", "א"},
		{"windows-1256", "\xc7", "ا"},
		{"windows-874", "\xa1", "ก"},
		{"koi8-r", "\xd0\xd2\xc9", "при"},
		{"koi8-u", "\xa4", "є"},
		{"cp866", "\xaf\xe0\xa8", "при"},
		{"macintosh", "\x8e", "é"},
		{"iso-2022-jp", "\x1b$BF|K\\\x1b(B", "日本"},
		{"shift_jis", "\x93\xfa\x96{", "日本"},
		{"euc-jp", "\xc6\xfc\xcb\xdc", "日本"},
		{"gb2312", "\xc4\xe3", "你"},
		{"gb18030", "\xc4\xe3", "你"},
		{"big5", "\xa7\x41", "你"},
		{"euc-kr", "\xbd\xba", "스"},
		{"ks_c_5601-1987", "\xbd\xba", "스"},
		{"iso-2022-kr", "\x1b$)C\x0e=:\x0f", "스"},
		{"utf-7", "+AOk-", "é"},
		{"viscii", "\xe9", "é"},
	};
	for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
		gboolean repaired = FALSE;
		g_autofree char *text =
			message_to_utf8(rows[i].bytes, strlen(rows[i].bytes), rows[i].charset, &repaired);
		if (repaired || strcmp(text, rows[i].text))
			_exit(1 + i);
	}
	for (guint i = 0; charset_name(i); i++)
		if (!charset_is_open(i))
			_exit(99);
}

static void test_charsets(void)
{
	assert_fine(inside(decode_all));
}

/* A whole mail, with all that reading may touch: signatures, dates, names, HTML, a digest. */
static void read_mail(void)
{
	static const char mail[] =
		"From: =?iso-2022-jp?B?GyRCRnxLXBsoQg==?= <a@isp.example>\nTo: abuse@desk.example\n"
		"Date: Mon, 2 Mar 2026 09:00:00 CET\nContent-Type: multipart/mixed; boundary=b\n\n--b\n"
		"Content-Type: text/html; charset=euc-kr\n\n<p>http://xn--bcher-kva.example/</p>\n--b\n"
		"Content-Type: message/rfc822\n\nFrom: b@evil.example\nSubject: "
		"x\n\nhttp://münchen.example/\n"
		"--b--\n";
	g_autoptr(Border) border = border_new_from_json(NULL, 0, NULL);
	g_autoptr(Report) report = kinds_parse((const guint8 *)mail, strlen(mail), border);
	if (report->disposition != DISPOSITION_COMPLAINT || !report->incidents->len)
		_exit(1);
	if (!report->attachments->len || !((Attachment *)report->attachments->pdata[0])->sha256)
		_exit(2);
	if (report->date != 1772438400 || strcmp(report->from_name, "日本"))
		_exit(3);
}

static void test_mail(void)
{
	assert_fine(inside(read_mail));
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	parent = getpid();
	message_init();
	domain_init(NULL);
	g_test_add_func("/sandbox/files", test_files);
	g_test_add_func("/sandbox/deadly", test_deadly);
	g_test_add_func("/sandbox/code", test_code);
	g_test_add_func("/sandbox/limits", test_limits);
	g_test_add_func("/sandbox/warning", test_warning);
	g_test_add_func("/sandbox/time", test_time);
	g_test_add_func("/sandbox/memory", test_memory);
	g_test_add_func("/sandbox/charsets", test_charsets);
	g_test_add_func("/sandbox/mail", test_mail);
	return g_test_run();
}
