/* SPDX-License-Identifier: GPL-2.0 */
/*
 * netbiosd: transactions, requests that wait for a response.
 */
#ifndef _NETBIOSD_TXN_H
#define _NETBIOSD_TXN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <wire/ns_packet.h>
#include "timer.h"

struct adapter;
struct nbd_engine;
struct txn;

/**
 * struct txn_ops - what the owner of a transaction does
 * @answer: a response that fits; the transaction goes on unless it is ended
 * @quiet: optional; all was sent and nobody has answered so far, broadcast
 *	answers are still taken for a while
 * @silence: nobody has answered, or the time after txn_linger() is over; the
 *	transaction has to be ended
 */
struct txn_ops {
	void (*answer)(struct txn *txn, const struct ns_packet *packet, uint32_t from);
	void (*quiet)(struct txn *txn);
	void (*silence)(struct txn *txn);
};

/**
 * enum turn - of a request to a name server, see turn.c
 * @TURN_NONE: it takes none, or has had it
 * @TURN_WAITS: for it, unsent
 * @TURN_HOLDS: sent, and perhaps still in the buffer of the server
 */
enum turn { TURN_NONE, TURN_WAITS, TURN_HOLDS };

/**
 * struct turns - requests to the name server of an adapter
 * @first: those that wait
 * @last: they
 * @held: how many hold a turn
 */
struct turns {
	struct txn	*first, *last;
	unsigned int	held;
};

/**
 * struct txn - a request of ours that waits for a response
 * @hash_next: same bucket
 * @prev: list of all
 * @next: list of all
 * @turn_prev: those that wait for their turn
 * @turn_next: they
 * @ops: owner's functions
 * @owner: owner
 * @adapter: where
 * @timer: next repetition, or the end
 * @until: broadcast: answers are taken at least that long
 * @dest: to whom; 0 by broadcast
 * @interval: between repetitions, ms
 * @id: NAME_TRN_ID
 * @tries: repetitions that are left
 * @wacks: WACKs that may still come
 * @turn: enum turn
 * @nbns: @dest is the name server in use, and changes with it
 * @background: counts as such
 * @status: NODE STATUS REQUEST
 * @quiet: @quiet was called
 * @over: nothing is sent any more
 * @opcode: of the request
 * @counter: what to count
 * @len: octets in @data
 * @data: the packet
 */
struct txn {
	struct txn		*hash_next;
	struct txn		*prev, *next;
	struct txn		*turn_prev, *turn_next;
	const struct txn_ops	*ops;
	void			*owner;
	struct adapter		*adapter;
	struct timer		timer;
	uint64_t		until;
	uint32_t		dest;
	uint32_t		interval;
	uint16_t		id;
	uint16_t		len;
	uint8_t			tries;
	uint8_t			wacks;
	uint8_t			turn;
	bool			nbns : 1;
	bool			background : 1;
	bool			status : 1;
	bool			quiet : 1;
	bool			over : 1;
	uint8_t			opcode;
	uint8_t			counter;
	uint8_t			data[];
};

/**
 * struct request - what to send; see txn_start()
 * @ops: owner's functions
 * @owner: owner
 * @name: question
 * @opcode: NS_OP_*
 * @flags: NS_RD; NS_B is added
 * @dest: to whom; 0 by broadcast
 * @nbns: @dest does not count: to the name server in use
 * @background: counts against claims_in_flight
 * @qtype: of a query: NS_TYPE_NB, which may be left out, or NS_TYPE_NBSTAT
 * @ttl: of the record
 * @entry: owner in the record; not for queries
 * @until: broadcast: answers are taken at least that long, ms from now
 * @tries: 0: as configured
 */
struct request {
	const struct txn_ops	*ops;
	void			*owner;
	const struct ns_name	*name;
	uint8_t			opcode;
	uint16_t		flags;
	uint32_t		dest;
	bool			nbns;
	bool			background;
	uint16_t		qtype;
	uint32_t		ttl;
	struct ns_entry		entry;
	uint32_t		until;
	uint8_t			tries;
};

#define TXN_BUCKETS	1024

struct txn *txn_start(struct adapter *adapter, const struct request *request);
void txn_unanswered(struct txn *txn, const struct ns_packet *packet, uint32_t from);
void txn_end(struct txn **txn);
void txn_linger(struct txn *txn, uint32_t ms);
bool txn_response(struct adapter *adapter, const struct ns_packet *packet,
		  uint32_t from, uint16_t port);
bool txn_fits(const struct txn *txn, const struct ns_packet *packet);
bool txn_awaits(const struct adapter *adapter, const struct ns_packet *packet);
void txn_nbns_switch(struct adapter *adapter, uint32_t from, uint32_t to);
void txn_timer(struct nbd_engine *e, struct timer *timer);
void txn_turns(struct adapter *adapter);

/* turn.c */
bool turn_take(struct txn *txn);
void turn_end(struct txn *txn);
struct txn *turn_next(struct adapter *a);

#endif /* _NETBIOSD_TXN_H */
