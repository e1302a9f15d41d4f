// SPDX-License-Identifier: GPL-2.0
/*
 * netbiosd: names that two nodes have (RFC 1001 15.1.3.5), and what others tell
 * us to do with ours. A name server of ours is obeyed. A stranger could take
 * every name of a node away with one packet each, so strangers are only
 * counted and reported, unless the configuration says that they are trusted.
 */
#include <string.h>

#include "node.h"

/**
 * conflict_mark() - a name is logically absent from now on (NS-078)
 * @e: engine
 * @name: name
 * @by: who said so
 * @why: for the administrator
 */
void conflict_mark(struct nbd_engine *e, struct name *name, uint32_t by, const char *why)
{
	const struct nbd_key key = name_key(name);
	char text[ADDR_TEXT];

	if (!name_held(name))
		return;
	say(e, NBD_LOG_WARNING, "%.15s<%02x> is in conflict: %s (%s)", key.name, key.name[15], why,
	    addr_text(by, text));
	name_forget_regs(e, name);
	name->release_due = false;
	count(e, NBD_CONFLICTS);
	name_state(e, name, NETBIOS_NAME_STATE_CONFLICT);
	alert(e, &(struct nbd_alert) {
		.kind = NBD_ALERT_NAME_CONFLICT,
		.key = &key,
		.addr = by,
		.text = why,
	});
}

/**
 * conflict_is_demand() - is this NAME CONFLICT DEMAND? It looks like a response
 *	(NS-020)
 * @packet: packet
 *
 * Return: true if so, or if it is a refusal that nobody waits for.
 */
bool conflict_is_demand(const struct ns_packet *packet)
{
	return (packet->flags & NS_RESPONSE) && ns_opcode(packet) == NS_OP_REGISTER &&
	       (packet->flags & NS_RCODE) == NS_CFT_ERR && packet->records;
}

static bool from_server(const struct adapter *a, uint32_t from, uint16_t port)
{
	return adapter_has_servers(a) && port == NS_PORT && nbns_is(a, from);
}

static struct name *held_on(struct adapter *a, const struct ns_name *wire)
{
	struct name *name = name_find(a->engine, wire);

	return name_held(name) && name_on(name, a) ? name : NULL;
}

static void not_obeyed(struct adapter *a, enum nbd_alert_kind kind, const struct ns_name *wire,
		       uint32_t from, const char *text)
{
	count(a->engine, NBD_FOREIGN_DEMANDS);
	alert_name(a, kind, wire, from, 0, text);
}

/**
 * conflict_demand_received() - somebody says that a name of ours is in conflict
 * @a: adapter
 * @packet: NAME CONFLICT DEMAND
 * @from: source address
 * @port: source port
 */
void conflict_demand_received(struct adapter *a, const struct ns_packet *packet,
			      uint32_t from, uint16_t port)
{
	const struct ns_name *wire = &packet->record[0].name;
	struct nbd_engine *e = a->engine;
	struct name *name = held_on(a, wire);

	if (!name)
		return;
	if (from_server(a, from, port) || e->config.trust_strangers)
		conflict_mark(e, name, from, "told by NAME CONFLICT DEMAND");
	else
		not_obeyed(a, NBD_ALERT_FOREIGN_CONFLICT, wire, from,
			   "NAME CONFLICT DEMAND of a stranger, not obeyed");
}

/* What the name server told us to release is gone; it gets an answer (E-25) */
static void obey_release(struct adapter *a, const struct ns_packet *packet, uint32_t from,
			 uint16_t port)
{
	struct ns_entry entry = { 0 };
	uint8_t buf[NS_PACKET_MAX];
	size_t len;

	if (packet->records && ns_entries(&packet->record[0]))
		entry = ns_entry(&packet->record[0], 0);
	len = ns_build_response(buf, sizeof(buf), packet->id,
				NS_RESPONSE | NS_OPCODE_FLAGS(NS_OP_RELEASE) | NS_AA,
				&packet->question, 0, &entry, 1);
	reply(a, from, port, buf, len);
}

static void delete_name(struct adapter *a, struct name *name, uint32_t by)
{
	struct nbd_engine *e = a->engine;
	const struct nbd_key key = name_key(name);
	char text[ADDR_TEXT];

	say(e, NBD_LOG_WARNING, "%.15s<%02x> taken away by %s", key.name, key.name[15],
	    addr_text(by, text));
	e->ops->name_del(e->os, &key);
	name_free(e, name);
}

/* Who gives up an address of his own is believed; so is the name server */
static void purge_cache(struct adapter *a, const struct ns_packet *packet, uint32_t from,
			bool server)
{
	struct nbd_engine *e = a->engine;
	char scope[NETBIOS_SCOPE_MAX + 1];
	struct nbd_key key = { .scope = scope };
	uint32_t addr;

	if (!packet->records || !ns_entries(&packet->record[0]))
		return;
	addr = ns_entry(&packet->record[0], 0).addr;
	if ((addr != from && !server) || !rate_purge_ok(e))
		return;
	ns_name_scope(&packet->question, scope);
	memcpy(key.name, packet->question.octets, NETBIOS_NAME_LEN);
	e->ops->cache_del(e->os, &key, addr);
}

/**
 * conflict_release_received() - NAME RELEASE REQUEST or DEMAND
 * @a: adapter
 * @packet: it
 * @from: source address
 * @port: source port
 * @broadcast: it came by broadcast
 *
 * P, M and H nodes give a name up when their server says so (NS-064); a B node
 * forgets what it has in the cache (NS-052).
 */
void conflict_release_received(struct adapter *a, const struct ns_packet *packet,
			       uint32_t from, uint16_t port, bool broadcast)
{
	const struct ns_name *wire = &packet->question;
	bool server = !broadcast && from_server(a, from, port);
	struct name *name = held_on(a, wire);

	count(a->engine, NBD_RELEASES_RECEIVED);
	if (name && name->group && broadcast)
		return;		/* another member leaves */
	if (name && !server && (broadcast || !adapter_has_servers(a) ||
				!a->engine->config.trust_strangers)) {
		not_obeyed(a, NBD_ALERT_FOREIGN_RELEASE, wire, from,
			   "release of a name of ours by a stranger, not obeyed");
		return;
	}
	if (name)
		delete_name(a, name, from);
	else
		purge_cache(a, packet, from, server);
	if (server)
		obey_release(a, packet, from, port);
}

/**
 * conflict_two_owners() - two nodes answer for a unique name (NS-076)
 * @a: adapter
 * @name: name
 * @first: who answered first; hears nothing
 * @later: who answered later; gets NAME CONFLICT DEMAND
 */
void conflict_two_owners(struct adapter *a, const struct ns_name *name, uint32_t first,
			 uint32_t later)
{
	static const struct ns_entry nobody;
	struct nbd_engine *e = a->engine;
	char scope[NETBIOS_SCOPE_MAX + 1];
	struct nbd_key key = { .scope = ns_name_scope(name, scope) };
	uint8_t buf[NS_PACKET_MAX];
	size_t len;

	count(e, NBD_TWO_OWNERS);
	alert_name(a, NBD_ALERT_TWO_OWNERS, name, first, later,
		   "two nodes answer for a unique name");
	memcpy(key.name, name->octets, NETBIOS_NAME_LEN);
	e->ops->cache_del(e->os, &key, later);
	if (!e->config.conflict_demands || !rate_ok(e, later))
		return;
	len = ns_build_response(buf, sizeof(buf), random32(e),
				NS_RESPONSE | NS_OPCODE_FLAGS(NS_OP_REGISTER) | NS_AA | NS_RD |
				NS_RA | NS_CFT_ERR, name, 0, &nobody, 1);
	count(e, NBD_CONFLICT_DEMANDS_SENT);
	e->ops->send(e->os, a->conf.ifindex, later, NS_PORT, false, buf, len);
}
