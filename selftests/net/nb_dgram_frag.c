// SPDX-License-Identifier: GPL-2.0
/*
 * Fragments octet by octet, with a peer on plain UDP 138 (RFC 1001 17.1.2).
 * DG-012 to DG-021. How many there may be is in nb_dgram_flood.c.
 */
#include "nb_dg_peer.h"
#include "nb_test.h"

DG_PEER_FIXTURE(peer)

/* DG-012 to DG-017: the limit is that of the IP packet */
TEST_F(peer, fragments_sent)
{
	uint16_t id;

	ASSERT_EQ(466, dg_send_filled(self->client, "SERVER", 466, 1));
	ASSERT_EQ(0, dg_get(self->udp, &self->p, NULL));
	EXPECT_EQ(DG_FIRST, self->p.flags);
	EXPECT_EQ(576 - 28 - DG_HDR_LEN, self->p.len);

	ASSERT_EQ(512, dg_send_filled(self->client, "SERVER", 512, 2));
	ASSERT_EQ(0, dg_get(self->udp, &self->p, NULL));
	id = self->p.id;
	EXPECT_EQ(DG_FIRST | DG_MORE, self->p.flags);
	EXPECT_EQ(DG_NAMES_LEN + 512, self->p.length);
	EXPECT_EQ(534, self->p.len);
	EXPECT_EQ(0, self->p.offset);
	EXPECT_TRUE(dg_names_are(&self->p, "CLIENT", "SERVER"));
	ASSERT_EQ(0, dg_get(self->udp, &self->p, NULL));
	EXPECT_EQ(id, self->p.id);
	EXPECT_EQ(0, self->p.flags);
	EXPECT_EQ(DG_UNIQUE, self->p.type);
	EXPECT_EQ(DG_NAMES_LEN + 512, self->p.length);
	EXPECT_EQ(534, self->p.offset);
	EXPECT_EQ(DG_NAMES_LEN + 512 - 534, self->p.len);

	ASSERT_EQ(0, nb_set(&self->host[0], NETBIOS_A_NODE_MAX_DATAGRAM,
			    1064));
	ASSERT_EQ(512, dg_send_filled(self->client, "SERVER", 512, 2));
	ASSERT_EQ(0, dg_get(self->udp, &self->p, NULL));
	EXPECT_EQ(DG_FIRST, self->p.flags);
	EXPECT_EQ(DG_NAMES_LEN + 512, self->p.len);
}

/* DG-018 to DG-021: @cut pieces in any order; DGM_LENGTH total or own (E-10) */
static int put_piece(int udp, const struct in_addr *to,
		     const struct dg_packet *all, size_t from, size_t len,
		     bool own)
{
	struct dg_packet p = *all;

	p.flags = (from ? 0 : DG_FIRST) | (from + len < all->len ? DG_MORE : 0);
	p.offset = from;
	p.length = own ? len : all->len;
	p.len = len;
	memcpy(p.data, all->data + from, len);
	return dg_put(udp, to, &p);
}

#define PIECE(from, len)						\
	ASSERT_EQ(0, put_piece(self->udp, self->node, &self->p, from, len, \
			       false))

TEST_F(peer, fragments_received)
{
	size_t all = DG_NAMES_LEN + 300;

	MAKE(DG_UNIQUE, 1, "CLIENT", 300);
	PIECE(0, 100);
	PIECE(100, all - 100);
	EXPECT_EQ(0, dg_recv_filled(self->client, "SERVER", 300, 1));
	/* four, out of order, one of them twice */
	MAKE(DG_UNIQUE, 2, "CLIENT", 300);
	PIECE(0, 80);
	PIECE(280, all - 280);
	PIECE(80, 100);
	PIECE(80, 100);
	EXPECT_TRUE(dg_silent(self->client));
	PIECE(180, 100);
	EXPECT_EQ(0, dg_recv_filled(self->client, "SERVER", 300, 2));
	/* with the length of each */
	MAKE(DG_UNIQUE, 3, "CLIENT", 300);
	ASSERT_EQ(0, put_piece(self->udp, self->node, &self->p, 0, 80, true));
	ASSERT_EQ(0, put_piece(self->udp, self->node, &self->p, 80, all - 80,
			       true));
	EXPECT_EQ(0, dg_recv_filled(self->client, "SERVER", 300, 3));
	EXPECT_EQ(3, STAT(REASSEMBLED));
	/* DG-020: whole, whatever our own limit */
	MAKE(DG_UNIQUE, 4, "CLIENT", 512);
	ASSERT_EQ(0, PUT());
	EXPECT_EQ(0, dg_recv_filled(self->client, "SERVER", 512, 4));
}

/* nothing comes of these, and the next datagram is received */
TEST_F(peer, fragments_that_contradict)
{
	size_t all = DG_NAMES_LEN + 300;

	/* without the first one */
	MAKE(DG_UNIQUE, 1, "CLIENT", 300);
	PIECE(100, all - 100);
	ASSERT_TRUE(nb_wait(STAT(FRAGMENT_ORPHAN) == 1));
	/* one overlaps */
	MAKE(DG_UNIQUE, 2, "CLIENT", 300);
	PIECE(0, 100);
	PIECE(90, 50);
	ASSERT_TRUE(nb_wait(STAT(FRAGMENT_OVERLAP) == 1));
	PIECE(100, all - 100);
	ASSERT_TRUE(nb_wait(STAT(FRAGMENT_ORPHAN) == 2));
	/* behind the end, and a second end */
	MAKE(DG_UNIQUE, 3, "CLIENT", 300);
	PIECE(0, 100);
	PIECE(200, all - 200);
	self->p.len += 50;
	PIECE(all, 50);
	ASSERT_TRUE(nb_wait(STAT(FRAGMENT_OVERLAP) == 2));
	/* the same place, other octets */
	MAKE(DG_UNIQUE, 4, "CLIENT", 300);
	PIECE(0, 100);
	PIECE(100, 50);
	self->p.data[120] ^= 1;
	PIECE(100, 50);
	ASSERT_TRUE(nb_wait(STAT(FRAGMENT_OVERLAP) == 3));
	/* FIRST and an offset; neither and no offset; too much */
	MAKE(DG_UNIQUE, 5, "CLIENT", 300);
	self->p.offset = 10;
	self->p.flags = DG_FIRST | DG_MORE;
	ASSERT_EQ(0, PUT());
	self->p.offset = 0;
	self->p.flags = DG_MORE;
	ASSERT_EQ(0, PUT());
	self->p.offset = 1000;
	self->p.flags = 0;
	ASSERT_EQ(0, PUT());
	ASSERT_TRUE(nb_wait(STAT(MALFORMED) == 3));
	MAKE(DG_UNIQUE, 6, "CLIENT", 6);
	ASSERT_EQ(0, PUT());
	EXPECT_EQ(0, dg_recv_filled(self->client, "SERVER", 6, 6));
	EXPECT_TRUE(dg_silent(self->client));
}

/* RFC 1002 5.3.3: a first fragment is saved, and the one that it had is not */
TEST_F(peer, fragments_begin_anew)
{
	size_t all = DG_NAMES_LEN + 300;

	MAKE(DG_UNIQUE, 7, "CLIENT", 300);
	PIECE(0, 100);
	PIECE(100, 50);
	/* the peer has restarted, and says something else */
	dg_make(&self->p, DG_UNIQUE, 7, &self->host[1], "SERVER", "CLIENT",
		300, 8);
	PIECE(0, 200);
	ASSERT_TRUE(nb_wait(STAT(FRAGMENT_OVERLAP) == 1));
	PIECE(200, all - 200);
	EXPECT_EQ(0, dg_recv_filled(self->client, "SERVER", 300, 8));
	EXPECT_EQ(0, STAT(FRAGMENT_ORPHAN));
	EXPECT_TRUE(dg_silent(self->client));
}

/* DG-016: two fragments of 200 octets; what follows is about the second */
static int put_two(int udp, const struct in_addr *to, struct dg_packet *p,
		   bool own, int length, int port)
{
	struct dg_packet second = *p;
	int err = put_piece(udp, to, p, 0, 200, own);

	if (err)
		return err;
	second.flags = 0;
	second.offset = 200;
	second.length = length;
	second.port = port;
	second.len -= 200;
	memmove(second.data, second.data + 200, second.len);
	return dg_put(udp, to, &second);
}

TEST_F(peer, fragments_with_other_headers)
{
	size_t all = DG_NAMES_LEN + 300;
	int n = 0;

#define TWO(own, length, port) do {					\
	n++;								\
	MAKE(DG_UNIQUE, n, "CLIENT", 300);				\
	ASSERT_EQ(0, put_two(self->udp, self->node, &self->p, own,	\
			     length, port));				\
} while (0)

	/* SOURCE_PORT; DGM_LENGTH of all, of each, and not both of it */
	TWO(false, all, DG_PORT + 1);
	TWO(false, all - 200, DG_PORT);
	TWO(true, all, DG_PORT);
	ASSERT_TRUE(nb_wait(STAT(FRAGMENT_OVERLAP) == 3));
	/* another total, that fits the end */
	n++;
	MAKE(DG_UNIQUE, n, "CLIENT", 300);
	ASSERT_EQ(0, put_piece(self->udp, self->node, &self->p, 0, 200,
			       false));
	self->p.len -= 50;
	PIECE(200, self->p.len - 200);
	ASSERT_TRUE(nb_wait(STAT(FRAGMENT_OVERLAP) == 4));
	TWO(false, all, DG_PORT);
	EXPECT_EQ(0, dg_recv_filled(self->client, "SERVER", 300, n));
	TWO(true, all - 200, DG_PORT);
	EXPECT_EQ(0, dg_recv_filled(self->client, "SERVER", 300, n));
#undef TWO
	EXPECT_TRUE(dg_silent(self->client));
}

TEST_HARNESS_MAIN
