// SPDX-License-Identifier: GPL-2.0
/*
 * Packets of the datagram service, and their distribution by nbnsd.
 */
#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#include "nbnsd_world.h"
#include "tap.h"

#define ONE	"10.0.0.1"
#define TWO	"10.0.0.2"
#define THREE	"10.0.0.3"
#define SERVER	"10.0.0.9"

static uint8_t buf[DGM_PACKET_MAX];

static uint32_t ip(const char *text)
{
	uint32_t addr;

	if (inet_pton(AF_INET, text, &addr) != 1)
		abort();
	return addr;
}

static struct ns_name named(const char *text, uint8_t suffix, const char *scope)
{
	uint8_t octets[NETBIOS_NAME_LEN];
	struct ns_name name;

	memset(octets, ' ', sizeof(octets));
	memcpy(octets, text, strlen(text));
	octets[15] = suffix;
	if (ns_name_set(&name, octets, scope))
		abort();
	return name;
}

static void own(const char *name, const char *scope, bool group, const char *addr)
{
	struct owner owner = { .addr = ip(addr), .flags = group ? NS_GROUP : 0 };
	struct ns_name n = named(name, 0, scope);

	if (names_set(world.names, &n, &owner) || names_commit(world.names))
		abort();
}

/* How many copies of a packet go out, all from the server and unchanged */
static unsigned int deliver(const char *from, const void *data, size_t len)
{
	struct nbdd_from f = { .addr = ip(from), .port = 138, .local = ip(SERVER) };

	world.n_sent = 0;
	nbdd_packet(world.nbdd, &f, nbns_now(world.nbns), data, len);
	return world.n_sent;
}

static bool copies_are(const void *data, size_t len)
{
	unsigned int i;

	for (i = 0; i < world.n_sent; i++)
		if (sent[i].len != len || memcmp(sent[i].data, data, len) ||
		    sent[i].to.port != 138 || sent[i].to.local != ip(SERVER))
			return false;
	return true;
}

static bool went_to(const char *addr)
{
	unsigned int i, n = 0;

	for (i = 0; i < world.n_sent; i++)
		n += sent[i].to.addr == ip(addr);
	return n == 1;
}

static size_t datagram(uint8_t type, uint8_t flags, uint16_t id, const char *from,
		       struct ns_name to)
{
	struct dgm_packet packet = {
		.type = type,
		.flags = flags | DGM_SNT_P,
		.id = id,
		.addr = ip(from),
		.port = 138,
		.source = named("ME", 0, ""),
		.destination = to,
		.data = (const uint8_t *)"hello",
		.len = 5,
	};

	memcpy(packet.source.scope, to.scope, to.scope_len);
	packet.source.scope_len = to.scope_len;
	if (!(flags & DGM_FIRST))
		packet.offset = 73;
	return dgm_build_data(buf, sizeof(buf), &packet);
}

/* DG-002, DG-004, DG-005, DG-006, DG-027, DG-031, NAME-010, NAME-012 */
static void test_codec(void)
{
	struct dgm_packet p;
	uint8_t pointer[] = { 0x11, 0x02, 0, 1, 10, 0, 0, 1, 0, 138, 0, 40, 0, 0, 0xc0, 0x0c };
	uint8_t error[] = { 0x13, 0, 0, 7, 10, 0, 0, 1, 0, 138, 0x82 };
	size_t len = datagram(DGM_DIRECT_GROUP, DGM_FIRST, 0x1234, ONE, named("G", 0, "A.B")), i;
	uint8_t *copy;

	is_number(len, 14 + 38 + 38 + 5, "length of a datagram");
	is_number(buf[10] << 8 | buf[11], len - 14, "DGM_LENGTH is without the header");
	ok(!dgm_parse(&p, buf, len), "is parsed");
	ok(p.type == 0x11 && p.flags == (DGM_FIRST | DGM_SNT_P) && p.id == 0x1234 &&
	   p.addr == ip(ONE) && p.port == 138 && !p.offset, "the header");
	ok(p.names && p.destination.scope_len == 4 && p.destination.octets[0] == 'G',
	   "the names");
	ok(p.len == 5 && !memcmp(p.data, "hello", 5), "the data");
	for (i = 0; i < len; i++) {
		copy = malloc(i + 1);
		memcpy(copy, buf, i);
		if (!dgm_parse(&p, copy, i))
			break;
		free(copy);
	}
	is_number(i, len, "what ends before is malformed");
	ok(dgm_parse(&p, pointer, sizeof(pointer)), "pointers are malformed");
	ok(!dgm_parse(&p, error, 11) && p.error == 0x82 && p.id == 7, "DATAGRAM ERROR");
	ok(dgm_parse(&p, error, 10), "is 11 octets");
	error[0] = 0x17;
	ok(dgm_parse(&p, error, 11), "an unknown type");
}

struct length_case {
	const char	*what;
	uint8_t		flags;
	uint16_t	length, offset;
	size_t		len;		/* octets behind the header */
	bool		good;
};

/* DG-006, DG-007, DG-015, DG-021, E-10; the names take 68 octets */
static void test_lengths(void)
{
	static const struct length_case cases[] = {
		{ "whole", DGM_FIRST, 80, 0, 80, true },
		{ "whole, padding behind it", DGM_FIRST, 80, 0, 99, true },
		{ "whole, one octet missing", DGM_FIRST, 81, 0, 80, false },
		{ "whole, the names longer than all", DGM_FIRST, 67, 0, 80, false },
		{ "whole, with an offset", DGM_FIRST, 80, 1, 80, false },
		{ "512 octets for the user", DGM_FIRST, 580, 0, 580, true },
		{ "513 octets for the user", DGM_FIRST, 581, 0, 581, false },
		{ "first", DGM_FIRST | DGM_MORE, 100, 0, 80, true },
		{ "first, its own length", DGM_FIRST | DGM_MORE, 80, 0, 80, true },
		{ "first, more than the total", DGM_FIRST | DGM_MORE, 79, 0, 80, false },
		{ "middle", DGM_MORE, 100, 80, 10, true },
		{ "middle, up to the end", DGM_MORE, 100, 80, 20, false },
		{ "middle, without an offset", DGM_MORE, 100, 0, 10, false },
		{ "last", 0, 100, 80, 20, true },
		{ "last, its own length", 0, 20, 80, 20, true },
		{ "last, before the end", 0, 100, 80, 19, false },
		{ "last, nothing in it", 0, 100, 100, 0, false },
		{ "last, up to the longest", 0, 1022, 1000, 22, true },
		{ "last, behind the longest", 0, 1023, 1000, 23, false },
	};
	const struct length_case *c;
	struct dgm_packet p;
	int err;

	for (c = cases; c < cases + sizeof(cases) / sizeof(*cases); c++) {
		memset(buf, 'x', sizeof(buf));
		datagram(DGM_DIRECT_GROUP, DGM_FIRST, 1, ONE, named("G", 0, ""));
		buf[1] = c->flags;
		buf[10] = c->length >> 8;
		buf[11] = c->length;
		buf[12] = c->offset >> 8;
		buf[13] = c->offset;
		err = dgm_parse(&p, buf, 14 + c->len);
		ok(!err == c->good, "%s", c->what);
		if (!err && c->flags == DGM_FIRST)
			is_number(p.len, c->length - 68, "without the padding");
	}
}

/* DG-040, DG-038, DG-011 */
static void test_forward(void)
{
	size_t len;

	world_new();
	own("G", "", true, ONE);
	own("G", "", true, TWO);
	own("G", "", true, THREE);
	own("U", "", false, TWO);
	own("OTHER", "A.B", false, "10.0.0.4");
	len = datagram(DGM_DIRECT_GROUP, DGM_FIRST, 1, ONE, named("G", 0, ""));
	is_number(deliver(ONE, buf, len), 2, "a group datagram goes to the other members");
	ok(went_to(TWO) && went_to(THREE), "to each once");
	ok(copies_are(buf, len), "as it came");
	len = datagram(DGM_BROADCAST, DGM_FIRST, 2, TWO, named("*", 0, ""));
	is_number(deliver(TWO, buf, len), 2, "a broadcast to all other nodes of the scope");
	ok(went_to(ONE) && went_to(THREE), "but not of another one");
	own("NEW", "", false, "10.0.0.5");
	is_number(deliver(TWO, buf, len), 3, "and to one that is new");
	len = datagram(DGM_BROADCAST, DGM_FIRST, 2, TWO, named("*", 0, "a.b"));
	is_number(deliver(TWO, buf, len), 1, "in another scope to those there");
	len = datagram(DGM_DIRECT_GROUP, DGM_FIRST, 3, ONE, named("NOBODY", 0, ""));
	is_number(deliver(ONE, buf, len), 0, "nobody there");
	len = datagram(DGM_DIRECT_UNIQUE, DGM_FIRST, 3, ONE, named("U", 0, ""));
	ok(deliver(ONE, buf, len) == 1 && went_to(TWO), "a unique name");
	own("G", "", true, SERVER);
	len = datagram(DGM_DIRECT_GROUP, DGM_FIRST, 4, ONE, named("G", 0, ""));
	ok(deliver(ONE, buf, len) == 3 && went_to(SERVER), "the node beside the server is a member");
	len = datagram(DGM_DIRECT_GROUP, DGM_FIRST, 5, SERVER, named("G", 0, ""));
	ok(deliver(SERVER, buf, len) == 3 && !went_to(SERVER), "and a sender");
}

/* DG-041, DG-018 */
static void test_fragments(void)
{
	struct ns_name g = named("G", 0, "");
	uint8_t first[DGM_PACKET_MAX];
	unsigned int i;
	size_t len, n;

	world_new();
	own("G", "", true, TWO);
	len = datagram(DGM_DIRECT_GROUP, 0, 9, ONE, g);
	is_number(deliver(ONE, buf, len), 0, "a rest without its beginning");
	n = datagram(DGM_DIRECT_GROUP, DGM_FIRST | DGM_MORE, 9, ONE, g);
	memcpy(first, buf, n);
	is_number(deliver(ONE, first, n), 1, "the beginning");
	len = datagram(DGM_DIRECT_GROUP, DGM_MORE, 9, ONE, g);
	is_number(deliver(ONE, buf, len), 1, "more of it");
	ok(copies_are(buf, len), "as it came");
	len = datagram(DGM_DIRECT_GROUP, 0, 9, ONE, g);
	is_number(deliver(ONE, buf, len), 1, "the rest");
	is_number(deliver(ONE, buf, len), 0, "the end has been");
	deliver(ONE, first, n);
	len = datagram(DGM_DIRECT_GROUP, 0, 10, ONE, g);
	is_number(deliver(ONE, buf, len), 0, "the rest of another one");
	len = datagram(DGM_DIRECT_GROUP, 0, 9, ONE, g);
	world.now += 2000;
	is_number(deliver(ONE, buf, len), 0, "it is forgotten after FRAGMENT_TO");
	deliver(ONE, first, n);
	for (i = 0; i < 300; i++) {
		n = datagram(DGM_DIRECT_GROUP, DGM_FIRST | DGM_MORE, 1000 + i, ONE, g);
		deliver(ONE, buf, n);
	}
	is_number(deliver(ONE, buf, n), 1, "of many that never end the last is known");
}

/* DG-024, DG-027, DG-041 */
static void test_query(void)
{
	struct dgm_packet p = {
		.type = DGM_QUERY,
		.id = 77,
		.addr = ip(ONE),
		.port = 138,
		.destination = named("G", 0, ""),
	};
	size_t len;

	world_new();
	own("G", "", true, ONE);
	len = dgm_build_query(buf, sizeof(buf), &p);
	is_number(len, 44, "length of a query");
	ok(deliver(ONE, buf, len) == 1 && went_to(ONE) &&
	   !dgm_parse(&p, sent[0].data, sent[0].len), "a query is answered");
	is_number(p.type, DGM_QUERY_POSITIVE, "positively");
	ok(p.id == 77 && p.addr == ip(SERVER) && p.port == 138 &&
	   (p.flags & DGM_SNT) == DGM_SNT_NBDD && p.destination.octets[0] == 'G',
	   "with its id and name, by an NBDD");
	p.type = DGM_QUERY;
	p.destination = named("NOBODY", 0, "");
	deliver(ONE, buf, dgm_build_query(buf, sizeof(buf), &p));
	dgm_parse(&p, sent[0].data, sent[0].len);
	is_number(p.type, DGM_QUERY_NEGATIVE, "negatively if there is nobody");
	p.type = DGM_QUERY;
	memset(p.destination.octets, 0, sizeof(p.destination.octets));
	p.destination.octets[0] = '*';
	deliver(ONE, buf, dgm_build_query(buf, sizeof(buf), &p));
	dgm_parse(&p, sent[0].data, sent[0].len);
	is_number(p.type, DGM_QUERY_POSITIVE, "everybody can be reached");
}

/* DG-032: nobody is sent something in another's name */
static void test_bad(void)
{
	uint8_t error[] = { 0x13, 0, 0, 7, 10, 0, 0, 1, 0, 138, 0x82 };
	struct ns_name g = named("G", 0, "");
	uint8_t longest[DGM_PACKET_MAX + 1] = { 0 };
	struct dgm_packet p = {
		.type = DGM_DIRECT_GROUP, .flags = DGM_FIRST, .addr = ip(ONE),
		.port = 138, .destination = g,
	};
	size_t len, i;

	world_new();
	own("G", "", true, TWO);
	len = datagram(DGM_DIRECT_GROUP, DGM_FIRST, 1, THREE, g);
	is_number(deliver(ONE, buf, len), 0, "the address of somebody else");
	is_number(deliver(ONE, error, sizeof(error)), 0, "an error is not forwarded");
	len = datagram(DGM_DIRECT_GROUP, DGM_FIRST, 1, ONE, g);
	for (i = 0; i < len; i++)
		if (deliver(ONE, buf, i))
			break;
	is_number(i, len, "nor what ends too soon");
	p.source = named("ME", 0, "A");
	i = dgm_build_data(longest, sizeof(longest), &p);
	is_number(deliver(ONE, longest, i), 0, "nor what comes from another scope");
	p.source = named("ME", 0, "");
	i = dgm_build_data(longest, sizeof(longest), &p);
	is_number(deliver(ONE, longest, i), 1, "from the same one it is");
	p.source = named("*SMBSERVER", 0x20, "");
	i = dgm_build_data(longest, sizeof(longest), &p);
	is_number(deliver(ONE, longest, i), 0, "nor what comes from a name that nobody has");
	memcpy(longest, buf, len);
	is_number(deliver(ONE, longest, sizeof(longest)), 0, "nor what is too long");
	is_number(deliver(ONE, longest, sizeof(longest) - 1), 1, "what is not is");
}

int main(void)
{
	test_codec();
	test_lengths();
	test_forward();
	test_fragments();
	test_query();
	test_bad();
	world_end();
	return tap_end();
}
