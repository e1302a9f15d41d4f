// SPDX-License-Identifier: GPL-2.0
/*
 * Sessions as others see them: events, the dump, /proc; and events that are
 * lost. API-009.
 */
#include <linux/netlink.h>

#include "nb_test.h"

NB_FIXTURE(two, 2)

TEST_F(two, events_of_a_session)
{
	struct nb_nl *nl;
	int sk[2], cmd;

	nb_enter(self->server);
	nl = nb_nl_open();
	ASSERT_NE(NULL, nl);
	ASSERT_EQ(0, nb_nl_join(nl, NETBIOS_MCGRP_EVENT));
	ASSERT_EQ(0, nb_session(self->host, self->server, sk));
	do {
		cmd = nb_nl_event(nl, NB_BOUND);
		ASSERT_LT(0, cmd);
	} while (cmd != NETBIOS_CMD_SESSION_EVENT ||
		 nb_nl_u32(nl, NETBIOS_A_SESSION_STATE, 99) !=
		 NETBIOS_SESSION_STATE_CONNECTED);
	EXPECT_TRUE(nb_nl_name_is(nl->tb[NETBIOS_A_SESSION_LOCAL_NAME],
				  "SERVER"));
	EXPECT_TRUE(nb_nl_name_is(nl->tb[NETBIOS_A_SESSION_PEER_NAME],
				  "CLIENT"));
	/* the end is told when it comes, and once */
	close(sk[0]);
	do {
		cmd = nb_nl_event(nl, NB_BOUND);
		ASSERT_LT(0, cmd);
	} while (cmd != NETBIOS_CMD_SESSION_EVENT ||
		 nb_nl_u32(nl, NETBIOS_A_SESSION_STATE, 99) !=
		 NETBIOS_SESSION_STATE_CLOSED);
	close(sk[1]);
	while ((cmd = nb_nl_event(nl, NB_QUIET)) > 0) {
		EXPECT_NE(NETBIOS_CMD_SESSION_EVENT, cmd);
	}
	nb_nl_close(nl);
}

struct seen {
	int	connected, listening, bound;
	bool	names;
};

static void see(struct nb_nl *nl, void *arg)
{
	struct seen *seen = arg;

	switch (nb_nl_u32(nl, NETBIOS_A_SESSION_STATE, 99)) {
	case NETBIOS_SESSION_STATE_CONNECTED:
		seen->connected++;
		seen->names = nb_nl_name_is(nl->tb[NETBIOS_A_SESSION_LOCAL_NAME],
					    "SERVER") &&
			      nb_nl_name_is(nl->tb[NETBIOS_A_SESSION_PEER_NAME],
					    "CLIENT");
		break;
	case NETBIOS_SESSION_STATE_LISTEN:
		seen->listening++;
		break;
	case NETBIOS_SESSION_STATE_BOUND:
		seen->bound++;
		break;
	}
}

/* API-009: SESSION STATUS is the dump */
TEST_F(two, session_dump)
{
	struct nb_nl *nl = self->server->nl;
	struct seen seen = { 0 };
	int sk[2];

	ASSERT_EQ(0, nb_session(self->host, self->server, sk));
	ASSERT_LE(0, nb_listener(self->server, "SERVER", 3));
	ASSERT_LE(0, nb_bound(self->server, "SERVER", 0));
	ASSERT_EQ(0, nb_nl_call(nl, nb_nl_start(nl, NETBIOS_CMD_SESSION_GET,
						NLM_F_DUMP), see, &seen));
	EXPECT_EQ(1, seen.connected);
	EXPECT_EQ(1, seen.listening);
	EXPECT_EQ(1, seen.bound);
	EXPECT_TRUE(seen.names);
}

TEST_F(two, proc_net_netbios_shows_sessions)
{
	char text[4096] = "";
	int sk[2], fd;

	ASSERT_EQ(0, nb_session(self->host, self->server, sk));
	nb_enter(self->server);
	fd = open("/proc/thread-self/net/netbios", O_RDONLY);
	if (fd < 0)
		SKIP(return, "no /proc/net/netbios (sock_diag serves as well)");
	ASSERT_LT(0, read(fd, text, sizeof(text) - 1));
	EXPECT_NE(NULL, strstr(text, "SERVER"));
	EXPECT_NE(NULL, strstr(text, "CLIENT"));
	close(fd);
}

/* Who listens is told, and so is who asks for the counters */
TEST_F(two, events_that_are_lost)
{
	int size = 4096, one = 1, i, cmd;
	struct nb_nl *nl;

	nb_enter(self->server);
	nl = nb_nl_open();
	ASSERT_NE(NULL, nl);
	ASSERT_EQ(0, nb_nl_join(nl, NETBIOS_MCGRP_EVENT));
	ASSERT_EQ(0, setsockopt(nb_nl_fd(nl), SOL_SOCKET, SO_RCVBUF, &size,
				sizeof(size)));
	ASSERT_EQ(0, setsockopt(nb_nl_fd(nl), SOL_NETLINK,
				NETLINK_BROADCAST_ERROR, &one, sizeof(one)));
	for (i = 0; i < 50; i++) {
		ASSERT_EQ(0, nb_name_add(self->server, "SHORT"));
		ASSERT_EQ(0, nb_name_del(self->server, "SHORT"));
	}
	EXPECT_LT(50, nb_stat(self->server, NB_STAT_EVENTS_LOST));
	EXPECT_EQ(0, nb_stat(self->host, NB_STAT_EVENTS_LOST));
	while ((cmd = nb_nl_event(nl, NB_QUIET)) > 0)
		;
	EXPECT_EQ(-ENOBUFS, cmd);
	nb_nl_close(nl);
}

TEST_HARNESS_MAIN
