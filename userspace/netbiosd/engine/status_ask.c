// SPDX-License-Identifier: GPL-2.0
/*
 * netbiosd: NODE STATUS REQUEST for programs of this host. Windows 95 and others
 * answer to port 137, whatever port they were asked from, and that port is ours.
 *
 * A program sends a query of type A to port 137 of the address of this host that
 * leads to the node. The name is the one to be asked for, the node is in an
 * additional record of type A. What the node answers is sent back (wire/ns_ask.c).
 * Nobody else understands such a query, nmbd for instance, which may have the port.
 */
#include <string.h>

#include "node.h"

/* All names that a node may have */
#define NAMES_MAX	255
#define ANSWER_MAX	(NS_HEADER_LEN + NS_NAME_WIRE_MAX + 10 + 1 + \
			 NAMES_MAX * NS_STATUS_ENTRY_LEN + NS_STATISTICS_LEN)

/* A program of this host, and an address that it may ask */
static bool fits(const struct adapter *a, const struct ns_packet *packet, uint32_t from,
		 uint32_t *node)
{
	const struct ns_record *record = &packet->record[0];

	if (!adapter_own_addr(a->engine, from) || !packet->records ||
	    record->type != NS_TYPE_A || record->class != NS_CLASS_IN ||
	    record->len != sizeof(*node))
		return false;
	memcpy(node, record->data, sizeof(*node));
	return addr_is_host(*node) && *node != a->conf.broadcast &&
	       !adapter_own_addr(a->engine, *node);
}

static void silence(struct txn *txn)
{
	struct status_ask *ask = txn->owner;

	txn_end(&ask->txn);
}

static void answer(struct txn *txn, const struct ns_packet *packet, uint32_t from)
{
	struct ns_status_entry entry[NAMES_MAX];
	const struct status_ask *ask = txn->owner;
	struct adapter *a = txn->adapter;
	struct ns_status status;
	uint8_t buf[ANSWER_MAX];
	unsigned int i;
	size_t len;

	(void)from;
	if (packet->flags & NS_RCODE || ns_status_parse(&status, &packet->record[0]))
		return;
	for (i = 0; i < status.n; i++)
		entry[i] = ns_status_entry(&status, i);
	len = ns_build_status(buf, sizeof(buf), ask->id, &packet->record[0].name, entry,
			      status.n, &status.statistics);
	buf[2] |= (packet->flags & NS_TC) >> 8;
	reply(a, ask->to, ask->port, buf, len);
	silence(txn);
}

static const struct txn_ops status_ops = {
	.answer = answer,
	.silence = silence,
};

/* A free one; NULL if there is none, or if this is asked already */
static struct status_ask *get_ask(struct nbd_engine *e, uint32_t to, uint16_t port, uint16_t id)
{
	struct status_ask *ask, *unused = NULL;

	for (ask = e->status_ask; ask < e->status_ask + STATUS_ASKS; ask++) {
		if (!ask->txn)
			unused = ask;
		else if (ask->to == to && ask->port == port && ask->id == id)
			return NULL;
	}
	return unused;
}

/**
 * status_ask() - a program wants to know the names of a node
 * @a: adapter
 * @packet: query of type A
 * @from: source address
 * @port: source port
 *
 * Asked once: the program repeats it, or asks by itself.
 */
void status_ask(struct adapter *a, const struct ns_packet *packet, uint32_t from, uint16_t port)
{
	struct status_ask *ask;
	uint32_t node;

	if (!fits(a, packet, from, &node))
		return;
	ask = get_ask(a->engine, from, port, packet->id);
	if (!ask)
		return;
	ask->to = from;
	ask->port = port;
	ask->id = packet->id;
	ask->txn = txn_start(a, &(struct request) {
		.ops = &status_ops,
		.owner = ask,
		.name = &packet->question,
		.opcode = NS_OP_QUERY,
		.qtype = NS_TYPE_NBSTAT,
		.dest = node,
		.tries = 1,
	});
}

/**
 * status_ask_adapter_gone() - no answer will come from there
 * @a: adapter
 */
void status_ask_adapter_gone(const struct adapter *a)
{
	struct nbd_engine *e = a->engine;
	unsigned int i;

	for (i = 0; i < STATUS_ASKS; i++)
		if (e->status_ask[i].txn && e->status_ask[i].txn->adapter == a)
			txn_end(&e->status_ask[i].txn);
}
