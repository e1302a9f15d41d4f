/* SPDX-License-Identifier: GPL-2.0 */
/*
 * TCP 137 of a server (RFC 1001 15.1.5.1): for answers that do not fit in a
 * datagram. Few connections, each of them short.
 */
#ifndef NBNSD_STREAM_H
#define NBNSD_STREAM_H

#include <ev.h>
#include <stddef.h>
#include <stdint.h>

/* Connections at the same time; for one more the one idle for longest ends */
#define STREAMS_MAX	64
/* ... and of one address */
#define STREAMS_OF_ONE	8
/* Seconds without a whole request, or a part of an answer */
#define STREAM_IDLE	15

/**
 * typedef stream_fn - a packet has come
 * @id: the connection, for stream_send()
 * @addr: its other end, network order
 * @port: the same, host order
 * @local: our end, network order
 * @data: octets
 * @len: how many
 */
typedef void (*stream_fn)(uint64_t id, uint32_t addr, uint16_t port, uint32_t local,
			  const void *data, size_t len);

/**
 * stream_listen() - accept connections at one more address
 * @loop: where they are watched
 * @addr: network order; 0: all addresses of the host
 * @port: host order
 * @interface: only this device, "": all
 * @fn: called for packets
 *
 * Return: 0 or a negative errno.
 */
int stream_listen(struct ev_loop *loop, uint32_t addr, uint16_t port,
		  const char *interface, stream_fn fn);

/**
 * stream_send() - send a packet with its length in front
 * @id: connection; nothing happens if it is gone
 * @data: octets
 * @len: how many, 65535 at most
 */
void stream_send(uint64_t id, const void *data, size_t len);

/**
 * stream_close_all() - close everything
 */
void stream_close_all(void);

#endif /* NBNSD_STREAM_H */
