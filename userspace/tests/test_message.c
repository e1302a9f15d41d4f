// SPDX-License-Identifier: GPL-2.0
/*
 * Netlink messages of netbiosd, to and fro.
 */
#include <arpa/inet.h>
#include <string.h>
#include <linux/genetlink.h>

#include "../netbiosd/message.h"
#include "tap.h"

static char buf[4096];

static struct nlmsghdr *new_message(void)
{
	struct nlmsghdr *nlh;

	memset(buf, 0x55, sizeof(buf));
	nlh = mnl_nlmsg_put_header(buf);
	mnl_nlmsg_put_extra_header(nlh, sizeof(struct genlmsghdr));
	return nlh;
}

/* How often an attribute is there, and its last value */
static unsigned int count(const struct nlmsghdr *nlh, uint16_t type, uint64_t *value)
{
	const struct nlattr *attr;
	unsigned int n = 0;

	mnl_attr_for_each(attr, nlh, sizeof(struct genlmsghdr)) {
		if (mnl_attr_get_type(attr) != type)
			continue;
		n++;
		*value = 0;
		memcpy(value, mnl_attr_get_payload(attr),
		       mnl_attr_get_payload_len(attr) > 8 ? 8 :
		       mnl_attr_get_payload_len(attr));
	}
	return n;
}

static void is_attr(const struct nlmsghdr *nlh, uint16_t type, uint64_t expected,
		    const char *name)
{
	uint64_t value = ~expected;

	ok(count(nlh, type, &value) == 1 && value == expected, "%s", name);
}

static void is_absent(const struct nlmsghdr *nlh, uint16_t type, const char *name)
{
	uint64_t value;

	ok(!count(nlh, type, &value), "%s", name);
}

static void test_work(void)
{
	struct nlmsghdr *nlh = new_message();
	struct nbd_work work = { 0 };
	uint64_t id = 0;

	ok(!msg_get_work(nlh, &work), "empty");
	ok(!msg_get_work_id(nlh, &id), "no id");
	mnl_attr_put_u64(nlh, NETBIOS_A_WORK_ID, 0x1122334455667788);
	mnl_attr_put_u32(nlh, NETBIOS_A_WORK_KIND, NETBIOS_WORK_KIND_SUSPECT);
	ok(!msg_get_work(nlh, &work), "no name");
	mnl_attr_put(nlh, NETBIOS_A_WORK_NAME, 16, "FRED            ");
	ok(msg_get_work(nlh, &work), "the least");
	is_text(work.key.scope, "", "no scope is the empty one");
	ok(!work.ifindex && !work.addr && !work.wire_error && !work.group, "the rest is 0");
	mnl_attr_put_strz(nlh, NETBIOS_A_WORK_SCOPE, "a.b");
	mnl_attr_put_u8(nlh, NETBIOS_A_WORK_GROUP, 1);
	mnl_attr_put_u32(nlh, NETBIOS_A_WORK_IFINDEX, 7);
	mnl_attr_put_u32(nlh, NETBIOS_A_WORK_ADDR, htonl(0x0a000001));
	mnl_attr_put_u8(nlh, NETBIOS_A_WORK_WIRE_ERROR, 0x82);
	mnl_attr_put_u32(nlh, NETBIOS_A_WORK_DEADLINE, 20000);
	mnl_attr_put_u32(nlh, 999, 1);
	ok(msg_get_work(nlh, &work), "everything, and what is new to us");
	ok(work.id == 0x1122334455667788 && work.kind == NETBIOS_WORK_KIND_SUSPECT &&
	   !memcmp(work.key.name, "FRED            ", 16), "id, kind, name");
	is_text(work.key.scope, "a.b", "scope");
	ok(work.group && work.ifindex == 7 && work.addr == htonl(0x0a000001) &&
	   work.wire_error == 0x82 && work.deadline == 20000, "the rest");
	ok(msg_get_work_id(nlh, &id) && id == work.id, "id alone");
}

static void test_bad_work(void)
{
	struct nlmsghdr *nlh = new_message();
	struct nbd_work work = { 0 };

	mnl_attr_put_u64(nlh, NETBIOS_A_WORK_ID, 1);
	mnl_attr_put(nlh, NETBIOS_A_WORK_NAME, 15, "FRED           ");
	mnl_attr_put_u32(nlh, NETBIOS_A_WORK_KIND, NETBIOS_WORK_KIND_CLAIM);
	ok(!msg_get_work(nlh, &work), "name of 15 octets");
	nlh = new_message();
	mnl_attr_put_u64(nlh, NETBIOS_A_WORK_ID, 1);
	mnl_attr_put(nlh, NETBIOS_A_WORK_NAME, 16, "FRED            ");
	mnl_attr_put_u32(nlh, NETBIOS_A_WORK_KIND, 99);
	ok(!msg_get_work(nlh, &work), "kind that we do not know");
	mnl_attr_put(nlh, NETBIOS_A_WORK_SCOPE, 3, "abc");
	msg_get_work(nlh, &work);
	is_text(work.key.scope, "", "scope without its end");
}

static void test_name_and_node(void)
{
	struct nlmsghdr *nlh = new_message();
	struct nbd_local_name name = { 0 };
	struct node_info node;

	mnl_attr_put(nlh, NETBIOS_A_NAME_NAME, 16, "FRED            ");
	ok(!msg_get_name(nlh, &name), "no state");
	mnl_attr_put_u32(nlh, NETBIOS_A_NAME_STATE, NETBIOS_NAME_STATE_PROVISIONAL);
	mnl_attr_put_u8(nlh, NETBIOS_A_NAME_PERMANENT, 1);
	ok(msg_get_name(nlh, &name), "name");
	ok(name.state == NETBIOS_NAME_STATE_PROVISIONAL && name.permanent && !name.group &&
	   !name.ifindex, "state and flags");

	nlh = new_message();
	ok(msg_get_node(nlh, &node) && !node.has_permanent && !*node.scope, "bare node");
	is_number(node.sessions, 0, "an older module does not count its sessions");
	mnl_attr_put_u32(nlh, NETBIOS_A_NODE_SESSIONS, 70000);
	mnl_attr_put(nlh, NETBIOS_A_NODE_PERMANENT_NAME, 16, "HOST           ");
	mnl_attr_put_strz(nlh, NETBIOS_A_NODE_SCOPE, "s");
	ok(msg_get_node(nlh, &node) && node.has_permanent &&
	   !memcmp(node.permanent, "HOST           ", 16), "permanent name");
	is_text(node.scope, "s", "scope of the node");
	is_number(node.sessions, 70000, "its sessions");
}

static void test_adapter(void)
{
	struct nbd_adapter adapter = { .up = true, .nbns = { 5 }, .n_nbns = 1 };
	struct nlmsghdr *nlh = new_message();
	uint32_t i;

	ok(!msg_get_adapter(nlh, &adapter), "no index");
	mnl_attr_put_u32(nlh, NETBIOS_A_ADAPTER_IFINDEX, 3);
	mnl_attr_put_strz(nlh, NETBIOS_A_ADAPTER_IFNAME, "interface-with-a-long-name");
	mnl_attr_put_u8(nlh, NETBIOS_A_ADAPTER_ENABLED, 1);
	mnl_attr_put_u32(nlh, NETBIOS_A_ADAPTER_NODE_TYPE, NETBIOS_NODE_TYPE_H);
	for (i = 1; i <= NBD_SERVERS_MAX + 1; i++)
		mnl_attr_put_u32(nlh, NETBIOS_A_ADAPTER_NBNS, htonl(0x0a000000 + i));
	ok(msg_get_adapter(nlh, &adapter), "adapter");
	is_text(adapter.name, "interface-with-", "name fits");
	ok(adapter.enabled && adapter.type == NBD_TYPE_H && adapter.up, "settings");
	ok(adapter.n_nbns == NBD_SERVERS_MAX && adapter.nbns[0] == htonl(0x0a000001) &&
	   adapter.nbns[7] == htonl(0x0a000008), "no more servers than fit");
	ok(!adapter.n_nbdd, "no servers of the other kind");
}

static void test_answer(void)
{
	struct nbd_answer answer = {
		.status = NETBIOS_WORK_STATUS_OK,
		.state = NETBIOS_NAME_STATE_PROVISIONAL,
		.ttl = 99,
	};
	struct nlmsghdr *nlh = new_message();
	uint64_t value;
	size_t i;

	ok(msg_put_answer(nlh, sizeof(buf), 77, &answer), "claim");
	is_attr(nlh, NETBIOS_A_WORK_ID, 77, "id");
	is_attr(nlh, NETBIOS_A_WORK_STATUS, NETBIOS_WORK_STATUS_OK, "status");
	is_attr(nlh, NETBIOS_A_WORK_STATE, NETBIOS_NAME_STATE_PROVISIONAL, "state");
	is_absent(nlh, NETBIOS_A_WORK_TTL, "a claim has no lifetime");

	answer.status = NETBIOS_WORK_STATUS_REFUSED;
	nlh = new_message();
	msg_put_answer(nlh, sizeof(buf), 77, &answer);
	is_absent(nlh, NETBIOS_A_WORK_STATE, "nor has a refused one a state");

	answer.status = NETBIOS_WORK_STATUS_OK;
	answer.n = NBD_ADDRS_MAX;
	for (i = 0; i < NBD_ADDRS_MAX; i++)
		answer.addr[i] = htonl(0x0a000000 + i);
	nlh = new_message();
	ok(msg_put_answer(nlh, sizeof(buf), 77, &answer), "addresses");
	ok(count(nlh, NETBIOS_A_WORK_ADDR, &value) == NBD_ADDRS_MAX &&
	   value == htonl(0x0a000000 + NBD_ADDRS_MAX - 1), "all of them");
	is_attr(nlh, NETBIOS_A_WORK_TTL, 99, "with a lifetime");
	is_absent(nlh, NETBIOS_A_WORK_STATE, "and no state");

	answer.status = NETBIOS_WORK_STATUS_NOT_FOUND;
	nlh = new_message();
	msg_put_answer(nlh, sizeof(buf), 77, &answer);
	is_attr(nlh, NETBIOS_A_WORK_TTL, 99, "not found, with a lifetime");
	is_absent(nlh, NETBIOS_A_WORK_ADDR, "and no address");
	nlh = new_message();
	ok(!msg_put_answer(nlh, 32, 77, &answer), "no room");
}

static void test_reports(void)
{
	struct nbd_condition condition = {
		.ifindex = 3,
		.type = NBD_TYPE_H,
		.addr = htonl(0x0a000001),
		.nbns = htonl(0x0a000002),
	};
	struct nbd_key key = { .name = "FRED           ", .scope = "a.b" };
	struct nbd_alert alert = { .key = &key, .addr = 9, .text = "because" };
	uint64_t counter[NBD_COUNTERS], value;
	struct nlmsghdr *nlh = new_message();
	int i;

	ok(msg_put_condition(nlh, sizeof(buf), &condition), "adapter that is not active");
	is_attr(nlh, NETBIOS_A_ADAPTER_IFINDEX, 3, "index");
	is_absent(nlh, NETBIOS_A_ADAPTER_TYPE, "nobody serves it");
	condition.active = true;
	nlh = new_message();
	ok(msg_put_condition(nlh, sizeof(buf), &condition), "active");
	is_attr(nlh, NETBIOS_A_ADAPTER_TYPE, NETBIOS_NODE_TYPE_H, "type");
	is_attr(nlh, NETBIOS_A_ADAPTER_NBNS_AVAILABLE, 0, "false is told");
	is_attr(nlh, NETBIOS_A_ADAPTER_NBNS_CURRENT, htonl(0x0a000002), "server");
	is_absent(nlh, NETBIOS_A_ADAPTER_NBDD_CURRENT, "none is left out");

	nlh = new_message();
	ok(msg_put_alert(nlh, sizeof(buf), NETBIOS_ALERT_KIND_FLOOD, &alert), "alert");
	is_attr(nlh, NETBIOS_A_ALERT_KIND, NETBIOS_ALERT_KIND_FLOOD, "kind");
	is_absent(nlh, NETBIOS_A_ALERT_ADDR2, "no second address");
	ok(count(nlh, NETBIOS_A_ALERT_NAME, &value) == 1 &&
	   count(nlh, NETBIOS_A_ALERT_SCOPE, &value) == 1 &&
	   count(nlh, NETBIOS_A_ALERT_TEXT, &value) == 1, "name, scope, text");

	for (i = 0; i < NBD_COUNTERS; i++)
		counter[i] = 1000 + i;
	nlh = new_message();
	ok(msg_put_counters(nlh, sizeof(buf), counter), "counters");
	is_attr(nlh, NB_STAT_NS_QUERIES_RECEIVED, 1000 + NBD_QUERIES_RECEIVED, "one");
	is_attr(nlh, NB_STAT_NS_RATE_LIMITED, 1000 + NBD_RATE_LIMITED, "another");
	is_absent(nlh, 0, "what the kernel does not count is left out");
}

static void test_servers_and_cache(void)
{
	struct nlmsghdr *nlh = new_message();
	uint32_t addr[2] = { 1, 2 };
	uint64_t value;

	msg_put_servers(nlh, sizeof(buf), NETBIOS_A_ADAPTER_NBNS, addr, 0);
	is_attr(nlh, NETBIOS_A_ADAPTER_NBNS, 0, "empty list");
	nlh = new_message();
	msg_put_servers(nlh, sizeof(buf), NETBIOS_A_ADAPTER_NBNS, addr, 2);
	is_number(count(nlh, NETBIOS_A_ADAPTER_NBNS, &value), 2, "list");

	nlh = new_message();
	mnl_attr_put_u32(nlh, NETBIOS_A_CACHE_ADDR, 7);
	ok(!msg_has_cached_answer(nlh, 7), "without a source it is nobody's to delete");
	mnl_attr_put_u32(nlh, NETBIOS_A_CACHE_SOURCE, NETBIOS_CACHE_SOURCE_QUERY);
	ok(msg_has_cached_answer(nlh, 7), "an answer with this address");
	ok(!msg_has_cached_answer(nlh, 8), "with another");
	ok(msg_has_cached_answer(nlh, 0), "with any");
	nlh = new_message();
	mnl_attr_put_u32(nlh, NETBIOS_A_CACHE_ADDR, 7);
	mnl_attr_put_u32(nlh, NETBIOS_A_CACHE_SOURCE, NETBIOS_CACHE_SOURCE_STATIC);
	ok(!msg_has_cached_answer(nlh, 7), "the administrator's entry");
}

static void test_nbdd(void)
{
	struct nbd_answer relays = { .status = NETBIOS_WORK_STATUS_OK, .ttl = 600 };
	struct nlmsghdr *nlh = new_message();
	struct nbd_nbdd_answer answer;

	mnl_attr_put_u32(nlh, NETBIOS_A_NBDD_IFINDEX, 3);
	mnl_attr_put_u32(nlh, NETBIOS_A_NBDD_ADDR, htonl(0x0a000001));
	mnl_attr_put(nlh, NETBIOS_A_NBDD_NAME, 16, "TEAM            ");
	ok(!msg_get_nbdd(nlh, &answer), "an answer that says neither");
	mnl_attr_put_u8(nlh, NETBIOS_A_NBDD_RELAYS, 1);
	mnl_attr_put_strz(nlh, NETBIOS_A_NBDD_SCOPE, "s");
	ok(msg_get_nbdd(nlh, &answer) && answer.ifindex == 3 && answer.relays &&
	   answer.addr == htonl(0x0a000001), "answer of a server");
	is_text(answer.key.scope, "s", "its scope");
	nlh = new_message();
	msg_put_answer(nlh, sizeof(buf), 77, &relays);
	is_attr(nlh, NETBIOS_A_WORK_TTL, 600, "that it relays counts for a time");
	is_absent(nlh, NETBIOS_A_WORK_ADDR, "and has no addresses");
}

static void test_nbdd_packet(void)
{
	const uint32_t addr[] = { htonl(0x0a000001), htonl(0x0a000002) };
	struct nlmsghdr *nlh = new_message();
	struct nbdd_packet packet;
	uint64_t value;

	mnl_attr_put(nlh, NETBIOS_A_NBDD_PACKET, 5, "12345");
	ok(!msg_get_nbdd_packet(nlh, &packet), "a packet of nobody");
	mnl_attr_put_u32(nlh, NETBIOS_A_NBDD_ADDR, addr[0]);
	ok(msg_get_nbdd_packet(nlh, &packet) && !packet.ifindex && !packet.local &&
	   !packet.port, "by loopback");
	mnl_attr_put_u32(nlh, NETBIOS_A_NBDD_IFINDEX, 3);
	mnl_attr_put_u32(nlh, NETBIOS_A_NBDD_LOCAL, addr[1]);
	mnl_attr_put_u16(nlh, NETBIOS_A_NBDD_PORT, 1138);
	ok(msg_get_nbdd_packet(nlh, &packet) && packet.ifindex == 3 &&
	   packet.local == addr[1] && packet.port == 1138, "with all that is known");
	ok(packet.n == 1 && packet.addr[0] == addr[0], "its sender");
	ok(packet.len == 5 && !memcmp(packet.data, "12345", 5), "its octets");

	nlh = new_message();
	packet.n = 2;
	packet.addr = addr;
	ok(msg_put_nbdd_packet(nlh, sizeof(buf), &packet), "to two hosts");
	is_attr(nlh, NETBIOS_A_NBDD_IFINDEX, 3, "by an adapter");
	is_attr(nlh, NETBIOS_A_NBDD_LOCAL, addr[1], "from an address");
	is_attr(nlh, NETBIOS_A_NBDD_PORT, 1138, "to a port");
	is_number(count(nlh, NETBIOS_A_NBDD_TO, &value), 2, "both");
	is_number(count(nlh, NETBIOS_A_NBDD_PACKET, &value), 1, "the packet");
	nlh = new_message();
	packet.ifindex = packet.port = packet.local = 0;
	ok(msg_put_nbdd_packet(nlh, sizeof(buf), &packet), "where the route leads");
	is_absent(nlh, NETBIOS_A_NBDD_IFINDEX, "by any adapter");
	is_absent(nlh, NETBIOS_A_NBDD_LOCAL, "from any address");
	is_absent(nlh, NETBIOS_A_NBDD_PORT, "to the usual port");
	nlh = new_message();
	ok(!msg_put_nbdd_packet(nlh, 32, &packet), "no room");
}

int main(void)
{
	test_work();
	test_bad_work();
	test_name_and_node();
	test_adapter();
	test_nbdd();
	test_nbdd_packet();
	test_answer();
	test_reports();
	test_servers_and_cache();
	return tap_end();
}
