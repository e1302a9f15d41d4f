/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A world for nbnsd without sockets, clocks and disks: what was sent is kept,
 * time goes when it is told to, and the store is a table in memory.
 */
#ifndef NBNSD_WORLD_H
#define NBNSD_WORLD_H

#include <nbnsd/nbdd.h>
#include <nbnsd/nbns.h>

#define SENT_MAX	256

struct sent {
	struct nbns_peer	to;
	size_t			len;
	uint8_t			data[65536];
};

struct world {
	uint64_t		now;		/* ms */
	uint64_t		wake;
	bool			store_full;	/* writing fails with ENOSPC */
	unsigned int		writes;
	struct store		store;
	struct names		*names;
	struct nbns		*nbns;
	struct nbdd		*nbdd;
	struct nbns_settings	settings;
	unsigned int		n_sent;
};

extern struct world world;
extern struct sent sent[SENT_MAX];

/* Begin with an empty store and settings as they come, secured */
void world_new(void);

/* As after kill -9: only the store is as it was */
void world_again(void);
void world_end(void);

/* Time goes on, second by second with all timers */
void world_sleep(unsigned int seconds);

/* The end of a turn, and how many packets it has sent */
unsigned int world_turn(void);

#endif /* NBNSD_WORLD_H */
