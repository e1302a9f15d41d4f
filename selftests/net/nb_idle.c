// SPDX-License-Identifier: GPL-2.0
/*
 * Sessions that wait cost nothing: the function tracer sees whatever runs in
 * netbios.ko.
 */
#include <sys/stat.h>

#include "nb_test.h"

#define TRACE		"/sys/kernel/tracing/instances/nb_idle"
#define SESSIONS	16	/* both ends of each are here */
#define INTERVAL	1	/* seconds */
#define INTERVALS	4

/* @text ends in a newline: 6.1 knows no command without one. */
static int trace_put(const char *file, const char *text)
{
	char path[64];

	snprintf(path, sizeof(path), TRACE "/%s", file);
	return nb_put_text(path, text);
}

static int trace_start(void)
{
	int err = mkdir(TRACE, 0700) ? -errno : 0;

	if (!err || err == -EEXIST)
		err = trace_put("set_ftrace_filter", ":mod:netbios\n");
	/* Links that come up late and sockets of others are no session's work. */
	if (!err)
		err = trace_put("set_ftrace_notrace", "lana_event notify\n");
	return err ?: trace_put("current_tracer", "function\n");
}

static void trace_stop(void)
{
	trace_put("current_tracer", "nop\n");
	rmdir(TRACE);
}

/*
 * How often did @function of the module run since trace_clear(), or all of
 * them if it is NULL? The first of them goes to @seen, unless that is NULL.
 */
static int traced(const char *function, char *seen)
{
	FILE *trace = fopen(TRACE "/trace", "r");
	char line[256], name[64];
	int n = 0;

	if (!trace)
		return -errno;
	/* "task-pid [cpu] flags time: function <-caller" */
	while (fgets(line, sizeof(line), trace)) {
		char *colon = strstr(line, ": ");

		if (line[0] == '#' || !colon ||
		    sscanf(colon, ": %63s <-", name) != 1)
			continue;
		if (function && strcmp(function, name))
			continue;
		if (seen && !n)
			strcpy(seen, name);
		n++;
	}
	fclose(trace);
	return n;
}

static void trace_clear(void)
{
	trace_put("trace", "");
}

/* Did nothing run for @ms? */
static bool quiet(int ms, char *seen)
{
	trace_clear();
	nb_pause(ms);
	return traced(NULL, seen) == 0;
}

FIXTURE(idle) {
	struct nb_host host[2];
	int sk[SESSIONS][2];
	bool tracer;
};

/* No keep-alives to begin with: the sessions inherit that. */
FIXTURE_SETUP(idle)
{
	struct nb_host *host = self->host;
	int i;

	self->tracer = !trace_start();
	ASSERT_EQ(0, nb_network(host, 2));
	for (i = 0; i < 2; i++)
		ASSERT_EQ(0, nb_set(&host[i], NETBIOS_A_NODE_KEEPALIVE, 0));
	for (i = 0; i < SESSIONS; i++)
		ASSERT_EQ(0, nb_session(&host[0], &host[1], self->sk[i]));
}

FIXTURE_TEARDOWN(idle)
{
	int i;

	trace_stop();
	for (i = 0; i < SESSIONS; i++) {
		close(self->sk[i][0]);
		close(self->sk[i][1]);
	}
	nb_hosts_free(self->host, 2);
}

/* SS-047; nor does anything look whether a silent caller says something. */
TEST_F(idle, nothing_runs_without_keepalives)
{
	struct nb_host *host = self->host;
	char seen[64] = "";

	if (!self->tracer)
		SKIP(return, "no function tracer");
	ASSERT_EQ(0, nb_set(&host[1], NETBIOS_A_NODE_REQUEST_TIMEOUT, 600000));
	ASSERT_LE(0, tcp_connect(&host[0], &host[1], SS_PORT));
	trace_clear();
	ASSERT_EQ(10, nb_send_filled(self->sk[0][0], 10, 0));
	ASSERT_EQ(0, nb_recv_filled(self->sk[0][1], 10, 0));
	ASSERT_EQ(1, traced("nb_sendmsg", NULL));

	/* once, a second after a call, the work frees what the call needed */
	ASSERT_TRUE(nb_wait(quiet(1500, seen))) {
		TH_LOG("%s", seen);
	}
	EXPECT_TRUE(quiet(2000, seen)) {
		TH_LOG("%s", seen);
	}
}

/* SS-046: the work of a session runs once an interval, not once a keep-alive */
TEST_F(idle, one_timer_each_keepalive_interval)
{
	int i, j, runs, most;
	uint64_t start;

	if (!self->tracer)
		SKIP(return, "no function tracer");
	for (i = 0; i < SESSIONS; i++)
		for (j = 0; j < 2; j++)
			ASSERT_EQ(0, nb_setopt(self->sk[i][j], NB_KEEPALIVE,
					       INTERVAL));
	nb_pause(INTERVAL * 1000);
	start = nb_now();
	trace_clear();
	nb_pause(INTERVALS * INTERVAL * 1000);
	runs = traced("nb_sock_work", NULL);
	most = (nb_now() - start) / (INTERVAL * 1000) + 1;
	EXPECT_LE(2 * SESSIONS, runs);
	EXPECT_GE(2 * SESSIONS * most, runs);
	EXPECT_LE(SESSIONS, nb_stat(&self->host[0], NB_STAT_KEEPALIVES_SENT) +
			    nb_stat(&self->host[1], NB_STAT_KEEPALIVES_SENT));

	for (i = 0; i < SESSIONS; i++)
		for (j = 0; j < 2; j++)
			ASSERT_EQ(0, nb_setopt(self->sk[i][j], NB_KEEPALIVE, 0));
	/* the timers that are set run out */
	EXPECT_TRUE(nb_wait(quiet(INTERVAL * 1000 + 500, NULL)));
}

TEST_HARNESS_MAIN
