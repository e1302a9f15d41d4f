/* SPDX-License-Identifier: GPL-2.0 */
/*
 * netbiosd: adapters, their name servers and their datagram servers.
 */
#ifndef _NETBIOSD_ADAPTER_H
#define _NETBIOSD_ADAPTER_H

#include <stdbool.h>
#include <stdint.h>
#include <wire/ns_packet.h>
#include "../engine.h"
#include "timer.h"
#include "txn.h"

struct name;
struct nbd_engine;
struct work;

/**
 * struct server_list - the name servers of an adapter, or its datagram servers
 * @n: servers
 * @addr: they, the preferred one first
 * @down: those that did not answer
 * @current: server in use
 * @available: NBNS-AVAILABLE, NBDD-AVAILABLE
 * @poll: next time that those that are down are asked
 */
struct server_list {
	unsigned int	n;
	uint32_t	addr[NBD_SERVERS_MAX];
	bool		down[NBD_SERVERS_MAX];
	unsigned int	current;
	bool		available;
	struct timer	poll;
};

/**
 * struct left - what an adapter was when the network last heard of its names
 * @addr: address
 * @ont: NS_ONT_*
 * @broadcasts: it broadcast, too
 */
struct left {
	uint32_t	addr;
	uint16_t	ont;
	bool		broadcasts;
};

/**
 * struct adapter - an interface
 * @engine: back
 * @slot: its place
 * @used: there is one in this slot
 * @active: takes part
 * @leaving: takes no part any more, but may still say so
 * @type: in force
 * @conf: as the shell gave it
 * @nbns: name servers
 * @nbdd: datagram servers
 * @turns: requests to the name server in use
 * @left: for registrations in state REG_LEFT
 * @n_left: how many there are
 * @reported: condition that the kernel knows
 */
struct adapter {
	struct nbd_engine	*engine;
	uint8_t			slot;
	bool			used;
	bool			active;
	bool			leaving;
	enum nbd_type		type;
	struct nbd_adapter	conf;
	struct server_list	nbns;
	struct server_list	nbdd;
	struct turns		turns;
	struct left		left;
	unsigned int		n_left;
	struct nbd_condition	reported;
};

struct adapter *adapter_find(struct nbd_engine *e, int ifindex);
bool adapter_own_addr(const struct nbd_engine *e, uint32_t addr);
unsigned int adapter_addrs(struct adapter *a, const struct name *name,
			   struct ns_entry *entry, unsigned int max);
struct ns_entry adapter_entry(const struct adapter *a, bool group);
bool adapter_broadcasts(const struct adapter *a);
bool adapter_has_servers(const struct adapter *a);
void adapter_report(struct adapter *a);
uint16_t adapter_ont(const struct adapter *a);
enum nbd_type adapter_type(const struct nbd_adapter *conf);
bool adapter_can_take_part(const struct nbd_adapter *conf);
void adapter_set(struct nbd_engine *e, const struct nbd_adapter *conf);
void adapter_gone(struct adapter *a);

/* Those that take part */
#define for_each_adapter(e, a)						\
	for ((a) = (e)->adapter; (a) < (e)->adapter + (e)->adapters; (a)++)	\
		if ((a)->used && (a)->active)

/* nbns.c */
void nbns_init(struct adapter *a);
bool nbns_usable(const struct adapter *a);
uint32_t nbns_current(const struct adapter *a);
bool nbns_is(const struct adapter *a, uint32_t addr);
bool nbns_silent(struct adapter *a, uint32_t addr);
void nbns_alive(struct adapter *a, uint32_t addr);
void nbns_schedule_poll(struct adapter *a);
void nbns_poll_timer(struct nbd_engine *e, struct timer *timer);
void nbns_own_is_back(struct adapter *a);
void nbns_stop(struct adapter *a);

/* nbdd.c */
void nbdd_init(struct adapter *a);
void nbdd_stop(struct adapter *a);
void nbdd_free(struct nbd_engine *e);
void nbdd_schedule_poll(struct adapter *a);
void nbdd_poll_timer(struct nbd_engine *e, struct timer *timer);
void nbdd_question_timer(struct nbd_engine *e, struct timer *timer);
void nbdd_answer(struct adapter *a, const struct nbd_nbdd_answer *answer);
void nbdd_work(struct nbd_engine *e, const struct nbd_work *work);
void nbdd_cancel(struct nbd_engine *e, struct work *work);
void nbdd_deadline(struct work *work);

#endif /* _NETBIOSD_ADAPTER_H */
