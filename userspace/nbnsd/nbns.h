/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The name server: packets in, packets out (RFC 1001 15, RFC 1002 5.1.4). It
 * does no I/O of its own; all of that is in a table of functions, which the
 * tests fill with a simulated world.
 *
 * What happens in one turn of the event loop is committed together at its end,
 * and answered after that: nbns_turn().
 */
#ifndef NBNSD_NBNS_H
#define NBNSD_NBNS_H

#include <wire/ns_packet.h>

#include "names.h"

/* "At no time", for wake_at() */
#define NBNS_NEVER	UINT64_MAX

/* Owners of a name with members or with several homes, as WINS has it (P-05) */
#define NBNS_HOMES_MAX	25

/* Suffix of groups that have members in WINS: domain controllers (P-10) */
#define NBNS_INTERNET_GROUP	0x1c
/* Suffix of names that each subnet has for itself: master browsers */
#define NBNS_MASTER_BROWSER	0x1d

/**
 * struct nbns_peer - who sent a packet, and how an answer gets there
 * @addr: IPv4, network order
 * @port: host order
 * @local: address of ours that it was sent to, network order
 * @socket: that it came by; of the world, -1: any
 * @stream: connection that it came by, 0: UDP
 */
struct nbns_peer {
	uint32_t	addr;
	uint16_t	port;
	uint32_t	local;
	int		socket;
	uint64_t	stream;
};

/**
 * struct nbns_out - a packet to be sent
 * @to: where to
 * @depends: it acknowledges what is not committed yet
 * @len: octets in @data
 * @data: the packet
 */
struct nbns_out {
	struct nbns_peer	to;
	bool			depends;
	uint16_t		len;
	uint8_t			data[NS_PACKET_MAX];
};

/**
 * struct nbns_world - what the server asks of the world; @world of each call is
 *	what nbns_new() was given
 */
struct nbns_world {
	/** @now: a clock that never goes back, ms */
	uint64_t (*now)(void *world);

	/** @random: unpredictable octets */
	void (*random)(void *world, void *buf, size_t len);

	/** @wake_at: call nbns_timer() then; replaces what was set before */
	void (*wake_at)(void *world, uint64_t when);

	/** @send: send packets, in this order */
	void (*send)(void *world, const struct nbns_out *out, unsigned int n);

	/** @send_stream: send one packet of up to 65535 octets to a connection */
	void (*send_stream)(void *world, const struct nbns_peer *to, const void *data,
			    size_t len);
};

/**
 * struct nbns_settings - as in nbnsd.conf(5)
 * @secured: challenge owners ourselves, and refuse overwrites
 * @challenge_timeout: wait so long for an owner, ms
 * @challenge_count: ask so often
 * @challenges_max: challenges under way
 * @ttl_default: granted to who asks for infinity, seconds; 0: infinity
 * @ttl_min: least that is granted, seconds
 * @expiry_percent: an owner that does not refresh is dropped after so much of
 *	its TTL
 * @wins: do as WINS does where that is not what the RFC says: of groups but those
 *	with suffix 1C it knows no members (P-10), so the answer is
 *	255.255.255.255 and no release ends them; names with suffix 1D are granted
 *	to everybody and not kept; an address of loopback can have names
 * @redirect: name server for names that we do not have, 0: none
 */
struct nbns_settings {
	bool		secured;
	uint32_t	challenge_timeout;
	uint32_t	challenge_count;
	uint32_t	challenges_max;
	uint32_t	ttl_default;
	uint32_t	ttl_min;
	uint32_t	expiry_percent;
	bool		wins;
	uint32_t	redirect;
};

/**
 * enum nbns_counter - what is counted, for the log
 */
enum nbns_counter {
	NBNS_QUERIES,
	NBNS_FOUND,
	NBNS_REGISTRATIONS,
	NBNS_REFRESHES,
	NBNS_OVERWRITES,
	NBNS_RELEASES,
	NBNS_REFUSED,
	NBNS_CHALLENGES,
	NBNS_STATUS,
	NBNS_MALFORMED,
	NBNS_IGNORED,
	NBNS_STORE_FAILED,
	NBNS_COUNTERS,
};

struct nbns;

/**
 * nbns_new() - a server
 * @world: table of functions
 * @data: for them
 * @names: what it serves; stays the caller's
 * @settings: copied
 *
 * Return: the server, NULL without memory.
 */
struct nbns *nbns_new(const struct nbns_world *world, void *data, struct names *names,
		      const struct nbns_settings *settings);

/**
 * nbns_free() - forget all
 * @nbns: server, or NULL
 */
void nbns_free(struct nbns *nbns);

/**
 * nbns_config() - other settings
 * @nbns: server
 * @settings: copied
 */
void nbns_config(struct nbns *nbns, const struct nbns_settings *settings);

/**
 * nbns_packet() - a packet has come, by unicast
 * @nbns: server
 * @from: who sent it
 * @data: octets
 * @len: how many
 */
void nbns_packet(struct nbns *nbns, const struct nbns_peer *from, const void *data,
		 size_t len);

/**
 * nbns_timer() - the time of wake_at() has come
 * @nbns: server
 */
void nbns_timer(struct nbns *nbns);

/**
 * nbns_turn() - the end of a turn: commit, and send what waits for that
 * @nbns: server
 */
void nbns_turn(struct nbns *nbns);

/**
 * nbns_now() - the service clock, which struct owner has
 * @nbns: server
 *
 * Return: seconds.
 */
uint32_t nbns_now(const struct nbns *nbns);

/**
 * nbns_counters() - totals since nbns_new()
 * @nbns: server
 *
 * Return: NBNS_COUNTERS numbers.
 */
const uint64_t *nbns_counters(const struct nbns *nbns);

#endif /* NBNSD_NBNS_H */
