// SPDX-License-Identifier: GPL-2.0
/*
 * Event loop: epoll, and what epoll does not take.
 */
#include <errno.h>
#include <stddef.h>
#include <unistd.h>

#include "loop.h"

#define EVENTS	64

int loop_init(struct loop *loop)
{
	loop->always = NULL;
	loop->epfd = epoll_create1(EPOLL_CLOEXEC);
	return loop->epfd < 0 ? -errno : 0;
}

void source_init(struct source *src, struct loop *loop, int fd,
		 void (*ready)(struct source *src, uint32_t events))
{
	*src = (struct source){ .loop = loop, .fd = fd, .ready = ready };
}

static int add(struct source *src, struct epoll_event *event)
{
	if (!epoll_ctl(src->loop->epfd, EPOLL_CTL_ADD, src->fd, event))
		return 0;
	if (errno != EPERM)
		return -errno;
	src->always = true;
	src->next = src->loop->always;
	src->loop->always = src;
	return 0;
}

int source_want(struct source *src, uint32_t want)
{
	struct epoll_event event = { .events = want, .data.ptr = src };
	uint32_t had = src->want;
	int err = 0;

	if (src->fd < 0 || want == had)
		return 0;
	src->want = want;
	if (src->always)
		return 0;
	if (!had)
		err = add(src, &event);
	else if (epoll_ctl(src->loop->epfd, want ? EPOLL_CTL_MOD : EPOLL_CTL_DEL,
			   src->fd, &event))
		err = -errno;
	return err;
}

static void forget_always(struct source *src)
{
	struct source **at;

	for (at = &src->loop->always; *at; at = &(*at)->next) {
		if (*at == src) {
			*at = src->next;
			return;
		}
	}
}

void source_close(struct source *src)
{
	if (src->fd < 0)
		return;
	source_want(src, 0);
	if (src->always)
		forget_always(src);
	close(src->fd);
	src->fd = -1;
}

/* A callback may close any source, so the list is walked from the start again */
static void run_always(struct loop *loop)
{
	struct source *src, *list[4];
	unsigned int i, n = 0;

	for (src = loop->always; src && n < 4; src = src->next)
		if (src->want)
			list[n++] = src;
	for (i = 0; i < n; i++)
		if (list[i]->fd >= 0 && list[i]->want)
			list[i]->ready(list[i], list[i]->want);
}

static bool have_always(const struct loop *loop)
{
	const struct source *src;

	for (src = loop->always; src; src = src->next)
		if (src->want)
			return true;
	return false;
}

int loop_once(struct loop *loop, int timeout_ms)
{
	struct epoll_event events[EVENTS];
	struct source *src;
	int i, n;

	if (have_always(loop))
		timeout_ms = 0;
	n = epoll_wait(loop->epfd, events, EVENTS, timeout_ms);
	if (n < 0)
		return errno == EINTR ? 0 : -errno;
	for (i = 0; i < n; i++) {
		src = events[i].data.ptr;
		/* An earlier callback of this round may have changed its mind */
		if (src->fd >= 0 && src->want)
			src->ready(src, events[i].events);
	}
	run_always(loop);
	return 0;
}
