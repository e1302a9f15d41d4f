// SPDX-License-Identifier: GPL-2.0
/*
 * Messages and the TCP window: nothing is read before a message is whole, so a
 * message that needs more window than there is must not wait for it for ever,
 * nor for the probes of a sender that has stalled. SS-020, SS-045.
 *
 * On loopback a segment is as large as the whole first window, on veth it is
 * small, with the least MTU tiny. Two CPUs hide what one shows.
 */
#include <net/if.h>
#include <sys/sysinfo.h>

#include "nb_test.h"

#define LARGEST	NETBIOS_MAX_MESSAGE

FIXTURE(window) {
	struct nb_host host[2];
	struct nb_host *server;
	int listener;
	int sk[2];
};

FIXTURE_VARIANT(window) {
	int hosts;
	int mtu;
	bool one_cpu;
};

FIXTURE_VARIANT_ADD(window, lo_one_cpu) { 1, 0, true };
FIXTURE_VARIANT_ADD(window, lo) { 1, 0, false };
FIXTURE_VARIANT_ADD(window, lo_small_mss) { 1, 600, true };
FIXTURE_VARIANT_ADD(window, veth_one_cpu) { 2, 0, true };
FIXTURE_VARIANT_ADD(window, veth) { 2, 0, false };
FIXTURE_VARIANT_ADD(window, veth_small_mss) { 2, 576, true };

static int set_mtu(const struct nb_host *host, const char *ifname, int mtu)
{
	struct ifreq req = { .ifr_mtu = mtu };
	int fd, ret;

	nb_enter(host);
	strcpy(req.ifr_name, ifname);
	fd = socket(AF_INET, SOCK_DGRAM, 0);
	ret = ioctl(fd, SIOCSIFMTU, &req) ? -errno : 0;
	close(fd);
	return ret;
}

static int open_session(struct nb_host *host, struct nb_host *server,
			int listener, int sk[2])
{
	sk[0] = nb_call(&host[0], "CLIENT", "SERVER");
	if (sk[0] < 0)
		return sk[0];
	sk[1] = nb_accept(listener);
	return sk[1] < 0 ? sk[1] : 0;
}

FIXTURE_SETUP(window)
{
	cpu_set_t one;
	int i;

	if (variant->one_cpu) {
		CPU_ZERO(&one);
		CPU_SET(0, &one);
		ASSERT_EQ(0, sched_setaffinity(0, sizeof(one), &one));
	} else if (get_nprocs() < 2) {
		SKIP(return, "one CPU only");
	}
	ASSERT_EQ(0, nb_network(self->host, variant->hosts));
	for (i = 0; variant->mtu && i < variant->hosts; i++) {
		ASSERT_EQ(0, set_mtu(&self->host[i], variant->hosts == 1 ?
				     "lo" : "veth0", variant->mtu));
	}
	self->server = &self->host[variant->hosts - 1];
	self->listener = nb_listener(self->server, "SERVER", 8);
	ASSERT_LE(0, self->listener);
	ASSERT_EQ(0, open_session(self->host, self->server, self->listener,
				  self->sk));
}

FIXTURE_TEARDOWN(window)
{
	nb_hosts_free(self->host, variant->hosts);
}

/* What one end of a session sends: @n messages, the i-th of size(i). */
struct row {
	int fd;
	int n;
	size_t (*size)(int i);
};

static size_t largest(int i)
{
	return LARGEST;
}

/* Around what a window and its half are, small ones between large ones. */
static size_t mixed(int i)
{
	static const size_t sizes[] = { 65479, 10, 32768, 65536, 1, 40000,
		LARGEST, 0, 65483, 1448, 33000, 100000, 1024, 65400, 16384 };

	return sizes[i % ARRAY_SIZE(sizes)] + (i / 15 * 7) % 50 *
	       (i % ARRAY_SIZE(sizes) != 6);
}

static int send_row(void *arg)
{
	struct row *row = arg;
	int i, ret;

	for (i = 0; i < row->n; i++) {
		ret = nb_send_filled(row->fd, row->size(i), i);
		if (ret != row->size(i))
			return ret;
	}
	return 0;
}

static int receive_row(int fd, int n, size_t (*size)(int i))
{
	int i, ret;

	for (i = 0; i < n; i++) {
		ret = nb_recv_filled(fd, size(i), i);
		if (ret)
			return ret;
	}
	return 0;
}

/* The row goes from @from to @to; a sender that stalls needs too long. */
static int transfer(int from, int to, int n, size_t (*size)(int i))
{
	struct row row = { from, n, size };
	struct nb_task task;
	uint64_t start = nb_now();
	int err;

	err = nb_task_start(&task, send_row, &row);
	if (err)
		return err;
	err = receive_row(to, n, size);
	if (err)
		shutdown(from, SHUT_RDWR);
	return nb_task_end(&task) ?: err ?:
	       nb_now() - start > NB_BOUND ? -ETIME : 0;
}

TEST_F(window, largest_message_comes_first)
{
	int i, sk[2];

	EXPECT_EQ(0, transfer(self->sk[0], self->sk[1], 1, largest));
	for (i = 0; i < 10; i++) {
		ASSERT_EQ(0, open_session(self->host, self->server,
					  self->listener, sk));
		ASSERT_EQ(0, transfer(sk[i % 2], sk[!(i % 2)], 1, largest));
		close(sk[0]);
		close(sk[1]);
	}
}

TEST_F(window, ping_pong)
{
	int i;

	for (i = 0; i < 20; i++) {
		ASSERT_EQ(0, transfer(self->sk[0], self->sk[1], 1, largest));
		ASSERT_EQ(0, transfer(self->sk[1], self->sk[0], 1, largest));
		ASSERT_EQ(0, transfer(self->sk[1], self->sk[0], 1, mixed));
	}
}

TEST_F(window, one_way)
{
	EXPECT_EQ(0, transfer(self->sk[0], self->sk[1], 150, mixed));
}

/* Both directions at once: acknowledgements travel with data. */
static int forth(void *arg)
{
	int *sk = arg;

	return transfer(sk[0], sk[1], 75, mixed);
}

TEST_F(window, both_ways)
{
	struct nb_task task;

	ASSERT_EQ(0, nb_task_start(&task, forth, self->sk));
	EXPECT_EQ(0, transfer(self->sk[1], self->sk[0], 75, mixed));
	EXPECT_EQ(0, nb_task_end(&task));
}

TEST_F(window, poll_tells_of_a_large_message)
{
	struct row row = { self->sk[0], 5, largest };
	struct nb_task task;
	int i;

	ASSERT_EQ(0, nb_task_start(&task, send_row, &row));
	for (i = 0; i < 5; i++) {
		ASSERT_EQ(POLLIN, nb_poll(self->sk[1], POLLIN, NB_BOUND));
		ASSERT_EQ(0, nb_recv_filled(self->sk[1], LARGEST, i));
	}
	EXPECT_EQ(0, nb_task_end(&task));
}

/* The buffer sizes of the user are no limit of a message. */
TEST_F(window, tiny_socket_buffers)
{
	int i, tiny = 2048, sk[2];

	setsockopt(self->listener, SOL_SOCKET, SO_RCVBUF, &tiny, sizeof(tiny));
	setsockopt(self->listener, SOL_SOCKET, SO_SNDBUF, &tiny, sizeof(tiny));
	ASSERT_EQ(0, open_session(self->host, self->server, self->listener,
				  sk));
	for (i = 0; i < 2; i++) {
		setsockopt(sk[0], SOL_SOCKET, SO_RCVBUF, &tiny, sizeof(tiny));
		EXPECT_EQ(0, transfer(sk[0], sk[1], 30, mixed));
		EXPECT_EQ(0, transfer(sk[1], sk[0], 30, mixed));
	}
}

/* Nor is what TCP has for a connection. */
TEST_F(window, tiny_tcp_memory)
{
	int sk[2], i;

	for (i = 0; i < variant->hosts; i++) {
		ASSERT_EQ(0, nb_sysctl(&self->host[i], "ipv4/tcp_rmem",
				       "4096 16384 16384"));
	}
	ASSERT_EQ(0, open_session(self->host, self->server, self->listener,
				  sk));
	EXPECT_EQ(0, transfer(sk[0], sk[1], 7, mixed));
	EXPECT_EQ(0, transfer(sk[1], sk[0], 7, mixed));
}

/* A window that is taken back, where the kernel can do that. */
TEST_F(window, shrinking_window)
{
	int i;

	for (i = 0; i < variant->hosts; i++) {
		if (nb_sysctl(&self->host[i], "ipv4/tcp_shrink_window", "1"))
			SKIP(return, "no tcp_shrink_window");
	}
	EXPECT_EQ(0, transfer(self->sk[0], self->sk[1], 45, mixed));
	EXPECT_EQ(0, transfer(self->sk[1], self->sk[0], 45, mixed));
}

/* A byte-level caller, whose stack sees what it does. */
static int raw_session(struct nb_host *host, struct nb_host *server,
		       int listener, int *peer)
{
	*peer = tcp_connect(&host[0], server, SS_PORT);
	ss_put_request(*peer, "SERVER", "CLIENT");
	if (ss_get_answer(*peer, NULL) != SS_POSITIVE)
		return -EPROTO;
	return nb_accept(listener);
}

struct octets {
	int fd;
	uint8_t *buf;
	size_t len;
	size_t piece;
};

static int put_in_pieces(void *arg)
{
	struct octets *o = arg;
	size_t at, n;

	for (at = 0; at < o->len; at += n) {
		n = o->len - at < o->piece ? o->len - at : o->piece;
		if (tcp_put(o->fd, o->buf + at, n) != n)
			return -EPIPE;
	}
	return 0;
}

/* Segments that take a thousand times the memory of what they carry. */
TEST_F(window, octet_by_octet)
{
	struct octets o = { .len = 4 + 30000, .piece = 1 };
	struct nb_task task;
	int fd;

	fd = raw_session(self->host, self->server, self->listener, &o.fd);
	ASSERT_LE(0, fd);
	o.buf = calloc(1, o.len);
	ss_header(o.buf, SS_MESSAGE, o.len - 4);
	nb_fill(o.buf + 4, o.len - 4, 1);
	ASSERT_EQ(0, nb_task_start(&task, put_in_pieces, &o));
	EXPECT_EQ(0, nb_recv_filled(fd, o.len - 4, 1));
	EXPECT_EQ(0, nb_task_end(&task));
	free(o.buf);
}

/* Pieces of odd size, which end inside headers. */
TEST_F(window, odd_pieces)
{
	struct octets o = { .piece = 777 };
	struct nb_task task;
	int fd, i;

	fd = raw_session(self->host, self->server, self->listener, &o.fd);
	ASSERT_LE(0, fd);
	o.buf = calloc(15, LARGEST + 4);
	for (i = 0; i < 15; i++) {
		o.len += ss_header(o.buf + o.len, SS_MESSAGE, mixed(i));
		nb_fill(o.buf + o.len, mixed(i), i);
		o.len += mixed(i);
	}
	ASSERT_EQ(0, nb_task_start(&task, put_in_pieces, &o));
	EXPECT_EQ(0, receive_row(fd, 15, mixed));
	EXPECT_EQ(0, nb_task_end(&task));
	free(o.buf);
}

NB_FIXTURE(one, 1)

#define HOARDS	60
#define SLACK	(3 << 20)	/* octets that the processors keep back */

/* What tcp_mem limits, in octets; for all namespaces */
static long tcp_memory(void)
{
	FILE *file = fopen("/proc/net/sockstat", "r");
	long pages = -1;
	char line[256];

	while (file && fgets(line, sizeof(line), file))
		if (!strncmp(line, "TCP:", 4))
			sscanf(strstr(line, " mem "), " mem %ld", &pages);
	if (file)
		fclose(file);
	return pages * sysconf(_SC_PAGESIZE);
}

/* Who sends all but the end of long messages takes memory that is accounted. */
TEST_F(one, staged_octets_are_tcp_memory)
{
	int listener = nb_listener(self->host, "SERVER", 1), fd[HOARDS];
	int peer[HOARDS], i;
	uint8_t *buf = calloc(1, 4 + LARGEST);
	long before = tcp_memory();

	ASSERT_LE(0, before);
	ASSERT_EQ(0, nb_sysctl(self->host, "ipv4/tcp_rmem", "4096 16384 32768"));
	ss_header(buf, SS_MESSAGE, LARGEST);
	for (i = 0; i < HOARDS; i++) {
		fd[i] = raw_session(self->host, self->host, listener, &peer[i]);
		ASSERT_LE(0, fd[i]);
		ASSERT_EQ(4 + LARGEST - 1,
			  tcp_put(peer[i], buf, 4 + LARGEST - 1));
	}
	EXPECT_TRUE(nb_wait(tcp_memory() - before + SLACK >=
			    (long)HOARDS * LARGEST)) {
		TH_LOG("%ld octets", tcp_memory() - before);
	}
	for (i = 0; i < HOARDS; i++) {
		close(fd[i]);
		close(peer[i]);
	}
	EXPECT_TRUE(nb_wait(tcp_memory() - before <= SLACK));
	free(buf);
}

TEST_HARNESS_MAIN
