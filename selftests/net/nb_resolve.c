// SPDX-License-Identifier: GPL-2.0
/*
 * NB_RESOLVE: where a name is, from the own table, the cache, or the helper,
 * with the errors of connect(). SS-027, API-018.
 */
#include "nb_test.h"

FIXTURE(resolve) {
	struct nb_host host[2];
	struct nb_nl *nl;	/* the helper of host[0] */
	int fd;			/* a socket there */
};

FIXTURE_SETUP(resolve)
{
	ASSERT_EQ(0, nb_network(self->host, 2));
	self->nl = nb_helper(self->host);
	ASSERT_NE(NULL, self->nl);
	self->fd = nb_socket(self->host, 0);
	ASSERT_LE(0, self->fd);
}

FIXTURE_TEARDOWN(resolve)
{
	if (self->nl)
		nb_nl_close(self->nl);
	nb_hosts_free(self->host, 2);
}

#define OK		NETBIOS_WORK_STATUS_OK
#define NOT_FOUND	NETBIOS_WORK_STATUS_NOT_FOUND
#define RESOLVE		NETBIOS_WORK_KIND_RESOLVE

static int resolve(int fd, const char *name, struct nb_resolve *val)
{
	socklen_t len = sizeof(*val);

	memset(val, 0xff, sizeof(*val));
	val->nrs_name = nb_addr(name);
	if (getsockopt(fd, SOL_NETBIOS, NB_RESOLVE, val, &len))
		return -errno;
	return len == sizeof(*val) ? 0 : -EMSGSIZE;
}

struct job {
	int			fd;
	struct nb_resolve	val;
};

static int resolve_far(void *arg)
{
	struct job *job = arg;

	return resolve(job->fd, "FAR", &job->val);
}

TEST_F(resolve, from_the_cache)
{
	static const char *const addr[] = { "10.9.0.7", "10.9.0.8" };
	struct nb_resolve val;

	ASSERT_EQ(0, nb_cache_put(self->host, "TEAM", addr, 2, true, 0));
	ASSERT_EQ(0, resolve(self->fd, "TEAM", &val));
	EXPECT_EQ(NB_RESOLVE_CACHED | NB_RESOLVE_GROUP, val.nrs_flags);
	EXPECT_EQ(2, val.nrs_count);
	EXPECT_EQ(inet_addr("10.9.0.7"), val.nrs_addr[0]);
	EXPECT_EQ(inet_addr("10.9.0.8"), val.nrs_addr[1]);
	EXPECT_EQ(0, val.nrs_addr[2]);
	EXPECT_TRUE(nb_no_work(self->nl));
}

/* A name of this node is where the helper says that the adapter is. */
TEST_F(resolve, own_name)
{
	struct nb_resolve val;
	struct nlmsghdr *nlh;

	ASSERT_EQ(0, resolve(self->fd, "CLIENT", &val));
	EXPECT_EQ(NB_RESOLVE_OWN, val.nrs_flags);
	EXPECT_EQ(1, val.nrs_count);
	EXPECT_EQ(htonl(INADDR_LOOPBACK), val.nrs_addr[0]);
	nlh = nb_nl_start(self->nl, NETBIOS_CMD_ADAPTER_REPORT, 0);
	mnl_attr_put_u32(nlh, NETBIOS_A_ADAPTER_LANA, 0);
	mnl_attr_put_u32(nlh, NETBIOS_A_ADAPTER_TYPE, NETBIOS_NODE_TYPE_B);
	mnl_attr_put_u32(nlh, NETBIOS_A_ADAPTER_ADDR, inet_addr("10.9.0.1"));
	ASSERT_EQ(0, nb_nl_call(self->nl, nlh, NULL, NULL));
	ASSERT_EQ(0, resolve(self->fd, "CLIENT", &val));
	EXPECT_EQ(NB_RESOLVE_OWN, val.nrs_flags);
	EXPECT_EQ(1, val.nrs_count);
	EXPECT_EQ(inet_addr("10.9.0.1"), val.nrs_addr[0]);
}

/* SS-040: a group that nobody else is in has a member all the same. */
TEST_F(resolve, group_of_this_node_alone)
{
	struct nb_name_info group = { .group = true, .owner = NB_ANYBODY,
		.state = NETBIOS_NAME_STATE_REGISTERED };
	struct nb_resolve val;

	ASSERT_EQ(0, nb_name_put(self->host, "TEAM", &group));
	nb_nl_close(self->nl);	/* who would be asked for others */
	self->nl = NULL;
	ASSERT_EQ(0, resolve(self->fd, "TEAM", &val));
	EXPECT_EQ(NB_RESOLVE_OWN | NB_RESOLVE_GROUP, val.nrs_flags);
	EXPECT_EQ(1, val.nrs_count);
}

TEST_F(resolve, from_the_helper)
{
	struct job job = { .fd = self->fd };
	struct nb_task task;
	struct nb_work work;

	ASSERT_EQ(0, nb_task_start(&task, resolve_far, &job));
	ASSERT_EQ(0, nb_work_expect(self->nl, &work, RESOLVE, "FAR"));
	ASSERT_EQ(0, nb_task_sleeps(&task));
	ASSERT_EQ(0, nb_work_done(self->nl, work.id, OK, "10.9.0.2"));
	ASSERT_EQ(0, nb_task_end(&task));
	EXPECT_EQ(0, job.val.nrs_flags);
	EXPECT_EQ(1, job.val.nrs_count);
	EXPECT_EQ(inet_addr("10.9.0.2"), job.val.nrs_addr[0]);
	/* and now it is in the cache */
	ASSERT_EQ(0, resolve(self->fd, "FAR", &job.val));
	EXPECT_EQ(NB_RESOLVE_CACHED, job.val.nrs_flags);
}

TEST_F(resolve, shares_the_answer_with_connect)
{
	int caller = nb_bound(self->host, "CLIENT", SOCK_NONBLOCK);
	struct job job = { .fd = self->fd };
	struct nb_task task;
	struct nb_work work;

	ASSERT_EQ(0, nb_task_start(&task, resolve_far, &job));
	ASSERT_EQ(0, nb_work_expect(self->nl, &work, RESOLVE, "FAR"));
	EXPECT_EQ(-EINPROGRESS, nb_connect(caller, "FAR"));
	EXPECT_TRUE(nb_no_work(self->nl));
	ASSERT_EQ(0, nb_work_done(self->nl, work.id, NOT_FOUND, NULL));
	EXPECT_EQ(-EHOSTUNREACH, nb_task_end(&task));
	EXPECT_EQ(-EHOSTUNREACH, nb_outcome(caller));
}

TEST_F(resolve, timeout_gives_the_work_up)
{
	struct timeval timeout = { .tv_usec = 200000 };
	struct nb_resolve val;
	struct nb_work work;

	ASSERT_EQ(0, setsockopt(self->fd, SOL_SOCKET, SO_RCVTIMEO, &timeout,
				sizeof(timeout)));
	EXPECT_EQ(-EAGAIN, resolve(self->fd, "FAR", &val));
	EXPECT_EQ(-ENOENT, nb_work_take(self->nl, &work, 0));
	EXPECT_EQ(0, nb_get(self->host, NETBIOS_A_NODE_PENDING));
}

TEST_F(resolve, deadline_of_the_helper)
{
	struct nb_resolve val;

	ASSERT_EQ(0, nb_set(self->host, NETBIOS_A_NODE_UPCALL_TIMEOUT, 300));
	EXPECT_EQ(-ETIMEDOUT, resolve(self->fd, "FAR", &val));
}

TEST_F(resolve, non_blocking_asks_nobody)
{
	struct nb_resolve val;

	fcntl(self->fd, F_SETFL, O_NONBLOCK);
	EXPECT_EQ(-EAGAIN, resolve(self->fd, "FAR", &val));
	EXPECT_TRUE(nb_no_work(self->nl));
	ASSERT_EQ(0, nb_cache_add(self->host, "FAR", "10.9.0.2"));
	EXPECT_EQ(0, resolve(self->fd, "FAR", &val));
}

static void on_signal(int sig)
{
}

TEST_F(resolve, signal_gives_the_work_up)
{
	struct itimerval timer = { { 0, 100000 }, { 0, 100000 } }, off = { 0 };
	struct sigaction action = { .sa_handler = on_signal };
	struct nb_resolve val;

	sigaction(SIGALRM, &action, NULL);
	setitimer(ITIMER_REAL, &timer, NULL);
	EXPECT_EQ(-EINTR, resolve(self->fd, "FAR", &val));
	setitimer(ITIMER_REAL, &off, NULL);
	EXPECT_EQ(0, nb_get(self->host, NETBIOS_A_NODE_PENDING));
}

TEST_F(resolve, without_a_helper)
{
	struct nb_resolve val;

	nb_nl_close(self->nl);
	self->nl = NULL;
	EXPECT_EQ(-ENETDOWN, resolve(self->fd, "FAR", &val));
	EXPECT_EQ(0, resolve(self->fd, "CLIENT", &val));
	EXPECT_EQ(0, resolve(self->fd, "SERVER", &val));
}

TEST_F(resolve, wrong_arguments)
{
	struct nb_resolve val = { .nrs_name = nb_addr("CLIENT") };
	socklen_t len = sizeof(val) - 1;

	EXPECT_EQ(-1, getsockopt(self->fd, SOL_NETBIOS, NB_RESOLVE, &val, &len));
	EXPECT_EQ(EINVAL, errno);
	len = sizeof(val);
	EXPECT_EQ(-1, getsockopt(self->fd, SOL_NETBIOS, NB_RESOLVE, (void *)1, &len));
	EXPECT_EQ(EFAULT, errno);
	val.nrs_name.snb_family = AF_INET;
	EXPECT_EQ(-1, getsockopt(self->fd, SOL_NETBIOS, NB_RESOLVE, &val, &len));
	EXPECT_EQ(EAFNOSUPPORT, errno);
	EXPECT_EQ(-EINVAL, resolve(self->fd, "*", &val));
	EXPECT_EQ(-1, setsockopt(self->fd, SOL_NETBIOS, NB_RESOLVE, &val, len));
	EXPECT_EQ(ENOPROTOOPT, errno);
}

/* The scope of the socket is a part of the name. */
TEST_F(resolve, scope)
{
	struct nb_resolve val;

	fcntl(self->fd, F_SETFL, O_NONBLOCK);
	EXPECT_EQ(0, resolve(self->fd, "SERVER", &val));
	ASSERT_EQ(0, setsockopt(self->fd, SOL_NETBIOS, NB_SCOPE, "OTHER", 5));
	EXPECT_EQ(-EAGAIN, resolve(self->fd, "SERVER", &val));
}

TEST_F(resolve, ordinary_user)
{
	pid_t pid = fork();

	if (!pid) {
		struct nb_resolve val;

		if (setgid(1) || setuid(1))
			_exit(1);
		_exit(resolve(self->fd, "SERVER", &val) ? 2 : 0);
	}
	EXPECT_EQ(0, nb_child_end(pid));
}

TEST_HARNESS_MAIN
