/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What every service waits for besides its work: signals, and the time to tell
 * the watchdog that it lives.
 */
#ifndef SERVICE_WATCH_H
#define SERVICE_WATCH_H

#include <ev.h>
#include <stdint.h>

typedef void (*watch_fn)(struct ev_loop *loop, ev_signal *sig, int revents);

/**
 * watch_start() - wait for signals, and tell the watchdog
 * @loop: event loop
 * @reload: SIGHUP; between the words to the service manager that it takes
 * @show: SIGUSR1
 * @end: SIGTERM and SIGINT; the service manager has been told; NULL: @loop ends
 * @watchdog_us: of notify_init()
 */
void watch_start(struct ev_loop *loop, watch_fn reload, watch_fn show, watch_fn end,
		 uint64_t watchdog_us);

#endif /* SERVICE_WATCH_H */
