// SPDX-License-Identifier: GPL-2.0
/*
 * Many sessions, many threads, everything at once. A short form runs with the
 * fast tests; NB_LONG asks for 10,000 sessions and longer runs.
 */
#include <sys/resource.h>

#include "nb_test.h"

FIXTURE(stress) {
	struct nb_host host[2];
	struct nb_host *server;
	bool many;
};

FIXTURE_SETUP(stress)
{
	struct rlimit limit = { 65536, 65536 };

	self->many = getenv("NB_LONG");
	ASSERT_EQ(0, setrlimit(RLIMIT_NOFILE, &limit));
	ASSERT_EQ(0, nb_network(self->host, 2));
	self->server = &self->host[1];
}

FIXTURE_TEARDOWN(stress)
{
	nb_hosts_free(self->host, 2);
}

TEST_F_TIMEOUT(stress, many_sessions, 900)
{
	int n = self->many ? 10000 : 300, i;
	int *a = calloc(n, sizeof(*a)), *b = calloc(n, sizeof(*b));
	int listener = nb_listener(self->server, "SERVER", 16);

	for (i = 0; i < n; i++) {
		a[i] = nb_call(self->host, "CLIENT", "SERVER");
		ASSERT_LE(0, a[i]) {
			TH_LOG("session %d: %s", i, strerror(-a[i]));
		}
		b[i] = nb_accept(listener);
		ASSERT_LE(0, b[i]);
	}
	EXPECT_EQ(n, nb_sessions(self->host, NETBIOS_SESSION_STATE_CONNECTED));
	EXPECT_EQ(n, nb_sessions(self->server,
				 NETBIOS_SESSION_STATE_CONNECTED));
	EXPECT_EQ(n, nb_get(self->host, NETBIOS_A_NODE_SESSIONS));
	EXPECT_EQ(n, nb_get(self->server, NETBIOS_A_NODE_SESSIONS));
	for (i = 0; i < n; i++) {
		ASSERT_EQ(i % 1000, nb_send_filled(a[i], i % 1000, i));
		ASSERT_EQ(i % 777, nb_send_filled(b[i], i % 777, i));
	}
	for (i = n - 1; i >= 0; i--) {
		ASSERT_EQ(0, nb_recv_filled(b[i], i % 1000, i));
		ASSERT_EQ(0, nb_recv_filled(a[i], i % 777, i));
	}
	for (i = 0; i < n; i++) {
		close(i & 1 ? a[i] : b[i]);
		close(i & 1 ? b[i] : a[i]);
	}
	close(listener);
	EXPECT_TRUE(nb_wait(nb_get(self->host, NETBIOS_A_NODE_SOCKETS) == 0));
	EXPECT_TRUE(nb_wait(nb_get(self->server,
				   NETBIOS_A_NODE_SOCKETS) == 0));
	EXPECT_EQ(0, nb_get(self->host, NETBIOS_A_NODE_SESSIONS));
	EXPECT_EQ(0, nb_get(self->server, NETBIOS_A_NODE_SESSIONS));
	free(a);
	free(b);
}

struct flow {
	int		fd;
	int		n;
	unsigned int	seed;
};

static unsigned int next_random(unsigned int *state)
{
	*state = *state * 1664525 + 1013904223;
	return *state >> 8;
}

static size_t length_of(unsigned int *state)
{
	unsigned int x = next_random(state), kind = x & 7;

	x = next_random(state);
	return kind < 4 ? x % 200 : kind < 6 ? x % 5000 : kind < 7 ?
	       x % 40000 : x % (NETBIOS_MAX_MESSAGE + 1);
}

static int send_flow(void *arg)
{
	struct flow *flow = arg;
	unsigned int state = flow->seed;
	int i, ret;

	for (i = 0; i < flow->n; i++) {
		size_t len = length_of(&state);

		ret = nb_send_filled(flow->fd, len, i);
		if (ret != (int)len)
			return ret < 0 ? ret : -EPROTO;
	}
	return 0;
}

static int recv_flow(void *arg)
{
	struct flow *flow = arg;
	unsigned int state = flow->seed;
	int i, err = 0;

	for (i = 0; i < flow->n && !err; i++)
		err = nb_recv_filled(flow->fd, length_of(&state), i);
	return err;
}

#define PAIRS 6

/* Both ways on each of some sessions, every size, every octet checked. */
TEST_F_TIMEOUT(stress, many_threads, 900)
{
	struct nb_task task[PAIRS * 4];
	struct flow flow[PAIRS * 4];
	int sk[2], i, j, n = self->many ? 2000 : 60;

	for (i = 0; i < PAIRS; i++) {
		ASSERT_EQ(0, nb_session(self->host, self->server, sk));
		for (j = 0; j < 4; j++) {
			/* 0: sends at a, 1: receives at b, 2: at b, 3: at a */
			flow[4 * i + j] = (struct flow) {
				sk[j == 1 || j == 2], n, 10 * i + j / 2,
			};
			ASSERT_EQ(0, nb_task_start(&task[4 * i + j], j & 1 ?
						   recv_flow : send_flow,
						   &flow[4 * i + j]));
		}
	}
	for (i = 0; i < PAIRS * 4; i++) {
		ASSERT_TRUE(nb_wait(task[i].done) || nb_wait(task[i].done) ||
			    nb_wait(task[i].done) || nb_wait(task[i].done));
		EXPECT_EQ(0, nb_task_end(&task[i]));
	}
}

/* A caller that does something at random, and leaves in some way. */
static int wild_caller(struct nb_host *host, unsigned int seed, uint64_t end)
{
	unsigned int state = seed * 7919 + 1;
	char buf[2000];

	while (nb_now() < end) {
		int fd = nb_call(host, "CLIENT", "SERVER"), i;
		struct linger linger = { 1, 0 };

		if (fd < 0) {
			if (fd != -ECONNREFUSED && fd != -ETIMEDOUT &&
			    fd != -ECONNRESET)
				return -fd;
			continue;
		}
		for (i = next_random(&state) % 6; i > 0; i--)
			nb_send_filled(fd, length_of(&state), i);
		fcntl(fd, F_SETFL, O_NONBLOCK);
		switch (next_random(&state) % 5) {
		case 0:
			setsockopt(fd, SOL_SOCKET, SO_LINGER, &linger,
				   sizeof(linger));
			break;
		case 1:
			shutdown(fd, SHUT_WR);
			break;
		case 2:
			shutdown(fd, SHUT_RDWR);
			break;
		case 3:
			nb_recv(fd, buf, sizeof(buf), NULL);
			break;
		}
		close(fd);
	}
	return 0;
}

static int wild_server(struct nb_host *host, unsigned int seed, uint64_t end)
{
	unsigned int state = seed * 104729 + 1;
	char *buf = malloc(NETBIOS_MAX_MESSAGE);
	int listener = nb_listener(host, "SERVER", 4), fd, i;

	while (nb_now() < end && listener >= 0) {
		if (nb_poll(listener, POLLIN, 50) <= 0)
			continue;
		fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK);
		if (fd < 0)
			continue;
		for (i = next_random(&state) % 8; i > 0; i--) {
			if (nb_poll(fd, POLLIN, 20) > 0 &&
			    nb_recv(fd, buf, next_random(&state) %
				    NETBIOS_MAX_MESSAGE, NULL) < 0)
				break;
			if (next_random(&state) & 1)
				nb_send_filled(fd, length_of(&state), i);
		}
		close(fd);
		/* now and then the listener goes, with its queue */
		if (next_random(&state) % 40 == 0) {
			close(listener);
			listener = nb_listener(host, "SERVER", 4);
		}
	}
	return listener < 0 ? -listener : 0;
}

/* Names come and go, dumps are taken. */
static int wild_admin(struct nb_host *host, unsigned int seed, uint64_t end)
{
	char name[16];
	int err = 0, fd;

	nb_set(host, NETBIOS_A_NODE_RELEASE_TIMEOUT, 0);
	while (nb_now() < end && !err) {
		struct nb_name_info info = { .owner = NB_ANYBODY,
			.state = NETBIOS_NAME_STATE_REGISTERED };

		snprintf(name, sizeof(name), "W%u", seed);
		err = nb_name_put(host, name, &info);
		fd = nb_bound(host, name, 0);
		listen(fd, 1);
		if (nb_sessions(host, -1) < 0)
			err = -EIO;
		close(fd);
		nb_name_del(host, name);
		nb_cache_add(host, name, "10.9.0.9");
		nb_cache_del(host, name);
		nb_pause(5);
	}
	return -err;
}

TEST_F_TIMEOUT(stress, random_closes, 900)
{
	int seconds = self->many ? 60 : 6, i, n = 0;
	uint64_t end = nb_now() + seconds * 1000;
	pid_t pid[8];

	ASSERT_EQ(0, nb_set(self->host, NETBIOS_A_NODE_RETRY_COUNT, 2));
	ASSERT_EQ(0, nb_set(self->host, NETBIOS_A_NODE_CLOSE_TIMEOUT, 1));
	ASSERT_EQ(0, nb_set(self->server, NETBIOS_A_NODE_CLOSE_TIMEOUT, 1));
	for (i = 0; i < 8; i++) {
		pid[n] = fork();
		if (!pid[n]) {
			/* netlink sockets of its own: replies must not mix */
			struct nb_host host = i < 4 ? self->host[0] :
							  *self->server;

			nb_enter(&host);
			host.nl = nb_nl_open();
			if (i < 4)
				_exit(wild_caller(&host, i, end));
			if (i < 5)
				_exit(wild_server(&host, i, end));
			_exit(wild_admin(&host, i, end));
		}
		n++;
	}
	while (nb_now() < end) {
		/* a caller dies without notice */
		nb_pause(500);
		kill(pid[3], SIGKILL);
	}
	for (i = 0; i < 8; i++) {
		EXPECT_EQ(i == 3 ? -SIGKILL : 0, nb_child_end(pid[i]));
	}
	EXPECT_TRUE(nb_wait(nb_sessions(self->host, -1) == 0));
	EXPECT_TRUE(nb_wait(nb_sessions(self->server, -1) == 0));
}

/* Plain TCP callers whose requests come in pieces, or not at all. */
static int wild_peer(struct nb_host *host, unsigned int seed, uint64_t end)
{
	unsigned int state = seed * 65537 + 1;
	uint8_t request[SS_REQUEST_LEN], body[8];

	ss_request(request, "SERVER", "ANYBODY", NULL);
	while (nb_now() < end) {
		int fd = tcp_connect(&host[0], &host[1], SS_PORT);
		int cut = next_random(&state) % (SS_REQUEST_LEN + 1);
		unsigned int how = next_random(&state) % 4;

		if (fd < 0)
			return -fd;
		tcp_put(fd, request, cut);
		if (how & 1)
			sched_yield();
		if (how & 2)
			tcp_put(fd, request + cut, SS_REQUEST_LEN - cut);
		if (how == 3 && next_random(&state) & 1)
			ss_get_answer(fd, body);
		if (next_random(&state) & 1)
			tcp_reset(fd);
		else
			close(fd);
	}
	return 0;
}

/* Connections that become sessions, or go, while the server looks at them. */
TEST_F_TIMEOUT(stress, half_open_churn, 300)
{
	uint64_t end = nb_now() + (self->many ? 30000 : 4000);
	int listener = nb_listener(self->server, "SERVER", 16), i, fd;
	pid_t pid[4];

	ASSERT_LE(0, listener);
	fcntl(listener, F_SETFL, O_NONBLOCK);
	for (i = 0; i < 4; i++) {
		pid[i] = fork();
		if (!pid[i])
			_exit(wild_peer(self->host, i, end));
	}
	while (nb_now() < end + 500) {
		nb_poll(listener, POLLIN, 20);
		fd = accept(listener, NULL, NULL);
		if (fd >= 0)
			close(fd);
	}
	for (i = 0; i < 4; i++) {
		EXPECT_EQ(0, nb_child_end(pid[i]));
	}
	close(listener);
	EXPECT_TRUE(nb_wait(nb_sessions(self->server, -1) == 0));
	EXPECT_EQ(0, nb_set(self->server, NETBIOS_A_NODE_ENABLED, 0));
}

struct churn {
	int	fd;
	bool	*stop;
};

static int peek_and_poll(void *arg)
{
	struct churn *churn = arg;
	char buf[100];
	int n;

	while (!__atomic_load_n(churn->stop, __ATOMIC_RELAXED)) {
		nb_poll(churn->fd, POLLIN | POLLOUT, 1);
		recv(churn->fd, buf, sizeof(buf), MSG_PEEK | MSG_DONTWAIT);
		ioctl(churn->fd, FIONREAD, &n);
		nb_setopt(churn->fd, NB_KEEPALIVE, 1 + (n & 1));
		nb_getopt(churn->fd, NB_WIRE_ERROR);
	}
	return 0;
}

/* Those who only look do not disturb those who transfer. */
TEST_F_TIMEOUT(stress, onlookers, 300)
{
	int sk[2], i, n = self->many ? 3000 : 150;
	struct nb_task task[6];
	struct churn churn[2];
	struct flow flow[4];
	bool stop = false;

	ASSERT_EQ(0, nb_session(self->host, self->server, sk));
	for (i = 0; i < 4; i++) {
		flow[i] = (struct flow) { sk[i == 1 || i == 2], n, i / 2 };
		ASSERT_EQ(0, nb_task_start(&task[i], i & 1 ? recv_flow :
					   send_flow, &flow[i]));
	}
	for (i = 0; i < 2; i++) {
		churn[i] = (struct churn) { sk[i], &stop };
		ASSERT_EQ(0, nb_task_start(&task[4 + i], peek_and_poll,
					   &churn[i]));
	}
	for (i = 0; i < 4; i++) {
		ASSERT_TRUE(nb_wait(task[i].done) || nb_wait(task[i].done) ||
			    nb_wait(task[i].done));
		EXPECT_EQ(0, nb_task_end(&task[i]));
	}
	__atomic_store_n(&stop, true, __ATOMIC_RELAXED);
	for (i = 4; i < 6; i++) {
		EXPECT_EQ(0, nb_task_end(&task[i]));
	}
}

TEST_HARNESS_MAIN
