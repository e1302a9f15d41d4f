// SPDX-License-Identifier: GPL-2.0
/*
 * netbiosd: several name servers, and several adapters with the same one.
 */
#include "world.h"

static struct host *nbns;

static void begin(enum nbd_type type)
{
	world_begin();
	adapter(IFINDEX, ME, type, NBNS, NULL);
	nbns = host_new(NBNS, name_server);
}

/* Several servers, in order */
static void test_failover(void)
{
	struct host *second;
	unsigned int before;
	uint64_t id, id2;

	world_begin();
	adapter(IFINDEX, ME, NBD_TYPE_P, NBNS, NBNS2);
	nbns = host_new(NBNS, name_server);
	second = host_new(NBNS2, name_server);
	hold(FRED, false);
	ok(nbns->requests == 1 && !second->requests && world.condition.nbns == addr(NBNS),
	   "the first one is used");
	nbns->dead = true;
	id = claim(MARY, false);
	id2 = resolve("NOBODY          ");
	world_run(4600);
	ok(!status(id), "the second one takes over");
	is_number(status(id2), NETBIOS_WORK_STATUS_NOT_FOUND, "for all who wait, at once");
	ok(world.condition.nbns == addr(NBNS2) && world.condition.nbns_available, "reported");
	ok(host_find(second, &sent_find(0, 0x2900, NBNS)->packet.question),
	   "and hears of the names that the first one has");
	before = world.n_sent;
	world_run(20000);
	ok(sent_count(before, 0x0100, NBNS) >= 1, "the first one is polled");
	nbns->dead = false;
	world_run(20000);
	is_number(world.condition.nbns, addr(NBNS), "and used again when it answers");
	before = second->requests;
	id = resolve("NOBODY          ");
	world_run(10);
	ok(status(id) == NETBIOS_WORK_STATUS_NOT_FOUND && second->requests == before,
	   "the second one rests");
	nbns->dead = true;
	second->dead = true;
	resolve("NOBODY          ");
	world_run(9100);
	ok(!world.condition.nbns_available, "none is left");
	before = world.n_sent;
	resolve("NOBODY          ");
	ok(sent_count(before, 0x0100, NBNS) == 1 && !sent_count(before, 0x0100, NBNS2),
	   "a P node asks the first one all the same");
	world_end();
}

/* NS-088, P-05 */
static void test_multihomed(void)
{
	struct nbd_config c = config();
	uint64_t id;

	begin(NBD_TYPE_P);
	adapter(3, "10.0.1.1", NBD_TYPE_B, NULL, NULL);
	c.multihomed = true;
	nbd_engine_config(world.engine, &c);
	id = claim(FRED, false);
	world_run(2000);
	ok(!status(id) && sent_count(0, 0x7900, NBNS) == 1, "opcode F with several adapters");
	id = claim(TEAM, true);
	world_run(2000);
	ok(!status(id) && sent_count(0, 0x7900, NBNS) == 1, "not for groups");
	nbns->rcode = NS_FMT_ERR;
	claim(MARY, false);
	world_run(2000);
	is_number(sent_count(0, 0x2900, NBNS), 2, "a server that does not know it");
	world_end();
}

/* A setting that is switched on counts for the names that are there */
static void test_multihomed_later(void)
{
	struct nbd_config c = config();
	unsigned int before;

	begin(NBD_TYPE_P);
	adapter(3, "10.0.1.1", NBD_TYPE_B, NULL, NULL);
	hold(FRED, false);
	before = world.n_sent;
	c.multihomed = true;
	nbd_engine_config(world.engine, &c);
	world_run(10);
	is_number(sent_count(before, 0x7900, NBNS), 1, "the server hears of it");
	before = world.n_sent;
	nbd_engine_config(world.engine, &c);
	c.multihomed = false;
	nbd_engine_config(world.engine, &c);
	world_run(10);
	is_number(world.n_sent - before, 0, "once, and of nothing else");
	world_end();
}

/* The server as the second adapter sees it */
static void same_server(struct host *host, const struct sent *sent)
{
	uint32_t address = nbns->addr;

	nbns->addr = host->addr;
	nbns->fn(nbns, sent);
	nbns->addr = address;
}

/*
 * A server that keeps several addresses of a name, and asks the first one before it
 * takes the second; with opcode F only
 */
static void keeps_several(struct host *host, const struct sent *sent)
{
	const struct ns_packet *p = &sent->packet;
	struct owned *owned = host_find(host, &p->question);
	uint8_t buf[NS_PACKET_MAX];
	struct ns_entry entry;

	if (!p->records || !owned || ns_opcode(p) == NS_OP_RELEASE) {
		name_server(host, sent);
		return;
	}
	entry = ns_entry(&p->record[0], 0);
	if (owned->addr[0] == entry.addr || (owned->n == 2 && owned->addr[1] == entry.addr)) {
		answer(host, sent, buf, ns_build_response(buf, sizeof(buf), p->id, 0xad80,
							  &p->question, 3600, &entry, 1));
	} else if (ns_opcode(p) == NS_OP_MULTIHOMED) {
		owned->addr[owned->n++] = entry.addr;
		answer(host, sent, buf, ns_build_null(buf, sizeof(buf), p->id, 0xbc00, &p->question,
						      1, p->flags));
		arrive(2, IFINDEX, host->addr, NS_PORT, false, buf,
		       ns_build_query(buf, sizeof(buf), 99, 0, &p->question, NS_TYPE_NB));
	} else {
		name_server(host, sent);
	}
}

static void releases_once(struct host *host, const struct sent *sent)
{
	keeps_several(host, sent);
	if (ns_opcode(&sent->packet) == NS_OP_RELEASE)
		host->release_rcode = NS_RFS_ERR;
}

static void begin_two(host_fn fn, const char *server)
{
	begin(NBD_TYPE_H);
	nbns->fn = fn;
	host_new(server, same_server)->ifindex = 3;
	adapter(3, "10.0.0.2", NBD_TYPE_H, server, NULL);
}

/* NS-088: two adapters with one server, whatever the settings */
static void test_two_adapters(void)
{
	const struct sent *yes;
	struct owned *owned;
	struct ns_name name = wire(FRED);
	unsigned int before;
	uint64_t id;

	begin_two(keeps_several, NBNS);
	id = claim(FRED, false);
	world_run(5000);
	ok(!status(id) && !sent_count(0, 0x2900, NBNS) && sent_count(0, 0x7900, NBNS) == 3,
	   "registered by both, with opcode F");
	yes = sent_find(0, 0x8400, NBNS);
	ok(yes && ns_entries(&yes->packet.record[0]) == 2,
	   "the server that asks meanwhile hears yes, and both addresses");
	owned = host_find(nbns, &name);
	ok(owned && owned->n == 2 && owned->addr[1] != owned->addr[0], "so it has both");
	id = claim(TEAM, true);
	world_run(5000);
	ok(!status(id) && sent_count(0, 0x2900, NBNS) == 2, "a group needs none of that");
	before = world.n_sent;
	world_run(10000000);
	ok(sent_count(before, 0x4000, NBNS) >= 15 && !world.alerts[NBD_ALERT_NAME_CONFLICT],
	   "and refreshed by both, for hours");
	world_end();
	begin_two(releases_once, NBNS);
	hold(FRED, false);
	before = world.n_sent;
	id = release(FRED, false);
	world_run(5000);
	ok(!status(id) && sent_count(before, 0x3000, NBNS) == 2 && !queried(FRED, true),
	   "released, when the server has agreed once");
	world_end();
	begin_two(name_server, NBNS);
	id = claim(FRED, false);
	world_run(5000);
	ok(!status(id) && queried(FRED, true) && !world.alerts[NBD_ALERT_NBNS_REFUSED],
	   "a server that keeps one address does not refuse us because of ourselves");
	world_run(10000000);
	is_number(world.alerts[NBD_ALERT_NAME_CONFLICT], 0, "nor later");
	host_owns(nbns, MARY, 0)->addr[0] = addr(HOST);
	id = claim(MARY, false);
	world_run(5000);
	is_number(status(id), NETBIOS_WORK_STATUS_REFUSED, "but because of others");
	world_end();
	begin_two(keeps_several, "10.0.0.55");
	id = claim(FRED, false);
	world_run(5000);
	owned = host_find(nbns, &name);
	ok(!status(id) && owned && owned->n == 2, "the same server by another address");
	host_owns(nbns, MARY, 0)->addr[0] = addr(HOST);
	nbns->owned[nbns->n - 1].n = 2;
	id = claim(MARY, false);
	world_run(5000);
	is_number(status(id), NETBIOS_WORK_STATUS_REFUSED, "a name of others is refused there, too");
	world_end();
}

/* What a server has granted is given back if another adapter refuses */
static void test_undo(void)
{
	struct host *h;
	uint64_t id;

	begin(NBD_TYPE_P);
	adapter(3, "10.0.1.1", NBD_TYPE_B, NULL, NULL);
	h = host_new("10.0.1.9", b_node);
	h->ifindex = 3;
	id = claim(FRED, false);
	world_run(300);
	ok(host_find(nbns, &world.sent[0].packet.question), "granted here");
	host_owns(h, FRED, 0);
	world_run(2000);
	is_number(status(id), NETBIOS_WORK_STATUS_REFUSED, "refused there");
	is_number(sent_count(0, 0x3000, NBNS), 1, "given back");
	world_end();
}

/* What a server is about to grant to somebody who left is taken back, too */
static void test_undo_asked(void)
{
	uint64_t id;

	begin(NBD_TYPE_P);
	nbns->wacks = 1;
	nbns->wack_ttl = 7;
	id = claim(FRED, false);
	world_run(2000);
	nbd_engine_cancel(world.engine, id);
	world_run(10000);
	is_number(sent_count(0, 0x2900, NBNS), 1, "cancelled while the server thinks");
	is_number(sent_count(0, 0x3000, NBNS), 1, "which hears of it");
	host_owns(nbns, MARY, 0)->addr[0] = addr(HOST);
	id = claim(MARY, false);
	world_run(10000);
	ok(status(id) == NETBIOS_WORK_STATUS_REFUSED && sent_count(0, 0x3000, NBNS) == 1,
	   "nothing is taken back of what was refused");
	world_end();
}

int main(void)
{
	test_failover();
	test_multihomed();
	test_multihomed_later();
	test_two_adapters();
	test_undo();
	test_undo_asked();
	return tap_end();
}
