// SPDX-License-Identifier: GPL-2.0
/*
 * The end of a session: shutdown, close with pending data, SO_LINGER, the
 * peer's FIN and RST at every point, descriptors in several hands. SS-048,
 * SS-050 to SS-053, API-008, API-026.
 */
#include "nb_test.h"

NB_SESSION_FIXTURE(net, 2)

/* sk: our end, called by a byte-level peer */
FIXTURE(raw) {
	struct nb_host host[2];
	int peer;
	int sk;
};

FIXTURE_SETUP(raw)
{
	int listener;

	ASSERT_EQ(0, nb_network(self->host, 2));
	listener = nb_listener(&self->host[1], "SERVER", 4);
	self->peer = tcp_connect(&self->host[0], &self->host[1], SS_PORT);
	ASSERT_EQ(72, ss_put_request(self->peer, "SERVER", "CLIENT"));
	ASSERT_EQ(SS_POSITIVE, ss_get_answer(self->peer, NULL));
	self->sk = nb_accept(listener);
	ASSERT_LE(0, self->sk);
	close(listener);
}

FIXTURE_TEARDOWN(raw)
{
	nb_hosts_free(self->host, 2);
}

static int get_octet(int fd, int *flags)
{
	char octet;

	*flags = 0;
	return nb_recv(fd, &octet, 1, flags);
}

/* SS-051 */
TEST_F(net, what_arrived_is_delivered_then_the_end)
{
	int flags, i;

	for (i = 0; i < 5; i++)
		nb_send_filled(self->sk[0], 100 + i, i);
	close(self->sk[0]);
	for (i = 0; i < 5; i++) {
		EXPECT_EQ(0, nb_recv_filled(self->sk[1], 100 + i, i));
	}
	for (i = 0; i < 2; i++) {
		EXPECT_EQ(0, get_octet(self->sk[1], &flags));
		EXPECT_EQ(0, flags & MSG_EOR);
	}
	EXPECT_EQ(-EPIPE, nb_send(self->sk[1], "x", 1, 0));
	self->sk[0] = -1;
}

/* no half close (RFC 1001 16.1.3) */
TEST_F(net, peer_close_ends_both_ways)
{
	close(self->sk[0]);
	ASSERT_TRUE(nb_wait(nb_poll(self->sk[1], POLLRDHUP, 0) & POLLRDHUP));
	EXPECT_EQ(-EPIPE, nb_send(self->sk[1], "x", 1, 0));
	EXPECT_EQ(-EPIPE, nb_send(self->sk[1], NULL, 0, 0));
	self->sk[0] = -1;
}

TEST_F_SIGNAL(net, send_after_the_end_raises_sigpipe, SIGPIPE)
{
	close(self->sk[0]);
	ASSERT_TRUE(nb_wait(nb_poll(self->sk[1], POLLRDHUP, 0) & POLLRDHUP));
	send(self->sk[1], "x", 1, 0);
}

TEST_F(net, shutdown_write_hangs_up_after_pending_data)
{
	int flags, i;

	for (i = 0; i < 10; i++) {
		ASSERT_EQ(30000, nb_send_filled(self->sk[0], 30000, i));
	}
	ASSERT_EQ(0, shutdown(self->sk[0], SHUT_WR));
	EXPECT_EQ(-EPIPE, nb_send(self->sk[0], "x", 1, 0));
	for (i = 0; i < 10; i++) {
		EXPECT_EQ(0, nb_recv_filled(self->sk[1], 30000, i));
	}
	EXPECT_EQ(0, get_octet(self->sk[1], &flags));
	EXPECT_EQ(0, flags & MSG_EOR);
	EXPECT_EQ(-EPIPE, nb_send(self->sk[1], "x", 1, 0));
	/* the hang-up comes back */
	EXPECT_EQ(0, get_octet(self->sk[0], &flags));
}

TEST_F(net, shutdown_read_discards)
{
	int flags, i;

	nb_send_filled(self->sk[0], 10, 1);
	ASSERT_EQ(POLLIN, nb_poll(self->sk[1], POLLIN, NB_BOUND));
	ASSERT_EQ(0, shutdown(self->sk[1], SHUT_RD));
	EXPECT_EQ(0, get_octet(self->sk[1], &flags));
	EXPECT_EQ(0, flags & MSG_EOR);
	/* more than any window holds: it is read and thrown away */
	for (i = 0; i < 60; i++) {
		ASSERT_EQ(100000, nb_send_filled(self->sk[0], 100000, i));
	}
	EXPECT_EQ(0, get_octet(self->sk[1], &flags));
	EXPECT_EQ(10, nb_send_filled(self->sk[1], 10, 1));
	EXPECT_EQ(0, nb_recv_filled(self->sk[0], 10, 1));
}

TEST_F(net, shutdown_both)
{
	int flags;

	nb_send_filled(self->sk[0], 10, 1);
	ASSERT_EQ(0, shutdown(self->sk[0], SHUT_RDWR));
	EXPECT_EQ(0, get_octet(self->sk[0], &flags));
	EXPECT_EQ(-EPIPE, nb_send(self->sk[0], "x", 1, 0));
	EXPECT_EQ(0, nb_recv_filled(self->sk[1], 10, 1));
	EXPECT_EQ(0, get_octet(self->sk[1], &flags));
}

TEST_F(net, shutdown_checks_its_argument)
{
	EXPECT_EQ(-1, shutdown(self->sk[0], 3));
	EXPECT_EQ(EINVAL, errno);
	EXPECT_EQ(-1, shutdown(self->sk[0], -1));
	EXPECT_EQ(EINVAL, errno);
	EXPECT_EQ(1, nb_send(self->sk[0], "x", 1, 0));
}

static int receive_one(void *arg)
{
	int flags;

	return get_octet(*(int *)arg, &flags);
}

TEST_F(net, shutdown_wakes_a_waiting_reader)
{
	struct nb_task task;

	ASSERT_EQ(0, nb_task_start(&task, receive_one, &self->sk[0]));
	ASSERT_EQ(0, nb_task_sleeps(&task));
	ASSERT_EQ(0, shutdown(self->sk[0], SHUT_RDWR));
	EXPECT_EQ(0, nb_task_end(&task));
}

static int send_until_it_fails(void *arg)
{
	int ret;

	do {
		ret = nb_send_filled(*(int *)arg, 60000, 1);
	} while (ret > 0);
	return ret;
}

TEST_F(net, peer_close_wakes_a_waiting_writer)
{
	struct nb_task task;
	int err;

	ASSERT_EQ(0, nb_task_start(&task, send_until_it_fails, &self->sk[0]));
	ASSERT_EQ(0, nb_task_sleeps(&task));
	close(self->sk[1]);
	err = nb_task_end(&task);
	EXPECT_TRUE(err == -EPIPE || err == -ECONNRESET);
	self->sk[1] = -1;
}

/* SS-050: all pending sends are delivered; close itself does not wait */
TEST_F(net, close_drains_in_the_background)
{
	int n = nb_send_full(self->sk[0], 60000), i, flags;
	uint64_t start = nb_now();

	ASSERT_LT(1, n);
	close(self->sk[0]);
	EXPECT_GT(NB_BOUND / 5, nb_now() - start);
	EXPECT_EQ(1, nb_sessions(self->host, NETBIOS_SESSION_STATE_CLOSING));
	EXPECT_EQ(1, nb_get(self->host, NETBIOS_A_NODE_SESSIONS));
	for (i = 0; i < n; i++) {
		ASSERT_EQ(0, nb_recv_filled(self->sk[1], 60000, i));
	}
	EXPECT_EQ(0, get_octet(self->sk[1], &flags));
	EXPECT_TRUE(nb_wait(nb_sessions(self->host, -1) == 0));
	EXPECT_EQ(0, nb_get(self->host, NETBIOS_A_NODE_SESSIONS));
	self->sk[0] = -1;
}

/* What the closer did not read must not reset what it sent. */
TEST_F(net, unread_data_does_not_lose_sent_data)
{
	int n, i, flags;

	nb_send_filled(self->sk[1], 5000, 1);
	nb_send_filled(self->sk[1], 100000, 1);
	ASSERT_EQ(POLLIN, nb_poll(self->sk[0], POLLIN, NB_BOUND));
	n = nb_send_full(self->sk[0], 60000);
	close(self->sk[0]);
	for (i = 0; i < n; i++) {
		ASSERT_EQ(0, nb_recv_filled(self->sk[1], 60000, i));
	}
	EXPECT_EQ(0, get_octet(self->sk[1], &flags));
	self->sk[0] = -1;
}

TEST_F(net, killed_reader_ends_the_session)
{
	struct nb_task task;
	pid_t pid = fork();
	int err;

	if (!pid) {
		close(self->sk[0]);
		while (!nb_recv_filled(self->sk[1], 60000, 1))
			;
		_exit(1);
	}
	close(self->sk[1]);
	ASSERT_EQ(0, nb_task_start(&task, send_until_it_fails, &self->sk[0]));
	EXPECT_EQ(0, nb_poll(self->sk[0], POLLRDHUP, NB_QUIET));
	kill(pid, SIGKILL);
	EXPECT_EQ(-SIGKILL, nb_child_end(pid));
	err = nb_task_end(&task);
	EXPECT_TRUE(err == -EPIPE || err == -ECONNRESET);
	self->sk[1] = -1;
}

/* Killing a process is like closing its sockets. */
TEST_F(net, killed_process_drains_too)
{
	int ready[2], n = 0, i, flags;
	pid_t pid;

	ASSERT_EQ(0, pipe(ready));
	pid = fork();
	if (!pid) {
		n = nb_send_full(self->sk[0], 60000);
		if (write(ready[1], &n, sizeof(n)) != sizeof(n))
			_exit(1);
		pause();
		_exit(0);
	}
	close(self->sk[0]);
	ASSERT_EQ(sizeof(n), read(ready[0], &n, sizeof(n)));
	kill(pid, SIGKILL);
	EXPECT_EQ(-SIGKILL, nb_child_end(pid));
	for (i = 0; i < n; i++) {
		ASSERT_EQ(0, nb_recv_filled(self->sk[1], 60000, i));
	}
	EXPECT_EQ(0, get_octet(self->sk[1], &flags));
	self->sk[0] = -1;
}

static void linger(int fd, int seconds)
{
	struct linger value = { .l_onoff = 1, .l_linger = seconds };

	setsockopt(fd, SOL_SOCKET, SO_LINGER, &value, sizeof(value));
}

TEST_F(raw, linger_zero_resets)
{
	char octet;

	ASSERT_EQ(100, nb_send_filled(self->sk, 100, 1));
	linger(self->sk, 0);
	close(self->sk);
	while (recv(self->peer, &octet, 1, 0) > 0)
		;
	EXPECT_EQ(ECONNRESET, errno);
}

TEST_F(raw, ordinary_close_is_a_fin)
{
	char buf[104], octet;

	ASSERT_EQ(100, nb_send_filled(self->sk, 100, 1));
	close(self->sk);
	ASSERT_EQ(104, tcp_get(self->peer, buf, 104));
	EXPECT_EQ(0, recv(self->peer, &octet, 1, 0));
}

/* The end of a called session needs the timers of TCP, too. */
TEST_F(raw, lost_fin_is_sent_again)
{
	char octet;

	ASSERT_EQ(0, nb_link_set(&self->host[0], "veth0", false));
	close(self->sk);
	ASSERT_EQ(0, nb_link_set(&self->host[0], "veth0", true));
	EXPECT_EQ(0, recv(self->peer, &octet, 1, 0));
}

static int close_it(void *arg)
{
	return close(*(int *)arg);
}

TEST_F(net, linger_waits_for_the_peer)
{
	struct nb_task task;
	int n = nb_send_full(self->sk[0], 60000), i;

	fcntl(self->sk[0], F_SETFL, 0);
	linger(self->sk[0], 60);
	ASSERT_EQ(0, nb_task_start(&task, close_it, &self->sk[0]));
	ASSERT_EQ(0, nb_task_sleeps(&task));
	for (i = 0; i < n; i++) {
		ASSERT_EQ(0, nb_recv_filled(self->sk[1], 60000, i));
	}
	EXPECT_EQ(0, nb_task_end(&task));
	self->sk[0] = -1;
}

TEST_F(net, linger_ends_after_its_time)
{
	uint64_t start;

	nb_send_full(self->sk[0], 60000);
	fcntl(self->sk[0], F_SETFL, 0);
	linger(self->sk[0], 1);
	start = nb_now();
	EXPECT_EQ(0, close(self->sk[0]));
	EXPECT_LE(900, nb_now() - start);
	EXPECT_GT(NB_BOUND, nb_now() - start);
	self->sk[0] = -1;
}

/* SSN_CLOSE_TIMEOUT: CONST-014 */
TEST_F(net, drain_ends_after_close_timeout)
{
	struct nb_host *host = self->host;

	ASSERT_EQ(0, nb_set(host, NETBIOS_A_NODE_CLOSE_TIMEOUT, 1));
	nb_send_full(self->sk[0], 60000);
	close(self->sk[0]);
	EXPECT_EQ(1, nb_sessions(host, NETBIOS_SESSION_STATE_CLOSING));
	EXPECT_TRUE(nb_wait(nb_sessions(host, -1) == 0));
	EXPECT_EQ(1, nb_stat(host, NB_STAT_CLOSE_TIMEOUT));
	self->sk[0] = -1;
}

/* A FIN after each of the octets of a message of ten. */
static void put_cut(int peer, int cut)
{
	uint8_t packet[14];

	ss_header(packet, SS_MESSAGE, 10);
	nb_fill(packet + 4, 10, 1);
	tcp_put(peer, packet, cut);
}

static int raw_session(struct nb_host *host, int listener, int *peer)
{
	*peer = tcp_connect(&host[0], &host[1], SS_PORT);
	ss_put_request(*peer, "SERVER", "CLIENT");
	if (ss_get_answer(*peer, NULL) != SS_POSITIVE)
		return -EPROTO;
	return nb_accept(listener);
}

TEST_F(raw, fin_at_every_point)
{
	int listener = nb_listener(&self->host[1], "SERVER", 4), cut, peer, fd;
	int flags;

	for (cut = 0; cut <= 14; cut++) {
		fd = raw_session(self->host, listener, &peer);
		ASSERT_LE(0, fd);
		put_cut(peer, cut);
		close(peer);
		if (cut == 14) {
			EXPECT_EQ(0, nb_recv_filled(fd, 10, 1));
		}
		EXPECT_EQ(cut % 14 ? -ECONNRESET : 0, get_octet(fd, &flags)) {
			TH_LOG("FIN after %d octets", cut);
		}
		EXPECT_EQ(0, flags & MSG_EOR);
		EXPECT_EQ(0, get_octet(fd, &flags));
		EXPECT_EQ(-EPIPE, nb_send(fd, "x", 1, 0));
		close(fd);
	}
}

TEST_F(raw, rst_at_every_point)
{
	int listener = nb_listener(&self->host[1], "SERVER", 4), cut, peer, fd;
	int flags;

	for (cut = 0; cut <= 14; cut++) {
		fd = raw_session(self->host, listener, &peer);
		ASSERT_LE(0, fd);
		put_cut(peer, cut);
		if (cut == 14) {
			ASSERT_EQ(POLLIN, nb_poll(fd, POLLIN, NB_BOUND));
		}
		tcp_reset(peer);
		ASSERT_TRUE(nb_wait(nb_poll(fd, POLLIN, 0) & POLLHUP));
		if (cut == 14) {
			EXPECT_EQ(0, nb_recv_filled(fd, 10, 1));
		}
		EXPECT_EQ(-ECONNRESET, get_octet(fd, &flags)) {
			TH_LOG("RST after %d octets", cut);
		}
		EXPECT_EQ(0, get_octet(fd, &flags));
		EXPECT_EQ(-EPIPE, nb_send(fd, "x", 1, 0));
		close(fd);
	}
}

/* A FIN behind most of a message that is larger than the window. */
TEST_F(raw, fin_inside_a_large_message)
{
	char *buf = calloc(1, 131075);
	int flags;

	ss_header((uint8_t *)buf, SS_MESSAGE, NETBIOS_MAX_MESSAGE);
	ASSERT_EQ(131074, tcp_put(self->peer, buf, 131074));
	close(self->peer);
	EXPECT_EQ(-ECONNRESET, nb_recv(self->sk, buf, 131075, NULL));
	EXPECT_EQ(0, get_octet(self->sk, &flags));
	EXPECT_LE(1, nb_stat(&self->host[1], NB_STAT_RX_RESET_INSIDE_MESSAGE));
	free(buf);
}

TEST_F(raw, reset_is_reported_by_so_error_and_poll)
{
	tcp_reset(self->peer);
	ASSERT_TRUE(nb_wait(nb_poll(self->sk, POLLIN, 0) & POLLHUP));
	EXPECT_TRUE(nb_poll(self->sk, POLLIN, 0) & POLLERR);
	EXPECT_EQ(ECONNRESET, nb_so_error(self->sk));
	EXPECT_EQ(0, nb_so_error(self->sk));
}

/* SS-048: also to somebody who only waits */
TEST_F(raw, reset_wakes_a_waiting_reader)
{
	struct nb_task task;

	ASSERT_EQ(0, nb_task_start(&task, receive_one, &self->sk));
	ASSERT_EQ(0, nb_task_sleeps(&task));
	tcp_reset(self->peer);
	EXPECT_EQ(-ECONNRESET, nb_task_end(&task));
}

TEST_F(raw, close_with_a_partial_message_received)
{
	put_cut(self->peer, 7);
	ASSERT_EQ(50, nb_send_filled(self->sk, 50, 1));
	close(self->sk);
	EXPECT_TRUE(nb_wait(nb_sessions(&self->host[1], -1) <= 1));
	close(self->peer);
	EXPECT_TRUE(nb_wait(nb_sessions(&self->host[1], -1) == 0));
}

/* What is sent while the peer resets is lost without harm. */
TEST_F(raw, reset_while_sending)
{
	struct nb_task task;
	int err;

	ASSERT_EQ(0, nb_task_start(&task, send_until_it_fails, &self->sk));
	ASSERT_EQ(0, nb_task_sleeps(&task));
	tcp_reset(self->peer);
	err = nb_task_end(&task);
	EXPECT_TRUE(err == -ECONNRESET || err == -EPIPE);
}

TEST_F(net, descriptor_of_a_child_keeps_the_session)
{
	int flags, go[2];
	pid_t pid;

	ASSERT_EQ(0, pipe(go));
	pid = fork();
	if (!pid) {
		close(go[1]);
		if (read(go[0], &flags, 1))
			_exit(2);
		_exit(nb_send_filled(self->sk[0], 10, 1) != 10);
	}
	close(self->sk[0]);
	EXPECT_EQ(0, nb_poll(self->sk[1], POLLIN, NB_QUIET));
	close(go[1]);
	EXPECT_EQ(0, nb_child_end(pid));
	EXPECT_EQ(0, nb_recv_filled(self->sk[1], 10, 1));
	EXPECT_EQ(0, get_octet(self->sk[1], &flags));
	self->sk[0] = -1;
}

TEST_F(net, dup_keeps_the_session)
{
	int copy = dup(self->sk[0]), flags;

	close(self->sk[0]);
	EXPECT_EQ(0, nb_poll(self->sk[1], POLLIN, NB_QUIET));
	EXPECT_EQ(10, nb_send_filled(copy, 10, 1));
	close(copy);
	EXPECT_EQ(0, nb_recv_filled(self->sk[1], 10, 1));
	EXPECT_EQ(0, get_octet(self->sk[1], &flags));
	self->sk[0] = -1;
}

static int pass_fd(int channel, int fd)
{
	char control[CMSG_SPACE(sizeof(int))] = "", octet = 0;
	struct iovec iov = { &octet, 1 };
	struct msghdr msg = { .msg_iov = &iov, .msg_iovlen = 1,
		.msg_control = control, .msg_controllen = sizeof(control) };
	struct cmsghdr *cmsg = CMSG_FIRSTHDR(&msg);

	if (fd < 0) {
		if (recvmsg(channel, &msg, 0) != 1)
			return -errno;
		memcpy(&fd, CMSG_DATA(CMSG_FIRSTHDR(&msg)), sizeof(fd));
		return fd;
	}
	cmsg->cmsg_level = SOL_SOCKET;
	cmsg->cmsg_type = SCM_RIGHTS;
	cmsg->cmsg_len = CMSG_LEN(sizeof(int));
	memcpy(CMSG_DATA(cmsg), &fd, sizeof(fd));
	return sendmsg(channel, &msg, 0) == 1 ? 0 : -errno;
}

/* HANDOFF-002: a session goes to another process, while messages arrive */
TEST_F(net, session_passed_to_another_process)
{
	int sv[2], flags;
	pid_t pid;

	ASSERT_EQ(0, socketpair(AF_UNIX, SOCK_STREAM, 0, sv));
	nb_send_filled(self->sk[0], 100000, 1);
	pid = fork();
	if (!pid) {
		int fd;

		close(self->sk[0]);
		close(self->sk[1]);
		fd = pass_fd(sv[1], -1);
		if (nb_recv_filled(fd, 100000, 1))
			_exit(1);
		_exit(nb_send_filled(fd, 20, 2) != 20);
	}
	ASSERT_EQ(0, pass_fd(sv[0], self->sk[1]));
	close(self->sk[1]);
	EXPECT_EQ(0, nb_child_end(pid));
	EXPECT_EQ(0, nb_recv_filled(self->sk[0], 20, 2));
	EXPECT_EQ(0, get_octet(self->sk[0], &flags));
	self->sk[1] = -1;
}

/* A descriptor in flight that nobody takes is closed with its channel. */
TEST_F(net, session_lost_in_flight)
{
	int sv[2], flags;

	ASSERT_EQ(0, socketpair(AF_UNIX, SOCK_STREAM, 0, sv));
	ASSERT_EQ(0, pass_fd(sv[0], self->sk[1]));
	close(self->sk[1]);
	close(sv[0]);
	close(sv[1]);
	EXPECT_EQ(0, get_octet(self->sk[0], &flags));
	self->sk[1] = -1;
}

TEST_F(net, nothing_is_left_behind)
{
	close(self->sk[0]);
	close(self->sk[1]);
	EXPECT_TRUE(nb_wait(nb_sessions(self->host, -1) == 0));
	EXPECT_TRUE(nb_wait(nb_sessions(self->server, -1) == 0));
	EXPECT_EQ(0, nb_get(self->host, NETBIOS_A_NODE_SOCKETS));
	EXPECT_EQ(0, nb_get(self->server, NETBIOS_A_NODE_SOCKETS));
	self->sk[0] = -1;
	self->sk[1] = -1;
}

TEST_HARNESS_MAIN
