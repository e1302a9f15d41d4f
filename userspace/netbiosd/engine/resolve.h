/* SPDX-License-Identifier: GPL-2.0 */
/*
 * netbiosd: what resolve.c (whom to ask) and resolve_answer.c (what is made of
 * answers) share.
 */
#ifndef _NETBIOSD_RESOLVE_H
#define _NETBIOSD_RESOLVE_H

#include "node.h"

/**
 * struct resolve_leg - the search on one adapter
 * @resolve: back
 * @adapter: where
 * @txn: request that is open, or NULL
 * @cookie: TCP query that is open, 0 if none
 * @watching: answered by broadcast; @txn is open for inconsistent answers
 * @collecting: a group; @txn is open for further members
 * @asked_broadcast: that was done already
 * @wide: the server gave 255.255.255.255 for a group (P-10)
 * @group: it is a group name
 * @redirects: followed so far
 * @ttl: of the answer, s
 * @from: who answered first
 * @n: addresses
 * @addr: they
 */
struct resolve_leg {
	struct resolve	*resolve;
	struct adapter	*adapter;
	struct txn	*txn;
	uint64_t	cookie;
	bool		watching;
	bool		collecting;
	bool		asked_broadcast;
	bool		wide;
	bool		group;
	uint8_t		redirects;
	uint32_t	ttl;
	uint32_t	from;
	unsigned int	n;
	uint32_t	addr[NBD_ADDRS_MAX];
};

/**
 * struct resolve - the search for a name
 * @next: list of all
 * @engine: back
 * @wire: the name
 * @works: who waits
 * @avoid: address that was wrong, 0 if none
 * @members: of a group, as the name server has them; nobody else is asked
 * @max_ttl: longest time that the answer may be cached, s
 * @answered: @answer was given; only watching now
 * @timed_out: a server did not answer
 * @unavailable: adapters on which there is nobody to ask
 * @answer: result
 * @pending: legs that run
 * @n: legs
 * @leg: they
 */
struct resolve {
	struct resolve		*next;
	struct nbd_engine	*engine;
	struct ns_name		wire;
	struct work		*works;
	uint32_t		avoid;
	bool			members;
	uint32_t		max_ttl;
	bool			answered;
	bool			timed_out;
	unsigned int		unavailable;
	struct nbd_answer	answer;
	unsigned int		pending;
	unsigned int		n;
	struct resolve_leg	leg[];
};

/* Is anything open on this adapter? */
static inline bool resolve_leg_runs(const struct resolve_leg *leg)
{
	return leg->txn || leg->cookie;
}

/* resolve.c */
void resolve_leg_stop(struct resolve_leg *leg);
void resolve_success(struct resolve_leg *leg);
void resolve_broadcast_failed(struct resolve_leg *leg);
void resolve_server_failed(struct resolve_leg *leg);
void resolve_group_members(struct resolve_leg *leg);
void resolve_ask_host(struct resolve_leg *leg, const struct txn_ops *ops, uint32_t addr);

/* resolve_answer.c */
void resolve_take(struct resolve_leg *leg, uint32_t addr, bool even_bad);
void resolve_broadcast_answer(struct txn *txn, const struct ns_packet *packet, uint32_t from);
void resolve_broadcast_silence(struct txn *txn);
void resolve_server_answer(struct txn *txn, const struct ns_packet *packet, uint32_t from);
void resolve_server_silence(struct txn *txn);

#endif /* _NETBIOSD_RESOLVE_H */
