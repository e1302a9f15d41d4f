// SPDX-License-Identifier: GPL-2.0
/*
 * What the helper tells of the name service: alerts, which become events, and
 * counters, which outlive it.
 */
#include "nb_test.h"

#define A(x)	NETBIOS_A_ALERT_##x

FIXTURE(report) {
	struct nb_host host[2];
	struct nb_nl *helper;	/* of host[0] */
	struct nb_nl *events;	/* there, too */
};

FIXTURE_SETUP(report)
{
	ASSERT_EQ(0, nb_network(self->host, 2));
	self->helper = nb_helper(self->host);
	ASSERT_NE(NULL, self->helper);
	self->events = nb_nl_open();
	ASSERT_NE(NULL, self->events);
	ASSERT_EQ(0, nb_nl_join(self->events, NETBIOS_MCGRP_EVENT));
}

FIXTURE_TEARDOWN(report)
{
	if (self->helper)
		nb_nl_close(self->helper);
	nb_nl_close(self->events);
	nb_hosts_free(self->host, 2);
}

static struct nlmsghdr *alert(struct nb_nl *nl, uint32_t kind)
{
	struct nlmsghdr *nlh = nb_nl_start(nl, NETBIOS_CMD_ALERT_REPORT, 0);

	mnl_attr_put_u32(nlh, A(KIND), kind);
	return nlh;
}

static int send_alert(struct nb_nl *nl, uint32_t kind)
{
	return nb_nl_call(nl, alert(nl, kind), NULL, NULL);
}

TEST_F(report, alert_becomes_an_event)
{
	struct nb_nl *nl = self->events;
	struct nlmsghdr *nlh;

	nlh = alert(self->helper, NETBIOS_ALERT_KIND_TWO_OWNERS);
	nb_nl_put_name(nlh, A(NAME), "SERVER");
	mnl_attr_put_strz(nlh, A(SCOPE), "NETBIOS.COM");
	mnl_attr_put_u32(nlh, A(ADDR), inet_addr("10.9.0.8"));
	mnl_attr_put_u32(nlh, A(ADDR2), inet_addr("10.9.0.9"));
	mnl_attr_put_u32(nlh, A(IFINDEX), 2);
	mnl_attr_put_strz(nlh, A(TEXT), "both said so");
	ASSERT_EQ(0, nb_nl_call(self->helper, nlh, NULL, NULL));
	ASSERT_EQ(NETBIOS_CMD_ALERT_EVENT, nb_nl_event(nl, NB_BOUND));
	EXPECT_EQ(NETBIOS_ALERT_KIND_TWO_OWNERS, nb_nl_u32(nl, A(KIND), 99));
	EXPECT_TRUE(nb_nl_name_is(nl->tb[A(NAME)], "SERVER"));
	EXPECT_STREQ("NETBIOS.COM", mnl_attr_get_str(nl->tb[A(SCOPE)]));
	EXPECT_EQ(inet_addr("10.9.0.8"), nb_nl_u32(nl, A(ADDR), 0));
	EXPECT_EQ(inet_addr("10.9.0.9"), nb_nl_u32(nl, A(ADDR2), 0));
	EXPECT_EQ(2, nb_nl_u32(nl, A(IFINDEX), 0));
	EXPECT_STREQ("both said so", mnl_attr_get_str(nl->tb[A(TEXT)]));
	/* what was not said is not in the next one */
	ASSERT_EQ(0, send_alert(self->helper, NETBIOS_ALERT_KIND_FLOOD));
	ASSERT_EQ(NETBIOS_CMD_ALERT_EVENT, nb_nl_event(nl, NB_BOUND));
	EXPECT_EQ(NETBIOS_ALERT_KIND_FLOOD, nb_nl_u32(nl, A(KIND), 99));
	EXPECT_EQ(NULL, nl->tb[A(NAME)]);
	EXPECT_EQ(NULL, nl->tb[A(ADDR)]);
}

TEST_F(report, alert_that_nobody_hears)
{
	struct nb_nl *foreign = nb_helper(&self->host[1]);

	ASSERT_NE(NULL, foreign);
	EXPECT_EQ(0, send_alert(foreign, NETBIOS_ALERT_KIND_POISONER));
	/* nor is it heard in another namespace */
	ASSERT_EQ(0, send_alert(self->helper, NETBIOS_ALERT_KIND_B_NODE_HEARD));
	ASSERT_EQ(NETBIOS_CMD_ALERT_EVENT, nb_nl_event(self->events, NB_BOUND));
	EXPECT_EQ(NETBIOS_ALERT_KIND_B_NODE_HEARD,
		  nb_nl_u32(self->events, A(KIND), 99));
	nb_nl_close(foreign);
}

TEST_F(report, wrong_alerts)
{
	char text[300];
	struct nlmsghdr *nlh;

	EXPECT_EQ(-EPERM, send_alert(self->host->nl, NETBIOS_ALERT_KIND_FLOOD));
	nlh = nb_nl_start(self->helper, NETBIOS_CMD_ALERT_REPORT, 0);
	mnl_attr_put_u32(nlh, A(ADDR), inet_addr("10.9.0.8"));
	EXPECT_EQ(-EINVAL, nb_nl_call(self->helper, nlh, NULL, NULL));
	EXPECT_GT(0, send_alert(self->helper, NETBIOS_ALERT_KIND_NBNS_REFUSED + 1));
	nlh = alert(self->helper, NETBIOS_ALERT_KIND_FLOOD);
	mnl_attr_put(nlh, A(NAME), 15, "fifteen octets!");
	EXPECT_GT(0, nb_nl_call(self->helper, nlh, NULL, NULL));
	memset(text, 'x', sizeof(text));
	text[256] = '\0';
	nlh = alert(self->helper, NETBIOS_ALERT_KIND_FLOOD);
	mnl_attr_put_strz(nlh, A(TEXT), text);
	EXPECT_GT(0, nb_nl_call(self->helper, nlh, NULL, NULL));
	/* none of them was told */
	text[255] = '\0';
	nlh = alert(self->helper, NETBIOS_ALERT_KIND_POISONER);
	mnl_attr_put_strz(nlh, A(TEXT), text);
	EXPECT_EQ(0, nb_nl_call(self->helper, nlh, NULL, NULL));
	ASSERT_EQ(NETBIOS_CMD_ALERT_EVENT, nb_nl_event(self->events, NB_BOUND));
	EXPECT_EQ(NETBIOS_ALERT_KIND_POISONER,
		  nb_nl_u32(self->events, A(KIND), 99));
}

static int tell(struct nb_nl *nl, int stat, uint64_t value)
{
	struct nlmsghdr *nlh = nb_nl_start(nl, NETBIOS_CMD_NS_STATS_REPORT, 0);

	mnl_attr_put_u64(nlh, stat, value);
	return nb_nl_call(nl, nlh, NULL, NULL);
}

/* Totals of the helper, and what its predecessors left. */
TEST_F(report, counters)
{
	EXPECT_EQ(0, nb_stat(self->host, NB_STAT_NS_DEFENDED));
	ASSERT_EQ(0, tell(self->helper, NB_STAT_NS_DEFENDED, 5));
	EXPECT_EQ(5, nb_stat(self->host, NB_STAT_NS_DEFENDED));
	ASSERT_EQ(0, tell(self->helper, NB_STAT_NS_DEFENDED, 7));
	ASSERT_EQ(0, tell(self->helper, NB_STAT_NS_QUERIES_RECEIVED, 1));
	ASSERT_EQ(0, tell(self->helper, NB_STAT_NS_RATE_LIMITED, 1ULL << 40));
	EXPECT_EQ(7, nb_stat(self->host, NB_STAT_NS_DEFENDED));
	nb_nl_close(self->helper);
	EXPECT_EQ(7, nb_stat(self->host, NB_STAT_NS_DEFENDED));
	self->helper = nb_helper(self->host);
	ASSERT_NE(NULL, self->helper);
	ASSERT_EQ(0, tell(self->helper, NB_STAT_NS_DEFENDED, 2));
	EXPECT_EQ(9, nb_stat(self->host, NB_STAT_NS_DEFENDED));
	EXPECT_EQ(1, nb_stat(self->host, NB_STAT_NS_QUERIES_RECEIVED));
	EXPECT_EQ(1LL << 40, nb_stat(self->host, NB_STAT_NS_RATE_LIMITED));
	/* those of the kernel are the kernel's */
	EXPECT_EQ(-EINVAL, tell(self->helper, NB_STAT_UPCALLS, 99));
	EXPECT_EQ(-EPERM, tell(self->host->nl, NB_STAT_NS_DEFENDED, 99));
	EXPECT_EQ(9, nb_stat(self->host, NB_STAT_NS_DEFENDED));
}

TEST_HARNESS_MAIN
