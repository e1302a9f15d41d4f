// SPDX-License-Identifier: GPL-2.0
/*
 * The listening socket.
 */
#include <errno.h>
#include <stddef.h>
#include <string.h>
#include <unistd.h>

#include "nbcat.h"

void listener_stop(struct cat *cat)
{
	source_close(&cat->listener);
	cat->accept_until = -1;
}

/* Full up: the backlog fills, and then the kernel refuses callers */
static void pause_listener(struct cat *cat)
{
	cat->paused = true;
	source_want(&cat->listener, 0);
}

void listener_resume(struct cat *cat)
{
	if (!cat->paused || cat->sessions >= cat->opt.max_sessions)
		return;
	cat->paused = false;
	source_want(&cat->listener, EPOLLIN);
}

static void accept_failed(struct cat *cat, int err)
{
	char name[NB_NAME_TEXT_MAX];

	nb_name_format(name, cat->opt.name.snb_name);
	switch (err) {
	case EAGAIN:
	case EINTR:
	case ECONNABORTED:
	case ECONNRESET:
		return;
	case EMFILE:
	case ENFILE:
	case ENOBUFS:
	case ENOMEM:
		/* Tried again when a session has given something back */
		if (cat->sessions) {
			say("accept: %s", strerror(err));
			pause_listener(cat);
			return;
		}
		break;
	}
	/*
	 * The name is lost to another node, or something as final. Sessions
	 * that are there stay, nobody new can come.
	 */
	if (err == EADDRNOTAVAIL)
		say("listen %s: the name is in conflict", name);
	else
		say("listen %s: %s", name, strerror(err));
	cat_fail(cat, STATUS_NAME);
	listener_stop(cat);
}

static bool accept_one(struct cat *cat)
{
	struct sockaddr_nb peer;
	socklen_t len = sizeof(peer);
	int fd;

	memset(&peer, 0, sizeof(peer));
	fd = accept4(cat->listener.fd, (struct sockaddr *)&peer, &len,
		     SOCK_CLOEXEC | SOCK_NONBLOCK);
	if (fd < 0) {
		accept_failed(cat, errno);
		return false;
	}
	cat->accept_until = -1;
	if (session_start(cat, fd, &peer, true)) {
		close(fd);
		return true;
	}
	if (!cat->opt.keep) {
		listener_stop(cat);
		return false;
	}
	if (cat->sessions >= cat->opt.max_sessions) {
		pause_listener(cat);
		return false;
	}
	return true;
}

static void listener_ready(struct source *src, uint32_t events)
{
	struct cat *cat = (struct cat *)((char *)src - offsetof(struct cat, listener));

	socklen_t len = sizeof(int);
	int err = 0;

	while (accept_one(cat))
		;
	if (!(events & (EPOLLERR | EPOLLHUP)) || src->fd < 0)
		return;
	/* accept() had nothing to say of it, and epoll will not stop */
	getsockopt(src->fd, SOL_SOCKET, SO_ERROR, &err, &len);
	accept_failed(cat, err ? err : EADDRNOTAVAIL);
}

int listener_start(struct cat *cat, int fd)
{
	char name[NB_NAME_TEXT_MAX];

	source_init(&cat->listener, &cat->loop, fd, listener_ready);
	if (cat->opt.verbose)
		say("listening on %s", nb_name_format(name, cat->opt.name.snb_name));
	return source_want(&cat->listener, EPOLLIN);
}
