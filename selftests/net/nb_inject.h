/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Fault injection: the nth place of a call where an allocation or a copy can
 * fail does fail. Needs CONFIG_FAULT_INJECTION, as the debug kernel has it.
 */
#ifndef NB_INJECT_H
#define NB_INJECT_H

#include "nb_util.h"

#define NB_INJECT_MAX	400	/* no call has that many places */

/* A descriptor for the others, or a negative errno if the kernel cannot. */
int nb_inject_prepare(void);
void nb_inject_arm(int fd, int nth);
/* Ends it: was the fault injected? */
bool nb_inject_hit(int fd);

/* For each fault of @call: after it, @check must hold. */
#define EACH_FAULT(call, check) do {					\
	int nth, ret;							\
	bool hit = true;						\
									\
	for (nth = 1; hit && nth < NB_INJECT_MAX; nth++) {		\
		nb_inject_arm(self->nth_fd, nth);			\
		ret = (call);						\
		ret = ret < 0 ? -errno : ret;				\
		hit = nb_inject_hit(self->nth_fd);			\
		ASSERT_TRUE(check) {					\
			TH_LOG("fault %d: %d", nth, ret);		\
		}							\
	}								\
	self->faults = nth - 2;						\
	EXPECT_FALSE(hit);						\
} while (0)

#endif /* NB_INJECT_H */
