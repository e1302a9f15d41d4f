/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _NB_HALFOPEN_H
#define _NB_HALFOPEN_H

#include "nb_core.h"

/**
 * struct nb_halfopens - connections of a namespace that are no session yet
 * @nn: node
 * @lock: protects what follows
 * @list: struct nb_halfopen, oldest first
 * @count: entries of @list
 * @ending: all of them are to go at once
 * @empty: woken when @count falls to 0
 */
struct nb_halfopens {
	struct nb_net		*nn;
	spinlock_t		lock;	/* see above */
	struct list_head	list;
	unsigned int		count;
	bool			ending;
	wait_queue_head_t	empty;
};

/* nb_halfopen.c */
void nb_halfopens_init(struct nb_halfopens *all, struct nb_net *nn);
void nb_halfopens_take(struct nb_halfopens *all, struct socket *tcp);
void nb_halfopens_end(struct nb_halfopens *all);

#endif /* _NB_HALFOPEN_H */
