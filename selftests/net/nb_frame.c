// SPDX-License-Identifier: GPL-2.0
/*
 * Packets of a running session, octet by octet: framing both ways, keep-
 * alives, and what ends a session as a protocol error. SS-003 to SS-008,
 * SS-012, SS-013, SS-022, SS-044 to SS-047, SS-049.
 */
#include <linux/sockios.h>

#include "nb_test.h"

/* sk: our end, called by a byte-level peer */
FIXTURE(raw) {
	struct nb_host host[2];
	int listener;
	int peer;
	int sk;
};

static int session(struct nb_host *host, int listener, int *peer)
{
	*peer = tcp_connect(&host[0], &host[1], SS_PORT);
	ss_put_request(*peer, "SERVER", "CLIENT");
	if (ss_get_answer(*peer, NULL) != SS_POSITIVE)
		return -EPROTO;
	return nb_accept(listener);
}

FIXTURE_SETUP(raw)
{
	ASSERT_EQ(0, nb_network(self->host, 2));
	self->listener = nb_listener(&self->host[1], "SERVER", 4);
	self->sk = session(self->host, self->listener, &self->peer);
	ASSERT_LE(0, self->sk);
}

FIXTURE_TEARDOWN(raw)
{
	nb_hosts_free(self->host, 2);
}

static int recv_octet(int fd)
{
	char octet;

	return nb_recv(fd, &octet, 1, NULL);
}

/* SS-003, SS-005 */
TEST_F(raw, header_of_what_is_sent)
{
	size_t len[] = { 0, 1, 5, 255, 256, 1024, 1025, 65535, 65536, 131071 };
	uint8_t want[4], *buf = malloc(131075);
	size_t i;

	for (i = 0; i < ARRAY_SIZE(len); i++) {
		ASSERT_EQ(len[i], nb_send_filled(self->sk, len[i], i));
		ASSERT_EQ(len[i] + 4, tcp_get(self->peer, buf, len[i] + 4));
		ss_header(want, SS_MESSAGE, len[i]);
		EXPECT_EQ(0, memcmp(buf, want, 4));
		EXPECT_TRUE(nb_filled(buf + 4, len[i], i));
	}
	EXPECT_TRUE(tcp_silent(self->peer));
	free(buf);
}

TEST_F(raw, lengths_received)
{
	size_t len[] = { 0, 1, 5, 255, 256, 1024, 1025, 65535, 65536, 131071 };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(len); i++) {
		ASSERT_EQ(0, ss_put_message(self->peer, len[i], i));
		ASSERT_EQ(0, nb_recv_filled(self->sk, len[i], i));
	}
}

/* Many messages in few segments, cut anywhere. */
TEST_F(raw, coalesced_and_cut_messages)
{
	uint8_t *buf = malloc(100 * 104 * 2), *p = buf;
	size_t done, cut;
	int i;

	for (i = 0; i < 100; i++) {
		p += ss_header(p, SS_MESSAGE, i);
		nb_fill(p, i, i);
		p += i;
		if (i % 3 == 0)
			p += ss_header(p, SS_KEEPALIVE, 0);
	}
	for (cut = 1, done = 0; done < (size_t)(p - buf); done += cut) {
		cut = cut * 3 % 251 + 1;
		if (cut > p - buf - done)
			cut = p - buf - done;
		ASSERT_EQ(cut, tcp_put(self->peer, buf + done, cut));
	}
	for (i = 0; i < 100; i++) {
		ASSERT_EQ(0, nb_recv_filled(self->sk, i, i)) {
			TH_LOG("message %d", i);
		}
	}
	free(buf);
}

/* SS-013 */
TEST_F(raw, keepalives_around_messages)
{
	int i;

	for (i = 0; i < 3; i++) {
		ASSERT_EQ(4, tcp_put(self->peer, "\x85\0\0", 4));
	}
	ASSERT_EQ(0, ss_put_message(self->peer, 40000, 1));
	ASSERT_EQ(8, tcp_put(self->peer, "\x85\0\0\0\x85\0\0", 8));
	ASSERT_EQ(0, ss_put_message(self->peer, 0, 1));
	ASSERT_EQ(4, tcp_put(self->peer, "\x85\0\0", 4));
	EXPECT_EQ(0, nb_recv_filled(self->sk, 40000, 1));
	EXPECT_EQ(0, nb_recv_filled(self->sk, 0, 1));
	EXPECT_EQ(0, nb_poll(self->sk, POLLIN | POLLRDHUP, NB_QUIET));
	EXPECT_EQ(6, nb_stat(&self->host[1], NB_STAT_KEEPALIVES_RECEIVED));
	EXPECT_TRUE(tcp_silent(self->peer));
}

TEST_F(raw, keepalive_cut_in_the_middle)
{
	int cut;

	for (cut = 1; cut < 4; cut++) {
		ASSERT_EQ(cut, tcp_put(self->peer, "\x85\0\0", cut));
		EXPECT_EQ(0, nb_poll(self->sk, POLLIN, 20));
		ASSERT_EQ(4 - cut, tcp_put(self->peer, "\x85\0\0" + cut,
					   4 - cut));
		EXPECT_EQ(0, nb_poll(self->sk, POLLIN, 20));
		ASSERT_EQ(0, ss_put_message(self->peer, 9, cut));
		EXPECT_EQ(0, nb_recv_filled(self->sk, 9, cut));
	}
}

/* They do not fill the window of somebody who does not read. */
TEST_F(raw, flood_of_keepalives)
{
	uint8_t *buf = calloc(1000, 4);
	int i;

	for (i = 0; i < 1000; i++)
		ss_header(buf + 4 * i, SS_KEEPALIVE, 0);
	for (i = 0; i < 200; i++) {
		ASSERT_EQ(4000, tcp_put(self->peer, buf, 4000));
	}
	ASSERT_EQ(0, ss_put_message(self->peer, 9, 1));
	EXPECT_EQ(0, nb_recv_filled(self->sk, 9, 1));
	EXPECT_EQ(200000, nb_stat(&self->host[1], NB_STAT_KEEPALIVES_RECEIVED));
	free(buf);
}

/* They end at the close like any other session. */
TEST_F(raw, keepalive_then_fin)
{
	ASSERT_EQ(4, tcp_put(self->peer, "\x85\0\0", 4));
	close(self->peer);
	EXPECT_EQ(0, recv_octet(self->sk));
}

static bool is_keepalive(int peer)
{
	uint8_t head[4];

	return tcp_get(peer, head, 4) == 4 && !memcmp(head, "\x85\0\0", 4);
}

/* SS-046 */
TEST_F(raw, keepalive_is_sent_when_idle)
{
	uint64_t start = nb_now();

	ASSERT_EQ(0, nb_setopt(self->sk, NB_KEEPALIVE, 1));
	EXPECT_TRUE(is_keepalive(self->peer));
	EXPECT_LE(900, nb_now() - start);
	EXPECT_TRUE(is_keepalive(self->peer));
	EXPECT_LE(1800, nb_now() - start);
	/* counted when it is out, which the peer may see first */
	EXPECT_TRUE(nb_wait(nb_stat(&self->host[1],
				    NB_STAT_KEEPALIVES_SENT) >= 2));
	ASSERT_EQ(0, nb_setopt(self->sk, NB_KEEPALIVE, 0));
	while (nb_poll(self->peer, POLLIN, 0))
		is_keepalive(self->peer);
	EXPECT_EQ(0, nb_poll(self->peer, POLLIN, 1500));
}

/* SS-044, SS-045: traffic either way restarts the timer */
TEST_F(raw, keepalive_is_not_sent_while_there_is_traffic)
{
	uint64_t end = nb_now() + 3000;
	uint8_t buf[5];
	int n = 0, gaps = 0;

	ASSERT_EQ(0, nb_setopt(self->sk, NB_KEEPALIVE, 1));
	while (nb_now() < end) {
		uint64_t start = nb_now();

		if (n & 1) {
			ASSERT_EQ(0, ss_put_message(self->peer, 1, 0));
			ASSERT_EQ(0, nb_recv_filled(self->sk, 1, 0));
		} else {
			ASSERT_EQ(1, nb_send_filled(self->sk, 1, 0));
			ASSERT_EQ(5, tcp_get(self->peer, buf, 5));
			ASSERT_EQ(SS_MESSAGE, buf[0]);
		}
		n++;
		gaps += nb_poll(self->peer, POLLIN, 150) != 0;
		/* a machine that stands still proves nothing */
		if (nb_now() - start > 700) {
			SKIP(return, "too slow a machine");
		}
	}
	EXPECT_EQ(0, gaps);
	EXPECT_TRUE(is_keepalive(self->peer));
}

TEST_F(raw, keepalive_of_the_node_is_the_default)
{
	int peer, fd;

	ASSERT_EQ(0, nb_set(&self->host[1], NETBIOS_A_NODE_KEEPALIVE, 1));
	fd = session(self->host, self->listener, &peer);
	ASSERT_LE(0, fd);
	if (nb_getopt(fd, NB_KEEPALIVE) != 1) {
		/* fixed when the listener was made: the documented time */
		close(self->listener);
		self->listener = nb_listener(&self->host[1], "SERVER", 4);
		fd = session(self->host, self->listener, &peer);
	}
	ASSERT_EQ(1, nb_getopt(fd, NB_KEEPALIVE));
	EXPECT_TRUE(is_keepalive(peer));
}

/* A failed keep-alive is the loss of the session. */
TEST_F(raw, keepalive_to_a_dead_peer_ends_the_session)
{
	ASSERT_EQ(0, nb_setopt(self->sk, NB_KEEPALIVE, 1));
	/* what the peer's host does not know is answered by RST */
	nb_enter(&self->host[0]);
	ASSERT_EQ(0, nb_link_set(&self->host[0], "veth0", false));
	tcp_reset(self->peer);
	ASSERT_EQ(0, nb_link_set(&self->host[0], "veth0", true));
	EXPECT_EQ(-ECONNRESET, recv_octet(self->sk));
}

static void bad_packet(struct __test_metadata *_metadata, struct nb_host *host,
		       int listener, const uint8_t *packet, size_t len)
{
	int peer, fd = session(host, listener, &peer), flags = 0;
	char octet;

	ASSERT_LE(0, fd);
	ASSERT_EQ(0, ss_put_message(peer, 20, 1));
	ASSERT_EQ(len, tcp_put(peer, packet, len));
	tcp_put(peer, "\0\0\0\1x", 5);
	/* what was whole before is delivered, what comes behind is not */
	EXPECT_EQ(0, nb_recv_filled(fd, 20, 1));
	EXPECT_EQ(-EPROTO, recv_octet(fd)) {
		TH_LOG("packet %02x %02x %02x%02x", packet[0], packet[1],
		       packet[2], packet[3]);
	}
	EXPECT_EQ(0, nb_recv(fd, &octet, 1, &flags));
	EXPECT_EQ(0, flags & MSG_EOR);
	EXPECT_EQ(-EPIPE, nb_send(fd, "x", 1, 0));
	/* and the peer sees the end */
	EXPECT_EQ(0, tcp_end(peer));
	close(fd);
	close(peer);
}

/* SS-004, SS-007 */
TEST_F(raw, unknown_types)
{
	uint8_t type[] = { 0x01, 0x7f, 0x80, 0x86, 0x8f, 0xc0, 0xff }, head[4];
	size_t i;

	for (i = 0; i < ARRAY_SIZE(type); i++) {
		ss_header(head, type[i], 0);
		bad_packet(_metadata, self->host, self->listener, head, 4);
	}
	EXPECT_EQ(ARRAY_SIZE(type), nb_stat(&self->host[1],
					    NB_STAT_BAD_PACKET));
}

/* SS-006, SS-007 */
TEST_F(raw, reserved_flag_bits)
{
	uint8_t head[4] = { 0 };
	int bit;

	for (bit = 1; bit < 8; bit++) {
		head[1] = 1 << bit;
		bad_packet(_metadata, self->host, self->listener, head, 4);
	}
}

/* SS-022 */
TEST_F(raw, second_session_request)
{
	uint8_t buf[SS_REQUEST_LEN];

	ss_request(buf, "SERVER", "CLIENT", NULL);
	bad_packet(_metadata, self->host, self->listener, buf, sizeof(buf));
}

TEST_F(raw, response_types)
{
	bad_packet(_metadata, self->host, self->listener,
		   (uint8_t *)"\x82\0\0", 4);
	bad_packet(_metadata, self->host, self->listener,
		   (uint8_t *)"\x83\0\0\1\x82", 5);
	bad_packet(_metadata, self->host, self->listener,
		   (uint8_t *)"\x84\0\0\6\x0a\x09\0\1\0\x8b", 10);
}

/* SS-008: a keep-alive has no trailer */
TEST_F(raw, keepalive_with_a_trailer)
{
	bad_packet(_metadata, self->host, self->listener,
		   (uint8_t *)"\x85\0\0\4abcd", 8);
	bad_packet(_metadata, self->host, self->listener,
		   (uint8_t *)"\x85\1\0", 4);
}

/* SS-049 */
TEST_F(raw, urgent_data_is_a_protocol_error)
{
	ASSERT_EQ(0, ss_put_message(self->peer, 20, 1));
	EXPECT_EQ(0, nb_recv_filled(self->sk, 20, 1));
	ASSERT_EQ(1, send(self->peer, "!", 1, MSG_OOB));
	EXPECT_EQ(-EPROTO, recv_octet(self->sk));
	EXPECT_EQ(1, nb_stat(&self->host[1], NB_STAT_URGENT_DATA));
}

/* A protocol error is seen by those who only wait. */
static int wait_in(void *arg)
{
	return nb_poll(*(int *)arg, POLLIN, NB_BOUND);
}

TEST_F(raw, protocol_error_wakes_poll)
{
	struct nb_task task;

	ASSERT_EQ(0, nb_task_start(&task, wait_in, &self->sk));
	ASSERT_EQ(0, nb_task_sleeps(&task));
	ASSERT_EQ(4, tcp_put(self->peer, "\x99\0\0", 4));
	EXPECT_TRUE(nb_task_end(&task) & POLLERR);
	EXPECT_EQ(EPROTO, nb_so_error(self->sk));
}

/* Length 1FFFF and then silence: nothing readable, nothing stuck. */
TEST_F(raw, largest_length_then_silence)
{
	uint8_t buf[1000];

	ss_header(buf, SS_MESSAGE, NETBIOS_MAX_MESSAGE);
	ASSERT_EQ(4, tcp_put(self->peer, buf, 4));
	EXPECT_EQ(0, nb_poll(self->sk, POLLIN | POLLRDHUP, NB_QUIET));
	EXPECT_EQ(-1, recv(self->sk, buf, 1, MSG_DONTWAIT));
	EXPECT_EQ(EAGAIN, errno);
	EXPECT_EQ(100, nb_send_filled(self->sk, 100, 1));
	EXPECT_EQ(104, tcp_get(self->peer, buf, 104));
	close(self->sk);
	EXPECT_EQ(0, tcp_end(self->peer));
	close(self->peer);
	close(self->listener);
	EXPECT_TRUE(nb_wait(nb_sessions(&self->host[1], -1) == 0));
}

/* A counter of TCP in the namespace of the caller, -1 if there is none. */
static long tcp_counter(const char *name)
{
	FILE *file = fopen("/proc/thread-self/net/netstat", "r");
	char names[8192], values[8192], *n, *v, *more[2];
	long found = -1;

	if (!file)
		return -1;
	if (fgets(names, sizeof(names), file) &&
	    fgets(values, sizeof(values), file)) {
		n = strtok_r(names, " \n", &more[0]);
		v = strtok_r(values, " \n", &more[1]);
		for (; n && v; n = strtok_r(NULL, " \n", &more[0]),
			       v = strtok_r(NULL, " \n", &more[1]))
			if (!strcmp(n, name))
				found = atol(v);
	}
	fclose(file);
	return found;
}

/* Rounds until TCP puts acknowledgments off, and those that count */
#define HASTY	20
#define ROUNDS	40

static bool all_acknowledged(int fd)
{
	int n = -1;

	return !ioctl(fd, SIOCOUTQ, &n) && !n;
}

/*
 * TCP puts off acknowledging the beginning of a message. Its timer for that, of
 * one jiffy at least, counts what it sends: most is sent before.
 */
TEST_F(raw, beginning_of_a_message_is_acknowledged_soon)
{
	struct timespec tick;
	long before = 0;
	uint8_t buf[204];
	int i;

	ASSERT_EQ(0, clock_getres(CLOCK_MONOTONIC, &tick));
	if (tick.tv_nsec > 100000)
		SKIP(return, "no timers of less than a jiffy");
	ASSERT_EQ(0, nb_enter(&self->host[1]));
	ss_header(buf, SS_MESSAGE, 200);
	for (i = 0; i < HASTY + ROUNDS; i++) {
		if (i == HASTY)
			before = tcp_counter("DelayedACKs");
		ASSERT_EQ(104, tcp_put(self->peer, buf, 104));
		ASSERT_TRUE(nb_wait(all_acknowledged(self->peer)));
		ASSERT_EQ(100, tcp_put(self->peer, buf + 104, 100));
		ASSERT_EQ(200, recv(self->sk, buf + 4, 200, 0));
		ASSERT_EQ(200, send(self->sk, buf + 4, 200, 0));
		ASSERT_EQ(204, tcp_get(self->peer, buf, 204));
	}
	ASSERT_LE(0, before);
	EXPECT_GT(ROUNDS / 2, tcp_counter("DelayedACKs") - before);
}

/* The rest of it comes in drops. */
TEST_F(raw, largest_message_in_drops)
{
	uint8_t *buf = malloc(131075), *got = malloc(131075);
	size_t done;

	ss_header(buf, SS_MESSAGE, NETBIOS_MAX_MESSAGE);
	nb_fill(buf + 4, NETBIOS_MAX_MESSAGE, 5);
	for (done = 0; done < 131074; done += 997) {
		size_t n = 131074 - done < 997 ? 131074 - done : 997;

		ASSERT_EQ(n, tcp_put(self->peer, buf + done, n));
		if (done % (997 * 40) == 0) {
			ASSERT_EQ(0, nb_poll(self->sk, POLLIN, 1));
		}
	}
	ASSERT_EQ(1, tcp_put(self->peer, buf + 131074, 1));
	ASSERT_EQ(NETBIOS_MAX_MESSAGE,
		  nb_recv(self->sk, got, NETBIOS_MAX_MESSAGE, NULL));
	EXPECT_TRUE(nb_filled(got, NETBIOS_MAX_MESSAGE, 5));
	free(got);
	free(buf);
}

/* Whoever does not read is not sent more than the windows hold. */
TEST_F(raw, reader_that_does_not_read_holds_the_peer_back)
{
	char *buf = calloc(1, 100004);
	size_t total = 0;
	ssize_t n;

	ss_header((uint8_t *)buf, SS_MESSAGE, 100000);
	fcntl(self->peer, F_SETFL, O_NONBLOCK);
	while (total < 64 << 20) {
		n = send(self->peer, buf + total % 100004,
			 100004 - total % 100004, MSG_NOSIGNAL);
		if (n < 0 && nb_poll(self->peer, POLLOUT, 500) == 0)
			break;
		total += n > 0 ? n : 0;
	}
	EXPECT_GT(64 << 20, total);
	ASSERT_EQ(POLLIN, nb_poll(self->sk, POLLIN, 0));
	n = total / 100004;
	while (n--) {
		ASSERT_EQ(100000, nb_recv(self->sk, buf, 100000, NULL));
	}
	free(buf);
}

TEST_HARNESS_MAIN
