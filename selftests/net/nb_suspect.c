// SPDX-License-Identifier: GPL-2.0
/*
 * What the kernel tells the helper by itself: an address that did not hold
 * what it promised, and names that nobody holds any more. SS-032, SS-035,
 * SS-041, API-017, H-018.
 */
#include "nb_help.h"

/* A byte-level SERVER on host[1] that answers one call with an error octet. */
static int refuse(int listener, const char *packet)
{
	int peer = tcp_accept(listener), err;

	err = ss_get_request(peer, "SERVER", "CLIENT");
	if (!err)
		tcp_put(peer, packet, 5);
	close(peer);
	return err;
}

static int prepare_suspect(struct nb_host *host, int fd)
{
	int err = nb_set(&host[1], NETBIOS_A_NODE_ENABLED, 0);

	if (!err)
		err = nb_bind(fd, "CLIENT", 0);
	return err ? err : tcp_listen(&host[1], SS_PORT);
}

/* SS-035: 82 is told to the helper, the name is resolved anew */
TEST_F(help, suspect_after_82)
{
	int listener = prepare_suspect(self->host, self->fd);
	struct nb_work work;
	int peer;

	ASSERT_LE(0, listener);
	ASSERT_EQ(0, nb_addr_add(&self->host[1], "veth0", "10.9.0.3", 24));
	EXPECT_EQ(-EINPROGRESS, nb_connect(self->fd, "SERVER"));
	ASSERT_EQ(0, refuse(listener, "\x83\0\0\1\x82"));
	ASSERT_EQ(0, nb_work_expect(self->nl, &work, SUSPECT, "SERVER"));
	EXPECT_EQ(self->host[1].addr.s_addr, work.addr.s_addr);
	EXPECT_EQ(0x82, work.wire_error);
	ASSERT_EQ(0, nb_work_done(self->nl, work.id, OK, "10.9.0.3"));
	peer = tcp_accept(listener);
	ASSERT_EQ(0, ss_get_request(peer, "SERVER", "CLIENT"));
	ASSERT_EQ(4, tcp_put(peer, "\x82\0\0", 4));
	EXPECT_EQ(0, nb_outcome(self->fd));
}

/* SS-041: the same address again is not called again */
TEST_F(help, suspect_after_82_same_address)
{
	int listener = prepare_suspect(self->host, self->fd);
	struct nb_work work;

	EXPECT_EQ(-EINPROGRESS, nb_connect(self->fd, "SERVER"));
	ASSERT_EQ(0, refuse(listener, "\x83\0\0\1\x82"));
	ASSERT_EQ(0, nb_work_expect(self->nl, &work, SUSPECT, "SERVER"));
	ASSERT_EQ(0, nb_work_done(self->nl, work.id, OK, "10.9.0.2"));
	EXPECT_EQ(-ECONNREFUSED, nb_outcome(self->fd));
	EXPECT_EQ(0x82, nb_wire_error(self->fd));
	EXPECT_EQ(0, nb_poll(listener, POLLIN, NB_QUIET));
	EXPECT_TRUE(nb_no_work(self->nl));
}

TEST_F(help, suspect_after_82_not_found)
{
	int listener = prepare_suspect(self->host, self->fd);
	struct nb_work work;

	EXPECT_EQ(-EINPROGRESS, nb_connect(self->fd, "SERVER"));
	ASSERT_EQ(0, refuse(listener, "\x83\0\0\1\x82"));
	ASSERT_EQ(0, nb_work_expect(self->nl, &work, SUSPECT, "SERVER"));
	ASSERT_EQ(0, nb_work_done(self->nl, work.id, NOT_FOUND, NULL));
	EXPECT_EQ(-EHOSTUNREACH, nb_outcome(self->fd));
}

/* SS-034: other refusals are no reason to suspect the address */
TEST_F(help, no_suspicion_after_80)
{
	int listener = prepare_suspect(self->host, self->fd);

	EXPECT_EQ(-EINPROGRESS, nb_connect(self->fd, "SERVER"));
	ASSERT_EQ(0, refuse(listener, "\x83\0\0\1\x80"));
	EXPECT_EQ(-ECONNREFUSED, nb_outcome(self->fd));
	EXPECT_TRUE(nb_no_work(self->nl));
}

/* SS-032 */
TEST_F(help, suspect_after_a_dead_host)
{
	struct nb_work work;

	ASSERT_LE(0, nb_listener(&self->host[1], "SERVER", 4));
	ASSERT_EQ(0, nb_set(self->host, NETBIOS_A_NODE_RESPONSE_TIMEOUT, 300));
	ASSERT_EQ(0, nb_cache_add(self->host, "SERVER", "10.9.0.99"));
	ASSERT_EQ(0, nb_bind(self->fd, "CLIENT", 0));
	EXPECT_EQ(-EINPROGRESS, nb_connect(self->fd, "SERVER"));
	ASSERT_EQ(0, nb_work_expect(self->nl, &work, SUSPECT, "SERVER"));
	EXPECT_EQ(inet_addr("10.9.0.99"), work.addr.s_addr);
	EXPECT_EQ(0, work.wire_error);
	ASSERT_EQ(0, nb_set(self->host, NETBIOS_A_NODE_RESPONSE_TIMEOUT,
			    15000));
	ASSERT_EQ(0, nb_work_done(self->nl, work.id, OK, "10.9.0.2"));
	EXPECT_EQ(0, nb_outcome(self->fd));
}

/* API-017: the last close releases; the server may refuse (H-018) */
TEST_F(help, release)
{
	struct nb_work work;
	int i;

	for (i = 0; i < 2; i++) {
		if (i) {
			self->fd = nb_socket(self->host, SOCK_NONBLOCK);
		}
		EXPECT_EQ(-EINPROGRESS, nb_bind(self->fd, "NEW", 0));
		ASSERT_EQ(0, nb_work_expect(self->nl, &work, CLAIM, "NEW"));
		ASSERT_EQ(0, nb_work_done(self->nl, work.id, OK, NULL));
		EXPECT_EQ(0, nb_outcome(self->fd));
		close(self->fd);
		ASSERT_EQ(0, nb_work_expect(self->nl, &work, RELEASE, "NEW"));
		EXPECT_EQ(NETBIOS_NAME_STATE_RELEASING,
			  nb_name_get(self->host, "NEW", NULL));
		ASSERT_EQ(0, nb_work_done(self->nl, work.id, i ? REFUSED : OK,
					  NULL));
		EXPECT_EQ(i ? NETBIOS_NAME_STATE_REGISTERED : -ENOENT,
			  nb_name_get(self->host, "NEW", NULL));
	}
}

TEST_F(help, bind_while_the_release_is_on_its_way)
{
	struct nb_name_info info = { .owner = NB_ANYBODY,
		.state = NETBIOS_NAME_STATE_REGISTERED };
	struct nb_work work;
	int fd, err;

	ASSERT_EQ(0, nb_name_put(self->host, "SHORT", &info));
	fd = nb_bound(self->host, "SHORT", 0);
	ASSERT_LE(0, fd);
	close(fd);
	ASSERT_EQ(0, nb_work_expect(self->nl, &work, RELEASE, "SHORT"));
	err = nb_bind(self->fd, "SHORT", 0);
	/* the helper has begun: it has to be claimed anew */
	EXPECT_EQ(-EINPROGRESS, err);
	ASSERT_EQ(0, nb_work_expect(self->nl, &work, CLAIM, "SHORT"));
	ASSERT_EQ(0, nb_work_done(self->nl, work.id, OK, NULL));
	EXPECT_EQ(0, nb_outcome(self->fd));
}

/* What was to be released before a helper came is waiting for it. */
TEST_F(help, release_waits_for_a_helper)
{
	struct nb_name_info info = { .owner = NB_ANYBODY,
		.state = NETBIOS_NAME_STATE_REGISTERED };
	struct nb_work work;

	ASSERT_EQ(0, nb_name_put(self->host, "SHORT", &info));
	nb_nl_close(self->nl);
	close(nb_bound(self->host, "SHORT", 0));
	self->nl = nb_helper(self->host);
	ASSERT_EQ(0, nb_work_expect(self->nl, &work, RELEASE, "SHORT"));
	ASSERT_EQ(0, nb_work_done(self->nl, work.id, OK, NULL));
	EXPECT_EQ(-ENOENT, nb_name_get(self->host, "SHORT", NULL));
}

/* The administrator's name-add without a state has the helper claim it. */
TEST_F(help, name_add_claims)
{
	struct nb_name_info info = { .owner = NB_ANYBODY, .permanent = true };
	struct nb_work work;

	ASSERT_EQ(0, nb_name_put(self->host, "NODE", &info));
	ASSERT_EQ(0, nb_work_expect(self->nl, &work, CLAIM, "NODE"));
	ASSERT_EQ(0, nb_work_done(self->nl, work.id, OK, NULL));
	EXPECT_EQ(NETBIOS_NAME_STATE_REGISTERED,
		  nb_name_get(self->host, "NODE", NULL));
}

TEST_HARNESS_MAIN
