// SPDX-License-Identifier: GPL-2.0
/*
 * What others may have a node keep or send, with a peer on plain UDP 138 that
 * lies: fragments of 10,000 senders, forged sources, floods. DG-018, DG-021,
 * DG-030, DG-032.
 */
#include <linux/sock_diag.h>

#include "nb_dg_peer.h"
#include "nb_test.h"

#define FRAGS_MAX	256	/* incomplete datagrams: of all, */
#define FRAGS_SOURCE_MAX	16	/* and of one source */

DG_PEER_FIXTURE(liar)

/* The beginning of a datagram; from 100 octets on the rest is missing. */
static void make_beginning(struct dg_packet *p, const struct nb_host *peer,
			   uint16_t id)
{
	dg_make(p, DG_UNIQUE, id, peer, "SERVER", "CLIENT", 200, id);
	p->flags = DG_FIRST | DG_MORE;
	p->len = 100;
}

/* DG-021: 10,000 beginnings of one sender are 16 */
TEST_F(liar, beginnings_of_one_sender)
{
	int i;

	for (i = 0; i < 10000; i++) {
		make_beginning(&self->p, &self->host[1], i);
		/* what is in the header makes no other sender */
		self->p.source.s_addr = htonl(0x0a0a0000 + i);
		ASSERT_EQ(0, PUT());
	}
	ASSERT_TRUE(nb_wait(STAT(FRAGMENTS_RECEIVED) == 10000));
	EXPECT_EQ(10000 - FRAGS_SOURCE_MAX, STAT(FRAGMENT_OVERFLOW));
	STILL_SERVED();
}

/* Lets the node believe any address, all of 10.10.0.0/16 behind veth0. */
static int trust_all(const struct nb_host *node)
{
	int err;

	err = nb_sysctl(node, "ipv4/conf/all/rp_filter", "0");
	if (!err)
		err = nb_sysctl(node, "ipv4/conf/veth0/rp_filter", "0");
	return err ? err : nb_addr_add(node, "veth0", "10.10.0.1", 16);
}

static int put_beginnings(int raw, const struct nb_host *peer,
			  const struct in_addr *node, int first, int n)
{
	struct dg_packet p;
	int i, err = 0;

	for (i = first; i < first + n && !err; i++) {
		make_beginning(&p, peer, 1);
		p.source.s_addr = htonl(0x0a0a0100 + i);
		err = dg_put_from(raw, inet_ntoa(p.source), node, &p);
	}
	return err;
}

/* DG-018, DG-021: those of 10,000 senders are 256, and then FRAGMENT_TO ends */
TEST_F(liar, beginnings_of_many_senders)
{
	int raw = raw_open(&self->host[1]);

	ASSERT_LE(0, raw);
	ASSERT_EQ(0, trust_all(&self->host[0]));
	ASSERT_EQ(0, nb_set(&self->host[0], NETBIOS_A_NODE_FRAGMENT_TIMEOUT,
			    60000));
	ASSERT_EQ(0, put_beginnings(raw, &self->host[1], self->node, 0, 10000));
	ASSERT_TRUE(nb_wait(STAT(FRAGMENTS_RECEIVED) == 10000));
	EXPECT_EQ(10000 - FRAGS_MAX, STAT(FRAGMENT_OVERFLOW));
	EXPECT_EQ(0, STAT(FRAGMENT_TIMEOUT));
	/* the newest replace the oldest, for a shorter time */
	ASSERT_EQ(0, nb_set(&self->host[0], NETBIOS_A_NODE_FRAGMENT_TIMEOUT,
			    500));
	ASSERT_EQ(0, put_beginnings(raw, &self->host[1], self->node, 10000,
				    FRAGS_MAX));
	ASSERT_TRUE(nb_wait(STAT(FRAGMENT_TIMEOUT) == FRAGS_MAX));
	close(raw);
	STILL_SERVED();
}

/* DG-018: what comes again and again keeps nothing alive */
TEST_F(liar, incomplete_for_ever)
{
	uint64_t end = nb_now() + NB_BOUND;

	ASSERT_EQ(0, nb_set(&self->host[0], NETBIOS_A_NODE_FRAGMENT_TIMEOUT,
			    300));
	make_beginning(&self->p, &self->host[1], 1);
	ASSERT_EQ(0, PUT());
	self->p.flags = DG_MORE;
	self->p.offset = 100;
	self->p.len = 50;
	while (!STAT(FRAGMENT_TIMEOUT) && nb_now() < end) {
		ASSERT_EQ(0, PUT());
		nb_pause(5);
	}
	EXPECT_EQ(1, STAT(FRAGMENT_TIMEOUT));
	EXPECT_EQ(0, STAT(FRAGMENT_OVERLAP));
	/* the end comes too late */
	MAKE(DG_UNIQUE, 1, "CLIENT", 200);
	memmove(self->p.data, self->p.data + 150, self->p.len - 150);
	self->p.flags = 0;
	self->p.offset = 150;
	self->p.len -= 150;
	ASSERT_EQ(0, PUT());
	ASSERT_TRUE(nb_wait(STAT(FRAGMENT_ORPHAN) >= 1));
	STILL_SERVED();
}

/*
 * DG-032, E-12, E-13: a source in the header that is not whom it comes from,
 * or not one host. Nobody has us write to somebody else, nor to all.
 */
static const char *const forged[] = {
	"10.9.0.77", "10.9.0.255", "10.9.0.0", "255.255.255.255", "224.0.0.1",
	"0.0.0.0", "127.0.0.1", "10.9.0.1",
};

TEST_F(liar, no_error_for_a_forged_source)
{
	struct in_addr all = { inet_addr("10.9.0.255") };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(forged); i++) {
		MAKE(DG_UNIQUE, i, "NOBODY", 20);
		self->p.source.s_addr = inet_addr(forged[i]);
		ASSERT_EQ(0, PUT());
		/* one that is malformed as well */
		self->p.data[40] = '@';
		ASSERT_EQ(0, PUT());
	}
	ASSERT_TRUE(nb_wait(STAT(ERRORS_FORBIDDEN) == 2 * ARRAY_SIZE(forged)));
	MAKE(DG_UNIQUE, 1, "NOBODY", 20);
	ASSERT_EQ(0, dg_put(self->udp, &all, &self->p));
	ASSERT_TRUE(nb_wait(STAT(NO_NAME) == ARRAY_SIZE(forged) + 1));
	/* the peer hears its own broadcast, and nothing else */
	ASSERT_EQ(0, dg_get(self->udp, &self->p, NULL));
	EXPECT_EQ(DG_UNIQUE, self->p.type);
	EXPECT_TRUE(udp_silent(self->udp));
	EXPECT_EQ(0, STAT(ERRORS_SENT));
	STILL_SERVED();
}

/* The same in the header of IP: most of that does not even reach us. */
TEST_F(liar, no_error_for_a_forged_packet)
{
	int raw = raw_open(&self->host[1]);
	size_t i;

	ASSERT_LE(0, raw);
	ASSERT_EQ(0, trust_all(&self->host[0]));
	for (i = 1; i < ARRAY_SIZE(forged); i++) {
		MAKE(DG_UNIQUE, i, "NOBODY", 20);
		self->p.source.s_addr = inet_addr(forged[i]);
		ASSERT_EQ(0, dg_put_from(raw, forged[i], self->node,
					 &self->p));
	}
	STILL_SERVED();
	EXPECT_TRUE(udp_silent(self->udp));
	EXPECT_EQ(0, STAT(ERRORS_SENT));
	close(raw);
}

/* E-12: a frame to one host with a packet to all of them in it */
TEST_F(liar, no_error_for_a_broadcast_in_a_frame_to_one)
{
	static const char *const all[] = {
		"10.9.0.255", "255.255.255.255", "224.0.0.1",
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(all); i++) {
		MAKE(DG_UNIQUE, i, "NOBODY", 20);
		ASSERT_EQ(0, dg_put_frame(&self->host[1], &self->host[0],
					  all[i], &self->p));
	}
	ASSERT_TRUE(nb_wait(STAT(NO_NAME) == ARRAY_SIZE(all)));
	EXPECT_TRUE(udp_silent(self->udp));
	EXPECT_EQ(0, STAT(ERRORS_SENT));
	/* that they come in at all */
	ASSERT_EQ(0, dg_put_frame(&self->host[1], &self->host[0], "10.9.0.1",
				  &self->p));
	ASSERT_EQ(0, dg_get(self->udp, &self->p, NULL));
	EXPECT_EQ(DG_ERROR, self->p.type);
	STILL_SERVED();
}

/* DG-032: an NBDD relays for others, which it may not turn against all */
TEST_F(liar, no_error_to_all_by_an_nbdd)
{
	size_t i;

	ASSERT_EQ(0, dg_set_type(&self->host[0], NETBIOS_NODE_TYPE_P,
				 &self->host[1]));
	ASSERT_EQ(0, nb_addr_add(&self->host[1], "veth0", forged[0], 24));
	for (i = 1; i < ARRAY_SIZE(forged); i++) {
		if (!strcmp(forged[i], "10.9.0.1"))
			continue;
		MAKE(DG_UNIQUE, i, "NOBODY", 20);
		self->p.source.s_addr = inet_addr(forged[i]);
		ASSERT_EQ(0, PUT());
	}
	ASSERT_TRUE(nb_wait(STAT(ERRORS_FORBIDDEN) == ARRAY_SIZE(forged) - 2));
	MAKE(DG_UNIQUE, 1, "NOBODY", 20);
	self->p.source.s_addr = inet_addr(forged[0]);
	ASSERT_EQ(0, PUT());
	ASSERT_EQ(0, dg_get(self->udp, &self->p, NULL));
	EXPECT_EQ(DG_ERROR, self->p.type);
	EXPECT_EQ(inet_addr(forged[0]), self->p.to.s_addr);
	EXPECT_EQ(1, STAT(ERRORS_SENT));
	STILL_SERVED();
}

/* DG-032 */
TEST_F(liar, errors_are_limited)
{
	int i;

	for (i = 0; i < 2000; i++) {
		MAKE(DG_UNIQUE, i, "NOBODY", 20);
		ASSERT_EQ(0, PUT());
	}
	ASSERT_TRUE(nb_wait(STAT(NO_NAME) == 2000));
	EXPECT_EQ(2000, STAT(ERRORS_SENT) + STAT(ERRORS_LIMITED));
	EXPECT_LT(0, STAT(ERRORS_LIMITED));
	EXPECT_LT(0, STAT(ERRORS_SENT));
	EXPECT_TRUE(dg_only_errors(self->udp));
	STILL_SERVED();
}

/* An error is no reason for one, whatever it is about. */
TEST_F(liar, errors_are_not_answered)
{
	int i;

	for (i = 0; i < 3000; i++) {
		self->p = (struct dg_packet) {
			.type = DG_ERROR, .id = i, .port = DG_PORT, .len = i % 3,
			.source = self->host[1].addr, .data = { 0x82 + i % 5 },
		};
		ASSERT_EQ(0, PUT());
	}
	ASSERT_TRUE(nb_wait(STAT(ERRORS_IGNORED) + STAT(ERRORS_RECEIVED) ==
			    2000 && STAT(MALFORMED) == 1000));
	/* one of them may have met what the fixture sent */
	EXPECT_GE(1, STAT(ERRORS_RECEIVED));
	nb_so_error(self->client);
	EXPECT_TRUE(udp_silent(self->udp));
	STILL_SERVED();
}

/* A socket that is not read keeps SO_RCVBUF and one more, and counts the rest. */
TEST_F(liar, flood)
{
	uint32_t mem[SK_MEMINFO_VARS];
	socklen_t len = sizeof(mem);
	int64_t delivered;
	int i;

	ASSERT_EQ(0, dg_setopt(self->client, SOL_SOCKET, SO_RCVBUF, 20000));
	for (i = 0; i < 5000; i++) {
		MAKE(DG_UNIQUE, i, "CLIENT", i % 513);
		ASSERT_EQ(0, PUT());
	}
	ASSERT_TRUE(nb_wait(STAT(DELIVERED) + STAT(RCVBUF_FULL) == 5000));
	delivered = STAT(DELIVERED);
	EXPECT_LT(0, delivered);
	ASSERT_EQ(0, getsockopt(self->client, SOL_SOCKET, SO_MEMINFO, mem,
				&len));
	EXPECT_LT(mem[SK_MEMINFO_RCVBUF] / 2, mem[SK_MEMINFO_RMEM_ALLOC]);
	EXPECT_GT(mem[SK_MEMINFO_RCVBUF] + 4096, mem[SK_MEMINFO_RMEM_ALLOC]);
	EXPECT_EQ(5000 - delivered, mem[SK_MEMINFO_DROPS]);
	EXPECT_EQ(5000 - delivered, STAT(RCVBUF_FULL));
	/* what there was room for is what came first */
	for (i = 0; i < delivered; i++)
		ASSERT_EQ(0, dg_recv_filled(self->client, "SERVER", i % 513,
					    (uint16_t)i));
	ASSERT_EQ(0, getsockopt(self->client, SOL_SOCKET, SO_MEMINFO, mem,
				&len));
	EXPECT_EQ(0, mem[SK_MEMINFO_RMEM_ALLOC]);
	STILL_SERVED();
}

/* To a group, each member has its own bound, and the fast one loses nothing. */
TEST_F(liar, flood_of_a_group)
{
	int slow = dg_group(&self->host[0], "TEAM"), i;

	ASSERT_LE(0, slow);
	ASSERT_EQ(0, dg_setopt(slow, SOL_SOCKET, SO_RCVBUF, 4096));
	for (i = 0; i < 500; i++) {
		MAKE(DG_GROUP, i, "TEAM", 100);
		ASSERT_EQ(0, PUT());
		ASSERT_EQ(0, dg_recv_filled(self->team, "SERVER", 100, i));
	}
	EXPECT_EQ(1000, STAT(DELIVERED) + STAT(RCVBUF_FULL));
	EXPECT_LT(400, STAT(RCVBUF_FULL));
	EXPECT_GT(500, STAT(RCVBUF_FULL));
	close(slow);
	STILL_SERVED();
}

/* SO_SNDBUF bounds what waits for a host that is not there. */
TEST_F(liar, send_buffer_is_bounded)
{
	const char *addr = "10.9.0.99";
	struct sockaddr_nb to = nb_addr("GONE");
	char buf[400] = "";
	int n = 0;

	ASSERT_EQ(0, nb_cache_put(&self->host[0], "GONE", &addr, 1, false,
				  600));
	ASSERT_EQ(0, dg_setopt(self->client, SOL_SOCKET, SO_SNDBUF, 4096));
	while (n < 100 && sendto(self->client, buf, sizeof(buf), MSG_DONTWAIT,
				 (void *)&to, sizeof(to)) == sizeof(buf))
		n++;
	EXPECT_LT(0, n);
	EXPECT_GT(50, n);
	EXPECT_EQ(EAGAIN, errno);
	EXPECT_EQ(0, nb_poll(self->client, POLLOUT, 0));
	/* until it is given up */
	EXPECT_EQ(POLLOUT, nb_poll(self->client, POLLOUT, NB_BOUND));
	EXPECT_EQ(9, dg_send_filled(self->client, "SERVER", 9, 9));
	EXPECT_EQ(0, dg_get(self->udp, &self->p, NULL));
	STILL_SERVED();
}

TEST_HARNESS_MAIN
