/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _NBCAT_LOOP_H
#define _NBCAT_LOOP_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/epoll.h>

struct loop;

/**
 * struct source - a file descriptor that the loop watches
 * @loop: where it is watched
 * @fd: the descriptor, -1 when closed
 * @want: EPOLLIN, EPOLLOUT; 0 takes it out of the set, since epoll would
 *	report EPOLLHUP for ever to somebody who waits for something else
 * @always: epoll refuses it (a regular file): it is ready at any time
 * @next: in the loop's list of such sources
 * @ready: called when what is wanted, an error or the end is there
 */
struct source {
	struct loop	*loop;
	int		fd;
	uint32_t	want;
	bool		always;
	struct source	*next;
	void (*ready)(struct source *src, uint32_t events);
};

struct loop {
	int		epfd;
	struct source	*always;
};

int loop_init(struct loop *loop);
void source_init(struct source *src, struct loop *loop, int fd,
		 void (*ready)(struct source *src, uint32_t events));
int source_want(struct source *src, uint32_t want);
void source_close(struct source *src);

/* One round; sources may be closed, but not freed, in their callbacks */
int loop_once(struct loop *loop, int timeout_ms);

#endif /* _NBCAT_LOOP_H */
