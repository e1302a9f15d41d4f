// SPDX-License-Identifier: GPL-2.0
/*
 * netbiosd: the B node (RFC 1002 5.1.1).
 */
#include <string.h>

#include "world.h"

static void begin(void)
{
	world_begin();
	adapter(IFINDEX, ME, NBD_TYPE_B, NULL, NULL);
}

/* NS-043, NS-044, NS-014, NS-015, NAME-013, CONST-003, CONST-004, CONST-009, E-27 */
static void test_claim(void)
{
	const struct sent *s;
	uint64_t id, start;

	begin();
	start = world.now;
	id = claim(FRED, false);
	world_run(900);
	is_number(sent_count(0, 0x2910, NULL), 3, "a claim is broadcast three times");
	is_number(world.sent[1].at - start, 250, "250 ms apart");
	is_number(world.sent[2].at - start, 500, "and again");
	ok(status(id) < 0, "objections count until CONFLICT_TIMER is over");
	s = &world.sent[0];
	ok(s->packet.record[0].ttl == 0 && ns_entry(&s->packet.record[0], 0).flags == 0,
	   "TTL 0, unique, ONT B");
	ok(ns_entry(&s->packet.record[0], 0).addr == addr(ME), "our address");
	ok(!memcmp(s->data + 12 + 34 + 4, "\xc0\x0c", 2), "the record points to the question");
	ok(s->data[0] == world.sent[1].data[0] && s->data[1] == world.sent[1].data[1],
	   "repetitions have the same id");
	world_run(200);
	is_number(status(id), NETBIOS_WORK_STATUS_OK, "then the name is held");
	is_number(done(id)->answer.state, NETBIOS_NAME_STATE_REGISTERED, "and registered");
	is_number(sent_count(0, 0x2810, NULL), 1, "NAME OVERWRITE DEMAND, once");
	world_run(60000);
	is_number(world.n_sent, 4, "and nothing more");
	world_end();
}

/* NS-043, NS-045 */
static void test_objection(void)
{
	struct host *h;
	uint64_t id;

	begin();
	h = host_new(HOST, b_node);
	host_owns(h, FRED, 0);
	id = claim(FRED, false);
	world_run(100);
	is_number(status(id), NETBIOS_WORK_STATUS_REFUSED, "an objection ends a claim");
	is_number(world.n_sent, 1, "at once");
	ok(!queried(FRED, false), "the name is not ours");
	world_end();
}

static void late_objection(struct host *host, const struct sent *sent)
{
	struct ns_entry entry = { .addr = host->addr };
	uint8_t buf[NS_PACKET_MAX];
	size_t len;

	if (sent->packet.flags != 0x2910 || sent_count(0, 0x2910, NULL) < 3)
		return;
	len = ns_build_response(buf, sizeof(buf), sent->packet.id, 0xad86,
				&sent->packet.question, 0, &entry, 1);
	arrive(450, IFINDEX, host->addr, NS_PORT, false, buf, len);
}

static void positive(struct host *host, const struct sent *sent)
{
	struct ns_entry entry = { .addr = host->addr };
	uint8_t buf[NS_PACKET_MAX];

	if (sent->packet.flags & NS_RESPONSE)
		return;
	answer(host, sent, buf, ns_build_response(buf, sizeof(buf), sent->packet.id, 0xad80,
						  &sent->packet.question, 0, &entry, 1));
	answer(host, sent, buf, ns_build_response(buf, sizeof(buf), sent->packet.id, 0xad00,
						  &sent->packet.question, 0, &entry, 1));
}

/* NS-045, E-27 */
static void test_other_answers(void)
{
	uint64_t id;

	begin();
	host_new(HOST, late_objection);
	id = claim(FRED, false);
	world_run(3000);
	is_number(status(id), NETBIOS_WORK_STATUS_REFUSED, "objection behind the last broadcast");
	world_end();
	begin();
	host_new(HOST, positive);
	id = claim(FRED, false);
	world_run(3000);
	is_number(status(id), NETBIOS_WORK_STATUS_OK,
		  "positive and challenge responses are none to a broadcast");
	world_end();
}

/* NS-046, NS-050 */
static void test_group(void)
{
	struct host *h;
	uint64_t id;

	begin();
	h = host_new(HOST, b_node);
	host_owns(h, TEAM, NS_GROUP);
	id = claim(TEAM, true);
	world_run(2000);
	is_number(status(id), NETBIOS_WORK_STATUS_OK, "a group has many members");
	is_number(ns_entry(&world.sent[0].packet.record[0], 0).flags, NS_GROUP, "G is set");
	id = claim("OTHER           ", true);
	host_owns(h, "OTHER           ", 0);
	world_run(2000);
	is_number(status(id), NETBIOS_WORK_STATUS_REFUSED, "a unique name is no group");
	world_end();
}

/* NS-047, NS-023, NS-037 */
static void test_find(void)
{
	struct host *h;
	uint64_t id, same;

	begin();
	id = resolve(MARY);
	world_run(700);
	ok(status(id) < 0, "not found takes a while");
	world_run(100);
	is_number(status(id), NETBIOS_WORK_STATUS_NOT_FOUND, "nobody has it");
	is_number(done(id)->answer.ttl, 3, "that is cached for 3 s");
	is_number(sent_count(0, 0x0110, NULL), 3, "a query is broadcast three times");
	h = host_new(HOST, b_node);
	host_owns(h, MARY, 0);
	id = resolve(MARY);
	same = resolve(MARY);
	world_run(2);
	is_number(status(id), NETBIOS_WORK_STATUS_OK, "found");
	is_number(status(same), NETBIOS_WORK_STATUS_OK, "for all who ask");
	ok(done(id)->answer.n == 1 && done(id)->answer.addr[0] == addr(HOST), "its address");
	is_number(done(id)->answer.ttl, 600, "cached for 10 minutes");
	world_run(3000);
	is_number(sent_count(0, 0x0110, NULL), 4, "one packet");
	ok(world.sent[3].packet.id != world.sent[0].packet.id, "another id");
	world_end();
}

/* NS-048 */
static void test_find_group(void)
{
	struct host *h;
	uint64_t id;

	begin();
	h = host_new(HOST, b_node);
	host_owns(h, TEAM, NS_GROUP);
	h = host_new(HOST2, b_node);
	host_owns(h, TEAM, NS_GROUP);
	id = resolve(TEAM);
	world_run(1000);
	is_number(status(id), NETBIOS_WORK_STATUS_OK, "a group is found");
	ok(done(id)->answer.group && done(id)->answer.n == 2, "with two members");
	is_number(world.alerts[NBD_ALERT_TWO_OWNERS], 0, "which is no conflict");
	world_end();
}

/* NS-075, NS-076, NS-020 */
static void test_two_owners(void)
{
	const struct sent *s;
	struct host *h;
	uint64_t id;

	begin();
	h = host_new(HOST, b_node);
	host_owns(h, MARY, 0);
	h = host_new(HOST2, b_node);
	host_owns(h, MARY, 0);
	id = resolve(MARY);
	world_run(1500);
	is_number(done(id)->answer.addr[0], addr(HOST), "the first answer counts");
	is_number(world.alerts[NBD_ALERT_TWO_OWNERS], 1, "two owners are reported");
	s = sent_find(0, 0xad87, HOST2);
	ok(s && s->port == NS_PORT, "NAME CONFLICT DEMAND to the later one");
	ok(s && s->packet.record[0].ttl == 0 && !ns_entry(&s->packet.record[0], 0).addr &&
	   !ns_entry(&s->packet.record[0], 0).flags, "TTL, address and flags are zero");
	is_number(sent_count(0, 0xad87, HOST), 0, "nothing to the first one");
	is_number(world.cache_del_addr, addr(HOST2), "the offender is dropped from the cache");
	world_end();
}

/* How many NAME CONFLICT DEMANDs does the second one get, who is at HOST2? */
static unsigned int demands(uint16_t first, uint16_t second)
{
	unsigned int n;

	begin();
	host_owns(host_new(HOST, b_node), MARY, first);
	host_owns(host_new(HOST2, b_node), MARY, second);
	resolve(MARY);
	world_run(1500);
	n = sent_count(0, 0xad87, HOST2);
	world_end();
	return n;
}

/* NS-075 */
static void test_inconsistent(void)
{
	struct ns_entry other = { .addr = addr(HOST2) };
	struct ns_name name = wire(MARY);
	uint8_t buf[NS_PACKET_MAX];
	size_t len;

	is_number(demands(0, NS_GROUP), 1, "a unique name, then a group");
	is_number(demands(NS_GROUP, 0), 1, "a group, then a unique name");
	is_number(demands(NS_GROUP, NS_GROUP), 0, "two members of a group");
	begin();
	host_owns(host_new(HOST, b_node), MARY, 0);
	resolve(MARY);
	world_run(2);
	len = ns_build_response(buf, sizeof(buf), world.sent[0].packet.id, 0x8500, &name, 0,
				&other, 1);
	arrive(0, IFINDEX, addr(HOST), NS_PORT, false, buf, len);
	world_run(1000);
	ok(!world.alerts[NBD_ALERT_TWO_OWNERS], "one host that answers twice is one owner");
	world_end();
}

/* NS-049, NS-021, NS-040, E-08 */
static void test_release(void)
{
	uint64_t id;

	begin();
	hold(FRED, false);
	id = release(FRED, false);
	ok(!queried(FRED, false), "not answered for any more");
	world_run(800);
	is_number(status(id), NETBIOS_WORK_STATUS_OK, "released");
	is_number(sent_count(0, 0x3010, NULL), 3, "the demand is broadcast three times");
	is_number(world.name_dels, 0, "the kernel knows it");
	ok(sent_find(0, 0x3010, NULL)->packet.record[0].ttl == 0, "TTL 0");
	world_end();
}

/* NS-050, NS-051, NS-008, NS-032, NS-013 */
static void test_defence(void)
{
	struct ns_entry other = { .addr = addr(HOST) };
	struct ns_name name = wire(FRED);
	const struct sent *s;
	uint8_t buf[NS_PACKET_MAX];
	size_t len;

	begin();
	hold(FRED, false);
	hold(TEAM, true);
	s = queried(FRED, true);
	ok(s && s->packet.flags == 0x8500 && s->addr == addr(HOST) && s->port == 4000 &&
	   !s->broadcast, "a broadcast query is answered by unicast, to its port");
	ok(s && ns_entry(&s->packet.record[0], 0).addr == addr(ME), "with our address");
	ok(!queried(MARY, true), "silence for a name that is not ours, by broadcast");
	ok(!queried(MARY, false), "and by unicast");
	s = queried(TEAM, false);
	ok(s && ns_entry(&s->packet.record[0], 0).flags == NS_GROUP, "a group says so");
	len = ns_build_request(buf, sizeof(buf), 9, 0x2910, &name, 0, &other);
	s = asked(buf, len, true, HOST, NS_PORT);
	ok(s && s->packet.flags == 0xad86 && s->packet.id == 9 && s->addr == addr(HOST),
	   "a claim of our name is refused");
	ok(s && ns_entry(&s->packet.record[0], 0).addr == addr(ME), "by the true owner");
	other.flags = NS_GROUP;
	len = ns_build_request(buf, sizeof(buf), 9, 0x2910, &name, 0, &other);
	ok(asked(buf, len, true, HOST, NS_PORT), "also one as a group");
	name = wire(TEAM);
	len = ns_build_request(buf, sizeof(buf), 9, 0x2910, &name, 0, &other);
	ok(!asked(buf, len, true, HOST, NS_PORT), "another member of a group is welcome");
	other.flags = 0;
	len = ns_build_request(buf, sizeof(buf), 9, 0x2910, &name, 0, &other);
	ok(asked(buf, len, true, HOST, NS_PORT), "a unique name like our group is not");
	name = wire(MARY);
	len = ns_build_request(buf, sizeof(buf), 9, 0x2910, &name, 0, &other);
	ok(!asked(buf, len, true, HOST, NS_PORT), "a free name is free");
	world_end();
}

/* NS-006, NS-015, NS-040 */
static void test_recursion_desired(void)
{
	struct ns_entry other = { .addr = addr(HOST) };
	struct ns_name name = wire(FRED);
	const struct sent *s;
	uint8_t buf[NS_PACKET_MAX];
	size_t len;

	begin();
	hold(FRED, false);
	len = ns_build_query(buf, sizeof(buf), 9, 0, &name, NS_TYPE_NB);
	s = asked(buf, len, false, HOST, NS_PORT);
	ok(s && s->packet.flags == 0x8400, "RD comes back as it was asked");
	len = ns_build_request(buf, sizeof(buf), 9, 0x2810, &name, 0, &other);
	ok(!asked(buf, len, true, HOST, NS_PORT), "an overwrite demand is not answered");
	is_number(world.alerts[NBD_ALERT_TWO_OWNERS], 1, "but reported");
	ok(queried(FRED, true), "and takes nothing away");
	world_end();
}

/* NS-042 */
static void test_own_broadcasts(void)
{
	struct ns_entry me = { .addr = addr(ME) };
	struct ns_name name = wire(FRED);
	uint8_t buf[NS_PACKET_MAX];
	size_t len;

	begin();
	hold(FRED, false);
	len = ns_build_request(buf, sizeof(buf), 9, 0x2910, &name, 0, &me);
	ok(!asked(buf, len, true, ME, NS_PORT), "our own broadcast is no claim of another");
	ok(!asked(buf, len, true, ME, 4000), "nor is that of another program of this host");
	len = ns_build_query(buf, sizeof(buf), 9, NS_RD | NS_B, &name, NS_TYPE_NB);
	ok(!asked(buf, len, true, ME, NS_PORT), "nor a question");
	ok(asked(buf, len, true, ME, 4000), "but another program of this host may ask");
	world_end();
}

/* NS-052 */
static void test_cache_purge(void)
{
	struct ns_entry other = { .addr = addr(HOST) };
	struct ns_name name = wire(MARY);
	uint8_t buf[NS_PACKET_MAX];
	size_t len;
	int i;

	begin();
	len = ns_build_request(buf, sizeof(buf), 9, 0x3010, &name, 0, &other);
	ok(!asked(buf, len, true, HOST, NS_PORT), "a release demand is not answered");
	ok(world.cache_dels == 1 && world.cache_del_addr == addr(HOST), "but forgotten");
	asked(buf, len, true, HOST2, NS_PORT);
	is_number(world.cache_dels, 1, "not on behalf of somebody else");
	for (i = 0; i < 500; i++)
		asked(buf, len, true, HOST, NS_PORT);
	ok(world.cache_dels >= 49 && world.cache_dels <= 51, "a flood does not keep the kernel busy");
	world_end();
}

/* NAME-019, NS-037: two adapters, one answer */
static void test_adapters(void)
{
	const struct sent *s;
	struct host *h;
	uint64_t id;

	begin();
	adapter(3, "10.0.1.1", NBD_TYPE_B, NULL, NULL);
	h = host_new("10.0.1.9", b_node);
	h->ifindex = 3;
	host_owns(h, FRED, 0);
	id = claim(FRED, false);
	world_run(2000);
	is_number(status(id), NETBIOS_WORK_STATUS_REFUSED, "all adapters have to agree");
	id = resolve(FRED);
	world_run(2);
	ok(!status(id) && done(id)->answer.addr[0] == addr("10.0.1.9"), "all are asked");
	hold(MARY, false);
	s = queried(MARY, false);
	ok(s && ns_entries(&s->packet.record[0]) == 2 &&
	   ns_entry(&s->packet.record[0], 0).addr == addr(ME), "all addresses, the right one first");
	nbd_engine_adapter_gone(world.engine, 3);
	s = queried(MARY, false);
	is_number(ns_entries(&s->packet.record[0]), 1, "until one is gone");
	world_end();
}

/* Adapters come, go, and change their address */
static void test_adapter_changes(void)
{
	struct nbd_adapter conf;
	unsigned int before;
	uint64_t id;

	world_begin();
	id = claim(FRED, false);
	is_number(status(id), NETBIOS_WORK_STATUS_UNAVAILABLE, "no adapter, no network");
	adapter(IFINDEX, ME, NBD_TYPE_B, NULL, NULL);
	ok(world.condition.active && world.condition.type == NBD_TYPE_B &&
	   world.condition.addr == addr(ME), "its condition is reported");
	hold(FRED, false);
	before = world.n_sent;
	adapter(IFINDEX, ME, NBD_TYPE_B, NULL, NULL);
	world_run(2000);
	is_number(world.n_sent - before, 0, "the same again is no news");
	adapter(IFINDEX, "10.0.0.2", NBD_TYPE_B, NULL, NULL);
	ok(queried(FRED, false), "the name is answered for meanwhile");
	world_run(2000);
	is_number(sent_count(before, 0x2910, NULL), 3, "claimed anew with another address");
	adapter_conf(&conf, IFINDEX, "10.0.0.2", NBD_TYPE_B, NULL, NULL);
	conf.up = false;
	nbd_engine_adapter(world.engine, &conf);
	ok(!queried(FRED, false), "a link that is down does not answer");
	ok(!world.condition.active, "and that is reported");
	conf.up = true;
	id = claim(MARY, false);
	nbd_engine_adapter(world.engine, &conf);
	id = claim(MARY, false);
	conf.enabled = false;
	nbd_engine_adapter(world.engine, &conf);
	world_run(1);
	is_number(status(id), NETBIOS_WORK_STATUS_UNAVAILABLE, "a claim without an adapter ends");
	world_end();
}

/* CFG-008: names of the table are claimed anew, refused ones are in conflict */
static void test_adopt(void)
{
	struct host *h;

	begin();
	h = host_new(HOST, b_node);
	host_owns(h, MARY, 0);
	have(FRED, NETBIOS_NAME_STATE_REGISTERED, false);
	have(MARY, NETBIOS_NAME_STATE_REGISTERED, false);
	ok(queried(FRED, false), "defended from the beginning");
	world_run(2000);
	is_number(sent_count(0, 0x2910, NULL), 4, "both were claimed");
	ok(world.name_sets == 1 && world.name_state == NETBIOS_NAME_STATE_CONFLICT,
	   "the refused one is in conflict");
	ok(!queried(MARY, false), "and not answered for");
	ok(queried(FRED, false), "the other one is");
	have(FRED, NETBIOS_NAME_STATE_GONE, false);
	ok(!queried(FRED, false), "gone by itself");
	world_end();
}

/* A claim that nobody waits for is undone */
static void test_cancel(void)
{
	uint64_t id;

	begin();
	id = claim(FRED, false);
	world_run(100);
	nbd_engine_cancel(world.engine, id);
	world_run(3000);
	is_number(sent_count(0, 0x2910, NULL), 1, "cancelled");
	ok(!queried(FRED, false), "not held");
	id = claim(FRED, false);
	world.too_late = true;
	world_run(3000);
	ok(!queried(FRED, false), "neither is one that was answered too late");
	id = resolve(MARY);
	nbd_engine_cancel(world.engine, id);
	nbd_engine_cancel(world.engine, 12345);
	world_run(3000);
	world_end();
}

int main(void)
{
	test_claim();
	test_objection();
	test_other_answers();
	test_group();
	test_find();
	test_find_group();
	test_two_owners();
	test_inconsistent();
	test_release();
	test_defence();
	test_recursion_desired();
	test_own_broadcasts();
	test_cache_purge();
	test_adapters();
	test_adapter_changes();
	test_adopt();
	test_cancel();
	return tap_end();
}
