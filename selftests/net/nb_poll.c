// SPDX-License-Identifier: GPL-2.0
/*
 * poll, epoll and who is woken: readable only when a whole message, a new
 * session, an error or the end is there; writable when the next message of
 * any legal size is taken whole.
 */
#include <signal.h>
#include <sys/epoll.h>

#include "nb_test.h"

NB_FIXTURE(net, 2)
NB_SESSION_FIXTURE(session, 2)

#define ALL (POLLIN | POLLOUT | POLLRDHUP)

TEST_F(session, idle_session_is_writable_only)
{
	EXPECT_EQ(POLLOUT, nb_poll(self->sk[0], ALL, 0));
	EXPECT_EQ(POLLOUT, nb_poll(self->sk[1], ALL, 0));
}

TEST_F(session, readable_while_messages_are_there)
{
	nb_send_filled(self->sk[0], 10, 1);
	nb_send_filled(self->sk[0], 0, 2);
	EXPECT_EQ(POLLIN, nb_poll(self->sk[1], POLLIN, NB_BOUND));
	EXPECT_EQ(0, nb_recv_filled(self->sk[1], 10, 1));
	EXPECT_EQ(POLLIN, nb_poll(self->sk[1], POLLIN, NB_BOUND));
	EXPECT_EQ(0, nb_recv_filled(self->sk[1], 0, 2));
	EXPECT_EQ(0, nb_poll(self->sk[1], POLLIN, 0));
}

TEST_F(session, end_is_readable)
{
	int events;

	close(self->sk[0]);
	ASSERT_TRUE(nb_wait((events = nb_poll(self->sk[1], ALL, 0)) & POLLIN));
	EXPECT_TRUE(nb_wait(nb_poll(self->sk[1], ALL, 0) & POLLRDHUP));
	EXPECT_TRUE(nb_wait(nb_poll(self->sk[1], ALL, 0) & POLLHUP));
	EXPECT_EQ(0, nb_poll(self->sk[1], ALL, 0) & POLLERR);
	self->sk[0] = -1;
}

TEST_F(net, listener_is_readable_while_sessions_wait)
{
	int listener = nb_listener(self->server, "SERVER", 4);

	EXPECT_EQ(0, nb_poll(listener, ALL, 0) & POLLIN);
	ASSERT_LE(0, nb_call(self->host, "CLIENT", "SERVER"));
	ASSERT_LE(0, nb_call(self->host, "CLIENT", "SERVER"));
	EXPECT_EQ(POLLIN, nb_poll(listener, POLLIN, NB_BOUND));
	ASSERT_LE(0, nb_accept(listener));
	EXPECT_EQ(POLLIN, nb_poll(listener, POLLIN, NB_BOUND));
	ASSERT_LE(0, nb_accept(listener));
	EXPECT_EQ(0, nb_poll(listener, POLLIN, 0));
}

TEST_F(net, nonblocking_connect_succeeds)
{
	int listener = nb_listener(self->server, "SERVER", 4), fd, err;
	struct sockaddr_nb addr;
	socklen_t len = sizeof(addr);

	fd = nb_bound(self->host, "CLIENT", SOCK_NONBLOCK);
	EXPECT_EQ(0, nb_connect_begin(fd, "SERVER"));
	ASSERT_EQ(POLLOUT, nb_poll(fd, POLLOUT, NB_BOUND));
	EXPECT_EQ(0, nb_so_error(fd));
	ASSERT_EQ(0, getpeername(fd, (void *)&addr, &len));
	EXPECT_TRUE(nb_name_is(&addr, "SERVER"));
	err = nb_connect(fd, "SERVER");
	EXPECT_TRUE(!err || err == -EISCONN);
	EXPECT_EQ(-EISCONN, nb_connect(fd, "SERVER"));
	EXPECT_EQ(4, nb_send_filled(fd, 4, 1));
	EXPECT_EQ(0, nb_recv_filled(nb_accept(listener), 4, 1));
}

#define READY	SIGRTMIN

/* O_ASYNC: READY is queued for what poll() would tell. */
static int make_async(int fd)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, READY);
	return sigprocmask(SIG_BLOCK, &set, NULL) ||
	       fcntl(fd, F_SETOWN, getpid()) || fcntl(fd, F_SETSIG, READY) ||
	       fcntl(fd, F_SETFL, O_NONBLOCK | O_ASYNC);
}

static bool signalled(int fd, int band)
{
	struct timespec wait = { .tv_sec = NB_BOUND / 1000 };
	siginfo_t info;
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, READY);
	do {
		if (sigtimedwait(&set, &info, &wait) < 0)
			return false;
	} while (info.si_fd != fd || !(info.si_band & band));
	return true;
}

TEST_F(net, sigio_when_connected)
{
	int fd = nb_bound(self->host, "CLIENT", 0);

	ASSERT_LE(0, nb_listener(self->server, "SERVER", 4));
	ASSERT_EQ(0, make_async(fd));
	EXPECT_EQ(0, nb_connect_begin(fd, "SERVER"));
	EXPECT_TRUE(signalled(fd, POLLOUT));
	EXPECT_EQ(POLLOUT, nb_poll(fd, POLLOUT, 0));
}

TEST_F(session, sigio_when_a_message_and_the_end_come)
{
	ASSERT_EQ(0, make_async(self->sk[1]));
	nb_send_filled(self->sk[0], 10, 1);
	EXPECT_TRUE(signalled(self->sk[1], POLLIN));
	EXPECT_EQ(0, nb_recv_filled(self->sk[1], 10, 1));
	EXPECT_EQ(10, nb_send_filled(self->sk[1], 10, 2));
	close(self->sk[0]);
	EXPECT_TRUE(signalled(self->sk[1], POLLHUP));
	self->sk[0] = -1;
}

TEST_F(session, sigio_when_there_is_room)
{
	char *buf = malloc(NETBIOS_MAX_MESSAGE);
	int n;

	ASSERT_EQ(0, make_async(self->sk[0]));
	n = nb_send_full(self->sk[0], 60000);
	ASSERT_LT(0, n);
	while (n--)
		ASSERT_LT(0, nb_recv(self->sk[1], buf, NETBIOS_MAX_MESSAGE,
				     NULL));
	EXPECT_TRUE(signalled(self->sk[0], POLLOUT));
	free(buf);
}

/* Nothing but EALREADY until the answer is there. */
TEST_F(net, nonblocking_connect_waits_for_the_answer)
{
	int raw, peer, fd;

	ASSERT_EQ(0, nb_set(self->server, NETBIOS_A_NODE_ENABLED, 0));
	raw = tcp_listen(self->server, SS_PORT);
	fd = nb_bound(self->host, "CLIENT", SOCK_NONBLOCK);
	EXPECT_EQ(-EINPROGRESS, nb_connect(fd, "SERVER"));
	peer = tcp_accept(raw);
	ASSERT_EQ(0, ss_get_request(peer, "SERVER", "CLIENT"));
	EXPECT_EQ(0, nb_poll(fd, ALL, NB_QUIET));
	EXPECT_EQ(-EALREADY, nb_connect(fd, "SERVER"));
	EXPECT_EQ(-ENOTCONN, nb_send(fd, "x", 1, 0));
	ASSERT_EQ(4, tcp_put(peer, "\x82\0\0", 4));
	EXPECT_EQ(POLLOUT, nb_poll(fd, ALL, NB_BOUND));
	EXPECT_EQ(0, nb_so_error(fd));
}

TEST_F(net, nonblocking_connect_refused)
{
	int fd = nb_bound(self->host, "CLIENT", SOCK_NONBLOCK), events;

	EXPECT_EQ(0, nb_connect_begin(fd, "SERVER"));
	events = nb_poll(fd, POLLOUT, NB_BOUND);
	EXPECT_TRUE(events & POLLOUT);
	EXPECT_TRUE(events & POLLERR);
	EXPECT_EQ(ECONNREFUSED, nb_so_error(fd));
	EXPECT_EQ(0, nb_so_error(fd));
	EXPECT_EQ(0x80, nb_wire_error(fd));
	/* and once more, with more luck */
	ASSERT_LE(0, nb_listener(self->server, "SERVER", 4));
	EXPECT_EQ(0, nb_connect_begin(fd, "SERVER"));
	ASSERT_EQ(POLLOUT, nb_poll(fd, POLLOUT, NB_BOUND));
	EXPECT_EQ(0, nb_so_error(fd));
	EXPECT_EQ(0, nb_wire_error(fd));
}

TEST_F(net, nonblocking_connect_in_epoll_edge_triggered)
{
	int listener = nb_listener(self->server, "SERVER", 4);
	int fd = nb_bound(self->host, "CLIENT", SOCK_NONBLOCK);
	struct epoll_event event = { .events = EPOLLOUT | EPOLLIN | EPOLLET };
	int ep = epoll_create1(0);

	ASSERT_LE(0, listener);
	EXPECT_EQ(0, nb_connect_begin(fd, "SERVER"));
	ASSERT_EQ(0, epoll_ctl(ep, EPOLL_CTL_ADD, fd, &event));
	do {
		ASSERT_EQ(1, epoll_wait(ep, &event, 1, NB_BOUND));
	} while (!(event.events & EPOLLOUT));
	EXPECT_EQ(0, nb_so_error(fd));
	EXPECT_EQ(1, nb_send_filled(fd, 1, 1));
}

/* Readable when the message is whole, not before; keep-alives wake nobody. */
TEST_F(net, half_a_message_is_not_readable)
{
	int listener = nb_listener(self->server, "SERVER", 4), peer, fd, i;
	uint8_t packet[4 + 10];

	peer = tcp_connect(self->host, self->server, SS_PORT);
	ASSERT_EQ(72, ss_put_request(peer, "SERVER", "CLIENT"));
	ASSERT_EQ(SS_POSITIVE, ss_get_answer(peer, NULL));
	fd = nb_accept(listener);
	ss_header(packet, SS_MESSAGE, 10);
	nb_fill(packet + 4, 10, 1);
	for (i = 0; i < 14; i++) {
		int ms = i % 4 ? 10 : NB_QUIET;

		ASSERT_EQ(0, nb_poll(fd, POLLIN | POLLRDHUP, ms));
		ASSERT_EQ(-1, recv(fd, packet, 14, MSG_DONTWAIT));
		ASSERT_EQ(EAGAIN, errno);
		ASSERT_EQ(1, tcp_put(peer, packet + i, 1));
	}
	EXPECT_EQ(POLLIN, nb_poll(fd, POLLIN, NB_BOUND));
	EXPECT_EQ(0, nb_recv_filled(fd, 10, 1));
	ASSERT_EQ(8, tcp_put(peer, "\x85\0\0\0\x85\0\0", 8));
	EXPECT_EQ(0, nb_poll(fd, POLLIN | POLLRDHUP, NB_QUIET));
}

/* The promise of POLLOUT, at many states of the buffers. */
TEST_F(session, writable_takes_the_largest_message_whole)
{
	size_t len[] = { 3000, 7000, 20000, 65536, NETBIOS_MAX_MESSAGE };
	char *buf = calloc(1, NETBIOS_MAX_MESSAGE);
	int queued = 0, i, n;

	for (i = 0; i < 20; i++) {
		n = nb_send_full(self->sk[0], len[i % 5]);
		ASSERT_LE(0, n);
		queued += n;
		ASSERT_EQ(0, nb_poll(self->sk[0], POLLOUT, 0));
		while (!nb_poll(self->sk[0], POLLOUT, 0)) {
			ASSERT_LT(0, queued);
			ASSERT_LE(0, nb_recv(self->sk[1], buf,
					     NETBIOS_MAX_MESSAGE, NULL));
			queued--;
			/* acknowledgements take their time */
			if (!queued)
				nb_poll(self->sk[0], POLLOUT, NB_BOUND);
		}
		ASSERT_EQ(NETBIOS_MAX_MESSAGE,
			  nb_send(self->sk[0], buf, NETBIOS_MAX_MESSAGE,
				  MSG_DONTWAIT));
		queued++;
	}
	free(buf);
}

/* Room makes poll() return in a task that already waits. */
static int wait_writable(void *arg)
{
	return nb_poll(*(int *)arg, POLLOUT, NB_BOUND);
}

TEST_F(session, room_wakes_a_waiting_writer)
{
	char *buf = malloc(NETBIOS_MAX_MESSAGE);
	struct nb_task task;
	int n = nb_send_full(self->sk[0], 60000);

	ASSERT_LT(0, n);
	ASSERT_EQ(0, nb_task_start(&task, wait_writable, &self->sk[0]));
	ASSERT_EQ(0, nb_task_sleeps(&task));
	while (n--) {
		ASSERT_LT(0, nb_recv(self->sk[1], buf, NETBIOS_MAX_MESSAGE,
				     NULL));
	}
	EXPECT_EQ(POLLOUT, nb_task_end(&task));
	free(buf);
}

static int wait_readable(void *arg)
{
	return nb_poll(*(int *)arg, POLLIN, NB_BOUND);
}

TEST_F(session, message_wakes_a_waiting_poll)
{
	struct nb_task task;

	ASSERT_EQ(0, nb_task_start(&task, wait_readable, &self->sk[1]));
	ASSERT_EQ(0, nb_task_sleeps(&task));
	nb_send_filled(self->sk[0], 0, 1);
	EXPECT_EQ(POLLIN, nb_task_end(&task));
}

TEST_F(session, end_wakes_a_waiting_poll)
{
	struct nb_task task;

	ASSERT_EQ(0, nb_task_start(&task, wait_readable, &self->sk[1]));
	ASSERT_EQ(0, nb_task_sleeps(&task));
	close(self->sk[0]);
	EXPECT_TRUE(nb_task_end(&task) & POLLIN);
	self->sk[0] = -1;
}

/* Edge-triggered as the manual has it: read until EAGAIN, then wait. */
TEST_F(session, edge_triggered_reader_misses_nothing)
{
	struct epoll_event event = { .events = EPOLLIN | EPOLLET };
	int ep = epoll_create1(0), n, got = 0;
	pid_t pid;
	char buf[200];

	ASSERT_EQ(0, epoll_ctl(ep, EPOLL_CTL_ADD, self->sk[1], &event));
	pid = fork();
	if (!pid) {
		for (n = 0; n < 1500; n++)
			if (nb_send_filled(self->sk[0], n % 150, n) < 0)
				_exit(1);
		_exit(0);
	}
	while (got < 1500) {
		ASSERT_EQ(1, epoll_wait(ep, &event, 1, NB_BOUND)) {
			TH_LOG("after %d messages", got);
		}
		for (;;) {
			n = recv(self->sk[1], buf, sizeof(buf), MSG_DONTWAIT);
			if (n < 0)
				break;
			ASSERT_EQ(got % 150, n);
			got++;
		}
		ASSERT_EQ(EAGAIN, errno);
	}
	EXPECT_EQ(0, nb_child_end(pid));
}

TEST_F(session, edge_triggered_writer_misses_nothing)
{
	struct epoll_event event = { .events = EPOLLOUT | EPOLLET };
	int ep = epoll_create1(0), n, sent = 0;
	pid_t pid;

	ASSERT_EQ(0, epoll_ctl(ep, EPOLL_CTL_ADD, self->sk[0], &event));
	pid = fork();
	if (!pid) {
		for (n = 0; n < 200; n++)
			if (nb_recv_filled(self->sk[1], 40000, n))
				_exit(1);
		_exit(0);
	}
	fcntl(self->sk[0], F_SETFL, O_NONBLOCK);
	while (sent < 200) {
		ASSERT_EQ(1, epoll_wait(ep, &event, 1, NB_BOUND)) {
			TH_LOG("after %d messages", sent);
		}
		while (sent < 200 &&
		       nb_send_filled(self->sk[0], 40000, sent) == 40000)
			sent++;
	}
	EXPECT_EQ(0, nb_child_end(pid));
}

TEST_F(session, level_triggered_reports_again)
{
	struct epoll_event event = { .events = EPOLLIN };
	int ep = epoll_create1(0), i;

	ASSERT_EQ(0, epoll_ctl(ep, EPOLL_CTL_ADD, self->sk[1], &event));
	nb_send_filled(self->sk[0], 10, 1);
	for (i = 0; i < 3; i++) {
		ASSERT_EQ(1, epoll_wait(ep, &event, 1, NB_BOUND));
	}
	EXPECT_EQ(0, nb_recv_filled(self->sk[1], 10, 1));
	EXPECT_EQ(0, epoll_wait(ep, &event, 1, 0));
}

static int receive_one(void *arg)
{
	char buf[100];

	return nb_recv(*(int *)arg, buf, sizeof(buf), NULL);
}

TEST_F(session, one_message_wakes_one_reader)
{
	struct nb_task task[2];
	int i, first;

	for (i = 0; i < 2; i++) {
		ASSERT_EQ(0, nb_task_start(&task[i], receive_one,
					   &self->sk[1]));
		ASSERT_EQ(0, nb_task_sleeps(&task[i]));
	}
	nb_send_filled(self->sk[0], 10, 1);
	ASSERT_TRUE(nb_wait(task[0].done || task[1].done));
	first = task[0].done ? 0 : 1;
	EXPECT_EQ(10, nb_task_end(&task[first]));
	EXPECT_EQ(0, nb_task_sleeps(&task[!first]));
	nb_send_filled(self->sk[0], 20, 2);
	EXPECT_EQ(20, nb_task_end(&task[!first]));
}

/* Two messages in one segment: who is woken passes the second one on. */
TEST_F(net, second_message_of_a_segment_wakes_the_second_reader)
{
	int listener = nb_listener(self->server, "SERVER", 4), peer, fd, i;
	uint8_t two[] = { 0, 0, 0, 1, 'a', 0, 0, 0, 1, 'b' };
	struct nb_task task[2];

	peer = tcp_connect(self->host, self->server, SS_PORT);
	ASSERT_EQ(72, ss_put_request(peer, "SERVER", "CLIENT"));
	ASSERT_EQ(SS_POSITIVE, ss_get_answer(peer, NULL));
	fd = nb_accept(listener);
	for (i = 0; i < 2; i++) {
		ASSERT_EQ(0, nb_task_start(&task[i], receive_one, &fd));
		ASSERT_EQ(0, nb_task_sleeps(&task[i]));
	}
	ASSERT_EQ(10, tcp_put(peer, two, 10));
	EXPECT_EQ(1, nb_task_end(&task[0]));
	EXPECT_EQ(1, nb_task_end(&task[1]));
}

/* API-026: the end wakes them all */
TEST_F(session, end_wakes_all_readers)
{
	struct nb_task task[3];
	int i;

	for (i = 0; i < 3; i++) {
		ASSERT_EQ(0, nb_task_start(&task[i], receive_one,
					   &self->sk[1]));
		ASSERT_EQ(0, nb_task_sleeps(&task[i]));
	}
	close(self->sk[0]);
	for (i = 0; i < 3; i++) {
		EXPECT_EQ(0, nb_task_end(&task[i]));
	}
	self->sk[0] = -1;
}

static int accept_one(void *arg)
{
	int fd = accept(*(int *)arg, NULL, NULL);

	return fd < 0 ? -errno : fd;
}

TEST_F(net, a_call_wakes_accept)
{
	int listener = nb_listener(self->server, "SERVER", 4);
	struct nb_task task[2];
	int i;

	for (i = 0; i < 2; i++) {
		ASSERT_EQ(0, nb_task_start(&task[i], accept_one, &listener));
		ASSERT_EQ(0, nb_task_sleeps(&task[i]));
	}
	for (i = 0; i < 2; i++) {
		ASSERT_LE(0, nb_call(self->host, "CLIENT", "SERVER"));
	}
	EXPECT_LE(0, nb_task_end(&task[0]));
	EXPECT_LE(0, nb_task_end(&task[1]));
}

/* A message that arrived before the descriptor was watched is reported. */
TEST_F(session, early_message_is_reported_to_a_late_epoll)
{
	struct epoll_event event = { .events = EPOLLIN | EPOLLET };
	int ep = epoll_create1(0);

	nb_send_filled(self->sk[0], NETBIOS_MAX_MESSAGE, 1);
	ASSERT_EQ(POLLIN, nb_poll(self->sk[1], POLLIN, NB_BOUND));
	ASSERT_EQ(0, epoll_ctl(ep, EPOLL_CTL_ADD, self->sk[1], &event));
	ASSERT_EQ(1, epoll_wait(ep, &event, 1, NB_BOUND));
	EXPECT_EQ(0, nb_recv_filled(self->sk[1], NETBIOS_MAX_MESSAGE, 1));
}

/* RECEIVE ANY is poll over many sessions (API-007). */
TEST_F(net, receive_any)
{
	int listener = nb_listener(self->server, "SERVER", 8), a[4], b[4], i;
	struct epoll_event event = { .events = EPOLLIN };
	int ep = epoll_create1(0);

	for (i = 0; i < 4; i++) {
		a[i] = nb_call(self->host, "CLIENT", "SERVER");
		b[i] = nb_accept(listener);
		event.data.u32 = i;
		ASSERT_EQ(0, epoll_ctl(ep, EPOLL_CTL_ADD, b[i], &event));
	}
	for (i = 3; i >= 0; i--) {
		nb_send_filled(a[i], 10 + i, i);
		ASSERT_EQ(1, epoll_wait(ep, &event, 1, NB_BOUND));
		ASSERT_EQ(i, event.data.u32);
		ASSERT_EQ(0, nb_recv_filled(b[i], 10 + i, i));
	}
}

TEST_HARNESS_MAIN
