// SPDX-License-Identifier: GPL-2.0
/*
 * Every allocation and every copy fails once, in each call: no call crashes,
 * loses or doubles a message, or leaves the socket unusable. What TCP did not
 * take for want of memory follows soon (SS-044, SS-050).
 *
 * Needs a kernel with CONFIG_FAULT_INJECTION, as the debug kernel has.
 */
#include "nb_inject.h"
#include "nb_test.h"

/* ms: long before a keep-alive would help, however slow the guest is */
#define SOON	20000

FIXTURE(fault) {
	struct nb_host host[2];
	int listener;
	int nth_fd;
	int faults;
	int sk[2];
};

static int new_session(struct nb_host *host, int listener, int sk[2])
{
	struct timeval soon = { .tv_sec = SOON / 1000 };

	sk[0] = nb_call(&host[0], "CLIENT", "SERVER");
	if (sk[0] < 0)
		return sk[0];
	sk[1] = nb_accept(listener);
	if (sk[1] < 0)
		return sk[1];
	return setsockopt(sk[1], SOL_SOCKET, SO_RCVTIMEO, &soon, sizeof(soon));
}

/* Return: 0, 1 if this kernel cannot inject faults, or a negative errno. */
static int set_up(struct nb_host *host, int *listener, int sk[2], int *nth_fd)
{
	int err = nb_network(host, 2);

	if (err)
		return err;
	*nth_fd = nb_inject_prepare();
	if (*nth_fd < 0)
		return 1;
	*listener = nb_listener(&host[1], "SERVER", 8);
	return *listener < 0 ? *listener : new_session(host, *listener, sk);
}

FIXTURE_SETUP(fault)
{
	int ret = set_up(self->host, &self->listener, self->sk, &self->nth_fd);

	if (ret > 0)
		SKIP(return, "this kernel cannot inject faults");
	ASSERT_EQ(0, ret);
}

FIXTURE_TEARDOWN(fault)
{
	nb_hosts_free(self->host, 2);
}

TEST_F(fault, socket)
{
	nb_enter(self->host);
	EACH_FAULT(socket(AF_NETBIOS, SOCK_SEQPACKET, 0),
		   ret < 0 ? hit : !close(ret));
	EXPECT_LT(0, self->faults);
}

TEST_F(fault, bind)
{
	struct sockaddr_nb addr = nb_addr("CLIENT");
	int fd = nb_socket(self->host, 0);

	EACH_FAULT(bind(fd, (void *)&addr, sizeof(addr)),
		   (!ret || (hit && !nb_bind(fd, "CLIENT", 0))) &&
		   !close(fd) && (fd = nb_socket(self->host, 0)) >= 0);
	EXPECT_LT(0, self->faults);
}

TEST_F(fault, listen)
{
	int fd = nb_bound(self->host, "CLIENT", 0);

	EACH_FAULT(listen(fd, 3), (!ret || (hit && !listen(fd, 3))) &&
		   !close(fd) && (fd = nb_bound(self->host, "CLIENT", 0)) >= 0);
}

/* A call that failed can be made again, from the same socket. */
TEST_F(fault, connect)
{
	struct sockaddr_nb addr = nb_addr("SERVER");
	int fd = nb_bound(self->host, "CLIENT", 0), child;

	EACH_FAULT(connect(fd, (void *)&addr, sizeof(addr)),
		   (!ret || (hit && !nb_connect(fd, "SERVER"))) &&
		   (child = nb_accept(self->listener)) >= 0 &&
		   nb_send_filled(fd, 9, 1) == 9 &&
		   !nb_recv_filled(child, 9, 1) &&
		   !close(fd) && !close(child) &&
		   (fd = nb_bound(self->host, "CLIENT", 0)) >= 0);
	EXPECT_LT(0, self->faults);
}

/* A session that accept() did not get stays in the queue, or is over. */
TEST_F(fault, accept)
{
	int fd = nb_call(self->host, "CLIENT", "SERVER");

	EACH_FAULT(accept(self->listener, NULL, NULL),
		   (ret >= 0 || (hit && ((ret = nb_accept(self->listener)) >= 0))) &&
		   !close(ret) && !close(fd) &&
		   (fd = nb_call(self->host, "CLIENT", "SERVER")) >= 0);
}

/*
 * A message is sent whole or not at all. If the fault broke the session in it,
 * both ends know.
 */
static bool sent_or_not(struct nb_host *host, int listener, int sk[2], int ret,
			int len)
{
	uint64_t start = nb_now();
	bool ok;

	if (ret >= 0)
		return ret == len && !nb_recv_filled(sk[1], len, 1) &&
		       nb_now() - start < SOON;
	/* nothing went: the next one does */
	ok = nb_send_filled(sk[0], len, 1) == len;
	if (ok)
		return !nb_recv_filled(sk[1], len, 1);
	ok = nb_recv_filled(sk[1], len, 1) == -ECONNRESET;
	close(sk[0]);
	close(sk[1]);
	return ok && !new_session(host, listener, sk);
}

FIXTURE(sending) {
	struct nb_host host[2];
	int listener;
	int nth_fd;
	int faults;
	int sk[2];
};

FIXTURE_VARIANT(sending) {
	int len;
};

FIXTURE_VARIANT_ADD(sending, empty) { 0 };
FIXTURE_VARIANT_ADD(sending, small) { 100 };
FIXTURE_VARIANT_ADD(sending, medium) { 5000 };
FIXTURE_VARIANT_ADD(sending, largest) { NETBIOS_MAX_MESSAGE };

FIXTURE_SETUP(sending)
{
	int ret = set_up(self->host, &self->listener, self->sk, &self->nth_fd);

	if (ret > 0)
		SKIP(return, "this kernel cannot inject faults");
	ASSERT_EQ(0, ret);
}

FIXTURE_TEARDOWN(sending)
{
	nb_hosts_free(self->host, 2);
}

TEST_F(sending, is_whole_or_not_at_all)
{
	char *buf = malloc(NETBIOS_MAX_MESSAGE);

	nb_fill(buf, variant->len, 1);
	EACH_FAULT(send(self->sk[0], buf, variant->len, MSG_NOSIGNAL),
		   sent_or_not(self->host, self->listener, self->sk, ret,
			       variant->len));
	EXPECT_LT(0, self->faults);
	if (variant->len > 1024) {
		EXPECT_LT(0, nb_stat(self->host, NB_STAT_TX_REST));
	}
	free(buf);
}

/* A message is read once, whole, or lost by a fault in the copying. */
TEST_F(sending, receiving)
{
	char *buf = malloc(NETBIOS_MAX_MESSAGE);

	ASSERT_EQ(variant->len, nb_send_filled(self->sk[0], variant->len, 1));
	ASSERT_EQ(POLLIN, nb_poll(self->sk[1], POLLIN, NB_BOUND));
	EACH_FAULT(recv(self->sk[1], buf, NETBIOS_MAX_MESSAGE, 0),
		   (ret == variant->len || (hit && ret == -EFAULT)) &&
		   nb_send_filled(self->sk[0], variant->len, 1) ==
		   variant->len &&
		   nb_poll(self->sk[1], POLLIN, NB_BOUND) == POLLIN);
	free(buf);
}

TEST_F(fault, options)
{
	char scope[] = "A.B", got[256];
	socklen_t len = sizeof(got);
	int fd = nb_socket(self->host, 0);

	EACH_FAULT(setsockopt(fd, SOL_NETBIOS, NB_SCOPE, scope, 3),
		   !ret || hit);
	EACH_FAULT(getsockopt(fd, SOL_NETBIOS, NB_SCOPE, got, &len),
		   (!ret && len >= 3) || hit);
}

/*
 * Closing cannot fail, whatever does. The peer may have to wait for the end:
 * TCP itself sends no FIN when it finds no memory for that.
 */
TEST_F(fault, close)
{
	int sk[2], nth;
	bool hit = true;

	for (nth = 1; hit && nth < NB_INJECT_MAX; nth++) {
		ASSERT_EQ(0, new_session(self->host, self->listener, sk));
		ASSERT_EQ(50, nb_send_filled(sk[0], 50, 1));
		nb_inject_arm(self->nth_fd, nth);
		EXPECT_EQ(0, close(sk[0]));
		hit = nb_inject_hit(self->nth_fd);
		EXPECT_EQ(0, nb_recv_filled(sk[1], 50, 1));
		close(sk[1]);
	}
	EXPECT_FALSE(hit);
}

/* With a netlink socket of its own: what a failed request left is not read. */
static bool netlink_round(const struct nb_host *host, int nth_fd, int nth,
			  bool *hit)
{
	struct nb_host at = *host;
	int n = -1, err = -1;

	nb_enter(host);
	at.nl = nb_nl_open();
	if (!at.nl)
		return false;
	nb_inject_arm(nth_fd, nth);
	n = nb_sessions(&at, -1);
	if (n >= 0)
		err = nb_set(&at, NETBIOS_A_NODE_CLOSE_TIMEOUT, 30);
	*hit = nb_inject_hit(nth_fd);
	nb_nl_close(at.nl);
	return *hit || (n >= 0 && !err);
}

TEST_F(fault, netlink)
{
	bool hit = true;
	int nth;

	for (nth = 1; hit && nth < NB_INJECT_MAX; nth++) {
		EXPECT_TRUE(netlink_round(self->host, self->nth_fd, nth, &hit));
	}
	EXPECT_LT(2, nth);
	EXPECT_FALSE(hit);
}

TEST_HARNESS_MAIN
