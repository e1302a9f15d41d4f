// SPDX-License-Identifier: GPL-2.0
/*
 * Packets of the datagram service (RFC 1002 4.4).
 */
#include <errno.h>
#include <string.h>

#include "dgm_packet.h"

static uint16_t get16(const uint8_t *p)
{
	return p[0] << 8 | p[1];
}

static void set16(uint8_t *p, uint16_t value)
{
	p[0] = value >> 8;
	p[1] = value;
}

/*
 * Pointers have to lead backwards, and not into the 12 octets of a header of
 * the name service: where a packet begins with the name there are none.
 */
static int take_name(struct ns_name *name, const uint8_t *p, size_t len, size_t *at)
{
	size_t end = 0;
	int err;

	err = ns_name_decode(name, p + *at, len - *at, &end);
	if (!err)
		*at += end;
	return err;
}

/*
 * Of @len octets behind the header, how many are of the datagram. Return: -EBADMSG
 * if that, DGM_LENGTH, the offset and the flags do not go together.
 */
static int take_length(const struct dgm_packet *packet, size_t len)
{
	bool first = packet->flags & DGM_FIRST, more = packet->flags & DGM_MORE;
	size_t end = packet->offset + len;

	if (first != !packet->offset)
		return -EBADMSG;
	if (first && !more)
		return packet->length <= len ? packet->length : -EBADMSG;
	if (!len || end > DGM_PACKET_MAX - DGM_HEADER_LEN)
		return -EBADMSG;
	if (packet->length != len &&
	    (more ? end >= packet->length : end != packet->length))
		return -EBADMSG;
	return len;
}

static int parse_data(struct dgm_packet *packet, const uint8_t *p, size_t len)
{
	size_t at = DGM_HEADER_LEN;
	int ret;

	if (len < DGM_HEADER_LEN)
		return -EBADMSG;
	packet->length = get16(p + 10);
	packet->offset = get16(p + 12);
	ret = take_length(packet, len - DGM_HEADER_LEN);
	if (ret < 0)
		return ret;
	len = DGM_HEADER_LEN + ret;
	if (packet->flags & DGM_FIRST) {
		/* NAME-002: nobody has a name with an asterisk */
		if (take_name(&packet->source, p, len, &at) ||
		    packet->source.octets[0] == '*' ||
		    take_name(&packet->destination, p, len, &at))
			return -EBADMSG;
		packet->names = true;
	}
	packet->data = p + at;
	packet->len = len - at;
	return packet->len <= DGM_USER_MAX ? 0 : -EBADMSG;
}

int dgm_parse(struct dgm_packet *packet, const void *data, size_t len)
{
	const uint8_t *p = data;
	size_t at = DGM_QUERY_HEADER_LEN;

	if (len < DGM_QUERY_HEADER_LEN)
		return -EBADMSG;
	packet->type = p[0];
	packet->flags = p[1];
	packet->id = get16(p + 2);
	memcpy(&packet->addr, p + 4, sizeof(packet->addr));
	packet->port = get16(p + 8);
	packet->names = false;
	packet->len = 0;
	switch (packet->type) {
	case DGM_DIRECT_UNIQUE:
	case DGM_DIRECT_GROUP:
	case DGM_BROADCAST:
		return parse_data(packet, p, len);
	case DGM_ERROR:
		if (len < DGM_ERROR_LEN)
			return -EBADMSG;
		packet->error = p[10];
		return 0;
	case DGM_QUERY:
	case DGM_QUERY_POSITIVE:
	case DGM_QUERY_NEGATIVE:
		return take_name(&packet->destination, p, len, &at);
	default:
		return -EBADMSG;
	}
}

static void put_header(uint8_t *buf, const struct dgm_packet *packet)
{
	buf[0] = packet->type;
	buf[1] = packet->flags;
	set16(buf + 2, packet->id);
	memcpy(buf + 4, &packet->addr, sizeof(packet->addr));
	set16(buf + 8, packet->port);
}

size_t dgm_build_query(uint8_t *buf, size_t size, const struct dgm_packet *packet)
{
	if (size < DGM_QUERY_HEADER_LEN + 2u * NETBIOS_NAME_LEN + 2 +
		   packet->destination.scope_len)
		return 0;
	put_header(buf, packet);
	return DGM_QUERY_HEADER_LEN +
	       ns_name_encode(&packet->destination, buf + DGM_QUERY_HEADER_LEN);
}

size_t dgm_build_data(uint8_t *buf, size_t size, const struct dgm_packet *packet)
{
	uint8_t names[2 * NS_NAME_WIRE_MAX];
	size_t n = 0;

	if (packet->flags & DGM_FIRST) {
		n = ns_name_encode(&packet->source, names);
		n += ns_name_encode(&packet->destination, names + n);
	}
	if (size < DGM_HEADER_LEN + n + packet->len)
		return 0;
	put_header(buf, packet);
	set16(buf + 10, packet->length ? packet->length : n + packet->len);
	set16(buf + 12, packet->offset);
	memcpy(buf + DGM_HEADER_LEN, names, n);
	if (packet->len)
		memcpy(buf + DGM_HEADER_LEN + n, packet->data, packet->len);
	return DGM_HEADER_LEN + n + packet->len;
}
