// SPDX-License-Identifier: GPL-2.0
/*
 * netbiosd: P and M nodes and their name servers (RFC 1002 5.1.2, 5.1.3).
 */
#include <string.h>

#include "world.h"

static struct host *nbns;

static void begin(enum nbd_type type)
{
	world_begin();
	adapter(IFINDEX, ME, type, NBNS, NULL);
	nbns = host_new(NBNS, name_server);
}

/* NS-055, NS-056, NS-054, NS-012, NS-017, NS-070 */
static void test_claim(void)
{
	const struct sent *s;
	uint64_t id;

	begin(NBD_TYPE_P);
	id = claim(FRED, false);
	world_run(2);
	ok(status(id) == NETBIOS_WORK_STATUS_OK &&
	   done(id)->answer.state == NETBIOS_NAME_STATE_REGISTERED, "registered at once");
	s = sent_find(0, 0x2900, NBNS);
	ok(s && s->port == NS_PORT && s->packet.record[0].ttl == 300000 &&
	   ns_entry(&s->packet.record[0], 0).flags == NS_ONT_P, "TTL proposed, ONT P");
	world_run(1000);
	is_number(world.n_sent, 1, "and no broadcast");
	id = claim(TEAM, true);
	world_run(2);
	is_number(ns_entry(&world.sent[1].packet.record[0], 0).flags, NS_GROUP | NS_ONT_P,
		  "a group (NS-059)");
	host_owns(nbns, MARY, 0)->addr[0] = addr(HOST);
	id = claim(MARY, false);
	world_run(2);
	is_number(status(id), NETBIOS_WORK_STATUS_REFUSED, "refused by the server");
	is_number(world.alerts[NBD_ALERT_NBNS_REFUSED], 1, "which is reported");
	ok(!queried(FRED, true), "a broadcast query is ignored");
	world_end();
}

/* NS-055, NS-038, CONST-005, CONST-006, E-32 */
static void test_silence(void)
{
	struct nbd_config c = config();
	uint64_t id, start;

	begin(NBD_TYPE_P);
	nbns->dead = true;
	start = world.now;
	id = claim(FRED, false);
	world_run(4499);
	ok(status(id) < 0 && world.n_sent == 3 && world.sent[1].at == start + 1500,
	   "three times, 1.5 s apart");
	world_run(1);
	is_number(status(id), NETBIOS_WORK_STATUS_TIMEOUT, "silence: the claim fails");
	ok(!queried(FRED, false) || queried(FRED, false)->packet.flags == 0x8503, "not held");
	id = resolve(MARY);
	world_run(4500);
	is_number(status(id), NETBIOS_WORK_STATUS_TIMEOUT, "the same for a query (NS-060)");
	world_end();
	begin(NBD_TYPE_P);
	c.ucast_timeout = 5000;
	nbd_engine_config(world.engine, &c);
	nbns->dead = true;
	id = claim(FRED, false);
	world_run(14999);
	ok(status(id) < 0, "5 s apart as the RFC has it, if so configured");
	world_run(1);
	is_number(status(id), NETBIOS_WORK_STATUS_TIMEOUT, "then silence");
	world_end();
}

/* Puts off, but does not say for how long: no record, and a result code */
static void half_a_wack(struct host *host, const struct sent *sent)
{
	uint8_t buf[NS_HEADER_LEN] = { sent->data[0], sent->data[1], 0xbc, 0x06 };

	answer(host, sent, buf, sizeof(buf));
}

/* NS-027, NS-055, E-02, NS-087 */
static void test_wack(void)
{
	unsigned int before;
	uint64_t id;

	begin(NBD_TYPE_P);
	nbns->wacks = 1;
	nbns->wack_ttl = 7;
	id = claim(FRED, false);
	world_run(7000);
	is_number(world.n_sent, 1, "put off for 7 s");
	world_run(10);
	is_number(status(id), NETBIOS_WORK_STATUS_OK, "asked again, granted");
	is_number(world.n_sent, 2, "once");
	nbns->wacks = 1;
	nbns->wack_ttl = 100000;
	id = resolve(MARY);
	world_run(15010);
	is_number(status(id), NETBIOS_WORK_STATUS_NOT_FOUND, "nobody puts us off for ever");
	nbns->wacks = 1000;
	nbns->wack_ttl = 15;
	id = claim(MARY, false);
	world_run(19600);
	is_number(status(id), NETBIOS_WORK_STATUS_TIMEOUT, "a claim ends before the kernel's deadline");
	nbns->wacks = 1;
	nbns->wack_ttl = 0;
	id = resolve(MARY);
	world_run(5010);
	is_number(status(id), NETBIOS_WORK_STATUS_NOT_FOUND, "a WACK of unknown length");
	nbns->fn = half_a_wack;
	before = world.n_sent;
	id = resolve(MARY);
	world_run(1501);
	is_number(world.n_sent - before, 2, "one without a record is none");
	ok(world.counter[NBD_RESPONSES_BAD] >= 1, "and counted as what it is");
	world_end();
}

/* NS-057, NS-058, NS-019, NS-007, E-35 */
static void test_challenge(void)
{
	struct host *owner;
	uint64_t id;

	begin(NBD_TYPE_P);
	nbns->challenges = true;
	owner = host_new(HOST, p_node);
	host_owns(owner, FRED, 0);
	host_owns(nbns, FRED, 0)->addr[0] = addr(HOST);
	host_owns(nbns, MARY, 0)->addr[0] = addr(HOST);
	id = claim(FRED, false);
	world_run(10);
	is_number(sent_count(0, 0x0100, HOST), 1, "the owner is asked");
	is_number(status(id), NETBIOS_WORK_STATUS_REFUSED, "he has it");
	id = claim(MARY, false);
	world_run(10);
	is_number(sent_count(0, 0x2800, NBNS), 1, "he says no: the server is told");
	is_number(status(id), NETBIOS_WORK_STATUS_OK, "and grants it");
	owner->dead = true;
	host_owns(nbns, "THIRD           ", 0)->addr[0] = addr(HOST);
	id = claim("THIRD           ", false);
	world_run(4400);
	ok(status(id) < 0, "a silent owner is asked three times");
	world_run(200);
	is_number(status(id), NETBIOS_WORK_STATUS_OK, "then he loses it");
	host_owns(nbns, "FOURTH          ", 0)->addr[0] = addr("10.0.0.255");
	id = claim("FOURTH          ", false);
	world_run(10);
	ok(!status(id) && !sent_count(0, 0x0100, "10.0.0.255"), "a network is no owner, nor is it asked");
	world_end();
}

/* NS-060, NS-026, NS-025, E-05 */
static void test_find(void)
{
	struct host *other;
	uint64_t id;

	begin(NBD_TYPE_P);
	host_owns(nbns, MARY, NS_ONT_P)->addr[0] = addr(HOST);
	id = resolve(MARY);
	world_run(2);
	ok(!status(id) && done(id)->answer.addr[0] == addr(HOST) && done(id)->answer.ttl == 600,
	   "found");
	is_number(sent_count(0, 0x0100, NBNS), 1, "by a query to the server");
	id = resolve(FRED);
	world_run(2);
	is_number(status(id), NETBIOS_WORK_STATUS_NOT_FOUND, "a negative answer ends it");
	nbns->redirect = addr(NBNS2);
	other = host_new(NBNS2, name_server);
	host_owns(other, FRED, NS_ONT_P)->addr[0] = addr(HOST2);
	id = resolve(FRED);
	world_run(4);
	ok(!status(id) && done(id)->answer.addr[0] == addr(HOST2), "a redirect is followed");
	other->redirect = addr(NBNS);
	id = resolve("LOOP            ");
	world_run(100);
	is_number(status(id), NETBIOS_WORK_STATUS_NOT_FOUND, "not in a circle");
	nbns->redirect = addr("255.255.255.255");
	id = resolve("LOOP            ");
	world_run(100);
	is_number(status(id), NETBIOS_WORK_STATUS_NOT_FOUND, "nor to everybody");
	world_end();
}

/* CFG-008: a predecessor held the name, and ended before it could give it up */
static void test_release_inherited(enum nbd_type type, unsigned int server, unsigned int broadcasts)
{
	uint64_t id;

	begin(type);
	id = release(FRED, false);
	world_run(2000);
	ok(status(id) == NETBIOS_WORK_STATUS_OK, "type %d: released for another helper", type);
	is_number(sent_count(0, 0x3000, NBNS), server, "at the server");
	is_number(sent_count(0, 0x3010, NULL), broadcasts, "and by broadcast");
	ok(!queried(FRED, true), "it is gone");
	world_end();
}

/* NS-061, NS-022, E-33, H-018 for P */
static void test_release(void)
{
	uint64_t id;

	begin(NBD_TYPE_P);
	hold(FRED, false);
	id = release(FRED, false);
	world_run(2);
	is_number(status(id), NETBIOS_WORK_STATUS_OK, "released at the server");
	is_number(sent_count(0, 0x3000, NBNS), 1, "by one request");
	hold(FRED, false);
	nbns->rcode = NS_RFS_ERR;
	id = release(FRED, false);
	world_run(2);
	is_number(status(id), NETBIOS_WORK_STATUS_REFUSED, "refused: it stays");
	ok(queried(FRED, false)->packet.flags == 0x8500, "and is ours");
	nbns->rcode = NS_ACT_ERR;
	id = release(FRED, false);
	world_run(2);
	is_number(status(id), NETBIOS_WORK_STATUS_REFUSED, "ACT_ERR as well, H nodes apart (H-018)");
	nbns->rcode = NS_NAM_ERR;
	id = release(FRED, false);
	world_run(2);
	is_number(status(id), NETBIOS_WORK_STATUS_OK, "a server that does not know the name has released it");
	nbns->rcode = 0;
	hold(FRED, false);
	nbns->dead = true;
	id = release(FRED, false);
	world_run(4500);
	is_number(status(id), NETBIOS_WORK_STATUS_OK, "silence is consent");
	world_end();
	begin(NBD_TYPE_P);
	hold(FRED, false);
	nbns->wacks = 2;
	nbns->wack_ttl = 15;
	nbns->rcode = NS_RFS_ERR;
	id = release(FRED, false);
	world_run(20000);
	is_number(status(id), NETBIOS_WORK_STATUS_OK, "the kernel does not wait for ever");
	world_run(40000);
	ok(queried(FRED, false)->packet.flags == 0x8503, "a refusal after that brings nothing back");
	world_end();
}

/* NS-062, NS-063, NS-068 */
static void test_answers(void)
{
	struct ns_entry other = { .addr = addr(HOST) };
	struct ns_name name = wire(FRED);
	const struct sent *s;
	uint8_t buf[NS_PACKET_MAX];
	size_t len;

	begin(NBD_TYPE_P);
	hold(FRED, false);
	s = queried(FRED, false);
	ok(s && s->packet.flags == 0x8500 &&
	   ns_entry(&s->packet.record[0], 0).flags == NS_ONT_P, "a challenge is answered");
	s = queried(MARY, false);
	ok(s && s->packet.flags == 0x8503 && s->packet.answers == 1 &&
	   s->packet.record[0].type == NS_TYPE_NULL, "and so is one for a name we lack");
	len = ns_build_request(buf, sizeof(buf), 9, 0x2900, &name, 0, &other);
	ok(!asked(buf, len, false, HOST, NS_PORT), "claims are none of a P node's business");
	world_end();
	begin(NBD_TYPE_M);
	ok(!queried(MARY, true), "M says no to no broadcast");
	s = queried(MARY, false);
	ok(s && s->packet.flags == 0x8503, "but to a unicast query");
	world_end();
}

/* NS-065, NS-069, E-20, E-22 */
static void test_m_claim(void)
{
	struct host *owner;
	uint64_t id;

	begin(NBD_TYPE_M);
	owner = host_new(HOST, b_node);
	host_owns(owner, MARY, NS_ONT_M);
	id = claim(MARY, false);
	world_run(5);
	is_number(status(id), NETBIOS_WORK_STATUS_REFUSED, "an objection ends it");
	is_number(nbns->requests, 0, "before the server");
	id = claim(FRED, false);
	world_run(740);
	is_number(nbns->requests, 0, "first by broadcast");
	world_run(20);
	is_number(nbns->requests, 1, "then the server");
	ok(status(id) < 0, "objections still count");
	world_run(300);
	is_number(status(id), NETBIOS_WORK_STATUS_OK, "both agree");
	is_number(ns_entry(&sent_find(0, 0x2900, NBNS)->packet.record[0], 0).flags, NS_ONT_M, "ONT M");
	is_number(sent_count(0, 0x2810, NULL), 1, "proclaimed by broadcast");
	host_owns(nbns, "THIRD           ", 0)->addr[0] = addr(HOST2);
	id = claim("THIRD           ", false);
	world_run(1100);
	is_number(status(id), NETBIOS_WORK_STATUS_REFUSED, "the server may still refuse");
	nbns->dead = true;
	id = claim("FOURTH          ", false);
	world_run(6000);
	is_number(status(id), NETBIOS_WORK_STATUS_TIMEOUT, "and has to answer");
	world_end();
}

/* NS-066, NS-067 */
static void test_m_find_release(void)
{
	struct host *owner;
	unsigned int before;
	uint64_t id;

	begin(NBD_TYPE_M);
	owner = host_new(HOST, b_node);
	host_owns(owner, MARY, NS_ONT_M);
	id = resolve(MARY);
	world_run(2);
	ok(!status(id) && !nbns->requests, "found by broadcast");
	host_owns(nbns, "FAR             ", 0)->addr[0] = addr("10.9.9.9");
	id = resolve("FAR             ");
	world_run(700);
	ok(status(id) < 0, "first by broadcast");
	world_run(100);
	ok(!status(id), "then the server");
	hold(FRED, false);
	before = world.n_sent;
	id = release(FRED, false);
	world_run(2);
	ok(world.sent[before].packet.flags == 0x3000 && world.sent[before + 1].packet.flags == 0x3010,
	   "released at the server, then by broadcast");
	world_run(1000);
	is_number(status(id), NETBIOS_WORK_STATUS_OK, "released");
	hold(FRED, false);
	before = world.n_sent;
	nbns->rcode = NS_RFS_ERR;
	id = release(FRED, false);
	world_run(1000);
	ok(status(id) == NETBIOS_WORK_STATUS_REFUSED && !sent_count(before, 0x3010, NULL),
	   "refused: no broadcast");
	world_end();
}

/* NS-071 to NS-074, NS-016, CONST-008, CONST-011, E-03, E-33, E-34 */
static void test_refresh(void)
{
	struct nbd_config c = config();
	unsigned int before;

	begin(NBD_TYPE_P);
	nbns->ttl = 100;
	hold(FRED, false);
	hold(TEAM, true);
	world_run(20000);
	is_number(sent_count(0, 0x4000, NBNS), 0, "no refresh before half of the TTL");
	world_run(30000);
	is_number(sent_count(0, 0x4000, NBNS), 2, "one a name, groups included");
	world_run(50000);
	is_number(sent_count(0, 0x4000, NBNS), 4, "and again");
	nbns->dead = true;
	world_run(60000);
	ok(queried(FRED, false)->packet.flags == 0x8500, "silence: the name stays");
	nbns->dead = false;
	world_run(60000);
	nbns->refresh_rcode = NS_RFS_ERR;
	before = world.n_sent;
	world_run(60000);
	ok(sent_count(before, 0x2900, NBNS) >= 2 && !world.name_sets,
	   "refused for no reason: registered anew");
	nbns->refresh_rcode = 0;
	nbns->rcode = NS_ACT_ERR;
	world_run(60000);
	ok(world.name_state == NETBIOS_NAME_STATE_CONFLICT && world.alerts[NBD_ALERT_NAME_CONFLICT],
	   "refused: in conflict");
	ok(queried(FRED, false)->packet.flags == 0x8503, "logically absent");
	world_end();
	begin(NBD_TYPE_P);
	c.refresh_opcode = 9;
	nbd_engine_config(world.engine, &c);
	nbns->ttl = 100;
	hold(FRED, false);
	world_run(50000);
	is_number(sent_count(0, 0x4800, NBNS), 1, "opcode 9 if so configured");
	world_end();
	begin(NBD_TYPE_P);
	nbns->ttl = 100;
	hold(FRED, false);
	nbns->ttl = 400;
	world_run(200000);
	is_number(sent_count(0, 0x4000, NBNS), 1, "a new lifetime with each refresh (NS-073)");
	nbns->refresh_rcode = NS_CFT_ERR;
	world_run(100000);
	ok(world.name_state == NETBIOS_NAME_STATE_CONFLICT && sent_count(0, 0x2900, NBNS) == 1,
	   "CFT_ERR is a conflict without further ado (NS-074)");
	world_end();
	begin(NBD_TYPE_P);
	nbns->ttl = 0;
	hold(FRED, false);
	world_run(3600 * 1000 * 24);
	is_number(world.n_sent, 1, "infinite: never");
	world_end();
	begin(NBD_TYPE_P);
	nbns->ttl = 1;
	hold(FRED, false);
	world_run(8000);
	is_number(sent_count(0, 0x4000, NBNS), 3, "a grant that is too short does not make us flood");
	world_end();
}

/* What is set to less than before does not wait for a refresh in days */
static void test_refresh_percent(void)
{
	struct nbd_config c = config();
	unsigned int before;

	begin(NBD_TYPE_P);
	nbns->ttl = 1000;
	hold(FRED, false);
	world_run(100000);
	c.refresh_percent = 20;
	nbd_engine_config(world.engine, &c);
	before = world.n_sent;
	world_run(85000);
	is_number(world.n_sent - before, 0, "a fifth of the lifetime");
	world_run(10000);
	is_number(sent_count(before, 0x4000, NBNS), 1, "then the refresh");
	before = world.n_sent;
	c.refresh_percent = 40;
	nbd_engine_config(world.engine, &c);
	world_run(210000);
	is_number(sent_count(before, 0x4000, NBNS), 1, "more counts from the next one");
	before = world.n_sent;
	world_run(300000);
	is_number(world.n_sent - before, 0, "which is then later");
	c.refresh_percent = 1;
	nbd_engine_config(world.engine, &c);
	world_run(10);
	is_number(sent_count(before, 0x4000, NBNS), 1, "what is overdue is done at once");
	world_end();
}

/* Nor does what counts for more lifetime than the server gave */
static void test_min_ttl(void)
{
	struct nbd_config c = config();
	unsigned int before;

	c.min_ttl = 86400;
	begin(NBD_TYPE_P);
	nbd_engine_config(world.engine, &c);
	nbns->ttl = 1000;
	hold(FRED, false);
	before = world.n_sent;
	world_run(510000);
	is_number(world.n_sent - before, 0, "half of a day");
	c.min_ttl = 10;
	nbd_engine_config(world.engine, &c);
	world_run(10);
	is_number(sent_count(before, 0x4000, NBNS), 1, "half of what was granted is over");
	world_end();
}

static void from_server(const struct ns_name *name, uint16_t flags, const char *from, uint16_t port)
{
	struct ns_entry none = { 0 };
	uint8_t buf[NS_PACKET_MAX];
	size_t len;

	if (flags & NS_RESPONSE)
		len = ns_build_response(buf, sizeof(buf), 77, flags, name, 0, &none, 1);
	else
		len = ns_build_request(buf, sizeof(buf), 77, flags, name, 0, &none);
	arrive(0, IFINDEX, addr(from), port, false, buf, len);
	world_run(0);
}

/* NS-064, NS-077, NS-078, NS-080, NS-020, E-25, P-12 */
static void test_demands(void)
{
	struct nbd_config c = config();
	struct ns_name fred = wire(FRED), mary = wire(MARY);
	unsigned int before;
	uint64_t id;

	begin(NBD_TYPE_P);
	hold(FRED, false);
	hold(MARY, false);
	from_server(&fred, 0xad87, HOST, NS_PORT);
	from_server(&fred, 0x3000, HOST, NS_PORT);
	from_server(&fred, 0xad87, NBNS, 4000);
	ok(queried(FRED, false)->packet.flags == 0x8500, "strangers take nothing away");
	is_number(world.alerts[NBD_ALERT_FOREIGN_CONFLICT], 2, "their conflict demands are reported");
	is_number(world.alerts[NBD_ALERT_FOREIGN_RELEASE], 1, "and their releases");
	before = world.n_sent;
	from_server(&fred, 0x3000, NBNS, NS_PORT);
	ok(world.name_dels == 1, "the server may release a name");
	is_number(sent_count(before, 0xb400, NBNS), 1, "and gets an answer");
	id = claim(FRED, false);
	world_run(10);
	is_number(status(id), NETBIOS_WORK_STATUS_OK, "it can be claimed again at once");
	from_server(&mary, 0xad87, NBNS, NS_PORT);
	is_number(world.name_state, NETBIOS_NAME_STATE_CONFLICT, "the server says conflict");
	ok(queried(MARY, false)->packet.flags == 0x8503, "logically absent");
	id = release(MARY, false);
	ok(!status(id), "it can be deleted");
	id = claim(MARY, false);
	world_run(10);
	is_number(status(id), NETBIOS_WORK_STATUS_OK, "and claimed then");
	c.trust_strangers = true;
	nbd_engine_config(world.engine, &c);
	from_server(&mary, 0xad87, HOST, NS_PORT);
	ok(queried(MARY, false)->packet.flags == 0x8503, "strangers are obeyed if so configured");
	from_server(&fred, 0x3000, HOST, NS_PORT);
	is_number(world.name_dels, 2, "releases as well");
	world_end();
}

int main(void)
{
	test_claim();
	test_silence();
	test_wack();
	test_challenge();
	test_find();
	test_release();
	test_release_inherited(NBD_TYPE_B, 0, 3);
	test_release_inherited(NBD_TYPE_P, 1, 0);
	test_release_inherited(NBD_TYPE_H, 1, 3);
	test_answers();
	test_m_claim();
	test_m_find_release();
	test_refresh();
	test_refresh_percent();
	test_min_ttl();
	test_demands();
	return tap_end();
}
