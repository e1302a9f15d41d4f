// SPDX-License-Identifier: GPL-2.0
/*
 * NB_STREAM: sessions whose headers are the user's business, at one end or at
 * both, and splice(). SS-012, SS-013, SS-045, SS-046.
 */
#include <sys/ioctl.h>

#include "nb_test.h"

#define HEADER	4
#define MANY	(8 * 1024 * 1024)

NB_FIXTURE(one, 1)
NB_SESSION_FIXTURE(messages, 2)

/* As nb_session(), but the end that is called is a stream. */
static int stream_session(const struct nb_host *host, int caller, int sk[2])
{
	int listener = nb_bound(&host[1], "SERVER", 0), err;

	sk[0] = nb_bound(&host[0], "CLIENT", 0);
	err = nb_setopt(listener, NB_STREAM, 1) ?:
	      nb_setopt(sk[0], NB_STREAM, caller);
	if (!err && listen(listener, 8))
		err = -errno;
	if (!err)
		err = nb_connect(sk[0], "SERVER");
	sk[1] = err ? -1 : nb_accept(listener);
	close(listener);
	return err ?: sk[1] < 0 ? sk[1] : 0;
}

#define STREAM_FIXTURE(name, caller)					\
FIXTURE(name) {								\
	struct nb_host host[2];						\
	int sk[2];							\
};									\
FIXTURE_SETUP(name)							\
{									\
	ASSERT_EQ(0, nb_network(self->host, 2));			\
	ASSERT_EQ(0, stream_session(self->host, caller, self->sk));	\
}									\
FIXTURE_TEARDOWN(name)							\
{									\
	close(self->sk[0]);						\
	close(self->sk[1]);						\
	nb_hosts_free(self->host, 2);					\
}

STREAM_FIXTURE(mixed, 0)	/* sk[0] is for messages */
STREAM_FIXTURE(streams, 1)	/* both are streams */

/* Reads exactly @len octets, in pieces if they come so: 0, or an error */
static int get_all(int fd, void *buf, size_t len)
{
	int n = 0;

	for (; len; buf += n, len -= n) {
		n = nb_recv(fd, buf, len, NULL);
		if (n <= 0)
			return n ?: -ENODATA;
	}
	return 0;
}

/* A message as it is on the wire */
static uint8_t *framed(size_t len, unsigned int seed)
{
	uint8_t *buf = malloc(HEADER + len);

	if (buf) {
		ss_header(buf, SS_MESSAGE, len);
		nb_fill(buf + HEADER, len, seed);
	}
	return buf;
}

TEST_F(one, stream_is_set_before_there_is_a_session)
{
	int fd = nb_bound(self->host, "SERVER", 0);
	int dg = socket(AF_NETBIOS, SOCK_DGRAM, 0);

	EXPECT_EQ(0, nb_getopt(fd, NB_STREAM));
	EXPECT_EQ(-EINVAL, nb_setopt(fd, NB_STREAM, 2));
	EXPECT_EQ(0, nb_setopt(fd, NB_STREAM, 1));
	EXPECT_EQ(1, nb_getopt(fd, NB_STREAM));
	ASSERT_EQ(0, listen(fd, 1));
	EXPECT_EQ(-EINVAL, nb_setopt(fd, NB_STREAM, 0));
	EXPECT_EQ(-ENOPROTOOPT, nb_setopt(dg, NB_STREAM, 1));
	EXPECT_EQ(-ENOPROTOOPT, nb_getopt(dg, NB_STREAM));
	close(dg);
	close(fd);
}

TEST_F(mixed, accepted_sessions_inherit_it_and_keep_it)
{
	EXPECT_EQ(1, nb_getopt(self->sk[1], NB_STREAM));
	EXPECT_EQ(-EINVAL, nb_setopt(self->sk[1], NB_STREAM, 0));
	EXPECT_EQ(-EINVAL, nb_setopt(self->sk[0], NB_STREAM, 1));
}

/* What the other end sends as a message is read with its header */
TEST_F(mixed, octets_come_as_they_are_on_the_wire)
{
	static const size_t sizes[] = { 0, 1, 1024, 1025, 65536, 131071 };
	uint8_t *want, *got = malloc(HEADER + NETBIOS_MAX_MESSAGE);
	size_t i, len;

	for (i = 0; i < ARRAY_SIZE(sizes); i++) {
		len = sizes[i];
		want = framed(len, i);
		ASSERT_EQ(len, nb_send_filled(self->sk[0], len, i));
		ASSERT_EQ(0, get_all(self->sk[1], got, HEADER + len));
		EXPECT_EQ(0, memcmp(want, got, HEADER + len));
		free(want);
	}
	free(got);
}

/* Octets go as they are given; there is a message when it is whole */
TEST_F(mixed, octets_go_as_they_are_given)
{
	uint8_t *frame = framed(300, 7);
	int i;

	for (i = 0; i < HEADER + 299; i++) {
		ASSERT_EQ(1, nb_send(self->sk[1], frame + i, 1,
				     i % 2 ? MSG_MORE : 0));
	}
	EXPECT_EQ(0, nb_poll(self->sk[0], POLLIN, NB_QUIET));
	ASSERT_EQ(1, nb_send(self->sk[1], frame + i, 1, 0));
	EXPECT_EQ(0, nb_recv_filled(self->sk[0], 300, 7));
	free(frame);
}

/* SS-045, SS-046: the kernel puts none into a stream, and takes none out */
TEST_F(mixed, keep_alives_are_octets_like_others)
{
	static const uint8_t keepalive[HEADER] = { SS_KEEPALIVE };
	uint8_t got[HEADER];
	int i;

	ASSERT_EQ(0, nb_setopt(self->sk[1], NB_KEEPALIVE, 1));
	ASSERT_EQ(0, nb_setopt(self->sk[0], NB_KEEPALIVE, 1));
	for (i = 0; i < 2; i++) {
		ASSERT_EQ(0, get_all(self->sk[1], got, HEADER));
		EXPECT_EQ(0, memcmp(keepalive, got, HEADER));
	}
	EXPECT_EQ(0, nb_stat(&self->host[0], NB_STAT_KEEPALIVES_RECEIVED));
	EXPECT_EQ(HEADER, nb_send(self->sk[1], keepalive, HEADER, 0));
	EXPECT_TRUE(nb_wait(nb_stat(&self->host[0],
				    NB_STAT_KEEPALIVES_RECEIVED) == 1));
}

TEST_F(streams, readable_with_any_octet)
{
	static const uint8_t half[HEADER + 2] = { 0, 0, 0, 10, 'a', 'b' };
	uint8_t got[HEADER + 2];
	int n;

	EXPECT_EQ(0, nb_poll(self->sk[1], POLLIN, 0));
	EXPECT_EQ(-EAGAIN, nb_recv(self->sk[1], got, 1,
				   &(int){ MSG_DONTWAIT }));
	ASSERT_EQ(sizeof(half), nb_send(self->sk[0], half, sizeof(half), 0));
	ASSERT_EQ(POLLIN, nb_poll(self->sk[1], POLLIN, NB_BOUND));
	ASSERT_EQ(0, ioctl(self->sk[1], FIONREAD, &n));
	EXPECT_EQ(sizeof(half), n);
	EXPECT_EQ(3, nb_recv(self->sk[1], got, 3, &(int){ MSG_PEEK }));
	EXPECT_EQ(3, nb_recv(self->sk[1], got, 3, NULL));
	EXPECT_EQ(POLLIN, nb_poll(self->sk[1], POLLIN, 0));
	EXPECT_EQ(3, nb_recv(self->sk[1], got + 3, 100, NULL));
	EXPECT_EQ(0, memcmp(half, got, sizeof(half)));
	EXPECT_EQ(0, nb_poll(self->sk[1], POLLIN, 0));
	EXPECT_EQ(-EOPNOTSUPP, nb_send(self->sk[1], half, 1, MSG_OOB));
}

/* The end is the end, also within what would be a message */
TEST_F(streams, end)
{
	char octet;

	ASSERT_EQ(2, nb_send(self->sk[0], "\0\0", 2, 0));
	close(self->sk[0]);
	self->sk[0] = -1;
	EXPECT_EQ(1, nb_recv(self->sk[1], &octet, 1, NULL));
	EXPECT_EQ(1, nb_recv(self->sk[1], &octet, 1, NULL));
	EXPECT_EQ(0, nb_recv(self->sk[1], &octet, 1, NULL));
	EXPECT_EQ(-EPIPE, nb_send(self->sk[1], "", 1, 0));
}

static int read_one(void *arg)
{
	char octet;

	return nb_recv(*(int *)arg, &octet, 1, NULL);
}

static int send_many(void *arg)
{
	char *buf = calloc(1, MANY);
	int ret = nb_send(*(int *)arg, buf, MANY, 0);

	free(buf);
	return ret;
}

static size_t read_many(int fd, size_t want)
{
	static char buf[65536];
	size_t got = 0;
	int n;

	while (got < want) {
		n = nb_recv(fd, buf, sizeof(buf), NULL);
		if (n <= 0)
			break;
		got += n;
	}
	return got;
}

TEST_F(streams, waits_to_read_and_to_send)
{
	struct nb_task task;

	ASSERT_EQ(0, nb_task_start(&task, read_one, &self->sk[1]));
	ASSERT_EQ(0, nb_task_sleeps(&task));
	ASSERT_EQ(1, nb_send(self->sk[0], "a", 1, 0));
	EXPECT_EQ(1, nb_task_end(&task));

	/* no buffer is as large */
	ASSERT_EQ(0, nb_task_start(&task, send_many, &self->sk[1]));
	ASSERT_EQ(0, nb_task_sleeps(&task));
	EXPECT_EQ(MANY, read_many(self->sk[0], MANY));
	EXPECT_EQ(MANY, nb_task_end(&task));
}

/* Without waiting a part is taken, and writable means that there is room */
TEST_F(streams, a_part_is_sent_without_waiting)
{
	char *buf = calloc(1, MANY);
	size_t sent = 0;
	int n;

	fcntl(self->sk[1], F_SETFL, O_NONBLOCK);
	while (nb_poll(self->sk[1], POLLOUT, 500) > 0) {
		n = nb_send(self->sk[1], buf, MANY, 0);
		ASSERT_LT(0, n);
		ASSERT_GT(MANY, n);
		sent += n;
	}
	/* There may be room that is too little to tell of. */
	while ((n = nb_send(self->sk[1], buf, 1, 0)) > 0)
		sent += n;
	EXPECT_EQ(-EAGAIN, n);
	EXPECT_EQ(0, nb_poll(self->sk[1], POLLOUT, 0));
	EXPECT_EQ(sent, read_many(self->sk[0], sent));
	EXPECT_EQ(POLLOUT, nb_poll(self->sk[1], POLLOUT, NB_BOUND));
	free(buf);
}

struct relay {
	int from;
	int to;
	size_t len;
};

/* Moves octets through a pipe: 0, or an error */
static int relay(void *arg)
{
	struct relay *relay = arg;
	int pipe_fd[2], err = 0;
	ssize_t n, out;

	if (pipe(pipe_fd))
		return -errno;
	while (relay->len && !err) {
		n = splice(relay->from, NULL, pipe_fd[1], NULL, relay->len, 0);
		if (n <= 0)
			err = n ? -errno : -ENODATA;
		for (; n > 0; n -= out, relay->len -= out) {
			out = splice(pipe_fd[0], NULL, relay->to, NULL, n, 0);
			if (out <= 0) {
				err = -errno;
				break;
			}
		}
	}
	close(pipe_fd[0]);
	close(pipe_fd[1]);
	return err;
}

/* From a session to itself: what comes in goes out as it is, in both sizes */
TEST_F(mixed, splice)
{
	static const size_t sizes[] = { 1, 1000, 20000, 131071 };
	struct relay back = { .from = self->sk[1], .to = self->sk[1] };
	struct nb_task task;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(sizes); i++)
		back.len += HEADER + sizes[i];
	ASSERT_EQ(0, nb_task_start(&task, relay, &back));
	for (i = 0; i < ARRAY_SIZE(sizes); i++) {
		ASSERT_EQ(sizes[i], nb_send_filled(self->sk[0], sizes[i], i));
		EXPECT_EQ(0, nb_recv_filled(self->sk[0], sizes[i], i));
	}
	EXPECT_EQ(0, nb_task_end(&task));
}

TEST_F(mixed, splice_without_waiting)
{
	int pipe_fd[2];

	ASSERT_EQ(0, pipe(pipe_fd));
	fcntl(self->sk[1], F_SETFL, O_NONBLOCK);
	EXPECT_EQ(-1, splice(self->sk[1], NULL, pipe_fd[1], NULL, 100, 0));
	EXPECT_EQ(EAGAIN, errno);
	close(self->sk[0]);
	self->sk[0] = -1;
	ASSERT_LT(0, nb_poll(self->sk[1], POLLIN, NB_BOUND));
	EXPECT_EQ(0, splice(self->sk[1], NULL, pipe_fd[1], NULL, 100, 0));
	close(pipe_fd[0]);
	close(pipe_fd[1]);
}

/* Without NB_STREAM it is a read() of a message, and none can be spliced in */
TEST_F(messages, splice_copies_a_message)
{
	int pipe_fd[2];
	char got[8];

	ASSERT_EQ(0, pipe(pipe_fd));
	ASSERT_EQ(5, nb_send(self->sk[0], "abcde", 5, 0));
	ASSERT_EQ(2, nb_send(self->sk[0], "fg", 2, 0));
	EXPECT_EQ(5, splice(self->sk[1], NULL, pipe_fd[1], NULL, 8, 0));
	EXPECT_EQ(5, read(pipe_fd[0], got, sizeof(got)));
	EXPECT_EQ(0, memcmp("abcde", got, 5));
	ASSERT_EQ(1, write(pipe_fd[1], "x", 1));
	EXPECT_EQ(-1, splice(pipe_fd[0], NULL, self->sk[1], NULL, 1, 0));
	EXPECT_EQ(EOPNOTSUPP, errno);
	close(pipe_fd[0]);
	close(pipe_fd[1]);
}

TEST_HARNESS_MAIN
