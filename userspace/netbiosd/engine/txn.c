// SPDX-License-Identifier: GPL-2.0
/*
 * netbiosd: transactions (RFC 1001 13). A request is sent, sent again until
 * somebody answers or it was sent often enough, and put off by WACKs. What
 * comes in is an answer only if everything about it fits.
 */
#include <stdlib.h>
#include <string.h>

#include "node.h"

/* A server may put us off that often */
#define WACKS_MAX	10
/* Wait after a WACK that does not say how long, ms */
#define WACK_UNKNOWN	5000

static struct txn **bucket(struct nbd_engine *e, uint16_t id)
{
	return &e->txn_bucket[id & (TXN_BUCKETS - 1)];
}

static struct txn *find(struct nbd_engine *e, uint16_t id)
{
	struct txn *txn = *bucket(e, id);

	while (txn && txn->id != id)
		txn = txn->hash_next;
	return txn;
}

/* Random, and unique among those that are open (NS-037) */
static uint16_t new_id(struct nbd_engine *e)
{
	uint16_t id;

	do {
		id = random32(e);
	} while (find(e, id));
	return id;
}

static uint8_t sent_counter(unsigned int opcode)
{
	switch (opcode) {
	case NS_OP_QUERY:
		return NBD_QUERIES_SENT;
	case NS_OP_RELEASE:
		return NBD_RELEASES_SENT;
	case NS_OP_REFRESH:
	case NS_OP_REFRESH_ALT:
		return NBD_REFRESHES_SENT;
	default:
		return NBD_REGISTRATIONS_SENT;
	}
}

static void transmit(struct txn *txn)
{
	struct adapter *a = txn->adapter;
	struct nbd_engine *e = a->engine;

	count(e, txn->counter);
	e->ops->send(e->os, a->conf.ifindex, txn->dest ? txn->dest : a->conf.broadcast,
		     NS_PORT, !txn->dest, txn->data, txn->len);
}

static void send_and_wait(struct txn *txn)
{
	struct nbd_engine *e = txn->adapter->engine;

	transmit(txn);
	timer_set(&e->timers, &txn->timer, e->now + txn->interval);
}

static void begin_sending(struct txn *txn, uint8_t tries)
{
	txn->tries = tries - 1;
	txn->wacks = WACKS_MAX;
	if (turn_take(txn))
		send_and_wait(txn);
}

/**
 * txn_turns() - send what has waited for its turn
 * @adapter: where
 */
void txn_turns(struct adapter *adapter)
{
	struct txn *txn;

	while ((txn = turn_next(adapter)))
		send_and_wait(txn);
}

static size_t build(uint8_t *buf, uint16_t id, const struct request *r, uint16_t flags)
{
	if (r->opcode == NS_OP_QUERY)
		return ns_build_query(buf, NS_PACKET_MAX, id, flags, r->name,
				      r->qtype ? r->qtype : NS_TYPE_NB);
	return ns_build_request(buf, NS_PACKET_MAX, id, NS_OPCODE_FLAGS(r->opcode) | flags,
				r->name, r->ttl, &r->entry);
}

static uint8_t ucast_tries(const struct nbd_engine *e, const struct request *r)
{
	return r->tries ? r->tries : e->config.ucast_count;
}

/**
 * txn_start() - send a request
 * @adapter: where
 * @r: the request
 *
 * With @r->nbns there has to be a server: nbns_usable().
 *
 * Return: the transaction; the owner ends it.
 */
struct txn *txn_start(struct adapter *adapter, const struct request *r)
{
	struct nbd_engine *e = adapter->engine;
	uint16_t id = new_id(e);
	uint32_t dest = r->nbns ? adapter->nbns.addr[adapter->nbns.current] : r->dest;
	uint8_t buf[NS_PACKET_MAX];
	size_t len = build(buf, id, r, r->flags | (dest ? 0 : NS_B));
	struct txn *txn = transient_alloc(sizeof(*txn) + len);

	memcpy(txn->data, buf, len);
	txn->len = len;
	txn->id = id;
	txn->ops = r->ops;
	txn->owner = r->owner;
	txn->adapter = adapter;
	txn->timer.kind = TIMER_TXN;
	txn->dest = dest;
	txn->nbns = r->nbns;
	txn->background = r->background;
	txn->status = r->qtype == NS_TYPE_NBSTAT;
	txn->opcode = r->opcode;
	txn->counter = sent_counter(r->opcode);
	txn->interval = dest ? e->config.ucast_timeout : e->config.bcast_timeout;
	txn->until = e->now + r->until;
	txn->hash_next = *bucket(e, id);
	*bucket(e, id) = txn;
	txn->next = e->txns;
	if (txn->next)
		txn->next->prev = txn;
	e->txns = txn;
	e->n_txns++;
	e->in_flight += txn->background;
	begin_sending(txn, dest ? ucast_tries(e, r) : r->tries ? r->tries : e->config.bcast_count);
	return txn;
}

/**
 * txn_unanswered() - &txn_ops.answer of a demand by broadcast, which has none (NS-040)
 * @txn: transaction
 * @packet: what came all the same
 * @from: from whom
 */
void txn_unanswered(struct txn *txn, const struct ns_packet *packet, uint32_t from)
{
	(void)txn;
	(void)packet;
	(void)from;
}

/**
 * txn_end() - nobody waits for an answer any more
 * @ptr: the transaction, NULL afterwards; may be NULL
 */
void txn_end(struct txn **ptr)
{
	struct txn *txn = *ptr, **p;
	struct nbd_engine *e;

	*ptr = NULL;
	if (!txn)
		return;
	e = txn->adapter->engine;
	for (p = bucket(e, txn->id); *p != txn; p = &(*p)->hash_next)
		;
	*p = txn->hash_next;
	if (txn->prev)
		txn->prev->next = txn->next;
	else
		e->txns = txn->next;
	if (txn->next)
		txn->next->prev = txn->prev;
	timer_stop(&e->timers, &txn->timer);
	turn_end(txn);
	e->n_txns--;
	e->in_flight -= txn->background;
	transient_free(txn);
}

/**
 * txn_linger() - send nothing any more, but take answers for a while
 * @txn: transaction
 * @ms: how long; then comes silence
 */
void txn_linger(struct txn *txn, uint32_t ms)
{
	struct nbd_engine *e = txn->adapter->engine;

	txn->over = true;
	timer_set(&e->timers, &txn->timer, e->now + ms);
}

static void all_sent(struct txn *txn)
{
	struct nbd_engine *e = txn->adapter->engine;

	if (!txn->quiet && txn->until > e->now) {
		txn->quiet = true;
		timer_set(&e->timers, &txn->timer, txn->until);
		if (txn->ops->quiet)
			txn->ops->quiet(txn);
		return;
	}
	if (txn->dest)
		count(e, NBD_TIMEOUTS);
	if (txn->nbns && nbns_silent(txn->adapter, txn->dest))
		return;
	txn->ops->silence(txn);
}

/**
 * txn_timer() - time to send again, or the end
 * @e: engine
 * @timer: of a transaction
 */
void txn_timer(struct nbd_engine *e, struct timer *timer)
{
	struct txn *txn = (struct txn *)((char *)timer - offsetof(struct txn, timer));

	(void)e;
	if (txn->over) {
		txn->ops->silence(txn);
	} else if (txn->tries) {
		txn->tries--;
		send_and_wait(txn);
	} else {
		all_sent(txn);
	}
}

/**
 * txn_nbns_switch() - a name server is silent
 * @a: adapter
 * @from: the server
 * @to: the one in its place; 0: none, and all who wait hear of the silence
 *
 * What a callback ends may be anything, so each step looks from the start.
 */
void txn_nbns_switch(struct adapter *a, uint32_t from, uint32_t to)
{
	struct txn *txn = a->engine->txns;

	while (txn) {
		if (txn->adapter != a || !txn->nbns || txn->dest != from || txn->over) {
			txn = txn->next;
			continue;
		}
		if (to) {
			txn->dest = to;
			begin_sending(txn, a->engine->config.ucast_count);
		} else {
			txn->nbns = false;
			txn->ops->silence(txn);
		}
		txn = a->engine->txns;
	}
}

static void wack(struct txn *txn, const struct ns_packet *packet)
{
	struct nbd_engine *e = txn->adapter->engine;
	uint32_t ttl = packet->record[0].ttl;
	uint64_t wait = ttl ? (uint64_t)ttl * 1000 : WACK_UNKNOWN;

	count(e, NBD_WACKS_RECEIVED);
	if (!txn->wacks)
		return;
	txn->wacks--;
	turn_end(txn);
	if (wait > e->config.wack_max)
		wait = e->config.wack_max;
	if (wait < e->config.ucast_timeout)
		wait = e->config.ucast_timeout;
	timer_set(&e->timers, &txn->timer, e->now + wait);
}

/* Answers to refresh and multihomed come with the opcode of registration, or not */
static bool opcode_fits(unsigned int request, unsigned int response)
{
	if (request == NS_OP_QUERY || request == NS_OP_RELEASE)
		return response == request;
	return response == NS_OP_REGISTER || response == NS_OP_REFRESH ||
	       response == NS_OP_MULTIHOMED;
}

static bool question_fits(const struct txn *txn, const struct ns_packet *packet)
{
	struct ns_name question;
	size_t at = NS_HEADER_LEN;

	if (!packet->records)		/* E-05 */
		return packet->flags & NS_RCODE;
	return !ns_name_decode(&question, txn->data, txn->len, &at) &&
	       ns_name_equal(&question, &packet->record[0].name);
}

/* Is the record of a kind that such a response has? */
static bool record_fits(const struct txn *txn, const struct ns_packet *packet)
{
	struct ns_status status;
	uint32_t addr;

	/* It tells how long to wait, so it has a record */
	if (ns_opcode(packet) == NS_OP_WACK)
		return packet->records && packet->record[0].class == NS_CLASS_IN;
	if (packet->flags & NS_RCODE)
		return true;
	if (txn->status)
		return !ns_status_parse(&status, &packet->record[0]);
	if (txn->opcode == NS_OP_QUERY && ns_redirect(packet, &addr))
		return txn->dest;
	return packet->answers && ns_entries(&packet->record[0]);
}

/**
 * txn_fits() - does a response answer this request, whoever sent it?
 * @txn: transaction
 * @packet: response
 *
 * Return: true if id, opcode, question and record fit.
 */
bool txn_fits(const struct txn *txn, const struct ns_packet *packet)
{
	unsigned int opcode = ns_opcode(packet);

	return packet->id == txn->id && (packet->flags & NS_RESPONSE) &&
	       (opcode == NS_OP_WACK ? txn->dest != 0 : opcode_fits(txn->opcode, opcode)) &&
	       question_fits(txn, packet) && record_fits(txn, packet);
}

/**
 * txn_awaits() - is this about a request that is open, whoever sent it?
 * @adapter: through which it came
 * @packet: response
 *
 * Return: true if so; txn_response() judges the sender.
 */
bool txn_awaits(const struct adapter *adapter, const struct ns_packet *packet)
{
	const struct txn *txn = find(adapter->engine, packet->id);

	return txn && txn->adapter == adapter && txn_fits(txn, packet);
}

static bool sender_fits(const struct txn *txn, uint32_t from, uint16_t port)
{
	const struct nbd_engine *e = txn->adapter->engine;

	if (port != NS_PORT)
		return false;
	if (txn->dest)
		return from == txn->dest;
	return addr_is_host(from) && !adapter_own_addr(e, from) && !canary_poisoner(e, from);
}

/* Everything fits but the host: somebody guesses, or listens and forges */
static void rejected(const struct txn *txn, const struct ns_packet *packet, uint32_t from)
{
	struct ns_name question;
	size_t at = NS_HEADER_LEN;

	if (!txn->dest || from == txn->dest || !txn_fits(txn, packet) ||
	    ns_name_decode(&question, txn->data, txn->len, &at))
		return;
	alert_name(txn->adapter, NBD_ALERT_ANSWER_REJECTED, &question, from, txn->dest,
		   "answers what another host was asked");
}

/**
 * txn_response() - a response has come
 * @adapter: through which
 * @packet: response
 * @from: source address
 * @port: source port
 *
 * Return: false if it is no answer to anything that is open.
 */
bool txn_response(struct adapter *adapter, const struct ns_packet *packet, uint32_t from,
		  uint16_t port)
{
	struct txn *txn = find(adapter->engine, packet->id);
	bool unicast;

	if (!txn || txn->adapter != adapter)
		return false;
	if (!sender_fits(txn, from, port)) {
		rejected(txn, packet, from);
		return false;
	}
	if (!txn_fits(txn, packet))
		return false;
	if (ns_opcode(packet) == NS_OP_WACK) {
		if (!txn->over)
			wack(txn, packet);
		return true;
	}
	/* First the transaction: what nbns_alive() does must not find it open */
	unicast = txn->dest;
	txn->ops->answer(txn, packet, from);
	if (unicast)
		nbns_alive(adapter, from);
	return true;
}
