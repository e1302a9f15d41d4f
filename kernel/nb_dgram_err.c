// SPDX-License-Identifier: GPL-2.0
/*
 * DATAGRAM ERROR, both ways (RFC 1002 4.4.3, 5.3.3).
 *
 * One that arrives has to fit a datagram that was sent: its DGM_ID, and the
 * address that it went to. So the last ones are remembered, in a ring that is
 * as long as the errors are late.
 */
#include <linux/inetdevice.h>
#include <net/route.h>

#include "nb_adapter.h"
#include "nb_dgram.h"

/* An error that comes later than this fits nothing any more. */
#define SENT_LIFE	(10 * HZ)

/**
 * nb_dgram_remember() - a unicast datagram goes out
 * @tx: it
 * @id: DGM_ID
 * @addr: where to
 *
 * Context: process, while the file of its socket is open.
 */
void nb_dgram_remember(const struct nb_dgram_tx *tx, u16 id, __be32 addr)
{
	struct nb_dgram_sent *sent = &tx->nn->dgram->sent[id % NB_DGRAM_SENT];
	struct nb_scope *old;

	if (!READ_ONCE(tx->ds->sent))
		WRITE_ONCE(tx->ds->sent, true);
	spin_lock_bh(&sent->lock);
	old = sent->scope;
	sent->ds = tx->ds;
	sent->scope = nb_scope_get(tx->scope);
	sent->when = jiffies;
	sent->addr = addr;
	sent->id = id;
	memcpy(sent->name, tx->destination, NETBIOS_NAME_LEN);
	spin_unlock_bh(&sent->lock);
	nb_scope_put(old);
}

/**
 * nb_dgram_forget() - nobody is there for errors any more
 * @dg: service
 * @ds: socket that goes, NULL for all
 *
 * Context: process.
 */
void nb_dgram_forget(struct nb_dgram *dg, struct nb_dgram_sock *ds)
{
	int i;

	for (i = 0; i < NB_DGRAM_SENT; i++) {
		struct nb_dgram_sent *sent = &dg->sent[i];
		struct nb_scope *scope = NULL;

		spin_lock_bh(&sent->lock);
		if (!ds || sent->ds == ds) {
			sent->ds = NULL;
			swap(scope, sent->scope);
		}
		spin_unlock_bh(&sent->lock);
		nb_scope_put(scope);
	}
}

/* Takes the datagram that an error is about. Return: its sender, held. */
static struct nb_dgram_sock *take(struct nb_dgram_sent *sent, u16 id,
				  __be32 addr, u8 *name,
				  struct nb_scope **scope)
{
	struct nb_dgram_sock *ds = NULL;

	spin_lock_bh(&sent->lock);
	if (sent->ds && sent->id == id && sent->addr == addr &&
	    time_before(jiffies, sent->when + SENT_LIFE)) {
		ds = sent->ds;
		sock_hold(&ds->nb.sk);
		memcpy(name, sent->name, NETBIOS_NAME_LEN);
		*scope = sent->scope;
		sent->scope = NULL;
		sent->ds = NULL;
	}
	spin_unlock_bh(&sent->lock);
	return ds;
}

/**
 * nb_dgram_got_error() - a DATAGRAM ERROR has come (DG-034)
 * @dg: service
 * @hdr: its header
 * @from: address that it came from
 * @error: its error octet
 *
 * The next operation of the socket reports it. If the name is not there, the
 * cache was wrong, and so may be the name server.
 *
 * Context: softirq.
 */
void nb_dgram_got_error(struct nb_dgram *dg, const struct nb_dgm_header *hdr,
			__be32 from, u8 error)
{
	u8 name[NETBIOS_NAME_LEN];
	struct nb_scope *scope = NULL;
	struct nb_dgram_sock *ds;
	struct nb_key key;

	ds = take(&dg->sent[hdr->id % NB_DGRAM_SENT], hdr->id, from, name,
		  &scope);
	if (!ds) {
		NB_INC_STATS(dg->nn, NB_STAT_DGRAM_ERRORS_IGNORED);
		return;
	}
	NB_INC_STATS(dg->nn, NB_STAT_DGRAM_ERRORS_RECEIVED);
	if (error == NB_DGM_NO_NAME) {
		nb_key_init(&key, name, scope);
		/* without a helper the cache forgets it all the same */
		nb_upcall_suspect(dg->nn, &key, from, error,
				  ds->nb.sk.sk_uid, NULL);
	}
	WRITE_ONCE(ds->nb.wire_error, error);
	WRITE_ONCE(ds->nb.sk.sk_err, -nb_dgm_error(error));
	sk_error_report(&ds->nb.sk);
	sock_put(&ds->nb.sk);
	nb_scope_put(scope);
}

/* E-13: who may have put the address of somebody else into the header. */
static bool is_nbdd(struct nb_net *nn, __be32 addr)
{
	struct nb_adapter *adapter;
	unsigned long ifindex;
	int i;

	xa_for_each(&nn->adapters, ifindex, adapter)
		for (i = 0; i < adapter->settings.nbdd.n; i++)
			if (adapter->settings.nbdd.addr[i] == addr)
				return true;
	return false;
}

/* Old nodes take the address of their network for all of it. */
static bool is_network(const struct net_device *dev, __be32 addr)
{
	const struct in_device *in_dev = __in_dev_get_rcu(dev);
	const struct in_ifaddr *ifa;

	if (!in_dev)
		return false;
	in_dev_for_each_ifa_rcu(ifa, in_dev)
		if (ifa->ifa_prefixlen < 31 &&
		    addr == (ifa->ifa_address & ifa->ifa_mask))
			return true;
	return false;
}

static bool may_answer(struct nb_net *nn, __be32 addr,
		       const struct net_device *dev)
{
	int type;

	if (ipv4_is_zeronet(addr) || ipv4_is_multicast(addr) ||
	    ipv4_is_lbcast(addr) || is_network(dev, addr))
		return false;
	if (ipv4_is_loopback(addr) && !(dev->flags & IFF_LOOPBACK))
		return false;
	type = inet_addr_type_dev_table(nn->net, dev, addr);
	return type == RTN_UNICAST || type == RTN_LOCAL;
}

/**
 * nb_dgram_send_error() - answer a direct unique datagram (DG-031 to DG-033)
 * @dg: service
 * @bad: header of the datagram, which was not broadcast (E-12)
 * @from: address that it came from
 * @dev: adapter that it came in by
 * @error: NB_DGM_NO_NAME and so on
 *
 * The error goes to the address in the header, but only if the datagram came
 * from there, or from an NBDD of ours: nobody shall have us write to somebody
 * else.
 *
 * Context: softirq, RCU read side.
 */
void nb_dgram_send_error(struct nb_dgram *dg, const struct nb_dgm_header *bad,
			 __be32 from, const struct net_device *dev, u8 error)
{
	struct nb_net *nn = dg->nn;
	struct nb_dgram_packet packet = {
		.daddr	= bad->addr,
		.dport	= htons(bad->port),
		.hdr	= { .type = NB_DGM_ERROR, .id = bad->id },
	};
	struct sk_buff *skb;

	if ((bad->addr != from && !is_nbdd(nn, from)) ||
	    !may_answer(nn, bad->addr, dev)) {
		NB_INC_STATS(nn, NB_STAT_DGRAM_ERRORS_FORBIDDEN);
		return;
	}
	if (!__ratelimit(&dg->error_limit)) {
		NB_INC_STATS(nn, NB_STAT_DGRAM_ERRORS_LIMITED);
		return;
	}
	skb = alloc_skb(NB_DGRAM_HEADROOM + 1, GFP_ATOMIC);
	if (!skb)
		return;
	skb_reserve(skb, NB_DGRAM_HEADROOM);
	skb_put_u8(skb, error);
	if (!nb_dgram_xmit(dg, &packet, skb, false))
		NB_INC_STATS(nn, NB_STAT_DGRAM_ERRORS_SENT);
}
