// SPDX-License-Identifier: GPL-2.0
/*
 * Socket calls up to the session: socket, bind, listen, accept, connect and
 * the names of both ends. Identifiers in comments are rows of
 * Documentation/conformance.md.
 */
#include <net/if.h>
#include <sys/mman.h>

#include "nb_test.h"

NB_FIXTURE(one, 1)
NB_FIXTURE(two, 2)

/* API-030 */
TEST_F(one, only_seqpacket_and_dgram)
{
	int type[] = { SOCK_STREAM, SOCK_RAW, SOCK_RDM };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(type); i++) {
		EXPECT_EQ(-1, socket(AF_NETBIOS, type[i], 0));
		EXPECT_EQ(ESOCKTNOSUPPORT, errno);
	}
	EXPECT_LE(0, socket(AF_NETBIOS, SOCK_SEQPACKET, 0));
}

TEST_F(one, positive_protocol_is_refused)
{
	EXPECT_EQ(-1, socket(AF_NETBIOS, SOCK_SEQPACKET, 1));
	EXPECT_EQ(EPROTONOSUPPORT, errno);
	EXPECT_EQ(-1, socket(AF_NETBIOS, SOCK_SEQPACKET, IPPROTO_TCP));
	EXPECT_EQ(EPROTONOSUPPORT, errno);
}

TEST_F(one, socketpair_and_mmap_are_refused)
{
	int fd = nb_socket(self->server, 0), sv[2];

	EXPECT_EQ(-1, socketpair(AF_NETBIOS, SOCK_SEQPACKET, 0, sv));
	EXPECT_EQ(EOPNOTSUPP, errno);
	EXPECT_EQ(MAP_FAILED, mmap(NULL, 4096, PROT_READ, MAP_SHARED, fd, 0));
}

TEST_F(one, address_must_be_whole)
{
	struct sockaddr_nb addr = nb_addr("CLIENT");
	int fd = nb_socket(self->host, 0);

	EXPECT_EQ(20, sizeof(addr));
	EXPECT_EQ(-1, bind(fd, (void *)&addr, sizeof(addr) - 1));
	EXPECT_EQ(EINVAL, errno);
	EXPECT_EQ(-1, bind(fd, (void *)&addr, sizeof(sa_family_t)));
	EXPECT_EQ(EINVAL, errno);
	EXPECT_EQ(-1, connect(fd, (void *)&addr, sizeof(addr) - 1));
	EXPECT_EQ(EINVAL, errno);
	EXPECT_EQ(-1, bind(fd, (void *)1, sizeof(addr)));
	EXPECT_EQ(EFAULT, errno);
	EXPECT_EQ(0, bind(fd, (void *)&addr, sizeof(addr)));
}

TEST_F(one, wrong_family_is_refused)
{
	struct sockaddr_nb addr = nb_addr("CLIENT");
	int fd = nb_socket(self->host, 0);

	addr.snb_family = AF_INET;
	EXPECT_EQ(-1, bind(fd, (void *)&addr, sizeof(addr)));
	EXPECT_EQ(EAFNOSUPPORT, errno);
	EXPECT_EQ(-1, connect(fd, (void *)&addr, sizeof(addr)));
	EXPECT_EQ(EAFNOSUPPORT, errno);
}

/* NAME-002 */
TEST_F(one, bind_refuses_asterisk_and_unknown_type)
{
	int fd = nb_socket(self->host, 0);

	EXPECT_EQ(-EINVAL, nb_bind(fd, "*", 0));
	EXPECT_EQ(-EINVAL, nb_bind(fd, "*SMBSERVER#20", 0));
	EXPECT_EQ(-EINVAL, nb_bind(fd, "CLIENT", 2));
	EXPECT_EQ(-EINVAL, nb_bind(fd, "CLIENT", 0xffff));
	EXPECT_EQ(0, nb_bind(fd, "CLIENT", NETBIOS_UNIQUE_NAME));
}

/* NAME-001 */
TEST_F(one, all_sixteen_octets_count)
{
	int fd = nb_socket(self->host, 0);

	EXPECT_EQ(-ENETDOWN, nb_bind(fd, "CLIENT#20", 0));
	EXPECT_EQ(-ENETDOWN, nb_bind(fd, "CLIENt", 0));
	EXPECT_EQ(-ENETDOWN, nb_bind(fd, "CLIENT2", 0));
	EXPECT_EQ(0, nb_bind(fd, "CLIENT", 0));
}

/* Any octets make a name: NULs, 0x80 and above (NAME-001). */
TEST_F(one, name_is_binary)
{
	struct sockaddr_nb addr = { .snb_family = AF_NETBIOS }, got;
	socklen_t len = sizeof(got);
	char text[18] = "\xff\x01\x80 x";
	int fd = nb_socket(self->host, 0);

	addr = nb_addr(text);
	ASSERT_EQ(0, nb_name_add(self->host, text));
	ASSERT_EQ(0, bind(fd, (void *)&addr, sizeof(addr)));
	ASSERT_EQ(0, getsockname(fd, (void *)&got, &len));
	EXPECT_EQ(0, memcmp(&addr, &got, sizeof(addr)));
}

TEST_F(one, bind_once)
{
	int fd = nb_bound(self->host, "CLIENT", 0);

	ASSERT_LE(0, fd);
	EXPECT_EQ(-EINVAL, nb_bind(fd, "CLIENT", 0));
	EXPECT_EQ(-EINVAL, nb_bind(fd, "SERVER", 0));
}

/* CFG-008: without a helper a claim fails at once */
TEST_F(one, bind_unregistered_without_helper_is_enetdown)
{
	uint64_t start = nb_now();

	EXPECT_EQ(-ENETDOWN, nb_bound(self->host, "NEW", 0));
	EXPECT_EQ(-ENETDOWN, nb_bound(self->host, "NEW", SOCK_NONBLOCK));
	EXPECT_GT(5000, nb_now() - start);
	EXPECT_EQ(-ENOENT, nb_name_get(self->host, "NEW", NULL));
	EXPECT_EQ(2, nb_stat(self->host, NB_STAT_UPCALL_NO_HELPER));
}

TEST_F(one, failed_bind_can_be_repeated)
{
	int fd = nb_socket(self->host, 0);

	EXPECT_EQ(-ENETDOWN, nb_bind(fd, "NEW", 0));
	ASSERT_EQ(0, nb_name_add(self->host, "NEW"));
	EXPECT_EQ(0, nb_bind(fd, "NEW", 0));
}

TEST_F(one, names_of_a_fresh_socket)
{
	struct sockaddr_nb addr;
	socklen_t len = sizeof(addr);
	int fd = nb_socket(self->host, 0);

	ASSERT_EQ(0, getsockname(fd, (void *)&addr, &len));
	EXPECT_EQ(sizeof(addr), len);
	EXPECT_EQ(AF_NETBIOS, addr.snb_family);
	EXPECT_EQ(-1, getpeername(fd, (void *)&addr, &len));
	EXPECT_EQ(ENOTCONN, errno);
	EXPECT_EQ(0, nb_bind(fd, "CLIENT", 0));
	EXPECT_EQ(-1, getpeername(fd, (void *)&addr, &len));
	EXPECT_EQ(ENOTCONN, errno);
	ASSERT_EQ(0, getsockname(fd, (void *)&addr, &len));
	EXPECT_TRUE(nb_name_is(&addr, "CLIENT"));
	EXPECT_EQ(NETBIOS_UNIQUE_NAME, addr.snb_type);
}

/* NAME-003 */
TEST_F(one, group_name_keeps_its_type)
{
	struct nb_name_info group = { .group = true, .permanent = true,
		.owner = NB_ANYBODY, .state = NETBIOS_NAME_STATE_REGISTERED };
	struct sockaddr_nb addr;
	socklen_t len = sizeof(addr);
	int fd = nb_socket(self->host, 0);

	ASSERT_EQ(0, nb_name_put(self->host, "GROUP#1e", &group));
	ASSERT_EQ(0, nb_bind(fd, "GROUP#1e", NETBIOS_GROUP_NAME));
	ASSERT_EQ(0, getsockname(fd, (void *)&addr, &len));
	EXPECT_EQ(NETBIOS_GROUP_NAME, addr.snb_type);
}

TEST_F(one, listen_needs_a_name)
{
	int fd = nb_socket(self->host, 0);

	EXPECT_EQ(-1, listen(fd, 1));
	EXPECT_EQ(EINVAL, errno);
	EXPECT_EQ(0, nb_bind(fd, "CLIENT", 0));
	EXPECT_EQ(0, listen(fd, 1));
	EXPECT_EQ(0, listen(fd, 5));
}

TEST_F(one, accept_needs_a_listener)
{
	int fd = nb_bound(self->host, "CLIENT", 0);

	EXPECT_EQ(-1, accept(fd, NULL, NULL));
	EXPECT_EQ(EINVAL, errno);
}

TEST_F(one, listener_does_not_transfer_or_connect)
{
	int fd = nb_listener(self->host, "CLIENT", 1);
	char octet;

	ASSERT_LE(0, fd);
	EXPECT_EQ(-EINVAL, nb_connect(fd, "SERVER"));
	EXPECT_EQ(-ENOTCONN, nb_send(fd, "x", 1, 0));
	EXPECT_EQ(-ENOTCONN, nb_recv(fd, &octet, 1, NULL));
	EXPECT_EQ(0, nb_poll(fd, POLLIN, 0));
}

TEST_F(one, transfer_needs_a_session)
{
	int fd = nb_bound(self->host, "CLIENT", 0);
	struct sockaddr_nb to = nb_addr("SERVER");
	char octet;

	EXPECT_EQ(-ENOTCONN, nb_send(fd, "x", 1, 0));
	EXPECT_EQ(-ENOTCONN, nb_recv(fd, &octet, 1, NULL));
	EXPECT_EQ(-1, sendto(fd, "x", 1, 0, (void *)&to, sizeof(to)));
	EXPECT_EQ(ENOTCONN, errno);
	EXPECT_EQ(-1, shutdown(fd, SHUT_RDWR));
	EXPECT_EQ(ENOTCONN, errno);
}

/* SS-027 */
TEST_F(one, connect_unknown_name_without_helper_is_enetdown)
{
	int fd = nb_bound(self->host, "CLIENT", 0);

	EXPECT_EQ(-ENETDOWN, nb_connect(fd, "NOWHERE"));
	EXPECT_EQ(-ENETDOWN, nb_connect(fd, "SERVER#20"));
	EXPECT_EQ(0, nb_wire_error(fd));
}

/* SS-026: the calling name must be this node's */
TEST_F(one, connect_unbound_without_permanent_name)
{
	EXPECT_EQ(-EADDRNOTAVAIL, nb_call(self->host, NULL, "SERVER"));
}

/* NAME-025 */
TEST_F(two, connect_unbound_calls_with_the_permanent_name)
{
	int listener = nb_listener(self->server, "SERVER", 1), fd, child;
	struct sockaddr_nb addr;
	socklen_t len = sizeof(addr);

	ASSERT_EQ(0, nb_set_name(self->host, NETBIOS_A_NODE_PERMANENT_NAME,
				 "CLIENT"));
	fd = nb_call(self->host, NULL, "SERVER");
	ASSERT_LE(0, fd);
	ASSERT_EQ(0, getsockname(fd, (void *)&addr, &len));
	EXPECT_TRUE(nb_name_is(&addr, "CLIENT"));
	child = nb_accept(listener);
	ASSERT_LE(0, child);
	ASSERT_EQ(0, getpeername(child, (void *)&addr, &len));
	EXPECT_TRUE(nb_name_is(&addr, "CLIENT"));
}

/* SS-043, API-001, API-002 */
TEST_F(two, both_ends_know_both_names)
{
	int listener, fd, child;
	struct sockaddr_nb addr;
	socklen_t len = sizeof(addr);

	listener = nb_listener(self->server, "SERVER", 1);
	fd = nb_call(self->host, "CLIENT", "SERVER");
	ASSERT_LE(0, fd);
	ASSERT_EQ(0, getsockname(fd, (void *)&addr, &len));
	EXPECT_TRUE(nb_name_is(&addr, "CLIENT"));
	ASSERT_EQ(0, getpeername(fd, (void *)&addr, &len));
	EXPECT_TRUE(nb_name_is(&addr, "SERVER"));
	child = accept(listener, (void *)&addr, &len);
	ASSERT_LE(0, child);
	EXPECT_EQ(sizeof(addr), len);
	EXPECT_TRUE(nb_name_is(&addr, "CLIENT"));
	ASSERT_EQ(0, getsockname(child, (void *)&addr, &len));
	EXPECT_TRUE(nb_name_is(&addr, "SERVER"));
	ASSERT_EQ(0, getpeername(child, (void *)&addr, &len));
	EXPECT_TRUE(nb_name_is(&addr, "CLIENT"));
}

TEST_F(one, short_buffer_gets_the_whole_length)
{
	int fd = nb_bound(self->host, "CLIENT", 0);
	struct sockaddr_nb addr = { .snb_type = 0x7777 };
	socklen_t len = sizeof(sa_family_t);

	ASSERT_EQ(0, getsockname(fd, (void *)&addr, &len));
	EXPECT_EQ(sizeof(addr), len);
	EXPECT_EQ(AF_NETBIOS, addr.snb_family);
	EXPECT_EQ(0x7777, addr.snb_type);
}

TEST_F(two, connect_and_bind_on_a_session)
{
	int sk[2];

	ASSERT_EQ(0, nb_session(self->host, self->server, sk));
	EXPECT_EQ(-EISCONN, nb_connect(sk[0], "SERVER"));
	EXPECT_EQ(-EISCONN, nb_connect(sk[1], "CLIENT"));
	EXPECT_EQ(-EINVAL, nb_bind(sk[0], "CLIENT", 0));
	EXPECT_EQ(-EINVAL, nb_bind(sk[1], "SERVER", 0));
	EXPECT_EQ(-1, listen(sk[0], 1));
	EXPECT_EQ(-1, listen(sk[1], 1));
	EXPECT_EQ(-1, accept(sk[1], NULL, NULL));
	EXPECT_EQ(4, nb_send(sk[0], "ping", 4, 0));
}

TEST_F(two, accept4_flags)
{
	int listener = nb_listener(self->server, "SERVER", 4), fd, child;

	fd = nb_call(self->host, "CLIENT", "SERVER");
	ASSERT_LE(0, fd);
	child = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
	ASSERT_LE(0, child);
	EXPECT_TRUE(fcntl(child, F_GETFL) & O_NONBLOCK);
	EXPECT_TRUE(fcntl(child, F_GETFD) & FD_CLOEXEC);
	EXPECT_EQ(-1, accept4(listener, NULL, NULL, 0x40));
	EXPECT_EQ(EINVAL, errno);
}

TEST_F(one, accept_does_not_wait_if_told_so)
{
	int fd = nb_listener(self->host, "CLIENT", 1);
	struct timeval tv = { .tv_usec = 50000 };

	ASSERT_EQ(0, setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &tv, sizeof(tv)));
	EXPECT_EQ(-1, accept(fd, NULL, NULL));
	EXPECT_EQ(EAGAIN, errno);
	fcntl(fd, F_SETFL, O_NONBLOCK);
	EXPECT_EQ(-1, accept(fd, NULL, NULL));
	EXPECT_EQ(EAGAIN, errno);
}

TEST_F(two, accept_gives_the_oldest_first)
{
	int listener = nb_listener(self->server, "SERVER", 8), i;
	const char *name[] = { "C1", "C2", "C3" };
	struct sockaddr_nb addr;
	socklen_t len;

	for (i = 0; i < 3; i++) {
		ASSERT_EQ(0, nb_name_add(self->host, name[i]));
		ASSERT_LE(0, nb_call(self->host, name[i], "SERVER"));
	}
	for (i = 0; i < 3; i++) {
		len = sizeof(addr);
		ASSERT_LE(0, accept(listener, (void *)&addr, &len));
		EXPECT_TRUE(nb_name_is(&addr, name[i]));
	}
}

/* SS-002, HANDOFF-004: several programs, several names, one port */
TEST_F(two, two_names_one_port)
{
	int a, b, fd;

	ASSERT_EQ(0, nb_name_add(self->server, "OTHER"));
	ASSERT_EQ(0, nb_cache_add(self->host, "OTHER", "10.9.0.2"));
	a = nb_listener(self->server, "SERVER", 1);
	b = nb_listener(self->server, "OTHER", 1);
	ASSERT_LE(0, b);
	fd = nb_call(self->host, "CLIENT", "OTHER");
	ASSERT_LE(0, fd);
	EXPECT_EQ(POLLIN, nb_poll(b, POLLIN, NB_BOUND));
	EXPECT_EQ(0, nb_poll(a, POLLIN, 0));
	ASSERT_LE(0, nb_call(self->host, "CLIENT", "SERVER"));
	EXPECT_EQ(POLLIN, nb_poll(a, POLLIN, NB_BOUND));
}

/* SS-042 */
TEST_F(two, many_sessions_between_the_same_names)
{
	int listener = nb_listener(self->server, "SERVER", 8), a[3], b[3], i;

	for (i = 0; i < 3; i++) {
		a[i] = nb_call(self->host, "CLIENT", "SERVER");
		ASSERT_LE(0, a[i]);
		b[i] = nb_accept(listener);
		ASSERT_LE(0, b[i]);
	}
	for (i = 2; i >= 0; i--) {
		ASSERT_EQ(10, nb_send_filled(a[i], 10, i));
	}
	for (i = 0; i < 3; i++) {
		EXPECT_EQ(0, nb_recv_filled(b[i], 10, i));
	}
}

/* SS-025, design: the listener goes on listening after each session */
TEST_F(two, listener_serves_again_after_accept)
{
	int listener = nb_listener(self->server, "SERVER", 1), i;

	for (i = 0; i < 4; i++) {
		ASSERT_LE(0, nb_call(self->host, "CLIENT", "SERVER"));
		ASSERT_LE(0, nb_accept(listener));
	}
}

/* Calls until one is refused, which is in @fd then: how many were not. */
static int fill_backlog(const struct nb_host *host, int *fd)
{
	int n;

	for (n = 0; n < 5; n++) {
		*fd = nb_bound(host, "CLIENT", 0);
		if (nb_connect(*fd, "SERVER"))
			break;
	}
	return n;
}

/* SS-015: the backlog is full, as TCP's with one more than asked for: 83 */
TEST_F(two, full_backlog_refuses_with_83)
{
	int listener = nb_listener(self->server, "SERVER", 0), fd, i, n;

	ASSERT_EQ(0, nb_set(self->host, NETBIOS_A_NODE_RETRY_COUNT, 1));
	for (i = 0; i < 2; i++) {
		ASSERT_EQ(0, listen(listener, i));
		n = fill_backlog(self->host, &fd);
		EXPECT_EQ(i + 1, n);
		EXPECT_EQ(-ECONNREFUSED, nb_connect(fd, "SERVER"));
		EXPECT_EQ(0x83, nb_wire_error(fd));
		while (n--) {
			ASSERT_LE(0, nb_accept(listener));
		}
	}
	EXPECT_EQ(0, nb_connect(fd, "SERVER"));
}

/* SS-025: a listener that is shut down keeps who waits, and takes nobody else */
TEST_F(two, shut_down_listener_takes_no_more)
{
	int listener = nb_listener(self->server, "SERVER", 4), fd, sk;

	ASSERT_EQ(0, nb_set(self->host, NETBIOS_A_NODE_RETRY_COUNT, 1));
	fd = nb_call(self->host, "CLIENT", "SERVER");
	ASSERT_LE(0, fd);
	ASSERT_EQ(0, shutdown(listener, SHUT_RD));
	EXPECT_EQ(-ECONNREFUSED, nb_call(self->host, "CLIENT", "SERVER"));
	sk = nb_accept(listener);
	ASSERT_LE(0, sk);
	EXPECT_EQ(3, nb_send_filled(fd, 3, 1));
	EXPECT_EQ(0, nb_recv_filled(sk, 3, 1));
	EXPECT_EQ(-EINVAL, nb_accept(listener));
}

static int accept_fd(void *arg)
{
	int fd = accept(*(int *)arg, NULL, NULL);

	return fd < 0 ? -errno : fd;
}

TEST_F(two, shutdown_ends_a_waiting_accept)
{
	static const int how[] = { SHUT_RD, SHUT_RDWR };
	struct nb_task task;
	int listener;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(how); i++) {
		listener = nb_listener(self->server, "SERVER", 4);
		ASSERT_LE(0, listener);
		ASSERT_EQ(0, nb_task_start(&task, accept_fd, &listener));
		ASSERT_EQ(0, nb_task_sleeps(&task));
		EXPECT_EQ(-1, shutdown(listener, SHUT_WR));
		EXPECT_EQ(ENOTCONN, errno);
		EXPECT_EQ(0, nb_poll(listener, POLLIN, 0));
		ASSERT_EQ(0, shutdown(listener, how[i]));
		EXPECT_EQ(-EINVAL, nb_task_end(&task));
		close(listener);
	}
}

static int connect_server(void *arg)
{
	return nb_connect(*(int *)arg, "SERVER");
}

/*
 * shutdown() before, in and after connect(), which has to agree with it: given
 * up, hung up, or not concerned.
 */
TEST_F(two, shutdown_meets_connect)
{
	int listener = nb_listener(self->server, "SERVER", 400), i;

	ASSERT_LE(0, listener);
	for (i = 0; i < 200; i++) {
		int fd = nb_bound(self->host, "CLIENT", 0), shut, err;
		struct nb_task task;

		ASSERT_LE(0, fd);
		ASSERT_EQ(0, nb_task_start(&task, connect_server, &fd));
		usleep(i % 20 * 50);
		shut = shutdown(fd, SHUT_RDWR) ? -errno : 0;
		err = nb_task_end(&task);
		if (shut) {
			EXPECT_EQ(-ENOTCONN, shut);
			EXPECT_EQ(0, err);
			EXPECT_EQ(1, nb_send(fd, "x", 1, 0));
		} else if (err) {
			EXPECT_EQ(-ECONNABORTED, err);
			EXPECT_EQ(-ENOTCONN, nb_send(fd, "x", 1, 0));
		} else {
			EXPECT_EQ(-EPIPE, nb_send(fd, "x", 1, MSG_NOSIGNAL));
		}
		close(fd);
	}
}

/* SS-016, SS-017, CONST-023 */
TEST_F(two, refusals_have_their_errors)
{
	struct sockaddr_nb only = nb_addr("SOMEBODY");
	int fd = nb_bound(self->host, "CLIENT", 0), listener;

	EXPECT_EQ(-ECONNREFUSED, nb_connect(fd, "SERVER"));
	EXPECT_EQ(0x80, nb_wire_error(fd));
	ASSERT_EQ(0, nb_cache_add(self->host, "ABSENT", "10.9.0.2"));
	EXPECT_EQ(-ECONNREFUSED, nb_connect(fd, "ABSENT"));
	EXPECT_EQ(0x82, nb_wire_error(fd));
	listener = nb_bound(self->server, "SERVER", 0);
	ASSERT_EQ(0, setsockopt(listener, SOL_NETBIOS, NB_CALLER, &only,
				sizeof(only)));
	ASSERT_EQ(0, listen(listener, 1));
	EXPECT_EQ(-EACCES, nb_connect(fd, "SERVER"));
	EXPECT_EQ(0x81, nb_wire_error(fd));
}

/* SS-018 */
TEST_F(two, caller_filter_lets_its_caller_in)
{
	struct sockaddr_nb only = nb_addr("CLIENT"), got;
	int listener = nb_bound(self->server, "SERVER", 0);
	socklen_t len = sizeof(got);

	ASSERT_EQ(0, setsockopt(listener, SOL_NETBIOS, NB_CALLER, &only,
				sizeof(only)));
	ASSERT_EQ(0, getsockopt(listener, SOL_NETBIOS, NB_CALLER, &got, &len));
	EXPECT_EQ(0, memcmp(&only, &got, sizeof(got)));
	ASSERT_EQ(0, setsockopt(listener, SOL_NETBIOS, NB_CALLER, NULL, 0));
	ASSERT_EQ(0, setsockopt(listener, SOL_NETBIOS, NB_CALLER, &only,
				sizeof(only)));
	ASSERT_EQ(0, listen(listener, 1));
	EXPECT_LE(0, nb_call(self->host, "CLIENT", "SERVER"));
}

TEST_F(two, closing_the_listener_refuses_callers)
{
	int listener = nb_listener(self->server, "SERVER", 4), fd;
	char octet;

	fd = nb_call(self->host, "CLIENT", "SERVER");
	ASSERT_LE(0, fd);
	close(listener);
	/* what was not accepted ends */
	EXPECT_TRUE(nb_poll(fd, POLLIN, NB_BOUND) & POLLIN);
	EXPECT_GE(0, nb_recv(fd, &octet, 1, NULL));
	fd = nb_bound(self->host, "CLIENT", 0);
	EXPECT_EQ(-ECONNREFUSED, nb_connect(fd, "SERVER"));
	EXPECT_EQ(0x80, nb_wire_error(fd));
}

TEST_F(two, binding_to_a_device)
{
	int listener = nb_listener(self->server, "SERVER", 4), fd;

	ASSERT_LE(0, listener);
	fd = nb_bound(self->host, "CLIENT", 0);
	ASSERT_EQ(0, setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, "veth0", 6));
	EXPECT_EQ(0, nb_connect(fd, "SERVER"));
	ASSERT_EQ(0, nb_set(self->host, NETBIOS_A_NODE_RESPONSE_TIMEOUT, 300));
	ASSERT_EQ(0, nb_set(self->host, NETBIOS_A_NODE_RETRY_COUNT, 1));
	fd = nb_bound(self->host, "CLIENT", 0);
	ASSERT_EQ(0, setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, "lo", 3));
	EXPECT_GT(0, nb_connect(fd, "SERVER"));
	EXPECT_EQ(-1, setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, "none", 5));
	EXPECT_EQ(ENODEV, errno);
}

TEST_F(two, listener_on_another_device_is_not_reached)
{
	int listener = nb_bound(self->server, "SERVER", 0), fd;

	ASSERT_EQ(0, setsockopt(listener, SOL_SOCKET, SO_BINDTODEVICE, "lo", 3));
	ASSERT_EQ(0, listen(listener, 4));
	fd = nb_bound(self->host, "CLIENT", 0);
	EXPECT_EQ(-ECONNREFUSED, nb_connect(fd, "SERVER"));
	EXPECT_NE(0, nb_wire_error(fd));
	EXPECT_EQ(0, nb_poll(listener, POLLIN, 0));
}

struct lana {
	unsigned int	ifindex;
	int		number;
};

static void find_lana(struct nb_nl *nl, void *arg)
{
	struct lana *lana = arg;

	if (nb_nl_u32(nl, NETBIOS_A_ADAPTER_IFINDEX, 0) == lana->ifindex)
		lana->number = nb_nl_u32(nl, NETBIOS_A_ADAPTER_LANA, 0);
}

TEST_F(two, lana_number_picks_the_adapter)
{
	struct nb_nl *nl = self->host[0].nl;
	struct lana lana = { .number = -1 };
	int listener, fd, child;

	nb_enter(self->host);
	lana.ifindex = if_nametoindex("veth0");
	ASSERT_EQ(0, nb_nl_call(nl, nb_nl_start(nl, NETBIOS_CMD_ADAPTER_GET,
						NLM_F_DUMP), find_lana, &lana));
	ASSERT_LE(0, lana.number);
	listener = nb_listener(self->server, "SERVER", 4);
	ASSERT_LE(0, listener);
	nb_enter(self->host);
	fd = socket(AF_NETBIOS, SOCK_SEQPACKET,
		    lana.number ? -lana.number : NETBIOS_LANA_0);
	ASSERT_LE(0, fd);
	ASSERT_EQ(0, nb_bind(fd, "CLIENT", 0));
	ASSERT_EQ(0, nb_connect(fd, "SERVER"));
	child = nb_accept(listener);
	ASSERT_LE(0, child);
}

TEST_F(one, absent_lana_is_eaddrnotavail)
{
	int fd;

	nb_enter(self->host);
	fd = socket(AF_NETBIOS, SOCK_SEQPACKET, -4711);
	if (fd < 0) {
		EXPECT_EQ(EADDRNOTAVAIL, errno);
		return;
	}
	EXPECT_EQ(-EADDRNOTAVAIL, nb_bind(fd, "CLIENT", 0));
}

TEST_F(one, service_is_off_until_enabled)
{
	struct nb_host fresh;

	ASSERT_EQ(0, nb_hosts(&fresh, 1));
	EXPECT_EQ(0, nb_get(&fresh, NETBIOS_A_NODE_ENABLED));
	EXPECT_EQ(-ECONNREFUSED, tcp_connect(&fresh, &fresh, SS_PORT));
	EXPECT_EQ(0, nb_set(&fresh, NETBIOS_A_NODE_ENABLED, 1));
	EXPECT_LE(0, tcp_connect(&fresh, &fresh, SS_PORT));
	EXPECT_EQ(0, nb_set(&fresh, NETBIOS_A_NODE_ENABLED, 0));
	EXPECT_EQ(-ECONNREFUSED, tcp_connect(&fresh, &fresh, SS_PORT));
	nb_hosts_free(&fresh, 1);
}

TEST_HARNESS_MAIN
