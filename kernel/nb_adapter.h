/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _NB_ADAPTER_H
#define _NB_ADAPTER_H

#include "nb_core.h"

/* Name servers, or datagram distribution servers, of one adapter */
#define NB_SERVERS_MAX	8

/**
 * struct nb_servers - servers in the order in which they are asked
 * @n: entries used in @addr
 * @addr: IPv4 addresses, network order
 */
struct nb_servers {
	u8	n;
	__be32	addr[NB_SERVERS_MAX];
};

/**
 * struct nb_adapter_settings - what `nbctl node adapter set` changes
 * @enabled: the adapter takes part
 * @node_type: enum netbios_node_type
 * @nbns: name servers
 * @nbdd: datagram distribution servers
 */
struct nb_adapter_settings {
	bool			enabled;
	u8			node_type;
	struct nb_servers	nbns;
	struct nb_servers	nbdd;
};

/**
 * struct nb_adapter_condition - what the helper tells of an adapter
 * @type: enum netbios_node_type in force; _AUTO: no helper serves the adapter,
 *	and all else is 0
 * @addr: address of this node
 * @broadcast: broadcast address
 * @nbns_available: NBNS-AVAILABLE of the H node
 * @nbns_current: name server that is asked, 0 if none
 * @nbdd_available: NBDD-AVAILABLE of the H node
 * @nbdd_current: distribution server that is asked, 0 if none
 */
struct nb_adapter_condition {
	u8	type;
	__be32	addr;
	__be32	broadcast;
	bool	nbns_available;
	__be32	nbns_current;
	bool	nbdd_available;
	__be32	nbdd_current;
};

/**
 * struct nb_adapter - an adapter with a LANA number
 * @lana: its number
 * @ifindex: its interface
 * @settings: see struct nb_adapter_settings
 * @condition: see struct nb_adapter_condition
 * @rcu: frees the entry
 *
 * Never changes while it is in nb_net.adapters: a change is a new entry.
 */
struct nb_adapter {
	u32				lana;
	int				ifindex;
	struct nb_adapter_settings	settings;
	struct nb_adapter_condition	condition;
	struct rcu_head			rcu;
};

/* nb_adapter.c */
void nb_adapter_init(struct nb_net *nn);
void nb_adapter_exit(struct nb_net *nn);
int nb_adapter_add(struct nb_net *nn, u32 lana, int ifindex);
void nb_adapter_del(struct nb_net *nn, int ifindex);
const struct nb_adapter *nb_adapter_find(struct nb_net *nn, int ifindex);
int nb_adapter_configure(struct nb_net *nn, int ifindex,
			 const struct nb_adapter_settings *settings);
int nb_adapter_report(struct nb_net *nn, int ifindex,
		      const struct nb_adapter_condition *condition);
void nb_adapter_forget(struct nb_net *nn);

/* nb_nl_adapter.c */
void nb_event_adapter(struct nb_net *nn, const struct nb_adapter *adapter);

#endif /* _NB_ADAPTER_H */
