// SPDX-License-Identifier: GPL-2.0
/*
 * An NBDD beside the node, at its address, with this program in the place of
 * both it and the helper: packets that are for it, and packets that it sends.
 * DG-038, DG-040, DG-041.
 */
#include <linux/netlink.h>
#include <net/if.h>

#include "nb_dg.h"
#include "nb_test.h"

/* further addresses of the peer */
#define MEMBER		"10.9.0.3"
#define STRANGER	"10.9.0.4"

/* @host[0] is the node; @udp is the peer, which has port 138 of @host[1]. */
FIXTURE(beside) {
	struct nb_host host[2];
	struct nb_nl *nl;	/* the helper of the node */
	struct nb_nl *server;	/* joins the group */
	int ifindex;
	int udp;
	int client;
	int team;
	struct dg_packet p;
	uint8_t raw[sizeof(struct dg_packet)];
	size_t len;		/* octets in @raw */
};

FIXTURE_SETUP(beside)
{
	ASSERT_EQ(0, dg_node_and_peer(self->host, &self->udp, &self->client,
				      &self->team));
	ASSERT_EQ(0, nb_addr_add(&self->host[1], "veth0", MEMBER, 24));
	ASSERT_EQ(0, nb_addr_add(&self->host[1], "veth0", STRANGER, 24));
	self->nl = nb_helper(&self->host[0]);
	ASSERT_NE(NULL, self->nl);
	ASSERT_EQ(0, nb_enter(&self->host[0]));
	self->ifindex = if_nametoindex("veth0");
	self->server = nb_nl_open();
	ASSERT_NE(NULL, self->server);
}

FIXTURE_TEARDOWN(beside)
{
	nb_nl_close(self->server);
	nb_nl_close(self->nl);
	close(self->udp);
	close(self->client);
	close(self->team);
	nb_hosts_free(self->host, 2);
}

#define JOIN()		nb_nl_join(self->server, NETBIOS_MCGRP_NBDD)
#define STAT(name)	nb_stat(&self->host[0], NB_STAT_DGRAM_##name)

/* The peer sends a packet, which stays in @raw */
#define PUT()		({						\
	self->len = dg_pack(self->raw, &self->p);			\
	dg_put_raw(self->udp, &self->host[0].addr, self->raw, self->len); \
})

#define MAKE(type, id, to, len)						\
	dg_make(&self->p, type, id, &self->host[1], "SERVER", to, len, id)

static void make_query(struct dg_packet *p, const char *text)
{
	struct sockaddr_nb name = nb_addr(text);

	*p = (struct dg_packet) {
		.type = DG_QUERY, .flags = DG_FIRST, .id = 7,
		.source.s_addr = inet_addr("10.9.0.2"), .port = DG_PORT,
	};
	p->len = ss_name(p->data, &name, NULL);
}

/* Waits for a packet: 0 if it is this one, from this address to that */
static int given(struct nb_nl *nl, const void *raw, size_t len, int ifindex,
		 const char *from, const char *local)
{
	const struct nlattr *packet;
	int cmd = nb_nl_event(nl, NB_BOUND);

	if (cmd < 0)
		return cmd;
	packet = nl->tb[NETBIOS_A_NBDD_PACKET];
	if (cmd != NETBIOS_CMD_NBDD_PACKET || !packet ||
	    !nl->tb[NETBIOS_A_NBDD_PORT])
		return -EBADMSG;
	if (nb_nl_u32(nl, NETBIOS_A_NBDD_IFINDEX, 0) != ifindex ||
	    nb_nl_u32(nl, NETBIOS_A_NBDD_ADDR, 0) != inet_addr(from) ||
	    nb_nl_u32(nl, NETBIOS_A_NBDD_LOCAL, 0) != inet_addr(local) ||
	    mnl_attr_get_u16(nl->tb[NETBIOS_A_NBDD_PORT]) != DG_PORT)
		return -EADDRNOTAVAIL;
	if (raw && (mnl_attr_get_payload_len(packet) != len ||
		    memcmp(mnl_attr_get_payload(packet), raw, len)))
		return -EILSEQ;
	return 0;
}

/* What the peer sent last */
#define GIVEN()		given(self->server, self->raw, self->len, self->ifindex, \
			      "10.9.0.2", "10.9.0.1")

/* A request to send, to which where to is added with send_to() */
static struct nlmsghdr *send_begin(struct nb_nl *nl, const void *raw, size_t len)
{
	struct nlmsghdr *nlh = nb_nl_start(nl, NETBIOS_CMD_NBDD_SEND, 0);

	mnl_attr_put(nlh, NETBIOS_A_NBDD_PACKET, len, raw);
	return nlh;
}

static void send_to(struct nlmsghdr *nlh, const char *addr)
{
	mnl_attr_put_u32(nlh, NETBIOS_A_NBDD_TO, inet_addr(addr));
}

static int send_one(struct nb_nl *nl, const void *raw, size_t len,
		    const char *addr)
{
	struct nlmsghdr *nlh = send_begin(nl, raw, len);

	send_to(nlh, addr);
	return nb_nl_call(nl, nlh, NULL, NULL);
}

#define SEND(addr)	send_one(self->nl, self->raw, self->len, addr)

/* As it was: the node receives, and is no NBDD; its peer has one, which is told nothing */
TEST_F(beside, nobody_listens)
{
	struct nb_nl *elsewhere;

	ASSERT_EQ(0, nb_enter(&self->host[1]));
	elsewhere = nb_nl_open();
	ASSERT_NE(NULL, elsewhere);
	ASSERT_EQ(0, nb_nl_join(elsewhere, NETBIOS_MCGRP_NBDD));
	ASSERT_EQ(0, nb_enter(&self->host[0]));
	MAKE(DG_GROUP, 1, "TEAM", 20);
	ASSERT_EQ(0, PUT());
	EXPECT_EQ(0, dg_recv_filled(self->team, "SERVER", 20, 1));
	MAKE(DG_GROUP, 2, "OTHERS", 20);
	ASSERT_EQ(0, PUT());
	EXPECT_TRUE(nb_wait(STAT(NO_NAME) == 1));
	make_query(&self->p, "TEAM");
	ASSERT_EQ(0, PUT());
	EXPECT_TRUE(nb_wait(STAT(UNEXPECTED) == 1));
	EXPECT_EQ(0, STAT(NBDD_GIVEN));
	EXPECT_EQ(0, STAT(NBDD_LOST));
	EXPECT_EQ(-EAGAIN, nb_nl_event(self->server, NB_QUIET));
	EXPECT_EQ(-EAGAIN, nb_nl_event(elsewhere, NB_QUIET));
	EXPECT_TRUE(udp_silent(self->udp));
	nb_nl_close(elsewhere);
}

/* DG-040, DG-041: as they came, and to the sockets here as well */
TEST_F(beside, packets_for_the_server)
{
	ASSERT_EQ(0, JOIN());
	make_query(&self->p, "TEAM");
	ASSERT_EQ(0, PUT());
	EXPECT_EQ(0, GIVEN());
	/* a flag that the RFC does not have */
	MAKE(DG_GROUP, 1, "TEAM", 20);
	self->p.flags |= 0x80;
	ASSERT_EQ(0, PUT());
	EXPECT_EQ(0, GIVEN());
	EXPECT_EQ(0, dg_recv_filled(self->team, "SERVER", 20, 1));
	MAKE(DG_BROADCAST, 2, "*", 512);
	ASSERT_EQ(0, PUT());
	EXPECT_EQ(0, GIVEN());
	/* the node is in no such group, and that is no fault */
	MAKE(DG_GROUP, 3, "OTHERS", 20);
	ASSERT_EQ(0, PUT());
	EXPECT_EQ(0, GIVEN());
	EXPECT_EQ(0, STAT(NO_NAME));
	EXPECT_EQ(0, STAT(UNEXPECTED));
	EXPECT_EQ(4, STAT(NBDD_GIVEN));
	EXPECT_EQ(0, STAT(NBDD_LOST));
	EXPECT_TRUE(udp_silent(self->udp));
}

/* Each fragment by itself; the node puts them together */
TEST_F(beside, fragments_for_the_server)
{
	struct dg_packet all;
	size_t half;

	ASSERT_EQ(0, JOIN());
	MAKE(DG_GROUP, 1, "TEAM", 40);
	all = self->p;
	half = DG_NAMES_LEN + 20;
	self->p.flags |= DG_MORE;
	self->p.len = half;
	ASSERT_EQ(0, PUT());
	EXPECT_EQ(0, GIVEN());
	self->p.flags = 0;
	self->p.offset = half;
	self->p.len = all.len - half;
	memcpy(self->p.data, all.data + half, self->p.len);
	ASSERT_EQ(0, PUT());
	EXPECT_EQ(0, GIVEN());
	EXPECT_EQ(0, dg_recv_filled(self->team, "SERVER", 40, 1));
}

/* A unique name is the node's to answer for, a broadcast was for all */
TEST_F(beside, packets_for_the_node_alone)
{
	struct in_addr all = { inet_addr("10.9.0.255") };
	struct dg_packet error;

	ASSERT_EQ(0, JOIN());
	MAKE(DG_UNIQUE, 1, "CLIENT", 20);
	ASSERT_EQ(0, PUT());
	EXPECT_EQ(0, dg_recv_filled(self->client, "SERVER", 20, 1));
	MAKE(DG_UNIQUE, 2, "NOBODY", 20);
	ASSERT_EQ(0, PUT());
	ASSERT_EQ(0, dg_get(self->udp, &error, NULL));
	EXPECT_EQ(DG_ERROR, error.type);
	MAKE(DG_GROUP, 3, "TEAM", 20);
	ASSERT_EQ(0, dg_put(self->udp, &all, &self->p));
	EXPECT_EQ(0, dg_recv_filled(self->team, "SERVER", 20, 3));
	/* in a frame to us alone, too */
	MAKE(DG_GROUP, 4, "TEAM", 20);
	ASSERT_EQ(0, dg_put_frame(&self->host[1], &self->host[0], "10.9.0.255",
				  &self->p));
	EXPECT_EQ(0, dg_recv_filled(self->team, "SERVER", 20, 4));
	ASSERT_EQ(0, dg_put_raw(self->udp, &self->host[0].addr, "\x11\x02", 2));
	EXPECT_TRUE(nb_wait(STAT(MALFORMED) == 1));
	EXPECT_EQ(-EAGAIN, nb_nl_event(self->server, NB_QUIET));
	EXPECT_EQ(0, STAT(NBDD_GIVEN));
}

/* DG-040: the header is its sender's, and stays so */
TEST_F(beside, copies_are_as_the_original)
{
	const char *to[] = { MEMBER, "10.9.0.1", "10.9.0.2" };
	uint8_t raw[sizeof(struct dg_packet)];
	struct sockaddr_in from;
	struct nlmsghdr *nlh;
	int i;

	ASSERT_EQ(0, JOIN());
	/* longer than what we would fragment, of a node of another type */
	MAKE(DG_GROUP, 1, "TEAM", 512);
	self->p.source.s_addr = inet_addr("10.8.0.8");
	self->p.port = 1138;
	self->p.flags |= 0x84;
	self->len = dg_pack(self->raw, &self->p);
	nlh = send_begin(self->nl, self->raw, self->len);
	for (i = 0; i < 3; i++)
		send_to(nlh, to[i]);
	ASSERT_EQ(0, nb_nl_call(self->nl, nlh, NULL, NULL));
	for (i = 0; i < 3; i += 2) {
		ASSERT_EQ(0, dg_get(self->udp, &self->p, &from));
		EXPECT_EQ(inet_addr(to[i]), self->p.to.s_addr);
		EXPECT_EQ(DG_PORT, ntohs(from.sin_port));
		EXPECT_EQ(self->host[0].addr.s_addr, from.sin_addr.s_addr);
		ASSERT_EQ(self->len, dg_pack(raw, &self->p));
		EXPECT_EQ(0, memcmp(raw, self->raw, self->len));
	}
	/* the sockets here have had it, and so has the server */
	EXPECT_TRUE(dg_silent(self->team));
	EXPECT_EQ(-EAGAIN, nb_nl_event(self->server, NB_QUIET));
	EXPECT_EQ(2, STAT(NBDD_SENT));
}

/* DG-041: by the adapter, from the address and to the port that asked */
TEST_F(beside, answer_to_a_question)
{
	struct sockaddr_in from;
	struct nlmsghdr *nlh;
	int client;

	ASSERT_EQ(0, nb_addr_add(&self->host[0], "veth0", "10.9.0.9", 24));
	client = udp_open(&self->host[1], 1138);
	ASSERT_LE(0, client);
	make_query(&self->p, "TEAM");
	self->p.type = DG_NEGATIVE;
	self->p.source.s_addr = inet_addr("10.9.0.9");
	self->len = dg_pack(self->raw, &self->p);
	nlh = send_begin(self->nl, self->raw, self->len);
	mnl_attr_put_u32(nlh, NETBIOS_A_NBDD_IFINDEX, self->ifindex);
	mnl_attr_put_u32(nlh, NETBIOS_A_NBDD_LOCAL, inet_addr("10.9.0.9"));
	mnl_attr_put_u16(nlh, NETBIOS_A_NBDD_PORT, 1138);
	send_to(nlh, "10.9.0.2");
	ASSERT_EQ(0, nb_nl_call(self->nl, nlh, NULL, NULL));
	ASSERT_EQ(0, dg_get(client, &self->p, &from));
	EXPECT_EQ(DG_NEGATIVE, self->p.type);
	EXPECT_EQ(inet_addr("10.9.0.9"), from.sin_addr.s_addr);
	EXPECT_EQ(DG_PORT, ntohs(from.sin_port));
	close(client);
}

/* DG-038: the node is a client of the server beside it */
TEST_F(beside, own_datagrams)
{
	ASSERT_EQ(0, dg_report(self->nl, NETBIOS_NODE_TYPE_P, &self->host[0]));
	nb_nl_close(self->nl);
	ASSERT_EQ(0, dg_set_type(&self->host[0], NETBIOS_NODE_TYPE_P,
				 &self->host[0]));
	EXPECT_EQ(20, dg_send_filled(self->client, "TEAM", 20, 1));
	EXPECT_EQ(0, dg_recv_filled(self->team, "CLIENT", 20, 1));
	EXPECT_TRUE(nb_wait(STAT(OWN) == 1));
	ASSERT_EQ(0, JOIN());
	EXPECT_EQ(20, dg_send_filled(self->client, "TEAM", 20, 2));
	EXPECT_EQ(0, given(self->server, NULL, 0, 0, "10.9.0.1", "10.9.0.1"));
	EXPECT_EQ(0, dg_recv_filled(self->team, "CLIENT", 20, 2));
	EXPECT_TRUE(dg_silent(self->team));
	EXPECT_EQ(1, STAT(OWN));
	EXPECT_TRUE(udp_silent(self->udp));
	self->nl = nb_helper(&self->host[0]);
}

/* Its questions go the same way, and so do the answers */
TEST_F(beside, own_questions)
{
	const struct nlattr *packet;
	struct nlmsghdr *nlh;

	ASSERT_EQ(0, JOIN());
	ASSERT_EQ(0, nb_nl_join(self->server, NETBIOS_MCGRP_UPCALL));
	nlh = nb_nl_start(self->nl, NETBIOS_CMD_NBDD_QUERY, 0);
	mnl_attr_put_u32(nlh, NETBIOS_A_NBDD_IFINDEX, self->ifindex);
	mnl_attr_put_u32(nlh, NETBIOS_A_NBDD_ADDR, inet_addr("10.9.0.1"));
	nb_nl_put_name(nlh, NETBIOS_A_NBDD_NAME, "TEAM");
	ASSERT_EQ(0, nb_nl_call(self->nl, nlh, NULL, NULL));
	ASSERT_EQ(0, given(self->server, NULL, 0, 0, "10.9.0.1", "10.9.0.1"));
	packet = self->server->tb[NETBIOS_A_NBDD_PACKET];
	self->len = mnl_attr_get_payload_len(packet);
	memcpy(self->raw, mnl_attr_get_payload(packet), self->len);
	EXPECT_EQ(DG_QUERY, self->raw[0]);
	self->raw[0] = DG_POSITIVE;
	ASSERT_EQ(0, SEND("10.9.0.1"));
	EXPECT_EQ(NETBIOS_CMD_NBDD_ANSWER, nb_nl_event(self->server, NB_BOUND));
	EXPECT_EQ(inet_addr("10.9.0.1"),
		  nb_nl_u32(self->server, NETBIOS_A_NBDD_ADDR, 0));
	EXPECT_EQ(1, STAT(ANSWERS_RECEIVED));
}

TEST_F(beside, sends_that_are_refused)
{
	struct nlmsghdr *nlh;
	int i;

	MAKE(DG_GROUP, 1, "TEAM", 20);
	self->len = dg_pack(self->raw, &self->p);
	EXPECT_EQ(-EPERM, send_one(self->server, self->raw, self->len, MEMBER));
	EXPECT_EQ(-EINVAL, SEND("0.0.0.0"));
	EXPECT_EQ(-EINVAL, SEND("224.0.0.1"));
	/* nobody shall have us broadcast */
	EXPECT_EQ(-EACCES, SEND("10.9.0.255"));
	EXPECT_EQ(-EINVAL, send_one(self->nl, self->raw, 13, MEMBER));
	EXPECT_EQ(-EINVAL, send_one(self->nl, self->raw, 1037, MEMBER));
	nlh = send_begin(self->nl, self->raw, self->len);
	EXPECT_EQ(-EINVAL, nb_nl_call(self->nl, nlh, NULL, NULL));
	nlh = nb_nl_start(self->nl, NETBIOS_CMD_NBDD_SEND, 0);
	send_to(nlh, MEMBER);
	EXPECT_EQ(-EINVAL, nb_nl_call(self->nl, nlh, NULL, NULL));
	nlh = send_begin(self->nl, self->raw, self->len);
	for (i = 0; i < 26; i++)
		send_to(nlh, MEMBER);
	EXPECT_EQ(-EINVAL, nb_nl_call(self->nl, nlh, NULL, NULL));
	nlh = send_begin(self->nl, self->raw, self->len);
	mnl_attr_put_u32(nlh, NETBIOS_A_NBDD_IFINDEX, 4711);
	send_to(nlh, MEMBER);
	EXPECT_EQ(-ENODEV, nb_nl_call(self->nl, nlh, NULL, NULL));
	/* from an address that is not ours */
	nlh = send_begin(self->nl, self->raw, self->len);
	mnl_attr_put_u32(nlh, NETBIOS_A_NBDD_LOCAL, inet_addr(STRANGER));
	send_to(nlh, MEMBER);
	EXPECT_EQ(-EADDRNOTAVAIL, nb_nl_call(self->nl, nlh, NULL, NULL));
	/* errors and questions are the node's */
	self->raw[0] = DG_ERROR;
	EXPECT_EQ(-EINVAL, SEND(MEMBER));
	self->raw[0] = DG_QUERY;
	EXPECT_EQ(-EINVAL, SEND(MEMBER));
	self->raw[0] = DG_GROUP;
	ASSERT_EQ(0, nb_set(&self->host[0], NETBIOS_A_NODE_DGRAM_PORT, 0));
	EXPECT_EQ(-ENETDOWN, SEND(MEMBER));
	EXPECT_EQ(0, STAT(NBDD_SENT));
	EXPECT_TRUE(udp_silent(self->udp));
}

/* A server that is too slow loses packets, and the helper nothing */
TEST_F(beside, flood)
{
	int size = 8192, one = 1, i;
	int fd = nb_nl_fd(self->server);

	ASSERT_EQ(0, JOIN());
	ASSERT_EQ(0, setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof(size)));
	ASSERT_EQ(0, setsockopt(fd, SOL_NETLINK, NETLINK_NO_ENOBUFS, &one,
				sizeof(one)));
	ASSERT_EQ(0, setsockopt(fd, SOL_NETLINK, NETLINK_BROADCAST_ERROR, &one,
				sizeof(one)));
	MAKE(DG_GROUP, 1, "OTHERS", 512);
	for (i = 0; i < 100; i++)
		ASSERT_EQ(0, PUT());
	ASSERT_TRUE(nb_wait(STAT(NBDD_GIVEN) + STAT(NBDD_LOST) == 100));
	EXPECT_LT(0, STAT(NBDD_GIVEN));
	EXPECT_LT(50, STAT(NBDD_LOST));
	for (i = STAT(NBDD_GIVEN); i > 0; i--)
		ASSERT_EQ(0, GIVEN());
	EXPECT_EQ(-EAGAIN, nb_nl_event(self->nl, NB_QUIET));
	/* as soon as there is room again */
	MAKE(DG_GROUP, 2, "OTHERS", 20);
	ASSERT_EQ(0, PUT());
	EXPECT_EQ(0, GIVEN());
}

TEST_HARNESS_MAIN
