// SPDX-License-Identifier: GPL-2.0
/*
 * Packets of the name service from structures (RFC 1002 4.2).
 */
#include <string.h>

#include "ns_packet.h"

#define NAME_POINTER	(0xc000 | NS_HEADER_LEN)	/* to the question (NAME-013) */

/* Where the next octet goes; @p is NULL once there was no room */
struct out {
	uint8_t	*start;
	uint8_t	*p;
	uint8_t	*end;
};

static uint8_t *room(struct out *out, size_t len)
{
	uint8_t *p = out->p;

	if (!p || (size_t)(out->end - p) < len) {
		out->p = NULL;
		return NULL;
	}
	out->p += len;
	return p;
}

static void set16(uint8_t *p, uint16_t value)
{
	p[0] = value >> 8;
	p[1] = value;
}

static void put16(struct out *out, uint16_t value)
{
	uint8_t *p = room(out, 2);

	if (p)
		set16(p, value);
}

static void put32(struct out *out, uint32_t value)
{
	put16(out, value >> 16);
	put16(out, value);
}

static void put(struct out *out, const void *data, size_t len)
{
	uint8_t *p = room(out, len);

	if (p && len)
		memcpy(p, data, len);
}

static void put_name(struct out *out, const struct ns_name *name)
{
	uint8_t *p = room(out, 1 + 2 * NETBIOS_NAME_LEN + name->scope_len + 1);

	if (p)
		ns_name_encode(name, p);
}

static void put_entry(struct out *out, const struct ns_entry *entry)
{
	put16(out, entry->flags);
	put(out, &entry->addr, sizeof(entry->addr));
}

/* Everything up to RDLENGTH, without it and without the name */
static void put_record(struct out *out, uint16_t type, uint32_t ttl)
{
	put16(out, type);
	put16(out, NS_CLASS_IN);
	put32(out, ttl);
}

/**
 * begin() - a header
 * @out: result
 * @buf: packet
 * @size: its room
 * @id: NAME_TRN_ID
 * @flags: flag word
 * @counts: QDCOUNT, ANCOUNT, NSCOUNT, ARCOUNT, a hex digit each
 */
static void begin(struct out *out, uint8_t *buf, size_t size, uint16_t id, uint16_t flags,
		  unsigned int counts)
{
	*out = (struct out) { .start = buf, .p = buf, .end = buf + size };
	put16(out, id);
	put16(out, flags);
	put16(out, counts >> 12 & 15);
	put16(out, counts >> 8 & 15);
	put16(out, counts >> 4 & 15);
	put16(out, counts & 15);
}

static size_t end(const struct out *out)
{
	return out->p ? out->p - out->start : 0;
}

size_t ns_build_query(uint8_t *buf, size_t size, uint16_t id, uint16_t flags,
		      const struct ns_name *name, uint16_t qtype)
{
	struct out out;

	begin(&out, buf, size, id, flags, 0x1000);
	put_name(&out, name);
	put16(&out, qtype);
	put16(&out, NS_CLASS_IN);
	return end(&out);
}

size_t ns_build_status_ask(uint8_t *buf, size_t size, uint16_t id,
			   const struct ns_name *name, uint32_t node)
{
	struct out out;

	begin(&out, buf, size, id, 0, 0x1001);
	put_name(&out, name);
	put16(&out, NS_TYPE_A);
	put16(&out, NS_CLASS_IN);
	put16(&out, NAME_POINTER);
	put_record(&out, NS_TYPE_A, 0);
	put16(&out, sizeof(node));
	put(&out, &node, sizeof(node));
	return end(&out);
}

size_t ns_build_request(uint8_t *buf, size_t size, uint16_t id, uint16_t flags,
			const struct ns_name *name, uint32_t ttl,
			const struct ns_entry *entry)
{
	struct out out;

	begin(&out, buf, size, id, flags, 0x1001);
	put_name(&out, name);
	put16(&out, NS_TYPE_NB);
	put16(&out, NS_CLASS_IN);
	put16(&out, NAME_POINTER);
	put_record(&out, NS_TYPE_NB, ttl);
	put16(&out, NS_ENTRY_LEN);
	put_entry(&out, entry);
	return end(&out);
}

size_t ns_build_response(uint8_t *buf, size_t size, uint16_t id, uint16_t flags,
			 const struct ns_name *name, uint32_t ttl,
			 const struct ns_entry *entry, unsigned int n)
{
	struct out out;
	unsigned int fit, i;

	begin(&out, buf, size, id, flags, 0x0100);
	put_name(&out, name);
	put_record(&out, NS_TYPE_NB, ttl);
	if (!room(&out, 2))
		return 0;
	fit = (out.end - out.p) / NS_ENTRY_LEN;
	if (n > fit) {
		if (!fit)
			return 0;
		n = fit;
		set16(buf + 2, flags | NS_TC);
	}
	set16(out.p - 2, n * NS_ENTRY_LEN);
	for (i = 0; i < n; i++)
		put_entry(&out, &entry[i]);
	return end(&out);
}

size_t ns_build_null(uint8_t *buf, size_t size, uint16_t id, uint16_t flags,
		     const struct ns_name *name, uint32_t ttl, int data)
{
	struct out out;

	begin(&out, buf, size, id, flags, 0x0100);
	put_name(&out, name);
	put_record(&out, NS_TYPE_NULL, ttl);
	put16(&out, data < 0 ? 0 : 2);
	if (data >= 0)
		put16(&out, data);
	return end(&out);
}

size_t ns_build_redirect(uint8_t *buf, size_t size, uint16_t id,
			 const struct ns_name *name, uint32_t addr)
{
	uint8_t wire[NS_NAME_WIRE_MAX];
	size_t len = ns_name_encode(name, wire);
	struct out out;

	begin(&out, buf, size, id, NS_RESPONSE | NS_RD, 0x0011);
	put(&out, wire, len);
	put_record(&out, NS_TYPE_NS, 0);
	put16(&out, len);
	put(&out, wire, len);
	put(&out, wire, len);
	put_record(&out, NS_TYPE_A, 0);
	put16(&out, sizeof(addr));
	put(&out, &addr, sizeof(addr));
	return end(&out);
}

static void put_statistics(struct out *out, const struct ns_statistics *s)
{
	put(out, s->unit_id, sizeof(s->unit_id));
	put(out, &s->jumpers, 1);
	put(out, &s->test_result, 1);
	put16(out, s->version);
	put16(out, s->period);
	put16(out, s->crcs);
	put16(out, s->alignment_errors);
	put16(out, s->collisions);
	put16(out, s->send_aborts);
	put32(out, s->good_sends);
	put32(out, s->good_receives);
	put16(out, s->retransmits);
	put16(out, s->no_resource_conditions);
	put16(out, s->free_command_blocks);
	put16(out, s->total_command_blocks);
	put16(out, s->max_command_blocks);
	put16(out, s->pending_sessions);
	put16(out, s->max_pending_sessions);
	put16(out, s->max_sessions);
	put16(out, s->packet_size);
}

size_t ns_build_status(uint8_t *buf, size_t size, uint16_t id,
		       const struct ns_name *name,
		       const struct ns_status_entry *entry, unsigned int n,
		       const struct ns_statistics *statistics)
{
	struct out out;
	unsigned int fit, i;
	uint8_t count;

	begin(&out, buf, size, id, NS_RESPONSE | NS_AA, 0x0100);
	put_name(&out, name);
	put_record(&out, NS_TYPE_NBSTAT, 0);
	if (!room(&out, 2) || (size_t)(out.end - out.p) < 1 + NS_STATISTICS_LEN)
		return 0;
	fit = (out.end - out.p - 1 - NS_STATISTICS_LEN) / NS_STATUS_ENTRY_LEN;
	if (fit > UINT8_MAX)
		fit = UINT8_MAX;
	if (n > fit) {
		n = fit;
		set16(buf + 2, NS_RESPONSE | NS_AA | NS_TC);
	}
	count = n;
	set16(out.p - 2, 1 + n * NS_STATUS_ENTRY_LEN + NS_STATISTICS_LEN);
	put(&out, &count, 1);
	for (i = 0; i < n; i++) {
		put(&out, entry[i].name, NETBIOS_NAME_LEN);
		put16(&out, entry[i].flags);
	}
	put_statistics(&out, statistics);
	return end(&out);
}
