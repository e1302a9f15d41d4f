// SPDX-License-Identifier: GPL-2.0
/*
 * nbperf: measures; see nbperf.h. Prints
 *
 *   R ROUND PATH METRIC TRANSPORT SIZE VALUE SWITCHES	a measurement
 *   L PATH TRANSPORT ...				a test that passed
 *   T TRANSPORT ...					what it is
 *   K RELEASE VERSION ...				the kernel
 *
 * METRIC is rtt (round trips a second), burst and thr (messages a second),
 * setup (sessions a second), mem (octets of slab a pair of idle sockets).
 * SWITCHES is how often both ends waited, for each message or round trip.
 */
#include <getopt.h>
#include <sys/utsname.h>

#include "nbperf.h"

static const char usage[] =
	"usage: nbperf [-r ROUNDS] [-m METRICS] [-t TRANSPORTS] [-p PATHS] [-s SIZES]\n"
	"METRICS are rtt, burst, thr, setup, mem and large; all but large is the\n"
	"default. Lists are separated by commas.\n";

/**
 * struct choice - what is to be measured; a list that is NULL means all
 */
struct choice {
	int		rounds;
	const char	*metrics;
	const char	*transports;
	const char	*paths;
	const char	*sizes;
};

static bool listed(const char *list, const char *word)
{
	size_t len = strlen(word);

	while (list && *list) {
		size_t item = strcspn(list, ",");

		if (item == len && !memcmp(list, word, len))
			return true;
		list += item + (list[item] == ',');
	}
	return false;
}

static bool chosen(const char *list, const char *word)
{
	return !list || listed(list, word);
}

static bool usable(const struct choice *choice, const struct transport *t)
{
	return chosen(choice->transports, t->name) && transport_works(t);
}

static bool fits(const struct path *path, const struct transport *t)
{
	return path == paths || !(t->flags & T_LOCAL);
}

static void run_sizes(const struct choice *choice, int round,
		      const struct path *path)
{
	static const char * const metrics[] = { "thr", "burst", "rtt" };
	const struct transport *t;
	char text[16];
	int size;
	size_t m;

	for (size = 0; size < size_count; size++) {
		snprintf(text, sizeof(text), "%zu", sizes[size]);
		if (!chosen(choice->sizes, text))
			continue;
		for (m = 0; m < ARRAY_SIZE(metrics); m++) {
			if (!chosen(choice->metrics, metrics[m]))
				continue;
			for (t = transports; t < transports + transport_count; t++)
				if (usable(choice, t) && fits(path, t) &&
				    metric_wants(metrics[m], t, size))
					metric_transfer(metrics[m], round, path,
							t, size);
		}
	}
}

static void run_sessions(const struct choice *choice, int round,
			 const struct path *path)
{
	const struct transport *t;

	for (t = transports; t < transports + transport_count; t++) {
		if (!usable(choice, t) || !fits(path, t) || t->flags & T_VARIANT)
			continue;
		if (chosen(choice->metrics, "setup"))
			metric_setup(round, path, t);
		if (chosen(choice->metrics, "mem") && path == paths)
			metric_memory(round, path, t);
	}
}

static void run(const struct choice *choice)
{
	const struct path *path;
	const struct transport *t;
	int round;

	for (path = paths; path < paths + path_count; path++)
		for (t = transports; t < transports + transport_count; t++)
			if (listed(choice->metrics, "large") &&
			    chosen(choice->paths, path->name) &&
			    usable(choice, t) &&
			    t->flags & T_SESSION && !(t->flags & T_VARIANT))
				large_test(path, t);
	for (round = 0; round < choice->rounds; round++)
		for (path = paths; path < paths + path_count; path++)
			if (chosen(choice->paths, path->name)) {
				run_sizes(choice, round, path);
				run_sessions(choice, round, path);
			}
}

static void too_long(int sig)
{
	static const char text[] = "nbperf: nothing happens any more\n";

	(void)sig;
	fflush(stdout);		/* what was measured before */
	if (write(STDERR_FILENO, text, sizeof(text) - 1) < 0)
		_exit(3);
	_exit(2);
}

int main(int argc, char **argv)
{
	static char buffer[1 << 20];
	struct choice choice = { .rounds = 1 };
	struct utsname uts;
	int option, i;

	while ((option = getopt(argc, argv, "r:m:t:p:s:")) != -1) {
		switch (option) {
		case 'r':
			choice.rounds = atoi(optarg);
			break;
		case 'm':
			choice.metrics = optarg;
			break;
		case 't':
			choice.transports = optarg;
			break;
		case 'p':
			choice.paths = optarg;
			break;
		case 's':
			choice.sizes = optarg;
			break;
		default:
			fputs(usage, stderr);
			return 2;
		}
	}
	/* Output costs instructions: nothing is written before the end. */
	setvbuf(stdout, buffer, _IOFBF, sizeof(buffer));
	signal(SIGPIPE, SIG_IGN);
	signal(SIGALRM, too_long);
	alarm(120);
	uname(&uts);
	printf("K %s %s\n", uts.release, uts.version);
	paths_init();
	for (i = 0; i < transport_count; i++)
		printf("T %s %s%s\n", transports[i].name, transports[i].text,
		       transport_works(&transports[i]) ? "" : " (not here)");
	run(&choice);
	return 0;
}
