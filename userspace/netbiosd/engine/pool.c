// SPDX-License-Identifier: GPL-2.0
/*
 * netbiosd: memory of names and registrations, of which there may be many. They
 * are of one size each and lie in slabs without anything in between, where
 * malloc() would add 8 octets to each; a slab that is empty is given back.
 */
#include <stdlib.h>
#include <string.h>

#include "node.h"

/**
 * struct pool_slab - the beginning of a slab
 * @prev: another one that has room
 * @next: another one that has room
 * @unused: objects that were given back, each with a pointer to the next
 * @fresh: octets from the beginning that were in use ever
 * @live: objects
 */
struct pool_slab {
	struct pool_slab	*prev, *next;
	void			*unused;
	uint32_t		fresh;
	uint32_t		live;
};

static bool has_room(const struct pool *pool, const struct pool_slab *slab)
{
	return slab->unused || slab->fresh + pool->size <= SLAB;
}

static void link_slab(struct pool *pool, struct pool_slab *slab)
{
	slab->prev = NULL;
	slab->next = pool->slabs;
	if (slab->next)
		slab->next->prev = slab;
	pool->slabs = slab;
}

static void unlink_slab(struct pool *pool, struct pool_slab *slab)
{
	if (slab->prev)
		slab->prev->next = slab->next;
	else
		pool->slabs = slab->next;
	if (slab->next)
		slab->next->prev = slab->prev;
}

static void *take(struct pool *pool, struct pool_slab *slab)
{
	void *p = slab->unused;

	if (p) {
		memcpy(&slab->unused, p, sizeof(p));
		memset(p, 0, pool->size);
	} else {
		p = (char *)slab + slab->fresh;
		slab->fresh += pool->size;
	}
	slab->live++;
	if (!has_room(pool, slab))
		unlink_slab(pool, slab);
	return p;
}

/**
 * pool_alloc() - memory for an object
 * @pool: with its size set, a multiple of that of a pointer
 *
 * Return: zeroed memory, for pool_free(); as alloc_zeroed().
 */
void *pool_alloc(struct pool *pool)
{
	struct pool_slab *slab;

#ifdef __SANITIZE_ADDRESS__
	return alloc_zeroed(pool->size);
#endif
	if (!pool->slabs) {
		slab = slab_map();
		slab->fresh = sizeof(*slab);
		link_slab(pool, slab);
	}
	return take(pool, pool->slabs);
}

/**
 * pool_free() - the reverse
 * @pool: the same
 * @p: by pool_alloc()
 */
void pool_free(struct pool *pool, void *p)
{
	struct pool_slab *slab = slab_of(p);

#ifdef __SANITIZE_ADDRESS__
	free(p);
	return;
#endif
	if (!has_room(pool, slab))
		link_slab(pool, slab);
	memcpy(p, &slab->unused, sizeof(p));
	slab->unused = p;
	if (--slab->live)
		return;
	unlink_slab(pool, slab);
	slab_unmap(slab);
}
