/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The inside of nbns.h.
 */
#ifndef NBNSD_NBNS_IMPL_H
#define NBNSD_NBNS_IMPL_H

#include "nbns.h"

/* Packets that one system call sends at most, and so the longest queue */
#define OUT_MAX		64

struct challenge;

struct nbns {
	const struct nbns_world	*world;
	void			*data;
	struct names		*names;
	struct nbns_settings	settings;
	uint64_t		start;		/* ms, when the service clock was @clock */
	uint32_t		clock;
	uint64_t		sweep_at;
	uint64_t		woken_at;	/* what wake_at() was told */
	struct challenge	*challenges;
	unsigned int		n_challenges;
	uint64_t		store_error_at;	/* last line in the log about that */
	uint64_t		counter[NBNS_COUNTERS];
	unsigned int		n_out;
	struct nbns_out		out[OUT_MAX];
};

/**
 * struct claim - a request that has a record: registration, refresh, overwrite,
 *	release
 * @from: who sent it
 * @id: NAME_TRN_ID
 * @flags: its flag word
 * @opcode: NS_OP_*
 * @name: question
 * @ttl: proposed, seconds
 * @owner: address and flags of the record
 */
struct claim {
	struct nbns_peer	from;
	uint16_t		id;
	uint16_t		flags;
	unsigned int		opcode;
	struct ns_name		name;
	uint32_t		ttl;
	struct owner		owner;
};

/* nbns.c */

/* Room for one more packet, to be sent at the end of the turn */
struct nbns_out *nbns_out(struct nbns *nbns, const struct nbns_peer *to);

static inline uint64_t nbns_ms(const struct nbns *nbns)
{
	return nbns->world->now(nbns->data);
}

/* To be called when a challenge has been added */
void nbns_wake(struct nbns *nbns);

/* query.c */
void query_request(struct nbns *nbns, const struct nbns_peer *from,
		   const struct ns_packet *packet);

/* claim.c */
void claim_request(struct nbns *nbns, const struct nbns_peer *from,
		   const struct ns_packet *packet);

/**
 * claim_decided() - a challenge has ended, and the owners are gone or not
 * @nbns: server
 * @claim: what led to it
 * @owned: they are not
 */
void claim_decided(struct nbns *nbns, const struct claim *claim, bool owned);

/**
 * claim_joins() - the owner of a name has said that the address of the claim is
 *	its own, too
 * @nbns: server
 * @claim: what led to the challenge
 */
void claim_joins(struct nbns *nbns, const struct claim *claim);

/* challenge.c */

/**
 * challenge_start() - ask the owners of a name whether they still have it
 * @nbns: server
 * @claim: what leads to it; NS_OP_RELEASE: only about the address of the claim
 * @entry: the name
 *
 * Return: false if there are too many challenges.
 */
bool challenge_start(struct nbns *nbns, const struct claim *claim, struct entry *entry);

/* The same request once more: is there a challenge? Then it gets a WACK again */
bool challenge_again(struct nbns *nbns, const struct claim *claim);

void challenge_response(struct nbns *nbns, const struct nbns_peer *from,
			const struct ns_packet *packet);

/* Return: when to call it again */
uint64_t challenge_timer(struct nbns *nbns);

void challenge_free_all(struct nbns *nbns);

#endif /* NBNSD_NBNS_IMPL_H */
