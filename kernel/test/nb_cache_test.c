// SPDX-License-Identifier: GPL-2.0
/*
 * Tests of the cache of remote names.
 */
#include <linux/inet.h>

#include "nb_node.h"

#include "../nb_cache.c"

/* @ttl -1: for ever */
static int add(struct nb_net *nn, const char *name, u8 source, int ttl)
{
	struct nb_cache_value value = {
		.addrs	= { .n = 2, .addr = { in_aton("10.0.0.1"),
					      in_aton("10.0.0.2") } },
		.source	= source,
		.has_ttl = ttl >= 0,
		.ttl	= ttl,
	};
	struct nb_key key;

	test_key(&key, name);
	return nb_cache_add(nn, &key, &value);
}

static int lookup(struct nb_net *nn, const char *name, struct nb_addrs *addrs)
{
	struct nb_key key;

	test_key(&key, name);
	return nb_cache_lookup(nn, &key, addrs);
}

static void found_until_deleted(struct kunit *test)
{
	struct nb_net *nn = test->priv;
	struct nb_addrs addrs;
	struct nb_key key;

	KUNIT_EXPECT_EQ(test, -ENOENT, lookup(nn, "ALPHA           ", &addrs));
	KUNIT_EXPECT_EQ(test, 0, add(nn, "ALPHA           ",
				     NETBIOS_CACHE_SOURCE_STATIC, -1));
	KUNIT_ASSERT_EQ(test, 0, lookup(nn, "ALPHA           ", &addrs));
	KUNIT_EXPECT_EQ(test, 2, (int)addrs.n);
	KUNIT_EXPECT_TRUE(test, addrs.addr[1] == in_aton("10.0.0.2"));
	/* compared exactly (NAME-020) */
	KUNIT_EXPECT_EQ(test, -ENOENT, lookup(nn, "alpha           ", &addrs));

	test_key(&key, "ALPHA           ");
	KUNIT_EXPECT_EQ(test, 0, nb_cache_delete(nn, &key));
	KUNIT_EXPECT_EQ(test, -ENOENT, nb_cache_delete(nn, &key));
	KUNIT_EXPECT_EQ(test, -ENOENT, lookup(nn, "ALPHA           ", &addrs));
	KUNIT_EXPECT_EQ(test, 1, (int)test_stat(nn, NB_STAT_CACHE_HITS));
	KUNIT_EXPECT_EQ(test, 3, (int)test_stat(nn, NB_STAT_CACHE_MISSES));
}

static void expired_is_not_found(struct kunit *test)
{
	struct nb_net *nn = test->priv;
	struct nb_addrs addrs;

	KUNIT_EXPECT_EQ(test, 0, add(nn, "ALPHA           ",
				     NETBIOS_CACHE_SOURCE_QUERY, 0));
	KUNIT_EXPECT_EQ(test, -ENOENT, lookup(nn, "ALPHA           ", &addrs));
	/* replaced by one that lives */
	KUNIT_EXPECT_EQ(test, 0, add(nn, "ALPHA           ",
				     NETBIOS_CACHE_SOURCE_QUERY, 100));
	KUNIT_EXPECT_EQ(test, 0, lookup(nn, "ALPHA           ", &addrs));
	KUNIT_EXPECT_EQ(test, 1, atomic_read(&nn->cache_count));
}

static void negative_is_told(struct kunit *test)
{
	struct nb_cache_value value = {
		.source		= NETBIOS_CACHE_SOURCE_QUERY,
		.negative	= true,
		.has_ttl	= true,
		.ttl		= 10,
	};
	struct nb_net *nn = test->priv;
	struct nb_addrs addrs;
	struct nb_key key;

	test_key(&key, "ALPHA           ");
	KUNIT_EXPECT_EQ(test, 0, nb_cache_add(nn, &key, &value));
	KUNIT_EXPECT_EQ(test, -EHOSTUNREACH,
			lookup(nn, "ALPHA           ", &addrs));
}

static void full_cache_evicts(struct kunit *test)
{
	struct nb_net *nn = test->priv;
	char name[NETBIOS_NAME_LEN + 1];
	struct nb_addrs addrs;
	int i;

	KUNIT_EXPECT_EQ(test, 0, add(nn, "STATIC          ",
				     NETBIOS_CACHE_SOURCE_STATIC, -1));
	KUNIT_EXPECT_EQ(test, 0, add(nn, "LMHOSTS         ",
				     NETBIOS_CACHE_SOURCE_LMHOSTS, 5));
	for (i = 0; i < 7; i++) {
		snprintf(name, sizeof(name), "QUERY%-11d", i);
		KUNIT_EXPECT_EQ(test, 0, add(nn, name,
					     NETBIOS_CACHE_SOURCE_QUERY,
					     100 - i));
	}
	/* 8 places: the answer that expires first had to go, no other */
	KUNIT_EXPECT_EQ(test, 8, atomic_read(&nn->cache_count));
	KUNIT_EXPECT_EQ(test, 0, lookup(nn, "STATIC          ", &addrs));
	KUNIT_EXPECT_EQ(test, 0, lookup(nn, "LMHOSTS         ", &addrs));
	KUNIT_EXPECT_EQ(test, -ENOENT, lookup(nn, "QUERY5          ", &addrs));
	KUNIT_EXPECT_EQ(test, 0, lookup(nn, "QUERY6          ", &addrs));
}

static void full_of_static_refuses(struct kunit *test)
{
	struct nb_net *nn = test->priv;
	char name[NETBIOS_NAME_LEN + 1];
	int i;

	for (i = 0; i < 8; i++) {
		snprintf(name, sizeof(name), "STATIC%-10d", i);
		KUNIT_EXPECT_EQ(test, 0, add(nn, name,
					     NETBIOS_CACHE_SOURCE_STATIC, -1));
	}
	KUNIT_EXPECT_EQ(test, -ENOBUFS, add(nn, "MORE            ",
					    NETBIOS_CACHE_SOURCE_QUERY, 10));
	KUNIT_EXPECT_EQ(test, 1, (int)test_stat(nn, NB_STAT_CACHE_FULL));
	/* replacing needs no new place */
	KUNIT_EXPECT_EQ(test, 0, add(nn, "STATIC3         ",
				     NETBIOS_CACHE_SOURCE_STATIC, -1));
	nb_cache_flush(nn, NETBIOS_CACHE_SOURCE_QUERY);
	KUNIT_EXPECT_EQ(test, 8, atomic_read(&nn->cache_count));
	nb_cache_flush(nn, -1);
	KUNIT_EXPECT_EQ(test, 0, atomic_read(&nn->cache_count));
}

static void wrong_address_is_forgotten(struct kunit *test)
{
	struct nb_net *nn = test->priv;
	struct nb_addrs addrs;
	struct nb_key key;

	test_key(&key, "ALPHA           ");
	add(nn, "ALPHA           ", NETBIOS_CACHE_SOURCE_QUERY, 100);
	nb_cache_forget(nn, &key, in_aton("10.9.9.9"));
	nb_cache_forget(nn, &key, in_aton("10.0.0.1"));
	KUNIT_ASSERT_EQ(test, 0, lookup(nn, "ALPHA           ", &addrs));
	KUNIT_ASSERT_EQ(test, 1, (int)addrs.n);
	KUNIT_EXPECT_TRUE(test, addrs.addr[0] == in_aton("10.0.0.2"));
	nb_cache_forget(nn, &key, in_aton("10.0.0.2"));
	KUNIT_EXPECT_EQ(test, -ENOENT, lookup(nn, "ALPHA           ", &addrs));

	add(nn, "ALPHA           ", NETBIOS_CACHE_SOURCE_STATIC, -1);
	nb_cache_forget(nn, &key, in_aton("10.0.0.1"));
	KUNIT_ASSERT_EQ(test, 0, lookup(nn, "ALPHA           ", &addrs));
	KUNIT_EXPECT_EQ(test, 2, (int)addrs.n);
}

static struct kunit_case cache_cases[] = {
	KUNIT_CASE(found_until_deleted),
	KUNIT_CASE(expired_is_not_found),
	KUNIT_CASE(negative_is_told),
	KUNIT_CASE(full_cache_evicts),
	KUNIT_CASE(full_of_static_refuses),
	KUNIT_CASE(wrong_address_is_forgotten),
	{}
};

static struct kunit_suite cache_suite = {
	.name		= "netbios-cache",
	.init		= test_node_init,
	.exit		= test_node_exit,
	.test_cases	= cache_cases,
};

kunit_test_suite(cache_suite);
