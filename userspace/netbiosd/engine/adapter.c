// SPDX-License-Identifier: GPL-2.0
/*
 * netbiosd: adapters, and the type of node that each of them is.
 */
#include <string.h>

#include "node.h"

/**
 * adapter_find() - an adapter by its interface
 * @e: engine
 * @ifindex: interface
 *
 * Return: the adapter, active or not; NULL.
 */
struct adapter *adapter_find(struct nbd_engine *e, int ifindex)
{
	struct adapter *a;

	for (a = e->adapter; a < e->adapter + e->adapters; a++)
		if (a->used && a->conf.ifindex == ifindex)
			return a;
	return NULL;
}

/**
 * adapter_own_addr() - is this an address of ours?
 * @e: engine
 * @addr: address
 *
 * Return: true if so, whether the adapter takes part or not: one that leaves is
 * heard by another one on the same network.
 */
bool adapter_own_addr(const struct nbd_engine *e, uint32_t addr)
{
	const struct adapter *a;

	for (a = e->adapter; a < e->adapter + e->adapters; a++)
		if (a->used && a->conf.addr == addr)
			return true;
	return false;
}

/**
 * adapter_ont() - the type of node on the wire; an H node says M (draft 4)
 * @a: adapter
 *
 * Return: NS_ONT_*.
 */
uint16_t adapter_ont(const struct adapter *a)
{
	switch (a->type) {
	case NBD_TYPE_P:
		return NS_ONT_P;
	case NBD_TYPE_M:
	case NBD_TYPE_H:
		return NS_ONT_M;
	default:
		return NS_ONT_B;
	}
}

/**
 * adapter_entry() - this node as the owner of a name
 * @a: adapter
 * @group: of a group name
 *
 * Return: the entry.
 */
struct ns_entry adapter_entry(const struct adapter *a, bool group)
{
	return (struct ns_entry) {
		.flags = adapter_ont(a) | (group ? NS_GROUP : 0),
		.addr = a->conf.addr,
	};
}

/**
 * adapter_addrs() - the owners that a query is answered with
 * @a: adapter that was asked; its address comes first
 * @name: name. Of a group this host is one member: who wants all asks by
 *	broadcast
 * @entry: result
 * @max: its room
 *
 * Return: how many.
 */
unsigned int adapter_addrs(struct adapter *a, const struct name *name,
			   struct ns_entry *entry, unsigned int max)
{
	const struct adapter *other;
	unsigned int n = 0;

	entry[n++] = adapter_entry(a, name->group);
	if (name->group || !a->engine->config.all_addresses)
		return n;
	for_each_adapter(a->engine, other)
		if (other != a && n < max && name_on(name, other))
			entry[n++] = adapter_entry(other, name->group);
	return n;
}

/**
 * adapter_broadcasts() - does this adapter do anything by broadcast?
 * @a: adapter
 *
 * Return: false for a P node (NS-054) and where there is no such address.
 */
bool adapter_broadcasts(const struct adapter *a)
{
	return a->type != NBD_TYPE_P && a->conf.broadcast;
}

/**
 * adapter_has_servers() - is this adapter of a type that uses name servers?
 * @a: adapter
 *
 * Return: true for P, M, H.
 */
bool adapter_has_servers(const struct adapter *a)
{
	return a->type != NBD_TYPE_B;
}

/**
 * adapter_report() - tell the kernel how an adapter is doing, if that is news
 * @a: adapter
 */
void adapter_report(struct adapter *a)
{
	struct nbd_condition now;

	memset(&now, 0, sizeof(now));
	now.ifindex = a->conf.ifindex;
	now.active = a->active;
	now.type = a->type;
	if (a->active) {
		now.addr = a->conf.addr;
		now.broadcast = a->conf.broadcast;
		now.nbns_available = a->nbns.available;
		now.nbns = nbns_current(a);
		now.nbdd_available = a->nbdd.available;
		now.nbdd = a->nbdd.available ? a->nbdd.addr[a->nbdd.current] : 0;
	}
	if (!memcmp(&now, &a->reported, sizeof(now)))
		return;
	a->reported = now;
	a->engine->ops->adapter_report(a->engine->os, &now);
}

/* Nothing runs on the adapter any more, but what tells the network so */
static void stop_name(struct adapter *a, struct name *name, const void *next)
{
	struct reg *reg = reg_find(name, a);
	struct claim *claim;

	if (!reg)
		return;
	claim = reg->leg ? reg->leg->claim : NULL;
	leave_reg(reg, a, next);
	if (claim)
		claim_leg_gone(claim);
}

/* @next: what it will be, NULL: nothing */
static void stop(struct adapter *a, const struct nbd_adapter *next)
{
	struct nbd_engine *e = a->engine;
	struct txn *txn, *following;

	leave_begin(a, next);
	a->active = false;
	names_on_adapter(a, stop_name, next);
	if (!a->leaving)
		release_adapter_gone(a);
	resolve_adapter_gone(a);
	status_ask_adapter_gone(a);
	nbns_stop(a);
	nbdd_stop(a);
	/* Polls and canaries belong to nobody */
	for (txn = e->txns; txn; txn = following) {
		following = txn->next;
		if (txn->adapter == a && !txn->owner)
			txn_end(&txn);
	}
}

static void start_name(struct adapter *a, struct name *name, const void *data)
{
	struct reg *reg;

	(void)data;
	if (!name_held(name) && !name->claim)
		return;
	reg = reg_get(name, a);
	if (reg->state == REG_LEFT && leave_is_over(reg, a))
		reg->state = REG_UNCLAIMED;
	reg_soon(a->engine, reg, 0);
}

/**
 * adapter_type() - the type of node that an adapter is to be
 * @conf: adapter
 *
 * Return: its type, never NBD_TYPE_AUTO.
 */
enum nbd_type adapter_type(const struct nbd_adapter *conf)
{
	if (conf->type == NBD_TYPE_AUTO)
		return conf->n_nbns ? NBD_TYPE_H : NBD_TYPE_B;
	return conf->type;
}

/**
 * adapter_can_take_part() - is it enabled, up, and has it an address?
 * @conf: adapter
 *
 * Return: true if so.
 */
bool adapter_can_take_part(const struct nbd_adapter *conf)
{
	return conf->enabled && conf->up && addr_is_host(conf->addr);
}

static void start(struct adapter *a)
{
	const struct nbd_adapter *conf = &a->conf;

	a->type = adapter_type(conf);
	a->active = adapter_can_take_part(conf);
	if (!a->active)
		return;
	nbns_init(a);
	nbdd_init(a);
	names_on_adapter(a, start_name, NULL);
	permanent_ensure(a->engine);
}

/* Do these two differ in more than the hardware address and the name? */
static bool differs(const struct nbd_adapter *a, const struct nbd_adapter *b)
{
	return a->up != b->up || a->addr != b->addr || a->broadcast != b->broadcast ||
	       a->enabled != b->enabled || a->type != b->type ||
	       a->n_nbns != b->n_nbns || a->n_nbdd != b->n_nbdd ||
	       memcmp(a->nbns, b->nbns, a->n_nbns * sizeof(a->nbns[0])) ||
	       memcmp(a->nbdd, b->nbdd, a->n_nbdd * sizeof(a->nbdd[0]));
}

static struct adapter *new_adapter(struct nbd_engine *e)
{
	struct adapter *a;

	for (a = e->adapter; a < e->adapter + ADAPTERS_MAX && a->used; a++)
		;
	if (a == e->adapter + ADAPTERS_MAX)
		return NULL;
	memset(a, 0, sizeof(*a));
	a->engine = e;
	a->slot = a - e->adapter;
	a->used = true;
	a->nbns.poll.kind = TIMER_NBNS_POLL;
	a->nbdd.poll.kind = TIMER_NBDD_POLL;
	if (a->slot >= e->adapters)
		e->adapters = a->slot + 1;
	return a;
}

/* Counts that lie do not get further than this */
static struct nbd_adapter checked(const struct nbd_adapter *conf)
{
	struct nbd_adapter c = *conf;

	if (c.n_nbns > NBD_SERVERS_MAX)
		c.n_nbns = NBD_SERVERS_MAX;
	if (c.n_nbdd > NBD_SERVERS_MAX)
		c.n_nbdd = NBD_SERVERS_MAX;
	return c;
}

/**
 * adapter_set() - see nbd_engine_adapter()
 * @e: engine
 * @conf: copied
 */
void adapter_set(struct nbd_engine *e, const struct nbd_adapter *conf)
{
	struct adapter *a = adapter_find(e, conf->ifindex);
	const struct nbd_adapter new = checked(conf);
	bool fresh = !a;

	/* Only what has taken part once has a slot */
	if (!a && !adapter_can_take_part(&new))
		return;
	if (!a)
		a = new_adapter(e);
	if (!a) {
		if (!e->adapters_full)
			say(e, NBD_LOG_WARNING, "%s takes no part: more than %d adapters",
			    conf->name, ADAPTERS_MAX);
		e->adapters_full = true;
		return;
	}
	if (!fresh && !differs(&a->conf, &new)) {
		a->conf = new;
		return;
	}
	if (!fresh)
		stop(a, &new);
	a->conf = new;
	start(a);
	adapter_report(a);
}

/**
 * adapter_gone() - see nbd_engine_adapter_gone()
 * @a: adapter
 */
void adapter_gone(struct adapter *a)
{
	stop(a, NULL);
	a->used = false;
	a->engine->adapters_full = false;
}
