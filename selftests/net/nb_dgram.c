// SPDX-License-Identifier: GPL-2.0
/*
 * SOCK_DGRAM as its users see it: who sends, to whom, how much, and who gets it.
 * What a receiver can do with it is in nb_dgram_recv.c, what is on the wire in
 * nb_dgram_wire.c. DG-005 to DG-012, DG-035 to DG-039, API-018 and on.
 */
#include "nb_dg_fixture.h"

DG_FIXTURE(local, 1)
DG_FIXTURE(wire, 2)

static const size_t sizes[] = {
	0, 1, 64, 400, 465, 466, 467, 468, 500, 511, 512,
};

/* DG-007, DG-012, DG-017: every size arrives, in one packet or in two */
TEST_F(wire, every_size)
{
	int fd = dg_unique(self->server, "SERVER");
	size_t i;

	ASSERT_LE(0, fd);
	for (i = 0; i < ARRAY_SIZE(sizes); i++) {
		ASSERT_EQ(sizes[i], dg_send_filled(self->client, "SERVER",
						   sizes[i], i));
		ASSERT_EQ(0, dg_recv_filled(fd, "CLIENT", sizes[i], i)) {
			TH_LOG("size %zu", sizes[i]);
		}
	}
	EXPECT_EQ(2 * 5, nb_stat(&self->host[0],
				 NB_STAT_DGRAM_FRAGMENTS_SENT));
	EXPECT_EQ(5, nb_stat(self->server,
			     NB_STAT_DGRAM_REASSEMBLED));
	close(fd);
}

TEST_F(local, every_size)
{
	int fd = dg_unique(self->server, "SERVER");
	size_t i;

	ASSERT_LE(0, fd);
	for (i = 0; i < ARRAY_SIZE(sizes); i++) {
		ASSERT_EQ(sizes[i], dg_send_filled(self->client, "SERVER",
						   sizes[i], i));
		ASSERT_EQ(0, dg_recv_filled(fd, "CLIENT", sizes[i], i));
	}
	close(fd);
}

TEST_F(wire, more_than_512_is_too_long)
{
	EXPECT_EQ(-EMSGSIZE, dg_send_filled(self->client, "SERVER", 513, 0));
}

/* DG-035, DG-038: all sockets of a group, here and there, each exactly once */
TEST_F(wire, group_reaches_every_member_once)
{
	int fd[4], i;

	for (i = 0; i < 4; i++) {
		fd[i] = dg_group(i < 2 ? &self->host[0] : self->server, "TEAM");
		ASSERT_LE(0, fd[i]);
	}
	ASSERT_EQ(100, dg_send_filled(self->client, "TEAM", 100, 1));
	for (i = 0; i < 4; i++) {
		EXPECT_EQ(0, dg_recv_filled(fd[i], "CLIENT", 100, 1)) {
			TH_LOG("socket %d", i);
		}
	}
	for (i = 0; i < 4; i++) {
		EXPECT_TRUE(dg_silent(fd[i]));
		close(fd[i]);
	}
	/* the link brings it back to the sender, who knows it already */
	EXPECT_EQ(1, nb_stat(&self->host[0], NB_STAT_DGRAM_OWN));
}

/* a member may send from the group name, too, and hears itself */
TEST_F(local, group_name_as_sender)
{
	int fd = dg_group(&self->host[0], "TEAM");

	ASSERT_LE(0, fd);
	ASSERT_EQ(5, dg_send_filled(fd, "TEAM", 5, 5));
	EXPECT_EQ(0, dg_recv_filled(fd, "TEAM", 5, 5));
	EXPECT_TRUE(dg_silent(fd));
	close(fd);
}

/* DG-035: all sockets on a unique name, too */
TEST_F(wire, unique_name_shared_by_two_sockets)
{
	int a = dg_unique(self->server, "SERVER");
	int b = dg_unique(self->server, "SERVER");

	ASSERT_LE(0, a);
	ASSERT_LE(0, b);
	ASSERT_EQ(9, dg_send_filled(self->client, "SERVER", 9, 2));
	EXPECT_EQ(0, dg_recv_filled(a, "CLIENT", 9, 2));
	EXPECT_EQ(0, dg_recv_filled(b, "CLIENT", 9, 2));
	close(a);
	close(b);
}

/* DG-011, DG-036: to all, but only to those who asked */
TEST_F(wire, broadcast_reaches_who_asked)
{
	int fd[4], i;

	fd[0] = dg_socket(&self->host[0], NULL, 0);
	fd[1] = dg_unique(self->server, "SERVER");
	fd[2] = dg_socket(self->server, NULL, 0);
	fd[3] = dg_unique(self->server, "SERVER");
	for (i = 0; i < 4; i++) {
		ASSERT_LE(0, fd[i]);
		ASSERT_EQ(0, nb_setopt(fd[i], NB_RECV_BROADCAST, i < 3));
		EXPECT_EQ(i < 3, nb_getopt(fd[i], NB_RECV_BROADCAST));
		ASSERT_EQ(0, nb_setopt(fd[i], NB_DGRAM_INFO, 1));
	}
	EXPECT_EQ(-EACCES, dg_send_filled(self->client, "*", 10, 3));
	ASSERT_EQ(0, dg_setopt(self->client, SOL_SOCKET, SO_BROADCAST, 1));
	ASSERT_EQ(10, dg_send_filled(self->client, "*", 10, 3));
	for (i = 0; i < 3; i++) {
		struct dg_msg msg;

		ASSERT_EQ(10, dg_recv(fd[i], &msg, 0));
		EXPECT_TRUE(nb_name_is(&msg.from, "CLIENT"));
		EXPECT_TRUE(msg.has_info);
		EXPECT_EQ(NB_DGRAM_BROADCAST, msg.info.ndi_type);
		EXPECT_EQ('*', msg.info.ndi_destination.snb_name[0]);
		EXPECT_EQ(0, msg.info.ndi_destination.snb_name[15]);
	}
	EXPECT_TRUE(dg_silent(fd[3]));
	ASSERT_EQ(0, nb_setopt(fd[2], NB_RECV_BROADCAST, 0));
	ASSERT_EQ(10, dg_send_filled(self->client, "*", 10, 3));
	EXPECT_EQ(0, dg_recv_filled(fd[1], "CLIENT", 10, 3));
	EXPECT_TRUE(dg_silent(fd[2]));
	for (i = 0; i < 4; i++)
		close(fd[i]);
}

/* other names with an asterisk mean nothing */
TEST_F(local, asterisk_names)
{
	struct sockaddr_nb addr = nb_addr("*SMBSERVER#20");

	dg_setopt(self->client, SOL_SOCKET, SO_BROADCAST, 1);
	EXPECT_EQ(-1, sendto(self->client, "x", 1, 0, (void *)&addr,
			     sizeof(addr)));
	EXPECT_EQ(EINVAL, errno);
	EXPECT_EQ(-EINVAL, dg_unique(&self->host[0], "*"));
}

TEST_F(wire, connect_and_send)
{
	struct sockaddr_nb addr;
	socklen_t len = sizeof(addr);
	int fd = dg_unique(self->server, "SERVER");

	ASSERT_LE(0, fd);
	EXPECT_EQ(-EDESTADDRREQ, nb_send(self->client, "x", 1, 0));
	EXPECT_EQ(-1, getpeername(self->client, (void *)&addr, &len));
	EXPECT_EQ(ENOTCONN, errno);
	EXPECT_EQ(-1, shutdown(self->client, SHUT_WR));
	EXPECT_EQ(ENOTCONN, errno);
	ASSERT_EQ(0, nb_connect(self->client, "SERVER"));
	EXPECT_EQ(0, getpeername(self->client, (void *)&addr, &len));
	EXPECT_TRUE(nb_name_is(&addr, "SERVER"));
	EXPECT_EQ(0, getsockname(self->client, (void *)&addr, &len));
	EXPECT_TRUE(nb_name_is(&addr, "CLIENT"));
	ASSERT_EQ(7, dg_send_filled(self->client, NULL, 7, 7));
	EXPECT_EQ(0, dg_recv_filled(fd, "CLIENT", 7, 7));
	/* another destination is still possible */
	ASSERT_EQ(0, dg_setopt(fd, SOL_NETBIOS, NB_RECV_BROADCAST, 1));
	ASSERT_EQ(0, dg_setopt(self->client, SOL_SOCKET, SO_BROADCAST, 1));
	ASSERT_EQ(8, dg_send_filled(self->client, "*", 8, 8));
	EXPECT_EQ(0, dg_recv_filled(fd, "CLIENT", 8, 8));
	EXPECT_EQ(0, shutdown(self->client, SHUT_WR));
	EXPECT_EQ(-EPIPE, nb_send(self->client, "x", 1, 0));
	close(fd);
}

/* connected to all: send() goes to everybody, and anybody is received from */
TEST_F(wire, connected_to_all)
{
	int fd = dg_unique(self->server, "SERVER");
	struct sockaddr_nb addr;
	socklen_t len = sizeof(addr);
	const char *back = "10.9.0.1";

	ASSERT_LE(0, fd);
	ASSERT_EQ(0, nb_cache_put(self->server, "CLIENT", &back, 1, false,
				  600));
	ASSERT_EQ(0, nb_setopt(fd, NB_RECV_BROADCAST, 1));
	ASSERT_EQ(0, nb_connect(self->client, "*"));
	EXPECT_EQ(0, getpeername(self->client, (void *)&addr, &len));
	EXPECT_TRUE(nb_name_is(&addr, "*"));
	EXPECT_EQ(-EACCES, dg_send_filled(self->client, NULL, 9, 9));
	ASSERT_EQ(0, dg_setopt(self->client, SOL_SOCKET, SO_BROADCAST, 1));
	ASSERT_EQ(9, dg_send_filled(self->client, NULL, 9, 9));
	EXPECT_EQ(0, dg_recv_filled(fd, "CLIENT", 9, 9));
	ASSERT_EQ(8, dg_send_filled(fd, "CLIENT", 8, 8));
	EXPECT_EQ(0, dg_recv_filled(self->client, "SERVER", 8, 8));
	close(fd);
}

/* NAME-025: the permanent name sends for sockets without one */
TEST_F(wire, unbound_sends_from_the_permanent_name)
{
	int fd = dg_socket(&self->host[0], NULL, 0);
	int to = dg_unique(self->server, "SERVER");

	ASSERT_LE(0, fd);
	ASSERT_LE(0, to);
	EXPECT_EQ(-EADDRNOTAVAIL, dg_send_filled(fd, "SERVER", 3, 1));
	ASSERT_EQ(0, nb_set_name(&self->host[0],
				 NETBIOS_A_NODE_PERMANENT_NAME, "CLIENT"));
	ASSERT_EQ(3, dg_send_filled(fd, "SERVER", 3, 1));
	EXPECT_EQ(0, dg_recv_filled(to, "CLIENT", 3, 1));
	close(fd);
	close(to);
}

TEST_F(local, bad_arguments)
{
	struct sockaddr_nb addr = nb_addr("SERVER");
	struct iovec iov = { "x", 1 };
	char control[64] = { 0 };
	struct msghdr msg = {
		.msg_name = &addr, .msg_namelen = sizeof(addr),
		.msg_iov = &iov, .msg_iovlen = 1,
		.msg_control = control, .msg_controllen = sizeof(control),
	};
	int fd = self->client;

	((struct cmsghdr *)control)->cmsg_len = CMSG_LEN(4);
	((struct cmsghdr *)control)->cmsg_level = SOL_SOCKET;
	EXPECT_EQ(-1, sendmsg(fd, &msg, 0));
	EXPECT_EQ(EINVAL, errno);
	EXPECT_EQ(-1, sendto(fd, "x", 1, 0, (void *)&addr, 19));
	EXPECT_EQ(EINVAL, errno);
	addr.snb_family = AF_INET;
	EXPECT_EQ(-1, sendto(fd, "x", 1, 0, (void *)&addr, sizeof(addr)));
	EXPECT_EQ(EAFNOSUPPORT, errno);
	EXPECT_EQ(-1, connect(fd, (void *)&addr, sizeof(addr)));
	EXPECT_EQ(EAFNOSUPPORT, errno);
	EXPECT_EQ(-1, connect(fd, (void *)&addr, 1));
	EXPECT_EQ(EINVAL, errno);
	EXPECT_EQ(-EOPNOTSUPP, nb_send(fd, "x", 1, MSG_OOB));
	EXPECT_EQ(-1, recv(fd, control, 1, MSG_OOB | MSG_DONTWAIT));
	EXPECT_EQ(EOPNOTSUPP, errno);
	EXPECT_EQ(-1, sendto(fd, (void *)8, 100, 0,
			     (void *)(struct sockaddr_nb[]) { nb_addr("SERVER") },
			     sizeof(addr)));
	EXPECT_EQ(EFAULT, errno);
	EXPECT_EQ(-1, listen(fd, 1));
	EXPECT_EQ(EOPNOTSUPP, errno);
	EXPECT_EQ(-1, accept(fd, NULL, NULL));
	EXPECT_EQ(EOPNOTSUPP, errno);
	EXPECT_EQ(-ENOPROTOOPT, nb_setopt(fd, NB_KEEP_REST, 1));
	EXPECT_EQ(-ENOPROTOOPT, nb_getopt(fd, NB_KEEPALIVE));
	EXPECT_EQ(-EINVAL, nb_setopt(fd, NB_DGRAM_INFO, 2));
	/* and a session knows nothing of these */
	fd = nb_socket(&self->host[0], 0);
	EXPECT_EQ(-ENOPROTOOPT, nb_setopt(fd, NB_DGRAM_INFO, 1));
	EXPECT_EQ(-ENOPROTOOPT, nb_setopt(fd, NB_RECV_BROADCAST, 1));
	close(fd);
}

/* NAME-019: a datagram stays in its scope, broadcasts included */
TEST_F(local, scopes_keep_datagrams_apart)
{
	int plain = dg_unique(&self->host[0], "SERVER");
	struct nb_name_info info = {
		.permanent = true, .owner = NB_ANYBODY, .scope = "RED",
	};
	int red = dg_socket(&self->host[0], NULL, 0);
	int from = dg_socket(&self->host[0], NULL, 0);

	ASSERT_LE(0, plain);
	ASSERT_EQ(0, nb_name_put(&self->host[0], "SERVER", &info));
	ASSERT_EQ(0, nb_name_put(&self->host[0], "CLIENT", &info));
	ASSERT_EQ(0, setsockopt(red, SOL_NETBIOS, NB_SCOPE, "red", 3));
	ASSERT_EQ(0, nb_bind(red, "SERVER", 0));
	ASSERT_EQ(0, setsockopt(from, SOL_NETBIOS, NB_SCOPE, "RED", 3));
	ASSERT_EQ(0, nb_bind(from, "CLIENT", 0));
	ASSERT_EQ(0, nb_setopt(red, NB_RECV_BROADCAST, 1));
	ASSERT_EQ(0, nb_setopt(plain, NB_RECV_BROADCAST, 1));
	ASSERT_EQ(0, dg_setopt(from, SOL_SOCKET, SO_BROADCAST, 1));
	ASSERT_EQ(3, dg_send_filled(from, "SERVER", 3, 3));
	ASSERT_EQ(4, dg_send_filled(from, "*", 4, 4));
	EXPECT_EQ(0, dg_recv_filled(red, "CLIENT", 3, 3));
	EXPECT_EQ(0, dg_recv_filled(red, "CLIENT", 4, 4));
	EXPECT_TRUE(dg_silent(plain));
	close(plain);
	close(red);
	close(from);
}

/* DG-039, API-025: a name in conflict neither sends nor receives */
TEST_F(wire, name_in_conflict)
{
	int fd = dg_unique(self->server, "SERVER");

	ASSERT_LE(0, fd);
	ASSERT_EQ(0, nb_name_state(self->server, "SERVER",
				   NETBIOS_NAME_STATE_CONFLICT));
	EXPECT_EQ(POLLERR, nb_poll(fd, 0, NB_BOUND) & POLLERR);
	EXPECT_EQ(-EADDRNOTAVAIL, dg_send_filled(fd, "CLIENT", 3, 3));
	ASSERT_EQ(3, dg_send_filled(self->client, "SERVER", 3, 3));
	EXPECT_EQ(0, nb_poll(fd, POLLIN, NB_QUIET) & POLLIN);
	EXPECT_EQ(1, nb_stat(self->server,
			     NB_STAT_DGRAM_NO_NAME));
	close(fd);
}

/* Without the service other nodes cannot be reached; this one can. */
TEST_F(wire, service_off)
{
	int fd = dg_unique(&self->host[0], "CLIENT");

	ASSERT_LE(0, fd);
	ASSERT_EQ(0, nb_set(&self->host[0], NETBIOS_A_NODE_DGRAM_PORT, 0));
	EXPECT_EQ(0, nb_get(&self->host[0], NETBIOS_A_NODE_DGRAM_OPEN));
	EXPECT_EQ(-ENETDOWN, dg_send_filled(self->client, "SERVER", 3, 3));
	EXPECT_EQ(4, dg_send_filled(self->client, "CLIENT", 4, 4));
	EXPECT_EQ(0, dg_recv_filled(fd, "CLIENT", 4, 4));
	ASSERT_EQ(0, nb_set(&self->host[0], NETBIOS_A_NODE_DGRAM_PORT,
			    DG_PORT));
	EXPECT_EQ(1, nb_get(&self->host[0], NETBIOS_A_NODE_DGRAM_OPEN));
	EXPECT_EQ(3, dg_send_filled(self->client, "SERVER", 3, 3));
	close(fd);
}

/* DG-001: the port is one, and it is ours or somebody else's; sessions go on */
TEST_F(local, taken_port)
{
	struct nb_host *host = &self->host[0];
	int udp;

	EXPECT_EQ(-EADDRINUSE, udp_open(host, DG_PORT));
	ASSERT_EQ(0, nb_set(host, NETBIOS_A_NODE_ENABLED, 0));
	udp = udp_open(host, DG_PORT);
	ASSERT_LE(0, udp);
	ASSERT_EQ(0, nb_set(host, NETBIOS_A_NODE_ENABLED, 1));
	EXPECT_EQ(1, nb_get(host, NETBIOS_A_NODE_ENABLED));
	EXPECT_EQ(0, nb_get(host, NETBIOS_A_NODE_DGRAM_OPEN));
	EXPECT_LT(0, nb_stat(host, NB_STAT_PORT_TAKEN));
	/* another one may be had, and the old one not again */
	ASSERT_EQ(0, nb_set(host, NETBIOS_A_NODE_DGRAM_PORT, 1138));
	EXPECT_EQ(1, nb_get(host, NETBIOS_A_NODE_DGRAM_OPEN));
	EXPECT_EQ(-EADDRINUSE, nb_set(host, NETBIOS_A_NODE_DGRAM_PORT,
				      DG_PORT));
	EXPECT_EQ(1138, nb_get(host, NETBIOS_A_NODE_DGRAM_PORT));
	EXPECT_EQ(1, nb_get(host, NETBIOS_A_NODE_DGRAM_OPEN));
	close(udp);
	EXPECT_EQ(0, nb_set(host, NETBIOS_A_NODE_DGRAM_PORT, DG_PORT));
}

/* DG-010: a name that nobody knows is looked up, by who sends */
static int send_unknown(void *arg)
{
	return dg_send_filled(*(int *)arg, "FAR", 20, 2);
}

TEST_F(wire, unknown_name_is_looked_up)
{
	int fd = dg_unique(self->server, "SERVER");
	struct nb_work work;
	struct nb_task task;
	struct nb_nl *nl;

	EXPECT_EQ(-ENETDOWN, send_unknown(&self->client));
	ASSERT_EQ(0, nb_name_add(self->server, "FAR"));
	nl = nb_helper(&self->host[0]);
	ASSERT_NE(NULL, nl);
	close(fd);
	fd = dg_unique(self->server, "FAR");
	ASSERT_LE(0, fd);
	ASSERT_EQ(0, nb_task_start(&task, send_unknown, &self->client));
	ASSERT_EQ(0, nb_work_expect(nl, &work, NETBIOS_WORK_KIND_RESOLVE,
				    "FAR"));
	ASSERT_EQ(0, nb_work_done(nl, work.id, NETBIOS_WORK_STATUS_OK,
				  "10.9.0.2"));
	EXPECT_EQ(20, nb_task_end(&task));
	EXPECT_EQ(0, dg_recv_filled(fd, "CLIENT", 20, 2));
	/* now it is known */
	EXPECT_EQ(20, send_unknown(&self->client));
	EXPECT_TRUE(nb_no_work(nl));
	/* and a name that does not exist */
	ASSERT_EQ(0, nb_cache_del(&self->host[0], "FAR"));
	ASSERT_EQ(0, nb_task_start(&task, send_unknown, &self->client));
	ASSERT_EQ(0, nb_work_expect(nl, &work, NETBIOS_WORK_KIND_RESOLVE,
				    "FAR"));
	ASSERT_EQ(0, nb_work_done(nl, work.id, NETBIOS_WORK_STATUS_NOT_FOUND,
				  NULL));
	EXPECT_EQ(-EHOSTUNREACH, nb_task_end(&task));
	close(fd);
	nb_nl_close(nl);
}

/* Without blocking: EAGAIN, then writable, then it goes. */
TEST_F(wire, unknown_name_without_blocking)
{
	struct sockaddr_nb to = nb_addr("FAR");
	struct nb_work work;
	struct nb_nl *nl = nb_helper(&self->host[0]);
	int fd;

	ASSERT_NE(NULL, nl);
	ASSERT_EQ(0, nb_name_add(self->server, "FAR"));
	fd = dg_unique(self->server, "FAR");
	ASSERT_LE(0, fd);
	EXPECT_EQ(POLLOUT, nb_poll(self->client, POLLOUT, 0));
	EXPECT_EQ(-1, sendto(self->client, "far", 3, MSG_DONTWAIT, (void *)&to,
			     sizeof(to)));
	EXPECT_EQ(EAGAIN, errno);
	EXPECT_EQ(0, nb_poll(self->client, POLLOUT, 0));
	ASSERT_EQ(0, nb_work_expect(nl, &work, NETBIOS_WORK_KIND_RESOLVE,
				    "FAR"));
	ASSERT_EQ(0, nb_work_done(nl, work.id, NETBIOS_WORK_STATUS_OK,
				  "10.9.0.2"));
	EXPECT_EQ(POLLOUT, nb_poll(self->client, POLLOUT, NB_BOUND));
	EXPECT_EQ(3, sendto(self->client, "far", 3, MSG_DONTWAIT, (void *)&to,
			    sizeof(to)));
	EXPECT_TRUE(nb_poll(fd, POLLIN, NB_BOUND) & POLLIN);
	/* closed while a lookup is on its way */
	ASSERT_EQ(0, nb_cache_del(&self->host[0], "FAR"));
	EXPECT_EQ(-1, sendto(self->client, "far", 3, MSG_DONTWAIT, (void *)&to,
			     sizeof(to)));
	close(self->client);
	self->client = -1;
	EXPECT_TRUE(nb_wait(nb_get(&self->host[0],
				   NETBIOS_A_NODE_PENDING) == 0));
	close(fd);
	nb_nl_close(nl);
}

/* API-009: the socket is shown */
static void find_dgram(struct nb_nl *nl, void *arg)
{
	if (nb_nl_u32(nl, NETBIOS_A_SESSION_TYPE, 0) == SOCK_DGRAM &&
	    nb_nl_name_is(nl->tb[NETBIOS_A_SESSION_LOCAL_NAME], "CLIENT") &&
	    nb_nl_name_is(nl->tb[NETBIOS_A_SESSION_PEER_NAME], "SERVER") &&
	    nl->tb[NETBIOS_A_SESSION_DROPS])
		++*(int *)arg;
}

TEST_F(local, shown_by_netlink_and_proc)
{
	struct nb_nl *nl = self->host[0].nl;
	char line[512];
	int seen = 0;
	FILE *proc;

	ASSERT_EQ(0, nb_connect(self->client, "SERVER"));
	ASSERT_EQ(0, nb_nl_call(nl, nb_nl_start(nl, NETBIOS_CMD_SESSION_GET,
						NLM_F_DUMP), find_dgram,
				&seen));
	EXPECT_EQ(1, seen);
	nb_enter(&self->host[0]);
	proc = fopen("/proc/thread-self/net/netbios", "r");
	ASSERT_NE(NULL, proc);
	seen = 0;
	while (fgets(line, sizeof(line), proc))
		seen += !strncmp(line, "dgram", 5) && strstr(line, "CLIENT<00>") &&
			strstr(line, "SERVER<00>");
	fclose(proc);
	EXPECT_EQ(1, seen);
}

TEST_HARNESS_MAIN
