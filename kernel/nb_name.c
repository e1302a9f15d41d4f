// SPDX-License-Identifier: GPL-2.0
/*
 * The table of local names, and how sockets hold them (NAME-024, NAME-026).
 *
 * An entry is made by the first bind or by the administrator and leaves the
 * table once; whoever finds it too late sees NETBIOS_NAME_STATE_GONE and
 * looks again. Everything that decides about an entry happens under its lock,
 * the insertion of a new one included: who finds it waits until it is made.
 */
#include <linux/capability.h>
#include <linux/cred.h>
#include <linux/slab.h>
#include <linux/uidgid.h>

#include "nb_name.h"
#include "nb_sock.h"
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

static bool in_groups(kgid_t low, kgid_t high)
{
	struct group_info *groups;
	kgid_t gid = current_egid();
	bool in = false;
	int i;

	if (gid_lte(low, gid) && gid_lte(gid, high))
		return true;
	groups = get_current_groups();
	for (i = 0; i < groups->ngroups && !in; i++)
		in = gid_lte(low, groups->gid[i]) &&
		     gid_lte(groups->gid[i], high);
	put_group_info(groups);
	return in;
}

/* API-028: privilege may be demanded, but nobody needs to be root for it. */
static bool may_bind(struct nb_net *nn, const u8 *name)
{
	kgid_t low, high;

	if (ns_capable(nn->net->user_ns, CAP_NET_BIND_SERVICE))
		return true;
	if (nb_wire_reserved_suffix(name[NETBIOS_NAME_LEN - 1]) &&
	    !READ_ONCE(nn->settings.bind_reserved))
		return false;
	spin_lock_bh(&nn->conf_lock);
	low = nn->settings.bind_gid[0];
	high = nn->settings.bind_gid[1];
	spin_unlock_bh(&nn->conf_lock);
	return in_groups(low, high);
}

static void add_sock(struct nb_name *name, struct nb_sock *nsk, int err)
{
	WRITE_ONCE(nsk->name, name);
	WRITE_ONCE(nsk->bind_err, err);
	list_add_tail(&nsk->name_node, &name->socks);
	name->holders++;
}

/*
 * Somebody wants a name back that is being released. If a helper has begun to
 * release it, nobody knows how far it got: it has to be claimed anew.
 */
static int revive(struct nb_name *name)
{
	bool taken = false;
	int err;

	if (!name->op || (nb_name_stop_held(name, &taken) && !taken)) {
		nb_name_state_held(name, NETBIOS_NAME_STATE_REGISTERED, 0);
		return 0;
	}
	err = nb_name_claim_held(name);
	if (err) {
		nb_name_release_held(name);
		return err;
	}
	nb_name_state_held(name, NETBIOS_NAME_STATE_CLAIMING, 0);
	return -EINPROGRESS;
}

/*
 * A name that is being released does not belong to anybody any more, but
 * without a helper it cannot change hands: the network knows the old one.
 */
static int replace(struct nb_name *name)
{
	if (!READ_ONCE(name->nn->helper_portid))
		return -EADDRINUSE;
	nb_name_stop_held(name, NULL);
	nb_name_remove_held(name, 0);
	return -EAGAIN;
}

/* -EAGAIN: look again, the entry is gone */
static int join(struct nb_name *name, struct nb_sock *nsk, bool group)
{
	bool mine = name->any_owner ||
		    uid_eq(name->owner, sock_i_uid(&nsk->sk));

	switch (name->state) {
	case NETBIOS_NAME_STATE_GONE:
		return -EAGAIN;
	case NETBIOS_NAME_STATE_RELEASING:
		if (name->group != group || !mine)
			return replace(name);
		return revive(name);
	}
	if (name->group != group || !mine)
		return -EADDRINUSE;
	switch (name->state) {
	case NETBIOS_NAME_STATE_CONFLICT:
		return -EADDRNOTAVAIL;
	case NETBIOS_NAME_STATE_CLAIMING:
		return -EINPROGRESS;
	default:
		return 0;
	}
}

static int hold_old(struct nb_name *name, struct nb_sock *nsk, bool group)
{
	int err;

	spin_lock_bh(&name->lock);
	err = join(name, nsk, group);
	if (!err || err == -EINPROGRESS)
		add_sock(name, nsk, err); /* keeps the caller's reference */
	spin_unlock_bh(&name->lock);
	if (err && err != -EINPROGRESS)
		nb_name_put(name);
	return err;
}

static int hold_new(struct nb_net *nn, const struct nb_key *key,
		    struct nb_sock *nsk, bool group)
{
	struct nb_name_spec spec = {
		.group	= group,
		.owner	= sock_i_uid(&nsk->sk),
	};
	struct nb_name *name;
	int err;

	if (!READ_ONCE(nn->helper_portid)) {
		NB_INC_STATS(nn, NB_STAT_UPCALL_NO_HELPER);
		return -ENETDOWN;
	}
	name = nb_name_new(nn, key, &spec);
	if (!name)
		return -ENOBUFS;
	spin_lock_bh(&name->lock);
	err = nb_name_insert_held(name);
	if (err) {
		spin_unlock_bh(&name->lock);
		nb_name_put(name);
		return err == -EEXIST ? -EAGAIN : err;
	}
	refcount_inc(&name->ref); /* nsk->name, put by nb_name_unhold() */
	err = nb_name_claim_held(name);
	if (!err) {
		nb_name_state_held(name, NETBIOS_NAME_STATE_CLAIMING, 0);
		err = -EINPROGRESS;
		add_sock(name, nsk, err);
	} else {
		nb_name_remove_held(name, err);
	}
	spin_unlock_bh(&name->lock);
	if (err != -EINPROGRESS)
		nb_name_put(name);
	return err;
}

/**
 * nb_name_hold() - bind a socket to a name (API-015, API-016)
 * @nsk: socket that holds no name
 * @key: the name
 * @group: group name
 *
 * Sets @nsk->name and @nsk->bind_err if it returns 0 or -EINPROGRESS; in the
 * latter case nb_sock_claimed() will follow, and may have been called already.
 *
 * Context: process, may sleep, with the outer lock held. Takes nb_name.lock.
 * Return: 0, the name is held; -EINPROGRESS, the helper is asked; -EINVAL for
 * a name with an asterisk (NAME-002); -EACCES, no permission; -EADDRINUSE,
 * somebody else has it here; -EADDRNOTAVAIL, it is in conflict (API-025);
 * -ENETDOWN, no helper to claim it; -ENOBUFS, the table is full.
 */
int nb_name_hold(struct nb_sock *nsk, const struct nb_key *key, bool group)
{
	struct nb_net *nn = nb_net(sock_net(&nsk->sk));
	struct nb_name *name;
	int err;

	if (key->name[0] == '*')
		return -EINVAL;
	if (!may_bind(nn, key->name)) {
		NB_INC_STATS(nn, NB_STAT_BIND_DENIED);
		return -EACCES;
	}
	do {
		name = nb_name_find(nn, key);
		err = name ? hold_old(name, nsk, group) :
			     hold_new(nn, key, nsk, group);
	} while (err == -EAGAIN);
	return err;
}

/**
 * nb_name_unused_held() - nothing keeps an entry any more
 * @name: entry that no socket holds and that is not permanent
 *
 * Context: @name->lock is held; the caller has a reference.
 */
void nb_name_unused_held(struct nb_name *name)
{
	switch (name->state) {
	case NETBIOS_NAME_STATE_CLAIMING:
		nb_name_stop_held(name, NULL);
		nb_name_remove_held(name, 0);
		break;
	case NETBIOS_NAME_STATE_CONFLICT:
		/* it is another node's: nothing to release */
		nb_name_remove_held(name, 0);
		break;
	case NETBIOS_NAME_STATE_REGISTERED:
	case NETBIOS_NAME_STATE_PROVISIONAL:
		nb_name_state_held(name, NETBIOS_NAME_STATE_RELEASING, 0);
		nb_name_release_held(name);
		break;
	}
}

/**
 * nb_name_unhold() - a socket lets go of its name (API-017)
 * @nsk: socket; may hold no name
 *
 * With its last holder a name that is not permanent is released, or its claim
 * is given up.
 *
 * Context: any in which the outer lock is held, or the socket is on its way
 * out. Takes nb_name.lock.
 */
void nb_name_unhold(struct nb_sock *nsk)
{
	struct nb_name *name = nsk->name;

	if (!name)
		return;
	spin_lock_bh(&name->lock);
	WRITE_ONCE(nsk->name, NULL);
	if (!list_empty(&nsk->name_node)) {
		list_del_init(&nsk->name_node);
		if (!--name->holders && !name->permanent)
			nb_name_unused_held(name);
	}
	spin_unlock_bh(&name->lock);
	nb_name_put(name);
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
	INIT_DELAYED_WORK(&nn->name_work, nb_name_expire);
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
	cancel_delayed_work_sync(&nn->name_work);
	rhashtable_free_and_destroy(&nn->names, free_entry, NULL);
}
