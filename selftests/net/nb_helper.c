// SPDX-License-Identifier: GPL-2.0
/*
 * This program in the helper's place: attach, doorbell, pull, answer; time
 * limits, cancelling, its death; nonsense. SS-027, API-015,
 * API-016, CFG-008.
 */
#include "nb_dg.h"
#include "nb_help.h"

TEST_F(help, one_helper_a_namespace)
{
	EXPECT_EQ(NULL, nb_helper(&self->host[0]));
	EXPECT_EQ(-EBUSY, nb_helper_attach(self->host[0].nl));
	EXPECT_LT(0, nb_get(self->host, NETBIOS_A_NODE_HELPER));
	EXPECT_EQ(-ENODATA, nb_get(&self->host[1], NETBIOS_A_NODE_HELPER));
	/* its death is noticed at once */
	nb_nl_close(self->nl);
	EXPECT_EQ(-ENODATA, nb_get(self->host, NETBIOS_A_NODE_HELPER));
	self->nl = nb_helper(&self->host[0]);
	EXPECT_NE(NULL, self->nl);
}

TEST_F(help, work_is_for_the_helper_only)
{
	struct nb_work work;

	EXPECT_EQ(-ENOENT, nb_work_take(self->nl, &work, 0));
	EXPECT_EQ(-EPERM, nb_work_take(self->host[0].nl, &work, 0));
	EXPECT_EQ(-EPERM, nb_work_done(self->host[0].nl, 1, OK, NULL));
	EXPECT_EQ(-EPERM, nb_work_take(self->host[1].nl, &work, 0));
}

/* API-015 */
TEST_F(help, claim)
{
	struct nb_name_info info;
	struct nb_work work;

	EXPECT_EQ(-EINPROGRESS, nb_bind(self->fd, "NEW", 0));
	ASSERT_EQ(0, nb_work_expect(self->nl, &work, CLAIM, "NEW"));
	EXPECT_FALSE(work.group);
	EXPECT_EQ(NETBIOS_NAME_STATE_CLAIMING,
		  nb_name_get(self->host, "NEW", NULL));
	EXPECT_EQ(0, nb_poll(self->fd, POLLOUT, 0) & POLLOUT);
	EXPECT_EQ(1, nb_get(self->host, NETBIOS_A_NODE_PENDING));
	ASSERT_EQ(0, nb_work_done(self->nl, work.id, OK, NULL));
	EXPECT_EQ(0, nb_outcome(self->fd));
	EXPECT_EQ(NETBIOS_NAME_STATE_REGISTERED,
		  nb_name_get(self->host, "NEW", &info));
	EXPECT_EQ(0, info.owner);
	EXPECT_EQ(1, info.sockets);
	EXPECT_EQ(0, nb_get(self->host, NETBIOS_A_NODE_PENDING));
	EXPECT_EQ(0, listen(self->fd, 1));
}

/* API-016 */
TEST_F(help, claim_of_a_group_name)
{
	struct nb_work work;

	EXPECT_EQ(-EINPROGRESS, nb_bind(self->fd, "TEAM", NETBIOS_GROUP_NAME));
	ASSERT_EQ(0, nb_work_expect(self->nl, &work, CLAIM, "TEAM"));
	EXPECT_TRUE(work.group);
	ASSERT_EQ(0, nb_work_done(self->nl, work.id, OK, NULL));
	EXPECT_EQ(0, nb_outcome(self->fd));
}

/* While the claim is pending connect and send give EALREADY. */
TEST_F(help, socket_with_a_pending_claim)
{
	struct nb_work work;

	EXPECT_EQ(-EINPROGRESS, nb_bind(self->fd, "NEW", 0));
	ASSERT_EQ(0, nb_work_expect(self->nl, &work, CLAIM, "NEW"));
	EXPECT_EQ(-EALREADY, nb_connect(self->fd, "SERVER"));
	EXPECT_EQ(-EALREADY, nb_send(self->fd, "x", 1, 0));
	EXPECT_GT(0, nb_bind(self->fd, "OTHER", 0));
	EXPECT_EQ(-1, listen(self->fd, 1));
	ASSERT_EQ(0, nb_work_done(self->nl, work.id, OK, NULL));
	EXPECT_EQ(0, nb_outcome(self->fd));
}

static bool has_name(int fd, const char *text)
{
	struct sockaddr_nb addr, none = { .snb_family = AF_NETBIOS };
	socklen_t len = sizeof(addr);

	if (getsockname(fd, (void *)&addr, &len))
		return false;
	return text ? nb_name_is(&addr, text) :
		      !memcmp(&addr, &none, sizeof(none));
}

/* A socket has a name when the claim has succeeded; of another one nothing stays. */
TEST_F(help, name_of_a_socket_that_claims)
{
	struct nb_work work;

	EXPECT_EQ(-EINPROGRESS, nb_bind(self->fd, "NEW", 0));
	ASSERT_EQ(0, nb_work_expect(self->nl, &work, CLAIM, "NEW"));
	EXPECT_TRUE(has_name(self->fd, NULL));
	ASSERT_EQ(0, nb_work_done(self->nl, work.id, REFUSED, NULL));
	EXPECT_TRUE(has_name(self->fd, NULL));
	EXPECT_EQ(EADDRINUSE, nb_so_error(self->fd));

	/* the scope of a socket that is not bound may change */
	EXPECT_EQ(-EINPROGRESS, nb_bind(self->fd, "NEW", 0));
	ASSERT_EQ(0, nb_work_expect(self->nl, &work, CLAIM, "NEW"));
	EXPECT_EQ(-1, setsockopt(self->fd, SOL_NETBIOS, NB_SCOPE, "LAB", 3));
	ASSERT_EQ(0, nb_work_done(self->nl, work.id, REFUSED, NULL));
	EXPECT_EQ(0, setsockopt(self->fd, SOL_NETBIOS, NB_SCOPE, "LAB", 3));
	EXPECT_EQ(EADDRINUSE, nb_so_error(self->fd));

	EXPECT_EQ(-EINPROGRESS, nb_bind(self->fd, "NEW", 0));
	ASSERT_EQ(0, nb_work_expect(self->nl, &work, CLAIM, "NEW"));
	ASSERT_EQ(0, nb_work_done(self->nl, work.id, OK, NULL));
	EXPECT_EQ(0, nb_outcome(self->fd));
	EXPECT_TRUE(has_name(self->fd, "NEW"));
}

/* The same for datagrams, whose connect() asks nobody. */
TEST_F(help, datagram_socket_with_a_pending_claim)
{
	int fd = dg_socket(self->host, NULL, 0);
	struct sockaddr_nb addr;
	socklen_t len = sizeof(addr);
	struct nb_work work;

	fcntl(fd, F_SETFL, O_NONBLOCK);
	EXPECT_EQ(-EINPROGRESS, nb_bind(fd, "NEW", 0));
	ASSERT_EQ(0, nb_work_expect(self->nl, &work, CLAIM, "NEW"));
	EXPECT_EQ(-EALREADY, nb_connect(fd, "SERVER"));
	EXPECT_EQ(-EALREADY, dg_send(fd, "SERVER", "x", 1));
	EXPECT_EQ(-1, getpeername(fd, (void *)&addr, &len));
	fcntl(fd, F_SETFL, 0);
	EXPECT_EQ(-EALREADY, nb_connect(fd, "SERVER"));
	ASSERT_EQ(0, nb_work_done(self->nl, work.id, REFUSED, NULL));
	EXPECT_EQ(0, nb_connect(fd, "SERVER"));
	EXPECT_TRUE(has_name(fd, NULL));
	close(fd);
}

static int bind_new(void *arg)
{
	return nb_bind(*(int *)arg, "NEW", NETBIOS_UNIQUE_NAME);
}

TEST_F(help, blocking_bind_waits)
{
	struct nb_task task;
	struct nb_work work;

	fcntl(self->fd, F_SETFL, 0);
	ASSERT_EQ(0, nb_task_start(&task, bind_new, &self->fd));
	ASSERT_EQ(0, nb_work_expect(self->nl, &work, CLAIM, "NEW"));
	ASSERT_EQ(0, nb_task_sleeps(&task));
	ASSERT_EQ(0, nb_work_done(self->nl, work.id, OK, NULL));
	EXPECT_EQ(0, nb_task_end(&task));
}

/* As bind_new(), but whoever else wants to run goes first. */
static int bind_late(void *arg)
{
	const struct sched_param none = {};

	if (sched_setscheduler(0, SCHED_IDLE, &none))
		return -errno;
	return bind_new(arg);
}

/* The bind() that waits is told, whatever other threads do with the socket. */
TEST_F(help, refused_claim_is_told_to_who_waits)
{
	struct nb_task task;
	struct nb_work work;
	cpu_set_t one;

	CPU_ZERO(&one);
	CPU_SET(0, &one);
	ASSERT_EQ(0, sched_setaffinity(0, sizeof(one), &one));
	fcntl(self->fd, F_SETFL, 0);
	ASSERT_EQ(0, nb_task_start(&task, bind_late, &self->fd));
	ASSERT_EQ(0, nb_work_expect(self->nl, &work, CLAIM, "NEW"));
	ASSERT_EQ(0, nb_task_sleeps(&task));
	ASSERT_EQ(0, nb_work_done(self->nl, work.id, REFUSED, NULL));
	EXPECT_EQ(-1, listen(self->fd, 1));
	EXPECT_EQ(-EADDRINUSE, nb_task_end(&task));
	/* nothing is left of it */
	EXPECT_EQ(0, nb_bind(self->fd, "CLIENT", NETBIOS_UNIQUE_NAME));
}

/* What was looked up in one scope is no answer in another one. */
TEST_F(help, lookup_before_the_scope_changes)
{
	struct nb_name_info info = { .owner = NB_ANYBODY, .scope = "LAB",
		.permanent = true, .state = NETBIOS_NAME_STATE_REGISTERED };
	int fd = dg_socket(self->host, NULL, 0);
	struct nb_work work;

	fcntl(fd, F_SETFL, O_NONBLOCK);
	ASSERT_EQ(0, nb_set_name(self->host, NETBIOS_A_NODE_PERMANENT_NAME,
				 "CLIENT"));
	ASSERT_EQ(0, nb_name_put(self->host, "CLIENT", &info));
	EXPECT_EQ(-EAGAIN, dg_send(fd, "FAR", "x", 1));
	ASSERT_EQ(0, nb_work_expect(self->nl, &work, RESOLVE, "FAR"));
	ASSERT_EQ(0, nb_work_done(self->nl, work.id, OK, "10.9.0.2"));
	ASSERT_EQ(0, setsockopt(fd, SOL_NETBIOS, NB_SCOPE, "LAB", 3));
	EXPECT_EQ(-EAGAIN, dg_send(fd, "FAR", "x", 1));
	ASSERT_EQ(0, nb_work_expect(self->nl, &work, RESOLVE, "FAR"));
	ASSERT_EQ(0, nb_work_done(self->nl, work.id, NOT_FOUND, NULL));
	EXPECT_EQ(-EHOSTUNREACH, dg_send(fd, "FAR", "x", 1));
	close(fd);
}

/* Pending lookups that a user may have */
#define SHARE	256

/* One lookup, and a socket that stays and waits for it */
static int look_up(int i)
{
	int fd = socket(AF_NETBIOS, SOCK_DGRAM | SOCK_NONBLOCK, 0);
	char name[16];

	if (fd < 0)
		return -errno;
	snprintf(name, sizeof(name), "FAR%d", i);
	return dg_send(fd, name, "x", 1);
}

/* A user asks for as many names as he likes, and others can still ask. */
TEST_F(help, lookups_of_a_user)
{
	int i;

	ASSERT_EQ(0, nb_set_name(self->host, NETBIOS_A_NODE_PERMANENT_NAME,
				 "CLIENT"));
	ASSERT_EQ(0, nb_enter(self->host));
	ASSERT_EQ(0, seteuid(1));
	for (i = 0; i < SHARE; i++)
		ASSERT_EQ(-EAGAIN, look_up(i));
	EXPECT_EQ(-ENOBUFS, look_up(i));
	/* what is asked already takes no place */
	EXPECT_EQ(-EAGAIN, look_up(0));
	ASSERT_EQ(0, seteuid(0));
	EXPECT_EQ(1, nb_stat(self->host, NB_STAT_UPCALL_USER_CAP));
	EXPECT_EQ(0, nb_stat(self->host, NB_STAT_UPCALL_OVERFLOW));
	EXPECT_EQ(-EAGAIN, look_up(i));
	ASSERT_EQ(0, seteuid(2));
	EXPECT_EQ(-EAGAIN, look_up(i + 1));
	ASSERT_EQ(0, seteuid(0));
}

static void count(struct nb_nl *nl, void *arg)
{
	++*(int *)arg;
}

/* Many claims at once, answered in the reverse order */
TEST_F_TIMEOUT(help, many_claims, 120)
{
	static struct nb_work work[2000];
	struct nb_name_info info = { .owner = NB_ANYBODY, .permanent = true };
	int i, seen = 0;
	char name[16];

	/* The debug kernel may need more time for them than a helper has. */
	ASSERT_EQ(0, nb_set(self->host, NETBIOS_A_NODE_UPCALL_TIMEOUT, 120000));
	for (i = 0; i < ARRAY_SIZE(work); i++) {
		snprintf(name, sizeof(name), "NAME%d", i);
		ASSERT_EQ(0, nb_name_put(self->host, name, &info));
		ASSERT_EQ(0, nb_work_expect(self->nl, &work[i], CLAIM, name));
	}
	EXPECT_EQ(ARRAY_SIZE(work), nb_get(self->host, NETBIOS_A_NODE_PENDING));
	ASSERT_EQ(0, nb_nl_call(self->nl, nb_nl_start(self->nl,
						      NETBIOS_CMD_WORK_GET,
						      NLM_F_DUMP), count, &seen));
	EXPECT_EQ(ARRAY_SIZE(work), seen);
	while (i--)
		ASSERT_EQ(0, nb_work_done(self->nl, work[i].id, OK, NULL));
	EXPECT_EQ(0, nb_get(self->host, NETBIOS_A_NODE_PENDING));
	EXPECT_EQ(NETBIOS_NAME_STATE_REGISTERED,
		  nb_name_get(self->host, "NAME1999", NULL));
}

FIXTURE(answer) {
	struct nb_host host[2];
	struct nb_nl *nl;
	int fd;
};

FIXTURE_VARIANT(answer) {
	uint32_t status;
	int claim, resolve;
};

FIXTURE_VARIANT_ADD(answer, not_found) { NOT_FOUND, 0, EHOSTUNREACH };
FIXTURE_VARIANT_ADD(answer, refused) { REFUSED, EADDRINUSE, 0 };
FIXTURE_VARIANT_ADD(answer, timeout) {
	NETBIOS_WORK_STATUS_TIMEOUT, ETIMEDOUT, ETIMEDOUT
};
FIXTURE_VARIANT_ADD(answer, unavailable) {
	NETBIOS_WORK_STATUS_UNAVAILABLE, ENETDOWN, ENETDOWN
};
FIXTURE_VARIANT_ADD(answer, no_resources) {
	NETBIOS_WORK_STATUS_NO_RESOURCES, ENOBUFS, ENOBUFS
};

FIXTURE_SETUP(answer)
{
	ASSERT_EQ(0, nb_network(self->host, 2));
	self->nl = nb_helper(self->host);
	ASSERT_NE(NULL, self->nl);
	self->fd = nb_socket(self->host, SOCK_NONBLOCK);
}

FIXTURE_TEARDOWN(answer)
{
	nb_hosts_free(self->host, 2);
}

/* A status that makes no sense for the kind is EINVAL and changes nothing. */
TEST_F(answer, to_a_claim)
{
	struct nb_work work;

	EXPECT_EQ(-EINPROGRESS, nb_bind(self->fd, "NEW", 0));
	ASSERT_EQ(0, nb_work_expect(self->nl, &work, CLAIM, "NEW"));
	if (!variant->claim) {
		EXPECT_EQ(-EINVAL, nb_work_done(self->nl, work.id,
						variant->status, NULL));
		EXPECT_EQ(1, nb_stat(self->host, NB_STAT_UPCALL_BAD_ANSWER));
		EXPECT_EQ(0, nb_work_done(self->nl, work.id, OK, NULL));
		EXPECT_EQ(0, nb_outcome(self->fd));
		return;
	}
	ASSERT_EQ(0, nb_work_done(self->nl, work.id, variant->status, NULL));
	EXPECT_TRUE(nb_poll(self->fd, POLLOUT, NB_BOUND) & POLLERR);
	EXPECT_EQ(-variant->claim, nb_outcome(self->fd));
	EXPECT_EQ(-ENOENT, nb_name_get(self->host, "NEW", NULL));
	/* and once more */
	EXPECT_EQ(-EINPROGRESS, nb_bind(self->fd, "NEW", 0));
	ASSERT_EQ(0, nb_work_expect(self->nl, &work, CLAIM, "NEW"));
	ASSERT_EQ(0, nb_work_done(self->nl, work.id, OK, NULL));
	EXPECT_EQ(0, nb_outcome(self->fd));
}

TEST_F(answer, to_a_resolve)
{
	struct nb_work work;

	ASSERT_EQ(0, nb_bind(self->fd, "CLIENT", 0));
	EXPECT_EQ(-EINPROGRESS, nb_connect(self->fd, "FAR"));
	ASSERT_EQ(0, nb_work_expect(self->nl, &work, RESOLVE, "FAR"));
	if (!variant->resolve) {
		EXPECT_EQ(-EINVAL, nb_work_done(self->nl, work.id,
						variant->status, NULL));
		return;
	}
	ASSERT_EQ(0, nb_work_done(self->nl, work.id, variant->status, NULL));
	EXPECT_EQ(-variant->resolve, nb_outcome(self->fd));
}

/* SS-027 */
TEST_F(help, resolve_and_connect)
{
	struct nb_work work;
	int fd;

	ASSERT_LE(0, nb_listener(&self->host[1], "SERVER", 4));
	ASSERT_EQ(0, nb_cache_del(self->host, "SERVER"));
	ASSERT_EQ(0, nb_bind(self->fd, "CLIENT", 0));
	EXPECT_EQ(-EINPROGRESS, nb_connect(self->fd, "SERVER"));
	ASSERT_EQ(0, nb_work_expect(self->nl, &work, RESOLVE, "SERVER"));
	ASSERT_EQ(0, nb_work_done(self->nl, work.id, OK, "10.9.0.2"));
	EXPECT_EQ(0, nb_outcome(self->fd));
	/* the answer is in the cache: nobody is asked again */
	fd = nb_call(self->host, "CLIENT", "SERVER");
	EXPECT_LE(0, fd);
	EXPECT_TRUE(nb_no_work(self->nl));
}

/* SS-040: a group that nobody else is in has a member all the same. */
TEST_F(help, group_of_this_node_alone_is_called_here)
{
	struct nb_name_info group = { .group = true, .owner = NB_ANYBODY,
		.state = NETBIOS_NAME_STATE_REGISTERED };
	int listener = nb_socket(self->host, 0);
	struct nb_work work;

	ASSERT_EQ(0, nb_set(self->host, NETBIOS_A_NODE_ENABLED, 1));
	ASSERT_EQ(0, nb_name_put(self->host, "TEAM", &group));
	ASSERT_EQ(0, nb_bind(listener, "TEAM", NETBIOS_GROUP_NAME));
	ASSERT_EQ(0, listen(listener, 4));
	ASSERT_EQ(0, nb_bind(self->fd, "CLIENT", 0));
	EXPECT_EQ(-EINPROGRESS, nb_connect(self->fd, "TEAM"));
	ASSERT_EQ(0, nb_work_expect(self->nl, &work, RESOLVE, "TEAM"));
	ASSERT_EQ(0, nb_work_done(self->nl, work.id, NOT_FOUND, NULL));
	EXPECT_EQ(0, nb_outcome(self->fd));
	EXPECT_LE(0, nb_accept(listener));
	/* and without a helper to ask */
	nb_nl_close(self->nl);
	self->nl = NULL;
	EXPECT_LE(0, nb_call(self->host, "CLIENT", "TEAM"));
	EXPECT_LE(0, nb_accept(listener));
}

TEST_F(help, who_resolve_the_same_share_the_answer)
{
	struct nb_work work;
	int fd[3], i;

	ASSERT_LE(0, nb_listener(&self->host[1], "SERVER", 4));
	ASSERT_EQ(0, nb_cache_del(self->host, "SERVER"));
	for (i = 0; i < 3; i++) {
		fd[i] = nb_bound(self->host, "CLIENT", SOCK_NONBLOCK);
		EXPECT_EQ(-EINPROGRESS, nb_connect(fd[i], "SERVER"));
	}
	ASSERT_EQ(0, nb_work_expect(self->nl, &work, RESOLVE, "SERVER"));
	EXPECT_TRUE(nb_no_work(self->nl));
	close(fd[1]);	/* one of them loses its patience */
	ASSERT_EQ(0, nb_work_done(self->nl, work.id, OK, "10.9.0.2"));
	EXPECT_EQ(0, nb_outcome(fd[0]));
	EXPECT_EQ(0, nb_outcome(fd[2]));
}

TEST_F(help, who_bind_the_same_share_the_claim)
{
	int second = nb_socket(self->host, SOCK_NONBLOCK);
	struct nb_work work;

	EXPECT_EQ(-EINPROGRESS, nb_bind(self->fd, "NEW", 0));
	EXPECT_EQ(-EINPROGRESS, nb_bind(second, "NEW", 0));
	ASSERT_EQ(0, nb_work_expect(self->nl, &work, CLAIM, "NEW"));
	EXPECT_TRUE(nb_no_work(self->nl));
	ASSERT_EQ(0, nb_work_done(self->nl, work.id, REFUSED, NULL));
	EXPECT_EQ(-EADDRINUSE, nb_outcome(self->fd));
	EXPECT_EQ(-EADDRINUSE, nb_outcome(second));
}

/* Each request has a deadline; an answer behind it is ENOENT. */
TEST_F(help, deadline)
{
	struct nb_work work;
	uint64_t start = nb_now();

	ASSERT_EQ(0, nb_set(self->host, NETBIOS_A_NODE_UPCALL_TIMEOUT, 1000));
	EXPECT_EQ(-EINPROGRESS, nb_bind(self->fd, "NEW", 0));
	ASSERT_EQ(0, nb_work_expect(self->nl, &work, CLAIM, "NEW"));
	EXPECT_GE(1000, work.deadline);
	EXPECT_EQ(-ETIMEDOUT, nb_outcome(self->fd));
	EXPECT_LE(900, nb_now() - start);
	EXPECT_EQ(-ENOENT, nb_work_done(self->nl, work.id, OK, NULL));
	EXPECT_EQ(-ENOENT, nb_name_get(self->host, "NEW", NULL));
	EXPECT_EQ(1, nb_stat(self->host, NB_STAT_UPCALL_TIMEOUTS));
}

TEST_F(help, answer_twice_or_to_nothing)
{
	struct nb_work work;

	EXPECT_EQ(-ENOENT, nb_work_done(self->nl, 4711, OK, NULL));
	EXPECT_EQ(-EINPROGRESS, nb_bind(self->fd, "NEW", 0));
	ASSERT_EQ(0, nb_work_expect(self->nl, &work, CLAIM, "NEW"));
	EXPECT_EQ(-ENOENT, nb_work_done(self->nl, work.id + 1, OK, NULL));
	EXPECT_GT(0, nb_work_done(self->nl, work.id, 6, NULL));
	ASSERT_EQ(0, nb_work_done(self->nl, work.id, OK, NULL));
	EXPECT_EQ(-ENOENT, nb_work_done(self->nl, work.id, OK, NULL));
	EXPECT_EQ(0, nb_outcome(self->fd));
}

/* The helper of one namespace knows an id of another one. */
TEST_F(help, answer_for_another_namespace)
{
	struct nb_nl *other = nb_helper(&self->host[1]);
	struct nb_work work;

	ASSERT_NE(NULL, other);
	EXPECT_EQ(-EINPROGRESS, nb_bind(self->fd, "NEW", 0));
	ASSERT_EQ(0, nb_work_expect(self->nl, &work, CLAIM, "NEW"));
	EXPECT_EQ(-ENOENT, nb_work_done(other, work.id, OK, NULL));
	EXPECT_EQ(NETBIOS_NAME_STATE_CLAIMING, nb_name_get(self->host, "NEW", NULL));
	EXPECT_EQ(0, nb_poll(self->fd, POLLOUT, 0));
	ASSERT_EQ(0, nb_work_done(self->nl, work.id, OK, NULL));
	EXPECT_EQ(0, nb_outcome(self->fd));
	nb_nl_close(other);
}

TEST_F(help, address_makes_the_answer_to_a_resolve)
{
	struct nb_work work;

	ASSERT_EQ(0, nb_bind(self->fd, "CLIENT", 0));
	EXPECT_EQ(-EINPROGRESS, nb_connect(self->fd, "FAR"));
	ASSERT_EQ(0, nb_work_expect(self->nl, &work, RESOLVE, "FAR"));
	EXPECT_EQ(-EINVAL, nb_work_done(self->nl, work.id, OK, NULL));
	EXPECT_EQ(-EINVAL, nb_work_done(self->nl, work.id, OK, "224.0.0.1"));
	EXPECT_EQ(-EINVAL, nb_work_done(self->nl, work.id, OK, "0.0.0.0"));
	EXPECT_EQ(0, nb_work_done(self->nl, work.id, NOT_FOUND, NULL));
	EXPECT_EQ(-EHOSTUNREACH, nb_outcome(self->fd));
}

static bool cancelled(struct nb_nl *nl, uint64_t id)
{
	int cmd;

	while ((cmd = nb_nl_event(nl, NB_BOUND)) > 0)
		if (cmd == NETBIOS_CMD_WORK_CANCEL &&
		    mnl_attr_get_u64(nl->tb[NETBIOS_A_WORK_ID]) == id)
			return true;
	return false;
}

TEST_F(help, close_cancels_the_claim)
{
	struct nb_work work;

	EXPECT_EQ(-EINPROGRESS, nb_bind(self->fd, "NEW", 0));
	ASSERT_EQ(0, nb_work_expect(self->nl, &work, CLAIM, "NEW"));
	close(self->fd);
	EXPECT_TRUE(cancelled(self->nl, work.id));
	EXPECT_EQ(-ENOENT, nb_work_done(self->nl, work.id, OK, NULL));
	EXPECT_EQ(-ENOENT, nb_name_get(self->host, "NEW", NULL));
}

/* Who waits for a claim is told that the administrator deleted the name. */
TEST_F(help, deleted_while_it_is_claimed)
{
	struct nb_work work;

	EXPECT_EQ(-EINPROGRESS, nb_bind(self->fd, "NEW", 0));
	ASSERT_EQ(0, nb_work_expect(self->nl, &work, CLAIM, "NEW"));
	ASSERT_EQ(0, nb_name_del(self->host, "NEW"));
	EXPECT_TRUE(cancelled(self->nl, work.id));
	EXPECT_EQ(-ENOENT, nb_work_done(self->nl, work.id, OK, NULL));
	EXPECT_EQ(-ENOENT, nb_name_get(self->host, "NEW", NULL));
	EXPECT_EQ(-EADDRNOTAVAIL, nb_outcome(self->fd));
	EXPECT_EQ(0, nb_bind(self->fd, "CLIENT", 0));
}

/* Its state is the helper's to say; whether it stays is not. */
TEST_F(help, changed_while_it_is_claimed)
{
	struct nb_host *host = self->host;
	struct nlmsghdr *nlh;
	struct nb_work work;

	EXPECT_EQ(-EINPROGRESS, nb_bind(self->fd, "NEW", 0));
	ASSERT_EQ(0, nb_work_expect(self->nl, &work, CLAIM, "NEW"));
	EXPECT_EQ(-EBUSY, nb_name_state(host, "NEW",
					NETBIOS_NAME_STATE_CONFLICT));
	nlh = nb_nl_start(host->nl, NETBIOS_CMD_NAME_SET, 0);
	nb_nl_put_name(nlh, NETBIOS_A_NAME_NAME, "NEW");
	mnl_attr_put_u8(nlh, NETBIOS_A_NAME_PERMANENT, 1);
	EXPECT_EQ(0, nb_nl_call(host->nl, nlh, NULL, NULL));
	ASSERT_EQ(0, nb_work_done(self->nl, work.id, OK, NULL));
	EXPECT_EQ(0, nb_outcome(self->fd));
	close(self->fd);
	EXPECT_EQ(NETBIOS_NAME_STATE_REGISTERED,
		  nb_name_get(host, "NEW", NULL));
}

TEST_F(help, close_cancels_the_resolve)
{
	struct nb_work work;

	ASSERT_EQ(0, nb_bind(self->fd, "CLIENT", 0));
	EXPECT_EQ(-EINPROGRESS, nb_connect(self->fd, "FAR"));
	ASSERT_EQ(0, nb_work_expect(self->nl, &work, RESOLVE, "FAR"));
	close(self->fd);
	EXPECT_TRUE(cancelled(self->nl, work.id));
	EXPECT_EQ(-ENOENT, nb_work_done(self->nl, work.id, OK, "10.9.0.2"));
	EXPECT_EQ(0, nb_get(self->host, NETBIOS_A_NODE_PENDING));
}

static void on_signal(int sig)
{
}

static void ticks(int ms)
{
	struct itimerval timer = { { 0, ms * 1000 }, { 0, ms * 1000 } };
	struct sigaction action = { .sa_handler = on_signal };

	sigaction(SIGALRM, &action, NULL);
	setitimer(ITIMER_REAL, &timer, NULL);
}

TEST_F(help, signal_cancels_the_claim)
{
	struct nb_work work;

	fcntl(self->fd, F_SETFL, 0);
	ticks(100);
	EXPECT_EQ(-EINTR, nb_bind(self->fd, "NEW", 0));
	ticks(0);
	EXPECT_EQ(-ENOENT, nb_name_get(self->host, "NEW", NULL));
	EXPECT_EQ(-ENOENT, nb_work_take(self->nl, &work, 0));
	/* unbound again */
	EXPECT_EQ(0, nb_bind(self->fd, "CLIENT", 0));
}

TEST_F(help, signal_cancels_the_resolve)
{
	struct nb_work work;

	ASSERT_EQ(0, nb_bind(self->fd, "CLIENT", 0));
	fcntl(self->fd, F_SETFL, 0);
	ticks(100);
	EXPECT_EQ(-EINTR, nb_connect(self->fd, "FAR"));
	ticks(0);
	EXPECT_EQ(-ENOENT, nb_work_take(self->nl, &work, 0));
	ASSERT_LE(0, nb_listener(&self->host[1], "SERVER", 4));
	EXPECT_EQ(0, nb_connect(self->fd, "SERVER"));
}

/* As many claims as names: only questions about remote names are limited. */
TEST_F(help, many_names_at_once)
{
	struct nb_name_info info = { .owner = NB_ANYBODY };
	char name[16];
	int i;

	for (i = 0; i < 1100; i++) {
		snprintf(name, sizeof(name), "MANY%d", i);
		ASSERT_EQ(0, nb_name_put(self->host, name, &info));
	}
	EXPECT_EQ(1100, nb_get(self->host, NETBIOS_A_NODE_PENDING));
	EXPECT_EQ(0, nb_stat(self->host, NB_STAT_UPCALL_OVERFLOW));
}

/* CFG-008: what is pending outlives the helper, what is new fails at once */
TEST_F(help, next_helper_finds_the_pending_work)
{
	struct nb_work work, again;
	int fd;

	EXPECT_EQ(-EINPROGRESS, nb_bind(self->fd, "NEW", 0));
	ASSERT_EQ(0, nb_work_expect(self->nl, &work, CLAIM, "NEW"));
	nb_nl_close(self->nl);
	fd = nb_socket(self->host, SOCK_NONBLOCK);
	EXPECT_EQ(-ENETDOWN, nb_bind(fd, "LATE", 0));
	EXPECT_LE(0, nb_bound(self->host, "CLIENT", 0));
	self->nl = nb_helper(self->host);
	ASSERT_NE(NULL, self->nl);
	ASSERT_EQ(0, nb_work_expect(self->nl, &again, CLAIM, "NEW"));
	EXPECT_EQ(work.id, again.id);
	ASSERT_EQ(0, nb_work_done(self->nl, again.id, OK, NULL));
	EXPECT_EQ(0, nb_outcome(self->fd));
}

/* Nothing waits for ever on a helper that is gone. */
TEST_F(help, death_of_the_helper_does_not_stop_the_deadline)
{
	ASSERT_EQ(0, nb_set(self->host, NETBIOS_A_NODE_UPCALL_TIMEOUT, 500));
	EXPECT_EQ(-EINPROGRESS, nb_bind(self->fd, "NEW", 0));
	nb_nl_close(self->nl);
	self->nl = NULL;
	EXPECT_GT(0, nb_outcome(self->fd));
	EXPECT_EQ(-ENOENT, nb_name_get(self->host, "NEW", NULL));
}

/* Names and sessions survive kill -9 of the helper. */
TEST_F(help, names_and_sessions_survive_the_helper)
{
	struct nb_work work;
	int listener, child;

	EXPECT_EQ(-EINPROGRESS, nb_bind(self->fd, "NEW", 0));
	ASSERT_EQ(0, nb_work_expect(self->nl, &work, CLAIM, "NEW"));
	ASSERT_EQ(0, nb_work_done(self->nl, work.id, OK, NULL));
	EXPECT_EQ(0, nb_outcome(self->fd));
	listener = nb_listener(&self->host[1], "SERVER", 4);
	EXPECT_EQ(0, nb_connect_begin(self->fd, "SERVER"));
	EXPECT_EQ(0, nb_outcome(self->fd));
	child = nb_accept(listener);
	nb_nl_close(self->nl);
	self->nl = NULL;
	EXPECT_EQ(10, nb_send_filled(child, 10, 1));
	ASSERT_EQ(POLLIN, nb_poll(self->fd, POLLIN, NB_BOUND));
	EXPECT_EQ(0, nb_recv_filled(self->fd, 10, 1));
	EXPECT_EQ(NETBIOS_NAME_STATE_REGISTERED,
		  nb_name_get(self->host, "NEW", NULL));
}

TEST_HARNESS_MAIN
