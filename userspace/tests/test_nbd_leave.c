// SPDX-License-Identifier: GPL-2.0
/*
 * netbiosd: adapters that are disabled, or change, and what they leave behind at
 * name servers.
 */
#include <arpa/inet.h>

#include "world.h"

static struct host *nbns, *other;
static struct nbd_adapter conf;

static void begin(enum nbd_type type)
{
	world_begin();
	nbns = host_new(NBNS, name_server);
	other = host_new(NBNS2, name_server);
	adapter_conf(&conf, IFINDEX, ME, type, NBNS, NULL);
	nbd_engine_adapter(world.engine, &conf);
	hold(FRED, false);
}

/* The adapter is @conf now; what was sent before it */
static unsigned int changed(void)
{
	unsigned int before = world.n_sent;

	nbd_engine_adapter(world.engine, &conf);
	return before;
}

static bool at(struct host *server, const char *octets)
{
	struct ns_name name = wire(octets);

	return host_find(server, &name);
}

/* What the releases to @server since @from say; NULL: none */
static const struct ns_packet *released(unsigned int from, const char *server)
{
	const struct sent *sent = sent_find(from, 0x3000, server);

	return sent ? &sent->packet : NULL;
}

static void test_disabled(enum nbd_type type, unsigned int broadcasts)
{
	unsigned int before;

	begin(type);
	ok(at(nbns, FRED), "type %d: the server has the name", type);
	conf.enabled = false;
	before = changed();
	ok(nbd_engine_adapter_leaving(world.engine, IFINDEX), "disabled: there is something to say");
	ok(!world.condition.active && !queried(FRED, false), "no part any more");
	is_number(world.lefts, 0, "it has not left yet");
	world_run(5);
	ok(!at(nbns, FRED) && sent_count(before, 0x3000, NBNS) == 1 &&
	   ns_entry(&released(before, NBNS)->record[0], 0).addr == addr(ME), "released, once");
	world_run(2000);
	is_number(sent_count(before, 0x3010, NULL), broadcasts, "then by broadcast");
	ok(!nbd_engine_adapter_leaving(world.engine, IFINDEX), "and that is all");
	before = world.n_sent;
	world_run(1000000);
	is_number(world.n_sent - before, 0, "silence");
	is_number(world.lefts, 1, "of which the shell was told, once");
	conf.enabled = true;
	changed();
	world_run(12000);
	ok(at(nbns, FRED) && queried(FRED, false), "enabled: the name is back");
	world_end();
}

/* Nobody but others have heard of it */
static void test_disabled_b(void)
{
	unsigned int before;

	begin(NBD_TYPE_B);
	conf.enabled = false;
	before = changed();
	world_run(2000);
	ok(sent_count(before, 0x3010, NULL) == 3 && world.n_sent - before == 3,
	   "a B node releases by broadcast");
	world_end();
}

/* H, M, P to B and back; the address is the same */
static void test_type(enum nbd_type type)
{
	unsigned int before;
	const struct sent *claim;

	begin(type);
	conf.type = NBD_TYPE_B;
	before = changed();
	ok(queried(FRED, false), "type %d to B: defended all the time", type);
	world_run(3000);
	claim = sent_find(before, 0x2910, NULL);
	ok(!at(nbns, FRED) && sent_count(before, 0x3000, NBNS) == 1, "released at the server");
	ok(claim && claim > sent_find(before, 0x3000, NBNS) && !sent_count(before, 0x3010, NULL),
	   "then claimed by broadcast; no broadcast says that it is gone");
	conf.type = type;
	before = changed();
	world_run(3000);
	ok(at(nbns, FRED) && !sent_count(before, 0x3000, NBNS), "back: at the server again");
	is_number(world.name_sets, 0, "no news for the kernel");
	world_end();
}

static void test_servers(void)
{
	unsigned int before;

	begin(NBD_TYPE_H);
	conf.nbns[conf.n_nbns++] = addr(NBNS2);
	before = changed();
	world_run(3000);
	ok(!released(before, NBNS) && at(nbns, FRED), "a further server: nothing to release");
	conf.nbns[0] = addr(NBNS2);
	conf.n_nbns = 1;
	before = changed();
	world_run(3000);
	ok(!at(nbns, FRED) && at(other, FRED) && released(before, NBNS),
	   "another server: released at the old one, registered at the new one");
	world_end();
}

/* MS-NBTE 3.1.7 */
static void test_address(void)
{
	unsigned int before;

	begin(NBD_TYPE_H);
	conf.addr = addr("10.0.0.2");
	before = changed();
	world_run(3000);
	ok(released(before, NBNS) &&
	   ns_entry(&released(before, NBNS)->record[0], 0).addr == addr(ME),
	   "another address: the old one is released");
	ok(at(nbns, FRED) && nbns->owned[0].addr[0] == addr("10.0.0.2"),
	   "and the new one registered");
	world_end();
}

/* Nothing can be sent without link and address */
static void test_link(void)
{
	unsigned int before;

	begin(NBD_TYPE_H);
	conf.up = false;
	before = changed();
	ok(!nbd_engine_adapter_leaving(world.engine, IFINDEX), "link down: there is no way to say it");
	world_run(5000);
	is_number(world.n_sent - before, 0, "nothing is sent");
	conf.up = true;
	changed();
	world_run(3000);
	ok(!released(before, NBNS) && sent_count(before, 0x2900, NBNS) == 1,
	   "the same address again: registered, not released");
	conf.addr = 0;
	changed();
	world_run(5000);
	conf.addr = addr("10.0.0.2");
	before = changed();
	world_run(3000);
	ok(released(before, NBNS) && nbns->owned[0].addr[0] == addr("10.0.0.2"),
	   "another one: the old one is released first");
	nbd_engine_adapter_gone(world.engine, IFINDEX);
	before = world.n_sent;
	world_run(5000);
	is_number(world.n_sent - before, 0, "the interface is gone: nothing");
	world_end();
}

/* The server is dead, or says no */
static void test_server_away(void)
{
	static char octets[] = "N000            ";
	unsigned int i, before;

	begin(NBD_TYPE_P);
	for (i = 0; i < 1000; i++) {
		octets[1] = '0' + i / 100;
		octets[2] = '0' + i / 10 % 10;
		octets[3] = '0' + i % 10;
		have(octets, NETBIOS_NAME_STATE_REGISTERED, false);
	}
	world_run(20000);
	nbns->dead = true;
	conf.enabled = false;
	before = changed();
	world_run(4499);
	is_number(sent_count(before, 0x3000, NBNS), 3 * 512, "as many at once as are allowed");
	world_run(2);
	ok(sent_count(before, 0x3000, NBNS) == 3 * 512 &&
	   !nbd_engine_adapter_leaving(world.engine, IFINDEX), "the others do not pay for it");
	world_end();
	begin(NBD_TYPE_H);
	nbns->release_rcode = NS_ACT_ERR;
	conf.type = NBD_TYPE_B;
	before = changed();
	world_run(3000);
	ok(sent_count(before, 0x3000, NBNS) == 1 && sent_count(before, 0x2910, NULL) == 3 &&
	   queried(FRED, true), "refused: it is a B node all the same");
	world_end();
}

/* What else goes on at that time */
static void test_meanwhile(void)
{
	unsigned int before;
	uint64_t id;

	begin(NBD_TYPE_H);
	nbns->wacks = 1;
	nbns->wack_ttl = 5;
	id = claim(MARY, false);
	world_run(2000);
	conf.enabled = false;
	before = changed();
	world_run(10);
	is_number(status(id), NETBIOS_WORK_STATUS_UNAVAILABLE, "a claim under way ends");
	ok(sent_count(before, 0x3000, NBNS) == 2, "and is released, too");
	conf.enabled = true;
	changed();
	world_run(3000);
	ok(at(nbns, FRED) && queried(FRED, true), "enabled at once: registered");
	nbns->dead = true;
	conf.enabled = false;
	changed();
	world_run(100);
	before = world.n_sent;
	id = release(FRED, false);
	nbns->dead = false;
	world_run(3000);
	ok(!status(id) && !at(nbns, FRED) && sent_count(before, 0x3000, NBNS) == 2,
	   "released by a program while the adapter leaves");
	ok(!nbd_engine_adapter_leaving(world.engine, IFINDEX), "then it has left");
	conf.enabled = true;
	changed();
	hold(FRED, false);
	conf.up = false;
	changed();
	id = release(FRED, false);
	world_run(10);
	ok(!status(id), "released without a link: that is all there is to do");
	world_end();
}

/* A release that a program waits for survives a change of type */
static void test_release_goes_on(void)
{
	uint64_t id;

	begin(NBD_TYPE_H);
	nbns->dead = true;
	id = release(FRED, false);
	world_run(100);
	conf.type = NBD_TYPE_B;
	changed();
	nbns->dead = false;
	world_run(5000);
	ok(!status(id) && !at(nbns, FRED), "a release goes on when the type changes");
	world_end();
}

/* NS-042: another adapter on the same network hears what this one says */
static void test_same_lan(void)
{
	struct nbd_adapter second;
	struct ns_name name = wire(FRED);
	struct ns_entry entry = { .addr = addr(ME) };
	uint8_t buf[NS_PACKET_MAX];
	size_t len;

	begin(NBD_TYPE_H);
	adapter_conf(&second, IFINDEX + 1, "10.0.0.3", NBD_TYPE_H, NBNS, NULL);
	nbd_engine_adapter(world.engine, &second);
	world_run(3000);
	conf.enabled = false;
	changed();
	len = ns_build_request(buf, sizeof(buf), 1, NS_OPCODE_FLAGS(NS_OP_RELEASE) | NS_B, &name,
			       0, &entry);
	arrive(1, IFINDEX + 1, addr(ME), NS_PORT, true, buf, len);
	world_run(3000);
	is_number(world.alerts[NBD_ALERT_FOREIGN_RELEASE], 0, "our own release is no stranger's");
	world_end();
}

int main(void)
{
	test_disabled(NBD_TYPE_P, 0);
	test_disabled(NBD_TYPE_M, 3);
	test_disabled(NBD_TYPE_H, 3);
	test_disabled_b();
	test_type(NBD_TYPE_P);
	test_type(NBD_TYPE_M);
	test_type(NBD_TYPE_H);
	test_servers();
	test_address();
	test_link();
	test_server_away();
	test_meanwhile();
	test_release_goes_on();
	test_same_lan();
	return tap_end();
}
