/* SPDX-License-Identifier: GPL-2.0 */
/*
 * UDP sockets of a server: at an address of the host, or at all of them. What
 * was sent to a broadcast or multicast address does not arrive. Nobody can
 * bind beside them (no SO_REUSEADDR): who could would answer in our place.
 */
#ifndef NBNSD_UDP_H
#define NBNSD_UDP_H

#include <ev.h>
#include <stddef.h>
#include <stdint.h>

/**
 * struct udp_peer - the other end of a packet, and ours
 * @addr: IPv4, network order
 * @port: host order
 * @local: address of ours, network order
 * @socket: number of udp_open(); -1 for udp_send(): the first of this port
 */
struct udp_peer {
	uint32_t	addr;
	uint16_t	port;
	uint32_t	local;
	int		socket;
};

/**
 * struct udp_packet - one of udp_send()
 * @to: where to
 * @data: octets
 * @len: how many
 */
struct udp_packet {
	struct udp_peer	to;
	const void	*data;
	size_t		len;
};

typedef void (*udp_fn)(const struct udp_peer *from, const void *data, size_t len);

/**
 * udp_open() - one more socket
 * @loop: where it is watched
 * @addr: network order; 0: all addresses of the host
 * @port: host order
 * @interface: only this device, "": all
 * @fn: called for packets
 *
 * Return: its number, or a negative errno; -EADDRINUSE if somebody has the
 * port.
 */
int udp_open(struct ev_loop *loop, uint32_t addr, uint16_t port, const char *interface,
	     udp_fn fn);

/**
 * udp_send() - send packets, all by the socket of the first one
 * @port: port of the socket if it is not said which
 * @packet: packets
 * @n: how many
 *
 * What cannot be sent is lost, as on the way.
 */
void udp_send(uint16_t port, const struct udp_packet *packet, unsigned int n);

/**
 * udp_close_all() - close all sockets
 */
void udp_close_all(void);

#endif /* NBNSD_UDP_H */
