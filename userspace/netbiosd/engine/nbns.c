// SPDX-License-Identifier: GPL-2.0
/*
 * netbiosd: which name server is used, and NBNS-AVAILABLE of the H node draft
 * (section 3).
 *
 * Servers are tried in their order. One that stays silent is left alone until
 * it answers a poll; everything that waits for it turns to the next one at
 * once, so that only one request pays for finding out. When none is left, an
 * H node is a B node until a poll is answered; P and M nodes ask on, as the
 * RFC has it, and the first server is the one they ask.
 */
#include "node.h"

static int place(const struct adapter *a, uint32_t addr)
{
	unsigned int i;

	for (i = 0; i < a->nbns.n; i++)
		if (a->nbns.addr[i] == addr)
			return i;
	return -1;
}

/**
 * nbns_is() - is this one of the name servers of an adapter?
 * @a: adapter
 * @addr: address
 *
 * Return: true if so.
 */
bool nbns_is(const struct adapter *a, uint32_t addr)
{
	return place(a, addr) >= 0;
}

/**
 * nbns_current() - server in use
 * @a: adapter
 *
 * Return: its address, 0 if none answers.
 */
uint32_t nbns_current(const struct adapter *a)
{
	return a->nbns.available ? a->nbns.addr[a->nbns.current] : 0;
}

/**
 * nbns_usable() - is there a server that a request should go to?
 * @a: adapter
 *
 * Return: false without servers, and for an H node whose flag is FALSE (H-004).
 */
bool nbns_usable(const struct adapter *a)
{
	return a->nbns.n && (a->type != NBD_TYPE_H || a->nbns.available);
}

/* Servers that are worth a poll: all that would be preferred to what there is */
static bool worth_a_poll(const struct adapter *a, unsigned int i)
{
	return a->nbns.down[i] && (!a->nbns.available || i < a->nbns.current);
}

/**
 * nbns_schedule_poll() - the interval begins
 * @a: adapter
 */
void nbns_schedule_poll(struct adapter *a)
{
	struct nbd_engine *e = a->engine;
	unsigned int i;

	for (i = 0; i < a->nbns.n; i++) {
		if (worth_a_poll(a, i)) {
			timer_set(&e->timers, &a->nbns.poll, e->now + e->config.poll_interval);
			return;
		}
	}
	timer_stop(&e->timers, &a->nbns.poll);
}

/**
 * nbns_init() - an adapter begins: the flag starts TRUE (H-003)
 * @a: adapter
 */
void nbns_init(struct adapter *a)
{
	unsigned int i;

	a->nbns.n = adapter_has_servers(a) ? a->conf.n_nbns : 0;
	for (i = 0; i < a->nbns.n; i++) {
		a->nbns.addr[i] = a->conf.nbns[i];
		a->nbns.down[i] = false;
	}
	a->nbns.current = 0;
	a->nbns.available = a->nbns.n > 0;
}

/**
 * nbns_stop() - an adapter ends
 * @a: adapter
 */
void nbns_stop(struct adapter *a)
{
	timer_stop(&a->engine->timers, &a->nbns.poll);
	a->nbns.n = 0;
	a->nbns.available = false;
}

static void lost(struct adapter *a, uint32_t addr)
{
	char text[ADDR_TEXT];

	say(a->engine, NBD_LOG_WARNING, "%s: name server %s does not answer, none is left",
	    a->conf.name, addr_text(addr, text));
	alert(a->engine, &(struct nbd_alert) {
		.kind = NBD_ALERT_NBNS_LOST,
		.ifindex = a->conf.ifindex,
		.addr = addr,
		.text = "no name server answers",
	});
}

static void fail_over(struct adapter *a, uint32_t from)
{
	uint32_t to = nbns_current(a);
	char old[ADDR_TEXT], new[ADDR_TEXT];

	count(a->engine, NBD_NBNS_FAILOVERS);
	if (to)
		say(a->engine, NBD_LOG_NOTICE, "%s: name server %s does not answer, using %s",
		    a->conf.name, addr_text(from, old), addr_text(to, new));
	else
		lost(a, from);
	adapter_report(a);
	nbns_schedule_poll(a);
	txn_nbns_switch(a, from, to);
	if (to)
		refresh_all(a);
}

/**
 * nbns_silent() - a server has not answered a request, repetitions and all
 * @a: adapter
 * @addr: server
 *
 * Return: true if everybody who waited for it has been turned to another one or
 * told of its silence; false if nothing has changed.
 */
bool nbns_silent(struct adapter *a, uint32_t addr)
{
	int i = place(a, addr);
	unsigned int next;

	if (i < 0 || !a->nbns.available)
		return false;
	a->nbns.down[i] = true;
	if ((unsigned int)i != a->nbns.current)
		return false;
	for (next = 0; next < a->nbns.n && a->nbns.down[next]; next++)
		;
	a->nbns.available = next < a->nbns.n;
	a->nbns.current = a->nbns.available ? next : 0;
	fail_over(a, addr);
	return true;
}

/**
 * nbns_alive() - a response that fits has come from there, whatever it says
 *	(H-008)
 * @a: adapter
 * @addr: where from
 */
void nbns_alive(struct adapter *a, uint32_t addr)
{
	int i = place(a, addr);
	bool back = !a->nbns.available;
	char text[ADDR_TEXT];

	if (i < 0)
		return;
	a->nbns.down[i] = false;
	if (!back && (unsigned int)i >= a->nbns.current)
		return;
	a->nbns.current = i;
	a->nbns.available = true;
	say(a->engine, NBD_LOG_NOTICE, "%s: name server %s answers again", a->conf.name,
	    addr_text(addr, text));
	if (back)
		alert(a->engine, &(struct nbd_alert) {
			.kind = NBD_ALERT_NBNS_BACK,
			.ifindex = a->conf.ifindex,
			.addr = addr,
			.text = "a name server answers again",
		});
	adapter_report(a);
	nbns_schedule_poll(a);
	refresh_all(a);
}

/**
 * nbns_own_is_back() - the name server beside this node is there (again)
 * @a: adapter
 *
 * If it has been given up nobody waits for the next poll.
 */
void nbns_own_is_back(struct adapter *a)
{
	struct nbd_engine *e = a->engine;
	unsigned int i;

	for (i = 0; i < a->nbns.n; i++)
		if (worth_a_poll(a, i) && whose_server_is_own(e, a->nbns.addr[i]))
			timer_set(&e->timers, &a->nbns.poll, e->now);
}

static void poll_answer(struct txn *txn, const struct ns_packet *packet, uint32_t from)
{
	(void)packet;
	(void)from;
	txn_end(&txn);
}

static void poll_silence(struct txn *txn)
{
	txn_end(&txn);
}

static const struct txn_ops poll_ops = {
	.answer = poll_answer,
	.silence = poll_silence,
};

/* A query for a unique name of ours (H-007); any answer will do */
static void poll_server(struct adapter *a, uint32_t addr)
{
	struct nbd_engine *e = a->engine;
	struct name *name = names_unique(e, a);
	static const uint8_t nobody[NETBIOS_NAME_LEN] = "*";
	struct ns_name wire;

	if (name)
		name_wire(name, &wire);
	else if (ns_name_set(&wire, nobody, e->scope))
		return;
	txn_start(a, &(struct request) {
		.ops = &poll_ops,
		.name = &wire,
		.opcode = NS_OP_QUERY,
		.flags = NS_RD,
		.dest = addr,
		.tries = 1,
	});
}

/**
 * nbns_poll_timer() - ask the servers that are away (H-006)
 * @e: engine
 * @timer: of an adapter
 */
void nbns_poll_timer(struct nbd_engine *e, struct timer *timer)
{
	struct adapter *a = (struct adapter *)((char *)timer - offsetof(struct adapter, nbns.poll));
	unsigned int i;

	(void)e;
	for (i = 0; i < a->nbns.n; i++)
		if (worth_a_poll(a, i))
			poll_server(a, a->nbns.addr[i]);
	nbns_schedule_poll(a);
}
