// SPDX-License-Identifier: GPL-2.0
/*
 * The cache of remote names (RFC 1001 15.1.6 leaves it to the node).
 *
 * Readers look an entry up under RCU and wait for nobody. Writers change the
 * table under nb_net.cache_lock. What expires is in a tree by time, whose
 * first entry is also the one to evict when the cache is full.
 */
#include <linux/jiffies.h>
#include <linux/slab.h>

#include "nb_cache.h"

static void entry_key(const struct nb_cache_entry *entry, struct nb_key *key)
{
	nb_key_init(key, entry->name, entry->scope);
}

static u32 hash_key(const void *data, u32 len, u32 seed)
{
	return nb_key_hash(data, seed);
}

static u32 hash_entry(const void *data, u32 len, u32 seed)
{
	struct nb_key key;

	entry_key(data, &key);
	return nb_key_hash(&key, seed);
}

static int compare(struct rhashtable_compare_arg *arg, const void *obj)
{
	struct nb_key key;

	entry_key(obj, &key);
	return !nb_key_equal(arg->key, &key);
}

static const struct rhashtable_params params = {
	.head_offset		= offsetof(struct nb_cache_entry, node),
	.hashfn			= hash_key,
	.obj_hashfn		= hash_entry,
	.obj_cmpfn		= compare,
	.automatic_shrinking	= true,
};

static void free_entry(struct nb_cache_entry *entry)
{
	nb_scope_put(entry->scope);
	kfree(entry);
}

static void free_entry_rcu(struct rcu_head *rcu)
{
	free_entry(container_of(rcu, struct nb_cache_entry, rcu));
}

static bool expires_before(struct rb_node *a, const struct rb_node *b)
{
	return rb_entry(a, struct nb_cache_entry, expiry)->expires <
	       rb_entry(b, struct nb_cache_entry, expiry)->expires;
}

static bool expired(const struct nb_cache_entry *entry)
{
	u64 now = get_jiffies_64();

	/* Not time_before64(): "never" is the largest value, not a past one. */
	return entry->expires <= now;
}

static struct nb_cache_entry *first_expiring(struct nb_net *nn)
{
	struct rb_node *node = rb_first_cached(&nn->cache_expiry);

	return node ? rb_entry(node, struct nb_cache_entry, expiry) : NULL;
}

/* For the first entry that expires, which is another one than before. */
static void arm(struct nb_net *nn)
{
	struct nb_cache_entry *first = first_expiring(nn);
	u64 now = get_jiffies_64(), delay = HZ;

	if (!first || READ_ONCE(nn->draining))
		return;
	/* once a second is enough: readers do not see what has expired */
	if (first->expires > now + HZ)
		delay = min_t(u64, first->expires - now, MAX_JIFFY_OFFSET);
	mod_delayed_work(nb_wq, &nn->cache_work, delay);
}

static void unlink(struct nb_net *nn, struct nb_cache_entry *entry)
{
	lockdep_assert_held(&nn->cache_lock);
	if (!RB_EMPTY_NODE(&entry->expiry))
		rb_erase_cached(&entry->expiry, &nn->cache_expiry);
	rhashtable_remove_fast(&nn->cache, &entry->node, params);
	atomic_dec(&nn->cache_count);
	call_rcu(&entry->rcu, free_entry_rcu);
}

/*
 * Makes room for one entry: what has expired goes first, then the answer
 * from the network that would expire first. What the administrator put in
 * stays.
 */
static int make_room(struct nb_net *nn)
{
	u32 max = READ_ONCE(nn->settings.cache_max);
	struct nb_cache_entry *entry;
	struct rb_node *node, *next;

	for (node = rb_first_cached(&nn->cache_expiry);
	     node && atomic_read(&nn->cache_count) >= max; node = next) {
		next = rb_next(node);
		entry = rb_entry(node, struct nb_cache_entry, expiry);
		if (entry->value.source == NETBIOS_CACHE_SOURCE_QUERY ||
		    expired(entry))
			unlink(nn, entry);
	}
	return atomic_read(&nn->cache_count) < max ? 0 : -ENOBUFS;
}

static struct nb_cache_entry *new_entry(const struct nb_key *key,
					const struct nb_cache_value *value,
					gfp_t gfp)
{
	struct nb_cache_entry *entry = kzalloc(sizeof(*entry), gfp);

	if (!entry)
		return NULL;
	entry->scope = nb_scope_new(key->scope, key->scope_len, gfp);
	if (IS_ERR(entry->scope)) {
		kfree(entry);
		return NULL;
	}
	memcpy(entry->name, key->name, NETBIOS_NAME_LEN);
	entry->value = *value;
	entry->expires = U64_MAX;
	if (value->has_ttl)
		entry->expires = get_jiffies_64() + (u64)value->ttl * HZ;
	RB_CLEAR_NODE(&entry->expiry);
	return entry;
}

/* Readers meet the old entry or the new one, or for a moment none. */
static int link_entry(struct nb_net *nn, struct nb_cache_entry *entry)
{
	struct nb_cache_entry *old;
	struct nb_key key;
	int err;

	lockdep_assert_held(&nn->cache_lock);
	entry_key(entry, &key);
	old = rhashtable_lookup_fast(&nn->cache, &key, params);
	/* What the network says does not replace the administrator's word. */
	if (old && entry->value.source == NETBIOS_CACHE_SOURCE_QUERY &&
	    old->value.source != NETBIOS_CACHE_SOURCE_QUERY && !expired(old))
		return -EEXIST;
	if (old)
		unlink(nn, old);
	err = make_room(nn);
	if (err)
		return err;
	err = rhashtable_insert_fast(&nn->cache, &entry->node, params);
	if (err)
		return err == -ENOMEM ? err : -ENOBUFS;
	atomic_inc(&nn->cache_count);
	if (entry->expires != U64_MAX) {
		if (rb_add_cached(&entry->expiry, &nn->cache_expiry,
				  expires_before))
			arm(nn);
	}
	return 0;
}

/**
 * nb_cache_add() - add a remote name, or replace what is known of it
 * @nn: node
 * @key: name
 * @value: what is known now
 *
 * Context: process, may sleep. Takes nb_net.cache_lock.
 * Return: 0, -EEXIST if the answer to a query would replace what the
 * administrator entered, -ENOBUFS if the cache is full of what is not evicted,
 * -ENOMEM.
 */
int nb_cache_add(struct nb_net *nn, const struct nb_key *key,
		 const struct nb_cache_value *value)
{
	struct nb_cache_entry *entry = new_entry(key, value,
						 GFP_KERNEL_ACCOUNT);
	int err;

	if (!entry)
		return -ENOMEM;
	spin_lock_bh(&nn->cache_lock);
	err = link_entry(nn, entry);
	spin_unlock_bh(&nn->cache_lock);
	if (err == -ENOBUFS)
		NB_INC_STATS(nn, NB_STAT_CACHE_FULL);
	if (err)
		free_entry(entry);
	return err;
}

/**
 * nb_cache_delete() - delete a remote name
 * @nn: node
 * @key: name
 *
 * Context: any. Takes nb_net.cache_lock.
 * Return: 0 or -ENOENT.
 */
int nb_cache_delete(struct nb_net *nn, const struct nb_key *key)
{
	struct nb_cache_entry *entry;
	int err = -ENOENT;

	spin_lock_bh(&nn->cache_lock);
	entry = rhashtable_lookup_fast(&nn->cache, key, params);
	if (entry) {
		err = expired(entry) ? -ENOENT : 0;
		unlink(nn, entry);
	}
	spin_unlock_bh(&nn->cache_lock);
	return err;
}

/**
 * nb_cache_flush() - delete many remote names
 * @nn: node
 * @source: enum netbios_cache_source, or -1 for all
 *
 * Context: process. Takes nb_net.cache_lock.
 */
void nb_cache_flush(struct nb_net *nn, int source)
{
	struct rhashtable_iter iter;
	struct nb_cache_entry *entry;

	rhashtable_walk_enter(&nn->cache, &iter);
	rhashtable_walk_start(&iter);
	while ((entry = rhashtable_walk_next(&iter))) {
		struct nb_key key;

		if (IS_ERR(entry))
			continue; /* resized: some come twice */
		if (source >= 0 && entry->value.source != source)
			continue;
		entry_key(entry, &key);
		spin_lock_bh(&nn->cache_lock);
		/* somebody else may have taken it out already */
		if (rhashtable_lookup_fast(&nn->cache, &key, params) == entry)
			unlink(nn, entry);
		spin_unlock_bh(&nn->cache_lock);
	}
	rhashtable_walk_stop(&iter);
	rhashtable_walk_exit(&iter);
}

/**
 * nb_cache_find() - look a remote name up, all of it
 * @nn: node
 * @key: name
 *
 * Context: RCU read side; the entry is valid until its end.
 * Return: the entry or NULL.
 */
struct nb_cache_entry *nb_cache_find(struct nb_net *nn,
				     const struct nb_key *key)
{
	struct nb_cache_entry *entry;

	entry = rhashtable_lookup(&nn->cache, key, params);
	return entry && !expired(entry) ? entry : NULL;
}

/**
 * nb_cache_lookup() - where a remote name is (SS-027)
 * @nn: node
 * @key: name
 * @addrs: gets its addresses, one at least
 *
 * Context: any; waits for nobody.
 * Return: 0, -ENOENT if nothing is known, -EHOSTUNREACH if the name is known
 * not to exist.
 */
int nb_cache_lookup(struct nb_net *nn, const struct nb_key *key,
		    struct nb_addrs *addrs)
{
	struct nb_cache_entry *entry;
	int err = -ENOENT;

	rcu_read_lock();
	entry = nb_cache_find(nn, key);
	if (entry) {
		err = entry->value.negative ? -EHOSTUNREACH : 0;
		*addrs = entry->value.addrs;
	}
	rcu_read_unlock();
	if (err == -ENOENT)
		NB_INC_STATS(nn, NB_STAT_CACHE_MISSES);
	else
		NB_INC_STATS(nn, NB_STAT_CACHE_HITS);
	return err;
}

/**
 * nb_cache_ttl() - how long an entry will be there
 * @entry: entry
 * @ttl: gets seconds, rounded up
 *
 * Context: any.
 * Return: false if it never expires.
 */
bool nb_cache_ttl(const struct nb_cache_entry *entry, u32 *ttl)
{
	u64 now = get_jiffies_64();

	if (entry->expires == U64_MAX)
		return false;
	*ttl = entry->expires <= now ? 0 :
	       min_t(u64, div_u64(entry->expires - now + HZ - 1, HZ), U32_MAX);
	return true;
}

static bool remove_addr(struct nb_addrs *addrs, __be32 addr)
{
	u8 i, n = 0;

	for (i = 0; i < addrs->n; i++)
		if (addrs->addr[i] != addr)
			addrs->addr[n++] = addrs->addr[i];
	if (n == addrs->n)
		return false;
	addrs->n = n;
	return true;
}

/**
 * nb_cache_forget() - an address turned out to be wrong (SS-032, SS-035)
 * @nn: node
 * @key: name
 * @addr: address that is not the name's
 *
 * What the administrator put in stays.
 *
 * Context: any. Takes nb_net.cache_lock.
 */
void nb_cache_forget(struct nb_net *nn, const struct nb_key *key, __be32 addr)
{
	struct nb_cache_entry *entry, *copy = NULL;
	struct nb_cache_value value;

	spin_lock_bh(&nn->cache_lock);
	entry = rhashtable_lookup_fast(&nn->cache, key, params);
	if (!entry || entry->value.source != NETBIOS_CACHE_SOURCE_QUERY)
		goto out_unlock;
	value = entry->value;
	if (!remove_addr(&value.addrs, addr))
		goto out_unlock;
	if (value.addrs.n)
		copy = new_entry(key, &value, GFP_ATOMIC);
	if (copy) {
		copy->expires = entry->expires;
		if (link_entry(nn, copy))
			free_entry(copy);
	} else {
		unlink(nn, entry);
	}
out_unlock:
	spin_unlock_bh(&nn->cache_lock);
}

static void expire_work(struct work_struct *work)
{
	struct nb_net *nn = container_of(to_delayed_work(work), struct nb_net,
					 cache_work);
	struct nb_cache_entry *first;
	bool more;

	do {
		int budget = 256;

		spin_lock_bh(&nn->cache_lock);
		while ((first = first_expiring(nn)) && expired(first) &&
		       budget--)
			unlink(nn, first);
		more = first && expired(first);
		if (!more)
			arm(nn);
		spin_unlock_bh(&nn->cache_lock);
		cond_resched();
	} while (more);
}

/**
 * nb_cache_init() - make the cache of a namespace
 * @nn: node
 *
 * Context: process, may sleep.
 * Return: 0 or a negative errno.
 */
int nb_cache_init(struct nb_net *nn)
{
	spin_lock_init(&nn->cache_lock);
	nn->cache_expiry = RB_ROOT_CACHED;
	INIT_DEFERRABLE_WORK(&nn->cache_work, expire_work);
	return rhashtable_init(&nn->cache, &params);
}

static void free_one(void *ptr, void *arg)
{
	/* no reader is left, but the entry may still be on the expiry tree */
	free_entry(ptr);
}

/**
 * nb_cache_exit() - free the cache
 * @nn: node; nothing is added any more
 *
 * Context: process, may sleep.
 */
void nb_cache_exit(struct nb_net *nn)
{
	cancel_delayed_work_sync(&nn->cache_work);
	rhashtable_free_and_destroy(&nn->cache, free_one, NULL);
}
