// SPDX-License-Identifier: GPL-2.0
/*
 * Messages: boundaries, sizes, parts, and both directions at once. SS-012,
 * CONST-020, API-003 to API-006.
 */
#include "nb_test.h"

NB_SESSION_FIXTURE(local, 1)
NB_SESSION_FIXTURE(wire, 2)

/* sizes at which something changes: headers, one-buffer sends, windows */
static const size_t sizes[] = {
	0, 1, 2, 3, 4, 5, 100, 511, 512, 1020, 1021, 1022, 1023, 1024, 1025,
	1026, 1027, 1028, 1029, 1030, 1444, 1460, 4092, 4096, 16384, 32764,
	32768, 32769, 65531, 65532, 65535, 65536, 65537, 100000, 131070, 131071,
};

TEST_F(wire, every_size_one_way_and_back)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(sizes); i++) {
		ASSERT_EQ(sizes[i], nb_send_filled(self->sk[0], sizes[i], i));
		ASSERT_EQ(0, nb_recv_filled(self->sk[1], sizes[i], i)) {
			TH_LOG("size %zu", sizes[i]);
		}
		ASSERT_EQ(sizes[i], nb_send_filled(self->sk[1], sizes[i], i));
		ASSERT_EQ(0, nb_recv_filled(self->sk[0], sizes[i], i)) {
			TH_LOG("size %zu", sizes[i]);
		}
	}
}

/* many in the queue: boundaries stay where they were */
TEST_F(local, queued_messages_keep_their_boundaries)
{
	size_t i;

	for (i = 0; i < 24; i++) {
		ASSERT_EQ(sizes[i], nb_send_filled(self->sk[0], sizes[i], i));
	}
	for (i = 0; i < 24; i++) {
		ASSERT_EQ(0, nb_recv_filled(self->sk[1], sizes[i], i)) {
			TH_LOG("size %zu", sizes[i]);
		}
	}
	EXPECT_EQ(0, nb_poll(self->sk[1], POLLIN, 0));
}

/* The first message of a fresh connection is larger than the first window. */
TEST_F(wire, largest_message_first)
{
	ASSERT_EQ(NETBIOS_MAX_MESSAGE,
		  nb_send_filled(self->sk[0], NETBIOS_MAX_MESSAGE, 1));
	EXPECT_EQ(0, nb_recv_filled(self->sk[1], NETBIOS_MAX_MESSAGE, 1));
}

TEST_F(local, largest_message_first)
{
	ASSERT_EQ(NETBIOS_MAX_MESSAGE,
		  nb_send_filled(self->sk[1], NETBIOS_MAX_MESSAGE, 1));
	EXPECT_EQ(0, nb_recv_filled(self->sk[0], NETBIOS_MAX_MESSAGE, 1));
}

/* poll says readable only when all of it is there, whatever the window */
TEST_F(wire, largest_message_first_with_poll)
{
	char *buf = malloc(NETBIOS_MAX_MESSAGE);

	fcntl(self->sk[1], F_SETFL, O_NONBLOCK);
	ASSERT_EQ(NETBIOS_MAX_MESSAGE,
		  nb_send_filled(self->sk[0], NETBIOS_MAX_MESSAGE, 1));
	ASSERT_EQ(POLLIN, nb_poll(self->sk[1], POLLIN, NB_BOUND));
	ASSERT_EQ(NETBIOS_MAX_MESSAGE,
		  nb_recv(self->sk[1], buf, NETBIOS_MAX_MESSAGE, NULL));
	EXPECT_TRUE(nb_filled(buf, NETBIOS_MAX_MESSAGE, 1));
	free(buf);
}

TEST_F(wire, largest_messages_ping_pong)
{
	int i;

	for (i = 0; i < 8; i++) {
		ASSERT_EQ(NETBIOS_MAX_MESSAGE,
			  nb_send_filled(self->sk[0], NETBIOS_MAX_MESSAGE, i));
		ASSERT_EQ(0, nb_recv_filled(self->sk[1], NETBIOS_MAX_MESSAGE, i));
		ASSERT_EQ(NETBIOS_MAX_MESSAGE,
			  nb_send_filled(self->sk[1], NETBIOS_MAX_MESSAGE, i));
		ASSERT_EQ(0, nb_recv_filled(self->sk[0], NETBIOS_MAX_MESSAGE, i));
	}
}

/* on hosts with the smallest receive buffers that sysctl allows */
TEST_F(wire, largest_message_through_a_small_window)
{
	int sk[2];

	ASSERT_EQ(0, nb_sysctl(&self->host[1], "ipv4/tcp_rmem",
			       "4096 4096 4096"));
	ASSERT_EQ(0, nb_session(self->host, self->server, sk));
	ASSERT_EQ(NETBIOS_MAX_MESSAGE,
		  nb_send_filled(sk[0], NETBIOS_MAX_MESSAGE, 1));
	EXPECT_EQ(0, nb_recv_filled(sk[1], NETBIOS_MAX_MESSAGE, 1));
}

TEST_F(local, too_large_is_emsgsize)
{
	char *buf = calloc(1, NETBIOS_MAX_MESSAGE + 1);

	EXPECT_EQ(-EMSGSIZE,
		  nb_send(self->sk[0], buf, NETBIOS_MAX_MESSAGE + 1, 0));
	EXPECT_EQ(-EMSGSIZE, nb_send(self->sk[0], buf, NETBIOS_MAX_MESSAGE + 1,
				     MSG_DONTWAIT));
	EXPECT_EQ(0, nb_poll(self->sk[1], POLLIN, 0));
	EXPECT_EQ(3, nb_send_filled(self->sk[0], 3, 1));
	EXPECT_EQ(0, nb_recv_filled(self->sk[1], 3, 1));
	free(buf);
}

/* A zero-length message is a message, not the end (SS-012). */
TEST_F(local, zero_length_message)
{
	int flags = 0;
	char octet;

	ASSERT_EQ(0, nb_send(self->sk[0], NULL, 0, 0));
	ASSERT_EQ(1, nb_send(self->sk[0], "x", 1, 0));
	ASSERT_EQ(POLLIN, nb_poll(self->sk[1], POLLIN, NB_BOUND));
	ASSERT_EQ(0, nb_recv(self->sk[1], &octet, 1, &flags));
	EXPECT_EQ(MSG_EOR, flags & MSG_EOR);
	flags = 0;
	ASSERT_EQ(1, nb_recv(self->sk[1], &octet, 1, &flags));
	close(self->sk[0]);
	flags = 0;
	ASSERT_EQ(0, nb_recv(self->sk[1], &octet, 1, &flags));
	EXPECT_EQ(0, flags & MSG_EOR);
	self->sk[0] = -1;
}

/* A receive of no octets takes a message all the same, as on SEQPACKET. */
TEST_F(local, receive_into_nothing_takes_one_message)
{
	int flags = 0;

	ASSERT_EQ(5, nb_send_filled(self->sk[0], 5, 1));
	ASSERT_EQ(6, nb_send_filled(self->sk[0], 6, 2));
	ASSERT_EQ(0, nb_recv(self->sk[1], NULL, 0, &flags));
	EXPECT_EQ(MSG_TRUNC | MSG_EOR, flags & (MSG_TRUNC | MSG_EOR));
	EXPECT_EQ(0, nb_recv_filled(self->sk[1], 6, 2));
}

/* API-005: CHAIN SEND is an iovec */
TEST_F(local, gathered_and_scattered)
{
	char a[3000], b[5000], x[4000], y[100], z[3900];
	struct iovec out[3] = { { a, sizeof(a) }, { NULL, 0 }, { b, sizeof(b) } };
	struct iovec in[3] = { { x, sizeof(x) }, { y, sizeof(y) },
			       { z, sizeof(z) } };
	struct msghdr tx = { .msg_iov = out, .msg_iovlen = 3 };
	struct msghdr rx = { .msg_iov = in, .msg_iovlen = 3 };

	nb_fill(a, sizeof(a), 1);
	nb_fill(b, sizeof(b), 2);
	ASSERT_EQ(8000, sendmsg(self->sk[0], &tx, 0));
	ASSERT_EQ(8000, recvmsg(self->sk[1], &rx, 0));
	EXPECT_EQ(MSG_EOR, rx.msg_flags & MSG_EOR);
	EXPECT_EQ(0, memcmp(x, a, 3000));
	EXPECT_EQ(0, memcmp(x + 3000, b, 1000));
	EXPECT_EQ(0, memcmp(y, b + 1000, 100));
	EXPECT_EQ(0, memcmp(z, b + 1100, 3900));
}

TEST_F(local, write_and_read_are_messages_too)
{
	char buf[20];

	ASSERT_EQ(5, write(self->sk[0], "hello", 5));
	ASSERT_EQ(3, write(self->sk[0], "you", 3));
	ASSERT_EQ(5, read(self->sk[1], buf, sizeof(buf)));
	EXPECT_EQ(0, memcmp(buf, "hello", 5));
	ASSERT_EQ(3, read(self->sk[1], buf, sizeof(buf)));
	EXPECT_EQ(0, memcmp(buf, "you", 3));
}

struct stream {
	int	fd;
	int	n;
	size_t	len;
};

static int send_many(void *arg)
{
	struct stream *s = arg;
	int i, ret;

	for (i = 0; i < s->n; i++) {
		ret = nb_send_filled(s->fd, s->len, i);
		if (ret != (int)s->len)
			return ret < 0 ? ret : -EPROTO;
	}
	return 0;
}

static int recv_many(void *arg)
{
	struct stream *s = arg;
	int i, err = 0;

	for (i = 0; i < s->n && !err; i++)
		err = nb_recv_filled(s->fd, s->len, i);
	return err;
}

/* one direction at full speed */
TEST_F(wire, stream_of_largest_messages)
{
	struct stream tx = { self->sk[0], 24, NETBIOS_MAX_MESSAGE };
	struct stream rx = { self->sk[1], 24, NETBIOS_MAX_MESSAGE };
	struct nb_task sender;

	ASSERT_EQ(0, nb_task_start(&sender, send_many, &tx));
	EXPECT_EQ(0, recv_many(&rx));
	EXPECT_EQ(0, nb_task_end(&sender));
}

TEST_F(wire, stream_of_small_messages)
{
	struct stream tx = { self->sk[0], 3000, 64 };
	struct stream rx = { self->sk[1], 3000, 64 };
	struct nb_task sender;

	ASSERT_EQ(0, nb_task_start(&sender, send_many, &tx));
	EXPECT_EQ(0, recv_many(&rx));
	EXPECT_EQ(0, nb_task_end(&sender));
}

/* Four threads, two sockets, full buffers: nobody waits for another's turn. */
TEST_F(wire, both_directions_at_once)
{
	struct stream s[4] = {
		{ self->sk[0], 16, NETBIOS_MAX_MESSAGE },
		{ self->sk[1], 16, NETBIOS_MAX_MESSAGE },
		{ self->sk[1], 16, NETBIOS_MAX_MESSAGE },
		{ self->sk[0], 16, NETBIOS_MAX_MESSAGE },
	};
	struct nb_task task[4];
	int i;

	for (i = 0; i < 4; i++) {
		ASSERT_EQ(0, nb_task_start(&task[i], i < 2 ? send_many :
					   recv_many, &s[i]));
	}
	for (i = 0; i < 4; i++) {
		EXPECT_EQ(0, nb_task_end(&task[i]));
	}
}

/* Both send until they would block, then both receive: no deadlock. */
TEST_F(wire, both_full_then_both_read)
{
	int n[2] = { 0, 0 }, i, j;
	char *buf = malloc(NETBIOS_MAX_MESSAGE);

	for (i = 0; i < 2; i++) {
		nb_fill(buf, 60000, i);
		while (nb_send(self->sk[i], buf, 60000, MSG_DONTWAIT) == 60000)
			n[i]++;
		EXPECT_LT(0, n[i]);
	}
	for (i = 0; i < 2; i++)
		for (j = 0; j < n[i]; j++) {
			ASSERT_EQ(0, nb_recv_filled(self->sk[!i], 60000, i));
		}
	for (i = 0; i < 2; i++) {
		ASSERT_EQ(7, nb_send_filled(self->sk[i], 7, 7));
	}
	for (i = 0; i < 2; i++) {
		ASSERT_EQ(0, nb_recv_filled(self->sk[i], 7, 7));
	}
	free(buf);
}

/* Messages of several writers do not mix. */
TEST_F(wire, many_writers_one_reader)
{
	struct nb_task task[4];
	struct stream s[4];
	int seen[20] = { 0 }, i, j;
	char *buf = malloc(40000);

	for (i = 0; i < 4; i++) {
		s[i] = (struct stream) { self->sk[0], 20, 30000 + i };
		ASSERT_EQ(0, nb_task_start(&task[i], send_many, &s[i]));
	}
	for (i = 0; i < 80; i++) {
		int len = nb_recv(self->sk[1], buf, 40000, NULL);

		ASSERT_LE(30000, len);
		ASSERT_GT(30004, len);
		for (j = 0; j < 20 && !nb_filled(buf, len, j); j++)
			;
		ASSERT_GT(20, j);
		seen[j]++;
	}
	for (i = 0; i < 20; i++) {
		EXPECT_EQ(4, seen[i]);
	}
	for (i = 0; i < 4; i++) {
		EXPECT_EQ(0, nb_task_end(&task[i]));
	}
	free(buf);
}

/* Each of several readers gets whole messages, none twice, none lost. */
static int recv_count(void *arg)
{
	char buf[600];
	int fd = *(int *)arg, n = 0, ret, flags = 0;

	while ((ret = nb_recv(fd, buf, sizeof(buf), &flags)) > 0) {
		if (ret != 500 || !(flags & MSG_EOR))
			return -EBADMSG;
		n++;
		flags = 0;
	}
	return ret < 0 ? ret : n;
}

TEST_F(wire, one_writer_many_readers)
{
	struct stream tx = { self->sk[0], 400, 500 };
	struct nb_task task[4];
	int i, n = 0;

	for (i = 0; i < 4; i++) {
		ASSERT_EQ(0, nb_task_start(&task[i], recv_count, &self->sk[1]));
	}
	EXPECT_EQ(0, send_many(&tx));
	close(self->sk[0]);
	for (i = 0; i < 4; i++)
		n += nb_task_end(&task[i]);
	EXPECT_EQ(400, n);
	self->sk[0] = -1;
}

static int send_batch(int fd, int n, size_t len, int flags)
{
	struct mmsghdr msg[32] = { 0 };
	struct iovec iov[32];
	char buf[32][256];
	int i, ret;

	for (i = 0; i < n; i++) {
		nb_fill(buf[i], len, i);
		iov[i] = (struct iovec) { buf[i], len };
		msg[i].msg_hdr.msg_iov = &iov[i];
		msg[i].msg_hdr.msg_iovlen = 1;
	}
	ret = sendmmsg(fd, msg, n, flags);
	for (i = 0; i < ret; i++)
		if (msg[i].msg_len != len)
			return -EBADMSG;
	return ret < 0 ? -errno : ret;
}

TEST_F(wire, sendmmsg_and_recvmmsg)
{
	struct mmsghdr msg[32] = { 0 };
	struct iovec iov[32];
	char buf[32][256];
	int i, n, got = 0;

	ASSERT_EQ(32, send_batch(self->sk[0], 32, 64, 0));
	for (i = 0; i < 32; i++) {
		iov[i] = (struct iovec) { buf[i], sizeof(buf[i]) };
		msg[i].msg_hdr.msg_iov = &iov[i];
		msg[i].msg_hdr.msg_iovlen = 1;
	}
	while (got < 32) {
		n = recvmmsg(self->sk[1], msg + got, 32 - got, MSG_WAITFORONE,
			     NULL);
		ASSERT_LT(0, n);
		got += n;
	}
	for (i = 0; i < 32; i++) {
		EXPECT_EQ(64, msg[i].msg_len);
		EXPECT_EQ(MSG_EOR, msg[i].msg_hdr.msg_flags & MSG_EOR);
		EXPECT_TRUE(nb_filled(buf[i], 64, i));
	}
}

/* What was corked goes out although a later message of the batch fails. */
TEST_F(wire, sendmmsg_pushes_what_was_before_a_failure)
{
	struct iovec iov[3] = { { "one", 3 }, { "two", 3 }, { (void *)8, 3 } };
	struct mmsghdr msg[3] = { 0 };
	char buf[8];
	int i;

	for (i = 0; i < 3; i++) {
		msg[i].msg_hdr.msg_iov = &iov[i];
		msg[i].msg_hdr.msg_iovlen = 1;
	}
	EXPECT_EQ(2, sendmmsg(self->sk[0], msg, 3, MSG_NOSIGNAL));
	EXPECT_EQ(3, nb_recv(self->sk[1], buf, sizeof(buf), NULL));
	EXPECT_EQ(0, memcmp(buf, "one", 3));
	EXPECT_EQ(3, nb_recv(self->sk[1], buf, sizeof(buf), NULL));
	EXPECT_EQ(0, memcmp(buf, "two", 3));
}

TEST_F(wire, msg_more_then_a_last_one)
{
	int i;

	for (i = 0; i < 5; i++) {
		ASSERT_EQ(20, nb_send(self->sk[0], "12345678901234567890", 20,
				      MSG_MORE));
	}
	ASSERT_EQ(4, nb_send(self->sk[0], "last", 4, 0));
	for (i = 0; i < 6; i++) {
		char buf[32];

		EXPECT_EQ(i < 5 ? 20 : 4,
			  nb_recv(self->sk[1], buf, sizeof(buf), NULL));
	}
}

/* Corked for ever is not allowed: TCP lets go after 200 ms, close at once. */
TEST_F(wire, msg_more_and_then_nothing)
{
	char buf[8];

	ASSERT_EQ(5, nb_send(self->sk[0], "alone", 5, MSG_MORE));
	EXPECT_EQ(5, nb_recv(self->sk[1], buf, sizeof(buf), NULL));
	ASSERT_EQ(5, nb_send(self->sk[0], "close", 5, MSG_MORE));
	close(self->sk[0]);
	EXPECT_EQ(5, nb_recv(self->sk[1], buf, sizeof(buf), NULL));
	self->sk[0] = -1;
}

/* A non-blocking send takes all or nothing, at every size. */
TEST_F(wire, nonblocking_send_is_all_or_nothing)
{
	char *buf = malloc(NETBIOS_MAX_MESSAGE);
	size_t len = 1;
	int n = 0, ret, i;

	fcntl(self->sk[0], F_SETFL, O_NONBLOCK);
	nb_fill(buf, NETBIOS_MAX_MESSAGE, 0);
	while ((ret = nb_send(self->sk[0], buf, len, 0)) > 0) {
		ASSERT_EQ(len, ret);
		len = (len * 7 + 13) % NETBIOS_MAX_MESSAGE + 1;
		n++;
	}
	EXPECT_EQ(-EAGAIN, ret);
	for (i = 0, len = 1; i < n; i++) {
		ASSERT_EQ(0, nb_recv_filled(self->sk[1], len, 0));
		len = (len * 7 + 13) % NETBIOS_MAX_MESSAGE + 1;
	}
	EXPECT_EQ(0, nb_poll(self->sk[1], POLLIN, NB_QUIET));
	free(buf);
}

TEST_HARNESS_MAIN
