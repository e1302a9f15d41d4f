// SPDX-License-Identifier: GPL-2.0
/*
 * Datagram distribution servers: NBDD-AVAILABLE, which of them is used, what
 * they relay, and who gets the rest. H-003, H-005 to H-007, DG-024, DG-025.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <string.h>

#include "world.h"

#define NBDD	"10.0.0.60"
#define NBDD2	"10.0.0.61"
#define ALL	"*\0\0\0\0\0\0\0\0\0\0\0\0\0\0"

static struct host *nbns;

static void begin(enum nbd_type type, const char *nbdd, const char *nbdd2)
{
	struct nbd_adapter conf;
	struct owned *team;

	world_begin();
	nbns = host_new(NBNS, name_server);
	team = host_owns(nbns, TEAM, NS_GROUP);
	team->addr[0] = addr(HOST);
	team->addr[1] = addr(HOST2);
	team->n = 2;
	adapter_conf(&conf, IFINDEX, ME, type, NBNS, NULL);
	if (nbdd)
		conf.nbdd[conf.n_nbdd++] = addr(nbdd);
	if (nbdd2)
		conf.nbdd[conf.n_nbdd++] = addr(nbdd2);
	nbd_engine_adapter(world.engine, &conf);
	world_run(1);
}

static bool uses(const char *nbdd)
{
	return world.condition.nbdd_available == !!nbdd &&
	       world.condition.nbdd == (nbdd ? addr(nbdd) : 0);
}

static bool asked_for(const char *octets, const char *nbdd)
{
	return world.nbdd_last.addr == addr(nbdd) && world.nbdd_last.ifindex == IFINDEX &&
	       !memcmp(world.nbdd_last.key.name, octets, NETBIOS_NAME_LEN);
}

static void test_available(void)
{
	unsigned int before;

	begin(NBD_TYPE_H, NBDD, NULL);
	ok(uses(NBDD), "NBDD-AVAILABLE starts TRUE");
	ok(world.nbdd_queries == 1 && asked_for(ALL, NBDD), "it is asked at once");
	world_run(4000);
	is_number(world.nbdd_queries, 3, "three times");
	ok(uses(NBDD), "TRUE until the last time is over");
	world_run(1000);
	ok(uses(NULL), "FALSE when there is no answer");
	before = world.nbdd_queries;
	world_run(45000);
	is_number(world.nbdd_queries - before, 3, "then it is polled");
	nbdd_answers(false);
	ok(uses(NBDD), "TRUE when it answers, whatever that is");
	world_run(9500);
	before = world.nbdd_queries;
	world_run(1500);
	is_number(world.nbdd_queries - before, 1, "one that is used is asked, too");
	nbdd_answers(true);
	world_run(1501);
	is_number(world.nbdd_queries - before, 1, "and not again when it answers");
	world_end();
}

static void test_poll_name(void)
{
	begin(NBD_TYPE_H, NBDD, NULL);
	nbdd_answers(true);
	hold(TEAM, true);
	world_run(15001);
	ok(asked_for(ALL, NBDD), "not for a group");
	hold(FRED, false);
	world_run(15001);
	ok(asked_for(FRED, NBDD), "for a unique name of ours");
	world_end();
}

static void test_interval(void)
{
	struct nbd_config c = config();
	unsigned int before;

	begin(NBD_TYPE_H, NBDD, NULL);
	nbdd_answers(true);
	c.poll_interval = 86400000;
	nbd_engine_config(world.engine, &c);
	before = world.nbdd_queries;
	world_run(3600000);
	is_number(world.nbdd_queries - before, 0, "a poll a day");
	c.poll_interval = 1000;
	nbd_engine_config(world.engine, &c);
	world_run(1001);
	is_number(world.nbdd_queries - before, 1, "one a second does not wait for that of the day");
	world_end();
}

static void test_service_off(void)
{
	begin(NBD_TYPE_H, NBDD, NULL);
	nbdd_answers(true);
	world.nbdd_err = -ENETDOWN;
	world_run(60000);
	ok(uses(NBDD), "without the datagram service nothing is known");
	ok(status(relay(TEAM, NBDD)) == NETBIOS_WORK_STATUS_UNAVAILABLE, "nor can be");
	world.nbdd_err = -ENETUNREACH;
	world_run(25000);
	ok(uses(NULL), "one that is out of reach does not answer");
	world_end();
}

static void test_several(void)
{
	unsigned int before;
	uint64_t id, other;

	begin(NBD_TYPE_P, NBDD, NBDD2);
	ok(uses(NBDD), "the first one of two");
	id = relay(TEAM, NBDD);
	other = relay(MARY, NBDD);
	world_run(4501);
	ok(status(id) == NETBIOS_WORK_STATUS_TIMEOUT && status(other) == status(id),
	   "who waits learns that it does not answer");
	ok(uses(NBDD2), "then the other one");
	before = world.nbdd_queries;
	is_number(status(relay(TEAM, NBDD)), NETBIOS_WORK_STATUS_TIMEOUT,
		  "whoever asks later does not wait");
	is_number(world.nbdd_queries, before, "and it is not asked for that");
	/* a poll of both: the first one answers */
	while (world.nbdd_last.addr != addr(NBDD2))
		world_run(100);
	nbdd_answers(true);
	world.nbdd_last.addr = addr(NBDD);
	nbdd_answers(true);
	ok(uses(NBDD), "back to the first one");
	world_end();
}

static void test_relayed(void)
{
	uint64_t id;

	begin(NBD_TYPE_P, NBDD, NULL);
	nbdd_answers(true);
	id = relay(TEAM, NBDD);
	ok(status(id) < 0 && asked_for(TEAM, NBDD), "it is asked for the group");
	world_run(1501);
	is_number(world.nbdd_queries, 3, "and once more");
	world.nbdd_last.addr = addr(HOST);
	nbdd_answers(true);
	ok(status(id) < 0, "an answer of somebody else does not count");
	world.nbdd_last.addr = addr(NBDD);
	world.nbdd_last.key.name[0]++;
	nbdd_answers(true);
	ok(status(id) < 0, "nor one for another name");
	world.nbdd_last.key.name[0]--;
	nbdd_answers(true);
	ok(!status(id) && !done(id)->answer.n && done(id)->answer.ttl == 600,
	   "it relays: no members");
	world_end();
}

/* By the name server alone, for each type of node */
static void test_members(void)
{
	unsigned int before;
	enum nbd_type type;
	uint64_t id;

	for (type = NBD_TYPE_P; type <= NBD_TYPE_H; type++) {
		begin(type, NBDD, NULL);
		nbdd_answers(true);
		before = world.n_sent;
		id = relay(TEAM, NBDD);
		nbdd_answers(false);
		world_run(100);
		ok(!status(id) && done(id)->answer.n == 2 && done(id)->answer.group &&
		   done(id)->answer.addr[1] == addr(HOST2), "members of the group");
		is_number(done(id)->answer.ttl, 60, "for a minute");
		ok(sent_count(before, 0x0100, NBNS) == 1 && !sent_count(before, 0x0110, NULL),
		   "the name server was asked, nobody else");
		id = relay("NOBODY          ", NBDD);
		nbdd_answers(false);
		world_run(100);
		is_number(status(id), NETBIOS_WORK_STATUS_NOT_FOUND, "no members");
		id = relay(ALL, NBDD);
		before = world.n_sent;
		nbdd_answers(false);
		ok(status(id) == NETBIOS_WORK_STATUS_NOT_FOUND && world.n_sent == before,
		   "nobody has a list of all nodes");
		nbns->dead = true;
		id = relay(TEAM, NBDD);
		nbdd_answers(false);
		world_run(6000);
		is_number(status(id), NETBIOS_WORK_STATUS_NOT_FOUND, "nor of members without it");
		world_end();
	}
}

static void test_without(void)
{
	struct owned *team;
	uint64_t id;

	begin(NBD_TYPE_P, NULL, NULL);
	ok(uses(NULL) && !world.nbdd_queries, "no server");
	id = relay(TEAM, NULL);
	world_run(100);
	ok(!status(id) && done(id)->answer.n == 2, "there are members all the same");
	/* P-10 */
	team = host_find(nbns, &(struct ns_name) { .octets = TEAM });
	team->addr[0] = INADDR_BROADCAST;
	team->n = 1;
	id = relay(TEAM, NULL);
	world_run(1000);
	is_number(status(id), NETBIOS_WORK_STATUS_NOT_FOUND, "a server that keeps no list");
	is_number(status(relay(TEAM, HOST)), NETBIOS_WORK_STATUS_UNAVAILABLE,
		  "a server that is none of ours");
	world_end();
}

/* Questions end with whatever they depend on */
static void test_ends(void)
{
	struct nbd_config c = config();
	uint64_t id;

	begin(NBD_TYPE_P, NBDD, NULL);
	id = relay(TEAM, NBDD);
	nbd_engine_cancel(world.engine, id);
	nbdd_answers(false);
	world_run(1000);
	ok(status(id) < 0, "nobody waits any more");
	c.ucast_timeout = 30000;
	nbd_engine_config(world.engine, &c);
	id = relay(TEAM, NBDD);
	world_run(20000);
	is_number(status(id), NETBIOS_WORK_STATUS_TIMEOUT, "in time for the kernel");
	id = relay(TEAM, NBDD);
	adapter(IFINDEX, ME, NBD_TYPE_B, NULL, NULL);
	is_number(status(id), NETBIOS_WORK_STATUS_UNAVAILABLE, "a B node has none");
	ok(uses(NULL), "and no flag");
	adapter(IFINDEX, ME, NBD_TYPE_P, NBNS, NULL);
	relay(TEAM, NULL);
	relay(MARY, NBDD);
	world_end();
}

int main(void)
{
	test_available();
	test_poll_name();
	test_interval();
	test_service_off();
	test_several();
	test_relayed();
	test_members();
	test_without();
	test_ends();
	return tap_end();
}
