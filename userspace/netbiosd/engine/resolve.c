// SPDX-License-Identifier: GPL-2.0
/*
 * netbiosd: finding the addresses of a name (connect, NB_RESOLVE), shared by
 * all who ask for the same name.
 *
 *   B  by broadcast (RFC 1002 5.1.1.3)
 *   P  at the name server (5.1.2.3)
 *   M  by broadcast, then at the server (5.1.3.3)
 *   H  at the server while there is one, then by broadcast (draft 3.3)
 *
 * The members of a group for whom no server distributes datagrams (nbdd.c) are
 * those that the name server has, for each type of node (RFC 1002 5.3.2).
 *
 * All adapters ask at the same time, the first answer counts. What comes by
 * broadcast after it is watched for CONFLICT_TIMER (RFC 1001 15.1.3.5). Whether
 * an address that failed is told to the server is in suspect_step().
 */
#include <stdlib.h>
#include <string.h>

#include "resolve.h"

static const struct txn_ops broadcast_ops;
static const struct txn_ops server_ops;

static void free_resolve(struct resolve *r)
{
	struct nbd_engine *e = r->engine;
	struct resolve **p;
	unsigned int i;

	for (p = &e->resolves; *p != r; p = &(*p)->next)
		;
	*p = r->next;
	for (i = 0; i < r->n; i++)
		resolve_leg_stop(&r->leg[i]);
	free(r);
}

/* Everybody who waits gets the same */
static void answer_all(struct resolve *r)
{
	struct work *work;

	while ((work = r->works)) {
		r->works = work->next;
		work_end(r->engine, work, &r->answer);
	}
}

static void not_found(struct resolve *r)
{
	struct nbd_engine *e = r->engine;

	if (lmhosts_find(e, &r->wire, &r->answer)) {
		r->answer.ttl = 0;	/* the file may change */
	} else if (r->timed_out && !r->members) {
		r->answer.status = NETBIOS_WORK_STATUS_TIMEOUT;
	} else if (r->unavailable == r->n && !r->members) {
		r->answer.status = NETBIOS_WORK_STATUS_UNAVAILABLE;
	} else {
		r->answer.status = NETBIOS_WORK_STATUS_NOT_FOUND;
		r->answer.ttl = e->config.negative_ttl;
	}
	answer_all(r);
}

/* One adapter less that could still answer, or be watched */
static void leg_over(struct resolve_leg *leg)
{
	struct resolve *r = leg->resolve;

	resolve_leg_stop(leg);
	if (--r->pending)
		return;
	if (!r->answered)
		not_found(r);
	free_resolve(r);
}

/**
 * resolve_leg_stop() - nothing runs for it any more
 * @leg: leg
 */
void resolve_leg_stop(struct resolve_leg *leg)
{
	const struct nbd_engine *e = leg->adapter->engine;

	txn_end(&leg->txn);
	if (leg->cookie)
		e->ops->tcp_cancel(e->os, leg->cookie);
	leg->cookie = 0;
}

/**
 * resolve_success() - a leg has found the name
 * @leg: leg, with its addresses
 *
 * The others stop. Not the watch of a broadcast: that ends by itself.
 */
void resolve_success(struct resolve_leg *leg)
{
	struct resolve *r = leg->resolve;
	unsigned int i;

	if (!r->answered) {
		r->answered = true;
		r->answer = (struct nbd_answer) {
			.status = NETBIOS_WORK_STATUS_OK,
			.n = leg->n,
			.group = leg->group,
			.ttl = leg->ttl && leg->ttl < r->max_ttl ? leg->ttl : r->max_ttl,
		};
		memcpy(r->answer.addr, leg->addr, leg->n * sizeof(leg->addr[0]));
		answer_all(r);
	}
	r->pending++;	/* keep it until the loop is over */
	for (i = 0; i < r->n; i++)
		if (&r->leg[i] != leg && resolve_leg_runs(&r->leg[i]))
			leg_over(&r->leg[i]);
	r->pending--;
	if (!leg->txn || !leg->watching)
		leg_over(leg);
}

static void ask(struct resolve_leg *leg, const struct txn_ops *ops, uint32_t dest, bool nbns)
{
	txn_end(&leg->txn);
	leg->txn = txn_start(leg->adapter, &(struct request) {
		.ops = ops,
		.owner = leg,
		.name = &leg->resolve->wire,
		.opcode = NS_OP_QUERY,
		.flags = NS_RD,
		.dest = dest,
		.nbns = nbns,
	});
}

static void by_server(struct resolve_leg *leg)
{
	ask(leg, &server_ops, 0, true);
}

static void by_broadcast(struct resolve_leg *leg)
{
	leg->asked_broadcast = true;
	ask(leg, &broadcast_ops, 0, false);
}

/* Broadcast, and after it the server for an M node */
static void broadcast_step(struct resolve_leg *leg)
{
	if (adapter_broadcasts(leg->adapter))
		by_broadcast(leg);
	else
		resolve_broadcast_failed(leg);
}

static void unavailable(struct resolve_leg *leg)
{
	leg->resolve->unavailable++;
	leg_over(leg);
}

/* The first question, as the type of node has it */
static void first_step(struct resolve_leg *leg)
{
	const struct adapter *a = leg->adapter;
	bool server_only = a->type == NBD_TYPE_P || leg->resolve->members;

	if ((server_only || a->type == NBD_TYPE_H) && nbns_usable(a))
		by_server(leg);		/* H-021 */
	else if (server_only)
		unavailable(leg);
	else
		broadcast_step(leg);	/* H-022 */
}

/**
 * resolve_broadcast_failed() - nobody has answered by broadcast
 * @leg: leg
 */
void resolve_broadcast_failed(struct resolve_leg *leg)
{
	const struct adapter *a = leg->adapter;

	txn_end(&leg->txn);
	if (leg->wide) {	/* a group that nobody else is in just now */
		resolve_take(leg, a->conf.broadcast, true);
		resolve_success(leg);
	} else if (a->type == NBD_TYPE_M && nbns_usable(a)) {
		by_server(leg);
	} else {
		leg_over(leg);
	}
}

/**
 * resolve_server_failed() - the server says no, or nothing at all
 * @leg: leg
 */
void resolve_server_failed(struct resolve_leg *leg)
{
	resolve_leg_stop(leg);
	if (leg->adapter->type == NBD_TYPE_H && !leg->asked_broadcast &&
	    !leg->resolve->members)
		broadcast_step(leg);	/* H-022 */
	else
		leg_over(leg);
}

/**
 * resolve_group_members() - the server knows that it is a group, but no members
 *	(P-10): ask them
 * @leg: leg
 */
void resolve_group_members(struct resolve_leg *leg)
{
	if (leg->resolve->members) {
		resolve_server_failed(leg);
		return;
	}
	leg->wide = true;
	leg->group = true;
	if (adapter_broadcasts(leg->adapter))
		by_broadcast(leg);
	else
		resolve_broadcast_failed(leg);
}

/**
 * resolve_ask_host() - a question for one host: another server, or an owner
 * @leg: leg
 * @ops: what to do with the answer
 * @addr: host
 */
void resolve_ask_host(struct resolve_leg *leg, const struct txn_ops *ops, uint32_t addr)
{
	ask(leg, ops, addr, false);
}

static const struct txn_ops broadcast_ops = {
	.answer = resolve_broadcast_answer,
	.silence = resolve_broadcast_silence,
};

static const struct txn_ops server_ops = {
	.answer = resolve_server_answer,
	.silence = resolve_server_silence,
};

/* The server was told that an address is wrong, whatever it says to that */
static void suspect_answer(struct txn *txn, const struct ns_packet *packet, uint32_t from)
{
	struct resolve_leg *leg = txn->owner;

	(void)packet;
	(void)from;
	txn_end(&leg->txn);
	first_step(leg);
}

static void suspect_silence(struct txn *txn)
{
	suspect_answer(txn, NULL, 0);
}

static const struct txn_ops suspect_ops = {
	.answer = suspect_answer,
	.silence = suspect_silence,
};

/* NAME RELEASE REQUEST for the bad address (NS-082) */
static void suspect_step(struct resolve_leg *leg)
{
	struct resolve *r = leg->resolve;

	if (!r->avoid || !nbns_usable(leg->adapter)) {
		first_step(leg);
		return;
	}
	leg->txn = txn_start(leg->adapter, &(struct request) {
		.ops = &suspect_ops,
		.owner = leg,
		.name = &r->wire,
		.opcode = NS_OP_RELEASE,
		.nbns = true,
		.entry = { .addr = r->avoid },
	});
}

/* A name of this node needs no network */
static bool own_name(struct nbd_engine *e, const struct ns_name *wire, uint64_t id)
{
	struct nbd_answer answer = { .status = NETBIOS_WORK_STATUS_OK };
	const struct name *name = name_find(e, wire);
	const struct adapter *a;

	if (!name_held(name) || name->group)
		return false;
	for_each_adapter(e, a)
		if (name_on(name, a) && answer.n < NBD_ADDRS_MAX)
			answer.addr[answer.n++] = a->conf.addr;
	if (!answer.n)
		return false;
	e->ops->work_done(e->os, id, &answer);
	return true;
}

static bool from_lmhosts(struct nbd_engine *e, const struct ns_name *wire, uint64_t id)
{
	struct nbd_answer answer = { .status = NETBIOS_WORK_STATUS_OK };

	if (!e->config.lmhosts_first || !lmhosts_find(e, wire, &answer))
		return false;
	e->ops->work_done(e->os, id, &answer);
	return true;
}

static struct resolve *find(struct nbd_engine *e, const struct ns_name *wire, uint32_t avoid)
{
	struct resolve *r;

	for (r = e->resolves; r; r = r->next)
		if (!r->members && r->avoid == avoid && ns_name_equal(&r->wire, wire))
			return r;
	return NULL;
}

static void add_leg(struct resolve *r, struct adapter *a)
{
	r->leg[r->n].resolve = r;
	r->leg[r->n++].adapter = a;
}

/* On the adapter @only, NULL: on all of them */
static struct resolve *new_resolve(struct nbd_engine *e, const struct ns_name *wire,
				   uint32_t avoid, struct adapter *only)
{
	struct adapter *a;
	struct resolve *r;
	unsigned int n = 0;

	for_each_adapter(e, a)
		n++;
	r = alloc_zeroed(sizeof(*r) + n * sizeof(r->leg[0]));
	r->engine = e;
	r->wire = *wire;
	r->avoid = avoid;
	r->max_ttl = e->config.cache_ttl;
	for_each_adapter(e, a)
		if (!only || a == only)
			add_leg(r, a);
	r->next = e->resolves;
	e->resolves = r;
	return r;
}

static void start(struct resolve *r)
{
	unsigned int i;

	r->pending = r->n + 1;
	for (i = 0; i < r->n; i++)
		suspect_step(&r->leg[i]);
	if (--r->pending)
		return;
	if (!r->answered)
		not_found(r);
	free_resolve(r);
}

/**
 * resolve_work() - the kernel wants addresses
 * @e: engine
 * @w: work
 */
void resolve_work(struct nbd_engine *e, const struct nbd_work *w)
{
	uint32_t avoid = w->kind == NETBIOS_WORK_KIND_SUSPECT ? w->addr : 0;
	struct ns_name wire;
	struct resolve *r;
	struct work *work;
	bool fresh;

	if (ns_name_set(&wire, w->key.name, w->key.scope)) {
		e->ops->work_done(e->os, w->id, &(struct nbd_answer) {
			.status = NETBIOS_WORK_STATUS_UNAVAILABLE });
		return;
	}
	if (own_name(e, &wire, w->id) || from_lmhosts(e, &wire, w->id))
		return;
	r = find(e, &wire, avoid);
	if (r && r->answered) {	/* still watched */
		e->ops->work_done(e->os, w->id, &r->answer);
		return;
	}
	fresh = !r;
	if (fresh)
		r = new_resolve(e, &wire, avoid, NULL);
	work = work_new(e, w, r);
	work->next = r->works;
	r->works = work;
	if (fresh)
		start(r);
}

/**
 * resolve_members() - the members of a group, as the name server has them
 *	(DG-025)
 * @a: adapter with the server
 * @work: who waits for them; it belongs to us now
 * @wire: group
 * @max_ttl: longest time that the answer may be cached, s
 */
void resolve_members(struct adapter *a, struct work *work, const struct ns_name *wire,
		     uint32_t max_ttl)
{
	struct resolve *r = new_resolve(a->engine, wire, 0, a);

	r->members = true;
	if (max_ttl < r->max_ttl)
		r->max_ttl = max_ttl;
	r->works = work;
	work->next = NULL;
	work->owner = r;
	work->kind = NETBIOS_WORK_KIND_RESOLVE;
	start(r);
}

static void leave(struct work *work)
{
	struct resolve *r = work->owner;
	struct work **p;

	for (p = &r->works; *p != work; p = &(*p)->next)
		;
	*p = work->next;
	if (!r->works)
		free_resolve(r);
}

/**
 * resolve_cancel() - somebody does not wait any more
 * @e: engine
 * @work: his work
 */
void resolve_cancel(struct nbd_engine *e, struct work *work)
{
	leave(work);
	work_drop(e, work);
}

/**
 * resolve_deadline() - the kernel will not wait much longer
 * @e: engine
 * @work: work
 */
void resolve_deadline(struct nbd_engine *e, struct work *work)
{
	leave(work);
	work_status(e, work, NETBIOS_WORK_STATUS_TIMEOUT);
}

/**
 * resolve_adapter_gone() - no answer will come from there
 * @a: adapter
 */
void resolve_adapter_gone(struct adapter *a)
{
	struct resolve *r, *next;
	unsigned int i;

	for (r = a->engine->resolves; r; r = next) {
		next = r->next;
		for (i = 0; i < r->n; i++) {
			if (r->leg[i].adapter == a && resolve_leg_runs(&r->leg[i])) {
				leg_over(&r->leg[i]);
				break;
			}
		}
	}
}

/**
 * resolves_free() - forget all
 * @e: engine
 */
void resolves_free(struct nbd_engine *e)
{
	struct work *work;

	while (e->resolves) {
		while ((work = e->resolves->works)) {
			e->resolves->works = work->next;
			work_drop(e, work);
		}
		free_resolve(e->resolves);
	}
}
