// SPDX-License-Identifier: GPL-2.0
/*
 * Who may bind which name, and who shares it: capabilities, the group range,
 * owners, NB_REUSEPORT, the choice among listeners. API-028, design of names.
 */
#include <grp.h>
#include <linux/capability.h>
#include <net/if.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

#include "nb_test.h"

NB_FIXTURE(one, 1)
NB_FIXTURE(two, 2)

#define UID 4321
#define GID 4321

/* In a child: becomes somebody, binds; the negative errno as exit status. */
static int bind_as(struct nb_host *host, int uid, int gid, int extra_gid,
		   const char *text)
{
	gid_t groups[1] = { extra_gid };
	pid_t pid = fork();

	if (!pid) {
		if (setgroups(extra_gid ? 1 : 0, groups) ||
		    setresgid(gid, gid, gid) || setresuid(uid, uid, uid))
			_exit(255);
		/* no nb_enter() any more: that takes a capability */
		int fd = socket(AF_NETBIOS, SOCK_SEQPACKET, 0);

		_exit(fd < 0 ? errno : -nb_bind(fd, text, NETBIOS_UNIQUE_NAME));
	}
	return -nb_child_end(pid);
}

static int allow(struct nb_host *host, uint32_t min, uint32_t max)
{
	struct nlmsghdr *nlh = nb_nl_start(host->nl, NETBIOS_CMD_NODE_SET, 0);

	mnl_attr_put_u32(nlh, NETBIOS_A_NODE_BIND_GID_MIN, min);
	mnl_attr_put_u32(nlh, NETBIOS_A_NODE_BIND_GID_MAX, max);
	return nb_nl_call(host->nl, nlh, NULL, NULL);
}

TEST_F(one, ordinary_user_may_not_bind)
{
	EXPECT_EQ(-EACCES, bind_as(self->host, UID, GID, 0, "CLIENT"));
	EXPECT_EQ(-EACCES, bind_as(self->host, UID, GID, 0, "NEW"));
	EXPECT_EQ(2, nb_stat(self->host, NB_STAT_BIND_DENIED));
}

/* In a child: an ordinary user with one capability binds. */
static int bind_with(int cap, const char *text)
{
	struct __user_cap_header_struct head = {
		.version = _LINUX_CAPABILITY_VERSION_3,
	};
	struct __user_cap_data_struct caps[2] = { { 0 } };
	pid_t pid = fork();

	if (!pid) {
		caps[cap / 32].effective = 1u << cap % 32;
		caps[cap / 32].permitted = caps[cap / 32].effective;
		if (prctl(PR_SET_KEEPCAPS, 1) || setgroups(0, NULL) ||
		    setresgid(GID, GID, GID) || setresuid(UID, UID, UID) ||
		    syscall(SYS_capset, &head, caps))
			_exit(255);
		_exit(-nb_bind(socket(AF_NETBIOS, SOCK_SEQPACKET, 0), text,
			       NETBIOS_UNIQUE_NAME));
	}
	return -nb_child_end(pid);
}

TEST_F(one, one_capability_lets_bind)
{
	EXPECT_EQ(0, bind_with(CAP_NET_BIND_SERVICE, "CLIENT"));
	EXPECT_EQ(-EACCES, bind_with(CAP_NET_ADMIN, "CLIENT"));
}

/* API-028: ordinary programs in the range of groups may */
TEST_F(one, group_range_may_bind)
{
	ASSERT_EQ(0, allow(self->host, GID - 1, GID + 1));
	EXPECT_EQ(0, bind_as(self->host, UID, GID - 1, 0, "CLIENT"));
	EXPECT_EQ(0, bind_as(self->host, UID, GID + 1, 0, "CLIENT"));
	EXPECT_EQ(-EACCES, bind_as(self->host, UID, GID - 2, 0, "CLIENT"));
	EXPECT_EQ(-EACCES, bind_as(self->host, UID, GID + 2, 0, "CLIENT"));
	/* further groups of a process count as well */
	EXPECT_EQ(0, bind_as(self->host, UID, 9, GID - 1, "CLIENT"));
	EXPECT_EQ(0, bind_as(self->host, UID, 9, GID + 1, "CLIENT"));
	EXPECT_EQ(-EACCES, bind_as(self->host, UID, 9, GID - 2, "CLIENT"));
	EXPECT_EQ(-EACCES, bind_as(self->host, UID, 9, GID + 2, "CLIENT"));
	EXPECT_EQ(-ENETDOWN, bind_as(self->host, UID, GID, 0, "NEW"));
	/* empty again */
	ASSERT_EQ(0, allow(self->host, 1, 0));
	EXPECT_EQ(-EACCES, bind_as(self->host, UID, GID, 0, "CLIENT"));
}

TEST_F(one, reserved_suffixes_can_be_kept_out)
{
	const char *reserved[] = { "SRV#1b", "SRV#1c", "SRV#1d", "SRV#20" };
	size_t i;

	ASSERT_EQ(0, allow(self->host, GID, GID));
	ASSERT_EQ(0, nb_name_add(self->host, "SRV#1e"));
	for (i = 0; i < ARRAY_SIZE(reserved); i++) {
		ASSERT_EQ(0, nb_name_add(self->host, reserved[i]));
		EXPECT_EQ(0, bind_as(self->host, UID, GID, 0, reserved[i]));
	}
	ASSERT_EQ(0, nb_set(self->host, NETBIOS_A_NODE_BIND_RESERVED, 0));
	for (i = 0; i < ARRAY_SIZE(reserved); i++) {
		EXPECT_EQ(-EACCES, bind_as(self->host, UID, GID, 0,
					   reserved[i]));
		EXPECT_EQ(0, bind_as(self->host, 0, 0, 0, reserved[i]));
	}
	EXPECT_EQ(0, bind_as(self->host, UID, GID, 0, "SRV#1e"));
}

static int add_owned(struct nb_host *host, const char *text, int64_t owner)
{
	struct nb_name_info info = { .permanent = true, .owner = owner,
		.state = NETBIOS_NAME_STATE_REGISTERED };

	return nb_name_put(host, text, &info);
}

TEST_F(one, name_belongs_to_its_owner)
{
	ASSERT_EQ(0, allow(self->host, GID, GID));
	ASSERT_EQ(0, add_owned(self->host, "MINE", UID));
	EXPECT_EQ(0, bind_as(self->host, UID, GID, 0, "MINE"));
	EXPECT_EQ(-EADDRINUSE, bind_as(self->host, UID + 1, GID, 0, "MINE"));
	EXPECT_EQ(-EADDRINUSE, nb_bound(self->host, "MINE", 0));
}

TEST_F(one, unique_and_group_do_not_mix)
{
	struct nb_name_info group = { .group = true, .owner = NB_ANYBODY,
		.permanent = true, .state = NETBIOS_NAME_STATE_REGISTERED };
	int fd = nb_socket(self->host, 0);

	ASSERT_EQ(0, nb_name_put(self->host, "TEAM", &group));
	EXPECT_EQ(-EADDRINUSE, nb_bind(fd, "TEAM", NETBIOS_UNIQUE_NAME));
	EXPECT_EQ(-EADDRINUSE, nb_bind(fd, "CLIENT", NETBIOS_GROUP_NAME));
	EXPECT_EQ(0, nb_bind(fd, "TEAM", NETBIOS_GROUP_NAME));
}

/* The owner does not change when the last socket of another user goes. */
TEST_F(one, releasing_name_keeps_its_owner)
{
	struct nb_name_info mine = { .owner = UID,
		.state = NETBIOS_NAME_STATE_REGISTERED };

	ASSERT_EQ(0, allow(self->host, GID, GID));
	ASSERT_EQ(0, nb_name_put(self->host, "MINE", &mine));
	EXPECT_EQ(0, bind_as(self->host, UID, GID, 0, "MINE"));
	EXPECT_EQ(NETBIOS_NAME_STATE_RELEASING,
		  nb_name_get(self->host, "MINE", NULL));
	EXPECT_EQ(-EADDRINUSE, bind_as(self->host, UID + 1, GID, 0, "MINE"));
	EXPECT_EQ(0, bind_as(self->host, UID, GID, 0, "MINE"));
}

static int listen_on(struct nb_host *host, const char *caller, bool reuse)
{
	int fd = nb_bound(host, "SERVER", 0), err;
	struct sockaddr_nb addr;

	if (caller) {
		addr = nb_addr(caller);
		if (setsockopt(fd, SOL_NETBIOS, NB_CALLER, &addr, sizeof(addr)))
			return -errno;
	}
	err = nb_setopt(fd, NB_REUSEPORT, reuse);
	if (!err && listen(fd, 8))
		err = -errno;
	if (!err)
		return fd;
	close(fd);
	return err;
}

/*
 * A name that is being released goes to somebody else only by a new claim, which
 * takes the place of the release, also if the helper has begun with that.
 */
TEST_F(one, releasing_name_changes_hands_by_a_claim)
{
	struct nb_name_info info = { .owner = UID,
		.state = NETBIOS_NAME_STATE_REGISTERED };
	int fd = nb_socket(self->host, SOCK_NONBLOCK);
	int other = nb_socket(self->host, SOCK_NONBLOCK);
	struct nb_nl *helper = nb_helper(self->host);
	struct nb_work work, claim;

	ASSERT_NE(NULL, helper);
	ASSERT_EQ(0, allow(self->host, GID, GID));
	ASSERT_EQ(0, nb_name_put(self->host, "THEIRS", &info));
	EXPECT_EQ(0, bind_as(self->host, UID, GID, 0, "THEIRS"));
	EXPECT_EQ(NETBIOS_NAME_STATE_RELEASING,
		  nb_name_get(self->host, "THEIRS", NULL));
	/* to another user */
	EXPECT_EQ(-EINPROGRESS, nb_bind(fd, "THEIRS", NETBIOS_UNIQUE_NAME));
	ASSERT_EQ(0, nb_work_expect(helper, &claim, NETBIOS_WORK_KIND_CLAIM,
				    "THEIRS"));
	ASSERT_EQ(0, nb_work_done(helper, claim.id, NETBIOS_WORK_STATUS_OK,
				  NULL));
	EXPECT_EQ(0, nb_outcome(fd));
	EXPECT_EQ(NETBIOS_NAME_STATE_REGISTERED,
		  nb_name_get(self->host, "THEIRS", &info));
	EXPECT_EQ(0, info.owner);
	/* as another type */
	close(fd);
	ASSERT_EQ(0, nb_work_expect(helper, &work, NETBIOS_WORK_KIND_RELEASE,
				    "THEIRS"));
	EXPECT_EQ(-EINPROGRESS, nb_bind(other, "THEIRS", NETBIOS_GROUP_NAME));
	ASSERT_EQ(0, nb_work_expect(helper, &claim, NETBIOS_WORK_KIND_CLAIM,
				    "THEIRS"));
	EXPECT_TRUE(claim.group);
	EXPECT_EQ(-ENOENT, nb_work_done(helper, work.id, NETBIOS_WORK_STATUS_OK,
					NULL));
	ASSERT_EQ(0, nb_work_done(helper, claim.id, NETBIOS_WORK_STATUS_OK,
				  NULL));
	EXPECT_EQ(0, nb_outcome(other));
	/* to whom the administrator gives it */
	close(other);
	ASSERT_EQ(0, nb_work_expect(helper, &work, NETBIOS_WORK_KIND_RELEASE,
				    "THEIRS"));
	ASSERT_EQ(0, add_owned(self->host, "THEIRS", UID));
	EXPECT_EQ(-ENOENT, nb_work_done(helper, work.id, NETBIOS_WORK_STATUS_OK,
					NULL));
	EXPECT_EQ(NETBIOS_NAME_STATE_REGISTERED,
		  nb_name_get(self->host, "THEIRS", &info));
	EXPECT_EQ(UID, info.owner);
	nb_nl_close(helper);
}

/* A listener of one adapter, picked by its name, or by its number */
static int listen_at(const struct nb_host *host, const char *ifname, int lana)
{
	int fd, err = 0;

	nb_enter(host);
	fd = socket(AF_NETBIOS, SOCK_SEQPACKET, lana);
	if ((ifname && setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, ifname,
				  strlen(ifname))) ||
	    nb_bind(fd, "SERVER", 0) || listen(fd, 4))
		err = -errno;
	if (!err)
		return fd;
	close(fd);
	return err;
}

/* Design section 5: a second listener with the same NB_CALLER */
TEST_F(one, second_listener_is_eaddrinuse)
{
	int first = listen_on(self->host, NULL, false);

	ASSERT_LE(0, first);
	EXPECT_EQ(-EADDRINUSE, listen_on(self->host, NULL, false));
	EXPECT_EQ(-EADDRINUSE, listen_on(self->host, NULL, true));
	/* another filter is another listener */
	EXPECT_LE(0, listen_on(self->host, "A", false));
	EXPECT_EQ(-EADDRINUSE, listen_on(self->host, "A", false));
	EXPECT_LE(0, listen_on(self->host, "B", false));
	/* binding without listening is no harm, and the first one frees it */
	EXPECT_LE(0, nb_bound(self->host, "SERVER", 0));
	close(first);
	EXPECT_LE(0, listen_on(self->host, NULL, false));
}

TEST_F(one, nb_reuseport_on_both_allows_it)
{
	ASSERT_LE(0, listen_on(self->host, NULL, true));
	EXPECT_LE(0, listen_on(self->host, NULL, true));
	EXPECT_EQ(-EADDRINUSE, listen_on(self->host, NULL, false));
}

/* The core of some kernels refuses it to all families but AF_INET. */
TEST_F(one, so_reuseport_is_the_same_where_the_kernel_has_it)
{
	int a = nb_bound(self->host, "SERVER", 0), one = 1;
	int b = nb_bound(self->host, "SERVER", 0);

	if (setsockopt(a, SOL_SOCKET, SO_REUSEPORT, &one, sizeof(one))) {
		EXPECT_EQ(EOPNOTSUPP, errno);
		EXPECT_EQ(0, nb_getopt(a, NB_REUSEPORT));
		return;
	}
	EXPECT_EQ(1, nb_getopt(a, NB_REUSEPORT));
	ASSERT_EQ(0, listen(a, 1));
	EXPECT_EQ(-1, listen(b, 1));
	EXPECT_EQ(EADDRINUSE, errno);
	ASSERT_EQ(0, nb_setopt(b, NB_REUSEPORT, 1));
	EXPECT_EQ(0, listen(b, 1));
}

/* A session takes the option as its listener does, though it changes nothing. */
TEST_F(one, so_reuseport_of_an_accepted_session)
{
	int one = 1, ret, sk[2];

	ASSERT_EQ(0, nb_session(self->host, self->host, sk));
	ret = setsockopt(sk[0], SOL_SOCKET, SO_REUSEPORT, &one, sizeof(one));
	EXPECT_EQ(ret, setsockopt(sk[1], SOL_SOCKET, SO_REUSEPORT, &one,
				  sizeof(one)));
	close(sk[0]);
	close(sk[1]);
}

TEST_F(one, so_reuseaddr_has_no_effect)
{
	int fd = nb_bound(self->host, "SERVER", 0), one = 1;

	ASSERT_LE(0, listen_on(self->host, NULL, false));
	ASSERT_EQ(0, setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one,
				sizeof(one)));
	EXPECT_EQ(-1, listen(fd, 1));
	EXPECT_EQ(EADDRINUSE, errno);
}

/* Listeners of different adapters, picked by name or number, are apart. */
TEST_F(two, listeners_of_different_adapters)
{
	struct nb_host *host = self->server;
	int by_name, by_number;

	by_name = listen_at(host, "veth0", 0);
	ASSERT_LE(0, by_name);
	EXPECT_LE(0, listen_at(host, "lo", 0));
	EXPECT_EQ(-EADDRINUSE, listen_at(host, "veth0", 0));
	EXPECT_EQ(-EADDRINUSE, listen_at(host, NULL, NETBIOS_LANA_0));
	EXPECT_EQ(-EADDRINUSE, listen_at(host, NULL, 0));
	close(by_name);
	by_number = listen_at(host, NULL, NETBIOS_LANA_0);
	ASSERT_LE(0, by_number);
	EXPECT_EQ(-EADDRINUSE, listen_at(host, "veth0", 0));
	EXPECT_EQ(-EADDRINUSE, listen_at(host, NULL, 0));
}

TEST_F(two, exact_caller_then_the_oldest)
{
	int old = listen_on(self->server, NULL, true);
	int young = listen_on(self->server, NULL, true);
	int exact = listen_on(self->server, "CLIENT", false);

	ASSERT_LE(0, nb_call(self->host, "CLIENT", "SERVER"));
	EXPECT_EQ(POLLIN, nb_poll(exact, POLLIN, NB_BOUND));
	EXPECT_EQ(0, nb_poll(old, POLLIN, 0));
	close(exact);
	ASSERT_LE(0, nb_call(self->host, "CLIENT", "SERVER"));
	EXPECT_EQ(POLLIN, nb_poll(old, POLLIN, NB_BOUND));
	EXPECT_EQ(0, nb_poll(young, POLLIN, 0));
	close(old);
	ASSERT_LE(0, nb_call(self->host, "CLIENT", "SERVER"));
	EXPECT_EQ(POLLIN, nb_poll(young, POLLIN, NB_BOUND));
}

/* A full backlog passes the call to the next listener that may take it. */
TEST_F(two, full_backlog_goes_to_the_next_listener)
{
	int old = listen_on(self->server, NULL, true), young, i;

	ASSERT_EQ(0, listen(old, 1));
	young = listen_on(self->server, NULL, true);
	for (i = 0; i < 4; i++) {
		ASSERT_LE(0, nb_call(self->host, "CLIENT", "SERVER"));
	}
	EXPECT_EQ(POLLIN, nb_poll(old, POLLIN, NB_BOUND));
	EXPECT_EQ(POLLIN, nb_poll(young, POLLIN, NB_BOUND));
}

/* Also from the one for exactly this caller to one for all. */
TEST_F(two, full_exact_listener_passes_the_call_on)
{
	int any = listen_on(self->server, NULL, false);
	int exact = listen_on(self->server, "CLIENT", false);

	ASSERT_EQ(0, listen(exact, 0));
	ASSERT_LE(0, nb_call(self->host, "CLIENT", "SERVER"));
	EXPECT_EQ(POLLIN, nb_poll(exact, POLLIN, NB_BOUND));
	EXPECT_EQ(0, nb_poll(any, POLLIN, 0));
	ASSERT_LE(0, nb_call(self->host, "CLIENT", "SERVER"));
	EXPECT_EQ(POLLIN, nb_poll(any, POLLIN, NB_BOUND));
}

/* A caller's socket and a listener's share one name. */
TEST_F(two, a_name_calls_and_listens)
{
	int listener, fd, back;

	ASSERT_EQ(0, nb_set(self->host, NETBIOS_A_NODE_ENABLED, 1));
	ASSERT_EQ(0, nb_cache_add(self->server, "CLIENT", "10.9.0.1"));
	listener = nb_listener(self->host, "CLIENT", 2);
	ASSERT_LE(0, listener);
	ASSERT_LE(0, nb_listener(self->server, "SERVER", 2));
	fd = nb_call(self->host, "CLIENT", "SERVER");
	ASSERT_LE(0, fd);
	back = nb_call(self->server, "SERVER", "CLIENT");
	ASSERT_LE(0, back);
	EXPECT_LE(0, nb_accept(listener));
}

/* A name that is held on one adapter cannot be bound on another. */
TEST_F(one, name_of_an_adapter)
{
	struct nb_name_info info = { .permanent = true, .owner = NB_ANYBODY,
		.state = NETBIOS_NAME_STATE_REGISTERED, .ifindex = 1 };
	struct nb_name_info got;

	ASSERT_EQ(0, nb_name_put(self->host, "LOCAL", &info));
	ASSERT_LE(0, nb_name_get(self->host, "LOCAL", &got));
	EXPECT_EQ(1, got.ifindex);
	EXPECT_LE(0, nb_bound(self->host, "LOCAL", 0));
}

/* The adapter of a socket, "" if it may use all */
static const char *device_of(int fd)
{
	static char name[IFNAMSIZ];
	socklen_t len = sizeof(name);

	memset(name, 0, sizeof(name));
	return getsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, name, &len) ?
	       strerror(errno) : name;
}

/* Who calls by it gets a session of it; who calls from here one over loopback. */
TEST_F(two, listener_of_an_adapter)
{
	int listener, fd, child, i;

	ASSERT_EQ(0, nb_name_add(self->server, "HERE"));
	for (i = 0; i < 2; i++) {
		listener = i ? listen_at(self->server, NULL, NETBIOS_LANA_0) :
			       listen_at(self->server, "veth0", 0);
		ASSERT_LE(0, listener);
		fd = nb_call(self->host, "CLIENT", "SERVER");
		ASSERT_LE(0, fd);
		child = nb_accept(listener);
		EXPECT_STREQ("veth0", device_of(child));
		EXPECT_EQ(5, nb_send_filled(child, 5, 1));
		EXPECT_EQ(0, nb_recv_filled(fd, 5, 1));
		fd = nb_call(self->server, "HERE", "SERVER");
		ASSERT_LE(0, fd);
		child = nb_accept(listener);
		EXPECT_STREQ("", device_of(child));
		EXPECT_EQ(5, nb_send_filled(child, 5, 2));
		EXPECT_EQ(0, nb_recv_filled(fd, 5, 2));
		close(listener);
	}
}

/* Every namespace has a table of its own. */
TEST_F(two, names_of_two_namespaces_are_apart)
{
	EXPECT_EQ(-ENETDOWN, nb_bound(self->host, "SERVER", 0));
	EXPECT_EQ(-ENETDOWN, nb_bound(self->server, "CLIENT", 0));
	EXPECT_EQ(0, nb_name_add(self->server, "CLIENT"));
	EXPECT_LE(0, nb_listener(self->server, "CLIENT", 1));
	EXPECT_LE(0, nb_listener(self->host, "CLIENT", 1));
}

TEST_HARNESS_MAIN
