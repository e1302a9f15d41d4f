// SPDX-License-Identifier: GPL-2.0
/*
 * Flags of send and receive: MSG_PEEK, MSG_TRUNC, MSG_EOR, MSG_WAITALL,
 * MSG_DONTWAIT, unknown ones; NB_KEEP_REST; faults; signals.
 */
#include "nb_test.h"

NB_SESSION_FIXTURE(net, 2)

static int recv_flags(int fd, void *buf, size_t len, int flags, int *out)
{
	*out = flags;
	return nb_recv(fd, buf, len, out);
}

#define ENDS (MSG_EOR | MSG_TRUNC)

TEST_F(net, too_small_a_buffer_truncates)
{
	char buf[100];
	int flags;

	nb_send_filled(self->sk[0], 500, 1);
	nb_send_filled(self->sk[0], 10, 2);
	ASSERT_EQ(100, recv_flags(self->sk[1], buf, 100, 0, &flags));
	EXPECT_EQ(ENDS, flags & ENDS);
	EXPECT_TRUE(nb_filled(buf, 100, 1));
	EXPECT_EQ(0, nb_recv_filled(self->sk[1], 10, 2));
}

TEST_F(net, msg_trunc_gives_the_real_length)
{
	char buf[100];
	int flags;

	nb_send_filled(self->sk[0], 70000, 1);
	ASSERT_EQ(70000, recv_flags(self->sk[1], buf, 100, MSG_PEEK | MSG_TRUNC,
				    &flags));
	ASSERT_EQ(70000, recv_flags(self->sk[1], buf, 100, MSG_TRUNC, &flags));
	EXPECT_EQ(ENDS, flags & ENDS);
	nb_send_filled(self->sk[0], 100, 1);
	ASSERT_EQ(100, recv_flags(self->sk[1], buf, 100, MSG_TRUNC, &flags));
	EXPECT_EQ(MSG_EOR, flags & ENDS);
	EXPECT_EQ(0, nb_poll(self->sk[1], POLLIN, 0));
}

FIXTURE(sized) {
	struct nb_host host[2];
	int sk[2];
};

FIXTURE_VARIANT(sized) {
	int len;
};

FIXTURE_VARIANT_ADD(sized, small) { .len = 200 };
FIXTURE_VARIANT_ADD(sized, page) { .len = 5000 };
FIXTURE_VARIANT_ADD(sized, staged) { .len = 131071 };

FIXTURE_SETUP(sized)
{
	ASSERT_EQ(0, nb_network(self->host, 2));
	ASSERT_EQ(0, nb_session(&self->host[0], &self->host[1], self->sk));
}

FIXTURE_TEARDOWN(sized)
{
	nb_hosts_free(self->host, 2);
}

/* MSG_PEEK never consumes, whole or in part, once or again */
TEST_F(sized, peek)
{
	int len = variant->len, flags, i;
	char *buf = malloc(len);

	nb_send_filled(self->sk[0], len, 1);
	nb_send_filled(self->sk[0], 9, 2);
	for (i = 0; i < 2; i++) {
		memset(buf, 0, len);
		ASSERT_EQ(len, recv_flags(self->sk[1], buf, len, MSG_PEEK,
					  &flags));
		EXPECT_EQ(MSG_EOR, flags & ENDS);
		EXPECT_TRUE(nb_filled(buf, len, 1));
		ASSERT_EQ(50, recv_flags(self->sk[1], buf, 50, MSG_PEEK,
					 &flags));
		EXPECT_TRUE(flags & MSG_TRUNC);
		EXPECT_TRUE(nb_filled(buf, 50, 1));
	}
	EXPECT_EQ(0, nb_recv_filled(self->sk[1], len, 1));
	EXPECT_EQ(0, nb_recv_filled(self->sk[1], 9, 2));
	free(buf);
}

TEST_F(sized, truncated_rest_is_dropped)
{
	char buf[50];
	int flags;

	nb_send_filled(self->sk[0], variant->len, 1);
	nb_send_filled(self->sk[0], 9, 2);
	ASSERT_EQ(50, recv_flags(self->sk[1], buf, 50, 0, &flags));
	EXPECT_EQ(ENDS, flags & ENDS);
	EXPECT_EQ(0, nb_recv_filled(self->sk[1], 9, 2));
}

/* API-006: with NB_KEEP_REST the rest comes with the next receive */
TEST_F(sized, keep_rest_gives_the_parts)
{
	int len = variant->len, part = len / 3, flags;
	char *buf = malloc(len + 1);

	ASSERT_EQ(0, nb_setopt(self->sk[1], NB_KEEP_REST, 1));
	nb_send_filled(self->sk[0], len, 1);
	nb_send_filled(self->sk[0], 9, 2);
	ASSERT_EQ(part, recv_flags(self->sk[1], buf, part, 0, &flags));
	EXPECT_EQ(0, flags & ENDS);
	ASSERT_EQ(POLLIN, nb_poll(self->sk[1], POLLIN, 0));
	ASSERT_EQ(part, recv_flags(self->sk[1], buf + part, part, 0, &flags));
	EXPECT_EQ(0, flags & ENDS);
	ASSERT_EQ(len - 2 * part, recv_flags(self->sk[1], buf + 2 * part, len,
					     0, &flags));
	EXPECT_EQ(MSG_EOR, flags & ENDS);
	EXPECT_TRUE(nb_filled(buf, len, 1));
	EXPECT_EQ(0, nb_recv_filled(self->sk[1], 9, 2));
	free(buf);
}

TEST_F(sized, peek_at_the_rest)
{
	int len = variant->len, flags;
	char *buf = malloc(len);

	ASSERT_EQ(0, nb_setopt(self->sk[1], NB_KEEP_REST, 1));
	nb_send_filled(self->sk[0], len, 1);
	ASSERT_EQ(100, recv_flags(self->sk[1], buf, 100, 0, &flags));
	ASSERT_EQ(len - 100, recv_flags(self->sk[1], buf + 100, len, MSG_PEEK,
					&flags));
	EXPECT_EQ(MSG_EOR, flags & ENDS);
	EXPECT_TRUE(nb_filled(buf, len, 1));
	memset(buf + 100, 0, len - 100);
	ASSERT_EQ(len - 100, recv_flags(self->sk[1], buf + 100, len, 0, &flags));
	EXPECT_TRUE(nb_filled(buf, len, 1));
	EXPECT_EQ(0, nb_poll(self->sk[1], POLLIN, 0));
	free(buf);
}

/* a buffer that fits exactly ends the message: no empty part behind it */
TEST_F(sized, keep_rest_exact_fit)
{
	int len = variant->len, flags;
	char *buf = malloc(len);

	ASSERT_EQ(0, nb_setopt(self->sk[1], NB_KEEP_REST, 1));
	nb_send_filled(self->sk[0], len, 1);
	ASSERT_EQ(len, recv_flags(self->sk[1], buf, len, 0, &flags));
	EXPECT_EQ(MSG_EOR, flags & ENDS);
	EXPECT_EQ(0, nb_poll(self->sk[1], POLLIN, 0));
	free(buf);
}

/* EFAULT takes the whole message, and only that one */
TEST_F(sized, fault_while_receiving)
{
	int flags = 0;

	nb_send_filled(self->sk[0], variant->len, 1);
	nb_send_filled(self->sk[0], 9, 2);
	EXPECT_EQ(-EFAULT, nb_recv(self->sk[1], (void *)8, variant->len,
				   &flags));
	EXPECT_EQ(0, nb_recv_filled(self->sk[1], 9, 2));
}

TEST_F(sized, fionread_after_a_part)
{
	int n = 0, flags;
	char buf[60];

	ASSERT_EQ(0, nb_setopt(self->sk[1], NB_KEEP_REST, 1));
	nb_send_filled(self->sk[0], variant->len, 1);
	ASSERT_EQ(60, recv_flags(self->sk[1], buf, 60, 0, &flags));
	ASSERT_EQ(0, ioctl(self->sk[1], FIONREAD, &n));
	EXPECT_EQ(variant->len - 60, n);
}

TEST_F(net, rest_is_dropped_when_the_option_goes)
{
	char buf[60];
	int flags;

	ASSERT_EQ(0, nb_setopt(self->sk[1], NB_KEEP_REST, 1));
	nb_send_filled(self->sk[0], 200, 1);
	nb_send_filled(self->sk[0], 9, 2);
	ASSERT_EQ(60, recv_flags(self->sk[1], buf, 60, 0, &flags));
	ASSERT_EQ(0, nb_setopt(self->sk[1], NB_KEEP_REST, 0));
	/* the part in hand is received, and now truncated */
	ASSERT_EQ(60, recv_flags(self->sk[1], buf, 60, 0, &flags));
	EXPECT_EQ(ENDS, flags & ENDS);
	EXPECT_EQ(0, nb_recv_filled(self->sk[1], 9, 2));
}

/* SS-049: no urgent data; SS-012: flags that mean nothing here */
TEST_F(net, refused_receive_flags)
{
	char octet;

	EXPECT_EQ(-1, recv(self->sk[1], &octet, 1, MSG_OOB));
	EXPECT_EQ(EOPNOTSUPP, errno);
	EXPECT_EQ(-1, recv(self->sk[1], &octet, 1, MSG_ERRQUEUE));
	EXPECT_EQ(EOPNOTSUPP, errno);
}

TEST_F(net, refused_send_flags)
{
	EXPECT_EQ(-EOPNOTSUPP, nb_send(self->sk[0], "x", 1, MSG_OOB));
	EXPECT_EQ(-EOPNOTSUPP, nb_send(self->sk[0], "x", 1, MSG_FASTOPEN));
	EXPECT_EQ(-EOPNOTSUPP, nb_send(self->sk[0], "x", 1, MSG_CONFIRM));
	EXPECT_EQ(-EOPNOTSUPP, nb_send(self->sk[0], "x", 1, MSG_ERRQUEUE));
	EXPECT_EQ(1, nb_send(self->sk[0], "x", 1, MSG_EOR));
	EXPECT_EQ(1, nb_send(self->sk[0], "x", 1, MSG_DONTWAIT));
	EXPECT_EQ(0, nb_poll(self->sk[0], POLLERR | POLLHUP, 0));
}

TEST_F(net, send_with_an_address)
{
	struct sockaddr_nb to = nb_addr("SERVER");

	EXPECT_EQ(-1, sendto(self->sk[0], "x", 1, 0, (void *)&to, sizeof(to)));
	EXPECT_EQ(EISCONN, errno);
	EXPECT_EQ(0, nb_poll(self->sk[1], POLLIN, NB_QUIET));
}

TEST_F(net, send_with_control_messages)
{
	char control[CMSG_SPACE(sizeof(int))] = "";
	struct iovec iov = { "x", 1 };
	struct msghdr msg = { .msg_iov = &iov, .msg_iovlen = 1,
		.msg_control = control, .msg_controllen = sizeof(control) };
	struct cmsghdr *cmsg = CMSG_FIRSTHDR(&msg);

	cmsg->cmsg_level = SOL_SOCKET;
	cmsg->cmsg_type = SCM_RIGHTS;
	cmsg->cmsg_len = CMSG_LEN(sizeof(int));
	EXPECT_EQ(-1, sendmsg(self->sk[0], &msg, 0));
	EXPECT_EQ(EINVAL, errno);
}

TEST_F(net, waitall_has_no_effect)
{
	char buf[100];
	int flags;

	nb_send_filled(self->sk[0], 10, 1);
	ASSERT_EQ(10, recv_flags(self->sk[1], buf, 100, MSG_WAITALL, &flags));
	EXPECT_EQ(MSG_EOR, flags & ENDS);
}

TEST_F(net, dontwait_on_nothing)
{
	char octet;

	EXPECT_EQ(-1, recv(self->sk[1], &octet, 1, MSG_DONTWAIT));
	EXPECT_EQ(EAGAIN, errno);
	EXPECT_EQ(-1, recv(self->sk[1], &octet, 1, MSG_DONTWAIT | MSG_PEEK));
	EXPECT_EQ(EAGAIN, errno);
}

/* recvmsg gives no name and no control message on a session */
TEST_F(net, receive_reports_no_address)
{
	struct sockaddr_nb from;
	char buf[10], control[64];
	struct iovec iov = { buf, sizeof(buf) };
	struct msghdr msg = { .msg_name = &from, .msg_namelen = sizeof(from),
		.msg_iov = &iov, .msg_iovlen = 1, .msg_control = control,
		.msg_controllen = sizeof(control) };

	nb_send_filled(self->sk[0], 10, 1);
	ASSERT_EQ(10, recvmsg(self->sk[1], &msg, 0));
	EXPECT_EQ(0, msg.msg_namelen);
	EXPECT_EQ(0, msg.msg_controllen);
}

/* A fault before anything was sent takes nothing. */
TEST_F(net, fault_in_a_small_send)
{
	size_t page = getpagesize();
	char *buf = mmap(NULL, 2 * page, PROT_READ | PROT_WRITE,
			 MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	ASSERT_NE(MAP_FAILED, buf);
	ASSERT_EQ(0, munmap(buf + page, page));
	EXPECT_EQ(-EFAULT, nb_send(self->sk[0], (void *)8, 100, 0));
	EXPECT_EQ(-EFAULT, nb_send(self->sk[0], buf + page - 500, 1024, 0));
	EXPECT_EQ(5, nb_send_filled(self->sk[0], 5, 1));
	EXPECT_EQ(0, nb_recv_filled(self->sk[1], 5, 1));
	munmap(buf, page);
}

/* Behind the header it ends the session: framing would be lost (SS-053). */
TEST_F(net, fault_in_a_large_send_ends_the_session)
{
	int ret = nb_send(self->sk[0], (void *)8, 50000, 0), flags = 0;
	char *buf = malloc(60000);

	EXPECT_EQ(-EFAULT, ret);
	ret = nb_send_filled(self->sk[0], 5, 1);
	if (ret == 5) {
		/* the fault was seen before the header went out */
		EXPECT_EQ(0, nb_recv_filled(self->sk[1], 5, 1));
	} else {
		EXPECT_TRUE(ret == -EPIPE || ret == -ECONNABORTED);
		EXPECT_EQ(-EPIPE, nb_send_filled(self->sk[0], 5, 1));
		EXPECT_EQ(-ECONNRESET, nb_recv(self->sk[1], buf, 60000, &flags));
	}
	free(buf);
}

static int receive_one(void *arg)
{
	char buf[100];

	return nb_recv(*(int *)arg, buf, sizeof(buf), NULL);
}

static int signals;

static void on_alarm(int sig)
{
	signals++;
}

/* Ticks of a signal without SA_RESTART: no race with the start of a call. */
static void alarm_ticks(int ms)
{
	struct itimerval timer = { { 0, ms * 1000 }, { 0, ms * 1000 } };
	struct sigaction action = { .sa_handler = on_alarm };

	sigaction(SIGALRM, &action, NULL);
	setitimer(ITIMER_REAL, &timer, NULL);
}

TEST_F(net, signal_interrupts_receive_and_takes_nothing)
{
	alarm_ticks(30);
	EXPECT_EQ(-EINTR, receive_one(&self->sk[1]));
	alarm_ticks(0);
	EXPECT_LT(0, signals);
	ASSERT_EQ(10, nb_send_filled(self->sk[0], 10, 1));
	EXPECT_EQ(0, nb_recv_filled(self->sk[1], 10, 1));
}

/* Nothing of the message that waits is sent; what was sent before is whole. */
TEST_F(net, signal_interrupts_send_and_takes_nothing)
{
	int n = 0, ret, i;

	alarm_ticks(100);
	while ((ret = nb_send_filled(self->sk[0], 50000, n)) == 50000)
		n++;
	EXPECT_EQ(-EINTR, ret);
	alarm_ticks(0);
	for (i = 0; i < n; i++) {
		ASSERT_EQ(0, nb_recv_filled(self->sk[1], 50000, i));
	}
	EXPECT_EQ(0, nb_poll(self->sk[1], POLLIN, NB_QUIET));
	EXPECT_EQ(5, nb_send_filled(self->sk[0], 5, 1));
	EXPECT_EQ(0, nb_recv_filled(self->sk[1], 5, 1));
}

TEST_F(net, send_timeout_takes_nothing)
{
	struct timeval tv = { .tv_usec = 100000 };
	int n = 0, ret, i;

	ASSERT_EQ(0, setsockopt(self->sk[0], SOL_SOCKET, SO_SNDTIMEO, &tv,
				sizeof(tv)));
	while ((ret = nb_send_filled(self->sk[0], 50000, n)) == 50000)
		n++;
	EXPECT_EQ(-EAGAIN, ret);
	for (i = 0; i < n; i++) {
		ASSERT_EQ(0, nb_recv_filled(self->sk[1], 50000, i));
	}
	EXPECT_EQ(0, nb_poll(self->sk[1], POLLIN, NB_QUIET));
}

/* A blocked sender goes on when the reader makes room. */
static int send_one(void *arg)
{
	return nb_send_filled(*(int *)arg, 50000, 99);
}

TEST_F(net, blocked_send_goes_on)
{
	struct nb_task task;
	int n = 0, quiet, i;

	/* until it stays full: on a slow guest TCP moves on for a while */
	fcntl(self->sk[0], F_SETFL, O_NONBLOCK);
	for (quiet = 0; quiet < 10; quiet++) {
		while (nb_send_filled(self->sk[0], 50000, n) == 50000) {
			n++;
			quiet = 0;
		}
		usleep(50000);
	}
	fcntl(self->sk[0], F_SETFL, 0);
	ASSERT_EQ(0, nb_task_start(&task, send_one, &self->sk[0]));
	ASSERT_EQ(0, nb_task_sleeps(&task));
	for (i = 0; i < n; i++) {
		ASSERT_EQ(0, nb_recv_filled(self->sk[1], 50000, i));
	}
	EXPECT_EQ(50000, nb_task_end(&task));
	EXPECT_EQ(0, nb_recv_filled(self->sk[1], 50000, 99));
}

TEST_HARNESS_MAIN
