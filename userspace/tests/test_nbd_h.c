// SPDX-License-Identifier: GPL-2.0
/*
 * netbiosd: the H node (Internet draft "Hybrid NetBIOS End-Nodes", 1992).
 */
#include <string.h>

#include "world.h"

static struct host *nbns;

static void begin(void)
{
	world_begin();
	nbns = host_new(NBNS, name_server);
	adapter(IFINDEX, ME, NBD_TYPE_AUTO, NBNS, NULL);
}

/* Server away, and the node knows */
static void begin_alone(void)
{
	begin();
	nbns->dead = true;
	resolve("NOBODY          ");
	world_run(6000);
}

/* H-003, P-08, CFG-005 */
static void test_begins(void)
{
	begin();
	ok(world.condition.type == NBD_TYPE_H, "H where servers are configured");
	ok(world.condition.nbns_available && world.condition.nbns == addr(NBNS),
	   "NBNS-AVAILABLE starts TRUE");
	ok(!world.condition.nbdd_available, "no NBDD configured");
	world_end();
}

/* H-009, H-010, H-025, E-22 */
static void test_claim(void)
{
	struct host *h;
	uint64_t id;

	begin();
	h = host_new(HOST, b_node);
	host_owns(h, MARY, NS_ONT_M);
	id = claim(MARY, false);
	world_run(5);
	ok(status(id) == NETBIOS_WORK_STATUS_REFUSED && !nbns->requests,
	   "step 1: an objection by broadcast ends it");
	id = claim(FRED, false);
	world_run(2000);
	ok(sent_find(0, 0x2910, NULL)->at < sent_find(0, 0x2900, NBNS)->at,
	   "step 2: then the server is asked");
	ok(!status(id) && done(id)->answer.state == NETBIOS_NAME_STATE_REGISTERED, "it accepts");
	is_number(ns_entry(&sent_find(0, 0x2900, NBNS)->packet.record[0], 0).flags, NS_ONT_M,
		  "type M on the wire");
	is_number(ns_entry(&queried(FRED, false)->packet.record[0], 0).flags, NS_ONT_M, "in answers, too");
	host_owns(nbns, TEAM, 0)->addr[0] = addr(HOST2);
	id = claim(TEAM, false);
	world_run(2000);
	is_number(status(id), NETBIOS_WORK_STATUS_REFUSED, "it refuses");
	world_end();
}

/* H-004, H-011 to H-013, H-006, H-007, H-027, NS-070 */
static void test_provisional(void)
{
	const struct sent *poll;
	unsigned int before;
	uint64_t id;

	begin();
	hold(FRED, false);
	nbns->dead = true;
	id = claim(MARY, false);
	world_run(6000);
	ok(!status(id) && done(id)->answer.state == NETBIOS_NAME_STATE_PROVISIONAL,
	   "without a server the name is provisional");
	ok(!world.condition.nbns_available && !world.condition.nbns, "NBNS-AVAILABLE is FALSE");
	is_number(world.alerts[NBD_ALERT_NBNS_LOST], 1, "which is an event");
	ok(queried(MARY, true) && queried(FRED, true), "both are answered for by broadcast");
	before = world.n_sent;
	id = claim(TEAM, true);
	world_run(1001);
	ok(!status(id), "the next claim takes no longer than on a B node");
	is_number(sent_count(before, 0x2900, NBNS), 0, "and does not try the server");
	world_run(20000);
	poll = sent_find(before, 0x0100, NBNS);
	ok(poll && (!memcmp(poll->packet.question.octets, FRED, 16) ||
		    !memcmp(poll->packet.question.octets, MARY, 16)),
	   "the server is polled with a unique name of ours");
	is_number(sent_count(before, 0x0100, NBNS), 1, "once every 15 s");
	nbns->dead = false;
	nbns->rcode = 0;
	before = world.n_sent;
	world_run(20000);
	ok(world.condition.nbns_available, "it is back");
	is_number(world.alerts[NBD_ALERT_NBNS_BACK], 1, "which is an event");
	is_number(sent_count(before, 0x2900, NBNS), 3,
		  "provisional names are registered there, and what it may have forgotten");
	is_number(world.name_state, NETBIOS_NAME_STATE_REGISTERED, "the kernel is told");
	is_number(world.name_sets, 2, "once a name");
	ok(host_find(nbns, &poll->packet.question), "the server has them");
	world_end();
}

/*
 * H-012: a name of the table that only the broadcast has agreed to. A helper that was
 * killed had it from the server, perhaps, but nobody knows for how long.
 */
static void test_adopted_alone(void)
{
	begin_alone();
	have(FRED, NETBIOS_NAME_STATE_REGISTERED, false);
	world_run(2000);
	ok(world.name_sets == 1 && world.name_state == NETBIOS_NAME_STATE_PROVISIONAL,
	   "a name that was found in the table is provisional now");
	ok(queried(FRED, true) && queried(FRED, false), "and ours");
	nbns->dead = false;
	world_run(16000);
	is_number(world.name_state, NETBIOS_NAME_STATE_REGISTERED, "until the server is back");
	world_end();
}

/* H-014 */
static void test_refused_on_return(void)
{
	uint64_t id;

	begin_alone();
	id = claim(MARY, false);
	world_run(2000);
	is_number(done(id)->answer.state, NETBIOS_NAME_STATE_PROVISIONAL, "provisional");
	host_owns(nbns, MARY, 0)->addr[0] = addr("10.7.7.7");
	nbns->dead = false;
	world_run(16000);
	is_number(world.name_state, NETBIOS_NAME_STATE_CONFLICT, "refused on return: in conflict");
	ok(!queried(MARY, true), "and logically absent");
	world_end();
}

/* H-008 */
static void test_negative_is_contact(void)
{
	begin_alone();
	nbns->dead = false;
	nbns->rcode = NS_SRV_ERR;
	world_run(16000);
	ok(world.condition.nbns_available, "any reply to the poll counts as contact");
	world_end();
}

/* H-015 */
static void test_refresh_deferred(void)
{
	unsigned int before;

	begin();
	nbns->ttl = 100;
	hold(FRED, false);
	nbns->dead = true;
	world_run(60000);
	ok(!world.condition.nbns_available, "a refresh without an answer: FALSE");
	before = world.n_sent;
	world_run(200000);
	is_number(sent_count(before, 0x4000, NBNS), 0, "no refresh while it is away");
	ok(queried(FRED, false)->packet.flags == 0x8500, "the name stays");
	is_number(world.name_sets, 0, "as it is");
	nbns->dead = false;
	world_run(20000);
	is_number(sent_count(before, 0x2900, NBNS), 1, "registered anew when it is back");
	world_end();
}

/* H-016 to H-018 */
static void test_release(void)
{
	unsigned int before;
	uint64_t id;

	begin();
	hold(FRED, false);
	before = world.n_sent;
	id = release(FRED, false);
	world_run(2);
	ok(world.sent[before].packet.flags == 0x3000 && world.sent[before + 1].packet.flags == 0x3010,
	   "the server first, then the demand");
	world_run(1000);
	is_number(status(id), NETBIOS_WORK_STATUS_OK, "released");
	hold(FRED, false);
	before = world.n_sent;
	nbns->rcode = NS_RFS_ERR;
	id = release(FRED, false);
	world_run(1000);
	ok(status(id) == NETBIOS_WORK_STATUS_REFUSED && queried(FRED, false)->packet.flags == 0x8500,
	   "refused: it stays ours");
	nbns->rcode = NS_ACT_ERR;
	id = release(FRED, false);
	world_run(1000);
	ok(status(id) == NETBIOS_WORK_STATUS_OK && queried(FRED, false)->packet.flags == 0x8503,
	   "with ACT_ERR it is another node's");
	is_number(sent_count(before, 0x3010, NULL), 0, "no demand either way");
	world_end();
}

/* H-019, H-020, E-37 */
static void test_release_alone(void)
{
	struct nbd_config c = config();
	unsigned int before;
	uint64_t id;

	begin();
	hold(FRED, false);
	hold(MARY, false);
	nbns->dead = true;
	before = world.n_sent;
	id = release(FRED, false);
	world_run(6000);
	ok(!status(id) && sent_count(before, 0x3010, NULL) == 3,
	   "server silent: the demand, and success");
	c.strict_release = true;
	nbd_engine_config(world.engine, &c);
	before = world.n_sent;
	id = release(MARY, false);
	world_run(1000);
	ok(status(id) == NETBIOS_WORK_STATUS_REFUSED && !sent_count(before, 0x3010, NULL),
	   "strict: the name stays, no demand");
	nbns->dead = false;
	world_run(20000);
	is_number(sent_count(before, 0x3000, NBNS), 1, "asked again when the server is back");
	ok(sent_count(before, 0x3010, NULL) == 3 && world.name_dels == 1, "released then");
	hold(TEAM, true);
	nbns->dead = true;
	release(TEAM, true);
	world_run(6000);
	id = claim(TEAM, true);
	nbns->dead = false;
	world_run(20000);
	ok(!status(id) && queried(TEAM, false)->packet.flags == 0x8500,
	   "a name that is bound meanwhile is not released");
	world_end();
	begin();
	nbns->dead = true;
	hold(FRED, false);
	before = world.n_sent;
	id = release(FRED, false);
	world_run(1000);
	ok(!status(id) && sent_count(before, 0x3010, NULL) == 3 &&
	   !sent_count(before, 0x3000, NBNS), "of a provisional name only the network hears");
	world_end();
}

/* NS-064: a demand by broadcast is no word of the server, wherever it comes from */
static void test_broadcast_demands(void)
{
	struct ns_entry other = { .addr = addr(HOST) };
	struct ns_name fred = wire(FRED), team = wire(TEAM);
	uint8_t buf[NS_PACKET_MAX];
	size_t len;

	begin();
	hold(FRED, false);
	hold(TEAM, true);
	len = ns_build_request(buf, sizeof(buf), 9, 0x3010, &team, 0, &other);
	ok(!asked(buf, len, true, HOST, NS_PORT) && queried(TEAM, true) &&
	   !world.alerts[NBD_ALERT_FOREIGN_RELEASE], "another member leaves a group of ours");
	len = ns_build_request(buf, sizeof(buf), 9, 0x3010, &fred, 0, &other);
	ok(!asked(buf, len, true, NBNS, NS_PORT) && queried(FRED, true),
	   "the host of the server is one of many that broadcast");
	is_number(world.alerts[NBD_ALERT_FOREIGN_RELEASE], 1, "which is reported");
	world_end();
}

/* H-021, H-022, H-006 */
static void test_find(void)
{
	unsigned int before;
	struct host *h;
	uint64_t id, id2, start;

	begin();
	h = host_new(HOST, b_node);
	host_owns(h, MARY, NS_ONT_M);
	host_owns(nbns, "FAR             ", 0)->addr[0] = addr("10.9.9.9");
	id = resolve("FAR             ");
	world_run(2);
	ok(!status(id) && !sent_count(0, 0x0110, NULL), "the server knows it: no broadcast");
	id = resolve(MARY);
	world_run(10);
	ok(!status(id) && sent_count(0, 0x0110, NULL) == 1, "it says no: by broadcast");
	nbns->dead = true;
	world_run(5000);
	start = world.now;
	id = resolve(MARY);
	world_run(2000);
	id2 = resolve("NOBODY          ");
	world_run(2510);
	ok(!status(id) && done(id)->at - start == 4501, "the first one pays for finding out");
	world_run(750);
	ok(status(id2) == NETBIOS_WORK_STATUS_NOT_FOUND && done(id2)->at - start == 4500 + 750,
	   "one that was under way turns at the same time");
	before = world.n_sent;
	start = world.now;
	world_run(1500);
	start = world.now;
	id = resolve(MARY);
	world_run(10);
	ok(!status(id) && done(id)->at - start == 1, "the next ones are as fast as on a B node");
	is_number(sent_count(before, 0x0100, NBNS), 0, "without asking the server");
	world_end();
}

/* H-026, CFG-007, P-13, E-38 */
static void test_b_node_heard(void)
{
	struct ns_entry other = { .addr = addr(HOST) };
	struct ns_name name = wire(MARY);
	uint8_t buf[NS_PACKET_MAX];
	size_t len;

	begin();
	other.flags = NS_ONT_H;
	len = ns_build_request(buf, sizeof(buf), 9, 0x2910, &name, 0, &other);
	asked(buf, len, true, HOST, NS_PORT);
	is_number(world.alerts[NBD_ALERT_B_NODE_HEARD], 0, "the reserved type is an H node's");
	other.flags = NS_ONT_B;
	len = ns_build_request(buf, sizeof(buf), 9, 0x2910, &name, 0, &other);
	asked(buf, len, true, HOST, NS_PORT);
	asked(buf, len, true, HOST, NS_PORT);
	is_number(world.alerts[NBD_ALERT_B_NODE_HEARD], 1, "a B node here is reported, once");
	world_end();
}

/* H-002, H-028 */
static void test_broadcasts_in_both_states(void)
{
	struct ns_entry other = { .addr = addr(HOST), .flags = NS_ONT_M };
	struct ns_name name = wire(FRED);
	const struct sent *s;
	uint8_t buf[NS_PACKET_MAX];
	size_t len = ns_build_request(buf, sizeof(buf), 9, 0x2910, &name, 0, &other);
	int alone;

	for (alone = 0; alone < 2; alone++) {
		if (alone)
			begin_alone();
		else
			begin();
		hold(FRED, false);
		s = queried(FRED, true);
		ok(s && s->packet.flags == 0x8500, "broadcast query answered");
		s = asked(buf, len, true, HOST, NS_PORT);
		ok(s && s->packet.flags == 0xad86, "claim by broadcast refused");
		ok(!queried(MARY, true), "no negative answer to a broadcast");
		world_end();
	}
}

/* NS-062, NS-068: in both states as an M node; see H-004 */
static void test_negative_answers(void)
{
	const struct sent *s;

	begin();
	s = queried(MARY, false);
	ok(s && s->packet.flags == 0x8503, "who asks for a name that is not here hears so");
	nbns->dead = true;
	resolve(MARY);
	world_run(6000);
	s = queried(MARY, false);
	ok(!world.condition.nbns_available && s && s->packet.flags == 0x8503,
	   "also while the server is away");
	ok(!queried(MARY, true), "but not who has broadcast the question");
	world_end();
}

/* Types change at run time */
static void test_type_change(void)
{
	unsigned int before;

	begin();
	hold(FRED, false);
	before = world.n_sent;
	adapter(IFINDEX, ME, NBD_TYPE_B, NBNS, NULL);
	world_run(3000);
	ok(world.condition.type == NBD_TYPE_B && !sent_count(before, 0x2900, NBNS) &&
	   sent_count(before, 0x2910, NULL) == 3, "H to B: claimed anew by broadcast");
	before = world.n_sent;
	adapter(IFINDEX, ME, NBD_TYPE_P, NBNS, NULL);
	world_run(3000);
	ok(world.condition.type == NBD_TYPE_P && sent_count(before, 0x2900, NBNS) == 1 &&
	   !sent_count(before, 0x2910, NULL), "B to P: at the server");
	is_number(world.name_sets, 0, "no news for the kernel");
	world_end();
}

/* Settings count from now on, also for what waits: the next poll */
static void test_poll_interval(void)
{
	struct nbd_config c = config();
	unsigned int before;

	begin();
	c.poll_interval = 86400000;
	nbd_engine_config(world.engine, &c);
	nbns->dead = true;
	hold(FRED, false);
	before = world.n_sent;
	world_run(100000);
	is_number(sent_count(before, 0x0100, NBNS), 0, "a poll a day");
	c.poll_interval = 1000;
	nbd_engine_config(world.engine, &c);
	world_run(1001);
	is_number(sent_count(before, 0x0100, NBNS), 1, "a poll a second");
	c.rate_limit = 7;
	nbd_engine_config(world.engine, &c);
	world_run(1001);
	is_number(sent_count(before, 0x0100, NBNS), 2, "other settings do not put it off");
	world_end();
}

/* The clock goes on while the machine is suspended (CLOCK_BOOTTIME) */
static void test_suspended(void)
{
	unsigned int before;

	begin();
	hold(FRED, false);
	hold(MARY, false);
	nbns->n = 0;		/* expired there */
	before = world.n_sent;
	world.now += 36000000;
	nbd_engine_timer(world.engine);
	world_run(10);
	ok(sent_count(before, 0x4000, NBNS) == 2 && nbns->n == 2,
	   "after ten hours all names are refreshed");
	before = world.n_sent;
	world_run(1000);
	is_number(world.n_sent - before, 0, "once");
	world_end();
}

/* A claim ends in time, whatever the timers are */
static void test_deadline(void)
{
	struct nbd_config c = config();
	uint64_t id;

	begin();
	c.ucast_timeout = 30000;
	nbd_engine_config(world.engine, &c);
	nbns->dead = true;
	id = claim(FRED, false);
	world_run(19600);
	ok(!status(id) && done(id)->answer.state == NETBIOS_NAME_STATE_PROVISIONAL,
	   "an H node does without the server");
	nbns->dead = false;
	world_run(120000);
	is_number(world.name_state, NETBIOS_NAME_STATE_REGISTERED, "and registers later");
	world_end();
}

int main(void)
{
	test_begins();
	test_claim();
	test_provisional();
	test_adopted_alone();
	test_refused_on_return();
	test_negative_is_contact();
	test_refresh_deferred();
	test_release();
	test_release_alone();
	test_broadcast_demands();
	test_find();
	test_b_node_heard();
	test_broadcasts_in_both_states();
	test_negative_answers();
	test_type_change();
	test_poll_interval();
	test_suspended();
	test_deadline();
	return tap_end();
}
