// SPDX-License-Identifier: GPL-2.0
/*
 * The requests to the helper that are pending: all of them by age and by id,
 * questions about remote names by what they ask, and apart those that the helper
 * has not read. There may be as many claims as names, so nothing here looks
 * through all of them but what is rare.
 *
 * nb_net.upcall_lock is held around every function.
 */
#include <linux/random.h>
#include <linux/uidgid.h>

#include "nb_upcall.h"

static const struct rhashtable_params id_params = {
	.key_len		= sizeof_field(struct nb_upcall, id),
	.key_offset		= offsetof(struct nb_upcall, id),
	.head_offset		= offsetof(struct nb_upcall, by_id),
	.automatic_shrinking	= true,
};

/**
 * nb_pending_init() - nothing is pending yet
 * @nn: node
 *
 * Context: process, may sleep. Return: 0 or -ENOMEM.
 */
int nb_pending_init(struct nb_net *nn)
{
	INIT_LIST_HEAD(&nn->upcalls);
	INIT_LIST_HEAD(&nn->upcall_fresh);
	hash_init(nn->upcall_lookup);
	nn->upcall_seed = get_random_u32();
	return rhashtable_init(&nn->upcall_ids, &id_params);
}

/**
 * nb_pending_exit() - the reverse of nb_pending_init()
 * @nn: node; nothing is pending
 *
 * Context: process, may sleep.
 */
void nb_pending_exit(struct nb_net *nn)
{
	rhashtable_destroy(&nn->upcall_ids);
}

static u32 question(const struct nb_net *nn, const struct nb_upcall *req)
{
	struct nb_key key;

	nb_key_init(&key, req->name, req->scope);
	return nb_key_hash(&key, nn->upcall_seed);
}

/**
 * nb_pending_add() - a new request
 * @nn: node
 * @req: request; gets its id and its number
 *
 * Context: any. Return: 0 or a negative errno.
 */
int nb_pending_add(struct nb_net *nn, struct nb_upcall *req)
{
	int err;

	lockdep_assert_held(&nn->upcall_lock);
	req->id = get_random_u64();
	req->seq = nn->upcall_seq + 1;
	err = rhashtable_insert_fast(&nn->upcall_ids, &req->by_id, id_params);
	if (err)
		return err;
	nn->upcall_seq = req->seq;
	list_add_tail(&req->list, &nn->upcalls);
	list_add_tail(&req->fresh, &nn->upcall_fresh);
	nn->upcall_count++;
	if (nb_upcall_is_lookup(req)) {
		hash_add(nn->upcall_lookup, &req->by_question,
			 question(nn, req));
		nn->upcall_lookups++;
	}
	return 0;
}

/**
 * nb_pending_remove() - a request is pending no longer
 * @nn: node
 * @req: request
 *
 * Context: any.
 */
void nb_pending_remove(struct nb_net *nn, struct nb_upcall *req)
{
	lockdep_assert_held(&nn->upcall_lock);
	rhashtable_remove_fast(&nn->upcall_ids, &req->by_id, id_params);
	list_del(&req->list);
	list_del_init(&req->fresh);
	nn->upcall_count--;
	if (nb_upcall_is_lookup(req)) {
		hash_del(&req->by_question);
		nn->upcall_lookups--;
	}
}

/**
 * nb_pending_same() - a request that asks the same
 * @nn: node
 * @ask: what is asked
 *
 * Two who resolve a name, doubt the same address of it, or want to know of the
 * same server whether it relays to it, share the answer.
 *
 * Context: any. Return: the request, or NULL.
 */
struct nb_upcall *nb_pending_same(struct nb_net *nn,
				  const struct nb_upcall *ask)
{
	struct nb_upcall *req;
	struct nb_key a, b;

	if (!nb_upcall_is_lookup(ask))
		return NULL;
	nb_key_init(&a, ask->name, ask->scope);
	hash_for_each_possible(nn->upcall_lookup, req, by_question,
			       question(nn, ask)) {
		if (req->kind != ask->kind || req->addr != ask->addr ||
		    req->wire_error != ask->wire_error)
			continue;
		nb_key_init(&b, req->name, req->scope);
		if (nb_key_equal(&a, &b))
			return req;
	}
	return NULL;
}

/**
 * nb_pending_share_used() - has a user all the questions that he may have?
 * @nn: node
 * @uid: user; root of the namespace has no share
 *
 * Who asks what is asked already takes no place: the first one has it.
 *
 * Context: any.
 */
bool nb_pending_share_used(struct nb_net *nn, kuid_t uid)
{
	const struct nb_upcall *req;
	unsigned int own = 0;
	int bucket;

	if (nn->upcall_lookups < NB_UPCALL_SHARE ||
	    uid_eq(uid, make_kuid(nn->net->user_ns, 0)))
		return false;
	if (nn->upcall_lookups >= NB_UPCALL_MAX - NB_UPCALL_SHARE)
		return true;
	hash_for_each(nn->upcall_lookup, bucket, req, by_question)
		own += uid_eq(req->uid, uid);
	return own >= NB_UPCALL_SHARE;
}

/**
 * nb_pending_find() - a request by its id
 * @nn: node
 * @id: as the helper has it
 *
 * Context: any. Return: the request, or NULL.
 */
struct nb_upcall *nb_pending_find(struct nb_net *nn, u64 id)
{
	return rhashtable_lookup_fast(&nn->upcall_ids, &id, id_params);
}

/**
 * nb_pending_fresh() - the oldest request that the helper has not read
 * @nn: node
 *
 * Context: any. Return: the request, or NULL.
 */
struct nb_upcall *nb_pending_fresh(struct nb_net *nn)
{
	return list_first_entry_or_null(&nn->upcall_fresh, struct nb_upcall,
					fresh);
}

/**
 * nb_pending_after() - one request after the other, the oldest first
 * @nn: node
 * @seq: number of the one before, 0 for the first; it need not be there any
 *	more
 * @id: its id
 *
 * Context: any. Return: the request, or NULL behind the last one.
 */
struct nb_upcall *nb_pending_after(struct nb_net *nn, u64 seq, u64 id)
{
	struct nb_upcall *req = seq ? nb_pending_find(nn, id) : NULL;

	if (req)
		return list_is_last(&req->list, &nn->upcalls) ?
		       NULL : list_next_entry(req, list);
	list_for_each_entry(req, &nn->upcalls, list)
		if (req->seq > seq)
			return req;
	return NULL;
}

/**
 * nb_pending_taken() - the helper has read a request
 * @req: request
 *
 * Context: any.
 */
void nb_pending_taken(struct nb_upcall *req)
{
	req->taken = true;
	list_del_init(&req->fresh);
}

/**
 * nb_pending_again() - the next helper has read none of them
 * @nn: node
 *
 * Context: any.
 */
void nb_pending_again(struct nb_net *nn)
{
	struct nb_upcall *req;

	list_for_each_entry(req, &nn->upcalls, list) {
		req->taken = false;
		list_move_tail(&req->fresh, &nn->upcall_fresh);
	}
}
