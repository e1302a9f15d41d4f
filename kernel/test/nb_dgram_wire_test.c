// SPDX-License-Identifier: GPL-2.0
/*
 * Tests of nb_dgram_wire.c and nb_dgram_join.c: KUnit here, and the same file
 * in user space under sanitizers (selftests/unit).
 */
#include <kunit/test.h>
#include <linux/errno.h>
#include <linux/string.h>

#include "../nb_dgram_join.h"

#define ALL	(NB_DGM_FIRST | NB_DGM_MORE)

/* RFC 1002 4.4.1: the fields where the RFC draws them */
static const u8 data_octets[NB_DGM_HDR_LEN] = {
	NB_DGM_GROUP, NB_DGM_FIRST | NB_DGM_SNT_M, 0x12, 0x34, 10, 9, 0, 1,
	0, 138, 0x02, 0x44, 0x01, 0x02,
};

/* DG-002 to DG-004 */
static void data_header(struct kunit *test)
{
	struct nb_dgm_header hdr;
	u8 again[NB_DGM_HDR_LEN];
	size_t len;

	KUNIT_ASSERT_EQ(test, NB_DGM_HDR_LEN,
			nb_dgm_get_header(data_octets, sizeof(data_octets),
					  &hdr));
	KUNIT_EXPECT_EQ(test, NB_DGM_GROUP, hdr.type);
	KUNIT_EXPECT_EQ(test, NB_DGM_FIRST | NB_DGM_SNT_M, hdr.flags);
	KUNIT_EXPECT_EQ(test, 0x1234, hdr.id);
	KUNIT_EXPECT_EQ(test, 0, memcmp(&hdr.addr, data_octets + 4, 4));
	KUNIT_EXPECT_EQ(test, 138, hdr.port);
	KUNIT_EXPECT_EQ(test, 0x244, hdr.len);
	KUNIT_EXPECT_EQ(test, 0x102, hdr.offset);
	KUNIT_EXPECT_EQ(test, NB_DGM_HDR_LEN, nb_dgm_put_header(again, &hdr));
	KUNIT_EXPECT_EQ(test, 0, memcmp(again, data_octets, sizeof(again)));
	for (len = 0; len < NB_DGM_HDR_LEN; len++)
		KUNIT_EXPECT_EQ(test, -EBADMSG,
				nb_dgm_get_header(data_octets, len, &hdr));
}

/* DG-027, DG-031: ten octets for all that carries no datagram */
static void short_header(struct kunit *test)
{
	u8 octets[NB_DGM_HDR_LEN], again[NB_DGM_HDR_LEN];
	struct nb_dgm_header hdr;
	int type;

	memcpy(octets, data_octets, sizeof(octets));
	for (type = NB_DGM_ERROR; type <= NB_DGM_QUERY_NEGATIVE; type++) {
		octets[0] = type;
		KUNIT_EXPECT_EQ(test, NB_DGM_SHORT_LEN,
				nb_dgm_get_header(octets, NB_DGM_SHORT_LEN,
						  &hdr));
		KUNIT_EXPECT_EQ(test, type, hdr.type);
		KUNIT_EXPECT_EQ(test, 0, hdr.len);
		KUNIT_EXPECT_EQ(test, 0, hdr.offset);
		KUNIT_EXPECT_FALSE(test, nb_dgm_is_data(type));
		KUNIT_EXPECT_EQ(test, NB_DGM_SHORT_LEN,
				nb_dgm_put_header(again, &hdr));
		KUNIT_EXPECT_EQ(test, 0,
				memcmp(again, octets, NB_DGM_SHORT_LEN));
		KUNIT_EXPECT_EQ(test, -EBADMSG,
				nb_dgm_get_header(octets, NB_DGM_SHORT_LEN - 1,
						  &hdr));
	}
}

/* DG-003, DG-004: seven types, and reserved flags mean nothing */
static void types_and_flags(struct kunit *test)
{
	u8 octets[NB_DGM_HDR_LEN];
	struct nb_dgm_header hdr;
	int type;

	memcpy(octets, data_octets, sizeof(octets));
	octets[1] = 0xff;
	for (type = 0; type < 256; type++) {
		int ret;

		octets[0] = type;
		ret = nb_dgm_get_header(octets, sizeof(octets), &hdr);
		if (type < NB_DGM_UNIQUE || type > NB_DGM_QUERY_NEGATIVE) {
			KUNIT_EXPECT_EQ(test, -EBADMSG, ret);
			continue;
		}
		KUNIT_EXPECT_EQ(test, nb_dgm_is_data(type) ? NB_DGM_HDR_LEN :
				NB_DGM_SHORT_LEN, ret);
		KUNIT_EXPECT_EQ(test, 0x0f, hdr.flags);
	}
}

struct fits_case {
	const char *desc;
	u8 flags;
	u16 length;	/* DGM_LENGTH */
	u16 offset;
	size_t len;	/* what is behind the header */
	int ret;
};

static const struct fits_case fits_cases[] = {
	{ "whole", NB_DGM_FIRST, 100, 0, 100, 100 },
	{ "whole, the longest", NB_DGM_FIRST, 1022, 0, 1022, 1022 },
	{ "whole, nothing in it", NB_DGM_FIRST, 0, 0, 0, 0 },
	{ "whole, padding behind it", NB_DGM_FIRST, 100, 0, 111, 100 },
	{ "whole, one octet missing", NB_DGM_FIRST, 100, 0, 99, -EBADMSG },
	{ "whole, too long", NB_DGM_FIRST, 1023, 0, 1023, -EBADMSG },
	{ "whole, an offset", NB_DGM_FIRST, 100, 1, 100, -EBADMSG },
	{ "first", ALL, 100, 0, 60, 60 },
	{ "first, its own length (E-10)", ALL, 60, 0, 60, 60 },
	{ "first, more than the total", ALL, 100, 0, 101, -EBADMSG },
	{ "first, nothing in it", ALL, 100, 0, 0, -EBADMSG },
	{ "first, an offset", ALL, 100, 8, 60, -EBADMSG },
	{ "middle", NB_DGM_MORE, 100, 30, 60, 60 },
	{ "middle, its own length", NB_DGM_MORE, 60, 30, 60, 60 },
	{ "middle, without an offset", NB_DGM_MORE, 100, 0, 60, -EBADMSG },
	{ "middle, up to the end", NB_DGM_MORE, 100, 40, 60, -EBADMSG },
	{ "middle, behind the end", NB_DGM_MORE, 100, 41, 60, -EBADMSG },
	{ "middle, nothing in it", NB_DGM_MORE, 100, 40, 0, -EBADMSG },
	{ "last", 0, 100, 60, 40, 40 },
	{ "last, its own length", 0, 40, 60, 40, 40 },
	{ "last, before the end", 0, 100, 60, 39, -EBADMSG },
	{ "last, behind the end", 0, 100, 60, 41, -EBADMSG },
	{ "last, without an offset", 0, 100, 0, 100, -EBADMSG },
	{ "last, up to the longest", 0, 1022, 1021, 1, 1 },
	{ "last, behind the longest", 0, 1023, 1021, 2, -EBADMSG },
	{ "last, offset 65535", 0, 1, 65535, 1, -EBADMSG },
};

static void fits_desc(const struct fits_case *c, char *desc)
{
	strscpy(desc, c->desc, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(fits, fits_cases, fits_desc);

/* DG-006, DG-021, E-10 */
static void length_fits(struct kunit *test)
{
	const struct fits_case *c = test->param_value;
	const struct nb_dgm_header hdr = {
		.type = NB_DGM_UNIQUE, .flags = c->flags, .len = c->length,
		.offset = c->offset,
	};

	KUNIT_EXPECT_EQ(test, c->ret, nb_dgm_fits(&hdr, c->len));
}

static const u8 *const fred = (const u8 *)"FRED            ";
static const u8 *const mary = (const u8 *)"MARY           \x1e";

/* DG-005 */
static void both_names(struct kunit *test)
{
	static const u8 scope[] = "\003ABC\001D";
	struct nb_dgm_names names;
	u8 octets[NB_DGM_NAMES_MAX];
	int room, need = NB_DGM_NAMES_MIN + 2 * 6;

	KUNIT_ASSERT_EQ(test, need,
			nb_dgm_put_names(octets, need, fred, mary, scope, 6));
	KUNIT_ASSERT_EQ(test, need, nb_dgm_get_names(octets, need, &names));
	KUNIT_EXPECT_EQ(test, 0, names.error);
	KUNIT_EXPECT_EQ(test, 0, memcmp(names.source, fred, 16));
	KUNIT_EXPECT_EQ(test, 0, memcmp(names.destination, mary, 16));
	KUNIT_EXPECT_EQ(test, 6, names.source_scope_len);
	KUNIT_ASSERT_EQ(test, 6, names.scope_len);
	KUNIT_EXPECT_EQ(test, 0, memcmp(names.source_scope, scope, 6));
	KUNIT_EXPECT_EQ(test, 0, memcmp(names.scope, scope, 6));
	for (room = 0; room < need; room++) {
		KUNIT_EXPECT_EQ(test, -EMSGSIZE,
				nb_dgm_put_names(octets, room, fred, mary,
						 scope, 6));
	}
}

/* DG-033: cut anywhere, the name that is not whole gets the blame */
static void names_cut(struct kunit *test)
{
	struct nb_dgm_names names;
	u8 octets[NB_DGM_NAMES_MIN];
	int len;

	nb_dgm_put_names(octets, sizeof(octets), fred, mary, NULL, 0);
	for (len = 0; len < NB_DGM_NAMES_MIN; len++) {
		KUNIT_EXPECT_EQ(test, -EBADMSG,
				nb_dgm_get_names(octets, len, &names));
		KUNIT_EXPECT_EQ(test, len < NB_WIRE_NAME_MIN ?
				NB_DGM_BAD_SOURCE : NB_DGM_BAD_DESTINATION,
				names.error);
	}
}

/* DG-033: no octet may have just any value; where is given by @at */
static void names_malformed(struct kunit *test)
{
	struct nb_dgm_names names;
	u8 octets[NB_DGM_NAMES_MIN];
	int at, value, good;

	for (at = 0; at < NB_DGM_NAMES_MIN; at++) {
		int in_name = at % NB_WIRE_NAME_MIN;

		good = 0;
		for (value = 0; value < 256; value++) {
			nb_dgm_put_names(octets, sizeof(octets), fred, mary,
					 NULL, 0);
			octets[at] = value;
			if (nb_dgm_get_names(octets, sizeof(octets),
					     &names) == NB_DGM_NAMES_MIN) {
				good++;
				KUNIT_EXPECT_EQ(test, 0, names.error);
				continue;
			}
			/* a scope may run on into the other name */
			if (in_name < NB_WIRE_NAME_MIN - 1)
				KUNIT_EXPECT_EQ(test, at < NB_WIRE_NAME_MIN ?
						NB_DGM_BAD_SOURCE :
						NB_DGM_BAD_DESTINATION,
						names.error);
		}
		/* a length, sixteen letters, and the root */
		KUNIT_EXPECT_EQ(test, in_name && in_name <= 32 ? 16 : 1, good);
	}
}

/* DG-009: a source has a name that one can register, a destination need not */
static void asterisk_names(struct kunit *test)
{
	static const u8 smbserver[NETBIOS_NAME_LEN] = "*SMBSERVER      ";
	struct nb_dgm_names names;
	u8 octets[NB_DGM_NAMES_MIN];

	nb_dgm_put_names(octets, sizeof(octets), fred, nb_dgm_everybody, NULL,
			 0);
	KUNIT_EXPECT_EQ(test, NB_DGM_NAMES_MIN,
			nb_dgm_get_names(octets, sizeof(octets), &names));
	nb_dgm_put_names(octets, sizeof(octets), nb_dgm_everybody, mary, NULL,
			 0);
	KUNIT_EXPECT_EQ(test, -EBADMSG,
			nb_dgm_get_names(octets, sizeof(octets), &names));
	KUNIT_EXPECT_EQ(test, NB_DGM_BAD_SOURCE, names.error);
	nb_dgm_put_names(octets, sizeof(octets), smbserver, mary, NULL, 0);
	KUNIT_EXPECT_EQ(test, -EBADMSG,
			nb_dgm_get_names(octets, sizeof(octets), &names));
	KUNIT_EXPECT_EQ(test, NB_DGM_BAD_SOURCE, names.error);
}

/* DG-011, DG-034 */
static void small_things(struct kunit *test)
{
	u8 name[NETBIOS_NAME_LEN] = { '*' };

	KUNIT_EXPECT_TRUE(test, nb_dgm_to_everybody(name));
	name[15] = 0x20;
	KUNIT_EXPECT_FALSE(test, nb_dgm_to_everybody(name));
	KUNIT_EXPECT_FALSE(test, nb_dgm_to_everybody(fred));
	KUNIT_EXPECT_EQ(test, -ECONNREFUSED, nb_dgm_error(NB_DGM_NO_NAME));
	KUNIT_EXPECT_EQ(test, -EPROTO, nb_dgm_error(NB_DGM_BAD_SOURCE));
	KUNIT_EXPECT_EQ(test, -EPROTO, nb_dgm_error(NB_DGM_BAD_DESTINATION));
	KUNIT_EXPECT_EQ(test, -EIO, nb_dgm_error(0));
	KUNIT_EXPECT_EQ(test, -EIO, nb_dgm_error(0x8f));
}

/* What the fragments are cut from, and where they are put together. */
static u8 want[NB_DGM_SECTION_MAX], section[NB_DGM_SECTION_MAX];
static struct nb_dgm_join join;

static void begin(void)
{
	size_t i;

	for (i = 0; i < sizeof(want); i++)
		want[i] = i * 7 + i / 256;
	memset(section, 0, sizeof(section));
	memset(&join, 0, sizeof(join));
}

/* A piece of @want with @hdr; MORE unless it ends at @total. */
static int add_piece(struct nb_dgm_header hdr, int from, int to, int total)
{
	hdr.flags = (from ? 0 : NB_DGM_FIRST) |
		    (to < total ? NB_DGM_MORE : 0);
	hdr.offset = from;
	return nb_dgm_join_add(&join, section, &hdr, want + from, to - from);
}

static int add(int from, int to, int total)
{
	struct nb_dgm_header hdr = { .type = NB_DGM_UNIQUE, .len = total };

	return add_piece(hdr, from, to, total);
}

/* E-10: with the length of the piece */
static int add_own(int from, int to, int total)
{
	struct nb_dgm_header hdr = { .type = NB_DGM_UNIQUE, .len = to - from };

	return add_piece(hdr, from, to, total);
}

/* DG-019: four pieces in each of their 24 orders, each of them twice */
static void any_order(struct kunit *test)
{
	static const int cut[] = { 0, 68, 300, 301, 580 };
	int order, i;

	for (order = 0; order < 256; order++) {
		int turn[4] = {
			order & 3, order >> 2 & 3, order >> 4 & 3, order >> 6,
		};
		int seen = 0;

		for (i = 0; i < 4; i++)
			seen |= 1 << turn[i];
		if (seen != 0xf)
			continue;
		begin();
		for (i = 0; i < 4; i++) {
			int from = cut[turn[i]], to = cut[turn[i] + 1];

			KUNIT_EXPECT_EQ(test, i == 3 ? 580 : 0,
					add(from, to, 580));
			if (i < 3)
				KUNIT_EXPECT_EQ(test, 0, add(from, to, 580));
		}
		KUNIT_EXPECT_EQ(test, 0, memcmp(section, want, 580));
	}
}

/* DG-017: as many as there are octets, the last one first */
static void octet_by_octet(struct kunit *test)
{
	int i;

	begin();
	for (i = NB_DGM_SECTION_MAX - 1; i > 0; i--)
		KUNIT_ASSERT_EQ(test, 0, add(i, i + 1, NB_DGM_SECTION_MAX));
	KUNIT_EXPECT_EQ(test, NB_DGM_SECTION_MAX,
			add(0, 1, NB_DGM_SECTION_MAX));
	KUNIT_EXPECT_EQ(test, 0, memcmp(section, want, sizeof(want)));
}

/* Whatever is missing, it is not whole. */
static void one_is_missing(struct kunit *test)
{
	int gap, i;

	for (gap = 0; gap < 10; gap++) {
		begin();
		for (i = 0; i < 10; i++)
			if (i != gap)
				KUNIT_EXPECT_EQ(test, 0, add(i * 10,
							     i * 10 + 10, 100));
		KUNIT_EXPECT_EQ(test, 100, add(gap * 10, gap * 10 + 10, 100));
	}
}

/* DG-021: [20, 60) is there; all that touches it and is not it is an overlap */
static void overlap(struct kunit *test)
{
	int from, to;

	for (from = 1; from < 70; from += 3) {
		for (to = from + 1; to < 80; to += 3) {
			int ret;

			begin();
			/* what happens to be in the buffer says nothing */
			memcpy(section, want, sizeof(section));
			KUNIT_ASSERT_EQ(test, 0, add(20, 60, 100));
			ret = add(from, to, 100);
			if (to <= 20 || from >= 60 || (from >= 20 && to <= 60))
				KUNIT_EXPECT_EQ(test, 0, ret);
			else
				KUNIT_EXPECT_EQ(test, -EBADMSG, ret);
		}
	}
}

/* The same place, other octets: each of them is looked at. */
static void other_octets(struct kunit *test)
{
	int i;

	for (i = 20; i < 60; i++) {
		begin();
		KUNIT_ASSERT_EQ(test, 0, add(20, 60, 100));
		want[i] ^= 0x40;
		KUNIT_EXPECT_EQ(test, -EBADMSG, add(20, 60, 100));
	}
}

struct wrong_case {
	const char *desc;
	int there[3];	/* from, to, total */
	int then[3];
};

static const struct wrong_case wrong_cases[] = {
	{ "a second end, behind", { 50, 100, 100 }, { 100, 120, 120 } },
	{ "a second end, before", { 50, 100, 100 }, { 10, 40, 40 } },
	{ "behind the end", { 50, 100, 100 }, { 120, 130, 200 } },
	{ "across the end", { 50, 100, 100 }, { 90, 110, 200 } },
	{ "up to the last piece, as an end", { 80, 100, 100 }, { 50, 80, 80 } },
	{ "the last piece with MORE", { 50, 100, 100 }, { 50, 100, 200 } },
	{ "an end before what is there", { 50, 100, 200 }, { 10, 40, 40 } },
	{ "an end inside what is there", { 50, 100, 200 }, { 50, 90, 90 } },
};

static void wrong_desc(const struct wrong_case *c, char *desc)
{
	strscpy(desc, c->desc, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(wrong, wrong_cases, wrong_desc);

static void wrong_end(struct kunit *test)
{
	const struct wrong_case *c = test->param_value;

	begin();
	KUNIT_ASSERT_EQ(test, 0,
			add_own(c->there[0], c->there[1], c->there[2]));
	KUNIT_EXPECT_EQ(test, -EBADMSG,
			add_own(c->then[0], c->then[1], c->then[2]));
}

struct header_case {
	const char *desc;
	struct nb_dgm_header first, last;	/* 50 octets of 100 each */
	int ret;
};

#define HDR(length, from_port)	{ .type = NB_DGM_UNIQUE, .len = (length), \
				  .port = (from_port) }

static const struct header_case header_cases[] = {
	{ "the same", HDR(100, 138), HDR(100, 138), 100 },
	{ "each its own length (E-10)", HDR(50, 138), HDR(50, 138), 100 },
	{ "another type", HDR(100, 138),
	  { .type = NB_DGM_GROUP, .len = 100, .port = 138 }, -EBADMSG },
	{ "another port", HDR(100, 138), HDR(100, 139), -EBADMSG },
	{ "another total", HDR(120, 138), HDR(100, 138), -EBADMSG },
	{ "a total, then its own", HDR(100, 138), HDR(50, 138), -EBADMSG },
	{ "its own, then a total", HDR(50, 138), HDR(100, 138), -EBADMSG },
};

static void header_desc(const struct header_case *c, char *desc)
{
	strscpy(desc, c->desc, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(header, header_cases, header_desc);

/* DG-016: only flags and offset differ */
static void same_header_in_all(struct kunit *test)
{
	const struct header_case *c = test->param_value;

	begin();
	KUNIT_ASSERT_EQ(test, 0, add_piece(c->first, 0, 50, 100));
	KUNIT_EXPECT_EQ(test, c->ret, add_piece(c->last, 50, 100, 100));
}

static struct kunit_case cases[] = {
	KUNIT_CASE(data_header),
	KUNIT_CASE(short_header),
	KUNIT_CASE(types_and_flags),
	KUNIT_CASE_PARAM(length_fits, fits_gen_params),
	KUNIT_CASE(both_names),
	KUNIT_CASE(names_cut),
	KUNIT_CASE(names_malformed),
	KUNIT_CASE(asterisk_names),
	KUNIT_CASE(small_things),
	KUNIT_CASE(any_order),
	KUNIT_CASE(octet_by_octet),
	KUNIT_CASE(one_is_missing),
	KUNIT_CASE(overlap),
	KUNIT_CASE(other_octets),
	KUNIT_CASE_PARAM(wrong_end, wrong_gen_params),
	KUNIT_CASE_PARAM(same_header_in_all, header_gen_params),
	{}
};

static struct kunit_suite suite = {
	.name = "netbios-dgram-wire",
	.test_cases = cases,
};

kunit_test_suite(suite);
