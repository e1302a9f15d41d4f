/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The netlink family "netbios" and the structures of the engine: one from the
 * other, without any socket. Documentation/netbios-helper.rst is the contract.
 */
#ifndef NETBIOSD_MESSAGE_H
#define NETBIOSD_MESSAGE_H

#include <net/if.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <libmnl/libmnl.h>

#include "engine.h"

/**
 * struct node_info - what matters to us of node-get
 * @has_permanent: there is a permanent name
 * @permanent: it
 * @scope: scope of the node; part of the message
 * @sessions: sessions that are being set up, up, or being closed
 */
struct node_info {
	bool		has_permanent;
	uint8_t		permanent[NETBIOS_NAME_LEN];
	const char	*scope;
	uint32_t	sessions;
};

/**
 * struct nbdd_packet - a packet for a datagram distribution server, or from it
 * @ifindex: adapter that it came in by, 0: loopback; or goes out by, 0: the
 *	route tells
 * @local: address of this host that it was sent to; or comes from, 0: that of
 *	the route
 * @port: at the other end, 0: that of the datagram service
 * @n: number of @addr; of a packet that has come one, the sender
 * @addr: the other end, or the other ends, network order
 * @len: octets in @data
 * @data: the packet; part of the message
 */
struct nbdd_packet {
	int		ifindex;
	uint32_t	local;
	uint16_t	port;
	unsigned int	n;
	const uint32_t	*addr;
	size_t		len;
	const void	*data;
};

/*
 * What a message says. Strings in the results are part of the message. Return:
 * false if something is missing that must not be.
 */
bool msg_get_work(const struct nlmsghdr *nlh, struct nbd_work *work);
bool msg_get_work_id(const struct nlmsghdr *nlh, uint64_t *id);
bool msg_get_nbdd(const struct nlmsghdr *nlh, struct nbd_nbdd_answer *answer);
bool msg_get_nbdd_packet(const struct nlmsghdr *nlh, struct nbdd_packet *packet);
bool msg_get_name(const struct nlmsghdr *nlh, struct nbd_local_name *name);
bool msg_get_node(const struct nlmsghdr *nlh, struct node_info *node);

/* Index, name and settings of an adapter; what else @adapter has stays */
bool msg_get_adapter(const struct nlmsghdr *nlh, struct nbd_adapter *adapter);

/**
 * msg_has_cached_answer() - does cache-get show an answer with this address?
 * @nlh: reply
 * @addr: in network order; 0: any
 *
 * Return: false also for what an administrator or LMHOSTS has entered.
 */
bool msg_has_cached_answer(const struct nlmsghdr *nlh, uint32_t addr);

/*
 * Attributes are added to a message that has @room octets in all. Return:
 * false if they do not fit.
 */
bool msg_put_answer(struct nlmsghdr *nlh, size_t room, uint64_t id,
		    const struct nbd_answer *answer);
bool msg_put_condition(struct nlmsghdr *nlh, size_t room,
		       const struct nbd_condition *condition);
bool msg_put_alert(struct nlmsghdr *nlh, size_t room, uint32_t kind,
		   const struct nbd_alert *alert);
bool msg_put_counters(struct nlmsghdr *nlh, size_t room, const uint64_t *counter);
bool msg_put_nbdd_packet(struct nlmsghdr *nlh, size_t room, const struct nbdd_packet *packet);

/* A list of servers, for adapter-set: an empty one is a lone 0.0.0.0 */
bool msg_put_servers(struct nlmsghdr *nlh, size_t room, uint16_t attr,
		     const uint32_t *addr, unsigned int n);

/**
 * msg_alert_kind() - the kind as the kernel has it
 * @kind: of the engine
 *
 * Return: enum netbios_alert_kind, -1 if the kernel has none: such things show
 * in the condition of the adapter.
 */
int msg_alert_kind(enum nbd_alert_kind kind);

#endif /* NETBIOSD_MESSAGE_H */
