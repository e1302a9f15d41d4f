// SPDX-License-Identifier: GPL-2.0
/*
 * netbiosd: timers in a binary heap.
 */
#include <stdlib.h>

#include "node.h"

static void put(struct timers *timers, uint32_t at, struct timer *timer)
{
	timers->heap[at] = timer;
	timer->index = at + 1;
}

/* Move what has to be earlier towards the top, starting at @at */
static void up(struct timers *timers, uint32_t at)
{
	struct timer *timer = timers->heap[at];
	uint32_t parent;

	while (at) {
		parent = (at - 1) / 2;
		if (timers->heap[parent]->due <= timer->due)
			break;
		put(timers, at, timers->heap[parent]);
		at = parent;
	}
	put(timers, at, timer);
}

static void down(struct timers *timers, uint32_t at)
{
	struct timer *timer = timers->heap[at];
	uint32_t child;

	while ((child = 2 * at + 1) < timers->n) {
		if (child + 1 < timers->n &&
		    timers->heap[child + 1]->due < timers->heap[child]->due)
			child++;
		if (timers->heap[child]->due >= timer->due)
			break;
		put(timers, at, timers->heap[child]);
		at = child;
	}
	put(timers, at, timer);
}

static void grow(struct timers *timers)
{
	uint32_t size = timers->size ? 2 * timers->size : 64;
	struct timer **heap = realloc(timers->heap, size * sizeof(*heap));

	if (!heap)
		abort();
	timers->heap = heap;
	timers->size = size;
}

/**
 * timer_set() - run a timer, or change when it runs out
 * @timers: heap, always the same for one timer
 * @timer: timer, with its kind set
 * @due: ms
 */
void timer_set(struct timers *timers, struct timer *timer, uint64_t due)
{
	timer->due = due;
	if (!timer->index) {
		if (timers->n == timers->size)
			grow(timers);
		put(timers, timers->n++, timer);
	}
	up(timers, timer->index - 1);
	down(timers, timer->index - 1);
}

/**
 * timer_stop() - it does not run any more, if it did
 * @timers: its heap
 * @timer: timer
 */
void timer_stop(struct timers *timers, struct timer *timer)
{
	uint32_t at = timer->index;
	struct timer *last;

	if (!at)
		return;
	timer->index = 0;
	last = timers->heap[--timers->n];
	if (last == timer)
		return;
	put(timers, at - 1, last);
	up(timers, at - 1);
	down(timers, last->index - 1);
}

/**
 * timers_take() - take a timer that has run out
 * @timers: heap
 * @now: ms
 *
 * Return: the earliest one, stopped; NULL if none is due.
 */
struct timer *timers_take(struct timers *timers, uint64_t now)
{
	struct timer *timer;

	if (!timers->n || timers->heap[0]->due > now)
		return NULL;
	timer = timers->heap[0];
	timer_stop(timers, timer);
	return timer;
}

/**
 * timers_next() - when the next one runs out
 * @timers: heap
 *
 * Return: ms, NBD_NEVER if there is none.
 */
uint64_t timers_next(const struct timers *timers)
{
	return timers->n ? timers->heap[0]->due : NBD_NEVER;
}

/**
 * timers_free() - give the heap back; timers are not touched
 * @timers: heap
 */
void timers_free(struct timers *timers)
{
	free(timers->heap);
	*timers = (struct timers) { 0 };
}
