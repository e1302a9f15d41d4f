// SPDX-License-Identifier: GPL-2.0
/*
 * The classic NetBIOS interface from many threads: no command that waits holds up
 * another one, and commands of all kinds at once leave nothing behind. It is built
 * with ThreadSanitizer as well, as tsan/ncb_threads, which fails if it finds a race.
 */
#include <dirent.h>

#include "ncb_test.h"

NCB_FIXTURE(threads)

struct worker {
	struct nb_task task;
	int (*work)(const struct worker *w);
	const struct nb_host *host;
	uint8_t client;
	int number;
	int rounds;
	/* RESETs come in between: any code is good */
	bool any_code;
};

static int fine(const struct worker *w, uint8_t code, uint8_t wanted)
{
	return code == wanted || w->any_code ? 0 : -(1000 + code);
}

/* One end calls the other; a message each way; both hang up */
static int talk(const struct worker *w, const char *name)
{
	struct ncb listen, call, ncb;
	uint8_t octets[100];
	int err;

	if (ncb_do(&listen, NCBLISTEN | ASYNCH, name, "*"))
		return w->any_code ? 0 : -ENOLINK;
	err = fine(w, ncb_do(&call, NCBCALL, "CLIENT", name), 0);
	if (err || call.ncb_retcode) {
		ncb_cancel(&listen);
		return err;
	}
	return fine(w, ncb_end(&listen), 0) ?:
	       fine(w, ncb_on(&ncb, NCBSEND, call.ncb_lsn, octets, 100), 0) ?:
	       fine(w, ncb_on(&ncb, NCBRECV, listen.ncb_lsn, octets, 100), 0) ?:
	       fine(w, ncb_on(&ncb, NCBSEND, listen.ncb_lsn, octets, 100), 0) ?:
	       fine(w, ncb_on(&ncb, NCBRECV, call.ncb_lsn, octets, 100), 0) ?:
	       fine(w, ncb_on(&ncb, NCBHANGUP, call.ncb_lsn, NULL, 0), 0) ?:
	       fine(w, ncb_on(&ncb, NCBRECV, listen.ncb_lsn, octets, 100), NRC_SCLOSED) ?:
	       fine(w, ncb_on(&ncb, NCBHANGUP, listen.ncb_lsn, NULL, 0), NRC_SCLOSED);
}

static int sessions(const struct worker *w)
{
	char name[16];
	struct ncb ncb;
	int i, err = 0;

	snprintf(name, sizeof(name), "T%d", w->number);
	for (i = 0; i < w->rounds && !err; i++) {
		err = fine(w, ncb_do(&ncb, NCBADDNAME, name, NULL), 0);
		if (!err)
			err = talk(w, name);
		if (!err)
			err = fine(w, ncb_do(&ncb, NCBDELNAME, name, NULL), 0);
	}
	return err;
}

/* Receives of all kinds, that end by CANCEL or with their name */
static int receives(const struct worker *w)
{
	static const uint8_t commands[] = { NCBRECVANY, NCBDGRECV, NCBDGRECVBC };
	struct ncb name, del, ncb[3];
	uint8_t octets[3][10];
	char text[16];
	int i, c, err = 0;

	snprintf(text, sizeof(text), "T%d", w->number);
	for (i = 0; i < w->rounds && !err; i++) {
		if (ncb_do(&name, NCBADDNAME, text, NULL))
			return w->any_code ? 0 : -EADDRINUSE;
		for (c = 0; c < 3; c++)
			ncb_by(&ncb[c], commands[c] | ASYNCH, name.ncb_num, octets[c], 10);
		err = fine(w, ncb_cancel(&ncb[i % 3]), 0);
		ncb_do(&del, NCBDELNAME, text, NULL);
		for (c = 0; c < 3 && !err; c++)
			err = fine(w, ncb_end(&ncb[c]), c == i % 3 ? NRC_CMDCAN : NRC_NAMERR);
	}
	return err;
}

/* Not to all: that would end the receives of others */
static int datagrams(const struct worker *w)
{
	uint8_t octets[10] = { 0 };
	struct ncb ncb;
	int i, err = 0;

	for (i = 0; i < w->rounds && !err; i++) {
		ncb_init(&ncb, NCBDGSEND, NULL, "T0");
		ncb.ncb_num = w->client;
		ncb.ncb_buffer = octets;
		ncb.ncb_length = sizeof(octets);
		err = fine(w, ncb_go(&ncb), 0);
	}
	return err;
}

/* Those that look at everything */
static int looks(const struct worker *w)
{
	static const uint8_t commands[] = { NCBSSTAT, NCBASTAT, NCBENUM };
	uint8_t buf[4000];
	struct ncb ncb;
	int i, err = 0;

	for (i = 0; i < 3 * w->rounds && !err; i++) {
		ncb_init(&ncb, commands[i % 3], "*", "*");
		ncb.ncb_buffer = buf;
		ncb.ncb_length = sizeof(buf);
		err = fine(w, ncb_go(&ncb), 0);
	}
	return err;
}

static int resets(const struct worker *w)
{
	struct ncb ncb;
	int i;

	for (i = 0; i < w->rounds; i++) {
		if (ncb_do(&ncb, NCBRESET, NULL, NULL))
			return -EBUSY;
		nb_pause(5);
	}
	return 0;
}

static int run_worker(void *arg)
{
	const struct worker *w = arg;

	return w->work(w);
}

static int count_fds(void)
{
	DIR *dir = opendir("/proc/self/fd");
	int n = 0;

	while (dir && readdir(dir))
		n++;
	closedir(dir);
	return n;
}

/* All at once: 0, or what the first that failed returned */
static int run_all(struct worker *w, int n, const struct worker *like)
{
	static int (*const work[])(const struct worker *w) = {
		resets, sessions, receives, datagrams, looks,
	};
	int i, ret, err = 0;

	for (i = 0; i < n; i++) {
		w[i] = *like;
		w[i].number = i;
		w[i].work = i || !like->any_code ? work[1 + i % 4] : work[0];
		if (nb_task_start(&w[i].task, run_worker, &w[i]))
			return -ECHILD;
	}
	for (i = 0; i < n; i++) {
		ret = nb_task_end(&w[i].task);
		err = err ?: ret;
	}
	return err;
}

TEST_F(threads, commands_of_all_kinds)
{
	struct worker w[12], like = { .host = self->host, .client = self->client, .rounds = 10 };
	struct ncb ncb;
	char name[16];
	int i, fds;

	for (i = 0; i < 12; i++) {
		snprintf(name, sizeof(name), "T%d", i);
		ASSERT_EQ(0, nb_name_add(self->host, name));
	}
	nb_enter(self->host);
	fds = count_fds();
	EXPECT_EQ(0, run_all(w, 12, &like));
	/* the same while everything is taken away, again and again */
	like.any_code = true;
	EXPECT_EQ(0, run_all(w, 12, &like));
	EXPECT_EQ(0, ncb_do(&ncb, NCBRESET, NULL, NULL));
	/* but for the socket that held CLIENT, which is gone, too */
	EXPECT_TRUE(nb_wait(count_fds() == fds - 1));
}

struct waiter {
	struct nb_task task;
	struct ncb ncb;
};

static int wait_for_it(void *arg)
{
	struct waiter *w = arg;

	return ncb_go(&w->ncb);
}

/* Commands that wait in the thread of their caller hold up nobody, whatever for */
TEST_F(threads, who_waits_holds_up_nobody)
{
	static const uint8_t commands[] = {
		NCBCALL, NCBLISTEN, NCBRECV, NCBRECVANY, NCBDGRECV, NCBDGRECVBC, NCBADDNAME,
		NCBFINDNAME, NCBASTAT,
	};
	struct nb_nl *nl = nb_helper(self->host);
	struct waiter w[ARRAY_SIZE(commands)];
	static uint8_t buf[ARRAY_SIZE(commands)][600];
	uint64_t start;
	struct ncb ncb;
	int lsn, peer;
	size_t i;

	ASSERT_NE(NULL, nl);
	lsn = ncb_session(self->server, &peer, 0, 0);
	ASSERT_LE(1, lsn);
	for (i = 0; i < ARRAY_SIZE(commands); i++) {
		ncb_init(&w[i].ncb, commands[i], commands[i] == NCBADDNAME ? "NEW" : "CLIENT",
			 commands[i] == NCBLISTEN ? "*" : "FAR");
		w[i].ncb.ncb_lsn = lsn;
		w[i].ncb.ncb_num = self->client;
		w[i].ncb.ncb_buffer = buf[i];
		w[i].ncb.ncb_length = sizeof(buf[i]);
		ASSERT_EQ(0, nb_task_start(&w[i].task, wait_for_it, &w[i]));
		ASSERT_EQ(0, nb_task_sleeps(&w[i].task));
	}
	start = nb_now();
	ncb_init(&ncb, NCBSSTAT, "*", NULL);
	ncb.ncb_buffer = buf[0];
	ncb.ncb_length = sizeof(buf[0]);
	EXPECT_EQ(0, ncb_go(&ncb));
	EXPECT_EQ(0, ncb_on(&ncb, NCBSEND, lsn, buf[1], 1));
	ncb_init(&ncb, NCBDGSEND, NULL, "SERVER");
	ncb.ncb_num = self->client;
	EXPECT_EQ(0, ncb_go(&ncb));
	EXPECT_GT(5000, nb_now() - start);
	EXPECT_EQ(0, ncb_do(&ncb, NCBRESET, NULL, NULL));
	for (i = 0; i < ARRAY_SIZE(commands); i++)
		EXPECT_EQ(NRC_CMDCAN, nb_task_end(&w[i].task));
	nb_nl_close(nl);
	close(peer);
}

TEST_HARNESS_MAIN
