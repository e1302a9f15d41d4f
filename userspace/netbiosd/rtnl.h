/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Interfaces and their IPv4 addresses, by rtnetlink(7). A notification is only
 * a bell: what is there is read anew, so nothing that gets lost does harm.
 */
#ifndef NETBIOSD_RTNL_H
#define NETBIOSD_RTNL_H

#include <ev.h>
#include <net/if.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
 * struct rtnl_link - an interface
 * @ifindex: its index
 * @name: its name
 * @mac: hardware address, zero if it is none of six octets
 * @loopback: it is the loopback
 * @up: administratively up, and the carrier is there
 * @addr: first IPv4 address, network order, 0 if none
 * @broadcast: its broadcast address, 0 if none
 */
struct rtnl_link {
	int		ifindex;
	char		name[IF_NAMESIZE];
	uint8_t		mac[6];
	bool		loopback;
	bool		up;
	uint32_t	addr;
	uint32_t	broadcast;
};

/**
 * typedef rtnl_fn - something has changed; called from the loop
 * @data: what rtnl_init() was given
 */
typedef void (*rtnl_fn)(void *data);

/**
 * rtnl_init() - subscribe to changes
 * @loop: where they are watched
 * @fn: called after a change, once for those that come together
 * @data: for @fn
 *
 * Return: 0 or a negative errno.
 */
int rtnl_init(struct ev_loop *loop, rtnl_fn fn, void *data);

/**
 * rtnl_exit() - the reverse
 */
void rtnl_exit(void);

/**
 * rtnl_read() - all interfaces
 * @links: result, from malloc()
 * @n: number of them
 *
 * Return: 0 or a negative errno.
 */
int rtnl_read(struct rtnl_link **links, size_t *n);

#endif /* NETBIOSD_RTNL_H */
