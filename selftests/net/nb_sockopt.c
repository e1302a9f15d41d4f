// SPDX-License-Identifier: GPL-2.0
/*
 * Options, ioctls and the scope of a socket; settings of the node that serve
 * as their defaults; a taken port.
 */
#include <linux/sockios.h>

#include "nb_dg.h"
#include "nb_test.h"

NB_FIXTURE(one, 1)
NB_SESSION_FIXTURE(session, 2)

static int set(int fd, int opt, const void *value, socklen_t len)
{
	return setsockopt(fd, SOL_NETBIOS, opt, value, len) ? -errno : 0;
}

static int get(int fd, int opt, void *value, socklen_t len)
{
	return getsockopt(fd, SOL_NETBIOS, opt, value, &len) ? -errno :
	       (int)len;
}

TEST_F(one, unknown_options)
{
	int fd = nb_socket(self->host, 0), opt[] = { 0, 99, -1 }, value = 1;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(opt); i++) {
		EXPECT_EQ(-ENOPROTOOPT, set(fd, opt[i], &value, sizeof(value)));
		EXPECT_EQ(-ENOPROTOOPT, get(fd, opt[i], &value, sizeof(value)));
	}
	EXPECT_EQ(-1, setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &value,
				 sizeof(value)));
	EXPECT_EQ(ENOPROTOOPT, errno);
	EXPECT_EQ(-ENOPROTOOPT, set(fd, NB_WIRE_ERROR, &value, sizeof(value)));
	EXPECT_EQ(-ENOPROTOOPT, set(fd, NB_SESSION_INFO, &value, sizeof(value)));
}

TEST_F(one, keep_rest_is_a_boolean)
{
	int fd = nb_socket(self->host, 0);
	char octet = 1;

	EXPECT_EQ(0, nb_getopt(fd, NB_KEEP_REST));
	EXPECT_EQ(0, nb_setopt(fd, NB_KEEP_REST, 1));
	EXPECT_EQ(1, nb_getopt(fd, NB_KEEP_REST));
	EXPECT_EQ(-EINVAL, nb_setopt(fd, NB_KEEP_REST, 2));
	EXPECT_EQ(-EINVAL, nb_setopt(fd, NB_KEEP_REST, -1));
	EXPECT_EQ(-EINVAL, set(fd, NB_KEEP_REST, &octet, 1));
	EXPECT_EQ(-EINVAL, set(fd, NB_KEEP_REST, NULL, 0));
	EXPECT_EQ(-EFAULT, set(fd, NB_KEEP_REST, (void *)1, 4));
	EXPECT_EQ(1, nb_getopt(fd, NB_KEEP_REST));
	EXPECT_EQ(0, nb_setopt(fd, NB_KEEP_REST, 0));
	EXPECT_EQ(0, nb_getopt(fd, NB_KEEP_REST));
}

TEST_F(one, address_option)
{
	int fd = nb_socket(self->host, 0);

	EXPECT_EQ(0, nb_getopt(fd, NB_ADDRESS));
	EXPECT_EQ(0, nb_setopt(fd, NB_ADDRESS, htonl(INADDR_LOOPBACK)));
	EXPECT_EQ((int)htonl(INADDR_LOOPBACK), nb_getopt(fd, NB_ADDRESS));
	EXPECT_EQ(-EINVAL, nb_setopt(fd, NB_ADDRESS, htonl(INADDR_BROADCAST)));
	EXPECT_EQ(-EINVAL, nb_setopt(fd, NB_ADDRESS, htonl(0xe0000001)));
	EXPECT_EQ(-EINVAL, set(fd, NB_ADDRESS, "\x7f", 1));
	EXPECT_EQ(0, nb_setopt(fd, NB_ADDRESS, 0));
	EXPECT_EQ(0, nb_getopt(fd, NB_ADDRESS));
}

TEST_F(one, reuseport_is_a_boolean)
{
	int fd = nb_socket(self->host, 0);

	EXPECT_EQ(0, nb_getopt(fd, NB_REUSEPORT));
	EXPECT_EQ(0, nb_setopt(fd, NB_REUSEPORT, 1));
	EXPECT_EQ(1, nb_getopt(fd, NB_REUSEPORT));
	EXPECT_EQ(-EINVAL, nb_setopt(fd, NB_REUSEPORT, 2));
	EXPECT_EQ(0, nb_setopt(fd, NB_REUSEPORT, 0));
	EXPECT_EQ(0, nb_getopt(fd, NB_REUSEPORT));
}

/* SS-047, CONST-015 */
TEST_F(one, keepalive_option)
{
	int fd = nb_socket(self->host, 0);

	EXPECT_EQ(60, nb_getopt(fd, NB_KEEPALIVE));
	EXPECT_EQ(0, nb_setopt(fd, NB_KEEPALIVE, 0));
	EXPECT_EQ(0, nb_getopt(fd, NB_KEEPALIVE));
	EXPECT_EQ(0, nb_setopt(fd, NB_KEEPALIVE, 86400));
	EXPECT_EQ(86400, nb_getopt(fd, NB_KEEPALIVE));
	EXPECT_EQ(-EINVAL, nb_setopt(fd, NB_KEEPALIVE, 86401));
	EXPECT_EQ(-EINVAL, nb_setopt(fd, NB_KEEPALIVE, -1));
	ASSERT_EQ(0, nb_set(self->host, NETBIOS_A_NODE_KEEPALIVE, 7));
	EXPECT_EQ(7, nb_getopt(nb_socket(self->host, 0), NB_KEEPALIVE));
}

TEST_F(one, caller_option)
{
	struct sockaddr_nb addr = nb_addr("CLIENT"), got;
	int fd = nb_bound(self->host, "SERVER", 0);

	EXPECT_EQ(0, get(fd, NB_CALLER, &got, sizeof(got)));
	EXPECT_EQ(-EINVAL, set(fd, NB_CALLER, &addr, sizeof(addr) - 1));
	addr.snb_family = AF_UNIX;
	EXPECT_GT(0, set(fd, NB_CALLER, &addr, sizeof(addr)));
	addr.snb_family = AF_NETBIOS;
	EXPECT_EQ(0, set(fd, NB_CALLER, &addr, sizeof(addr)));
	EXPECT_EQ(sizeof(got), get(fd, NB_CALLER, &got, sizeof(got)));
	EXPECT_EQ(0, memcmp(&addr, &got, sizeof(got)));
	ASSERT_EQ(0, listen(fd, 1));
	EXPECT_GT(0, set(fd, NB_CALLER, &addr, sizeof(addr)));
}

/* HANDOFF-007 */
TEST_F(one, retarget_option)
{
	struct nb_retarget to = { .nr_port = htons(1139) }, got;
	int fd = nb_bound(self->host, "SERVER", 0);

	EXPECT_EQ(0, get(fd, NB_RETARGET, &got, sizeof(got)));
	EXPECT_EQ(0, set(fd, NB_RETARGET, &to, sizeof(to)));
	EXPECT_EQ(sizeof(got), get(fd, NB_RETARGET, &got, sizeof(got)));
	EXPECT_EQ(0, memcmp(&to, &got, sizeof(got)));
	EXPECT_EQ(-EINVAL, set(fd, NB_RETARGET, &to, sizeof(to) - 1));
	to.__nr_pad = 1;
	EXPECT_EQ(-EINVAL, set(fd, NB_RETARGET, &to, sizeof(to)));
	to.__nr_pad = 0;
	to.nr_port = 0;
	EXPECT_EQ(-EINVAL, set(fd, NB_RETARGET, &to, sizeof(to)));
	EXPECT_EQ(0, set(fd, NB_RETARGET, NULL, 0));
	EXPECT_EQ(0, get(fd, NB_RETARGET, &got, sizeof(got)));
}

/* NAME-006, NAME-008, NAME-021, CONST-001, CONST-019 */
TEST_F(one, scope_option)
{
	char label[65] = "", scope[256] = "", got[256] = "";
	int fd = nb_socket(self->host, 0), i;

	memset(label, 'L', 64);
	EXPECT_EQ(0, set(fd, NB_SCOPE, "NETBIOS.COM", 11));
	EXPECT_LE(11, get(fd, NB_SCOPE, got, sizeof(got)));
	EXPECT_EQ(0, strncmp(got, "NETBIOS.COM", 11));
	EXPECT_EQ(-EINVAL, set(fd, NB_SCOPE, ".COM", 4));
	EXPECT_EQ(-EINVAL, set(fd, NB_SCOPE, "COM.", 4));
	EXPECT_EQ(-EINVAL, set(fd, NB_SCOPE, "A..B", 4));
	EXPECT_EQ(-EINVAL, set(fd, NB_SCOPE, label, 64));
	EXPECT_EQ(0, set(fd, NB_SCOPE, label, 63));
	/* 220 octets are the most: 33 + 1 + 220 + 1 = 255 on the wire */
	for (i = 0; i < 221; i++)
		scope[i] = i % 2 ? '.' : 'x';
	EXPECT_EQ(0, set(fd, NB_SCOPE, scope, 219));
	scope[219] = 'x';
	EXPECT_EQ(0, set(fd, NB_SCOPE, scope, 220));
	scope[220] = 'x';
	EXPECT_EQ(-EINVAL, set(fd, NB_SCOPE, scope, 221));
	EXPECT_EQ(0, set(fd, NB_SCOPE, "", 0));
	EXPECT_EQ(0, nb_bind(fd, "CLIENT", 0));
	EXPECT_GT(0, set(fd, NB_SCOPE, "LATE", 4));
}

/* NAME-019, NAME-022: the scope is a part of the name */
TEST_F(one, scopes_keep_names_apart)
{
	struct nb_name_info other = { .owner = NB_ANYBODY, .scope = "OTHER",
		.permanent = true, .state = NETBIOS_NAME_STATE_REGISTERED };
	int fd = nb_socket(self->host, 0);

	ASSERT_EQ(0, set(fd, NB_SCOPE, "other", 5));
	EXPECT_EQ(-ENETDOWN, nb_bind(fd, "CLIENT", 0));
	ASSERT_EQ(0, nb_name_put(self->host, "CLIENT", &other));
	EXPECT_EQ(0, nb_bind(fd, "CLIENT", 0));
	EXPECT_EQ(0, nb_listener(self->host, "SERVER", 1) < 0);
	EXPECT_EQ(-ENETDOWN, nb_connect(fd, "SERVER"));
}

/* NAME-020: scope labels are compared without regard to case */
TEST_F(one, node_scope_is_the_default)
{
	struct nb_name_info other = { .owner = NB_ANYBODY, .scope = "lab.COM",
		.permanent = true, .state = NETBIOS_NAME_STATE_REGISTERED };
	int fd;

	ASSERT_EQ(0, nb_name_put(self->host, "SCOPED", &other));
	ASSERT_EQ(0, nb_set_scope(self->host, "LAB.com"));
	EXPECT_LE(0, nb_bound(self->host, "SCOPED", 0));
	EXPECT_EQ(-ENETDOWN, nb_bound(self->host, "CLIENT", 0));
	fd = nb_socket(self->host, 0);
	ASSERT_EQ(0, set(fd, NB_SCOPE, "", 0));
	EXPECT_EQ(0, nb_bind(fd, "CLIENT", 0));
}

TEST_F(session, session_info)
{
	struct nb_session_info caller, called;
	struct sockaddr_nb name;

	ASSERT_EQ(10, nb_send_filled(self->sk[0], 10, 1));
	ASSERT_EQ(0, nb_recv_filled(self->sk[1], 10, 1));
	ASSERT_EQ(sizeof(caller), get(self->sk[0], NB_SESSION_INFO, &caller,
				      sizeof(caller)));
	ASSERT_EQ(sizeof(called), get(self->sk[1], NB_SESSION_INFO, &called,
				      sizeof(called)));
	EXPECT_EQ(0, caller.nsi_flags & NB_SESSION_CALLED);
	EXPECT_EQ(NB_SESSION_CALLED, called.nsi_flags & NB_SESSION_CALLED);
	EXPECT_EQ(self->host[0].addr.s_addr, caller.nsi_local_addr);
	EXPECT_EQ(self->host[1].addr.s_addr, caller.nsi_peer_addr);
	EXPECT_EQ(htons(SS_PORT), caller.nsi_peer_port);
	EXPECT_EQ(htons(SS_PORT), called.nsi_local_port);
	EXPECT_EQ(caller.nsi_local_port, called.nsi_peer_port);
	EXPECT_NE(htons(SS_PORT), caller.nsi_local_port);
	EXPECT_NE(0, caller.nsi_ifindex);
	EXPECT_EQ(60, caller.nsi_keepalive);
	name = nb_addr("SERVER");
	EXPECT_EQ(0, memcmp(caller.nsi_called, name.snb_name, 16));
	EXPECT_EQ(0, memcmp(called.nsi_called, name.snb_name, 16));
	name = nb_addr("CLIENT");
	EXPECT_EQ(0, memcmp(caller.nsi_calling, name.snb_name, 16));
	EXPECT_EQ(0, memcmp(called.nsi_calling, name.snb_name, 16));
	EXPECT_LE(14, called.nsi_rx_bytes);
	EXPECT_LE(14, caller.nsi_tx_bytes);
}

TEST_F(one, session_info_needs_a_session)
{
	struct nb_session_info info;

	EXPECT_EQ(-ENOTCONN, get(nb_bound(self->host, "CLIENT", 0),
				 NB_SESSION_INFO, &info, sizeof(info)));
}

static int so_int(int fd, int opt)
{
	int value = -1;
	socklen_t len = sizeof(value);

	return getsockopt(fd, SOL_SOCKET, opt, &value, &len) ? -errno : value;
}

TEST_F(session, socket_level_options)
{
	int listener = nb_listener(self->server, "SERVER", 1), fd = self->sk[0];

	EXPECT_EQ(AF_NETBIOS, so_int(fd, SO_DOMAIN));
	EXPECT_EQ(SOCK_SEQPACKET, so_int(fd, SO_TYPE));
	EXPECT_EQ(0, so_int(fd, SO_ACCEPTCONN));
	EXPECT_EQ(1, so_int(listener, SO_ACCEPTCONN));
	EXPECT_EQ(0, so_int(fd, SO_ERROR));
}

/* ms until the kernel's timer 2 (keep-alive) of the TCP socket, from its list */
static bool tcp_keepalive_armed(void)
{
	char line[256];
	unsigned int state, timer;
	bool armed = false;
	FILE *f = fopen("/proc/thread-self/net/tcp", "r");

	while (f && fgets(line, sizeof(line), f))
		if (sscanf(line, " %*d: %*s %*s %x %*x:%*x %x:", &state,
			   &timer) == 2 && state == 1 && timer == 2)
			armed = true;
	if (f)
		fclose(f);
	return armed;
}

/* What the core keeps on the outer socket reaches the inner one. */
TEST_F(session, so_keepalive_reaches_tcp)
{
	int one = 1;

	nb_enter(self->host);
	ASSERT_TRUE(nb_wait(!tcp_keepalive_armed()));
	ASSERT_EQ(0, setsockopt(self->sk[0], SOL_SOCKET, SO_KEEPALIVE, &one,
				sizeof(one)));
	EXPECT_TRUE(nb_wait(tcp_keepalive_armed()));
}

TEST_F(session, buffer_sizes_do_not_limit_messages)
{
	int small = 4096, fd = self->sk[0];

	ASSERT_EQ(0, setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &small,
				sizeof(small)));
	ASSERT_EQ(0, setsockopt(self->sk[1], SOL_SOCKET, SO_RCVBUF, &small,
				sizeof(small)));
	ASSERT_EQ(NETBIOS_MAX_MESSAGE,
		  nb_send_filled(fd, NETBIOS_MAX_MESSAGE, 3));
	EXPECT_EQ(0, nb_recv_filled(self->sk[1], NETBIOS_MAX_MESSAGE, 3));
}

TEST_F(session, receive_timeout_takes_nothing)
{
	struct timeval tv = { .tv_usec = 30000 };
	int fd = self->sk[1];
	char octet;

	ASSERT_EQ(0, setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &tv, sizeof(tv)));
	EXPECT_EQ(-EAGAIN, nb_recv(fd, &octet, 1, NULL));
	ASSERT_EQ(5, nb_send_filled(self->sk[0], 5, 2));
	ASSERT_TRUE(nb_wait(nb_poll(fd, POLLIN, 0) == POLLIN));
	EXPECT_EQ(0, nb_recv_filled(fd, 5, 2));
}

TEST_F(session, fionread_is_the_next_message)
{
	int fd = self->sk[1], n = -1;

	ASSERT_EQ(0, ioctl(fd, FIONREAD, &n));
	EXPECT_EQ(0, n);
	nb_send_filled(self->sk[0], 300, 1);
	nb_send_filled(self->sk[0], 7, 2);
	EXPECT_TRUE(nb_wait(!ioctl(fd, FIONREAD, &n) && n));
	EXPECT_EQ(300, n);
	ASSERT_EQ(0, nb_recv_filled(fd, 300, 1));
	EXPECT_TRUE(nb_wait(!ioctl(fd, FIONREAD, &n) && n));
	EXPECT_EQ(7, n);
	ASSERT_EQ(0, nb_recv_filled(fd, 7, 2));
	ASSERT_EQ(0, ioctl(fd, FIONREAD, &n));
	EXPECT_EQ(0, n);
}

TEST_F(session, siocoutq_goes_to_zero)
{
	int n = -1;

	ASSERT_EQ(1000, nb_send_filled(self->sk[0], 1000, 1));
	EXPECT_TRUE(nb_wait(!ioctl(self->sk[0], SIOCOUTQ, &n) && n == 0));
}

TEST_F(session, siocoutq_counts_what_the_peer_did_not_take)
{
	int n = -1, sent = 0, ret;
	char *buf = calloc(1, 100000);

	while ((ret = nb_send(self->sk[0], buf, 100000, MSG_DONTWAIT)) > 0)
		sent += ret;
	EXPECT_EQ(-EAGAIN, ret);
	ASSERT_EQ(0, ioctl(self->sk[0], SIOCOUTQ, &n));
	EXPECT_LT(0, n);
	EXPECT_GE(sent + 4 * (sent / 100000), n);
	free(buf);
}

TEST_F(one, other_ioctls_are_refused)
{
	int fd = nb_socket(self->host, 0), n;

	EXPECT_EQ(-1, ioctl(fd, 0x1234, &n));
	EXPECT_EQ(ENOTTY, errno);
	EXPECT_EQ(-1, ioctl(fd, SIOCATMARK, &n));
	EXPECT_EQ(ENOTTY, errno);
}

/* CONST-012 to CONST-016: the defaults */
TEST_F(one, default_settings)
{
	struct nb_host fresh;

	ASSERT_EQ(0, nb_hosts(&fresh, 1));
	EXPECT_EQ(139, nb_get(&fresh, NETBIOS_A_NODE_PORT));
	EXPECT_EQ(4, nb_get(&fresh, NETBIOS_A_NODE_RETRY_COUNT));
	EXPECT_EQ(30, nb_get(&fresh, NETBIOS_A_NODE_CLOSE_TIMEOUT));
	EXPECT_EQ(60, nb_get(&fresh, NETBIOS_A_NODE_KEEPALIVE));
	EXPECT_EQ(1000, nb_get(&fresh, NETBIOS_A_NODE_RETRY_INTERVAL));
	EXPECT_LE(16384, nb_get(&fresh, NETBIOS_A_NODE_NAME_MAX));
	EXPECT_LE(16384, nb_get(&fresh, NETBIOS_A_NODE_CACHE_MAX));
	EXPECT_EQ(NETBIOS_RETARGET_POLICY_ON_LINK,
		  nb_get(&fresh, NETBIOS_A_NODE_RETARGET_POLICY));
	EXPECT_LT(nb_get(&fresh, NETBIOS_A_NODE_BIND_GID_MAX),
		  nb_get(&fresh, NETBIOS_A_NODE_BIND_GID_MIN));
	nb_hosts_free(&fresh, 1);
}

/* What is set is what is read, setting by setting. */
TEST_F(one, each_setting_is_kept)
{
	int attr, want;

	for (attr = NETBIOS_A_NODE_PORT; attr <= NETBIOS_A_NODE_RETARGET_POLICY;
	     attr++) {
		if (attr == NETBIOS_A_NODE_DGRAM_OPEN)
			continue;
		want = nb_get(self->host, attr) + 1;
		EXPECT_EQ(0, nb_set(self->host, attr, want));
		EXPECT_EQ(want, nb_get(self->host, attr)) {
			TH_LOG("attribute %d", attr);
		}
	}
	EXPECT_EQ(0, nb_set(self->host, NETBIOS_A_NODE_BIND_RESERVED, 0));
	EXPECT_EQ(0, nb_get(self->host, NETBIOS_A_NODE_BIND_RESERVED));
}

TEST_F(one, settings_out_of_range)
{
	struct nb_host *host = self->host;

	EXPECT_GT(0, nb_set(host, NETBIOS_A_NODE_PORT, 0));
	EXPECT_GT(0, nb_set(host, NETBIOS_A_NODE_ENABLED, 2));
	EXPECT_GT(0, nb_set(host, NETBIOS_A_NODE_KEEPALIVE, 86401));
	EXPECT_GT(0, nb_set(host, NETBIOS_A_NODE_RETRY_COUNT, 0));
	EXPECT_GT(0, nb_set(host, NETBIOS_A_NODE_RETRY_COUNT, 256));
	EXPECT_GT(0, nb_set(host, NETBIOS_A_NODE_RETARGET_POLICY, 4));
	EXPECT_GT(0, nb_set_scope(host, ".bad"));
	EXPECT_GT(0, nb_set_name(host, NETBIOS_A_NODE_PERMANENT_NAME, "*"));
	EXPECT_EQ(4, nb_get(host, NETBIOS_A_NODE_RETRY_COUNT));
}

TEST_F(one, port_can_be_changed_while_it_serves)
{
	struct nb_host *host = self->host;

	ASSERT_EQ(0, nb_set(host, NETBIOS_A_NODE_PORT, 1139));
	EXPECT_EQ(-ECONNREFUSED, tcp_connect(host, host, 139));
	EXPECT_LE(0, tcp_connect(host, host, 1139));
	EXPECT_LE(0, nb_listener(host, "SERVER", 1));
	EXPECT_LE(0, nb_call(host, "CLIENT", "SERVER"));
}

TEST_F(one, taken_port_is_a_clear_error)
{
	struct nb_host fresh;
	int fd;

	ASSERT_EQ(0, nb_hosts(&fresh, 1));
	fd = tcp_listen(&fresh, 139);
	ASSERT_LE(0, fd);
	EXPECT_EQ(-EADDRINUSE, nb_set(&fresh, NETBIOS_A_NODE_ENABLED, 1));
	EXPECT_EQ(1, nb_stat(&fresh, NB_STAT_PORT_TAKEN));
	EXPECT_EQ(0, nb_get(&fresh, NETBIOS_A_NODE_ENABLED));
	close(fd);
	EXPECT_EQ(0, nb_set(&fresh, NETBIOS_A_NODE_ENABLED, 1));
	EXPECT_EQ(-EADDRINUSE, tcp_listen(&fresh, 139));
	fd = tcp_listen(&fresh, 1139);
	ASSERT_LE(0, fd);
	EXPECT_EQ(-EADDRINUSE, nb_set(&fresh, NETBIOS_A_NODE_PORT, 1139));
	EXPECT_LE(0, tcp_connect(&fresh, &fresh, 139));
	nb_hosts_free(&fresh, 1);
}

/* Several settings in one request: what @attr are, and then 0. */
static int set_ports(struct nb_host *host, const int *attr, uint16_t port)
{
	struct nlmsghdr *nlh = nb_nl_start(host->nl, NETBIOS_CMD_NODE_SET, 0);

	for (; *attr; attr++, port++)
		mnl_attr_put_u16(nlh, *attr, port);
	return nb_nl_call(host->nl, nlh, NULL, NULL);
}

/* All settings of a request are changed, or none. */
TEST_F(one, what_fails_changes_nothing)
{
	const int tcp[] = { NETBIOS_A_NODE_PORT, NETBIOS_A_NODE_CALL_PORT, 0 };
	const int udp[] = { NETBIOS_A_NODE_PORT, NETBIOS_A_NODE_DGRAM_PORT, 0 };
	struct nb_host *host = self->host;
	int fd;

	fd = tcp_listen(host, 1139);
	ASSERT_LE(0, fd);
	EXPECT_EQ(-EADDRINUSE, set_ports(host, tcp, 1139));
	EXPECT_EQ(139, nb_get(host, NETBIOS_A_NODE_PORT));
	EXPECT_EQ(139, nb_get(host, NETBIOS_A_NODE_CALL_PORT));
	close(fd);

	fd = udp_open(host, 2139);
	ASSERT_LE(0, fd);
	EXPECT_EQ(-EADDRINUSE, set_ports(host, udp, 2138));
	EXPECT_EQ(139, nb_get(host, NETBIOS_A_NODE_PORT));
	EXPECT_EQ(138, nb_get(host, NETBIOS_A_NODE_DGRAM_PORT));
	EXPECT_EQ(1, nb_get(host, NETBIOS_A_NODE_DGRAM_OPEN));
	EXPECT_EQ(-ECONNREFUSED, tcp_connect(host, host, 2138));
	EXPECT_LE(0, tcp_connect(host, host, 139));
	/* the same while the service is off */
	ASSERT_EQ(0, nb_set(host, NETBIOS_A_NODE_ENABLED, 0));
	ASSERT_EQ(0, set_ports(host, udp, 2138));
	EXPECT_EQ(0, nb_set(host, NETBIOS_A_NODE_ENABLED, 1));
	EXPECT_LE(0, tcp_connect(host, host, 2138));
	EXPECT_EQ(0, nb_get(host, NETBIOS_A_NODE_DGRAM_OPEN));
	close(fd);
}

/* Reading is open to everybody, changing needs CAP_NET_ADMIN. */
TEST_F(one, changing_settings_takes_cap_net_admin)
{
	pid_t pid = fork();

	if (!pid) {
		struct nb_host plain = self->host[0];
		int ret = 0;

		plain.nl = setresuid(1000, 1000, 1000) ? NULL : nb_nl_open();
		if (!plain.nl)
			_exit(2);
		ret |= nb_set(&plain, NETBIOS_A_NODE_PORT, 9) != -EPERM;
		ret |= nb_name_add(&plain, "X") != -EPERM;
		ret |= nb_cache_add(&plain, "X", "10.0.0.1") != -EPERM;
		ret |= nb_helper_attach(plain.nl) != -EPERM;
		ret |= nb_nl_join(plain.nl, NETBIOS_MCGRP_UPCALL) != -EPERM;
		ret |= nb_nl_join(plain.nl, NETBIOS_MCGRP_EVENT) != 0;
		ret |= nb_get(&plain, NETBIOS_A_NODE_PORT) != 139;
		ret |= nb_name_get(&plain, "SERVER", NULL) < 0;
		_exit(ret);
	}
	EXPECT_EQ(0, nb_child_end(pid));
}

TEST_HARNESS_MAIN
