/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Packets of the datagram service, UDP 138 (RFC 1002 4.4): to structures and
 * back. Pure functions: no I/O, no allocation. Numbers in structures are in
 * host order, but IPv4 addresses in network order.
 */
#ifndef _WIRE_DGM_PACKET_H
#define _WIRE_DGM_PACKET_H

#include "ns_packet.h"

#define DGM_PORT		138
/* Header of data datagrams, of DATAGRAM ERROR, of queries (CONST-021) */
#define DGM_HEADER_LEN		14
#define DGM_ERROR_LEN		11
#define DGM_QUERY_HEADER_LEN	10
/* Longest datagram without the IP and UDP headers: 14 + 255 + 255 + 512 */
#define DGM_PACKET_MAX		1036
/* Octets for the user in one datagram (RFC 1001 17.1.2) */
#define DGM_USER_MAX		512

/* MSG_TYPE (RFC 1002 4.4.1) */
#define DGM_DIRECT_UNIQUE	0x10
#define DGM_DIRECT_GROUP	0x11
#define DGM_BROADCAST		0x12
#define DGM_ERROR		0x13
#define DGM_QUERY		0x14
#define DGM_QUERY_POSITIVE	0x15
#define DGM_QUERY_NEGATIVE	0x16

/* FLAGS */
#define DGM_SNT			0x0c
#define DGM_SNT_B		0x00
#define DGM_SNT_P		0x04
#define DGM_SNT_M		0x08
#define DGM_SNT_NBDD		0x0c
#define DGM_FIRST		0x02
#define DGM_MORE		0x01

/**
 * struct dgm_packet - what dgm_parse() makes of a packet
 * @type: DGM_DIRECT_UNIQUE ... DGM_QUERY_NEGATIVE
 * @flags: the octet of flags
 * @id: DGM_ID
 * @addr: SOURCE_IP
 * @port: SOURCE_PORT
 * @length: DGM_LENGTH, of data datagrams
 * @offset: PACKET_OFFSET, of data datagrams
 * @error: ERROR_CODE of DATAGRAM ERROR
 * @names: @source and @destination are there: data with DGM_FIRST
 * @source: SOURCE_NAME
 * @destination: DESTINATION_NAME; of queries and their answers, too
 * @data: what follows the names, or the header of a later fragment; without
 *	padding
 * @len: octets of it
 */
struct dgm_packet {
	uint8_t		type;
	uint8_t		flags;
	uint16_t	id;
	uint32_t	addr;
	uint16_t	port;
	uint16_t	length;
	uint16_t	offset;
	uint8_t		error;
	bool		names;
	struct ns_name	source;
	struct ns_name	destination;
	const uint8_t	*data;
	size_t		len;
};

/**
 * dgm_parse() - take a packet apart
 * @packet: result; points into @data
 * @data: octets from the network
 * @len: how many
 *
 * Label pointers are malformed here (NAME-012). DGM_LENGTH has to fit: behind a
 * datagram that is whole there may be padding, and in fragments it is the total or
 * the length of each (E-10).
 *
 * Return: 0, -EBADMSG for a malformed packet or an unknown type.
 */
int dgm_parse(struct dgm_packet *packet, const void *data, size_t len);

/**
 * dgm_build_query() - DATAGRAM QUERY REQUEST and its answers (RFC 1002 4.4.4)
 * @buf: result
 * @size: its room
 * @packet: type, flags, id, addr, port and destination
 *
 * Return: octets written, 0 if @size is too small.
 */
size_t dgm_build_query(uint8_t *buf, size_t size, const struct dgm_packet *packet);

/**
 * dgm_build_data() - a datagram with names (RFC 1002 4.4.2)
 * @buf: result
 * @size: its room
 * @packet: all but @length, which is that of names and data unless it is not 0,
 *	and @error; the names are left out without DGM_FIRST
 *
 * Return: octets written, 0 if @size is too small.
 */
size_t dgm_build_data(uint8_t *buf, size_t size, const struct dgm_packet *packet);

#endif /* _WIRE_DGM_PACKET_H */
