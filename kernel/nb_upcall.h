/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _NB_UPCALL_H
#define _NB_UPCALL_H

#include "nb_core.h"

/*
 * Questions about remote names that may be pending at a time, per namespace.
 * Claims and releases are as many as there are names, see name-max.
 */
#define NB_UPCALL_MAX	1024

/*
 * Those of them that one user may have made; the last ones of this number are
 * for root alone, who has no share.
 */
#define NB_UPCALL_SHARE	(NB_UPCALL_MAX / 4)

/* What becomes of a request, for its tracepoint */
enum {
	NB_UPCALL_QUEUED,
	NB_UPCALL_TAKEN,
	NB_UPCALL_ANSWERED,
	NB_UPCALL_CANCELLED,
	NB_UPCALL_LATE,
};

/**
 * struct nb_upcall - a request to the helper
 * @list: in nb_net.upcalls, or in nb_net.upcall_calling once answered
 * @fresh: in nb_net.upcall_fresh until the helper has read it
 * @by_id: in nb_net.upcall_ids until it is answered
 * @by_question: in nb_net.upcall_lookup until then, if it is a lookup
 * @waiters: who is to be told, struct nb_waiter
 * @calling: the one that is being told
 * @id: random; the answer repeats it
 * @seq: counts requests, so that a dump can go on
 * @expires: deadline, jiffies
 * @answered: it is in nb_net.upcall_calling
 * @taken: the helper has read it
 * @keep: somebody wants it done who does not wait
 * @kind: enum netbios_work_kind
 * @name: the name
 * @scope: its scope; owns a reference
 * @group: group name (claim, release)
 * @any_owner: no owner (claim, release)
 * @owner: owner of the name (claim, release)
 * @ifindex: adapter of the name, 0 for all (claim, release); adapter that the
 *	datagrams go out by (relay)
 * @addr: the address that was wrong (suspect); the server, 0 if there is none
 *	(relay)
 * @wire_error: what it answered, 0 if nothing (suspect)
 * @uid: who asked first (resolve, suspect, relay)
 *
 * Protected by nb_net.upcall_lock; what comes after @keep never changes.
 */
struct nb_upcall {
	struct list_head	list;
	struct list_head	fresh;
	struct rhash_head	by_id;
	struct hlist_node	by_question;
	struct list_head	waiters;
	struct nb_waiter	*calling;
	u64			id;
	u64			seq;
	unsigned long		expires;
	bool			answered;
	bool			taken;
	bool			keep;
	u8			kind;
	u8			name[NETBIOS_NAME_LEN];
	struct nb_scope		*scope;
	bool			group;
	bool			any_owner;
	kuid_t			owner;
	int			ifindex;
	__be32			addr;
	u8			wire_error;
	kuid_t			uid;
};

/* About a remote name, and not one of ours? */
static inline bool nb_upcall_is_lookup(const struct nb_upcall *req)
{
	return req->kind == NETBIOS_WORK_KIND_RESOLVE ||
	       req->kind == NETBIOS_WORK_KIND_SUSPECT ||
	       req->kind == NETBIOS_WORK_KIND_RELAY;
}

/* nb_pending.c; nb_net.upcall_lock is held, but for the first two */
int nb_pending_init(struct nb_net *nn);
void nb_pending_exit(struct nb_net *nn);
int nb_pending_add(struct nb_net *nn, struct nb_upcall *req);
void nb_pending_remove(struct nb_net *nn, struct nb_upcall *req);
struct nb_upcall *nb_pending_same(struct nb_net *nn,
				  const struct nb_upcall *ask);
bool nb_pending_share_used(struct nb_net *nn, kuid_t uid);
struct nb_upcall *nb_pending_find(struct nb_net *nn, u64 id);
struct nb_upcall *nb_pending_fresh(struct nb_net *nn);
struct nb_upcall *nb_pending_after(struct nb_net *nn, u64 seq, u64 id);
void nb_pending_taken(struct nb_upcall *req);
void nb_pending_again(struct nb_net *nn);

/* nb_upcall.c */
int nb_upcall_claim(const struct nb_name *name, struct nb_waiter *w);
int nb_upcall_release(const struct nb_name *name, struct nb_waiter *w);
bool nb_upcall_withdraw(struct nb_net *nn, struct nb_waiter *w, bool *taken);
void nb_upcall_answered(struct nb_net *nn, struct nb_upcall *req);
void nb_upcall_finish(struct nb_net *nn, struct nb_upcall *req, int err,
		      const struct nb_addrs *addrs, u8 state);

#endif /* _NB_UPCALL_H */
