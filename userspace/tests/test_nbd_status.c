// SPDX-License-Identifier: GPL-2.0
/*
 * netbiosd: node status, LMHOSTS, names in scopes, the permanent name.
 */
#include <stdio.h>
#include <string.h>

#include "world.h"

static void begin(enum nbd_type type)
{
	world_begin();
	adapter(IFINDEX, ME, type, type == NBD_TYPE_B ? NULL : NBNS, NULL);
	host_new(NBNS, name_server);
}

static const struct sent *status_of(const char *octets, const char *scope, struct ns_status *st)
{
	const struct sent *s;
	struct ns_name name;
	uint8_t buf[NS_PACKET_MAX];

	if (ns_name_set(&name, (const uint8_t *)octets, scope))
		return NULL;
	s = asked(buf, ns_build_query(buf, sizeof(buf), 5, 0, &name, NS_TYPE_NBSTAT), false, HOST,
		  4000);
	if (s && ns_status_parse(st, &s->packet.record[0]))
		return NULL;
	return s;
}

#define ANY "*\0\0\0\0\0\0\0\0\0\0\0\0\0\0"

static int flags_of(const struct ns_status *st, const char *octets)
{
	struct ns_status_entry entry;
	unsigned int i;

	for (i = 0; i < st->n; i++) {
		entry = ns_status_entry(st, i);
		if (!memcmp(entry.name, octets, NETBIOS_NAME_LEN))
			return entry.flags;
	}
	return -1;
}

/* NS-028 to NS-031, NS-053, NS-063, NS-081, E-23, NAME-024 */
static void test_status(enum nbd_type type, int ont)
{
	const struct sent *s;
	struct ns_status st;

	begin(type);
	nbd_engine_permanent(world.engine, (const uint8_t *)FRED);
	hold(FRED, false);
	hold(TEAM, true);
	have(MARY, NETBIOS_NAME_STATE_CONFLICT, false);
	world.node_stats = (struct nbd_node_stats) { .sessions = 3, .max_sessions = 1000,
		.max_message = 65535, .frames_sent = 70000, .frames_received = 80000 };
	claim("CLAIMED         ", false);
	s = status_of(ANY, "", &st);
	ok(s && s->packet.flags == 0x8400 && s->port == 4000 && s->packet.record[0].ttl == 0,
	   "NODE STATUS RESPONSE to the asterisk");
	ok(st.n >= 3 && !memcmp(ns_status_entry(&st, 0).name, FRED, 16), "the permanent name first");
	is_number(flags_of(&st, FRED), NS_ACT | NS_PRM | ont, "active and permanent");
	is_number(flags_of(&st, TEAM), NS_ACT | NS_GROUP | ont, "a group");
	is_number(flags_of(&st, MARY), NS_ACT | NS_CNF | ont, "in conflict");
	if (type == NBD_TYPE_B)
		is_number(flags_of(&st, "CLAIMED         "), -1, "not what is only claimed");
	ok(!memcmp(st.statistics.unit_id, "\2\0\0\0\0\1", 6), "unit id is the hardware address");
	ok(st.statistics.pending_sessions == 3 && st.statistics.good_sends == 70000 &&
	   st.statistics.good_receives == 80000 && st.statistics.max_sessions == 1000 &&
	   st.statistics.packet_size == 65535, "live figures");
	ok(status_of(FRED, "", &st), "asked for by a name that we have");
	ok(!status_of("NOBODY          ", "", &st), "silence for one that we lack");
	ok(!status_of(MARY, "", &st), "or that is in conflict");
	release(TEAM, true);
	if (status_of(ANY, "", &st) && type == NBD_TYPE_B)
		is_number(flags_of(&st, TEAM), NS_ACT | NS_GROUP | NS_DRG, "being deleted");
	world_end();
}

/* NS-084, E-24 */
static void test_status_full(void)
{
	char name[NETBIOS_NAME_LEN + 1];
	const struct sent *s;
	struct ns_status st;
	int i;

	begin(NBD_TYPE_B);
	for (i = 0; i < 25; i++) {
		s = status_of(ANY, "", &st);
		if (i == 24)
			ok(s && st.n == 24 && s->packet.flags == 0x8400, "24 names fit");
		snprintf(name, sizeof(name), "N%-15d", i);
		have(name, NETBIOS_NAME_STATE_REGISTERED, false);
	}
	s = status_of(ANY, "", &st);
	ok(s && st.n == 24 && s->packet.flags == 0x8600, "25 do not: TC");
	ok(s && s->len <= NS_PACKET_MAX, "576 octets with the headers of IP and UDP");
	world_end();
}

static void have_in_scope(const char *octets, const char *scope)
{
	struct nbd_local_name name = { .state = NETBIOS_NAME_STATE_REGISTERED,
				       .key = { .scope = scope } };

	memcpy(name.key.name, octets, NETBIOS_NAME_LEN);
	nbd_engine_name(world.engine, &name);
}

static const struct sent *queried_in(const char *octets, const char *scope)
{
	struct ns_name name;
	uint8_t buf[NS_PACKET_MAX];

	if (ns_name_set(&name, (const uint8_t *)octets, scope))
		return NULL;
	return asked(buf, ns_build_query(buf, sizeof(buf), 5, NS_RD, &name, NS_TYPE_NB), false,
		     HOST, 4000);
}

/* NAME-019 to NAME-022, NS-053, CONST-001 */
static void test_scopes(void)
{
	struct ns_status st;

	begin(NBD_TYPE_B);
	have_in_scope(FRED, "A.EXAMPLE");
	have_in_scope(FRED, "b.example");
	have_in_scope(MARY, "b.example");
	world_run(1500);
	ok(queried_in(FRED, "a.example"), "case of a scope does not count");
	ok(!queried_in(MARY, "a.example"), "names do not leave their scope");
	ok(!queried_in(FRED, ""), "the empty one is a scope, too");
	ok(status_of(ANY, "B.EXAMPLE", &st) && st.n == 2, "status has the names of the scope");
	ok(!status_of(ANY, "C.EXAMPLE", &st), "and silence for a scope that is none of ours");
	ok(status_of(ANY, "", &st) && st.n == 0, "that of the node may be empty");
	nbd_engine_scope(world.engine, "c.example");
	ok(status_of(ANY, "C.EXAMPLE", &st) && st.n == 0, "wherever it is");
	is_number(sent_count(0, 0x2910, NULL), 9, "all were claimed");
	world_end();
}

/* NAME-025 */
static void test_permanent(void)
{
	begin(NBD_TYPE_B);
	nbd_engine_permanent(world.engine, (const uint8_t *)FRED);
	is_number(world.name_adds, 1, "the permanent name is entered in the table");
	hold(FRED, false);
	nbd_engine_permanent(world.engine, (const uint8_t *)FRED);
	is_number(world.name_adds, 1, "unless it is there");
	nbd_engine_scope(world.engine, "ELSEWHERE");
	nbd_engine_permanent(world.engine, (const uint8_t *)FRED);
	is_number(world.name_adds, 2, "in another scope it is another name");
	world_end();
}

/* P-24, #PRE */
static void test_lmhosts(void)
{
	struct nbd_lmhosts_entry entry[] = {
		{ .name = "NEAR", .addr = addr(HOST), .pre = true, .suffix = true },
		{ .name = FRED, .addr = addr(HOST) },
		{ .name = FRED, .addr = addr(HOST2) },
		{ .name = TEAM, .addr = addr(HOST2), .suffix = true, .group = true },
		{ .name = TEAM, .addr = addr(HOST), .suffix = true, .group = true },
		{ .name = MARY, .addr = addr(HOST2), .pre = true },
	};
	struct nbd_config c = config();
	uint64_t id;

	begin(NBD_TYPE_B);
	ok(!nbd_engine_lmhosts(world.engine, entry, 6), "file read");
	is_number(world.cache_adds, 1 + 3, "#PRE goes to the cache, for three services without a suffix");
	id = resolve(FRED);
	world_run(700);
	ok(status(id) < 0, "first the network");
	world_run(100);
	ok(!status(id) && done(id)->answer.n == 2 && done(id)->answer.addr[0] == addr(HOST) &&
	   done(id)->answer.addr[1] == addr(HOST2), "then the file: all lines, the first one first");
	id = resolve("FRED           \x1d");
	world_run(800);
	ok(!status(id), "a line without a suffix is about all");
	id = resolve(TEAM);
	world_run(800);
	ok(!status(id) && done(id)->answer.n == 2 && done(id)->answer.group, "a group has members");
	id = resolve("TEAM           \x1d");
	world_run(800);
	is_number(status(id), NETBIOS_WORK_STATUS_NOT_FOUND, "a line with a suffix is about that");
	c.lmhosts_first = true;
	nbd_engine_config(world.engine, &c);
	id = resolve(FRED);
	ok(!status(id), "or first the file");
	world.cache_adds = 0;
	nbd_engine_scope(world.engine, "A.B");
	ok(world.cache_adds == 1 + 3 && world.cache_dels == 1 + 3, "a new scope: #PRE goes with it");
	nbd_engine_scope(world.engine, "A.B");
	is_number(world.cache_adds, 1 + 3, "which is so only once");
	id = resolve(FRED);
	world_run(800);
	is_number(status(id), NETBIOS_WORK_STATUS_NOT_FOUND, "the file is about the scope of the node");
	nbd_engine_scope(world.engine, "");
	world.cache_dels = 0;
	nbd_engine_lmhosts(world.engine, NULL, 0);
	is_number(world.cache_dels, 1 + 3, "what is gone from the file is gone from the cache");
	id = resolve(FRED);
	world_run(800);
	is_number(status(id), NETBIOS_WORK_STATUS_NOT_FOUND, "and not known any more");
	world_end();
}

/* A line with octet 16 is about less than one without, so it counts more */
static void test_lmhosts_suffix(void)
{
	struct nbd_lmhosts_entry entry[] = {
		{ .name = FRED, .addr = addr(HOST), .pre = true },
		{ .name = "FRED           \x20", .addr = addr(HOST2), .suffix = true },
		{ .name = "FRED           \x1d", .addr = addr(HOST2), .suffix = true },
		{ .name = "FRED", .addr = addr(NBNS), .suffix = true },
	};
	struct nbd_config c = config();
	uint64_t id;

	begin(NBD_TYPE_B);
	c.lmhosts_first = true;
	nbd_engine_config(world.engine, &c);
	nbd_engine_lmhosts(world.engine, entry, 4);
	is_number(world.cache_addr, addr(HOST2), "also where only the other one is preloaded");
	id = resolve("FRED           \x1d");
	ok(!status(id) && done(id)->answer.n == 1 && done(id)->answer.addr[0] == addr(HOST2),
	   "a line with this suffix is before one with any");
	id = resolve("FRED           \x1b");
	ok(!status(id) && done(id)->answer.n == 1 && done(id)->answer.addr[0] == addr(HOST),
	   "which is about all others");
	id = resolve("FREE           \x1b");
	world_run(800);
	is_number(status(id), NETBIOS_WORK_STATUS_NOT_FOUND, "and about no other name");
	world_end();
}

/* Own names need no network */
static void test_own_name(void)
{
	unsigned int before;
	uint64_t id;

	begin(NBD_TYPE_B);
	hold(FRED, false);
	before = world.n_sent;
	id = resolve(FRED);
	ok(!status(id) && done(id)->answer.addr[0] == addr(ME) && world.n_sent == before,
	   "a name of this node");
	world_end();
}

static void line(void *data, const char *text)
{
	(void)text;
	++*(int *)data;
}

static void test_words(void)
{
	int lines = 0, i, missing = 0;

	begin(NBD_TYPE_P);
	hold(FRED, false);
	nbd_engine_dump(world.engine, line, &lines);
	ok(lines > NBD_COUNTERS, "state in words");
	for (i = 0; i < NBD_COUNTERS; i++)
		missing += !nbd_counter_name(i);
	is_number(missing, 0, "every counter has a name");
	ok(world.stats_reports && world.counter[NBD_REGISTRATIONS_SENT] == 1, "counters are reported");
	world.stats_reports = 0;
	world_run(60000);
	ok(!world.stats_reports, "if anything was counted");
	for (i = 0; i < 1000; i++) {
		queried(FRED, false);
		world_run(1);
	}
	world_run(1001);
	ok(world.stats_reports >= 1 && world.stats_reports <= 3, "once a second at most");
	is_number(world.counter[NBD_QUERIES_RECEIVED], 1000, "and all is counted");
	world_end();
}

/* A host that answers a status request, with @names of them and flags */
static unsigned int status_names;
static uint16_t status_flags;

static void old_node(struct host *host, const struct sent *sent)
{
	struct ns_status_entry entry[100] = { { "OLDPC          ", NS_ACT } };
	struct ns_statistics statistics = { .unit_id = { 2, 0, 0, 0, 0, 9 }, .good_sends = 7 };
	uint8_t buf[4096];
	size_t len;

	if (sent->packet.qtype != NS_TYPE_NBSTAT)
		return;
	len = ns_build_status(buf, sizeof(buf), sent->packet.id, &sent->packet.question, entry,
			      status_names, &statistics);
	buf[2] |= status_flags >> 8;
	buf[3] |= status_flags;
	answer(host, sent, buf, len);
}

/* A program of this host asks us to ask @node; what goes out at once */
static const struct sent *ask_for(const char *from, const char *node, uint16_t id)
{
	struct ns_name name;
	uint8_t buf[NS_PACKET_MAX];

	if (ns_name_set(&name, (const uint8_t *)ANY, ""))
		return NULL;
	return asked(buf, ns_build_status_ask(buf, sizeof(buf), id, &name, addr(node)), false,
		     from, 4000);
}

/* The answer to it; NULL: none */
static const struct sent *asked_answer(unsigned int before)
{
	unsigned int i;

	world_run(5);
	for (i = before; i < world.n_sent; i++)
		if (world.sent[i].port == 4000)
			return &world.sent[i];
	return NULL;
}

/* NS-083, NS-032: nodes that answer to port 137 only */
static void test_asked_for_programs(void)
{
	const struct sent *s;
	struct ns_status st;
	unsigned int before, i;

	begin(NBD_TYPE_B);
	host_new(HOST, old_node);
	status_names = 100;
	status_flags = NS_TC;
	s = ask_for(ME, HOST, 77);
	ok(s && s->addr == addr(HOST) && s->port == NS_PORT && !s->packet.flags &&
	   s->packet.qtype == NS_TYPE_NBSTAT && s->packet.id != 77, "NODE STATUS REQUEST");
	s = asked_answer(0);
	ok(s && s->addr == addr(ME) && s->packet.id == 77 && (s->packet.flags & NS_TC) &&
	   !ns_status_parse(&st, &s->packet.record[0]) && st.n == 100 &&
	   st.statistics.good_sends == 7, "what comes is handed on, as it is");
	status_names = 1;
	status_flags = 0;
	before = world.n_sent;
	s = ask_for(ME, HOST, 78);
	s = asked_answer(before);
	ok(s && !(s->packet.flags & NS_TC), "and so is a whole answer");
	ok(!ask_for(HOST, HOST, 79), "nobody else has us ask");
	ok(!ask_for(ME, "10.0.0.255", 79) && !ask_for(ME, ME, 79) && !ask_for(ME, "224.0.0.1", 79),
	   "nor are all nodes asked, or ourselves");
	for (i = 0; i < 20; i++)
		ask_for(ME, "10.0.0.99", 80 + i);
	ok(!ask_for(ME, HOST, 79), "sixteen at a time");
	before = world.n_sent;
	world_run(1500);
	ok(!asked_answer(before) && ask_for(ME, HOST, 79), "silence is not handed on");
	ok(!ask_for(ME, HOST, 79), "the same once more is the same");
	world_run(5);
	status_flags = NS_NAM_ERR;
	before = world.n_sent;
	ask_for(ME, HOST, 81);
	ok(!asked_answer(before), "an error is none");
	ask_for(ME, "10.0.0.99", 82);
	nbd_engine_adapter_gone(world.engine, IFINDEX);
	world_run(5000);
	world_end();
}

int main(void)
{
	test_asked_for_programs();
	test_status(NBD_TYPE_B, NS_ONT_B);
	test_status(NBD_TYPE_P, NS_ONT_P);
	test_status(NBD_TYPE_M, NS_ONT_M);
	test_status(NBD_TYPE_H, NS_ONT_M);
	test_status_full();
	test_scopes();
	test_permanent();
	test_lmhosts();
	test_lmhosts_suffix();
	test_own_name();
	test_words();
	return tap_end();
}
