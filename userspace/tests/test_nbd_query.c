// SPDX-License-Identifier: GPL-2.0
/*
 * netbiosd: what name servers answer: lists that are cut, groups, addresses that are wrong.
 */
#include <arpa/inet.h>

#include "world.h"

static struct host *nbns;

static void begin(enum nbd_type type)
{
	world_begin();
	adapter(IFINDEX, ME, type, NBNS, NULL);
	nbns = host_new(NBNS, name_server);
}

/* NS-082, SS-032, SS-035 */
static void test_suspect(void)
{
	const struct sent *s;
	struct host *h;
	uint64_t id;

	begin(NBD_TYPE_P);
	host_owns(nbns, MARY, 0)->addr[0] = addr(HOST);
	id = suspect(MARY, HOST);
	world_run(10);
	s = sent_find(0, 0x3000, NBNS);
	ok(s && ns_entry(&s->packet.record[0], 0).addr == addr(HOST), "the server is told");
	is_number(status(id), NETBIOS_WORK_STATUS_NOT_FOUND, "and asked again");
	host_owns(nbns, MARY, 0)->addr[0] = addr(HOST);
	nbns->release_rcode = NS_ACT_ERR;
	id = suspect(MARY, HOST);
	world_run(10);
	is_number(sent_count(0, 0x0100, HOST), 1, "if it insists, the host itself is asked");
	world_run(6000);
	is_number(status(id), NETBIOS_WORK_STATUS_NOT_FOUND, "who does not answer");
	h = host_new(HOST, p_node);
	host_owns(h, MARY, 0);
	id = suspect(MARY, HOST);
	world_run(10);
	ok(!status(id) && done(id)->answer.addr[0] == addr(HOST), "unless he confirms it");
	host_find(nbns, &s->packet.question)->addr[0] = addr(HOST2);
	id = suspect(MARY, HOST);
	world_run(10);
	ok(!status(id) && done(id)->answer.addr[0] == addr(HOST2), "another address is taken");
	world_end();
}

static void many(struct host *host, const struct sent *sent)
{
	struct ns_entry entry[100];
	uint8_t buf[NS_PACKET_MAX];
	unsigned int i;

	for (i = 0; i < 100; i++)
		entry[i] = (struct ns_entry) { .flags = NS_GROUP, .addr = htonl(0x0a000100 + i) };
	answer(host, sent, buf, ns_build_response(buf, sizeof(buf), sent->packet.id, 0x8580,
						  &sent->packet.question, 60, entry, 100));
}

/* NS-035, NS-033, NS-024, NS-009 */
static void test_tcp(void)
{
	struct ns_entry entry = { .flags = NS_GROUP, .addr = addr(HOST) };
	struct ns_name team = wire(TEAM);
	uint8_t buf[NS_PACKET_MAX];
	uint64_t id;
	size_t len;

	begin(NBD_TYPE_P);
	nbns->fn = many;
	id = resolve(TEAM);
	world_run(2);
	ok(status(id) < 0 && world.tcp_queries == 1, "a list that was cut is asked for by TCP");
	len = ns_build_response(buf, sizeof(buf), world.tcp_data[0] << 8 | world.tcp_data[1], 0x8580,
				&team, 60, &entry, 1);
	nbd_engine_tcp(world.engine, world.tcp_cookie, buf, len);
	ok(!status(id) && done(id)->answer.n == 1 && done(id)->answer.addr[0] == addr(HOST),
	   "that answer counts");
	id = resolve(TEAM);
	world_run(2);
	nbd_engine_tcp(world.engine, world.tcp_cookie, NULL, 0);
	ok(!status(id) && done(id)->answer.n == NBD_ADDRS_MAX && done(id)->answer.group,
	   "without TCP the list is taken as it is");
	id = resolve(TEAM);
	world_run(2);
	buf[1]++;
	nbd_engine_tcp(world.engine, world.tcp_cookie, buf, len);
	ok(done(id)->answer.n == NBD_ADDRS_MAX, "an answer to something else is none");
	id = resolve(TEAM);
	world_run(20000);
	ok(!status(id) && world.tcp_cancels == 1, "nor is one waited for without an end");
	world_end();
}

/* One address, in a list that is said to be longer */
static void cut(struct host *host, const struct sent *sent)
{
	struct ns_entry entry = { .addr = addr(HOST) };
	uint8_t buf[NS_PACKET_MAX];

	if (ns_opcode(&sent->packet) != NS_OP_QUERY) {
		name_server(host, sent);
		return;
	}
	answer(host, sent, buf, ns_build_response(buf, sizeof(buf), sent->packet.id,
						  0x8580 | NS_TC, &sent->packet.question, 60,
						  &entry, 1));
}

/* TCP has nothing to say in what comes after it */
static void test_tcp_late(void)
{
	uint64_t id;

	begin(NBD_TYPE_H);
	nbns->fn = cut;
	id = suspect(MARY, HOST);
	world_run(10);
	is_number(world.tcp_queries, 1, "an address that was wrong, and is not all");
	world_run(15000);
	is_number(world.tcp_cancels, 1, "TCP is silent: it is given up");
	ok(status(id) < 0 && sent_count(0, 0x0110, NULL) >= 1, "an H node goes on by broadcast");
	host_owns(host_new(HOST2, b_node), MARY, 0);
	nbd_engine_tcp(world.engine, world.tcp_cookie, NULL, 0);
	world_run(300);
	ok(!status(id) && done(id)->answer.addr[0] == addr(HOST2),
	   "which the end of TCP does not end");
	world_end();
}

/* P-10, NS-024 */
static void test_wide_group(void)
{
	struct host *h;
	uint64_t id;

	begin(NBD_TYPE_M);
	host_owns(nbns, TEAM, NS_GROUP)->addr[0] = INADDR_BROADCAST;
	id = resolve(TEAM);
	world_run(3000);
	ok(!status(id) && done(id)->answer.group && done(id)->answer.addr[0] == addr("10.0.0.255"),
	   "255.255.255.255 is this network's broadcast address");
	world_end();
	world_begin();
	adapter(IFINDEX, ME, NBD_TYPE_H, NBNS, NULL);
	nbns = host_new(NBNS, name_server);
	host_owns(nbns, TEAM, NS_GROUP)->addr[0] = INADDR_BROADCAST;
	h = host_new(HOST, b_node);
	host_owns(h, TEAM, NS_GROUP | NS_ONT_M);
	id = resolve(TEAM);
	world_run(1000);
	ok(!status(id) && done(id)->answer.group && done(id)->answer.addr[0] == addr(HOST),
	   "the members are asked by broadcast");
	world_end();
}

int main(void)
{
	test_suspect();
	test_tcp();
	test_tcp_late();
	test_wide_group();
	return tap_end();
}
