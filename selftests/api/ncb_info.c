// SPDX-License-Identifier: GPL-2.0
/*
 * The classic NetBIOS interface: commands that tell of sessions, names and nodes.
 * API-009, API-018, API-019.
 */
#include "ncb_test.h"

NCB_FIXTURE(info)

/* API-009 */
TEST_F(info, session_status)
{
	struct {
		struct session_header header;
		struct session_buffer session[2];
	} status;
	struct ncb ncb, listen, receive;
	int peer, lsn;
	char octet;

	lsn = ncb_session(self->server, &peer, 0, 0);
	ASSERT_LE(1, lsn);
	ASSERT_EQ(0, ncb_do(&listen, NCBLISTEN | ASYNCH, "CLIENT", "OTHER"));
	ASSERT_EQ(0, ncb_on(&receive, NCBRECV | ASYNCH, lsn, &octet, 1));
	ncb_init(&ncb, NCBSSTAT, "CLIENT", NULL);
	ncb.ncb_buffer = (void *)&status;
	ncb.ncb_length = sizeof(status);
	EXPECT_EQ(0, ncb_go(&ncb));
	EXPECT_EQ(self->client, status.header.sess_name);
	ASSERT_EQ(2, status.header.num_sess);
	EXPECT_EQ(lsn, status.session[0].lsn);
	EXPECT_EQ(SESSION_ESTABLISHED, status.session[0].state);
	EXPECT_EQ(1, status.session[0].rcvs_outstanding);
	EXPECT_EQ(0, memcmp(status.session[0].local_name, "CLIENT         ", 16));
	EXPECT_EQ(0, memcmp(status.session[0].remote_name, "SERVER         ", 16));
	EXPECT_EQ(LISTEN_OUTSTANDING, status.session[1].state);
	EXPECT_EQ(0, memcmp(status.session[1].remote_name, "OTHER          ", 16));
	close(peer);
	EXPECT_EQ(NRC_SCLOSED, ncb_end(&receive));
	ncb_init(&ncb, NCBSSTAT, "*", NULL);
	ncb.ncb_buffer = (void *)&status;
	ncb.ncb_length = sizeof(status) - 1;
	EXPECT_EQ(NRC_INCOMP, ncb_go(&ncb));
	EXPECT_EQ(NCB_ANY_NAME, status.header.sess_name);
	ASSERT_EQ(1, status.header.num_sess);
	EXPECT_EQ(HANGUP_COMPLETE, status.session[0].state);
	ncb.ncb_length = 3;
	EXPECT_EQ(NRC_BUFLEN, ncb_go(&ncb));
	ncb_init(&ncb, NCBSSTAT, "NOTMINE", NULL);
	ncb.ncb_buffer = (void *)&status;
	ncb.ncb_length = sizeof(status);
	EXPECT_EQ(NRC_NOWILD, ncb_go(&ncb));
	EXPECT_EQ(0, ncb_cancel(&listen));
}

/* API-018 */
TEST_F(info, find_name)
{
	struct {
		struct find_name_header header;
		struct find_name_buffer node[2];
	} __attribute__((packed)) found;
	static const uint8_t addr[6] = { 0, 0, 10, 9, 0, 2 };
	struct ncb ncb;

	ncb_init(&ncb, NCBFINDNAME, NULL, "SERVER");
	ncb.ncb_buffer = (void *)&found;
	ncb.ncb_length = sizeof(found);
	EXPECT_EQ(0, ncb_go(&ncb));
	EXPECT_EQ(1, found.header.node_count);
	EXPECT_EQ(0, found.header.unique_group);
	EXPECT_EQ(0, memcmp(found.node[0].source_addr, addr, 6));
	EXPECT_EQ(4 + 33, ncb.ncb_length);
	ncb.ncb_length = 4 + 32;
	EXPECT_EQ(NRC_INCOMP, ncb_go(&ncb));
	ncb.ncb_length = 3;
	EXPECT_EQ(NRC_BUFLEN, ncb_go(&ncb));
	ncb.ncb_length = sizeof(found);
	ncb.ncb_buffer = NULL;
	EXPECT_EQ(NRC_BADDR, ncb_go(&ncb));
	ncb_init(&ncb, NCBFINDNAME, NULL, "NOWHERE");
	ncb.ncb_buffer = (void *)&found;
	ncb.ncb_length = sizeof(found);
	EXPECT_EQ(NRC_NOCALL, ncb_go(&ncb));
}

/* Cancelling does not wait for the helper, which does not answer here. */
TEST_F(info, find_name_cancelled)
{
	struct nb_nl *nl = nb_helper(self->host);
	uint8_t buf[100];
	struct ncb ncb;

	ASSERT_NE(NULL, nl);
	ncb_init(&ncb, NCBFINDNAME | ASYNCH, NULL, "NOWHERE");
	ncb.ncb_buffer = buf;
	ncb.ncb_length = sizeof(buf);
	ASSERT_EQ(0, ncb_go(&ncb));
	EXPECT_EQ(0, ncb_cancel(&ncb));
	EXPECT_EQ(NRC_CMDCAN, ncb.ncb_retcode);
	nb_nl_close(nl);
}

/* API-019: our own */
TEST_F(info, adapter_status_local)
{
	struct {
		struct adapter_status adapter;
		struct name_buffer name[8];
	} status;
	struct ncb ncb;
	int i, mine = 0;

	ncb_init(&ncb, NCBASTAT, NULL, "*");
	ncb.ncb_buffer = (void *)&status;
	ncb.ncb_length = sizeof(status);
	EXPECT_EQ(0, ncb_go(&ncb));
	ASSERT_EQ(2, status.adapter.name_count);
	for (i = 0; i < 2; i++) {
		if (memcmp(status.name[i].name, "CLIENT         ", 16)) {
			EXPECT_EQ(GROUP_NAME | REGISTERED, status.name[i].name_flags);
			EXPECT_EQ(0, status.name[i].name_num);
		} else {
			mine++;
			EXPECT_EQ(REGISTERED, status.name[i].name_flags);
			EXPECT_EQ(self->client, status.name[i].name_num);
		}
	}
	EXPECT_EQ(1, mine);
	EXPECT_NE(0, memcmp(status.adapter.adapter_address, "\0\0\0\0\0\0", 6));
	EXPECT_EQ(512, status.adapter.max_dgram_size);
	ncb.ncb_length = 60 + 18;
	EXPECT_EQ(NRC_INCOMP, ncb_go(&ncb));
	EXPECT_EQ(1, status.adapter.name_count);
	ncb.ncb_length = 59;
	EXPECT_EQ(NRC_BUFLEN, ncb_go(&ncb));
	ncb.ncb_length = 60;
	ncb.ncb_buffer = NULL;
	EXPECT_EQ(NRC_BADDR, ncb_go(&ncb));
	ncb_init(&ncb, NCBASTAT, NULL, NULL);
	ncb.ncb_buffer = (void *)&status;
	ncb.ncb_length = sizeof(status);
	EXPECT_EQ(NRC_NOWILD, ncb_go(&ncb));
}

/* API-019: of another node */
TEST_F(info, adapter_status_remote)
{
	int fd = udp_open(self->server, 137);
	struct {
		struct adapter_status adapter;
		struct name_buffer name[2];
	} status;
	struct ncb ncb;

	ASSERT_LE(0, fd);
	ncb_init(&ncb, NCBASTAT | ASYNCH, NULL, "SERVER");
	ncb.ncb_buffer = (void *)&status;
	ncb.ncb_length = sizeof(status);
	ASSERT_EQ(0, ncb_go(&ncb));
	ASSERT_EQ(0, ncb_answer_status(fd, "OVER THERE      "));
	EXPECT_EQ(0, ncb_end(&ncb));
	EXPECT_EQ(1, status.adapter.name_count);
	EXPECT_EQ(0, memcmp(status.name[0].name, "OVER THERE      ", 16));
	EXPECT_EQ(GROUP_NAME | REGISTERED, status.name[0].name_flags);
	EXPECT_EQ(0, memcmp(status.adapter.adapter_address, "\2\4\6\1\3\5", 6));
	ASSERT_EQ(0, ncb_go(&ncb));
	EXPECT_EQ(0, ncb_cancel(&ncb));
	close(fd);
	ncb_init(&ncb, NCBASTAT, NULL, "NOWHERE");
	ncb.ncb_buffer = (void *)&status;
	ncb.ncb_length = sizeof(status);
	EXPECT_EQ(NRC_CMDTMO, ncb_go(&ncb));
}

TEST_F(info, lan_status_alert)
{
	struct ncb ncb;

	EXPECT_EQ(NRC_ILLCMD, ncb_do(&ncb, NCBLANSTALERT, NULL, NULL));
	ASSERT_EQ(0, ncb_do(&ncb, NCBLANSTALERT | ASYNCH, NULL, NULL));
	EXPECT_EQ(0, ncb_cancel(&ncb));
	ASSERT_EQ(0, ncb_do(&ncb, NCBLANSTALERT | ASYNCH, NULL, NULL));
	EXPECT_EQ(NRC_PENDING, ncb.ncb_cmd_cplt);
	ASSERT_EQ(0, nb_link_set(self->host, "veth0", false));
	EXPECT_EQ(0, ncb_end(&ncb));
}

TEST_HARNESS_MAIN
