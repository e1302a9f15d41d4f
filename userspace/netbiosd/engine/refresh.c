// SPDX-License-Identifier: GPL-2.0
/*
 * netbiosd: what is done for names in the background: claims of names that the
 * helper found in the table or on a new adapter, refreshes (RFC 1002 5.1.2.6),
 * and registrations at a server that has come back (draft 3.1).
 *
 * Everything hangs on the timer of a registration. These timers have a heap of
 * their own, which rests while too many requests are open: however many names
 * there are, the network sees a bounded number of packets at once.
 */
#include "node.h"

/**
 * reg_soon() - do what is due for a registration
 * @e: engine
 * @reg: registration
 * @ms: when
 */
void reg_soon(struct nbd_engine *e, struct reg *reg, uint32_t ms)
{
	timer_set(&e->background, &reg->timer, e->now + ms);
}

static uint64_t refresh_after(const struct nbd_config *config, const struct reg *reg)
{
	uint64_t ttl = reg->ttl < config->min_ttl ? config->min_ttl : reg->ttl;

	return ttl * 10 * config->refresh_percent;
}

/**
 * refresh_schedule() - a server has granted a lifetime: refresh in good time
 * @reg: registration
 * @a: its adapter
 */
void refresh_schedule(struct reg *reg, struct adapter *a)
{
	struct nbd_engine *e = a->engine;

	if (!reg->ttl) {	/* infinite: no refresh (NS-071) */
		timer_stop(&e->background, &reg->timer);
		return;
	}
	timer_set(&e->background, &reg->timer, e->now + refresh_after(&e->config, reg));
}

static void hasten(struct adapter *a, struct name *name, const void *data)
{
	struct nbd_engine *e = a->engine;
	struct reg *reg = reg_find(name, a);
	uint64_t before, now;

	if (!reg || reg->state != REG_SERVER || reg->leg || !reg->ttl || !reg->timer.index)
		return;
	before = refresh_after(data, reg);
	now = refresh_after(&e->config, reg);
	if (now >= before)
		return;
	timer_set(&e->background, &reg->timer,
		  reg->timer.due > e->now + before - now ? reg->timer.due + now - before : e->now);
}

/**
 * refresh_hasten() - names are to be refreshed more often than before
 * @e: engine
 * @old: settings of before
 *
 * Less often counts from the next refresh of a name.
 */
void refresh_hasten(struct nbd_engine *e, const struct nbd_config *old)
{
	struct adapter *a;

	for_each_adapter(e, a)
		names_on_adapter(a, hasten, old);
}

static struct leg *leg_of(struct txn *txn)
{
	return txn->owner;
}

static void refresh_answer(struct txn *txn, const struct ns_packet *packet, uint32_t from)
{
	struct leg *leg = leg_of(txn);
	struct adapter *a = leg->adapter;
	struct reg *reg = leg->reg;
	unsigned int rcode = packet->flags & NS_RCODE;

	if (!rcode)
		reg->ttl = packet->record[0].ttl;
	leg_free(leg);
	if (!rcode)
		refresh_schedule(reg, a);
	else if (rcode == NS_ACT_ERR || rcode == NS_CFT_ERR)	/* NS-074 */
		conflict_mark(a->engine, reg->name, from, "the name server refused a refresh");
	else	/* nobody else has it; if this is refused, too, it is a conflict */
		leg_server(reg, a);
}

/* The name stays; an H node waits for the server, others try again (E-33, H-015) */
static void refresh_silence(struct txn *txn)
{
	struct leg *leg = leg_of(txn);
	struct reg *reg = leg->reg;
	struct adapter *a = leg->adapter;

	leg_free(leg);
	if (nbns_usable(a))
		reg_soon(a->engine, reg, a->engine->config.poll_interval);
}

static const struct txn_ops refresh_ops = {
	.answer = refresh_answer,
	.silence = refresh_silence,
};

/**
 * refresh_start() - refresh a name that a server has
 * @reg: registration
 * @a: its adapter
 */
void refresh_start(struct reg *reg, struct adapter *a)
{
	struct nbd_engine *e = a->engine;
	struct ns_name wire;
	struct leg *leg;

	if (!nbns_usable(a))
		return;		/* refresh_all() when a server is back */
	if (a->nbns.available && reg->nbns != nbns_current(a)) {
		leg_server(reg, a);	/* this one does not know us */
		return;
	}
	leg = transient_alloc(sizeof(*leg));
	leg->engine = e;
	leg->reg = reg;
	leg->adapter = a;
	reg->leg = leg;
	name_wire(reg->name, &wire);
	leg->unicast = txn_start(a, &(struct request) {
		.ops = &refresh_ops,
		.owner = leg,
		.name = &wire,
		.opcode = e->config.refresh_opcode,
		.nbns = true,
		.background = true,
		.ttl = e->config.claim_ttl,
		.entry = adapter_entry(a, reg->name->group),
	});
}

/**
 * reg_timer() - something is due
 * @e: engine
 * @timer: of a registration
 */
void reg_timer(struct nbd_engine *e, struct timer *timer)
{
	struct reg *reg = (struct reg *)((char *)timer - offsetof(struct reg, timer));
	struct adapter *a = &e->adapter[reg->slot];

	if (reg->name->claim) {	/* one at a time */
		reg_soon(e, reg, e->config.conflict_timer);
		return;
	}
	if (reg->leg || !leave_can_send(a) || !name_held(reg->name))
		return;
	switch (reg->state) {
	case REG_UNCLAIMED:
		leg_start(reg, a, NULL);
		break;
	case REG_PROVISIONAL:
		if (nbns_usable(a))
			leg_server(reg, a);
		break;
	case REG_SERVER:
		refresh_start(reg, a);
		break;
	case REG_LEFT:
		leave_start(reg, a);
		break;
	}
}

static void refresh_name(struct adapter *a, struct name *name, const void *data)
{
	struct reg *reg;

	(void)data;
	for (reg = name->regs; reg; reg = reg->next) {
		if (reg->slot != a->slot ||
		    (reg->state != REG_PROVISIONAL && reg->state != REG_SERVER))
			continue;
		reg->nbns = 0;
		reg_soon(a->engine, reg, 0);
	}
	if (name->release_due)
		release_due(a->engine, name);
}

/**
 * refresh_all() - a server has come, or come back: it has to hear of provisional
 *	names (H-013), and may have forgotten the others
 * @a: adapter
 *
 * They are registered, not refreshed: nmbd refuses to refresh a name that it has
 * lost and was asked for since, by our own poll for instance.
 */
void refresh_all(struct adapter *a)
{
	names_on_adapter(a, refresh_name, NULL);
}
