// SPDX-License-Identifier: GPL-2.0
/*
 * Requests to the helper: who waits for what, until when.
 *
 * A request is made by the first who asks and shared by all who ask the
 * same. It ends exactly once: the helper answers (nb_helper.c), its deadline
 * passes, or the last waiter leaves. In the first two cases it moves from
 * nb_net.upcalls to nb_net.upcall_calling under nb_net.upcall_lock, and
 * whoever moved it calls the waiters, one at a time and with no lock held.
 *
 * A helper that dies takes nothing with it: requests stay until their
 * deadline, and the next helper reads them all.
 */
#include <linux/slab.h>

#include "nb_netlink.h"
#include "nb_trace.h"
#include "nb_upcall.h"

static void free_request(struct nb_upcall *req)
{
	nb_scope_put(req->scope);
	kfree(req);
}

/* A slow helper, and one who asks much, must not be the end of all lookups. */
static int may_ask(struct nb_net *nn, const struct nb_upcall *ask)
{
	if (!nb_upcall_is_lookup(ask))
		return 0;
	if (nn->upcall_lookups >= NB_UPCALL_MAX) {
		NB_INC_STATS(nn, NB_STAT_UPCALL_OVERFLOW);
		return -ENOBUFS;
	}
	if (nb_pending_share_used(nn, ask->uid)) {
		NB_INC_STATS(nn, NB_STAT_UPCALL_USER_CAP);
		return -ENOBUFS;
	}
	return 0;
}

static struct nb_upcall *add_request(struct nb_net *nn,
				     const struct nb_upcall *ask)
{
	u32 timeout = READ_ONCE(nn->settings.upcall_timeout);
	struct nb_upcall *req;
	int err;

	err = may_ask(nn, ask);
	if (err)
		return ERR_PTR(err);
	req = kmemdup(ask, sizeof(*ask), GFP_ATOMIC | __GFP_ACCOUNT);
	if (!req)
		return ERR_PTR(-ENOMEM);
	err = nb_pending_add(nn, req);
	if (err) {
		kfree(req);
		return ERR_PTR(err);
	}
	nb_scope_get(req->scope); /* put by free_request() */
	INIT_LIST_HEAD(&req->waiters);
	req->expires = jiffies + msecs_to_jiffies(timeout);
	NB_INC_STATS(nn, NB_STAT_UPCALLS);
	nb_alarm_set(&nn->upcall_alarm, req->expires);
	trace_nb_upcall(req, NB_UPCALL_QUEUED, 0);
	nb_event_work(nn, NETBIOS_CMD_WORK_READY, req->id);
	return req;
}

/* @w may be NULL: then the work is done though nobody waits for it. */
static int submit(struct nb_net *nn, const struct nb_upcall *ask,
		  struct nb_waiter *w)
{
	struct nb_upcall *req;
	int err = 0;

	spin_lock_bh(&nn->upcall_lock);
	if (!nn->helper_portid || READ_ONCE(nn->draining)) {
		NB_INC_STATS(nn, NB_STAT_UPCALL_NO_HELPER);
		err = -ENETDOWN;
		goto out_unlock;
	}
	req = nb_pending_same(nn, ask);
	if (!req)
		req = add_request(nn, ask);
	if (IS_ERR(req)) {
		err = PTR_ERR(req);
		goto out_unlock;
	}
	if (w) {
		w->req = req;
		list_add_tail(&w->list, &req->waiters);
	} else {
		req->keep = true;
	}
out_unlock:
	spin_unlock_bh(&nn->upcall_lock);
	return err;
}

static int submit_name(const struct nb_name *name, u8 kind,
		       struct nb_waiter *w)
{
	struct nb_upcall ask = {
		.kind		= kind,
		.scope		= name->scope,
		.group		= name->group,
		.any_owner	= name->any_owner,
		.owner		= name->owner,
		.ifindex	= name->ifindex,
	};

	memcpy(ask.name, name->name, NETBIOS_NAME_LEN);
	return submit(name->nn, &ask, w);
}

static int submit_key(struct nb_net *nn, const struct nb_key *key,
		      struct nb_upcall *ask, struct nb_waiter *w)
{
	int err;

	memcpy(ask->name, key->name, NETBIOS_NAME_LEN);
	ask->scope = nb_scope_new(key->scope, key->scope_len, GFP_ATOMIC);
	if (IS_ERR(ask->scope))
		return PTR_ERR(ask->scope);
	err = submit(nn, ask, w);
	nb_scope_put(ask->scope);
	return err;
}

/**
 * nb_upcall_claim() - have the helper claim a local name (NS rules)
 * @name: the name
 * @w: is told how it ended
 *
 * Context: any; @name->lock may be held. Takes nb_net.upcall_lock.
 * Return: 0 if @w will be called, -ENETDOWN without a helper, -ENOMEM.
 */
int nb_upcall_claim(const struct nb_name *name, struct nb_waiter *w)
{
	return submit_name(name, NETBIOS_WORK_KIND_CLAIM, w);
}

/**
 * nb_upcall_release() - have the helper release a local name
 * @name: the name
 * @w: is told how it ended
 *
 * Context, return: as nb_upcall_claim().
 */
int nb_upcall_release(const struct nb_name *name, struct nb_waiter *w)
{
	return submit_name(name, NETBIOS_WORK_KIND_RELEASE, w);
}

/**
 * nb_upcall_resolve() - have the helper find a remote name (SS-027)
 * @nn: node
 * @key: the name
 * @uid: owner of the socket that wants to know
 * @w: is told the addresses or why there are none; they are in the cache by
 *	then, if they may be cached
 *
 * Context: any. Takes nb_net.upcall_lock.
 * Return: 0 if @w will be called, -ENETDOWN without a helper, -ENOBUFS if too
 * much is pending, of all users or of @uid, -ENOMEM.
 */
int nb_upcall_resolve(struct nb_net *nn, const struct nb_key *key, kuid_t uid,
		      struct nb_waiter *w)
{
	struct nb_upcall ask = {
		.kind	= NETBIOS_WORK_KIND_RESOLVE,
		.uid	= uid,
	};

	return submit_key(nn, key, &ask, w);
}

/**
 * nb_upcall_suspect() - tell the helper that an address was wrong
 * @nn: node
 * @key: the name that was looked for
 * @addr: where it was not (SS-032, SS-035, DG-034)
 * @wire_error: error octet that came from there, 0 if nothing did
 * @uid: owner of the socket that looked for it
 * @w: is told where the name really is; NULL if nobody waits for that
 *
 * The cache forgets the address at once, with or without a helper.
 *
 * Context, return: as nb_upcall_resolve().
 */
int nb_upcall_suspect(struct nb_net *nn, const struct nb_key *key, __be32 addr,
		      u8 wire_error, kuid_t uid, struct nb_waiter *w)
{
	struct nb_upcall ask = {
		.kind		= NETBIOS_WORK_KIND_SUSPECT,
		.addr		= addr,
		.wire_error	= wire_error,
		.uid		= uid,
	};

	nb_cache_forget(nn, key, addr);
	return submit_key(nn, key, &ask, w);
}

/**
 * nb_upcall_relay() - have the helper find out how a group is reached (DG-024)
 * @nn: node
 * @key: the group, or the name of all nodes
 * @nbdd: datagram distribution server that is to be asked, 0 if there is none
 * @ifindex: adapter that the datagrams go out by
 * @uid: owner of the socket that wants to know
 * @w: is told when nb_relay_find() knows, or why it will not
 *
 * Context, return: as nb_upcall_resolve().
 */
int nb_upcall_relay(struct nb_net *nn, const struct nb_key *key, __be32 nbdd,
		    int ifindex, kuid_t uid, struct nb_waiter *w)
{
	struct nb_upcall ask = {
		.kind		= NETBIOS_WORK_KIND_RELAY,
		.addr		= nbdd,
		.ifindex	= ifindex,
		.uid		= uid,
	};

	return submit_key(nn, key, &ask, w);
}

static void abandon(struct nb_net *nn, struct nb_upcall *req)
{
	nb_pending_remove(nn, req);
	trace_nb_upcall(req, NB_UPCALL_CANCELLED, 0);
	if (req->taken)
		nb_event_work(nn, NETBIOS_CMD_WORK_CANCEL, req->id);
	free_request(req);
}

/**
 * nb_upcall_withdraw() - stop waiting, without waiting for a running callback
 * @nn: node
 * @w: waiter; need not wait for anything
 * @taken: gets whether the helper had read the request; may be NULL
 *
 * Context: any; nb_name.lock may be held. Takes nb_net.upcall_lock.
 * Return: true if @w was waiting: the callback has not run and will not.
 * False if it has run, is running or about to, or @w never waited.
 */
bool nb_upcall_withdraw(struct nb_net *nn, struct nb_waiter *w, bool *taken)
{
	struct nb_upcall *req;
	bool waited;

	spin_lock_bh(&nn->upcall_lock);
	req = w->req;
	waited = req;
	if (waited) {
		list_del(&w->list);
		w->req = NULL;
		if (taken)
			*taken = req->taken;
		if (list_empty(&req->waiters) && !req->answered && !req->keep)
			abandon(nn, req);
	}
	spin_unlock_bh(&nn->upcall_lock);
	return waited;
}

static bool is_calling(struct nb_net *nn, const struct nb_waiter *w)
{
	struct nb_upcall *req;
	bool calling = false;

	spin_lock_bh(&nn->upcall_lock);
	list_for_each_entry(req, &nn->upcall_calling, list)
		if (req->calling == w)
			calling = true;
	spin_unlock_bh(&nn->upcall_lock);
	return calling;
}

/**
 * nb_upcall_cancel() - stop waiting
 * @nn: node
 * @w: waiter; need not wait for anything
 *
 * After the return the callback is not running and will not run. The
 * request goes with its last waiter.
 *
 * Context: process, may sleep; not from the callback of @w, and with no lock
 * held that the callback takes.
 * Return: true if the callback was kept from running.
 */
bool nb_upcall_cancel(struct nb_net *nn, struct nb_waiter *w)
{
	bool waited;

	might_sleep();
	waited = nb_upcall_withdraw(nn, w, NULL);
	wait_event(nn->upcall_idle, !is_calling(nn, w));
	return waited;
}

/**
 * nb_upcall_answered() - take a request from the pending ones
 * @nn: node; @nn->upcall_lock is held
 * @req: pending request; the caller now owes it nb_upcall_finish()
 *
 * Context: any.
 */
void nb_upcall_answered(struct nb_net *nn, struct nb_upcall *req)
{
	lockdep_assert_held(&nn->upcall_lock);
	req->answered = true;
	nb_pending_remove(nn, req);
	list_add_tail(&req->list, &nn->upcall_calling);
}

/**
 * nb_upcall_finish() - call the waiters of an answered request and free it
 * @nn: node
 * @req: request, after nb_upcall_answered()
 * @err: 0 or a negative errno
 * @addrs: addresses or NULL
 * @state: state of a claimed name
 *
 * Context: process, no lock held.
 */
void nb_upcall_finish(struct nb_net *nn, struct nb_upcall *req, int err,
		      const struct nb_addrs *addrs, u8 state)
{
	struct nb_waiter *w;

	spin_lock_bh(&nn->upcall_lock);
	while (!list_empty(&req->waiters)) {
		w = list_first_entry(&req->waiters, struct nb_waiter, list);
		list_del(&w->list);
		w->req = NULL;
		w->state = state;
		req->calling = w;
		spin_unlock_bh(&nn->upcall_lock);

		w->done(w, err, addrs); /* may free w */

		spin_lock_bh(&nn->upcall_lock);
		req->calling = NULL;
		wake_up_all(&nn->upcall_idle);
	}
	list_del(&req->list);
	spin_unlock_bh(&nn->upcall_lock);
	free_request(req);
}

static struct nb_upcall *next_late(struct nb_net *nn, bool all)
{
	unsigned long now = jiffies;
	struct nb_upcall *req;

	list_for_each_entry(req, &nn->upcalls, list)
		if (all || time_after_eq(now, req->expires))
			return req;
	return NULL;
}

/*
 * Fails what is late, or all. A late request is withdrawn from the helper
 * too: its answer would be for nobody.
 */
static void fail_late(struct nb_net *nn, bool all)
{
	struct nb_upcall *req;
	int err;

	for (;;) {
		spin_lock_bh(&nn->upcall_lock);
		req = next_late(nn, all);
		if (!req)
			break;
		nb_upcall_answered(nn, req);
		err = nn->helper_portid && !all ? -ETIMEDOUT : -ENETDOWN;
		if (req->taken)
			nb_event_work(nn, NETBIOS_CMD_WORK_CANCEL, req->id);
		spin_unlock_bh(&nn->upcall_lock);

		trace_nb_upcall(req, NB_UPCALL_LATE, err);
		if (!all)
			NB_INC_STATS(nn, NB_STAT_UPCALL_TIMEOUTS);
		nb_upcall_finish(nn, req, err, NULL, 0);
		cond_resched();
	}
	list_for_each_entry(req, &nn->upcalls, list)
		nb_alarm_set(&nn->upcall_alarm, req->expires);
	spin_unlock_bh(&nn->upcall_lock);
}

static void deadline_work(struct work_struct *work)
{
	fail_late(container_of(to_delayed_work(work), struct nb_net,
			       upcall_alarm.work), false);
}

/**
 * nb_upcall_init() - prepare a node for requests
 * @nn: node
 *
 * Context: process, may sleep. Return: 0 or -ENOMEM.
 */
int nb_upcall_init(struct nb_net *nn)
{
	spin_lock_init(&nn->upcall_lock);
	INIT_LIST_HEAD(&nn->upcall_calling);
	init_waitqueue_head(&nn->upcall_idle);
	INIT_DELAYED_WORK(&nn->upcall_alarm.work, deadline_work);
	return nb_pending_init(nn);
}

/**
 * nb_upcall_exit() - fail what is pending
 * @nn: node; nb_net.draining is set, so that nothing new comes
 *
 * Context: process, may sleep.
 */
void nb_upcall_exit(struct nb_net *nn)
{
	fail_late(nn, true);
	cancel_delayed_work_sync(&nn->upcall_alarm.work);
	nb_pending_exit(nn);
}
