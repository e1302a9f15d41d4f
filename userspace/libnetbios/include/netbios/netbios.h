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
 * nb_scope_check() - is this a scope identifier?
 * @scope: labels with dots between them, "" for the empty scope
 *
 * Return: 0, -EINVAL (empty label, label above 63 octets), -ENAMETOOLONG.
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
 * Return: the octet of the NEGATIVE SESSION RESPONSE, 0 if none arrived.
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

#ifdef __cplusplus
}
#endif

#endif /* _NETBIOS_NETBIOS_H */
