// SPDX-License-Identifier: GPL-2.0
/*
 * The table of local names, through netlink: states, reference counts, conflict,
 * release with a helper and without, the cap, events.
 * NAME-024 to NAME-026, NS-078, API-015 to API-017, API-025, CFG-008.
 */
#include "nb_test.h"

NB_FIXTURE(one, 1)
NB_FIXTURE(two, 2)

#define REGISTERED NETBIOS_NAME_STATE_REGISTERED
#define RELEASING NETBIOS_NAME_STATE_RELEASING
#define CONFLICT NETBIOS_NAME_STATE_CONFLICT

static int add(struct nb_host *host, const char *text, bool group,
	       bool permanent)
{
	struct nb_name_info info = { .group = group, .permanent = permanent,
		.owner = NB_ANYBODY, .state = REGISTERED };

	return nb_name_put(host, text, &info);
}

/* NAME-024 */
TEST_F(one, entry_is_as_it_was_added)
{
	struct nb_name_info want = { .group = true, .owner = 1000,
		.state = NETBIOS_NAME_STATE_PROVISIONAL }, got = { 0 };

	ASSERT_EQ(0, nb_name_put(self->host, "A#1c", &want));
	EXPECT_EQ(NETBIOS_NAME_STATE_PROVISIONAL,
		  nb_name_get(self->host, "A#1c", &got));
	EXPECT_TRUE(got.group);
	EXPECT_FALSE(got.permanent);
	EXPECT_EQ(1000, got.owner);
	EXPECT_EQ(0, got.sockets);
	EXPECT_EQ(-ENOENT, nb_name_get(self->host, "A", NULL));
}

/* NAME-026: one entry a name, unique or group */
TEST_F(one, name_is_there_once)
{
	EXPECT_EQ(-EEXIST, nb_name_add(self->host, "SERVER"));
	EXPECT_EQ(-EEXIST, add(self->host, "SERVER", true, false));
	EXPECT_EQ(0, nb_name_add(self->host, "SERVER#20"));
}

TEST_F(one, asterisk_names_are_refused)
{
	EXPECT_EQ(-EINVAL, nb_name_add(self->host, "*"));
	EXPECT_EQ(-EINVAL, nb_name_add(self->host, "*SMBSERVER#20"));
}

/* Without a helper the administrator's word is enough. */
TEST_F(one, name_added_without_state_and_helper)
{
	struct nb_name_info claim = { .owner = NB_ANYBODY };

	EXPECT_EQ(0, nb_name_put(self->host, "NEW", &claim));
	EXPECT_EQ(REGISTERED, nb_name_get(self->host, "NEW", NULL));
}

TEST_F(one, deleting_what_is_not_there)
{
	EXPECT_EQ(-ENOENT, nb_name_del(self->host, "NEW"));
	EXPECT_EQ(-ENOENT, nb_name_state(self->host, "NEW", CONFLICT));
	EXPECT_EQ(-ENOENT, nb_cache_del(self->host, "NEW"));
}

TEST_F(one, sockets_and_listeners_are_counted)
{
	struct nb_name_info info;
	int a, b;

	a = nb_bound(self->host, "CLIENT", 0);
	b = nb_bound(self->host, "CLIENT", 0);
	ASSERT_EQ(0, listen(b, 1));
	ASSERT_LE(0, nb_name_get(self->host, "CLIENT", &info));
	EXPECT_EQ(2, info.sockets);
	EXPECT_EQ(1, info.listeners);
	close(b);
	ASSERT_LE(0, nb_name_get(self->host, "CLIENT", &info));
	EXPECT_EQ(1, info.sockets);
	EXPECT_EQ(0, info.listeners);
	close(a);
	EXPECT_EQ(REGISTERED, nb_name_get(self->host, "CLIENT", &info));
	EXPECT_EQ(0, info.sockets);
}

/* API-017, and CFG-008: nobody is there to release it on the network */
TEST_F(one, last_close_releases_without_a_helper)
{
	int a, b;

	ASSERT_EQ(0, nb_set(self->host, NETBIOS_A_NODE_RELEASE_TIMEOUT, 1));
	ASSERT_EQ(0, add(self->host, "SHORT", false, false));
	a = nb_bound(self->host, "SHORT", 0);
	b = nb_bound(self->host, "SHORT", 0);
	ASSERT_LE(0, b);
	close(a);
	EXPECT_EQ(REGISTERED, nb_name_get(self->host, "SHORT", NULL));
	close(b);
	EXPECT_EQ(RELEASING, nb_name_get(self->host, "SHORT", NULL));
	EXPECT_TRUE(nb_wait(nb_name_get(self->host, "SHORT", NULL) == -ENOENT));
}

/* Also behind one that may stay for long: the time may be set anew. */
TEST_F(one, release_timeout_may_become_shorter)
{
	static const char * const name[] = { "LONG", "SHORT" };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(name); i++) {
		ASSERT_EQ(0, nb_set(self->host, NETBIOS_A_NODE_RELEASE_TIMEOUT,
				    i ? 1 : 3600));
		ASSERT_EQ(0, add(self->host, name[i], false, false));
		close(nb_bound(self->host, name[i], 0));
		EXPECT_EQ(RELEASING, nb_name_get(self->host, name[i], NULL));
	}
	EXPECT_TRUE(nb_wait(nb_name_get(self->host, "SHORT", NULL) == -ENOENT));
	EXPECT_EQ(RELEASING, nb_name_get(self->host, "LONG", NULL));
}

TEST_F(one, releasing_name_may_be_bound_again)
{
	int fd;

	ASSERT_EQ(0, add(self->host, "SHORT", false, false));
	close(nb_bound(self->host, "SHORT", 0));
	EXPECT_EQ(RELEASING, nb_name_get(self->host, "SHORT", NULL));
	fd = nb_bound(self->host, "SHORT", 0);
	ASSERT_LE(0, fd);
	EXPECT_EQ(REGISTERED, nb_name_get(self->host, "SHORT", NULL));
	close(fd);
	EXPECT_EQ(RELEASING, nb_name_get(self->host, "SHORT", NULL));
	/* and the administrator may add it again */
	EXPECT_EQ(0, add(self->host, "SHORT", true, true));
	EXPECT_EQ(REGISTERED, nb_name_get(self->host, "SHORT", NULL));
}

/* A name is held on all adapters, or on one that is there. */
TEST_F(one, name_on_an_adapter)
{
	struct nb_name_info info = { .owner = NB_ANYBODY, .state = REGISTERED };
	struct nb_nl *nl = self->host->nl;

	info.ifindex = 0x7fffffff;
	EXPECT_EQ(-ENODEV, nb_name_put(self->host, "FAR", &info));
	EXPECT_STREQ("No such adapter", nl->text);
	EXPECT_EQ(-ENOENT, nb_name_get(self->host, "FAR", NULL));
	info.ifindex = 1;	/* lo */
	EXPECT_EQ(0, nb_name_put(self->host, "NEAR", &info));
	EXPECT_EQ(REGISTERED, nb_name_get(self->host, "NEAR", &info));
	EXPECT_EQ(1, info.ifindex);
}

TEST_F(one, permanent_name_stays)
{
	struct nlmsghdr *nlh;

	close(nb_bound(self->host, "CLIENT", 0));
	EXPECT_EQ(REGISTERED, nb_name_get(self->host, "CLIENT", NULL));
	nlh = nb_nl_start(self->host->nl, NETBIOS_CMD_NAME_SET, 0);
	nb_nl_put_name(nlh, NETBIOS_A_NAME_NAME, "CLIENT");
	mnl_attr_put_u8(nlh, NETBIOS_A_NAME_PERMANENT, 0);
	ASSERT_EQ(0, nb_nl_call(self->host->nl, nlh, NULL, NULL));
	EXPECT_EQ(RELEASING, nb_name_get(self->host, "CLIENT", NULL));
}

static int set_permanent(const struct nb_host *host, const char *text)
{
	return nb_set_name(host, NETBIOS_A_NODE_PERMANENT_NAME, text);
}

/* NAME-025: the permanent name is registered in the scope of the node, and only it. */
TEST_F(one, permanent_name_of_the_node_changes)
{
	int fd;

	ASSERT_EQ(0, set_permanent(self->host, "FIRST"));
	fd = nb_bound(self->host, "FIRST", 0);
	ASSERT_LE(0, fd);
	ASSERT_EQ(0, set_permanent(self->host, "SECOND"));
	EXPECT_EQ(REGISTERED, nb_name_get(self->host, "SECOND", NULL));
	EXPECT_EQ(REGISTERED, nb_name_get(self->host, "FIRST", NULL));
	close(fd);
	EXPECT_EQ(RELEASING, nb_name_get(self->host, "FIRST", NULL));

	ASSERT_EQ(0, nb_set_scope(self->host, "LAB"));
	EXPECT_EQ(REGISTERED, nb_name_get(self->host, "SECOND", NULL));
	ASSERT_EQ(0, nb_set_scope(self->host, ""));
	EXPECT_EQ(REGISTERED, nb_name_get(self->host, "SECOND", NULL));
	ASSERT_EQ(0, nb_set_scope(self->host, "LAB"));
	fd = nb_socket(self->host, 0);
	ASSERT_EQ(0, setsockopt(fd, SOL_NETBIOS, NB_SCOPE, "", 0));
	EXPECT_EQ(0, nb_bind(fd, "SECOND", 0)); /* it was to be released */
}

/* A program had it first: it stays when the program leaves. */
TEST_F(one, permanent_name_of_a_program)
{
	int fd;

	ASSERT_EQ(0, add(self->host, "SHORT", false, false));
	fd = nb_bound(self->host, "SHORT", 0);
	ASSERT_LE(0, fd);
	ASSERT_EQ(0, set_permanent(self->host, "SHORT"));
	close(fd);
	EXPECT_EQ(REGISTERED, nb_name_get(self->host, "SHORT", NULL));
}

/* A name that is being released is not here any more (SS-017). */
TEST_F(two, releasing_name_is_not_called)
{
	int fd;

	ASSERT_EQ(0, add(self->server, "SHORT", false, false));
	close(nb_bound(self->server, "SHORT", 0));
	EXPECT_EQ(RELEASING, nb_name_get(self->server, "SHORT", NULL));
	ASSERT_EQ(0, nb_cache_add(self->host, "SHORT", "10.9.0.2"));
	fd = nb_bound(self->host, "CLIENT", 0);
	EXPECT_EQ(-ECONNREFUSED, nb_connect(fd, "SHORT"));
	EXPECT_EQ(0x82, nb_wire_error(fd));
}

/* NS-078, API-025: conflict ends new use, not sessions */
TEST_F(two, conflict)
{
	int listener = nb_listener(self->server, "SERVER", 4), sk[2], fd;

	sk[0] = nb_call(self->host, "CLIENT", "SERVER");
	sk[1] = nb_accept(listener);
	ASSERT_LE(0, sk[1]);
	ASSERT_EQ(0, nb_name_state(self->server, "SERVER", CONFLICT));
	/* it is known by now */
	ASSERT_EQ(0, nb_name_state(self->server, "SERVER", CONFLICT));
	EXPECT_EQ(1, nb_stat(self->server, NB_STAT_NAME_CONFLICTS));
	EXPECT_TRUE(nb_wait(nb_poll(listener, POLLIN, 0) & POLLERR));
	EXPECT_EQ(-1, accept(listener, NULL, NULL));
	EXPECT_EQ(EADDRNOTAVAIL, errno);
	EXPECT_EQ(-EADDRNOTAVAIL, nb_bound(self->server, "SERVER", 0));
	fd = nb_bound(self->host, "CLIENT", 0);
	EXPECT_EQ(-ECONNREFUSED, nb_connect(fd, "SERVER"));
	EXPECT_EQ(0x82, nb_wire_error(fd));
	ASSERT_EQ(10, nb_send_filled(sk[0], 10, 1));
	EXPECT_EQ(0, nb_recv_filled(sk[1], 10, 1));
	ASSERT_EQ(10, nb_send_filled(sk[1], 10, 2));
	EXPECT_EQ(0, nb_recv_filled(sk[0], 10, 2));
}

static int accept_one(void *arg)
{
	return accept(*(int *)arg, NULL, NULL) < 0 ? -errno : 0;
}

TEST_F(one, conflict_wakes_accept)
{
	int listener = nb_listener(self->host, "SERVER", 4);
	struct nb_task task;

	ASSERT_EQ(0, nb_task_start(&task, accept_one, &listener));
	ASSERT_EQ(0, nb_task_sleeps(&task));
	ASSERT_EQ(0, nb_name_state(self->host, "SERVER", CONFLICT));
	EXPECT_EQ(-EADDRNOTAVAIL, nb_task_end(&task));
}

TEST_F(one, conflict_over_and_bind_works_again)
{
	ASSERT_EQ(0, nb_name_state(self->host, "SERVER", CONFLICT));
	EXPECT_EQ(-EADDRNOTAVAIL, nb_bound(self->host, "SERVER", 0));
	ASSERT_EQ(0, nb_name_state(self->host, "SERVER", REGISTERED));
	EXPECT_LE(0, nb_listener(self->host, "SERVER", 1));
}

/* API-017: sessions live on; listeners are as in conflict */
TEST_F(two, deleting_a_name_keeps_its_sessions)
{
	int listener = nb_listener(self->server, "SERVER", 4), sk[2], fd;
	struct sockaddr_nb addr;
	socklen_t len = sizeof(addr);

	sk[0] = nb_call(self->host, "CLIENT", "SERVER");
	sk[1] = nb_accept(listener);
	ASSERT_LE(0, sk[1]);
	ASSERT_EQ(0, nb_name_del(self->server, "SERVER"));
	EXPECT_EQ(-ENOENT, nb_name_get(self->server, "SERVER", NULL));
	EXPECT_EQ(-1, accept(listener, NULL, NULL));
	EXPECT_EQ(EADDRNOTAVAIL, errno);
	fd = nb_bound(self->host, "CLIENT", 0);
	EXPECT_EQ(-ECONNREFUSED, nb_connect(fd, "SERVER"));
	EXPECT_EQ(0x82, nb_wire_error(fd));
	ASSERT_EQ(10, nb_send_filled(sk[0], 10, 1));
	EXPECT_EQ(0, nb_recv_filled(sk[1], 10, 1));
	ASSERT_EQ(0, getsockname(sk[1], (void *)&addr, &len));
	EXPECT_TRUE(nb_name_is(&addr, "SERVER"));
	/* added anew it serves new listeners, beside the old dead one */
	ASSERT_EQ(0, nb_name_add(self->server, "SERVER"));
	EXPECT_LE(0, nb_listener(self->server, "SERVER", 4));
	EXPECT_EQ(0, nb_connect(fd, "SERVER"));
}

/* Sessions do not hold a name (design: API-017). */
TEST_F(two, session_alone_does_not_hold_the_name)
{
	int listener, sk[2];

	ASSERT_EQ(0, nb_set(self->server, NETBIOS_A_NODE_RELEASE_TIMEOUT, 1));
	ASSERT_EQ(0, add(self->server, "SHORT", false, false));
	ASSERT_EQ(0, nb_cache_add(self->host, "SHORT", "10.9.0.2"));
	listener = nb_listener(self->server, "SHORT", 1);
	sk[0] = nb_call(self->host, "CLIENT", "SHORT");
	sk[1] = nb_accept(listener);
	ASSERT_LE(0, sk[1]);
	close(listener);
	EXPECT_EQ(RELEASING, nb_name_get(self->server, "SHORT", NULL));
	EXPECT_TRUE(nb_wait(nb_name_get(self->server, "SHORT", NULL) ==
			    -ENOENT));
	EXPECT_EQ(10, nb_send_filled(sk[0], 10, 1));
	EXPECT_EQ(0, nb_recv_filled(sk[1], 10, 1));
}

TEST_F(one, cap_on_names)
{
	ASSERT_EQ(0, nb_set(self->host, NETBIOS_A_NODE_NAME_MAX, 4));
	EXPECT_EQ(0, nb_name_add(self->host, "A"));
	EXPECT_EQ(0, nb_name_add(self->host, "B"));
	EXPECT_EQ(-ENOBUFS, nb_name_add(self->host, "C"));
	EXPECT_EQ(1, nb_stat(self->host, NB_STAT_NAMES_FULL));
	EXPECT_EQ(4, nb_get(self->host, NETBIOS_A_NODE_NAMES));
	EXPECT_EQ(0, nb_name_del(self->host, "A"));
	EXPECT_EQ(0, nb_name_add(self->host, "C"));
}

/* The next event about @text that has the @state. */
static bool name_event(struct nb_nl *nl, const char *text, uint32_t state)
{
	int cmd;

	while ((cmd = nb_nl_event(nl, NB_BOUND)) > 0)
		if (cmd == NETBIOS_CMD_NAME_EVENT &&
		    nb_nl_name_is(nl->tb[NETBIOS_A_NAME_NAME], text))
			return nb_nl_u32(nl, NETBIOS_A_NAME_STATE, 99) == state;
	return false;
}

TEST_F(one, events_of_a_name)
{
	struct nb_nl *nl = nb_nl_open();

	ASSERT_NE(NULL, nl);
	ASSERT_EQ(0, nb_nl_join(nl, NETBIOS_MCGRP_EVENT));
	ASSERT_EQ(0, add(self->host, "SHORT", false, false));
	EXPECT_TRUE(name_event(nl, "SHORT", REGISTERED));
	ASSERT_EQ(0, nb_name_state(self->host, "SHORT", CONFLICT));
	EXPECT_TRUE(name_event(nl, "SHORT", CONFLICT));
	ASSERT_EQ(0, nb_name_state(self->host, "SHORT", REGISTERED));
	EXPECT_TRUE(name_event(nl, "SHORT", REGISTERED));
	close(nb_bound(self->host, "SHORT", 0));
	EXPECT_TRUE(name_event(nl, "SHORT", RELEASING));
	ASSERT_EQ(0, nb_name_del(self->host, "SHORT"));
	EXPECT_TRUE(name_event(nl, "SHORT", NETBIOS_NAME_STATE_GONE));
	nb_nl_close(nl);
}

/*
 * A name that the administrator deletes goes when the network has been told, and
 * not before: a helper that heard of its end first would have nothing to release.
 * NS-049, API-017
 */
TEST_F(one, deleted_name_is_released_before_it_goes)
{
	struct nb_nl *nl = nb_nl_open(), *helper;
	struct nb_work work;

	ASSERT_NE(NULL, nl);
	ASSERT_EQ(0, add(self->host, "SHORT", false, true));
	helper = nb_helper(self->host);
	ASSERT_NE(NULL, helper);
	ASSERT_EQ(0, nb_nl_join(nl, NETBIOS_MCGRP_EVENT));
	ASSERT_EQ(0, nb_name_del(self->host, "SHORT"));
	EXPECT_TRUE(name_event(nl, "SHORT", RELEASING));
	ASSERT_EQ(0, nb_work_expect(helper, &work, NETBIOS_WORK_KIND_RELEASE,
				    "SHORT"));
	ASSERT_EQ(0, nb_work_done(helper, work.id, NETBIOS_WORK_STATUS_OK, NULL));
	EXPECT_TRUE(name_event(nl, "SHORT", NETBIOS_NAME_STATE_GONE));
	nb_nl_close(helper);
	nb_nl_close(nl);
}

/* The release says what the name was. */
TEST_F(one, deleted_name_is_released_as_it_was)
{
	struct nb_nl *helper = nb_helper(self->host);
	struct nb_work work;
	int i;

	ASSERT_NE(NULL, helper);
	for (i = 0; i < 2; i++) {
		struct nb_name_info want = { .group = i, .permanent = true,
			.owner = i ? 1000 : NB_ANYBODY, .ifindex = i,
			.state = REGISTERED }, got = { 0 };

		ASSERT_EQ(0, nb_name_put(self->host, "SHORT", &want));
		ASSERT_EQ(0, nb_name_del(self->host, "SHORT"));
		EXPECT_EQ(RELEASING, nb_name_get(self->host, "SHORT", &got));
		EXPECT_EQ(want.group, got.group);
		EXPECT_EQ(want.owner, got.owner);
		EXPECT_EQ(want.ifindex, got.ifindex);
		ASSERT_EQ(0, nb_work_expect(helper, &work,
					    NETBIOS_WORK_KIND_RELEASE,
					    "SHORT"));
		EXPECT_EQ(want.group, work.group);
		ASSERT_EQ(0, nb_work_done(helper, work.id,
					  NETBIOS_WORK_STATUS_OK, NULL));
		EXPECT_EQ(-ENOENT, nb_name_get(self->host, "SHORT", NULL));
	}
	nb_nl_close(helper);
}

/* Nothing is released that the helper has deleted, or another node has. */
TEST_F(one, deleted_without_a_release)
{
	struct nb_nl *helper = nb_helper(self->host);
	struct nb_name_info lost = { .permanent = true, .owner = NB_ANYBODY,
		.state = CONFLICT };
	struct nlmsghdr *nlh;

	ASSERT_NE(NULL, helper);
	ASSERT_EQ(0, add(self->host, "SHORT", false, true));
	nlh = nb_nl_start(helper, NETBIOS_CMD_NAME_DEL, 0);
	nb_nl_put_name(nlh, NETBIOS_A_NAME_NAME, "SHORT");
	ASSERT_EQ(0, nb_nl_call(helper, nlh, NULL, NULL));
	EXPECT_EQ(-ENOENT, nb_name_get(self->host, "SHORT", NULL));
	ASSERT_EQ(0, nb_name_put(self->host, "SHORT", &lost));
	EXPECT_EQ(1, nb_stat(self->host, NB_STAT_NAME_CONFLICTS));
	ASSERT_EQ(0, nb_name_del(self->host, "SHORT"));
	EXPECT_EQ(-ENOENT, nb_name_get(self->host, "SHORT", NULL));
	EXPECT_TRUE(nb_no_work(helper));
	nb_nl_close(helper);
}

TEST_HARNESS_MAIN
