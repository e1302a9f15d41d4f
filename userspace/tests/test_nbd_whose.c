// SPDX-License-Identifier: GPL-2.0
/*
 * netbiosd: a name server at the address of the node. Whose is a packet, and how the
 * node uses that server.
 */
#include <string.h>

#include "world.h"

#define PORT	4000

static void server(bool there)
{
	world.server = there ? addr(ME) : 0;
	nbd_engine_server(world.engine, there);
}

static void begin(enum nbd_type type, const char *nbns)
{
	world_begin();
	adapter(IFINDEX, ME, type, nbns, NULL);
	if (nbns)
		host_new(nbns, name_server);
	server(true);
}

/* Does the packet go to the server, and nobody answers here? */
static bool is_servers_from(const char *from, uint16_t port, const void *data, size_t len)
{
	unsigned int before = world.served, sent = world.n_sent;

	arrive(0, IFINDEX, addr(from), port, false, data, len);
	world_run(0);
	return world.served == before + 1 && world.n_sent == sent &&
	       world.served_addr == addr(from) && world.served_port == port &&
	       world.served_len == len;
}

static bool is_servers(const void *data, size_t len)
{
	return is_servers_from(HOST, PORT, data, len);
}

static bool is_nodes(const void *data, size_t len)
{
	unsigned int before = world.served;

	arrive(0, IFINDEX, addr(HOST), PORT, false, data, len);
	world_run(0);
	return world.served == before;
}

static size_t query(uint8_t *buf, const char *octets, uint16_t flags, uint16_t type)
{
	struct ns_name name = wire(octets);

	return ns_build_query(buf, NS_PACKET_MAX, 7, flags, &name, type);
}

static size_t request(uint8_t *buf, unsigned int opcode, const char *octets, uint16_t flags,
		      bool group)
{
	struct ns_name name = wire(octets);
	struct ns_entry entry = { .flags = group ? NS_GROUP : 0, .addr = addr(HOST) };

	return ns_build_request(buf, NS_PACKET_MAX, 7, NS_OPCODE_FLAGS(opcode) | flags, &name, 300,
				&entry);
}

/* The answer that the node itself gives by unicast, NULL: none, or it is the server's */
static const struct sent *nodes_answer(const void *data, size_t len)
{
	unsigned int before = world.served;
	const struct sent *s = asked(data, len, false, HOST, PORT);

	return world.served == before ? s : NULL;
}

/* NS-061, NS-089: queries, of a node that has another server or none */
static void test_queries(enum nbd_type type, const char *nbns)
{
	uint8_t buf[NS_PACKET_MAX];

	begin(type, nbns);
	hold(FRED, false);
	hold(TEAM, true);
	ok(nodes_answer(buf, query(buf, FRED, 0, NS_TYPE_NB)), "a query for a name of the node");
	ok(nodes_answer(buf, query(buf, FRED, NS_RD, NS_TYPE_NB)),
	   "also by who thinks that it is a server");
	ok(nodes_answer(buf, query(buf, TEAM, 0, NS_TYPE_NB)), "a group");
	ok(is_servers(buf, query(buf, MARY, 0, NS_TYPE_NB)), "the server knows other names");
	ok(is_servers(buf, query(buf, MARY, NS_RD, NS_TYPE_NB)), "by right");
	ok(nodes_answer(buf, query(buf, "*\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 0, NS_TYPE_NBSTAT)),
	   "the status is that of the node");
	ok(is_nodes(buf, query(buf, MARY, 0, NS_TYPE_NBSTAT)), "or nobody's");
	world.served = 0;
	ok(queried(FRED, true) || type == NBD_TYPE_P, "a broadcast is the node's");
	queried(MARY, true);
	is_number(world.served, 0, "whatever it asks");
	world_end();
}

/* The server knows other owners of a name that it has from us */
static void test_registered(void)
{
	uint8_t buf[NS_PACKET_MAX];

	begin(NBD_TYPE_H, ME);
	hold(FRED, false);
	hold(TEAM, true);
	ok(sent_count(0, 0x2900, ME) == 2, "the node registers with the server beside it");
	ok(is_servers(buf, query(buf, TEAM, NS_RD, NS_TYPE_NB)), "who asks a server gets its answer");
	ok(nodes_answer(buf, query(buf, TEAM, 0, NS_TYPE_NB)), "who asks the node gets that");
	world_end();
}

/* Claims and the like */
static void test_claims(enum nbd_type type)
{
	static const unsigned int opcodes[] = { NS_OP_REGISTER, NS_OP_MULTIHOMED, NS_OP_REFRESH,
						NS_OP_REFRESH_ALT, NS_OP_RELEASE };
	uint8_t buf[NS_PACKET_MAX];
	const struct sent *s;
	unsigned int i;

	begin(type, type == NBD_TYPE_B ? NULL : NBNS);
	hold(FRED, false);
	hold(TEAM, true);
	for (i = 0; i < sizeof(opcodes) / sizeof(*opcodes); i++)
		ok(is_servers(buf, request(buf, opcodes[i], MARY, NS_RD, false)), "opcode %u",
		   opcodes[i]);
	s = nodes_answer(buf, request(buf, NS_OP_REGISTER, FRED, NS_RD, false));
	if (type == NBD_TYPE_P)
		ok(!s, "a P node has no say");
	else
		ok(s && (s->packet.flags & NS_RCODE) == NS_ACT_ERR,
		   "what the server does not know of, the node defends");
	ok(is_servers(buf, request(buf, NS_OP_REGISTER, TEAM, NS_RD, true)), "a group grows");
	s = nodes_answer(buf, request(buf, NS_OP_REGISTER, TEAM, NS_RD, false));
	ok(!!s == (type != NBD_TYPE_P), "but stays a group");
	ok(is_servers(buf, request(buf, NS_OP_REGISTER, FRED, 0, false)), "an overwrite");
	ok(is_servers(buf, request(buf, NS_OP_RELEASE, FRED, 0, false)),
	   "release of a name of the node by a stranger");
	is_number(world.counter[NBD_FOREIGN_DEMANDS], 0, "which does not concern the node");
	world_end();
}

/* NS-064: the node has another server, which is obeyed */
static void test_other_server(void)
{
	uint8_t buf[NS_PACKET_MAX];
	struct ns_name name = wire(FRED);
	struct ns_entry nobody = { 0 };
	size_t len;

	begin(NBD_TYPE_P, NBNS);
	hold(FRED, false);
	len = ns_build_response(buf, sizeof(buf), 9, 0xad87, &name, 0, &nobody, 1);
	ok(is_nodes(buf, len), "NAME CONFLICT DEMAND is for a node");
	len = request(buf, NS_OP_RELEASE, FRED, 0, false);
	ok(is_servers_from(NBNS, PORT, buf, len), "not port 137");
	ok(!is_servers_from(NBNS, NS_PORT, buf, len), "the server of the node releases a name");
	is_number(world.name_dels, 1, "which is gone");
	ok(is_servers_from(NBNS, NS_PORT, buf, len), "and then only the other knows it");
	world_end();
}

static void test_responses(void)
{
	struct ns_name name = wire(MARY);
	struct ns_entry entry = { .addr = addr(HOST) };
	uint8_t buf[NS_PACKET_MAX];
	uint64_t id;
	size_t len;

	begin(NBD_TYPE_P, NBNS);
	len = ns_build_response(buf, sizeof(buf), 9, 0x8580, &name, 300, &entry, 1);
	ok(is_servers_from(HOST, NS_PORT, buf, len), "a response that the node does not wait for");
	is_number(world.counter[NBD_RESPONSES_BAD], 0, "is none that is bad");
	host_owns(host_new(HOST2, p_node), MARY, 0);
	id = resolve(MARY);
	len = ns_build_response(buf, sizeof(buf), world.sent[world.n_sent - 1].packet.id, 0x8580,
				&name, 300, &entry, 1);
	ok(!is_servers_from(HOST, NS_PORT, buf, len), "who answers in the place of another");
	is_number(world.alerts[NBD_ALERT_ANSWER_REJECTED], 1, "is reported as ever");
	ok(!is_servers_from(NBNS, NS_PORT, buf, len) && !status(id), "an answer to the node");
	world_end();
}

/* Malformed, or where the server does not serve */
static void test_nodes_alone(void)
{
	uint8_t buf[NS_PACKET_MAX];

	begin(NBD_TYPE_H, NBNS);
	ok(is_nodes("garbage", 7) && is_nodes(buf, query(buf, MARY, 0, NS_TYPE_NB) - 1),
	   "what is malformed is the node's");
	world_run(2000);
	is_number(world.counter[NBD_PACKETS_BAD], 2, "which counts it");
	world.server_not_at = IFINDEX;
	ok(nodes_answer(buf, query(buf, MARY, 0, NS_TYPE_NB)), "it does not serve at this adapter");
	server(false);
	world.server_not_at = 0;
	ok(nodes_answer(buf, query(buf, MARY, 0, NS_TYPE_NB)), "it has gone");
	world_end();
}

/* The server asks the node whether it has a name, and goes away for a while */
static void test_own_server(void)
{
	struct ns_name name = wire(FRED);
	uint8_t buf[NS_PACKET_MAX];
	struct host *host;
	unsigned int sent;
	uint64_t id;
	size_t len;

	begin(NBD_TYPE_P, ME);
	host = &world.host[0];
	hold(FRED, false);
	len = ns_build_query(buf, sizeof(buf), 5, 0, &name, NS_TYPE_NB);
	sent = world.n_sent;
	arrive(0, IFINDEX, addr(ME), NS_PORT, false, buf, len);
	world_run(0);
	ok(sent_count(sent, 0x8400, ME) + sent_count(sent, 0x8500, ME) == 1,
	   "the server asks the node");
	id = resolve(MARY);
	world_run(10);
	is_number(status(id), NETBIOS_WORK_STATUS_NOT_FOUND, "the node asks the server");
	server(false);
	host->dead = true;
	id = resolve(TEAM);
	world_run(6000);
	ok(status(id) > 0 && !world.condition.nbns_available, "it is missed as any other");
	host->dead = false;
	server(true);
	world_run(10);
	ok(world.condition.nbns_available, "and asked at once when it is back");
	world_end();
}

int main(void)
{
	test_queries(NBD_TYPE_B, NULL);
	test_queries(NBD_TYPE_H, NBNS);
	test_queries(NBD_TYPE_P, NBNS);
	test_registered();
	test_claims(NBD_TYPE_B);
	test_claims(NBD_TYPE_H);
	test_claims(NBD_TYPE_P);
	test_other_server();
	test_responses();
	test_nodes_alone();
	test_own_server();
	return tap_end();
}
