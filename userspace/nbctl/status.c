// SPDX-License-Identifier: GPL-2.0
/*
 * NODE STATUS RESPONSE (RFC 1002 4.2.18) as JSON and as text.
 */
#include <string.h>
#include <netbios/netbios.h>

#include "nbctl.h"
#include "status.h"

static const char *node_type(uint16_t flags)
{
	switch (flags & NS_ONT) {
	case NS_ONT_P:
		return "p";
	case NS_ONT_M:
		return "m";
	case NS_ONT_H:
		return "h";
	default:
		return "b";
	}
}

static json_t *decode_name(const struct ns_status_entry *entry)
{
	char text[NB_NAME_TEXT_MAX], octets[NETBIOS_NAME_LEN];

	memcpy(octets, entry->name, sizeof(octets));
	return json_pack("{s:s, s:b, s:s, s:b, s:b, s:b, s:b}",
			 "name", nb_name_format(text, octets),
			 "group", !!(entry->flags & NS_GROUP),
			 "node-type", node_type(entry->flags),
			 "active", !!(entry->flags & NS_ACT),
			 "permanent", !!(entry->flags & NS_PRM),
			 "conflict", !!(entry->flags & NS_CNF),
			 "releasing", !!(entry->flags & NS_DRG));
}

static json_t *decode_statistics(const struct ns_statistics *s)
{
	return json_pack("{s:i, s:i, s:i, s:i, s:i, s:i, s:i, s:i, s:I, s:I, s:i, s:i,"
			 " s:i, s:i, s:i, s:i, s:i, s:i, s:i}",
			 "jumpers", s->jumpers, "test-result", s->test_result,
			 "version", s->version, "period", s->period, "crcs", s->crcs,
			 "alignment-errors", s->alignment_errors,
			 "collisions", s->collisions, "send-aborts", s->send_aborts,
			 "good-sends", (json_int_t)s->good_sends,
			 "good-receives", (json_int_t)s->good_receives,
			 "retransmits", s->retransmits,
			 "no-resource-conditions", s->no_resource_conditions,
			 "free-command-blocks", s->free_command_blocks,
			 "total-command-blocks", s->total_command_blocks,
			 "max-command-blocks", s->max_command_blocks,
			 "pending-sessions", s->pending_sessions,
			 "max-pending-sessions", s->max_pending_sessions,
			 "max-sessions", s->max_sessions, "packet-size", s->packet_size);
}

static json_t *decode_all(const struct ns_status *status, bool truncated)
{
	const uint8_t *unit = status->statistics.unit_id;
	json_t *names = json_array();
	struct ns_status_entry entry;
	unsigned int i;
	char mac[18];

	for (i = 0; i < status->n; i++) {
		entry = ns_status_entry(status, i);
		json_array_append_new(names, decode_name(&entry));
	}
	snprintf(mac, sizeof(mac), "%02x:%02x:%02x:%02x:%02x:%02x", unit[0], unit[1],
		 unit[2], unit[3], unit[4], unit[5]);
	return json_pack("{s:s, s:b, s:o, s:o}", "unit-id", mac, "truncated", truncated,
			 "names", names, "statistics", decode_statistics(&status->statistics));
}

json_t *status_decode(const struct ns_ask *ask)
{
	return decode_all(&ask->status, ask->truncated);
}

static void print_flag(const json_t *name, const char *key)
{
	if (!json_is_true(json_object_get(name, key)))
		return;
	fputs("  ", stdout);
	color_print(color_of(key), 0, key);
}

void status_print(const json_t *status, bool all)
{
	const json_t *names = json_object_get(status, "names"), *name;
	json_t *value;
	const char *key;
	size_t i;

	printf("%-20s  %s\n", "address",
	       json_string_value(json_object_get(status, "addr")));
	printf("%-20s  %s\n", "unit-id",
	       json_string_value(json_object_get(status, "unit-id")));
	json_array_foreach(names, i, name) {
		printf("%-20s  %-6s  %s", json_string_value(json_object_get(name, "name")),
		       json_is_true(json_object_get(name, "group")) ? "group" : "unique",
		       json_string_value(json_object_get(name, "node-type")));
		print_flag(name, "active");
		print_flag(name, "permanent");
		print_flag(name, "conflict");
		print_flag(name, "releasing");
		putchar('\n');
	}
	if (json_is_true(json_object_get(status, "truncated")))
		puts("(truncated: the node has more names)");
	if (all)
		json_object_foreach(json_object_get(status, "statistics"), key, value)
			printf("%-24s  %" JSON_INTEGER_FORMAT "\n", key,
			       json_integer_value(value));
}
