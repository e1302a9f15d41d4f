// SPDX-License-Identifier: GPL-2.0
/*
 * netbiosd: pieces of work of the kernel that are under way.
 */
#include <stdlib.h>

#include "node.h"

static struct work **bucket(struct nbd_engine *e, uint64_t id)
{
	return &e->work_bucket[id & (WORK_BUCKETS - 1)];
}

/**
 * work_find() - a piece of work by its id
 * @e: engine
 * @id: of the kernel
 *
 * Return: the work, NULL if it is not known or has ended.
 */
struct work *work_find(struct nbd_engine *e, uint64_t id)
{
	struct work *work = *bucket(e, id);

	while (work && work->id != id)
		work = work->hash_next;
	return work;
}

/**
 * work_new() - remember a piece of work
 * @e: engine
 * @w: as the kernel gave it
 * @owner: what does it
 *
 * Return: the work; work_end() or work_drop() forgets it.
 */
struct work *work_new(struct nbd_engine *e, const struct nbd_work *w, void *owner)
{
	struct work *work = transient_alloc(sizeof(*work));
	uint32_t left = w->deadline > 2 * DEADLINE_MARGIN ? w->deadline - DEADLINE_MARGIN :
		w->deadline / 2;

	work->id = w->id;
	work->kind = w->kind;
	work->owner = owner;
	work->timer.kind = TIMER_WORK;
	work->hash_next = *bucket(e, w->id);
	*bucket(e, w->id) = work;
	timer_set(&e->timers, &work->timer, e->now + left);
	return work;
}

/**
 * work_drop() - forget a piece of work, tell nobody
 * @e: engine
 * @work: work or NULL
 */
void work_drop(struct nbd_engine *e, struct work *work)
{
	struct work **p;

	if (!work)
		return;
	for (p = bucket(e, work->id); *p != work; p = &(*p)->hash_next)
		;
	*p = work->hash_next;
	timer_stop(&e->timers, &work->timer);
	transient_free(work);
}

/**
 * work_end() - answer a piece of work and forget it
 * @e: engine
 * @work: work or NULL
 * @answer: for the kernel
 *
 * Return: 0, or what the kernel said; -ENOENT: too late.
 */
int work_end(struct nbd_engine *e, struct work *work, const struct nbd_answer *answer)
{
	uint64_t id;

	if (!work)
		return 0;
	id = work->id;
	work_drop(e, work);
	return e->ops->work_done(e->os, id, answer);
}

/**
 * work_status() - the same, without anything but a status
 * @e: engine
 * @work: work or NULL
 * @status: enum netbios_work_status
 *
 * Return: as work_end().
 */
int work_status(struct nbd_engine *e, struct work *work, uint32_t status)
{
	return work_end(e, work, &(struct nbd_answer) { .status = status });
}

/**
 * work_timer() - the deadline is near
 * @e: engine
 * @timer: of a piece of work
 */
void work_timer(struct nbd_engine *e, struct timer *timer)
{
	struct work *work = (struct work *)((char *)timer - offsetof(struct work, timer));

	switch (work->kind) {
	case NETBIOS_WORK_KIND_CLAIM:
		claim_deadline(work->owner);
		break;
	case NETBIOS_WORK_KIND_RELEASE:
		release_deadline(work->owner);
		break;
	case NETBIOS_WORK_KIND_RELAY:
		nbdd_deadline(work);
		break;
	default:
		resolve_deadline(e, work);
	}
}
