/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A node and a byte-level peer on plain UDP, for the programs whose tests all
 * have them.
 */
#ifndef NB_DG_PEER_H
#define NB_DG_PEER_H

#include "nb_dg.h"

/*
 * dg_node_and_peer() as fixture @name: @host[0] is the node, the peer, @udp, in
 * @host[1]. STAT(), PUT() and MAKE() are of its tests.
 */
#define DG_PEER_FIXTURE(name)						\
FIXTURE(name) {								\
	struct nb_host host[2];						\
	int udp;							\
	int client;							\
	int team;							\
	struct dg_packet p;						\
	struct in_addr *node;						\
};									\
FIXTURE_SETUP(name)							\
{									\
	ASSERT_EQ(0, dg_node_and_peer(self->host, &self->udp,		\
				      &self->client, &self->team));	\
	self->node = &self->host[0].addr;				\
}									\
FIXTURE_TEARDOWN(name)							\
{									\
	close(self->udp);						\
	close(self->client);						\
	close(self->team);						\
	nb_hosts_free(self->host, 2);					\
}

#define STAT(name)	nb_stat(&self->host[0], NB_STAT_DGRAM_##name)
#define PUT()		dg_put(self->udp, self->node, &self->p)
#define MAKE(type, id, to, len)						\
	dg_make(&self->p, type, id, &self->host[1], "SERVER", to, len, id)

/* The service is what it was: a good datagram comes through. */
#define STILL_SERVED()							\
do {									\
	MAKE(DG_UNIQUE, 99, "CLIENT", 9);				\
	ASSERT_EQ(0, PUT());						\
	EXPECT_EQ(0, dg_recv_filled(self->client, "SERVER", 9, 99));	\
	EXPECT_EQ(0, nb_poll(self->client, POLLIN, 0));			\
} while (0)

#endif /* NB_DG_PEER_H */
