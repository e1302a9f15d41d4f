// SPDX-License-Identifier: GPL-2.0
/*
 * The cache of remote names, through netlink: its cap, and how entries end.
 */
#include "nb_test.h"

NB_FIXTURE(one, 1)
NB_FIXTURE(two, 2)

TEST_F(one, cap_on_the_cache)
{
	ASSERT_EQ(0, nb_set(self->host, NETBIOS_A_NODE_CACHE_MAX, 3));
	EXPECT_EQ(0, nb_cache_add(self->host, "A", "10.9.0.1"));
	EXPECT_EQ(0, nb_cache_add(self->host, "B", "10.9.0.1"));
	EXPECT_EQ(-ENOBUFS, nb_cache_add(self->host, "C", "10.9.0.1"));
	EXPECT_EQ(3, nb_get(self->host, NETBIOS_A_NODE_CACHE_ENTRIES));
	EXPECT_LE(1, nb_stat(self->host, NB_STAT_CACHE_FULL));
	/* replacing needs no room */
	EXPECT_EQ(0, nb_cache_add(self->host, "B", "10.9.0.2"));
}

TEST_F(two, cache_entry_expires)
{
	const char *addr = "10.9.0.2";
	int fd = nb_bound(self->host, "CLIENT", 0);

	ASSERT_LE(0, nb_listener(self->server, "SERVER", 8));
	ASSERT_EQ(0, nb_cache_put(self->host, "SERVER", &addr, 1, false, 1));
	EXPECT_EQ(0, nb_connect(fd, "SERVER"));
	fd = nb_bound(self->host, "CLIENT", 0);
	EXPECT_TRUE(nb_wait(({
		int ret = nb_connect(fd, "SERVER");

		if (!ret) {
			close(fd);
			fd = nb_bound(self->host, "CLIENT", 0);
		}
		ret == -ENETDOWN;
	})));
}

/* It gives its place back then, also behind one that stays for long. */
TEST_F(one, expired_cache_entry_goes)
{
	int others = nb_get(self->host, NETBIOS_A_NODE_CACHE_ENTRIES);
	const char *addr = "10.9.0.2";

	ASSERT_EQ(0, nb_cache_put(self->host, "LONG", &addr, 1, false, 3600));
	ASSERT_EQ(0, nb_cache_put(self->host, "SHORT", &addr, 1, false, 1));
	EXPECT_EQ(others + 2, nb_get(self->host, NETBIOS_A_NODE_CACHE_ENTRIES));
	EXPECT_TRUE(nb_wait(nb_get(self->host, NETBIOS_A_NODE_CACHE_ENTRIES) ==
			    others + 1));
}

TEST_F(one, negative_cache_entry_is_ehostunreach)
{
	struct nlmsghdr *nlh;
	int fd = nb_bound(self->host, "CLIENT", 0);

	nlh = nb_nl_start(self->host->nl, NETBIOS_CMD_CACHE_ADD, 0);
	nb_nl_put_name(nlh, NETBIOS_A_CACHE_NAME, "GONE");
	mnl_attr_put_u8(nlh, NETBIOS_A_CACHE_NEGATIVE, 1);
	ASSERT_EQ(0, nb_nl_call(self->host->nl, nlh, NULL, NULL));
	EXPECT_EQ(-EHOSTUNREACH, nb_connect(fd, "GONE"));
}

TEST_HARNESS_MAIN
