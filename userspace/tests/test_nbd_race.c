// SPDX-License-Identifier: GPL-2.0
/*
 * netbiosd: two nodes that claim one name at the same moment.
 */
#include "world.h"

static void begin(void)
{
	world_begin();
	adapter(IFINDEX, ME, NBD_TYPE_B, NULL, NULL);
}

/* A claim by broadcast from somebody else */
static const struct sent *claimed_by(const char *who)
{
	struct ns_entry other = { .addr = addr(who) };
	struct ns_name name = wire(FRED);
	uint8_t buf[NS_PACKET_MAX];

	return asked(buf, ns_build_request(buf, sizeof(buf), 9, 0x2910, &name, 0, &other), true,
		     who, NS_PORT);
}

/* Two nodes claim at the same time */
static void test_race(void)
{
	const struct sent *s;
	uint64_t id;

	begin();
	id = claim(FRED, false);
	world_run(100);
	claimed_by("10.0.0.200");
	is_number(status(id), NETBIOS_WORK_STATUS_REFUSED, "the higher address wins");
	world_end();

	begin();
	id = claim(FRED, false);
	world_run(100);
	s = claimed_by("9.0.0.1");
	ok(s && s->packet.flags == 0xad86, "the lower one is refused");
	world_run(2000);
	is_number(status(id), NETBIOS_WORK_STATUS_OK, "and we get it");
	world_end();
}

/* A node that has FRED, and claims it again now, as we do */
static void holder(struct host *host, const struct sent *sent)
{
	struct ns_entry me = { .addr = host->addr };
	struct ns_name name = wire(FRED);
	uint8_t buf[NS_PACKET_MAX];
	size_t len;

	if (sent->packet.flags == 0x2910 && !host->requests++) {
		len = ns_build_request(buf, sizeof(buf), 9, 0x2910, &name, 0, &me);
		arrive(0, IFINDEX, host->addr, NS_PORT, true, buf, len);
	}
	b_node(host, sent);
}

/*
 * NS-050, CFG-008: the same for a name that we have, and claim again because a link
 * or the helper has come back, in front of a node that has it as well
 */
static void test_race_of_holders(const char *other, bool loses)
{
	struct host *h;

	begin();
	h = host_new(other, holder);
	host_owns(h, FRED, 0);
	have(FRED, NETBIOS_NAME_STATE_REGISTERED, false);
	world_run(1500);
	is_number(sent_count(0, 0xad86, other), 1, "who holds a name defends it");
	ok(!world.name_sets && queried(FRED, true), "an objection meanwhile proves nothing");
	world_run(1000);
	is_number(world.name_sets, loses, "the lower address asks again first");
	/* that one was refused by us, which is a conflict there */
	h->dead = !loses;
	world_run(3000);
	ok(loses ? world.name_state == NETBIOS_NAME_STATE_CONFLICT : !world.name_sets,
	   "and one of them is in conflict");
	is_number(!!queried(FRED, true), !loses, "the other one keeps it");
	world_end();
}

/* The same in front of a node to which the name is new: it does not get it */
static void test_race_of_holder(void)
{
	struct host *h;

	begin();
	h = host_new("10.0.0.200", holder);
	host_owns(h, FRED, 0);
	have(FRED, NETBIOS_NAME_STATE_REGISTERED, false);
	world_run(100);
	is_number(sent_count(0, 0xad86, "10.0.0.200"), 1, "a claim of somebody else is refused");
	h->dead = true;		/* that ends it */
	world_run(10000);
	ok(!world.name_sets && queried(FRED, true), "his objection does not cost us the name");
	ok(claimed_by("10.0.0.200"), "which is defended for ever");
	world_end();
}

/* Who was first is first: a claim that goes on elsewhere has been made here */
static void test_race_is_over(void)
{
	const struct sent *s;
	struct host *h;
	uint64_t id;

	begin();
	adapter(3, "10.0.1.1", NBD_TYPE_P, NBNS, NULL);
	h = host_new(NBNS, name_server);
	h->ifindex = 3;
	h->wacks = 2;
	h->wack_ttl = 5;
	h->ttl = 1000;
	id = claim(FRED, false);
	world_run(1500);
	is_number(status(id), -1, "broadcast is through, a server takes its time");
	s = claimed_by("10.0.0.200");
	ok(s && s->packet.flags == 0xad86, "who claims it by broadcast now is too late");
	world_run(20000);
	is_number(status(id), NETBIOS_WORK_STATUS_OK, "and we get it");
	world_end();
}

int main(void)
{
	test_race();
	test_race_of_holders("10.0.0.200", true);
	test_race_of_holders("9.0.0.1", false);
	test_race_of_holder();
	test_race_is_over();
	return tap_end();
}
