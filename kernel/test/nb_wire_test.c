// SPDX-License-Identifier: GPL-2.0
/*
 * Tests of nb_wire.c: KUnit here, and the same file in user space under
 * sanitizers (selftests/unit).
 */
#include <kunit/test.h>
#include <linux/errno.h>
#include <linux/string.h>

#include "../nb_wire.h"

/* "NETBIOS.COM", "netbios.com" in wire form */
#define SCOPE_UPPER	"\007NETBIOS\003COM"
#define SCOPE_LOWER	"\007netbios\003com"

/* labels of 28, 29, 63 and 64 octets */
#define L28	"aaaaaaaaaabbbbbbbbbbcccccccc"
#define L29	"aaaaaaaaaabbbbbbbbbbccccccccc"
#define L63	"aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeeeffffffffffggg"
#define L64	"aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeeeffffffffffgggg"

struct name_case {
	const char *desc;
	const char *name;
	const char *scope;
	u8 scope_len;
	const char *letters;
	int len;
};

static const struct name_case name_cases[] = {
	{
		.desc = "NAME-015, FRED in NETBIOS.COM",
		.name = "FRED            ",
		.scope = SCOPE_UPPER,
		.scope_len = 12,
		.letters = "EGFCEFEECACACACACACACACACACACACA",
		.len = 46,
	},
	{
		.desc = "NAME-016, erratum 679",
		.name = "The NetBIOS name",
		.letters = "FEGIGFCAEOGFHEECEJEPFDCAGOGBGNGF",
		.len = NB_WIRE_NAME_MIN,
	},
	{
		.desc = "NAME-017, broadcast",
		.name = "*\0\0\0\0\0\0\0\0\0\0\0\0\0\0",
		.letters = "CKAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
		.len = NB_WIRE_NAME_MIN,
	},
	{
		.desc = "all bits set",
		.name = "\377\377\377\377\377\377\377\377"
			"\377\377\377\377\377\377\377\377",
		.letters = "PPPPPPPPPPPPPPPPPPPPPPPPPPPPPPPP",
		.len = NB_WIRE_NAME_MIN,
	},
};

static void name_desc(const struct name_case *c, char *desc)
{
	strscpy(desc, c->desc, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(name, name_cases, name_desc);

static void name_both_ways(struct kunit *test)
{
	const struct name_case *c = test->param_value;
	u8 wire[NB_WIRE_NAME_MAX], name[NETBIOS_NAME_LEN], scope_len;
	const u8 *scope;
	int room;

	KUNIT_ASSERT_EQ(test, c->len,
			nb_wire_put_name(wire, c->len, (const u8 *)c->name,
					 (const u8 *)c->scope, c->scope_len));
	KUNIT_EXPECT_EQ(test, 0x20, wire[0]);
	KUNIT_EXPECT_EQ(test, 0, memcmp(wire + 1, c->letters, 32));
	KUNIT_EXPECT_EQ(test, 0, wire[c->len - 1]);

	KUNIT_ASSERT_EQ(test, c->len,
			nb_wire_get_name(wire, sizeof(wire), name, &scope,
					 &scope_len));
	KUNIT_EXPECT_EQ(test, 0, memcmp(name, c->name, NETBIOS_NAME_LEN));
	KUNIT_ASSERT_EQ(test, c->scope_len, scope_len);
	if (scope_len)
		KUNIT_EXPECT_EQ(test, 0, memcmp(scope, c->scope, scope_len));

	for (room = 0; room < c->len; room++) {
		KUNIT_EXPECT_EQ(test, -EMSGSIZE,
				nb_wire_put_name(wire, room,
						 (const u8 *)c->name,
						 (const u8 *)c->scope,
						 c->scope_len));
	}
}

/* A name with one octet changed; -1 leaves all as they are. */
struct bad_case {
	const char *desc;
	int at;
	u8 octet;
	size_t len;
};

static const struct bad_case bad_cases[] = {
	{ "first label too short", 0, 0x1f, 46 },
	{ "first label too long", 0, 0x21, 46 },
	{ "pointer (NAME-012)", 0, 0xc0, 46 },
	{ "reserved label 01 (NAME-010)", 0, 0x60, 46 },
	{ "reserved label 10", 0, 0xa0, 46 },
	{ "letter below A (NAME-005)", 1, 0x40, 46 },
	{ "letter above P", 32, 0x51, 46 },
	{ "lower case", 7, 'a', 46 },
	{ "pointer in the scope", 33, 0xc0, 46 },
	{ "pointer behind a label", 41, 0xc1, 46 },
	{ "reserved label in the scope", 41, 0x43, 46 },
	{ "label runs past the end", 41, 0x3f, 46 },
	{ "no final zero", 45, 0x01, 46 },
	{ "cut in the scope", -1, 0, 45 },
	{ "cut in a label", -1, 0, 40 },
	{ "cut before the scope", -1, 0, 33 },
	{ "cut in the name", -1, 0, 20 },
	{ "one octet", -1, 0, 1 },
	{ "nothing", -1, 0, 0 },
};

static void bad_desc(const struct bad_case *c, char *desc)
{
	strscpy(desc, c->desc, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(bad, bad_cases, bad_desc);

static void name_refused(struct kunit *test)
{
	const struct bad_case *c = test->param_value;
	u8 wire[46], name[NETBIOS_NAME_LEN], scope_len;
	const u8 *scope;

	KUNIT_ASSERT_EQ(test, 46,
			nb_wire_put_name(wire, sizeof(wire),
					 (const u8 *)"FRED            ",
					 (const u8 *)SCOPE_UPPER, 12));
	if (c->at >= 0)
		wire[c->at] = c->octet;
	KUNIT_EXPECT_EQ(test, -EBADMSG,
			nb_wire_get_name(wire, c->len, name, &scope,
					 &scope_len));
}

/* NAME-008: 255 octets and no more, whoever writes them */
static void name_longest(struct kunit *test)
{
	static const char labels[] = "\077" L63 "\077" L63 "\077" L63
				     "\034" L28;
	u8 wire[NB_WIRE_NAME_MAX + 2], name[NETBIOS_NAME_LEN], scope_len;
	const u8 *scope;
	int len;

	KUNIT_ASSERT_EQ(test, NB_WIRE_SCOPE_MAX, (int)sizeof(labels) - 1);
	len = nb_wire_put_name(wire, sizeof(wire), (const u8 *)"xxxxxxxxxxxxxxxx",
			       (const u8 *)labels, NB_WIRE_SCOPE_MAX);
	KUNIT_ASSERT_EQ(test, NB_WIRE_NAME_MAX, len);
	KUNIT_EXPECT_EQ(test, len, nb_wire_get_name(wire, sizeof(wire), name,
						    &scope, &scope_len));
	KUNIT_EXPECT_EQ(test, NB_WIRE_SCOPE_MAX, (int)scope_len);
	KUNIT_EXPECT_EQ(test, -EMSGSIZE,
			nb_wire_put_name(wire, sizeof(wire),
					 (const u8 *)"xxxxxxxxxxxxxxxx",
					 (const u8 *)labels,
					 NB_WIRE_SCOPE_MAX + 1));
	/* one octet more in the last label */
	wire[33 + 3 * 64]++;
	wire[NB_WIRE_NAME_MAX - 1] = 'd';
	wire[NB_WIRE_NAME_MAX] = 0;
	KUNIT_EXPECT_EQ(test, -EBADMSG,
			nb_wire_get_name(wire, sizeof(wire), name, &scope,
					 &scope_len));
}

struct header_case {
	const char *desc;
	u8 octets[NB_WIRE_HDR_LEN];
	int ret;
	u32 len;
};

static const struct header_case header_cases[] = {
	{ "empty message (SS-012)", { 0x00, 0, 0, 0 }, 0, 0 },
	{ "message", { 0x00, 0, 0x12, 0x34 }, 0, 0x1234 },
	{ "longest message (SS-005)", { 0x00, 1, 0xff, 0xff }, 0, 131071 },
	{ "reserved flag (SS-007)", { 0x00, 2, 0, 0 }, -EBADMSG },
	{ "reserved flag 80", { 0x00, 0x80, 0, 4 }, -EBADMSG },
	{ "all flags", { 0x00, 0xff, 0, 4 }, -EBADMSG },
	{ "request (SS-009)", { 0x81, 0, 0, 68 }, 0, 68 },
	{ "longest request", { 0x81, 0, 0x01, 0xfe }, 0, 510 },
	{ "request too short", { 0x81, 0, 0, 67 }, -EBADMSG },
	{ "request too long", { 0x81, 0, 0x01, 0xff }, -EBADMSG },
	{ "request with the 17th bit", { 0x81, 1, 0, 68 }, -EBADMSG },
	{ "positive (SS-008)", { 0x82, 0, 0, 0 }, 0, 0 },
	{ "positive with a trailer", { 0x82, 0, 0, 1 }, -EBADMSG },
	{ "negative", { 0x83, 0, 0, 1 }, 0, 1 },
	{ "negative without error", { 0x83, 0, 0, 0 }, -EBADMSG },
	{ "negative too long", { 0x83, 0, 0, 2 }, -EBADMSG },
	{ "retarget (SS-011)", { 0x84, 0, 0, 6 }, 0, 6 },
	{ "retarget too short", { 0x84, 0, 0, 5 }, -EBADMSG },
	{ "retarget too long", { 0x84, 0, 0, 7 }, -EBADMSG },
	{ "keep-alive (SS-013)", { 0x85, 0, 0, 0 }, 0, 0 },
	{ "keep-alive with a trailer", { 0x85, 0, 0, 4 }, -EBADMSG },
	{ "unknown type 01 (SS-007)", { 0x01, 0, 0, 0 }, -EBADMSG },
	{ "unknown type 80", { 0x80, 0, 0, 0 }, -EBADMSG },
	{ "unknown type 86", { 0x86, 0, 0, 0 }, -EBADMSG },
	{ "unknown type 89 (P-16)", { 0x89, 0, 0, 0 }, -EBADMSG },
	{ "SMB, not NetBIOS", { 0xff, 'S', 'M', 'B' }, -EBADMSG },
};

static void header_desc(const struct header_case *c, char *desc)
{
	strscpy(desc, c->desc, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(header, header_cases, header_desc);

static void header_read(struct kunit *test)
{
	const struct header_case *c = test->param_value;
	u8 octets[NB_WIRE_HDR_LEN], type;
	u32 len, message_len;

	KUNIT_ASSERT_EQ(test, c->ret,
			nb_wire_get_header(c->octets, &type, &len));
	KUNIT_ASSERT_EQ(test, !c->ret && type == NB_SSN_MESSAGE,
			nb_wire_get_message(c->octets, &message_len));
	if (!c->ret && type == NB_SSN_MESSAGE)
		KUNIT_EXPECT_EQ(test, len, message_len);
	if (c->ret)
		return;
	KUNIT_EXPECT_EQ(test, (int)c->octets[0], (int)type);
	KUNIT_EXPECT_EQ(test, c->len, len);
	nb_wire_put_header(octets, type, len);
	KUNIT_EXPECT_EQ(test, 0, memcmp(octets, c->octets, sizeof(octets)));
}

static void request_both_ways(struct kunit *test)
{
	static const u8 called[] = "SERVER          ";
	static const u8 calling[] = "CLIENT          ";
	u8 packet[NB_WIRE_REQUEST_MAX + 1], type;
	struct nb_wire_request req;
	int len, other;
	u32 trailer;

	len = nb_wire_put_request(packet, sizeof(packet), called, calling,
				  NULL, 0);
	KUNIT_ASSERT_EQ(test, NB_WIRE_REQUEST_MIN, len);
	KUNIT_ASSERT_EQ(test, 0, nb_wire_get_header(packet, &type, &trailer));
	KUNIT_EXPECT_EQ(test, NB_SSN_REQUEST, (int)type);
	KUNIT_EXPECT_EQ(test, 68, (int)trailer);
	KUNIT_ASSERT_EQ(test, 0, nb_wire_get_request(packet + NB_WIRE_HDR_LEN,
						     trailer, &req));
	KUNIT_EXPECT_EQ(test, 0, memcmp(req.called, called, 16));
	KUNIT_EXPECT_EQ(test, 0, memcmp(req.calling, calling, 16));
	KUNIT_EXPECT_EQ(test, 0, (int)req.scope_len);
	KUNIT_EXPECT_EQ(test, 0, (int)req.calling_scope_len);

	/* exactly this length: no octet less, none more */
	packet[len] = 0;
	for (other = 0; other <= len - NB_WIRE_HDR_LEN + 1; other++) {
		if (other == (int)trailer)
			continue;
		KUNIT_EXPECT_EQ(test, -EBADMSG,
				nb_wire_get_request(packet + NB_WIRE_HDR_LEN,
						    other, &req));
	}
	for (other = 0; other < len; other++) {
		KUNIT_EXPECT_EQ(test, -EMSGSIZE,
				nb_wire_put_request(packet, other, called,
						    calling, NULL, 0));
	}
}

/* The two names may have different scopes, longest ones too. */
static void request_scopes(struct kunit *test)
{
	u8 trailer[2 * NB_WIRE_NAME_MAX];
	struct nb_wire_request req;
	int first, second;

	first = nb_wire_put_name(trailer, sizeof(trailer),
				 (const u8 *)"AAAAAAAAAAAAAAAA",
				 (const u8 *)SCOPE_UPPER, 12);
	second = nb_wire_put_name(trailer + first, sizeof(trailer) - first,
				  (const u8 *)"BBBBBBBBBBBBBBBB", NULL, 0);
	KUNIT_ASSERT_EQ(test, 0, nb_wire_get_request(trailer, first + second,
						     &req));
	KUNIT_EXPECT_EQ(test, 12, (int)req.scope_len);
	KUNIT_EXPECT_EQ(test, 0, memcmp(req.scope, SCOPE_UPPER, 12));
	KUNIT_EXPECT_EQ(test, 0, (int)req.calling_scope_len);
}

struct scope_case {
	const char *text;
	const char *labels;
	int ret;
};

static const struct scope_case scope_cases[] = {
	{ "", "", 0 },
	{ "a", "\001a", 2 },
	{ "NETBIOS.COM", SCOPE_UPPER, 12 },
	{ "a.b.c", "\001a\001b\001c", 6 },
	{ "under_score-1", "\015under_score-1", 14 },
	{ ".", NULL, -EINVAL },
	{ ".a", NULL, -EINVAL },
	{ "a.", NULL, -EINVAL },
	{ "a..b", NULL, -EINVAL },
	{ "a b", NULL, -EINVAL },
	{ "a\001", NULL, -EINVAL },
	{ "a\177", NULL, -EINVAL },
	{ "\344", NULL, -EINVAL },
	{ L63, "\077" L63, 64 },
	{ L64, NULL, -EINVAL },
	{ L63 "." L63 "." L63 "." L28,
	  "\077" L63 "\077" L63 "\077" L63 "\034" L28, NB_WIRE_SCOPE_MAX },
	{ L63 "." L63 "." L63 "." L29, NULL, -EINVAL },
};

static void scope_desc(const struct scope_case *c, char *desc)
{
	/* not the text: it may be longer than a description */
	snprintf(desc, 32, "case %d", (int)(c - scope_cases));
}

KUNIT_ARRAY_PARAM(scope, scope_cases, scope_desc);

static void scope_both_ways(struct kunit *test)
{
	const struct scope_case *c = test->param_value;
	char text[NETBIOS_SCOPE_MAX + 1];
	u8 labels[NB_WIRE_SCOPE_MAX];
	size_t len = strlen(c->text);

	KUNIT_ASSERT_EQ(test, c->ret,
			nb_wire_scope_from_text(c->text, len, labels,
						sizeof(labels)));
	if (c->ret < 0)
		return;
	KUNIT_EXPECT_EQ(test, 0, memcmp(labels, c->labels, c->ret));
	KUNIT_EXPECT_EQ(test, (int)len,
			nb_wire_scope_to_text(labels, c->ret, text,
					      sizeof(text)));
	KUNIT_EXPECT_STREQ(test, c->text, text);
	KUNIT_EXPECT_EQ(test, -EINVAL,
			nb_wire_scope_to_text(labels, c->ret, text, len));
	if (!c->ret)
		return;
	KUNIT_EXPECT_EQ(test, -EINVAL,
			nb_wire_scope_from_text(c->text, len, labels,
						c->ret - 1));
}

/* NAME-020: case does not matter in the scope, and all else does */
static void scope_compared(struct kunit *test)
{
	const u8 *upper = (const u8 *)SCOPE_UPPER;
	const u8 *lower = (const u8 *)SCOPE_LOWER;
	u8 a[12], b[12];

	KUNIT_EXPECT_TRUE(test, nb_wire_scope_equal(upper, 12, lower, 12));
	KUNIT_EXPECT_TRUE(test, nb_wire_scope_equal(NULL, 0, NULL, 0));
	KUNIT_EXPECT_FALSE(test, nb_wire_scope_equal(upper, 12, lower, 8));
	KUNIT_EXPECT_FALSE(test, nb_wire_scope_equal(upper, 12, NULL, 0));
	/* same octets, other labels */
	KUNIT_EXPECT_FALSE(test,
			   nb_wire_scope_equal((const u8 *)"\003a.b", 4,
					       (const u8 *)"\001a\001b", 4));
	nb_wire_scope_fold(a, upper, 12);
	nb_wire_scope_fold(b, lower, 12);
	KUNIT_EXPECT_EQ(test, 0, memcmp(a, b, 12));
}

static void scope_malformed(struct kunit *test)
{
	char text[NETBIOS_SCOPE_MAX + 1];

	KUNIT_EXPECT_EQ(test, -EINVAL,
			nb_wire_scope_to_text((const u8 *)"\005ab", 3, text,
					      sizeof(text)));
	KUNIT_EXPECT_EQ(test, -EINVAL,
			nb_wire_scope_to_text((const u8 *)"\000ab", 3, text,
					      sizeof(text)));
	KUNIT_EXPECT_EQ(test, -EINVAL,
			nb_wire_scope_to_text((const u8 *)"\300ab", 3, text,
					      sizeof(text)));
	KUNIT_EXPECT_EQ(test, -EINVAL,
			nb_wire_scope_to_text(NULL, 0, text, 0));
}

static void errors(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, -ECONNREFUSED, nb_wire_error(0x80));
	KUNIT_EXPECT_EQ(test, -EACCES, nb_wire_error(0x81));
	KUNIT_EXPECT_EQ(test, -ECONNREFUSED, nb_wire_error(0x82));
	KUNIT_EXPECT_EQ(test, -ECONNREFUSED, nb_wire_error(0x83));
	KUNIT_EXPECT_EQ(test, -EIO, nb_wire_error(0x8f));
	KUNIT_EXPECT_EQ(test, -EIO, nb_wire_error(0x00));
	KUNIT_EXPECT_EQ(test, -EIO, nb_wire_error(0xff));
}

static void suffixes(struct kunit *test)
{
	int suffix;

	for (suffix = 0; suffix < 256; suffix++) {
		bool reserved = suffix == 0x1b || suffix == 0x1c ||
				suffix == 0x1d || suffix == 0x20;

		KUNIT_EXPECT_EQ(test, reserved,
				nb_wire_reserved_suffix(suffix));
	}
}

static struct kunit_case wire_cases[] = {
	KUNIT_CASE_PARAM(name_both_ways, name_gen_params),
	KUNIT_CASE_PARAM(name_refused, bad_gen_params),
	KUNIT_CASE(name_longest),
	KUNIT_CASE_PARAM(header_read, header_gen_params),
	KUNIT_CASE(request_both_ways),
	KUNIT_CASE(request_scopes),
	KUNIT_CASE_PARAM(scope_both_ways, scope_gen_params),
	KUNIT_CASE(scope_compared),
	KUNIT_CASE(scope_malformed),
	KUNIT_CASE(errors),
	KUNIT_CASE(suffixes),
	{}
};

static struct kunit_suite wire_suite = {
	.name		= "netbios-wire",
	.test_cases	= wire_cases,
};

kunit_test_suite(wire_suite);
