// SPDX-License-Identifier: GPL-2.0
/*
 * Namespaces, adapters and processes that go while sessions run, and the
 * module that goes and comes. What is left behind shows in the count of live
 * namespaces (the guest's /proc/nsguard, where there is one), in the
 * module's reference count, and on the console.
 */
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <sys/syscall.h>

#include "nb_dg.h"
#include "nb_test.h"

#define MODULE "netbios"

static int read_number(const char *path)
{
	char text[32] = "";
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return -errno;
	if (read(fd, text, sizeof(text) - 1) < 0)
		text[0] = 0;
	close(fd);
	return atoi(text);
}

static int references(void)
{
	return read_number("/sys/module/" MODULE "/refcnt");
}

/* Namespaces that live; always the same number where nobody counts them. */
static int namespaces(void)
{
	int n = read_number("/proc/nsguard");

	return n < 0 ? 0 : n;
}

enum scene {
	SESSION, BUSY, HALF_OPEN, EARLY_DATA, NOT_ACCEPTED, CALLING, CLAIMING,
	RESOLVING, RELEASING, SUSPECTING, DRAINING, STAGED, DATAGRAMS,
};

static int send_for_ever(void *arg)
{
	while (nb_send_filled(*(int *)arg, 60000, 1) > 0)
		;
	return 0;
}

static int recv_for_ever(void *arg)
{
	while (nb_recv_filled(*(int *)arg, 60000, 1) == 0)
		;
	return 0;
}

static int busy(int sk[2])
{
	struct nb_task *task = calloc(4, sizeof(*task));
	int *fd = calloc(2, sizeof(*fd)), i;

	memcpy(fd, sk, 2 * sizeof(*fd));
	for (i = 0; i < 4; i++)
		nb_task_start(&task[i], i < 2 ? send_for_ever : recv_for_ever,
			      &fd[i & 1]);
	return 0;
}

/*
 * Datagrams that nobody has read, one that is incomplete, one that waits for
 * the helper, one that an error may still come back for.
 */
static int datagrams(struct nb_host *host)
{
	struct sockaddr_nb far = nb_addr("FAR");
	int client, server, udp;
	struct dg_packet p;
	int i, err;

	err = nb_set(&host[0], NETBIOS_A_NODE_ENABLED, 1);
	client = dg_unique(&host[0], "CLIENT");
	server = dg_unique(&host[1], "SERVER");
	if (err || client < 0 || server < 0 || !nb_helper(&host[0]))
		return -EIO;
	nb_setopt(server, NB_RECV_BROADCAST, 1);
	dg_setopt(client, SOL_SOCKET, SO_BROADCAST, 1);
	if (nb_connect(client, "SERVER"))
		return -EIO;
	for (i = 0; i < 4; i++)
		if (dg_send_filled(client, i & 1 ? "*" : NULL, 512, i) != 512)
			return -EIO;
	if (nb_poll(server, POLLIN, NB_BOUND) <= 0)
		return -ETIME;
	if (sendto(client, "x", 1, MSG_DONTWAIT, (void *)&far,
		   sizeof(far)) >= 0 || errno != EAGAIN)
		return -EIO;
	udp = udp_open(&host[0], 1138);
	dg_make(&p, DG_UNIQUE, 1, &host[0], "CLIENT", "SERVER", 100, 1);
	p.flags |= DG_MORE;
	p.len -= 10;
	err = dg_put(udp, &host[1].addr, &p);
	if (err)
		return err;
	return nb_wait(nb_stat(&host[1],
			       NB_STAT_DGRAM_FRAGMENTS_RECEIVED) & 1) ?
	       0 : -ETIME;
}

/* Sets the scene with both hosts; leaves everything open. 0 if it stands. */
static int set_scene(struct nb_host *host, enum scene scene)
{
	int sk[2] = { -1, -1 }, fd, peer, err;
	struct nb_name_info info = { .owner = NB_ANYBODY,
		.state = NETBIOS_NAME_STATE_REGISTERED };
	uint8_t buf[100] = { 0, 1, 0xff, 0xff };
	struct nb_work work;
	struct nb_nl *nl;

	err = nb_network(host, 2);
	if (err)
		return err;
	nb_set(&host[0], NETBIOS_A_NODE_CLOSE_TIMEOUT, 2);
	nb_set(&host[1], NETBIOS_A_NODE_CLOSE_TIMEOUT, 2);
	switch (scene) {
	case SESSION:
		return nb_session(&host[0], &host[1], sk);
	case BUSY:
		err = nb_session(&host[0], &host[1], sk);
		return err ? err : busy(sk);
	case HALF_OPEN:
		fd = tcp_connect(&host[0], &host[1], SS_PORT);
		return tcp_put(fd, "\x81\0\0\x44 ", 5) == 5 ? 0 : -EIO;
	case EARLY_DATA:
	case NOT_ACCEPTED:
	case STAGED:
		fd = nb_listener(&host[1], "SERVER", 4);
		peer = tcp_connect(&host[0], &host[1], SS_PORT);
		ss_put_request(peer, "SERVER", "CLIENT");
		if (scene == EARLY_DATA)
			ss_put_message(peer, 50000, 1);
		if (ss_get_answer(peer, NULL) != SS_POSITIVE)
			return -EPROTO;
		if (scene != STAGED)
			return 0;
		sk[1] = nb_accept(fd);
		tcp_put(peer, buf, 4);
		for (err = 0; err < 1000; err++)
			tcp_put(peer, buf, 100);
		return nb_poll(sk[1], POLLIN, 0);
	case CALLING:
		nb_set(&host[1], NETBIOS_A_NODE_ENABLED, 0);
		peer = tcp_listen(&host[1], SS_PORT);
		fd = nb_bound(&host[0], "CLIENT", SOCK_NONBLOCK);
		nb_connect(fd, "SERVER");
		return ss_get_request(tcp_accept(peer), "SERVER", "CLIENT");
	case CLAIMING:
	case RESOLVING:
		nl = nb_helper(&host[0]);
		fd = nb_socket(&host[0], SOCK_NONBLOCK);
		if (scene == CLAIMING) {
			nb_bind(fd, "NEW", 0);
			return nb_work_expect(nl, &work,
					      NETBIOS_WORK_KIND_CLAIM, "NEW");
		}
		nb_bind(fd, "CLIENT", 0);
		nb_connect(fd, "FAR");
		return nb_work_expect(nl, &work, NETBIOS_WORK_KIND_RESOLVE,
				      "FAR");
	case RELEASING:
		err = nb_name_put(&host[0], "SHORT", &info);
		close(nb_bound(&host[0], "SHORT", 0));
		return err;
	case SUSPECTING:
		nl = nb_helper(&host[0]);
		nb_name_del(&host[1], "SERVER");
		fd = nb_bound(&host[0], "CLIENT", SOCK_NONBLOCK);
		nb_connect(fd, "SERVER");
		return nb_work_expect(nl, &work, NETBIOS_WORK_KIND_SUSPECT,
				      "SERVER");
	case DATAGRAMS:
		return datagrams(host);
	case DRAINING:
		err = nb_session(&host[0], &host[1], sk);
		fcntl(sk[0], F_SETFL, O_NONBLOCK);
		while (!err && nb_send_filled(sk[0], 60000, 1) > 0)
			;
		close(sk[0]);
		return err;
	}
	return -EINVAL;
}

FIXTURE(ends) {
	int before;
};

FIXTURE_VARIANT(ends) {
	enum scene scene;
};

FIXTURE_VARIANT_ADD(ends, session) { SESSION };
FIXTURE_VARIANT_ADD(ends, busy_session) { BUSY };
FIXTURE_VARIANT_ADD(ends, half_open_connection) { HALF_OPEN };
FIXTURE_VARIANT_ADD(ends, early_data) { EARLY_DATA };
FIXTURE_VARIANT_ADD(ends, session_not_accepted) { NOT_ACCEPTED };
FIXTURE_VARIANT_ADD(ends, call_on_its_way) { CALLING };
FIXTURE_VARIANT_ADD(ends, claim_on_its_way) { CLAIMING };
FIXTURE_VARIANT_ADD(ends, resolve_on_its_way) { RESOLVING };
FIXTURE_VARIANT_ADD(ends, name_being_released) { RELEASING };
FIXTURE_VARIANT_ADD(ends, suspect_on_its_way) { SUSPECTING };
FIXTURE_VARIANT_ADD(ends, closed_and_draining) { DRAINING };
FIXTURE_VARIANT_ADD(ends, staged_message) { STAGED };
FIXTURE_VARIANT_ADD(ends, datagrams) { DATAGRAMS };

FIXTURE_SETUP(ends)
{
	/* namespaces of earlier tests go in their own time */
	nb_wait(references() == 0);
	self->before = namespaces();
}

FIXTURE_TEARDOWN(ends)
{
}

/* Both processes and both namespaces go at once: nothing stays. */
TEST_F(ends, with_its_process_and_namespace)
{
	int ready[2], err = -1;
	pid_t pid;

	ASSERT_EQ(0, pipe(ready));
	pid = fork();
	if (!pid) {
		struct nb_host host[2];

		err = set_scene(host, variant->scene);
		if (write(ready[1], &err, sizeof(err)) != sizeof(err))
			_exit(1);
		for (;;)
			pause();
	}
	close(ready[1]);
	ASSERT_EQ(sizeof(err), read(ready[0], &err, sizeof(err)));
	EXPECT_EQ(0, err);
	EXPECT_LE(0, references());
	kill(pid, SIGKILL);
	EXPECT_EQ(-SIGKILL, nb_child_end(pid));
	EXPECT_TRUE(nb_wait(references() == 0));
	EXPECT_TRUE(nb_wait(namespaces() <= self->before)) {
		TH_LOG("%d namespaces stay", namespaces() - self->before);
	}
}

NB_SESSION_FIXTURE(net, 2)

/* The adapter goes below a session and a listener that is bound to it. */
TEST_F(net, adapter_goes)
{
	int listener = nb_bound(self->server, "SERVER", 0), fd;

	ASSERT_EQ(0, setsockopt(listener, SOL_SOCKET, SO_BINDTODEVICE, "veth0",
				6));
	ASSERT_EQ(0, listen(listener, 2));
	ASSERT_EQ(0, nb_link_del(self->host, "veth0"));
	ASSERT_EQ(10, nb_send_filled(self->sk[0], 10, 1));
	EXPECT_EQ(0, nb_poll(self->sk[1], POLLIN, NB_QUIET));
	EXPECT_GT(0, nb_call(self->host, "CLIENT", "SERVER"));
	fd = nb_bound(self->host, "CLIENT", 0);
	EXPECT_LE(0, fd);
	ASSERT_EQ(0, nb_set(self->host, NETBIOS_A_NODE_CLOSE_TIMEOUT, 1));
	ASSERT_EQ(0, nb_set(self->server, NETBIOS_A_NODE_CLOSE_TIMEOUT, 1));
}

TEST_F(net, lana_number_of_a_gone_adapter)
{
	int n = 0, fd;

	ASSERT_EQ(0, nb_link_del(self->host, "veth0"));
	nb_enter(self->host);
	for (n = 1; n < 4; n++) {
		fd = socket(AF_NETBIOS, SOCK_SEQPACKET, -n);
		if (fd < 0) {
			EXPECT_EQ(EADDRNOTAVAIL, errno);
		} else {
			EXPECT_EQ(-EADDRNOTAVAIL, nb_bind(fd, "CLIENT", 0));
		}
	}
}

/* A socket stays in the namespace where it was made. */
TEST_F(net, socket_stays_in_its_namespace)
{
	int fd;

	nb_enter(&self->host[0]);
	fd = socket(AF_NETBIOS, SOCK_SEQPACKET, 0);
	nb_enter(&self->host[1]);
	EXPECT_EQ(0, nb_bind(fd, "CLIENT", 0));
}

static int unload(void)
{
	return syscall(SYS_delete_module, MODULE, O_NONBLOCK) ? -errno : 0;
}

static int load(void)
{
	char path[300];
	int fd, ret;

	snprintf(path, sizeof(path), "%s/" MODULE ".ko",
		 getenv("NB_MODULE_DIR") ?: ".");
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	ret = syscall(SYS_finit_module, fd, "", 0) ? -errno : 0;
	close(fd);
	return ret;
}

TEST_F(net, module_stays_while_sockets_exist)
{
	EXPECT_EQ(-EWOULDBLOCK, unload());
	close(self->sk[0]);
	EXPECT_EQ(-EWOULDBLOCK, unload());
	EXPECT_EQ(0, nb_recv(self->sk[1], NULL, 0, NULL));
}

TEST_F(net, module_stays_while_datagram_sockets_exist)
{
	int fd;

	close(self->sk[0]);
	close(self->sk[1]);
	ASSERT_TRUE(nb_wait(references() == 0));
	fd = dg_unique(self->server, "SERVER");
	ASSERT_LE(0, fd);
	EXPECT_EQ(-EWOULDBLOCK, unload());
	EXPECT_EQ(3, dg_send_filled(fd, "SERVER", 3, 3));
	EXPECT_EQ(0, dg_recv_filled(fd, "SERVER", 3, 3));
	close(fd);
	EXPECT_TRUE(nb_wait(references() == 0));
}

/* The adapter goes below datagram sockets, with the LANA number of one. */
TEST_F(net, adapter_goes_below_datagrams)
{
	struct sockaddr_nb addr = nb_addr("CLIENT");
	int any = dg_unique(self->host, "CLIENT"), lana;

	nb_enter(self->host);
	lana = socket(AF_NETBIOS, SOCK_DGRAM, NETBIOS_LANA_0);
	ASSERT_LE(0, lana);
	ASSERT_EQ(0, bind(lana, (void *)&addr, sizeof(addr)));
	ASSERT_EQ(0, nb_link_del(self->host, "veth0"));
	EXPECT_GT(0, dg_send_filled(any, "SERVER", 3, 3));
	EXPECT_EQ(-EADDRNOTAVAIL, dg_send_filled(lana, "CLIENT", 3, 3));
	EXPECT_EQ(4, dg_send_filled(any, "CLIENT", 4, 4));
	EXPECT_EQ(0, dg_recv_filled(any, "CLIENT", 4, 4));
	close(any);
	close(lana);
}

static bool can_reload(void)
{
	char path[300];

	snprintf(path, sizeof(path), "%s/" MODULE ".ko",
		 getenv("NB_MODULE_DIR") ?: ".");
	return !access(path, R_OK);
}

/* One round in a child, which leaves nothing open. */
static int use_module(int round)
{
	pid_t pid = fork();

	if (!pid) {
		struct nb_host host[2];
		int err;

		nb_nl_forget();
		static const enum scene scenes[] = {
			SESSION, DATAGRAMS, HALF_OPEN, RELEASING,
		};

		err = set_scene(host, scenes[round % ARRAY_SIZE(scenes)]);
		if (err)
			fprintf(stderr, "# round %d: %s\n", round,
				strerror(-err));
		_exit(!!err);
	}
	return nb_child_end(pid);
}

FIXTURE(reload) {
	int rounds;
};

/* NB_LONG asks for the 100 times that the contract promises. */
FIXTURE_SETUP(reload)
{
	self->rounds = getenv("NB_LONG") ? 100 : 4;
	nb_wait(references() == 0);
}

FIXTURE_TEARDOWN(reload)
{
}

TEST_F_TIMEOUT(reload, again_and_again, 900)
{
	int i;

	if (!can_reload()) {
		SKIP(return, "no NB_MODULE_DIR with the module to load again");
	}
	for (i = 0; i < self->rounds; i++) {
		ASSERT_EQ(0, use_module(i));
		ASSERT_TRUE(nb_wait(references() == 0));
		ASSERT_EQ(0, unload());
		ASSERT_EQ(0, load());
	}
	EXPECT_EQ(0, use_module(0));
}

/*
 * Unloading with half-open connections, a served port, names and a cache, but
 * without a socket of ours: all of it goes.
 */
TEST(module_goes_with_half_open_connections)
{
	struct nb_host host[2];
	int peer[3], i;

	if (!can_reload()) {
		SKIP(return, "no NB_MODULE_DIR with the module to load again");
	}
	ASSERT_TRUE(nb_wait(references() == 0));
	ASSERT_EQ(0, nb_network(host, 2));
	for (i = 0; i < 3; i++) {
		peer[i] = tcp_connect(&host[0], &host[1], SS_PORT);
		ASSERT_LE(0, peer[i]);
		ASSERT_EQ(i, tcp_put(peer[i], "\x81\0", i));
	}
	ASSERT_EQ(0, unload());
	for (i = 0; i < 3; i++) {
		EXPECT_EQ(0, tcp_end(peer[i]));
	}
	EXPECT_EQ(-ECONNREFUSED, tcp_connect(&host[0], &host[1], SS_PORT));
	EXPECT_EQ(-1, socket(AF_NETBIOS, SOCK_SEQPACKET, 0));
	EXPECT_EQ(EAFNOSUPPORT, errno);
	ASSERT_EQ(0, load());
	EXPECT_EQ(0, use_module(0));
}

TEST_HARNESS_MAIN
