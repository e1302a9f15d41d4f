// SPDX-License-Identifier: GPL-2.0
/*
 * netbiosd: liars, floods, garbage, and ten thousand names.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "world.h"

static void begin(enum nbd_type type)
{
	world_begin();
	adapter(IFINDEX, ME, type, type == NBD_TYPE_B ? NULL : NBNS, NULL);
}

/* An answer to the last packet sent: that MARY is at HOST2 */
static size_t lie(uint8_t *buf, uint16_t flags, const char *octets, int id_off)
{
	struct ns_name name = wire(octets);
	struct ns_entry entry = { .addr = addr(HOST2) };

	return ns_build_response(buf, NS_PACKET_MAX,
				 world.sent[world.n_sent - 1].packet.id + id_off, flags, &name, 60,
				 &entry, 1);
}

static void told(const void *data, size_t len, const char *from, uint16_t port, bool broadcast)
{
	arrive(0, IFINDEX, addr(from), port, broadcast, data, len);
	world_run(0);
}

/* NS-037, NS-041, NS-038: everything about an answer has to fit */
static void test_wrong_answers(void)
{
	uint8_t buf[NS_PACKET_MAX];
	uint64_t id;
	size_t len;

	begin(NBD_TYPE_P);
	id = resolve(MARY);
	len = lie(buf, 0x8500, MARY, 1);
	told(buf, len, NBNS, NS_PORT, false);
	ok(status(id) < 0, "wrong id");
	len = lie(buf, 0x8500, MARY, 0);
	told(buf, len, HOST, NS_PORT, false);
	ok(status(id) < 0, "wrong host");
	is_number(world.alerts[NBD_ALERT_ANSWER_REJECTED], 1, "which is reported");
	told(buf, len, NBNS, 4000, false);
	ok(status(id) < 0, "wrong port");
	told(buf, len, NBNS, NS_PORT, true);
	ok(status(id) < 0, "by broadcast");
	arrive(0, 3, addr(NBNS), NS_PORT, false, buf, len);
	world_run(0);
	ok(status(id) < 0, "on no adapter of ours");
	len = lie(buf, 0x8500, FRED, 0);
	told(buf, len, NBNS, NS_PORT, false);
	ok(status(id) < 0, "another question");
	len = lie(buf, 0xad80, MARY, 0);
	told(buf, len, NBNS, NS_PORT, false);
	ok(status(id) < 0, "another opcode");
	len = lie(buf, 0x8500, MARY, 0);
	buf[len - 15] = 0x21;
	told(buf, len, NBNS, NS_PORT, false);
	ok(status(id) < 0, "another type of record");
	len = lie(buf, 0x8500, MARY, 0);
	buf[len - 13] = 3;
	told(buf, len, NBNS, NS_PORT, false);
	ok(status(id) < 0, "another class");
	len = lie(buf, 0x8500, MARY, 0);
	buf[len - 7] = 5;
	told(buf, len, NBNS, NS_PORT, false);
	ok(status(id) < 0, "a length that does not fit");
	len = lie(buf, 0x8400 | 0x0060, MARY, 0);
	told(buf, len, NBNS, NS_PORT, false);
	is_number(status(id), NETBIOS_WORK_STATUS_OK, "odd flags do not matter (P-21)");
	told(buf, len, NBNS, NS_PORT, false);
	world_run(2000);
	is_number(world.n_done, 1, "a second answer neither");
	is_number(world.counter[NBD_RESPONSES_BAD], 9, "all that was wrong is counted");
	world_end();
}

/* Responses are unicast, also those to a broadcast */
static void test_broadcast_answer(void)
{
	uint8_t buf[NS_PACKET_MAX];
	uint64_t id;
	size_t len;

	begin(NBD_TYPE_B);
	id = resolve(MARY);
	len = lie(buf, 0x8500, MARY, 0);
	told(buf, len, HOST2, NS_PORT, true);
	ok(status(id) < 0, "an answer by broadcast is none");
	told(buf, len, ME, NS_PORT, false);
	ok(status(id) < 0, "nor is one from ourselves");
	told(buf, len, HOST2, NS_PORT, false);
	ok(!status(id), "by unicast it is");
	world_end();
}

/* A host that answers with an address that is none of a host on the network */
static void test_odd_addresses(void)
{
	static const char *const addresses[] = { "127.0.0.1", "127.255.0.9", "0.0.0.0", "0.1.2.3",
						 "224.0.0.1", "255.255.255.255" };
	struct host *h;
	unsigned int i;
	uint64_t id;

	begin(NBD_TYPE_B);
	h = host_new(HOST, b_node);
	host_owns(h, MARY, 0);
	for (i = 0; i < sizeof(addresses) / sizeof(*addresses); i++) {
		h->owned[0].addr[0] = addr(addresses[i]);
		id = resolve(MARY);
		world_run(2000);
		ok(status(id) == NETBIOS_WORK_STATUS_NOT_FOUND, "%s is nowhere", addresses[i]);
	}
	h->owned[0].n = 2;
	h->owned[0].addr[0] = addr("127.0.0.1");
	h->owned[0].addr[1] = addr(HOST2);
	id = resolve(MARY);
	world_run(2000);
	ok(!status(id) && done(id)->answer.n == 1 && done(id)->answer.addr[0] == addr(HOST2),
	   "it is left out of a list");
	world_end();
}

/* A flood at a pending query */
static void test_flood(void)
{
	uint8_t buf[NS_PACKET_MAX];
	struct host *h;
	uint64_t id;
	size_t len;
	int i;

	begin(NBD_TYPE_B);
	id = resolve(MARY);
	len = lie(buf, 0x8500, MARY, 1);
	for (i = 0; i < 60000; i++) {
		buf[0] = i >> 8;
		buf[1] = i;
		if ((i & 0xffff) != world.sent[0].packet.id)
			told(buf, len, "10.0.0.66", NS_PORT, false);
	}
	ok(status(id) < 0, "guesses are no answers");
	is_number(world.alerts[NBD_ALERT_FLOOD], 1, "they are reported");
	h = host_new(HOST, b_node);
	host_owns(h, MARY, 0);
	world_run(300);
	ok(!status(id) && done(id)->answer.addr[0] == addr(HOST), "the true answer counts");
	world_end();
}

/* Rate limits; defence is not limited */
static void test_rate(void)
{
	struct nbd_config c = config();
	struct ns_entry other = { .addr = addr(HOST) };
	struct ns_name name = wire(FRED);
	uint8_t buf[NS_PACKET_MAX];
	unsigned int answers = 0, defended = 0, i;
	size_t len;

	begin(NBD_TYPE_M);
	host_new(NBNS, name_server);
	hold(FRED, false);
	c.rate_limit = 50;
	nbd_engine_config(world.engine, &c);
	for (i = 0; i < 200; i++)
		answers += !!queried(MARY, false);
	is_number(answers, 50, "negative answers are limited");
	is_number(world.alerts[NBD_ALERT_FLOOD], 1, "which is reported");
	len = ns_build_request(buf, sizeof(buf), 9, 0x2910, &name, 0, &other);
	for (i = 0; i < 200; i++) {
		defended += !!asked(buf, len, true, HOST, NS_PORT);
		answers += !!queried(FRED, false);
	}
	is_number(defended, 200, "our names are defended all the same");
	is_number(answers, 250, "and answered for");
	world_run(1000);
	ok(queried(MARY, false), "a second later there is more");
	len = ns_build_query(buf, sizeof(buf), 1, NS_RD, &name, NS_TYPE_NB);
	ok(asked(buf, len, false, HOST2, 4000), "another source was never limited");
	world_end();
}

/* Canaries */
static void test_canary(void)
{
	struct nbd_config c = config();
	struct host *h;
	uint64_t id;

	begin(NBD_TYPE_B);
	h = host_new("10.0.0.66", poisoner);
	h->dead = true;
	c.canary_interval = 10000;
	nbd_engine_config(world.engine, &c);
	world_run(10500);
	is_number(world.counter[NBD_CANARIES_SENT], 1, "a canary is sent");
	is_number(sent_count(0, 0x0110, NULL), 1, "a query for a name that nobody has");
	world_run(10000);
	ok(memcmp(world.sent[0].data + 12, world.sent[1].data + 12, 34), "another one each time");
	is_number(world.alerts[NBD_ALERT_POISONER], 0, "silence is good");
	h->dead = false;
	world_run(10000);
	ok(world.alerts[NBD_ALERT_POISONER] == 1 && world.alert.addr == addr("10.0.0.66"),
	   "who answers is exposed");
	id = resolve(MARY);
	world_run(3000);
	is_number(status(id), NETBIOS_WORK_STATUS_NOT_FOUND, "and not believed");
	c.canary_interval = 0;
	nbd_engine_config(world.engine, &c);
	id = resolve(MARY);
	world_run(3000);
	ok(!status(id), "without canaries nobody knows");
	world_end();
}

static unsigned int seed = 1;

static unsigned int next_random(void)
{
	seed = seed * 1103515245 + 12345;
	return seed >> 16 & 0x7fff;
}

/* Garbage, random and nearly right, while names are served */
static void test_garbage(void)
{
	struct ns_entry other = { .addr = addr(HOST) };
	struct ns_name name = wire(FRED);
	uint8_t buf[1400];
	unsigned int i, k;
	size_t len;

	begin(NBD_TYPE_H);
	host_new(NBNS, name_server);
	hold(FRED, false);
	for (i = 0; i < 10000; i++) {
		if (i % 2) {
			len = next_random() % sizeof(buf);
			for (k = 0; k < len; k++)
				buf[k] = next_random();
		} else {
			len = ns_build_request(buf, sizeof(buf), i, next_random() << 1, &name, 5, &other);
			for (k = next_random() % 4; k; k--)
				buf[next_random() % len] = next_random();
		}
		world.n_sent = 0;
		arrive(0, IFINDEX, addr(HOST), NS_PORT, i % 3, buf, len);
		world_run(0);
	}
	world_run(1001);
	ok(world.counter[NBD_PACKETS_BAD] > 4000, "most of it is malformed");
	world.n_sent = 0;
	ok(queried(FRED, false), "the name is still served");
	is_number(world.name_dels, 0, "and still ours");
	world_end();
}

/* The same work twice, work that ends twice, nonsense of the kernel */
static void test_work(void)
{
	struct nbd_work work = { .id = 500, .kind = NETBIOS_WORK_KIND_RESOLVE, .deadline = 20000,
				 .key = { .name = MARY, .scope = "" } };
	unsigned int i;

	begin(NBD_TYPE_B);
	nbd_engine_work(world.engine, &work);
	nbd_engine_work(world.engine, &work);
	world_run(3000);
	is_number(world.n_done, 1, "work that is shown twice is done once");
	nbd_engine_cancel(world.engine, 500);
	work.id++;
	work.key.scope = "..";
	nbd_engine_work(world.engine, &work);
	is_number(status(501), NETBIOS_WORK_STATUS_UNAVAILABLE, "a scope that is none");
	work.id++;
	work.kind = 77;
	nbd_engine_work(world.engine, &work);
	is_number(world.n_done, 2, "a kind that we do not know");
	work.kind = NETBIOS_WORK_KIND_CLAIM;
	work.key.scope = "";
	for (i = 0; i < 3; i++) {
		work.id++;
		nbd_engine_work(world.engine, &work);
	}
	world_run(3000);
	is_number(status(work.id), NETBIOS_WORK_STATUS_OK, "a claim that replaces another");
	work.kind = NETBIOS_WORK_KIND_RELEASE;
	work.id++;
	nbd_engine_work(world.engine, &work);
	work.kind = NETBIOS_WORK_KIND_CLAIM;
	work.id++;
	nbd_engine_work(world.engine, &work);
	world_run(3000);
	ok(!status(work.id) && queried(MARY, false), "a release that is overtaken by a claim");
	work.deadline = 0;
	work.kind = NETBIOS_WORK_KIND_RESOLVE;
	work.key.name[0] = 'X';
	work.id++;
	nbd_engine_work(world.engine, &work);
	world_run(1);
	is_number(status(work.id), NETBIOS_WORK_STATUS_TIMEOUT, "no time left");
	nbd_engine_adapter_gone(world.engine, 99);
	nbd_engine_tcp(world.engine, 99, NULL, 0);
	nbd_engine_nbdd(world.engine, &(struct nbd_nbdd_answer) {
		.ifindex = 99, .addr = 1, .key = { .scope = "" }, .relays = true });
	world_end();
}

static void numbered(char *name, unsigned int i)
{
	snprintf(name, NETBIOS_NAME_LEN + 1, "NB%08u      ", i);
}

#define MANY 10000

/* A batch of names: bounded packets, no minutes, little memory */
static void test_many(enum nbd_type type, unsigned int seconds)
{
	struct host *server = NULL;
	char name[NETBIOS_NAME_LEN + 1];
	unsigned int i, second, most = 0;

	begin(type);
	if (type == NBD_TYPE_P)
		server = host_new(NBNS, name_server);
	for (i = 0; i < MANY; i++) {
		numbered(name, i);
		have(name, NETBIOS_NAME_STATE_REGISTERED, false);
		world.n_sent = 0;
	}
	for (second = 0; second < seconds; second++) {
		for (i = 0; i < 1000; i++) {
			world.n_sent = 0;
			world_run(1);
			if (world.n_sent > most)
				most = world.n_sent;
		}
	}
	is_number(world.counter[NBD_REGISTRATIONS_SENT], type == NBD_TYPE_B ? 3 * MANY : MANY,
		  "ten thousand names are claimed");
	ok(most <= 1024, "no more than %u packets at once", most);
	if (server)
		ok(server->requests >= MANY, "the server has heard of them");
	numbered(name, MANY - 1);
	ok(queried(name, false), "the last one is served");
	is_number(world.name_sets, 0, "none in conflict");
	world_end();
}

/* Registrations at @server since @from */
static unsigned int registrations(unsigned int from, const char *server)
{
	return sent_count(from, 0x2900, server);
}

/* Programs claim a thousand names, and the server has no room for all of them at once */
static void test_turns(void)
{
	struct host *server, *second;
	char name[NETBIOS_NAME_LEN + 1];
	unsigned int i, before;
	uint64_t id;

	world_begin();
	server = host_new(NBNS, name_server);
	second = host_new(NBNS2, name_server);
	adapter(IFINDEX, ME, NBD_TYPE_P, NBNS, NBNS2);
	server->dead = true;
	for (i = 0; i < 1000; i++) {
		numbered(name, i);
		claim(name, false);
	}
	world_run(1000);
	is_number(registrations(0, NBNS), 128, "a server gets so many requests at once");
	is_number(world.n_done, 0, "the others wait");
	id = resolve(FRED);
	world_run(0);
	is_number(sent_count(0, 0x0100, NBNS), 1, "but not a question");
	before = world.n_sent;
	server->dead = false;
	world_run(600);
	is_number(server->requests, 1000, "one that answers gets all, each once");
	is_number(world.n_done, 1000, "and all are done");
	is_number(registrations(before, NBNS), 1000, "the first ones were repeated");
	world_run(2000);
	is_number(status(id), NETBIOS_WORK_STATUS_NOT_FOUND, "so was the question");

	server->dead = true;
	before = world.n_sent;
	for (i = 1000; i < 1500; i++) {
		numbered(name, i);
		claim(name, false);
	}
	world_run(4499);
	is_number(registrations(before, NBNS), 3 * 128, "no others while it is silent");
	world_run(100);
	is_number(second->requests, 1500, "all go to the next server, with what the first one had");
	is_number(registrations(before, NBNS), 3 * 128, "and none to the first one");
	world_end();
}

/* A host of containers has more interfaces than a node can use */
static void test_many_adapters(void)
{
	struct nbd_adapter conf;
	int i;

	world_begin();
	adapter_conf(&conf, 1, ME, NBD_TYPE_B, NULL, NULL);
	for (i = 1; i <= 200; i++) {
		conf.ifindex = i;
		conf.up = i > 100;
		nbd_engine_adapter(world.engine, &conf);
	}
	is_number(world.reports, 64, "those that are down are in nobody's way");
	for (i = 101; i <= 200; i++) {
		conf.ifindex = i;
		nbd_engine_adapter(world.engine, &conf);
	}
	is_number(world.warnings, 1, "one warning that there are too many");
	nbd_engine_adapter_gone(world.engine, 101);
	conf.ifindex = 200;
	nbd_engine_adapter(world.engine, &conf);
	is_number(world.condition.ifindex, 200, "one that goes makes room for another one");
	is_number(world.warnings, 1, "all the same");
	world_end();
}

int main(void)
{
	test_wrong_answers();
	test_broadcast_answer();
	test_odd_addresses();
	test_flood();
	test_rate();
	test_canary();
	test_garbage();
	test_work();
	test_many_adapters();
	test_turns();
	test_many(NBD_TYPE_B, 25);
	test_many(NBD_TYPE_P, 3);
	return tap_end();
}
