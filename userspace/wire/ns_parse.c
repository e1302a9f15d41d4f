// SPDX-License-Identifier: GPL-2.0
/*
 * Packets of the name service to structures (RFC 1002 4.2).
 */
#include <errno.h>
#include <string.h>

#include "ns_packet.h"

#define RECORD_FIXED	10	/* type, class, TTL, RDLENGTH */
#define RECORDS_KEPT	2

static uint16_t get16(const uint8_t *p)
{
	return p[0] << 8 | p[1];
}

static uint32_t get32(const uint8_t *p)
{
	return (uint32_t)get16(p) << 16 | get16(p + 2);
}

static uint32_t get_addr(const uint8_t *p)
{
	uint32_t addr;

	memcpy(&addr, p, sizeof(addr));
	return addr;
}

static int parse_question(struct ns_packet *packet, const uint8_t *data, size_t len,
			  size_t *at)
{
	if (ns_name_decode(&packet->question, data, len, at) || *at + 4 > len)
		return -EBADMSG;
	packet->qtype = get16(data + *at);
	packet->qclass = get16(data + *at + 2);
	*at += 4;
	return 0;
}

static int parse_record(struct ns_record *record, const uint8_t *data, size_t len,
			size_t *at)
{
	if (ns_name_decode(&record->name, data, len, at) || *at + RECORD_FIXED > len)
		return -EBADMSG;
	record->type = get16(data + *at);
	record->class = get16(data + *at + 2);
	record->ttl = get32(data + *at + 4);
	record->len = get16(data + *at + 8);
	*at += RECORD_FIXED;
	if (*at + record->len > len)
		return -EBADMSG;
	record->data = data + *at;
	*at += record->len;
	return 0;
}

/* E-05: drawn with the count zero and with the record; both are seen */
static bool record_is_optional(const struct ns_packet *packet)
{
	return (packet->flags & NS_RESPONSE) && (packet->flags & NS_RCODE);
}

int ns_parse(struct ns_packet *packet, const void *data, size_t len)
{
	const uint8_t *p = data;
	size_t at = NS_HEADER_LEN;
	unsigned int records;

	if (len < NS_HEADER_LEN)
		return -EBADMSG;
	packet->id = get16(p);
	packet->flags = get16(p + 2);
	packet->questions = 0;
	packet->records = 0;
	packet->answers = get16(p + 6);
	if (get16(p + 4) > 1)
		return -EBADMSG;
	if (get16(p + 4)) {
		if (parse_question(packet, p, len, &at))
			return -EBADMSG;
		packet->questions = 1;
	}
	records = packet->answers + get16(p + 8) + get16(p + 10);
	if (records && at == len && record_is_optional(packet))
		return 0;
	while (records-- && packet->records < RECORDS_KEPT) {
		if (parse_record(&packet->record[packet->records], p, len, &at))
			return -EBADMSG;
		packet->records++;
	}
	return 0;
}

unsigned int ns_opcode(const struct ns_packet *packet)
{
	unsigned int opcode = (packet->flags & NS_OPCODE) >> 11;

	return opcode == NS_OP_REFRESH_ALT ? NS_OP_REFRESH : opcode;
}

unsigned int ns_entries(const struct ns_record *record)
{
	if (record->type != NS_TYPE_NB || record->class != NS_CLASS_IN ||
	    record->len % NS_ENTRY_LEN)
		return 0;
	return record->len / NS_ENTRY_LEN;
}

struct ns_entry ns_entry(const struct ns_record *record, unsigned int i)
{
	const uint8_t *p = record->data + i * NS_ENTRY_LEN;

	return (struct ns_entry) { .flags = get16(p), .addr = get_addr(p + 2) };
}

bool ns_redirect(const struct ns_packet *packet, uint32_t *addr)
{
	const struct ns_record *record = &packet->record[1];

	if (!(packet->flags & NS_RESPONSE) || ns_opcode(packet) != NS_OP_QUERY ||
	    (packet->flags & (NS_AA | NS_RCODE)) || packet->answers ||
	    packet->records < 2 || packet->record[0].type != NS_TYPE_NS ||
	    record->type != NS_TYPE_A || record->len != 4)
		return false;
	*addr = get_addr(record->data);
	return true;
}

static void parse_statistics(struct ns_statistics *s, const uint8_t *p)
{
	memcpy(s->unit_id, p, sizeof(s->unit_id));
	s->jumpers = p[6];
	s->test_result = p[7];
	s->version = get16(p + 8);
	s->period = get16(p + 10);
	s->crcs = get16(p + 12);
	s->alignment_errors = get16(p + 14);
	s->collisions = get16(p + 16);
	s->send_aborts = get16(p + 18);
	s->good_sends = get32(p + 20);
	s->good_receives = get32(p + 24);
	s->retransmits = get16(p + 28);
	s->no_resource_conditions = get16(p + 30);
	s->free_command_blocks = get16(p + 32);
	s->total_command_blocks = get16(p + 34);
	s->max_command_blocks = get16(p + 36);
	s->pending_sessions = get16(p + 38);
	s->max_pending_sessions = get16(p + 40);
	s->max_sessions = get16(p + 42);
	s->packet_size = get16(p + 44);
}

int ns_status_parse(struct ns_status *status, const struct ns_record *record)
{
	size_t names;

	memset(status, 0, sizeof(*status));
	if (record->type != NS_TYPE_NBSTAT || record->len < 1)
		return -EBADMSG;
	status->n = record->data[0];
	status->entries = record->data + 1;
	names = 1 + status->n * NS_STATUS_ENTRY_LEN;
	if (names > record->len)
		return -EBADMSG;
	if (names + NS_STATISTICS_LEN <= record->len)
		parse_statistics(&status->statistics, record->data + names);
	return 0;
}

struct ns_status_entry ns_status_entry(const struct ns_status *status, unsigned int i)
{
	const uint8_t *p = status->entries + i * NS_STATUS_ENTRY_LEN;
	struct ns_status_entry entry;

	memcpy(entry.name, p, NETBIOS_NAME_LEN);
	entry.flags = get16(p + NETBIOS_NAME_LEN);
	return entry;
}
