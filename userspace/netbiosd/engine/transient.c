// SPDX-License-Identifier: GPL-2.0
/*
 * netbiosd: memory of what is on its way: work, claims, legs, transactions.
 *
 * A batch of 10,000 claims takes 3.5 MB of them for some seconds. Among names,
 * which stay, they would leave holes that malloc() can never give back. So they
 * are laid one behind the other into slabs of their own; a slab goes when the
 * last of what is in it has gone, and holes are not used again before that:
 * nothing in there lives long.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "node.h"

#define ALIGN	16U

struct slab {
	uint32_t	used;		/* octets from the beginning */
	uint32_t	live;		/* objects */
} __attribute__((aligned(ALIGN)));

/* The one that is being filled */
static struct slab *current;

/**
 * slab_map() - SLAB octets, aligned to that
 *
 * Return: zeroed memory, for slab_unmap(); as alloc_zeroed().
 */
void *slab_map(void)
{
	char *p = mmap(NULL, 2 * SLAB, PROT_READ | PROT_WRITE,
		       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	size_t front;

	if (p == MAP_FAILED)
		abort();
	/* What is not aligned is given back at both ends */
	front = -(uintptr_t)p % SLAB;
	if (front)
		munmap(p, front);
	munmap(p + front + SLAB, SLAB - front);
	return p + front;
}

/**
 * slab_unmap() - the reverse
 * @slab: by slab_map()
 */
void slab_unmap(void *slab)
{
	munmap(slab, SLAB);
}

/**
 * slab_of() - the slab that something is in
 * @p: it
 *
 * Return: its slab.
 */
void *slab_of(void *p)
{
	return (void *)((uintptr_t)p & ~(uintptr_t)(SLAB - 1));
}

static struct slab *slab_new(void)
{
	struct slab *slab = slab_map();

	slab->used = sizeof(*slab);
	return slab;
}

/**
 * transient_alloc() - memory for something that will soon be gone
 * @size: octets, much less than a slab
 *
 * Return: zeroed memory, for transient_free(); as alloc_zeroed().
 */
void *transient_alloc(size_t size)
{
	struct slab *slab = current;
	void *p;

#ifdef __SANITIZE_ADDRESS__
	return alloc_zeroed(size);
#endif
	size = (size + ALIGN - 1) & ~(size_t)(ALIGN - 1);
	if (!slab || slab->used + size > SLAB) {
		slab = slab_new();
		current = slab;
	}
	p = (char *)slab + slab->used;
	slab->used += size;
	slab->live++;
	return p;
}

/**
 * transient_free() - the reverse
 * @p: by transient_alloc(), or NULL
 */
void transient_free(void *p)
{
	struct slab *slab = slab_of(p);

#ifdef __SANITIZE_ADDRESS__
	free(p);
	return;
#endif
	if (!p || --slab->live)
		return;
	if (slab != current) {
		slab_unmap(slab);
		return;
	}
	/* The next one begins in front again */
	memset(slab + 1, 0, slab->used - sizeof(*slab));
	slab->used = sizeof(*slab);
}
