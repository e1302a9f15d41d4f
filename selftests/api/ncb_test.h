/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the tests of the classic NetBIOS interface share. This process is on
 * host[0], with LANA 0; peers are plain sockets on host[1].
 */
#ifndef NCB_TEST_H
#define NCB_TEST_H

#include <netbios/ncb.h>

#include "nb_dg.h"
#include "nb_test.h"

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

/* The host of this process */
extern const struct nb_host *ncb_here;

/* Netbios(), there: the functions of nb_util.h leave us elsewhere. */
uint8_t ncb_go(struct ncb *ncb);

/* Names as nb_addr() has them, NULL leaves zeroes. */
void ncb_init(struct ncb *ncb, uint8_t command, const char *name, const char *called);
/* The same, and done: NRC_* */
uint8_t ncb_do(struct ncb *ncb, uint8_t command, const char *name, const char *called);

/* Waits for the end of an ASYNCH command: NRC_*, NRC_PENDING if it does not come. */
uint8_t ncb_end(struct ncb *ncb);
uint8_t ncb_cancel(struct ncb *victim);

/* On a session; they are done when they return. */
uint8_t ncb_on(struct ncb *ncb, uint8_t command, uint8_t lsn, void *buf, uint16_t len);
/* With the number of a name. */
uint8_t ncb_by(struct ncb *ncb, uint8_t command, uint8_t num, void *buf, uint16_t len);

/*
 * A session: the number here, the socket of the peer there. Called from CLIENT
 * to SERVER; half seconds of time-outs. -1 or a negative errno if it fails.
 */
int ncb_session(const struct nb_host *server, int *peer, uint8_t rto, uint8_t sto);

/*
 * Takes a NODE STATUS REQUEST, 50 octets with the empty scope, and answers with one
 * name, that of a group, and the unit id 02:04:06:01:03:05.
 */
int ncb_answer_status(int fd, const char *name);

#endif /* NCB_TEST_H */
