// SPDX-License-Identifier: GPL-2.0
/*
 * netbiosd: the doors of the engine. Each call brings the clock up to date,
 * does its job, lets work in the background go on, and says when it wants to
 * be called again.
 */
#include <stdlib.h>
#include <string.h>

#include "node.h"

/* A name event this soon after we told the kernel is only its echo, s */
#define ECHO_TIME	2

static void (*const timer_functions[TIMER_KINDS])(struct nbd_engine *e, struct timer *timer) = {
	[TIMER_TXN] = txn_timer,
	[TIMER_WORK] = work_timer,
	[TIMER_NBNS_POLL] = nbns_poll_timer,
	[TIMER_NBDD_POLL] = nbdd_poll_timer,
	[TIMER_NBDD_QUESTION] = nbdd_question_timer,
	[TIMER_STATS] = stats_timer,
	[TIMER_CANARY] = canary_timer,
	[TIMER_REG] = reg_timer,
};

static void enter(struct nbd_engine *e)
{
	uint64_t now = e->ops->now(e->os);

	if (now > e->now)
		e->now = now;
}

static bool background_may_run(const struct nbd_engine *e)
{
	return e->in_flight < e->config.claims_in_flight;
}

static void leave(struct nbd_engine *e)
{
	struct adapter *a;
	struct timer *timer;
	uint64_t next, background;

	while (background_may_run(e) && (timer = timers_take(&e->background, e->now)))
		timer_functions[timer->kind](e, timer);
	for_each_adapter(e, a)
		txn_turns(a);
	if (e->leaving)
		leave_look(e);
	next = timers_next(&e->timers);
	background = background_may_run(e) ? timers_next(&e->background) : NBD_NEVER;
	if (background < next)
		next = background;
	if (next == e->wake)
		return;
	e->wake = next;
	e->ops->wake_at(e->os, next);
}

void nbd_config_default(struct nbd_config *config)
{
	*config = (struct nbd_config) {
		.bcast_timeout = 250,
		.bcast_count = 3,
		.ucast_timeout = 1500,
		.ucast_count = 3,
		.conflict_timer = 1000,
		.wack_max = 15000,
		.claim_ttl = 300000,
		.min_ttl = 10,
		.refresh_percent = 50,
		.refresh_opcode = NS_OP_REFRESH,
		.poll_interval = 15000,
		.cache_ttl = 600,
		.negative_ttl = 3,
		.overwrite_demand = true,
		.conflict_demands = true,
		.all_addresses = true,
		.tcp = true,
		.rate_limit = 20000,
		.claims_in_flight = 512,
	};
}

struct nbd_engine *nbd_engine_new(const struct nbd_os *ops, void *os)
{
	struct nbd_engine *e = calloc(1, sizeof(*e));

	if (!e)
		return NULL;
	e->ops = ops;
	e->os = os;
	e->wake = NBD_NEVER;
	e->stats.kind = TIMER_STATS;
	e->canary.kind = TIMER_CANARY;
	nbd_config_default(&e->config);
	enter(e);
	names_init(e);
	return e;
}

void nbd_engine_free(struct nbd_engine *e)
{
	struct txn *txn;

	if (!e)
		return;
	resolves_free(e);
	releases_free(e);
	nbdd_free(e);
	names_free(e);
	while ((txn = e->txns))
		txn_end(&txn);
	lmhosts_free(e);
	timers_free(&e->timers);
	timers_free(&e->background);
	free(e);
}

static uint32_t between(uint32_t value, uint32_t min, uint32_t max)
{
	return value < min ? min : value > max ? max : value;
}

/* What was begun with the settings of before, and would go on so for days */
static void reconsider(struct nbd_engine *e, const struct nbd_config *old)
{
	const struct nbd_config *c = &e->config;
	struct adapter *a;

	canary_schedule(e);
	for_each_adapter(e, a) {
		if (c->poll_interval != old->poll_interval) {
			nbns_schedule_poll(a);
			nbdd_schedule_poll(a);
		}
		/* A server has to hear of the other addresses */
		if (c->multihomed && !old->multihomed)
			refresh_all(a);
	}
	if (c->refresh_percent < old->refresh_percent || c->min_ttl < old->min_ttl)
		refresh_hasten(e, old);
}

/* No setting makes the engine spin, or never end */
void nbd_engine_config(struct nbd_engine *e, const struct nbd_config *config)
{
	struct nbd_config *c = &e->config;
	const struct nbd_config old = *c;

	enter(e);
	*c = *config;
	c->bcast_timeout = between(c->bcast_timeout, 10, 60000);
	c->bcast_count = between(c->bcast_count, 1, 100);
	c->ucast_timeout = between(c->ucast_timeout, 10, 60000);
	c->ucast_count = between(c->ucast_count, 1, 100);
	c->conflict_timer = between(c->conflict_timer, 10, 60000);
	c->wack_max = between(c->wack_max, c->ucast_timeout, 600000);
	c->min_ttl = between(c->min_ttl, 1, 86400);
	c->refresh_percent = between(c->refresh_percent, 1, 100);
	if (c->refresh_opcode != NS_OP_REFRESH_ALT)
		c->refresh_opcode = NS_OP_REFRESH;
	c->poll_interval = between(c->poll_interval, 100, 86400000);
	c->claims_in_flight = between(c->claims_in_flight, 1, 16384);
	if (c->canary_interval)
		c->canary_interval = between(c->canary_interval, 1000, 86400000);
	reconsider(e, &old);
	leave(e);
}

void nbd_engine_scope(struct nbd_engine *e, const char *scope)
{
	if (!strcmp(e->scope, scope))
		return;
	enter(e);
	lmhosts_remove(e);
	strncpy(e->scope, scope, sizeof(e->scope) - 1);
	lmhosts_enter(e);
	leave(e);
}

/**
 * permanent_ensure() - the permanent name goes through ordinary registration
 *	(NAME-025); where it is not in the table, it is entered
 * @e: engine
 */
void permanent_ensure(struct nbd_engine *e)
{
	struct nbd_key key = { .scope = e->scope };
	struct ns_name wire;

	if (!e->has_permanent || ns_name_set(&wire, e->permanent, e->scope) || name_find(e, &wire))
		return;
	memcpy(key.name, e->permanent, NETBIOS_NAME_LEN);
	e->ops->name_add(e->os, &key, false);
}

void nbd_engine_permanent(struct nbd_engine *e, const uint8_t *name)
{
	enter(e);
	e->has_permanent = name;
	if (name)
		memcpy(e->permanent, name, NETBIOS_NAME_LEN);
	permanent_ensure(e);
	leave(e);
}

void nbd_engine_adapter(struct nbd_engine *e, const struct nbd_adapter *adapter)
{
	enter(e);
	adapter_set(e, adapter);
	leave(e);
}

void nbd_engine_adapter_gone(struct nbd_engine *e, int ifindex)
{
	struct adapter *a = adapter_find(e, ifindex);

	enter(e);
	if (a)
		adapter_gone(a);
	leave(e);
}

bool nbd_engine_adapter_leaving(struct nbd_engine *e, int ifindex)
{
	const struct adapter *a = adapter_find(e, ifindex);

	return a && leave_goes_on(a);
}

static void claim_everywhere(struct nbd_engine *e, struct name *name)
{
	struct adapter *a;

	for_each_adapter(e, a)
		if (name_on(name, a))
			reg_soon(e, reg_get(name, a), 0);
}

static bool stands_for_itself(enum netbios_name_state state)
{
	return state == NETBIOS_NAME_STATE_REGISTERED ||
	       state == NETBIOS_NAME_STATE_PROVISIONAL ||
	       state == NETBIOS_NAME_STATE_CONFLICT;
}

/* A name that we did not know: ours, and the network has to hear of it */
static void adopt(struct nbd_engine *e, const struct nbd_local_name *local,
		  const struct ns_name *wire)
{
	struct name *name;

	if (!stands_for_itself(local->state))
		return;
	name = name_new(e, wire, local->key.scope);
	name->state = local->state;
	name->group = local->group;
	name->ifindex = local->ifindex;
	if (name_held(name))
		claim_everywhere(e, name);
}

/* Somebody else has changed a name of ours: nbctl, or the kernel by itself */
static void changed(struct nbd_engine *e, const struct nbd_local_name *local, struct name *name)
{
	uint32_t ago = (e->now / 1000 - name->changed) & ((1U << NAME_CHANGED_BITS) - 1);

	if (name->claim || name->state == NETBIOS_NAME_STATE_RELEASING ||
	    (name->changed && ago < ECHO_TIME))
		return;
	if (local->state == NETBIOS_NAME_STATE_GONE) {
		release_undo(e, name);
		name_free(e, name);
	} else if (local->state == NETBIOS_NAME_STATE_CONFLICT) {
		name_forget_regs(e, name);
		name->state = local->state;
	} else if (stands_for_itself(local->state) && !name_held(name)) {
		name->state = local->state;
		claim_everywhere(e, name);
	}
}

void nbd_engine_name(struct nbd_engine *e, const struct nbd_local_name *local)
{
	struct ns_name wire;
	struct name *name;

	if (ns_name_set(&wire, local->key.name, local->key.scope))
		return;
	enter(e);
	name = name_find(e, &wire);
	if (name)
		changed(e, local, name);
	else
		adopt(e, local, &wire);
	leave(e);
}

void nbd_engine_work(struct nbd_engine *e, const struct nbd_work *work)
{
	enter(e);
	if (!work_find(e, work->id)) {
		switch (work->kind) {
		case NETBIOS_WORK_KIND_CLAIM:
			claim_work(e, work);
			break;
		case NETBIOS_WORK_KIND_RELEASE:
			release_work(e, work);
			break;
		case NETBIOS_WORK_KIND_RESOLVE:
		case NETBIOS_WORK_KIND_SUSPECT:
			resolve_work(e, work);
			break;
		case NETBIOS_WORK_KIND_RELAY:
			nbdd_work(e, work);
			break;
		}
	}
	leave(e);
}

void nbd_engine_cancel(struct nbd_engine *e, uint64_t id)
{
	struct work *work = work_find(e, id);

	enter(e);
	if (work) {
		switch (work->kind) {
		case NETBIOS_WORK_KIND_CLAIM:
			claim_cancel(work->owner);
			break;
		case NETBIOS_WORK_KIND_RELEASE:
			release_cancel(work->owner);
			break;
		case NETBIOS_WORK_KIND_RELAY:
			nbdd_cancel(e, work);
			break;
		default:
			resolve_cancel(e, work);
		}
	}
	leave(e);
}

static void response(struct adapter *a, const struct ns_packet *packet, uint32_t addr,
		     uint16_t port)
{
	count(a->engine, NBD_RESPONSES_RECEIVED);
	if (txn_response(a, packet, addr, port))
		return;
	if (conflict_is_demand(packet))
		conflict_demand_received(a, packet, addr, port);
	else
		rate_bad_response(a, addr);
}

/* What is malformed is counted as the node's */
static bool parsed(struct nbd_engine *e, struct ns_packet *packet, const void *data, size_t len)
{
	if (!ns_parse(packet, data, len))
		return true;
	count(e, NBD_PACKETS_BAD);
	return false;
}

static void for_node(struct adapter *a, const struct ns_packet *packet, uint32_t addr,
		     uint16_t port, bool broadcast)
{
	if (!(packet->flags & NS_RESPONSE))
		respond(a, packet, addr, port, broadcast);
	else if (!broadcast)	/* responses are unicast */
		response(a, packet, addr, port);
}

static void packet_received(struct adapter *a, uint32_t addr, uint16_t port, bool broadcast,
			    const void *data, size_t len)
{
	struct nbd_engine *e = a->engine;
	struct ns_packet packet;

	/* Our own broadcasts come back (NS-042); a P node hears none (NS-054) */
	if ((port == NS_PORT && adapter_own_addr(e, addr)) ||
	    (broadcast && a->type == NBD_TYPE_P))
		return;
	if (!parsed(e, &packet, data, len))
		return;
	if (!broadcast && e->server && whose_is_servers(a, &packet, addr, port) &&
	    e->ops->serve(e->os, a->conf.ifindex, addr, port, data, len))
		return;
	for_node(a, &packet, addr, port, broadcast);
}

/* Of one that is leaving, only what answers its last words */
static bool hears(const struct adapter *a, const uint8_t *data, size_t len)
{
	return a->active || (a->leaving && len > 2 && data[2] << 8 & NS_RESPONSE);
}

void nbd_engine_packet(struct nbd_engine *e, int ifindex, uint32_t addr, uint16_t port,
		       bool broadcast, const void *data, size_t len)
{
	struct adapter *a = adapter_find(e, ifindex);

	if (!a || !hears(a, data, len) || !addr_is_host(addr) || !port)
		return;
	enter(e);
	packet_received(a, addr, port, broadcast, data, len);
	leave(e);
}

void nbd_engine_server(struct nbd_engine *e, bool there)
{
	struct adapter *a;

	enter(e);
	e->server = there;
	for_each_adapter(e, a)
		if (there)
			nbns_own_is_back(a);
	leave(e);
}

void nbd_engine_server_packet(struct nbd_engine *e, int ifindex, uint32_t addr,
			      const void *data, size_t len)
{
	struct adapter *a = adapter_find(e, ifindex);
	struct ns_packet packet;

	if (!a || !hears(a, data, len))
		return;
	enter(e);
	if (parsed(e, &packet, data, len))
		for_node(a, &packet, addr, NS_PORT, false);
	leave(e);
}

void nbd_engine_tcp(struct nbd_engine *e, uint64_t cookie, const void *data, size_t len)
{
	enter(e);
	resolve_tcp(e, cookie, data, len);
	leave(e);
}

void nbd_engine_nbdd(struct nbd_engine *e, const struct nbd_nbdd_answer *answer)
{
	struct adapter *a = adapter_find(e, answer->ifindex);

	enter(e);
	if (a && a->active)
		nbdd_answer(a, answer);
	leave(e);
}

void nbd_engine_timer(struct nbd_engine *e)
{
	struct timer *timer;

	enter(e);
	e->wake = NBD_NEVER;	/* the timer of the shell has run out */
	while ((timer = timers_take(&e->timers, e->now)))
		timer_functions[timer->kind](e, timer);
	leave(e);
}
