/* SPDX-License-Identifier: GPL-2.0 */
/*
 * netbiosd: timers, a heap of them.
 */
#ifndef _NETBIOSD_TIMER_H
#define _NETBIOSD_TIMER_H

#include <stdint.h>

/**
 * enum timer_kind - what is called when a timer has run out
 */
enum timer_kind {
	TIMER_TXN,
	TIMER_WORK,
	TIMER_NBNS_POLL,
	TIMER_NBDD_POLL,
	TIMER_NBDD_QUESTION,
	TIMER_STATS,
	TIMER_CANARY,
	TIMER_REG,
	TIMER_KINDS,
};

/**
 * struct timer - something to do at a time; lives in what it belongs to
 * @due: ms
 * @index: place in the heap, from 1; 0 if it does not run
 * @kind: enum timer_kind
 */
struct timer {
	uint64_t	due;
	uint32_t	index;
	uint8_t		kind;
};

/**
 * struct timers - a heap, the next one on top
 */
struct timers {
	struct timer	**heap;
	uint32_t	n;
	uint32_t	size;
};

void timer_set(struct timers *timers, struct timer *timer, uint64_t due);
void timer_stop(struct timers *timers, struct timer *timer);
struct timer *timers_take(struct timers *timers, uint64_t now);
uint64_t timers_next(const struct timers *timers);
void timers_free(struct timers *timers);

#endif /* _NETBIOSD_TIMER_H */
