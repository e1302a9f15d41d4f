// SPDX-License-Identifier: GPL-2.0
/*
 * What is measured with messages: round trips, bursts and streams. All three
 * are rounds of messages one way and one message back.
 *
 * A burst fits the initial window. A stream of small messages does not, and
 * then TCP either pushes each of them or gathers 64 KiB, which differs by a
 * factor of 3 between equal runs: streams are for large messages only.
 */
#include <sys/mman.h>

#include "nbperf.h"

#define WARM_UP		8	/* rounds before the clock starts */
#define BURST_BYTES	32768
#define STREAM_MIN	16384

const size_t sizes[] = { 64, 1024, 16384, 65536, NETBIOS_MAX_MESSAGE };
const int size_count = ARRAY_SIZE(sizes);

/* By size: enough for a stable median, not more. */
static const int round_trips[] = { 1000, 800, 400, 200, 120 };
static const int bursts[] = { 300, 300, 400, 200, 100 };
static const int streams[] = { 0, 0, 2000, 600, 300 };

/**
 * struct plan - a measurement
 * @rounds: how often
 * @burst: messages one way in each round
 * @warm_up: rounds before that
 * @warm_burst: messages one way in each of those
 */
struct plan {
	int	rounds;
	int	burst;
	int	warm_up;
	int	warm_burst;
};

static struct plan make_plan(const char *metric, int size)
{
	struct plan plan = { .warm_up = WARM_UP };
	int fit = BURST_BYTES / (sizes[size] + HEADER_LEN);

	plan.burst = fit < 2 ? 2 : fit < BATCH_MAX ? fit : BATCH_MAX;
	plan.warm_burst = plan.burst;
	plan.rounds = bursts[size];
	if (!strcmp(metric, "rtt")) {
		plan.rounds = round_trips[size];
		plan.burst = 1;
		plan.warm_burst = 1;
	} else if (!strcmp(metric, "thr")) {
		plan.rounds = 1;
		plan.burst = streams[size];
	}
	return plan;
}

bool metric_wants(const char *metric, const struct transport *t, int size)
{
	if (!strcmp(metric, "rtt"))
		return t->batch == 1;
	return strcmp(metric, "thr") || sizes[size] >= STREAM_MIN;
}

static void send_rounds(struct side *side, int rounds, int burst)
{
	int done;

	while (rounds--) {
		for (done = 0; done < burst;)
			done += side->t->send(side, burst - done);
		side->t->recv(side, 1);
	}
}

static void recv_rounds(struct side *side, int rounds, int burst)
{
	int done;

	while (rounds--) {
		for (done = 0; done < burst;)
			done += side->t->recv(side, burst - done);
		side->t->send(side, 1);
	}
}

static void serve(struct side *side, const struct plan *plan, long *waited)
{
	process_pin(1);
	recv_rounds(side, plan->warm_up, plan->warm_burst);
	*waited = -switches();
	recv_rounds(side, plan->rounds, plan->burst);
	*waited += switches();
	_exit(0);
}

void metric_report(int round, const struct path *path, const char *metric,
		   const struct transport *t, size_t len, double value,
		   double switches)
{
	printf("R %d %s %s %s %zu %.6g %.3f\n", round, path->name, metric,
	       t->name, len, value, switches);
	alarm(120);
}

void metric_transfer(const char *metric, int round, const struct path *path,
		     const struct transport *t, int size)
{
	struct plan plan = make_plan(metric, size);
	double messages = (double)plan.rounds * plan.burst, start;
	static long *waited;
	struct side pair[2];
	long own;
	pid_t pid;

	if (!waited)
		waited = mmap(NULL, sizeof(*waited), PROT_READ | PROT_WRITE,
			      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	pair_open(pair, t, path, sizes[size]);
	process_batch(strcmp(metric, "rtt"));
	pid = process_fork();
	if (!pid) {
		close(pair[0].fd);
		serve(&pair[1], &plan, waited);
	}
	close(pair[1].fd);
	process_pin(0);
	send_rounds(&pair[0], plan.warm_up, plan.warm_burst);
	own = switches();
	start = now();
	send_rounds(&pair[0], plan.rounds, plan.burst);
	start = now() - start;
	own = switches() - own;
	process_batch(false);
	process_end(pid);
	close(pair[0].fd);
	metric_report(round, path, metric, t, sizes[size], messages / start,
		      (own + *waited) / messages);
}
