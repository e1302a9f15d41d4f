// SPDX-License-Identifier: GPL-2.0
/*
 * nbctl: words to attributes, attributes to JSON, batch lines, tables.
 */
#include <stdlib.h>
#include <string.h>
#include <netbios/netbios.h>
#include <linux/genetlink.h>
#include <linux/netbios_netlink.h>

#include "../nbctl/nbctl.h"
#include "../nbctl/status.h"
#include "tap.h"

static char buffer[4096];

static struct nlmsghdr *begin(void)
{
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(buffer);

	mnl_nlmsg_put_extra_header(nlh, sizeof(struct genlmsghdr));
	return nlh;
}

/* What becomes of "KEY TEXT": JSON of the attribute, or the complaint */
static const char *through(const struct attr *set, const char *key, const char *text)
{
	static char result[512];
	struct nlmsghdr *nlh = begin();
	const char *wrong;
	json_t *object;

	wrong = attr_put(nlh, sizeof(buffer), attr_by_key(set, key), text);
	if (wrong)
		return wrong;
	object = attr_decode(set, nlh);
	value_format(result, sizeof(result), json_object_get(object, key));
	json_decref(object);
	return result;
}

static void test_values(void)
{
	char escaped[16];

	is_text(through(node_attrs, "enabled", "on"), "yes", "on");
	is_text(through(node_attrs, "enabled", "off"), "no", "off");
	is_text(through(node_attrs, "enabled", "1"), "neither on nor off", "no number for on");
	is_text(through(node_attrs, "port", "139"), "139", "port");
	is_text(through(node_attrs, "port", "65536"), "not a number up to 65535", "port too high");
	is_text(through(node_attrs, "retry-count", "-1"), "not a number", "negative number");
	is_text(through(node_attrs, "retry-count", "4294967295"), "4294967295", "greatest number");
	is_text(through(node_attrs, "retry-count", "4294967296"), "not a number", "one more");
	is_text(through(node_attrs, "retry-count", "4s"), "not a number", "number with unit");
	is_text(through(node_attrs, "keepalive", "60s"), "60", "seconds");
	is_text(through(node_attrs, "keepalive", "60ms"), "not a time", "seconds in ms");
	is_text(through(node_attrs, "retry-interval", "2s"), "2000", "s in ms");
	is_text(through(node_attrs, "retry-interval", "20ms"), "20", "ms");
	is_text(through(node_attrs, "retry-interval", "20"), "20", "ms without unit");
	is_text(through(node_attrs, "retry-interval", "4294968s"), "not a time", "too many s");
	is_text(through(node_attrs, "retarget-policy", "on-link"), "on-link", "policy");
	is_text(through(node_attrs, "retarget-policy", "maybe"),
		"none of never, same-host, on-link, any", "no policy");
	is_text(through(node_attrs, "permanent-name", "pc"), "PC<00>", "permanent name");
	is_text(through(node_attrs, "permanent-name", "none"), "-", "no permanent name");
	is_text(through(name_attrs, "name", "none"), "NONE<20>", "a name none");
	is_text(through(name_attrs, "name", "fred#1b"), "FRED<1B>", "name");
	is_text(through(name_attrs, "name", "much-too-long-name"), "longer than a NetBIOS name",
		"long name");
	is_text(through(name_attrs, "scope", "A.B"), "A.B", "scope");
	is_text(through(name_attrs, "scope", "\"\""), "-", "empty scope");
	is_text(through(name_attrs, "scope", "A..B"), "not a scope", "wrong scope");
	is_text(through(name_attrs, "scope", "\xe4"), "not a scope", "scope that is not ASCII");
	text_escape(escaped, sizeof(escaped), "A\xe4");
	is_text(escaped, "A\\xE4", "what is not UTF-8 can be shown");
	is_text(through(name_attrs, "ifindex", "lo"), "1", "device");
	is_text(through(name_attrs, "ifindex", "nosuchdev"), "no such network interface",
		"no device");
	is_text(through(name_attrs, "owner", "root"), "0", "owner by name");
	is_text(through(name_attrs, "owner", "no such user"), "no such user", "no owner");
	is_text(through(cache_attrs, "addr", "10.0.0.1"), "10.0.0.1", "address");
	is_text(through(cache_attrs, "addr", "10.0.0"), "not an IPv4 address", "no address");
	is_text(through(adapter_attrs, "nbns", "10.0.0.1,10.0.0.2"), "10.0.0.1,10.0.0.2",
		"list of servers");
	is_text(through(adapter_attrs, "nbns", "none"), "0.0.0.0", "empty list");
	is_text(through(adapter_attrs, "nbns", "10.0.0.1,"), "not an IPv4 address",
		"list that ends too late");
	is_text(through(adapter_attrs, "nbns", "10.0.0.1 10.0.0.2"), "not an IPv4 address",
		"list without commas");
	is_text(through(adapter_attrs, "node-type", "h"), "h", "node type");
	is_text(through(adapter_attrs, "node-type", "x"), "none of auto, b, p, m, h", "no node type");
	is_text(through(session_attrs, "inode", "7"), "cannot be set", "read-only attribute");
}

static void test_decode(void)
{
	struct nlmsghdr *nlh = begin();
	json_t *object;
	char text[64];

	mnl_attr_put_u32(nlh, NETBIOS_A_CACHE_ADDR, htonl(0x0a000001));
	mnl_attr_put_u32(nlh, NETBIOS_A_CACHE_ADDR, htonl(0x0a000002));
	mnl_attr_put_u32(nlh, NETBIOS_A_CACHE_SOURCE, 99);
	mnl_attr_put_u8(nlh, NETBIOS_A_CACHE_TTL, 1);
	mnl_attr_put_u8(nlh, 999, 1);
	object = attr_decode(cache_attrs, nlh);
	value_format(text, sizeof(text), json_object_get(object, "addr"));
	is_text(text, "10.0.0.1,10.0.0.2", "several addresses");
	is_number(json_integer_value(json_object_get(object, "source")), 99,
		  "a value that is newer than we are");
	ok(!json_object_get(object, "ttl"), "attribute of a wrong size is left out");
	is_number(json_object_size(object), 2, "unknown attribute is left out");
	json_decref(object);
	is_text(attr_put(begin(), 24, attr_by_key(name_attrs, "name"), "FRED"),
		"request too long", "no room");
}

static void test_sets(void)
{
	static const struct {
		const char *name;
		const struct attr *set;
		int max;
		int pad;	/* attributes that are only there for alignment */
	} sets[] = {
		{ "node", node_attrs, NETBIOS_A_NODE_MAX, 1 },
		{ "adapter", adapter_attrs, NETBIOS_A_ADAPTER_MAX, 0 },
		{ "name", name_attrs, NETBIOS_A_NAME_MAX, 0 },
		{ "cache", cache_attrs, NETBIOS_A_CACHE_MAX, 0 },
		{ "session", session_attrs, NETBIOS_A_SESSION_MAX, 1 },
		{ "stats", stats_attrs, NB_STAT_MAX, 1 },
		{ "alert", alert_attrs, NETBIOS_A_ALERT_MAX, 0 },
	};
	int type, missing;
	size_t i;

	for (i = 0; i < sizeof(sets) / sizeof(*sets); i++) {
		missing = 0;
		for (type = 1; type <= sets[i].max; type++)
			missing += !attr_by_type(sets[i].set, type);
		is_number(missing, sets[i].pad, sets[i].name);
	}
}

/* What becomes of a NODE STATUS RESPONSE with this change of an octet */
static json_t *status_of(size_t at, uint8_t flip, uint16_t id)
{
	static const struct ns_status_entry entry[] = {
		{ "FRED           ", NS_ACT | NS_PRM | NS_ONT_M },
		{ "TEAM           \x1e", NS_ACT | NS_CNF | NS_GROUP | NS_ONT_H },
	};
	static const struct ns_statistics statistics = {
		.unit_id = { 2, 0, 0, 0, 0, 0xaf }, .pending_sessions = 3,
		.good_sends = 0xffffffff,
	};
	struct ns_ask ask = { .id = id };
	size_t len;

	ns_name_set(&ask.name, (const uint8_t *)"*\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", "");
	len = ns_build_status(ask.answer, sizeof(ask.answer), 0x1234, &ask.name, entry, 2,
			      &statistics);
	ask.answer[at] ^= flip;
	return ns_ask_parse(&ask, at ? len : 20) ? status_decode(&ask) : NULL;
}

static bool refuses_status(size_t at, uint8_t flip, uint16_t id)
{
	json_t *status = status_of(at, flip, id);

	json_decref(status);
	return !status;
}

static void test_status(void)
{
	json_t *status = status_of(1, 0, 0x1234), *names, *last;

	names = json_object_get(status, "names");
	is_number(json_array_size(names), 2, "names of a status");
	last = json_array_get(names, 1);
	is_text(json_string_value(json_object_get(last, "name")), "TEAM<1E>", "its name");
	is_text(json_string_value(json_object_get(last, "node-type")), "h", "its node type");
	ok(json_is_true(json_object_get(last, "group")), "it is a group name");
	ok(json_is_true(json_object_get(last, "conflict")), "in conflict");
	ok(!json_is_true(json_object_get(last, "permanent")), "not permanent");
	ok(json_is_true(json_object_get(json_array_get(names, 0), "permanent")),
	   "the other one is");
	is_text(json_string_value(json_object_get(status, "unit-id")), "02:00:00:00:00:af",
		"unit id");
	last = json_object_get(status, "statistics");
	is_number(json_integer_value(json_object_get(last, "pending-sessions")), 3,
		  "a counter of 16 bits");
	is_number(json_integer_value(json_object_get(last, "good-sends")), 4294967295,
		  "a counter of 32 bits");
	ok(!json_is_true(json_object_get(status, "truncated")), "not truncated");
	json_decref(status);
	status = status_of(2, NS_TC >> 8, 0x1234);
	ok(json_is_true(json_object_get(status, "truncated")), "truncated");
	json_decref(status);
	ok(refuses_status(1, 0, 0x1235), "another id");
	ok(refuses_status(2, 0x80, 0x1234), "a request");
	ok(refuses_status(2, 0x28, 0x1234), "another opcode");
	ok(refuses_status(3, NS_SRV_ERR, 0x1234), "an error");
	ok(refuses_status(14, 1, 0x1234), "another name");
	ok(refuses_status(0, 0, 0x1234), "a packet that is cut");
}

static const char *split(const char *line)
{
	static char result[512];
	char copy[256], *words[4];
	int i, n;

	strcpy(copy, line);
	n = words_split(copy, words, 4);
	if (n < 0)
		return "error";
	result[0] = '\0';
	for (i = 0; i < n; i++)
		sprintf(result + strlen(result), "[%s]", words[i]);
	return result;
}

static void test_split(void)
{
	is_text(split("cache add FRED#20 10.0.0.1\n"), "[cache][add][FRED#20][10.0.0.1]", "words");
	is_text(split("  a\t\tb \r\n"), "[a][b]", "blanks");
	is_text(split("\n"), "", "empty line");
	is_text(split("x \"MY PC\"<20> y"), "[x][\"MY PC\"<20>][y]", "quotes keep blanks");
	is_text(split("\"A\\\"B C\"<20>"), "[\"A\\\"B C\"<20>]", "escaped quote");
	is_text(split("\"A B"), "error", "quote that is not closed");
	is_text(split("A\\"), "[A\\]", "backslash at the end");
	is_text(split("\"A\\"), "error", "backslash at the end of a quote");
	is_text(split("1 2 3 4"), "[1][2][3][4]", "as many words as there may be");
	is_text(split("1 2 3 4 5"), "error", "one more");
}

static void test_sort(void)
{
	json_t *rows = json_pack("[{s:s},{s:s,s:s},{s:s},{s:s,s:s}]", "name", "B",
				 "name", "A", "scope", "Y", "name", "C",
				 "name", "A", "scope", "X");
	char *text;

	rows_sort(rows, "name", "scope");
	text = json_dumps(rows, JSON_COMPACT);
	is_text(text, "[{\"name\":\"A\",\"scope\":\"X\"},{\"name\":\"A\",\"scope\":\"Y\"},"
		"{\"name\":\"B\"},{\"name\":\"C\"}]", "rows in order");
	free(text);
	json_decref(rows);
}

static void test_color(void)
{
	ok(color_wanted(true, NULL, "xterm"), "colours at a terminal");
	ok(color_wanted(true, "", "xterm"), "an empty NO_COLOR does not count");
	ok(!color_wanted(true, "1", "xterm"), "NO_COLOR");
	ok(!color_wanted(false, NULL, "xterm"), "no terminal");
	ok(!color_wanted(true, NULL, "dumb"), "a dumb terminal");
	ok(!color_wanted(true, NULL, NULL), "an unknown terminal");
	is_number(color_of("conflict"), COLOR_BAD, "a state with a colour");
	is_number(color_of("closed"), COLOR_NONE, "a state without");
}

int main(void)
{
	test_color();
	test_values();
	test_decode();
	test_sets();
	test_status();
	test_split();
	test_sort();
	return tap_end();
}
