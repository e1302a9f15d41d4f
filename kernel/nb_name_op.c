// SPDX-License-Identifier: GPL-2.0
/*
 * What the helper does for a local name: claim it, release it. An entry has
 * at most one such operation at a time.
 */
#include <linux/slab.h>

#include "nb_name.h"
#include "nb_sock.h"
#include "nb_upcall.h"

/**
 * struct nb_name_op - a claim or a release that the helper works at
 * @waiter: in the request
 * @name: entry; owns a reference
 *
 * It is freed by its callback, or by who kept that from running. A callback
 * that finds another operation in nb_name.op came too late and does nothing.
 */
struct nb_name_op {
	struct nb_waiter	waiter;
	struct nb_name		*name;
};

static void free_op(struct nb_name_op *op)
{
	nb_name_put(op->name);
	kfree(op);
}

static void tell_socks(struct nb_name *name, int err)
{
	struct nb_sock *nsk, *next;

	list_for_each_entry_safe(nsk, next, &name->socks, name_node) {
		if (err) {
			list_del_init(&nsk->name_node);
			name->holders--;
		}
		nb_sock_claimed(nsk, err);
	}
}

static void claim_done(struct nb_waiter *w, int err,
		       const struct nb_addrs *addrs)
{
	struct nb_name_op *op = container_of(w, struct nb_name_op, waiter);
	struct nb_name *name = op->name;

	spin_lock_bh(&name->lock);
	if (name->op == op) {
		name->op = NULL;
		if (err) {
			tell_socks(name, err);
			nb_name_remove_held(name, err);
		} else {
			nb_name_state_held(name, w->state ?:
					   NETBIOS_NAME_STATE_REGISTERED, 0);
			tell_socks(name, 0);
		}
	}
	spin_unlock_bh(&name->lock);
	free_op(op);
}

static void release_done(struct nb_waiter *w, int err,
			 const struct nb_addrs *addrs)
{
	struct nb_name_op *op = container_of(w, struct nb_name_op, waiter);
	struct nb_name *name = op->name;

	spin_lock_bh(&name->lock);
	if (name->op == op) {
		name->op = NULL;
		/*
		 * The name server may refuse (H-018): then it still believes
		 * that the name is here, and so it is. Silence is consent
		 * (E-33).
		 */
		if (err == -EADDRINUSE)
			nb_name_state_held(name, NETBIOS_NAME_STATE_REGISTERED,
					   err);
		else
			nb_name_remove_held(name, err);
	}
	spin_unlock_bh(&name->lock);
	free_op(op);
}

static struct nb_name_op *new_op(struct nb_name *name,
				 void (*done)(struct nb_waiter *w, int err,
					      const struct nb_addrs *addrs))
{
	struct nb_name_op *op;

	op = kzalloc(sizeof(*op), GFP_ATOMIC | __GFP_ACCOUNT);
	if (!op)
		return NULL;
	op->waiter.done = done;
	op->name = name;
	refcount_inc(&name->ref); /* put by free_op() */
	return op;
}

/**
 * nb_name_claim_held() - have the helper claim an entry
 * @name: entry without an operation
 *
 * Context: @name->lock is held.
 * Return: 0, and the outcome will come; or -ENETDOWN, -ENOBUFS, -ENOMEM.
 */
int nb_name_claim_held(struct nb_name *name)
{
	struct nb_name_op *op = new_op(name, claim_done);
	int err;

	lockdep_assert_held(&name->lock);
	if (!op)
		return -ENOMEM;
	err = nb_upcall_claim(name, &op->waiter);
	if (err)
		free_op(op);
	else
		name->op = op;
	return err;
}

static void set_alarm(struct nb_net *nn, unsigned long expires)
{
	spin_lock_bh(&nn->upcall_lock);
	if (!READ_ONCE(nn->draining))
		nb_alarm_set(&nn->name_alarm, expires);
	spin_unlock_bh(&nn->upcall_lock);
}

/**
 * nb_name_release_held() - have the helper release an entry, if there is one
 * @name: entry without an operation, in NETBIOS_NAME_STATE_RELEASING
 *
 * Without a helper the entry waits for one until release_timeout.
 *
 * Context: @name->lock is held.
 */
void nb_name_release_held(struct nb_name *name)
{
	u32 timeout = READ_ONCE(name->nn->settings.release_timeout);
	struct nb_name_op *op = NULL;

	lockdep_assert_held(&name->lock);
	name->expires = jiffies + timeout * HZ;
	if (READ_ONCE(name->nn->helper_portid))
		op = new_op(name, release_done);
	if (op && !nb_upcall_release(name, &op->waiter)) {
		name->op = op;
		return;
	}
	if (op)
		free_op(op);
	set_alarm(name->nn, name->expires);
}

/**
 * nb_name_stop_held() - forget the operation of an entry
 * @name: entry; may have none
 * @taken: gets whether the helper had begun; may be NULL
 *
 * Context: @name->lock is held.
 * Return: true if there was one that had not ended.
 */
bool nb_name_stop_held(struct nb_name *name, bool *taken)
{
	struct nb_name_op *op = name->op;

	lockdep_assert_held(&name->lock);
	if (!op)
		return false;
	name->op = NULL;
	/* its callback may be waiting for the lock that we have */
	if (!nb_upcall_withdraw(name->nn, &op->waiter, taken))
		return false;
	free_op(op);
	return true;
}

static void walk(struct nb_net *nn,
		 void (*visit)(struct nb_name *name, unsigned long *next),
		 unsigned long *next)
{
	struct rhashtable_iter iter;
	struct nb_name *name;

	rhashtable_walk_enter(&nn->names, &iter);
	rhashtable_walk_start(&iter);
	while ((name = rhashtable_walk_next(&iter))) {
		/* the table is being resized: some come twice */
		if (IS_ERR(name))
			continue;
		if (READ_ONCE(name->state) != NETBIOS_NAME_STATE_RELEASING ||
		    !refcount_inc_not_zero(&name->ref))
			continue;
		spin_lock_bh(&name->lock);
		if (name->state == NETBIOS_NAME_STATE_RELEASING && !name->op)
			visit(name, next);
		spin_unlock_bh(&name->lock);
		nb_name_put(name);
	}
	rhashtable_walk_stop(&iter);
	rhashtable_walk_exit(&iter);
}

static void release_one(struct nb_name *name, unsigned long *next)
{
	nb_name_release_held(name);
}

/**
 * nb_name_release_pending() - a helper has come: give it what waits for one
 * @nn: node
 *
 * Context: process.
 */
void nb_name_release_pending(struct nb_net *nn)
{
	walk(nn, release_one, NULL);
}

static void expire_one(struct nb_name *name, unsigned long *next)
{
	if (time_after_eq(jiffies, name->expires))
		nb_name_remove_held(name, -ETIMEDOUT);
	else if (time_before(name->expires, *next))
		*next = name->expires;
}

/**
 * nb_name_expire() - remove entries whose release nobody took in time
 * @work: of nb_net.name_alarm
 *
 * Context: work, may sleep.
 */
void nb_name_expire(struct work_struct *work)
{
	struct nb_net *nn = container_of(to_delayed_work(work), struct nb_net,
					 name_alarm.work);
	unsigned long never = jiffies + MAX_JIFFY_OFFSET;
	unsigned long next = never;

	walk(nn, expire_one, &next);
	if (next != never)
		set_alarm(nn, next);
}
