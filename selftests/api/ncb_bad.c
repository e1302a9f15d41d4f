// SPDX-License-Identifier: GPL-2.0
/*
 * The classic NetBIOS interface: what makes no sense, and more than fits.
 */
#include "ncb_test.h"

NCB_FIXTURE(bad)

TEST_F(bad, no_control_block)
{
	EXPECT_EQ(NRC_INVADDRESS, Netbios(NULL));
}

/* Every command that there is not, with and without ASYNCH */
TEST_F(bad, unknown_commands)
{
	static const uint8_t known[] = {
		0x10, 0x11, 0x12, 0x14, 0x15, 0x16, 0x17, 0x20, 0x21, 0x22, 0x23, 0x30,
		0x31, 0x32, 0x33, 0x34, 0x35, 0x36, 0x37, 0x70, 0x71, 0x72, 0x73, 0x78,
	};
	struct ncb ncb;
	int command, n = 0;

	for (command = 0; command < 256; command++) {
		if (memchr(known, command & 0x7f, sizeof(known)))
			continue;
		EXPECT_EQ(NRC_ILLCMD, ncb_do(&ncb, command, "CLIENT", "SERVER"));
		EXPECT_EQ(NRC_ILLCMD, ncb.ncb_retcode);
		EXPECT_EQ(NRC_ILLCMD, ncb.ncb_cmd_cplt);
		n++;
	}
	EXPECT_EQ(256 - 2 * sizeof(known), n);
}

/* A block of zeroes but for the command: every one that waits for nothing fails */
TEST_F(bad, empty_control_blocks)
{
	static const uint8_t commands[] = {
		NCBCALL, NCBLISTEN, NCBHANGUP, NCBSEND, NCBRECV, NCBRECVANY, NCBCHAINSEND,
		NCBDGSEND, NCBDGRECV, NCBDGSENDBC, NCBDGRECVBC, NCBADDNAME, NCBDELNAME,
		NCBASTAT, NCBSSTAT, NCBCANCEL, NCBADDGRNAME, NCBENUM, NCBSENDNA,
		NCBCHAINSENDNA, NCBFINDNAME,
	};
	struct ncb ncb;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(commands); i++) {
		EXPECT_NE(0, ncb_do(&ncb, commands[i], NULL, NULL)) {
			TH_LOG("command %02x", commands[i]);
		}
		ncb_do(&ncb, commands[i] | ASYNCH, NULL, NULL);
		EXPECT_NE(0, ncb_end(&ncb));
		EXPECT_NE(NRC_PENDING, ncb.ncb_cmd_cplt);
	}
}

TEST_F(bad, no_such_adapter)
{
	struct ncb ncb;

	ncb_init(&ncb, NCBADDNAME, "CLIENT", NULL);
	ncb.ncb_lana_num = 9;
	EXPECT_EQ(NRC_BRIDGE, ncb_go(&ncb));
	ncb.ncb_command = NCBRESET;
	EXPECT_EQ(NRC_BRIDGE, ncb_go(&ncb));
	/* any adapter is one, with names of its own */
	ncb.ncb_command = NCBADDNAME;
	ncb.ncb_lana_num = NCB_LANA_ANY;
	EXPECT_EQ(0, ncb_go(&ncb));
}

static uint8_t on_adapter(struct ncb *ncb, uint8_t command, const char *name, uint8_t lana)
{
	static uint8_t octets[10];

	ncb_init(ncb, command, name, "*");
	ncb->ncb_buffer = octets;
	ncb->ncb_length = sizeof(octets);
	ncb->ncb_num = 2;	/* the first name of an adapter */
	ncb->ncb_lana_num = lana;
	return ncb_go(ncb);
}

/* LANA 1, and a name for it */
static int second_adapter(const struct nb_host *host)
{
	return nb_veth_add(host, "veth1") ?: nb_link_set(host, "veth1", true) ?:
	       nb_addr_add(host, "veth1", "10.8.0.1", 24) ?: nb_name_add(host, "SECOND");
}

/* What is kept for an adapter that is gone is in the way of nothing. */
TEST_F(bad, adapter_goes)
{
	static const uint8_t commands[] = { NCBADDNAME, NCBLISTEN, NCBRECVANY, NCBDGSENDBC,
					    NCBDGRECV, NCBDGRECVBC };
	struct ncb listen, ncb;
	int i;

	ASSERT_EQ(0, second_adapter(self->host));
	ASSERT_EQ(0, on_adapter(&ncb, NCBADDNAME, "SECOND", 1));
	ASSERT_EQ(2, ncb.ncb_num);
	ASSERT_EQ(0, on_adapter(&listen, NCBLISTEN | ASYNCH, "SECOND", 1));
	ASSERT_EQ(0, nb_link_del(self->host, "veth1"));
	ASSERT_EQ(NRC_NAMERR, ncb_end(&listen));
	for (i = 0; i < ARRAY_SIZE(commands); i++) {
		EXPECT_EQ(NRC_BRIDGE, on_adapter(&ncb, commands[i],
						 commands[i] == NCBADDNAME ? "CLIENT" : "SECOND", 1)) {
			TH_LOG("command %02x: %02x", commands[i], ncb.ncb_retcode);
		}
	}
	EXPECT_EQ(NRC_BRIDGE, on_adapter(&ncb, NCBRESET, NULL, 1));
	EXPECT_EQ(NRC_NOWILD, on_adapter(&ncb, NCBDELNAME, "SECOND", 1));
}

/* Octets for commands that do not end before their adapter goes */
static uint8_t pending_octets[16];

static void pend(struct ncb *ncb, uint8_t command, uint8_t lsn, uint8_t num)
{
	ncb_init(ncb, command | ASYNCH, "SECOND", "*");
	ncb->ncb_buffer = pending_octets;
	ncb->ncb_length = sizeof(pending_octets);
	ncb->ncb_lsn = lsn;
	ncb->ncb_num = num;
	ncb->ncb_lana_num = 1;
	ncb_go(ncb);
}

/* API-026: what waits for an adapter that goes away ends, as its name and sessions do. */
TEST_F(bad, adapter_goes_under_commands)
{
	static const uint8_t receives[] = { NCBRECVANY, NCBDGRECV, NCBDGRECVBC };
	struct ncb call, answer, listen, receive, names[2 * ARRAY_SIZE(receives)], ncb;
	uint8_t code;
	int i;

	ASSERT_EQ(0, second_adapter(self->host));
	ASSERT_EQ(0, on_adapter(&ncb, NCBADDNAME, "SECOND", 1));
	pend(&answer, NCBLISTEN, 0, 0);
	ncb_init(&call, NCBCALL, "SECOND", "SECOND");
	call.ncb_lana_num = 1;
	ASSERT_EQ(0, ncb_go(&call));
	ASSERT_EQ(0, ncb_end(&answer));
	pend(&listen, NCBLISTEN, 0, 0);
	pend(&receive, NCBRECV, answer.ncb_lsn, 0);
	for (i = 0; i < ARRAY_SIZE(names); i++)
		pend(&names[i], receives[i / 2], 0, i % 2 ? NCB_ANY_NAME : ncb.ncb_num);
	/* Other links do not matter */
	ASSERT_EQ(0, nb_veth_add(self->host, "veth2"));
	ASSERT_EQ(0, nb_link_del(self->host, "veth2"));
	ASSERT_TRUE(ncb_pending(&listen));

	ASSERT_EQ(0, nb_link_del(self->host, "veth1"));
	EXPECT_EQ(NRC_NAMERR, ncb_end(&listen));
	EXPECT_EQ(NRC_SABORT, ncb_end(&receive));
	for (i = 0; i < ARRAY_SIZE(names); i++) {
		code = ncb_end(&names[i]);
		/* Whether it has begun to wait is known of those that have sockets */
		EXPECT_TRUE(code == NRC_NAMERR ||
			    (receives[i / 2] == NCBRECVANY && code == NRC_BRIDGE)) {
			TH_LOG("command %02x of name %02x: %02x", receives[i / 2],
			       names[i].ncb_num, code);
		}
		/* And none begins to wait now */
		pend(&names[i], receives[i / 2], 0, NCB_ANY_NAME);
		EXPECT_EQ(NRC_BRIDGE, ncb_end(&names[i]));
	}
	pend(&receive, NCBSEND, call.ncb_lsn, 0);
	EXPECT_EQ(NRC_SABORT, ncb_end(&receive));
	/* The next one has its number, and is not the same */
	EXPECT_EQ(NRC_BRIDGE, on_adapter(&ncb, NCBRESET, NULL, 1));
	ASSERT_EQ(0, nb_veth_add(self->host, "veth3"));
	ASSERT_EQ(0, nb_link_set(self->host, "veth3", true));
	ASSERT_EQ(0, on_adapter(&ncb, NCBADDNAME, "SECOND", 1));
	pend(&listen, NCBLISTEN, 0, 0);
	EXPECT_TRUE(ncb_pending(&listen));
	ASSERT_EQ(0, nb_link_del(self->host, "veth3"));
	EXPECT_EQ(NRC_NAMERR, ncb_end(&listen));
}

static int in_child(uint8_t lsn)
{
	struct ncb ncb;
	uint8_t octet;

	if (ncb_on(&ncb, NCBSEND, lsn, &octet, 1) != NRC_SNUMOUT)
		return 1;
	if (ncb_do(&ncb, NCBLISTEN, "CLIENT", "*") != NRC_NOWILD)
		return 2;
	if (ncb_do(&ncb, NCBADDNAME, "CLIENT", NULL))
		return 3;
	if (ncb_by(&ncb, NCBDGSENDBC, ncb.ncb_num, &octet, 1))
		return 4;
	return 0;
}

/* A child has nothing of its parent's, and does not keep it either. */
TEST_F(bad, child_of_fork)
{
	int peer, lsn, begun[2], hold[2];
	struct ncb listen, ncb;
	pid_t pid;

	lsn = ncb_session(self->server, &peer, 0, 0);
	ASSERT_LE(1, lsn);
	ASSERT_EQ(0, nb_cache_add(self->server, "CLIENT", "10.9.0.1"));
	ASSERT_EQ(0, ncb_do(&listen, NCBLISTEN | ASYNCH, "CLIENT", "*"));
	pid = fork();
	if (!pid)
		_exit(in_child(lsn));
	EXPECT_EQ(0, nb_child_end(pid));

	ASSERT_EQ(0, pipe2(begun, O_CLOEXEC));
	ASSERT_EQ(0, pipe2(hold, O_CLOEXEC));
	pid = fork();
	if (!pid) {
		close(hold[1]);
		close(begun[1]);
		_exit(read(hold[0], &lsn, 1));
	}
	close(hold[0]);
	close(begun[1]);
	/* Only then has it closed what it got from here */
	EXPECT_EQ(0, read(begun[0], &ncb, 1));
	close(begun[0]);
	EXPECT_EQ(0, ncb_cancel(&listen));
	EXPECT_EQ(-ECONNREFUSED, nb_call(self->server, "SERVER", "CLIENT"));
	EXPECT_EQ(0, ncb_on(&ncb, NCBHANGUP, lsn, NULL, 0));
	EXPECT_EQ(0, nb_recv(peer, &lsn, 1, NULL));
	close(hold[1]);
	EXPECT_EQ(0, nb_child_end(pid));
	close(peer);
}

TEST_F(bad, control_block_in_use)
{
	uint8_t octets[10];
	struct ncb ncb;

	ASSERT_EQ(0, ncb_by(&ncb, NCBDGRECV | ASYNCH, self->client, octets, 10));
	EXPECT_EQ(NRC_IFBUSY, ncb_go(&ncb));
	EXPECT_EQ(NRC_PENDING, ncb.ncb_cmd_cplt);
	/* nor is it written into by what would fail anyway */
	ncb.ncb_command = 0x7f;
	EXPECT_EQ(NRC_IFBUSY, ncb_go(&ncb));
	ncb.ncb_command = NCBUNLINK;
	ncb.ncb_lana_num = 9;
	EXPECT_EQ(NRC_IFBUSY, ncb_go(&ncb));
	EXPECT_EQ(NRC_PENDING, ncb.ncb_cmd_cplt);
	ncb.ncb_command = NCBDGRECV | ASYNCH;
	ncb.ncb_lana_num = 0;
	EXPECT_EQ(0, ncb_cancel(&ncb));
	ASSERT_EQ(0, ncb_go(&ncb));
	EXPECT_EQ(0, ncb_cancel(&ncb));
}

/* API-021: one of two gets it */
static int cancel_it(void *victim)
{
	return ncb_cancel(victim);
}

TEST_F(bad, cancelled_twice_at_once)
{
	struct nb_task task[2];
	uint8_t octets[10];
	struct ncb victim;
	int code[2], i, n;

	for (n = 0; n < 50; n++) {
		ASSERT_EQ(0, ncb_by(&victim, NCBDGRECV | ASYNCH, self->client, octets, 10));
		for (i = 0; i < 2; i++)
			ASSERT_EQ(0, nb_task_start(&task[i], cancel_it, &victim));
		for (i = 0; i < 2; i++)
			code[i] = nb_task_end(&task[i]);
		EXPECT_EQ(NRC_CANOCCR, code[0] + code[1]);
		EXPECT_EQ(NRC_CMDCAN, victim.ncb_retcode);
	}
}

/* A cancel that races with success: either way, and the two agree */
TEST_F(bad, cancelled_as_it_ends)
{
	int peer, lsn, n, code, won = 0;
	struct ncb victim;
	uint8_t octets[10];

	lsn = ncb_session(self->server, &peer, 0, 0);
	ASSERT_LE(1, lsn);
	for (n = 0; n < 100; n++) {
		ASSERT_EQ(0, ncb_on(&victim, NCBRECV | ASYNCH, lsn, octets, 10));
		ASSERT_EQ(1, nb_send(peer, &(char){ n }, 1, 0));
		code = ncb_cancel(&victim);
		ASSERT_NE(NRC_PENDING, ncb_end(&victim));
		if (code) {
			ASSERT_EQ(NRC_CANOCCR, code);
			ASSERT_EQ(0, victim.ncb_retcode);
		} else {
			won++;
			ASSERT_EQ(NRC_CMDCAN, victim.ncb_retcode);
			/* the message is still there */
			ASSERT_EQ(0, ncb_on(&victim, NCBRECV, lsn, octets, 10));
		}
		ASSERT_EQ((uint8_t)n, octets[0]);
	}
	TH_LOG("%d of 100 cancelled", won);
	close(peer);
}

/* API-015: 253 names, then the table is full; every number is another one */
TEST_F(bad, too_many_names)
{
	bool seen[256] = { false };
	struct ncb ncb;
	char name[16];
	int i;

	seen[self->client] = true;
	for (i = 1; i < 253; i++) {
		snprintf(name, sizeof(name), "N%d", i);
		ASSERT_EQ(0, nb_name_add(self->host, name));
		ASSERT_EQ(0, ncb_do(&ncb, NCBADDNAME, name, NULL));
		ASSERT_LE(2, ncb.ncb_num);
		ASSERT_GE(254, ncb.ncb_num);
		ASSERT_FALSE(seen[ncb.ncb_num]);
		seen[ncb.ncb_num] = true;
	}
	ASSERT_EQ(0, nb_name_add(self->host, "LAST"));
	EXPECT_EQ(NRC_NAMTFUL, ncb_do(&ncb, NCBADDNAME, "LAST", NULL));
	EXPECT_EQ(0, ncb_do(&ncb, NCBDELNAME, "N7", NULL));
	EXPECT_EQ(0, ncb_do(&ncb, NCBADDNAME, "LAST", NULL));
}

/* 254 sessions, then the table is full until one is hung up */
TEST_F(bad, too_many_sessions)
{
	int listener = nb_listener(self->server, "SERVER", 4), i;
	bool seen[256] = { false };
	struct ncb ncb;

	for (i = 0; i < 254; i++) {
		ASSERT_EQ(0, ncb_do(&ncb, NCBCALL, "CLIENT", "SERVER"));
		ASSERT_LE(0, nb_accept(listener));
		ASSERT_LE(1, ncb.ncb_lsn);
		ASSERT_GE(254, ncb.ncb_lsn);
		ASSERT_FALSE(seen[ncb.ncb_lsn]);
		seen[ncb.ncb_lsn] = true;
	}
	EXPECT_EQ(NRC_LOCTFUL, ncb_do(&ncb, NCBCALL, "CLIENT", "SERVER"));
	EXPECT_EQ(NRC_LOCTFUL, ncb_do(&ncb, NCBLISTEN, "CLIENT", "*"));
	EXPECT_EQ(0, ncb_on(&ncb, NCBHANGUP, 7, NULL, 0));
	EXPECT_EQ(0, ncb_do(&ncb, NCBCALL, "CLIENT", "SERVER"));
	EXPECT_EQ(7, ncb.ncb_lsn);
	close(listener);
}

/* LISTENs take numbers of sessions: 254, and 255 commands in all */
TEST_F(bad, too_many_commands)
{
	struct ncb listen[254], receive[2], ncb;
	uint8_t octet;
	int i;

	for (i = 0; i < 254; i++)
		ASSERT_EQ(0, ncb_do(&listen[i], NCBLISTEN | ASYNCH, "CLIENT", "*"));
	EXPECT_EQ(NRC_LOCTFUL, ncb_do(&ncb, NCBLISTEN | ASYNCH, "CLIENT", "*"));
	ASSERT_EQ(0, ncb_by(&receive[0], NCBDGRECV | ASYNCH, self->client, &octet, 1));
	EXPECT_EQ(NRC_TOOMANY, ncb_by(&receive[1], NCBDGRECV | ASYNCH, self->client, &octet, 1));
	EXPECT_EQ(0, ncb_cancel(&receive[0]));
	EXPECT_EQ(0, ncb_do(&ncb, NCBRESET, NULL, NULL));
	for (i = 0; i < 254; i++)
		EXPECT_EQ(NRC_CMDCAN, listen[i].ncb_retcode);
}

/* NAME-001: every octet is good for a name, but an asterisk or a zero in front */
TEST_F(bad, names_of_all_octets)
{
	struct nb_nl *nl = nb_helper(self->host);
	struct ncb ncb;
	struct nb_work work;
	int octet;

	ASSERT_NE(NULL, nl);
	for (octet = 0; octet < 256; octet++) {
		ncb_init(&ncb, NCBADDNAME | ASYNCH, NULL, NULL);
		memset(ncb.ncb_name, octet, NCBNAMSZ);
		if (!octet || octet == '*') {
			ASSERT_EQ(NRC_NOWILD, ncb_go(&ncb));
			continue;
		}
		ASSERT_EQ(0, ncb_go(&ncb));
		ASSERT_EQ(0, nb_work_take(nl, &work, NB_BOUND));
		ASSERT_EQ(0, memcmp(work.name, ncb.ncb_name, NCBNAMSZ));
		ASSERT_EQ(0, nb_work_done(nl, work.id, NETBIOS_WORK_STATUS_OK, NULL));
		ASSERT_EQ(0, ncb_end(&ncb));
		ncb.ncb_command = NCBDELNAME;
		ASSERT_EQ(0, ncb_go(&ncb));
		ASSERT_EQ(0, nb_work_take(nl, &work, NB_BOUND));
		ASSERT_EQ(0, nb_work_done(nl, work.id, NETBIOS_WORK_STATUS_OK, NULL));
	}
	nb_nl_close(nl);
}

/* Memory that is not there: the kernel says so, nothing crashes */
TEST_F(bad, buffers_that_are_not_there)
{
	uint8_t *nowhere = (void *)16;
	struct ncb ncb;
	int peer, lsn;

	lsn = ncb_session(self->server, &peer, 0, 0);
	ASSERT_LE(1, lsn);
	EXPECT_EQ(NRC_BADDR, ncb_on(&ncb, NCBSEND, lsn, nowhere, 100));
	ASSERT_EQ(3, nb_send(peer, "abc", 3, 0));
	EXPECT_EQ(NRC_BADDR, ncb_on(&ncb, NCBRECV, lsn, nowhere, 100));
	EXPECT_EQ(NRC_BADDR, ncb_by(&ncb, NCBDGSENDBC, self->client, nowhere, 100));
	close(peer);
}

TEST_HARNESS_MAIN
