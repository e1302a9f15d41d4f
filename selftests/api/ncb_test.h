/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the tests of the classic NetBIOS interface share. This process is on
 * host[0], with LANA 0; peers are plain sockets on host[1]. The harness comes with
 * it; what has no tests of its own includes ncb_calls.h.
 */
#ifndef NCB_TEST_H
#define NCB_TEST_H

#include "nb_dg.h"
#include "nb_test.h"
#include "ncb_calls.h"

/* dg_network() of ../net: CLIENT is here, SERVER there, TEAM is a group of both. */
#define NCB_FIXTURE(name)						\
FIXTURE(name) {								\
	struct nb_host host[2];						\
	struct nb_host *server;						\
	uint8_t client;							\
};									\
FIXTURE_SETUP(name)							\
{									\
	struct ncb ncb;							\
	int fd;								\
									\
	ASSERT_EQ(0, dg_network(self->host, 2));			\
	self->server = &self->host[1];					\
	/* the link is up when something has come through */		\
	fd = dg_unique(self->host, "CLIENT");				\
	ASSERT_EQ(1, dg_send(fd, "SERVER", "x", 1));			\
	ASSERT_TRUE(nb_wait(nb_stat(self->server,			\
				    NB_STAT_DGRAM_NO_RECEIVER) == 1));	\
	close(fd);							\
	ncb_here = self->host;						\
	ASSERT_EQ(0, ncb_do(&ncb, NCBADDNAME, "CLIENT", NULL));		\
	self->client = ncb.ncb_num;					\
}									\
FIXTURE_TEARDOWN(name)							\
{									\
	nb_hosts_free(self->host, 2);					\
}

#endif /* NCB_TEST_H */
