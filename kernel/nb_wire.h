/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The packets of the session service and the encoding of names, RFC 1002
 * 4.1 and 4.3.
 *
 * Pure code: no socket, no namespace, no lock, no allocation. It is built
 * for user space too (selftests/unit), where it meets sanitizers and random
 * input.
 */
#ifndef _NB_WIRE_H
#define _NB_WIRE_H

#include <linux/types.h>
#include <uapi/linux/netbios.h>

#define NB_SSN_PORT		139	/* SSN_SRVC_TCP_PORT (CONST-012) */

#define NB_WIRE_HDR_LEN		4	/* type, flags, length (SS-003) */

/* Packet types (SS-004) */
enum {
	NB_SSN_MESSAGE		= 0x00,
	NB_SSN_REQUEST		= 0x81,
	NB_SSN_POSITIVE		= 0x82,
	NB_SSN_NEGATIVE		= 0x83,
	NB_SSN_RETARGET		= 0x84,
	NB_SSN_KEEPALIVE	= 0x85,
};

/* Error octet of NB_SSN_NEGATIVE (SS-010, CONST-023) */
enum {
	NB_ERR_NO_LISTEN	= 0x80,	/* nobody listens on the called name */
	NB_ERR_NO_LISTEN_CALLER	= 0x81,	/* nobody listens for this caller */
	NB_ERR_NO_NAME		= 0x82,	/* the called name is not here */
	NB_ERR_NO_RESOURCES	= 0x83,
	NB_ERR_UNSPECIFIED	= 0x8f,
};

/* Limits of an encoded name (NAME-007, NAME-008, CONST-019) */
#define NB_WIRE_LABEL_MAX	63
#define NB_WIRE_NAME_MAX	255
#define NB_WIRE_NAME_MIN	34	/* 20h, 32 letters, 0: empty scope */
#define NB_WIRE_SCOPE_MAX	(NB_WIRE_NAME_MAX - NB_WIRE_NAME_MIN)

/* A SESSION REQUEST: header, called name, calling name (SS-009) */
#define NB_WIRE_REQUEST_MIN	(NB_WIRE_HDR_LEN + 2 * NB_WIRE_NAME_MIN)
#define NB_WIRE_REQUEST_MAX	(NB_WIRE_HDR_LEN + 2 * NB_WIRE_NAME_MAX)

/* Trailers of a fixed length (SS-008) */
#define NB_WIRE_NEGATIVE_LEN	1	/* error octet */
#define NB_WIRE_RETARGET_LEN	6	/* IPv4 address, TCP port */

/**
 * struct nb_wire_request - what a SESSION REQUEST says
 * @called: called name
 * @calling: calling name
 * @scope: scope of the called name, labels in wire form, inside the trailer
 * @scope_len: octets in @scope, 0 for the empty scope
 * @calling_scope: scope of the calling name, likewise
 * @calling_scope_len: octets in @calling_scope
 */
struct nb_wire_request {
	u8		called[NETBIOS_NAME_LEN];
	u8		calling[NETBIOS_NAME_LEN];
	const u8	*scope;
	u8		scope_len;
	const u8	*calling_scope;
	u8		calling_scope_len;
};

int nb_wire_put_name(u8 *p, size_t room, const u8 *name,
		     const u8 *scope, u8 scope_len);
int nb_wire_get_name(const u8 *p, size_t len, u8 *name,
		     const u8 **scope, u8 *scope_len);

void nb_wire_put_header(u8 *p, u8 type, u32 len);
int nb_wire_get_header(const u8 *p, u8 *type, u32 *len);

/**
 * nb_wire_get_message() - read the header of a SESSION MESSAGE
 * @p: NB_WIRE_HDR_LEN octets
 * @len: gets the length of the message
 *
 * As nb_wire_get_header(), for the packet that nearly all are: its type and
 * its reserved flag bits are zero, so the header, read as a number, is the
 * length.
 *
 * Context: any. Return: false if it is no SESSION MESSAGE, or a bad one.
 */
static inline bool nb_wire_get_message(const u8 *p, u32 *len)
{
	*len = (u32)p[0] << 24 | p[1] << 16 | p[2] << 8 | p[3];
	return *len <= NETBIOS_MAX_MESSAGE;
}

int nb_wire_put_request(u8 *p, size_t room, const u8 *called,
			const u8 *calling, const u8 *scope, u8 scope_len);
int nb_wire_get_request(const u8 *trailer, size_t len,
			struct nb_wire_request *req);

int nb_wire_scope_from_text(const char *text, size_t len, u8 *labels,
			    size_t room);
int nb_wire_scope_to_text(const u8 *labels, u8 len, char *text, size_t room);
bool nb_wire_scope_equal(const u8 *a, u8 a_len, const u8 *b, u8 b_len);
void nb_wire_scope_fold(u8 *to, const u8 *labels, u8 len);

int nb_wire_error(u8 error);
bool nb_wire_reserved_suffix(u8 suffix);

#endif /* _NB_WIRE_H */
