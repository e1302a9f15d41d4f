// SPDX-License-Identifier: GPL-2.0
/*
 * SESSION RETARGET RESPONSE received: followed where the policy allows it,
 * bounded, with the way back. SS-031, SS-037 to SS-039, HANDOFF-003,
 * HANDOFF-007.
 */
#include "nb_test.h"

/* host[0] calls; host[1] has byte-level peers on ports 139, 1139 and 2139 */
FIXTURE(net) {
	struct nb_host host[2];
	int first, second, third;
	int fd;
};

/* Listens and calls: the descriptor of the call. */
static int prepare(struct nb_host *host, int *first, int *second, int *third)
{
	int err = nb_network(host, 2), fd;

	if (!err)
		err = nb_set(&host[1], NETBIOS_A_NODE_ENABLED, 0);
	if (err)
		return err;
	*first = tcp_listen(&host[1], SS_PORT);
	*second = tcp_listen(&host[1], 1139);
	*third = tcp_listen(&host[1], 2139);
	fd = nb_bound(&host[0], "CLIENT", SOCK_NONBLOCK);
	err = nb_connect(fd, "SERVER");
	return err == -EINPROGRESS ? fd : err;
}

FIXTURE_SETUP(net)
{
	self->fd = prepare(self->host, &self->first, &self->second,
			   &self->third);
	ASSERT_LE(0, self->fd);
}

FIXTURE_TEARDOWN(net)
{
	nb_hosts_free(self->host, 2);
}

static int next_try(int listener)
{
	int peer = tcp_accept(listener), err;

	err = peer < 0 ? peer : ss_get_request(peer, "SERVER", "CLIENT");
	return err ? err : peer;
}

static int retarget(int peer, const char *addr, int port)
{
	uint8_t packet[10];
	in_addr_t ip = inet_addr(addr);
	uint16_t p = htons(port);

	ss_header(packet, SS_RETARGET, 6);
	memcpy(packet + 4, &ip, 4);
	memcpy(packet + 8, &p, 2);
	return tcp_put(peer, packet, sizeof(packet)) == sizeof(packet) ? 0 :
	       -EPIPE;
}

static int positive(int peer)
{
	return tcp_put(peer, "\x82\0\0", 4) == 4 ? 0 : -EPIPE;
}

TEST_F(net, to_another_port_is_followed)
{
	int peer = next_try(self->first);
	char buf[16];

	ASSERT_EQ(0, retarget(peer, "10.9.0.2", 1139));
	EXPECT_EQ(0, tcp_end(peer));
	peer = next_try(self->second);
	ASSERT_LE(0, peer);
	ASSERT_EQ(0, positive(peer));
	EXPECT_EQ(0, nb_outcome(self->fd));
	EXPECT_EQ(9, nb_send_filled(self->fd, 9, 1));
	EXPECT_EQ(13, tcp_get(peer, buf, 13));
	EXPECT_EQ(1, nb_stat(self->host, NB_STAT_RETARGETS_FOLLOWED));
}

/* The retarget packet comes in pieces. */
TEST_F(net, octet_by_octet)
{
	uint8_t packet[] = { SS_RETARGET, 0, 0, 6, 10, 9, 0, 2,
			     1139 >> 8, 1139 & 255 };
	int peer = next_try(self->first), i;

	for (i = 0; i < 10; i++) {
		nb_pause(10);
		ASSERT_EQ(1, tcp_put(peer, packet + i, 1));
	}
	ASSERT_EQ(0, positive(next_try(self->second)));
	EXPECT_EQ(0, nb_outcome(self->fd));
}

/* SS-037: retargets may nest */
TEST_F(net, twice)
{
	ASSERT_EQ(0, retarget(next_try(self->first), "10.9.0.2", 1139));
	ASSERT_EQ(0, retarget(next_try(self->second), "10.9.0.2", 2139));
	ASSERT_EQ(0, positive(next_try(self->third)));
	EXPECT_EQ(0, nb_outcome(self->fd));
}

/* SS-034 behind a retarget: the answer there counts */
TEST_F(net, then_refused_by_81)
{
	ASSERT_EQ(0, retarget(next_try(self->first), "10.9.0.2", 1139));
	ASSERT_EQ(5, tcp_put(next_try(self->second), "\x83\0\0\1\x81", 5));
	EXPECT_EQ(-EACCES, nb_outcome(self->fd));
	EXPECT_EQ(0x81, nb_wire_error(self->fd));
}

/* SS-038: a loop ends */
TEST_F(net, loop_is_eloop)
{
	int i;

	for (i = 0; i < 4; i++) {
		ASSERT_EQ(0, retarget(next_try(self->first), "10.9.0.2", 139)) {
			TH_LOG("try %d", i);
		}
	}
	EXPECT_EQ(-ELOOP, nb_outcome(self->fd));
	EXPECT_EQ(0, nb_poll(self->first, POLLIN, NB_QUIET));
	EXPECT_EQ(1, nb_stat(self->host, NB_STAT_RETARGETS_EXHAUSTED));
}

TEST_F(net, loop_of_two_is_eloop)
{
	ASSERT_EQ(0, retarget(next_try(self->first), "10.9.0.2", 1139));
	ASSERT_EQ(0, retarget(next_try(self->second), "10.9.0.2", 139));
	ASSERT_EQ(0, retarget(next_try(self->first), "10.9.0.2", 1139));
	ASSERT_EQ(0, retarget(next_try(self->second), "10.9.0.2", 139));
	EXPECT_EQ(-ELOOP, nb_outcome(self->fd));
}

/* SS-031: back to the original address and port */
TEST_F(net, refused_there_falls_back)
{
	close(self->second);
	ASSERT_EQ(0, retarget(next_try(self->first), "10.9.0.2", 1139));
	ASSERT_EQ(0, positive(next_try(self->first)));
	EXPECT_EQ(0, nb_outcome(self->fd));
}

TEST_F(net, dead_there_falls_back)
{
	ASSERT_EQ(0, nb_set(self->host, NETBIOS_A_NODE_RESPONSE_TIMEOUT, 1500));
	ASSERT_EQ(0, retarget(next_try(self->first), "10.9.0.88", 1139));
	ASSERT_EQ(0, positive(next_try(self->first)));
	EXPECT_EQ(0, nb_outcome(self->fd));
}

TEST_F(net, always_refused_there_is_bounded)
{
	int i;

	close(self->second);
	for (i = 0; i < 2; i++) {
		ASSERT_EQ(0, retarget(next_try(self->first), "10.9.0.2", 1139));
	}
	EXPECT_GT(0, nb_outcome(self->fd));
	EXPECT_EQ(0, nb_poll(self->first, POLLIN, NB_QUIET));
}

/* To whom a peer may not send us: EPERM, whatever the way there is. */
FIXTURE(forbidden) {
	struct nb_host host[2];
	int first, second, third;
	int fd;
};

FIXTURE_VARIANT(forbidden) {
	const char *addr;
	int port;
};

FIXTURE_VARIANT_ADD(forbidden, loopback) { "127.0.0.1", 139 };
FIXTURE_VARIANT_ADD(forbidden, other_loopback) { "127.9.9.9", 22 };
FIXTURE_VARIANT_ADD(forbidden, zero) { "0.0.0.0", 1139 };
FIXTURE_VARIANT_ADD(forbidden, limited_broadcast) { "255.255.255.255", 139 };
FIXTURE_VARIANT_ADD(forbidden, subnet_broadcast) { "10.9.0.255", 139 };
FIXTURE_VARIANT_ADD(forbidden, multicast) { "224.0.0.1", 139 };
FIXTURE_VARIANT_ADD(forbidden, reserved) { "240.0.0.1", 139 };
FIXTURE_VARIANT_ADD(forbidden, not_on_link) { "192.0.2.7", 139 };
FIXTURE_VARIANT_ADD(forbidden, no_port) { "10.9.0.2", 0 };

FIXTURE_SETUP(forbidden)
{
	self->fd = prepare(self->host, &self->first, &self->second,
			   &self->third);
	ASSERT_LE(0, self->fd);
}

FIXTURE_TEARDOWN(forbidden)
{
	nb_hosts_free(self->host, 2);
}

TEST_F(forbidden, is_eperm)
{
	int peer = next_try(self->first);

	ASSERT_EQ(0, retarget(peer, variant->addr, variant->port));
	EXPECT_EQ(-EPERM, nb_outcome(self->fd));
	EXPECT_EQ(0, tcp_end(peer));
	EXPECT_EQ(1, nb_stat(self->host, NB_STAT_RETARGETS_FORBIDDEN));
	EXPECT_EQ(0, nb_stat(self->host, NB_STAT_RETARGETS_FOLLOWED));
}

/* The default: hosts on the link that leads to the first one. */
TEST_F(net, on_link_is_followed)
{
	ASSERT_EQ(0, nb_addr_add(&self->host[1], "veth0", "10.9.0.3", 24));
	ASSERT_EQ(0, retarget(next_try(self->first), "10.9.0.3", 1139));
	ASSERT_EQ(0, positive(next_try(self->second)));
	EXPECT_EQ(0, nb_outcome(self->fd));
}

TEST_F(net, policy_never)
{
	ASSERT_EQ(0, nb_set(self->host, NETBIOS_A_NODE_RETARGET_POLICY,
			    NETBIOS_RETARGET_POLICY_NEVER));
	ASSERT_EQ(0, retarget(next_try(self->first), "10.9.0.2", 1139));
	EXPECT_EQ(-EPERM, nb_outcome(self->fd));
}

TEST_F(net, policy_same_host)
{
	ASSERT_EQ(0, nb_addr_add(&self->host[1], "veth0", "10.9.0.3", 24));
	ASSERT_EQ(0, nb_set(self->host, NETBIOS_A_NODE_RETARGET_POLICY,
			    NETBIOS_RETARGET_POLICY_SAME_HOST));
	ASSERT_EQ(0, retarget(next_try(self->first), "10.9.0.2", 1139));
	ASSERT_EQ(0, retarget(next_try(self->second), "10.9.0.3", 1139));
	EXPECT_EQ(-EPERM, nb_outcome(self->fd));
}

TEST_F(net, policy_any)
{
	/* no gateway, but a second subnet behind the same wire */
	ASSERT_EQ(0, nb_addr_add(&self->host[1], "lo", "192.0.2.7", 32));
	ASSERT_EQ(0, nb_addr_add(&self->host[0], "veth0", "192.0.2.1", 24));
	ASSERT_EQ(0, nb_set(self->host, NETBIOS_A_NODE_RETARGET_POLICY,
			    NETBIOS_RETARGET_POLICY_ANY));
	nb_enter(&self->host[1]);
	ASSERT_EQ(0, nb_addr_add(&self->host[1], "veth0", "192.0.2.8", 24));
	ASSERT_EQ(0, retarget(next_try(self->first), "192.0.2.7", 1139));
	ASSERT_EQ(0, positive(next_try(self->second)));
	EXPECT_EQ(0, nb_outcome(self->fd));
}

/* Whoever was called on loopback may send us there, and on to nobody else. */
TEST(loopback_may_retarget_to_loopback)
{
	struct nb_host host;
	int first, second, fd;

	ASSERT_EQ(0, nb_hosts(&host, 1));
	ASSERT_EQ(0, nb_name_add(&host, "CLIENT"));
	ASSERT_EQ(0, nb_cache_add(&host, "SERVER", "127.0.0.1"));
	first = tcp_listen(&host, SS_PORT);
	second = tcp_listen(&host, 1139);
	fd = nb_bound(&host, "CLIENT", SOCK_NONBLOCK);
	EXPECT_EQ(-EINPROGRESS, nb_connect(fd, "SERVER"));
	ASSERT_EQ(0, retarget(next_try(first), "127.0.0.2", 1139));
	ASSERT_EQ(0, positive(next_try(second)));
	EXPECT_EQ(0, nb_outcome(fd));
	nb_hosts_free(&host, 1);
}

/* Both ends are ours: NB_RETARGET sends callers to another node's port. */
TEST_F(net, our_listener_sends_it_and_our_caller_follows)
{
	struct nb_retarget to = { .nr_port = htons(1139) };
	int listener, fd;

	close(self->first);
	close(self->fd);
	ASSERT_EQ(0, nb_set(&self->host[1], NETBIOS_A_NODE_ENABLED, 1));
	listener = nb_listener(&self->host[1], "SERVER", 4);
	ASSERT_EQ(0, setsockopt(listener, SOL_NETBIOS, NB_RETARGET, &to,
				sizeof(to)));
	fd = nb_bound(&self->host[0], "CLIENT", SOCK_NONBLOCK);
	EXPECT_EQ(-EINPROGRESS, nb_connect(fd, "SERVER"));
	ASSERT_EQ(0, positive(next_try(self->second)));
	EXPECT_EQ(0, nb_outcome(fd));
}

TEST_HARNESS_MAIN
