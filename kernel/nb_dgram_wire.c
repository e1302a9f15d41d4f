// SPDX-License-Identifier: GPL-2.0
/*
 * Encoding and decoding of datagram packets, RFC 1002 4.4.
 */
#include <linux/errno.h>
#include <linux/string.h>

#include "nb_dgram_wire.h"

const u8 nb_dgm_everybody[NETBIOS_NAME_LEN] = { '*' };

static void put_u16(u8 *p, u16 n)
{
	p[0] = n >> 8;
	p[1] = n;
}

static u16 get_u16(const u8 *p)
{
	return p[0] << 8 | p[1];
}

/**
 * nb_dgm_is_data() - whether packets of a type carry a datagram
 * @type: NB_DGM_*
 *
 * Context: any.
 * Return: true for direct unique, direct group and broadcast datagrams.
 */
bool nb_dgm_is_data(u8 type)
{
	return type >= NB_DGM_UNIQUE && type <= NB_DGM_BROADCAST;
}

/**
 * nb_dgm_put_header() - write the header of a packet (DG-002, DG-027)
 * @p: where to; NB_DGM_HDR_LEN octets are always enough
 * @hdr: what it says
 *
 * Context: any.
 * Return: octets written.
 */
int nb_dgm_put_header(u8 *p, const struct nb_dgm_header *hdr)
{
	p[0] = hdr->type;
	p[1] = hdr->flags;
	put_u16(p + 2, hdr->id);
	memcpy(p + 4, &hdr->addr, 4);
	put_u16(p + 8, hdr->port);
	if (!nb_dgm_is_data(hdr->type))
		return NB_DGM_SHORT_LEN;
	put_u16(p + 10, hdr->len);
	put_u16(p + 12, hdr->offset);
	return NB_DGM_HDR_LEN;
}

/**
 * nb_dgm_get_header() - read the header of a packet
 * @p: payload of a UDP packet
 * @len: octets there
 * @hdr: gets what it says
 *
 * Reserved flags are ignored: some senders set them.
 *
 * Context: any.
 * Return: octets of the header, or -EBADMSG for a type that RFC 1002 does not
 * have or a packet that is too short; then @hdr is undefined.
 */
int nb_dgm_get_header(const u8 *p, size_t len, struct nb_dgm_header *hdr)
{
	if (len < NB_DGM_SHORT_LEN || p[0] < NB_DGM_UNIQUE ||
	    p[0] > NB_DGM_QUERY_NEGATIVE)
		return -EBADMSG;
	hdr->type = p[0];
	hdr->flags = p[1] & 0x0f;
	hdr->id = get_u16(p + 2);
	memcpy(&hdr->addr, p + 4, 4);
	hdr->port = get_u16(p + 8);
	hdr->len = 0;
	hdr->offset = 0;
	if (!nb_dgm_is_data(hdr->type))
		return NB_DGM_SHORT_LEN;
	if (len < NB_DGM_HDR_LEN)
		return -EBADMSG;
	hdr->len = get_u16(p + 10);
	hdr->offset = get_u16(p + 12);
	return NB_DGM_HDR_LEN;
}

/**
 * nb_dgm_fits() - does the length of a data packet fit its header? (DG-021)
 * @hdr: header
 * @len: octets behind it
 *
 * DGM_LENGTH of a fragment is the total, or the fragment's own (E-10). Behind
 * a datagram that is whole there may be padding.
 *
 * Context: any.
 * Return: octets of the section that the packet has, at most
 * NB_DGM_SECTION_MAX with those before it, or -EBADMSG. Of a packet with
 * FIRST alone that is the whole section; of another one there is 1 at least.
 */
int nb_dgm_fits(const struct nb_dgm_header *hdr, size_t len)
{
	bool first = hdr->flags & NB_DGM_FIRST, more = hdr->flags & NB_DGM_MORE;
	size_t end = hdr->offset + len;

	if (first != !hdr->offset)
		return -EBADMSG;
	if (first && !more) {
		if (hdr->len > len || hdr->len > NB_DGM_SECTION_MAX)
			return -EBADMSG;
		return hdr->len;
	}
	if (!len || end > NB_DGM_SECTION_MAX)
		return -EBADMSG;
	if (hdr->len != len && (more ? end >= hdr->len : end != hdr->len))
		return -EBADMSG;
	return len;
}

/**
 * nb_dgm_put_names() - write the names in front of a section (DG-005)
 * @p: where to
 * @room: octets there; NB_DGM_NAMES_MAX are always enough
 * @source: NETBIOS_NAME_LEN octets
 * @destination: NETBIOS_NAME_LEN octets
 * @scope: scope of both, labels in wire form without the final zero
 * @scope_len: octets in @scope
 *
 * Context: any.
 * Return: octets written, or -EMSGSIZE.
 */
int nb_dgm_put_names(u8 *p, size_t room, const u8 *source,
		     const u8 *destination, const u8 *scope, u8 scope_len)
{
	int first, second;

	first = nb_wire_put_name(p, room, source, scope, scope_len);
	if (first < 0)
		return first;
	second = nb_wire_put_name(p + first, room - first, destination, scope,
				  scope_len);
	return second < 0 ? second : first + second;
}

/**
 * nb_dgm_get_names() - read the names in front of a section (DG-005, DG-009,
 *	DG-033)
 * @p: section
 * @len: octets there; there may be more than the names
 * @names: gets the names; their scopes point into @p
 *
 * Context: any.
 * Return: octets that the names take, or -EBADMSG; then only @names->error is
 * defined.
 */
int nb_dgm_get_names(const u8 *p, size_t len, struct nb_dgm_names *names)
{
	int source, destination;

	names->error = NB_DGM_BAD_SOURCE;
	source = nb_wire_get_name(p, len, names->source, &names->source_scope,
				  &names->source_scope_len);
	if (source < 0)
		return source;
	/* NAME-002: nobody has such a name, nor can it be answered */
	if (names->source[0] == '*')
		return -EBADMSG;
	names->error = NB_DGM_BAD_DESTINATION;
	destination = nb_wire_get_name(p + source, len - source,
				       names->destination, &names->scope,
				       &names->scope_len);
	if (destination < 0)
		return destination;
	names->error = 0;
	return source + destination;
}

/**
 * nb_dgm_to_everybody() - whether a name means all nodes of the scope (DG-011)
 * @name: NETBIOS_NAME_LEN octets
 *
 * Context: any.
 * Return: true for an asterisk and 15 zeroes.
 */
bool nb_dgm_to_everybody(const u8 *name)
{
	return !memcmp(name, nb_dgm_everybody, NETBIOS_NAME_LEN);
}

/**
 * nb_dgm_error() - errno of a DATAGRAM ERROR
 * @error: its error octet
 *
 * Context: any.
 * Return: -ECONNREFUSED if the name is not there, -EPROTO if the other node
 * could not read a name, -EIO for octets that RFC 1002 does not have.
 */
int nb_dgm_error(u8 error)
{
	switch (error) {
	case NB_DGM_NO_NAME:
		return -ECONNREFUSED;
	case NB_DGM_BAD_SOURCE:
	case NB_DGM_BAD_DESTINATION:
		return -EPROTO;
	default:
		return -EIO;
	}
}
