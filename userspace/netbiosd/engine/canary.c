// SPDX-License-Identifier: GPL-2.0
/*
 * netbiosd: canaries. A node that answers a broadcast query for a random name
 * answers everything, which is how credentials are stolen. It is reported, and
 * its answers to later broadcasts do not count.
 */
#include <string.h>

#include "node.h"

static void canary_answer(struct txn *txn, const struct ns_packet *packet, uint32_t from)
{
	struct adapter *a = txn->adapter;
	struct nbd_engine *e = a->engine;

	if (packet->flags & NS_RCODE)
		return;
	count(e, NBD_CANARIES_ANSWERED);
	if (!canary_poisoner(e, from))
		e->poisoner[e->poisoners++ % POISONERS_MAX] = from;
	alert_name(a, NBD_ALERT_POISONER, &packet->record[0].name, from,
		   ns_entry(&packet->record[0], 0).addr, "answers for a name that nobody has");
	txn_end(&txn);
}

static void canary_silence(struct txn *txn)
{
	txn_end(&txn);
}

static const struct txn_ops canary_ops = {
	.answer = canary_answer,
	.silence = canary_silence,
};

static void send_canary(struct adapter *a)
{
	struct nbd_engine *e = a->engine;
	uint8_t octets[NETBIOS_NAME_LEN], i;
	struct ns_name wire;

	e->ops->random(e->os, octets, sizeof(octets));
	for (i = 0; i < NETBIOS_NAME_LEN - 1; i++)
		octets[i] = 'A' + octets[i] % 26;
	octets[i] = 0;
	if (ns_name_set(&wire, octets, e->scope))
		return;
	count(e, NBD_CANARIES_SENT);
	txn_start(a, &(struct request) {
		.ops = &canary_ops,
		.name = &wire,
		.opcode = NS_OP_QUERY,
		.flags = NS_RD,
		.tries = 1,
		.until = e->config.conflict_timer,
	});
}

/**
 * canary_poisoner() - is this one known to answer everything?
 * @e: engine
 * @addr: address
 *
 * Return: true if so.
 */
bool canary_poisoner(const struct nbd_engine *e, uint32_t addr)
{
	unsigned int i;

	for (i = 0; i < e->poisoners && i < POISONERS_MAX; i++)
		if (e->poisoner[i] == addr)
			return true;
	return false;
}

/**
 * canary_schedule() - the interval was set
 * @e: engine
 */
void canary_schedule(struct nbd_engine *e)
{
	if (e->config.canary_interval) {
		timer_set(&e->timers, &e->canary, e->now + e->config.canary_interval);
		return;
	}
	timer_stop(&e->timers, &e->canary);
	e->poisoners = 0;
}

/**
 * canary_timer() - send one on each adapter that broadcasts
 * @e: engine
 * @timer: e->canary
 */
void canary_timer(struct nbd_engine *e, struct timer *timer)
{
	struct adapter *a;

	(void)timer;
	for_each_adapter(e, a)
		if (adapter_broadcasts(a))
			send_canary(a);
	canary_schedule(e);
}
