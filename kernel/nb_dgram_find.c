// SPDX-License-Identifier: GPL-2.0
/*
 * Name discovery for datagrams (DG-010): this node, the cache, the helper.
 */
#include "nb_adapter.h"
#include "nb_dgram.h"
#include "nb_name.h"
#include "nb_relay.h"
#include "nb_resolve.h"

/**
 * nb_dgram_looked_up() - the helper has an answer for a non-blocking sender
 * @w: in struct nb_dgram_lookup
 * @err: 0 or a negative errno
 * @addrs: where the name is
 *
 * Context: process, no lock held.
 */
void nb_dgram_looked_up(struct nb_waiter *w, int err,
			const struct nb_addrs *addrs)
{
	struct nb_dgram_sock *ds = container_of(w, struct nb_dgram_sock,
						lookup.waiter);
	struct sock *sk = &ds->nb.sk;

	spin_lock_bh(&ds->lock);
	ds->lookup.err = err;
	if (!err && addrs)
		ds->lookup.addrs = *addrs;
	ds->lookup.done = true;
	WRITE_ONCE(ds->lookup.pending, false);
	spin_unlock_bh(&ds->lock);
	sk->sk_state_change(sk);
	sk_wake_async(sk, SOCK_WAKE_IO, POLL_OUT);
}

/* What a sender wants to know of the helper. */
struct question {
	struct nb_key	key;
	bool		relay;	/* how a group is reached, by way of */
	__be32		nbdd;	/* this server */
	int		ifindex;
};

static bool is_about(const struct nb_dgram_lookup *lookup,
		     const struct question *q)
{
	struct nb_key key;

	nb_key_init(&key, lookup->name, lookup->scope);
	return nb_key_equal(&key, &q->key) &&
	       lookup->relay == q->relay && lookup->nbdd == q->nbdd;
}

/*
 * Without waiting: have it looked up, and say EAGAIN. The socket is writable
 * again when the answer is there, for the next try.
 */
static int find_later(struct nb_dgram_tx *tx, const struct question *q)
{
	struct nb_dgram_lookup *lookup = &tx->ds->lookup;
	struct nb_scope *old = NULL;
	bool ask = false;
	int err = -EAGAIN;

	spin_lock_bh(&tx->ds->lock);
	if (lookup->done && is_about(lookup, q)) {
		err = lookup->err;
		if (!lookup->relay)
			tx->addrs = lookup->addrs;
		lookup->done = false;
	} else if (!lookup->pending) {
		memcpy(lookup->name, q->key.name, NETBIOS_NAME_LEN);
		old = lookup->scope;
		lookup->scope = nb_scope_get(tx->scope);
		lookup->relay = q->relay;
		lookup->nbdd = q->nbdd;
		lookup->done = false;
		WRITE_ONCE(lookup->pending, true);
		ask = true;
	}
	spin_unlock_bh(&tx->ds->lock);
	nb_scope_put(old);
	if (!ask)
		return err;
	if (q->relay)
		err = nb_upcall_relay(tx->nn, &q->key, q->nbdd, q->ifindex,
				      tx->ds->nb.sk.sk_uid, &lookup->waiter);
	else
		err = nb_upcall_resolve(tx->nn, &q->key, tx->ds->nb.sk.sk_uid,
					&lookup->waiter);
	if (!err)
		return -EAGAIN;
	WRITE_ONCE(lookup->pending, false);
	/* who polls meanwhile has seen a socket that is not writable */
	tx->ds->nb.sk.sk_state_change(&tx->ds->nb.sk);
	return err;
}

/* DG-010: where a name is that this node does not hold. */
static int find_remote(struct nb_dgram_tx *tx)
{
	struct question q = {};
	int err;

	nb_key_init(&q.key, tx->destination, tx->scope);
	err = nb_cache_lookup(tx->nn, &q.key, &tx->addrs);
	if (err != -ENOENT) {
		/* what an earlier try was told is in the cache, or outdated */
		if (READ_ONCE(tx->ds->lookup.done))
			WRITE_ONCE(tx->ds->lookup.done, false);
	} else if (tx->waits) {
		err = nb_resolve_ask(tx->nn, &q.key, tx->ds->nb.sk.sk_uid,
				     &tx->timeo, &tx->addrs);
	} else {
		err = find_later(tx, &q);
	}
	return err;
}

/*
 * DG-024: before the first datagram to a group goes to an NBDD, it is asked
 * whether it relays it. If nobody can tell, it goes there all the same.
 */
static int find_relays(struct nb_dgram_tx *tx)
{
	struct question q = { .relay = true };
	int err, i;

	nb_key_init(&q.key, tx->destination, tx->scope);
	/* servers come and go meanwhile; but not for ever */
	for (i = 0; i < NB_SERVERS_MAX; i++) {
		if (!nb_dgram_unasked(tx, &q.nbdd, &q.ifindex))
			break;
		if (tx->waits)
			err = nb_resolve_relay(tx->nn, &q.key, q.nbdd,
					       q.ifindex,
					       tx->ds->nb.sk.sk_uid,
					       &tx->timeo);
		else
			err = find_later(tx, &q);
		if (err == -EAGAIN || err == sock_intr_errno(tx->timeo))
			return err;
		if (nb_relay_find(tx->nn, &q.key, q.nbdd, NULL) < 0)
			nb_relay_learn(tx->nn, &q.key, q.nbdd, NULL,
				       NB_RELAY_RETRY);
	}
	return 0;
}

static int find_name(struct nb_dgram_tx *tx)
{
	const struct nb_name *name;
	struct nb_key key;
	int err;

	if (nb_dgm_to_everybody(tx->destination)) {
		tx->type = NB_DGM_BROADCAST;
		tx->local = true;
		tx->remote = true;
		return 0;
	}
	nb_key_init(&key, tx->destination, tx->scope);
	rcu_read_lock();
	name = nb_name_lookup(tx->nn, &key);
	if (name && nb_name_held_at(name, tx->ifindex)) {
		tx->local = true;
		tx->remote = name->group;
	}
	rcu_read_unlock();
	if (tx->local) {
		tx->type = tx->remote ? NB_DGM_GROUP : NB_DGM_UNIQUE;
		return 0;
	}
	err = find_remote(tx);
	if (err)
		return err;
	tx->remote = true;
	tx->type = tx->addrs.group ? NB_DGM_GROUP : NB_DGM_UNIQUE;
	return 0;
}

/**
 * nb_dgram_find() - whom a datagram reaches, and so what it is
 * @tx: datagram; its destination is set, and how long it may take
 *
 * Context: process, may sleep.
 * Return: 0, -EHOSTUNREACH if nobody has the name, -EAGAIN, -EINTR, or what
 * the helper says.
 */
int nb_dgram_find(struct nb_dgram_tx *tx)
{
	int err = find_name(tx);

	if (err || !tx->remote || tx->type == NB_DGM_UNIQUE)
		return err;
	return find_relays(tx);
}
