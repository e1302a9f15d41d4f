// SPDX-License-Identifier: GPL-2.0
/*
 * netbiosd: an adapter that is disabled, or gets another address, type or name
 * server, gives up what the network believes of its names: a server would go on
 * sending everybody there until its lifetime is over.
 *
 * Such a registration is REG_LEFT. It is released at the server that has it, with
 * the old address in the record (MS-NBTE 3.1.7), and by broadcast if the adapter
 * takes no part any more. Then it is claimed anew, or gone. All that hangs on the
 * timer of the registration, so that many names are paced (refresh.c). Without a
 * link or an address nothing can be sent: it waits until there is one again.
 */
#include "node.h"

/**
 * leave_entry() - a node as the network still knows it
 * @a: adapter
 * @group: of a group name
 *
 * Return: the entry.
 */
struct ns_entry leave_entry(const struct adapter *a, bool group)
{
	return (struct ns_entry) {
		.flags = a->left.ont | (group ? NS_GROUP : 0),
		.addr = a->left.addr,
	};
}

/**
 * leave_can_send() - may names be spoken of on this adapter?
 * @a: adapter
 *
 * Return: true if it takes part or is leaving.
 */
bool leave_can_send(const struct adapter *a)
{
	return a->active || a->leaving;
}

/**
 * leave_goes_on() - takes an adapter no part any more, but has something to say?
 * @a: adapter
 *
 * Return: true if so.
 */
bool leave_goes_on(const struct adapter *a)
{
	return a->leaving && !a->active && (a->n_left || release_runs(a));
}

/**
 * leave_look() - tell the shell of adapters that have said it all
 * @e: engine
 */
void leave_look(struct nbd_engine *e)
{
	struct adapter *a;

	e->leaving = false;
	for (a = e->adapter; a < e->adapter + e->adapters; a++) {
		if (!a->used || !a->leaving || a->active)
			continue;
		if (leave_goes_on(a)) {
			e->leaving = true;
			continue;
		}
		a->leaving = false;
		e->ops->adapter_left(e->os, a->conf.ifindex);
	}
}

static bool has_server(const struct nbd_adapter *conf, uint32_t addr)
{
	unsigned int i;

	for (i = 0; i < conf->n_nbns; i++)
		if (conf->nbns[i] == addr)
			return true;
	return false;
}

/* Will it be the same node for the one who believes it? */
static bool stays_true(const struct adapter *a, const struct nbd_adapter *next, uint32_t server)
{
	return adapter_can_take_part(next) && next->addr == a->left.addr &&
	       adapter_type(next) != NBD_TYPE_B && has_server(next, server);
}

/**
 * leave_begin() - an adapter is about to change
 * @a: adapter, as it was
 * @next: what it will be, NULL: nothing
 */
void leave_begin(struct adapter *a, const struct nbd_adapter *next)
{
	if (a->active)
		a->left = (struct left) {
			.addr = a->conf.addr,
			.ont = adapter_ont(a),
			.broadcasts = adapter_broadcasts(a),
		};
	a->leaving = next && next->up && addr_is_host(next->addr);
	a->engine->leaving |= a->leaving;
}

static uint32_t server_of(const struct reg *reg, const struct adapter *a)
{
	if (reg->state != REG_SERVER && !leg_at_server(reg->leg))
		return 0;
	if (reg->nbns)
		return reg->nbns;
	/* It may have died since; others have not registered either */
	return nbns_usable(a) ? a->nbns.addr[a->nbns.current] : 0;
}

static bool has_to_be_told(const struct reg *reg, const struct adapter *a,
			   const struct nbd_adapter *next, uint32_t server)
{
	if (!next)
		return false;
	if (server)
		return !stays_true(a, next, server);
	return a->leaving && !adapter_can_take_part(next) && reg->state != REG_UNCLAIMED;
}

/**
 * leave_reg() - end what runs for a registration; it goes, or is REG_LEFT
 * @reg: registration
 * @a: its adapter
 * @next: as for leave_begin()
 */
void leave_reg(struct reg *reg, struct adapter *a, const struct nbd_adapter *next)
{
	struct nbd_engine *e = a->engine;
	uint32_t server = server_of(reg, a);

	if (reg->state == REG_LEFT ? !next : !has_to_be_told(reg, a, next, server)) {
		reg_free(e, reg);
		return;
	}
	if (reg->leg)
		leg_free(reg->leg);
	if (reg->state != REG_LEFT) {
		reg->state = REG_LEFT;
		reg->nbns = server;
		a->n_left++;
	}
	if (a->leaving)
		reg_soon(e, reg, 0);
	else
		timer_stop(&e->background, &reg->timer);
}

/**
 * leave_is_over() - an adapter takes part again: is what the network believes
 *	true again?
 * @reg: registration in state REG_LEFT
 * @a: its adapter
 *
 * Return: true if so; its state has to be another one now.
 */
bool leave_is_over(struct reg *reg, struct adapter *a)
{
	if (reg->nbns && !stays_true(a, &a->conf, reg->nbns))
		return false;
	a->n_left--;
	return true;
}

static void over(struct leg *leg)
{
	struct reg *reg = leg->reg;
	struct adapter *a = leg->adapter;
	struct nbd_engine *e = leg->engine;

	leg_free(leg);
	if (!a->active) {
		reg_free(e, reg);
		return;
	}
	a->n_left--;
	reg->state = REG_UNCLAIMED;
	reg_soon(e, reg, 0);
}

static void broadcast_silence(struct txn *txn)
{
	over(txn->owner);
}

static const struct txn_ops broadcast_ops = {
	.answer = txn_unanswered,
	.silence = broadcast_silence,
};

static void tell(struct leg *leg, const struct txn_ops *ops, uint32_t dest)
{
	struct adapter *a = leg->adapter;
	struct ns_name wire;

	txn_end(&leg->unicast);
	name_wire(leg->reg->name, &wire);
	leg->unicast = txn_start(a, &(struct request) {
		.ops = ops,
		.owner = leg,
		.name = &wire,
		.opcode = NS_OP_RELEASE,
		.dest = dest,
		.background = true,
		.entry = leave_entry(a, leg->reg->name->group),
	});
}

/* The server knows, or there is none (NS-067, H-017, H-020) */
static void broadcast(struct leg *leg)
{
	struct adapter *a = leg->adapter;

	leg->reg->nbns = 0;
	if (a->active || !a->left.broadcasts || !a->conf.broadcast)
		over(leg);
	else
		tell(leg, &broadcast_ops, 0);
}

/* Whatever it says: there is nobody here who could keep the name */
static void server_answer(struct txn *txn, const struct ns_packet *packet, uint32_t from)
{
	(void)packet;
	(void)from;
	broadcast(txn->owner);
}

static void forget_server(struct adapter *a, struct name *name, const void *server)
{
	struct reg *reg = reg_find(name, a);

	if (reg && reg->state == REG_LEFT && reg->nbns == *(const uint32_t *)server)
		reg->nbns = 0;
}

/* Only those who asked already pay for finding out */
static void server_silence(struct txn *txn)
{
	struct leg *leg = txn->owner;
	uint32_t server = txn->dest;

	names_on_adapter(leg->adapter, forget_server, &server);
	broadcast(leg);
}

static const struct txn_ops server_ops = {
	.answer = server_answer,
	.silence = server_silence,
};

/**
 * leave_start() - tell the network
 * @reg: registration in state REG_LEFT
 * @a: its adapter, with leave_can_send()
 */
void leave_start(struct reg *reg, struct adapter *a)
{
	struct leg *leg = transient_alloc(sizeof(*leg));

	leg->engine = a->engine;
	leg->reg = reg;
	leg->adapter = a;
	reg->leg = leg;
	if (reg->nbns)
		tell(leg, &server_ops, reg->nbns);
	else
		broadcast(leg);
}
