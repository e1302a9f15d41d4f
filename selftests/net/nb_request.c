// SPDX-License-Identifier: GPL-2.0
/*
 * The form of requests: dumps that are long, and what is refused.
 */
#include "nb_test.h"

NB_FIXTURE(one, 1)

static void count_each(struct nb_nl *nl, void *arg)
{
	++*(int *)arg;
}

static int flush(struct nb_host *host)
{
	return nb_nl_call(host->nl, nb_nl_start(host->nl,
						NETBIOS_CMD_CACHE_FLUSH, 0),
			  NULL, NULL);
}

TEST_F(one, dumps_show_everything)
{
	struct nb_nl *nl = self->host->nl;
	char name[16];
	int i, n = 0, m = 0;

	for (i = 0; i < 300; i++) {
		snprintf(name, sizeof(name), "N%d", i);
		ASSERT_EQ(0, nb_name_add(self->host, name));
		ASSERT_EQ(0, nb_cache_add(self->host, name, "10.0.0.1"));
	}
	ASSERT_EQ(0, nb_nl_call(nl, nb_nl_start(nl, NETBIOS_CMD_NAME_GET,
						NLM_F_DUMP), count_each, &n));
	EXPECT_EQ(302, n);
	ASSERT_EQ(0, nb_nl_call(nl, nb_nl_start(nl, NETBIOS_CMD_CACHE_GET,
						NLM_F_DUMP), count_each, &m));
	EXPECT_EQ(301, m);
	ASSERT_EQ(0, flush(self->host));
	EXPECT_EQ(0, nb_get(self->host, NETBIOS_A_NODE_CACHE_ENTRIES));
}

/* Without attributes the request makes no sense, and says so. */
TEST_F(one, requests_without_a_name)
{
	uint8_t cmd[] = { NETBIOS_CMD_NAME_ADD, NETBIOS_CMD_NAME_DEL,
		NETBIOS_CMD_NAME_SET, NETBIOS_CMD_NAME_GET,
		NETBIOS_CMD_CACHE_ADD, NETBIOS_CMD_CACHE_DEL,
		NETBIOS_CMD_CACHE_GET, NETBIOS_CMD_SESSION_GET };
	struct nb_nl *nl = self->host->nl;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(cmd); i++) {
		EXPECT_EQ(-EINVAL, nb_nl_call(nl, nb_nl_start(nl, cmd[i], 0),
					      NULL, NULL)) {
			TH_LOG("command %d", cmd[i]);
		}
	}
}

/* A dump shows all; to pick one with it must not give all of them. */
TEST_F(one, dumps_take_no_attributes)
{
	static const uint8_t cmd[] = { NETBIOS_CMD_NAME_GET,
		NETBIOS_CMD_CACHE_GET, NETBIOS_CMD_ADAPTER_GET,
		NETBIOS_CMD_SESSION_GET };
	struct nb_nl *nl = self->host->nl;
	struct nlmsghdr *nlh;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(cmd); i++) {
		nlh = nb_nl_start(nl, cmd[i], NLM_F_DUMP);
		switch (cmd[i]) {
		case NETBIOS_CMD_ADAPTER_GET:
			mnl_attr_put_u32(nlh, NETBIOS_A_ADAPTER_LANA, 0);
			break;
		case NETBIOS_CMD_SESSION_GET:
			mnl_attr_put_u64(nlh, NETBIOS_A_SESSION_INODE, 1);
			break;
		default:
			nb_nl_put_name(nlh, NETBIOS_A_NAME_NAME, "SERVER");
		}
		EXPECT_EQ(-EINVAL, nb_nl_call(nl, nlh, NULL, NULL)) {
			TH_LOG("command %d", cmd[i]);
		}
	}
}

/* So is an attribute that the request does not know, and one twice as long. */
TEST_F(one, unknown_attributes_are_refused)
{
	struct nb_nl *nl = self->host->nl;
	struct nlmsghdr *nlh;

	nlh = nb_nl_start(nl, NETBIOS_CMD_NAME_GET, 0);
	nb_nl_put_name(nlh, NETBIOS_A_NAME_NAME, "SERVER");
	mnl_attr_put_u32(nlh, 200, 1);
	EXPECT_EQ(-EINVAL, nb_nl_call(nl, nlh, NULL, NULL));
	nlh = nb_nl_start(nl, NETBIOS_CMD_NAME_GET, 0);
	nb_nl_put_name(nlh, NETBIOS_A_NAME_NAME, "SERVER");
	mnl_attr_put_u8(nlh, NETBIOS_A_NAME_GROUP, 1);
	EXPECT_EQ(-EINVAL, nb_nl_call(nl, nlh, NULL, NULL));
	nlh = nb_nl_start(nl, NETBIOS_CMD_NODE_SET, 0);
	mnl_attr_put_u64(nlh, NETBIOS_A_NODE_RETRY_COUNT, 3);
	EXPECT_GT(0, nb_nl_call(nl, nlh, NULL, NULL));
	EXPECT_EQ(4, nb_get(self->host, NETBIOS_A_NODE_RETRY_COUNT));
}

TEST_F(one, name_of_another_length_is_refused)
{
	struct nb_nl *nl = self->host->nl;
	struct nlmsghdr *nlh = nb_nl_start(nl, NETBIOS_CMD_NAME_ADD, 0);

	mnl_attr_put(nlh, NETBIOS_A_NAME_NAME, 15, "123456789012345");
	mnl_attr_put_u32(nlh, NETBIOS_A_NAME_STATE, NETBIOS_NAME_STATE_REGISTERED);
	EXPECT_GT(0, nb_nl_call(nl, nlh, NULL, NULL));
	nlh = nb_nl_start(nl, NETBIOS_CMD_NAME_ADD, 0);
	mnl_attr_put(nlh, NETBIOS_A_NAME_NAME, 17, "12345678901234567");
	mnl_attr_put_u32(nlh, NETBIOS_A_NAME_STATE, NETBIOS_NAME_STATE_REGISTERED);
	EXPECT_GT(0, nb_nl_call(nl, nlh, NULL, NULL));
}

TEST_HARNESS_MAIN
