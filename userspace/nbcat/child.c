// SPDX-License-Identifier: GPL-2.0
/*
 * -e: a command for each session or datagram, its standard input and output in pipes.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "nbcat.h"

static void set_names(const char *called, const char *calling, uint32_t addr)
{
	char text[NB_NAME_TEXT_MAX];

	setenv("NBCAT_CALLED", nb_name_format(text, called), 1);
	setenv("NBCAT_CALLING", nb_name_format(text, calling), 1);
	/* A datagram from this node has no address */
	if (addr)
		setenv("NBCAT_PEER_ADDR", inet_ntop(AF_INET, &addr, text, sizeof(text)), 1);
	else
		unsetenv("NBCAT_PEER_ADDR");
}

/* Who calls, for the command; names are data, so they go in no command line */
static void set_environment(const struct session *s)
{
	struct nb_session_info info;

	setenv("NBCAT_PEER", s->peer, 1);
	if (s->answer) {
		set_names(s->info.ndi_destination.snb_name, s->to.snb_name,
			  s->info.ndi_source_addr);
	} else if (!nb_session_info(s->src.fd, &info)) {
		set_names(info.nsi_called, info.nsi_calling, info.nsi_peer_addr);
	}
}

static void __attribute__((noreturn)) run(const char *command,
					  const struct session *s, int in, int out)
{
	set_environment(s);
	signal(SIGPIPE, SIG_DFL);
	if (dup2(in, STDIN_FILENO) < 0 || dup2(out, STDOUT_FILENO) < 0)
		_exit(126);
	execl("/bin/sh", "sh", "-c", command, (char *)NULL);
	_exit(127);
}

static void close_pair(const int pair[2])
{
	close(pair[0]);
	close(pair[1]);
}

/* @in gives what the command writes, @out takes what it reads */
int child_start(const char *command, const struct session *s, int *in, int *out)
{
	int to[2], from[2], err;
	pid_t pid;

	if (pipe2(to, O_CLOEXEC))
		return -errno;
	if (pipe2(from, O_CLOEXEC)) {
		err = -errno;
		goto err_to;
	}
	pid = fork();
	if (pid < 0) {
		err = -errno;
		goto err_from;
	}
	if (!pid)
		run(command, s, to[0], from[1]);
	close(to[0]);
	close(from[1]);
	/* Only our ends: the command's own are not to be surprised */
	if (fcntl(to[1], F_SETFL, O_NONBLOCK) || fcntl(from[0], F_SETFL, O_NONBLOCK)) {
		err = -errno;
		close(to[1]);
		close(from[0]);
		return err;
	}
	*in = from[0];
	*out = to[1];
	return 0;

err_from:
	close_pair(from);
err_to:
	close_pair(to);
	return err;
}
