// SPDX-License-Identifier: GPL-2.0
/*
 * netbiosd: a claim that somebody waits for (bind). All adapters that take part
 * have to agree; what one of them has granted is undone if another does not.
 */
#include <errno.h>
#include <stdlib.h>

#include "node.h"

/**
 * struct claim - a claim
 * @engine: back
 * @name: what is claimed
 * @work: who waits
 * @pending: legs that run, and one more while they are started
 * @starting: that is now
 * @failed: status of the leg that failed, 0 if none
 */
struct claim {
	struct nbd_engine	*engine;
	struct name		*name;
	struct work		*work;
	unsigned int		pending;
	bool			starting;
	uint32_t		failed;
};

/**
 * claim_drop() - forget a claim, tell nobody; its legs go with the registrations
 * @claim: claim
 */
void claim_drop(struct claim *claim)
{
	claim->name->claim = NULL;
	work_drop(claim->engine, claim->work);
	transient_free(claim);
}

/* Give back what servers have granted, and take the name out of the table */
static void undo(struct claim *claim)
{
	struct nbd_engine *e = claim->engine;
	struct name *name = claim->name;

	claim_drop(claim);
	release_undo(e, name);
	name_free(e, name);
}

static void fail(struct claim *claim, uint32_t status)
{
	struct work *work = claim->work;

	claim->work = NULL;
	work_status(claim->engine, work, status);
	undo(claim);
}

/**
 * claim_demand() - tell the other nodes who has a name now: NAME OVERWRITE DEMAND
 * @a: adapter
 * @name: name
 *
 * Once, and for M and H nodes as configured (E-08, E-22).
 */
void claim_demand(struct adapter *a, const struct name *name)
{
	struct nbd_engine *e = a->engine;
	const struct ns_entry entry = adapter_entry(a, name->group);
	struct ns_name wire;
	uint8_t buf[NS_PACKET_MAX];
	size_t len;

	if (!adapter_broadcasts(a) || (a->type != NBD_TYPE_B && !e->config.overwrite_demand))
		return;
	name_wire(name, &wire);
	len = ns_build_request(buf, sizeof(buf), random32(e),
			       NS_OPCODE_FLAGS(NS_OP_REGISTER) | NS_B, &wire, 0, &entry);
	count(e, NBD_REGISTRATIONS_SENT);
	e->ops->send(e->os, a->conf.ifindex, a->conf.broadcast, NS_PORT, true, buf, len);
}

static void succeed(struct claim *claim)
{
	struct nbd_engine *e = claim->engine;
	struct name *name = claim->name;
	struct nbd_answer answer = { .state = NETBIOS_NAME_STATE_REGISTERED };
	const struct reg *reg;
	struct work *work = claim->work;

	for (reg = name->regs; reg; reg = reg->next)
		if (reg->state == REG_PROVISIONAL)
			answer.state = NETBIOS_NAME_STATE_PROVISIONAL;
	claim->work = NULL;
	if (work_end(e, work, &answer) == -ENOENT) {
		undo(claim);
		return;
	}
	claim_drop(claim);
	name->state = answer.state;
	name->changed = e->now / 1000;
	for (reg = name->regs; reg; reg = reg->next)
		if (reg->state != REG_LEFT)
			claim_demand(&e->adapter[reg->slot], name);
}

static void end(struct claim *claim)
{
	if (claim->failed)
		fail(claim, claim->failed);
	else
		succeed(claim);
}

/**
 * claim_leg_done() - an adapter agrees
 * @claim: claim
 */
void claim_leg_done(struct claim *claim)
{
	if (!--claim->pending)
		end(claim);
}

/**
 * claim_leg_failed() - an adapter does not; its leg ends with the claim
 * @claim: claim
 * @status: enum netbios_work_status
 * @by: who refused, or 0
 */
void claim_leg_failed(struct claim *claim, uint32_t status, uint32_t by)
{
	struct nbd_key key = name_key(claim->name);
	char text[ADDR_TEXT];

	say(claim->engine, NBD_LOG_INFO, "claim of %.15s<%02x> failed, status %u, by %s",
	    key.name, key.name[15], status, addr_text(by, text));
	claim->failed = status;
	if (!claim->starting)
		fail(claim, status);
}

/**
 * claim_leg_gone() - the adapter of a leg does not take part any more
 * @claim: claim
 *
 * If it was the last one, the claim ends soon, but not from here: the adapter is
 * being taken apart.
 */
void claim_leg_gone(struct claim *claim)
{
	struct nbd_engine *e = claim->engine;
	const struct reg *reg = claim->name->regs;

	if (--claim->pending)
		return;
	while (reg && reg->state == REG_LEFT)
		reg = reg->next;
	if (!reg)
		claim->failed = NETBIOS_WORK_STATUS_UNAVAILABLE;
	timer_set(&e->timers, &claim->work->timer, e->now);
}

/**
 * claim_cancel() - nobody waits any more
 * @claim: claim
 */
void claim_cancel(struct claim *claim)
{
	undo(claim);
}

/**
 * claim_deadline() - the kernel will not wait much longer
 * @claim: claim
 *
 * An H node can do without its server; everything else is a failure.
 */
void claim_deadline(struct claim *claim)
{
	struct reg *reg, *next;

	if (!claim->pending) {
		end(claim);
		return;
	}
	for (reg = claim->name->regs; reg; reg = reg->next) {
		if (reg->leg && !leg_can_hurry(reg->leg)) {
			fail(claim, NETBIOS_WORK_STATUS_TIMEOUT);
			return;
		}
	}
	claim->pending++;	/* keep it until the loop is over */
	for (reg = claim->name->regs; reg; reg = next) {
		next = reg->next;
		if (reg->leg)
			leg_hurry(reg->leg);
	}
	claim_leg_done(claim);
}

static void start(struct claim *claim)
{
	struct nbd_engine *e = claim->engine;
	struct name *name = claim->name;
	struct adapter *a;
	unsigned int legs = 0;

	claim->pending = 1;
	claim->starting = true;
	for_each_adapter(e, a) {
		if (!name_on(name, a))
			continue;
		claim->pending++;
		legs++;
		leg_start(reg_get(name, a), a, claim);
	}
	claim->starting = false;
	if (!legs)
		claim->failed = NETBIOS_WORK_STATUS_UNAVAILABLE;
	if (claim->failed)
		fail(claim, claim->failed);
	else
		claim_leg_done(claim);
}

/* Known already, so that there is nothing to ask the network? */
static bool held_already(struct nbd_engine *e, struct name *name, const struct nbd_work *w)
{
	if (!name_held(name) || name->group != w->group || name->ifindex != w->ifindex)
		return false;
	name->release_due = false;
	e->ops->work_done(e->os, w->id, &(struct nbd_answer) { .state = name->state });
	return true;
}

/**
 * claim_work() - the kernel wants a name
 * @e: engine
 * @w: work
 */
void claim_work(struct nbd_engine *e, const struct nbd_work *w)
{
	struct ns_name wire;
	struct name *name;
	struct claim *claim;

	if (ns_name_set(&wire, w->key.name, w->key.scope)) {
		e->ops->work_done(e->os, w->id, &(struct nbd_answer) {
			.status = NETBIOS_WORK_STATUS_UNAVAILABLE });
		return;
	}
	name = name_find(e, &wire);
	if (name && held_already(e, name, w))
		return;
	if (name)	/* being released, in conflict, or claimed for somebody who left */
		name_free(e, name);
	name = name_new(e, &wire, w->key.scope);
	name->group = w->group;
	name->ifindex = w->ifindex;
	name->state = NETBIOS_NAME_STATE_CLAIMING;
	claim = transient_alloc(sizeof(*claim));
	claim->engine = e;
	claim->name = name;
	claim->work = work_new(e, w, claim);
	name->claim = claim;
	start(claim);
}
