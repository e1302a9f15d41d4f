// SPDX-License-Identifier: GPL-2.0
/*
 * libnetbios beside the classic interface: where a name is, a name to hold, the
 * names of a node. Names as text are in userspace/tests/test_name.c.
 */
#include "lib_calls.h"
#include "ncb_test.h"

#define CLAIM	NETBIOS_WORK_KIND_CLAIM
#define RESOLVE	NETBIOS_WORK_KIND_RESOLVE
#define OK	NETBIOS_WORK_STATUS_OK

NCB_FIXTURE(library)

struct request {
	const struct nb_host *host;
	const char *name;
	const char *scope;
	int timeout;
};

static int run_register(void *arg)
{
	const struct request *r = arg;
	struct sockaddr_nb name = nb_addr(r->name);

	nb_enter(r->host);
	return lib_register(&name, r->scope, r->timeout);
}

static int run_find(void *arg)
{
	const struct request *r = arg;
	struct sockaddr_nb name = nb_addr(r->name);
	struct nb_resolve answer;

	nb_enter(r->host);
	return lib_find(&name, r->timeout, &answer) ?: (int)answer.nrs_count;
}

/* The name is there while the descriptor is. */
TEST_F(library, register_holds_a_name)
{
	struct nb_nl *nl = nb_helper(self->host);
	struct request r = { self->host, "NEW", NULL, -1 };
	struct nb_task task;
	struct nb_work work;
	int fd;

	ASSERT_NE(NULL, nl);
	ASSERT_EQ(0, nb_task_start(&task, run_register, &r));
	ASSERT_EQ(0, nb_work_expect(nl, &work, CLAIM, "NEW"));
	ASSERT_EQ(0, nb_work_done(nl, work.id, OK, NULL));
	fd = nb_task_end(&task);
	ASSERT_LE(0, fd);
	EXPECT_EQ(NETBIOS_NAME_STATE_REGISTERED, nb_name_get(self->host, "NEW", NULL));
	EXPECT_EQ(0, listen(fd, 1));
	close(fd);
	ASSERT_EQ(0, nb_work_expect(nl, &work, NETBIOS_WORK_KIND_RELEASE, "NEW"));
	nb_nl_close(nl);
}

TEST_F(library, register_fails)
{
	struct nb_nl *nl = nb_helper(self->host);
	struct request r = { self->host, "NEW", NULL, -1 };
	struct nb_task task;
	struct nb_work work;

	ASSERT_NE(NULL, nl);
	ASSERT_EQ(0, nb_task_start(&task, run_register, &r));
	ASSERT_EQ(0, nb_work_expect(nl, &work, CLAIM, "NEW"));
	ASSERT_EQ(0, nb_work_done(nl, work.id, NETBIOS_WORK_STATUS_REFUSED, NULL));
	EXPECT_EQ(-EADDRINUSE, nb_task_end(&task));
	/* not in time: the claim is taken back */
	r.timeout = 50;
	EXPECT_EQ(-ETIMEDOUT, run_register(&r));
	EXPECT_TRUE(nb_wait(nb_name_get(self->host, "NEW", NULL) == -ENOENT));
	r.scope = "a..b";
	EXPECT_EQ(-EINVAL, run_register(&r));
	r.scope = NULL;
	r.name = "*";
	EXPECT_EQ(-EINVAL, run_register(&r));
	nb_nl_close(nl);
}

TEST_F(library, find)
{
	struct nb_nl *nl = nb_helper(self->host);
	struct request r = { self->host, "SERVER", NULL, -1 };
	struct nb_task task;
	struct nb_work work;

	ASSERT_NE(NULL, nl);
	EXPECT_EQ(1, run_find(&r));
	r.name = "FAR";
	ASSERT_EQ(0, nb_task_start(&task, run_find, &r));
	ASSERT_EQ(0, nb_work_expect(nl, &work, RESOLVE, "FAR"));
	ASSERT_EQ(0, nb_work_done(nl, work.id, OK, "10.9.0.9"));
	EXPECT_EQ(1, nb_task_end(&task));
	r.name = "NOWHERE";
	r.timeout = 50;
	EXPECT_EQ(-ETIMEDOUT, run_find(&r));
	nb_nl_close(nl);
}

struct asked {
	int ret;
	char name[NETBIOS_NAME_LEN];
	unsigned int flags;
	const struct nb_host *host;
};

static int run_status(void *arg)
{
	struct asked *a = arg;

	nb_enter(a->host);
	return lib_node_status("10.9.0.2", 15000, a->name, &a->flags);
}

TEST_F(library, node_status)
{
	struct asked a = { .host = self->host };
	int fd = udp_open(self->server, 137);
	struct nb_task task;

	ASSERT_LE(0, fd);
	ASSERT_EQ(0, nb_task_start(&task, run_status, &a));
	ASSERT_EQ(0, ncb_answer_status(fd, "OVER THERE      "));
	EXPECT_EQ(1, nb_task_end(&task));
	EXPECT_EQ(0, memcmp(a.name, "OVER THERE      ", 16));
	EXPECT_EQ(0x8400, a.flags);
	nb_enter(self->host);
	EXPECT_EQ(-ETIMEDOUT, lib_node_status("10.9.0.2", 60, a.name, &a.flags));
	close(fd);
	EXPECT_EQ(-ECONNREFUSED, lib_node_status("10.9.0.2", 3000, a.name, &a.flags));
}

TEST_HARNESS_MAIN
