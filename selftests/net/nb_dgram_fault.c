// SPDX-License-Identifier: GPL-2.0
/*
 * Datagram sockets while allocations and copies fail, each once: a datagram is
 * sent or not, received whole or lost, and the next one comes through.
 *
 * Needs a kernel with CONFIG_FAULT_INJECTION, as the debug kernel has it.
 */
#include "nb_dg.h"
#include "nb_inject.h"
#include "nb_test.h"

/* Return: 0, 1 if this kernel cannot inject faults, or a negative errno. */
static int set_up(struct nb_host *host, int fd[3], int *nth_fd)
{
	int err = dg_network(host, 2), i;

	if (err)
		return err;
	*nth_fd = nb_inject_prepare();
	if (*nth_fd < 0)
		return 1;
	fd[0] = dg_unique(&host[0], "CLIENT");
	fd[1] = dg_unique(&host[1], "SERVER");
	fd[2] = dg_group(&host[0], "TEAM");
	for (i = 0; i < 3; i++)
		if (fd[i] < 0)
			return fd[i];
	/* the link is up when something has come through */
	if (dg_send_filled(fd[0], "SERVER", 9, 1) != 9)
		return -EIO;
	return dg_recv_filled(fd[1], "CLIENT", 9, 1);
}

/* @team is on the client's host */
#define FAULT_FIXTURE(name)						\
FIXTURE(name) {								\
	struct nb_host host[2];						\
	int client;							\
	int server;							\
	int team;							\
	int nth_fd;							\
	int faults;							\
};									\
FIXTURE_SETUP(name)							\
{									\
	int fd[3] = { -1, -1, -1 };					\
	int ret = set_up(self->host, fd, &self->nth_fd);		\
									\
	if (ret > 0)							\
		SKIP(return, "this kernel cannot inject faults");	\
	ASSERT_EQ(0, ret);						\
	self->client = fd[0];						\
	self->server = fd[1];						\
	self->team = fd[2];						\
}									\
FIXTURE_TEARDOWN(name)							\
{									\
	nb_hosts_free(self->host, 2);					\
}

FAULT_FIXTURE(fault)
FAULT_FIXTURE(sending)

/*
 * After a send of @len octets, seed 1, with a fault, one without: that one is
 * received, and before it the other one, if the sender was told so. With
 * @lossy a fault may also have met it on its way to this one of several.
 */
static bool goes_on(int from, const char *to, int fd, size_t len, int ret,
		    bool lossy)
{
	struct dg_msg msg;
	bool first = false;

	if (dg_send_filled(from, to, 7, 2) != 7)
		return false;
	while (dg_recv(fd, &msg, 0) >= 0) {
		if (msg.len == 7 && nb_filled(msg.data, 7, 2))
			return first || ret < 0 || lossy;
		/* once, whole, and not if the sender was told otherwise */
		if (first || ret < 0 || msg.len != (int)len ||
		    !nb_filled(msg.data, len, 1))
			return false;
		first = true;
	}
	return false;
}

FIXTURE_VARIANT(sending) {
	const char *to;
	int len;
	bool local;
	bool lossy;
};

FIXTURE_VARIANT_ADD(sending, remote) { "SERVER", 100, false, false };
FIXTURE_VARIANT_ADD(sending, in_fragments) { "SERVER", 512, false, false };
FIXTURE_VARIANT_ADD(sending, to_a_group) { "TEAM", 100, true, true };
FIXTURE_VARIANT_ADD(sending, to_this_node) { "CLIENT", 100, true, false };

TEST_F(sending, is_whole_or_not_at_all)
{
	struct sockaddr_nb to = nb_addr(variant->to);
	int fd = !variant->local ? self->server :
		 !strcmp(variant->to, "TEAM") ? self->team : self->client;
	char buf[512];

	nb_fill(buf, variant->len, 1);
	EACH_FAULT(sendto(self->client, buf, variant->len, MSG_NOSIGNAL,
			  (void *)&to, sizeof(to)),
		   (ret == variant->len || (hit && ret < 0)) &&
		   goes_on(self->client, variant->to, fd, variant->len, ret,
			   hit && variant->lossy));
	EXPECT_LT(0, self->faults);
}

/* With all the control messages that there are. */
TEST_F(fault, receiving)
{
	struct sockaddr_nb from;
	char control[256], buf[512];
	struct iovec iov = { buf, sizeof(buf) };
	struct msghdr msg = { .msg_iov = &iov, .msg_iovlen = 1 };

	ASSERT_EQ(0, nb_setopt(self->server, NB_DGRAM_INFO, 1));
	ASSERT_EQ(0, dg_setopt(self->server, SOL_SOCKET, SO_TIMESTAMP, 1));
	ASSERT_EQ(0, dg_setopt(self->server, SOL_SOCKET, SO_RXQ_OVFL, 1));
	ASSERT_EQ(512, dg_send_filled(self->client, "SERVER", 512, 1));
	ASSERT_EQ(POLLIN, nb_poll(self->server, POLLIN, NB_BOUND));
	/* what an earlier turn left in it would look as if it had come now */
	EACH_FAULT((memset(buf, 0, sizeof(buf)),
		    msg.msg_name = &from, msg.msg_namelen = sizeof(from),
		    msg.msg_control = control,
		    msg.msg_controllen = sizeof(control),
		    recvmsg(self->server, &msg, MSG_DONTWAIT)),
		   ((ret == 512 && nb_filled(buf, 512, 1)) || (hit && ret < 0)) &&
		   /* it is still there, or it was lost by the fault */
		   (recv(self->server, buf, sizeof(buf), MSG_DONTWAIT) < 0 ||
		    ret < 0) &&
		   dg_send_filled(self->client, "SERVER", 512, 1) == 512 &&
		   nb_poll(self->server, POLLIN, NB_BOUND) == POLLIN);
}

TEST_F(fault, socket)
{
	nb_enter(self->host);
	EACH_FAULT(socket(AF_NETBIOS, SOCK_DGRAM, 0),
		   ret < 0 ? hit : !close(ret));
	EXPECT_LT(0, self->faults);
}

TEST_F(fault, bind)
{
	struct sockaddr_nb addr = nb_addr("CLIENT");
	int fd = dg_socket(self->host, NULL, 0);

	EACH_FAULT(bind(fd, (void *)&addr, sizeof(addr)),
		   (!ret || (hit && !nb_bind(fd, "CLIENT", 0))) &&
		   !close(fd) &&
		   (fd = dg_socket(self->host, NULL, 0)) >= 0);
	EXPECT_LT(0, self->faults);
	close(fd);
}

TEST_F(fault, connect_and_options)
{
	struct sockaddr_nb addr = nb_addr("SERVER");
	char scope[] = "A.B";
	int fd, on = 1;

	EACH_FAULT(connect(self->client, (void *)&addr, sizeof(addr)),
		   !ret || hit);
	EACH_FAULT(setsockopt(self->client, SOL_NETBIOS, NB_CALLER, &addr,
			      sizeof(addr)), !ret || hit);
	EACH_FAULT(setsockopt(self->client, SOL_NETBIOS, NB_RECV_BROADCAST, &on,
			      sizeof(on)), !ret || hit);
	fd = dg_socket(self->host, NULL, 0);
	EACH_FAULT(setsockopt(fd, SOL_NETBIOS, NB_SCOPE, scope, 3),
		   !ret || hit);
	close(fd);
	ASSERT_EQ(0, nb_connect(self->client, "SERVER"));
	ASSERT_EQ(7, dg_send_filled(self->client, NULL, 7, 1));
	EXPECT_EQ(0, dg_recv_filled(self->server, "CLIENT", 7, 1));
}

static int unbound(const struct nb_host *host)
{
	int fd = dg_socket(host, NULL, 0);

	return fd < 0 || !fcntl(fd, F_SETFL, O_NONBLOCK) ? fd : -errno;
}

static bool work_done(struct nb_nl *nl, uint32_t kind)
{
	struct nb_work work;

	return !nb_work_expect(nl, &work, kind, "NEW") &&
	       !nb_work_done(nl, work.id, NETBIOS_WORK_STATUS_OK, NULL);
}

/*
 * After bind() gave @ret: a claim is on its way, or there is no trace of one
 * and it works the next time, for the same socket. Ends with the name released.
 */
static bool claimed(const struct nb_host *host, struct nb_nl *nl, int fd,
		    int ret, int names)
{
	if (ret != -EINPROGRESS &&
	    (nb_get(host, NETBIOS_A_NODE_NAMES) != names ||
	     nb_get(host, NETBIOS_A_NODE_PENDING) ||
	     nb_bind(fd, "NEW", 0) != -EINPROGRESS))
		return false;
	return work_done(nl, NETBIOS_WORK_KIND_CLAIM) && !nb_outcome(fd) &&
	       !close(fd) && work_done(nl, NETBIOS_WORK_KIND_RELEASE) &&
	       nb_wait(nb_get(host, NETBIOS_A_NODE_NAMES) == names);
}

TEST_F(fault, claim)
{
	int names = nb_get(self->host, NETBIOS_A_NODE_NAMES);
	struct nb_nl *nl = nb_helper(self->host);
	struct sockaddr_nb addr = nb_addr("NEW");
	int fd = unbound(self->host);

	ASSERT_NE(NULL, nl);
	EACH_FAULT(bind(fd, (void *)&addr, sizeof(addr)),
		   (ret == -EINPROGRESS || hit) &&
		   claimed(self->host, nl, fd, ret, names) &&
		   (fd = unbound(self->host)) >= 0);
	EXPECT_LT(1, self->faults);
	close(fd);
	nb_nl_close(nl);
}

/* The helper is at it. */
static bool later(int fd, const char *text)
{
	struct sockaddr_nb to = nb_addr(text);

	return sendto(fd, "x", 1, MSG_DONTWAIT, (void *)&to, sizeof(to)) < 0 &&
	       errno == EAGAIN;
}

/* The helper is asked; what failed leaves no question behind, and can be repeated. */
TEST_F(fault, lookup)
{
	struct sockaddr_nb to = nb_addr("FAR");
	struct nb_nl *nl = nb_helper(&self->host[0]);

	ASSERT_NE(NULL, nl);
	EACH_FAULT(sendto(self->client, "x", 1, MSG_DONTWAIT, (void *)&to,
			  sizeof(to)),
		   ret < 0 && (ret == -EAGAIN || hit) &&
		   later(self->client, "FAR") &&
		   nb_get(&self->host[0], NETBIOS_A_NODE_PENDING) == 1 &&
		   !close(self->client) &&
		   nb_wait(nb_get(&self->host[0],
				  NETBIOS_A_NODE_PENDING) == 0) &&
		   (self->client = dg_unique(&self->host[0], "CLIENT")) >= 0);
	EXPECT_LT(0, self->faults);
	nb_nl_close(nl);
}

TEST_HARNESS_MAIN
