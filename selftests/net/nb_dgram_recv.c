// SPDX-License-Identifier: GPL-2.0
/*
 * Receiving datagrams: what is told of them, filters, waiting, MSG_*, and the
 * bound of the queue. DG-035, DG-037, API-018 and on.
 */
#include <sys/epoll.h>
#include <linux/filter.h>
#include <linux/sockios.h>

#include "nb_dg_fixture.h"

DG_FIXTURE(local, 1)
DG_FIXTURE(wire, 2)

/* DG-037 */
TEST_F(wire, receiver_learns_names_and_addresses)
{
	int fd[2], i;

	fd[0] = dg_unique(self->server, "SERVER");
	fd[1] = dg_group(self->server, "TEAM");
	for (i = 0; i < 2; i++) {
		const char *to = i ? "TEAM" : "SERVER";
		struct dg_msg msg;

		ASSERT_LE(0, fd[i]);
		ASSERT_EQ(4, dg_send(self->client, to, "info", 4));
		ASSERT_EQ(4, dg_recv(fd[i], &msg, 0));
		EXPECT_FALSE(msg.has_info);
		ASSERT_EQ(0, nb_setopt(fd[i], NB_DGRAM_INFO, 1));
		ASSERT_EQ(4, dg_send(self->client, to, "info", 4));
		ASSERT_EQ(4, dg_recv(fd[i], &msg, 0));
		ASSERT_TRUE(msg.has_info);
		EXPECT_TRUE(nb_name_is(&msg.from, "CLIENT"));
		EXPECT_TRUE(nb_name_is(&msg.info.ndi_destination, to));
		EXPECT_EQ(i ? NETBIOS_GROUP_NAME : NETBIOS_UNIQUE_NAME,
			  msg.info.ndi_destination.snb_type);
		EXPECT_EQ(i ? NB_DGRAM_GROUP : NB_DGRAM_UNIQUE,
			  msg.info.ndi_type);
		EXPECT_EQ(self->host[0].addr.s_addr, msg.info.ndi_source_addr);
		EXPECT_EQ(self->host[0].addr.s_addr, msg.info.ndi_from_addr);
		EXPECT_EQ(i ? htonl(INADDR_BROADCAST) :
			  self->server->addr.s_addr, msg.info.ndi_to_addr);
		EXPECT_NE(0, msg.info.ndi_ifindex);
		close(fd[i]);
	}
}

/* DG-035: a filter for one sender, by NB_CALLER or by connect() */
TEST_F(local, filters)
{
	struct sockaddr_nb caller = nb_addr("CLIENT"), addr;
	int other = dg_group(&self->host[0], "TEAM");
	int a = dg_unique(&self->host[0], "SERVER");
	int b = dg_unique(&self->host[0], "SERVER");
	socklen_t len = sizeof(addr);

	ASSERT_LE(0, other);
	ASSERT_LE(0, a);
	ASSERT_LE(0, b);
	ASSERT_EQ(0, setsockopt(a, SOL_NETBIOS, NB_CALLER, &caller,
				sizeof(caller)));
	EXPECT_EQ(0, getsockopt(a, SOL_NETBIOS, NB_CALLER, &addr, &len));
	EXPECT_TRUE(nb_name_is(&addr, "CLIENT"));
	ASSERT_EQ(0, nb_connect(b, "TEAM"));
	ASSERT_EQ(3, dg_send_filled(self->client, "SERVER", 3, 3));
	ASSERT_EQ(4, dg_send_filled(other, "SERVER", 4, 4));
	EXPECT_EQ(0, dg_recv_filled(a, "CLIENT", 3, 3));
	EXPECT_EQ(0, dg_recv_filled(b, "TEAM", 4, 4));
	EXPECT_TRUE(dg_silent(a));
	EXPECT_TRUE(dg_silent(b));
	/* and without it */
	ASSERT_EQ(0, setsockopt(a, SOL_NETBIOS, NB_CALLER, NULL, 0));
	addr.snb_family = AF_UNSPEC;
	ASSERT_EQ(0, connect(b, (void *)&addr, sizeof(addr)));
	ASSERT_EQ(4, dg_send_filled(other, "SERVER", 4, 4));
	ASSERT_EQ(3, dg_send_filled(self->client, "SERVER", 3, 3));
	EXPECT_EQ(0, dg_recv_filled(a, "TEAM", 4, 4));
	EXPECT_EQ(0, dg_recv_filled(b, "TEAM", 4, 4));
	EXPECT_EQ(0, dg_recv_filled(b, "CLIENT", 3, 3));
	close(a);
	close(b);
	close(other);
}

/* what arrives wakes who polls, and who receives */
static int wait_readable(void *arg)
{
	return nb_poll(*(int *)arg, POLLIN, NB_BOUND);
}

static int wait_epoll(void *arg)
{
	struct epoll_event event = { .events = EPOLLIN | EPOLLET };
	int ep = epoll_create1(EPOLL_CLOEXEC), n;

	if (epoll_ctl(ep, EPOLL_CTL_ADD, *(int *)arg, &event))
		return -errno;
	n = epoll_wait(ep, &event, 1, NB_BOUND);
	close(ep);
	return n == 1 ? (int)event.events : -ETIME;
}

static int wait_octets(void *arg)
{
	char buf[8];

	return nb_recv(*(int *)arg, buf, sizeof(buf), NULL);
}

TEST_F(wire, arrival_wakes)
{
	int fd = dg_unique(self->server, "SERVER"), i;
	static int (* const waits[])(void *arg) = {
		wait_readable, wait_epoll, wait_octets,
	};
	static const int want[] = { POLLIN, EPOLLIN, 3 };
	struct nb_task task;

	ASSERT_LE(0, fd);
	EXPECT_EQ(POLLOUT, nb_poll(fd, POLLIN | POLLOUT, 0));
	for (i = 0; i < 3; i++) {
		ASSERT_EQ(0, nb_task_start(&task, waits[i], &fd));
		ASSERT_EQ(0, nb_task_sleeps(&task));
		ASSERT_EQ(3, dg_send_filled(self->client, "SERVER", 3, i));
		EXPECT_EQ(want[i], nb_task_end(&task));
		if (i < 2)
			EXPECT_EQ(0, dg_recv_filled(fd, "CLIENT", 3, i));
	}
	close(fd);
}

/* SHUT_RD wakes who waits */
static int recv_one(void *arg)
{
	char buf[8];

	return nb_recv(*(int *)arg, buf, sizeof(buf), NULL);
}

TEST_F(local, shutdown_wakes_a_receiver)
{
	struct nb_task task;

	ASSERT_EQ(0, nb_connect(self->client, "SERVER"));
	ASSERT_EQ(0, nb_task_start(&task, recv_one, &self->client));
	ASSERT_EQ(0, nb_task_sleeps(&task));
	EXPECT_EQ(0, shutdown(self->client, SHUT_RD));
	EXPECT_EQ(0, nb_task_end(&task));
}

/* As with UDP: it is an error, and wakes all the same. */
TEST_F(local, shutdown_wakes_a_receiver_that_is_not_connected)
{
	struct nb_task task;

	ASSERT_EQ(0, nb_task_start(&task, recv_one, &self->client));
	ASSERT_EQ(0, nb_task_sleeps(&task));
	EXPECT_EQ(-1, shutdown(self->client, SHUT_RD));
	EXPECT_EQ(ENOTCONN, errno);
	EXPECT_EQ(0, nb_task_end(&task));
}

/* SIOCGSTAMP, which begins to count with its first call */
TEST_F(wire, time_of_the_last_datagram)
{
	int fd = dg_unique(self->server, "SERVER");
	struct timeval tv;
	char buf[16];

	ASSERT_LE(0, fd);
	EXPECT_EQ(-1, ioctl(fd, SIOCGSTAMP, &tv));
	EXPECT_EQ(ENOENT, errno);
	ASSERT_EQ(10, dg_send_filled(self->client, "SERVER", 10, 1));
	ASSERT_EQ(10, nb_recv(fd, buf, sizeof(buf), NULL));
	ASSERT_EQ(0, ioctl(fd, SIOCGSTAMP, &tv));
	EXPECT_GE(NB_BOUND / 1000, labs(time(NULL) - tv.tv_sec));
	close(fd);
}

/* What a filter of the socket drops is neither delivered nor lost. */
TEST_F(wire, filter_of_the_socket)
{
	struct sock_filter no_x[] = {
		BPF_STMT(BPF_LD | BPF_B | BPF_ABS, 0),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 'x', 0, 1),
		BPF_STMT(BPF_RET | BPF_K, 0),
		BPF_STMT(BPF_RET | BPF_K, 0xffff),
	};
	struct sock_fprog prog = { ARRAY_SIZE(no_x), no_x };
	int fd = dg_unique(self->server, "SERVER");
	char buf[16];

	ASSERT_LE(0, fd);
	ASSERT_EQ(0, setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &prog,
				sizeof(prog)));
	ASSERT_EQ(2, dg_send(self->client, "SERVER", "xx", 2));
	ASSERT_EQ(2, dg_send(self->client, "SERVER", "ab", 2));
	ASSERT_EQ(2, nb_recv(fd, buf, sizeof(buf), NULL));
	EXPECT_EQ(0, memcmp(buf, "ab", 2));
	EXPECT_EQ(1, nb_stat(self->server, NB_STAT_DGRAM_DELIVERED));
	EXPECT_EQ(0, nb_stat(self->server, NB_STAT_DGRAM_RCVBUF_FULL));
	close(fd);
}

TEST_F(local, peek_truncate_and_queue_lengths)
{
	int fd = dg_unique(&self->host[0], "SERVER"), n = -1, flags;
	char buf[16];

	ASSERT_LE(0, fd);
	ASSERT_EQ(0, ioctl(fd, FIONREAD, &n));
	EXPECT_EQ(0, n);
	EXPECT_EQ(-EAGAIN, nb_recv(fd, buf, sizeof(buf),
				   (flags = MSG_DONTWAIT, &flags)));
	ASSERT_EQ(300, dg_send_filled(self->client, "SERVER", 300, 1));
	ASSERT_EQ(8, dg_send_filled(self->client, "SERVER", 8, 2));
	ASSERT_EQ(0, ioctl(fd, FIONREAD, &n));
	EXPECT_EQ(300, n);
	ASSERT_EQ(0, ioctl(fd, TIOCOUTQ, &n));
	EXPECT_EQ(0, n);
	flags = MSG_PEEK;
	EXPECT_EQ(16, nb_recv(fd, buf, sizeof(buf), &flags));
	EXPECT_TRUE(nb_filled(buf, 16, 1));
	EXPECT_TRUE(flags & MSG_TRUNC);
	flags = MSG_PEEK | MSG_TRUNC;
	EXPECT_EQ(300, nb_recv(fd, buf, sizeof(buf), &flags));
	flags = MSG_TRUNC;
	EXPECT_EQ(300, nb_recv(fd, buf, sizeof(buf), &flags));
	EXPECT_TRUE(flags & MSG_TRUNC);
	flags = 0;
	EXPECT_EQ(8, nb_recv(fd, buf, sizeof(buf), &flags));
	EXPECT_FALSE(flags & MSG_TRUNC);
	EXPECT_TRUE(nb_filled(buf, 8, 2));
	close(fd);
}

TEST_F(wire, sendmmsg_and_recvmmsg)
{
	struct sockaddr_nb to = nb_addr("SERVER"), from[16];
	struct mmsghdr msg[16] = { 0 };
	int fd = dg_unique(self->server, "SERVER");
	struct iovec iov[16];
	char buf[16][64];
	int i, n, got = 0;

	ASSERT_LE(0, fd);
	for (i = 0; i < 16; i++) {
		nb_fill(buf[i], 64, i);
		iov[i] = (struct iovec) { buf[i], 10 + i };
		msg[i].msg_hdr.msg_iov = &iov[i];
		msg[i].msg_hdr.msg_iovlen = 1;
		msg[i].msg_hdr.msg_name = &to;
		msg[i].msg_hdr.msg_namelen = sizeof(to);
	}
	ASSERT_EQ(16, sendmmsg(self->client, msg, 16, 0));
	memset(buf, 0, sizeof(buf));
	for (i = 0; i < 16; i++) {
		iov[i].iov_len = 64;
		msg[i].msg_hdr.msg_name = &from[i];
		msg[i].msg_hdr.msg_namelen = sizeof(from[i]);
	}
	while (got < 16) {
		ASSERT_EQ(POLLIN, nb_poll(fd, POLLIN, NB_BOUND));
		n = recvmmsg(fd, msg + got, 16 - got, MSG_DONTWAIT, NULL);
		ASSERT_LT(0, n);
		got += n;
	}
	for (i = 0; i < 16; i++) {
		EXPECT_EQ(10 + i, msg[i].msg_len);
		EXPECT_TRUE(nb_filled(buf[i], 10 + i, i));
		EXPECT_TRUE(nb_name_is(&from[i], "CLIENT"));
	}
	close(fd);
}

/* SO_RCVBUF bounds the queue, and what is lost is counted. */
TEST_F(wire, receive_buffer_is_bounded)
{
	int fd = dg_unique(self->server, "SERVER"), i, got = 0;
	uint32_t lost = 0;
	char control[64], buf[600];
	struct iovec iov = { buf, sizeof(buf) };
	struct msghdr msg = {
		.msg_iov = &iov, .msg_iovlen = 1, .msg_control = control,
	};
	struct cmsghdr *cmsg;

	ASSERT_LE(0, fd);
	ASSERT_EQ(0, dg_setopt(fd, SOL_SOCKET, SO_RCVBUF, 4096));
	ASSERT_EQ(0, dg_setopt(fd, SOL_SOCKET, SO_RXQ_OVFL, 1));
	for (i = 0; i < 100; i++) {
		ASSERT_EQ(400, dg_send_filled(self->client, "SERVER", 400, i));
	}
	ASSERT_TRUE(nb_wait(nb_stat(self->server,
				    NB_STAT_DGRAM_DELIVERED) +
			    nb_stat(self->server,
				    NB_STAT_DGRAM_RCVBUF_FULL) ==
			    100));
	while (recv(fd, buf, sizeof(buf), MSG_DONTWAIT) >= 0)
		got++;
	EXPECT_LT(0, got);
	EXPECT_GT(50, got);
	EXPECT_EQ(100 - got, nb_stat(self->server,
				     NB_STAT_DGRAM_RCVBUF_FULL));
	ASSERT_EQ(400, dg_send_filled(self->client, "SERVER", 400, 1));
	ASSERT_EQ(POLLIN, nb_poll(fd, POLLIN, NB_BOUND));
	msg.msg_controllen = sizeof(control);
	ASSERT_EQ(400, recvmsg(fd, &msg, 0));
	cmsg = CMSG_FIRSTHDR(&msg);
	ASSERT_NE(NULL, cmsg);
	EXPECT_EQ(SO_RXQ_OVFL, cmsg->cmsg_type);
	memcpy(&lost, CMSG_DATA(cmsg), sizeof(lost));
	EXPECT_EQ(100 - got, lost);
	close(fd);
}

TEST_HARNESS_MAIN
