// SPDX-License-Identifier: GPL-2.0
/*
 * Whose the inner TCP socket of an accepted session is. The server's worker
 * accepts the connection; the session is of who listens, then of who accepts.
 */
#include <sys/fsuid.h>

#include "nb_test.h"

#define LISTENS	1001
#define ACCEPTS	1002

FIXTURE(owner) {
	struct nb_host host[2];
	struct nb_host *server;
	int listener;
	int caller;
};

/* Descriptor of a listener whose owner is LISTENS, or a negative errno. */
static int listen_as(const struct nb_host *host)
{
	int fd;

	setfsuid(LISTENS);
	fd = nb_listener(host, "SERVER", 8);
	setfsuid(0);
	return fd;
}

FIXTURE_SETUP(owner)
{
	ASSERT_EQ(0, nb_network(self->host, 2));
	self->server = &self->host[1];
	self->listener = listen_as(self->server);
	ASSERT_LE(0, self->listener);
	self->caller = nb_call(&self->host[0], "CLIENT", "SERVER");
	ASSERT_LE(0, self->caller);
}

FIXTURE_TEARDOWN(owner)
{
	close(self->caller);
	close(self->listener);
	nb_hosts_free(self->host, 2);
}

static int accept_as(int listener)
{
	int fd;

	setfsuid(ACCEPTS);
	fd = nb_accept(listener);
	setfsuid(0);
	return fd;
}

/* Owner of the one connection of @host at the server's port, or -1. */
static int inner_uid(const struct nb_host *host)
{
	unsigned int port, state;
	char line[256];
	int uid = -1;
	FILE *file;

	nb_enter(host);
	file = fopen("/proc/thread-self/net/tcp", "r");
	if (!file)
		return -1;
	while (fgets(line, sizeof(line), file))
		if (sscanf(line, "%*d: %*x:%x %*x:%*x %x %*x:%*x %*x:%*x %*x %d",
			   &port, &state, &uid) == 3 &&
		    port == SS_PORT && state == TCP_ESTABLISHED)
			break;
		else
			uid = -1;
	fclose(file);
	return uid;
}

TEST_F(owner, is_who_listens_then_who_accepts)
{
	int fd;

	EXPECT_EQ(LISTENS, inner_uid(self->server));
	fd = accept_as(self->listener);
	ASSERT_LE(0, fd);
	EXPECT_EQ(ACCEPTS, inner_uid(self->server));
	close(fd);
}

/* "ip rule @verb": packets of @uid have no route. */
static int no_route(const struct nb_host *host, const char *verb, int uid)
{
	char command[80];

	nb_enter(host);
	snprintf(command, sizeof(command),
		 "ip rule %s uidrange %d-%d unreachable", verb, uid, uid);
	return system(command);
}

TEST_F(owner, rules_for_users_are_his)
{
	int fd = accept_as(self->listener);

	ASSERT_LE(0, fd);
	ASSERT_EQ(0, no_route(self->server, "add", 0));
	ASSERT_EQ(0, no_route(self->server, "add", LISTENS));
	EXPECT_EQ(5, nb_send_filled(fd, 5, 1));
	EXPECT_EQ(POLLIN, nb_poll(self->caller, POLLIN, NB_BOUND));
	EXPECT_EQ(0, nb_recv_filled(self->caller, 5, 1));
	ASSERT_EQ(0, no_route(self->server, "add", ACCEPTS));
	EXPECT_EQ(5, nb_send_filled(fd, 5, 2));
	EXPECT_EQ(0, nb_poll(self->caller, POLLIN, 300));
	ASSERT_EQ(0, no_route(self->server, "del", ACCEPTS));
	EXPECT_EQ(0, nb_recv_filled(self->caller, 5, 2));
	close(fd);
}

TEST_HARNESS_MAIN
