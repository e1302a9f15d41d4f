// SPDX-License-Identifier: GPL-2.0
/*
 * libFuzzer: the packet parser of the name service. Besides what sanitizers
 * see: names that were read can be written, and are the same when read again.
 */
#include <stdlib.h>
#include <string.h>
#include <wire/ns_packet.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static void again(const struct ns_name *name)
{
	uint8_t wire[NS_NAME_WIRE_MAX];
	char text[NETBIOS_SCOPE_MAX + 1];
	size_t len = ns_name_encode(name, wire), at = 0;
	struct ns_name back;

	if (len > NS_NAME_WIRE_MAX || ns_name_decode(&back, wire, len, &at) || at != len ||
	    !ns_name_equal(name, &back))
		abort();
	if (ns_name_set(&back, name->octets, ns_name_scope(name, text)) ||
	    !ns_name_equal(name, &back))
		abort();
}

static uint32_t walk(const struct ns_record *record)
{
	struct ns_status status;
	uint32_t sum = 0;
	unsigned int i;

	again(&record->name);
	for (i = 0; i < record->len; i++)
		sum += record->data[i];
	for (i = 0; i < ns_entries(record); i++)
		sum += ns_entry(record, i).addr;
	if (!ns_status_parse(&status, record))
		for (i = 0; i < status.n; i++)
			sum += ns_status_entry(&status, i).flags;
	return sum;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static volatile uint32_t sink;
	struct ns_packet packet;
	uint32_t addr;
	unsigned int i;

	if (ns_parse(&packet, data, len))
		return 0;
	if (packet.questions)
		again(&packet.question);
	for (i = 0; i < packet.records; i++)
		sink += walk(&packet.record[i]);
	if (ns_redirect(&packet, &addr))
		sink += addr;
	sink += ns_opcode(&packet);
	return 0;
}
