/* SPDX-License-Identifier: GPL-2.0 */
/*
 * netbiosd: pieces of work that the kernel waits for.
 */
#ifndef _NETBIOSD_WORK_H
#define _NETBIOSD_WORK_H

#include <stdint.h>
#include "../engine.h"
#include "timer.h"

/**
 * struct work - a piece of work of the kernel, inside of what does it
 * @hash_next: same bucket
 * @next: for the owner
 * @timer: shortly before its deadline
 * @id: of the kernel
 * @kind: enum netbios_work_kind
 * @owner: struct claim, struct release, struct resolve, struct nbdd_question
 */
struct work {
	struct work	*hash_next;
	struct work	*next;
	struct timer	timer;
	uint64_t	id;
	uint32_t	kind;
	void		*owner;
};

#define WORK_BUCKETS	256

struct work *work_new(struct nbd_engine *e, const struct nbd_work *work, void *owner);
struct work *work_find(struct nbd_engine *e, uint64_t id);
void work_drop(struct nbd_engine *e, struct work *work);
int work_end(struct nbd_engine *e, struct work *work, const struct nbd_answer *answer);
int work_status(struct nbd_engine *e, struct work *work, uint32_t status);
void work_timer(struct nbd_engine *e, struct timer *timer);

#endif /* _NETBIOSD_WORK_H */
