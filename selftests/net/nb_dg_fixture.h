/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The fixture of tests of SOCK_DGRAM: the hosts of dg_network(), a client that
 * sends, and the server's host, which may be the client's.
 */
#ifndef NB_DG_FIXTURE_H
#define NB_DG_FIXTURE_H

#include "nb_dg.h"
#include "nb_test.h"

#define DG_FIXTURE(name, n)						\
FIXTURE(name) {								\
	struct nb_host host[n];						\
	struct nb_host *server;						\
	int client;							\
};									\
FIXTURE_SETUP(name)							\
{									\
	ASSERT_EQ(0, dg_network(self->host, n));			\
	self->server = &self->host[(n) - 1];				\
	self->client = dg_unique(&self->host[0], "CLIENT");		\
	ASSERT_LE(0, self->client);					\
	/* the link is up when something has come through */		\
	ASSERT_EQ(1, dg_send(self->client, "SERVER", "x", 1));		\
	ASSERT_TRUE((n) == 1 ||						\
		    nb_wait(nb_stat(self->server,			\
				    NB_STAT_DGRAM_NO_RECEIVER) == 1));	\
}									\
FIXTURE_TEARDOWN(name)							\
{									\
	close(self->client);						\
	nb_hosts_free(self->host, n);					\
}

#endif /* NB_DG_FIXTURE_H */
