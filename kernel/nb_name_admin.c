// SPDX-License-Identifier: GPL-2.0
/*
 * What the administrator and the helper do to local names.
 */
#include <linux/netlink.h>

#include "nb_name.h"
#include "nb_sock.h"

/* A name that is being released is in the way of nobody. */
static int drop_releasing(struct nb_net *nn, const struct nb_key *key)
{
	struct nb_name *name = nb_name_find(nn, key);
	int err = 0;

	if (!name)
		return 0;
	spin_lock_bh(&name->lock);
	if (name->state == NETBIOS_NAME_STATE_RELEASING) {
		nb_name_stop_held(name, NULL);
		nb_name_remove_held(name, 0);
	} else if (name->state != NETBIOS_NAME_STATE_GONE) {
		err = -EEXIST;
	}
	spin_unlock_bh(&name->lock);
	nb_name_put(name);
	return err;
}

/* Entry and state at once: whoever finds it waits for the lock. */
static int insert(struct nb_name *name, u8 state)
{
	int err;

	spin_lock_bh(&name->lock);
	err = nb_name_insert_held(name);
	if (err)
		goto out_unlock;
	refcount_inc(&name->ref); /* put below */
	switch (state) {
	case NETBIOS_NAME_STATE_CLAIMING:
		err = nb_name_claim_held(name);
		break;
	case NETBIOS_NAME_STATE_CONFLICT:
		NB_INC_STATS(name->nn, NB_STAT_NAME_CONFLICTS);
		break;
	}
	if (err)
		nb_name_remove_held(name, err);
	else
		nb_name_state_held(name, state, 0);
	if (!err && state == NETBIOS_NAME_STATE_RELEASING)
		nb_name_release_held(name);
out_unlock:
	spin_unlock_bh(&name->lock);
	nb_name_put(name);
	return err;
}

/**
 * nb_name_add() - add a local name
 * @nn: node
 * @key: the name
 * @spec: what it shall be
 * @extack: gets the reason of a failure
 *
 * Context: process, may sleep.
 * Return: 0; for NETBIOS_NAME_STATE_CLAIMING that means that the claim has
 * begun. -EINVAL, it begins with an asterisk; -EEXIST; -ENETDOWN, no helper
 * to claim it; -ENOBUFS, a table is full; -ENOMEM.
 */
int nb_name_add(struct nb_net *nn, const struct nb_key *key,
		const struct nb_name_spec *spec, struct netlink_ext_ack *extack)
{
	struct nb_name *name;
	int err;

	if (key->name[0] == '*') {
		NL_SET_ERR_MSG(extack, "A name must not begin with an asterisk");
		return -EINVAL;
	}
	err = drop_releasing(nn, key);
	if (!err) {
		name = nb_name_new(nn, key, spec);
		err = name ? insert(name, spec->state) : -ENOMEM;
	}
	switch (err) {
	case -EEXIST:
		NL_SET_ERR_MSG(extack, "The name is in the table already");
		break;
	case -ENETDOWN:
		NL_SET_ERR_MSG(extack, "No helper is attached that could claim the name");
		break;
	case -ENOBUFS:
		NL_SET_ERR_MSG(extack, "The table is full");
		break;
	}
	return err;
}

static struct nb_name *find(struct nb_net *nn, const struct nb_key *key,
			    struct netlink_ext_ack *extack)
{
	struct nb_name *name = nb_name_find(nn, key);

	if (!name)
		NL_SET_ERR_MSG(extack, "The name is not in the table");
	return name;
}

static void detach_socks(struct nb_name *name)
{
	bool claiming = name->state == NETBIOS_NAME_STATE_CLAIMING;
	struct nb_sock *nsk, *next;

	list_for_each_entry_safe(nsk, next, &name->socks, name_node) {
		list_del_init(&nsk->name_node);
		name->holders--;
		if (claiming)
			nb_sock_claimed(nsk, -EADDRNOTAVAIL);
		else
			nb_sock_conflict(nsk);
	}
}

/*
 * The network believes that the deleted name is here. A fresh entry, which
 * no socket holds, sees to its release.
 */
static void release_again(struct nb_net *nn, const struct nb_key *key,
			  struct nb_name *old)
{
	struct nb_name_spec spec = {
		.group		= old->group,
		.any_owner	= old->any_owner,
		.owner		= old->owner,
		.ifindex	= old->ifindex,
	};
	struct nb_name *name = nb_name_new(nn, key, &spec);
	int err = name ? insert(name, NETBIOS_NAME_STATE_RELEASING) : -ENOMEM;

	/* Somebody may have been quicker and claims it, so that it stays */
	if (!err || err == -EEXIST)
		return;
	/* no memory, no release: the name server forgets it in its own time */
	spin_lock_bh(&old->lock);
	nb_event_name(old, NETBIOS_NAME_STATE_GONE, 0);
	spin_unlock_bh(&old->lock);
}

/**
 * nb_name_delete() - delete a local name
 * @nn: node
 * @key: the name
 * @by_helper: the helper says so: it needs not be told to release it
 * @extack: gets the reason of a failure
 *
 * Sockets that were bound to it are treated as in conflict, sessions live on.
 *
 * Context: process, may sleep.
 * Return: 0 or -ENOENT.
 */
int nb_name_delete(struct nb_net *nn, const struct nb_key *key, bool by_helper,
		   struct netlink_ext_ack *extack)
{
	struct nb_name *name = find(nn, key, extack);
	bool release = false;
	int err = -ENOENT;

	if (!name)
		return -ENOENT;
	spin_lock_bh(&name->lock);
	if (name->state != NETBIOS_NAME_STATE_GONE) {
		release = !by_helper && READ_ONCE(nn->helper_portid) &&
			  nb_name_held_at(name, 0);
		detach_socks(name);
		nb_name_stop_held(name, NULL);
		if (release)
			nb_name_replace_held(name);
		else
			nb_name_remove_held(name, 0);
		err = 0;
	}
	spin_unlock_bh(&name->lock);
	if (release)
		release_again(nn, key, name);
	nb_name_put(name);
	return err;
}

static void make_conflict(struct nb_name *name)
{
	struct nb_sock *nsk;

	NB_INC_STATS(name->nn, NB_STAT_NAME_CONFLICTS);
	nb_name_state_held(name, NETBIOS_NAME_STATE_CONFLICT, 0);
	list_for_each_entry(nsk, &name->socks, name_node)
		nb_sock_conflict(nsk);
}

static int set_held(struct nb_name *name, int state, int permanent,
		    struct netlink_ext_ack *extack)
{
	switch (name->state) {
	case NETBIOS_NAME_STATE_GONE:
		NL_SET_ERR_MSG(extack, "The name is not in the table");
		return -ENOENT;
	case NETBIOS_NAME_STATE_CLAIMING:
		if (state < 0)
			break;
		NL_SET_ERR_MSG(extack, "The name is being claimed: answer that work");
		return -EBUSY;
	case NETBIOS_NAME_STATE_RELEASING:
		NL_SET_ERR_MSG(extack, "The name is being released");
		return -EBUSY;
	}
	if (permanent >= 0)
		name->permanent = permanent;
	if (state >= 0 && state != name->state) {
		if (state == NETBIOS_NAME_STATE_CONFLICT)
			make_conflict(name);
		else
			nb_name_state_held(name, state, 0);
	}
	if (!permanent && !name->holders)
		nb_name_unused_held(name);
	return 0;
}

/**
 * nb_name_set() - change a local name (NS-078)
 * @nn: node
 * @key: the name
 * @state: NETBIOS_NAME_STATE_REGISTERED, _PROVISIONAL, _CONFLICT, or -1
 * @permanent: 0, 1, or -1
 * @extack: gets the reason of a failure
 *
 * Context: process, may sleep.
 * Return: 0, -ENOENT, or -EBUSY if the name is being claimed or released.
 */
int nb_name_set(struct nb_net *nn, const struct nb_key *key, int state,
		int permanent, struct netlink_ext_ack *extack)
{
	struct nb_name *name = find(nn, key, extack);
	int err;

	if (!name)
		return -ENOENT;
	spin_lock_bh(&name->lock);
	err = set_held(name, state, permanent, extack);
	spin_unlock_bh(&name->lock);
	nb_name_put(name);
	return err;
}
