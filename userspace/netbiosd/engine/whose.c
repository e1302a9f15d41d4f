// SPDX-License-Identifier: GPL-2.0
/*
 * netbiosd: a name server can have the address of the node (nbd_engine_server()).
 * Whose is a packet that came by unicast? Broadcasts are the node's alone. The
 * rest is divided so that whoever asks the address, as a node or as a server,
 * gets the answer of the one who knows more.
 */
#include "node.h"

/**
 * whose_server_is_own() - is this server the one beside us?
 * @e: engine
 * @addr: address of a name server
 *
 * Return: true if the address leads to this host.
 */
bool whose_server_is_own(const struct nbd_engine *e, uint32_t addr)
{
	return adapter_own_addr(e, addr) || ntohl(addr) >> IN_CLASSA_NSHIFT == IN_LOOPBACKNET;
}

/* It has the name from us, and maybe other owners of it */
static bool server_has(const struct adapter *a, const struct name *name)
{
	const struct reg *reg = reg_find(name, a);

	return reg && reg->state == REG_SERVER && whose_server_is_own(a->engine, reg->nbns);
}

static struct name *granted_on(struct adapter *a, const struct ns_packet *packet)
{
	struct name *name = name_find(a->engine, &packet->question);

	return name_granted(name) && name_on(name, a) ? name : NULL;
}

/*
 * RD says that a server is asked, and without it a node; each answers for the
 * other what only that one knows
 */
static bool node_query(struct adapter *a, const struct ns_packet *packet)
{
	const struct name *name;

	/* Status, and what programs of this host ask */
	if (packet->qtype != NS_TYPE_NB)
		return true;
	name = granted_on(a, packet);
	return name && (!(packet->flags & NS_RD) || !server_has(a, name));
}

/*
 * What the server does not know of it would grant to others. A P node has no say
 * in that, and members of a group need nobody's consent.
 */
static bool node_defends(struct adapter *a, const struct ns_packet *packet)
{
	const struct name *name = granted_on(a, packet);

	if (!name || server_has(a, name) || a->type == NBD_TYPE_P || !(packet->flags & NS_RD) ||
	    !packet->records || !ns_entries(&packet->record[0]))
		return false;
	return !name->group || !(ns_entry(&packet->record[0], 0).flags & NS_GROUP);
}

/* The server of this node, if that is another one, may take a name away (NS-064) */
static bool node_releases(struct adapter *a, const struct ns_packet *packet, uint32_t from,
			  uint16_t port)
{
	return port == NS_PORT && adapter_has_servers(a) && nbns_is(a, from) &&
	       granted_on(a, packet);
}

/**
 * whose_is_servers() - is a packet for the server beside the node?
 * @a: adapter that it came to, by unicast
 * @packet: packet
 * @from: source address
 * @port: source port
 *
 * Return: false if it is the node's.
 */
bool whose_is_servers(struct adapter *a, const struct ns_packet *packet, uint32_t from,
		      uint16_t port)
{
	if (packet->flags & NS_RESPONSE)
		return !txn_awaits(a, packet) && !conflict_is_demand(packet);
	if (!packet->questions)
		return false;
	switch (ns_opcode(packet)) {
	case NS_OP_QUERY:
		return !node_query(a, packet);
	case NS_OP_REGISTER:
	case NS_OP_MULTIHOMED:
		return !node_defends(a, packet);
	case NS_OP_RELEASE:
		return !node_releases(a, packet, from, port);
	default:
		return true;
	}
}
