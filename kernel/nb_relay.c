// SPDX-License-Identifier: GPL-2.0
/*
 * Which datagram distribution server relays to which group, and who the members
 * of those are that none relays to (DG-024, DG-025).
 *
 * A server does not tell whether it has relayed a datagram, so it is asked
 * before the first one. The helper does that; here is what it found. It is
 * little, and what is lost is asked for again: a table of fixed size without
 * chains will do.
 */
#include <linux/jhash.h>
#include <linux/mm.h>
#include <linux/random.h>

#include "nb_relay.h"

/**
 * nb_relay_init() - nothing is known yet
 * @nn: node
 *
 * Context: process, may sleep. Return: 0 or -ENOMEM.
 */
int nb_relay_init(struct nb_net *nn)
{
	struct nb_relays *relays;
	int i;

	relays = kvzalloc(sizeof(*relays), GFP_KERNEL_ACCOUNT);
	if (!relays)
		return -ENOMEM;
	relays->seed = get_random_u32();
	for (i = 0; i < NB_RELAYS_MAX; i++)
		spin_lock_init(&relays->slot[i].lock);
	nn->relays = relays;
	return 0;
}

/**
 * nb_relay_exit() - the reverse of nb_relay_init()
 * @nn: node; nobody sends any more, and no request is pending
 *
 * Context: process.
 */
void nb_relay_exit(struct nb_net *nn)
{
	int i;

	for (i = 0; i < NB_RELAYS_MAX; i++)
		nb_scope_put(nn->relays->slot[i].scope);
	kvfree(nn->relays);
}

static struct nb_relay *slot(struct nb_net *nn, const struct nb_key *key,
			     __be32 nbdd)
{
	u32 hash = jhash_1word((__force u32)nbdd,
			       nb_key_hash(key, nn->relays->seed));

	BUILD_BUG_ON_NOT_POWER_OF_2(NB_RELAYS_MAX);
	return &nn->relays->slot[hash % NB_RELAYS_MAX];
}

static bool is_about(const struct nb_relay *relay, const struct nb_key *key,
		     __be32 nbdd)
{
	struct nb_key own;

	nb_key_init(&own, relay->name, relay->scope);
	return relay->nbdd == nbdd && nb_key_equal(&own, key);
}

/**
 * nb_relay_find() - how datagrams to a group go
 * @nn: node
 * @key: the group, or the name of all nodes
 * @nbdd: server, 0 if there is none
 * @members: gets the members if @nbdd does not relay; may be NULL
 *
 * Context: any.
 * Return: 1 if by @nbdd, as far as is known; 0 if it has refused; -ENOENT if it
 * was not asked, or too long ago.
 */
int nb_relay_find(struct nb_net *nn, const struct nb_key *key, __be32 nbdd,
		  struct nb_addrs *members)
{
	struct nb_relay *relay = slot(nn, key, nbdd);
	int ret = -ENOENT;

	spin_lock_bh(&relay->lock);
	if (relay->known && is_about(relay, key, nbdd) &&
	    time_before(jiffies, relay->expires)) {
		ret = relay->relays;
		if (members && !ret)
			*members = relay->members;
	}
	spin_unlock_bh(&relay->lock);
	return ret;
}

/**
 * nb_relay_learn() - what the helper has found out
 * @nn: node
 * @key: the group, or the name of all nodes
 * @nbdd: server, 0 if there is none
 * @members: NULL if @nbdd relays, or nobody knows; else who the members are,
 *	and there may be none
 * @ttl: how long that counts, seconds; a day at most
 *
 * Context: any.
 */
void nb_relay_learn(struct nb_net *nn, const struct nb_key *key, __be32 nbdd,
		    const struct nb_addrs *members, u32 ttl)
{
	struct nb_relay *relay = slot(nn, key, nbdd);
	struct nb_scope *scope;

	scope = nb_scope_new(key->scope, key->scope_len, GFP_ATOMIC);
	if (IS_ERR(scope))
		return;
	spin_lock_bh(&relay->lock);
	swap(scope, relay->scope);
	memcpy(relay->name, key->name, NETBIOS_NAME_LEN);
	relay->nbdd = nbdd;
	relay->relays = !members;
	if (members)
		relay->members = *members;
	relay->expires = jiffies + min(ttl, 86400u) * HZ;
	relay->known = true;
	spin_unlock_bh(&relay->lock);
	nb_scope_put(scope);
}
