/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The link between netbiosd, which has the ports of a node, and a server of
 * names beside it, nbnsd. The server connects to an abstract Unix address, of
 * which each network namespace has its own, and says what it serves; netbiosd
 * welcomes it, or refuses it and says why. Then each record is one packet: from
 * netbiosd one that has come for the server, from the server one to be sent
 * from the port of the node.
 *
 * Both ends are of this machine, so numbers are in host order. Nobody waits for
 * the other: what does not fit is lost, as on the network.
 */
#ifndef SERVICE_LINK_H
#define SERVICE_LINK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define LINK_VERSION		1
/* Addresses of a record, octets of its packet or text */
#define LINK_ADDRS_MAX		64
#define LINK_DATA_MAX		2048

/**
 * enum link_kind - what a record is
 * @LINK_HELLO: the first one of the server: its version, @services that it has,
 *	the adapter (@ifindex, 0: all) and the addresses that it serves at
 *	(none: all)
 * @LINK_WELCOME: the answer: @services whose packets it will get
 * @LINK_REFUSED: the other answer: why, in words
 * @LINK_PACKET: a packet of one of @services
 */
enum link_kind {
	LINK_HELLO = 1,
	LINK_WELCOME,
	LINK_REFUSED,
	LINK_PACKET,
	LINK_KINDS,
};

/* Services, of which a record may have several */
#define LINK_NAMES		0x01	/* UDP 137 */
#define LINK_DATAGRAMS		0x02	/* UDP 138 */

/**
 * struct link_record - a record
 * @kind: see above
 * @services: LINK_NAMES, LINK_DATAGRAMS
 * @ifindex: adapter of the node; 0: that which the route leads to
 * @local: address of this host that the packet was sent to, or shall come from
 * @port: at the other end
 * @n: addresses in @addr; of a packet that has come one, the sender
 * @addr: the other end, or the other ends, network order
 * @len: octets in @data
 * @data: packet or text
 */
struct link_record {
	enum link_kind	kind;
	unsigned int	services;
	int		ifindex;
	uint32_t	local;
	uint16_t	port;
	unsigned int	n;
	const uint32_t	*addr;
	size_t		len;
	const void	*data;
};

/* The form of a record on the way: this, addresses, data */
struct link_header {
	uint8_t		version;
	uint8_t		kind;
	uint8_t		services;
	uint8_t		n;
	int32_t		ifindex;
	uint32_t	local;
	uint16_t	port;
	uint16_t	zero;
};

/* Room for one, and an octet that tells of one that is too long */
struct link_buffer {
	union {
		struct link_header	header;
		char			octets[sizeof(struct link_header) +
					       LINK_ADDRS_MAX * sizeof(uint32_t) +
					       LINK_DATA_MAX + 1];
	};
};

/**
 * link_decode() - a record as it came
 * @record: result, which points into @buffer
 * @buffer: where it is
 * @len: octets of it
 *
 * Return: 0; -EPROTONOSUPPORT: of another version; -EPROTO: malformed.
 */
int link_decode(struct link_record *record, const struct link_buffer *buffer, size_t len);

/**
 * link_send() - send a record
 * @fd: link
 * @record: it
 *
 * Return: 0 or a negative errno; -EAGAIN if there is no room for it.
 */
int link_send(int fd, const struct link_record *record);

/**
 * link_receive() - receive a record
 * @fd: link
 * @record: result
 * @buffer: what it points into
 *
 * Return: 0 or a negative errno; -EAGAIN: there is none, -ECONNRESET: the other
 * end has gone; or as link_decode().
 */
int link_receive(int fd, struct link_record *record, struct link_buffer *buffer);

/**
 * link_listen() - take the address that servers connect to
 *
 * Return: a socket that does not block, or a negative errno; -EADDRINUSE if
 * somebody has the address.
 */
int link_listen(void);

/**
 * link_accept() - take a server's connection
 * @fd: of link_listen()
 * @uid: result, its user
 *
 * Return: a socket that does not block, or a negative errno.
 */
int link_accept(int fd, uid_t *uid);

/**
 * link_connect() - connect to netbiosd
 * @uid: result, the user who listens
 *
 * Return: a socket that does not block, or a negative errno; -ECONNREFUSED if
 * nobody listens.
 */
int link_connect(uid_t *uid);

/**
 * link_trusts() - may this user be at the other end?
 * @uid: user
 * @user: name or number of the one who may
 *
 * Return: true for that user, for root, and for ourselves.
 */
bool link_trusts(uid_t uid, const char *user);

#endif /* SERVICE_LINK_H */
