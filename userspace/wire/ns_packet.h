/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Packets of the name service, UDP and TCP 137 (RFC 1002 4.2): to structures
 * and back. Pure functions: no I/O, no allocation. Numbers in structures are
 * in host order, but IPv4 addresses in network order.
 */
#ifndef _WIRE_NS_PACKET_H
#define _WIRE_NS_PACKET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <linux/netbios.h>

#define NS_PORT			137
/* Longest UDP packet: MAX_DATAGRAM_LENGTH 576 less the IP and UDP headers */
#define NS_PACKET_MAX		548
#define NS_HEADER_LEN		12
/* Encoded name, length octets included (RFC 1002 4.1) */
#define NS_NAME_WIRE_MAX	255
/* Labels of a scope: what is left of it behind the name and the final zero */
#define NS_SCOPE_WIRE_MAX	221

/* Flag word (RFC 1002 4.2.1.1) */
#define NS_RESPONSE		0x8000
#define NS_OPCODE		0x7800
#define NS_AA			0x0400
#define NS_TC			0x0200
#define NS_RD			0x0100
#define NS_RA			0x0080
#define NS_B			0x0010
#define NS_RCODE		0x000f

#define NS_OP_QUERY		0
#define NS_OP_REGISTER		5
#define NS_OP_RELEASE		6
#define NS_OP_WACK		7
#define NS_OP_REFRESH		8	/* as in the table of 4.2.1.1 */
#define NS_OP_REFRESH_ALT	9	/* as drawn in 4.2.4 */
#define NS_OP_MULTIHOMED	15	/* MS-NBTE 2.2.2 */

/* Result codes */
#define NS_FMT_ERR		1
#define NS_SRV_ERR		2
#define NS_NAM_ERR		3
#define NS_IMP_ERR		4
#define NS_RFS_ERR		5
#define NS_ACT_ERR		6
#define NS_CFT_ERR		7

/* Types and the class of questions and records */
#define NS_TYPE_A		0x0001
#define NS_TYPE_NS		0x0002
#define NS_TYPE_NULL		0x000a
#define NS_TYPE_NB		0x0020
#define NS_TYPE_NBSTAT		0x0021
#define NS_CLASS_IN		0x0001

/* NB_FLAGS and NAME_FLAGS (RFC 1002 4.2.1.3, 4.2.18) */
#define NS_GROUP		0x8000
#define NS_ONT			0x6000
#define NS_ONT_B		0x0000
#define NS_ONT_P		0x2000
#define NS_ONT_M		0x4000
#define NS_ONT_H		0x6000	/* reserved; what Windows says for H */
#define NS_DRG			0x1000	/* being deleted */
#define NS_CNF			0x0800	/* in conflict */
#define NS_ACT			0x0400	/* active, always set */
#define NS_PRM			0x0200	/* permanent name of the node */

/* One entry of NB data, of a status, and the statistics behind those */
#define NS_ENTRY_LEN		6
#define NS_STATUS_ENTRY_LEN	18
#define NS_STATISTICS_LEN	46

/**
 * struct ns_name - a name as it is on the wire
 * @octets: the 16 octets
 * @scope_len: octets in @scope
 * @scope: labels, length octet and label in turn, without the final zero
 */
struct ns_name {
	uint8_t		octets[NETBIOS_NAME_LEN];
	uint8_t		scope_len;
	uint8_t		scope[NS_SCOPE_WIRE_MAX];
};

/**
 * struct ns_record - a resource record
 * @name: whose
 * @type: NS_TYPE_*
 * @class: NS_CLASS_IN
 * @ttl: seconds
 * @len: octets in @data
 * @data: inside the packet, not aligned
 */
struct ns_record {
	struct ns_name	name;
	uint16_t	type;
	uint16_t	class;
	uint32_t	ttl;
	uint16_t	len;
	const uint8_t	*data;
};

/**
 * struct ns_packet - what ns_parse() makes of a packet
 * @id: NAME_TRN_ID
 * @flags: the flag word
 * @questions: questions there are, 0 or 1
 * @answers: ANCOUNT as it stands there
 * @records: records in @record, of all sections
 * @question: name asked for
 * @qtype: NS_TYPE_NB or NS_TYPE_NBSTAT, if it is nothing odd
 * @qclass: class of the question
 * @record: the first two records
 */
struct ns_packet {
	uint16_t		id;
	uint16_t		flags;
	uint8_t			questions;
	uint16_t		answers;
	uint8_t			records;
	struct ns_name		question;
	uint16_t		qtype;
	uint16_t		qclass;
	struct ns_record	record[2];
};

/**
 * struct ns_entry - an owner in NB data
 * @flags: NS_GROUP, NS_ONT
 * @addr: IPv4 address
 */
struct ns_entry {
	uint16_t	flags;
	uint32_t	addr;
};

/**
 * struct ns_status_entry - a name in NODE STATUS RESPONSE
 * @name: the 16 octets
 * @flags: NS_GROUP, NS_ONT, NS_DRG, NS_CNF, NS_ACT, NS_PRM
 */
struct ns_status_entry {
	uint8_t		name[NETBIOS_NAME_LEN];
	uint16_t	flags;
};

/**
 * struct ns_statistics - the block behind the names of NODE STATUS RESPONSE,
 *	the fields of RFC 1002 4.2.18 in their order
 */
struct ns_statistics {
	uint8_t		unit_id[6];
	uint8_t		jumpers;
	uint8_t		test_result;
	uint16_t	version;
	uint16_t	period;
	uint16_t	crcs;
	uint16_t	alignment_errors;
	uint16_t	collisions;
	uint16_t	send_aborts;
	uint32_t	good_sends;
	uint32_t	good_receives;
	uint16_t	retransmits;
	uint16_t	no_resource_conditions;
	uint16_t	free_command_blocks;
	uint16_t	total_command_blocks;
	uint16_t	max_command_blocks;
	uint16_t	pending_sessions;
	uint16_t	max_pending_sessions;
	uint16_t	max_sessions;
	uint16_t	packet_size;
};

/**
 * struct ns_status - NODE STATUS RESPONSE, taken apart
 * @n: names
 * @entries: they, inside the packet; see ns_status_entry()
 * @statistics: zeroes if the packet ends before
 */
struct ns_status {
	unsigned int		n;
	const uint8_t		*entries;
	struct ns_statistics	statistics;
};

/* ns_name.c */

/**
 * ns_name_set() - a name in a scope
 * @name: result
 * @octets: NETBIOS_NAME_LEN octets
 * @scope: dotted text, "" for the empty scope
 *
 * Return: 0, -EINVAL if @scope is none, see nb_scope_check().
 */
int ns_name_set(struct ns_name *name, const uint8_t *octets, const char *scope);

/**
 * ns_name_scope() - the scope of a name as text
 * @name: name
 * @buf: NETBIOS_SCOPE_MAX + 1 octets
 *
 * Return: @buf, dotted text.
 */
const char *ns_name_scope(const struct ns_name *name, char *buf);

/**
 * ns_name_equal() - are these two the same name?
 * @a: name
 * @b: name
 *
 * Octets are compared exactly, scopes without case (ASCII).
 *
 * Return: true if so.
 */
bool ns_name_equal(const struct ns_name *a, const struct ns_name *b);

/**
 * ns_name_is_wildcard() - is it an asterisk and 15 zero octets?
 * @name: name
 *
 * Return: true if so, in any scope.
 */
bool ns_name_is_wildcard(const struct ns_name *name);

/**
 * ns_name_encode() - second-level encoding (RFC 1002 4.1)
 * @name: name
 * @buf: NS_NAME_WIRE_MAX octets
 *
 * Return: octets written.
 */
size_t ns_name_encode(const struct ns_name *name, uint8_t *buf);

/**
 * ns_name_decode() - read a name out of a packet
 * @name: result
 * @packet: the whole packet
 * @len: its octets
 * @at: offset of the name; upon success that of what follows it
 *
 * Label pointers are followed if they point backwards, a few times at most.
 *
 * Return: 0, -EBADMSG.
 */
int ns_name_decode(struct ns_name *name, const uint8_t *packet, size_t len,
		   size_t *at);

/* ns_parse.c */

/**
 * ns_parse() - take a packet apart
 * @packet: result; points into @data
 * @data: octets from the network
 * @len: how many
 *
 * Tolerated: a negative response without its record, octets behind the last
 * record, more records than anybody looks at. Flags do not matter (NS-041).
 *
 * Return: 0, -EBADMSG for a malformed packet.
 */
int ns_parse(struct ns_packet *packet, const void *data, size_t len);

/**
 * ns_opcode() - opcode of a packet
 * @packet: packet
 *
 * Return: NS_OP_*, the two values of REFRESH as NS_OP_REFRESH.
 */
unsigned int ns_opcode(const struct ns_packet *packet);

/**
 * ns_entries() - owners in NB data
 * @record: record of type NB
 *
 * Return: how many, 0 if it is none or its length is no multiple of 6.
 */
unsigned int ns_entries(const struct ns_record *record);

/**
 * ns_entry() - an owner in NB data
 * @record: as for ns_entries()
 * @i: which, below ns_entries()
 *
 * Return: the owner.
 */
struct ns_entry ns_entry(const struct ns_record *record, unsigned int i);

/**
 * ns_redirect() - address of the other server in REDIRECT NAME QUERY RESPONSE
 * @packet: response
 * @addr: result
 *
 * Return: true if it is such a response (RFC 1002 4.2.15).
 */
bool ns_redirect(const struct ns_packet *packet, uint32_t *addr);

/**
 * ns_status_parse() - take NODE STATUS RESPONSE apart
 * @status: result; points into the packet
 * @record: record of type NBSTAT
 *
 * Return: 0, -EBADMSG.
 */
int ns_status_parse(struct ns_status *status, const struct ns_record *record);

/**
 * ns_status_entry() - a name of a status
 * @status: of ns_status_parse()
 * @i: which, below @status->n
 *
 * Return: the name.
 */
struct ns_status_entry ns_status_entry(const struct ns_status *status, unsigned int i);

/*
 * ns_build.c: make packets. All return the length, 0 if @size is too small;
 * NS_PACKET_MAX is enough for each with one owner.
 */

/**
 * ns_build_query() - NAME QUERY REQUEST or NODE STATUS REQUEST
 * @buf: result
 * @size: its room
 * @id: NAME_TRN_ID
 * @flags: NS_RD and NS_B as needed
 * @name: question
 * @qtype: NS_TYPE_NB or NS_TYPE_NBSTAT
 *
 * Return: octets written.
 */
size_t ns_build_query(uint8_t *buf, size_t size, uint16_t id, uint16_t flags,
		      const struct ns_name *name, uint16_t qtype);

/**
 * ns_build_status_ask() - have netbiosd of this host send NODE STATUS REQUEST;
 *	not of the RFC (netbiosd/engine/status_ask.c)
 * @buf: result
 * @size: its room
 * @id: NAME_TRN_ID
 * @name: question
 * @node: IPv4 address that is to be asked
 *
 * Return: octets written.
 */
size_t ns_build_status_ask(uint8_t *buf, size_t size, uint16_t id,
			   const struct ns_name *name, uint32_t node);

/**
 * ns_build_request() - a request with a record: registration, overwrite,
 *	refresh, release (RFC 1002 4.2.2 to 4.2.4, 4.2.9)
 * @buf: result
 * @size: its room
 * @id: NAME_TRN_ID
 * @flags: opcode (see NS_OPCODE_FLAGS()), NS_RD, NS_B
 * @name: question; the record points to it
 * @ttl: seconds
 * @entry: owner
 *
 * Return: octets written.
 */
size_t ns_build_request(uint8_t *buf, size_t size, uint16_t id, uint16_t flags,
			const struct ns_name *name, uint32_t ttl,
			const struct ns_entry *entry);

/**
 * ns_build_response() - a response with NB data: to a query, a registration, a
 *	release, and NAME CONFLICT DEMAND
 * @buf: result
 * @size: its room; owners that have none are left out and TC is set
 * @id: NAME_TRN_ID
 * @flags: the flag word, result code included
 * @name: whose
 * @ttl: seconds
 * @entry: owners
 * @n: how many
 *
 * Return: octets written.
 */
size_t ns_build_response(uint8_t *buf, size_t size, uint16_t id, uint16_t flags,
			 const struct ns_name *name, uint32_t ttl,
			 const struct ns_entry *entry, unsigned int n);

/**
 * ns_build_null() - a response with a NULL record: NEGATIVE NAME QUERY RESPONSE,
 *	and WACK with the flag word of the request as its data
 * @buf: result
 * @size: its room
 * @id: NAME_TRN_ID
 * @flags: the flag word
 * @name: whose
 * @ttl: seconds
 * @data: two octets as a number, negative: none
 *
 * Return: octets written.
 */
size_t ns_build_null(uint8_t *buf, size_t size, uint16_t id, uint16_t flags,
		     const struct ns_name *name, uint32_t ttl, int data);

/**
 * ns_build_redirect() - REDIRECT NAME QUERY RESPONSE (RFC 1002 4.2.15)
 * @buf: result
 * @size: its room
 * @id: NAME_TRN_ID
 * @name: that was asked for; stands for the name of the server, too
 * @addr: the other server
 *
 * Return: octets written.
 */
size_t ns_build_redirect(uint8_t *buf, size_t size, uint16_t id,
			 const struct ns_name *name, uint32_t addr);

/**
 * ns_build_status() - NODE STATUS RESPONSE (RFC 1002 4.2.18)
 * @buf: result
 * @size: its room; names that have none are left out and TC is set
 * @id: NAME_TRN_ID
 * @name: that was asked for
 * @entry: names, 255 at most
 * @n: how many
 * @statistics: the block
 *
 * Return: octets written.
 */
size_t ns_build_status(uint8_t *buf, size_t size, uint16_t id,
		       const struct ns_name *name,
		       const struct ns_status_entry *entry, unsigned int n,
		       const struct ns_statistics *statistics);

/* Flag word of an opcode */
#define NS_OPCODE_FLAGS(opcode)	((uint16_t)((opcode) << 11))

#endif /* _WIRE_NS_PACKET_H */
