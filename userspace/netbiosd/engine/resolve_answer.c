// SPDX-License-Identifier: GPL-2.0
/*
 * netbiosd: what is made of the answers to a query.
 */
#include <arpa/inet.h>
#include <string.h>

#include "resolve.h"

#define REDIRECTS_MAX	3

/**
 * resolve_take() - an address belongs to the answer
 * @leg: leg
 * @addr: address; what is none of another host, or there already, is left out
 * @even_bad: also if it is the one that was wrong
 */
void resolve_take(struct resolve_leg *leg, uint32_t addr, bool even_bad)
{
	unsigned int i;

	/* Nobody sends a program of ours to what listens on this host only */
	if (!addr_is_host(addr) || ntohl(addr) >> 24 == IN_LOOPBACKNET ||
	    leg->n == NBD_ADDRS_MAX || (addr == leg->resolve->avoid && !even_bad))
		return;
	for (i = 0; i < leg->n; i++)
		if (leg->addr[i] == addr)
			return;
	leg->addr[leg->n++] = addr;
}

static void take_all(struct resolve_leg *leg, const struct ns_record *record, bool even_bad)
{
	unsigned int i, n = ns_entries(record);

	leg->ttl = record->ttl;
	leg->group = ns_entry(record, 0).flags & NS_GROUP;
	for (i = 0; i < n; i++)
		resolve_take(leg, ns_entry(record, i).addr, even_bad);
}

static bool has_addr(const struct ns_record *record, uint32_t addr)
{
	unsigned int i;

	for (i = 0; i < ns_entries(record); i++)
		if (ns_entry(record, i).addr == addr)
			return true;
	return false;
}

/*
 * A response behind the first one: inconsistent if either says unique, and it
 * is no duplicate (NS-075). A host with several addresses may answer from each
 * of them, with the same list.
 */
static bool inconsistent(const struct resolve_leg *leg, const struct ns_record *record,
			 uint32_t from)
{
	bool group = ns_entry(record, 0).flags & NS_GROUP;
	unsigned int i;

	if (from == leg->from || (group && leg->group))
		return false;
	if (group == leg->group)
		for (i = 0; i < leg->n; i++)
			if (has_addr(record, leg->addr[i]))
				return false;
	return true;
}

static void further_answer(struct resolve_leg *leg, const struct ns_packet *packet,
			   uint32_t from)
{
	const struct ns_record *record = &packet->record[0];

	if (inconsistent(leg, record, from))
		conflict_two_owners(leg->adapter, &leg->resolve->wire, leg->from, from);
	else if (leg->collecting)
		take_all(leg, record, from == leg->resolve->avoid);
}

static void first_answer(struct resolve_leg *leg, const struct ns_packet *packet,
			 uint32_t from)
{
	struct nbd_engine *e = leg->adapter->engine;

	/* Who says himself that he has the name is right about his address */
	take_all(leg, &packet->record[0], from == leg->resolve->avoid);
	if (!leg->n)
		return;
	leg->from = from;
	if (leg->group || leg->wide) {	/* let the other members speak (NS-048) */
		leg->collecting = true;
		txn_linger(leg->txn, e->config.bcast_timeout);
		return;
	}
	leg->watching = true;
	txn_linger(leg->txn, e->config.conflict_timer);
	resolve_success(leg);
}

/**
 * resolve_broadcast_answer() - a response to a broadcast query
 * @txn: transaction
 * @packet: response
 * @from: who sent it
 */
void resolve_broadcast_answer(struct txn *txn, const struct ns_packet *packet, uint32_t from)
{
	struct resolve_leg *leg = txn->owner;

	if (packet->flags & NS_RCODE)	/* not for broadcasts (NS-047) */
		return;
	respond_b_node(leg->adapter, ns_entry(&packet->record[0], 0).flags, from);
	if (leg->watching || leg->collecting)
		further_answer(leg, packet, from);
	else
		first_answer(leg, packet, from);
}

/**
 * resolve_broadcast_silence() - nobody speaks any more
 * @txn: transaction
 */
void resolve_broadcast_silence(struct txn *txn)
{
	struct resolve_leg *leg = txn->owner;

	if (!leg->watching && !leg->collecting) {
		resolve_broadcast_failed(leg);
		return;
	}
	leg->watching = false;
	txn_end(&leg->txn);
	resolve_success(leg);
}

/* The server insists on the address that was wrong: does its owner, too? */
static void confirm_answer(struct txn *txn, const struct ns_packet *packet, uint32_t from)
{
	struct resolve_leg *leg = txn->owner;
	uint32_t other;

	(void)from;
	txn_end(&leg->txn);
	if ((packet->flags & NS_RCODE) || ns_redirect(packet, &other)) {
		resolve_server_failed(leg);
		return;
	}
	resolve_take(leg, leg->resolve->avoid, true);
	resolve_success(leg);
}

static void confirm_silence(struct txn *txn)
{
	resolve_server_failed(txn->owner);
}

static const struct txn_ops confirm_ops = {
	.answer = confirm_answer,
	.silence = confirm_silence,
};

static const struct txn_ops redirect_ops = {
	.answer = resolve_server_answer,
	.silence = resolve_server_silence,
};

static void redirected(struct resolve_leg *leg, uint32_t to)
{
	count(leg->adapter->engine, NBD_REDIRECTS_RECEIVED);
	if (leg->redirects++ == REDIRECTS_MAX || !addr_is_host(to) ||
	    to == leg->adapter->conf.broadcast || adapter_own_addr(leg->adapter->engine, to))
		resolve_server_failed(leg);
	else
		resolve_ask_host(leg, &redirect_ops, to);
}

static void positive(struct resolve_leg *leg, const struct ns_record *record)
{
	take_all(leg, record, false);
	if (leg->n)
		resolve_success(leg);
	else if (leg->resolve->avoid && has_addr(record, leg->resolve->avoid))
		resolve_ask_host(leg, &confirm_ops, leg->resolve->avoid);
	else if (leg->group && has_addr(record, INADDR_BROADCAST))
		resolve_group_members(leg);
	else
		resolve_server_failed(leg);
}

/* The rest of a list by TCP (NS-035). Until it is here, what UDP gave is kept. */
static bool ask_by_tcp(struct resolve_leg *leg, const struct ns_packet *packet)
{
	struct nbd_engine *e = leg->adapter->engine;
	const struct txn *txn = leg->txn;

	if (!(packet->flags & NS_TC) || !e->config.tcp || !e->ops->tcp_query)
		return false;
	leg->cookie = ++e->cookie;
	if (e->ops->tcp_query(e->os, leg->cookie, leg->adapter->conf.ifindex, txn->dest,
			      txn->data, txn->len)) {
		leg->cookie = 0;
		return false;
	}
	take_all(leg, &packet->record[0], false);
	leg->from = txn->dest;
	/* The transaction stays for its question; it is sent no more */
	txn_linger(leg->txn, e->config.wack_max);
	return true;
}

/**
 * resolve_server_answer() - a name server has answered
 * @txn: transaction
 * @packet: response
 * @from: the server
 */
void resolve_server_answer(struct txn *txn, const struct ns_packet *packet, uint32_t from)
{
	struct resolve_leg *leg = txn->owner;
	uint32_t other;

	(void)from;
	if (leg->cookie)	/* a duplicate, while TCP has the word */
		return;
	if (packet->flags & NS_RCODE)
		resolve_server_failed(leg);
	else if (ns_redirect(packet, &other))
		redirected(leg, other);
	else if (!ask_by_tcp(leg, packet))
		positive(leg, &packet->record[0]);
}

/**
 * resolve_server_silence() - no name server answers, or TCP does not
 * @txn: transaction
 */
void resolve_server_silence(struct txn *txn)
{
	struct resolve_leg *leg = txn->owner;

	if (leg->n) {		/* what UDP gave */
		resolve_success(leg);
		return;
	}
	/* An H node goes on by broadcast, and knows in the end */
	if (leg->adapter->type != NBD_TYPE_H)
		leg->resolve->timed_out = true;
	resolve_server_failed(leg);
}

static struct resolve_leg *find_cookie(struct nbd_engine *e, uint64_t cookie)
{
	struct resolve *r;
	unsigned int i;

	for (r = e->resolves; r; r = r->next)
		for (i = 0; i < r->n; i++)
			if (cookie && r->leg[i].cookie == cookie)
				return &r->leg[i];
	return NULL;
}

/**
 * resolve_tcp() - end of a TCP query
 * @e: engine
 * @cookie: which
 * @data: packet, NULL upon failure
 * @len: octets
 *
 * Return: false if nobody waits for it.
 */
bool resolve_tcp(struct nbd_engine *e, uint64_t cookie, const void *data, size_t len)
{
	struct resolve_leg *leg = find_cookie(e, cookie);
	struct ns_packet packet;

	if (!leg)
		return false;
	leg->cookie = 0;
	if (data && !ns_parse(&packet, data, len) && txn_fits(leg->txn, &packet) &&
	    !(packet.flags & NS_RCODE) && ns_entries(&packet.record[0])) {
		leg->n = 0;
		positive(leg, &packet.record[0]);
	} else {
		resolve_server_silence(leg->txn);
	}
	return true;
}
