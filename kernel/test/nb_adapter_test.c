// SPDX-License-Identifier: GPL-2.0
/*
 * Tests of adapters: entries that never change, what is an event, and what the
 * helper leaves behind.
 */
#include "nb_node.h"

#include "../nb_adapter.h"

#define IFINDEX	7

static void init(struct kunit *test, struct nb_net *nn)
{
	KUNIT_ASSERT_EQ(test, 0, nb_adapter_add(nn, 0, IFINDEX));
}

/* Both under the lock, as netlink does it. */
static int configure(struct nb_net *nn, int ifindex, u8 type)
{
	struct nb_adapter_settings settings = {
		.enabled	= true,
		.node_type	= type,
	};
	int err;

	mutex_lock(&nn->adapter_lock);
	err = nb_adapter_configure(nn, ifindex, &settings);
	mutex_unlock(&nn->adapter_lock);
	return err;
}

static int report(struct nb_net *nn, int ifindex, u8 type, bool available)
{
	struct nb_adapter_condition condition = {
		.type		= type,
		.nbns_available	= available,
	};
	int err;

	mutex_lock(&nn->adapter_lock);
	err = nb_adapter_report(nn, ifindex, &condition);
	mutex_unlock(&nn->adapter_lock);
	return err;
}

static u8 type_in_force(struct nb_net *nn)
{
	const struct nb_adapter *adapter;
	u8 type;

	rcu_read_lock();
	adapter = nb_adapter_find(nn, IFINDEX);
	type = adapter ? adapter->condition.type : 0xff;
	rcu_read_unlock();
	return type;
}

static void comes_and_goes(struct kunit *test)
{
	struct nb_net *nn = test->priv;

	init(test, nn);
	KUNIT_EXPECT_EQ(test, NETBIOS_NODE_TYPE_AUTO, type_in_force(nn));
	KUNIT_EXPECT_EQ(test, 0, report(nn, IFINDEX, NETBIOS_NODE_TYPE_P, true));
	nb_adapter_del(nn, IFINDEX);
	KUNIT_EXPECT_EQ(test, 0xff, type_in_force(nn));
	KUNIT_EXPECT_EQ(test, -ENODEV,
			report(nn, IFINDEX, NETBIOS_NODE_TYPE_P, true));
	KUNIT_EXPECT_EQ(test, -ENODEV,
			configure(nn, IFINDEX, NETBIOS_NODE_TYPE_P));
	nb_adapter_del(nn, IFINDEX);
	/* one that comes back is a new one */
	init(test, nn);
	KUNIT_EXPECT_EQ(test, NETBIOS_NODE_TYPE_AUTO, type_in_force(nn));
}

/* Who has found an entry may read it to the end of his RCU section: a new one. */
static void entry_never_changes(struct kunit *test)
{
	struct nb_net *nn = test->priv;
	const struct nb_adapter *old, *new;

	init(test, nn);
	rcu_read_lock();
	old = nb_adapter_find(nn, IFINDEX);
	rcu_read_unlock();
	KUNIT_EXPECT_EQ(test, 0, configure(nn, IFINDEX, NETBIOS_NODE_TYPE_H));
	rcu_read_lock();
	new = nb_adapter_find(nn, IFINDEX);
	KUNIT_EXPECT_PTR_NE(test, old, new);
	KUNIT_EXPECT_EQ(test, NETBIOS_NODE_TYPE_H, new->settings.node_type);
	rcu_read_unlock();
}

static void events(struct kunit *test)
{
	struct nb_net *nn = test->priv;

	init(test, nn);
	KUNIT_EXPECT_EQ(test, 0, test_events.adapters);
	KUNIT_EXPECT_EQ(test, 0, configure(nn, IFINDEX, NETBIOS_NODE_TYPE_B));
	KUNIT_EXPECT_EQ(test, 1, test_events.adapters);
	KUNIT_EXPECT_EQ(test, 0, configure(nn, IFINDEX, NETBIOS_NODE_TYPE_B));
	KUNIT_EXPECT_EQ(test, 1, test_events.adapters);
	KUNIT_EXPECT_EQ(test, 0, report(nn, IFINDEX, NETBIOS_NODE_TYPE_B, false));
	KUNIT_EXPECT_EQ(test, 0, report(nn, IFINDEX, NETBIOS_NODE_TYPE_B, false));
	KUNIT_EXPECT_EQ(test, 2, test_events.adapters);
	KUNIT_EXPECT_EQ(test, 0, report(nn, IFINDEX, NETBIOS_NODE_TYPE_B, true));
	KUNIT_EXPECT_EQ(test, 3, test_events.adapters);
}

/* The condition goes with the helper, the settings stay. */
static void helper_gone(struct kunit *test)
{
	struct nb_net *nn = test->priv;
	const struct nb_adapter *adapter;

	init(test, nn);
	KUNIT_ASSERT_EQ(test, 0, nb_adapter_add(nn, 1, IFINDEX + 1));
	KUNIT_EXPECT_EQ(test, 0, configure(nn, IFINDEX, NETBIOS_NODE_TYPE_M));
	KUNIT_EXPECT_EQ(test, 0, report(nn, IFINDEX, NETBIOS_NODE_TYPE_M, true));
	nb_adapter_forget(nn);
	/* of the one that was served only */
	KUNIT_EXPECT_EQ(test, 3, test_events.adapters);
	KUNIT_EXPECT_EQ(test, NETBIOS_NODE_TYPE_AUTO, type_in_force(nn));
	rcu_read_lock();
	adapter = nb_adapter_find(nn, IFINDEX);
	KUNIT_EXPECT_EQ(test, NETBIOS_NODE_TYPE_M, adapter->settings.node_type);
	KUNIT_EXPECT_FALSE(test, adapter->condition.nbns_available);
	rcu_read_unlock();
}

static struct kunit_case adapter_cases[] = {
	KUNIT_CASE(comes_and_goes),
	KUNIT_CASE(entry_never_changes),
	KUNIT_CASE(events),
	KUNIT_CASE(helper_gone),
	{}
};

static struct kunit_suite adapter_suite = {
	.name		= "netbios-adapter",
	.init		= test_node_init,
	.exit		= test_node_exit,
	.test_cases	= adapter_cases,
};

kunit_test_suite(adapter_suite);
