// SPDX-License-Identifier: GPL-2.0
/*
 * Our end is called by a byte-level peer that follows the rules: the four
 * answers, the choice of the listener, early data, hand-over, caps and time
 * limits on connections without a session. SS-014 to SS-026, HANDOFF.
 */
#include "nb_test.h"

/* host[0] has the byte-level peer, host[1] is the node under test */
NB_FIXTURE(net, 2)

#define CALL(called, calling) call_server(self->host, called, calling)

/* Connects and sends a request: the descriptor. */
static int call_server(struct nb_host *host, const char *called,
		       const char *calling)
{
	int fd = tcp_connect(&host[0], &host[1], SS_PORT);

	if (fd >= 0)
		ss_put_request(fd, called, calling);
	return fd;
}

/* A refusal; its octets are also types of answers. */
#define REFUSAL(error)	(SS_NEGATIVE << 8 | (error))

/* The whole attempt: the answer, or REFUSAL(). */
static int attempt(struct nb_host *host, const char *called,
		   const char *calling)
{
	int fd = call_server(host, called, calling), ret;
	uint8_t body[8];

	if (fd < 0)
		return fd;
	ret = ss_get_answer(fd, body);
	if (ret == SS_NEGATIVE)
		ret = REFUSAL(body[0]);
	else if (ret == SS_POSITIVE)
		return ret;	/* stays open, for the test to accept */
	close(fd);
	return ret;
}

/* SS-014, SS-033 */
TEST_F(net, situation_1_positive)
{
	int listener = nb_listener(self->server, "SERVER", 4), fd, child;

	fd = CALL("SERVER", "ANYBODY#03");
	EXPECT_EQ(SS_POSITIVE, ss_get_answer(fd, NULL));
	EXPECT_TRUE(tcp_silent(fd));
	child = nb_accept(listener);
	ASSERT_LE(0, child);
	EXPECT_EQ(1, nb_stat(self->server, NB_STAT_SESSIONS_ACCEPTED));
}

/* SS-015, SS-019: refusals are followed by our close */
TEST_F(net, situation_2_no_resources)
{
	int listener = nb_listener(self->server, "SERVER", 1), fd, i, ret = 0;
	uint8_t body[8];

	ASSERT_LE(0, listener);
	for (i = 0; i < 4 && ret != SS_NEGATIVE; i++) {
		fd = CALL("SERVER", "ANYBODY");
		ret = ss_get_answer(fd, body);
	}
	ASSERT_EQ(SS_NEGATIVE, ret);
	EXPECT_EQ(0x83, body[0]);
	EXPECT_EQ(0, tcp_end(fd));
	EXPECT_EQ(1, nb_stat(self->server, NB_STAT_REFUSED_RESOURCES));
}

/* SS-016 */
TEST_F(net, situation_3_nobody_listens)
{
	int fd = CALL("SERVER", "ANYBODY");
	uint8_t body[8];

	EXPECT_EQ(SS_NEGATIVE, ss_get_answer(fd, body));
	EXPECT_EQ(0x80, body[0]);
	EXPECT_EQ(0, tcp_end(fd));
	/* bound is not listening */
	ASSERT_LE(0, nb_bound(self->server, "SERVER", 0));
	EXPECT_EQ(REFUSAL(0x80), attempt(self->host, "SERVER", "ANYBODY"));
	EXPECT_EQ(2, nb_stat(self->server, NB_STAT_REFUSED_NO_LISTEN));
}

static int listen_for(const struct nb_host *host, const char *caller)
{
	struct sockaddr_nb only = nb_addr(caller);
	int fd = nb_bound(host, "SERVER", 0);

	if (setsockopt(fd, SOL_NETBIOS, NB_CALLER, &only, sizeof(only)) ||
	    listen(fd, 4))
		return -errno;
	return fd;
}

/* SS-016, SS-018 */
TEST_F(net, situation_3_listens_for_another_caller)
{
	int fd;
	uint8_t body[8];

	ASSERT_LE(0, listen_for(self->server, "FRIEND"));
	fd = CALL("SERVER", "STRANGER");
	EXPECT_EQ(SS_NEGATIVE, ss_get_answer(fd, body));
	EXPECT_EQ(0x81, body[0]);
	EXPECT_EQ(0, tcp_end(fd));
	EXPECT_EQ(REFUSAL(0x81), attempt(self->host, "SERVER", "FRIEND#20"));
	EXPECT_EQ(SS_POSITIVE, attempt(self->host, "SERVER", "FRIEND"));
	EXPECT_EQ(2, nb_stat(self->server, NB_STAT_REFUSED_CALLER));
}

/* SS-017 */
TEST_F(net, situation_4_name_is_not_here)
{
	int listener = nb_listener(self->server, "SERVER", 4), fd;
	uint8_t body[8];

	ASSERT_LE(0, listener);
	fd = CALL("ABSENT", "ANYBODY");
	EXPECT_EQ(SS_NEGATIVE, ss_get_answer(fd, body));
	EXPECT_EQ(0x82, body[0]);
	EXPECT_EQ(0, tcp_end(fd));
	EXPECT_EQ(REFUSAL(0x82), attempt(self->host, "SERVER#20", "ANYBODY"));
	EXPECT_EQ(REFUSAL(0x82), attempt(self->host, "server", "ANYBODY"));
	EXPECT_EQ(REFUSAL(0x82), attempt(self->host, "*", "ANYBODY"));
	EXPECT_EQ(4, nb_stat(self->server, NB_STAT_REFUSED_NO_NAME));
	EXPECT_EQ(0, nb_poll(listener, POLLIN, 0));
}

/* SS-017: a name in conflict is not here */
TEST_F(net, name_in_conflict_is_82)
{
	ASSERT_LE(0, nb_listener(self->server, "SERVER", 4));
	EXPECT_EQ(SS_POSITIVE, attempt(self->host, "SERVER", "ANYBODY"));
	ASSERT_EQ(0, nb_name_state(self->server, "SERVER",
				   NETBIOS_NAME_STATE_CONFLICT));
	EXPECT_EQ(REFUSAL(0x82), attempt(self->host, "SERVER", "ANYBODY"));
}

/* SS-018: the exact caller before the wildcard */
TEST_F(net, exact_caller_matches_first)
{
	int any, exact;

	any = nb_listener(self->server, "SERVER", 4);
	ASSERT_LE(0, any);
	exact = listen_for(self->server, "FRIEND");
	ASSERT_LE(0, exact);
	EXPECT_EQ(SS_POSITIVE, attempt(self->host, "SERVER", "FRIEND"));
	EXPECT_EQ(POLLIN, nb_poll(exact, POLLIN, NB_BOUND));
	EXPECT_EQ(0, nb_poll(any, POLLIN, 0));
	EXPECT_EQ(SS_POSITIVE, attempt(self->host, "SERVER", "OTHER"));
	EXPECT_EQ(POLLIN, nb_poll(any, POLLIN, NB_BOUND));
}

/* SS-020, HANDOFF-005: octets behind the request belong to the session */
TEST_F(net, early_data_is_kept)
{
	int listener = nb_listener(self->server, "SERVER", 4), fd, child;
	uint8_t buf[400];
	size_t len;

	len = ss_request(buf, "SERVER", "ANYBODY", NULL);
	len += ss_header(buf + len, SS_MESSAGE, 100);
	nb_fill(buf + len, 100, 1);
	len += 100;
	len += ss_header(buf + len, SS_MESSAGE, 50);
	nb_fill(buf + len, 50, 2);
	len += 20;	/* the rest comes later */
	fd = tcp_connect(&self->host[0], self->server, SS_PORT);
	ASSERT_EQ(len, tcp_put(fd, buf, len));
	ASSERT_EQ(SS_POSITIVE, ss_get_answer(fd, NULL));
	child = nb_accept(listener);
	EXPECT_EQ(POLLIN, nb_poll(child, POLLIN, NB_BOUND));
	ASSERT_EQ(0, nb_recv_filled(child, 100, 1));
	EXPECT_EQ(0, nb_poll(child, POLLIN, NB_QUIET));
	ASSERT_EQ(30, tcp_put(fd, buf + len, 30));
	EXPECT_EQ(0, nb_recv_filled(child, 50, 2));
}

/* As cifs.ko does it: the first message does not wait for the answer. */
TEST_F(net, large_early_message_is_kept)
{
	int listener = nb_listener(self->server, "SERVER", 4), fd, child;

	fd = CALL("SERVER", "ANYBODY");
	ASSERT_EQ(0, ss_put_message(fd, 100000, 7));
	ASSERT_EQ(0, ss_put_message(fd, 0, 0));
	ASSERT_EQ(SS_POSITIVE, ss_get_answer(fd, NULL));
	child = nb_accept(listener);
	EXPECT_EQ(0, nb_recv_filled(child, 100000, 7));
	EXPECT_EQ(0, nb_recv_filled(child, 0, 0));
}

/* Early data and the end: a whole session before anybody accepts. */
TEST_F(net, caller_that_left_before_accept)
{
	int listener = nb_listener(self->server, "SERVER", 4), fd, child;
	int flags = 0;
	char octet;

	fd = CALL("SERVER", "ANYBODY");
	ASSERT_EQ(0, ss_put_message(fd, 30, 1));
	ASSERT_EQ(SS_POSITIVE, ss_get_answer(fd, NULL));
	close(fd);
	child = nb_accept(listener);
	ASSERT_LE(0, child);
	EXPECT_EQ(0, nb_recv_filled(child, 30, 1));
	EXPECT_EQ(0, nb_recv(child, &octet, 1, &flags));
	EXPECT_EQ(0, flags & MSG_EOR);
}

/* The end behind the request, so that the session begins with it. */
TEST_F(net, caller_that_left_before_the_answer)
{
	int listener = nb_listener(self->server, "SERVER", 4), fd, child;
	int flags = 0;
	char octet;

	fd = CALL("SERVER", "ANYBODY");
	ASSERT_EQ(0, shutdown(fd, SHUT_WR));
	ASSERT_EQ(SS_POSITIVE, ss_get_answer(fd, NULL));
	child = nb_accept(listener);
	ASSERT_LE(0, child);
	EXPECT_EQ(POLLHUP, nb_poll(child, POLLHUP, NB_BOUND));
	EXPECT_EQ(0, nb_recv(child, &octet, 1, &flags));
	EXPECT_EQ(0, flags & MSG_EOR);
	EXPECT_EQ(0, tcp_end(fd));
}

static int64_t outcomes(const struct nb_host *host)
{
	return nb_stat(host, NB_STAT_SESSIONS_ACCEPTED) +
	       nb_stat(host, NB_STAT_REFUSED_RESOURCES);
}

/*
 * The connection is reset before it can become a session: its place in the
 * queue, the only one, is free again. It takes luck, but not much.
 */
TEST_F(net, caller_that_left_gives_its_place_back)
{
	int listener = nb_listener(self->server, "SERVER", 0), fd, i;

	fcntl(listener, F_SETFL, O_NONBLOCK);
	for (i = 1; i < 200 &&
	     !nb_stat(self->server, NB_STAT_REFUSED_RESOURCES); i++) {
		fd = CALL("SERVER", "ANYBODY");
		ASSERT_LE(0, fd);
		tcp_reset(fd);
		ASSERT_TRUE(nb_wait(outcomes(self->server) == i));
		while ((fd = accept(listener, NULL, NULL)) >= 0)
			close(fd);
		ASSERT_EQ(EAGAIN, errno);
	}
	EXPECT_EQ(SS_POSITIVE, attempt(self->host, "SERVER", "ANYBODY"));
}

TEST_F(net, request_octet_by_octet)
{
	int listener = nb_listener(self->server, "SERVER", 4), fd;
	uint8_t buf[SS_REQUEST_LEN];
	int i;

	fd = tcp_connect(&self->host[0], self->server, SS_PORT);
	ss_request(buf, "SERVER", "ANYBODY", NULL);
	for (i = 0; i < SS_REQUEST_LEN; i++) {
		if (i == 4 || i == 71) {
			ASSERT_TRUE(tcp_silent(fd));
		}
		ASSERT_EQ(1, tcp_put(fd, buf + i, 1));
	}
	EXPECT_EQ(SS_POSITIVE, ss_get_answer(fd, NULL));
	EXPECT_LE(0, nb_accept(listener));
}

/* NAME-019, NAME-020: request in another scope */
TEST_F(net, scope_must_be_ours)
{
	struct nb_name_info scoped = { .owner = NB_ANYBODY, .permanent = true,
		.scope = "LAB.COM", .state = NETBIOS_NAME_STATE_REGISTERED };
	int listener = nb_listener(self->server, "SERVER", 4), fd, i;
	const char *scope[] = { "LAB.COM", "LAB", "COM", "lab.com" };
	uint8_t buf[300], body[8];
	char text[64] = "";
	socklen_t got;
	size_t len;
	int child;

	for (i = 0; i < 3; i++) {
		len = ss_request(buf, "SERVER", "ANYBODY", scope[i]);
		fd = tcp_connect(&self->host[0], self->server, SS_PORT);
		ASSERT_EQ(len, tcp_put(fd, buf, len));
		EXPECT_EQ(SS_NEGATIVE, ss_get_answer(fd, body));
		EXPECT_EQ(0x82, body[0]);
		EXPECT_EQ(0, tcp_end(fd));
	}
	EXPECT_EQ(0, nb_poll(listener, POLLIN, 0));
	ASSERT_EQ(0, nb_name_put(self->server, "SERVER", &scoped));
	nb_enter(self->server);
	fd = socket(AF_NETBIOS, SOCK_SEQPACKET, 0);
	ASSERT_EQ(0, setsockopt(fd, SOL_NETBIOS, NB_SCOPE, "LAB.COM", 7));
	ASSERT_EQ(0, nb_bind(fd, "SERVER", 0));
	ASSERT_EQ(0, listen(fd, 4));
	for (i = 0; i < 4; i += 3) {
		int peer = tcp_connect(&self->host[0], self->server, SS_PORT);

		len = ss_request(buf, "SERVER", "ANYBODY", scope[i]);
		ASSERT_EQ(len, tcp_put(peer, buf, len));
		EXPECT_EQ(SS_POSITIVE, ss_get_answer(peer, NULL));
		child = nb_accept(fd);
		ASSERT_LE(0, child);
		got = sizeof(text);
		ASSERT_EQ(0, getsockopt(child, SOL_NETBIOS, NB_SCOPE, text,
					&got));
		EXPECT_STREQ("LAB.COM", text);
	}
}

/* SS-021, HANDOFF-006 */
TEST_F(net, silent_caller_is_dropped)
{
	uint64_t start;
	int fd;

	ASSERT_EQ(0, nb_set(self->server, NETBIOS_A_NODE_REQUEST_TIMEOUT, 400));
	fd = tcp_connect(&self->host[0], self->server, SS_PORT);
	start = nb_now();
	EXPECT_EQ(0, tcp_end(fd));
	EXPECT_LE(350, nb_now() - start);
	EXPECT_TRUE(nb_wait(nb_stat(self->server, NB_STAT_HALFOPEN_TIMEOUT) == 1));
}

/* An octet now and then does not prolong the time. */
TEST_F(net, slow_caller_is_dropped)
{
	uint8_t buf[SS_REQUEST_LEN];
	int fd, i;

	ASSERT_EQ(0, nb_set(self->server, NETBIOS_A_NODE_REQUEST_TIMEOUT, 500));
	ss_request(buf, "SERVER", "ANYBODY", NULL);
	fd = tcp_connect(&self->host[0], self->server, SS_PORT);
	for (i = 0; i < SS_REQUEST_LEN - 1; i++) {
		if (tcp_put(fd, buf + i, 1) < 0 ||
		    nb_poll(fd, POLLIN, 50) != 0)
			break;
	}
	EXPECT_GT(SS_REQUEST_LEN - 1, i);
	EXPECT_EQ(0, tcp_end(fd));
}

/* Who is too many is reset, at once: perhaps while still in connect(). */
static bool connected_or_reset(int fd)
{
	return fd >= 0 || fd == -ECONNRESET;
}

static int count_open(int *fd, int n)
{
	int i, open = 0;

	for (i = 0; i < n; i++)
		open += fd[i] >= 0 &&
			nb_poll(fd[i], POLLIN | POLLRDHUP, 0) == 0;
	return open;
}

TEST_F(net, cap_on_half_open_connections_of_a_source)
{
	int fd[12], i;

	ASSERT_EQ(0, nb_set(self->server, NETBIOS_A_NODE_HALFOPEN_SOURCE_MAX,
			    5));
	ASSERT_LE(0, nb_listener(self->server, "SERVER", 20));
	for (i = 0; i < 12; i++) {
		fd[i] = tcp_connect(&self->host[0], self->server, SS_PORT);
		ASSERT_TRUE(connected_or_reset(fd[i]));
	}
	EXPECT_TRUE(nb_wait(count_open(fd, 12) == 5));
	EXPECT_EQ(7, nb_stat(self->server, NB_STAT_HALFOPEN_SOURCE_CAP));
	/* another address is not concerned */
	ASSERT_LE(0, tcp_connect(self->server, self->server, SS_PORT));
	EXPECT_EQ(7, nb_stat(self->server, NB_STAT_HALFOPEN_SOURCE_CAP));
	/* a session is not half-open any more, and makes room */
	for (i = 0; i < 12; i++)
		if (count_open(&fd[i], 1))
			break;
	ASSERT_EQ(72, ss_put_request(fd[i], "SERVER", "ANYBODY"));
	ASSERT_EQ(SS_POSITIVE, ss_get_answer(fd[i], NULL));
	EXPECT_EQ(SS_POSITIVE, attempt(self->host, "SERVER", "ANYBODY"));
}

TEST_F(net, cap_on_half_open_connections_of_the_node)
{
	int fd[12], i;

	ASSERT_EQ(0, nb_set(self->server, NETBIOS_A_NODE_HALFOPEN_MAX, 6));
	for (i = 0; i < 12; i++) {
		fd[i] = tcp_connect(&self->host[0], self->server, SS_PORT);
		ASSERT_TRUE(connected_or_reset(fd[i]));
	}
	EXPECT_TRUE(nb_wait(count_open(fd, 12) == 6));
	EXPECT_EQ(6, nb_stat(self->server, NB_STAT_HALFOPEN_CAP));
	for (i = 0; i < 12; i++)
		close(fd[i]);
	EXPECT_TRUE(nb_wait(attempt(self->host, "SERVER", "A") ==
			    REFUSAL(0x80)));
}

/* Reset, and not closed: @fd is what tcp_connect() gave */
static bool is_reset(int fd)
{
	char octet;

	return fd == -ECONNRESET ||
	       (recv(fd, &octet, 1, 0) < 0 && errno == ECONNRESET);
}

/*
 * SS-019: the server closes first, and throws away what the caller sends all the
 * same: closing with that unread would be a reset, which may overtake the answer.
 * But who does not go keeps his place for two seconds only.
 */
TEST_F(net, refused_caller_that_stays)
{
	char octet, junk[100] = "";
	uint8_t body[8];
	int fd;

	ASSERT_EQ(0, nb_set(self->server, NETBIOS_A_NODE_HALFOPEN_MAX, 1));
	fd = CALL("SERVER", "ANYBODY");
	ASSERT_EQ(SS_NEGATIVE, ss_get_answer(fd, body));
	ASSERT_EQ(0, recv(fd, &octet, 1, 0));
	EXPECT_TRUE(is_reset(tcp_connect(&self->host[0], self->server,
					 SS_PORT)));
	EXPECT_EQ(1, nb_stat(self->server, NB_STAT_HALFOPEN_CAP));
	ASSERT_EQ(sizeof(junk), tcp_put(fd, junk, sizeof(junk)));
	EXPECT_TRUE(nb_wait(attempt(self->host, "SERVER", "ANYBODY") ==
			    REFUSAL(0x80)));
	EXPECT_EQ(0, nb_so_error(fd));
	EXPECT_EQ(0, nb_stat(self->server, NB_STAT_HALFOPEN_TIMEOUT));
}

/* SS-023, SS-024, HANDOFF-007: the server on its own port */
TEST_F(net, retarget_is_sent)
{
	struct nb_retarget to = { .nr_port = htons(1139) };
	/* one place, which none of the retargets takes */
	int listener = nb_listener(self->server, "SERVER", 0), fd;
	uint8_t body[8];

	ASSERT_EQ(0, setsockopt(listener, SOL_NETBIOS, NB_RETARGET, &to,
				sizeof(to)));
	fd = CALL("SERVER", "ANYBODY");
	ASSERT_EQ(SS_RETARGET, ss_get_answer(fd, body));
	/* address 0 means the one that the caller reached */
	EXPECT_EQ(0, memcmp(body, &self->server->addr, 4));
	EXPECT_EQ(0, memcmp(body + 4, &to.nr_port, 2));
	EXPECT_EQ(0, tcp_end(fd));
	inet_aton("10.9.0.77", (struct in_addr *)&to.nr_addr);
	ASSERT_EQ(0, setsockopt(listener, SOL_NETBIOS, NB_RETARGET, &to,
				sizeof(to)));
	fd = CALL("SERVER", "ANYBODY");
	ASSERT_EQ(SS_RETARGET, ss_get_answer(fd, body));
	EXPECT_EQ(0, memcmp(body, &to, 6));
	ASSERT_EQ(0, setsockopt(listener, SOL_NETBIOS, NB_RETARGET, NULL, 0));
	EXPECT_EQ(SS_POSITIVE, attempt(self->host, "SERVER", "ANYBODY"));
	EXPECT_EQ(2, nb_stat(self->server, NB_STAT_RETARGETS_SENT));
}

/* Callers fall back to *SMBSERVER<20>, which nobody can register. */
TEST_F(net, smbserver_reaches_the_name_that_is_set)
{
	int listener, child;
	struct sockaddr_nb addr;
	socklen_t len = sizeof(addr);

	ASSERT_EQ(0, nb_name_add(self->server, "SERVER#20"));
	listener = nb_listener(self->server, "SERVER#20", 4);
	EXPECT_EQ(REFUSAL(0x82),
		  attempt(self->host, "*SMBSERVER#20", "ANYBODY"));
	ASSERT_EQ(0, nb_set_name(self->server, NETBIOS_A_NODE_SMBSERVER_NAME,
				 "SERVER#20"));
	EXPECT_EQ(SS_POSITIVE, attempt(self->host, "*SMBSERVER#20", "ANYBODY"));
	child = nb_accept(listener);
	ASSERT_EQ(0, getsockname(child, (void *)&addr, &len));
	EXPECT_TRUE(nb_name_is(&addr, "SERVER#20"));
	EXPECT_EQ(REFUSAL(0x82), attempt(self->host, "*OTHER#20", "ANYBODY"));
	ASSERT_EQ(0, nb_set_name(self->server, NETBIOS_A_NODE_SMBSERVER_NAME,
				 NULL));
	EXPECT_EQ(REFUSAL(0x82),
		  attempt(self->host, "*SMBSERVER#20", "ANYBODY"));
}

/*
 * When the service goes, what is half-open is reset, and nobody waits for its
 * deadline.
 */
TEST_F(net, disabling_the_service_resets_what_is_half_open)
{
	uint64_t start;
	char octet;
	int fd, i;

	ASSERT_EQ(0, nb_set(self->server, NETBIOS_A_NODE_REQUEST_TIMEOUT,
			    600000));
	/* silent, and in the middle of its request */
	for (i = 0; i < 2; i++) {
		fd = tcp_connect(&self->host[0], self->server, SS_PORT);
		if (i)
			ASSERT_EQ(4, tcp_put(fd, "\x81\x00\x00\x44", 4));
		nb_pause(NB_QUIET);
		start = nb_now();
		ASSERT_EQ(0, nb_set(self->server, NETBIOS_A_NODE_ENABLED, 0));
		EXPECT_GT(NB_BOUND, nb_now() - start);
		EXPECT_EQ(-1, recv(fd, &octet, 1, 0));
		EXPECT_EQ(ECONNRESET, errno);
		ASSERT_EQ(0, nb_set(self->server, NETBIOS_A_NODE_ENABLED, 1));
	}
}

/* SS-026: the called name may be a group name */
TEST_F(net, group_name_can_be_called)
{
	struct nb_name_info group = { .group = true, .owner = NB_ANYBODY,
		.permanent = true, .state = NETBIOS_NAME_STATE_REGISTERED };
	int fd = nb_socket(self->server, 0);

	ASSERT_EQ(0, nb_name_put(self->server, "GROUP", &group));
	ASSERT_EQ(0, nb_bind(fd, "GROUP", NETBIOS_GROUP_NAME));
	ASSERT_EQ(0, listen(fd, 4));
	EXPECT_EQ(SS_POSITIVE, attempt(self->host, "GROUP", "ANYBODY"));
	EXPECT_LE(0, nb_accept(fd));
}

/* Connections that end before or inside the request leave nothing behind. */
TEST_F(net, caller_leaves_at_every_point)
{
	uint8_t buf[SS_REQUEST_LEN];
	int cut, fd;

	ss_request(buf, "SERVER", "ANYBODY", NULL);
	ASSERT_EQ(0, nb_set(self->server, NETBIOS_A_NODE_HALFOPEN_MAX, 4));
	ASSERT_EQ(0, nb_set(self->server, NETBIOS_A_NODE_REQUEST_TIMEOUT,
			    600000));
	for (cut = 0; cut < SS_REQUEST_LEN; cut += 5) {
		fd = tcp_connect(&self->host[0], self->server, SS_PORT);
		ASSERT_EQ(cut, tcp_put(fd, buf, cut));
		if (cut & 1)
			tcp_reset(fd);
		else
			close(fd);
	}
	EXPECT_TRUE(nb_wait(attempt(self->host, "SERVER", "ANYBODY") ==
			    REFUSAL(0x80)));
	EXPECT_EQ(0, nb_sessions(self->server, -1));
}

/* The called end of a disabled node is not there; its sessions live on. */
TEST_F(net, disabling_the_service_keeps_sessions)
{
	int listener = nb_listener(self->server, "SERVER", 4), fd, child;

	fd = CALL("SERVER", "ANYBODY");
	ASSERT_EQ(SS_POSITIVE, ss_get_answer(fd, NULL));
	child = nb_accept(listener);
	ASSERT_LE(0, child);
	ASSERT_EQ(0, nb_set(self->server, NETBIOS_A_NODE_ENABLED, 0));
	EXPECT_GT(0, tcp_connect(&self->host[0], self->server, SS_PORT));
	ASSERT_EQ(0, ss_put_message(fd, 10, 1));
	EXPECT_EQ(0, nb_recv_filled(child, 10, 1));
	ASSERT_EQ(0, nb_set(self->server, NETBIOS_A_NODE_ENABLED, 1));
	EXPECT_EQ(SS_POSITIVE, attempt(self->host, "SERVER", "ANYBODY"));
}

/* What was set on a listener, and is not what sockets have anyway */
static const struct inherited {
	int		level;
	int		opt;
	socklen_t	len;
	union {
		int		number;
		struct timeval	time;
		struct linger	linger;
	} value;
} inherited[] = {
	{ SOL_NETBIOS, NB_KEEP_REST, sizeof(int), { 1 } },
	{ SOL_NETBIOS, NB_STREAM, sizeof(int), { 1 } },
	{ SOL_NETBIOS, NB_KEEPALIVE, sizeof(int), { 17 } },
	{ SOL_SOCKET, SO_MARK, sizeof(int), { 77 } },
	{ SOL_SOCKET, SO_PRIORITY, sizeof(int), { 5 } },
	{ SOL_SOCKET, SO_SNDBUF, sizeof(int), { 20000 } },
	{ SOL_SOCKET, SO_RCVBUF, sizeof(int), { 21000 } },
	{ SOL_SOCKET, SO_KEEPALIVE, sizeof(int), { 1 } },
	{ SOL_SOCKET, SO_RCVTIMEO, sizeof(struct timeval),
	  { .time = { .tv_sec = 71 } } },
	{ SOL_SOCKET, SO_SNDTIMEO, sizeof(struct timeval),
	  { .time = { .tv_sec = 72 } } },
	{ SOL_SOCKET, SO_LINGER, sizeof(struct linger),
	  { .linger = { .l_onoff = 1, .l_linger = 3 } } },
};

static bool same_option(int a, int b, const struct inherited *option)
{
	socklen_t len = option->len;
	char of_a[16] = "", of_b[16] = "";

	return !getsockopt(a, option->level, option->opt, of_a, &len) &&
	       !getsockopt(b, option->level, option->opt, of_b, &len) &&
	       !memcmp(of_a, of_b, len);
}

/* Mark and priority are on its first packet, the answer, already. */
TEST_F(net, session_inherits_what_its_listener_has)
{
	int listener = nb_bound(self->server, "SERVER", 0), fd, child, seen;
	int plain = nb_socket(self->server, 0);
	const struct inherited *option;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(inherited); i++) {
		option = &inherited[i];
		ASSERT_EQ(0, setsockopt(listener, option->level, option->opt,
					&option->value, option->len));
		EXPECT_FALSE(same_option(plain, listener, option));
	}
	ASSERT_EQ(0, listen(listener, 1));
	seen = nb_watch(self->server, 77, 5);
	fd = CALL("SERVER", "ANYBODY");
	ASSERT_EQ(SS_POSITIVE, ss_get_answer(fd, NULL));
	EXPECT_LE(1, nb_watched(seen));
	child = nb_accept(listener);
	ASSERT_LE(0, child);
	for (i = 0; i < ARRAY_SIZE(inherited); i++) {
		EXPECT_TRUE(same_option(listener, child, &inherited[i])) {
			TH_LOG("option %d", inherited[i].opt);
		}
	}
	close(seen);
}

/* SO_SNDBUF, where nothing is acknowledged: what is on its way fills it. */
TEST_F(net, send_buffer_of_the_listener_bounds_the_session)
{
	int listener = nb_listener(self->server, "SERVER", 2), child[2], i;
	int small = 4096;

	for (i = 0; i < 2; i++) {
		ASSERT_EQ(SS_POSITIVE, attempt(self->host, "SERVER", "A"));
		child[i] = nb_accept(listener);
		ASSERT_LE(0, child[i]);
		ASSERT_EQ(0, setsockopt(listener, SOL_SOCKET, SO_SNDBUF, &small,
					sizeof(small)));
	}
	ASSERT_EQ(0, nb_link_set(&self->host[0], "veth0", false));
	for (i = 0; i < 2; i++) {
		ASSERT_EQ(9000, nb_send_filled(child[i], 9000, 1));
		EXPECT_EQ(i ? 0 : POLLOUT, nb_poll(child[i], POLLOUT, 0));
	}
	ASSERT_EQ(0, nb_link_set(&self->host[0], "veth0", true));
	EXPECT_EQ(POLLOUT, nb_poll(child[1], POLLOUT, NB_BOUND));
}

TEST_HARNESS_MAIN
