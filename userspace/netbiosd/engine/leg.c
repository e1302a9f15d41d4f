// SPDX-License-Identifier: GPL-2.0
/*
 * netbiosd: the claim of one name on one adapter, as the type of node has it:
 *
 *   B  by broadcast (RFC 1002 5.1.1.1)
 *   P  at the name server (5.1.2.1)
 *   M  by broadcast, then at the name server (5.1.3.1)
 *   H  the same; without a server the name is provisional (draft 3.1)
 *
 * Objections to a broadcast count until CONFLICT_TIMER is over (E-27). An M or
 * H node asks its server as soon as all broadcasts are out, and waits for both.
 */
#include <arpa/inet.h>
#include <stdlib.h>

#include "node.h"

enum leg_step {
	LEG_BROADCAST,	/* the server has not been asked yet */
	LEG_REGISTER,
	LEG_CHALLENGE,
	LEG_OVERWRITE,
	LEG_DONE,	/* with the server, or there is none to ask */
};

static void server_step(struct leg *leg);

/**
 * leg_free() - end it, tell nobody
 * @leg: leg
 */
void leg_free(struct leg *leg)
{
	leg->reg->leg = NULL;
	txn_end(&leg->broadcast);
	txn_end(&leg->unicast);
	transient_free(leg);
}

static void finish(struct leg *leg)
{
	struct reg *reg = leg->reg;
	struct adapter *a = leg->adapter;
	struct nbd_engine *e = leg->engine;
	struct claim *claim = leg->claim;

	/* What by broadcast is no better than before does not undo a server's word */
	if (leg->result != REG_PROVISIONAL || reg->state != REG_SERVER)
		reg->state = leg->result;
	leg_free(leg);
	if (reg->state == REG_SERVER)
		refresh_schedule(reg, a);
	if (claim)
		claim_leg_done(claim);
	else
		name_settle(e, reg->name);
}

static void check(struct leg *leg)
{
	if (!leg->broadcast && leg->step == LEG_DONE)
		finish(leg);
}

static void fail(struct leg *leg, uint32_t status, uint32_t by)
{
	struct nbd_engine *e = leg->engine;
	struct reg *reg = leg->reg;

	if (leg->claim) {
		claim_leg_failed(leg->claim, status, by);
		return;
	}
	leg_free(leg);
	if (status == NETBIOS_WORK_STATUS_REFUSED)
		conflict_mark(e, reg->name, by, "a claim in the background was refused");
	else
		reg_soon(e, reg, e->config.poll_interval);
}

static void server_done(struct leg *leg, enum reg_state result)
{
	txn_end(&leg->unicast);
	leg->step = LEG_DONE;
	leg->result = result;
	check(leg);
}

/* Broadcast */

static bool is_higher(uint32_t addr, uint32_t than)
{
	return ntohl(addr) > ntohl(than);
}

/*
 * A name that we have is claimed again, since a link or the helper has come back,
 * and who objects is about to claim it himself: that is no proof that he has it.
 * If he has not, our own objection has ended his claim by the time that we ask
 * again. If he has it as well, he does the same, later than we or earlier, and
 * the first one to ask is refused by the other one: one is in conflict, not both.
 */
static void rival_objects(struct leg *leg)
{
	struct nbd_engine *e = leg->engine;
	struct reg *reg = leg->reg;
	bool later = is_higher(leg->adapter->conf.addr, leg->rival);

	reg->state = REG_UNCLAIMED;
	leg_free(leg);
	reg_soon(e, reg, (later ? 4 : 2) * e->config.conflict_timer);
}

static void broadcast_answer(struct txn *txn, const struct ns_packet *packet, uint32_t from)
{
	struct leg *leg = txn->owner;

	/* Positive responses and challenges are none of a B node's (NS-045) */
	if (!(packet->flags & NS_RCODE))
		return;
	if (!leg->claim && from == leg->rival)
		rival_objects(leg);
	else
		fail(leg, NETBIOS_WORK_STATUS_REFUSED, from);
}

static void broadcast_quiet(struct txn *txn)
{
	server_step(txn->owner);
}

static void broadcast_silence(struct txn *txn)
{
	struct leg *leg = txn->owner;

	txn_end(&leg->broadcast);
	if (leg->step == LEG_BROADCAST)
		server_step(leg);
	else
		check(leg);
}

static const struct txn_ops broadcast_ops = {
	.answer = broadcast_answer,
	.quiet = broadcast_quiet,
	.silence = broadcast_silence,
};

/* Name server */

static void server_answer(struct txn *txn, const struct ns_packet *packet, uint32_t from);

/* No server answers: an H node goes on without (H-011), others fail */
static void server_silence(struct txn *txn)
{
	struct leg *leg = txn->owner;

	txn_end(&leg->unicast);
	if (leg->adapter->type == NBD_TYPE_H)
		server_done(leg, REG_PROVISIONAL);
	else
		fail(leg, NETBIOS_WORK_STATUS_TIMEOUT, 0);
}

static const struct txn_ops server_ops = {
	.answer = server_answer,
	.silence = server_silence,
};

/*
 * Opcode F (NS-088). If two adapters have the same server, it would take the claim
 * of the second one for that of another node.
 */
static bool multihomed(const struct leg *leg)
{
	uint32_t server = nbns_current(leg->adapter);
	const struct adapter *a;

	if (leg->plain || leg->reg->name->group)
		return false;
	if (leg->several)
		return true;
	for_each_adapter(leg->engine, a)
		if (a != leg->adapter && name_on(leg->reg->name, a) &&
		    (leg->engine->config.multihomed || nbns_is(a, server)))
			return true;
	return false;
}

/* Registration, or with RD clear overwrite (NS-006) */
static void ask_server(struct leg *leg, enum leg_step step)
{
	struct adapter *a = leg->adapter;
	struct ns_name wire;

	name_wire(leg->reg->name, &wire);
	leg->step = step;
	leg->unicast = txn_start(a, &(struct request) {
		.ops = &server_ops,
		.owner = leg,
		.name = &wire,
		.opcode = multihomed(leg) ? NS_OP_MULTIHOMED : NS_OP_REGISTER,
		.flags = step == LEG_REGISTER ? NS_RD : 0,
		.nbns = true,
		.background = !leg->claim,
		.ttl = leg->engine->config.claim_ttl,
		.entry = adapter_entry(a, leg->reg->name->group),
	});
}

/* The broadcast part has nothing against it, or there is none */
static void server_step(struct leg *leg)
{
	struct adapter *a = leg->adapter;

	if (!adapter_has_servers(a))
		server_done(leg, REG_BROADCAST);
	else if (nbns_usable(a))
		ask_server(leg, LEG_REGISTER);
	else if (a->type == NBD_TYPE_H)
		server_done(leg, REG_PROVISIONAL);
	else
		fail(leg, NETBIOS_WORK_STATUS_UNAVAILABLE, 0);
}

/* Nobody defends the name, so the server can be told (NS-057) */
static void overwrite(struct leg *leg)
{
	txn_end(&leg->unicast);
	if (nbns_usable(leg->adapter))
		ask_server(leg, LEG_OVERWRITE);
	else if (leg->adapter->type == NBD_TYPE_H)
		server_done(leg, REG_PROVISIONAL);
	else
		fail(leg, NETBIOS_WORK_STATUS_TIMEOUT, 0);
}

static void challenge_answer(struct txn *txn, const struct ns_packet *packet, uint32_t from)
{
	struct leg *leg = txn->owner;
	uint32_t other;

	if ((packet->flags & NS_RCODE) || ns_redirect(packet, &other) ||
	    (leg->reg->name->group && (ns_entry(&packet->record[0], 0).flags & NS_GROUP)))
		overwrite(leg);
	else
		fail(leg, NETBIOS_WORK_STATUS_REFUSED, from);
}

static void challenge_silence(struct txn *txn)
{
	overwrite(txn->owner);
}

static const struct txn_ops challenge_ops = {
	.answer = challenge_answer,
	.silence = challenge_silence,
};

/* The server names an owner and leaves it to us to ask (NS-019, NS-057) */
static void challenge(struct leg *leg, uint32_t owner)
{
	struct ns_name wire;

	txn_end(&leg->unicast);
	if (!addr_is_host(owner) || owner == leg->adapter->conf.broadcast ||
	    adapter_own_addr(leg->engine, owner)) {
		overwrite(leg);
		return;
	}
	name_wire(leg->reg->name, &wire);
	leg->step = LEG_CHALLENGE;
	leg->owner = owner;
	leg->unicast = txn_start(leg->adapter, &(struct request) {
		.ops = &challenge_ops,
		.owner = leg,
		.name = &wire,
		.opcode = NS_OP_QUERY,
		.flags = NS_RD,
		.dest = owner,
		.background = !leg->claim,
	});
}

static void granted(struct leg *leg, uint32_t ttl, uint32_t from)
{
	leg->reg->nbns = from;
	leg->reg->ttl = ttl;
	/* Kept at once: should the broadcast part fail, there is something to undo */
	leg->reg->state = REG_SERVER;
	server_done(leg, REG_SERVER);
}

/* An answer for good, so that there is nothing to take back */
static void denied(struct leg *leg, uint32_t from)
{
	txn_end(&leg->unicast);
	fail(leg, NETBIOS_WORK_STATUS_REFUSED, from);
}

/* Does @server have the name for another adapter of ours? 0: any server */
static bool granted_elsewhere(const struct leg *leg, uint32_t server)
{
	const struct reg *reg;

	for (reg = leg->reg->name->regs; reg; reg = reg->next)
		if (reg != leg->reg && reg->state == REG_SERVER &&
		    (!server || reg->nbns == server))
			return true;
	return false;
}

/* Is there another way to say it? */
static bool say_it_otherwise(struct leg *leg, unsigned int rcode)
{
	if (leg->unicast->opcode == NS_OP_MULTIHOMED) {
		/* A server that does not know the extension */
		if (rcode != NS_FMT_ERR && rcode != NS_IMP_ERR)
			return false;
		leg->plain = true;
	} else {
		/* The same server by another address: we are the other node that it means */
		if (leg->plain || leg->reg->name->group || !granted_elsewhere(leg, 0))
			return false;
		leg->several = true;
	}
	txn_end(&leg->unicast);
	ask_server(leg, leg->step);
	return true;
}

static void refused(struct leg *leg, unsigned int rcode, uint32_t from)
{
	struct ns_name wire;

	if (say_it_otherwise(leg, rcode))
		return;
	/* One that keeps one address of a name: it is ours there */
	if (granted_elsewhere(leg, from)) {
		server_done(leg, REG_BROADCAST);
		return;
	}
	name_wire(leg->reg->name, &wire);
	alert_name(leg->adapter, NBD_ALERT_NBNS_REFUSED, &wire, from, 0,
		   "the name server refused a registration");
	denied(leg, from);
}

static void server_answer(struct txn *txn, const struct ns_packet *packet, uint32_t from)
{
	struct leg *leg = txn->owner;
	unsigned int rcode = packet->flags & NS_RCODE;

	if (rcode)
		refused(leg, rcode, from);
	else if (packet->flags & NS_RA)
		granted(leg, packet->record[0].ttl, from);
	else if (leg->step == LEG_REGISTER)
		challenge(leg, ns_entry(&packet->record[0], 0).addr);
	else	/* challenged again after an overwrite: that is no grant (NS-058) */
		denied(leg, from);
}

static struct leg *leg_new(struct reg *reg, struct adapter *a, struct claim *claim)
{
	struct leg *leg = transient_alloc(sizeof(*leg));

	leg->engine = a->engine;
	leg->reg = reg;
	leg->adapter = a;
	leg->claim = claim;
	reg->leg = leg;
	return leg;
}

/**
 * leg_start() - claim a name on an adapter
 * @reg: name and adapter
 * @a: the adapter
 * @claim: on behalf of, or NULL: in the background
 */
void leg_start(struct reg *reg, struct adapter *a, struct claim *claim)
{
	struct leg *leg = leg_new(reg, a, claim);
	struct ns_name wire;

	if (!adapter_broadcasts(a)) {
		server_step(leg);
		return;
	}
	name_wire(reg->name, &wire);
	leg->broadcast = txn_start(a, &(struct request) {
		.ops = &broadcast_ops,
		.owner = leg,
		.name = &wire,
		.opcode = NS_OP_REGISTER,
		.flags = NS_RD,
		.background = !claim,
		.entry = adapter_entry(a, reg->name->group),
		.until = a->engine->config.conflict_timer,
	});
}

/**
 * leg_server() - register a name at the name server, in the background; the
 *	broadcast part was done before
 * @reg: name and adapter
 * @a: the adapter
 */
void leg_server(struct reg *reg, struct adapter *a)
{
	server_step(leg_new(reg, a, NULL));
}

/**
 * leg_gives_way() - another node claims the name as well, by broadcast as we do
 * @leg: leg
 * @other: the other node
 *
 * A new name goes to the one with the higher address, or both would be refused. A
 * name that we have is defended, and the other one remembered: see rival_objects().
 * Once the broadcasts are through, whoever comes then is later.
 *
 * Return: true if it is the other one's: leg_yield().
 */
bool leg_gives_way(struct leg *leg, uint32_t other)
{
	if (!leg->broadcast)
		return false;
	if (leg->claim)
		return is_higher(other, leg->adapter->conf.addr);
	leg->rival = other;
	return false;
}

/**
 * leg_yield() - somebody else gets the name
 * @leg: leg; the claim is told
 * @to: who
 */
void leg_yield(struct leg *leg, uint32_t to)
{
	fail(leg, NETBIOS_WORK_STATUS_REFUSED, to);
}

/**
 * leg_can_hurry() - the claim has no time left; can this leg do without a server?
 * @leg: leg
 *
 * Return: true if so.
 */
bool leg_can_hurry(const struct leg *leg)
{
	return leg->adapter->type == NBD_TYPE_H && !leg->broadcast;
}

/**
 * leg_at_server() - is there a claim that the server has not answered yet? It may
 *	have granted it
 * @leg: leg or NULL
 *
 * Return: true if so.
 */
bool leg_at_server(const struct leg *leg)
{
	return leg && leg->unicast &&
	       (leg->step == LEG_REGISTER || leg->step == LEG_OVERWRITE);
}

/**
 * leg_hurry() - end a leg for which leg_can_hurry(); the server is asked again
 *	later. The claim is told.
 * @leg: leg
 */
void leg_hurry(struct leg *leg)
{
	reg_soon(leg->engine, leg->reg, leg->engine->config.poll_interval);
	server_done(leg, REG_PROVISIONAL);
}
