// SPDX-License-Identifier: GPL-2.0
/*
 * Our end calls a byte-level peer: the request, every answer, retries, time
 * limits, cancelling. SS-026 to SS-041, CONST-013, CONST-016, NAME-015,
 * NAME-016.
 */
#include "nb_test.h"

/* host[0] is the node under test; on host[1] somebody has port 139 */
FIXTURE(call) {
	struct nb_host host[2];
	int listener;
	int fd;
};

static int prepare(struct nb_host *host, int *listener, int *fd)
{
	int err = nb_network(host, 2);

	if (!err)
		err = nb_set(&host[1], NETBIOS_A_NODE_ENABLED, 0);
	if (err)
		return err;
	*listener = tcp_listen(&host[1], SS_PORT);
	*fd = nb_bound(&host[0], "CLIENT", SOCK_NONBLOCK);
	return *listener < 0 ? *listener : *fd < 0 ? *fd : 0;
}

FIXTURE_SETUP(call)
{
	ASSERT_EQ(0, prepare(self->host, &self->listener, &self->fd));
}

FIXTURE_TEARDOWN(call)
{
	nb_hosts_free(self->host, 2);
}

/* Takes the next try of the call and reads its request. */
static int next_try(int listener)
{
	int peer = tcp_accept(listener), err;

	err = peer < 0 ? peer : ss_get_request(peer, "SERVER", "CLIENT");
	return err ? err : peer;
}

static void answer(int peer, const char *packet, size_t len)
{
	tcp_put(peer, packet, len);
	shutdown(peer, SHUT_WR);
}

#define NEGATIVE(peer, octet) answer(peer, "\x83\0\0\1" octet, 5)

static bool no_more_tries(int listener)
{
	return nb_poll(listener, POLLIN, NB_QUIET) == 0;
}

/* CONST-012: the port of calls can be set */
TEST_F(call, goes_to_the_call_port)
{
	int listener = tcp_listen(&self->host[1], 1139);

	ASSERT_LE(0, listener);
	ASSERT_EQ(0, nb_set(self->host, NETBIOS_A_NODE_CALL_PORT, 1139));
	nb_connect(self->fd, "SERVER");
	EXPECT_LE(0, next_try(listener));
	EXPECT_TRUE(no_more_tries(self->listener));
}

/* SS-009, SS-028, SS-029, SS-033 */
TEST_F(call, request_and_positive_response)
{
	struct sockaddr_in from;
	socklen_t len = sizeof(from);
	int peer;

	EXPECT_EQ(-EINPROGRESS, nb_connect(self->fd, "SERVER"));
	peer = tcp_accept(self->listener);
	ASSERT_EQ(0, ss_get_request(peer, "SERVER", "CLIENT"));
	EXPECT_TRUE(tcp_silent(peer));
	EXPECT_EQ(0, nb_poll(self->fd, POLLIN | POLLOUT, 0));
	ASSERT_EQ(0, getpeername(peer, (void *)&from, &len));
	EXPECT_LE(1024, ntohs(from.sin_port));
	ASSERT_EQ(4, tcp_put(peer, "\x82\0\0", 4));
	EXPECT_EQ(0, nb_outcome(self->fd));
	ASSERT_EQ(0, ss_put_message(peer, 9, 1));
	fcntl(self->fd, F_SETFL, 0);
	EXPECT_EQ(0, nb_recv_filled(self->fd, 9, 1));
}

/* From connect() to the end; a socket that is bound or refused is none. */
TEST_F(call, node_counts_its_sessions)
{
	int peer;

	EXPECT_EQ(0, nb_get(self->host, NETBIOS_A_NODE_SESSIONS));
	nb_connect(self->fd, "SERVER");
	EXPECT_EQ(1, nb_get(self->host, NETBIOS_A_NODE_SESSIONS));
	peer = next_try(self->listener);
	NEGATIVE(peer, "\x82");
	EXPECT_EQ(-ECONNREFUSED, nb_outcome(self->fd));
	EXPECT_EQ(0, nb_get(self->host, NETBIOS_A_NODE_SESSIONS));
	nb_connect(self->fd, "SERVER");
	peer = next_try(self->listener);
	ASSERT_EQ(4, tcp_put(peer, "\x82\0\0", 4));
	EXPECT_EQ(0, nb_outcome(self->fd));
	EXPECT_EQ(1, nb_get(self->host, NETBIOS_A_NODE_SESSIONS));
	close(self->fd);
	EXPECT_TRUE(nb_wait(nb_get(self->host, NETBIOS_A_NODE_SESSIONS) == 0));
}

TEST_F(call, response_octet_by_octet)
{
	int peer, i;

	nb_connect(self->fd, "SERVER");
	peer = next_try(self->listener);
	for (i = 0; i < 4; i++) {
		EXPECT_EQ(0, nb_poll(self->fd, POLLOUT, 30));
		ASSERT_EQ(1, tcp_put(peer, "\x82\0\0" + i, 1));
	}
	EXPECT_EQ(0, nb_outcome(self->fd));
}

/* The response and the first messages in one segment, then the end. */
TEST_F(call, messages_behind_the_response)
{
	char packet[] = "\x82\0\0\0" "\0\0\0\3abc" "\x85\0\0\0" "\0\0\0\2de";
	char buf[8];
	int peer;

	nb_connect(self->fd, "SERVER");
	peer = next_try(self->listener);
	answer(peer, packet, sizeof(packet) - 1);
	EXPECT_EQ(0, nb_outcome(self->fd));
	fcntl(self->fd, F_SETFL, 0);
	EXPECT_EQ(3, nb_recv(self->fd, buf, 8, NULL));
	EXPECT_EQ(2, nb_recv(self->fd, buf, 8, NULL));
	EXPECT_EQ(0, nb_recv(self->fd, buf, 8, NULL));
}

/* SS-013: dropped silently in every case */
TEST_F(call, keepalive_before_the_response)
{
	int peer;

	nb_connect(self->fd, "SERVER");
	peer = next_try(self->listener);
	ASSERT_EQ(6, tcp_put(peer, "\x85\0\0\0\x85\0", 6));
	EXPECT_EQ(0, nb_poll(self->fd, POLLOUT, NB_QUIET));
	ASSERT_EQ(6, tcp_put(peer, "\0\0\x82\0\0", 6));
	EXPECT_EQ(0, nb_outcome(self->fd));
}

FIXTURE(refusal) {
	struct nb_host host[2];
	int listener;
	int fd;
};

FIXTURE_VARIANT(refusal) {
	uint8_t octet;
	int err;
	int tries;
};

/* SS-034, SS-035 and SS-041, SS-036 */
FIXTURE_VARIANT_ADD(refusal, no_listen_80) { 0x80, ECONNREFUSED, 1 };
FIXTURE_VARIANT_ADD(refusal, other_caller_81) { 0x81, EACCES, 1 };
FIXTURE_VARIANT_ADD(refusal, no_name_82) { 0x82, ECONNREFUSED, 1 };
FIXTURE_VARIANT_ADD(refusal, no_resources_83) { 0x83, ECONNREFUSED, 3 };
FIXTURE_VARIANT_ADD(refusal, unspecified_8f) { 0x8f, EIO, 3 };

FIXTURE_SETUP(refusal)
{
	ASSERT_EQ(0, prepare(self->host, &self->listener, &self->fd));
	ASSERT_EQ(0, nb_set(self->host, NETBIOS_A_NODE_RETRY_COUNT, 3));
}

FIXTURE_TEARDOWN(refusal)
{
	nb_hosts_free(self->host, 2);
}

TEST_F(refusal, has_its_error_and_its_tries)
{
	char packet[5] = { (char)SS_NEGATIVE, 0, 0, 1, (char)variant->octet };
	int peer, i;

	nb_connect(self->fd, "SERVER");
	for (i = 0; i < variant->tries; i++) {
		peer = next_try(self->listener);
		ASSERT_LE(0, peer);
		answer(peer, packet, 5);
		EXPECT_EQ(0, tcp_end(peer));
	}
	EXPECT_EQ(-variant->err, nb_outcome(self->fd));
	EXPECT_EQ(variant->octet, nb_wire_error(self->fd));
	EXPECT_TRUE(no_more_tries(self->listener));
	EXPECT_EQ(1, nb_stat(self->host, NB_STAT_CALLS_FAILED));
}

/* The same, and the caller closes when it is not the peer that does. */
TEST_F(refusal, closes_although_the_peer_does_not)
{
	char packet[5] = { (char)SS_NEGATIVE, 0, 0, 1, (char)variant->octet };
	int peer, i;

	nb_connect(self->fd, "SERVER");
	for (i = 0; i < variant->tries; i++) {
		peer = next_try(self->listener);
		ASSERT_LE(0, peer);
		ASSERT_EQ(5, tcp_put(peer, packet, 5));
		EXPECT_EQ(0, tcp_end(peer));
	}
	EXPECT_EQ(-variant->err, nb_outcome(self->fd));
}

/* Refuses each call of a row, and goes on to send until it is cut off. */
static int refuse_and_babble(void *arg)
{
	int listener = *(int *)arg, peer, i;

	while ((peer = next_try(listener)) >= 0) {
		tcp_put(peer, "\x83\0\0\1\x80", 5);
		for (i = 0; i < 5; i++)
			tcp_put(peer, "\x99\1\2\3\4", 5);
		close(peer);
	}
	return 0;
}

/*
 * What comes behind a refusal belongs to no session: it neither replaces the
 * error nor spoils the next call from the same socket. SS-034
 */
TEST_F(call, refusal_stays_what_it_is)
{
	struct nb_task task;
	int i, peer;

	ASSERT_EQ(0, nb_task_start(&task, refuse_and_babble, &self->listener));
	for (i = 0; i < 200; i++) {
		fcntl(self->fd, F_SETFL, i % 2 ? O_NONBLOCK : 0);
		ASSERT_EQ(-ECONNREFUSED, i % 2 ?
			  nb_connect_begin(self->fd, "SERVER") ?:
			  nb_outcome(self->fd) : nb_connect(self->fd, "SERVER")) {
			TH_LOG("call %d", i);
		}
		ASSERT_EQ(0, nb_so_error(self->fd));
		ASSERT_EQ(0x80, nb_wire_error(self->fd));
	}
	shutdown(self->listener, SHUT_RDWR);
	EXPECT_EQ(0, nb_task_end(&task));
	close(self->listener);
	self->listener = tcp_listen(&self->host[1], SS_PORT);
	ASSERT_LE(0, self->listener);
	nb_connect_begin(self->fd, "SERVER");
	peer = next_try(self->listener);
	ASSERT_EQ(4, tcp_put(peer, "\x82\0\0", 4));
	EXPECT_EQ(0, nb_outcome(self->fd));
	ASSERT_EQ(0, ss_put_message(peer, 10, 1));
	fcntl(self->fd, F_SETFL, 0);
	EXPECT_EQ(0, nb_recv_filled(self->fd, 10, 1));
}

/*
 * NB_ADDRESS: no name service is asked, and none is told of a refusal. P-02,
 * SS-035
 */
TEST_F(call, address_of_the_program_is_called)
{
	struct in_addr where = self->host[1].addr;
	int peer;

	EXPECT_EQ(-ENETDOWN, nb_connect(self->fd, "*SMBSERVER#20"));
	ASSERT_EQ(0, setsockopt(self->fd, SOL_NETBIOS, NB_ADDRESS, &where,
				sizeof(where)));
	nb_connect(self->fd, "*SMBSERVER#20");
	peer = tcp_accept(self->listener);
	ASSERT_EQ(0, ss_get_request(peer, "*SMBSERVER#20", "CLIENT"));
	NEGATIVE(peer, "\x82");
	EXPECT_EQ(-ECONNREFUSED, nb_outcome(self->fd));
	EXPECT_TRUE(no_more_tries(self->listener));
	nb_connect(self->fd, "*SMBSERVER#20");
	peer = tcp_accept(self->listener);
	ASSERT_EQ(0, ss_get_request(peer, "*SMBSERVER#20", "CLIENT"));
	ASSERT_EQ(4, tcp_put(peer, "\x82\0\0", 4));
	EXPECT_EQ(0, nb_outcome(self->fd));
}

/* SS-036: the second try succeeds; the first one's error is forgotten */
TEST_F(call, success_after_83)
{
	int peer;

	nb_connect(self->fd, "SERVER");
	NEGATIVE(next_try(self->listener), "\x83");
	peer = next_try(self->listener);
	ASSERT_EQ(4, tcp_put(peer, "\x82\0\0", 4));
	EXPECT_EQ(0, nb_outcome(self->fd));
	EXPECT_EQ(4, nb_send_filled(self->fd, 4, 1));
}

/* CONST-016: the pause between two tries */
TEST_F(call, retries_wait_for_the_interval)
{
	uint64_t start;

	ASSERT_EQ(0, nb_set(self->host, NETBIOS_A_NODE_RETRY_INTERVAL, 500));
	nb_connect(self->fd, "SERVER");
	NEGATIVE(next_try(self->listener), "\x83");
	start = nb_now();
	ASSERT_LE(0, next_try(self->listener));
	EXPECT_LE(450, nb_now() - start);
}

TEST_F(call, unknown_error_octet_fails)
{
	nb_connect(self->fd, "SERVER");
	ASSERT_EQ(0, nb_set(self->host, NETBIOS_A_NODE_RETRY_COUNT, 1));
	NEGATIVE(next_try(self->listener), "\x99");
	EXPECT_GT(0, nb_outcome(self->fd));
	EXPECT_EQ(0x99, nb_wire_error(self->fd));
}

/* A socket whose call failed may call again. */
TEST_F(call, call_again_after_a_refusal)
{
	int peer;

	nb_connect(self->fd, "SERVER");
	NEGATIVE(next_try(self->listener), "\x80");
	EXPECT_EQ(-ECONNREFUSED, nb_outcome(self->fd));
	EXPECT_EQ(-EINPROGRESS, nb_connect(self->fd, "SERVER"));
	peer = next_try(self->listener);
	ASSERT_EQ(4, tcp_put(peer, "\x82\0\0", 4));
	EXPECT_EQ(0, nb_outcome(self->fd));
	EXPECT_EQ(0, nb_wire_error(self->fd));
}

/* SS-030: one more try after the pause, no third one */
TEST_F(call, refused_connection_is_tried_once_more)
{
	int peer;

	close(self->listener);
	ASSERT_EQ(0, nb_set(self->host, NETBIOS_A_NODE_RETRY_INTERVAL, 2000));
	EXPECT_EQ(-EINPROGRESS, nb_connect(self->fd, "SERVER"));
	EXPECT_EQ(0, nb_poll(self->fd, POLLOUT, NB_QUIET));
	self->listener = tcp_listen(&self->host[1], SS_PORT);
	peer = next_try(self->listener);
	ASSERT_EQ(4, tcp_put(peer, "\x82\0\0", 4));
	EXPECT_EQ(0, nb_outcome(self->fd));
}

TEST_F(call, refused_connection_fails_the_second_time)
{
	uint64_t start = nb_now();

	close(self->listener);
	ASSERT_EQ(0, nb_set(self->host, NETBIOS_A_NODE_RETRY_INTERVAL, 300));
	EXPECT_EQ(-EINPROGRESS, nb_connect(self->fd, "SERVER"));
	EXPECT_EQ(-ECONNREFUSED, nb_outcome(self->fd));
	EXPECT_LE(280, nb_now() - start);
	EXPECT_EQ(0, nb_wire_error(self->fd));
}

/* SS-032, HANDOFF-006: nobody at that address */
TEST_F(call, dead_host_times_out)
{
	uint64_t start = nb_now();

	ASSERT_EQ(0, nb_set(self->host, NETBIOS_A_NODE_RESPONSE_TIMEOUT, 300));
	ASSERT_EQ(0, nb_cache_add(self->host, "DEAD", "10.9.0.99"));
	EXPECT_EQ(-EINPROGRESS, nb_connect(self->fd, "DEAD"));
	EXPECT_EQ(-ETIMEDOUT, nb_outcome(self->fd));
	EXPECT_LE(280, nb_now() - start);
}

/* HANDOFF-006: somebody who takes the request and says nothing */
TEST_F(call, silent_peer_times_out)
{
	int peer;

	ASSERT_EQ(0, nb_set(self->host, NETBIOS_A_NODE_RESPONSE_TIMEOUT, 1500));
	ASSERT_EQ(0, nb_set(self->host, NETBIOS_A_NODE_RETRY_COUNT, 1));
	nb_connect(self->fd, "SERVER");
	peer = next_try(self->listener);
	EXPECT_EQ(-ETIMEDOUT, nb_outcome(self->fd));
	EXPECT_EQ(0, tcp_end(peer));
}

/* Keep-alives do not prolong the wait. */
TEST_F(call, keepalives_do_not_prolong_the_wait)
{
	int peer, i;

	ASSERT_EQ(0, nb_set(self->host, NETBIOS_A_NODE_RESPONSE_TIMEOUT, 1500));
	ASSERT_EQ(0, nb_set(self->host, NETBIOS_A_NODE_RETRY_COUNT, 1));
	nb_connect(self->fd, "SERVER");
	peer = next_try(self->listener);
	for (i = 0; i < 100 && !nb_poll(self->fd, POLLOUT, 50); i++)
		tcp_put(peer, "\x85\0\0", 4);
	EXPECT_GT(100, i);
	EXPECT_EQ(-ETIMEDOUT, nb_outcome(self->fd));
}

/* Nonsense for an answer: the call fails, the connection goes. */
TEST_F(call, bad_answers)
{
	static const struct {
		const char *packet;
		size_t len;
	} bad[] = {
		{ "\0\0\0\1x", 5 }, { "\x81\0\0\0", 4 }, { "\x82\0\0\1x", 5 },
		{ "\x82\1\0\0", 4 }, { "\x82\x80\0\0", 4 },
		{ "\x83\0\0\0", 4 }, { "\x83\0\0\2\x80\x80", 6 },
		{ "\x84\0\0\5\x0a\x09\0\2\0", 9 }, { "\x86\0\0\0", 4 },
		{ "\x85\0\0\1x", 5 },
	};
	size_t i;
	int peer;

	ASSERT_EQ(0, nb_set(self->host, NETBIOS_A_NODE_RETRY_COUNT, 1));
	for (i = 0; i < ARRAY_SIZE(bad); i++) {
		ASSERT_EQ(-EINPROGRESS, nb_connect(self->fd, "SERVER"));
		peer = next_try(self->listener);
		ASSERT_EQ(bad[i].len, tcp_put(peer, bad[i].packet, bad[i].len));
		EXPECT_GT(0, nb_outcome(self->fd)) {
			TH_LOG("packet %zu", i);
		}
		EXPECT_EQ(0, tcp_end(peer));
		EXPECT_EQ(0, nb_wire_error(self->fd));
		close(peer);
	}
}

/* FIN and RST in place of an answer, at every point of one. */
TEST_F(call, peer_leaves_inside_the_answer)
{
	int cut, peer;

	ASSERT_EQ(0, nb_set(self->host, NETBIOS_A_NODE_RETRY_COUNT, 1));
	for (cut = 0; cut < 10; cut++) {
		ASSERT_EQ(-EINPROGRESS, nb_connect(self->fd, "SERVER"));
		peer = next_try(self->listener);
		tcp_put(peer, "\x83\0\0\1\x80", cut / 2);
		if (cut & 1)
			tcp_reset(peer);
		else
			close(peer);
		EXPECT_GT(0, nb_outcome(self->fd));
		EXPECT_EQ(0, nb_wire_error(self->fd));
	}
}

static int connect_blocking(void *arg)
{
	return nb_connect(*(int *)arg, "SERVER");
}

TEST_F(call, blocking_connect)
{
	struct nb_task task;
	int peer;

	fcntl(self->fd, F_SETFL, 0);
	ASSERT_EQ(0, nb_task_start(&task, connect_blocking, &self->fd));
	peer = next_try(self->listener);
	ASSERT_EQ(0, nb_task_sleeps(&task));
	EXPECT_EQ(-EALREADY, nb_connect(self->fd, "SERVER"));
	ASSERT_EQ(4, tcp_put(peer, "\x82\0\0", 4));
	EXPECT_EQ(0, nb_task_end(&task));
}

static void on_signal(int sig)
{
}

/* A signal cancels the call; the socket may call again. */
TEST_F(call, signal_cancels_the_call)
{
	struct itimerval ticks = { { 0, 200000 }, { 0, 200000 } }, off = { 0 };
	struct sigaction action = { .sa_handler = on_signal };
	int peer, err;

	fcntl(self->fd, F_SETFL, 0);
	sigaction(SIGALRM, &action, NULL);
	setitimer(ITIMER_REAL, &ticks, NULL);
	err = nb_connect(self->fd, "SERVER");
	setitimer(ITIMER_REAL, &off, NULL);
	EXPECT_EQ(-EINTR, err);
	peer = next_try(self->listener);
	if (peer >= 0) {
		EXPECT_EQ(0, tcp_end(peer));
	}
	EXPECT_EQ(-ENOTCONN, nb_send(self->fd, "x", 1, 0));
	fcntl(self->fd, F_SETFL, O_NONBLOCK);
	EXPECT_EQ(-EINPROGRESS, nb_connect(self->fd, "SERVER"));
	peer = next_try(self->listener);
	ASSERT_EQ(4, tcp_put(peer, "\x82\0\0", 4));
	EXPECT_EQ(0, nb_outcome(self->fd));
}

/* socket(7): the time-out of a blocking connect() leaves the call running */
TEST_F(call, send_timeout_leaves_the_call_running)
{
	struct timeval tv = { .tv_usec = 200000 };
	int peer;

	fcntl(self->fd, F_SETFL, 0);
	ASSERT_EQ(0, setsockopt(self->fd, SOL_SOCKET, SO_SNDTIMEO, &tv,
				sizeof(tv)));
	EXPECT_EQ(-EINPROGRESS, nb_connect(self->fd, "SERVER"));
	EXPECT_EQ(-EALREADY, nb_connect(self->fd, "SERVER"));
	peer = next_try(self->listener);
	ASSERT_EQ(4, tcp_put(peer, "\x82\0\0", 4));
	EXPECT_EQ(0, nb_outcome(self->fd));
	EXPECT_EQ(5, nb_send_filled(self->fd, 5, 1));
}

TEST_F(call, close_cancels_the_call)
{
	int peer;

	nb_connect(self->fd, "SERVER");
	peer = next_try(self->listener);
	close(self->fd);
	EXPECT_EQ(0, tcp_end(peer));
	EXPECT_TRUE(nb_wait(nb_sessions(self->host, -1) == 0));
}

/* Another thread may end a connect() that waits: it gets ECONNABORTED. */
TEST_F(call, shutdown_wakes_a_waiting_connect)
{
	struct nb_task task;
	int peer;

	fcntl(self->fd, F_SETFL, 0);
	ASSERT_EQ(0, nb_task_start(&task, connect_blocking, &self->fd));
	peer = next_try(self->listener);
	ASSERT_EQ(0, nb_task_sleeps(&task));
	ASSERT_EQ(0, shutdown(self->fd, SHUT_RDWR));
	EXPECT_EQ(-ECONNABORTED, nb_task_end(&task));
	EXPECT_EQ(0, nb_so_error(self->fd));
	EXPECT_EQ(0, tcp_end(peer));
	EXPECT_EQ(-1, shutdown(self->fd, SHUT_RDWR));
	EXPECT_EQ(ENOTCONN, errno);
}

/* Who does not wait reads it from SO_ERROR. The socket may call again. */
TEST_F(call, shutdown_gives_the_call_up)
{
	int peer;

	EXPECT_EQ(-EINPROGRESS, nb_connect(self->fd, "SERVER"));
	peer = next_try(self->listener);
	ASSERT_EQ(0, shutdown(self->fd, SHUT_WR));
	EXPECT_EQ(POLLOUT | POLLERR, nb_poll(self->fd, POLLOUT, NB_BOUND));
	EXPECT_EQ(-ECONNABORTED, nb_outcome(self->fd));
	EXPECT_EQ(0, tcp_end(peer));
	EXPECT_EQ(-EINPROGRESS, nb_connect(self->fd, "SERVER"));
	peer = next_try(self->listener);
	ASSERT_EQ(4, tcp_put(peer, "\x82\0\0", 4));
	EXPECT_EQ(0, nb_outcome(self->fd));
	EXPECT_EQ(5, nb_send_filled(self->fd, 5, 1));
}

/* In the pause between two tries, too. */
TEST_F(call, close_cancels_the_pause)
{
	ASSERT_EQ(0, nb_set(self->host, NETBIOS_A_NODE_RETRY_INTERVAL, 60000));
	nb_connect(self->fd, "SERVER");
	NEGATIVE(next_try(self->listener), "\x83");
	EXPECT_EQ(0, nb_poll(self->fd, POLLOUT, NB_QUIET));
	close(self->fd);
	EXPECT_TRUE(nb_wait(nb_sessions(self->host, -1) == 0));
	EXPECT_TRUE(no_more_tries(self->listener));
}

static void check_name(struct __test_metadata *_metadata, struct nb_host *host,
		       int listener, const char *name, const char *scope,
		       const char *want, size_t len)
{
	char buf[200];
	int fd = nb_socket(host, SOCK_NONBLOCK), peer;
	struct nb_name_info info = { .owner = NB_ANYBODY, .permanent = true,
		.scope = scope, .state = NETBIOS_NAME_STATE_REGISTERED };
	struct nlmsghdr *nlh;

	ASSERT_EQ(0, nb_name_put(host, "SCOPED", &info));
	nlh = nb_nl_start(host->nl, NETBIOS_CMD_CACHE_ADD, 0);
	nb_nl_put_name(nlh, NETBIOS_A_CACHE_NAME, name);
	mnl_attr_put_strz(nlh, NETBIOS_A_CACHE_SCOPE, scope);
	mnl_attr_put_u32(nlh, NETBIOS_A_CACHE_ADDR, inet_addr("10.9.0.2"));
	ASSERT_EQ(0, nb_nl_call(host->nl, nlh, NULL, NULL));
	ASSERT_EQ(0, setsockopt(fd, SOL_NETBIOS, NB_SCOPE, scope,
				strlen(scope)));
	ASSERT_EQ(0, nb_bind(fd, "SCOPED", 0));
	EXPECT_EQ(-EINPROGRESS, nb_connect(fd, name));
	peer = tcp_accept(listener);
	ASSERT_EQ(4 + len, tcp_get(peer, buf, 4 + len));
	EXPECT_EQ(0, memcmp(buf + 4, want, len));
	EXPECT_EQ(2 * len, (uint8_t)buf[2] << 8 | (uint8_t)buf[3]);
	close(fd);
	close(peer);
}

/* NAME-015: the example of RFC 1002 4.1, to the octet */
TEST_F(call, name_vector_of_rfc_1002)
{
	check_name(_metadata, self->host, self->listener, "FRED#20",
		   "NETBIOS.COM", "\x20" "EGFCEFEECACACACACACACACACACACACA"
		   "\x07" "NETBIOS" "\x03" "COM", 46);
}

/* NAME-016: the example of RFC 1001 14.1 with erratum 679 */
TEST_F(call, name_vector_of_rfc_1001)
{
	check_name(_metadata, self->host, self->listener, "The NetBIOS nam#65",
		   "X", "\x20" "FEGIGFCAEOGFHEECEJEPFDCAGOGBGNGF" "\x01X", 36);
}

/* SS-026: a group name may call */
TEST_F(call, group_name_calls)
{
	struct nb_name_info group = { .group = true, .owner = NB_ANYBODY,
		.permanent = true, .state = NETBIOS_NAME_STATE_REGISTERED };
	int fd = nb_socket(self->host, SOCK_NONBLOCK);

	ASSERT_EQ(0, nb_name_put(self->host, "TEAM", &group));
	ASSERT_EQ(0, nb_bind(fd, "TEAM", NETBIOS_GROUP_NAME));
	EXPECT_EQ(-EINPROGRESS, nb_connect(fd, "SERVER"));
	EXPECT_EQ(0, ss_get_request(tcp_accept(self->listener), "SERVER",
				    "TEAM"));
}

/* SS-040: members that are not there or do not listen are passed over */
TEST_F(call, group_call_tries_further_members)
{
	static const char *const member[] = { "10.9.0.3", "10.9.0.2" };
	int peer;

	/* nobody serves 10.9.0.3: its connections are refused */
	close(self->listener);
	ASSERT_EQ(0, nb_addr_add(&self->host[1], "veth0", "10.9.0.3", 24));
	nb_enter(&self->host[1]);
	self->listener = socket(AF_INET, SOCK_STREAM, 0);
	ASSERT_EQ(0, bind(self->listener, (void *)&(struct sockaddr_in) {
		.sin_family = AF_INET, .sin_port = htons(SS_PORT),
		.sin_addr = self->host[1].addr }, sizeof(struct sockaddr_in)));
	ASSERT_EQ(0, listen(self->listener, 5));
	ASSERT_EQ(0, nb_cache_put(self->host, "TEAM", member, 2, true, 0));
	EXPECT_EQ(-EINPROGRESS, nb_connect(self->fd, "TEAM"));
	peer = tcp_accept(self->listener);
	ASSERT_EQ(0, ss_get_request(peer, "TEAM", "CLIENT"));
	ASSERT_EQ(4, tcp_put(peer, "\x82\0\0", 4));
	EXPECT_EQ(0, nb_outcome(self->fd));
}

/* API-025, NS-078: a name in conflict calls nobody */
TEST_F(call, name_in_conflict_does_not_call)
{
	ASSERT_EQ(0, nb_name_state(self->host, "CLIENT",
				   NETBIOS_NAME_STATE_CONFLICT));
	EXPECT_EQ(-EADDRNOTAVAIL, nb_connect(self->fd, "SERVER"));
}

TEST_HARNESS_MAIN
