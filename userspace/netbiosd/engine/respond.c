// SPDX-License-Identifier: GPL-2.0
/*
 * netbiosd: requests of others (RFC 1002 5.1.1.5, 5.1.2.5, 5.1.3.5). Nothing
 * is allocated and nothing is remembered, every copy gets its answer (NS-039).
 * P nodes do not get here with broadcasts.
 */
#include "node.h"

/**
 * reply() - send a response to where the request came from (NS-032)
 * @a: adapter
 * @to: address
 * @port: port
 * @data: packet
 * @len: octets
 */
void reply(struct adapter *a, uint32_t to, uint16_t port, const void *data, size_t len)
{
	struct nbd_engine *e = a->engine;

	count(e, NBD_RESPONSES_SENT);
	e->ops->send(e->os, a->conf.ifindex, to, port, false, data, len);
}

/* RA is an NBNS's, but drawn for end nodes as well (E-04) */
static uint16_t query_flags(const struct adapter *a, const struct ns_packet *packet)
{
	return NS_RESPONSE | NS_AA | (packet->flags & NS_RD) |
	       (a->engine->config.response_ra ? NS_RA : 0);
}

static void query(struct adapter *a, const struct ns_packet *packet, uint32_t from,
		  uint16_t port, bool broadcast)
{
	struct nbd_engine *e = a->engine;
	const struct name *name = name_find(e, &packet->question);
	struct ns_entry entry[ADAPTERS_MAX];
	uint8_t buf[NS_PACKET_MAX];
	unsigned int n;
	size_t len;

	count(e, NBD_QUERIES_RECEIVED);
	if (name_granted(name) && name_on(name, a)) {
		n = adapter_addrs(a, name, entry, ADAPTERS_MAX);
		len = ns_build_response(buf, sizeof(buf), packet->id, query_flags(a, packet),
					&packet->question, e->config.claim_ttl, entry, n);
	} else {
		/* B nodes keep silent (NS-051), and nobody says no to a broadcast (NS-068) */
		if (broadcast || !adapter_has_servers(a) || !rate_ok(e, from))
			return;
		len = ns_build_null(buf, sizeof(buf), packet->id,
				    query_flags(a, packet) | NS_NAM_ERR, &packet->question, 0, -1);
	}
	reply(a, from, port, buf, len);
}

/* NEGATIVE NAME REGISTRATION RESPONSE, ACT_ERR, with the true owner in it (NS-013) */
static void defend(struct adapter *a, const struct ns_packet *packet, const struct name *name,
		   uint32_t from, uint16_t port)
{
	const struct ns_entry entry = adapter_entry(a, name->group);
	uint8_t buf[NS_PACKET_MAX];
	size_t len;

	len = ns_build_response(buf, sizeof(buf), packet->id,
				NS_RESPONSE | NS_OPCODE_FLAGS(NS_OP_REGISTER) | NS_AA | NS_RD |
				NS_RA | NS_ACT_ERR, &packet->question, 0, &entry, 1);
	count(a->engine, NBD_DEFENDED);
	reply(a, from, port, buf, len);
}

/**
 * respond_b_node() - somebody in this broadcast area said of what type he is; B
 *	nodes do not belong here if this is an H or M node (H-026, CFG-007)
 * @a: adapter
 * @flags: NB_FLAGS
 * @from: who
 */
void respond_b_node(struct adapter *a, uint16_t flags, uint32_t from)
{
	if ((flags & NS_ONT) != NS_ONT_B || (a->type != NBD_TYPE_H && a->type != NBD_TYPE_M))
		return;
	alert(a->engine, &(struct nbd_alert) {
		.kind = NBD_ALERT_B_NODE_HEARD,
		.ifindex = a->conf.ifindex,
		.addr = from,
		.text = "a B node shares the broadcast area of an H or M node",
	});
}

static void overwritten(struct adapter *a, const struct ns_packet *packet, uint32_t from)
{
	alert_name(a, NBD_ALERT_TWO_OWNERS, &packet->question, a->conf.addr, from,
		   "another node proclaims that a name of ours is its own");
	count(a->engine, NBD_TWO_OWNERS);
}

/* A claim (RD set), or the proclamation of a new owner (NS-006) */
static void registration(struct adapter *a, const struct ns_packet *packet, uint32_t from,
			 uint16_t port, bool broadcast)
{
	struct nbd_engine *e = a->engine;
	struct name *name = name_find(e, &packet->question);
	struct ns_entry entry;
	struct reg *reg;

	count(e, NBD_REGISTRATIONS_RECEIVED);
	if (!packet->records || !ns_entries(&packet->record[0]) || adapter_own_addr(e, from))
		return;
	entry = ns_entry(&packet->record[0], 0);
	if (broadcast)
		respond_b_node(a, entry.flags, from);
	if (!name || !name_on(name, a) || (name->group && (entry.flags & NS_GROUP)))
		return;
	/* A P node leaves this to its server (RFC 1002 5.1.2.5) */
	if (a->type == NBD_TYPE_P)
		return;
	if (!(packet->flags & NS_RD)) {
		if (name_held(name))
			overwritten(a, packet, from);
		return;
	}
	reg = reg_find(name, a);
	if (reg && reg->leg && leg_gives_way(reg->leg, from))
		leg_yield(reg->leg, from);
	else if (name_held(name) || name->claim)
		defend(a, packet, name, from, port);
}

/**
 * respond() - a request has come
 * @a: adapter
 * @packet: request
 * @from: source address
 * @port: source port
 * @broadcast: it came by broadcast
 */
void respond(struct adapter *a, const struct ns_packet *packet, uint32_t from,
	     uint16_t port, bool broadcast)
{
	if (!packet->questions || packet->qclass != NS_CLASS_IN)
		return;
	switch (ns_opcode(packet)) {
	case NS_OP_QUERY:
		if (packet->qtype == NS_TYPE_NB)
			query(a, packet, from, port, broadcast);
		else if (packet->qtype == NS_TYPE_NBSTAT)
			status_respond(a, packet, from, port);
		else if (packet->qtype == NS_TYPE_A && !broadcast)
			status_ask(a, packet, from, port);
		break;
	case NS_OP_REGISTER:
	case NS_OP_MULTIHOMED:
		registration(a, packet, from, port, broadcast);
		break;
	case NS_OP_RELEASE:
		if (!adapter_own_addr(a->engine, from))
			conflict_release_received(a, packet, from, port, broadcast);
		break;
	}
}
