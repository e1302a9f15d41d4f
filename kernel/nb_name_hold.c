// SPDX-License-Identifier: GPL-2.0
/*
 * How sockets hold local names: who may, with whom, and what becomes of a name
 * that nobody holds any more (NAME-026, API-015 to API-017, API-028).
 */
#include <linux/capability.h>
#include <linux/cred.h>
#include <linux/uidgid.h>

#include "nb_name.h"
#include "nb_sock.h"

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

static bool group_may_bind(struct nb_net *nn, const u8 *name)
{
	kgid_t low, high;

	if (nb_wire_reserved_suffix(name[NETBIOS_NAME_LEN - 1]) &&
	    !READ_ONCE(nn->settings.bind_reserved))
		return false;
	spin_lock_bh(&nn->conf_lock);
	low = nn->settings.bind_gid[0];
	high = nn->settings.bind_gid[1];
	spin_unlock_bh(&nn->conf_lock);
	return in_groups(low, high);
}

/*
 * API-028: privilege may be demanded, but nobody needs to be root for it. The
 * capability is asked for last, since that is audited.
 */
static bool may_bind(struct nb_net *nn, const u8 *name)
{
	return group_may_bind(nn, name) ||
	       ns_capable(nn->net->user_ns, CAP_NET_BIND_SERVICE);
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
