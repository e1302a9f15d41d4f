/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The node beside which the server serves: netbiosd(8) has the ports, and each
 * packet goes through the link to it (service/link.h), which is made anew
 * whenever it ends.
 */
#ifndef NBNSD_NODE_H
#define NBNSD_NODE_H

#include <ev.h>

#include "config.h"
#include "service/link.h"

/**
 * typedef node_fn - a packet has come
 * @record: LINK_PACKET
 */
typedef void (*node_fn)(const struct link_record *record);

/**
 * node_open() - connect, and keep trying
 * @loop: where it is watched
 * @config: settings, kept
 * @services: LINK_NAMES, LINK_DATAGRAMS: what is served
 * @fn: called for packets
 *
 * Return: 0; a negative errno if there is nobody now whom we trust.
 */
int node_open(struct ev_loop *loop, const struct config *config, unsigned int services,
	      node_fn fn);

/**
 * node_send() - send a packet
 * @record: LINK_PACKET; what there is no room for, or no node, is lost
 */
void node_send(const struct link_record *record);

/**
 * node_lost() - how many were lost since node_open()
 *
 * Return: a number.
 */
unsigned long long node_lost(void);

/**
 * node_close() - end the link, and do not try any more
 */
void node_close(void);

#endif /* NBNSD_NODE_H */
