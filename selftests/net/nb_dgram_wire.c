// SPDX-License-Identifier: GPL-2.0
/*
 * Datagrams octet by octet: a peer on plain UDP 138 in the other host (RFC 1002
 * 4.4, 5.3). DG-001 to DG-011, DG-028 to DG-034. Fragments are in nb_dgram_frag.c;
 * what is malformed, forged or too much in nb_dgram_bad.c and nb_dgram_flood.c.
 */
#include "nb_dg_peer.h"
#include "nb_test.h"

DG_PEER_FIXTURE(peer)

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

/* The names of the packet once more, in scopes. */
static void set_scopes(struct dg_packet *p, const char *to, const char *source,
		       const char *destination)
{
	struct sockaddr_nb name = nb_addr("SERVER");
	size_t used = ss_name(p->data, &name, source);

	name = nb_addr(to);
	if (!strcmp(to, "*"))
		memset(name.snb_name + 1, 0, NETBIOS_NAME_LEN - 1);
	p->len = used + ss_name(p->data + used, &name, destination);
	p->length = p->len;
}

/* RFC 1002 5.3.1: both names are of one scope; DG-030 comes first */
TEST_F(peer, source_of_another_scope)
{
	static const struct {
		uint8_t type;
		const char *to;
	} cases[] = {
		{ DG_UNIQUE, "CLIENT" }, { DG_GROUP, "TEAM" },
		{ DG_BROADCAST, "*" },
	};
	struct nb_name_info info = {
		.permanent = true, .owner = NB_ANYBODY, .scope = "RED",
	};
	int red = dg_socket(&self->host[0], NULL, 0);
	size_t i;

	ASSERT_EQ(0, nb_name_put(&self->host[0], "CLIENT", &info));
	ASSERT_EQ(0, setsockopt(red, SOL_NETBIOS, NB_SCOPE, "RED", 3));
	ASSERT_EQ(0, nb_bind(red, "CLIENT", 0));
	ASSERT_EQ(0, nb_setopt(red, NB_RECV_BROADCAST, 1));
	ASSERT_EQ(0, nb_setopt(self->client, NB_RECV_BROADCAST, 1));
	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		MAKE(cases[i].type, i, cases[i].to, 0);
		set_scopes(&self->p, cases[i].to, "RED", NULL);
		ASSERT_EQ(0, PUT());
	}
	/* in fragments */
	set_scopes(&self->p, "CLIENT", NULL, "RED");
	self->p.type = DG_UNIQUE;
	self->p.flags = DG_FIRST | DG_MORE;
	self->p.length += 10;
	ASSERT_EQ(0, PUT());
	ASSERT_TRUE(nb_wait(STAT(NO_RECEIVER) == ARRAY_SIZE(cases) + 1));
	/* the same scope, in another case, is the same */
	MAKE(DG_UNIQUE, 9, "CLIENT", 0);
	set_scopes(&self->p, "CLIENT", "red", "Red");
	ASSERT_EQ(0, PUT());
	EXPECT_EQ(0, dg_recv_filled(red, "SERVER", 0, 9));
	EXPECT_TRUE(dg_silent(red));
	EXPECT_TRUE(dg_silent(self->client));
	EXPECT_TRUE(dg_silent(self->team));
	EXPECT_EQ(0, STAT(ERRORS_SENT));
	/* a name that is not there: who asks in another scope is told so */
	set_scopes(&self->p, "NOBODY", "RED", NULL);
	ASSERT_EQ(0, PUT());
	ASSERT_EQ(0, dg_get(self->udp, &self->p, NULL));
	EXPECT_EQ(DG_ERROR, self->p.type);
	close(red);
}

/* DG-029 to DG-031, DG-036: an error for a unique name that is not here, no other */
TEST_F(peer, error_for_unknown_name)
{
	static const uint8_t none[] = { DG_GROUP, DG_BROADCAST };
	struct in_addr all = { inet_addr("10.9.0.255") };
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
	/* E-12: all who hear a broadcast and lack the name would answer */
	MAKE(DG_UNIQUE, 1, "NOBODY", 20);
	ASSERT_EQ(0, dg_put(self->udp, &all, &self->p));
	ASSERT_EQ(0, dg_get(self->udp, &self->p, NULL)); /* hears itself */
	EXPECT_EQ(DG_UNIQUE, self->p.type);
	ASSERT_TRUE(nb_wait(STAT(NO_NAME) == 2 + ARRAY_SIZE(none)));
	/* DG-036: to all, of whom nobody asked for it: silence */
	MAKE(DG_BROADCAST, 1, "*", 20);
	ASSERT_EQ(0, PUT());
	ASSERT_TRUE(nb_wait(STAT(NO_RECEIVER) == 1));
	/* held, but nobody receives: silence */
	close(self->client);
	self->client = -1;
	MAKE(DG_UNIQUE, 2, "CLIENT", 20);
	ASSERT_EQ(0, PUT());
	ASSERT_TRUE(nb_wait(STAT(NO_RECEIVER) == 2));
	EXPECT_TRUE(udp_silent(self->udp));
	EXPECT_EQ(1, STAT(ERRORS_SENT));
}

/* DG-034: an error that fits what was sent, and such that fit nothing */
TEST_F(peer, error_received)
{
	struct nb_work work;
	struct nb_nl *nl;
	struct dg_msg msg;
	uint16_t id;
	int raw;

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
	/* from somebody whom nothing was sent to */
	raw = raw_open(&self->host[1]);
	ASSERT_LE(0, raw);
	ASSERT_EQ(0, dg_put_from(raw, "10.9.0.77", self->node, &self->p));
	close(raw);
	ASSERT_TRUE(nb_wait(STAT(ERRORS_IGNORED) == 2));
	EXPECT_EQ(0, nb_so_error(self->client));
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
	ASSERT_TRUE(nb_wait(STAT(ERRORS_IGNORED) == 3));
	EXPECT_EQ(0, nb_so_error(self->client));
	/* what was wrong with the datagram says nothing about the address */
	ASSERT_EQ(20, dg_send_filled(self->client, "SERVER", 20, 1));
	ASSERT_EQ(0, dg_get(self->udp, &self->p, NULL));
	id = self->p.id;
	self->p = (struct dg_packet) {
		.type = DG_ERROR, .id = id, .source = self->host[1].addr,
		.port = DG_PORT, .len = 1, .data = { 0x84 },
	};
	ASSERT_EQ(0, PUT());
	EXPECT_TRUE(nb_poll(self->client, 0, NB_BOUND) & POLLERR);
	EXPECT_TRUE(nb_no_work(nl));
	nb_nl_close(nl);
}

/* the next call reports it, whichever that is, of the socket that sent only */
TEST_F(peer, error_is_reported_by_the_next_call)
{
	static const struct {
		uint8_t octet;
		int err;
	} errors[] = {
		{ 0x82, -ECONNREFUSED }, { 0x83, -EPROTO }, { 0x84, -EPROTO },
		{ 0x8f, -EIO },
	};
	int other = dg_unique(&self->host[0], "CLIENT"), call;
	const char *addr = "10.9.0.2";
	struct dg_msg msg;
	size_t i;

	ASSERT_EQ(1, dg_send(other, "SERVER", "x", 1));
	ASSERT_EQ(0, dg_get(self->udp, &self->p, NULL));
	for (i = 0; i < ARRAY_SIZE(errors); i++) {
		for (call = 0; call < 3; call++) {
			/* in fragments, which have one DGM_ID */
			ASSERT_EQ(512, dg_send_filled(self->client, "SERVER",
						      512, 1));
			ASSERT_EQ(0, dg_get(self->udp, &self->p, NULL));
			ASSERT_EQ(0, dg_get(self->udp, &self->p, NULL));
			self->p = (struct dg_packet) {
				.type = DG_ERROR, .id = self->p.id,
				.source = self->host[1].addr, .port = DG_PORT,
				.len = 1, .data = { errors[i].octet },
			};
			ASSERT_EQ(0, PUT());
			ASSERT_TRUE(nb_poll(self->client, 0, NB_BOUND) &
				    POLLERR);
			EXPECT_EQ(errors[i].err,
				  call == 0 ? dg_send(self->client, "SERVER",
						      "x", 1) :
				  call == 1 ? dg_recv(self->client, &msg,
						      MSG_DONTWAIT) :
					      -nb_so_error(self->client));
			EXPECT_EQ(errors[i].octet,
				  nb_wire_error(self->client));
			/* once */
			EXPECT_EQ(0, nb_so_error(self->client));
			EXPECT_EQ(0, nb_so_error(other));
			/* 82 makes the cache forget it */
			ASSERT_EQ(0, nb_cache_put(&self->host[0], "SERVER",
						  &addr, 1, false, 600));
		}
	}
	close(other);
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
	/* as the helper says it is, and as it was set, when there is none */
	ASSERT_EQ(0, dg_report(nl, NETBIOS_NODE_TYPE_P, NULL));
	MAKE(DG_GROUP, 1, "TEAM", 7);
	ASSERT_EQ(0, dg_put(self->udp, &all, &self->p));
	ASSERT_TRUE(nb_wait(STAT(BROADCAST_AT_P) == 1));
	ASSERT_EQ(0, dg_put_frame(&self->host[1], &self->host[0], "10.9.0.255",
				  &self->p));
	ASSERT_TRUE(nb_wait(STAT(BROADCAST_AT_P) == 2));
	EXPECT_TRUE(dg_silent(self->team));
	ASSERT_EQ(0, PUT());
	EXPECT_EQ(0, dg_recv_filled(self->team, "SERVER", 7, 1));
	nb_nl_close(nl);
	ASSERT_EQ(0, dg_set_type(&self->host[0], NETBIOS_NODE_TYPE_P, NULL));
	ASSERT_EQ(0, dg_put(self->udp, &all, &self->p));
	ASSERT_TRUE(nb_wait(STAT(BROADCAST_AT_P) == 3));
}

/* A socket keeps the route of its last datagram, and gives it up in time. */
TEST_F(peer, route_is_kept_while_it_is_right)
{
	const char *away = "192.0.2.1", *back = "10.9.0.2";

	ASSERT_EQ(0, nb_cache_put(&self->host[0], "SERVER", &away, 1, false,
				  600));
	EXPECT_EQ(-ENETUNREACH, dg_send(self->client, "SERVER", "x", 1));
	ASSERT_EQ(0, nb_cache_put(&self->host[0], "SERVER", &back, 1, false,
				  600));
	EXPECT_EQ(1, dg_send(self->client, "SERVER", "x", 1));
	ASSERT_EQ(0, dg_get(self->udp, &self->p, NULL));

	ASSERT_EQ(0, nb_link_set(&self->host[0], "veth0", false));
	EXPECT_EQ(-ENETUNREACH, dg_send(self->client, "SERVER", "x", 1));
	ASSERT_EQ(0, nb_link_set(&self->host[0], "veth0", true));
	EXPECT_EQ(1, dg_send(self->client, "SERVER", "y", 1));
	ASSERT_EQ(0, dg_get(self->udp, &self->p, NULL));
	EXPECT_EQ('y', self->p.data[DG_NAMES_LEN]);
}

TEST_HARNESS_MAIN
