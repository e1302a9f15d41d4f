// SPDX-License-Identifier: GPL-2.0
/*
 * The table of local names (NAME-024).
 *
 * An entry is made by the first bind or by the administrator and leaves the
 * table once; whoever finds it too late sees NETBIOS_NAME_STATE_GONE and
 * looks again. Everything that decides about an entry happens under its lock,
 * the insertion of a new one included: who finds it waits until it is made.
 */
#include <linux/slab.h>

#include "nb_name.h"
#include "nb_trace.h"

static u32 hash_key(const void *data, u32 len, u32 seed)
{
	return nb_key_hash(data, seed);
}

static u32 hash_name(const void *data, u32 len, u32 seed)
{
	struct nb_key key;

	nb_name_key(data, &key);
	return nb_key_hash(&key, seed);
}

static int compare(struct rhashtable_compare_arg *arg, const void *obj)
{
	struct nb_key key;

	nb_name_key(obj, &key);
	return !nb_key_equal(arg->key, &key);
}

static const struct rhashtable_params params = {
	.head_offset		= offsetof(struct nb_name, node),
	.hashfn			= hash_key,
	.obj_hashfn		= hash_name,
	.obj_cmpfn		= compare,
	.automatic_shrinking	= true,
};

/**
 * nb_name_key() - key of an entry
 * @name: entry
 * @key: gets the key; it points into @name
 *
 * Context: any.
 */
void nb_name_key(const struct nb_name *name, struct nb_key *key)
{
	nb_key_init(key, name->name, name->scope);
}

/**
 * nb_name_lookup() - look a local name up, for a moment
 * @nn: node
 * @key: name
 *
 * Context: RCU read side; the entry is valid until its end.
 * Return: the entry, or NULL. It may leave the table at any moment.
 */
struct nb_name *nb_name_lookup(struct nb_net *nn, const struct nb_key *key)
{
	return rhashtable_lookup(&nn->names, key, params);
}

/**
 * nb_name_find() - look a local name up
 * @nn: node
 * @key: name
 *
 * Context: any.
 * Return: the entry with a reference, or NULL. It may leave the table at any
 * moment: look at its state under its lock.
 */
struct nb_name *nb_name_find(struct nb_net *nn, const struct nb_key *key)
{
	struct nb_name *name;

	rcu_read_lock();
	name = nb_name_lookup(nn, key);
	if (name && !refcount_inc_not_zero(&name->ref))
		name = NULL;
	rcu_read_unlock();
	return name;
}

static void free_rcu(struct rcu_head *rcu)
{
	struct nb_name *name = container_of(rcu, struct nb_name, rcu);

	nb_scope_put(name->scope);
	kfree(name);
}

/**
 * nb_name_put() - give a reference back
 * @name: entry
 *
 * Context: any.
 */
void nb_name_put(struct nb_name *name)
{
	if (refcount_dec_and_test(&name->ref))
		call_rcu(&name->rcu, free_rcu);
}

/**
 * nb_name_new() - make an entry that is not in the table yet
 * @nn: node
 * @key: name
 * @spec: what it shall be; its state comes with nb_name_state_held()
 *
 * Context: process, may sleep.
 * Return: the entry, whose only reference will be the table's, or NULL.
 */
struct nb_name *nb_name_new(struct nb_net *nn, const struct nb_key *key,
			    const struct nb_name_spec *spec)
{
	struct nb_name *name = kzalloc(sizeof(*name), GFP_KERNEL_ACCOUNT);

	if (!name)
		return NULL;
	name->scope = nb_scope_new(key->scope, key->scope_len,
				   GFP_KERNEL_ACCOUNT);
	if (IS_ERR(name->scope)) {
		kfree(name);
		return NULL;
	}
	refcount_set(&name->ref, 1);
	name->nn = nn;
	memcpy(name->name, key->name, NETBIOS_NAME_LEN);
	name->group = spec->group;
	name->any_owner = spec->any_owner;
	name->owner = spec->owner;
	name->ifindex = spec->ifindex;
	name->permanent = spec->permanent;
	spin_lock_init(&name->lock);
	INIT_LIST_HEAD(&name->socks);
	return name;
}

/**
 * nb_name_insert_held() - put an entry into the table
 * @name: new entry, locked
 *
 * Context: @name->lock is held.
 * Return: 0, and the reference is the table's; -EEXIST; -ENOBUFS if the
 * table is full; -ENOMEM. If it fails the caller puts the reference.
 */
int nb_name_insert_held(struct nb_name *name)
{
	struct nb_net *nn = name->nn;
	struct nb_key key;
	int err;

	lockdep_assert_held(&name->lock);
	if (atomic_inc_return(&nn->name_count) >
	    READ_ONCE(nn->settings.name_max)) {
		NB_INC_STATS(nn, NB_STAT_NAMES_FULL);
		err = -ENOBUFS;
		goto err_count;
	}
	nb_name_key(name, &key);
	err = rhashtable_lookup_insert_key(&nn->names, &key, &name->node,
					   params);
	if (!err)
		return 0;
	if (err != -EEXIST && err != -ENOMEM)
		err = -ENOBUFS; /* chains too long while the table grows */
err_count:
	atomic_dec(&nn->name_count);
	return err;
}

static void take_out(struct nb_name *name)
{
	struct nb_net *nn = name->nn;

	WARN_ON_ONCE(name->op || !list_empty(&name->socks));
	rhashtable_remove_fast(&nn->names, &name->node, params);
	atomic_dec(&nn->name_count);
}

/**
 * nb_name_remove_held() - take an entry from the table, for good
 * @name: entry in the table
 * @err: why, 0 or a negative errno, for those who watch
 *
 * The caller has seen to the sockets and to the helper, and has a reference
 * beside the table's, which goes.
 *
 * Context: @name->lock is held.
 */
void nb_name_remove_held(struct nb_name *name, int err)
{
	take_out(name);
	nb_name_state_held(name, NETBIOS_NAME_STATE_GONE, err);
	nb_name_put(name);
}

/**
 * nb_name_replace_held() - the same for an entry that another one follows
 * @name: entry in the table
 *
 * Those who watch are not told: for them the name is still there, and its next
 * state is that of the other entry.
 *
 * Context: @name->lock is held.
 */
void nb_name_replace_held(struct nb_name *name)
{
	take_out(name);
	trace_nb_name_state(name, name->state, NETBIOS_NAME_STATE_GONE, 0);
	WRITE_ONCE(name->state, NETBIOS_NAME_STATE_GONE);
	nb_name_put(name);
}

/**
 * nb_name_state_held() - change the state of an entry
 * @name: entry
 * @state: enum netbios_name_state
 * @err: why, 0 or a negative errno, for those who watch
 *
 * Context: @name->lock is held, so that events come in the right order.
 */
void nb_name_state_held(struct nb_name *name, u8 state, int err)
{
	lockdep_assert_held(&name->lock);
	trace_nb_name_state(name, name->state, state, err);
	WRITE_ONCE(name->state, state);
	nb_event_name(name, state, err);
}

/**
 * nb_name_init() - make the table of a namespace
 * @nn: node
 *
 * Context: process, may sleep.
 * Return: 0 or a negative errno.
 */
int nb_name_init(struct nb_net *nn)
{
	INIT_DELAYED_WORK(&nn->name_alarm.work, nb_name_expire);
	return rhashtable_init(&nn->names, &params);
}

static void free_entry(void *ptr, void *arg)
{
	nb_name_put(ptr);
}

/**
 * nb_name_exit() - free the table
 * @nn: node; no socket is left, and no request to the helper
 *
 * Context: process, may sleep.
 */
void nb_name_exit(struct nb_net *nn)
{
	cancel_delayed_work_sync(&nn->name_alarm.work);
	rhashtable_free_and_destroy(&nn->names, free_entry, NULL);
}
