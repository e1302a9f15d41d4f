// SPDX-License-Identifier: GPL-2.0
#include <signal.h>

#include "notify.h"
#include "watch.h"

static struct {
	watch_fn	reload;
	watch_fn	end;
	ev_signal	hup, usr1, term, interrupt;
	ev_timer	watchdog;
} self;

static void on_hup(struct ev_loop *loop, ev_signal *sig, int revents)
{
	notify_reloading();
	self.reload(loop, sig, revents);
	notify_ready();
}

static void on_end(struct ev_loop *loop, ev_signal *sig, int revents)
{
	notify_stopping();
	if (self.end)
		self.end(loop, sig, revents);
	else
		ev_break(loop, EVBREAK_ALL);
}

static void on_watchdog(struct ev_loop *loop, ev_timer *timer, int revents)
{
	(void)loop;
	(void)timer;
	(void)revents;
	notify_watchdog();
}

static void watch(struct ev_loop *loop, ev_signal *sig, watch_fn fn, int number)
{
	ev_signal_init(sig, fn, number);
	ev_signal_start(loop, sig);
}

void watch_start(struct ev_loop *loop, watch_fn reload, watch_fn show, watch_fn end,
		 uint64_t watchdog_us)
{
	self.reload = reload;
	self.end = end;
	watch(loop, &self.hup, on_hup, SIGHUP);
	watch(loop, &self.usr1, show, SIGUSR1);
	watch(loop, &self.term, on_end, SIGTERM);
	watch(loop, &self.interrupt, on_end, SIGINT);
	if (!watchdog_us)
		return;
	/* Twice as often as has to be, as sd_watchdog_enabled(3) advises */
	ev_timer_init(&self.watchdog, on_watchdog, 0.0, watchdog_us / 2e6);
	ev_timer_start(loop, &self.watchdog);
}
