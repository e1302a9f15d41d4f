// SPDX-License-Identifier: GPL-2.0
/*
 * Fault injection; see nb_inject.h.
 */
#include <sys/mman.h>
#include <sys/mount.h>

#include "nb_inject.h"

/* Also allocations that may sleep fail; nothing is said on the console. */
int nb_inject_prepare(void)
{
	static const char *const knob[][2] = {
		{ "failslab/ignore-gfp-wait", "N" },
		{ "failslab/verbose", "0" },
		{ "fail_page_alloc/ignore-gfp-wait", "N" },
		{ "fail_page_alloc/min-order", "0" },
		{ "fail_page_alloc/verbose", "0" },
		{ "fail_usercopy/verbose", "0" },
	};
	char path[128];
	size_t i;

	mount("debugfs", "/sys/kernel/debug", "debugfs", 0, NULL);
	for (i = 0; i < ARRAY_SIZE(knob); i++) {
		snprintf(path, sizeof(path), "/sys/kernel/debug/%s",
			 knob[i][0]);
		if (nb_put_text(path, knob[i][1]))
			return -ENOENT;
	}
	/* A page fault of the test itself shall not be what fails. */
	mlockall(MCL_CURRENT | MCL_FUTURE);
	return open("/proc/thread-self/fail-nth", O_RDWR | O_CLOEXEC);
}

void nb_inject_arm(int fd, int nth)
{
	char text[16];

	/* a fault may meet this very call */
	snprintf(text, sizeof(text), "%d", nth);
	while (pwrite(fd, text, strlen(text), 0) < 0 && errno == EFAULT)
		;
}

bool nb_inject_hit(int fd)
{
	char text[16] = "";
	bool hit;

	hit = pread(fd, text, sizeof(text) - 1, 0) > 0 && !atoi(text);
	nb_inject_arm(fd, 0);
	return hit;
}
