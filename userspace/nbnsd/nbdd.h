/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The datagram distribution server (RFC 1001 17.3, RFC 1002 5.3.4): what comes
 * for a group goes to each of its members, what comes for everybody to each
 * node of the scope, as it came. It finds them among the names of the NBNS,
 * and does no I/O of its own.
 */
#ifndef NBNSD_NBDD_H
#define NBNSD_NBDD_H

#include <wire/dgm_packet.h>

#include "names.h"

/**
 * struct nbdd_from - who sent a packet
 * @addr: IPv4, network order
 * @port: host order
 * @local: address of ours that it came to, 0: not known
 * @socket: of the world
 */
struct nbdd_from {
	uint32_t	addr;
	uint16_t	port;
	uint32_t	local;
	int		socket;
};

/**
 * struct nbdd_world - what it asks of the world
 */
struct nbdd_world {
	/** @now: a clock that never goes back, ms */
	uint64_t (*now)(void *world);

	/**
	 * @send: one packet to all of @addr, port @port; by the
	 * socket and from the address that @from came to
	 */
	void (*send)(void *world, const struct nbdd_from *from, const uint32_t *addr,
		     unsigned int n, uint16_t port, const void *data, size_t len);
};

/**
 * enum nbdd_counter - what is counted, for the log
 */
enum nbdd_counter {
	NBDD_FORWARDED,		/* packets received that went to somebody */
	NBDD_COPIES,		/* packets sent for that */
	NBDD_QUERIES,
	NBDD_UNKNOWN,		/* nobody there to whom it could go */
	NBDD_DROPPED,		/* malformed, forged or not for us */
	NBDD_COUNTERS,
};

struct nbdd;

/**
 * nbdd_new() - a server
 * @world: table of functions
 * @data: for them
 * @names: where members are; stays the caller's
 * @registered_only: forward only for source names that the sender has
 *	registered
 *
 * Return: the server, NULL without memory.
 */
struct nbdd *nbdd_new(const struct nbdd_world *world, void *data, struct names *names,
		      bool registered_only);

/**
 * nbdd_free() - forget all
 * @nbdd: server, or NULL
 */
void nbdd_free(struct nbdd *nbdd);

/**
 * nbdd_packet() - a packet has come, by unicast
 * @nbdd: server
 * @from: who sent it
 * @now: service clock of the names
 * @data: octets
 * @len: how many
 */
void nbdd_packet(struct nbdd *nbdd, const struct nbdd_from *from, uint32_t now,
		 const void *data, size_t len);

/**
 * nbdd_counters() - totals since nbdd_new()
 * @nbdd: server
 *
 * Return: NBDD_COUNTERS numbers.
 */
const uint64_t *nbdd_counters(const struct nbdd *nbdd);

#endif /* NBNSD_NBDD_H */
