/* SPDX-License-Identifier: GPL-2.0 */
/*
 * UDP 137: one socket for each adapter that takes part, bound to its device,
 * so that what comes and goes is this adapter's and a flood on one of them
 * does not fill the queue of another. One more, as long as there is any, is for
 * addresses of the loopback device, and leads to programs of this host.
 *
 * The sockets share the port with nobody (no SO_REUSEADDR): who could bind
 * beside us could answer in our place.
 */
#ifndef NETBIOSD_UDP_H
#define NETBIOSD_UDP_H

#include <ev.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define NS_PORT		137	/* RFC 1002 5.1 */

/**
 * typedef udp_fn - a packet has come
 * @data: what udp_init() was given
 * @ifindex: adapter that it came to
 * @addr: where it came from, in network order
 * @port: the same, in host order
 * @broadcast: it was sent to a broadcast or multicast address
 * @packet: octets
 * @len: number of them
 */
typedef void (*udp_fn)(void *data, int ifindex, uint32_t addr, uint16_t port,
		       bool broadcast, const void *packet, size_t len);

/**
 * udp_init() - no sockets yet
 * @loop: where they are watched
 * @fn: called for packets
 * @data: for @fn
 */
void udp_init(struct ev_loop *loop, udp_fn fn, void *data);

/**
 * udp_exit() - close all sockets
 */
void udp_exit(void);

/**
 * udp_open() - have a socket for an adapter, or make it one for another address
 * @ifindex: adapter
 * @name: its name
 * @addr: its address, in network order
 * @broadcast: where it broadcasts to; a multicast group is joined (RFC 1001 A-1)
 *
 * Return: 0, or a negative errno; -EADDRINUSE if somebody has the port.
 */
int udp_open(int ifindex, const char *name, uint32_t addr, uint32_t broadcast);

/**
 * udp_close() - no socket for this adapter any more
 * @ifindex: adapter
 */
void udp_close(int ifindex);

/**
 * udp_send() - send a packet from port 137
 * @ifindex: adapter, whose address will be the source; that of an answer is the
 *	address that the request went to
 * @addr: in network order
 * @port: in host order
 * @packet: octets
 * @len: number of them
 *
 * Return: 0 or a negative errno; -ENODEV if the adapter has no socket.
 */
int udp_send(int ifindex, uint32_t addr, uint16_t port, const void *packet, size_t len);

/**
 * udp_send_from() - the same for the server beside the node
 * @ifindex: adapter
 * @local: address that will be the source
 * @addr: in network order
 * @port: in host order
 * @packet: octets
 * @len: number of them
 *
 * Return: as udp_send().
 */
int udp_send_from(int ifindex, uint32_t local, uint32_t addr, uint16_t port, const void *packet,
		  size_t len);

/**
 * udp_asked_at() - where the packet went that is at work
 *
 * Return: address of this host, in network order; 0 if it came by broadcast, or
 * there is none.
 */
uint32_t udp_asked_at(void);

/**
 * udp_is_ours() - does an address lead to this very process?
 * @addr: in network order
 *
 * Return: true for that of an adapter that has a socket, and for loopback.
 */
bool udp_is_ours(uint32_t addr);

/**
 * udp_adapter() - the adapter that has an address
 * @addr: in network order
 *
 * Return: its interface, 0 if none has it.
 */
int udp_adapter(uint32_t addr);

/**
 * udp_address() - the address of an adapter
 * @ifindex: adapter
 *
 * Return: it, in network order; 0 if the adapter has no socket.
 */
uint32_t udp_address(int ifindex);

/**
 * udp_route() - the adapter that the route to a host leads to
 * @addr: in network order
 *
 * Return: its interface, 0 if it is none that has a socket.
 */
int udp_route(uint32_t addr);

#endif /* NETBIOSD_UDP_H */
