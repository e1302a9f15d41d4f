// SPDX-License-Identifier: GPL-2.0
/*
 * The name server of nbnsd: requests in, packets out, and what survives.
 */
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "nbnsd_world.h"
#include "tap.h"

#define ONE	"10.0.0.1"
#define TWO	"10.0.0.2"
#define THREE	"10.0.0.3"

#define REGISTER	0x2900
#define OVERWRITE	0x2800
#define REFRESH		0x4000
#define REFRESH_ALT	0x4800
#define RELEASE		0x3000
#define MULTIHOMED	0x7900

static struct ns_packet got;
static uint16_t last_id;

static uint32_t ip(const char *text)
{
	uint32_t addr;

	if (inet_pton(AF_INET, text, &addr) != 1)
		abort();
	return addr;
}

/* Padded to 15 octets, "NAME" or "NAME\x1c" with an explicit last octet */
static struct ns_name named(const char *text, uint8_t suffix)
{
	struct ns_name name = { .scope_len = 0 };

	memset(name.octets, ' ', sizeof(name.octets));
	memcpy(name.octets, text, strlen(text));
	name.octets[15] = suffix;
	return name;
}

static struct nbns_peer peer(const char *addr)
{
	return (struct nbns_peer) { .addr = ip(addr), .port = 137, .local = ip("10.0.0.9") };
}

static void deliver(const char *from, const void *data, size_t len)
{
	struct nbns_peer p = peer(from);

	nbns_packet(world.nbns, &p, data, len);
}

/* The last packet sent, parsed; false if there is none since the last call */
static bool answer(void)
{
	bool any = world_turn() > 0 &&
		   !ns_parse(&got, sent[world.n_sent - 1].data, sent[world.n_sent - 1].len);

	world.n_sent = 0;
	return any;
}

static uint16_t ask(const char *from, uint16_t flags, struct ns_name name,
		    const char *addr, uint16_t nb_flags, uint32_t ttl)
{
	struct ns_entry entry = { .flags = nb_flags, .addr = ip(addr) };
	uint8_t buf[NS_PACKET_MAX];

	deliver(from, buf, ns_build_request(buf, sizeof(buf), ++last_id, flags, &name, ttl,
					    &entry));
	return answer() ? got.flags : 0;
}

static uint16_t query(struct ns_name name)
{
	uint8_t buf[NS_PACKET_MAX];

	deliver(THREE, buf, ns_build_query(buf, sizeof(buf), ++last_id, NS_RD, &name,
					   NS_TYPE_NB));
	return answer() ? got.flags : 0;
}

static bool has(struct ns_name name, const char *addr)
{
	unsigned int i;

	if (query(name) & NS_RCODE)
		return false;
	for (i = 0; i < ns_entries(&got.record[0]); i++)
		if (ns_entry(&got.record[0], i).addr == ip(addr))
			return true;
	return false;
}

static unsigned int owners(void)
{
	unsigned int n;

	names_count(world.names, &n);
	return n;
}

static bool is_flags(uint16_t flags, uint16_t expected, const char *name)
{
	return ok(flags == expected, "%s (%04x, expected %04x)", name, flags, expected);
}

/* NS-017, NS-024, NS-025, NS-006, NS-008, NS-070 */
static void test_unique(void)
{
	struct ns_name a = named("A", 0);

	world_new();
	is_flags(query(a), 0x8583, "nobody has the name");
	is_flags(ask(ONE, REGISTER, a, ONE, NS_ONT_P, 5000), 0xad80, "registered");
	is_number(got.record[0].ttl, 5000, "with the TTL that was proposed");
	is_number(world.writes, 1, "which is in the store");
	is_flags(query(a), 0x8580, "found");
	ok(has(a, ONE), "with its address");
	is_flags(ask(ONE, REGISTER, a, ONE, NS_ONT_P, 0), 0xad80, "again");
	is_number(got.record[0].ttl, 1000, "infinity is made finite");
	ask(ONE, REGISTER, a, ONE, NS_ONT_P, 5);
	is_number(got.record[0].ttl, 100, "a short time longer, never shorter");
	is_number(world.writes, 1, "and nothing had to be written for that");
	is_flags(ask(ONE, RELEASE, a, ONE, NS_ONT_P, 0), 0xb400, "released");
	is_flags(query(a), 0x8583, "gone");
	is_flags(ask(ONE, RELEASE, a, ONE, NS_ONT_P, 0), 0xb400, "and released again");
}

/* NAME-019, NAME-020 */
static void test_scope(void)
{
	struct ns_name a = named("A", 0), b = a, c = a;

	world_new();
	ns_name_set(&b, a.octets, "One.Scope");
	ns_name_set(&c, a.octets, "one.scopE");
	ask(ONE, REGISTER, b, ONE, NS_ONT_P, 0);
	is_flags(query(a), 0x8583, "a name in a scope is another name");
	ok(has(c, ONE), "scopes are compared without case");
}

/* NS-090: silence of the owner */
static void test_challenge_silent(void)
{
	struct ns_name a = named("A", 0);
	uint16_t id;

	world_new();
	ask(ONE, REGISTER, a, ONE, NS_ONT_P, 0);
	ask(TWO, REGISTER, a, TWO, NS_ONT_P, 0);
	id = last_id;
	is_flags(got.flags, 0x0000, "the owner is asked");
	is_number(sent[1].to.addr, ip(ONE), "at its address");
	is_number(sent[1].to.port, 137, "and port 137");
	ns_parse(&got, sent[0].data, sent[0].len);
	is_flags(got.flags, 0xbc00, "the claimant gets a WACK");
	is_number(got.id, id, "with the id of its request");
	is_number(got.record[0].ttl, 16, "for as long as it may take");
	is_number(got.record[0].data[0] << 8 | got.record[0].data[1], REGISTER,
		  "and with its flags");
	last_id--;
	ask(TWO, REGISTER, a, TWO, NS_ONT_P, 0);
	is_number(world.n_sent, 0, "a copy at the same time is ignored");
	last_id--;
	world_sleep(2);
	is_flags(ask(TWO, REGISTER, a, TWO, NS_ONT_P, 0), 0xbc00, "a later one gets a WACK, too");
	is_number(got.record[0].ttl, 14, "for the rest of the time");
	world_sleep(12);
	is_number(world.n_sent, 2, "the owner is asked three times");
	world.n_sent = 0;
	world_sleep(1);
	ok(answer(), "then there is an answer");
	is_flags(got.flags, 0xad80, "positive: the owner is gone");
	is_number(got.id, id, "to the request");
	ok(has(a, TWO) && !has(a, ONE), "the name has its new owner");
}

/* Answers the challenge that was sent last; @entry NULL: negatively */
static void respond(const char *from, uint16_t id, const struct ns_name *name,
		    const struct ns_entry *entry, unsigned int n)
{
	uint8_t buf[NS_PACKET_MAX];
	size_t len;

	len = entry ? ns_build_response(buf, sizeof(buf), id, 0x8500, name, 100, entry, n) :
	      ns_build_null(buf, sizeof(buf), id, 0x8503, name, 0, -1);
	deliver(from, buf, len);
}

/* NS-090: the owner answers; NS-037, NS-041 */
static void test_challenge_answered(void)
{
	struct ns_entry one = { NS_ONT_P, ip(ONE) };
	struct ns_name a = named("A", 0), b = named("B", 0);
	uint16_t id;

	world_new();
	ask(ONE, REGISTER, a, ONE, NS_ONT_P, 0);
	ask(TWO, REGISTER, a, TWO, NS_ONT_P, 0);
	id = got.id;
	respond(TWO, id, &a, NULL, 0);
	ok(!answer(), "another node cannot answer for the owner");
	respond(ONE, id + 1, &a, NULL, 0);
	ok(!answer(), "nor with another id");
	respond(ONE, id, &b, NULL, 0);
	ok(!answer(), "nor about another name");
	respond(ONE, id, &a, &one, 1);
	ok(answer(), "the owner can");
	is_flags(got.flags, 0xad86, "and the claim is refused");
	is_number(ns_entry(&got.record[0], 0).addr, ip(ONE), "with the owner in it");
	respond(ONE, id, &a, &one, 1);
	ok(!answer(), "a second answer has no effect");
	ask(TWO, REGISTER, a, TWO, NS_ONT_P, 0);
	respond(ONE, got.id, &a, NULL, 0);
	ok(answer(), "the owner denies at once");
	is_flags(got.flags, 0xad80, "and the claim is granted");
	ok(has(a, TWO) && !has(a, ONE), "to the new owner");
}

/* NS-088, P-05 */
static void test_multihomed(void)
{
	struct ns_entry both[] = { { NS_ONT_P, ip(ONE) }, { NS_ONT_P, ip(TWO) } };
	struct ns_name a = named("A", 0);
	char addr[32];
	int i;

	world_new();
	ask(ONE, MULTIHOMED, a, ONE, NS_ONT_P, 0);
	ask(TWO, MULTIHOMED, a, TWO, NS_ONT_P, 0);
	respond(ONE, got.id, &a, both, 2);
	ok(answer(), "a node with two homes says so");
	is_flags(got.flags, 0xad80, "and has both");
	ok(has(a, ONE) && has(a, TWO), "in the answer to a query");
	is_flags(ask(ONE, RELEASE, a, TWO, NS_ONT_P, 0), 0xb400, "it may release the other");
	ok(has(a, ONE) && !has(a, TWO), "and keeps the one");
	for (i = 0; i < 30; i++) {
		world_sleep(1);
		snprintf(addr, sizeof(addr), "10.0.1.%d", i);
		ask(addr, REGISTER, named("DC", 0x1c), addr, NS_GROUP | NS_ONT_P, 0);
	}
	query(named("DC", 0x1c));
	is_number(ns_entries(&got.record[0]), 25, "an Internet group has 25 members");
	ok(!has(named("DC", 0x1c), "10.0.1.4") && has(named("DC", 0x1c), "10.0.1.5"),
	   "those that were heard of last");
}

/* NS-091, NS-092, E-26, P-10 */
static void test_group(void)
{
	struct ns_name g = named("G", 0);

	world_new();
	is_flags(ask(ONE, REGISTER, g, ONE, NS_GROUP | NS_ONT_P, 0), 0xad80, "a group");
	is_flags(ask(TWO, REGISTER, g, TWO, NS_GROUP | NS_ONT_P, 0), 0xad80, "joined");
	ok(has(g, ONE) && has(g, TWO), "has both members");
	ok(ns_entry(&got.record[0], 0).flags & NS_GROUP, "and is a group");
	is_flags(ask(THREE, REGISTER, g, THREE, NS_ONT_P, 0), 0xad86,
		 "a unique claim is refused at once");
	is_number(ns_entry(&got.record[0], 0).addr, 0, "without an address of a member");
	is_flags(ask(ONE, RELEASE, g, ONE, NS_GROUP | NS_ONT_P, 0), 0xb400, "one leaves");
	ok(!has(g, ONE) && has(g, TWO), "the other one stays");
	is_flags(ask(TWO, RELEASE, g, TWO, NS_GROUP | NS_ONT_P, 0), 0xb400, "the last leaves");
	is_flags(query(g), 0x8583, "and the group is gone");
}

/* P-10: what WINS does */
static void test_wins(void)
{
	struct ns_name g = named("G", 0), d = named("D", 0x1c), m = named("M", 0x1d), s = g;

	world_new();
	world.settings.wins = true;
	world_again();
	ask(ONE, REGISTER, g, ONE, NS_GROUP | NS_ONT_P, 0);
	ok(has(g, "255.255.255.255") && !has(g, ONE), "a group: broadcast yourself");
	is_flags(ask(ONE, RELEASE, g, ONE, NS_GROUP | NS_ONT_P, 0), 0xb400, "released");
	ok(has(g, "255.255.255.255"), "and still there");
	ask(ONE, REGISTER, d, ONE, NS_GROUP | NS_ONT_P, 0);
	ok(has(d, ONE), "an Internet group has its members");
	ask(ONE, RELEASE, d, ONE, NS_GROUP | NS_ONT_P, 0);
	is_flags(query(d), 0x8583, "and ends with them");
	is_flags(ask(ONE, REGISTER, m, ONE, NS_ONT_P, 0), 0xad80, "each subnet has its browser");
	is_flags(ask(TWO, REGISTER, m, TWO, NS_ONT_P, 0), 0xad80, "and the next one, too");
	is_flags(query(m), 0x8583, "which is not for others");
	ns_name_set(&s, g.octets, "scope");
	ask(ONE, REGISTER, s, ONE, NS_ONT_P, 0);
	ns_name_set(&s, g.octets, "Scope");
	is_flags(query(s), 0x8583, "case counts in scopes");
	is_flags(ask(ONE, REGISTER, named("L", 0), "127.64.64.1", NS_ONT_P, 0), 0xad80,
		 "a host that is silent, to Samba's tests");
}

/* NS-024, NS-009, NS-033, NS-035 */
static void test_long_list(void)
{
	struct ns_name g = named("G", 0);
	struct nbns_peer stream = peer(THREE);
	uint8_t buf[NS_PACKET_MAX];
	char addr[32];
	int i;

	world_new();
	for (i = 0; i < 200; i++) {
		snprintf(addr, sizeof(addr), "10.0.1.%d", i);
		ask(addr, REGISTER, g, addr, NS_GROUP | NS_ONT_P, 0);
	}
	is_flags(query(g), 0x8780, "a list that does not fit has TC");
	is_number(ns_entries(&got.record[0]), (NS_PACKET_MAX - 12 - 34 - 10) / 6,
		  "and what fits");
	stream.stream = 7;
	nbns_packet(world.nbns, &stream, buf,
		    ns_build_query(buf, sizeof(buf), 5, NS_RD, &g, NS_TYPE_NB));
	ok(answer(), "by TCP");
	is_flags(got.flags, 0x8580, "it has not");
	is_number(ns_entries(&got.record[0]), 200, "and all is there");
}

/* NS-003, NS-016, NS-073, NS-074 */
static void test_refresh(void)
{
	struct ns_entry one = { NS_ONT_P, ip(ONE) };
	struct ns_name a = named("A", 0);

	world_new();
	is_flags(ask(ONE, REFRESH, a, ONE, NS_ONT_P, 0), 0xad80,
		 "a refresh brings back what we do not know");
	world_sleep(1500);
	is_flags(ask(ONE, REFRESH_ALT, a, ONE, NS_ONT_P, 0), 0xad80, "the other opcode");
	world_sleep(1500);
	ok(has(a, ONE), "has refreshed it");
	ask(TWO, REFRESH, a, TWO, NS_ONT_P, 0);
	respond(ONE, got.id, &a, &one, 1);
	answer();
	is_flags(got.flags, 0xad86, "a refresh of another node is refused");
}

/* NS-094 */
static void test_expiry(void)
{
	struct ns_name a = named("A", 0), g = named("G", 0);

	world_new();
	ask(ONE, REGISTER, a, ONE, NS_ONT_P, 0);
	ask(ONE, REGISTER, g, ONE, NS_GROUP, 0);
	world_sleep(1999);
	ok(has(a, ONE) && has(g, ONE), "kept for twice the TTL");
	world_sleep(1);
	is_flags(query(a), 0x8583, "then it has expired");
	is_flags(query(g), 0x8583, "and the group with its last member");
	world_sleep(100);
	is_number(owners(), 0, "nothing is left in memory");
	world_again();
	is_flags(query(a), 0x8583, "nor in the store");
}

/* NS-007, NS-019, NS-090, NS-093 */
static void test_end_node(void)
{
	struct ns_name a = named("A", 0), g = named("G", 0);

	world_new();
	world.settings.secured = false;
	nbns_config(world.nbns, &world.settings);
	ask(ONE, REGISTER, a, ONE, NS_ONT_P, 0);
	is_flags(ask(TWO, REGISTER, a, TWO, NS_ONT_P, 0), 0xad00, "challenge it yourself");
	is_number(ns_entry(&got.record[0], 0).addr, ip(ONE), "there");
	is_flags(query(a), 0x8500, "answers have no RA");
	is_flags(ask(TWO, REFRESH, a, TWO, NS_ONT_P, 0), 0xad86, "a refresh is refused");
	is_flags(ask(TWO, OVERWRITE, a, TWO, NS_ONT_P, 0), 0xad80, "overwritten");
	ok(has(a, TWO) && !has(a, ONE), "it has the other owner");
	ask(ONE, REGISTER, g, ONE, NS_GROUP, 0);
	ask(TWO, OVERWRITE, g, TWO, NS_GROUP, 0);
	ok(has(g, TWO) && has(g, ONE), "a group has one more member");
	world_new();
	ask(ONE, REGISTER, a, ONE, NS_ONT_P, 0);
	is_flags(ask(TWO, OVERWRITE, a, TWO, NS_ONT_P, 0), 0xad84,
		 "a secured server does not overwrite");
	ok(has(a, ONE) && !has(a, TWO), "and the owner stays");
	is_flags(ask(TWO, OVERWRITE, g, TWO, NS_ONT_P, 0), 0xad80, "unless there is nothing");
}

/* NS-022, NS-082, P-12 */
static void test_release(void)
{
	struct ns_entry one = { NS_ONT_P, ip(ONE) };
	struct ns_name a = named("A", 0);

	world_new();
	ask(ONE, REGISTER, a, ONE, NS_ONT_P, 0);
	is_flags(ask(TWO, RELEASE, a, TWO, NS_ONT_P, 0), 0xb406, "not your name");
	ask(TWO, RELEASE, a, ONE, NS_ONT_P, 0);
	is_flags(got.flags, 0x0000, "a stranger makes us ask the owner");
	respond(ONE, got.id, &a, &one, 1);
	answer();
	is_flags(got.flags, 0xb406, "who has it");
	ok(has(a, ONE), "and keeps it");
	ask(TWO, RELEASE, a, ONE, NS_ONT_P, 0);
	world_sleep(15);
	answer();
	is_flags(got.flags, 0xb400, "who does not answer");
	ok(!has(a, ONE), "and loses it");
}

/* NS-026 */
static void test_redirect(void)
{
	uint32_t addr = 0;

	world_new();
	world.settings.redirect = ip(TWO);
	nbns_config(world.nbns, &world.settings);
	is_flags(query(named("A", 0)), 0x8100, "not here");
	ok(ns_redirect(&got, &addr) && addr == ip(TWO), "but there");
}

/* NS-001, NS-004, NS-018, NS-089, NAME-002 */
static void test_bad(void)
{
	struct ns_entry one = { NS_ONT_P, ip(ONE) };
	struct ns_name a = named("A", 0), star = named("*", 0);
	uint8_t buf[NS_PACKET_MAX];
	size_t len, i;

	world_new();
	is_flags(ask(ONE, REGISTER, star, ONE, 0, 0), 0xad85, "no name begins with an asterisk");
	is_flags(ask(ONE, REGISTER, a, "0.0.0.0", 0, 0), 0xad81, "no address");
	is_flags(ask(ONE, REGISTER, a, "0.1.2.3", 0, 0), 0xad81, "of this network");
	is_flags(ask(ONE, REGISTER, a, "127.0.0.1", 0, 0), 0xad81, "loopback");
	is_flags(ask(ONE, REFRESH, a, "127.255.255.254", 0, 0), 0xad81, "all of it");
	is_flags(ask(ONE, REGISTER, a, "240.0.0.1", 0, 0), 0xad81, "reserved");
	is_flags(ask(ONE, REGISTER, a, "224.0.0.1", 0, 0), 0xad81, "no address of a host");
	is_flags(ask(ONE, REGISTER, a, "255.255.255.255", 0, 0), 0xad81, "broadcast");
	is_number(nbns_counters(world.nbns)[NBNS_REFUSED], 8, "all of them counted");
	is_flags(ask(ONE, REGISTER | NS_B, a, ONE, 0, 0), 0, "a broadcast is ignored");
	len = ns_build_query(buf, sizeof(buf), 1, REGISTER, &a, NS_TYPE_NB);
	deliver(ONE, buf, len);
	answer();
	is_flags(got.flags, 0xad81, "a claim without an owner");
	len = ns_build_request(buf, sizeof(buf), 1, REGISTER, &a, 1, &one);
	for (i = 0; i < len; i++)
		deliver(ONE, buf, i);
	while (answer())
		;
	is_flags(query(a), 0x8583, "no part of a claim is one");
	deliver(ONE, buf, len);
	answer();
	ok(has(a, ONE), "the whole is");
}

/* Bounded memory, and a full disk */
static void test_limits(void)
{
	struct ns_name a = named("A", 0);
	char text[32];
	int i;

	world_new();
	ask(ONE, REGISTER, a, ONE, 0, 0);
	for (i = 0; i < 9; i++) {
		snprintf(text, sizeof(text), "10.0.1.%d", i);
		ask(text, REGISTER, a, text, 0, 0);
	}
	is_flags(got.flags, 0xad82, "not more challenges than there may be");
	world_new();
	for (i = 0; i < 3000; i++) {
		snprintf(text, sizeof(text), "N%d", i);
		ask(ONE, REGISTER, named(text, 0), ONE, 0, 0);
	}
	is_flags(got.flags, 0xad80, "as many owners as there may be");
	is_flags(ask(ONE, REGISTER, a, ONE, 0, 0), 0xad82, "and no more");
	ok(has(named("N2999", 0), ONE) && has(named("N0", 0), ONE), "those are served");
	ask(ONE, RELEASE, named("N7", 0), ONE, 0, 0);
	is_flags(ask(ONE, REGISTER, a, ONE, 0, 0), 0xad80, "one goes, another one may come");
}

static void test_store(void)
{
	struct ns_name a = named("A", 0), b = named("B", 0), c = a;

	world_new();
	ns_name_set(&c, a.octets, "a.scope");
	ask(ONE, REGISTER, a, ONE, NS_ONT_P, 0);
	ask(ONE, REGISTER, c, ONE, NS_GROUP, 0);
	ask(TWO, REGISTER, c, TWO, NS_GROUP, 0);
	ask(ONE, REGISTER, b, ONE, NS_ONT_P, 0);
	ask(ONE, RELEASE, b, ONE, NS_ONT_P, 0);
	world_again();
	ok(has(a, ONE), "what was acknowledged is there after kill -9");
	ok(has(c, ONE) && has(c, TWO), "with its scope, and all members");
	is_flags(query(b), 0x8583, "what was released is not");
	world.store_full = true;
	is_flags(ask(TWO, REGISTER, b, TWO, NS_ONT_P, 0), 0xad82, "a full disk refuses");
	is_flags(query(b), 0x8583, "and has no such name");
	is_flags(ask(ONE, RELEASE, a, ONE, NS_ONT_P, 0), 0xb402, "a release, too");
	ok(has(a, ONE), "and still has that");
	is_flags(ask(ONE, REFRESH, a, ONE, NS_ONT_P, 0), 0xad80, "a refresh needs no disk");
	world.store_full = false;
	is_flags(ask(TWO, REGISTER, b, TWO, NS_ONT_P, 0), 0xad80, "there is room again");
	world_again();
	ok(has(a, ONE) && has(b, TWO), "and all is there");
}

/* A record that says nothing costs one name, and its place is used again */
static void test_damaged_record(void)
{
	static const char *const junk[] = { "", "x", "\1\0\0\0 not long enough", "\7 of another format ....................." };
	struct ns_name a = named("A", 0), b = named("B", 0), c = named("C", 0);
	struct store_change change;
	unsigned int i;

	for (i = 0; i < 4; i++) {
		world_new();
		ask(ONE, REGISTER, a, ONE, NS_ONT_P, 0);
		ask(ONE, REGISTER, b, ONE, NS_ONT_P, 0);
		change = (struct store_change) { 1, junk[i], i == 2 ? 20 : strlen(junk[i]) };
		world.store.write(&world.store, &change, 1);
		world_again();
		ok(!has(a, ONE) && has(b, ONE), "junk %u: only that name is lost", i);
		ask(TWO, REGISTER, c, TWO, NS_ONT_P, 0);
		ask(ONE, REGISTER, a, ONE, NS_ONT_P, 0);
		world_again();
		ok(has(a, ONE) && has(b, ONE) && has(c, TWO), "junk %u: and comes back", i);
	}
}

/* The service clock stands still while nobody serves */
static void test_clock(void)
{
	struct ns_name a = named("A", 0);

	world_new();
	ask(ONE, REGISTER, a, ONE, NS_ONT_P, 0);
	world_sleep(1000);
	world.now += 100000000;
	world_again();
	ok(has(a, ONE), "a long break takes no name away");
	world_sleep(900);
	ok(has(a, ONE), "nor before its time");
	world_sleep(200);
	ok(!has(a, ONE), "and then it expires");
	ask(ONE, REGISTER, a, ONE, NS_ONT_P, 0);
	world_sleep(1500);
	ask(ONE, REFRESH, a, ONE, NS_ONT_P, 0);
	world_sleep(100);
	world_again();
	world_sleep(1000);
	ok(has(a, ONE), "a refresh is saved a minute later");
}

/* What nobody asks for is found by looking at all names, when there is a reason */
static void test_sweep(void)
{
	struct ns_name a = named("A", 0), g = named("G", 0);
	char addr[32];
	int i;

	world_new();
	for (i = 1; i <= 10; i++) {
		snprintf(addr, sizeof(addr), "10.0.1.%d", i);
		ask(addr, REGISTER, g, addr, NS_GROUP | NS_ONT_P, 1000 * i);
	}
	world_sleep(1900);
	is_number(owners(), 10, "members of a group before their time");
	world_sleep(190);
	is_number(owners(), 9, "the first has expired");
	/* a shorter time than that of all others, while nothing else happens */
	ask(ONE, REGISTER, a, ONE, NS_ONT_P, 0);
	world_sleep(1000);
	ask("10.0.1.9", REFRESH, g, "10.0.1.9", NS_GROUP | NS_ONT_P, 0);
	world_sleep(1080);
	is_number(owners(), 8, "and so have the second and a later name");
	world_sleep(1010);
	is_number(owners(), 7, "and one that was refreshed for less");
	world_sleep(14000);
	is_number(owners(), 1, "and all but the last");

	ask("10.0.1.10", REFRESH, g, "10.0.1.10", NS_GROUP | NS_ONT_P, 9000);
	world.store_full = true;
	world_sleep(200);
	world.store_full = false;
	world_sleep(200);
	world_again();
	world_sleep(10000);
	is_number(owners(), 1, "a refresh is saved when there is room again");
}

/* One commit for all requests of a turn, and answers after it */
static void test_turn(void)
{
	struct ns_entry one = { NS_ONT_P, ip(ONE) };
	uint8_t buf[NS_PACKET_MAX];
	struct ns_name name;
	char text[32];
	int i;

	world_new();
	for (i = 0; i < 50; i++) {
		snprintf(text, sizeof(text), "N%d", i);
		name = named(text, 0);
		deliver(ONE, buf, ns_build_request(buf, sizeof(buf), i, REGISTER, &name, 0,
						   &one));
	}
	is_number(world.n_sent, 0, "nothing is acknowledged before the commit");
	is_number(world.writes, 0, "which has not been");
	is_number(world_turn(), 50, "at the end of the turn all is");
	is_number(world.writes, 1, "after one commit");
	world.n_sent = 0;
}

/* NS-028, NS-029 */
static void test_status(void)
{
	struct ns_name star = { .octets = "*" };
	struct ns_status status;
	uint8_t buf[NS_PACKET_MAX];

	world_new();
	deliver(ONE, buf, ns_build_query(buf, sizeof(buf), 3, 0, &star, NS_TYPE_NBSTAT));
	ok(answer(), "the status of a server");
	ok(!ns_status_parse(&status, &got.record[0]) && !status.n, "has no names");
}

int main(void)
{
	test_unique();
	test_scope();
	test_challenge_silent();
	test_challenge_answered();
	test_multihomed();
	test_group();
	test_wins();
	test_long_list();
	test_refresh();
	test_expiry();
	test_end_node();
	test_release();
	test_redirect();
	test_bad();
	test_limits();
	test_store();
	test_damaged_record();
	test_clock();
	test_sweep();
	test_turn();
	test_status();
	world_end();
	return tap_end();
}
