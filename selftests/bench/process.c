// SPDX-License-Identifier: GPL-2.0
/*
 * Processes and time.
 */
#include <err.h>
#include <sched.h>
#include <stdio.h>
#include <stdio_ext.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "process.h"

double now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec + ts.tv_nsec * 1e-9;
}

/* Times that this process waited. */
long switches(void)
{
	struct rusage usage;

	getrusage(RUSAGE_SELF, &usage);
	return usage.ru_nvcsw;
}

void process_pin(int cpu)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(cpu % sysconf(_SC_NPROCESSORS_ONLN), &set);
	sched_setaffinity(0, sizeof(set), &set);
}

/*
 * A task that wakes does not interrupt the one that runs. Otherwise the figure
 * for small messages on one CPU tells where the scheduler happened to switch.
 */
void process_batch(bool on)
{
	struct sched_param param = {};

	sched_setscheduler(0, on ? SCHED_BATCH : SCHED_OTHER, &param);
}

pid_t process_fork(void)
{
	pid_t pid = fork();

	if (pid < 0)
		err(1, "fork");
	if (!pid)
		__fpurge(stdout);	/* the parent prints it */
	return pid;
}

void process_end(pid_t pid)
{
	int status;

	if (waitpid(pid, &status, 0) != pid || status)
		errx(1, "the other end failed");
}
