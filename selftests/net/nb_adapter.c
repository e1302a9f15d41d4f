// SPDX-License-Identifier: GPL-2.0
/*
 * Adapters: settings that the administrator changes and the kernel keeps, the
 * condition that the helper reports, and the events about both.
 */
#include <net/if.h>

#include "nb_test.h"

#define A(x)	NETBIOS_A_ADAPTER_##x

FIXTURE(adapter) {
	struct nb_host host[2];
	struct nb_nl *helper;	/* of host[0] */
	struct nb_nl *events;	/* there, too */
	uint32_t ifindex;
};

FIXTURE_SETUP(adapter)
{
	ASSERT_EQ(0, nb_network(self->host, 2));
	self->helper = nb_helper(self->host);
	ASSERT_NE(NULL, self->helper);
	self->events = nb_nl_open();
	ASSERT_NE(NULL, self->events);
	ASSERT_EQ(0, nb_nl_join(self->events, NETBIOS_MCGRP_EVENT));
	self->ifindex = if_nametoindex("veth0");
	ASSERT_LT(0, self->ifindex);
}

FIXTURE_TEARDOWN(adapter)
{
	if (self->helper)
		nb_nl_close(self->helper);
	nb_nl_close(self->events);
	nb_hosts_free(self->host, 2);
}

static struct nlmsghdr *begin(struct nb_nl *nl, uint8_t cmd, uint32_t ifindex)
{
	struct nlmsghdr *nlh = nb_nl_start(nl, cmd, 0);

	mnl_attr_put_u32(nlh, A(IFINDEX), ifindex);
	return nlh;
}

static int get(const struct nb_host *host, uint32_t ifindex)
{
	return nb_nl_call(host->nl, begin(host->nl, NETBIOS_CMD_ADAPTER_GET,
					  ifindex), NULL, NULL);
}

static void put_addr(struct nlmsghdr *nlh, int attr, const char *addr)
{
	mnl_attr_put_u32(nlh, attr, inet_addr(addr));
}

/* Name servers, "a b c", of the last adapter that was got or heard of. */
static const char *servers(const struct nb_nl *nl, int type)
{
	const struct nlmsghdr *nlh = (const struct nlmsghdr *)nl->reply;
	const struct nlattr *attr;
	static char text[256];
	struct in_addr addr;

	*text = '\0';
	mnl_attr_for_each(attr, nlh, 4) {
		if (mnl_attr_get_type(attr) != type)
			continue;
		addr.s_addr = mnl_attr_get_u32(attr);
		if (*text)
			strcat(text, " ");
		strcat(text, inet_ntoa(addr));
	}
	return text;
}

static int set_servers(const struct nb_host *host, uint32_t ifindex, int attr,
		       const char *const *addr, int n)
{
	struct nlmsghdr *nlh = begin(host->nl, NETBIOS_CMD_ADAPTER_SET, ifindex);
	int i;

	for (i = 0; i < n; i++)
		put_addr(nlh, attr, addr[i]);
	return nb_nl_call(host->nl, nlh, NULL, NULL);
}

static int set_type(const struct nb_host *host, uint32_t ifindex, uint32_t type)
{
	struct nlmsghdr *nlh = begin(host->nl, NETBIOS_CMD_ADAPTER_SET, ifindex);

	mnl_attr_put_u32(nlh, A(NODE_TYPE), type);
	return nb_nl_call(host->nl, nlh, NULL, NULL);
}

static int set_enabled(const struct nb_host *host, uint32_t ifindex,
		       uint8_t enabled)
{
	struct nlmsghdr *nlh = begin(host->nl, NETBIOS_CMD_ADAPTER_SET, ifindex);

	mnl_attr_put_u8(nlh, A(ENABLED), enabled);
	return nb_nl_call(host->nl, nlh, NULL, NULL);
}

/* What an H node reports; @type 0 leaves the type out, which is no condition. */
static int report(struct nb_nl *nl, uint32_t ifindex, uint32_t type,
		  bool available)
{
	struct nlmsghdr *nlh = begin(nl, NETBIOS_CMD_ADAPTER_REPORT, ifindex);

	if (type)
		mnl_attr_put_u32(nlh, A(TYPE), type);
	put_addr(nlh, A(ADDR), "10.9.0.1");
	put_addr(nlh, A(BROADCAST), "10.9.0.255");
	mnl_attr_put_u8(nlh, A(NBNS_AVAILABLE), available);
	if (available)
		put_addr(nlh, A(NBNS_CURRENT), "10.9.0.2");
	mnl_attr_put_u8(nlh, A(NBDD_AVAILABLE), 0);
	return nb_nl_call(nl, nlh, NULL, NULL);
}

static int octet(const struct nb_nl *nl, int attr)
{
	return nl->tb[attr] ? mnl_attr_get_u8(nl->tb[attr]) : -1;
}

/* The next event is about an adapter; node events pass. */
static bool adapter_event(struct nb_nl *nl)
{
	int cmd;

	do
		cmd = nb_nl_event(nl, NB_BOUND);
	while (cmd == NETBIOS_CMD_NODE_EVENT);
	return cmd == NETBIOS_CMD_ADAPTER_EVENT;
}

TEST_F(adapter, defaults)
{
	struct nb_nl *nl = self->host->nl;

	ASSERT_EQ(0, get(self->host, self->ifindex));
	EXPECT_EQ(0, nb_nl_u32(nl, A(LANA), 99));
	EXPECT_EQ(self->ifindex, nb_nl_u32(nl, A(IFINDEX), 0));
	EXPECT_STREQ("veth0", mnl_attr_get_str(nl->tb[A(IFNAME)]));
	EXPECT_EQ(1, octet(nl, A(ENABLED)));
	EXPECT_EQ(NETBIOS_NODE_TYPE_AUTO, nb_nl_u32(nl, A(NODE_TYPE), 99));
	EXPECT_STREQ("", servers(nl, A(NBNS)));
	EXPECT_STREQ("", servers(nl, A(NBDD)));
	EXPECT_EQ(NULL, nl->tb[A(TYPE)]);
	EXPECT_EQ(NULL, nl->tb[A(ADDR)]);
	EXPECT_EQ(NULL, nl->tb[A(NBNS_AVAILABLE)]);
}

TEST_F(adapter, is_found_by_number_or_interface)
{
	struct nb_nl *nl = self->host->nl;
	struct nlmsghdr *nlh;

	nlh = nb_nl_start(nl, NETBIOS_CMD_ADAPTER_GET, 0);
	EXPECT_EQ(-EINVAL, nb_nl_call(nl, nlh, NULL, NULL));
	nlh = nb_nl_start(nl, NETBIOS_CMD_ADAPTER_GET, 0);
	mnl_attr_put_u32(nlh, A(LANA), 0);
	EXPECT_EQ(0, nb_nl_call(nl, nlh, NULL, NULL));
	EXPECT_EQ(self->ifindex, nb_nl_u32(nl, A(IFINDEX), 0));
	nlh = begin(nl, NETBIOS_CMD_ADAPTER_GET, self->ifindex);
	mnl_attr_put_u32(nlh, A(LANA), 0);
	EXPECT_EQ(0, nb_nl_call(nl, nlh, NULL, NULL));
	nlh = begin(nl, NETBIOS_CMD_ADAPTER_GET, self->ifindex + 1);
	mnl_attr_put_u32(nlh, A(LANA), 0);
	EXPECT_EQ(-EINVAL, nb_nl_call(nl, nlh, NULL, NULL));
	nlh = nb_nl_start(nl, NETBIOS_CMD_ADAPTER_GET, 0);
	mnl_attr_put_u32(nlh, A(LANA), 7);
	EXPECT_EQ(-ENODEV, nb_nl_call(nl, nlh, NULL, NULL));
	/* the loopback has no number */
	EXPECT_EQ(-ENODEV, get(self->host, 1));
	EXPECT_EQ(-ENODEV, get(self->host, 0));
}

/* One setting leaves the others alone, and the order of servers counts. */
TEST_F(adapter, settings)
{
	static const char *const nbns[] = { "10.9.0.9", "10.9.0.2", "192.0.2.1" };
	static const char *const nbdd[] = { "10.9.0.3" }, *const none[] = { "0.0.0.0" };
	struct nb_nl *nl = self->host->nl;

	ASSERT_EQ(0, set_servers(self->host, self->ifindex, A(NBNS), nbns, 3));
	ASSERT_EQ(0, set_servers(self->host, self->ifindex, A(NBDD), nbdd, 1));
	ASSERT_EQ(0, set_type(self->host, self->ifindex, NETBIOS_NODE_TYPE_P));
	ASSERT_EQ(0, set_enabled(self->host, self->ifindex, 0));
	ASSERT_EQ(0, get(self->host, self->ifindex));
	EXPECT_STREQ("10.9.0.9 10.9.0.2 192.0.2.1", servers(nl, A(NBNS)));
	EXPECT_STREQ("10.9.0.3", servers(nl, A(NBDD)));
	EXPECT_EQ(NETBIOS_NODE_TYPE_P, nb_nl_u32(nl, A(NODE_TYPE), 99));
	EXPECT_EQ(0, octet(nl, A(ENABLED)));
	ASSERT_EQ(0, set_servers(self->host, self->ifindex, A(NBNS), none, 1));
	ASSERT_EQ(0, get(self->host, self->ifindex));
	EXPECT_STREQ("", servers(nl, A(NBNS)));
	EXPECT_STREQ("10.9.0.3", servers(nl, A(NBDD)));
}

/* All of a request or nothing of it. */
TEST_F(adapter, wrong_settings_change_nothing)
{
	static const char *const nine[] = {
		"10.9.0.1", "10.9.0.2", "10.9.0.3", "10.9.0.4", "10.9.0.5",
		"10.9.0.6", "10.9.0.7", "10.9.0.8", "10.9.0.9"
	};
	static const char *const bad[][2] = {
		{ "10.9.0.2", "224.0.0.1" }, { "10.9.0.2", "255.255.255.255" },
		{ "10.9.0.2", "0.0.0.0" }, { "0.0.0.0", "10.9.0.2" },
		{ "0.0.0.0", "0.0.0.0" },
	};
	struct nb_nl *nl = self->host->nl;
	struct nlmsghdr *nlh;
	size_t i;

	ASSERT_EQ(0, set_servers(self->host, self->ifindex, A(NBNS), nine, 8));
	EXPECT_EQ(-EINVAL, set_servers(self->host, self->ifindex, A(NBNS), nine, 9));
	for (i = 0; i < ARRAY_SIZE(bad); i++)
		EXPECT_EQ(-EINVAL, set_servers(self->host, self->ifindex,
					       A(NBNS), bad[i], 2));
	EXPECT_GT(0, set_type(self->host, self->ifindex, NETBIOS_NODE_TYPE_H + 1));
	EXPECT_GT(0, set_enabled(self->host, self->ifindex, 2));
	nlh = begin(nl, NETBIOS_CMD_ADAPTER_SET, self->ifindex);
	mnl_attr_put_u8(nlh, A(ENABLED), 0);
	put_addr(nlh, A(NBDD), "239.1.2.3");
	EXPECT_EQ(-EINVAL, nb_nl_call(nl, nlh, NULL, NULL));
	/* a condition is no setting */
	nlh = begin(nl, NETBIOS_CMD_ADAPTER_SET, self->ifindex);
	mnl_attr_put_u8(nlh, A(NBNS_AVAILABLE), 1);
	EXPECT_EQ(-EINVAL, nb_nl_call(nl, nlh, NULL, NULL));
	EXPECT_EQ(-ENODEV, set_type(self->host, 1, NETBIOS_NODE_TYPE_B));
	ASSERT_EQ(0, get(self->host, self->ifindex));
	EXPECT_EQ(1, octet(nl, A(ENABLED)));
	EXPECT_EQ(NETBIOS_NODE_TYPE_AUTO, nb_nl_u32(nl, A(NODE_TYPE), 99));
	EXPECT_STREQ("10.9.0.1 10.9.0.2 10.9.0.3 10.9.0.4 10.9.0.5 10.9.0.6 "
		     "10.9.0.7 10.9.0.8", servers(nl, A(NBNS)));
}

TEST_F(adapter, ordinary_user_may_look_only)
{
	pid_t pid = fork();

	if (!pid) {
		if (setgid(1) || setuid(1))
			_exit(1);
		if (get(self->host, self->ifindex))
			_exit(2);
		if (set_type(self->host, self->ifindex, NETBIOS_NODE_TYPE_B) != -EPERM)
			_exit(3);
		_exit(0);
	}
	EXPECT_EQ(0, nb_child_end(pid));
}

TEST_F(adapter, event_of_a_setting)
{
	static const char *const nbns[] = { "10.9.0.9", "10.9.0.2" };

	ASSERT_EQ(0, set_servers(self->host, self->ifindex, A(NBNS), nbns, 2));
	ASSERT_TRUE(adapter_event(self->events));
	EXPECT_EQ(self->ifindex, nb_nl_u32(self->events, A(IFINDEX), 0));
	EXPECT_STREQ("10.9.0.9 10.9.0.2", servers(self->events, A(NBNS)));
	/* what changes nothing is no event: the next one is of the other */
	ASSERT_EQ(0, set_servers(self->host, self->ifindex, A(NBNS), nbns, 2));
	ASSERT_EQ(0, set_type(self->host, self->ifindex, NETBIOS_NODE_TYPE_H));
	ASSERT_TRUE(adapter_event(self->events));
	EXPECT_EQ(NETBIOS_NODE_TYPE_H, nb_nl_u32(self->events, A(NODE_TYPE), 99));
}

/* H-001: NBNS-AVAILABLE is visible, and each change of it an event */
TEST_F(adapter, condition)
{
	struct nb_nl *nl = self->host->nl;

	ASSERT_EQ(0, report(self->helper, self->ifindex, NETBIOS_NODE_TYPE_H, true));
	ASSERT_EQ(0, get(self->host, self->ifindex));
	EXPECT_EQ(NETBIOS_NODE_TYPE_H, nb_nl_u32(nl, A(TYPE), 99));
	EXPECT_EQ(inet_addr("10.9.0.1"), nb_nl_u32(nl, A(ADDR), 0));
	EXPECT_EQ(inet_addr("10.9.0.255"), nb_nl_u32(nl, A(BROADCAST), 0));
	EXPECT_EQ(1, octet(nl, A(NBNS_AVAILABLE)));
	EXPECT_EQ(inet_addr("10.9.0.2"), nb_nl_u32(nl, A(NBNS_CURRENT), 0));
	EXPECT_EQ(0, octet(nl, A(NBDD_AVAILABLE)));
	EXPECT_EQ(NULL, nl->tb[A(NBDD_CURRENT)]);
	ASSERT_TRUE(adapter_event(self->events));
	EXPECT_EQ(1, octet(self->events, A(NBNS_AVAILABLE)));

	/* the next report replaces all of it; the same again is no event */
	ASSERT_EQ(0, report(self->helper, self->ifindex, NETBIOS_NODE_TYPE_H, true));
	ASSERT_EQ(0, report(self->helper, self->ifindex, NETBIOS_NODE_TYPE_H, false));
	ASSERT_TRUE(adapter_event(self->events));
	EXPECT_EQ(0, octet(self->events, A(NBNS_AVAILABLE)));
	EXPECT_EQ(NULL, self->events->tb[A(NBNS_CURRENT)]);

	/* and without a type there is none */
	ASSERT_EQ(0, report(self->helper, self->ifindex, 0, true));
	ASSERT_EQ(0, get(self->host, self->ifindex));
	EXPECT_EQ(NULL, nl->tb[A(TYPE)]);
	EXPECT_EQ(NULL, nl->tb[A(ADDR)]);
}

TEST_F(adapter, only_the_helper_reports)
{
	struct nb_nl *foreign = nb_helper(&self->host[1]);
	uint32_t other = if_nametoindex("veth0");

	ASSERT_NE(NULL, foreign);
	EXPECT_EQ(-EPERM, report(self->host[0].nl, self->ifindex,
				 NETBIOS_NODE_TYPE_B, false));
	EXPECT_EQ(-ERANGE, report(self->helper, self->ifindex,
				  NETBIOS_NODE_TYPE_H + 1, false));
	EXPECT_EQ(-ENODEV, report(self->helper, 1, NETBIOS_NODE_TYPE_B, false));
	/* the helper of another namespace speaks of its own adapters */
	EXPECT_EQ(0, report(foreign, other, NETBIOS_NODE_TYPE_B, false));
	ASSERT_EQ(0, get(self->host, self->ifindex));
	EXPECT_EQ(NULL, self->host->nl->tb[A(TYPE)]);
	nb_nl_close(foreign);
}

/* The condition goes with the helper, the settings stay. */
TEST_F(adapter, death_of_the_helper)
{
	struct nb_nl *nl = self->host->nl;

	ASSERT_EQ(0, set_type(self->host, self->ifindex, NETBIOS_NODE_TYPE_M));
	ASSERT_TRUE(adapter_event(self->events));
	ASSERT_EQ(0, report(self->helper, self->ifindex, NETBIOS_NODE_TYPE_M, true));
	ASSERT_TRUE(adapter_event(self->events));
	EXPECT_EQ(NETBIOS_NODE_TYPE_M, nb_nl_u32(self->events, A(TYPE), 99));
	nb_nl_close(self->helper);
	self->helper = NULL;
	ASSERT_TRUE(adapter_event(self->events));
	EXPECT_EQ(NULL, self->events->tb[A(TYPE)]);
	ASSERT_EQ(0, get(self->host, self->ifindex));
	EXPECT_EQ(NULL, nl->tb[A(TYPE)]);
	EXPECT_EQ(NETBIOS_NODE_TYPE_M, nb_nl_u32(nl, A(NODE_TYPE), 99));
}

struct seen {
	int	n;
	int	served;
};

static void see(struct nb_nl *nl, void *arg)
{
	struct seen *seen = arg;

	seen->n++;
	if (nl->tb[A(TYPE)])
		seen->served++;
}

TEST_F(adapter, dump)
{
	struct nb_nl *nl = self->host->nl;
	struct seen seen = { 0 };

	ASSERT_EQ(0, report(self->helper, self->ifindex, NETBIOS_NODE_TYPE_B, false));
	ASSERT_EQ(0, nb_nl_call(nl, nb_nl_start(nl, NETBIOS_CMD_ADAPTER_GET,
						NLM_F_DUMP), see, &seen));
	EXPECT_EQ(1, seen.n);
	EXPECT_EQ(1, seen.served);
}

TEST_HARNESS_MAIN
