// SPDX-License-Identifier: GPL-2.0
/*
 * nbrelay: a listener that CALLs another name for each session, and carries
 * the messages both ways as they are.
 */
#include <err.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "nb.h"

static void usage(int status)
{
	fputs("usage: nbrelay [-c CALLING] NAME TARGET\n"
	      "LISTENs on NAME; CALLs TARGET for every session and relays the messages.\n"
	      "CALLING is the name to call from, NAME if there is none.\n",
	      status ? stderr : stdout);
	exit(status);
}

/* messages from one session to the other until the first one ends */
static unsigned long relay(int from, int to)
{
	static char buf[NETBIOS_MAX_MESSAGE];
	unsigned long messages = 0;
	ssize_t len;
	bool end;

	for (;;) {
		len = nb_receive(from, buf, sizeof(buf), &end);
		if (len < 0)
			nb_die("receive");
		if (end)
			break;
		if (send(to, buf, len, MSG_NOSIGNAL) != len)
			nb_die("send");
		messages++;
	}
	shutdown(to, SHUT_WR);
	return messages;
}

/* one process a direction: neither waits for the other, so no deadlock */
static void serve(int caller, const struct sockaddr_nb *calling,
		  const struct sockaddr_nb *target)
{
	struct nb_session_info info;
	char text[NB_TEXT_LEN];
	unsigned long messages;
	int fd = nb_socket();
	pid_t answers;

	nb_session_info(caller, &info);
	if (bind(fd, (const struct sockaddr *)calling, sizeof(*calling)))
		nb_die("bind");
	if (connect(fd, (const struct sockaddr *)target, sizeof(*target))) {
		warnx("%s: %s, wire error %02X", nb_text(text, target->snb_name),
		      strerrorname_np(errno), nb_wire_error(fd));
		exit(1);
	}
	answers = fork();
	if (answers < 0)
		nb_die("fork");
	messages = answers ? relay(caller, fd) : relay(fd, caller);
	printf("nbrelay: %lu messages %s %s\n", messages, answers ? "from" : "to",
	       nb_text(text, info.nsi_calling));
	if (answers)
		waitpid(answers, NULL, 0);
	exit(0);
}

static void run(int listener, const struct sockaddr_nb *calling,
		const struct sockaddr_nb *target)
{
	int fd;

	for (;;) {
		fd = nb_accept(listener);
		if (fd < 0)
			nb_die("accept");
		switch (fork()) {
		case -1:
			nb_die("fork");
			break;
		case 0:
			close(listener);
			signal(SIGCHLD, SIG_DFL);
			serve(fd, calling, target);
		}
		close(fd);
	}
}

int main(int argc, char **argv)
{
	struct sockaddr_nb name, target, calling = {};
	char text[NB_TEXT_LEN];
	int option, listener;

	while ((option = getopt(argc, argv, "c:h")) != -1) {
		switch (option) {
		case 'c':
			nb_parse(&calling, optarg);
			break;
		default:
			usage(option == 'h' ? 0 : EXIT_USAGE);
		}
	}
	if (optind != argc - 2)
		usage(EXIT_USAGE);

	setvbuf(stdout, NULL, _IOLBF, 0);
	signal(SIGCHLD, SIG_IGN);
	nb_parse(&name, argv[optind]);
	nb_parse(&target, argv[optind + 1]);
	if (!calling.snb_family)
		calling = name;
	listener = nb_listen(&name, 16, NULL);
	printf("nbrelay: listening on %s\n", nb_text(text, name.snb_name));
	run(listener, &calling, &target);
}
