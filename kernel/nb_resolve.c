// SPDX-License-Identifier: GPL-2.0
/*
 * NB_RESOLVE: where a name is, for programs that want to know and not to
 * call.
 */
#include <linux/completion.h>
#include <linux/uaccess.h>

#include "nb_adapter.h"
#include "nb_name.h"
#include "nb_resolve.h"

/**
 * struct resolver - somebody who waits for the helper
 * @waiter: in the request
 * @done: the helper has answered, or will not
 * @err: 0 or a negative errno
 * @addrs: the answer
 */
struct resolver {
	struct nb_waiter	waiter;
	struct completion	done;
	int			err;
	struct nb_addrs		addrs;
};

static void answered(struct nb_waiter *w, int err,
		     const struct nb_addrs *addrs)
{
	struct resolver *r = container_of(w, struct resolver, waiter);

	r->err = err;
	if (addrs)
		r->addrs = *addrs;
	complete(&r->done);
}

/* Addresses of this node where a name is held; 0 for @ifindex is all. */
static void own_addrs(struct nb_net *nn, int ifindex, struct nb_addrs *addrs)
{
	const struct nb_adapter *adapter;
	unsigned long i;

	addrs->n = 0;
	rcu_read_lock();
	xa_for_each(&nn->adapters, i, adapter) {
		if (ifindex && adapter->ifindex != ifindex)
			continue;
		if (!adapter->condition.addr || addrs->n == NB_ADDRS_MAX)
			continue;
		addrs->addr[addrs->n++] = adapter->condition.addr;
	}
	rcu_read_unlock();
	if (!addrs->n)
		addrs->addr[addrs->n++] = htonl(INADDR_LOOPBACK);
}

/* A name of this very node, as connect() finds it. */
static bool resolve_own(struct nb_net *nn, const struct nb_key *key, bool group,
			struct nb_addrs *addrs)
{
	struct nb_name *name = nb_name_find(nn, key);
	bool own;

	if (!name)
		return false;
	own = name->group == group && nb_name_held_at(name, 0);
	if (own) {
		own_addrs(nn, name->ifindex, addrs);
		addrs->group = group;
	}
	nb_name_put(name);
	return own;
}

static struct resolver *new_resolver(void)
{
	struct resolver *r = kzalloc(sizeof(*r), GFP_KERNEL);

	if (r) {
		r->waiter.done = answered;
		init_completion(&r->done);
	}
	return r;
}

static int wait_for_answer(struct nb_net *nn, struct resolver *r, long *timeo)
{
	long left;

	left = wait_for_completion_interruptible_timeout(&r->done, *timeo);
	if (left <= 0 && nb_upcall_cancel(nn, &r->waiter))
		return left ? sock_intr_errno(*timeo) : -EAGAIN;
	if (*timeo != MAX_SCHEDULE_TIMEOUT)
		*timeo = max(left, 0L);
	/* answered, perhaps in the very last moment */
	return r->err;
}

/**
 * nb_resolve_ask() - ask the helper where a name is, and wait
 * @nn: node
 * @key: name
 * @uid: owner of the socket that wants to know
 * @timeo: for how long, jiffies; becomes what is left of it
 * @addrs: gets the answer
 *
 * Context: process, may sleep; no lock held.
 * Return: 0 or a negative errno: the helper's, -EAGAIN when @timeo is over,
 * -ERESTARTSYS or -EINTR on a signal.
 */
int nb_resolve_ask(struct nb_net *nn, const struct nb_key *key, kuid_t uid,
		   long *timeo, struct nb_addrs *addrs)
{
	struct resolver *r = new_resolver();
	int err;

	if (!r)
		return -ENOMEM;
	err = nb_upcall_resolve(nn, key, uid, &r->waiter);
	if (!err)
		err = wait_for_answer(nn, r, timeo);
	*addrs = r->addrs;
	kfree(r);
	return err;
}

/**
 * nb_resolve_relay() - ask the helper how a group is reached, and wait
 * @nn: node
 * @key: group, or the name of all nodes
 * @nbdd: server that is to be asked, 0 if there is none
 * @ifindex: adapter that the datagrams go out by
 * @uid: owner of the socket that wants to know
 * @timeo: for how long, jiffies; becomes what is left of it
 *
 * Context, return: as nb_resolve_ask().
 */
int nb_resolve_relay(struct nb_net *nn, const struct nb_key *key, __be32 nbdd,
		     int ifindex, kuid_t uid, long *timeo)
{
	struct resolver *r = new_resolver();
	int err;

	if (!r)
		return -ENOMEM;
	err = nb_upcall_relay(nn, key, nbdd, ifindex, uid, &r->waiter);
	if (!err)
		err = wait_for_answer(nn, r, timeo);
	kfree(r);
	return err;
}

static int resolve(struct nb_sock *nsk, const struct nb_key *key, long timeo,
		   struct nb_addrs *addrs, u32 *flags)
{
	struct nb_net *nn = nb_net(sock_net(&nsk->sk));
	int err;

	if (resolve_own(nn, key, false, addrs)) {
		*flags |= NB_RESOLVE_OWN;
		return 0;
	}
	err = nb_cache_lookup(nn, key, addrs);
	if (!err)
		*flags |= NB_RESOLVE_CACHED;
	else if (err == -ENOENT)
		err = timeo ? nb_resolve_ask(nn, key, nsk->sk.sk_uid, &timeo,
					     addrs) : -EAGAIN;
	/* A group that nobody else is in (SS-040) */
	if (nb_resolve_found_nobody(err) && resolve_own(nn, key, true, addrs)) {
		*flags |= NB_RESOLVE_OWN;
		err = 0;
	}
	if (!err && addrs->group)
		*flags |= NB_RESOLVE_GROUP;
	return err;
}

/**
 * nb_resolve() - the option NB_RESOLVE (SS-027)
 * @nsk: socket; its scope is meant
 * @val: the name; gets the addresses
 * @timeo: how long to wait for the helper, jiffies; 0 not at all
 *
 * Context: process, may sleep; no lock held.
 * Return: 0 or a negative errno: as of connect(), and -EAGAIN when @timeo is
 * over, -ERESTARTSYS or -EINTR on a signal.
 */
int nb_resolve(struct nb_sock *nsk, struct nb_resolve *val, long timeo)
{
	struct nb_addrs addrs = {};
	struct nb_scope *scope;
	struct nb_key key;
	u32 flags = 0;
	int err;

	BUILD_BUG_ON(NB_ADDRS_MAX != NB_RESOLVE_ADDRS);
	if (val->nrs_name.snb_family != AF_NETBIOS)
		return -EAFNOSUPPORT;
	if (val->nrs_name.snb_name[0] == '*')
		return -EINVAL;
	lock_sock(&nsk->sk);
	scope = nb_scope_get(nsk->scope);
	release_sock(&nsk->sk);
	nb_key_init(&key, val->nrs_name.snb_name, scope);
	err = resolve(nsk, &key, timeo, &addrs, &flags);
	nb_scope_put(scope);
	if (err)
		return err;
	val->nrs_flags = flags;
	val->nrs_count = addrs.n;
	memcpy(val->nrs_addr, addrs.addr, sizeof(val->nrs_addr));
	return 0;
}
