/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The kernel's side of the netlink family "netbios": requests on one socket,
 * which is the helper's, and events on another, so that a request is never
 * mixed up with a burst of them. Requests do not wait for anything: the kernel
 * answers them while it takes them.
 */
#ifndef NETBIOSD_KERNEL_H
#define NETBIOSD_KERNEL_H

#include <ev.h>
#include <stdbool.h>
#include <stdint.h>

#include "config.h"
#include "engine.h"
#include "message.h"

/**
 * struct kernel_events - what the kernel tells; called from the loop
 * @work: there is work to take
 * @cancel: nobody waits for this work any more
 * @nbdd: a datagram distribution server has answered
 * @name: a local name has changed
 * @node: the settings of the node have changed, and can be read
 * @adapter: settings or condition of an adapter have changed
 * @lost: messages were lost, everything has to be read anew
 * @gone: the module was unloaded; nothing can be asked or told any more
 */
struct kernel_events {
	void (*work)(void *data);
	void (*cancel)(void *data, uint64_t id);
	void (*nbdd)(void *data, const struct nbd_nbdd_answer *answer);
	void (*name)(void *data, const struct nbd_local_name *name);
	void (*node)(void *data);
	void (*adapter)(void *data, const struct nbd_adapter *adapter);
	void (*lost)(void *data);
	void (*gone)(void *data);
};

/**
 * kernel_open() - open both sockets, join the groups, become the helper
 * @loop: where events are watched
 * @events: called for them
 * @data: for @events
 *
 * Return: 0 or a negative errno; what is wrong is in the log.
 */
int kernel_open(struct ev_loop *loop, const struct kernel_events *events, void *data);

/**
 * kernel_close() - the kernel notices that the helper has gone
 */
void kernel_close(void);

/*
 * Tables, one call of @fn for each entry. @fn may make requests.
 * Return: 0 or a negative errno.
 */
int kernel_names(void (*fn)(void *data, const struct nbd_local_name *name), void *data);
int kernel_adapters(void (*fn)(void *data, const struct nbd_adapter *adapter), void *data);
int kernel_node(void (*fn)(void *data, const struct node_info *node), void *data);

/**
 * kernel_take_work() - take the oldest piece of work
 * @work: result, good until the next call
 *
 * Return: 0; -ENOENT if there is none.
 */
int kernel_take_work(struct nbd_work *work);

/* Settings from the file. Return: 0 or a negative errno; the log has words. */
int kernel_set_adapter(int ifindex, const char *name, const struct adapter_config *config);
/* What is NULL stays as it is */
int kernel_set_node(const char *scope, const uint8_t *permanent);
int kernel_set_sessions(bool on);

/* What LMHOSTS has put into the cache goes */
int kernel_flush_lmhosts(void);

/**
 * kernel_release_all() - delete all local names, which makes work of them
 *
 * As an administrator would, not as the helper: that would mean that they are
 * released already.
 */
void kernel_release_all(void);

/**
 * kernel_names_left() - are there local names?
 *
 * Return: true if there are.
 */
bool kernel_names_left(void);

/* Port 137 of an adapter is not to be had: an event for everybody */
int kernel_port_taken(int ifindex, const char *text);

typedef void (*kernel_nbdd_fn)(void *data, const struct nbdd_packet *packet);

/**
 * kernel_nbdd_join() - have the packets for a distribution server from now on
 * @loop: where they are watched
 * @fn: called for each; must not leave
 * @data: for @fn
 *
 * Return: 0 or a negative errno.
 */
int kernel_nbdd_join(struct ev_loop *loop, kernel_nbdd_fn fn, void *data);

/**
 * kernel_nbdd_leave() - no more of them; also if there were none
 */
void kernel_nbdd_leave(void);

/**
 * kernel_nbdd_send() - send a packet of the distribution server, as it is
 * @packet: it, and where to
 *
 * A datagram that is addressed to this host is not sent: it is here already.
 *
 * Return: 0 if it went to one host at least, or a negative errno; as a network
 * would, it says nothing in the log.
 */
int kernel_nbdd_send(const struct nbdd_packet *packet);

/* The part of struct nbd_os that is the kernel's; @os is not used */
int kernel_work_done(void *os, uint64_t id, const struct nbd_answer *answer);
int kernel_name_set(void *os, const struct nbd_key *key, enum netbios_name_state state);
int kernel_name_del(void *os, const struct nbd_key *key);
int kernel_name_add(void *os, const struct nbd_key *key, bool group);
int kernel_cache_add(void *os, const struct nbd_key *key, bool group,
		     const uint32_t *addr, unsigned int n);
int kernel_cache_del(void *os, const struct nbd_key *key, uint32_t addr);
int kernel_adapter_report(void *os, const struct nbd_condition *condition);
int kernel_nbdd_query(void *os, int ifindex, uint32_t addr, const struct nbd_key *key);
int kernel_alert(void *os, const struct nbd_alert *alert);
int kernel_stats(void *os, const uint64_t *counter);

#endif /* NETBIOSD_KERNEL_H */
