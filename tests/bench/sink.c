/* sink PORT: an SMTP server on 127.0.0.1 that takes every mail and forgets it, a thread for each
 * connection. It is there to be faster than what is measured. */
#include <arpa/inet.h>
#include <glib.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static const struct {
	const char *command;
	const char *reply;
} replies[] = {
	{"EHLO", "250-sink\r\n250 8BITMIME\r\n"},
	{"MAIL", "250 2.1.0 Ok\r\n"},
	{"RCPT", "250 2.1.5 Ok\r\n"},
	{"DATA", "354 go on\r\n"},
	{"RSET", "250 2.0.0 Ok\r\n"},
	{"QUIT", "221 2.0.0 Bye\r\n"},
};

static void say(int client, const char *words)
{
	if (write(client, words, strlen(words)) < 0)
		shutdown(client, SHUT_RDWR);
}

static const char *reply_to(const char *line)
{
	for (gsize i = 0; i < G_N_ELEMENTS(replies); i++) {
		if (g_ascii_strncasecmp(line, replies[i].command, 4) == 0)
			return replies[i].reply;
	}
	return "502 5.5.1 what?\r\n";
}

static gpointer serve(gpointer data)
{
	int client = GPOINTER_TO_INT(data);
	FILE *in = fdopen(client, "r");
	gboolean body = FALSE;
	char line[4096];

	say(client, "220 sink ESMTP\r\n");
	while (fgets(line, sizeof line, in)) {
		if (body && strcmp(line, ".\r\n") != 0)
			continue;
		say(client, body ? "250 2.0.0 Ok: forgotten\r\n" : reply_to(line));
		body = !body && g_ascii_strncasecmp(line, "DATA", 4) == 0;
	}
	fclose(in);
	return NULL;
}

int main(int argc, char **argv)
{
	struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	int listener = socket(AF_INET, SOCK_STREAM, 0);
	int one = 1;
	int client;

	address.sin_port = htons(argc == 2 ? atoi(argv[1]) : 0);
	setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
	if (argc != 2 || bind(listener, (struct sockaddr *)&address, sizeof address) != 0 ||
		listen(listener, 64) != 0)
		return perror("sink PORT"), 1;
	while ((client = accept(listener, NULL, NULL)) >= 0) {
		setsockopt(client, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
		g_thread_unref(g_thread_new("client", serve, GINT_TO_POINTER(client)));
	}
	return 1;
}
