/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The packets of the datagram service, RFC 1002 4.4.
 *
 * Pure code, as nb_wire.h: built for user space too (selftests/unit).
 */
#ifndef _NB_DGRAM_WIRE_H
#define _NB_DGRAM_WIRE_H

#include "nb_wire.h"

#define NB_DGM_PORT		138	/* DGM_SRVC_UDP_PORT (CONST-017) */

/* Packet types (DG-003) */
enum {
	NB_DGM_UNIQUE		= 0x10,
	NB_DGM_GROUP		= 0x11,
	NB_DGM_BROADCAST	= 0x12,
	NB_DGM_ERROR		= 0x13,
	NB_DGM_QUERY		= 0x14,
	NB_DGM_QUERY_POSITIVE	= 0x15,
	NB_DGM_QUERY_NEGATIVE	= 0x16,
};

/* Octet of flags (DG-004); the high four bits are zero when we send */
#define NB_DGM_MORE		0x01
#define NB_DGM_FIRST		0x02
#define NB_DGM_SNT_B		0x00
#define NB_DGM_SNT_P		0x04
#define NB_DGM_SNT_M		0x08	/* also that of an H node (H-025) */

/* Error octet of NB_DGM_ERROR (DG-031) */
enum {
	NB_DGM_NO_NAME		= 0x82,	/* destination name not present */
	NB_DGM_BAD_SOURCE	= 0x83,	/* invalid source name format */
	NB_DGM_BAD_DESTINATION	= 0x84,	/* invalid destination name format */
};

#define NB_DGM_HDR_LEN		14	/* of a data packet (DG-002) */
#define NB_DGM_SHORT_LEN	10	/* of all others (DG-027) */
#define NB_DGM_ERROR_LEN	11	/* short header and error octet */
#define NB_DGM_QUERY_MAX	(NB_DGM_SHORT_LEN + NB_WIRE_NAME_MAX)

/* The section of a datagram: both names and the user's octets (DG-005) */
#define NB_DGM_NAMES_MIN	(2 * NB_WIRE_NAME_MIN)
#define NB_DGM_NAMES_MAX	(2 * NB_WIRE_NAME_MAX)
#define NB_DGM_SECTION_MAX	(NB_DGM_NAMES_MAX + NETBIOS_MAX_DATAGRAM)

/**
 * struct nb_dgm_header - header of a packet, in host order but for the address
 * @type: NB_DGM_*
 * @flags: NB_DGM_FIRST and so on; bits that are reserved are zero
 * @id: DGM_ID
 * @addr: SOURCE_IP
 * @port: SOURCE_PORT
 * @len: DGM_LENGTH, octets of the section; data packets only
 * @offset: PACKET_OFFSET, octets of the section in earlier fragments; data
 *	packets only
 */
struct nb_dgm_header {
	u8	type;
	u8	flags;
	u16	id;
	__be32	addr;
	u16	port;
	u16	len;
	u16	offset;
};

/**
 * struct nb_dgm_names - the names in front of a section
 * @source: who sent it
 * @destination: for whom it is
 * @source_scope: scope of @source, labels in wire form, inside the section
 * @scope: scope of @destination, likewise
 * @source_scope_len: octets in @source_scope
 * @scope_len: octets in @scope
 * @error: NB_DGM_BAD_*: which name is malformed
 */
struct nb_dgm_names {
	u8		source[NETBIOS_NAME_LEN];
	u8		destination[NETBIOS_NAME_LEN];
	const u8	*source_scope;
	const u8	*scope;
	u8		source_scope_len;
	u8		scope_len;
	u8		error;
};

/* the name of all nodes (DG-011) */
extern const u8 nb_dgm_everybody[NETBIOS_NAME_LEN];

bool nb_dgm_is_data(u8 type);
int nb_dgm_put_header(u8 *p, const struct nb_dgm_header *hdr);
int nb_dgm_get_header(const u8 *p, size_t len, struct nb_dgm_header *hdr);
int nb_dgm_fits(const struct nb_dgm_header *hdr, size_t len);
int nb_dgm_put_names(u8 *p, size_t room, const u8 *source,
		     const u8 *destination, const u8 *scope, u8 scope_len);
int nb_dgm_get_names(const u8 *p, size_t len, struct nb_dgm_names *names);
bool nb_dgm_to_everybody(const u8 *name);
int nb_dgm_error(u8 error);

#endif /* _NB_DGRAM_WIRE_H */
