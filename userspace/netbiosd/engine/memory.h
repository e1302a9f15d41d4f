/* SPDX-License-Identifier: GPL-2.0 */
/*
 * netbiosd: memory. That of names is in slabs, of what is on its way in one of its
 * own; out of memory ends the process.
 */
#ifndef _NETBIOSD_MEMORY_H
#define _NETBIOSD_MEMORY_H

#include <stddef.h>
#include <stdint.h>

/* Size and alignment of slabs; some pages, so that one that is mostly empty costs little */
#define SLAB	(32U << 10)

/**
 * struct pool - objects of one size
 * @size: of each, octets
 * @slabs: those that have room
 */
struct pool {
	uint32_t		size;
	struct pool_slab	*slabs;
};

void *pool_alloc(struct pool *pool);
void pool_free(struct pool *pool, void *p);
void *slab_map(void);
void slab_unmap(void *slab);
void *slab_of(void *p);
void *alloc_zeroed(size_t size);
void *transient_alloc(size_t size);
void transient_free(void *p);

#endif /* _NETBIOSD_MEMORY_H */
