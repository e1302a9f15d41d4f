// SPDX-License-Identifier: GPL-2.0
/*
 * The classic NetBIOS interface: what commands return and what they leave
 * behind. Every code of every command is in ncb_table.c, how commands behave together
 * in ncb_session.c and ncb_dgram.c, what makes no sense in ncb_bad.c. API-001 to
 * API-025.
 */
#include <sys/resource.h>

#include "ncb_test.h"

#define CONFLICT	NETBIOS_NAME_STATE_CONFLICT

NCB_FIXTURE(codes)

/* API-001 */
TEST_F(codes, call)
{
	int listener = nb_listener(self->server, "SERVER", 4);
	struct ncb ncb;

	ASSERT_EQ(0, nb_name_add(self->server, "DEAF"));
	ASSERT_EQ(0, nb_cache_add(self->host, "DEAF", "10.9.0.2"));
	ASSERT_EQ(0, nb_cache_add(self->host, "GONE", "10.9.0.2"));
	ASSERT_EQ(0, nb_set(self->host, NETBIOS_A_NODE_RETRY_COUNT, 1));

	EXPECT_EQ(NRC_GOODRET, ncb_do(&ncb, NCBCALL, "CLIENT", "SERVER"));
	EXPECT_LE(1, ncb.ncb_lsn);
	EXPECT_EQ(NRC_GOODRET, ncb.ncb_retcode);
	EXPECT_EQ(NRC_GOODRET, ncb.ncb_cmd_cplt);
	EXPECT_EQ(NRC_REMTFUL, ncb_do(&ncb, NCBCALL, "CLIENT", "DEAF"));
	EXPECT_EQ(NRC_NOCALL, ncb_do(&ncb, NCBCALL, "CLIENT", "GONE"));
	EXPECT_EQ(NRC_NOCALL, ncb_do(&ncb, NCBCALL, "CLIENT", "NOWHERE"));
	EXPECT_EQ(NRC_NOWILD, ncb_do(&ncb, NCBCALL, "CLIENT", "*"));
	EXPECT_EQ(NRC_NOWILD, ncb_do(&ncb, NCBCALL, "CLIENT", NULL));
	EXPECT_EQ(NRC_NOWILD, ncb_do(&ncb, NCBCALL, "NOTMINE", "SERVER"));
	EXPECT_EQ(NRC_NOWILD, ncb.ncb_retcode);
	close(listener);
}

static struct sockaddr_nb other_caller;

TEST_F(codes, call_refused_for_this_caller)
{
	int fd = nb_bound(self->server, "SERVER", 0);
	struct ncb ncb;

	other_caller = nb_addr("OTHER");
	ASSERT_EQ(0, setsockopt(fd, SOL_NETBIOS, NB_CALLER, &other_caller,
				sizeof(other_caller)));
	ASSERT_EQ(0, listen(fd, 1));
	EXPECT_EQ(NRC_REMTFUL, ncb_do(&ncb, NCBCALL, "CLIENT", "SERVER"));
	close(fd);
}

/* A peer that resets, and one that says nothing */
TEST_F(codes, call_fails_on_the_wire)
{
	int listener, fd, i;
	struct ncb ncb;

	ASSERT_EQ(0, nb_set(self->server, NETBIOS_A_NODE_ENABLED, 0));
	listener = tcp_listen(self->server, SS_PORT);
	ASSERT_LE(0, listener);
	ASSERT_EQ(0, nb_set(self->host, NETBIOS_A_NODE_RETRY_INTERVAL, 10));
	ncb_init(&ncb, NCBCALL | ASYNCH, "CLIENT", "SERVER");
	ASSERT_EQ(0, ncb_go(&ncb));
	for (i = 0; i < 2; i++) {
		fd = tcp_accept(listener);
		ASSERT_EQ(0, ss_get_request(fd, "SERVER", "CLIENT"));
		tcp_reset(fd);
	}
	EXPECT_EQ(NRC_SABORT, ncb_end(&ncb));

	ASSERT_EQ(0, nb_set(self->host, NETBIOS_A_NODE_RETRY_COUNT, 1));
	ASSERT_EQ(0, nb_set(self->host, NETBIOS_A_NODE_RESPONSE_TIMEOUT, 100));
	EXPECT_EQ(NRC_CMDTMO, ncb_do(&ncb, NCBCALL, "CLIENT", "SERVER"));
	close(listener);
}

/* API-025 */
TEST_F(codes, name_in_conflict)
{
	uint8_t buf[600];
	struct ncb ncb, lsn;

	ASSERT_EQ(0, ncb_do(&lsn, NCBLISTEN | ASYNCH, "CLIENT", "*"));
	ASSERT_EQ(0, nb_name_state(self->host, "CLIENT", CONFLICT));
	EXPECT_EQ(NRC_NAMCONF, ncb_end(&lsn));
	EXPECT_EQ(NRC_NAMCONF, ncb_do(&ncb, NCBCALL, "CLIENT", "SERVER"));
	EXPECT_EQ(NRC_NAMCONF, ncb_do(&ncb, NCBLISTEN, "CLIENT", "*"));
	EXPECT_EQ(NRC_NAMCONF, ncb_by(&ncb, NCBRECVANY, self->client, buf, 10));
	EXPECT_EQ(NRC_NAMCONF, ncb_by(&ncb, NCBDGRECV, self->client, buf, 10));
	EXPECT_EQ(NRC_NAMCONF, ncb_by(&ncb, NCBDGSENDBC, self->client, buf, 10));
	ncb_init(&ncb, NCBDGSEND, NULL, "SERVER");
	ncb.ncb_num = self->client;
	EXPECT_EQ(NRC_NAMCONF, ncb_go(&ncb));
	EXPECT_EQ(NRC_GOODRET, ncb_do(&ncb, NCBDELNAME, "CLIENT", NULL));
	EXPECT_EQ(NRC_NAMCONF, ncb_do(&ncb, NCBADDNAME, "CLIENT", NULL));
}

/* The table of sessions is full: API-001, API-002 */
TEST_F(codes, session_table_full)
{
	int listener = nb_listener(self->server, "SERVER", 4);
	struct ncb ncb, first;

	ncb_init(&ncb, NCBRESET, NULL, NULL);
	ncb.ncb_callname[0] = 1;
	ASSERT_EQ(0, ncb_go(&ncb));
	EXPECT_EQ(1, ncb.ncb_callname[8]);
	ASSERT_EQ(0, ncb_do(&ncb, NCBADDNAME, "CLIENT", NULL));
	EXPECT_EQ(0, ncb_do(&first, NCBCALL, "CLIENT", "SERVER"));
	EXPECT_EQ(NRC_LOCTFUL, ncb_do(&ncb, NCBCALL, "CLIENT", "SERVER"));
	EXPECT_EQ(NRC_LOCTFUL, ncb_do(&ncb, NCBLISTEN, "CLIENT", "*"));
	EXPECT_EQ(0, ncb_on(&ncb, NCBHANGUP, first.ncb_lsn, NULL, 0));
	EXPECT_EQ(0, ncb_do(&first, NCBCALL, "CLIENT", "SERVER"));
	close(listener);
}

/* No thread for it: a command ends at once, and leaves nothing behind. */
TEST_F(codes, out_of_threads)
{
	struct rlimit none = { 1, RLIM_INFINITY }, old;
	struct ncb ncb, listen;

	ncb_init(&ncb, NCBRESET, NULL, NULL);
	ncb.ncb_callname[0] = 1;
	ASSERT_EQ(0, ncb_go(&ncb));
	ASSERT_EQ(0, ncb_do(&ncb, NCBADDNAME, "CLIENT", NULL));
	ASSERT_EQ(0, getrlimit(RLIMIT_AS, &old));
	ncb_init(&listen, NCBLISTEN | ASYNCH, "CLIENT", "*");
	ASSERT_EQ(0, setrlimit(RLIMIT_AS, &none));
	Netbios(&listen);
	ASSERT_EQ(0, setrlimit(RLIMIT_AS, &old));
	EXPECT_EQ(NRC_NORES, listen.ncb_cmd_cplt);
	EXPECT_EQ(0, ncb_go(&listen));
	EXPECT_EQ(0, ncb_cancel(&listen));
}

/* API-002 */
TEST_F(codes, listen)
{
	struct ncb listen, ncb;
	int fd;

	ASSERT_EQ(0, nb_cache_add(self->server, "CLIENT", "10.9.0.1"));
	ASSERT_EQ(0, ncb_do(&listen, NCBLISTEN | ASYNCH, "CLIENT", "*"));
	EXPECT_EQ(NRC_PENDING, listen.ncb_cmd_cplt);
	fd = nb_call(self->server, "SERVER", "CLIENT");
	ASSERT_LE(0, fd);
	EXPECT_EQ(0, ncb_end(&listen));
	EXPECT_LE(1, listen.ncb_lsn);
	EXPECT_EQ(0, memcmp(listen.ncb_callname, "SERVER         ", 16));

	ASSERT_EQ(0, ncb_do(&listen, NCBLISTEN | ASYNCH, "CLIENT", "OTHER"));
	EXPECT_EQ(-EACCES, nb_call(self->server, "SERVER", "CLIENT"));
	EXPECT_EQ(0, ncb_cancel(&listen));
	EXPECT_EQ(NRC_CMDCAN, ncb_end(&listen));

	ASSERT_EQ(0, ncb_do(&listen, NCBLISTEN | ASYNCH, "CLIENT", "*"));
	EXPECT_EQ(NRC_ACTSES, ncb_do(&ncb, NCBDELNAME, "CLIENT", NULL));
	EXPECT_EQ(NRC_NAMERR, ncb_end(&listen));
	EXPECT_EQ(NRC_NOWILD, ncb_do(&ncb, NCBLISTEN, "CLIENT", "*"));
	close(fd);
}

/* API-003, API-004, API-005 */
TEST_F(codes, send)
{
	static const uint8_t commands[] = { NCBSEND, NCBSENDNA, NCBCHAINSEND, NCBCHAINSENDNA };
	uint8_t octets[3000];
	struct ncb ncb;
	int peer, lsn;
	size_t i;

	nb_fill(octets, sizeof(octets), 7);
	lsn = ncb_session(self->server, &peer, 0, 0);
	ASSERT_LE(1, lsn);
	for (i = 0; i < ARRAY_SIZE(commands); i++) {
		bool chain = commands[i] == NCBCHAINSEND || commands[i] == NCBCHAINSENDNA;

		ncb_init(&ncb, commands[i], NULL, NULL);
		ncb.ncb_lsn = lsn;
		ncb.ncb_buffer = octets;
		ncb.ncb_length = chain ? 1000 : 3000;
		if (chain)
			ncb_chain_set(&ncb, octets + 1000, 2000);
		EXPECT_EQ(0, ncb_go(&ncb));
		EXPECT_EQ(0, nb_recv_filled(peer, 3000, 7));
		ncb.ncb_buffer = NULL;
		EXPECT_EQ(NRC_BADDR, ncb_go(&ncb));
		ncb.ncb_buffer = octets;
		ncb.ncb_lsn = lsn + 1;
		EXPECT_EQ(NRC_SNUMOUT, ncb_go(&ncb));
	}
	EXPECT_EQ(0, ncb_on(&ncb, NCBSEND, lsn, NULL, 0));
	EXPECT_EQ(0, nb_recv_filled(peer, 0, 0));
	close(peer);
	EXPECT_TRUE(nb_wait(ncb_on(&ncb, NCBSEND, lsn, octets, 1) == NRC_SCLOSED));
}

/* API-006, API-026 */
TEST_F(codes, receive)
{
	uint8_t octets[100];
	struct ncb ncb;
	int peer, lsn;

	lsn = ncb_session(self->server, &peer, 1, 0);
	ASSERT_LE(1, lsn);
	ASSERT_EQ(100, nb_send_filled(peer, 100, 3));
	EXPECT_EQ(NRC_INCOMP, ncb_on(&ncb, NCBRECV, lsn, octets, 40));
	EXPECT_EQ(40, ncb.ncb_length);
	EXPECT_EQ(NRC_INCOMP, ncb_on(&ncb, NCBRECV, lsn, NULL, 0));
	EXPECT_EQ(0, ncb_on(&ncb, NCBRECV, lsn, octets + 40, 60));
	EXPECT_EQ(60, ncb.ncb_length);
	EXPECT_TRUE(nb_filled(octets, 100, 3));
	ASSERT_EQ(0, nb_send(peer, NULL, 0, 0));
	EXPECT_EQ(0, ncb_on(&ncb, NCBRECV, lsn, octets, 10));
	EXPECT_EQ(0, ncb.ncb_length);
	EXPECT_EQ(NRC_BADDR, ncb_on(&ncb, NCBRECV, lsn, NULL, 10));
	EXPECT_EQ(NRC_CMDTMO, ncb_on(&ncb, NCBRECV, lsn, octets, 10));
	EXPECT_EQ(NRC_SNUMOUT, ncb_on(&ncb, NCBRECV, lsn + 1, octets, 10));
	/* the time-out took nothing: the session is as it was */
	ASSERT_EQ(5, nb_send_filled(peer, 5, 3));
	close(peer);
	EXPECT_EQ(0, ncb_on(&ncb, NCBRECV, lsn, octets, 10));
	EXPECT_EQ(NRC_SCLOSED, ncb_on(&ncb, NCBRECV, lsn, octets, 10));
	EXPECT_EQ(NRC_SCLOSED, ncb_on(&ncb, NCBRECV, lsn, octets, 10));
	EXPECT_EQ(NRC_SCLOSED, ncb_on(&ncb, NCBHANGUP, lsn, NULL, 0));
	EXPECT_EQ(NRC_SNUMOUT, ncb_on(&ncb, NCBHANGUP, lsn, NULL, 0));
}

static void reset_peer(int fd)
{
	struct linger now = { 1, 0 };

	setsockopt(fd, SOL_SOCKET, SO_LINGER, &now, sizeof(now));
	close(fd);
}

TEST_F(codes, receive_aborted)
{
	uint8_t octets[100];
	struct ncb ncb;
	int peer, lsn;

	lsn = ncb_session(self->server, &peer, 0, 0);
	ASSERT_LE(1, lsn);
	reset_peer(peer);
	EXPECT_EQ(NRC_SABORT, ncb_on(&ncb, NCBRECV, lsn, octets, 10));
	EXPECT_EQ(NRC_SABORT, ncb_on(&ncb, NCBSEND, lsn, octets, 10));
	EXPECT_EQ(NRC_SABORT, ncb_on(&ncb, NCBHANGUP, lsn, NULL, 0));
	EXPECT_EQ(NRC_SNUMOUT, ncb_on(&ncb, NCBRECV, lsn, octets, 10));
}

/* API-007 */
TEST_F(codes, receive_any)
{
	struct ncb ncb, any;
	uint8_t octets[100];
	int peer, lsn;

	lsn = ncb_session(self->server, &peer, 0, 0);
	ASSERT_LE(1, lsn);
	ASSERT_EQ(100, nb_send_filled(peer, 100, 3));
	EXPECT_EQ(NRC_INCOMP, ncb_by(&ncb, NCBRECVANY, self->client, octets, 40));
	EXPECT_EQ(lsn, ncb.ncb_lsn);
	EXPECT_EQ(0, ncb_by(&ncb, NCBRECVANY, NCB_ANY_NAME, octets + 40, 60));
	EXPECT_EQ(self->client, ncb.ncb_num);
	EXPECT_TRUE(nb_filled(octets, 100, 3));
	EXPECT_EQ(NRC_ILLNN, ncb_by(&ncb, NCBRECVANY, self->client + 1, octets, 1));
	EXPECT_EQ(NRC_ILLNN, ncb_by(&ncb, NCBRECVANY, 0, octets, 1));
	EXPECT_EQ(NRC_BADDR, ncb_by(&ncb, NCBRECVANY, self->client, NULL, 1));
	ASSERT_EQ(0, ncb_by(&any, NCBRECVANY | ASYNCH, self->client, octets, 10));
	EXPECT_EQ(0, ncb_cancel(&any));
	EXPECT_EQ(NRC_CMDCAN, any.ncb_retcode);
	close(peer);
	EXPECT_EQ(NRC_SCLOSED, ncb_by(&ncb, NCBRECVANY, self->client, octets, 10));
	EXPECT_EQ(lsn, ncb.ncb_lsn);
	ASSERT_EQ(0, ncb_by(&any, NCBRECVANY | ASYNCH, self->client, octets, 10));
	EXPECT_EQ(0, ncb_do(&ncb, NCBDELNAME, "CLIENT", NULL));
	EXPECT_EQ(NRC_NAMERR, ncb_end(&any));
}

/* API-010, API-011 */
TEST_F(codes, send_datagram)
{
	uint8_t octets[600] = { 0 };
	struct ncb ncb;

	ncb_init(&ncb, NCBDGSEND, NULL, "SERVER");
	ncb.ncb_num = self->client;
	ncb.ncb_buffer = octets;
	ncb.ncb_length = 512;
	EXPECT_EQ(0, ncb_go(&ncb));
	ncb.ncb_length = 513;
	EXPECT_EQ(NRC_BUFLEN, ncb_go(&ncb));
	ncb.ncb_length = 1;
	ncb.ncb_buffer = NULL;
	EXPECT_EQ(NRC_BADDR, ncb_go(&ncb));
	ncb.ncb_buffer = octets;
	ncb.ncb_num = self->client + 1;
	EXPECT_EQ(NRC_ILLNN, ncb_go(&ncb));
	ncb.ncb_num = self->client;
	ncb.ncb_callname[0] = '*';
	EXPECT_EQ(NRC_NOWILD, ncb_go(&ncb));
	EXPECT_EQ(0, ncb_by(&ncb, NCBDGSENDBC, self->client, octets, 512));
	EXPECT_EQ(NRC_BUFLEN, ncb_by(&ncb, NCBDGSENDBC, self->client, octets, 513));
	EXPECT_EQ(NRC_BADDR, ncb_by(&ncb, NCBDGSENDBC, self->client, NULL, 1));
	EXPECT_EQ(NRC_ILLNN, ncb_by(&ncb, NCBDGSENDBC, 0, octets, 1));
}

/* API-012, API-013 */
TEST_F(codes, receive_datagram)
{
	static const uint8_t commands[] = { NCBDGRECV, NCBDGRECVBC };
	struct ncb ncb, receive;
	uint8_t octets[10];
	size_t i;

	for (i = 0; i < ARRAY_SIZE(commands); i++) {
		EXPECT_EQ(NRC_ILLNN, ncb_by(&ncb, commands[i], 0, octets, 10));
		EXPECT_EQ(NRC_ILLNN, ncb_by(&ncb, commands[i], self->client + 1, octets, 10));
		EXPECT_EQ(NRC_BADDR, ncb_by(&ncb, commands[i], self->client, NULL, 10));
		ASSERT_EQ(0, ncb_by(&receive, commands[i] | ASYNCH, self->client, octets, 10));
		EXPECT_EQ(0, ncb_cancel(&receive));
		EXPECT_EQ(NRC_CMDCAN, ncb_end(&receive));
	}
	ASSERT_EQ(0, ncb_by(&receive, NCBDGRECV | ASYNCH, self->client, octets, 10));
	EXPECT_EQ(0, ncb_do(&ncb, NCBDELNAME, "CLIENT", NULL));
	EXPECT_EQ(NRC_NAMERR, ncb_end(&receive));
}

/* API-015, API-016, API-017 without a helper */
TEST_F(codes, add_and_delete_name)
{
	struct ncb ncb;

	EXPECT_EQ(NRC_DUPNAME, ncb_do(&ncb, NCBADDNAME, "CLIENT", NULL));
	EXPECT_EQ(NRC_DUPNAME, ncb_do(&ncb, NCBADDGRNAME, "CLIENT", NULL));
	EXPECT_EQ(NRC_DUPNAME, ncb_do(&ncb, NCBADDNAME, "TEAM", NULL));
	EXPECT_EQ(0, ncb_do(&ncb, NCBADDGRNAME, "TEAM", NULL));
	EXPECT_NE(self->client, ncb.ncb_num);
	EXPECT_EQ(NRC_NOWILD, ncb_do(&ncb, NCBADDNAME, "*A", NULL));
	EXPECT_EQ(NRC_NOWILD, ncb_do(&ncb, NCBADDNAME, NULL, NULL));
	EXPECT_EQ(NRC_OPENERR, ncb_do(&ncb, NCBADDNAME, "NEW", NULL));
	EXPECT_EQ(0, ncb_do(&ncb, NCBDELNAME, "TEAM", NULL));
	EXPECT_EQ(NRC_NOWILD, ncb_do(&ncb, NCBDELNAME, "TEAM", NULL));

	ncb_init(&ncb, NCBRESET, NULL, NULL);
	ncb.ncb_callname[2] = 1;
	ASSERT_EQ(0, ncb_go(&ncb));
	EXPECT_EQ(0, ncb_do(&ncb, NCBADDNAME, "CLIENT", NULL));
	EXPECT_EQ(NRC_NAMTFUL, ncb_do(&ncb, NCBADDGRNAME, "TEAM", NULL));
}

static int answer(struct nb_nl *nl, const char *name, uint32_t status)
{
	struct nb_work work;
	int err;

	err = nb_work_expect(nl, &work, NETBIOS_WORK_KIND_CLAIM, name);
	return err ?: nb_work_done(nl, work.id, status, NULL);
}

/* API-015: the helper asks the network */
TEST_F(codes, add_name_with_a_helper)
{
	static const struct {
		uint32_t status;
		uint8_t code;
	} answers[] = {
		{ NETBIOS_WORK_STATUS_OK, NRC_GOODRET },
		{ NETBIOS_WORK_STATUS_REFUSED, NRC_INUSE },
		{ NETBIOS_WORK_STATUS_TIMEOUT, NRC_CMDTMO },
		{ NETBIOS_WORK_STATUS_UNAVAILABLE, NRC_OPENERR },
	};
	struct nb_nl *nl = nb_helper(self->host);
	struct ncb ncb;
	char name[8];
	size_t i;

	ASSERT_NE(NULL, nl);
	for (i = 0; i < ARRAY_SIZE(answers); i++) {
		snprintf(name, sizeof(name), "NEW%zu", i);
		ASSERT_EQ(0, ncb_do(&ncb, NCBADDNAME | ASYNCH, name, NULL));
		ASSERT_EQ(0, answer(nl, name, answers[i].status));
		EXPECT_EQ(answers[i].code, ncb_end(&ncb));
	}
	ASSERT_EQ(0, ncb_do(&ncb, NCBADDGRNAME | ASYNCH, "NEWTEAM", NULL));
	ASSERT_EQ(0, answer(nl, "NEWTEAM", NETBIOS_WORK_STATUS_OK));
	EXPECT_EQ(0, ncb_end(&ncb));
	nb_nl_close(nl);
}

/* API-021 */
TEST_F(codes, cancel)
{
	struct ncb ncb, victim;
	uint8_t octets[10];

	ASSERT_EQ(0, ncb_by(&victim, NCBDGRECV | ASYNCH, self->client, octets, 10));
	EXPECT_EQ(0, ncb_cancel(&victim));
	EXPECT_EQ(NRC_CMDCAN, victim.ncb_retcode);
	EXPECT_EQ(NRC_CMDCAN, victim.ncb_cmd_cplt);
	EXPECT_EQ(NRC_CANOCCR, ncb_cancel(&victim));
	EXPECT_EQ(NRC_CANOCCR, ncb_cancel(NULL));
	ncb_init(&ncb, NCBCANCEL, NULL, NULL);
	ncb.ncb_buffer = (void *)&ncb;
	EXPECT_EQ(NRC_CANCEL, ncb_go(&ncb));
}

/* A claim cannot be cancelled, a RESET ends it */
TEST_F(codes, cancel_not_permitted)
{
	struct nb_nl *nl = nb_helper(self->host);
	struct ncb ncb, victim;

	ASSERT_NE(NULL, nl);
	ASSERT_EQ(0, ncb_do(&victim, NCBADDNAME | ASYNCH, "SLOW", NULL));
	EXPECT_EQ(NRC_CANCEL, ncb_cancel(&victim));
	EXPECT_EQ(NRC_PENDING, victim.ncb_cmd_cplt);
	EXPECT_EQ(0, ncb_do(&ncb, NCBRESET, NULL, NULL));
	EXPECT_EQ(NRC_CMDCAN, victim.ncb_cmd_cplt);
	nb_nl_close(nl);
}

/* API-020, API-022, and ENUM */
TEST_F(codes, reset_unlink_enum)
{
	struct lana_enum lanas;
	struct ncb ncb, victim;
	uint8_t octets[10];
	int peer, lsn;

	EXPECT_EQ(0, ncb_do(&ncb, NCBUNLINK, NULL, NULL));
	ncb_init(&ncb, NCBENUM, NULL, NULL);
	ncb.ncb_buffer = (void *)&lanas;
	ncb.ncb_length = sizeof(lanas);
	ncb.ncb_lana_num = 77;
	EXPECT_EQ(0, ncb_go(&ncb));
	EXPECT_EQ(1, lanas.length);
	EXPECT_EQ(0, lanas.lana[0]);
	ncb.ncb_length = 1;
	EXPECT_EQ(NRC_INCOMP, ncb_go(&ncb));
	ncb.ncb_length = 0;
	EXPECT_EQ(NRC_BUFLEN, ncb_go(&ncb));
	ncb.ncb_buffer = NULL;
	EXPECT_EQ(NRC_BADDR, ncb_go(&ncb));

	lsn = ncb_session(self->server, &peer, 0, 0);
	ASSERT_LE(1, lsn);
	ASSERT_EQ(0, ncb_on(&victim, NCBRECV | ASYNCH, lsn, octets, 10));
	EXPECT_EQ(0, ncb_do(&ncb, NCBRESET, NULL, NULL));
	EXPECT_EQ(NRC_CMDCAN, ncb_end(&victim));
	EXPECT_EQ(NRC_SNUMOUT, ncb_on(&ncb, NCBRECV, lsn, octets, 10));
	EXPECT_EQ(NRC_NOWILD, ncb_do(&ncb, NCBCALL, "CLIENT", "SERVER"));
	EXPECT_EQ(0, nb_recv(peer, octets, 10, NULL));
	EXPECT_EQ(1, nb_sessions(self->server, NETBIOS_SESSION_STATE_CLOSING));
	close(peer);
}

TEST_HARNESS_MAIN
