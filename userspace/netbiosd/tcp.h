/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Questions by TCP 137, to an NBNS whose answer did not fit in a datagram
 * (RFC 1001 15.1.5.1): one connection for each.
 */
#ifndef NETBIOSD_TCP_H
#define NETBIOSD_TCP_H

#include <ev.h>
#include <stddef.h>
#include <stdint.h>

/* Questions under way; more fail at once, and the short answer has to do */
#define TCP_MAX		16

/* Seconds that a server has from the connection to the end of its answer */
#define TCP_SECONDS	5

/**
 * typedef tcp_fn - the end of a question
 * @data: what tcp_init() was given
 * @cookie: of the question
 * @packet: answer, NULL if there is none
 * @len: octets
 */
typedef void (*tcp_fn)(void *data, uint64_t cookie, const void *packet, size_t len);

/**
 * tcp_init() - no questions yet
 * @loop: where they are watched
 * @fn: called at the end of each, never from inside tcp_query()
 * @data: for @fn
 */
void tcp_init(struct ev_loop *loop, tcp_fn fn, void *data);

/**
 * tcp_exit() - drop all questions
 */
void tcp_exit(void);

/**
 * tcp_query() - begin
 * @cookie: repeated at the end
 * @ifindex: adapter to go out from
 * @addr: server, in network order
 * @packet: question, copied
 * @len: octets
 *
 * Return: 0, or a negative errno, and nothing follows.
 */
int tcp_query(uint64_t cookie, int ifindex, uint32_t addr, const void *packet, size_t len);

/**
 * tcp_cancel() - drop a question; nothing follows
 * @cookie: of the question, or an unknown one
 */
void tcp_cancel(uint64_t cookie);

#endif /* NETBIOSD_TCP_H */
