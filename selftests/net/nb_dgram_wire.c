// SPDX-License-Identifier: GPL-2.0
/*
 * Datagrams octet by octet: a peer on plain UDP 138 in the other host, with good
 * and with bad input (RFC 1002 4.4, 5.3). DG-001 to DG-021, DG-028 to DG-034.
 */
#include "nb_dg.h"
#include "nb_test.h"

/* @host[0] is the node; the peer, @udp, has port 138 of @host[1]. */
FIXTURE(peer) {
	struct nb_host host[2];
	int udp;
	int client;
	int team;
	struct dg_packet p;
	struct in_addr *node;
};

FIXTURE_SETUP(peer)
{
	const char *addr = "10.9.0.2";

	ASSERT_EQ(0, nb_hosts(self->host, 2));
	self->node = &self->host[0].addr;
	ASSERT_EQ(0, nb_set(&self->host[0], NETBIOS_A_NODE_ENABLED, 1));
	ASSERT_EQ(0, nb_set(&self->host[0], NETBIOS_A_NODE_FRAGMENT_TIMEOUT,
			    20000));
	ASSERT_EQ(0, nb_name_add(&self->host[0], "CLIENT"));
	ASSERT_EQ(0, dg_group_add(&self->host[0], "TEAM"));
	ASSERT_EQ(0, nb_cache_put(&self->host[0], "SERVER", &addr, 1, false,
				  600));
	self->udp = udp_open(&self->host[1], DG_PORT);
	ASSERT_LE(0, self->udp);
	self->client = dg_unique(&self->host[0], "CLIENT");
	ASSERT_LE(0, self->client);
	self->team = dg_group(&self->host[0], "TEAM");
	ASSERT_LE(0, self->team);
	/* the link is up when something has come through */
	ASSERT_EQ(1, dg_send(self->client, "SERVER", "x", 1));
	ASSERT_EQ(0, dg_get(self->udp, &self->p, NULL));
}

FIXTURE_TEARDOWN(peer)
{
	close(self->udp);
	close(self->client);
	close(self->team);
	nb_hosts_free(self->host, 2);
}

#define STAT(name)	nb_stat(&self->host[0], NB_STAT_DGRAM_##name)
#define PUT()		dg_put(self->udp, self->node, &self->p)
#define MAKE(type, id, to, len)						\
	dg_make(&self->p, type, id, &self->host[1], "SERVER", to, len, id)

/* DG-001 to DG-006, DG-013, DG-022: what is sent */
TEST_F(peer, octets_of_what_is_sent)
{
	static const struct {
		const char *to;
		uint8_t type;
	} cases[] = {
		{ "SERVER", DG_UNIQUE }, { "TEAM", DG_GROUP },
		{ "*", DG_BROADCAST },
	};
	struct sockaddr_in from;
	uint16_t id = 0;
	size_t i;

	dg_setopt(self->client, SOL_SOCKET, SO_BROADCAST, 1);
	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		ASSERT_EQ(50, dg_send_filled(self->client, cases[i].to, 50, i));
		ASSERT_EQ(0, dg_get(self->udp, &self->p, &from));
		EXPECT_EQ(cases[i].type, self->p.type);
		EXPECT_EQ(DG_FIRST, self->p.flags);
		EXPECT_EQ(self->node->s_addr, self->p.source.s_addr);
		EXPECT_EQ(self->node->s_addr, from.sin_addr.s_addr);
		EXPECT_EQ(DG_PORT, self->p.port);
		EXPECT_EQ(DG_PORT, ntohs(from.sin_port));
		EXPECT_EQ(DG_NAMES_LEN + 50, self->p.length);
		EXPECT_EQ(DG_NAMES_LEN + 50, self->p.len);
		EXPECT_EQ(0, self->p.offset);
		EXPECT_TRUE(dg_names_are(&self->p, "CLIENT", cases[i].to));
		EXPECT_TRUE(nb_filled(self->p.data + DG_NAMES_LEN, 50, i));
		if (i) {
			EXPECT_NE(id, self->p.id); /* DG-008 */
		}
		id = self->p.id;
	}
}

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

/* Bounded: 10,000 datagrams without an end, and none of them stays. */
TEST_F(peer, fragments_without_end)
{
	int i;

	for (i = 0; i < 10000; i++) {
		MAKE(DG_UNIQUE, i, "CLIENT", 100);
		self->p.source.s_addr = htonl(0x0a0a0000 + i);
		PIECE(0, 100);
	}
	ASSERT_TRUE(nb_wait(STAT(FRAGMENTS_RECEIVED) == 10000));
	EXPECT_EQ(10000 - 16, STAT(FRAGMENT_OVERFLOW));
	ASSERT_EQ(0, nb_set(&self->host[0], NETBIOS_A_NODE_FRAGMENT_TIMEOUT,
			    1));
	MAKE(DG_UNIQUE, 1, "CLIENT", 100);
	PIECE(0, 100);
	ASSERT_TRUE(nb_wait(STAT(FRAGMENT_TIMEOUT) >= 1));
}

/* DG-030, DG-031: an error for a unique name that is not here, no other */
TEST_F(peer, error_for_unknown_name)
{
	static const uint8_t none[] = { DG_GROUP, DG_BROADCAST };
	struct sockaddr_in from;
	size_t i;

	MAKE(DG_UNIQUE, 0x1234, "NOBODY", 20);
	ASSERT_EQ(0, PUT());
	ASSERT_EQ(0, dg_get(self->udp, &self->p, &from));
	EXPECT_EQ(DG_ERROR, self->p.type);
	EXPECT_EQ(0, self->p.flags);
	EXPECT_EQ(0x1234, self->p.id);
	EXPECT_EQ(self->node->s_addr, self->p.source.s_addr);
	EXPECT_EQ(DG_PORT, self->p.port);
	EXPECT_EQ(DG_PORT, ntohs(from.sin_port));
	ASSERT_EQ(1, self->p.len);
	EXPECT_EQ(0x82, self->p.data[0]);
	for (i = 0; i < ARRAY_SIZE(none); i++) {
		MAKE(none[i], 1, "NOBODY", 20);
		ASSERT_EQ(0, PUT());
	}
	/* held, but nobody receives: silence */
	close(self->client);
	self->client = -1;
	MAKE(DG_UNIQUE, 2, "CLIENT", 20);
	ASSERT_EQ(0, PUT());
	ASSERT_TRUE(nb_wait(STAT(NO_RECEIVER) == 1));
	EXPECT_TRUE(udp_silent(self->udp));
	EXPECT_EQ(1, STAT(ERRORS_SENT));
}

/* DG-032, E-12, E-13: nobody has us write to somebody else, nor to all */
TEST_F(peer, no_error_for_a_forged_source)
{
	static const char *const forged[] = {
		"10.9.0.77", "10.9.0.255", "255.255.255.255", "224.0.0.1",
		"0.0.0.0", "127.0.0.1",
	};
	struct in_addr all = { inet_addr("10.9.0.255") };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(forged); i++) {
		MAKE(DG_UNIQUE, i, "NOBODY", 20);
		self->p.source.s_addr = inet_addr(forged[i]);
		ASSERT_EQ(0, PUT());
	}
	ASSERT_TRUE(nb_wait(STAT(ERRORS_FORBIDDEN) == 6));
	MAKE(DG_UNIQUE, 1, "NOBODY", 20);
	ASSERT_EQ(0, dg_put(self->udp, &all, &self->p));
	ASSERT_TRUE(nb_wait(STAT(NO_NAME) == 7));
	/* the peer hears its own broadcast, and nothing else */
	ASSERT_EQ(0, dg_get(self->udp, &self->p, NULL));
	EXPECT_EQ(DG_UNIQUE, self->p.type);
	EXPECT_TRUE(udp_silent(self->udp));
	EXPECT_EQ(0, STAT(ERRORS_SENT));
}

TEST_F(peer, errors_are_limited)
{
	int i;

	for (i = 0; i < 2000; i++) {
		MAKE(DG_UNIQUE, i, "NOBODY", 20);
		ASSERT_EQ(0, PUT());
	}
	ASSERT_TRUE(nb_wait(STAT(NO_NAME) == 2000));
	EXPECT_EQ(2000, STAT(ERRORS_SENT) + STAT(ERRORS_LIMITED));
	EXPECT_LT(0, STAT(ERRORS_LIMITED));
}

/* DG-033 */
TEST_F(peer, malformed_names)
{
	static const struct {
		int offset;
		uint8_t value;
		uint8_t error;
	} cases[] = {
		{ 0, 0x21, 0x83 }, { 0, 0xc0, 0x83 }, { 5, 'Q', 0x83 },
		{ 5, 'a', 0x83 }, { 33, 0xc0, 0x83 }, { 33, 0x40, 0x83 },
		{ 34, 0x1f, 0x84 }, { 40, '@', 0x84 }, { 67, 0x80, 0x84 },
		{ 67, 63, 0x84 },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		MAKE(DG_UNIQUE, i, "CLIENT", 20);
		self->p.data[cases[i].offset] = cases[i].value;
		ASSERT_EQ(0, PUT());
		ASSERT_EQ(0, dg_get(self->udp, &self->p, NULL));
		EXPECT_EQ(DG_ERROR, self->p.type);
		EXPECT_EQ(i, self->p.id);
		EXPECT_EQ(cases[i].error, self->p.data[0]) {
			TH_LOG("case %zu", i);
		}
		MAKE(DG_GROUP, i, "TEAM", 20);
		self->p.data[cases[i].offset] = cases[i].value;
		ASSERT_EQ(0, PUT());
	}
	ASSERT_TRUE(nb_wait(STAT(MALFORMED) == 2 * ARRAY_SIZE(cases)));
	EXPECT_TRUE(udp_silent(self->udp));
	EXPECT_TRUE(dg_silent(self->client));
	EXPECT_TRUE(dg_silent(self->team));
}

/* every length below a whole one, and one octet of a wrong type */
TEST_F(peer, truncated_and_oversized)
{
	uint8_t buf[3000] = { DG_UNIQUE, DG_FIRST };
	size_t i;

	for (i = 0; i < DG_HDR_LEN; i++)
		ASSERT_EQ(0, dg_put_raw(self->udp, self->node, buf, i));
	buf[0] = 0x17;
	ASSERT_EQ(0, dg_put_raw(self->udp, self->node, buf, 100));
	buf[0] = DG_UNIQUE;
	ASSERT_EQ(0, dg_put_raw(self->udp, self->node, buf, sizeof(buf)));
	ASSERT_TRUE(nb_wait(STAT(MALFORMED) == DG_HDR_LEN + 2));
	/* DG-006: less than DGM_LENGTH says; more is padding */
	MAKE(DG_UNIQUE, 1, "CLIENT", 20);
	self->p.length++;
	ASSERT_EQ(0, PUT());
	ASSERT_TRUE(nb_wait(STAT(MALFORMED) == DG_HDR_LEN + 3));
	self->p.length -= 11;
	ASSERT_EQ(0, PUT());
	EXPECT_EQ(0, dg_recv_filled(self->client, "SERVER", 10, 1));
	/* DG-007: more than 512 octets for the user */
	MAKE(DG_UNIQUE, 2, "CLIENT", 513);
	ASSERT_EQ(0, PUT());
	ASSERT_TRUE(nb_wait(STAT(MALFORMED) == DG_HDR_LEN + 4));
	/* DG-004: reserved bits are ignored */
	MAKE(DG_UNIQUE, 3, "CLIENT", 3);
	self->p.flags |= 0xf8;
	ASSERT_EQ(0, PUT());
	EXPECT_EQ(0, dg_recv_filled(self->client, "SERVER", 3, 3));
}

/* DG-034: an error that fits what was sent, and such that fit nothing */
TEST_F(peer, error_received)
{
	struct nb_work work;
	struct nb_nl *nl;
	struct dg_msg msg;
	uint16_t id;

	nl = nb_helper(&self->host[0]);
	ASSERT_NE(NULL, nl);
	ASSERT_EQ(20, dg_send_filled(self->client, "SERVER", 20, 1));
	ASSERT_EQ(0, dg_get(self->udp, &self->p, NULL));
	id = self->p.id;
	self->p = (struct dg_packet) {
		.type = DG_ERROR, .id = id + 1, .source = self->host[1].addr,
		.port = DG_PORT, .len = 1, .data = { 0x82 },
	};
	ASSERT_EQ(0, PUT());
	ASSERT_TRUE(nb_wait(STAT(ERRORS_IGNORED) == 1));
	EXPECT_EQ(0, nb_so_error(self->client));
	self->p.id = id;
	ASSERT_EQ(0, PUT());
	EXPECT_TRUE(nb_poll(self->client, 0, NB_BOUND) & POLLERR);
	EXPECT_EQ(-ECONNREFUSED, dg_recv(self->client, &msg, MSG_DONTWAIT));
	EXPECT_EQ(0x82, nb_wire_error(self->client));
	EXPECT_EQ(0, nb_work_expect(nl, &work, NETBIOS_WORK_KIND_SUSPECT,
				    "SERVER"));
	EXPECT_EQ(self->host[1].addr.s_addr, work.addr.s_addr);
	EXPECT_EQ(0x82, work.wire_error);
	/* once more: it was used up */
	ASSERT_EQ(0, PUT());
	ASSERT_TRUE(nb_wait(STAT(ERRORS_IGNORED) == 2));
	EXPECT_EQ(0, nb_so_error(self->client));
	nb_nl_close(nl);
}

/* an error without an error octet, and what only an NBDD or its client gets */
TEST_F(peer, control_packets_out_of_place)
{
	uint8_t type;

	for (type = DG_ERROR; type <= DG_NEGATIVE; type++) {
		self->p = (struct dg_packet) {
			.type = type, .source = self->host[1].addr,
			.port = DG_PORT,
		};
		ASSERT_EQ(0, PUT());
	}
	ASSERT_TRUE(nb_wait(STAT(MALFORMED) == 3 && STAT(UNEXPECTED) == 1));
	EXPECT_TRUE(udp_silent(self->udp));
}

/* DG-038: what an NBDD brings back was delivered when it was sent */
TEST_F(peer, own_datagrams_come_back)
{
	struct dg_msg msg;

	MAKE(DG_GROUP, 1, "TEAM", 20);
	self->p.source = *self->node;
	ASSERT_EQ(0, PUT());
	ASSERT_TRUE(nb_wait(STAT(OWN) == 1));
	EXPECT_TRUE(dg_silent(self->team));
	/* relayed for somebody else: both addresses are shown */
	ASSERT_EQ(0, nb_setopt(self->team, NB_DGRAM_INFO, 1));
	self->p.source.s_addr = inet_addr("10.8.0.8");
	ASSERT_EQ(0, PUT());
	ASSERT_EQ(20, dg_recv(self->team, &msg, 0));
	EXPECT_EQ(inet_addr("10.8.0.8"), msg.info.ndi_source_addr);
	EXPECT_EQ(self->host[1].addr.s_addr, msg.info.ndi_from_addr);
}

/* DG-004, H-025 */
TEST_F(peer, source_node_type)
{
	static const uint8_t snt[] = {
		[NETBIOS_NODE_TYPE_B] = 0x00, [NETBIOS_NODE_TYPE_P] = 0x04,
		[NETBIOS_NODE_TYPE_M] = 0x08, [NETBIOS_NODE_TYPE_H] = 0x08,
	};
	uint32_t type;

	for (type = NETBIOS_NODE_TYPE_B; type <= NETBIOS_NODE_TYPE_H; type++) {
		ASSERT_EQ(0, dg_set_type(&self->host[0], type, NULL));
		ASSERT_EQ(5, dg_send_filled(self->client, "SERVER", 5, 5));
		ASSERT_EQ(0, dg_get(self->udp, &self->p, NULL));
		EXPECT_EQ(snt[type] | DG_FIRST, self->p.flags);
	}
}

/* DG-028 */
TEST_F(peer, p_node_hears_no_broadcast)
{
	struct in_addr all = { inet_addr("10.9.0.255") };
	struct nb_nl *nl = nb_helper(&self->host[0]);

	ASSERT_NE(NULL, nl);
	ASSERT_EQ(0, dg_report(nl, NETBIOS_NODE_TYPE_P, NULL));
	MAKE(DG_GROUP, 1, "TEAM", 7);
	ASSERT_EQ(0, dg_put(self->udp, &all, &self->p));
	ASSERT_TRUE(nb_wait(STAT(BROADCAST_AT_P) == 1));
	EXPECT_TRUE(dg_silent(self->team));
	ASSERT_EQ(0, PUT());
	EXPECT_EQ(0, dg_recv_filled(self->team, "SERVER", 7, 1));
	nb_nl_close(nl);
}

TEST_HARNESS_MAIN
