/* SPDX-License-Identifier: GPL-2.0 */
#ifndef NETBIOSD_KERNEL_EVENT_H
#define NETBIOSD_KERNEL_EVENT_H

#include "kernel.h"

/* The second socket, see kernel.h */
int kernel_event_open(struct ev_loop *loop, const struct kernel_events *events,
		      void *data);
void kernel_event_close(void);

#endif /* NETBIOSD_KERNEL_EVENT_H */
