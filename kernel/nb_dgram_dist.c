// SPDX-License-Identifier: GPL-2.0
/*
 * Datagrams to groups and to all (RFC 1001 17.2, 17.3): per adapter by
 * broadcast, or to the NBDD, as the node type there has it.
 */
#include <linux/inetdevice.h>
#include <linux/ip.h>
#include <linux/udp.h>
#include <net/route.h>

#include "nb_adapter.h"
#include "nb_dgram.h"

/* NBDDs that one datagram went to already; each of them serves all adapters */
struct seen {
	int	n;
	__be32	addr[NB_SERVERS_MAX];
};

/* Without a helper there is no type in force, but one that was set. */
static u8 node_type(const struct nb_adapter *adapter)
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
	switch (node_type(adapter)) {
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
		.sk		= &tx->ds->nb.sk,
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

static int send_nbdd(struct nb_dgram_tx *tx, struct seen *seen, __be32 nbdd,
		     struct sk_buff *section)
{
	int i;

	for (i = 0; i < seen->n; i++)
		if (seen->addr[i] == nbdd)
			return 0;
	if (seen->n < NB_SERVERS_MAX)
		seen->addr[seen->n++] = nbdd;
	return send_to(tx, section, nbdd, 0, tx->ifindex, false);
}

/* DG-025: what the NBNS knows of the members, without an NBDD. */
static int send_members(struct nb_dgram_tx *tx, struct sk_buff *section)
{
	int err = -ENETUNREACH, ret, i;

	for (i = 0; i < tx->addrs.n; i++) {
		ret = send_to(tx, section, tx->addrs.addr[i], 0, tx->ifindex,
			      false);
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

/* DG-022, DG-023, H-023 */
static int send_by(struct nb_dgram_tx *tx, struct seen *seen,
		   const struct nb_adapter *adapter, struct sk_buff *section)
{
	__be32 nbdd = current_nbdd(adapter);

	switch (node_type(adapter)) {
	case NETBIOS_NODE_TYPE_H:
		if (!adapter->condition.nbdd_available || !nbdd)
			return send_broadcast(tx, adapter, section);
		fallthrough;
	case NETBIOS_NODE_TYPE_P:
	case NETBIOS_NODE_TYPE_M:
		if (nbdd)
			return send_nbdd(tx, seen, nbdd, section);
		return send_members(tx, section);
	}
	return send_broadcast(tx, adapter, section);
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
		if (!adapter->settings.enabled ||
		    (tx->ifindex && tx->ifindex != adapter->ifindex))
			continue;
		ret = send_by(tx, &seen, adapter, section);
		err = err ? ret : 0;
	}
	rcu_read_unlock();
	return err;
}
