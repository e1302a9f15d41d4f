// SPDX-License-Identifier: GPL-2.0
/*
 * netbiosd: NODE STATUS (RFC 1001 15.1.4, RFC 1002 4.2.18).
 */
#include <string.h>

#include "node.h"

/* One more than fit, so that TC is set when it has to be (NS-084) */
#define NAMES_MAX	25

static uint16_t name_flags(const struct adapter *a, const struct name *name, bool permanent)
{
	uint16_t flags = NS_ACT | adapter_ont(a);

	if (name->group)
		flags |= NS_GROUP;
	if (name->state == NETBIOS_NAME_STATE_RELEASING)
		flags |= NS_DRG;
	if (name->state == NETBIOS_NAME_STATE_CONFLICT)
		flags |= NS_CNF;
	if (permanent)
		flags |= NS_PRM;
	return flags;
}

static void put(struct ns_status_entry *entry, const struct adapter *a, const struct name *name,
		bool permanent)
{
	memcpy(entry->name, name->octets, NETBIOS_NAME_LEN);
	entry->flags = name_flags(a, name, permanent);
}

static bool is_listed(const struct adapter *a, const struct name *name)
{
	return name_on(name, a) && name->state != NETBIOS_NAME_STATE_CLAIMING &&
	       name->state != NETBIOS_NAME_STATE_GONE;
}

static const struct name *permanent_name(struct nbd_engine *e, const struct scope *scope)
{
	struct ns_name wire = scope->name;

	if (!e->has_permanent)
		return NULL;
	memcpy(wire.octets, e->permanent, NETBIOS_NAME_LEN);
	return name_find(e, &wire);
}

/* The permanent name first, then the others of the scope (NS-053) */
static unsigned int list(struct adapter *a, const struct scope *scope,
			 struct ns_status_entry *entry)
{
	const struct name *permanent, *name;
	unsigned int n = 0;

	if (!scope)
		return 0;
	permanent = permanent_name(a->engine, scope);
	if (permanent && is_listed(a, permanent))
		put(&entry[n++], a, permanent, true);
	for (name = scope->names; name && n < NAMES_MAX; name = name->next)
		if (name != permanent && is_listed(a, name))
			put(&entry[n++], a, name, false);
	return n;
}

static void statistics(struct adapter *a, struct ns_statistics *s)
{
	struct nbd_engine *e = a->engine;
	struct nbd_node_stats stats = { 0 };

	e->ops->node_stats(e->os, &stats);
	memset(s, 0, sizeof(*s));
	memcpy(s->unit_id, a->conf.mac, sizeof(s->unit_id));
	s->good_sends = stats.frames_sent;
	s->good_receives = stats.frames_received;
	s->pending_sessions = stats.sessions;
	s->max_pending_sessions = stats.max_sessions;
	s->max_sessions = stats.max_sessions;
	s->packet_size = stats.max_message;
}

/**
 * status_respond() - NODE STATUS REQUEST for a name that we have or the asterisk,
 *	on every type of node (E-23)
 * @a: adapter
 * @packet: request
 * @from: source address
 * @port: source port
 */
void status_respond(struct adapter *a, const struct ns_packet *packet, uint32_t from,
		    uint16_t port)
{
	struct nbd_engine *e = a->engine;
	struct ns_status_entry entry[NAMES_MAX];
	struct ns_statistics stats;
	const struct name *name;
	uint8_t buf[NS_PACKET_MAX];
	unsigned int n;
	size_t len;

	count(e, NBD_STATUS_RECEIVED);
	if (!ns_name_is_wildcard(&packet->question)) {
		name = name_find(e, &packet->question);
		if (!name_held(name) || !name_on(name, a))
			return;
	}
	if (!rate_ok(e, from))
		return;
	n = list(a, scope_find(e, &packet->question), entry);
	if (!n && !in_node_scope(e, &packet->question))
		return;
	statistics(a, &stats);
	len = ns_build_status(buf, sizeof(buf), packet->id, &packet->question, entry, n, &stats);
	reply(a, from, port, buf, len);
}
