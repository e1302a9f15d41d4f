/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The server of names beside this node, nbnsd(8): it has no ports of its own and
 * gets by service/link.h what the engine says is for it. One at a time, and
 * none that the settings do not know.
 */
#ifndef NETBIOSD_SERVER_H
#define NETBIOSD_SERVER_H

#include <ev.h>

#include "config.h"
#include "engine.h"

/**
 * server_init() - nobody may connect yet
 * @loop: where it is watched
 * @engine: is told whether there is one, and gets what it says to the node
 */
void server_init(struct ev_loop *loop, struct nbd_engine *engine);

/**
 * server_configure() - there is a (new) file of settings
 * @config: kept, so it has to live until the next call
 */
void server_configure(const struct config *config);

/**
 * server_exit() - end the link
 */
void server_exit(void);

/**
 * server_give() - nbd_os.serve(): a packet for the server
 * @ifindex: adapter that it came to
 * @local: address that it was sent to
 * @addr: where it came from
 * @port: the same
 * @packet: octets
 * @len: number of them
 *
 * Return: false if it does not serve there. A packet for which there is no room is
 * lost, and counted.
 */
bool server_give(int ifindex, uint32_t local, uint32_t addr, uint16_t port,
		 const void *packet, size_t len);

/**
 * server_asked() - does the node send something to the server beside it?
 * @ifindex: adapter that sends
 * @addr: where to
 * @port: the same
 * @packet: octets
 * @len: number of them
 *
 * Return: true, and it has been handed over, without any network between them;
 * false: it is for somebody else.
 */
bool server_asked(int ifindex, uint32_t addr, uint16_t port, const void *packet, size_t len);

/**
 * server_show() - log counters, if anybody ever connected
 */
void server_show(void);

#endif /* NETBIOSD_SERVER_H */
