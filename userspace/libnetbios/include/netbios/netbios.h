/* SPDX-License-Identifier: GPL-2.0 */
/*
 * libnetbios: NetBIOS names as text and AF_NETBIOS sockets. It keeps no state
 * that the kernel already keeps.
 *
 * Functions that return int give 0 (or what is said) or a negative errno,
 * unless they make a file descriptor: those give -1 and set errno as
 * socket(2) does.
 */
#ifndef _NETBIOS_NETBIOS_H
#define _NETBIOS_NETBIOS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <linux/netbios.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Room for any name as text with its final NUL: "\xHH" 15 times, quotes, <HH> */
#define NB_NAME_TEXT_MAX	72

/* Last octet of a name that is given without one: plain padding (RFC 1002 4.1) */
#define NB_SUFFIX_PAD		0x20

/* Any adapter, for nb_socket() */
#define NB_LANA_ANY		(-1)

/**
 * nb_name_parse() - make the 16 octets of a name from text
 * @name: NETBIOS_NAME_LEN octets, written on success only
 * @text: the name, see below
 * @suffix: last octet if @text gives none
 *
 * FRED, FRED<20> and FRED#20 are put in upper case (ASCII letters only) and
 * padded with blanks to 15 octets; the last octet is what stands in the angle
 * brackets or behind the hash, in hex. "Fred"<20> with double quotes keeps the
 * case. \xHH gives any octet, \\ a backslash, \" a quote, inside quotes or
 * not. Text of exactly 16 octets without a suffix gives all of them. 0x and
 * 32 hex digits are the 16 octets themselves. A lone asterisk is the broadcast
 * name: an asterisk and 15 zero octets.
 *
 * Return: 0, -EINVAL for text that is no name, -ENAMETOOLONG.
 */
int nb_name_parse(char name[NETBIOS_NAME_LEN], const char *text, uint8_t suffix);

/**
 * nb_name_format() - make text from the 16 octets of a name
 * @buf: at least NB_NAME_TEXT_MAX octets
 * @name: NETBIOS_NAME_LEN octets
 *
 * The text is NAME<HH>, with trailing blanks left out; nb_name_parse() makes
 * the same octets of it. It is printable ASCII. Lower case letters or blanks
 * inside bring quotes around the name, so it is one word of a batch file.
 *
 * Return: @buf.
 */
char *nb_name_format(char *buf, const char name[NETBIOS_NAME_LEN]);

/**
 * nb_name_pad() - make the 16 octets of a name from octets
 * @name: result
 * @octets: the name without its last octet
 * @len: how many there are; 15 count at most
 * @suffix: last octet
 *
 * Padded with blanks (RFC 1002 4.1). Nothing is an escape, case stays as it is.
 */
void nb_name_pad(char name[NETBIOS_NAME_LEN], const void *octets, size_t len, uint8_t suffix);

/**
 * nb_name_upper() - put a name in upper case
 * @name: NETBIOS_NAME_LEN octets, of which the last one stays
 *
 * ASCII letters only: what other octets mean depends on a code page.
 */
void nb_name_upper(char name[NETBIOS_NAME_LEN]);

/**
 * nb_scope_check() - is this a scope identifier?
 * @scope: labels with dots between them, "" for the empty scope
 *
 * Return: 0, -EINVAL (empty label, label above 63 octets, what is no printing
 * ASCII, a blank), -ENAMETOOLONG.
 */
int nb_scope_check(const char *scope);

/**
 * nb_sockaddr_set() - fill a socket address
 * @addr: result
 * @name: NETBIOS_NAME_LEN octets
 * @type: NETBIOS_UNIQUE_NAME or NETBIOS_GROUP_NAME
 */
void nb_sockaddr_set(struct sockaddr_nb *addr, const char name[NETBIOS_NAME_LEN],
		     uint16_t type);

/**
 * nb_sockaddr_parse() - fill a socket address from the text of a name
 * @addr: result
 * @text: as for nb_name_parse()
 * @suffix: as for nb_name_parse()
 * @type: NETBIOS_UNIQUE_NAME or NETBIOS_GROUP_NAME
 *
 * Return: as nb_name_parse().
 */
int nb_sockaddr_parse(struct sockaddr_nb *addr, const char *text, uint8_t suffix,
		      uint16_t type);

/**
 * nb_socket() - socket() on an adapter that is given by its LANA number
 * @type: SOCK_SEQPACKET or SOCK_DGRAM, with SOCK_CLOEXEC and SOCK_NONBLOCK
 * @lana: LANA number, or NB_LANA_ANY
 *
 * Return: a file descriptor, or -1 and errno; EAFNOSUPPORT tells that the
 * module is not loaded.
 */
int nb_socket(int type, int lana);

/**
 * nb_wire_error() - the error octet that a refused connect() met
 * @fd: socket
 *
 * Return: the octet of the NEGATIVE SESSION RESPONSE, 0 if none arrived, or a
 * negative errno.
 */
int nb_wire_error(int fd);

/**
 * nb_wire_strerror() - meaning of an error octet of the session service
 * @octet: see nb_wire_error()
 *
 * Return: text that is always valid.
 */
const char *nb_wire_strerror(int octet);

/**
 * nb_session_info() - what is known of a connected session
 * @fd: socket
 * @info: result
 *
 * Return: 0, or a negative errno; -ENOTCONN if there is no session.
 */
int nb_session_info(int fd, struct nb_session_info *info);

/**
 * nb_resolve() - where is a name?
 * @fd: socket of AF_NETBIOS; its scope is meant, and its SO_RCVTIMEO counts
 * @name: the name
 * @answer: result
 *
 * Return: 0, or a negative errno as connect() has them: -EHOSTUNREACH if there
 * is no such name, -ENETDOWN if there is no helper to ask. -EAGAIN when the
 * time-out of the socket is over.
 */
int nb_resolve(int fd, const struct sockaddr_nb *name, struct nb_resolve *answer);

/**
 * nb_find() - where is a name? Without a socket of the caller's
 * @name: the name
 * @scope: its scope, dotted text; NULL: the node's
 * @timeout: ms, negative: as long as the helper takes
 * @answer: result
 *
 * Return: as nb_resolve(); -ETIMEDOUT when the time is over.
 */
int nb_find(const struct sockaddr_nb *name, const char *scope, int timeout,
	    struct nb_resolve *answer);

/**
 * nb_node_scope() - the scope that sockets of this node have by default
 * @scope: result, dotted text
 *
 * Return: 0 or a negative errno.
 */
int nb_node_scope(char scope[NETBIOS_SCOPE_MAX + 1]);

/**
 * nb_register() - have a name claimed, and hold it
 * @name: the name, unique or group
 * @scope: its scope, dotted text; NULL: the node's
 * @lana: LANA number of the adapter, or NB_LANA_ANY
 * @timeout: ms, negative: as long as it takes; the claim is then taken back
 *
 * The name is this node's while the descriptor, or another socket bound to it,
 * is open. The descriptor is non-blocking, and a session socket: it may listen
 * or connect.
 *
 * Return: a file descriptor, or -1 and errno: EADDRINUSE if somebody else has
 * the name, ETIMEDOUT, and all others of bind() in af_netbios(7).
 */
int nb_register(const struct sockaddr_nb *name, const char *scope, int lana, int timeout);

/* nb_status_name.flags (RFC 1002 4.2.18) */
#define NB_STATUS_GROUP		0x8000
#define NB_STATUS_NODE_TYPE	0x6000	/* B 0, P 2000, M 4000, H 6000 */
#define NB_STATUS_RELEASING	0x1000
#define NB_STATUS_CONFLICT	0x0800
#define NB_STATUS_ACTIVE	0x0400
#define NB_STATUS_PERMANENT	0x0200

/**
 * struct nb_status_name - a name of a node
 * @name: its 16 octets
 * @flags: NB_STATUS_GROUP and so on
 */
struct nb_status_name {
	char		name[NETBIOS_NAME_LEN];
	uint16_t	flags;
};

/**
 * struct nb_node_status - what a node tells of itself
 * @unit_id: most often the MAC address, or zeroes
 * @truncated: it has more names
 * @count: names in @names
 * @names: the names
 */
struct nb_node_status {
	uint8_t			unit_id[6];
	bool			truncated;
	unsigned int		count;
	struct nb_status_name	names[255];
};

/**
 * nb_node_status() - ask a node for its names
 * @node: its address
 * @scope: that it is in, dotted text; NULL: this node's
 * @timeout: ms, in which it is asked three times; negative: 4500
 * @result: result
 *
 * Neither the module nor the helper is needed if @scope is given.
 *
 * Return: 0, or a negative errno: -ETIMEDOUT if there was no answer,
 * -ECONNREFUSED if that host does not have the service.
 */
int nb_node_status(struct in_addr node, const char *scope, int timeout,
		   struct nb_node_status *result);

#ifdef __cplusplus
}
#endif

#endif /* _NETBIOS_NETBIOS_H */
