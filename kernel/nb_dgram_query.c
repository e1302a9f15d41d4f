// SPDX-License-Identifier: GPL-2.0
/*
 * DATAGRAM QUERY REQUEST and its answers (RFC 1002 4.4.4, 4.4.5): the helper
 * asks datagram distribution servers, but the port is ours.
 *
 * One request here is one packet. When to repeat it, and what silence means, is
 * policy, and the helper's; what is here forgets it in the end.
 */
#include <linux/ip.h>
#include <linux/random.h>
#include <linux/udp.h>

#include "nb_dgram.h"

/* An answer that comes later than this fits nothing any more. */
#define QUERY_LIFE	(10 * HZ)

/**
 * nb_dgram_queries_init() - nobody was asked yet
 * @queries: table, zeroed
 *
 * Context: process.
 */
void nb_dgram_queries_init(struct nb_dgram_queries *queries)
{
	spin_lock_init(&queries->lock);
}

/**
 * nb_dgram_queries_exit() - forget all
 * @queries: table; no packet comes any more
 *
 * Context: process.
 */
void nb_dgram_queries_exit(struct nb_dgram_queries *queries)
{
	int i;

	for (i = 0; i < NB_DGRAM_QUERIES; i++)
		nb_scope_put(queries->query[i].scope);
}

static bool is_free(const struct nb_dgram_query *query)
{
	return !query->addr || time_after(jiffies, query->when + QUERY_LIFE);
}

/* A free one, else the oldest: it has had the longest time for its answer. */
static struct nb_dgram_query *get_query(struct nb_dgram_queries *queries)
{
	struct nb_dgram_query *query, *oldest = queries->query;
	int i;

	for (i = 0; i < NB_DGRAM_QUERIES; i++) {
		query = &queries->query[i];
		if (is_free(query))
			return query;
		if (time_before(query->when, oldest->when))
			oldest = query;
	}
	return oldest;
}

/* The answer may be here before the sender is back. Return: DGM_ID. */
static u16 remember(struct nb_dgram_queries *queries, int ifindex, __be32 addr,
		    const struct nb_key *key, struct nb_scope *scope)
{
	struct nb_dgram_query *query;
	struct nb_scope *old;
	u16 id;

	spin_lock_bh(&queries->lock);
	query = get_query(queries);
	old = query->scope;
	query->when = jiffies;
	query->addr = addr;
	query->id = get_random_u16();
	query->ifindex = ifindex;
	query->scope = scope;
	memcpy(query->name, key->name, NETBIOS_NAME_LEN);
	id = query->id;
	spin_unlock_bh(&queries->lock);
	nb_scope_put(old);
	return id;
}

/**
 * nb_dgram_query() - ask an NBDD whether it relays datagrams to a name (DG-024)
 * @nn: node
 * @ifindex: adapter that the request goes out by
 * @addr: the server
 * @key: the name, nb_dgm_everybody for all nodes
 *
 * An answer is told by nb_event_nbdd().
 *
 * Context: process.
 * Return: 0, -ENETDOWN if the datagram service is off, or as nb_dgram_xmit().
 */
int nb_dgram_query(struct nb_net *nn, int ifindex, __be32 addr,
		   const struct nb_key *key)
{
	struct nb_dgram *dg = nn->dgram;
	struct nb_dgram_packet packet = {
		.daddr		= addr,
		.ifindex	= ifindex,
		.hdr = {
			.type	= NB_DGM_QUERY,
			.flags	= NB_DGM_FIRST,
		},
	};
	struct nb_scope *scope;
	struct sk_buff *skb;
	int err;

	skb = alloc_skb(NB_DGRAM_HEADROOM + NB_WIRE_NAME_MAX, GFP_KERNEL);
	if (!skb)
		return -ENOMEM;
	skb_reserve(skb, NB_DGRAM_HEADROOM);
	err = nb_wire_put_name(skb->data, NB_WIRE_NAME_MAX, key->name,
			       key->scope, key->scope_len);
	if (err < 0)
		goto err_skb;
	skb_put(skb, err);
	scope = nb_scope_new(key->scope, key->scope_len, GFP_KERNEL);
	if (IS_ERR(scope)) {
		err = PTR_ERR(scope);
		goto err_skb;
	}
	packet.hdr.id = remember(&dg->queries, ifindex, addr, key, scope);
	err = nb_dgram_xmit(dg, &packet, skb, false);
	if (!err)
		NB_INC_STATS(nn, NB_STAT_DGRAM_QUERIES_SENT);
	return err;

err_skb:
	kfree_skb(skb);
	return err;
}

static struct nb_dgram_query *find(struct nb_dgram_queries *queries, u16 id,
				   __be32 from, const struct nb_key *key)
{
	struct nb_dgram_query *query;
	struct nb_key own;
	int i;

	for (i = 0; i < NB_DGRAM_QUERIES; i++) {
		query = &queries->query[i];
		if (is_free(query) || query->id != id || query->addr != from)
			continue;
		nb_key_init(&own, query->name, query->scope);
		if (nb_key_equal(&own, key))
			return query;
	}
	return NULL;
}

/**
 * nb_dgram_got_answer() - a DATAGRAM QUERY RESPONSE has come (DG-027)
 * @dg: service
 * @hdr: its header
 * @from: address that it came from
 * @name: its name, as it is in the packet
 * @len: octets in @name
 *
 * It counts, once, if there was a request with this id to this address for this
 * name.
 *
 * Context: softirq.
 */
void nb_dgram_got_answer(struct nb_dgram *dg, const struct nb_dgm_header *hdr,
			 __be32 from, const u8 *name, size_t len)
{
	struct nb_dgram_queries *queries = &dg->queries;
	struct nb_dgram_query *query, copy;
	u8 octets[NETBIOS_NAME_LEN];
	struct nb_key key = { .name = octets };

	if (nb_wire_get_name(name, len, octets, &key.scope,
			     &key.scope_len) < 0) {
		NB_INC_STATS(dg->nn, NB_STAT_DGRAM_MALFORMED);
		return;
	}
	spin_lock_bh(&queries->lock);
	query = find(queries, hdr->id, from, &key);
	if (query) {
		copy = *query;
		query->addr = 0;
		query->scope = NULL;
	}
	spin_unlock_bh(&queries->lock);
	if (!query) {
		NB_INC_STATS(dg->nn, NB_STAT_DGRAM_ANSWERS_IGNORED);
		return;
	}
	NB_INC_STATS(dg->nn, NB_STAT_DGRAM_ANSWERS_RECEIVED);
	nb_event_nbdd(dg->nn, &copy, hdr->type == NB_DGM_QUERY_POSITIVE);
	nb_scope_put(copy.scope);
}
