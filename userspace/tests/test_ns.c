// SPDX-License-Identifier: GPL-2.0
/*
 * Packets of the name service: octets against the figures of RFC 1002, and
 * what must not pass.
 */
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wire/ns_packet.h>

#include "tap.h"

static uint8_t buf[2048];
static struct ns_packet packet;

static const char *hex(const void *data, size_t len)
{
	static char text[2 * sizeof(buf) + 1];
	const uint8_t *p = data;
	size_t i;

	for (i = 0; i < len; i++)
		sprintf(text + 2 * i, "%02x", p[i]);
	text[2 * len] = '\0';
	return text;
}

static struct ns_name named(const char *octets, const char *scope)
{
	struct ns_name name;

	if (ns_name_set(&name, (const uint8_t *)octets, scope))
		abort();
	return name;
}

/* Parses a copy that ends where the octets end, so that ASan sees each step beyond */
static int parse(const void *data, size_t len)
{
	static uint8_t *copy;

	free(copy);
	copy = malloc(len ? len : 1);
	if (!copy)
		abort();
	memcpy(copy, data, len);
	return ns_parse(&packet, copy, len);
}

#define FRED	"FRED            "
#define FRED_WIRE "20454746434546454543414341434143414341434143414341434143414341434100"
#define QUESTION FRED_WIRE "00200001"

/* NAME-004, NAME-007, NAME-009, NAME-015, NAME-016, NAME-017 */
static void test_vectors(void)
{
	struct ns_name name = named(FRED, "NETBIOS.COM");
	uint8_t wire[NS_NAME_WIRE_MAX + 1];
	char text[NETBIOS_SCOPE_MAX + 1];
	size_t len = ns_name_encode(&name, wire), at = 0;

	is_number(len, 46, "FRED in NETBIOS.COM has 46 octets");
	ok(!memcmp(wire, "\x20" "EGFCEFEECACACACACACACACACACACACA\x07NETBIOS\x03" "COM", 46),
	   "as RFC 1002 4.1 prints it");
	memset(&name, 0, sizeof(name));
	ok(!ns_name_decode(&name, wire, len, &at) && at == len, "decoded");
	is_text(ns_name_scope(&name, text), "NETBIOS.COM", "scope as text");
	name = named("The NetBIOS name", "");
	is_number(ns_name_encode(&name, wire), 34, "34 octets without a scope");
	ok(!memcmp(wire + 1, "FEGIGFCAEOGFHEECEJEPFDCAGOGBGNGF", 32), "erratum 679");
	name = named("*\0\0\0\0\0\0\0\0\0\0\0\0\0\0", "");
	ns_name_encode(&name, wire);
	ok(!memcmp(wire + 1, "CKAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", 32), "asterisk");
	ok(ns_name_is_wildcard(&name), "is the wildcard");
	name = named(FRED, "");
	ok(!ns_name_is_wildcard(&name), "FRED is not");
}

/* NAME-019, NAME-020 */
static void test_equal(void)
{
	struct ns_name a = named(FRED, "Example.Org"), b = named(FRED, "eXAMPLE.oRG");
	struct ns_name c = named("fRED            ", "Example.Org"), d = named(FRED, "");

	ok(ns_name_equal(&a, &b), "case of a scope does not count");
	ok(!ns_name_equal(&a, &c), "that of a name does");
	ok(!ns_name_equal(&a, &d), "scopes keep names apart");
}

/* A question of the octets in @name, then type and class */
static int parse_question(const void *name, size_t len)
{
	uint8_t query[1024] = { 0, 1, 0, 0, 0, 1 };

	memcpy(query + NS_HEADER_LEN, name, len);
	memcpy(query + NS_HEADER_LEN + len, "\0\x20\0\1", 4);
	return parse(query, NS_HEADER_LEN + len + 4);
}

#define LETTERS "EGFCEFEECACACACACACACACACACACACA"
#define NAME_OF(octets, name) ok(parse_question(octets, sizeof(octets) - 1), name)

/* NAME-005, NAME-008, NAME-010, NAME-011, NAME-014 */
static void test_bad_names(void)
{
	uint8_t scope[300] = "\x20" LETTERS;
	unsigned int i;

	ok(!parse_question("\x20" LETTERS, 34), "good name");
	NAME_OF("\x20" "EGFCEFEECACACACACACACACACACACAQA\0", "letter above P");
	NAME_OF("\x20" "EGFCEFEECACACACACACACACACACACA@A\0", "letter below A");
	NAME_OF("\x1f" "EGFCEFEECACACACACACACACACACACAC\0", "31 letters");
	NAME_OF("\x21" LETTERS "A\0", "33 letters");
	NAME_OF("\x60" LETTERS "\0", "reserved bits 01");
	NAME_OF("\xa0" LETTERS "\0", "reserved bits 10");
	NAME_OF("\0", "no name");
	NAME_OF("\xc0\x0c", "pointer to itself");
	NAME_OF("\xc0\x0e\xc0\x0c", "pointer loop");
	NAME_OF("\xc0\x00", "pointer into the header");
	NAME_OF("\xff\xff", "pointer out of the packet");
	NAME_OF("\xc0\x12\0\x20\0\1" "\x20" LETTERS "\0", "pointer forwards");
	NAME_OF("\x20" LETTERS "\xc0\x0c", "scope that points to its name");
	NAME_OF("\x20" LETTERS "\x03" "A.B\0", "dot inside a label");
	NAME_OF("\x20" LETTERS "\x01 \0", "blank in a scope");
	for (i = 33; i < 33 + 2 * 110; i += 2)
		memcpy(scope + i, "\1A", 2);
	ok(!parse_question(scope, i + 1), "longest scope of one-letter labels");
	memcpy(scope + i, "\1A", 2);
	ok(parse_question(scope, i + 3), "longer one");
	ok(parse("\0\1\0\0\0\1\0\0\0\0\0\0\x20" LETTERS, 12 + 20), "cut inside the name");
	ok(parse("\0\1\0\0\0\1\0\0\0\0\0\0\x20" LETTERS "\0\0\x20\0", 12 + 37), "cut inside the class");
	ok(parse("\0\1\0\0\0\1\0\0\0\0\0", 11), "cut inside the header");
	ok(parse("", 0), "nothing");
}

/* NS-001, NS-002, NS-005, NS-010, NS-014 to NS-016, NS-021, NS-023, NS-028, NAME-013 */
static void test_requests(void)
{
	struct ns_name name = named(FRED, "");
	struct ns_entry me = { .flags = NS_ONT_P, .addr = inet_addr("10.0.0.1") };
	size_t len;

	len = ns_build_query(buf, sizeof(buf), 0x1234, NS_RD | NS_B, &name, NS_TYPE_NB);
	is_text(hex(buf, len), "123401100001000000000000" QUESTION, "NAME QUERY REQUEST");
	ok(!parse(buf, len) && packet.questions == 1 && packet.qtype == NS_TYPE_NB &&
	   ns_name_equal(&packet.question, &name), "and back");
	len = ns_build_query(buf, sizeof(buf), 1, 0, &name, NS_TYPE_NBSTAT);
	is_text(hex(buf, len), "000100000001000000000000" FRED_WIRE "00210001", "NODE STATUS REQUEST");
	len = ns_build_request(buf, sizeof(buf), 1, NS_OPCODE_FLAGS(NS_OP_REGISTER) | NS_RD | NS_B,
			       &name, 300, &me);
	is_text(hex(buf, len), "000129100001000000000001" QUESTION
		"c00c002000010000012c000620000a000001", "NAME REGISTRATION REQUEST");
	ok(!parse(buf, len) && packet.records == 1 && packet.record[0].ttl == 300 &&
	   ns_name_equal(&packet.record[0].name, &name) && ns_entries(&packet.record[0]) == 1 &&
	   ns_entry(&packet.record[0], 0).addr == me.addr, "and back, pointer followed");
	len = ns_build_request(buf, sizeof(buf), 1, NS_OPCODE_FLAGS(NS_OP_RELEASE), &name, 0, &me);
	is_text(hex(buf, len), "000130000001000000000001" QUESTION
		"c00c0020000100000000000620000a000001", "NAME RELEASE REQUEST");
	is_number(NS_OPCODE_FLAGS(NS_OP_REFRESH), 0x4000, "refresh as in the table");
	is_number(NS_OPCODE_FLAGS(NS_OP_REFRESH_ALT), 0x4800, "refresh as drawn");
	is_number(NS_OPCODE_FLAGS(NS_OP_MULTIHOMED) | NS_RD, 0x7900, "multihomed");
	ok(!ns_build_query(buf, 49, 1, 0, &name, NS_TYPE_NB), "a buffer that is too small");
	ok(ns_build_query(buf, 50, 1, 0, &name, NS_TYPE_NB), "one that is just right");
}

/* NS-003 */
static void test_opcodes(void)
{
	packet.flags = 0x4000;
	is_number(ns_opcode(&packet), NS_OP_REFRESH, "opcode 8");
	packet.flags = 0x4800;
	is_number(ns_opcode(&packet), NS_OP_REFRESH, "opcode 9 is the same");
	packet.flags = 0xad86;
	is_number(ns_opcode(&packet), NS_OP_REGISTER, "opcode among other flags");
}

/* NS-004, NS-011, NS-012, NS-017, NS-018, NS-020, NS-022, NS-024 to NS-027 */
static void test_responses(void)
{
	struct ns_name name = named(FRED, "");
	struct ns_entry entry[100] = { { .flags = NS_GROUP, .addr = inet_addr("10.0.0.1") } };
	uint32_t addr = 0;
	size_t len;

	len = ns_build_response(buf, sizeof(buf), 7, 0x8500, &name, 5, entry, 1);
	is_text(hex(buf, len), "000785000000000100000000" FRED_WIRE
		"0020000100000005000680000a000001", "POSITIVE NAME QUERY RESPONSE");
	ok(!parse(buf, len) && !packet.questions && packet.answers == 1, "and back");
	len = ns_build_response(buf, NS_PACKET_MAX, 7, 0x8500, &name, 5, entry, 100);
	ok(!parse(buf, len) && (packet.flags & NS_TC) && ns_entries(&packet.record[0]) == 82 &&
	   len <= NS_PACKET_MAX, "more owners than fit");
	len = ns_build_null(buf, sizeof(buf), 7, 0x8503, &name, 0, -1);
	is_text(hex(buf, len), "000785030000000100000000" FRED_WIRE
		"000a0001000000000000", "NEGATIVE NAME QUERY RESPONSE");
	buf[7] = 0;
	ok(!parse(buf, len), "its ANCOUNT drawn as zero (E-05)");
	buf[7] = 1;
	ok(!parse(buf, NS_HEADER_LEN), "its record missing (E-05)");
	buf[3] = 0;
	ok(parse(buf, NS_HEADER_LEN), "but not that of a positive one");
	len = ns_build_null(buf, sizeof(buf), 7, 0xbc00, &name, 9, 0x2900);
	is_text(hex(buf, len), "0007bc000000000100000000" FRED_WIRE
		"000a00010000000900022900", "WACK");
	len = ns_build_redirect(buf, sizeof(buf), 7, &name, inet_addr("10.0.0.9"));
	ok(!parse(buf, len) && ns_redirect(&packet, &addr) && addr == inet_addr("10.0.0.9"),
	   "REDIRECT NAME QUERY RESPONSE");
	buf[2] |= NS_AA >> 8;
	ok(!parse(buf, len) && !ns_redirect(&packet, &addr), "none with AA");
}

/* NS-011: lengths that lie */
static void test_lies(void)
{
	struct ns_name name = named(FRED, "");
	struct ns_entry me = { .flags = 0, .addr = 1 };
	size_t len = ns_build_response(buf, sizeof(buf), 7, 0x8500, &name, 5, &me, 1);
	size_t i;

	for (i = 0; i < len && parse(buf, i); i++)
		;
	is_number(i, len, "no shorter packet passes");
	buf[len - 7] = 7;
	ok(parse(buf, len), "RDLENGTH one too long");
	buf[len - 7] = 5;
	ok(!parse(buf, len) && !ns_entries(&packet.record[0]), "no multiple of 6: no owner");
	buf[5] = 2;
	ok(parse(buf, len), "two questions");
	buf[5] = 0;
	buf[7] = 2;
	ok(parse(buf, len), "a count for a record that is not there");
}

/* NS-029 to NS-031, NS-084, NAME-023, CONST-021 */
static void test_status(void)
{
	struct ns_status_entry entry[30] = { { .name = FRED, .flags = NS_ACT | NS_PRM } }, got;
	struct ns_statistics statistics = { .unit_id = { 2, 3, 4, 5, 6, 7 }, .good_sends = 0x01020304,
		.pending_sessions = 0x0506, .max_sessions = 0x0708, .packet_size = 0x090a };
	struct ns_name name = named(FRED, "");
	struct ns_status status;
	size_t len = ns_build_status(buf, NS_PACKET_MAX, 3, &name, entry, 1, &statistics);

	is_text(hex(buf, len), "000384000000000100000000" FRED_WIRE "00210001000000000041"
		"01" "46524544202020202020202020202020" "0600"
		"020304050607" "0000" "000000000000000000000000" "01020304" "00000000"
		"00000000000000000000" "0506" "0000" "0708" "090a", "NODE STATUS RESPONSE");
	ok(!parse(buf, len) && !ns_status_parse(&status, &packet.record[0]) && status.n == 1,
	   "and back");
	got = ns_status_entry(&status, 0);
	ok(!memcmp(got.name, FRED, 16) && got.flags == 0x0600, "its name");
	ok(status.statistics.good_sends == 0x01020304 && status.statistics.unit_id[5] == 7 &&
	   status.statistics.packet_size == 0x090a, "its statistics");
	len = ns_build_status(buf, NS_PACKET_MAX, 3, &name, entry, 24, &statistics);
	ok(!parse(buf, len) && !(packet.flags & NS_TC), "24 names fit");
	len = ns_build_status(buf, NS_PACKET_MAX, 3, &name, entry, 25, &statistics);
	ok(!parse(buf, len) && (packet.flags & NS_TC) && packet.record[0].data[0] == 24,
	   "25 do not: TC");
	buf[NS_HEADER_LEN + 34 + 10] = 200;
	ok(!parse(buf, len) && ns_status_parse(&status, &packet.record[0]), "a count that lies");
}

int main(void)
{
	test_vectors();
	test_equal();
	test_bad_names();
	test_requests();
	test_opcodes();
	test_responses();
	test_lies();
	test_status();
	return tap_end();
}
