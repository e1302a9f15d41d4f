// SPDX-License-Identifier: GPL-2.0
/*
 * Datagrams to groups and to all (RFC 1001 17.2, 17.3): per adapter by
 * broadcast, or to the NBDD, as the node type there has it. What an NBDD does
 * not relay goes to each member.
 */
#include <linux/inetdevice.h>
#include <linux/ip.h>
#include <linux/udp.h>
#include <net/route.h>

#include "nb_adapter.h"
#include "nb_dgram.h"
#include "nb_relay.h"

/* Nodes that one datagram went to already, by another adapter (DG-038) */
struct seen {
	int	n;
	__be32	addr[2 * NB_ADDRS_MAX];
};

/**
 * nb_dgram_node_type() - how datagrams go by an adapter, and which it takes
 * @adapter: it
 *
 * Without a helper there is no type in force, but one that was set.
 *
 * Context: RCU read side. Return: NETBIOS_NODE_TYPE_*, never AUTO.
 */
u8 nb_dgram_node_type(const struct nb_adapter *adapter)
{
	if (adapter->condition.type != NETBIOS_NODE_TYPE_AUTO)
		return adapter->condition.type;
	if (adapter->settings.node_type != NETBIOS_NODE_TYPE_AUTO)
		return adapter->settings.node_type;
	return adapter->settings.nbns.n ? NETBIOS_NODE_TYPE_H :
					  NETBIOS_NODE_TYPE_B;
}

/**
 * nb_dgram_snt() - type of this node, for the flags of a datagram (DG-004)
 * @nn: node
 * @ifindex: adapter that the datagram goes out by
 *
 * Context: RCU read side. Return: NB_DGM_SNT_*.
 */
u8 nb_dgram_snt(struct nb_net *nn, int ifindex)
{
	const struct nb_adapter *adapter = nb_adapter_find(nn, ifindex);

	if (!adapter)
		return NB_DGM_SNT_B;
	switch (nb_dgram_node_type(adapter)) {
	case NETBIOS_NODE_TYPE_P:
		return NB_DGM_SNT_P;
	case NETBIOS_NODE_TYPE_M:
	case NETBIOS_NODE_TYPE_H:	/* H-025 */
		return NB_DGM_SNT_M;
	}
	return NB_DGM_SNT_B;
}

/* Addresses of an adapter: what the helper says, else what is configured. */
static bool get_addrs(struct nb_net *nn, const struct nb_adapter *adapter,
		      __be32 *addr, __be32 *broadcast)
{
	const struct net_device *dev;
	const struct in_device *in_dev;
	const struct in_ifaddr *ifa;

	dev = dev_get_by_index_rcu(nn->net, adapter->ifindex);
	if (!dev || !(dev->flags & IFF_UP))
		return false;
	*addr = adapter->condition.addr;
	*broadcast = adapter->condition.broadcast;
	if (*addr && *broadcast)
		return true;
	in_dev = __in_dev_get_rcu(dev);
	ifa = in_dev ? rcu_dereference(in_dev->ifa_list) : NULL;
	if (!ifa)
		return false;
	if (!*addr)
		*addr = ifa->ifa_local;
	if (!*broadcast)
		*broadcast = ifa->ifa_broadcast ?: htonl(INADDR_BROADCAST);
	return true;
}

static int send_to(struct nb_dgram_tx *tx, struct sk_buff *section,
		   __be32 daddr, __be32 saddr, int ifindex, bool broadcast)
{
	struct nb_dgram *dg = tx->nn->dgram;
	struct nb_dgram_packet packet = {
		.ds		= tx->ds,
		.daddr		= daddr,
		.saddr		= saddr,
		.ifindex	= ifindex,
		.broadcast	= broadcast,
		.hdr = {
			.type	= tx->type,
			.flags	= NB_DGM_FIRST,
			.id	= atomic_inc_return(&dg->next_id),
			.len	= section->len,
		},
	};

	return nb_dgram_xmit(dg, &packet, section, true);
}

/* DG-022 */
static int send_broadcast(struct nb_dgram_tx *tx,
			  const struct nb_adapter *adapter,
			  struct sk_buff *section)
{
	__be32 addr, broadcast;

	if (!get_addrs(tx->nn, adapter, &addr, &broadcast))
		return -ENETUNREACH;
	return send_to(tx, section, broadcast, addr, adapter->ifindex, true);
}

/* To one node, an NBDD or a member, unless it has it. */
static int send_once(struct nb_dgram_tx *tx, struct seen *seen, __be32 addr,
		     struct sk_buff *section)
{
	int i;

	for (i = 0; i < seen->n; i++)
		if (seen->addr[i] == addr)
			return 0;
	if (seen->n < ARRAY_SIZE(seen->addr))
		seen->addr[seen->n++] = addr;
	return send_to(tx, section, addr, 0, tx->ifindex, false);
}

/* DG-025. Members here got it when it was sent. */
static int send_members(struct nb_dgram_tx *tx, struct seen *seen,
			const struct nb_addrs *members, struct sk_buff *section)
{
	int err = -ENETUNREACH, ret, i;

	for (i = 0; i < members->n; i++) {
		if (inet_addr_type(tx->nn->net, members->addr[i]) == RTN_LOCAL)
			ret = 0;
		else
			ret = send_once(tx, seen, members->addr[i], section);
		err = err ? ret : 0;
	}
	return err;
}

static __be32 current_nbdd(const struct nb_adapter *adapter)
{
	if (adapter->condition.nbdd_current)
		return adapter->condition.nbdd_current;
	return adapter->settings.nbdd.n ? adapter->settings.nbdd.addr[0] : 0;
}

/*
 * DG-022, DG-023, H-023. Return: whether it goes to @nbdd, or to the members;
 * false by broadcast.
 */
static bool without_broadcast(const struct nb_adapter *adapter, __be32 *nbdd)
{
	*nbdd = current_nbdd(adapter);
	switch (nb_dgram_node_type(adapter)) {
	case NETBIOS_NODE_TYPE_H:
		return adapter->condition.nbdd_available && *nbdd;
	case NETBIOS_NODE_TYPE_P:
	case NETBIOS_NODE_TYPE_M:
		return true;
	}
	return false;
}

static int send_by(struct nb_dgram_tx *tx, struct seen *seen,
		   const struct nb_adapter *adapter, struct sk_buff *section)
{
	struct nb_addrs members;
	struct nb_key key;
	__be32 nbdd;

	if (!without_broadcast(adapter, &nbdd))
		return send_broadcast(tx, adapter, section);
	nb_key_init(&key, tx->destination, tx->scope);
	if (nb_relay_find(tx->nn, &key, nbdd, &members)) {
		if (nbdd)	/* it relays, or we do not know better */
			return send_once(tx, seen, nbdd, section);
		members.n = 0;
	}
	if (members.n)
		return send_members(tx, seen, &members, section);
	/* an H node need not leave it at that */
	if (nb_dgram_node_type(adapter) == NETBIOS_NODE_TYPE_H)
		return send_broadcast(tx, adapter, section);
	return send_members(tx, seen, &tx->addrs, section);
}

static bool takes_part(const struct nb_dgram_tx *tx,
		       const struct nb_adapter *adapter)
{
	return adapter->settings.enabled &&
	       (!tx->ifindex || tx->ifindex == adapter->ifindex);
}

/**
 * nb_dgram_unasked() - is it known how a datagram to several has to go?
 * @tx: datagram to a group or to all
 * @nbdd: gets the server that is to be asked, 0 if there is none
 * @ifindex: gets the adapter
 *
 * Context: process; does not sleep.
 * Return: true if not: then nb_upcall_relay() is due.
 */
bool nb_dgram_unasked(const struct nb_dgram_tx *tx, __be32 *nbdd, int *ifindex)
{
	const struct nb_adapter *adapter;
	struct nb_key key;
	bool found = false;
	unsigned long i;

	nb_key_init(&key, tx->destination, tx->scope);
	rcu_read_lock();
	xa_for_each(&tx->nn->adapters, i, adapter) {
		if (!takes_part(tx, adapter) ||
		    !without_broadcast(adapter, nbdd))
			continue;
		/* nobody has a list of all nodes */
		if (!*nbdd && tx->type == NB_DGM_BROADCAST)
			continue;
		if (nb_relay_find(tx->nn, &key, *nbdd, NULL) < 0) {
			*ifindex = adapter->ifindex;
			found = true;
			break;
		}
	}
	rcu_read_unlock();
	return found;
}

/**
 * nb_dgram_distribute() - send a datagram to the nodes of a group, or to all
 * @tx: datagram
 * @section: its section; it stays the caller's
 *
 * Context: process; does not sleep.
 * Return: 0 if it went out by one adapter at least, else why not by the last
 * one that was tried; -ENETUNREACH if there is none.
 */
int nb_dgram_distribute(struct nb_dgram_tx *tx, struct sk_buff *section)
{
	struct seen seen = {};
	struct nb_adapter *adapter;
	int err = -ENETUNREACH, ret;
	unsigned long ifindex;

	rcu_read_lock();
	xa_for_each(&tx->nn->adapters, ifindex, adapter) {
		if (!takes_part(tx, adapter))
			continue;
		ret = send_by(tx, &seen, adapter, section);
		err = err ? ret : 0;
	}
	rcu_read_unlock();
	return err;
}
