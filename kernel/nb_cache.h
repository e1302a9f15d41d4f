/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _NB_CACHE_H
#define _NB_CACHE_H

#include "nb_core.h"

/**
 * struct nb_cache_value - what is known of a remote name
 * @addrs: its addresses; none if @negative
 * @source: enum netbios_cache_source
 * @negative: it is known not to exist
 * @has_ttl: @ttl is valid; without one it is known for ever
 * @ttl: seconds
 */
struct nb_cache_value {
	struct nb_addrs	addrs;
	u8		source;
	bool		negative;
	bool		has_ttl;
	u32		ttl;
};

/**
 * struct nb_cache_entry - a remote name
 * @node: in nb_net.cache
 * @expiry: in nb_net.cache_expiry if it expires
 * @expires: when, in jiffies64; U64_MAX is never
 * @value: what is known
 * @scope: scope, NULL if empty; owns a reference
 * @name: NETBIOS_NAME_LEN octets
 * @rcu: frees the entry
 *
 * Never changes while it is in the table: a change is a new entry. @expiry
 * is protected by nb_net.cache_lock, all else by RCU.
 */
struct nb_cache_entry {
	struct rhash_head	node;
	struct rb_node		expiry;
	u64			expires;
	struct nb_cache_value	value;
	struct nb_scope		*scope;
	u8			name[NETBIOS_NAME_LEN];
	struct rcu_head		rcu;
};

int nb_cache_add(struct nb_net *nn, const struct nb_key *key,
		 const struct nb_cache_value *value);
int nb_cache_delete(struct nb_net *nn, const struct nb_key *key);
void nb_cache_flush(struct nb_net *nn, int source);
struct nb_cache_entry *nb_cache_find(struct nb_net *nn,
				     const struct nb_key *key);
bool nb_cache_ttl(const struct nb_cache_entry *entry, u32 *ttl);

#endif /* _NB_CACHE_H */
