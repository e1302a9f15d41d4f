// SPDX-License-Identifier: GPL-2.0
/*
 * The end of a session that the peer wants while a message of it is not
 * answered: a byte-level peer sends a request with its FIN behind it and waits
 * for the answer, which TCP can carry. SS-050, SS-051, RFC 1001 16.1.3.
 */
#include "nb_test.h"

FIXTURE(raw) {
	struct nb_host host[2];
	int listener;
	int peer;
	int sk;
};

FIXTURE_SETUP(raw)
{
	ASSERT_EQ(0, nb_network(self->host, 2));
	self->listener = nb_listener(&self->host[1], "SERVER", 4);
	self->peer = tcp_connect(&self->host[0], &self->host[1], SS_PORT);
	ASSERT_EQ(72, ss_put_request(self->peer, "SERVER", "CLIENT"));
	ASSERT_EQ(SS_POSITIVE, ss_get_answer(self->peer, NULL));
	self->sk = nb_accept(self->listener);
	ASSERT_LE(0, self->sk);
}

FIXTURE_TEARDOWN(raw)
{
	nb_hosts_free(self->host, 2);
}

static bool peer_has_gone(int fd)
{
	return nb_wait(nb_poll(fd, POLLRDHUP, 0) & POLLRDHUP);
}

/* Is the answer of @len octets what comes next at a byte-level peer? */
static bool answered(int peer, size_t len, unsigned int seed)
{
	uint8_t buf[4 + 200], want[4];

	ss_header(want, SS_MESSAGE, len);
	return tcp_get(peer, buf, 4 + len) == 4 + len &&
	       !memcmp(buf, want, 4) && nb_filled(buf + 4, len, seed);
}

/* The end is told: from then on it is the end both ways. */
static bool ends(int sk, int peer)
{
	int flags = 0;
	char octet;

	return nb_recv(sk, &octet, 1, &flags) == 0 && !(flags & MSG_EOR) &&
	       nb_send(sk, "x", 1, 0) == -EPIPE && !tcp_end(peer) &&
	       nb_poll(sk, POLLIN, 0) & POLLHUP;
}

TEST_F(raw, message_before_the_fin_is_answered)
{
	ASSERT_EQ(0, ss_put_message(self->peer, 10, 1));
	ASSERT_EQ(0, shutdown(self->peer, SHUT_WR));
	ASSERT_TRUE(peer_has_gone(self->sk));
	EXPECT_EQ(0, nb_poll(self->sk, POLLIN, 0) & POLLHUP);
	EXPECT_EQ(0, nb_recv_filled(self->sk, 10, 1));
	EXPECT_EQ(20, nb_send_filled(self->sk, 20, 2));
	EXPECT_EQ(30, nb_send_filled(self->sk, 30, 3));
	EXPECT_TRUE(answered(self->peer, 20, 2));
	EXPECT_TRUE(answered(self->peer, 30, 3));
	EXPECT_TRUE(tcp_silent(self->peer));
	EXPECT_TRUE(ends(self->sk, self->peer));
}

/* The FIN comes while the program works on its answer. */
TEST_F(raw, message_read_before_the_fin_is_answered)
{
	ASSERT_EQ(0, ss_put_message(self->peer, 10, 1));
	EXPECT_EQ(0, nb_recv_filled(self->sk, 10, 1));
	ASSERT_EQ(0, shutdown(self->peer, SHUT_WR));
	ASSERT_TRUE(peer_has_gone(self->sk));
	EXPECT_EQ(20, nb_send_filled(self->sk, 20, 2));
	EXPECT_TRUE(answered(self->peer, 20, 2));
	EXPECT_TRUE(ends(self->sk, self->peer));
}

TEST_F(raw, each_message_before_the_fin_is_answered)
{
	int i;

	for (i = 0; i < 20; i++)
		ASSERT_EQ(0, ss_put_message(self->peer, i, i));
	ASSERT_EQ(0, shutdown(self->peer, SHUT_WR));
	ASSERT_TRUE(peer_has_gone(self->sk));
	for (i = 0; i < 20; i++) {
		EXPECT_EQ(0, nb_recv_filled(self->sk, i, i));
		EXPECT_EQ(i, nb_send_filled(self->sk, i, i));
		EXPECT_TRUE(answered(self->peer, i, i));
	}
	EXPECT_TRUE(ends(self->sk, self->peer));
}

/* Request, message and FIN are there before accept(): SS-020 too */
TEST_F(raw, early_message_is_answered)
{
	int peer = tcp_connect(&self->host[0], &self->host[1], SS_PORT), fd;
	uint8_t buf[200];
	size_t len = ss_request(buf, "SERVER", "CLIENT", NULL);

	len += ss_header(buf + len, SS_MESSAGE, 10);
	nb_fill(buf + len, 10, 1);
	ASSERT_EQ(len + 10, tcp_put(peer, buf, len + 10));
	ASSERT_EQ(0, shutdown(peer, SHUT_WR));
	fd = nb_accept(self->listener);
	ASSERT_LE(0, fd);
	ASSERT_TRUE(peer_has_gone(fd));
	EXPECT_EQ(0, nb_recv_filled(fd, 10, 1));
	EXPECT_EQ(20, nb_send_filled(fd, 20, 2));
	EXPECT_EQ(SS_POSITIVE, ss_get_answer(peer, NULL));
	EXPECT_TRUE(answered(peer, 20, 2));
	EXPECT_TRUE(ends(fd, peer));
}

/* Nothing to answer: the end at once (SS-051) */
TEST_F(raw, nothing_to_answer)
{
	ASSERT_EQ(0, ss_put_message(self->peer, 10, 1));
	EXPECT_EQ(0, nb_recv_filled(self->sk, 10, 1));
	EXPECT_EQ(20, nb_send_filled(self->sk, 20, 2));
	EXPECT_TRUE(answered(self->peer, 20, 2));
	ASSERT_EQ(0, shutdown(self->peer, SHUT_WR));
	EXPECT_EQ(0, tcp_end(self->peer));
	EXPECT_EQ(-EPIPE, nb_send(self->sk, "x", 1, 0));
}

TEST_F(raw, close_without_an_answer)
{
	ASSERT_EQ(0, ss_put_message(self->peer, 10, 1));
	ASSERT_EQ(0, shutdown(self->peer, SHUT_WR));
	ASSERT_TRUE(peer_has_gone(self->sk));
	EXPECT_TRUE(tcp_silent(self->peer));
	close(self->sk);
	EXPECT_EQ(0, tcp_end(self->peer));
}

TEST_F(raw, shutdown_without_an_answer)
{
	ASSERT_EQ(0, ss_put_message(self->peer, 10, 1));
	ASSERT_EQ(0, shutdown(self->peer, SHUT_WR));
	ASSERT_TRUE(peer_has_gone(self->sk));
	ASSERT_EQ(0, shutdown(self->sk, SHUT_WR));
	EXPECT_EQ(0, tcp_end(self->peer));
	EXPECT_EQ(0, nb_recv_filled(self->sk, 10, 1));
	EXPECT_TRUE(ends(self->sk, self->peer));
}

/* A session that is a stream: sk is accepted, peer its other end. */
static int open_stream(struct nb_host *host, int *peer)
{
	int listener = nb_bound(&host[1], "SERVER", 0), sk;

	if (nb_setopt(listener, NB_STREAM, 1) || listen(listener, 1))
		return -errno;
	*peer = tcp_connect(&host[0], &host[1], SS_PORT);
	ss_put_request(*peer, "SERVER", "CLIENT");
	if (ss_get_answer(*peer, NULL) != SS_POSITIVE)
		return -EPROTO;
	sk = nb_accept(listener);
	close(listener);
	return sk;
}

/* Octets of a stream may be a question as well as a message. */
TEST_F(raw, stream_is_answered)
{
	char buf[8];
	int sk, peer;

	close(self->listener);
	sk = open_stream(self->host, &peer);
	ASSERT_LE(0, sk);
	ASSERT_EQ(8, tcp_put(peer, "question", 8));
	ASSERT_EQ(8, nb_recv(sk, buf, 8, NULL));
	ASSERT_EQ(0, shutdown(peer, SHUT_WR));
	ASSERT_TRUE(peer_has_gone(sk));
	EXPECT_EQ(6, nb_send(sk, "answer", 6, 0));
	EXPECT_EQ(6, tcp_get(peer, buf, 6));
	EXPECT_TRUE(ends(sk, peer));
}

TEST_F(raw, stream_with_nothing_to_answer)
{
	char buf[8];
	int sk, peer;

	close(self->listener);
	sk = open_stream(self->host, &peer);
	ASSERT_LE(0, sk);
	ASSERT_EQ(8, tcp_put(peer, "question", 8));
	ASSERT_EQ(8, nb_recv(sk, buf, 8, NULL));
	EXPECT_EQ(6, nb_send(sk, "answer", 6, 0));
	EXPECT_EQ(6, tcp_get(peer, buf, 6));
	ASSERT_EQ(0, shutdown(peer, SHUT_WR));
	EXPECT_EQ(0, tcp_end(peer));
	EXPECT_EQ(-EPIPE, nb_send(sk, "x", 1, 0));
}

/* CONST-014: who does not answer in time has nothing to say */
TEST_F(raw, answer_has_a_time_limit)
{
	int fd, peer = tcp_connect(&self->host[0], &self->host[1], SS_PORT);

	ASSERT_EQ(0, nb_set(&self->host[1], NETBIOS_A_NODE_CLOSE_TIMEOUT, 1));
	ASSERT_EQ(72, ss_put_request(peer, "SERVER", "CLIENT"));
	fd = nb_accept(self->listener);
	ASSERT_EQ(SS_POSITIVE, ss_get_answer(peer, NULL));
	ASSERT_EQ(0, ss_put_message(peer, 10, 1));
	ASSERT_EQ(0, shutdown(peer, SHUT_WR));
	EXPECT_EQ(0, tcp_end(peer));
	EXPECT_EQ(-EPIPE, nb_send(fd, "x", 1, 0));
	EXPECT_EQ(0, nb_recv_filled(fd, 10, 1));
	EXPECT_TRUE(ends(fd, peer));
}

/* RST behind the FIN is loss, and told as such (SS-048). */
TEST_F(raw, reset_while_it_is_answered)
{
	char octet;

	ASSERT_EQ(0, ss_put_message(self->peer, 10, 1));
	ASSERT_EQ(0, shutdown(self->peer, SHUT_WR));
	ASSERT_TRUE(peer_has_gone(self->sk));
	EXPECT_EQ(0, nb_recv_filled(self->sk, 10, 1));
	close(self->peer);
	/* that socket is no more: the answer meets RST */
	ASSERT_TRUE(nb_wait(nb_send(self->sk, "x", 1, 0) < 0));
	EXPECT_GE(0, nb_recv(self->sk, &octet, 1, NULL));
	EXPECT_EQ(-EPIPE, nb_send(self->sk, "x", 1, 0));
}

/* A FIN inside a message leaves nothing to answer but what came before. */
TEST_F(raw, fin_inside_the_next_message)
{
	char octet;

	ASSERT_EQ(0, ss_put_message(self->peer, 10, 1));
	ASSERT_EQ(5, tcp_put(self->peer, "\0\0\0\5a", 5));
	ASSERT_EQ(0, shutdown(self->peer, SHUT_WR));
	ASSERT_TRUE(peer_has_gone(self->sk));
	EXPECT_EQ(0, nb_recv_filled(self->sk, 10, 1));
	EXPECT_EQ(20, nb_send_filled(self->sk, 20, 2));
	EXPECT_TRUE(answered(self->peer, 20, 2));
	EXPECT_EQ(-ECONNRESET, nb_recv(self->sk, &octet, 1, NULL));
	EXPECT_TRUE(ends(self->sk, self->peer));
}

TEST_HARNESS_MAIN
