// SPDX-License-Identifier: GPL-2.0
/*
 * dgperf: what AF_NETBIOS datagrams cost beside plain UDP. Prints what nbperf
 * does:
 *
 *   R ROUND PATH METRIC WAY SIZE VALUE SWITCHES	a measurement
 *   T WAY ...						what it is
 *   K RELEASE VERSION ...				the kernel
 *
 * METRIC is, always a second:
 *
 *   pass	datagrams that one process sends and receives, and never waits
 *   rtt	round trips between two processes
 *   burst	datagrams, 32 of them one way and one back
 *   group	deliveries to 100 sockets, sent and received by one process
 *   spread	the same, without receiving
 */
#include <sys/mman.h>
#include <sys/utsname.h>

#include "dgperf.h"

#define WARM_UP		16	/* rounds before the clock starts */
#define BURST		32	/* datagrams; they fit the receive buffer */

static const char usage[] =
	"usage: dgperf [-r ROUNDS] [-m METRIC] [-w WAY] [-p PATH] [-s SIZE]\n";

/**
 * struct choice - what is to be measured: all, but for what is given
 */
struct choice {
	int		rounds;
	const char	*metric;
	const char	*way;
	const char	*path;
	size_t		size;
};

static const size_t sizes[] = { 64, 512 };

static void report(int round, const struct place *place, const char *metric,
		   const struct way *way, size_t len, double value,
		   double waits)
{
	printf("R %d %s %s %s %zu %.6g %.3f\n", round, place->name, metric,
	       way->name, len, value, waits);
	alarm(120);
}

static void pass(struct end pair[2], int rounds)
{
	while (rounds--) {
		end_send(&pair[0]);
		end_recv(&pair[1]);
	}
}

static void measure_pass(int round, const struct place *place,
			 const struct way *way, size_t len)
{
	const int rounds = 1000;
	struct end pair[2];
	double start;

	pair_open(pair, way, place, len);
	pass(pair, WARM_UP);
	start = now();
	pass(pair, rounds);
	report(round, place, "pass", way, len, rounds / (now() - start), 0);
	pair_close(pair);
}

static void client(struct end *end, int rounds, int burst)
{
	int i;

	while (rounds--) {
		for (i = 0; i < burst; i++)
			end_send(end);
		end_recv(end);
	}
}

static void server(struct end *end, int rounds, int burst)
{
	int i;

	while (rounds--) {
		for (i = 0; i < burst; i++)
			end_recv(end);
		end_send(end);
	}
}

/* Rounds of @burst datagrams one way, and one back. */
static void measure_rounds(int round, const struct place *place,
			   const char *metric, const struct way *way,
			   size_t len, int rounds, int burst)
{
	static long *waited;
	struct end pair[2];
	double start;
	pid_t pid;
	long own;

	if (!waited)
		waited = mmap(NULL, sizeof(*waited), PROT_READ | PROT_WRITE,
			      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	pair_open(pair, way, place, len);
	process_batch(burst > 1);
	pid = process_fork();
	if (!pid) {
		process_pin(1);
		server(&pair[1], WARM_UP, burst);
		*waited = -switches();
		server(&pair[1], rounds, burst);
		*waited += switches();
		_exit(0);
	}
	process_pin(0);
	client(&pair[0], WARM_UP, burst);
	own = switches();
	start = now();
	client(&pair[0], rounds, burst);
	start = now() - start;
	own = switches() - own;
	process_batch(false);
	process_end(pid);
	report(round, place, metric, way, len, rounds * burst / start,
	       (double)(own + *waited) / (rounds * burst));
	pair_close(pair);
}

/* Nobody receives within the clock of "spread". */
static void measure_group(int round, const struct place *place,
			  const struct way *way, size_t len)
{
	double start, spread = 0, all = 0;
	const int rounds = 20;
	struct group group;
	int i;

	group_open(&group, way, place, len);
	for (i = 0; i < WARM_UP + rounds; i++) {
		if (i == WARM_UP) {
			spread = 0;
			all = 0;
		}
		start = now();
		group_send(&group);
		spread += now() - start;
		group_recv(&group);
		all += now() - start;
	}
	report(round, place, "group", way, len, rounds * MEMBERS / all, 0);
	report(round, place, "spread", way, len, rounds * MEMBERS / spread, 0);
	group_close(&group);
}

static bool chosen(const char *choice, const char *word)
{
	return !choice || !strcmp(choice, word);
}

static void run(const struct choice *choice, int round,
		const struct place *place, const struct way *way, size_t len)
{
	if (way->groups && (chosen(choice->metric, "group") ||
			    chosen(choice->metric, "spread")))
		measure_group(round, place, way, len);
	if (way->groups == GROUPS_ONLY)
		return;
	if (chosen(choice->metric, "pass"))
		measure_pass(round, place, way, len);
	if (chosen(choice->metric, "rtt"))
		measure_rounds(round, place, "rtt", way, len, 1000, 1);
	if (chosen(choice->metric, "burst"))
		measure_rounds(round, place, "burst", way, len, 100, BURST);
}

static void run_all(const struct choice *choice)
{
	const struct place *place;
	const struct way *way;
	int round;
	size_t i;

	for (round = 0; round < choice->rounds; round++)
		for (place = places; place < places + place_count; place++)
			for (i = 0; i < ARRAY_SIZE(sizes); i++)
				for (way = ways; way < ways + way_count; way++)
					if (chosen(choice->path, place->name) &&
					    chosen(choice->way, way->name) &&
					    (!choice->size ||
					     choice->size == sizes[i]))
						run(choice, round, place, way,
						    sizes[i]);
}

static void too_long(int sig)
{
	static const char text[] = "dgperf: nothing happens any more\n";

	(void)sig;
	fflush(stdout);		/* what was measured before */
	if (write(STDERR_FILENO, text, sizeof(text) - 1) < 0)
		_exit(3);
	_exit(2);
}

static void parse(struct choice *choice, int argc, char **argv)
{
	int option;

	while ((option = getopt(argc, argv, "r:m:w:p:s:")) != -1) {
		switch (option) {
		case 'r':
			choice->rounds = atoi(optarg);
			break;
		case 'm':
			choice->metric = optarg;
			break;
		case 'w':
			choice->way = optarg;
			break;
		case 'p':
			choice->path = optarg;
			break;
		case 's':
			choice->size = strtoul(optarg, NULL, 10);
			break;
		default:
			errx(2, "%s", usage);
		}
	}
}

int main(int argc, char **argv)
{
	static char buffer[1 << 20];
	struct choice choice = { .rounds = 1 };
	struct utsname uts;
	int i;

	parse(&choice, argc, argv);
	/* Output costs instructions: nothing is written before the end. */
	setvbuf(stdout, buffer, _IOFBF, sizeof(buffer));
	signal(SIGALRM, too_long);
	alarm(120);
	uname(&uts);
	printf("K %s %s\n", uts.release, uts.version);
	places_init();
	for (i = 0; i < way_count; i++)
		printf("T %s %s\n", ways[i].name, ways[i].text);
	run_all(&choice);
	return 0;
}
