// SPDX-License-Identifier: GPL-2.0
/*
 * The classic NetBIOS interface: sessions, with several commands at once. Turns,
 * time-outs, cancelling, one-shot LISTENs, post routines and events.
 * API-001 to API-009, API-021, API-024, API-026, API-027.
 */
#include <sys/eventfd.h>

#include "ncb_test.h"

NCB_FIXTURE(session)

/* Receives get messages in the order in which they were posted. */
TEST_F(session, receives_take_turns)
{
	uint8_t buf[20][4];
	struct ncb ncb[20];
	int peer, lsn, i;

	lsn = ncb_session(self->server, &peer, 0, 0);
	ASSERT_LE(1, lsn);
	for (i = 0; i < 20; i++)
		ASSERT_EQ(0, ncb_on(&ncb[i], NCBRECV | ASYNCH, lsn, buf[i], 4));
	for (i = 0; i < 20; i++)
		ASSERT_EQ(1, nb_send(peer, &(char){ i }, 1, 0));
	for (i = 0; i < 20; i++) {
		ASSERT_EQ(0, ncb_end(&ncb[i]));
		ASSERT_EQ(1, ncb[i].ncb_length);
		ASSERT_EQ(i, buf[i][0]);
	}
	close(peer);
}

TEST_F(session, sends_take_turns)
{
	static uint8_t octets[20][60000];
	struct ncb ncb[20];
	int peer, lsn, i;

	lsn = ncb_session(self->server, &peer, 0, 0);
	ASSERT_LE(1, lsn);
	for (i = 0; i < 20; i++) {
		nb_fill(octets[i], sizeof(octets[i]), i);
		ASSERT_EQ(0, ncb_on(&ncb[i], NCBSEND | ASYNCH, lsn, octets[i],
				    sizeof(octets[i])));
	}
	for (i = 0; i < 20; i++)
		ASSERT_EQ(0, nb_recv_filled(peer, sizeof(octets[i]), i));
	for (i = 0; i < 20; i++)
		ASSERT_EQ(0, ncb_end(&ncb[i]));
	close(peer);
}

#define STUCK_SENDS	20

static uint8_t code_of(const struct ncb *ncb)
{
	return __atomic_load_n(&ncb->ncb_cmd_cplt, __ATOMIC_ACQUIRE);
}

static int first_pending(const struct ncb *sends)
{
	int i = 0;

	while (i < STUCK_SENDS && code_of(&sends[i]) != NRC_PENDING)
		i++;
	return i;
}

/*
 * More than the sockets of both ends hold, so the last ones cannot end however long
 * they have. When nothing has moved for a while, the first of them waits
 * most probably for the kernel and not for its turn; the results do not depend on that.
 */
static int send_too_much(struct ncb *sends, uint8_t lsn, uint8_t *octets, uint16_t len)
{
	int i, before;

	for (i = 0; i < STUCK_SENDS; i++) {
		if (ncb_on(&sends[i], NCBSEND | ASYNCH, lsn, octets, len))
			return -EIO;
	}
	do {
		before = first_pending(sends);
		nb_pause(NB_QUIET);
	} while (first_pending(sends) != before);
	return before < STUCK_SENDS ? 0 : -ENOBUFS;
}

/* The first that is still there when CANCEL comes */
static int cancel_first(struct ncb *sends)
{
	int i;

	for (i = 0; i < STUCK_SENDS; i++) {
		if (code_of(&sends[i]) == NRC_PENDING && !ncb_cancel(&sends[i]))
			return i;
	}
	return -1;
}

static int read_to_the_end(int fd)
{
	static char buf[131071];
	int len, flags;

	do {
		flags = 0;
		len = nb_recv(fd, buf, sizeof(buf), &flags);
	} while (len > 0 || (!len && flags & MSG_EOR));
	return len;
}

/* A session whose sockets have little room: the octets of a few messages at both ends */
static int small_session(const struct nb_host *client, const struct nb_host *server,
			 int *peer, uint8_t sto)
{
	int err;

	err = nb_sysctl(client, "ipv4/tcp_wmem", "4096 16384 65536") ?:
	      nb_sysctl(server, "ipv4/tcp_rmem", "4096 16384 65536");
	return err ?: ncb_session(server, peer, 0, sto);
}

/* SS-053: a cancelled send ends the session, and everything that waits for it */
TEST_F(session, cancelled_send_ends_it)
{
	static uint8_t octets[60000];
	struct ncb sends[STUCK_SENDS], receive, ncb;
	int peer, lsn, victim, i;

	lsn = small_session(self->host, self->server, &peer, 0);
	ASSERT_LE(1, lsn);
	ASSERT_EQ(0, ncb_on(&receive, NCBRECV | ASYNCH, lsn, octets, 1));
	ASSERT_EQ(0, send_too_much(sends, lsn, octets, sizeof(octets)));
	victim = cancel_first(sends);
	ASSERT_LE(0, victim);
	for (i = 0; i < victim; i++)
		EXPECT_EQ(0, sends[i].ncb_retcode);
	EXPECT_EQ(NRC_CMDCAN, sends[victim].ncb_retcode);
	for (i = victim + 1; i < STUCK_SENDS; i++)
		EXPECT_EQ(NRC_SABORT, ncb_end(&sends[i]));
	EXPECT_EQ(NRC_SABORT, ncb_end(&receive));
	EXPECT_EQ(NRC_SABORT, ncb_on(&ncb, NCBSEND, lsn, octets, 1));
	EXPECT_EQ(-ECONNRESET, read_to_the_end(peer));
	EXPECT_EQ(NRC_SABORT, ncb_on(&ncb, NCBHANGUP, lsn, NULL, 0));
	close(peer);
}

/* SS-052: so does one that times out; API-027: half seconds */
TEST_F(session, send_timeout_ends_it)
{
	static uint8_t octets[60000];
	struct ncb sends[STUCK_SENDS], receive;
	int peer, lsn, i, timed_out = 0;
	uint64_t start;

	lsn = small_session(self->host, self->server, &peer, 6);
	ASSERT_LE(1, lsn);
	ASSERT_EQ(0, ncb_on(&receive, NCBRECV | ASYNCH, lsn, octets, 1));
	start = nb_now();
	ASSERT_EQ(0, send_too_much(sends, lsn, octets, sizeof(octets)));
	for (i = 0; i < STUCK_SENDS && !ncb_end(&sends[i]);)
		i++;
	EXPECT_LE(3000, nb_now() - start);
	/* of those that are left, the time of one is over first, or that of several */
	for (; i < STUCK_SENDS; i++) {
		timed_out += ncb_end(&sends[i]) == NRC_CMDTMO;
		EXPECT_TRUE(sends[i].ncb_retcode == NRC_CMDTMO ||
			    sends[i].ncb_retcode == NRC_SABORT);
	}
	EXPECT_LE(1, timed_out);
	EXPECT_EQ(NRC_SABORT, ncb_end(&receive));
	EXPECT_EQ(-ECONNRESET, read_to_the_end(peer));
	close(peer);
}

/* SS-052: a receive that times out, or is cancelled, ends nothing else */
TEST_F(session, receive_timeout_leaves_it)
{
	struct ncb ncb, receive;
	uint8_t octets[10];
	uint64_t start;
	int peer, lsn;

	lsn = ncb_session(self->server, &peer, 2, 0);
	ASSERT_LE(1, lsn);
	start = nb_now();
	EXPECT_EQ(NRC_CMDTMO, ncb_on(&ncb, NCBRECV, lsn, octets, 10));
	EXPECT_LE(1000, nb_now() - start);
	ASSERT_EQ(0, ncb_on(&receive, NCBRECV | ASYNCH, lsn, octets, 10));
	EXPECT_EQ(0, ncb_cancel(&receive));
	EXPECT_EQ(NRC_CMDCAN, receive.ncb_retcode);
	EXPECT_EQ(0, ncb_on(&ncb, NCBSEND, lsn, octets, 10));
	EXPECT_EQ(10, nb_recv(peer, octets, 10, NULL));
	close(peer);
}

static int call_here(struct nb_host *server, const char *from)
{
	return nb_call(server, from, "CLIENT");
}

/* SS-025: as many sessions can wait as LISTENs are posted, each serves one */
TEST_F(session, listens_serve_one_each)
{
	struct ncb listen[3], exact;
	int fd[3], i, lsns = 0;

	ASSERT_EQ(0, nb_cache_add(self->server, "CLIENT", "10.9.0.1"));
	ASSERT_EQ(0, nb_set(self->server, NETBIOS_A_NODE_RETRY_COUNT, 1));
	ASSERT_EQ(0, nb_name_add(self->server, "OTHER"));
	for (i = 0; i < 3; i++)
		ASSERT_EQ(0, ncb_do(&listen[i], NCBLISTEN | ASYNCH, "CLIENT", "*"));
	ASSERT_EQ(0, ncb_do(&exact, NCBLISTEN | ASYNCH, "CLIENT", "OTHER"));
	for (i = 0; i < 3; i++) {
		fd[i] = call_here(self->server, "SERVER");
		ASSERT_LE(0, fd[i]);
	}
	EXPECT_GT(0, call_here(self->server, "SERVER"));
	for (i = 0; i < 3; i++) {
		ASSERT_EQ(0, ncb_end(&listen[i]));
		lsns |= 1 << listen[i].ncb_lsn;
	}
	EXPECT_EQ(3, __builtin_popcount(lsns));
	EXPECT_EQ(NRC_PENDING, exact.ncb_cmd_cplt);
	ASSERT_LE(0, call_here(self->server, "OTHER"));
	EXPECT_EQ(0, ncb_end(&exact));
	EXPECT_EQ(-ECONNREFUSED, call_here(self->server, "SERVER"));
}

/* API-017: when it is done, so are the commands of the name, and nobody has the name */
TEST_F(session, delete_name_ends_them)
{
	struct ncb listen, datagram, ncb;
	uint8_t octets[10];

	ASSERT_EQ(0, ncb_do(&listen, NCBLISTEN | ASYNCH, "CLIENT", "*"));
	ASSERT_EQ(0, ncb_by(&datagram, NCBDGRECV | ASYNCH, self->client, octets, 10));
	ASSERT_EQ(0, ncb_do(&ncb, NCBDELNAME, "CLIENT", NULL));
	EXPECT_EQ(NRC_NAMERR, code_of(&listen));
	EXPECT_EQ(NRC_NAMERR, code_of(&datagram));
}

/* API-007: it gets what no RECEIVE of the session wants, of sessions to come too */
TEST_F(session, receive_any)
{
	uint8_t octets[10], mine[10];
	struct ncb any, receive;
	int peer[2], lsn[2];

	ASSERT_EQ(0, ncb_by(&any, NCBRECVANY | ASYNCH, NCB_ANY_NAME, octets, 10));
	lsn[0] = ncb_session(self->server, &peer[0], 0, 0);
	ASSERT_LE(1, lsn[0]);
	ASSERT_EQ(4, nb_send(peer[0], "here", 4, 0));
	EXPECT_EQ(0, ncb_end(&any));
	EXPECT_EQ(lsn[0], any.ncb_lsn);
	EXPECT_EQ(4, any.ncb_length);

	lsn[1] = ncb_session(self->server, &peer[1], 0, 0);
	ASSERT_LE(1, lsn[1]);
	ASSERT_EQ(0, ncb_on(&receive, NCBRECV | ASYNCH, lsn[1], mine, 10));
	ASSERT_EQ(0, ncb_by(&any, NCBRECVANY | ASYNCH, self->client, octets, 10));
	ASSERT_EQ(5, nb_send(peer[1], "first", 5, 0));
	EXPECT_EQ(0, ncb_end(&receive));
	EXPECT_EQ(0, memcmp(mine, "first", 5));
	ASSERT_EQ(6, nb_send(peer[1], "second", 6, 0));
	EXPECT_EQ(0, ncb_end(&any));
	EXPECT_EQ(lsn[1], any.ncb_lsn);
	EXPECT_EQ(6, any.ncb_length);
	close(peer[0]);
	close(peer[1]);
}

/* RECEIVE ANY of a name comes before that of all names, whichever was there first. */
TEST_F(session, receive_any_of_the_name_first)
{
	uint8_t octets[2][10];
	struct ncb all, one;
	int peer, lsn, i;

	lsn = ncb_session(self->server, &peer, 0, 0);
	ASSERT_LE(1, lsn);
	ASSERT_EQ(0, ncb_by(&all, NCBRECVANY | ASYNCH, NCB_ANY_NAME, octets[0], 10));
	for (i = 0; i < 10; i++) {
		ASSERT_EQ(0, ncb_by(&one, NCBRECVANY | ASYNCH, self->client, octets[1], 10));
		if (i == 5) {
			ASSERT_EQ(0, ncb_cancel(&all));
			ASSERT_EQ(0, ncb_by(&all, NCBRECVANY | ASYNCH, NCB_ANY_NAME,
					    octets[0], 10));
		}
		ASSERT_EQ(1, nb_send(peer, "1", 1, 0));
		EXPECT_EQ(0, ncb_end(&one));
		ASSERT_EQ(NRC_PENDING, code_of(&all));
	}
	ASSERT_EQ(1, nb_send(peer, "2", 1, 0));
	EXPECT_EQ(0, ncb_end(&all));
	EXPECT_EQ('2', octets[0][0]);
	close(peer);
}

/* API-008: what was sent before it arrives; receives end, the number is free */
TEST_F(session, hang_up)
{
	static uint8_t octets[60000];
	struct ncb receive, ncb;
	int peer, lsn, i;

	lsn = ncb_session(self->server, &peer, 0, 0);
	ASSERT_LE(1, lsn);
	nb_fill(octets, sizeof(octets), 1);
	ASSERT_EQ(0, ncb_on(&receive, NCBRECV | ASYNCH, lsn, octets, 0));
	for (i = 0; i < 3; i++)
		ASSERT_EQ(0, ncb_on(&ncb, NCBSEND, lsn, octets, sizeof(octets)));
	EXPECT_EQ(0, ncb_on(&ncb, NCBHANGUP, lsn, NULL, 0));
	EXPECT_EQ(NRC_SCLOSED, ncb_end(&receive));
	EXPECT_EQ(NRC_SNUMOUT, ncb_on(&ncb, NCBSEND, lsn, octets, 1));
	for (i = 0; i < 3; i++)
		EXPECT_EQ(0, nb_recv_filled(peer, sizeof(octets), 1));
	EXPECT_EQ(0, nb_recv(peer, octets, 1, NULL));
	close(peer);
}

/* It is over at once, for the peer and here, though RECEIVE ANY waits for it as well. */
TEST_F(session, hang_up_under_receive_any)
{
	struct ncb any, receive, ncb;
	uint8_t octets[2][10];
	int peer[2], lsn[2];

	lsn[0] = ncb_session(self->server, &peer[0], 0, 0);
	lsn[1] = ncb_session(self->server, &peer[1], 0, 0);
	ASSERT_TRUE(lsn[0] > 0 && lsn[1] > 0);
	ASSERT_EQ(0, ncb_by(&any, NCBRECVANY | ASYNCH, NCB_ANY_NAME, octets[0], 10));
	nb_pause(NB_QUIET);
	ASSERT_EQ(0, ncb_on(&ncb, NCBHANGUP, lsn[0], NULL, 0));
	EXPECT_NE(0, nb_poll(peer[0], POLLIN, NB_BOUND));
	ASSERT_EQ(0, ncb_on(&receive, NCBRECV | ASYNCH, lsn[1], octets[1], 10));
	ASSERT_EQ(0, ncb_on(&ncb, NCBHANGUP, lsn[1], NULL, 0));
	EXPECT_EQ(NRC_SCLOSED, code_of(&receive));
	EXPECT_EQ(NRC_PENDING, code_of(&any));
	EXPECT_EQ(0, ncb_cancel(&any));
	close(peer[0]);
	close(peer[1]);
}

/* API-026: loss is told to every command that is outstanding */
TEST_F(session, end_is_told_to_all)
{
	struct ncb receive[5];
	uint8_t octets[10];
	int peer, lsn, i;

	lsn = ncb_session(self->server, &peer, 0, 0);
	ASSERT_LE(1, lsn);
	for (i = 0; i < 5; i++)
		ASSERT_EQ(0, ncb_on(&receive[i], NCBRECV | ASYNCH, lsn, octets, 10));
	close(peer);
	for (i = 0; i < 5; i++)
		EXPECT_EQ(NRC_SCLOSED, ncb_end(&receive[i]));
}

static struct ncb *posted;
static pthread_t poster;

static void post(struct ncb *ncb)
{
	struct ncb add;

	poster = pthread_self();
	/* A post routine may wait for commands of its own */
	ncb_init(&add, NCBRECVANY, NULL, NULL);
	add.ncb_num = 0;
	if (Netbios(&add) == NRC_ILLNN)
		__atomic_store_n(&posted, ncb, __ATOMIC_RELEASE);
}

/* API-024 */
TEST_F(session, post_routine_and_event)
{
	int event = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	uint8_t octets[10];
	eventfd_t value;
	struct ncb ncb;
	int peer, lsn;

	lsn = ncb_session(self->server, &peer, 0, 0);
	ASSERT_LE(1, lsn);
	ncb_init(&ncb, NCBRECV | ASYNCH, NULL, NULL);
	ncb.ncb_lsn = lsn;
	ncb.ncb_buffer = octets;
	ncb.ncb_length = sizeof(octets);
	ncb.ncb_event = event;
	ncb.ncb_post = post;
	ASSERT_EQ(0, ncb_go(&ncb));
	EXPECT_EQ(NRC_PENDING, ncb.ncb_retcode);
	EXPECT_EQ(0, nb_poll(event, POLLIN, 0));
	ASSERT_EQ(2, nb_send(peer, "hi", 2, 0));
	EXPECT_EQ(POLLIN, nb_poll(event, POLLIN, NB_BOUND));
	ASSERT_EQ(0, eventfd_read(event, &value));
	EXPECT_EQ(1, value);
	EXPECT_EQ(0, ncb.ncb_cmd_cplt);
	EXPECT_TRUE(nb_wait(__atomic_load_n(&posted, __ATOMIC_ACQUIRE) == &ncb));
	EXPECT_FALSE(pthread_equal(poster, pthread_self()));
	/* what fails at once is told by the return code alone */
	posted = NULL;
	ncb.ncb_lsn = 0;
	EXPECT_EQ(NRC_SNUMOUT, ncb_go(&ncb));
	EXPECT_EQ(-1, eventfd_read(event, &value));
	close(peer);
	close(event);
}

struct pinger {
	struct nb_task task;
	struct nb_host *host;
	uint8_t lsn;
	int peer;
	int rounds;
};

static int ping(void *arg)
{
	struct pinger *p = arg;
	uint8_t octets[100];
	struct ncb ncb;
	int i;

	for (i = 0; i < p->rounds; i++) {
		if (ncb_on(&ncb, NCBSEND, p->lsn, &(uint8_t){ i }, 1) ||
		    nb_recv(p->peer, octets, 1, NULL) != 1 ||
		    nb_send(p->peer, octets, 1, 0) != 1 ||
		    ncb_on(&ncb, NCBRECV, p->lsn, octets, 100) || octets[0] != (uint8_t)i)
			return -EIO;
	}
	return 0;
}

/* Threads that use different sessions do not wait for each other. */
TEST_F(session, many_threads)
{
	struct pinger p[8];
	struct ncb idle;
	uint8_t octet;
	int i;

	for (i = 0; i < 8; i++) {
		p[i].host = self->host;
		p[i].rounds = 50;
		p[i].lsn = ncb_session(self->server, &p[i].peer, 0, 0);
		ASSERT_LE(0, p[i].peer);
	}
	ASSERT_EQ(0, ncb_by(&idle, NCBDGRECV | ASYNCH, self->client, &octet, 1));
	for (i = 0; i < 8; i++)
		ASSERT_EQ(0, nb_task_start(&p[i].task, ping, &p[i]));
	for (i = 0; i < 8; i++)
		EXPECT_EQ(0, nb_task_end(&p[i].task));
	EXPECT_EQ(0, ncb_cancel(&idle));
	for (i = 0; i < 8; i++)
		close(p[i].peer);
}

TEST_HARNESS_MAIN
