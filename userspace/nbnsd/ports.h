/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Where the servers hear and speak: ports of their own, or those of the node
 * beside them (node.h), and TCP.
 */
#ifndef NBNSD_PORTS_H
#define NBNSD_PORTS_H

#include <ev.h>

#include "config.h"
#include "nbdd.h"
#include "nbns.h"

/**
 * struct ports_fns - called for what has come
 * @names: port 137
 * @datagrams: port 138; NULL: nobody distributes datagrams
 */
struct ports_fns {
	void (*names)(const struct nbns_peer *from, const void *data, size_t len);
	void (*datagrams)(const struct nbdd_from *from, const void *data, size_t len);
};

/**
 * ports_open() - begin to listen
 * @loop: where it is watched
 * @config: settings, kept
 * @fns: copied
 *
 * Return: 0 or a negative errno; what is wrong is in the log.
 */
int ports_open(struct ev_loop *loop, const struct config *config, const struct ports_fns *fns);

/* nbns_world.send(), nbns_world.send_stream(), nbdd_world.send() */
void ports_send(void *world, const struct nbns_out *out, unsigned int n);
void ports_send_stream(void *world, const struct nbns_peer *to, const void *octets, size_t len);
void ports_distribute(void *world, const struct nbdd_from *from, const uint32_t *addr,
		      unsigned int n, uint16_t port, const void *octets, size_t len);

/**
 * ports_show() - log counters, if there are any
 */
void ports_show(void);

/**
 * ports_close() - hear nothing any more
 */
void ports_close(void);

#endif /* NBNSD_PORTS_H */
